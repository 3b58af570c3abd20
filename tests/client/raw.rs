//! What the raw client sends and reads: with ImageKit's operations, over real HTTP.

use imagekitio::raw::{Client, Error, types};
use serde_json::{Value, json};

use support::{FILE, FOLDER, Scripted, Step, but, reply};

/// The generated client has no time limit: `reqwest` shows one in its `Debug` form alone.
#[test]
fn nothing_has_a_time_limit() {
    use progenitor_client::ClientInfo;

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

/// A server that gives these replies, of status, content type and body, and the last one to all
/// that follow; and a client of it.
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
    let server = Scripted::start(steps.collect::<Vec<_>>()).await;
    let client = Client::builder("private_key")
        .base_url(&server.url)
        .build()
        .unwrap();
    (server, client)
}

/// What a list of a file, a file version, a folder and something newer than the document becomes.
#[tokio::test]
async fn a_list_keeps_files_versions_folders_and_the_unknown_apart() {
    let items = [
        but(FILE, json!({"brandNew": {"x": 1}})),
        but(FILE, json!({"type": "file-version"})),
        FOLDER.to_owned(),
        r#"{"type": "from the future", "id": "3", "target": "/b"}"#.to_owned(),
        // What a file always has is missing.
        r#"{"type": "file", "fileId": "4"}"#.to_owned(),
    ];
    let list = format!("[{}]", items.join(","));
    let (server, client) = serve(&[("200 OK", "application/json", &list)]).await;
    let page = client
        .list_and_search_assets()
        .limit(4_u64)
        .send()
        .await
        .unwrap()
        .into_inner();
    assert_eq!(server.request().line, "GET /v1/files?limit=4");

    use imagekitio::raw::types::Asset as Item;
    let [
        Item::File(file),
        Item::FileVersion(version),
        Item::Folder(folder),
        Item::Unknown(other),
        Item::Unknown(partial),
    ] = page.as_slice()
    else {
        panic!("{page:?}");
    };
    assert_eq!(file.name, "a.jpg");
    assert_eq!(file.extra["brandNew"], json!({ "x": 1 }));
    assert_eq!(version.version_info.id, "v1");
    assert_eq!(folder.folder_path, "/a");
    assert_eq!(other["target"], "/b");
    assert_eq!(partial["fileId"], "4");
    let sent: Value = serde_json::from_str(&list).unwrap();
    assert_eq!(serde_json::to_value(&page).unwrap(), sent);
}

/// The key is the user name of Basic authentication, with an empty password, and the generator's
/// `api-version` header is gone, whatever the operation sends.
#[tokio::test]
async fn requests_carry_the_key_and_no_version() {
    let (server, client) = serve(&[
        ("200 OK", "application/json", FILE),
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
    let body = types::AddTagsBulkRequest::new(types::required::AddTagsBulkRequest {
        file_ids: names.clone(),
        tags: names,
    });
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

/// Success without a body is success: 204 always, and a 201 for which the document has an empty
/// object.
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
        let body = types::CreateFolderRequest::new(types::required::CreateFolderRequest {
            folder_name: "new".to_owned(),
            parent_folder_path: "/".to_owned(),
        });
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
