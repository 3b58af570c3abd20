use std::fmt;
use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::time::{parse_rfc3339, to_rfc3339};
use crate::validate::excerpt;

/// A timestamp as the server wrote it, normally in RFC 3339 such as `2026-05-04T10:20:30.456Z`.
///
/// The string is kept as received, so that an unusual one doesn't fail the response that contains
/// it. Timestamps in the same form are ordered by time. `SystemTime::try_from` parses a timestamp;
/// date libraries parse [`as_str`](Self::as_str).
///
/// ```
/// use std::time::{Duration, SystemTime, UNIX_EPOCH};
///
/// use imagekitio::raw::types::Timestamp;
///
/// let timestamp = Timestamp::from("2023-11-14T22:13:20.123Z");
/// let time = SystemTime::try_from(&timestamp)?;
/// assert_eq!(time, UNIX_EPOCH + Duration::from_millis(1_700_000_000_123));
/// assert_eq!(Timestamp::try_from(time)?, timestamp);
/// # Ok::<(), imagekitio::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(String);

impl Timestamp {
    /// Returns the timestamp as received.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Writes the timestamp as received.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl From<String> for Timestamp {
    fn from(timestamp: String) -> Self {
        Self(timestamp)
    }
}

impl From<&str> for Timestamp {
    fn from(timestamp: &str) -> Self {
        Self(timestamp.to_owned())
    }
}

impl TryFrom<&Timestamp> for SystemTime {
    type Error = Error;

    /// Parses the timestamp. Digits after the nanoseconds are dropped.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) if the timestamp is not in RFC 3339, which
    /// has seconds and a UTC offset.
    fn try_from(timestamp: &Timestamp) -> Result<Self, Error> {
        parse_rfc3339(&timestamp.0).ok_or_else(|| {
            Error::invalid_input(
                "timestamp",
                format!(
                    "`{}` is not a valid RFC 3339 timestamp; give one such as 2026-05-04T10:20:30Z",
                    excerpt(&timestamp.0)
                ),
            )
        })
    }
}

impl TryFrom<Timestamp> for SystemTime {
    type Error = Error;

    /// Parses the timestamp, as `SystemTime::try_from(&timestamp)` does.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) if the timestamp is not in RFC 3339.
    fn try_from(timestamp: Timestamp) -> Result<Self, Error> {
        Self::try_from(&timestamp)
    }
}

impl TryFrom<SystemTime> for Timestamp {
    type Error = Error;

    /// Writes the time in UTC with milliseconds, such as `2026-05-04T10:20:30.456Z`.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) for a time outside of the years 0 to 9999.
    fn try_from(time: SystemTime) -> Result<Self, Error> {
        to_rfc3339(time).map(Self).ok_or_else(|| {
            Error::invalid_input(
                "time",
                format!(
                    "`{time:?}` is not a valid timestamp: it is outside of the years 0 to 9999"
                ),
            )
        })
    }
}
