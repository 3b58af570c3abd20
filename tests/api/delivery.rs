//! Downloads, and waiting for what ImageKit prepares, against servers that behave and servers that
//! don't.

use std::time::Duration;

use bytes::Bytes;
use futures_util::{FutureExt, StreamExt, TryStreamExt};
use imagekitio::delivery::Fetch;
use imagekitio::url::ImageKitUrl;
use imagekitio::{Error, ErrorKind, ImageKit, RetryPolicy};
use support::{Scripted, Step, pass, read_head, reply, soon, until};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

const KEY: &str = "private_key_test";
const TICK: Duration = Duration::from_millis(1);
const HOUR: Duration = Duration::from_secs(3600);
const SIGNATURE: &str = "2f2d957f5576053c7cf42ec9fbcd60210de63cd5";

fn client() -> ImageKit {
    ImageKit::builder()
        .private_key(KEY)
        .header("x-gateway-key", "gateway-secret")
        .retry(RetryPolicy::new().base_delay(TICK))
        .build()
        .unwrap()
}

fn steps<const N: usize>(replies: [Vec<u8>; N]) -> [Step; N] {
    replies.map(Step::Reply)
}

fn ok() -> Vec<u8> {
    reply("200 OK", &[("x-ik-requestId", "req-1")], "image")
}

fn accepted() -> Vec<u8> {
    reply("202 Accepted", &[], "")
}

fn intermediate() -> Vec<u8> {
    let headers = [
        ("content-type", "text/html"),
        ("is-intermediate-response", "true"),
    ];
    reply("200 OK", &headers, "<p>The asset is being prepared</p>")
}

fn redirect(to: &str) -> Vec<u8> {
    reply("302 Found", &[("location", to)], "")
}

async fn wait(url: &str) -> Result<u16, Error> {
    let wait = client().delivery().wait_until_ready(url).interval(TICK);
    soon(wait).await.map(|response| response.http_status())
}

#[tokio::test]
async fn a_wait_asks_until_the_file_is_ready() {
    let server = Scripted::start(steps([
        accepted(),
        intermediate(),
        reply("200 OK", &[("Is-Intermediate-Response", "TRUE")], ""),
        redirect("/demo/a.mp4?tr=orig-true"),
        redirect("/demo/a.mp4?v=1&tr=orig"),
        ok(),
    ]))
    .await;
    let url = format!("{}/demo/tr:w-300/a.mp4?v=1&ik-s={SIGNATURE}", server.url);
    let url: ImageKitUrl = url.parse().unwrap();
    let ik = client();
    let wait = ik
        .delivery()
        .wait_until_ready(&url)
        .interval(TICK)
        .header("accept", "image/avif");
    let response = soon(wait).await.unwrap();
    assert_eq!(
        (response.http_status(), response.request_id()),
        (200, Some("req-1"))
    );
    let requests = server.requests();
    assert_eq!(requests.len(), 6);
    for request in requests {
        assert_eq!(
            request.line,
            format!("GET /demo/tr:w-300/a.mp4?v=1&ik-s={SIGNATURE}")
        );
        let names: Vec<&str> = request.headers.keys().map(String::as_str).collect();
        assert_eq!(names, ["accept", "host", "user-agent"]);
        assert_eq!(request.header("accept"), Some("image/avif"));
    }
}

#[tokio::test]
async fn a_wait_pauses_between_requests() {
    let server = Scripted::start(steps([accepted(), accepted(), ok()])).await;
    let wait = client().delivery().wait_until_ready(&server.url);
    let wait = wait
        .interval(HOUR)
        .timeout(Duration::MAX)
        .total_timeout(Duration::MAX);
    let wait = tokio::spawn(wait.into_future());
    for asked in 1..3 {
        until("a request", || server.requests().len() == asked).await;
        // The reply may take a while to arrive, and no real time makes up for an hour.
        while server.requests().len() == asked {
            pass(HOUR).await;
            tokio::time::sleep(TICK).await;
        }
    }
    assert_eq!(soon(wait).await.unwrap().unwrap().http_status(), 200);
    assert_eq!(server.requests().len(), 3);
}

#[tokio::test]
async fn a_failure_ends_a_wait() {
    let reason = format!("ERROR_X: bad value w-abc at ik-s={SIGNATURE}");
    for (status, kind) in [
        ("202 Accepted", ErrorKind::BadRequest),
        ("302 Found", ErrorKind::BadRequest),
        ("200 OK", ErrorKind::BadRequest),
        ("400 Bad Request", ErrorKind::BadRequest),
        ("401 Unauthorized", ErrorKind::Unauthorized),
        ("403 Forbidden", ErrorKind::Forbidden),
        ("404 Not Found", ErrorKind::NotFound),
        ("500 Internal Server Error", ErrorKind::Server),
        ("503 Service Unavailable", ErrorKind::Server),
    ] {
        let server = Scripted::start(reply(
            status,
            &[("ik-error", &reason), ("location", "/demo/a.jpg")],
            "",
        ))
        .await;
        let url = format!("{}/demo/a.jpg?tr=w-abc&ik-s={SIGNATURE}", server.url);
        let error = wait(&url).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        assert_eq!(error.reason(), Some(reason.as_str()));
        assert_eq!(error.status().unwrap().to_string(), status[..3]);
        assert_eq!(error.headers().unwrap()["ik-error"], reason.as_str());
        assert_eq!(error.operation(), Some("delivery-wait"));
        let shown = format!("{error} {error:?}");
        assert!(shown.contains("ERROR_X: bad value w-abc"), "{shown}");
        assert!(!shown.contains(SIGNATURE), "{shown}");
        assert_eq!(server.requests().len(), 1, "{status}");
    }
}

#[tokio::test]
async fn a_passing_failure_is_repeated() {
    let server = Scripted::start([
        Step::Reply(reply("503 Service Unavailable", &[], "")),
        Step::HangUp,
        Step::Reply(accepted()),
        Step::Reply(reply(
            "429 Too Many Requests",
            &[("x-ratelimit-reset", "1"), ("ik-error", "slow down")],
            "",
        )),
        Step::Reply(ok()),
    ])
    .await;
    assert_eq!(wait(&server.url).await.unwrap(), 200);
    assert_eq!(server.requests().len(), 5);

    let server = Scripted::start(reply("503 Service Unavailable", &[], "down")).await;
    let error = wait(&server.url).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Server, 3));
    assert_eq!(error.body(), Some(&b"down"[..]));
}

#[tokio::test]
async fn no_redirect_is_followed() {
    let other = Scripted::start(ok()).await;
    for to in [
        format!("{}/demo/a.mp4", other.url),
        "/login".to_owned(),
        "/demo/b.mp4".to_owned(),
        "/demo/a.mp4?tr=w-300".to_owned(),
        "/demo".to_owned(),
        "https://".to_owned(),
    ] {
        let server = Scripted::start(redirect(&to)).await;
        let url = format!("{}/demo/a.mp4?tr=w-300", server.url);
        let waited = wait(&url).await.unwrap_err();
        let fetched = soon(client().delivery().fetch(&url)).await.unwrap_err();
        for error in [waited, fetched] {
            assert_eq!(
                (error.kind(), error.status()),
                (ErrorKind::Redirect, Some(302))
            );
            assert_eq!(error.headers().unwrap()["location"], to.as_str());
        }
        assert_eq!(server.requests().len(), 2);
    }
    assert_eq!(other.requests(), []);
}

#[tokio::test]
async fn a_wait_has_a_time_limit() {
    for (steps, status) in [
        (vec![Step::Reply(intermediate()), Step::Silent], Some(200)),
        (vec![Step::Silent], None),
    ] {
        let asked = steps.len();
        let server = Scripted::start(steps).await;
        let wait = client().delivery().wait_until_ready(&server.url);
        let wait = wait.interval(TICK).timeout(2 * HOUR).total_timeout(HOUR);
        let wait = tokio::spawn(wait.into_future());
        until("the last request", || server.requests().len() == asked).await;
        pass(HOUR).await;
        let error = soon(wait).await.unwrap().unwrap_err();
        assert_eq!((error.kind(), error.status()), (ErrorKind::Timeout, status));
        assert!(error.to_string().contains("within 3600s"), "{error}");
        if status.is_some() {
            assert_eq!(error.headers().unwrap()["is-intermediate-response"], "true");
        }
    }
}

#[tokio::test]
async fn bad_input_is_refused_before_a_request() {
    let delivery = client().delivery();
    for url in [
        "",
        "a.jpg?ik-s=secret-signature",
        "/demo/a.jpg",
        "ftp://ik.imagekit.io/a.jpg?ik-s=secret-signature",
        "https://",
        "https://user:secret-signature@",
        "data:,a",
    ] {
        for error in [
            delivery.fetch(url).await.unwrap_err(),
            delivery.wait_until_ready(url).await.unwrap_err(),
        ] {
            assert_eq!(error.kind(), ErrorKind::InvalidInput);
            assert_eq!(error.argument(), Some("url"));
            assert!(!format!("{error} {error:?}").contains("secret"), "{error}");
        }
    }
    let server = Scripted::start(ok()).await;
    for name in ["range", "If-Range", "authorization", "host", "a b"] {
        let error = delivery.fetch(&server.url).header(name, "bytes=0-1").await;
        assert_eq!(error.unwrap_err().argument(), Some("header"), "{name}");
    }
    let idle = delivery
        .wait_until_ready(&server.url)
        .interval(Duration::ZERO);
    assert_eq!(idle.await.unwrap_err().argument(), Some("interval"));
    assert_eq!(server.requests(), []);
}

#[tokio::test]
async fn nothing_shows_a_signature() {
    let server = Scripted::start([Step::Reply(ok()), Step::HangUp]).await;
    let url = format!("{}/demo/a.jpg?ik-t=9&ik-s={SIGNATURE}", server.url);
    let delivery = client().delivery();
    let fetch = delivery.fetch(&url).retry(RetryPolicy::none());
    let wait = delivery.wait_until_ready(&url).retry(RetryPolicy::none());
    let download = soon(fetch.clone()).await.unwrap();
    let shown = format!("{fetch:?} {wait:?} {download:?}");
    let broken = soon(fetch).await.unwrap_err();
    let shown = format!("{shown} {broken} {broken:?}");
    assert!(shown.contains("/demo/a.jpg?[redacted]"), "{shown}");
    for secret in [SIGNATURE, KEY] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

#[tokio::test]
async fn the_url_is_requested_as_it_was_signed() {
    let server = Scripted::start(ok()).await;
    let ik = ImageKit::builder()
        .private_key(KEY)
        .url_endpoint(format!("{}/demo", server.url))
        .build()
        .unwrap();
    let odd = "a^b|c[d]'e;f@g=h+i!j$k&l~m(n)*,o: %25.jpg";
    let url = ik
        .url(odd)
        .transform(imagekitio::Transformation::new().raw("l-text,i-a'b!(c)~[d],l-end"))
        .query("q", "a'b|c^d")
        .url_style(imagekitio::url::UrlStyle::Readable)
        .signed(true)
        .build()
        .unwrap();
    soon(ik.delivery().fetch(&url)).await.unwrap();
    let target = url.strip_prefix(&server.url).unwrap();
    assert_eq!(server.request().line, format!("GET {target}"));
}

#[tokio::test]
async fn a_fragment_is_not_requested() {
    let server = Scripted::start(ok()).await;
    let url = format!("{}/demo/a.jpg?v=1#top", server.url);
    assert_eq!(bytes(fetch(&url)).await.unwrap(), "image");
    assert_eq!(server.request().line, "GET /demo/a.jpg?v=1");
}

fn fetch(url: &str) -> Fetch {
    client().delivery().fetch(url)
}

async fn bytes(fetch: Fetch) -> Result<Bytes, Error> {
    soon(async { fetch.await?.bytes().await }).await
}

#[tokio::test]
async fn a_file_is_streamed() {
    let headers = [("content-type", "image/webp"), ("x-ik-requestId", "req-1")];
    let server = Scripted::start(reply("200 OK", &headers, "0123456789")).await;
    let download = soon(fetch(&server.url).header("accept", "image/webp"))
        .await
        .unwrap();
    assert_eq!(download.http_status(), 200);
    assert_eq!(download.content_type(), Some("image/webp"));
    assert_eq!(download.content_length(), Some(10));
    assert_eq!(download.request_id(), Some("req-1"));
    let chunks: Vec<Bytes> = soon(download.try_collect()).await.unwrap();
    assert_eq!(chunks.concat(), b"0123456789");
    let request = server.request();
    assert_eq!(request.line, "GET /");
    let names: Vec<&str> = request.headers.keys().map(String::as_str).collect();
    assert_eq!(names, ["accept", "host", "user-agent"]);

    let empty = Scripted::start(reply("204 No Content", &[], "")).await;
    assert_eq!(bytes(fetch(&empty.url)).await.unwrap(), "");
}

/// A reply whose connection ends after some of the body.
fn broken(length: usize, headers: &[(&str, &str)], body: &str) -> Vec<u8> {
    let mut bytes = reply("200 OK", headers, &"-".repeat(length));
    bytes.truncate(bytes.len() - length);
    bytes.extend_from_slice(body.as_bytes());
    bytes
}

const RESUMABLE: [(&str, &str); 2] = [("etag", "\"v1\""), ("accept-ranges", "bytes")];

fn part(range: &str, body: &str) -> Vec<u8> {
    let headers = [("content-range", range), ("etag", "\"v1\"")];
    reply("206 Partial Content", &headers, body)
}

#[tokio::test]
async fn a_broken_download_is_resumed() {
    let mut rest = part("bytes 4-9/10", "456789");
    rest.truncate(rest.len() - 3);
    let server = Scripted::start([
        Step::Reply(broken(10, &RESUMABLE, "0123")),
        Step::Reply(rest),
        Step::Reply(part("bytes 7-8/10", "78")),
        Step::Reply(part("bytes 9-9/*", "9")),
    ])
    .await;
    let policy = RetryPolicy::new().base_delay(TICK).max_retries(3);
    let url = format!("{}/a.jpg?ik-s={SIGNATURE}", server.url);
    assert_eq!(
        bytes(fetch(&url).retry(policy)).await.unwrap(),
        "0123456789"
    );
    let asked: Vec<_> = server
        .requests()
        .iter()
        .map(|request| {
            assert_eq!(request.header("authorization"), None);
            assert_eq!(request.header("x-gateway-key"), None);
            (
                request.line.clone(),
                request.header("range").map(str::to_owned),
                request.header("if-range").map(str::to_owned),
            )
        })
        .collect();
    let line = format!("GET /a.jpg?ik-s={SIGNATURE}");
    let from = |start: u64| {
        let range = format!("bytes={start}-");
        (line.clone(), Some(range), Some("\"v1\"".to_owned()))
    };
    assert_eq!(
        asked,
        [(line.clone(), None, None), from(4), from(7), from(9)]
    );
}

#[tokio::test]
async fn repetitions_are_counted_together() {
    let server = Scripted::start([
        Step::Reply(reply("503 Service Unavailable", &[], "")),
        Step::Reply(broken(10, &RESUMABLE, "0123")),
        Step::HangUp,
    ])
    .await;
    let error = bytes(fetch(&server.url)).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Connection, 3));
    assert_eq!(server.requests().len(), 3);

    let server = Scripted::start(broken(10, &RESUMABLE, "0123")).await;
    let error = bytes(fetch(&server.url).retry(RetryPolicy::none()))
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.status()),
        (ErrorKind::Connection, Some(200))
    );
    assert!(error.to_string().contains("after 4 bytes"), "{error}");
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_download_that_cannot_be_resumed_fails() {
    for headers in [
        &[][..],
        &[("etag", "\"v1\"")],
        &[("accept-ranges", "bytes")],
        &[("etag", "W/\"v1\""), ("accept-ranges", "bytes")],
        &[("etag", "\"v1\""), ("accept-ranges", "none")],
        &[("etag", "v1"), ("accept-ranges", "bytes")],
    ] {
        let server = Scripted::start(broken(10, headers, "0123")).await;
        let download = soon(fetch(&server.url)).await.unwrap();
        let chunks: Vec<_> = soon(download.collect::<Vec<_>>()).await;
        let (last, first) = chunks.split_last().unwrap();
        let received: Vec<u8> = first
            .iter()
            .flat_map(|chunk| chunk.as_ref().unwrap().to_vec())
            .collect();
        assert_eq!(received, b"0123");
        let error = last.as_ref().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Connection, "{headers:?}");
        assert!(error.to_string().contains("can't be resumed"), "{error}");
        assert_eq!(server.requests().len(), 1);
    }
}

#[tokio::test]
async fn nothing_but_the_rest_is_taken_for_the_rest() {
    let part_with = |headers: &[(&str, &str)]| reply("206 Partial Content", headers, "456789");
    for (answer, kind) in [
        (reply("200 OK", &RESUMABLE, "0123456789"), ErrorKind::Decode),
        (
            reply("200 OK", &[("etag", "\"v2\"")], "abcdefghij"),
            ErrorKind::Decode,
        ),
        (part("bytes 0-5/10", "012345"), ErrorKind::Decode),
        (part("bytes 5-9/10", "56789"), ErrorKind::Decode),
        (part("bytes 4-9/11", "456789"), ErrorKind::Decode),
        (part("bytes 4-9", "456789"), ErrorKind::Decode),
        (part("items 4-9/10", "456789"), ErrorKind::Decode),
        (part("bytes */10", ""), ErrorKind::Decode),
        (part("bytes -4-9/10", "456789"), ErrorKind::Decode),
        (part_with(&[]), ErrorKind::Decode),
        (
            part_with(&[("content-range", "bytes 4-9/10"), ("etag", "\"v2\"")]),
            ErrorKind::Decode,
        ),
        (part("bytes 4-9/10", "456789abc"), ErrorKind::Decode),
        (
            reply(
                "416 Range Not Satisfiable",
                &[("content-range", "bytes */3")],
                "",
            ),
            ErrorKind::BadRequest,
        ),
        (redirect("http://127.0.0.1:1/a.jpg"), ErrorKind::Redirect),
        (intermediate(), ErrorKind::NotReady),
    ] {
        let shown = String::from_utf8_lossy(&answer).into_owned();
        let server = Scripted::start(steps([broken(10, &RESUMABLE, "0123"), answer])).await;
        let error = bytes(fetch(&server.url)).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{shown}: {error}");
        assert_eq!(server.requests().len(), 2, "{shown}");
    }
}

#[tokio::test]
async fn a_part_is_not_taken_for_the_file() {
    let server = Scripted::start(part("bytes 0-3/10", "0123")).await;
    let error = soon(fetch(&server.url)).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.status()),
        (ErrorKind::Decode, Some(206))
    );
}

#[tokio::test]
async fn a_file_that_is_not_ready_is_not_delivered() {
    for answer in [accepted(), intermediate(), redirect("/a.mp4?tr=orig-true")] {
        let server = Scripted::start(answer).await;
        let url = format!("{}/a.mp4?tr=w-300", server.url);
        let error = soon(fetch(&url)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotReady);
        assert!(error.to_string().contains("wait_until_ready"), "{error}");
        assert_eq!(server.requests().len(), 1);
    }
}

#[tokio::test]
async fn sizes_are_limited() {
    let chunked = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n\
        4\r\n0123\r\n4\r\n4567\r\n2\r\n89\r\n0\r\n\r\n"
        .to_vec();
    let server = Scripted::start(chunked).await;
    assert_eq!(bytes(fetch(&server.url)).await.unwrap(), "0123456789");
    assert_eq!(
        bytes(fetch(&server.url).max_size(10)).await.unwrap(),
        "0123456789"
    );
    let error = bytes(fetch(&server.url).max_size(9)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert!(error.to_string().contains("max_size"), "{error}");

    let server = Scripted::start(broken(1_000_000, &[], "")).await;
    let error = soon(fetch(&server.url).max_size(999_999))
        .await
        .unwrap_err();
    assert!(error.to_string().contains("999999 bytes"), "{error}");

    let server = Scripted::start(reply("200 OK", &[], "0123456789")).await;
    let small = ImageKit::builder().max_response_size(9).build().unwrap();
    let error = bytes(small.delivery().fetch(&server.url))
        .await
        .unwrap_err();
    assert!(error.to_string().contains("max_response_size"), "{error}");
}

#[tokio::test]
async fn a_download_that_stalls_is_resumed() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let server = tokio::spawn(async move {
        let (mut first, _) = listener.accept().await.unwrap();
        read_head(&mut first).await.unwrap();
        first
            .write_all(&broken(10, &RESUMABLE, "0123"))
            .await
            .unwrap();
        let (mut second, _) = listener.accept().await.unwrap();
        read_head(&mut second).await.unwrap();
        second
            .write_all(&part("bytes 4-9/10", "456789"))
            .await
            .unwrap();
        // The first connection was given up.
        assert_eq!(first.read(&mut [0]).await.unwrap_or(0), 0);
    });
    let mut download = soon(fetch(&url).timeout(HOUR)).await.unwrap();
    let first = soon(download.next()).await.unwrap().unwrap();
    assert_eq!(first, "0123");
    let mut rest = download.try_collect::<Vec<_>>();
    assert!((&mut rest).now_or_never().is_none());
    pass(HOUR).await;
    assert_eq!(soon(rest).await.unwrap().concat(), b"456789");
    soon(server).await.unwrap();
}

#[tokio::test]
async fn a_download_has_a_time_limit() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        read_head(&mut stream).await.unwrap();
        stream
            .write_all(&broken(10, &RESUMABLE, "0123"))
            .await
            .unwrap();
        stream.read(&mut [0]).await
    });
    let fetch = fetch(&url).timeout(2 * HOUR).total_timeout(HOUR);
    let mut download = soon(fetch).await.unwrap();
    assert_eq!(soon(download.next()).await.unwrap().unwrap(), "0123");
    let mut rest = download.next();
    assert!((&mut rest).now_or_never().is_none());
    pass(HOUR).await;
    let error = soon(rest).await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(error.to_string().contains("after 4 bytes"), "{error}");

    // The pauses of the reader count, unless it has everything.
    for (length, is_over) in [(10, false), (10_000_000, true)] {
        let server = Scripted::start(reply("200 OK", &[], &"-".repeat(length))).await;
        let fetch = client().delivery().fetch(&server.url).total_timeout(HOUR);
        let mut download = soon(fetch).await.unwrap();
        soon(download.next()).await.unwrap().unwrap();
        pass(HOUR).await;
        let next = soon(download.next()).await;
        let kind = next.map(|next| next.unwrap_err().kind());
        assert_eq!(kind, is_over.then_some(ErrorKind::Timeout));
    }
}

#[cfg(feature = "blocking")]
#[test]
fn a_wait_blocks_without_a_runtime() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let server = runtime.block_on(Scripted::start(steps([accepted(), ok()])));
    let wait = client()
        .delivery()
        .wait_until_ready(&server.url)
        .interval(TICK);
    assert_eq!(wait.send_blocking().unwrap().http_status(), 200);
}
