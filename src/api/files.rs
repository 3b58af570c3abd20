//! Single files, their versions and metadata, and bulk changes. Start with
//! [`ImageKit::files`](crate::ImageKit::files).

mod bulk;
mod find;
mod update;
mod versions;

use bulk::FileChange;
pub use bulk::{AddTags, CopyFiles, DeleteFiles, MoveFiles, RemoveAiTags, RemoveTags};
pub use find::FindFile;
pub use update::{PublishFile, UpdateFile};
pub use versions::{
    DeleteFileVersion, FileVersions, GetFileVersion, ListFileVersions, RestoreFileVersion,
};

#[doc(no_inline)]
pub use super::bulk::{BulkFailure, BulkOutcome};
use crate::client::{Http, Response};
use crate::error::Error;
use crate::raw::types::{
    CopyFileRequest, GetFileDetailsResponse, GetMetadataFromUrlResponse,
    GetUploadedFileMetadataResponse, MoveFileRequest, RenameFileRequest, RenamedFile,
    UpdateFileRequestDetails, UpdateFileRequestPublicationPublish, required,
};
use crate::secret::RedactedUrl;
use crate::url::Endpoint;
use crate::validate::{check_filled, check_id, check_new_name, http_url};

/// Files, by id or path, and bulk changes.
///
/// [`ImageKit::files`](crate::ImageKit::files) returns it.
#[derive(Clone, Debug)]
pub struct Files {
    http: Http,
    endpoint: Option<Endpoint>,
}

impl Files {
    pub(crate) fn new(http: Http, endpoint: Option<Endpoint>) -> Self {
        Self { http, endpoint }
    }

    /// Finds the current version of a file by its path, such as `/products/shoe.jpg`, or by its URL
    /// under the client's URL endpoint.
    ///
    /// `.await` returns an `Option` of [`File`](crate::types::File). It is `None` if there is no
    /// such file.
    ///
    /// ```no_run
    /// # async fn run(ik: imagekitio::ImageKit) -> Result<(), imagekitio::Error> {
    /// match ik.files().find("/products/shoe.jpg").await?.as_ref() {
    ///     Some(file) => println!("its id is {:?}", file.file_id),
    ///     None => println!("there is no such file"),
    /// }
    /// let url = "https://ik.imagekit.io/demo/tr:w-300/products/red%20shoe.jpg?v=2";
    /// let shoe = ik.files().find(url).await?.into_inner(); // /products/red shoe.jpg
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// - A path is compared character by character. Case, spaces and Unicode forms make a
    ///   difference, and `%20` is part of the name. The slash at the beginning is optional.
    /// - Of a URL, the percent-encoding is decoded, and the query, transformations, names for
    ///   search engines (`ik-seo`) and suffixes such as `/ik-thumbnail.jpg` are left out. The
    ///   endpoint must deliver the media library from its root folder.
    ///
    /// It sends one request.
    ///
    /// # Errors
    ///
    /// - [`InvalidInput`](crate::ErrorKind::InvalidInput) before the request for what can't be the
    ///   path of a file, such as a folder with a slash at its end, and for a URL that is not under
    ///   the client's [`url_endpoint`](crate::ImageKitBuilder::url_endpoint).
    /// - [`Decode`](crate::ErrorKind::Decode) for a name with a double quote, a backslash or a
    ///   control character, which a search can't contain, if the folder has at least 1000 other
    ///   files whose names begin like it.
    ///
    /// [API reference](https://imagekit.io/docs/api-reference/digital-asset-management-dam/list-and-search-assets)
    #[doc(alias = "find_by_path")]
    #[doc(alias = "find_by_url")]
    pub fn find(&self, path_or_url: impl Into<String>) -> FindFile {
        let path_or_url = RedactedUrl(path_or_url.into());
        FindFile::new(&self.http, path_or_url, self.endpoint.clone())
    }

    /// Returns the details of the current version of a file.
    ///
    /// `.await` returns [`File`](crate::types::File).
    ///
    /// # Errors
    ///
    /// - [`InvalidInput`](crate::ErrorKind::InvalidInput) for an id that ImageKit would not assign,
    ///   such as a path. To get the id of a path, use [`find`](Files::find).
    /// - [`NotFound`](crate::ErrorKind::NotFound) if no file has the id.
    ///
    /// [API reference](https://imagekit.io/docs/api-reference/digital-asset-management-dam/managing-assets/get-file-details)
    #[doc(alias = "get_file_details")]
    pub fn get(&self, file_id: impl Into<String>) -> GetFile {
        let file_id = file_id.into();
        GetFile::new(&self.http, file_id)
    }

    /// Changes the details of the current version of a file: tags, custom metadata, description and
    /// more, at least one of them. What is not set stays as it is.
    ///
    /// To change whether the file is delivered, use [`publish`](Files::publish) and
    /// [`unpublish`](Files::unpublish).
    ///
    /// `.await` returns [`UpdatedFile`](crate::types::UpdatedFile): the details after the change.
    ///
    /// # Errors
    ///
    /// - [`InvalidInput`](crate::ErrorKind::InvalidInput) for an id that ImageKit would not assign,
    ///   such as a path. To get the id of a path, use [`find`](Files::find). Also if nothing is
    ///   set, and for tags and extensions that ImageKit would refuse.
    /// - [`NotFound`](crate::ErrorKind::NotFound) if no file has the id.
    ///
    /// [API reference](https://imagekit.io/docs/api-reference/digital-asset-management-dam/managing-assets/update-file-details)
    #[doc(alias = "update_file_details")]
    pub fn update(&self, file_id: impl Into<String>) -> UpdateFile {
        UpdateFile::new(&self.http, file_id.into(), UpdateFileRequestDetails::new())
    }

    /// Publishes a file, so that its URL delivers it.
    ///
    /// `.await` returns [`UpdatedFile`](crate::types::UpdatedFile): the details after the change.
    ///
    /// # Errors
    ///
    /// - [`InvalidInput`](crate::ErrorKind::InvalidInput) for an id that ImageKit would not assign,
    ///   such as a path. To get the id of a path, use [`find`](Files::find).
    /// - [`NotFound`](crate::ErrorKind::NotFound) if no file has the id.
    ///
    /// [API reference](https://imagekit.io/docs/api-reference/digital-asset-management-dam/managing-assets/update-file-details)
    #[doc(alias = "update_file_details")]
    pub fn publish(&self, file_id: impl Into<String>) -> PublishFile {
        self.publication(file_id, true)
    }

    /// Unpublishes a file: its URL stops delivering it. The file stays in the media library.
    ///
    /// `.await` returns [`UpdatedFile`](crate::types::UpdatedFile): the details after the change.
    ///
    /// # Errors
    ///
    /// - [`InvalidInput`](crate::ErrorKind::InvalidInput) for an id that ImageKit would not assign,
    ///   such as a path. To get the id of a path, use [`find`](Files::find).
    /// - [`NotFound`](crate::ErrorKind::NotFound) if no file has the id.
    ///
    /// [API reference](https://imagekit.io/docs/api-reference/digital-asset-management-dam/managing-assets/update-file-details)
    #[doc(alias = "update_file_details")]
    pub fn unpublish(&self, file_id: impl Into<String>) -> PublishFile {
        self.publication(file_id, false)
    }

    fn publication(&self, file_id: impl Into<String>, is_published: bool) -> PublishFile {
        let publish = UpdateFileRequestPublicationPublish::new(is_published);
        PublishFile::new(&self.http, file_id.into(), publish)
    }

    /// Deletes a file with all its versions. Copies in the cache of the CDN stay until they are
    /// purged or expire.
    ///
    /// `.await` returns `()`.
    ///
    /// # Errors
    ///
    /// - [`InvalidInput`](crate::ErrorKind::InvalidInput) for an id that ImageKit would not assign,
    ///   such as a path. To get the id of a path, use [`find`](Files::find).
    /// - [`NotFound`](crate::ErrorKind::NotFound) if no file has the id.
    ///
    /// [API reference](https://imagekit.io/docs/api-reference/digital-asset-management-dam/managing-assets/delete-file)
    #[doc(alias = "delete_file")]
    pub fn delete(&self, file_id: impl Into<String>) -> DeleteFile {
        let file_id = file_id.into();
        DeleteFile::new(&self.http, file_id)
    }

    /// Copies a file, such as `/products/shoe.jpg`, into a folder, such as `/archive`. If the
    /// folder has a file of that name, the copied versions are added to its versions.
    ///
    /// `.await` returns `()`.
    ///
    /// # Errors
    ///
    /// - [`InvalidInput`](crate::ErrorKind::InvalidInput) for an empty path.
    /// - [`NotFound`](crate::ErrorKind::NotFound) if there is no such file or folder.
    ///
    /// [API reference](https://imagekit.io/docs/api-reference/digital-asset-management-dam/managing-assets/copy-file)
    #[doc(alias = "copy_file")]
    pub fn copy(&self, from_path: impl Into<String>, to_folder: impl Into<String>) -> CopyFile {
        let body = CopyFileRequest::new(required::CopyFileRequest {
            source_file_path: from_path.into(),
            destination_path: to_folder.into(),
        });
        CopyFile::new(&self.http, body)
    }

    /// Moves a file, such as `/products/shoe.jpg`, with all its versions into a folder, such as
    /// `/archive`. If the folder has a file of that name, the moved versions are added to its
    /// versions. URLs with the old path stop working.
    ///
    /// `.await` returns `()`.
    ///
    /// # Errors
    ///
    /// - [`InvalidInput`](crate::ErrorKind::InvalidInput) for an empty path.
    /// - [`NotFound`](crate::ErrorKind::NotFound) if there is no such file or folder.
    ///
    /// [API reference](https://imagekit.io/docs/api-reference/digital-asset-management-dam/managing-assets/move-file)
    #[doc(alias = "move_file")]
    pub fn move_to(&self, from_path: impl Into<String>, to_folder: impl Into<String>) -> MoveFile {
        let body = MoveFileRequest::new(required::MoveFileRequest {
            source_file_path: from_path.into(),
            destination_path: to_folder.into(),
        });
        MoveFile::new(&self.http, body)
    }

    /// Copies files into a folder, such as `/archive`, one with each request. See
    /// [`copy`](Self::copy) for what happens to each. To copy a folder, use
    /// [`copy`](crate::api::folders::Folders::copy) of folders.
    ///
    /// `.await` returns a [`BulkOutcome`], which has the result of each path.
    ///
    /// ```no_run
    /// # async fn run(ik: imagekitio::ImageKit) -> Result<(), imagekitio::Error> {
    /// let outcome = ik.files().copy_many(["/shoes/red.jpg", "/shoes/blue.jpg"], "/archive").await?;
    /// for failure in &outcome.failed {
    ///     println!("{} is not copied: {}", failure.item, failure.reason);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// - [`InvalidInput`](crate::ErrorKind::InvalidInput) for an empty list, and for an empty path.
    ///   Later failures are part of the outcome.
    ///
    /// [API reference](https://imagekit.io/docs/api-reference/digital-asset-management-dam/managing-assets/copy-file)
    pub fn copy_many<T: Into<String>>(
        &self,
        from_paths: impl IntoIterator<Item = T>,
        to_folder: impl Into<String>,
    ) -> CopyFiles {
        CopyFiles::new(self.http.clone(), self.copy("", to_folder), from_paths)
    }

    /// Moves files with all their versions into a folder, such as `/archive`, one with each
    /// request. See [`move_to`](Self::move_to) for what happens to each. To move a folder, use
    /// [`move_to`](crate::api::folders::Folders::move_to) of folders.
    ///
    /// `.await` returns a [`BulkOutcome`], which has the result of each path.
    ///
    /// ```no_run
    /// # async fn run(ik: imagekitio::ImageKit, old: Vec<String>) -> Result<(), imagekitio::Error> {
    /// let moved = ik.files().move_many(old, "/archive").await?.into_result()?;
    /// println!("{} files are moved", moved.len());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// - [`InvalidInput`](crate::ErrorKind::InvalidInput) for an empty list, and for an empty path.
    ///   Later failures are part of the outcome.
    ///
    /// [API reference](https://imagekit.io/docs/api-reference/digital-asset-management-dam/managing-assets/move-file)
    pub fn move_many<T: Into<String>>(
        &self,
        from_paths: impl IntoIterator<Item = T>,
        to_folder: impl Into<String>,
    ) -> MoveFiles {
        MoveFiles::new(self.http.clone(), self.move_to("", to_folder), from_paths)
    }

    /// Renames a file, such as `/products/shoe.jpg`, and all its versions.
    ///
    /// The new name has no folder. The server replaces characters other than letters, digits, `.`,
    /// `_` and `-` by `_`. URLs with the old name stop working, except for copies in the cache of
    /// the CDN: see [`purge_cache`](RenameFile::purge_cache).
    ///
    /// `.await` returns [`RenamedFile`].
    ///
    /// ```no_run
    /// # async fn run(ik: imagekitio::ImageKit) -> Result<(), imagekitio::Error> {
    /// let renamed = ik.files().rename("/products/shoe.jpg", "boot.jpg").purge_cache(true).await?;
    /// if renamed.purge_failed() {
    ///     println!("renamed, but old copies are still delivered: {:?}", renamed.message);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// - [`InvalidInput`](crate::ErrorKind::InvalidInput) for an empty path, and for a new name
    ///   that is empty or has a `/`.
    /// - [`NotFound`](crate::ErrorKind::NotFound) if there is no such file.
    /// - [`Conflict`](crate::ErrorKind::Conflict) if the folder has a file of the new name.
    ///
    /// [API reference](https://imagekit.io/docs/api-reference/digital-asset-management-dam/managing-assets/rename-file)
    #[doc(alias = "rename_file")]
    pub fn rename(&self, path: impl Into<String>, new_name: impl Into<String>) -> RenameFile {
        let body = RenameFileRequest::new(required::RenameFileRequest {
            file_path: path.into(),
            new_file_name: new_name.into(),
        });
        RenameFile::new(&self.http, body)
    }

    /// Returns the versions of a file.
    ///
    /// ```no_run
    /// # async fn run(ik: imagekitio::ImageKit) -> Result<(), imagekitio::Error> {
    /// let versions = ik.files().versions("64a7f3b2c1d2e3f4a5b6c7d8");
    /// for version in versions.list().await?.iter() {
    ///     println!("{} from {}", version.version_info.name, version.updated_at);
    /// }
    /// versions.restore("64a7f3b2c1d2e3f4a5b6c7d7").await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn versions(&self, file_id: impl Into<String>) -> FileVersions {
        FileVersions::new(self.http.clone(), file_id.into())
    }

    /// Returns the metadata in the content of a file: format, size, colors, EXIF data and the
    /// perceptual hash.
    ///
    /// `.await` returns [`Metadata`](crate::types::Metadata).
    ///
    /// # Errors
    ///
    /// - [`InvalidInput`](crate::ErrorKind::InvalidInput) for an id that ImageKit would not assign,
    ///   such as a path. To get the id of a path, use [`find`](Files::find).
    /// - [`NotFound`](crate::ErrorKind::NotFound) if no file has the id.
    ///
    /// [API reference](https://imagekit.io/docs/api-reference/file-metadata/get-uploaded-file-metadata)
    #[doc(alias = "get_metadata")]
    #[doc(alias = "get_file_metadata")]
    pub fn metadata(&self, file_id: impl Into<String>) -> GetFileMetadata {
        let file_id = file_id.into();
        GetFileMetadata::new(&self.http, file_id)
    }

    /// Returns the metadata in the content of the file at a URL, as [`metadata`](Files::metadata)
    /// does for an id. The URL must be one of your account. It may contain transformations.
    ///
    /// `.await` returns [`Metadata`](crate::types::Metadata).
    ///
    /// # Errors
    ///
    /// - [`InvalidInput`](crate::ErrorKind::InvalidInput) for a URL that is not an `http` or
    ///   `https` URL.
    /// - [`NotFound`](crate::ErrorKind::NotFound) if there is no such file.
    ///
    /// [API reference](https://imagekit.io/docs/api-reference/file-metadata/get-metadata-from-url)
    #[doc(alias = "get_remote_file_url_metadata")]
    #[doc(alias = "get_remote_url_metadata")]
    pub fn metadata_from_url(&self, url: impl Into<String>) -> GetMetadataFromUrl {
        let url = RedactedUrl(url.into());
        GetMetadataFromUrl::new(&self.http, url)
    }

    /// Deletes files with all their versions, 100 with each request. Copies in the cache of the CDN
    /// stay until they are purged or expire.
    ///
    /// The id of a missing file fails its whole request: see
    /// [`missing_file_ids`](crate::Error::missing_file_ids). If a request is retried because its
    /// response was lost, files that are then missing count as deleted, and the others are sent
    /// again.
    ///
    /// `.await` returns a [`BulkOutcome`], which has the result of each file.
    ///
    /// ```no_run
    /// # async fn run(ik: imagekitio::ImageKit, ids: Vec<String>) -> Result<(), imagekitio::Error> {
    /// let outcome = ik.files().delete_many(ids).await?;
    /// println!("{} files are deleted", outcome.succeeded.len());
    /// for failure in &outcome.failed {
    ///     println!("{} is not: {}", failure.item, failure.reason);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// - [`InvalidInput`](crate::ErrorKind::InvalidInput) for an empty list, and for ids and tags
    ///   that ImageKit would refuse. Later failures are part of the outcome.
    ///
    /// [API reference](https://imagekit.io/docs/api-reference/digital-asset-management-dam/managing-assets/delete-multiple-files)
    #[doc(alias = "bulk_file_delete")]
    #[doc(alias = "bulk_delete")]
    pub fn delete_many<T: Into<String>>(
        &self,
        file_ids: impl IntoIterator<Item = T>,
    ) -> DeleteFiles {
        DeleteFiles::new(self.http.clone(), FileChange::Delete, file_ids)
    }

    /// Adds tags to files, 50 files with each request. Tags that a file has stay. A file has at
    /// most 500 characters of tags, without `%`.
    ///
    /// `.await` returns a [`BulkOutcome`], which has the result of each file.
    ///
    /// ```no_run
    /// # async fn run(ik: imagekitio::ImageKit, ids: Vec<String>) -> Result<(), imagekitio::Error> {
    /// let changed = ik.files().add_tags(ids, ["red", "summer"]).await?.into_result()?;
    /// println!("{} files have the tags", changed.len());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// - [`InvalidInput`](crate::ErrorKind::InvalidInput) for an empty list, and for ids and tags
    ///   that ImageKit would refuse. Later failures are part of the outcome.
    ///
    /// [API reference](https://imagekit.io/docs/api-reference/digital-asset-management-dam/managing-assets/add-tags-bulk)
    pub fn add_tags<T: Into<String>, U: Into<String>>(
        &self,
        file_ids: impl IntoIterator<Item = T>,
        tags: impl IntoIterator<Item = U>,
    ) -> AddTags {
        let change = FileChange::AddTags(list(tags));
        AddTags::new(self.http.clone(), change, file_ids)
    }

    /// Removes tags from files, 50 files with each request.
    ///
    /// `.await` returns a [`BulkOutcome`], which has the result of each file.
    ///
    /// # Errors
    ///
    /// - [`InvalidInput`](crate::ErrorKind::InvalidInput) for an empty list, and for ids and tags
    ///   that ImageKit would refuse. Later failures are part of the outcome.
    ///
    /// [API reference](https://imagekit.io/docs/api-reference/digital-asset-management-dam/managing-assets/remove-tags-bulk)
    pub fn remove_tags<T: Into<String>, U: Into<String>>(
        &self,
        file_ids: impl IntoIterator<Item = T>,
        tags: impl IntoIterator<Item = U>,
    ) -> RemoveTags {
        let change = FileChange::RemoveTags(list(tags));
        RemoveTags::new(self.http.clone(), change, file_ids)
    }

    /// Removes tags that extensions added to files, 50 files with each request.
    ///
    /// `.await` returns a [`BulkOutcome`], which has the result of each file.
    ///
    /// # Errors
    ///
    /// - [`InvalidInput`](crate::ErrorKind::InvalidInput) for an empty list, and for ids and tags
    ///   that ImageKit would refuse. Later failures are part of the outcome.
    ///
    /// [API reference](https://imagekit.io/docs/api-reference/digital-asset-management-dam/managing-assets/remove-ai-tags-bulk)
    pub fn remove_ai_tags<T: Into<String>, U: Into<String>>(
        &self,
        file_ids: impl IntoIterator<Item = T>,
        ai_tags: impl IntoIterator<Item = U>,
    ) -> RemoveAiTags {
        let change = FileChange::RemoveAiTags(list(ai_tags));
        RemoveAiTags::new(self.http.clone(), change, file_ids)
    }
}

operation! {
    /// Returns the details of the current version of a file.
    ///
    /// Created by [`ik.files().get(file_id)`](Files::get).
    ///
    /// `.await` returns [`File`](crate::types::File).
    ///
    /// # Errors
    ///
    /// - [`InvalidInput`](crate::ErrorKind::InvalidInput) for an id that ImageKit would not assign,
    ///   such as a path. To get the id of a path, use [`find`](Files::find).
    /// - [`NotFound`](crate::ErrorKind::NotFound) if no file has the id.
    ///
    /// [API reference](https://imagekit.io/docs/api-reference/digital-asset-management-dam/managing-assets/get-file-details)
    GetFile { file_id: String }
    GET_FILE_DETAILS -> GetFileDetailsResponse, repeatable: true,
    check: |call| check_id("file_id", &call.file_id),
    send: |call, client| client.get_file_details().file_id(&call.file_id).send().await,
}

operation! {
    /// Deletes a file with all its versions. Copies in the cache of the CDN stay until they are
    /// purged or expire.
    ///
    /// Created by [`ik.files().delete(file_id)`](Files::delete).
    ///
    /// `.await` returns `()`.
    ///
    /// # Errors
    ///
    /// - [`InvalidInput`](crate::ErrorKind::InvalidInput) for an id that ImageKit would not assign,
    ///   such as a path. To get the id of a path, use [`find`](Files::find).
    /// - [`NotFound`](crate::ErrorKind::NotFound) if no file has the id.
    ///
    /// [API reference](https://imagekit.io/docs/api-reference/digital-asset-management-dam/managing-assets/delete-file)
    DeleteFile { file_id: String }
    DELETE_FILE -> (), repeatable: true,
    already_done: |_error| Some(()),
    check: |call| check_id("file_id", &call.file_id),
    send: |call, client| client.delete_file().file_id(&call.file_id).send().await?.map(|_| ()),
}

/// Options of a copy of a file.
impl CopyFile {
    /// Copies all versions, not only the current one. The server's default is false.
    pub fn include_versions(mut self, include: bool) -> Self {
        self.body.include_file_versions = include.into();
        self
    }
}

operation! {
    /// Copies a file, such as `/products/shoe.jpg`, into a folder, such as `/archive`. If the
    /// folder has a file of that name, the copied versions are added to its versions.
    ///
    /// Created by [`ik.files().copy(from_path, to_folder)`](Files::copy).
    ///
    /// `.await` returns `()`.
    ///
    /// # Errors
    ///
    /// - [`InvalidInput`](crate::ErrorKind::InvalidInput) for an empty path.
    /// - [`NotFound`](crate::ErrorKind::NotFound) if there is no such file or folder.
    ///
    /// [API reference](https://imagekit.io/docs/api-reference/digital-asset-management-dam/managing-assets/copy-file)
    CopyFile { body: CopyFileRequest }
    COPY_FILE -> (), repeatable: false,
    check: |call| check_places(&call.body.source_file_path, &call.body.destination_path),
    send: |call, client| client.copy_file().body(call.body.clone()).send().await?.map(|_| ()),
}

operation! {
    /// Moves a file, such as `/products/shoe.jpg`, with all its versions into a folder, such as
    /// `/archive`. If the folder has a file of that name, the moved versions are added to its
    /// versions. URLs with the old path stop working.
    ///
    /// Created by [`ik.files().move_to(from_path, to_folder)`](Files::move_to).
    ///
    /// `.await` returns `()`.
    ///
    /// # Errors
    ///
    /// - [`InvalidInput`](crate::ErrorKind::InvalidInput) for an empty path.
    /// - [`NotFound`](crate::ErrorKind::NotFound) if there is no such file or folder.
    ///
    /// [API reference](https://imagekit.io/docs/api-reference/digital-asset-management-dam/managing-assets/move-file)
    MoveFile { body: MoveFileRequest }
    MOVE_FILE -> (), repeatable: false,
    check: |call| check_places(&call.body.source_file_path, &call.body.destination_path),
    send: |call, client| client.move_file().body(call.body.clone()).send().await?.map(|_| ()),
}

fn list<T: Into<String>>(items: impl IntoIterator<Item = T>) -> Vec<String> {
    items.into_iter().map(Into::into).collect()
}

fn check_places(from_path: &str, to_folder: &str) -> Result<(), Error> {
    let fix = "give the path of the file, such as `/products/shoe.jpg`";
    check_filled("from_path", from_path, fix)?;
    let fix = "give the path of a folder, such as `/archive`, or `/` for the top one";
    check_filled("to_folder", to_folder, fix)
}

/// Options of a renaming.
impl RenameFile {
    /// Purges the copies under the old URLs from the cache of the CDN. The response then has the id
    /// of the purge, `purge_request_id`. An account has 1000 purges a month. The server's default
    /// is false.
    pub fn purge_cache(mut self, purge: bool) -> Self {
        self.body.purge_cache = purge.into();
        self
    }
}

/// The outcome of the purge.
impl Response<RenamedFile> {
    /// Returns whether the file is renamed and the purge of its old URLs failed (HTTP status 207).
    /// `reason`, `message` and `help` say why.
    pub fn purge_failed(&self) -> bool {
        self.http_status() == 207
    }
}

operation! {
    /// Renames a file, such as `/products/shoe.jpg`, and all its versions.
    ///
    /// Created by [`ik.files().rename(path, new_name)`](Files::rename).
    ///
    /// `.await` returns [`RenamedFile`].
    ///
    /// # Errors
    ///
    /// - [`InvalidInput`](crate::ErrorKind::InvalidInput) for an empty path, and for a new name
    ///   that is empty or has a `/`.
    /// - [`NotFound`](crate::ErrorKind::NotFound) if there is no such file.
    /// - [`Conflict`](crate::ErrorKind::Conflict) if the folder has a file of the new name.
    ///
    /// [API reference](https://imagekit.io/docs/api-reference/digital-asset-management-dam/managing-assets/rename-file)
    RenameFile { body: RenameFileRequest }
    RENAME_FILE -> RenamedFile, repeatable: false,
    check: |call| {
        let fix = "give the path of the file, such as `/products/shoe.jpg`";
        check_filled("path", &call.body.file_path, fix)?;
        check_new_name("new_name", &call.body.new_file_name, "boot.jpg")
    },
    send: |call, client| client.rename_file().body(call.body.clone()).send().await,
}

operation! {
    /// Returns the metadata in the content of a file: format, size, colors, EXIF data and the
    /// perceptual hash.
    ///
    /// Created by [`ik.files().metadata(file_id)`](Files::metadata).
    ///
    /// `.await` returns [`Metadata`](crate::types::Metadata).
    ///
    /// # Errors
    ///
    /// - [`InvalidInput`](crate::ErrorKind::InvalidInput) for an id that ImageKit would not assign,
    ///   such as a path. To get the id of a path, use [`find`](Files::find).
    /// - [`NotFound`](crate::ErrorKind::NotFound) if no file has the id.
    ///
    /// [API reference](https://imagekit.io/docs/api-reference/file-metadata/get-uploaded-file-metadata)
    GetFileMetadata { file_id: String }
    GET_UPLOADED_FILE_METADATA -> GetUploadedFileMetadataResponse, repeatable: true,
    check: |call| check_id("file_id", &call.file_id),
    send: |call, client| client.get_uploaded_file_metadata().file_id(&call.file_id).send().await,
}

operation! {
    /// Returns the metadata in the content of the file at a URL, as [`metadata`](Files::metadata)
    /// does for an id. The URL must be one of your account. It may contain transformations.
    ///
    /// Created by [`ik.files().metadata_from_url(url)`](Files::metadata_from_url).
    ///
    /// `.await` returns [`Metadata`](crate::types::Metadata).
    ///
    /// # Errors
    ///
    /// - [`InvalidInput`](crate::ErrorKind::InvalidInput) for a URL that is not an `http` or
    ///   `https` URL.
    /// - [`NotFound`](crate::ErrorKind::NotFound) if there is no such file.
    ///
    /// [API reference](https://imagekit.io/docs/api-reference/file-metadata/get-metadata-from-url)
    GetMetadataFromUrl { url: RedactedUrl<String> }
    GET_METADATA_FROM_URL -> GetMetadataFromUrlResponse, repeatable: true,
    check: |call| match http_url(&call.url.0) {
        Some(_) => Ok(()),
        None => Err(Error::invalid_input(
            "url",
            format!("`{}` is not an http or https URL; give one of your account's", call.url),
        )),
    },
    send: |call, client| client.get_metadata_from_url().url(&call.url.0).send().await,
}
