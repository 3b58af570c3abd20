//! Uploads that an earlier run sent without seeing the answer.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use reqwest::header::DATE;

use super::file::{FolderFile, stored_name};
use crate::ImageKit;
use crate::rfc3339::Rfc3339;
use crate::types::Asset;

/// What the server has at the destination of a file.
pub(super) struct StoredFile {
    pub(super) version_id: String,
    size: Option<u64>,
    /// When it was stored, as the server writes it.
    updated: String,
    /// The time of the reply since 1970, by the server's clock and by that of this machine.
    clocks: (Duration, Duration),
}

impl StoredFile {
    /// None if there is no such, or the server doesn't tell.
    pub(super) async fn find(ik: &ImageKit, file: &FolderFile) -> Option<Self> {
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
        let date = httpdate::parse_http_date(date).ok()?;
        let clocks = (
            date.duration_since(UNIX_EPOCH).ok()?,
            SystemTime::now().duration_since(UNIX_EPOCH).ok()?,
        );
        let destination = match folder {
            "/" => format!("/{name}"),
            folder => format!("{folder}/{name}"),
        };
        listed.iter().find_map(|asset| {
            let Asset::File(file) = asset else {
                return None;
            };
            (file.file_path == destination).then(|| Self {
                version_id: file.version_info.id.clone(),
                size: file.size.as_u64(),
                updated: file.updated_at.as_str().to_owned(),
                clocks,
            })
        })
    }

    pub(super) fn has_size(&self, size: u64) -> bool {
        self.size == Some(size)
    }

    /// Whether it was stored since a moment, which is the time since 1970 by the clock of this machine. The server's clock
    /// decides: how long ago the moment was is counted back from the date of its reply.
    pub(super) fn is_since(&self, moment: Duration) -> bool {
        let (server, here) = self.clocks;
        let moment = here
            .checked_sub(moment)
            .and_then(|ago| server.checked_sub(ago));
        let Some(moment) = moment else {
            return false;
        };
        let moment = Rfc3339(moment).to_string();
        // Texts of the same form have the order of their moments.
        self.updated.len() == moment.len()
            && self.updated.ends_with('Z')
            && self.updated.as_str() >= moment.as_str()
    }
}
