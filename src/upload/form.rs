use reqwest::multipart::{Form, Part};
use serde_json::Value;

use crate::error::{Error, ErrorKind};
use crate::raw::types::FileUploadV1;

/// The form as the upload API reads it: lists of words are joined by commas, other lists and objects are JSON, and
/// everything else is plain text.
pub(super) fn multipart(file: Part, fields: &FileUploadV1) -> Result<Form, Error> {
    let fields = match serde_json::to_value(fields) {
        Ok(Value::Object(fields)) => fields,
        Ok(_) => Default::default(),
        Err(error) => {
            return Err(Error::new(
                ErrorKind::InvalidInput,
                "the fields cannot be written as JSON",
            )
            .with_source(error));
        }
    };
    let mut form = Form::new();
    for (name, value) in fields.into_iter().filter(|(name, _)| name != "file") {
        form = form.text(name, text(value));
    }
    Ok(form.part("file", file))
}

fn text(value: Value) -> String {
    match value {
        Value::String(text) => text,
        Value::Array(items) if items.iter().all(Value::is_string) => items
            .iter()
            .filter_map(Value::as_str)
            .collect::<Vec<_>>()
            .join(","),
        other => other.to_string(),
    }
}
