//! The files of a folder, and their destinations.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use unicode_normalization::UnicodeNormalization;
use walkdir::WalkDir;

use super::file::{FolderFile, stored_name};
use super::manifest::OwnFiles;
use super::pattern::Pattern;
use crate::error::{Error, ErrorKind};
use crate::upload::panics;

pub(super) type Filter = Box<dyn Fn(&FolderFile) -> bool + Send + Sync>;
pub(super) type Destination = Box<dyn Fn(&FolderFile) -> String + Send + Sync>;

/// The settings of a scan.
#[derive(Default)]
pub(super) struct Scan {
    pub(super) root: PathBuf,
    /// The folder in the media library.
    pub(super) folder: String,
    pub(super) include: Vec<String>,
    pub(super) exclude: Vec<String>,
    pub(super) filters: Vec<Filter>,
    pub(super) destination: Option<Destination>,
    /// Whether to upload files that operating systems leave in folders.
    pub(super) with_system_files: bool,
    /// The manifest and its drafts, which are not uploaded.
    pub(super) own: OwnFiles,
}

/// A file, and whether it can be uploaded to its destination.
pub(super) type Found = (FolderFile, Result<(), Error>);

impl Scan {
    /// Returns the files in the order of their paths.
    pub(super) fn run(&self) -> Result<Vec<Found>, Error> {
        let patterns = |argument, patterns: &[String]| {
            let patterns = patterns.iter();
            let patterns = patterns.map(|pattern| Pattern::new(argument, pattern));
            patterns.collect::<Result<Vec<_>, Error>>()
        };
        let include = patterns("include", &self.include)?;
        let exclude = patterns("exclude", &self.exclude)?;
        let unreadable = |error: io::Error| {
            let message = format!("{} cannot be read: {error}", self.root.display());
            Error::new(ErrorKind::Io, message).with_source(error)
        };
        let root = std::fs::metadata(&self.root).map_err(unreadable)?;
        if !root.is_dir() {
            let message = format!(
                "{} is not a folder; for a file use ImageKit::upload",
                self.root.display()
            );
            return Err(Error::invalid_input("path", message));
        }
        std::fs::read_dir(&self.root).map_err(unreadable)?;
        let walk = WalkDir::new(&self.root)
            .min_depth(1)
            .follow_links(true)
            .sort_by_file_name();
        let mut entries = walk.into_iter();
        let mut found = Vec::new();
        let mut taken = HashMap::new();
        while let Some(entry) = entries.next() {
            let path = match &entry {
                Ok(entry) => entry.path(),
                Err(error) => error.path().unwrap_or(&self.root),
            };
            let relative_path = self.relative(path);
            let is_folder = entry.as_ref().is_ok_and(|entry| entry.file_type().is_dir());
            let is_excluded = exclude
                .iter()
                .any(|pattern| pattern.excludes(&relative_path, is_folder));
            if is_excluded || (!self.with_system_files && is_system_file(&relative_path)) {
                if is_folder {
                    entries.skip_current_dir();
                }
                continue;
            }
            let mut file = FolderFile {
                path: path.into(),
                destination: join(&self.folder, &relative_path).into(),
                relative_path: relative_path.into(),
                size: 0,
                modified: None,
            };
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    let message = format!("{} cannot be read: {error}", file.path.display());
                    found.push((
                        file,
                        Err(Error::new(ErrorKind::Io, message).with_source(error)),
                    ));
                    continue;
                }
            };
            if is_folder {
                continue;
            }
            if let Ok(metadata) = entry.metadata() {
                file.size = metadata.len();
                file.modified = metadata.modified().ok();
            }
            let is_wanted = (include.is_empty()
                || include
                    .iter()
                    .any(|pattern| pattern.includes(&file.relative_path)))
                && !self.own.contain(entry.path());
            if !is_wanted {
                continue;
            }
            let checked = match self.choose(&mut file) {
                Ok(false) => continue,
                Ok(true) => check(&file, &mut taken),
                Err(error) => Err(error),
            };
            found.push((file, checked));
        }
        Ok(found)
    }

    /// Runs the callbacks for a file: the filters, and the one that sets the destination.
    fn choose(&self, file: &mut FolderFile) -> Result<bool, Error> {
        let panicked =
            |argument| move |panic| Error::invalid_input(argument, format!("the callback {panic}"));
        let wanted = panics::catch(|| self.filters.iter().all(|filter| filter(file)));
        if !wanted.map_err(panicked("filter"))? {
            return Ok(false);
        }
        if let Some(destination) = &self.destination {
            let path = panics::catch(|| destination(file)).map_err(panicked("destination"))?;
            file.destination = join(&self.folder, &path).into();
        }
        Ok(true)
    }

    /// Returns the path in the folder in NFC, because file systems encode the same name
    /// differently.
    fn relative(&self, path: &Path) -> String {
        let path = path.strip_prefix(&self.root).unwrap_or(path);
        let parts: Vec<_> = path.iter().map(OsStr::to_string_lossy).collect();
        parts.join("/").nfc().collect()
    }
}

/// Whether operating systems leave files or folders of this name in folders.
fn is_system_file(relative_path: &str) -> bool {
    const NAMES: [&str; 11] = [
        ".AppleDouble",
        ".DS_Store",
        ".Spotlight-V100",
        ".Trashes",
        ".fseventsd",
        "$RECYCLE.BIN",
        "System Volume Information",
        "Thumbs.db",
        "__MACOSX",
        "desktop.ini",
        "ehthumbs.db",
    ];
    let name = relative_path.rsplit('/').next().unwrap_or_default();
    name.starts_with("._") || NAMES.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// Joins two paths in NFC, with one slash at the start and between parts.
fn join(folder: &str, path: &str) -> String {
    let mut joined = String::with_capacity(folder.len() + path.len() + 2);
    for part in folder.split('/').chain(path.split('/')) {
        if !part.is_empty() {
            joined.push('/');
            joined.extend(part.nfc());
        }
    }
    joined
}

/// Refuses an invalid destination, and one that another file has.
fn check(file: &FolderFile, taken: &mut HashMap<String, Arc<str>>) -> Result<(), Error> {
    let refuse = |message| Err(Error::invalid_input("destination", message));
    let shown = &file.destination;
    if shown.is_empty() {
        return refuse("is empty; give the path of a file".to_owned());
    }
    if shown.split('/').any(|part| part == "." || part == "..") {
        return refuse(format!(
            "`{shown}` is not a valid destination: `.` and `..` lead to another folder; leave them out"
        ));
    }
    let (folder, name) = file.folder_and_name();
    match taken.entry(join(folder, &stored_name(name))) {
        Entry::Vacant(place) => {
            place.insert(file.relative_path.clone());
            Ok(())
        }
        Entry::Occupied(place) if *place.get() == file.relative_path => refuse(format!(
            "{} would be stored as {}, as another file whose name differs only in its Unicode \
             normalization; rename one of them",
            file.path.display(),
            place.key(),
        )),
        Entry::Occupied(place) => refuse(format!(
            "`{}` would be stored as {}, as `{}`; give one of them another destination",
            file.relative_path,
            place.key(),
            place.get()
        )),
    }
}
