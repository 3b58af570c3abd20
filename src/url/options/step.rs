//! Steps as data.

use serde::de::MapAccess;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::ordered_map::{NamedValue, entries};
use super::overlay_options::OverlayOptions;
use crate::url::transformation::{ParameterValue, same_parameter};

/// One step of a transformation as data: parameters by name, in order, and overlays.
///
/// **A `serde_json::Value` loses the order**, and with it the meaning of the step; see
/// [`UrlOptions`](crate::url::UrlOptions#order). JSON that is deserialized directly keeps it, and
/// so do pairs. In JSON, null is an empty step.
///
/// ```
/// use imagekitio::url::{Step, UrlOptions};
///
/// let mut options = UrlOptions::default();
/// options.transformation = vec![
///     Step::from([("width", 400), ("height", 300)]),
///     Step::new().with("rotation", 90).with("format", "webp"),
/// ];
/// assert_eq!(options.transformation_string()?, "w-400,h-300:rt-90,f-webp");
/// # Ok::<(), imagekitio::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Step(pub Vec<(String, StepValue)>);

impl Step {
    /// Creates an empty step.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a parameter or an overlay at the end.
    #[must_use = "the step is returned"]
    pub fn with(mut self, name: impl Into<String>, value: impl Into<StepValue>) -> Self {
        self.0.push((name.into(), value.into()));
        self
    }

    /// Returns the first parameter with this name, or with another name of the same parameter.
    pub fn get(&self, name: &str) -> Option<&ParameterValue> {
        self.0
            .iter()
            .find(|(own, _)| same_parameter(own, name))
            .and_then(|(_, value)| match value {
                StepValue::Parameter(value) => Some(value),
                StepValue::Overlay(_) => None,
            })
    }

    /// Sets a parameter. It keeps its place if the step has the parameter under any of its names.
    /// Otherwise it is added at the end.
    pub fn set(&mut self, name: &str, value: impl Into<ParameterValue>) {
        let value = StepValue::Parameter(value.into());
        match self.0.iter_mut().find(|(own, _)| same_parameter(own, name)) {
            Some((_, own)) => *own = value,
            None => self.0.push((name.to_owned(), value)),
        }
    }
}

/// The value of an entry in a [`Step`].
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum StepValue {
    /// A parameter other than `overlay`.
    Parameter(ParameterValue),
    /// An overlay. Its name is `overlay`.
    Overlay(Box<OverlayOptions>),
}

impl<T: Into<ParameterValue>> From<T> for StepValue {
    fn from(value: T) -> Self {
        Self::Parameter(value.into())
    }
}

impl From<OverlayOptions> for StepValue {
    fn from(overlay: OverlayOptions) -> Self {
        Self::Overlay(Box::new(overlay))
    }
}

impl<N: Into<String>, V: Into<StepValue>> FromIterator<(N, V)> for Step {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        let own = pairs
            .into_iter()
            .map(|(name, value)| (name.into(), value.into()));
        Self(own.collect())
    }
}

impl<N: Into<String>, V: Into<StepValue>, const COUNT: usize> From<[(N, V); COUNT]> for Step {
    fn from(pairs: [(N, V); COUNT]) -> Self {
        pairs.into_iter().collect()
    }
}

impl Serialize for Step {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

impl<'de> Deserialize<'de> for Step {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        entries(deserializer).map(Self)
    }
}

impl<'de> NamedValue<'de> for StepValue {
    fn next<A: MapAccess<'de>>(name: &str, map: &mut A) -> Result<Self, A::Error> {
        if name == "overlay" {
            let overlay: Option<Box<OverlayOptions>> = map.next_value()?;
            Ok(overlay.map_or(Self::Parameter(ParameterValue::Null), Self::Overlay))
        } else {
            map.next_value().map(Self::Parameter)
        }
    }
}
