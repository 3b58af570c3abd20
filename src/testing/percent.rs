//! Percent-encoding of paths and queries.

use crate::url::{unescape, unescape_form};

/// Encodes a path for use in a URL. Slashes stay.
pub(super) fn encode_path(path: &str) -> String {
    let mut encoded = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

/// Decodes a path; `None` if the result is not UTF-8. A percent sign without two hexadecimal digits stands for itself.
pub(super) fn decode(text: &str) -> Option<String> {
    String::from_utf8(unescape(text)).ok()
}

/// Decodes the names and values of a query, where `+` is a space; `None` if one is not UTF-8.
pub(super) fn query_pairs(query: &str) -> Option<Vec<(String, String)>> {
    let part = |text: &str| String::from_utf8(unescape_form(text)).ok();
    query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            Some((part(name)?, part(value)?))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodes_what_a_path_cannot_hold() {
        assert_eq!(encode_path("/a-b_c.~/é %?#"), "/a-b_c.~/%C3%A9%20%25%3F%23");
    }

    #[test]
    fn decodes_and_keeps_stray_percent_signs() {
        assert_eq!(decode("/%C3%a9%20+%2F").as_deref(), Some("/é +/"));
        assert_eq!(decode("100%").as_deref(), Some("100%"));
        assert_eq!(decode("%4").as_deref(), Some("%4"));
        assert_eq!(decode("%zz%41").as_deref(), Some("%zzA"));
        assert_eq!(decode("%ff"), None);
    }

    #[test]
    fn splits_queries() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(
            query_pairs("a=1+2&&b&c=%3D%2B="),
            Some(vec![pair("a", "1 2"), pair("b", ""), pair("c", "=+=")])
        );
        assert_eq!(query_pairs("a=%ff"), None);
    }
}
