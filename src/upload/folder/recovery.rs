//! Uploads that an earlier run sent without seeing the answer.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use reqwest::header::DATE;

use super::file::{FolderFile, stored_name};
use crate::ImageKit;
use crate::rfc3339::Rfc3339;
use crate::types::Asset;

/// The version of the file that the server stored since a moment, of this size and not the version that was there before; none
/// if there is no such, or the server doesn't tell.
///
/// The moment is the time since 1970 by the clock of this machine. The server's clock decides: how long ago the moment was is
/// counted back from the date of its reply.
pub(super) async fn stored_since(
    ik: &ImageKit,
    file: &FolderFile,
    since: Duration,
    size: u64,
    replaces: Option<&str>,
) -> Option<String> {
    let (folder, name) = file.folder_and_name();
    let name = stored_name(name);
    let listed = ik
        .assets()
        .list()
        .path(folder)
        .search_query(format!("name = \"{name}\""))
        .await
        .ok()?;
    let date = listed.headers().get(DATE)?.to_str().ok()?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).ok()?;
    let date = httpdate::parse_http_date(date)
        .ok()?
        .duration_since(UNIX_EPOCH)
        .ok()?;
    let since = Rfc3339(date.checked_sub(now.checked_sub(since)?)?).to_string();
    let destination = match folder {
        "/" => format!("/{name}"),
        folder => format!("{folder}/{name}"),
    };
    listed.iter().find_map(|asset| {
        let Asset::File(file) = asset else {
            return None;
        };
        let version = file.version_info.as_ref()?.id.as_deref()?;
        let updated = file.updated_at.as_ref()?.as_str();
        let is_it = file.file_path.as_deref() == Some(&destination)
            && file.size.as_ref()?.as_u64() == Some(size)
            // Texts of the same form have the order of their moments.
            && (updated.len() == since.len() && updated.ends_with('Z') && updated >= since.as_str())
            && Some(version) != replaces;
        is_it.then(|| version.to_owned())
    })
}
