//! The end of a URL: expiry, signature and fragment.

use std::borrow::Cow;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::problem::Problem;
use crate::sign::Signer;

/// The expiry that stands in the signed text of a URL without one.
pub(super) const NEVER: u64 = 9_999_999_999;

/// When a URL stops working.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Expiry {
    In(Duration),
    At(SystemTime),
}

impl Expiry {
    pub(super) fn after(lifetime: Duration) -> Result<Self, Problem> {
        if lifetime.as_secs() == 0 {
            return Err(Problem::new(
                "expires_in",
                format!(
                    "{lifetime:?} is too short; expiry counts whole seconds, so give at least 1"
                ),
            ));
        }
        Ok(Self::In(lifetime))
    }

    pub(super) fn at(moment: SystemTime) -> Result<Self, Problem> {
        if unix_seconds(moment) == 0 {
            return Err(Problem::new(
                "expires_at",
                "the moment is not after the beginning of 1970 (UTC); give a later one",
            ));
        }
        Ok(Self::At(moment))
    }

    fn unix_seconds(self, now: impl FnOnce() -> SystemTime) -> u64 {
        match self {
            Self::In(lifetime) => unix_seconds(now()).saturating_add(lifetime.as_secs()),
            Self::At(moment) => unix_seconds(moment),
        }
    }
}

/// Whole seconds since 1970; 0 for a clock that runs before that.
pub(crate) fn unix_seconds(moment: SystemTime) -> u64 {
    moment
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .as_secs()
}

/// What is still to be written once everything that a signature covers stands in the URL.
pub(super) struct Ending<'a> {
    pub(super) signer: Option<&'a Signer>,
    pub(super) expiry: Option<Expiry>,
    /// Where the signed text starts: behind the endpoint and its slash.
    pub(super) signed_from: usize,
    /// What joins another query parameter to the URL.
    pub(super) separator: char,
    pub(super) fragment: Option<Cow<'a, str>>,
}

impl Ending<'_> {
    pub(super) fn write(&self, url: &mut String, now: impl FnOnce() -> SystemTime) {
        if let Some(signer) = self.signer {
            let expiry = self.expiry.map_or(NEVER, |expiry| expiry.unix_seconds(now));
            let mut digits = itoa::Buffer::new();
            let digits = digits.format(expiry);
            let signature = signer.sign(&[url.get(self.signed_from..).unwrap_or_default(), digits]);
            url.push(self.separator);
            if expiry != NEVER {
                url.push_str("ik-t=");
                url.push_str(digits);
                url.push('&');
            }
            url.push_str("ik-s=");
            url.push_str(signature.as_str());
        }
        if let Some(fragment) = &self.fragment {
            url.push('#');
            url.push_str(fragment);
        }
    }
}
