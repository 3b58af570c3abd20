//! The search for a file that an earlier run sent without getting a response.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use reqwest::header::DATE;

use super::file::{FolderFile, stored_name};
use crate::ImageKit;
use crate::rfc3339::Rfc3339;

/// The file that the server has at a destination.
pub(super) struct StoredFile {
    pub(super) version_id: String,
    size: Option<u64>,
    /// The time at which it was stored, as the server writes it.
    updated: String,
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
        let date = httpdate::parse_http_date(date).ok()?;
        let clocks = (
            date.duration_since(UNIX_EPOCH).ok()?,
            SystemTime::now().duration_since(UNIX_EPOCH).ok()?,
        );
        let file = response.into_inner()?;
        Some(Self {
            version_id: file.version_info.id,
            size: file.size.as_u64(),
            updated: file.updated_at.as_str().to_owned(),
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
        let Some(time) = time else {
            return false;
        };
        let time = Rfc3339(time).to_string();
        // Timestamps of the same form sort as strings.
        self.updated.len() == time.len()
            && self.updated.ends_with('Z')
            && self.updated.as_str() >= time.as_str()
    }
}
