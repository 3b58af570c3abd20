//! Folders, and the jobs that copy, move and rename them. Start with
//! [`ImageKit::folders`](crate::ImageKit::folders).

use super::wait::Wait;
use crate::client::Http;
use crate::error::Error;
use crate::raw::types::{
    BulkJobStatusResponse, CopyFolderRequest, CopyFolderResponse, CreateFolderRequest,
    DeleteFolderRequest, MoveFolderRequest, MoveFolderResponse, RenameFolderRequest,
    RenameFolderResponse, required,
};
use crate::validate::{check_filled, check_id, check_new_name, excerpt, has_dot_step};

/// What to do about an empty path.
const PATH: &str = "give the path of a folder, such as `/products`";

/// Refuses the root, which cannot be deleted, moved or renamed, and paths that resolve elsewhere. A
/// path of characters that a server may strip counts as the root.
fn check_folder(option: &'static str, path: &str) -> Result<(), Error> {
    check_filled(option, path, PATH)?;
    let why = if has_dot_step(path) {
        "is not a valid path of a folder: `.` and `..` are not resolved"
    } else if path
        .chars()
        .all(|c| matches!(c, '/' | '\\' | '\u{feff}') || c.is_whitespace() || c.is_control())
    {
        "is the root, which cannot be deleted, moved or renamed"
    } else {
        return Ok(());
    };
    Err(Error::invalid_input(
        option,
        format!("`{}` {why}; {PATH}", excerpt(path)),
    ))
}

/// Folders, by path.
///
/// [`ImageKit::folders`](crate::ImageKit::folders) returns it.
#[derive(Clone, Debug)]
pub struct Folders {
    http: Http,
}

impl Folders {
    pub(crate) fn new(http: Http) -> Self {
        Self { http }
    }

    /// Creates a folder in another one, together with parent folders that do not exist yet. `/` is
    /// the root.
    ///
    /// The server replaces characters of the name other than letters and digits (of any script) by
    /// `_`.
    ///
    /// `.await` returns `()`.
    ///
    /// # Errors
    ///
    /// - [`InvalidInput`](crate::ErrorKind::InvalidInput) for an empty name or path.
    ///
    /// [API reference](https://imagekit.io/docs/api-reference/digital-asset-management-dam/managing-folders/create-folder)
    #[doc(alias = "create_folder")]
    pub fn create(
        &self,
        folder_name: impl Into<String>,
        parent_folder_path: impl Into<String>,
    ) -> CreateFolder {
        CreateFolder::new(&self.http, folder_name.into(), parent_folder_path.into())
    }

    /// Deletes a folder with everything in it. This cannot be undone. Copies in the cache of the
    /// CDN stay until they are purged or expire.
    ///
    /// `.await` returns `()`.
    ///
    /// # Errors
    ///
    /// - [`InvalidInput`](crate::ErrorKind::InvalidInput) for an empty path, the root folder, and
    ///   `.` or `..` in a path.
    /// - [`NotFound`](crate::ErrorKind::NotFound) if there is no such folder.
    ///
    /// [API reference](https://imagekit.io/docs/api-reference/digital-asset-management-dam/managing-folders/delete-folder)
    #[doc(alias = "delete_folder")]
    pub fn delete(&self, folder_path: impl Into<String>) -> DeleteFolder {
        let folder_path = folder_path.into();
        DeleteFolder::new(&self.http, folder_path)
    }

    /// Starts a job that copies a folder with its content into another folder. A file whose name
    /// exists there becomes the newest version of that file.
    ///
    /// `.await` returns [`Job`](crate::types::Job) with the id of the job for
    /// [`wait_for_job`](Folders::wait_for_job).
    ///
    /// # Errors
    ///
    /// - [`InvalidInput`](crate::ErrorKind::InvalidInput) for an empty path.
    /// - [`NotFound`](crate::ErrorKind::NotFound) if there is no such folder.
    /// - [`Locked`](crate::ErrorKind::Locked) while another job works on the folder.
    ///
    /// [API reference](https://imagekit.io/docs/api-reference/digital-asset-management-dam/managing-folders/copy-folder)
    #[doc(alias = "copy_folder")]
    pub fn copy(
        &self,
        source_folder_path: impl Into<String>,
        destination_path: impl Into<String>,
    ) -> CopyFolder {
        CopyFolder::new(
            &self.http,
            source_folder_path.into(),
            destination_path.into(),
            None,
        )
    }

    /// Starts a job that moves a folder with its content into another folder. A file whose name
    /// exists there becomes the newest version of that file. The old URLs stop working.
    ///
    /// `.await` returns [`Job`](crate::types::Job) with the id of the job for
    /// [`wait_for_job`](Folders::wait_for_job).
    ///
    /// # Errors
    ///
    /// - [`InvalidInput`](crate::ErrorKind::InvalidInput) for an empty path, the root folder, and
    ///   `.` or `..` in a path.
    /// - [`NotFound`](crate::ErrorKind::NotFound) if there is no such folder.
    /// - [`Locked`](crate::ErrorKind::Locked) while another job works on the folder.
    ///
    /// [API reference](https://imagekit.io/docs/api-reference/digital-asset-management-dam/managing-folders/move-folder)
    #[doc(alias = "move_folder")]
    pub fn move_to(
        &self,
        source_folder_path: impl Into<String>,
        destination_path: impl Into<String>,
    ) -> MoveFolder {
        MoveFolder::new(
            &self.http,
            source_folder_path.into(),
            destination_path.into(),
        )
    }

    /// Starts a job that renames a folder. The paths and URLs of everything in it change.
    ///
    /// The new name has no path. The server replaces its characters other than `-`, letters and
    /// digits (of any script) by `_`.
    ///
    /// `.await` returns [`Job`](crate::types::Job) with the id of the job for
    /// [`wait_for_job`](Folders::wait_for_job).
    ///
    /// # Errors
    ///
    /// - [`InvalidInput`](crate::ErrorKind::InvalidInput) for an empty path, the root folder, and
    ///   `.` or `..` in a path. Also for a new name that is empty or has a `/`.
    /// - [`NotFound`](crate::ErrorKind::NotFound) if there is no such folder.
    /// - [`Conflict`](crate::ErrorKind::Conflict) if a folder of the new name exists.
    /// - [`Locked`](crate::ErrorKind::Locked) while another job works on the folder.
    ///
    /// [API reference](https://imagekit.io/docs/api-reference/digital-asset-management-dam/managing-folders/rename-folder)
    #[doc(alias = "rename_folder")]
    pub fn rename(
        &self,
        folder_path: impl Into<String>,
        new_folder_name: impl Into<String>,
    ) -> RenameFolder {
        RenameFolder::new(&self.http, folder_path.into(), new_folder_name.into(), None)
    }

    /// Returns the status of a job that copies, moves or renames a folder.
    ///
    /// A folder that was renamed while its purge failed is completed: see
    /// [`purge_failed`](crate::types::JobStatus::purge_failed). The HTTP status is then 207, and
    /// `message` and `help` say why.
    ///
    /// `.await` returns [`JobStatus`](crate::types::JobStatus).
    ///
    /// # Errors
    ///
    /// - [`InvalidInput`](crate::ErrorKind::InvalidInput) for an id that ImageKit would not assign,
    ///   such as an empty one.
    /// - [`NotFound`](crate::ErrorKind::NotFound) if no job has the id.
    ///
    /// [API reference](https://imagekit.io/docs/api-reference/digital-asset-management-dam/managing-folders/bulk-job-status)
    #[doc(alias = "get_bulk_job_status")]
    pub fn job(&self, job_id: impl Into<String>) -> GetJob {
        let job_id = job_id.into();
        GetJob::new(&self.http, job_id)
    }

    /// Waits until a job is no longer pending.
    ///
    /// `.await` returns the last [`JobStatus`](crate::types::JobStatus). It requests the status at
    /// once, again after waits of 1, 2, 4 and 8 seconds, and then every 10 seconds, for 10 minutes
    /// at most: see [`Wait`] for the settings. A state that this crate doesn't know ends the wait
    /// as well: check [`is_completed`](crate::types::JobStatus::is_completed).
    ///
    /// # Errors
    ///
    /// - [`Timeout`](crate::ErrorKind::Timeout) if the job is still pending after that time.
    /// - Those of [`job`](Self::job).
    ///
    /// [API reference](https://imagekit.io/docs/api-reference/digital-asset-management-dam/managing-folders/bulk-job-status)
    #[doc(alias = "get_bulk_job_status")]
    pub fn wait_for_job(&self, job_id: impl Into<String>) -> Wait<BulkJobStatusResponse> {
        Wait::new(self.job(job_id), "job", BulkJobStatusResponse::is_pending)
    }
}

/// Accessors of the status of a job.
impl BulkJobStatusResponse {
    /// Returns whether the job is pending or running.
    pub fn is_pending(&self) -> bool {
        self.status.as_str() == "Pending"
    }

    /// Returns whether the job is completed, even if the purge after it failed.
    pub fn is_completed(&self) -> bool {
        self.status.as_str() == "Completed" || self.purge_failed()
    }

    /// Returns whether a folder was renamed and the purge of its old URLs failed (`Partial
    /// success`). Purge its files with [`Cache::purge`](crate::api::cache::Cache::purge).
    pub fn purge_failed(&self) -> bool {
        self.status.as_str() == "Partial success"
    }
}

operation! {
    /// Creates a folder in another one, together with parent folders that do not exist yet. `/` is
    /// the root.
    ///
    /// Created by [`ik.folders().create(folder_name, parent_folder_path)`](Folders::create).
    ///
    /// `.await` returns `()`.
    ///
    /// # Errors
    ///
    /// - [`InvalidInput`](crate::ErrorKind::InvalidInput) for an empty name or path.
    ///
    /// [API reference](https://imagekit.io/docs/api-reference/digital-asset-management-dam/managing-folders/create-folder)
    CreateFolder { folder_name: String, parent_folder_path: String }
    CREATE_FOLDER -> (), repeatable: false,
    check: |call| {
        check_filled("folder_name", &call.folder_name, "give the name of the new folder")?;
        let fix = "give the path of a folder, or `/` for the root";
        check_filled("parent_folder_path", &call.parent_folder_path, fix)
    },
    send: |call, client| {
        let body = CreateFolderRequest::new(required::CreateFolderRequest {
            folder_name: call.folder_name.clone(),
            parent_folder_path: call.parent_folder_path.clone(),
        });
        client.create_folder().body(body).send().await?.map(|_| ())
    },
}

operation! {
    /// Deletes a folder with everything in it. This cannot be undone. Copies in the cache of the
    /// CDN stay until they are purged or expire.
    ///
    /// Created by [`ik.folders().delete(folder_path)`](Folders::delete).
    ///
    /// `.await` returns `()`.
    ///
    /// # Errors
    ///
    /// - [`InvalidInput`](crate::ErrorKind::InvalidInput) for an empty path, the root folder, and
    ///   `.` or `..` in a path.
    /// - [`NotFound`](crate::ErrorKind::NotFound) if there is no such folder.
    ///
    /// [API reference](https://imagekit.io/docs/api-reference/digital-asset-management-dam/managing-folders/delete-folder)
    DeleteFolder { folder_path: String }
    DELETE_FOLDER -> (), repeatable: true,
    already_done: |_error| Some(()),
    check: |call| check_folder("folder_path", &call.folder_path),
    send: |call, client| {
        let body = DeleteFolderRequest::new(&call.folder_path);
        client.delete_folder().body(body).send().await?.map(|_| ())
    },
}

/// Options of a copy of a folder.
impl CopyFolder {
    /// Copies all versions of the files, not only the current ones. The server's default is false.
    pub fn include_versions(mut self, include: bool) -> Self {
        self.include_versions = Some(include);
        self
    }
}

operation! {
    /// Starts a job that copies a folder with its content into another folder. A file whose name
    /// exists there becomes the newest version of that file.
    ///
    /// Created by [`ik.folders().copy(source_folder_path, destination_path)`](Folders::copy).
    ///
    /// `.await` returns [`Job`](crate::types::Job) with the id of the job for
    /// [`wait_for_job`](Folders::wait_for_job).
    ///
    /// # Errors
    ///
    /// - [`InvalidInput`](crate::ErrorKind::InvalidInput) for an empty path.
    /// - [`NotFound`](crate::ErrorKind::NotFound) if there is no such folder.
    /// - [`Locked`](crate::ErrorKind::Locked) while another job works on the folder.
    ///
    /// [API reference](https://imagekit.io/docs/api-reference/digital-asset-management-dam/managing-folders/copy-folder)
    CopyFolder { source_folder_path: String, destination_path: String, include_versions: Option<bool> }
    COPY_FOLDER -> CopyFolderResponse, repeatable: false,
    check: |call| {
        check_filled("source_folder_path", &call.source_folder_path, PATH)?;
        check_filled("destination_path", &call.destination_path, PATH)
    },
    send: |call, client| {
        let mut body = CopyFolderRequest::new(required::CopyFolderRequest {
            source_folder_path: call.source_folder_path.clone(),
            destination_path: call.destination_path.clone(),
        });
        if let Some(include) = &call.include_versions {
            body.include_versions = (*include).into();
        }
        client.copy_folder().body(body).send().await
    },
}

operation! {
    /// Starts a job that moves a folder with its content into another folder. A file whose name
    /// exists there becomes the newest version of that file. The old URLs stop working.
    ///
    /// Created by [`ik.folders().move_to(source_folder_path, destination_path)`](Folders::move_to).
    ///
    /// `.await` returns [`Job`](crate::types::Job) with the id of the job for
    /// [`wait_for_job`](Folders::wait_for_job).
    ///
    /// # Errors
    ///
    /// - [`InvalidInput`](crate::ErrorKind::InvalidInput) for an empty path, the root folder, and
    ///   `.` or `..` in a path.
    /// - [`NotFound`](crate::ErrorKind::NotFound) if there is no such folder.
    /// - [`Locked`](crate::ErrorKind::Locked) while another job works on the folder.
    ///
    /// [API reference](https://imagekit.io/docs/api-reference/digital-asset-management-dam/managing-folders/move-folder)
    MoveFolder { source_folder_path: String, destination_path: String }
    MOVE_FOLDER -> MoveFolderResponse, repeatable: false,
    check: |call| {
        check_folder("source_folder_path", &call.source_folder_path)?;
        check_filled("destination_path", &call.destination_path, PATH)
    },
    send: |call, client| {
        let body = MoveFolderRequest::new(required::MoveFolderRequest {
            source_folder_path: call.source_folder_path.clone(),
            destination_path: call.destination_path.clone(),
        });
        client.move_folder().body(body).send().await
    },
}

/// Options of a renaming.
impl RenameFolder {
    /// Purges the copies under the old URLs from the cache of the CDN. This costs one of the 1000
    /// purges that an account has a month. Copies of URLs with a transformation in their path stay.
    /// The server's default is false.
    pub fn purge_cache(mut self, purge: bool) -> Self {
        self.purge_cache = Some(purge);
        self
    }
}

operation! {
    /// Starts a job that renames a folder. The paths and URLs of everything in it change.
    ///
    /// Created by [`ik.folders().rename(folder_path, new_folder_name)`](Folders::rename).
    ///
    /// `.await` returns [`Job`](crate::types::Job) with the id of the job for
    /// [`wait_for_job`](Folders::wait_for_job).
    ///
    /// # Errors
    ///
    /// - [`InvalidInput`](crate::ErrorKind::InvalidInput) for an empty path, the root folder, and
    ///   `.` or `..` in a path. Also for a new name that is empty or has a `/`.
    /// - [`NotFound`](crate::ErrorKind::NotFound) if there is no such folder.
    /// - [`Conflict`](crate::ErrorKind::Conflict) if a folder of the new name exists.
    /// - [`Locked`](crate::ErrorKind::Locked) while another job works on the folder.
    ///
    /// [API reference](https://imagekit.io/docs/api-reference/digital-asset-management-dam/managing-folders/rename-folder)
    RenameFolder { folder_path: String, new_folder_name: String, purge_cache: Option<bool> }
    RENAME_FOLDER -> RenameFolderResponse, repeatable: false,
    check: |call| {
        check_folder("folder_path", &call.folder_path)?;
        check_new_name("new_folder_name", &call.new_folder_name, "summer")
    },
    send: |call, client| {
        let mut body = RenameFolderRequest::new(required::RenameFolderRequest {
            folder_path: call.folder_path.clone(),
            new_folder_name: call.new_folder_name.clone(),
        });
        if let Some(purge) = &call.purge_cache {
            body.purge_cache = (*purge).into();
        }
        client.rename_folder().body(body).send().await
    },
}

operation! {
    /// Returns the status of a job that copies, moves or renames a folder.
    ///
    /// Created by [`ik.folders().job(job_id)`](Folders::job).
    ///
    /// `.await` returns [`JobStatus`](crate::types::JobStatus).
    ///
    /// # Errors
    ///
    /// - [`InvalidInput`](crate::ErrorKind::InvalidInput) for an id that ImageKit would not assign,
    ///   such as an empty one.
    /// - [`NotFound`](crate::ErrorKind::NotFound) if no job has the id.
    ///
    /// [API reference](https://imagekit.io/docs/api-reference/digital-asset-management-dam/managing-folders/bulk-job-status)
    GetJob { job_id: String }
    BULK_JOB_STATUS -> BulkJobStatusResponse, repeatable: true,
    check: |call| check_id("job_id", &call.job_id),
    send: |call, client| client.bulk_job_status().job_id(&call.job_id).send().await,
}
