//! Parameters with which a browser or an app uploads a file without knowing the private key.

use std::fmt;
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::platform;
use crate::problem::Problem;
use crate::sign::Signer;
use crate::time::unix_seconds;

/// How long an upload may wait if nothing else is asked for.
const DEFAULT_LIFETIME: Duration = Duration::from_secs(30 * 60);

/// The most seconds ahead that ImageKit takes: less than an hour.
const LONGEST: u64 = 60 * 60 - 1;

/// What a browser or an app needs to upload one file. Send it as it is, in JSON or as form fields.
///
/// See "Upload file from the client side" in the ImageKit documentation.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AuthenticationParameters {
    /// A token that ImageKit accepts once.
    pub token: String,
    /// When the parameters become invalid, in seconds since 1970.
    pub expire: i64,
    /// Signature of token and expiry, 40 hexadecimal digits.
    pub signature: String,
}

/// Shows neither the token nor the signature.
impl fmt::Debug for AuthenticationParameters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthenticationParameters")
            .field("expire", &self.expire)
            .finish_non_exhaustive()
    }
}

/// Makes [`AuthenticationParameters`]. Start with
/// [`ImageKit::authentication_parameters`](crate::ImageKit::authentication_parameters).
///
/// ```
/// use std::time::{Duration, SystemTime};
///
/// use imagekitio::ImageKit;
///
/// let ik = ImageKit::builder().private_key("private_key_test").build()?;
/// let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_582_268_649);
/// let parameters =
///     ik.authentication_parameters().token("your_token").expires_in(Duration::from_secs(600)).build_at(now)?;
/// assert_eq!(parameters.expire, 1_582_269_249);
/// assert_eq!(parameters.signature, "e71bcd6031016b060d349d212e23e85c791decdd");
/// # Ok::<(), imagekitio::Error>(())
/// ```
#[derive(Clone)]
pub struct AuthenticationBuilder<'a> {
    signer: Option<&'a Signer>,
    token: Option<String>,
    expiry: Expiry,
}

/// Leaves the token out.
impl fmt::Debug for AuthenticationBuilder<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthenticationBuilder")
            .field("expiry", &self.expiry)
            .finish_non_exhaustive()
    }
}

/// Until when an upload may begin.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Expiry {
    In(Duration),
    At(SystemTime),
}

impl Default for Expiry {
    fn default() -> Self {
        Self::In(DEFAULT_LIFETIME)
    }
}

impl Expiry {
    /// Both in seconds since 1970, with at least one between them, and at most `longest`.
    pub(crate) fn after(self, now: u64, longest: u64) -> Result<u64, Error> {
        let (option, lifetime) = match self {
            Self::In(lifetime) => ("expires_in", lifetime.as_secs()),
            Self::At(moment) => ("expires_at", unix_seconds(moment).saturating_sub(now)),
        };
        if lifetime == 0 || lifetime > longest {
            return Err(Error::invalid_input(
                option,
                format!(
                    "{lifetime} seconds from now is not allowed; ImageKit takes 1 to {longest}"
                ),
            ));
        }
        Ok(now.saturating_add(lifetime))
    }
}

impl<'a> AuthenticationBuilder<'a> {
    pub(crate) fn new(signer: Option<&'a Signer>) -> Self {
        Self {
            signer,
            token: None,
            expiry: Expiry::default(),
        }
    }

    /// The token, which must be new for every upload. Without it, or if it is empty, a random UUID is taken.
    pub fn token(mut self, token: impl Into<String>) -> Self {
        self.token = Some(token.into());
        self
    }

    /// How long the parameters are valid, in whole seconds: at least one, and less than an hour. Half an hour by
    /// default.
    pub fn expires_in(mut self, lifetime: Duration) -> Self {
        self.expiry = Expiry::In(lifetime);
        self
    }

    /// Until when the parameters are valid: a moment less than an hour ahead.
    pub fn expires_at(mut self, moment: SystemTime) -> Self {
        self.expiry = Expiry::At(moment);
        self
    }

    /// The parameters.
    ///
    /// # Errors
    /// `InvalidInput` when the client has no private key, for an expiry that is not ahead or an hour ahead or more, and
    /// where there is no clock or, without a token, no source of randomness.
    pub fn build(self) -> Result<AuthenticationParameters, Error> {
        let now = platform::now()?;
        self.build_at(now)
    }

    /// The parameters as of `now`.
    ///
    /// # Errors
    /// Those of [`build`](Self::build).
    pub fn build_at(self, now: SystemTime) -> Result<AuthenticationParameters, Error> {
        let signer = self.signer.ok_or_else(|| {
            Error::invalid_input(
                "private_key",
                "upload parameters need the private key; give it to the client",
            )
        })?;
        let expire = self.expiry.after(unix_seconds(now), LONGEST)?;
        let expire = i64::try_from(expire).unwrap_or(i64::MAX);
        Ok(parameters(signer, self.token.as_deref(), expire)?)
    }
}

/// Parameters for a token and an expiry as they are, without the limits that ImageKit sets.
///
/// `expire` is a moment in seconds since 1970. No token or an empty one stands for a random UUID, no expiry or 0 for
/// half an hour from `now`. [`ImageKit::authentication_parameters`](crate::ImageKit::authentication_parameters) checks
/// what is asked for; prefer it.
///
/// ```
/// use std::time::SystemTime;
///
/// let parameters = imagekitio::authentication_parameters_at(
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
/// `InvalidInput` when the private key is empty or has a character that a key can't have, and without a token where there
/// is no source of randomness.
pub fn authentication_parameters_at(
    private_key: &str,
    token: Option<&str>,
    expire: Option<i64>,
    now: SystemTime,
) -> Result<AuthenticationParameters, Error> {
    let signer = Signer::new(private_key)?;
    let default = || {
        i64::try_from(unix_seconds(now).saturating_add(DEFAULT_LIFETIME.as_secs()))
            .unwrap_or(i64::MAX)
    };
    Ok(parameters(
        &signer,
        token,
        expire.filter(|&expire| expire != 0).unwrap_or_else(default),
    )?)
}

fn parameters(
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
