//! Reading URLs back.

use std::fmt;
use std::ops::Range;
use std::str::FromStr;
use std::time::{Duration, SystemTime};

use super::encode::{ENCODED_FORM, escape, unescape_form};
use super::endpoint::Endpoint;
use super::options::{QueryParameters, Step, UrlOptions};
use super::parameter_value::ParameterValue;
use super::tokens;
use super::{TransformationPosition, UrlStyle};
use crate::error::Error;
use crate::secret::RedactedUrl;
use crate::time::after_1970;

/// A URL that was taken apart: endpoint, path, transformation, query parameters, expiry and signature.
///
/// It prints exactly as it was read. To change it, take its [`options`](Self::options), change those, and build them
/// again with [`ImageKit::url_from`](crate::ImageKit::url_from).
///
/// ```
/// use imagekitio::ImageKit;
/// use imagekitio::url::{ImageKitUrl, ParameterValue, Step};
///
/// let text = "https://ik.imagekit.io/demo/tr:w-300,fo-face:rt-90/a.jpg?v=1";
/// let url: ImageKitUrl = text.parse()?;
/// assert_eq!(url.endpoint(), "https://ik.imagekit.io/demo");
/// assert_eq!(url.path(), "/a.jpg");
/// assert_eq!(url.transformation().as_deref(), Some("w-300,fo-face:rt-90"));
/// assert_eq!(url.to_string(), text);
///
/// let mut options = url.options();
/// options.transformation[0].set("width", 500);
/// let ik = ImageKit::builder().url_endpoint("https://ik.imagekit.io/demo").build()?;
/// assert_eq!(
///     ik.url_from(&options).build()?,
///     "https://ik.imagekit.io/demo/tr:w-500,fo-face:rt-90/a.jpg?v=1"
/// );
/// # Ok::<(), imagekitio::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ImageKitUrl {
    text: String,
    /// Where the endpoint ends.
    endpoint: usize,
    /// A transformation in the path, without its `tr:`.
    path_transformation: Option<Range<usize>>,
    /// With its slash.
    path: Range<usize>,
    /// Without its question mark.
    query: Option<Range<usize>>,
    /// Without its `#`.
    fragment: Option<usize>,
}

/// Leaves user info, query and fragment out: they may hold a password or a signature.
impl fmt::Debug for ImageKitUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ImageKitUrl")
            .field(&RedactedUrl(&self.text))
            .finish()
    }
}

impl ImageKitUrl {
    /// Reads a URL whose endpoint is not known.
    ///
    /// The endpoint is taken to end in front of a transformation in the path; without one, behind the first folder of
    /// `ik.imagekit.io`, and behind the host of another domain. [`ImageKit::parse`](crate::ImageKit::parse) knows
    /// better.
    ///
    /// # Errors
    /// `InvalidInput` for a text that is no absolute `http` or `https` URL with a host.
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

    /// Reads a URL under a known endpoint.
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
        if let Some(behind) = url[path.clone()].strip_prefix("/tr:") {
            let start = path_end - behind.len();
            path.start = behind.find('/').map_or(path_end, |slash| start + slash);
            path_transformation = Some(start..path.start);
        }
        Self {
            text: url.to_owned(),
            endpoint,
            path_transformation,
            path,
            query,
            fragment,
        }
    }

    /// The whole URL as it was read.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The URL endpoint, without a slash at its end.
    pub fn endpoint(&self) -> &str {
        &self.text[..self.endpoint]
    }

    /// Path of the file, with its slash and its escapes, without transformation.
    pub fn path(&self) -> &str {
        &self.text[self.path.clone()]
    }

    /// The query as it was read, without its question mark.
    pub fn query(&self) -> Option<&str> {
        self.query.clone().map(|query| &self.text[query])
    }

    /// The fragment as it was read, without its `#`.
    pub fn fragment(&self) -> Option<&str> {
        self.fragment.map(|fragment| &self.text[fragment..])
    }

    /// Where the transformation stands, if there is one.
    pub fn transformation_position(&self) -> Option<TransformationPosition> {
        match self.path_transformation {
            Some(_) => Some(TransformationPosition::Path),
            None => self
                .query_transformation()
                .map(|_| TransformationPosition::Query),
        }
    }

    /// The transformation, free of the encoding that a query may put over it.
    pub fn transformation(&self) -> Option<String> {
        match &self.path_transformation {
            Some(transformation) => Some(self.text[transformation.clone()].to_owned()),
            None => self
                .query_transformation()
                .map(|written| match is_encoded(written) {
                    true => decoded(written),
                    false => written.to_owned(),
                }),
        }
    }

    /// The steps of the transformation by name. What has no name of its own is kept as `raw`; a name can occur more than
    /// once in a step.
    pub fn steps(&self) -> Vec<Step> {
        let escaped = self.path_transformation.is_some()
            || !self.query_transformation().is_some_and(is_encoded);
        self.transformation()
            .map(|text| tokens::steps(&text, escaped))
            .unwrap_or_default()
    }

    /// The query parameters without escapes, in order. Transformation, expiry and signature are not among them.
    pub fn query_parameters(&self) -> Vec<(String, String)> {
        let transformed = self.path_transformation.is_none();
        self.parameters()
            .map(|(name, value)| (decoded(name), decoded(value)))
            .filter(|(name, _)| {
                !(matches!(name.as_str(), "ik-t" | "ik-s") || (transformed && name == "tr"))
            })
            .collect()
    }

    /// When the URL expires, if it says so.
    pub fn expires_at(&self) -> Option<SystemTime> {
        after_1970(Duration::from_secs(self.expiry()?))
    }

    /// The signature, if there is one.
    pub fn signature(&self) -> Option<&str> {
        self.parameter("ik-s")
    }

    /// Everything but the fragment as data, to be changed and built again.
    ///
    /// A signed URL gives options that ask for a signature, which needs the private key.
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
                .map(|(name, value)| (name, ParameterValue::Text(value)))
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

/// The style in which a query is written. Where both styles agree it is the encoded one.
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

/// Whether the encoded style writes a name or a value in this way.
fn is_encoded(written: &str) -> bool {
    let mut encoded = String::new();
    escape(&mut encoded, &decoded(written), &ENCODED_FORM);
    encoded == written
}

fn decoded(text: &str) -> String {
    String::from_utf8_lossy(&unescape_form(text)).into_owned()
}

impl FromStr for ImageKitUrl {
    type Err = Error;

    fn from_str(url: &str) -> Result<Self, Error> {
        Self::parse(url)
    }
}

/// The whole URL as it was read.
impl AsRef<str> for ImageKitUrl {
    fn as_ref(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for ImageKitUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
