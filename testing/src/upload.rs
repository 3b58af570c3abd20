//! `POST /api/v1/files/upload`, and `POST /api/v2/files/upload`, which does the same for other
//! credentials.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{HeaderMap, StatusCode, header};
use imagekitio::raw::operations::Operation;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::account::Account;
use super::auth;
use super::client_side;
use super::delivery;
use super::describe;
use super::details;
use super::fields;
use super::media;
use super::multipart::{Form, Part};
use super::paths;
use super::remote;
use super::reply::{self, Refusal, Reply};
use super::search::{Field, Query, Value as Compared};
use super::serve::MAX_BODY;
use super::store::{Content, File, Version as FileVersion};
use super::tags;
use super::validate;

/// The values of `responseFields`.
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

/// The options of an upload.
struct Fields {
    name: String,
    folder: String,
    unique: bool,
    overwrite: bool,
    overwrite_tags: bool,
    overwrite_ai_tags: bool,
    overwrite_custom_metadata: bool,
    response_fields: Vec<String>,
    extensions: Value,
    transformation: Value,
    checks: Option<Query>,
}

/// Stores the file of a form and describes it.
pub(super) async fn upload(
    account: &Account,
    operation: &Operation,
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
    let mut json_field = |name: &str| -> Result<Value, Refusal> {
        let Some(value) = json_field(form.take_text(name)?, name)? else {
            return Ok(Value::Null);
        };
        validate::form_field(operation, name, &value)?;
        Ok(value)
    };
    let (extensions, transformation) = (json_field("extensions")?, json_field("transformation")?);
    let name = required(form.take_text("fileName")?, "fileName")?;
    let name = paths::file_name(&name, |c| c.is_ascii_alphanumeric()).ok_or_else(|| {
        Refusal::bad_request("The upload field fileName must be a name, not a step in a path.")
    })?;
    let checks = form
        .take_text("checks")?
        .filter(|checks| !checks.trim().is_empty());
    let fields = Fields {
        name,
        folder: folder(form.take_text("folder")?)?,
        unique: flag(&mut form, "useUniqueFileName", true)?,
        overwrite: flag(&mut form, "overwriteFile", true)?,
        overwrite_tags: flag(&mut form, "overwriteTags", true)?,
        overwrite_ai_tags: flag(&mut form, "overwriteAITags", true)?,
        overwrite_custom_metadata: flag(&mut form, "overwriteCustomMetadata", true)?,
        response_fields: response_fields(form.take_text("responseFields")?)?,
        extensions,
        transformation,
        checks: checks
            .map(|checks| Query::parse("checks", &checks, Field::of_uploads))
            .transpose()?,
    };
    let tags = tags::checked(split(&form.take_text("tags")?.unwrap_or_default()))?;
    let custom_coordinates = form.take_text("customCoordinates")?;
    if let Some(text) = &custom_coordinates {
        details::coordinates(text)?;
    }
    let mut content = Content {
        bytes: Bytes::new(),
        dimensions: None,
        film: None,
        tags,
        ai_tags: None,
        custom_coordinates,
        custom_metadata: custom_metadata(form.take_text("customMetadata")?)?,
        description: form
            .take_text("description")?
            .filter(|text| !text.is_empty()),
        is_private: flag(&mut form, "isPrivateFile", false)?,
        is_published: flag(&mut form, "isPublished", true)?,
    };
    if form
        .take_text("webhookUrl")?
        .is_some_and(|url| !is_http(&url))
    {
        return Err(Refusal::bad_request(
            "The upload field webhookUrl must be an http or https URL.",
        ));
    }
    if let Some(name) = form.left().find(|name| !client_side::FIELDS.contains(name)) {
        return Err(Refusal::bad_request(format!(
            "There is no upload field {name}."
        )));
    }
    content.set_bytes(contents(account, file).await?);
    store(account, fields, content).await
}

async fn store(account: &Account, fields: Fields, mut content: Content) -> Result<Reply, Refusal> {
    let folder = &fields.folder;
    let name = if fields.unique {
        with_suffix(&fields.name)
    } else {
        fields.name.clone()
    };
    let path = format!("{folder}/{name}");
    let (file, status) = account.store.change(|change| {
        let status = details::extension_status(change.state, &fields.extensions)?;
        fields::check(change.state, &content.custom_metadata)?;
        content.custom_metadata.retain(|_, value| !value.is_null());
        if let Some(checks) = &fields.checks
            && !checks.covers(&|field| checked_values(field, &fields, &content))
        {
            return Err(Refusal::bad_request("The upload doesn't meet its checks."));
        }
        let Some(former) = change.state.file_at(&path) else {
            fields::add_defaults(change.state, &mut content.custom_metadata);
            change.create_folder(folder);
            return Ok((
                change.put_file(File::new(path, change.now, content)),
                status,
            ));
        };
        if !fields.overwrite {
            return Err(Refusal::bad_request(format!(
                "There is a file at {path} already, and overwriteFile is false."
            )));
        }
        let mut file = File::clone(former);
        let before = &file.current.content;
        if !fields.overwrite_tags && content.tags.is_none() {
            content.tags = before.tags.clone();
        }
        if !fields.overwrite_ai_tags {
            content.ai_tags = before.ai_tags.clone();
        }
        if !fields.overwrite_custom_metadata && content.custom_metadata.is_empty() {
            content.custom_metadata = before.custom_metadata.clone();
        }
        fields::add_defaults(change.state, &mut content.custom_metadata);
        file.append([FileVersion::new(0, change.now, content)])?;
        Ok((change.put_file(file), status))
    })?;
    let is_video = file.mime().starts_with("video/");
    if is_video && !fields.transformation["pre"].is_null() {
        let message = "The pre-transformation of the video is running. The file is in the library once it is done.";
        return Ok(reply::json_with(
            StatusCode::ACCEPTED,
            &json!({ "message": message }),
        ));
    }
    let mut upload = describe::upload(account, &file, &fields.response_fields).await;
    if !status.is_empty() {
        upload["extensionStatus"] = Value::Object(status);
    }
    Ok(reply::json(&upload))
}

/// The values of a field of `checks`.
fn checked_values(field: &str, fields: &Fields, content: &Content) -> Vec<Compared> {
    let text = |text: &str| Compared::Text(text.to_owned());
    let mime = media::content_type(&fields.name);
    let side = |pixels: Option<u32>| {
        let pixels = pixels.map(|pixels| Compared::Number(pixels.into()));
        pixels.into_iter().collect()
    };
    match field {
        "request.folder" => {
            // With and without the slashes that a folder may be written with.
            let folder = fields.folder.trim_start_matches('/');
            [
                folder.to_owned(),
                format!("/{folder}"),
                format!("{folder}/"),
                format!("/{folder}/"),
            ]
            .map(Compared::Text)
            .into()
        }
        "request.tags" => content.tags.iter().flatten().map(|tag| text(tag)).collect(),
        "request.isPrivateFile" => vec![Compared::Flag(content.is_private)],
        "request.isPublished" => vec![Compared::Flag(content.is_published)],
        "file.size" => vec![Compared::Number(content.bytes.len() as f64)],
        "file.mime" => vec![text(mime)],
        "mediaMetadata.width" => side(content.dimensions.map(|size| size.width)),
        "mediaMetadata.height" => side(content.dimensions.map(|size| size.height)),
        "mediaMetadata.duration" => {
            let film = content.film.as_ref();
            let duration = film.and_then(|film| film.duration);
            duration.map(Compared::Number).into_iter().collect()
        }
        _ => {
            let name = field
                .strip_prefix("request.customMetadata.")
                .unwrap_or_default();
            content
                .custom_metadata
                .get(name)
                .map_or_else(Vec::new, compared)
        }
    }
}

fn compared(value: &Value) -> Vec<Compared> {
    match value {
        Value::String(text) => vec![Compared::Text(text.clone())],
        Value::Number(number) => number.as_f64().map(Compared::Number).into_iter().collect(),
        Value::Bool(flag) => vec![Compared::Flag(*flag)],
        Value::Array(values) => values.iter().flat_map(compared).collect(),
        _ => Vec::new(),
    }
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

/// The items of a comma-separated list.
fn split(text: &str) -> Vec<String> {
    let items = text
        .split(',')
        .map(str::trim)
        .filter(|item| !item.is_empty());
    items.map(str::to_owned).collect()
}

fn response_fields(text: Option<String>) -> Result<Vec<String>, Refusal> {
    let fields = split(&text.unwrap_or_default());
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

fn custom_metadata(text: Option<String>) -> Result<Map<String, Value>, Refusal> {
    match json_field(text, "customMetadata")? {
        None => Ok(Map::new()),
        Some(Value::Object(values)) => Ok(values),
        Some(_) => Err(Refusal::bad_request(
            "The upload field customMetadata must be a JSON object.",
        )),
    }
}

/// Parses a field in JSON. An empty field counts as missing.
fn json_field(text: Option<String>, name: &str) -> Result<Option<Value>, Refusal> {
    let text = text.filter(|text| !text.is_empty());
    text.map(|text| serde_json::from_str(&text))
        .transpose()
        .map_err(|error| {
            Refusal::bad_request(format!("The upload field {name} is not JSON: {error}."))
        })
}

/// Returns the bytes of the field `file`, which may be a URL or base64.
async fn contents(account: &Account, file: Part) -> Result<Bytes, Refusal> {
    match file {
        Part::File(bytes) => Ok(bytes),
        Part::Text(text) if text.is_empty() => Err(missing("file")),
        Part::Text(text) if is_http(&text) => match account.target(&text) {
            Some(target) => from_own_url(account, target),
            None => remote::fetch(&text, MAX_BODY).await,
        },
        Part::Text(text) => from_base64(&text),
    }
}

fn is_http(text: &str) -> bool {
    ["http://", "https://"].iter().any(|scheme| {
        text.get(..scheme.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    })
}

/// Looks a file up where delivery would, under the same rules.
fn from_own_url(account: &Account, target: &str) -> Result<Bytes, Refusal> {
    let target = target
        .split_once('#')
        .map_or(target, |(target, _fragment)| target);
    match delivery::find(account, target) {
        Ok((_, version)) => Ok(version.content.bytes),
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
