//! Injected faults.

use std::io;
use std::pin::Pin;
use std::sync::Mutex;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header};
use http_body_util::{BodyExt as _, Full, combinators::BoxBody};
use hyper::body::{Body, Frame};

use super::reply::{Refusal, Reply};
use super::store::lock;

/// A body that may break off.
pub(super) type Sent = Response<BoxBody<Bytes, io::Error>>;

/// A failure of a request. [`Server::fail_next`](crate::Server::fail_next) injects it.
///
/// ```
/// use std::time::Duration;
///
/// use imagekitio_testing::Fault;
///
/// let overloaded = Fault::status(503).times(2);
/// let limited = Fault::status(429).header("X-RateLimit-Reset", "250").on("list-and-search-assets");
/// let lost = Fault::disconnect().after_carrying_out().on("upload-file");
/// let slow = Fault::delay(Duration::from_millis(200));
/// ```
#[derive(Clone, Debug)]
#[must_use = "nothing fails before it is given to `Server::fail_next`"]
pub struct Fault {
    kind: Kind,
    operation: Option<String>,
    times: usize,
    delay: Duration,
    after: bool,
    headers: HeaderMap,
}

#[derive(Clone, Debug)]
enum Kind {
    /// A reply in place of the regular one, with ImageKit's error body by default.
    Reply(StatusCode, Option<Bytes>),
    Disconnect,
    /// The regular reply, cut off after this many bytes of the body.
    Truncate(usize),
    /// The regular reply.
    None,
}

impl Fault {
    fn new(kind: Kind) -> Self {
        Self {
            kind,
            operation: None,
            times: 1,
            delay: Duration::ZERO,
            after: false,
            headers: HeaderMap::new(),
        }
    }

    /// Replies with a status, 200 to 599, and ImageKit's error body, `{message, help}`. Other
    /// statuses become 500.
    pub fn status(status: u16) -> Self {
        let status = StatusCode::from_u16(status)
            .ok()
            .filter(|status| (200..600).contains(&status.as_u16()));
        Self::new(Kind::Reply(
            status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            None,
        ))
    }

    /// Replies with a status, 200 to 599, and an HTML page, as a proxy does.
    pub fn html(status: u16) -> Self {
        Self::status(status)
            .body("<!doctype html><title>Error</title><p>This page comes from a proxy.</p>")
            .header("Content-Type", "text/html")
    }

    /// Replies with 302 and a `Location`.
    pub fn redirect(location: &str) -> Self {
        Self::status(302).body("").header("Location", location)
    }

    /// Closes the connection instead of replying. By default, the request isn't carried out.
    pub fn disconnect() -> Self {
        Self::new(Kind::Disconnect)
    }

    /// Carries the request out, and closes the connection after `bytes` bytes of the response body.
    /// A body that isn't longer is sent whole.
    pub fn truncate(bytes: usize) -> Self {
        Self::new(Kind::Truncate(bytes))
    }

    /// Delays the request by this time. It is then carried out and answered as usual, even if its
    /// client has given up. With [`after_carrying_out`](Self::after_carrying_out), only the reply
    /// is delayed.
    pub fn delay(time: Duration) -> Self {
        let mut fault = Self::new(Kind::None);
        fault.delay = time;
        fault
    }

    /// Delays the fault by this time.
    pub fn delayed(mut self, time: Duration) -> Self {
        self.delay = time;
        self
    }

    /// Sets a response header. Names and values that HTTP doesn't allow are ignored, and so is
    /// `Content-Length`, which is always that of the body.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value))
            && name != header::CONTENT_LENGTH
        {
            self.headers.insert(name, value);
        }
        self
    }

    /// Sets the response body of a [`status`](Self::status). It is sent as JSON unless a header
    /// says otherwise.
    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        if let Kind::Reply(_, current) = &mut self.kind {
            *current = Some(body.into());
        }
        self
    }

    /// Applies the fault to this many requests. The default is 1.
    pub fn times(mut self, times: usize) -> Self {
        self.times = times;
        self
    }

    /// Applies the fault to requests for one operation: its `operationId` in the API document, such
    /// as `get-file-details`, or `delivery`. The default is any request.
    pub fn on(mut self, operation: &str) -> Self {
        self.operation = Some(operation.to_owned());
        self
    }

    /// Carries the request out before the failure and its delay, as when a reply is lost.
    pub fn after_carrying_out(mut self) -> Self {
        self.after = true;
        self
    }

    /// The delay before the request is carried out.
    pub(super) fn delay_before(&self) -> Duration {
        if self.after {
            Duration::ZERO
        } else {
            self.delay
        }
    }

    /// The delay between carrying the request out and the reply.
    pub(super) fn delay_after(&self) -> Duration {
        if self.after {
            self.delay
        } else {
            Duration::ZERO
        }
    }

    /// Whether the request is carried out.
    pub(super) fn carries_out(&self) -> bool {
        self.after || matches!(self.kind, Kind::Truncate(_) | Kind::None)
    }

    /// Replaces the regular reply. `None` closes the connection.
    pub(super) fn apply(self, right: Option<Reply>) -> Option<Sent> {
        let right = right.unwrap_or_default();
        let mut sent = match self.kind {
            Kind::Disconnect => return None,
            Kind::None => whole(right),
            Kind::Truncate(bytes) => truncated(right, bytes),
            Kind::Reply(status, body) => {
                let refusal = Refusal::new(status, "This fault was injected.");
                let mut reply = refusal.into_json();
                if let Some(body) = body {
                    *reply.body_mut() = Full::new(body);
                }
                whole(reply)
            }
        };
        sent.headers_mut().extend(self.headers);
        Some(sent)
    }
}

/// A reply as it is.
pub(super) fn whole(reply: Reply) -> Sent {
    reply.map(|body| body.map_err(|never| match never {}).boxed())
}

fn truncated(reply: Reply, bytes: usize) -> Sent {
    let (mut head, body) = reply.into_parts();
    let length = body.size_hint().exact().unwrap_or_default();
    head.headers.insert(header::CONTENT_LENGTH, length.into());
    let body = Truncated {
        body,
        left: bytes,
        is_flushed: false,
    };
    Response::from_parts(head, body.boxed())
}

/// A body that ends in an error.
struct Truncated {
    body: Full<Bytes>,
    left: usize,
    is_flushed: bool,
}

impl Body for Truncated {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        if self.left > 0
            && let Poll::Ready(Some(Ok(frame))) = Pin::new(&mut self.body).poll_frame(context)
            && let Ok(mut data) = frame.into_data()
        {
            data.truncate(self.left);
            self.left = 0;
            return Poll::Ready(Some(Ok(Frame::data(data))));
        }
        if !self.is_flushed {
            // What came before is sent only when the connection has to wait.
            self.is_flushed = true;
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(Some(Err(io::ErrorKind::ConnectionAborted.into())))
    }
}

/// The faults to inject.
#[derive(Default)]
pub(super) struct Faults(Mutex<Vec<Fault>>);

impl Faults {
    pub(super) fn add(&self, fault: Fault) {
        lock(&self.0).push(fault);
    }

    /// Takes one occurrence of the first fault for an operation.
    pub(super) fn take(&self, operation: Option<&str>) -> Option<Fault> {
        let mut faults = lock(&self.0);
        faults.retain(|fault| fault.times > 0);
        let fits = |fault: &&mut Fault| {
            fault
                .operation
                .as_deref()
                .is_none_or(|wanted| Some(wanted) == operation)
        };
        let fault = faults.iter_mut().find(fits)?;
        fault.times -= 1;
        Some(fault.clone())
    }
}
