//! The operations of each resource, and deliveries, over real HTTP.
#![allow(
    unreachable_pub,
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used
)]
#![cfg(feature = "client")]

mod accounts;
mod assets;
mod cache;
mod custom_metadata_fields;
mod delivery;
mod facts;
mod files;
mod folders;
mod guides;
mod named_transformations;
mod saved_extensions;
mod search;
mod types;
