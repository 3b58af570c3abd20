use crate::error::Error;
use crate::problem::Problem;
use crate::raw;
use crate::raw::types::{ApiErrorBody, File};
use crate::search::{self, AssetKind, Search};
use crate::secret::RedactedUrl;
use crate::types::Asset;
use crate::url::{Endpoint, media_path};

/// The number of results in one page of a list, unless it is set.
const PAGE: usize = 1000;

impl FindFile {
    fn path(&self) -> Result<String, Problem> {
        media_path(&self.path_or_url.0, self.endpoint.as_ref())
    }

    async fn send_search(
        &self,
        client: raw::Client,
    ) -> Result<raw::ResponseValue<Option<File>>, raw::Error<ApiErrorBody>> {
        let path = self
            .path()
            .map_err(|problem| raw::Error::InvalidRequest(problem.message.into_owned()))?;
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", &path));
        let folder = if folder.is_empty() { "/" } else { folder };
        let page = client
            .list_and_search_assets()
            .path(folder)
            .search_query(
                search(name)
                    .build()
                    .map_err(|error| raw::Error::InvalidRequest(error.to_string()))?,
            )
            .send()
            .await?;
        let (status, headers) = (page.status(), page.headers().clone());
        let assets = page.into_inner();
        let is_full = assets.len() >= PAGE;
        let undecodable = |error| raw::Error::InvalidResponsePayload(Default::default(), error);
        let found = file_at(&path, assets).map_err(undecodable)?;
        if found.is_none() && is_full {
            let message = format!(
                "the first {PAGE} files whose names begin like that of `{path}` are others; list the folder with \
                 `assets().list_files()`"
            );
            return Err(undecodable(serde::de::Error::custom(message)));
        }
        Ok(raw::ResponseValue::new(found, status, headers))
    }
}

/// Matches files with this name. If the name can't be quoted, matches all files that begin like it.
fn search(name: &str) -> Search {
    let start = search::quotable_start(name);
    let files = search::kind().is(AssetKind::File);
    if start.len() == name.len() {
        (search::name().is(name) & files).into()
    } else if start.is_empty() {
        files.into()
    } else {
        search::name().starts_with(start) & files
    }
}

/// Returns the current version of the file at this path. Other assets are left out, because the
/// server may compare names in another way.
fn file_at(path: &str, assets: Vec<Asset>) -> Result<Option<File>, serde_json::Error> {
    for asset in assets {
        match asset {
            Asset::File(file) if file.file_path == path => return Ok(Some(file)),
            // A file that can't be decoded is not a missing one.
            Asset::Unknown(item)
                if item["filePath"] == path
                    && matches!(item["type"].as_str(), None | Some("file")) =>
            {
                return serde_json::from_value(item).map(Some);
            }
            _ => {}
        }
    }
    Ok(None)
}

operation! {
    /// Finds the current version of a file by its path or URL.
    ///
    /// Created by [`ik.files().find(path_or_url)`](super::Files::find).
    ///
    /// `.await` returns an `Option` of [`File`](crate::types::File). It is `None` if there is no
    /// such file.
    ///
    /// # Errors
    ///
    /// - [`InvalidInput`](crate::ErrorKind::InvalidInput) for what can't be the path of a file, and
    ///   for a URL that is not under the client's URL endpoint.
    /// - [`Decode`](crate::ErrorKind::Decode) if too many files have similar names: see
    ///   [`find`](super::Files::find).
    ///
    /// [API reference](https://imagekit.io/docs/api-reference/digital-asset-management-dam/list-and-search-assets)
    FindFile { path_or_url: RedactedUrl<String>, endpoint: Option<Endpoint> }
    LIST_AND_SEARCH_ASSETS -> Option<File>, repeatable: true,
    check: |call| call.path().map(drop).map_err(Error::from),
    send: |call, client| call.send_search(client).await,
}
