//! Secrets, and what `Debug` and errors show in place of them.

use std::fmt;
#[cfg(feature = "client")]
use std::sync::Arc;

/// A key, token, password or signature.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Secret(String);

impl Secret {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// To be sent.
    #[cfg(feature = "client")]
    pub(crate) fn into_string(self) -> String {
        self.0
    }
}

impl From<String> for Secret {
    fn from(secret: String) -> Self {
        Self(secret)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Redacted.fmt(f)
    }
}

/// In place of a value.
pub(crate) struct Redacted;

impl fmt::Debug for Redacted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// An object, of which `Debug` shows only the names.
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
/// A password that was not escaped may hold any character. If what precedes the path is not clearly
/// a host, everything up to the last `@` is left out.
#[derive(Clone, PartialEq, Eq, Hash)]
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

/// URLs without the values of their signatures.
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

/// The secrets of a request, which the server may repeat.
#[cfg(feature = "client")]
#[derive(Clone, Default)]
pub(crate) struct Secrets(Arc<Vec<String>>);

#[cfg(feature = "client")]
impl Secrets {
    /// Shorter words would be found by coincidence.
    const SHORTEST: usize = 6;

    /// These and others. A server may repeat part of a value, so each of its words counts.
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
        // If one is part of another, the longer one is replaced first.
        secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        Self(Arc::new(secrets))
    }

    /// Redacts what a server says: the secrets of the request, and those in URLs.
    pub(crate) fn redact(&self, mut text: String) -> String {
        for secret in self.0.iter() {
            if text.contains(secret) {
                text = text.replace(secret, "[redacted]");
            }
        }
        if !text.contains("://") {
            return text;
        }
        let ends_url = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '<' | '>');
        let mut shown = String::with_capacity(text.len());
        for piece in text.split_inclusive(ends_url) {
            let url = piece.trim_end_matches(|c| ends_url(c) || ".,;:!)".contains(c));
            match url.contains("://") {
                true => shown.push_str(&RedactedUrl(url).to_string()),
                false => shown.push_str(url),
            }
            shown.push_str(&piece[url.len()..]);
        }
        shown
    }

    /// Whether one of them is part of the text.
    pub(crate) fn are_in(&self, text: &str) -> bool {
        self.0.iter().any(|secret| text.contains(secret))
    }
}

/// Whether this is a host, with a port or without. User info has a `@`, and a part of it has a
/// password in place of the port.
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
