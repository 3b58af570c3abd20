//! Attempts at an upload.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use mime_guess::Mime;

use super::UploadOutcome;
use super::form::{self, FilePart};
use super::monitor::UploadMonitor;
use super::source::{Content, UploadSource};
use crate::client::{Http, Options, Response, traced};
use crate::client_auth::fields::Encoded;
use crate::error::{Error, ErrorKind};
use crate::http::Transport;
use crate::raw::operations::Operation;

/// An upload after its arguments were checked.
pub(super) struct Upload {
    pub(super) http: Http,
    pub(super) transport: Transport,
    pub(super) options: Options,
    pub(super) operation: &'static Operation,
    pub(super) source: UploadSource,
    pub(super) fields: Encoded,
    pub(super) name: String,
    /// `None` for a source that is sent as a string.
    pub(super) content_type: Option<Mime>,
    /// Whether the server accepts this request once, even if it fails.
    pub(super) is_single_use: bool,
    pub(super) monitor: Arc<UploadMonitor>,
}

impl Upload {
    /// Sends the file, as often as the retry policy allows.
    pub(super) async fn send(self) -> Result<Response<UploadOutcome>, Error> {
        let throttle = self.http.upload_throttle();
        let mut attempts = self.http.attempts(
            self.operation,
            &self.options,
            self.monitor.deadline(),
            throttle,
        );
        let mut is_after_break = false;
        loop {
            let opening = self.source.open(self.monitor.stall_timeout());
            let content = match self.monitor.open(opening).await {
                Ok(content) => content,
                Err(error) if attempts.made() == 0 => return Err(error),
                Err(error) => return Err(self.failed(error).after(attempts.made())),
            };
            let number = attempts.next().await?;
            self.monitor.attempt(content.length, number);
            let attempt = self.attempt(content, is_after_break);
            let attempt = traced(self.operation.id, number, attempt);
            let result = attempt.await.map_err(|error| error.after(number));
            attempts.report(&result);
            let error = match result {
                Ok(response) => return Ok(response),
                Err(error) => error,
            };
            if error.kind() == ErrorKind::RateLimited {
                self.monitor.refuse();
            }
            is_after_break = self.monitor.was_begun() && error.status().is_none();
            let is_used_up = self.is_single_use || !self.source.is_replayable();
            if is_used_up && self.monitor.was_begun() {
                return Err(error);
            }
            attempts.wait(error, false).await?;
        }
    }

    /// Sends the file once. `is_after_break` if the connection of the attempt before broke: the
    /// server then gets time to refuse the upload.
    async fn attempt(
        &self,
        content: Content,
        is_after_break: bool,
    ) -> Result<Response<UploadOutcome>, Error> {
        let file = match &self.content_type {
            Some(content_type) => FilePart::File {
                name: &self.name,
                content_type,
            },
            None => FilePart::String,
        };
        let sending = self.http.send(&self.transport, self.operation, |request| {
            let monitor = self.monitor.clone();
            form::put(
                request,
                &self.fields,
                &file,
                content,
                monitor,
                is_after_break,
            )
        });
        let mut sending = pin!(sending);
        let mut failure = pin!(self.monitor.failure());
        let give_up = GiveUpOnDrop(&self.monitor);
        let result = poll_fn(|cx| match sending.as_mut().poll(cx) {
            Poll::Ready(result) => Poll::Ready(result),
            Poll::Pending => failure.as_mut().poll(cx).map(Err),
        })
        .await;
        match result {
            Ok(reply) => {
                // If the server answered early, the connection may send the rest of the file.
                std::mem::forget(give_up);
                UploadOutcome::read(self.operation, reply)
            }
            Err(error) => {
                drop(give_up);
                match error.status() {
                    Some(_) => Err(error),
                    None => Err(self.failed(self.monitor.take_failure().unwrap_or(error))),
                }
            }
        }
    }

    /// Completes an error without a response. The server can have stored the file only if the end
    /// of the form was handed over, and not refused.
    fn failed(&self, error: Error) -> Error {
        error.during(self.operation.id, self.monitor.may_be_carried_out())
    }
}

/// Gives up the attempt when it fails, and when its future is dropped.
struct GiveUpOnDrop<'a>(&'a UploadMonitor);

impl Drop for GiveUpOnDrop<'_> {
    fn drop(&mut self) {
        self.0.give_up();
    }
}
