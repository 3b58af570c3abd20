//! Uploads of folders.

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

/// The upload of a folder with its subfolders.
///
/// [`ImageKit::upload_folder`] returns it. `.await` runs it to its end, and [`start`](Self::start)
/// returns it as a stream of events.
///
/// Files keep their names and their places: `2026/beach.jpg` in the folder becomes `2026/beach.jpg`
/// below [`folder`](Self::folder) in the media library. A file that already exists there gets a new
/// version. Each file has one outcome. A failure doesn't stop the other files.
///
/// - Symbolic links are followed.
/// - Names and paths are normalized to Unicode NFC, so that the same folder gives the same files on
///   every system.
/// - If two files would get the same destination, the second one fails. The server replaces
///   characters, so that `a b.jpg` and `a_b.jpg` have the same destination.
/// - An empty file fails, because ImageKit refuses it. So does anything but a regular file, such as
///   a pipe.
/// - Files that operating systems leave in folders are skipped: see
///   [`include_system_files`](Self::include_system_files).
///
/// # Resuming
///
/// With a [`manifest`](Self::manifest), a file is skipped if an earlier run uploaded it, and its
/// content, its fields and its destination are unchanged. The content is unchanged if size and
/// modification time are, or if the SHA-256 is. A run that was stopped or killed is therefore
/// resumed by another run with the same settings.
///
/// If the process ended while a file was sent, the next run looks for the file in the media library
/// first, so that it isn't stored twice. (If the file was modified less than two seconds before, it
/// is sent again, because its modification time proves too little.)
///
/// Files that are removed from the folder stay in the media library. A file that is removed from
/// the media library is not uploaded again: delete its lines in the manifest, or the manifest.
///
/// # Examples
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

    /// Sets the folder in the media library, such as `/archive`. The default is `/`.
    ///
    /// ImageKit creates a missing folder.
    pub fn folder(mut self, folder: impl Into<String>) -> Self {
        self.scan.folder = folder.into();
        self
    }

    /// Adds a pattern of files to upload. Without one, all files are uploaded.
    ///
    /// | pattern | matches |
    /// |---|---|
    /// | `*.jpg` | names, in any folder |
    /// | `2026/**/*.jpg` | paths in the folder, because it contains `/` |
    /// | `2026/` | a folder with all files in it, because it ends with `/` |
    ///
    /// `*` matches any characters of a name, `**` any folders, `?` one character, and `[a-z]` one
    /// character of a range. Patterns are case-sensitive: `*.jpg` doesn't match `a.JPG`.
    pub fn include(mut self, pattern: impl Into<String>) -> Self {
        self.scan.include.push(pattern.into());
        self
    }

    /// Adds a pattern of files to skip, and of folders to skip with all files in them, such as
    /// `.git` or `drafts/**`.
    ///
    /// Takes precedence over [`include`](Self::include), which describes patterns.
    pub fn exclude(mut self, pattern: impl Into<String>) -> Self {
        self.scan.exclude.push(pattern.into());
        self
    }

    /// Whether to upload files that operating systems leave in folders. The default is false.
    ///
    /// These are `.DS_Store`, `._*`, `.AppleDouble`, `.Spotlight-V100`, `.Trashes`, `.fseventsd`
    /// and `__MACOSX` of macOS, and `Thumbs.db`, `ehthumbs.db`, `desktop.ini`, `$RECYCLE.BIN` and
    /// `System Volume Information` of Windows, in any case. Other hidden files are always uploaded.
    pub fn include_system_files(mut self, include: bool) -> Self {
        self.scan.with_system_files = include;
        self
    }

    /// Adds a condition of files to upload.
    ///
    /// A file for which the callback panics fails.
    pub fn filter(
        mut self,
        condition: impl Fn(&FolderFile) -> bool + Send + Sync + 'static,
    ) -> Self {
        self.scan.filters.push(Box::new(condition));
        self
    }

    /// Sets the destination of each file: a path below [`folder`](Self::folder) that ends with the
    /// name of the file. The default is [`relative_path`](FolderFile::relative_path).
    pub fn destination(
        mut self,
        destination: impl Fn(&FolderFile) -> String + Send + Sync + 'static,
    ) -> Self {
        self.scan.destination = Some(Box::new(destination));
        self
    }

    /// Adds a callback that sets fields and options of each upload, such as tags or a
    /// [`RetryPolicy`](crate::RetryPolicy).
    ///
    /// The callback may return another upload, such as one of a smaller picture. Several callbacks
    /// run in the order in which they were added. Folder, file name and [`CancelHandle`] of the
    /// upload are replaced.
    pub fn each(
        mut self,
        set: impl Fn(UploadRequest, &FolderFile) -> UploadRequest + Send + Sync + 'static,
    ) -> Self {
        self.each.push(Box::new(set));
        self
    }

    /// Sets the file that records what was uploaded, so that another run skips it. See
    /// [above](Self#resuming).
    ///
    /// A missing manifest is created, and readable by its owner only. An existing one keeps its
    /// mode. It must be a regular file, or a link to one. It is never uploaded itself.
    ///
    /// A manifest belongs to the account of the private key. Only one run at a time can use it:
    /// another one fails with [`InvalidInput`](ErrorKind::InvalidInput), unless the file system has
    /// no locks.
    ///
    /// A file that changed and kept both its size and its modification time counts as unchanged:
    /// see [`compare_contents`](Self::compare_contents).
    pub fn manifest(mut self, path: impl AsRef<Path>) -> Self {
        self.manifest = Some(path.as_ref().to_owned());
        self
    }

    /// Whether to compare files with the [`manifest`](Self::manifest) by their SHA-256, even if
    /// size and modification time are unchanged. The default is false.
    ///
    /// Each run then reads all files completely.
    pub fn compare_contents(mut self, compare: bool) -> Self {
        self.compares_contents = compare;
        self
    }

    /// Sets how many files are uploaded at the same time, at least 1. The default is 4. 0 counts as
    /// 1.
    pub fn concurrency(mut self, files: usize) -> Self {
        self.concurrency = files.max(1);
        self
    }

    /// Sets a handle that cancels the run.
    ///
    /// Files that are not uploaded yet fail with [`Canceled`](ErrorKind::Canceled). With a
    /// [`manifest`](Self::manifest), another run resumes.
    pub fn cancel_with(mut self, handle: &CancelHandle) -> Self {
        self.cancel = Some(handle.clone());
        self
    }

    /// Uploads the folder on the current thread; feature `blocking`.
    ///
    /// # Errors
    ///
    /// Those of [`ImageKit::upload_folder`], and [`InvalidInput`](ErrorKind::InvalidInput) inside
    /// an async task, whose thread must not be blocked.
    #[cfg(feature = "blocking")]
    pub fn send_blocking(self) -> Result<FolderSummary, Error> {
        crate::client::send_blocking(self)
    }

    /// Scans the folder, and returns the run. Nothing is sent until the run is polled.
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
        // Separate from the scan, so that a run that is dropped during the scan doesn't lock the
        // manifest.
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
    job: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    spawn_blocking(job).await.unwrap_or_else(|error| {
        let message = format!("the folder cannot be scanned: {error}");
        Err(Error::new(ErrorKind::Io, message).with_source(error))
    })
}

/// Returns an identifier of the account, which reveals nothing about the private key.
fn account(ik: &ImageKit) -> Result<String, Error> {
    let signer = ik.signer().ok_or_else(|| {
        Error::invalid_input(
            "private_key",
            "is missing; a manifest belongs to the account of the key: give the key to the client, or \
             leave the manifest out",
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
