//! The files of a folder.

mod file;
mod job;
mod manifest;
mod pattern;
mod recovery;
mod run;
mod scan;
mod summary;

pub use file::FolderFile;
pub use run::{FolderEvent, FolderRun};
pub use summary::{FolderOutcome, FolderSummary};

use std::fmt;
use std::path::{Path, PathBuf};
use std::pin::Pin;

use futures_util::StreamExt;
use tokio::task::spawn_blocking;

use super::cancel::CancelHandle;
use super::many::CONCURRENCY;
use super::request::UploadRequest;
use crate::ImageKit;
use crate::client::check_runtime;
use crate::error::{Error, ErrorKind};
use crate::raw::operations::UPLOAD_FILE;
use manifest::{Manifest, OwnFiles};
use run::Each;
use scan::Scan;

/// The upload of a folder with the folders in it, sent by `.await` or as a stream of events by [`start`](Self::start). See
/// [`ImageKit::upload_folder`].
///
/// Files keep their names and their places: `2026/beach.jpg` in the folder becomes `2026/beach.jpg` below
/// [`folder`](Self::folder) in the media library. A file that is there already gets a new version. Files of the same name after
/// the change of characters that the server makes don't take each other's place: the second one fails. Names and paths are
/// converted to Unicode's normal form NFC, so that the same folder gives the same files on every system; of two names that
/// differ in their form only, the second one fails.
///
/// Links are followed. Each file has one outcome; one that fails does not stop the others. An empty file fails, because the API
/// refuses it, and so does what is not a regular file, such as a pipe. Files that operating systems leave in folders are
/// skipped: see [`include_system_files`](Self::include_system_files).
///
/// # Going on where a run stopped
///
/// With a [`manifest`](Self::manifest), a file is not sent when it was sent before and neither its content nor its fields or
/// its destination have changed. Its size and the time of its last change tell, and where they don't, its SHA-256:
/// [`compare_contents`](Self::compare_contents) is for files that change without another size and time. So a run
/// that was stopped or killed, at any moment, is gone on with by another run with the same settings. A file that was being
/// sent when the process ended is looked for in the media library first, so that it isn't stored twice. (If it had been changed
/// less than two seconds before, it is sent again: its time of change doesn't tell enough.)
///
/// A file that is removed from the folder stays in the media library. A file that is removed from the media library is not
/// missed: delete its line in the manifest, or the manifest.
///
/// ```no_run
/// # async fn run(ik: imagekitio::ImageKit) -> Result<(), imagekitio::Error> {
/// let summary = ik
///     .upload_folder("photos")
///     .folder("/archive")
///     .exclude("drafts")
///     .filter(|file| file.size() < 25_000_000)
///     .destination(|file| file.relative_path().to_lowercase())
///     .each(|upload, file| match file.relative_path().split_once('/') {
///         Some((album, _)) => upload.tags([album]),
///         None => upload,
///     })
///     .manifest("photos.manifest")
///     .concurrency(8)
///     .await?;
/// println!("{summary}");
/// # Ok(())
/// # }
/// ```
#[must_use = "a folder is uploaded by `.await` or `start`"]
pub struct FolderUpload {
    ik: ImageKit,
    scan: Scan,
    each: Vec<Each>,
    manifest: Option<PathBuf>,
    compares_contents: bool,
    concurrency: usize,
    cancel: Option<CancelHandle>,
}

impl FolderUpload {
    pub(crate) fn new(ik: &ImageKit, path: &Path) -> Self {
        Self {
            ik: ik.clone(),
            scan: Scan {
                root: path.to_owned(),
                ..Scan::default()
            },
            each: Vec::new(),
            manifest: None,
            compares_contents: false,
            concurrency: CONCURRENCY,
            cancel: None,
        }
    }

    /// Folder of the media library that the files go to, such as `/archive`, created when it doesn't exist. `/` by default.
    pub fn folder(mut self, folder: impl Into<String>) -> Self {
        self.scan.folder = folder.into();
        self
    }

    /// Adds a pattern for files that are uploaded. Without any, all are.
    ///
    /// A pattern without `/` is for names, such as `*.jpg`; one with `/` is for paths in the folder, such as `2026/**/*.jpg`.
    /// `*` stands for any characters of a name, `**` for any folders, `?` for one character, `[a-z]` for one of a range. One with
    /// `/` at its end, such as `2026/`, is for folders, and chooses all that is in them.
    pub fn include(mut self, pattern: impl Into<String>) -> Self {
        self.scan.include.push(pattern.into());
        self
    }

    /// Adds a pattern for files that are not uploaded, and folders that are not looked into, such as `.git` or `drafts/**`.
    /// Patterns are those of [`include`](Self::include); this one goes before.
    pub fn exclude(mut self, pattern: impl Into<String>) -> Self {
        self.scan.exclude.push(pattern.into());
        self
    }

    /// Whether files are uploaded that operating systems leave in folders, and folders of theirs are looked into. The default is
    /// false.
    ///
    /// They are `.DS_Store`, `._*`, `.AppleDouble`, `.Spotlight-V100`, `.Trashes`, `.fseventsd` and `__MACOSX` of macOS, and
    /// `Thumbs.db`, `ehthumbs.db`, `desktop.ini`, `$RECYCLE.BIN` and `System Volume Information` of Windows, in any case. Other
    /// hidden files are uploaded.
    pub fn include_system_files(mut self, include: bool) -> Self {
        self.scan.with_system_files = include;
        self
    }

    /// Adds a condition for files that are uploaded.
    pub fn filter(
        mut self,
        condition: impl Fn(&FolderFile) -> bool + Send + Sync + 'static,
    ) -> Self {
        self.scan.filters.push(Box::new(condition));
        self
    }

    /// Where a file goes, as a path below [`folder`](Self::folder) with the file's name at its end. By default it is
    /// [`relative_path`](FolderFile::relative_path).
    pub fn destination(
        mut self,
        destination: impl Fn(&FolderFile) -> String + Send + Sync + 'static,
    ) -> Self {
        self.scan.destination = Some(Box::new(destination));
        self
    }

    /// What is said of each file beside its destination: tags, custom metadata, a [`RetryPolicy`](crate::RetryPolicy) and so
    /// on. Another upload may take the place of the given one, such as one of a smaller picture. If there are several, each has
    /// its turn. Folder, name and [`CancelHandle`] that are set here don't count.
    pub fn each(
        mut self,
        set: impl Fn(UploadRequest, &FolderFile) -> UploadRequest + Send + Sync + 'static,
    ) -> Self {
        self.each.push(Box::new(set));
        self
    }

    /// A file that keeps what was uploaded, so that another run leaves it out. It is created when it doesn't exist, and is
    /// never uploaded itself.
    ///
    /// It belongs to one account, which the private key tells, and to one run at a time: another run with it fails with
    /// [`InvalidInput`](ErrorKind::InvalidInput) until this one ends or is dropped, unless the file system has no locks. It must
    /// be a regular file, or a link to one. A new one is readable by its owner only; one that exists keeps its mode.
    ///
    /// A file that was changed without another size and without another time of its last change counts as unchanged, and is not
    /// sent: see [`compare_contents`](Self::compare_contents).
    pub fn manifest(mut self, path: impl AsRef<Path>) -> Self {
        self.manifest = Some(path.as_ref().to_owned());
        self
    }

    /// Whether files are compared with the [`manifest`](Self::manifest) by their content (SHA-256), even if size and time of the
    /// last change are the same. Each run then reads all files to their ends. The default is false.
    pub fn compare_contents(mut self, compare: bool) -> Self {
        self.compares_contents = compare;
        self
    }

    /// How many files are sent at the same time, 4 by default. 0 is taken as 1.
    pub fn concurrency(mut self, files: usize) -> Self {
        self.concurrency = files.max(1);
        self
    }

    /// A handle that ends the run from elsewhere. Files that are being sent, and those that weren't yet, fail with
    /// [`Canceled`](ErrorKind::Canceled); with a manifest, another run goes on from there.
    pub fn cancel_with(mut self, handle: &CancelHandle) -> Self {
        self.cancel = Some(handle.clone());
        self
    }

    /// Looks through the folder. Nothing is sent until the run is polled.
    ///
    /// # Errors
    ///
    /// Those of [`ImageKit::upload_folder`].
    pub async fn start(mut self) -> Result<FolderRun, Error> {
        check_runtime(&UPLOAD_FILE)?;
        let manifest = match self.manifest.take() {
            Some(path) => Some((path, account(&self.ik)?)),
            None => None,
        };
        if let Some((path, _)) = &manifest {
            self.scan.own = OwnFiles::of(path);
        }
        let found = blocking(move || self.scan.run()).await?;
        // On its own, so that a run that is dropped before never has the manifest.
        let manifest = match manifest {
            Some((path, account)) => Some(blocking(move || Manifest::open(&path, &account)).await?),
            None => None,
        };
        Ok(FolderRun::new(
            self.ik,
            found,
            manifest,
            self.compares_contents,
            self.each,
            self.concurrency,
            self.cancel,
        ))
    }
}

async fn blocking<T: Send + 'static>(
    run: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    spawn_blocking(run).await.unwrap_or_else(|error| {
        let message = "the folder could not be looked through";
        Err(Error::new(ErrorKind::Io, message).with_source(error))
    })
}

/// Tells accounts apart. Nothing can be learned from it about the key.
fn account(ik: &ImageKit) -> Result<String, Error> {
    let signer = ik.signer().ok_or_else(|| {
        Error::invalid_input(
            "private_key",
            "a manifest belongs to the account of a private key; give the key to the client, or leave the manifest out",
        )
    })?;
    let signature = signer.sign(&["upload manifest"]);
    Ok(signature.as_str().chars().take(16).collect())
}

impl IntoFuture for FolderUpload {
    type Output = Result<FolderSummary, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async { Ok(self.start().await?.collect().await) })
    }
}

impl fmt::Debug for FolderUpload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FolderUpload")
            .field("path", &self.scan.root)
            .field("folder", &self.scan.folder)
            .field("include", &self.scan.include)
            .field("exclude", &self.scan.exclude)
            .field("manifest", &self.manifest)
            .field("concurrency", &self.concurrency)
            .finish_non_exhaustive()
    }
}
