use serde_json::Value;

use crate::types::{Asset, File, Folder};

/// Accessors of an asset.
impl Asset {
    /// Returns the file, if the asset is the current version of one.
    pub fn as_file(&self) -> Option<&File> {
        match self {
            Self::File(file) => Some(file),
            _ => None,
        }
    }

    /// Returns the file version, if the asset is one.
    pub fn as_file_version(&self) -> Option<&File> {
        match self {
            Self::FileVersion(version) => Some(version),
            _ => None,
        }
    }

    /// Returns the folder, if the asset is one.
    pub fn as_folder(&self) -> Option<&Folder> {
        match self {
            Self::Folder(folder) => Some(folder),
            _ => None,
        }
    }

    /// Returns the name, such as `shoe.jpg`. `None` for an asset of an unknown kind without a
    /// `name`.
    #[allow(
        unreachable_patterns,
        reason = "a later document may have further kinds"
    )]
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::File(file) | Self::FileVersion(file) => Some(&file.name),
            Self::Folder(folder) => Some(&folder.name),
            Self::Unknown(asset) => asset.get("name").and_then(Value::as_str),
            _ => None,
        }
    }

    /// Returns the path including the name, such as `/products/shoe.jpg`. `None` for an asset of an
    /// unknown kind with neither `filePath` nor `folderPath`.
    #[allow(
        unreachable_patterns,
        reason = "a later document may have further kinds"
    )]
    pub fn path(&self) -> Option<&str> {
        match self {
            Self::File(file) | Self::FileVersion(file) => Some(&file.file_path),
            Self::Folder(folder) => Some(&folder.folder_path),
            Self::Unknown(asset) => ["filePath", "folderPath"]
                .into_iter()
                .find_map(|path| asset.get(path)?.as_str()),
            _ => None,
        }
    }
}
