//! Query parameters as data.

use serde::de::MapAccess;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::ordered_map::{NamedValue, entries};
use crate::url::transformation::ParameterValue;

/// Query parameters by name, in order.
///
/// A `serde_json::Value` loses the order; see [`UrlOptions`](crate::url::UrlOptions#order).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct QueryParameters(pub Vec<(String, ParameterValue)>);

impl QueryParameters {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Serialize for QueryParameters {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

impl<'de> Deserialize<'de> for QueryParameters {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        entries(deserializer).map(Self)
    }
}

impl<'de> NamedValue<'de> for ParameterValue {
    fn next<A: MapAccess<'de>>(_name: &str, map: &mut A) -> Result<Self, A::Error> {
        map.next_value()
    }
}
