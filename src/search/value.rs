//! Values of conditions.

use std::fmt::Display;
use std::time::{Duration, SystemTime};

use crate::expression::quoted;
use crate::problem::Problem;
use crate::time::{DateTime, is_digits, to_rfc3339};
use crate::validate::excerpt;

/// The literal of a value in a search, or the reason why the value has none.
pub(super) type Literal = Result<String, Refused>;

/// A value that can't be written in a search, and the reason.
#[derive(Clone, Debug, PartialEq)]
pub struct Refused {
    value: String,
    reason: String,
}

impl Refused {
    pub(super) fn new(value: impl Into<String>, reason: impl Into<String>) -> Self {
        Self {
            value: value.into(),
            reason: reason.into(),
        }
    }

    /// Returns the error of a search with this value. `role` is its role, such as `value of name`.
    pub(super) fn problem(&self, role: &str) -> Problem {
        let shown = excerpt(&self.value);
        let message = format!("`{shown}` is not a valid {role}: {}", self.reason);
        Problem::new("search_query", message)
    }
}

fn refuse(value: &(impl Display + ?Sized), reason: impl Into<String>) -> Literal {
    Err(Refused::new(value.to_string(), reason))
}

/// Returns a string in double quotes.
pub(super) fn quote(value: &str) -> Literal {
    quoted(value).or_else(|c| {
        refuse(
            value,
            format!(
                "ImageKit documents no way to write {c:?} in a search; search for a part of the value without it"
            ),
        )
    })
}

/// Returns the part of a string in front of the first character that can't be quoted.
#[cfg(feature = "client")]
pub(crate) fn quotable_start(value: &str) -> &str {
    let mut end = 0;
    for (start, c) in value.char_indices() {
        end = start + c.len_utf8();
        if quote(&value[start..end]).is_err() {
            return &value[..start];
        }
    }
    &value[..end]
}

/// Returns the operand of `IN`.
pub(super) fn list(values: impl IntoIterator<Item = Literal>) -> Literal {
    let values: Vec<String> = values.into_iter().collect::<Result<_, _>>()?;
    match values.is_empty() {
        true => refuse("[]", "the list is empty; give at least one value"),
        false => Ok(format!("[{}]", values.join(", "))),
    }
}

/// A value of an ordered field.
pub trait Value {
    fn literal(self) -> Literal;
}

/// Defines a type that holds its literal.
macro_rules! value_type {
    ($(#[$attribute:meta])* $name:ident) => {
        $(#[$attribute])*
        #[derive(Clone, Debug, PartialEq)]
        pub struct $name(Literal);

        impl Value for $name {
            fn literal(self) -> Literal {
                self.0
            }
        }
    };
}

/// Conversions from strings by a function that parses them.
macro_rules! from_strings {
    ($($name:ident: $parse:expr;)*) => {
        $(
            impl From<&str> for $name {
                fn from(value: &str) -> Self {
                    Self($parse(value))
                }
            }

            impl From<String> for $name {
                fn from(value: String) -> Self {
                    Self::from(value.as_str())
                }
            }

            impl From<&String> for $name {
                fn from(value: &String) -> Self {
                    Self::from(value.as_str())
                }
            }
        )*
    };
}

macro_rules! from_integers {
    ($($name:ident)*) => {
        $(from_integers! { @ $name i32 i64 u32 u64 usize })*
    };
    (@ $name:ident $($integer:ty)*) => {
        $(
            impl From<$integer> for $name {
                fn from(number: $integer) -> Self {
                    Self(not_negative(number))
                }
            }
        )*
    };
}

value_type! {
    /// A width or height in pixels: an integer of 0 or more.
    Pixels
}

value_type! {
    /// A file size: bytes as an integer of 0 or more, or a string such as `"10kb"` or `"1.5mb"`.
    ///
    /// ```
    /// use imagekitio::search;
    ///
    /// let query = search::size().more_than(1024) & search::size().at_most("1MB");
    /// assert_eq!(query.build()?, r#"size > 1024 AND size <= "1mb""#);
    /// # Ok::<(), imagekitio::Error>(())
    /// ```
    Size
}

value_type! {
    /// The duration of a video: seconds as a number of 0 or more, a [`Duration`], or a string such
    /// as `"30sec"`, `"1.5min"` or `"2hr"`.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use imagekitio::search;
    ///
    /// let query = search::video_duration().at_least(2.5)
    ///     & search::video_duration().less_than("1.5min")
    ///     & !search::video_duration().is(Duration::from_secs(30));
    /// assert_eq!(
    ///     query.build()?,
    ///     r#"videoDuration >= 2.5 AND videoDuration < "1.5min" AND videoDuration NOT = 30"#
    /// );
    /// # Ok::<(), imagekitio::Error>(())
    /// ```
    VideoDuration
}

value_type! {
    /// A point in time: a date, a date with a time, or an age.
    ///
    /// | from | example | meaning |
    /// |---|---|---|
    /// | a date | `"2026-05-04"` | 00:00:00 UTC on that day |
    /// | a date with a time: RFC 3339 with optional seconds and UTC offset | `"2026-05-04T10:20:30Z"` | that time; in UTC without an offset |
    /// | an age | `"1h"`, `"2d"`, `"3w"`, `"4m"`, `"1y"` | that many hours, days, weeks, months or years before the search |
    /// | [`days_ago`] and others | `days_ago(7)` | the same |
    /// | [`SystemTime`] | `SystemTime::now()` | that time, in milliseconds |
    /// | [`Timestamp`](crate::raw::types::Timestamp) of a response | `&file.created_at` | that time |
    ///
    /// ```
    /// use std::time::{Duration, UNIX_EPOCH};
    ///
    /// use imagekitio::search;
    ///
    /// let query = search::created_at().after("7d") & search::updated_at().before("2026-05-04")
    ///     | search::created_at().after(UNIX_EPOCH + Duration::from_secs(1_700_000_000));
    /// assert_eq!(
    ///     query.build()?,
    ///     r#"(createdAt > "7d" AND updatedAt < "2026-05-04") OR createdAt > "2023-11-14T22:13:20.000Z""#
    /// );
    /// # Ok::<(), imagekitio::Error>(())
    /// ```
    PointInTime
}

value_type! {
    /// A value of a select field: a string, a number or a boolean.
    SelectValue
}

from_integers! { Pixels Size VideoDuration }

from_strings! {
    Size: size;
    VideoDuration: video_duration;
    PointInTime: point_in_time;
    SelectValue: quote;
}

impl From<f64> for VideoDuration {
    fn from(seconds: f64) -> Self {
        Self(not_negative(seconds))
    }
}

impl From<Duration> for VideoDuration {
    fn from(duration: Duration) -> Self {
        Self(not_negative(duration.as_secs_f64()))
    }
}

impl From<SystemTime> for PointInTime {
    fn from(time: SystemTime) -> Self {
        Self(match to_rfc3339(time) {
            Some(timestamp) => quote(&timestamp),
            None => refuse(
                &format!("{time:?}"),
                "it is outside of the years 0 to 9999; give an earlier or a later time",
            ),
        })
    }
}

impl From<bool> for SelectValue {
    fn from(value: bool) -> Self {
        Self(Ok(value.to_string()))
    }
}

impl From<f64> for SelectValue {
    fn from(number: f64) -> Self {
        Self(self::number(number))
    }
}

macro_rules! select_integers {
    ($($integer:ty)*) => {
        $(
            impl From<$integer> for SelectValue {
                fn from(number: $integer) -> Self {
                    Self(Ok(number.to_string()))
                }
            }
        )*
    };
}

select_integers! { i32 i64 u32 u64 usize }

/// Returns the literal of a number.
pub(super) fn number(number: f64) -> Literal {
    match number.is_finite() {
        true => Ok(number.to_string()),
        false => refuse(&number, "it is not finite; give a number"),
    }
}

/// Returns the literal of the surroundings of a place.
pub(super) fn place(latitude: f64, longitude: f64, kilometers: f64) -> Literal {
    let place = format!("{latitude},{longitude} {kilometers}km");
    let is_valid = latitude.abs() <= 90.0
        && longitude.abs() <= 180.0
        && kilometers > 0.0
        && kilometers.is_finite();
    match is_valid {
        true => quote(&place),
        false => refuse(
            &place,
            "it is out of range; give a latitude of -90 to 90 degrees, a longitude of -180 to 180 degrees, and a \
             distance of more than 0 km",
        ),
    }
}

fn not_negative<N: Display + PartialOrd + Default>(number: N) -> Literal {
    let literal = number.to_string();
    match number >= N::default() && literal != "inf" {
        true => Ok(literal),
        false => refuse(&literal, "it is not a number of 0 or more; give one"),
    }
}

/// Returns the literal of a string that is a number, or a number with one of these units. A number
/// gets no quotes.
fn with_unit(value: &str, units: &[&str], fix: &str) -> Literal {
    let lower = value.trim().to_ascii_lowercase();
    if is_decimal(&lower) {
        return Ok(lower);
    }
    let has_unit = |unit: &&str| lower.strip_suffix(*unit).is_some_and(is_decimal);
    match units.iter().any(has_unit) {
        true => quote(&lower),
        false => refuse(value, fix),
    }
}

fn size(value: &str) -> Literal {
    let fix = "it is not a size; give bytes as a number, or a string such as \"10kb\" or \"1mb\"";
    with_unit(value, &["kb", "mb"], fix)
}

fn video_duration(value: &str) -> Literal {
    let fix = "it is not a duration; give seconds as a number, or a string such as \"30sec\", \"1.5min\" or \"2hr\"";
    with_unit(value, &["sec", "min", "hr"], fix)
}

/// Whether this is a number such as `12` or `1.5`.
fn is_decimal(value: &str) -> bool {
    let (whole, fraction) = value.split_once('.').unwrap_or((value, "0"));
    is_digits(whole) && is_digits(fraction)
}

fn point_in_time(value: &str) -> Literal {
    match is_age(value) || DateTime::parse(value).is_some() {
        true => quote(value),
        false => refuse(
            value,
            "it is not a point in time; give a date such as \"2026-05-04\" or \"2026-05-04T10:20:30Z\", or an age such as \
             \"1h\", \"2d\", \"3w\", \"4m\" or \"1y\"",
        ),
    }
}

/// Whether this is an age such as `7d`.
fn is_age(value: &str) -> bool {
    value
        .strip_suffix(['h', 'd', 'w', 'm', 'y'])
        .is_some_and(|number| is_digits(number) && number.parse::<u32>().is_ok())
}

/// The kind of an asset in a search.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AssetKind {
    /// The current version of a file.
    File,
    /// An earlier version of a file.
    FileVersion,
    /// A folder.
    Folder,
}

impl AssetKind {
    /// Returns the name of the kind in the API, such as `file-version`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::FileVersion => "file-version",
            Self::Folder => "folder",
        }
    }
}

macro_rules! ages {
    ($($(#[$attribute:meta])* $name:ident $unit:literal)*) => {
        $(
            $(#[$attribute])*
            pub fn $name(number: u32) -> PointInTime {
                PointInTime(quote(&format!(concat!("{}", $unit), number)))
            }
        )*
    };
}

ages! {
    /// Returns the point in time this many hours before the search (`"1h"`).
    hours_ago "h"
    /// Returns the point in time this many days before the search (`"1d"`).
    days_ago "d"
    /// Returns the point in time this many weeks before the search (`"1w"`).
    weeks_ago "w"
    /// Returns the point in time this many months before the search (`"1m"`).
    months_ago "m"
    /// Returns the point in time this many years before the search (`"1y"`).
    years_ago "y"
}
