use std::time::Duration;

use reqwest::StatusCode;

use crate::error::{Error, ErrorKind};

/// Which failed requests are retried, and after what wait.
///
/// A request is retried
/// - when it certainly didn't reach the server (no connection), or reached it only in part (an
///   upload whose last byte was not handed over yet);
/// - when the connection broke, the time was up or the server failed (408, 500, 502, 503, 504), if
///   carrying the operation out twice has the same effect as carrying it out once. That applies to
///   reads, deletions and changes of details. It doesn't apply to uploads, copies, moves, renames,
///   purges and creations: for those see [`repeat_unsafe`](Self::repeat_unsafe).
///
/// The wait is what the server asks for in `Retry-After`, or else grows from
/// [`base_delay`](Self::base_delay) by a factor of two, less a random part of up to a half, so that
/// clients don't come back all at once.
///
/// # Rate limits
///
/// A request that the server answers with 429 is not carried out. It doesn't count as a retry: it
/// is sent again for as long as [`rate_limit_budget`](Self::rate_limit_budget) allows.
///
/// A 429 concerns all requests for the same operation, of all clones of a client; uploads count as
/// one operation. They pause for as long as the server asks (`X-RateLimit-Reset` in milliseconds,
/// else `Retry-After`), and then go on one by one, in the order in which they came, at the rate
/// that the server states (`X-RateLimit-Limit` per `X-RateLimit-Interval`). Where it states none,
/// the client finds the rate: it slows down with each 429 and speeds up while requests succeed.
/// Once no requests have come for a while, the next ones are not delayed.
///
/// A pause never lasts longer than [`max_wait`](Self::max_wait) of the request that was refused, at
/// most 24 hours, whatever the server asks for. A number in the headers that can only be a Unix
/// timestamp, in seconds or milliseconds, is read as one.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "a policy has no effect until it is given to a client or a request"]
pub struct RetryPolicy {
    max_retries: u32,
    base_delay: Duration,
    max_delay: Duration,
    max_wait: Duration,
    rate_limit_budget: Duration,
    repeat_unsafe: bool,
}

impl Default for RetryPolicy {
    /// Two retries; waits from 0.5 to 8 seconds, and up to 60 when the server asks for it; 2
    /// minutes for rate limits.
    fn default() -> Self {
        Self {
            max_retries: 2,
            base_delay: Duration::from_millis(500),
            max_delay: Duration::from_secs(8),
            max_wait: Duration::from_secs(60),
            rate_limit_budget: Duration::from_secs(120),
            repeat_unsafe: false,
        }
    }
}

impl RetryPolicy {
    /// The default policy: see [`RetryPolicy::default`].
    pub fn new() -> Self {
        Self::default()
    }

    /// Disables retries, including those after a 429. A request is still held back before it is
    /// first sent, while a rate limit is known.
    pub fn none() -> Self {
        Self::new().max_retries(0).rate_limit_budget(Duration::ZERO)
    }

    /// Limits the number of retries of a request, except those after a 429. The default is 2.
    pub fn max_retries(mut self, retries: u32) -> Self {
        self.max_retries = retries;
        self
    }

    /// Sets the first wait if the server asks for none. The default is 500 milliseconds.
    pub fn base_delay(mut self, delay: Duration) -> Self {
        self.base_delay = delay;
        self
    }

    /// Sets the longest wait if the server asks for none. The default is 8 seconds.
    pub fn max_delay(mut self, delay: Duration) -> Self {
        self.max_delay = delay;
        self
    }

    /// Sets the longest single wait that the server may ask for. The default is 60 seconds.
    ///
    /// If it asks for more, the failure is returned at once, with the wait as its
    /// [`retry_after`](Error::retry_after). The same applies to a request that would be held back.
    pub fn max_wait(mut self, wait: Duration) -> Self {
        self.max_wait = wait;
        self
    }

    /// Sets how long a request that got a 429 is retried while the server accepts no request for
    /// the same operation. The default is 2 minutes.
    ///
    /// Each request that the server accepts, from any clone, restarts the time, so a long queue
    /// that moves loses nothing. After that, the last 429 is returned. `Duration::ZERO` returns the
    /// first one at once.
    ///
    /// A request that is held back before it was ever sent waits for this long or for
    /// [`max_wait`](Self::max_wait), whichever is longer. The client's `total_timeout` limits both.
    pub fn rate_limit_budget(mut self, budget: Duration) -> Self {
        self.rate_limit_budget = budget;
        self
    }

    /// Sets whether operations are retried that may then be carried out twice, such as a copy of a
    /// file or a purge. The default is `false`.
    ///
    /// A creation, move or rename that is retried may fail, with [`Conflict`](ErrorKind::Conflict)
    /// or [`NotFound`](ErrorKind::NotFound), because an earlier attempt has carried it out.
    pub fn repeat_unsafe(mut self, repeat: bool) -> Self {
        self.repeat_unsafe = repeat;
        self
    }

    /// The wait before the next attempt after a failure other than a 429, or `None` if the failure
    /// is final. `retries` were made so far. `repeatable` is whether the operation may be carried
    /// out twice.
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

    pub(crate) fn longest_wait(&self) -> Duration {
        self.max_wait
    }

    pub(crate) fn budget(&self) -> Duration {
        self.rate_limit_budget
    }

    pub(crate) fn first_delay(&self) -> Duration {
        self.capped(self.base_delay)
    }

    pub(crate) fn capped(&self, delay: Duration) -> Duration {
        delay.min(self.max_delay)
    }

    fn backoff(&self, retries: u32) -> Duration {
        let whole = self.capped(self.base_delay.saturating_mul(1 << retries.min(16)));
        let random = (uuid::Uuid::new_v4().as_u128() as u32) as f64 / f64::from(u32::MAX);
        whole - whole.mul_f64(random / 2.0)
    }
}

/// Whether the same request may succeed later.
fn is_passing(error: &Error) -> bool {
    match error.kind() {
        // Even where a status arrived: then the body broke off.
        ErrorKind::Connection | ErrorKind::Timeout => true,
        ErrorKind::Redirect => false,
        _ => matches!(error.status(), Some(408 | 500 | 502 | 503 | 504)),
    }
}

pub(super) fn may_have_been_carried_out(error: &Error) -> bool {
    error.may_have_been_sent() && error.status() != Some(StatusCode::TOO_MANY_REQUESTS.as_u16())
}
