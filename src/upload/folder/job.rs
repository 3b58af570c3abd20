//! The upload of one file of a run that has a manifest.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use tokio::task::spawn_blocking;

use super::file::FolderFile;
use super::manifest::{Manifest, Record, State};
use super::recovery::StoredFile;
use super::summary::FolderOutcome;
use crate::ImageKit;
use crate::client::Response;
use crate::error::{Error, ErrorKind};
use crate::time::since_1970;
use crate::upload::snapshot::{Snapshot, SnapshotCell};
use crate::upload::{CancelHandle, UploadOutcome, UploadRequest};

/// The resolution of modification times. Within it, a file can change again and keep its
/// modification time.
const RESOLUTION: Duration = Duration::from_secs(2);

pub(super) struct Job<'a> {
    pub(super) ik: &'a ImageKit,
    pub(super) cancel: &'a CancelHandle,
    pub(super) manifest: &'a Arc<Manifest>,
    pub(super) compares_contents: bool,
    pub(super) file: &'a FolderFile,
    /// The hash of the form fields.
    pub(super) fields: String,
    pub(super) started: SystemTime,
}

impl Job<'_> {
    /// Uploads the file unless the server has it.
    pub(super) async fn run(
        self,
        request: UploadRequest,
        snapshot: SnapshotCell,
    ) -> Result<FolderOutcome, Error> {
        let known = self.manifest.get(self.file.relative_path());
        // The upload reports a missing file.
        let (size, modified) = match self.read(|path| path.metadata()).await? {
            Ok(metadata) => (metadata.len(), metadata.modified().ok()),
            Err(_) => (0, None),
        };
        let mut replaces = None;
        if let Some(known) = &known {
            match self.recall(known, size, modified).await? {
                Remote::Same(stored) => {
                    if stored != *known {
                        self.put(Some(stored)).await;
                    }
                    return Ok(FolderOutcome::Unchanged);
                }
                Remote::Other(version_id) => replaces = version_id,
            }
        }
        let sending = State::Sending {
            since: since_1970(self.started)
                .and_then(|time| u64::try_from(time.as_millis()).ok())
                .unwrap_or_default(),
            replaces,
        };
        self.put(Some(self.record(size, modified, sending))).await;
        let response = match request.await {
            Ok(response) => response,
            Err(error) => {
                if !error.may_have_been_sent() {
                    self.put(known).await;
                }
                return Err(error);
            }
        };
        let sent = match snapshot.take() {
            Some(sent) => Some(sent),
            // A callback replaced the source of the upload.
            None => match self.read(Snapshot::of).await {
                Ok(Ok(now)) if (now.size, now.modified) == (size, modified) => Some(now),
                _ => None,
            },
        };
        let stored = sent.map(|sent| {
            let state = State::Stored {
                sha256: sent.sha256,
                version_id: version_id(&response),
            };
            self.record(sent.size, sent.modified, state)
        });
        self.put(stored).await;
        Ok(FolderOutcome::Uploaded(Box::new(response)))
    }

    /// Compares a file with its record, and with the media library if the record is inconclusive.
    async fn recall(
        &self,
        known: &Record,
        size: u64,
        modified: Option<SystemTime>,
    ) -> Result<Remote, Error> {
        let is_same = (known.size, &known.fields, known.destination.as_str())
            == (size, &self.fields, self.file.destination());
        let is_same_time =
            known.modified.is_some() && known.modified == settled(modified, self.started);
        match &known.state {
            State::Stored { .. } if is_same && is_same_time && !self.compares_contents => {
                Ok(Remote::Same(known.clone()))
            }
            State::Stored { sha256, version_id } => {
                // The upload reports a file that can't be read.
                if is_same
                    && let Ok(now) = self.read(Snapshot::of).await?
                    && now.sha256 == *sha256
                {
                    let known = self.record(now.size, now.modified, known.state.clone());
                    return Ok(Remote::Same(known));
                }
                Ok(Remote::Other(version_id.clone()))
            }
            State::Sending { since, replaces } => {
                let search = self
                    .cancel
                    .unless_canceled(StoredFile::find(self.ik, self.file));
                let Some(stored) = search.await.ok_or_else(canceled)? else {
                    return Ok(Remote::Other(replaces.clone()));
                };
                if is_same
                    && is_same_time
                    && replaces.as_ref() != Some(&stored.version_id)
                    && stored.has_size(size)
                    && stored.is_since(Duration::from_millis(*since))
                    && let Ok(now) = self.read(Snapshot::of).await?
                    && (now.size, now.modified) == (size, modified)
                {
                    let state = State::Stored {
                        sha256: now.sha256,
                        version_id: Some(stored.version_id),
                    };
                    return Ok(Remote::Same(self.record(size, modified, state)));
                }
                // If this upload gets no response either, that version is not mistaken for its
                // result.
                Ok(Remote::Other(Some(stored.version_id)))
            }
        }
    }

    fn record(&self, size: u64, modified: Option<SystemTime>, state: State) -> Record {
        Record {
            size,
            modified: settled(modified, self.started),
            fields: self.fields.clone(),
            destination: self.file.destination().to_owned(),
            state,
        }
    }

    async fn put(&self, known: Option<Record>) {
        let (manifest, path) = (self.manifest.clone(), self.file.relative_path().to_owned());
        // It fails only if the runtime shuts down.
        let _ = spawn_blocking(move || manifest.put(&path, known)).await;
    }

    /// Reads from the disk, unless the run is canceled.
    async fn read<T: Send + 'static>(
        &self,
        read: fn(&Path) -> io::Result<T>,
    ) -> Result<io::Result<T>, Error> {
        let path = self.file.path().to_owned();
        let job = spawn_blocking(move || read(&path));
        match self.cancel.unless_canceled(job).await {
            Some(result) => Ok(result.unwrap_or_else(|error| Err(io::Error::other(error)))),
            None => Err(canceled()),
        }
    }
}

/// The file that the server has at the destination.
enum Remote {
    /// The same file, and its record.
    Same(Record),
    /// Another file, or none. The version is known in some cases.
    Other(Option<String>),
}

/// The error of a file whose upload did not start.
pub(super) fn canceled() -> Error {
    Error::new(
        ErrorKind::Canceled,
        "the upload was canceled before it started",
    )
}

fn version_id(response: &Response<UploadOutcome>) -> Option<String> {
    Some(response.file()?.version_info.as_ref()?.id.clone())
}

/// Returns a modification time in nanoseconds since 1970. `None` if a change after `started` could
/// have the same one.
fn settled(modified: Option<SystemTime>, started: SystemTime) -> Option<u64> {
    let modified = since_1970(modified?)?;
    let is_settled = modified.checked_add(RESOLUTION)? < since_1970(started)?;
    is_settled.then(|| u64::try_from(modified.as_nanos()).ok())?
}
