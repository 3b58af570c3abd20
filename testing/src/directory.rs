//! Files of the account on disk, where they outlast the server.
//!
//! Each is one file, named after its id: a line of JSON, `[size, description]`, and then the bytes. It is written under a
//! temporary name and renamed when it is whole, so that a process that ends at any moment leaves the old state or the new one.
//! The format is private to this crate.

use std::ffi::OsStr;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use bytes::Bytes;

use super::media;
use super::store::File;

/// The extension of a file that is whole.
const WHOLE: &str = "file";

/// The extension of a file that is being written.
const TEMPORARY: &str = "new";

/// A directory with files of one account. All errors name the path that they are about.
pub(super) struct Directory(PathBuf);

impl Directory {
    /// Creates the directory if it is missing.
    pub(super) fn open(path: PathBuf) -> io::Result<Self> {
        fs::create_dir_all(&path).map_err(|error| at(&path, &error))?;
        Ok(Self(path))
    }

    /// Reads all files, and removes what was being written when the last server ended. Files of others stay as they are.
    pub(super) fn load(&self) -> io::Result<Vec<File>> {
        let mut files = Vec::new();
        for entry in fs::read_dir(&self.0).map_err(|error| at(&self.0, &error))? {
            let path = entry.map_err(|error| at(&self.0, &error))?.path();
            let id = path
                .file_stem()
                .and_then(OsStr::to_str)
                .filter(|name| is_id(name));
            let extension = path.extension().and_then(OsStr::to_str);
            match (id, extension) {
                (Some(id), Some(WHOLE)) => files.push(read(id, &path)?),
                (Some(_), Some(TEMPORARY)) => {
                    fs::remove_file(&path).map_err(|error| at(&path, &error))?;
                }
                _ => {}
            }
        }
        Ok(files)
    }

    /// Writes a file, in place of the one with the same id if there is one.
    pub(super) fn save(&self, file: &File) -> io::Result<()> {
        let whole = self.path(&file.id);
        let temporary = whole.with_extension(TEMPORARY);
        write(&temporary, file)
            .and_then(|()| fs::rename(&temporary, whole))
            .map_err(|error| {
                // If this fails too, the next start does it.
                let _ = fs::remove_file(&temporary);
                at(&temporary, &error)
            })
    }

    pub(super) fn remove(&self, id: &str) -> io::Result<()> {
        let path = self.path(id);
        fs::remove_file(&path).map_err(|error| at(&path, &error))
    }

    /// Where the file of that id is.
    pub(super) fn path(&self, id: &str) -> PathBuf {
        self.0.join(id).with_extension(WHOLE)
    }
}

fn write(path: &Path, file: &File) -> io::Result<()> {
    let mut head = serde_json::to_vec(&(file.size(), file))?;
    head.push(b'\n');
    let mut target = fs::File::create(path)?;
    target.write_all(&head)?;
    target.write_all(&file.content.bytes)
}

fn read(id: &str, path: &Path) -> io::Result<File> {
    let stored = fs::read(path).map_err(|error| at(path, &error))?;
    parse(id, stored.into()).ok_or_else(|| {
        let message = format!(
            "{} is damaged. Remove it, and the server starts without this file.",
            path.display()
        );
        io::Error::new(io::ErrorKind::InvalidData, message)
    })
}

fn parse(id: &str, stored: Bytes) -> Option<File> {
    let end = stored.iter().position(|&byte| byte == b'\n')?;
    let (size, mut file): (usize, File) = serde_json::from_slice(&stored[..end]).ok()?;
    let bytes = stored.slice(end + 1..);
    if bytes.len() != size {
        return None;
    }
    file.id = id.to_owned();
    file.content.dimensions = media::dimensions(&bytes);
    file.content.bytes = bytes;
    Some(file)
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
