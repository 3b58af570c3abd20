//! An upload as `multipart/form-data`.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_core::Stream;
use mime_guess::Mime;
use reqwest::RequestBuilder;
use reqwest::header::{CONTENT_LENGTH, CONTENT_TYPE};
use uuid::Uuid;

use super::fields::Encoded;
use super::meter::Meter;
use super::source::Content;

/// The field `file`.
pub(super) enum FilePart<'a> {
    /// Bytes with a name.
    File {
        name: &'a str,
        content_type: &'a Mime,
    },
    /// A text that stands for a file.
    Text,
}

/// Puts the form into a request. The file is its last field, so that a form that breaks off is never a whole one.
pub(super) fn put(
    request: RequestBuilder,
    fields: &Encoded,
    file: &FilePart<'_>,
    content: Content,
    meter: Arc<Meter>,
) -> RequestBuilder {
    let boundary = Uuid::new_v4().simple();
    let mut head = String::new();
    for (name, value) in fields {
        let name = quoted(name);
        head.push_str(&format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
        ));
    }
    head.push_str(&format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"file\""
    ));
    if let FilePart::File { name, content_type } = file {
        let name = quoted(name);
        head.push_str(&format!(
            "; filename=\"{name}\"\r\nContent-Type: {content_type}"
        ));
    }
    head.push_str("\r\n\r\n");
    let tail = format!("\r\n--{boundary}--\r\n");
    let length = content
        .length
        .saturating_add((head.len() + tail.len()) as u64);
    let body = Body {
        head: Some(head.into()),
        content,
        sent: 0,
        tail: Some(tail.into()),
        attempt: meter.progress().attempt,
        meter,
    };
    request
        .header(
            CONTENT_TYPE,
            format!("multipart/form-data; boundary={boundary}"),
        )
        .header(CONTENT_LENGTH, length)
        .body(reqwest::Body::wrap_stream(body))
}

/// A name between quotation marks, as browsers write it.
fn quoted(name: &str) -> String {
    name.replace('"', "%22")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// The bytes of a form. They end with an error rather than with another length than the one that was announced.
struct Body {
    head: Option<Bytes>,
    content: Content,
    /// Bytes of the content so far.
    sent: u64,
    /// None once the content, or the body, is over.
    tail: Option<Bytes>,
    /// Which attempt it belongs to.
    attempt: u32,
    meter: Arc<Meter>,
}

/// The reason is left with the [`Meter`].
#[derive(Debug)]
struct Failed;

impl std::fmt::Display for Failed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the source of the upload failed")
    }
}

impl std::error::Error for Failed {}

impl Stream for Body {
    type Item = Result<Bytes, Failed>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if let Some(head) = self.head.take() {
            self.meter.begin();
            return Poll::Ready(Some(Ok(head)));
        }
        if self.tail.is_none() {
            return Poll::Ready(None);
        }
        if self.meter.is_over(self.attempt) {
            // The connection ends, and the server is spared the rest.
            self.tail = None;
            return Poll::Ready(Some(Err(Failed)));
        }
        let next = match self.content.chunks.as_mut().poll_next(cx) {
            Poll::Ready(next) => next,
            Poll::Pending => {
                self.meter.wait_for_source(self.attempt);
                return Poll::Pending;
            }
        };
        let left = self.content.length - self.sent;
        let failure = match next {
            Some(Ok(chunk)) if chunk.len() as u64 <= left => {
                self.sent += chunk.len() as u64;
                self.meter.advance(self.attempt, chunk.len() as u64);
                return Poll::Ready(Some(Ok(chunk)));
            }
            None if left == 0 => {
                self.meter.hand_over(self.attempt);
                return Poll::Ready(self.tail.take().map(Ok));
            }
            Some(Ok(_)) => self.content.goes_on(),
            None => self.content.ended_early(self.sent),
            Some(Err(error)) => self.content.unreadable(error),
        };
        self.tail = None;
        self.meter.fail(self.attempt, failure);
        Poll::Ready(Some(Err(Failed)))
    }
}
