//! URLs: building, signing, parsing and verifying.
//!
//! A URL names a file under a URL endpoint, the transformation that ImageKit applies to it, and
//! optionally an expiry and a signature. Nothing in this module sends a request.
//!
//! | task | entry point |
//! |---|---|
//! | build a URL with a client | [`ImageKit::url`], [`ImageKit::src`] |
//! | build a URL without a client | [`UrlBuilder::new`] |
//! | describe a transformation | [`Transformation`], [`Overlay`], [`Expr`], [`Condition`] |
//! | build many URLs | [`Preset`], [`UrlBuilder::prepare`] |
//! | build a URL from JSON or a configuration file | [`UrlOptions`], [`ImageKit::url_from`] |
//! | sign a URL | [`UrlBuilder::signed`], [`UrlBuilder::expires_in`] |
//! | verify a signed URL | [`ImageKit::verify`] |
//! | parse a URL | [`ImageKitUrl`], [`ImageKit::parse`] |
//! | write HTML for responsive images | [`UrlBuilder::responsive`], [`Picture`] |
//!
//! See [transformations](https://imagekit.io/docs/transformations) and
//! [signed URLs](https://imagekit.io/docs/media-delivery-basic-security).
//!
//! [`ImageKit::url`]: crate::ImageKit::url
//! [`ImageKit::src`]: crate::ImageKit::src
//! [`ImageKit::url_from`]: crate::ImageKit::url_from
//! [`ImageKit::verify`]: crate::ImageKit::verify
//! [`ImageKit::parse`]: crate::ImageKit::parse
//!
//! # Examples
//!
//! ```
//! use std::time::Duration;
//!
//! use imagekitio::url::{Crop, Focus, Verification};
//! use imagekitio::{ImageKit, Transformation};
//!
//! let ik = ImageKit::builder()
//!     .url_endpoint("https://ik.imagekit.io/demo")
//!     .private_key("private_key_test")
//!     .build()?;
//! let step = Transformation::new()
//!     .width(400)
//!     .height(300)
//!     .crop(Crop::MaintainRatio)
//!     .focus(Focus::Face);
//! let url = ik
//!     .url("/team/ada.jpg")
//!     .transform(step)
//!     .expires_in(Duration::from_secs(300))
//!     .build()?;
//! assert!(url.starts_with(
//!     "https://ik.imagekit.io/demo/tr:w-400,h-300,c-maintain_ratio,fo-face/team/ada.jpg?ik-t="
//! ));
//! assert!(matches!(ik.verify(&url)?, Verification::Valid { .. }));
//! # Ok::<(), imagekitio::Error>(())
//! ```

mod absolute_url;
mod builder;
mod encode;
mod endpoint;
mod html;
mod options;
mod placement;
mod read;
mod transformation;

pub use builder::{FilePath, PreparedUrl, Preset, UrlBuilder};
pub use html::{Picture, Responsive, ResponsiveImage};
pub use options::{
    OverlayOptions, OverlayPosition, OverlayTiming, OverlayType, QueryParameters, Step, StepValue,
    UrlOptions,
};
pub use placement::{TransformationPosition, UrlStyle};
pub use read::{ImageKitUrl, Verification};
pub use transformation::{
    Anchor, AspectRatio, AudioCodec, Background, Border, Color, ColorReplace, Colorize, Condition,
    Crop, CropMode, Dimension, Distort, DropShadow, Encoding, Expr, Flip, Focus, FontOutline,
    FontShadow, Format, Gradient, InnerAlignment, LayerMode, Numeric, Overlay, Padding, Page,
    ParameterValue, Prompt, Property, Radius, Resolution, Rotation, Seconds, Shadow, Sharpen,
    Transformation, Trim, Typography, UnsharpMask, VideoCodec, overlay_kind,
};

pub(crate) use builder::{UrlDefaults, UrlExpiry};
#[cfg(feature = "client")]
pub(crate) use encode::written_and_decoded;
#[cfg(feature = "raw")]
pub(crate) use encode::{COMPONENT, SEGMENT, escape, unescape};
pub(crate) use endpoint::Endpoint;
#[cfg(feature = "client")]
pub(crate) use read::media_path;
pub(crate) use read::verify;
