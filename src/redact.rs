//! What is shown in place of secrets, in `Debug` and in errors.

use std::fmt;
#[cfg(feature = "client")]
use std::sync::Arc;

/// A value that is not shown.
#[cfg(feature = "raw")]
pub(crate) struct Redacted;

#[cfg(feature = "raw")]
impl fmt::Debug for Redacted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// An object of which only the names are shown.
#[cfg(feature = "raw")]
pub(crate) struct RedactedValues<'a>(pub(crate) &'a serde_json::Map<String, serde_json::Value>);

#[cfg(feature = "raw")]
impl fmt::Debug for RedactedValues<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map()
            .entries(self.0.keys().map(|name| (name, Redacted)))
            .finish()
    }
}

/// A URL, or what was given for one, without user info, query and fragment.
///
/// A password that was not escaped may hold any character. Where the text before the path is not plainly a host, everything
/// up to the last `@` is left out.
#[derive(Clone)]
pub(crate) struct RedactedUrl<T>(pub(crate) T);

impl<T: AsRef<str>> fmt::Display for RedactedUrl<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let url = self.0.as_ref();
        let (scheme, rest) = match url.find("://") {
            Some(end) if !url[..end].contains(['/', '?', '#', '@']) => {
                url.split_at(end + "://".len())
            }
            _ => ("", url),
        };
        let authority = rest.split(['/', '\\', '?', '#']).next().unwrap_or(rest);
        f.write_str(scheme)?;
        let shown = match rest.rsplit_once('@') {
            Some((_, shown)) if !is_host(authority) => {
                f.write_str("[redacted]@")?;
                shown
            }
            _ => rest,
        };
        match shown.find(['?', '#']) {
            Some(end) => write!(f, "{}{}[redacted]", &shown[..end], &shown[end..=end]),
            None => f.write_str(shown),
        }
    }
}

impl<T: AsRef<str>> fmt::Debug for RedactedUrl<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.to_string())
    }
}

/// A text with URLs, without the values of their signatures.
pub(crate) struct RedactedSignatures<'a>(pub(crate) &'a str);

impl fmt::Debug for RedactedSignatures<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const NAME: &str = "ik-s=";
        let mut shown = String::new();
        let mut rest = self.0;
        while let Some(start) = rest.find(NAME) {
            let (before, value) = rest.split_at(start + NAME.len());
            let end = value.find(|c: char| !c.is_ascii_alphanumeric());
            shown.push_str(before);
            shown.push_str("[redacted]");
            rest = &value[end.unwrap_or(value.len())..];
        }
        shown.push_str(rest);
        fmt::Debug::fmt(&shown, f)
    }
}

/// What a request carries that must not show, though the server may repeat it.
#[cfg(feature = "client")]
#[derive(Clone, Default)]
pub(crate) struct Secrets(Arc<Vec<String>>);

#[cfg(feature = "client")]
impl Secrets {
    /// Shorter words would be found where they mean something else.
    const SHORTEST: usize = 6;

    /// These and others. A server may repeat a value in part, so that each of its words counts.
    pub(crate) fn with<S: AsRef<str>>(&self, values: impl IntoIterator<Item = S>) -> Self {
        let mut secrets = Vec::clone(&self.0);
        for value in values {
            let words = value.as_ref().split_whitespace();
            secrets.extend(
                words
                    .filter(|word| word.len() >= Self::SHORTEST)
                    .map(str::to_owned),
            );
        }
        // One that is part of another would leave the rest of that.
        secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        Self(Arc::new(secrets))
    }

    pub(crate) fn redact(&self, mut text: String) -> String {
        for secret in self.0.iter() {
            if text.contains(secret) {
                text = text.replace(secret, "[redacted]");
            }
        }
        text
    }

    /// Whether there is one in the text.
    pub(crate) fn are_in(&self, text: &str) -> bool {
        self.0.iter().any(|secret| text.contains(secret))
    }
}

/// Whether this is a host, with a port or without: user info has a `@`, and what is cut out of user info has a password
/// where the port should be.
fn is_host(authority: &str) -> bool {
    let is_port = |port: &str| !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
    !authority.is_empty()
        && !authority.contains('@')
        && match authority.rsplit_once(':') {
            Some((_, port)) => is_port(port) || authority.ends_with(']'),
            None => true,
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_shows_neither_user_info_nor_query() {
        for (url, shown) in [
            (
                "https://ik.imagekit.io/demo/a@2x.jpg",
                "https://ik.imagekit.io/demo/a@2x.jpg",
            ),
            ("https://[::1]:80/a@b", "https://[::1]:80/a@b"),
            ("https://a.b/c?d=e#f", "https://a.b/c?[redacted]"),
            ("https://a.b/c#f?d", "https://a.b/c#[redacted]"),
            ("https://u:p@a.b/c", "https://[redacted]@a.b/c"),
            ("https://u@a.b", "https://[redacted]@a.b"),
            ("https://u:p@q/r?s@a.b/c", "https://[redacted]@a.b/c"),
            (
                "https://u:p/q@a.b/c?d",
                "https://[redacted]@a.b/c?[redacted]",
            ),
            ("https://u:p?q#@a.b/c", "https://[redacted]@a.b/c"),
            ("https://u:1/p@a.b", "https://u:1/p@a.b"),
            ("u:p@a.b/c", "[redacted]@a.b/c"),
            ("https:/u:p@a.b", "[redacted]@a.b"),
            ("//u:p@a.b", "[redacted]@a.b"),
            ("a.b?c", "a.b?[redacted]"),
            ("", ""),
        ] {
            assert_eq!(RedactedUrl(url).to_string(), shown, "{url}");
        }
    }
}
