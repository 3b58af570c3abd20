//! Setters for the options of origins and URL rewriters.

use super::{
    AkeneoPimOrigin, AzureBlobOrigin, CloudinaryBackupOrigin, CloudinaryUrlRewriter, GcsOrigin,
    S3CompatibleOrigin, S3Origin, WebFolderOrigin, WebProxyOrigin,
};

/// A setter for each of several types, with its documentation in brackets.
macro_rules! setter {
    (@of $type:ty, [$(#[$doc:meta])*] $field:ident: String) => {
        impl $type {
            $(#[$doc])*
            pub fn $field(mut self, $field: impl Into<String>) -> Self {
                let value: String = $field.into();
                self.$field = value.into();
                self
            }
        }
    };
    (@of $type:ty, [$(#[$doc:meta])*] $field:ident: bool) => {
        impl $type {
            $(#[$doc])*
            pub fn $field(mut self, $field: bool) -> Self {
                self.$field = $field.into();
                self
            }
        }
    };
    ($docs:tt $field:ident: $value:ident => $($type:ty),+) => {
        $(setter!(@of $type, $docs $field: $value);)+
    };
}

setter! {
    [
        /// Sets the folder in the bucket or container that paths begin in, at most 100 characters.
        /// The server's default is the root.
    ]
    prefix: String =>
    AzureBlobOrigin, CloudinaryBackupOrigin, GcsOrigin, S3CompatibleOrigin, S3Origin
}

setter! {
    [
        /// Reads the bucket through an IAM role instead of an access key. The access key and the
        /// secret key are then empty strings. The server's default is false.
    ]
    use_iam_role: bool => CloudinaryBackupOrigin, S3Origin
}

setter! {
    [
        /// Puts the name of the bucket in the path of requests to the storage, not in the host
        /// name. The server's default is false.
    ]
    s3_force_path_style: bool => S3CompatibleOrigin
}

setter! {
    [
        /// Passes the `Host` header of delivery requests on to the web server. The server's
        /// default is false.
    ]
    forward_host_header_to_origin: bool => WebFolderOrigin
}

setter! {
    [
        /// Delivers files of this origin with a canonical header. The server's default is false.
    ]
    include_canonical_header: bool =>
    AkeneoPimOrigin, AzureBlobOrigin, CloudinaryBackupOrigin, GcsOrigin, S3CompatibleOrigin,
    S3Origin, WebFolderOrigin, WebProxyOrigin
}

setter! {
    [
        /// Sets the base URL of the canonical header. It has an effect together with
        /// [`include_canonical_header`](Self::include_canonical_header).
    ]
    base_url_for_canonical_header: String =>
    AkeneoPimOrigin, AzureBlobOrigin, CloudinaryBackupOrigin, GcsOrigin, S3CompatibleOrigin,
    S3Origin, WebFolderOrigin, WebProxyOrigin
}

setter! {
    [
        /// Keeps the asset type and the delivery type of Cloudinary URLs in the path after
        /// rewriting. The server's default is false.
    ]
    preserve_asset_delivery_types: bool => CloudinaryUrlRewriter
}
