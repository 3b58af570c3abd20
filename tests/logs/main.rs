//! What is shown, and what is logged. A process has one subscriber, which would slow down the other
//! tests of the client.
#![allow(
    unreachable_pub,
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used
)]
#![cfg(feature = "client")]

#[cfg(feature = "tracing")]
mod log;
mod secrets;
#[cfg(feature = "tracing")]
mod tracing;
