//! URLs as data: everything about a URL in a form that JSON and configuration files can hold.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::dynamic::{self, Checks};
use super::names;
use super::overlay::Encoding;
use super::parameter_value::ParameterValue;
use super::{TransformationPosition, UrlStyle};
use crate::error::Error;

/// Everything about a URL as data, for JSON and configuration files.
///
/// Names are those of the Node SDK (`urlEndpoint`, `expiresIn`) or of the Python SDK (`url_endpoint`,
/// `expire_seconds`); in a step also the codes of the URL (`w`, `e-shadow`). The order of a step's parameters and of
/// the query parameters is kept. A name that is not known is refused here, and passed through in a step, where
/// ImageKit may have got a new parameter; [`strict`](Self::strict) refuses it there, too. Hand the options to
/// [`ImageKit::url_from`](crate::ImageKit::url_from).
///
/// # Order
/// **Don't read options from a `serde_json::Value`.** Its maps are sorted by name unless the application switches on
/// `serde_json`'s feature `preserve_order`, so `from_value` changes the order of a step's parameters. That can change the
/// result, and it changes signatures and cache keys. Read the JSON itself with `serde_json::from_str`, `from_slice` or
/// `from_reader`. Keep options that wait in a larger document or in a database as text, or as
/// `Box<serde_json::value::RawValue>`; PostgreSQL's `jsonb` reorders names by itself, `json` and `text` do not. In code,
/// make a [`Step`] of pairs.
///
/// # Values
/// In a step, `"-"` stands for the bare code of a parameter (`e-sharpen`), and so do `true` and `"true"` for effects.
/// `false` and `"false"` leave an effect out and are written elsewhere (`lo-false`). Null and empty strings leave a
/// parameter out, except that an empty string means the bare code of `sharpen`, `shadow`, `gradient`, `unsharpMask` and
/// `aiDropShadow`, and `true` for `trim`. Colors may have the `#` of CSS. `@@` in a path means `/`, as in the URL.
///
/// Numbers are held against ImageKit's documented ranges. `,`, `:` and `/` in the value of a known parameter are refused,
/// escaped or not, because they would add parameters and steps; ratios such as `4:3` and paths may hold those that belong
/// there, a `prompt-` with one is sent as base64, and `raw` takes everything. Nothing else about strings is checked, except
/// in [`strict`](Self::strict) mode.
///
/// ```
/// use imagekitio::ImageKit;
/// use imagekitio::url::UrlOptions;
///
/// let options: UrlOptions = serde_json::from_str(r#"{
///     "path": "/default-image.jpg",
///     "transformation": [{"height": 300, "width": 400}, {"rotation": 90}],
///     "queryParameters": {"v": "2"}
/// }"#)?;
/// let ik = ImageKit::builder().url_endpoint("https://ik.imagekit.io/demo").build()?;
/// assert_eq!(
///     ik.url_from(&options).build()?,
///     "https://ik.imagekit.io/demo/tr:h-300,w-400:rt-90/default-image.jpg?v=2"
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schemars", schemars(transform = super::schema::accept_python_names))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[non_exhaustive]
pub struct UrlOptions {
    /// Path of the file under the endpoint. It wins over `src`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Absolute URL of the file, or a path under the endpoint.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub src: Option<String>,
    /// URL endpoint, in place of the client's.
    #[serde(alias = "url_endpoint", skip_serializing_if = "Option::is_none")]
    pub url_endpoint: Option<String>,
    /// Steps, in order.
    #[cfg_attr(feature = "schemars", schemars(with = "Option<Vec<Step>>"))]
    #[serde(
        deserialize_with = "null_as_default",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub transformation: Vec<Step>,
    /// Where the transformation stands, in place of the client's choice.
    #[serde(
        alias = "transformation_position",
        skip_serializing_if = "Option::is_none"
    )]
    pub transformation_position: Option<TransformationPosition>,
    /// How the query is written, in place of the client's choice.
    #[serde(alias = "url_style", skip_serializing_if = "Option::is_none")]
    pub url_style: Option<UrlStyle>,
    /// Query parameters, in order.
    #[serde(
        alias = "query_parameters",
        deserialize_with = "null_as_default",
        skip_serializing_if = "QueryParameters::is_empty"
    )]
    pub query_parameters: QueryParameters,
    /// Whether the URL is signed, in place of the client's choice.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signed: Option<bool>,
    /// Seconds from now after which the URL expires. It implies signing; 0 stands for no expiry.
    #[serde(
        alias = "expires_in",
        alias = "expireSeconds",
        alias = "expire_seconds",
        skip_serializing_if = "Option::is_none"
    )]
    pub expires_in: Option<u64>,
    /// Time at which the URL expires, in seconds since 1970. It implies signing and wins over `expiresIn`.
    #[serde(alias = "expires_at", skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<u64>,
    #[serde(skip)]
    pub(super) checks: Checks,
}

impl UrlOptions {
    /// Accepts numbers outside the ranges that ImageKit documents, as the official SDKs do. The same goes for an `expiresIn`
    /// that ends after 2286, though [`verify`](crate::ImageKit::verify) refuses such a URL.
    pub fn unchecked_numbers(mut self) -> Self {
        self.checks.ranges = false;
        self
    }

    /// Accepts documented parameters and values only, in steps and in overlays. Suits options from files and forms.
    ///
    /// An unknown name fails with the known one that is closest to it, an unknown word with the words that are known, and a
    /// string that can't be right with what is allowed. `streamingResolutions` needs a path or a call for adaptive streaming.
    /// `raw` stays unchecked. Names that are unknown outside of steps are refused while the options are read, strict or
    /// not.
    ///
    /// ```
    /// use imagekitio::url::UrlOptions;
    ///
    /// let options: UrlOptions = serde_json::from_str(r#"{"transformation": [{"heigth": 300}]}"#)?;
    /// assert_eq!(options.transformation_string()?, "heigth-300");
    /// let error = options.strict().transformation_string().unwrap_err();
    /// assert_eq!(
    ///     error.to_string(),
    ///     r#"heigth: "heigth" is not a known parameter; give `height`, or write the parameter with `raw`"#
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn strict(mut self) -> Self {
        self.checks.strict = true;
        self
    }

    /// The transformation alone, as it stands in a path and in a query of the readable style.
    ///
    /// # Errors
    /// `InvalidInput` for the first value that was refused.
    pub fn transformation_string(&self) -> Result<String, Error> {
        let chain = dynamic::transformation(&self.transformation, self.checks);
        match chain.problem() {
            Some(problem) => Err(problem.clone().into()),
            None => Ok(chain.to_string()),
        }
    }
}

fn null_as_default<'de, D: Deserializer<'de>, T: Default + Deserialize<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}

/// Query parameters by name, in order. A `serde_json::Value` loses that order; see [`UrlOptions`](UrlOptions#order).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct QueryParameters(pub Vec<(String, ParameterValue)>);

impl QueryParameters {
    fn is_empty(&self) -> bool {
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

/// One step of a transformation: parameters by name, in order, and overlays.
///
/// **A `serde_json::Value` loses the order**, and with it the meaning of a step; see [`UrlOptions`](UrlOptions#order). JSON
/// that is read directly keeps it, and so do pairs:
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
///
/// In JSON, null stands for an empty step.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Step(pub Vec<(String, StepValue)>);

impl Step {
    /// A step that does nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a parameter or an overlay at the end.
    pub fn with(mut self, name: impl Into<String>, value: impl Into<StepValue>) -> Self {
        self.0.push((name.into(), value.into()));
        self
    }

    /// The parameter of that name, under any of its names. The first counts.
    pub fn get(&self, name: &str) -> Option<&ParameterValue> {
        self.0
            .iter()
            .find(|(own, _)| names::same(own, name))
            .and_then(|(_, value)| match value {
                StepValue::Parameter(value) => Some(value),
                StepValue::Overlay(_) => None,
            })
    }

    /// Sets a parameter: at its place if the step has it under any of its names, otherwise at the end.
    pub fn set(&mut self, name: &str, value: impl Into<ParameterValue>) {
        let value = StepValue::Parameter(value.into());
        match self.0.iter_mut().find(|(own, _)| names::same(own, name)) {
            Some((_, own)) => *own = value,
            None => self.0.push((name.to_owned(), value)),
        }
    }
}

/// What a parameter of a [`Step`] is set to.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum StepValue {
    /// A parameter other than `overlay`.
    Parameter(ParameterValue),
    /// An overlay, under the name `overlay`.
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

/// Reads a value that belongs to a name.
trait Named<'de>: Sized {
    fn next<A: MapAccess<'de>>(name: &str, map: &mut A) -> Result<Self, A::Error>;
}

impl<'de> Named<'de> for ParameterValue {
    fn next<A: MapAccess<'de>>(_name: &str, map: &mut A) -> Result<Self, A::Error> {
        map.next_value()
    }
}

impl<'de> Named<'de> for StepValue {
    fn next<A: MapAccess<'de>>(name: &str, map: &mut A) -> Result<Self, A::Error> {
        if name == "overlay" {
            let overlay: Option<Box<OverlayOptions>> = map.next_value()?;
            Ok(overlay.map_or(Self::Parameter(ParameterValue::Null), Self::Overlay))
        } else {
            map.next_value().map(Self::Parameter)
        }
    }
}

/// Reads a map in its own order, which the map type of `serde_json` keeps only with a feature of that crate.
fn entries<'de, D: Deserializer<'de>, T: Named<'de>>(
    deserializer: D,
) -> Result<Vec<(String, T)>, D::Error> {
    struct Entries<T>(PhantomData<T>);

    impl<'de, T: Named<'de>> Visitor<'de> for Entries<T> {
        type Value = Vec<(String, T)>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a map of names to values")
        }

        fn visit_unit<E>(self) -> Result<Self::Value, E> {
            Ok(Vec::new())
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut entries = Vec::new();
            while let Some(name) = map.next_key::<String>()? {
                let value = T::next(&name, &mut map)?;
                entries.push((name, value));
            }
            Ok(entries)
        }
    }

    deserializer.deserialize_any(Entries(PhantomData))
}

/// An overlay as data. See [`Overlay`](crate::Overlay).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schemars", schemars(transform = super::schema::accept_python_names))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct OverlayOptions {
    /// What kind of overlay it is.
    pub r#type: OverlayType,
    /// The text, for text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Path of the file, for images, videos and subtitles.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input: Option<String>,
    /// The color, for a color.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub color: Option<String>,
    /// How text or path are written: `auto`, `plain` or `base64`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encoding: Option<Encoding>,
    /// How overlay and base are combined.
    #[serde(default, alias = "layer_mode", skip_serializing_if = "Option::is_none")]
    pub layer_mode: Option<String>,
    /// Where the overlay lies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<OverlayPosition>,
    /// When the overlay is seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timing: Option<OverlayTiming>,
    /// The overlay's own steps.
    #[cfg_attr(feature = "schemars", schemars(with = "Option<Vec<Step>>"))]
    #[serde(
        default,
        deserialize_with = "null_as_default",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub transformation: Vec<Step>,
}

/// The kind of an overlay in [`OverlayOptions`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum OverlayType {
    /// Text.
    #[default]
    Text,
    /// An image.
    Image,
    /// A video.
    Video,
    /// Subtitles.
    Subtitle,
    /// A block of one color.
    #[serde(alias = "solid_color")]
    SolidColor,
}

/// Where an overlay lies, in [`OverlayOptions`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schemars", schemars(transform = super::schema::accept_python_names))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[non_exhaustive]
pub struct OverlayPosition {
    /// Distance from the left edge (`lx`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub x: Option<ParameterValue>,
    /// Distance from the upper edge (`ly`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub y: Option<ParameterValue>,
    /// Distance of the middle from the left edge (`lxc`).
    #[serde(alias = "x_center", skip_serializing_if = "Option::is_none")]
    pub x_center: Option<ParameterValue>,
    /// Distance of the middle from the upper edge (`lyc`).
    #[serde(alias = "y_center", skip_serializing_if = "Option::is_none")]
    pub y_center: Option<ParameterValue>,
    /// Place on the base (`lfo`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub focus: Option<ParameterValue>,
    /// The point of the base from which the coordinates are measured (`lap`).
    #[serde(alias = "anchor_point", skip_serializing_if = "Option::is_none")]
    pub anchor_point: Option<ParameterValue>,
}

/// When an overlay is seen, in [`OverlayOptions`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schemars", schemars(transform = super::schema::accept_python_names))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[non_exhaustive]
pub struct OverlayTiming {
    /// Second at which it appears (`lso`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start: Option<ParameterValue>,
    /// Second at which it disappears (`leo`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end: Option<ParameterValue>,
    /// Seconds for which it is shown (`ldu`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration: Option<ParameterValue>,
}
