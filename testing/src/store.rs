//! The content of the account, in memory and optionally in a directory.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::io;
use std::ops::Bound;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use tokio::sync::mpsc::UnboundedSender;
use uuid::Uuid;

use super::clock::Timestamp;
use super::directory::Directory;
use super::film::Film;
use super::media::{self, Dimensions};
use super::paths;
use super::reply::Refusal;

/// The bytes of a version and its details.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Content {
    #[serde(skip)]
    pub(super) bytes: Bytes,
    /// Width and height of a picture, read from the bytes.
    #[serde(skip)]
    pub(super) dimensions: Option<Dimensions>,
    /// The length and codecs of a video or sound, read from the bytes.
    #[serde(skip)]
    pub(super) film: Option<Film>,
    pub(super) tags: Option<Vec<String>>,
    /// As the API writes them: `{name, confidence, source}`.
    pub(super) ai_tags: Option<Vec<Value>>,
    pub(super) custom_coordinates: Option<String>,
    pub(super) custom_metadata: Map<String, Value>,
    pub(super) description: Option<String>,
    pub(super) is_private: bool,
    pub(super) is_published: bool,
}

/// One version of a file.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Version {
    pub(super) id: String,
    pub(super) number: u64,
    pub(super) created: Timestamp,
    pub(super) updated: Timestamp,
    pub(super) content: Content,
}

impl Content {
    /// Sets the bytes and what they say about themselves.
    pub(super) fn set_bytes(&mut self, bytes: Bytes) {
        self.dimensions = media::dimensions(&bytes);
        self.film = Film::read(&bytes);
        self.bytes = bytes;
    }
}

impl Version {
    pub(super) fn new(number: u64, now: Timestamp, content: Content) -> Self {
        Self {
            id: new_id(),
            number,
            created: now,
            updated: now,
            content,
        }
    }

    pub(super) fn size(&self) -> usize {
        self.content.bytes.len()
    }

    /// `versionInfo` as the API writes it.
    pub(super) fn info(&self) -> Value {
        json!({ "id": self.id, "name": format!("Version {}", self.number) })
    }
}

/// A file with its versions.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct File {
    #[serde(skip)]
    pub(super) id: String,
    pub(super) path: String,
    pub(super) created: Timestamp,
    pub(super) current: Version,
    /// All other versions, the latest first.
    pub(super) others: Vec<Version>,
}

impl File {
    pub(super) fn new(path: String, now: Timestamp, content: Content) -> Self {
        Self {
            id: new_id(),
            path,
            created: now,
            current: Version::new(1, now, content),
            others: Vec::new(),
        }
    }

    pub(super) fn name(&self) -> &str {
        paths::split(&self.path).1
    }

    /// The media type, from the name.
    pub(super) fn mime(&self) -> &'static str {
        media::content_type(self.name())
    }

    /// Whether a version is an image, by the name or by its first bytes.
    pub(super) fn is_image(&self, version: &Version) -> bool {
        version.content.dimensions.is_some() || self.mime().starts_with("image/")
    }

    /// All versions, the current one first.
    pub(super) fn versions(&self) -> impl Iterator<Item = &Version> {
        std::iter::once(&self.current).chain(&self.others)
    }

    pub(super) fn version(&self, id: &str) -> Option<&Version> {
        self.versions().find(|version| version.id == id)
    }

    /// Puts a version in place of the current one, which joins the others.
    pub(super) fn make_current(&mut self, version: Version) {
        self.others
            .push(std::mem::replace(&mut self.current, version));
        self.others
            .sort_by_key(|version| std::cmp::Reverse(version.number));
    }

    /// The most versions that a file can have.
    pub(super) const MAX_VERSIONS: usize = 100;

    /// Adds versions, oldest first, under numbers of this file. The last becomes the current one.
    pub(super) fn append(
        &mut self,
        versions: impl IntoIterator<Item = Version>,
    ) -> Result<(), Refusal> {
        for mut version in versions {
            let last = self.versions().map(|version| version.number).max();
            version.number = last.unwrap_or_default() + 1;
            self.make_current(version);
        }
        if self.others.len() < Self::MAX_VERSIONS {
            return Ok(());
        }
        Err(Refusal::bad_request(format!(
            "The file {} would have more than {} versions. Delete some first.",
            self.path,
            Self::MAX_VERSIONS
        )))
    }
}

/// A folder other than the root.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Folder {
    #[serde(skip)]
    pub(super) id: String,
    pub(super) path: String,
    pub(super) created: Timestamp,
    pub(super) updated: Timestamp,
}

impl Folder {
    pub(super) fn name(&self) -> &str {
        paths::split(&self.path).1
    }
}

/// The kind of a [`Record`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Field,
    SavedExtension,
    NamedTransformation,
    Origin,
    UrlEndpoint,
    Webhook,
    Job,
    Purge,
}

impl Kind {
    pub(super) const ALL: [Self; 8] = [
        Self::Field,
        Self::SavedExtension,
        Self::NamedTransformation,
        Self::Origin,
        Self::UrlEndpoint,
        Self::Webhook,
        Self::Job,
        Self::Purge,
    ];
}

/// A setting, a job or a purge.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Record {
    #[serde(skip)]
    pub(super) id: String,
    pub(super) created: Timestamp,
    pub(super) updated: Timestamp,
    /// The properties in replies, without id and times.
    pub(super) body: Map<String, Value>,
    /// Properties that replies don't have.
    pub(super) internal: Map<String, Value>,
}

impl Record {
    /// The `status` of a job that isn't done.
    pub(super) const PENDING: &str = "Pending";

    pub(super) fn new(now: Timestamp, body: Map<String, Value>) -> Self {
        Self {
            id: new_id(),
            created: now,
            updated: now,
            body,
            internal: Map::new(),
        }
    }

    /// A string of the body; empty if there is none.
    pub(super) fn text(&self, name: &str) -> &str {
        self.body
            .get(name)
            .and_then(Value::as_str)
            .unwrap_or_default()
    }
}

/// Something that is stored under an id.
#[derive(Clone, Debug)]
pub(super) enum Entry {
    File(Arc<File>),
    Folder(Arc<Folder>),
    Record(Kind, Arc<Record>),
}

impl Entry {
    pub(super) fn id(&self) -> &str {
        match self {
            Self::File(file) => &file.id,
            Self::Folder(folder) => &folder.id,
            Self::Record(_, record) => &record.id,
        }
    }
}

/// A part of a change that is carried out: an entry before and after.
pub(super) struct Happened {
    /// The webhooks that the account had then.
    pub(super) webhooks: Vec<Arc<Record>>,
    pub(super) before: Option<Entry>,
    pub(super) after: Option<Entry>,
    pub(super) time: Timestamp,
}

tokio::task_local! {
    static NUMBER: Cell<Number>;
}

/// The sequence number of a request.
#[derive(Clone, Copy, Default)]
struct Number {
    value: Option<u64>,
    is_of_change: bool,
}

/// Carries out a request and returns its sequence number: that of its change, or of its last read
/// if it changed nothing. `None` if it didn't use the state.
pub(super) async fn numbered<T>(request: impl Future<Output = T>) -> (T, Option<u64>) {
    let run = async {
        let reply = request.await;
        (reply, NUMBER.with(Cell::get).value)
    };
    NUMBER.scope(Cell::default(), run).await
}

/// All entries.
#[derive(Default)]
pub(super) struct State {
    files: BTreeMap<String, Arc<File>>,
    /// The sequence number of the next read or change.
    next_number: u64,
    /// The ids of the jobs that aren't done.
    pending_jobs: BTreeSet<String>,
    /// Of files and folders, by id.
    paths: HashMap<String, String>,
    folders: BTreeMap<String, Arc<Folder>>,
    records: BTreeMap<(Kind, String), Arc<Record>>,
    last_change: Timestamp,
}

impl State {
    pub(super) fn file(&self, id: &str) -> Option<&Arc<File>> {
        self.files
            .get(self.paths.get(id)?)
            .filter(|file| file.id == id)
    }

    pub(super) fn file_at(&self, path: &str) -> Option<&Arc<File>> {
        self.files.get(path)
    }

    /// All files, by path.
    pub(super) fn files(&self) -> impl Iterator<Item = &Arc<File>> {
        self.files.values()
    }

    /// The files in and below a folder.
    pub(super) fn files_below(&self, folder: &str) -> impl Iterator<Item = &Arc<File>> {
        below(&self.files, folder)
    }

    pub(super) fn folder(&self, path: &str) -> Option<&Arc<Folder>> {
        self.folders.get(path)
    }

    /// The folders below a folder, without that folder.
    pub(super) fn folders_below(&self, folder: &str) -> impl Iterator<Item = &Arc<Folder>> {
        below(&self.folders, folder)
    }

    pub(super) fn record(&self, kind: Kind, id: &str) -> Option<&Arc<Record>> {
        self.records.get(&(kind, id.to_owned()))
    }

    /// All records of a kind, the oldest first.
    pub(super) fn records(&self, kind: Kind) -> Vec<&Arc<Record>> {
        let all = self.records.range((kind, String::new())..);
        let mut records: Vec<_> = all
            .take_while(|((other, _), _)| *other == kind)
            .map(|(_, record)| record)
            .collect();
        records.sort_by_key(|record| record.created);
        records
    }

    /// The jobs that aren't done, the oldest first.
    pub(super) fn pending_jobs(&self) -> Vec<&Arc<Record>> {
        let all = self.pending_jobs.iter();
        let mut jobs: Vec<_> = all.filter_map(|id| self.record(Kind::Job, id)).collect();
        jobs.sort_by_key(|job| job.created);
        jobs
    }

    /// Gives the current request the next sequence number. A read after its change doesn't count.
    fn number(&mut self, is_of_change: bool) {
        // Outside a request, such as for an event, there is no number.
        let _ = NUMBER.try_with(|number| {
            if is_of_change || !number.get().is_of_change {
                let value = Some(self.next_number);
                number.set(Number {
                    value,
                    is_of_change,
                });
                self.next_number += 1;
            }
        });
    }

    /// The time of the last change.
    pub(super) fn last_change(&self) -> Timestamp {
        self.last_change
    }

    /// Takes an entry in and returns the one with the same id.
    fn put(&mut self, entry: Entry) -> Option<Entry> {
        let before = self.remove(&entry);
        let updated = match entry {
            Entry::File(file) => {
                let updated = file.current.updated;
                self.paths.insert(file.id.clone(), file.path.clone());
                self.files.insert(file.path.clone(), file);
                updated
            }
            Entry::Folder(folder) => {
                let updated = folder.updated;
                self.paths.insert(folder.id.clone(), folder.path.clone());
                self.folders.insert(folder.path.clone(), folder);
                updated
            }
            Entry::Record(kind, record) => {
                let updated = record.updated;
                if kind == Kind::Job && record.text("status") == Record::PENDING {
                    self.pending_jobs.insert(record.id.clone());
                }
                self.records.insert((kind, record.id.clone()), record);
                updated
            }
        };
        self.last_change = self.last_change.max(updated);
        before
    }

    /// Removes the entry with the same id and returns it.
    fn remove(&mut self, entry: &Entry) -> Option<Entry> {
        match entry {
            Entry::File(file) => {
                let path = self.paths.remove(&file.id)?;
                self.files.remove(&path).map(Entry::File)
            }
            Entry::Folder(folder) => {
                let path = self.paths.remove(&folder.id)?;
                self.folders.remove(&path).map(Entry::Folder)
            }
            Entry::Record(kind, record) => {
                self.pending_jobs.remove(&record.id);
                let removed = self.records.remove(&(*kind, record.id.clone()))?;
                Some(Entry::Record(*kind, removed))
            }
        }
    }
}

/// The entries below a folder in a map by path.
fn below<'m, T>(map: &'m BTreeMap<String, T>, folder: &str) -> impl Iterator<Item = &'m T> {
    let start = format!("{folder}/");
    let from = (Bound::Included(start.as_str()), Bound::Unbounded);
    map.range::<str, _>(from)
        .take_while(move |(path, _)| path.starts_with(&start))
        .map(|(_, value)| value)
        .collect::<Vec<_>>()
        .into_iter()
}

/// A change that is being planned. Nothing happens before the plan is complete.
pub(super) struct Change<'s> {
    /// The state before the change.
    pub(super) state: &'s State,
    /// The time of the change, after all changes before it.
    pub(super) now: Timestamp,
    steps: Vec<Step>,
    new_folders: HashSet<String>,
}

enum Step {
    Put(Entry),
    Remove(Entry),
}

impl Change<'_> {
    /// Stores a file in place of the one with the same id.
    pub(super) fn put_file(&mut self, file: File) -> Arc<File> {
        let file = Arc::new(file);
        self.steps.push(Step::Put(Entry::File(Arc::clone(&file))));
        file
    }

    pub(super) fn remove_file(&mut self, file: &Arc<File>) {
        self.steps.push(Step::Remove(Entry::File(Arc::clone(file))));
    }

    pub(super) fn put_folder(&mut self, folder: Folder) {
        self.new_folders.insert(folder.path.clone());
        self.steps.push(Step::Put(Entry::Folder(Arc::new(folder))));
    }

    pub(super) fn remove_folder(&mut self, folder: &Arc<Folder>) {
        self.steps
            .push(Step::Remove(Entry::Folder(Arc::clone(folder))));
    }

    pub(super) fn put_record(&mut self, kind: Kind, record: Record) -> Arc<Record> {
        let record = Arc::new(record);
        self.steps
            .push(Step::Put(Entry::Record(kind, Arc::clone(&record))));
        record
    }

    pub(super) fn remove_record(&mut self, kind: Kind, record: &Arc<Record>) {
        self.steps
            .push(Step::Remove(Entry::Record(kind, Arc::clone(record))));
    }

    /// Creates a folder, and the folders on the way to it, where they are missing.
    pub(super) fn create_folder(&mut self, path: &str) {
        let missing: Vec<_> = paths::ancestors(path)
            .chain(Some(path))
            .filter(|path| !path.is_empty())
            .filter(|path| self.state.folder(path).is_none() && !self.new_folders.contains(*path))
            .map(str::to_owned)
            .collect();
        for path in missing {
            self.put_folder(Folder {
                id: new_id(),
                path,
                created: self.now,
                updated: self.now,
            });
        }
    }
}

/// The state and the directory that has it too.
#[derive(Default)]
pub(super) struct Store {
    /// Locked throughout a change, so that changes happen one by one. The state isn't, so that
    /// others can read during a long write.
    directory: Mutex<Option<Directory>>,
    state: Mutex<State>,
    /// Receives what happens.
    listener: Option<UnboundedSender<Happened>>,
}

impl Store {
    /// The entries of a directory, which from now on receives those to come.
    pub(super) fn open(directory: PathBuf) -> io::Result<Self> {
        let directory = Directory::open(directory)?;
        let mut state = State::default();
        for entry in directory.load()? {
            let same_path = match &entry {
                Entry::File(file) => state.file_at(&file.path).map(|other| other.id.clone()),
                Entry::Folder(folder) => state.folder(&folder.path).map(|other| other.id.clone()),
                Entry::Record(..) => None,
            };
            if let Some(other) = same_path {
                return Err(directory.twice(&other, &entry));
            }
            state.put(entry);
        }
        Ok(Self {
            directory: Mutex::new(Some(directory)),
            state: Mutex::new(state),
            listener: None,
        })
    }

    /// Reports what happens from now on.
    pub(super) fn report_to(&mut self, listener: UnboundedSender<Happened>) {
        self.listener = Some(listener);
    }

    /// Looks at the state.
    pub(super) fn read<T>(&self, look: impl FnOnce(&State) -> T) -> T {
        let mut state = lock(&self.state);
        state.number(false);
        look(&state)
    }

    /// Plans a change and carries it out, so that others see all of it or nothing. A refused plan
    /// changes nothing. If the directory can't be written, the steps before that one have been
    /// carried out.
    pub(super) fn change<T>(
        &self,
        plan: impl FnOnce(&mut Change<'_>) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        let directory = lock(&self.directory);
        let (planned, steps, time) = {
            let mut state = lock(&self.state);
            state.number(false);
            let mut change = Change {
                now: Timestamp::after(state.last_change),
                state: &state,
                steps: Vec::new(),
                new_folders: HashSet::new(),
            };
            let planned = plan(&mut change)?;
            (planned, change.steps, change.now)
        };
        let mut written = Vec::new();
        let mut failure = None;
        for step in steps {
            let saved = match (&*directory, &step) {
                (None, _) => Ok(()),
                (Some(directory), Step::Put(entry)) => directory.save(entry),
                (Some(directory), Step::Remove(entry)) => directory.remove(entry),
            };
            if let Err(error) = saved {
                failure = Some(error);
                break;
            }
            written.push(step);
        }
        let mut state = lock(&self.state);
        // From here on, others see the change.
        state.number(true);
        let webhooks: Vec<_> = state.records(Kind::Webhook).into_iter().cloned().collect();
        for step in written {
            let (before, after) = match step {
                Step::Put(entry) => (state.put(entry.clone()), Some(entry)),
                Step::Remove(entry) => (state.remove(&entry), None),
            };
            if let Some(listener) = &self.listener
                && !webhooks.is_empty()
            {
                // The receiver is gone when the server stops.
                let _ = listener.send(Happened {
                    webhooks: webhooks.clone(),
                    before,
                    after,
                    time,
                });
            }
        }
        match failure {
            Some(error) => Err(error.into()),
            None => Ok(planned),
        }
    }
}

/// A panic elsewhere while the lock was held leaves nothing half done that matters here.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(super) fn new_id() -> String {
    Uuid::new_v4().simple().to_string()
}
