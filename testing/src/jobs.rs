//! Bulk jobs: copies, moves and new names of folders, which take a while.
//!
//! A job is carried out as a whole when its time has come, before the next request is answered.

use std::collections::HashSet;
use std::time::Duration;

use http::StatusCode;
use serde_json::{Map, Value, json};

use super::account::Account;
use super::cache;
use super::clock::Timestamp;
use super::folders;
use super::moves;
use super::paths;
use super::reply::{self, Refusal, Reply};
use super::routes::Call;
use super::store::{Change, Folder, Kind, Record, State};

const COMPLETED: &str = "Completed";

const PARTIAL: &str = "Partial success";

/// `POST /v1/bulkJobs/copyFolder`
pub(super) fn copy(call: &Call<'_>) -> Result<Reply, Refusal> {
    into_folder(call, "COPY_FOLDER")
}

/// `POST /v1/bulkJobs/moveFolder`
pub(super) fn move_folder(call: &Call<'_>) -> Result<Reply, Refusal> {
    into_folder(call, "MOVE_FOLDER")
}

fn into_folder(call: &Call<'_>, kind: &str) -> Result<Reply, Refusal> {
    let from = moves::folder(call, "sourceFolderPath")?;
    let destination = moves::folder(call, "destinationPath")?;
    let to = format!("{destination}/{}", paths::split(&from).1);
    start(call, kind, &from, &to, StatusCode::OK)
}

/// `POST /v1/bulkJobs/renameFolder`
pub(super) fn rename(call: &Call<'_>) -> Result<Reply, Refusal> {
    let from = moves::folder(call, "folderPath")?;
    let name = folders::name(call.text("newFolderName")).ok_or_else(|| {
        Refusal::bad_request("newFolderName must be a name, not a step in a path.")
            .with("reason", "INVALID_FOLDER_NAME")
    })?;
    let to = format!("{}/{name}", paths::split(&from).0);
    start(call, "RENAME_FOLDER", &from, &to, StatusCode::ACCEPTED)
}

fn start(
    call: &Call<'_>,
    kind: &str,
    from: &str,
    to: &str,
    status: StatusCode,
) -> Result<Reply, Refusal> {
    let account = call.account;
    let job = account.store.change(|change| {
        if from.is_empty() {
            return Err(Refusal::bad_request(
                "The root folder cannot be copied, moved or renamed.",
            )
            .with("reason", "ROOT_FOLDER"));
        }
        if change.state.folder(from).is_none() {
            return Err(
                Refusal::not_found(format!("No files & folder found at {from}"))
                    .with("reason", "NO_FILES_FOLDER"),
            );
        }
        require_free(change.state, [from, to])?;
        if kind == "RENAME_FOLDER" && change.state.folder(to).is_some() {
            let message = format!("A folder {to} already exists.");
            return Err(
                Refusal::new(StatusCode::CONFLICT, message).with("reason", "FOLDER_ALREADY_EXISTS")
            );
        }
        if is_in(to, from) {
            return Err(
                Refusal::bad_request(format!("{from} can't be put into itself."))
                    .with("reason", "SAME_PATH"),
            );
        }
        let mut job = Record::new(change.now, Map::new());
        job.body.insert("type".to_owned(), json!(kind));
        job.body.insert("status".to_owned(), json!(Record::PENDING));
        job.internal = Map::from_iter([
            ("from".to_owned(), json!(from)),
            ("to".to_owned(), json!(to)),
            (
                "with_versions".to_owned(),
                json!(call.flag("includeVersions")),
            ),
            ("purge_cache".to_owned(), json!(call.flag("purgeCache"))),
            ("due".to_owned(), json!(due(change.now, account.job_time))),
        ]);
        // What takes no time never holds the folders.
        if account.job_time.is_zero() {
            carry_out(account, change, &mut job);
        }
        Ok(change.put_record(Kind::Job, job))
    })?;
    Ok(reply::json_with(status, &json!({ "jobId": job.id })))
}

/// `GET /v1/bulkJobs/{jobId}`
pub(super) fn status(call: &Call<'_>) -> Result<Reply, Refusal> {
    let job = call
        .account
        .store
        .read(|state| state.record(Kind::Job, call.id()).cloned())
        .ok_or_else(|| Refusal::not_found("No bulk job has this id."))?;
    let mut body = job.body.clone();
    body.insert("jobId".to_owned(), json!(job.id));
    let status = if job.text("status") == PARTIAL {
        StatusCode::MULTI_STATUS
    } else {
        StatusCode::OK
    };
    Ok(reply::json_with(status, &Value::Object(body)))
}

/// The end of a job that starts now.
pub(super) fn due(now: Timestamp, time: Duration) -> Timestamp {
    Timestamp(now.0.checked_add(time).unwrap_or(jiff::Timestamp::MAX))
}

/// Whether the time of a job or purge has come.
pub(super) fn is_due(record: &Record, now: Timestamp) -> bool {
    let due = record.internal.get("due").cloned().unwrap_or_default();
    serde_json::from_value::<Timestamp>(due).is_ok_and(|due| due <= now)
}

/// Whether a path is in a folder or is that folder.
fn is_in(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Refuses folders that a pending job works on.
fn require_free(state: &State, folders: [&str; 2]) -> Result<(), Refusal> {
    for job in state.pending_jobs() {
        for held in ["from", "to"] {
            let held = job.internal[held].as_str().unwrap_or_default();
            if folders
                .iter()
                .any(|folder| is_in(folder, held) || is_in(held, folder))
            {
                return Err(Refusal::new(
                    StatusCode::LOCKED,
                    format!("Another bulk job is working on the folder {held}."),
                ));
            }
        }
    }
    Ok(())
}

/// Carries out the jobs whose time has come.
pub(super) fn settle(account: &Account) {
    let now = Timestamp::now().max(account.store.read(State::last_change));
    let due = |state: &State| -> Vec<String> {
        let all = state
            .pending_jobs()
            .into_iter()
            .filter(|job| is_due(job, now));
        all.map(|job| job.id.clone()).collect()
    };
    for id in account.store.read(due) {
        // A job that can't be written to the directory stays pending.
        let _ = account.store.change(|change| perform(account, change, &id));
    }
}

fn perform(account: &Account, change: &mut Change<'_>, id: &str) -> Result<(), Refusal> {
    let job = change.state.record(Kind::Job, id);
    // Another request may have been first.
    if let Some(job) = job.filter(|job| job.text("status") == Record::PENDING) {
        let mut job = Record::clone(job);
        carry_out(account, change, &mut job);
        change.put_record(Kind::Job, job);
    }
    Ok(())
}

/// Plans the changes of a job, and sets its status.
fn carry_out(account: &Account, change: &mut Change<'_>, job: &mut Record) {
    let state = change.state;
    let text = |name: &str| job.internal[name].as_str().unwrap_or_default().to_owned();
    let (from, to) = (text("from"), text("to"));
    let is_copy = job.text("type") == "COPY_FOLDER";
    let with_versions = job.internal["with_versions"] == json!(true);
    let target = |path: &str| format!("{to}{}", path.strip_prefix(&from).unwrap_or_default());
    job.updated = change.now;
    job.body.insert("status".to_owned(), json!(COMPLETED));
    // When `/a/a` moves to `/a`, then `/a/a/a` moves to the path that `/a/a` leaves. Shorter paths
    // go first, so that what is there has left.
    let mut folders: Vec<_> = state.folder(&from).into_iter().collect();
    folders.extend(state.folders_below(&from));
    folders.sort_by_key(|folder| folder.path.len());
    let mut files: Vec<_> = state.files_below(&from).collect();
    files.sort_by_key(|file| file.path.len());
    let mut left = HashSet::new();
    let mut targets = HashSet::new();
    // Folders that become one with another.
    let mut merged = Vec::new();
    for folder in folders {
        let path = target(&folder.path);
        targets.insert(path.clone());
        if is_copy {
            change.create_folder(&path);
        } else if state.folder(&path).is_some() && !left.contains(path.as_str()) {
            merged.push(folder);
        } else {
            left.insert(folder.path.as_str());
            change.create_folder(paths::split(&path).0);
            change.put_folder(Folder {
                path,
                updated: change.now,
                ..Folder::clone(folder)
            });
        }
    }
    merged.retain(|folder| !targets.contains(&folder.path));
    left.clear();
    for file in files {
        let path = target(&file.path);
        let moved = if is_copy {
            moves::arrive(change, &path, moves::versions(file, with_versions))
        } else if left.contains(path.as_str()) {
            moves::move_to_free(change, file, &path);
            Ok(())
        } else {
            moves::relocate(change, file, &path)
        };
        match moved {
            Ok(()) => {
                left.insert(file.path.as_str());
            }
            // A file that would have too many versions stays where it is, and so do its folders.
            Err(refusal) => {
                merged.retain(|folder| !is_in(&file.path, &folder.path));
                succeed_in_part(job, &refusal);
            }
        }
    }
    for folder in merged {
        change.remove_folder(folder);
    }
    if job.internal["purge_cache"] == json!(true) {
        match cache::request(
            change,
            account.job_time,
            &format!("{}/*", account.file_url(&from)),
        ) {
            Ok(id) => {
                job.body.insert("purgeRequestId".to_owned(), json!(id));
            }
            Err(refusal) => succeed_in_part(job, &refusal),
        }
    }
}

/// Says in a job what could not be done.
fn succeed_in_part(job: &mut Record, refusal: &Refusal) {
    job.body.insert("status".to_owned(), json!(PARTIAL));
    for (name, value) in refusal.body().as_object().into_iter().flatten() {
        job.body.insert(name.clone(), value.clone());
    }
}
