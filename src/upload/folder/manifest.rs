//! What was uploaded, on disk, so that a run that stopped goes on where it was.
//!
//! A manifest is a text: a first line that says what it is, and then a line for each thing that happened to a file, in JSON.
//! The last line about a file counts. At the start of a run the manifest is written anew as a draft beside it, which is then
//! renamed; after that it only grows. So a process that is killed leaves a manifest that lacks the end of its last line at
//! most, and perhaps a draft, which is never read nor uploaded.
//!
//! The kernel locks the manifest for a run, and unlocks it when the process ends, however it ends.

use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use fs4::{FileExt, TryLockError};
use same_file::Handle;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::error::{Error, ErrorKind};
use crate::upload::regular;

const FORMAT: &str = "imagekitio upload manifest";
const VERSION: u64 = 1;

/// The first line.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Header {
    format: String,
    version: u64,
    /// Tells accounts apart, without their keys.
    account: String,
}

/// What is known of a file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Record {
    pub(super) size: u64,
    /// When the content was changed last, in nanoseconds since 1970; none if that was too late to tell it from later changes.
    pub(super) modified: Option<u64>,
    /// Hash of all that is said of the file.
    pub(super) fields: String,
    pub(super) destination: String,
    #[serde(flatten)]
    pub(super) state: State,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub(super) enum State {
    /// It is about to be sent, or was sent without an answer.
    Sending {
        /// Since when, in milliseconds since 1970.
        since: u64,
        /// The version that it takes the place of, if that is known.
        replaces: Option<String>,
    },
    /// The server has it.
    Stored {
        sha256: String,
        /// None if there was no file yet when the server answered.
        version_id: Option<String>,
    },
}

/// A line but the first.
#[derive(Serialize, Deserialize)]
struct Line {
    path: String,
    /// None when nothing is known any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    known: Option<Record>,
}

impl Line {
    fn append_to(&self, text: &mut Vec<u8>) -> io::Result<()> {
        serde_json::to_writer(&mut *text, self)?;
        text.push(b'\n');
        Ok(())
    }
}

pub(super) struct Manifest {
    path: PathBuf,
    state: Mutex<Contents>,
}

struct Contents {
    /// None once the run is over.
    file: Option<File>,
    /// Bytes of whole lines in the file.
    length: u64,
    records: HashMap<String, Record>,
    /// Lines that could not be written yet.
    unwritten: Vec<u8>,
}

impl Manifest {
    /// Locks the manifest, which is made if there is none, reads it, checks it and writes it anew.
    pub(super) fn open(path: &Path, account: &str) -> Result<Self, Error> {
        let header = Header {
            format: FORMAT.to_owned(),
            version: VERSION,
            account: account.to_owned(),
        };
        let (mut old, path) = open_locked(path)?;
        let mut text = Vec::new();
        old.read_to_end(&mut text)
            .map_err(|error| failed(&path, "read", error))?;
        let records = read(&path, &text, &header)?;
        let (file, length) = rewrite(&path, &old, &header, &records)
            .map_err(|error| failed(&path, "written", error))?;
        Ok(Self {
            path,
            state: Mutex::new(Contents {
                file: Some(file),
                length,
                records,
                unwritten: Vec::new(),
            }),
        })
    }

    pub(super) fn get(&self, path: &str) -> Option<Record> {
        self.contents().records.get(path).cloned()
    }

    /// Notes what is known of a file. What can't be written is kept, and tried again with the next.
    pub(super) fn put(&self, path: &str, known: Option<Record>) {
        let mut contents = self.contents();
        let line = Line {
            path: path.to_owned(),
            known,
        };
        // The next one tries again, and `finish` tells.
        let _ = line
            .append_to(&mut contents.unwritten)
            .and_then(|()| contents.write());
        match line.known {
            Some(known) => contents.records.insert(line.path, known),
            None => contents.records.remove(&line.path),
        };
    }

    /// Makes sure that everything is on disk, and closes the manifest.
    pub(super) fn finish(&self) -> Result<(), Error> {
        let mut contents = self.contents();
        let written = contents.write().and_then(|()| match &contents.file {
            Some(file) => file.sync_data(),
            None => Ok(()),
        });
        contents.close();
        written.map_err(|error| failed(&self.path, "written", error))
    }

    /// Lets another run have the manifest. What is put from now on is lost.
    pub(super) fn close(&self) {
        self.contents().close();
    }

    fn contents(&self) -> MutexGuard<'_, Contents> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Contents {
    fn write(&mut self) -> io::Result<()> {
        let Some(file) = &mut self.file else {
            return Ok(());
        };
        if self.unwritten.is_empty() {
            return Ok(());
        }
        // Over what an earlier write left there when it failed halfway.
        file.seek(SeekFrom::Start(self.length))?;
        file.write_all(&self.unwritten)?;
        self.length += self.unwritten.len() as u64;
        self.unwritten.clear();
        Ok(())
    }

    fn close(&mut self) {
        if let Some(file) = self.file.take() {
            // A process that is being started may have a copy of the handle for an instant, and with it the lock.
            let _ = FileExt::unlock(&file);
        }
    }
}

/// Opens the manifest with a lock, which another run doesn't get until the file is closed. Returns where it is, too: links are
/// followed, so that they stay.
fn open_locked(path: &Path) -> Result<(File, PathBuf), Error> {
    let refuse = |message: &str| {
        let message = format!("{} {message}", path.display());
        Err(Error::invalid_input("manifest", message))
    };
    let mut options = private();
    options.read(true).create(true).truncate(false);
    let opened = |error| failed(path, "opened", error);
    loop {
        let Some(file) = regular::open(path, &mut options).map_err(opened)? else {
            return refuse("is not a regular file; give the path of a file");
        };
        if !lock(&file) {
            return refuse(
                "is in use by another run; wait for its end, or give each run a manifest of its own",
            );
        }
        let place = path.canonicalize().map_err(opened)?;
        // Before it was locked, another run may have put a new one in its place.
        if is_at(&place, &file).map_err(opened)? {
            return Ok((file, place));
        }
    }
}

/// Options to write a file that others can't read if it is new.
fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Whether nobody else has the lock. A file system without locks doesn't keep anyone out.
fn lock(file: &File) -> bool {
    !matches!(FileExt::try_lock(file), Err(TryLockError::WouldBlock))
}

fn is_at(path: &Path, file: &File) -> io::Result<bool> {
    let Some(there) = regular::read(path)? else {
        return Ok(false);
    };
    Ok(Handle::from_file(there)? == Handle::from_file(file.try_clone()?)?)
}

fn read(path: &Path, text: &[u8], header: &Header) -> Result<HashMap<String, Record>, Error> {
    let refuse = |message: String| {
        let message = format!("{} {message}", path.display());
        Err(Error::invalid_input("manifest", message))
    };
    let mut records = HashMap::new();
    if text.is_empty() {
        return Ok(records);
    }
    // What follows the last line end was being written when the process ended.
    let end = text.iter().rposition(|&byte| byte == b'\n').unwrap_or(0);
    let mut lines = text
        .get(..end)
        .unwrap_or_default()
        .split(|&byte| byte == b'\n');
    let first = lines.next().unwrap_or_default();
    match serde_json::from_slice::<Header>(first) {
        Ok(first) if first == *header => {}
        Ok(first) if first.format == FORMAT && first.version != VERSION => {
            return refuse(format!(
                "has version {} of the manifest's format; this crate knows version {VERSION}: use the crate that wrote it, or another path",
                first.version
            ));
        }
        Ok(first) if first.format == FORMAT => {
            return refuse(
                "was written with another private key; give each account a manifest of its own, or delete this one if the key of \
                 the account has changed (all files are then uploaded again, in their places)"
                    .to_owned(),
            );
        }
        _ => {
            return refuse(
                "is no manifest of an upload, and is not touched; give another path".to_owned(),
            );
        }
    }
    for (number, line) in (2..).zip(lines) {
        let Ok(Line { path, known }) = serde_json::from_slice(line) else {
            return refuse(format!(
                "is damaged in line {number}; delete that line, or the file (what it had is then uploaded again, in its place)"
            ));
        };
        match known {
            Some(known) => records.insert(path, known),
            None => records.remove(&path),
        };
    }
    Ok(records)
}

/// Puts a new manifest in the place of the old one, with the same access and a lock. There is a whole one at any moment.
fn rewrite(
    path: &Path,
    old: &File,
    header: &Header,
    records: &HashMap<String, Record>,
) -> io::Result<(File, u64)> {
    let mut text = serde_json::to_vec(header)?;
    text.push(b'\n');
    let mut records: Vec<_> = records.iter().collect();
    records.sort_unstable_by_key(|(path, _)| *path);
    for (path, known) in records {
        let line = Line {
            path: path.clone(),
            known: Some(known.clone()),
        };
        line.append_to(&mut text)?;
    }
    let mut name = draft_prefix(path.file_name().unwrap_or_default());
    name.push(Uuid::new_v4().simple().to_string());
    let draft = path.with_file_name(name);
    let mut file = private().create_new(true).open(&draft)?;
    lock(&file);
    let written = keep_access(old, &file)
        .and_then(|()| file.write_all(&text))
        .and_then(|()| file.sync_all())
        .and_then(|()| fs::rename(&draft, path));
    if let Err(error) = written {
        // It is of no use, and not being able to remove it changes nothing.
        let _ = fs::remove_file(&draft);
        return Err(error);
    }
    Ok((file, text.len() as u64))
}

/// Gives a file the owner and the mode of another one.
fn keep_access(old: &File, new: &File) -> io::Result<()> {
    let metadata = old.metadata()?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::{MetadataExt, fchown};
        // Only root may do that, and only root needs to.
        let _ = fchown(new, Some(metadata.uid()), Some(metadata.gid()));
    }
    new.set_permissions(metadata.permissions())
}

/// How the names of the drafts of a manifest of this name begin. They end with 32 hexadecimal digits.
fn draft_prefix(name: &OsStr) -> OsString {
    let mut prefix = OsString::from(".");
    prefix.push(name);
    prefix.push(".draft-");
    prefix
}

/// The files that belong to a manifest.
#[derive(Default)]
pub(super) struct OwnFiles {
    /// Folders with the names of manifests in them: where the path leads, and where the file is.
    places: Vec<(PathBuf, OsString)>,
}

impl OwnFiles {
    pub(super) fn of(manifest: &Path) -> Self {
        let target = manifest.canonicalize().ok();
        let paths = [Some(manifest), target.as_deref()];
        Self {
            places: paths.into_iter().flatten().filter_map(place).collect(),
        }
    }

    /// Whether a file is the manifest or a draft of it.
    pub(super) fn contain(&self, path: &Path) -> bool {
        let name = path.file_name().unwrap_or_default();
        // The folder is only looked up for a file that has such a name.
        self.places
            .iter()
            .filter(|(_, manifest)| name == manifest || is_draft(name, manifest))
            .any(|(folder, _)| place(path).is_some_and(|(own, _)| own == *folder))
    }
}

fn is_draft(name: &OsStr, manifest: &OsStr) -> bool {
    let prefix = draft_prefix(manifest);
    name.as_encoded_bytes()
        .strip_prefix(prefix.as_encoded_bytes())
        .is_some_and(|number| number.len() == 32 && number.iter().all(u8::is_ascii_hexdigit))
}

/// A file's folder, as there is only one, and its name.
fn place(path: &Path) -> Option<(PathBuf, OsString)> {
    let folder = match path.parent()? {
        folder if folder.as_os_str().is_empty() => Path::new("."),
        folder => folder,
    };
    Some((folder.canonicalize().ok()?, path.file_name()?.to_owned()))
}

fn failed(path: &Path, what: &str, error: io::Error) -> Error {
    let message = format!(
        "the manifest {} cannot be {what}: {error}; give a path in a folder that can be written",
        path.display()
    );
    Error::new(ErrorKind::Io, message).with_source(error)
}
