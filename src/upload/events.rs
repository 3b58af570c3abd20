//! Uploads as streams of events.

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

/// What happens in an upload. See [`UploadRequest::events`].
#[derive(Debug)]
#[non_exhaustive]
pub enum UploadEvent {
    /// The connection took more of the file.
    Progress(Progress),
    /// The upload is over. It is the last event.
    Finished(Response<UploadOutcome>),
}

/// An upload as a stream: its progress, and at the end the reply or the error. Made by [`UploadRequest::events`].
///
/// The upload goes on while the stream is polled, and is over when the stream is dropped. Who looks seldom is told the newest
/// progress only.
///
/// ```no_run
/// # async fn run(ik: imagekitio::ImageKit) -> Result<(), imagekitio::Error> {
/// use futures_util::TryStreamExt;
/// use imagekitio::upload::UploadEvent;
/// use imagekitio::UploadSource;
///
/// let mut events = ik.upload(UploadSource::path("film.mp4")).events();
/// while let Some(event) = events.try_next().await? {
///     match event {
///         UploadEvent::Progress(progress) => println!("{} of {} bytes", progress.sent, progress.total),
///         UploadEvent::Finished(reply) => println!("{:?}", reply.file()),
///         _ => {}
///     }
/// }
/// # Ok(())
/// # }
/// ```
#[must_use = "an upload goes on while its events are polled"]
pub struct UploadEvents {
    upload: Option<<UploadRequest as IntoFuture>::IntoFuture>,
    result: Option<Result<Response<UploadOutcome>, Error>>,
    news: Arc<News>,
}

impl UploadEvents {
    pub(super) fn new(upload: UploadRequest) -> Self {
        let news = Arc::new(News::default());
        Self {
            upload: Some(upload.on_progress(News::of(&news, 0)).into_future()),
            result: None,
            news,
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
            // The connection may still take the file, if the server answered early.
            return Poll::Ready(None);
        }
        if let Some((_, progress)) = self.news.next(cx) {
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

/// Progress that was not told yet: of each upload, by its number, the newest.
#[derive(Default)]
pub(super) struct News {
    untold: Mutex<VecDeque<(usize, Progress)>>,
    reader: AtomicWaker,
}

impl News {
    /// What the upload of this number tells.
    pub(super) fn of(news: &Arc<Self>, number: usize) -> impl Fn(Progress) + Send + Sync + 'static {
        let news = news.clone();
        move |progress| {
            let mut untold = news.untold();
            match untold.iter_mut().find(|(of, _)| *of == number) {
                Some((_, older)) => *older = progress,
                None => untold.push_back((number, progress)),
            }
            drop(untold);
            news.reader.wake();
        }
    }

    /// The oldest news. If there are none, the reader is woken when there are.
    pub(super) fn next(&self, cx: &Context<'_>) -> Option<(usize, Progress)> {
        self.reader.register(cx.waker());
        self.untold().pop_front()
    }

    fn untold(&self) -> MutexGuard<'_, VecDeque<(usize, Progress)>> {
        self.untold.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
