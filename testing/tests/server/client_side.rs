//! Uploads to the in-process server without the private key, as browsers and apps send them.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::account::{PRIVATE_KEY, file, read};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use imagekitio::client_auth::authentication_parameters_at;
use imagekitio_testing::Server;
use jsonwebtoken::{Algorithm, EncodingKey};
use reqwest::multipart::{Form, Part};
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};

const PUBLIC_KEY: &str = "public_fixed";

async fn start() -> Server {
    let builder = Server::builder()
        .private_key(PRIVATE_KEY)
        .public_key(PUBLIC_KEY);
    builder.start().await.unwrap()
}

/// Fields other than the file, in the order in which they are sent.
type Fields = Vec<(&'static str, String)>;

fn form(fields: &Fields) -> Form {
    fields.iter().fold(file(b"hello"), |form, (name, value)| {
        form.text(*name, value.clone())
    })
}

/// Uploads without an `Authorization` header. Returns status and body.
async fn post(server: &Server, version: &str, form: Form) -> (StatusCode, Value) {
    let url = format!("{}/api/{version}/files/upload", server.url());
    read(Client::new().post(url).multipart(form)).await
}

fn refusal(status: StatusCode, message: &str) -> (StatusCode, Value) {
    (status, crate::account::refusal(message))
}

/// The names of all files.
async fn names(server: &Server) -> Vec<Value> {
    let request = Client::new()
        .get(format!("{}/v1/files", server.url()))
        .basic_auth(PRIVATE_KEY, Some(""));
    let listing: Vec<Value> = request.send().await.unwrap().json().await.unwrap();
    listing.iter().map(|file| file["name"].clone()).collect()
}

fn now() -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    now.as_secs().try_into().unwrap()
}

/// The fields of version 1 for a file `name`, signed.
fn signed(name: &str, token: &str, expire: i64) -> Fields {
    let parameters =
        authentication_parameters_at(PRIVATE_KEY, Some(token), Some(expire), SystemTime::now())
            .unwrap();
    vec![
        ("fileName", name.to_owned()),
        ("useUniqueFileName", "false".to_owned()),
        ("publicKey", PUBLIC_KEY.to_owned()),
        ("token", parameters.token),
        ("expire", parameters.expire.to_string()),
        ("signature", parameters.signature),
    ]
}

/// `fields` with another value for one of them.
fn with(mut fields: Fields, name: &'static str, value: &str) -> Fields {
    let field = fields.iter_mut().find(|field| field.0 == name).unwrap();
    field.1 = value.to_owned();
    fields
}

fn without(mut fields: Fields, names: &[&str]) -> Fields {
    fields.retain(|(name, _)| !names.contains(name));
    fields
}

#[tokio::test]
async fn a_signature_permits_an_upload() {
    let server = start().await;
    for (name, token, expire) in [
        ("soon.txt", "one", now() + 60),
        ("late.txt", "two", now() + 3590),
    ] {
        let (status, reply) = post(&server, "v1", form(&signed(name, token, expire))).await;
        assert_eq!(status, StatusCode::OK, "{reply}");
        assert_eq!(
            json!([reply["filePath"], reply["size"]]),
            json!([format!("/{name}"), 5])
        );
    }
    assert_eq!(names(&server).await, ["soon.txt", "late.txt"]);
}

#[tokio::test]
async fn a_wrong_signature_is_refused() {
    let server = start().await;
    let expire = now() + 60;
    let good = || signed("a.txt", "token", expire);
    let wrong = "The upload field signature is not that of token and expire under the private key of this server.";
    let passed = "The time in the upload field expire has passed.";
    let ahead = "The time in the upload field expire must be less than an hour ahead.";
    let digits = "The upload field expire must be whole seconds since 1970.";
    let upper = good().pop().unwrap().1.to_uppercase();
    // The last digits of the token moved to the expiry, and a redundant sign.
    let moved = with(
        with(
            signed("a.txt", "token0", expire),
            "expire",
            &format!("0{expire}"),
        ),
        "token",
        "token",
    );
    let plus = with(
        with(
            signed("a.txt", "token+", expire),
            "expire",
            &format!("+{expire}"),
        ),
        "token",
        "token",
    );
    for (fields, message) in [
        (
            without(good(), &["publicKey", "token", "expire", "signature"]),
            "Without an Authorization header, these upload fields are required too: \
             publicKey, token, expire, signature.",
        ),
        (
            with(without(good(), &["expire"]), "token", ""),
            "Without an Authorization header, these upload fields are required too: token, expire.",
        ),
        (
            with(good(), "publicKey", "public_other"),
            "The upload field publicKey is not the public key of this server.",
        ),
        (with(good(), "token", "other"), wrong),
        (with(good(), "expire", &(expire + 1).to_string()), wrong),
        (with(good(), "expire", "soon"), wrong),
        (with(good(), "signature", &upper), wrong),
        (
            with(
                good(),
                "signature",
                "4940be9c24bac3d19ce6fd410ef44492e17e6339",
            ),
            wrong,
        ),
        (signed("a.txt", "token", now()), passed),
        (signed("a.txt", "token", 1), passed),
        (signed("a.txt", "token", now() + 3610), ahead),
        (signed("a.txt", "token", i64::MAX), ahead),
        (signed("a.txt", "token", -1), digits),
        (moved, digits),
        (plus, digits),
    ] {
        let reply = post(&server, "v1", form(&fields)).await;
        let expected = refusal(StatusCode::UNAUTHORIZED, message);
        assert_eq!(reply, expected, "{fields:?}");
    }
    assert_eq!(names(&server).await, [""; 0]);
    // None of these requests used the token up.
    let (status, reply) = post(&server, "v1", form(&good())).await;
    assert_eq!(status, StatusCode::OK, "{reply}");
}

#[tokio::test]
async fn a_signed_token_is_taken_once() {
    let server = start().await;
    let used = refusal(
        StatusCode::UNAUTHORIZED,
        "The upload field token was used before. Every upload needs a new one.",
    );
    let fields = signed("a.txt", "one", now() + 60);
    assert_eq!(
        post(&server, "v1", form(&fields)).await.0,
        StatusCode::OK,
        "new"
    );
    assert_eq!(post(&server, "v1", form(&fields)).await, used);
    let later = signed("b.txt", "one", now() + 120);
    assert_eq!(post(&server, "v1", form(&later)).await, used, "renewed");

    // The token is used up before the rest of the request is checked.
    let fields = with(
        signed("c.txt", "two", now() + 60),
        "useUniqueFileName",
        "no",
    );
    let message = "The upload field useUniqueFileName must be true or false.";
    let expected = refusal(StatusCode::BAD_REQUEST, message);
    assert_eq!(post(&server, "v1", form(&fields)).await, expected);
    let fields = with(fields, "useUniqueFileName", "false");
    assert_eq!(post(&server, "v1", form(&fields)).await, used);
    assert_eq!(names(&server).await, ["a.txt"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_uploads_with_one_token_one_succeeds() {
    let server = start().await;
    let fields = signed("a.txt", "one", now() + 60);
    let uploads = (0..20).map(|_| post(&server, "v1", form(&fields)));
    let replies = futures_util::future::join_all(uploads).await;
    let stored = replies.iter().filter(|reply| reply.0 == StatusCode::OK);
    assert_eq!(stored.count(), 1);
}

/// A JSON Web Token for this server.
fn jwt(payload: &Value) -> String {
    jwt_of(
        &json!({ "alg": "HS256", "typ": "JWT", "kid": PUBLIC_KEY }),
        payload,
        PRIVATE_KEY,
    )
}

/// A token with any header and payload. Libraries make valid ones only.
fn jwt_of(header: &Value, payload: &Value, private_key: &str) -> String {
    let [header, payload] = [header, payload].map(|part| URL_SAFE_NO_PAD.encode(part.to_string()));
    let text = format!("{header}.{payload}");
    let key = EncodingKey::from_secret(private_key.as_bytes());
    let signature = jsonwebtoken::crypto::sign(text.as_bytes(), &key, Algorithm::HS256).unwrap();
    format!("{text}.{signature}")
}

/// A payload for `fields` that is valid for a minute.
fn payload(fields: &Fields) -> Value {
    let mut payload = json!({ "iat": now(), "exp": now() + 60 });
    for (name, value) in fields {
        payload[name] = json!(value);
    }
    payload
}

fn two_fields(name: &str) -> Fields {
    vec![
        ("fileName", name.to_owned()),
        ("useUniqueFileName", "false".to_owned()),
    ]
}

#[tokio::test]
async fn a_token_permits_an_upload() {
    let server = start().await;
    let mut fields = two_fields("é.txt");
    // Compared as it was sent, not by its value.
    fields.push(("customMetadata", "{ }".to_owned()));
    fields.push(("tags", "red, ü,".to_owned()));
    let form = form(&fields).text("token", jwt(&payload(&fields)));
    let (status, reply) = post(&server, "v2", form).await;
    assert_eq!(status, StatusCode::OK, "{reply}");
    assert_eq!(
        json!([reply["filePath"], reply["size"], reply["tags"]]),
        json!(["/_.txt", 5, ["red", "ü"]])
    );

    // The file isn't in the payload when it's a URL or base64, either.
    let fields = two_fields("b.txt");
    let form = Form::new()
        .text("token", jwt(&payload(&fields)))
        .text("fileName", "b.txt")
        .text("useUniqueFileName", "false")
        .text("file", "aGVsbG8=");
    let (status, reply) = post(&server, "v2", form).await;
    assert_eq!(
        (status, &reply["size"]),
        (StatusCode::OK, &json!(5)),
        "{reply}"
    );
    assert_eq!(names(&server).await, ["_.txt", "b.txt"]);
}

#[tokio::test]
async fn a_wrong_token_is_refused() {
    let server = start().await;
    let fields = two_fields("a.txt");
    let good = payload(&fields);
    let token = jwt(&good);
    let changed = |member: &str, value: Value| {
        let mut payload = good.clone();
        payload[member] = value;
        jwt(&payload)
    };
    let lifetime = |from: i64, to: i64| {
        let mut payload = good.clone();
        payload["iat"] = json!(now() + from);
        payload["exp"] = json!(now() + to);
        jwt(&payload)
    };
    let no_jwt = "The upload field token is not a JSON Web Token.";
    let header = "The header of the token must be alg HS256, typ JWT and, as kid, the public key of this server.";
    let signature =
        "The signature of the token is not that of its text under the private key of this server.";
    let times = "The payload of the token must have iat and exp, in whole seconds since 1970.";
    let life = "In the payload of the token, exp must be 1 to 3600 seconds after iat.";
    let passed = "The time in exp of the token has passed.";
    let (rest, last) = token.rsplit_once('.').unwrap();
    let other_payload = jwt(&payload(&two_fields("b.txt")));
    let spliced = format!("{}.{last}", other_payload.rsplit_once('.').unwrap().0);
    for (token, message) in [
        (
            String::new(),
            "Without an Authorization header, these upload fields are required too: token.",
        ),
        ("token".to_owned(), no_jwt),
        (rest.to_owned(), no_jwt),
        (format!("{token}="), no_jwt),
        (format!("{rest}.+/"), no_jwt),
        (format!("{token}.{last}"), no_jwt),
        (
            jwt_of(&json!({ "alg": "HS256" }), &json!([]), PRIVATE_KEY),
            no_jwt,
        ),
        (
            jwt_of(
                &json!({ "alg": "none", "typ": "JWT", "kid": PUBLIC_KEY }),
                &good,
                PRIVATE_KEY,
            ),
            header,
        ),
        (
            jwt_of(
                &json!({ "alg": "HS256", "typ": "JWT", "kid": "public_other" }),
                &good,
                PRIVATE_KEY,
            ),
            header,
        ),
        (
            jwt_of(&json!({ "alg": "HS256", "typ": "JWT" }), &good, PRIVATE_KEY),
            header,
        ),
        (
            jwt_of(
                &json!({ "alg": "HS256", "typ": "JWT", "kid": PUBLIC_KEY }),
                &good,
                "private_other",
            ),
            signature,
        ),
        (format!("{rest}."), signature),
        (format!("{rest}.AAAA"), signature),
        (spliced, signature),
        (changed("iat", json!(null)), times),
        (changed("exp", json!("4102444800")), times),
        (changed("exp", json!(4_102_444_800.5)), times),
        (changed("exp", json!(-1)), times),
        (lifetime(0, 0), life),
        (lifetime(60, 30), life),
        (lifetime(0, 3601), life),
        (lifetime(-60, 0), passed),
        (lifetime(-3600, -1), passed),
    ] {
        let reply = post(&server, "v2", form(&fields).text("token", token.clone())).await;
        let expected = refusal(StatusCode::UNAUTHORIZED, message);
        assert_eq!(reply, expected, "{token}");
    }
    // None of these requests used the token up.
    let (status, reply) = post(&server, "v2", form(&fields).text("token", token)).await;
    assert_eq!(status, StatusCode::OK, "{reply}");
    // An hour is allowed.
    let form = form(&fields).text("token", lifetime(-60, 3540));
    assert_eq!(post(&server, "v2", form).await.0, StatusCode::OK);
}

#[tokio::test]
async fn a_token_covers_every_field_as_it_was_sent() {
    let server = start().await;
    let fields = || two_fields("a.txt");
    let form = || form(&fields());
    let with_member = |name: &str, value: Value| {
        let mut payload = payload(&fields());
        payload[name] = value;
        jwt(&payload)
    };
    // Payloads differ, because equal tokens count as one.
    for (form, token, message) in [
        (
            form().text("tags", "red"),
            jwt(&payload(&fields())),
            "The upload field tags is not in the payload of the token.",
        ),
        (
            form().text("exp", "1"),
            with_member("exp", json!(now() + 30)),
            "The upload field exp is not in the payload of the token.",
        ),
        (
            form(),
            with_member("tags", json!("red")),
            "The payload of the token has tags, but the form has no such field besides file and token.",
        ),
        (
            form(),
            with_member("file", json!("hello")),
            "The payload of the token has file, but the form has no such field besides file and token.",
        ),
        (
            form().text("tags", "red,blue"),
            with_member("tags", json!("red, blue")),
            "The upload field tags has another value in the payload of the token.",
        ),
        (
            form(),
            with_member("useUniqueFileName", json!(false)),
            "The member useUniqueFileName in the payload of the token must be a string.",
        ),
        (
            form().part("tags", Part::text("blue").file_name("blue")),
            with_member("tags", json!("blue")),
            "The field tags must be text, so its part must not have a file name.",
        ),
        // A field that both agree on must still be one that uploads have.
        (
            form().text("label", "red"),
            with_member("label", json!("red")),
            "There is no upload field label.",
        ),
    ] {
        let reply = post(&server, "v2", form.text("token", token)).await;
        assert_eq!(reply, refusal(StatusCode::BAD_REQUEST, message));
    }
    assert_eq!(names(&server).await, [""; 0]);
}

#[tokio::test]
async fn a_json_web_token_is_taken_once() {
    let server = start().await;
    let used = refusal(
        StatusCode::UNAUTHORIZED,
        "The upload field token was used before. Every upload needs a new one.",
    );
    let fields = two_fields("a.txt");
    let token = jwt(&payload(&fields));
    let upload = || post(&server, "v2", form(&fields).text("token", token.clone()));
    assert_eq!(upload().await.0, StatusCode::OK);
    assert_eq!(upload().await, used);

    // A valid token with a form that doesn't match is used up as well.
    let fields = two_fields("b.txt");
    let token = jwt(&payload(&fields));
    let form = || form(&fields).text("token", token.clone());
    let reply = post(&server, "v2", form().text("tags", "red")).await;
    assert_eq!(reply.0, StatusCode::BAD_REQUEST);
    assert_eq!(post(&server, "v2", form()).await, used);
    assert_eq!(names(&server).await, ["a.txt"]);
}

#[tokio::test]
async fn with_the_private_key_other_credentials_have_no_effect() {
    let server = start().await;
    for version in ["v1", "v2"] {
        let url = format!("{}/api/{version}/files/upload", server.url());
        let wrong = with(signed("a.txt", "one", 1), "publicKey", "public_other");
        for key in [PRIVATE_KEY, "private_other"] {
            let request = Client::new().post(&url).basic_auth(key, Some(""));
            let reply = request.multipart(form(&wrong)).send().await.unwrap();
            let expected = if key == PRIVATE_KEY {
                StatusCode::OK
            } else {
                StatusCode::UNAUTHORIZED
            };
            assert_eq!(reply.status(), expected, "{version} {key}");
        }
    }
    // None of these requests used the token up, either.
    let good = form(&signed("b.txt", "one", now() + 60));
    assert_eq!(post(&server, "v1", good).await.0, StatusCode::OK);
}

#[tokio::test]
async fn each_version_takes_its_own_credentials() {
    let server = start().await;
    let fields = signed("a.txt", "one", now() + 60);
    let reply = post(&server, "v2", form(&fields)).await;
    let message = "The upload field token is not a JSON Web Token.";
    assert_eq!(reply, refusal(StatusCode::UNAUTHORIZED, message));

    let fields = two_fields("a.txt");
    let form = form(&fields).text("token", jwt(&payload(&fields)));
    let message = "Without an Authorization header, these upload fields are required too: publicKey, expire, signature.";
    assert_eq!(
        post(&server, "v1", form).await,
        refusal(StatusCode::UNAUTHORIZED, message)
    );
}
