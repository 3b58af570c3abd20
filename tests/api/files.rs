//! Single files and bulk calls over real HTTP: what is sent, what is made of the replies, and what
//! is refused.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use imagekitio::api::files::{BulkOutcome, UpdateFile};
use imagekitio::raw::types::ExtensionConfig;
use imagekitio::types::{
    AiTask, AiTaskAction, AiTaskSelectMetadata, AiTaskSelectMetadataValue, AiTaskSelectTags,
    AiTaskYesNo, AiTasks, AutoDescription, AutoTagging, Extension, RemoveBg,
    SavedExtensionReference, required,
};
use imagekitio::{Error, ErrorKind, ImageKit, RetryPolicy, UploadSource};
use serde_json::{Map, Value, json};
use support::uploads::client;
use support::{
    FILE, Request, Script, Scripted, Step, but, json as reply_json, nowhere, pass, reply, soon,
    until,
};
use tokio::sync::Semaphore;

const HOUR: Duration = Duration::from_secs(3600);

fn select_metadata(instruction: &str, field: &str) -> AiTaskSelectMetadata {
    AiTaskSelectMetadata::new(required::AiTaskSelectMetadata {
        instruction: instruction.to_owned(),
        field: field.to_owned(),
    })
}

async fn scripted(status: &str, body: &str) -> (Scripted, ImageKit) {
    steps([Step::Reply(reply_json(status, body))]).await
}

async fn steps(steps: impl Into<Script>) -> (Scripted, ImageKit) {
    let server = Scripted::start(steps).await;
    let ik = server.client();
    (server, ik)
}

/// What was sent: method and target, and the body as JSON, null where there is none.
fn sent(request: &Request) -> (String, Value) {
    let body = match request.body.is_empty() {
        true => Value::Null,
        false => serde_json::from_slice(&request.body).unwrap(),
    };
    let kind = request.header("content-type");
    assert_eq!(
        kind,
        (!body.is_null()).then_some("application/json"),
        "{request:?}"
    );
    (request.line.clone(), body)
}

type Run = fn(ImageKit) -> Pin<Box<dyn Future<Output = Result<(), Error>> + Send>>;

/// A request that is built and sent, whatever it gives.
macro_rules! run {
    (|$ik:ident| $request:expr) => {{
        let run: Run = |$ik| Box::pin(async move { $request.await.map(|_| ()) });
        run
    }};
}

/// The same for a bulk call, where a failure of a file is an error too.
macro_rules! run_bulk {
    (|$ik:ident| $request:expr) => {{
        let run: Run = |$ik| Box::pin(async move { $request.await?.into_result().map(|_| ()) });
        run
    }};
}

struct Operation {
    id: &'static str,
    run: Run,
    line: &'static str,
    body: Value,
    /// The documented success statuses.
    success: &'static [u16],
    /// The documented error statuses besides 401, 403 and 429.
    errors: &'static [u16],
    repeatable: bool,
}

/// Every operation with nothing but its required arguments.
fn operations() -> Vec<Operation> {
    vec![
        Operation {
            id: "get-file-details",
            run: run!(|ik| ik.files().get("f1")),
            line: "GET /v1/files/f1/details",
            body: Value::Null,
            success: &[200],
            errors: &[400, 404],
            repeatable: true,
        },
        Operation {
            id: "update-file-details",
            run: run!(|ik| ik.files().update("f1").unset_tags()),
            line: "PATCH /v1/files/f1/details",
            body: json!({"tags": null}),
            success: &[200],
            errors: &[400, 404],
            repeatable: true,
        },
        Operation {
            id: "update-file-details",
            run: run!(|ik| ik.files().update("f1").extensions([RemoveBg::new().into()])),
            line: "PATCH /v1/files/f1/details",
            body: json!({"extensions": [{"name": "remove-bg"}]}),
            success: &[200],
            errors: &[400, 404],
            repeatable: false,
        },
        Operation {
            id: "update-file-details",
            run: run!(|ik| ik.files().publish("f1")),
            line: "PATCH /v1/files/f1/details",
            body: json!({"publish": {"isPublished": true}}),
            success: &[200],
            errors: &[400, 404],
            repeatable: true,
        },
        Operation {
            id: "update-file-details",
            run: run!(|ik| ik.files().unpublish("f1")),
            line: "PATCH /v1/files/f1/details",
            body: json!({"publish": {"isPublished": false}}),
            success: &[200],
            errors: &[400, 404],
            repeatable: true,
        },
        Operation {
            id: "delete-file",
            run: run!(|ik| ik.files().delete("f1")),
            line: "DELETE /v1/files/f1",
            body: Value::Null,
            success: &[204],
            errors: &[400, 404],
            repeatable: true,
        },
        Operation {
            id: "copy-file",
            run: run!(|ik| ik.files().copy("/a/ü b.jpg", "/c")),
            line: "POST /v1/files/copy",
            body: json!({"sourceFilePath": "/a/ü b.jpg", "destinationPath": "/c"}),
            success: &[204],
            errors: &[400, 404],
            repeatable: false,
        },
        Operation {
            id: "move-file",
            run: run!(|ik| ik.files().move_to("/a/b.jpg", "/c")),
            line: "POST /v1/files/move",
            body: json!({"sourceFilePath": "/a/b.jpg", "destinationPath": "/c"}),
            success: &[204],
            errors: &[400, 404],
            repeatable: false,
        },
        Operation {
            id: "rename-file",
            run: run!(|ik| ik.files().rename("/a/b.jpg", "c.jpg")),
            line: "PUT /v1/files/rename",
            body: json!({"filePath": "/a/b.jpg", "newFileName": "c.jpg"}),
            success: &[200, 207],
            errors: &[400, 404, 409],
            repeatable: false,
        },
        Operation {
            id: "list-file-versions",
            run: run!(|ik| ik.files().versions("f1").list()),
            line: "GET /v1/files/f1/versions",
            body: Value::Null,
            success: &[200],
            errors: &[400, 404],
            repeatable: true,
        },
        Operation {
            id: "get-file-version-details",
            run: run!(|ik| ik.files().versions("f1").get("v:1~x")),
            line: "GET /v1/files/f1/versions/v:1~x",
            body: Value::Null,
            success: &[200],
            errors: &[400, 404],
            repeatable: true,
        },
        Operation {
            id: "delete-file-version",
            run: run!(|ik| ik.files().versions("f1").delete("v1")),
            line: "DELETE /v1/files/f1/versions/v1",
            body: Value::Null,
            success: &[204],
            errors: &[400, 404],
            repeatable: true,
        },
        Operation {
            id: "restore-file-version",
            run: run!(|ik| ik.files().versions("f1").restore("v1")),
            line: "PUT /v1/files/f1/versions/v1/restore",
            body: Value::Null,
            success: &[200],
            errors: &[400, 404],
            repeatable: false,
        },
        Operation {
            id: "get-uploaded-file-metadata",
            run: run!(|ik| ik.files().metadata("f1")),
            line: "GET /v1/files/f1/metadata",
            body: Value::Null,
            success: &[200],
            errors: &[400, 404],
            repeatable: true,
        },
        Operation {
            id: "get-metadata-from-url",
            run: run!(|ik| {
                ik.files()
                    .metadata_from_url("https://ik.imagekit.io/demo/a b.jpg?tr=w-1&x=%2F")
            }),
            line: "GET /v1/metadata?url=https%3A%2F%2Fik.imagekit.io%2Fdemo%2Fa+b.jpg%3Ftr%3Dw-1%26x%3D%252F",
            body: Value::Null,
            success: &[200],
            errors: &[400, 404],
            repeatable: true,
        },
        Operation {
            id: "delete-multiple-files",
            run: run_bulk!(|ik| ik.files().delete_many(["f1", "f2"])),
            line: "POST /v1/files/batch/deleteByFileIds",
            body: json!({"fileIds": ["f1", "f2"]}),
            success: &[200],
            errors: &[400, 404],
            repeatable: true,
        },
        Operation {
            id: "add-tags-bulk",
            run: run_bulk!(|ik| ik.files().add_tags(["f1", "f2"], ["a", "b c"])),
            line: "POST /v1/files/addTags",
            body: json!({"fileIds": ["f1", "f2"], "tags": ["a", "b c"]}),
            success: &[200],
            errors: &[400, 404],
            repeatable: true,
        },
        Operation {
            id: "remove-tags-bulk",
            run: run_bulk!(|ik| ik.files().remove_tags(["f1", "f2"], ["a", "b c"])),
            line: "POST /v1/files/removeTags",
            body: json!({"fileIds": ["f1", "f2"], "tags": ["a", "b c"]}),
            success: &[200],
            errors: &[400, 404],
            repeatable: true,
        },
        Operation {
            id: "remove-ai-tags-bulk",
            run: run_bulk!(|ik| ik.files().remove_ai_tags(["f1", "f2"], ["a", "b c"])),
            line: "POST /v1/files/removeAITags",
            body: json!({"fileIds": ["f1", "f2"], "AITags": ["a", "b c"]}),
            success: &[200],
            errors: &[400, 404],
            repeatable: true,
        },
    ]
}

/// A reply that every operation can read.
fn success(operation: &Operation) -> Vec<u8> {
    match operation.success {
        [204] => reply("204 No Content", &[], ""),
        _ if operation.id == "list-file-versions" => reply_json("200 OK", "[]"),
        _ => reply_json("200 OK", FILE),
    }
}

#[tokio::test]
async fn an_operation_sends_its_arguments_and_nothing_else() {
    for operation in operations() {
        let (server, ik) = steps([Step::Reply(success(&operation))]).await;
        (operation.run)(ik).await.unwrap();
        let expected = (operation.line.to_owned(), operation.body);
        assert_eq!(sent(&server.request()), expected, "{}", operation.id);
    }
}

#[tokio::test]
async fn an_optional_setting_is_sent_when_it_is_set() {
    let cases: Vec<(Run, Value)> = vec![
        (
            run!(|ik| ik.files().update("f").tags(["a", "b"])),
            json!({"tags": ["a", "b"]}),
        ),
        (
            run!(|ik| ik.files().update("f").tags([] as [&str; 0])),
            json!({"tags": []}),
        ),
        (
            run!(|ik| ik.files().update("f").unset_tags()),
            json!({"tags": null}),
        ),
        (
            run!(|ik| ik.files().update("f").tags(["a"]).unset_tags()),
            json!({"tags": null}),
        ),
        (
            run!(|ik| ik.files().update("f").custom_coordinates("1,2,3,4")),
            json!({"customCoordinates": "1,2,3,4"}),
        ),
        (
            run!(|ik| ik.files().update("f").unset_custom_coordinates()),
            json!({"customCoordinates": null}),
        ),
        (
            run!(|ik| {
                ik.files()
                    .update("f")
                    .custom_metadata([("brand", "Nike"), ("size", "s")])
                    .custom_metadata([("price", 9.5)])
                    .custom_metadata([("sizes", json!(["s", 42, true]))])
                    .unset_custom_metadata(["season", "size"])
            }),
            json!({"customMetadata": {
                "brand": "Nike", "price": 9.5, "sizes": ["s", 42, true], "season": null, "size": null,
            }}),
        ),
        (
            run!(|ik| ik.files().update("f").custom_metadata(Map::new())),
            json!({"customMetadata": {}}),
        ),
        (
            run!(|ik| ik.files().update("f").description("")),
            json!({"description": ""}),
        ),
        (
            run!(|ik| ik.files().update("f").remove_ai_tags(["a"])),
            json!({"removeAITags": ["a"]}),
        ),
        (
            run!(|ik| ik.files().update("f").remove_all_ai_tags()),
            json!({"removeAITags": "all"}),
        ),
        (
            run!(|ik| ik.files().update("f").webhook_url("https://example.com/h")),
            json!({"webhookUrl": "https://example.com/h"}),
        ),
        (
            run!(|ik| ik.files().publish("f").include_versions(true)),
            json!({"publish": {"isPublished": true, "includeFileVersions": true}}),
        ),
        (
            run!(|ik| ik.files().unpublish("f").include_versions(false)),
            json!({"publish": {"isPublished": false, "includeFileVersions": false}}),
        ),
    ];
    for (run, body) in cases {
        let (server, ik) = scripted("200 OK", FILE).await;
        run(ik).await.unwrap();
        let expected = ("PATCH /v1/files/f/details".to_owned(), body);
        assert_eq!(sent(&server.request()), expected);
    }

    let (server, ik) = steps([Step::Reply(reply("204 No Content", &[], ""))]).await;
    let copy = ik.files().copy("/a/b.jpg", "/");
    copy.include_versions(true).await.unwrap();
    assert_eq!(
        sent(&server.request()).1,
        json!({"sourceFilePath": "/a/b.jpg", "destinationPath": "/", "includeFileVersions": true})
    );
    let (server, ik) = scripted("200 OK", FILE).await;
    let rename = ik.files().rename("/a/b.jpg", "c.jpg");
    rename.purge_cache(false).await.unwrap();
    assert_eq!(
        sent(&server.request()).1,
        json!({"filePath": "/a/b.jpg", "newFileName": "c.jpg", "purgeCache": false})
    );
}

#[tokio::test]
async fn a_number_that_json_cannot_write_is_refused() {
    let server = Scripted::start([Step::HangUp]).await;
    let ik = server.client();
    for number in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let tagging = || [Extension::from(AutoTagging::google(number, 5))];
        let source = UploadSource::bytes("a.jpg", "a");
        let update = ik.files().update("f1").extensions(tagging()).await;
        let upload = ik.upload(source).extensions(tagging()).await;
        for error in [update.unwrap_err(), upload.unwrap_err()] {
            assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
            let message = format!("{number} is not a number in JSON; give a finite one");
            assert!(error.to_string().contains(&message), "{error}");
        }
    }
    assert_eq!(server.begun(), 0);
}

#[tokio::test]
async fn extensions_are_sent_in_order_with_what_is_set() {
    let mut newer = RemoveBg::new().add_shadow(false);
    newer.extra.insert("edges".to_owned(), json!("soft"));
    let cases: Vec<(Extension, Value)> = vec![
        (RemoveBg::new().into(), json!({"name": "remove-bg"})),
        (
            RemoveBg::new()
                .add_shadow(true)
                .semitransparency(false)
                .bg_color("ff0000")
                .into(),
            json!({"name": "remove-bg", "options": {
                "add_shadow": true, "semitransparency": false, "bg_color": "ff0000",
            }}),
        ),
        (
            RemoveBg::new()
                .bg_image_url("https://example.com/bg.jpg")
                .into(),
            json!({"name": "remove-bg", "options": {"bg_image_url": "https://example.com/bg.jpg"}}),
        ),
        (
            newer.into(),
            json!({"name": "remove-bg", "options": {"add_shadow": false}, "edges": "soft"}),
        ),
        (
            AutoTagging::google(80, 10).into(),
            json!({"name": "google-auto-tagging", "minConfidence": 80, "maxTags": 10}),
        ),
        (
            AutoTagging::aws(72.5, 3).into(),
            json!({"name": "aws-auto-tagging", "minConfidence": 72.5, "maxTags": 3}),
        ),
        (
            AutoDescription::new().into(),
            json!({"name": "ai-auto-description"}),
        ),
        (
            SavedExtensionReference::new("ext_1").into(),
            json!({"name": "saved-extension", "id": "ext_1"}),
        ),
        (
            Extension::Unknown(json!({"name": "upscale", "factor": 2})),
            json!({"name": "upscale", "factor": 2}),
        ),
        (
            AiTasks::new([
                AiTaskSelectTags::new("Which colors?").into(),
                AiTaskSelectTags::new("Which colors?")
                    .vocabulary(["red", "blue"])
                    .min_selections(0)
                    .max_selections(2)
                    .into(),
                select_metadata("Which brand?", "brand")
                    .vocabulary([
                        AiTaskSelectMetadataValue::from("Nike"),
                        1.5.into(),
                        true.into(),
                    ])
                    .min_selections(1)
                    .max_selections(1)
                    .into(),
                AiTaskYesNo::new("A shoe?")
                    .on_yes(
                        AiTaskAction::new()
                            .add_tags(["shoe"])
                            .remove_tags(["hat"])
                            .set_metadata("kind", "shoe")
                            .set_metadata("sizes", [41, 42])
                            .set_metadata("sold", false)
                            .unset_metadata("season")
                            .unset_metadata("year"),
                    )
                    .on_no(AiTaskAction::new().add_tags(["other"]))
                    .on_unknown(AiTaskAction::new())
                    .into(),
            ])
            .into(),
            json!({"name": "ai-tasks", "tasks": [
                {"type": "select_tags", "instruction": "Which colors?"},
                {"type": "select_tags", "instruction": "Which colors?", "vocabulary": ["red", "blue"],
                    "min_selections": 0, "max_selections": 2},
                {"type": "select_metadata", "instruction": "Which brand?", "field": "brand",
                    "vocabulary": ["Nike", 1.5, true], "min_selections": 1, "max_selections": 1},
                {"type": "yes_no", "instruction": "A shoe?",
                    "on_yes": {
                        "add_tags": ["shoe"], "remove_tags": ["hat"],
                        "set_metadata": [
                            {"field": "kind", "value": "shoe"},
                            {"field": "sizes", "value": [41, 42]},
                            {"field": "sold", "value": false},
                        ],
                        "unset_metadata": [{"field": "season"}, {"field": "year"}],
                    },
                    "on_no": {"add_tags": ["other"]},
                    "on_unknown": {}},
            ]}),
        ),
    ];
    let saved = [AutoTagging::google(80, 10), AutoTagging::aws(72.5, 3)];
    for (tagging, case) in saved.into_iter().zip(&cases[4..]) {
        let config = ExtensionConfig::from(tagging);
        assert_eq!(serde_json::to_value(&config).unwrap(), case.1);
    }
    let (extensions, expected): (Vec<_>, Vec<_>) = cases.into_iter().unzip();
    let (server, ik) = scripted("200 OK", FILE).await;
    let update = ik.files().update("f").extensions(extensions);
    update.await.unwrap();
    assert_eq!(sent(&server.request()).1, json!({ "extensions": expected }));
}

/// Operations whose replies describe a file.
const NEED_A_FILE: [&str; 5] = [
    "get-file-details",
    "update-file-details",
    "list-file-versions",
    "get-file-version-details",
    "restore-file-version",
];

/// A reply without a property that every file has is an error, which keeps all of it and says that
/// a change was made.
#[tokio::test]
async fn a_file_without_what_every_file_has_is_an_error_that_keeps_the_reply() {
    let required = [
        "fileId",
        "type",
        "name",
        "filePath",
        "url",
        "fileType",
        "size",
        "versionInfo",
        "createdAt",
        "updatedAt",
    ];
    for operation in operations()
        .into_iter()
        .filter(|it| NEED_A_FILE.contains(&it.id))
    {
        for property in required {
            let mut body = but(FILE, json!({ property: null }));
            if operation.id == "list-file-versions" {
                body = format!("[{FILE},{body}]");
            }
            let (server, ik) = scripted("200 OK", &body).await;
            let error = (operation.run)(ik).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Decode);
            assert_eq!(error.status(), Some(200));
            assert_eq!(error.body(), Some(body.as_bytes()));
            assert_eq!(error.request_id(), Some("req-1"));
            assert!(error.may_have_been_sent());
            let text = error.to_string();
            assert!(
                text.contains(&format!("missing field `{property}`")),
                "{text}"
            );
            let is_write = !server.request().line.starts_with("GET ");
            assert_eq!(
                text.contains("so the request was probably carried out"),
                is_write,
                "{text}"
            );
            assert_eq!(server.requests().len(), 1);
        }
    }
}

#[tokio::test]
async fn every_success_is_read_whatever_it_leaves_out_or_adds() {
    let nulls = r#""tags":null,"AITags":null,"customCoordinates":null,"customMetadata":null,"embeddedMetadata":null,
        "extensionStatus":null,"purgeRequestId":null,"message":null,"exif":null,"pHash":null,
        "successfullyDeletedFileIds":null,"successfullyUpdatedFileIds":null,"errors":null}"#;
    let nulls = format!("{},{nulls}", FILE.strip_suffix('}').unwrap());
    let unknown = but(
        FILE,
        json!({
            "type": "file-of-the-future", "color": {"r": [1, 2.5]}, "size": 1e3, "width": 72.5,
            "extensionStatus": {"remove-bg": "queued", "upscale": "pending"}, "createdAt": "yesterday",
        }),
    );
    for operation in operations() {
        let list = operation.id == "list-file-versions";
        let needs_a_file = NEED_A_FILE.contains(&operation.id);
        for status in operation.success {
            let bodies = match status {
                204 => vec!["", "{}"],
                _ if needs_a_file => vec![FILE, &nulls, &unknown],
                _ => vec!["", "{}", &nulls, &unknown],
            };
            for body in bodies {
                let body = match list && !body.is_empty() {
                    true => format!("[{body}]"),
                    false => body.to_owned(),
                };
                let (server, ik) = scripted(&format!("{status} x"), &body).await;
                (operation.run)(ik)
                    .await
                    .unwrap_or_else(|error| panic!("{} {body}: {error}", operation.id));
                assert_eq!(server.requests().len(), 1);
            }
        }
    }
}

#[tokio::test]
async fn details_come_back_whole() {
    let body = json!({
        "fileId": "f1", "type": "file", "name": "a.jpg", "filePath": "/x/a.jpg", "tags": ["t"],
        "AITags": [{"name": "Shoe", "confidence": 90.1, "source": "google-auto-tagging"}],
        "versionInfo": {"id": "v1", "name": "Version 1"}, "isPrivateFile": false, "isPublished": true,
        "customCoordinates": "1,2,3,4", "url": "https://ik.imagekit.io/demo/x/a.jpg",
        "thumbnail": "https://ik.imagekit.io/demo/tr:n-t/x/a.jpg", "fileType": "image", "mime": "image/jpeg",
        "width": 800, "height": 600, "size": 9007199254740993u64, "hasAlpha": false,
        "customMetadata": {"brand": "Nike"}, "embeddedMetadata": {"XResolution": 72},
        "createdAt": "2026-05-04T10:20:30.456Z", "updatedAt": "2026-05-04T10:20:31Z",
        "extensionStatus": {"remove-bg": "pending"}, "newer": [1],
    })
    .to_string();
    let (_server, ik) = scripted("200 OK", &body).await;
    let file = ik.files().update("f1").description("d").await.unwrap();
    assert_eq!(file.file_id, "f1");
    assert_eq!(file.tags.as_deref(), Some(["t".to_owned()].as_slice()));
    assert_eq!(file.size.as_u64(), Some(9_007_199_254_740_993));
    let status = file.extension_status.as_ref().unwrap();
    assert_eq!(status.remove_bg.as_ref().unwrap().as_str(), "pending");
    assert_eq!(file.extra["newer"], json!([1]));
    assert_eq!(file.body().as_ref(), body.as_bytes());
    assert_eq!(file.request_id(), Some("req-1"));

    let version = ik.files().versions("f1").get("v1").await.unwrap();
    assert_eq!(version.version_info.id, "v1");
    let restored = ik.files().versions("f1").restore("v1").await.unwrap();
    assert_eq!(restored.name, "a.jpg");
    let published = ik.files().publish("f1").await.unwrap();
    assert_eq!(published.is_published, Some(true));
}

#[tokio::test]
async fn versions_come_back_as_a_list() {
    let version = but(FILE, json!({"type": "file-version"}));
    let (_server, ik) = scripted("200 OK", &format!("[{FILE},{version}]")).await;
    let versions = ik.files().versions("f1").list().await.unwrap();
    let kinds: Vec<&str> = versions
        .iter()
        .map(|version| version.type_.as_str())
        .collect();
    assert_eq!(kinds, ["file", "file-version"]);
}

#[tokio::test]
async fn metadata_comes_back_for_files_and_urls() {
    let body = r#"{"height":68,"width":100,"size":7749,"format":"jpg","hasColorProfile":true,"quality":0,"density":72,
        "hasTransparency":false,"pHash":"f06830ca9f1e3e90","duration":1.25,
        "exif":{"image":{"Make":"Canon","XResolution":72.5},"makernote":{},"new":1}}"#;
    let (_server, ik) = scripted("200 OK", body).await;
    let metadata = ik.files().metadata("f1").await.unwrap();
    assert_eq!(metadata.p_hash.as_deref(), Some("f06830ca9f1e3e90"));
    let exif = metadata.exif.as_ref().unwrap();
    assert_eq!(exif.image.as_ref().unwrap().make.as_deref(), Some("Canon"));
    let url = "https://ik.imagekit.io/demo/a.jpg";
    let metadata = ik.files().metadata_from_url(url).await.unwrap();
    assert_eq!(metadata.format.as_deref(), Some("jpg"));
}

#[tokio::test]
async fn a_renamed_file_has_the_result_of_its_purge() {
    let (_server, ik) = scripted("200 OK", r#"{"purgeRequestId":"p1"}"#).await;
    let rename = ik.files().rename("/a/b.jpg", "c.jpg").purge_cache(true);
    let renamed = rename.clone().await.unwrap();
    assert_eq!(renamed.purge_request_id.as_deref(), Some("p1"));
    assert!(!renamed.purge_failed());

    let body =
        r#"{"message":"File renamed, but not purged.","help":"Wait.","reason":"PURGE_FAILED"}"#;
    let (server, ik) = scripted("207 Multi-Status", body).await;
    let rename = ik.files().rename("/a/b.jpg", "c.jpg").purge_cache(true);
    let renamed = rename.await.unwrap();
    assert!(renamed.purge_failed());
    assert_eq!(renamed.reason.as_deref(), Some("PURGE_FAILED"));
    assert_eq!(
        renamed.message.as_deref(),
        Some("File renamed, but not purged.")
    );
    assert_eq!(renamed.help.as_deref(), Some("Wait."));
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn every_error_status_has_its_kind() {
    let bodies = [
        r#"{"message":"no","help":"ask","reason":"SOME_REASON","errors":{"tags":"bad"}}"#,
        r#"{"message":"no"}"#,
        "{}",
        "",
        "<html>no</html>",
    ];
    for operation in operations() {
        // 429 comes last: it slows down the requests that follow.
        let statuses = [401, 403, 500].iter().chain(operation.errors).chain(&[429]);
        let replies: Vec<(u16, &str)> = statuses
            .flat_map(|status| bodies.map(|body| (*status, body)))
            .collect();
        let steps = replies
            .iter()
            .map(|(status, body)| Step::Reply(reply_json(&format!("{status} x"), body)));
        let server = Scripted::start(steps.collect::<Vec<_>>()).await;
        let mut ik = client(&server.url, RetryPolicy::none());
        for (status, body) in replies {
            if status == 429 {
                ik = client(&server.url, RetryPolicy::none());
            }
            let kind = match status {
                400 => ErrorKind::BadRequest,
                401 => ErrorKind::Unauthorized,
                403 => ErrorKind::Forbidden,
                404 => ErrorKind::NotFound,
                409 => ErrorKind::Conflict,
                429 => ErrorKind::RateLimited,
                _ => ErrorKind::Server,
            };
            let error = (operation.run)(ik.clone()).await.unwrap_err();
            assert_eq!(error.kind(), kind, "{error}");
            assert_eq!(error.status(), Some(status), "{error}");
            assert_eq!(error.operation(), Some(operation.id));
            assert_eq!(error.request_id(), Some("req-1"));
            assert_eq!(error.body(), Some(body.as_bytes()));
            assert!(error.may_have_been_sent());
            if body == bodies[0] {
                assert_eq!(error.message(), Some("no"));
                assert_eq!(error.help(), Some("ask"));
                assert_eq!(error.reason(), Some("SOME_REASON"));
            }
        }
    }
}

#[tokio::test]
async fn only_what_is_repeatable_is_sent_again() {
    for operation in operations() {
        let (server, ik) = steps([Step::HangUp, Step::Reply(success(&operation))]).await;
        let result = (operation.run)(ik).await;
        let requests = server.requests();
        if operation.repeatable {
            result.unwrap();
            assert_eq!(requests.len(), 2, "{}", operation.id);
            assert_eq!(sent(&requests[0]), sent(&requests[1]));
        } else {
            let error = result.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Connection, "{error}");
            assert!(error.may_have_been_sent());
            assert_eq!(requests.len(), 1, "{}", operation.id);
        }
    }
}

#[tokio::test]
async fn an_update_with_extensions_is_repeated_when_the_caller_wants_it() {
    let (server, ik) = steps([Step::HangUp, Step::Reply(reply_json("200 OK", FILE))]).await;
    let policy = RetryPolicy::new()
        .base_delay(Duration::from_millis(1))
        .repeat_unsafe(true);
    let update = ik.files().update("f").extensions([RemoveBg::new().into()]);
    update.retry(policy).await.unwrap();
    assert_eq!(server.requests().len(), 2);
}

/// An update with one AI task.
fn with_task(ik: ImageKit, task: impl Into<AiTask>) -> UpdateFile {
    let tasks = AiTasks::new([task.into()]);
    ik.files().update("f").extensions([tasks.into()])
}

#[tokio::test]
async fn bad_input_is_refused_before_any_request() {
    let by_path = "give the id that ImageKit assigned; to search for the file by its path or URL, use \
                   `files().find(\"/folder/name.jpg\")`";
    let no_file = format!("`` is not a valid id: it is empty; {by_path}");
    let no_step = format!("is not a valid id: it is a path; {by_path}");
    let no_path = "is empty; give the path of the file, such as `/products/shoe.jpg`";
    let no_folder =
        "is empty; give the path of a folder, such as `/archive`, or `/` for the top one";
    let percent = "`5%` is not a valid tag: it contains `%`; leave the character out";
    let long = "has 501 characters in all; at most 500 are allowed: give fewer or shorter tags";
    let cases: Vec<(Run, String)> = vec![
        (run!(|ik| ik.files().get("")), format!("file_id: {no_file}")),
        (run!(|ik| ik.files().update(".").unset_tags()), format!("file_id: `.` {no_step}")),
        (run!(|ik| ik.files().publish("..")), format!("file_id: `..` {no_step}")),
        (run!(|ik| ik.files().unpublish("")), format!("file_id: {no_file}")),
        (run!(|ik| ik.files().delete("")), format!("file_id: {no_file}")),
        (run!(|ik| ik.files().metadata("")), format!("file_id: {no_file}")),
        (run!(|ik| ik.files().versions("").list()), format!("file_id: {no_file}")),
        (run!(|ik| ik.files().versions("").get("v")), format!("file_id: {no_file}")),
        (run!(|ik| ik.files().versions("f").get("")), "version_id: `` is not a valid id: it is empty; give the id that ImageKit assigned".to_owned()),
        (run!(|ik| ik.files().versions("f").delete("..")), "version_id: `..` is not a valid id: it is a path; give the id that ImageKit assigned".to_owned()),
        (run!(|ik| ik.files().versions("f").restore(".")), "version_id: `.` is not a valid id: it is a path; give the id that ImageKit assigned".to_owned()),
        (run!(|ik| ik.files().copy("", "/c")), format!("from_path: {no_path}")),
        (run!(|ik| ik.files().copy("/a.jpg", "")), format!("to_folder: {no_folder}")),
        (run!(|ik| ik.files().move_to("", "/c")), format!("from_path: {no_path}")),
        (run!(|ik| ik.files().move_to("/a.jpg", "")), format!("to_folder: {no_folder}")),
        (run!(|ik| ik.files().rename("", "c.jpg")), format!("path: {no_path}")),
        (
            run!(|ik| ik.files().rename("/a.jpg", "")),
            "new_name: is empty; give a name without a path, such as `boot.jpg`".to_owned(),
        ),
        (
            run!(|ik| ik.files().rename("/a.jpg", "/b/c.jpg")),
            "new_name: `/b/c.jpg` is not a valid name: it has a path; give a name such as `boot.jpg`, and use `move_to` to change \
             the folder"
                .to_owned(),
        ),
        (
            run!(|ik| ik.files().metadata_from_url("/a.jpg")),
            "url: `/a.jpg` is not an http or https URL; give one of your account's".to_owned(),
        ),
        (run!(|ik| ik.files().update("f").tags(["a", "5%"])), format!("tags: {percent}")),
        (
            run!(|ik| ik.files().update("f").tags(["ü".repeat(251), "b".repeat(250)])),
            format!("tags: {long}"),
        ),
        (
            run!(|ik| {
                let saved = SavedExtensionReference::new("");
                ik.files().update("f").extensions([saved.into()])
            }),
            "id: `` is not a valid id: it is empty; give the id that ImageKit assigned".to_owned(),
        ),
        (
            run!(|ik| ik.files().update("f").extensions([AiTasks::new([]).into()])),
            "tasks: has 0 tasks; give 1 to 10".to_owned(),
        ),
        (
            run!(|ik| {
                let tasks = vec![AiTaskSelectTags::new("?").into(); 11];
                ik.files().update("f").extensions([AiTasks::new(tasks).into()])
            }),
            "tasks: has 11 tasks; give 1 to 10".to_owned(),
        ),
        (
            run!(|ik| with_task(ik, AiTaskYesNo::new(""))),
            "instruction: has 0 characters; give 1 to 2000".to_owned(),
        ),
        (
            run!(|ik| with_task(ik, AiTaskSelectTags::new("ü".repeat(2001)))),
            "instruction: has 2001 characters; give 1 to 2000".to_owned(),
        ),
        (
            run!(|ik| with_task(ik, select_metadata("?", ""))),
            "field: is empty; name the field that gets the value".to_owned(),
        ),
        (
            run!(|ik| {
                with_task(ik, AiTaskSelectTags::new("?").vocabulary([] as [&str; 0]))
            }),
            "vocabulary: is empty; give at least one value, or don't set it".to_owned(),
        ),
        (
            run!(|ik| with_task(ik, AiTaskSelectTags::new("?").vocabulary(["5%"]))),
            format!("vocabulary: {percent}"),
        ),
        (
            run!(|ik| {
                with_task(ik, select_metadata("?", "f").vocabulary([] as [&str; 0]))
            }),
            "vocabulary: is empty; give at least one value, or don't set it".to_owned(),
        ),
        (
            run!(|ik| with_task(ik, AiTaskSelectTags::new("?").max_selections(0))),
            "max_selections: is less than 1; give at least 1".to_owned(),
        ),
        (
            run!(|ik| {
                with_task(ik, select_metadata("?", "f").max_selections(0))
            }),
            "max_selections: is less than 1; give at least 1".to_owned(),
        ),
        (
            run!(|ik| ik.files().delete_many([] as [&str; 0])),
            "file_ids: is empty; give the id of at least one file".to_owned(),
        ),
        (run!(|ik| ik.files().delete_many(["a", ""])), format!("file_ids: {no_file}")),
        (
            run!(|ik| ik.files().delete_many(["a"]).concurrency(0)),
            "concurrency: is 0, so that nothing would ever be sent; allow at least 1 request".to_owned(),
        ),
        (
            run!(|ik| ik.files().add_tags(["a"], [] as [&str; 0])),
            "tags: is empty; give at least one tag".to_owned(),
        ),
        (
            run!(|ik| ik.files().add_tags(["a"], ["a", ""])),
            "tags: one of the tags is empty; leave it out".to_owned(),
        ),
        (run!(|ik| ik.files().add_tags(["a"], ["5%"])), format!("tags: {percent}")),
        (
            run!(|ik| ik.files().add_tags(["a"], ["b".repeat(501)])),
            format!("tags: {long}"),
        ),
        (
            run!(|ik| ik.files().add_tags([] as [&str; 0], ["a"])),
            "file_ids: is empty; give the id of at least one file".to_owned(),
        ),
        (
            run!(|ik| ik.files().remove_tags(["a"], [] as [&str; 0])),
            "tags: is empty; give at least one tag".to_owned(),
        ),
        (
            run!(|ik| ik.files().remove_ai_tags(["a"], [] as [&str; 0])),
            "ai_tags: is empty; give at least one tag".to_owned(),
        ),
    ];
    let (server, ik) = scripted("200 OK", FILE).await;
    for (run, message) in cases {
        let error = run(ik.clone()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
        assert_eq!(error.to_string(), message);
        assert!(!error.may_have_been_sent());
    }
    assert_eq!(server.requests(), []);
}

fn ids(range: std::ops::Range<usize>) -> Vec<String> {
    range.map(|n| format!("f{n}")).collect()
}

/// The ids in the body of a request.
fn file_ids(request: &Request) -> Vec<String> {
    serde_json::from_value(sent(request).1["fileIds"].take()).unwrap()
}

/// Ids and reasons of the files that failed.
fn failures(outcome: &BulkOutcome) -> Vec<(&str, &str)> {
    let failed = outcome.failed.iter();
    failed
        .map(|failure| (failure.item.as_str(), failure.reason.as_str()))
        .collect()
}

#[tokio::test]
async fn a_bulk_call_is_cut_at_the_documented_limit() {
    for (number, delete, change) in [
        (1, &[1][..], &[1][..]),
        (50, &[50], &[50]),
        (51, &[51], &[50, 1]),
        (100, &[100], &[50, 50]),
        (101, &[100, 1], &[50, 50, 1]),
        (250, &[100, 100, 50], &[50; 5]),
    ] {
        let given = ids(0..number);
        for (operation, lengths) in [
            ("delete", delete),
            ("add", change),
            ("remove", change),
            ("ai", change),
        ] {
            let (server, ik) = scripted("200 OK", FILE).await;
            let files = ik.files();
            let outcome = match operation {
                "delete" => files.delete_many(&given).concurrency(1).await,
                "add" => files.add_tags(&given, ["t"]).concurrency(1).await,
                "remove" => files.remove_tags(&given, ["t"]).concurrency(1).await,
                _ => files.remove_ai_tags(&given, ["t"]).concurrency(1).await,
            }
            .unwrap();
            assert_eq!(outcome.succeeded, given);
            assert_eq!(outcome.replies.len(), lengths.len());
            let requests = server.requests();
            let parts: Vec<Vec<String>> = requests.iter().map(file_ids).collect();
            assert_eq!(parts.iter().map(Vec::len).collect::<Vec<_>>(), lengths);
            assert_eq!(parts.concat(), given);
        }
    }
}

#[tokio::test]
async fn an_id_that_is_given_twice_counts_once() {
    let (server, ik) = scripted("200 OK", FILE).await;
    let given = [ids(0..100), ids(50..101)].concat();
    let outcome = ik.files().delete_many(given).concurrency(1).await.unwrap();
    assert_eq!(outcome.succeeded, ids(0..101));
    let parts: Vec<_> = server.requests().iter().map(file_ids).collect();
    assert_eq!(parts, [ids(0..100), ids(100..101)]);
}

#[tokio::test]
async fn parts_run_side_by_side_within_bounds_and_come_back_in_order() {
    let (first, others) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0)));
    let held = |permits: &Arc<Semaphore>| Step::Held(permits.clone(), reply_json("200 OK", FILE));
    let arrived = |server: &Scripted, count: usize| {
        let requests = server.requests();
        assert!(requests.len() <= count, "{}", requests.len());
        requests.len() == count
    };
    // The first reply is the last of its four.
    let (server, ik) = steps([held(&first), held(&others)]).await;
    let given = ids(0..450);
    let tagging = tokio::spawn(ik.files().add_tags(&given, ["t"]).into_future());
    until("four parts", || arrived(&server, 4)).await;
    others.add_permits(3);
    until("three replies", || others.available_permits() == 0).await;
    assert!(arrived(&server, 4));
    first.add_permits(1);
    until("eight parts", || arrived(&server, 8)).await;
    others.add_permits(4);
    until("all parts", || arrived(&server, 9)).await;
    others.add_permits(1);
    let outcome = soon(tagging).await.unwrap().unwrap();
    assert_eq!(outcome.succeeded, given);
    assert_eq!(outcome.replies.len(), 9);

    let one = Arc::new(Semaphore::new(0));
    let (server, ik) = steps([held(&one)]).await;
    let deletion = ik.files().delete_many(ids(0..201)).concurrency(1);
    let deletion = tokio::spawn(deletion.into_future());
    for count in 1..=3 {
        until("the next part", || arrived(&server, count)).await;
        one.add_permits(1);
    }
    soon(deletion)
        .await
        .unwrap()
        .unwrap()
        .into_result()
        .unwrap();

    let all = Arc::new(Semaphore::new(0));
    let (server, ik) = steps([held(&all)]).await;
    let deletion = ik.files().delete_many(ids(0..600)).concurrency(100);
    let deletion = tokio::spawn(deletion.into_future());
    until("all parts", || arrived(&server, 6)).await;
    all.add_permits(6);
    soon(deletion)
        .await
        .unwrap()
        .unwrap()
        .into_result()
        .unwrap();
}

#[tokio::test]
async fn a_partial_success_tells_each_failure() {
    let body = |list: &str| {
        json!({
            list: ["c", "a"],
            "errors": [
                {"fileId": "b", "error": "No file has this id.", "newer": 1},
                {"fileId": "d", "error": null},
                {"fileId": "e", "error": "Locked."},
                {"error": "Whose?"},
            ],
            "newer": true,
        })
        .to_string()
    };
    let given = ["a", "b", "c", "d", "e", "f"];
    let deleted = body("successfullyDeletedFileIds");
    let updated = body("successfullyUpdatedFileIds");
    for (operation, body) in [
        ("delete", &deleted),
        ("add", &updated),
        ("remove", &updated),
        ("ai", &updated),
    ] {
        let (server, ik) = scripted("207 Multi-Status", body).await;
        let outcome = match operation {
            "delete" => ik.files().delete_many(given).await,
            "add" => ik.files().add_tags(given, ["t"]).await,
            "remove" => ik.files().remove_tags(given, ["t"]).await,
            _ => ik.files().remove_ai_tags(given, ["t"]).await,
        }
        .unwrap();
        assert_eq!(server.requests().len(), 1);
        assert_eq!(outcome.succeeded, ["a", "c"]);
        let expected = [
            ("b", "No file has this id."),
            ("d", "the server gives no reason"),
            ("e", "Locked."),
            ("f", "the response doesn't say whether it succeeded"),
        ];
        assert_eq!(failures(&outcome), expected);
        assert!(outcome.failed.iter().all(|failure| failure.error.is_none()));
        assert_eq!(outcome.replies[0].http_status(), 207);
        assert_eq!(outcome.replies[0].request_id(), Some("req-1"));
        assert_eq!(outcome.replies[0].body().as_ref(), body.as_bytes());
        let error = outcome.into_result().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::PartialSuccess);
        assert!(error.may_have_been_sent());
        assert_eq!(
            (error.status(), error.request_id()),
            (Some(207), Some("req-1"))
        );
        assert_eq!(error.body(), Some(body.as_bytes()));
        let id = match operation {
            "delete" => "delete-multiple-files",
            "add" => "add-tags-bulk",
            "remove" => "remove-tags-bulk",
            _ => "remove-ai-tags-bulk",
        };
        assert_eq!(
            error.to_string(),
            format!(
                "{id}: 4 of 6 files failed, the first of them b: No file has this id. (request id req-1)"
            )
        );
    }
}

#[tokio::test]
async fn what_a_207_does_not_name_did_not_surely_succeed() {
    for body in [
        "",
        "{}",
        r#"{"errors":null}"#,
        r#"{"successfullyDeletedFileIds":[],"errors":[]}"#,
    ] {
        let (_server, ik) = scripted("207 Multi-Status", body).await;
        let outcome = ik.files().delete_many(["a"]).await.unwrap();
        assert_eq!(
            failures(&outcome),
            [("a", "the response doesn't say whether it succeeded")],
            "{body}"
        );
        let error = outcome.into_result().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::PartialSuccess);
    }
    // Nor what a complete success names no longer.
    let (_server, ik) = scripted("200 OK", r#"{"successfullyDeletedFileIds":["b","a"]}"#).await;
    let outcome = ik.files().delete_many(["a", "b", "c"]).await.unwrap();
    assert_eq!(outcome.succeeded, ["a", "b"]);
    assert_eq!(outcome.failed[0].item, "c");
}

#[tokio::test]
async fn a_part_that_fails_as_a_whole_fails_each_of_its_files() {
    let missing = r#"{"message":"Some files do not exist.","missingFileIds":["f101","f150"]}"#;
    let (server, ik) = steps([
        Step::Reply(reply_json("200 OK", FILE)),
        Step::Reply(reply_json("404 Not Found", missing)),
        Step::Reply(reply_json("200 OK", FILE)),
    ])
    .await;
    let given = ids(0..250);
    let outcome = ik.files().delete_many(&given).concurrency(1).await.unwrap();
    assert_eq!(server.requests().len(), 3);
    assert_eq!(outcome.succeeded, [ids(0..100), ids(200..250)].concat());
    assert_eq!(outcome.replies.len(), 2);
    let failed: Vec<_> = outcome.failed.iter().map(|failure| &failure.item).collect();
    assert_eq!(failed, ids(100..200).iter().collect::<Vec<_>>());
    for failure in &outcome.failed {
        assert_eq!(
            failure.reason,
            "the server answered 404 Not Found: Some files do not exist."
        );
        let error = failure.error.as_ref().unwrap();
        assert_eq!(error.kind(), ErrorKind::NotFound);
        assert_eq!(error.missing_file_ids(), ["f101", "f150"]);
    }
    let error = outcome.into_result().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::PartialSuccess);
    assert_eq!(
        error.to_string(),
        "delete-multiple-files: 100 of 250 files failed, the first of them f100: \
         the server answered 404 Not Found: Some files do not exist. (request id req-1)"
    );
}

#[tokio::test]
async fn the_error_of_a_bulk_call_that_did_nothing_is_that_of_its_request() {
    let (_server, ik) = scripted("401 x", r#"{"message":"no","help":"ask"}"#).await;
    let outcome = ik.files().add_tags(ids(0..120), ["t"]).await.unwrap();
    assert_eq!(outcome.failed.len(), 120);
    let error = outcome.into_result().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unauthorized);
    assert_eq!(error.status(), Some(401));
    assert_eq!(error.help(), Some("ask"));
    assert_eq!(
        error.to_string(),
        "add-tags-bulk: 120 of 120 files failed, the first of them f0: \
         the server answered 401 Unauthorized: no ask (request id req-1)"
    );
    let cause = error.get_ref().unwrap();
    assert_eq!(
        cause.to_string(),
        "add-tags-bulk: the server answered 401 Unauthorized: no ask (request id req-1)"
    );

    let (_server, ik) = scripted("404 x", r#"{"message":"no","missingFileIds":["b"]}"#).await;
    let outcome = ik.files().delete_many(["a", "b"]).await.unwrap();
    let error = outcome.into_result().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert_eq!(error.missing_file_ids(), ["b"]);
    for body in [
        "{}",
        "",
        r#"{"missingFileIds":null}"#,
        r#"{"missingFileIds":"b"}"#,
        "<p>",
    ] {
        let (_server, ik) = scripted("404 x", body).await;
        let error = ik.files().get("f").await.unwrap_err();
        assert_eq!(error.missing_file_ids(), [] as [&str; 0], "{body}");
    }
}

#[tokio::test]
async fn a_bulk_call_keeps_to_its_own_time_and_policy() {
    let slow = Step::Silent;
    let quick = Step::Reply(reply_json("200 OK", FILE));

    // The second part uses up the time.
    let (server, ik) = steps([quick, slow.clone()]).await;
    let request = ik.files().delete_many(ids(0..400)).concurrency(1);
    let request = request.timeout(2 * HOUR).total_timeout(HOUR);
    let request = tokio::spawn(request.into_future());
    until("the second part", || server.requests().len() == 2).await;
    pass(HOUR).await;
    let outcome = soon(request).await.unwrap().unwrap();
    assert_eq!(outcome.succeeded, ids(0..100));
    let errors: Vec<&Error> = outcome
        .failed
        .iter()
        .map(|failure| failure.error.as_ref().unwrap())
        .collect();
    assert_eq!(errors.len(), 300);
    assert!(
        errors
            .iter()
            .all(|error| error.kind() == ErrorKind::Timeout)
    );
    // The third and the fourth part were never sent.
    let sent: Vec<bool> = errors
        .iter()
        .map(|error| error.may_have_been_sent())
        .collect();
    assert_eq!(sent, [vec![true; 100], vec![false; 200]].concat());
    assert_eq!(
        outcome.failed[299].reason,
        "not sent: the time of all requests, 3600s (`total_timeout`), is over"
    );
    assert_eq!(server.requests().len(), 2);

    let (server, ik) = steps([slow]).await;
    let request = ik.files().delete_many(["a"]).retry(RetryPolicy::none());
    let request = tokio::spawn(request.timeout(HOUR).into_future());
    until("the request", || server.requests().len() == 1).await;
    pass(HOUR).await;
    let outcome = soon(request).await.unwrap().unwrap();
    let error = outcome.into_result().unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Timeout, 1));

    let (server, ik) = scripted("503 x", "").await;
    let request = ik.files().remove_tags(["a"], ["t"]);
    let outcome = request.retry(RetryPolicy::none()).await.unwrap();
    assert_eq!(outcome.failed.len(), 1);
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn each_request_of_a_bulk_call_has_the_headers_of_the_call() {
    let (server, ik) = scripted("200 OK", r#"{"successfullyDeletedFileIds": []}"#).await;
    let ids: Vec<String> = (0..150).map(|n| format!("f{n}")).collect();
    let request = ik.files().delete_many(ids).header("X-Trace", "7");
    let _ = request.await.unwrap();
    let requests = server.requests();
    assert_eq!(requests.len(), 2);
    for request in requests {
        assert_eq!(request.header("x-trace"), Some("7"));
    }
}

#[tokio::test]
async fn a_bulk_call_without_a_key_is_an_error_at_once() {
    let server = Scripted::start(reply_json("200 OK", FILE)).await;
    let ik = ImageKit::builder().base_url(&server.url).build().unwrap();
    let error = ik.files().delete_many(["a"]).await.unwrap_err();
    assert_eq!(error.argument(), Some("private_key"));
    assert_eq!(server.requests(), []);
}

#[tokio::test]
async fn a_bulk_call_to_nowhere_was_not_sent() {
    let (url, _socket) = nowhere();
    let ik = ImageKit::builder()
        .private_key("private_key_test")
        .base_url(&url)
        .retry(RetryPolicy::none())
        .build()
        .unwrap();
    let outcome = ik.files().delete_many(["a", "b"]).await.unwrap();
    assert_eq!(outcome.failed.len(), 2);
    let error = outcome.into_result().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connection);
    assert!(!error.may_have_been_sent());
}

/// Copies or moves of many files, as the tests of both send them.
type Many = fn(&ImageKit, Vec<String>) -> Bulk;
type Bulk = Pin<Box<dyn Future<Output = Result<BulkOutcome, Error>> + Send>>;

fn one_at_a_time() -> [(&'static str, &'static str, Many); 2] {
    [
        ("copy", "copy-file", |ik, paths| {
            let copies = ik.files().copy_many(paths, "/archive");
            copies.concurrency(1).into_future()
        }),
        ("move", "move-file", |ik, paths| {
            let moves = ik.files().move_many(paths, "/archive");
            moves.concurrency(1).into_future()
        }),
    ]
}

fn paths(names: &str) -> Vec<String> {
    names
        .split(' ')
        .map(|name| format!("/a/{name}.jpg"))
        .collect()
}

/// The paths in the bodies of requests.
fn source_paths(server: &Scripted) -> Vec<String> {
    let bodies = server
        .requests()
        .into_iter()
        .map(|request| sent(&request).1);
    bodies
        .map(|body| body["sourceFilePath"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn copies_and_moves_of_many_files_tell_the_result_of_each() {
    let missing = r#"{"message":"No such file.","help":"Look again."}"#;
    let script = || {
        [
            Step::Reply(reply_json("204 No Content", "")),
            Step::Reply(reply_json("404 Not Found", missing)),
            Step::Reply(reply_json("200 OK", "{}")),
            Step::Reply(reply_json("403 Forbidden", "")),
            Step::Reply(reply_json("204 No Content", "")),
        ]
    };
    for (name, operation, many) in one_at_a_time() {
        let (server, ik) = steps(script()).await;
        // What is given twice counts once.
        let outcome = many(&ik, paths("b c d c e b f")).await.unwrap();
        let expected: Vec<_> = paths("b c d e f")
            .iter()
            .map(|path| {
                let body = json!({"sourceFilePath": path, "destinationPath": "/archive"});
                (format!("POST /v1/files/{name}"), body)
            })
            .collect();
        let requests: Vec<_> = server.requests().iter().map(sent).collect();
        assert_eq!(requests, expected);
        assert_eq!(outcome.succeeded, paths("b d f"));
        let statuses: Vec<_> = outcome
            .replies
            .iter()
            .map(|reply| reply.http_status())
            .collect();
        assert_eq!(statuses, [204, 200, 204]);
        assert_eq!(outcome.replies[0].request_id(), Some("req-1"));
        assert_eq!(
            failures(&outcome),
            [
                (
                    "/a/c.jpg",
                    "the server answered 404 Not Found: No such file. Look again."
                ),
                ("/a/e.jpg", "the server answered 403 Forbidden"),
            ]
        );
        let error = outcome.failed[0].error.as_ref().unwrap();
        assert_eq!(error.kind(), ErrorKind::NotFound);
        assert_eq!(error.operation(), Some(operation));
        assert_eq!(error.help(), Some("Look again."));
        let error = outcome.into_result().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::PartialSuccess);
        assert_eq!(
            error.to_string(),
            format!(
                "{operation}: 2 of 5 files failed, the first of them /a/c.jpg: \
                 the server answered 404 Not Found: No such file. Look again. (request id req-1)"
            )
        );

        let (_server, ik) = scripted("204 No Content", "").await;
        let all = many(&ik, paths("b c"))
            .await
            .unwrap()
            .into_result()
            .unwrap();
        assert_eq!(all, paths("b c"));
        let (_server, ik) = scripted("401 Unauthorized", "").await;
        let error = many(&ik, paths("b c"))
            .await
            .unwrap()
            .into_result()
            .unwrap_err();
        assert_eq!(
            (error.kind(), error.status()),
            (ErrorKind::Unauthorized, Some(401))
        );
    }
}

#[tokio::test]
async fn each_copy_of_many_is_a_copy_with_the_same_options() {
    let (server, ik) = scripted("204 No Content", "").await;
    let copies = ik.files().copy_many(paths("b c"), "/archive");
    let copies = copies
        .include_versions(true)
        .concurrency(1)
        .header("X-Trace", "7");
    copies.await.unwrap().into_result().unwrap();
    for request in server.requests() {
        assert_eq!(sent(&request).1["includeFileVersions"], true);
        assert_eq!(request.header("x-trace"), Some("7"));
    }
    // A copy is sent again as rarely as a single one.
    for (policy, sends) in [
        (RetryPolicy::new(), 1),
        (RetryPolicy::new().repeat_unsafe(true), 3),
    ] {
        let (server, ik) = scripted("503 Service Unavailable", "").await;
        for (_, _, many) in one_at_a_time() {
            let _ = many(&ik, paths("b")).await.unwrap();
        }
        assert_eq!(source_paths(&server), paths("b b"));
        let policy = policy.base_delay(Duration::from_millis(1));
        let copies = ik.files().copy_many(paths("c"), "/archive").retry(policy);
        let outcome = copies.await.unwrap();
        assert_eq!(outcome.failed[0].error.as_ref().unwrap().attempts(), sends);
        assert_eq!(server.requests().len(), 2 + sends as usize);
    }
}

#[tokio::test]
async fn copies_run_four_at_a_time_and_come_back_in_order() {
    let (first, others) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0)));
    let held =
        |permits: &Arc<Semaphore>| Step::Held(permits.clone(), reply_json("204 No Content", ""));
    let (server, ik) = steps([held(&first), held(&others)]).await;
    let given = paths("a b c d e f");
    let copies = ik.files().copy_many(&given, "/archive");
    let copies = tokio::spawn(copies.into_future());
    until("four requests", || server.requests().len() == 4).await;
    // The first reply is the last of its four.
    others.add_permits(3);
    until("three replies", || others.available_permits() == 0).await;
    assert_eq!(server.requests().len(), 4);
    first.add_permits(1);
    until("all requests", || server.requests().len() == 6).await;
    others.add_permits(2);
    let outcome = soon(copies).await.unwrap().unwrap();
    assert_eq!(outcome.succeeded, given);
    assert_eq!(outcome.replies.len(), 6);
}

#[tokio::test]
async fn what_is_not_copied_in_time_was_not_sent() {
    let quick = Step::Reply(reply_json("204 No Content", ""));
    let (server, ik) = steps([quick, Step::Silent]).await;
    let copies = ik.files().copy_many(paths("a b c"), "/archive");
    let copies = copies.concurrency(1).total_timeout(HOUR);
    let copies = tokio::spawn(copies.into_future());
    until("the second copy", || server.requests().len() == 2).await;
    pass(HOUR).await;
    let outcome = soon(copies).await.unwrap().unwrap();
    assert_eq!(outcome.succeeded, paths("a"));
    let errors = outcome.failed.iter();
    let errors: Vec<&Error> = errors
        .map(|failure| failure.error.as_ref().unwrap())
        .collect();
    let sent: Vec<_> = errors
        .iter()
        .map(|error| error.may_have_been_sent())
        .collect();
    assert_eq!(sent, [true, false]);
    assert!(errors.iter().all(|error| error.is_timeout()));
    assert_eq!(
        errors[1].to_string(),
        "copy-file: not sent: the time of all requests, 3600s (`total_timeout`), is over"
    );
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn bad_input_for_many_files_is_refused_before_any_request() {
    let (server, ik) = scripted("204 No Content", "").await;
    let files = ik.files();
    let none = Vec::<String>::new;
    let with_empty = || paths("a").into_iter().chain([String::new()]);
    let cases: Vec<(Bulk, &str)> = vec![
        (
            files.copy_many(none(), "/b").into_future(),
            "from_paths: is empty; give at least one, such as `/products/shoe.jpg`",
        ),
        (
            files.move_many(none(), "/b").into_future(),
            "from_paths: is empty; give at least one, such as `/products/shoe.jpg`",
        ),
        (
            files.copy_many(with_empty(), "/b").into_future(),
            "from_paths: is empty; give the path of the file, such as `/products/shoe.jpg`",
        ),
        (
            files.move_many(with_empty(), "/b").into_future(),
            "from_paths: is empty; give the path of the file, such as `/products/shoe.jpg`",
        ),
        (
            files.copy_many(paths("a"), "").into_future(),
            "to_folder: is empty; give the path of a folder, such as `/archive`, or `/` for the top one",
        ),
        (
            files.move_many(paths("a"), "").into_future(),
            "to_folder: is empty; give the path of a folder, such as `/archive`, or `/` for the top one",
        ),
        (
            files
                .copy_many(paths("a"), "/b")
                .concurrency(0)
                .into_future(),
            "concurrency: is 0, so that nothing would ever be sent; allow at least 1 request",
        ),
    ];
    for (request, message) in cases {
        let error = request.await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert_eq!(error.to_string(), message);
    }
    assert_eq!(server.requests(), []);
    let keyless = ImageKit::builder().base_url(&server.url).build().unwrap();
    let error = keyless
        .files()
        .copy_many(paths("a b"), "/b")
        .await
        .unwrap_err();
    assert_eq!(error.argument(), Some("private_key"));
    assert_eq!(server.requests(), []);
}

#[test]
fn requests_can_be_sent_from_any_task_and_hide_the_key() {
    fn check<T: Send + Sync + Clone + std::fmt::Debug>(request: &T) {
        assert!(!format!("{request:?}").contains("secret"));
    }
    let ik = ImageKit::builder().private_key("secret").build().unwrap();
    let bulk = ik.files().delete_many(["a"]);
    check(&bulk);
    fn send(_: impl Send) {}
    send(bulk.into_future());
    check(&ik.files().update("f"));
    check(&ik.files().versions("f"));
}
