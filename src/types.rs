//! What the API gives and takes, under short names.
//!
//! These are the generated types of [`raw::types`](crate::raw::types): structs with every property of the API document, and
//! with everything else that the server sends in `extra`.

pub use crate::raw::types::{
    AiTag, AiTaskAction, AiTaskSelectMetadata, AiTaskSelectTags, AiTaskYesNo,
    AiTasksExtension as AiTasks, AiTasksExtensionTasksItem as AiTask,
    AutoDescriptionExtension as AutoDescription, AutoTaggingExtension as AutoTagging, Change,
    ExtensionsItem as Extension, FileDetails, FolderDetails,
    ListAndSearchAssetsFileType as FileType, ListAndSearchAssetsResponseItem as Asset,
    ListAndSearchAssetsSort as AssetSort, ListAndSearchAssetsType as AssetType, Metadata, Number,
    RemovedotBgExtension as RemoveBg, SavedExtensionReference, Timestamp, Upload, VersionInfo,
};
