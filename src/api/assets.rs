//! Lists and searches of files, file versions and folders. Start with
//! [`ImageKit::assets`](crate::ImageKit::assets).

mod stream;

#[cfg(feature = "blocking")]
pub use stream::AssetIter;
pub use stream::AssetStream;

use std::fmt;
use std::marker::PhantomData;

use crate::client::{Call, Http, Options, Outcome, Response, request_options, sendable};
use crate::error::Error;
use crate::raw;
use crate::raw::operations::{self, Operation};
use crate::raw::types::ApiErrorBody;
use crate::search::{self, AssetKind, Search};
use crate::types::{Asset, AssetSort, AssetType, File, FileType, Folder};
use crate::validate::excerpt;

/// Files, file versions and folders: lists and searches.
///
/// [`ImageKit::assets`](crate::ImageKit::assets) returns it. Each list returns one page by
/// `.await`, and all pages by [`stream`](ListAssets::stream), or by `iter_blocking` with the
/// feature `blocking`.
#[derive(Clone, Debug)]
pub struct Assets {
    http: Http,
}

impl Assets {
    pub(crate) fn new(http: Http) -> Self {
        Self { http }
    }

    /// Lists assets of the media library: files, unless the options select others.
    ///
    /// `.await` returns a `Vec` of [`Asset`]. Options that are not set are not sent, so that the
    /// server's defaults apply.
    ///
    /// [API reference](https://imagekit.io/docs/api-reference/digital-asset-management-dam/list-and-search-assets)
    #[doc(alias = "list_files")]
    pub fn list(&self) -> ListAssets {
        ListAssets::new(&self.http, None)
    }

    /// Lists the current versions of files, without folders.
    ///
    /// `.await` returns a `Vec` of [`File`].
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
    ///
    /// [API reference](https://imagekit.io/docs/api-reference/digital-asset-management-dam/list-and-search-assets)
    pub fn list_files(&self) -> ListAssets<File> {
        ListAssets::new(&self.http, Some(AssetKind::File))
    }

    /// Lists folders.
    ///
    /// `.await` returns a `Vec` of [`Folder`].
    ///
    /// [API reference](https://imagekit.io/docs/api-reference/digital-asset-management-dam/list-and-search-assets)
    pub fn list_folders(&self) -> ListAssets<Folder> {
        ListAssets::new(&self.http, Some(AssetKind::Folder))
    }

    /// Lists file versions. To list the versions of one file, use
    /// [`versions`](crate::api::files::Files::versions).
    ///
    /// `.await` returns a `Vec` of [`File`].
    ///
    /// [API reference](https://imagekit.io/docs/api-reference/digital-asset-management-dam/list-and-search-assets)
    pub fn list_file_versions(&self) -> ListAssets<File> {
        ListAssets::new(&self.http, Some(AssetKind::FileVersion))
    }
}

/// Lists assets: one page by `.await`, all pages by [`stream`](Self::stream).
///
/// Created by [`ik.assets().list()`](Assets::list) and its variants.
///
/// `T` is the type of the items. `.await` returns a `Vec` of them.
///
/// [API reference](https://imagekit.io/docs/api-reference/digital-asset-management-dam/list-and-search-assets)
#[must_use = "a request is sent by `.await`"]
pub struct ListAssets<T = Asset> {
    http: Http,
    options: Options,
    /// The only kind of the list, if it has one.
    only: Option<AssetKind>,
    kind: Option<AssetType>,
    sort: Option<AssetSort>,
    path: Option<String>,
    name: Option<String>,
    tags: Option<Vec<String>>,
    search_query: Option<Search>,
    file_type: Option<FileType>,
    limit: Option<u64>,
    skip: Option<u64>,
    items: PhantomData<fn() -> T>,
}

/// An item of a list of assets: an [`Asset`], a [`File`] or a [`Folder`].
///
/// Only this crate implements it.
pub trait ListItem: sealed::FromAsset + Send + 'static {}

mod sealed {
    use crate::types::Asset;

    pub trait FromAsset: Sized {
        fn from_asset(asset: Asset) -> Result<Self, serde_json::Error>;
    }
}

impl ListItem for Asset {}

impl sealed::FromAsset for Asset {
    fn from_asset(asset: Asset) -> Result<Self, serde_json::Error> {
        Ok(asset)
    }
}

impl ListItem for File {}

impl sealed::FromAsset for File {
    fn from_asset(asset: Asset) -> Result<Self, serde_json::Error> {
        match asset {
            Asset::File(file) | Asset::FileVersion(file) => Ok(file),
            // A kind that this crate doesn't know may have the properties of a file.
            other => serde_json::to_value(other).and_then(serde_json::from_value),
        }
    }
}

impl ListItem for Folder {}

impl sealed::FromAsset for Folder {
    fn from_asset(asset: Asset) -> Result<Self, serde_json::Error> {
        match asset {
            Asset::Folder(folder) => Ok(folder),
            other => serde_json::to_value(other).and_then(serde_json::from_value),
        }
    }
}

/// Options of a list of all kinds of assets.
impl ListAssets {
    /// Sets which assets are listed: files, file versions, folders, or all (files and folders). The
    /// server's default is files.
    ///
    /// # Errors
    ///
    /// The request fails with [`InvalidInput`](crate::ErrorKind::InvalidInput) if there is a
    /// [`search_query`](ListAssets::search_query) as well, because the server ignores the kind
    /// then.
    pub fn kind(mut self, kind: impl Into<AssetType>) -> Self {
        self.kind = Some(kind.into());
        self
    }
}

/// Options of a list of assets.
impl<T> ListAssets<T> {
    /// Sets the order of the list. The server's default is by time of creation, oldest first.
    pub fn sort(mut self, sort: impl Into<AssetSort>) -> Self {
        self.sort = Some(sort.into());
        self
    }

    /// Lists only assets directly in this folder, such as `/products`.
    pub fn path(mut self, path: impl Into<String>) -> Self {
        self.path = Some(path.into());
        self
    }

    /// Lists only assets with this name, case included, such as `shoe.jpg`.
    ///
    /// The name becomes a condition of the search. It is combined with [`tags`](Self::tags) and
    /// [`search_query`](Self::search_query) by `AND`. See [`search::name`] for other conditions.
    ///
    /// # Errors
    ///
    /// The request fails with [`InvalidInput`](crate::ErrorKind::InvalidInput) for a name that
    /// [can't be quoted](search#values).
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Lists only files with at least one of these tags, whether users or extensions have set them.
    ///
    /// The tags become a condition of the search. It is combined with [`name`](Self::name) and
    /// [`search_query`](Self::search_query) by `AND`. See [`search::tags`] for other conditions.
    ///
    /// ```no_run
    /// # async fn run(ik: imagekitio::ImageKit) -> Result<(), imagekitio::Error> {
    /// let files = ik.assets().list_files().tags(["red", "summer"]).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// The request fails with [`InvalidInput`](crate::ErrorKind::InvalidInput) for an empty list,
    /// and for a tag that [can't be quoted](search#values).
    pub fn tags<S: Into<String>>(mut self, tags: impl IntoIterator<Item = S>) -> Self {
        self.tags = Some(tags.into_iter().map(Into::into).collect());
        self
    }

    /// Lists only assets that match a search: one of the module [`search`], or a string in
    /// ImageKit's [search language](https://imagekit.io/docs/api-reference/digital-asset-management-dam/list-and-search-assets#advanced-search-queries)
    /// such as `size > "1mb" AND format = "jpg"`.
    ///
    /// A search finds files only, unless it has a condition such as `type IN ["file", "folder"]`
    /// ([`search::kind`]). Lists of one kind, such as [`list_files`](Assets::list_files), add that
    /// condition to it.
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
    /// The request fails with [`InvalidInput`](crate::ErrorKind::InvalidInput) for a search that
    /// [`Search::build`] refuses.
    pub fn search_query(mut self, query: impl Into<Search>) -> Self {
        self.search_query = Some(query.into());
        self
    }

    /// Lists only images, or only other files. The server's default is both.
    pub fn file_type(mut self, file_type: impl Into<FileType>) -> Self {
        self.file_type = Some(file_type.into());
        self
    }

    /// Limits the number of results in a page, 1 to 1000. The server's default is 1000.
    ///
    /// A [`stream`](Self::stream) has all results, in pages of this size.
    pub fn limit(mut self, limit: u64) -> Self {
        self.limit = Some(limit);
        self
    }

    /// Skips this many results at the beginning of the list.
    pub fn skip(mut self, skip: u64) -> Self {
        self.skip = Some(skip);
        self
    }
}

impl<T> ListAssets<T> {
    fn new(http: &Http, only: Option<AssetKind>) -> Self {
        Self {
            options: http.options(),
            http: http.clone(),
            only,
            kind: None,
            name: None,
            tags: None,
            sort: None,
            path: None,
            search_query: None,
            file_type: None,
            limit: None,
            skip: None,
            items: PhantomData,
        }
    }

    fn check_settings(&self) -> Result<(), Error> {
        if let Some(limit @ (0 | 1001..)) = self.limit {
            return Err(Error::invalid_input(
                "limit",
                format!("{limit} is out of range; ask for 1 to 1000 results at a time"),
            ));
        }
        if let (Some(kind), Some(_)) = (&self.kind, self.search()) {
            return Err(Error::invalid_input(
                "kind",
                format!(
                    "`{}` has no effect on a search, which the server limits to files unless the search has a kind; \
                     give the kind to `search_query`: `search::kind().is(..)` or `search::kind().one_of(..)`",
                    excerpt(kind.as_str())
                ),
            ));
        }
        self.query().map(drop)
    }

    /// Returns the search query, the name and the tags as one search.
    fn search(&self) -> Option<Search> {
        let name = self.name.clone().map(|name| {
            let search = Search::from(search::name().is(name));
            search.of_argument("name")
        });
        let tags = self.tags.clone().map(|tags| {
            let search = Search::from(search::tags().one_of(tags));
            search.of_argument("tags")
        });
        let filters = [name, tags].into_iter().flatten();
        match filters.reduce(|first, second| first & second) {
            None => self.search_query.clone(),
            Some(filters) => match self.search_query.clone() {
                Some(search) if !search.is_blank() => Some(search & filters),
                _ => Some(filters),
            },
        }
    }

    /// Returns the search with the kind that the items must have.
    fn query(&self) -> Result<Option<String>, Error> {
        let Some(search) = self.search() else {
            return Ok(None);
        };
        let search = match self.only {
            Some(only) if !search.is_blank() => search & search::kind().is(only),
            _ => search,
        };
        search.build().map(Some)
    }
}

/// Options that all requests share.
impl<T> ListAssets<T> {
    request_options!(options);
}

impl<T: ListItem> ListAssets<T> {
    async fn run(self) -> Outcome<Vec<T>> {
        self.http.call(&self, &self.options).await
    }
}

sendable!(ListAssets<T> => Response<Vec<T>> where [T: ListItem]);

impl<T: ListItem> Call for ListAssets<T> {
    type Output = Vec<T>;
    const OPERATION: &'static Operation = &operations::LIST_AND_SEARCH_ASSETS;

    fn is_repeatable(&self) -> bool {
        true
    }

    fn check(&self) -> Result<(), Error> {
        self.check_settings()
    }

    async fn send(
        &self,
        client: raw::Client,
    ) -> Result<raw::ResponseValue<Vec<T>>, raw::Error<ApiErrorBody>> {
        let query = self
            .query()
            .map_err(|error| raw::Error::InvalidRequest(error.to_string()))?;
        let mut request = client.list_and_search_assets();
        let only = self.only.map(|only| AssetType::from(only.as_str()));
        if let Some(kind) = only.or_else(|| self.kind.clone()) {
            request = request.type_(kind);
        }
        if let Some(sort) = &self.sort {
            request = request.sort(sort.clone());
        }
        if let Some(path) = &self.path {
            request = request.path(path);
        }
        if let Some(query) = query {
            request = request.search_query(query);
        }
        if let Some(file_type) = &self.file_type {
            request = request.file_type(file_type.clone());
        }
        if let Some(limit) = self.limit {
            request = request.limit(limit);
        }
        if let Some(skip) = self.skip {
            request = request.skip(skip);
        }
        let page = request.send().await?;
        let (status, headers) = (page.status(), page.headers().clone());
        let items: Result<Vec<T>, _> = page.into_inner().into_iter().map(T::from_asset).collect();
        let items =
            items.map_err(|error| raw::Error::InvalidResponsePayload(Default::default(), error))?;
        Ok(raw::ResponseValue::new(items, status, headers))
    }
}

impl<T> Clone for ListAssets<T> {
    fn clone(&self) -> Self {
        Self {
            http: self.http.clone(),
            options: self.options.clone(),
            only: self.only,
            kind: self.kind.clone(),
            name: self.name.clone(),
            tags: self.tags.clone(),
            sort: self.sort.clone(),
            path: self.path.clone(),
            search_query: self.search_query.clone(),
            file_type: self.file_type.clone(),
            limit: self.limit,
            skip: self.skip,
            items: PhantomData,
        }
    }
}

impl<T> fmt::Debug for ListAssets<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ListAssets")
            .field("only", &self.only)
            .field("kind", &self.kind)
            .field("name", &self.name)
            .field("tags", &self.tags)
            .field("sort", &self.sort)
            .field("path", &self.path)
            .field("search_query", &self.search_query)
            .field("file_type", &self.file_type)
            .field("limit", &self.limit)
            .field("skip", &self.skip)
            .finish_non_exhaustive()
    }
}
