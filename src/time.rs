//! RFC 3339 timestamps, HTTP dates and Unix time.

// Only responses have some of them.
#![cfg_attr(not(feature = "client"), allow(dead_code))]

use std::time::{Duration, SystemTime, UNIX_EPOCH};

const DAY_SECONDS: i64 = 86_400;

/// Days from March 1 of the year 0 to 1970-01-01.
const DAYS_TO_1970: i64 = 719_468;

/// Days in 400 years.
const ERA_DAYS: i64 = 146_097;

/// Returns the time since 1970 (UTC). `None` for an earlier time.
pub(crate) fn since_1970(time: SystemTime) -> Option<Duration> {
    time.duration_since(UNIX_EPOCH).ok()
}

/// Returns the time this long after 1970 (UTC). `None` if `SystemTime` can't represent it.
pub(crate) fn after_1970(duration: Duration) -> Option<SystemTime> {
    UNIX_EPOCH.checked_add(duration)
}

/// Returns whole seconds since 1970 (UTC), and 0 for an earlier time.
pub(crate) fn unix_seconds(time: SystemTime) -> u64 {
    since_1970(time).unwrap_or_default().as_secs()
}

/// Parses a decimal number of units since 1970. `None` for a sign and anything else but digits.
pub(crate) fn parse_unix(number: &str, unit: fn(u64) -> Duration) -> Option<SystemTime> {
    let number = number.parse().ok().filter(|_| is_digits(number))?;
    after_1970(unit(number))
}

/// Parses an HTTP date in any of the three forms of RFC 9110.
#[cfg(feature = "client")]
pub(crate) fn parse_http_date(date: &str) -> Option<SystemTime> {
    httpdate::parse_http_date(date).ok()
}

/// Parses an RFC 3339 timestamp, which has seconds and a UTC offset.
pub(crate) fn parse_rfc3339(timestamp: &str) -> Option<SystemTime> {
    // RFC 3339 allows `t` and `z`.
    DateTime::parse(&timestamp.to_ascii_uppercase())
        .filter(|parsed| {
            parsed
                .time
                .is_some_and(|time| time.has_seconds && time.offset.is_some())
        })?
        .system_time()
}

/// Writes an RFC 3339 timestamp in UTC with milliseconds, such as `2026-05-04T10:20:30.456Z`.
/// `None` outside of the years 0 to 9999.
pub(crate) fn to_rfc3339(time: SystemTime) -> Option<String> {
    let milliseconds = match time.duration_since(UNIX_EPOCH) {
        Ok(after) => i64::try_from(after.as_millis()).ok()?,
        Err(before) => -i64::try_from(before.duration().as_nanos().div_ceil(1_000_000)).ok()?,
    };
    let (seconds, milliseconds) = (milliseconds.div_euclid(1000), milliseconds.rem_euclid(1000));
    let (year, month, day) = date(seconds.div_euclid(DAY_SECONDS));
    if !(0..=9999).contains(&year) {
        return None;
    }
    let second_of_day = seconds.rem_euclid(DAY_SECONDS);
    let (hour, minute, second) = (
        second_of_day / 3600,
        second_of_day / 60 % 60,
        second_of_day % 60,
    );
    Some(format!(
        "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{milliseconds:03}Z"
    ))
}

/// A date such as `2026-05-04`, or a date with a time such as `2026-05-04T10:20:30.456Z`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DateTime {
    /// Days since 1970-01-01.
    day: i64,
    time: Option<TimeOfDay>,
}

#[derive(Clone, Copy, Debug)]
struct TimeOfDay {
    since_midnight: Duration,
    has_seconds: bool,
    /// Minutes east of UTC.
    offset: Option<i64>,
}

impl DateTime {
    /// Parses the forms of RFC 3339, in which the seconds and the UTC offset may be missing.
    pub(crate) fn parse(value: &str) -> Option<Self> {
        let (date, time) = match value.split_once('T') {
            Some((date, time)) => (date, Some(TimeOfDay::parse(time)?)),
            None => (value, None),
        };
        let day = day_number(date)?;
        Some(Self { day, time })
    }

    /// Whether the value has a UTC offset, without which it means different times in different
    /// places.
    pub(crate) fn has_offset(self) -> bool {
        self.time.is_some_and(|time| time.offset.is_some())
    }

    /// Returns the time in UTC. A date is its midnight, and a time without an offset is in UTC.
    /// `None` if `SystemTime` can't represent it.
    pub(crate) fn system_time(self) -> Option<SystemTime> {
        let midnight = self.day * DAY_SECONDS;
        let Some(time) = self.time else {
            return at(midnight);
        };
        at(midnight - time.offset.unwrap_or_default() * 60)?.checked_add(time.since_midnight)
    }
}

impl TimeOfDay {
    /// Parses a time such as `10:20:30.456Z`, `10:20` or `10:20:30+02:00`. A leap second is allowed
    /// at the end of a day in UTC, and counts as the first second of the next day.
    fn parse(value: &str) -> Option<Self> {
        let (time, offset) = if let Some(time) = value.strip_suffix('Z') {
            (time, Some(0))
        } else if let Some((time, offset)) = value.rsplit_once('+') {
            (time, Some(minutes(offset)?))
        } else if let Some((time, offset)) = value.rsplit_once('-') {
            (time, Some(-minutes(offset)?))
        } else {
            (value, None)
        };
        let (clock, seconds) = time.split_at_checked("10:20".len())?;
        let minutes = minutes(clock)?;
        let (second, fraction) = match seconds {
            "" => ("00", "0"),
            seconds => {
                let seconds = seconds.strip_prefix(':')?;
                seconds.split_once('.').unwrap_or((seconds, "0"))
            }
        };
        let ends_day = (minutes - offset.unwrap_or_default()).rem_euclid(24 * 60) == 24 * 60 - 1;
        let second = digits(second, 2).filter(|second| *second < 60 || (*second == 60 && ends_day));
        let seconds = u64::try_from(minutes * 60 + second?).ok()?;
        Some(Self {
            since_midnight: Duration::new(seconds, nanoseconds(fraction)?),
            has_seconds: time.len() > clock.len(),
            offset,
        })
    }
}

/// The time this many seconds after 1970, or before it if negative.
fn at(seconds: i64) -> Option<SystemTime> {
    let distance = Duration::from_secs(seconds.unsigned_abs());
    match seconds < 0 {
        true => UNIX_EPOCH.checked_sub(distance),
        false => after_1970(distance),
    }
}

/// Minutes since midnight at a time such as `10:20`.
fn minutes(clock: &str) -> Option<i64> {
    let (hour, minute) = clock.split_once(':')?;
    let hour = digits(hour, 2).filter(|hour| *hour < 24)?;
    let minute = digits(minute, 2).filter(|minute| *minute < 60)?;
    Some(hour * 60 + minute)
}

/// Nanoseconds of a decimal fraction. Digits after the ninth are dropped.
fn nanoseconds(fraction: &str) -> Option<u32> {
    let digits = fraction.bytes().chain(std::iter::repeat(b'0')).take(9);
    is_digits(fraction).then(|| digits.fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0')))
}

/// Year, month and day in the Gregorian calendar, `days` after 1970-01-01.
///
/// Counts in years that begin in March, so that the leap day is the last day of its year, and in
/// eras of 400 such years.
fn date(days: i64) -> (i64, i64, i64) {
    let days = days + DAYS_TO_1970;
    let (era, day_of_era) = (days.div_euclid(ERA_DAYS), days.rem_euclid(ERA_DAYS));
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / (ERA_DAYS - 1)) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let months_since_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * months_since_march + 2) / 5 + 1;
    let month = if months_since_march < 10 {
        months_since_march + 3
    } else {
        months_since_march - 9
    };
    let year = era * 400 + year_of_era + i64::from(month <= 2);
    (year, month, day)
}

/// Returns the days from 1970-01-01 to a date such as `2026-05-04`. `None` if the date doesn't
/// exist.
pub(crate) fn day_number(date: &str) -> Option<i64> {
    let (year, rest) = date.split_once('-')?;
    let (month, day) = rest.split_once('-')?;
    let (year, month, day) = (digits(year, 4)?, digits(month, 2)?, digits(day, 2)?);
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if !(1..=length).contains(&day) {
        return None;
    }
    // In years that begin in March the leap day is the last one, and months follow the pattern of
    // 153 days in five.
    let (year, month) = match month {
        1 | 2 => (year - 1, month + 9),
        _ => (year, month - 3),
    };
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    Some(365 * year + leap_days + (153 * month + 2) / 5 + day - 1 - DAYS_TO_1970)
}

/// Parses a number of exactly this many digits.
fn digits(value: &str, length: usize) -> Option<i64> {
    let valid = value.len() == length && is_digits(value);
    valid.then(|| value.parse().ok())?
}

/// Whether the value is one or more ASCII digits.
pub(crate) fn is_digits(value: &str) -> bool {
    !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Milliseconds since 1970, and their timestamp.
    const TIMESTAMPS: [(i64, &str); 11] = [
        (0, "1970-01-01T00:00:00.000Z"),
        (951_782_399_999, "2000-02-28T23:59:59.999Z"),
        (951_782_400_000, "2000-02-29T00:00:00.000Z"),
        (1_700_000_000_123, "2023-11-14T22:13:20.123Z"),
        (1_709_251_199_000, "2024-02-29T23:59:59.000Z"),
        (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
        (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
        (-1, "1969-12-31T23:59:59.999Z"),
        (-14_182_916_000, "1969-07-20T20:18:04.000Z"),
        (-2_203_891_200_000, "1900-03-01T00:00:00.000Z"),
        (-62_167_219_200_000, "0000-01-01T00:00:00.000Z"),
    ];

    fn milliseconds(milliseconds: i64) -> SystemTime {
        let distance = Duration::from_millis(milliseconds.unsigned_abs());
        match milliseconds < 0 {
            true => UNIX_EPOCH - distance,
            false => UNIX_EPOCH + distance,
        }
    }

    #[test]
    fn writes_and_parses_timestamps() {
        for (since_1970, timestamp) in TIMESTAMPS {
            let time = milliseconds(since_1970);
            assert_eq!(to_rfc3339(time).as_deref(), Some(timestamp));
            assert_eq!(parse_rfc3339(timestamp), Some(time), "{timestamp}");
        }
        // Rounded down, before 1970 as well.
        for nanoseconds in [1, 999_999] {
            let part = Duration::from_nanos(nanoseconds);
            let (after, before) = (to_rfc3339(UNIX_EPOCH + part), to_rfc3339(UNIX_EPOCH - part));
            assert_eq!(after.as_deref(), Some("1970-01-01T00:00:00.000Z"));
            assert_eq!(before.as_deref(), Some("1969-12-31T23:59:59.999Z"));
        }
        assert_eq!(to_rfc3339(milliseconds(253_402_300_800_000)), None);
        assert_eq!(to_rfc3339(milliseconds(-62_167_219_200_001)), None);
    }

    #[test]
    fn every_day_has_one_date() {
        // The first and the last of the years 0 to 9999, and 400 years around 1970.
        let days = (-719_528..-719_000)
            .chain(-73_000..74_000)
            .chain(2_932_000..2_932_897);
        let mut previous = 0;
        for day in days {
            let (year, month, day_of_month) = date(day);
            let written = format!("{year:04}-{month:02}-{day_of_month:02}");
            assert_eq!(day_number(&written), Some(day), "{written}");
            let order = (year * 16 + month) * 32 + day_of_month;
            assert!(order > previous, "{written}");
            previous = order;
        }
        assert_eq!(date(-719_528), (0, 1, 1));
        assert_eq!(date(2_932_896), (9999, 12, 31));
    }

    #[test]
    fn parses_what_rfc_3339_allows() {
        for (timestamp, same) in [
            ("1985-04-12T23:20:50.52Z", "1985-04-12T23:20:50.520Z"),
            ("1985-04-12t23:20:50.52z", "1985-04-12T23:20:50.520Z"),
            ("1996-12-19T16:39:57-08:00", "1996-12-20T00:39:57.000Z"),
            ("1990-12-31T23:59:60Z", "1991-01-01T00:00:00.000Z"),
            ("1990-12-31T15:59:60-08:00", "1991-01-01T00:00:00.000Z"),
            ("1937-01-01T12:00:27.87+00:20", "1937-01-01T11:40:27.870Z"),
            ("2026-05-04T10:20:30+00:00", "2026-05-04T10:20:30.000Z"),
            ("2026-05-04T10:20:30-00:00", "2026-05-04T10:20:30.000Z"),
            (
                "2026-05-04T10:20:30.4569999999999Z",
                "2026-05-04T10:20:30.456Z",
            ),
            ("2026-01-01T00:30:00+05:45", "2025-12-31T18:45:00.000Z"),
        ] {
            let time = parse_rfc3339(timestamp);
            assert_eq!(
                time.and_then(to_rfc3339).as_deref(),
                Some(same),
                "{timestamp}"
            );
        }
        let nanoseconds = parse_rfc3339("1970-01-01T00:00:00.000000001Z");
        assert_eq!(nanoseconds, Some(UNIX_EPOCH + Duration::from_nanos(1)));
    }

    #[test]
    fn refuses_what_is_not_a_timestamp() {
        for value in [
            "",
            "T",
            "Z",
            "2026-05-04",
            "2026-05-04T10:20Z",
            "2026-05-04T10:20:30",
            "2026-05-04 10:20:30Z",
            "2026-05-04T10:20:30.Z",
            "2026-05-04T10:20:30,5Z",
            "2026-05-04T10:20:30+0200",
            "2026-05-04T10:20:30+24:00",
            "2026-05-04T10:20:30+02",
            "2026-05-04T10:20:30ZZ",
            "2026-05-04T10:20:60Z",
            "2026-05-04T23:59:60+01:00",
            "2026-05-04T23:59:61Z",
            "2026-05-04T24:00:00Z",
            "2026-05-04T10:60:00Z",
            "2026-02-29T10:20:30Z",
            "2026-13-01T10:20:30Z",
            "2026-5-4T10:20:30Z",
            "+026-05-04T10:20:30Z",
            "26-05-04T10:20:30Z",
            "20260504T102030Z",
            "2026-05-04T+1:20:30Z",
            "2026-05-04T10:20:30é",
            "２026-05-04T10:20:30Z",
            "Mon, 04 May 2026 10:20:30 GMT",
            "1700000000",
        ] {
            assert_eq!(parse_rfc3339(value), None, "{value}");
        }
    }

    #[test]
    fn parses_decimal_unix_times_only() {
        let seconds = |number| parse_unix(number, Duration::from_secs);
        assert_eq!(seconds("0"), Some(UNIX_EPOCH));
        assert_eq!(seconds("1700000000"), Some(milliseconds(1_700_000_000_000)));
        for number in [
            "",
            "+1",
            "-1",
            "1.5",
            "1e3",
            " 1",
            "１",
            "18446744073709551616",
        ] {
            assert_eq!(seconds(number), None, "{number}");
        }
        assert_eq!(unix_seconds(UNIX_EPOCH - Duration::from_secs(1)), 0);
    }
}
