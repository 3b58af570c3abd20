//! HMAC with the private key.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;
use sha2::Sha256;

/// Whether `signature` is the HMAC-SHA1 of `message` in lowercase hexadecimal digits, compared in constant time.
pub(super) fn signs(private_key: &str, message: &str, signature: &str) -> bool {
    let Some(mac) = Hmac::<Sha1>::new_from_slice(private_key.as_bytes()).ok() else {
        return false;
    };
    const_hex::decode(signature).is_ok_and(|bytes| {
        const_hex::encode(&bytes) == signature
            && mac.chain_update(message).verify_slice(&bytes).is_ok()
    })
}

/// Whether `signature` is the HMAC-SHA256 of `message`, compared in constant time.
pub(super) fn signs_token(private_key: &str, message: &str, signature: &[u8]) -> bool {
    Hmac::<Sha256>::new_from_slice(private_key.as_bytes())
        .is_ok_and(|mac| mac.chain_update(message).verify_slice(signature).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_the_published_vector() {
        let signature = "1de1c147aa204d5dac84179b1b47027a2f289741";
        let message = "your_token1582269249";
        assert!(signs("dummy-key", message, signature));
        assert!(!signs("dummy-key", message, &signature.to_uppercase()));
        assert!(!signs("dummy-key", message, &format!("0x{signature}")));
        assert!(!signs("dummy-key", message, ""));
        assert!(!signs("other-key", message, signature));
        assert!(!signs("dummy-key", "your_token1582269250", signature));
    }
}
