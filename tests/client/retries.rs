//! What is sent again, when, and how often.

use std::pin::Pin;
use std::time::{Duration, SystemTime};

use imagekitio::{Error, ErrorKind, ImageKit, Response, RetryPolicy};
use support::uploads::{client, quick};
use support::{FILE, Scripted, Step, json, nowhere, read_head, reply, soon};
use tokio::net::TcpListener;

fn found() -> Step {
    Step::Reply(json("200 OK", FILE))
}

fn refused(status: &str, headers: &[(&str, &str)]) -> Step {
    Step::Reply(reply(status, headers, r#"{"message":"later"}"#))
}

#[tokio::test]
async fn passing_failures_of_a_read_are_repeated() {
    for status in [
        "408 Request Timeout",
        "429 Too Many Requests",
        "500 x",
        "502 x",
        "503 x",
        "504 x",
    ] {
        let server = Scripted::start([refused(status, &[]), found()]).await;
        let file = client(&server.url, quick())
            .files()
            .get("f1")
            .await
            .unwrap();
        assert_eq!(file.file_id, "f1");
        assert_eq!(server.requests().len(), 2, "{status}");
        assert_eq!(server.requests()[0], server.requests()[1]);
    }
    let server = Scripted::start([Step::HangUp, found()]).await;
    client(&server.url, quick())
        .files()
        .get("f1")
        .await
        .unwrap();
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn failures_that_stand_are_not_repeated() {
    for status in [
        "400 x", "401 x", "403 x", "404 x", "409 x", "423 x", "501 x",
    ] {
        let server = Scripted::start([refused(status, &[]), found()]).await;
        let error = client(&server.url, quick())
            .files()
            .get("f1")
            .await
            .unwrap_err();
        assert_eq!(error.attempts(), 1);
        assert_eq!(server.requests().len(), 1, "{status}");
    }
    let server = Scripted::start([Step::Reply(json("200 OK", "{")), found()]).await;
    let error = client(&server.url, quick())
        .files()
        .get("f1")
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn the_number_of_retries_is_that_of_the_policy() {
    for (policy, attempts) in [
        (RetryPolicy::none(), 1),
        (quick(), 3),
        (quick().max_retries(4), 5),
    ] {
        let server = Scripted::start([refused("503 x", &[])]).await;
        let error = client(&server.url, policy)
            .files()
            .get("f1")
            .await
            .unwrap_err();
        assert_eq!(error.attempts(), attempts);
        assert_eq!(server.requests().len(), attempts as usize);
        let told = error
            .to_string()
            .contains(&format!("after {attempts} attempts"));
        assert_eq!(told, attempts > 1, "{error}");
    }
}

#[tokio::test]
async fn a_request_has_a_policy_of_its_own() {
    let server = Scripted::start([refused("503 x", &[])]).await;
    let ik = client(&server.url, quick());
    ik.files()
        .get("f1")
        .retry(RetryPolicy::none())
        .await
        .unwrap_err();
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn the_wait_is_the_one_that_the_server_asks_for() {
    let hour = Duration::from_secs(3600);
    let date = httpdate::fmt_http_date(SystemTime::now() + hour);
    let exact = |wait| Some(wait..=wait);
    // The date is an hour ahead, less the part of a second that it doesn't have and the time that
    // this test takes.
    let about_an_hour = Some(hour / 2..=hour);
    let cases = [
        // Milliseconds, and before the seconds of the standard header.
        (
            "429 x",
            "X-RateLimit-Reset: 300, Retry-After: 9",
            exact(Duration::from_millis(300)),
        ),
        ("429 x", "Retry-After: 1", exact(Duration::from_secs(1))),
        // Only with a 429 is the reset a wait.
        (
            "503 x",
            "X-RateLimit-Reset: 30000, Retry-After: 1",
            exact(Duration::from_secs(1)),
        ),
        ("503 x", "Retry-After: date", about_an_hour),
        ("503 x", "X-RateLimit-Reset: 300", None),
    ];
    for (status, headers, expected) in cases {
        let headers: Vec<(&str, &str)> = headers
            .split(", ")
            .filter_map(|header| header.split_once(": "))
            .map(|(name, value)| (name, if value == "date" { &date } else { value }))
            .collect();
        let server = Scripted::start([refused(status, &headers), found()]).await;
        let get = client(&server.url, RetryPolicy::none()).files().get("f1");
        let wait = get.await.unwrap_err().retry_after();
        match (&wait, &expected) {
            (Some(wait), Some(expected)) => {
                assert!(expected.contains(wait), "{headers:?}: {wait:?}")
            }
            _ => assert_eq!(wait, expected.map(|range| *range.start()), "{headers:?}"),
        }
    }
    for (status, header) in [
        ("429 x", ("X-RateLimit-Reset", "300")),
        ("503 x", ("Retry-After", "1")),
    ] {
        let server = Scripted::start([refused(status, &[header]), found()]).await;
        client(&server.url, quick())
            .files()
            .get("f1")
            .await
            .unwrap();
        assert!(server.gaps()[0] >= Duration::from_millis(300));
    }
}

#[tokio::test]
async fn a_wait_that_is_too_long_is_left_to_the_caller() {
    let server = Scripted::start([refused("429 x", &[("X-RateLimit-Reset", "61000")])]).await;
    let ik = client(&server.url, quick());
    let error = ik.files().get("f1").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::RateLimited);
    assert_eq!(error.retry_after(), Some(Duration::from_secs(61)));
    // The server isn't asked again before that, not even by another call.
    let error = ik.files().get("f2").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::RateLimited);
    assert!(!error.may_have_been_sent());
    assert_eq!(server.requests().len(), 1);
    // Other operations have limits of their own.
    ik.files()
        .delete("f1")
        .retry(RetryPolicy::none())
        .await
        .unwrap_err();
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn the_total_time_limits_attempts_and_waits() {
    let server = Scripted::start([Step::Silent]).await;
    let ik = client(&server.url, quick().max_retries(100));
    let get = ik.files().get("f1").timeout(Duration::MAX);
    let error = soon(get.total_timeout(Duration::from_millis(300))).await;
    assert_eq!(error.unwrap_err().kind(), ErrorKind::Timeout);

    // The wait that the server asks for would end after the total time.
    let limited = refused("429 x", &[("X-RateLimit-Reset", "50000")]);
    let server = Scripted::start([limited]).await;
    let get = client(&server.url, quick()).files().get("f1");
    let error = get
        .total_timeout(Duration::from_secs(40))
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.attempts()),
        (ErrorKind::RateLimited, 1)
    );
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn the_total_time_limits_the_wait_for_a_turn() {
    let server = Scripted::start([found()]).await;
    let ik = ImageKit::builder()
        .private_key("private_key_test")
        .base_url(&server.url)
        .reads_per_second(0.001)
        .build()
        .unwrap();
    let get = || ik.files().get("f1").total_timeout(Duration::from_secs(100));
    get().await.unwrap();
    for _ in 0..2 {
        let error = soon(get()).await.unwrap_err();
        let shown = error.to_string();
        let start = "get-file-details: not sent: `reads_per_second` delays the request by ";
        assert!(shown.starts_with(start), "{shown}");
        let end = ", past the end of `total_timeout` (100s)";
        assert!(shown.ends_with(end), "{shown}");
        assert_eq!(error.kind(), ErrorKind::Timeout);
        assert_eq!((error.attempts(), error.may_have_been_sent()), (0, false));
    }
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn times_that_no_clock_reaches_are_no_reason_to_panic() {
    let far = u64::MAX.to_string();
    let server = Scripted::start([refused("503 x", &[("Retry-After", &far)])]).await;
    let ik = client(&server.url, RetryPolicy::new().max_wait(Duration::MAX));
    let get = ik.files().get("f1").total_timeout(Duration::from_secs(100));
    assert_eq!(get.await.unwrap_err().kind(), ErrorKind::Server);
    for slow in [6e-20, f64::MIN_POSITIVE] {
        let error = ImageKit::builder().reads_per_second(slow).build();
        assert_eq!(error.unwrap_err().argument(), Some("reads_per_second"));
    }
}

#[tokio::test]
async fn a_request_that_was_not_sent_is_repeated() {
    let (url, _socket) = nowhere();
    let ik = ImageKit::builder()
        .private_key("private_key_test")
        .base_url(&url)
        .retry(quick())
        .build()
        .unwrap();
    let error = ik.files().get("f1").await.unwrap_err();
    assert_eq!(error.attempts(), 3);
    assert!(!error.may_have_been_sent());
}

#[tokio::test]
async fn an_attempt_that_may_have_been_sent_is_not_forgotten() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    // Takes one request, and is gone before it hangs up.
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        drop(listener);
        read_head(&mut stream).await.unwrap();
    });
    let delete = client(&url, quick()).files().delete("f1");
    let error = soon(delete).await.unwrap_err();
    assert!(error.to_string().contains("no connection to"), "{error}");
    assert_eq!(error.attempts(), 3);
    assert!(error.may_have_been_sent());
}

// Deletions.

type Deletion = Pin<Box<dyn Future<Output = Result<Response<()>, Error>> + Send>>;

/// Each kind of deletion.
fn deletions(ik: &ImageKit) -> Vec<Deletion> {
    vec![
        ik.files().delete("1").into_future(),
        ik.files().versions("1").delete("2").into_future(),
        ik.folders().delete("/a").into_future(),
        ik.custom_metadata_fields().delete("1").into_future(),
        ik.accounts().origins().delete("1").into_future(),
        ik.accounts().url_endpoints().delete("1").into_future(),
        ik.accounts().webhooks().delete("1").into_future(),
        ik.named_transformations().delete("1").into_future(),
        ik.saved_extensions().delete("1").into_future(),
    ]
}

const KINDS: usize = 9;
const GONE: &str = r#"{"message":"It does not exist."}"#;

fn gone() -> Step {
    Step::Reply(json("404 Not Found", GONE))
}

#[tokio::test]
async fn a_deletion_whose_reply_was_lost_is_done_when_nothing_is_left() {
    let lost = [
        vec![Step::HangUp],
        vec![refused("500 x", &[])],
        vec![refused("503 x", &[("Retry-After", "0")])],
        vec![refused("504 x", &[])],
        vec![Step::HangUp, refused("429 x", &[])],
        vec![refused("429 x", &[]), refused("502 x", &[])],
        vec![Step::HangUp, refused("500 x", &[])],
    ];
    for steps in lost {
        for kind in 0..KINDS {
            let requests = steps.len() + 1;
            let server = Scripted::start([&steps[..], &[gone()]].concat()).await;
            let ik = client(&server.url, quick());
            let deletion = deletions(&ik).swap_remove(kind);
            let deleted = deletion.await.unwrap();
            assert!(deleted.was_already_deleted());
            assert_eq!(
                (deleted.http_status(), deleted.body().as_ref()),
                (404, GONE.as_bytes())
            );
            assert_eq!(deleted.request_id(), Some("req-1"));
            assert_eq!(server.requests().len(), requests);
        }
    }
}

#[tokio::test]
async fn nothing_to_delete_is_an_error_when_no_attempt_can_have_deleted_it() {
    for steps in [vec![], vec![refused("429 x", &[])]] {
        for kind in 0..KINDS {
            let server = Scripted::start([&steps[..], &[gone()]].concat()).await;
            let ik = client(&server.url, quick());
            let error = deletions(&ik).swap_remove(kind).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::NotFound);
            assert_eq!(error.attempts() as usize, steps.len() + 1);
        }
    }
    // Other requests keep their 404.
    let server = Scripted::start([Step::HangUp, gone()]).await;
    let error = client(&server.url, quick())
        .files()
        .get("1")
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    // A deletion that is carried out by the second attempt was not done before.
    for kind in 0..KINDS {
        let done = Step::Reply(json("204 No Content", ""));
        let server = Scripted::start([Step::HangUp, done]).await;
        let ik = client(&server.url, quick());
        let deleted = deletions(&ik).swap_remove(kind).await.unwrap();
        assert!(!deleted.was_already_deleted());
    }
}

fn missing(ids: &[&str]) -> Step {
    let body = serde_json::json!({"message": "No such files.", "missingFileIds": ids});
    Step::Reply(json("404 Not Found", &body.to_string()))
}

fn deleted(ids: &[&str]) -> Step {
    let body = serde_json::json!({"successfullyDeletedFileIds": ids});
    Step::Reply(json("200 OK", &body.to_string()))
}

#[tokio::test]
async fn many_files_whose_deletion_was_repeated_are_deleted() {
    let lost = || refused("502 x", &[]);
    let cases = [
        // The first attempt deleted all of them, or some: the others are sent again.
        (
            vec![Step::HangUp, missing(&["1", "2", "3"])],
            vec!["1", "2", "3"],
            2,
        ),
        (
            vec![lost(), missing(&["3", "1"]), deleted(&["2"])],
            vec!["1", "3", "2"],
            3,
        ),
        (
            vec![
                lost(),
                missing(&["1"]),
                lost(),
                missing(&["2"]),
                deleted(&["3"]),
            ],
            vec!["1", "2", "3"],
            5,
        ),
        // Of those that are sent again, a missing one was never there.
        (vec![lost(), missing(&["1"]), missing(&["2"])], vec!["1"], 3),
        // What the reply doesn't say isn't assumed.
        (vec![Step::HangUp, missing(&[])], vec![], 2),
        (vec![Step::HangUp, missing(&["9"])], vec![], 2),
        (vec![Step::HangUp, gone()], vec![], 2),
        (vec![missing(&["1", "2"])], vec![], 1),
        (vec![refused("429 x", &[]), missing(&["1", "2"])], vec![], 2),
    ];
    for (number, (steps, succeeded, requests)) in cases.into_iter().enumerate() {
        let server = Scripted::start(steps).await;
        let ik = client(&server.url, quick());
        let outcome = ik.files().delete_many(["1", "2", "3"]).await.unwrap();
        assert_eq!(outcome.succeeded, succeeded, "{number}");
        assert_eq!(outcome.failed.len(), 3 - succeeded.len(), "{number}");
        assert_eq!(server.requests().len(), requests, "{number}");
    }
}
