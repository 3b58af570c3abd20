mod stream;

pub use stream::AssetStream;

use std::marker::PhantomData;

use serde::de::DeserializeOwned;

use crate::client::{Http, Request};
use crate::error::Error;
use crate::raw;
use crate::raw::types::{ApiErrorBody, ListAndSearchAssetsResponse};
use crate::search::{self, AssetKind, Search};
use crate::types::{Asset, AssetSort, AssetType, File, FileType, Folder};

/// Files, file versions and folders together. See [`ImageKit::assets`](crate::ImageKit::assets).
///
/// Each list is either one page, by `.await`, or all pages, by [`stream`](Request::stream).
#[derive(Clone, Debug)]
pub struct Assets {
    http: Http,
}

impl Assets {
    pub(crate) fn new(http: Http) -> Self {
        Self { http }
    }

    /// Assets of the media library (`list-and-search-assets`): all files, or what the settings select. What is not set is
    /// not sent: the server's defaults apply.
    #[doc(alias = "list_files")]
    pub fn list(&self) -> Request<ListAssets> {
        Request::new(&self.http, ListAssets::of(None))
    }

    /// Current files, without versions and folders (`list-and-search-assets`). Each item is a file, so that nothing needs
    /// to be told apart.
    ///
    /// ```no_run
    /// # async fn run(ik: imagekitio::ImageKit) -> Result<(), imagekitio::Error> {
    /// use imagekitio::search;
    ///
    /// let wide = search::width().more_than(1000) & search::path().within("/products");
    /// for file in ik.assets().list_files().search_query(wide).await?.iter() {
    ///     println!("{}", file.file_path);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn list_files(&self) -> Request<ListAssets<File>> {
        Request::new(&self.http, ListAssets::of(Some(AssetKind::File)))
    }

    /// Folders alone (`list-and-search-assets`).
    pub fn list_folders(&self) -> Request<ListAssets<Folder>> {
        Request::new(&self.http, ListAssets::of(Some(AssetKind::Folder)))
    }

    /// Versions of files (`list-and-search-assets`). The versions of one file are to be had by its id, too.
    pub fn list_file_versions(&self) -> Request<ListAssets<File>> {
        Request::new(&self.http, ListAssets::of(Some(AssetKind::FileVersion)))
    }
}

/// The settings of [`Assets::list`] and its variants. `T` is what the items are.
#[derive(Clone, Debug)]
pub struct ListAssets<T = Asset> {
    /// The kind that the items must have, whatever the settings.
    only: Option<AssetKind>,
    kind: Option<AssetType>,
    sort: Option<AssetSort>,
    path: Option<String>,
    search_query: Option<Search>,
    file_type: Option<FileType>,
    limit: Option<u64>,
    skip: Option<u64>,
    items: PhantomData<fn() -> T>,
}

/// Settings of a list of assets of all kinds.
impl Request<ListAssets> {
    /// Files, file versions, folders, or all (files and folders). The server's default is files.
    ///
    /// # Errors
    ///
    /// The request fails with [`InvalidInput`](crate::ErrorKind::InvalidInput) if there is a
    /// [`search_query`](Request::<ListAssets>::search_query) as well, because the server ignores the kind then.
    pub fn kind(mut self, kind: impl Into<AssetType>) -> Self {
        self.call.kind = Some(kind.into());
        self
    }
}

/// Settings of a list of assets.
impl<T> Request<ListAssets<T>> {
    /// Order of the list. The server's default is the time of creation, oldest first.
    pub fn sort(mut self, sort: impl Into<AssetSort>) -> Self {
        self.call.sort = Some(sort.into());
        self
    }

    /// Only what is directly in this folder, such as `/products`.
    pub fn path(mut self, path: impl Into<String>) -> Self {
        self.call.path = Some(path.into());
        self
    }

    /// Only what a search matches: one of the module [`search`], or a string in ImageKit's
    /// [search language](https://imagekit.io/docs/api-reference/digital-asset-management-dam/list-and-search-assets#advanced-search-queries)
    /// such as `size > "1mb" AND format = "jpg"`.
    ///
    /// A search finds files only, unless it has a condition such as `type IN ["file", "folder"]`
    /// ([`search::kind`]). Lists of one kind, such as [`list_files`](Assets::list_files), add that condition to it.
    ///
    /// ```no_run
    /// # async fn run(ik: imagekitio::ImageKit) -> Result<(), imagekitio::Error> {
    /// use imagekitio::search;
    ///
    /// let old_drafts = search::name().starts_with("draft-") & search::updated_at().before("30d");
    /// let files = ik.assets().list_files().search_query(old_drafts).await?;
    /// let large = ik.assets().list().search_query(r#"size > "1mb""#).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// The request fails with [`InvalidInput`](crate::ErrorKind::InvalidInput) for a search that [`Search::build`] refuses.
    pub fn search_query(mut self, query: impl Into<Search>) -> Self {
        self.call.search_query = Some(query.into());
        self
    }

    /// Images only, or everything else only. The server's default is both.
    pub fn file_type(mut self, file_type: impl Into<FileType>) -> Self {
        self.call.file_type = Some(file_type.into());
        self
    }

    /// Number of results at most, 1 to 1000; of a [`stream`](Self::stream), in one page. The server's default is 1000.
    pub fn limit(mut self, limit: u64) -> Self {
        self.call.limit = Some(limit);
        self
    }

    /// Number of results to leave out at the beginning.
    pub fn skip(mut self, skip: u64) -> Self {
        self.call.skip = Some(skip);
        self
    }
}

type Page<T> = Result<raw::ResponseValue<T>, raw::Error<ApiErrorBody>>;

impl<T> ListAssets<T> {
    fn of(only: Option<AssetKind>) -> Self {
        Self {
            only,
            kind: None,
            sort: None,
            path: None,
            search_query: None,
            file_type: None,
            limit: None,
            skip: None,
            items: PhantomData,
        }
    }

    fn check(&self) -> Result<(), Error> {
        if let Some(limit @ (0 | 1001..)) = self.limit {
            return Err(Error::invalid_input(
                "limit",
                format!("{limit} is out of range; ask for 1 to 1000 results at a time"),
            ));
        }
        if let (Some(kind), Some(_)) = (&self.kind, &self.search_query) {
            return Err(Error::invalid_input(
                "kind",
                format!(
                    "`{kind}` has no effect on a search, which the server limits to files unless it says otherwise; give the \
                     kind to the search: `search::kind().is(..)` or `search::kind().one_of(..)`"
                ),
            ));
        }
        self.query().map(drop)
    }

    /// The search, with the kind that the items must have.
    fn query(&self) -> Result<Option<String>, Error> {
        let Some(search) = self.search_query.clone() else {
            return Ok(None);
        };
        let search = match self.only {
            Some(only) if !search.is_blank() => search & search::kind().is(only),
            _ => search,
        };
        search.build().map(Some)
    }

    pub(super) async fn page(self, client: raw::Client) -> Page<ListAndSearchAssetsResponse> {
        let query = self
            .query()
            .map_err(|error| raw::Error::InvalidRequest(error.to_string()))?;
        let mut request = client.list_and_search_assets();
        let only = self.only.map(|only| AssetType::from(only.as_str()));
        if let Some(kind) = only.or(self.kind) {
            request = request.type_(kind);
        }
        if let Some(sort) = self.sort {
            request = request.sort(sort);
        }
        if let Some(path) = self.path {
            request = request.path(path);
        }
        if let Some(query) = query {
            request = request.search_query(query);
        }
        if let Some(file_type) = self.file_type {
            request = request.file_type(file_type);
        }
        if let Some(limit) = self.limit {
            request = request.limit(limit);
        }
        if let Some(skip) = self.skip {
            request = request.skip(skip);
        }
        request.send().await
    }

    /// A page whose items are all of one kind.
    async fn page_of_one_kind(self, client: raw::Client) -> Page<Vec<T>>
    where
        T: DeserializeOwned,
    {
        let page = self.page(client).await?;
        let (status, headers) = (page.status(), page.headers().clone());
        let items = serde_json::to_value(page.into_inner())
            .and_then(serde_json::from_value)
            .map_err(|error| raw::Error::InvalidResponsePayload(Default::default(), error))?;
        Ok(raw::ResponseValue::new(items, status, headers))
    }
}

impl ListAssets {
    /// What a search matches directly in a folder.
    pub(super) fn in_folder(folder: &str, search: Search) -> Self {
        Self {
            path: Some(folder.to_owned()),
            search_query: Some(search),
            ..Self::of(None)
        }
    }
}

call! {
    ListAssets: LIST_AND_SEARCH_ASSETS -> ListAndSearchAssetsResponse, repeatable: true,
    check: |call| call.check(),
    send: |call, client| call.page(client).await,
}

call! {
    ListAssets<File>: LIST_AND_SEARCH_ASSETS -> Vec<File>, repeatable: true,
    check: |call| call.check(),
    send: |call, client| call.page_of_one_kind(client).await,
}

call! {
    ListAssets<Folder>: LIST_AND_SEARCH_ASSETS -> Vec<Folder>, repeatable: true,
    check: |call| call.check(),
    send: |call, client| call.page_of_one_kind(client).await,
}
