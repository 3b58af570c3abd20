//! The entries of the account on disk, where they outlast the server.
//!
//! Each is one file of JSON, named after its id. The bytes of a version are another file, named
//! after the id of the version, and written first. Everything is written under a temporary name and
//! renamed when it is whole, so that a process that is killed leaves the old state or the new one.
//! The format is private to this crate.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::store::{Entry, File, Folder, Kind, Record, Version};

/// The extension of a file that is being written.
const TEMPORARY: &str = "new";

/// The extension of the bytes of a version.
const BYTES: &str = "bytes";

/// The extension of an entry.
fn extension(entry: &Entry) -> &'static str {
    match entry {
        Entry::File(_) => "file",
        Entry::Folder(_) => "folder",
        Entry::Record(kind, _) => of_kind(*kind),
    }
}

fn of_kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Field => "field",
        Kind::SavedExtension => "extension",
        Kind::NamedTransformation => "transformation",
        Kind::Origin => "origin",
        Kind::UrlEndpoint => "endpoint",
        Kind::Webhook => "webhook",
        Kind::Job => "job",
        Kind::Purge => "purge",
    }
}

/// A directory with the entries of one account. All errors name the path that they are about.
pub(super) struct Directory(PathBuf);

impl Directory {
    /// Creates the directory if it is missing.
    pub(super) fn open(path: PathBuf) -> io::Result<Self> {
        fs::create_dir_all(&path).map_err(|error| at(&path, &error))?;
        Ok(Self(path))
    }

    /// Reads all entries, and removes what was being written when the last server ended. Files of
    /// others stay as they are.
    pub(super) fn load(&self) -> io::Result<Vec<Entry>> {
        let mut entries = Vec::new();
        let mut unused = Vec::new();
        let mut used = HashSet::new();
        for item in fs::read_dir(&self.0).map_err(|error| at(&self.0, &error))? {
            let path = item.map_err(|error| at(&self.0, &error))?.path();
            let id = path.file_stem().and_then(OsStr::to_str);
            let Some(id) = id.filter(|id| is_id(id)) else {
                continue;
            };
            match path.extension().and_then(OsStr::to_str) {
                Some("file") => {
                    let file = self.file(id, &path)?;
                    used.extend(file.versions().map(|version| version.id.clone()));
                    entries.push(Entry::File(Arc::new(file)));
                }
                Some("folder") => {
                    let mut folder: Folder = read(&path)?;
                    folder.id = id.to_owned();
                    entries.push(Entry::Folder(Arc::new(folder)));
                }
                Some(TEMPORARY) => unused.push(path),
                Some(BYTES) => {}
                extension => {
                    let same = |kind: &Kind| Some(of_kind(*kind)) == extension;
                    if let Some(kind) = Kind::ALL.into_iter().find(same) {
                        let mut record: Record = read(&path)?;
                        record.id = id.to_owned();
                        entries.push(Entry::Record(kind, Arc::new(record)));
                    }
                }
            }
        }
        for item in fs::read_dir(&self.0).map_err(|error| at(&self.0, &error))? {
            let path = item.map_err(|error| at(&self.0, &error))?.path();
            let id = path.file_stem().and_then(OsStr::to_str).unwrap_or_default();
            let is_bytes = path.extension().and_then(OsStr::to_str) == Some(BYTES);
            if is_bytes && is_id(id) && !used.contains(id) {
                unused.push(path);
            }
        }
        for path in unused {
            fs::remove_file(&path).map_err(|error| at(&path, &error))?;
        }
        Ok(entries)
    }

    fn file(&self, id: &str, path: &Path) -> io::Result<File> {
        let (mut file, sizes): (File, Vec<usize>) = read(path)?;
        file.id = id.to_owned();
        let mut sizes = sizes.into_iter();
        let versions = std::iter::once(&mut file.current).chain(&mut file.others);
        for version in versions {
            let bytes = is_id(&version.id).then(|| fs::read(self.bytes_of(version)));
            match bytes {
                Some(Ok(bytes)) if Some(bytes.len()) == sizes.next() => {
                    version.content.set_bytes(Bytes::from(bytes));
                }
                _ => return Err(damaged(path)),
            }
        }
        Ok(file)
    }

    /// Writes an entry, in place of the one with the same id.
    pub(super) fn save(&self, entry: &Entry) -> io::Result<()> {
        let path = self.path(entry);
        match entry {
            Entry::File(file) => {
                let former = read::<(File, Vec<usize>)>(&path);
                let sizes: Vec<_> = file.versions().map(Version::size).collect();
                // Bytes never change, so those that are there are the right ones.
                let mut fresh = Vec::new();
                let versions = file
                    .versions()
                    .map(|version| (self.bytes_of(version), version));
                let written = versions
                    .filter(|(path, _)| !path.exists())
                    .try_for_each(|(path, version)| {
                        let written = write(&path, &version.content.bytes);
                        fresh.push(path);
                        written
                    })
                    .and_then(|()| write_json(&path, &(&**file, sizes)));
                if let Err(error) = written {
                    for path in fresh {
                        let _ = fs::remove_file(path);
                    }
                    return Err(error);
                }
                // Should one of these stay, the next start removes it.
                for version in former.iter().flat_map(|(former, _)| former.versions()) {
                    if file.version(&version.id).is_none() {
                        let _ = fs::remove_file(self.bytes_of(version));
                    }
                }
                Ok(())
            }
            Entry::Folder(folder) => write_json(&path, &**folder),
            Entry::Record(_, record) => write_json(&path, &**record),
        }
    }

    pub(super) fn remove(&self, entry: &Entry) -> io::Result<()> {
        let path = self.path(entry);
        fs::remove_file(&path).map_err(|error| at(&path, &error))?;
        if let Entry::File(file) = entry {
            for version in file.versions() {
                // Should one of these stay, the next start removes it.
                let _ = fs::remove_file(self.bytes_of(version));
            }
        }
        Ok(())
    }

    /// An entry at the same path in the media library as another.
    pub(super) fn twice(&self, other: &str, entry: &Entry) -> io::Error {
        let extension = extension(entry);
        let path = match entry {
            Entry::File(file) => &file.path,
            Entry::Folder(folder) => &folder.path,
            Entry::Record(_, record) => &record.id,
        };
        let message = format!(
            "{} and {} are both the {extension} {path}. Remove one of them.",
            self.0.join(other).with_extension(extension).display(),
            self.path(entry).display(),
        );
        io::Error::new(io::ErrorKind::InvalidData, message)
    }

    fn path(&self, entry: &Entry) -> PathBuf {
        self.0.join(entry.id()).with_extension(extension(entry))
    }

    fn bytes_of(&self, version: &Version) -> PathBuf {
        self.0.join(&version.id).with_extension(BYTES)
    }
}

fn write_json(path: &Path, value: &impl Serialize) -> io::Result<()> {
    write(path, &serde_json::to_vec(value)?)
}

fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let temporary = path.with_extension(TEMPORARY);
    fs::write(&temporary, bytes)
        .and_then(|()| fs::rename(&temporary, path))
        .map_err(|error| {
            // If this fails too, the next start does it.
            let _ = fs::remove_file(&temporary);
            at(&temporary, &error)
        })
}

fn read<T: DeserializeOwned>(path: &Path) -> io::Result<T> {
    let stored = fs::read(path).map_err(|error| at(path, &error))?;
    serde_json::from_slice(&stored).map_err(|_| damaged(path))
}

fn damaged(path: &Path) -> io::Error {
    let message = format!(
        "{} is damaged. Remove it, and the server starts without it.",
        path.display()
    );
    io::Error::new(io::ErrorKind::InvalidData, message)
}

/// Whether `name` has the form of the ids of this server.
fn is_id(name: &str) -> bool {
    name.len() == 32
        && name
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

fn at(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}
