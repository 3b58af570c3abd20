//! What the resources share: one call through the generated client, its reply, and what its failure means.

mod attempts;
#[cfg(feature = "blocking")]
mod blocking;
mod headers;
mod limits;
mod request;
mod response;
mod retry;
mod settings;
#[cfg(feature = "tracing")]
mod trace;

pub(crate) use crate::raw::Reply;
#[cfg(feature = "blocking")]
pub use blocking::Blocking;
pub use request::{Call, Request};
pub use response::{RateLimit, Response};
pub use retry::RetryPolicy;
pub(crate) use retry::retry_after;
pub(crate) use settings::Settings;
#[cfg(feature = "tracing")]
pub(crate) use trace::attempt as traced;

use std::error::Error as StdError;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use reqwest::StatusCode;
use reqwest::header::HeaderValue;
use serde_json::Value;
use tokio::time::Instant;

use crate::error::{Error, ErrorKind};
use crate::raw::operations::Operation;
use crate::raw::types::ApiErrorBody;
use crate::raw::{self, Transport};
use headers::Headers;
use limits::{Gates, Pace};

/// Sends requests for the resources. Clones share what the server says about limits.
#[derive(Clone, Debug)]
pub(crate) struct Http {
    transport: Transport,
    gates: Arc<Gates>,
    reads: Option<Arc<Pace>>,
    writes: Option<Arc<Pace>>,
    uploads: Option<Arc<Pace>>,
    options: Options,
}

/// How requests are sent: those of the client, or of one request.
#[derive(Clone, Debug)]
pub(crate) struct Options {
    /// For one attempt.
    timeout: Duration,
    /// For all attempts and the waits between them.
    total_timeout: Option<Duration>,
    retry: RetryPolicy,
    headers: Headers,
}

impl Options {
    pub(crate) fn timeout(&mut self, timeout: Duration) {
        self.timeout = timeout;
    }

    pub(crate) fn header(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.headers.add(name, value);
    }

    pub(crate) fn retry(&mut self, policy: RetryPolicy) {
        self.retry = policy;
    }
}

impl Http {
    /// How requests are sent that don't say it.
    pub(crate) fn options(&self) -> Options {
        self.options.clone()
    }

    fn transport(&self, operation: &'static Operation) -> Result<&Transport, Error> {
        if self.transport.has_key() {
            return Ok(&self.transport);
        }
        Err(Error::invalid_input(
            "private_key",
            "is missing; requests need it: give it to the builder, or set IMAGEKIT_PRIVATE_KEY and use `from_env`",
        )
        .during(operation.id, false))
    }

    /// One operation of the generated client, as often as the retry policy allows.
    pub(crate) async fn call<C: Call>(
        &self,
        call: C,
        options: &Options,
    ) -> Result<Response<C::Output>, Error> {
        call.check()?;
        let transport = self
            .transport(C::OPERATION)?
            .with_headers(options.headers.parsed()?);
        let deadline = options
            .total_timeout
            .and_then(|total| Instant::now().checked_add(total));
        let pace = match C::OPERATION.method {
            "GET" | "HEAD" => &self.reads,
            _ => &self.writes,
        };
        let mut attempts = self.attempts(C::OPERATION, options, deadline, pace.as_deref());
        loop {
            let number = attempts.next().await?;
            let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
            let timeout = left.map_or(options.timeout, |left| left.min(options.timeout));
            let attempt = attempt(&transport, call.clone(), timeout);
            let result = traced(C::OPERATION.id, number, attempt).await;
            let result = result.map_err(|error| error.after(number));
            let may_be_carried_out = attempts.may_be_carried_out();
            attempts.report(&result);
            let error = match result {
                Ok(response) => return Ok(response),
                Err(error) => error,
            };
            if may_be_carried_out
                && error.kind() == ErrorKind::NotFound
                && let (Some(value), Some(reply)) = (call.already_done(&error), error.reply())
            {
                return Ok(Response::new(value, reply.clone()));
            }
            attempts.wait(error, call.is_repeatable()).await?;
        }
    }

    /// The pace that the caller set for uploads.
    pub(crate) fn upload_pace(&self) -> Option<&Pace> {
        self.uploads.as_deref()
    }

    /// What requests of [`send`](Self::send) go through, with or without the private key.
    pub(crate) fn transport_for(
        &self,
        operation: &'static Operation,
        options: &Options,
        with_key: bool,
    ) -> Result<Transport, Error> {
        let headers = options.headers.parsed()?;
        match with_key {
            true => Ok(self.transport(operation)?.with_headers(headers)),
            false => Ok(self.transport.without_key().with_headers(headers)),
        }
    }

    /// One attempt at a request that the generated client cannot make, built on the operation's address. It has no time
    /// limit of its own.
    pub(crate) async fn send(
        &self,
        transport: &Transport,
        operation: &'static Operation,
        build: impl FnOnce(reqwest::RequestBuilder) -> reqwest::RequestBuilder,
    ) -> Result<Reply, Error> {
        let http = transport.http()?;
        let request = http.post(transport.url_of(operation));
        let mut request = build(request)
            .build()
            .map_err(|error| unreachable(operation, error))?;
        transport.authorize(request.headers_mut());
        let mut reply = Transport::exchange(http, request)
            .await
            .map_err(|error| unreachable(operation, error))?;
        reply.secrets = transport.secrets().clone();
        if reply.status.is_success() {
            Ok(reply)
        } else {
            Err(refused(operation, reply))
        }
    }
}

/// Without a feature that traces attempts, just the attempt.
#[cfg(not(feature = "tracing"))]
pub(crate) fn traced<F: Future>(_operation: &'static str, _number: u32, attempt: F) -> F {
    attempt
}

/// One operation of the generated client, once.
async fn attempt<C: Call>(
    transport: &Transport,
    call: C,
    timeout: Duration,
) -> Result<Response<C::Output>, Error> {
    let (client, record) = transport.recorded(Some(timeout))?;
    let result = call.send(client).await;
    let reply = record.lock().unwrap_or_else(PoisonError::into_inner).take();
    outcome(C::OPERATION, result, reply)
}

/// What an attempt came to.
fn outcome<T>(
    operation: &'static Operation,
    result: Result<raw::ResponseValue<T>, raw::Error<ApiErrorBody>>,
    reply: Option<Reply>,
) -> Result<Response<T>, Error> {
    match (result, reply) {
        (Ok(value), Some(reply)) => Ok(Response::new(value.into_inner(), reply)),
        (Err(raw::Error::InvalidResponsePayload(_, error)), Some(reply))
            if reply.status.is_success() =>
        {
            Err(undecodable(operation, reply, error))
        }
        (Err(raw::Error::CommunicationError(error)), _) => Err(unreachable(operation, error)),
        (Err(raw::Error::InvalidRequest(message)), _) => {
            Err(Error::new(ErrorKind::InvalidInput, message).during(operation.id, false))
        }
        (_, Some(reply)) => Err(refused(operation, reply)),
        (Ok(_), None) | (Err(_), None) => {
            let message = "the request ended without a reply";
            Err(Error::new(ErrorKind::Connection, message).during(operation.id, true))
        }
    }
}

/// Reads a reply of [`Http::send`].
pub(crate) fn decode<T: serde::de::DeserializeOwned>(
    operation: &'static Operation,
    reply: Reply,
) -> Result<Response<T>, Error> {
    match serde_json::from_slice(&reply.body) {
        Ok(value) => Ok(Response::new(value, reply)),
        Err(error) => Err(undecodable(operation, reply, error)),
    }
}

impl Reply {
    pub(crate) fn request_id(&self) -> Option<&str> {
        self.headers
            .get("x-ik-requestid")
            .map(HeaderValue::to_str)?
            .ok()
    }
}

fn refused(operation: &'static Operation, reply: Reply) -> Error {
    let kind = match reply.status {
        StatusCode::UNAUTHORIZED => ErrorKind::Unauthorized,
        StatusCode::FORBIDDEN => ErrorKind::Forbidden,
        StatusCode::NOT_FOUND => ErrorKind::NotFound,
        StatusCode::CONFLICT => ErrorKind::Conflict,
        StatusCode::LOCKED => ErrorKind::Locked,
        StatusCode::TOO_MANY_REQUESTS => ErrorKind::RateLimited,
        status if status.is_server_error() => ErrorKind::Server,
        _ => ErrorKind::BadRequest,
    };
    let status = reply.status;
    let message = if operation.is_confidential {
        format!(
            "the server answered {status}; its message is left out here, because it may quote credentials: see \
             Error::message"
        )
    } else {
        let said = said(&reply.body);
        let body = String::from_utf8_lossy(&reply.body);
        reply.secrets.redact(match said.is_empty() {
            false => format!("the server answered {status}: {said}"),
            true => format!("the server answered {status}{}", excerpt(&body)),
        })
    };
    Error::new(kind, message).with_reply(operation.id, reply)
}

/// What an error body says to people: `message`, `help`, and the details under `errors`.
fn said(body: &[u8]) -> String {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let mut said: Vec<String> = ["message", "help"]
        .iter()
        .filter_map(|name| body.get(name)?.as_str())
        .filter(|text| !text.is_empty())
        .map(str::to_owned)
        .collect();
    let mut details = Vec::new();
    if let Some(errors) = body.get("errors") {
        list_details("", errors, &mut details);
    }
    if !details.is_empty() {
        said.push(format!("({})", shortened(&details.join("; "))));
    }
    said.join(" ")
}

/// Each value with the path to it, such as `customMetadata.price: must be a number`.
fn list_details(path: &str, value: &Value, details: &mut Vec<String>) {
    match value {
        Value::Null => {}
        Value::Object(members) => {
            for (name, value) in members {
                let separator = if path.is_empty() { "" } else { "." };
                list_details(&format!("{path}{separator}{name}"), value, details);
            }
        }
        Value::Array(items) => {
            for item in items {
                list_details(path, item, details);
            }
        }
        value => {
            let text = value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned);
            let separator = if path.is_empty() { "" } else { ": " };
            details.push(format!("{path}{separator}{text}"));
        }
    }
}

fn undecodable(operation: &'static Operation, reply: Reply, error: serde_json::Error) -> Error {
    let what = if error.is_eof() {
        "the reply breaks off in the middle"
    } else {
        "the reply is not what the API document promises"
    };
    let status = reply.status;
    // The error quotes values of the reply.
    if operation.is_confidential || reply.secrets.are_in(&error.to_string()) {
        let message = format!(
            "the server answered {status}, but {what} ({}line {}, column {}); it is left out here, because it may hold \
             credentials: see Error::body",
            property(&error),
            error.line(),
            error.column()
        );
        return Error::new(ErrorKind::Decode, message).with_reply(operation.id, reply);
    }
    let body = String::from_utf8_lossy(&reply.body);
    let message = format!(
        "the server answered {status}, but {what}: {error}{}",
        excerpt(&body)
    );
    let message = reply.secrets.redact(message);
    Error::new(ErrorKind::Decode, message)
        .with_source(error)
        .with_reply(operation.id, reply)
}

/// The path to the property that an error is about, where it begins with that: each of its names, which are those of the
/// document, ends in a colon. What follows may quote a value.
fn property(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let names = text.split(": ").take_while(|name| !name.contains(' '));
    match names.collect::<Vec<_>>().join(".") {
        path if path.is_empty() => path,
        path => format!("{path}, "),
    }
}

fn unreachable(operation: &'static Operation, error: reqwest::Error) -> Error {
    // The address may hold a signature or an id; what it says of use is the host.
    let host = error
        .url()
        .and_then(|url| Some((url.host_str()?.to_owned(), url.port())))
        .map_or_else(
            || "the server".to_owned(),
            |(host, port)| match port {
                Some(port) => format!("{host}:{port}"),
                None => host,
            },
        );
    let error = error.without_url();
    let cause = root_cause(&error);
    let (kind, message) = if error.is_timeout() && error.is_connect() {
        (
            ErrorKind::Timeout,
            format!("no connection to {host} within the time limit"),
        )
    } else if error.is_timeout() {
        (
            ErrorKind::Timeout,
            format!("no complete reply from {host} within the time limit"),
        )
    } else if error.is_connect() {
        (
            ErrorKind::Connection,
            format!("no connection to {host}: {cause}"),
        )
    } else if error.is_builder() {
        (
            ErrorKind::InvalidInput,
            format!("the request cannot be made: {cause}"),
        )
    } else {
        (
            ErrorKind::Connection,
            format!("the connection to {host} broke: {cause}"),
        )
    };
    let may_have_been_sent = !error.is_connect() && !error.is_builder();
    Error::new(kind, message)
        .with_source(error)
        .during(operation.id, may_have_been_sent)
}

fn root_cause(error: &reqwest::Error) -> String {
    let mut cause: &dyn StdError = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}

/// The beginning of a body, to go behind a message.
fn excerpt(body: &str) -> String {
    match shortened(body) {
        line if line.is_empty() => line,
        line => format!("; body: {line}"),
    }
}

/// The beginning of a text, on one line.
fn shortened(text: &str) -> String {
    const LENGTH: usize = 200;
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(LENGTH) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}
