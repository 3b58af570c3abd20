//! Uploads without the private key, from browsers and apps: a signature in version 1, a JSON Web
//! Token in version 2.

use std::collections::HashSet;
use std::sync::Mutex;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::StatusCode;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::account::Account;
use super::clock::Timestamp;
use super::keys;
use super::multipart::Form;
use super::reply::Refusal;
use super::store::lock;
use super::upload::Version;

/// The upload fields that are credentials in one version or the other.
pub(super) const FIELDS: [&str; 4] = ["publicKey", "token", "expire", "signature"];

/// How long credentials can be valid, in seconds.
const LIMIT: u64 = 3600;

/// The valid tokens that requests have used. Each is accepted once.
#[derive(Default)]
pub(super) struct UsedTokens(Mutex<HashSet<String>>);

impl UsedTokens {
    fn take(&self, token: &str) -> Result<(), Refusal> {
        if lock(&self.0).insert(token.to_owned()) {
            Ok(())
        } else {
            refuse("The upload field token was used before. Every upload needs a new one.")
        }
    }
}

/// Accepts an upload whose form has the credentials of its version.
pub(super) fn check(account: &Account, version: Version, form: &Form) -> Result<(), Refusal> {
    match version {
        Version::V1 => check_signature(account, form),
        Version::V2 => check_token(account, form),
    }
}

fn check_signature(account: &Account, form: &Form) -> Result<(), Refusal> {
    let [public_key, token, expire, signature] = required(form, FIELDS)?;
    if public_key != account.public_key {
        return refuse("The upload field publicKey is not the public key of this server.");
    }
    if !keys::signs(&account.private_key, &format!("{token}{expire}"), signature) {
        return refuse(
            "The upload field signature is not that of token and expire under the private key of this server.",
        );
    }
    // In any other spelling, digits could move between the token and the expiry that it is signed
    // together with.
    let Some(expiry) = expire
        .parse::<u64>()
        .ok()
        .filter(|expiry| expiry.to_string() == expire)
    else {
        return refuse("The upload field expire must be whole seconds since 1970.");
    };
    match expiry.saturating_sub(Timestamp::now().seconds()) {
        0 => return refuse("The time in the upload field expire has passed."),
        1..LIMIT => {}
        LIMIT.. => {
            return refuse("The time in the upload field expire must be less than an hour ahead.");
        }
    }
    account.used_tokens.take(token)
}

fn check_token(account: &Account, form: &Form) -> Result<(), Refusal> {
    let [text] = required(form, ["token"])?;
    let Some(token) = Token::parse(text) else {
        return refuse("The upload field token is not a JSON Web Token.");
    };
    if token.header != json!({ "alg": "HS256", "typ": "JWT", "kid": account.public_key }) {
        return refuse(
            "The header of the token must be alg HS256, typ JWT and, as kid, the public key of this server.",
        );
    }
    if !keys::signs_token(&account.private_key, token.signed, &token.signature) {
        return refuse(
            "The signature of the token is not that of its text under the private key of this server.",
        );
    }
    let mut payload = token.payload;
    let mut seconds = |name| payload.remove(name).as_ref().and_then(Value::as_u64);
    let (Some(issued), Some(expiry)) = (seconds("iat"), seconds("exp")) else {
        return refuse(
            "The payload of the token must have iat and exp, in whole seconds since 1970.",
        );
    };
    if !(1..=LIMIT).contains(&expiry.saturating_sub(issued)) {
        return refuse("In the payload of the token, exp must be 1 to 3600 seconds after iat.");
    }
    if expiry <= Timestamp::now().seconds() {
        return refuse("The time in exp of the token has passed.");
    }
    account.used_tokens.take(text)?;
    check_payload(payload, form)
}

/// A JSON Web Token in its parts.
struct Token<'a> {
    /// Header and payload as sent.
    signed: &'a str,
    header: Value,
    payload: Map<String, Value>,
    signature: Vec<u8>,
}

impl<'a> Token<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        let (signed, signature) = text.rsplit_once('.')?;
        let (header, payload) = signed.split_once('.')?;
        Some(Self {
            signed,
            header: decode(header)?,
            payload: decode(payload)?,
            signature: URL_SAFE_NO_PAD.decode(signature).ok()?,
        })
    }
}

fn decode<T: DeserializeOwned>(part: &str) -> Option<T> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
}

/// Compares what was signed with what was sent: all fields but the file and the token itself.
fn check_payload(mut payload: Map<String, Value>, form: &Form) -> Result<(), Refusal> {
    for name in form
        .left()
        .filter(|name| !matches!(*name, "file" | "token"))
    {
        let sent = form.text(name)?;
        let mismatch = match payload.remove(name) {
            None => format!("The upload field {name} is not in the payload of the token."),
            Some(Value::String(signed)) if sent == Some(&signed) => continue,
            Some(Value::String(_)) => {
                format!("The upload field {name} has another value in the payload of the token.")
            }
            Some(_) => format!("The member {name} in the payload of the token must be a string."),
        };
        return Err(Refusal::bad_request(mismatch));
    }
    match payload.keys().next() {
        None => Ok(()),
        Some(name) => Err(Refusal::bad_request(format!(
            "The payload of the token has {name}, but the form has no such field besides file and token."
        ))),
    }
}

/// The values of fields of which none may be missing or empty.
fn required<'a, const N: usize>(form: &'a Form, names: [&str; N]) -> Result<[&'a str; N], Refusal> {
    let mut values = [""; N];
    let mut missing = Vec::new();
    for (value, name) in values.iter_mut().zip(names) {
        *value = form.text(name)?.unwrap_or_default();
        if value.is_empty() {
            missing.push(name);
        }
    }
    if missing.is_empty() {
        return Ok(values);
    }
    refuse(format!(
        "Without an Authorization header, these upload fields are required too: {}.",
        missing.join(", ")
    ))
}

fn refuse<T>(message: impl Into<String>) -> Result<T, Refusal> {
    Err(Refusal::new(StatusCode::UNAUTHORIZED, message))
}
