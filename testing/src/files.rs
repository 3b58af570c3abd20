//! `/v1/files`: listing, describing and deleting.

use std::cmp::Ordering;
use std::sync::Arc;

use http::StatusCode;
use serde_json::{Value, json};
use sha1::{Digest as _, Sha1};

use super::account::Account;
use super::clock::Timestamp;
use super::media::Dimensions;
use super::paths;
use super::percent;
use super::reply::{self, Refusal, Reply};
use super::search::{self, Query};
use super::store::{File, Folder};

/// `GET /v1/files`
pub(super) fn list(account: &Account, query: &str) -> Result<Reply, Refusal> {
    let listing = Listing::parse(query)?;
    let mut assets = Vec::new();
    if listing.kind != Kind::Folder {
        assets.extend(account.store.files().into_iter().map(Asset::File));
    }
    if listing.kind != Kind::File {
        assets.extend(account.store.folders().into_iter().map(Asset::Folder));
    }
    assets.retain(|asset| listing.covers(asset));
    assets.sort_by(|a, b| listing.order(a, b));
    let page = assets.iter().skip(listing.skip).take(listing.limit);
    Ok(reply::json(
        &page.map(|asset| asset.describe(account)).collect(),
    ))
}

/// `GET /v1/files/{id}/details`
pub(super) fn details(account: &Account, id: &str) -> Result<Reply, Refusal> {
    let file = account.store.by_id(id).ok_or_else(no_such_file)?;
    Ok(reply::json(&describe_file(account, &file)))
}

/// `DELETE /v1/files/{id}`
pub(super) fn delete(account: &Account, id: &str) -> Result<Reply, Refusal> {
    if account.store.delete(id)? {
        Ok(reply::no_content())
    } else {
        Err(no_such_file())
    }
}

fn no_such_file() -> Refusal {
    Refusal::new(StatusCode::NOT_FOUND, "There is no file with this id.")
}

/// The `FileDetails` object of the API.
fn describe_file(account: &Account, file: &File) -> Value {
    let content = &file.content;
    let mut details = json!({
        "type": "file",
        "fileId": file.id,
        "name": file.name(),
        "filePath": file.path,
        "url": account.file_url(&file.path),
        "thumbnail": account.thumbnail_url(&file.path),
        "size": file.size(),
        "fileType": file.file_type(),
        "mime": file.mime(),
        "versionInfo": file.version_info(),
        "tags": content.tags,
        "AITags": null,
        "isPrivateFile": content.is_private,
        "isPublished": content.is_published,
        "customCoordinates": content.custom_coordinates,
        "customMetadata": content.custom_metadata,
        "createdAt": file.created.to_string(),
        "updatedAt": file.updated.to_string(),
    });
    if let Some(dimensions) = content.dimensions {
        details["width"] = dimensions.width.into();
        details["height"] = dimensions.height.into();
    }
    if let Some(description) = &content.description {
        details["description"] = json!(description);
    }
    details
}

/// The `FolderDetails` object of the API. The id follows from the path, so it is the same in every listing.
fn describe_folder(folder: &Folder) -> Value {
    json!({
        "type": "folder",
        "folderId": const_hex::encode(Sha1::digest(&folder.path)),
        "name": folder.name(),
        "folderPath": folder.path,
        "customMetadata": {},
        "createdAt": folder.created.to_string(),
        "updatedAt": folder.updated.to_string(),
    })
}

/// What a listing can hold.
enum Asset {
    File(Arc<File>),
    Folder(Folder),
}

impl Asset {
    fn path(&self) -> &str {
        match self {
            Self::File(file) => &file.path,
            Self::Folder(folder) => &folder.path,
        }
    }

    fn name(&self) -> &str {
        paths::split(self.path()).1
    }

    fn created(&self) -> Timestamp {
        match self {
            Self::File(file) => file.created,
            Self::Folder(folder) => folder.created,
        }
    }

    fn updated(&self) -> Timestamp {
        match self {
            Self::File(file) => file.updated,
            Self::Folder(folder) => folder.updated,
        }
    }

    /// Folders have no size of their own.
    fn size(&self) -> usize {
        match self {
            Self::File(file) => file.size(),
            Self::Folder(_) => 0,
        }
    }

    /// What a search finds under the name of a field.
    fn values(&self, field: &str) -> Vec<search::Value> {
        let text = |text: &str| vec![search::Value::Text(text.to_owned())];
        let file = match (field, self) {
            ("name", _) => return text(self.name()),
            ("path", _) => {
                let (folder, _) = paths::split(self.path());
                return text(if folder.is_empty() { "/" } else { folder });
            }
            ("type", Self::File(_)) => return text("file"),
            ("type", Self::Folder(_)) => return text("folder"),
            (_, Self::File(file)) => file,
            (_, Self::Folder(_)) => return Vec::new(),
        };
        let content = &file.content;
        let number = |number: u64| vec![search::Value::Number(number)];
        let dimension = |side: fn(Dimensions) -> u32| {
            content
                .dimensions
                .map_or_else(Vec::new, |dimensions| number(side(dimensions).into()))
        };
        match field {
            "tags" => {
                let tags = content.tags.iter().flatten().cloned();
                tags.map(search::Value::Text).collect()
            }
            "format" => match file.name().rsplit_once('.') {
                Some((_, "jpeg")) => text("jpg"),
                Some((_, extension)) => text(&extension.to_ascii_lowercase()),
                None => Vec::new(),
            },
            "size" => number(file.size() as u64),
            "width" => dimension(|dimensions| dimensions.width),
            "height" => dimension(|dimensions| dimensions.height),
            "private" => vec![search::Value::Flag(content.is_private)],
            "published" => vec![search::Value::Flag(content.is_published)],
            _ => Vec::new(),
        }
    }

    fn describe(&self, account: &Account) -> Value {
        match self {
            Self::File(file) => describe_file(account, file),
            Self::Folder(folder) => describe_folder(folder),
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    File,
    Folder,
    All,
}

#[derive(Clone, Copy)]
enum SortKey {
    Name,
    Created,
    Updated,
    Size,
}

/// What a query asks for.
struct Listing {
    kind: Kind,
    /// `Some(true)` for images alone, `Some(false)` for all other files. Means nothing to folders.
    images: Option<bool>,
    /// The folder to look in, without those below it.
    folder: Option<String>,
    search: Option<Query>,
    key: SortKey,
    descending: bool,
    limit: usize,
    skip: usize,
}

impl Listing {
    fn parse(query: &str) -> Result<Self, Refusal> {
        let mut listing = Self {
            kind: Kind::File,
            images: None,
            folder: None,
            search: None,
            key: SortKey::Created,
            descending: false,
            limit: 1000,
            skip: 0,
        };
        let pairs = percent::query_pairs(query)
            .ok_or_else(|| Refusal::bad_request("The query is not UTF-8."))?;
        for (parameter, value) in pairs {
            match parameter.as_str() {
                "type" => listing.kind = kind(&value)?,
                "fileType" => listing.images = images(&value)?,
                "path" => listing.folder = Some(folder(&value)?),
                "searchQuery" => listing.search = Some(Query::parse(&value)?),
                "sort" => (listing.key, listing.descending) = sort(&value)?,
                "limit" => listing.limit = limit(&value)?,
                "skip" => listing.skip = skip(&value)?,
                _ => {
                    return Err(Refusal::bad_request(format!(
                        "This server doesn't know the query parameter {parameter}."
                    )));
                }
            }
        }
        if let Some(search) = &listing.search {
            // A search query overrides the type, and unless it says otherwise itself, it finds files.
            listing.kind = if search.names("type") {
                Kind::All
            } else {
                Kind::File
            };
        }
        Ok(listing)
    }

    fn covers(&self, asset: &Asset) -> bool {
        let is_of_type = match asset {
            Asset::File(file) => self.images.is_none_or(|images| images == file.is_image()),
            Asset::Folder(_) => true,
        };
        let (folder, _) = paths::split(asset.path());
        let search = self.search.as_ref();
        is_of_type
            && self.folder.as_deref().is_none_or(|wanted| wanted == folder)
            && search.is_none_or(|search| search.covers(&|field| asset.values(field)))
    }

    /// Equals keep the order in which they were created.
    fn order(&self, a: &Asset, b: &Asset) -> Ordering {
        let ascending = match self.key {
            SortKey::Name => a.name().cmp(b.name()),
            SortKey::Created => a.created().cmp(&b.created()),
            SortKey::Updated => a.updated().cmp(&b.updated()),
            SortKey::Size => a.size().cmp(&b.size()),
        };
        let order = if self.descending {
            ascending.reverse()
        } else {
            ascending
        };
        order.then_with(|| a.created().cmp(&b.created()))
    }
}

fn kind(value: &str) -> Result<Kind, Refusal> {
    match value {
        "file" => Ok(Kind::File),
        "folder" => Ok(Kind::Folder),
        "all" => Ok(Kind::All),
        _ => Err(one_of("type", "file, folder, all")),
    }
}

fn images(value: &str) -> Result<Option<bool>, Refusal> {
    match value {
        "all" => Ok(None),
        "image" => Ok(Some(true)),
        "non-image" => Ok(Some(false)),
        _ => Err(one_of("fileType", "all, image, non-image")),
    }
}

fn folder(value: &str) -> Result<String, Refusal> {
    paths::folder(value).ok_or_else(|| {
        Refusal::bad_request("No part of the query parameter path may be . or .. or begin with tr:")
    })
}

fn sort(value: &str) -> Result<(SortKey, bool), Refusal> {
    let unknown = || {
        one_of(
            "sort",
            "NAME, CREATED, UPDATED, SIZE, each after ASC_ or DESC_",
        )
    };
    let (direction, key) = value.split_once('_').ok_or_else(unknown)?;
    let descending = match direction {
        "ASC" => false,
        "DESC" => true,
        _ => return Err(unknown()),
    };
    let key = match key {
        "NAME" => SortKey::Name,
        "CREATED" => SortKey::Created,
        "UPDATED" => SortKey::Updated,
        "SIZE" => SortKey::Size,
        _ => return Err(unknown()),
    };
    Ok((key, descending))
}

fn limit(value: &str) -> Result<usize, Refusal> {
    match value.parse() {
        Ok(limit @ 1..=1000) => Ok(limit),
        _ => Err(Refusal::bad_request(
            "The query parameter limit must be a number from 1 to 1000.",
        )),
    }
}

fn skip(value: &str) -> Result<usize, Refusal> {
    value
        .parse()
        .map_err(|_| Refusal::bad_request("The query parameter skip must be a number from 0 up."))
}

fn one_of(parameter: &str, values: &str) -> Refusal {
    Refusal::bad_request(format!(
        "This server knows these values of the query parameter {parameter}: {values}."
    ))
}
