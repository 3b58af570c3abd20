//! What every generated method passes through: authorization, headers, hosts, and the body of the reply.

use std::error::Error as StdError;
use std::fmt;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use http_body::{Frame, SizeHint};
use progenitor_client::{ClientHooks, OperationInfo};
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue, LOCATION, USER_AGENT};
use reqwest::{Body, Request, StatusCode, Url};
use serde::de::IgnoredAny;

use super::generated::{Client, Error};
use super::operations;
use super::parameter::{self, Style};
use crate::redact::RedactedUrl;
#[cfg(feature = "client")]
use crate::redact::Secrets;
use crate::url::{SEGMENT, escape, unescape};

/// One operation of the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Operation {
    /// `operationId` in the document.
    pub id: &'static str,
    /// Name of the method of [`Client`], where it has one.
    pub name: &'static str,
    /// HTTP method, upper case.
    pub method: &'static str,
    /// Path with its parameters in braces.
    pub path: &'static str,
    /// Base URL, where the operation has another than [`SERVER`](operations::SERVER).
    pub server: Option<&'static str>,
    /// The JSON that an empty success body stands for; empty when the operation has no body in its reply.
    pub(crate) empty: &'static str,
    /// Whether request or reply may hold a secret, so that errors must not quote the reply.
    #[cfg_attr(not(feature = "client"), allow(dead_code))]
    pub(crate) is_confidential: bool,
    /// The media type of the request's body; empty without one.
    pub(crate) content_type: &'static str,
    /// Whether the request may be sent without its body.
    pub(crate) is_body_optional: bool,
    /// The media type to ask for, where that is another than `application/json`.
    pub(crate) accept: &'static str,
    /// How properties of a form are written that are written in another way than usual.
    pub(crate) encodings: &'static [(&'static str, Style)],
}

impl Client {
    /// A client for the hosts of the document, with a `reqwest::Client` of its own.
    ///
    /// The connection is given up after 10 seconds; there is no other time limit. Redirects are not followed.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) when the key is empty.
    pub fn new(private_key: &str) -> Result<Self, crate::Error> {
        Self::builder(private_key).build()
    }

    /// A client with other hosts, or with your own `reqwest::Client`.
    pub fn builder(private_key: &str) -> ClientBuilder {
        ClientBuilder {
            private_key: private_key.to_owned(),
            base_url: None,
            http: None,
            max_response_size: MAX_RESPONSE_SIZE,
        }
    }
}

/// Settings of a raw [`Client`].
pub struct ClientBuilder {
    private_key: String,
    base_url: Option<String>,
    http: Option<reqwest::Client>,
    max_response_size: u64,
}

impl ClientBuilder {
    /// One base URL for all operations, in place of the hosts of the document.
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = Some(url.into());
        self
    }

    /// The HTTP client to use, with its own proxies, timeouts and TLS settings.
    ///
    /// Build it with [`redirect::Policy::none()`](reqwest::redirect::Policy::none). The reply to a redirected request is
    /// an [`Error::Custom`], but headers other than the key may have gone to another host by then.
    pub fn http_client(mut self, http: reqwest::Client) -> Self {
        self.http = Some(http);
        self
    }

    /// The longest body of a response, in bytes, from 1. The default is 64 MiB.
    ///
    /// A longer body ends its connection. A success is then an [`Error::Custom`]; an error keeps what was received.
    pub fn max_response_size(mut self, bytes: u64) -> Self {
        self.max_response_size = bytes;
        self
    }

    /// Makes the client.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) when the key is empty or has a character that a key can't have, the
    /// base URL is not an http or https URL, or the response size is 0;
    /// [`Connection`](crate::ErrorKind::Connection) when TLS cannot be set up.
    pub fn build(self) -> Result<Client, crate::Error> {
        let private_key = crate::sign::trimmed_key("private_key", &self.private_key)?;
        let mut hosts = Hosts::default();
        if let Some(url) = self.base_url {
            hosts.all = Some(base_url("base_url", url)?);
        }
        check_response_size(self.max_response_size)?;
        Transport::new(
            Some(private_key),
            self.http,
            CONNECT_TIMEOUT,
            self.max_response_size,
            hosts,
        )
        .into_client(None)
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

/// A base URL in normal form without trailing slashes, or an error that names `option`.
pub(crate) fn base_url(option: &'static str, url: String) -> Result<String, crate::Error> {
    let parsed = Url::parse(&url)
        .ok()
        .filter(|parsed| matches!(parsed.scheme(), "http" | "https") && parsed.has_host());
    match parsed {
        Some(parsed) if !url.contains(['?', '#']) => {
            Ok(parsed.as_str().trim_end_matches('/').to_owned())
        }
        _ => Err(crate::Error::invalid_input(
            option,
            format!(
                "`{}` is not a base URL; give scheme and host, such as https://api.imagekit.io",
                RedactedUrl(&url)
            ),
        )),
    }
}

/// The longest body of a response, unless the caller sets another.
pub(crate) const MAX_RESPONSE_SIZE: u64 = 64 * 1024 * 1024;

pub(crate) fn check_response_size(bytes: u64) -> Result<(), crate::Error> {
    if bytes == 0 {
        return Err(crate::Error::invalid_input(
            "max_response_size",
            "is 0, which no response fits into; give a number of bytes, such as 67108864",
        ));
    }
    Ok(())
}

/// Refuses to go on where no tokio runtime runs: HTTP and timers would panic there.
pub(crate) fn in_runtime() -> Result<(), &'static str> {
    match tokio::runtime::Handle::try_current() {
        Ok(_) => Ok(()),
        Err(_) => Err(
            "no tokio runtime runs here, and requests need one: start one, such as with `#[tokio::main]`, or enable the \
             feature `blocking` and use `send_blocking` in place of `.await`",
        ),
    }
}

/// The caller's HTTP client, or one that is made when it is first needed: setting up TLS takes milliseconds, which a program
/// that only builds URLs should not pay.
#[derive(Clone)]
struct HttpClient {
    client: Arc<OnceLock<reqwest::Client>>,
    connect_timeout: Duration,
}

/// How long a connection is tried for, unless the caller says it.
pub(crate) const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// How long an unused connection is kept. Node's servers close theirs after 5 seconds, load balancers and nginx after 60
/// and more; a request on a connection that the server is about to close fails.
const IDLE_TIMEOUT: Duration = Duration::from_secs(4);

impl HttpClient {
    fn get(&self) -> Result<&reqwest::Client, crate::Error> {
        if let Some(client) = self.client.get() {
            return Ok(client);
        }
        let client = reqwest::Client::builder()
            .connect_timeout(self.connect_timeout)
            .pool_idle_timeout(IDLE_TIMEOUT)
            // A redirect would carry the request's body and headers to a place that nobody asked for.
            .redirect(reqwest::redirect::Policy::none())
            // The retry policy decides what is sent again.
            .retry(reqwest::retry::never())
            .build()
            .map_err(|error| {
                crate::Error::new(
                    crate::ErrorKind::Connection,
                    "the HTTP client could not be set up; check the TLS features and certificates",
                )
                .with_source(error)
            })?;
        Ok(self.client.get_or_init(|| client))
    }
}

/// Base URLs in place of those of the document.
#[derive(Clone, Default)]
pub(crate) struct Hosts {
    /// For every operation that has no own entry.
    pub all: Option<String>,
    /// By the base URL in the document.
    pub each: Vec<(&'static str, String)>,
}

impl fmt::Debug for Hosts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let each = self.each.iter();
        f.debug_map()
            .entries(self.all.iter().map(|url| ("all", RedactedUrl(url))))
            .entries(each.map(|(server, url)| (server, RedactedUrl(url))))
            .finish()
    }
}

impl Hosts {
    fn of<'a>(&'a self, server: &'a str) -> &'a str {
        let own = self.each.iter().find(|(known, _)| *known == server);
        own.map(|(_, url)| url)
            .or(self.all.as_ref())
            .map_or(server, String::as_str)
    }
}

/// The hooks' own data.
#[derive(Clone)]
pub struct Transport {
    http: HttpClient,
    /// None without a private key, and for requests that don't carry it.
    authorization: Option<HeaderValue>,
    hosts: Hosts,
    timeout: Option<Duration>,
    /// In bytes.
    max_response_size: u64,
    /// In place of, or beside, the headers that are set here.
    headers: HeaderMap,
    #[cfg(feature = "client")]
    record: Record,
    #[cfg(feature = "client")]
    secrets: Secrets,
}

/// Where the friendly layer finds what came over the wire.
#[cfg(feature = "client")]
pub(crate) type Record = Arc<std::sync::Mutex<Option<Received>>>;

/// What came of a request, beside what the generated client makes of it.
#[cfg(feature = "client")]
pub(crate) enum Received {
    Reply(Reply),
    Spoiled(Reply, Cause),
    /// No reply, but a redirect before that.
    Redirect,
}

/// A reply as received.
#[derive(Clone)]
pub(crate) struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
    /// What errors must not quote of it.
    #[cfg(feature = "client")]
    pub secrets: Secrets,
}

/// Why a request has no reply that counts.
pub(crate) enum Failure {
    /// Not even a status arrived.
    NoReply(reqwest::Error),
    /// The HTTP client followed a redirect, and failed at that.
    Redirect(reqwest::Error),
    /// A status arrived. The body has what was received of it.
    Spoiled(Reply, Cause),
}

/// What is wrong with a reply.
#[derive(Debug)]
pub(crate) enum Cause {
    /// The body breaks off.
    BrokenOff(reqwest::Error),
    /// The body is longer than this many bytes.
    TooLong(u64),
    /// The server redirects the request, to this address if it says one.
    Redirect(Option<String>),
    /// The HTTP client followed a redirect to this address, which answered instead.
    Followed(String),
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BrokenOff(error) => write!(
                f,
                "the connection broke before the end of the body: {}",
                root_cause(error)
            ),
            Self::TooLong(limit) => write!(
                f,
                "the body is longer than {limit} bytes; raise `max_response_size` if that is right"
            ),
            Self::Redirect(to) => {
                f.write_str("which redirects the request")?;
                if let Some(to) = to {
                    write!(f, " to {to}")?;
                }
                f.write_str("; redirects are not followed, so check the base URL and the proxies on the way")
            }
            Self::Followed(to) => write!(
                f,
                "only after the HTTP client was redirected to {to}, so that the reply is not one to this request; give \
                 `http_client` a client with `redirect::Policy::none()`"
            ),
        }
    }
}

impl Transport {
    /// Without an HTTP client of the caller's, one is made for the first request.
    pub(crate) fn new(
        private_key: Option<&str>,
        http: Option<reqwest::Client>,
        connect_timeout: Duration,
        max_response_size: u64,
        hosts: Hosts,
    ) -> Self {
        let credentials = private_key.map(|key| BASE64.encode(format!("{key}:")));
        let authorization = credentials.as_ref().map(|credentials| {
            // Base64 has only characters that a header value may hold.
            let mut value = HeaderValue::from_str(&format!("Basic {credentials}"))
                .unwrap_or(HeaderValue::from_static("Basic"));
            value.set_sensitive(true);
            value
        });
        Self {
            http: HttpClient {
                client: Arc::new(http.map(OnceLock::from).unwrap_or_default()),
                connect_timeout,
            },
            authorization,
            hosts,
            timeout: None,
            max_response_size,
            headers: HeaderMap::new(),
            #[cfg(feature = "client")]
            record: Record::default(),
            #[cfg(feature = "client")]
            secrets: Secrets::default().with(private_key.into_iter().chain(credentials.as_deref())),
        }
    }

    /// The generated client, with a time limit for each of its requests.
    pub(crate) fn into_client(mut self, timeout: Option<Duration>) -> Result<Client, crate::Error> {
        self.timeout = timeout;
        let baseurl = self.hosts.of(operations::SERVER).to_owned();
        if !baseurl.contains("://") {
            return Err(crate::Error::invalid_input(
                "base_url",
                format!(
                    "is missing, and the API document names no server but `{baseurl}`; give scheme, host and the path that all \
                     operations share, such as https://api.imagekit.io"
                ),
            ));
        }
        Ok(Client {
            baseurl,
            client: self.http.get()?.clone(),
            inner: self,
        })
    }

    /// The generated client for one call, and the place where its reply will be.
    #[cfg(feature = "client")]
    pub(crate) fn recorded(
        &self,
        timeout: Option<Duration>,
    ) -> Result<(Client, Record), crate::Error> {
        let record = Record::default();
        let transport = Self {
            record: record.clone(),
            ..self.clone()
        };
        Ok((transport.into_client(timeout)?, record))
    }

    #[cfg(feature = "client")]
    fn record(&self, received: Received) {
        let record = self.record.lock();
        *record.unwrap_or_else(std::sync::PoisonError::into_inner) = Some(received);
    }

    #[cfg(feature = "client")]
    pub(crate) fn has_key(&self) -> bool {
        self.authorization.is_some()
    }

    #[cfg(feature = "client")]
    pub(crate) fn without_key(&self) -> Self {
        Self {
            authorization: None,
            ..self.clone()
        }
    }

    #[cfg(feature = "client")]
    pub(crate) fn with_headers(&self, headers: HeaderMap) -> Self {
        // A value that is no text was not written by a person, and is not repeated as text.
        let values = headers.values().filter_map(|value| value.to_str().ok());
        Self {
            secrets: self.secrets.with(values),
            headers,
            ..self.clone()
        }
    }

    /// For a request that carries these secrets in its body.
    #[cfg(feature = "client")]
    pub(crate) fn with_secrets<S: AsRef<str>>(&self, values: impl IntoIterator<Item = S>) -> Self {
        Self {
            secrets: self.secrets.with(values),
            ..self.clone()
        }
    }

    #[cfg(feature = "client")]
    pub(crate) fn http(&self) -> Result<&reqwest::Client, crate::Error> {
        self.http.get()
    }

    /// The longest body of a response, in bytes.
    #[cfg(feature = "client")]
    pub(crate) fn max_response_size(&self) -> u64 {
        self.max_response_size
    }

    /// The address of an operation without path parameters.
    #[cfg(feature = "client")]
    pub(crate) fn url_of(&self, operation: &Operation) -> String {
        let server = operation.server.unwrap_or(operations::SERVER);
        format!("{}{}", self.hosts.of(server), operation.path)
    }

    /// Headers that every request carries.
    pub(crate) fn authorize(&self, headers: &mut HeaderMap) {
        if let Some(authorization) = &self.authorization {
            headers.insert(AUTHORIZATION, authorization.clone());
        }
        headers
            .entry(USER_AGENT)
            .or_insert(HeaderValue::from_static(concat!(
                "imagekitio/",
                env!("CARGO_PKG_VERSION"),
                " (Rust)"
            )));
        // They replace those of the same name.
        headers.extend(self.headers.clone());
    }

    /// Sends a request once and receives the whole reply.
    pub(crate) async fn exchange(
        &self,
        http: &reqwest::Client,
        request: Request,
    ) -> Result<Reply, Failure> {
        let (response, cause) = self.begin(http, request).await?;
        self.finish(response, cause).await
    }

    /// Sends a request once and receives the head of the reply, and what is wrong with it.
    pub(crate) async fn begin(
        &self,
        http: &reqwest::Client,
        mut request: Request,
    ) -> Result<(reqwest::Response, Option<Cause>), Failure> {
        let url = request.url().clone();
        let is_begun = Arc::new(AtomicBool::new(false));
        let body = OnceBody {
            body: request.body_mut().take().unwrap_or_default(),
            is_begun: is_begun.clone(),
        };
        *request.body_mut() = Some(Body::wrap(body));
        let response = http.execute(request).await.map_err(|error| {
            // Our own addresses are http or https, and are connected to before anything is sent.
            let leads_elsewhere = error
                .url()
                .is_some_and(|url| !matches!(url.scheme(), "http" | "https"));
            let is_second = error.is_connect() && is_begun.load(Ordering::Relaxed);
            match error.is_redirect() || leads_elsewhere || is_second {
                true => Failure::Redirect(error),
                false => Failure::NoReply(error),
            }
        })?;
        let (status, headers) = (response.status(), response.headers());
        let cause = if response.url().as_str() != url.as_str() {
            Some(Cause::Followed(RedactedUrl(response.url()).to_string()))
        } else if status.is_redirection() {
            let to = redirect_target(&url, headers);
            Some(Cause::Redirect(to.map(|to| RedactedUrl(to).to_string())))
        } else {
            None
        };
        Ok((response, cause))
    }

    /// The head of a reply.
    pub(crate) fn head(&self, response: &reqwest::Response) -> Reply {
        Reply {
            status: response.status(),
            headers: response.headers().iter().map(own).collect(),
            body: Bytes::new(),
            #[cfg(feature = "client")]
            secrets: self.secrets.clone(),
        }
    }

    /// Receives the rest of a reply.
    pub(crate) async fn finish(
        &self,
        mut response: reqwest::Response,
        cause: Option<Cause>,
    ) -> Result<Reply, Failure> {
        let mut reply = self.head(&response);
        let (body, broken) = receive(&mut response, self.max_response_size).await;
        reply.body = body;
        match cause.or(broken) {
            None => Ok(reply),
            Some(cause) => Err(Failure::Spoiled(reply, cause)),
        }
    }
}

/// Where a reply to a request for this URL redirects.
pub(crate) fn redirect_target(url: &Url, headers: &HeaderMap) -> Option<Url> {
    let location = headers.get(LOCATION)?.to_str().ok()?;
    url.join(location).ok()
}

/// The body of a request, which cannot be copied: retries and redirects of the caller's HTTP client don't send it again.
struct OnceBody {
    body: Body,
    /// Whether a connection began with the request.
    is_begun: Arc<AtomicBool>,
}

impl http_body::Body for OnceBody {
    type Data = Bytes;
    type Error = reqwest::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, reqwest::Error>>> {
        self.is_begun.store(true, Ordering::Relaxed);
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        // A connection asks it before it sends the head, and then doesn't ask for what isn't there.
        self.is_begun.store(true, Ordering::Relaxed);
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// Receives the body of a response, or as much of it as there is and may be kept.
async fn receive(response: &mut reqwest::Response, limit: u64) -> (Bytes, Option<Cause>) {
    let mut body = Vec::new();
    let mut left = limit;
    let cause = loop {
        match response.chunk().await {
            Ok(Some(chunk)) => {
                let kept = chunk.len().min(usize::try_from(left).unwrap_or(usize::MAX));
                body.extend_from_slice(&chunk[..kept]);
                left -= kept as u64;
                if kept < chunk.len() {
                    break Some(Cause::TooLong(limit));
                }
            }
            Ok(None) => break None,
            Err(error) => break Some(Cause::BrokenOff(error.without_url())),
        }
    };
    // A program that keeps many replies keeps no more than the replies.
    body.shrink_to_fit();
    (body.into(), cause)
}

/// What is at the bottom of an error.
pub(crate) fn root_cause(error: &reqwest::Error) -> String {
    causes(error)
        .last()
        .map_or_else(|| error.to_string(), ToString::to_string)
}

/// An error, its source, the source of that, and so on.
pub(crate) fn causes(error: &reqwest::Error) -> impl Iterator<Item = &(dyn StdError + 'static)> {
    let error: &(dyn StdError + 'static) = error;
    std::iter::successors(Some(error), |&cause| cause.source())
}

/// A path parameter as one segment of a path.
pub(crate) fn encode_path(parameter: &str) -> String {
    let mut segment = String::new();
    escape(&mut segment, parameter, &SEGMENT);
    segment
}

/// A header with memory of its own.
fn own((name, value): (&HeaderName, &HeaderValue)) -> (HeaderName, HeaderValue) {
    let own = HeaderValue::from_bytes(value.as_bytes());
    (name.clone(), own.unwrap_or_else(|_| value.clone()))
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transport")
            .field("hosts", &self.hosts)
            .finish_non_exhaustive()
    }
}

impl ClientHooks<Transport> for Client {
    async fn pre<E>(&self, request: &mut Request, info: &OperationInfo) -> Result<(), Error<E>> {
        in_runtime().map_err(|message| Error::InvalidRequest(message.to_owned()))?;
        // The generator announces the document's version; ImageKit has no such header.
        request.headers_mut().remove("api-version");
        self.inner.authorize(request.headers_mut());
        *request.timeout_mut() = self.inner.timeout;
        if !keeps_its_path(request.url(), &self.baseurl, operation(info)) {
            return Err(Error::InvalidRequest(
                "a path parameter is empty, has a backslash, or has `.` or `..` in it as a step of a path; give an id that \
                 ImageKit assigned"
                    .to_owned(),
            ));
        }
        if let Some(operation) = operation(info) {
            parameter::finish(request, operation).map_err(Error::InvalidRequest)?;
        }
        if let Some(server) = operation(info).and_then(|operation| operation.server) {
            let own = self.inner.hosts.of(server);
            let moved = request.url().as_str().replacen(&self.baseurl, own, 1);
            *request.url_mut() = moved
                .parse()
                .map_err(|_| Error::InvalidRequest("the base URL is not valid".to_owned()))?;
        }
        Ok(())
    }

    async fn exec(
        &self,
        request: Request,
        info: &OperationInfo,
    ) -> reqwest::Result<reqwest::Response> {
        let (reply, cause) = match self.inner.exchange(&self.client, request).await {
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
        let mut response = http::Response::new(readable(&reply, operation));
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

/// Why a response may be a failure in spite of its status. It travels with the response to where errors are made.
#[derive(Clone)]
enum NoSuccess {
    Spoiled(String),
    /// The document promises no body. What comes from ImageKit anyway is JSON; a page of a proxy is not.
    Unpromised(Bytes),
}

/// Whether the address is that of the operation under the base URL: the same fixed segments, and one segment for each
/// parameter. An empty parameter would reach another operation, and URL parsers resolve `.` and `..`. Servers and proxies
/// may resolve more than that, so no parameter may look like several steps of a path to them.
fn keeps_its_path(url: &Url, base: &str, operation: Option<&Operation>) -> bool {
    let (Some(operation), Ok(base)) = (operation, Url::parse(base)) else {
        return false;
    };
    let path = url.path().strip_prefix(base.path().trim_end_matches('/'));
    let Some(path) = path.filter(|_| url.origin() == base.origin()) else {
        return false;
    };
    // Some documents have a query in it.
    let template = operation.path.split(['?', '#']).next().unwrap_or_default();
    path.split('/').count() == template.split('/').count()
        && path
            .split('/')
            .zip(template.split('/'))
            .all(|(segment, template)| fits(segment, template))
}

/// Whether a segment is the one of the template, with a value in place of a parameter in braces.
fn fits(segment: &str, template: &str) -> bool {
    let Some((before, after)) = template
        .split_once('{')
        .and_then(|(before, rest)| Some((before, rest.rsplit_once('}')?.1)))
    else {
        return segment == template;
    };
    let value = segment
        .strip_prefix(before)
        .and_then(|rest| rest.strip_suffix(after))
        .unwrap_or_default();
    let value = unescape(value);
    let is_step = |piece: &[u8]| matches!(piece, b"." | b"..");
    !value.is_empty() && !value.contains(&b'\\') && !value.split(|&byte| byte == b'/').any(is_step)
}

fn operation(info: &OperationInfo) -> Option<&'static Operation> {
    operations::ALL
        .iter()
        .find(|operation| operation.name == info.operation_id)
}

/// The body as the generated code can read it: an empty success becomes what it stands for, and an error body that is no
/// JSON object becomes one with the text under `body`.
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
