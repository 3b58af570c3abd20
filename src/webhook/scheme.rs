//! Signature schemes: Standard Webhooks, and ImageKit's older one.

use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::error::VerifyError;
use crate::time::parse_unix;

const SIGNATURE: &str = "webhook-signature";
const ID: &str = "webhook-id";
const TIMESTAMP: &str = "webhook-timestamp";
pub(super) const OLDER_SIGNATURE: &str = "x-ik-signature";

/// The values of the headers that belong to signatures.
pub(super) struct Headers<V>(Vec<(&'static str, V)>);

impl<V: AsRef<[u8]>> Headers<V> {
    pub(super) fn new<N: AsRef<str>>(headers: impl IntoIterator<Item = (N, V)>) -> Self {
        const NAMES: [&str; 4] = [SIGNATURE, ID, TIMESTAMP, OLDER_SIGNATURE];
        let known = |(name, value): (N, V)| {
            let is_name = |known: &&str| known.eq_ignore_ascii_case(name.as_ref());
            NAMES.into_iter().find(is_name).map(|name| (name, value))
        };
        Self(headers.into_iter().filter_map(known).collect())
    }

    /// Returns the value of a header. `None` if it is missing or empty.
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
            Ok(value) if value.chars().all(is_readable) => {
                Ok(Some(value.trim_matches(' ')).filter(|value| !value.is_empty()))
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

/// The signature of an event, as its headers have it.
pub(super) struct Signed<'h> {
    /// The signed string in front of the body.
    pub(super) prefix: String,
    /// The time at which the event was signed.
    pub(super) timestamp: SystemTime,
    /// The signatures, one of which has to match.
    pub(super) candidates: Vec<&'h str>,
    /// Encodes a signature as this scheme does.
    pub(super) encode: fn(&[u8]) -> String,
}

impl<'h> Signed<'h> {
    /// Parses the headers of the scheme that is complete. If both are, Standard Webhooks takes
    /// precedence.
    pub(super) fn new<V: AsRef<[u8]>>(headers: &'h Headers<V>) -> Result<Self, VerifyError> {
        let is_complete = [SIGNATURE, ID, TIMESTAMP].map(|name| headers.has(name)) == [true; 3];
        match headers.has(OLDER_SIGNATURE) && !is_complete {
            true => Self::older(headers),
            false => Self::standard(headers),
        }
    }

    /// Parses `webhook-signature: v1,<Base64> v1,<Base64>`.
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

    /// Parses `x-ik-signature: t=<milliseconds>,v1=<hexadecimal>`.
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
                None => return Err(malformed(name, "is not a valid list of `name=value`")),
            }
        }
        if !header.contains(',') {
            return Err(malformed(name, "does not have a timestamp and a signature"));
        }
        let [milliseconds] = times[..] else {
            return Err(malformed(name, "does not have exactly one timestamp `t`"));
        };
        let timestamp = parse_unix(milliseconds, Duration::from_millis).ok_or_else(|| {
            malformed(
                name,
                "has a timestamp `t` that is not a number of milliseconds since 1970",
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
