use std::collections::HashSet;
use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;

use super::{ListAssets, ListItem};
use crate::client::Call;
use crate::error::{Error, ErrorKind};

/// The size of a page if none is set: the server's maximum.
const PAGE: u64 = 1000;

/// Streams of assets.
impl<T: ListItem> ListAssets<T> {
    /// Returns a stream of all results, page by page. It begins after the results that
    /// [`skip`](Self::skip) leaves out.
    ///
    /// [`limit`](Self::limit) is the size of a page, 1000 by default. The next page is requested
    /// when all items of the previous one have been taken. The stream ends after an empty page or
    /// an error. A page that is not full doesn't end it, because there may be further ones.
    ///
    /// A server that ignores `skip` sends the same page again. If that page is not full, the stream
    /// ends. If it is full, the stream fails with [`Decode`](ErrorKind::Decode), because the list
    /// may have items that can't be reached.
    ///
    /// # Changes while it runs
    ///
    /// Pages are counted from the beginning of the list. If assets are created or deleted
    /// meanwhile, items may be repeated or missed. A [`sort`](Self::sort) that puts new assets
    /// last, as the server's default does, avoids this for creations. To delete the listed files,
    /// collect the whole stream first:
    ///
    /// ```no_run
    /// # async fn run(ik: imagekitio::ImageKit) -> Result<(), imagekitio::Error> {
    /// use futures_util::TryStreamExt;
    ///
    /// let drafts = ik.assets().list_files().path("/drafts").stream();
    /// let files: Vec<_> = drafts.try_collect().await?;
    /// for file in files {
    ///     ik.files().delete(file.file_id).await?;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// [`delete_many`](crate::api::files::Files::delete_many) deletes 100 files with each request.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # async fn run(ik: imagekitio::ImageKit) -> Result<(), imagekitio::Error> {
    /// let mut files = ik.assets().list_files().path("/products").stream();
    /// while let Some(file) = files.next().await.transpose()? {
    ///     println!("{}", file.name);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// With the combinators of `futures_util`:
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
        self.limit.get_or_insert(PAGE);
        AssetStream {
            items: Vec::new().into_iter(),
            page: Some(fetch(self, Pages::new())),
        }
    }
}

#[cfg(feature = "blocking")]
impl<T: ListItem> ListAssets<T> {
    /// Returns an iterator over all results, as [`stream`](Self::stream) does for async code;
    /// feature `blocking`. The thread is blocked while a page is requested, which happens when all
    /// items of the previous one have been taken.
    ///
    /// Like [`send_blocking`](Self::send_blocking), it can be used where a thread may be blocked:
    /// outside of async code, and inside [`spawn_blocking`](tokio::task::spawn_blocking) or
    /// [`block_in_place`](tokio::task::block_in_place).
    ///
    /// ```no_run
    /// # fn run(ik: imagekitio::ImageKit) -> Result<(), imagekitio::Error> {
    /// for file in ik.assets().list_files().path("/products").iter_blocking() {
    ///     println!("{}", file?.name);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// If a request fails, its error is the last item. Inside an async task of tokio, no request is
    /// sent, and the error is [`InvalidInput`](ErrorKind::InvalidInput).
    pub fn iter_blocking(self) -> AssetIter<T> {
        AssetIter(self.stream())
    }
}

/// An iterator over all results of a list of assets, by [`ListAssets::iter_blocking`]; feature
/// `blocking`.
#[cfg(feature = "blocking")]
#[derive(Debug)]
#[must_use = "an iterator sends requests when its items are taken"]
pub struct AssetIter<T>(AssetStream<T>);

#[cfg(feature = "blocking")]
impl<T: Unpin> Iterator for AssetIter<T> {
    type Item = Result<T, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let Self(stream) = self;
        // An item that has been received needs no runtime.
        if let Some(item) = stream.items.next() {
            return Some(Ok(item));
        }
        stream.page.as_ref()?;
        let next = async { stream.next().await.transpose() };
        let item = crate::client::run_blocking("iter_blocking", "`stream`", next).transpose();
        if matches!(item, Some(Err(_))) {
            stream.page = None;
        }
        item
    }
}

#[cfg(feature = "blocking")]
impl<T: Unpin> std::iter::FusedIterator for AssetIter<T> {}

/// A stream of all results of a list of assets, by [`ListAssets::stream`]. It is a [`Stream`] of
/// `Result<T, Error>`.
#[must_use = "a stream sends requests when it is polled"]
pub struct AssetStream<T> {
    /// The items of the current page that have not been taken.
    items: std::vec::IntoIter<T>,
    /// The request for the next page, which is sent when it is polled. `None` after the last page.
    page: Option<Fetch<T>>,
}

/// Hashes of the pages that have been received.
type Pages = HashSet<u64>;

/// The request for a page.
type Fetch<T> = Pin<Box<dyn Future<Output = Result<Page<T>, Error>> + Send>>;

/// The items of a page, and the request for the next page, if there may be one.
struct Page<T> {
    items: Vec<T>,
    next: Option<Fetch<T>>,
}

fn fetch<T: ListItem>(mut request: ListAssets<T>, mut pages: Pages) -> Fetch<T> {
    Box::pin(async move {
        let page = request.clone().await?;
        let count = page.len() as u64;
        if count == 0 {
            return Ok(Page {
                items: Vec::new(),
                next: None,
            });
        }
        let mut hash = DefaultHasher::new();
        page.body().hash(&mut hash);
        if !pages.insert(hash.finish()) {
            return match request.limit {
                Some(limit) if count >= limit => Err(Error::new(
                    ErrorKind::Decode,
                    "the server sends the same page again, as if it ignored `skip`; the rest of the list can't be reached",
                )
                .during(<ListAssets<T>>::OPERATION.id, true)),
                _ => Ok(Page { items: Vec::new(), next: None }),
            };
        }
        let skip = request.skip.unwrap_or_default();
        request.skip = Some(skip.saturating_add(count));
        Ok(Page {
            items: page.into_inner(),
            next: Some(fetch(request, pages)),
        })
    })
}

impl<T> AssetStream<T> {
    /// Returns the next item. `None` after the last one and after an error.
    pub async fn next(&mut self) -> Option<Result<T, Error>>
    where
        T: Unpin,
    {
        std::future::poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }
}

impl<T: Unpin> Stream for AssetStream<T> {
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
                Ok(Page { items, next }) => {
                    this.items = items.into_iter();
                    this.page = next;
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
