//! Every operation of the API on the in-process server: whole replies, as ImageKit documents them.

use std::time::Duration;

use crate::account::{Account, answer, exact, refusal, refusal_with, text};
use imagekitio_testing::Server;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\x01\x2c\0\0\0\xc8\x08\x06\0\0\0";

fn names(versions: &Value) -> Vec<(&str, &str)> {
    let all = versions.as_array().unwrap().iter();
    all.map(|version| (text(version, "type"), text(&version["versionInfo"], "name")))
        .collect()
}

#[tokio::test]
async fn tags_of_several_files_change_at_once() {
    let account = Account::start().await;
    let [a, b] = [
        account.store("", "a", b"a").await,
        account.store("", "b", b"b").await,
    ];
    let ids = json!([a["fileId"], b["fileId"]]);
    let body = json!({ "fileIds": ids, "tags": ["red", "blue", "red"] });
    let done = json!({ "successfullyUpdatedFileIds": ids });
    assert_eq!(
        account.post("/v1/files/addTags", body).await,
        (200, done.clone())
    );
    let body = json!({ "fileIds": [a["fileId"]], "tags": ["red", "green"] });
    let reply = account.post("/v1/files/removeTags", body).await;
    assert_eq!(
        reply,
        (200, json!({ "successfullyUpdatedFileIds": [a["fileId"]] }))
    );
    let body = json!({ "fileIds": ids, "AITags": ["x"] });
    assert_eq!(
        account.post("/v1/files/removeAITags", body).await,
        (200, done)
    );
    let tags = |list: &Value| json!([list[0]["tags"], list[1]["tags"]]);
    let (_, list) = account.get("/v1/files").await;
    assert_eq!(tags(&list), json!([["blue"], ["red", "blue"]]));

    // 207: one file would have too many tags.
    let body = json!({ "fileIds": [a["fileId"]], "tags": ["x".repeat(490)] });
    assert_eq!(account.post("/v1/files/addTags", body).await.0, 200);
    let body = json!({ "fileIds": ids, "tags": ["0123456789"] });
    let errors = json!([{
        "fileId": a["fileId"],
        "error": "The tags of a file may have at most 500 characters in all.",
    }]);
    let expected = json!({ "successfullyUpdatedFileIds": [b["fileId"]], "errors": errors });
    assert_eq!(
        account.post("/v1/files/addTags", body).await,
        (207, expected)
    );

    // 404: nothing changes.
    let missing = "The requested file(s) does not exist.";
    for (path, list) in [
        ("addTags", "tags"),
        ("removeTags", "tags"),
        ("removeAITags", "AITags"),
    ] {
        let body = json!({ "fileIds": [b["fileId"], "none"], list: ["z"] });
        let expected = refusal_with(missing, json!({ "missingFileIds": ["none"] }));
        let reply = account.post(&format!("/v1/files/{path}"), body).await;
        assert_eq!(reply, (404, expected), "{path}");
    }
    let (_, list) = account.get("/v1/files").await;
    assert_eq!(list[1]["tags"], json!(["red", "blue", "0123456789"]));
}

#[tokio::test]
async fn several_files_are_deleted_at_once() {
    let account = Account::start().await;
    let a = account.store("", "a", b"a").await;
    let path = "/v1/files/batch/deleteByFileIds";
    let expected = refusal_with(
        "The requested file(s) does not exist.",
        json!({ "missingFileIds": ["x", "y"] }),
    );
    let body = json!({ "fileIds": ["x", a["fileId"], "y"] });
    assert_eq!(account.post(path, body).await, (404, expected));
    assert_eq!(account.paths("").await, ["/a"]);
    let reply = account
        .post(path, json!({ "fileIds": [a["fileId"], a["fileId"]] }))
        .await;
    assert_eq!(
        reply,
        (200, json!({ "successfullyDeletedFileIds": [a["fileId"]] }))
    );
    assert_eq!(account.paths("").await, [""; 0]);
}

#[tokio::test]
async fn details_change() {
    let account = Account::start().await;
    account.define("brand", json!({ "type": "Text" })).await;
    account
        .define("price", json!({ "type": "Number", "minValue": 1 }))
        .await;
    let upload = account.store("", "a.png", PNG).await;
    let path = format!("/v1/files/{}/details", text(&upload, "fileId"));
    let (_, mut expected) = account.get(&path).await;
    let body = json!({
        "tags": ["a", "b"],
        "customCoordinates": "1,2,3,4",
        "customMetadata": { "brand": "Acme", "price": 2 },
        "description": "A file.",
        "extensions": [{ "name": "google-auto-tagging", "minConfidence": 50, "maxTags": 5 }],
    });
    let (status, reply) = account.send(Method::PATCH, &path, body).await;
    for (name, value) in [
        ("tags", json!(["a", "b"])),
        ("customCoordinates", json!("1,2,3,4")),
        ("customMetadata", json!({ "brand": "Acme", "price": 2 })),
        ("description", json!("A file.")),
        (
            "extensionStatus",
            json!({ "google-auto-tagging": "pending" }),
        ),
        ("updatedAt", reply["updatedAt"].clone()),
    ] {
        expected[name] = value;
    }
    assert_eq!((status, &reply), (200, &expected));

    let body = json!({ "tags": null, "customCoordinates": null, "customMetadata": { "brand": null }, "removeAITags": "all" });
    let (status, reply) = account.send(Method::PATCH, &path, body).await;
    assert_eq!(status, 200, "{reply}");
    assert_eq!(
        json!([
            reply["tags"],
            reply["customCoordinates"],
            reply["customMetadata"],
            reply["description"]
        ]),
        json!([null, null, { "price": 2 }, "A file."])
    );

    let publish = json!({ "publish": { "isPublished": false, "includeFileVersions": true } });
    let (status, reply) = account.send(Method::PATCH, &path, publish).await;
    assert_eq!((status, &reply["isPublished"]), (200, &json!(false)));

    let unknown = refusal_with(
        "The custom metadata is invalid: color is not a defined custom metadata field.",
        json!({ "errors": { "color": "is not a defined custom metadata field" } }),
    );
    let low = refusal_with(
        "The custom metadata is invalid: price is less than 1.",
        json!({ "errors": { "price": "is less than 1" } }),
    );
    let coordinates = refusal("customCoordinates must be x,y,width,height in whole pixels.");
    let percent = refusal("Tags may not contain %.");
    for (body, expected) in [
        (json!({ "customMetadata": { "color": "red" } }), unknown),
        (json!({ "customMetadata": { "price": 0.5 } }), low),
        (json!({ "customCoordinates": "1,2,3" }), coordinates),
        (json!({ "tags": ["50%"] }), percent),
    ] {
        assert_eq!(
            account.send(Method::PATCH, &path, body).await,
            (400, expected)
        );
    }
    // Either details or publication.
    let both = json!({ "tags": ["a"], "publish": { "isPublished": true } });
    assert_eq!(account.send(Method::PATCH, &path, both).await.0, 400);
    let missing = account
        .send(Method::PATCH, "/v1/files/none/details", json!({}))
        .await;
    assert_eq!(
        missing,
        (404, refusal("The requested file does not exist."))
    );
}

#[tokio::test]
async fn files_are_copied_moved_and_renamed() {
    let account = Account::start().await;
    account.store("/a", "x.txt", b"1").await;
    let x = account.store("/a", "x.txt", b"2").await;
    let copy = |path: &str, with: bool| json!({ "sourceFilePath": "/a/x.txt", "destinationPath": path, "includeFileVersions": with });
    assert_eq!(
        account.post("/v1/files/copy", copy("/b/c/", false)).await,
        (204, Value::Null)
    );
    assert_eq!(
        account.post("/v1/files/copy", copy("/d", true)).await,
        (204, Value::Null)
    );
    let (_, list) = account.get("/v1/files?path=/d").await;
    let (_, versions) = account
        .get(&format!("/v1/files/{}/versions", text(&list[0], "fileId")))
        .await;
    assert_eq!(
        names(&versions),
        [("file", "Version 2"), ("file-version", "Version 1")]
    );
    assert_ne!(list[0]["fileId"], x["fileId"]);

    // A move onto another file appends the versions to that file.
    let body = json!({ "sourceFilePath": "/a/x.txt", "destinationPath": "/b/c" });
    assert_eq!(
        account.post("/v1/files/move", body).await,
        (204, Value::Null)
    );
    assert_eq!(
        account.paths("type=all").await,
        ["/a", "/b", "/b/c", "/b/c/x.txt", "/d", "/d/x.txt"]
    );
    let (_, list) = account.get("/v1/files?path=/b/c").await;
    let (_, versions) = account
        .get(&format!("/v1/files/{}/versions", text(&list[0], "fileId")))
        .await;
    let expected = [
        ("file", "Version 3"),
        ("file-version", "Version 2"),
        ("file-version", "Version 1"),
    ];
    assert_eq!(names(&versions), expected);

    // A file that is moved to a free path or renamed keeps its id.
    let body = json!({ "sourceFilePath": "/b/c/x.txt", "destinationPath": "/" });
    assert_eq!(account.post("/v1/files/move", body).await.0, 204);
    let rename = |from: &str, to: &str, purge: bool| json!({ "filePath": from, "newFileName": to, "purgeCache": purge });
    let reply = account
        .send(
            Method::PUT,
            "/v1/files/rename",
            rename("/x.txt", "ÿ z_1.txt", false),
        )
        .await;
    assert_eq!(reply, (200, json!({})));
    let (_, found) = account.get("/v1/files?path=/").await;
    assert_eq!(
        json!([found[0]["filePath"], found[0]["fileId"]]),
        json!(["/ÿ_z_1.txt", list[0]["fileId"]])
    );
    let (status, reply) = account
        .send(
            Method::PUT,
            "/v1/files/rename",
            rename("/ÿ_z_1.txt", "y", true),
        )
        .await;
    assert_eq!(status, 200);
    let status = account
        .get(&format!(
            "/v1/files/purge/{}",
            text(&reply, "purgeRequestId")
        ))
        .await;
    assert_eq!(status, (200, json!({ "status": "Completed" })));

    account.store("/", "z", b"z").await;
    let taken = refusal_with(
        "File with name z already exists at the same location.",
        json!({ "reason": "FILE_ALREADY_EXISTS" }),
    );
    let reply = account
        .send(Method::PUT, "/v1/files/rename", rename("/y", "z", false))
        .await;
    assert_eq!(reply, (409, taken));
    let missing = |name: &str| {
        refusal_with(
            &format!("No file found with {name} /none"),
            json!({ "reason": "SOURCE_FILE_MISSING" }),
        )
    };
    let reply = account
        .send(Method::PUT, "/v1/files/rename", rename("/none", "z", false))
        .await;
    assert_eq!(reply, (404, missing("filePath")));
    for path in ["/v1/files/copy", "/v1/files/move"] {
        let body = json!({ "sourceFilePath": "/none", "destinationPath": "/" });
        assert_eq!(
            account.post(path, body).await,
            (404, missing("sourceFilePath")),
            "{path}"
        );
        for place in ["/", "../b", "tr:w-1"] {
            let body = json!({ "sourceFilePath": "/y", "destinationPath": place });
            assert_eq!(account.post(path, body).await.0, 400, "{path} {place}");
        }
    }
}

#[tokio::test]
async fn versions_are_listed_restored_and_deleted() {
    let account = Account::start().await;
    let mut uploads = Vec::new();
    for bytes in [b"1", b"2", b"3"] {
        uploads.push(account.store("", "a.txt", bytes).await);
    }
    let id = text(&uploads[0], "fileId");
    let path = format!("/v1/files/{id}/versions");
    let version = |upload: usize| format!("{path}/{}", text(&uploads[upload]["versionInfo"], "id"));
    let (status, versions) = account.get(&path).await;
    let [file, other] = ["file", "file-version"];
    assert_eq!(status, 200);
    assert_eq!(
        names(&versions),
        [
            (file, "Version 3"),
            (other, "Version 2"),
            (other, "Version 1")
        ]
    );
    assert_eq!(account.get(&version(0)).await, (200, versions[2].clone()));

    let (status, restored) = account
        .send(Method::PUT, &format!("{}/restore", version(0)), Value::Null)
        .await;
    assert_eq!(
        (status, names(&json!([restored]))),
        (200, vec![(file, "Version 1")])
    );
    let (_, versions) = account.get(&path).await;
    assert_eq!(
        names(&versions),
        [
            (file, "Version 1"),
            (other, "Version 3"),
            (other, "Version 2")
        ]
    );
    let bytes = account
        .client
        .get(format!("{}/a.txt", account.server.url_endpoint()));
    assert_eq!(bytes.send().await.unwrap().text().await.unwrap(), "1");

    let current = "The current version of a file cannot be deleted. Delete the file, or restore another version first.";
    assert_eq!(
        account.delete_at(&version(0)).await,
        (400, refusal(current))
    );
    assert_eq!(account.delete_at(&version(1)).await, (204, Value::Null));
    let missing = refusal("The requested file version does not exist.");
    assert_eq!(account.delete_at(&version(1)).await, (404, missing.clone()));
    assert_eq!(account.get(&version(1)).await, (404, missing));
    assert_eq!(account.paths("type=file-version").await, ["/a.txt"]);

    // A new version follows, and the one that was restored is older than others again.
    account.store("", "a.txt", b"4").await;
    let (_, versions) = account.get(&path).await;
    assert_eq!(
        names(&versions),
        [
            (file, "Version 4"),
            (other, "Version 3"),
            (other, "Version 1")
        ]
    );

    // Version numbers continue, up to 100 versions.
    for number in 5..=101 {
        let upload = account.store("", "a.txt", b"n").await;
        assert_eq!(
            text(&upload["versionInfo"], "name"),
            format!("Version {number}")
        );
    }
    let (status, _) = account.upload(exact("", "a.txt", b"n")).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn folders_are_made_and_deleted() {
    let account = Account::start().await;
    let body = json!({ "folderName": "né w/1", "parentFolderPath": "a/b" });
    assert_eq!(account.post("/v1/folder", body).await, (201, json!({})));
    assert_eq!(
        account.paths("type=folder").await,
        ["/a", "/a/b", "/a/b/né_w_1"]
    );
    account.store("/a/b", "x", b"x").await;
    account.store("/ab", "x", b"x").await;
    let delete = |path: &str| json!({ "folderPath": path });
    assert_eq!(
        account
            .send(Method::DELETE, "/v1/folder", delete("/a/"))
            .await,
        (204, Value::Null)
    );
    assert_eq!(account.paths("type=all").await, ["/ab", "/ab/x"]);
    let expected = refusal_with(
        "No folder found with folderPath /a",
        json!({ "reason": "FOLDER_NOT_FOUND" }),
    );
    assert_eq!(
        account
            .send(Method::DELETE, "/v1/folder", delete("a"))
            .await,
        (404, expected)
    );
    for path in ["/", "", "..", "/a/../b"] {
        assert_eq!(
            account
                .send(Method::DELETE, "/v1/folder", delete(path))
                .await
                .0,
            400,
            "{path}"
        );
    }
    for name in ["", ".", ".."] {
        let body = json!({ "folderName": name, "parentFolderPath": "/" });
        assert_eq!(account.post("/v1/folder", body).await.0, 400, "{name}");
    }
}

#[tokio::test]
async fn bulk_jobs_copy_move_and_rename_folders() {
    let account = Account::start().await;
    account.store("/a/b", "x", b"1").await;
    account.store("/a/b", "x", b"2").await;
    account.store("/a", "y", b"y").await;
    account.store("/d/a", "y", b"d").await;
    let (_, list) = account.get("/v1/files?type=folder").await;
    let id = list[0]["folderId"].clone();
    let done = |kind: &'static str| {
        let account = &account;
        async move |reply: (u16, Value), status: u16| {
            assert_eq!(reply.0, status, "{}", reply.1);
            let job = text(&reply.1, "jobId").to_owned();
            let expected = json!({ "jobId": job, "type": kind, "status": "Completed" });
            assert_eq!(
                account.get(&format!("/v1/bulkJobs/{job}")).await,
                (200, expected)
            );
        }
    };
    let body =
        json!({ "sourceFolderPath": "/a", "destinationPath": "/c", "includeVersions": true });
    done("COPY_FOLDER")(account.post("/v1/bulkJobs/copyFolder", body).await, 200).await;
    assert_eq!(
        account.paths("type=all&path=/c/a").await,
        ["/c/a/b", "/c/a/y"]
    );
    let (_, copied) = account.get("/v1/files?path=/c/a/b").await;
    let (_, versions) = account
        .get(&format!(
            "/v1/files/{}/versions",
            text(&copied[0], "fileId")
        ))
        .await;
    assert_eq!(
        names(&versions),
        [("file", "Version 2"), ("file-version", "Version 1")]
    );

    // A folder of the same name at the destination is merged, with its files.
    let body = json!({ "sourceFolderPath": "/a", "destinationPath": "/d" });
    done("MOVE_FOLDER")(account.post("/v1/bulkJobs/moveFolder", body).await, 200).await;
    assert_eq!(
        account.paths("type=all&path=/d/a&sort=ASC_NAME").await,
        ["/d/a/b", "/d/a/y"]
    );
    let (_, moved) = account.get("/v1/files?path=/d/a").await;
    assert_eq!(text(&moved[0]["versionInfo"], "name"), "Version 2");

    let body = json!({ "folderPath": "/d/a", "newFolderName": "e e", "purgeCache": false });
    done("RENAME_FOLDER")(
        account
            .send(Method::POST, "/v1/bulkJobs/renameFolder", body)
            .await,
        202,
    )
    .await;
    let all = account.paths("type=all&sort=ASC_NAME").await;
    let mut all: Vec<_> = all.iter().filter(|path| !path.starts_with("/c")).collect();
    all.sort();
    assert_eq!(all, ["/d", "/d/e_e", "/d/e_e/b", "/d/e_e/b/x", "/d/e_e/y"]);
    let (_, list) = account.get("/v1/files?type=folder").await;
    assert!(
        list.as_array()
            .unwrap()
            .iter()
            .all(|folder| folder["folderId"] != id),
        "merged into another"
    );

    let missing = refusal_with(
        "No files & folder found at /none",
        json!({ "reason": "NO_FILES_FOLDER" }),
    );
    let into_itself = refusal_with(
        "/d can't be put into itself.",
        json!({ "reason": "SAME_PATH" }),
    );
    for path in ["copyFolder", "moveFolder"] {
        let path = format!("/v1/bulkJobs/{path}");
        let body = json!({ "sourceFolderPath": "/none", "destinationPath": "/" });
        assert_eq!(account.post(&path, body).await, (404, missing.clone()));
        for destination in ["/", "/d", "/d/e_e"] {
            let body = json!({ "sourceFolderPath": "/d", "destinationPath": destination });
            assert_eq!(account.post(&path, body).await, (400, into_itself.clone()));
        }
    }
    let taken = refusal_with(
        "A folder /c already exists.",
        json!({ "reason": "FOLDER_ALREADY_EXISTS" }),
    );
    let body = json!({ "folderPath": "/d", "newFolderName": "c" });
    assert_eq!(
        account.post("/v1/bulkJobs/renameFolder", body).await,
        (409, taken)
    );
    assert_eq!(
        account.get("/v1/bulkJobs/none").await,
        (404, refusal("No bulk job has this id."))
    );
}

/// Some paths are left by one file or folder, and taken by another.
#[tokio::test]
async fn a_folder_moves_onto_the_one_that_it_is_in() {
    let account = Account::start().await;
    for (folder, name, content) in [
        ("/a", "x", "a"),
        ("/a/a", "x", "a/a"),
        ("/a/a/a", "x", "a/a/a"),
        ("/a/a/b", "y", "a/a/b"),
        ("/a/a/a/b", "y", "a/a/a/b"),
    ] {
        account.store(folder, name, content.as_bytes()).await;
    }
    let body = json!({ "sourceFolderPath": "/a/a", "destinationPath": "/" });
    assert_eq!(account.post("/v1/bulkJobs/moveFolder", body).await.0, 200);
    let mut all = account.paths("type=all").await;
    all.sort();
    assert_eq!(
        all,
        [
            "/a", "/a/a", "/a/a/b", "/a/a/b/y", "/a/a/x", "/a/b", "/a/b/y", "/a/x"
        ]
    );
    for (path, content) in [
        ("/a/x", "a/a"),
        ("/a/a/x", "a/a/a"),
        ("/a/b/y", "a/a/b"),
        ("/a/a/b/y", "a/a/a/b"),
    ] {
        let url = format!("{}{path}", account.server.url_endpoint());
        let reply = account.client.get(url).send().await.unwrap();
        assert_eq!(reply.text().await.unwrap(), content, "{path}");
    }
    let (_, older) = account.get("/v1/files?type=file-version").await;
    assert_eq!(
        json!([older.as_array().unwrap().len(), older[0]["filePath"]]),
        json!([1, "/a/x"])
    );
}

#[tokio::test]
async fn a_running_job_holds_its_folders() {
    let hour = Duration::from_secs(3600);
    let account = Account::on(Server::builder().job_time(hour)).await.unwrap();
    account.store("/a/b", "x", b"x").await;
    account.store("/c", "x", b"x").await;
    let body = json!({ "sourceFolderPath": "/a/b", "destinationPath": "/d" });
    let (status, job) = account.post("/v1/bulkJobs/moveFolder", body).await;
    assert_eq!(status, 200);
    let expected = json!({ "jobId": job["jobId"], "type": "MOVE_FOLDER", "status": "Pending" });
    let path = format!("/v1/bulkJobs/{}", text(&job, "jobId"));
    assert_eq!(account.get(&path).await, (200, expected));
    assert_eq!(account.paths("").await, ["/a/b/x", "/c/x"]);
    for (source, held) in [("/a", "/a/b"), ("/a/b", "/a/b")] {
        let body = json!({ "sourceFolderPath": source, "destinationPath": "/e" });
        let expected = refusal(&format!(
            "Another bulk job is working on the folder {held}."
        ));
        assert_eq!(
            account.post("/v1/bulkJobs/copyFolder", body).await,
            (423, expected),
            "{source}"
        );
    }
    let body = json!({ "sourceFolderPath": "/c", "destinationPath": "/d/b" });
    assert_eq!(account.post("/v1/bulkJobs/copyFolder", body).await.0, 423);
    let body = json!({ "folderPath": "/c", "newFolderName": "f" });
    assert_eq!(account.post("/v1/bulkJobs/renameFolder", body).await.0, 202);
}

#[tokio::test]
async fn purges_follow_the_rules_of_wildcards() {
    let account = Account::start().await;
    let purge = async |path: &str| {
        let url = format!("{}/{path}", account.server.url_endpoint());
        account.post("/v1/files/purge", json!({ "url": url })).await
    };
    for path in [
        "a.jpg",
        "",
        "a/b*",
        "f.jpg*",
        "0123456789abcde*",
        "a/b/*.jpg*",
    ] {
        if path.matches('*').count() > 1 {
            continue;
        }
        let (status, reply) = purge(path).await;
        assert_eq!(status, 201, "{path}: {reply}");
        let status = account
            .get(&format!("/v1/files/purge/{}", text(&reply, "requestId")))
            .await;
        assert_eq!(status, (200, json!({ "status": "Completed" })));
    }
    for path in [
        "*",
        "a*",
        "media/catalog/*",
        "s/files/*",
        "a/*/b",
        "a/b**",
        "0123456789abcd*",
        ".jpg*",
    ] {
        assert_eq!(purge(path).await.0, 400, "{path}");
    }
    let expected = refusal("The url must be below the URL endpoint of this server.");
    let body = json!({ "url": "https://example.com/a.jpg" });
    assert_eq!(account.post("/v1/files/purge", body).await, (400, expected));
    // The last of these is not the path of the details of a file.
    for id in ["none", "details"] {
        let unknown = account.get(&format!("/v1/files/purge/{id}")).await;
        assert_eq!(
            unknown,
            (400, refusal("No purge request has this id.")),
            "{id}"
        );
    }
}

#[tokio::test]
async fn custom_metadata_fields_are_defined_and_checked() {
    let account = Account::start().await;
    let path = "/v1/customMetadataFields";
    let schema = json!({ "type": "SingleSelect", "selectOptions": ["S", "M"], "isValueRequired": true, "defaultValue": "M" });
    let body =
        json!({ "name": "size", "label": "Size", "schema": schema, "description": "Of shirts." });
    let (status, field) = account.post(path, body.clone()).await;
    let mut expected = body.clone();
    expected["id"] = field["id"].clone();
    assert_eq!((status, &field), (201, &expected));
    assert_eq!(account.get(path).await, (200, json!([expected])));

    // Required fields have their default in new files.
    let upload = account
        .upload(exact("", "a", b"a").text("responseFields", "customMetadata,selectedFieldsSchema"))
        .await;
    assert_eq!(
        json!([upload.1["customMetadata"], upload.1["selectedFieldsSchema"]]),
        json!([{ "size": "M" }, { "size": schema }])
    );

    account
        .define(
            "n",
            json!({ "type": "Number", "minValue": 0, "maxValue": 9.5 }),
        )
        .await;
    account
        .define("d", json!({ "type": "Date", "maxValue": "2030-01-01" }))
        .await;
    account
        .define(
            "t",
            json!({ "type": "Text", "minLength": 2, "maxLength": 3 }),
        )
        .await;
    account.define("b", json!({ "type": "Boolean" })).await;
    account
        .define(
            "m",
            json!({ "type": "MultiSelect", "selectOptions": [1, "x", true] }),
        )
        .await;
    for (metadata, problem) in [
        (
            json!({ "n": 9.5, "d": "2026-05-04T10:20:30.456Z", "t": "éé", "b": false, "m": [1, true] }),
            None,
        ),
        (
            json!({ "d": "2026-05-04", "_internal_original_created_datetime": "2026-05-04" }),
            None,
        ),
        (json!({ "n": 10 }), Some("n is more than 9.5")),
        (json!({ "n": "1" }), Some("n is not of type Number")),
        (
            json!({ "d": "2030-01-02" }),
            Some("d is more than \"2030-01-01\""),
        ),
        (json!({ "d": "soon" }), Some("d is not a date in ISO 8601")),
        (json!({ "t": "a" }), Some("t is less than 2")),
        (json!({ "t": "abcd" }), Some("t is more than 3")),
        (json!({ "b": 1 }), Some("b is not of type Boolean")),
        (
            json!({ "m": ["y"] }),
            Some("m is not among the selectOptions"),
        ),
        (
            json!({ "size": "L" }),
            Some("size is not among the selectOptions"),
        ),
        (
            json!({ "color": "red" }),
            Some("color is not a defined custom metadata field"),
        ),
    ] {
        let form = exact("", "a", b"a").text("customMetadata", metadata.to_string());
        let (status, reply) = account.upload(form).await;
        match problem {
            None => assert_eq!(status, StatusCode::OK, "{metadata}: {reply}"),
            Some(problem) => {
                let message = format!("The custom metadata is invalid: {problem}.");
                assert_eq!(reply["message"], json!(message));
            }
        }
    }

    let own = format!("{path}/{}", text(&field, "id"));
    let change = json!({ "label": "Sizes", "schema": { "selectOptions": ["S", "M", "L"] } });
    let (status, reply) = account.send(Method::PATCH, &own, change).await;
    let schema = json!({ "type": "SingleSelect", "selectOptions": ["S", "M", "L"], "isValueRequired": true, "defaultValue": "M" });
    assert_eq!((status, &reply["schema"]), (200, &schema));
    let change = json!({ "label": "Sizes", "description": "" });
    let (status, reply) = account.send(Method::PATCH, &own, change).await;
    assert_eq!(
        (status, &reply["label"], reply.get("description")),
        (200, &json!("Sizes"), None)
    );
    for body in [
        json!({}),
        json!({ "name": "other" }),
        json!({ "label": "n" }),
        json!({ "schema": { "type": "Text" } }),
    ] {
        assert_eq!(
            account.send(Method::PATCH, &own, body.clone()).await.0,
            400,
            "{body}"
        );
    }

    // A deleted field's name stays taken.
    assert_eq!(account.delete_at(&own).await, (204, Value::Null));
    let missing = refusal("No custom metadata field has this id.");
    assert_eq!(account.delete_at(&own).await, (404, missing));
    let taken = "A custom metadata field with the name size exists already or existed before.";
    assert_eq!(account.post(path, body).await, (400, refusal(taken)));
    let (_, all) = account.get(&format!("{path}?includeDeleted=true")).await;
    let (_, left) = account.get(path).await;
    assert_eq!(
        (
            all.as_array().unwrap().len(),
            left.as_array().unwrap().len()
        ),
        (6, 5)
    );

    for (name, schema) in [
        ("q", json!({ "type": "Text", "minValue": 1 })),
        ("q", json!({ "type": "SingleSelect" })),
        ("q", json!({ "type": "Number", "isValueRequired": true })),
        ("q", json!({ "type": "Number", "defaultValue": "1" })),
        ("q", json!({ "type": "Color" })),
        ("a b", json!({ "type": "Text" })),
        (
            "_internal_original_created_datetime",
            json!({ "type": "Date" }),
        ),
    ] {
        let body = json!({ "name": name, "label": name, "schema": schema });
        assert_eq!(account.post(path, body.clone()).await.0, 400, "{body}");
    }
}

#[tokio::test]
async fn settings_of_the_account_come_and_go() {
    let account = Account::start().await;
    let times = ["createdAt", "updatedAt"];
    for (path, create, change, made, changed, method) in [
        (
            "/v1/saved-extensions",
            json!({ "name": "bg", "description": "No background.", "config": { "name": "remove-bg" } }),
            json!({ "name": "bg2" }),
            json!({ "name": "bg", "description": "No background.", "config": { "name": "remove-bg" } }),
            json!({ "name": "bg2", "description": "No background.", "config": { "name": "remove-bg" } }),
            Method::PATCH,
        ),
        (
            "/v1/named-transformations",
            json!({ "name": "small_1", "transformation": "w-100" }),
            json!({ "enabled": false }),
            json!({ "name": "small_1", "transformation": "w-100", "enabled": true }),
            json!({ "name": "small_1", "transformation": "w-100", "enabled": false }),
            Method::PATCH,
        ),
        (
            "/v1/accounts/origins",
            json!({ "type": "S3", "name": "My S3", "bucket": "b", "accessKey": "k", "secretKey": "s" }),
            json!({ "type": "WEB_FOLDER", "name": "Web", "baseUrl": "https://example.com" }),
            json!({ "type": "S3", "name": "My S3", "bucket": "b", "prefix": "", "includeCanonicalHeader": false }),
            json!({
                "type": "WEB_FOLDER", "name": "Web", "baseUrl": "https://example.com",
                "includeCanonicalHeader": false, "forwardHostHeaderToOrigin": false,
            }),
            Method::PUT,
        ),
        (
            "/v1/accounts/url-endpoints",
            json!({ "description": "Mine", "urlRewriter": { "type": "CLOUDINARY" } }),
            json!({ "description": "Yours", "urlPrefix": "p" }),
            json!({
                "description": "Mine", "urlPrefix": "", "origins": [],
                "urlRewriter": { "type": "CLOUDINARY", "preserveAssetDeliveryTypes": false },
            }),
            json!({ "description": "Yours", "urlPrefix": "p", "origins": [] }),
            Method::PUT,
        ),
    ] {
        assert_eq!(account.get(path).await, (200, json!([])));
        // Bodies that the document or the rules of names exclude.
        assert_eq!(account.post(path, json!({})).await.0, 400, "{path}");
        let (status, reply) = account.post(path, create.clone()).await;
        assert_eq!(status, 201, "{path}: {reply}");
        let id = text(&reply, "id").to_owned();
        let plain = |mut reply: Value| {
            for name in times.into_iter().chain(["id"]) {
                reply.as_object_mut().unwrap().remove(name);
            }
            reply
        };
        assert_eq!(plain(reply.clone()), made, "{path}");
        let own = format!("{path}/{id}");
        assert_eq!(account.get(&own).await, (200, reply.clone()));
        assert_eq!(account.get(path).await, (200, json!([reply])));
        let (status, reply) = account.send(method, &own, change).await;
        assert_eq!((status, plain(reply)), (200, changed), "{path}");
        assert_eq!(account.delete_at(&own).await, (204, Value::Null));
        let (status, reply) = account.delete_at(&own).await;
        assert_eq!(status, 404, "{reply}");
        assert_eq!(account.get(&own).await.0, 404);
        assert_eq!(account.get(path).await, (200, json!([])));
    }
    let named = async |name: &str| {
        let body = json!({ "name": name, "transformation": "w-1" });
        account.post("/v1/named-transformations", body).await.0
    };
    assert_eq!(named("a").await, 201);
    assert_eq!(
        [named("a").await, named("a-b").await, named("").await],
        [400; 3]
    );
    let body = json!({ "description": "d", "origins": ["none"] });
    let reply = account.post("/v1/accounts/url-endpoints", body).await;
    assert_eq!(reply, (400, refusal("There is no origin none.")));
}

#[tokio::test]
async fn named_transformations_that_uploads_use_stay() {
    let account = Account::start().await;
    let path = "/v1/named-transformations";
    let body = json!({ "name": "small", "transformation": "w-1" });
    let (_, named) = account.post(path, body).await;
    let own = format!("{path}/{}", text(&named, "id"));
    account.server.use_in_upload_settings(["small"]);
    let expected = refusal("The settings for uploads use the named transformation small.");
    for body in [json!({ "name": "tiny" }), json!({ "enabled": false })] {
        let changed = account.send(Method::PATCH, &own, body).await;
        assert_eq!(changed, (409, expected.clone()));
    }
    assert_eq!(account.delete_at(&own).await, (409, expected));
    assert_eq!(account.get(&own).await, (200, named));
    // Its steps can change.
    for body in [
        json!({ "transformation": "w-2" }),
        json!({ "name": "small", "enabled": true }),
    ] {
        assert_eq!(account.send(Method::PATCH, &own, body).await.0, 200);
    }
    account.server.use_in_upload_settings(["other"]);
    assert_eq!(account.delete_at(&own).await.0, 204);
}

#[tokio::test]
async fn usage_counts_what_is_stored_and_delivered() {
    let account = Account::start().await;
    account.store("", "a", b"12345").await;
    account.store("", "a", b"123").await;
    let url = format!("{}/a", account.server.url_endpoint());
    account.client.get(url).send().await.unwrap();
    let expected = json!({
        "bandwidthBytes": 3,
        "mediaLibraryStorageBytes": 8,
        "videoProcessingUnitsCount": 0,
        "extensionUnitsCount": 0,
        "originalCacheStorageBytes": 0,
    });
    let usage = account
        .get("/v1/accounts/usage?startDate=2026-01-01&endDate=2026-03-31")
        .await;
    assert_eq!(usage, (200, expected));
    let path = "/v1/accounts/usage-analytics?startDate=2026-01-01&endDate=2026-01-01";
    let (status, analytics) = account.get(path).await;
    assert_eq!(
        (
            status,
            json!([
                analytics["requestCount"],
                analytics["bandwidthBytes"],
                analytics["country"]
            ])
        ),
        (200, json!([1, 3, { "byBandwidth": [], "byRequests": [] }]))
    );
    for query in [
        "startDate=2026-01-01&endDate=2026-04-01",
        "startDate=2026-01-02&endDate=2026-01-01",
        "startDate=2026-01-01",
        "startDate=yesterday&endDate=2026-01-01",
        "startDate=2026-13-01&endDate=2026-01-01",
    ] {
        assert_eq!(
            account.get(&format!("/v1/accounts/usage?{query}")).await.0,
            400,
            "{query}"
        );
    }
}

#[tokio::test]
async fn metadata_describes_the_bytes() {
    let account = Account::start().await;
    let upload = account.store("", "a.png", PNG).await;
    let expected = json!({
        "size": PNG.len(), "format": "png", "width": 300, "height": 200, "hasTransparency": true, "exif": {},
    });
    let path = format!("/v1/files/{}/metadata", text(&upload, "fileId"));
    assert_eq!(account.get(&path).await, (200, expected.clone()));
    let of_url = async |url: &str| {
        let request = account
            .api(Method::GET, "/v1/metadata")
            .query(&[("url", url)]);
        answer(request).await
    };
    assert_eq!(of_url(text(&upload, "url")).await, (200, expected));
    let none = format!("{}/none", account.server.url_endpoint());
    assert_eq!(
        of_url(&none).await,
        (404, refusal("There is no file at this URL."))
    );
    assert_eq!(of_url("https://example.com/a.png").await.0, 400);
    assert_eq!(account.get("/v1/files/none/metadata").await.0, 404);
}

#[tokio::test]
async fn requests_that_the_document_rules_out_are_refused() {
    let account = Account::start().await;
    for (method, path, body) in [
        (
            Method::POST,
            "/v1/files/copy",
            json!({ "sourceFilePath": "/a" }),
        ),
        (
            Method::POST,
            "/v1/files/copy",
            json!({ "sourceFilePath": 1, "destinationPath": "/" }),
        ),
        (
            Method::POST,
            "/v1/files/copy",
            json!({ "sourceFilePath": "/a", "destinationPath": "/", "x": 1 }),
        ),
        (Method::POST, "/v1/files/copy", json!([])),
        (
            Method::POST,
            "/v1/files/addTags",
            json!({ "fileIds": vec!["a"; 51], "tags": ["a"] }),
        ),
        (
            Method::POST,
            "/v1/files/batch/deleteByFileIds",
            json!({ "fileIds": vec!["a"; 101] }),
        ),
        (
            Method::POST,
            "/v1/accounts/origins",
            json!({ "type": "FTP", "name": "x" }),
        ),
        (
            Method::POST,
            "/v1/accounts/webhooks",
            json!({ "endpoint": "http://127.0.0.1", "events": ["x"] }),
        ),
        (
            Method::POST,
            "/v1/customMetadataFields",
            json!({ "name": "a", "label": "a", "schema": {} }),
        ),
    ] {
        let (status, reply) = account.send(method, path, body.clone()).await;
        assert_eq!(status, 400, "{path} {body}: {reply}");
        assert!(text(&reply, "message").starts_with("The body"), "{reply}");
    }
    for query in [
        "limit=0",
        "limit=1001",
        "limit=x",
        "skip=-1",
        "type=x",
        "sort=x",
        "fileType=x",
        "tags=a",
        "limit=1&limit=2",
    ] {
        let (status, reply) = account.get(&format!("/v1/files?{query}")).await;
        assert_eq!(status, 400, "{query}: {reply}");
        assert!(
            text(&reply, "message").starts_with("The query parameter "),
            "{reply}"
        );
    }
    let request = account.api(Method::POST, "/v1/files/copy").body("{}");
    let expected = refusal("The Content-Type must be application/json.");
    assert_eq!(answer(request).await, (400, expected));
    for (name, value) in [
        ("extensions", "[{}]"),
        ("extensions", "{"),
        ("transformation", r#"{"post":1}"#),
    ] {
        let (status, reply) = account.upload(exact("", "a", b"a").text(name, value)).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{name}: {value}");
        assert!(
            text(&reply, "message").starts_with("The upload field "),
            "{reply}"
        );
    }
}

#[tokio::test]
async fn checks_decide_on_uploads() {
    let account = Account::start().await;
    account.define("price", json!({ "type": "Number" })).await;
    for (checks, is_met) in [
        (r#""file.size" < "1kb""#, true),
        (r#""file.size" > 1024"#, false),
        (r#""file.mime" IN ["image/jpeg","image/png"]"#, true),
        (r#""file.mime" NOT IN ["image/png"]"#, false),
        (r#""request.folder" : "shop/""#, true),
        (r#""request.folder" = "/shop/x""#, true),
        (
            r#""request.folder" = "/x" OR "mediaMetadata.width" >= 300"#,
            true,
        ),
        (
            r#""request.folder" : "/x" AND "mediaMetadata.width" >= 300"#,
            false,
        ),
        (
            r#""request.tags" IN ["red"] AND ("request.customMetadata.price" > 5 OR "mediaMetadata.height" = 1)"#,
            true,
        ),
        (r#""request.customMetadata.price" = 9"#, false),
    ] {
        let form = exact("/shop/x", "a.png", PNG)
            .text("tags", "red,blue")
            .text("customMetadata", r#"{"price":9.5}"#)
            .text("checks", checks);
        let (status, reply) = account.upload(form).await;
        let expected = if is_met {
            StatusCode::OK
        } else {
            StatusCode::BAD_REQUEST
        };
        assert_eq!(status, expected, "{checks}: {reply}");
    }
    for checks in [
        "file.size",
        r#""file.size" <"#,
        r#""other" = 1"#,
        r#""file.size" = "x""#,
    ] {
        let (status, reply) = account
            .upload(exact("", "a", b"a").text("checks", checks))
            .await;
        assert_eq!(status, StatusCode::BAD_REQUEST);
        assert!(
            text(&reply, "message").starts_with("The parameter checks is invalid"),
            "{reply}"
        );
    }
}

#[tokio::test]
async fn a_new_version_keeps_what_the_options_say() {
    let account = Account::start().await;
    account.define("brand", json!({ "type": "Text" })).await;
    let form = || exact("", "a", b"a").text("responseFields", "customMetadata");
    let first = form()
        .text("tags", "red")
        .text("customMetadata", r#"{"brand":"Acme"}"#);
    assert_eq!(account.upload(first).await.0, StatusCode::OK);
    let kept = form()
        .text("overwriteTags", "false")
        .text("overwriteCustomMetadata", "false");
    let (_, reply) = account.upload(kept).await;
    assert_eq!(
        json!([reply["tags"], reply["customMetadata"]]),
        json!([["red"], { "brand": "Acme" }])
    );
    let (_, reply) = account.upload(form()).await;
    assert_eq!(
        json!([reply["tags"], reply["customMetadata"]]),
        json!([null, {}])
    );
}

#[tokio::test]
async fn a_pre_transformation_of_a_video_takes_its_time() {
    let account = Account::start().await;
    let form = exact("", "a.mp4", b"a").text("transformation", r#"{"pre":"w-100"}"#);
    let message = "The pre-transformation of the video is running. The file is in the library once it is done.";
    assert_eq!(
        account.upload(form).await,
        (StatusCode::ACCEPTED, json!({ "message": message }))
    );
    let form = exact("", "a.png", PNG).text("transformation", r#"{"pre":"w-100"}"#);
    assert_eq!(account.upload(form).await.0, StatusCode::OK);
    let form =
        exact("", "b.png", PNG).text("extensions", r#"[{"name":"saved-extension","id":"none"}]"#);
    let reply = account.upload(form).await;
    assert_eq!(
        reply,
        (
            StatusCode::BAD_REQUEST,
            refusal("There is no saved extension none.")
        )
    );
}
