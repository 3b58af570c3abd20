//! Generates the raw client of `imagekitio` from an OpenAPI 3.0 or 3.1 document.
//!
//! [`document`] reads YAML or JSON, [`lower`] turns it into the [`model`], and [`emit`] writes Rust. The build script of
//! `imagekitio` calls [`build`]; tests call [`generate`].
//!
//! The lowering is generic: it knows nothing of ImageKit's operations or wording, so that a newer document can take the
//! place of the present one without an edit here.

#![forbid(unsafe_code)]

mod document;
mod emit;
mod lower;
mod model;
mod names;

use std::path::Path;

pub use document::Problem;
pub use emit::Generated;

/// Generates the client for a document, YAML or JSON.
///
/// # Errors
///
/// A [`Problem`] with the JSON pointer of the first construct that can't become Rust.
pub fn generate(document: &str) -> Result<Generated, Problem> {
    emit::generated(&lower::lower(document)?)
}

/// Reads a document, YAML or JSON, as it stands.
///
/// # Errors
///
/// A [`Problem`] when it's neither, or no object.
pub fn read(document: &str) -> Result<serde_json::Value, Problem> {
    document::Document::parse(document).map(|document| document.source().clone())
}

/// Reads `imagekit.yaml` in the folder `spec` and writes the generated files into the folder `out`.
///
/// # Errors
///
/// A message for the developer who builds: the file, the place in it, what stands there, and what to change.
pub fn build(spec: &Path, out: &Path) -> Result<(), String> {
    let path = spec.join("imagekit.yaml");
    let document = std::fs::read_to_string(&path).map_err(|error| {
        let path = path.display();
        format!(
            "{path} cannot be read\n  found: {error}\n  fix:   put ImageKit's OpenAPI document there"
        )
    })?;
    let generated = generate(&document).map_err(|problem| {
        format!(
            "{} cannot be turned into a client\n{problem}",
            path.display()
        )
    })?;
    generated
        .write(out)
        .map_err(|error| format!("{} cannot be written: {error}", out.display()))
}
