use crate::client::{Call, Http, Request};
use crate::error::Error;
use crate::raw::operations::{self, Operation};
use crate::raw::types::{ApiErrorBody, GetFileDetailsResponse};
use crate::raw::{self, ResponseValue};

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
    pub fn get(&self, file_id: impl Into<String>) -> Request<GetFile> {
        let file_id = file_id.into();
        Request::new(&self.http, GetFile { file_id })
    }

    /// Deletes a file with all its versions (`delete-file`). Copies in the CDN's cache stay until they are purged or
    /// expire.
    #[doc(alias = "delete_file")]
    pub fn delete(&self, file_id: impl Into<String>) -> Request<DeleteFile> {
        let file_id = file_id.into();
        Request::new(&self.http, DeleteFile { file_id })
    }
}

/// The arguments of [`Files::get`].
#[derive(Clone, Debug)]
pub struct GetFile {
    file_id: String,
}

impl Call for GetFile {
    type Output = GetFileDetailsResponse;
    const OPERATION: &'static Operation = &operations::GET_FILE_DETAILS;
    const REPEATABLE: bool = true;

    fn check(&self) -> Result<(), Error> {
        super::check_id("file_id", &self.file_id)
    }

    async fn send(
        self,
        client: raw::Client,
    ) -> Result<ResponseValue<Self::Output>, raw::Error<ApiErrorBody>> {
        client.get_file_details().file_id(self.file_id).send().await
    }
}

/// The arguments of [`Files::delete`].
#[derive(Clone, Debug)]
pub struct DeleteFile {
    file_id: String,
}

impl Call for DeleteFile {
    type Output = ();
    const OPERATION: &'static Operation = &operations::DELETE_FILE;
    const REPEATABLE: bool = true;

    fn check(&self) -> Result<(), Error> {
        super::check_id("file_id", &self.file_id)
    }

    async fn send(
        self,
        client: raw::Client,
    ) -> Result<ResponseValue<Self::Output>, raw::Error<ApiErrorBody>> {
        let reply = client.delete_file().file_id(self.file_id).send().await?;
        reply.map(|_| ())
    }
}
