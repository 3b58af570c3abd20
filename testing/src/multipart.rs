//! Reads multipart/form-data.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::{HeaderMap, header};
use http_body_util::{BodyExt as _, Full};
use multer::Multipart;

use super::reply::Refusal;

/// The value of one field.
#[derive(Clone, Debug)]
pub(super) enum Part {
    /// A part with a file name.
    File(Bytes),
    /// A part without one, in UTF-8.
    Text(String),
}

/// The fields of a form by name. Each can be taken once.
#[derive(Clone, Debug)]
pub(super) struct Form(BTreeMap<String, Part>);

impl Form {
    /// Reads a whole form. Refuses a form that is malformed or names a field twice.
    pub(super) async fn read(headers: &HeaderMap, body: Bytes) -> Result<Self, Refusal> {
        let boundary = headers
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| multer::parse_boundary(value).ok())
            .ok_or_else(|| {
                Refusal::bad_request(
                    "The Content-Type must be multipart/form-data with a boundary.",
                )
            })?;
        let mut multipart = Multipart::new(Full::new(body).into_data_stream(), boundary);
        let mut parts = BTreeMap::new();
        while let Some(field) = multipart.next_field().await.map_err(malformed)? {
            let Some(name) = field.name().map(str::to_owned) else {
                return Err(Refusal::bad_request("A part of the form has no name."));
            };
            let is_file = field.file_name().is_some();
            let bytes = field.bytes().await.map_err(malformed)?;
            let part = if is_file {
                Part::File(bytes)
            } else {
                Part::Text(text(&name, &bytes)?)
            };
            if parts.contains_key(&name) {
                return Err(Refusal::bad_request(format!(
                    "The field {name} is there more than once."
                )));
            }
            parts.insert(name, part);
        }
        Ok(Self(parts))
    }

    /// Takes a field of either kind.
    pub(super) fn take(&mut self, name: &str) -> Option<Part> {
        self.0.remove(name)
    }

    /// Takes a field that must be text.
    pub(super) fn take_text(&mut self, name: &str) -> Result<Option<String>, Refusal> {
        match self.take(name) {
            None => Ok(None),
            Some(Part::Text(text)) => Ok(Some(text)),
            Some(Part::File(_)) => Err(no_text(name)),
        }
    }

    /// Looks at a field that must be text.
    pub(super) fn text(&self, name: &str) -> Result<Option<&str>, Refusal> {
        match self.0.get(name) {
            None => Ok(None),
            Some(Part::Text(text)) => Ok(Some(text)),
            Some(Part::File(_)) => Err(no_text(name)),
        }
    }

    /// The bytes of a field of either kind.
    pub(super) fn bytes(&self, name: &str) -> Option<&[u8]> {
        Some(match self.0.get(name)? {
            Part::File(bytes) => bytes,
            Part::Text(text) => text.as_bytes(),
        })
    }

    /// The names of the fields that were not taken.
    pub(super) fn left(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}

fn no_text(name: &str) -> Refusal {
    Refusal::bad_request(format!(
        "The field {name} must be text, so its part must not have a file name."
    ))
}

fn malformed(error: multer::Error) -> Refusal {
    Refusal::bad_request(format!(
        "The body is not well-formed multipart/form-data: {error}."
    ))
}

fn text(name: &str, bytes: &[u8]) -> Result<String, Refusal> {
    match str::from_utf8(bytes) {
        Ok(text) => Ok(text.to_owned()),
        Err(_) => Err(Refusal::bad_request(format!(
            "The field {name} is not UTF-8."
        ))),
    }
}
