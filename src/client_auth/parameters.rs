//! Parameters for client-side uploads with version 1 of the upload API.

use std::fmt;
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

use super::expiry::{DEFAULT_LIFETIME, Expiry};
use crate::error::Error;
use crate::platform;
use crate::problem::Problem;
use crate::secret::{Redacted, Secret};
use crate::sign::{Signer, required_key};
use crate::time::unix_seconds;

/// The longest lifetime that ImageKit accepts, in seconds: less than an hour.
const MAX_LIFETIME: u64 = 60 * 60 - 1;

/// The parameters with which a browser or an app uploads one file without the private key.
///
/// Send them to the browser as JSON, or as form fields.
/// [`ImageKit::authentication_parameters`](crate::ImageKit::authentication_parameters) makes them.
/// See ImageKit's documentation of
/// [client-side uploads](https://imagekit.io/docs/api-reference/upload-file/upload-file#how-to-implement-client-side-file-upload).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AuthenticationParameters {
    /// A unique token. ImageKit accepts it once.
    pub token: String,
    /// The expiry of the parameters in seconds since 1970.
    pub expire: i64,
    /// The signature of token and expiry: 40 hexadecimal digits.
    pub signature: String,
}

/// Shows neither the token nor the signature.
impl fmt::Debug for AuthenticationParameters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthenticationParameters")
            .field("token", &Redacted)
            .field("expire", &self.expire)
            .field("signature", &Redacted)
            .finish()
    }
}

/// Builds [`AuthenticationParameters`].
///
/// [`ImageKit::authentication_parameters`](crate::ImageKit::authentication_parameters) returns it.
///
/// ```
/// use std::time::{Duration, SystemTime};
///
/// use imagekitio::ImageKit;
///
/// let ik = ImageKit::builder().private_key("private_key_test").build()?;
/// let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_582_268_649);
/// let parameters = ik
///     .authentication_parameters()
///     .token("your_token")
///     .expires_in(Duration::from_secs(600))
///     .build_at(now)?;
/// assert_eq!(parameters.expire, 1_582_269_249);
/// assert_eq!(parameters.signature, "e71bcd6031016b060d349d212e23e85c791decdd");
/// # Ok::<(), imagekitio::Error>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "`build` returns the parameters"]
pub struct AuthenticationBuilder<'a> {
    signer: Option<&'a Signer>,
    token: Option<Secret>,
    expiry: Expiry,
}

impl<'a> AuthenticationBuilder<'a> {
    pub(crate) fn new(signer: Option<&'a Signer>) -> Self {
        Self {
            signer,
            token: None,
            expiry: Expiry::default(),
        }
    }

    /// Sets the token, which must be unique for each upload. The default, also for an empty token,
    /// is a random UUID.
    pub fn token(mut self, token: impl Into<String>) -> Self {
        self.token = Some(Secret::from(token.into()));
        self
    }

    /// Sets the lifetime, from 1 second to less than an hour. Fractions of a second are dropped.
    /// The default is 30 minutes.
    pub fn expires_in(mut self, lifetime: Duration) -> Self {
        self.expiry = Expiry::In(lifetime);
        self
    }

    /// Sets the expiry, from 1 second to less than an hour ahead. Fractions of a second are
    /// dropped.
    pub fn expires_at(mut self, time: SystemTime) -> Self {
        self.expiry = Expiry::At(time);
        self
    }

    /// Signs the parameters.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) if the client has no private key, if the
    /// expiry is out of range, if the platform has no clock, or, without a token, if it has no
    /// source of randomness.
    pub fn build(self) -> Result<AuthenticationParameters, Error> {
        let now = platform::now()?;
        self.build_at(now)
    }

    /// Signs the parameters as of `now`.
    ///
    /// # Errors
    ///
    /// Those of [`build`](Self::build).
    pub fn build_at(self, now: SystemTime) -> Result<AuthenticationParameters, Error> {
        let signer = required_key(self.signer, "upload parameters need")?;
        let expire = self.expiry.after(unix_seconds(now), MAX_LIFETIME)?;
        let expire = i64::try_from(expire).unwrap_or(i64::MAX);
        Ok(sign(
            signer,
            self.token.as_ref().map(Secret::as_str),
            expire,
        )?)
    }
}

/// Signs a token and an expiry without checking the expiry.
///
/// `expire` is in seconds since 1970. The default token, also for an empty one, is a random UUID.
/// The default expiry, also for 0, is 30 minutes after `now`. Prefer
/// [`ImageKit::authentication_parameters`](crate::ImageKit::authentication_parameters), which
/// refuses an expiry that ImageKit wouldn't accept.
///
/// ```
/// use std::time::SystemTime;
///
/// use imagekitio::client_auth::authentication_parameters_at;
///
/// let parameters = authentication_parameters_at(
///     "private_key_test",
///     Some("your_token"),
///     Some(1_582_269_249),
///     SystemTime::now(),
/// )?;
/// assert_eq!(parameters.signature, "e71bcd6031016b060d349d212e23e85c791decdd");
/// # Ok::<(), imagekitio::Error>(())
/// ```
///
/// # Errors
///
/// [`InvalidInput`](crate::ErrorKind::InvalidInput) if the private key is not valid, or, without a
/// token, if the platform has no source of randomness.
pub fn authentication_parameters_at(
    private_key: &str,
    token: Option<&str>,
    expire: Option<i64>,
    now: SystemTime,
) -> Result<AuthenticationParameters, Error> {
    let signer = Signer::new(private_key)?;
    let default = || {
        let expire = unix_seconds(now).saturating_add(DEFAULT_LIFETIME.as_secs());
        i64::try_from(expire).unwrap_or(i64::MAX)
    };
    let expire = expire.filter(|&expire| expire != 0).unwrap_or_else(default);
    Ok(sign(&signer, token, expire)?)
}

fn sign(
    signer: &Signer,
    token: Option<&str>,
    expire: i64,
) -> Result<AuthenticationParameters, Problem> {
    let token = match token.filter(|token| !token.is_empty()) {
        Some(token) => token.to_owned(),
        None => platform::random_uuid()?.to_string(),
    };
    let mut digits = itoa::Buffer::new();
    let signature = signer
        .sign(&[&token, digits.format(expire)])
        .as_str()
        .to_owned();
    Ok(AuthenticationParameters {
        token,
        expire,
        signature,
    })
}
