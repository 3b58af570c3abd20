//! Checks requests against the API document, so that what ImageKit could not read is refused here
//! too.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex};

use imagekitio::raw::DOCUMENT;
use imagekitio::raw::operations::Operation;
use jsonschema::{Draft, Validator};
use serde_json::{Map, Value, json};

use super::reply::Refusal;
use super::store::lock;

/// Deeper references are not followed; what they refer to is accepted as it is.
const MAX_DEPTH: usize = 24;

static ROOT: LazyLock<Value> = LazyLock::new(|| serde_json::from_str(DOCUMENT).unwrap_or_default());

/// The validators that were needed so far. Making one takes much longer than using it.
static VALIDATORS: LazyLock<Mutex<HashMap<String, Arc<Validator>>>> = LazyLock::new(Mutex::default);

/// Checks the query of a request. Returns its parameters by name.
pub(super) fn query(
    operation: &Operation,
    pairs: Vec<(String, String)>,
) -> Result<HashMap<String, String>, Refusal> {
    let declared = parameters(operation);
    let mut query = HashMap::new();
    for (name, value) in pairs {
        let refuse = |what: &str| {
            Err(Refusal::bad_request(format!(
                "The query parameter {name} {what}."
            )))
        };
        let Some(schema) = declared.iter().find(|(known, _)| *known == name) else {
            return refuse("is unknown");
        };
        let schema = &schema.1["schema"];
        let typed = match schema["type"].as_str() {
            Some("integer" | "number" | "boolean") => {
                serde_json::from_str(&value).unwrap_or_else(|_| json!(value))
            }
            _ => json!(value),
        };
        // Any string fits. The first validator of a process takes a tenth of a second to make.
        let is_any_string = schema["type"] == json!("string")
            && ["enum", "format", "pattern"]
                .iter()
                .all(|rule| schema.get(rule).is_none());
        if !is_any_string
            && let Err(error) =
                validator(&format!("{} ?{name}", operation.id), schema)?.validate(&typed)
        {
            return refuse(&format!("is invalid: {error}"));
        }
        if query.insert(name.clone(), value).is_some() {
            return refuse("is there twice");
        }
    }
    for (name, parameter) in declared {
        if parameter["required"] == json!(true) && !query.contains_key(name) {
            return Err(Refusal::bad_request(format!(
                "The query parameter {name} is required."
            )));
        }
    }
    Ok(query)
}

fn parameters(operation: &Operation) -> Vec<(&'static str, &'static Value)> {
    let item = &ROOT["paths"][operation.path];
    let own = &item[operation.method.to_ascii_lowercase()]["parameters"];
    let all = [own, &item["parameters"]]
        .into_iter()
        .filter_map(Value::as_array);
    all.flatten()
        .map(resolve)
        .filter(|parameter| parameter["in"] == json!("query"))
        .filter_map(|parameter| Some((parameter["name"].as_str()?, parameter)))
        .collect()
}

/// Whether the operation takes a JSON body.
pub(super) fn takes_body(operation: &Operation) -> bool {
    body_schema(operation, "application/json").is_some()
}

/// Checks a JSON body.
pub(super) fn body(operation: &Operation, body: &Value) -> Result<(), Refusal> {
    let Some(schema) = body_schema(operation, "application/json") else {
        return Ok(());
    };
    match validator(operation.id, schema)?.validate(body) {
        Ok(()) => Ok(()),
        Err(error) => {
            let at = error.instance_path().to_string();
            let at = if at.is_empty() {
                "The body".to_owned()
            } else {
                format!("The body at {at}")
            };
            Err(Refusal::bad_request(format!(
                "{at} is invalid: {}.",
                shown(&error.to_string())
            )))
        }
    }
}

/// Checks the value of a form field that is JSON, such as `extensions`.
pub(super) fn form_field(operation: &Operation, name: &str, value: &Value) -> Result<(), Refusal> {
    let Some(schema) = body_schema(operation, "multipart/form-data") else {
        return Ok(());
    };
    let schema = &resolve(schema)["properties"][name];
    let validator = validator(&format!("{} {name}", operation.id), schema)?;
    validator.validate(value).map_err(|error| {
        let message = shown(&error.to_string()).to_owned();
        Refusal::bad_request(format!("The upload field {name} is invalid: {message}."))
    })
}

/// The whole of a message, unless it quotes a large value.
fn shown(message: &str) -> &str {
    match message.char_indices().nth(1000) {
        Some((end, _)) => &message[..end],
        None => message,
    }
}

fn body_schema(operation: &Operation, media_type: &str) -> Option<&'static Value> {
    let item = &ROOT["paths"][operation.path][operation.method.to_ascii_lowercase()];
    resolve(&item["requestBody"])["content"][media_type].get("schema")
}

/// What a reference within the document refers to, or the value itself.
fn resolve(value: &'static Value) -> &'static Value {
    let pointer = value["$ref"]
        .as_str()
        .and_then(|text| text.strip_prefix('#'));
    pointer
        .and_then(|pointer| ROOT.pointer(pointer))
        .unwrap_or(value)
}

fn validator(key: &str, schema: &'static Value) -> Result<Arc<Validator>, Refusal> {
    let mut validators = lock(&VALIDATORS);
    if let Some(validator) = validators.get(key) {
        return Ok(Arc::clone(validator));
    }
    let made = jsonschema::options()
        .with_draft(Draft::Draft202012)
        .build(&closed(schema, 0, false));
    match made {
        Ok(validator) => {
            let validator = Arc::new(validator);
            validators.insert(key.to_owned(), Arc::clone(&validator));
            Ok(validator)
        }
        Err(error) => Err(Refusal::new(
            http::StatusCode::INTERNAL_SERVER_ERROR,
            format!("The schema of {key} in the API document is invalid: {error}."),
        )),
    }
}

/// A schema with references resolved, in which objects have no properties but those that it names,
/// and `oneOf` means that some alternative fits: those of the document overlap. `is_part` is for
/// the parts of an `allOf`, which don't see the others' properties.
fn closed(schema: &'static Value, depth: usize, is_part: bool) -> Value {
    if depth > MAX_DEPTH {
        return json!(true);
    }
    let schema = resolve(schema);
    let Some(object) = schema.as_object() else {
        return schema.clone();
    };
    let mut copy = Map::new();
    for (name, value) in object {
        let each = |value: &'static Value, is_part| -> Value {
            let parts = value.as_array().into_iter().flatten();
            parts.map(|part| closed(part, depth + 1, is_part)).collect()
        };
        let (name, value) = match name.as_str() {
            "oneOf" | "anyOf" => ("anyOf", each(value, is_part)),
            "allOf" => ("allOf", each(value, true)),
            "items" | "additionalProperties" => (name.as_str(), closed(value, depth + 1, false)),
            "properties" => {
                let properties = value.as_object().into_iter().flatten();
                let closed =
                    properties.map(|(name, value)| (name.clone(), closed(value, depth + 1, false)));
                ("properties", Value::Object(closed.collect()))
            }
            "description" | "example" | "examples" | "title" | "default" | "discriminator" => {
                continue;
            }
            _ => (name.as_str(), value.clone()),
        };
        copy.insert(name.to_owned(), value);
    }
    let has_properties = copy.contains_key("properties") || copy.contains_key("allOf");
    if !is_part && has_properties && !copy.contains_key("additionalProperties") {
        copy.insert("unevaluatedProperties".to_owned(), json!(false));
    }
    Value::Object(copy)
}
