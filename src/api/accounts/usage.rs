use std::fmt;

use crate::error::Error;
use crate::raw::types::{GetUsageAnalyticsResponse, GetUsageResponse};
use crate::time::day_number;
use crate::validate::excerpt;

/// A day, as `"2026-05-04"` or `(2026, 5, 4)`.
///
/// Dates of other crates that print as `2026-05-04`, such as those of `chrono`, `jiff` and `time`,
/// can be given as strings. The request refuses a day that does not exist.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Date(String);

impl From<&str> for Date {
    fn from(date: &str) -> Self {
        Self(date.to_owned())
    }
}

impl From<String> for Date {
    fn from(date: String) -> Self {
        Self(date)
    }
}

impl From<(u16, u8, u8)> for Date {
    fn from((year, month, day): (u16, u8, u8)) -> Self {
        Self(format!("{year:04}-{month:02}-{day:02}"))
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// Refuses days that don't exist, and ranges that are empty or too long.
fn check_range(start: &Date, end: &Date, end_is_part: bool) -> Result<(), Error> {
    let number = |option: &'static str, date: &Date| {
        day_number(&date.0).ok_or_else(|| {
            Error::invalid_input(
                option,
                format!(
                    "`{}` is not a valid date; give one that exists, as YYYY-MM-DD",
                    excerpt(&date.0)
                ),
            )
        })
    };
    let (from, to) = (number("start", start)?, number("end", end)?);
    let message = match to - from {
        ..0 => format!("{end} is before the start, {start}; give the earlier day first"),
        0 if !end_is_part => format!(
            "{end} is the start as well, and the end is not part of the range; give the day after the last one"
        ),
        days @ 90.. => {
            format!("{end} is {days} days after the start, {start}; ask for less than 90 at a time")
        }
        _ => return Ok(()),
    };
    Err(Error::invalid_input("end", message))
}

operation! {
    /// Returns what the account used from `start` to the day before `end`: bandwidth and storage in
    /// bytes, and processing units.
    ///
    /// Created by [`ik.accounts().usage(start, end)`](super::Accounts::usage).
    ///
    /// `.await` returns [`Usage`](crate::types::Usage).
    ///
    /// # Errors
    ///
    /// - [`InvalidInput`](crate::ErrorKind::InvalidInput) for a day that does not exist, and for a
    ///   range that is empty or too long.
    ///
    /// [API reference](https://imagekit.io/docs/api-reference/account-management-api/get-usage)
    GetUsage { start: Date, end: Date }
    GET_USAGE -> GetUsageResponse, repeatable: true,
    check: |call| check_range(&call.start, &call.end, false),
    send: |call, client| {
        client.get_usage().start_date(&call.start.0).end_date(&call.end.0).send().await
    },
}

operation! {
    /// Returns statistics of delivery from `start` to `end` (beta): requests and bandwidth by
    /// country, browser, format and more, cache results, errors, and what was requested most.
    ///
    /// Created by [`ik.accounts().usage_analytics(start, end)`](super::Accounts::usage_analytics).
    ///
    /// `.await` returns [`UsageAnalytics`](crate::types::UsageAnalytics).
    ///
    /// # Errors
    ///
    /// - [`InvalidInput`](crate::ErrorKind::InvalidInput) for a day that does not exist, and for a
    ///   range that is empty or too long.
    ///
    /// [API reference](https://imagekit.io/docs/api-reference)
    GetUsageAnalytics { start: Date, end: Date }
    GET_USAGE_ANALYTICS -> GetUsageAnalyticsResponse, repeatable: true,
    check: |call| check_range(&call.start, &call.end, true),
    send: |call, client| {
        client.get_usage_analytics().start_date(&call.start.0).end_date(&call.end.0).send().await
    },
}
