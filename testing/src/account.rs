//! The account that the server plays: its keys, its addresses, its files.

use imagekitio::ImageKit;

use super::client_side::UsedTokens;
use super::percent;
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
    pub(super) store: Store,
}

impl Account {
    pub(super) fn new(
        origin: String,
        private_key: String,
        public_key: String,
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
            store,
        })
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
