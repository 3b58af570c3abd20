//! Paths of files under a URL endpoint.

use std::borrow::Cow;

use super::query_writer::parameter_names;
use crate::problem::Problem;
use crate::secret::RedactedUrl;
use crate::url::absolute_url::AbsoluteUrl;
use crate::url::encode::{
    COMPONENT, LITERAL_PATH, PATH, PLAIN_PATH, escape, unescape, unescape_fully,
};
use crate::url::endpoint::Endpoint;

/// The path of a file under the URL endpoint.
///
/// Converts from strings, which can have escapes: `a%20b.jpg` and `a b.jpg` are the same file. Use
/// [`FilePath::literal`] for names with percent signs.
///
/// Building the URL fails for a segment `.`, `..` or one that starts with `tr:`, escaped or not. An
/// untrusted path therefore can't leave the endpoint or add a transformation.
///
/// A path can also be an absolute URL:
///
/// - The URL of a file under the endpoint, as an upload returns it, is used like
///   [`src`](crate::url::UrlBuilder::src). URLs are compared in normal form: the case of scheme and
///   host, a default port, and `http` in place of `https` make no difference. Building fails if the
///   URL contains a transformation or an escaped dot segment (`..%2F`).
/// - Any other URL is a file behind a [web proxy](https://imagekit.io/docs/integration/web-proxy).
///   A signed URL has it percent-encoded as a whole (`https%3A%2F%2Fexample.com%2Fa.jpg`), as
///   ImageKit requires for [signed URLs](https://imagekit.io/docs/media-delivery-basic-security).
///
/// # Examples
///
/// ```
/// use imagekitio::ImageKit;
/// use imagekitio::url::FilePath;
///
/// let ik = ImageKit::builder()
///     .url_endpoint("https://ik.imagekit.io/demo")
///     .build()?;
/// let url = ik.url("50%20off.jpg").build()?;
/// assert_eq!(url, "https://ik.imagekit.io/demo/50%20off.jpg");
/// let url = ik.url(FilePath::literal("50%20off.jpg")).build()?;
/// assert_eq!(url, "https://ik.imagekit.io/demo/50%2520off.jpg");
/// # Ok::<(), imagekitio::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FilePath<'a> {
    path: RedactedUrl<Cow<'a, str>>,
    literal: bool,
}

impl<'a> FilePath<'a> {
    /// Creates a path without escapes: `%` is part of a name.
    pub fn literal(path: impl Into<Cow<'a, str>>) -> Self {
        Self {
            path: RedactedUrl(path.into()),
            literal: true,
        }
    }
}

impl<'a> From<&'a str> for FilePath<'a> {
    fn from(path: &'a str) -> Self {
        Self {
            path: RedactedUrl(Cow::Borrowed(path)),
            literal: false,
        }
    }
}

impl<'a> From<&'a String> for FilePath<'a> {
    fn from(path: &'a String) -> Self {
        Self::from(path.as_str())
    }
}

impl From<String> for FilePath<'_> {
    fn from(path: String) -> Self {
        Self {
            path: RedactedUrl(Cow::Owned(path)),
            literal: false,
        }
    }
}

impl FilePath<'_> {
    pub(super) fn len(&self) -> usize {
        self.path.0.len()
    }

    /// Returns the URL if the path is an absolute URL under the endpoint.
    pub(super) fn as_url_under(&self, endpoint: &Endpoint) -> Result<Option<AbsoluteUrl>, Problem> {
        let path = self.path.0.trim_start_matches(|c| c <= ' ' || c == '/');
        // Don't parse ordinary paths.
        let looks_absolute = path
            .get(..4)
            .is_some_and(|scheme| scheme.eq_ignore_ascii_case("http"));
        if !looks_absolute {
            return Ok(None);
        }
        let Ok(url) = AbsoluteUrl::parse(path) else {
            return Ok(None);
        };
        let Some(inside) = endpoint.inside(&url) else {
            return Ok(None);
        };
        let refused = |reason| Err(Problem::new("path", reason));
        // Normal form resolves dot segments, except behind an escaped slash.
        if parts(&unescape(inside)).any(is_dot_segment) {
            return refused(
                "a URL with an escaped dot segment can't be used as a path; give the URL without it",
            );
        }
        if self.literal {
            return refused(
                "a literal path can't be a whole URL under the URL endpoint; give the URL to `src`, or its path",
            );
        }
        if contains_transformation(inside)
            || parameter_names(url.query().unwrap_or_default()).any(|name| name == b"tr")
        {
            return refused(
                "a URL with a transformation can't be used as a path; give the URL to `src`, or its path alone",
            );
        }
        Ok(Some(url))
    }

    /// Returns the path of the file under another name: `a/b.jpg` becomes `a/b/name.jpg`.
    pub(super) fn named(&self, name: &str) -> Result<FilePath<'static>, Problem> {
        let is_refused = |byte: &u8| byte.is_ascii_control() || matches!(byte, b'/' | b'\\');
        if name.trim().is_empty() || unescape_fully(name).iter().any(is_refused) {
            return Err(Problem::new(
                "seo_name",
                format!(
                    "{name:?} is not a valid name: it is empty, or has `/`, `\\` or a control character, escaped or not; give \
                     a name without them and without extension"
                ),
            ));
        }
        let (folder, file) = match self.path.0.rfind('/') {
            Some(slash) => self.path.0.split_at(slash + 1),
            None => ("", self.path.0.as_ref()),
        };
        let is_extension = |extension: &str| {
            !extension.is_empty() && extension.bytes().all(|byte| byte.is_ascii_alphanumeric())
        };
        let parts = file.rsplit_once('.').filter(|(stem, extension)| {
            !stem.is_empty() && is_extension(extension) && !self.path.0.contains(['?', '#'])
        });
        let Some((stem, extension)) = parts else {
            return Err(Problem::new(
                "seo_name",
                format!(
                    "{:?} does not end in a name with an extension, which the other name is to take; give the path of such a \
                     file",
                    self.path
                ),
            ));
        };
        let mut escaped = String::new();
        let name = match self.literal {
            true => name,
            false => {
                escape(&mut escaped, name, &LITERAL_PATH);
                &escaped
            }
        };
        Ok(FilePath {
            path: RedactedUrl(Cow::Owned(format!("{folder}{stem}/{name}.{extension}"))),
            literal: self.literal,
        })
    }

    /// Appends the path to the endpoint and its slash. In a signed URL, an absolute URL is
    /// percent-encoded as a whole.
    pub(super) fn write(&self, url: &mut String, signed: bool) -> Result<(), Problem> {
        if self.path.0.is_empty() {
            return Err(Problem::new(
                "path",
                "the path is empty; give the path of a file",
            ));
        }
        let path = self.path.0.trim_start_matches('/');
        if is_plain(path) {
            url.push_str(path);
            return Ok(());
        }
        self.check(path)?;
        let encode_set = if self.literal { &LITERAL_PATH } else { &PATH };
        let proxied = AbsoluteUrl::recognizes(path);
        if proxied && signed {
            escape(url, path, &COMPONENT);
            return Ok(());
        }
        let mut segments = path.split('/').peekable();
        while let Some(segment) = segments.next() {
            escape(url, segment, encode_set);
            if segments.peek().is_some() && (proxied || !segment.is_empty()) {
                url.push('/');
            }
        }
        Ok(())
    }

    /// Refuses segments that a browser or ImageKit doesn't read as a name, escaped or not.
    fn check(&self, path: &str) -> Result<(), Problem> {
        for segment in path.split('/') {
            let name = match !self.literal && segment.contains('%') {
                true => Cow::Owned(unescape(segment)),
                false => Cow::Borrowed(segment.as_bytes()),
            };
            let (what, fix) = if parts(&name).any(is_dot_segment) {
                ("would lead to another place", "without dot segments")
            } else if parts(&name).any(starts_transformation) {
                (
                    "ImageKit reads as a transformation",
                    "alone, and the transformation to `transform`",
                )
            } else {
                continue;
            };
            return Err(Problem::new(
                "path",
                format!(
                    "{:?} holds the segment {:?}, which {what}; give the path {fix}",
                    self.path,
                    RedactedUrl(segment)
                ),
            ));
        }
        Ok(())
    }
}

/// Appends the path of a `src` to a signed URL. An absolute URL behind a web proxy, which can
/// follow a transformation, is percent-encoded as a whole.
pub(super) fn write_signed(url: &mut String, path: &str) {
    let start = match path.split_once('/') {
        Some((first, _)) if starts_transformation(&unescape(first)) => first.len() + 1,
        _ => 0,
    };
    let (transformation, path) = path.split_at(start);
    url.push_str(transformation);
    match AbsoluteUrl::recognizes(path) {
        true => escape(url, path, &COMPONENT),
        false => url.push_str(path),
    }
}

/// Returns whether ImageKit reads a segment of the path as a transformation.
fn contains_transformation(path: &str) -> bool {
    parts(&unescape(path)).any(starts_transformation)
}

fn is_dot_segment(segment: &[u8]) -> bool {
    matches!(segment, b"." | b"..")
}

fn starts_transformation(segment: &[u8]) -> bool {
    segment.starts_with(b"tr:")
}

/// Splits a decoded path. A server may decode slashes before it splits, and may read `\` as a
/// slash.
fn parts(decoded: &[u8]) -> impl Iterator<Item = &[u8]> {
    decoded.split(|byte| matches!(byte, b'/' | b'\\'))
}

/// Returns whether a path can be copied without checks: nothing to escape, no colon, and no segment
/// that is empty or starts with a dot.
fn is_plain(path: &str) -> bool {
    path.as_bytes().split(|byte| *byte == b'/').all(|segment| {
        !matches!(segment, [] | [b'.', ..]) && segment.iter().all(|byte| PLAIN_PATH.keeps(*byte))
    })
}
