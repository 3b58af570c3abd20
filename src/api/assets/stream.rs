use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use serde::de::DeserializeOwned;

use super::ListAssets;
use crate::client::{Call, Request};
use crate::error::{Error, ErrorKind};

/// The size of a page when none is set: the largest that the server gives.
const PAGE: u64 = 1000;

/// Streams of assets.
impl<T: DeserializeOwned + 'static> Request<ListAssets<T>>
where
    ListAssets<T>: Call,
{
    /// All results from [`skip`](Self::skip) on, page by page. [`limit`](Self::limit) is the size of a page, 1000 unless it
    /// is set. The next page is asked for when all items of the last one have been taken; after a page that is not full, or
    /// an error, the stream ends.
    ///
    /// Pages are counted from the beginning of the list. When assets are created or deleted meanwhile, items may come twice
    /// or be missed; a [`sort`](Self::sort) that puts new assets last, as the server's default does, avoids this for
    /// creations.
    ///
    /// ```no_run
    /// # async fn run(ik: imagekitio::ImageKit) -> Result<(), imagekitio::Error> {
    /// let mut files = ik.assets().list_files().path("/products").stream();
    /// while let Some(file) = files.next().await.transpose()? {
    ///     println!("{:?}", file.name);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// With the traits of `futures_util`, what is left to do is said in one expression:
    ///
    /// ```no_run
    /// # async fn run(ik: imagekitio::ImageKit) -> Result<(), imagekitio::Error> {
    /// use futures_util::{StreamExt, TryStreamExt};
    ///
    /// let first: Vec<_> = ik.assets().list_folders().stream().take(5000).try_collect().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn stream(mut self) -> AssetStream<T> {
        self.call.limit.get_or_insert(PAGE);
        AssetStream {
            items: Vec::new().into_iter(),
            page: Some(fetch(self)),
        }
    }
}

/// All results of a list of assets, by [`Request::stream`]. It is a [`Stream`] of `Result<T, Error>`.
#[must_use = "a stream sends requests when it is polled"]
pub struct AssetStream<T> {
    /// What is left of the last page.
    items: std::vec::IntoIter<T>,
    /// The next page: not asked for before it is polled, and none after the last one.
    page: Option<Fetch<T>>,
}

/// The items of a page, and the request for the one after it, if there may be one.
type Fetch<T> = Pin<Box<dyn Future<Output = Result<Fetched<T>, Error>> + Send>>;
type Fetched<T> = (Vec<T>, Option<Request<ListAssets<T>>>);

fn fetch<T: DeserializeOwned + 'static>(mut request: Request<ListAssets<T>>) -> Fetch<T>
where
    ListAssets<T>: Call,
{
    Box::pin(async move {
        let page = request.clone().await?;
        let items: Vec<T> = match page.body().as_ref() {
            // An empty body is an empty list, as it is for a single page.
            b"" => Vec::new(),
            body => serde_json::from_slice(body).map_err(|error| {
                Error::new(ErrorKind::Decode, "the reply is no list of assets")
                    .with_source(error)
                    .during(<ListAssets<T>>::OPERATION.id, true)
            })?,
        };
        let count = items.len() as u64;
        let is_full = count > 0 && request.call.limit.is_none_or(|limit| count >= limit);
        let next = is_full.then(|| {
            let skip = request.call.skip.unwrap_or_default();
            request.call.skip = Some(skip.saturating_add(count));
            request
        });
        Ok((items, next))
    })
}

impl<T> AssetStream<T> {
    /// The next item; none after the last one and after an error.
    pub async fn next(&mut self) -> Option<Result<T, Error>>
    where
        Self: Stream<Item = Result<T, Error>> + Unpin,
    {
        std::future::poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }
}

impl<T: DeserializeOwned + Unpin + 'static> Stream for AssetStream<T>
where
    ListAssets<T>: Call,
{
    type Item = Result<T, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        loop {
            if let Some(item) = this.items.next() {
                return Poll::Ready(Some(Ok(item)));
            }
            let Some(page) = &mut this.page else {
                return Poll::Ready(None);
            };
            let fetched = ready!(page.as_mut().poll(context));
            this.page = None;
            match fetched {
                Ok((items, next)) => {
                    this.items = items.into_iter();
                    this.page = next.map(fetch);
                }
                Err(error) => return Poll::Ready(Some(Err(error))),
            }
        }
    }
}

impl<T> fmt::Debug for AssetStream<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AssetStream").finish_non_exhaustive()
    }
}
