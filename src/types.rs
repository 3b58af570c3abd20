//! Types of the API's requests and responses.
//!
//! Each struct has a field for every property in the API document. Properties that the document
//! doesn't know are in `extra`. A struct with several required properties is created from the
//! struct of the same name in [`required`].
//!
//! With the feature `schemars`, the generated types implement `JsonSchema`, for forms, editors and
//! tool calls.
//!
//! The build generates these types from the document, and re-exports here what operations send and
//! return. [`raw::types`](crate::raw::types) has further ones, such as the bodies that the request
//! builders write.

mod asset;
pub(crate) mod extensions;
pub(crate) mod field_schema;
mod metadata;
mod number;
mod origins;
mod timestamp;

pub use field_schema::{FieldSchema, FieldValue};

#[doc(inline)]
pub use crate::raw::types::{Change, Number, Timestamp, required};

include!(concat!(env!("OUT_DIR"), "/models.rs"));
