//! Attempts at an upload.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use mime_guess::Mime;

use super::UploadOutcome;
use super::fields::Encoded;
use super::form::{self, FilePart};
use super::meter::Meter;
use super::source::{Content, UploadSource};
use crate::client::{Http, Options, Response, traced};
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
        loop {
            let content = match self.source.open().await {
                Ok(content) => content,
                Err(error) if attempts.made() == 0 => return Err(error),
                Err(error) => return Err(self.failed(error).after(attempts.made())),
            };
            let number = attempts.next().await?;
            self.meter.attempt(content.length, number);
            let attempt = traced(self.operation.id, number, self.attempt(content));
            let result = attempt.await.map_err(|error| error.after(number));
            attempts.report(&result);
            let error = match result {
                Ok(response) => return Ok(response),
                Err(error) => error,
            };
            let is_used_up = self.is_single_use || !self.source.is_replayable();
            if is_used_up && self.meter.was_begun() {
                return Err(error);
            }
            attempts.wait(error, false).await?;
        }
    }

    async fn attempt(&self, content: Content) -> Result<Response<UploadOutcome>, Error> {
        let file = match &self.content_type {
            Some(content_type) => FilePart::File {
                name: &self.name,
                content_type,
            },
            None => FilePart::Text,
        };
        let sending = self.http.send(&self.transport, self.operation, |request| {
            form::put(request, &self.fields, &file, content, self.meter.clone())
        });
        let mut sending = pin!(sending);
        let mut stalled = pin!(self.meter.stalled());
        let result = poll_fn(|cx| match sending.as_mut().poll(cx) {
            Poll::Ready(result) => Poll::Ready(result),
            Poll::Pending => stalled.as_mut().poll(cx).map(Err),
        })
        .await;
        match result {
            Ok(reply) => UploadOutcome::read(self.operation, reply),
            Err(error) if error.status().is_some() => {
                self.meter.refuse();
                Err(error)
            }
            Err(error) => Err(self.failed(self.meter.take_failure().unwrap_or(error))),
        }
    }

    /// An error without a reply. The server can have carried out the request only if its last byte was handed over.
    fn failed(&self, error: Error) -> Error {
        error.during(self.operation.id, self.meter.may_be_carried_out())
    }
}
