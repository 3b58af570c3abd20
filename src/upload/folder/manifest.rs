//! The record of uploaded files on disk, from which another run resumes.
//!
//! A manifest is UTF-8. The first line is a header. Each further line is the state of a file, in
//! JSON. The last line of a file counts. At the start of a run, the manifest is written to a draft
//! beside it, which is then renamed. After that it only grows. If the process is killed, only the
//! end of the last line can be missing. A draft can remain, which is never read and never uploaded.
//!
//! The kernel locks the manifest during a run, and unlocks it when the process ends in any way.

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
    /// Identifies the account without its key.
    account: String,
}

/// The state of a file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Record {
    pub(super) size: u64,
    /// The modification time in nanoseconds since 1970. `None` if a later change could have the
    /// same one.
    pub(super) modified: Option<u64>,
    /// The hash of the form fields.
    pub(super) fields: String,
    pub(super) destination: String,
    #[serde(flatten)]
    pub(super) state: State,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub(super) enum State {
    /// The file is about to be sent, or was sent and got no response.
    Sending {
        /// The start of the upload in milliseconds since 1970.
        since: u64,
        /// The version that the upload replaces, if it is known.
        replaces: Option<String>,
    },
    /// The server has the file.
    Stored {
        sha256: String,
        /// `None` if the server had not stored the file yet when it answered.
        version_id: Option<String>,
    },
}

/// Any line except the header.
#[derive(Serialize, Deserialize)]
struct Line {
    path: String,
    /// `None` removes the record of the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    known: Option<Record>,
}

impl Line {
    fn append_to(&self, lines: &mut Vec<u8>) -> io::Result<()> {
        serde_json::to_writer(&mut *lines, self)?;
        lines.push(b'\n');
        Ok(())
    }
}

pub(super) struct Manifest {
    path: PathBuf,
    state: Mutex<Contents>,
}

struct Contents {
    /// `None` after the end of the run.
    file: Option<File>,
    /// The length of complete lines in the file in bytes.
    length: u64,
    records: HashMap<String, Record>,
    /// Lines that are not written yet.
    unwritten: Vec<u8>,
}

impl Manifest {
    /// Opens or creates the manifest, locks it, reads it, and writes it again without old lines.
    pub(super) fn open(path: &Path, account: &str) -> Result<Self, Error> {
        let header = Header {
            format: FORMAT.to_owned(),
            version: VERSION,
            account: account.to_owned(),
        };
        let (mut old, path) = open_locked(path)?;
        let mut lines = Vec::new();
        old.read_to_end(&mut lines)
            .map_err(|error| failed(&path, "read", error))?;
        let records = read(&path, &lines, &header)?;
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

    /// Records the state of a file. A line that can't be written is written with the next one.
    pub(super) fn put(&self, path: &str, known: Option<Record>) {
        let mut contents = self.contents();
        let line = Line {
            path: path.to_owned(),
            known,
        };
        // The next call tries again, and `finish` returns the error.
        let _ = line
            .append_to(&mut contents.unwritten)
            .and_then(|()| contents.write());
        match line.known {
            Some(known) => contents.records.insert(line.path, known),
            None => contents.records.remove(&line.path),
        };
    }

    /// Writes all lines to the disk, and closes the manifest.
    pub(super) fn finish(&self) -> Result<(), Error> {
        let mut contents = self.contents();
        let written = contents.write().and_then(|()| match &contents.file {
            Some(file) => file.sync_data(),
            None => Ok(()),
        });
        contents.close();
        written.map_err(|error| failed(&self.path, "written", error))
    }

    /// Closes and unlocks the manifest. Later calls of [`put`](Self::put) have no effect on disk.
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
        // Overwrites the part of a line that a failed write left.
        file.seek(SeekFrom::Start(self.length))?;
        file.write_all(&self.unwritten)?;
        self.length += self.unwritten.len() as u64;
        self.unwritten.clear();
        Ok(())
    }

    fn close(&mut self) {
        if let Some(file) = self.file.take() {
            // A process that is being started may hold a copy of the handle, and with it the lock.
            let _ = FileExt::unlock(&file);
        }
    }
}

/// Opens the manifest and locks it against other runs. Also returns its path with links resolved,
/// so that the links stay when it is replaced.
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
                "is in use by another run; wait until that run ends, or give each run its own manifest",
            );
        }
        let resolved = path.canonicalize().map_err(opened)?;
        // Another run may have replaced the file before it was locked.
        if is_at(&resolved, &file).map_err(opened)? {
            return Ok((file, resolved));
        }
    }
}

/// Returns options for writing, which make a new file readable by its owner only.
fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Locks a file. False if another process has locked it. On a file system without locks it is true.
fn lock(file: &File) -> bool {
    !matches!(FileExt::try_lock(file), Err(TryLockError::WouldBlock))
}

fn is_at(path: &Path, file: &File) -> io::Result<bool> {
    let Some(found) = regular::read(path)? else {
        return Ok(false);
    };
    Ok(Handle::from_file(found)? == Handle::from_file(file.try_clone()?)?)
}

fn read(path: &Path, lines: &[u8], header: &Header) -> Result<HashMap<String, Record>, Error> {
    let refuse = |message: String| {
        let message = format!("{} {message}", path.display());
        Err(Error::invalid_input("manifest", message))
    };
    let mut records = HashMap::new();
    if lines.is_empty() {
        return Ok(records);
    }
    // The process ended while it wrote what follows the last line feed.
    let end = lines.iter().rposition(|&byte| byte == b'\n').unwrap_or(0);
    let mut lines = lines
        .get(..end)
        .unwrap_or_default()
        .split(|&byte| byte == b'\n');
    let first = lines.next().unwrap_or_default();
    match serde_json::from_slice::<Header>(first) {
        Ok(first) if first == *header => {}
        Ok(first) if first.format == FORMAT && first.version != VERSION => {
            return refuse(format!(
                "has version {} of the manifest format, and this crate supports version {VERSION}; use the \
                 version of the crate that wrote it, or give another path",
                first.version
            ));
        }
        Ok(first) if first.format == FORMAT => {
            return refuse(
                "was written with another private key; give each account its own manifest, or delete this \
                 one if the key of the account has changed (all files are then uploaded again, to the \
                 same destinations)"
                    .to_owned(),
            );
        }
        _ => {
            return refuse(
                "is not a valid manifest of an upload, and is left unchanged; give another path"
                    .to_owned(),
            );
        }
    }
    for (number, line) in (2..).zip(lines) {
        let Ok(Line { path, known }) = serde_json::from_slice(line) else {
            return refuse(format!(
                "is damaged in line {number}; delete that line, or the manifest (its files are then \
                 uploaded again, to the same destinations)"
            ));
        };
        match known {
            Some(known) => records.insert(path, known),
            None => records.remove(&path),
        };
    }
    Ok(records)
}

/// Replaces the manifest by a new one, which is locked and has the same owner and mode. At any time
/// a complete manifest exists.
fn rewrite(
    path: &Path,
    old: &File,
    header: &Header,
    records: &HashMap<String, Record>,
) -> io::Result<(File, u64)> {
    let mut lines = serde_json::to_vec(header)?;
    lines.push(b'\n');
    let mut records: Vec<_> = records.iter().collect();
    records.sort_unstable_by_key(|(path, _)| *path);
    for (path, known) in records {
        let line = Line {
            path: path.clone(),
            known: Some(known.clone()),
        };
        line.append_to(&mut lines)?;
    }
    let mut name = draft_prefix(path.file_name().unwrap_or_default());
    name.push(Uuid::new_v4().simple().to_string());
    let draft = path.with_file_name(name);
    let mut file = private().create_new(true).open(&draft)?;
    lock(&file);
    let written = keep_access(old, &file)
        .and_then(|()| file.write_all(&lines))
        .and_then(|()| file.sync_all())
        .and_then(|()| fs::rename(&draft, path));
    if let Err(error) = written {
        // A draft that stays has no effect.
        let _ = fs::remove_file(&draft);
        return Err(error);
    }
    Ok((file, lines.len() as u64))
}

/// Copies the owner and the mode of a file.
fn keep_access(old: &File, new: &File) -> io::Result<()> {
    let metadata = old.metadata()?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::{MetadataExt, fchown};
        // Only root can change the owner, and only for root it can differ.
        let _ = fchown(new, Some(metadata.uid()), Some(metadata.gid()));
    }
    new.set_permissions(metadata.permissions())
}

/// Returns the prefix of the names of drafts, which end with 32 hexadecimal digits.
fn draft_prefix(name: &OsStr) -> OsString {
    let mut prefix = OsString::from(".");
    prefix.push(name);
    prefix.push(".draft-");
    prefix
}

/// The manifest and its drafts.
#[derive(Default)]
pub(super) struct OwnFiles {
    /// The folder and the name of the manifest: of its path, and of its path with links resolved.
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

    /// Whether a file is the manifest or one of its drafts.
    pub(super) fn contain(&self, path: &Path) -> bool {
        let name = path.file_name().unwrap_or_default();
        // The folder is only resolved for a file with such a name.
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

/// Returns the folder of a file with links resolved, and the name of the file.
fn place(path: &Path) -> Option<(PathBuf, OsString)> {
    let folder = match path.parent()? {
        folder if folder.as_os_str().is_empty() => Path::new("."),
        folder => folder,
    };
    Some((folder.canonicalize().ok()?, path.file_name()?.to_owned()))
}

fn failed(path: &Path, what: &str, error: io::Error) -> Error {
    let message = format!(
        "the manifest {} cannot be {what}: {error}; give a path in a writable folder",
        path.display()
    );
    Error::new(ErrorKind::Io, message).with_source(error)
}
