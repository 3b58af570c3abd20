//! Size, modification time and SHA-256 of a file as it was read.

use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use sha2::{Digest, Sha256};

use super::chunks::CHUNK_SIZE;
use super::regular;

/// Size, modification time and SHA-256 of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Snapshot {
    pub(super) size: u64,
    /// The modification time when the file was opened. `None` if the file system has none.
    pub(super) modified: Option<SystemTime>,
    pub(super) sha256: String,
}

impl Snapshot {
    /// Reads a file to its end. Fails for anything but a regular file.
    pub(super) fn of(path: &Path) -> io::Result<Self> {
        let mut file = regular::read(path)?.ok_or(io::ErrorKind::InvalidInput)?;
        let mut recorder = Recorder::new(&file)?;
        let mut buffer = vec![0; CHUNK_SIZE];
        loop {
            match io::Read::read(&mut file, &mut buffer) {
                Ok(0) => return Ok(recorder.snapshot()),
                Ok(length) => recorder.update(buffer.get(..length).unwrap_or_default()),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
}

/// Makes a snapshot of the bytes that another reader reads.
pub(super) struct Recorder {
    size: u64,
    modified: Option<SystemTime>,
    sha256: Sha256,
}

impl Recorder {
    /// Starts before the first byte of the file.
    pub(super) fn new(file: &File) -> io::Result<Self> {
        Ok(Self {
            size: 0,
            modified: file.metadata()?.modified().ok(),
            sha256: Sha256::new(),
        })
    }

    /// Adds the next bytes.
    pub(super) fn update(&mut self, bytes: &[u8]) {
        self.size += bytes.len() as u64;
        self.sha256.update(bytes);
    }

    /// Returns the snapshot of all bytes so far.
    pub(super) fn snapshot(&self) -> Snapshot {
        Snapshot {
            size: self.size,
            modified: self.modified,
            sha256: const_hex::encode(self.sha256.clone().finalize()),
        }
    }
}

/// Receives the snapshot of a file after an upload has read the file to its end.
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
