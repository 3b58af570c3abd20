//! Models of the API: what requests take and replies contain.
//!
//! These are the generated types of [`raw::types`](crate::raw::types) that the high-level client uses. Each struct has a field
//! for every property in the API document. Properties that the document doesn't know are in `extra`.

mod asset;
pub(crate) mod extensions;
pub(crate) mod field_schema;
mod metadata;

pub use field_schema::{FieldSchema, FieldValue};

pub use crate::raw::types::{
    AiTag, AiTask, AiTaskAction, AiTaskSelectMetadata, AiTaskSelectMetadataValue, AiTaskSelectTags,
    AiTaskSetMetadataItem, AiTaskSetMetadataValue, AiTaskYesNo, AiTasks, AkamaiUrlRewriter,
    AkeneoPimOrigin, Asset, AssetSort, AssetType, AutoDescription, AutoTagging, AzureBlobOrigin,
    Change, CloudinaryBackupOrigin, CloudinaryUrlRewriter, CustomMetadataField, Extension,
    ExtensionConfig, File, FileType, Folder, GcsOrigin, ImgixUrlRewriter, Job, JobStatus, Metadata,
    NamedTransformation, Number, Origin, OriginRequest, Purge, PurgeStatus, RemoveBg,
    ResponseField, S3CompatibleOrigin, S3Origin, SavedExtension, SavedExtensionReference,
    StreamingProtocol, Timestamp, Upload, UrlEndpoint, UrlRewriter, Usage, UsageAnalytics,
    VersionInfo, WebFolderOrigin, WebProxyOrigin, Webhook, WebhookEventType, required,
};
