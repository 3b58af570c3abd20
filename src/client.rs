//! What the resources share: one call through the generated client, its reply, and what its failure means.

mod request;
mod response;
mod settings;

pub(crate) use crate::raw::Reply;
pub use request::{Call, Request};
pub use response::{RateLimit, Response};
pub(crate) use settings::Settings;

use std::error::Error as StdError;
use std::time::Duration;

use reqwest::StatusCode;
use reqwest::header::HeaderValue;

use crate::error::{Error, ErrorKind};
use crate::raw::operations::Operation;
use crate::raw::types::ApiErrorBody;
use crate::raw::{self, Transport};

/// Sends requests for the resources.
#[derive(Clone, Debug)]
pub(crate) struct Http {
    /// None without a private key.
    transport: Option<Transport>,
    timeout: Duration,
}

impl Http {
    fn transport(&self, operation: &'static Operation) -> Result<&Transport, Error> {
        self.transport.as_ref().ok_or_else(|| {
            Error::invalid_input(
                "private_key",
                "is missing; requests need it: give it to the builder, or set IMAGEKIT_PRIVATE_KEY and use `from_env`",
            )
            .during(operation.id, false)
        })
    }

    /// One operation of the generated client.
    pub(crate) async fn call<T, F, R>(
        &self,
        operation: &'static Operation,
        send: F,
    ) -> Result<Response<T>, Error>
    where
        F: FnOnce(raw::Client) -> R,
        R: Future<Output = Result<raw::ResponseValue<T>, raw::Error<ApiErrorBody>>>,
    {
        let transport = self.transport(operation)?;
        let (client, record) = transport.recorded(Some(self.timeout));
        let result = send(client).await;
        let reply = record
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .take();
        match (result, reply) {
            (Ok(value), Some(reply)) => Ok(Response::new(value.into_inner(), reply)),
            (Err(raw::Error::InvalidResponsePayload(_, error)), Some(reply)) => {
                Err(undecodable(operation, reply, error))
            }
            (Err(raw::Error::CommunicationError(error)), _) => Err(unreachable(operation, error)),
            (Err(raw::Error::InvalidRequest(message)), _) => {
                Err(Error::new(ErrorKind::InvalidInput, message).during(operation.id, false))
            }
            (_, Some(reply)) => Err(refused(operation, reply)),
            (Ok(_), None) | (Err(_), None) => Err(Error::new(
                ErrorKind::Connection,
                "the request ended without a reply",
            )
            .during(operation.id, true)),
        }
    }

    /// A request that the generated client cannot make, built on the operation's address. It has no time limit of its own.
    pub(crate) async fn send(
        &self,
        operation: &'static Operation,
        build: impl FnOnce(reqwest::RequestBuilder) -> reqwest::RequestBuilder,
    ) -> Result<Reply, Error> {
        let transport = self.transport(operation)?;
        let request = transport.http().post(transport.url_of(operation));
        let mut request = build(request)
            .build()
            .map_err(|error| unreachable(operation, error))?;
        transport.authorize(request.headers_mut());
        let reply = transport
            .exchange(request)
            .await
            .map_err(|error| unreachable(operation, error))?;
        if reply.status.is_success() {
            Ok(reply)
        } else {
            Err(refused(operation, reply))
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
    let body: Option<ApiErrorBody> = serde_json::from_slice(&reply.body).ok();
    let told = body.map(|body| [body.message, body.help]);
    let told: Vec<String> = told
        .into_iter()
        .flatten()
        .flatten()
        .filter(|text| !text.is_empty())
        .collect();
    let message = match told.is_empty() {
        false => format!("the server answered {status}: {}", told.join(" ")),
        true => {
            let body = String::from_utf8_lossy(&reply.body);
            format!("the server answered {status}{}", excerpt(&body))
        }
    };
    Error::new(kind, message).with_reply(operation.id, reply)
}

fn undecodable(operation: &'static Operation, reply: Reply, error: serde_json::Error) -> Error {
    let what = if error.is_eof() {
        "the reply breaks off in the middle"
    } else {
        "the reply is not what the API document promises"
    };
    let message = format!(
        "the server answered {}, but {what}: {error}{}",
        reply.status,
        excerpt(&String::from_utf8_lossy(&reply.body))
    );
    Error::new(ErrorKind::Decode, message)
        .with_source(error)
        .with_reply(operation.id, reply)
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

/// The beginning of a body, on one line, to go behind a message.
fn excerpt(body: &str) -> String {
    const LENGTH: usize = 200;
    let line = body.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.is_empty() {
        return String::new();
    }
    let shown: String = line.chars().take(LENGTH).collect();
    let more = if shown.len() < line.len() { "…" } else { "" };
    format!("; body: {shown}{more}")
}
