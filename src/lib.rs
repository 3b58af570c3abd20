#![forbid(unsafe_code)]
#![warn(missing_docs)]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![cfg_attr(feature = "client", doc = include_str!("../README.md"))]
#![cfg_attr(
    not(feature = "client"),
    doc = "URLs, transformations and signatures for [ImageKit.io](https://imagekit.io)."
)]

#[cfg(feature = "client")]
mod api;
#[cfg(feature = "client")]
mod client;
mod error;
mod imagekit;
#[cfg(feature = "raw")]
pub mod raw;
#[cfg(feature = "testing")]
pub mod testing;
#[cfg(feature = "client")]
mod upload;

pub use error::{Error, ErrorKind};
pub use imagekit::{ImageKit, ImageKitBuilder};

#[cfg(feature = "client")]
pub use api::{Assets, DeleteFile, Files, GetFile, ListAssets};
#[cfg(feature = "client")]
pub use client::{Call, RateLimit, Request, Response, RetryPolicy};
#[cfg(feature = "client")]
pub use raw::types::ListAndSearchAssetsResponseItem as Asset;
#[cfg(feature = "client")]
pub use upload::{UploadOutcome, UploadRequest, UploadSource};
