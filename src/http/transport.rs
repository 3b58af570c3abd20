use std::error::Error as StdError;
use std::fmt;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use http_body::{Frame, SizeHint};
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue, LOCATION, USER_AGENT};
use reqwest::{Body, Request, Url};
use tokio::runtime::{self, Handle};
use tokio::sync::oneshot;

#[cfg(feature = "client")]
use super::Extras;
use super::{Hosts, Operation};
use crate::error::{Error, ErrorKind};
use crate::reply::Reply;
use crate::secret::RedactedUrl;
#[cfg(feature = "client")]
use crate::secret::Secrets;

/// The default limit of a response body, in bytes.
pub(crate) const MAX_RESPONSE_SIZE: u64 = 64 * 1024 * 1024;

pub(crate) fn check_response_size(bytes: u64) -> Result<(), Error> {
    if bytes == 0 {
        return Err(Error::invalid_input(
            "max_response_size",
            "is 0, which no response fits into; give a number of bytes, such as 67108864",
        ));
    }
    Ok(())
}

/// Refuses to go on without a tokio runtime, where HTTP and timers would panic.
pub(crate) fn check_runtime() -> Result<(), &'static str> {
    match Handle::try_current() {
        Ok(_) => Ok(()),
        Err(_) => Err(
            "requests need a tokio runtime, and none runs here; start one, for example with `#[tokio::main]`, or enable the \
             feature `blocking` and call `send_blocking` in place of `.await`",
        ),
    }
}

/// The caller's HTTP client, or one for each runtime: connections end with the runtime that opened
/// them, and stand still while nothing drives it.
#[derive(Clone)]
enum HttpClient {
    Caller(reqwest::Client),
    PerRuntime {
        connect_timeout: Duration,
        /// They are made when they are first needed: setting up TLS takes milliseconds, which a
        /// program that only builds URLs should not pay.
        clients: Arc<Mutex<Vec<RuntimeClient>>>,
    },
}

/// An HTTP client whose connections belong to a runtime.
struct RuntimeClient {
    runtime: runtime::Id,
    /// Its receiver is a task of the runtime. It is closed once the runtime has ended.
    lifetime: oneshot::Sender<()>,
    client: reqwest::Client,
}

/// The default limit of a connection attempt.
pub(crate) const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// An unused connection is closed after this time. Node's servers close theirs after 5 seconds,
/// load balancers and nginx after 60 and more; a request on a connection that the server is about
/// to close fails.
const IDLE_TIMEOUT: Duration = Duration::from_secs(4);

impl HttpClient {
    /// Returns the client for requests on the current runtime.
    fn get(&self) -> Result<reqwest::Client, Error> {
        let (connect_timeout, clients) = match self {
            Self::Caller(client) => return Ok(client.clone()),
            Self::PerRuntime {
                connect_timeout,
                clients,
            } => (*connect_timeout, clients),
        };
        let Ok(runtime) = Handle::try_current() else {
            return new_client(connect_timeout);
        };
        let mut clients = clients.lock().unwrap_or_else(PoisonError::into_inner);
        clients.retain(|known| !known.lifetime.is_closed());
        if let Some(known) = clients.iter().find(|known| known.runtime == runtime.id()) {
            return Ok(known.client.clone());
        }
        let client = new_client(connect_timeout)?;
        let (lifetime, end) = oneshot::channel();
        runtime.spawn(end);
        clients.push(RuntimeClient {
            runtime: runtime.id(),
            lifetime,
            client: client.clone(),
        });
        Ok(client)
    }
}

fn new_client(connect_timeout: Duration) -> Result<reqwest::Client, Error> {
    reqwest::Client::builder()
        .connect_timeout(connect_timeout)
        .pool_idle_timeout(IDLE_TIMEOUT)
        // A redirect would carry the request's body and headers to a place that nobody asked for.
        .redirect(reqwest::redirect::Policy::none())
        // The retry policy decides what is sent again.
        .retry(reqwest::retry::never())
        .build()
        .map_err(|error| {
            Error::new(
                ErrorKind::Connection,
                "the HTTP client cannot be set up; check the TLS features and certificates",
            )
            .with_source(error)
        })
}

/// Sends requests, with the key and the extras that they carry.
#[derive(Clone)]
pub(crate) struct Transport {
    http: HttpClient,
    /// `None` without a private key, and for requests that don't carry it.
    authorization: Option<HeaderValue>,
    hosts: Hosts,
    /// In bytes.
    max_response_size: u64,
    #[cfg(feature = "client")]
    extras: Extras,
    #[cfg(feature = "client")]
    secrets: Secrets,
}

/// Why a request has no valid response.
pub(crate) enum Failure {
    /// Not even a status arrived.
    NoReply(reqwest::Error),
    /// The HTTP client followed a redirect, and failed at that.
    Redirect(reqwest::Error),
    /// A status arrived. The body has what was received of it.
    Spoiled(Reply, Cause),
}

/// What is wrong with a response.
#[derive(Debug)]
pub(crate) enum Cause {
    /// The body breaks off.
    BrokenOff(reqwest::Error),
    /// The body is longer than this many bytes.
    TooLong(u64),
    /// The server redirects the request, to this address if it names one.
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
                "only after the HTTP client was redirected to {to}, so the response is not one to this request; give \
                 `http_client` a client with `redirect::Policy::none()`"
            ),
        }
    }
}

impl Transport {
    /// Without the caller's HTTP client, one is made for the first request on each runtime.
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
            http: match http {
                Some(client) => HttpClient::Caller(client),
                None => HttpClient::PerRuntime {
                    connect_timeout,
                    clients: Arc::default(),
                },
            },
            authorization,
            hosts,
            max_response_size,
            #[cfg(feature = "client")]
            extras: Extras::default(),
            #[cfg(feature = "client")]
            secrets: Secrets::default().with(private_key.into_iter().chain(credentials.as_deref())),
        }
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

    /// For a request that carries these extras.
    #[cfg(feature = "client")]
    pub(crate) fn with_extras(&self, extras: Extras) -> Self {
        Self {
            secrets: self.secrets.with(extras.values()),
            extras,
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

    /// The HTTP client for requests on the current runtime.
    pub(crate) fn client(&self) -> Result<reqwest::Client, Error> {
        self.http.get()
    }

    /// The limit of a connection attempt, unless the HTTP client is the caller's.
    pub(crate) fn connect_timeout(&self) -> Option<Duration> {
        match self.http {
            HttpClient::Caller(_) => None,
            HttpClient::PerRuntime {
                connect_timeout, ..
            } => Some(connect_timeout),
        }
    }

    /// The longest body of a response, in bytes.
    #[cfg(feature = "client")]
    pub(crate) fn max_response_size(&self) -> u64 {
        self.max_response_size
    }

    /// The base URL to use for one in the document. `None` is the base URL of most operations.
    pub(crate) fn url<'a>(&'a self, server: Option<&'a str>) -> &'a str {
        self.hosts.url(server)
    }

    /// Gives a request the private key, the user agent, and the caller's extras.
    pub(crate) fn prepare(
        &self,
        request: &mut Request,
        #[cfg_attr(not(feature = "client"), allow(unused_variables))] operation: Option<&Operation>,
    ) -> Result<(), Error> {
        let headers = request.headers_mut();
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
        #[cfg(feature = "client")]
        self.extras.add_to(request, operation)?;
        Ok(())
    }

    /// Sends a request once and receives the whole response.
    pub(crate) async fn exchange(
        &self,
        http: &reqwest::Client,
        request: Request,
    ) -> Result<Reply, Failure> {
        let (response, cause) = self.begin(http, request).await?;
        self.finish(response, cause).await
    }

    /// Sends a request once and receives the head of the response, and what is wrong with it.
    pub(crate) async fn begin(
        &self,
        http: &reqwest::Client,
        mut request: Request,
    ) -> Result<(reqwest::Response, Option<Cause>), Failure> {
        // A request has neither of them: the URL of its response has no fragment, and HTTP/2 would
        // send the user info with the host.
        let url = request.url_mut();
        url.set_fragment(None);
        let _ = url.set_username("");
        let _ = url.set_password(None);
        let url = url.clone();
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

    /// The head of a response.
    pub(crate) fn head(&self, response: &reqwest::Response) -> Reply {
        Reply::new(
            response.status(),
            response.headers().iter().map(own).collect(),
            #[cfg(feature = "client")]
            self.secrets.clone(),
        )
    }

    /// Receives the rest of a response.
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

/// The address that a response to a request for this URL redirects to.
pub(crate) fn redirect_target(url: &Url, headers: &HeaderMap) -> Option<Url> {
    let location = headers.get(LOCATION)?.to_str().ok()?;
    url.join(location).ok()
}

/// The body of a request, which cannot be copied: retries and redirects of the caller's HTTP client
/// don't send it again.
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
    // A program that keeps many responses keeps no unused capacity.
    body.shrink_to_fit();
    (body.into(), cause)
}

/// The message of the innermost cause.
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

/// A header that doesn't keep the buffer of the connection alive.
fn own((name, value): (&HeaderName, &HeaderValue)) -> (HeaderName, HeaderValue) {
    let own = HeaderValue::from_bytes(value.as_bytes());
    (name.clone(), own.unwrap_or_else(|_| value.clone()))
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transport")
            .field("base_urls", &self.hosts)
            .field("connect_timeout", &self.connect_timeout())
            .field("max_response_size", &self.max_response_size)
            .finish_non_exhaustive()
    }
}
