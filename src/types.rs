//! Models of the API: what requests take and replies contain.
//!
//! Each struct has a field for every property in the API document. Properties that the document doesn't know are in
//! `extra`. A struct with several required properties is created from the struct of the same name in [`required`].
//!
//! The build generates these types from the document, and re-exports here what operations send and return.
//! [`raw::types`](crate::raw::types) has further ones, such as bodies of webhook deliveries.

#[doc(inline)]
pub use crate::raw::types::{Change, Number, Timestamp, required};

include!(concat!(env!("OUT_DIR"), "/models.rs"));
