//! Custom metadata: the fields that are defined, and the values that fit them.

use std::sync::Arc;

use http::StatusCode;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;
use serde_json::{Map, Value, json};

use super::describe;
use super::reply::{self, Refusal, Reply};
use super::routes::Call;
use super::store::{Kind, Record, State};

/// The reserved field: settable in metadata without a definition.
const RESERVED: &str = "_internal_original_created_datetime";

fn is_deleted(field: &Record) -> bool {
    field.internal.contains_key("deleted")
}

/// The fields that are not deleted.
pub(super) fn defined(state: &State) -> Vec<&Arc<Record>> {
    let mut fields = state.records(Kind::Field);
    fields.retain(|field| !is_deleted(field));
    fields
}

/// `selectedFieldsSchema`: the schemas of all fields by name.
pub(super) fn selected(state: &State) -> Value {
    let schema =
        |field: &Arc<Record>| (field.text("name").to_owned(), field.body["schema"].clone());
    Value::Object(defined(state).into_iter().map(schema).collect())
}

fn find<'s>(state: &'s State, id: &str) -> Result<&'s Arc<Record>, Refusal> {
    let field = state
        .record(Kind::Field, id)
        .filter(|field| !is_deleted(field));
    field.ok_or_else(|| Refusal::not_found("No custom metadata field has this id."))
}

/// `POST /v1/customMetadataFields`
pub(super) fn create(call: &Call<'_>) -> Result<Reply, Refusal> {
    let body = call.body.as_object().cloned().unwrap_or_default();
    check_schema(&body["schema"])?;
    let name = call.text("name");
    let well_formed = name
        .chars()
        .all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'));
    if name.is_empty() || !well_formed || name.starts_with("_internal_") {
        return Err(Refusal::bad_request(
            "The name of a custom metadata field must be letters, digits, _ and -, and not begin with _internal_.",
        ));
    }
    let field = call.account.store.change(|change| {
        let fields = change.state.records(Kind::Field);
        if fields.iter().any(|field| field.text("name") == name) {
            return Err(Refusal::bad_request(format!(
                "A custom metadata field with the name {name} exists already or existed before."
            )));
        }
        check_label(change.state, call, "")?;
        Ok(change.put_record(Kind::Field, Record::new(change.now, body)))
    })?;
    Ok(reply::json_with(
        StatusCode::CREATED,
        &describe::record(&field),
    ))
}

/// Refuses the label of a request that another field has.
fn check_label(state: &State, call: &Call<'_>, own_id: &str) -> Result<(), Refusal> {
    let Some(label) = call.body["label"].as_str() else {
        return Ok(());
    };
    let mut others = defined(state)
        .into_iter()
        .filter(|field| field.id != own_id);
    match others.any(|field| field.text("label") == label) {
        true => Err(Refusal::bad_request(
            "A custom metadata field with this label exists already.",
        )),
        false => Ok(()),
    }
}

/// `GET /v1/customMetadataFields`
pub(super) fn list(call: &Call<'_>) -> Result<Reply, Refusal> {
    let with_deleted = call.query("includeDeleted") == Some("true");
    Ok(call.account.store.read(|state| {
        let fields = state.records(Kind::Field).into_iter();
        let shown = fields.filter(|field| with_deleted || !is_deleted(field));
        reply::json(&shown.map(|field| describe::record(field)).collect())
    }))
}

/// `PATCH /v1/customMetadataFields/{id}`
pub(super) fn update(call: &Call<'_>) -> Result<Reply, Refusal> {
    let changes = call.body.as_object().cloned().unwrap_or_default();
    if changes.is_empty() {
        return Err(Refusal::bad_request(
            "One of label, schema and description is required.",
        ));
    }
    let field = call.account.store.change(|change| {
        let mut field = Record::clone(find(change.state, call.id())?);
        check_label(change.state, call, &field.id)?;
        for (name, value) in changes {
            if name != "schema" {
                field.body.insert(name, value);
                continue;
            }
            // The type stays, and what is not mentioned too.
            let mut schema = field.body["schema"]
                .as_object()
                .cloned()
                .unwrap_or_default();
            for (name, value) in value.as_object().into_iter().flatten() {
                if name == "type" && schema.get("type") != Some(value) {
                    return Err(Refusal::bad_request(
                        "The type of a custom metadata field cannot be changed.",
                    ));
                }
                schema.insert(name.clone(), value.clone());
            }
            let schema = Value::Object(schema);
            check_schema(&schema)?;
            field.body.insert(name, schema);
        }
        if field.text("description").is_empty() {
            field.body.remove("description");
        }
        field.updated = change.now;
        Ok(change.put_record(Kind::Field, field))
    })?;
    Ok(reply::json(&describe::record(&field)))
}

/// `DELETE /v1/customMetadataFields/{id}`: the name stays taken, and files lose their values.
pub(super) fn delete(call: &Call<'_>) -> Result<Reply, Refusal> {
    call.account.store.change(|change| {
        let mut field = Record::clone(find(change.state, call.id())?);
        field.internal.insert("deleted".to_owned(), json!(true));
        field.updated = change.now;
        for file in change.state.files() {
            if file.versions().any(|version| {
                version
                    .content
                    .custom_metadata
                    .contains_key(field.text("name"))
            }) {
                let mut file = super::store::File::clone(file);
                for version in std::iter::once(&mut file.current).chain(&mut file.others) {
                    version.content.custom_metadata.remove(field.text("name"));
                }
                change.put_file(file);
            }
        }
        change.put_record(Kind::Field, field);
        Ok(reply::empty(StatusCode::NO_CONTENT))
    })
}

fn check_schema(schema: &Value) -> Result<(), Refusal> {
    let kind = schema["type"].as_str().unwrap_or_default();
    let allowed: &[&str] = match kind {
        "Text" | "Textarea" => &["minLength", "maxLength"],
        "Number" | "Date" => &["minValue", "maxValue"],
        "SingleSelect" | "MultiSelect" => &["selectOptions"],
        _ => &[],
    };
    let common = ["type", "defaultValue", "isValueRequired"];
    for name in schema
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, _)| name.as_str())
    {
        if !allowed.contains(&name) && !common.contains(&name) {
            return Err(Refusal::bad_request(format!(
                "A field of type {kind} can't have {name}."
            )));
        }
    }
    let has_options = schema["selectOptions"]
        .as_array()
        .is_some_and(|options| !options.is_empty());
    if allowed.contains(&"selectOptions") && !has_options {
        return Err(Refusal::bad_request(format!(
            "A field of type {kind} must have selectOptions."
        )));
    }
    match &schema["defaultValue"] {
        Value::Null if schema["isValueRequired"] == json!(true) => Err(Refusal::bad_request(
            "A field whose isValueRequired is true must have a defaultValue.",
        )),
        Value::Null => Ok(()),
        value => fits(schema, value).map_err(|problem| {
            Refusal::bad_request(format!("The defaultValue of the field {problem}."))
        }),
    }
}

/// Checks values for files: that their fields are defined and that they fit. Null, which removes a
/// value, fits always.
pub(super) fn check(state: &State, values: &Map<String, Value>) -> Result<(), Refusal> {
    let fields = defined(state);
    let mut errors = Map::new();
    for (name, value) in values {
        let problem = if name == RESERVED {
            (!value.is_null())
                .then(|| date(value))
                .and_then(Result::err)
        } else if let Some(field) = fields.iter().find(|field| field.text("name") == name) {
            (!value.is_null())
                .then(|| fits(&field.body["schema"], value))
                .and_then(Result::err)
        } else {
            Some("is not a defined custom metadata field".to_owned())
        };
        if let Some(problem) = problem {
            errors.insert(name.clone(), json!(problem));
        }
    }
    match errors.iter().next() {
        None => Ok(()),
        Some((name, problem)) => {
            let problem = problem.as_str().unwrap_or_default();
            let message = format!("The custom metadata is invalid: {name} {problem}.");
            Err(Refusal::bad_request(message).with("errors", errors))
        }
    }
}

/// Checks that no required value is missing.
pub(super) fn check_required(state: &State, values: &Map<String, Value>) -> Result<(), Refusal> {
    match required(state).find(|field| !values.contains_key(field.text("name"))) {
        None => Ok(()),
        Some(field) => Err(Refusal::bad_request(format!(
            "The custom metadata field {} requires a value.",
            field.text("name")
        ))),
    }
}

/// Gives required fields that have no value their default.
pub(super) fn add_defaults(state: &State, values: &mut Map<String, Value>) {
    for field in required(state) {
        let default = field.body["schema"]["defaultValue"].clone();
        values.entry(field.text("name")).or_insert(default);
    }
}

fn required(state: &State) -> impl Iterator<Item = &Arc<Record>> {
    let fields = defined(state).into_iter();
    fields.filter(|field| field.body["schema"]["isValueRequired"] == json!(true))
}

/// Whether a value fits a field. An error begins with a verb.
fn fits(schema: &Value, value: &Value) -> Result<(), String> {
    let options = schema["selectOptions"].as_array();
    let is_option = |value: &Value| options.is_some_and(|options| options.contains(value));
    match (schema["type"].as_str().unwrap_or_default(), value) {
        ("Text" | "Textarea", Value::String(text)) => {
            let length = text.chars().count() as f64;
            between(
                length,
                &schema["minLength"],
                &schema["maxLength"],
                Value::as_f64,
            )
        }
        ("Number", Value::Number(number)) => {
            let number = number.as_f64().unwrap_or_default();
            between(
                number,
                &schema["minValue"],
                &schema["maxValue"],
                Value::as_f64,
            )
        }
        ("Date", value) => {
            let time = date(value)?;
            between(time, &schema["minValue"], &schema["maxValue"], |limit| {
                date(limit).ok()
            })
        }
        ("Boolean", Value::Bool(_)) => Ok(()),
        ("SingleSelect", value) if is_option(value) => Ok(()),
        ("MultiSelect", Value::Array(values)) if values.iter().all(is_option) => Ok(()),
        ("SingleSelect" | "MultiSelect", _) => Err("is not among the selectOptions".to_owned()),
        (kind, _) => Err(format!("is not of type {kind}")),
    }
}

/// Checks limits that are set.
fn between<T: PartialOrd>(
    value: T,
    min: &Value,
    max: &Value,
    read: impl Fn(&Value) -> Option<T>,
) -> Result<(), String> {
    if read(min).is_some_and(|min| value < min) {
        return Err(format!("is less than {min}"));
    }
    if read(max).is_some_and(|max| value > max) {
        return Err(format!("is more than {max}"));
    }
    Ok(())
}

fn date(value: &Value) -> Result<Timestamp, String> {
    let text = value.as_str().unwrap_or_default();
    time(text).ok_or_else(|| "is not a date in ISO 8601".to_owned())
}

/// A time in ISO 8601: a date, with or without a time. It is in UTC if it has no offset.
pub(super) fn time(text: &str) -> Option<Timestamp> {
    let in_utc = || {
        let time = text.parse::<DateTime>().ok()?;
        Offset::UTC.to_timestamp(time).ok()
    };
    text.parse().ok().or_else(in_utc)
}
