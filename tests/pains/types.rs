//! Types of requests and responses.

use imagekitio::types::Asset;
use imagekitio::upload::UploadOutcome;
use serde_json::{Value, json};
use support::calls::answering;
use support::uploads::hello;
use support::{FILE, FOLDER, but};

/// imagekit-nodejs#41: The metadata of an upload has the type of a string, and is an object.
///
/// It is typed, and has the perceptual hash as one.
#[tokio::test]
async fn metadata_of_an_upload_is_typed() {
    let metadata = json!({"width": 100, "format": "jpg", "pHash": "f06830ca9f1e3e90", "exif": {"image": {"Make": "Canon"}}});
    let (_server, ik) = answering("200 OK", &but(FILE, json!({"metadata": metadata}))).await;
    let upload = ik
        .upload(hello())
        .response_fields(["metadata"])
        .await
        .unwrap();
    let Some(metadata) = &upload.file().unwrap().metadata else {
        panic!("{upload:?}");
    };
    assert_eq!(metadata.width, Some(100.into()));
    assert_eq!(metadata.format.as_deref(), Some("jpg"));
    let hash = metadata.perceptual_hash().unwrap().unwrap();
    assert_eq!(hash.to_string(), "f06830ca9f1e3e90");
    assert_eq!(
        upload.json().unwrap()["metadata"]["exif"]["image"]["Make"],
        "Canon"
    );
}

/// imagekit-nodejs#62, imagekit-nodejs#63: Custom metadata is accepted for an update, and not sent.
///
/// It is sent, and so is each other field that is set.
#[tokio::test]
async fn an_update_sends_what_is_set() {
    let (server, ik) = answering("200 OK", FILE).await;
    let update = ik
        .files()
        .update("f1")
        .custom_metadata([("brand", "Nike")])
        .tags(["a"]);
    update
        .description("d")
        .custom_coordinates("1,2,3,4")
        .await
        .unwrap();
    let request = server.request();
    assert_eq!(request.line, "PATCH /v1/files/f1/details");
    let body: Value = serde_json::from_slice(&request.body).unwrap();
    assert_eq!(
        body,
        json!({"customMetadata": {"brand": "Nike"}, "tags": ["a"], "description": "d", "customCoordinates": "1,2,3,4"})
    );
}

/// imagekit-nodejs#105, imagekit-nodejs#106: The type of a list has no folders.
///
/// Each item is a variant of `Asset`, with what files and folders have in common as methods.
#[tokio::test]
async fn a_mixed_list_has_files_and_folders() {
    let (_server, ik) = answering("200 OK", &format!("[{FILE},{FOLDER}]")).await;
    let assets = ik.assets().list().kind("all").await.unwrap();
    let [Asset::File(file), Asset::Folder(folder)] = &assets[..] else {
        panic!("{assets:?}");
    };
    assert_eq!(
        (file.file_id.as_str(), folder.folder_id.as_str()),
        ("f1", "d1")
    );
    let paths: Vec<_> = assets.iter().map(Asset::path).collect();
    assert_eq!(paths, [Some("/a.jpg"), Some("/a")]);
}

/// imagekit-nodejs#84, imagekit-nodejs#115, imagekit-nodejs#131, imagekit-nodejs#138: The custom
/// metadata of folders is left out of the type.
///
/// It is there, and `json` has whatever the type doesn't know.
#[tokio::test]
async fn folders_have_custom_metadata() {
    let folder = but(
        FOLDER,
        json!({"customMetadata": {"year": 2022, "new": [1]}, "newer": true}),
    );
    let (_server, ik) = answering("200 OK", &format!("[{folder}]")).await;
    let folders = ik.assets().list_folders().await.unwrap();
    let metadata = serde_json::to_value(&folders[0].custom_metadata).unwrap();
    assert_eq!(metadata, json!({"year": 2022, "new": [1]}));
    assert_eq!(folders[0].extra["newer"], true);
}

/// imagekit-nodejs#132: The embedded metadata of a file was in one version of the SDK, and isn't in
/// the next one.
///
/// It is typed for files and uploads.
#[tokio::test]
async fn files_have_embedded_metadata() {
    let embedded =
        json!({"XResolution": 300, "DateTimeCreated": "2026-01-01T00:00:00.000Z", "Own": "x"});
    let file = but(FILE, json!({"embeddedMetadata": embedded}));
    let (_server, ik) = answering("200 OK", &file).await;
    let details = ik.files().get("f1").await.unwrap();
    assert_eq!(
        serde_json::to_value(&details.embedded_metadata).unwrap(),
        embedded
    );
    let upload = ik
        .upload(hello())
        .response_fields(["embeddedMetadata"])
        .await
        .unwrap();
    let UploadOutcome::Stored(upload) = &*upload else {
        panic!("{upload:?}");
    };
    assert_eq!(
        serde_json::to_value(&upload.embedded_metadata).unwrap(),
        embedded
    );
}

/// imagekit-python#40, imagekit-python#45, imagekit-python#46, imagekit-python#52: A property that
/// the server adds makes the SDK fail ("unexpected keyword argument").
///
/// Unknown properties, unknown values and nulls are accepted and kept.
#[tokio::test]
async fn what_the_server_adds_is_kept() {
    let file: Value = serde_json::from_str(&but(
        FILE,
        json!({"createdBy": {"name": "Sean", "id": 7}, "fileType": "hologram", "height": 1.5}),
    ))
    .unwrap();
    let mut file = file;
    file["tags"] = Value::Null;
    file["AITags"] = Value::Null;
    file["customCoordinates"] = Value::Null;
    let newer = json!({"type": "collection", "id": "c1"});
    let body = json!([file, newer]).to_string();
    let (_server, ik) = answering("200 OK", &body).await;
    let assets = ik.assets().list().await.unwrap();
    assert_eq!(assets.json().unwrap(), json!([file, newer]));
    assert_eq!(
        assets[0].as_file().unwrap().extra["createdBy"],
        json!({"name": "Sean", "id": 7})
    );
    assert!(matches!(&assets[1], Asset::Unknown(other) if *other == newer));
    let written = serde_json::to_value(&*assets).unwrap();
    assert_eq!(written[0]["createdBy"], file["createdBy"]);
    assert_eq!(written[0]["fileType"], "hologram");
}

/// imagekit-nodejs 7.11, imagekit-python 5.11: A bulk call that did a part of its work returns the
/// ids that succeeded, and the type has no place for those that failed.
///
/// Each id is in `succeeded` or `failed`, with the reason.
#[tokio::test]
async fn failures_of_bulk_calls_are_listed() {
    let body = json!({
        "successfullyDeletedFileIds": ["a"],
        "errors": [{"fileId": "b", "error": "No file has this id."}],
    });
    let (_server, ik) = answering("207 Multi-Status", &body.to_string()).await;
    let outcome = ik.files().delete_many(["a", "b"]).await.unwrap();
    assert_eq!(outcome.succeeded, ["a"]);
    let reasons: Vec<_> = outcome
        .failed
        .iter()
        .map(|failure| failure.reason.as_str())
        .collect();
    assert_eq!(reasons, ["No file has this id."]);
    let error = outcome.into_result().unwrap_err();
    assert_eq!(
        error.to_string(),
        "delete-multiple-files: 1 of 2 files failed, the first of them b: No file has this id. \
         (request id req-1)"
    );
}
