//! Copies, moves and new names of files.

use std::sync::Arc;

use http::StatusCode;
use serde_json::json;

use super::cache;
use super::paths;
use super::reply::{self, Refusal, Reply};
use super::routes::Call;
use super::store::{Change, File, State, Version, new_id};

/// The folder that a property of the body names.
pub(super) fn folder(call: &Call<'_>, name: &str) -> Result<String, Refusal> {
    paths::folder(call.text(name)).ok_or_else(|| bad_path(name).with("reason", "INVALID_PATH"))
}

/// For a path with a part that no URL could reach.
pub(super) fn bad_path(name: &str) -> Refusal {
    Refusal::bad_request(format!(
        "No part of {name} may be . or .. or begin with tr:"
    ))
}

fn source<'s>(call: &Call<'_>, state: &'s State, name: &str) -> Result<&'s Arc<File>, Refusal> {
    // A path has the form of a folder's.
    let path = folder(call, name)?;
    state.file_at(&path).ok_or_else(|| {
        Refusal::not_found(format!("No file found with {name} {path}"))
            .with("reason", "SOURCE_FILE_MISSING")
    })
}

/// Plans that versions, oldest first, come to a path: as versions of the file there, or as a new
/// file.
pub(super) fn arrive(
    change: &mut Change<'_>,
    path: &str,
    versions: Vec<Version>,
) -> Result<(), Refusal> {
    let mut versions = versions.into_iter().map(|version| Version {
        id: new_id(),
        ..version
    });
    let mut file = match change.state.file_at(path) {
        Some(file) => File::clone(file),
        None => {
            let Some(first) = versions.next() else {
                return Ok(());
            };
            change.create_folder(paths::split(path).0);
            File {
                id: new_id(),
                path: path.to_owned(),
                created: change.now,
                current: Version { number: 1, ..first },
                others: Vec::new(),
            }
        }
    };
    file.append(versions)?;
    file.current.updated = change.now;
    change.put_file(file);
    Ok(())
}

/// The versions of a file, oldest first and the current one last, or only the current one.
pub(super) fn versions(file: &File, with_others: bool) -> Vec<Version> {
    let others = file.others.iter().rev().filter(|_| with_others);
    others.chain(Some(&file.current)).cloned().collect()
}

/// `POST /v1/files/copy`
pub(super) fn copy(call: &Call<'_>) -> Result<Reply, Refusal> {
    call.account.store.change(|change| {
        let file = source(call, change.state, "sourceFilePath")?;
        let target = format!("{}/{}", folder(call, "destinationPath")?, file.name());
        if target == file.path {
            return Err(same_place());
        }
        let versions = versions(file, call.flag("includeFileVersions"));
        arrive(change, &target, versions)?;
        Ok(reply::empty(StatusCode::NO_CONTENT))
    })
}

/// `POST /v1/files/move`
pub(super) fn move_file(call: &Call<'_>) -> Result<Reply, Refusal> {
    call.account.store.change(|change| {
        let file = source(call, change.state, "sourceFilePath")?;
        let target = format!("{}/{}", folder(call, "destinationPath")?, file.name());
        if target == file.path {
            return Err(same_place());
        }
        relocate(change, file, &target)?;
        Ok(reply::empty(StatusCode::NO_CONTENT))
    })
}

/// Plans that a file moves to a path, where its versions are appended to those of the file there,
/// if there is one.
pub(super) fn relocate(
    change: &mut Change<'_>,
    file: &Arc<File>,
    target: &str,
) -> Result<(), Refusal> {
    if change.state.file_at(target).is_some() {
        arrive(change, target, versions(file, true))?;
        change.remove_file(file);
    } else {
        move_to_free(change, file, target);
    }
    Ok(())
}

/// Plans that a file moves to a path where none is.
pub(super) fn move_to_free(change: &mut Change<'_>, file: &File, target: &str) {
    change.create_folder(paths::split(target).0);
    let mut moved = File::clone(file);
    moved.path = target.to_owned();
    moved.current.updated = change.now;
    change.put_file(moved);
}

fn same_place() -> Refusal {
    Refusal::bad_request("The file is in destinationPath already.").with("reason", "SAME_PATH")
}

/// `PUT /v1/files/rename`
pub(super) fn rename(call: &Call<'_>) -> Result<Reply, Refusal> {
    call.account.store.change(|change| {
        let file = source(call, change.state, "filePath")?;
        let name =
            paths::file_name(call.text("newFileName"), char::is_alphanumeric).ok_or_else(|| {
                Refusal::bad_request("newFileName must be a name, not a step in a path.")
                    .with("reason", "INVALID_FILE_NAME")
            })?;
        let target = format!("{}/{name}", paths::split(&file.path).0);
        if change.state.file_at(&target).is_some() {
            let message = format!("File with name {name} already exists at the same location.");
            return Err(
                Refusal::new(StatusCode::CONFLICT, message).with("reason", "FILE_ALREADY_EXISTS")
            );
        }
        let former = call.account.file_url(&file.path);
        relocate(change, file, &target)?;
        if !call.flag("purgeCache") {
            return Ok(reply::json(&json!({})));
        }
        Ok(
            match cache::request(change, call.account.job_time, &format!("{former}*")) {
                Ok(id) => reply::json(&json!({ "purgeRequestId": id })),
                Err(refusal) => {
                    let body = refusal.with("reason", "PURGE_FAILED").body();
                    reply::json_with(StatusCode::MULTI_STATUS, &body)
                }
            },
        )
    })
}
