use tokio_util::sync::CancellationToken;

/// Cancels uploads from another task, a signal handler or a button.
///
/// Many uploads can share a handle. A clone cancels the same uploads. Dropping the future of an
/// upload cancels the upload as well.
///
/// ```no_run
/// # async fn run(ik: imagekitio::ImageKit) -> Result<(), imagekitio::Error> {
/// use imagekitio::upload::CancelHandle;
/// use imagekitio::{ErrorKind, UploadSource};
///
/// let cancel = CancelHandle::new();
/// let upload = ik.upload(UploadSource::path("film.mp4")).cancel_with(&cancel);
/// let upload = tokio::spawn(upload.into_future());
/// cancel.cancel();
/// # let result = upload.await;
/// # if let Ok(Err(error)) = result {
/// assert_eq!(error.kind(), ErrorKind::Canceled);
/// # }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default)]
pub struct CancelHandle(CancellationToken);

impl CancelHandle {
    /// Creates a handle, which is given to uploads by
    /// [`cancel_with`](super::UploadRequest::cancel_with).
    pub fn new() -> Self {
        Self::default()
    }

    /// Cancels the uploads that have this handle, and those that get it later.
    ///
    /// They fail with [`Canceled`](crate::ErrorKind::Canceled). Complete uploads are not affected.
    pub fn cancel(&self) {
        self.0.cancel();
    }

    /// Whether [`cancel`](Self::cancel) was called.
    pub fn is_canceled(&self) -> bool {
        self.0.is_cancelled()
    }

    /// Runs a future. `None` if [`cancel`](Self::cancel) is called before it is complete.
    pub(super) async fn unless_canceled<F: Future>(&self, future: F) -> Option<F::Output> {
        self.0.run_until_cancelled(future).await
    }
}
