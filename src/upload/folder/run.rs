use std::collections::{BTreeSet, VecDeque};
use std::fmt;
use std::io;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use futures_core::Stream;
use futures_core::future::BoxFuture;
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use tokio::task::spawn_blocking;

use super::file::FolderFile;
use super::manifest::{Manifest, Record, State};
use super::recovery::stored_since;
use super::scan::Found;
use super::summary::FolderOutcome;
use crate::ImageKit;
use crate::client::Response;
use crate::error::{Error, ErrorKind};
use crate::upload::events::News;
use crate::upload::snapshot::{Album, Snapshot};
use crate::upload::{CancelHandle, Progress, UploadOutcome, UploadRequest, UploadSource};

pub(super) type Each = Box<dyn Fn(UploadRequest, &FolderFile) -> UploadRequest + Send + Sync>;

/// A file whose last change is younger than this can change again without another time of its last change: file systems count
/// in steps of up to two seconds.
const STEP: Duration = Duration::from_secs(2);

/// What happens while a folder is uploaded. See [`FolderUpload::start`](crate::FolderUpload::start).
#[derive(Debug)]
#[non_exhaustive]
pub enum FolderEvent {
    /// The connection took more of a file.
    Progress {
        /// The file.
        file: FolderFile,
        /// How much of it.
        progress: Progress,
    },
    /// A file is done. Each file has one such event.
    Finished {
        /// The file; for a folder that can't be read, that folder.
        file: FolderFile,
        /// What became of it.
        outcome: FolderOutcome,
    },
    /// The manifest doesn't have all that was uploaded, for this reason. It is the last event, if there is one.
    ManifestFailed(Error),
}

/// The upload of a folder as a stream of events. Made by [`FolderUpload::start`](crate::FolderUpload::start).
///
/// The upload goes on while the stream is polled, and is over when the stream is dropped. Who looks seldom is told the newest
/// progress of each file only. Collected, the events make a [`FolderSummary`](crate::FolderSummary).
///
/// ```no_run
/// # async fn run(ik: imagekitio::ImageKit) -> Result<(), imagekitio::Error> {
/// use futures_util::StreamExt;
/// use imagekitio::FolderEvent;
///
/// let mut run = ik.upload_folder("photos").manifest("photos.manifest").start().await?;
/// println!("{} files, {} bytes", run.files().count(), run.files().map(|file| file.size()).sum::<u64>());
/// while let Some(event) = run.next().await {
///     match event {
///         FolderEvent::Progress { file, progress } => println!("{}: {} bytes", file.relative_path(), progress.sent),
///         FolderEvent::Finished { file, outcome } => println!("{}: {outcome:?}", file.relative_path()),
///         other => println!("{other:?}"),
///     }
/// }
/// # Ok(())
/// # }
/// ```
#[must_use = "an upload goes on while its run is polled"]
pub struct FolderRun {
    shared: Arc<Shared>,
    files: Vec<FolderFile>,
    /// Files that are yet to be done, by their number, and what is known to be wrong with them.
    waiting: VecDeque<(usize, Result<(), Error>)>,
    running: FuturesUnordered<BoxFuture<'static, (usize, FolderOutcome)>>,
    /// The numbers of those that run.
    active: BTreeSet<usize>,
    /// The end of the manifest.
    ending: Option<BoxFuture<'static, Result<(), Error>>>,
    concurrency: usize,
}

/// What all files have in common.
struct Shared {
    ik: ImageKit,
    manifest: Option<Arc<Manifest>>,
    each: Vec<Each>,
    cancel: CancelHandle,
    news: Arc<News>,
}

impl FolderRun {
    pub(super) fn new(
        ik: ImageKit,
        found: Vec<Found>,
        manifest: Option<Manifest>,
        each: Vec<Each>,
        concurrency: usize,
        cancel: Option<CancelHandle>,
    ) -> Self {
        let (files, problems): (Vec<_>, Vec<_>) = found.into_iter().unzip();
        let shared = Arc::new(Shared {
            ik,
            manifest: manifest.map(Arc::new),
            each,
            cancel: cancel.unwrap_or_default(),
            news: Arc::default(),
        });
        Self {
            ending: Some(Box::pin(finish(shared.clone()))),
            shared,
            files,
            waiting: problems.into_iter().enumerate().collect(),
            running: FuturesUnordered::new(),
            active: BTreeSet::new(),
            concurrency,
        }
    }

    /// The files that were found, in the order of their paths, with their destinations. A folder that can't be read is among
    /// them, and fails.
    pub fn files(&self) -> impl ExactSizeIterator<Item = &FolderFile> {
        self.files.iter()
    }
}

impl Stream for FolderRun {
    type Item = FolderEvent;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let run = self.get_mut();
        while run.running.len() < run.concurrency
            && let Some((number, problem)) = run.waiting.pop_front()
        {
            let Some(file) = run.files.get(number).cloned() else {
                continue;
            };
            let shared = run.shared.clone();
            run.active.insert(number);
            run.running.push(Box::pin(async move {
                let outcome = match problem {
                    Ok(()) => shared.upload(&file, number).await,
                    Err(problem) => Err(problem),
                };
                (number, outcome.unwrap_or_else(FolderOutcome::Failed))
            }));
        }
        if let Poll::Ready(Some((number, outcome))) = run.running.poll_next_unpin(cx)
            && let Some(file) = run.files.get(number).cloned()
        {
            run.active.remove(&number);
            return Poll::Ready(Some(FolderEvent::Finished { file, outcome }));
        }
        while let Some((number, progress)) = run.shared.news.next(cx) {
            if run.active.contains(&number)
                && let Some(file) = run.files.get(number).cloned()
            {
                return Poll::Ready(Some(FolderEvent::Progress { file, progress }));
            }
        }
        if !run.running.is_empty() {
            return Poll::Pending;
        }
        let Some(ending) = &mut run.ending else {
            return Poll::Ready(None);
        };
        let ended = ready!(ending.as_mut().poll(cx));
        run.ending = None;
        Poll::Ready(ended.err().map(FolderEvent::ManifestFailed))
    }
}

impl fmt::Debug for FolderRun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FolderRun")
            .field("files", &self.files.len())
            .field("waiting", &self.waiting.len())
            .field("running", &self.running.len())
            .finish_non_exhaustive()
    }
}

impl Shared {
    async fn upload(&self, file: &FolderFile, number: usize) -> Result<FolderOutcome, Error> {
        if self.cancel.is_canceled() {
            return Err(canceled());
        }
        let album = Album::default();
        let source = UploadSource::path_for(file.path().to_owned(), &album);
        let mut request = self.ik.upload(source).cancel_with(&self.cancel);
        for set in &self.each {
            request = set(request, file);
        }
        let (folder, name) = file.folder_and_name();
        let request = request
            .in_place(folder, name)?
            .on_progress(News::of(&self.news, number));
        match &self.manifest {
            Some(manifest) => self.upload_noted(file, request, &album, manifest).await,
            None => Ok(FolderOutcome::Uploaded(Box::new(request.await?))),
        }
    }

    /// Uploads what the manifest doesn't have.
    async fn upload_noted(
        &self,
        file: &FolderFile,
        request: UploadRequest,
        album: &Album,
        manifest: &Arc<Manifest>,
    ) -> Result<FolderOutcome, Error> {
        let begun = SystemTime::now();
        let fields = request.fields_hash()?;
        let known = manifest.get(file.relative_path());
        let record = |size, modified, state| Record {
            size,
            modified: settled(modified, begun),
            fields: fields.clone(),
            destination: file.destination().to_owned(),
            state,
        };
        // If the file is gone, the upload tells.
        let (size, modified) = match self.blocking(file, |path| path.metadata()).await? {
            Ok(metadata) => (metadata.len(), metadata.modified().ok()),
            Err(_) => (0, None),
        };
        if let Some(known) = &known
            && (known.size, &known.fields, known.destination.as_str())
                == (size, &fields, file.destination())
        {
            let is_same_time =
                known.modified.is_some() && known.modified == settled(modified, begun);
            match &known.state {
                State::Stored { .. } if is_same_time => return Ok(FolderOutcome::Unchanged),
                State::Stored { sha256, .. } => {
                    if let Ok(now) = self.blocking(file, Snapshot::of).await?
                        && now.sha256 == *sha256
                    {
                        let known = record(size, now.modified, known.state.clone());
                        note(manifest, file, Some(known)).await;
                        return Ok(FolderOutcome::Unchanged);
                    }
                }
                State::Sending { since, replaces } if is_same_time => {
                    let since = Duration::from_millis(*since);
                    let stored = stored_since(&self.ik, file, since, size, replaces.as_deref());
                    if let Some(version_id) = stored.await
                        && let Ok(now) = self.blocking(file, Snapshot::of).await?
                        && (now.size, now.modified) == (size, modified)
                    {
                        let state = State::Stored {
                            sha256: now.sha256,
                            version_id: Some(version_id),
                        };
                        note(manifest, file, Some(record(size, modified, state))).await;
                        return Ok(FolderOutcome::Unchanged);
                    }
                }
                State::Sending { .. } => {}
            }
        }
        let sending = State::Sending {
            since: since_1970(begun)
                .and_then(|time| u64::try_from(time.as_millis()).ok())
                .unwrap_or_default(),
            replaces: known.as_ref().and_then(|known| known.state.version_id()),
        };
        note(manifest, file, Some(record(size, modified, sending))).await;
        let reply = match request.await {
            Ok(reply) => reply,
            Err(error) => {
                if !error.may_have_been_sent() {
                    note(manifest, file, known).await;
                }
                return Err(error);
            }
        };
        let sent = match album.take() {
            Some(sent) => Some(sent),
            // Something else was sent in the place of the file.
            None => self
                .blocking(file, Snapshot::of)
                .await?
                .ok()
                .filter(|now| (now.size, now.modified) == (size, modified)),
        };
        let stored = sent.map(|sent| {
            let state = State::Stored {
                sha256: sent.sha256,
                version_id: version_id(&reply),
            };
            record(sent.size, sent.modified, state)
        });
        note(manifest, file, stored).await;
        Ok(FolderOutcome::Uploaded(Box::new(reply)))
    }

    /// Runs what waits for the disk, unless the run is canceled.
    async fn blocking<T: Send + 'static>(
        &self,
        file: &FolderFile,
        run: fn(&Path) -> io::Result<T>,
    ) -> Result<io::Result<T>, Error> {
        let path = file.path().to_owned();
        let job = spawn_blocking(move || run(&path));
        match self.cancel.unless_canceled(job).await {
            Some(result) => Ok(result.unwrap_or_else(|error| Err(io::Error::other(error)))),
            None => Err(canceled()),
        }
    }
}

async fn note(manifest: &Arc<Manifest>, file: &FolderFile, known: Option<Record>) {
    let (manifest, path) = (manifest.clone(), file.relative_path().to_owned());
    // It ends without a result only when the runtime does.
    let _ = spawn_blocking(move || manifest.put(&path, known)).await;
}

async fn finish(shared: Arc<Shared>) -> Result<(), Error> {
    let Some(manifest) = shared.manifest.clone() else {
        return Ok(());
    };
    let finished = spawn_blocking(move || manifest.finish());
    finished.await.unwrap_or(Ok(()))
}

fn canceled() -> Error {
    Error::new(
        ErrorKind::Canceled,
        "the upload was canceled before it began",
    )
}

fn version_id(reply: &Response<UploadOutcome>) -> Option<String> {
    reply.file()?.version_info.as_ref()?.id.clone()
}

fn since_1970(moment: SystemTime) -> Option<Duration> {
    moment.duration_since(UNIX_EPOCH).ok()
}

/// The time of the last change as it stands in the manifest. A change after `begun` can't have the same.
fn settled(modified: Option<SystemTime>, begun: SystemTime) -> Option<u64> {
    let modified = since_1970(modified?)?;
    let is_settled = modified.checked_add(STEP)? < since_1970(begun)?;
    is_settled.then(|| u64::try_from(modified.as_nanos()).ok())?
}
