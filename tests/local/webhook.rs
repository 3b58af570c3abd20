//! Webhook events: which are accepted and refused, and what they contain.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::process::Command;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use imagekitio::raw::types;
use imagekitio::webhook::{Event, Payload, Verifier, VerifyError, VideoFailureReason};
use imagekitio::{ErrorKind, ImageKit};
use proptest::prelude::*;
use serde_json::{Value, json};
use sha2::Sha256;

use support::samples::{Place, Sample, followed, samples};

const SECRET: &str = "whsec_dGVzdC1zZWNyZXQ=";
const NOW: u64 = 1_700_000_000;
const CREATED: &str = r#"{"id":"evt_1","type":"file.created"}"#;
/// ImageKit's own example.
const STANDARD_HEADERS: [(&str, &str); 3] = [
    ("webhook-id", "msg_1"),
    ("webhook-timestamp", "1700000000"),
    (
        "webhook-signature",
        "v1,lwUUWxChj9iaRlFX8HqAww3+UTwiVRx1hTCLiDRA0ts=",
    ),
];
const OLDER_HEADERS: [(&str, &str); 1] = [(
    "x-ik-signature",
    "t=1700000000000,v1=33efb65a7413f39c87ebc4a710a65d6667911c6c5793730eaa871377a0eba391",
)];

fn now() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(NOW)
}

fn verifier() -> Verifier {
    Verifier::new([SECRET]).unwrap()
}

fn digest(message: &[&[u8]]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
    for part in message {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

fn signed(body: &[u8]) -> Vec<(String, String)> {
    let signature = STANDARD.encode(digest(&[b"msg_1.1700000000.", body]));
    vec![
        ("webhook-id".to_owned(), "msg_1".to_owned()),
        ("webhook-timestamp".to_owned(), NOW.to_string()),
        ("webhook-signature".to_owned(), format!("v1,{signature}")),
    ]
}

fn signed_older(body: &[u8]) -> Vec<(String, String)> {
    let signature = const_hex::encode(digest(&[b"1700000000000.", body]));
    let value = format!("t={NOW}000,v1={signature}");
    vec![("x-ik-signature".to_owned(), value)]
}

fn delivered(event: &Value) -> Event {
    let body = event.to_string();
    let verified = verifier().verify_at(signed(body.as_bytes()), body.as_bytes(), now());
    verified.unwrap().event
}

/// One case a line; the id says which.
#[test]
fn signatures_that_python_made_are_judged_as_python_does() {
    let lines = include_str!("../vectors/webhooks.jsonl");
    let mut wrong = Vec::new();
    for line in lines.lines() {
        let vector: Value = serde_json::from_str(line).unwrap();
        let answer = support::parity::answer(line);
        let (out, error) = (answer.get("out"), answer.get("error"));
        if (out, error) != (vector.get("expect"), vector.get("expect_error")) {
            wrong.push(format!("{vector}\n  got {answer}"));
        }
    }
    assert_eq!(lines.lines().count(), 209);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn headers_come_in_any_collection() {
    let body = CREATED.as_bytes();
    for headers in [&STANDARD_HEADERS[..], &OLDER_HEADERS[..]] {
        let verifier = verifier();
        let accepted = [
            verifier.verify_at(headers.iter().copied(), body, now()),
            verifier.verify_at(headers.to_vec(), body, now()),
            verifier.verify_at(
                &HashMap::<&str, &str>::from_iter(headers.to_vec()),
                body,
                now(),
            ),
            verifier.verify_at(BTreeMap::from_iter(headers.to_vec()), body, now()),
            verifier.verify_at(
                headers
                    .iter()
                    .map(|(name, value)| (name, value.as_bytes().to_vec())),
                body,
                now(),
            ),
            verifier.verify_at(&header_map(headers), body, now()),
            verifier.verify_at(header_map(headers).iter(), body, now()),
        ];
        for verified in accepted {
            let verified = verified.unwrap();
            assert_eq!(verified.event.id(), "evt_1");
            assert_eq!(verified.timestamp, now());
        }
        // Repeated headers are seen.
        let mut repeated = header_map(headers);
        let (name, value) = headers[0];
        repeated.append(name, value.parse().unwrap());
        let refused = verifier.verify_at(&repeated, body, now());
        assert!(matches!(refused, Err(VerifyError::Malformed(_))));
    }
    let bytes = [("x-ik-signature", &b"t=1700000000000,v1=\xff"[..])];
    let refused = verifier().verify_at(bytes, body, now());
    assert!(matches!(refused, Err(VerifyError::Malformed(_))));
}

fn header_map(headers: &[(&'static str, &str)]) -> reqwest::header::HeaderMap {
    let pairs = headers.iter();
    pairs
        .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
        .collect()
}

#[test]
fn the_tolerance_is_exact() {
    let body = CREATED.as_bytes();
    let nanosecond = Duration::from_nanos(1);
    for tolerance in [
        Duration::from_secs(300),
        Duration::ZERO,
        Duration::from_millis(1500),
    ] {
        let verifier = verifier().tolerance(tolerance);
        for headers in [&STANDARD_HEADERS[..], &OLDER_HEADERS[..]] {
            let verify = |now| verifier.verify_at(headers.iter().copied(), body, now);
            verify(now() + tolerance).unwrap();
            verify(now() - tolerance).unwrap();
            for late in [
                now() + tolerance + nanosecond,
                now() - tolerance - nanosecond,
            ] {
                match verify(late).unwrap_err() {
                    VerifyError::OutsideTolerance {
                        timestamp,
                        now: seen,
                    } => {
                        assert_eq!((timestamp, seen), (now(), late));
                    }
                    other => panic!("{other}"),
                }
            }
        }
    }
    // A tolerance without end.
    let forever = verifier().tolerance(Duration::MAX);
    forever
        .verify_at(STANDARD_HEADERS, body, UNIX_EPOCH)
        .unwrap();
}

#[test]
fn the_clock_is_read() {
    let seconds = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_secs();
    let prefix = format!("{seconds}000.");
    let signature = const_hex::encode(digest(&[prefix.as_bytes(), CREATED.as_bytes()]));
    let value = format!("t={seconds}000,v1={signature}");
    // An hour, so that a slow machine is in time.
    let verifier = verifier().tolerance(Duration::from_secs(3600));
    verifier
        .verify([("x-ik-signature", value)], CREATED.as_bytes())
        .unwrap();
    let refused = verifier.verify(OLDER_HEADERS, CREATED.as_bytes());
    assert!(matches!(refused, Err(VerifyError::OutsideTolerance { .. })));
}

#[test]
fn secrets_are_checked_when_they_are_given() {
    for empty in ["", " \n", "whsec_", " whsec_ "] {
        for error in [
            Verifier::new([empty]).unwrap_err(),
            Verifier::new([SECRET, empty]).unwrap_err(),
            ImageKit::builder()
                .webhook_secret(empty)
                .build()
                .unwrap_err(),
        ] {
            assert_eq!(error.kind(), ErrorKind::InvalidInput);
            assert_eq!(error.argument(), Some("webhook_secret"));
        }
    }
    let none: [&str; 0] = [];
    assert_eq!(
        Verifier::new(none).unwrap_err().argument(),
        Some("webhook_secret")
    );
}

#[test]
fn the_client_verifies_with_its_secrets() {
    let body = CREATED.as_bytes();
    let client = |secrets: &[&str]| {
        let builder = ImageKit::builder();
        let builder = secrets
            .iter()
            .fold(builder, |builder, secret| builder.webhook_secret(*secret));
        builder.build().unwrap()
    };
    for secrets in [
        &[SECRET][..],
        &["whsec_old", SECRET],
        &[SECRET, "whsec_old"],
    ] {
        let ik = client(secrets);
        ik.webhooks()
            .verify_at(STANDARD_HEADERS, body, now())
            .unwrap();
        ik.clone()
            .webhooks()
            .verify_at(OLDER_HEADERS, body, now())
            .unwrap();
    }
    let refused = client(&["whsec_old"])
        .webhooks()
        .verify_at(STANDARD_HEADERS, body, now());
    assert!(matches!(refused, Err(VerifyError::SignatureMismatch)));
    // Without a secret, nothing is accepted, however it is signed.
    match client(&[])
        .webhooks()
        .verify_at(STANDARD_HEADERS, body, now())
        .unwrap_err()
    {
        VerifyError::Setup(error) => {
            assert_eq!(error.argument(), Some("webhook_secret"));
        }
        other => panic!("{other}"),
    }
}

/// The environment belongs to a whole process, so that each case has one.
#[test]
fn the_secret_comes_from_the_environment() {
    const CASE: &str = "IMAGEKITIO_TEST_CASE";
    let body = CREATED.as_bytes();
    if let Ok(case) = std::env::var(CASE) {
        let ik = ImageKit::from_env().unwrap();
        match case.as_str() {
            "set" => {
                ik.webhooks()
                    .verify_at(STANDARD_HEADERS, body, now())
                    .unwrap();
                let verifier = Verifier::from_env().unwrap();
                verifier.verify_at(OLDER_HEADERS, body, now()).unwrap();
            }
            _ => {
                let refused = ik.webhooks().verify_at(STANDARD_HEADERS, body, now());
                assert!(matches!(refused, Err(VerifyError::Setup(_))));
                let error = Verifier::from_env().unwrap_err();
                assert_eq!(error.argument(), Some("IMAGEKIT_WEBHOOK_SECRET"));
            }
        }
        return;
    }
    for (case, secret) in [
        ("set", Some(SECRET)),
        ("set", Some("whsec_dGVzdC1zZWNyZXQ=\n")),
        ("unset", None),
        ("unset", Some(" ")),
    ] {
        let mut child = Command::new(std::env::current_exe().unwrap());
        child
            .args([
                "--exact",
                &support::test_name(module_path!(), "the_secret_comes_from_the_environment"),
            ])
            .env_clear()
            .env("IMAGEKIT_PRIVATE_KEY", "private_key_test")
            .env(CASE, case);
        if let Some(secret) = secret {
            child.env("IMAGEKIT_WEBHOOK_SECRET", secret);
        }
        let output = child.output().unwrap();
        let shown = String::from_utf8_lossy(&output.stdout);
        assert!(
            output.status.success() && shown.contains("1 passed"),
            "{case} {secret:?}: {output:?}"
        );
    }
}

#[test]
fn nothing_shows_a_secret() {
    let body = CREATED.as_bytes();
    let ik = ImageKit::builder().webhook_secret(SECRET);
    let mut shown = vec![format!("{ik:?}"), format!("{:?}", verifier())];
    let ik = ik.build().unwrap();
    shown.push(format!("{ik:?} {:?}", ik.webhooks()));
    shown.push(format!(
        "{:?}",
        ik.webhooks().verify_at(OLDER_HEADERS, body, now()).unwrap()
    ));
    for headers in [&STANDARD_HEADERS[..2], &OLDER_HEADERS, &STANDARD_HEADERS] {
        for body in [&b"{}"[..], body] {
            for now in [now(), UNIX_EPOCH] {
                if let Err(error) = verifier().verify_at(headers.iter().copied(), body, now) {
                    shown.push(format!("{error} {error:?}"));
                }
            }
        }
    }
    for text in shown {
        for secret in ["whsec", "dGVzd", "test-secret", "lwUUWx", "33efb6"] {
            assert!(!text.contains(secret), "{text}");
        }
    }
}

#[test]
fn errors_say_what_to_do() {
    let body = CREATED.as_bytes();
    let refused = |headers: &[(&str, &str)], body: &[u8], now| {
        let headers = headers.iter().copied();
        verifier()
            .verify_at(headers, body, now)
            .unwrap_err()
            .to_string()
    };
    let ten_minutes = Duration::from_secs(600);
    for (error, expected) in [
        (
            refused(&[], body, now()),
            "the header `webhook-signature` is missing, and so is `x-ik-signature`; pass all headers of the request",
        ),
        (
            refused(&STANDARD_HEADERS[1..], body, now()),
            "the header `webhook-id` is missing, and so is `x-ik-signature`; pass all headers of the request",
        ),
        (
            refused(&[OLDER_HEADERS[0]; 2], body, now()),
            "the header `x-ik-signature` is repeated",
        ),
        (
            refused(&OLDER_HEADERS, body, now() + ten_minutes),
            "the event was signed 600 s ago",
        ),
        (
            refused(&OLDER_HEADERS, body, now() - ten_minutes),
            "the event was signed 600 s in the future; check the clock",
        ),
        (
            refused(&OLDER_HEADERS, b"{}", now()),
            "the signature does not match; pass the body as received, and the secret of this webhook",
        ),
        (
            Event::parse_unverified(b"{}").unwrap_err().to_string(),
            "the body is not a valid event: it has no `type`",
        ),
        (
            Event::parse_unverified(b"").unwrap_err().to_string(),
            "the body is not valid JSON: EOF while parsing a value at line 1 column 0",
        ),
    ] {
        assert_eq!(error, expected);
    }
}

proptest! {
    #[test]
    fn one_byte_changed_anywhere_fails(
        rest in "[ -~é]{0,40}",
        older: bool,
        at: prop::sample::Index,
        to: u8,
    ) {
        let body = json!({ "id": "evt_1", "type": "file.created", "data": rest }).to_string().into_bytes();
        let headers = if older { signed_older(&body) } else { signed(&body) };
        let mut parts: Vec<Vec<u8>> = headers.iter().map(|(_, value)| value.clone().into_bytes()).collect();
        parts.push(body);
        let verify = |parts: &[Vec<u8>]| {
            let (body, values) = parts.split_last().unwrap();
            let names = headers.iter().map(|(name, _)| name);
            verifier().verify_at(names.zip(values), body, now())
        };
        prop_assert!(verify(&parts).is_ok());
        // Which byte of which part.
        let mut at = at.index(parts.iter().map(Vec::len).sum());
        let part = parts.iter_mut().find(|part| match at.checked_sub(part.len()) {
            Some(beyond) => {
                at = beyond;
                false
            }
            None => true,
        });
        let byte = &mut part.unwrap()[at];
        prop_assume!(*byte != to);
        *byte = to;
        prop_assert!(verify(&parts).is_err());
    }

    #[test]
    fn nothing_makes_it_panic(
        headers in prop::collection::vec((
            prop::sample::select(vec!["webhook-id", "webhook-timestamp", "webhook-signature", "x-ik-signature", "other"]),
            prop::collection::vec(any::<u8>(), 0..60),
        ), 0..6),
        body in prop::collection::vec(any::<u8>(), 0..60),
    ) {
        prop_assert!(verifier().verify_at(headers, &body, now()).is_err());
        let _ = Event::parse_unverified(&body);
    }
}

// Events.

/// The sample bodies of each event in the API document.
fn documented() -> Vec<(String, Sample)> {
    let document = include_str!(concat!(env!("OUT_DIR"), "/document.json"));
    let document: Value = serde_json::from_str(document).unwrap();
    let mut all = Vec::new();
    for (name, item) in document["webhooks"].as_object().unwrap() {
        let body = &followed(&document, item)["post"]["requestBody"];
        let schema = &followed(&document, body)["content"]["application/json"]["schema"];
        for sample in samples(&document, schema) {
            all.push((name.clone(), sample));
        }
    }
    all
}

/// The name of the variant in `Debug`.
fn variant(value: &impl std::fmt::Debug) -> String {
    let debug = format!("{value:?}");
    debug.split('(').next().unwrap().to_owned()
}

#[test]
fn each_documented_event_has_a_type_that_knows_all_of_it() {
    let mut names = BTreeSet::new();
    for (name, sample) in documented() {
        let event = delivered(&sample.value);
        assert_eq!(event.event_type(), name);
        assert_eq!(event.id(), "text");
        assert_eq!(event.created_at(), Some("2026-05-04T10:20:30.456Z"));
        assert_eq!(serde_json::to_value(&event).unwrap(), sample.value);

        let generated: types::WebhookEvent = serde_json::from_value(sample.value.clone()).unwrap();
        assert_eq!(variant(event.payload()), variant(&generated), "{name}");
        let debug = format!("{:?}", event.payload());
        assert!(
            !debug.contains("extra: {\""),
            "{name} has more properties: {debug}"
        );
        // An enumeration has more values than ours.
        assert!(!debug.contains("Unknown("), "{name}: {debug}");
        names.insert(name);
    }
    assert!(names.len() >= 15, "{names:?}");
}

#[test]
fn what_an_event_may_leave_out_or_add_does_not_change_its_type() {
    for (name, sample) in documented() {
        let typed = variant(delivered(&sample.value).payload());
        for (pointer, place) in &sample.places {
            let mut body = sample.value.clone();
            let expected = match place {
                Place::Object => {
                    body.pointer_mut(pointer).unwrap()["addedLater"] = json!([null, 1e-3]);
                    "addedLater"
                }
                Place::Enum => {
                    *body.pointer_mut(pointer).unwrap() = "added later".into();
                    "added later"
                }
                Place::Optional => {
                    body.pointer_mut(pointer).unwrap().take();
                    ""
                }
                Place::Tag => continue,
            };
            let event = delivered(&body);
            let debug = format!("{:?}", event.payload());
            assert_eq!(variant(event.payload()), typed, "{name} {pointer}");
            assert!(debug.contains(expected), "{name} {pointer}: {debug}");
            assert_eq!(serde_json::to_value(&event).unwrap(), body);
            if *place == Place::Optional {
                let (parent, key) = pointer.rsplit_once('/').unwrap();
                let parent = body.pointer_mut(parent).unwrap();
                parent.as_object_mut().unwrap().remove(key).unwrap();
                let event = delivered(&body);
                assert_eq!(variant(event.payload()), typed, "{name} without {pointer}");
            }
        }
    }
}

#[test]
fn an_event_that_is_not_as_its_type_says_is_kept_whole() {
    for body in [
        json!({ "id": "e", "type": "file.created" }),
        json!({ "id": "e", "type": "file.created", "data": [] }),
        json!({ "id": "e", "type": "file.deleted", "data": {} }),
        json!({ "id": "e", "type": "file.deleted", "data": { "fileId": 7 } }),
        json!({ "id": "e", "type": "file.created", "data": { "width": "wide" } }),
        json!({ "id": "e", "type": "file.created", "data": { "tags": [1] } }),
        json!({ "id": "e", "type": "FILE.CREATED", "data": {} }),
        json!({ "id": "e", "type": "", "data": { "fileId": 7 } }),
        json!({ "type": "made.up", "created_at": 7, "id": null }),
    ] {
        let event = delivered(&body);
        assert_eq!(event.event_type(), body["type"]);
        match event.payload() {
            Payload::Unknown(whole) => assert_eq!(json!(whole), body),
            other => panic!("{other:?}"),
        }
        assert_eq!(event.as_json(), body.to_string());
    }
}

#[test]
fn an_event_is_written_as_it_was_received() {
    let json = r#"{ "type":"file.created" , "id" : "e","n":[1.0,1e2,12345678901234567890123,0.1000000000000000055],"id":"f","s":"\u00e9é" }"#;
    let body = format!("\n{json}\r\n ");
    for headers in [signed(body.as_bytes()), signed_older(body.as_bytes())] {
        let event = verifier()
            .verify_at(headers, body.as_bytes(), now())
            .unwrap()
            .event;
        assert_eq!(serde_json::to_string(&event).unwrap(), json);
        assert_eq!(event.as_json(), json);
        assert_eq!(event.id(), "f");
        let read_again = Event::parse_unverified(event.as_json().as_bytes()).unwrap();
        assert_eq!(read_again.payload(), event.payload());
    }
}

#[test]
fn an_event_without_an_id_is_known_by_its_json() {
    let id = |body: &str| {
        Event::parse_unverified(body.as_bytes())
            .unwrap()
            .id()
            .to_owned()
    };
    assert_eq!(
        id(r#"{"type":"file.created"}"#),
        // printf '{"type":"file.created"}' | sha256sum
        "20fe80e160b03c6f0a9729e14d15312d506e8819026212cdfbf50461b3602aaa"
    );
    assert_eq!(id(r#"{"type":"a"}"#), id(" {\"type\":\"a\"}\n"));
    assert_ne!(id(r#"{"type":"a"}"#), id(r#"{"type":"b"}"#));
}

#[test]
fn values_have_types() {
    let event = delivered(&json!({
        "id": "evt_1",
        "type": "video.transformation.error",
        "created_at": "2026-05-04T10:20:30.456Z",
        "request": { "x_request_id": "r", "url": "https://ik.imagekit.io/demo/a.mp4?tr=w-1" },
        "data": {
            "asset": { "url": "https://ik.imagekit.io/demo/a.mp4" },
            "transformation": {
                "type": "video-transformation",
                "options": { "quality": 50, "auto_rotate": true, "variants": ["240"], "format": "mp4" },
                "error": { "reason": "download_failed", "status": 404 },
            },
        },
    }));
    let Payload::VideoTransformationError(failed) = event.into_payload() else {
        panic!("another event");
    };
    assert_eq!(failed.request.user_agent, None);
    let transformation = failed.data.transformation;
    let options = transformation.options.unwrap();
    assert_eq!(
        options.quality.and_then(|quality| quality.as_u64()),
        Some(50)
    );
    assert_eq!(options.variants.unwrap(), ["240"]);
    let error = transformation.error.unwrap();
    assert_eq!(error.reason, VideoFailureReason::DownloadFailed);
    assert_eq!(error.extra["status"], 404);
}
