use crate::client::{Http, Response};
use crate::error::Error;
use crate::raw::operations;
use crate::raw::types::GetFileDetailsResponse;

/// Single files, by id. See [`ImageKit::files`](crate::ImageKit::files).
#[derive(Clone, Debug)]
pub struct Files {
    http: Http,
}

impl Files {
    pub(crate) fn new(http: Http) -> Self {
        Self { http }
    }

    /// The details of the current version of a file (`get-file-details`).
    #[doc(alias = "get_file_details")]
    pub fn get(&self, file_id: impl Into<String>) -> GetFile {
        GetFile {
            http: self.http.clone(),
            file_id: file_id.into(),
        }
    }

    /// Deletes a file with all its versions (`delete-file`). Copies in the CDN's cache stay until they are purged or expire.
    #[doc(alias = "delete_file")]
    pub fn delete(&self, file_id: impl Into<String>) -> DeleteFile {
        DeleteFile {
            http: self.http.clone(),
            file_id: file_id.into(),
        }
    }
}

/// A request for the details of a file, sent by `.await`. See [`Files::get`].
#[must_use = "a request is sent by `.await`"]
#[derive(Clone, Debug)]
pub struct GetFile {
    http: Http,
    file_id: String,
}

impl GetFile {
    async fn send(self) -> Result<Response<GetFileDetailsResponse>, Error> {
        let id = super::id("file_id", &self.file_id)?;
        self.http
            .call(&operations::GET_FILE_DETAILS, |client| async move {
                client.get_file_details().file_id(id).send().await
            })
            .await
    }
}

super::sends!(GetFile => GetFileDetailsResponse);

/// A request to delete a file, sent by `.await`. See [`Files::delete`].
#[must_use = "a request is sent by `.await`"]
#[derive(Clone, Debug)]
pub struct DeleteFile {
    http: Http,
    file_id: String,
}

impl DeleteFile {
    async fn send(self) -> Result<Response<()>, Error> {
        let id = super::id("file_id", &self.file_id)?;
        let response = self
            .http
            .call(&operations::DELETE_FILE, |client| async move {
                client.delete_file().file_id(id).send().await
            })
            .await?;
        Ok(response.map(|_| ()))
    }
}

super::sends!(DeleteFile => ());
