//! Times that never repeat, and their text.

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use crate::rfc3339::Rfc3339;

/// A moment, as the time since 1970 in UTC. Displays as RFC 3339 with milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Timestamp(Duration);

impl Timestamp {
    pub(super) fn now() -> Self {
        Self(
            SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .unwrap_or_default(),
        )
    }

    /// Now, or just after `last` should the clock not have moved on since, so that the order of times is the order of events.
    pub(super) fn after(last: Self) -> Self {
        Self::now().max(Self(last.0.saturating_add(Duration::from_nanos(1))))
    }

    /// Whole seconds since 1970.
    pub(super) fn seconds(self) -> u64 {
        self.0.as_secs()
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Rfc3339(self.0).fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moves_on_even_when_the_clock_does_not() {
        let future = Timestamp(Duration::from_secs(9_999_999_999));
        assert!(Timestamp::after(future) > future);
    }
}
