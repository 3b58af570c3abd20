//! Guards over the whole API document: what it describes exists in the generated client and
//! survives the way through it.
//!
//! All expectations come from the document itself, with the overlay. A newer document that takes
//! its place is held to the same.

use std::collections::BTreeMap;

use imagekitio::raw::{Client, Error};
use serde_json::{Map, Value, json};

use crate::calls::checks::{CALLS, ROUND_TRIPS};
use crate::calls::{Call, RoundTrip, plain};
use support::samples::{FREE_KEY, Place, followed, samples};
use support::{Scripted, Step, reply};

/// The document, as the generator read it.
pub fn api_document() -> Value {
    serde_json::from_str(include_str!(concat!(env!("OUT_DIR"), "/document.json"))).unwrap()
}

/// A schema of the document, and the type that has to hold its values.
pub(crate) struct Held<'d> {
    place: String,
    /// Key in the tables of round trips and JSON Schemas.
    pub(crate) key: String,
    pub(crate) schema: &'d Value,
    /// Whether the server sends it.
    received: bool,
}

const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

/// An operation where it stands.
pub struct Operation<'d> {
    /// Method and path.
    pub key: String,
    /// What its path has for all operations.
    item: &'d Value,
    pub value: &'d Value,
}

pub fn operations(document: &Value) -> Vec<Operation<'_>> {
    let items = document["paths"].as_object().unwrap().iter();
    items
        .map(|(path, item)| (path, followed(document, item)))
        .flat_map(|(path, item)| METHODS.map(|method| (path, item, method, item.get(method))))
        .filter_map(|(path, item, method, value)| {
            let key = format!("{} {path}", method.to_uppercase());
            value.map(|value| Operation { key, item, value })
        })
        .collect()
}

/// The schemas under `content` of a body or reply.
fn contents<'d>(
    document: &'d Value,
    owner: &'d Value,
) -> impl Iterator<Item = (&'d String, &'d Value)> {
    let content = followed(document, owner)
        .get("content")
        .and_then(Value::as_object);
    content
        .into_iter()
        .flatten()
        .filter_map(|(media, content)| Some((media, content.get("schema")?)))
}

fn is_multipart(document: &Value, operation: &Value) -> bool {
    operation.get("requestBody").is_some_and(|body| {
        contents(document, body).all(|(media, _)| media.starts_with("multipart/"))
    })
}

/// The schemas of media types that have a Rust type: not of text and bytes, which come as they are.
fn typed<'d>(
    document: &'d Value,
    owner: &'d Value,
) -> impl Iterator<Item = (&'d String, &'d Value)> {
    contents(document, owner).filter(|(media, _)| {
        let is_form = media.starts_with("multipart/") || media.ends_with("x-www-form-urlencoded");
        is_form || media.contains("json")
    })
}

pub(crate) fn held(document: &Value) -> Vec<Held<'_>> {
    let mut held = Vec::new();
    let mut add = |place: String, key: String, schema, received| {
        held.push(Held {
            place,
            key,
            schema,
            received,
        });
    };
    for (key, schema) in document["components"]["schemas"]
        .as_object()
        .into_iter()
        .flatten()
    {
        let key = format!("component {key}");
        add(key.clone(), key, schema, false);
    }
    for Operation { key, value, .. } in operations(document) {
        if let Some(body) = value.get("requestBody") {
            for (_, schema) in typed(document, body) {
                let key = format!("request {key}");
                add(key.clone(), key, schema, false);
            }
        }
        let statuses = value["responses"].get("x-rust-statuses");
        let statuses = statuses.and_then(Value::as_array);
        // What a later document adds is read as the others, with `extra`, or it is an error with
        // its bytes.
        let is_known = |status: &String| {
            statuses.is_none_or(|known| known.iter().any(|known| known == status.as_str()))
        };
        for (status, reply) in value["responses"].as_object().into_iter().flatten() {
            for (_, schema) in typed(document, reply) {
                let place = format!("{status} of {key}");
                match status.as_bytes()[0] {
                    b'2' if status != "204" && is_known(status) => {
                        add(place, format!("reply {key}"), schema, true);
                    }
                    b'4' | b'5' => add(place, "error".to_owned(), schema, true),
                    _ => {}
                }
            }
        }
    }
    for (event, item) in document["webhooks"].as_object().into_iter().flatten() {
        for method in METHODS {
            let Some(body) = item.get(method).and_then(|hook| hook.get("requestBody")) else {
                continue;
            };
            for (_, schema) in typed(document, body) {
                add(format!("webhook {event}"), "event".to_owned(), schema, true);
            }
        }
    }
    held
}

fn round_trips() -> BTreeMap<&'static str, RoundTrip> {
    ROUND_TRIPS.iter().copied().collect()
}

/// Fails with every finding, not with the first alone.
pub(crate) fn none(findings: Vec<String>) {
    assert!(
        findings.is_empty(),
        "{} findings\n{}",
        findings.len(),
        findings.join("\n")
    );
}

/// The names of objects whose properties ended in a map: in the `Debug` form, a map's key stands
/// behind `{"`.
fn unfielded(debug: &str) -> Vec<&str> {
    let keys = debug.split("{\"").skip(1);
    keys.filter_map(|rest| rest.split('"').next())
        .filter(|key| *key != FREE_KEY)
        .collect()
}

/// Each property, enum value and union arm of components, request bodies, replies, errors and
/// webhooks is read into a field or variant of the generated type, and is written back as it was.
#[test]
fn every_property_of_the_document_exists() {
    let document = api_document();
    let round_trips = round_trips();
    let mut findings = Vec::new();
    let mut count = 0;
    for Held {
        place, key, schema, ..
    } in held(&document)
    {
        let Some(round_trip) = round_trips.get(key.as_str()) else {
            findings.push(format!("{place}: no type for {key}"));
            continue;
        };
        for sample in samples(&document, schema) {
            count += 1;
            match round_trip(sample.value.clone()) {
                Err(error) => findings.push(format!("{place}: {error} in {}", sample.value)),
                Ok((written, _)) if written != sample.value => {
                    findings.push(format!("{place}: {} became {written}", sample.value));
                }
                Ok((_, debug)) => {
                    if debug.contains("Unknown(") {
                        findings.push(format!("{place}: {} is not known: {debug}", sample.value));
                    }
                    for key in unfielded(&debug) {
                        findings.push(format!("{place}: {key} has no field for `{key}`: {debug}"));
                    }
                }
            }
        }
    }
    none(findings);
    assert!(
        count > 500,
        "only {count} samples: the document was not understood"
    );
}

/// Replies, error bodies and webhook events with one thing changed at a time come back exactly as
/// they were, and what was not changed keeps its type.
#[test]
fn received_types_survive_what_the_document_does_not_promise() {
    let document = api_document();
    let round_trips = round_trips();
    let mut findings = Vec::new();
    let mut counts = BTreeMap::new();
    for Held {
        place, key, schema, ..
    } in held(&document).into_iter().filter(|held| held.received)
    {
        let Some(round_trip) = round_trips.get(key.as_str()) else {
            findings.push(format!("{place}: no type for {key}"));
            continue;
        };
        for sample in samples(&document, schema) {
            for (pointer, kind) in &sample.places {
                for (change, value, unknown) in changed(&sample.value, pointer, kind) {
                    *counts.entry(change).or_insert(0) += 1;
                    let told = match round_trip(value.clone()) {
                        Err(error) => error,
                        Ok((written, _)) if written != value => format!("{value} became {written}"),
                        Ok((_, debug)) => match unknown {
                            Some(text)
                                if debug.matches("Unknown(").count() == 1
                                    && debug.contains(text) =>
                            {
                                continue;
                            }
                            None if !debug.contains("Unknown(") => continue,
                            _ => debug,
                        },
                    };
                    findings.push(format!("{place}: {change} at {pointer}: {told}"));
                }
            }
        }
    }
    none(findings);
    let expected = [
        "absence",
        "null",
        "unknown property",
        "unknown tag",
        "unknown value",
    ];
    assert_eq!(counts.keys().copied().collect::<Vec<_>>(), expected);
    assert!(counts.values().all(|count| *count > 20), "{counts:?}");
}

/// The changed value, and how the one thing that became unknown looks in the `Debug` form.
fn changed(
    whole: &Value,
    pointer: &str,
    kind: &Place,
) -> Vec<(&'static str, Value, Option<&'static str>)> {
    let with = |new: Value| {
        let mut value = whole.clone();
        *value.pointer_mut(pointer).unwrap() = new;
        value
    };
    match kind {
        Place::Object => {
            let mut value = whole.clone();
            value.pointer_mut(pointer).unwrap()["unheardOf"] = json!({ "deep": [1, null] });
            vec![("unknown property", value, None)]
        }
        Place::Enum => {
            let unknown = Some("Unknown(\"from the future\")");
            vec![("unknown value", with(json!("from the future")), unknown)]
        }
        Place::Tag => vec![(
            "unknown tag",
            with(json!("from the future")),
            Some("Unknown("),
        )],
        Place::Optional => {
            let (parent, key) = pointer.rsplit_once('/').unwrap();
            let key = key.replace("~1", "/").replace("~0", "~");
            let mut without = whole.clone();
            let parent = without.pointer_mut(parent).unwrap();
            parent.as_object_mut().unwrap().remove(&key);
            vec![
                ("null", with(Value::Null), None),
                ("absence", without, None),
            ]
        }
    }
}

#[test]
fn the_client_was_generated_from_this_document() {
    crate::current::assert_current();
}

/// The document that the other guards start from has all that another reader of YAML finds in ours,
/// with every action of the overlay: a value that the generator's reader or its overlay lost would
/// be missing in the other guards as well.
#[test]
fn nothing_was_lost_before_the_document_was_lowered() {
    let read = |text: &str| -> Value { serde_yaml_ng::from_str(text).unwrap() };
    let mut expected = read(include_str!(concat!(env!("OUT_DIR"), "/imagekit.yaml")));
    let overlay = read(include_str!(concat!(env!("OUT_DIR"), "/overlay.yaml")));
    let actions = overlay["actions"].as_array().unwrap();
    for action in actions {
        let target = serde_json_path::JsonPath::parse(action["target"].as_str().unwrap()).unwrap();
        let located = target.query_located(&expected);
        let places: Vec<String> = located
            .locations()
            .map(|place| place.to_json_pointer())
            .collect();
        for place in places {
            if action["remove"] == true {
                let (parent, key) = place.rsplit_once('/').unwrap();
                let parent = expected
                    .pointer_mut(parent)
                    .unwrap()
                    .as_object_mut()
                    .unwrap();
                parent
                    .remove(&key.replace("~1", "/").replace("~0", "~"))
                    .unwrap();
            } else {
                add(expected.pointer_mut(&place).unwrap(), &action["update"]);
            }
        }
    }
    let mut findings = Vec::new();
    differences(&expected, &api_document(), "", &mut findings);
    none(findings);
    assert!(actions.len() > 10, "only {} actions", actions.len());
}

/// Merges an update of the overlay.
fn add(value: &mut Value, update: &Value) {
    match (value, update) {
        (Value::Object(members), Value::Object(update)) => {
            for (key, update) in update {
                add(members.entry(key).or_insert(Value::Null), update);
            }
        }
        (Value::Array(items), Value::Array(update)) => {
            let new: Vec<Value> = update
                .iter()
                .filter(|item| !items.contains(item))
                .cloned()
                .collect();
            items.extend(new);
        }
        (value, update) => *value = update.clone(),
    }
}

/// What the overlay adds to schemas that became components: this test doesn't look for them there.
const ADDED: [&str; 6] = [
    "x-rust-name",
    "x-rust-default",
    "format",
    "required",
    "enum",
    "maxItems",
];

/// The places at which two values differ.
fn differences(expected: &Value, found: &Value, place: &str, findings: &mut Vec<String>) {
    match (expected, found) {
        (Value::Object(one), Value::Object(other))
            if one.keys().all(|key| other.contains_key(key))
                && other
                    .keys()
                    .all(|key| one.contains_key(key) || ADDED.contains(&&**key)) =>
        {
            for (key, value) in one {
                differences(value, &other[key], &format!("{place}/{key}"), findings);
            }
        }
        (Value::Array(one), Value::Array(other))
            if one.len() == other.len()
                || one.len() < other.len() && ADDED.iter().any(|key| place.ends_with(key)) =>
        {
            for (index, (one, other)) in one.iter().zip(other).enumerate() {
                differences(one, other, &format!("{place}/{index}"), findings);
            }
        }
        // YAML reads `[string, null]` as a string and a null.
        (Value::Null, found)
            if found == "null" && place.rsplit('/').take(2).any(|key| key == "type") => {}
        _ if expected == found => {}
        _ => findings.push(format!("{place}: {found} instead of {expected}")),
    }
}

/// A parameter of an operation, and a value for it.
struct Argument {
    place: String,
    name: String,
    value: Value,
    /// A list that is sent as one item after the other.
    repeats: bool,
}

/// The parameters of an operation. Some headers are described elsewhere.
fn arguments(document: &Value, operation: &Operation<'_>) -> Vec<Argument> {
    let mut found: BTreeMap<(String, String), Argument> = BTreeMap::new();
    for owner in [operation.item, operation.value] {
        for parameter in owner["parameters"].as_array().into_iter().flatten() {
            let parameter = followed(document, parameter);
            let text = |key: &str| parameter[key].as_str().unwrap().to_owned();
            let (place, name) = (text("in"), text("name"));
            let elsewhere = ["accept", "authorization", "content-type"];
            if place == "header" && elsewhere.contains(&name.to_lowercase().as_str()) {
                continue;
            }
            let sample = parameter
                .get("schema")
                .and_then(|schema| samples(document, schema).into_iter().next());
            let value = sample.map_or_else(|| "text".into(), |sample| sample.value);
            let repeats = place == "query"
                && value.is_array()
                && parameter.get("explode") != Some(&Value::Bool(false))
                && matches!(parameter["style"].as_str(), None | Some("form"));
            let argument = Argument {
                place: place.clone(),
                name: name.clone(),
                value,
                repeats,
            };
            found.insert((place, name), argument);
        }
    }
    found.into_values().collect()
}

/// Every operation is sent as the document describes it, with all of its parameters and its body,
/// and with the key: a method that went around the hooks would be sent without one. Its reply comes
/// back whole, and a failure is an error of the shared type.
#[tokio::test]
async fn every_operation_can_be_called() {
    let document = api_document();
    let calls: BTreeMap<&str, Call> = CALLS.iter().copied().collect();
    let mut sent = 0;
    for operation in operations(&document) {
        let Operation { key, value, .. } = &operation;
        let Some(call) = calls.get(key.as_str()) else {
            assert!(is_multipart(&document, value), "{key} cannot be called");
            continue;
        };
        sent += 1;
        let parameters = arguments(&document, &operation);
        let (method, path) = key.split_once(' ').unwrap();
        let mut arguments = Map::new();
        let mut path = path.to_owned();
        let mut query = Vec::new();
        let mut headers = Vec::new();
        for argument in &parameters {
            let Argument {
                place, name, value, ..
            } = argument;
            arguments.insert(format!("{place} {name}"), value.clone());
            match (place.as_str(), value) {
                ("path", value) => path = path.replace(&format!("{{{name}}}"), &plain(value)),
                ("query", Value::Array(items)) if argument.repeats => {
                    query.extend(items.iter().map(|item| (name.clone(), plain(item))));
                }
                ("query", value) => query.push((name.clone(), plain(value))),
                (_, value) => headers.push((name.to_lowercase(), plain(value))),
            }
        }
        query.sort();
        let body = value
            .get("requestBody")
            .and_then(|body| contents(&document, body).next())
            .map(|(_, schema)| samples(&document, schema).remove(0).value);
        arguments.extend(body.clone().map(|body| ("body".to_owned(), body)));

        let success = value["responses"].as_object().into_iter().flatten();
        let success = success
            .filter(|(status, _)| status.starts_with('2') && *status != "204")
            .find_map(|(_, reply)| contents(&document, reply).next())
            .map(|(_, schema)| samples(&document, schema).remove(0).value);
        let json = [
            ("content-type", "application/json"),
            ("connection", "close"),
        ];
        let text = success
            .as_ref()
            .map_or_else(String::new, ToString::to_string);
        let server = Scripted::start([
            Step::Reply(reply("200 OK", &json, &text)),
            Step::Reply(reply("418 Teapot", &json, r#"{"message": "short"}"#)),
        ])
        .await;
        let client = Client::builder("private_key").base_url(&server.url);
        let client = client.build().unwrap();

        let got = call(&client, &arguments).await;
        let got = got.unwrap_or_else(|error| panic!("{key}: {error:?}"));
        match got {
            // Read as it came.
            Value::String(bytes) if success.as_ref().is_none_or(|value| !value.is_string()) => {
                assert_eq!(bytes, text, "{key}");
            }
            got => assert_eq!(got, success.unwrap_or_default(), "{key}"),
        }
        match call(&client, &arguments).await.unwrap_err() {
            Error::ErrorResponse(reply) => {
                assert_eq!(reply.status(), 418, "{key}");
                let reply = serde_json::to_value(reply.into_inner()).unwrap();
                assert_eq!(reply, json!({ "message": "short" }), "{key}");
            }
            error => panic!("{key}: {error:?}"),
        }

        for request in server.requests() {
            let url = format!("{}{}", server.url, request.line.split_once(' ').unwrap().1);
            let url = url::Url::parse(&url).unwrap();
            assert_eq!(request.line.split_once(' ').unwrap().0, method);
            let segments = url.path().replace("%3A", ":");
            assert_eq!(segments, path, "{key}");
            let mut pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
            pairs.sort();
            assert_eq!(pairs, query, "{key}");
            for (name, value) in &headers {
                assert_eq!(request.header(name), Some(value.as_str()), "{key}");
            }
            // `private_key:` in base64.
            let key_sent = request.header("authorization");
            assert_eq!(key_sent, Some("Basic cHJpdmF0ZV9rZXk6"), "{key}");
            assert_eq!(request.header("api-version"), None, "{key}");
            let body_sent = (!request.body.is_empty())
                .then(|| serde_json::from_slice::<Value>(&request.body).unwrap());
            assert_eq!(body_sent, body, "{key}");
        }
        assert_eq!(server.requests().len(), 2, "{key}");
    }
    assert_eq!(
        sent,
        CALLS.len(),
        "calls of operations that the document does not have"
    );
}
