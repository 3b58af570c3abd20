#![forbid(unsafe_code)]
#![warn(missing_docs)]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![cfg_attr(feature = "client", doc = include_str!("../README.md"))]
#![cfg_attr(
    not(feature = "client"),
    doc = "URLs, transformations and signatures for [ImageKit.io](https://imagekit.io)."
)]

#[macro_use]
mod open_enum;

#[cfg(feature = "client")]
pub mod api;
#[cfg(feature = "client")]
mod client;
pub mod client_auth;
#[cfg(feature = "client")]
pub mod delivery;
mod env;
mod error;
mod expression;
mod imagekit;
pub mod phash;
mod platform;
mod problem;
#[cfg(feature = "raw")]
pub mod raw;
mod redact;
pub mod search;
mod sign;
#[cfg(test)]
mod tests;
mod time;
#[cfg(feature = "client")]
pub mod types;
#[cfg(feature = "client")]
pub mod upload;
pub mod url;
mod validate;
pub mod webhook;

pub use error::{Error, ErrorKind};
pub use imagekit::{ImageKit, ImageKitBuilder};
pub use phash::{PHash, phash_distance};
pub use url::{Overlay, Transformation};

#[cfg(feature = "client")]
#[cfg(feature = "blocking")]
pub use client::Blocking;
#[cfg(feature = "client")]
pub use client::{RateLimit, Response, RetryPolicy};
#[cfg(feature = "client")]
pub use types::Asset;
#[cfg(feature = "client")]
pub use upload::UploadSource;
