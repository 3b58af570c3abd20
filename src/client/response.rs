use std::fmt;
use std::ops::Deref;
use std::time::Duration;

use bytes::Bytes;
use reqwest::header::HeaderMap;

use super::Reply;

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

    /// The value alone.
    pub fn into_inner(self) -> T {
        self.value
    }

    /// The HTTP status, 200 to 299.
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
        let number = |name: &str| headers.get(name)?.to_str().ok()?.trim().parse::<u64>().ok();
        Some(Self {
            limit: number("x-ratelimit-limit")?,
            interval: Duration::from_millis(number("x-ratelimit-interval")?),
            reset: Duration::from_millis(number("x-ratelimit-reset")?),
        })
    }
}
