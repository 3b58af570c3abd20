//! Errors of verification.

use std::fmt;
use std::time::SystemTime;

use super::scheme::OLDER_SIGNATURE;
use crate::error::Error;

/// The reason why an event was refused.
///
/// With the feature `axum`, it is also a response: status 400 for [`Malformed`](Self::Malformed),
/// 500 for [`Setup`](Self::Setup), and 401 otherwise.
#[derive(Debug)]
#[non_exhaustive]
pub enum VerifyError {
    /// This header is missing or empty, and so is `x-ik-signature`. The request doesn't come from
    /// ImageKit, or a proxy dropped the headers.
    MissingHeader(&'static str),
    /// A header of the signature is repeated or can't be parsed, or the body is not an event. The
    /// body is parsed only after its signature was verified.
    Malformed(String),
    /// The event was signed too long ago, or in the future: see
    /// [`tolerance`](super::Verifier::tolerance). Its signature was not verified.
    OutsideTolerance {
        /// The time at which the event was signed, according to its headers.
        timestamp: SystemTime,
        /// The time at which it was verified.
        now: SystemTime,
    },
    /// No signature matches. The secret belongs to another webhook, or headers or body differ from
    /// what ImageKit sent.
    SignatureMismatch,
    /// Nothing was verified, because there is no secret, or because the target has no clock.
    Setup(Error),
}

impl fmt::Display for VerifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MissingHeader(name) => write!(
                f,
                "the header `{name}` is missing, and so is `{OLDER_SIGNATURE}`; pass all headers of the request"
            ),
            Self::Malformed(reason) => f.write_str(reason),
            Self::OutsideTolerance { timestamp, now } => match now.duration_since(*timestamp) {
                Ok(age) => write!(f, "the event was signed {} s ago", age.as_secs()),
                Err(ahead) => write!(
                    f,
                    "the event was signed {} s in the future; check the clock",
                    ahead.duration().as_secs()
                ),
            },
            Self::SignatureMismatch => f.write_str(
                "the signature does not match; pass the body as received, and the secret of this webhook",
            ),
            Self::Setup(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for VerifyError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Setup(error) => error.source(),
            _ => None,
        }
    }
}
