//! Webhooks: events about what happens in the account, sent to loopback and signed in both ways
//! that ImageKit knows.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header;
use serde_json::{Value, json};
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::sync::watch;
use uuid::Uuid;

use super::account::Account;
use super::clock::Timestamp;
use super::describe;
use super::keys;
use super::remote;
use super::store::{Entry, Happened, Record};

/// How long the receiver of an event may take.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Sends events until the sender of `alive` is gone.
pub(super) async fn send_all(
    account: Arc<Account>,
    mut happened: UnboundedReceiver<Happened>,
    mut alive: watch::Receiver<()>,
) {
    loop {
        let happened = tokio::select! {
            _ = alive.changed() => return,
            Some(happened) = happened.recv() => happened,
            else => return,
        };
        for (kind, data) in events(&account, &happened) {
            let wants = |webhook: &&Arc<Record>| {
                let events = webhook.body["events"].as_array();
                webhook.body["enabled"] == json!(true)
                    && events.is_some_and(|events| events.contains(&json!(kind)))
            };
            let id = Uuid::new_v4().to_string();
            let time = happened.time.to_string();
            let event = json!({ "id": id, "type": kind, "created_at": time, "data": data });
            for webhook in happened.webhooks.iter().filter(wants) {
                tokio::select! {
                    _ = alive.changed() => return,
                    () = send(webhook, &id, event.to_string()) => {}
                }
            }
        }
    }
}

/// Sends an event once. A failure is ignored.
async fn send(webhook: &Record, id: &str, body: String) {
    let (Some(endpoint), Some(client)) =
        (remote::loopback(webhook.text("endpoint")), remote::client())
    else {
        return;
    };
    let secret = webhook.text("secret");
    let now = Timestamp::now();
    let (seconds, millis) = (now.seconds(), now.0.as_millisecond());
    let standard = keys::sha256(secret, &format!("{id}.{seconds}.{body}"));
    let older = keys::sha256(secret, &format!("{millis}.{body}"));
    let request = client
        .post(endpoint)
        .header(header::CONTENT_TYPE, "application/json")
        .header("webhook-id", id)
        .header("webhook-timestamp", seconds.to_string())
        .header(
            "webhook-signature",
            format!("v1,{}", STANDARD.encode(standard)),
        )
        .header(
            "x-ik-signature",
            format!("t={millis},v1={}", const_hex::encode(older)),
        )
        .timeout(TIMEOUT)
        .body(body);
    let _ = request.send().await;
}

/// The types and the data of the events that a change makes.
fn events(account: &Account, happened: &Happened) -> Vec<(&'static str, Value)> {
    match (&happened.before, &happened.after) {
        (None, Some(Entry::File(file))) => {
            vec![("file.created", describe::file(account, file, &file.current))]
        }
        (Some(Entry::File(before)), Some(Entry::File(file))) => {
            let created = file
                .versions()
                .filter(|version| before.version(&version.id).is_none());
            let created = created.map(|version| {
                (
                    "file-version.created",
                    describe::file(account, file, version),
                )
            });
            let deleted = before
                .versions()
                .filter(|version| file.version(&version.id).is_none());
            let deleted = deleted.map(|version| {
                let data = json!({ "fileId": file.id, "versionId": version.id });
                ("file-version.deleted", data)
            });
            let events: Vec<_> = created.chain(deleted).collect();
            match events.is_empty() {
                true => vec![("file.updated", describe::file(account, file, &file.current))],
                false => events,
            }
        }
        (Some(Entry::File(file)), None) => vec![("file.deleted", json!({ "fileId": file.id }))],
        (None, Some(Entry::Folder(folder))) => vec![("folder.created", describe::folder(folder))],
        (Some(Entry::Folder(_)), Some(Entry::Folder(folder))) => {
            vec![("folder.updated", describe::folder(folder))]
        }
        (Some(Entry::Folder(folder)), None) => {
            vec![("folder.deleted", json!({ "folderId": folder.id }))]
        }
        _ => Vec::new(),
    }
}
