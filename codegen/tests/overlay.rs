//! Overlays: how they are applied, and that ours fits the document.

use imagekitio_codegen::{apply, generate, read};
use serde_json::{Value, json};

const DOCUMENT: &str = include_str!("../../spec/imagekit.yaml");
const OVERLAY: &str = include_str!("../../spec/overlay.yaml");

/// The document after one action.
fn after(document: Value, action: Value) -> Value {
    let mut document = document;
    let overlay = json!({ "overlay": "1.0.0", "actions": [action] });
    apply(&overlay.to_string(), &mut document).unwrap();
    document
}

#[test]
fn an_update_is_merged_and_lists_grow_by_what_they_lack() {
    let document = json!({ "a": { "b": 1, "c": { "d": [1, 2] } }, "e": [{ "f": 1 }, { "g": 1 }] });
    let cases = [
        // Objects are merged, values replaced, lists extended without duplicates.
        (
            json!({ "target": "$.a", "update": { "b": 2, "c": { "d": [2, 3], "h": null } } }),
            json!({ "a": { "b": 2, "c": { "d": [1, 2, 3], "h": null } }, "e": [{ "f": 1 }, { "g": 1 }] }),
        ),
        // An object is an item for a list.
        (
            json!({ "target": "$.e", "update": { "f": 2 } }),
            json!({ "a": { "b": 1, "c": { "d": [1, 2] } }, "e": [{ "f": 1 }, { "g": 1 }, { "f": 2 }] }),
        ),
        // Every match, and only those.
        (
            json!({ "target": "$.e[?!@.g]", "update": { "i": true } }),
            json!({ "a": { "b": 1, "c": { "d": [1, 2] } }, "e": [{ "f": 1, "i": true }, { "g": 1 }] }),
        ),
        (
            json!({ "target": "$.e[?@.f || @.g]", "remove": true }),
            json!({ "a": { "b": 1, "c": { "d": [1, 2] } }, "e": [] }),
        ),
        (
            json!({ "target": "$.a.c", "remove": true, "update": { "d": [] } }),
            json!({ "a": { "b": 1 }, "e": [{ "f": 1 }, { "g": 1 }] }),
        ),
        // Nothing is there, or there is nothing to do.
        (
            json!({ "target": "$.x", "update": { "y": 1 } }),
            document.clone(),
        ),
        (json!({ "target": "$.a" }), document.clone()),
    ];
    for (action, expected) in cases {
        assert_eq!(
            after(document.clone(), action.clone()),
            expected,
            "{action}"
        );
    }
}

#[test]
fn what_is_no_overlay_is_refused() {
    let refusal = |overlay: Value| {
        let document = &mut json!({ "a": 1 });
        apply(&overlay.to_string(), document).unwrap_err()
    };
    let action = |action: Value| refusal(json!({ "overlay": "1.0.0", "actions": [action] }));
    for (problem, pointer, construct) in [
        (refusal(json!({ "actions": [] })), "/overlay", "version ``"),
        (
            refusal(json!({ "overlay": "2.0.0" })),
            "/overlay",
            "version `2.0.0`",
        ),
        (
            action(json!({ "update": {} })),
            "/actions/0/target",
            "an action without a target",
        ),
        (
            action(json!({ "target": "a.b", "update": {} })),
            "/actions/0/target",
            "`a.b`, which is not a JSONPath: ",
        ),
        (
            action(json!({ "target": "$.a", "update": {} })),
            "/actions/0/target",
            "`$.a`, which leads to a value, at `#/a`",
        ),
    ] {
        assert_eq!(problem.pointer, pointer);
        assert!(problem.construct.starts_with(construct), "{problem}");
    }
}

/// Each action finds its target in our document, and a second pass changes nothing.
#[test]
fn our_overlay_fits_our_document() {
    let mut document = read(DOCUMENT).unwrap();
    for applied in apply(OVERLAY, &mut document).unwrap() {
        // It is not in our document.
        if applied.target.contains("/v1/dummy/test") {
            continue;
        }
        assert!(applied.matches > 0 && applied.changed, "{}", applied.target);
    }
    let once = document.clone();
    for applied in apply(OVERLAY, &mut document).unwrap() {
        assert!(!applied.changed, "{}", applied.target);
    }
    assert_eq!(document, once);
}

/// A name from the overlay stays when the schema becomes a component.
#[test]
fn a_name_stays_where_a_schema_becomes_a_component() {
    let document = |schema: Value, components: Value| {
        json!({
            "openapi": "3.1.0",
            "paths": { "/a": { "get": { "operationId": "a", "responses": { "200": {
                "content": { "application/json": { "schema": {
                    "type": "object",
                    "properties": { "list": { "type": "array", "items": schema } },
                } } },
            } } } } },
            "components": { "schemas": components },
        })
        .to_string()
    };
    let item = json!({ "type": "object", "properties": { "id": { "type": "string" } } });
    let mut named = item.clone();
    named["x-rust-name"] = "Thing".into();
    let reference = json!({ "$ref": "#/components/schemas/Other", "x-rust-name": "Thing" });
    let inline = generate(&document(named, json!({}))).unwrap();
    let moved = generate(&document(reference, json!({ "Other": item }))).unwrap();
    for surface in [&inline.types_surface, &moved.types_surface] {
        assert!(surface.contains("list: Option<Vec<Thing>>"), "{surface}");
    }
    assert!(inline.types_surface.contains("struct Thing\n"));
    // The component's key is another name.
    assert!(moved.types_surface.contains("struct Thing\n"));
    assert!(moved.types_surface.contains("type Other = Thing\n"));

    let wrong = json!({ "type": "object", "properties": { "a": {} }, "x-rust-name": "a thing" });
    let problem = generate(&document(wrong, json!({}))).unwrap_err();
    assert_eq!(
        problem.construct,
        "`a thing`, which is not the name of a type"
    );
    assert_eq!(problem.fix, "write `AThing`");
}

/// What a later document has moved into a component is found there, unless something else uses it,
/// too.
#[test]
fn an_action_finds_what_was_moved() {
    let action = json!({ "target": "$.a[?@.b.c].b", "update": { "d": 1 } });
    let cases = [
        // The node, and one in it.
        (
            json!({ "a": [{ "$ref": "#/x" }], "x": { "b": { "c": 1 } } }),
            json!({ "a": [{ "$ref": "#/x" }], "x": { "b": { "c": 1, "d": 1 } } }),
        ),
        (
            json!({ "a": [{ "b": { "$ref": "#/x~1y" } }], "x/y": { "c": 1 } }),
            json!({ "a": [{ "b": { "$ref": "#/x~1y" } }], "x/y": { "c": 1, "d": 1 } }),
        ),
        // One behind the other.
        (
            json!({ "a": { "$ref": "#/x" }, "x": [{ "$ref": "#/y" }], "y": { "$ref": "#/z" }, "z": { "b": { "c": 1 } } }),
            json!({ "a": { "$ref": "#/x" }, "x": [{ "$ref": "#/y" }], "y": { "$ref": "#/z" }, "z": { "b": { "c": 1, "d": 1 } } }),
        ),
    ];
    for (document, expected) in cases {
        assert_eq!(after(document.clone(), action.clone()), expected);
    }
    // Two references, one that is found without them, and circles.
    for document in [
        json!({ "a": [{ "$ref": "#/x" }, { "$ref": "#/x" }], "x": { "b": { "c": 1 } } }),
        json!({ "a": [{ "$ref": "#/x" }], "x": { "$ref": "#/y" }, "y": { "$ref": "#/x" } }),
        json!({ "a": [{ "$ref": "#/a/0" }] }),
        json!({ "a": [{ "$ref": "elsewhere" }, { "$ref": "#/nothing" }] }),
    ] {
        assert_eq!(after(document.clone(), action.clone()), document);
    }
    // A reference would lead to nothing.
    let removal = json!({ "target": "$.a[?@.b.c]", "remove": true });
    let document = json!({ "a": [{ "$ref": "#/x" }], "x": { "b": { "c": 1 } } });
    assert_eq!(after(document.clone(), removal), document);
    let found = json!({ "a": [{ "b": { "c": 1 } }, { "$ref": "#/x" }], "x": { "b": { "c": 1 } } });
    let expected =
        json!({ "a": [{ "b": { "c": 1, "d": 1 } }, { "$ref": "#/x" }], "x": { "b": { "c": 1 } } });
    assert_eq!(after(found, action), expected);
}
