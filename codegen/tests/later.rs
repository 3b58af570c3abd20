//! Later documents, made from ours: what says the same in another way gives the same client.

use imagekitio_codegen::{Generated, apply, generate, read};
use serde_json::{Value, json};

const DOCUMENT: &str = include_str!("../../spec/imagekit.yaml");
const OVERLAY: &str = include_str!("../../spec/overlay.yaml");

/// The client of our document after a change to it.
fn client(change: impl Fn(&mut Value)) -> Generated {
    let mut document = read(DOCUMENT).unwrap();
    change(&mut document);
    apply(OVERLAY, &mut document).unwrap();
    let generated = generate(&document.to_string());
    generated.unwrap_or_else(|problem| panic!("{problem}"))
}

/// Calls `change` with each object of the document, and with the key that it stands under.
fn each(value: &mut Value, key: &str, change: &mut impl FnMut(&str, &mut Value)) {
    change(key, value);
    match value {
        Value::Object(members) => members
            .iter_mut()
            .for_each(|(key, value)| each(value, key, change)),
        Value::Array(items) => items.iter_mut().for_each(|value| each(value, key, change)),
        _ => {}
    }
}

#[track_caller]
fn assert_same(changed: &Generated) {
    let ours = client(|_| {});
    for (changed, ours) in [
        (&changed.operations_surface, &ours.operations_surface),
        (&changed.types_surface, &ours.types_surface),
    ] {
        // Line by line: the whole would fill the screen.
        let found: Vec<&str> = changed
            .lines()
            .filter(|line| !ours.contains(line))
            .collect();
        assert_eq!(found, [""; 0]);
        assert!(changed == ours, "something is gone");
    }
    assert_eq!(constructors(changed), constructors(&ours));
    assert_eq!(changed.warnings, ours.warnings);
}

/// The heads of all constructors.
fn constructors(generated: &Generated) -> Vec<&str> {
    let mut heads: Vec<&str> = generated
        .types
        .split("pub fn new(")
        .skip(1)
        .filter_map(|rest| rest.split_once(") -> Self").map(|(head, _)| head))
        .collect();
    heads.sort_unstable();
    heads
}

#[test]
fn titles_name_nothing() {
    let changed = client(|document| {
        let mut number = 0;
        each(document, "", &mut |key, value| {
            if let Value::Object(members) = value
                && !["properties", "info"].contains(&key)
                && (members.contains_key("type") || members.contains_key("oneOf"))
            {
                number += 1;
                members.insert("title".to_owned(), format!("Reworded {number}").into());
            }
        });
        assert!(number > 1000, "{number}");
    });
    assert_same(&changed);
}

#[test]
fn order_means_nothing() {
    let changed = client(|document| {
        each(document, "", &mut |key, value| match value {
            Value::Object(members) if ["properties", "schemas", "paths"].contains(&key) => {
                *members = std::mem::take(members).into_iter().rev().collect();
            }
            Value::Array(items)
                if ["enum", "oneOf", "anyOf", "required", "parameters"].contains(&key) =>
            {
                items.reverse();
            }
            _ => {}
        });
    });
    assert_same(&changed);
}

/// No constructor takes two arguments, which a later order could swap.
#[test]
fn constructors_take_properties_by_name() {
    for head in constructors(&client(|_| {})) {
        assert!(head.matches(": ").count() < 2, "new({head})");
    }
}

/// `const` and an enum of one value say the same.
#[test]
fn a_constant_may_be_an_enum() {
    let changed = client(|document| {
        each(document, "", &mut |_, value| {
            if let Value::Object(members) = value
                && members.get("const").is_some_and(Value::is_string)
            {
                let value = members.remove("const").unwrap();
                members.insert("enum".to_owned(), Value::Array(vec![value]));
            }
        });
    });
    assert_same(&changed);
}

/// What ImageKit's own document has and ours has not: YAML's null among types, bodies on 204, a type beside a reference, names
/// for another generator, and an endpoint that shows that one all models.
#[test]
fn the_mistakes_of_the_published_document_change_nothing() {
    let mut counts = [0; 4];
    let mut mistaken = read(DOCUMENT).unwrap();
    each(&mut mistaken, "", &mut |key, value| {
        let body = json!({ "application/json": { "schema": {
            "type": "object", "x-stainless-empty-object": true,
        } } });
        match value {
            Value::Array(types) if key == "type" => {
                for name in types.iter_mut().filter(|name| **name == "null") {
                    *name = Value::Null;
                    counts[0] += 1;
                }
            }
            Value::Object(members) if key == "204" => {
                members.insert("content".to_owned(), body);
                counts[1] += 1;
            }
            Value::Object(members) if ["transformation", "metadata"].contains(&key) => {
                let is_reference = members.get("$ref").is_some_and(Value::is_string);
                if is_reference {
                    members.insert("type".to_owned(), "object".into());
                    counts[2] += 1;
                }
            }
            Value::Object(members) if members.get("type").is_some_and(|ty| ty == "object") => {
                let names = json!({ "java": { "type_name": "Another" } });
                members.insert("x-stainless-naming".to_owned(), names);
                counts[3] += 1;
            }
            _ => {}
        }
    });
    assert!(counts.iter().all(|count| *count > 0), "{counts:?}");
    let reference = |name: &str| json!({ "$ref": format!("#/components/schemas/{name}") });
    mistaken["paths"]["/v1/dummy/test"] = json!({ "post": {
        "operationId": "create-dummy-test",
        "requestBody": { "content": { "application/json": { "schema": {
            "type": "object",
            "properties": { "overlay": reference("Overlay"), "transformation": reference("Transformation") },
        } } } },
        "responses": { "204": { "description": "Done." } },
    } });
    assert_same(&client(|document| *document = mistaken.clone()));
}

/// An enum where there was a constant, a nullable property in a request, and a number where there was an integer: these change
/// the client, but take no name away that the high-level client uses.
#[test]
fn a_second_value_takes_no_type_away() {
    let names = |generated: &Generated| -> Vec<String> {
        let heads = generated.types_surface.split("\n\n");
        let heads = heads.filter_map(|block| block.lines().next()?.split(' ').nth(1));
        heads.map(str::to_owned).collect()
    };
    let ours = names(&client(|_| {}));
    let changed = names(&client(|document| {
        each(document, "", &mut |_, value| {
            if let Value::Object(members) = value
                && members.get("type").is_some_and(|ty| ty == "string")
                && let Some(value) = members.remove("const")
            {
                members.insert("enum".to_owned(), json!([value, format!("other {value}")]));
            }
        });
    }));
    let missing: Vec<_> = ours.iter().filter(|name| !changed.contains(name)).collect();
    assert_eq!(missing, [""; 0]);
}
