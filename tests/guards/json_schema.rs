//! The JSON Schemas of the types say what the document says.

use std::collections::BTreeMap;

use imagekitio::types::{Change, Extension, Number, Timestamp};
use jsonschema::{Validator, draft202012};
use schemars::JsonSchema;
use serde_json::{Map, Value, json};
use support::samples::samples;

use crate::calls::checks::JSON_SCHEMAS;
use crate::calls::json_schema;
use crate::document::{Held, api_document, held, none};

/// By the keys of the tables.
fn validators() -> BTreeMap<&'static str, Validator> {
    let validator = |schema: Value| {
        draft202012::meta::validate(&schema).expect("a valid schema");
        draft202012::new(&schema).expect("a schema that can be used")
    };
    JSON_SCHEMAS
        .iter()
        .map(|(key, schema)| (*key, validator(schema())))
        .collect()
}

/// Validates as the document alone says it. A reply has the schema of one of its statuses.
fn documented(document: &Value, schemas: &[&Value]) -> Validator {
    let whole = json!({ "anyOf": schemas, "components": document["components"] });
    draft202012::new(&whole).expect("a document of OpenAPI 3.1")
}

/// The same value with an array in an array in the place of each of its properties in turn.
fn spoiled(sample: &Value) -> Vec<Value> {
    let properties: &Map<String, Value> = match sample {
        Value::Object(properties) => properties,
        _ => return vec![json!([[[7]]])],
    };
    let spoiled = properties.keys().map(|name| {
        let mut value = sample.clone();
        value[name] = json!([[[7]]]);
        value
    });
    spoiled.chain([json!([[[7]]]), json!("text")]).collect()
}

#[test]
fn every_schema_takes_and_refuses_what_the_document_does() {
    let document = api_document();
    if !document["openapi"]
        .as_str()
        .is_some_and(|version| version.starts_with("3.1"))
    {
        return;
    }
    let validators = validators();
    let mut schemas: BTreeMap<String, Vec<&Value>> = BTreeMap::new();
    for Held { key, schema, .. } in held(&document) {
        schemas.entry(key).or_default().push(schema);
    }
    // Of errors, nothing is promised.
    schemas.remove("error");
    let mut findings = Vec::new();
    let (mut taken, mut refused) = (0, 0);
    for (place, schemas) in schemas {
        let Some(validator) = validators.get(place.as_str()) else {
            findings.push(format!("{place}: no schema"));
            continue;
        };
        let documented = documented(&document, &schemas);
        let samples = schemas.iter().flat_map(|schema| samples(&document, schema));
        for (number, sample) in samples.enumerate() {
            // All samples of a schema have about the same properties.
            let wrong = match number {
                0 => spoiled(&sample.value),
                _ => Vec::new(),
            };
            for value in [sample.value].into_iter().chain(wrong) {
                match (documented.is_valid(&value), validator.validate(&value)) {
                    (true, Ok(())) => taken += 1,
                    (false, Err(_)) => refused += 1,
                    (true, Err(error)) => {
                        findings.push(format!("{place}: {value} is refused: {error}"));
                    }
                    // Enums are open, and what is received may have further properties.
                    (false, Ok(())) if value.to_string().contains("[[7]]") => {
                        findings.push(format!("{place}: {value} is taken"));
                    }
                    (false, Ok(())) => {}
                }
            }
        }
    }
    none(findings);
    assert!(
        taken > 200 && refused > 500,
        "{taken} taken, {refused} refused"
    );
}

#[test]
fn requests_of_users_can_contain_the_types() {
    #[derive(JsonSchema)]
    #[schemars(rename_all = "camelCase")]
    #[allow(dead_code)]
    struct Arguments {
        extensions: Vec<Extension>,
        tags: Option<Change<Vec<String>>>,
        limit: Number,
        since: Timestamp,
    }
    let schema = json_schema::<Arguments>();
    draft202012::meta::validate(&schema).unwrap();
    let validator = draft202012::new(&schema).unwrap();
    let right = json!({
        "extensions": [
            { "name": "remove-bg", "options": { "add_shadow": true } },
            { "name": "google-auto-tagging", "minConfidence": 80, "maxTags": 5 },
        ],
        "tags": null,
        "limit": 1.5,
        "since": "2026-05-04T10:20:30.456Z",
    });
    validator.validate(&right).unwrap();
    for (place, wrong) in [
        ("/extensions/0/options/add_shadow", json!("yes")),
        ("/extensions/0/name", json!(5)),
        ("/extensions/1/minConfidence", json!("80")),
        ("/extensions/1", json!({ "name": "google-auto-tagging" })),
        ("/extensions/1", json!({})),
        ("/tags", json!("a, b")),
        ("/tags", json!([1])),
        ("/limit", json!("1")),
        ("/since", json!(1)),
    ] {
        let mut value = right.clone();
        *value.pointer_mut(place).unwrap() = wrong;
        assert!(!validator.is_valid(&value), "{value}");
    }
}
