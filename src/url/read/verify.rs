//! Verification of signed URLs.

use std::time::{Duration, SystemTime};

use crate::problem::Problem;
use crate::sign::Signer;
use crate::time::{after_1970, unix_seconds};
use crate::url::builder::{NEVER, is_signing_name, parameter_names};
use crate::url::endpoint::Endpoint;

/// The result of [`ImageKit::verify`](crate::ImageKit::verify). See
/// [signed URLs](https://imagekit.io/docs/media-delivery-basic-security#how-to-generate-signed-urls).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Verification {
    /// The URL is signed with this key and has not expired.
    Valid {
        /// When the URL expires. `None` for a URL without an expiry.
        expires_at: Option<SystemTime>,
    },
    /// The URL is signed with this key and has expired. A URL is expired from the second of its
    /// expiry on.
    Expired {
        /// When the URL expired.
        expired_at: SystemTime,
    },
    /// The signature doesn't match, or the URL has an expiry or a signature in a form that
    /// ImageKit's SDKs don't write.
    Invalid,
    /// The URL has neither a signature nor an expiry.
    Unsigned,
}

/// Verifies a URL. Calls `now` only if the result depends on the expiry.
pub(crate) fn verify(
    url: &str,
    endpoint: &Endpoint,
    signer: &Signer,
    now: impl FnOnce() -> Result<SystemTime, Problem>,
) -> Result<Verification, Problem> {
    let url = url.split_once('#').map_or(url, |(url, _)| url);
    match endpoint.strip(url) {
        Some(target) => verify_target(target, signer, now),
        None if mentions_signing(url) => Ok(Verification::Invalid),
        None => Ok(Verification::Unsigned),
    }
}

/// Verifies the part of a URL after the endpoint and its slash, exactly as received.
///
/// A signed URL ends in `ik-s=<signature>`, after `ik-t=<expiry>` if it expires. Everything before
/// these two is signed. They are valid only in that place: a similar parameter elsewhere makes the
/// URL invalid.
fn verify_target(
    target: &str,
    signer: &Signer,
    now: impl FnOnce() -> Result<SystemTime, Problem>,
) -> Result<Verification, Problem> {
    let Some((rest, signature)) = split_last_parameter(target, "ik-s=") else {
        return Ok(match mentions_signing(target) {
            true => Verification::Invalid,
            false => Verification::Unsigned,
        });
    };
    let (message, expiry) = match split_last_parameter(rest, "ik-t=") {
        Some((message, digits)) => (message, canonical(digits)),
        None => (rest, Some(NEVER)),
    };
    let Some(expiry) = expiry.filter(|_| !mentions_signing(message)) else {
        return Ok(Verification::Invalid);
    };
    let mut digits = itoa::Buffer::new();
    if !signer
        .sign(&[message, digits.format(expiry)])
        .matches(signature)
    {
        return Ok(Verification::Invalid);
    }
    if expiry == NEVER {
        return Ok(Verification::Valid { expires_at: None });
    }
    let expires_at = after_1970(Duration::from_secs(expiry));
    Ok(match expires_at {
        Some(expired_at) if expiry <= unix_seconds(now()?) => Verification::Expired { expired_at },
        expires_at => Verification::Valid { expires_at },
    })
}

/// Parses an expiry as every signer writes it: one to ten digits without leading zeros. Message and
/// expiry are signed as one string, so an eleventh digit may have been part of the message.
fn canonical(digits: &str) -> Option<u64> {
    let canonical = digits.len() <= 10
        && !digits.starts_with('0')
        && digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse().ok().filter(|_| canonical)
}

/// Splits off the last query parameter if it starts with `name`. Returns what is before it, and its
/// value.
fn split_last_parameter<'a>(target: &'a str, name: &str) -> Option<(&'a str, &'a str)> {
    let after_ampersand = target
        .rsplit_once('&')
        .filter(|(rest, _)| rest.contains('?'));
    let (rest, last) = after_ampersand.or_else(|| target.split_once('?'))?;
    Some((rest, last.strip_prefix(name)?))
}

/// Returns whether a server could read a query parameter as an expiry or a signature.
fn mentions_signing(url: &str) -> bool {
    let (_, query) = url.split_once('?').unwrap_or_default();
    parameter_names(query).any(|name| is_signing_name(&name))
}
