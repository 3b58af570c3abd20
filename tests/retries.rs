//! What is sent again, when, and how often.

mod support;

use std::time::{Duration, Instant, SystemTime};

use imagekitio::{ErrorKind, ImageKit, RetryPolicy};
use support::{Scripted, Step, json, nowhere, reply};

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
    const MOST: Duration = Duration::from_secs(8);
    let in_three_seconds = || httpdate::fmt_http_date(SystemTime::now() + Duration::from_secs(3));
    let cases = [
        // Milliseconds, and before the seconds of the standard header.
        ("429 x", "X-RateLimit-Reset: 300, Retry-After: 9", 300),
        ("429 x", "Retry-After: 1", 1000),
        // Only with a 429 is the reset a wait.
        ("503 x", "X-RateLimit-Reset: 30000, Retry-After: 1", 1000),
        // A date has whole seconds: part of the first one is gone.
        ("503 x", "Retry-After: date", 1900),
    ];
    for (status, headers, least) in cases {
        let date = in_three_seconds();
        let headers: Vec<(&str, &str)> = headers
            .split(", ")
            .filter_map(|header| header.split_once(": "))
            .map(|(name, value)| (name, if value == "date" { &date } else { value }))
            .collect();
        let server = Scripted::steps([refused(status, &headers), found()]).await;
        client(&server, quick()).files().get("f1").await.unwrap();
        let gap = server.gaps()[0];
        let expected = Duration::from_millis(least)..MOST;
        assert!(expected.contains(&gap), "{headers:?}: {gap:?}");
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
    let start = Instant::now();
    let first = tokio::spawn(ik.files().get("f0").into_future());
    while server.requests().is_empty() {
        tokio::time::sleep(NO_WAIT).await;
    }
    // Time for the reply to arrive.
    tokio::time::sleep(Duration::from_millis(100)).await;
    let others: Vec<_> = (1..10)
        .map(|n| tokio::spawn(ik.clone().files().get(format!("f{n}")).into_future()))
        .collect();
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(server.requests().len(), 1);
    first.await.unwrap().unwrap();
    for other in others {
        other.await.unwrap().unwrap();
    }
    assert_eq!(server.requests().len(), 11);
    assert!(start.elapsed() >= Duration::from_millis(500));
}

#[tokio::test]
async fn the_total_time_limits_attempts_and_waits() {
    let slow = Step::Slow(Duration::from_secs(5), json("200 OK", "{}"));
    let server = Scripted::steps([slow]).await;
    let start = Instant::now();
    let ik = client(&server, quick().max_retries(100));
    let total = Duration::from_millis(300);
    let error = ik.files().get("f1").total_timeout(total).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(start.elapsed() < Duration::from_secs(2));

    let limited = refused("429 x", &[("X-RateLimit-Reset", "2000")]);
    let server = Scripted::steps([limited]).await;
    let start = Instant::now();
    let error = client(&server, quick())
        .files()
        .get("f1")
        .total_timeout(total)
        .await;
    assert_eq!(error.unwrap_err().kind(), ErrorKind::RateLimited);
    assert!(start.elapsed() < Duration::from_secs(1));
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
    let get = || ik.files().get("f1").total_timeout(Duration::from_secs(2));
    get().await.unwrap();
    for _ in 0..2 {
        let start = Instant::now();
        let error = get().await.unwrap_err();
        assert!(start.elapsed() < Duration::from_secs(1));
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
        .reads_per_second(4.0)
        .build()
        .unwrap();
    let requests: Vec<_> = (0..5)
        .map(|n| tokio::spawn(ik.files().get(format!("f{n}")).into_future()))
        .collect();
    for request in requests {
        let error = request.await.unwrap().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::RateLimited);
    }
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn times_that_no_clock_reaches_are_no_reason_to_panic() {
    let far = u64::MAX.to_string();
    let server = Scripted::steps([refused("503 x", &[("Retry-After", &far)])]).await;
    let ik = client(&server, RetryPolicy::new().max_wait(Duration::MAX));
    let get = ik.files().get("f1").total_timeout(Duration::from_secs(5));
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
