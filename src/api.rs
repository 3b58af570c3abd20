//! The resources of the API, one module each.

/// A request builder: its arguments, how they are checked, and how the generated client is asked.
///
/// `repeatable` operations may be carried out twice with the same effect: see
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

/// The [`Call`](crate::client::Call) of a type that holds the arguments of an operation.
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
pub mod cache;
pub mod custom_metadata_fields;
pub mod files;
pub mod folders;
pub mod named_transformations;
pub mod saved_extensions;
mod wait;

pub use crate::client::CustomRequest;
pub use wait::Wait;
pub(crate) use wait::{check_interval, next_interval};

use crate::validate::{check_changes, check_filled, check_id, check_length};
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
}
