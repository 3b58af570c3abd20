//! Saved extensions, named transformations, origins, URL endpoints and webhooks.

use std::sync::Arc;

use http::StatusCode;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::describe;
use super::reply::{self, Refusal, Reply};
use super::routes::Call;
use super::store::{Change, Kind, Record, State, lock};

/// The name of a kind, the most that an account may have, and the times in its replies.
fn facts(kind: Kind) -> (&'static str, usize, &'static [&'static str]) {
    match kind {
        Kind::SavedExtension => ("saved extension", 100, &["createdAt", "updatedAt"]),
        Kind::NamedTransformation => ("named transformation", 250, &["createdAt"]),
        Kind::Webhook => ("webhook", 3, &["createdAt", "updatedAt"]),
        Kind::Origin => ("origin", usize::MAX, &[]),
        Kind::UrlEndpoint => ("URL endpoint", usize::MAX, &[]),
        Kind::Field | Kind::Job | Kind::Purge => ("record", usize::MAX, &[]),
    }
}

fn describe(kind: Kind, record: &Record) -> Value {
    describe::record_with(record, facts(kind).2)
}

fn find<'s>(state: &'s State, kind: Kind, id: &str) -> Result<&'s Arc<Record>, Refusal> {
    state
        .record(kind, id)
        .ok_or_else(|| Refusal::not_found(format!("No {} has this id.", facts(kind).0)))
}

pub(super) fn list(call: &Call<'_>, kind: Kind) -> Result<Reply, Refusal> {
    Ok(call.account.store.read(|state| {
        let records = state.records(kind).into_iter();
        reply::json(&records.map(|record| describe(kind, record)).collect())
    }))
}

pub(super) fn get(call: &Call<'_>, kind: Kind) -> Result<Reply, Refusal> {
    let record = call
        .account
        .store
        .read(|state| find(state, kind, call.id()).cloned())?;
    Ok(reply::json(&describe(kind, &record)))
}

pub(super) fn delete(call: &Call<'_>, kind: Kind) -> Result<Reply, Refusal> {
    call.account.store.change(|change| {
        let record = find(change.state, kind, call.id())?;
        change.remove_record(kind, record);
        Ok(reply::empty(StatusCode::NO_CONTENT))
    })
}

/// Stores a new record, unless there are as many as there may be.
fn create(
    call: &Call<'_>,
    kind: Kind,
    body: impl FnOnce(&Change<'_>) -> Result<Map<String, Value>, Refusal>,
) -> Result<Reply, Refusal> {
    let record = call.account.store.change(|change| {
        let (name, most, _) = facts(kind);
        if change.state.records(kind).len() >= most {
            return Err(Refusal::bad_request(format!(
                "An account may have at most {most} {name}s."
            )));
        }
        let body = body(change)?;
        Ok(change.put_record(kind, Record::new(change.now, body)))
    })?;
    Ok(reply::json_with(
        StatusCode::CREATED,
        &describe(kind, &record),
    ))
}

/// Replaces the body of a record by the result of `body`.
fn update(
    call: &Call<'_>,
    kind: Kind,
    body: impl FnOnce(&Change<'_>, &Record) -> Result<Map<String, Value>, Refusal>,
) -> Result<Reply, Refusal> {
    let record = call.account.store.change(|change| {
        let mut record = Record::clone(find(change.state, kind, call.id())?);
        record.body = body(change, &record)?;
        record.updated = change.now;
        Ok(change.put_record(kind, record))
    })?;
    Ok(reply::json(&describe(kind, &record)))
}

/// The body of the request.
fn sent(call: &Call<'_>) -> Map<String, Value> {
    call.body.as_object().cloned().unwrap_or_default()
}

/// A body with the properties of the request in place of its own.
fn merged(call: &Call<'_>, record: &Record) -> Map<String, Value> {
    let mut body = record.body.clone();
    body.extend(sent(call));
    body
}

/// Sets missing properties to their defaults.
fn with_defaults(mut body: Map<String, Value>, defaults: &[(&str, Value)]) -> Map<String, Value> {
    for (name, value) in defaults {
        body.entry(*name).or_insert_with(|| value.clone());
    }
    body
}

pub(super) fn create_extension(call: &Call<'_>) -> Result<Reply, Refusal> {
    create(call, Kind::SavedExtension, |_| Ok(sent(call)))
}

pub(super) fn update_extension(call: &Call<'_>) -> Result<Reply, Refusal> {
    update(call, Kind::SavedExtension, |_, record| {
        Ok(merged(call, record))
    })
}

fn check_named(state: &State, body: &Map<String, Value>, own: &str) -> Result<(), Refusal> {
    let text = |name: &str| body.get(name).and_then(Value::as_str).unwrap_or_default();
    let name = text("name");
    if name.is_empty()
        || !name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    {
        return Err(Refusal::bad_request(
            "The name must be letters, digits and _.",
        ));
    }
    if text("transformation").is_empty() {
        return Err(Refusal::bad_request(
            "The transformation must not be empty.",
        ));
    }
    let others = state.records(Kind::NamedTransformation);
    let mut others = others.iter().filter(|other| other.id != own);
    match others.any(|other| other.text("name") == name) {
        true => Err(Refusal::bad_request(format!(
            "A named transformation with the name {name} exists already."
        ))),
        false => Ok(()),
    }
}

pub(super) fn create_named_transformation(call: &Call<'_>) -> Result<Reply, Refusal> {
    create(call, Kind::NamedTransformation, |change| {
        let body = with_defaults(sent(call), &[("enabled", json!(true))]);
        check_named(change.state, &body, "")?;
        Ok(body)
    })
}

pub(super) fn update_named_transformation(call: &Call<'_>) -> Result<Reply, Refusal> {
    update(call, Kind::NamedTransformation, |change, record| {
        let body = merged(call, record);
        check_named(change.state, &body, &record.id)?;
        let is_renamed = body.get("name") != record.body.get("name");
        if is_renamed || body.get("enabled") == Some(&json!(false)) {
            check_unused(call, record)?;
        }
        Ok(body)
    })
}

pub(super) fn delete_named_transformation(call: &Call<'_>) -> Result<Reply, Refusal> {
    call.account.store.change(|change| {
        let record = find(change.state, Kind::NamedTransformation, call.id())?;
        check_unused(call, record)?;
        change.remove_record(Kind::NamedTransformation, record);
        Ok(reply::empty(StatusCode::NO_CONTENT))
    })
}

/// Refuses to change a named transformation that the settings for uploads refer to.
fn check_unused(call: &Call<'_>, record: &Record) -> Result<(), Refusal> {
    let name = record.text("name");
    match lock(&call.account.upload_transformations).contains(name) {
        true => Err(Refusal::new(
            StatusCode::CONFLICT,
            format!("The settings for uploads use the named transformation {name}."),
        )),
        false => Ok(()),
    }
}

/// Credentials of origins. No reply has them, so they aren't kept.
const CREDENTIALS: [&str; 8] = [
    "accessKey",
    "secretKey",
    "privateKey",
    "sasToken",
    "clientId",
    "clientSecret",
    "username",
    "password",
];

fn origin(call: &Call<'_>) -> Map<String, Value> {
    let mut body = sent(call);
    body.retain(|name, _| !CREDENTIALS.contains(&name.as_str()));
    let empty = ("prefix", json!(""));
    let mut defaults = vec![("includeCanonicalHeader", json!(false))];
    match call.text("type") {
        "S3" | "CLOUDINARY_BACKUP" | "GCS" | "AZURE_BLOB" => defaults.push(empty),
        "S3_COMPATIBLE" => defaults.extend([empty, ("s3ForcePathStyle", json!(false))]),
        "WEB_FOLDER" => defaults.push(("forwardHostHeaderToOrigin", json!(false))),
        _ => {}
    }
    with_defaults(body, &defaults)
}

pub(super) fn create_origin(call: &Call<'_>) -> Result<Reply, Refusal> {
    create(call, Kind::Origin, |_| Ok(origin(call)))
}

pub(super) fn update_origin(call: &Call<'_>) -> Result<Reply, Refusal> {
    update(call, Kind::Origin, |_, _| Ok(origin(call)))
}

fn url_endpoint(call: &Call<'_>, state: &State) -> Result<Map<String, Value>, Refusal> {
    if let Some(id) = call
        .texts("origins")
        .iter()
        .find(|id| state.record(Kind::Origin, id).is_none())
    {
        return Err(Refusal::bad_request(format!("There is no origin {id}.")));
    }
    let mut body = with_defaults(
        sent(call),
        &[("urlPrefix", json!("")), ("origins", json!([]))],
    );
    if let Some(rewriter) = body.get_mut("urlRewriter").and_then(Value::as_object_mut)
        && rewriter["type"] == json!("CLOUDINARY")
    {
        rewriter
            .entry("preserveAssetDeliveryTypes")
            .or_insert(json!(false));
    }
    Ok(body)
}

pub(super) fn create_url_endpoint(call: &Call<'_>) -> Result<Reply, Refusal> {
    create(call, Kind::UrlEndpoint, |change| {
        url_endpoint(call, change.state)
    })
}

pub(super) fn update_url_endpoint(call: &Call<'_>) -> Result<Reply, Refusal> {
    update(call, Kind::UrlEndpoint, |change, _| {
        url_endpoint(call, change.state)
    })
}

fn check_webhook(body: &Map<String, Value>) -> Result<(), Refusal> {
    let endpoint = body["endpoint"].as_str().unwrap_or_default();
    if !endpoint.starts_with("http://") && !endpoint.starts_with("https://") {
        return Err(Refusal::bad_request(
            "The endpoint must be an http or https URL.",
        ));
    }
    match body["events"]
        .as_array()
        .is_some_and(|events| events.is_empty())
    {
        true => Err(Refusal::bad_request(
            "A webhook must have at least one event.",
        )),
        false => Ok(()),
    }
}

pub(super) fn create_webhook(call: &Call<'_>) -> Result<Reply, Refusal> {
    create(call, Kind::Webhook, |_| {
        let secret = format!("whsec_{}", Uuid::new_v4().simple());
        let defaults = [("enabled", json!(true)), ("secret", json!(secret))];
        let body = with_defaults(sent(call), &defaults);
        check_webhook(&body)?;
        Ok(body)
    })
}

pub(super) fn update_webhook(call: &Call<'_>) -> Result<Reply, Refusal> {
    update(call, Kind::Webhook, |_, record| {
        let body = merged(call, record);
        check_webhook(&body)?;
        Ok(body)
    })
}
