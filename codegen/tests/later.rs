//! Later documents, made from ours by script: what only says the same in another way changes
//! nothing, and what is added shows as that addition alone.
//!
//! That the whole crate builds and sends the same with all additions at once is for
//! `.ci/replace additions` to show.

use std::collections::{BTreeSet, HashSet};
use std::sync::LazyLock;

use imagekitio_codegen::{apply, generate, read, surfaces};
use serde_json::{Map, Value, json};

const OVERLAY: &str = include_str!("../../spec/overlay.yaml");

/// Our document, with the overlay.
static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
    let mut document = read(include_str!("../../spec/imagekit.yaml")).unwrap();
    apply(OVERLAY, &mut document).unwrap();
    document
});

fn changed(change: impl FnOnce(&mut Value)) -> Value {
    let mut document = DOCUMENT.clone();
    change(&mut document);
    document
}

/// All lines that a reviewer reads.
fn surface(document: Value) -> Vec<String> {
    let (operations, types) = surfaces(document).unwrap_or_else(|problem| panic!("{problem}"));
    let lines = operations.lines().chain(types.lines());
    lines.map(str::to_owned).collect()
}

/// The lines of the surface that a change adds (`+`) and takes away (`-`), in order.
fn difference(change: impl FnOnce(&mut Value)) -> Vec<String> {
    static BEFORE: LazyLock<Vec<String>> = LazyLock::new(|| surface(changed(|_| {})));
    let after = surface(changed(change));
    let (mut before, mut after) = (BEFORE.as_slice(), after.as_slice());
    while let ([first, rest @ ..], [same, others @ ..]) = (before, after)
        && first == same
    {
        (before, after) = (rest, others);
    }
    while let ([rest @ .., last], [others @ .., same]) = (before, after)
        && last == same
    {
        (before, after) = (rest, others);
    }
    // The length of the longest common subsequence of what is left, from each place to the end.
    let width = after.len() + 1;
    let mut common = vec![0_u16; (before.len() + 1) * width];
    for (i, old) in before.iter().enumerate().rev() {
        for (j, new) in after.iter().enumerate().rev() {
            common[i * width + j] = if old == new {
                common[(i + 1) * width + j + 1] + 1
            } else {
                common[(i + 1) * width + j].max(common[i * width + j + 1])
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut lines = Vec::new();
    while i < before.len() || j < after.len() {
        if i < before.len() && j < after.len() && before[i] == after[j] {
            (i, j) = (i + 1, j + 1);
        } else if j == after.len()
            || i < before.len() && common[(i + 1) * width + j] >= common[i * width + j + 1]
        {
            lines.push(format!("-{}", before[i]));
            i += 1;
        } else {
            lines.push(format!("+{}", after[j]));
            j += 1;
        }
    }
    lines
}

fn at<'d>(document: &'d mut Value, pointer: &str) -> &'d mut Value {
    let found = document.pointer_mut(pointer);
    found.unwrap_or_else(|| panic!("nothing at {pointer}"))
}

/// What the overlay makes of our document after a change.
fn overlaid(change: impl FnOnce(&mut Value)) -> Vec<String> {
    let mut document = read(include_str!("../../spec/imagekit.yaml")).unwrap();
    change(&mut document);
    apply(OVERLAY, &mut document).unwrap_or_else(|problem| panic!("{problem}"));
    surface(document)
}

/// Actions of the overlay look for schemas by the properties that they have, which examples have as
/// well.
#[test]
fn an_example_is_no_schema() {
    let schema = json!({ "type": "Text", "defaultValue": "a", "isValueRequired": true });
    let example = json!({ "id": "1", "name": "a", "label": "A", "schema": schema });
    let with_example = overlaid(|document| {
        at(document, "/components/schemas/CustomMetadataField")["example"] = example;
    });
    assert_eq!(with_example, surface(DOCUMENT.clone()));
}

#[test]
fn the_overlay_takes_any_of_as_one_of() {
    let any_of = overlaid(|document| {
        each(document, "", &mut |_, value| {
            if let Some(arms) = value
                .as_object_mut()
                .and_then(|object| object.remove("oneOf"))
            {
                value["anyOf"] = arms;
            }
        });
    });
    assert_eq!(any_of, surface(DOCUMENT.clone()));
}

fn push(document: &mut Value, pointer: &str, item: Value) {
    at(document, pointer).as_array_mut().unwrap().push(item);
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

/// A name for the snapshot, and what is done to a document.
type Change = (&'static str, fn(&mut Value));

/// What may be added.
fn additions() -> Vec<Change> {
    vec![
        ("an operation", |document| {
            document["paths"]["/v1/files/{fileId}/history"] = json!({ "get": {
                "operationId": "list-file-history",
                "parameters": [
                    { "name": "fileId", "in": "path", "required": true, "schema": { "type": "string" } },
                    { "name": "since", "in": "query", "schema": { "type": "string", "format": "date-time" } },
                ],
                "responses": { "200": { "content": json_of(json!({
                    "type": "array", "items": reference("FileDetails"),
                })) } },
            } });
        }),
        ("an operation on a path that is there", |document| {
            document["paths"]["/v1/folder"]["patch"] = json!({
                "operationId": "update-folder",
                "requestBody": { "content": json_of(json!({
                    "type": "object", "properties": { "color": { "type": "string" } },
                })) },
                "responses": { "204": {} },
            });
        }),
        ("an optional parameter in the query", |document| {
            let cursor = json!({ "name": "cursor", "in": "query", "schema": { "type": "string" } });
            push(document, "/paths/~1v1~1files/get/parameters", cursor);
        }),
        ("an optional parameter in a header", |document| {
            let trace =
                json!({ "name": "X-Trace", "in": "header", "schema": { "type": "string" } });
            push(document, "/paths/~1v1~1files/get/parameters", trace);
        }),
        ("the first optional parameter", |document| {
            let limit = json!({ "name": "limit", "in": "query", "schema": { "type": "integer", "minimum": 1 } });
            document["paths"]["/v1/saved-extensions"]["get"]["parameters"] = json!([limit]);
        }),
        ("an optional header of every operation", |document| {
            let trace =
                json!({ "name": "X-Trace", "in": "header", "schema": { "type": "string" } });
            for item in document["paths"].as_object_mut().unwrap().values_mut() {
                item["parameters"] = json!([trace]);
            }
        }),
        ("an optional property of a reply", |document| {
            schema(document, "FileDetails")["properties"]["expiresAt"] =
                json!({ "type": ["string", "null"], "format": "date-time" });
        }),
        ("a required property of a reply", |document| {
            // Servers of tests leave it out: not one whose requests are tested with all additions.
            let details = schema(document, "UrlEndpointResponse");
            details["properties"]["checksum"] = json!({ "type": "string" });
            match details.get_mut("required") {
                Some(required) => required.as_array_mut().unwrap().push("checksum".into()),
                None => details["required"] = json!(["checksum"]),
            }
        }),
        ("an optional property of a request", |document| {
            let body = body(document, "/paths/~1v1~1files~1addTags/post");
            body["properties"]["notify"] = json!({ "type": "boolean" });
        }),
        (
            "an optional property that may be null, of a request",
            |document| {
                let body = body(document, "/paths/~1v1~1files~1addTags/post");
                body["properties"]["note"] = json!({ "type": ["string", "null"] });
            },
        ),
        ("a value of an enum", |document| {
            push(
                document,
                "/paths/~1v1~1files/get/parameters/1/schema/enum",
                "ASC_COLOR".into(),
            );
        }),
        ("a second value of a constant", |document| {
            let constant = &mut schema(document, "FolderDetails")["properties"]["type"];
            *constant = json!({ "type": "string", "enum": ["folder", "album"] });
        }),
        ("a second value of every constant of requests", |document| {
            for pointer in constants_of_requests() {
                let property = at(document, &pointer).as_object_mut().unwrap();
                let known = property.remove("const");
                let mut listed = || property["enum"].as_array_mut().map(std::mem::take);
                let mut values = known.map_or_else(|| listed().unwrap(), |value| vec![value]);
                // The order of values means nothing.
                let added = format!("{}-v2", values[0].as_str().unwrap());
                values.insert(0, added.into());
                property.insert("enum".to_owned(), values.into());
            }
        }),
        ("an arm of a union", |document| {
            let config = json!({ "type": "object", "required": ["name"], "properties": {
                "name": { "type": "string", "const": "posterize" }, "threshold": { "type": "number" },
            } });
            *schema(document, "PosterizeExtension") = config;
            push(
                document,
                "/components/schemas/ExtensionConfig/oneOf",
                reference("PosterizeExtension"),
            );
        }),
        ("a success status with an object", |document| {
            let position =
                json!({ "type": "object", "properties": { "position": { "type": "integer" } } });
            replies(document, "/paths/~1v1~1files~1purge/post")["202"] =
                json!({ "content": json_of(position) });
        }),
        ("a success status with a list", |document| {
            let list = json!({ "type": "array", "items": { "type": "string" } });
            replies(document, "/paths/~1v1~1files~1purge/post")["202"] =
                json!({ "content": json_of(list) });
        }),
        ("a success status with CSV", |document| {
            let csv = json!({ "text/csv": { "schema": { "type": "string" } } });
            replies(document, "/paths/~1v1~1accounts~1usage/get")["203"] =
                json!({ "content": csv });
        }),
        ("a success status without content", |document| {
            replies(document, "/paths/~1v1~1files~1purge/post")["204"] = json!({});
        }),
        ("a success status with content beside none", |document| {
            let job = reference("JobResponse");
            replies(document, "/paths/~1v1~1files~1copy/post")["202"] =
                json!({ "content": json_of(job) });
        }),
        ("an error status", |document| {
            let gone =
                json!({ "type": "object", "properties": { "goneSince": { "type": "string" } } });
            replies(document, "/paths/~1v1~1files~1copy/post")["410"] =
                json!({ "content": json_of(gone) });
        }),
        (
            "an error status with other properties in every operation",
            |document| {
                each(document, "", &mut |key, value| {
                    if key == "responses" && value.get("401").is_some() {
                        value["503"] = json!({ "content": json_of(json!({
                        "type": "object", "properties": { "message": { "type": "string" } },
                    })) });
                    }
                });
            },
        ),
        ("an event", |document| {
            let event = json!({ "type": "object", "required": ["type"], "properties": {
                "type": { "type": "string", "const": "file.restored" }, "id": { "type": "string" },
            } });
            document["webhooks"]["file.restored"] = json!({ "post": {
                "operationId": "file-restored", "requestBody": { "content": json_of(event) },
                "responses": { "200": {} },
            } });
        }),
        ("a content type of a request", |document| {
            let content = at(
                document,
                "/paths/~1v1~1files~1copy/post/requestBody/content",
            );
            content["application/xml"] = json!({ "schema": { "type": "string" } });
        }),
        ("a content type of a reply", |document| {
            let content = at(document, "/paths/~1v1~1files/get/responses/200/content");
            content["text/csv"] = json!({ "schema": { "type": "string" } });
        }),
        ("a body of a 204", |document| {
            let replies = replies(document, "/paths/~1v1~1files~1{fileId}/delete");
            replies["204"]["content"] = json_of(json!({ "type": "object" }));
        }),
        ("headers of replies", |document| {
            each(document, "", &mut |key, value| {
                if ["200", "201", "204"].contains(&key) && value.is_object() {
                    value["headers"] = json!({ "X-Quota": { "schema": { "type": "integer" } } });
                }
            });
        }),
        ("a component that nothing uses", |document| {
            *schema(document, "Unused") =
                json!({ "type": "object", "properties": { "a": { "type": "string" } } });
        }),
        ("a deprecated operation", |document| {
            document["paths"]["/v1/files"]["get"]["deprecated"] = true.into();
        }),
        ("a deprecated parameter", |document| {
            at(document, "/paths/~1v1~1files/get/parameters/2")["deprecated"] = true.into();
        }),
        ("a deprecated property", |document| {
            schema(document, "FolderDetails")["properties"]["name"]["deprecated"] = true.into();
        }),
        ("another security scheme", |document| {
            document["components"]["securitySchemes"]["bearer"] =
                json!({ "type": "http", "scheme": "bearer" });
            push(document, "/security", json!({ "bearer": ["files:read"] }));
        }),
        ("a nullable property of a request", |document| {
            let body = body(document, "/paths/~1v1~1files~1copy/post");
            body["properties"]["includeFileVersions"]["type"] = json!(["boolean", "null"]);
        }),
        (
            "a success status with a list of another operation",
            |document| {
                let list = json!({ "type": "array", "items": reference("FileDetails") });
                replies(document, "/paths/~1v1~1files~1{fileId}~1details/get")["206"] =
                    json!({ "content": json_of(list) });
            },
        ),
        ("a success status with a string", |document| {
            replies(document, "/paths/~1v1~1files~1{fileId}~1details/get")["203"] =
                json!({ "content": json_of(json!({ "type": "string" })) });
        }),
        (
            "a success status with an object beside a list",
            |document| {
                let page =
                    json!({ "type": "object", "properties": { "next": { "type": "string" } } });
                replies(document, "/paths/~1v1~1files/get")["206"] =
                    json!({ "content": json_of(page) });
            },
        ),
        ("the same arm twice", |document| {
            let arms = at(document, "/components/schemas/ExtensionConfig/oneOf");
            let again = arms[0].clone();
            push(document, "/components/schemas/ExtensionConfig/oneOf", again);
        }),
        (
            "numbers where there were integers, as parameters",
            |document| {
                each_number(document, "integer", "number");
            },
        ),
        (
            "integers where there were numbers, as parameters",
            |document| {
                each_number(document, "number", "integer");
            },
        ),
        ("items of lists that become components", |document| {
            let mut moved = Map::new();
            for pointer in named_items() {
                if let Some(item) = document.pointer_mut(&pointer)
                    && item.get("$ref").is_none()
                {
                    move_to("schemas", &mut moved, item);
                }
            }
            assert!(moved.len() > 3, "{}", moved.len());
            let schemas = document["components"]["schemas"].as_object_mut().unwrap();
            schemas.extend(moved);
        }),
        (
            "null as a value of each optional property of a request",
            |document| {
                let mut optional = optional_in_requests(document);
                // What is inside first: some of them move.
                optional.sort_by_key(|pointer| std::cmp::Reverse(pointer.len()));
                assert!(optional.len() > 100, "{}", optional.len());
                for pointer in optional {
                    allow_null(at(document, &pointer));
                }
            },
        ),
        ("an inline schema that becomes a component", |document| {
            let inline = at(
                document,
                "/components/schemas/FileDetails/properties/versionInfo",
            )
            .take();
            *schema(document, "VersionFacts") = inline;
            schema(document, "FileDetails")["properties"]["versionInfo"] =
                reference("VersionFacts");
        }),
        ("a component in its place", |document| {
            let inline = schema(document, "JobResponse").clone();
            let reply = "/paths/~1v1~1bulkJobs~1copyFolder/post/responses/200/content/application~1json/schema";
            *at(document, reply) = inline;
        }),
        ("a body that becomes a component", |document| {
            let inline = body(document, "/paths/~1v1~1files~1copy/post").take();
            *schema(document, "CopyParameters") = inline;
            *body(document, "/paths/~1v1~1files~1copy/post") = reference("CopyParameters");
        }),
    ]
}

/// What changes where requests go, what they carry, or a name.
fn changes() -> Vec<Change> {
    vec![
        ("another server", |document| {
            document["servers"] = json!([{ "url": "https://api.eu.example.com" }]);
        }),
        ("a server of an operation", |document| {
            document["paths"]["/v1/files"]["get"]["servers"] =
                json!([{ "url": "https://files.example.com" }]);
        }),
        ("an operation without security", |document| {
            document["paths"]["/v1/files"]["get"]["security"] = json!([]);
        }),
    ]
}

/// The same in other words.
fn rewordings() -> Vec<Change> {
    vec![
        ("other titles", |document| {
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
            assert!(number > 700, "{number}");
        }),
        ("another order", |document| {
            each(document, "", &mut |key, value| match value {
                Value::Object(members) if REORDERED.contains(&key) => {
                    *members = std::mem::take(members).into_iter().rev().collect();
                }
                Value::Array(items) if REORDERED.contains(&key) => items.reverse(),
                _ => {}
            });
        }),
        (
            "an enum of one value where there was a constant",
            |document| {
                each(document, "", &mut |_, value| {
                    if let Value::Object(members) = value
                        && members.get("const").is_some_and(Value::is_string)
                    {
                        let value = members.remove("const").unwrap();
                        members.insert("enum".to_owned(), Value::Array(vec![value]));
                    }
                });
            },
        ),
        ("parameters as components", |document| {
            let mut moved = Map::new();
            each(document, "", &mut |key, value| {
                if key == "parameters" && value.get("in").is_some() {
                    move_to("parameters", &mut moved, value);
                }
            });
            document["components"]["parameters"] = moved.into();
        }),
        ("bodies and replies as components", |document| {
            let (mut bodies, mut replies) = (Map::new(), Map::new());
            each(&mut document["paths"], "", &mut |key, value| {
                if value.get("content").is_some() {
                    match key {
                        "requestBody" => move_to("requestBodies", &mut bodies, value),
                        _ => move_to("responses", &mut replies, value),
                    }
                }
            });
            let known = document["components"]["responses"].as_object().cloned();
            replies.extend(known.into_iter().flatten());
            document["components"]["requestBodies"] = bodies.into();
            document["components"]["responses"] = replies.into();
        }),
        ("replies in their places", |document| {
            let known = document["components"]["responses"].clone();
            each(&mut document["paths"], "", &mut |_, value| {
                let target = value.get("$ref").and_then(Value::as_str);
                let name = target.and_then(|target| target.strip_prefix("#/components/responses/"));
                if let Some(reply) = name.map(|name| known[name].clone()) {
                    *value = reply;
                }
            });
        }),
        ("references through other references", |document| {
            let responses = document["components"]["responses"]
                .as_object()
                .unwrap()
                .clone();
            for name in responses.keys() {
                let target = json!({ "$ref": format!("#/components/responses/Inner{name}") });
                let inner =
                    std::mem::replace(&mut document["components"]["responses"][name], target);
                document["components"]["responses"][format!("Inner{name}")] = inner;
            }
        }),
    ]
}

const REORDERED: [&str; 16] = [
    "anyOf",
    "components",
    "content",
    "enum",
    "oneOf",
    "parameters",
    "paths",
    "post",
    "properties",
    "required",
    "responses",
    "schemas",
    "securitySchemes",
    "tags",
    "type",
    "webhooks",
];

/// Calls each parameter of one kind of number another kind.
fn each_number(document: &mut Value, from: &str, to: &str) {
    each(document, "", &mut |_, value| {
        if value.get("in").is_some() && value["schema"]["type"] == from {
            value["schema"]["type"] = to.into();
        }
    });
}

/// Where the overlay names the items of a list.
fn named_items() -> Vec<String> {
    let mut found = Vec::new();
    pointers(&DOCUMENT, String::new(), &mut |pointer, value| {
        if pointer.ends_with("/items") && value.get("x-rust-name").is_some() {
            found.push(pointer.to_owned());
        }
    });
    found
}

fn pointers(value: &Value, pointer: String, see: &mut impl FnMut(&str, &Value)) {
    see(&pointer, value);
    let members: Vec<(String, &Value)> = match value {
        Value::Object(members) => {
            let escaped = |key: &str| key.replace('~', "~0").replace('/', "~1");
            members
                .iter()
                .map(|(key, value)| (escaped(key), value))
                .collect()
        }
        Value::Array(items) => {
            let items = items.iter().enumerate();
            items
                .map(|(index, value)| (index.to_string(), value))
                .collect()
        }
        _ => return,
    };
    for (key, value) in members {
        pointers(value, format!("{pointer}/{key}"), see);
    }
}

/// Calls `see` with every place that some request leads to, however deep.
fn in_requests(document: &Value, mut see: impl FnMut(&str, &Value)) {
    let mut waiting = Vec::new();
    pointers(
        &document["paths"],
        "/paths".to_owned(),
        &mut |pointer, _| {
            if pointer.ends_with("/requestBody") {
                waiting.push(pointer.to_owned());
            }
        },
    );
    let mut seen = HashSet::new();
    while let Some(place) = waiting.pop() {
        if !seen.insert(place.clone()) {
            continue;
        }
        let value = document.pointer(&place).unwrap();
        pointers(value, place, &mut |pointer, value| {
            if let Some(target) = value.get("$ref").and_then(Value::as_str) {
                waiting.push(target.trim_start_matches('#').to_owned());
            }
            see(pointer, value);
        });
    }
}

/// The properties with one possible value that some request has.
fn constants_of_requests() -> BTreeSet<String> {
    let mut constants = BTreeSet::new();
    in_requests(&DOCUMENT, |pointer, value| {
        let parent = pointer.rsplit_once('/').map_or("", |(parent, _)| parent);
        let listed = value.get("enum").and_then(Value::as_array);
        let is_constant = value.get("const").is_some_and(Value::is_string)
            || matches!(listed.map(Vec::as_slice), Some([Value::String(_)]));
        if parent.ends_with("/properties") && is_constant {
            constants.insert(pointer.to_owned());
        }
    });
    constants
}

/// The properties that some request may leave out, however deep.
fn optional_in_requests(document: &Value) -> Vec<String> {
    let mut optional = HashSet::new();
    in_requests(document, |pointer, value| {
        let required = value.get("required").and_then(Value::as_array);
        for name in value
            .get("properties")
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
        {
            if !required.is_some_and(|required| required.contains(&json!(name.0))) {
                optional.insert(format!("{pointer}/properties/{}", name.0));
            }
        }
    });
    optional.into_iter().collect()
}

/// In the way that fits the schema.
fn allow_null(schema: &mut Value) {
    let members = schema.as_object_mut().unwrap();
    let is_union = ["oneOf", "anyOf"]
        .into_iter()
        .find(|key| members.contains_key(*key));
    if members.contains_key("$ref") || members.contains_key("allOf") {
        *schema = json!({ "anyOf": [schema.take(), { "type": "null" }] });
    } else if let Some(keyword) = is_union {
        schema[keyword]
            .as_array_mut()
            .unwrap()
            .push(json!({ "type": "null" }));
    } else if let Some(name) = members.get("type").filter(|name| name.is_string()) {
        let types = json!([name, "null"]);
        schema["type"] = types;
        if let Some(values) = schema.get_mut("enum") {
            values.as_array_mut().unwrap().push(Value::Null);
        }
    }
}

/// Moves a value to the components of this kind, and leaves a reference.
fn move_to(kind: &str, moved: &mut Map<String, Value>, value: &mut Value) {
    if value.get("$ref").is_some() {
        return;
    }
    let name = format!("Moved{}", moved.len());
    let target = json!({ "$ref": format!("#/components/{kind}/{name}") });
    moved.insert(name, std::mem::replace(value, target));
}

fn json_of(schema: Value) -> Value {
    json!({ "application/json": { "schema": schema } })
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

fn schema<'d>(document: &'d mut Value, name: &str) -> &'d mut Value {
    &mut document["components"]["schemas"][name]
}

fn body<'d>(document: &'d mut Value, operation: &str) -> &'d mut Value {
    at(
        document,
        &format!("{operation}/requestBody/content/application~1json/schema"),
    )
}

fn replies<'d>(document: &'d mut Value, operation: &str) -> &'d mut Value {
    at(document, &format!("{operation}/responses"))
}

/// Each shows as itself: the snapshot has the lines that a reviewer of a later document would read.
#[test]
fn each_addition_shows_once() {
    let mut all = String::new();
    for (name, change) in additions().into_iter().chain(changes()) {
        all += &format!("{name}\n");
        for line in difference(change) {
            all += &format!("    {line}\n");
        }
    }
    let mut insta = insta::Settings::clone_current();
    insta.set_snapshot_path("../snapshots");
    insta.set_prepend_module_to_snapshot(false);
    insta.set_omit_expression(true);
    insta.bind(|| insta::assert_snapshot!("later", all));
}

#[test]
fn other_words_change_nothing() {
    for (name, change) in rewordings() {
        assert_eq!(difference(change), [""; 0], "{name}");
    }
}

/// What ImageKit's own document has and ours has not: YAML's null among types, bodies on 204, a
/// type beside a reference, names for another generator, and an endpoint that shows that one all
/// models.
#[test]
fn the_mistakes_of_the_published_document_change_nothing() {
    let mut counts = [0; 4];
    let mut mistaken = DOCUMENT.clone();
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
    // The overlay takes that endpoint out.
    apply(OVERLAY, &mut mistaken).unwrap();
    assert_eq!(difference(|document| *document = mistaken), [""; 0]);
}

/// The heads of all constructors.
fn constructors(document: &Value) -> Vec<String> {
    let generated = generate(&document.to_string()).unwrap_or_else(|problem| panic!("{problem}"));
    let mut heads: Vec<String> = generated
        .types
        .split("pub fn new(")
        .skip(1)
        .filter_map(|rest| rest.split_once(") -> Self"))
        .map(|(head, _)| head.to_owned())
        .collect();
    heads.sort_unstable();
    heads
}

/// No constructor takes two arguments, which a later order could swap.
#[test]
fn constructors_take_properties_by_name() {
    let ours = constructors(&changed(|_| {}));
    for head in &ours {
        assert!(head.matches(": ").count() < 2, "new({head})");
    }
    let (_, reorder) = rewordings().remove(1);
    assert_eq!(constructors(&changed(reorder)), ours);
}

/// What users write of the types of requests: constructors and conversions into unions.
fn spellings(document: &Value) -> BTreeSet<String> {
    let generated = generate(&document.to_string()).unwrap_or_else(|problem| panic!("{problem}"));
    let file = syn::parse_file(&generated.types).unwrap();
    let impls = file.items.into_iter().filter_map(|item| match item {
        syn::Item::Impl(item) => Some(item),
        _ => None,
    });
    let spelled = |tokens: &dyn quote::ToTokens| tokens.to_token_stream().to_string();
    impls
        .flat_map(|item| {
            let of = spelled(&item.self_ty);
            let from = item.trait_.as_ref().map(|(path, _)| spelled(path));
            let from = from.filter(|path| path.starts_with("From"));
            let new = item.items.iter().filter_map(|member| match member {
                syn::ImplItem::Fn(function) if function.sig.ident == "new" => {
                    Some(format!("{of}::{}", spelled(&function.sig)))
                }
                _ => None,
            });
            let from = from.map(|path| format!("{of}: {path}"));
            new.chain(from).collect::<Vec<_>>()
        })
        .collect()
}

#[test]
fn a_second_value_of_a_constant_changes_no_constructor() {
    let constants = constants_of_requests();
    let pinned = |pointer: &&String| {
        let property = DOCUMENT.pointer(pointer).unwrap();
        property.get("x-rust-default").is_none()
    };
    let forgotten: Vec<&String> = constants.iter().filter(pinned).collect();
    assert_eq!(
        forgotten, [""; 0],
        "give them `x-rust-default` in the overlay"
    );

    let ours = spellings(&changed(|_| {}));
    for name in [
        "RemoveBg",
        "AiTaskYesNo",
        "S3Origin",
        "ImgixUrlRewriter",
        "PostTransformationAbs",
    ] {
        let is_one = |spelling: &&String| spelling.starts_with(&format!("{name}::"));
        assert_eq!(ours.iter().filter(is_one).count(), 1, "{name}: {ours:?}");
        let is_arm = |spelling: &String| spelling.ends_with(&format!("From < {name} >"));
        assert!(ours.iter().any(is_arm), "{name}");
    }
    let mut additions = additions().into_iter();
    let (_, add) = additions
        .find(|(name, _)| *name == "a second value of every constant of requests")
        .unwrap();
    let theirs = spellings(&changed(add));
    let gone: Vec<&String> = ours.difference(&theirs).collect();
    assert_eq!(gone, [""; 0]);
}

/// All additions in one document, and what `documents/additions.yaml` adds: nothing that was there
/// is gone.
#[test]
fn additions_take_nothing_away() {
    let together = |document: &mut Value| {
        merge(
            document,
            &read(include_str!("documents/additions.yaml")).unwrap(),
        );
        for (_, change) in additions() {
            change(document);
        }
    };
    // A document that knows all facts of the overlay, and nothing of our names.
    let mut document = DOCUMENT.clone();
    each(&mut document, "", &mut |_, value| {
        if let Value::Object(members) = value {
            members.retain(|key, _| !key.starts_with("x-rust-"));
        }
    });
    together(&mut document);
    let path = concat!(env!("CARGO_TARGET_TMPDIR"), "/additions.json");
    std::fs::write(path, document.to_string()).unwrap();

    let names = |lines: Vec<String>| -> Vec<String> {
        let heads = lines.into_iter().filter(|line| !line.starts_with(' '));
        let names = heads.filter_map(|head| head.split(' ').nth(1).map(str::to_owned));
        names.collect()
    };
    let before = names(surface(changed(|_| {})));
    apply(OVERLAY, &mut document).unwrap();
    let after = names(surface(document));
    let gone: Vec<&String> = before.iter().filter(|name| !after.contains(name)).collect();
    assert_eq!(gone, [""; 0]);
    assert!(
        after.len() > before.len() + 20,
        "the additions are out of date"
    );
}

/// Members are added; items of a list too, and to the one with the same `name`.
fn merge(value: &mut Value, addition: &Value) {
    match (value, addition) {
        (Value::Object(members), Value::Object(added)) => {
            for (key, addition) in added {
                match members.get_mut(key) {
                    Some(known) => merge(known, addition),
                    None => {
                        members.insert(key.clone(), addition.clone());
                    }
                }
            }
        }
        (Value::Array(items), Value::Array(added)) => {
            for addition in added {
                let name = addition.get("name");
                let known = items
                    .iter_mut()
                    .find(|item| name.is_some() && item.get("name") == name);
                match known {
                    Some(known) => merge(known, addition),
                    None => items.push(addition.clone()),
                }
            }
        }
        (value, addition) => *value = addition.clone(),
    }
}
