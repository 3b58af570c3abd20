//! Guards: the client has all that the API document describes, and its generated surface changes
//! only on purpose.
#![allow(
    unreachable_pub,
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used
)]
#![cfg(feature = "raw")]

mod calls;
mod current;
mod document;
#[cfg(feature = "schemars")]
mod json_schema;
mod layers;
mod spec;
mod surface;
mod text;
