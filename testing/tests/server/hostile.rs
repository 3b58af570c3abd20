//! Malformed and hostile requests: the server refuses them and stores nothing.

use std::time::Duration;

use crate::account::{Account, PRIVATE_KEY, exact, file};
use imagekitio_testing::Server;
use reqwest::{Method, StatusCode};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

async fn connect(server: &Server) -> TcpStream {
    let address = server.url().strip_prefix("http://").unwrap();
    TcpStream::connect(address).await.unwrap()
}

/// Sends raw bytes. Returns the status line of the reply, empty if the connection is closed.
async fn raw(server: &Server, request: &[u8]) -> String {
    let mut stream = connect(server).await;
    // The server may close the connection before it has read everything.
    let _ = stream.write_all(request).await;
    let mut reply = Vec::new();
    let _ = stream.read_to_end(&mut reply).await;
    let reply = String::from_utf8_lossy(&reply);
    reply.lines().next().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn malformed_heads_are_refused() {
    let account = Account::start().await;
    let many = "x: y\r\n".repeat(200);
    let long = "a".repeat(1_000_000);
    for (request, statuses) in [
        ("nonsense\r\n\r\n".to_owned(), &["400"][..]),
        ("\0\x01\x02\r\n\r\n".to_owned(), &["400"]),
        ("GET / HTTP/9.9\r\n\r\n".to_owned(), &["400"]),
        (
            "GET /v1/files HTTP/1.1\r\nhost: a\r\nbad header\r\n\r\n".to_owned(),
            &["400"],
        ),
        (format!("GET /v1/files HTTP/1.1\r\n{many}\r\n"), &["431"]),
        (
            format!("GET /v1/files HTTP/1.1\r\nx: {long}\r\n\r\n"),
            &["431"],
        ),
        (format!("GET /{long} HTTP/1.1\r\n\r\n"), &["414", "431"]),
        (
            "POST /v1/folder HTTP/1.1\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nxx"
                .to_owned(),
            &["400"],
        ),
        (
            "POST /v1/folder HTTP/1.1\r\ncontent-length: -1\r\n\r\n".to_owned(),
            &["400"],
        ),
    ] {
        let line = raw(&account.server, request.as_bytes()).await;
        let status = line.split(' ').nth(1).unwrap_or_default();
        assert!(
            statuses.contains(&status),
            "{:?}: {line:?}",
            &request[..request.len().min(60)]
        );
    }
    assert_eq!(account.paths("type=all").await, [""; 0]);
}

#[tokio::test]
async fn paths_lead_nowhere() {
    let account = Account::start().await;
    account.store("/a", "x", b"x").await;
    for path in [
        "/v1/files/..%2F..%2Fetc%2Fpasswd/details",
        "/v1/files/%00/details",
        "/v1/files/a%0d%0ab/metadata",
        "/v1/bulkJobs/...",
        "/v1/accounts/webhooks/..%5C..",
    ] {
        assert_eq!(account.get(path).await.0, 404, "{path}");
    }
    assert_eq!(account.get("/v1/files/%ff/details").await.0, 400);
    let url = account.server.url_endpoint();
    for path in ["..%2f..%2fetc/passwd", "%2Fetc%2Fpasswd", "a//x", "a%00x"] {
        let response = account
            .client
            .get(format!("{url}/{path}"))
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), StatusCode::NOT_FOUND, "{path}");
    }
    for folder in ["..", "/a/../b", "/./a", "a/tr:w-1"] {
        let reply = account.upload(exact(folder, "y", b"y")).await;
        assert_eq!(reply.0, StatusCode::BAD_REQUEST, "{folder}");
    }
    for (name, stored) in [
        ("../../x", "/.._.._x"),
        ("/etc/passwd", "/_etc_passwd"),
        ("a\0b", "/a_b"),
        ("C:\\x", "/C__x"),
    ] {
        let (status, reply) = account.upload(exact("", name, b"y")).await;
        assert_eq!(
            (status, &reply["filePath"]),
            (StatusCode::OK, &json!(stored)),
            "{name}"
        );
    }
}

#[tokio::test]
async fn half_open_connections_are_closed() {
    let account = Account::start().await;
    let authorization = "authorization: Basic cHJpdmF0ZV9maXhlZDo=";
    let mut silent = Vec::new();
    for part in [
        String::new(),
        "POST /api/v1/files/upload HT".to_owned(),
        "POST /api/v1/files/upload HTTP/1.1\r\nhost: a\r\n".to_owned(),
        format!(
            "POST /api/v1/files/upload HTTP/1.1\r\n{authorization}\r\ncontent-length: 100\r\n\r\n--X"
        ),
        format!(
            "POST /api/v1/files/upload HTTP/1.1\r\n{authorization}\r\ntransfer-encoding: chunked\r\n\r\n5\r\nab"
        ),
    ] {
        let mut stream = connect(&account.server).await;
        stream.write_all(part.as_bytes()).await.unwrap();
        silent.push((part, stream));
    }
    // Another client is served meanwhile. By then, the server has read all of these requests.
    assert_eq!(account.paths("").await, [""; 0]);
    tokio::time::pause();
    for (part, mut stream) in silent {
        let mut reply = Vec::new();
        let closed = async {
            let _ = stream.read_to_end(&mut reply).await;
        };
        // The paused clock advances while all tasks wait.
        tokio::time::timeout(Duration::from_secs(3600), closed)
            .await
            .unwrap_or_else(|_| panic!("{part:?} stays open"));
        let reply = String::from_utf8(reply).unwrap();
        assert!(
            reply.is_empty() || reply.starts_with("HTTP/1.1 408 "),
            "{part:?}: {reply}"
        );
    }
}

#[tokio::test]
async fn forms_and_bodies_of_all_kinds_store_nothing() {
    let account = Account::start().await;
    let send = async |content_type: &str, body: Vec<u8>| {
        let request = account.api(Method::POST, "/api/v1/files/upload");
        let response = request
            .header("content-type", content_type)
            .body(body)
            .send()
            .await
            .unwrap();
        response.status().as_u16()
    };
    let form = "multipart/form-data; boundary=X";
    let part =
        |head: &str, body: &str| format!("--X\r\n{head}\r\n\r\n{body}\r\n--X--\r\n").into_bytes();
    for body in [
        Vec::new(),
        b"--X".to_vec(),
        b"--Y--\r\n".to_vec(),
        b"--X\r\n\r\n".to_vec(),
        vec![0; 10_000],
        part("content-disposition: form-data", "x"),
        part("content-disposition: attachment; name=file", "x"),
        part(
            "content-disposition: form-data; name=\"file\"; filename=\"a\"\r\nbad header",
            "x",
        ),
        part(
            &format!(
                "content-disposition: form-data; name=\"{}\"",
                "f".repeat(100_000)
            ),
            "x",
        ),
        part(&format!("x: {}", "y".repeat(100_000)), "x"),
        b"--X\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nnever ends"
            .to_vec(),
    ] {
        let shown = String::from_utf8_lossy(&body[..body.len().min(80)]).into_owned();
        assert_eq!(send(form, body).await, 400, "{shown}");
    }
    for content_type in [
        "",
        "text/plain",
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "multipart/mixed; boundary=X",
    ] {
        assert_eq!(
            send(
                content_type,
                part("content-disposition: form-data; name=a", "x")
            )
            .await,
            400,
            "{content_type}"
        );
    }
    for (name, value) in [
        ("customMetadata", "[".repeat(100_000)),
        ("extensions", "[".repeat(100_000)),
        ("checks", "(".repeat(100_000)),
        ("checks", "\"".repeat(1001)),
        ("tags", "a".repeat(501)),
        ("customCoordinates", "9".repeat(100)),
        ("webhookUrl", "javascript:alert(1)".to_owned()),
        ("folder", "/..".repeat(1000)),
    ] {
        let reply = account
            .upload(file(b"x").text("fileName", "a").text(name, value))
            .await;
        assert_eq!(reply.0, StatusCode::BAD_REQUEST, "{name}: {}", reply.1);
    }
    for body in [
        "",
        "[",
        "null",
        "1",
        "\"a\"",
        &"[".repeat(100_000),
        "{\"folderName\":\"a\",",
        "{\"a\":1,\"a\":2}",
    ] {
        let request = account
            .api(Method::POST, "/v1/folder")
            .header("content-type", "application/json");
        let response = request.body(body.to_owned()).send().await.unwrap();
        assert_eq!(
            response.status(),
            StatusCode::BAD_REQUEST,
            "{}",
            &body[..body.len().min(20)]
        );
    }
    assert_eq!(account.paths("type=all").await, [""; 0]);
    assert!(
        account
            .server
            .requests()
            .iter()
            .all(|request| !format!("{request:?}").contains(PRIVATE_KEY))
    );
}
