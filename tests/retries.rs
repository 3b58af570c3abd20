//! What is sent again, when, and how often.

mod support;

use std::time::{Duration, SystemTime};

use imagekitio::{ErrorKind, ImageKit, RetryPolicy};
use support::{Scripted, Step, json, nowhere, pass, reply, silent, soon};

const NO_WAIT: Duration = Duration::from_millis(1);

fn client(server: &Scripted, policy: RetryPolicy) -> ImageKit {
    ImageKit::builder()
        .private_key("private_key_test")
        .base_url(&server.url)
        .retry(policy)
        .build()
        .unwrap()
}

fn quick() -> RetryPolicy {
    RetryPolicy::new().base_delay(NO_WAIT)
}

fn found() -> Step {
    Step::Reply(json("200 OK", r#"{"fileId":"f1"}"#))
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
        let server = Scripted::steps([refused(status, &[]), found()]).await;
        let file = client(&server, quick()).files().get("f1").await.unwrap();
        assert_eq!(file.file_id.as_deref(), Some("f1"));
        assert_eq!(server.requests().len(), 2, "{status}");
        assert_eq!(server.requests()[0], server.requests()[1]);
    }
    let server = Scripted::steps([Step::Hang, found()]).await;
    client(&server, quick()).files().get("f1").await.unwrap();
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn failures_that_stand_are_not_repeated() {
    for status in [
        "400 x", "401 x", "403 x", "404 x", "409 x", "423 x", "501 x",
    ] {
        let server = Scripted::steps([refused(status, &[]), found()]).await;
        let error = client(&server, quick())
            .files()
            .get("f1")
            .await
            .unwrap_err();
        assert_eq!(error.attempts(), 1);
        assert_eq!(server.requests().len(), 1, "{status}");
    }
    let server = Scripted::steps([Step::Reply(json("200 OK", "{")), found()]).await;
    let error = client(&server, quick())
        .files()
        .get("f1")
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn the_number_of_retries_is_the_policys() {
    for (policy, attempts) in [
        (RetryPolicy::none(), 1),
        (quick(), 3),
        (quick().max_retries(4), 5),
    ] {
        let server = Scripted::steps([refused("503 x", &[])]).await;
        let error = client(&server, policy).files().get("f1").await.unwrap_err();
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
    let server = Scripted::steps([refused("503 x", &[])]).await;
    let ik = client(&server, quick());
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
    // The date is an hour ahead, less the part of a second that it doesn't have and the time that this test takes.
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
        let server = Scripted::steps([refused(status, &headers), found()]).await;
        let get = client(&server, RetryPolicy::none()).files().get("f1");
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
        let server = Scripted::steps([refused(status, &[header]), found()]).await;
        client(&server, quick()).files().get("f1").await.unwrap();
        assert!(server.gaps()[0] >= Duration::from_millis(300));
    }
}

#[tokio::test]
async fn a_wait_that_is_too_long_is_left_to_the_caller() {
    let server = Scripted::steps([refused("429 x", &[("X-RateLimit-Reset", "61000")])]).await;
    let ik = client(&server, quick());
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
async fn ten_clones_stop_together() {
    let limited = refused("429 x", &[("X-RateLimit-Reset", "500")]);
    let server = Scripted::steps([limited, found()]).await;
    let ik = client(&server, quick());
    let first = ik.files().get("f0").retry(RetryPolicy::none());
    assert_eq!(first.await.unwrap_err().kind(), ErrorKind::RateLimited);
    let others: Vec<_> = (1..10)
        .map(|n| tokio::spawn(ik.clone().files().get(format!("f{n}")).into_future()))
        .collect();
    for other in others {
        soon(other).await.unwrap().unwrap();
    }
    assert_eq!(server.requests().len(), 10);
    assert!(server.gaps()[0] >= Duration::from_millis(500));
}

#[tokio::test]
async fn the_total_time_limits_attempts_and_waits() {
    let server = Scripted::steps([silent()]).await;
    let ik = client(&server, quick().max_retries(100));
    let get = ik.files().get("f1").timeout(Duration::MAX);
    let error = soon(get.total_timeout(Duration::from_millis(300))).await;
    assert_eq!(error.unwrap_err().kind(), ErrorKind::Timeout);

    // The wait that the server asks for would end after the total time.
    let limited = refused("429 x", &[("X-RateLimit-Reset", "50000")]);
    let server = Scripted::steps([limited]).await;
    let get = client(&server, quick()).files().get("f1");
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
    let server = Scripted::steps([found()]).await;
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
        assert_eq!(
            error.to_string(),
            "get-file-details: not sent: at the pace of the client its turn comes after the time limit"
        );
        assert_eq!(error.kind(), ErrorKind::Timeout);
        assert_eq!((error.attempts(), error.may_have_been_sent()), (0, false));
    }
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_limit_holds_for_requests_that_wait_for_their_turn() {
    let server = Scripted::steps([refused("429 x", &[("X-RateLimit-Reset", "61000")])]).await;
    let ik = ImageKit::builder()
        .private_key("private_key_test")
        .base_url(&server.url)
        .retry(quick())
        .reads_per_second(0.1)
        .build()
        .unwrap();
    let get = |n: u32| ik.files().get(format!("f{n}")).into_future();
    let first = tokio::spawn(get(0));
    let others: Vec<_> = (1..5).map(|n| tokio::spawn(get(n))).collect();
    assert_eq!(
        soon(first).await.unwrap().unwrap_err().kind(),
        ErrorKind::RateLimited
    );
    // Their turns come, and the limit is still on.
    pass(Duration::from_secs(45)).await;
    for request in others {
        let error = soon(request).await.unwrap().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::RateLimited);
    }
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn times_that_no_clock_reaches_are_no_reason_to_panic() {
    let far = u64::MAX.to_string();
    let server = Scripted::steps([refused("503 x", &[("Retry-After", &far)])]).await;
    let ik = client(&server, RetryPolicy::new().max_wait(Duration::MAX));
    let get = ik.files().get("f1").total_timeout(Duration::from_secs(100));
    assert_eq!(get.await.unwrap_err().kind(), ErrorKind::Server);
    for slow in [6e-20, f64::MIN_POSITIVE] {
        let error = ImageKit::builder().reads_per_second(slow).build();
        assert_eq!(error.unwrap_err().option(), Some("reads_per_second"));
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
