use tokio_util::sync::CancellationToken;

/// Ends uploads from elsewhere: from another task, a signal handler, a button.
///
/// Clones are one handle, and one handle may be given to many uploads. Dropping the future of an upload ends it just as well.
///
/// ```no_run
/// # async fn run(ik: imagekitio::ImageKit) -> Result<(), imagekitio::Error> {
/// use imagekitio::upload::CancelHandle;
/// use imagekitio::{ErrorKind, UploadSource};
///
/// let cancel = CancelHandle::new();
/// let upload = tokio::spawn(ik.upload(UploadSource::path("film.mp4")).cancel_with(&cancel).into_future());
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
    /// A handle for uploads that are yet to start.
    pub fn new() -> Self {
        Self::default()
    }

    /// Ends the uploads that have this handle, and those that get it later, with an error of the kind
    /// [`Canceled`](crate::ErrorKind::Canceled). What is complete already is not affected.
    pub fn cancel(&self) {
        self.0.cancel();
    }

    /// Whether [`cancel`](Self::cancel) was called.
    pub fn is_canceled(&self) -> bool {
        self.0.is_cancelled()
    }

    /// Runs to the end, or to the call of [`cancel`](Self::cancel): then `None`.
    pub(super) async fn unless_canceled<F: Future>(&self, run: F) -> Option<F::Output> {
        self.0.run_until_cancelled(run).await
    }
}
