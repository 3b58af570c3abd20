//! Overlays as data.

use serde::{Deserialize, Serialize};

use super::null_as_default;
use super::step::Step;
use crate::url::transformation::{Encoding, ParameterValue};

/// An overlay as data. See [`Overlay`](crate::Overlay) for the meaning of the fields.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schemars", schemars(transform = super::json_schema::accept_python_names))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct OverlayOptions {
    /// The kind of the overlay.
    pub r#type: OverlayType,
    /// The text of a text overlay.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The path of the image, video or subtitle file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input: Option<String>,
    /// The color of a solid color overlay.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub color: Option<String>,
    /// The encoding of the text or the path: `auto`, `plain` or `base64`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encoding: Option<Encoding>,
    /// How the overlay and the base are combined (`lm`).
    #[serde(default, alias = "layer_mode", skip_serializing_if = "Option::is_none")]
    pub layer_mode: Option<String>,
    /// The position on the base.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<OverlayPosition>,
    /// When the overlay is shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timing: Option<OverlayTiming>,
    /// The steps that transform the overlay, in order.
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
    /// A subtitle file.
    Subtitle,
    /// A block of one color.
    #[serde(alias = "solid_color")]
    SolidColor,
}

/// The position of an overlay in [`OverlayOptions`]. See
/// [position of layers](https://imagekit.io/docs/transformations#position-of-layer).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schemars", schemars(transform = super::json_schema::accept_python_names))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[non_exhaustive]
pub struct OverlayPosition {
    /// The distance from the left edge (`lx`): pixels or an expression.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub x: Option<ParameterValue>,
    /// The distance from the upper edge (`ly`): pixels or an expression.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub y: Option<ParameterValue>,
    /// The distance of the center from the left edge (`lxc`): pixels or an expression.
    #[serde(alias = "x_center", skip_serializing_if = "Option::is_none")]
    pub x_center: Option<ParameterValue>,
    /// The distance of the center from the upper edge (`lyc`): pixels or an expression.
    #[serde(alias = "y_center", skip_serializing_if = "Option::is_none")]
    pub y_center: Option<ParameterValue>,
    /// The position on the base (`lfo`), such as `top_left`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub focus: Option<ParameterValue>,
    /// The point of the base from which coordinates are measured (`lap`), such as `top_left`.
    #[serde(alias = "anchor_point", skip_serializing_if = "Option::is_none")]
    pub anchor_point: Option<ParameterValue>,
}

/// The timing of an overlay on a video in [`OverlayOptions`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schemars", schemars(transform = super::json_schema::accept_python_names))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[non_exhaustive]
pub struct OverlayTiming {
    /// When the overlay appears (`lso`): seconds, 0 or more, or an expression.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start: Option<ParameterValue>,
    /// When the overlay disappears (`leo`): seconds, 0 or more, or an expression.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end: Option<ParameterValue>,
    /// How long the overlay is shown (`ldu`): seconds, 0 or more, or an expression.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration: Option<ParameterValue>,
}
