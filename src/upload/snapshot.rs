//! What a file was when it was read.

use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use sha2::{Digest, Sha256};

use super::chunks::CHUNK;
use super::regular;

/// The content of a file, and since when it had it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Snapshot {
    pub(super) size: u64,
    /// When the file was changed last, as its file system says; as of when it was opened.
    pub(super) modified: Option<SystemTime>,
    pub(super) sha256: String,
}

impl Snapshot {
    /// Reads the whole file. Fails for what is not a regular file.
    pub(super) fn of(path: &Path) -> io::Result<Self> {
        let mut file = regular::read(path)?.ok_or(io::ErrorKind::InvalidInput)?;
        let mut recorder = Recorder::new(&file)?;
        let mut buffer = vec![0; CHUNK];
        loop {
            match io::Read::read(&mut file, &mut buffer) {
                Ok(0) => return Ok(recorder.snapshot()),
                Ok(length) => recorder.see(buffer.get(..length).unwrap_or_default()),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
}

/// Makes a snapshot from what somebody reads.
pub(super) struct Recorder {
    size: u64,
    modified: Option<SystemTime>,
    sha256: Sha256,
}

impl Recorder {
    /// Nothing of the file was read yet.
    pub(super) fn new(file: &File) -> io::Result<Self> {
        Ok(Self {
            size: 0,
            modified: file.metadata()?.modified().ok(),
            sha256: Sha256::new(),
        })
    }

    /// The next bytes.
    pub(super) fn see(&mut self, bytes: &[u8]) {
        self.size += bytes.len() as u64;
        self.sha256.update(bytes);
    }

    /// Of all that was read.
    pub(super) fn snapshot(&self) -> Snapshot {
        Snapshot {
            size: self.size,
            modified: self.modified,
            sha256: const_hex::encode(self.sha256.clone().finalize()),
        }
    }
}

/// Gets the snapshot of a file once an upload read it to its end.
#[derive(Clone, Default)]
pub(super) struct SnapshotCell(Arc<Mutex<Option<Snapshot>>>);

impl SnapshotCell {
    pub(super) fn put(&self, snapshot: Snapshot) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(snapshot);
    }

    pub(super) fn take(&self) -> Option<Snapshot> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}
