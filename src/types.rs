//! What the API gives and takes, under short names.
//!
//! These are the generated types of [`raw::types`](crate::raw::types): structs with every property of the API document, and
//! with everything else that the server sends in `extra`.

pub use crate::raw::types::{
    AiTag, AiTaskAction, AiTaskSelectMetadata, AiTaskSelectTags, AiTaskYesNo,
    AiTasksExtension as AiTasks, AiTasksExtensionTasksItem as AiTask,
    AutoDescriptionExtension as AutoDescription, AutoTaggingExtension as AutoTagging,
    BulkJobStatusResponse as JobStatus, Change, CustomMetadataField, ExtensionConfig,
    ExtensionsItem as Extension, FileDetails, FileUploadV1ResponseFieldsItem as ResponseField,
    FolderDetails, GetUsageResponse as Usage, JobResponse as Job,
    ListAndSearchAssetsFileType as FileType, ListAndSearchAssetsResponseItem as Asset,
    ListAndSearchAssetsSort as AssetSort, ListAndSearchAssetsType as AssetType, Metadata,
    NamedTransformation, Number, OriginRequest, OriginRequestAkeneoPim as AkeneoPimOrigin,
    OriginRequestAzureBlob as AzureBlobOrigin,
    OriginRequestCloudinaryBackup as CloudinaryBackupOrigin, OriginRequestGcs as GcsOrigin,
    OriginRequestS3 as S3Origin, OriginRequestS3Compatible as S3CompatibleOrigin,
    OriginRequestWebFolder as WebFolderOrigin, OriginRequestWebProxy as WebProxyOrigin,
    OriginResponse as Origin, PurgeCacheResponse as Purge, PurgeStatusResponse as PurgeStatus,
    RemovedotBgExtension as RemoveBg, SavedExtension, SavedExtensionReference, Timestamp,
    TransformationObjectPostItem as PostTransformation,
    TransformationObjectPostItemAbsProtocol as StreamingProtocol, Upload,
    UrlEndpointRequestUrlRewriter as UrlRewriter,
    UrlEndpointRequestUrlRewriterAkamai as AkamaiUrlRewriter,
    UrlEndpointRequestUrlRewriterCloudinary as CloudinaryUrlRewriter,
    UrlEndpointRequestUrlRewriterImgix as ImgixUrlRewriter, UrlEndpointResponse as UrlEndpoint,
    UsageAnalyticsResponse as UsageAnalytics, VersionInfo, Webhook, WebhookEventType,
};
