//! What every generated method passes through: authorization, headers, hosts, and the body of the reply.

use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use progenitor_client::{ClientHooks, OperationInfo};
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue, USER_AGENT};
use reqwest::{Request, StatusCode};

use super::generated::{Client, Error};
use super::operations;
use crate::redact::RedactedUrl;
#[cfg(feature = "client")]
use crate::redact::Secrets;

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
}

impl Client {
    /// A client for the hosts of the document, with a `reqwest::Client` of its own.
    ///
    /// The connection is given up after 10 seconds; there is no other time limit.
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
        }
    }
}

/// Settings of a raw [`Client`].
pub struct ClientBuilder {
    private_key: String,
    base_url: Option<String>,
    http: Option<reqwest::Client>,
}

impl ClientBuilder {
    /// One base URL for all operations, in place of the hosts of the document.
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = Some(url.into());
        self
    }

    /// The HTTP client to use, with its own proxies, timeouts and TLS settings.
    pub fn http_client(mut self, http: reqwest::Client) -> Self {
        self.http = Some(http);
        self
    }

    /// Makes the client.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) when the key is empty or has a character that a key can't have, or the
    /// base URL is not an http(s) URL;
    /// [`Connection`](crate::ErrorKind::Connection) when TLS cannot be set up.
    pub fn build(self) -> Result<Client, crate::Error> {
        let private_key = crate::sign::trimmed_key("private_key", &self.private_key)?;
        let mut hosts = Hosts::default();
        if let Some(url) = self.base_url {
            hosts.all = Some(base_url("base_url", url)?);
        }
        Transport::new(Some(private_key), self.http, CONNECT_TIMEOUT, hosts).into_client(None)
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

/// A base URL without trailing slashes, or an error that names `option`.
pub(crate) fn base_url(option: &'static str, url: String) -> Result<String, crate::Error> {
    let valid = reqwest::Url::parse(&url)
        .is_ok_and(|parsed| matches!(parsed.scheme(), "http" | "https") && parsed.has_host());
    if !valid || url.contains(['?', '#']) {
        return Err(crate::Error::invalid_input(
            option,
            format!(
                "`{}` is not a base URL; give scheme and host, such as https://api.imagekit.io",
                RedactedUrl(&url)
            ),
        ));
    }
    Ok(url.trim_end_matches('/').to_owned())
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

impl HttpClient {
    fn get(&self) -> Result<&reqwest::Client, crate::Error> {
        if let Some(client) = self.client.get() {
            return Ok(client);
        }
        let client = reqwest::Client::builder()
            .connect_timeout(self.connect_timeout)
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
    /// In place of, or beside, the headers that are set here.
    headers: HeaderMap,
    #[cfg(feature = "client")]
    record: Record,
    #[cfg(feature = "client")]
    secrets: Secrets,
}

/// Where the friendly layer finds what went over the wire.
#[cfg(feature = "client")]
pub(crate) type Record = Arc<std::sync::Mutex<Option<Reply>>>;

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

impl Transport {
    /// Without an HTTP client of the caller's, one is made for the first request.
    pub(crate) fn new(
        private_key: Option<&str>,
        http: Option<reqwest::Client>,
        connect_timeout: Duration,
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
        Ok(Client {
            baseurl: self.hosts.of(operations::SERVER).to_owned(),
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
    pub(crate) fn secrets(&self) -> &Secrets {
        &self.secrets
    }

    #[cfg(feature = "client")]
    pub(crate) fn http(&self) -> Result<&reqwest::Client, crate::Error> {
        self.http.get()
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
        for name in self.headers.keys() {
            headers.remove(name);
            for value in self.headers.get_all(name) {
                headers.append(name, value.clone());
            }
        }
    }

    /// Sends a request and receives the whole reply.
    pub(crate) async fn exchange(
        http: &reqwest::Client,
        request: Request,
    ) -> reqwest::Result<Reply> {
        let response = http.execute(request).await?;
        Ok(Reply {
            status: response.status(),
            headers: response.headers().iter().map(own).collect(),
            body: match response.bytes().await? {
                body if body.len() < READ_BUFFER => Bytes::copy_from_slice(&body),
                body => body,
            },
            #[cfg(feature = "client")]
            secrets: Secrets::default(),
        })
    }
}

/// What a connection reads at a time, in bytes. What is kept of it keeps it all: a program that keeps many replies should keep
/// no more than the replies.
const READ_BUFFER: usize = 8 * 1024;

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
        // The generator announces the document's version; ImageKit has no such header.
        request.headers_mut().remove("api-version");
        self.inner.authorize(request.headers_mut());
        *request.timeout_mut() = self.inner.timeout;
        if !keeps_its_path(request.url(), &self.baseurl, operation(info)) {
            return Err(Error::InvalidRequest(
                "a path parameter is empty, `.` or `..`, or contains a backslash".to_owned(),
            ));
        }
        if let Some(server) = operation(info).and_then(|operation| operation.server) {
            let own = self.inner.hosts.of(server);
            let moved = request.url().as_str().replacen(&self.baseurl, own, 1);
            *request.url_mut() = moved
                .parse()
                .map_err(|_| Error::InvalidRequest(format!("`{own}` is no base URL")))?;
        }
        Ok(())
    }

    async fn exec(
        &self,
        request: Request,
        info: &OperationInfo,
    ) -> reqwest::Result<reqwest::Response> {
        let reply = Transport::exchange(&self.client, request).await?;
        let body = readable(&reply, operation(info));
        let (status, headers) = (reply.status, reply.headers.clone());
        #[cfg(feature = "client")]
        {
            let mut record = self
                .inner
                .record
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner);
            *record = Some(Reply {
                secrets: self.inner.secrets.clone(),
                ..reply
            });
        }
        let mut response = http::Response::new(body);
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        Ok(response.into())
    }
}

/// Whether the path has the segments of the operation's template. An empty parameter would reach another operation, and
/// URLs treat some texts as steps up or as separators.
fn keeps_its_path(url: &reqwest::Url, base: &str, operation: Option<&Operation>) -> bool {
    let base = reqwest::Url::parse(base);
    let (Some(operation), Ok(base)) = (operation, base) else {
        return true;
    };
    let base = base.path().trim_end_matches('/');
    let Some(path) = url.path().strip_prefix(base) else {
        return false;
    };
    path.split('/').count() == operation.path.split('/').count()
        && path
            .split('/')
            .zip(operation.path.split('/'))
            .all(|(segment, template)| segment.is_empty() == template.is_empty())
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
