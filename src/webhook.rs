//! Webhook events: verification and types.
//!
//! ImageKit signs each request to a webhook with the secret of the webhook
//! ([documentation](https://imagekit.io/docs/webhooks)). A [`Verifier`] checks the signature of the
//! raw body and its timestamp, and returns a [`VerifiedEvent`] with a typed [`Event`]. It sends no
//! requests, and needs neither an async runtime nor an HTTP library.
//!
//! | scheme | headers | signed |
//! |---|---|---|
//! | [Standard Webhooks](https://www.standardwebhooks.com) | `webhook-id`, `webhook-timestamp`, `webhook-signature` | id, timestamp and body |
//! | ImageKit's older one | `x-ik-signature` | timestamp and body |
//!
//! The headers of the request select the scheme. If the headers of both are complete, Standard
//! Webhooks takes precedence.
//!
//! ```
//! use std::time::{Duration, SystemTime};
//!
//! use imagekitio::webhook::{Payload, Verifier};
//!
//! let verifier = Verifier::new(["whsec_dGVzdC1zZWNyZXQ="])?;
//!
//! // What a web server receives: `&http::HeaderMap` or any other names and values, and the raw body.
//! let headers = [
//!     ("webhook-id", "msg_1"),
//!     ("webhook-timestamp", "1700000000"),
//!     ("webhook-signature", "v1,N/Rtc9WqpiSDOS75vBQVbBhNrc/5uKgdNa422hEckAA="),
//! ];
//! let body = br#"{"id":"evt_1","type":"file.deleted","created_at":"2023-11-14T22:13:20.000Z","data":{"fileId":"f_1"}}"#;
//!
//! // `verify` uses the current time.
//! let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_060);
//! let verified = verifier.verify_at(headers, body, now)?;
//! match verified.event.payload() {
//!     Payload::FileDeleted(deleted) => assert_eq!(deleted.data.file_id, "f_1"),
//!     other => println!("{other:?}"),
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Replays
//!
//! An event can arrive more than once. ImageKit sends it again if the first request seems to have
//! failed, and anyone who has seen a request can repeat it while its timestamp is within the
//! [tolerance](Verifier::tolerance). [`Event::id`] is the same each time. Store the ids for at
//! least twice the tolerance, and skip an event whose id is known. `examples/webhook_receiver.rs`
//! does that.
//!
//! # Types
//!
//! Only [`Verifier`] and [`Event::parse_unverified`] return an [`Event`]. The event types don't
//! implement `Deserialize`, unlike those of [`raw::types`](crate::raw::types), and don't need the
//! feature `raw`.
//!
//! # Web servers
//!
//! With the feature `axum`, [`VerifiedEvent`] is an extractor for handlers of axum.

#[macro_use]
mod json;
mod error;
mod event;
#[cfg(feature = "axum")]
mod extract;
mod payload;
mod scheme;
mod verify;

pub use error::VerifyError;
pub use event::Event;
#[cfg(feature = "axum")]
pub use extract::Rejection;
pub use payload::*;
pub use verify::{VerifiedEvent, Verifier};
