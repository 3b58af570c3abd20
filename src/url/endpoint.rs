//! URL endpoints in normal form.

use std::fmt;

use super::absolute_url::AbsoluteUrl;
use crate::problem::Problem;
use crate::secret::RedactedUrl;

/// A URL endpoint in normal form, without a trailing slash.
#[derive(Clone, PartialEq)]
pub(crate) struct Endpoint(String);

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&RedactedUrl(&self.0), f)
    }
}

impl Endpoint {
    pub(crate) fn parse(url: &str) -> Result<Self, Problem> {
        let url = url.trim();
        let refused = |reason: &str| {
            Problem::new(
                "url_endpoint",
                format!(
                    "{:?} {reason}; give an http or https URL such as https://ik.imagekit.io/your_imagekit_id",
                    RedactedUrl(url)
                ),
            )
        };
        if url.is_empty() {
            return Err(refused("is empty"));
        }
        if url.contains(|c: char| c.is_whitespace() || c.is_control()) {
            return Err(refused("has white space or a control character inside"));
        }
        let url = AbsoluteUrl::parse(url).map_err(|refusal| refused(refusal.reason()))?;
        if url.query().is_some() || url.fragment().is_some() {
            return Err(refused("has a query or a fragment"));
        }
        Ok(Self(url.base().trim_end_matches('/').to_owned()))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns what follows the endpoint and its slash if the URL starts with exactly the endpoint.
    pub(crate) fn strip<'u>(&self, url: &'u str) -> Option<&'u str> {
        url.strip_prefix(self.as_str())?.strip_prefix('/')
    }

    /// Returns what follows the endpoint and its slash in a URL in normal form. `http` and `https`
    /// are equivalent, because a signature doesn't cover the scheme.
    pub(super) fn inside<'u>(&self, url: &'u AbsoluteUrl) -> Option<&'u str> {
        let (_, endpoint) = self.0.split_once(':')?;
        let (_, url) = url.base().split_once(':')?;
        url.strip_prefix(endpoint)?.strip_prefix('/')
    }
}
