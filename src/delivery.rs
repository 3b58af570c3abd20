//! Files as they are delivered at their URLs.
//!
//! Requests go to the host of the URL, which is not the API's: they carry neither the private key nor the headers that are set
//! for all requests of the client.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures_core::Stream;
use futures_util::stream;
use reqwest::header::{
    ACCEPT_RANGES, CONTENT_RANGE, CONTENT_TYPE, ETAG, HeaderMap, HeaderValue, IF_RANGE, RANGE,
};
use reqwest::{StatusCode, Url};
use tokio::time::{Instant, sleep, timeout};

use crate::api::{check_interval, next_interval};
use crate::client::{
    Attempts, Http, Options, Reply, Response, RetryPolicy, check_runtime, read, traced,
};
use crate::error::{Error, ErrorKind};
use crate::raw::operations::Operation;
use crate::raw::{Transport, redirect_target, root_cause};
use crate::redact::RedactedUrl;
use crate::url::ImageKitUrl;
use crate::validate::http_url;
use crate::{ImageKit, url::unescape};

static FETCH: Operation = operation("delivery-fetch");
static WAIT: Operation = operation("delivery-wait");

/// What stands in errors, spans and rate limits for a request that is not one of the API.
const fn operation(id: &'static str) -> Operation {
    Operation {
        id,
        name: "",
        method: "GET",
        path: "",
        server: None,
        empty: "",
        is_confidential: false,
        content_type: "",
        is_body_optional: false,
        accept: "",
        encodings: &[],
    }
}

/// Files as they are delivered at their URLs; feature `client`.
impl ImageKit {
    /// Files as they are delivered at their URLs: downloads, and waiting for what ImageKit prepares.
    ///
    /// ```no_run
    /// # async fn run(ik: imagekitio::ImageKit) -> Result<(), imagekitio::Error> {
    /// use imagekitio::Transformation;
    ///
    /// let url = ik.url("/shoe.jpg").transform(Transformation::new().ai_remove_background()).build()?;
    /// ik.delivery().wait_until_ready(&url).await?;
    /// let image = ik.delivery().fetch(&url).await?.bytes().await?;
    /// println!("{} bytes", image.len());
    /// # Ok(())
    /// # }
    /// ```
    pub fn delivery(&self) -> Delivery {
        Delivery {
            http: self.http().clone(),
        }
    }
}

/// Files as they are delivered at their URLs. See [`ImageKit::delivery`].
///
/// Requests go to the host of the URL. They carry neither the private key nor the headers of
/// [`ImageKitBuilder::header`](crate::ImageKitBuilder::header). Redirects are not followed. Errors and logs show no query of a
/// URL, which may hold a signature.
#[derive(Clone, Debug)]
pub struct Delivery {
    http: Http,
}

impl Delivery {
    /// Waits until ImageKit has prepared the file at a URL, such as the result of an AI transformation or a video.
    ///
    /// The URL is requested again and again, which also starts the work. The file itself is not received. ImageKit is still
    /// preparing it when it answers 202, sends the header `is-intermediate-response: true`, or redirects to the original. See
    /// [AI transformations](https://imagekit.io/docs/ai-transformations) and
    /// [video transformation](https://imagekit.io/docs/video-transformation).
    ///
    /// # Errors
    ///
    /// - [`InvalidInput`](ErrorKind::InvalidInput) for what is not an absolute `http` or `https` URL.
    /// - [`Timeout`](ErrorKind::Timeout) when the file is not ready in time, with the last reply.
    /// - [`Redirect`](ErrorKind::Redirect) for a redirect elsewhere.
    /// - Those of the status, and [`BadRequest`](ErrorKind::BadRequest) for a success or a redirect with the header `ik-error`.
    ///   That header is the [`reason`](Error::reason). A failure with it is final; others are repeated as the
    ///   [`RetryPolicy`] says.
    pub fn wait_until_ready(&self, url: impl AsRef<str>) -> WaitUntilReady {
        WaitUntilReady {
            target: self.target(url.as_ref()),
            interval: Duration::from_secs(1),
            total_timeout: Duration::from_secs(600),
        }
    }

    /// Downloads the file at a URL.
    ///
    /// Requests that fail are repeated as the [`RetryPolicy`] says. So is a download that breaks off, from where it broke
    /// off, if the server has sent a strong `ETag` and `Accept-Ranges: bytes`. All repetitions together count.
    ///
    /// # Errors
    ///
    /// Those of [`wait_until_ready`](Self::wait_until_ready), and [`NotReady`](ErrorKind::NotReady) while ImageKit is still
    /// preparing the file. The stream itself fails with [`Connection`](ErrorKind::Connection) or
    /// [`Timeout`](ErrorKind::Timeout) when it breaks off and can't be resumed, and with [`Decode`](ErrorKind::Decode) when
    /// the file changes meanwhile or is longer than [`max_size`](Fetch::max_size).
    pub fn fetch(&self, url: impl AsRef<str>) -> Fetch {
        Fetch {
            target: self.target(url.as_ref()),
            max_size: u64::MAX,
        }
    }

    fn target(&self, url: &str) -> Target {
        Target {
            options: self.http.options_for_others(),
            http: self.http.clone(),
            url: RedactedUrl(url.to_owned()),
        }
    }
}

/// What is requested, and how.
#[derive(Clone, Debug)]
struct Target {
    http: Http,
    options: Options,
    url: RedactedUrl<String>,
}

macro_rules! setters {
    () => {
        /// The time until the head of a reply is there, and the longest pause in a body, in place of the client's.
        pub fn timeout(mut self, timeout: Duration) -> Self {
            self.target.options.timeout(timeout);
            self
        }

        /// A header for this request. See [`ImageKitBuilder::header`](crate::ImageKitBuilder::header) for those that are
        /// refused.
        pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
            self.target.options.header(name, value);
            self
        }

        /// What is repeated, and when, in place of the client's policy.
        pub fn retry(mut self, policy: RetryPolicy) -> Self {
            self.target.options.retry(policy);
            self
        }
    };
}

/// A wait that begins with `.await` and returns the head of the reply that has the file. See
/// [`Delivery::wait_until_ready`].
#[must_use = "a wait begins with `.await`"]
#[derive(Clone, Debug)]
pub struct WaitUntilReady {
    target: Target,
    interval: Duration,
    total_timeout: Duration,
}

impl WaitUntilReady {
    setters!();

    /// The time between the first two requests. It doubles from one to the next, up to 10 seconds; a longer one stays as it
    /// is. A longer `Retry-After` of the server takes precedence. The default is one second.
    pub fn interval(mut self, interval: Duration) -> Self {
        self.interval = interval;
        self
    }

    /// The longest that the wait may take. The default is 10 minutes.
    pub fn total_timeout(mut self, timeout: Duration) -> Self {
        self.total_timeout = timeout;
        self
    }

    async fn run(self) -> Result<Response<()>, Error> {
        check_interval(self.interval)?;
        let source = self.target.source(&WAIT)?;
        let limit = self.total_timeout;
        let mut last = None;
        let waiting = until_ready(self.interval, || source.ask(), &mut last);
        let result = timeout(limit, waiting).await;
        match (result, last) {
            (Ok(result), _) => result,
            (Err(_), Some(last)) => Err(Error::because_of(
                ErrorKind::Timeout,
                format!(
                    "the file was not ready within {limit:?}: {}",
                    last.summary()
                ),
                Arc::new(last),
            )),
            (Err(_), None) => {
                let message = format!("no reply from {} within {limit:?}", source.host());
                Err(Error::new(ErrorKind::Timeout, message).during(WAIT.id, true))
            }
        }
    }
}

impl IntoFuture for WaitUntilReady {
    type Output = Result<Response<()>, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

/// Asks until the answer is another than that the file is not ready. The last such answer is put into `last`.
async fn until_ready<T, F: Future<Output = Result<T, Error>>>(
    mut interval: Duration,
    mut ask: impl FnMut() -> F,
    last: &mut Option<Error>,
) -> Result<T, Error> {
    loop {
        match ask().await {
            Err(error) if error.kind() == ErrorKind::NotReady => {
                let wait = error.retry_after().unwrap_or_default().max(interval);
                *last = Some(error);
                sleep(wait).await;
                interval = next_interval(interval);
            }
            result => return result,
        }
    }
}

/// A download that begins with `.await`. See [`Delivery::fetch`].
#[must_use = "a download begins with `.await`"]
#[derive(Clone, Debug)]
pub struct Fetch {
    target: Target,
    max_size: u64,
}

impl Fetch {
    setters!();

    /// The time that the download may take from its start to its end, with all repetitions and the pauses that the reader
    /// makes, in place of the client's.
    pub fn total_timeout(mut self, timeout: Duration) -> Self {
        self.target.options.total_timeout(timeout);
        self
    }

    /// The longest file that is downloaded, in bytes. By default nothing limits it.
    pub fn max_size(mut self, bytes: u64) -> Self {
        self.max_size = bytes;
        self
    }

    async fn send(self) -> Result<Download, Error> {
        let headers = self.target.options.headers()?;
        if headers.contains_key(RANGE) || headers.contains_key(IF_RANGE) {
            return Err(Error::invalid_input(
                "header",
                "`range` and `if-range` cannot be set: a download that breaks off is resumed by them; skip what you don't need",
            ));
        }
        let source = self.target.source(&FETCH)?;
        let deadline = source.options.deadline();
        let mut attempts = source.attempts(deadline);
        let response = source
            .open(&mut attempts, deadline, HeaderMap::new())
            .await?;
        let (made, failures) = (attempts.made(), attempts.failures());
        let (response, head) = response.into_parts();
        if head.status == StatusCode::PARTIAL_CONTENT {
            return Err(source.unfit(head, "sends a part of the file, which nobody asked for"));
        }
        let length = response.content_length();
        let body = Body {
            source,
            deadline,
            response,
            etag: resumable(&head.headers),
            head: head.clone(),
            received: 0,
            length,
            max_size: self.max_size,
            made,
            failures,
        };
        body.check_size(length.unwrap_or(0))?;
        Ok(Download {
            max_response_size: body.source.transport.max_response_size(),
            head: Response::new((), head),
            length,
            chunks: Box::pin(stream::try_unfold(body, Body::next)),
        })
    }
}

impl IntoFuture for Fetch {
    type Output = Result<Download, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

/// A file that is being downloaded: a stream of its bytes, in the encoding that the server chose.
///
/// Dropping it ends the download.
///
/// ```no_run
/// # async fn run(ik: imagekitio::ImageKit) -> Result<(), Box<dyn std::error::Error>> {
/// use futures_util::TryStreamExt;
/// use imagekitio::UploadSource;
///
/// let video = ik.delivery().fetch("https://ik.imagekit.io/demo/film.mp4").await?;
/// if let Some(length) = video.content_length() {
///     ik.upload(UploadSource::stream("copy.mp4", length, video.map_err(std::io::Error::other))).await?;
/// }
/// # Ok(())
/// # }
/// ```
pub struct Download {
    head: Response<()>,
    length: Option<u64>,
    max_response_size: u64,
    chunks: Pin<Box<dyn Stream<Item = Result<Bytes, Error>> + Send>>,
}

impl Download {
    /// The HTTP status, 200 to 299.
    pub fn status(&self) -> u16 {
        self.head.status()
    }

    /// The headers of the reply.
    pub fn headers(&self) -> &HeaderMap {
        self.head.headers()
    }

    /// The id of the request, for ImageKit's support: the header `x-ik-requestId`.
    pub fn request_id(&self) -> Option<&str> {
        self.head.request_id()
    }

    /// The content type, such as `image/webp`.
    pub fn content_type(&self) -> Option<&str> {
        self.headers().get(CONTENT_TYPE)?.to_str().ok()
    }

    /// The length in bytes, if the server states it.
    pub fn content_length(&self) -> Option<u64> {
        self.length
    }

    /// Receives the whole file.
    ///
    /// # Errors
    ///
    /// Those of the stream, and [`Decode`](ErrorKind::Decode) for more bytes than
    /// [`max_response_size`](crate::ImageKitBuilder::max_response_size).
    pub async fn bytes(mut self) -> Result<Bytes, Error> {
        let limit = self.max_response_size;
        let mut bytes = Vec::new();
        while let Some(chunk) = std::future::poll_fn(|cx| self.chunks.as_mut().poll_next(cx)).await
        {
            let chunk = chunk?;
            if (bytes.len() + chunk.len()) as u64 > limit {
                let message = format!(
                    "the file is longer than {limit} bytes; read it as a stream, or raise `max_response_size`"
                );
                let (_, head) = self.head.into_parts();
                return Err(Error::new(ErrorKind::Decode, message).with_reply(FETCH.id, head));
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes.into())
    }
}

impl Stream for Download {
    type Item = Result<Bytes, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.chunks.as_mut().poll_next(cx)
    }
}

impl fmt::Debug for Download {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Download")
            .field("status", &self.status())
            .field("request_id", &self.request_id())
            .field("content_type", &self.content_type())
            .field("content_length", &self.content_length())
            .finish_non_exhaustive()
    }
}

/// A target that was checked.
struct Source {
    operation: &'static Operation,
    http: Http,
    options: Options,
    transport: Transport,
    url: Url,
}

impl Target {
    fn source(self, operation: &'static Operation) -> Result<Source, Error> {
        check_runtime(operation)?;
        let url = http_url(&self.url.0).ok_or_else(|| {
            Error::invalid_input(
                "url",
                format!(
                    "{:?} is not an absolute http or https URL; give one such as https://ik.imagekit.io/demo/a.jpg",
                    self.url
                ),
            )
        })?;
        let transport = self
            .http
            .transport_for(operation, &self.options, false)?
            .with_secrets(secrets(&url));
        Ok(Source {
            operation,
            http: self.http,
            options: self.options,
            transport,
            url,
        })
    }
}

/// What must not show of a URL, though a server may repeat it: user info and the query, the transformation aside.
fn secrets(url: &Url) -> Vec<String> {
    let parameters = url.query().unwrap_or_default().split('&');
    let values = parameters
        .filter(|parameter| !parameter.starts_with("tr="))
        .map(|parameter| {
            parameter
                .split_once('=')
                .map_or(parameter, |(_, value)| value)
        });
    let user_info = [url.username(), url.password().unwrap_or_default()];
    let written = user_info.into_iter().chain(values);
    written
        .flat_map(|value| {
            let meant = String::from_utf8_lossy(&unescape(value)).into_owned();
            [value.to_owned(), meant]
        })
        .collect()
}

impl Source {
    fn host(&self) -> &str {
        self.url.host_str().unwrap_or_default()
    }

    fn attempts(&self, deadline: Option<Instant>) -> Attempts<'_> {
        self.http
            .attempts(self.operation, &self.options, deadline, None)
    }

    /// Whether the file is ready.
    async fn ask(&self) -> Result<Response<()>, Error> {
        let deadline = self.options.deadline();
        let mut attempts = self.attempts(deadline);
        let response = self.open(&mut attempts, deadline, HeaderMap::new()).await?;
        Ok(response.map(drop))
    }

    /// Requests the file, as often as the retry policy allows.
    async fn open(
        &self,
        attempts: &mut Attempts<'_>,
        deadline: Option<Instant>,
        headers: HeaderMap,
    ) -> Result<Response<reqwest::Response>, Error> {
        loop {
            let number = attempts.next().await?;
            let attempt = self.attempt(deadline, headers.clone());
            let result = traced(self.operation.id, number, attempt).await;
            let result = result.map_err(|error| error.after(number));
            attempts.report(&result);
            let error = match result {
                Ok(response) => return Ok(response),
                Err(error) => error,
            };
            // ImageKit caches such a failure.
            let is_final = error
                .reply()
                .is_some_and(|reply| reply.delivery_error().is_some());
            if is_final && error.kind() != ErrorKind::RateLimited {
                return Err(error);
            }
            attempts.wait(error, true).await?;
        }
    }

    /// One request, and what its reply means.
    async fn attempt(
        &self,
        deadline: Option<Instant>,
        headers: HeaderMap,
    ) -> Result<Response<reqwest::Response>, Error> {
        let limit = self.options.attempt_timeout(deadline);
        let reading = read(&self.transport, self.operation, self.url.clone(), headers);
        let Ok(result) = timeout(limit, reading).await else {
            let message = format!("no reply from {} within {limit:?}", self.host());
            return Err(Error::new(ErrorKind::Timeout, message).during(self.operation.id, true));
        };
        let (response, head) = match result {
            Ok(response) => response.into_parts(),
            Err(error) => {
                let meant = error
                    .reply()
                    .filter(|reply| reply.status.is_redirection())
                    .and_then(|redirect| self.not_delivered(redirect));
                return Err(meant.unwrap_or(error));
            }
        };
        match self.not_delivered(&head) {
            Some(error) => Err(error),
            None => Ok(Response::new(response, head)),
        }
    }

    /// Why a success or a redirect is not the file that the URL asks for, if it isn't.
    fn not_delivered(&self, reply: &Reply) -> Option<Error> {
        let status = reply.status;
        let (kind, message) = if let Some(reason) = reply.delivery_error() {
            let reason = reply.secrets.redact(reason.to_owned());
            let message = format!("the server answered {status} with an error: {reason}");
            (ErrorKind::BadRequest, message)
        } else {
            let what = if self.redirects_to_original(reply) {
                " and redirects to the original"
            } else if status == StatusCode::ACCEPTED || is_intermediate(&reply.headers) {
                ""
            } else {
                return None;
            };
            let message = format!(
                "the server answered {status}{what}: the file is still being prepared; wait with \
                 `Delivery::wait_until_ready`"
            );
            (ErrorKind::NotReady, message)
        };
        Some(Error::new(kind, message).with_reply(self.operation.id, reply.clone()))
    }

    /// Whether a redirect leads to the file without the transformation, as ImageKit redirects while it prepares a video.
    fn redirects_to_original(&self, reply: &Reply) -> bool {
        let target = redirect_target(&self.url, &reply.headers);
        reply.status.is_redirection()
            && target.is_some_and(|target| is_original_of(&target, &self.url))
    }

    /// A success that does not fit.
    fn unfit(&self, reply: Reply, what: &str) -> Error {
        let message = format!("the server answered {}, but {what}", reply.status);
        Error::new(ErrorKind::Decode, message).with_reply(self.operation.id, reply)
    }
}

fn is_intermediate(headers: &HeaderMap) -> bool {
    let value = headers.get("is-intermediate-response");
    value.is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"true"))
}

/// Whether `target` is the file at `url` as it was uploaded.
fn is_original_of(target: &Url, url: &Url) -> bool {
    let (Ok(original), Ok(own)) = (
        ImageKitUrl::parse(target.as_str()),
        ImageKitUrl::parse(url.as_str()),
    ) else {
        return false;
    };
    let file = |url: &ImageKitUrl| format!("{}{}", url.endpoint(), url.path());
    let (original_file, own_file) = (file(&original), file(&own));
    let Some(suffix) = own_file.strip_prefix(&original_file) else {
        return false;
    };
    let is_derived = suffix.starts_with("/ik-");
    let is_transformed = is_derived || own.transformation().is_some();
    match original.transformation().as_deref() {
        None => is_transformed && (is_derived || suffix.is_empty()),
        Some("orig" | "orig-true") => is_derived || suffix.is_empty(),
        Some(_) => false,
    }
}

/// The version of a file that can be received in parts.
fn resumable(headers: &HeaderMap) -> Option<HeaderValue> {
    let takes_ranges = headers
        .get_all(ACCEPT_RANGES)
        .iter()
        .any(|units| units.as_bytes().eq_ignore_ascii_case(b"bytes"));
    let etag = headers.get(ETAG)?;
    // A weak one begins with `W/`.
    (takes_ranges && etag.as_bytes().starts_with(b"\"")).then(|| etag.clone())
}

/// The body of a download.
struct Body {
    source: Source,
    deadline: Option<Instant>,
    response: reqwest::Response,
    /// The head of the first reply.
    head: Reply,
    /// With which the download can be resumed.
    etag: Option<HeaderValue>,
    received: u64,
    length: Option<u64>,
    max_size: u64,
    /// Attempts so far, and those among them that failed.
    made: u32,
    failures: u32,
}

impl Body {
    /// The next bytes, and the rest.
    async fn next(mut self) -> Result<Option<(Bytes, Self)>, Error> {
        loop {
            let limit = self.source.options.attempt_timeout(self.deadline);
            // At the end of the time, what is there already doesn't count, except the whole file.
            if limit.is_zero() && self.length == Some(self.received) {
                return Ok(None);
            }
            let next = match limit.is_zero() {
                true => None,
                false => timeout(limit, self.response.chunk()).await.ok(),
            };
            let error = match next {
                Some(Ok(Some(chunk))) if chunk.is_empty() => continue,
                Some(Ok(Some(chunk))) => {
                    self.received = self.received.saturating_add(chunk.len() as u64);
                    self.check_size(self.received)?;
                    if self.length.is_some_and(|length| self.received > length) {
                        let what = "sends more bytes than it has announced";
                        return Err(self.source.unfit(self.head, what));
                    }
                    return Ok(Some((chunk, self)));
                }
                Some(Ok(None)) => match self.length {
                    Some(length) if self.received < length => self.broken("it ended early"),
                    _ => return Ok(None),
                },
                Some(Err(error)) => {
                    let error = error.without_url();
                    self.broken(&root_cause(&error)).with_source(error)
                }
                None if self.is_over() => {
                    self.broken_by(ErrorKind::Timeout, "the time for the download is over")
                }
                None => self.broken_by(
                    ErrorKind::Timeout,
                    &format!("nothing arrived within {limit:?}"),
                ),
            };
            self.resume(error).await?;
        }
    }

    fn is_over(&self) -> bool {
        self.deadline
            .is_some_and(|deadline| deadline <= Instant::now())
    }

    fn check_size(&self, size: u64) -> Result<(), Error> {
        match size > self.max_size {
            true => Err(self.source.unfit(
                self.head.clone(),
                &format!(
                    "the file is longer than {} bytes; raise `max_size` if that is right",
                    self.max_size
                ),
            )),
            false => Ok(()),
        }
    }

    fn broken(&self, why: &str) -> Error {
        self.broken_by(ErrorKind::Connection, why)
    }

    fn broken_by(&self, kind: ErrorKind, why: &str) -> Error {
        let advice = match self.etag {
            Some(_) => "",
            None => {
                "; it can't be resumed, because the server has not sent a strong ETag and `Accept-Ranges: bytes`"
            }
        };
        let message = format!(
            "the download broke off after {} bytes: {why}{advice}",
            self.received
        );
        Error::new(kind, message)
            .with_reply(self.source.operation.id, self.head.clone())
            .after(self.made)
    }

    /// Requests the rest of the file.
    async fn resume(&mut self, error: Error) -> Result<(), Error> {
        let Some(etag) = self.etag.clone() else {
            return Err(error);
        };
        let range = HeaderValue::try_from(format!("bytes={}-", self.received));
        let Ok(range) = range else {
            return Err(error);
        };
        let headers = HeaderMap::from_iter([(RANGE, range), (IF_RANGE, etag)]);
        let attempts = self.source.attempts(self.deadline);
        let mut attempts = attempts.after(self.made, self.failures);
        attempts.wait(error, true).await?;
        let response = self
            .source
            .open(&mut attempts, self.deadline, headers)
            .await?;
        (self.made, self.failures) = (attempts.made(), attempts.failures());
        let (response, part) = response.into_parts();
        let Some(total) = self.total_of(&part) else {
            let what = "does not send the rest of the file, because it has changed or can't be sent in parts; fetch it again";
            return Err(self.source.unfit(part, what).after(self.made));
        };
        self.length = self.length.or(total);
        self.response = response;
        Ok(())
    }

    /// The length that a reply states, if it states one; `None` for a reply that is not the rest of this file.
    fn total_of(&self, part: &Reply) -> Option<Option<u64>> {
        let range = part.headers.get(CONTENT_RANGE)?.to_str().ok()?;
        let (range, total) = range.strip_prefix("bytes ")?.split_once('/')?;
        let start: u64 = range.split_once('-')?.0.parse().ok()?;
        let total = match total {
            "*" => None,
            total => Some(total.parse().ok()?),
        };
        let same_length = total.is_none() || self.length.is_none() || total == self.length;
        let same_version = match part.headers.get(ETAG) {
            Some(etag) => Some(etag) == self.etag.as_ref(),
            None => true,
        };
        let is_rest = part.status == StatusCode::PARTIAL_CONTENT
            && start == self.received
            && same_length
            && same_version;
        is_rest.then_some(total)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;

    use super::*;

    #[test]
    fn the_original_of_a_file_is_known_by_its_url() {
        let endpoint = "https://ik.imagekit.io/demo";
        for (url, target, expected) in [
            ("/a.mp4?tr=w-300", "/a.mp4", true),
            ("/a.mp4?tr=w-300", "/a.mp4?tr=orig-true", true),
            ("/a.mp4?tr=w-300&v=1&ik-s=abc", "/a.mp4?v=1&tr=orig", true),
            ("/tr:w-300/a.mp4", "/a.mp4", true),
            ("/tr:w-300/a.mp4", "/tr:orig-true/a.mp4", true),
            ("/tr:w-300/b/a.mp4", "/b/a.mp4?tr=orig", true),
            ("/a.mp4", "/a.mp4?tr=orig-true", true),
            ("/a.gif/ik-gif-video.mp4", "/a.gif", true),
            ("/a.mp4/ik-master.m3u8?tr=sr-240", "/a.mp4?tr=orig", true),
            ("/a.mp4", "/a.mp4", false),
            ("/a.mp4?tr=w-300", "/a.mp4?tr=w-300", false),
            ("/a.mp4?tr=w-300", "/a.mp4?tr=w-301", false),
            ("/a.mp4?tr=w-300", "/b.mp4", false),
            ("/a.mp4?tr=w-300", "/", false),
            ("/b/a.mp4?tr=w-300", "/b", false),
            ("/tr:w-300/a.mp4", "/login?tr=orig", false),
        ] {
            let url = Url::parse(&format!("{endpoint}{url}")).unwrap();
            let target = url.join(&format!("{endpoint}{target}")).unwrap();
            assert_eq!(is_original_of(&target, &url), expected, "{url} {target}");
        }
        let url = Url::parse("https://ik.imagekit.io/demo/a.mp4?tr=w-300").unwrap();
        for target in [
            "http://ik.imagekit.io/demo/a.mp4",
            "https://ik.imagekit.io:444/demo/a.mp4",
            "https://example.com/demo/a.mp4",
            "data:,demo/a.mp4",
        ] {
            assert!(
                !is_original_of(&Url::parse(target).unwrap(), &url),
                "{target}"
            );
        }
    }

    fn not_ready(headers: &[(&'static str, &'static str)]) -> Error {
        let headers = headers
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_static(value)));
        let reply = Reply {
            status: StatusCode::ACCEPTED,
            headers: headers.collect(),
            body: Bytes::new(),
            secrets: Default::default(),
        };
        Error::new(ErrorKind::NotReady, "").with_reply(WAIT.id, reply)
    }

    /// The seconds at which is asked, and at which the wait ends.
    async fn times(interval: u64, answers: Vec<Error>) -> Vec<u64> {
        let start = Instant::now();
        let mut times = Vec::new();
        let mut answers = VecDeque::from(answers);
        let mut last = None;
        let ask = || {
            times.push(start.elapsed().as_secs());
            let answer = answers.pop_front();
            async { answer.map_or(Ok(()), Err) }
        };
        until_ready(Duration::from_secs(interval), ask, &mut last)
            .await
            .unwrap();
        times
    }

    #[tokio::test(start_paused = true)]
    async fn the_time_between_requests_grows() {
        let five = || (0..5).map(|_| not_ready(&[])).collect();
        assert_eq!(times(1, five()).await, [0, 1, 3, 7, 15, 25]);
        assert_eq!(times(4, five()).await, [0, 4, 12, 22, 32, 42]);
        assert_eq!(times(30, five()).await, [0, 30, 60, 90, 120, 150]);
        let asked = vec![
            not_ready(&[("retry-after", "20")]),
            not_ready(&[("retry-after", "1")]),
            not_ready(&[("retry-after", "never")]),
        ];
        assert_eq!(times(2, asked).await, [0, 20, 24, 32]);
    }
}
