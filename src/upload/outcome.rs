use serde::de::Error as _;
use serde_json::{Map, Value};

use crate::client::{Reply, Response, undecodable};
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
        let outcome = match reply.status {
            reqwest::StatusCode::ACCEPTED => processing(&reply.body),
            _ => stored(&reply.body),
        };
        match outcome {
            Ok(outcome) => Ok(Response::new(outcome, reply)),
            Err(error) => Err(undecodable(operation, reply, error)),
        }
    }
}

/// Reads a message about a video that is being processed. It may be missing, but a web page is not one.
fn processing(body: &[u8]) -> serde_json::Result<UploadOutcome> {
    if !body.is_empty() {
        serde_json::from_slice::<Map<String, Value>>(body)?;
    }
    Ok(UploadOutcome::Processing)
}

/// Reads the details of a stored file. Without an id, it isn't known that there is one.
fn stored(body: &[u8]) -> serde_json::Result<UploadOutcome> {
    let file: Upload = serde_json::from_slice(body)?;
    if file.file_id.is_empty() {
        return Err(serde_json::Error::missing_field("fileId"));
    }
    Ok(UploadOutcome::Stored(Box::new(file)))
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
