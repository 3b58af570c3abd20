#![forbid(unsafe_code)]
#![warn(missing_docs)]
//! ImageKit.

mod error;
#[cfg(feature = "raw")]
pub mod raw;

pub use error::{Error, ErrorKind};
