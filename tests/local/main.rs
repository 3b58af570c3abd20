//! What needs neither network nor key: webhook deliveries and perceptual hashes.

mod phash;
#[cfg(feature = "raw")]
mod webhook;
#[cfg(feature = "axum")]
mod webhook_axum;
