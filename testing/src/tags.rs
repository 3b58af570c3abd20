//! Tags of several files at once, and what tags must be.

use serde_json::Value;

use super::details;
use super::reply::{Refusal, Reply};
use super::routes::Call;
use super::store::{Content, File};

/// The most characters that the tags of a file have in all.
const MAX_LENGTH: usize = 500;

const DONE: &str = "successfullyUpdatedFileIds";

/// Tags as they are stored: each once, `None` if there are none.
pub(super) fn checked(tags: Vec<String>) -> Result<Option<Vec<String>>, Refusal> {
    let mut checked: Vec<String> = Vec::new();
    for tag in tags {
        if tag.contains('%') {
            return Err(Refusal::bad_request("Tags may not contain %."));
        }
        if !tag.is_empty() && !checked.contains(&tag) {
            checked.push(tag);
        }
    }
    if checked.iter().map(|tag| tag.chars().count()).sum::<usize>() > MAX_LENGTH {
        return Err(Refusal::bad_request(
            "The tags of a file may have at most 500 characters in all.",
        ));
    }
    Ok(Some(checked).filter(|tags| !tags.is_empty()))
}

/// Removes the AI tags with these names.
pub(super) fn remove_ai_from(content: &mut Content, names: &[Value]) {
    if let Some(tags) = &mut content.ai_tags {
        tags.retain(|tag| !names.contains(&tag["name"]));
    }
    content.ai_tags.take_if(|tags| tags.is_empty());
}

/// `POST /v1/files/addTags`
pub(super) fn add(call: &Call<'_>) -> Result<Reply, Refusal> {
    let tags = call.texts("tags");
    change_each(call, |content| {
        let all = content.tags.iter().flatten().chain(&tags);
        content.tags = checked(all.cloned().collect())?;
        Ok(())
    })
}

/// `POST /v1/files/removeTags`
pub(super) fn remove(call: &Call<'_>) -> Result<Reply, Refusal> {
    let tags = call.texts("tags");
    change_each(call, |content| {
        let left = content
            .tags
            .iter()
            .flatten()
            .filter(|tag| !tags.contains(tag));
        content.tags = checked(left.cloned().collect())?;
        Ok(())
    })
}

/// `POST /v1/files/removeAITags`
pub(super) fn remove_ai(call: &Call<'_>) -> Result<Reply, Refusal> {
    let names = call.body["AITags"].as_array().cloned().unwrap_or_default();
    change_each(call, |content| {
        remove_ai_from(content, &names);
        Ok(())
    })
}

fn change_each(
    call: &Call<'_>,
    step: impl Fn(&mut Content) -> Result<(), Refusal>,
) -> Result<Reply, Refusal> {
    let ids = call.texts("fileIds");
    let done = call.account.store.change(|change| {
        details::each(change, &ids, |change, file| {
            let mut file = File::clone(file);
            step(&mut file.current.content)?;
            file.current.updated = change.now;
            change.put_file(file);
            Ok(())
        })
    })?;
    Ok(details::bulk(DONE, done))
}
