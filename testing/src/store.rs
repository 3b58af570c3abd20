//! The files of the account, in memory and, if asked for, in a directory.

use std::collections::{BTreeMap, HashMap};
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::clock::Timestamp;
use super::directory::Directory;
use super::media::{self, Dimensions};
use super::paths;

/// What an upload brings: the bytes and all that is said about them.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Content {
    #[serde(skip)]
    pub(super) bytes: Bytes,
    /// Known for PNG and JPEG, from their bytes.
    #[serde(skip)]
    pub(super) dimensions: Option<Dimensions>,
    pub(super) tags: Option<Vec<String>>,
    pub(super) custom_coordinates: Option<String>,
    pub(super) custom_metadata: Map<String, Value>,
    pub(super) description: Option<String>,
    pub(super) is_private: bool,
    pub(super) is_published: bool,
}

/// A file in its current version. What serde skips, a directory keeps in another way.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct File {
    #[serde(skip)]
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

/// Why a file was not stored.
#[derive(Debug)]
pub(super) enum NotStored {
    /// There is a file at `path`, which must not be replaced.
    Occupied { path: String },
    /// The directory could not be written to.
    Unwritten(io::Error),
}

/// All files. Every method is one indivisible step, and what fails changes nothing.
#[derive(Default)]
pub(super) struct Store {
    /// Held throughout a change, so that changes take turns. The state is not, so that others can read during a long write.
    directory: Mutex<Option<Directory>>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    by_path: BTreeMap<String, Arc<File>>,
    path_by_id: HashMap<String, String>,
    last_change: Timestamp,
}

impl State {
    /// Takes a file in and hands back what was at its path.
    fn put(&mut self, file: Arc<File>) -> Option<Arc<File>> {
        self.last_change = self.last_change.max(file.updated);
        self.path_by_id.insert(file.id.clone(), file.path.clone());
        self.by_path.insert(file.path.clone(), file)
    }
}

impl Store {
    /// The files that are in a directory already, and from now on also those to come.
    pub(super) fn open(directory: PathBuf) -> io::Result<Self> {
        let directory = Directory::open(directory)?;
        let mut state = State::default();
        for file in directory.load()? {
            let file = Arc::new(file);
            if let Some(other) = state.put(Arc::clone(&file)) {
                let message = format!(
                    "{} and {} are both the file {}. Remove one of them.",
                    directory.path(&other.id).display(),
                    directory.path(&file.id).display(),
                    file.path
                );
                return Err(io::Error::new(io::ErrorKind::InvalidData, message));
            }
        }
        Ok(Self {
            directory: Mutex::new(Some(directory)),
            state: Mutex::new(state),
        })
    }

    /// Puts a new file at `path`, or a new version of the file that is there, unless `overwrite` is false.
    pub(super) fn put(
        &self,
        path: String,
        content: Content,
        overwrite: bool,
    ) -> Result<Arc<File>, NotStored> {
        let directory = lock(&self.directory);
        let now = Timestamp::after(lock(&self.state).last_change);
        let current = self.by_path(&path);
        if current.is_some() && !overwrite {
            return Err(NotStored::Occupied { path });
        }
        let current = current.as_deref();
        let file = Arc::new(File {
            id: current.map_or_else(new_id, |file| file.id.clone()),
            path,
            version_id: new_id(),
            version_number: current.map_or(1, |file| file.version_number + 1),
            created: current.map_or(now, |file| file.created),
            updated: now,
            content,
        });
        if let Some(directory) = &*directory {
            directory.save(&file).map_err(NotStored::Unwritten)?;
        }
        lock(&self.state).put(Arc::clone(&file));
        Ok(file)
    }

    pub(super) fn by_path(&self, path: &str) -> Option<Arc<File>> {
        lock(&self.state).by_path.get(path).cloned()
    }

    pub(super) fn by_id(&self, id: &str) -> Option<Arc<File>> {
        let state = lock(&self.state);
        state.by_path.get(state.path_by_id.get(id)?).cloned()
    }

    /// Removes the file of that id. Says whether there was one.
    pub(super) fn delete(&self, id: &str) -> io::Result<bool> {
        let directory = lock(&self.directory);
        let Some(file) = self.by_id(id) else {
            return Ok(false);
        };
        if let Some(directory) = &*directory {
            directory.remove(id)?;
        }
        let mut state = lock(&self.state);
        state.path_by_id.remove(id);
        state.by_path.remove(&file.path);
        Ok(true)
    }

    /// All files, by path.
    pub(super) fn files(&self) -> Vec<Arc<File>> {
        lock(&self.state).by_path.values().cloned().collect()
    }

    /// All folders but the root, by path.
    pub(super) fn folders(&self) -> Vec<Folder> {
        let state = lock(&self.state);
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
}

/// A panic elsewhere while the lock was held leaves nothing half done that matters here.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn new_id() -> String {
    Uuid::new_v4().simple().to_string()
}
