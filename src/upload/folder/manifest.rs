//! What was uploaded, on disk, so that a run that stopped goes on where it was.
//!
//! A manifest is a text: a first line that says what it is, and then a line for each thing that happened to a file, in JSON.
//! The last line about a file counts. At the start of a run the file is written anew, under another name that is then changed;
//! after that it only grows. So a process that is killed leaves a manifest that lacks the end of its last line at most.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind};

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
    file: File,
    /// Bytes of whole lines in the file.
    length: u64,
    records: HashMap<String, Record>,
    /// Lines that could not be written yet.
    unwritten: Vec<u8>,
}

impl Manifest {
    /// Reads the manifest, if there is one, checks it and writes it anew.
    pub(super) fn open(path: &Path, account: &str) -> Result<Self, Error> {
        // A link stays one: what it leads to is what is written anew.
        let target = path.canonicalize();
        let path = target.as_deref().unwrap_or(path);
        let header = Header {
            format: FORMAT.to_owned(),
            version: VERSION,
            account: account.to_owned(),
        };
        let text = match fs::read(path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(failed(path, "read", error)),
        };
        let records = read(path, &text, &header)?;
        let (file, length) =
            rewrite(path, &header, &records).map_err(|error| failed(path, "written", error))?;
        Ok(Self {
            path: path.to_owned(),
            state: Mutex::new(Contents {
                file,
                length,
                records,
                unwritten: Vec::new(),
            }),
        })
    }

    /// The files that a manifest at the path consists of at any time.
    pub(super) fn files(path: &Path) -> Vec<PathBuf> {
        vec![path.to_owned(), draft(path)]
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

    /// Makes sure that everything is on disk.
    pub(super) fn finish(&self) -> Result<(), Error> {
        let mut contents = self.contents();
        contents
            .write()
            .and_then(|()| contents.file.sync_data())
            .map_err(|error| failed(&self.path, "written", error))
    }

    fn contents(&self) -> MutexGuard<'_, Contents> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Contents {
    fn write(&mut self) -> io::Result<()> {
        if self.unwritten.is_empty() {
            return Ok(());
        }
        // Over what an earlier write left there when it failed halfway.
        self.file.seek(SeekFrom::Start(self.length))?;
        self.file.write_all(&self.unwritten)?;
        self.length += self.unwritten.len() as u64;
        self.unwritten.clear();
        Ok(())
    }
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

/// Puts a new manifest in the place of the old one. There is a whole one at any moment.
fn rewrite(
    path: &Path,
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
    let draft = draft(path);
    let mut file = File::create(&draft)?;
    let written = file
        .write_all(&text)
        .and_then(|()| file.sync_all())
        .and_then(|()| fs::rename(&draft, path));
    if let Err(error) = written {
        // It is of no use, and not being able to remove it changes nothing.
        let _ = fs::remove_file(&draft);
        return Err(error);
    }
    Ok((file, text.len() as u64))
}

/// Where a manifest is written before it takes the place of the old one.
fn draft(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    path.with_file_name(name)
}

fn failed(path: &Path, what: &str, error: io::Error) -> Error {
    let message = format!(
        "the manifest {} cannot be {what}: {error}; give a path in a folder that can be written",
        path.display()
    );
    Error::new(ErrorKind::Io, message).with_source(error)
}
