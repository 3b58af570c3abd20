use crate::client::{Http, Response};
use crate::error::Error;
use crate::raw::operations;
use crate::raw::types::{
    ListAndSearchAssetsFileType, ListAndSearchAssetsResponse, ListAndSearchAssetsSort,
    ListAndSearchAssetsType,
};

/// Files, file versions and folders together. See [`ImageKit::assets`](crate::ImageKit::assets).
#[derive(Clone, Debug)]
pub struct Assets {
    http: Http,
}

impl Assets {
    pub(crate) fn new(http: Http) -> Self {
        Self { http }
    }

    /// One page of the media library (`list-and-search-assets`): all files, or those that the setters select.
    #[doc(alias = "list_files")]
    pub fn list(&self) -> ListAssets {
        ListAssets {
            http: self.http.clone(),
            query: Query::default(),
        }
    }
}

/// A request for a list of assets, sent by `.await`. See [`Assets::list`].
///
/// What is not set is not sent: the server's defaults apply.
#[must_use = "a request is sent by `.await`"]
#[derive(Clone, Debug)]
pub struct ListAssets {
    http: Http,
    query: Query,
}

#[derive(Clone, Debug, Default)]
struct Query {
    kind: Option<ListAndSearchAssetsType>,
    sort: Option<ListAndSearchAssetsSort>,
    path: Option<String>,
    search_query: Option<String>,
    file_type: Option<ListAndSearchAssetsFileType>,
    limit: Option<u32>,
    skip: Option<u64>,
}

impl ListAssets {
    /// Files, file versions, folders, or all (files and folders). The server's default is files.
    pub fn kind(mut self, kind: impl Into<ListAndSearchAssetsType>) -> Self {
        self.query.kind = Some(kind.into());
        self
    }

    /// Order of the list. The server's default is the time of creation, oldest first.
    pub fn sort(mut self, sort: impl Into<ListAndSearchAssetsSort>) -> Self {
        self.query.sort = Some(sort.into());
        self
    }

    /// Only what is directly in this folder, such as `/products`.
    pub fn path(mut self, path: impl Into<String>) -> Self {
        self.query.path = Some(path.into());
        self
    }

    /// An expression in ImageKit's search language, such as `size > "1mb" AND format = "jpg"`. It overrides
    /// [`kind`](Self::kind).
    pub fn search_query(mut self, query: impl Into<String>) -> Self {
        self.query.search_query = Some(query.into());
        self
    }

    /// Images only, or everything else only. The server's default is both.
    pub fn file_type(mut self, file_type: impl Into<ListAndSearchAssetsFileType>) -> Self {
        self.query.file_type = Some(file_type.into());
        self
    }

    /// Number of results at most, 1 to 1000. The server's default is 1000.
    pub fn limit(mut self, limit: u32) -> Self {
        self.query.limit = Some(limit);
        self
    }

    /// Number of results to leave out at the beginning.
    pub fn skip(mut self, skip: u64) -> Self {
        self.query.skip = Some(skip);
        self
    }

    async fn send(self) -> Result<Response<ListAndSearchAssetsResponse>, Error> {
        let Query {
            kind,
            sort,
            path,
            search_query,
            file_type,
            limit,
            skip,
        } = self.query;
        if let Some(limit @ (0 | 1001..)) = limit {
            return Err(Error::invalid_input(
                "limit",
                format!("{limit} is out of range; ask for 1 to 1000 results at a time"),
            ));
        }
        self.http
            .call(&operations::LIST_AND_SEARCH_ASSETS, |client| async move {
                let mut request = client.list_and_search_assets();
                if let Some(kind) = kind {
                    request = request.type_(kind);
                }
                if let Some(sort) = sort {
                    request = request.sort(sort);
                }
                if let Some(path) = path {
                    request = request.path(path);
                }
                if let Some(query) = search_query {
                    request = request.search_query(query);
                }
                if let Some(file_type) = file_type {
                    request = request.file_type(file_type);
                }
                if let Some(limit) = limit {
                    request = request.limit(limit);
                }
                if let Some(skip) = skip {
                    request = request.skip(skip);
                }
                request.send().await
            })
            .await
    }
}

super::sends!(ListAssets => ListAndSearchAssetsResponse);
