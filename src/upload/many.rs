//! Many uploads, a few at a time.

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

/// How many uploads run at the same time if nothing else is asked for.
pub(super) const CONCURRENCY: usize = 4;

/// What came of one of many uploads, with its place among the requests, from 0.
type Numbered = (usize, Result<Response<UploadOutcome>, Error>);

/// Many uploads, a few at a time. Made by [`ImageKit::upload_many`](crate::ImageKit::upload_many).
///
/// It is a stream of results in the order in which they come, each with the place of its request, from 0. Awaited instead, it
/// gives all results in the order of the requests. Each request has one result; one that fails does not stop the others.
///
/// Uploads begin and go on while this is polled, and are over when it is dropped. The next request is taken from the iterator
/// when there is room for it, so an iterator over many files can be lazy.
///
/// To run it in a task of its own, write `tokio::spawn(async { uploads.await })`.
///
/// A [`CancelHandle`](crate::upload::CancelHandle) that all requests have ends those that run, and those that are yet to begin.
#[must_use = "uploads go on while this is polled or awaited"]
pub struct UploadMany<I> {
    requests: Enumerate<I>,
    are_taken: bool,
    running: FuturesUnordered<BoxFuture<'static, Numbered>>,
    concurrency: usize,
}

impl<I: Iterator<Item = UploadRequest>> UploadMany<I> {
    pub(crate) fn new(requests: I) -> Self {
        Self {
            requests: requests.enumerate(),
            are_taken: false,
            running: FuturesUnordered::new(),
            concurrency: CONCURRENCY,
        }
    }

    /// How many uploads run at the same time, 4 by default. 0 is taken as 1.
    pub fn concurrency(mut self, uploads: usize) -> Self {
        self.concurrency = uploads.max(1);
        self
    }
}

impl<I: Iterator<Item = UploadRequest> + Unpin> Stream for UploadMany<I> {
    type Item = Numbered;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        while !self.are_taken && self.running.len() < self.concurrency {
            match self.requests.next() {
                Some((number, request)) => {
                    let upload = request.into_future();
                    let upload = async move { (number, upload.await) };
                    self.running.push(Box::pin(upload));
                }
                None => self.are_taken = true,
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

/// The results of many uploads, in the order of the requests. [`UploadMany`] becomes it by `.await`.
#[derive(Debug)]
#[must_use = "uploads go on while this is polled or awaited"]
pub struct AllUploads<I> {
    uploads: UploadMany<I>,
    results: Vec<Numbered>,
}

impl<I: Iterator<Item = UploadRequest> + Unpin> Future for AllUploads<I> {
    type Output = Vec<Result<Response<UploadOutcome>, Error>>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        while let Some(result) = ready!(self.uploads.poll_next_unpin(cx)) {
            self.results.push(result);
        }
        let mut results = std::mem::take(&mut self.results);
        results.sort_unstable_by_key(|(number, _)| *number);
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
