//! Paths of files under an endpoint.

use std::borrow::Cow;

use super::absolute::AbsoluteUrl;
use super::absolute::{is_dot, is_double_dot};
use super::encode::{LITERAL_PATH, PATH, escape};
use crate::problem::Problem;

/// Path of a file under the endpoint.
///
/// A string is taken as a path that may hold escapes: `a%20b.jpg` and `a b.jpg` mean the same file. For names in which
/// a percent sign is a letter of the name there is [`FilePath::literal`].
///
/// ```
/// use imagekitio::{FilePath, ImageKit};
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

    /// Appends the path behind the slash of an endpoint.
    pub(super) fn write(&self, url: &mut String) -> Result<(), Problem> {
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
        let keep = if self.literal { &LITERAL_PATH } else { &PATH };
        let proxied = AbsoluteUrl::recognises(path);
        let mut segments = path.split('/').peekable();
        while let Some(segment) = segments.next() {
            if self.is_dot_segment(segment) {
                return Err(Problem::new(
                    "path",
                    format!(
                        "{:?} holds the segment {segment:?}, which would lead to another place; give the path without \
                         dot segments",
                        self.text
                    ),
                ));
            }
            escape(url, segment, keep);
            if segments.peek().is_some() && (proxied || !segment.is_empty()) {
                url.push('/');
            }
        }
        Ok(())
    }

    /// Whether browsers take the segment for `.` or `..`.
    fn is_dot_segment(&self, segment: &str) -> bool {
        match self.literal {
            true => matches!(segment, "." | ".."),
            false => is_dot(segment) || is_double_dot(segment),
        }
    }
}

/// Whether a path can be copied as it is: nothing to escape, and no segment that is empty or starts with a dot.
fn is_plain(path: &str) -> bool {
    let mut previous = b'/';
    path.bytes().all(|byte| {
        let starts_special = previous == b'/' && matches!(byte, b'/' | b'.');
        previous = byte;
        PATH.keeps(byte) && !starts_special
    })
}
