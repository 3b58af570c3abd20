//! The JSON Schema of the URL options accepts what the options accept and rejects wrong types.

use imagekitio::url::UrlOptions;
use serde_json::{Value, json};

fn schema() -> jsonschema::Validator {
    let schema = schemars::schema_for!(UrlOptions);
    jsonschema::validator_for(schema.as_value()).unwrap()
}

#[test]
fn accepts_every_vector() {
    let schema = schema();
    let vectors = [
        include_str!("../vectors/modern.jsonl"),
        include_str!("../vectors/v4.jsonl"),
    ]
    .concat();
    let mut count = 0;
    for line in vectors.lines() {
        let vector: Value = serde_json::from_str(line).unwrap();
        if matches!(
            vector["kind"].as_str(),
            Some("url" | "url_v4" | "transformation_string")
        ) {
            let errors: Vec<_> = schema
                .iter_errors(&vector["input"])
                .map(|error| error.to_string())
                .collect();
            assert!(errors.is_empty(), "{}: {errors:?}", vector["id"]);
            count += 1;
        }
    }
    assert_eq!(count, 956);
}

#[test]
fn rejects_wrong_types_and_unknown_options() {
    let schema = schema();
    for wrong in [
        json!("https://ik.imagekit.io/demo/a.jpg"),
        json!({ "path": 1 }),
        json!({ "transformation": "w-300" }),
        json!({ "transformation": { "width": 300 } }),
        json!({ "transformation": ["w-300"] }),
        json!({ "transformation": [{ "width": { "pixels": 300 } }] }),
        json!({ "transformation": [{ "width": true }] }),
        json!({ "transformation": [{ "width": [300] }] }),
        json!({ "transformation": [{ "brandNew": {} }] }),
        json!({ "transformation": [{ "overlay": "logo.png" }] }),
        json!({ "transformation": [{ "overlay": { "text": "no type" } }] }),
        json!({ "transformation": [{ "overlay": { "type": "hologram" } }] }),
        json!({ "transformation": [{ "overlay": { "type": "text", "text": 5 } }] }),
        json!({ "transformation": [{ "overlay": { "type": "text", "text": "a", "position": 5 } }] }),
        json!({ "transformationPosition": "fragment" }),
        json!({ "queryParameters": ["v"] }),
        json!({ "queryParameters": { "v": {} } }),
        json!({ "signed": "yes" }),
        json!({ "expiresIn": -1 }),
        json!({ "expiresIn": "300" }),
        json!({ "transformation_position ": "path" }),
    ] {
        assert!(!schema.is_valid(&wrong), "{wrong}");
    }
}

#[test]
fn accepts_both_spellings() {
    let schema = schema();
    for right in [
        json!({ "path": "a.jpg", "url_endpoint": "https://ik.imagekit.io/demo", "expire_seconds": 5, "url_style": "readable" }),
        json!({ "src": "a.jpg", "urlEndpoint": "https://ik.imagekit.io/demo", "expiresIn": 5, "urlStyle": "encoded" }),
        json!({ "transformation": [{ "overlay": { "type": "text", "text": "a", "layer_mode": "multiply",
            "position": { "x_center": 0, "anchorPoint": "top" } } }, null] }),
        json!({ "transformation": null, "queryParameters": null }),
    ] {
        let errors: Vec<_> = schema
            .iter_errors(&right)
            .map(|error| error.to_string())
            .collect();
        assert!(errors.is_empty(), "{right}: {errors:?}");
        serde_json::from_value::<UrlOptions>(right).unwrap();
    }
}
