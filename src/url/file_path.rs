//! Paths of files under an endpoint.

use std::borrow::Cow;

use super::absolute::AbsoluteUrl;
use super::encode::{COMPONENT, LITERAL_PATH, PATH, escape, unescape, unescape_fully};
use super::endpoint::Endpoint;
use super::query::parameter_names;
use crate::problem::Problem;
use crate::secret::RedactedUrl;

/// Path of a file under the endpoint.
///
/// A string is taken as a path that may hold escapes: `a%20b.jpg` and `a b.jpg` mean the same file. For names in which
/// a percent sign is a letter of the name there is [`FilePath::literal`].
///
/// A segment `.`, `..` or one that begins with `tr:` is refused, escaped or not: the path of a file, which may come from a
/// user, can neither leave the endpoint nor add a transformation.
///
/// The whole URL of a file under the endpoint, which is what an upload returns, is used like
/// [`src`](crate::url::UrlBuilder::src). It is compared in normal form: the case of the scheme and the host, a default port
/// and `http` in place of `https` make no difference. It may not hold a transformation.
///
/// Any other absolute URL is the path of a file behind a
/// [web proxy](https://imagekit.io/docs/integration/web-proxy). A signed URL carries it percent-encoded as a whole
/// (`https%3A%2F%2Fexample.com%2Fa.jpg`), as ImageKit requires for
/// [signed URLs](https://imagekit.io/docs/media-delivery-basic-security).
///
/// ```
/// use imagekitio::ImageKit;
/// use imagekitio::url::FilePath;
///
/// let ik = ImageKit::builder().url_endpoint("https://ik.imagekit.io/demo").build()?;
/// assert_eq!(ik.url("50%20off.jpg").build()?, "https://ik.imagekit.io/demo/50%20off.jpg");
/// assert_eq!(ik.url(FilePath::literal("50%20off.jpg")).build()?, "https://ik.imagekit.io/demo/50%2520off.jpg");
/// # Ok::<(), imagekitio::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FilePath<'a> {
    text: Cow<'a, str>,
    literal: bool,
}

impl<'a> FilePath<'a> {
    /// A path in which `%` always stands for itself.
    pub fn literal(path: impl Into<Cow<'a, str>>) -> Self {
        Self {
            text: path.into(),
            literal: true,
        }
    }
}

impl<'a> From<&'a str> for FilePath<'a> {
    fn from(path: &'a str) -> Self {
        Self {
            text: Cow::Borrowed(path),
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
            text: Cow::Owned(path),
            literal: false,
        }
    }
}

impl FilePath<'_> {
    pub(super) fn len(&self) -> usize {
        self.text.len()
    }

    /// The whole URL of a file under the endpoint, where that was given for the path.
    pub(super) fn as_url_under(&self, endpoint: &Endpoint) -> Result<Option<AbsoluteUrl>, Problem> {
        let text = self.text.trim_start_matches(|c| c <= ' ' || c == '/');
        // Spares ordinary paths the parser.
        let looks_absolute = text
            .get(..4)
            .is_some_and(|scheme| scheme.eq_ignore_ascii_case("http"));
        if !looks_absolute {
            return Ok(None);
        }
        let Ok(url) = AbsoluteUrl::parse(text) else {
            return Ok(None);
        };
        let Some(inside) = endpoint.inside(&url) else {
            return Ok(None);
        };
        let refused = |reason| Err(Problem::new("path", reason));
        if self.literal {
            return refused(
                "a literal path can't be a whole URL under the URL endpoint; give the URL to `src`, or its path",
            );
        }
        if holds_transformation(inside)
            || parameter_names(url.query().unwrap_or_default()).any(|name| name == b"tr")
        {
            return refused(
                "a URL with a transformation can't be used as a path; give the URL to `src`, or its path alone",
            );
        }
        Ok(Some(url))
    }

    /// The path of the same file under another name: `a/b.jpg` becomes `a/b/name.jpg`.
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
        let (folder, file) = match self.text.rfind('/') {
            Some(slash) => self.text.split_at(slash + 1),
            None => ("", self.text.as_ref()),
        };
        let is_extension = |extension: &str| {
            !extension.is_empty() && extension.bytes().all(|byte| byte.is_ascii_alphanumeric())
        };
        let parts = file.rsplit_once('.').filter(|(stem, extension)| {
            !stem.is_empty() && is_extension(extension) && !self.text.contains(['?', '#'])
        });
        let Some((stem, extension)) = parts else {
            return Err(Problem::new(
                "seo_name",
                format!(
                    "{:?} does not end in a name with an extension, which the other name is to take; give the path of such a \
                     file",
                    RedactedUrl(&self.text)
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
            text: Cow::Owned(format!("{folder}{stem}/{name}.{extension}")),
            literal: self.literal,
        })
    }

    /// Appends the path behind the slash of an endpoint. In a signed URL, a path that is an absolute URL is encoded as a
    /// whole.
    pub(super) fn write(&self, url: &mut String, signed: bool) -> Result<(), Problem> {
        if self.text.is_empty() {
            return Err(Problem::new(
                "path",
                "the path is empty; give the path of a file",
            ));
        }
        let path = self.text.trim_start_matches('/');
        if is_plain(path) {
            url.push_str(path);
            return Ok(());
        }
        self.check(path)?;
        let keep = if self.literal { &LITERAL_PATH } else { &PATH };
        let proxied = AbsoluteUrl::recognises(path);
        if proxied && signed {
            escape(url, path, &COMPONENT);
            return Ok(());
        }
        let mut segments = path.split('/').peekable();
        while let Some(segment) = segments.next() {
            escape(url, segment, keep);
            if segments.peek().is_some() && (proxied || !segment.is_empty()) {
                url.push('/');
            }
        }
        Ok(())
    }

    /// Refuses segments that mean something else than a name to a browser or to ImageKit, escaped or not.
    fn check(&self, path: &str) -> Result<(), Problem> {
        for segment in path.split('/') {
            let name = match !self.literal && segment.contains('%') {
                true => Cow::Owned(unescape(segment)),
                false => Cow::Borrowed(segment.as_bytes()),
            };
            let (what, fix) = if parts(&name).any(|part| matches!(part, b"." | b"..")) {
                ("would lead to another place", "without dot segments")
            } else if parts(&name).any(begins_transformation) {
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
                    "{:?} holds the segment {segment:?}, which {what}; give the path {fix}",
                    self.text
                ),
            ));
        }
        Ok(())
    }
}

/// Appends the path of a `src` to a signed URL. The absolute URL of a file behind a web proxy, which may follow a
/// transformation, is encoded as a whole.
pub(super) fn write_signed(url: &mut String, path: &str) {
    let start = match path.split_once('/') {
        Some((first, _)) if begins_transformation(&unescape(first)) => first.len() + 1,
        _ => 0,
    };
    let (transformation, path) = path.split_at(start);
    url.push_str(transformation);
    match AbsoluteUrl::recognises(path) {
        true => escape(url, path, &COMPONENT),
        false => url.push_str(path),
    }
}

/// Whether ImageKit reads a segment of the path as a transformation.
fn holds_transformation(path: &str) -> bool {
    parts(&unescape(path)).any(begins_transformation)
}

fn begins_transformation(segment: &[u8]) -> bool {
    segment.starts_with(b"tr:")
}

/// The segments of a decoded path. A server may decode the slashes before it splits, and take `\` for one.
fn parts(decoded: &[u8]) -> impl Iterator<Item = &[u8]> {
    decoded.split(|byte| matches!(byte, b'/' | b'\\'))
}

/// Whether a path can be copied as it is: nothing to escape, no segment that is empty or starts with a dot, and no
/// transformation.
fn is_plain(path: &str) -> bool {
    let mut previous = b'/';
    path.bytes().all(|byte| {
        let starts_special = previous == b'/' && matches!(byte, b'/' | b'.');
        previous = byte;
        PATH.keeps(byte) && !starts_special
    }) && !path.contains("tr:")
}
