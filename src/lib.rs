#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![cfg_attr(feature = "client", doc = include_str!("lib.md"))]
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
#[cfg(feature = "raw")]
mod http;
mod imagekit;
pub mod phash;
mod platform;
mod problem;
#[cfg(feature = "raw")]
pub mod raw;
#[cfg(feature = "raw")]
mod reply;
pub mod search;
mod secret;
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
pub use url::{Overlay, Transformation};

/// The HTTP client library, in the version that this crate uses.
#[cfg(feature = "raw")]
pub use reqwest;

#[cfg(feature = "client")]
pub use client::{RateLimit, Response, RetryPolicy};
#[cfg(feature = "client")]
pub use upload::UploadSource;

#[cfg(all(doctest, feature = "client"))]
#[doc = include_str!("../README.md")]
struct Readme;
