//! Webhooks of the in-process server, received over HTTP.

use std::collections::BTreeMap;

use crate::account::{Account, exact, text};
use hmac::{Hmac, KeyInit as _, Mac as _};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use sha2::Sha256;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

/// A request as received: headers by lower-case name, and body.
type Received = (BTreeMap<String, String>, String);

/// Receives events. Answers with 500, which the server ignores.
async fn receiver() -> (String, UnboundedReceiver<Received>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook?a=1", listener.local_addr().unwrap());
    let (sender, received) = unbounded_channel();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            if sender.send(read(stream).await).is_err() {
                return;
            }
        }
    });
    (url, received)
}

async fn read(mut stream: TcpStream) -> Received {
    let mut bytes = Vec::new();
    loop {
        stream.read_buf(&mut bytes).await.unwrap();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            continue;
        };
        let headers: BTreeMap<_, _> = head
            .lines()
            .skip(1)
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
            .collect();
        if body.len().to_string() == headers["content-length"] {
            let reply = b"HTTP/1.1 500 No\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
            stream.write_all(reply).await.unwrap();
            return (headers, body.to_owned());
        }
    }
}

fn hmac(secret: &str, message: &str) -> Vec<u8> {
    let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.chain_update(message).finalize().into_bytes().to_vec()
}

async fn webhook(account: &Account, url: &str, events: &[&str]) -> Value {
    let body = json!({ "endpoint": url, "events": events });
    let (status, webhook) = account.post("/v1/accounts/webhooks", body).await;
    assert_eq!(status, 201, "{webhook}");
    webhook
}

#[tokio::test]
async fn events_are_sent_and_signed_in_both_ways() {
    let account = Account::start().await;
    let (url, mut received) = receiver().await;
    let webhook = webhook(&account, &url, &["file.created"]).await;
    let upload = account.store("/a", "x.txt", b"x").await;
    let (headers, body) = received.recv().await.unwrap();
    let event: Value = serde_json::from_str(&body).unwrap();
    let path = format!("/v1/files/{}/details", text(&upload, "fileId"));
    let (_, details) = account.get(&path).await;
    let expected = json!({
        "id": headers["webhook-id"],
        "type": "file.created",
        "created_at": details["createdAt"],
        "data": details,
    });
    assert_eq!(event, expected);

    let secret = text(&webhook, "secret");
    assert!(secret.starts_with("whsec_"));
    let message = format!(
        "{}.{}.{body}",
        headers["webhook-id"], headers["webhook-timestamp"]
    );
    let signature = base64(&hmac(secret, &message));
    assert_eq!(headers["webhook-signature"], format!("v1,{signature}"));
    let (time, signature) = headers["x-ik-signature"].split_once(',').unwrap();
    let time = time.strip_prefix("t=").unwrap();
    assert_eq!(time.len(), 13, "milliseconds");
    let digits: String = hmac(secret, &format!("{time}.{body}"))
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    assert_eq!(signature, format!("v1={digits}"));
    assert_eq!(headers["content-type"], "application/json");
}

fn base64(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

#[tokio::test]
async fn every_change_makes_its_event() {
    let account = Account::start().await;
    let (url, mut received) = receiver().await;
    let all = [
        "file.created",
        "file.updated",
        "file.deleted",
        "file-version.created",
        "file-version.deleted",
        "folder.created",
        "folder.updated",
        "folder.deleted",
    ];
    let webhook = webhook(&account, &url, &all).await;
    let mut next = async || -> (String, Value) {
        let (_, body) = received.recv().await.unwrap();
        let event: Value = serde_json::from_str(&body).unwrap();
        (text(&event, "type").to_owned(), event["data"].clone())
    };
    let folder = json!({ "folderName": "a", "parentFolderPath": "/" });
    account.post("/v1/folder", folder).await;
    let (kind, created) = next().await;
    assert_eq!(
        (kind.as_str(), text(&created, "folderPath")),
        ("folder.created", "/a")
    );

    let first = account.store("/a", "x", b"1").await;
    assert_eq!(next().await.0, "file.created");
    let id = text(&first, "fileId");
    let second = account.store("/a", "x", b"2").await;
    let (kind, data) = next().await;
    assert_eq!(
        (kind.as_str(), &data["versionInfo"]),
        ("file-version.created", &second["versionInfo"])
    );

    let tags = json!({ "tags": ["red"] });
    account
        .send(Method::PATCH, &format!("/v1/files/{id}/details"), tags)
        .await;
    let (kind, data) = next().await;
    assert_eq!(
        (kind.as_str(), &data["tags"]),
        ("file.updated", &json!(["red"]))
    );

    let version = text(&first["versionInfo"], "id");
    account
        .delete_at(&format!("/v1/files/{id}/versions/{version}"))
        .await;
    let deleted = json!({ "fileId": id, "versionId": version });
    assert_eq!(next().await, ("file-version.deleted".to_owned(), deleted));

    let rename = json!({ "folderPath": "/a", "newFolderName": "b" });
    account.post("/v1/bulkJobs/renameFolder", rename).await;
    let (kind, data) = next().await;
    assert_eq!(
        (kind.as_str(), text(&data, "folderPath")),
        ("folder.updated", "/b")
    );
    assert_eq!(data["folderId"], created["folderId"]);
    let (kind, data) = next().await;
    assert_eq!(
        (kind.as_str(), text(&data, "filePath")),
        ("file.updated", "/b/x")
    );

    account
        .send(Method::DELETE, "/v1/folder", json!({ "folderPath": "/b" }))
        .await;
    assert_eq!(
        next().await,
        ("file.deleted".to_owned(), json!({ "fileId": id }))
    );
    let deleted = json!({ "folderId": created["folderId"] });
    assert_eq!(next().await, ("folder.deleted".to_owned(), deleted));

    // Disabled webhooks, and those for other events, receive nothing.
    let path = format!("/v1/accounts/webhooks/{}", text(&webhook, "id"));
    let change = json!({ "enabled": false });
    assert_eq!(account.send(Method::PATCH, &path, change).await.0, 200);
    account.store("", "unseen", b"x").await;
    let change = json!({ "enabled": true, "events": ["file.deleted"] });
    let (status, changed) = account.send(Method::PATCH, &path, change).await;
    assert_eq!((status, &changed["secret"]), (200, &webhook["secret"]));
    let upload = account.store("", "last", b"x").await;
    account
        .delete_at(&format!("/v1/files/{}", text(&upload, "fileId")))
        .await;
    assert_eq!(next().await.0, "file.deleted");
}

#[tokio::test]
async fn a_webhook_receives_no_events_from_before_it_was_made() {
    let account = Account::start().await;
    // A receiver that keeps the server waiting for its reply.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let slow = format!("http://{}", listener.local_addr().unwrap());
    webhook(&account, &slow, &["file.created"]).await;
    account.store("", "first", b"x").await;
    let (held, _) = listener.accept().await.unwrap();
    account.store("", "second", b"x").await;
    let (url, mut received) = receiver().await;
    webhook(&account, &url, &["file.created"]).await;
    account.store("", "third", b"x").await;
    drop((held, listener));
    let (_, body) = received.recv().await.unwrap();
    let event: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(text(&event["data"], "name"), "third");
}

#[tokio::test]
async fn an_account_has_at_most_three_webhooks() {
    let account = Account::start().await;
    // Never sent to, because it isn't on this machine.
    for _ in 0..3 {
        webhook(&account, "https://example.com/hook", &["file.created"]).await;
    }
    let body = json!({ "endpoint": "https://example.com/hook", "events": ["file.created"] });
    assert_eq!(account.post("/v1/accounts/webhooks", body).await.0, 400);
    assert_eq!(account.upload(exact("", "a", b"a")).await.0, StatusCode::OK);
    for (endpoint, events) in [
        ("ftp://127.0.0.1", json!(["file.created"])),
        ("http://a", json!([])),
    ] {
        let body = json!({ "endpoint": endpoint, "events": events });
        assert_eq!(
            account.post("/v1/accounts/webhooks", body).await.0,
            400,
            "{endpoint}"
        );
    }
}
