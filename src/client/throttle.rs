use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::error::Error;

/// Limits the request rate to a constant, for all clones of a client.
#[derive(Debug)]
pub(crate) struct Throttle {
    /// The setting that the caller set.
    pub(super) setting: &'static str,
    interval: Duration,
    next: Mutex<Option<Instant>>,
}

impl Throttle {
    pub(super) fn new(setting: &'static str, per_second: f64) -> Result<Self, Error> {
        match Duration::try_from_secs_f64(1.0 / per_second) {
            Ok(interval) if per_second > 0.0 && Instant::now().checked_add(interval).is_some() => {
                Ok(Self {
                    setting,
                    interval,
                    next: Mutex::new(None),
                })
            }
            _ => Err(Error::invalid_input(
                setting,
                format!(
                    "{per_second} is not a valid rate; give a number of requests above 0, such as 5.0"
                ),
            )),
        }
    }

    /// Reserves the next slot and returns the wait until then. If the slot lies after the deadline, nothing is reserved and the
    /// wait is the error.
    pub(super) fn acquire(&self, deadline: Option<Instant>) -> Result<Duration, Duration> {
        let now = Instant::now();
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let slot = next.map_or(now, |next| next.max(now));
        let wait = slot.saturating_duration_since(now);
        if deadline.is_some_and(|deadline| deadline <= slot) {
            return Err(wait);
        }
        *next = Some(slot.checked_add(self.interval).unwrap_or(slot));
        Ok(wait)
    }
}
