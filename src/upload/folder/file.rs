use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

/// A file of a folder that is uploaded. It is cheap to clone.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct FolderFile {
    pub(super) path: Arc<Path>,
    pub(super) relative_path: Arc<str>,
    pub(super) size: u64,
    pub(super) modified: Option<SystemTime>,
    pub(super) destination: Arc<str>,
}

impl FolderFile {
    /// Where the file is: the path of the folder, and that of the file in it.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The path in the folder, with `/` between its parts, such as `2026/beach.jpg`.
    pub fn relative_path(&self) -> &str {
        &self.relative_path
    }

    /// Bytes that the file had when the folder was looked through.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// When the file was changed last, as of when the folder was looked through; `None` if its file system doesn't say.
    pub fn modified(&self) -> Option<SystemTime> {
        self.modified
    }

    /// The path in the media library that the file gets, such as `/archive/2026/beach.jpg`. Characters of the name other than
    /// letters, digits, `.` and `-` become `_` on the server.
    pub fn destination(&self) -> &str {
        &self.destination
    }

    /// The destination as folder and name.
    pub(super) fn folder_and_name(&self) -> (&str, &str) {
        match self.destination.rsplit_once('/') {
            Some(("", name)) => ("/", name),
            Some(parts) => parts,
            None => ("/", &self.destination),
        }
    }
}

impl fmt::Debug for FolderFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FolderFile")
            .field("path", &self.path)
            .field("size", &self.size)
            .field("destination", &self.destination)
            .finish_non_exhaustive()
    }
}

/// The name that the server gives a file of this name: what it can't take becomes `_`.
pub(super) fn stored_name(name: &str) -> String {
    name.chars()
        .map(|c| match c {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '.' | '-' => c,
            _ => '_',
        })
        .collect()
}
