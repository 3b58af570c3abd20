//! Events of any type.

use std::fmt;

use serde::{Serialize, Serializer};
use serde_json::Value;
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

use super::error::VerifyError;
use super::payload::Payload;

/// A webhook event.
///
/// It serializes to the JSON that was received, byte for byte, with the properties that the types
/// don't know. It can't be deserialized, so that nobody mistakes an unverified event for a verified
/// one: [`Verifier::verify`](super::Verifier::verify) returns events. `Debug` shows the id, the
/// type and the time of creation.
///
/// ```
/// use imagekitio::webhook::{Event, Payload};
///
/// let json = r#"{"id":"evt_1","type":"folder.deleted","created_at":"2026-05-04T10:20:30.456Z","data":{"folderId":"d_1"}}"#;
/// let event = Event::parse_unverified(json.as_bytes())?;
/// assert_eq!(event.id(), "evt_1");
/// assert_eq!(event.event_type(), "folder.deleted");
/// assert!(matches!(event.payload(), Payload::FolderDeleted(deleted) if deleted.data.folder_id == "d_1"));
/// assert_eq!(serde_json::to_string(&event).unwrap(), json);
/// # Ok::<(), imagekitio::webhook::VerifyError>(())
/// ```
#[derive(Clone)]
pub struct Event {
    id: String,
    event_type: String,
    created_at: Option<String>,
    payload: Payload,
    json: Box<RawValue>,
}

impl Event {
    /// Parses an event **without verifying who sent it**. Use it in tests, and for events that were
    /// verified before, such as those in a queue.
    ///
    /// # Errors
    /// [`VerifyError::Malformed`] for a body that is not a JSON object with a `type`.
    #[doc(alias = "unsafe_unwrap")]
    pub fn parse_unverified(body: &[u8]) -> Result<Self, VerifyError> {
        Self::parse(body)
    }

    pub(super) fn parse(body: &[u8]) -> Result<Self, VerifyError> {
        let unreadable =
            |error| VerifyError::Malformed(format!("the body is not valid JSON: {error}"));
        let json: Box<RawValue> = serde_json::from_slice(body).map_err(unreadable)?;
        let value: Value = serde_json::from_str(json.get()).map_err(unreadable)?;
        let member = |name| value.get(name).and_then(Value::as_str).map(str::to_owned);
        let event_type = member("type").ok_or_else(|| {
            VerifyError::Malformed("the body is not a valid event: it has no `type`".into())
        })?;
        Ok(Self {
            id: member("id").unwrap_or_else(|| const_hex::encode(Sha256::digest(json.get()))),
            created_at: member("created_at"),
            payload: Payload::of(&event_type, &value),
            event_type,
            json,
        })
    }

    /// Returns the id of the event. It is the same each time ImageKit sends the event, and in both
    /// signature schemes.
    ///
    /// For an event without an `id`, it is the SHA-256 of the JSON in hexadecimal digits.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Returns the type of the event, such as `file.created`.
    pub fn event_type(&self) -> &str {
        &self.event_type
    }

    /// Returns the time at which the event was created: an RFC 3339 timestamp such as
    /// `2026-05-04T10:20:30.456Z`. `None` if the event has none.
    pub fn created_at(&self) -> Option<&str> {
        self.created_at.as_deref()
    }

    /// Returns the properties of the event, by its type.
    pub fn payload(&self) -> &Payload {
        &self.payload
    }

    /// Returns the properties of the event by value.
    pub fn into_payload(self) -> Payload {
        self.payload
    }

    /// Returns the JSON of the event as received.
    pub fn as_json(&self) -> &str {
        self.json.get()
    }
}

impl Serialize for Event {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.json.serialize(serializer)
    }
}

impl fmt::Debug for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Event")
            .field("id", &self.id)
            .field("event_type", &self.event_type)
            .field("created_at", &self.created_at)
            .finish_non_exhaustive()
    }
}
