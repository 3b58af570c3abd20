//! URL endpoints in normal form.

use super::absolute::AbsoluteUrl;
use crate::problem::Problem;

/// A URL endpoint in normal form, without a slash at its end.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Endpoint(String);

impl Endpoint {
    pub(crate) fn parse(text: &str) -> Result<Self, Problem> {
        let refused = |reason: &str| {
            Problem::new(
                "url_endpoint",
                format!(
                    "{text:?} {reason}; give an http or https URL such as https://ik.imagekit.io/your_imagekit_id"
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
