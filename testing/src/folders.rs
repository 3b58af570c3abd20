//! `/v1/folder`: creating and deleting folders.

use http::StatusCode;

use super::moves;
use super::paths;
use super::reply::{self, Refusal, Reply};
use super::routes::Call;

/// The name of a folder as it is stored. `None` for a step in a path.
pub(super) fn name(text: &str) -> Option<String> {
    paths::file_name(text, char::is_alphanumeric)
}

/// `POST /v1/folder`
pub(super) fn create(call: &Call<'_>) -> Result<Reply, Refusal> {
    let parent = moves::folder(call, "parentFolderPath")?;
    let name = name(call.text("folderName"))
        .ok_or_else(|| Refusal::bad_request("folderName must be a name, not a step in a path."))?;
    call.account.store.change(|change| {
        change.create_folder(&format!("{parent}/{name}"));
        Ok(reply::json_with(
            StatusCode::CREATED,
            &serde_json::json!({}),
        ))
    })
}

/// `DELETE /v1/folder`
pub(super) fn delete(call: &Call<'_>) -> Result<Reply, Refusal> {
    let path = moves::folder(call, "folderPath")?;
    if path.is_empty() {
        return Err(Refusal::bad_request("The root folder cannot be deleted.")
            .with("reason", "ROOT_FOLDER"));
    }
    call.account.store.change(|change| {
        let folder = change.state.folder(&path).ok_or_else(|| {
            Refusal::not_found(format!("No folder found with folderPath {path}"))
                .with("reason", "FOLDER_NOT_FOUND")
        })?;
        for file in change.state.files_below(&path) {
            change.remove_file(file);
        }
        for below in change.state.folders_below(&path) {
            change.remove_folder(below);
        }
        change.remove_folder(folder);
        Ok(reply::empty(StatusCode::NO_CONTENT))
    })
}
