use crate::client::Http;
use crate::error::Error;
use crate::raw::types::{
    GetFileVersionDetailsResponse, ListFileVersionsResponse, RestoreFileVersionResponse,
};
use crate::validate::check_id;

/// The versions of one file.
///
/// [`Files::versions`](super::Files::versions) returns it. A file has up to 100 versions: the
/// current one, which the URL of the file delivers, and earlier ones.
#[derive(Clone, Debug)]
pub struct FileVersions {
    http: Http,
    file_id: String,
}

impl FileVersions {
    pub(super) fn new(http: Http, file_id: String) -> Self {
        Self { http, file_id }
    }

    /// Lists the details of all versions. The current one has the type `file`, the others
    /// `file-version`.
    ///
    /// `.await` returns a `Vec` of [`File`](crate::types::File).
    ///
    /// # Errors
    ///
    /// - [`InvalidInput`](crate::ErrorKind::InvalidInput) for an id that ImageKit would not assign,
    ///   such as an empty one.
    /// - [`NotFound`](crate::ErrorKind::NotFound) if no file has the id.
    ///
    /// [API reference](https://imagekit.io/docs/api-reference/digital-asset-management-dam/managing-assets/list-file-versions)
    #[doc(alias = "get_file_versions")]
    pub fn list(&self) -> ListFileVersions {
        let file_id = self.file_id.clone();
        ListFileVersions::new(&self.http, file_id)
    }

    /// Returns the details of one version.
    ///
    /// `.await` returns [`File`](crate::types::File).
    ///
    /// # Errors
    ///
    /// - [`InvalidInput`](crate::ErrorKind::InvalidInput) for an id that ImageKit would not assign,
    ///   such as an empty one.
    /// - [`NotFound`](crate::ErrorKind::NotFound) if there is no such file or version.
    ///
    /// [API reference](https://imagekit.io/docs/api-reference/digital-asset-management-dam/managing-assets/get-file-version-details)
    #[doc(alias = "get_file_version_details")]
    pub fn get(&self, version_id: impl Into<String>) -> GetFileVersion {
        let version = self.version(version_id);
        GetFileVersion::new(&self.http, version)
    }

    /// Deletes one version for good.
    ///
    /// The API refuses to delete the current version. Restore another one first, or delete the
    /// file.
    ///
    /// `.await` returns `()`.
    ///
    /// # Errors
    ///
    /// - [`InvalidInput`](crate::ErrorKind::InvalidInput) for an id that ImageKit would not assign,
    ///   such as an empty one.
    /// - [`NotFound`](crate::ErrorKind::NotFound) if there is no such file or version.
    ///
    /// [API reference](https://imagekit.io/docs/api-reference/digital-asset-management-dam/managing-assets/delete-file-version)
    #[doc(alias = "delete_file_version")]
    pub fn delete(&self, version_id: impl Into<String>) -> DeleteFileVersion {
        let version = self.version(version_id);
        DeleteFileVersion::new(&self.http, version)
    }

    /// Makes an earlier version the current one.
    ///
    /// `.await` returns [`File`](crate::types::File): the details of the file after the change.
    ///
    /// # Errors
    ///
    /// - [`InvalidInput`](crate::ErrorKind::InvalidInput) for an id that ImageKit would not assign,
    ///   such as an empty one.
    /// - [`NotFound`](crate::ErrorKind::NotFound) if there is no such file or version.
    ///
    /// [API reference](https://imagekit.io/docs/api-reference/digital-asset-management-dam/managing-assets/restore-file-version)
    #[doc(alias = "restore_file_version")]
    pub fn restore(&self, version_id: impl Into<String>) -> RestoreFileVersion {
        let version = self.version(version_id);
        RestoreFileVersion::new(&self.http, version)
    }

    fn version(&self, version_id: impl Into<String>) -> Version {
        Version {
            file_id: self.file_id.clone(),
            version_id: version_id.into(),
        }
    }
}

/// One version of a file.
#[derive(Clone, Debug)]
pub(in crate::api) struct Version {
    file_id: String,
    version_id: String,
}

impl Version {
    fn check(&self) -> Result<(), Error> {
        check_id("file_id", &self.file_id)?;
        check_id("version_id", &self.version_id)
    }
}

operation! {
    /// Lists the details of all versions. The current one has the type `file`, the others
    /// `file-version`.
    ///
    /// Created by [`ik.files().versions(file_id).list()`](FileVersions::list).
    ///
    /// `.await` returns a `Vec` of [`File`](crate::types::File).
    ///
    /// # Errors
    ///
    /// - [`InvalidInput`](crate::ErrorKind::InvalidInput) for an id that ImageKit would not assign,
    ///   such as an empty one.
    /// - [`NotFound`](crate::ErrorKind::NotFound) if no file has the id.
    ///
    /// [API reference](https://imagekit.io/docs/api-reference/digital-asset-management-dam/managing-assets/list-file-versions)
    ListFileVersions { file_id: String }
    LIST_FILE_VERSIONS -> ListFileVersionsResponse, repeatable: true,
    check: |call| check_id("file_id", &call.file_id),
    send: |call, client| client.list_file_versions().file_id(&call.file_id).send().await,
}

operation! {
    /// Returns the details of one version.
    ///
    /// Created by [`ik.files().versions(file_id).get(version_id)`](FileVersions::get).
    ///
    /// `.await` returns [`File`](crate::types::File).
    ///
    /// # Errors
    ///
    /// - [`InvalidInput`](crate::ErrorKind::InvalidInput) for an id that ImageKit would not assign,
    ///   such as an empty one.
    /// - [`NotFound`](crate::ErrorKind::NotFound) if there is no such file or version.
    ///
    /// [API reference](https://imagekit.io/docs/api-reference/digital-asset-management-dam/managing-assets/get-file-version-details)
    GetFileVersion { version: Version }
    GET_FILE_VERSION_DETAILS -> GetFileVersionDetailsResponse, repeatable: true,
    check: |call| call.version.check(),
    send: |call, client| {
        let Version { file_id, version_id } = &call.version;
        let request = client.get_file_version_details();
        request.file_id(file_id).version_id(version_id).send().await
    },
}

operation! {
    /// Deletes one version for good.
    ///
    /// Created by [`ik.files().versions(file_id).delete(version_id)`](FileVersions::delete).
    ///
    /// `.await` returns `()`.
    ///
    /// # Errors
    ///
    /// - [`InvalidInput`](crate::ErrorKind::InvalidInput) for an id that ImageKit would not assign,
    ///   such as an empty one.
    /// - [`NotFound`](crate::ErrorKind::NotFound) if there is no such file or version.
    ///
    /// [API reference](https://imagekit.io/docs/api-reference/digital-asset-management-dam/managing-assets/delete-file-version)
    DeleteFileVersion { version: Version }
    DELETE_FILE_VERSION -> (), repeatable: true,
    already_done: |_error| Some(()),
    check: |call| call.version.check(),
    send: |call, client| {
        let Version { file_id, version_id } = &call.version;
        let request = client.delete_file_version();
        request.file_id(file_id).version_id(version_id).send().await?.map(|_| ())
    },
}

operation! {
    /// Makes an earlier version the current one.
    ///
    /// Created by [`ik.files().versions(file_id).restore(version_id)`](FileVersions::restore).
    ///
    /// `.await` returns [`File`](crate::types::File): the details of the file after the change.
    ///
    /// # Errors
    ///
    /// - [`InvalidInput`](crate::ErrorKind::InvalidInput) for an id that ImageKit would not assign,
    ///   such as an empty one.
    /// - [`NotFound`](crate::ErrorKind::NotFound) if there is no such file or version.
    ///
    /// [API reference](https://imagekit.io/docs/api-reference/digital-asset-management-dam/managing-assets/restore-file-version)
    RestoreFileVersion { version: Version }
    RESTORE_FILE_VERSION -> RestoreFileVersionResponse, repeatable: false,
    check: |call| call.version.check(),
    send: |call, client| {
        let Version { file_id, version_id } = &call.version;
        let request = client.restore_file_version();
        request.file_id(file_id).version_id(version_id).send().await
    },
}
