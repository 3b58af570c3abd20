//! Versions of files.

use crate::account::{Account, NO_ID, Stop, Stored};

/// A file with two versions, the older one first.
async fn two(account: &Account) -> Result<(Stored, Stored), Stop> {
    let first = account.store("a.txt", "first").await?;
    let second = account.store("a.txt", "second!").await?;
    assert_eq!(first.id, second.id);
    Ok((first, second))
}

pub async fn list_file_versions(account: &Account) -> Result<(), Stop> {
    let (first, second) = two(account).await?;
    let versions = account.ik.files().versions(&first.id).list().await?;
    let ids: Vec<_> = versions
        .iter()
        .map(|version| version.version_info.id.as_str())
        .collect();
    assert_eq!(ids, [second.version, first.version]);
    let missing = account.ik.files().versions(NO_ID).list().await.unwrap_err();
    assert!(missing.is_not_found(), "{missing}");
    Ok(())
}

pub async fn get_file_version_details(account: &Account) -> Result<(), Stop> {
    let (first, second) = two(account).await?;
    let versions = account.ik.files().versions(&first.id);
    for (version, size, name) in [
        (&first.version, 5u64, "Version 1"),
        (&second.version, 7, "Version 2"),
    ] {
        let details = versions.get(version).await?;
        assert_eq!(&details.version_info.id, version);
        assert_eq!(details.version_info.name, name);
        assert_eq!(details.size, size);
        assert_eq!(details.file_path, first.path);
    }
    let missing = versions.get(NO_ID).await.unwrap_err();
    assert!(missing.is_not_found(), "{missing}");
    Ok(())
}

pub async fn delete_file_version(account: &Account) -> Result<(), Stop> {
    let (first, second) = two(account).await?;
    let versions = account.ik.files().versions(&first.id);
    // The current version can't be deleted.
    let refused = versions.delete(&second.version).await.unwrap_err();
    assert_eq!(refused.status(), Some(400), "{refused}");
    versions.delete(&first.version).await?;
    assert_eq!(versions.list().await?.len(), 1);
    let missing = versions.delete(&first.version).await.unwrap_err();
    assert!(missing.is_not_found(), "{missing}");
    Ok(())
}

pub async fn restore_file_version(account: &Account) -> Result<(), Stop> {
    let (first, _) = two(account).await?;
    let versions = account.ik.files().versions(&first.id);
    let restored = versions.restore(&first.version).await?;
    assert_eq!(restored.file_id, first.id);
    assert_eq!(restored.size, 5u64);
    assert_eq!(account.ik.files().get(&first.id).await?.size, 5u64);
    assert_eq!(versions.list().await?.len(), 2);
    let missing = versions.restore(NO_ID).await.unwrap_err();
    assert!(missing.is_not_found(), "{missing}");
    Ok(())
}
