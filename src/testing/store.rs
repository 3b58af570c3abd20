//! The files of the account, in memory.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::clock::Timestamp;
use super::media::{self, Dimensions};
use super::paths;

/// What an upload brings: the bytes and all that is said about them.
#[derive(Debug)]
pub(super) struct Content {
    pub(super) bytes: Bytes,
    /// Known for PNG and JPEG.
    pub(super) dimensions: Option<Dimensions>,
    pub(super) tags: Option<Vec<String>>,
    pub(super) custom_coordinates: Option<String>,
    pub(super) custom_metadata: Map<String, Value>,
    pub(super) description: Option<String>,
    pub(super) is_private: bool,
    pub(super) is_published: bool,
}

/// A file in its current version.
#[derive(Debug)]
pub(super) struct File {
    pub(super) id: String,
    pub(super) path: String,
    pub(super) version_id: String,
    pub(super) version_number: u64,
    pub(super) created: Timestamp,
    pub(super) updated: Timestamp,
    pub(super) content: Content,
}

impl File {
    pub(super) fn name(&self) -> &str {
        paths::split(&self.path).1
    }

    pub(super) fn size(&self) -> usize {
        self.content.bytes.len()
    }

    /// The media type, from the name.
    pub(super) fn mime(&self) -> &'static str {
        media::content_type(self.name())
    }

    /// Whether this is an image, by its name or by its first bytes.
    pub(super) fn is_image(&self) -> bool {
        self.content.dimensions.is_some() || self.mime().starts_with("image/")
    }

    /// `versionInfo` as the API gives it.
    pub(super) fn version_info(&self) -> Value {
        json!({ "id": self.version_id, "name": format!("Version {}", self.version_number) })
    }

    /// `fileType` as the API spells it.
    pub(super) fn file_type(&self) -> &'static str {
        if self.is_image() {
            "image"
        } else {
            "non-image"
        }
    }
}

/// A folder, which is here because files are in or below it.
#[derive(Debug)]
pub(super) struct Folder {
    pub(super) path: String,
    /// When the oldest of the files came.
    pub(super) created: Timestamp,
    /// When the latest change to one of the files was.
    pub(super) updated: Timestamp,
}

impl Folder {
    pub(super) fn name(&self) -> &str {
        paths::split(&self.path).1
    }
}

/// Refuses to replace the file at `path`.
#[derive(Debug)]
pub(super) struct Occupied {
    pub(super) path: String,
}

/// All files. Every method is one indivisible step.
#[derive(Default)]
pub(super) struct Store(Mutex<State>);

#[derive(Default)]
struct State {
    by_path: BTreeMap<String, Arc<File>>,
    path_by_id: HashMap<String, String>,
    last_change: Timestamp,
}

impl Store {
    /// Puts a new file at `path`, or a new version of the file that is there, unless `overwrite` is false.
    pub(super) fn put(
        &self,
        path: String,
        content: Content,
        overwrite: bool,
    ) -> Result<Arc<File>, Occupied> {
        let mut state = self.lock();
        let now = Timestamp::after(state.last_change);
        let current = state.by_path.get(&path);
        if current.is_some() && !overwrite {
            return Err(Occupied { path });
        }
        let file = Arc::new(File {
            id: current.map_or_else(new_id, |file| file.id.clone()),
            path,
            version_id: new_id(),
            version_number: current.map_or(1, |file| file.version_number + 1),
            created: current.map_or(now, |file| file.created),
            updated: now,
            content,
        });
        state.last_change = now;
        state.path_by_id.insert(file.id.clone(), file.path.clone());
        state.by_path.insert(file.path.clone(), Arc::clone(&file));
        Ok(file)
    }

    pub(super) fn by_path(&self, path: &str) -> Option<Arc<File>> {
        self.lock().by_path.get(path).cloned()
    }

    pub(super) fn by_id(&self, id: &str) -> Option<Arc<File>> {
        let state = self.lock();
        state.by_path.get(state.path_by_id.get(id)?).cloned()
    }

    /// Removes a file and hands it back, if there is one of that id.
    pub(super) fn delete(&self, id: &str) -> Option<Arc<File>> {
        let mut state = self.lock();
        let path = state.path_by_id.remove(id)?;
        state.by_path.remove(&path)
    }

    /// All files, by path.
    pub(super) fn files(&self) -> Vec<Arc<File>> {
        self.lock().by_path.values().cloned().collect()
    }

    /// All folders but the root, by path.
    pub(super) fn folders(&self) -> Vec<Folder> {
        let state = self.lock();
        let mut folders = BTreeMap::<&str, (Timestamp, Timestamp)>::new();
        for file in state.by_path.values() {
            for path in paths::ancestors(&file.path) {
                folders
                    .entry(path)
                    .and_modify(|(created, updated)| {
                        *created = file.created.min(*created);
                        *updated = file.updated.max(*updated);
                    })
                    .or_insert((file.created, file.updated));
            }
        }
        folders
            .into_iter()
            .map(|(path, (created, updated))| Folder {
                path: path.to_owned(),
                created,
                updated,
            })
            .collect()
    }

    /// A panic elsewhere while the lock was held leaves nothing half done that matters here.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn new_id() -> String {
    Uuid::new_v4().simple().to_string()
}
