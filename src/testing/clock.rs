//! Times that never repeat, and their text.

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A moment, as the time since 1970 in UTC. Displays as RFC 3339 with milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
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
        let seconds = self.seconds();
        let (year, month, day) = date(seconds / 86_400);
        let (hour, minute, second) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
        write!(
            f,
            "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{:03}Z",
            self.0.subsec_millis()
        )
    }
}

/// Year, month and day in the Gregorian calendar, `days` after 1970-01-01.
///
/// Counts in years that begin in March, so that the leap day is the last day of its year, and in eras of 400 such years, which all
/// have 146,097 days.
fn date(days: u64) -> (u64, u64, u64) {
    const DAYS_FROM_MARCH_0000_TO_1970: u64 = 719_468;
    let days = days + DAYS_FROM_MARCH_0000_TO_1970;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let months_since_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * months_since_march + 2) / 5 + 1;
    let month = if months_since_march < 10 {
        months_since_march + 3
    } else {
        months_since_march - 9
    };
    let year = era * 400 + year_of_era + u64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn displays_as_rfc_3339() {
        let text = |millis| Timestamp(Duration::from_millis(millis)).to_string();
        assert_eq!(text(0), "1970-01-01T00:00:00.000Z");
        assert_eq!(text(951_782_399_999), "2000-02-28T23:59:59.999Z");
        assert_eq!(text(951_782_400_000), "2000-02-29T00:00:00.000Z");
        assert_eq!(text(1_700_000_000_123), "2023-11-14T22:13:20.123Z");
        assert_eq!(text(1_709_251_199_000), "2024-02-29T23:59:59.000Z");
        assert_eq!(text(4_107_542_400_000), "2100-03-01T00:00:00.000Z");
    }

    #[test]
    fn moves_on_even_when_the_clock_does_not() {
        let future = Timestamp(Duration::from_secs(9_999_999_999));
        assert!(Timestamp::after(future) > future);
    }
}
