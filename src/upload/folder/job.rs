//! One file of a run that has a manifest.

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

/// A file whose last change is younger than this can change again without another time of its last change: file systems count
/// in steps of up to two seconds.
const STEP: Duration = Duration::from_secs(2);

pub(super) struct Job<'a> {
    pub(super) ik: &'a ImageKit,
    pub(super) cancel: &'a CancelHandle,
    pub(super) manifest: &'a Arc<Manifest>,
    pub(super) compares_contents: bool,
    pub(super) file: &'a FolderFile,
    /// Hash of what is said of the file.
    pub(super) fields: String,
    pub(super) begun: SystemTime,
}

impl Job<'_> {
    /// Sends the file unless the server has it.
    pub(super) async fn run(
        self,
        request: UploadRequest,
        snapshot: SnapshotCell,
    ) -> Result<FolderOutcome, Error> {
        let known = self.manifest.get(self.file.relative_path());
        // If the file is gone, the upload tells.
        let (size, modified) = match self.read(|path| path.metadata()).await? {
            Ok(metadata) => (metadata.len(), metadata.modified().ok()),
            Err(_) => (0, None),
        };
        let mut replaces = None;
        if let Some(known) = &known {
            match self.recall(known, size, modified).await? {
                Remote::Same(stored) => {
                    if stored != *known {
                        self.note(Some(stored)).await;
                    }
                    return Ok(FolderOutcome::Unchanged);
                }
                Remote::Other(version_id) => replaces = version_id,
            }
        }
        let sending = State::Sending {
            since: since_1970(self.begun)
                .and_then(|time| u64::try_from(time.as_millis()).ok())
                .unwrap_or_default(),
            replaces,
        };
        self.note(Some(self.record(size, modified, sending))).await;
        let reply = match request.await {
            Ok(reply) => reply,
            Err(error) => {
                if !error.may_have_been_sent() {
                    self.note(known).await;
                }
                return Err(error);
            }
        };
        let sent = match snapshot.take() {
            Some(sent) => Some(sent),
            // Something else was sent in the place of the file.
            None => match self.read(Snapshot::of).await {
                Ok(Ok(now)) if (now.size, now.modified) == (size, modified) => Some(now),
                _ => None,
            },
        };
        let stored = sent.map(|sent| {
            let state = State::Stored {
                sha256: sent.sha256,
                version_id: version_id(&reply),
            };
            self.record(sent.size, sent.modified, state)
        });
        self.note(stored).await;
        Ok(FolderOutcome::Uploaded(Box::new(reply)))
    }

    /// What the server has in the place of a file of which this is known.
    async fn recall(
        &self,
        known: &Record,
        size: u64,
        modified: Option<SystemTime>,
    ) -> Result<Remote, Error> {
        let is_same = (known.size, &known.fields, known.destination.as_str())
            == (size, &self.fields, self.file.destination());
        let is_same_time =
            known.modified.is_some() && known.modified == settled(modified, self.begun);
        match &known.state {
            State::Stored { .. } if is_same && is_same_time && !self.compares_contents => {
                Ok(Remote::Same(known.clone()))
            }
            State::Stored { sha256, version_id } => {
                // A file that can't be read is for the upload to tell.
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
                // Should this upload have no answer either, that version is not taken for its own.
                Ok(Remote::Other(Some(stored.version_id)))
            }
        }
    }

    fn record(&self, size: u64, modified: Option<SystemTime>, state: State) -> Record {
        Record {
            size,
            modified: settled(modified, self.begun),
            fields: self.fields.clone(),
            destination: self.file.destination().to_owned(),
            state,
        }
    }

    async fn note(&self, known: Option<Record>) {
        let (manifest, path) = (self.manifest.clone(), self.file.relative_path().to_owned());
        // It ends without a result only when the runtime does.
        let _ = spawn_blocking(move || manifest.put(&path, known)).await;
    }

    /// Runs what waits for the disk, unless the run is canceled.
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

/// What the server has in the place of a file.
enum Remote {
    /// The file as it is now, and what to know of it.
    Same(Record),
    /// Something else: this version, or none, or one that isn't known.
    Other(Option<String>),
}

/// The error of a file that was not begun to be sent.
pub(super) fn canceled() -> Error {
    Error::new(
        ErrorKind::Canceled,
        "the upload was canceled before it began",
    )
}

fn version_id(reply: &Response<UploadOutcome>) -> Option<String> {
    Some(reply.file()?.version_info.id.clone())
}

/// The time of the last change as it stands in the manifest. A change after `begun` can't have the same.
fn settled(modified: Option<SystemTime>, begun: SystemTime) -> Option<u64> {
    let modified = since_1970(modified?)?;
    let is_settled = modified.checked_add(STEP)? < since_1970(begun)?;
    is_settled.then(|| u64::try_from(modified.as_nanos()).ok())?
}
