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
    /// A local file could not be read.
    Io,
    /// No connection could be made or it broke. See [`Error::may_have_been_sent`] for what that means for the request.
    Connection,
    /// A time limit passed before the reply was complete.
    Timeout,
    /// The server refused the request as malformed (400 and other 4xx without a kind of their own).
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
    /// Too many requests (429).
    RateLimited,
    /// ImageKit or a proxy in front of it failed (5xx).
    Server,
    /// The reply arrived but could not be read as the documented type. Status, headers and body are kept.
    Decode,
}

/// Why a call failed.
///
/// An `Error` prints as one sentence. Its parts are available through methods, so that programs need not look into the
/// text. It never holds the private key.
///
/// ```
/// use imagekitio::{ErrorKind, ImageKit};
///
/// let error = ImageKit::builder().url_endpoint("ik.imagekit.io/demo").build().unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::InvalidInput);
/// assert_eq!(error.option(), Some("url_endpoint"));
/// ```
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    option: Option<Cow<'static, str>>,
    message: Cow<'static, str>,
    source: Option<Box<dyn StdError + Send + Sync>>,
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
        }))
    }

    #[cfg(feature = "raw")]
    pub(crate) fn with_source(mut self, source: impl StdError + Send + Sync + 'static) -> Self {
        self.0.source = Some(Box::new(source));
        self
    }

    /// The kind of failure.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The name of the option that was refused, for [`ErrorKind::InvalidInput`].
    pub fn option(&self) -> Option<&str> {
        self.0.option.as_deref()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0.option {
            Some(option) => write!(f, "{option}: {}", self.0.message),
            None => f.write_str(&self.0.message),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.0.kind)
            .field("option", &self.0.option)
            .field("message", &self.0.message)
            .field("source", &self.0.source)
            .finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|e| e as _)
    }
}
