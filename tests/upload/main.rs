//! Uploads over real HTTP: of single files, of many, of folders, and with tokens.
#![allow(
    unreachable_pub,
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used
)]
#![cfg(feature = "client")]

#[macro_use]
mod fields;
mod folder;
mod folder_faults;
mod folder_killed;
mod folder_manifest;
mod many;
mod races;
mod single;
mod spool;
mod tokens;
