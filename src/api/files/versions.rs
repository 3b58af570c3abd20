use crate::api::check_id;
use crate::client::Http;
use crate::error::Error;
use crate::raw::types::{
    GetFileVersionDetailsResponse, ListFileVersionsResponse, RestoreFileVersionResponse,
};

/// The versions of one file. See [`Files::versions`](crate::api::Files::versions).
///
/// A file has up to 100 versions: a current one, which the file's URL delivers, and earlier ones.
#[derive(Clone, Debug)]
pub struct FileVersions {
    http: Http,
    file_id: String,
}

impl FileVersions {
    pub(super) fn new(http: Http, file_id: String) -> Self {
        Self { http, file_id }
    }

    /// The details of all versions (`list-file-versions`). The current one has the type `file`, the others
    /// `file-version`.
    #[doc(alias = "get_file_versions")]
    pub fn list(&self) -> ListFileVersions {
        let file_id = self.file_id.clone();
        ListFileVersions::new(&self.http, file_id)
    }

    /// The details of one version (`get-file-version-details`).
    #[doc(alias = "get_file_version_details")]
    pub fn get(&self, version_id: impl Into<String>) -> GetFileVersion {
        let version = self.version(version_id);
        GetFileVersion::new(&self.http, version)
    }

    /// Deletes one version for good (`delete-file-version`). The current one can't be deleted like this: restore another
    /// one first, or delete the file.
    #[doc(alias = "delete_file_version")]
    pub fn delete(&self, version_id: impl Into<String>) -> DeleteFileVersion {
        let version = self.version(version_id);
        DeleteFileVersion::new(&self.http, version)
    }

    /// Makes an earlier version the current one (`restore-file-version`). The reply has the details of the file after it.
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
    /// The arguments of [`FileVersions::list`].
    ListFileVersions { file_id: String }
    LIST_FILE_VERSIONS -> ListFileVersionsResponse, repeatable: true,
    check: |call| check_id("file_id", &call.file_id),
    send: |call, client| client.list_file_versions().file_id(&call.file_id).send().await,
}

operation! {
    /// The arguments of [`FileVersions::get`].
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
    /// The arguments of [`FileVersions::delete`].
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
    /// The arguments of [`FileVersions::restore`].
    RestoreFileVersion { version: Version }
    RESTORE_FILE_VERSION -> RestoreFileVersionResponse, repeatable: false,
    check: |call| call.version.check(),
    send: |call, client| {
        let Version { file_id, version_id } = &call.version;
        let request = client.restore_file_version();
        request.file_id(file_id).version_id(version_id).send().await
    },
}
