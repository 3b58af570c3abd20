//! URLs as data, for JSON and configuration files.

#[cfg(feature = "schemars")]
mod json_schema;
mod ordered_map;
mod overlay_options;
mod query_parameters;
mod step;
mod to_transformation;

use serde::{Deserialize, Deserializer, Serialize};

pub use overlay_options::{OverlayOptions, OverlayPosition, OverlayTiming, OverlayType};
pub use query_parameters::QueryParameters;
pub use step::{Step, StepValue};
pub(crate) use to_transformation::to_transformation;

use super::placement::{TransformationPosition, UrlStyle};
use super::transformation::{Transformation, ValueChecks};
use crate::error::Error;

/// The description of a URL as data, for JSON and configuration files.
///
/// Fields have the names of the Node SDK (`urlEndpoint`, `expiresIn`) or of the Python SDK
/// (`url_endpoint`, `expire_seconds`). Parameters of a step can also have their code (`w`,
/// `e-shadow`) as their name. The order of a step's parameters and of the query parameters is kept.
/// Deserialization fails for an unknown field. An unknown parameter of a step is written into the
/// URL as it is, unless the options are [`strict`](Self::strict). Pass the options to
/// [`ImageKit::url_from`](crate::ImageKit::url_from).
///
/// # Order
/// **Don't deserialize options from a `serde_json::Value`.** Its maps are sorted by name unless the
/// application enables `serde_json`'s feature `preserve_order`, so `from_value` changes the order
/// of a step's parameters. That can change the result, and it changes signatures and cache keys.
/// Deserialize the JSON itself with `serde_json::from_str`, `from_slice` or `from_reader`. Store
/// options inside a larger document or in a database as a string, or as
/// `Box<serde_json::value::RawValue>`. PostgreSQL's `jsonb` reorders names; `json` and `text` keep
/// them. In code, create a [`Step`] from pairs.
///
/// # Values
/// In a step, `"-"` writes the bare code of a parameter (`e-sharpen`); for effects, `true` and
/// `"true"` do the same. `false` and `"false"` leave an effect out; other parameters are written
/// with them (`lo-false`). Null and blank strings leave a parameter out, with these exceptions: a
/// blank string writes the bare code of `sharpen`, `shadow`, `gradient`, `unsharpMask` and
/// `aiDropShadow`, and means `true` for `trim`. Colors can have the `#` of CSS. `@@` in a path
/// means `/`, as in the URL.
///
/// Building the URL fails for numbers outside ImageKit's documented ranges, and for `,`, `:` and
/// `/` in the value of a known parameter, escaped or not, because they would add parameters and
/// steps. A ratio such as `4:3` can contain `:`, and a path can contain `/`. A `prompt-` with one
/// of them is sent as base64.
/// `raw` accepts everything. Other strings are checked only in [`strict`](Self::strict) mode.
///
/// # Examples
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
#[cfg_attr(feature = "schemars", schemars(transform = json_schema::accept_python_names))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[non_exhaustive]
pub struct UrlOptions {
    /// The path of the file under the endpoint. Takes precedence over `src`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The absolute URL of the file, or a path under the endpoint.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub src: Option<String>,
    /// The URL endpoint. Default: that of the client.
    #[serde(alias = "url_endpoint", skip_serializing_if = "Option::is_none")]
    pub url_endpoint: Option<String>,
    /// The steps of the transformation, in order.
    #[cfg_attr(feature = "schemars", schemars(with = "Option<Vec<Step>>"))]
    #[serde(
        deserialize_with = "null_as_default",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub transformation: Vec<Step>,
    /// Where the transformation is written. Default: that of the client.
    #[serde(
        alias = "transformation_position",
        skip_serializing_if = "Option::is_none"
    )]
    pub transformation_position: Option<TransformationPosition>,
    /// How the query is written. Default: that of the client.
    #[serde(alias = "url_style", skip_serializing_if = "Option::is_none")]
    pub url_style: Option<UrlStyle>,
    /// The query parameters, in order.
    #[serde(
        alias = "query_parameters",
        deserialize_with = "null_as_default",
        skip_serializing_if = "QueryParameters::is_empty"
    )]
    pub query_parameters: QueryParameters,
    /// Whether the URL is signed. Default: that of the client.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signed: Option<bool>,
    /// The lifetime of the URL in seconds, from when it is built. Implies signing. 0 means no
    /// expiry.
    #[serde(
        alias = "expires_in",
        alias = "expireSeconds",
        alias = "expire_seconds",
        skip_serializing_if = "Option::is_none"
    )]
    pub expires_in: Option<u64>,
    /// When the URL expires, in seconds since 1970. Implies signing. Takes precedence over
    /// `expiresIn`.
    #[serde(alias = "expires_at", skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<u64>,
    #[serde(skip)]
    checks: ValueChecks,
}

impl UrlOptions {
    /// Accepts numbers outside the ranges that ImageKit documents, as the official SDKs do.
    ///
    /// This includes an `expiresIn` that ends after 2286, although
    /// [`verify`](crate::ImageKit::verify) returns `Invalid` for such a URL.
    #[must_use = "the options are returned"]
    pub fn unchecked_numbers(mut self) -> Self {
        self.checks.ranges = false;
        self
    }

    /// Accepts only documented parameters and values in steps and overlays. Use it for options from
    /// files and forms.
    ///
    /// Building the URL fails for an unknown name with the most similar known one, for an unknown
    /// word with the known words, and for an invalid string with what is allowed.
    /// `streamingResolutions` needs a playlist of adaptive streaming. `raw` stays unchecked.
    /// Deserialization fails for unknown fields outside of steps in either mode.
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
    #[must_use = "the options are returned"]
    pub fn strict(mut self) -> Self {
        self.checks.strict = true;
        self
    }

    /// Returns the transformation alone, as in a path and in a query of [`UrlStyle::Readable`].
    ///
    /// # Errors
    /// Returns [`InvalidInput`](crate::ErrorKind::InvalidInput) for the first invalid value.
    pub fn transformation_string(&self) -> Result<String, Error> {
        let transformation = self.to_transformation();
        match transformation.problem() {
            Some(problem) => Err(problem.clone().into()),
            None => Ok(transformation.to_string()),
        }
    }

    pub(crate) fn to_transformation(&self) -> Transformation {
        to_transformation(&self.transformation, self.checks)
    }

    pub(crate) fn checks_ranges(&self) -> bool {
        self.checks.ranges
    }
}

fn null_as_default<'de, D: Deserializer<'de>, T: Default + Deserialize<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}
