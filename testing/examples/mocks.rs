//! Tests a program's answer to a rate limit and to a file that is missing, with replies that are
//! scripted one by one.
//!
//! ```sh
//! cargo run -p imagekitio-testing --example mocks
//! ```

use std::error::Error;

use httpmock::MockServer;
use imagekitio::{ImageKit, RetryPolicy};
use imagekitio_testing::mocks::MockServerExt;

/// The program: deletes what is left of a file, and says whether there was anything.
async fn clean_up(ik: &ImageKit, file_id: &str) -> Result<bool, imagekitio::Error> {
    match ik.files().delete(file_id).await {
        Ok(_) => Ok(true),
        Err(error) if error.is_not_found() => Ok(false),
        Err(error) => Err(error),
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let server = MockServer::start_async().await;
    let ik = ImageKit::builder()
        .private_key("private_key")
        .base_url(server.base_url())
        .retry(RetryPolicy::none())
        .build()?;

    let deleted = server.delete_file(|when, then| {
        when.file_id("old");
        then.success(204);
    });
    assert!(clean_up(&ik, "old").await?);
    deleted.assert();

    let missing = server.delete_file(|when, then| {
        when.file_id("gone");
        then.error(404, "The requested file does not exist.");
    });
    assert!(!clean_up(&ik, "gone").await?);
    missing.assert();

    let limited = server.delete_file(|when, then| {
        when.file_id("busy");
        then.error(429, "Too many requests.")
            .and(|then| then.header("X-RateLimit-Reset", "250"));
    });
    let error = clean_up(&ik, "busy").await.unwrap_err();
    assert!(error.is_rate_limited());
    limited.assert();

    println!("deleted, missing and limited: all as expected");
    Ok(())
}
