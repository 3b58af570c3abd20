use std::fmt;

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

use crate::error::Error;

/// Headers that the caller adds to requests. Their values may be secrets, so `Debug` leaves them
/// out.
#[derive(Clone, Default)]
pub(crate) struct Headers {
    /// For all requests of the client.
    client: Vec<(String, String)>,
    /// For one request, in place of the client's of the same name.
    request: Vec<(String, String)>,
}

impl Headers {
    pub(crate) fn add(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.request.push((name.into(), value.into()));
    }

    pub(crate) fn add_for_all(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.client.push((name.into(), value.into()));
    }

    /// The headers of the request, without the client's.
    pub(crate) fn of_request(&self) -> Self {
        Self {
            client: Vec::new(),
            request: self.request.clone(),
        }
    }

    /// The headers as they are sent, or an error that names the one that cannot be sent.
    pub(crate) fn parsed(&self) -> Result<HeaderMap, Error> {
        let mut headers = parsed(&self.client)?;
        // They replace those of the same name.
        headers.extend(parsed(&self.request)?);
        Ok(headers)
    }
}

fn parsed(given: &[(String, String)]) -> Result<HeaderMap, Error> {
    let mut headers = HeaderMap::new();
    for (name, value) in given {
        let parsed = HeaderName::try_from(name).map_err(|_| {
            let message = format!(
                "`{}` is not a valid header name; use letters, digits and dashes",
                name.escape_debug()
            );
            Error::invalid_input("header", message)
        })?;
        if let Some(advice) = reserved(&parsed) {
            let message = format!("`{name}` cannot be set: {advice}");
            return Err(Error::invalid_input("header", message));
        }
        let mut value = HeaderValue::try_from(value).map_err(|_| {
            let message = format!("the value of `{name}` has characters that a header cannot hold");
            Error::invalid_input("header", message)
        })?;
        value.set_sensitive(true);
        headers.append(parsed, value);
    }
    Ok(headers)
}

/// Why callers cannot set a header, and what they can do instead. Another value would cut a request
/// short, send it elsewhere, or take away its key or the meaning of its body.
fn reserved(name: &HeaderName) -> Option<&'static str> {
    Some(match name.as_str() {
        "authorization" => {
            "it carries the private key; give the key to `ImageKit::builder().private_key`"
        }
        "content-length" | "transfer-encoding" => {
            "it follows from the body; leave it out, and give the length of a stream to `UploadSource::stream`"
        }
        "content-type" | "content-encoding" | "content-range" => {
            "it describes the body that the client writes; leave it out, and give the type of a file to \
             `UploadRequest::content_type`"
        }
        "host" => "it follows from the URL; give another server to `ImageKitBuilder::base_url`",
        "connection" | "keep-alive" | "proxy-connection" | "te" | "trailer" | "upgrade"
        | "http2-settings" | "expect" => {
            "it belongs to the connection; give `ImageKitBuilder::http_client` a client with other settings"
        }
        "proxy-authorization" => {
            "it belongs to a proxy; give `ImageKitBuilder::http_client` a client with `reqwest::Proxy::basic_auth`"
        }
        _ => return None,
    })
}

impl fmt::Debug for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = self.client.iter().chain(&self.request);
        f.debug_list().entries(all.map(|(name, _)| name)).finish()
    }
}
