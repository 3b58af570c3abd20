use std::fmt;

use serde::{Deserialize, Serialize};

/// A point in time as the server wrote it, normally RFC 3339 such as `2026-05-04T10:20:30.456Z`.
///
/// The text is kept as it is: an unusual one doesn't fail the reply that contains it. Timestamps in one format sort as
/// their texts do; date libraries parse [`as_str`](Self::as_str).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(String);

impl Timestamp {
    /// The text of the timestamp.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<String> for Timestamp {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<&str> for Timestamp {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}
