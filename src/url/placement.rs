//! Where and how a transformation is written into a URL.

use serde::{Deserialize, Serialize};

/// Where a transformation is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum TransformationPosition {
    /// In the path: `/tr:w-300/file.jpg`. The default. An absolute source uses the query anyway.
    #[default]
    Path,
    /// In the query: `/file.jpg?tr=w-300`.
    Query,
}

/// How the query of a URL is written. ImageKit reads both styles alike, but a signature covers the
/// query as it is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum UrlStyle {
    /// `tr=w-300%2Ch-200`: everything except letters, digits and `_.-~` is percent-encoded. The
    /// default.
    #[default]
    Encoded,
    /// `tr=w-300,h-200`: as the current SDKs for Node, browsers and Ruby write it.
    Readable,
}
