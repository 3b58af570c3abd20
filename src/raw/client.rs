//! The construction of the generated client, and the hooks that its requests pass through.

use std::fmt;
#[cfg(feature = "client")]
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use progenitor_client::{ClientHooks, OperationInfo};
use reqwest::{Request, Url};
use serde::de::IgnoredAny;

use super::generated::{Client, Error};
use super::operations::{self, Operation};
use super::parameter;
#[cfg(feature = "client")]
use crate::http::Cause;
use crate::http::{
    self, CONNECT_TIMEOUT, Failure, Hosts, MAX_RESPONSE_SIZE, base_url, check_response_size,
    check_runtime,
};
use crate::reply::Reply;
use crate::secret::RedactedUrl;
use crate::url::{SEGMENT, escape};

impl Client {
    /// Makes a client for the hosts of the document, with its own `reqwest::Client`.
    ///
    /// It gives up a connection attempt after 10 seconds. There is no other time limit. It doesn't
    /// follow redirects.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) if the key is empty.
    pub fn new(private_key: &str) -> Result<Self, crate::Error> {
        Self::builder(private_key).build()
    }

    /// Configures a client with another base URL, or with your own `reqwest::Client`.
    pub fn builder(private_key: &str) -> ClientBuilder {
        ClientBuilder {
            private_key: private_key.to_owned(),
            base_url: None,
            http: None,
            max_response_size: MAX_RESPONSE_SIZE,
        }
    }

    /// A client over a transport, with a time limit for each of its requests.
    fn over(transport: Transport) -> Result<Self, crate::Error> {
        let baseurl = transport.http.url(None).to_owned();
        if !baseurl.contains("://") {
            return Err(crate::Error::invalid_input(
                "base_url",
                format!(
                    "is missing, and the API document names no server but `{baseurl}`; give scheme, host and the path that all \
                     operations share, such as https://api.imagekit.io"
                ),
            ));
        }
        Ok(Self {
            baseurl,
            client: transport.http.client()?,
            inner: transport,
        })
    }

    /// A client for one call, and the place where its response will be.
    #[cfg(feature = "client")]
    pub(crate) fn recorded(
        http: http::Transport,
        timeout: Duration,
    ) -> Result<(Self, Record), crate::Error> {
        let record = Record::default();
        let client = Self::over(Transport {
            http,
            timeout: Some(timeout),
            record: Some(record.clone()),
        })?;
        Ok((client, record))
    }
}

/// Configures a raw [`Client`].
pub struct ClientBuilder {
    private_key: String,
    base_url: Option<String>,
    http: Option<reqwest::Client>,
    max_response_size: u64,
}

impl ClientBuilder {
    /// Sets one base URL for all operations, in place of the hosts of the document.
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = Some(url.into());
        self
    }

    /// Sets the HTTP client, with its own proxies, timeouts and TLS settings.
    ///
    /// Build it with [`redirect::Policy::none()`](reqwest::redirect::Policy::none). The response to
    /// a redirected request is an [`Error::Custom`], but headers other than the key may have been
    /// sent to another host by then.
    pub fn http_client(mut self, http: reqwest::Client) -> Self {
        self.http = Some(http);
        self
    }

    /// Limits the size of a response body, in bytes, at least 1. The default is 64 MiB.
    ///
    /// The connection of a longer body is closed. A success is then an [`Error::Custom`]; an error
    /// keeps what was received.
    pub fn max_response_size(mut self, bytes: u64) -> Self {
        self.max_response_size = bytes;
        self
    }

    /// Makes the client.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) if the key is empty or has a character that
    /// a key cannot have, the base URL is not an http or https URL, or the response size is 0;
    /// [`Connection`](crate::ErrorKind::Connection) if TLS cannot be set up.
    pub fn build(self) -> Result<Client, crate::Error> {
        let private_key = crate::sign::trimmed_key("private_key", &self.private_key)?;
        let mut hosts = Hosts::new(operations::SERVER);
        if let Some(url) = self.base_url {
            hosts.all = Some(base_url("base_url", url)?);
        }
        check_response_size(self.max_response_size)?;
        Client::over(Transport {
            http: http::Transport::new(
                Some(private_key),
                self.http,
                CONNECT_TIMEOUT,
                self.max_response_size,
                hosts,
            ),
            timeout: None,
            #[cfg(feature = "client")]
            record: None,
        })
    }
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("base_url", &self.base_url.as_deref().map(RedactedUrl))
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("base_url", &RedactedUrl(&self.baseurl))
            .finish_non_exhaustive()
    }
}

/// The data of a [`Client`], apart from its base URL.
#[derive(Clone)]
pub struct Transport {
    http: http::Transport,
    timeout: Option<Duration>,
    /// `None` for a client that a caller made, which would keep the last response for nothing.
    #[cfg(feature = "client")]
    record: Option<Record>,
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.http.fmt(f)
    }
}

/// Captures the response for the high-level client.
#[cfg(feature = "client")]
pub(crate) type Record = Arc<Mutex<Option<Received>>>;

/// The response to a request, of which the generated client returns only a part.
#[cfg(feature = "client")]
pub(crate) enum Received {
    Reply(Reply),
    Spoiled(Reply, Cause),
    /// No response, but a redirect before that.
    Redirect,
    /// Nothing was sent.
    Refused(crate::Error),
}

#[cfg(feature = "client")]
impl Transport {
    fn record(&self, received: Received) {
        if let Some(record) = &self.record {
            *record.lock().unwrap_or_else(PoisonError::into_inner) = Some(received);
        }
    }
}

/// Escapes a path parameter as one segment of a path.
pub(crate) fn encode_path(parameter: &str) -> String {
    let mut segment = String::new();
    escape(&mut segment, parameter, &SEGMENT);
    segment
}

impl ClientHooks<Transport> for Client {
    async fn pre<E>(&self, request: &mut Request, info: &OperationInfo) -> Result<(), Error<E>> {
        check_runtime().map_err(|message| Error::InvalidRequest(message.to_owned()))?;
        let operation = operation(info);
        // The generator announces the document's version; ImageKit has no such header.
        request.headers_mut().remove("api-version");
        *request.timeout_mut() = self.inner.timeout;
        if !keeps_its_path(request.url(), &self.baseurl, operation) {
            return Err(Error::InvalidRequest(
                "a path parameter is empty, has a backslash, or has `.` or `..` in it as a step of a path; give an id that \
                 ImageKit assigned"
                    .to_owned(),
            ));
        }
        if let Some(operation) = operation {
            parameter::finish(request, operation).map_err(Error::InvalidRequest)?;
        }
        if let Some(server) = operation.and_then(|operation| operation.server) {
            let own = self.inner.http.url(Some(server));
            let moved = request.url().as_str().replacen(&self.baseurl, own, 1);
            *request.url_mut() = moved
                .parse()
                .map_err(|_| Error::InvalidRequest("the base URL is not valid".to_owned()))?;
        }
        self.inner
            .http
            .prepare(request, operation)
            .map_err(|error| {
                let message = error.to_string();
                #[cfg(feature = "client")]
                self.inner.record(Received::Refused(error));
                Error::InvalidRequest(message)
            })
    }

    async fn exec(
        &self,
        request: Request,
        info: &OperationInfo,
    ) -> reqwest::Result<reqwest::Response> {
        let (reply, cause) = match self.inner.http.exchange(&self.client, request).await {
            Ok(reply) => (reply, None),
            Err(Failure::Spoiled(reply, cause)) => (reply, Some(cause)),
            Err(Failure::NoReply(error)) => return Err(error),
            Err(Failure::Redirect(error)) => {
                #[cfg(feature = "client")]
                self.inner.record(Received::Redirect);
                return Err(error);
            }
        };
        let operation = operation(info);
        let mut response = ::http::Response::new(readable(&reply, operation));
        *response.status_mut() = reply.status;
        *response.headers_mut() = reply.headers.clone();
        // What is not a success is an error by its status already.
        if reply.status.is_success() {
            if let Some(cause) = &cause {
                let message = format!("the server answered {}, but {cause}", reply.status);
                response
                    .extensions_mut()
                    .insert(NoSuccess::Spoiled(message));
            } else if operation.is_some_and(|operation| operation.empty.is_empty()) {
                let body = NoSuccess::Unpromised(reply.body.clone());
                response.extensions_mut().insert(body);
            }
        }
        #[cfg(feature = "client")]
        self.inner.record(match cause {
            None => Received::Reply(reply),
            Some(cause) => Received::Spoiled(reply, cause),
        });
        Ok(response.into())
    }

    async fn post<E>(
        &self,
        result: &reqwest::Result<reqwest::Response>,
        _info: &OperationInfo,
    ) -> Result<(), Error<E>> {
        let response = result.as_ref().ok();
        match response.and_then(|response| response.extensions().get::<NoSuccess>()) {
            Some(NoSuccess::Spoiled(message)) => Err(Error::Custom(message.clone())),
            Some(NoSuccess::Unpromised(body)) if !body.is_empty() => {
                match serde_json::from_slice::<IgnoredAny>(body) {
                    Ok(_) => Ok(()),
                    Err(error) => Err(Error::InvalidResponsePayload(body.clone(), error)),
                }
            }
            _ => Ok(()),
        }
    }
}

/// Why a response may be a failure despite its status. It is an extension of the response, from
/// which `post` makes the error.
#[derive(Clone)]
enum NoSuccess {
    Spoiled(String),
    /// The document has no response body here. ImageKit may send JSON anyway; an HTML page comes
    /// from a proxy.
    Unpromised(Bytes),
}

/// Whether the address is that of the operation under the base URL.
fn keeps_its_path(url: &Url, base: &str, operation: Option<&Operation>) -> bool {
    let (Some(operation), Ok(base)) = (operation, Url::parse(base)) else {
        return false;
    };
    let path = url.path().strip_prefix(base.path().trim_end_matches('/'));
    url.origin() == base.origin() && path.is_some_and(|path| operation.matches(path))
}

fn operation(info: &OperationInfo) -> Option<&'static Operation> {
    operations::ALL
        .iter()
        .find(|operation| operation.name == info.operation_id)
}

/// The body as the generated code can read it. An empty success becomes the JSON that it means, and
/// an error body that is not a JSON object becomes one with the body as a string under `body`.
fn readable(reply: &Reply, operation: Option<&Operation>) -> Bytes {
    if reply.status.is_success() {
        return match operation {
            Some(operation) if reply.body.is_empty() => {
                Bytes::from_static(operation.empty.as_bytes())
            }
            _ => reply.body.clone(),
        };
    }
    type Object = serde_json::Map<String, serde_json::Value>;
    if serde_json::from_slice::<Object>(&reply.body).is_ok() {
        return reply.body.clone();
    }
    let text = String::from_utf8_lossy(&reply.body);
    let wrapped = if text.is_empty() {
        serde_json::json!({})
    } else {
        serde_json::json!({ "body": text })
    };
    Bytes::from(wrapped.to_string())
}
