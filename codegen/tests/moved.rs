//! Later documents that move schemas into components: names, required properties and secrets from
//! the overlay stay.

use std::collections::{BTreeSet, HashSet};

use imagekitio_codegen::{Generated, apply, generate, read};
use serde_json::{Value, json};

const DOCUMENT: &str = include_str!("../../spec/imagekit.yaml");
const OVERLAY: &str = include_str!("../../spec/overlay.yaml");

fn document() -> Value {
    read(DOCUMENT).unwrap()
}

fn merged(mut document: Value) -> Value {
    apply(OVERLAY, &mut document).unwrap();
    document
}

fn client(document: Value) -> Generated {
    generate(&merged(document).to_string()).unwrap_or_else(|problem| panic!("{problem}"))
}

/// Puts what stands at a pointer into a component.
fn move_to_component(document: &mut Value, pointer: &str, name: &str) {
    let reference = json!({ "$ref": format!("#/components/schemas/{name}") });
    let schema = std::mem::replace(document.pointer_mut(pointer).unwrap(), reference);
    let components = document["components"]["schemas"].as_object_mut().unwrap();
    let known = components.insert(name.to_owned(), schema);
    assert_eq!(known, None, "{name}");
}

/// Calls `visit` with every object and its pointer, the deepest ones first.
fn each<'v>(value: &'v Value, pointer: &str, visit: &mut impl FnMut(&str, &'v Value)) {
    let children: Vec<(String, &Value)> = match value {
        Value::Object(members) => members.iter().map(|(k, v)| (k.clone(), v)).collect(),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .map(|(i, v)| (i.to_string(), v))
            .collect(),
        _ => return,
    };
    for (key, child) in children {
        let key = key.replace('~', "~0").replace('/', "~1");
        each(child, &format!("{pointer}/{key}"), visit);
    }
    if value.is_object() {
        visit(pointer, value);
    }
}

fn is_component(pointer: &str) -> bool {
    pointer
        .strip_prefix("/components/schemas/")
        .is_some_and(|key| !key.contains('/'))
}

fn blocks(generated: &Generated) -> BTreeSet<&str> {
    generated
        .types_surface
        .split("\n\n")
        .map(str::trim)
        .collect()
}

/// The names that users of the high-level client see.
fn public_names(generated: &Generated) -> Vec<String> {
    let file = syn::parse_file(&generated.models).unwrap();
    let mut names = Vec::new();
    let mut waiting: Vec<syn::UseTree> = file
        .items
        .into_iter()
        .filter_map(|item| match item {
            syn::Item::Use(item) => Some(item.tree),
            _ => None,
        })
        .collect();
    while let Some(tree) = waiting.pop() {
        match tree {
            syn::UseTree::Path(path) => waiting.push(*path.tree),
            syn::UseTree::Group(group) => waiting.extend(group.items),
            syn::UseTree::Name(name) => names.push(name.ident.to_string()),
            _ => panic!("an alias or everything: {}", generated.models),
        }
    }
    assert!(names.len() > 80, "{names:?}");
    names
}

/// The properties that `Debug` leaves out, by type.
fn hidden(generated: &Generated) -> BTreeSet<(String, String)> {
    let file = syn::parse_file(&generated.types).unwrap();
    let mut hidden = BTreeSet::new();
    for item in file.items {
        let syn::Item::Impl(item) = item else {
            continue;
        };
        let name = quote::ToTokens::to_token_stream(&item.self_ty).to_string();
        let text = quote::ToTokens::to_token_stream(&item).to_string();
        let fields = text.split(". field (").skip(1);
        for field in fields.filter(|field| field.contains(", & crate :: secret :: Redacted)")) {
            let field = field.split('"').nth(1).unwrap_or_default();
            hidden.insert((name.clone(), field.to_owned()));
        }
    }
    hidden
}

/// Every schema that the overlay names.
#[test]
fn a_name_stays_where_its_schema_becomes_a_component() {
    let mut moved = document();
    let whole = merged(document());
    let mut count = 0;
    each(&whole, "", &mut |pointer, schema| {
        if schema.get("x-rust-name").is_some()
            && !is_component(pointer)
            && !pointer.ends_with("/responses")
            && moved.pointer(pointer).is_some()
        {
            move_to_component(&mut moved, pointer, &format!("Moved{count}"));
            count += 1;
        }
    });
    assert!(count > 30, "{count}");
    let (ours, changed) = (client(document()), client(moved));
    let missing: Vec<_> = blocks(&ours)
        .difference(&blocks(&changed))
        .copied()
        .collect();
    assert_eq!(missing, [""; 0]);
    for block in blocks(&changed).difference(&blocks(&ours)) {
        assert!(block.starts_with("type Moved"), "{block}");
    }
    assert_eq!(ours.operations_surface, changed.operations_surface);
}

/// The body of every request and reply, by itself, and the schemas that the overlay names in them.
#[test]
fn public_names_stay_where_bodies_become_components() {
    let mut moved = document();
    let mut count = 0;
    each(&document(), "", &mut |pointer, schema| {
        if pointer.ends_with("/content/application~1json/schema") && schema.get("$ref").is_none() {
            move_to_component(&mut moved, pointer, &format!("Moved{count}"));
            count += 1;
        }
    });
    assert!(count > 50, "{count}");
    let (ours, changed) = (client(document()), client(moved));
    let found = public_names(&changed);
    for name in public_names(&ours) {
        assert!(found.contains(&name), "{name}");
    }
    assert_eq!(hidden(&changed), hidden(&ours));
}

/// Every property of every schema, down to the last one.
#[test]
fn public_names_and_required_properties_stay_where_properties_become_components() {
    let mut moved = document();
    let mut count = 0;
    each(&document(), "", &mut |pointer, schema| {
        let parent = pointer.rsplit_once('/').map_or("", |(parent, _)| parent);
        if parent.ends_with("/properties") && schema.get("$ref").is_none() {
            move_to_component(&mut moved, pointer, &format!("Moved{count}"));
            count += 1;
        }
    });
    assert!(count > 500, "{count}");
    let (ours, changed) = (client(document()), client(moved));
    let found = public_names(&changed);
    let gone: Vec<_> = public_names(&ours)
        .into_iter()
        .filter(|name| !found.contains(name))
        .collect();
    assert_eq!(gone, [""; 0], "name them in the overlay");
    let optional = |generated: &Generated, name: &str| -> Vec<String> {
        let blocks = blocks(generated);
        let head = format!("struct {name}\n");
        let block = blocks.iter().find(|block| block.starts_with(&head));
        let lines = block.map_or("", |block| block).lines().skip(1);
        let optional = lines.filter(|line| line.contains(": Option<"));
        optional
            .map(|line| line.split(':').next().unwrap().to_owned())
            .collect()
    };
    for name in public_names(&ours) {
        assert_eq!(optional(&changed, &name), optional(&ours, &name), "{name}");
    }
    assert_eq!(hidden(&changed), hidden(&ours));
}

/// One component for the credentials of all kinds of origins, and an object of their own.
#[test]
fn a_secret_stays_one_where_it_moves() {
    let names = [
        "accessKey",
        "secretKey",
        "privateKey",
        "sasToken",
        "clientSecret",
        "password",
        "token",
        "signature",
    ];
    let secrets = |document: &Value| -> Vec<String> {
        let mut found = Vec::new();
        each(document, "", &mut |pointer, _| {
            let (parent, key) = pointer.rsplit_once('/').unwrap_or_default();
            if parent.ends_with("/properties") && names.contains(&key) {
                found.push(pointer.to_owned());
            }
        });
        found
    };
    let ours = client(document());
    let expected = hidden(&ours);
    assert!(expected.len() > 12, "{expected:?}");
    for shared in [
        json!({ "type": "string", "minLength": 1 }),
        json!({ "type": ["string", "null"] }),
    ] {
        let mut changed = document();
        for pointer in secrets(&document()) {
            *changed.pointer_mut(&pointer).unwrap() =
                json!({ "$ref": "#/components/schemas/Text" });
        }
        changed["components"]["schemas"]["Text"] = shared;
        assert_eq!(hidden(&client(changed)), expected);
    }

    let mut changed = document();
    for pointer in secrets(&document()) {
        changed.pointer_mut(&pointer).unwrap()["format"] = "byte".into();
    }
    // A property of an example is not a schema.
    changed["info"]["x-example"] = json!({ "properties": { "token": "abc", "secret": 7 } });
    assert_eq!(hidden(&client(changed)), expected);

    let mut changed = document();
    let arms = changed["components"]["schemas"]["OriginRequest"]["oneOf"]
        .as_array_mut()
        .unwrap();
    for arm in arms {
        let properties = arm["properties"].as_object_mut().unwrap();
        let credentials: serde_json::Map<String, Value> = names
            .iter()
            .filter_map(|name| Some(((*name).to_owned(), properties.shift_remove(*name)?)))
            .collect();
        if !credentials.is_empty() {
            properties.insert(
                "credentials".to_owned(),
                json!({ "type": "object", "properties": credentials }),
            );
        }
    }
    let fields = |hidden: BTreeSet<(String, String)>| -> BTreeSet<String> {
        hidden.into_iter().map(|(_, field)| field).collect()
    };
    let found = fields(hidden(&client(changed)));
    for field in [
        "access_key",
        "secret_key",
        "private_key",
        "sas_token",
        "client_secret",
        "password",
    ] {
        assert!(found.contains(field), "{field}");
    }
}

/// A component that a later document adds takes none of the names that the overlay gives.
#[test]
fn an_added_component_takes_no_name() {
    let mut more = document();
    let mut given = BTreeSet::new();
    each(&merged(document()), "", &mut |_, schema| {
        let name = schema.get("x-rust-name").and_then(Value::as_str);
        given.extend(name.map(str::to_owned));
    });
    assert!(given.len() > 40, "{given:?}");
    for name in given {
        let components = more["components"]["schemas"].as_object_mut().unwrap();
        let added = json!({ "type": "object", "properties": { "other": {} } });
        assert_eq!(components.insert(name, added), None);
    }
    let (ours, changed) = (client(document()), client(more));
    let missing: Vec<_> = blocks(&ours)
        .difference(&blocks(&changed))
        .copied()
        .collect();
    assert_eq!(missing, [""; 0]);
}

/// What is required of replies is not required of requests: no body of a request leads to these
/// schemas.
#[test]
fn no_request_has_to_contain_what_replies_contain() {
    let overlay = read(OVERLAY).unwrap();
    let whole = merged(document());
    let mut required = HashSet::new();
    for action in overlay["actions"].as_array().unwrap() {
        if action["update"].get("required").is_some() {
            let path =
                serde_json_path::JsonPath::parse(action["target"].as_str().unwrap()).unwrap();
            let found = path.query_located(&whole);
            required.extend(found.locations().map(|place| place.to_json_pointer()));
        }
    }
    assert!(required.len() > 8, "{required:?}");
    let mut waiting = Vec::new();
    each(&whole["paths"], "/paths", &mut |pointer, _| {
        if pointer.ends_with("/requestBody") {
            waiting.push(pointer.to_owned());
        }
    });
    assert!(waiting.len() > 20, "{waiting:?}");
    let mut seen = HashSet::new();
    while let Some(pointer) = waiting.pop() {
        if !seen.insert(pointer.clone()) {
            continue;
        }
        assert!(!required.contains(&pointer), "{pointer}");
        each(
            whole.pointer(&pointer).unwrap(),
            &pointer,
            &mut |_, value| {
                if let Some(target) = value.get("$ref").and_then(Value::as_str) {
                    waiting.push(target.trim_start_matches('#').to_owned());
                }
            },
        );
    }
}
