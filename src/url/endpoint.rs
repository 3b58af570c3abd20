//! URL endpoints in normal form.

use std::fmt;

use super::absolute::AbsoluteUrl;
use crate::problem::Problem;
use crate::redact::RedactedUrl;

/// A URL endpoint in normal form, without a slash at its end.
#[derive(Clone, PartialEq)]
pub(crate) struct Endpoint(String);

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&RedactedUrl(&self.0), f)
    }
}

impl Endpoint {
    pub(crate) fn parse(text: &str) -> Result<Self, Problem> {
        let refused = |reason: &str| {
            Problem::new(
                "url_endpoint",
                format!(
                    "{:?} {reason}; give an http or https URL such as https://ik.imagekit.io/your_imagekit_id",
                    RedactedUrl(text)
                ),
            )
        };
        if text.is_empty() {
            return Err(refused("is empty"));
        }
        let url = AbsoluteUrl::parse(text).map_err(|refusal| refused(refusal.reason()))?;
        if url.query().is_some() || url.fragment().is_some() {
            return Err(refused("has a query or a fragment"));
        }
        Ok(Self(url.base().trim_end_matches('/').to_owned()))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands behind the endpoint and its slash, if the URL lies under the endpoint.
    pub(crate) fn strip<'u>(&self, url: &'u str) -> Option<&'u str> {
        url.strip_prefix(self.as_str())?.strip_prefix('/')
    }
}
