//! Recorded requests.

use std::collections::VecDeque;
use std::fmt;
use std::sync::Mutex;

use bytes::Bytes;
use http::{HeaderMap, Method, Uri};
use serde_json::Value;

use super::OnRequest;
use super::multipart::Form;
use super::percent;
use super::store::lock;

/// The most requests that are kept.
const MAX: usize = 10_000;

/// The most bytes that the bodies of these requests have together.
const MAX_BYTES: usize = 512 * 1024 * 1024;

/// A request as the server received it. [`Server::requests`](crate::Server::requests) returns them.
#[derive(Clone)]
pub struct Request {
    pub(super) operation: Option<&'static str>,
    pub(super) method: Method,
    pub(super) uri: Uri,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
    pub(super) form: Option<Form>,
    pub(super) status: Option<u16>,
    pub(super) sequence: Option<u64>,
}

impl Request {
    /// Returns the `operationId` in the API document, such as `get-file-details`, or `delivery`.
    /// `None` for other requests.
    pub fn operation(&self) -> Option<&str> {
        self.operation
    }

    /// Returns the method, in upper case.
    pub fn method(&self) -> &str {
        self.method.as_str()
    }

    /// Returns the path as it was sent, percent-encoded.
    pub fn path(&self) -> &str {
        self.uri.path()
    }

    /// Returns the decoded value of a query parameter, or the first value if there are several.
    pub fn query(&self, name: &str) -> Option<String> {
        let pairs = percent::query_pairs(self.uri.query()?)?;
        pairs
            .into_iter()
            .find(|(other, _)| other == name)
            .map(|(_, value)| value)
    }

    /// Returns the value of a header if it is ASCII. Names are case-insensitive.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Returns the bytes of the body. It is empty if the server didn't receive all of it, for
    /// example because it is too large.
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// Returns the body as JSON, or null if it isn't JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// Returns the value of a field of a multipart form: the content of the file, or the value as
    /// UTF-8.
    pub fn field(&self, name: &str) -> Option<&[u8]> {
        self.form.as_ref()?.bytes(name)
    }

    /// Returns the status of the reply, or `None` if a [`Fault`](crate::Fault) closed the
    /// connection.
    pub fn status(&self) -> Option<u16> {
        self.status
    }

    /// Returns the sequence number of the request: the server carries requests out one by one, in
    /// the order of these numbers. Concurrent requests have the same outcome as if they had been
    /// sent one by one in this order. `None` for a request that was refused before that, such as
    /// for its key. Replies have the number in the header `x-ik-test-sequence`.
    pub fn sequence(&self) -> Option<u64> {
        self.sequence
    }
}

/// Hides headers, query and body, which may have keys and tokens.
impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("operation", &self.operation)
            .field("method", &self.method())
            .field("path", &self.path())
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

/// The last requests.
pub(super) struct Recorder {
    kept: Mutex<Kept>,
    callback: Option<OnRequest>,
}

#[derive(Default)]
struct Kept {
    /// The oldest first.
    requests: VecDeque<Request>,
    /// The bytes of their bodies.
    bytes: usize,
}

impl Recorder {
    pub(super) fn new(callback: Option<OnRequest>) -> Self {
        Self {
            kept: Mutex::default(),
            callback,
        }
    }

    pub(super) fn add(&self, request: Request) {
        if let Some(callback) = &self.callback {
            callback(&request);
        }
        let mut kept = lock(&self.kept);
        kept.bytes += request.body.len();
        kept.requests.push_back(request);
        while kept.requests.len() > MAX || kept.bytes > MAX_BYTES {
            let Some(oldest) = kept.requests.pop_front() else {
                return;
            };
            kept.bytes -= oldest.body.len();
        }
    }

    pub(super) fn all(&self) -> Vec<Request> {
        lock(&self.kept).requests.iter().cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_bodies_leave_room_for_fewer_requests() {
        let recorder = Recorder::new(None);
        // All requests share these bytes, so the test allocates them once.
        let body = Bytes::from(vec![0u8; MAX_BYTES / 16]);
        for sequence in 0..20 {
            recorder.add(Request {
                operation: None,
                method: Method::POST,
                uri: Uri::from_static("/"),
                headers: HeaderMap::new(),
                body: body.clone(),
                form: None,
                status: None,
                sequence: Some(sequence),
            });
        }
        let kept: Vec<_> = recorder.all().iter().map(Request::sequence).collect();
        assert_eq!(kept, (4..20).map(Some).collect::<Vec<_>>());
    }
}
