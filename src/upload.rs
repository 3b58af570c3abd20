//! Uploads: a source, the form fields, and what became of them.

mod form;
mod outcome;
mod source;

pub use outcome::UploadOutcome;
pub use source::UploadSource;

use std::future::IntoFuture;
use std::pin::Pin;

use serde_json::{Map, Value};

use crate::client::{Http, Response};
use crate::error::Error;
use crate::raw::operations;
use crate::raw::types::{FileUploadV1, FileUploadV1ResponseFieldsItem};

/// An upload that is sent by `.await`. See [`ImageKit::upload`](crate::ImageKit::upload).
///
/// Fields that are not set are not sent: the server's defaults apply.
#[must_use = "an upload is sent by `.await`"]
#[derive(Debug)]
pub struct UploadRequest {
    http: Http,
    source: UploadSource,
    fields: FileUploadV1,
}

impl UploadRequest {
    pub(crate) fn new(http: Http, source: UploadSource) -> Self {
        let name = source.file_name().unwrap_or_default();
        Self {
            http,
            source,
            fields: FileUploadV1::new(String::new(), name),
        }
    }

    /// Name of the file in the media library (`fileName`). Without it, the name of the source. Characters other than letters,
    /// digits, `.` and `-` become `_` on the server.
    pub fn file_name(mut self, name: impl Into<String>) -> Self {
        self.fields.file_name = name.into();
        self
    }

    /// Folder of the media library, such as `/products/shoes`, created when it doesn't exist. The server's default is `/`.
    pub fn folder(mut self, folder: impl Into<String>) -> Self {
        self.fields.folder = Some(folder.into());
        self
    }

    /// Whether the server adds a random suffix to the name so that nothing is overwritten. The server's default is true.
    pub fn use_unique_file_name(mut self, unique: bool) -> Self {
        self.fields.use_unique_file_name = Some(unique);
        self
    }

    /// Tags of the file, 500 characters in all, without `%` and commas.
    pub fn tags<T: Into<String>>(mut self, tags: impl IntoIterator<Item = T>) -> Self {
        self.fields.tags = Some(tags.into_iter().map(Into::into).collect());
        self
    }

    /// Whether the original is delivered through signed URLs only. The server's default is false.
    pub fn is_private_file(mut self, private: bool) -> Self {
        self.fields.is_private_file = Some(private);
        self
    }

    /// Whether the file is delivered at all. The server's default is true.
    pub fn is_published(mut self, published: bool) -> Self {
        self.fields.is_published = Some(published);
        self
    }

    /// The important area, as `x,y,width,height` in pixels, for the focus `custom`.
    pub fn custom_coordinates(mut self, coordinates: impl Into<String>) -> Self {
        self.fields.custom_coordinates = Some(coordinates.into());
        self
    }

    /// Values of custom metadata fields, by the name of the field.
    pub fn custom_metadata(mut self, values: Map<String, Value>) -> Self {
        self.fields.custom_metadata = Some(values);
        self
    }

    /// Further properties that the reply shall contain.
    pub fn response_fields(
        mut self,
        fields: impl IntoIterator<Item = FileUploadV1ResponseFieldsItem>,
    ) -> Self {
        self.fields.response_fields = Some(fields.into_iter().collect());
        self
    }

    /// Whether a file of the same name is replaced when the name isn't made unique. The server's default is true.
    pub fn overwrite_file(mut self, overwrite: bool) -> Self {
        self.fields.overwrite_file = Some(overwrite);
        self
    }

    /// Text that describes the file.
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.fields.description = Some(description.into());
        self
    }

    async fn send(self) -> Result<Response<UploadOutcome>, Error> {
        const OPERATION: &operations::Operation = &operations::UPLOAD_FILE;
        if self.fields.file_name.is_empty() {
            return Err(Error::invalid_input(
                "file_name",
                "is empty, and the source has no name; give the file a name",
            ));
        }
        let file = self.source.into_part(&self.fields.file_name).await?;
        let form = form::multipart(file, &self.fields)?;
        let reply = self
            .http
            .send(OPERATION, |request| request.multipart(form))
            .await?;
        UploadOutcome::read(OPERATION, reply)
    }
}

impl IntoFuture for UploadRequest {
    type Output = Result<Response<UploadOutcome>, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}
