use std::collections::BTreeMap;
use std::fmt;
use std::iter::Enumerate;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::SystemTime;
use std::vec::IntoIter;

use futures_core::Stream;
use futures_core::future::BoxFuture;
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use tokio::task::spawn_blocking;

use super::file::FolderFile;
use super::job::{Job, canceled};
use super::manifest::Manifest;
use super::scan::Found;
use super::summary::FolderOutcome;
use crate::ImageKit;
use crate::error::Error;
use crate::upload::events::News;
use crate::upload::panics;
use crate::upload::snapshot::SnapshotCell;
use crate::upload::{CancelHandle, Progress, UploadRequest, UploadSource};

pub(super) type Each = Box<dyn Fn(UploadRequest, &FolderFile) -> UploadRequest + Send + Sync>;

/// What happens while a folder is uploaded. See [`FolderUpload::start`](crate::upload::FolderUpload::start).
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

/// The upload of a folder as a stream of events. Made by [`FolderUpload::start`](crate::upload::FolderUpload::start).
///
/// The upload goes on while the stream is polled, and is over when the stream is dropped. Who looks seldom is told the newest
/// progress of each file only. Collected, the events make a [`FolderSummary`](crate::upload::FolderSummary).
///
/// ```no_run
/// # async fn run(ik: imagekitio::ImageKit) -> Result<(), imagekitio::Error> {
/// use futures_util::StreamExt;
/// use imagekitio::upload::FolderEvent;
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
    /// Files that are yet to be done, with their numbers.
    waiting: Enumerate<IntoIter<Found>>,
    running: FuturesUnordered<BoxFuture<'static, (usize, FolderOutcome)>>,
    /// The files that run, by their numbers.
    active: BTreeMap<usize, FolderFile>,
    /// The end of the manifest.
    ending: Option<BoxFuture<'static, Result<(), Error>>>,
    concurrency: usize,
}

/// What all files have in common.
struct Shared {
    ik: ImageKit,
    manifest: Option<Arc<Manifest>>,
    compares_contents: bool,
    each: Vec<Each>,
    cancel: CancelHandle,
    news: Arc<News>,
}

impl FolderRun {
    pub(super) fn new(
        ik: ImageKit,
        found: Vec<Found>,
        manifest: Option<Manifest>,
        compares_contents: bool,
        each: Vec<Each>,
        concurrency: usize,
        cancel: Option<CancelHandle>,
    ) -> Self {
        let shared = Arc::new(Shared {
            ik,
            manifest: manifest.map(Arc::new),
            compares_contents,
            each,
            cancel: cancel.unwrap_or_default(),
            news: Arc::default(),
        });
        Self {
            ending: Some(Box::pin(finish(shared.clone()))),
            shared,
            files: found.iter().map(|(file, _)| file.clone()).collect(),
            waiting: found.into_iter().enumerate(),
            running: FuturesUnordered::new(),
            active: BTreeMap::new(),
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
            && let Some((number, (file, checked))) = run.waiting.next()
        {
            let shared = run.shared.clone();
            run.active.insert(number, file.clone());
            run.running.push(Box::pin(async move {
                let outcome = match checked {
                    Ok(()) => shared.upload(&file, number).await,
                    Err(error) => Err(error),
                };
                (number, outcome.unwrap_or_else(FolderOutcome::Failed))
            }));
        }
        if let Poll::Ready(Some((number, outcome))) = run.running.poll_next_unpin(cx)
            && let Some(file) = run.active.remove(&number)
        {
            return Poll::Ready(Some(FolderEvent::Finished { file, outcome }));
        }
        while let Some((number, progress)) = run.shared.news.next(cx) {
            // The connection of a file that is done may still take bytes, if the server answered early.
            if let Some(file) = run.active.get(&number).cloned() {
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

/// Another run may have the manifest at once, even if a file's end is still being noted on another thread.
impl Drop for FolderRun {
    fn drop(&mut self) {
        if let Some(manifest) = &self.shared.manifest {
            manifest.close();
        }
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
        let snapshot = SnapshotCell::default();
        let source = UploadSource::path_with(file.path().to_owned(), &snapshot);
        let mut request = self.ik.upload(source);
        for set in &self.each {
            request = panics::catch(|| set(request, file))
                .map_err(|panic| Error::invalid_input("each", format!("the callback {panic}")))?;
        }
        let (folder, name) = file.folder_and_name();
        let request = request
            .in_place(folder, name)?
            .cancel_with(&self.cancel)
            .on_progress(News::of(&self.news, number));
        let Some(manifest) = &self.manifest else {
            return Ok(FolderOutcome::Uploaded(Box::new(request.await?)));
        };
        let job = Job {
            ik: &self.ik,
            cancel: &self.cancel,
            manifest,
            compares_contents: self.compares_contents,
            file,
            fields: request.fields_hash()?,
            begun: SystemTime::now(),
        };
        job.run(request, snapshot).await
    }
}

async fn finish(shared: Arc<Shared>) -> Result<(), Error> {
    let Some(manifest) = shared.manifest.clone() else {
        return Ok(());
    };
    let finished = spawn_blocking(move || manifest.finish());
    finished.await.unwrap_or(Ok(()))
}
