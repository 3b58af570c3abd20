//! JSON Schema of the URL options, for form generators, editors and tool calling.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value, json};

use super::overlay_options::OverlayOptions;
use super::query_parameters::QueryParameters;
use super::step::Step;
use crate::url::transformation::{PARAMETERS, Parameter, ParameterValue, ValueSyntax};

/// Parameters that accept booleans.
const SWITCHES: [&str; 7] = ["lo", "pr", "md", "cp", "c2pa", "orig", "t"];

/// Parameters that accept lists.
const LISTS: [&str; 7] = ["sr", "r", "pg", "pa", "tg", "fo", "fl"];

impl JsonSchema for ParameterValue {
    fn schema_name() -> Cow<'static, str> {
        "ParameterValue".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": ["string", "number", "boolean", "array", "null"],
            "items": { "type": ["string", "number", "boolean", "null"] },
        })
    }
}

impl JsonSchema for QueryParameters {
    fn schema_name() -> Cow<'static, str> {
        "QueryParameters".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": ["object", "null"],
            "additionalProperties": generator.subschema_for::<ParameterValue>(),
        })
    }
}

impl JsonSchema for Step {
    fn schema_name() -> Cow<'static, str> {
        "Step".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut properties = Map::new();
        for parameter in PARAMETERS {
            for name in parameter.names.iter().chain([&parameter.code]) {
                properties.insert((*name).to_owned(), values_of(parameter));
            }
        }
        let overlay = generator.subschema_for::<Option<OverlayOptions>>();
        properties.insert("overlay".to_owned(), overlay.to_value());
        json_schema!({
            "type": ["object", "null"],
            "properties": properties,
            "additionalProperties": generator.subschema_for::<ParameterValue>(),
        })
    }
}

fn values_of(parameter: &Parameter) -> Value {
    let mut types = vec!["string", "number", "null"];
    if matches!(parameter.syntax, ValueSyntax::Flag | ValueSyntax::Effect)
        || SWITCHES.contains(&parameter.code)
    {
        types.push("boolean");
    }
    if !LISTS.contains(&parameter.code) {
        return json!({ "type": types });
    }
    types.push("array");
    json!({ "type": types, "items": { "type": ["string", "number"] } })
}

/// Adds the field names of the Python SDK to those of the Node SDK.
pub(super) fn accept_python_names(schema: &mut Schema) {
    let Some(Value::Object(properties)) = schema.get_mut("properties") else {
        return;
    };
    let mut python = Vec::new();
    for (name, value) in properties.iter() {
        python.push((snake_case(name), value.clone()));
        if name == "expiresIn" {
            python.extend(
                ["expireSeconds", "expire_seconds"].map(|name| (name.to_owned(), value.clone())),
            );
        }
    }
    properties.extend(python);
}

fn snake_case(name: &str) -> String {
    let mut snake = String::with_capacity(name.len() + 2);
    for c in name.chars() {
        if c.is_ascii_uppercase() {
            snake.push('_');
        }
        snake.push(c.to_ascii_lowercase());
    }
    snake
}
