//! Folders, and the jobs that copy and move them.

use super::{Account, Outcome};

/// `imagekit.create_folder(options=...(folder_name='test', parent_folder_path='/'))`
pub(super) async fn create(account: &Account) -> Outcome {
    let response = account.ik.folders().create("test", "/").await?;
    assert_eq!(response.http_status(), 201);
    let folders = account.ik.assets().list_folders().await?;
    let folder = folders.first().ok_or("no folder is listed")?;
    assert_eq!(folder.folder_path, "/test");
    Ok(folder.folder_path.clone())
}

/// `imagekit.delete_folder(options=DeleteFolderRequestOptions(folder_path='/test/demo'))`
pub(super) async fn delete(account: &Account) -> Outcome {
    account.upload("/test/demo/file.jpg").await?;
    let response = account.ik.folders().delete("/test/demo").await?;
    assert_eq!(response.http_status(), 204);
    assert!(account.ik.assets().list_files().await?.is_empty());
    Ok("/test/demo is deleted".to_owned())
}

/// `imagekit.copy_folder(options=CopyFolderRequestOptions(..., include_file_versions=True))`
pub(super) async fn copy(account: &Account) -> Outcome {
    let folders = account.ik.folders();
    account.upload("/source_folder_path/file.jpg").await?;
    let job = folders
        .copy("/source_folder_path", "/destination/path")
        .include_versions(true)
        .await?;
    assert!(folders.wait_for_job(&job.job_id).await?.is_completed());
    let path = "/destination/path/source_folder_path/file.jpg";
    let copy = account.ik.files().find(path).await?;
    assert!(copy.is_some());
    Ok(format!("job {}: {path}", job.job_id))
}

/// `imagekit.move_folder(options=MoveFolderRequestOptions(...))`
pub(super) async fn move_to(account: &Account) -> Outcome {
    let folders = account.ik.folders();
    let file = account.upload("/source_folder_path/file.jpg").await?;
    let job = folders
        .move_to("/source_folder_path", "/destination_path")
        .await?;
    assert!(folders.wait_for_job(&job.job_id).await?.is_completed());
    let moved = account.ik.files().get(file.file_id).await?;
    assert_eq!(
        moved.file_path,
        "/destination_path/source_folder_path/file.jpg"
    );
    Ok(format!("job {}: {}", job.job_id, moved.file_path))
}

/// `imagekit.get_bulk_job_status(job_id="job_id")`
pub(super) async fn job_status(account: &Account) -> Outcome {
    let folders = account.ik.folders();
    account.upload("/source_folder_path/file.jpg").await?;
    let job_id = folders
        .copy("/source_folder_path", "/destination_path")
        .await?
        .into_inner()
        .job_id;
    let job = folders.job(&job_id).await?;
    assert_eq!(job.job_id, job_id);
    Ok(format!(
        "job {}: {} is {}",
        job.job_id, job.type_, job.status
    ))
}
