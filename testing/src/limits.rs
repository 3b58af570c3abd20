//! Rate limits.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Duration;

use http::{HeaderMap, StatusCode};
use imagekitio::raw::operations::Operation;
use serde_json::json;
use tokio::time::Instant;

use super::reply::{self, Reply};
use super::store::lock;

/// Requests that share a rate limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EndpointClass {
    /// Requests with the method `GET`.
    Read,
    /// Requests with any other method, except those of [`Bulk`](Self::Bulk).
    Write,
    /// Bulk changes of tags, and changes of custom metadata fields.
    Bulk,
}

impl EndpointClass {
    fn of(operation: &Operation) -> Self {
        let is_tags = operation.path.ends_with("Tags");
        let is_field = operation.path.starts_with("/v1/customMetadataFields");
        match operation.method {
            "GET" => Self::Read,
            _ if is_tags || is_field => Self::Bulk,
            _ => Self::Write,
        }
    }
}

/// A number of requests in each interval.
struct Window {
    requests: u32,
    interval: Duration,
    start: Instant,
    used: u32,
}

/// The limits that are set.
#[derive(Default)]
pub(super) struct Limits(Mutex<HashMap<EndpointClass, Window>>);

/// The `X-RateLimit-*` headers of a reply.
pub(super) struct Headers {
    requests: u64,
    interval: Duration,
    /// The time until the next request may be sent.
    wait: Duration,
}

impl Headers {
    /// The headers of a server without a limit.
    pub(super) const UNLIMITED: Self = Self {
        requests: 100,
        interval: Duration::from_secs(1),
        wait: Duration::ZERO,
    };

    pub(super) fn add_to(&self, headers: &mut HeaderMap) {
        let millis = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        headers.insert("x-ratelimit-limit", self.requests.into());
        headers.insert("x-ratelimit-interval", millis(self.interval).into());
        headers.insert("x-ratelimit-reset", millis(self.wait).into());
    }

    /// 429, if the request came too early.
    pub(super) fn refusal(&self) -> Option<Reply> {
        let body =
            json!({ "message": "Too many requests. Wait for as long as X-RateLimit-Reset says." });
        (!self.wait.is_zero()).then(|| reply::json_with(StatusCode::TOO_MANY_REQUESTS, &body))
    }
}

impl Limits {
    pub(super) fn set(&self, class: EndpointClass, requests: u32, interval: Duration) {
        let window = Window {
            requests,
            interval,
            start: Instant::now(),
            used: 0,
        };
        lock(&self.0).insert(class, window);
    }

    /// Counts a request.
    pub(super) fn count(&self, operation: &Operation) -> Headers {
        let mut limits = lock(&self.0);
        let Some(window) = limits.get_mut(&EndpointClass::of(operation)) else {
            return Headers::UNLIMITED;
        };
        let now = Instant::now();
        if now.duration_since(window.start) >= window.interval {
            window.start = now;
            window.used = 0;
        }
        let is_free = window.used < window.requests;
        window.used += u32::from(is_free);
        // At least a millisecond, because zero means no wait.
        let left = window
            .interval
            .saturating_sub(now.duration_since(window.start));
        Headers {
            requests: window.requests.into(),
            interval: window.interval,
            wait: if is_free {
                Duration::ZERO
            } else {
                left.max(Duration::from_millis(1))
            },
        }
    }
}
