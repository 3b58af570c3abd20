//! A span for each attempt at a request, with its operation and result, and without keys, addresses and bodies.

use std::time::Instant;

use tracing::{Instrument, Span, field};

use super::Response;
use crate::error::Error;

/// Runs an attempt inside its span.
pub(crate) async fn attempt<T>(
    operation: &str,
    number: u32,
    run: impl Future<Output = Result<Response<T>, Error>>,
) -> Result<Response<T>, Error> {
    let span = tracing::info_span!(
        "imagekit",
        operation,
        attempt = number,
        status = field::Empty,
        request_id = field::Empty,
        duration_ms = field::Empty,
        error = field::Empty,
    );
    async {
        let start = Instant::now();
        let result = run.await;
        let span = Span::current();
        span.record("duration_ms", start.elapsed().as_millis() as u64);
        let (status, request_id) = match &result {
            Ok(response) => (Some(response.http_status()), response.request_id()),
            Err(error) => (error.status(), error.request_id()),
        };
        if let Some(status) = status {
            span.record("status", status);
        }
        if let Some(id) = request_id {
            span.record("request_id", id);
        }
        match &result {
            Ok(_) => tracing::debug!("done"),
            Err(error) => {
                span.record("error", field::debug(error.kind()));
                tracing::warn!("failed");
            }
        }
        result
    }
    .instrument(span)
    .await
}
