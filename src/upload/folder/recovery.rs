//! The search for a file that an earlier run sent without getting a response.

use std::time::{Duration, SystemTime};

use reqwest::header::DATE;

use super::file::{FolderFile, stored_name};
use crate::ImageKit;
use crate::time::{parse_http_date, parse_rfc3339, since_1970};

/// The file that the server has at a destination.
pub(super) struct StoredFile {
    pub(super) version_id: String,
    size: Option<u64>,
    /// The time at which it was stored, since 1970 by the server's clock.
    updated: Option<Duration>,
    /// The time of the response since 1970, by the clocks of the server and of this machine.
    clocks: (Duration, Duration),
}

impl StoredFile {
    /// Searches for a file. `None` if there is none, or if the search fails.
    pub(super) async fn find(ik: &ImageKit, file: &FolderFile) -> Option<Self> {
        let (folder, name) = file.folder_and_name();
        let path = format!("{folder}/{}", stored_name(name));
        let response = ik.files().find(path).await.ok()?;
        let date = response.headers().get(DATE)?.to_str().ok()?;
        let date = parse_http_date(date)?;
        let clocks = (since_1970(date)?, since_1970(SystemTime::now())?);
        let file = response.into_inner()?;
        Some(Self {
            version_id: file.version_info.id,
            size: file.size.as_u64(),
            updated: parse_rfc3339(file.updated_at.as_str()).and_then(since_1970),
            clocks,
        })
    }

    pub(super) fn has_size(&self, size: u64) -> bool {
        self.size == Some(size)
    }

    /// Whether the file was stored at this time or later. `time` is since 1970 by the clock of this
    /// machine, and is converted to the server's clock.
    pub(super) fn is_since(&self, time: Duration) -> bool {
        let (server, here) = self.clocks;
        let time = here
            .checked_sub(time)
            .and_then(|ago| server.checked_sub(ago));
        let (Some(time), Some(updated)) = (time, self.updated) else {
            return false;
        };
        // The server writes milliseconds.
        updated.as_millis() >= time.as_millis()
    }
}
