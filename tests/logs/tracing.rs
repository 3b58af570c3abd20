//! Spans for requests.

use imagekitio::{ImageKit, RetryPolicy};
use support::{FILE, Scripted, Step, json};

use crate::log;

#[tokio::test]
async fn each_attempt_has_a_span_without_secrets() {
    let server = Scripted::start([
        Step::Reply(json(
            "503 Service Unavailable",
            r#"{"message":"body-secret"}"#,
        )),
        Step::Reply(json("200 OK", FILE)),
    ])
    .await;
    let ik = ImageKit::builder()
        .private_key("private_secret")
        .base_url(&server.url)
        .retry(RetryPolicy::new().base_delay(std::time::Duration::from_millis(1)))
        .build()
        .unwrap();
    log::start();
    ik.files().get("f1").await.unwrap();
    let text = log::text();
    let ours: Vec<&str> = text
        .lines()
        .filter(|line| line.contains("imagekit{"))
        .collect();
    let failed = ours.iter().find(|line| line.contains("failed")).unwrap();
    let done = ours.iter().find(|line| line.contains("done")).unwrap();
    for (line, attempt, status) in [
        (failed, "attempt=1", "status=503"),
        (done, "attempt=2", "status=200"),
    ] {
        for part in [
            r#"operation="get-file-details""#,
            attempt,
            status,
            r#"request_id="req-1""#,
            "duration_ms=",
        ] {
            assert!(line.contains(part), "{part} in {line}");
        }
    }
    assert!(failed.contains("error=Server"), "{failed}");
    for secret in ["private_secret", "cHJpdmF0ZV9zZWNyZXQ", "body-secret"] {
        assert!(!text.contains(secret), "{text}");
    }
}
