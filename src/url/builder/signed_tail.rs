//! The end of a URL: expiry, signature and fragment.

use std::borrow::Cow;
use std::time::SystemTime;

use super::expiry::{NEVER, UrlExpiry};
use crate::problem::Problem;
use crate::sign::Signer;

/// What follows the signed part of a URL.
pub(super) struct SignedTail<'a> {
    pub(super) signer: Option<&'a Signer>,
    pub(super) expiry: Option<UrlExpiry>,
    /// The index where the signed part starts: after the endpoint and its slash.
    pub(super) signed_from: usize,
    /// The separator for another query parameter.
    pub(super) separator: char,
    pub(super) fragment: Option<Cow<'a, str>>,
}

impl SignedTail<'_> {
    /// Returns the expiry to sign in seconds since 1970. Calls `now` only for a lifetime.
    pub(super) fn expiry(
        &self,
        now: impl FnOnce() -> Result<SystemTime, Problem>,
    ) -> Result<u64, Problem> {
        self.expiry
            .map_or(Ok(NEVER), |expiry| expiry.unix_seconds(now))
    }

    /// Signs the URL and appends the tail.
    pub(super) fn write(&self, url: &mut String, expiry: u64) {
        if let Some(signer) = self.signer {
            let mut digits = itoa::Buffer::new();
            let digits = digits.format(expiry);
            let signature = signer.sign(&[url.get(self.signed_from..).unwrap_or_default(), digits]);
            url.push(self.separator);
            if expiry == NEVER {
                url.push_str("ik-s=");
            } else {
                url.push_str("ik-t=");
                url.push_str(digits);
                url.push_str("&ik-s=");
            }
            url.push_str(signature.as_str());
        }
        if let Some(fragment) = &self.fragment {
            url.push('#');
            url.push_str(fragment);
        }
    }
}
