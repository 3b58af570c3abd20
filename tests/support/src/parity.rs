//! Answers that are compared with those of other SDKs of ImageKit.
//!
//! A line is a JSON object that holds `id`, `kind`, `client` (`private_key`, `url_endpoint`,
//! `transformation_position`), `now` in seconds since 1970, `input`, and `uuid`, the token to take
//! where a random one would be. The kinds:
//!
//! - `url`: options of the Node SDK, readable style, transformation in the query unless the options
//!   say otherwise
//! - `transformation_string`: the same options, but only the transformation is printed
//! - `url_v4`: options of the Python SDK 4, encoded style, transformation in the path unless the
//!   options say otherwise
//! - `auth_params`: `token`, `expire`
//! - `phash`: `first`, `second`
//! - `webhook`: `secrets`, `headers` as pairs of name and value, `body`, and perhaps `tolerance` in
//!   seconds; prints the `type` of the event, or one of the errors `missing_header`, `malformed`,
//!   `stale` and `bad_signature`
//!
//! The official SDKs pass on separators (`,`, `:`, `/`) in backgrounds and in prompts; here `raw`
//! does. Elsewhere they are refused, as this crate does.

use std::error::Error;
use std::time::{Duration, SystemTime};

use imagekitio::ImageKit;
use imagekitio::client_auth::authentication_parameters_at;
use imagekitio::phash::phash_distance;
use imagekitio::url::{
    ParameterValue, Step, StepValue, TransformationPosition, UrlOptions, UrlStyle,
};
use imagekitio::webhook::{Verifier, VerifyError};
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

#[derive(Deserialize)]
struct Line<'a> {
    kind: String,
    #[serde(default)]
    client: Client,
    #[serde(default)]
    now: u64,
    uuid: Option<String>,
    #[serde(borrow)]
    input: &'a RawValue,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Client {
    private_key: String,
    url_endpoint: String,
    transformation_position: Option<TransformationPosition>,
}

#[derive(Deserialize)]
struct AuthParams {
    token: Option<String>,
    expire: Option<i64>,
}

#[derive(Deserialize)]
struct Phash {
    #[serde(default)]
    first: Option<String>,
    #[serde(default)]
    second: Option<String>,
}

#[derive(Deserialize)]
struct Webhook {
    secrets: Vec<String>,
    headers: Vec<(String, String)>,
    body: String,
    tolerance: Option<u64>,
}

/// The answer to a line, with its id: `{"id", "out"}`, or `{"id", "error"}` for input that is
/// refused.
pub fn answer(line: &str) -> Value {
    let id = serde_json::from_str::<Value>(line).map_or(Value::Null, |line| line["id"].clone());
    match compute(line) {
        Ok(out) => json!({ "id": id, "out": out }),
        Err(error) => json!({ "id": id, "error": error.to_string() }),
    }
}

fn compute(line: &str) -> Result<Value, Box<dyn Error>> {
    let line: Line<'_> = serde_json::from_str(line)?;
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(line.now);
    match line.kind.as_str() {
        "url" => url(
            &line,
            UrlStyle::Readable,
            TransformationPosition::Query,
            now,
        ),
        "url_v4" => url(&line, UrlStyle::Encoded, TransformationPosition::Path, now),
        "transformation_string" => Ok(options(line.input)?.transformation_string()?.into()),
        "auth_params" => {
            let input: AuthParams = serde_json::from_str(line.input.get())?;
            let token = input.token.filter(|token| !token.is_empty()).or(line.uuid);
            let parameters = authentication_parameters_at(
                &line.client.private_key,
                token.as_deref(),
                input.expire,
                now,
            )?;
            Ok(serde_json::to_value(parameters)?)
        }
        "phash" => {
            let input: Phash = serde_json::from_str(line.input.get())?;
            let distance = phash_distance(
                &input.first.unwrap_or_default(),
                &input.second.unwrap_or_default(),
            )?;
            Ok(distance.into())
        }
        "webhook" => webhook(serde_json::from_str(line.input.get())?, now),
        kind => Err(format!("there is no kind {kind:?}").into()),
    }
}

fn url(
    line: &Line<'_>,
    style: UrlStyle,
    position: TransformationPosition,
    now: SystemTime,
) -> Result<Value, Box<dyn Error>> {
    let client = &line.client;
    let mut builder = ImageKit::builder()
        .url_style(style)
        .transformation_position(client.transformation_position.unwrap_or(position));
    if !client.private_key.is_empty() {
        builder = builder.private_key(&client.private_key);
    }
    if !client.url_endpoint.is_empty() {
        builder = builder.url_endpoint(&client.url_endpoint);
    }
    let options = options(line.input)?;
    Ok(builder.build()?.url_from(&options).build_at(now)?.into())
}

fn webhook(input: Webhook, now: SystemTime) -> Result<Value, Box<dyn Error>> {
    let mut verifier = Verifier::new(&input.secrets)?;
    if let Some(seconds) = input.tolerance {
        verifier = verifier.tolerance(Duration::from_secs(seconds));
    }
    match verifier.verify_at(input.headers, input.body.as_bytes(), now) {
        Ok(verified) => Ok(json!({ "type": verified.event.event_type() })),
        Err(VerifyError::MissingHeader(_)) => Err("missing_header".into()),
        Err(VerifyError::Malformed(_)) => Err("malformed".into()),
        Err(VerifyError::OutsideTolerance { .. }) => Err("stale".into()),
        Err(VerifyError::SignatureMismatch) => Err("bad_signature".into()),
        Err(error) => Err(error.into()),
    }
}

/// Reads options in their own order. The official SDKs hold no number against the documented
/// ranges.
fn options(input: &RawValue) -> Result<UrlOptions, serde_json::Error> {
    let mut options: UrlOptions = serde_json::from_str(input.get())?;
    write_free_values(&mut options.transformation);
    Ok(options.unchecked_numbers())
}

/// Writes backgrounds and prompts with separators as the official SDKs do.
fn write_free_values(steps: &mut [Step]) {
    for (name, value) in steps.iter_mut().flat_map(|step| &mut step.0) {
        let code = match name.as_str() {
            "background" => "bg",
            "aiChangeBackground" => "e-changebg",
            "aiEdit" => "e-edit",
            _ => "",
        };
        match value {
            StepValue::Overlay(overlay) => write_free_values(&mut overlay.transformation),
            StepValue::Parameter(ParameterValue::String(text))
                if !code.is_empty() && text.contains([',', ':', '/']) =>
            {
                *value = format!("{code}-{text}").into();
                "raw".clone_into(name);
            }
            _ => {}
        }
    }
}
