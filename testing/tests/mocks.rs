//! Typed mocks of single operations.

use httpmock::{Method, MockServer};
use imagekitio::raw::Client;
use imagekitio::raw::types::{
    AddTagsBulkRequest, BulkJobStatusResponse, GetFileDetailsResponse, GetUsageResponse, Upload,
    required,
};
use imagekitio::{ImageKit, UploadSource};
use imagekitio_testing::mocks::MockServerExt;
use serde_json::json;

fn client(server: &MockServer) -> ImageKit {
    ImageKit::builder()
        .private_key("private_key")
        .base_url(server.base_url())
        .retry(imagekitio::RetryPolicy::none())
        .build()
        .unwrap()
}

fn details(id: &str) -> GetFileDetailsResponse {
    let details = json!({
        "type": "file", "fileId": id, "name": "a.jpg", "filePath": "/a.jpg", "fileType": "image", "size": 1,
        "url": "https://ik.imagekit.io/demo/a.jpg", "versionInfo": { "id": "v1", "name": "Version 1" },
        "createdAt": "2026-05-04T10:20:30.456Z", "updatedAt": "2026-05-04T10:20:30.456Z",
    });
    serde_json::from_value(details).unwrap()
}

#[tokio::test]
async fn a_parameter_of_the_path_tells_requests_apart() {
    let server = MockServer::start_async().await;
    let ik = client(&server);
    // Ids are matched as they are, whatever they have.
    let raw = Client::builder("private_key")
        .base_url(server.base_url())
        .build()
        .unwrap();
    for id in ["f1", "a/b", "a.c", "1+1", "é ü", "(", "%41", "a?b#c"] {
        let mut mock = server.get_file_details(|when, then| {
            when.file_id(id);
            then.success(200, &details(id));
        });
        let found = raw.get_file_details().file_id(id).send().await.unwrap();
        assert_eq!(found.file_id, id);
        mock.assert_calls(1);
        assert!(raw.get_file_details().file_id("axc").send().await.is_err());
        mock.assert_calls(1);
        mock.delete();
    }
    let mock = server.get_file_version_details(|when, then| {
        when.file_id("f1").version_id("v2");
        then.success(200, &details("f1"));
    });
    assert!(ik.files().versions("f1").get("v2").await.is_ok());
    assert!(ik.files().versions("v2").get("f1").await.is_err());
    // Another operation has the same path but for its end.
    assert!(ik.files().get("f1").await.is_err());
    mock.assert_calls(1);
}

#[tokio::test]
async fn a_query_and_a_body_are_matched_by_type() {
    let server = MockServer::start_async().await;
    let ik = client(&server);
    let query = r#"tags IN ["a&b", "é"]"#;
    let list = server.list_and_search_assets(|when, then| {
        when.limit(2u32).sort("ASC_NAME").search_query(query);
        then.success(200, &Vec::new());
    });
    let request = ik.assets().list().limit(2).sort("ASC_NAME");
    assert!(request.search_query(query).await.unwrap().is_empty());
    assert!(ik.assets().list().limit(2).await.is_err());
    list.assert_calls(1);
    let folders = server.list_and_search_assets(|when, then| {
        when.type_("folder").path("/a b");
        then.success(200, &Vec::new());
    });
    assert!(
        ik.assets()
            .list()
            .kind("folder")
            .path("/a b")
            .await
            .unwrap()
            .is_empty()
    );
    assert!(ik.assets().list().kind("file").path("/a b").await.is_err());
    folders.assert_calls(1);
    let fields = server.list_all_fields(|when, then| {
        when.include_deleted(true);
        then.success(200, &Vec::new());
    });
    assert!(
        ik.custom_metadata_fields()
            .list()
            .include_deleted(true)
            .await
            .is_ok()
    );
    assert!(
        ik.custom_metadata_fields()
            .list()
            .include_deleted(false)
            .await
            .is_err()
    );
    fields.assert_calls(1);

    let tags = server.add_tags_bulk(|when, then| {
        when.body(&AddTagsBulkRequest::new(required::AddTagsBulkRequest {
            file_ids: vec!["f1".to_owned()],
            tags: vec!["red".to_owned()],
        }));
        let reply = json!({ "successfullyUpdatedFileIds": [], "errors": [{ "fileId": "f1", "error": "no" }] });
        then.success(207, &serde_json::from_value(reply).unwrap());
    });
    let outcome = ik.files().add_tags(["f1"], ["red"]).await.unwrap();
    assert_eq!(outcome.failed[0].reason, "no");
    tags.assert_calls(1);
    let outcome = ik.files().add_tags(["f1"], ["blue"]).await.unwrap();
    assert_eq!(outcome.succeeded, [""; 0]);
    tags.assert_calls(1);
}

#[tokio::test]
async fn errors_and_empty_replies_are_scripted() {
    let server = MockServer::start_async().await;
    let ik = client(&server);
    let deleted = server.delete_file(|when, then| {
        when.file_id("f1");
        then.success(204);
    });
    ik.files().delete("f1").await.unwrap();
    deleted.assert_calls(1);
    let locked = server.move_folder(|when, then| {
        when.and(|when| when.header_exists("authorization"));
        then.error(423, "Another job.")
            .and(|then| then.header("x-ik-requestId", "r1"));
    });
    let error = ik.folders().move_to("/a", "/b").await.unwrap_err();
    assert_eq!(
        (error.status(), error.message()),
        (Some(423), Some("Another job."))
    );
    assert_eq!(error.request_id(), Some("r1"));
    locked.assert_calls(1);
    let job = server.bulk_job_status(|when, then| {
        when.job_id("j1");
        let job = json!({ "jobId": "j1", "type": "MOVE_FOLDER", "status": "Pending" });
        then.success(
            200,
            &serde_json::from_value::<BulkJobStatusResponse>(job).unwrap(),
        );
    });
    assert!(ik.folders().job("j1").await.unwrap().is_pending());
    job.assert_calls(1);
    let usage = server.get_usage(|when, then| {
        when.start_date("2026-05-01").end_date("2026-06-01");
        let usage = json!({
            "bandwidthBytes": 1, "mediaLibraryStorageBytes": 2, "videoProcessingUnitsCount": 3,
            "extensionUnitsCount": 4, "originalCacheStorageBytes": 5,
        });
        then.success(
            200,
            &serde_json::from_value::<GetUsageResponse>(usage).unwrap(),
        );
    });
    let found = ik
        .accounts()
        .usage("2026-05-01", "2026-06-01")
        .await
        .unwrap();
    assert_eq!(found.extension_units_count, 4u64);
    usage.assert_calls(1);
}

#[tokio::test]
async fn uploads_are_matched_by_the_fields_of_their_form() {
    let server = MockServer::start_async().await;
    let ik = client(&server);
    let upload = json!({
        "fileId": "f1", "name": "a.txt", "filePath": "/x/a.txt", "fileType": "non-image", "size": 3,
        "url": "https://ik.imagekit.io/demo/x/a.txt", "versionInfo": { "id": "v1", "name": "Version 1" },
    });
    let upload: Upload = serde_json::from_value(upload).unwrap();
    let stored = server.upload_file(|when, then| {
        when.file(*b"a\0\xFF")
            .file_name("a.txt")
            .folder("/x")
            .tags(["red", "round"])
            .field("isPrivateFile", "true");
        then.success(200, &upload);
    });
    let request = |bytes: &'static [u8]| {
        let source = UploadSource::bytes("a.txt", bytes);
        ik.upload(source)
            .folder("/x")
            .tags(["red", "round"])
            .is_private_file(true)
    };
    let file = request(b"a\0\xFF").await.unwrap().into_file().unwrap();
    assert_eq!(file.file_id, "f1");
    assert!(request(b"a\0\xFE").await.unwrap_err().is_not_found());
    assert!(request(b"a\0\xFF").folder("/y").await.is_err());
    stored.assert_calls(1);
    let second = server.upload_file_v2(|when, then| {
        when.file_name("a.txt");
        then.error(403, "No quota.");
    });
    let error = ik
        .upload_v2(UploadSource::bytes("a.txt", "a"))
        .await
        .unwrap_err();
    assert!(error.is_forbidden());
    second.assert_calls(1);
    stored.assert_calls(1);
}

/// Requests with another method or path than the operation's.
#[tokio::test]
async fn other_requests_are_not_matched() {
    let server = MockServer::start_async().await;
    let mock = server.get_file_details(|when, then| {
        when.and(|when| when.any_request());
        then.success(200, &details("f1"));
    });
    let client = reqwest::Client::new();
    for (method, path, status) in [
        ("GET", "/v1/files/f1/details", 200),
        ("GET", "/v1/files/f1/details?x=1", 200),
        ("PATCH", "/v1/files/f1/details", 404),
        ("GET", "/v1/files//details", 404),
        ("GET", "/v1/files/f1/details/", 404),
        ("GET", "/v1/files/f1", 404),
    ] {
        let method: reqwest::Method = method.parse().unwrap();
        let reply = client
            .request(method, server.url(path))
            .send()
            .await
            .unwrap();
        assert_eq!(reply.status(), status, "{path}");
    }
    mock.assert_calls(2);
    // Nothing else is affected.
    let own = server.mock(|when, then| {
        when.method(Method::GET).path("/own");
        then.status(200);
    });
    client.get(server.url("/own")).send().await.unwrap();
    own.assert_calls(1);
}
