//! Percent-encoding of paths and queries.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// What a path keeps as it is.
const PATH: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'/');

/// Encodes a path for use in a URL. Slashes stay.
pub(super) fn encode_path(path: &str) -> String {
    utf8_percent_encode(path, PATH).to_string()
}

/// Decodes a path; `None` if the result is not UTF-8. A percent sign without two hexadecimal digits
/// stays.
pub(super) fn decode(text: &str) -> Option<String> {
    let decoded = percent_decode_str(text).decode_utf8().ok()?;
    Some(decoded.into_owned())
}

/// Decodes the names and values of a query, where `+` is a space; `None` if one is not UTF-8.
pub(super) fn query_pairs(query: &str) -> Option<Vec<(String, String)>> {
    let part = |text: &str| decode(&text.replace('+', " "));
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
