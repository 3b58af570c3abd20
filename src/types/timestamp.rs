//! Timestamps of the API in searches.

use super::Timestamp;
use crate::search::PointInTime;

impl From<&Timestamp> for PointInTime {
    fn from(timestamp: &Timestamp) -> Self {
        timestamp.as_str().into()
    }
}

impl From<Timestamp> for PointInTime {
    fn from(timestamp: Timestamp) -> Self {
        timestamp.as_str().into()
    }
}
