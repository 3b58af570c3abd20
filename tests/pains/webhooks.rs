//! Webhook events.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use imagekitio::ImageKit;
use imagekitio::webhook::{Verifier, VerifyError};

const BODY: &str = r#"{"id":"evt_1","type":"file.created"}"#;
const HEADERS: [(&str, &str); 3] = [
    ("webhook-id", "msg_1"),
    ("webhook-timestamp", "1700000000"),
    (
        "webhook-signature",
        "v1,lwUUWxChj9iaRlFX8HqAww3+UTwiVRx1hTCLiDRA0ts=",
    ),
];
const OLDER: (&str, &str) = (
    "x-ik-signature",
    "t=1700000000000,v1=33efb65a7413f39c87ebc4a710a65d6667911c6c5793730eaa871377a0eba391",
);

fn now() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_700_000_000)
}

fn verifier() -> Verifier {
    Verifier::new(["whsec_dGVzdC1zZWNyZXQ="]).unwrap()
}

/// imagekit-nodejs#45, imagekit-nodejs#47, imagekit-nodejs#59: There is no function that verifies
/// the signature of a webhook, so it is compared by hand or not at all.
///
/// `verify` returns the typed event of both schemes that ImageKit sends. A changed body fails.
#[test]
fn events_of_both_schemes_are_verified() {
    for headers in [&HEADERS[..], &[OLDER]] {
        let verified = verifier()
            .verify_at(headers.iter().copied(), BODY.as_bytes(), now())
            .unwrap();
        assert_eq!(
            (verified.event.id(), verified.event.event_type()),
            ("evt_1", "file.created")
        );
        assert_eq!(verified.timestamp, now());
        let changed = BODY.replace("evt_1", "evt_2");
        let error = verifier()
            .verify_at(headers.iter().copied(), changed.as_bytes(), now())
            .unwrap_err();
        assert!(matches!(error, VerifyError::SignatureMismatch), "{error}");
    }
}

/// svix-webhooks#93, mercadopago-nodejs#458, mercadopago-nodejs#459: A timestamp in seconds is
/// compared with milliseconds, and a signature outside of ASCII makes the verification crash.
///
/// Each scheme has its own unit, an event is accepted within five minutes, and any other header is
/// an error.
#[test]
fn timestamps_and_signatures_of_any_form_are_judged() {
    let minutes = Duration::from_secs(300);
    for headers in [&HEADERS[..], &[OLDER]] {
        for (time, is_accepted) in [
            (now() + minutes, true),
            (now() - minutes, true),
            (now() + minutes + Duration::from_secs(1), false),
            (now() - minutes - Duration::from_secs(1), false),
        ] {
            let verified = verifier().verify_at(headers.iter().copied(), BODY.as_bytes(), time);
            assert_eq!(verified.is_ok(), is_accepted);
            if let Err(error) = verified {
                assert!(
                    matches!(error, VerifyError::OutsideTolerance { .. }),
                    "{error}"
                );
            }
        }
    }
    let id = ("webhook-id", "msg_1");
    let time = ("webhook-timestamp", "1700000000");
    for headers in [
        vec![("x-ik-signature", "t=1700000000,v1=33ef")],
        vec![("x-ik-signature", "t=1700000000000,v1=ü")],
        vec![("x-ik-signature", "")],
        vec![id, ("webhook-timestamp", "1700000000000"), HEADERS[2]],
        vec![id, ("webhook-timestamp", "-1"), HEADERS[2]],
        vec![id, time, ("webhook-signature", "v1,ü")],
        vec![id, time, ("webhook-signature", "v1")],
    ] {
        let verified = verifier().verify_at(headers.iter().copied(), BODY.as_bytes(), now());
        assert!(verified.is_err(), "{headers:?}");
    }
}

/// imagekit-nodejs 7.11: `unwrap` returns an event that nobody has verified when the headers are
/// missing.
///
/// Without headers or a secret, verification fails. What skips it is named `parse_unverified`.
#[test]
fn verification_cannot_be_skipped_by_accident() {
    let none: [(&str, &str); 0] = [];
    let error = verifier()
        .verify_at(none, BODY.as_bytes(), now())
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "the header `webhook-signature` is missing, and so is `x-ik-signature`; pass all headers of the request"
    );
    let without_secret = ImageKit::builder().build().unwrap();
    let error = without_secret
        .webhooks()
        .verify_at(HEADERS, BODY.as_bytes(), now())
        .unwrap_err();
    assert!(matches!(error, VerifyError::Setup(_)), "{error}");
    assert!(Verifier::new([""]).is_err());
    let no_secrets: [&str; 0] = [];
    assert!(Verifier::new(no_secrets).is_err());
}
