use crate::client::{Http, Request};
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

call! {
    GetFile: GET_FILE_DETAILS -> GetFileDetailsResponse, repeatable: true,
    check: |call| super::check_id("file_id", &call.file_id),
    send: |call, client| client.get_file_details().file_id(call.file_id).send().await,
}

/// The arguments of [`Files::delete`].
#[derive(Clone, Debug)]
pub struct DeleteFile {
    file_id: String,
}

call! {
    DeleteFile: DELETE_FILE -> (), repeatable: true,
    check: |call| super::check_id("file_id", &call.file_id),
    send: |call, client| client.delete_file().file_id(call.file_id).send().await?.map(|_| ()),
}
