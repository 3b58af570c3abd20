//! What users of image services and HTTP clients complained about in public, tried on this crate.
//!
//! Each test names the threads, the complaint, and what this crate does. `docs/pains.md` is the
//! table of them.
#![allow(
    unreachable_pub,
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used
)]
#![cfg(feature = "client")]

mod authentication;
mod errors_and_limits;
mod files_and_lists;
mod platforms;
mod responsive_images;
mod signatures;
mod table;
mod transformations;
mod types;
mod uploads;
mod urls;
mod webhooks;

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use hmac::{Hmac, KeyInit, Mac};
use imagekitio::ImageKit;
use sha1::Sha1;

const ENDPOINT: &str = "https://ik.imagekit.io/demo";
const KEY: &str = "private_key_test";

/// A client that builds and signs URLs.
fn urls() -> ImageKit {
    urls_at(ENDPOINT)
}

fn urls_at(endpoint: &str) -> ImageKit {
    ImageKit::builder()
        .url_endpoint(endpoint)
        .private_key(KEY)
        .build()
        .unwrap()
}

fn at(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(seconds)
}

/// The signature as ImageKit documents it: of what follows the endpoint, and of the expiry.
fn signature(rest: &str, expiry: u64) -> String {
    let mut mac = Hmac::<Sha1>::new_from_slice(KEY.as_bytes()).unwrap();
    mac.update(format!("{rest}{expiry}").as_bytes());
    const_hex::encode(mac.finalize().into_bytes())
}

/// A signed URL without an expiry.
fn signed_at(endpoint: &str, rest: &str) -> String {
    let separator = if rest.contains('?') { '&' } else { '?' };
    let signature = signature(rest, 9_999_999_999);
    format!("{endpoint}/{rest}{separator}ik-s={signature}")
}

fn signed(rest: &str) -> String {
    signed_at(ENDPOINT, rest)
}

/// A signed URL with an expiry in seconds since 1970.
fn expiring_at(endpoint: &str, rest: &str, expiry: u64) -> String {
    let separator = if rest.contains('?') { '&' } else { '?' };
    let signature = signature(rest, expiry);
    format!("{endpoint}/{rest}{separator}ik-t={expiry}&ik-s={signature}")
}
