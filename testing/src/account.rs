//! The account of the server: its keys, its addresses, its files.

use std::collections::HashSet;
use std::sync::Mutex;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use imagekitio::ImageKit;

use super::OnRequest;
use super::client_side::UsedTokens;
use super::fault::Faults;
use super::limits::Limits;
use super::percent;
use super::recorder::Recorder;
use super::store::Store;

/// The first part of the path of every delivery URL, where ImageKit has the id of the account.
pub(super) const DELIVERY: &str = "demo";

/// Everything that a request can see or change.
pub(super) struct Account {
    pub(super) origin: String,
    pub(super) url_endpoint: String,
    pub(super) private_key: String,
    pub(super) public_key: String,
    /// Verifies the signatures of delivery URLs.
    pub(super) imagekit: ImageKit,
    pub(super) used_tokens: UsedTokens,
    /// How long bulk jobs and purges take.
    pub(super) job_time: Duration,
    /// Whether there is a page at `/`.
    pub(super) has_page: bool,
    pub(super) faults: Faults,
    pub(super) recorder: Recorder,
    pub(super) limits: Limits,
    /// The names of the transformations that the settings for uploads refer to.
    pub(super) upload_transformations: Mutex<HashSet<String>>,
    pub(super) deliveries: AtomicU64,
    pub(super) delivered_bytes: AtomicU64,
    pub(super) store: Store,
}

impl Account {
    pub(super) fn new(
        origin: String,
        private_key: String,
        public_key: String,
        job_time: Duration,
        on_request: Option<OnRequest>,
        has_page: bool,
        store: Store,
    ) -> Result<Self, imagekitio::Error> {
        let url_endpoint = format!("{origin}/{DELIVERY}");
        Ok(Self {
            imagekit: ImageKit::builder()
                .private_key(&private_key)
                .url_endpoint(&url_endpoint)
                .build()?,
            url_endpoint,
            origin,
            private_key,
            public_key,
            used_tokens: UsedTokens::default(),
            job_time,
            has_page,
            faults: Faults::default(),
            recorder: Recorder::new(on_request),
            limits: Limits::default(),
            upload_transformations: Mutex::default(),
            deliveries: AtomicU64::new(0),
            delivered_bytes: AtomicU64::new(0),
            store,
        })
    }

    /// The part of a URL after the URL endpoint and its slash; `None` for a URL elsewhere.
    pub(super) fn target<'u>(&self, url: &'u str) -> Option<&'u str> {
        url.strip_prefix(&self.url_endpoint)?.strip_prefix('/')
    }

    /// The delivery URL of a version of the file at `path`, unsigned.
    pub(super) fn version_url(&self, path: &str, version: &str) -> String {
        format!("{}?ik-obj-version={version}", self.file_url(path))
    }

    /// The delivery URL of the file at `path`, unsigned.
    pub(super) fn file_url(&self, path: &str) -> String {
        format!("{}{}", self.url_endpoint, percent::encode_path(path))
    }

    /// The URL of the small picture that the media library shows for the file at `path`, unsigned.
    pub(super) fn thumbnail_url(&self, path: &str) -> String {
        format!(
            "{}/tr:n-ik_ml_thumbnail{}",
            self.url_endpoint,
            percent::encode_path(path)
        )
    }
}
