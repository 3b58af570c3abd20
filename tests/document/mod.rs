//! The API document that the crate was built from, and values that it describes.

pub mod samples;

use serde_json::Value;

/// The document, as the generator read it.
pub fn api_document() -> Value {
    serde_json::from_str(include_str!(concat!(env!("OUT_DIR"), "/document.json"))).unwrap()
}
