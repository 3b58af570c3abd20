use std::fmt;

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

use crate::error::Error;

/// Headers that the caller adds to requests. Their values may be secrets, so they are not printed.
#[derive(Clone, Default)]
pub(crate) struct Headers(Vec<(String, String)>);

impl Headers {
    pub(crate) fn add(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.0.push((name.into(), value.into()));
    }

    /// The headers as they are sent, or which of them cannot be.
    pub(crate) fn parsed(&self) -> Result<HeaderMap, Error> {
        let mut headers = HeaderMap::new();
        for (name, value) in &self.0 {
            let parsed = HeaderName::try_from(name).map_err(|_| {
                let message =
                    format!("`{name}` is no name of a header; use letters, digits and dashes");
                Error::invalid_input("header", message)
            })?;
            let mut value = HeaderValue::try_from(value).map_err(|_| {
                let message =
                    format!("the value of `{name}` has characters that a header cannot hold");
                Error::invalid_input("header", message)
            })?;
            value.set_sensitive(true);
            headers.append(parsed, value);
        }
        Ok(headers)
    }
}

impl fmt::Debug for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.0.iter().map(|(name, _)| name))
            .finish()
    }
}
