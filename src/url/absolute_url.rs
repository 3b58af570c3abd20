//! Absolute `http` and `https` URLs in the normal form of the WHATWG URL standard.
//!
//! The standard maps international host names with the large tables of UTS #46. This module refuses
//! such a host. Its ASCII form (`xn--...`) is accepted as it is.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::encode::{EncodeSet, PATH, escape, unescape};

/// The separators of path segments.
const SLASHES: [char; 2] = ['/', '\\'];

/// The forbidden domain code points apart from control characters.
const FORBIDDEN_IN_HOST: &str = " #%/:<>?@[\\]^|";

/// The userinfo percent-encode set.
const USERINFO: EncodeSet = EncodeSet::encoding(b" \"#/:;<=>?@[\\]^`{|}");
/// The special-query percent-encode set.
const QUERY: EncodeSet = EncodeSet::encoding(b" \"#'<>");
/// The fragment percent-encode set.
const FRAGMENT: EncodeSet = EncodeSet::encoding(b" \"<>`");

/// Why a string is refused as an absolute URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// The string isn't an absolute `http` or `https` URL with a valid host and port.
    NotAbsolute,
    /// The host has characters outside ASCII.
    InternationalHost,
}

impl Refusal {
    /// Returns the predicate of an error message whose subject is the URL.
    pub(crate) fn reason(self) -> &'static str {
        match self {
            Self::NotAbsolute => "is not an absolute http or https URL",
            Self::InternationalHost => {
                "has an international host, which must be in its ASCII form (`xn--...`)"
            }
        }
    }
}

/// An absolute `http` or `https` URL in normal form. Every `%` in its path is part of an escape.
#[derive(Debug)]
pub(crate) struct AbsoluteUrl {
    base: String,
    query: Option<String>,
    fragment: Option<String>,
}

impl AbsoluteUrl {
    /// Returns whether a string is an absolute URL rather than a path.
    pub(crate) fn recognizes(string: &str) -> bool {
        string.starts_with("https://") || string.starts_with("http://")
    }

    /// Parses a URL and brings it into normal form.
    pub(crate) fn parse(url: &str) -> Result<Self, Refusal> {
        let url = url
            .trim_matches(|c| c <= ' ')
            .replace(['\t', '\n', '\r'], "");
        let (url, fragment) = split_optional(&url, '#');
        let (url, query) = split_optional(url, '?');
        let (scheme, rest) = url.split_once(':').ok_or(Refusal::NotAbsolute)?;
        let (scheme, default_port) = match scheme.to_ascii_lowercase().as_str() {
            "http" => ("http", 80),
            "https" => ("https", 443),
            _ => return Err(Refusal::NotAbsolute),
        };
        // Browsers accept any number of slashes.
        let rest = rest.trim_start_matches(SLASHES);
        let (authority, path) = rest.split_once(SLASHES).unwrap_or((rest, ""));

        let mut base = format!("{scheme}://");
        push_authority(&mut base, authority, default_port)?;
        base.push_str(&normal_path(path));
        Ok(Self {
            base,
            query: query.map(|query| escaped(query, &QUERY)),
            fragment: fragment.map(|fragment| escaped(fragment, &FRAGMENT)),
        })
    }

    /// Returns everything before the query.
    pub(crate) fn base(&self) -> &str {
        &self.base
    }

    /// Returns the percent-encoded query without its `?`.
    pub(crate) fn query(&self) -> Option<&str> {
        self.query.as_deref()
    }

    /// Returns the percent-encoded fragment without its `#`.
    pub(crate) fn fragment(&self) -> Option<&str> {
        self.fragment.as_deref()
    }
}

/// Splits at the first separator, if there is one.
fn split_optional(string: &str, separator: char) -> (&str, Option<&str>) {
    string
        .split_once(separator)
        .map_or((string, None), |(before, after)| (before, Some(after)))
}

/// Appends credentials, host and port.
fn push_authority(out: &mut String, authority: &str, default_port: u16) -> Result<(), Refusal> {
    let (credentials, address) = authority.rsplit_once('@').unwrap_or(("", authority));
    push_credentials(out, credentials);

    let (host, port) = match address.rsplit_once(':') {
        // A `]` after the colon means that the colon belongs to an IPv6 address.
        Some((host, port)) if !port.contains(']') => (host, port),
        _ => (address, ""),
    };
    // Check the port first, so that an international host is the reason only if everything else is
    // valid.
    let port = explicit_port(port)?;
    out.push_str(&normal_host(host)?);
    if let Some(port) = port.filter(|&port| port != default_port) {
        out.push(':');
        out.push_str(&port.to_string());
    }
    Ok(())
}

/// Appends user name, password and `@`, unless both are empty.
fn push_credentials(out: &mut String, credentials: &str) {
    let (user, password) = split_optional(credentials, ':');
    let password = password.filter(|password| !password.is_empty());
    if user.is_empty() && password.is_none() {
        return;
    }
    escape(out, user, &USERINFO);
    if let Some(password) = password {
        out.push(':');
        escape(out, password, &USERINFO);
    }
    out.push('@');
}

/// Parses the port, if there is one.
fn explicit_port(port: &str) -> Result<Option<u16>, Refusal> {
    if port.is_empty() {
        return Ok(None);
    }
    // `parse` also accepts a sign.
    if !port.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Refusal::NotAbsolute);
    }
    port.parse().map(Some).map_err(|_| Refusal::NotAbsolute)
}

/// Returns the normal form of a host name or address.
fn normal_host(host: &str) -> Result<String, Refusal> {
    if let Some(rest) = host.strip_prefix('[') {
        let address = rest.strip_suffix(']').and_then(|host| host.parse().ok());
        return address.map(bracketed_ipv6).ok_or(Refusal::NotAbsolute);
    }
    let mut host = String::from_utf8(unescape(host)).map_err(|_| Refusal::NotAbsolute)?;
    let forbidden = |c: char| c.is_ascii_control() || FORBIDDEN_IN_HOST.contains(c);
    if host.is_empty() || host.contains(forbidden) {
        return Err(Refusal::NotAbsolute);
    }
    if !host.is_ascii() {
        return Err(Refusal::InternationalHost);
    }
    host.make_ascii_lowercase();
    if ends_in_number(&host) {
        let address = ipv4(&host).ok_or(Refusal::NotAbsolute)?;
        return Ok(address.to_string());
    }
    Ok(host)
}

/// Formats an IPv6 address in brackets and in its shortest form.
fn bracketed_ipv6(address: Ipv6Addr) -> String {
    match address.segments() {
        // The standard library writes these with an IPv4 address at the end. The URL standard
        // doesn't.
        [0, 0, 0, 0, 0, 0xffff, high, low] => format!("[::ffff:{high:x}:{low:x}]"),
        _ => format!("[{address}]"),
    }
}

/// Returns whether the last part of a host is a number. Such a host must be an IPv4 address.
fn ends_in_number(host: &str) -> bool {
    let host = host.strip_suffix('.').unwrap_or(host);
    let last = host.rsplit('.').next().unwrap_or(host);
    let decimal = !last.is_empty() && last.bytes().all(|byte| byte.is_ascii_digit());
    // `0x` alone is zero.
    decimal
        || last
            .strip_prefix("0x")
            .is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// Parses an IPv4 address of one to four numbers. The last number fills the remaining bytes.
fn ipv4(host: &str) -> Option<Ipv4Addr> {
    let host = host.strip_suffix('.').unwrap_or(host);
    let numbers: Vec<u32> = host.split('.').map(ipv4_number).collect::<Option<_>>()?;
    let (&last, bytes) = numbers.split_last()?;
    if bytes.len() > 3 {
        return None;
    }
    let mut address = 0;
    let mut bits_left = 32;
    for &byte in bytes {
        bits_left -= 8;
        address |= u32::from(u8::try_from(byte).ok()?) << bits_left;
    }
    let fits = u64::from(last) >> bits_left == 0;
    fits.then(|| Ipv4Addr::from(address | last))
}

/// Parses a decimal, octal (`0...`) or hexadecimal (`0x...`) number in lower case.
fn ipv4_number(number: &str) -> Option<u32> {
    let (digits, radix) = if let Some(digits) = number.strip_prefix("0x") {
        (digits, 16)
    } else if let Some(digits) = number.strip_prefix('0') {
        (digits, 8)
    } else if number.is_empty() {
        return None;
    } else {
        (number, 10)
    };
    if digits.is_empty() {
        return Some(0);
    }
    // `from_str_radix` also accepts a sign.
    if !digits.chars().all(|c| c.is_digit(radix)) {
        return None;
    }
    u32::from_str_radix(digits, radix).ok()
}

/// Returns the normal form of a path without its leading slash: percent-encoded, and without dot
/// segments.
fn normal_path(relative: &str) -> String {
    let mut path = String::with_capacity(relative.len() + 1);
    let mut segments = relative.split(SLASHES).peekable();
    while let Some(segment) = segments.next() {
        let parent = is_double_dot(segment);
        if parent {
            path.truncate(path.rfind('/').unwrap_or(0));
        }
        if !parent && !is_dot(segment) {
            path.push('/');
            // As in the URL standard, except that a `%` outside of an escape is encoded.
            escape(&mut path, segment, &PATH);
        } else if segments.peek().is_none() {
            // Dots at the end refer to a folder.
            path.push('/');
        }
    }
    path
}

fn escaped(string: &str, encode_set: &EncodeSet) -> String {
    let mut out = String::with_capacity(string.len());
    escape(&mut out, string, encode_set);
    out
}

/// Returns whether browsers read the segment as `.`.
fn is_dot(segment: &str) -> bool {
    is_one_of(segment, &[".", "%2e"])
}

/// Returns whether browsers read the segment as `..`.
fn is_double_dot(segment: &str) -> bool {
    is_one_of(segment, &["..", ".%2e", "%2e.", "%2e%2e"])
}

/// Returns whether a segment is one of these spellings, ignoring case.
fn is_one_of(segment: &str, spellings: &[&str]) -> bool {
    spellings
        .iter()
        .any(|spelling| segment.eq_ignore_ascii_case(spelling))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use url::{Position, Url};

    use super::*;

    /// Base, query and fragment.
    type Parts = (String, Option<String>, Option<String>);

    fn parsed(text: &str) -> Result<Parts, Refusal> {
        let url = AbsoluteUrl::parse(text)?;
        let owned = |part: Option<&str>| part.map(str::to_owned);
        let (query, fragment) = (owned(url.query()), owned(url.fragment()));
        Ok((url.base().to_owned(), query, fragment))
    }

    #[track_caller]
    fn assert_bases(cases: &[(&str, &str)]) {
        for (text, base) in cases {
            let url = AbsoluteUrl::parse(text).map(|url| url.base);
            assert_eq!(url.as_deref(), Ok(*base), "{text:?}");
            compare(text).unwrap();
        }
    }

    #[track_caller]
    fn assert_hosts(cases: &[(&str, &str)]) {
        for (text, host) in cases {
            assert_bases(&[(&format!("http://{text}"), &format!("http://{host}/"))]);
        }
    }

    #[track_caller]
    fn assert_refused(texts: &[&str], refusal: Refusal) {
        for text in texts {
            assert_eq!(parsed(text), Err(refusal), "{text:?}");
            compare(text).unwrap();
        }
    }

    #[test]
    fn only_http_and_https_with_their_slashes_are_recognized() {
        assert!(AbsoluteUrl::recognizes("https://a"));
        assert!(AbsoluteUrl::recognizes("http://"));
        assert!(!AbsoluteUrl::recognizes("HTTP://a"));
        assert!(!AbsoluteUrl::recognizes("https:/a"));
        assert!(!AbsoluteUrl::recognizes("/https://a"));
    }

    #[test]
    fn scheme_and_slashes_are_normalized() {
        assert_bases(&[
            ("https://example.com", "https://example.com/"),
            ("HtTpS://Example.COM/A", "https://example.com/A"),
            ("http:example.com/a", "http://example.com/a"),
            ("http:/example.com/a", "http://example.com/a"),
            ("http:\\/\\example.com\\a", "http://example.com/a"),
            (" \0\u{1f}http://a/b \u{1}", "http://a/b"),
            ("ht\ttp:/\r/exa\nmple.com/a\tb", "http://example.com/ab"),
        ]);
        assert_refused(
            &[
                "",
                " ",
                "a.jpg",
                "/a.jpg",
                "//example.com",
                "http",
                "ftp://a",
                "file:///a",
                "ht tp://a",
                "\u{a0}http://a",
                "http//a",
            ],
            Refusal::NotAbsolute,
        );
    }

    #[test]
    fn credentials_are_kept_unless_they_are_empty() {
        assert_hosts(&[
            ("u:p@h", "u:p@h"),
            ("u:@h", "u@h"),
            ("u@h", "u@h"),
            (":p@h", ":p@h"),
            (":@h", "h"),
            ("@h", "h"),
            ("u:p:q@r@h", "u:p%3Aq%40r@h"),
            ("u%20 ;=[]^|'é:%@h", "u%20%20%3B%3D%5B%5D%5E%7C'%C3%A9:%@h"),
        ]);
        assert_refused(
            &["http://u@", "http://u:p@/h", "http://@:80/"],
            Refusal::NotAbsolute,
        );
    }

    #[test]
    fn hosts_are_decoded_and_lower_cased() {
        assert_hosts(&[
            ("A_b-C.%65xample", "a_b-c.example"),
            ("XN--Bcher-kva.example", "xn--bcher-kva.example"),
            ("a!$&'()*+,;=`{}~\"", "a!$&'()*+,;=`{}~\""),
            (".", "."),
            ("a..b.", "a..b."),
        ]);
        assert_refused(
            &[
                "http://",
                "http:///?a",
                "http://:80",
                "http://a b",
                "http://a%",
                "http://a%25",
                "http://a%2Fb",
                "http://a%09b",
                "http://a\u{7f}b",
                "http://a<b",
                "http://a|b",
                "http://a^b",
                "http://a[b",
                "http://%FF",
            ],
            Refusal::NotAbsolute,
        );
    }

    #[test]
    fn international_hosts_are_refused_for_themselves() {
        assert_refused(
            &[
                "http://bücher.example",
                "http://u@b%C3%BCcher.example:8080/?a#b",
                "https://\u{ff11}",
            ],
            Refusal::InternationalHost,
        );
        // Writing these hosts in ASCII would not help.
        assert_refused(
            &["http://bücher example", "http://bücher:99999", "ü:a"],
            Refusal::NotAbsolute,
        );
        assert_bases(&[("http://ü@a/ü", "http://%C3%BC@a/%C3%BC")]);
    }

    #[test]
    fn addresses_are_normalized() {
        assert_hosts(&[
            ("1.2.3.4", "1.2.3.4"),
            ("1.2.3.4.", "1.2.3.4"),
            ("1.2.3", "1.2.0.3"),
            ("1.256", "1.0.1.0"),
            ("4294967295", "255.255.255.255"),
            ("0x7F.1", "127.0.0.1"),
            ("0x", "0.0.0.0"),
            ("0", "0.0.0.0"),
            ("010.0x10.8.00", "8.16.8.0"),
            ("%31.2.3.4", "1.2.3.4"),
            ("1.2.3.4..", "1.2.3.4.."),
            ("1.2.3.4.a", "1.2.3.4.a"),
            ("0xg", "0xg"),
            ("[::1]", "[::1]"),
            ("[0:0:1:0:0:0:0:A]", "[0:0:1::a]"),
            ("[1:0:2:3:4:5:6:7]", "[1:0:2:3:4:5:6:7]"),
            ("[::]:8080", "[::]:8080"),
            ("[::FFFF:1.2.3.4]", "[::ffff:102:304]"),
            ("[::1.2.3.4]", "[::102:304]"),
        ]);
        assert_refused(
            &[
                "http://1.2.3.4.5",
                "http://1.2.3.256",
                "http://256.1",
                "http://1.16777216",
                "http://4294967296",
                "http://1..2",
                "http://09",
                "http://a.1",
                "http://a.0x",
                "http://+1.2.3.4",
                "http://[::1",
                "http://[::1]a",
                "http://[::1]:a",
                "http://[]",
                "http://[::1%25eth0]",
                "http://[1:2]",
                "http://::1",
                "http://%5B::1%5D",
            ],
            Refusal::NotAbsolute,
        );
    }

    #[test]
    fn default_ports_are_dropped() {
        assert_hosts(&[
            ("h:", "h"),
            ("h:80", "h"),
            ("h:00080", "h"),
            ("h:443", "h:443"),
            ("h:0", "h:0"),
            ("h:065535", "h:65535"),
        ]);
        assert_bases(&[
            ("https://h:443/", "https://h/"),
            ("https://h:80", "https://h:80/"),
        ]);
        assert_refused(
            &[
                "http://h:65536",
                "http://h:+1",
                "http://h:8a",
                "http://h:1:2",
                "http://h: 80",
            ],
            Refusal::NotAbsolute,
        );
    }

    #[test]
    fn paths_are_resolved_and_escaped() {
        assert_bases(&[
            ("http://h/a/./b/../c", "http://h/a/c"),
            ("http://h/../../a", "http://h/a"),
            ("http://h/a/b/..", "http://h/a/"),
            ("http://h/a/.", "http://h/a/"),
            ("http://h/a//../b", "http://h/a/b"),
            ("http://h//../b", "http://h/b"),
            ("http://h/a/%2e%2E/%2E/b/.%2e/c", "http://h/c"),
            ("http://h/.../..a/%2e%2e%2e", "http://h/.../..a/%2e%2e%2e"),
            ("http://h\\a\\..\\b", "http://h/b"),
            ("http://h//a//", "http://h//a//"),
            ("http://h/C:/../b", "http://h/b"),
            (
                "http://h/ \"<>`{}é\0\u{7f}",
                "http://h/%20%22%3C%3E%60%7B%7D%C3%A9%00%7F",
            ),
            (
                "http://h/!$&'()*+,-.:;=@[]^_|~",
                "http://h/!$&'()*+,-.:;=@[]^_|~",
            ),
            (
                "http://h/100%/%2/%zz/%41%\t42",
                "http://h/100%25/%252/%25zz/%41%42",
            ),
        ]);
    }

    #[test]
    fn query_and_fragment_are_escaped() {
        let parts = |query: Option<&str>, fragment: Option<&str>| -> Result<Parts, Refusal> {
            let owned = |part: Option<&str>| part.map(str::to_owned);
            Ok(("http://h/".to_owned(), owned(query), owned(fragment)))
        };
        for (text, expected) in [
            ("http://h", parts(None, None)),
            ("http://h?#", parts(Some(""), Some(""))),
            ("http://h#a?b#c", parts(None, Some("a?b#c"))),
            ("http://h?a?b\\/../c", parts(Some("a?b\\/../c"), None)),
            (
                "http://h/? \"'<>`{}|^%\0é",
                parts(Some("%20%22%27%3C%3E`{}|^%%00%C3%A9"), None),
            ),
            (
                "http://h/# \"'<>`{}|^%\0é",
                parts(None, Some("%20%22'%3C%3E%60{}|^%%00%C3%A9")),
            ),
            ("http://h/?a\n b \n", parts(Some("a%20b"), None)),
        ] {
            assert_eq!(parsed(text), expected, "{text:?}");
            compare(text).unwrap();
        }
    }

    /// Pieces that URLs are made of, the odd ones included.
    fn pieces() -> impl Strategy<Value = String> {
        const PIECES: &[&str] = &[
            "http",
            "https",
            "HTTP",
            "ftp",
            ":",
            ":",
            "/",
            "/",
            "//",
            "\\",
            "@",
            "?",
            "#",
            "&",
            "=",
            "a",
            "B",
            "z9",
            "example",
            "example.com",
            ".",
            ".",
            "..",
            "%2e",
            "%2E",
            "%2e%2E",
            "%",
            "%25",
            "%4",
            "%41",
            "%C3%BC",
            "%FF",
            "%2F",
            "%00",
            " ",
            "\t",
            "\n",
            "\r",
            "\0",
            "\u{1f}",
            "\u{7f}",
            "ü",
            "\u{ad}",
            "漢",
            "'",
            "\"",
            "<",
            ">",
            "`",
            "{",
            "}",
            "|",
            "^",
            "[",
            "]",
            "[::1]",
            "[::ffff:1.2.3.4]",
            "::",
            "ffff",
            "0",
            "00",
            "07",
            "08",
            "80",
            "443",
            "65535",
            "65536",
            "255",
            "256",
            "4294967295",
            "4294967296",
            "0x",
            "0X1f",
            "-",
            "+",
            "~",
            "!",
            "$",
            "(",
            "*",
            ",",
            ";",
            "_",
            "C:",
            "c|",
            "user",
            "user:pw@",
            ":@",
            "xn--",
            "xn--bcher-kva",
            "dir/",
            "/../",
            "/./",
        ];
        let start = prop_oneof![
            6 => Just("http://"),
            6 => Just("https://"),
            1 => Just("https:"),
            1 => Just(""),
        ];
        let piece = prop_oneof![
            20 => proptest::sample::select(PIECES).prop_map(str::to_owned),
            1 => any::<char>().prop_map(String::from),
            1 => any::<std::net::Ipv6Addr>().prop_map(|address| format!("[{address}]")),
            1 => any::<std::net::Ipv4Addr>().prop_map(|address| address.to_string()),
        ];
        (start, proptest::collection::vec(piece, 0..12))
            .prop_map(|(start, pieces)| start.to_owned() + &pieces.concat())
    }

    /// Hosts whose parts are numbers in all their spellings.
    fn numeric_hosts() -> impl Strategy<Value = String> {
        let number = prop_oneof![
            any::<u8>().prop_map(|n| n.to_string()),
            any::<u32>().prop_map(|n| n.to_string()),
            any::<u16>().prop_map(|n| format!("0{n:o}")),
            any::<u8>().prop_map(|n| format!("0x{n:x}")),
            any::<u32>().prop_map(|n| format!("0X{n:X}")),
            any::<u64>().prop_map(|n| n.to_string()),
            "[0-9a-fx]{0,3}",
        ];
        (proptest::collection::vec(number, 1..6), "\\.?")
            .prop_map(|(numbers, dot)| format!("http://{}{dot}", numbers.join(".")))
    }

    /// Mostly wrong, sometimes right addresses in brackets.
    fn bracketed_hosts() -> impl Strategy<Value = String> {
        let part = prop_oneof![
            8 => "[0-9a-fA-F]{1,4}",
            4 => Just("0".to_owned()),
            2 => Just(String::new()),
            1 => any::<std::net::Ipv4Addr>().prop_map(|address| address.to_string()),
            1 => "[0-9.]{1,9}",
        ];
        proptest::collection::vec(part, 1..10)
            .prop_map(|parts| format!("http://[{}]", parts.join(":")))
    }

    /// The host as it stands in a text, its escapes resolved.
    fn host_in(text: &str) -> Vec<u8> {
        let text = text.replace(['\t', '\n', '\r'], "");
        let rest = text.split_once(':').map_or("", |(_, rest)| rest);
        let rest = rest.trim_start_matches(['/', '\\']);
        let authority = rest.split(['/', '\\', '?', '#']).next().unwrap();
        unescape(authority.rsplit('@').next().unwrap())
    }

    /// Whether a host has a label that is marked as the ASCII form of international letters.
    fn has_punycode(host: &[u8]) -> bool {
        host.split(|&byte| byte == b'.')
            .any(|label| label.to_ascii_lowercase().starts_with(b"xn--"))
    }

    /// The `url` crate applies a rule for `file` URLs to all: it never removes a segment such as
    /// `C:`.
    fn has_drive_letter(text: &str) -> bool {
        text.replace(['\t', '\n', '\r'], "")
            .split(['/', '\\', '?', '#'])
            .any(|segment| {
                let bytes = segment.as_bytes();
                matches!(bytes, [letter, b':' | b'|'] if letter.is_ascii_alphabetic())
            })
    }

    /// Compares with the `url` crate, whose paths may hold a `%` that starts no escape.
    fn compare(text: &str) -> Result<(), TestCaseError> {
        let reference = Url::parse(text)
            .ok()
            .filter(|url| matches!(url.scheme(), "http" | "https"));
        match (parsed(text), reference) {
            (Ok((base, query, fragment)), Some(url)) => {
                if !has_drive_letter(text) {
                    let mut expected = url[..Position::BeforePath].to_owned();
                    escape(&mut expected, url.path(), &PATH);
                    prop_assert_eq!(base, expected);
                }
                prop_assert_eq!(query.as_deref(), url.query());
                prop_assert_eq!(fragment.as_deref(), url.fragment());
            }
            (Err(Refusal::InternationalHost), _) => prop_assert!(!host_in(text).is_ascii()),
            // The `url` crate checks what such a label stands for.
            (Ok(_), None) => prop_assert!(has_punycode(&host_in(text))),
            (Err(Refusal::NotAbsolute), Some(url)) => prop_assert!(false, "{url} is refused"),
            (Err(Refusal::NotAbsolute), None) => {}
        }
        Ok(())
    }

    proptest! {
        #[test]
        fn agrees_with_the_url_crate_on_pieces(text in pieces()) {
            compare(&text)?;
        }

        #[test]
        fn agrees_with_the_url_crate_on_addresses(
            text in prop_oneof![numeric_hosts(), bracketed_hosts()],
        ) {
            compare(&text)?;
        }

        #[test]
        fn agrees_with_the_url_crate_on_any_text(text in any::<String>(), ascii in "[ -~]{0,30}") {
            compare(&text)?;
            compare(&ascii)?;
            for scheme in ["http://", "https:", "http://h/", "http://h?", "http://h#"] {
                compare(&format!("{scheme}{text}"))?;
                compare(&format!("{scheme}{ascii}"))?;
            }
        }

        #[test]
        fn normal_form_stays(text in pieces()) {
            if let Ok((base, query, fragment)) = parsed(&text) {
                let mut text = base.clone();
                for (separator, part) in [('?', &query), ('#', &fragment)] {
                    if let Some(part) = part {
                        text.push(separator);
                        text.push_str(part);
                    }
                }
                prop_assert_eq!(parsed(&text), Ok((base, query, fragment)));
            }
        }
    }
}
