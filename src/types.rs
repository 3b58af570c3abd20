//! What the API gives and takes, under short names.
//!
//! These are the generated types of [`raw::types`](crate::raw::types): structs with every property of the API document, and
//! with everything else that the server sends in `extra`.

pub use crate::raw::types::{
    AiTag, AiTaskAction, AiTaskSelectMetadata, AiTaskSelectTags, AiTaskYesNo,
    AiTasksExtension as AiTasks, AiTasksExtensionTasksItem as AiTask,
    AutoDescriptionExtension as AutoDescription, AutoTaggingExtension as AutoTagging,
    BulkJobStatusResponse as JobStatus, Change, CustomMetadataField, ExtensionsItem as Extension,
    FileDetails, FileUploadV1ResponseFieldsItem as ResponseField, FolderDetails,
    JobResponse as Job, ListAndSearchAssetsFileType as FileType,
    ListAndSearchAssetsResponseItem as Asset, ListAndSearchAssetsSort as AssetSort,
    ListAndSearchAssetsType as AssetType, Metadata, Number, PurgeCacheResponse as Purge,
    PurgeStatusResponse as PurgeStatus, RemovedotBgExtension as RemoveBg, SavedExtensionReference,
    Timestamp, TransformationObjectPostItem as PostTransformation,
    TransformationObjectPostItemAbsProtocol as StreamingProtocol, Upload, VersionInfo,
};
