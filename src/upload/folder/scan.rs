//! What is in a folder, and where it goes.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use walkdir::WalkDir;

use super::file::{FolderFile, stored_name};
use super::pattern::Pattern;
use crate::error::{Error, ErrorKind};

pub(super) type Filter = Box<dyn Fn(&FolderFile) -> bool + Send + Sync>;
pub(super) type Destination = Box<dyn Fn(&FolderFile) -> String + Send + Sync>;

/// What is asked for.
#[derive(Default)]
pub(super) struct Scan {
    pub(super) root: PathBuf,
    /// The folder in the media library.
    pub(super) folder: String,
    pub(super) include: Vec<String>,
    pub(super) exclude: Vec<String>,
    pub(super) filters: Vec<Filter>,
    pub(super) destination: Option<Destination>,
    /// Files that are not looked at.
    pub(super) own: Vec<PathBuf>,
}

/// A file with its destination, or why it has none.
pub(super) type Found = (FolderFile, Result<(), Error>);

impl Scan {
    /// The files, in the order of their paths.
    pub(super) fn run(&self) -> Result<Vec<Found>, Error> {
        let patterns = |option, texts: &[String]| {
            let patterns = texts.iter().map(|text| Pattern::new(option, text));
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
                "{} is no folder; upload a file by ImageKit::upload",
                self.root.display()
            );
            return Err(Error::invalid_input("path", message));
        }
        std::fs::read_dir(&self.root).map_err(unreadable)?;
        let own: Vec<_> = self.own.iter().filter_map(|path| place(path)).collect();
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
            if exclude
                .iter()
                .any(|pattern| pattern.excludes(&relative_path, is_folder))
            {
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
                && self.filters.iter().all(|filter| filter(&file))
                && !is_own(&own, entry.path());
            if !is_wanted {
                continue;
            }
            if let Some(destination) = &self.destination {
                file.destination = join(&self.folder, &destination(&file)).into();
            }
            let checked = check(&file, &mut taken);
            found.push((file, checked));
        }
        Ok(found)
    }

    fn relative(&self, path: &Path) -> String {
        let path = path.strip_prefix(&self.root).unwrap_or(path);
        let parts: Vec<_> = path.iter().map(OsStr::to_string_lossy).collect();
        parts.join("/")
    }
}

/// One path below another, with one slash between parts and one at the beginning.
fn join(folder: &str, path: &str) -> String {
    let mut joined = String::with_capacity(folder.len() + path.len() + 2);
    for part in folder.split('/').chain(path.split('/')) {
        if !part.is_empty() {
            joined.push('/');
            joined.push_str(part);
        }
    }
    joined
}

/// Whether a file can have its destination, and no other one has it.
fn check(file: &FolderFile, taken: &mut HashMap<String, Arc<str>>) -> Result<(), Error> {
    let refuse = |message| Err(Error::invalid_input("destination", message));
    let shown = &file.destination;
    if shown.is_empty() {
        return refuse("is empty; give the file a name".to_owned());
    }
    if shown.split('/').any(|part| part == "." || part == "..") {
        return refuse(format!(
            "`{shown}` has a part that leads to another folder; leave `.` and `..` out"
        ));
    }
    let (folder, name) = file.folder_and_name();
    match taken.entry(join(folder, &stored_name(name))) {
        Entry::Vacant(place) => {
            place.insert(file.relative_path.clone());
            Ok(())
        }
        Entry::Occupied(place) => refuse(format!(
            "`{}` would be stored as {}, and so would `{}`; give one of them another destination",
            file.relative_path,
            place.key(),
            place.get()
        )),
    }
}

/// A file's name, and its folder as there is only one.
fn place(path: &Path) -> Option<(PathBuf, &OsStr)> {
    let folder = match path.parent()? {
        folder if folder.as_os_str().is_empty() => Path::new("."),
        folder => folder,
    };
    Some((folder.canonicalize().ok()?, path.file_name()?))
}

fn is_own(own: &[(PathBuf, &OsStr)], path: &Path) -> bool {
    // The folder is only looked up for a file that has the name.
    own.iter().any(|(_, name)| path.file_name() == Some(name))
        && place(path).is_some_and(|place| own.contains(&place))
}
