//! Verification of signatures.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::alphabet::STANDARD as ALPHABET;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::{Choice, ConstantTimeEq};

use super::error::VerifyError;
use super::event::Event;
use super::scheme::{Headers, Signed};
use crate::env::variable;
use crate::error::Error;
use crate::platform;
use crate::validate::trimmed;

const DEFAULT_TOLERANCE: Duration = Duration::from_secs(300);

#[cfg(feature = "axum")]
const DEFAULT_BODY_LIMIT: usize = 1024 * 1024;

/// The prefix of a secret, in front of its random part.
const SECRET_PREFIX: &str = "whsec_";

/// Verifies webhook events.
///
/// Clones are cheap and share the secrets. `Debug` leaves the secrets out.
///
/// ```
/// use std::time::Duration;
///
/// use imagekitio::webhook::Verifier;
///
/// // While a secret is being replaced, events that either of them signed are accepted.
/// let verifier = Verifier::new(["whsec_bmV3", "whsec_b2xk"])?.tolerance(Duration::from_secs(60));
/// # Ok::<(), imagekitio::Error>(())
/// ```
#[derive(Clone)]
pub struct Verifier {
    keys: Arc<[Hmac<Sha256>]>,
    tolerance: Duration,
    #[cfg(feature = "axum")]
    pub(super) body_limit: usize,
}

/// An event whose signature and timestamp are valid, by [`Verifier::verify`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct VerifiedEvent {
    /// The event.
    pub event: Event,
    /// The time at which ImageKit signed the event for this request, within the
    /// [tolerance](Verifier::tolerance) of the current time.
    pub timestamp: SystemTime,
}

impl Verifier {
    /// Returns a verifier with these secrets. One of them must have signed the event.
    ///
    /// A secret is the whole string that the ImageKit dashboard shows, including `whsec_`. White
    /// space around it is dropped. The key of the signature is that string. If Base64 follows
    /// `whsec_`, the decoded bytes are accepted as the key too, because Standard Webhooks uses
    /// them.
    ///
    /// # Errors
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) if there is no secret, or one is empty.
    pub fn new<S: AsRef<str>>(secrets: impl IntoIterator<Item = S>) -> Result<Self, Error> {
        let verifier = Self::from_secrets(secrets)?;
        match verifier.keys.is_empty() {
            true => Err(no_secret()),
            false => Ok(verifier),
        }
    }

    /// Returns a verifier with the secret in the environment variable `IMAGEKIT_WEBHOOK_SECRET`.
    ///
    /// # Errors
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) if the variable is not set, is empty or is
    /// not Unicode.
    pub fn from_env() -> Result<Self, Error> {
        const NAME: &str = "IMAGEKIT_WEBHOOK_SECRET";
        let secret = variable(NAME)?.ok_or_else(|| {
            Error::invalid_input(
                NAME,
                "the variable is not set; copy the secret from the webhook in the ImageKit dashboard",
            )
        })?;
        Self::new([secret])
    }

    /// Returns a verifier with these secrets, which refuses every event if there are none.
    pub(crate) fn from_secrets<S: AsRef<str>>(
        secrets: impl IntoIterator<Item = S>,
    ) -> Result<Self, Error> {
        let mut keys = Vec::new();
        for secret in secrets {
            let secret = trimmed(secret.as_ref());
            // Without its random part, the secret would be public.
            if secret.is_empty() || secret == SECRET_PREFIX {
                return Err(Error::invalid_input(
                    "webhook_secret",
                    "the secret is empty; copy it from the webhook in the ImageKit dashboard",
                ));
            }
            let decoded = secret
                .strip_prefix(SECRET_PREFIX)
                .and_then(|encoded| lenient_base64().decode(encoded).ok())
                .filter(|key| !key.is_empty());
            for key in [Some(secret.as_bytes()), decoded.as_deref()] {
                // HMAC takes keys of any length.
                keys.extend(key.and_then(|key| Hmac::new_from_slice(key).ok()));
            }
        }
        Ok(Self {
            keys: keys.into(),
            tolerance: DEFAULT_TOLERANCE,
            #[cfg(feature = "axum")]
            body_limit: DEFAULT_BODY_LIMIT,
        })
    }

    /// Sets how far the timestamp of a signature may be in the past or in the future, inclusive.
    /// The default is 300 seconds.
    ///
    /// Until its timestamp is outside of the tolerance, a recorded request can be replayed.
    pub fn tolerance(mut self, tolerance: Duration) -> Self {
        self.tolerance = tolerance;
        self
    }

    /// Verifies the signature and the timestamp of a request, and returns its event.
    ///
    /// `headers` are names and values, such as `&http::HeaderMap`, `&HashMap<String, String>` or an
    /// array of pairs. Names are case-insensitive. Headers that don't belong to a signature are
    /// ignored. `body` must be the body as received: the signature doesn't match a body that was
    /// parsed and serialized again.
    ///
    /// # Errors
    /// Checked in this order:
    /// - [`Setup`](VerifyError::Setup) if there is no secret, or the target has no clock
    /// - [`MissingHeader`](VerifyError::MissingHeader) and [`Malformed`](VerifyError::Malformed)
    ///   for the headers
    /// - [`OutsideTolerance`](VerifyError::OutsideTolerance) for the timestamp
    /// - [`SignatureMismatch`](VerifyError::SignatureMismatch) for the signature
    /// - [`Malformed`](VerifyError::Malformed) for a body that is not a JSON object with a `type`
    #[doc(alias = "unwrap")]
    pub fn verify<N: AsRef<str>, V: AsRef<[u8]>>(
        &self,
        headers: impl IntoIterator<Item = (N, V)>,
        body: &[u8],
    ) -> Result<VerifiedEvent, VerifyError> {
        let now = platform::now().map_err(|problem| VerifyError::Setup(problem.into()))?;
        self.verify_at(headers, body, now)
    }

    /// Verifies a request as [`verify`](Self::verify) does, with `now` in place of the current
    /// time.
    ///
    /// # Errors
    /// The errors of [`verify`](Self::verify).
    pub fn verify_at<N: AsRef<str>, V: AsRef<[u8]>>(
        &self,
        headers: impl IntoIterator<Item = (N, V)>,
        body: &[u8],
        now: SystemTime,
    ) -> Result<VerifiedEvent, VerifyError> {
        if self.keys.is_empty() {
            return Err(VerifyError::Setup(no_secret()));
        }
        let headers = Headers::new(headers);
        let signed = Signed::new(&headers)?;
        let timestamp = signed.timestamp;
        let distance = now
            .duration_since(timestamp)
            .unwrap_or_else(|ahead| ahead.duration());
        if distance > self.tolerance {
            return Err(VerifyError::OutsideTolerance { timestamp, now });
        }
        if !self.matches(&signed, body) {
            return Err(VerifyError::SignatureMismatch);
        }
        let event = Event::parse(body)?;
        Ok(VerifiedEvent { event, timestamp })
    }

    /// Whether one of the keys made one of the signatures.
    ///
    /// Compares the encoded signatures, so that only the encoding that ImageKit sends matches.
    /// Compares all of them, so that the time doesn't depend on the match.
    fn matches(&self, signed: &Signed<'_>, body: &[u8]) -> bool {
        let mut matches = Choice::from(0);
        for key in self.keys.iter() {
            let mac = key.clone().chain_update(&signed.prefix).chain_update(body);
            let expected = (signed.encode)(&mac.finalize().into_bytes());
            for candidate in &signed.candidates {
                matches |= expected.as_bytes().ct_eq(candidate.as_bytes());
            }
        }
        matches.into()
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verifier")
            .field("tolerance", &self.tolerance)
            .finish_non_exhaustive()
    }
}

fn no_secret() -> Error {
    Error::invalid_input(
        "webhook_secret",
        "verification needs the secret of the webhook; copy it from the webhook in the ImageKit dashboard",
    )
}

/// Returns a decoder of Base64 with or without padding.
fn lenient_base64() -> GeneralPurpose {
    let config =
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    GeneralPurpose::new(&ALPHABET, config)
}
