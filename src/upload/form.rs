//! The request body of an upload, `multipart/form-data`.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use futures_core::Stream;
use futures_core::future::BoxFuture;
use mime_guess::Mime;
use reqwest::RequestBuilder;
use reqwest::header::{CONTENT_LENGTH, CONTENT_TYPE};
use tokio::time::sleep;
use uuid::Uuid;

use super::chunks::CHUNK_SIZE;
use super::monitor::UploadMonitor;
use super::panics;
use super::source::Content;
use crate::client_auth::fields::Encoded;

/// The number of bytes between two pauses at the start of a large file. Later it is [`CHUNK_SIZE`].
const START_CHUNK_SIZE: usize = 32 * 1024;

/// The length of the start of a large file in bytes.
const START: u64 = 1024 * 1024;

/// The pause between the form fields and a large file, in which the server may refuse the upload.
///
/// It is negligible for a large upload. A server nearby can refuse within it, which saves sending
/// the file.
const REFUSAL_TIME: Duration = Duration::from_millis(1);

/// The same pause after an attempt whose connection broke. The server may have refused the upload
/// in a response that was lost with the connection.
const SECOND_REFUSAL_TIME: Duration = Duration::from_secs(1);

/// The field `file`.
pub(super) enum FilePart<'a> {
    /// A file with a name.
    File {
        name: &'a str,
        content_type: &'a Mime,
    },
    /// A URL, base64 or a data URI.
    String,
}

/// Sets the form as the body of a request. The file is the last field, so that a form that breaks
/// off is never complete. `is_after_break` if the connection of the attempt before broke.
pub(super) fn put(
    request: RequestBuilder,
    fields: &Encoded,
    file: &FilePart<'_>,
    content: Content,
    monitor: Arc<UploadMonitor>,
    is_after_break: bool,
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
    let refusal_time = match is_after_break {
        true => Some(SECOND_REFUSAL_TIME.min(monitor.stall_timeout() / 2)),
        false if content.is_large() => Some(REFUSAL_TIME),
        false => None,
    };
    let body = Body {
        head: Some(head.into()),
        // It starts when the head is sent.
        pause: refusal_time.map(|time| Box::pin(async move { sleep(time).await }) as _),
        content,
        chunk: Bytes::new(),
        sent: 0,
        since_pause: 0,
        tail: Some(tail.into()),
        attempt: monitor.progress().attempt,
        monitor,
    };
    request
        .header(
            CONTENT_TYPE,
            format!("multipart/form-data; boundary={boundary}"),
        )
        .header(CONTENT_LENGTH, length)
        .body(reqwest::Body::wrap_stream(body))
}

/// Percent-encodes what can't stand between double quotes in a header.
///
/// Browsers encode `"`, CR and LF in this way. Parsers disagree about a backslash, which for some
/// escapes the closing quote, and about other control characters. The field `fileName` has the name
/// unchanged.
fn quoted(name: &str) -> String {
    let mut quoted = String::with_capacity(name.len());
    for c in name.chars() {
        if c.is_control() || matches!(c, '"' | '\\') {
            for byte in c.encode_utf8(&mut [0; 4]).bytes() {
                quoted.push_str(&format!("%{byte:02X}"));
            }
        } else {
            quoted.push(c);
        }
    }
    quoted
}

/// The bytes of a form. The stream fails rather than ends with another length than
/// `Content-Length`.
struct Body {
    head: Option<Bytes>,
    /// The body waits for it before the next bytes of the content.
    pause: Option<BoxFuture<'static, ()>>,
    content: Content,
    /// The unsent rest of the last chunk of the content.
    chunk: Bytes,
    /// The number of bytes of the content so far, including `chunk`.
    sent: u64,
    /// The number of bytes since the last pause.
    since_pause: usize,
    /// `None` after the end of the body.
    tail: Option<Bytes>,
    /// The number of the attempt.
    attempt: u32,
    monitor: Arc<UploadMonitor>,
}

/// Closes the connection, or the stream of HTTP/2. The [`UploadMonitor`] has the reason.
#[derive(Debug)]
struct Failed;

impl std::fmt::Display for Failed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the upload was given up")
    }
}

impl std::error::Error for Failed {}

impl Stream for Body {
    type Item = Result<Bytes, Failed>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.tail.is_none() {
            return Poll::Ready(None);
        }
        if !self.monitor.is_sending(self.attempt) {
            self.tail = None;
            return Poll::Ready(Some(Err(Failed)));
        }
        if let Some(head) = self.head.take() {
            self.monitor.begin();
            return Poll::Ready(Some(Ok(head)));
        }
        if let Some(pause) = &mut self.pause {
            ready!(pause.as_mut().poll(cx));
            self.pause = None;
        }
        let next = ready!(self.poll_content(cx));
        if !matches!(next, Some(Ok(_))) {
            self.tail = None;
        }
        Poll::Ready(next)
    }
}

impl Body {
    /// Returns the next bytes of the content, or the tail.
    fn poll_content(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Failed>>> {
        if !self.chunk.is_empty() {
            return Poll::Ready(Some(Ok(self.next_chunk())));
        }
        let chunks = &mut self.content.chunks;
        let next = match panics::catch(|| chunks.as_mut().poll_next(cx)) {
            Ok(Poll::Ready(next)) => next,
            Ok(Poll::Pending) => {
                self.monitor.wait_for_source(self.attempt);
                return Poll::Pending;
            }
            Err(panic) => Some(Err(io::Error::other(format!("it {panic}")))),
        };
        let left = self.content.length - self.sent;
        let result = match next {
            Some(Ok(chunk)) if chunk.len() as u64 <= left => {
                self.sent += chunk.len() as u64;
                let advanced = self.monitor.advance(self.attempt, chunk.len() as u64);
                self.chunk = chunk;
                advanced.map(|()| self.next_chunk())
            }
            None if left == 0 => {
                let tail = self.tail.take();
                let is_taken = self.monitor.hand_over(self.attempt);
                return Poll::Ready(if is_taken {
                    tail.map(Ok)
                } else {
                    Some(Err(Failed))
                });
            }
            Some(Ok(_)) => Err(self.content.too_long()),
            None => Err(self.content.too_short(self.sent)),
            Some(Err(error)) => Err(self.content.unreadable(error)),
        };
        let next = result.map_err(|error| {
            self.monitor.fail(self.attempt, error);
            Failed
        });
        Poll::Ready(Some(next))
    }

    /// Returns the next bytes of `chunk`.
    ///
    /// A connection that has data to write doesn't read. In a pause it reads, so that it receives
    /// the response of a server that answers early and closes the connection, before a write fails.
    /// Most of these servers answer at the start. The pause before the end of the form ensures that
    /// all other bytes were written. If they can't be, the attempt can be retried.
    fn next_chunk(&mut self) -> Bytes {
        if !self.content.is_large() {
            return std::mem::take(&mut self.chunk);
        }
        let size = if self.sent <= START {
            START_CHUNK_SIZE
        } else {
            CHUNK_SIZE
        };
        let next = self.chunk.split_to(self.chunk.len().min(size));
        self.since_pause += next.len();
        let is_last = self.chunk.is_empty() && self.sent == self.content.length;
        if self.since_pause >= size || is_last {
            self.since_pause = 0;
            self.pause = Some(Box::pin(tokio::task::yield_now()));
        }
        next
    }
}
