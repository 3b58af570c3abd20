//! Uploads that an earlier run sent without seeing the answer.

use std::time::{Duration, SystemTime};

use reqwest::header::DATE;

use super::file::{FolderFile, stored_name};
use crate::ImageKit;
use crate::time::{parse_http_date, parse_rfc3339, since_1970};
use crate::types::Asset;

/// What the server has at the destination of a file.
pub(super) struct StoredFile {
    pub(super) version_id: String,
    size: Option<u64>,
    /// When it was stored, since 1970 by the server's clock.
    updated: Option<Duration>,
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
        let date = parse_http_date(date)?;
        let clocks = (since_1970(date)?, since_1970(SystemTime::now())?);
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
                updated: parse_rfc3339(file.updated_at.as_str()).and_then(since_1970),
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
        let (Some(moment), Some(updated)) = (moment, self.updated) else {
            return false;
        };
        // The server writes milliseconds.
        updated.as_millis() >= moment.as_millis()
    }
}
