//! Attempts at an upload.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use mime_guess::Mime;

use super::UploadOutcome;
use super::form::{self, FilePart};
use super::monitor::Meter;
use super::source::{Content, UploadSource};
use crate::client::{Http, Options, Response, traced};
use crate::client_auth::fields::Encoded;
use crate::error::Error;
use crate::raw::Transport;
use crate::raw::operations::Operation;

/// An upload that was checked.
pub(super) struct Upload {
    pub(super) http: Http,
    pub(super) transport: Transport,
    pub(super) options: Options,
    pub(super) operation: &'static Operation,
    pub(super) source: UploadSource,
    pub(super) fields: Encoded,
    pub(super) name: String,
    /// None for a text that stands for a file.
    pub(super) content_type: Option<Mime>,
    /// Whether the server takes this request once, whatever came of it.
    pub(super) is_single_use: bool,
    pub(super) meter: Arc<Meter>,
}

impl Upload {
    /// Sends the file, as often as the retry policy allows.
    pub(super) async fn send(self) -> Result<Response<UploadOutcome>, Error> {
        let pace = self.http.upload_pace();
        let mut attempts = self
            .http
            .attempts(self.operation, &self.options, None, pace);
        let mut is_broken_off = false;
        loop {
            let opened = self.source.open(self.meter.stall_timeout());
            let content = match opened.await {
                Ok(content) => content,
                Err(error) if attempts.made() == 0 => return Err(error),
                Err(error) => return Err(self.failed(error).after(attempts.made())),
            };
            let number = attempts.next().await?;
            self.meter.attempt(content.length, number);
            let attempt = self.attempt(content, is_broken_off);
            let attempt = traced(self.operation.id, number, attempt);
            let result = attempt.await.map_err(|error| error.after(number));
            attempts.report(&result);
            let error = match result {
                Ok(response) => return Ok(response),
                Err(error) => error,
            };
            is_broken_off = self.meter.was_begun() && error.status().is_none();
            let is_used_up = self.is_single_use || !self.source.is_replayable();
            if is_used_up && self.meter.was_begun() {
                return Err(error);
            }
            attempts.wait(error, false).await?;
        }
    }

    /// One attempt. If the attempt before `is_broken_off`, there is time for a refusal before the file is sent again.
    async fn attempt(
        &self,
        content: Content,
        is_broken_off: bool,
    ) -> Result<Response<UploadOutcome>, Error> {
        let file = match &self.content_type {
            Some(content_type) => FilePart::File {
                name: &self.name,
                content_type,
            },
            None => FilePart::Text,
        };
        let sending = self.http.send(&self.transport, self.operation, |request| {
            let meter = self.meter.clone();
            form::put(request, &self.fields, &file, content, meter, is_broken_off)
        });
        let mut sending = pin!(sending);
        let mut ended = pin!(self.meter.ended());
        let give_up = GiveUpOnDrop(&self.meter);
        let result = poll_fn(|cx| match sending.as_mut().poll(cx) {
            Poll::Ready(result) => Poll::Ready(result),
            Poll::Pending => ended.as_mut().poll(cx).map(Err),
        })
        .await;
        match result {
            Ok(reply) => {
                // A server that answers early gets the rest of the file.
                std::mem::forget(give_up);
                UploadOutcome::read(self.operation, reply)
            }
            Err(error) => {
                drop(give_up);
                match error.status() {
                    Some(_) => Err(error),
                    None => Err(self.failed(self.meter.take_failure().unwrap_or(error))),
                }
            }
        }
    }

    /// An error without a reply. The server can have carried out the request only if its last byte was handed over.
    fn failed(&self, error: Error) -> Error {
        error.during(self.operation.id, self.meter.may_be_carried_out())
    }
}

/// Gives up the attempt when it fails, and when the future of the upload is dropped.
struct GiveUpOnDrop<'a>(&'a Meter);

impl Drop for GiveUpOnDrop<'_> {
    fn drop(&mut self) {
        self.0.give_up();
    }
}
