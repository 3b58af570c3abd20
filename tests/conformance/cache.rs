//! Purges.

use crate::account::{Account, NO_ID, Stop};

async fn purge(account: &Account) -> Result<String, Stop> {
    let file = account.store("a.txt", "a").await?;
    let purge = account.created(account.ik.cache().purge(&file.url).await)?;
    assert!(!purge.request_id.is_empty());
    Ok(purge.request_id.clone())
}

pub async fn purge_cache(account: &Account) -> Result<(), Stop> {
    purge(account).await?;
    let refused = account
        .ik
        .cache()
        .purge("https://example.com/a.txt")
        .await
        .unwrap_err();
    assert!(matches!(refused.status(), None | Some(400)), "{refused}");
    Ok(())
}

pub async fn purge_status(account: &Account) -> Result<(), Stop> {
    let id = purge(account).await?;
    let status = account.ik.cache().status(&id).await?;
    assert!(status.is_pending() || status.is_completed(), "{status:?}");
    let refused = account.ik.cache().status(NO_ID).await.unwrap_err();
    assert_eq!(refused.status(), Some(400), "{refused}");
    Ok(())
}
