//! Purges of the CDN's cache. Start with [`ImageKit::cache`](crate::ImageKit::cache).

use super::bulk::{BulkOutcome, Items, Single, bulk_operation};
use super::wait::Wait;
use crate::client::Http;
use crate::error::Error;
use crate::raw::types::{PurgeCacheRequest, PurgeCacheResponse, PurgeStatusResponse};
use crate::secret::RedactedUrl;
use crate::validate::{check_id, http_url};

/// Purges of the CDN's cache.
///
/// [`ImageKit::cache`](crate::ImageKit::cache) returns it.
#[derive(Clone, Debug)]
pub struct Cache {
    http: Http,
}

impl Cache {
    pub(crate) fn new(http: Http) -> Self {
        Self { http }
    }

    /// Starts a purge: the CDN and ImageKit drop their copies for a URL. The response has the id of
    /// the purge for [`wait`](Cache::wait).
    ///
    /// The URL is exact, or ends with one `*` for all URLs that begin with it. Then the part after
    /// the URL endpoint must have two levels (`/images/shoe*`) or at least 15 characters, or be a
    /// complete file name (`/shoe.jpg*`). `media/catalog/*` and `s/files/*` are never accepted. A
    /// URL with a transformation in its path needs a separate purge.
    ///
    /// An account has 1000 purges a month, including those of the dashboard and of renamed files.
    ///
    /// `.await` returns [`Purge`](crate::types::Purge).
    ///
    /// # Errors
    ///
    /// - [`InvalidInput`](crate::ErrorKind::InvalidInput) for a URL that ImageKit would refuse.
    ///
    /// [API reference](https://imagekit.io/docs/api-reference/caching/purge-cache)
    #[doc(alias = "purge_cache")]
    #[doc(alias = "purge_file_cache")]
    pub fn purge(&self, url: impl Into<String>) -> PurgeCache {
        let url = RedactedUrl(url.into());
        PurgeCache::new(&self.http, url)
    }

    /// Starts purges of many URLs, one with each request. See [`purge`](Self::purge) for the form
    /// of each URL, and for what it costs.
    ///
    /// `.await` returns a [`BulkOutcome`] with the result of each URL. The ids of the purges are in
    /// its `replies`, for [`wait`](Self::wait).
    ///
    /// ```no_run
    /// # async fn run(ik: imagekitio::ImageKit) -> Result<(), imagekitio::Error> {
    /// let urls = ["red", "blue"].map(|shoe| format!("https://ik.imagekit.io/demo/shoes/{shoe}.jpg"));
    /// let outcome = ik.cache().purge_many(urls).await?;
    /// for (url, purge) in outcome.succeeded.iter().zip(&outcome.replies) {
    ///     println!("{url}: {}", purge.request_id);
    /// }
    /// for failure in &outcome.failed {
    ///     println!("{} is not purged: {}", failure.item, failure.reason);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// - [`InvalidInput`](crate::ErrorKind::InvalidInput) for an empty list, and for a URL that
    ///   ImageKit would refuse. Later failures are part of the outcome.
    ///
    /// [API reference](https://imagekit.io/docs/api-reference/caching/purge-cache)
    pub fn purge_many<T: Into<String>>(&self, urls: impl IntoIterator<Item = T>) -> PurgeUrls {
        PurgeUrls::new(self.http.clone(), self.purge(""), urls)
    }

    /// Returns the status of a purge.
    ///
    /// `.await` returns [`PurgeStatus`](crate::types::PurgeStatus).
    ///
    /// # Errors
    ///
    /// - [`InvalidInput`](crate::ErrorKind::InvalidInput) for an id that ImageKit would not assign,
    ///   such as an empty one.
    /// - [`BadRequest`](crate::ErrorKind::BadRequest) if no purge has the id.
    ///
    /// [API reference](https://imagekit.io/docs/api-reference/caching/purge-status)
    #[doc(alias = "get_purge_cache_status")]
    #[doc(alias = "get_purge_file_cache_status")]
    pub fn status(&self, request_id: impl Into<String>) -> GetPurgeStatus {
        let request_id = request_id.into();
        GetPurgeStatus::new(&self.http, request_id)
    }

    /// Waits until a purge is no longer pending.
    ///
    /// `.await` returns the last [`PurgeStatus`](crate::types::PurgeStatus). It requests the status
    /// at once, again after waits of 1, 2, 4 and 8 seconds, and then every 10 seconds, for 10
    /// minutes at most: see [`Wait`] for the settings. A state that this crate doesn't know ends
    /// the wait as well: check [`is_completed`](crate::types::PurgeStatus::is_completed).
    ///
    /// # Errors
    ///
    /// - [`Timeout`](crate::ErrorKind::Timeout) if the purge is still pending after that time.
    /// - Those of [`status`](Self::status).
    ///
    /// [API reference](https://imagekit.io/docs/api-reference/caching/purge-status)
    #[doc(alias = "get_purge_cache_status")]
    #[doc(alias = "get_purge_file_cache_status")]
    pub fn wait(&self, request_id: impl Into<String>) -> Wait<PurgeStatusResponse> {
        Wait::new(
            self.status(request_id),
            "purge",
            PurgeStatusResponse::is_pending,
        )
    }
}

/// Accessors of the status of a purge.
impl PurgeStatusResponse {
    /// Returns whether the purge is pending.
    pub fn is_pending(&self) -> bool {
        self.status.as_str() == "Pending"
    }

    /// Returns whether the purge is completed.
    pub fn is_completed(&self) -> bool {
        self.status.as_str() == "Completed"
    }
}

operation! {
    /// Starts a purge: the CDN and ImageKit drop their copies for a URL. The response has the id of
    /// the purge for [`wait`](Cache::wait).
    ///
    /// Created by [`ik.cache().purge(url)`](Cache::purge).
    ///
    /// `.await` returns [`Purge`](crate::types::Purge).
    ///
    /// # Errors
    ///
    /// - [`InvalidInput`](crate::ErrorKind::InvalidInput) for a URL that ImageKit would refuse.
    ///
    /// [API reference](https://imagekit.io/docs/api-reference/caching/purge-cache)
    PurgeCache { url: RedactedUrl<String> }
    PURGE_CACHE -> PurgeCacheResponse, repeatable: false,
    check: |call| check_url(&call.url.0),
    send: |call, client| {
        let body = PurgeCacheRequest::new(&call.url.0);
        client.purge_cache().body(body).send().await
    },
}

bulk_operation! {
    /// Starts purges of many URLs, one with each request.
    ///
    /// Created by [`ik.cache().purge_many(urls)`](Cache::purge_many).
    /// [API reference](https://imagekit.io/docs/api-reference/caching/purge-cache)
    PurgeUrls(PurgeCache) -> BulkOutcome<PurgeCacheResponse>
}

impl Single for PurgeCache {
    const ITEMS: Items = Items::Urls;
    const ARGUMENTS: [&'static str; 2] = ["url", "urls"];
    const EXAMPLE: &'static str = "https://ik.imagekit.io/demo/shoe.jpg";

    fn with(&self, url: &str) -> Self {
        Self {
            url: RedactedUrl(url.to_owned()),
            ..self.clone()
        }
    }
}

operation! {
    /// Returns the status of a purge.
    ///
    /// Created by [`ik.cache().status(request_id)`](Cache::status).
    ///
    /// `.await` returns [`PurgeStatus`](crate::types::PurgeStatus).
    ///
    /// # Errors
    ///
    /// - [`InvalidInput`](crate::ErrorKind::InvalidInput) for an id that ImageKit would not assign,
    ///   such as an empty one.
    /// - [`BadRequest`](crate::ErrorKind::BadRequest) if no purge has the id.
    ///
    /// [API reference](https://imagekit.io/docs/api-reference/caching/purge-status)
    GetPurgeStatus { request_id: String }
    PURGE_STATUS -> PurgeStatusResponse, repeatable: true,
    check: |call| check_id("request_id", &call.request_id),
    send: |call, client| client.purge_status().request_id(&call.request_id).send().await,
}

/// Refuses URLs that the server certainly refuses. Some patterns that are too wide pass, because it
/// is not known here which part of a path belongs to the URL endpoint.
fn check_url(url: &str) -> Result<(), Error> {
    let refuse = |why: &str| {
        Err(Error::invalid_input(
            "url",
            format!("`{}` {why}", RedactedUrl(url)),
        ))
    };
    let parsed = http_url(url);
    let Some((host, path)) = parsed
        .as_ref()
        .and_then(|url| Some((url.host_str()?, url.path())))
    else {
        return refuse(
            "is not an http or https URL; give the whole one, such as https://ik.imagekit.io/demo/shoe.jpg",
        );
    };
    let exact = url.strip_suffix('*').unwrap_or(url);
    let before_query = exact.split(['?', '#']).next().unwrap_or_default();
    if before_query.contains('*') {
        return refuse("has a `*` before its end; put one at the very end, or purge each file");
    }
    let prefix = match path.strip_suffix('*') {
        Some(path) => path.trim_start_matches('/'),
        None if host.contains('*') => "",
        None => return Ok(()),
    };
    // On ImageKit's own host, the account comes first.
    let prefix = match host {
        "ik.imagekit.io" => prefix.split_once('/').map_or("", |(_, path)| path),
        _ => prefix,
    };
    if matches!(prefix, "media/catalog/" | "s/files/") {
        return refuse(
            "is a pattern that ImageKit never accepts; give a longer path before the `*`",
        );
    }
    // With the slash before it.
    let is_long = prefix.len() + 1 >= 15;
    if !is_long && !prefix.contains(['/', '.']) {
        return refuse(
            "reaches too far; give two levels, 15 characters or a complete file name before the `*`",
        );
    }
    Ok(())
}
