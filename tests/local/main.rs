//! What needs no network: models, perceptual hashes and webhook deliveries.

mod phash;
#[cfg(feature = "client")]
#[cfg(feature = "raw")]
mod webhook;
#[cfg(feature = "axum")]
mod webhook_axum;
