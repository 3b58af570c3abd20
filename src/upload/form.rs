//! An upload as `multipart/form-data`.

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

use super::chunks::CHUNK;
use super::monitor::Meter;
use super::panics;
use super::source::Content;
use crate::client_auth::fields::Encoded;

/// What is sent between two pauses at the beginning of a large file, in bytes; later it is a [`CHUNK`].
const FIRST_PIECES: usize = 32 * 1024;

/// Where the beginning of a large file ends, in bytes.
const BEGINNING: u64 = 1024 * 1024;

/// How long a server may take to refuse a large upload by its head, before the file follows. Nobody notices a millisecond in
/// such an upload, but a refusal from near by is seen before anything is sent in vain.
const REFUSAL_TIME: Duration = Duration::from_millis(1);

/// The same after an attempt whose connection broke: the server may have refused the upload in a reply that was lost with the
/// connection. What is waited for here is not sent in vain again.
const SECOND_REFUSAL_TIME: Duration = Duration::from_secs(1);

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
/// After an attempt that `is_broken_off`, the server gets more time to refuse the upload by its head.
pub(super) fn put(
    request: RequestBuilder,
    fields: &Encoded,
    file: &FilePart<'_>,
    content: Content,
    meter: Arc<Meter>,
    is_broken_off: bool,
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
    let refusal_time = match is_broken_off {
        true => Some(SECOND_REFUSAL_TIME.min(meter.stall_timeout() / 2)),
        false if content.is_large() => Some(REFUSAL_TIME),
        false => None,
    };
    let body = Body {
        head: Some(head.into()),
        // From when the head is sent.
        pause: refusal_time.map(|time| Box::pin(async move { sleep(time).await }) as _),
        content,
        chunk: Bytes::new(),
        sent: 0,
        since_pause: 0,
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

/// A name between quotation marks. Browsers write `"`, CR and LF like this. Parsers disagree about a backslash, which hides
/// the quotation mark at the end from some, and about other control characters. The field `fileName` has the name as it is.
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

/// The bytes of a form. They end with an error rather than with another length than the one that was announced.
struct Body {
    head: Option<Bytes>,
    /// What the body waits for before the next bytes of the content.
    pause: Option<BoxFuture<'static, ()>>,
    content: Content,
    /// What is left of the last chunk of the content.
    chunk: Bytes,
    /// Bytes of the content so far, with the last chunk.
    sent: u64,
    /// Bytes since the last pause.
    since_pause: usize,
    /// None once the body is over.
    tail: Option<Bytes>,
    /// Which attempt it belongs to.
    attempt: u32,
    meter: Arc<Meter>,
}

/// Ends the connection, or the stream of HTTP/2. The reason is with the [`Meter`].
#[derive(Debug)]
struct Failed;

impl std::fmt::Display for Failed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the upload ended early")
    }
}

impl std::error::Error for Failed {}

impl Stream for Body {
    type Item = Result<Bytes, Failed>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.tail.is_none() {
            return Poll::Ready(None);
        }
        if !self.meter.is_sending(self.attempt) {
            self.tail = None;
            return Poll::Ready(Some(Err(Failed)));
        }
        if let Some(head) = self.head.take() {
            self.meter.begin();
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
    /// The next bytes of the content, or the tail.
    fn poll_content(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Failed>>> {
        if !self.chunk.is_empty() {
            return Poll::Ready(Some(Ok(self.next_piece())));
        }
        let chunks = &mut self.content.chunks;
        let next = match panics::catch(|| chunks.as_mut().poll_next(cx)) {
            Ok(Poll::Ready(next)) => next,
            Ok(Poll::Pending) => {
                self.meter.wait_for_source(self.attempt);
                return Poll::Pending;
            }
            Err(panic) => Some(Err(io::Error::other(format!("it {panic}")))),
        };
        let left = self.content.length - self.sent;
        let result = match next {
            Some(Ok(chunk)) if chunk.len() as u64 <= left => {
                self.sent += chunk.len() as u64;
                let advanced = self.meter.advance(self.attempt, chunk.len() as u64);
                self.chunk = chunk;
                advanced.map(|()| self.next_piece())
            }
            None if left == 0 => {
                let tail = self.tail.take();
                let is_taken = self.meter.hand_over(self.attempt);
                return Poll::Ready(if is_taken {
                    tail.map(Ok)
                } else {
                    Some(Err(Failed))
                });
            }
            Some(Ok(_)) => Err(self.content.goes_on()),
            None => Err(self.content.ended_early(self.sent)),
            Some(Err(error)) => Err(self.content.unreadable(error)),
        };
        let next = result.map_err(|error| {
            self.meter.fail(self.attempt, error);
            Failed
        });
        Poll::Ready(Some(next))
    }

    /// The next bytes of the last chunk.
    ///
    /// A connection that has something to write doesn't read. In a pause it does, so that it sees the reply of a server that
    /// answers early and closes the connection before a write fails. Most such servers answer at the beginning. The pause
    /// before the end of the form shows that everything else was written: if not, the attempt can be repeated.
    fn next_piece(&mut self) -> Bytes {
        if !self.content.is_large() {
            return std::mem::take(&mut self.chunk);
        }
        let size = if self.sent <= BEGINNING {
            FIRST_PIECES
        } else {
            CHUNK
        };
        let piece = self.chunk.split_to(self.chunk.len().min(size));
        self.since_pause += piece.len();
        let is_last = self.chunk.is_empty() && self.sent == self.content.length;
        if self.since_pause >= size || is_last {
            self.since_pause = 0;
            self.pause = Some(Box::pin(tokio::task::yield_now()));
        }
        piece
    }
}
