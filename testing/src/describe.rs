//! The objects of the API in replies and events.

use serde_json::{Value, json};

use super::account::Account;
use super::film::Film;
use super::media;
use super::store::{File, Folder, Record, Version};

/// The `File` object of a version of a file.
pub(super) fn file(account: &Account, file: &File, version: &Version) -> Value {
    let is_current = version.id == file.current.id;
    let mut details = common(account, file, version);
    details["type"] = json!(if is_current { "file" } else { "file-version" });
    details["thumbnail"] = json!(account.thumbnail_url(&file.path));
    details["mime"] = json!(file.mime());
    details["isPrivateFile"] = json!(version.content.is_private);
    details["isPublished"] = json!(version.content.is_published);
    details["customCoordinates"] = json!(version.content.custom_coordinates);
    details["customMetadata"] = json!(version.content.custom_metadata);
    let created = if is_current {
        file.created
    } else {
        version.created
    };
    details["createdAt"] = json!(created.to_string());
    details["updatedAt"] = json!(version.updated.to_string());
    if let Some(has_alpha) = media::has_alpha(&version.content.bytes) {
        details["hasAlpha"] = json!(has_alpha);
    }
    if !is_current {
        details["url"] = json!(account.version_url(&file.path, &version.id));
    }
    details
}

/// The `Upload` object of the current version. What `responseFields` can name is in it only if
/// named, except for the tags.
pub(super) async fn upload(account: &Account, file: &File, fields: &[String]) -> Value {
    let content = &file.current.content;
    let mut upload = common(account, file, &file.current);
    upload["thumbnailUrl"] = json!(account.thumbnail_url(&file.path));
    for field in fields {
        upload[field] = match field.as_str() {
            "customCoordinates" => json!(content.custom_coordinates),
            "customMetadata" => json!(content.custom_metadata),
            "isPrivateFile" => json!(content.is_private),
            "isPublished" => json!(content.is_published),
            "metadata" => media::metadata(content, file.name()).await,
            "embeddedMetadata" => media::embedded(&content.bytes),
            "selectedFieldsSchema" => account.store.read(super::fields::selected),
            // The tags are there already.
            _ => continue,
        };
    }
    upload
}

/// The properties of both objects.
fn common(account: &Account, file: &File, version: &Version) -> Value {
    let content = &version.content;
    let mut object = json!({
        "fileId": file.id,
        "name": file.name(),
        "filePath": file.path,
        "url": account.file_url(&file.path),
        "size": version.size(),
        "fileType": if file.is_image(version) { "image" } else { "non-image" },
        "versionInfo": version.info(),
        "tags": content.tags,
        "AITags": content.ai_tags,
    });
    if let Some(dimensions) = content.dimensions {
        object["width"] = dimensions.width.into();
        object["height"] = dimensions.height.into();
    }
    if let (Some(object), Some(Value::Object(film))) = (
        object.as_object_mut(),
        content.film.as_ref().map(Film::describe),
    ) {
        object.extend(film);
    }
    if let Some(description) = &content.description {
        object["description"] = json!(description);
    }
    object
}

/// The `Folder` object.
pub(super) fn folder(folder: &Folder) -> Value {
    json!({
        "type": "folder",
        "folderId": folder.id,
        "name": folder.name(),
        "folderPath": folder.path,
        "customMetadata": {},
        "createdAt": folder.created.to_string(),
        "updatedAt": folder.updated.to_string(),
    })
}

/// A record with its id.
pub(super) fn record(record: &Record) -> Value {
    let mut object = record.body.clone();
    object.insert("id".to_owned(), json!(record.id));
    Value::Object(object)
}

/// A record with its id and these times.
pub(super) fn record_with(record: &Record, times: &[&str]) -> Value {
    let mut object = self::record(record);
    for name in times {
        let time = if *name == "createdAt" {
            record.created
        } else {
            record.updated
        };
        object[*name] = json!(time.to_string());
    }
    object
}
