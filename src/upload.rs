//! Uploads of files, of many files, and of folders.
//!
//! [`ImageKit::upload`] takes an [`UploadSource`] and returns an [`UploadRequest`] with setters for
//! the form fields. `.await` sends it. Files are sent as streams, so that their size doesn't
//! matter.
//!
//! ```no_run
//! # async fn run(ik: imagekitio::ImageKit) -> Result<(), imagekitio::Error> {
//! use imagekitio::UploadSource;
//! use imagekitio::upload::UploadOutcome;
//!
//! let response = ik
//!     .upload(UploadSource::path("shoe.jpg"))
//!     .folder("/products")
//!     .tags(["red", "summer"])
//!     .custom_metadata([("brand", "Nike")])
//!     .await?;
//! match response.into_inner() {
//!     UploadOutcome::Stored(file) => println!("stored as {}", file.file_path),
//!     UploadOutcome::Processing => println!("a webhook event follows"),
//!     _ => {}
//! }
//! # Ok(())
//! # }
//! ```
//!
//! | for | use |
//! |---|---|
//! | one file | [`ImageKit::upload`] |
//! | version 2 of the upload API | [`ImageKit::upload_v2`] |
//! | many files, a few at a time | [`ImageKit::upload_many`] |
//! | a folder, which another run resumes | [`ImageKit::upload_folder`] |
//! | bytes, paths, URLs, base64, readers, streams | [`UploadSource`] |
//! | progress | [`UploadRequest::on_progress`], or [`UploadRequest::events`] as a stream |
//! | cancellation | [`CancelHandle`], or dropping the future |
//! | time limits and retries | [`UploadRequest`](UploadRequest#time-limits) |
//! | conditions that the server checks | [`Check`](crate::client_auth::Check) |
//! | transformations before and after storage | [`pre_transformation`](UploadRequest::pre_transformation), [`post_transformation`](UploadRequest::post_transformation) |
//! | uploads from browsers and apps | [`client_auth`](crate::client_auth) |
//!
//! # Progress and cancellation
//!
//! ```no_run
//! # async fn run(ik: imagekitio::ImageKit) -> Result<(), imagekitio::Error> {
//! use imagekitio::upload::CancelHandle;
//! use imagekitio::{ErrorKind, UploadSource};
//!
//! let cancel = CancelHandle::new();
//! let upload = ik
//!     .upload(UploadSource::path("film.mp4"))
//!     .on_progress(|progress| println!("{} of {} bytes", progress.sent, progress.total))
//!     .cancel_with(&cancel);
//! // `cancel.cancel()` from anywhere else ends it.
//! match upload.await {
//!     Ok(response) => println!("{:?}", response.file()),
//!     Err(error) if error.kind() == ErrorKind::Canceled => println!("canceled"),
//!     Err(error) => return Err(error),
//! }
//! # Ok(())
//! # }
//! ```

mod cancel;
mod chunks;
mod events;
mod fields;
mod folder;
mod form;
mod many;
mod monitor;
mod outcome;
mod panics;
mod regular;
mod request;
mod send;
mod snapshot;
mod source;
mod spool;

use std::path::Path;

pub use cancel::CancelHandle;
pub use events::{UploadEvent, UploadEvents};
pub use fields::PostTransformation;
pub use folder::{FolderEvent, FolderFile, FolderOutcome, FolderRun, FolderSummary, FolderUpload};
pub use many::{AllUploads, UploadMany};
pub use monitor::Progress;
pub use outcome::UploadOutcome;
pub use request::UploadRequest;
pub use source::UploadSource;

use crate::ImageKit;

/// Uploads; feature `client`.
impl ImageKit {
    /// Uploads a file of any size as a stream (`upload-file`). See [`UploadRequest`] for form
    /// fields, progress, time limits and retries.
    ///
    /// [API reference](https://imagekit.io/docs/api-reference/upload-file/upload-file)
    ///
    /// ```no_run
    /// # async fn run(ik: imagekitio::ImageKit) -> Result<(), imagekitio::Error> {
    /// use imagekitio::UploadSource;
    ///
    /// let file = ik
    ///     .upload(UploadSource::path("shoe.jpg"))
    ///     .folder("/products")
    ///     .tags(["red", "summer"])
    ///     .await?
    ///     .into_file()?;
    /// println!("stored as {}", file.file_path);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Before any request, [`InvalidInput`](crate::ErrorKind::InvalidInput) for an empty source, a
    /// directory, a missing name and invalid fields, and [`Io`](crate::ErrorKind::Io) for a source
    /// that can't be read. Afterwards those of the response, and
    /// [`Connection`](crate::ErrorKind::Connection), [`Timeout`](crate::ErrorKind::Timeout),
    /// [`Canceled`](crate::ErrorKind::Canceled), and [`Io`](crate::ErrorKind::Io) for a source that
    /// fails while it is read.
    #[doc(alias = "upload_file")]
    pub fn upload(&self, source: UploadSource) -> UploadRequest {
        UploadRequest::v1(self.http().clone(), source)
    }

    /// Uploads a file through version 2 of the upload API, which is beta (`upload-file-v2`).
    ///
    /// The form fields are those of [`upload`](Self::upload). Uploads without the private key
    /// differ: a JSON Web Token signs all fields. See [`client_auth`](crate::client_auth).
    ///
    /// [API reference](https://imagekit.io/docs/api-reference/upload-file/upload-file-v2)
    ///
    /// ```no_run
    /// # async fn run(jwt: String) -> Result<(), imagekitio::Error> {
    /// use imagekitio::{ImageKit, UploadSource};
    ///
    /// let ik = ImageKit::builder().build()?; // without a private key
    /// ik.upload_v2(UploadSource::path("shoe.jpg")).folder("/products").token(jwt).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`upload`](Self::upload).
    pub fn upload_v2(&self, source: UploadSource) -> UploadRequest {
        UploadRequest::v2(self.http().clone(), source)
    }

    /// Uploads many files, a few at a time (`upload-file` for each). See [`UploadMany`].
    ///
    /// For the files of a folder see [`upload_folder`](Self::upload_folder).
    ///
    /// ```no_run
    /// # async fn run(ik: imagekitio::ImageKit) -> Result<(), imagekitio::Error> {
    /// use futures_util::StreamExt;
    /// use imagekitio::UploadSource;
    ///
    /// let shoes = ["red.jpg", "blue.jpg"];
    /// let uploads = shoes.map(|shoe| ik.upload(UploadSource::path(shoe)).folder("/shoes"));
    /// let mut results = ik.upload_many(uploads).concurrency(8);
    /// while let Some((index, result)) = results.next().await {
    ///     match result {
    ///         Ok(response) => println!("{}: {:?}", shoes[index], response.file()),
    ///         Err(error) => eprintln!("{}: {error}", shoes[index]),
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn upload_many<I: IntoIterator<Item = UploadRequest>>(
        &self,
        requests: I,
    ) -> UploadMany<I::IntoIter> {
        UploadMany::new(requests.into_iter())
    }

    /// Uploads the files of a folder and its subfolders under their names (`upload-file` for each).
    /// See [`FolderUpload`] for filters, destinations, fields, and resuming.
    ///
    /// ```no_run
    /// # async fn run(ik: imagekitio::ImageKit) -> Result<(), imagekitio::Error> {
    /// let summary = ik
    ///     .upload_folder("photos")
    ///     .folder("/archive")
    ///     .include("*.jpg")
    ///     .manifest("photos.manifest")
    ///     .await?;
    /// println!("{summary}");
    /// for (file, error) in summary.failed() {
    ///     eprintln!("{}: {error}", file.relative_path());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) for an invalid pattern and for a manifest
    /// of another account or in use, and [`Io`](crate::ErrorKind::Io) for a folder that can't be
    /// read and a manifest that can't be written. Errors of single files are in the summary.
    #[doc(alias = "upload_dir")]
    pub fn upload_folder(&self, path: impl AsRef<Path>) -> FolderUpload {
        FolderUpload::new(self, path.as_ref())
    }
}
