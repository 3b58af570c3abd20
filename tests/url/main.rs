//! URLs: what is built, signed, read back and refused, and the JSON Schema of the options.
#![allow(
    unreachable_pub,
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used
)]

mod contract;
mod default_expiry;
mod helpers;
#[cfg(feature = "schemars")]
mod json_schema;
mod numbers;
mod properties;
mod safety;
mod snapshots;
mod values;
mod vectors;
