//! Perceptual hashes and webhook events.
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
