//! Uploads: a source, the form fields, and what became of them.

mod cancel;
mod chunks;
mod events;
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
mod transformation;

use std::path::Path;

pub use cancel::CancelHandle;
pub use events::{UploadEvent, UploadEvents};
pub use folder::{FolderEvent, FolderFile, FolderOutcome, FolderRun, FolderSummary, FolderUpload};
pub use many::{AllUploads, UploadMany};
pub use monitor::Progress;
pub use outcome::UploadOutcome;
pub use request::UploadRequest;
pub use source::UploadSource;

use crate::ImageKit;

/// Uploads; feature `client`.
impl ImageKit {
    /// Uploads a file, whatever its size, without keeping it in memory (`upload-file`). See [`UploadRequest`] for fields,
    /// progress, time limits and repetition.
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
    /// Before anything is sent: [`InvalidInput`](crate::ErrorKind::InvalidInput) for an empty source, a directory, a missing
    /// name and fields that can't be, and [`Io`](crate::ErrorKind::Io) for a file that can't be read.
    #[doc(alias = "upload_file")]
    pub fn upload(&self, source: UploadSource) -> UploadRequest {
        UploadRequest::v1(self.http().clone(), source)
    }

    /// Uploads a file through version 2 of the upload API, which ImageKit calls beta (`upload-file-v2`).
    ///
    /// The fields are those of [`upload`](Self::upload). The difference is in uploads without the private key: a JSON Web
    /// Token signs all fields, not only the moment.
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

    /// Uploads many files, a few at a time (`upload-file` each). See [`UploadMany`].
    ///
    /// ```no_run
    /// # async fn run(ik: imagekitio::ImageKit) -> Result<(), imagekitio::Error> {
    /// use futures_util::StreamExt;
    /// use imagekitio::UploadSource;
    ///
    /// let shoes = ["red.jpg", "blue.jpg"];
    /// let uploads = shoes.map(|shoe| ik.upload(UploadSource::path(shoe)).folder("/shoes"));
    /// let mut results = ik.upload_many(uploads).concurrency(8);
    /// while let Some((number, result)) = results.next().await {
    ///     match result {
    ///         Ok(reply) => println!("{}: {:?}", shoes[number], reply.file()),
    ///         Err(error) => eprintln!("{}: {error}", shoes[number]),
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// For the files of a folder see [`upload_folder`](Self::upload_folder).
    pub fn upload_many<I: IntoIterator<Item = UploadRequest>>(
        &self,
        requests: I,
    ) -> UploadMany<I::IntoIter> {
        UploadMany::new(requests.into_iter())
    }

    /// Uploads the files of a folder and the folders in it, and keeps their names (`upload-file` each). See
    /// [`FolderUpload`] for filters, paths, tags and runs that go on where another one stopped.
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
    /// When nothing can be uploaded: [`InvalidInput`](crate::ErrorKind::InvalidInput) for a pattern that is none and for a
    /// manifest that isn't that of this account, and [`Io`](crate::ErrorKind::Io) for a folder that can't be read or a
    /// manifest that can't be written. What happens to a single file is in the summary.
    #[doc(alias = "upload_dir")]
    pub fn upload_folder(&self, path: impl AsRef<Path>) -> FolderUpload {
        FolderUpload::new(self, path.as_ref())
    }
}
