//! Percent-encoding and decoding, with one encode set for each place in a URL.

/// The bytes that are percent-encoded at a place in a URL.
pub(crate) struct EncodeSet {
    /// Whether a byte is kept. Other bytes become `%XX`.
    kept: [bool; 256],
    /// Whether existing escapes are kept.
    keeps_escapes: bool,
    /// Whether a space becomes `+`.
    space_as_plus: bool,
}

impl EncodeSet {
    /// Keeps ASCII letters, digits and these symbols.
    const fn keeping(symbols: &[u8]) -> Self {
        let mut kept = [false; 256];
        let mut byte = 0;
        while byte < 128 {
            kept[byte] = (byte as u8).is_ascii_alphanumeric();
            byte += 1;
        }
        let mut i = 0;
        while i < symbols.len() {
            kept[symbols[i] as usize] = true;
            i += 1;
        }
        Self {
            kept,
            keeps_escapes: false,
            space_as_plus: false,
        }
    }

    /// Encodes control characters, everything outside ASCII, and these symbols, like a
    /// percent-encode set of the URL standard.
    pub(crate) const fn encoding(symbols: &[u8]) -> Self {
        let mut set = Self::keeping(b"");
        let mut byte = 0x20;
        while byte <= 0x7e {
            set.kept[byte] = true;
            byte += 1;
        }
        let mut i = 0;
        while i < symbols.len() {
            set.kept[symbols[i] as usize] = false;
            i += 1;
        }
        set
    }

    const fn with_escapes(mut self) -> Self {
        self.keeps_escapes = true;
        self
    }

    const fn with_plus(mut self) -> Self {
        self.space_as_plus = true;
        self
    }

    pub(crate) fn keeps(&self, byte: u8) -> bool {
        self.kept[usize::from(byte)]
    }

    /// Returns whether all bytes of a string are kept.
    pub(crate) fn keeps_all(&self, string: &str) -> bool {
        string.bytes().all(|byte| self.keeps(byte))
    }
}

const PATH_SYMBOLS: &[u8] = b"!$&'()*+,-./:;=@[]^_|~";

/// A path whose escapes are kept.
pub(crate) const PATH: EncodeSet = EncodeSet::keeping(PATH_SYMBOLS).with_escapes();
/// A path in which `%` is part of the file's name.
pub(crate) const LITERAL_PATH: EncodeSet = EncodeSet::keeping(PATH_SYMBOLS);
/// A path without escapes and without a colon, which URLs and transformations have.
pub(crate) const PLAIN_PATH: EncodeSet = EncodeSet::keeping(b"!$&'()*+,-./;=@[]^_|~");
/// A segment of a path, as in RFC 3986.
#[cfg(feature = "raw")]
pub(crate) const SEGMENT: EncodeSet = EncodeSet::keeping(b"!$&'()*+,-.:;=@_~");
/// A transformation in the path, or in a query of the readable style.
pub(crate) const VALUE: EncodeSet = EncodeSet::keeping(b"!$'()*,-./:;=@[]_~").with_escapes();
/// The text of an overlay, as in JavaScript's `encodeURIComponent`.
pub(crate) const COMPONENT: EncodeSet = EncodeSet::keeping(b"-_.!~*'()");
/// A query of the encoded style.
pub(crate) const ENCODED_FORM: EncodeSet = EncodeSet::keeping(b"_.-~").with_plus();
/// A query of the readable style: the `application/x-www-form-urlencoded` percent-encode set.
pub(crate) const READABLE_FORM: EncodeSet = EncodeSet::keeping(b"*-._").with_plus();

/// Appends a percent-encoded string.
pub(crate) fn escape(out: &mut String, string: &str, set: &EncodeSet) {
    if set.keeps_all(string) {
        out.push_str(string);
    } else {
        escape_bytes(out, string.as_bytes(), set);
    }
}

/// Appends percent-encoded bytes, which need not be UTF-8.
pub(crate) fn escape_bytes(out: &mut String, bytes: &[u8], set: &EncodeSet) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    for (i, &byte) in bytes.iter().enumerate() {
        if set.keeps(byte) || (set.keeps_escapes && escaped_byte(&bytes[i..]).is_some()) {
            out.push(char::from(byte));
        } else if set.space_as_plus && byte == b' ' {
            out.push('+');
        } else {
            out.push('%');
            out.push(char::from(DIGITS[usize::from(byte >> 4)]));
            out.push(char::from(DIGITS[usize::from(byte & 15)]));
        }
    }
}

/// Decodes an escape at the start of `bytes`.
fn escaped_byte(bytes: &[u8]) -> Option<u8> {
    let [b'%', high, low, ..] = *bytes else {
        return None;
    };
    let digit = |byte: u8| char::from(byte).to_digit(16);
    u8::try_from(digit(high)? * 16 + digit(low)?).ok()
}

/// Decodes escapes. Invalid escapes are kept.
pub(crate) fn unescape(string: &str) -> Vec<u8> {
    let mut rest = string.as_bytes();
    let mut bytes = Vec::with_capacity(rest.len());
    while let [first, tail @ ..] = rest {
        match escaped_byte(rest) {
            Some(byte) => {
                bytes.push(byte);
                rest = &rest[3..];
            }
            None => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    bytes
}

/// Returns a value as it is written in a URL, and decoded: a server may repeat either.
#[cfg(feature = "client")]
pub(crate) fn written_and_decoded(value: &str) -> [String; 2] {
    let decoded = String::from_utf8_lossy(&unescape(value)).into_owned();
    [value.to_owned(), decoded]
}

/// Decodes escapes repeatedly until none is left.
pub(crate) fn unescape_fully(string: &str) -> Vec<u8> {
    let mut bytes: Vec<u8> = Vec::with_capacity(string.len());
    for byte in string.bytes() {
        bytes.push(byte);
        while let Some(start) = bytes.len().checked_sub(3)
            && let Some(byte) = escaped_byte(&bytes[start..])
        {
            bytes.truncate(start);
            bytes.push(byte);
        }
    }
    bytes
}

/// Decodes escapes and `+` as in a form.
pub(crate) fn unescape_form(string: &str) -> Vec<u8> {
    unescape(&string.replace('+', " "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn escaped(string: &str, set: &EncodeSet) -> String {
        let mut out = String::new();
        escape(&mut out, string, set);
        out
    }

    #[test]
    fn every_place_keeps_its_set() {
        let ascii: String = (0..128).map(char::from).collect();
        let kept = |set: &EncodeSet| -> String {
            ascii
                .chars()
                .filter(|c| escaped(&c.to_string(), set) == c.to_string())
                .collect()
        };
        let letters = |symbols: &str| {
            let mut all: Vec<char> = ('0'..='9').chain('A'..='Z').chain('a'..='z').collect();
            all.extend(symbols.chars());
            all.sort_unstable();
            all.into_iter().collect::<String>()
        };
        assert_eq!(kept(&PATH), letters("!$&'()*+,-./:;=@[]^_|~"));
        assert_eq!(kept(&VALUE), letters("!$'()*,-./:;=@[]_~"));
        assert_eq!(kept(&COMPONENT), letters("-_.!~*'()"));
        assert_eq!(kept(&ENCODED_FORM), letters("_.-~"));
        assert_eq!(kept(&READABLE_FORM), letters("*-._"));
    }

    #[test]
    fn escapes_survive_only_where_they_are_escapes() {
        assert_eq!(
            escaped("a%20b 100% %zz é%", &PATH),
            "a%20b%20100%25%20%25zz%20%C3%A9%25"
        );
        assert_eq!(escaped("a%20b", &LITERAL_PATH), "a%2520b");
        assert_eq!(escaped("a b%20", &ENCODED_FORM), "a+b%2520");
    }

    #[test]
    fn unescaping_keeps_invalid_escapes() {
        assert_eq!(unescape("a%20b%2%zz%FF+"), b"a b%2%zz\xFF+");
        assert_eq!(unescape_form("a+b%2B"), b"a b+");
        assert_eq!(
            unescape_fully("%2c %252C %2%35252c %32C %zz%"),
            b", , , 2C %zz%"
        );
    }
}
