//! Failures, rate limits, retries and time limits.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream;
use imagekitio::{Error, ErrorKind, ImageKit, RetryPolicy, UploadSource};
use serde_json::json;
use support::calls::{Call, answering, call, client};
use support::uploads::{KEY, MIB, content, hello};
use support::{FILE, Scripted, Step, json as reply_json, pass, read_head, reply, soon, until};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// An operation of each kind: a read, a deletion, a change, and what may be done once only.
fn calls(ik: &ImageKit) -> [Call; 6] {
    [
        call(ik.files().get("f1")),
        call(ik.files().delete("f1")),
        call(ik.files().update("f1").tags(["a"])),
        call(ik.files().copy("/a.txt", "/b")),
        call(ik.cache().purge("https://ik.imagekit.io/demo/a.jpg")),
        call(ik.upload(hello())),
    ]
}

/// imagekit-nodejs#17, imagekit-nodejs#48, imagekit-javascript#53: The headers of a response, such
/// as the rate limit and the request id, are lost.
///
/// Responses and errors have all of them, and the rate limit as durations.
#[tokio::test]
async fn headers_of_responses_are_kept() {
    let headers = [
        ("x-ratelimit-limit", "40"),
        ("x-ratelimit-interval", "1000"),
        ("x-ratelimit-reset", "300"),
        ("x-ik-requestid", "req-1"),
    ];
    let server = Scripted::start(reply("200 OK", &headers, FILE)).await;
    let file = client(&server).files().get("f1").await.unwrap();
    let limit = file.rate_limit().unwrap();
    assert_eq!(
        (limit.limit, limit.interval, limit.reset),
        (40, Duration::from_secs(1), Duration::from_millis(300))
    );
    assert_eq!(file.request_id(), Some("req-1"));
    let refused = reply(
        "429 Too Many Requests",
        &headers,
        r#"{"message":"Slow down."}"#,
    );
    let server = Scripted::start(refused).await;
    let error = client(&server).files().get("f1").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::RateLimited);
    assert_eq!(error.retry_after(), Some(Duration::from_millis(300)));
    assert_eq!(
        error.to_string(),
        "get-file-details: the server answered 429 Too Many Requests: Slow down. (retry after 300ms) (request id req-1)"
    );
    for (name, value) in headers {
        assert_eq!(error.headers().unwrap()[name], value);
    }
}

/// A server that takes three requests in each window of 300 milliseconds, the numbers of requests
/// that it took and refused, and a client of it. The clock is tokio's, paused.
async fn limited() -> (Arc<[AtomicUsize; 2]>, ImageKit) {
    // In small steps, so that what the network brings comes before the end of a time limit.
    tokio::spawn(async {
        loop {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    });
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let counts: Arc<[AtomicUsize; 2]> = Arc::default();
    let counted = counts.clone();
    tokio::spawn(async move {
        let start = tokio::time::Instant::now();
        let (mut window, mut taken) = (0, 0);
        while let Ok((mut stream, _)) = listener.accept().await {
            let now = start.elapsed().as_millis() / 300;
            taken = if now == window { taken + 1 } else { 1 };
            window = now;
            let is_refused = taken > 3;
            counted[usize::from(is_refused)].fetch_add(1, Ordering::SeqCst);
            tokio::spawn(async move {
                let (head, mut body) = read_head(&mut stream).await.unwrap();
                let length = head
                    .header("content-length")
                    .map_or(0, |length| length.parse().unwrap());
                body.resize(body.len().max(length) - body.len(), 0);
                stream.read_exact(&mut body).await.unwrap();
                let headers = [("connection", "close"), ("x-ratelimit-reset", "300")];
                let answer = match is_refused {
                    true => reply(
                        "429 Too Many Requests",
                        &headers,
                        r#"{"message":"Slow down."}"#,
                    ),
                    false => reply("200 OK", &headers[..1], FILE),
                };
                stream.write_all(&answer).await.unwrap();
                stream.shutdown().await.unwrap();
            });
        }
    });
    let ik = ImageKit::builder()
        .private_key(KEY)
        .base_url(url)
        .build()
        .unwrap();
    (counts, ik)
}

fn assert_nothing_is_lost<T>(results: &[Result<T, Error>], counts: &[AtomicUsize; 2]) {
    let failed: Vec<_> = results
        .iter()
        .filter_map(|result| result.as_ref().err())
        .collect();
    assert!(failed.is_empty(), "{failed:?}");
    assert_eq!((results.len(), counts[0].load(Ordering::SeqCst)), (60, 60));
    assert!(
        counts[1].load(Ordering::SeqCst) > 0,
        "no request was refused"
    );
}

/// box-java-sdk#163, bunnycdn-storage-deploy#42: Of many uploads at the same time, those that get a
/// 429 too often are lost.
///
/// A 429 isn't counted as a failed attempt. Requests wait for as long as the server asks, and go on
/// one by one.
#[tokio::test(start_paused = true)]
async fn no_upload_is_lost_to_a_rate_limit() {
    let (counts, ik) = limited().await;
    let uploads =
        (0..60).map(|number| ik.upload(UploadSource::bytes(format!("{number}.txt"), "x")));
    let results = ik.upload_many(uploads).concurrency(12).await;
    assert_nothing_is_lost(&results, &counts);
}

/// bunnycdn-storage-deploy#42: Of many reads at the same time, those that get a 429 too often are
/// lost.
///
/// They are all answered, as are uploads.
#[tokio::test(start_paused = true)]
async fn no_read_is_lost_to_a_rate_limit() {
    let (counts, ik) = limited().await;
    let reads =
        stream::iter((0..60).map(|number| ik.files().get(format!("f{number}")).into_future()));
    let results: Vec<_> = reads.buffer_unordered(12).collect().await;
    assert_nothing_is_lost(&results, &counts);
}

/// flyte-sdk#1136: The wait that a server asks for is read in one form only, or makes the client
/// sleep for years.
///
/// Seconds, fractions, dates and milliseconds are read. A wait that is too long is returned with
/// the error at once.
#[tokio::test]
async fn waits_are_read_in_every_form() {
    let century = "Fri, 01 Jan 2100 00:00:00 GMT";
    for (name, value, shortest, longest) in [
        ("retry-after", "120", 120_000, 120_000),
        ("retry-after", "90.5", 90_500, 90_500),
        ("x-ratelimit-reset", "61000", 61_000, 61_000),
        ("x-ratelimit-reset", "61000.7", 61_000, 61_001),
        (
            "retry-after",
            century,
            1_000_000_000_000,
            10_000_000_000_000,
        ),
    ] {
        let headers = [(name, value)];
        let server = Scripted::start(reply("429 Too Many Requests", &headers, "{}")).await;
        let ik = ImageKit::builder()
            .private_key(KEY)
            .base_url(&server.url)
            .build()
            .unwrap();
        let error = soon(ik.files().get("f1")).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.attempts()),
            (ErrorKind::RateLimited, 1)
        );
        let wait = error.retry_after().unwrap().as_millis();
        assert!((shortest..=longest).contains(&wait), "{value}: {wait}");
        assert_eq!(server.requests().len(), 1);
    }
    for value in ["-1", "soon", "NaN", ""] {
        let headers = [("retry-after", value)];
        let server = Scripted::start(reply("429 Too Many Requests", &headers, "{}")).await;
        let error = client(&server).files().get("f1").await.unwrap_err();
        assert_eq!(
            (error.kind(), error.retry_after()),
            (ErrorKind::RateLimited, None)
        );
    }
}

/// rust-s3#405, hyper#2136, reqwest#224: A request on a kept connection fails when the
/// server has just closed it, or is sent twice although that isn't safe.
///
/// Reads and deletions are sent again. A copy isn't, and its error says that it may have been
/// carried out.
#[tokio::test]
async fn a_connection_that_was_closed_loses_no_read() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        // Each connection answers one request, and ends with the next one or with a copy.
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let first = read_head(&mut stream).await;
                if first.is_ok_and(|(head, _)| head.line.starts_with("POST")) {
                    return;
                }
                let _ = stream.write_all(&reply_json("200 OK", FILE)).await;
                let _ = read_head(&mut stream).await;
            });
        }
    });
    let policy = RetryPolicy::new().base_delay(Duration::from_millis(1));
    let ik = ImageKit::builder()
        .private_key(KEY)
        .base_url(url)
        .retry(policy)
        .build()
        .unwrap();
    for _ in 0..3 {
        assert_eq!(soon(ik.files().get("f1")).await.unwrap().file_id, "f1");
        soon(ik.files().delete("f1")).await.unwrap();
        soon(ik.files().get("f1")).await.unwrap();
        let error = soon(ik.files().copy("/a.txt", "/b")).await.unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::Connection, 1));
        assert!(error.may_have_been_sent(), "{error:?}");
    }
}

/// reqwest#1975, ureq#676, Rocket#2783: A server that refuses an upload before it has read it
/// closes the connection, and the client reports a broken pipe in place of the status, or sends the
/// file again.
///
/// The status is kept, and the file isn't sent again.
#[tokio::test]
async fn a_refusal_during_an_upload_is_kept() {
    for (status, kind) in [
        ("413 Payload Too Large", ErrorKind::BadRequest),
        ("401 Unauthorized", ErrorKind::Unauthorized),
    ] {
        for length in [10 * 1024, MIB, 24 * MIB] {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let url = format!("http://{}", listener.local_addr().unwrap());
            let server = tokio::spawn(async move {
                let (mut stream, _) = listener.accept().await.unwrap();
                read_head(&mut stream).await.unwrap();
                let refusal = reply(status, &[("connection", "close")], r#"{"message":"No."}"#);
                stream.write_all(&refusal).await.unwrap();
                stream.shutdown().await.unwrap();
                // What is still on its way, so that the network doesn't lose the refusal.
                let mut rest = vec![0; MIB];
                while stream.read(&mut rest).await.is_ok_and(|read| read > 0) {}
                listener
            });
            let ik = support::uploads::client(&url, support::uploads::quick());
            let error = soon(ik.upload(UploadSource::bytes("a.mp4", content(length))))
                .await
                .unwrap_err();
            assert_eq!((error.kind(), error.attempts()), (kind, 1), "{error}");
            assert_eq!(
                error.to_string(),
                format!("upload-file: the server answered {status}: No.")
            );
            let listener = soon(server).await.unwrap();
            let again = tokio::time::timeout(Duration::ZERO, listener.accept()).await;
            assert!(again.is_err(), "the file was sent again");
        }
    }
}

/// openfoodfacts-server#593, pypln.web#139, langwatch#7906, refit#1620, appwrite#1588: A redirect
/// turns a POST into a GET, and the answer to that counts as a success of the upload.
///
/// A redirect is an error with the address. Nothing is sent there, and nothing is repeated.
#[tokio::test]
async fn a_redirect_is_an_error() {
    let elsewhere = Scripted::start(reply_json("200 OK", FILE)).await;
    for status in [
        "301 Moved Permanently",
        "302 Found",
        "303 See Other",
        "307 Temporary Redirect",
        "308 Permanent Redirect",
    ] {
        let location = format!("{}/new", elsewhere.url);
        let server = Scripted::start(reply(status, &[("location", &location)], "")).await;
        for call in calls(&client(&server)) {
            let before = server.requests().len();
            let error = call.await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Redirect);
            let operation = error.operation().unwrap();
            assert_eq!(
                error.to_string(),
                format!(
                    "{operation}: the server answered {status}, which redirects the request to {location}; redirects are not followed, so check the base URL and the proxies on the way"
                )
            );
            assert_eq!(server.requests().len(), before + 1);
        }
    }
    assert_eq!(elsewhere.begun(), 0);
}

/// ReyCode#19, openai-java#1021, OpenSandbox#1123: A redirect to another host carries secret
/// headers and the body there.
///
/// No redirect is followed. If the caller's `http_client` follows them, the result is still an
/// error, and the private key goes to no other host.
#[tokio::test]
async fn a_redirect_takes_no_secret_elsewhere() {
    let elsewhere = Scripted::start(reply_json("200 OK", FILE)).await;
    let location = format!("{}/new", elsewhere.url);
    let server = Scripted::start(reply(
        "307 Temporary Redirect",
        &[("location", &location)],
        "",
    ))
    .await;
    let builder = || {
        ImageKit::builder()
            .private_key(KEY)
            .base_url(&server.url)
            .header("x-gateway-key", "gateway_secret")
    };
    for call in calls(&builder().build().unwrap()) {
        assert_eq!(call.await.unwrap_err().kind(), ErrorKind::Redirect);
    }
    assert_eq!(elsewhere.begun(), 0);
    let follows = builder()
        .http_client(reqwest::Client::new())
        .build()
        .unwrap();
    for call in calls(&follows) {
        assert_eq!(soon(call).await.unwrap_err().kind(), ErrorKind::Redirect);
    }
    for request in elsewhere.requests() {
        assert_eq!(request.header("authorization"), None);
        assert!(request.body.is_empty(), "{request:?}");
    }
}

/// altimate-code#1119, bindery#1493, imagekit-javascript#12, imagekit-javascript#29,
/// imagekit-python#20, cloudinary-go#91: A web page or nothing in place of JSON crashes the client
/// ("Unexpected end of JSON input"), or counts as a success.
///
/// It is an error with status and body. A body that isn't JSON is never a success.
#[tokio::test]
async fn a_web_page_is_neither_a_crash_nor_a_success() {
    let page = "<!DOCTYPE html><h1>Sign in</h1>";
    let (_server, ik) = answering("200 OK", page).await;
    for call in calls(&ik) {
        let error = call.await.unwrap_err();
        assert_eq!(
            (error.kind(), error.status()),
            (ErrorKind::Decode, Some(200)),
            "{error}"
        );
        assert_eq!(error.body(), Some(page.as_bytes()));
        assert!(
            error
                .to_string()
                .ends_with("; body: <!DOCTYPE html><h1>Sign in</h1> (request id req-1)"),
            "{error}"
        );
    }
    for body in ["", page, "Internal error", r#"{"message":"#] {
        let (_server, ik) = answering("500 Internal Server Error", body).await;
        for call in calls(&ik) {
            let error = call.await.unwrap_err();
            assert_eq!(
                (error.kind(), error.status()),
                (ErrorKind::Server, Some(500)),
                "{error}"
            );
            assert_eq!(error.body(), Some(body.as_bytes()));
            let shown = if body.is_empty() {
                String::new()
            } else {
                format!("; body: {body}")
            };
            let attempts = if error.attempts() > 1 {
                " (after 3 attempts)"
            } else {
                ""
            };
            let operation = error.operation().unwrap();
            assert_eq!(
                error.to_string(),
                format!(
                    "{operation}: the server answered 500 Internal Server Error{shown}{attempts} (request id req-1)"
                )
            );
        }
    }
}

/// snouty#183: An error whose body breaks off is reported as a broken connection, and the status is
/// lost.
///
/// The status counts, and a 401 isn't retried.
#[tokio::test]
async fn a_status_outlives_its_body() {
    let broken =
        b"HTTP/1.1 401 Unauthorized\r\ncontent-length: 500\r\n\r\n{\"message\":\"Wro".to_vec();
    let server = Scripted::start(broken).await;
    for call in calls(&client(&server)) {
        let before = server.requests().len();
        let error = call.await.unwrap_err();
        assert_eq!(
            (error.kind(), error.status(), error.attempts()),
            (ErrorKind::Unauthorized, Some(401), 1)
        );
        assert_eq!(error.body(), Some(b"{\"message\":\"Wro".as_slice()));
        assert_eq!(server.requests().len(), before + 1);
    }
}

/// pycloudinary#358, CloudinaryDotNet#318: The error of a refused field says that something is
/// wrong, and not which field.
///
/// The message has the details that the server sends under `errors`.
#[tokio::test]
async fn details_of_errors_are_shown() {
    let body = json!({
        "message": "Invalid custom metadata.",
        "help": "See the docs.",
        "errors": {"colors": ["unknown value: pink"], "price": "must be a number"},
    });
    let (_server, ik) = answering("400 Bad Request", &body.to_string()).await;
    let error = ik.upload(hello()).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "upload-file: the server answered 400 Bad Request: Invalid custom metadata. See the docs. \
         (colors: unknown value: pink; price: must be a number) (request id req-1)"
    );
    assert_eq!(error.errors(), Some(&body["errors"]));
}

/// Imager-Craft#261, imagekit-nodejs#99: A name that is taken, or a file that is gone, can't be
/// distinguished from other errors.
///
/// Statuses have kinds, and kinds have predicates.
#[tokio::test]
async fn failures_have_kinds() {
    type Is = fn(&Error) -> bool;
    let cases: [(&str, ErrorKind, Is); 5] = [
        ("409 Conflict", ErrorKind::Conflict, Error::is_conflict),
        ("404 Not Found", ErrorKind::NotFound, Error::is_not_found),
        ("403 Forbidden", ErrorKind::Forbidden, Error::is_forbidden),
        ("423 Locked", ErrorKind::Locked, Error::is_locked),
        (
            "400 Bad Request",
            ErrorKind::BadRequest,
            Error::is_bad_request,
        ),
    ];
    for (status, kind, is) in cases {
        let (_server, ik) = answering(status, r#"{"message":"No."}"#).await;
        for call in calls(&ik) {
            let error = call.await.unwrap_err();
            assert_eq!(error.kind(), kind);
            assert!(is(&error));
            for (_, other, is) in cases {
                assert_eq!(is(&error), other == kind);
            }
        }
    }
}

/// imagekit-php#51, imagekit-php#56, imagekit-php#58: A connection that fails is reported as a
/// status that isn't valid.
///
/// It is an error of its own kind, with the cause, and says that nothing was sent.
#[tokio::test]
async fn a_failed_connection_has_no_status() {
    let (url, _socket) = support::nowhere();
    let host = url.trim_start_matches("http://");
    let ik = ImageKit::builder()
        .private_key(KEY)
        .base_url(&url)
        .retry(RetryPolicy::none())
        .build()
        .unwrap();
    for call in calls(&ik) {
        let error = soon(call).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.status()),
            (ErrorKind::Connection, None)
        );
        assert!(!error.may_have_been_sent());
        let operation = error.operation().unwrap();
        let message = error.to_string();
        let cause = message.strip_prefix(&format!("{operation}: no connection to {host}: "));
        assert!(
            cause.is_some_and(|cause| cause.contains("refused")),
            "{message}"
        );
    }
}

/// imagekit-javascript#7, cloudinary_npm#547, cloudinary_npm#62, cloudinary_gem#143, omicron#1208:
/// A request to a server that doesn't answer has no time limit, or one that can't be changed, and
/// the error doesn't name it.
///
/// Requests and uploads have limits that can be set, and the error names the limit that has passed.
#[tokio::test]
async fn time_limits_have_names() {
    let server = Scripted::start([Step::Silent]).await;
    let host = server.url.trim_start_matches("http://").to_owned();
    let hour = Duration::from_secs(3600);
    let ik = ImageKit::builder()
        .private_key(KEY)
        .base_url(&server.url)
        .retry(RetryPolicy::none())
        .timeout(hour)
        .build()
        .unwrap();
    let late = async |call: Call| {
        let before = server.requests().len();
        let call = tokio::spawn(call);
        until("a request", || server.requests().len() > before).await;
        pass(hour).await;
        let error = soon(call).await.unwrap().unwrap_err();
        assert_eq!(
            (error.kind(), error.may_have_been_sent()),
            (ErrorKind::Timeout, true)
        );
        error.to_string()
    };
    assert_eq!(
        late(call(ik.files().get("f1"))).await,
        format!("get-file-details: no complete response from {host} within 3600s (`timeout`)")
    );
    let total = ik.files().get("f1").timeout(2 * hour).total_timeout(hour);
    assert_eq!(
        late(call(total)).await,
        format!(
            "get-file-details: no complete response from {host} within 3600s (`total_timeout`)"
        )
    );
    let message = late(call(ik.upload(hello()).reply_timeout(hour))).await;
    assert!(
        message.starts_with("upload-file: no complete response within 3600s"),
        "{message}"
    );
    assert!(message.ends_with(" after the file was sent"), "{message}");
}

/// imagekit-nodejs 7.11: An upload that failed with a timeout or a status of 500 is sent again, and
/// the file is stored twice.
///
/// What the server may have carried out is sent again only where that changes nothing, or if the
/// caller says so.
#[tokio::test]
async fn an_upload_is_not_stored_twice() {
    for step in [
        Step::HangUp,
        Step::Answer("500 Internal Server Error", "{}"),
        Step::Answer("409 Conflict", "{}"),
    ] {
        let server = Scripted::start([step.clone(), support::STORED]).await;
        let error = soon(server.client().upload(hello())).await.unwrap_err();
        assert!(error.may_have_been_sent());
        assert_eq!((error.attempts(), server.begun()), (1, 1));
    }
    let server = Scripted::start([Step::HangUp, support::STORED]).await;
    let policy = support::uploads::quick().repeat_unsafe(true);
    soon(server.client().upload(hello()).retry(policy))
        .await
        .unwrap();
    assert_eq!(server.begun(), 2);
}
