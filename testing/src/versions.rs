//! Versions of files.

use http::StatusCode;
use serde_json::Value;

use super::describe;
use super::details;
use super::reply::{self, Refusal, Reply};
use super::routes::Call;
use super::store::File;

fn not_found() -> Refusal {
    Refusal::not_found("The requested file version does not exist.")
}

/// `GET /v1/files/{fileId}/versions`
pub(super) fn list(call: &Call<'_>) -> Result<Reply, Refusal> {
    let file = call
        .account
        .store
        .read(|state| details::file(state, call.id()).cloned())?;
    let all = file
        .versions()
        .map(|version| describe::file(call.account, &file, version));
    Ok(reply::json(&Value::Array(all.collect())))
}

/// `GET /v1/files/{fileId}/versions/{versionId}`
pub(super) fn get(call: &Call<'_>) -> Result<Reply, Refusal> {
    let file = call
        .account
        .store
        .read(|state| details::file(state, call.id()).cloned())?;
    let version = file.version(call.second_id()).ok_or_else(not_found)?;
    Ok(reply::json(&describe::file(call.account, &file, version)))
}

/// `DELETE /v1/files/{fileId}/versions/{versionId}`
pub(super) fn delete(call: &Call<'_>) -> Result<Reply, Refusal> {
    call.account.store.change(|change| {
        let mut file = File::clone(details::file(change.state, call.id())?);
        let id = call.second_id();
        if file.current.id == id {
            return Err(Refusal::bad_request(
                "The current version of a file cannot be deleted. Delete the file, or restore another version first.",
            ));
        }
        file.version(id).ok_or_else(not_found)?;
        file.others.retain(|version| version.id != id);
        change.put_file(file);
        Ok(reply::empty(StatusCode::NO_CONTENT))
    })
}

/// `PUT /v1/files/{fileId}/versions/{versionId}/restore`
pub(super) fn restore(call: &Call<'_>) -> Result<Reply, Refusal> {
    let file = call.account.store.change(|change| {
        let mut file = File::clone(details::file(change.state, call.id())?);
        let id = call.second_id();
        if file.current.id != id {
            let place = file.others.iter().position(|version| version.id == id);
            let mut restored = file.others.remove(place.ok_or_else(not_found)?);
            restored.updated = change.now;
            file.make_current(restored);
        }
        Ok(change.put_file(file))
    })?;
    Ok(reply::json(&describe::file(
        call.account,
        &file,
        &file.current,
    )))
}
