//! URLs: building, signing, verifying and reading back.

mod absolute;
mod builder;
mod choices;
mod color;
mod composite;
mod dynamic;
mod effects;
mod encode;
mod endpoint;
mod expression;
mod file_path;
mod forms;
mod limits;
mod markup;
#[cfg(feature = "client")]
mod media_path;
mod names;
mod number;
mod options;
mod overlay;
mod parameter_value;
mod parse;
mod preset;
mod query;
mod responsive;
#[cfg(feature = "schemars")]
mod schema;
mod signing;
mod text;
mod tokens;
mod transformation;
mod verify;

use serde::{Deserialize, Serialize};

pub use builder::UrlBuilder;
pub use choices::{
    Anchor, AudioCodec, Crop, CropMode, Flip, Focus, Format, InnerAlignment, LayerMode, Resolution,
    Typography, VideoCodec,
};
pub use color::{Background, Border, Color, ColorReplace};
pub use effects::{
    Colorize, Distort, DropShadow, FontOutline, FontShadow, Gradient, Padding, Page, Prompt,
    Radius, Shadow, Sharpen, Trim, UnsharpMask,
};
#[cfg(feature = "raw")]
pub(crate) use encode::{COMPONENT, SEGMENT, escape, unescape};
pub(crate) use endpoint::Endpoint;
pub use expression::{Condition, Expr, Property};
pub use file_path::FilePath;
pub use markup::Picture;
#[cfg(feature = "client")]
pub(crate) use media_path::media_path;
pub use number::{AspectRatio, Dimension, Number, Rotation, Seconds};
pub use options::{
    OverlayOptions, OverlayPosition, OverlayTiming, OverlayType, QueryParameters, Step, StepValue,
    UrlOptions,
};
pub use overlay::{Encoding, Overlay, overlay_kind};
pub use parameter_value::ParameterValue;
pub use parse::ImageKitUrl;
pub use preset::{PreparedUrl, Preset};
pub use responsive::{Responsive, ResponsiveImage};
pub use transformation::Transformation;
pub use verify::Verification;
pub(crate) use verify::verify;

/// Where a transformation stands in a URL.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum TransformationPosition {
    /// In the path: `/tr:w-300/file.jpg`. The default. An absolute source takes the query all the same.
    #[default]
    Path,
    /// In the query: `/file.jpg?tr=w-300`.
    Query,
}

/// How the query of a URL is written. ImageKit reads both alike, but a signature covers the query as it is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum UrlStyle {
    /// `tr=w-300%2Ch-200`: everything but letters, digits and `_.-~` is encoded. The default.
    #[default]
    Encoded,
    /// `tr=w-300,h-200`: as today's SDKs for Node, browsers and Ruby write it.
    Readable,
}

/// What a URL takes from its client where it says nothing itself.
#[derive(Debug)]
pub(crate) struct Defaults {
    pub(crate) endpoint: Option<Endpoint>,
    pub(crate) signer: Option<crate::sign::Signer>,
    pub(crate) position: TransformationPosition,
    pub(crate) style: UrlStyle,
    pub(crate) signed: bool,
    pub(crate) preset: Option<Preset>,
    pub(crate) query: Vec<(String, String)>,
}

impl Defaults {
    /// Those of a URL without a client.
    pub(crate) const NONE: Self = Self {
        endpoint: None,
        signer: None,
        position: TransformationPosition::Path,
        style: UrlStyle::Encoded,
        signed: false,
        preset: None,
        query: Vec::new(),
    };
}
