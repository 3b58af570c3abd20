//! URL endpoints and other absolute URLs in normal form.

use url::Url;

use super::encode::{PATH, escape};
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
        let url = AbsoluteUrl::parse(text)
            .ok_or_else(|| refused("is not an absolute http or https URL"))?;
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

/// An absolute `http` or `https` URL in the normal form of the WHATWG URL standard, every `%` of its path being part
/// of an escape.
pub(crate) struct AbsoluteUrl {
    url: Url,
    /// Everything in front of the query.
    base: String,
}

impl AbsoluteUrl {
    /// Whether a text is an absolute URL rather than a path.
    pub(crate) fn recognises(text: &str) -> bool {
        text.starts_with("https://") || text.starts_with("http://")
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        let url = Url::parse(text)
            .ok()
            .filter(|url| matches!(url.scheme(), "http" | "https"))?;
        let mut base = url[..url::Position::BeforePath].to_owned();
        escape(&mut base, url.path(), &PATH);
        Some(Self { url, base })
    }

    /// Everything in front of the query.
    pub(crate) fn base(&self) -> &str {
        &self.base
    }

    pub(crate) fn query(&self) -> Option<&str> {
        self.url.query()
    }

    pub(crate) fn fragment(&self) -> Option<&str> {
        self.url.fragment()
    }
}
