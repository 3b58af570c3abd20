use crate::client::{Http, Request};
use crate::error::Error;
use crate::raw::types::ListAndSearchAssetsResponse;
use crate::types::{AssetSort, AssetType, FileType};

/// Files, file versions and folders together. See [`ImageKit::assets`](crate::ImageKit::assets).
#[derive(Clone, Debug)]
pub struct Assets {
    http: Http,
}

impl Assets {
    pub(crate) fn new(http: Http) -> Self {
        Self { http }
    }

    /// One page of the media library (`list-and-search-assets`): all files, or what the settings select. What is not set
    /// is not sent: the server's defaults apply.
    #[doc(alias = "list_files")]
    pub fn list(&self) -> Request<ListAssets> {
        Request::new(&self.http, ListAssets::default())
    }
}

/// The settings of [`Assets::list`].
#[derive(Clone, Debug, Default)]
pub struct ListAssets {
    kind: Option<AssetType>,
    sort: Option<AssetSort>,
    path: Option<String>,
    search_query: Option<String>,
    file_type: Option<FileType>,
    limit: Option<u64>,
    skip: Option<u64>,
}

/// Settings of a list of assets.
impl Request<ListAssets> {
    /// Files, file versions, folders, or all (files and folders). The server's default is files.
    pub fn kind(mut self, kind: impl Into<AssetType>) -> Self {
        self.call.kind = Some(kind.into());
        self
    }

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

    /// An expression in ImageKit's search language, such as `size > "1mb" AND format = "jpg"`. The server then ignores
    /// [`kind`](Self::kind).
    pub fn search_query(mut self, query: impl Into<String>) -> Self {
        self.call.search_query = Some(query.into());
        self
    }

    /// Images only, or everything else only. The server's default is both.
    pub fn file_type(mut self, file_type: impl Into<FileType>) -> Self {
        self.call.file_type = Some(file_type.into());
        self
    }

    /// Number of results at most, 1 to 1000. The server's default is 1000.
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

call! {
    ListAssets: LIST_AND_SEARCH_ASSETS -> ListAndSearchAssetsResponse, repeatable: true,
    check: |call| match call.limit {
        Some(limit @ (0 | 1001..)) => Err(Error::invalid_input(
            "limit",
            format!("{limit} is out of range; ask for 1 to 1000 results at a time"),
        )),
        _ => Ok(()),
    },
    send: |call, client| {
        let mut request = client.list_and_search_assets();
        if let Some(kind) = call.kind {
            request = request.type_(kind);
        }
        if let Some(sort) = call.sort {
            request = request.sort(sort);
        }
        if let Some(path) = call.path {
            request = request.path(path);
        }
        if let Some(query) = call.search_query {
            request = request.search_query(query);
        }
        if let Some(file_type) = call.file_type {
            request = request.file_type(file_type);
        }
        if let Some(limit) = call.limit {
            request = request.limit(limit);
        }
        if let Some(skip) = call.skip {
            request = request.skip(skip);
        }
        request.send().await
    },
}
