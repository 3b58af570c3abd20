//! What is sent again, and when.

use std::time::{Duration, SystemTime};

use reqwest::StatusCode;
use reqwest::header::{HeaderMap, RETRY_AFTER};

use crate::error::{Error, ErrorKind};

/// Which failed requests are sent again, and how long to wait before.
///
/// A request is repeated
/// - when it certainly didn't reach the server (no connection), reached it only in part (an upload whose last byte was not
///   handed over yet), or was turned away without being carried out (429);
/// - when the connection broke, the time was up or the server failed (408, 500, 502, 503, 504), if carrying the operation
///   out twice gives the same as carrying it out once. Reads, deletions and changes of details are like that. Uploads,
///   copies, moves, renames, purges and creations are not: for those see [`repeat_unsafe`](Self::repeat_unsafe).
///
/// The wait is what the server asks for (`X-RateLimit-Reset` in milliseconds, else `Retry-After`), or else grows from
/// [`base_delay`](Self::base_delay) by a factor of two, less a random part of up to a half, so that clients don't come
/// back all at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RetryPolicy {
    max_retries: u32,
    base_delay: Duration,
    max_delay: Duration,
    max_wait: Duration,
    repeat_unsafe: bool,
}

impl Default for RetryPolicy {
    /// Two retries; waits from 0.5 to 8 seconds, and up to 60 when the server asks for it.
    fn default() -> Self {
        Self {
            max_retries: 2,
            base_delay: Duration::from_millis(500),
            max_delay: Duration::from_secs(8),
            max_wait: Duration::from_secs(60),
            repeat_unsafe: false,
        }
    }
}

impl RetryPolicy {
    /// The default policy: see [`RetryPolicy::default`].
    pub fn new() -> Self {
        Self::default()
    }

    /// Nothing is repeated.
    pub fn none() -> Self {
        Self::new().max_retries(0)
    }

    /// How often a request is repeated at most. The default is 2.
    pub fn max_retries(mut self, retries: u32) -> Self {
        self.max_retries = retries;
        self
    }

    /// The first wait, where the server asks for none. The default is half a second.
    pub fn base_delay(mut self, delay: Duration) -> Self {
        self.base_delay = delay;
        self
    }

    /// The longest wait, where the server asks for none. The default is 8 seconds.
    pub fn max_delay(mut self, delay: Duration) -> Self {
        self.max_delay = delay;
        self
    }

    /// The longest wait that the server may ask for. When it asks for more, the failure is returned at once; its
    /// [`retry_after`](Error::retry_after) tells the wait. The default is 60 seconds.
    pub fn max_wait(mut self, wait: Duration) -> Self {
        self.max_wait = wait;
        self
    }

    /// Whether operations are repeated that may then be carried out twice: a second copy of a file, a second purge. The
    /// default is false.
    pub fn repeat_unsafe(mut self, repeat: bool) -> Self {
        self.repeat_unsafe = repeat;
        self
    }

    /// The wait before the next attempt; none when the failure stands. `retries` were made so far, and `repeatable` tells
    /// whether the operation may be carried out twice.
    pub(crate) fn delay(&self, error: &Error, retries: u32, repeatable: bool) -> Option<Duration> {
        let harmless = repeatable || self.repeat_unsafe || !may_have_been_carried_out(error);
        if retries >= self.max_retries || !harmless || !is_passing(error) {
            return None;
        }
        match error.retry_after() {
            Some(wait) => self.waits(wait).then_some(wait),
            None => Some(self.backoff(retries)),
        }
    }

    /// Whether a wait that the server asks for is short enough.
    pub(crate) fn waits(&self, wait: Duration) -> bool {
        wait <= self.max_wait
    }

    fn backoff(&self, retries: u32) -> Duration {
        let doubled = self.base_delay.saturating_mul(1 << retries.min(16));
        let whole = doubled.min(self.max_delay);
        let random = (uuid::Uuid::new_v4().as_u128() as u32) as f64 / f64::from(u32::MAX);
        whole.mul_f64(1.0 - random / 2.0)
    }
}

/// Whether the same request may succeed later.
fn is_passing(error: &Error) -> bool {
    match error.kind() {
        // Even where a status arrived: then the body broke off.
        ErrorKind::Connection | ErrorKind::Timeout => true,
        ErrorKind::Redirect => false,
        _ => matches!(error.status(), Some(408 | 429 | 500 | 502 | 503 | 504)),
    }
}

fn may_have_been_carried_out(error: &Error) -> bool {
    error.may_have_been_sent() && error.status() != Some(StatusCode::TOO_MANY_REQUESTS.as_u16())
}

/// The wait that a reply asks for: ImageKit's milliseconds on 429, or HTTP's seconds or date.
pub(crate) fn retry_after(status: StatusCode, headers: &HeaderMap) -> Option<Duration> {
    let text = |name: &str| Some(headers.get(name)?.to_str().ok()?.trim().to_owned());
    if status == StatusCode::TOO_MANY_REQUESTS
        && let Some(milliseconds) = text("x-ratelimit-reset").and_then(|text| text.parse().ok())
    {
        return Some(Duration::from_millis(milliseconds));
    }
    let text = text(RETRY_AFTER.as_str())?;
    match text.parse() {
        Ok(seconds) => Some(Duration::from_secs(seconds)),
        Err(_) => {
            let moment = httpdate::parse_http_date(&text).ok()?;
            Some(moment.duration_since(SystemTime::now()).unwrap_or_default())
        }
    }
}
