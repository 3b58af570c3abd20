//! Folders and the jobs that copy, move and rename them.

use std::time::Duration;

use imagekitio::Error;

use crate::account::{Account, NO_ID, Stop};

const INTERVAL: Duration = Duration::from_secs(1);

/// Waits until a job has succeeded as a whole.
async fn finished(account: &Account, job: &str) -> Result<(), Stop> {
    let status = account
        .ik
        .folders()
        .wait_for_job(job)
        .interval(INTERVAL)
        .await?;
    assert_eq!(status.job_id, job);
    assert!(status.is_completed(), "{status:?}");
    Ok(())
}

fn assert_missing(error: &Error) {
    assert!(error.is_not_found(), "{error}");
    assert!(error.message().is_some(), "{error}");
}

/// The paths of the folders in a folder, once there are as many as expected.
async fn has_folders(account: &Account, parent: &str, expected: &[&str]) -> Result<(), Stop> {
    account
        .eventually(&format!("{parent} has {expected:?}"), async || {
            let folders = account.ik.assets().list_folders().path(parent).await?;
            let mut names: Vec<_> = folders.iter().map(|folder| folder.name.as_str()).collect();
            names.sort_unstable();
            Ok((names == expected).then_some(()))
        })
        .await
}

pub async fn create_folder(account: &Account) -> Result<(), Stop> {
    let parent = account.path("deep/er");
    account.ik.folders().create("new one", &parent).await?;
    // The folders on the way to it are created as well.
    has_folders(account, &account.folder(), &["deep"]).await?;
    has_folders(account, &parent, &["new_one"]).await
}

pub async fn delete_folder(account: &Account) -> Result<(), Stop> {
    let file = account.store("gone/below/a.txt", "a").await?;
    let kept = account.store("gone-not/a.txt", "a").await?;
    account.ik.folders().delete(account.path("gone")).await?;
    account
        .eventually("the file is gone", async || {
            match account.ik.files().get(&file.id).await {
                Err(error) if error.is_not_found() => Ok(Some(())),
                Err(error) => Err(error),
                Ok(_) => Ok(None),
            }
        })
        .await?;
    assert_eq!(account.ik.files().get(&kept.id).await?.file_path, kept.path);
    assert_missing(
        &account
            .ik
            .folders()
            .delete(account.path("gone"))
            .await
            .unwrap_err(),
    );
    Ok(())
}

pub async fn copy_folder(account: &Account) -> Result<(), Stop> {
    let file = account.store("from/below/a.txt", "a").await?;
    account.store("from/below/a.txt", "newer").await?;
    let copy = account
        .ik
        .folders()
        .copy(account.path("from"), account.path("to"));
    finished(account, &copy.await?.job_id).await?;
    account.has_files("to/from/below", &["a.txt"]).await?;
    account.has_files("from/below", &["a.txt"]).await?;
    let id = account.id_at("to/from/below/a.txt").await?;
    assert_ne!(id, file.id);
    assert_eq!(account.ik.files().versions(&id).list().await?.len(), 1);

    let copy = account
        .ik
        .folders()
        .copy(account.path("from"), account.path("all"));
    finished(account, &copy.include_versions(true).await?.job_id).await?;
    let id = account.id_at("all/from/below/a.txt").await?;
    assert_eq!(account.ik.files().versions(&id).list().await?.len(), 2);
    let missing = account
        .ik
        .folders()
        .copy(account.path("none"), account.path("to"));
    assert_missing(&missing.await.unwrap_err());
    Ok(())
}

pub async fn move_folder(account: &Account) -> Result<(), Stop> {
    let file = account.store("from/below/a.txt", "a").await?;
    let job = account
        .ik
        .folders()
        .move_to(account.path("from"), account.path("to"))
        .await?;
    finished(account, &job.job_id).await?;
    assert_eq!(account.id_at("to/from/below/a.txt").await?, file.id);
    has_folders(account, &account.folder(), &["to"]).await?;
    let missing = account
        .ik
        .folders()
        .move_to(account.path("from"), account.path("to"));
    assert_missing(&missing.await.unwrap_err());
    Ok(())
}

pub async fn rename_folder(account: &Account) -> Result<(), Stop> {
    let file = account.store("from/a.txt", "a").await?;
    account.store("taken/a.txt", "a").await?;
    let job = account
        .ik
        .folders()
        .rename(account.path("from"), "to")
        .await?;
    finished(account, &job.job_id).await?;
    assert_eq!(account.id_at("to/a.txt").await?, file.id);
    let conflict = account
        .ik
        .folders()
        .rename(account.path("to"), "taken")
        .await
        .unwrap_err();
    assert!(conflict.is_conflict(), "{conflict}");
    let missing = account.ik.folders().rename(account.path("from"), "other");
    assert_missing(&missing.await.unwrap_err());
    Ok(())
}

pub async fn bulk_job_status(account: &Account) -> Result<(), Stop> {
    account.store("from/a.txt", "a").await?;
    let job = account
        .ik
        .folders()
        .copy(account.path("from"), account.path("to"))
        .await?;
    let status = account.ik.folders().job(&job.job_id).await?;
    assert_eq!(status.job_id, job.job_id);
    assert_eq!(status.type_.to_string(), "COPY_FOLDER");
    assert!(status.is_pending() || status.is_completed(), "{status:?}");
    finished(account, &job.job_id).await?;
    assert_missing(&account.ik.folders().job(NO_ID).await.unwrap_err());
    Ok(())
}
