use serde::de::Error as _;
use serde_json::{Map, Value};

use crate::client::{Reply, Response, undecodable};
use crate::error::{Error, ErrorKind};
use crate::raw::operations::{Operation, UPLOAD_FILE};
use crate::raw::types::Upload;

/// The result of an upload that the server accepted.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum UploadOutcome {
    /// The file is in the media library (status 200).
    Stored(Box<Upload>),
    /// The server received a video and runs its pre-transformation before it stores the file
    /// (status 202).
    ///
    /// ImageKit sends the webhook event `upload.pre-transform.success` or
    /// `upload.pre-transform.error` when it is done.
    Processing,
}

impl UploadOutcome {
    /// Returns the stored file. `None` for [`Processing`](Self::Processing).
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

/// Reads the body of a 202, which is empty or a JSON object. An HTML page doesn't come from the
/// API.
fn processing(body: &[u8]) -> serde_json::Result<UploadOutcome> {
    if !body.is_empty() {
        serde_json::from_slice::<Map<String, Value>>(body)?;
    }
    Ok(UploadOutcome::Processing)
}

/// Reads the details of a stored file. An object without an id is refused.
fn stored(body: &[u8]) -> serde_json::Result<UploadOutcome> {
    let file: Upload = serde_json::from_slice(body)?;
    if file.file_id.is_empty() {
        return Err(serde_json::Error::missing_field("fileId"));
    }
    Ok(UploadOutcome::Stored(Box::new(file)))
}

impl Response<UploadOutcome> {
    /// Returns the stored file.
    ///
    /// # Errors
    ///
    /// [`Accepted`](ErrorKind::Accepted), with the response, for
    /// [`Processing`](UploadOutcome::Processing): the file is not stored yet.
    pub fn into_file(self) -> Result<Upload, Error> {
        let (outcome, reply) = self.into_parts();
        match outcome {
            UploadOutcome::Stored(file) => Ok(*file),
            UploadOutcome::Processing => Err(Error::new(
                ErrorKind::Accepted,
                "the server accepted the video and transforms it before it stores the file; wait \
                 for the webhook event `upload.pre-transform.success`",
            )
            .with_reply(UPLOAD_FILE.id, reply)),
        }
    }
}
