//! Verification of signed URLs.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::endpoint::Endpoint;
use super::signing::{NEVER, unix_seconds};
use crate::sign::Signer;

/// What [`ImageKit::verify`](crate::ImageKit::verify) found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Verification {
    /// The URL was signed with this key and is still good.
    Valid {
        /// When it expires, if it does.
        expires_at: Option<SystemTime>,
    },
    /// The URL was signed with this key, but its time is over.
    Expired {
        /// When it expired.
        expired_at: SystemTime,
    },
    /// The signature is wrong: the URL was changed, or signed with another key or for another endpoint.
    Invalid,
    /// The URL carries no signature.
    Unsigned,
}

pub(crate) fn verify(
    url: &str,
    endpoint: &Endpoint,
    signer: &Signer,
    now: SystemTime,
) -> Verification {
    let url = url.split_once('#').map_or(url, |(url, _)| url);
    let Some(found) = SignedUrl::split(url) else {
        return Verification::Unsigned;
    };
    let expiry = match found.expiry {
        None => Some(NEVER),
        Some(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => digits.parse().ok(),
        Some(_) => None,
    };
    let (Some(expiry), Some(message)) = (expiry, endpoint.strip(found.message)) else {
        return Verification::Invalid;
    };
    let digits = found
        .expiry
        .map_or_else(|| NEVER.to_string(), str::to_owned);
    if !signer.sign(&[message, &digits]).matches(found.signature) {
        return Verification::Invalid;
    }
    let moment = UNIX_EPOCH
        .checked_add(Duration::from_secs(expiry))
        .filter(|_| expiry != NEVER);
    match moment {
        Some(expired_at) if expiry <= unix_seconds(now) => Verification::Expired { expired_at },
        expires_at => Verification::Valid { expires_at },
    }
}

/// A URL cut up at its expiry and its signature, which stand at its end.
struct SignedUrl<'a> {
    /// Everything in front of expiry and signature.
    message: &'a str,
    expiry: Option<&'a str>,
    signature: &'a str,
}

impl<'a> SignedUrl<'a> {
    /// Cuts up a URL without a fragment, if it has a signature anywhere in its query.
    fn split(url: &'a str) -> Option<Self> {
        let (_, query) = url.split_once('?')?;
        if !query
            .split('&')
            .any(|parameter| parameter.starts_with("ik-s="))
        {
            return None;
        }
        let (unsigned, last) = without_last_parameter(url)?;
        let signature = last.strip_prefix("ik-s=").unwrap_or_default();
        let expiry = without_last_parameter(unsigned)
            .and_then(|(rest, last)| Some((rest, last.strip_prefix("ik-t=")?)));
        Some(match expiry {
            Some((message, expiry)) => Self {
                message,
                expiry: Some(expiry),
                signature,
            },
            None => Self {
                message: unsigned,
                expiry: None,
                signature,
            },
        })
    }
}

/// Cuts the last parameter and what joins it to the URL off the query.
fn without_last_parameter(url: &str) -> Option<(&str, &str)> {
    let (path, query) = url.split_once('?')?;
    Some(match query.rsplit_once('&') {
        Some((_, last)) => (&url[..url.len() - last.len() - 1], last),
        None => (path, query),
    })
}
