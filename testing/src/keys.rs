//! HMAC with the private key.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;
use sha2::Sha256;

/// Whether `signature` is the HMAC-SHA1 of `message` in lowercase hexadecimal digits, compared in
/// constant time.
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

/// The HMAC-SHA256 of a message under the secret of a webhook, all of whose text is the key.
pub(super) fn sha256(secret: &str, message: &str) -> Vec<u8> {
    let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes());
    mac.map_or_else(
        |_| Vec::new(),
        |mac| mac.chain_update(message).finalize().into_bytes().to_vec(),
    )
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;

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

    #[test]
    fn signs_webhooks_like_imagekit() {
        let (secret, body) = (
            "whsec_dGVzdC1zZWNyZXQ=",
            r#"{"id":"evt_1","type":"file.created"}"#,
        );
        assert_eq!(
            const_hex::encode(sha256(secret, &format!("1700000000000.{body}"))),
            "33efb65a7413f39c87ebc4a710a65d6667911c6c5793730eaa871377a0eba391"
        );
        assert_eq!(
            STANDARD.encode(sha256(secret, &format!("msg_1.1700000000.{body}"))),
            "lwUUWxChj9iaRlFX8HqAww3+UTwiVRx1hTCLiDRA0ts="
        );
    }
}
