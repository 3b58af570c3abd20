//! The resources of the API, one module each.

/// The [`Call`](crate::Call) of one operation: how its arguments are checked, and how the generated client is asked.
///
/// `repeatable` operations may be carried out twice with the same result: see [`RetryPolicy`](crate::RetryPolicy). Where that
/// depends on the arguments, `unless` holds for the exceptions. `already_done` is the output of a deletion that finds nothing when
/// it is repeated.
macro_rules! call {
    (
        $call:ty: $operation:ident -> $output:ty, repeatable: $repeatable:literal,
        $(unless: |$asked:ident| $exception:expr,)?
        $(already_done: |$not_found:ident| $done:expr,)?
        $(check: |$checked:ident| $check:expr,)?
        send: |$self:ident, $client:ident| $send:expr $(,)?
    ) => {
        impl $crate::client::Call for $call {
            type Output = $output;
            const OPERATION: &'static $crate::raw::operations::Operation =
                &$crate::raw::operations::$operation;

            fn is_repeatable(&self) -> bool {
                $(let $asked = self;)?
                $repeatable $(&& !$exception)?
            }

            $(fn already_done(&self, $not_found: &$crate::Error) -> Option<Self::Output> {
                $done
            })?

            $(fn check(&self) -> Result<(), $crate::Error> {
                let $checked = self;
                $check
            })?

            async fn send(
                self,
                $client: $crate::raw::Client,
            ) -> Result<
                $crate::raw::ResponseValue<Self::Output>,
                $crate::raw::Error<$crate::raw::types::ApiErrorBody>,
            > {
                let $self = self;
                $send
            }
        }
    };
}

mod accounts;
mod assets;
mod cache;
mod custom_metadata_fields;
mod files;
mod folders;
mod named_transformations;
mod saved_extensions;
mod wait;

pub use accounts::{
    Accounts, CreateOrigin, CreateUrlEndpoint, CreateWebhook, Date, DeleteOrigin,
    DeleteUrlEndpoint, DeleteWebhook, GetOrigin, GetUrlEndpoint, GetUsage, GetUsageAnalytics,
    GetWebhook, ListOrigins, ListUrlEndpoints, ListWebhooks, Origins, UpdateOrigin,
    UpdateUrlEndpoint, UpdateWebhook, UrlEndpoints, Webhooks,
};
pub use assets::{AssetStream, Assets, ListAssets};
pub use cache::{Cache, GetPurgeStatus, PurgeCache};
pub use custom_metadata_fields::{
    CreateCustomMetadataField, CustomMetadataFields, DeleteCustomMetadataField, FieldSchema,
    FieldValue, ListCustomMetadataFields, UpdateCustomMetadataField,
};
pub use files::{
    BulkFailure, BulkOutcome, BulkRequest, CopyFile, DeleteFile, DeleteFileVersion, FileVersions,
    Files, FindFile, GetFile, GetFileMetadata, GetFileVersion, GetMetadataFromUrl,
    ListFileVersions, MoveFile, PublishFile, RenameFile, RestoreFileVersion, UpdateFile,
};
pub use folders::{
    CopyFolder, CreateFolder, DeleteFolder, Folders, GetJob, MoveFolder, RenameFolder,
};
pub use named_transformations::{
    CreateNamedTransformation, DeleteNamedTransformation, GetNamedTransformation,
    ListNamedTransformations, NamedTransformations, TransformationSteps, UpdateNamedTransformation,
};
pub use saved_extensions::{
    CreateSavedExtension, DeleteSavedExtension, GetSavedExtension, ListSavedExtensions,
    SavedExtensions, UpdateSavedExtension,
};
pub use wait::Wait;
pub(crate) use wait::{check_interval, next_interval};

use crate::validate::{check_changes, check_filled, check_id, check_length};

use std::path::Path;

use crate::ImageKit;
use crate::upload::{FolderUpload, UploadMany, UploadRequest, UploadSource};

/// Requests; feature `client`.
impl ImageKit {
    /// The account itself: its usage, origins, URL endpoints and webhooks.
    ///
    /// ```no_run
    /// # async fn run(ik: imagekitio::ImageKit) -> Result<(), imagekitio::Error> {
    /// let may = ik.accounts().usage("2026-05-01", "2026-06-01").await?;
    /// println!("{} bytes were delivered in May", may.bandwidth_bytes);
    /// # Ok(())
    /// # }
    /// ```
    pub fn accounts(&self) -> Accounts {
        Accounts::new(self.http().clone())
    }

    /// Files, by id or path: details, copies, versions, metadata, and the same change to many.
    ///
    /// ```no_run
    /// # async fn run(ik: imagekitio::ImageKit) -> Result<(), imagekitio::Error> {
    /// let file = ik.files().get("64a7f3b2c1d2e3f4a5b6c7d8").await?;
    /// println!("{} has {} bytes", file.name, file.size);
    /// ik.files().delete("64a7f3b2c1d2e3f4a5b6c7d8").await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn files(&self) -> Files {
        Files::new(self.http().clone(), self.endpoint().cloned())
    }

    /// Files, file versions and folders together: lists and search.
    ///
    /// ```no_run
    /// # async fn run(ik: imagekitio::ImageKit) -> Result<(), imagekitio::Error> {
    /// use imagekitio::Asset;
    ///
    /// for asset in ik.assets().list().kind("all").path("/products").limit(50).await?.iter() {
    ///     match asset {
    ///         Asset::File(file) => println!("file {}", file.name),
    ///         Asset::Folder(folder) => println!("folder {}", folder.name),
    ///         other => println!("something else: {other:?}"),
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn assets(&self) -> Assets {
        Assets::new(self.http().clone())
    }

    /// The CDN's cache: purges and their status.
    ///
    /// ```no_run
    /// # async fn run(ik: imagekitio::ImageKit) -> Result<(), imagekitio::Error> {
    /// let purge = ik.cache().purge("https://ik.imagekit.io/demo/products/shoe*").await?;
    /// let done = ik.cache().wait(&purge.request_id).await?;
    /// println!("purged: {}", done.is_completed());
    /// # Ok(())
    /// # }
    /// ```
    pub fn cache(&self) -> Cache {
        Cache::new(self.http().clone())
    }

    /// Custom metadata fields: which values of your own files can carry.
    ///
    /// ```no_run
    /// # async fn run(ik: imagekitio::ImageKit) -> Result<(), imagekitio::Error> {
    /// use imagekitio::FieldSchema;
    ///
    /// let fields = ik.custom_metadata_fields();
    /// let price = FieldSchema::number().min_value(0).max_value(1000);
    /// let field = fields.create("price", "Price", price).description("In euros").await?;
    ///
    /// let schema = FieldSchema::number().max_value(2000);
    /// fields.update(&field.id).label("Price in shops").schema(schema).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn custom_metadata_fields(&self) -> CustomMetadataFields {
        CustomMetadataFields::new(self.http().clone())
    }

    /// Folders: creation, deletion, and the jobs that copy, move and rename them.
    ///
    /// ```no_run
    /// # async fn run(ik: imagekitio::ImageKit) -> Result<(), imagekitio::Error> {
    /// ik.folders().create("summer", "/products").await?;
    /// let job = ik.folders().copy("/products/summer", "/archive").include_versions(true).await?;
    /// let done = ik.folders().wait_for_job(&job.job_id).await?;
    /// println!("copied: {}", done.is_completed());
    /// # Ok(())
    /// # }
    /// ```
    pub fn folders(&self) -> Folders {
        Folders::new(self.http().clone())
    }

    /// Transformations that are kept under a name, to be used in URLs as
    /// [`named`](crate::Transformation::named).
    ///
    /// ```no_run
    /// # async fn run(ik: imagekitio::ImageKit) -> Result<(), imagekitio::Error> {
    /// use imagekitio::Transformation;
    ///
    /// let thumbnail = Transformation::new().width(200).height(200);
    /// ik.named_transformations().create("thumbnail", thumbnail).await?;
    /// let url = ik.url("/shoe.jpg").transform(Transformation::new().named("thumbnail")).build()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn named_transformations(&self) -> NamedTransformations {
        NamedTransformations::new(self.http().clone())
    }

    /// Configurations of extensions that are kept under an id, for uploads and updates to refer to.
    ///
    /// ```no_run
    /// # async fn run(ik: imagekitio::ImageKit) -> Result<(), imagekitio::Error> {
    /// use imagekitio::types::RemoveBg;
    ///
    /// let extensions = ik.saved_extensions();
    /// let cut = extensions.create("cut", "Cuts products out", RemoveBg::new()).await?;
    /// println!("to be referred to as {}", cut.id);
    /// # Ok(())
    /// # }
    /// ```
    pub fn saved_extensions(&self) -> SavedExtensions {
        SavedExtensions::new(self.http().clone())
    }

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
