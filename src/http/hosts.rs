use std::fmt;

use crate::error::Error;
use crate::secret::RedactedUrl;
use crate::validate::{http_url, trimmed};

/// The base URLs that requests go to.
#[derive(Clone)]
pub(crate) struct Hosts {
    /// The API document's base URL, for operations that don't name another.
    server: &'static str,
    /// Replaces every base URL in the document that has no entry in `each`.
    pub(crate) all: Option<String>,
    /// Replacements for single base URLs in the document.
    pub(crate) each: Vec<(&'static str, String)>,
}

impl Hosts {
    pub(crate) fn new(server: &'static str) -> Self {
        Self {
            server,
            all: None,
            each: Vec::new(),
        }
    }

    /// The base URL to use for one in the document. `None` is the base URL of most operations.
    pub(crate) fn url<'a>(&'a self, server: Option<&'a str>) -> &'a str {
        let server = server.unwrap_or(self.server);
        let own = self.each.iter().find(|(known, _)| *known == server);
        own.map(|(_, url)| url)
            .or(self.all.as_ref())
            .map_or(server, String::as_str)
    }
}

impl fmt::Debug for Hosts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let each = self.each.iter();
        let each = each.map(|(server, _)| *server).chain([self.server]);
        f.debug_map()
            .entries(each.map(|server| (server, RedactedUrl(self.url(Some(server))))))
            .finish()
    }
}

/// A base URL in normal form without trailing slashes, or an error that names `argument`.
pub(crate) fn base_url(argument: &'static str, url: String) -> Result<String, Error> {
    let url = trimmed(&url);
    match http_url(url) {
        Some(parsed) if !url.contains(['?', '#']) && !url.contains(char::is_whitespace) => {
            Ok(parsed.as_str().trim_end_matches('/').to_owned())
        }
        _ => Err(Error::invalid_input(
            argument,
            format!(
                "`{}` is not a base URL; give scheme and host, such as https://api.imagekit.io",
                RedactedUrl(url)
            ),
        )),
    }
}
