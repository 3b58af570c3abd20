//! What all requests have in common, over real HTTP: settings, replies, retries, rate limits, and
//! servers that misbehave.
#![allow(
    unreachable_pub,
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used
)]
#![cfg(feature = "client")]

#[cfg(feature = "blocking")]
mod blocking;
mod client;
mod hostile_http;
mod rate_limits;
mod raw;
mod request;
mod retries;
