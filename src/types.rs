//! What the API gives and takes, under short names.
//!
//! These are the generated types of [`raw::types`](crate::raw::types): structs with every property of the API document, and
//! with everything else that the server sends in `extra`.

pub use crate::raw::types::{
    AiTag, AiTaskAction, AiTaskSelectMetadata, AiTaskSelectTags, AiTaskYesNo,
    AiTasksExtension as AiTasks, AiTasksExtensionTasksItem as AiTask, AkamaiUrlRewriter,
    AkeneoPimOrigin, AutoDescriptionExtension as AutoDescription,
    AutoTaggingExtension as AutoTagging, AzureBlobOrigin, BulkJobStatusResponse as JobStatus,
    Change, CloudinaryBackupOrigin, CloudinaryUrlRewriter, CustomMetadataField, ExtensionConfig,
    ExtensionsItem as Extension, FileDetails, FileUploadV1ResponseFieldsItem as ResponseField,
    FolderDetails, GcsOrigin, GetUsageResponse as Usage, ImgixUrlRewriter, JobResponse as Job,
    ListAndSearchAssetsFileType as FileType, ListAndSearchAssetsResponseItem as Asset,
    ListAndSearchAssetsSort as AssetSort, ListAndSearchAssetsType as AssetType, Metadata,
    NamedTransformation, Number, OriginRequest, OriginResponse as Origin,
    PurgeCacheResponse as Purge, PurgeStatusResponse as PurgeStatus,
    RemovedotBgExtension as RemoveBg, S3CompatibleOrigin, S3Origin, SavedExtension,
    SavedExtensionReference, Timestamp, TransformationObjectPostItem as PostTransformation,
    TransformationObjectPostItemAbsProtocol as StreamingProtocol, Upload,
    UrlEndpointRequestUrlRewriter as UrlRewriter, UrlEndpointResponse as UrlEndpoint,
    UsageAnalyticsResponse as UsageAnalytics, VersionInfo, WebFolderOrigin, WebProxyOrigin,
    Webhook, WebhookEventType, required,
};
