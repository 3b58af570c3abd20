//! Spans for requests.
#![cfg(feature = "tracing")]

mod support;

use std::io::Write;
use std::sync::{Arc, Mutex};

use imagekitio::{ImageKit, RetryPolicy};
use support::{FILE, Scripted, Step, json};
use tracing::subscriber::DefaultGuard;

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Log {
    /// Logs everything of this thread, our own and other crates' alike.
    fn start() -> (Self, DefaultGuard) {
        let log = Self::default();
        let writer = log.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(tracing::Level::TRACE)
            .without_time()
            .with_ansi(false)
            .with_writer(move || writer.clone())
            .finish();
        (log, tracing::subscriber::set_default(subscriber))
    }

    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

#[tokio::test]
async fn each_attempt_has_a_span_without_secrets() {
    let server = Scripted::steps([
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
    let (log, _guard) = Log::start();
    ik.files().get("f1").await.unwrap();
    let text = log.text();
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
