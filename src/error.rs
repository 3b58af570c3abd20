//! The error type of the crate.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
#[cfg(feature = "client")]
use std::time::Duration;

#[cfg(feature = "client")]
use reqwest::header::HeaderMap;
#[cfg(feature = "client")]
use serde_json::Value;

#[cfg(feature = "client")]
use crate::reply::Reply;

/// The category of an [`Error`]. Later versions may add kinds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// An argument is not valid. Nothing was sent. [`Error::argument`] names the argument.
    InvalidInput,
    /// A local file or another source of an upload cannot be read, or its length changed while it
    /// was read.
    Io,
    /// The connection failed or broke. [`Error::may_have_been_sent`] returns whether the server
    /// may have carried out the request.
    Connection,
    /// A time limit passed before the response was complete. See [`Error::may_have_been_sent`].
    Timeout,
    /// The caller canceled the request. See [`Error::may_have_been_sent`].
    Canceled,
    /// The server refused the request as malformed: status 400, or another 4xx status without a
    /// kind.
    BadRequest,
    /// The private key is missing or wrong: status 401.
    Unauthorized,
    /// The key lacks permission, or the account is limited: status 403.
    Forbidden,
    /// The file, folder, job or field does not exist: status 404.
    NotFound,
    /// The name is already in use, or the resource is: status 409.
    Conflict,
    /// Another job holds a lock on the folder: status 423.
    Locked,
    /// The server accepted the request, and has not carried it out yet. The response is kept.
    Accepted,
    /// Part of a bulk request succeeded, and part of it failed.
    PartialSuccess,
    /// The server redirected the request (status 3xx), or the caller's HTTP client followed a
    /// redirect. It is never retried: see [`Error::may_have_been_sent`].
    Redirect,
    /// Too many requests: status 429. [`Error::retry_after`] is the wait that the server asks for.
    RateLimited,
    /// ImageKit or a proxy in front of it failed: status 5xx.
    Server,
    /// ImageKit is still preparing the file behind a URL, such as a video or a result of AI. See
    /// [`wait_until_ready`](crate::delivery::Delivery::wait_until_ready).
    NotReady,
    /// The response is not what the API document describes: JSON of another shape, an HTML page, or
    /// a body larger than [`max_response_size`](crate::ImageKitBuilder::max_response_size). Status,
    /// headers and body are kept.
    Decode,
}

/// The reason why a call failed.
///
/// `Display` is one sentence: the operation, what failed and why, the number of attempts, the wait
/// that a rate limit asks for, and the request id. `Debug` is the same sentence with the kind, so
/// that a `main` that returns an `Error` prints something readable. Methods return each part.
///
/// # Causes
///
/// No cause is printed twice. `Display` includes the cause, down to the operating system's message,
/// so [`source`](StdError::source) returns only causes that `Display` doesn't include. A chain such
/// as `{:#}` of `anyhow` therefore prints each message once. [`get_ref`](Self::get_ref) returns the
/// underlying error in any case.
///
/// # Secrets
///
/// `Display`, `Debug` and the errors under `source` show no credentials: neither the private key
/// nor headers, tokens and signatures of the request, even if the server repeats them. Requests and
/// responses of origins and webhooks contain credentials, so errors of these operations quote
/// nothing that the server says. Methods such as [`body`](Self::body) return everything as
/// received.
///
/// # Examples
///
/// ```
/// use imagekitio::{ErrorKind, ImageKit};
///
/// let error = ImageKit::builder().url_endpoint("ik.imagekit.io/demo").build().unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::InvalidInput);
/// assert_eq!(error.argument(), Some("url_endpoint"));
/// ```
///
/// An error is cheap to clone:
///
/// ```
/// # let error = imagekitio::ImageKit::builder().private_key("").build().unwrap_err();
/// let copy = error.clone();
/// assert_eq!(copy.to_string(), error.to_string());
/// ```
#[derive(Clone)]
pub struct Error(Arc<Inner>);

#[derive(Clone)]
struct Inner {
    kind: ErrorKind,
    argument: Option<Cow<'static, str>>,
    message: Cow<'static, str>,
    cause: Option<Arc<dyn StdError + Send + Sync>>,
    #[cfg(feature = "client")]
    call: Option<Call>,
}

/// The call that failed.
#[cfg(feature = "client")]
#[derive(Clone)]
struct Call {
    operation: Cow<'static, str>,
    attempts: u32,
    may_have_been_sent: bool,
    /// For a request that was held back.
    retry_after: Option<Duration>,
    reply: Option<Reply>,
}

impl Error {
    /// Input that is refused before a request. The message names what is allowed.
    pub(crate) fn invalid_input(
        argument: impl Into<Cow<'static, str>>,
        message: impl Into<Cow<'static, str>>,
    ) -> Self {
        let mut error = Self::new(ErrorKind::InvalidInput, message);
        error.inner().argument = Some(argument.into());
        error
    }

    pub(crate) fn new(kind: ErrorKind, message: impl Into<Cow<'static, str>>) -> Self {
        Self(Arc::new(Inner {
            kind,
            argument: None,
            message: message.into(),
            cause: None,
            #[cfg(feature = "client")]
            call: None,
        }))
    }

    fn inner(&mut self) -> &mut Inner {
        Arc::make_mut(&mut self.0)
    }

    /// Returns the category of the error.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Returns the name of the argument that is not valid, such as a setter or an environment
    /// variable, for [`ErrorKind::InvalidInput`].
    pub fn argument(&self) -> Option<&str> {
        self.0.argument.as_deref()
    }

    /// Returns the underlying error, such as a `reqwest::Error`, [`std::io::Error`] or
    /// `serde_json::Error`, to be downcast.
    ///
    /// Its message may be part of `Display`. Print [`source`](StdError::source) instead.
    pub fn get_ref(&self) -> Option<&(dyn StdError + Send + Sync + 'static)> {
        self.0.cause.as_deref()
    }

    /// Whether `Display` includes the message of a cause.
    fn quotes(&self, cause: &(dyn StdError + 'static)) -> bool {
        match cause.downcast_ref::<Self>() {
            Some(error) => self.0.message.contains(&*error.0.message),
            None => self.0.message.contains(&cause.to_string()),
        }
    }
}

macro_rules! predicates {
    ($($(#[$doc:meta])* $name:ident: $kind:ident;)*) => {
        /// One predicate for each [`ErrorKind`].
        impl Error {
            $(
                $(#[$doc])*
                pub fn $name(&self) -> bool {
                    self.kind() == ErrorKind::$kind
                }
            )*
        }
    };
}

predicates! {
    /// Returns whether an argument is not valid. Nothing was sent.
    is_invalid_input: InvalidInput;
    /// Returns whether a local file or another source of an upload cannot be read.
    is_io: Io;
    /// Returns whether the connection failed or broke.
    is_connection: Connection;
    /// Returns whether a time limit passed.
    is_timeout: Timeout;
    /// Returns whether the caller canceled the request.
    is_canceled: Canceled;
    /// Returns whether the server refused the request as malformed (400, or a 4xx status without a
    /// kind).
    is_bad_request: BadRequest;
    /// Returns whether the private key is missing or wrong (401).
    is_unauthorized: Unauthorized;
    /// Returns whether the key lacks permission (403).
    is_forbidden: Forbidden;
    /// Returns whether the subject of the request does not exist (404).
    is_not_found: NotFound;
    /// Returns whether the name or the resource is already in use (409).
    is_conflict: Conflict;
    /// Returns whether another job holds a lock on the folder (423).
    is_locked: Locked;
    /// Returns whether the server accepted the request, and has not carried it out yet.
    is_accepted: Accepted;
    /// Returns whether part of a bulk request succeeded, and part of it failed.
    is_partial_success: PartialSuccess;
    /// Returns whether the request was redirected (3xx) instead of carried out.
    is_redirect: Redirect;
    /// Returns whether a rate limit was exceeded (429).
    is_rate_limited: RateLimited;
    /// Returns whether ImageKit or a proxy in front of it failed (5xx).
    is_server: Server;
    /// Returns whether the file behind a URL is still being prepared.
    is_not_ready: NotReady;
    /// Returns whether the response is not what the API document describes.
    is_decode: Decode;
}

#[cfg(feature = "raw")]
impl Error {
    /// Keeps the underlying error. The message may quote it: see [`StdError::source`].
    pub(crate) fn with_source(mut self, cause: impl StdError + Send + Sync + 'static) -> Self {
        self.inner().cause = Some(Arc::new(cause));
        self
    }
}

#[cfg(feature = "client")]
impl Error {
    /// The same error, of a call without a response.
    pub(crate) fn during(
        mut self,
        operation: impl Into<Cow<'static, str>>,
        may_have_been_sent: bool,
    ) -> Self {
        self.inner().call = Some(Call {
            operation: operation.into(),
            attempts: 1,
            may_have_been_sent,
            retry_after: None,
            reply: None,
        });
        self
    }

    /// The same error, of a call with a response.
    pub(crate) fn with_reply(self, operation: impl Into<Cow<'static, str>>, reply: Reply) -> Self {
        let mut error = self.during(operation, true);
        if let Some(call) = &mut error.inner().call {
            call.reply = Some(reply);
        }
        error
    }

    /// What another error means for a larger task. The facts of its call are kept.
    pub(crate) fn because_of(
        kind: ErrorKind,
        message: impl Into<Cow<'static, str>>,
        cause: impl std::borrow::Borrow<Self>,
    ) -> Self {
        let cause = cause.borrow();
        let mut error = Self::new(kind, message);
        error.inner().call = cause.0.call.clone();
        error.with_source(cause.clone())
    }

    pub(crate) fn after(mut self, attempts: u32) -> Self {
        if let Some(call) = &mut self.inner().call {
            call.attempts = attempts;
        }
        self
    }

    /// The same error, of a call that an earlier attempt may have carried out.
    pub(crate) fn may_be_carried_out(mut self) -> Self {
        if let Some(call) = &mut self.inner().call {
            call.may_have_been_sent = true;
        }
        self
    }

    pub(crate) fn with_retry_after(mut self, wait: Duration) -> Self {
        if let Some(call) = &mut self.inner().call {
            call.retry_after = Some(wait);
        }
        self
    }

    pub(crate) fn reply(&self) -> Option<&Reply> {
        self.0.call.as_ref()?.reply.as_ref()
    }

    /// The message without the facts of the call.
    pub(crate) fn summary(&self) -> &str {
        &self.0.message
    }

    /// Returns the operation that failed: its `operationId` in ImageKit's API document, such as
    /// `get-file-details`, or method and path of a [custom request](crate::ImageKit::request).
    pub fn operation(&self) -> Option<&str> {
        self.0.call.as_ref().map(|call| call.operation.as_ref())
    }

    /// Returns the HTTP status, if a response arrived.
    pub fn status(&self) -> Option<u16> {
        self.reply().map(|reply| reply.status.as_u16())
    }

    /// Returns the server's message: `message` of the JSON body, as received. It may quote the
    /// request.
    pub fn message(&self) -> Option<&str> {
        self.reply()?.error().message.as_deref()
    }

    /// Returns the server's advice: `help` of the JSON body.
    pub fn help(&self) -> Option<&str> {
        self.reply()?.error().help.as_deref()
    }

    /// Returns the server's constant for the cause, such as `FILE_ALREADY_EXISTS`: `reason` of the
    /// JSON body, or the header `ik-error` of a [delivery](crate::delivery::Delivery).
    pub fn reason(&self) -> Option<&str> {
        let reply = self.reply()?;
        let reason = reply.error().reason.as_deref();
        reason.or_else(|| reply.delivery_error())
    }

    /// Returns the server's constant for the category, such as `INVALID_PARAM_ERROR`: `type` of the
    /// JSON body.
    pub fn error_type(&self) -> Option<&str> {
        self.reply()?.error().error_type.as_deref()
    }

    /// Returns details in the server's form: `errors` of the JSON body. `Display` includes them.
    pub fn errors(&self) -> Option<&Value> {
        self.reply()?.error().errors.as_ref()
    }

    /// Returns the ids that match no file, if a 404 of a bulk call lists them: `missingFileIds` of
    /// the JSON body.
    pub fn missing_file_ids(&self) -> &[String] {
        let body = self.reply().map(Reply::error);
        body.map_or(&[], |body| &body.missing_file_ids)
    }

    /// Returns the request id, which ImageKit's support asks for: the header `x-ik-requestId`.
    pub fn request_id(&self) -> Option<&str> {
        self.reply()?.request_id()
    }

    /// Returns the headers of the response.
    pub fn headers(&self) -> Option<&HeaderMap> {
        self.reply().map(|reply| &reply.headers)
    }

    /// Returns the body of the response as received, JSON or not.
    pub fn body(&self) -> Option<&[u8]> {
        self.reply().map(|reply| reply.body.as_ref())
    }

    /// Returns the number of attempts: 1 without retries, 0 if none was made.
    pub fn attempts(&self) -> u32 {
        self.0.call.as_ref().map_or(0, |call| call.attempts)
    }

    /// Returns the wait that the server asks for before the next request.
    ///
    /// It is `X-RateLimit-Reset` of a 429, in milliseconds, or else `Retry-After`, in seconds or as
    /// a date. For a request that was held back because of a rate limit, it is the time that is
    /// left. Unix timestamps are recognized, fractions are accepted, and values that cannot be a
    /// time are ignored.
    pub fn retry_after(&self) -> Option<Duration> {
        let call = self.0.call.as_ref()?;
        let asked = || call.reply.as_ref()?.retry_after();
        call.retry_after.or_else(asked)
    }

    /// Returns whether the server may have carried out the request, at any attempt.
    ///
    /// It is false only if the request was certainly not sent, or not completely. A request that is
    /// not idempotent is then safe to send again.
    pub fn may_have_been_sent(&self) -> bool {
        let call = self.0.call.as_ref();
        call.is_some_and(|call| call.may_have_been_sent)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        #[cfg(feature = "client")]
        if let Some(operation) = self.operation() {
            write!(f, "{operation}: ")?;
        }
        if let Some(argument) = &self.0.argument {
            write!(f, "{argument}: ")?;
        }
        f.write_str(&self.0.message)?;
        #[cfg(feature = "client")]
        {
            if self.is_rate_limited()
                && let Some(wait) = self.retry_after()
            {
                // Rounded up, so that the request is not sent too early.
                let wait = wait
                    .saturating_add(Duration::from_nanos(999_999))
                    .as_millis();
                let wait = Duration::from_millis(u64::try_from(wait).unwrap_or(u64::MAX));
                write!(f, " (retry after {wait:?})")?;
            }
            if self.attempts() > 1 {
                write!(f, " (after {} attempts)", self.attempts())?;
            }
            if let Some(id) = self.request_id() {
                write!(f, " (request id {id})")?;
            }
        }
        Ok(())
    }
}

/// `Display`, then the kind and what else a developer needs in brackets, then the causes that
/// `Display` doesn't include.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self} [{:?}", self.kind())?;
        #[cfg(feature = "client")]
        match self.body() {
            Some(body) => write!(f, ", body of {} bytes", body.len())?,
            None if self.may_have_been_sent() => f.write_str(", may have been sent")?,
            None if self.operation().is_some() => f.write_str(", not sent")?,
            None => {}
        }
        f.write_str("]")?;
        let mut cause = self.source();
        while let Some(error) = cause {
            write!(f, "; caused by: {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}

impl StdError for Error {
    /// Returns the first cause that `Display` doesn't include. See [`Error`](Error#causes).
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        let mut first: Option<&(dyn StdError + 'static)> = match &self.0.cause {
            Some(cause) => Some(&**cause),
            None => None,
        };
        let mut next = first;
        while let Some(cause) = next {
            next = cause.source();
            if self.quotes(cause) {
                first = next;
            }
        }
        first
    }
}
