//! Purges of the CDN's cache.

use super::{Account, Outcome};

/// `imagekit.purge_file_cache(file_url="full_url_of_file")`, `purge_cache` in the guide
pub(super) async fn purge(account: &Account) -> Outcome {
    let file = account.upload("/file.jpg").await?;
    let purge = account.ik.cache().purge(file.url).await?;
    Ok(purge.request_id.clone())
}

/// `imagekit.get_purge_file_cache_status(purge_cache_id="cache_request_id")`,
/// `get_purge_cache_status` in the guide
pub(super) async fn purge_status(account: &Account) -> Outcome {
    let cache = account.ik.cache();
    let file = account.upload("/file.jpg").await?;
    let purge = cache.purge(file.url).await?;
    let status = cache.status(&purge.request_id).await?;
    assert!(status.is_completed());
    Ok(status.status.to_string())
}
