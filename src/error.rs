//! The one error type of the crate.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;

/// What went wrong, in one word. New kinds may be added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// An argument or option was refused before any request went out. Nothing was sent; correct the input.
    InvalidInput,
    /// A local file, or what an upload reads instead, could not be read, or had another length than at its beginning.
    Io,
    /// No connection could be made, or it broke. See [`Error::may_have_been_sent`] for what that means for the request.
    Connection,
    /// A time limit passed before the reply was complete. See [`Error::may_have_been_sent`].
    Timeout,
    /// The caller ended it. See [`Error::may_have_been_sent`].
    Canceled,
    /// The server refused the request as malformed (400, and other 4xx statuses without a kind of their own).
    BadRequest,
    /// The private key is missing or wrong (401).
    Unauthorized,
    /// The key is valid but may not do this, or the account is limited (403).
    Forbidden,
    /// The file, folder, job or field does not exist (404).
    NotFound,
    /// Something of that name exists already (409).
    Conflict,
    /// Another job holds a lock on the folder (423).
    Locked,
    /// The server accepted the request, and has not carried it out yet. The response is kept.
    Accepted,
    /// Some of what was asked for is done, and some isn't.
    PartialSuccess,
    /// The server redirected the request (3xx), or the caller's HTTP client followed a redirect. It is never repeated: see
    /// [`Error::may_have_been_sent`].
    Redirect,
    /// Too many requests (429).
    RateLimited,
    /// ImageKit, or a proxy in front of it, failed (5xx).
    Server,
    /// ImageKit is still preparing the file that is delivered at a URL: the result of AI, or a video. See
    /// [`wait_until_ready`](crate::delivery::Delivery::wait_until_ready).
    NotReady,
    /// The response arrived but is not what the API document promises: another shape of JSON, a web page, or more bytes than
    /// [`max_response_size`](crate::ImageKitBuilder::max_response_size). Status, headers and body are kept.
    Decode,
}

/// Why a call failed.
///
/// An `Error` prints as one sentence. Its parts are available through methods, so that programs need not look into the
/// text.
///
/// Neither `Display` nor `Debug`, nor an error under [`source`](StdError::source), shows credentials: not the private key, nor
/// headers, tokens and signatures of the request, even where the server repeats them. Of origins and webhooks, whose requests
/// and replies hold credentials, they quote nothing that the server says. The methods return everything as received.
///
/// ```
/// use imagekitio::{ErrorKind, ImageKit};
///
/// let error = ImageKit::builder().url_endpoint("ik.imagekit.io/demo").build().unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::InvalidInput);
/// assert_eq!(error.option(), Some("url_endpoint"));
/// ```
#[derive(Clone)]
pub struct Error(Box<Inner>);

#[derive(Clone)]
struct Inner {
    kind: ErrorKind,
    option: Option<Cow<'static, str>>,
    message: Cow<'static, str>,
    source: Option<std::sync::Arc<dyn StdError + Send + Sync>>,
    #[cfg(feature = "client")]
    call: Option<Call>,
}

/// The call that failed.
#[cfg(feature = "client")]
#[derive(Clone)]
struct Call {
    operation: &'static str,
    attempts: u32,
    may_have_been_sent: bool,
    /// For a request that was held back.
    retry_after: Option<std::time::Duration>,
    reply: Option<crate::client::Reply>,
}

impl Error {
    /// Input that was refused before a request: the option's name, and a message that says what is allowed.
    pub(crate) fn invalid_input(
        option: impl Into<Cow<'static, str>>,
        message: impl Into<Cow<'static, str>>,
    ) -> Self {
        let mut error = Self::new(ErrorKind::InvalidInput, message);
        error.0.option = Some(option.into());
        error
    }

    pub(crate) fn new(kind: ErrorKind, message: impl Into<Cow<'static, str>>) -> Self {
        Self(Box::new(Inner {
            kind,
            option: None,
            message: message.into(),
            source: None,
            #[cfg(feature = "client")]
            call: None,
        }))
    }

    /// The kind of failure.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// What went wrong, without the facts of the call.
    #[cfg(feature = "client")]
    pub(crate) fn summary(&self) -> &str {
        &self.0.message
    }

    /// Whether input was refused before a request.
    pub fn is_invalid_input(&self) -> bool {
        self.kind() == ErrorKind::InvalidInput
    }

    /// Whether the private key is missing or wrong (401).
    pub fn is_unauthorized(&self) -> bool {
        self.kind() == ErrorKind::Unauthorized
    }

    /// Whether the key may not do this (403).
    pub fn is_forbidden(&self) -> bool {
        self.kind() == ErrorKind::Forbidden
    }

    /// Whether what the request is about does not exist (404).
    pub fn is_not_found(&self) -> bool {
        self.kind() == ErrorKind::NotFound
    }

    /// Whether something of that name exists already (409).
    pub fn is_conflict(&self) -> bool {
        self.kind() == ErrorKind::Conflict
    }

    /// Whether there were too many requests (429). See [`retry_after`](Self::retry_after).
    #[cfg(feature = "client")]
    pub fn is_rate_limited(&self) -> bool {
        self.kind() == ErrorKind::RateLimited
    }

    /// Whether the request was redirected (3xx) instead of carried out.
    pub fn is_redirect(&self) -> bool {
        self.kind() == ErrorKind::Redirect
    }

    /// Whether the file at a URL is still being prepared.
    pub fn is_not_ready(&self) -> bool {
        self.kind() == ErrorKind::NotReady
    }

    /// Whether a time limit passed.
    pub fn is_timeout(&self) -> bool {
        self.kind() == ErrorKind::Timeout
    }

    /// Whether no connection could be made, or it broke.
    pub fn is_connection(&self) -> bool {
        self.kind() == ErrorKind::Connection
    }

    /// The name of the option that was refused, for [`ErrorKind::InvalidInput`].
    pub fn option(&self) -> Option<&str> {
        self.0.option.as_deref()
    }
}

#[cfg(feature = "raw")]
impl Error {
    pub(crate) fn with_source(mut self, source: impl StdError + Send + Sync + 'static) -> Self {
        self.0.source = Some(std::sync::Arc::new(source));
        self
    }
}

#[cfg(feature = "client")]
impl Error {
    /// The same error, as one of a call that got no reply.
    pub(crate) fn during(mut self, operation: &'static str, may_have_been_sent: bool) -> Self {
        self.0.call = Some(Call {
            operation,
            attempts: 1,
            may_have_been_sent,
            retry_after: None,
            reply: None,
        });
        self
    }

    /// The same error, as one of a call with a reply.
    pub(crate) fn with_reply(
        mut self,
        operation: &'static str,
        reply: crate::client::Reply,
    ) -> Self {
        self.0.call = Some(Call {
            operation,
            attempts: 1,
            may_have_been_sent: true,
            retry_after: None,
            reply: Some(reply),
        });
        self
    }

    /// What another error means in a larger whole; the facts of its call stay.
    pub(crate) fn because_of(
        kind: ErrorKind,
        message: impl Into<Cow<'static, str>>,
        cause: std::sync::Arc<Self>,
    ) -> Self {
        let mut error = Self::new(kind, message);
        error.0.call = cause.0.call.clone();
        error.with_source(cause)
    }

    pub(crate) fn after(mut self, attempts: u32) -> Self {
        if let Some(call) = &mut self.0.call {
            call.attempts = attempts;
        }
        self
    }

    pub(crate) fn with_retry_after(mut self, wait: std::time::Duration) -> Self {
        if let Some(call) = &mut self.0.call {
            call.retry_after = Some(wait);
        }
        self
    }

    pub(crate) fn reply(&self) -> Option<&crate::client::Reply> {
        self.0.call.as_ref()?.reply.as_ref()
    }

    /// The operation that failed, by its `operationId` in ImageKit's API document, such as `get-file-details`.
    pub fn operation(&self) -> Option<&'static str> {
        self.0.call.as_ref().map(|call| call.operation)
    }

    /// The HTTP status, if a reply arrived.
    pub fn status(&self) -> Option<u16> {
        self.reply().map(|reply| reply.status.as_u16())
    }

    /// What the server says: `message` of its JSON body, as received. It may quote what was sent.
    pub fn message(&self) -> Option<String> {
        self.member("message")
    }

    /// What the server advises: `help` of its JSON body.
    pub fn help(&self) -> Option<String> {
        self.member("help")
    }

    /// The server's constant for the cause, such as `FILE_ALREADY_EXISTS`, where it gives one: `reason` of its JSON body. Of a
    /// [delivery](crate::delivery::Delivery), the header `ik-error`.
    pub fn reason(&self) -> Option<String> {
        let delivery_error = || Some(self.reply()?.delivery_error()?.to_owned());
        self.member("reason").or_else(delivery_error)
    }

    /// The server's constant for the kind of failure, such as `INVALID_PARAM_ERROR`, where it gives one: `type` of its JSON
    /// body.
    pub fn error_type(&self) -> Option<String> {
        self.member("type")
    }

    /// Details of what was refused, in the form that the server chose: `errors` of its JSON body. `Display` shows them as
    /// well.
    pub fn errors(&self) -> Option<serde_json::Value> {
        self.json("errors").filter(|errors| !errors.is_null())
    }

    /// The ids that match no file, where a 404 of a bulk call tells them: `missingFileIds` of its JSON body.
    pub fn missing_file_ids(&self) -> Vec<String> {
        self.json("missingFileIds")
            .and_then(|ids| serde_json::from_value(ids).ok())
            .unwrap_or_default()
    }

    /// The id of the request, for ImageKit's support: the header `x-ik-requestId`.
    pub fn request_id(&self) -> Option<&str> {
        self.reply()?.request_id()
    }

    /// The headers of the reply.
    pub fn headers(&self) -> Option<&reqwest::header::HeaderMap> {
        self.reply().map(|reply| &reply.headers)
    }

    /// The body of the reply as received, JSON or not.
    pub fn body(&self) -> Option<&[u8]> {
        self.reply().map(|reply| reply.body.as_ref())
    }

    /// How often the request was sent, or tried to be: 1 if it wasn't repeated, 0 if it was never tried.
    pub fn attempts(&self) -> u32 {
        self.0.call.as_ref().map_or(0, |call| call.attempts)
    }

    /// The time after which the server wants the request again: `X-RateLimit-Reset` of a 429, in milliseconds, or else
    /// `Retry-After`, in seconds or as a date. For a request that was held back because of a rate limit, unsent, the time that
    /// is left. Unix timestamps are recognized, fractions are accepted, and values that can't be a time are ignored.
    pub fn retry_after(&self) -> Option<std::time::Duration> {
        let call = self.0.call.as_ref()?;
        call.retry_after.or_else(|| {
            let reply = call.reply.as_ref()?;
            crate::client::retry_after(reply.status, &reply.headers)
        })
    }

    /// Whether the server may have carried out the request. False only when it certainly wasn't sent, or not to its end: a
    /// request that is not idempotent is then safe to repeat.
    pub fn may_have_been_sent(&self) -> bool {
        self.0
            .call
            .as_ref()
            .is_some_and(|call| call.may_have_been_sent)
    }

    fn member(&self, name: &str) -> Option<String> {
        match self.json(name)? {
            serde_json::Value::Null => None,
            serde_json::Value::String(text) => Some(text),
            other => Some(other.to_string()),
        }
    }

    fn json(&self, name: &str) -> Option<serde_json::Value> {
        let mut body: serde_json::Value = serde_json::from_slice(&self.reply()?.body).ok()?;
        body.get_mut(name).map(serde_json::Value::take)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        #[cfg(feature = "client")]
        if let Some(operation) = self.operation() {
            write!(f, "{operation}: ")?;
        }
        if let Some(option) = &self.0.option {
            write!(f, "{option}: ")?;
        }
        f.write_str(&self.0.message)?;
        #[cfg(feature = "client")]
        {
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

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("Error");
        debug
            .field("kind", &self.0.kind)
            .field("option", &self.0.option)
            .field("message", &self.0.message);
        #[cfg(feature = "client")]
        debug
            .field("operation", &self.operation())
            .field("attempts", &self.attempts())
            .field("status", &self.status())
            .field("request_id", &self.request_id())
            .field("may_have_been_sent", &self.may_have_been_sent())
            .field("body_length", &self.body().map(<[u8]>::len));
        debug.field("source", &self.0.source).finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match &self.0.source {
            Some(source) => Some(source.as_ref()),
            None => None,
        }
    }
}
