//! HTTP Basic: the private key as user.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, StatusCode, header};

use super::reply::Refusal;

/// Accepts a request that has the private key.
pub(super) fn check(headers: &HeaderMap, private_key: &str) -> Result<(), Refusal> {
    let refuse = |message: &str| Err(Refusal::new(StatusCode::UNAUTHORIZED, message));
    let Some(value) = headers.get(header::AUTHORIZATION) else {
        return refuse(
            "The request has no Authorization header. Send the private key as the user of HTTP Basic.",
        );
    };
    let Some(credentials) = value.to_str().ok().and_then(basic) else {
        return refuse("The Authorization header is not well-formed HTTP Basic.");
    };
    match credentials.strip_prefix(private_key.as_bytes()) {
        // ImageKit ignores the password, for which its own SDKs send `do_not_set`.
        Some([b':', ..]) => Ok(()),
        _ => refuse("The private key is not that of this server."),
    }
}

/// Takes `user:password` out of an Authorization header.
fn basic(value: &str) -> Option<Vec<u8>> {
    let (scheme, credentials) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("Basic") {
        return None;
    }
    STANDARD.decode(credentials).ok()
}
