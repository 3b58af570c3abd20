//! Injected faults, rate limits, and recorded requests.

use std::time::Duration;

use crate::account::{Account, answer, exact, refusal, text};
use imagekitio_testing::{EndpointClass, Fault};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

const FAULT: &str = "This fault was injected.";

#[tokio::test]
async fn replies_fail_as_asked() {
    let account = Account::start().await;
    let server = &account.server;
    let ok = (200, json!([]));
    server.fail_next(Fault::status(503).times(2));
    assert_eq!(account.get("/v1/files").await, (503, refusal(FAULT)));
    assert_eq!(account.get("/v1/files").await, (503, refusal(FAULT)));
    assert_eq!(account.get("/v1/files").await, ok);

    // Faults occur in order, and for their operation only.
    server.fail_next(
        Fault::status(404)
            .body(r#"{"message":"no"}"#)
            .on("get-file-details"),
    );
    server.fail_next(
        Fault::status(429)
            .header("X-RateLimit-Reset", "250")
            .header("bad name", "x"),
    );
    let response = account.api(Method::GET, "/v1/files").send().await.unwrap();
    assert_eq!(
        (
            response.status().as_u16(),
            &response.headers()["x-ratelimit-reset"]
        ),
        (429, &"250".parse().unwrap())
    );
    assert_eq!(account.get("/v1/files").await, ok);
    assert_eq!(
        account.get("/v1/files/x/details").await,
        (404, json!({ "message": "no" }))
    );
    assert_eq!(account.get("/v1/files/x/details").await.0, 404);

    server.fail_next(Fault::html(502).header("Content-Length", "1000"));
    let response = account.api(Method::GET, "/v1/files").send().await.unwrap();
    assert_eq!(
        (
            response.status().as_u16(),
            &response.headers()["content-type"]
        ),
        (502, &"text/html".parse().unwrap())
    );
    assert!(response.text().await.unwrap().contains("<p>"));

    server.fail_next(Fault::redirect("/elsewhere"));
    let client = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap();
    let response = client
        .get(format!("{}/v1/files", server.url()))
        .send()
        .await
        .unwrap();
    assert_eq!(
        (response.status().as_u16(), &response.headers()["location"]),
        (302, &"/elsewhere".parse().unwrap())
    );

    server.fail_next(Fault::status(17));
    assert_eq!(account.get("/v1/files").await, (500, refusal(FAULT)));
    server.fail_next(Fault::delay(Duration::from_millis(1)));
    server.fail_next(Fault::status(500).times(0));
    assert_eq!(account.get("/v1/files").await, ok);
    assert_eq!(account.get("/v1/files").await, ok);
}

#[tokio::test]
async fn connections_break_before_and_after() {
    let account = Account::start().await;
    let server = &account.server;
    let upload = |name: &str| {
        let request = account.api(Method::POST, "/api/v1/files/upload");
        request.multipart(exact("", name, b"x")).send()
    };
    server.fail_next(Fault::disconnect().on("upload-file"));
    assert!(upload("before").await.is_err());
    assert_eq!(account.paths("").await, [""; 0]);
    server.fail_next(Fault::disconnect().after_carrying_out());
    assert!(upload("after").await.is_err());
    assert_eq!(account.paths("").await, ["/after"]);
    server.fail_next(
        Fault::status(500)
            .after_carrying_out()
            .delayed(Duration::from_millis(1)),
    );
    assert_eq!(
        upload("failed").await.unwrap().status(),
        StatusCode::INTERNAL_SERVER_ERROR
    );
    assert_eq!(account.paths("").await, ["/after", "/failed"]);

    for bytes in [0, 1, 10] {
        server.fail_next(Fault::truncate(bytes).on("delivery"));
        account.store("", "long", &[b'x'; 100_000]).await;
        let url = format!("{}/long", server.url_endpoint());
        let mut response = account.client.get(url).send().await.unwrap();
        assert_eq!(
            (response.status().as_u16(), response.content_length()),
            (200, Some(100_000))
        );
        let mut received = 0;
        let error = loop {
            match response.chunk().await {
                Ok(Some(chunk)) => received += chunk.len(),
                Ok(None) => panic!("whole"),
                Err(error) => break error,
            }
        };
        assert_eq!(received, bytes, "{error}");
    }
}

#[tokio::test]
async fn delayed_requests_are_carried_out_without_their_clients() {
    let account = Account::start().await;
    let server = &account.server;
    let folders = async |expected: &[&str]| {
        let created = async {
            while account.paths("type=folder").await != expected {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        let result = tokio::time::timeout(Duration::from_secs(60), created).await;
        assert!(result.is_ok(), "{expected:?}");
    };
    let address = server.url().strip_prefix("http://").unwrap();
    let send = async |name: &str| {
        let body = json!({ "folderName": name, "parentFolderPath": "/" }).to_string();
        let request = format!(
            "POST /v1/folder HTTP/1.1\r\nhost: {address}\r\nauthorization: Basic cHJpdmF0ZV9maXhlZDo=\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        stream
    };
    // The client is gone long before the delay ends.
    server.fail_next(Fault::delay(Duration::from_millis(100)).on("create-folder"));
    drop(send("a").await);
    folders(&["/a"]).await;
    // Only the reply is delayed.
    let hour = Duration::from_secs(3600);
    server.fail_next(Fault::delay(hour).after_carrying_out().on("create-folder"));
    let _waiting = send("b").await;
    folders(&["/a", "/b"]).await;
}

#[tokio::test]
async fn limits_count_by_class() {
    let account = Account::start().await;
    let hour = Duration::from_secs(3600);
    account.server.limit(EndpointClass::Read, 2, hour);
    account.server.limit(EndpointClass::Bulk, 1, hour);
    let headers = async |method: Method, path: &str, body: Value| {
        let response = account.api(method, path).json(&body).send().await.unwrap();
        let header = |name: &str| {
            response.headers()[name]
                .to_str()
                .unwrap()
                .parse::<u64>()
                .unwrap()
        };
        let limits = (
            header("x-ratelimit-limit"),
            header("x-ratelimit-interval"),
            header("x-ratelimit-reset") > 0,
        );
        (response.status().as_u16(), limits)
    };
    let list = async || headers(Method::GET, "/v1/files", Value::Null).await;
    assert_eq!(list().await, (200, (2, 3_600_000, false)));
    assert_eq!(list().await, (200, (2, 3_600_000, false)));
    assert_eq!(list().await, (429, (2, 3_600_000, true)));
    let message = "Too many requests. Wait for as long as X-RateLimit-Reset says.";
    assert_eq!(
        account.get("/v1/files").await,
        (429, json!({ "message": message }))
    );
    let tags = json!({ "fileIds": ["x"], "tags": ["a"] });
    let add = async || headers(Method::POST, "/v1/files/addTags", tags.clone()).await;
    assert_eq!(add().await, (404, (1, 3_600_000, false)));
    assert_eq!(add().await, (429, (1, 3_600_000, true)));
    let folder = json!({ "folderName": "a", "parentFolderPath": "/" });
    for _ in 0..5 {
        let reply = headers(Method::POST, "/v1/folder", folder.clone()).await;
        assert_eq!(reply, (201, (100, 1000, false)));
        assert_eq!(account.upload(exact("", "a", b"a")).await.0, StatusCode::OK);
    }
    // A new interval.
    account
        .server
        .limit(EndpointClass::Read, 1, Duration::from_nanos(1));
    assert_eq!(list().await.0, 200);
    assert_eq!(list().await.0, 200);
}

#[tokio::test]
async fn requests_are_recorded() {
    let account = Account::start().await;
    account.store("/a b", "x.txt", b"content").await;
    account
        .get("/v1/files?searchQuery=name%20%3D+%22a%22")
        .await;
    account
        .post("/v1/folder", json!({ "folderName": "é" }))
        .await;
    account.server.fail_next(Fault::disconnect());
    let lost = account.api(Method::DELETE, "/v1/files/x%2Fy").send().await;
    assert!(lost.is_err());
    account
        .client
        .get(format!("{}/none", account.server.url_endpoint()))
        .send()
        .await
        .unwrap();
    let unknown = account
        .client
        .get(format!("{}/other", account.server.url()));
    assert_eq!(answer(unknown).await.0, 501);

    let requests = account.server.requests();
    let seen: Vec<_> = requests
        .iter()
        .map(|request| {
            (
                request.operation(),
                request.method(),
                request.path(),
                request.status(),
            )
        })
        .collect();
    assert_eq!(
        seen,
        [
            (
                Some("upload-file"),
                "POST",
                "/api/v1/files/upload",
                Some(200)
            ),
            (
                Some("list-and-search-assets"),
                "GET",
                "/v1/files",
                Some(200)
            ),
            (Some("create-folder"), "POST", "/v1/folder", Some(400)),
            (Some("delete-file"), "DELETE", "/v1/files/x%2Fy", None),
            (Some("delivery"), "GET", "/demo/none", Some(404)),
            (None, "GET", "/other", Some(501)),
        ]
    );
    let upload = &requests[0];
    assert_eq!(upload.field("file"), Some(&b"content"[..]));
    assert_eq!(upload.field("folder"), Some(&b"/a b"[..]));
    assert_eq!(upload.field("tags"), None);
    assert_eq!(upload.query("a"), None);
    assert!(
        upload
            .header("AUTHORIZATION")
            .unwrap()
            .starts_with("Basic ")
    );
    assert_eq!(
        requests[1].query("searchQuery").as_deref(),
        Some("name = \"a\"")
    );
    assert_eq!(requests[1].json(), Value::Null);
    assert_eq!(text(&requests[2].json(), "folderName"), "é");
    assert_eq!(requests[2].body(), r#"{"folderName":"é"}"#.as_bytes());
    let shown = format!("{upload:?}");
    assert_eq!(
        shown,
        r#"Request { operation: Some("upload-file"), method: "POST", path: "/api/v1/files/upload", status: Some(200), .. }"#
    );
}
