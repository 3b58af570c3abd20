//! The high-level client over real HTTP: what it sends, and what it makes of replies.

use std::collections::BTreeMap;
use std::error::Error as _;
use std::time::Duration;

use imagekitio::types::Asset;
use imagekitio::upload::UploadOutcome;
use imagekitio::{Error, ErrorKind, ImageKit, RetryPolicy, UploadSource};
use imagekitio_testing::Server;
use support::{FILE, FOLDER, Request, Scripted, but, json, nowhere, reply};

const KEY: &str = "private_Xy7/abc+123=";
/// `KEY` with a colon, in base64.
const BASIC: &str = "Basic cHJpdmF0ZV9YeTcvYWJjKzEyMz06";

fn client(url: &str) -> ImageKit {
    ImageKit::builder()
        .private_key(KEY)
        .base_url(url)
        .retry(RetryPolicy::none())
        .build()
        .unwrap()
}

async fn scripted(reply: Vec<u8>) -> (Scripted, ImageKit) {
    let server = Scripted::start(reply).await;
    let ik = client(&server.url);
    (server, ik)
}

fn headers(request: &Request) -> BTreeMap<&str, &str> {
    request
        .headers
        .iter()
        .filter(|(name, _)| *name != "host")
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect()
}

#[tokio::test]
async fn a_request_carries_the_key_and_nothing_unknown() {
    let (server, ik) = scripted(json("200 OK", FILE)).await;
    ik.files().get("f1").await.unwrap();
    let request = server.request();
    assert_eq!(request.line, "GET /v1/files/f1/details");
    let user_agent = concat!("imagekitio/", env!("CARGO_PKG_VERSION"), " (Rust)");
    let expected = BTreeMap::from([
        ("accept", "application/json"),
        ("authorization", BASIC),
        ("user-agent", user_agent),
    ]);
    assert_eq!(headers(&request), expected);
    assert!(request.body.is_empty());
}

#[tokio::test]
async fn a_list_keeps_files_versions_folders_and_the_unknown_apart() {
    let version = but(
        FILE,
        serde_json::json!({"type": "file-version", "fileId": "f2"}),
    );
    let body = format!(r#"[{FILE},{version},{FOLDER},{{"type":"collection","x":4}}]"#);
    let (_server, ik) = scripted(json("200 OK", &body)).await;
    let list = ik.assets().list().await.unwrap();
    assert_eq!(list.request_id(), Some("req-1"));
    assert_eq!(list.body().as_ref(), body.as_bytes());
    match list.into_inner().as_slice() {
        [
            Asset::File(file),
            Asset::FileVersion(version),
            Asset::Folder(folder),
            Asset::Unknown(other),
        ] => {
            assert_eq!(file.file_id, "f1");
            assert_eq!(version.file_id, "f2");
            assert_eq!(folder.folder_id, "d1");
            assert_eq!(other["x"], 4);
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_reply_has_the_rate_limit() {
    let headers = [
        ("X-RateLimit-Limit", "40"),
        ("X-RateLimit-Interval", "1000"),
        ("X-RateLimit-Reset", "250"),
    ];
    let (_server, ik) = scripted(reply("200 OK", &headers, "[]")).await;
    let limit = ik.assets().list().await.unwrap().rate_limit().unwrap();
    assert_eq!(limit.limit, 40);
    assert_eq!(limit.interval, Duration::from_secs(1));
    assert_eq!(limit.reset, Duration::from_millis(250));
}

#[tokio::test]
async fn a_reply_keeps_every_header_and_the_body_as_sent() {
    let long = but(FILE, serde_json::json!({"fileId": "1".repeat(10_000)}));
    for body in [&FILE.replace(':', ":  "), &long] {
        let sent = reply("200 OK", &[("a", "1"), ("b", "\u{fc}"), ("a", "2")], body);
        let (_server, ik) = scripted(sent).await;
        let file = ik.files().get("f1").await.unwrap();
        let headers: Vec<(&str, &[u8])> = file
            .headers()
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_bytes()))
            .collect();
        let length = body.len().to_string();
        let expected: [(&str, &[u8]); 4] = [
            ("content-length", length.as_bytes()),
            ("a", b"1"),
            ("a", b"2"),
            ("b", "\u{fc}".as_bytes()),
        ];
        assert_eq!(headers, expected);
        assert_eq!(file.body().as_ref(), body.as_bytes());
    }
}

#[tokio::test]
async fn a_wrong_key_is_the_servers_answer_with_its_request_id() {
    let server = Server::start().await.unwrap();
    let ik = client(server.url());
    let error = ik.files().get("f1").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unauthorized);
    assert_eq!(error.status(), Some(401));
    assert_eq!(error.operation(), Some("get-file-details"));
    assert_eq!(
        error.message(),
        Some("The private key is not that of this server.")
    );
    let id = error.request_id().unwrap();
    assert_eq!(error.headers().unwrap()["x-ik-requestid"], id);
    assert!(error.to_string().contains(id));
}

#[tokio::test]
async fn without_a_key_no_request_is_made() {
    let server = Scripted::start(json("200 OK", "{}")).await;
    let ik = ImageKit::builder().base_url(&server.url).build().unwrap();
    let error = ik.files().get("f1").await.unwrap_err();
    assert_eq!(error.argument(), Some("private_key"));
    assert_eq!(server.requests(), []);
}

#[tokio::test]
async fn an_unreachable_host_is_a_connection_error_that_was_not_sent() {
    let (url, _socket) = nowhere();
    let error = client(&url).files().get("f1").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connection);
    assert_eq!(error.status(), None);
    assert!(!error.may_have_been_sent());
    assert!(
        error.to_string().starts_with(&format!(
            "get-file-details: no connection to {}: ",
            &url["http://".len()..]
        )),
        "{error}"
    );
}

#[tokio::test]
async fn the_page_of_a_proxy_is_a_server_error_with_its_text() {
    let page = "<html>\n <h1>Bad Gateway</h1>\n</html>";
    let (_server, ik) = scripted(reply("502 Bad Gateway", &[], page)).await;
    let error = ik.files().get("f1").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Server);
    assert_eq!(error.status(), Some(502));
    assert_eq!(error.body(), Some(page.as_bytes()));
    assert_eq!(error.message(), None);
    assert_eq!(
        error.to_string(),
        "get-file-details: the server answered 502 Bad Gateway; body: <html> <h1>Bad Gateway</h1> </html>"
    );
}

#[tokio::test]
async fn truncated_json_is_a_decode_error_with_the_body() {
    let (_server, ik) = scripted(json("200 OK", r#"{"fileId":"f1","na"#)).await;
    let error = ik.files().get("f1").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert_eq!(error.status(), Some(200));
    assert_eq!(error.request_id(), Some("req-1"));
    assert_eq!(error.body(), Some(br#"{"fileId":"f1","na"#.as_slice()));
    assert!(error.may_have_been_sent());
    assert!(
        error
            .to_string()
            .contains("the response ends in the middle"),
        "{error}"
    );
}

#[tokio::test]
async fn a_reply_of_another_type_names_the_property() {
    let (_server, ik) = scripted(json("200 OK", r#"{"versionInfo":{"id":7}}"#)).await;
    let error = ik.files().get("f1").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert!(
        error
            .to_string()
            .contains("versionInfo: id: invalid type: integer `7`"),
        "{error}"
    );
}

#[tokio::test]
async fn a_connection_that_breaks_in_the_reply_may_have_been_sent() {
    let half = b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"fileId\"".to_vec();
    let (_server, ik) = scripted(half).await;
    let error = ik.files().get("f1").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connection);
    assert!(error.may_have_been_sent());
    assert!(error.to_string().contains("broke"), "{error}");
}

#[tokio::test]
async fn statuses_have_kinds_of_their_own() {
    let kinds = [
        ("400 Bad Request", ErrorKind::BadRequest),
        ("401 Unauthorized", ErrorKind::Unauthorized),
        ("403 Forbidden", ErrorKind::Forbidden),
        ("404 Not Found", ErrorKind::NotFound),
        ("409 Conflict", ErrorKind::Conflict),
        ("418 I'm a teapot", ErrorKind::BadRequest),
        ("423 Locked", ErrorKind::Locked),
        ("429 Too Many Requests", ErrorKind::RateLimited),
        ("500 Internal Server Error", ErrorKind::Server),
        ("503 Service Unavailable", ErrorKind::Server),
    ];
    for (status, kind) in kinds {
        let body = r#"{"message":"No.","help":"Ask again.","reason":"WHY","extra":[1]}"#;
        let (_server, ik) = scripted(json(status, body)).await;
        let error = ik.files().delete("f1").await.unwrap_err();
        assert_eq!(error.kind(), kind, "{status}");
        assert_eq!(error.message(), Some("No."));
        assert_eq!(error.help(), Some("Ask again."));
        assert_eq!(error.reason(), Some("WHY"));
        assert_eq!(error.body(), Some(body.as_bytes()));
        assert_eq!(
            error.to_string(),
            format!("delete-file: the server answered {status}: No. Ask again. (request id req-1)")
        );
    }
}

#[tokio::test]
async fn a_refusal_in_another_shape_is_still_that_refusal() {
    let body = r#"{"message":"No such file.","help":7}"#;
    let (_server, ik) = scripted(json("404 Not Found", body)).await;
    let error = ik.files().get("f1").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert_eq!(error.message(), Some("No such file."));
    assert_eq!(error.help(), Some("7"));
}

#[tokio::test]
async fn an_accepted_video_is_not_a_file() {
    let (_server, ik) = scripted(json("202 Accepted", r#"{"message":"soon"}"#)).await;
    let outcome = ik
        .upload(UploadSource::bytes("a.mp4", "video"))
        .await
        .unwrap();
    assert_eq!(*outcome, UploadOutcome::Processing);
    assert_eq!(outcome.http_status(), 202);
    assert_eq!(outcome.body().as_ref(), br#"{"message":"soon"}"#);
    let error = outcome.into_file().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Accepted);
    assert_eq!((error.status(), error.message()), (Some(202), Some("soon")));
}

#[tokio::test]
async fn the_hosts_can_be_set_each_for_itself() {
    let api = Scripted::start(json("200 OK", "[]")).await;
    let upload = Scripted::start(json("200 OK", FILE)).await;
    let ik = ImageKit::builder()
        .private_key(KEY)
        .base_url("http://127.0.0.1:9")
        .api_base_url(format!("{}/api/", api.url))
        .upload_base_url(format!("{}/up", upload.url))
        .build()
        .unwrap();
    ik.assets().list().await.unwrap();
    ik.files().get("f").await.unwrap_err();
    ik.upload(UploadSource::bytes("a", "x")).await.unwrap();
    let lines: Vec<String> = api.requests().into_iter().map(|r| r.line).collect();
    assert_eq!(lines, ["GET /api/v1/files", "GET /api/v1/files/f/details"]);
    assert_eq!(upload.request().line, "POST /up/api/v1/files/upload");
}

#[test]
fn a_base_url_that_is_not_one_is_refused_with_its_option() {
    let builders = [
        ("base_url", ImageKit::builder().base_url("api.example.com")),
        ("api_base_url", ImageKit::builder().api_base_url("https://")),
        (
            "upload_base_url",
            ImageKit::builder().upload_base_url("https://a.b/?c"),
        ),
        ("base_url", ImageKit::builder().base_url("https://a.b/c d")),
        (
            "api_base_url",
            ImageKit::builder().api_base_url("https://a.\nb"),
        ),
    ];
    for (option, builder) in builders {
        let error = builder.private_key(KEY).build().unwrap_err();
        assert_eq!(error.argument(), Some(option), "{error}");
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
    }
}

/// Everything that an error prints, down to its last source.
fn everything(error: &Error) -> String {
    let mut text = format!("{error} {error:?} {error:#?}");
    let mut source = error.source();
    while let Some(error) = source {
        text.push_str(&format!(" {error} {error:?}"));
        source = error.source();
    }
    text
}

#[tokio::test]
async fn the_key_is_never_printed() {
    let (server, ik) = scripted(json("401 Unauthorized", r#"{"message":"no"}"#)).await;
    let settings = ImageKit::builder().private_key(KEY).base_url(&server.url);
    let testing = Server::builder().private_key(KEY).start().await.unwrap();
    let raw = imagekitio::raw::Client::builder(KEY).base_url(&server.url);
    let mut printed = vec![
        format!("{settings:?} {settings:#?}"),
        format!("{ik:?} {ik:#?}"),
        format!("{:?} {:?}", ik.files(), ik.files().get("f")),
        format!("{:?} {:?}", ik.assets(), ik.assets().list().path("/")),
        format!("{:?}", ik.files().delete("f")),
        format!("{:?}", ik.upload(UploadSource::bytes("a", "x"))),
        // URL
        format!("{testing:?}"),
        format!("{raw:?}"),
    ];
    let raw = raw.build().unwrap();
    printed.push(format!("{raw:?} {:?}", raw.get_file_details().file_id("f")));
    let refused = raw
        .get_file_details()
        .file_id("f")
        .send()
        .await
        .unwrap_err();
    printed.push(format!("{refused} {refused:?} {refused:#}"));
    printed.push(everything(&ik.files().get("f").await.unwrap_err()));
    let unreachable = client("http://127.0.0.1:1");
    printed.push(everything(&unreachable.files().get("f").await.unwrap_err()));
    let upload = unreachable.upload(UploadSource::bytes("a", "x")).await;
    printed.push(everything(&upload.unwrap_err()));
    let encoded = BASIC.trim_start_matches("Basic ");
    for text in printed {
        for secret in [KEY, "Xy7", encoded, "cHJpdmF0ZV9"] {
            assert!(!text.contains(secret), "{text}");
        }
    }
}

#[tokio::test]
async fn a_connection_that_does_not_come_about_is_given_up() {
    // A listener whose queue is full takes no further connection.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let mut waiting = Vec::new();
    let soon = Duration::from_millis(100);
    while let Ok(stream) = std::net::TcpStream::connect_timeout(&address, soon) {
        waiting.push(stream);
    }
    let ik = ImageKit::builder()
        .private_key(KEY)
        .base_url(format!("http://{address}"))
        .connect_timeout(soon)
        .retry(RetryPolicy::none())
        .build()
        .unwrap();
    let error = ik.files().get("f1").await.unwrap_err();
    assert!(error.is_timeout(), "{error}");
    assert!(!error.may_have_been_sent());
    assert_eq!(
        error.to_string(),
        format!("get-file-details: no connection to {address} within 100ms (`connect_timeout`)")
    );
}

#[tokio::test]
async fn headers_can_be_added_for_all_requests_or_for_one() {
    let server = Scripted::start(json("200 OK", FILE)).await;
    let ik = ImageKit::builder()
        .private_key(KEY)
        .base_url(&server.url)
        .header("X-Team", "blue")
        .header("User-Agent", "mine")
        .build()
        .unwrap();
    ik.files().get("f1").header("X-Trace", "7").await.unwrap();
    ik.upload(UploadSource::bytes("a", "x")).await.unwrap();
    let [get, upload] = server.requests().try_into().unwrap();
    for request in [&get, &upload] {
        assert_eq!(request.header("x-team"), Some("blue"));
        assert_eq!(request.header("user-agent"), Some("mine"));
        assert_eq!(request.header("authorization"), Some(BASIC));
    }
    assert_eq!(get.header("x-trace"), Some("7"));
    assert_eq!(upload.header("x-trace"), None);
    let error = ik.files().get("f1").header("a b", "x").await.unwrap_err();
    assert_eq!(error.argument(), Some("header"));
    let secret = ik.files().get("f1").header("X-Secret", "s3cret");
    assert!(!format!("{secret:?}").contains("s3cret"));
    let error = ImageKit::builder()
        .header("X", "s3cret\n")
        .build()
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "header: the value of `X` has characters that a header cannot hold"
    );
}

#[tokio::test]
async fn a_pace_keeps_requests_apart() {
    let server = Scripted::start(json("200 OK", FILE)).await;
    let ik = ImageKit::builder()
        .private_key(KEY)
        .base_url(&server.url)
        .reads_per_second(20.0)
        .build()
        .unwrap();
    let start = std::time::Instant::now();
    let requests: Vec<_> = (0..5)
        .map(|_| tokio::spawn(ik.clone().files().get("f1").into_future()))
        .collect();
    for request in requests {
        request.await.unwrap().unwrap();
    }
    // The first goes at once, and the other four at intervals of 50 ms.
    assert!(start.elapsed() >= Duration::from_millis(200));
    for pace in [0.0, -1.0, f64::NAN] {
        let error = ImageKit::builder()
            .writes_per_second(pace)
            .build()
            .unwrap_err();
        assert_eq!(error.argument(), Some("writes_per_second"));
    }
}
