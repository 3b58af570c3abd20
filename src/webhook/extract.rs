//! An extractor for handlers of axum.

use std::error::Error as StdError;
use std::fmt;

use axum_core::body::Body;
use axum_core::extract::{FromRef, FromRequest, Request};
use axum_core::response::{IntoResponse, Response};
use http::StatusCode;
use http_body_util::{BodyExt, LengthLimitError, Limited};

use super::error::VerifyError;
use super::verify::{VerifiedEvent, Verifier};

/// The reason why the extractor refused a request. As a response, it has the status below and the
/// reason as plain text.
#[derive(Debug)]
#[non_exhaustive]
pub enum Rejection {
    /// The event was not verified: the status of the [`VerifyError`].
    Verify(VerifyError),
    /// The body is longer than [`body_limit`](Verifier::body_limit): 413. The rest of it was not
    /// read.
    TooLarge {
        /// The limit in bytes.
        limit: usize,
    },
    /// The body could not be read to its end: 400.
    Body(Box<dyn StdError + Send + Sync>),
}

impl Verifier {
    /// Sets how many bytes of a body the extractor accepts. The default is 1 MiB.
    ///
    /// The limit replaces axum's `DefaultBodyLimit`. It doesn't limit how long a body may take: the
    /// server does.
    pub fn body_limit(mut self, bytes: usize) -> Self {
        self.body_limit = bytes;
        self
    }
}

/// Extracts a verified event. The state of the router must be a [`Verifier`] or an
/// [`ImageKit`](crate::ImageKit) with a [`webhook_secret`](crate::ImageKitBuilder::webhook_secret),
/// or provide a `Verifier` through `FromRef`.
///
/// ```
/// use axum::{Router, routing::post};
/// use imagekitio::webhook::{VerifiedEvent, Verifier};
///
/// async fn receive(verified: VerifiedEvent) {
///     println!("{} {}", verified.event.id(), verified.event.event_type());
/// }
///
/// let verifier = Verifier::new(["whsec_dGVzdC1zZWNyZXQ="])?.body_limit(64 * 1024);
/// let app: Router = Router::new().route("/webhook", post(receive)).with_state(verifier);
/// # Ok::<(), imagekitio::Error>(())
/// ```
impl<S: Send + Sync> FromRequest<S> for VerifiedEvent
where
    Verifier: FromRef<S>,
{
    type Rejection = Rejection;

    async fn from_request(request: Request, state: &S) -> Result<Self, Rejection> {
        let verifier = Verifier::from_ref(state);
        let (parts, body) = request.into_parts();
        let body = read(body, verifier.body_limit).await?;
        verifier
            .verify(&parts.headers, &body)
            .map_err(Rejection::Verify)
    }
}

async fn read(body: Body, limit: usize) -> Result<bytes::Bytes, Rejection> {
    use http_body::Body as _;

    let too_large = Rejection::TooLarge { limit };
    // A `Content-Length` above the limit is refused before anything is read.
    if usize::try_from(body.size_hint().lower()).map_or(true, |length| length > limit) {
        return Err(too_large);
    }
    match Limited::new(body, limit).collect().await {
        Ok(body) => Ok(body.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(too_large),
        Err(error) => Err(Rejection::Body(error)),
    }
}

impl VerifyError {
    fn status(&self) -> StatusCode {
        match self {
            Self::Malformed(_) => StatusCode::BAD_REQUEST,
            Self::MissingHeader(_) | Self::OutsideTolerance { .. } | Self::SignatureMismatch => {
                StatusCode::UNAUTHORIZED
            }
            Self::Setup(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

impl IntoResponse for VerifyError {
    fn into_response(self) -> Response {
        (self.status(), self.to_string()).into_response()
    }
}

impl IntoResponse for Rejection {
    fn into_response(self) -> Response {
        let status = match &self {
            Self::Verify(error) => error.status(),
            Self::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Body(_) => StatusCode::BAD_REQUEST,
        };
        (status, self.to_string()).into_response()
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Verify(error) => error.fmt(f),
            Self::TooLarge { limit } => write!(f, "the body has more than {limit} bytes"),
            Self::Body(_) => f.write_str("the body could not be read to its end"),
        }
    }
}

impl StdError for Rejection {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Verify(error) => error.source(),
            Self::TooLarge { .. } => None,
            Self::Body(error) => Some(error.as_ref()),
        }
    }
}
