//! Keys, tokens, signatures and passwords show neither in `Debug` nor in errors nor in logs.

use std::error::Error as _;
use std::fmt::Debug;
use std::time::Duration;

use imagekitio::api::files::BulkOutcome;
use imagekitio::raw::types::{ApiErrorBody, FileUploadV1, OriginRequest, OriginResponse, Webhook};
use imagekitio::raw::{self, operations};
use imagekitio::types::FieldSchema;
use imagekitio::types::{
    AkeneoPimOrigin, AzureBlobOrigin, CloudinaryBackupOrigin, GcsOrigin, RemoveBg,
    S3CompatibleOrigin, S3Origin, WebFolderOrigin, WebhookEventType, required,
};
use imagekitio::url::Picture;
use imagekitio::{Error, ErrorKind, ImageKit, RetryPolicy, Transformation, UploadSource};
use serde_json::{Value, json};
use support::calls::{Call, call};
use support::{Scripted, json as reply, reply as bare};

/// Part of every secret, and of nothing else.
const PLANTED: &str = "planted";

/// Base64 of the private key with a colon.
const BASIC: &str = "cHJpdmF0ZV9wbGFudGVkOg==";

fn client(base_url: &str) -> ImageKit {
    ImageKit::builder()
        .private_key("private_planted")
        .public_key("public_key")
        .url_endpoint("https://ik.imagekit.io/demo")
        .base_url(base_url)
        .header("x-tenant", "tenant planted-tenant")
        .retry(RetryPolicy::none())
        .build()
        .unwrap()
}

/// All ways in which a value can be printed, without what is planted.
#[track_caller]
fn assert_hidden(value: &(impl Debug + ?Sized)) {
    assert_clean(&format!("{value:?} {value:#?}"));
}

#[track_caller]
fn assert_clean(text: &str) {
    for secret in [PLANTED, BASIC] {
        assert!(!text.contains(secret), "{text}");
    }
}

#[track_caller]
fn assert_error_hidden(error: &Error) {
    let mut text = format!("{error} {error:?} {error:#?}");
    let mut source = error.source();
    while let Some(error) = source {
        text.push_str(&format!(" {error} {error:?}"));
        source = error.source();
    }
    assert_clean(&text);
}

fn s3() -> required::S3Origin {
    required::S3Origin {
        name: "n".to_owned(),
        bucket: "b".to_owned(),
        access_key: "planted-a".to_owned(),
        secret_key: "planted-s".to_owned(),
    }
}

fn origins() -> Vec<OriginRequest> {
    let mut newer = S3Origin::new(s3());
    newer
        .extra
        .insert("sessionToken".to_owned(), json!("planted-t"));
    vec![
        S3Origin::new(s3()).into(),
        newer.into(),
        S3CompatibleOrigin::new(required::S3CompatibleOrigin {
            name: "n".to_owned(),
            bucket: "b".to_owned(),
            access_key: "planted-a".to_owned(),
            secret_key: "planted-s".to_owned(),
            endpoint: "https://u:planted@s3.example.com?k=planted".to_owned(),
        })
        .into(),
        CloudinaryBackupOrigin::new(required::CloudinaryBackupOrigin {
            name: "n".to_owned(),
            bucket: "b".to_owned(),
            access_key: "planted-a".to_owned(),
            secret_key: "planted-s".to_owned(),
        })
        .into(),
        GcsOrigin::new(required::GcsOrigin {
            name: "n".to_owned(),
            bucket: "b".to_owned(),
            client_email: "a@b.example.com".to_owned(),
            private_key: "-----BEGIN\nplanted-k\n-----END".to_owned(),
        })
        .into(),
        AzureBlobOrigin::new(required::AzureBlobOrigin {
            name: "n".to_owned(),
            container: "c".to_owned(),
            account_name: "a".to_owned(),
            sas_token: "planted-sas".to_owned(),
        })
        .into(),
        AkeneoPimOrigin::new(required::AkeneoPimOrigin {
            name: "n".to_owned(),
            base_url: "https://a.example.com".to_owned(),
            client_id: "planted-i".to_owned(),
            client_secret: "planted-c".to_owned(),
            username: "planted-u".to_owned(),
            password: "planted-p".to_owned(),
        })
        .into(),
        WebFolderOrigin::new(required::WebFolderOrigin {
            name: "n".to_owned(),
            base_url: "https://u:planted@a.example.com/b".to_owned(),
        })
        .into(),
        OriginRequest::Unknown(json!({"type": "NEW", "name": "n", "key": "planted"})),
    ]
}

fn webhook() -> Value {
    json!({
        "id": "w1", "endpoint": "https://a.example.com/hook?token=planted", "events": ["file.created"], "enabled": true,
        "secret": "whsec_planted", "oldSecret": "whsec_planted_old", "nested": {"a": ["planted"]},
        "createdAt": "2026-05-04T10:20:30Z", "updatedAt": "2026-05-04T10:20:30Z",
    })
}

fn many(
    request: impl IntoFuture<Output = Result<BulkOutcome, Error>, IntoFuture: Send + 'static>,
) -> Call {
    let request = request.into_future();
    Box::pin(async move { request.await?.into_result().map(|_| ()) })
}

fn source() -> UploadSource {
    UploadSource::url("https://user:planted%40p@a.example.com/a.jpg?sig=planted-sig&v=1#planted")
}

/// Uploads with each kind of credentials, of a file behind a signed URL.
fn uploads(ik: &ImageKit) -> Vec<Call> {
    let parameters = ik
        .authentication_parameters()
        .token("planted-token")
        .build()
        .unwrap();
    let signed = ik
        .upload_token("a.jpg")
        .webhook_url("https://a.b/?t=planted")
        .build()
        .unwrap();
    vec![
        call(ik.upload(source())),
        call(ik.upload(source()).authentication(parameters, "public_key")),
        call(ik.upload_v2(source())),
        call(ik.upload_v2(source()).file_name("a.jpg").signed(signed)),
        call(ik.upload_v2(source()).token("a.planted-token.c")),
    ]
}

/// Every operation that has no secrets beside those of every request, with uploads that have no
/// others either.
fn plain(ik: &ImageKit) -> Vec<Call> {
    let (files, versions, folders) = (ik.files(), ik.files().versions("f1"), ik.folders());
    let (fields, named) = (ik.custom_metadata_fields(), ik.named_transformations());
    let (extensions, accounts) = (ik.saved_extensions(), ik.accounts());
    let endpoints = accounts.url_endpoints();
    let url = "https://ik.imagekit.io/demo/a.jpg?ik-t=1&ik-s=planted";
    vec![
        call(ik.upload(UploadSource::bytes("a.jpg", "x"))),
        call(ik.upload_v2(UploadSource::bytes("a.jpg", "x"))),
        call(ik.assets().list()),
        call(files.get("f1")),
        call(files.update("f1").tags(["a"])),
        call(files.copy("/a", "/b")),
        call(files.move_to("/a", "/b")),
        call(files.rename("/a", "b")),
        call(files.delete("f1")),
        call(versions.list()),
        call(versions.get("v1")),
        call(versions.restore("v1")),
        call(versions.delete("v1")),
        call(files.metadata("f1")),
        call(files.metadata_from_url(url)),
        many(files.add_tags(["f1"], ["a"])),
        many(files.remove_tags(["f1"], ["a"])),
        many(files.remove_ai_tags(["f1"], ["a"])),
        many(files.delete_many(["f1"])),
        call(folders.create("a", "/")),
        call(folders.copy("/a", "/b")),
        call(folders.move_to("/a", "/b")),
        call(folders.rename("/a", "b")),
        call(folders.delete("/a")),
        call(folders.job("j1")),
        call(ik.cache().purge(url)),
        call(ik.cache().status("p1")),
        call(fields.create("a", "A", FieldSchema::number())),
        call(fields.list()),
        call(fields.update("m1").label("A")),
        call(fields.delete("m1")),
        call(extensions.list()),
        call(extensions.create("a", "A", RemoveBg::new())),
        call(extensions.get("e1")),
        call(extensions.update("e1").config(RemoveBg::new())),
        call(extensions.delete("e1")),
        call(named.list()),
        call(named.create("a", Transformation::new().width(200))),
        call(named.get("n1")),
        call(named.update("n1").transformation("w-100")),
        call(named.delete("n1")),
        call(accounts.usage("2026-05-01", "2026-06-01")),
        call(accounts.usage_analytics("2026-05-01", "2026-05-31")),
        call(endpoints.list()),
        call(endpoints.create("a")),
        call(endpoints.get("u1")),
        call(endpoints.update("u1", "a")),
        call(endpoints.delete("u1")),
    ]
}

/// The operations whose requests or replies hold secrets of their own.
fn confidential(ik: &ImageKit) -> Vec<Call> {
    let (origins_, webhooks) = (ik.accounts().origins(), ik.accounts().webhooks());
    let mut calls = vec![
        call(origins_.list()),
        call(origins_.get("o1")),
        call(origins_.delete("o1")),
        call(webhooks.list()),
        call(webhooks.create(
            "https://a.example.com/hook?token=planted",
            [WebhookEventType::FileCreated],
        )),
        call(webhooks.get("w1")),
        call(webhooks.update("w1").enabled(false)),
        call(webhooks.delete("w1")),
    ];
    for origin in origins() {
        calls.push(call(origins_.create(origin.clone())));
        calls.push(call(origins_.update("o1", origin)));
    }
    calls
}

/// Runs the calls against a server that always answers like this, and returns their errors.
async fn errors(answer: Vec<u8>, calls: fn(&ImageKit) -> Vec<Call>) -> Vec<Error> {
    #[cfg(feature = "tracing")]
    crate::log::start();
    let server = Scripted::start(answer).await;
    let mut errors = Vec::new();
    for call in calls(&client(&server.url)) {
        errors.extend(call.await.err());
    }
    for error in &errors {
        assert_error_hidden(error);
        assert!(error.body().is_some_and(|body| !body.is_empty()), "{error}");
    }
    #[cfg(feature = "tracing")]
    {
        let text = crate::log::text();
        let ours = text.lines().filter(|line| line.contains("imagekit{"));
        assert!(ours.clone().count() >= errors.len());
        assert_clean(&ours.collect::<String>());
        assert_clean(&text.replace("sig=planted-sig", ""));
    }
    errors
}

/// What a server may know from any request and repeat.
const ECHO: &str = "private_planted cHJpdmF0ZV9wbGFudGVkOg== planted-tenant whole";

/// The same of an upload.
const ECHO_OF_UPLOAD: &str = "private_planted planted-token a.planted-token.c planted-sig planted@p whole: \
                              https://user:planted%40p@a.example.com/a.jpg?sig=planted-sig&v=1";

#[tokio::test]
async fn errors_of_all_operations_leave_out_what_the_server_repeats_of_the_request() {
    let mut seen = Vec::new();
    for (echo, calls) in [
        (ECHO, plain as fn(&ImageKit) -> Vec<Call>),
        (ECHO_OF_UPLOAD, uploads),
    ] {
        let told = json!({"message": echo, "help": echo, "errors": {"a": [echo]}}).to_string();
        let html = format!("<h1>{echo}</h1>");
        let text = json!(echo).to_string();
        let listed = json!([echo]).to_string();
        for (status, body) in [
            ("400 Bad Request", &told),
            ("401 Unauthorized", &told),
            ("403 Forbidden", &html),
            ("404 Not Found", &text),
            ("429 Too Many Requests", &told),
            ("500 Internal Server Error", &html),
            ("200 OK", &text),
            ("200 OK", &listed),
        ] {
            let errors = errors(reply(status, body), calls).await;
            if body == &told {
                assert!(
                    errors
                        .iter()
                        .all(|error| error.to_string().contains(" whole"))
                );
                let message = Some(echo);
                assert!(errors.iter().all(|error| error.message() == message));
            }
            let operations = errors.iter().filter_map(Error::operation);
            seen.extend(operations.map(str::to_owned));
        }
    }
    for operation in operations::ALL {
        let is_confidential =
            operation.path.contains("/origins") || operation.path.contains("/webhooks");
        assert_ne!(
            seen.iter().any(|id| id == operation.id),
            is_confidential,
            "{}",
            operation.id
        );
    }
}

#[tokio::test]
async fn errors_of_operations_with_secrets_quote_nothing() {
    let whole = webhook();
    let mut broken = webhook();
    broken["enabled"] = json!("planted");
    let mut without = webhook();
    without.as_object_mut().unwrap().remove("id");
    let refusal = json!({"message": "planted", "help": "planted", "reason": "planted", "errors": {"secretKey": "planted"},
        "secret": "planted"});
    let mut seen = Vec::new();
    for (status, body) in [
        ("400 Bad Request", refusal.to_string()),
        ("403 Forbidden", "<h1>planted</h1>".to_owned()),
        ("404 Not Found", whole.to_string()),
        ("409 Conflict", json!(["planted"]).to_string()),
        ("500 Internal Server Error", "planted".to_owned()),
        ("200 OK", broken.to_string()),
        ("200 OK", json!([broken]).to_string()),
        ("201 Created", without.to_string()),
        ("200 OK", json!([without]).to_string()),
        ("200 OK", whole.to_string().split_at(150).0.to_owned()),
        ("200 OK", json!("planted").to_string()),
        ("200 OK", "planted".to_owned()),
    ] {
        let errors = errors(reply(status, &body), confidential).await;
        for error in &errors {
            assert_eq!(error.body(), Some(body.as_bytes()));
            match status.starts_with('2') {
                true => {
                    assert_eq!(error.kind(), ErrorKind::Decode);
                    assert!(error.to_string().contains("line 1, column "), "{error}");
                }
                false => assert!(error.to_string().contains(status), "{error}"),
            }
            if status.starts_with("400") {
                assert_eq!(error.message(), Some("planted"));
                assert_eq!(error.errors(), Some(&json!({"secretKey": "planted"})));
            }
            seen.extend(error.operation().map(str::to_owned));
        }
    }
    for operation in operations::ALL {
        let is_confidential =
            operation.path.contains("/origins") || operation.path.contains("/webhooks");
        assert_eq!(
            seen.iter().any(|id| id == operation.id),
            is_confidential,
            "{}",
            operation.id
        );
    }
}

#[tokio::test]
async fn replies_with_secrets_are_printed_without_them() {
    let server = Scripted::start(reply("200 OK", &webhook().to_string())).await;
    let webhooks = client(&server.url).accounts().webhooks();
    let found = webhooks.get("w1").await.unwrap();
    assert_hidden(&found);
    assert_eq!(found.secret, "whsec_planted");
    let text = format!("{:?}", *found);
    for shown in [
        "w1",
        "https://a.example.com/hook?",
        "FileCreated",
        "oldSecret",
        "2026-05-04",
    ] {
        assert!(text.contains(shown), "{shown} in {text}");
    }

    let list = json!([webhook(), webhook()]).to_string();
    let server = Scripted::start(reply("200 OK", &list)).await;
    assert_hidden(
        &client(&server.url)
            .accounts()
            .webhooks()
            .list()
            .await
            .unwrap(),
    );

    let mut replies = vec![
        json!({"type": "NEW", "secretKey": "planted"}),
        json!({"type": 1, "a": "planted"}),
    ];
    for origin in origins() {
        let mut origin = serde_json::to_value(origin).unwrap();
        origin["id"] = json!("o1");
        replies.push(origin);
    }
    for origin in replies {
        let server = Scripted::start(reply("200 OK", &origin.to_string())).await;
        let origins = client(&server.url).accounts().origins();
        assert_hidden(&origins.get("o1").await.unwrap());
        let server = Scripted::start(reply("200 OK", &json!([origin]).to_string())).await;
        let origins = client(&server.url).accounts().origins();
        assert_hidden(&origins.list().await.unwrap());
    }
}

#[test]
fn generated_types_are_printed_without_secrets() {
    let raw = raw::Client::new("private_planted").unwrap();
    for origin in origins() {
        assert_hidden(&origin);
        assert_hidden(&raw.create_origin().body(origin.clone()));
        assert_hidden(&raw.update_origin().id("o1").body(origin.clone()));
        let shown = format!("{origin:?}");
        assert!(
            shown.contains("\"n\"") || shown.contains("Unknown"),
            "{shown}"
        );
        let value = serde_json::to_value(&origin).unwrap();
        assert!(value.to_string().contains(PLANTED), "it is still sent");
    }
    let webhook: Webhook = serde_json::from_value(webhook()).unwrap();
    assert_hidden(&webhook);
    let unknown: OriginResponse =
        serde_json::from_value(json!({"type": "x", "y": "planted"})).unwrap();
    assert_hidden(&unknown);
    let error: ApiErrorBody = serde_json::from_value(
        json!({"message": "m", "errors": {"a": "planted"}, "secret": "planted"}),
    )
    .unwrap();
    assert_hidden(&error);
    let form: FileUploadV1 = serde_json::from_value(
        json!({"file": "f", "fileName": "a.jpg", "token": "planted", "signature": "planted", "expire": 1, "publicKey": "p"}),
    )
    .unwrap();
    assert_hidden(&form);
}

#[tokio::test]
async fn clients_and_requests_are_printed_without_secrets() {
    let ik = client("https://user:planted@proxy.example.com/planted@/");
    assert_hidden(&ik);
    let builder = ImageKit::builder()
        .private_key("planted")
        .url_endpoint("https://u:planted@a.b/?c=planted")
        .base_url("https://u:planted@a.b");
    assert_hidden(&builder);
    let raw = raw::Client::builder("planted").base_url("https://u:planted@a.b");
    assert_hidden(&raw);
    let raw = raw.build().unwrap();
    assert_hidden(&raw);
    assert_hidden(&raw.get_webhook().id("w1"));
    assert_hidden(&raw.list_origins());

    let (files, accounts) = (ik.files(), ik.accounts());
    assert_hidden(&files);
    assert_hidden(&accounts);
    assert_hidden(&accounts.origins());
    let url = "https://ik.imagekit.io/demo/a.jpg?ik-t=1&ik-s=planted";
    assert_hidden(&files.metadata_from_url(url));
    assert_hidden(&ik.cache().purge(url));
    assert_hidden(
        &accounts
            .webhooks()
            .create("https://a.b/?c=planted", [WebhookEventType::FileCreated]),
    );
    assert_hidden(&s3());
    for origin in origins() {
        assert_hidden(&accounts.origins().create(origin.clone()));
        assert_hidden(&accounts.origins().update("o1", origin));
    }
    assert_hidden(&files.get("f1").header("authorization-2", "planted"));

    let parameters = ik
        .authentication_parameters()
        .token("planted")
        .build()
        .unwrap();
    let signature = parameters.signature.clone();
    assert_hidden(&parameters);
    assert!(!format!("{parameters:?}").contains(&signature));
    assert_hidden(&ik.authentication_parameters().token("planted"));
    assert_hidden(
        &ik.upload(source())
            .authentication(parameters, "p")
            .webhook_url("https://a.b/?c=planted"),
    );
    assert_hidden(&ik.upload_v2(source()).token("planted"));
    let builder = ik
        .upload_token("a.jpg")
        .webhook_url("https://a.b/?c=planted");
    assert_hidden(&builder);
    let token = builder.build().unwrap();
    assert!(!format!("{token:?}").contains(&token.token));
    assert_hidden(&token);
    assert_hidden(&source());
}

#[test]
fn urls_are_printed_without_signatures() {
    let ik = client("https://a.b");
    let url = ik.url("/a@2x.jpg").expires_in(Duration::from_secs(60));
    let signed = url.build().unwrap();
    let (_, signature) = signed.split_once("ik-s=").unwrap();
    let parsed = ik.parse(&signed).unwrap();
    let image = url.clone().responsive().build().unwrap();
    let picture = Picture::new(image.clone(), "a").source("(min-width: 1px)", image.clone());
    assert!(picture.to_string().contains("ik-s="));
    for text in [
        format!("{parsed:?} {parsed:#?}"),
        format!("{image:?} {image:#?} {picture:?}"),
        format!(
            "{:?} {:?}",
            ik.src(&signed),
            ik.src(&signed).prepare().unwrap()
        ),
        format!("{:?} {:?}", url, url.prepare().unwrap()),
        format!("{:?}", ik.url(&signed)),
        format!("{:?}", parsed.options()),
    ] {
        assert!(!text.contains(signature), "{text}");
        assert!(
            !text.contains("ik-s=") || text.contains("ik-s=[redacted]"),
            "{text}"
        );
    }
    assert!(format!("{parsed:?}").contains("https://ik.imagekit.io/demo/a@2x.jpg"));
    let with_password = ik
        .parse("https://u:planted@a.b/c.jpg?token=planted")
        .unwrap();
    assert_hidden(&with_password);
}

#[tokio::test]
async fn refused_urls_are_quoted_without_user_info_and_query() {
    let ik = client("https://a.b");
    for url in [
        "ftp://u:planted@a.b/c?d=planted#planted",
        "u:planted@a.b",
        "https:u:planted@a.b:x?planted",
        "//u:planted/planted@a.b",
        "https://u:planted#planted@a.b:x/c?planted",
        "https://u:planted@:x/?planted",
    ] {
        let builder = ImageKit::builder;
        let base = |set: fn(imagekitio::ImageKitBuilder, String) -> imagekitio::ImageKitBuilder| {
            set(builder(), url.to_owned()).build().unwrap_err()
        };
        let mut errors = vec![
            base(|builder, url| builder.base_url(url)),
            base(|builder, url| builder.api_base_url(url)),
            base(|builder, url| builder.upload_base_url(url)),
            base(|builder, url| builder.url_endpoint(url)),
            raw::Client::builder("k").base_url(url).build().unwrap_err(),
            ik.upload(UploadSource::url(url)).await.unwrap_err(),
            ik.cache().purge(url).await.unwrap_err(),
            ik.accounts()
                .webhooks()
                .create(url, [WebhookEventType::FileCreated])
                .await
                .unwrap_err(),
            ik.accounts()
                .webhooks()
                .update("w1")
                .endpoint(url)
                .await
                .unwrap_err(),
        ];
        if !url.starts_with("https:") {
            errors.push(ik.files().metadata_from_url(url).await.unwrap_err());
            errors.push(ik.src(url).build().unwrap_err());
            errors.push(imagekitio::url::ImageKitUrl::parse(url).unwrap_err());
        }
        for error in errors {
            assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
            assert_error_hidden(&error);
        }
    }
    let elsewhere = "https://u:planted@a.b/c.jpg?d=planted";
    assert_error_hidden(&ik.src(elsewhere).signed(true).build().unwrap_err());
    for path in [
        "https://u:planted@a.b/../c.jpg?d=planted",
        "https://u:planted@a.b%2F../c.jpg",
        "https://a.b/c.jpg?d=planted%2F..",
        "https://a.b/c.jpg?d=planted%2Ftr:w-1",
    ] {
        assert_error_hidden(&ik.url(path).build().unwrap_err());
    }
}

#[tokio::test]
async fn a_connection_that_fails_says_nothing_of_the_request() {
    let (url, _socket) = support::nowhere();
    let url = url.replace("http://", "http://user:planted@");
    let ik = client(&url);
    for calls in [plain(&ik), uploads(&ik), confidential(&ik)] {
        for call in calls {
            let error = call.await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Connection, "{error}");
            assert_error_hidden(&error);
        }
    }
    // A reply that breaks off.
    let cut = bare("200 OK", &[("content-type", "application/json")], "planted");
    let cut = String::from_utf8(cut)
        .unwrap()
        .replace("length: 7", "length: 70");
    let server = Scripted::start(cut.into_bytes()).await;
    for call in confidential(&client(&server.url)) {
        assert_error_hidden(&call.await.unwrap_err());
    }
}
