//! Concurrent clients: no change of any client is lost.

use std::collections::BTreeSet;

use crate::account::{Account, answer, exact, text};
use futures_util::future::join_all;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

const CLIENTS: usize = 64;

/// How often each client changes its own files, besides the shared ones.
const ROUNDS: usize = 8;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_change_is_lost() {
    let account = Account::start().await;
    let shared = account.store("/shared", "a.txt", b"first").await;
    let id = text(&shared, "fileId");
    let rivals = account.store("/rivals", "r.txt", b"r").await;
    let clients = (0..CLIENTS).map(|client| {
        let account = &account;
        let rival = text(&rivals, "fileId");
        async move {
            // A version of the same file, which keeps the tags that others add.
            let form = exact("/shared", "a.txt", format!("version of {client}").as_bytes())
                .text("overwriteTags", "false");
            let (status, upload) = account.upload(form).await;
            assert_eq!(status, StatusCode::OK, "{upload}");
            let tags = json!({ "fileIds": [id], "tags": [format!("t{client}")] });
            assert_eq!(account.post("/v1/files/addTags", tags).await.0, 200);
            // One client of all succeeds in deleting the file.
            let deleted = account.delete_at(&format!("/v1/files/{rival}")).await.0;
            for round in 0..ROUNDS {
                let folder = format!("/c{client}/{}", round % 3);
                let name = format!("{round}.txt");
                let content = format!("{client} {round}");
                account.store(&folder, &name, content.as_bytes()).await;
                let copy = json!({ "sourceFilePath": format!("{folder}/{name}"), "destinationPath": format!("/c{client}/copies") });
                assert_eq!(account.post("/v1/files/copy", copy).await.0, 204);
                let rename = json!({ "filePath": format!("/c{client}/copies/{name}"), "newFileName": format!("r{name}") });
                assert_eq!(answer(account.api(Method::PUT, "/v1/files/rename").json(&rename)).await.0, 200);
                assert_eq!(account.paths(&format!("path=/c{client}/copies")).await.len(), round + 1);
            }
            let merge = json!({ "sourceFolderPath": format!("/c{client}/copies"), "destinationPath": "/merged" });
            assert_eq!(account.post("/v1/bulkJobs/moveFolder", merge).await.0, 200);
            (deleted, text(&upload["versionInfo"], "name").to_owned())
        }
    });
    let done = join_all(clients).await;

    let deleted = done.iter().filter(|(status, _)| *status == 204).count();
    assert_eq!(deleted, 1, "one client deletes the file");
    assert!(done.iter().all(|(status, _)| [204, 404].contains(status)));

    // Every upload became a version, and every tag is there.
    let names: BTreeSet<_> = done.iter().map(|(_, name)| name.clone()).collect();
    let expected: BTreeSet<_> = (2..CLIENTS + 2)
        .map(|number| format!("Version {number}"))
        .collect();
    assert_eq!(names, expected);
    let (_, versions) = account.get(&format!("/v1/files/{id}/versions")).await;
    assert_eq!(versions.as_array().unwrap().len(), CLIENTS + 1);
    let tags: BTreeSet<_> = versions[0]["tags"]
        .as_array()
        .unwrap()
        .iter()
        .map(Value::to_string)
        .collect();
    let expected: BTreeSet<_> = (0..CLIENTS)
        .map(|client| json!(format!("t{client}")).to_string())
        .collect();
    assert_eq!(tags, expected);

    // Each client's files are there with their content, and those that were merged under one name
    // are its versions.
    let (_, merged) = account.get("/v1/files?path=/merged/copies").await;
    assert_eq!(merged.as_array().unwrap().len(), ROUNDS);
    for file in merged.as_array().unwrap() {
        let (_, versions) = account
            .get(&format!("/v1/files/{}/versions", text(file, "fileId")))
            .await;
        assert_eq!(versions.as_array().unwrap().len(), CLIENTS);
    }
    for client in 0..CLIENTS {
        for round in 0..ROUNDS {
            let url = format!(
                "{}/c{client}/{}/{round}.txt",
                account.server.url_endpoint(),
                round % 3
            );
            let content = account
                .client
                .get(url)
                .send()
                .await
                .unwrap()
                .text()
                .await
                .unwrap();
            assert_eq!(content, format!("{client} {round}"));
        }
    }
    let (_, usage) = account
        .get("/v1/accounts/usage?startDate=2026-01-01&endDate=2026-01-02")
        .await;
    let stored = usage["mediaLibraryStorageBytes"].as_u64().unwrap() as usize;
    let own: usize = (0..CLIENTS)
        .flat_map(|client| (0..ROUNDS).map(move |round| 2 * format!("{client} {round}").len()))
        .sum();
    let versions: usize = (0..CLIENTS)
        .map(|client| format!("version of {client}").len())
        .sum();
    assert_eq!(stored, "first".len() + versions + own);
}
