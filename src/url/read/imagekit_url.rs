//! Parsed URLs.

use std::fmt;
use std::ops::Range;
use std::str::FromStr;
use std::time::{Duration, SystemTime};

use super::parse_transformation::parse_transformation;
use crate::error::Error;
use crate::secret::RedactedUrl;
use crate::time::after_1970;
use crate::url::encode::{ENCODED_FORM, escape, unescape_form};
use crate::url::endpoint::Endpoint;
use crate::url::options::{QueryParameters, Step, UrlOptions};
use crate::url::placement::{TransformationPosition, UrlStyle};
use crate::url::transformation::ParameterValue;

/// A parsed ImageKit URL: endpoint, path, transformation, query parameters, expiry and signature.
///
/// [`Display`](fmt::Display) writes the URL as it was parsed. To change a URL, change its
/// [`options`](Self::options) and build them with
/// [`ImageKit::url_from`](crate::ImageKit::url_from).
///
/// # Examples
///
/// ```
/// use imagekitio::ImageKit;
/// use imagekitio::url::{ImageKitUrl, ParameterValue, Step};
///
/// let original = "https://ik.imagekit.io/demo/tr:w-300,fo-face:rt-90/a.jpg?v=1";
/// let url: ImageKitUrl = original.parse()?;
/// assert_eq!(url.endpoint(), "https://ik.imagekit.io/demo");
/// assert_eq!(url.path(), "/a.jpg");
/// assert_eq!(url.transformation().as_deref(), Some("w-300,fo-face:rt-90"));
/// assert_eq!(url.to_string(), original);
///
/// let mut options = url.options();
/// options.transformation[0].set("width", 500);
/// let ik = ImageKit::builder()
///     .url_endpoint("https://ik.imagekit.io/demo")
///     .build()?;
/// assert_eq!(
///     ik.url_from(&options).build()?,
///     "https://ik.imagekit.io/demo/tr:w-500,fo-face:rt-90/a.jpg?v=1"
/// );
/// # Ok::<(), imagekitio::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ImageKitUrl {
    url: String,
    /// The index where the endpoint ends.
    endpoint: usize,
    /// The transformation in the path, without `tr:`.
    path_transformation: Option<Range<usize>>,
    /// Includes the leading slash.
    path: Range<usize>,
    /// Excludes the question mark.
    query: Option<Range<usize>>,
    /// Excludes the `#`.
    fragment: Option<usize>,
}

/// Omits user info, query and fragment, which can contain a password or a signature.
impl fmt::Debug for ImageKitUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ImageKitUrl")
            .field(&RedactedUrl(&self.url))
            .finish()
    }
}

impl ImageKitUrl {
    /// Parses a URL with an unknown endpoint.
    ///
    /// The endpoint is assumed to end before a transformation in the path. Without one, it ends
    /// after the first folder on `ik.imagekit.io`, and after the host on other domains. Use
    /// [`ImageKit::parse`](crate::ImageKit::parse) for a known endpoint.
    ///
    /// # Errors
    /// Returns [`InvalidInput`](crate::ErrorKind::InvalidInput) for a string that isn't an absolute
    /// `http` or `https` URL with a host.
    pub fn parse(url: &str) -> Result<Self, Error> {
        let host = Self::end_of_host(url)?;
        let path_end = url.find(['?', '#']).unwrap_or(url.len());
        let path = &url[host..path_end];
        let endpoint = match path.find("/tr:") {
            Some(transformation) => transformation,
            None if url[..host].ends_with("/ik.imagekit.io") => path
                .match_indices('/')
                .nth(1)
                .map_or(path.len(), |(second, _)| second),
            None => 0,
        };
        Ok(Self::split(url, host + endpoint))
    }

    /// Parses a URL that can be under a known endpoint.
    pub(crate) fn parse_under(url: &str, endpoint: &Endpoint) -> Result<Self, Error> {
        match endpoint.strip(url) {
            Some(inside) => Ok(Self::split(url, url.len() - inside.len() - 1)),
            None => Self::parse(url),
        }
    }

    fn end_of_host(url: &str) -> Result<usize, Error> {
        let start = ["https://", "http://"]
            .iter()
            .find(|scheme| url.starts_with(**scheme))
            .map(|scheme| scheme.len());
        let end = start.map(|start| {
            url[start..]
                .find(['/', '?', '#'])
                .map_or(url.len(), |end| start + end)
        });
        match (start, end) {
            (Some(start), Some(end)) if end > start => Ok(end),
            _ => Err(Error::invalid_input(
                "url",
                format!(
                    "{:?} is not an absolute http or https URL; give one such as https://ik.imagekit.io/demo/a.jpg",
                    RedactedUrl(url)
                ),
            )),
        }
    }

    fn split(url: &str, endpoint: usize) -> Self {
        let fragment = url.find('#').map(|hash| hash + 1);
        let end = fragment.map_or(url.len(), |fragment| fragment - 1);
        let query = url[..end].find('?').map(|mark| mark + 1..end);
        let path_end = query.as_ref().map_or(end, |query| query.start - 1);
        let mut path = endpoint..path_end;
        let mut path_transformation = None;
        if let Some(rest) = url[path.clone()].strip_prefix("/tr:") {
            let start = path_end - rest.len();
            path.start = rest.find('/').map_or(path_end, |slash| start + slash);
            path_transformation = Some(start..path.start);
        }
        Self {
            url: url.to_owned(),
            endpoint,
            path_transformation,
            path,
            query,
            fragment,
        }
    }

    /// Returns the whole URL as it was parsed.
    pub fn as_str(&self) -> &str {
        &self.url
    }

    /// Returns the URL endpoint without a trailing slash.
    pub fn endpoint(&self) -> &str {
        &self.url[..self.endpoint]
    }

    /// Returns the path of the file with its leading slash and its escapes, without the
    /// transformation.
    pub fn path(&self) -> &str {
        &self.url[self.path.clone()]
    }

    /// Returns the query as it was parsed, without the question mark.
    pub fn query(&self) -> Option<&str> {
        self.query.clone().map(|query| &self.url[query])
    }

    /// Returns the fragment as it was parsed, without the `#`.
    pub fn fragment(&self) -> Option<&str> {
        self.fragment.map(|fragment| &self.url[fragment..])
    }

    /// Returns where the transformation is, if there is one.
    pub fn transformation_position(&self) -> Option<TransformationPosition> {
        match self.path_transformation {
            Some(_) => Some(TransformationPosition::Path),
            None => self
                .query_transformation()
                .map(|_| TransformationPosition::Query),
        }
    }

    /// Returns the transformation, decoded if it is in a query of the encoded style.
    pub fn transformation(&self) -> Option<String> {
        match &self.path_transformation {
            Some(transformation) => Some(self.url[transformation.clone()].to_owned()),
            None => self
                .query_transformation()
                .map(|written| match is_encoded(written) {
                    true => decoded(written),
                    false => written.to_owned(),
                }),
        }
    }

    /// Returns the steps of the transformation with parameters by name.
    ///
    /// Anything that can't be expressed by name is a `raw` parameter. A name can occur several
    /// times in a step.
    pub fn steps(&self) -> Vec<Step> {
        let escaped = self.path_transformation.is_some()
            || !self.query_transformation().is_some_and(is_encoded);
        self.transformation()
            .map(|transformation| parse_transformation(&transformation, escaped))
            .unwrap_or_default()
    }

    /// Returns the decoded query parameters in order, without transformation, expiry and signature.
    pub fn query_parameters(&self) -> Vec<(String, String)> {
        let transformed = self.path_transformation.is_none();
        self.parameters()
            .map(|(name, value)| (decoded(name), decoded(value)))
            .filter(|(name, _)| {
                !(matches!(name.as_str(), "ik-t" | "ik-s") || (transformed && name == "tr"))
            })
            .collect()
    }

    /// Returns when the URL expires, if it has an expiry.
    pub fn expires_at(&self) -> Option<SystemTime> {
        after_1970(Duration::from_secs(self.expiry()?))
    }

    /// Returns the signature, if there is one.
    pub fn signature(&self) -> Option<&str> {
        self.parameter("ik-s")
    }

    /// Returns everything except the fragment as options, which can be changed and built.
    ///
    /// The options of a signed URL request a signature, which needs the private key.
    pub fn options(&self) -> UrlOptions {
        let parameters = self.query_parameters().into_iter();
        let mut options = UrlOptions::default().unchecked_numbers();
        options.path = Some(
            if self.path().is_empty() {
                "/"
            } else {
                self.path()
            }
            .to_owned(),
        );
        options.url_endpoint = Some(self.endpoint().to_owned());
        options.transformation = self.steps();
        options.transformation_position = self.transformation_position();
        options.url_style = self.query().map(style_of);
        options.query_parameters = QueryParameters(
            parameters
                .map(|(name, value)| (name, ParameterValue::String(value)))
                .collect(),
        );
        options.signed = self.signature().map(|_| true);
        options.expires_at = self.expiry();
        options
    }

    fn parameters(&self) -> impl Iterator<Item = (&str, &str)> {
        let parameters = self
            .query()
            .unwrap_or_default()
            .split('&')
            .filter(|parameter| !parameter.is_empty());
        parameters.map(|parameter| parameter.split_once('=').unwrap_or((parameter, "")))
    }

    fn parameter(&self, wanted: &str) -> Option<&str> {
        self.parameters()
            .find(|(name, _)| decoded(name) == wanted)
            .map(|(_, value)| value)
    }

    fn query_transformation(&self) -> Option<&str> {
        self.parameter("tr")
    }

    fn expiry(&self) -> Option<u64> {
        self.parameter("ik-t")?.parse().ok()
    }
}

/// Detects the style of a query. If both styles match, it is the encoded one.
fn style_of(query: &str) -> UrlStyle {
    let mut parts = query
        .split('&')
        .flat_map(|parameter| parameter.splitn(2, '='));
    if parts.all(is_encoded) {
        UrlStyle::Encoded
    } else {
        UrlStyle::Readable
    }
}

/// Returns whether a name or a value is written as in the encoded style.
fn is_encoded(written: &str) -> bool {
    let mut encoded = String::new();
    escape(&mut encoded, &decoded(written), &ENCODED_FORM);
    encoded == written
}

fn decoded(string: &str) -> String {
    String::from_utf8_lossy(&unescape_form(string)).into_owned()
}

impl FromStr for ImageKitUrl {
    type Err = Error;

    fn from_str(url: &str) -> Result<Self, Error> {
        Self::parse(url)
    }
}

/// Returns the whole URL as it was parsed.
impl AsRef<str> for ImageKitUrl {
    fn as_ref(&self) -> &str {
        &self.url
    }
}

impl fmt::Display for ImageKitUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.url)
    }
}
