//! The JSON Schemas of types: OpenAPI's words become those of draft 2020-12.

use imagekitio_codegen::generate;
use serde_json::{Value, json};

/// The schemas of a document with these components, of which `Sent` is a request's and `Received`
/// a reply's.
fn schemas(version: &str, components: Value) -> Value {
    let document = json!({
        "openapi": version,
        "info": { "title": "An API", "version": "1" },
        "servers": [{ "url": "https://example.com" }],
        "paths": { "/things": { "post": {
            "operationId": "add-thing",
            "requestBody": { "content": { "application/json": {
                "schema": { "$ref": "#/components/schemas/Sent" },
            } } },
            "responses": { "200": { "description": "Done.", "content": { "application/json": {
                "schema": { "$ref": "#/components/schemas/Received" },
            } } } },
        } } },
        "components": { "schemas": components },
    });
    let generated = generate(&document.to_string()).unwrap();
    serde_json::from_str(&generated.schemas).unwrap()
}

#[test]
fn constraints_and_references_stay() {
    let schemas = schemas(
        "3.1.0",
        json!({
            "Sent": {
                "type": "object",
                "description": "A thing.",
                "required": ["name", "kind"],
                "properties": {
                    "name": { "type": "string", "minLength": 1, "pattern": "^[a-z]+$" },
                    "kind": { "const": "thing" },
                    "key": { "type": "string", "format": "password", "writeOnly": true },
                    "color": { "type": "string", "enum": ["red", "blue"], "description": "Its color." },
                    "size": { "$ref": "#/components/schemas/Size", "description": "Its size." },
                    "parts": { "type": "array", "maxItems": 3, "items": { "$ref": "#/components/schemas/Sent" } },
                    "more": { "oneOf": [{ "type": "string" }, { "$ref": "#/components/schemas/Received" }] },
                },
                "additionalProperties": false,
            },
            "Size": { "type": "integer", "minimum": 1, "x-unit": "cm" },
            "Received": {
                "type": "object",
                "properties": { "id": { "type": ["string", "null"], "examples": ["a"] } },
                "additionalProperties": false,
            },
        }),
    );
    assert_eq!(
        schemas["Sent"],
        json!({
            "type": "object",
            "description": "A thing.",
            "required": ["name", "kind"],
            "properties": {
                "name": { "type": "string", "minLength": 1, "pattern": "^[a-z]+$" },
                "kind": { "const": "thing" },
                "key": { "type": "string", "format": "password", "writeOnly": true },
                "color": {
                    "description": "Its color.",
                    "anyOf": [{ "enum": ["red", "blue"] }, { "type": "string" }],
                },
                "size": { "description": "Its size.", "allOf": [{ "type": "integer", "minimum": 1 }] },
                "parts": { "type": "array", "maxItems": 3, "items": { "$ref": "type:Sent" } },
                // Received here, but in a request too.
                "more": { "anyOf": [{ "type": "string" }, { "$ref": "type:Received" }] },
            },
            "additionalProperties": false,
        })
    );
    assert_eq!(
        schemas["SentColor"],
        json!({ "description": "Its color.", "anyOf": [{ "enum": ["red", "blue"] }, { "type": "string" }] })
    );
    assert_eq!(schemas["SentKind"], json!({ "const": "thing" }));
    // Another name for a number needs none.
    assert_eq!(schemas.get("Size"), None);
}

#[test]
fn replies_may_have_further_properties() {
    let schemas = schemas(
        "3.1.0",
        json!({
            "Sent": { "type": "object", "properties": { "a": { "type": "string" } }, "additionalProperties": false },
            "Received": {
                "type": "object",
                "properties": { "b": { "type": "object", "properties": {
                    "c": { "type": "boolean" },
                }, "additionalProperties": false } },
                "additionalProperties": false,
            },
        }),
    );
    assert_eq!(schemas["Sent"]["additionalProperties"], json!(false));
    assert_eq!(
        schemas["Received"],
        json!({ "type": "object", "properties": { "b": { "type": "object", "properties": {
            "c": { "type": "boolean" },
        } } } })
    );
}

#[test]
fn words_of_openapi_3_0_are_translated() {
    let schemas = schemas(
        "3.0.3",
        json!({
            "Sent": {
                "type": "object",
                "properties": {
                    "low": { "type": "number", "minimum": 0, "exclusiveMinimum": true, "maximum": 9, "exclusiveMaximum": false },
                    "note": { "type": "string", "nullable": true, "example": "hi" },
                    "next": { "nullable": true, "allOf": [{ "$ref": "#/components/schemas/Sent" }] },
                },
                "discriminator": { "propertyName": "note" },
                "externalDocs": { "url": "https://example.com" },
                "not": { "required": ["a"], "properties": { "a": { "enum": ["b", "c"] } } },
            },
            "Received": { "type": "object", "properties": { "a": { "type": "string" } } },
        }),
    );
    assert_eq!(
        schemas["Sent"],
        json!({
            "type": "object",
            "properties": {
                "low": { "type": "number", "exclusiveMinimum": 0, "maximum": 9 },
                "note": { "anyOf": [{ "type": "string", "examples": ["hi"] }, { "type": "null" }] },
                "next": { "anyOf": [{ "allOf": [{ "$ref": "type:Sent" }] }, { "type": "null" }] },
            },
            "not": { "required": ["a"], "properties": { "a": { "enum": ["b", "c"] } } },
        })
    );
}

#[test]
fn a_schema_that_leads_back_to_itself_ends() {
    let schemas = schemas(
        "3.1.0",
        json!({
            "Sent": { "type": "object", "properties": { "list": { "$ref": "#/components/schemas/List" } } },
            "List": { "type": "array", "items": { "$ref": "#/components/schemas/List" } },
            "Received": { "type": "object", "properties": { "a": { "type": "string" } } },
        }),
    );
    assert_eq!(
        schemas["Sent"]["properties"]["list"],
        json!({ "type": "array", "items": {} })
    );
}

#[test]
fn references_that_double_at_each_step_end() {
    let mut components = json!({
        "Sent": { "type": "object", "properties": { "all": { "$ref": "#/components/schemas/L0" } } },
        "Received": { "type": "object", "properties": { "a": { "type": "string" } } },
        "L40": { "type": "array", "items": { "type": "string" } },
    });
    for level in 0..40 {
        let next = json!({ "$ref": format!("#/components/schemas/L{}", level + 1) });
        components[format!("L{level}")] =
            json!({ "type": "array", "items": next, "contains": next });
    }
    let schemas = schemas("3.1.0", components);
    assert_eq!(schemas["Sent"]["properties"]["all"]["type"], json!("array"));
}

#[test]
fn null_among_types_is_a_type() {
    let document = r##"
        openapi: 3.1.0
        info: {title: An API, version: "1"}
        servers: [{url: https://example.com}]
        paths:
          /things:
            post:
              operationId: add-thing
              requestBody:
                content:
                  application/json:
                    schema: {$ref: "#/components/schemas/Sent"}
              responses: {"204": {description: Done.}}
        components:
          schemas:
            Sent:
              type: object
              properties:
                tags: {type: [array, null], items: {type: string}}
                none: {type: null}
                type: {type: string}
    "##;
    let generated = generate(document).unwrap();
    let schemas: Value = serde_json::from_str(&generated.schemas).unwrap();
    let tags = json!({ "type": ["array", "null"], "items": { "type": "string" } });
    assert_eq!(schemas["Sent"]["properties"]["tags"], tags);
    assert_eq!(
        schemas["Sent"]["properties"]["none"],
        json!({ "type": "null" })
    );
    // What validates requests reads the same.
    let document: Value = serde_json::from_str(&generated.document).unwrap();
    let sent = &document["components"]["schemas"]["Sent"];
    assert_eq!(sent["properties"]["tags"], tags);
    assert_eq!(sent["properties"]["type"], json!({ "type": "string" }));
}
