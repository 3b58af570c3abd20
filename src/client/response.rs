use std::fmt;
use std::ops::Deref;
use std::time::Duration;

use bytes::Bytes;
use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use serde_json::Value;

use crate::error::{Error, ErrorKind};
use crate::reply::{Reply, milliseconds, numbers, wait};
use crate::secret::Redacted;

/// A decoded value together with its HTTP response.
///
/// It dereferences to the value. [`into_inner`](Self::into_inner) takes the value out. A list can
/// be iterated directly.
pub struct Response<T> {
    value: T,
    reply: Reply,
    /// Whether the value may hold secrets that its type shows in `Debug`.
    is_confidential: bool,
}

impl<T> Response<T> {
    pub(crate) fn new(value: T, reply: Reply) -> Self {
        Self {
            value,
            reply,
            is_confidential: false,
        }
    }

    pub(super) fn confidential(self, is_confidential: bool) -> Self {
        Self {
            is_confidential,
            ..self
        }
    }

    pub(crate) fn map<U>(self, change: impl FnOnce(T) -> U) -> Response<U> {
        Response {
            value: change(self.value),
            reply: self.reply,
            is_confidential: self.is_confidential,
        }
    }

    pub(crate) fn into_parts(self) -> (T, Reply) {
        (self.value, self.reply)
    }

    /// Returns the value alone.
    pub fn into_inner(self) -> T {
        self.value
    }

    /// Returns the HTTP status: 200 to 299, or 404 of a deletion that an earlier attempt
    /// [carried out](Response::was_already_deleted).
    pub fn http_status(&self) -> u16 {
        self.reply.status.as_u16()
    }

    /// Returns the headers of the response.
    pub fn headers(&self) -> &HeaderMap {
        &self.reply.headers
    }

    /// Returns the request id, which ImageKit's support asks for: the header `x-ik-requestId`.
    pub fn request_id(&self) -> Option<&str> {
        self.reply.request_id()
    }

    /// Returns the body exactly as received. It is empty for 204.
    pub fn body(&self) -> &Bytes {
        &self.reply.body
    }

    /// Returns the body as JSON, including properties that the type of the value doesn't know. An
    /// empty body is `null`.
    ///
    /// # Errors
    ///
    /// [`Decode`](ErrorKind::Decode) if the body is not JSON.
    pub fn json(&self) -> Result<Value, Error> {
        if self.reply.body.is_empty() {
            return Ok(Value::Null);
        }
        serde_json::from_slice(&self.reply.body).map_err(|error| {
            let message = format!(
                "the body of the response is not JSON (line {}, column {})",
                error.line(),
                error.column()
            );
            Error::new(ErrorKind::Decode, message)
        })
    }

    /// Returns the rate limit that the response states, if it does.
    pub fn rate_limit(&self) -> Option<RateLimit> {
        RateLimit::of(&self.reply.headers)
    }
}

/// The response to a deletion.
impl Response<()> {
    /// Returns whether the deletion was retried, because the response to an earlier attempt was
    /// lost, a 408 or a server error (5xx), and then found nothing to delete (404).
    ///
    /// The earlier attempt most likely carried it out. A 404 of the first attempt is an error.
    ///
    /// ```no_run
    /// # async fn run(ik: imagekitio::ImageKit) -> Result<(), imagekitio::Error> {
    /// let deleted = ik.files().delete("64a7f3b2c1d2e3f4a5b6c7d8").await?;
    /// if deleted.was_already_deleted() {
    ///     println!("deleted by an attempt whose response was lost: {:?}", deleted.body());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn was_already_deleted(&self) -> bool {
        self.reply.status == StatusCode::NOT_FOUND
    }
}

impl<T> Deref for Response<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: IntoIterator> IntoIterator for Response<T> {
    type Item = T::Item;
    type IntoIter = T::IntoIter;

    fn into_iter(self) -> T::IntoIter {
        self.value.into_iter()
    }
}

impl<'a, T> IntoIterator for &'a Response<T>
where
    &'a T: IntoIterator,
{
    type Item = <&'a T as IntoIterator>::Item;
    type IntoIter = <&'a T as IntoIterator>::IntoIter;

    fn into_iter(self) -> Self::IntoIter {
        self.value.into_iter()
    }
}

impl<T: fmt::Debug> fmt::Debug for Response<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value: &dyn fmt::Debug = match self.is_confidential {
            true => &Redacted,
            false => &self.value,
        };
        f.debug_struct("Response")
            .field("http_status", &self.http_status())
            .field("request_id", &self.request_id())
            .field("value", value)
            .finish_non_exhaustive()
    }
}

/// The rate limit of an operation, from the `X-RateLimit` headers of a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RateLimit {
    /// The number of requests that are allowed in one interval.
    pub limit: u64,
    /// The length of the interval.
    pub interval: Duration,
    /// The time from the response to the end of the interval.
    pub reset: Duration,
}

impl RateLimit {
    fn of(headers: &HeaderMap) -> Option<Self> {
        Some(Self {
            limit: numbers(headers, "x-ratelimit-limit").next()? as u64,
            interval: milliseconds(headers, "x-ratelimit-interval")?,
            reset: wait(headers, "x-ratelimit-reset", 1e-3)?,
        })
    }
}
