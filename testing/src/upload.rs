//! `POST /api/v1/files/upload`, and `POST /api/v2/files/upload`, which does the same for other credentials.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{HeaderMap, header};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::account::Account;
use super::auth;
use super::client_side;
use super::delivery;
use super::media;
use super::multipart::{Form, Part};
use super::paths;
use super::reply::{self, Refusal, Reply};
use super::store::{Content, File, NotStored};

/// Documented fields that have no effect here.
const WITHOUT_EFFECT: [&str; 7] = [
    "extensions",
    "webhookUrl",
    "transformation",
    "checks",
    "overwriteAITags",
    "overwriteTags",
    "overwriteCustomMetadata",
];

/// What `responseFields` may name.
const RESPONSE_FIELDS: [&str; 8] = [
    "tags",
    "customCoordinates",
    "isPrivateFile",
    "embeddedMetadata",
    "isPublished",
    "customMetadata",
    "metadata",
    "selectedFieldsSchema",
];

/// The version of the upload API.
#[derive(Clone, Copy)]
pub(super) enum Version {
    V1,
    V2,
}

/// Stores the file of a form and describes it.
pub(super) async fn upload(
    account: &Account,
    version: Version,
    headers: &HeaderMap,
    body: Bytes,
) -> Result<Reply, Refusal> {
    let has_key = headers.contains_key(header::AUTHORIZATION);
    if has_key {
        auth::check(headers, &account.private_key)?;
    }
    let mut form = Form::read(headers, body).await?;
    if !has_key {
        client_side::check(account, version, &form)?;
    }
    let file = form.take("file").ok_or_else(|| missing("file"))?;
    let name = file_name(&required(form.take_text("fileName")?, "fileName")?)?;
    let folder = folder(form.take_text("folder")?)?;
    let unique = flag(&mut form, "useUniqueFileName", true)?;
    let overwrite = flag(&mut form, "overwriteFile", true)?;
    let response_fields = response_fields(form.take_text("responseFields")?)?;
    let tags = form.take_text("tags")?;
    let custom_coordinates = custom_coordinates(form.take_text("customCoordinates")?)?;
    let custom_metadata = custom_metadata(form.take_text("customMetadata")?)?;
    let description = form.take_text("description")?;
    let is_private = flag(&mut form, "isPrivateFile", false)?;
    let is_published = flag(&mut form, "isPublished", true)?;
    let is_known = |name| WITHOUT_EFFECT.contains(&name) || client_side::FIELDS.contains(&name);
    if let Some(name) = form.left().find(|&name| !is_known(name)) {
        return Err(Refusal::bad_request(format!(
            "There is no upload field {name}."
        )));
    }

    let bytes = contents(account, file)?;
    let content = Content {
        dimensions: media::dimensions(&bytes),
        bytes,
        tags: tags.and_then(|tags| split_tags(&tags)),
        custom_coordinates,
        custom_metadata,
        description,
        is_private,
        is_published,
    };
    let name = if unique { with_suffix(&name) } else { name };
    match account
        .store
        .put(format!("{folder}/{name}"), content, overwrite)
    {
        Ok(file) => Ok(reply::json(&describe(account, &file, &response_fields))),
        Err(NotStored::Occupied { path }) => Err(Refusal::bad_request(format!(
            "There is a file at {path} already, and overwriteFile is false."
        ))),
        Err(NotStored::Unwritten(error)) => Err(error.into()),
    }
}

/// The `Upload` object of the API. What `responseFields` can ask for is in it only if asked for, save for the tags.
fn describe(account: &Account, file: &File, response_fields: &[String]) -> Value {
    let content = &file.content;
    let mut upload = json!({
        "fileId": file.id,
        "name": file.name(),
        "filePath": file.path,
        "url": account.file_url(&file.path),
        "thumbnailUrl": account.thumbnail_url(&file.path),
        "size": file.size(),
        "fileType": file.file_type(),
        "versionInfo": file.version_info(),
        "tags": content.tags,
        "AITags": null,
    });
    if let Some(dimensions) = content.dimensions {
        upload["width"] = dimensions.width.into();
        upload["height"] = dimensions.height.into();
    }
    if let Some(description) = &content.description {
        upload["description"] = json!(description);
    }
    for field in response_fields {
        match field.as_str() {
            "customCoordinates" => upload[field] = json!(content.custom_coordinates),
            "customMetadata" => upload[field] = json!(content.custom_metadata),
            "isPrivateFile" => upload[field] = json!(content.is_private),
            "isPublished" => upload[field] = json!(content.is_published),
            // The tags are there already, and this server has nothing to say on the others.
            _ => {}
        }
    }
    upload
}

fn missing(field: &str) -> Refusal {
    Refusal::bad_request(format!("The upload field {field} is required."))
}

fn required(value: Option<String>, field: &str) -> Result<String, Refusal> {
    value
        .filter(|value| !value.is_empty())
        .ok_or_else(|| missing(field))
}

fn flag(form: &mut Form, field: &str, default: bool) -> Result<bool, Refusal> {
    match form.take_text(field)?.as_deref() {
        None => Ok(default),
        Some("true") => Ok(true),
        Some("false") => Ok(false),
        Some(_) => Err(Refusal::bad_request(format!(
            "The upload field {field} must be true or false."
        ))),
    }
}

/// The name as it is stored, with `_` for every character that names can't have.
fn file_name(text: &str) -> Result<String, Refusal> {
    if paths::is_dots(text) {
        return Err(Refusal::bad_request(
            "The upload field fileName must be a name, not a step in a path.",
        ));
    }
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    Ok(text
        .chars()
        .map(|c| if allowed(c) { c } else { '_' })
        .collect())
}

/// Puts `_` and 48 random bits in hexadecimal before the extension.
fn with_suffix(name: &str) -> String {
    let suffix = Uuid::new_v4().as_u128() >> 80;
    match name.rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() => format!("{stem}_{suffix:012x}.{extension}"),
        _ => format!("{name}_{suffix:012x}"),
    }
}

fn folder(text: Option<String>) -> Result<String, Refusal> {
    paths::folder(&text.unwrap_or_default()).ok_or_else(|| {
        Refusal::bad_request("No part of the upload field folder may be . or .. or begin with tr:")
    })
}

/// `None` if there are no tags, which is how the API says so.
fn split_tags(text: &str) -> Option<Vec<String>> {
    let tags: Vec<_> = text
        .split(',')
        .map(str::trim)
        .filter(|tag| !tag.is_empty())
        .map(str::to_owned)
        .collect();
    (!tags.is_empty()).then_some(tags)
}

fn response_fields(text: Option<String>) -> Result<Vec<String>, Refusal> {
    let fields = text.as_deref().and_then(split_tags).unwrap_or_default();
    match fields
        .iter()
        .find(|field| !RESPONSE_FIELDS.contains(&field.as_str()))
    {
        None => Ok(fields),
        Some(unknown) => Err(Refusal::bad_request(format!(
            "The upload field responseFields names {unknown}. It may name: {}.",
            RESPONSE_FIELDS.join(", ")
        ))),
    }
}

fn custom_coordinates(text: Option<String>) -> Result<Option<String>, Refusal> {
    let well_formed = |text: &String| {
        text.split(',').count() == 4 && text.split(',').all(|part| part.parse::<u32>().is_ok())
    };
    match text {
        Some(text) if !well_formed(&text) => Err(Refusal::bad_request(
            "The upload field customCoordinates must be x,y,width,height in whole pixels.",
        )),
        text => Ok(text),
    }
}

fn custom_metadata(text: Option<String>) -> Result<Map<String, Value>, Refusal> {
    let Some(text) = text else {
        return Ok(Map::new());
    };
    serde_json::from_str(&text).map_err(|error| {
        Refusal::bad_request(format!(
            "The upload field customMetadata must be a JSON object: {error}."
        ))
    })
}

/// The bytes that the field `file` stands for.
fn contents(account: &Account, file: Part) -> Result<Bytes, Refusal> {
    match file {
        Part::File(bytes) => Ok(bytes),
        Part::Text(text) if text.is_empty() => Err(missing("file")),
        Part::Text(text) if is_url(&text) => from_own_url(account, &text),
        Part::Text(text) => from_base64(&text),
    }
}

fn is_url(text: &str) -> bool {
    ["http://", "https://"].iter().any(|scheme| {
        text.get(..scheme.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    })
}

/// Looks the URL up where delivery would, under the same rules.
fn from_own_url(account: &Account, url: &str) -> Result<Bytes, Refusal> {
    let url = url.split_once('#').map_or(url, |(url, _fragment)| url);
    let target = url
        .strip_prefix(&account.url_endpoint)
        .and_then(|rest| rest.strip_prefix('/'))
        .ok_or_else(|| {
            Refusal::bad_request(
                "This server has no access to the internet. It can upload from URLs below its own URL endpoint only.",
            )
        })?;
    match delivery::find(account, target) {
        Ok(file) => Ok(file.content.bytes.clone()),
        Err(refusal) => Err(Refusal::bad_request(format!(
            "The URL in the upload field file is not delivered: {}",
            refusal.message()
        ))),
    }
}

/// Decodes base64, alone or in a data URI.
fn from_base64(text: &str) -> Result<Bytes, Refusal> {
    let encoded = match text.split_once(',') {
        Some((head, data)) if is_base64_data_uri(head) => data,
        _ => text,
    };
    match STANDARD.decode(encoded) {
        Ok(bytes) => Ok(bytes.into()),
        Err(_) => Err(Refusal::bad_request(
            "The upload field file is text, but neither base64, nor a data URI in base64, nor a URL. \
             Bytes go into a part with a file name.",
        )),
    }
}

/// Whether `head`, the part of a data URI before the comma, announces base64.
fn is_base64_data_uri(head: &str) -> bool {
    let head = head.to_ascii_lowercase();
    head.starts_with("data:") && head.ends_with(";base64")
}
