//! Technical metadata of files.

use super::delivery;
use super::details;
use super::media;
use super::reply::{self, Refusal, Reply};
use super::routes::Call;
use super::store::{File, Version};

/// `GET /v1/files/{fileId}/metadata`
pub(super) async fn of_file(call: &Call<'_>) -> Result<Reply, Refusal> {
    let file = call
        .account
        .store
        .read(|state| details::file(state, call.id()).cloned())?;
    Ok(describe(&file, &file.current).await)
}

/// `GET /v1/metadata`
pub(super) async fn of_url(call: &Call<'_>) -> Result<Reply, Refusal> {
    let url = call.query("url").unwrap_or_default();
    let target = call.account.target(url).ok_or_else(|| {
        Refusal::bad_request("The url must be below the URL endpoint of this server.")
    })?;
    let (file, version) = delivery::find(call.account, target)
        .map_err(|refusal| Refusal::not_found(refusal.message()))?;
    Ok(describe(&file, &version).await)
}

async fn describe(file: &File, version: &Version) -> Reply {
    reply::json(&media::metadata(&version.content, file.name()).await)
}
