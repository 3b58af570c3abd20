use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

/// A file of a folder that is uploaded. Clones are cheap.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct FolderFile {
    pub(super) path: Arc<Path>,
    pub(super) relative_path: Arc<str>,
    pub(super) size: u64,
    pub(super) modified: Option<SystemTime>,
    pub(super) destination: Arc<str>,
}

impl FolderFile {
    /// Returns the path of the file: that of the folder, joined with the path in it.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the path in the folder with `/` as separator, such as `2026/beach.jpg`.
    pub fn relative_path(&self) -> &str {
        &self.relative_path
    }

    /// Returns the size in bytes when the folder was scanned.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Returns the modification time when the folder was scanned. `None` if the file system has
    /// none.
    pub fn modified(&self) -> Option<SystemTime> {
        self.modified
    }

    /// Returns the path in the media library, such as `/archive/2026/beach.jpg`.
    ///
    /// The server replaces characters of the name other than letters, digits, `.` and `-` by `_`.
    pub fn destination(&self) -> &str {
        &self.destination
    }

    /// Returns the destination as folder and name.
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

/// Returns the name under which the server stores a file: it replaces characters by `_`.
pub(super) fn stored_name(name: &str) -> String {
    name.chars()
        .map(|c| match c {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '.' | '-' => c,
            _ => '_',
        })
        .collect()
}
