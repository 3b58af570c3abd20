//! Lowers an OpenAPI 3.0 or 3.1 document to what the generator can take.
//!
//! The lowering is generic: it knows nothing of ImageKit's operations or wording, so that a newer document can take the place
//! of the present one without an edit here. What it cannot take is a [`Problem`] with a JSON pointer, never a silent loss.

#[path = "lower/document.rs"]
mod document;
#[path = "lower/model.rs"]
pub mod model;
#[path = "lower/names.rs"]
mod names;
#[path = "lower/operation.rs"]
mod operation;
#[path = "lower/schema.rs"]
mod schema;
#[path = "lower/secrets.rs"]
mod secrets;

pub use document::Problem;
pub use operation::ERROR_TYPE;

use document::{Document, text};
use model::Api;

/// Reads a document, YAML or JSON, and lowers it.
pub fn lower(source: &str) -> Result<Api, Problem> {
    let document = Document::parse(source)?;
    let root = document.root();
    let version = root.get("openapi").map(|version| match version.as_str() {
        Some(version) => version.to_owned(),
        None => version.to_string(),
    });
    let version = version.unwrap_or_default();
    if !version.starts_with("3.0") && !version.starts_with("3.1") {
        return Err(Problem::new(
            "/openapi",
            format!("version `{version}`"),
            "use a document of OpenAPI 3.0 or 3.1",
        ));
    }
    let info = root.get("info").unwrap_or(&serde_json::Value::Null);
    let server = operation::server(root).unwrap_or_default();
    let mut types = schema::Types::new(&document)?;
    let mut operations = operation::operations(&document, &mut types, &server)?;
    let types = types.finish();
    let confidential = secrets::mark(&mut operations, &types);
    Ok(Api {
        title: text(info, "title").unwrap_or("the API").to_owned(),
        version: text(info, "version").unwrap_or("0").to_owned(),
        server,
        operations,
        types,
        confidential,
    })
}
