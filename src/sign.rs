//! HMAC with ImageKit's private key: SHA-1 for URLs and upload parameters, SHA-256 for JSON Web
//! Tokens.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::Sha256;
use subtle::ConstantTimeEq;

use crate::problem::Problem;
use crate::secret::Redacted;
use crate::validate::trimmed;

/// Length of a signature: twenty bytes as lowercase hexadecimal digits.
pub(crate) const SIGNATURE_LENGTH: usize = 40;

/// Returns a key without the white space around it.
///
/// Refuses characters that no key has: control characters, line breaks, and a colon, which would
/// end the user name of HTTP Basic authentication. The keys that ImageKit issues are visible ASCII.
/// The error does not show the key.
pub(crate) fn trimmed_key<'k>(argument: &'static str, key: &'k str) -> Result<&'k str, Problem> {
    const COPY_IT: &str = "copy it from the developer section of the ImageKit dashboard";
    let key = trimmed(key);
    if key.is_empty() {
        return Err(Problem::new(
            argument,
            format!("the key is empty; {COPY_IT}"),
        ));
    }
    let issued = key.starts_with("private_") || key.starts_with("public_");
    for (index, c) in key.chars().enumerate() {
        let what = match c {
            ':' => "a colon",
            ' ' if !issued => continue,
            c if c.is_whitespace() => "white space",
            c if c.is_control() => "a control character",
            c if issued && !c.is_ascii() => "a character outside ASCII",
            _ => continue,
        };
        let message = format!("the key has {what} at character {}; {COPY_IT}", index + 1);
        return Err(Problem::new(argument, message));
    }
    Ok(key)
}

/// Returns the signer. Without one, returns an error that starts with `needs`, such as
/// `"a signed URL needs"`.
pub(crate) fn required_key<'s>(
    signer: Option<&'s Signer>,
    needs: &str,
) -> Result<&'s Signer, Problem> {
    signer.ok_or_else(|| missing("private_key", needs, "private key"))
}

/// Returns the error for a client without a setting. It starts with `needs`.
pub(crate) fn missing(setting: &'static str, needs: &str, what: &str) -> Problem {
    Problem::new(
        setting,
        format!("{needs} the {what}; give it to the client"),
    )
}

/// Signs with one private key.
///
/// The HMAC states are precomputed. Signing copies one of them and allocates nothing.
#[derive(Clone)]
pub(crate) struct Signer {
    sha1: Hmac<Sha1>,
    sha256: Hmac<Sha256>,
}

impl Signer {
    pub(crate) fn new(private_key: &str) -> Result<Self, Problem> {
        let key = trimmed_key("private_key", private_key)?.as_bytes();
        let unusable = |_| Problem::new("private_key", "the key cannot be used for HMAC");
        Ok(Self {
            sha1: Hmac::new_from_slice(key).map_err(unusable)?,
            sha256: Hmac::new_from_slice(key).map_err(unusable)?,
        })
    }

    /// Signs the concatenated parts.
    pub(crate) fn sign(&self, parts: &[&str]) -> Signature {
        let mut mac = self.sha1.clone();
        for part in parts {
            mac.update(part.as_bytes());
        }
        let mut digits = const_hex::Buffer::new();
        digits.format(&mac.finalize().into_bytes().into());
        Signature(digits)
    }

    /// Signs a JSON Web Token with HS256.
    pub(crate) fn sign_token(&self, header_and_payload: &str) -> [u8; 32] {
        let mac = self.sha256.clone().chain_update(header_and_payload);
        mac.finalize().into_bytes().into()
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Redacted.fmt(f)
    }
}

/// A signature in lowercase hexadecimal digits.
pub(crate) struct Signature(const_hex::Buffer<20, false>);

impl Signature {
    pub(crate) fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Compares with a signature in constant time.
    pub(crate) fn matches(&self, candidate: &str) -> bool {
        self.as_str().as_bytes().ct_eq(candidate.as_bytes()).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_as_documented_and_keeps_the_key_to_itself() {
        let signer = Signer::new("private_key_test").unwrap();
        let signature = signer.sign(&["your_token", "1582269249"]);
        assert_eq!(
            signature.as_str(),
            "e71bcd6031016b060d349d212e23e85c791decdd"
        );
        assert_eq!(signature.as_str().len(), SIGNATURE_LENGTH);
        assert!(signature.matches("e71bcd6031016b060d349d212e23e85c791decdd"));
        assert!(!signature.matches("E71bcd6031016b060d349d212e23e85c791decdd"));
        assert_eq!(format!("{signer:?}"), "[redacted]");
        assert_eq!(Signer::new("").unwrap_err().argument, "private_key");
    }
}
