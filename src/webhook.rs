//! Verified, typed webhook events.
//!
//! ImageKit signs each delivery with the secret of the webhook ([documentation](https://imagekit.io/docs/webhooks)). A
//! [`Verifier`] checks the signature of the raw body and its time, and returns a [`Delivery`] with a typed [`Event`]. It sends
//! nothing and needs neither an async runtime nor an HTTP library.
//!
//! | scheme | headers | signed |
//! |---|---|---|
//! | [Standard Webhooks](https://www.standardwebhooks.com) | `webhook-id`, `webhook-timestamp`, `webhook-signature` | id, time and body |
//! | ImageKit's older one | `x-ik-signature` | time and body |
//!
//! The headers of the request decide. If both schemes are complete, the first one counts.
//!
//! ```
//! use std::time::{Duration, SystemTime};
//!
//! use imagekitio::webhook::{Payload, Verifier};
//!
//! let verifier = Verifier::new(["whsec_dGVzdC1zZWNyZXQ="])?;
//!
//! // What a web server receives: `&http::HeaderMap` or any other names and values, and the body as it came.
//! let headers = [
//!     ("webhook-id", "msg_1"),
//!     ("webhook-timestamp", "1700000000"),
//!     ("webhook-signature", "v1,N/Rtc9WqpiSDOS75vBQVbBhNrc/5uKgdNa422hEckAA="),
//! ];
//! let body = br#"{"id":"evt_1","type":"file.deleted","created_at":"2023-11-14T22:13:20.000Z","data":{"fileId":"f_1"}}"#;
//!
//! // `verify` takes the time from the clock.
//! let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_060);
//! let delivery = verifier.verify_at(headers, body, now)?;
//! match delivery.event.payload() {
//!     Payload::FileDeleted(deleted) => assert_eq!(deleted.data.file_id, "f_1"),
//!     other => println!("{other:?}"),
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Replays
//!
//! A delivery can arrive more than once: a sender repeats what seems to have failed, and whoever has seen a delivery can
//! repeat it while its time is within the [tolerance](Verifier::tolerance). [`Event::id`] is the same each time. Remember the
//! ids for at least twice the tolerance, and skip an event whose id is known. `examples/webhook_receiver.rs` does that.
//!
//! # Types
//!
//! The event types are written by hand, because the generated ones need the feature `raw` and can be deserialized without
//! verification. These can't: only [`Verifier`] and [`Event::parse_unverified`] make an [`Event`]. A test holds them against
//! the API document.
//!
//! # Web servers
//!
//! With the feature `axum`, [`Delivery`] is an extractor for handlers of axum.

mod event;
#[cfg(feature = "axum")]
mod extract;
mod payload;
mod verify;

pub use event::Event;
#[cfg(feature = "axum")]
pub use extract::Rejection;
pub use payload::*;
pub use verify::{Delivery, Verifier, VerifyError};
