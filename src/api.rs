//! The operations of the media API, one module per resource.
//!
//! Each operation is a builder. Its page shows its options, what `.await` returns, and what can
//! fail. A request is sent by `.await`, or by `send_blocking` with the feature `blocking`:
//!
//! ```no_run
//! # async fn run(ik: imagekitio::ImageKit) -> Result<(), imagekitio::Error> {
//! use std::time::Duration;
//!
//! let rename = ik.files().rename("/products/shoe.jpg", "boot.jpg"); // nothing is sent yet
//! let renamed = rename.purge_cache(true).timeout(Duration::from_secs(5)).await?;
//! println!("{:?}", renamed.purge_request_id);
//! # Ok(())
//! # }
//! ```
//!
//! # Operations
//!
//! | method | on | `operationId` |
//! |---|---|---|
//! | [`upload`](crate::upload::UploadRequest) | `ik` | `upload-file` |
//! | [`upload_v2`](crate::upload::UploadRequest) | `ik` | `upload-file-v2` |
//! | [`get`](files::GetFile) | `ik.files()` | `get-file-details` |
//! | [`update`](files::UpdateFile) | `ik.files()` | `update-file-details` |
//! | [`publish`](files::PublishFile) | `ik.files()` | `update-file-details` |
//! | [`unpublish`](files::PublishFile) | `ik.files()` | `update-file-details` |
//! | [`delete`](files::DeleteFile) | `ik.files()` | `delete-file` |
//! | [`copy`](files::CopyFile) | `ik.files()` | `copy-file` |
//! | [`move_to`](files::MoveFile) | `ik.files()` | `move-file` |
//! | [`rename`](files::RenameFile) | `ik.files()` | `rename-file` |
//! | [`metadata`](files::GetFileMetadata) | `ik.files()` | `get-uploaded-file-metadata` |
//! | [`metadata_from_url`](files::GetMetadataFromUrl) | `ik.files()` | `get-metadata-from-url` |
//! | [`copy_many`](files::CopyFiles) | `ik.files()` | `copy-file` for each |
//! | [`move_many`](files::MoveFiles) | `ik.files()` | `move-file` for each |
//! | [`delete_many`](files::DeleteFiles) | `ik.files()` | `delete-multiple-files` |
//! | [`add_tags`](files::AddTags) | `ik.files()` | `add-tags-bulk` |
//! | [`remove_tags`](files::RemoveTags) | `ik.files()` | `remove-tags-bulk` |
//! | [`remove_ai_tags`](files::RemoveAiTags) | `ik.files()` | `remove-ai-tags-bulk` |
//! | [`find`](files::FindFile) | `ik.files()` | `list-and-search-assets` |
//! | [`list`](files::ListFileVersions) | `ik.files().versions(file_id)` | `list-file-versions` |
//! | [`get`](files::GetFileVersion) | `ik.files().versions(file_id)` | `get-file-version-details` |
//! | [`delete`](files::DeleteFileVersion) | `ik.files().versions(file_id)` | `delete-file-version` |
//! | [`restore`](files::RestoreFileVersion) | `ik.files().versions(file_id)` | `restore-file-version` |
//! | [`list`](assets::ListAssets), `list_files`, `list_folders`, `list_file_versions` | `ik.assets()` | `list-and-search-assets` |
//! | [`create`](folders::CreateFolder) | `ik.folders()` | `create-folder` |
//! | [`delete`](folders::DeleteFolder) | `ik.folders()` | `delete-folder` |
//! | [`copy`](folders::CopyFolder) | `ik.folders()` | `copy-folder` |
//! | [`move_to`](folders::MoveFolder) | `ik.folders()` | `move-folder` |
//! | [`rename`](folders::RenameFolder) | `ik.folders()` | `rename-folder` |
//! | [`job`](folders::GetJob) | `ik.folders()` | `bulk-job-status` |
//! | [`purge`](cache::PurgeCache) | `ik.cache()` | `purge-cache` |
//! | [`purge_many`](cache::PurgeUrls) | `ik.cache()` | `purge-cache` for each |
//! | [`status`](cache::GetPurgeStatus) | `ik.cache()` | `purge-status` |
//! | [`list`](custom_metadata_fields::ListCustomMetadataFields) | `ik.custom_metadata_fields()` | `list-all-fields` |
//! | [`create`](custom_metadata_fields::CreateCustomMetadataField) | `ik.custom_metadata_fields()` | `create-new-field` |
//! | [`update`](custom_metadata_fields::UpdateCustomMetadataField) | `ik.custom_metadata_fields()` | `update-existing-field` |
//! | [`delete`](custom_metadata_fields::DeleteCustomMetadataField) | `ik.custom_metadata_fields()` | `delete-a-field` |
//! | [`list`](named_transformations::ListNamedTransformations) | `ik.named_transformations()` | `list-named-transformations` |
//! | [`create`](named_transformations::CreateNamedTransformation) | `ik.named_transformations()` | `create-named-transformation` |
//! | [`get`](named_transformations::GetNamedTransformation) | `ik.named_transformations()` | `get-named-transformation` |
//! | [`update`](named_transformations::UpdateNamedTransformation) | `ik.named_transformations()` | `update-named-transformation` |
//! | [`delete`](named_transformations::DeleteNamedTransformation) | `ik.named_transformations()` | `delete-named-transformation` |
//! | [`list`](saved_extensions::ListSavedExtensions) | `ik.saved_extensions()` | `list-extensions` |
//! | [`create`](saved_extensions::CreateSavedExtension) | `ik.saved_extensions()` | `create-extension` |
//! | [`get`](saved_extensions::GetSavedExtension) | `ik.saved_extensions()` | `get-extension` |
//! | [`update`](saved_extensions::UpdateSavedExtension) | `ik.saved_extensions()` | `update-extension` |
//! | [`delete`](saved_extensions::DeleteSavedExtension) | `ik.saved_extensions()` | `delete-extension` |
//! | [`usage`](accounts::GetUsage) | `ik.accounts()` | `get-usage` |
//! | [`usage_analytics`](accounts::GetUsageAnalytics) | `ik.accounts()` | `get-usage-analytics` |
//! | [`list`](accounts::ListOrigins) | `ik.accounts().origins()` | `list-origins` |
//! | [`create`](accounts::CreateOrigin) | `ik.accounts().origins()` | `create-origin` |
//! | [`get`](accounts::GetOrigin) | `ik.accounts().origins()` | `get-origin` |
//! | [`update`](accounts::UpdateOrigin) | `ik.accounts().origins()` | `update-origin` |
//! | [`delete`](accounts::DeleteOrigin) | `ik.accounts().origins()` | `delete-origin` |
//! | [`list`](accounts::ListUrlEndpoints) | `ik.accounts().url_endpoints()` | `list-url-endpoints` |
//! | [`create`](accounts::CreateUrlEndpoint) | `ik.accounts().url_endpoints()` | `create-url-endpoint` |
//! | [`get`](accounts::GetUrlEndpoint) | `ik.accounts().url_endpoints()` | `get-url-endpoint` |
//! | [`update`](accounts::UpdateUrlEndpoint) | `ik.accounts().url_endpoints()` | `update-url-endpoint` |
//! | [`delete`](accounts::DeleteUrlEndpoint) | `ik.accounts().url_endpoints()` | `delete-url-endpoint` |
//! | [`list`](accounts::ListWebhooks) | `ik.accounts().webhooks()` | `list-webhooks` |
//! | [`create`](accounts::CreateWebhook) | `ik.accounts().webhooks()` | `create-webhook` |
//! | [`get`](accounts::GetWebhook) | `ik.accounts().webhooks()` | `get-webhook` |
//! | [`update`](accounts::UpdateWebhook) | `ik.accounts().webhooks()` | `update-webhook` |
//! | [`delete`](accounts::DeleteWebhook) | `ik.accounts().webhooks()` | `delete-webhook` |
//!
//! To send a request that is not in the table, use [`ImageKit::request`](crate::ImageKit::request).
//!
//! # Errors
//!
//! Every operation can fail as [`ErrorKind`](crate::ErrorKind) describes, such as with
//! [`Unauthorized`](crate::ErrorKind::Unauthorized) or
//! [`RateLimited`](crate::ErrorKind::RateLimited). The page of each operation lists the errors that
//! are specific to it.

/// Defines a request builder: its arguments, how they are checked, and how the generated client
/// sends them.
///
/// `repeatable` operations have the same effect if they are carried out twice: see
/// [`RetryPolicy`](crate::RetryPolicy). Where that depends on the arguments, `unless` names the
/// exceptions. `already_done` is the output of a deletion that finds nothing when it is retried.
macro_rules! operation {
    (
        $(#[$attribute:meta])*
        $builder:ident { $($field:ident: $type:ty),* $(,)? }
        $operation:ident -> $output:ty, repeatable: $repeatable:literal,
        $(unless: |$asked:ident| $exception:expr,)?
        $(already_done: |$not_found:ident| $done:expr,)?
        $(check: |$checked:ident| $check:expr,)?
        send: |$call:ident, $client:ident| $send:expr $(,)?
    ) => {
        $(#[$attribute])*
        #[must_use = "a request is sent by `.await`"]
        #[derive(Clone)]
        pub struct $builder {
            http: $crate::client::Http,
            options: $crate::client::Options,
            $($field: $type,)*
        }

        impl $builder {
            pub(in crate::api) fn new(http: &$crate::client::Http, $($field: $type),*) -> Self {
                Self { options: http.options(), http: http.clone(), $($field),* }
            }

            async fn run(self) -> $crate::client::Outcome<$output> {
                self.http.call(&self, &self.options).await
            }
        }

        /// Options that all requests share.
        impl $builder {
            $crate::client::request_options!(options);
        }

        $crate::client::sendable!($builder => $crate::Response<$output>);

        impl std::fmt::Debug for $builder {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(stringify!($builder))
                    $(.field(stringify!($field), &self.$field))*
                    .finish_non_exhaustive()
            }
        }

        call! {
            $builder: $operation -> $output, repeatable: $repeatable,
            $(unless: |$asked| $exception,)?
            $(already_done: |$not_found| $done,)?
            $(check: |$checked| $check,)?
            send: |$call, $client| $send,
        }
    };
}

/// Implements [`Call`](crate::client::Call) for a type that holds the arguments of an operation.
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
                &self,
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

pub mod accounts;
pub mod assets;
mod bulk;
pub mod cache;
pub mod custom_metadata_fields;
pub mod files;
pub mod folders;
pub mod named_transformations;
pub mod saved_extensions;
mod wait;

pub use crate::client::CustomRequest;
pub use bulk::{BulkFailure, BulkOutcome};
pub use wait::Wait;
pub(crate) use wait::{check_interval, next_interval};

use accounts::Accounts;
use assets::Assets;
use cache::Cache;
use custom_metadata_fields::CustomMetadataFields;
use files::Files;
use folders::Folders;
use named_transformations::NamedTransformations;
use saved_extensions::SavedExtensions;

use crate::ImageKit;

/// Requests; feature `client`.
impl ImageKit {
    /// Returns the operations of the account: usage, origins, URL endpoints and webhooks.
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

    /// Returns the operations of files: details, copies, versions, metadata, and bulk changes.
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

    /// Returns the lists and searches of files, file versions and folders.
    ///
    /// ```no_run
    /// # async fn run(ik: imagekitio::ImageKit) -> Result<(), imagekitio::Error> {
    /// use imagekitio::types::Asset;
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

    /// Returns the operations of the CDN's cache: purges and their status.
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

    /// Returns the operations of custom metadata fields, which define what values files can have.
    ///
    /// ```no_run
    /// # async fn run(ik: imagekitio::ImageKit) -> Result<(), imagekitio::Error> {
    /// use imagekitio::types::FieldSchema;
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

    /// Returns the operations of folders: creation, deletion, and jobs that copy, move and rename.
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

    /// Returns the operations of named transformations, which URLs use as
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

    /// Returns the operations of saved extensions, which uploads and updates refer to by id.
    ///
    /// ```no_run
    /// # async fn run(ik: imagekitio::ImageKit) -> Result<(), imagekitio::Error> {
    /// use imagekitio::types::RemoveBg;
    ///
    /// let extensions = ik.saved_extensions();
    /// let cut = extensions.create("cut", "Cuts products out", RemoveBg::new()).await?;
    /// println!("uploads refer to it as {}", cut.id);
    /// # Ok(())
    /// # }
    /// ```
    pub fn saved_extensions(&self) -> SavedExtensions {
        SavedExtensions::new(self.http().clone())
    }
}
