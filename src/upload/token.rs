//! JSON Web Tokens for version 2 of the upload API.

use std::collections::BTreeMap;
use std::fmt;
use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::fields::{Fields, shown};
use crate::auth::Expiry;
use crate::error::Error;
use crate::platform;
use crate::problem::Problem;
use crate::sign::Signer;
use crate::time::unix_seconds;

/// The most seconds for which ImageKit takes a token.
const LONGEST: u64 = 60 * 60;

/// Members of the payload that are no fields.
const TIMES: [&str; 2] = ["iat", "exp"];

/// What a browser or an app needs to upload one file through version 2 of the upload API: a token, and the fields that it
/// covers. Made by [`ImageKit::upload_token`](crate::ImageKit::upload_token).
///
/// The form that is sent has all `fields` as they are here, the `token`, and the `file`; nothing else, and nothing less. As
/// JSON it is `{"token": "...", "fields": {"fileName": "...", ...}}`. See version 2 of the upload API in the ImageKit
/// documentation.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct UploadToken {
    /// A JSON Web Token that ImageKit accepts once.
    pub token: String,
    /// The fields beside `file` and `token`, by name, as texts.
    pub fields: BTreeMap<String, String>,
}

/// Shows the fields, not the token.
impl fmt::Debug for UploadToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UploadToken")
            .field("fields", &shown(&self.fields))
            .finish_non_exhaustive()
    }
}

/// Makes an [`UploadToken`]. Start with [`ImageKit::upload_token`](crate::ImageKit::upload_token), and set the fields that
/// the upload shall have.
#[derive(Clone, Debug)]
#[must_use = "a token is made by `build`"]
pub struct UploadTokenBuilder<'a> {
    signer: Option<&'a Signer>,
    public_key: Option<&'a str>,
    file_name: String,
    fields: Fields,
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

    /// How long the token is valid, in whole seconds: at least one, and at most an hour. Half an hour by default.
    pub fn expires_in(mut self, lifetime: Duration) -> Self {
        self.expiry = Expiry::In(lifetime);
        self
    }

    /// Until when the token is valid: a moment at most an hour ahead.
    pub fn expires_at(mut self, moment: SystemTime) -> Self {
        self.expiry = Expiry::At(moment);
        self
    }

    /// The token and its fields. No two tokens are the same, even of the same fields.
    ///
    /// # Errors
    /// `InvalidInput` when the client has no private or no public key, for fields that an upload would refuse, and for an
    /// expiry that is not ahead or more than an hour ahead. Also where there is no clock or no source of randomness.
    pub fn build(self) -> Result<UploadToken, Error> {
        let now = platform::now()?;
        self.build_at(now)
    }

    /// The same as of `now`.
    ///
    /// # Errors
    /// Those of [`build`](Self::build).
    pub fn build_at(self, now: SystemTime) -> Result<UploadToken, Error> {
        let missing = |option, what| {
            Error::invalid_input(
                option,
                format!("an upload token needs {what}; give it to the client"),
            )
        };
        let signer = self
            .signer
            .ok_or_else(|| missing("private_key", "the private key"))?;
        let public_key = self
            .public_key
            .ok_or_else(|| missing("public_key", "the public key, which it names"))?;
        if self.file_name.is_empty() {
            return Err(Error::invalid_input(
                "file_name",
                "is empty; give the file a name",
            ));
        }
        let now = unix_seconds(now);
        let expiry = self.expiry.after(now, LONGEST)?;
        let fields: BTreeMap<String, String> = self
            .fields
            .encoded(&self.file_name)?
            .into_iter()
            .map(|(name, value)| (name.into_owned(), value))
            .collect();
        if let Some(name) = TIMES.iter().find(|name| fields.contains_key(**name)) {
            return Err(Error::invalid_input(
                "set",
                format!("`{name}` is a time of the token, not a field; use expires_in"),
            ));
        }
        let header = json!({"alg": "HS256", "typ": "JWT", "kid": public_key});
        let mut payload: Map<String, Value> = fields
            .iter()
            .map(|(name, value)| (name.clone(), value.as_str().into()))
            .collect();
        payload.insert("iat".to_owned(), now.into());
        payload.insert("exp".to_owned(), expiry.into());
        let payload = format!("{}{}", Value::Object(payload), unique_space()?);
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

/// White space that makes a payload unlike every other. The same fields in the same second would otherwise give the same
/// token, which ImageKit takes once; another member would be one that the form doesn't have.
fn unique_space() -> Result<String, Problem> {
    let random = platform::random_uuid()?.as_u128();
    Ok((0..32)
        .map(|index| [' ', '\t', '\n', '\r'][(random >> (2 * index) & 3) as usize])
        .collect())
}

/// What a token covers, as far as that can be seen without the key.
#[cfg(feature = "client")]
pub(super) fn payload(token: &str) -> Option<Map<String, Value>> {
    let payload = token.split('.').nth(1)?;
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()
}

/// Refuses fields that a token does not cover with the values that they have.
#[cfg(feature = "client")]
pub(super) fn check(
    option: &'static str,
    covered: &Map<String, Value>,
    fields: &super::fields::Encoded,
) -> Result<(), Error> {
    for (name, value) in fields {
        let refuse = |what: &str| {
            let message = format!(
                "the token {what} `{name}`; it covers every field, so leave this one out or have a token made with it"
            );
            Err(Error::invalid_input(option, message))
        };
        match covered.get(name.as_ref()) {
            Some(Value::String(signed)) if signed != value => {
                return refuse("has another value of the field");
            }
            // Its times are no fields.
            Some(_) if !TIMES.contains(&name.as_ref()) => {}
            _ => return refuse("has no field"),
        }
    }
    Ok(())
}
