//! JSON Web Tokens for version 2 of the upload API.

use std::collections::BTreeMap;
use std::fmt;
use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::expiry::Expiry;
use super::fields::{Fields, field_setters, shown};
use crate::error::Error;
use crate::platform;
use crate::problem::Problem;
use crate::secret::Redacted;
use crate::sign::{Signer, missing, required_key};
use crate::time::unix_seconds;

/// The longest lifetime that ImageKit accepts, in seconds.
const MAX_LIFETIME: u64 = 60 * 60;

/// Claims that are not form fields.
const TIME_CLAIMS: [&str; 2] = ["iat", "exp"];

/// A token with which a browser or an app uploads one file through version 2 of the upload API, and
/// the form fields that the token signs.
///
/// [`ImageKit::upload_token`](crate::ImageKit::upload_token) makes it. The browser sends a form
/// with all of `fields` unchanged, with `token` and with `file`, and with no other field. As JSON
/// it is `{"token": "...", "fields": {"fileName": "...", ...}}`. See the [API
/// reference](https://imagekit.io/docs/api-reference/upload-file/upload-file-v2).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct UploadToken {
    /// A JSON Web Token. ImageKit accepts it once.
    pub token: String,
    /// The form fields by name, as they are sent, without `file` and `token`.
    pub fields: BTreeMap<String, String>,
}

/// Shows the fields, and not the token.
impl fmt::Debug for UploadToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fields = self.fields.iter();
        f.debug_struct("UploadToken")
            .field("token", &Redacted)
            .field(
                "fields",
                &shown(fields.map(|(name, value)| (name.as_str(), value.as_str()))),
            )
            .finish()
    }
}

/// Builds an [`UploadToken`] with the form fields of an upload.
///
/// [`ImageKit::upload_token`](crate::ImageKit::upload_token) returns it.
#[derive(Clone, Debug)]
#[must_use = "`build` returns the token"]
pub struct UploadTokenBuilder<'a> {
    signer: Option<&'a Signer>,
    public_key: Option<&'a str>,
    file_name: String,
    pub(crate) fields: Fields,
    expiry: Expiry,
}

impl<'a> UploadTokenBuilder<'a> {
    pub(crate) fn new(
        signer: Option<&'a Signer>,
        public_key: Option<&'a str>,
        file_name: String,
    ) -> Self {
        Self {
            signer,
            public_key,
            file_name,
            fields: Fields::default(),
            expiry: Expiry::default(),
        }
    }

    field_setters!();

    /// Sets the lifetime, from 1 second to an hour. Fractions of a second are dropped. The default
    /// is 30 minutes.
    pub fn expires_in(mut self, lifetime: Duration) -> Self {
        self.expiry = Expiry::In(lifetime);
        self
    }

    /// Sets the expiry, from 1 second to an hour ahead. Fractions of a second are dropped.
    pub fn expires_at(mut self, time: SystemTime) -> Self {
        self.expiry = Expiry::At(time);
        self
    }

    /// Signs the fields. Each token is unique, even for the same fields.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) if the client has no private key or no
    /// public key, for fields that an upload refuses, if the expiry is out of range, or if the
    /// platform has no clock or no source of randomness.
    pub fn build(self) -> Result<UploadToken, Error> {
        let now = platform::now()?;
        self.build_at(now)
    }

    /// Signs the fields as of `now`.
    ///
    /// # Errors
    ///
    /// Those of [`build`](Self::build).
    pub fn build_at(self, now: SystemTime) -> Result<UploadToken, Error> {
        const NEEDS: &str = "an upload token needs";
        let signer = required_key(self.signer, NEEDS)?;
        let public_key = self
            .public_key
            .ok_or_else(|| missing("public_key", NEEDS, "public key"))?;
        if self.file_name.is_empty() {
            return Err(Error::invalid_input(
                "file_name",
                "is empty; give the name of the file",
            ));
        }
        let now = unix_seconds(now);
        let expiry = self.expiry.after(now, MAX_LIFETIME)?;
        let fields: BTreeMap<String, String> = self
            .fields
            .encoded(&self.file_name)?
            .into_iter()
            .map(|(name, value)| (name.into_owned(), value))
            .collect();
        if let Some(name) = TIME_CLAIMS.iter().find(|name| fields.contains_key(**name)) {
            return Err(Error::invalid_input(
                "set",
                format!(
                    "`{name}` is not a valid field: it is a claim of the token; use `expires_in`"
                ),
            ));
        }
        let header = json!({"alg": "HS256", "typ": "JWT", "kid": public_key});
        let mut payload: Map<String, Value> = fields
            .iter()
            .map(|(name, value)| (name.clone(), value.as_str().into()))
            .collect();
        payload.insert("iat".to_owned(), now.into());
        payload.insert("exp".to_owned(), expiry.into());
        let payload = format!("{}{}", Value::Object(payload), unique_whitespace()?);
        let signed = format!(
            "{}.{}",
            URL_SAFE_NO_PAD.encode(header.to_string()),
            URL_SAFE_NO_PAD.encode(payload)
        );
        let signature = URL_SAFE_NO_PAD.encode(signer.sign_token(&signed));
        Ok(UploadToken {
            token: format!("{signed}.{signature}"),
            fields,
        })
    }
}

/// Returns random whitespace that makes a payload unique.
///
/// Without it, the same fields in the same second give the same token, which ImageKit accepts once.
/// A random claim would have to be a form field.
fn unique_whitespace() -> Result<String, Problem> {
    let random = platform::random_uuid()?.as_u128();
    Ok((0..32)
        .map(|index| [' ', '\t', '\n', '\r'][(random >> (2 * index) & 3) as usize])
        .collect())
}

/// Returns the claims of a token, unverified. `None` if the token can't be decoded.
#[cfg(feature = "client")]
pub(crate) fn claims(token: &str) -> Option<Map<String, Value>> {
    let payload = token.split('.').nth(1)?;
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()
}

/// Refuses fields that a token doesn't sign, and those that it signs with another value.
#[cfg(feature = "client")]
pub(crate) fn check_signed(
    argument: &'static str,
    claims: &Map<String, Value>,
    fields: &super::fields::Encoded,
) -> Result<(), Error> {
    for (name, value) in fields {
        let difference = match claims.get(name.as_ref()) {
            Some(Value::String(signed)) if signed != value => "signs another value of",
            Some(_) if !TIME_CLAIMS.contains(&name.as_ref()) => continue,
            _ => "doesn't sign",
        };
        return Err(Error::invalid_input(
            argument,
            format!(
                "the token {difference} the field `{name}`; leave the field out, or make a token with it"
            ),
        ));
    }
    Ok(())
}
