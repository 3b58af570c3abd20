//! Ids that lead elsewhere, servers that redirect, lie, break off or never end, and headers that
//! would bend requests.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use imagekitio::raw::operations::{self, Operation};
use imagekitio::raw::{self, types};
use imagekitio::types::{S3Origin, WebProxyOrigin, required};
use imagekitio::upload::UploadOutcome;
use imagekitio::{Error, ErrorKind, ImageKit, ImageKitBuilder, RetryPolicy, UploadSource};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use serde_json::json;
use support::calls::{Call, call};
use support::{FILE, Scripted, Step, but, json, pass, read_head, reply, soon, until};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

const KEY: &str = "private_key_test";

fn builder(url: &str) -> ImageKitBuilder {
    ImageKit::builder().private_key(KEY).base_url(url).retry(
        RetryPolicy::new()
            .base_delay(Duration::from_millis(1))
            .rate_limit_budget(Duration::ZERO),
    )
}

fn client(url: &str) -> ImageKit {
    builder(url).build().unwrap()
}

/// A client on an HTTP client of the caller's that follows redirects and repeats refused streams,
/// as is its default.
fn with_default_http_client(url: &str) -> ImageKit {
    let http = reqwest::Client::new();
    builder(url).http_client(http).build().unwrap()
}

fn upload(ik: &ImageKit) -> Call {
    call(ik.upload(UploadSource::bytes("a.txt", "hello")))
}

// ---- paths ----

/// Sends every operation with path parameters. The parameters are the id, and for a version another
/// one.
async fn with_id(client: &raw::Client, operation: &Operation, id: &str) -> Result<(), String> {
    macro_rules! sent {
        ($($method:ident $(.$setter:ident($value:expr))*;)*) => {
            match operation.name {
                $(stringify!($method) => {
                    let sent = client.$method()$(.$setter($value))*.send().await;
                    sent.map(|_| ()).map_err(|error| error.to_string())
                })*
                name => panic!("no call of {name}"),
            }
        };
    }
    let origin = || types::OriginRequest::from(WebProxyOrigin::new("n"));
    sent! {
        get_file_details.file_id(id);
        update_file_details.file_id(id).body(types::UpdateFileRequestDetails::new());
        delete_file.file_id(id);
        list_file_versions.file_id(id);
        get_file_version_details.file_id(id).version_id("v1");
        delete_file_version.file_id("f1").version_id(id);
        restore_file_version.file_id(id).version_id(id);
        get_uploaded_file_metadata.file_id(id);
        delete_a_field.id(id);
        update_existing_field.id(id).body(types::UpdateExistingFieldRequest::new());
        bulk_job_status.job_id(id);
        purge_status.request_id(id);
        get_extension.id(id);
        update_extension.id(id).body(types::UpdateExtensionRequest::new());
        delete_extension.id(id);
        get_origin.id(id);
        update_origin.id(id).body(origin());
        delete_origin.id(id);
        get_url_endpoint.id(id);
        update_url_endpoint.id(id).body(types::UrlEndpointRequest::new("d"));
        delete_url_endpoint.id(id);
        get_named_transformation.id(id);
        update_named_transformation.id(id).body(types::UpdateNamedTransformationRequest::new());
        delete_named_transformation.id(id);
        get_webhook.id(id);
        update_webhook.id(id).body(types::UpdateWebhookRequest::new());
        delete_webhook.id(id);
    }
}

fn decoded(segment: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = segment.as_bytes();
    while let [first, tail @ ..] = rest {
        if *first == b'%' {
            let digits = std::str::from_utf8(&tail[..2]).unwrap();
            bytes.push(u8::from_str_radix(digits, 16).unwrap());
            rest = &tail[2..];
        } else {
            bytes.push(*first);
            rest = tail;
        }
    }
    bytes
}

/// The line is that of the operation, and its parameters are the values.
fn assert_line(line: &str, base: &str, operation: &Operation, id: &str) {
    let path = line
        .strip_prefix(operation.method)
        .and_then(|rest| rest.strip_prefix(' '))
        .and_then(|rest| rest.strip_prefix(base))
        .unwrap_or_else(|| panic!("{line} for {id:?}"));
    let sent: Vec<&str> = path.split('/').collect();
    let template: Vec<&str> = operation.path.split('/').collect();
    assert_eq!(sent.len(), template.len(), "{line} for {id:?}");
    for (sent, template) in sent.into_iter().zip(template) {
        match (operation.name, template) {
            ("get_file_version_details", "{versionId}") => assert_eq!(sent, "v1"),
            ("delete_file_version", "{fileId}") => assert_eq!(sent, "f1"),
            (_, template) if template.starts_with('{') => {
                assert_eq!(decoded(sent), id.as_bytes(), "{line} for {id:?}");
            }
            _ => assert_eq!(sent, template, "{line} for {id:?}"),
        }
    }
}

fn with_parameters() -> Vec<&'static Operation> {
    let all = operations::ALL.iter();
    all.filter(|operation| operation.path.contains('{'))
        .collect()
}

/// An id is refused, and nothing is sent, or it is one segment of the path of its operation.
async fn assert_safe(
    server: &Scripted,
    client: &raw::Client,
    base: &str,
    operation: &Operation,
    id: &str,
) -> bool {
    let before = server.requests().len();
    let result = soon(with_id(client, operation, id)).await;
    let sent = server.requests().split_off(before);
    match sent.as_slice() {
        [] => assert!(result.unwrap_err().contains("path parameter"), "{id:?}"),
        [request] => assert_line(&request.line, base, operation, id),
        _ => panic!("{sent:?}"),
    }
    !sent.is_empty()
}

#[tokio::test]
async fn a_path_parameter_is_one_segment_or_refused() {
    let refused = [
        "",
        ".",
        "..",
        "\\",
        "x\\y",
        r"x\..\..\customMetadataFields\FIELD",
        r"x\..\y",
        r"..\..\accounts",
        "../x",
        "x/..",
        "a/./b",
        "x/../../accounts/webhooks/w1",
        "..;",
        "x/..;y/z",
        "\\\\host",
    ];
    let sent = [
        "a b",
        "a/b",
        "/",
        "//",
        "...",
        "%2e%2e",
        "%2E",
        "%5c..%5c",
        "%",
        "%%",
        "a?b=c",
        "a#b",
        "\t",
        "..\t",
        "\n..",
        "\r\n",
        "\0",
        ".\0.",
        "é",
        "\u{feff}",
        "..\u{200b}",
        "a;b",
        ":",
        "@",
        "//host",
        "http://host/",
        "{fileId}",
        "x^|`<>\"",
        "%2f..%2f",
        " ",
        "+",
    ];
    let server = Scripted::start(json("200 OK", "{}")).await;
    for base in ["", "/proxy/ik", "/a/../b%20c"] {
        let url = format!("{}{base}/", server.url);
        let client = raw::Client::builder(KEY).base_url(url).build().unwrap();
        let base = base.trim_start_matches("/a/..");
        for operation in with_parameters() {
            for id in refused {
                assert!(
                    !assert_safe(&server, &client, base, operation, id).await,
                    "{id:?}"
                );
            }
        }
        for (id, operation) in sent.iter().zip(with_parameters().into_iter().cycle()) {
            assert!(
                assert_safe(&server, &client, base, operation, id).await,
                "{id:?}"
            );
        }
    }
}

#[tokio::test]
async fn no_random_path_parameter_leaves_its_place() {
    let piece = r"(\.|\.\.|/|\\|%2e|%2f|%5c|\t|\n|\x00|\?|#|;|@|:|é|%|v1|files|accounts| |.)";
    let id = proptest::string::string_regex(&format!("{piece}{{0,8}}")).unwrap();
    let mut runner = TestRunner::deterministic();
    let server = Scripted::start(json("200 OK", "{}")).await;
    let url = format!("{}/base", server.url);
    let client = raw::Client::builder(KEY).base_url(url).build().unwrap();
    let mut sent = 0;
    for _ in 0..20 {
        for operation in with_parameters() {
            let id = id.new_tree(&mut runner).unwrap().current();
            let was_sent = assert_safe(&server, &client, "/base", operation, &id).await;
            sent += usize::from(was_sent);
        }
    }
    assert!(sent > 100, "{sent}");
}

// ---- ids and changes ----

type WithId = (&'static str, fn(&ImageKit, &str) -> Call);

/// Every argument that is an id, by its name.
const ID_ARGUMENTS: [WithId; 34] = [
    ("file_id", |ik, id| call(ik.files().get(id))),
    ("file_id", |ik, id| call(ik.files().update(id).unset_tags())),
    ("file_id", |ik, id| call(ik.files().publish(id))),
    ("file_id", |ik, id| call(ik.files().unpublish(id))),
    ("file_id", |ik, id| call(ik.files().delete(id))),
    ("file_id", |ik, id| call(ik.files().metadata(id))),
    ("file_id", |ik, id| call(ik.files().versions(id).list())),
    ("file_id", |ik, id| call(ik.files().versions(id).get("v1"))),
    ("version_id", |ik, id| {
        call(ik.files().versions("f1").get(id))
    }),
    ("version_id", |ik, id| {
        call(ik.files().versions("f1").delete(id))
    }),
    ("version_id", |ik, id| {
        call(ik.files().versions("f1").restore(id))
    }),
    ("file_ids", |ik, id| {
        bulk(ik.files().delete_many(["f1", id]))
    }),
    ("file_ids", |ik, id| {
        bulk(ik.files().add_tags([id, "f1"], ["t"]))
    }),
    ("file_ids", |ik, id| {
        bulk(ik.files().remove_tags([id], ["t"]))
    }),
    ("file_ids", |ik, id| {
        bulk(ik.files().remove_ai_tags([id], ["t"]))
    }),
    ("job_id", |ik, id| call(ik.folders().job(id))),
    ("job_id", |ik, id| call(ik.folders().wait_for_job(id))),
    ("request_id", |ik, id| call(ik.cache().status(id))),
    ("request_id", |ik, id| call(ik.cache().wait(id))),
    ("id", |ik, id| {
        call(ik.custom_metadata_fields().update(id).label("l"))
    }),
    ("id", |ik, id| call(ik.custom_metadata_fields().delete(id))),
    ("id", |ik, id| call(ik.saved_extensions().get(id))),
    ("id", |ik, id| {
        call(ik.saved_extensions().update(id).name("n"))
    }),
    ("id", |ik, id| call(ik.saved_extensions().delete(id))),
    ("id", |ik, id| call(ik.named_transformations().get(id))),
    ("id", |ik, id| {
        call(ik.named_transformations().update(id).enabled(true))
    }),
    ("id", |ik, id| call(ik.named_transformations().delete(id))),
    ("id", |ik, id| call(ik.accounts().origins().get(id))),
    ("id", |ik, id| {
        call(ik.accounts().origins().update(id, WebProxyOrigin::new("n")))
    }),
    ("id", |ik, id| {
        call(ik.accounts().url_endpoints().update(id, "d"))
    }),
    ("origins", |ik, id| {
        call(
            ik.accounts()
                .url_endpoints()
                .create("d")
                .origins(["o1", id]),
        )
    }),
    ("id", |ik, id| call(ik.accounts().webhooks().get(id))),
    ("id", |ik, id| {
        call(ik.accounts().webhooks().update(id).enabled(true))
    }),
    ("id", |ik, id| call(ik.accounts().webhooks().delete(id))),
];

fn bulk<T>(
    request: impl IntoFuture<Output = Result<T, imagekitio::Error>, IntoFuture: Send + 'static>,
) -> Call {
    let request = request.into_future();
    Box::pin(async { request.await.map(drop) })
}

#[tokio::test]
async fn what_cannot_be_an_id_is_refused_wherever_an_id_is_meant() {
    let ids = [
        "",
        " ",
        "\t\n",
        "/folder/a.jpg",
        "a/b",
        r"a\b",
        ".",
        "..",
        "..;",
        ".;a=b",
        "undefined",
        "Undefined",
        "null",
        "NULL",
        "NaN",
        "None",
        "nil",
        "[object Object]",
        " 64a7f3b2",
        "64a7f3b2 ",
        "64a7 f3b2",
        "64a7f3b2\n",
        "a\0b",
        "a\u{7f}",
        "a\u{a0}b",
        "\u{200b}64a7",
        "\u{feff}64a7",
        "ünïcode",
        "https://ik.imagekit.io/demo/a.jpg",
        "a?b",
        "a#b",
        "a%20b",
        "${id}",
        "{fileId}",
        "\"64a7\"",
        "<id>",
    ];
    let server = Scripted::start(json("200 OK", "{}")).await;
    let ik = client(&server.url);
    for id in ids {
        for (option, run) in ID_ARGUMENTS {
            let error = run(&ik, id).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidInput, "{id:?}: {error}");
            assert_eq!(error.argument(), Some(option), "{id:?}");
            assert!(!error.may_have_been_sent());
            let text = error.to_string();
            assert!(text.contains("is not a valid id: "), "{text}");
            assert!(!text.contains(char::is_control), "{text:?}");
            assert_eq!(
                text.contains("search"),
                option.starts_with("file_id"),
                "{text}"
            );
        }
    }
    assert_eq!(server.requests(), []);
    let long = ik.files().get("é".repeat(1_000_000)).await.unwrap_err();
    assert!(long.to_string().len() < 1000);
}

#[tokio::test]
async fn what_can_be_an_id_is_sent() {
    let server = Scripted::start(json("200 OK", "[]")).await;
    let ik = client(&server.url);
    for id in [
        "64a7f3b2c1d2e3f4a5b6c7d8",
        "a-b_c.d~e",
        "x:y@z",
        "b64==",
        "default",
        "nullable",
        "...",
    ] {
        let before = server.requests().len();
        ik.files().versions(id).list().await.unwrap();
        assert_eq!(
            server.requests()[before].line,
            format!("GET /v1/files/{id}/versions")
        );
    }
}

#[tokio::test]
async fn an_update_without_a_change_is_refused() {
    let server = Scripted::start(json("200 OK", "{}")).await;
    let ik = client(&server.url);
    let updates = [
        call(ik.files().update("f1")),
        call(ik.custom_metadata_fields().update("c1")),
        call(ik.saved_extensions().update("e1")),
        call(ik.named_transformations().update("t1")),
        call(ik.accounts().webhooks().update("w1")),
    ];
    for update in updates {
        let error = update.await.unwrap_err();
        assert_eq!(error.argument(), Some("update"));
        assert!(
            error
                .to_string()
                .contains("changes nothing; set at least one of"),
            "{error}"
        );
    }
    assert_eq!(server.requests(), []);
    // A member that this crate doesn't know is a change.
    let updates = [
        call(ik.files().update("f1").extra_body("new", 1)),
        call(
            ik.custom_metadata_fields()
                .update("c1")
                .extra_body("new", 1),
        ),
        call(ik.saved_extensions().update("e1").extra_body("new", 1)),
        call(ik.named_transformations().update("t1").extra_body("new", 1)),
        call(ik.accounts().webhooks().update("w1").extra_body("new", 1)),
    ];
    for (number, update) in updates.into_iter().enumerate() {
        // The response lacks what each of them promises.
        let error = update.await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode, "{error}");
        assert_eq!(server.requests()[number].text(), r#"{"new":1}"#);
    }
}

#[tokio::test]
async fn the_root_folder_is_not_deleted_moved_or_renamed() {
    let roots = [
        "",
        "/",
        "//",
        "///",
        "/.",
        "./",
        ".",
        "/..",
        "..",
        "/a/..",
        "/a/../",
        " / ",
        "/ /",
        " ",
        "\t",
        "\\",
        "/\\/",
        "/a/./b",
        "/\u{feff}",
        "/\0",
    ];
    let server = Scripted::start(json("200 OK", "{}")).await;
    let ik = client(&server.url);
    for root in roots {
        let requests = [
            call(ik.folders().delete(root)),
            call(ik.folders().move_to(root, "/b")),
            call(ik.folders().rename(root, "b")),
        ];
        for request in requests {
            let error = request.await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidInput, "{root:?}");
        }
    }
    assert_eq!(server.requests(), []);
    for folder in ["/a", "a", "/a/", "/a.b/..c"] {
        ik.folders().delete(folder).await.unwrap();
    }
    assert_eq!(server.requests().len(), 4);
}

// ---- redirects ----

const REDIRECTS: [&str; 8] = [
    "300 Multiple Choices",
    "301 Moved Permanently",
    "302 Found",
    "303 See Other",
    "304 Not Modified",
    "305 Use Proxy",
    "307 Temporary Redirect",
    "308 Permanent Redirect",
];

/// Calls of which a redirected one would lose something.
fn calls(ik: &ImageKit) -> Vec<Call> {
    let secret = S3Origin::new(required::S3Origin {
        name: "Archive".to_owned(),
        bucket: "bucket".to_owned(),
        access_key: "AKIA".to_owned(),
        secret_key: "s3cr3t-key".to_owned(),
    });
    vec![
        upload(ik),
        call(ik.files().get("f1")),
        call(ik.files().delete("f1")),
        call(ik.files().copy("/a.jpg", "/b")),
        call(
            ik.files()
                .update("f1")
                .unset_tags()
                .header("X-Secret", "h3ader"),
        ),
        call(ik.files().versions("f1").restore("v1")),
        call(ik.assets().list()),
        call(ik.accounts().origins().create(secret)),
        call(ik.folders().delete("/a")),
        Box::pin({
            let deletion = ik.files().delete_many(["f1", "f2"]);
            async { deletion.await?.into_result().map(drop) }
        }),
    ]
}

fn assert_redirect(error: &Error) {
    assert_eq!(error.kind(), ErrorKind::Redirect, "{error}");
    assert!(error.is_redirect());
    assert!(error.may_have_been_sent(), "{error}");
    assert_eq!(error.attempts(), 1, "{error}");
    let printed = format!("{error} {error:?}");
    for secret in ["s3cr3t", "h3ader", "pa55", "t0ken", KEY] {
        assert!(!printed.contains(secret), "{printed}");
    }
}

#[tokio::test]
async fn a_redirect_is_an_error_of_its_own_and_goes_nowhere() {
    let elsewhere = Scripted::start(json("200 OK", "{}")).await;
    for status in REDIRECTS {
        let location = format!(
            "{}/x?t0ken=1#t0ken",
            elsewhere.url.replace("//", "//user:pa55@")
        );
        let server = Scripted::start(reply(status, &[("location", &location)], "{}")).await;
        let ik = client(&server.url);
        let count = calls(&ik).len();
        for (number, call) in calls(&ik).into_iter().enumerate() {
            let error = soon(call).await.unwrap_err();
            assert_redirect(&error);
            assert_eq!(error.status(), status[..3].parse().ok());
            assert_eq!(error.headers().unwrap()["location"], location.as_str());
            let body = if status.starts_with("304") { "" } else { "{}" };
            assert_eq!(error.body(), Some(body.as_bytes()));
            let host = elsewhere.url.replace("//", "//[redacted]@");
            let to = format!("redirects the request to {host}/x?[redacted];");
            assert!(error.to_string().contains(&to), "{error}");
            assert_eq!(server.requests().len(), number + 1);
        }
        let raw = raw::Client::builder(KEY)
            .base_url(&server.url)
            .build()
            .unwrap();
        match raw.delete_file().file_id("f1").send().await.unwrap_err() {
            raw::Error::ErrorResponse(reply) => assert_eq!(reply.status().as_str(), &status[..3]),
            error => panic!("{error}"),
        }
        assert_eq!(server.requests().len(), count + 1);
    }
    assert_eq!(elsewhere.requests(), []);
}

#[tokio::test]
async fn a_redirect_says_where_it_leads_if_it_does() {
    for (location, shown) in [
        (None, "redirects the request; "),
        (
            Some("/other?t0ken"),
            "redirects the request to {url}/other?[redacted]; ",
        ),
        (
            Some("other"),
            "redirects the request to {url}/v1/files/other; ",
        ),
        (
            Some("//user:pa55@example.com/y"),
            "redirects the request to http://[redacted]@example.com/y; ",
        ),
        (Some("http://[::"), "redirects the request; "),
        (
            Some("ftp://user:pa55@example.com/"),
            "redirects the request to ftp://[redacted]@example.com/; ",
        ),
        (Some("\u{fc}"), "redirects the request; "),
    ] {
        let headers: Vec<_> = location.map(|to| ("location", to)).into_iter().collect();
        let server = Scripted::start(reply("302 Found", &headers, "")).await;
        let error = client(&server.url).files().delete("f1").await.unwrap_err();
        assert_redirect(&error);
        let shown = shown.replace("{url}", &server.url);
        assert!(error.to_string().contains(&shown), "{error}");
    }
}

#[tokio::test]
async fn a_client_that_follows_redirects_makes_no_success_of_them() {
    let stored = r#"{"fileId":"f9","successfullyDeletedFileIds":["f1","f2"]}"#;
    let answers = [
        json("200 OK", stored),
        json("204 No Content", ""),
        json("404 Not Found", "{}"),
        json("503 x", "{}"),
    ];
    for answer in answers {
        let elsewhere = Scripted::start(answer).await;
        for status in REDIRECTS {
            let location = format!("{}/x?t0ken=1", elsewhere.url);
            let server = Scripted::start(reply(status, &[("location", &location)], "")).await;
            let ik = with_default_http_client(&server.url);
            for (number, call) in calls(&ik).into_iter().enumerate() {
                assert_redirect(&soon(call).await.unwrap_err());
                assert_eq!(server.requests().len(), number + 1);
            }
            let http = reqwest::Client::new();
            let raw = raw::Client::builder(KEY)
                .base_url(&server.url)
                .http_client(http);
            let raw = raw.build().unwrap();
            raw.delete_file().file_id("f1").send().await.unwrap_err();
        }
        // No body went along, whatever the status.
        for request in elsewhere.requests() {
            assert!(request.body.is_empty(), "{request:?}");
            assert_eq!(request.header("authorization"), None);
        }
    }
}

#[tokio::test]
async fn a_client_that_is_redirected_to_nowhere_fails_the_same_way() {
    let (nowhere, _socket) = support::nowhere();
    let nowhere = format!("{nowhere}/x?t0ken");
    for location in ["/loop", "ftp://user:pa55@example.com/?t0ken", &nowhere] {
        let server = Scripted::start(reply("303 See Other", &[("location", location)], "")).await;
        let ik = with_default_http_client(&server.url);
        for call in calls(&ik) {
            let before = server.requests().len();
            assert_redirect(&soon(call).await.unwrap_err());
            let hops = if location == "/loop" { 11 } else { 1 };
            assert_eq!(server.requests().len() - before, hops);
        }
    }
}

// ---- replies that are not ImageKit's ----

/// Operations for which the document promises no body.
fn without_body(ik: &ImageKit) -> Vec<Call> {
    vec![
        call(ik.files().delete("f1")),
        call(ik.files().copy("/a", "/b")),
        call(ik.files().move_to("/a", "/b")),
        call(ik.files().versions("f1").delete("v1")),
        call(ik.folders().delete("/a")),
        call(ik.custom_metadata_fields().delete("c1")),
        call(ik.saved_extensions().delete("e1")),
        call(ik.named_transformations().delete("t1")),
        call(ik.accounts().origins().delete("o1")),
        call(ik.accounts().url_endpoints().delete("u1")),
        call(ik.accounts().webhooks().delete("w1")),
    ]
}

/// Operations for which it promises JSON.
fn with_json(ik: &ImageKit) -> Vec<Call> {
    vec![
        upload(ik),
        call(ik.upload_v2(UploadSource::bytes("a.txt", "hello"))),
        call(ik.files().get("f1")),
        call(ik.files().rename("/a", "b")),
        call(ik.files().versions("f1").list()),
        call(ik.assets().list()),
        call(ik.assets().list_files()),
        call(ik.folders().create("a", "/")),
        call(ik.folders().copy("/a", "/b")),
        call(ik.cache().purge("https://ik.imagekit.io/demo/a.jpg")),
        call(ik.accounts().webhooks().list()),
        call(ik.accounts().origins().create(WebProxyOrigin::new("n"))),
        Box::pin({
            let deletion = ik.files().delete_many(["f1", "f2"]);
            async { deletion.await?.into_result().map(drop) }
        }),
    ]
}

#[tokio::test]
async fn a_web_page_is_not_a_success() {
    for body in [
        "<html><h1>Sign in</h1></html>",
        "OK",
        "{",
        " ",
        "\u{fc}",
        "{} {}",
    ] {
        for status in [
            "200 OK",
            "201 Created",
            "202 Accepted",
            "203 x",
            "207 Multi-Status",
            "299 x",
        ] {
            for media in ["text/html", "application/json"] {
                let headers = [("content-type", media), ("x-ik-requestId", "req-1")];
                let server = Scripted::start(reply(status, &headers, body)).await;
                let ik = client(&server.url);
                for call in without_body(&ik).into_iter().chain(with_json(&ik)) {
                    let before = server.requests().len();
                    let error = call.await.unwrap_err();
                    assert_eq!(error.kind(), ErrorKind::Decode, "{error}");
                    assert_eq!(error.body(), Some(body.as_bytes()));
                    assert_eq!(error.status(), status[..3].parse().ok());
                    assert_eq!(error.request_id(), Some("req-1"));
                    assert!(error.may_have_been_sent());
                    assert_eq!(server.requests().len(), before + 1);
                }
            }
        }
    }
}

#[tokio::test]
async fn nothing_and_json_are_successes_where_no_body_is_promised() {
    for (status, body) in [
        ("200 OK", ""),
        ("204 No Content", ""),
        ("202 Accepted", ""),
        ("200 OK", "{}"),
        ("200 OK", r#"{"message":"Done."}"#),
        ("200 OK", "null"),
        ("200 OK", " [1] "),
    ] {
        let server = Scripted::start(json(status, body)).await;
        for call in without_body(&client(&server.url)) {
            call.await.unwrap();
        }
        let raw = raw::Client::builder(KEY)
            .base_url(&server.url)
            .build()
            .unwrap();
        raw.delete_file().file_id("f1").send().await.unwrap();
    }
}

#[tokio::test]
async fn the_raw_client_takes_no_web_page_for_a_success() {
    let page = "<html>Sign in</html>";
    let server = Scripted::start(reply("200 OK", &[("content-type", "text/html")], page)).await;
    let raw = raw::Client::builder(KEY)
        .base_url(&server.url)
        .build()
        .unwrap();
    match raw.delete_file().file_id("f1").send().await.unwrap_err() {
        raw::Error::InvalidResponsePayload(body, _) => assert_eq!(body, page),
        error => panic!("{error}"),
    }
}

#[tokio::test]
async fn an_upload_is_stored_when_the_reply_describes_the_file() {
    for (status, body) in [
        ("200 OK", "{}"),
        ("200 OK", ""),
        ("200 OK", "[]"),
        ("200 OK", "null"),
        ("200 OK", r#"{"fileId":null}"#),
        ("200 OK", r#"{"fileId":"f1"}"#),
        ("200 OK", &but(FILE, json!({"fileId": ""}))),
        ("200 OK", &but(FILE, json!({"fileId": 7}))),
        ("200 OK", &but(FILE, json!({"url": null}))),
        ("200 OK", r#"{"name":"a.txt","url":"x"}"#),
        ("200 OK", r#"{"message":"Your account is suspended."}"#),
        ("201 Created", "{}"),
        ("204 No Content", ""),
        ("202 Accepted", "<html>"),
        ("202 Accepted", "[]"),
        ("202 Accepted", "\"soon\""),
    ] {
        let server = Scripted::start(json(status, body)).await;
        let ik = client(&server.url);
        for upload in [
            upload(&ik),
            call(ik.upload_v2(UploadSource::bytes("a", "b"))),
        ] {
            let error = upload.await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Decode, "{status} {body}: {error}");
            assert_eq!(error.body(), Some(body.as_bytes()));
            assert!(error.may_have_been_sent());
            assert_eq!(error.attempts(), 1);
            // A web page may come from a proxy.
            let says_so = error
                .to_string()
                .contains("so the request was probably carried out");
            assert_eq!(says_so, !body.starts_with('<'), "{error}");
        }
    }
    for body in [r#"{"message":"soon"}"#, "{}", ""] {
        let server = Scripted::start(json("202 Accepted", body)).await;
        let outcome = client(&server.url)
            .upload(UploadSource::bytes("a", "b"))
            .await
            .unwrap();
        assert_eq!(*outcome, UploadOutcome::Processing);
    }
    let server = Scripted::start(json("200 OK", &but(FILE, json!({"new": 1})))).await;
    let outcome = client(&server.url)
        .upload(UploadSource::bytes("a", "b"))
        .await
        .unwrap();
    assert_eq!(outcome.into_file().unwrap().file_id, "f1");
}

// ---- headers ----

#[tokio::test]
async fn headers_that_bend_requests_are_refused() {
    let server = Scripted::start(json("200 OK", "{}")).await;
    let ik = client(&server.url);
    for name in [
        "Content-Length",
        "content-length",
        "CONTENT-LENGTH",
        "Transfer-Encoding",
        "Content-Type",
        "Content-Encoding",
        "Content-Range",
        "Host",
        "Connection",
        "Keep-Alive",
        "Proxy-Connection",
        "TE",
        "Trailer",
        "Upgrade",
        "HTTP2-Settings",
        "Expect",
        "Authorization",
        "Proxy-Authorization",
    ] {
        let errors = [
            builder(&server.url)
                .header(name, "s3cret")
                .build()
                .map(drop)
                .unwrap_err(),
            ik.files()
                .get("f1")
                .header(name, "s3cret")
                .await
                .map(drop)
                .unwrap_err(),
            ik.files()
                .copy("/a", "/b")
                .header(name, "s3cret")
                .await
                .map(drop)
                .unwrap_err(),
            ik.files()
                .delete_many(["f1"])
                .header(name, "s3cret")
                .await
                .map(drop)
                .unwrap_err(),
            ik.upload(UploadSource::bytes("a", "b"))
                .header(name, "s3cret")
                .await
                .map(drop)
                .unwrap_err(),
        ];
        for error in errors {
            assert_eq!(error.kind(), ErrorKind::InvalidInput);
            assert_eq!(error.argument(), Some("header"));
            let start = format!("header: `{name}` cannot be set: it ");
            assert!(error.to_string().starts_with(&start), "{error}");
            assert!(error.to_string().contains("; "), "{error}");
            assert!(!error.to_string().contains("s3cret"), "{error}");
        }
    }
    assert_eq!(server.requests(), []);
}

#[tokio::test]
async fn permitted_headers_replace_those_of_the_client() {
    let server = Scripted::start(json("200 OK", FILE)).await;
    let ik = builder(&server.url)
        .header("User-Agent", "mine")
        .header("X-Team", "blue")
        .header("X-Many", "1")
        .header("X-Many", "2")
        .build()
        .unwrap();
    ik.files()
        .get("f1")
        .header("Accept", "application/vnd.x+json")
        .await
        .unwrap();
    ik.files()
        .get("f1")
        .header("user-agent", "other")
        .header("X-TEAM", "red")
        .await
        .unwrap();
    ik.upload(UploadSource::bytes("a", "b"))
        .header("User-Agent", "third")
        .await
        .unwrap();
    let sent = server.requests();
    let headers = |number: usize, name| sent[number].header(name);
    assert_eq!(headers(0, "accept"), Some("application/vnd.x+json"));
    assert_eq!(headers(0, "user-agent"), Some("mine"));
    assert_eq!(headers(0, "x-many"), Some("2"));
    assert_eq!(headers(1, "accept"), Some("application/json"));
    assert_eq!(
        (headers(1, "user-agent"), headers(1, "x-team")),
        (Some("other"), Some("red"))
    );
    assert_eq!(
        (headers(2, "user-agent"), headers(2, "x-team")),
        (Some("third"), Some("blue"))
    );
}

// ---- HTTP/2 ----

/// A server that refuses every stream by this frame, and the number of requests that it saw.
async fn refusing(frame: fn(stream: [u8; 4]) -> Vec<u8>) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let count = Arc::new(AtomicUsize::new(0));
    let seen = count.clone();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let seen = seen.clone();
            tokio::spawn(async move {
                let mut preface = [0; 24];
                stream.read_exact(&mut preface).await?;
                // Settings: none, and those of the client are fine.
                stream.write_all(&[0, 0, 0, 4, 0, 0, 0, 0, 0]).await?;
                stream.write_all(&[0, 0, 0, 4, 1, 0, 0, 0, 0]).await?;
                loop {
                    let mut head = [0; 9];
                    stream.read_exact(&mut head).await?;
                    let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
                    stream.read_exact(&mut vec![0; length as usize]).await?;
                    if head[3] == 1 {
                        seen.fetch_add(1, Ordering::SeqCst);
                        let id = [head[5], head[6], head[7], head[8]];
                        stream.write_all(&frame(id)).await?;
                    }
                }
                #[allow(unreachable_code)]
                std::io::Result::Ok(())
            });
        }
    });
    (url, count)
}

fn refused_stream(id: [u8; 4]) -> Vec<u8> {
    [&[0, 0, 4, 3, 0], &id[..], &[0, 0, 0, 7]].concat()
}

fn go_away(_id: [u8; 4]) -> Vec<u8> {
    vec![0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
}

#[tokio::test]
async fn refused_streams_are_repeated_by_our_policy_alone() {
    for frame in [refused_stream, go_away] {
        for retries in [0, 1, 3] {
            let (url, count) = refusing(frame).await;
            let http = reqwest::Client::builder()
                .http2_prior_knowledge()
                .build()
                .unwrap();
            let policy = RetryPolicy::new()
                .max_retries(retries)
                .base_delay(Duration::from_millis(1));
            let ik = builder(&url)
                .http_client(http)
                .retry(policy)
                .build()
                .unwrap();
            // Whoever refuses a stream has done nothing about it: even a copy may be sent again.
            for call in [
                call(ik.files().get("f1")),
                call(ik.files().delete("f1")),
                call(ik.files().copy("/a", "/b")),
            ] {
                let before = count.load(Ordering::SeqCst);
                let error = soon(call).await.unwrap_err();
                assert_eq!(error.kind(), ErrorKind::Connection, "{error}");
                assert!(!error.may_have_been_sent(), "{error}");
                let sent = count.load(Ordering::SeqCst) - before;
                assert_eq!(
                    (sent, error.attempts()),
                    (retries as usize + 1, retries + 1),
                    "{error}"
                );
            }
        }
    }
}

#[tokio::test]
async fn the_user_info_of_a_base_url_is_not_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let service = hyper::service::service_fn(
            |request: hyper::Request<hyper::body::Incoming>| async move {
                let authority = request.uri().authority().map(ToString::to_string);
                let echo = json!({ "authority": authority }).to_string();
                Ok::<_, Infallible>(hyper::Response::new(echo))
            },
        );
        hyper::server::conn::http2::Builder::new(hyper_util::rt::TokioExecutor::new())
            .serve_connection(hyper_util::rt::TokioIo::new(stream), service)
            .await
    });
    let http = reqwest::Client::builder()
        .http2_prior_knowledge()
        .build()
        .unwrap();
    let ik = builder(&format!("http://user:pa55@{address}"))
        .http_client(http)
        .build()
        .unwrap();
    let echo = soon(ik.request("GET", "/v9/a")).await.unwrap();
    assert_eq!(echo["authority"], address);
}

// ---- replies that break off ----

/// A reply of which the body breaks off, by its framing.
fn broken(status: &str, framing: &str) -> Vec<u8> {
    let head = format!(
        "HTTP/1.1 {status}\r\nx-ik-requestId: req-1\r\nx-ratelimit-reset: 7\r\n{framing}\r\n\r\n"
    );
    let body = match framing.starts_with("transfer") {
        true => "f\r\n{\"message\":\"No.\r\n",
        false => "{\"message\":\"No.",
    };
    (head + body).into_bytes()
}

#[tokio::test]
async fn a_head_without_its_whole_body_keeps_status_headers_and_kind() {
    let statuses = [
        ("400 x", ErrorKind::BadRequest, 1),
        ("401 x", ErrorKind::Unauthorized, 1),
        ("403 x", ErrorKind::Forbidden, 1),
        ("404 x", ErrorKind::NotFound, 1),
        ("409 x", ErrorKind::Conflict, 1),
        ("423 x", ErrorKind::Locked, 1),
        ("429 x", ErrorKind::RateLimited, 1),
        ("500 x", ErrorKind::Server, 3),
        ("503 x", ErrorKind::Server, 3),
        ("302 x", ErrorKind::Redirect, 1),
        ("200 OK", ErrorKind::Connection, 3),
        ("207 x", ErrorKind::Connection, 3),
    ];
    for (status, kind, attempts) in statuses {
        for framing in [
            "content-length: 1000",
            "content-length: 9000000000000000000",
            "transfer-encoding: chunked",
        ] {
            let server = Scripted::start(broken(status, framing)).await;
            let ik = client(&server.url);
            for (call, attempts) in [
                (call(ik.files().get("f1")), attempts),
                (call(ik.files().delete("f1")), attempts),
                // What may not be done twice is not repeated.
                (call(ik.files().copy("/a", "/b")), 1),
                (upload(&ik), 1),
            ] {
                let before = server.requests().len();
                let error = soon(call).await.unwrap_err();
                assert_eq!(error.kind(), kind, "{status}: {error}");
                assert_eq!(error.status(), status[..3].parse().ok());
                assert_eq!(error.request_id(), Some("req-1"));
                assert_eq!(error.body(), Some(b"{\"message\":\"No.".as_slice()));
                assert!(error.may_have_been_sent());
                assert_eq!(
                    server.requests().len() - before,
                    attempts,
                    "{status}: {error}"
                );
                let says_so = error.to_string().contains("was probably carried out");
                assert_eq!(says_so, kind == ErrorKind::Connection, "{error}");
            }
        }
    }
}

#[tokio::test]
async fn the_raw_client_keeps_the_status_of_a_broken_reply() {
    let server = Scripted::start(broken("401 x", "content-length: 1000")).await;
    let raw = raw::Client::builder(KEY)
        .base_url(&server.url)
        .build()
        .unwrap();
    match raw.delete_file().file_id("f1").send().await.unwrap_err() {
        raw::Error::ErrorResponse(reply) => assert_eq!(reply.status(), 401),
        error => panic!("{error}"),
    }
    let server = Scripted::start(broken("200 OK", "content-length: 1000")).await;
    let raw = raw::Client::builder(KEY)
        .base_url(&server.url)
        .build()
        .unwrap();
    let error = raw.delete_file().file_id("f1").send().await.unwrap_err();
    assert!(
        error
            .to_string()
            .contains("the server answered 200 OK, but the connection broke"),
        "{error}"
    );
}

// ---- replies without end ----

/// A server whose replies never end.
async fn endless(status: &str, piece: usize, pause: Option<Duration>) -> Scripted {
    let head = format!("HTTP/1.1 {status}\r\nx-ik-requestId: req-1\r\n\r\n");
    Scripted::start([Step::Endless(head.into_bytes(), piece, pause)]).await
}

const MIB: u64 = 1024 * 1024;

/// The call ends at the limit, and so does its connection.
async fn assert_limited(
    kind: ErrorKind,
    limit: u64,
    run: impl FnOnce(&ImageKit) -> Call,
    ik: &ImageKit,
    server: &Scripted,
) {
    // What the kernel takes on both sides of a connection.
    const BUFFERS: u64 = 32 * MIB;
    let (sent, ended) = (server.endless(), server.ended());
    let error = soon(run(ik)).await.unwrap_err();
    assert_eq!(error.kind(), kind, "{error}");
    assert!(error.status().is_some());
    assert_eq!(error.request_id(), Some("req-1"));
    assert_eq!(error.body().unwrap().len() as u64, limit);
    assert!(error.may_have_been_sent());
    assert_eq!(error.attempts(), 1);
    assert!(error.to_string().len() < 1000);
    let text = format!("longer than {limit} bytes; raise `max_response_size`");
    assert_eq!(
        error.to_string().contains(&text),
        kind == ErrorKind::Decode,
        "{error}"
    );
    until("an end of the connection", || server.ended() > ended).await;
    let sent = (server.endless() - sent) as u64;
    println!("limit {limit}: the server got rid of {sent} bytes");
    assert!(sent < limit + BUFFERS, "{sent}");
}

#[tokio::test]
async fn a_reply_without_end_ends_at_the_limit() {
    for (status, kind) in [
        ("200 OK", ErrorKind::Decode),
        ("404 x", ErrorKind::NotFound),
    ] {
        for limit in [1, MIB] {
            let server = endless(status, 64 * 1024, None).await;
            let url = &server.url;
            let ik = builder(url).max_response_size(limit).build().unwrap();
            assert_limited(kind, limit, |ik| call(ik.files().get("f1")), &ik, &server).await;
            assert_limited(
                kind,
                limit,
                |ik| call(ik.files().delete("f1")),
                &ik,
                &server,
            )
            .await;
            assert_limited(kind, limit, upload, &ik, &server).await;
            let raw = raw::Client::builder(KEY)
                .base_url(url)
                .max_response_size(limit);
            let sent = raw
                .build()
                .unwrap()
                .delete_file()
                .file_id("f1")
                .send()
                .await;
            let error = sent.unwrap_err().to_string();
            let shown = if kind == ErrorKind::Decode {
                "raise `max_response_size`"
            } else {
                "404"
            };
            assert!(error.contains(shown), "{error:.200}");
        }
    }
}

#[tokio::test]
async fn without_a_setting_the_limit_is_64_mib() {
    let server = endless("200 OK", MIB as usize, None).await;
    let ik = client(&server.url);
    let run = |ik: &ImageKit| call(ik.files().copy("/a", "/b"));
    assert_limited(ErrorKind::Decode, 64 * MIB, run, &ik, &server).await;
}

#[tokio::test]
async fn a_reply_within_the_limit_is_whole() {
    for (length, limit, fits) in [
        (2, 2, true),
        (3, 2, false),
        (100_000, 100_000, true),
        (100_001, 100_000, false),
    ] {
        let body = format!("[{}]", " ".repeat(length - 2));
        let server = Scripted::start(json("200 OK", &body)).await;
        let ik = builder(&server.url)
            .max_response_size(limit)
            .build()
            .unwrap();
        match ik.assets().list().await {
            Ok(page) => assert!(fits && page.body() == &body),
            Err(error) => assert!(!fits && error.kind() == ErrorKind::Decode, "{error}"),
        }
    }
    let error = builder("http://localhost")
        .max_response_size(0)
        .build()
        .unwrap_err();
    assert_eq!(error.argument(), Some("max_response_size"));
    let error = raw::Client::builder(KEY)
        .max_response_size(0)
        .build()
        .unwrap_err();
    assert_eq!(error.argument(), Some("max_response_size"));
}

#[tokio::test]
async fn a_reply_that_trickles_ends_with_the_time_limits() {
    const HOUR: Duration = Duration::from_secs(3600);
    let pause = Some(Duration::from_millis(5));
    for (status, kind) in [
        ("200 OK", ErrorKind::Timeout),
        ("401 x", ErrorKind::Unauthorized),
    ] {
        let server = endless(status, 1, pause).await;
        let ik = builder(&server.url)
            .retry(RetryPolicy::none())
            .timeout(HOUR)
            .build()
            .unwrap();
        let late = async |call: Call| {
            let before = server.endless();
            let call = tokio::spawn(call);
            // The client reads the head while the body trickles.
            until("a part of the body", || server.endless() > before + 10).await;
            pass(HOUR).await;
            soon(call).await.unwrap().unwrap_err()
        };
        let error = late(call(ik.files().delete("f1"))).await;
        assert_eq!(error.kind(), kind, "{error}");
        assert_eq!(error.status(), status[..3].parse().ok());
        assert!(error.may_have_been_sent());
        let upload = ik.upload(UploadSource::bytes("a", "b"));
        let error = late(call(upload.reply_timeout(HOUR))).await;
        assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
        assert!(error.may_have_been_sent());
    }
}

// ---- connections ----

#[tokio::test]
async fn an_unused_connection_is_not_kept_for_longer_than_servers_keep_it() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let ik = client(&format!("http://{}", listener.local_addr().unwrap()));
    let connections = Arc::new(AtomicUsize::new(0));
    let count = connections.clone();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            count.fetch_add(1, Ordering::SeqCst);
            tokio::spawn(async move {
                while read_head(&mut stream).await.is_ok() {
                    stream.write_all(&json("200 OK", "[]")).await.unwrap();
                }
            });
        }
    });
    ik.assets().list().await.unwrap();
    // Longer than ours, shorter than Node's.
    tokio::time::sleep(Duration::from_millis(4200)).await;
    ik.assets().list().await.unwrap();
    assert_eq!(connections.load(Ordering::SeqCst), 2);
}

#[cfg(not(any(
    feature = "rustls",
    feature = "rustls-no-provider",
    feature = "native-tls",
    feature = "native-tls-vendored"
)))]
#[tokio::test]
async fn https_without_tls_names_the_missing_feature() {
    let (url, _socket) = support::nowhere();
    let ik = client(&url.replace("http:", "https:"));
    for call in [
        call(ik.files().get("f1")),
        call(ik.files().copy("/a", "/b")),
        upload(&ik),
    ] {
        let error = call.await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
        assert!(
            error.to_string().contains("enable the feature `rustls`"),
            "{error}"
        );
        assert_eq!(error.attempts(), 1);
        assert!(!error.may_have_been_sent());
    }
}

/// Polls without a runtime. What needs one says so at once.
fn without_runtime<T: std::fmt::Debug>(run: impl IntoFuture<Output = Result<T, Error>>) {
    let mut run = std::pin::pin!(run.into_future());
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match run.as_mut().poll(&mut context) {
        std::task::Poll::Ready(Err(error)) => {
            assert_eq!(error.kind(), ErrorKind::InvalidInput);
            assert!(!error.may_have_been_sent());
            for word in ["tokio", "#[tokio::main]", "`blocking`"] {
                assert!(error.to_string().contains(word), "{error}");
            }
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn without_a_runtime_the_error_says_what_to_do() {
    let ik = builder("http://127.0.0.1:1")
        .reads_per_second(1.0)
        .build()
        .unwrap();
    without_runtime(ik.files().get("f1"));
    without_runtime(ik.files().copy("/a", "/b"));
    without_runtime(ik.assets().list());
    without_runtime(ik.files().delete_many(["f1"]));
    without_runtime(ik.cache().wait("p1"));
    without_runtime(ik.folders().wait_for_job("j1"));
    without_runtime(ik.upload(UploadSource::bytes("a", "b")));
    without_runtime(ik.upload(UploadSource::path("Cargo.toml")));
    without_runtime(ik.upload_folder("tests"));
    let mut stream = ik.assets().list_files().stream();
    without_runtime(async move { stream.next().await.unwrap() });
    let uploads = ik.upload_many([ik.upload(UploadSource::bytes("a", "b"))]);
    without_runtime(async move { uploads.await.pop().unwrap() });
    let raw = raw::Client::builder(KEY)
        .base_url("http://127.0.0.1:1")
        .build()
        .unwrap();
    without_runtime(async move {
        let error = raw.delete_file().file_id("f1").send().await.unwrap_err();
        assert!(
            matches!(error, raw::Error::InvalidRequest(_)) && error.to_string().contains("tokio"),
            "{error}"
        );
        ImageKit::builder()
            .build()
            .unwrap()
            .cache()
            .wait("p1")
            .await
    });
}
