//! `GET /v1/files`: lists and searches.

use std::sync::Arc;

use jiff::Timestamp;

use super::account::Account;
use super::describe;
use super::fields;
use super::media;
use super::moves;
use super::paths;
use super::reply::{self, Refusal, Reply};
use super::routes::Call;
use super::search::{Field, Query, Value};
use super::store::{File, Folder, State, Version};

/// `GET /v1/files`
pub(super) fn list(call: &Call<'_>) -> Result<Reply, Refusal> {
    let folder = call
        .query("path")
        .map(|path| paths::folder(path).ok_or_else(|| moves::bad_path("path")));
    let folder = folder.transpose()?;
    let (mut assets, search) = call.account.store.read(|state| -> Result<_, Refusal> {
        let search = search(call, state)?;
        let assets = candidates(call, state, folder.as_deref(), search.as_ref());
        Ok((assets, search))
    })?;
    assets.retain(|asset| {
        let has_type = match (call.query("fileType"), asset) {
            (Some("image"), Asset::File { .. }) => asset.is_image(),
            (Some("non-image"), Asset::File { .. }) => !asset.is_image(),
            _ => true,
        };
        has_type
            && search
                .as_ref()
                .is_none_or(|search| search.covers(&|field| asset.values(field)))
    });
    sort(
        &mut assets,
        call.query("sort").unwrap_or("ASC_CREATED"),
        search.as_ref(),
    );
    let number = |name: &str| call.query(name).and_then(|text| text.parse::<usize>().ok());
    let page = assets
        .iter()
        .skip(number("skip").unwrap_or(0))
        .take(number("limit").unwrap_or(1000));
    Ok(reply::json(
        &page.map(|asset| asset.describe(call.account)).collect(),
    ))
}

fn search(call: &Call<'_>, state: &State) -> Result<Option<Query>, Refusal> {
    let fields = fields::defined(state);
    let type_of = |name: &str| {
        let field = fields.iter().find(|field| field.text("name") == name)?;
        field.body["schema"]["type"].as_str().map(str::to_owned)
    };
    let query = call
        .query("searchQuery")
        .filter(|query| !query.trim().is_empty());
    let field = |name: &str| Field::of_assets(name, type_of);
    query
        .map(|query| Query::parse("searchQuery", query, field))
        .transpose()
}

/// The assets of the requested kinds in the requested folder.
fn candidates(
    call: &Call<'_>,
    state: &State,
    folder: Option<&str>,
    search: Option<&Query>,
) -> Vec<Asset> {
    // A search query overrides the type, and unless it has a condition on the type, it finds files.
    let (files, versions, folders) = match (search, call.query("type")) {
        (Some(search), _) if search.names("type") => (true, true, true),
        (Some(_), _) => (true, false, false),
        (None, Some("file-version")) => (false, true, false),
        (None, Some("folder")) => (false, false, true),
        (None, Some("all")) => (true, false, true),
        (None, _) => (true, false, false),
    };
    let below = folder.unwrap_or_default();
    let is_in = |path: &str| folder.is_none_or(|folder| folder == paths::split(path).0);
    let mut assets = Vec::new();
    // Of what was created together, folders come first.
    if folders {
        let all = state.folders_below(below);
        let all = all.filter(|folder| is_in(&folder.path));
        assets.extend(all.cloned().map(Asset::Folder));
    }
    for file in state.files_below(below).filter(|file| is_in(&file.path)) {
        let asset = |other: Option<usize>| Asset::File {
            file: Arc::clone(file),
            other,
        };
        assets.extend(files.then(|| asset(None)));
        assets.extend(
            (0..file.others.len())
                .filter(|_| versions)
                .map(Some)
                .map(asset),
        );
    }
    assets
}

fn sort(assets: &mut [Asset], order: &str, search: Option<&Query>) {
    let (direction, key) = order.split_once('_').unwrap_or_default();
    let compare = |a: &Asset, b: &Asset| match key {
        "NAME" => a.name().cmp(b.name()),
        "UPDATED" => a.updated().cmp(&b.updated()),
        "SIZE" => a.size().cmp(&b.size()),
        "WIDTH" => a
            .sides()
            .map(|sides| sides[0])
            .cmp(&b.sides().map(|sides| sides[0])),
        "HEIGHT" => a
            .sides()
            .map(|sides| sides[1])
            .cmp(&b.sides().map(|sides| sides[1])),
        "ORIGINAL_CREATION_DATE" => a.original_creation().cmp(&b.original_creation()),
        "RELEVANCE" => {
            let relevance = |asset: &Asset| {
                search.map_or(0.0, |search| search.relevance(&|field| asset.values(field)))
            };
            relevance(a).total_cmp(&relevance(b))
        }
        "DURATION" => a.duration().total_cmp(&b.duration()),
        _ => a.created().cmp(&b.created()),
    };
    assets.sort_by(|a, b| {
        let order = match direction {
            "DESC" => compare(b, a),
            _ => compare(a, b),
        };
        // Equals keep the order in which they were created.
        order.then_with(|| a.created().cmp(&b.created()))
    });
}

/// What a listing can hold.
enum Asset {
    /// The current version of a file, or another one.
    File {
        file: Arc<File>,
        other: Option<usize>,
    },
    Folder(Arc<Folder>),
}

/// The current version of a file, or another one.
fn version(file: &File, other: Option<usize>) -> &Version {
    other
        .and_then(|index| file.others.get(index))
        .unwrap_or(&file.current)
}

impl Asset {
    /// The file and the version, unless it's a folder.
    fn version(&self) -> Option<(&File, &Version)> {
        match self {
            Self::File { file, other } => Some((file, version(file, *other))),
            Self::Folder(_) => None,
        }
    }

    fn path(&self) -> &str {
        match self {
            Self::File { file, .. } => &file.path,
            Self::Folder(folder) => &folder.path,
        }
    }

    fn name(&self) -> &str {
        paths::split(self.path()).1
    }

    fn is_current(&self) -> bool {
        !matches!(self, Self::File { other: Some(_), .. })
    }

    fn is_image(&self) -> bool {
        self.version()
            .is_some_and(|(file, version)| file.is_image(version))
    }

    fn created(&self) -> Timestamp {
        match self {
            Self::File { file, other: None } => file.created.0,
            Self::File { file, other } => version(file, *other).created.0,
            Self::Folder(folder) => folder.created.0,
        }
    }

    fn updated(&self) -> Timestamp {
        match self {
            Self::File { file, other } => version(file, *other).updated.0,
            Self::Folder(folder) => folder.updated.0,
        }
    }

    /// Folders have no size.
    fn size(&self) -> usize {
        self.version().map_or(0, |(_, version)| version.size())
    }

    /// Width and height of a picture.
    fn sides(&self) -> Option<[u32; 2]> {
        let dimensions = self.version()?.1.content.dimensions?;
        Some([dimensions.width, dimensions.height])
    }

    /// Seconds; 0 for what isn't a video or sound.
    fn duration(&self) -> f64 {
        let film = |(_, version): (_, &Version)| version.content.film.as_ref()?.duration;
        self.version().and_then(film).unwrap_or_default()
    }

    /// When the content was made: as custom metadata says, or as the picture says, or when it was
    /// uploaded.
    fn original_creation(&self) -> Timestamp {
        let known = self.version().and_then(|(_, version)| {
            let content = &version.content;
            let custom = content
                .custom_metadata
                .get("_internal_original_created_datetime");
            let custom = custom.and_then(|value| fields::time(value.as_str()?));
            custom.or_else(|| media::taken(&content.bytes))
        });
        known.unwrap_or_else(|| self.created())
    }

    /// What a search finds under the name of a field.
    fn values(&self, field: &str) -> Vec<Value> {
        let text = |text: &str| vec![Value::Text(text.to_owned())];
        match (field, self) {
            ("name", _) => return text(self.name()),
            ("path", _) => {
                let (folder, _) = paths::split(self.path());
                return text(if folder.is_empty() { "/" } else { folder });
            }
            ("createdAt", _) => return vec![Value::Time(self.created())],
            ("updatedAt", _) => return vec![Value::Time(self.updated())],
            _ => {}
        }
        let (file, version) = match self {
            Self::File { file, other } => (file, version(file, *other)),
            Self::Folder(folder) => {
                return match field {
                    "type" => text("folder"),
                    "id" => text(&folder.id),
                    _ => Vec::new(),
                };
            }
        };
        let content = &version.content;
        let number = |number: f64| vec![Value::Number(number)];
        match field {
            "type" if self.is_current() => text("file"),
            "type" => text("file-version"),
            "id" => text(&file.id),
            "tags" => {
                let ai = content
                    .ai_tags
                    .iter()
                    .flatten()
                    .filter_map(|tag| tag["name"].as_str());
                let all = content.tags.iter().flatten().map(String::as_str).chain(ai);
                all.map(|tag| Value::Text(tag.to_owned())).collect()
            }
            "format" => media::format(file.name())
                .map(Value::Text)
                .into_iter()
                .collect(),
            "size" => number(version.size() as f64),
            "width" => self
                .sides()
                .map_or_else(Vec::new, |[width, _]| number(width.into())),
            "height" => self
                .sides()
                .map_or_else(Vec::new, |[_, height]| number(height.into())),
            "private" => vec![Value::Flag(content.is_private)],
            "published" => vec![Value::Flag(content.is_published)],
            "transparency" => media::has_alpha(&content.bytes)
                .map(Value::Flag)
                .into_iter()
                .collect(),
            "embeddedMetadata.DateTimeOriginal" => media::taken(&content.bytes)
                .map(Value::Time)
                .into_iter()
                .collect(),
            "embeddedMetadata.LocationTaken" => media::location(&content.bytes)
                .map(Value::Place)
                .into_iter()
                .collect(),
            _ => match field.strip_prefix("customMetadata.") {
                Some(name) => content
                    .custom_metadata
                    .get(name)
                    .map_or_else(Vec::new, custom),
                None => Vec::new(),
            },
        }
    }

    fn describe(&self, account: &Account) -> serde_json::Value {
        match self {
            Self::File { file, other } => describe::file(account, file, version(file, *other)),
            Self::Folder(folder) => describe::folder(folder),
        }
    }
}

/// The values of a custom metadata field. A date is a time and a string.
fn custom(value: &serde_json::Value) -> Vec<Value> {
    match value {
        serde_json::Value::String(text) => {
            let time = fields::time(text).map(Value::Time);
            time.into_iter()
                .chain([Value::Text(text.clone())])
                .collect()
        }
        serde_json::Value::Number(number) => {
            number.as_f64().map(Value::Number).into_iter().collect()
        }
        serde_json::Value::Bool(flag) => vec![Value::Flag(*flag)],
        serde_json::Value::Array(values) => values.iter().flat_map(custom).collect(),
        _ => Vec::new(),
    }
}
