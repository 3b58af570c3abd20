#![cfg(feature = "raw")]
//! Guards over the whole API document: what it describes exists in the generated client and survives the way through it.
//!
//! All expectations come from the document itself, read as plain YAML. A newer document that takes its place is held to the
//! same.

mod document;
mod support;

use std::collections::BTreeMap;

use heck::{ToSnakeCase, ToUpperCamelCase};
use imagekitio::raw::{Client, Error, types};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use document::generated::{CLIENT, TYPES, methods, written};
use document::samples::{FREE_KEY, Place, followed, samples};
use document::yaml::api_document;
use support::{Scripted, Step, reply};

type RoundTrip = fn(Value) -> Result<(Value, String), String>;

/// Reads a value as a type and writes it again. Gives what was written, and the `Debug` form of what was read.
fn round_trip<T>(value: Value) -> Result<(Value, String), String>
where
    T: DeserializeOwned + Serialize + std::fmt::Debug,
{
    // Through text, as a reply comes.
    let read: T = serde_json::from_str(&value.to_string()).map_err(|error| error.to_string())?;
    let written = serde_json::to_value(&read).map_err(|error| error.to_string())?;
    // Where one status has any text and another one a list of values, the text is a value outside the list.
    let debug = format!("{read:?}").replace("Unknown(\"text\")", "\"text\"");
    Ok((written, debug))
}

include!(concat!(env!("OUT_DIR"), "/round_trips.rs"));

/// A schema of the document, and the type that has to hold its values.
struct Held<'d> {
    place: String,
    ty: String,
    schema: &'d Value,
    /// Whether the server sends it.
    received: bool,
}

const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

/// Every operation: its id and the operation object.
fn operations(document: &Value) -> Vec<(String, &Value)> {
    let items = document["paths"].as_object().unwrap().iter();
    items
        .map(|(path, item)| (path, followed(document, item)))
        .flat_map(|(path, item)| METHODS.map(|method| (path, method, item.get(method))))
        .filter_map(|(path, method, operation)| {
            let operation = operation?;
            let id = match operation["operationId"].as_str() {
                Some(id) => id.to_owned(),
                None => format!("{method} {path}"),
            };
            Some((id, operation))
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

fn held(document: &Value) -> Vec<Held<'_>> {
    let mut held = Vec::new();
    for (key, schema) in document["components"]["schemas"]
        .as_object()
        .into_iter()
        .flatten()
    {
        held.push(Held {
            place: format!("component {key}"),
            ty: key.to_upper_camel_case(),
            schema,
            received: false,
        });
    }
    for (id, operation) in operations(document) {
        let pascal = id.to_upper_camel_case();
        let mut add = |what: &str, ty: String, schema, received| {
            let place = format!("{what} of {id}");
            held.push(Held {
                place,
                ty,
                schema,
                received,
            });
        };
        if let Some(body) = operation.get("requestBody") {
            for (_, schema) in contents(document, body) {
                add("request", format!("{pascal}Request"), schema, false);
            }
        }
        for (status, reply) in operation["responses"].as_object().into_iter().flatten() {
            for (_, schema) in contents(document, reply) {
                match status.as_bytes()[0] {
                    b'2' if status != "204" => {
                        add(status, format!("{pascal}Response"), schema, true);
                    }
                    b'4' | b'5' => add(status, "ApiErrorBody".to_owned(), schema, true),
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
            for (_, schema) in contents(document, body) {
                held.push(Held {
                    place: format!("webhook {event}"),
                    ty: "WebhookEvent".to_owned(),
                    schema,
                    received: true,
                });
            }
        }
    }
    held
}

fn round_trips() -> BTreeMap<&'static str, RoundTrip> {
    ROUND_TRIPS.iter().copied().collect()
}

/// Fails with every finding, not with the first alone.
fn none(findings: Vec<String>) {
    assert!(
        findings.is_empty(),
        "{} findings\n{}",
        findings.len(),
        findings.join("\n")
    );
}

/// The names of objects whose properties ended in a map: in the `Debug` form, a map's key stands behind `{"`.
fn unfielded(debug: &str) -> Vec<&str> {
    let keys = debug.split("{\"").skip(1);
    keys.filter_map(|rest| rest.split('"').next())
        .filter(|key| *key != FREE_KEY)
        .collect()
}

/// Each property, enum value and union arm of components, request bodies, replies, errors and webhooks is read into a
/// field or variant of the generated type, and is written back as it was.
#[test]
fn every_property_of_the_document_exists() {
    let document = api_document();
    let types = round_trips();
    let mut findings = Vec::new();
    let mut count = 0;
    for Held {
        place, ty, schema, ..
    } in held(&document)
    {
        let Some(round_trip) = types.get(ty.as_str()) else {
            findings.push(format!("{place}: no type {ty}"));
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
                        findings.push(format!("{place}: {ty} has no field for `{key}`: {debug}"));
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

/// Replies, error bodies and webhook events with one thing changed at a time come back exactly as they were, and what was
/// not changed keeps its type.
#[test]
fn received_types_survive_what_the_document_does_not_promise() {
    let document = api_document();
    let types = round_trips();
    let mut findings = Vec::new();
    let mut counts = BTreeMap::new();
    for Held {
        place, ty, schema, ..
    } in held(&document).into_iter().filter(|held| held.received)
    {
        let Some(round_trip) = types.get(ty.as_str()) else {
            findings.push(format!("{place}: no type {ty}"));
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

/// The generator merges the replies of an operation under one name when they are written inline, and then the success
/// type is the error type.
#[test]
fn success_and_error_types_differ() {
    let file = syn::parse_file(TYPES).unwrap();
    let aliases: BTreeMap<String, String> = file
        .items
        .iter()
        .filter_map(|item| match item {
            syn::Item::Type(item) => Some((item.ident.to_string(), written(&item.ty))),
            _ => None,
        })
        .collect();
    let meaning = |name: &str| {
        let mut name = name.to_owned();
        while let Some(target) = aliases.get(&name) {
            name = target.clone();
        }
        name
    };
    let methods = methods(CLIENT);
    assert!(!methods.is_empty());
    for method in methods {
        let (success, error) = (meaning(&method.success), meaning(&method.error));
        assert_ne!(success, error, "{}", method.name);
        assert_eq!(error, "ApiErrorBody", "{}", method.name);
    }
}

/// Operations that send forms are the exception: the generator cannot send them.
#[test]
fn every_operation_has_a_method() {
    let document = api_document();
    let mut methods = methods(CLIENT);
    for (id, operation) in operations(&document) {
        let name = id.to_snake_case();
        let found = methods.iter().position(|method| method.name == name);
        if is_multipart(&document, operation) {
            assert_eq!(found, None, "{name} sends a form");
            continue;
        }
        let method = methods.remove(found.unwrap_or_else(|| panic!("no method {name}")));
        // The hooks find the operation by this.
        assert_eq!(method.operation, name);
        let body = method
            .arguments
            .iter()
            .any(|argument| argument.place == "body");
        assert_eq!(
            body,
            operation.get("requestBody").is_some(),
            "body of {name}"
        );
        let replies = operation["responses"].as_object().unwrap().iter();
        let has_reply = replies
            .filter(|(status, _)| status.starts_with('2') && *status != "204")
            .any(|(_, reply)| contents(&document, reply).next().is_some());
        assert_eq!(method.success != "()", has_reply, "reply of {name}");
    }
    let left: Vec<String> = methods.into_iter().map(|method| method.name).collect();
    assert!(left.is_empty(), "methods without an operation: {left:?}");
}

/// Authorization, hosts and headers are the work of hooks: a method that went around them would be sent without a key.
#[test]
fn every_method_goes_through_the_hooks() {
    for method in methods(CLIENT) {
        for hook in [
            "client . pre (& mut request , & info) . await ?",
            "client . exec (request , & info) . await",
        ] {
            assert_eq!(
                method.send.matches(hook).count(),
                1,
                "{}: {hook}",
                method.name
            );
        }
        assert!(!method.send.contains(". execute ("), "{}", method.name);
        assert!(!method.send.contains(". timeout ("), "{}", method.name);
    }
}

/// The constructors of the generator give up after 15 seconds and know no key.
#[test]
fn nothing_has_a_time_limit() {
    use progenitor_client::ClientInfo;

    let items = syn::parse_file(CLIENT).unwrap().items;
    let constructors = document::generated::functions(&items, "Client")
        .filter(|function| function.sig.receiver().is_none())
        .count();
    assert_eq!(constructors, 0);
    assert!(!CLIENT.contains("Duration"));

    // The settings of a `reqwest::Client` are visible in its `Debug` form alone; a limit can be seen there.
    let limited = reqwest::Client::builder()
        .timeout(std::time::Duration::from_secs(15))
        .build()
        .unwrap();
    let limited = format!("{limited:?}").to_lowercase();
    assert!(limited.contains("timeout"), "{limited}");
    assert!(limited.contains("15s"), "{limited}");
    let ours = format!("{:?}", ClientInfo::client(&Client::new("key").unwrap()));
    assert!(!ours.to_lowercase().contains("timeout"), "{ours}");
}

/// A server that gives these replies, of status, content type and body, and the last one to all that follow; and a
/// client of it.
async fn serve(replies: &[(&str, &str, &str)]) -> (Scripted, Client) {
    let steps = replies.iter().map(|(status, media, body)| {
        Step::Reply(match (*status, *media) {
            // Has no length either.
            ("204 No Content", _) => {
                b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n".to_vec()
            }
            (status, "") => reply(status, &[("connection", "close")], body),
            (status, media) => {
                let headers = [("content-type", media), ("connection", "close")];
                reply(status, &headers, body)
            }
        })
    });
    let server = Scripted::steps(steps).await;
    let client = Client::builder("private_key")
        .base_url(&server.url)
        .build()
        .unwrap();
    (server, client)
}

/// What a list of a file, a file version, a folder and something newer than the document becomes.
#[tokio::test]
async fn a_list_keeps_files_versions_folders_and_the_unknown_apart() {
    const PAGE: &str = r#"[
        {"type": "file", "fileId": "1", "name": "a.jpg", "tags": null, "size": 10, "brandNew": {"x": 1}},
        {"type": "file-version", "fileId": "1", "versionInfo": {"id": "v1", "name": "Version 1"}},
        {"type": "folder", "folderId": "2", "folderPath": "/a"},
        {"type": "from the future", "id": "3", "target": "/b"}
    ]"#;
    let (server, client) = serve(&[("200 OK", "application/json", PAGE)]).await;
    let page = client
        .list_and_search_assets()
        .limit(4_u64)
        .send()
        .await
        .unwrap()
        .into_inner();
    assert_eq!(server.request().line, "GET /v1/files?limit=4");

    use imagekitio::raw::types::ListAndSearchAssetsResponseItem as Item;
    let [
        Item::File(file),
        Item::FileVersion(version),
        Item::Folder(folder),
        Item::Unknown(other),
    ] = page.as_slice()
    else {
        panic!("{page:?}");
    };
    assert_eq!(file.name.as_deref(), Some("a.jpg"));
    assert_eq!(file.extra["brandNew"], json!({ "x": 1 }));
    assert_eq!(
        version.version_info.as_ref().unwrap().id.as_deref(),
        Some("v1")
    );
    assert_eq!(folder.folder_path.as_deref(), Some("/a"));
    assert_eq!(other["target"], "/b");
    let sent: Value = serde_json::from_str(PAGE).unwrap();
    assert_eq!(serde_json::to_value(&page).unwrap(), sent);
}

/// The key is the user name of Basic authentication, with an empty password, and the generator's `api-version` header is
/// gone, whatever the operation sends.
#[tokio::test]
async fn requests_carry_the_key_and_no_version() {
    let (server, client) = serve(&[
        ("200 OK", "application/json", "{}"),
        ("200 OK", "application/json", "{}"),
        ("204 No Content", "", ""),
    ])
    .await;
    client
        .get_file_details()
        .file_id("a/b c")
        .send()
        .await
        .unwrap();
    let names = vec!["one".to_owned()];
    let body = types::AddTagsBulkRequest::new(names.clone(), names);
    client.add_tags_bulk().body(body).send().await.unwrap();
    let body = types::DeleteFolderRequest::new("/old");
    client.delete_folder().body(body).send().await.unwrap();
    let expected = [
        ("GET /v1/files/a%2Fb%20c/details", ""),
        (
            "POST /v1/files/addTags",
            r#"{"fileIds":["one"],"tags":["one"]}"#,
        ),
        ("DELETE /v1/folder", r#"{"folderPath":"/old"}"#),
    ];
    let requests = server.requests();
    let sent: Vec<_> = requests
        .iter()
        .map(|request| (request.line.as_str(), request.text()))
        .collect();
    assert_eq!(sent, expected);
    for request in requests {
        // `private_key:` in base64.
        assert_eq!(
            request.header("authorization"),
            Some("Basic cHJpdmF0ZV9rZXk6")
        );
        assert_eq!(request.header("api-version"), None);
        assert!(
            request
                .header("user-agent")
                .unwrap()
                .starts_with("imagekitio/")
        );
    }
}

/// Success without a body is success: 204 always, and a 201 for which the document has an empty object.
#[tokio::test]
async fn empty_replies_are_successes() {
    let (server, client) = serve(&[
        ("204 No Content", "", ""),
        ("201 Created", "", ""),
        ("201 Created", "application/json", "{}"),
    ])
    .await;
    let deleted = client.delete_file().file_id("1").send().await.unwrap();
    assert_eq!(deleted.status(), 204);
    for _ in 0..2 {
        let body = types::CreateFolderRequest::new("new", "/");
        let created = client.create_folder().body(body).send().await.unwrap();
        assert_eq!((created.status().as_u16(), created.len()), (201, 0));
    }
    assert_eq!(server.requests().len(), 3);
}

/// A partial success has what succeeded and what failed, in the type of the full success.
#[tokio::test]
async fn partial_success_keeps_both_halves() {
    let (server, client) = serve(&[
        (
            "200 OK",
            "application/json",
            r#"{"successfullyDeletedFileIds": ["1", "2"]}"#,
        ),
        (
            "207 Multi-Status",
            "application/json",
            r#"{"successfullyDeletedFileIds": ["1"], "errors": [{"fileId": "2", "error": "gone"}]}"#,
        ),
    ]).await;
    for (status, deleted, failed) in [(200, 2, 0), (207, 1, 1)] {
        let body = types::DeleteMultipleFilesRequest::new(vec!["1".to_owned(), "2".to_owned()]);
        let reply = client
            .delete_multiple_files()
            .body(body)
            .send()
            .await
            .unwrap();
        assert_eq!(reply.status(), status);
        assert_eq!(
            reply.successfully_deleted_file_ids.as_ref().map(Vec::len),
            Some(deleted)
        );
        assert_eq!(reply.errors.as_ref().map_or(0, Vec::len), failed);
    }
    assert_eq!(server.requests().len(), 2);
}

/// Errors keep their status, whatever the body: the API's own JSON, a proxy's HTML, or nothing.
#[tokio::test]
async fn errors_are_errors_of_the_server_whatever_their_body() {
    const HTML: &str = "<html><body>Bad gateway</body></html>";
    let (server, client) = serve(&[
        (
            "404 Not Found",
            "application/json",
            r#"{"message": "no such file", "missingFileIds": ["1"]}"#,
        ),
        ("502 Bad Gateway", "text/html", HTML),
        ("500 Internal Server Error", "", ""),
    ])
    .await;
    let expected: [(u16, Option<&str>, Value); 3] = [
        (
            404,
            Some("no such file"),
            json!({ "message": "no such file", "missingFileIds": ["1"] }),
        ),
        (502, None, json!({ "body": HTML })),
        (500, None, json!({})),
    ];
    for (status, message, body) in expected {
        match client
            .get_file_details()
            .file_id("1")
            .send()
            .await
            .unwrap_err()
        {
            Error::ErrorResponse(reply) => {
                assert_eq!(reply.status(), status);
                assert_eq!(reply.message.as_deref(), message);
                assert_eq!(serde_json::to_value(reply.into_inner()).unwrap(), body);
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(server.requests().len(), 3);
}
