use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::headers::Headers;
use super::limits::Pace;
use super::{Http, Options, RetryPolicy};
use crate::ImageKitBuilder;
use crate::error::Error;
use crate::raw::{
    CONNECT_TIMEOUT, Hosts, MAX_RESPONSE_SIZE, Transport, base_url, check_response_size, operations,
};

/// The half of the configuration that concerns requests.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    base_url: Option<String>,
    api_base_url: Option<String>,
    upload_base_url: Option<String>,
    http_client: Option<reqwest::Client>,
    connect_timeout: Duration,
    max_response_size: u64,
    options: Options,
    reads_per_second: Option<f64>,
    writes_per_second: Option<f64>,
    uploads_per_second: Option<f64>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            base_url: None,
            api_base_url: None,
            upload_base_url: None,
            http_client: None,
            connect_timeout: CONNECT_TIMEOUT,
            max_response_size: MAX_RESPONSE_SIZE,
            options: Options {
                timeout: Duration::from_secs(60),
                total_timeout: None,
                retry: RetryPolicy::default(),
                headers: Headers::default(),
            },
            reads_per_second: None,
            writes_per_second: None,
            uploads_per_second: None,
        }
    }
}

impl Settings {
    pub(crate) fn build(self, private_key: Option<&str>) -> Result<Http, Error> {
        let mut hosts = Hosts::default();
        if let Some(url) = self.base_url {
            hosts.all = Some(base_url("base_url", url)?);
        }
        if let Some(url) = self.api_base_url {
            let url = base_url("api_base_url", url)?;
            hosts.each.push((operations::SERVER, url));
        }
        if let Some(url) = self.upload_base_url {
            let url = base_url("upload_base_url", url)?;
            let server = operations::UPLOAD_FILE.server;
            hosts.each.push((server.unwrap_or(operations::SERVER), url));
        }
        if self.options.timeout.is_zero() {
            return Err(Error::invalid_input(
                "timeout",
                "is zero; give the time that a request may take, such as 60 seconds",
            ));
        }
        check_response_size(self.max_response_size)?;
        self.options.headers.parsed()?;
        Ok(Http {
            transport: Transport::new(
                private_key,
                self.http_client,
                self.connect_timeout,
                self.max_response_size,
                hosts,
            ),
            gates: Default::default(),
            reads: pace("reads_per_second", self.reads_per_second)?,
            writes: pace("writes_per_second", self.writes_per_second)?,
            uploads: pace("uploads_per_second", self.uploads_per_second)?,
            options: self.options,
        })
    }
}

fn pace(option: &'static str, per_second: Option<f64>) -> Result<Option<Arc<Pace>>, Error> {
    let Some(per_second) = per_second else {
        return Ok(None);
    };
    match Duration::try_from_secs_f64(1.0 / per_second) {
        Ok(interval) if per_second > 0.0 && Instant::now().checked_add(interval).is_some() => {
            Ok(Some(Arc::new(Pace::new(interval))))
        }
        _ => Err(Error::invalid_input(
            option,
            format!(
                "{per_second} is not a valid rate; give a number of requests above 0, such as 5.0"
            ),
        )),
    }
}

/// Settings of requests; feature `client`.
impl ImageKitBuilder {
    /// One base URL for the management and the upload API, in place of `https://api.imagekit.io` and
    /// `https://upload.imagekit.io`: for a proxy or a test server.
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.http.base_url = Some(url.into());
        self
    }

    /// Base URL of the management API alone. It goes before [`base_url`](Self::base_url).
    pub fn api_base_url(mut self, url: impl Into<String>) -> Self {
        self.http.api_base_url = Some(url.into());
        self
    }

    /// Base URL of the upload API alone. It goes before [`base_url`](Self::base_url).
    pub fn upload_base_url(mut self, url: impl Into<String>) -> Self {
        self.http.upload_base_url = Some(url.into());
        self
    }

    /// Your own HTTP client, with its proxies, certificates and pool. A total timeout that it has limits uploads, too.
    ///
    /// Without one, the client gives up a connection attempt after 10 seconds, closes an unused connection after 4 seconds,
    /// and follows no redirects. Give your own client the same settings: servers close unused connections after 5 (Node) to
    /// 75 seconds (nginx), and a request that meets the end of its connection fails. A redirect fails a request with
    /// [`Redirect`](crate::ErrorKind::Redirect), whatever the client does; if the client follows it, the address that it
    /// leads to gets the headers of the request except the private key.
    ///
    /// ```no_run
    /// # fn run() -> Result<(), Box<dyn std::error::Error>> {
    /// use std::time::Duration;
    ///
    /// use imagekitio::ImageKit;
    /// use reqwest::redirect::Policy;
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

    /// The time after which a connection that doesn't come about is given up. The default is 10 seconds. It has no effect
    /// beside an [`http_client`](Self::http_client) of your own.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.http.connect_timeout = timeout;
        self
    }

    /// The longest body of a response, in bytes, from 1. The default is 64 MiB.
    ///
    /// A longer body ends its connection. A success is then a [`Decode`](crate::ErrorKind::Decode) error, and may have been
    /// carried out; an error keeps its kind. Status, headers and the body up to this size are in the error.
    pub fn max_response_size(mut self, bytes: u64) -> Self {
        self.http.max_response_size = bytes;
        self
    }

    /// The time that one attempt at a request of the management API may take, from its start to the end of the reply. The
    /// default is 60 seconds. Uploads have limits of their own: see [`UploadRequest`](crate::upload::UploadRequest).
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.http.options.timeout = timeout;
        self
    }

    /// The time that all attempts at a request may take together, with the waits between them. By default only
    /// [`timeout`](Self::timeout) and [`retry`](Self::retry) limit it. It does not concern uploads.
    pub fn total_timeout(mut self, timeout: Duration) -> Self {
        self.http.options.total_timeout = Some(timeout);
        self
    }

    /// Which failed requests are sent again, and when. The default is [`RetryPolicy::default`].
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.http.options.retry = policy;
        self
    }

    /// A header for every request. It replaces one that the client sets by itself, such as `User-Agent`.
    ///
    /// `Content-Length`, `Transfer-Encoding`, `Content-Type`, `Content-Encoding`, `Content-Range`, `Host`, `Connection`,
    /// `Keep-Alive`, `TE`, `Trailer`, `Upgrade`, `HTTP2-Settings`, `Expect`, `Authorization`, `Proxy-Authorization` and
    /// `Proxy-Connection` are refused: they follow from the request.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.http.options.headers.add_for_all(name, value);
        self
    }

    /// Limits the rate of requests that read to so many a second, of all clones together. By default nothing limits it until
    /// the server answers 429: see [`RetryPolicy`].
    pub fn reads_per_second(mut self, requests: f64) -> Self {
        self.http.reads_per_second = Some(requests);
        self
    }

    /// Limits the rate of requests that change something, uploads aside, to so many a second, of all clones together.
    pub fn writes_per_second(mut self, requests: f64) -> Self {
        self.http.writes_per_second = Some(requests);
        self
    }

    /// Limits the rate of uploads to so many a second, of all clones together. Each attempt at an upload counts.
    pub fn uploads_per_second(mut self, uploads: f64) -> Self {
        self.http.uploads_per_second = Some(uploads);
        self
    }
}
