//! The API document and the overlay as documents: both are valid, and everything is described.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::document::{api_document, operations};
use support::samples::followed;

/// The structure of an OpenAPI Overlay 1.0.
fn overlay_schema() -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "required": ["overlay", "info", "actions"],
        "properties": {
            "overlay": { "const": "1.0.0" },
            "info": {
                "type": "object",
                "required": ["title", "version"],
                "properties": { "title": { "type": "string" }, "version": { "type": "string" } },
                "patternProperties": { "^x-": true },
                "additionalProperties": false,
            },
            "extends": { "type": "string", "format": "uri-reference" },
            "actions": {
                "type": "array",
                "minItems": 1,
                "uniqueItems": true,
                "items": {
                    "type": "object",
                    "required": ["target"],
                    "properties": {
                        "target": { "type": "string", "pattern": "^\\$" },
                        "description": { "type": "string" },
                        "update": { "type": ["object", "array"] },
                        "remove": { "type": "boolean" },
                    },
                    "oneOf": [{ "required": ["update"] }, { "required": ["remove"] }],
                    "patternProperties": { "^x-": true },
                    "additionalProperties": false,
                },
            },
        },
        "patternProperties": { "^x-": true },
        "additionalProperties": false,
    })
}

/// What an overlay has that an OpenAPI Overlay 1.0 may not have.
fn overlay_findings(overlay: &Value) -> Vec<String> {
    let validator = jsonschema::validator_for(&overlay_schema()).unwrap();
    validator
        .iter_errors(overlay)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect()
}

fn is_described(value: &Value) -> bool {
    let description = value.get("description").and_then(Value::as_str);
    value.get("$ref").is_some() || description.is_some_and(|text| !text.trim().is_empty())
}

/// Adds the properties without a description, wherever they stand.
fn find_undescribed(value: &Value, pointer: &str, findings: &mut Vec<String>) {
    let inner: Vec<(String, &Value)> = match value {
        Value::Object(members) => members
            .iter()
            .map(|(key, value)| (key.clone(), value))
            .collect(),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .map(|(index, value)| (index.to_string(), value))
            .collect(),
        _ => return,
    };
    let is_schema = ["type", "allOf", "required"]
        .iter()
        .any(|key| value.get(key).is_some());
    if let (true, Some(Value::Object(properties))) = (is_schema, value.get("properties")) {
        for (name, property) in properties {
            if !is_described(property) {
                findings.push(format!("{pointer}/properties/{name} has no description"));
            }
        }
    }
    for (key, value) in inner {
        if !matches!(
            key.as_str(),
            "example" | "examples" | "default" | "const" | "enum"
        ) {
            find_undescribed(value, &format!("{pointer}/{key}"), findings);
        }
    }
}

/// What readers of the documentation would miss in a document.
fn document_findings(document: &Value) -> Vec<String> {
    let mut findings = Vec::new();
    let tags = document["tags"].as_array().into_iter().flatten();
    let tags: BTreeSet<&str> = tags.filter_map(|tag| tag["name"].as_str()).collect();
    let mut identifiers = BTreeSet::new();
    for operation in operations(document) {
        let (key, value) = (&operation.key, operation.value);
        for name in ["operationId", "summary", "description"] {
            if value[name]
                .as_str()
                .is_none_or(|text| text.trim().is_empty())
            {
                findings.push(format!("{key} has no {name}"));
            }
        }
        if let Some(identifier) = value["operationId"].as_str()
            && !identifiers.insert(identifier)
        {
            findings.push(format!("{key}: another operation is {identifier}, too"));
        }
        let used: Vec<_> = value["tags"].as_array().into_iter().flatten().collect();
        if used.is_empty() {
            findings.push(format!("{key} has no tag"));
        }
        for tag in used {
            if !tag.as_str().is_some_and(|tag| tags.contains(tag)) {
                findings.push(format!("{key}: the tag {tag} is not declared"));
            }
        }
        for parameter in value["parameters"].as_array().into_iter().flatten() {
            let parameter = followed(document, parameter);
            if !is_described(parameter) && !is_described(&parameter["schema"]) {
                findings.push(format!("{key}: {} has no description", parameter["name"]));
            }
        }
        let responses = value["responses"].as_object();
        let statuses: Vec<_> = responses
            .into_iter()
            .flatten()
            .filter(|(status, _)| !status.starts_with("x-"))
            .collect();
        for (status, response) in &statuses {
            if !is_described(followed(document, response)) {
                findings.push(format!("{key}: {status} has no description"));
            }
        }
        for class in ["2", "4"] {
            if !statuses.iter().any(|(status, _)| status.starts_with(class)) {
                findings.push(format!("{key} has no response {class}xx"));
            }
        }
    }
    find_undescribed(document, "", &mut findings);
    findings
}

#[test]
fn the_overlay_is_an_openapi_overlay() {
    let folder = std::env::var("CARGO_MANIFEST_DIR").expect("cargo runs the tests");
    let overlay = std::fs::read_to_string(format!("{folder}/spec/overlay.yaml")).unwrap();
    let overlay: Value = serde_yaml_ng::from_str(&overlay).unwrap();
    assert_eq!(overlay_findings(&overlay), [""; 0]);

    for (pointer, wrong) in [
        ("/overlay", json!("2.0.0")),
        ("/info", json!({ "title": "no version" })),
        ("/actions", json!([])),
        ("/actions/0", json!({ "update": {} })),
        ("/actions/0", json!({ "target": "$" })),
        (
            "/actions/0",
            json!({ "target": "$", "update": {}, "remove": true }),
        ),
        ("/actions/0", json!({ "target": "paths", "update": {} })),
        ("/actions/0", json!({ "target": "$", "updates": {} })),
    ] {
        let mut bent = overlay.clone();
        *bent.pointer_mut(pointer).unwrap() = wrong.clone();
        assert_ne!(overlay_findings(&bent), [""; 0], "{pointer}: {wrong}");
    }
}

/// Holds for a document in this project's words. One as ImageKit publishes it is taken as it is.
#[test]
fn everything_is_described() {
    let folder = std::env::var("CARGO_MANIFEST_DIR").expect("cargo runs the tests");
    let source = std::fs::read_to_string(format!("{folder}/spec/imagekit.yaml")).unwrap();
    if !source.contains("this project's own words") {
        return;
    }
    let document = api_document();
    assert_eq!(document_findings(&document), [""; 0]);

    let operation = "/paths/~1v1~1files/get";
    for (pointer, wrong) in [
        (format!("{operation}/summary"), json!(" ")),
        (format!("{operation}/description"), json!("")),
        (format!("{operation}/operationId"), json!("copy-file")),
        (format!("{operation}/tags"), json!([])),
        (format!("{operation}/tags"), json!(["Nowhere"])),
        (
            format!("{operation}/parameters/0"),
            json!({ "name": "x", "in": "query", "schema": {} }),
        ),
        (
            format!("{operation}/responses"),
            json!({ "200": { "description": "Alone." } }),
        ),
        (format!("{operation}/responses/200"), json!({})),
        (
            "/components/schemas".to_owned(),
            json!({ "A": { "type": "object", "properties": { "b": {} } } }),
        ),
    ] {
        let mut bent = document.clone();
        *bent.pointer_mut(&pointer).unwrap() = wrong.clone();
        assert_ne!(document_findings(&bent), [""; 0], "{pointer}: {wrong}");
    }
}
