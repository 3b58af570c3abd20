//! Guards: the client has all that the API document describes, and its generated surface changes
//! only on purpose.
#![allow(
    unreachable_pub,
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used
)]
#![cfg(feature = "raw")]

mod current;
mod document;
mod json_schema;
mod layers;
mod surface;
