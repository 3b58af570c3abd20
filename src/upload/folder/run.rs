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
use crate::upload::events::LatestProgress;
use crate::upload::panics;
use crate::upload::snapshot::SnapshotCell;
use crate::upload::{CancelHandle, Progress, UploadRequest, UploadSource};

pub(super) type Each = Box<dyn Fn(UploadRequest, &FolderFile) -> UploadRequest + Send + Sync>;

/// An event of the upload of a folder. [`FolderRun`] is a stream of them.
#[derive(Debug)]
#[non_exhaustive]
pub enum FolderEvent {
    /// The connection accepted more of a file.
    Progress {
        /// The file.
        file: FolderFile,
        /// The progress of the file.
        progress: Progress,
    },
    /// The upload of a file ended. Each file has one such event.
    Finished {
        /// The file, or a folder that can't be read.
        file: FolderFile,
        /// The outcome of the file.
        outcome: FolderOutcome,
    },
    /// The manifest is incomplete because of this error. If there is such an event, it is the last
    /// one.
    ManifestFailed(Error),
}

/// The upload of a folder as a stream of events.
///
/// [`FolderUpload::start`](super::FolderUpload::start) returns it. The upload runs while the stream
/// is polled. Dropping the stream cancels it. A slow consumer sees only the latest progress of each
/// file. The events collect into a [`FolderSummary`](super::FolderSummary).
///
/// ```no_run
/// # async fn run(ik: imagekitio::ImageKit) -> Result<(), imagekitio::Error> {
/// use futures_util::StreamExt;
/// use imagekitio::upload::FolderEvent;
///
/// let mut run = ik.upload_folder("photos").manifest("photos.manifest").start().await?;
/// println!("{} files", run.files().len());
/// while let Some(event) = run.next().await {
///     match event {
///         FolderEvent::Progress { file, progress } => {
///             println!("{}: {} bytes", file.relative_path(), progress.sent);
///         }
///         FolderEvent::Finished { file, outcome } => {
///             println!("{}: {outcome:?}", file.relative_path());
///         }
///         other => println!("{other:?}"),
///     }
/// }
/// # Ok(())
/// # }
/// ```
#[must_use = "a folder is uploaded while its run is polled"]
pub struct FolderRun {
    shared: Arc<Shared>,
    files: Vec<FolderFile>,
    /// The files that have not started, with their numbers.
    waiting: Enumerate<IntoIter<Found>>,
    running: FuturesUnordered<BoxFuture<'static, (usize, FolderOutcome)>>,
    /// The running files by their numbers.
    active: BTreeMap<usize, FolderFile>,
    /// Completes the manifest.
    finishing: Option<BoxFuture<'static, Result<(), Error>>>,
    concurrency: usize,
}

/// State that all files share.
struct Shared {
    ik: ImageKit,
    manifest: Option<Arc<Manifest>>,
    compares_contents: bool,
    each: Vec<Each>,
    cancel: CancelHandle,
    progress: Arc<LatestProgress>,
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
            progress: Arc::default(),
        });
        Self {
            finishing: Some(Box::pin(finish(shared.clone()))),
            shared,
            files: found.iter().map(|(file, _)| file.clone()).collect(),
            waiting: found.into_iter().enumerate(),
            running: FuturesUnordered::new(),
            active: BTreeMap::new(),
            concurrency,
        }
    }

    /// Returns the files in the order of their paths, with their destinations. They include folders
    /// that can't be read, which fail.
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
        while let Some((number, progress)) = run.shared.progress.next(cx) {
            // If the server answered early, the connection may still accept bytes of a file that
            // ended.
            if let Some(file) = run.active.get(&number).cloned() {
                return Poll::Ready(Some(FolderEvent::Progress { file, progress }));
            }
        }
        if !run.running.is_empty() {
            return Poll::Pending;
        }
        let Some(finishing) = &mut run.finishing else {
            return Poll::Ready(None);
        };
        let finished = ready!(finishing.as_mut().poll(cx));
        run.finishing = None;
        Poll::Ready(finished.err().map(FolderEvent::ManifestFailed))
    }
}

/// Unlocks the manifest at once, even if another thread is still writing to it.
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
            .on_progress(LatestProgress::callback(&self.progress, number));
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
            started: SystemTime::now(),
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
