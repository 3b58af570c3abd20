use std::fmt;

use super::file::FolderFile;
use super::run::FolderEvent;
use crate::client::Response;
use crate::error::Error;
use crate::upload::UploadOutcome;

/// What became of one file of a folder.
#[derive(Debug)]
#[non_exhaustive]
pub enum FolderOutcome {
    /// It was uploaded, with this reply.
    Uploaded(Box<Response<UploadOutcome>>),
    /// It was uploaded by an earlier run, as the manifest says, and since then neither its content nor its fields nor its
    /// destination have changed. Nothing was sent.
    Unchanged,
    /// It was not uploaded, or it is not known that it was: see [`Error::may_have_been_sent`].
    Failed(Error),
}

/// What became of the files of a folder: one outcome for each.
///
/// It prints as one line, such as `12 uploaded, 3 unchanged, 1 failed`. Made by awaiting a
/// [`FolderUpload`](crate::upload::FolderUpload), or by collecting the events of a [`FolderRun`](crate::upload::FolderRun).
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct FolderSummary {
    /// The files, in the order in which they were done.
    pub results: Vec<(FolderFile, FolderOutcome)>,
    /// Why the manifest doesn't have all that was uploaded: the next run uploads that again, in its place.
    pub manifest_error: Option<Error>,
}

impl FolderSummary {
    /// The files that were uploaded, with their replies.
    pub fn uploaded(&self) -> impl Iterator<Item = (&FolderFile, &Response<UploadOutcome>)> {
        self.results.iter().filter_map(|result| match result {
            (file, FolderOutcome::Uploaded(reply)) => Some((file, &**reply)),
            _ => None,
        })
    }

    /// The files that did not have to be uploaded.
    pub fn unchanged(&self) -> impl Iterator<Item = &FolderFile> {
        self.results.iter().filter_map(|result| match result {
            (file, FolderOutcome::Unchanged) => Some(file),
            _ => None,
        })
    }

    /// The files that failed, and why.
    pub fn failed(&self) -> impl Iterator<Item = (&FolderFile, &Error)> {
        self.results.iter().filter_map(|result| match result {
            (file, FolderOutcome::Failed(error)) => Some((file, error)),
            _ => None,
        })
    }

    /// Whether every file is in the media library now, and the manifest has them all.
    pub fn is_complete(&self) -> bool {
        self.failed().next().is_none() && self.manifest_error.is_none()
    }
}

impl Extend<FolderEvent> for FolderSummary {
    fn extend<T: IntoIterator<Item = FolderEvent>>(&mut self, events: T) {
        for event in events {
            match event {
                FolderEvent::Progress { .. } => {}
                FolderEvent::Finished { file, outcome } => self.results.push((file, outcome)),
                FolderEvent::ManifestFailed(error) => self.manifest_error = Some(error),
            }
        }
    }
}

impl fmt::Display for FolderSummary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (uploaded, unchanged) = (self.uploaded().count(), self.unchanged().count());
        let failed = self.results.len() - uploaded - unchanged;
        write!(
            f,
            "{uploaded} uploaded, {unchanged} unchanged, {failed} failed"
        )?;
        match &self.manifest_error {
            Some(error) => write!(f, "; {error}"),
            None => Ok(()),
        }
    }
}
