//! The replies that handlers give.

use std::io;

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};
use http_body_util::Full;
use serde_json::{Map, Value, json};

pub(super) type Reply = Response<Full<Bytes>>;

/// Stands in every refusal of the API as `help`.
const HELP: &str = "This is the test server of the imagekitio crate, not ImageKit. \
                    The documentation of imagekitio_testing says what it supports.";

/// 200 with a JSON body.
pub(super) fn json(value: &Value) -> Reply {
    bytes("application/json; charset=utf-8", value.to_string().into())
}

/// A JSON body with another status than 200.
pub(super) fn json_with(status: StatusCode, value: &Value) -> Reply {
    let mut reply = json(value);
    *reply.status_mut() = status;
    reply
}

/// 200 with a body of the given type.
pub(super) fn bytes(content_type: &'static str, body: Bytes) -> Reply {
    let mut reply = Response::new(Full::new(body));
    reply
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    reply
}

/// An empty body with this status.
pub(super) fn empty(status: StatusCode) -> Reply {
    let mut reply = Reply::default();
    *reply.status_mut() = status;
    reply
}

/// A refusal of a request.
#[derive(Debug)]
pub(super) struct Refusal {
    status: StatusCode,
    message: String,
    /// In a box, so that errors stay small.
    allow: Option<Box<HeaderValue>>,
    /// What the body has besides `message` and `help`.
    more: Map<String, Value>,
}

impl Refusal {
    pub(super) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self {
            status,
            message: message.into(),
            allow: None,
            more: Map::new(),
        }
    }

    /// 400: the request is at fault, in the way that `message` says.
    pub(super) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    /// 404: something in the account is missing.
    pub(super) fn not_found(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, message)
    }

    /// Adds a property to the body, such as `reason`.
    pub(super) fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.more.insert(name.to_owned(), value.into());
        self
    }

    /// Names the methods that would have been answered, as 405 must.
    pub(super) fn allowing(mut self, methods: &str) -> Self {
        self.allow = HeaderValue::from_str(methods).ok().map(Box::new);
        self
    }

    pub(super) fn message(&self) -> &str {
        &self.message
    }

    /// The body for the API and uploads: `{message, help}` and what was added.
    pub(super) fn body(&self) -> Value {
        let mut body = self.more.clone();
        body.insert("message".to_owned(), json!(self.message));
        body.insert("help".to_owned(), json!(HELP));
        Value::Object(body)
    }

    /// The form for the API and uploads.
    pub(super) fn into_json(self) -> Reply {
        let body = json(&self.body());
        self.finish(body)
    }

    /// The form for delivery: only the message.
    pub(super) fn into_text(mut self) -> Reply {
        let body = bytes(
            "text/plain; charset=utf-8",
            std::mem::take(&mut self.message).into(),
        );
        self.finish(body)
    }

    fn finish(self, mut reply: Reply) -> Reply {
        *reply.status_mut() = self.status;
        if let Some(allow) = self.allow {
            reply.headers_mut().insert(header::ALLOW, *allow);
        }
        reply
    }
}

/// 500: the directory of the server could not be changed.
impl From<io::Error> for Refusal {
    fn from(error: io::Error) -> Self {
        let message = format!("The server could not write to its directory: {error}.");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, message)
    }
}
