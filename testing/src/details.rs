//! Details of files: reading, changing, deleting.

use std::sync::Arc;

use http::StatusCode;
use serde_json::{Map, Value, json};

use super::describe;
use super::fields;
use super::reply::{self, Refusal, Reply};
use super::routes::Call;
use super::store::{Change, Content, File, Kind, State};
use super::tags;

/// A file by its id.
pub(super) fn file<'s>(state: &'s State, id: &str) -> Result<&'s Arc<File>, Refusal> {
    state
        .file(id)
        .ok_or_else(|| Refusal::not_found("The requested file does not exist."))
}

/// Returns the ids that match no file.
fn missing(state: &State, ids: &[String]) -> Vec<String> {
    let is_missing = |id: &&String| state.file(id).is_none();
    ids.iter().filter(is_missing).cloned().collect()
}

/// Applies `step` to each of several files. Returns the ids of the changed files, and `{fileId,
/// error}` for the others.
pub(super) fn each(
    change: &mut Change<'_>,
    ids: &[String],
    mut step: impl FnMut(&mut Change<'_>, &Arc<File>) -> Result<(), Refusal>,
) -> Result<(Vec<String>, Vec<Value>), Refusal> {
    let missing = missing(change.state, ids);
    if !missing.is_empty() {
        return Err(Refusal::not_found("The requested file(s) does not exist.")
            .with("missingFileIds", missing));
    }
    let mut done = Vec::new();
    let mut errors = Vec::new();
    for id in ids {
        if done.contains(id) {
            continue;
        }
        let file = Arc::clone(file(change.state, id)?);
        match step(change, &file) {
            Ok(()) => done.push(id.clone()),
            Err(refusal) => errors.push(json!({ "fileId": id, "error": refusal.message() })),
        }
    }
    Ok((done, errors))
}

/// 200 with the ids, or 207 with the errors too.
pub(super) fn bulk(name: &str, (done, errors): (Vec<String>, Vec<Value>)) -> Reply {
    let mut body = json!({ name: done });
    if errors.is_empty() {
        return reply::json(&body);
    }
    body["errors"] = Value::Array(errors);
    reply::json_with(StatusCode::MULTI_STATUS, &body)
}

/// `GET /v1/files/{fileId}/details`
pub(super) fn get(call: &Call<'_>) -> Result<Reply, Refusal> {
    let file = call
        .account
        .store
        .read(|state| file(state, call.id()).cloned())?;
    Ok(reply::json(&describe::file(
        call.account,
        &file,
        &file.current,
    )))
}

/// `DELETE /v1/files/{fileId}`
pub(super) fn delete(call: &Call<'_>) -> Result<Reply, Refusal> {
    call.account.store.change(|change| {
        let file = file(change.state, call.id())?;
        change.remove_file(file);
        Ok(reply::empty(StatusCode::NO_CONTENT))
    })
}

/// `POST /v1/files/batch/deleteByFileIds`
pub(super) fn delete_all(call: &Call<'_>) -> Result<Reply, Refusal> {
    let ids = call.texts("fileIds");
    let done = call.account.store.change(|change| {
        each(change, &ids, |change, file| {
            change.remove_file(file);
            Ok(())
        })
    })?;
    Ok(bulk("successfullyDeletedFileIds", done))
}

/// `PATCH /v1/files/{fileId}/details`
pub(super) fn update(call: &Call<'_>) -> Result<Reply, Refusal> {
    let (file, status) = call.account.store.change(|change| {
        let mut file = File::clone(file(change.state, call.id())?);
        let publish = &call.body["publish"];
        let mut status = Map::new();
        match publish["isPublished"].as_bool() {
            Some(is_published) => {
                file.current.content.is_published = is_published;
                if publish["includeFileVersions"] == json!(true) {
                    for version in &mut file.others {
                        version.content.is_published = is_published;
                    }
                }
            }
            None => {
                update_content(change.state, &mut file.current.content, &call.body)?;
                status = extension_status(change.state, &call.body["extensions"])?;
            }
        }
        file.current.updated = change.now;
        Ok((change.put_file(file), status))
    })?;
    let mut details = describe::file(call.account, &file, &file.current);
    if !status.is_empty() {
        details["extensionStatus"] = Value::Object(status);
    }
    Ok(reply::json(&details))
}

fn update_content(state: &State, content: &mut Content, body: &Value) -> Result<(), Refusal> {
    match &body["removeAITags"] {
        Value::Array(names) => tags::remove_ai_from(content, names),
        Value::String(_) => content.ai_tags = None,
        _ => {}
    }
    match body.get("tags") {
        Some(Value::Array(list)) => {
            let list = list
                .iter()
                .filter_map(Value::as_str)
                .map(str::to_owned)
                .collect();
            content.tags = tags::checked(list)?;
        }
        Some(_) => content.tags = None,
        None => {}
    }
    match body.get("customCoordinates") {
        Some(Value::String(text)) if text.is_empty() => content.custom_coordinates = None,
        Some(Value::String(text)) => {
            content.custom_coordinates = Some(coordinates(text)?.to_owned())
        }
        Some(_) => content.custom_coordinates = None,
        None => {}
    }
    if let Some(values) = body["customMetadata"].as_object() {
        fields::check(state, values)?;
        for (name, value) in values {
            match value {
                Value::Null => content.custom_metadata.remove(name),
                value => content.custom_metadata.insert(name.clone(), value.clone()),
            };
        }
        fields::check_required(state, &content.custom_metadata)?;
    }
    match body["description"].as_str() {
        Some("") => content.description = None,
        Some(text) => content.description = Some(text.to_owned()),
        None => {}
    }
    Ok(())
}

/// `x,y,width,height`
pub(super) fn coordinates(text: &str) -> Result<&str, Refusal> {
    let well_formed =
        text.split(',').count() == 4 && text.split(',').all(|part| part.parse::<u32>().is_ok());
    match well_formed {
        true => Ok(text),
        false => Err(Refusal::bad_request(
            "customCoordinates must be x,y,width,height in whole pixels.",
        )),
    }
}

/// `extensionStatus` for requested extensions. They have no effect here, so they stay
/// pending.
pub(super) fn extension_status(
    state: &State,
    extensions: &Value,
) -> Result<Map<String, Value>, Refusal> {
    let mut status = Map::new();
    for extension in extensions.as_array().into_iter().flatten() {
        let name = match extension["name"].as_str().unwrap_or_default() {
            "saved-extension" => {
                let id = extension["id"].as_str().unwrap_or_default();
                let saved = state.record(Kind::SavedExtension, id).ok_or_else(|| {
                    Refusal::bad_request(format!("There is no saved extension {id}."))
                })?;
                saved.body["config"]["name"]
                    .as_str()
                    .unwrap_or_default()
                    .to_owned()
            }
            name => name.to_owned(),
        };
        status.insert(name, json!("pending"));
    }
    Ok(status)
}
