use std::fmt;
use std::iter::Enumerate;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use futures_core::future::BoxFuture;
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;

use super::outcome::UploadOutcome;
use super::request::UploadRequest;
use crate::client::Response;
use crate::error::Error;

/// The default number of uploads that run at the same time.
pub(super) const CONCURRENCY: usize = 4;

/// The index of a request, from 0, and its result.
type Indexed = (usize, Result<Response<UploadOutcome>, Error>);

/// Many uploads, a few of which run at the same time.
///
/// [`ImageKit::upload_many`](crate::ImageKit::upload_many) returns it. As a stream, it returns
/// results in the order in which uploads complete, each with the index of its request. Awaited, it
/// returns all results in the order of the requests. Each request has one result. A failure doesn't
/// stop the other uploads.
///
/// Uploads run while this is polled. Dropping it cancels them. The next request is taken from the
/// iterator when an upload can start, so the iterator can be lazy. A
/// [`CancelHandle`](super::CancelHandle) that all requests share cancels them all.
///
/// To run it as a task, write `tokio::spawn(async { uploads.await })`.
#[must_use = "uploads run while this is polled or awaited"]
pub struct UploadMany<I> {
    requests: Enumerate<I>,
    is_exhausted: bool,
    running: FuturesUnordered<BoxFuture<'static, Indexed>>,
    concurrency: usize,
}

impl<I: Iterator<Item = UploadRequest>> UploadMany<I> {
    pub(super) fn new(requests: I) -> Self {
        Self {
            requests: requests.enumerate(),
            is_exhausted: false,
            running: FuturesUnordered::new(),
            concurrency: CONCURRENCY,
        }
    }

    /// Sets how many uploads run at the same time, at least 1. The default is 4. 0 counts as 1.
    pub fn concurrency(mut self, uploads: usize) -> Self {
        self.concurrency = uploads.max(1);
        self
    }
}

#[cfg(feature = "blocking")]
impl<I: Iterator<Item = UploadRequest> + Unpin> UploadMany<I> {
    /// Runs the uploads on the current thread; feature `blocking`. Returns all results in the order
    /// of the requests.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) inside an async task, whose thread must not
    /// be blocked. Errors of single uploads are in the results.
    pub fn send_blocking(self) -> Result<Vec<Result<Response<UploadOutcome>, Error>>, Error> {
        crate::client::send_blocking(async { Ok(self.await) })
    }
}

impl<I: Iterator<Item = UploadRequest> + Unpin> Stream for UploadMany<I> {
    type Item = Indexed;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        while !self.is_exhausted && self.running.len() < self.concurrency {
            match self.requests.next() {
                Some((index, request)) => {
                    let upload = request.into_future();
                    let upload = async move { (index, upload.await) };
                    self.running.push(Box::pin(upload));
                }
                None => self.is_exhausted = true,
            }
        }
        self.running.poll_next_unpin(cx)
    }
}

impl<I: Iterator<Item = UploadRequest> + Unpin> IntoFuture for UploadMany<I> {
    type Output = Vec<Result<Response<UploadOutcome>, Error>>;
    type IntoFuture = AllUploads<I>;

    fn into_future(self) -> Self::IntoFuture {
        AllUploads {
            uploads: self,
            results: Vec::new(),
        }
    }
}

/// The future of [`UploadMany`], which returns all results in the order of the requests.
#[derive(Debug)]
#[must_use = "uploads run while this is polled or awaited"]
pub struct AllUploads<I> {
    uploads: UploadMany<I>,
    results: Vec<Indexed>,
}

impl<I: Iterator<Item = UploadRequest> + Unpin> Future for AllUploads<I> {
    type Output = Vec<Result<Response<UploadOutcome>, Error>>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        while let Some(result) = ready!(self.uploads.poll_next_unpin(cx)) {
            self.results.push(result);
        }
        let mut results = std::mem::take(&mut self.results);
        results.sort_unstable_by_key(|(index, _)| *index);
        Poll::Ready(results.into_iter().map(|(_, result)| result).collect())
    }
}

impl<I> fmt::Debug for UploadMany<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UploadMany")
            .field("running", &self.running.len())
            .field("concurrency", &self.concurrency)
            .finish_non_exhaustive()
    }
}
