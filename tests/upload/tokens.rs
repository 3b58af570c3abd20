//! Tokens for uploads by others: as another library verifies them, and what an upload with one
//! sends.

use std::collections::{BTreeMap, HashSet};
use std::time::{Duration, SystemTime};

use imagekitio::client_auth::{AuthenticationParameters, UploadToken, UploadTokenBuilder};
use imagekitio::types::FieldSchema;
use imagekitio::upload::UploadRequest;
use imagekitio::{ErrorKind, ImageKit, UploadSource};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode_header};
use serde_json::{Map, Value, json};
use support::uploads::{
    KEY, LARGE, MIB, client, content, file, hello, in_process, parts, quick, text,
};
use support::{STORED, Scripted, Step, nowhere, soon};

const PUBLIC: &str = "public_key_test";
/// Seconds since 1970.
const NOW: u64 = 1_700_000_000;

fn now() -> SystemTime {
    after(Duration::ZERO)
}

fn after(time: Duration) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(NOW) + time
}

/// A client of somebody who signs.
fn signing() -> ImageKit {
    ImageKit::builder()
        .private_key(KEY)
        .public_key(PUBLIC)
        .build()
        .unwrap()
}

/// The payload of a token that this key signed, whatever its times.
fn decode(token: &str, key: &str) -> jsonwebtoken::errors::Result<Map<String, Value>> {
    let mut validation = Validation::new(Algorithm::HS256);
    validation.validate_exp = false;
    let key = DecodingKey::from_secret(key.as_bytes());
    jsonwebtoken::decode(token, &key, &validation).map(|token| token.claims)
}

/// The payload that a token of these fields has.
fn payload(fields: &BTreeMap<String, String>, iat: u64, exp: u64) -> Map<String, Value> {
    let mut payload: Map<_, _> = fields
        .iter()
        .map(|(name, value)| (name.clone(), json!(value)))
        .collect();
    payload.insert("iat".to_owned(), json!(iat));
    payload.insert("exp".to_owned(), json!(exp));
    payload
}

fn texts<const N: usize>(fields: [(&str, &str); N]) -> BTreeMap<String, String> {
    fields
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

// What a token is.

type Setter = for<'a> fn(UploadTokenBuilder<'a>) -> UploadTokenBuilder<'a>;

/// Every field with a setter, its name, and the text that is signed.
fn fields() -> Vec<(Setter, &'static str, &'static str)> {
    fields!()
}

#[test]
fn each_field_is_signed_as_the_text_that_an_upload_sends() {
    let ik = signing();
    for (set, name, value) in fields() {
        let signed = set(ik.upload_token("a.txt")).build_at(now()).unwrap();
        let expected = texts([("fileName", "a.txt"), (name, value)]);
        assert_eq!(signed.fields, expected);
        assert_eq!(
            decode(&signed.token, KEY).unwrap(),
            payload(&expected, NOW, NOW + 1800)
        );
    }
}

#[test]
fn all_fields_go_into_one_token() {
    let ik = signing();
    let mut builder = ik.upload_token("a.txt");
    let mut names = HashSet::from(["fileName"]);
    for (set, name, _) in fields() {
        builder = set(builder);
        names.insert(name);
    }
    let signed = builder.build_at(now()).unwrap();
    assert_eq!(
        signed
            .fields
            .keys()
            .map(String::as_str)
            .collect::<HashSet<_>>(),
        names
    );
    assert_eq!(
        decode(&signed.token, KEY).unwrap(),
        payload(&signed.fields, NOW, NOW + 1800)
    );
}

#[test]
fn a_text_of_any_kind_is_signed_as_it_is() {
    let ik = signing();
    let long = "ü\"\n".repeat(10_000);
    for value in [
        "",
        " ",
        "größe 日本 😀",
        "\"quoted\" \\ and / slashed",
        "two\r\nlines\tand \0 \u{7f} \u{2028}",
        r#"{"a":"\u0041"}"#,
        "a.b.c",
        &long,
    ] {
        let name = format!("n{value}");
        let signed = ik
            .upload_token(&name)
            .description(value)
            .set(&name, value)
            .build_at(now())
            .unwrap();
        let expected = texts([("fileName", &name), ("description", value), (&name, value)]);
        assert_eq!(signed.fields, expected);
        assert_eq!(
            decode(&signed.token, KEY).unwrap(),
            payload(&expected, NOW, NOW + 1800)
        );
    }
}

#[test]
fn the_header_names_the_algorithm_the_type_and_the_public_key_and_nothing_else() {
    for public_key in [PUBLIC, "other \"key\" ü"] {
        let ik = ImageKit::builder()
            .private_key(KEY)
            .public_key(public_key)
            .build()
            .unwrap();
        let signed = ik.upload_token("a.txt").build().unwrap();
        let mut expected = Header::new(Algorithm::HS256);
        expected.typ = Some("JWT".to_owned());
        expected.kid = Some(public_key.to_owned());
        assert_eq!(decode_header(&signed.token).unwrap(), expected);
    }
}

#[test]
fn a_token_is_valid_with_the_private_key_and_unchanged_only() {
    let ik = signing();
    let signed = ik.upload_token("a.txt").build_at(now()).unwrap();
    let other = ik.upload_token("b.txt").build_at(now()).unwrap();
    decode(&signed.token, KEY).unwrap();
    for key in [PUBLIC, "", "private_key_tesu"] {
        decode(&signed.token, key).unwrap_err();
    }
    let pieces = |token: &UploadToken| -> [String; 3] {
        let pieces: Vec<_> = token.token.split('.').map(str::to_owned).collect();
        pieces.try_into().unwrap()
    };
    let ([header, _, signature], [_, changed, _]) = (pieces(&signed), pieces(&other));
    decode(&format!("{header}.{changed}.{signature}"), KEY).unwrap_err();
}

#[test]
fn no_two_tokens_are_the_same_and_all_say_the_same() {
    let ik = signing();
    let expected = texts([("fileName", "a.txt"), ("folder", "/x")]);
    let expected = payload(&expected, NOW, NOW + 1800);
    let mut tokens = HashSet::new();
    for _ in 0..1000 {
        let signed = ik
            .upload_token("a.txt")
            .folder("/x")
            .build_at(now())
            .unwrap();
        assert_eq!(decode(&signed.token, KEY).unwrap(), expected);
        tokens.insert(signed.token);
    }
    assert_eq!(tokens.len(), 1000);
}

// When it is valid.

type Expiry = for<'a> fn(UploadTokenBuilder<'a>) -> UploadTokenBuilder<'a>;

const SECOND: Duration = Duration::from_secs(1);
const HOUR: Duration = Duration::from_secs(3600);

#[test]
fn a_token_is_valid_for_half_an_hour_or_its_given_lifetime() {
    let cases: [(Expiry, u64); 9] = [
        (|t| t, 1800),
        (|t| t.expires_in(SECOND), 1),
        (|t| t.expires_in(Duration::from_millis(1999)), 1),
        (|t| t.expires_in(HOUR), 3600),
        (|t| t.expires_at(after(SECOND)), 1),
        (|t| t.expires_at(after(HOUR)), 3600),
        (|t| t.expires_at(after(HOUR + SECOND / 2)), 3600),
        (|t| t.expires_at(after(SECOND)).expires_in(2 * SECOND), 2),
        (|t| t.expires_in(SECOND).expires_at(after(2 * SECOND)), 2),
    ];
    let ik = signing();
    for (set, lifetime) in cases {
        for fraction in [Duration::ZERO, Duration::from_millis(999)] {
            let signed = set(ik.upload_token("a.txt"))
                .build_at(after(fraction))
                .unwrap();
            let expected = payload(&texts([("fileName", "a.txt")]), NOW, NOW + lifetime);
            assert_eq!(decode(&signed.token, KEY).unwrap(), expected);
        }
    }
}

#[test]
fn a_token_is_made_now_if_nothing_else_is_said() {
    let now = jsonwebtoken::get_current_timestamp;
    let before = now();
    let signed = signing().upload_token("a.txt").build().unwrap();
    let payload = decode(&signed.token, KEY).unwrap();
    let iat = payload["iat"].as_u64().unwrap();
    assert!((before..=now()).contains(&iat), "{iat}");
    assert_eq!(payload["exp"].as_u64(), Some(iat + 1800));
}

#[test]
fn an_expiry_that_is_not_ahead_or_more_than_an_hour_ahead_is_refused() {
    let cases: [(Expiry, &str, u64); 8] = [
        (|t| t.expires_in(Duration::ZERO), "expires_in", 0),
        (|t| t.expires_in(SECOND / 2), "expires_in", 0),
        (|t| t.expires_in(HOUR + SECOND), "expires_in", 3601),
        (|t| t.expires_in(Duration::MAX), "expires_in", u64::MAX),
        (|t| t.expires_at(now()), "expires_at", 0),
        (|t| t.expires_at(now() - SECOND), "expires_at", 0),
        (|t| t.expires_at(SystemTime::UNIX_EPOCH), "expires_at", 0),
        (|t| t.expires_at(after(HOUR + SECOND)), "expires_at", 3601),
    ];
    let ik = signing();
    for (set, option, seconds) in cases {
        let error = set(ik.upload_token("a.txt")).build_at(now()).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!(
                "{option}: {seconds} seconds from now is not allowed; ImageKit takes 1 to 3600"
            )
        );
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert_eq!(error.argument(), Some(option));
    }
}

// What is refused.

#[test]
fn bad_input_makes_no_token() {
    let ik = signing();
    let without_private = ImageKit::builder().public_key(PUBLIC).build().unwrap();
    let without_public = ImageKit::builder().private_key(KEY).build().unwrap();
    let token = || ik.upload_token("a.txt");
    let cases = [
        (
            without_private.upload_token("a.txt"),
            "private_key: an upload token needs the private key; give it to the client",
        ),
        (
            without_public.upload_token("a.txt"),
            "public_key: an upload token needs the public key; give it to the client",
        ),
        (
            ik.upload_token(""),
            "file_name: is empty; give the name of the file",
        ),
        (
            token().set("exp", "1"),
            "set: `exp` is not a valid field: it is a claim of the token; use `expires_in`",
        ),
        (
            token().set("iat", "1"),
            "set: `iat` is not a valid field: it is a claim of the token; use `expires_in`",
        ),
        (
            token().set("token", "x"),
            "set: `token` is set by authentication, token or signed",
        ),
        (
            token().set("file", "x"),
            "set: `file` is set by UploadSource",
        ),
        (
            token().set("fileName", "x"),
            "set: `fileName` is set by file_name or upload_token",
        ),
        (
            token().set("signature", "x"),
            "set: `signature` is set by authentication",
        ),
        (
            token().set("expire", "x"),
            "set: `expire` is set by authentication",
        ),
        (
            token().set("publicKey", "x"),
            "set: `publicKey` is set by authentication",
        ),
        (
            token().set("", "x"),
            "set: the name of the field is empty; give the name of a form field",
        ),
        (
            token().tags(["a,b"]),
            "tags: `a,b` is not a valid tag of an upload: it contains `,`; leave the character out",
        ),
        (
            token().tags(["50%"]),
            "tags: `50%` is not a valid tag: it contains `%`; leave the character out",
        ),
        (
            token().tags(["a", ""]),
            "tags: one of the tags is empty; leave it out",
        ),
        (
            token().tags(["1234567890"; 51]),
            "tags: has 510 characters in all; at most 500 are allowed: give fewer or shorter tags",
        ),
    ];
    for (builder, message) in cases {
        let error = builder.build_at(now()).unwrap_err();
        assert_eq!(error.to_string(), message);
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert_eq!(error.argument(), message.split(':').next());
    }
}

// How it travels.

#[test]
fn a_token_is_json_of_token_and_fields() {
    let signed = signing()
        .upload_token("größe \"x\".txt")
        .tags(["a", "b"])
        .build()
        .unwrap();
    let written = serde_json::to_value(&signed).unwrap();
    assert_eq!(
        written,
        json!({"token": signed.token, "fields": {"fileName": "größe \"x\".txt", "tags": "a,b"}})
    );
    let read: UploadToken = serde_json::from_str(&written.to_string()).unwrap();
    assert_eq!(read, signed);
}

#[test]
fn neither_token_nor_key_is_printed() {
    let ik = signing();
    let builder = ik.upload_token("a.txt").folder("/x");
    let shown_builder = format!("{builder:?}");
    let signed = builder.build().unwrap();
    let shown = format!("{signed:?}");
    assert_eq!(
        shown,
        r#"UploadToken { token: [redacted], fields: {"fileName": "a.txt", "folder": "/x"} }"#
    );
    let upload = format!("{:?}", ik.upload_v2(hello()).signed(signed.clone()));
    for shown in [shown_builder, shown, upload] {
        for secret in [KEY, &signed.token] {
            assert!(!shown.contains(secret), "{shown}");
        }
    }
}

// What is sent.

#[tokio::test]
async fn an_upload_sends_what_was_signed_the_token_and_the_file_and_nothing_else() {
    let ik = signing();
    let mut builder = ik.upload_token("b.txt");
    for (set, _, _) in fields() {
        builder = set(builder);
    }
    for with_key in [false, true] {
        let server = Scripted::start([STORED]).await;
        let sender = match with_key {
            true => server.client(),
            false => server.keyless(),
        };
        let signed = builder.clone().build().unwrap();
        // As it comes from the server that signs.
        let signed: UploadToken =
            serde_json::from_str(&serde_json::to_string(&signed).unwrap()).unwrap();
        let reply = sender
            .upload_v2(hello())
            .signed(signed.clone())
            .await
            .unwrap();
        assert_eq!(reply.file().unwrap().file_id, "f1");

        let request = server.request();
        assert_eq!(request.line, "POST /api/v2/files/upload");
        assert_eq!(request.header("authorization"), None);
        let mut sent = request.parts().await;
        assert_eq!(
            sent.remove("file"),
            Some(file("b.txt", "text/plain", "hello"))
        );
        let token = sent.remove("token").unwrap();
        assert_eq!(token, text(signed.token));
        // Its times are checked, too.
        let mut validation = Validation::new(Algorithm::HS256);
        validation.leeway = 0;
        let key = DecodingKey::from_secret(KEY.as_bytes());
        let mut payload =
            jsonwebtoken::decode::<Map<String, Value>>(&token.bytes, &key, &validation)
                .unwrap()
                .claims;
        for time in ["iat", "exp"] {
            assert!(payload.remove(time).unwrap().is_u64());
        }
        let payload: BTreeMap<_, _> = payload
            .into_iter()
            .map(|(name, value)| (name, text(value.as_str().unwrap())))
            .collect();
        assert_eq!(sent, payload);
    }
}

#[tokio::test]
async fn what_was_signed_may_be_said_again() {
    let signed = signing()
        .upload_token("b.jpg")
        .folder("/x")
        .build()
        .unwrap();
    let jwt = signed.token.clone();
    let as_signed: [fn(UploadRequest, UploadToken) -> UploadRequest; 4] = [
        // The name of the source is not that of the file.
        |r, signed| r.signed(signed),
        |r, signed| r.signed(signed).file_name("b.jpg"),
        |r, signed| r.folder("/x").signed(signed),
        |r, signed| r.token(signed.token).folder("/x").file_name("b.jpg"),
    ];
    for set in as_signed {
        let server = Scripted::start([STORED]).await;
        set(server.keyless().upload_v2(hello()), signed.clone())
            .await
            .unwrap();
        let expected = parts([
            ("fileName", text("b.jpg")),
            ("folder", text("/x")),
            ("token", text(&jwt)),
            ("file", file("b.jpg", "image/jpeg", "hello")),
        ]);
        assert_eq!(server.request().parts().await, expected);
    }
}

#[tokio::test]
async fn a_source_that_stands_for_a_file_is_sent_with_a_token() {
    let signed = signing().upload_token("b.jpg").build().unwrap();
    let server = Scripted::start([STORED]).await;
    server
        .keyless()
        .upload_v2(UploadSource::url("https://a.b/"))
        .signed(signed.clone())
        .await
        .unwrap();
    let expected = parts([
        ("fileName", text("b.jpg")),
        ("token", text(signed.token)),
        ("file", text("https://a.b/")),
    ]);
    assert_eq!(server.request().parts().await, expected);
}

#[tokio::test]
async fn tags_may_be_overwritten_though_the_name_is_made_unique() {
    let signed = signing()
        .upload_token("a.txt")
        .overwrite_tags(true)
        .use_unique_file_name(true)
        .build()
        .unwrap();
    let server = Scripted::start([STORED]).await;
    server
        .keyless()
        .upload_v2(hello())
        .signed(signed.clone())
        .await
        .unwrap();
    let expected = parts([
        ("fileName", text("a.txt")),
        ("overwriteTags", text("true")),
        ("useUniqueFileName", text("true")),
        ("token", text(signed.token)),
        ("file", file("a.txt", "text/plain", "hello")),
    ]);
    assert_eq!(server.request().parts().await, expected);
}

#[tokio::test]
async fn an_upload_that_differs_from_its_token_is_refused() {
    let signed = signing()
        .upload_token("a.txt")
        .folder("/x")
        .tags(["a", "b"])
        .build()
        .unwrap();
    type Change = fn(UploadRequest) -> UploadRequest;
    let changes: [(Change, &str, &str); 9] = [
        (|r| r.description("d"), "doesn't sign", "description"),
        (|r| r.set("newField", "1"), "doesn't sign", "newField"),
        (|r| r.is_published(true), "doesn't sign", "isPublished"),
        // Its times are no fields.
        (|r| r.set("exp", "1"), "doesn't sign", "exp"),
        (|r| r.set("iat", "1"), "doesn't sign", "iat"),
        (|r| r.folder("/x/"), "signs another value of", "folder"),
        (|r| r.tags(["b", "a"]), "signs another value of", "tags"),
        (|r| r.set("tags", ""), "signs another value of", "tags"),
        (
            |r| r.file_name("b.txt"),
            "signs another value of",
            "fileName",
        ),
    ];
    let server = Scripted::start([STORED]).await;
    let ik = server.keyless();
    let refused = |option: &'static str,
                   what: &'static str,
                   name: &'static str,
                   upload: UploadRequest| async move {
        let error = upload.await.unwrap_err();
        assert_eq!(
            error.to_string(),
            format!(
                "{option}: the token {what} the field `{name}`; leave the field out, or make a token with it"
            )
        );
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert_eq!((error.attempts(), error.may_have_been_sent()), (0, false));
    };
    for (change, what, name) in changes {
        let upload = change(ik.upload_v2(hello()).signed(signed.clone()));
        refused("signed", what, name, upload).await;
        let upload = ik.upload_v2(hello()).folder("/x").tags(["a", "b"]);
        let upload = change(upload.token(&signed.token));
        refused("token", what, name, upload).await;
    }
    // The name of the source, where nothing else gives the name.
    let upload = ik.upload_v2(UploadSource::bytes("b.txt", "hello"));
    let upload = upload.token(&signed.token);
    refused("token", "signs another value of", "fileName", upload).await;
    // Fields that were changed on the way.
    let mut changed = signed.clone();
    changed.fields.insert("folder".to_owned(), "/y".to_owned());
    let upload = ik.upload_v2(hello()).signed(changed);
    refused("signed", "signs another value of", "folder", upload).await;
    let mut changed = signed.clone();
    changed.fields.insert("checks".to_owned(), String::new());
    let upload = ik.upload_v2(hello()).signed(changed);
    refused("signed", "doesn't sign", "checks", upload).await;
    // Beside a token that can't be read.
    let mut unreadable = signed;
    unreadable.token = "unreadable".to_owned();
    let upload = ik.upload_v2(hello()).signed(unreadable).description("new");
    refused("signed", "doesn't sign", "description", upload).await;
    assert_eq!(server.counts(), (0, 0));
}

/// What such a token is worth is for the server to judge.
#[tokio::test]
async fn a_token_of_another_kind_is_sent_as_it_is() {
    let made = |claims: Value| {
        let key = EncodingKey::from_secret(b"another key");
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &key).unwrap()
    };
    let tokens = [
        "t".to_owned(),
        "a.b.c".to_owned(),
        "..".to_owned(),
        "a.%%%.c".to_owned(),
        // `no JSON` in base64.
        "a.bm8gSlNPTg.c".to_owned(),
        made(json!(["fileName"])),
        made(json!({"fileName": "a.txt", "isPublished": "true"})),
        // Another server may sign values that are no texts.
        made(json!({"fileName": "a.txt", "isPublished": true, "exp": 1})),
    ];
    for token in tokens {
        let server = Scripted::start([STORED]).await;
        server
            .keyless()
            .upload_v2(hello())
            .is_published(true)
            .token(&token)
            .await
            .unwrap();
        let expected = parts([
            ("fileName", text("a.txt")),
            ("isPublished", text("true")),
            ("token", text(&token)),
            ("file", file("a.txt", "text/plain", "hello")),
        ]);
        assert_eq!(server.request().parts().await, expected);
    }
}

#[tokio::test]
async fn what_does_not_go_together_is_refused() {
    let signer = signing();
    let signed = signer.upload_token("a.txt").build().unwrap();
    let mut without_token = signed.clone();
    without_token.token.clear();
    let parameters: AuthenticationParameters = signer.authentication_parameters().build().unwrap();
    let server = Scripted::start([STORED]).await;
    let ik = server.keyless();
    let cases = [
        (
            ik.upload_v2(hello()).signed(signed.clone()).token("t"),
            "token: `signed` also has a token; leave one of them out",
        ),
        (
            ik.upload_v2(hello())
                .token(&signed.token)
                .signed(signed.clone()),
            "token: `signed` also has a token; leave one of them out",
        ),
        (
            ik.upload(hello()).signed(signed.clone()),
            "signed: a JSON Web Token is only valid for version 2 of the upload API; use ImageKit::upload_v2, or give a \
             signature to `authentication`",
        ),
        (
            ik.upload(hello())
                .signed(signed.clone())
                .authentication(parameters.clone(), PUBLIC),
            "signed: a JSON Web Token is only valid for version 2 of the upload API; use ImageKit::upload_v2, or give a \
             signature to `authentication`",
        ),
        (
            ik.upload_v2(hello())
                .signed(signed.clone())
                .authentication(parameters, PUBLIC),
            "authentication: a signature is only valid for version 1 of the upload API; use ImageKit::upload, or give a JSON \
             Web Token to `token`",
        ),
        (
            ik.upload_v2(hello()).signed(without_token),
            "signed: is empty; give the JSON Web Token from your server",
        ),
    ];
    for (upload, message) in cases {
        let error = upload.await.unwrap_err();
        assert_eq!(error.to_string(), message);
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(!error.may_have_been_sent());
    }
    assert_eq!(server.counts(), (0, 0));
}

// What is repeated.

#[tokio::test]
async fn a_token_is_sent_once() {
    let signed = signing().upload_token("a.txt").build().unwrap();
    let large = UploadSource::bytes("a.txt", content(LARGE));
    let cases = [
        (Step::Answer("429 x", "{}"), hello(), ErrorKind::RateLimited),
        (Step::Answer("503 x", "{}"), hello(), ErrorKind::Server),
        (Step::HangUp, hello(), ErrorKind::Connection),
        (Step::Cut(0), hello(), ErrorKind::Connection),
        (Step::Cut(100), hello(), ErrorKind::Connection),
        (Step::Cut(MIB), large, ErrorKind::Connection),
    ];
    for (step, source, kind) in cases {
        let server = Scripted::start([step.clone(), STORED]).await;
        let upload = server
            .keyless()
            .upload_v2(source)
            .signed(signed.clone())
            .retry(quick().repeat_unsafe(true));
        let error = soon(upload).await.unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (kind, 1), "{step:?}");
        server.final_counts(1).await;
        assert_eq!(server.begun(), 1, "{step:?}");
    }
}

#[tokio::test]
async fn a_token_that_was_not_sent_is_tried_again() {
    let (url, _socket) = nowhere();
    let signed = signing().upload_token("a.txt").build().unwrap();
    let upload = client(&url, quick()).upload_v2(hello()).signed(signed);
    let error = soon(upload).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Connection, 3));
    assert!(!error.may_have_been_sent());
}

// With a server that verifies.

#[tokio::test]
async fn what_one_client_signs_another_uploads_once() {
    let (server, signing) = in_process().await;
    let keyless = ImageKit::builder().base_url(server.url()).build().unwrap();
    let fields = signing.custom_metadata_fields();
    let brand = fields.create("brand", "Brand", FieldSchema::text());
    brand.await.unwrap();

    let signed = signing
        .upload_token("ü b.txt")
        .folder("/signed")
        .tags(["x", "y"])
        .use_unique_file_name(false)
        .custom_metadata(json!({"brand": "ü\n"}).as_object().unwrap().clone())
        .build()
        .unwrap();
    let upload = || keyless.upload_v2(hello()).signed(signed.clone());
    let file = upload().await.unwrap().into_file().unwrap();
    assert_eq!(file.file_path, "/signed/__b.txt");
    assert_eq!(file.tags, Some(vec!["x".to_owned(), "y".to_owned()]));
    assert_eq!(upload().await.unwrap_err().kind(), ErrorKind::Unauthorized);

    let parameters = signing.authentication_parameters().build().unwrap();
    let upload = || {
        let upload = keyless.upload(hello()).folder("/parameters");
        upload.authentication(parameters.clone(), server.public_key())
    };
    upload().await.unwrap();
    assert_eq!(upload().await.unwrap_err().kind(), ErrorKind::Unauthorized);
    assert_eq!(signing.assets().list().await.unwrap().len(), 2);
}
