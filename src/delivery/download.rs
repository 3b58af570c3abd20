use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures_core::Stream;
use futures_util::stream;
use reqwest::StatusCode;
use reqwest::header::{
    ACCEPT_RANGES, CONTENT_RANGE, CONTENT_TYPE, ETAG, HeaderMap, HeaderValue, IF_RANGE, RANGE,
};
use tokio::time::{Instant, timeout};

use super::target::{Source, Target, operation, setters};
use crate::client::{Reply, Response, RetryPolicy};
use crate::error::{Error, ErrorKind};
use crate::http::root_cause;
use crate::raw::operations::Operation;

static FETCH: Operation = operation("delivery-fetch");

/// A download, which `.await` starts. [`Delivery::fetch`](super::Delivery::fetch) returns it.
#[must_use = "`.await` starts the download"]
#[derive(Clone, Debug)]
pub struct Fetch {
    pub(super) target: Target,
    pub(super) max_size: u64,
}

impl Fetch {
    setters!();

    /// Sets the longest time of the download from its start to its end, with retries and pauses of
    /// the consumer. The default is the client's.
    pub fn total_timeout(mut self, timeout: Duration) -> Self {
        self.target.options.total_timeout(timeout);
        self
    }

    /// Sets the largest size of the file in bytes. There is no limit by default.
    pub fn max_size(mut self, bytes: u64) -> Self {
        self.max_size = bytes;
        self
    }

    /// Starts the download on the current thread; feature `blocking`.
    /// [`Download::bytes_blocking`] receives the file.
    ///
    /// # Errors
    ///
    /// Those of [`Delivery::fetch`](super::Delivery::fetch), and
    /// [`InvalidInput`](ErrorKind::InvalidInput) inside an async task, whose thread must not be
    /// blocked.
    #[cfg(feature = "blocking")]
    pub fn send_blocking(self) -> Result<Download, Error> {
        crate::client::send_blocking(self)
    }

    async fn send(self) -> Result<Download, Error> {
        let headers = self.target.options.headers()?;
        if headers.contains_key(RANGE) || headers.contains_key(IF_RANGE) {
            return Err(Error::invalid_input(
                "header",
                "`range` and `if-range` are not valid headers of a download, which sets them to resume; \
                 leave them out",
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
            return Err(source.unfit(head, "sends a part of the file instead of the file"));
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

/// A download as a stream of bytes, in the content encoding of the response.
///
/// Dropping it cancels the download.
///
/// ```no_run
/// # async fn run(ik: imagekitio::ImageKit) -> Result<(), Box<dyn std::error::Error>> {
/// use futures_util::TryStreamExt;
/// use imagekitio::UploadSource;
///
/// let video = ik.delivery().fetch("https://ik.imagekit.io/demo/film.mp4").await?;
/// if let Some(length) = video.content_length() {
///     let copy = UploadSource::stream("copy.mp4", length, video.map_err(std::io::Error::other));
///     ik.upload(copy).await?;
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
    /// Returns the HTTP status, 200 to 299.
    pub fn http_status(&self) -> u16 {
        self.head.http_status()
    }

    /// Returns the headers of the response.
    pub fn headers(&self) -> &HeaderMap {
        self.head.headers()
    }

    /// Returns the id of the request, for ImageKit's support: the header `x-ik-requestId`.
    pub fn request_id(&self) -> Option<&str> {
        self.head.request_id()
    }

    /// Returns the content type, such as `image/webp`.
    pub fn content_type(&self) -> Option<&str> {
        self.headers().get(CONTENT_TYPE)?.to_str().ok()
    }

    /// Returns the length in bytes. `None` if the response doesn't state it.
    pub fn content_length(&self) -> Option<u64> {
        self.length
    }

    /// Receives the whole file into memory.
    ///
    /// # Errors
    ///
    /// Those of the stream, and [`Decode`](ErrorKind::Decode) for a file larger than
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

    /// Receives the whole file into memory on the current thread; feature `blocking`.
    ///
    /// # Errors
    ///
    /// Those of [`bytes`](Self::bytes), and [`InvalidInput`](ErrorKind::InvalidInput) inside an
    /// async task, whose thread must not be blocked.
    #[cfg(feature = "blocking")]
    pub fn bytes_blocking(self) -> Result<Bytes, Error> {
        crate::client::send_blocking(self.bytes())
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
            .field("status", &self.http_status())
            .field("request_id", &self.request_id())
            .field("content_type", &self.content_type())
            .field("content_length", &self.content_length())
            .finish_non_exhaustive()
    }
}

/// Returns the ETag with which a download can be resumed.
fn resumable(headers: &HeaderMap) -> Option<HeaderValue> {
    let takes_ranges = headers
        .get_all(ACCEPT_RANGES)
        .iter()
        .any(|units| units.as_bytes().eq_ignore_ascii_case(b"bytes"));
    let etag = headers.get(ETAG)?;
    // A weak ETag starts with `W/`.
    (takes_ranges && etag.as_bytes().starts_with(b"\"")).then(|| etag.clone())
}

/// The body of a download.
struct Body {
    source: Source,
    deadline: Option<Instant>,
    response: reqwest::Response,
    /// Status and headers of the first response.
    head: Reply,
    /// The ETag with which the download can be resumed.
    etag: Option<HeaderValue>,
    received: u64,
    length: Option<u64>,
    max_size: u64,
    /// The number of attempts, and how many of them failed.
    made: u32,
    failures: u32,
}

impl Body {
    /// Returns the next bytes and the rest of the body.
    async fn next(mut self) -> Result<Option<(Bytes, Self)>, Error> {
        loop {
            let limit = self.source.options.attempt_limit(self.deadline);
            // After the deadline, only a complete file counts.
            if limit.left.is_zero() && self.length == Some(self.received) {
                return Ok(None);
            }
            let next = match limit.left.is_zero() {
                true => None,
                false => timeout(limit.left, self.response.chunk()).await.ok(),
            };
            let error = match next {
                Some(Ok(Some(chunk))) if chunk.is_empty() => continue,
                Some(Ok(Some(chunk))) => {
                    self.received = self.received.saturating_add(chunk.len() as u64);
                    self.check_size(self.received)?;
                    if self.length.is_some_and(|length| self.received > length) {
                        let what = "sends more bytes than `content-length`";
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
                None if self.is_over() => self.broken_by(
                    ErrorKind::Timeout,
                    &format!("it did not end within {limit}"),
                ),
                None => self.broken_by(ErrorKind::Timeout, &format!("no data arrived for {limit}")),
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
                    "the file is longer than {} bytes; raise `max_size` to receive it",
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
                "; it can't be resumed, because the server has sent no strong ETag or no `accept-ranges: bytes`"
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
            let what = "doesn't send the rest of the file, which has changed or can't be sent in parts; download it again";
            return Err(self.source.unfit(part, what).after(self.made));
        };
        self.length = self.length.or(total);
        self.response = response;
        Ok(())
    }

    /// Returns the length of the file that a response states, if it states one. `None` if the
    /// response is not the rest of this file.
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
