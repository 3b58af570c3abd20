//! Timestamps that never repeat.

use std::fmt;
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

/// A time in UTC. Displays as RFC 3339 with milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Timestamp(pub(super) jiff::Timestamp);

impl Timestamp {
    pub(super) fn now() -> Self {
        Self(jiff::Timestamp::try_from(SystemTime::now()).unwrap_or_default())
    }

    /// The current time, or just after `last` if the clock has not moved on since, so that the
    /// order of times is the order of events.
    pub(super) fn after(last: Self) -> Self {
        let next = last.0.checked_add(Duration::from_nanos(1));
        Self::now().max(Self(next.unwrap_or(last.0)))
    }

    /// Whole seconds since 1970.
    pub(super) fn seconds(self) -> u64 {
        self.0.as_second().try_into().unwrap_or_default()
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.3}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moves_on_even_when_the_clock_does_not() {
        let future = Timestamp(jiff::Timestamp::from_second(9_999_999_999).unwrap());
        assert!(Timestamp::after(future) > future);
        let last = Timestamp(jiff::Timestamp::MAX);
        assert_eq!(Timestamp::after(last), last);
    }

    #[test]
    fn displays_milliseconds() {
        let time = |text: &str| Timestamp(text.parse().unwrap()).to_string();
        assert_eq!(
            time("2023-11-14T22:13:20.1239Z"),
            "2023-11-14T22:13:20.123Z"
        );
        assert_eq!(time("2023-11-14T22:13:20Z"), "2023-11-14T22:13:20.000Z");
    }
}
