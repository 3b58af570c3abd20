//! Signatures of deliveries.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::alphabet::STANDARD as ALPHABET;
use base64::engine::general_purpose::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::{Choice, ConstantTimeEq};

use super::event::Event;
use crate::env::variable;
use crate::error::Error;
use crate::platform;
use crate::time::parse_unix;
use crate::validate::trimmed;

const DEFAULT_TOLERANCE: Duration = Duration::from_secs(300);

#[cfg(feature = "axum")]
const DEFAULT_BODY_LIMIT: usize = 1024 * 1024;

/// What a secret says about itself in front of its random part.
const SECRET_PREFIX: &str = "whsec_";

const SIGNATURE: &str = "webhook-signature";
const ID: &str = "webhook-id";
const TIMESTAMP: &str = "webhook-timestamp";
const OLDER_SIGNATURE: &str = "x-ik-signature";

/// Verifies webhook deliveries.
///
/// Clones are cheap and share the secrets. `Debug` doesn't show them.
///
/// ```
/// use std::time::Duration;
///
/// use imagekitio::webhook::Verifier;
///
/// // While a secret is being replaced, deliveries of both are accepted.
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

/// A delivery whose signature and time are right.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Delivery {
    /// The event.
    pub event: Event,
    /// When the delivery was signed: within the [tolerance](Verifier::tolerance) of the present.
    pub timestamp: SystemTime,
}

/// Why a delivery was refused.
///
/// With the feature `axum`, this is a response: 400 for a malformed delivery, 500 for [`Setup`](Self::Setup), and otherwise
/// 401.
#[derive(Debug)]
#[non_exhaustive]
pub enum VerifyError {
    /// This header is missing or empty, and there is no `x-ik-signature` in its place. The request doesn't come from ImageKit,
    /// or headers were lost on the way.
    MissingHeader(&'static str),
    /// A header of the signature is repeated or can't be read, or the body is not an event. The body is looked at only after
    /// its signature.
    Malformed(String),
    /// The delivery was signed too long ago, or in the future. Its signature was not checked.
    Stale {
        /// When the delivery was signed, as its headers say.
        timestamp: SystemTime,
        /// The time at which it was verified.
        now: SystemTime,
    },
    /// No signature matches. The secret is that of another webhook, or headers or body are not what ImageKit sent.
    BadSignature,
    /// Nothing was verified: there is no secret, or the target has no clock.
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
            Self::Stale { timestamp, now } => match now.duration_since(*timestamp) {
                Ok(age) => write!(f, "the delivery was signed {} s ago", age.as_secs()),
                Err(ahead) => write!(
                    f,
                    "the delivery was signed {} s in the future",
                    ahead.duration().as_secs()
                ),
            },
            Self::BadSignature => f.write_str(
                "the signature does not match; pass the body as it was received, and the secret of this webhook",
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

impl Verifier {
    /// Returns a verifier with these secrets. A delivery has to match one of them.
    ///
    /// A secret is the whole string that ImageKit shows, including `whsec_`. White space around it is dropped. The key of the
    /// signature is that string; if `whsec_` is followed by Base64, its bytes are accepted as the key too, which is the rule
    /// of Standard Webhooks.
    ///
    /// # Errors
    /// `InvalidInput` if there is no secret, or one is empty.
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
    /// `InvalidInput` if the variable is not set, is empty or is not Unicode.
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

    /// The same as [`new`](Self::new), but with no secret everything is refused.
    pub(crate) fn from_secrets<S: AsRef<str>>(
        secrets: impl IntoIterator<Item = S>,
    ) -> Result<Self, Error> {
        let mut keys = Vec::new();
        for secret in secrets {
            let secret = trimmed(secret.as_ref());
            // Without its random part, a secret would be known to everyone.
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

    /// Sets how far the time of a signature may lie in the past or in the future, inclusive. 300 seconds by default.
    ///
    /// A longer tolerance lets a delivery be replayed for longer.
    pub fn tolerance(mut self, tolerance: Duration) -> Self {
        self.tolerance = tolerance;
        self
    }

    /// Verifies a delivery and returns its event.
    ///
    /// `headers` are names and values, such as `&http::HeaderMap`, `&HashMap<String, String>` or an array of pairs; names are
    /// case-insensitive and others than those of signatures are ignored. `body` is the body as received: the signature of
    /// a body that was parsed and written again doesn't match.
    ///
    /// # Errors
    /// In this order: [`MissingHeader`](VerifyError::MissingHeader), [`Malformed`](VerifyError::Malformed) for a header,
    /// [`Stale`](VerifyError::Stale), [`BadSignature`](VerifyError::BadSignature), and `Malformed` for a body that is not
    /// a JSON object with a `type`.
    #[doc(alias = "unwrap")]
    pub fn verify<N: AsRef<str>, V: AsRef<[u8]>>(
        &self,
        headers: impl IntoIterator<Item = (N, V)>,
        body: &[u8],
    ) -> Result<Delivery, VerifyError> {
        let now = platform::now().map_err(|problem| VerifyError::Setup(problem.into()))?;
        self.verify_at(headers, body, now)
    }

    /// Verifies a delivery as of `now`.
    ///
    /// # Errors
    /// Those of [`verify`](Self::verify).
    pub fn verify_at<N: AsRef<str>, V: AsRef<[u8]>>(
        &self,
        headers: impl IntoIterator<Item = (N, V)>,
        body: &[u8],
        now: SystemTime,
    ) -> Result<Delivery, VerifyError> {
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
            return Err(VerifyError::Stale { timestamp, now });
        }
        if !self.matches(&signed, body) {
            return Err(VerifyError::BadSignature);
        }
        let event = Event::parse(body)?;
        Ok(Delivery { event, timestamp })
    }

    /// Whether one of the signatures is that of one of the keys. All are compared, as text, so that only the one spelling that
    /// ImageKit sends is right.
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
        "verification needs the secret of the webhook; copy it from the ImageKit dashboard",
    )
}

/// Decodes Base64 with padding or without.
fn lenient_base64() -> GeneralPurpose {
    let config =
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    GeneralPurpose::new(&ALPHABET, config)
}

/// The values of the headers that matter.
struct Headers<V>(Vec<(&'static str, V)>);

impl<V: AsRef<[u8]>> Headers<V> {
    fn new<N: AsRef<str>>(headers: impl IntoIterator<Item = (N, V)>) -> Self {
        const NAMES: [&str; 4] = [SIGNATURE, ID, TIMESTAMP, OLDER_SIGNATURE];
        let known = |(name, value): (N, V)| {
            let is_name = |known: &&str| known.eq_ignore_ascii_case(name.as_ref());
            NAMES.into_iter().find(is_name).map(|name| (name, value))
        };
        Self(headers.into_iter().filter_map(known).collect())
    }

    /// The value of a header; none if it is missing or empty.
    fn get(&self, name: &'static str) -> Result<Option<&str>, VerifyError> {
        let mut values = self.0.iter().filter(|(other, _)| *other == name);
        let value = values.next();
        if values.next().is_some() {
            return Err(malformed(name, "is repeated"));
        }
        let Some((_, value)) = value else {
            return Ok(None);
        };
        let is_readable = |c: char| c == ' ' || c.is_ascii_graphic();
        match std::str::from_utf8(value.as_ref()) {
            Ok(text) if text.chars().all(is_readable) => {
                Ok(Some(text.trim_matches(' ')).filter(|text| !text.is_empty()))
            }
            _ => Err(malformed(name, "has characters other than visible ASCII")),
        }
    }

    fn has(&self, name: &'static str) -> bool {
        !matches!(self.get(name), Ok(None))
    }
}

fn malformed(name: &str, reason: &str) -> VerifyError {
    VerifyError::Malformed(format!("the header `{name}` {reason}"))
}

/// What the headers say about the signature.
struct Signed<'h> {
    /// What is signed in front of the body.
    prefix: String,
    timestamp: SystemTime,
    candidates: Vec<&'h str>,
    /// How this scheme writes a signature.
    encode: fn(&[u8]) -> String,
}

impl<'h> Signed<'h> {
    fn new<V: AsRef<[u8]>>(headers: &'h Headers<V>) -> Result<Self, VerifyError> {
        let is_complete = [SIGNATURE, ID, TIMESTAMP].map(|name| headers.has(name)) == [true; 3];
        match headers.has(OLDER_SIGNATURE) && !is_complete {
            true => Self::older(headers),
            false => Self::standard(headers),
        }
    }

    /// `webhook-signature: v1,<Base64> v1,<Base64>`
    fn standard<V: AsRef<[u8]>>(headers: &'h Headers<V>) -> Result<Self, VerifyError> {
        let header = |name| headers.get(name)?.ok_or(VerifyError::MissingHeader(name));
        let (signatures, id, seconds) = (header(SIGNATURE)?, header(ID)?, header(TIMESTAMP)?);
        let timestamp = parse_unix(seconds, Duration::from_secs)
            .ok_or_else(|| malformed(TIMESTAMP, "is not a number of seconds since 1970"))?;
        Ok(Self {
            prefix: format!("{id}.{seconds}."),
            timestamp,
            candidates: signatures
                .split(' ')
                .filter_map(|signature| signature.strip_prefix("v1,"))
                .collect(),
            encode: |signature| STANDARD.encode(signature),
        })
    }

    /// `x-ik-signature: t=<milliseconds>,v1=<hexadecimal>`
    fn older<V: AsRef<[u8]>>(headers: &'h Headers<V>) -> Result<Self, VerifyError> {
        let name = OLDER_SIGNATURE;
        let header = headers.get(name)?.ok_or(VerifyError::MissingHeader(name))?;
        let mut times = Vec::new();
        let mut candidates = Vec::new();
        for part in header.split(',') {
            match part.trim_matches(' ').split_once('=') {
                Some(("t", time)) => times.push(time),
                Some(("v1", signature)) => candidates.push(signature),
                // Another version of the signature.
                Some(_) => {}
                None => return Err(malformed(name, "is not a list of `name=value`")),
            }
        }
        if !header.contains(',') {
            return Err(malformed(name, "does not have a time and a signature"));
        }
        let [milliseconds] = times[..] else {
            return Err(malformed(name, "does not have one time `t`"));
        };
        let timestamp = parse_unix(milliseconds, Duration::from_millis).ok_or_else(|| {
            malformed(
                name,
                "has a time `t` that is not in milliseconds since 1970",
            )
        })?;
        Ok(Self {
            prefix: format!("{milliseconds}."),
            timestamp,
            candidates,
            encode: |signature| const_hex::encode(signature),
        })
    }
}
