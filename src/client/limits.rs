//! Waiting before requests, shared by all clones of a client: as the server asks, and at a pace of one's own.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// For each operation, the moment before which the server wants no request of it.
#[derive(Debug, Default)]
pub(crate) struct Limits(Mutex<HashMap<&'static str, Instant>>);

impl Limits {
    /// How long to wait before a request of this operation.
    pub(crate) fn wait(&self, operation: &'static str) -> Duration {
        let limits = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        limits
            .get(operation)
            .map(|until| until.saturating_duration_since(Instant::now()))
            .unwrap_or_default()
    }

    /// The server wants to be left alone for this long.
    pub(crate) fn learn(&self, operation: &'static str, wait: Duration) {
        let Some(until) = Instant::now().checked_add(wait) else {
            return;
        };
        let mut limits = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = limits.entry(operation).or_insert(until);
        *known = until.max(*known);
    }
}

/// At most so many requests a second: one after the other, each at its turn.
#[derive(Debug)]
pub(crate) struct Pace {
    interval: Duration,
    next: Mutex<Option<Instant>>,
}

impl Pace {
    pub(crate) fn new(interval: Duration) -> Self {
        Self {
            interval,
            next: Mutex::new(None),
        }
    }

    /// Takes the next turn, and tells how long it is until then. None, and none is taken, if it comes after the deadline.
    pub(crate) fn turn(&self, deadline: Option<Instant>) -> Option<Duration> {
        let now = Instant::now();
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let turn = next.map_or(now, |next| next.max(now));
        if deadline.is_some_and(|deadline| deadline <= turn) {
            return None;
        }
        *next = Some(turn.checked_add(self.interval).unwrap_or(turn));
        Some(turn.saturating_duration_since(now))
    }
}
