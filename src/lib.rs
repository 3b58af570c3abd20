#![forbid(unsafe_code)]
#![warn(missing_docs)]
//! ImageKit.

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
pub use client::{RateLimit, Response};
#[cfg(feature = "client")]
pub use raw::types::ListAndSearchAssetsResponseItem as Asset;
#[cfg(feature = "client")]
pub use upload::{UploadOutcome, UploadRequest, UploadSource};
