//! Folders, and the jobs that copy, move and rename them. Start with
//! [`ImageKit::folders`](crate::ImageKit::folders).

use super::wait::Wait;
use super::{check_filled, check_id};
use crate::client::Http;
use crate::error::Error;
use crate::raw::types::{
    BulkJobStatusResponse, CopyFolderRequest, CopyFolderResponse, CreateFolderRequest,
    DeleteFolderRequest, MoveFolderRequest, MoveFolderResponse, RenameFolderRequest,
    RenameFolderResponse, required,
};
use crate::validate::{check_new_name, excerpt, has_dot_step};

/// What to do about an empty path.
const PATH: &str = "give the path of a folder, such as `/products`";

/// Refuses the root, which cannot be deleted, moved or renamed, and paths that lead elsewhere than they look.
fn check_folder(option: &'static str, path: &str) -> Result<(), Error> {
    check_filled(option, path, PATH)?;
    let why = if has_dot_step(path) {
        "is not a valid path of a folder: `.` and `..` are not resolved"
    } else if path
        .chars()
        .all(|c| matches!(c, '/' | '\\') || c.is_whitespace())
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

/// Folders, by path. See [`ImageKit::folders`](crate::ImageKit::folders).
#[derive(Clone, Debug)]
pub struct Folders {
    http: Http,
}

impl Folders {
    pub(crate) fn new(http: Http) -> Self {
        Self { http }
    }

    /// Creates a folder in another one, with the folders on the way to it that don't exist yet (`create-folder`).
    ///
    /// The server replaces characters of the name that are neither letters nor digits (of any script) by `_`. `/` is the
    /// root.
    #[doc(alias = "create_folder")]
    pub fn create(
        &self,
        folder_name: impl Into<String>,
        parent_folder_path: impl Into<String>,
    ) -> CreateFolder {
        CreateFolder::new(&self.http, folder_name.into(), parent_folder_path.into())
    }

    /// Deletes a folder with everything in it (`delete-folder`). This cannot be undone. Copies in the CDN's cache stay
    /// until they are purged or expire. The root folder is refused.
    #[doc(alias = "delete_folder")]
    pub fn delete(&self, folder_path: impl Into<String>) -> DeleteFolder {
        let folder_path = folder_path.into();
        DeleteFolder::new(&self.http, folder_path)
    }

    /// Starts a job that copies a folder with its content into another folder (`copy-folder`). A file that meets one of
    /// the same name there becomes its newest version. The reply has the id of the job: see
    /// [`wait_for_job`](Self::wait_for_job).
    ///
    /// While another job works on the folder, the error is [`Locked`](crate::ErrorKind::Locked).
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

    /// Starts a job that moves a folder with its content into another folder (`move-folder`). A file that meets one of the
    /// same name there becomes its newest version. The old URLs stop working. The reply has the id of the job: see
    /// [`wait_for_job`](Self::wait_for_job).
    ///
    /// While another job works on the folder, the error is [`Locked`](crate::ErrorKind::Locked).
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

    /// Starts a job that renames a folder, so that the paths and URLs of everything in it change (`rename-folder`). The
    /// reply has the id of the job: see [`wait_for_job`](Self::wait_for_job).
    ///
    /// The new name has no path; the server replaces its characters other than `-`, letters and digits (of any script) by
    /// `_`. When a folder of that name exists, the error is [`Conflict`](crate::ErrorKind::Conflict); while another job works
    /// on the folder, it is [`Locked`](crate::ErrorKind::Locked).
    #[doc(alias = "rename_folder")]
    pub fn rename(
        &self,
        folder_path: impl Into<String>,
        new_folder_name: impl Into<String>,
    ) -> RenameFolder {
        RenameFolder::new(&self.http, folder_path.into(), new_folder_name.into(), None)
    }

    /// How far a job is that copies, moves or renames a folder (`bulk-job-status`).
    ///
    /// A folder that was renamed while its purge failed is done: see
    /// [`purge_failed`](crate::types::JobStatus::purge_failed). The HTTP status is then 207, and `message` and `help` say why.
    #[doc(alias = "get_bulk_job_status")]
    pub fn job(&self, job_id: impl Into<String>) -> GetJob {
        let job_id = job_id.into();
        GetJob::new(&self.http, job_id)
    }

    /// Waits until a job is no longer pending, and gives its last status: the same as that of [`job`](Self::job). It asks
    /// after 1, 2, 4, 8 seconds and then every 10, for 10 minutes at most; [`Wait`] has settings for both.
    ///
    /// A state that this crate doesn't know ends the wait as well: check
    /// [`is_completed`](crate::types::JobStatus::is_completed).
    #[doc(alias = "get_bulk_job_status")]
    pub fn wait_for_job(&self, job_id: impl Into<String>) -> Wait<BulkJobStatusResponse> {
        Wait::new(self.job(job_id), "job", BulkJobStatusResponse::is_pending)
    }
}

/// Questions about the status of a job.
impl BulkJobStatusResponse {
    /// Whether the job waits or runs.
    pub fn is_pending(&self) -> bool {
        self.status.as_str() == "Pending"
    }

    /// Whether the job is done, be it that the purge after a renaming failed.
    pub fn is_completed(&self) -> bool {
        self.status.as_str() == "Completed" || self.purge_failed()
    }

    /// Whether a folder was renamed, but the purge that was asked for failed (`Partial success`). Purge its files with
    /// [`Cache::purge`](crate::api::Cache::purge).
    pub fn purge_failed(&self) -> bool {
        self.status.as_str() == "Partial success"
    }
}

operation! {
    /// The arguments of [`Folders::create`].
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
    /// The arguments of [`Folders::delete`].
    DeleteFolder { folder_path: String }
    DELETE_FOLDER -> (), repeatable: true,
    already_done: |_error| Some(()),
    check: |call| check_folder("folder_path", &call.folder_path),
    send: |call, client| {
        let body = DeleteFolderRequest::new(&call.folder_path);
        client.delete_folder().body(body).send().await?.map(|_| ())
    },
}

/// Settings of the copy of a folder.
impl CopyFolder {
    /// Whether all versions of the files are copied, or their current ones alone. The server's default is false.
    pub fn include_versions(mut self, include: bool) -> Self {
        self.include_versions = Some(include);
        self
    }
}

operation! {
    /// The arguments and settings of [`Folders::copy`].
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
    /// The arguments of [`Folders::move_to`].
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

/// Settings of the renaming of a folder.
impl RenameFolder {
    /// Whether copies in the CDN's cache under the old path are purged as well, at the cost of one of the 1000 purges that
    /// an account may make in a month. Copies of URLs with a transformation in their path stay. The server's default is
    /// false.
    pub fn purge_cache(mut self, purge: bool) -> Self {
        self.purge_cache = Some(purge);
        self
    }
}

operation! {
    /// The arguments and settings of [`Folders::rename`].
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
    /// The arguments of [`Folders::job`].
    GetJob { job_id: String }
    BULK_JOB_STATUS -> BulkJobStatusResponse, repeatable: true,
    check: |call| check_id("job_id", &call.job_id),
    send: |call, client| client.bulk_job_status().job_id(&call.job_id).send().await,
}
