//! What needs no network: models, perceptual hashes and webhook deliveries.

mod phash;
#[cfg(feature = "client")]
mod types;
#[cfg(feature = "raw")]
mod webhook;
#[cfg(feature = "axum")]
mod webhook_axum;
