mod stream;

pub use stream::AssetStream;

use std::marker::PhantomData;

use serde::de::DeserializeOwned;

use crate::client::{Http, Request};
use crate::error::Error;
use crate::raw;
use crate::raw::types::{ApiErrorBody, ListAndSearchAssetsResponse};
use crate::types::{Asset, AssetSort, AssetType, FileDetails, FileType, FolderDetails};

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
    /// for file in ik.assets().list_files().search_query("width > 1000").await?.iter() {
    ///     println!("{}", file.file_path);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn list_files(&self) -> Request<ListAssets<FileDetails>> {
        Request::new(&self.http, ListAssets::of(Some(AssetType::File)))
    }

    /// Folders alone (`list-and-search-assets`).
    pub fn list_folders(&self) -> Request<ListAssets<FolderDetails>> {
        Request::new(&self.http, ListAssets::of(Some(AssetType::Folder)))
    }

    /// Versions of files (`list-and-search-assets`). The versions of one file are to be had by its id, too.
    pub fn list_file_versions(&self) -> Request<ListAssets<FileDetails>> {
        Request::new(&self.http, ListAssets::of(Some(AssetType::FileVersion)))
    }
}

/// The settings of [`Assets::list`] and its variants. `T` is what the items are.
#[derive(Clone, Debug)]
pub struct ListAssets<T = Asset> {
    /// The kind that the items must have, whatever the settings.
    only: Option<AssetType>,
    kind: Option<AssetType>,
    sort: Option<AssetSort>,
    path: Option<String>,
    search_query: Option<String>,
    file_type: Option<FileType>,
    limit: Option<u64>,
    skip: Option<u64>,
    items: PhantomData<fn() -> T>,
}

/// Settings of a list of assets of all kinds.
impl Request<ListAssets> {
    /// Files, file versions, folders, or all (files and folders). The server's default is files.
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

    /// An expression in ImageKit's search language, such as `size > "1mb" AND format = "jpg"`.
    ///
    /// The server then ignores [`kind`](Request::<ListAssets>::kind), and finds files only unless the expression has a
    /// condition such as `type = "folder"` or `type IN ["file", "folder"]`. Lists of one kind, such as [`list_files`](Assets::list_files), add that condition to it.
    pub fn search_query(mut self, query: impl Into<String>) -> Self {
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
    fn of(only: Option<AssetType>) -> Self {
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
        match self.limit {
            Some(limit @ (0 | 1001..)) => Err(Error::invalid_input(
                "limit",
                format!("{limit} is out of range; ask for 1 to 1000 results at a time"),
            )),
            _ => Ok(()),
        }
    }

    async fn page(self, client: raw::Client) -> Page<ListAndSearchAssetsResponse> {
        let mut request = client.list_and_search_assets();
        let mut search_query = self.search_query;
        if let (Some(only), Some(query)) = (&self.only, &mut search_query)
            && !query.trim().is_empty()
        {
            *query = format!(r#"({query}) AND type = "{only}""#);
        }
        if let Some(kind) = self.only.or(self.kind) {
            request = request.type_(kind);
        }
        if let Some(sort) = self.sort {
            request = request.sort(sort);
        }
        if let Some(path) = self.path {
            request = request.path(path);
        }
        if let Some(query) = search_query {
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

call! {
    ListAssets: LIST_AND_SEARCH_ASSETS -> ListAndSearchAssetsResponse, repeatable: true,
    check: |call| call.check(),
    send: |call, client| call.page(client).await,
}

call! {
    ListAssets<FileDetails>: LIST_AND_SEARCH_ASSETS -> Vec<FileDetails>, repeatable: true,
    check: |call| call.check(),
    send: |call, client| call.page_of_one_kind(client).await,
}

call! {
    ListAssets<FolderDetails>: LIST_AND_SEARCH_ASSETS -> Vec<FolderDetails>, repeatable: true,
    check: |call| call.check(),
    send: |call, client| call.page_of_one_kind(client).await,
}
