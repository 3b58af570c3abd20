use std::fmt;
use std::time::Duration;

use serde_json::Value;
use tokio::time::Instant;

use super::RetryPolicy;
use super::headers::Headers;
use crate::error::Error;
use crate::http::Extras;

/// How requests are sent: the client's options, or those of one request.
#[derive(Clone)]
pub(crate) struct Options {
    /// For one attempt.
    pub(super) timeout: Duration,
    /// For all attempts and the waits between them.
    pub(super) total_timeout: Option<Duration>,
    pub(super) retry: RetryPolicy,
    pub(super) headers: Headers,
    query: Vec<(String, String)>,
    body: Vec<(String, Value)>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            timeout: Duration::from_secs(60),
            total_timeout: None,
            retry: RetryPolicy::default(),
            headers: Headers::default(),
            query: Vec::new(),
            body: Vec::new(),
        }
    }
}

impl Options {
    pub(crate) fn timeout(&mut self, timeout: Duration) {
        self.timeout = timeout;
    }

    pub(crate) fn total_timeout(&mut self, timeout: Duration) {
        self.total_timeout = Some(timeout);
    }

    /// Limits the time of all attempts to what a larger task has left.
    pub(crate) fn shorten_total_timeout(&mut self, left: Duration) {
        self.total_timeout = Some(self.total_timeout.map_or(left, |own| own.min(left)));
    }

    pub(crate) fn retry(&mut self, policy: RetryPolicy) {
        self.retry = policy;
    }

    pub(crate) fn header(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.headers.add(name, value);
    }

    /// Adds a header for every request of a client.
    pub(crate) fn header_for_all(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.headers.add_for_all(name, value);
    }

    /// Adds a parameter to the query string.
    pub(crate) fn extra_query(&mut self, name: impl Into<String>, value: impl ToString) {
        self.query.push((name.into(), value.to_string()));
    }

    /// Sets a member of the JSON object that is sent.
    pub(crate) fn extra_body(&mut self, name: impl Into<String>, value: impl Into<Value>) {
        self.body.push((name.into(), value.into()));
    }

    /// Whether the caller sets members of the JSON object that is sent.
    pub(crate) fn has_extra_body(&self) -> bool {
        !self.body.is_empty()
    }

    /// The options for uploads, which have another total timeout.
    pub(super) fn for_uploads(&self) -> Self {
        Self {
            total_timeout: None,
            ..self.clone()
        }
    }

    /// The options for hosts other than the API's, to which the client's headers must not be sent.
    pub(super) fn for_others(&self) -> Self {
        Self {
            headers: self.headers.of_request(),
            ..self.clone()
        }
    }

    /// The end of all attempts, if they begin now.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        Some(self.total_limit()?.0)
    }

    /// The end of all attempts, if they begin now, and the time until then.
    pub(crate) fn total_limit(&self) -> Option<(Instant, Duration)> {
        let total = self.total_timeout?;
        Some((Instant::now().checked_add(total)?, total))
    }

    /// The time that one attempt may take from now on.
    pub(crate) fn attempt_limit(&self, deadline: Option<Instant>) -> Limit {
        let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
        match (left, self.total_timeout) {
            (Some(left), Some(total)) if left < self.timeout => Limit {
                left,
                setting: "total_timeout",
                value: total,
            },
            _ => Limit {
                left: self.timeout,
                setting: "timeout",
                value: self.timeout,
            },
        }
    }

    /// The headers as they are sent, or an error that names the one that cannot be sent.
    pub(crate) fn headers(&self) -> Result<reqwest::header::HeaderMap, Error> {
        self.headers.parsed()
    }

    /// What the caller adds to each request.
    pub(super) fn extras(&self) -> Result<Extras, Error> {
        Ok(Extras {
            headers: self.headers()?,
            query: self.query.clone(),
            body: self.body.clone(),
        })
    }
}

/// Names only: values may be secrets.
impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let query: Vec<&str> = self.query.iter().map(|(name, _)| name.as_str()).collect();
        let body: Vec<&str> = self.body.iter().map(|(name, _)| name.as_str()).collect();
        f.debug_struct("Options")
            .field("timeout", &self.timeout)
            .field("total_timeout", &self.total_timeout)
            .field("retry", &self.retry)
            .field("headers", &self.headers)
            .field("extra_query", &query)
            .field("extra_body", &body)
            .finish()
    }
}

/// The time limit of an attempt, and the setting that it comes from.
#[derive(Clone, Copy)]
pub(crate) struct Limit {
    pub(crate) left: Duration,
    setting: &'static str,
    value: Duration,
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} (`{}`)", self.value, self.setting)
    }
}
