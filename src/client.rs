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
pub(crate) use attempts::Attempts;
#[cfg(feature = "blocking")]
pub use blocking::Blocking;
#[cfg(feature = "blocking")]
pub(crate) use blocking::send_blocking;
pub(crate) use request::{Call, Outcome, attempt_options, request_options, sendable};
pub use response::{RateLimit, Response};
pub use retry::RetryPolicy;
pub(crate) use retry::retry_after;
pub(crate) use settings::Settings;
#[cfg(feature = "tracing")]
pub(crate) use trace::attempt as traced;

use std::sync::{Arc, PoisonError};
use std::time::Duration;

use reqwest::header::{HeaderMap, HeaderValue};
use reqwest::{StatusCode, Url};
use serde_json::Value;
use tokio::time::Instant;

use crate::error::{Error, ErrorKind};
use crate::raw::operations::Operation;
use crate::raw::types::ApiErrorBody;
use crate::raw::{self, Cause, Failure, Received, Transport, causes, root_cause};
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

    pub(crate) fn total_timeout(&mut self, timeout: Duration) {
        self.total_timeout = Some(timeout);
    }

    /// The end of all attempts, if they begin now.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        Instant::now().checked_add(self.total_timeout?)
    }

    /// The time that one attempt may take from now on.
    pub(crate) fn attempt_timeout(&self, deadline: Option<Instant>) -> Duration {
        let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
        left.map_or(self.timeout, |left| left.min(self.timeout))
    }

    /// The headers as they are sent, or which of them cannot be.
    pub(crate) fn headers(&self) -> Result<HeaderMap, Error> {
        self.headers.parsed()
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

    /// The same for hosts that are not those of the API: without the client's headers, which may hold secrets for them.
    pub(crate) fn options_for_others(&self) -> Options {
        Options {
            headers: self.options.headers.of_request(),
            ..self.options()
        }
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
        call: &C,
        options: &Options,
    ) -> Result<Response<C::Output>, Error> {
        check_runtime(C::OPERATION)?;
        call.check()?;
        let transport = self
            .transport(C::OPERATION)?
            .with_headers(options.headers.parsed()?);
        let deadline = options.deadline();
        let pace = match C::OPERATION.method {
            "GET" | "HEAD" => &self.reads,
            _ => &self.writes,
        };
        let mut attempts = self.attempts(C::OPERATION, options, deadline, pace.as_deref());
        loop {
            let number = attempts.next().await?;
            let timeout = options.attempt_timeout(deadline);
            let attempt = attempt(&transport, call, timeout);
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
        match transport.exchange(http, request).await {
            Ok(reply) if reply.status.is_success() => Ok(reply),
            Ok(reply) => Err(refused(operation, reply)),
            Err(failure) => Err(failed(operation, failure)),
        }
    }
}

/// One attempt at reading from a URL that is not one of the API. The body of a success is still to be received.
pub(crate) async fn read(
    transport: &Transport,
    operation: &'static Operation,
    url: Url,
    headers: HeaderMap,
) -> Result<Response<reqwest::Response>, Error> {
    let http = transport.http()?;
    let mut request = http
        .get(url)
        .headers(headers)
        .build()
        .map_err(|error| unreachable(operation, error))?;
    transport.authorize(request.headers_mut());
    let begun = transport.begin(http, request).await;
    let (response, cause) = begun.map_err(|failure| failed(operation, failure))?;
    if cause.is_none() && response.status().is_success() {
        let head = transport.head(&response);
        return Ok(Response::new(response, head));
    }
    match transport.finish(response, cause).await {
        Ok(reply) => Err(refused(operation, reply)),
        Err(failure) => Err(failed(operation, failure)),
    }
}

/// Refuses to begin an operation without a tokio runtime, in which its waits would panic.
pub(crate) fn check_runtime(operation: &'static Operation) -> Result<(), Error> {
    raw::in_runtime()
        .map_err(|message| Error::new(ErrorKind::InvalidInput, message).during(operation.id, false))
}

/// Without a feature that traces attempts, just the attempt.
#[cfg(not(feature = "tracing"))]
pub(crate) fn traced<F: Future>(_operation: &'static str, _number: u32, attempt: F) -> F {
    attempt
}

/// One operation of the generated client, once.
async fn attempt<C: Call>(
    transport: &Transport,
    call: &C,
    timeout: Duration,
) -> Result<Response<C::Output>, Error> {
    let (client, record) = transport.recorded(Some(timeout))?;
    let result = call.send(client).await;
    let received = record.lock().unwrap_or_else(PoisonError::into_inner).take();
    outcome(C::OPERATION, result, received)
}

/// What an attempt came to.
fn outcome<T>(
    operation: &'static Operation,
    result: Result<raw::ResponseValue<T>, raw::Error<ApiErrorBody>>,
    received: Option<Received>,
) -> Result<Response<T>, Error> {
    match (result, received) {
        (_, Some(Received::Spoiled(reply, cause))) => Err(spoiled(operation, reply, cause)),
        (Ok(value), Some(Received::Reply(reply))) => Ok(Response::new(value.into_inner(), reply)),
        (Err(raw::Error::InvalidResponsePayload(_, error)), Some(Received::Reply(reply)))
            if reply.status.is_success() =>
        {
            Err(undecodable(operation, reply, error))
        }
        (Err(raw::Error::CommunicationError(error)), Some(Received::Redirect)) => {
            Err(redirected(operation, error))
        }
        (Err(raw::Error::CommunicationError(error)), _) => Err(unreachable(operation, error)),
        (Err(raw::Error::InvalidRequest(message)), _) => {
            Err(Error::new(ErrorKind::InvalidInput, message).during(operation.id, false))
        }
        (_, Some(Received::Reply(reply))) => Err(refused(operation, reply)),
        (_, Some(Received::Redirect) | None) => {
            let message = "the request ended without a reply";
            Err(Error::new(ErrorKind::Connection, message).during(operation.id, true))
        }
    }
}

impl Reply {
    pub(crate) fn request_id(&self) -> Option<&str> {
        self.headers
            .get("x-ik-requestid")
            .map(HeaderValue::to_str)?
            .ok()
    }

    /// Why a file is not delivered as the URL asks for it: the header `ik-error`.
    pub(crate) fn delivery_error(&self) -> Option<&str> {
        self.headers.get("ik-error").map(HeaderValue::to_str)?.ok()
    }
}

fn failed(operation: &'static Operation, failure: Failure) -> Error {
    match failure {
        Failure::Spoiled(reply, cause) => spoiled(operation, reply, cause),
        Failure::NoReply(error) => unreachable(operation, error),
        Failure::Redirect(error) => redirected(operation, error),
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
        status if status.is_client_error() => ErrorKind::BadRequest,
        _ => ErrorKind::Decode,
    };
    let status = reply.status;
    let message = if operation.is_confidential {
        format!(
            "the server answered {status}; its message is left out here, because it may quote credentials: see \
             Error::message"
        )
    } else {
        match said(&reply) {
            said if said.is_empty() => format!("the server answered {status}{}", excerpt(&reply)),
            said => format!("the server answered {status}: {said}"),
        }
    };
    Error::new(kind, message).with_reply(operation.id, reply)
}

/// What an error says to people, without what must not show: `ik-error` of its headers; `message`, `help`, and the details
/// under `errors` of its body.
fn said(reply: &Reply) -> String {
    let body: Value = serde_json::from_slice(&reply.body).unwrap_or_default();
    let members = ["message", "help"]
        .iter()
        .filter_map(|name| body.get(name)?.as_str());
    let mut said: Vec<String> = reply
        .delivery_error()
        .into_iter()
        .chain(members)
        .filter(|text| !text.is_empty())
        .map(|text| reply.secrets.redact(text.to_owned()))
        .collect();
    let mut details = Vec::new();
    if let Some(errors) = body.get("errors") {
        list_details("", errors, &mut details);
    }
    if !details.is_empty() {
        let details = reply.secrets.redact(details.join("; "));
        said.push(format!("({})", shortened(&details)));
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

/// A failure with a reply that doesn't count, or only as far as its status goes.
fn spoiled(operation: &'static Operation, reply: Reply, cause: Cause) -> Error {
    let status = reply.status;
    let kind = match &cause {
        Cause::Redirect(_) | Cause::Followed(_) => ErrorKind::Redirect,
        Cause::BrokenOff(_) | Cause::TooLong(_) if !status.is_success() => {
            return refused(operation, reply);
        }
        Cause::TooLong(_) => ErrorKind::Decode,
        Cause::BrokenOff(error) if error.is_timeout() => ErrorKind::Timeout,
        Cause::BrokenOff(_) => ErrorKind::Connection,
    };
    let message = match &cause {
        Cause::Redirect(_) => format!("the server answered {status}, {cause}"),
        Cause::Followed(_) => format!("the server answered {status}, but {cause}"),
        Cause::TooLong(_) | Cause::BrokenOff(_) => format!(
            "the server answered {status}, so the request was probably carried out, but {cause}"
        ),
    };
    let error = Error::new(kind, reply.secrets.redact(message));
    match cause {
        Cause::BrokenOff(source) => error.with_source(source),
        _ => error,
    }
    .with_reply(operation.id, reply)
}

/// The error for a success whose body can't be read.
pub(crate) fn undecodable(
    operation: &'static Operation,
    reply: Reply,
    error: serde_json::Error,
) -> Error {
    let what = if error.is_eof() {
        "the reply breaks off in the middle"
    } else {
        "the reply is not what the API document promises"
    };
    let status = reply.status;
    // JSON comes from ImageKit. Another body may come from a proxy.
    let so = match operation.method != "GET" && !error.is_syntax() {
        true => ", so the request was probably carried out",
        false => "",
    };
    // The error quotes values of the reply.
    if operation.is_confidential || reply.secrets.are_in(&error.to_string()) {
        let message = format!(
            "the server answered {status}{so}, but {what} ({}line {}, column {}); it is left out here, because it may hold \
             credentials: see Error::body",
            property(&error),
            error.line(),
            error.column()
        );
        return Error::new(ErrorKind::Decode, message).with_reply(operation.id, reply);
    }
    let message = format!(
        "the server answered {status}{so}, but {what}: {error}{}",
        excerpt(&reply)
    );
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
    let lacks_tls = error.is_connect()
        && error.url().is_some_and(|url| url.scheme() == "https")
        && root_cause(&error).contains("scheme is not http");
    let error = error.without_url();
    let cause = root_cause(&error);
    let (kind, message) = if lacks_tls {
        (
            ErrorKind::InvalidInput,
            "https needs TLS, and no TLS is compiled in; enable the feature `rustls`, `rustls-no-provider`, `native-tls` or \
             `native-tls-vendored` of imagekitio, or give `http_client` a client with TLS"
                .to_owned(),
        )
    } else if error.is_timeout() && error.is_connect() {
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
    let may_have_been_sent = !(error.is_connect() || error.is_builder() || was_turned_away(&error));
    Error::new(kind, message)
        .with_source(error)
        .during(operation.id, may_have_been_sent)
}

/// A redirect that the caller's HTTP client followed in vain.
fn redirected(operation: &'static Operation, error: reqwest::Error) -> Error {
    let error = error.without_url();
    let message = format!(
        "the HTTP client was redirected and failed there: {}; give `http_client` a client with `redirect::Policy::none()`",
        root_cause(&error)
    );
    Error::new(ErrorKind::Redirect, message)
        .with_source(error)
        .during(operation.id, true)
}

/// Whether the server says by HTTP/2 that it did nothing about the request: it refused the stream, or stopped taking new ones
/// on the connection (RFC 9113, section 8.7).
fn was_turned_away(error: &reqwest::Error) -> bool {
    causes(error)
        .filter_map(|cause| cause.downcast_ref::<h2::Error>())
        .any(|error| {
            let reason = error.reason();
            error.is_remote()
                && (error.is_reset() && reason == Some(h2::Reason::REFUSED_STREAM)
                    || error.is_go_away() && reason == Some(h2::Reason::NO_ERROR))
        })
}

/// The beginning of a body, to go behind a message, without what must not show.
fn excerpt(reply: &Reply) -> String {
    // White space is left out, and characters have up to four bytes.
    let start = &reply.body[..reply.body.len().min(8 * LENGTH)];
    let start = String::from_utf8_lossy(start).into_owned();
    match shortened(&reply.secrets.redact(start)) {
        line if line.is_empty() => line,
        line if 8 * LENGTH < reply.body.len() && !line.ends_with('…') => {
            format!("; body: {line}…")
        }
        line => format!("; body: {line}"),
    }
}

/// How many characters of a text a message quotes.
const LENGTH: usize = 200;

/// The beginning of a text, on one line.
fn shortened(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(LENGTH) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}
