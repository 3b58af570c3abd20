//! What needs no network: models, perceptual hashes and webhook deliveries.
#![allow(
    unreachable_pub,
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used
)]

mod phash;
#[cfg(feature = "client")]
#[cfg(feature = "raw")]
mod webhook;
#[cfg(feature = "axum")]
mod webhook_axum;
