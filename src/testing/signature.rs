//! Signatures of delivery URLs.

use std::time::SystemTime;

use crate::sign::Signer;
use crate::url::{Verification, verify_target};

/// Judges `target`, the part of a URL after the endpoint and its slash, exactly as received, as
/// [`ImageKit::verify`](crate::ImageKit::verify) does.
pub(super) fn check(private_key: &str, target: &str, now: SystemTime) -> Verification {
    Signer::new(private_key)
        .and_then(|signer| verify_target(target, &signer, || Ok(now)))
        .unwrap_or(Verification::Invalid)
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;

    const NOW: u64 = 1_700_000_000;

    /// Published with ImageKit's own tests.
    const SIGNED: &str = "tr:w-300,h-200/sdk-testing-files/future-search.png?version=2.0\
                          &ik-s=dd1ee8f83d019bc59fd57a5fc4674a11eb8a3496";

    fn at(seconds: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(seconds)
    }

    fn judged(target: &str) -> Verification {
        check("key", target, at(NOW))
    }

    fn sign(message: &str, expiry: &str) -> String {
        let signer = Signer::new("key").unwrap();
        signer.sign(&[message, expiry]).as_str().to_owned()
    }

    #[test]
    fn knows_the_published_vector() {
        assert_eq!(
            check("dummy-key", SIGNED, at(NOW)),
            Verification::Valid { expires_at: None }
        );
        assert_eq!(check("other-key", SIGNED, at(NOW)), Verification::Invalid);
        assert_eq!(check("", SIGNED, at(NOW)), Verification::Invalid);
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
                check("dummy-key", &changed, at(NOW)),
                Verification::Invalid,
                "{changed}"
            );
        }
    }

    #[test]
    fn minds_the_expiry() {
        let signed = |expiry: &str| {
            let signature = sign("a&b.jpg", expiry);
            judged(&format!("a&b.jpg?ik-t={expiry}&ik-s={signature}"))
        };
        let later = (NOW + 1).to_string();
        assert_eq!(
            signed(&later),
            Verification::Valid {
                expires_at: Some(at(NOW + 1))
            }
        );
        for passed in [NOW, NOW - 1] {
            assert_eq!(
                signed(&passed.to_string()),
                Verification::Expired {
                    expired_at: at(passed)
                }
            );
        }
        assert_eq!(signed("soon"), Verification::Invalid);
    }

    #[test]
    fn signs_nothing_that_belongs_to_a_signature() {
        for message in ["a.jpg?ik-t=1", "a.jpg?ik-s=1&version=2"] {
            let signature = sign(message, "9999999999");
            let twice = format!("{message}&ik-t=9999999999&ik-s={signature}");
            assert_eq!(judged(&twice), Verification::Invalid, "{twice}");
        }
    }

    #[test]
    fn unsigned_means_no_trace_of_signing() {
        for target in [
            "a.jpg",
            "a.jpg?version=2&tr=w-1",
            "ik-s=1/a.jpg",
            "a&ik-s=1",
            "",
            "?",
            "a?b?ik-s=1",
        ] {
            assert_eq!(judged(target), Verification::Unsigned, "{target}");
        }
        for target in [
            "a.jpg?ik-t=9999999999",
            "a.jpg?ik-s=",
            "a.jpg?ik-s=1&version=2",
        ] {
            assert_eq!(judged(target), Verification::Invalid, "{target}");
        }
    }
}
