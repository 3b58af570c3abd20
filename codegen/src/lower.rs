//! Lowers a document to the model that is written as Rust.
//!
//! What it can't take is a [`Problem`] with a JSON pointer, never a silent loss.

mod arms;
mod body;
mod cycles;
mod facts;
mod json_schema;
mod keywords;
mod merge;
mod node;
mod operation;
mod own_names;
mod parameter;
mod schema;
mod secrets;

pub use operation::{ERROR_TYPE, EVENT_TYPE};

use serde_json::Value;

use crate::document::{Document, Problem, name_null, text};
use crate::model::Api;

/// Reads a document, YAML or JSON, and lowers it.
pub fn lower(source: &str) -> Result<Api, Problem> {
    lowered(Document::parse(source)?.source().clone())
}

/// Lowers a document that was read.
pub fn lowered(mut source: Value) -> Result<Api, Problem> {
    name_null(&mut source);
    lower_document(&Document::new(source))
}

fn lower_document(document: &Document) -> Result<Api, Problem> {
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
    let info = root.get("info").unwrap_or(&Value::Null);
    let server = operation::server(root).unwrap_or_default();
    let mut types = schema::Types::new(document)?;
    let mut operations = operation::operations(&mut types, &server)?;
    let components = types.components();
    let (mut warnings, mut summary) = types.reports();
    summary.extend(keywords::summary(document));
    // Cargo obeys each line of a build script, and places are words of the document.
    for line in warnings.iter_mut().chain(&mut summary) {
        *line = line.replace(char::is_control, " ");
    }
    let replies = std::mem::take(&mut types.replies);
    let schemas = types.json_schemas();
    let types = types.finish();
    let confidential = secrets::mark(&mut operations, &types);
    Ok(Api {
        title: text(info, "title").unwrap_or("the API").to_owned(),
        version: text(info, "version").unwrap_or("0").to_owned(),
        server,
        security: facts::security(root),
        schemes: facts::schemes(document),
        operations,
        components,
        warnings,
        summary,
        types,
        schemas,
        replies,
        confidential,
        source: document.source().clone(),
    })
}
