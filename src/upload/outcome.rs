use crate::client::{Reply, Response, decode};
use crate::error::{Error, ErrorKind};
use crate::raw::operations::Operation;
use crate::raw::types::Upload;

/// What became of an upload.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum UploadOutcome {
    /// The file is in the media library (status 200).
    Stored(Box<Upload>),
    /// The video was received, and a transformation that was asked for runs before it is stored (status 202). A webhook
    /// event (`upload.pre-transform.success` or `.error`) tells when it is done. There is no file yet.
    Processing,
}

impl UploadOutcome {
    /// The stored file, if there is one already.
    pub fn file(&self) -> Option<&Upload> {
        match self {
            Self::Stored(file) => Some(file),
            Self::Processing => None,
        }
    }

    pub(super) fn read(
        operation: &'static Operation,
        reply: Reply,
    ) -> Result<Response<Self>, Error> {
        if reply.status == reqwest::StatusCode::ACCEPTED {
            return Ok(Response::new(Self::Processing, reply));
        }
        let file = decode::<Upload>(operation, reply)?;
        Ok(file.map(|file| Self::Stored(Box::new(file))))
    }
}

impl Response<UploadOutcome> {
    /// The stored file.
    ///
    /// # Errors
    ///
    /// [`Decode`](ErrorKind::Decode) when the video is still being processed, so that there is no file yet.
    pub fn into_file(self) -> Result<Upload, Error> {
        match self.into_inner() {
            UploadOutcome::Stored(file) => Ok(*file),
            UploadOutcome::Processing => Err(Error::new(
                ErrorKind::Decode,
                "the video is still being processed; a webhook event tells when it is stored",
            )),
        }
    }
}
