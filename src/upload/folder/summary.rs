use std::fmt;

use super::file::FolderFile;
use super::run::FolderEvent;
use crate::client::Response;
use crate::error::Error;
use crate::upload::UploadOutcome;

/// The outcome of one file of a folder.
#[derive(Debug)]
#[non_exhaustive]
pub enum FolderOutcome {
    /// The file was uploaded, with this response.
    Uploaded(Box<Response<UploadOutcome>>),
    /// According to the manifest, an earlier run uploaded the file, and its content, its fields and
    /// its destination are unchanged. Nothing was sent.
    Unchanged,
    /// The upload failed. [`Error::may_have_been_sent`] is true if the server may have stored the
    /// file.
    Failed(Error),
}

/// The outcomes of the files of a folder.
///
/// It prints as one line, such as `12 uploaded, 3 unchanged, 1 failed`. Awaiting a
/// [`FolderUpload`](super::FolderUpload) returns it, and so does collecting the events of a
/// [`FolderRun`](super::FolderRun).
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct FolderSummary {
    /// The files with their outcomes, in the order in which they ended.
    pub results: Vec<(FolderFile, FolderOutcome)>,
    /// The error because of which the manifest is incomplete. The next run uploads again what the
    /// manifest lacks, to the same destinations.
    pub manifest_error: Option<Error>,
}

impl FolderSummary {
    /// Returns the files that were uploaded, with their responses.
    pub fn uploaded(&self) -> impl Iterator<Item = (&FolderFile, &Response<UploadOutcome>)> {
        self.results.iter().filter_map(|result| match result {
            (file, FolderOutcome::Uploaded(response)) => Some((file, &**response)),
            _ => None,
        })
    }

    /// Returns the files that were skipped because they are unchanged.
    pub fn unchanged(&self) -> impl Iterator<Item = &FolderFile> {
        self.results.iter().filter_map(|result| match result {
            (file, FolderOutcome::Unchanged) => Some(file),
            _ => None,
        })
    }

    /// Returns the files that failed, with their errors.
    pub fn failed(&self) -> impl Iterator<Item = (&FolderFile, &Error)> {
        self.results.iter().filter_map(|result| match result {
            (file, FolderOutcome::Failed(error)) => Some((file, error)),
            _ => None,
        })
    }

    /// Whether no file failed, and the manifest is complete.
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
