//! Settings that URLs take from their client.

use super::expiry::UrlExpiry;
use super::preset::Preset;
use crate::sign::Signer;
use crate::url::endpoint::Endpoint;
use crate::url::placement::{TransformationPosition, UrlStyle};

/// The defaults of all URLs of a client.
#[derive(Debug)]
pub(crate) struct UrlDefaults {
    pub(crate) endpoint: Option<Endpoint>,
    pub(crate) signer: Option<Signer>,
    pub(crate) position: TransformationPosition,
    pub(crate) style: UrlStyle,
    pub(crate) signed: bool,
    /// Of signed URLs.
    pub(crate) expiry: Option<UrlExpiry>,
    pub(crate) preset: Option<Preset>,
    pub(crate) query: Vec<(String, String)>,
}

impl UrlDefaults {
    /// The defaults of a URL without a client.
    pub(crate) const NONE: Self = Self {
        endpoint: None,
        signer: None,
        position: TransformationPosition::Path,
        style: UrlStyle::Encoded,
        signed: false,
        expiry: None,
        preset: None,
        query: Vec::new(),
    };
}
