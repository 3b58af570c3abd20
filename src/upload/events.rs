use std::collections::VecDeque;
use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use futures_core::Stream;
use futures_util::task::AtomicWaker;

use super::monitor::Progress;
use super::outcome::UploadOutcome;
use super::request::UploadRequest;
use crate::client::Response;
use crate::error::Error;

/// An event of an upload. [`UploadRequest::events`] returns a stream of them.
#[derive(Debug)]
#[non_exhaustive]
pub enum UploadEvent {
    /// The connection accepted more of the file.
    Progress(Progress),
    /// The response arrived. This is the last event.
    Finished(Response<UploadOutcome>),
}

/// An upload as a stream of its progress, which ends with the response or the error.
///
/// [`UploadRequest::events`] returns it. The upload runs while the stream is polled. Dropping the
/// stream cancels the upload. A slow consumer sees only the latest progress.
///
/// ```no_run
/// # async fn run(ik: imagekitio::ImageKit) -> Result<(), imagekitio::Error> {
/// use futures_util::TryStreamExt;
/// use imagekitio::UploadSource;
/// use imagekitio::upload::UploadEvent;
///
/// let mut events = ik.upload(UploadSource::path("film.mp4")).events();
/// while let Some(event) = events.try_next().await? {
///     match event {
///         UploadEvent::Progress(progress) => {
///             println!("{} of {} bytes", progress.sent, progress.total);
///         }
///         UploadEvent::Finished(response) => println!("{:?}", response.file()),
///         _ => {}
///     }
/// }
/// # Ok(())
/// # }
/// ```
#[must_use = "an upload runs while its events are polled"]
pub struct UploadEvents {
    upload: Option<<UploadRequest as IntoFuture>::IntoFuture>,
    result: Option<Result<Response<UploadOutcome>, Error>>,
    progress: Arc<LatestProgress>,
}

impl UploadEvents {
    pub(super) fn new(upload: UploadRequest) -> Self {
        let progress = Arc::new(LatestProgress::default());
        let callback = LatestProgress::callback(&progress, 0);
        Self {
            upload: Some(upload.on_progress(callback).into_future()),
            result: None,
            progress,
        }
    }
}

impl Stream for UploadEvents {
    type Item = Result<UploadEvent, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if let Some(upload) = &mut self.upload {
            if let Poll::Ready(result) = upload.as_mut().poll(cx) {
                self.upload = None;
                self.result = Some(result);
            }
        } else if self.result.is_none() {
            // If the server answered early, the connection may still take the file.
            return Poll::Ready(None);
        }
        if let Some((_, progress)) = self.progress.next(cx) {
            return Poll::Ready(Some(Ok(UploadEvent::Progress(progress))));
        }
        match self.result.take() {
            Some(result) => Poll::Ready(Some(result.map(UploadEvent::Finished))),
            None => Poll::Pending,
        }
    }
}

impl fmt::Debug for UploadEvents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UploadEvents").finish_non_exhaustive()
    }
}

/// The latest progress of each upload, by its number, that a stream has not returned yet.
#[derive(Default)]
pub(super) struct LatestProgress {
    queue: Mutex<VecDeque<(usize, Progress)>>,
    reader: AtomicWaker,
}

impl LatestProgress {
    /// Returns the progress callback of the upload with this number.
    pub(super) fn callback(
        latest: &Arc<Self>,
        number: usize,
    ) -> impl Fn(Progress) + Send + Sync + 'static {
        let latest = latest.clone();
        move |progress| {
            let mut queue = latest.queue();
            match queue.iter_mut().find(|(queued, _)| *queued == number) {
                Some((_, older)) => *older = progress,
                None => queue.push_back((number, progress)),
            }
            drop(queue);
            latest.reader.wake();
        }
    }

    /// Takes the first entry. If there is none, the reader is woken for the next one.
    pub(super) fn next(&self, cx: &Context<'_>) -> Option<(usize, Progress)> {
        self.reader.register(cx.waker());
        self.queue().pop_front()
    }

    fn queue(&self) -> MutexGuard<'_, VecDeque<(usize, Progress)>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
