//! Requests: their settings, and requests to any path.

use std::time::Duration;

use reqwest::Method;

use super::{ImageKit, ImageKitBuilder};
use crate::client::{CustomRequest, RetryPolicy};
use crate::env::variable;
use crate::error::Error;

/// Requests; feature `client`.
impl ImageKit {
    /// Starts a request to any path of the API, for operations that this crate doesn't know yet.
    ///
    /// `method` is a [`Method`](crate::reqwest::Method) or its name. `path` is the path under the
    /// API's base URL, percent-encoded, such as `/v1/files`. It must begin with a single `/`, and
    /// have no query, fragment, or `.` and `..` segments.
    ///
    /// The request is like those of known operations: it carries the private key, waits for rate
    /// limits, is retried and traced, and its response is decoded, as [`serde_json::Value`] or as a
    /// type of [yours](CustomRequest::decode). GET, HEAD, OPTIONS, PUT and DELETE are idempotent
    /// and retried; POST and PATCH are retried only if they certainly were not carried out. A path
    /// that the crate knows shares the rate limit of its operation; other paths share one for reads
    /// and one for writes.
    ///
    /// Errors name method and path as the [`operation`](Error::operation). For a path that the
    /// crate doesn't know, they quote the server's `message` and nothing else of the response; for
    /// origins and webhooks, they quote nothing.
    ///
    /// ```no_run
    /// # async fn run(ik: imagekitio::ImageKit) -> Result<(), imagekitio::Error> {
    /// use serde::Deserialize;
    /// use serde_json::json;
    ///
    /// let found = ik.request("POST", "/v1/ai-filter-search").json(&json!({"query": "red shoes"})).await?;
    /// println!("{}", *found);
    ///
    /// #[derive(Deserialize)]
    /// struct Found {
    ///     name: String,
    /// }
    /// let files = ik.request("GET", "/v1/files").query("limit", 10).decode::<Vec<Found>>().await?;
    /// for file in &files {
    ///     println!("{}", file.name);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Of the request: [`InvalidInput`](crate::ErrorKind::InvalidInput) for a method, path, header
    /// or body that is not valid, before anything is sent; and those of every request.
    pub fn request<M: TryInto<Method>>(&self, method: M, path: impl Into<String>) -> CustomRequest {
        CustomRequest::new(self.http().clone(), method, path.into())
    }
}

/// Settings of requests; feature `client`.
impl ImageKitBuilder {
    /// Reads the settings of requests from the environment.
    pub(super) fn read_env(mut self) -> Result<Self, Error> {
        let base_url = match variable("IMAGEKIT_BASE_URL")? {
            Some(url) => Some(url),
            None => variable("IMAGE_KIT_BASE_URL")?,
        };
        self.http.base_url = base_url;
        self.http.api_base_url = variable("IMAGEKIT_API_BASE_URL")?;
        self.http.upload_base_url = variable("IMAGEKIT_UPLOAD_BASE_URL")?;
        const HEADERS: &str = "IMAGE_KIT_CUSTOM_HEADERS";
        let headers = variable(HEADERS)?.unwrap_or_default();
        for line in headers.lines().filter(|line| !line.trim().is_empty()) {
            // The value is left out of the message: it may be a secret.
            let (name, value) = line.split_once(':').ok_or_else(|| {
                let message =
                    "has a line without a colon; write one header on each line, as `Name: value`";
                Error::invalid_input(HEADERS, message)
            })?;
            self = self.header(name.trim(), value.trim());
        }
        Ok(self)
    }

    /// Sets one base URL for the management API and the upload API, such as that of a proxy or a
    /// test server.
    ///
    /// The defaults are `https://api.imagekit.io` and `https://upload.imagekit.io`. The URL is an
    /// `http` or `https` URL with a host, without query and fragment.
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.http.base_url = Some(url.into());
        self
    }

    /// Sets the base URL of the management API. It takes precedence over
    /// [`base_url`](Self::base_url).
    pub fn api_base_url(mut self, url: impl Into<String>) -> Self {
        self.http.api_base_url = Some(url.into());
        self
    }

    /// Sets the base URL of the upload API. It takes precedence over [`base_url`](Self::base_url).
    pub fn upload_base_url(mut self, url: impl Into<String>) -> Self {
        self.http.upload_base_url = Some(url.into());
        self
    }

    /// Sets the HTTP client, with its proxies, certificates and connection pool. It must be a
    /// client of [`imagekitio::reqwest`](crate::reqwest), the version that this crate uses.
    ///
    /// The default client gives up a connection attempt after 10 seconds, closes an unused
    /// connection after 4 seconds, and doesn't follow redirects. Give your client the same
    /// settings:
    ///
    /// - Servers close unused connections after 5 (Node) to 75 seconds (nginx). A request on a
    ///   connection that the server is about to close fails.
    /// - A redirect fails a request with [`Redirect`](crate::ErrorKind::Redirect), whatever the
    ///   client does. If the client follows it, the other address receives the headers of the
    ///   request except the private key.
    /// - A total timeout of the client also limits uploads.
    ///
    /// ```no_run
    /// # fn run() -> Result<(), Box<dyn std::error::Error>> {
    /// use std::time::Duration;
    ///
    /// use imagekitio::ImageKit;
    /// use imagekitio::reqwest::{self, redirect::Policy};
    ///
    /// let http = reqwest::Client::builder()
    ///     .connect_timeout(Duration::from_secs(10))
    ///     .pool_idle_timeout(Duration::from_secs(4))
    ///     .redirect(Policy::none())
    ///     .build()?;
    /// let ik = ImageKit::builder().private_key("private_key_test").http_client(http).build()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn http_client(mut self, client: reqwest::Client) -> Self {
        self.http.http_client = Some(client);
        self
    }

    /// Limits the time of a connection attempt. The default is 10 seconds.
    ///
    /// It has no effect together with [`http_client`](Self::http_client).
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.http.connect_timeout = timeout;
        self
    }

    /// Limits the size of a response body, in bytes, at least 1. The default is 64 MiB.
    ///
    /// The connection of a longer body is closed. A success is then a
    /// [`Decode`](crate::ErrorKind::Decode) error, although it may have been carried out; an error
    /// keeps its kind. The error has status, headers, and the body up to this size.
    pub fn max_response_size(mut self, bytes: u64) -> Self {
        self.http.max_response_size = bytes;
        self
    }

    /// Limits the time of one attempt at a request of the management API, from its start to the end
    /// of the response. The default is 60 seconds.
    ///
    /// A slower attempt is a [`Timeout`](crate::ErrorKind::Timeout) error, and is retried if the
    /// request is idempotent. Uploads have other limits: see
    /// [`UploadRequest`](crate::upload::UploadRequest).
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.http.options.timeout(timeout);
        self
    }

    /// Limits the time of all attempts at a request together, including the waits between them.
    /// There is no limit by default.
    ///
    /// It has no effect on uploads: see
    /// [`UploadRequest::total_timeout`](crate::upload::UploadRequest::total_timeout).
    pub fn total_timeout(mut self, timeout: Duration) -> Self {
        self.http.options.total_timeout(timeout);
        self
    }

    /// Sets which failed requests are retried, and when. The default is [`RetryPolicy::default`].
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.http.options.retry(policy);
        self
    }

    /// Adds a header to every request. It replaces one that the client sets, such as `User-Agent`.
    ///
    /// Building fails for `Content-Length`, `Transfer-Encoding`, `Content-Type`,
    /// `Content-Encoding`, `Content-Range`, `Host`, `Connection`, `Keep-Alive`, `TE`, `Trailer`,
    /// `Upgrade`, `HTTP2-Settings`, `Expect`, `Authorization`, `Proxy-Authorization` and
    /// `Proxy-Connection`, which follow from the request.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.http.options.header_for_all(name, value);
        self
    }

    /// Limits the rate of requests that read to a number per second, of all clones together.
    ///
    /// There is no limit by default until the server answers 429: see [`RetryPolicy`]. Building
    /// fails for a rate that is not above 0.
    pub fn reads_per_second(mut self, requests: f64) -> Self {
        self.http.reads_per_second = Some(requests);
        self
    }

    /// Limits the rate of requests that change something to a number per second, of all clones
    /// together. Uploads don't count.
    ///
    /// There is no limit by default until the server answers 429: see [`RetryPolicy`]. Building
    /// fails for a rate that is not above 0.
    pub fn writes_per_second(mut self, requests: f64) -> Self {
        self.http.writes_per_second = Some(requests);
        self
    }

    /// Limits the rate of uploads to a number per second, of all clones together. Each attempt at
    /// an upload counts.
    ///
    /// There is no limit by default until the server answers 429: see [`RetryPolicy`]. Building
    /// fails for a rate that is not above 0.
    pub fn uploads_per_second(mut self, uploads: f64) -> Self {
        self.http.uploads_per_second = Some(uploads);
        self
    }
}
