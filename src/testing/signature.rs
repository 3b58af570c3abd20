//! Signatures of delivery URLs.

use super::clock::Timestamp;
use crate::sign::Signer;

/// Stands in the signed message where a URL has no expiry.
const NO_EXPIRY: &str = "9999999999";

/// What the signature of a URL says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// There is neither a signature nor an expiry.
    Unsigned,
    /// The signature is that of this URL, and its time has not passed.
    Valid,
    /// The signature is that of this URL, but its time has passed.
    Expired,
    /// Anything else.
    Wrong,
}

/// Judges `target`, the part of a URL after the endpoint and its slash, exactly as received.
///
/// A signed URL ends in `ik-s=<signature>`, with `ik-t=<expiry>` before it if it expires. All that stands before these two is signed,
/// so they are recognised in that place only.
pub(super) fn check(private_key: &str, target: &str, now: Timestamp) -> Verdict {
    let Some((rest, signature)) = split_last_parameter(target, "ik-s=") else {
        return if mentions_signing(target) {
            Verdict::Wrong
        } else {
            Verdict::Unsigned
        };
    };
    let (message, expiry) = split_last_parameter(rest, "ik-t=").unwrap_or((rest, NO_EXPIRY));
    // Text is compared, for the signature is lowercase hexadecimal and nothing else.
    if mentions_signing(message) || sign(private_key, message, expiry).as_deref() != Some(signature)
    {
        return Verdict::Wrong;
    }
    match expiry.parse::<u64>() {
        Ok(expiry) if expiry >= now.seconds() => Verdict::Valid,
        Ok(_) => Verdict::Expired,
        Err(_) => Verdict::Wrong,
    }
}

/// The signature of `message`: HMAC-SHA1 of it and the expiry, in hexadecimal.
fn sign(private_key: &str, message: &str, expiry: &str) -> Option<String> {
    let signer = Signer::new(private_key).ok()?;
    Some(signer.sign(&[message, expiry]).as_str().to_owned())
}

/// Takes the last query parameter off `target` if it begins with `name`. Returns what stands before it, and its value.
fn split_last_parameter<'a>(target: &'a str, name: &str) -> Option<(&'a str, &'a str)> {
    let after_ampersand = target
        .rsplit_once('&')
        .filter(|(rest, _)| rest.contains('?'));
    let (rest, last) = after_ampersand.or_else(|| target.split_once('?'))?;
    Some((rest, last.strip_prefix(name)?))
}

/// Whether one of the query parameters belongs to a signature.
fn mentions_signing(target: &str) -> bool {
    let query = target.split_once('?').map_or("", |(_, query)| query);
    query
        .split('&')
        .any(|pair| pair.starts_with("ik-s=") || pair.starts_with("ik-t="))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Published with ImageKit's own tests.
    const SIGNED: &str = "tr:w-300,h-200/sdk-testing-files/future-search.png?version=2.0\
                          &ik-s=dd1ee8f83d019bc59fd57a5fc4674a11eb8a3496";

    #[test]
    fn knows_the_published_vector() {
        let now = Timestamp::now();
        assert_eq!(check("dummy-key", SIGNED, now), Verdict::Valid);
        assert_eq!(check("other-key", SIGNED, now), Verdict::Wrong);
        for changed in [
            SIGNED.replace("w-300", "w-301"),
            SIGNED.replace("?version=2.0&", "?"),
            SIGNED.replace("ik-s=dd1e", "ik-s=DD1E"),
            SIGNED.replace("ik-s=", "ik-s=0x"),
            SIGNED.replace("?version", "?ik-t=9999999999&version"),
            format!("{SIGNED}&more=1"),
            format!("{SIGNED}&ik-s="),
        ] {
            assert_eq!(
                check("dummy-key", &changed, now),
                Verdict::Wrong,
                "{changed}"
            );
        }
    }

    #[test]
    fn minds_the_expiry() {
        let signed = |expiry: &str| {
            let signature = sign("key", "a&b.jpg", expiry).unwrap();
            format!("a&b.jpg?ik-t={expiry}&ik-s={signature}")
        };
        let now = Timestamp::now();
        let seconds = now.seconds();
        assert_eq!(
            check("key", &signed(&seconds.to_string()), now),
            Verdict::Valid
        );
        assert_eq!(
            check("key", &signed(&(seconds - 1).to_string()), now),
            Verdict::Expired
        );
        assert_eq!(check("key", &signed("soon"), now), Verdict::Wrong);
    }

    #[test]
    fn signs_nothing_that_belongs_to_a_signature() {
        for message in ["a.jpg?ik-t=1", "a.jpg?ik-s=1&version=2"] {
            let signature = sign("key", message, NO_EXPIRY).unwrap();
            let twice = format!("{message}&ik-t={NO_EXPIRY}&ik-s={signature}");
            assert_eq!(
                check("key", &twice, Timestamp::now()),
                Verdict::Wrong,
                "{twice}"
            );
        }
    }

    #[test]
    fn unsigned_means_no_trace_of_signing() {
        let now = Timestamp::now();
        for target in [
            "a.jpg",
            "a.jpg?version=2&tr=w-1",
            "ik-s=1/a.jpg",
            "a&ik-s=1",
            "",
            "?",
            "a?b?ik-s=1",
        ] {
            assert_eq!(check("key", target, now), Verdict::Unsigned, "{target}");
        }
        for target in [
            "a.jpg?ik-t=9999999999",
            "a.jpg?ik-s=",
            "a.jpg?ik-s=1&version=2",
        ] {
            assert_eq!(check("key", target, now), Verdict::Wrong, "{target}");
        }
    }
}
