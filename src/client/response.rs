use std::fmt;
use std::ops::Deref;
use std::time::Duration;

use bytes::Bytes;
use reqwest::StatusCode;
use reqwest::header::HeaderMap;

use super::Reply;
use super::retry::{milliseconds, numbers, wait};

/// What an operation gave, with the reply that it came in.
///
/// It dereferences to the value; [`into_inner`](Self::into_inner) takes it out.
pub struct Response<T> {
    value: T,
    reply: Reply,
}

impl<T> Response<T> {
    pub(crate) fn new(value: T, reply: Reply) -> Self {
        Self { value, reply }
    }

    pub(crate) fn map<U>(self, change: impl FnOnce(T) -> U) -> Response<U> {
        Response {
            value: change(self.value),
            reply: self.reply,
        }
    }

    pub(crate) fn into_parts(self) -> (T, Reply) {
        (self.value, self.reply)
    }

    /// The value alone.
    pub fn into_inner(self) -> T {
        self.value
    }

    /// The HTTP status: 200 to 299, or 404 of a deletion that an earlier attempt
    /// [had carried out](Response::was_already_deleted).
    pub fn status(&self) -> u16 {
        self.reply.status.as_u16()
    }

    /// The headers of the reply.
    pub fn headers(&self) -> &HeaderMap {
        &self.reply.headers
    }

    /// The id of the request, for ImageKit's support: the header `x-ik-requestId`.
    pub fn request_id(&self) -> Option<&str> {
        self.reply.request_id()
    }

    /// The body exactly as received, empty for 204.
    pub fn body(&self) -> &Bytes {
        &self.reply.body
    }

    /// What the reply says of the rate limit, if it does.
    pub fn rate_limit(&self) -> Option<RateLimit> {
        RateLimit::of(&self.reply.headers)
    }
}

/// The reply to a deletion.
impl Response<()> {
    /// Whether the deletion was repeated, because the reply to an earlier attempt was lost or a server error (5xx), and then
    /// found nothing to delete (404). The earlier attempt most likely carried it out. A 404 of the first attempt is an error.
    ///
    /// ```no_run
    /// # async fn run(ik: imagekitio::ImageKit) -> Result<(), imagekitio::Error> {
    /// let deleted = ik.files().delete("64a7f3b2c1d2e3f4a5b6c7d8").await?;
    /// if deleted.was_already_deleted() {
    ///     println!("deleted by an attempt whose reply was lost: {:?}", deleted.body());
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

impl<T: fmt::Debug> fmt::Debug for Response<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("status", &self.status())
            .field("request_id", &self.request_id())
            .field("value", &self.value)
            .finish_non_exhaustive()
    }
}

/// The rate limit of one kind of request, from the `X-RateLimit` headers of a reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RateLimit {
    /// Requests that are allowed in one interval.
    pub limit: u64,
    /// Length of the interval.
    pub interval: Duration,
    /// Time from the reply until the interval is over.
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
