//! Parsing and verification of URLs.

mod imagekit_url;
#[cfg(feature = "client")]
mod media_path;
mod parse_transformation;
mod verify;

pub use imagekit_url::ImageKitUrl;
#[cfg(feature = "client")]
pub(crate) use media_path::media_path;
pub use verify::Verification;
pub(crate) use verify::verify;
