//! Percent-encoding, one constant per place in a URL, and the decoding that goes with it.

/// What a place in a URL keeps. Every other byte becomes `%XX`.
pub(crate) struct Keep {
    bytes: [bool; 256],
    /// A `%` in front of two hexadecimal digits stays; it is an escape already.
    escapes: bool,
    /// A space becomes `+`.
    plus: bool,
}

impl Keep {
    const fn new(symbols: &[u8]) -> Self {
        let mut bytes = [false; 256];
        let mut byte = 0;
        while byte < 128 {
            bytes[byte] = (byte as u8).is_ascii_alphanumeric();
            byte += 1;
        }
        let mut i = 0;
        while i < symbols.len() {
            bytes[symbols[i] as usize] = true;
            i += 1;
        }
        Self {
            bytes,
            escapes: false,
            plus: false,
        }
    }

    /// A percent-encode set of the URL standard, by what it escapes beside control characters and everything outside ASCII. A
    /// `%` is never escaped.
    pub(crate) const fn all_but(symbols: &[u8]) -> Self {
        let mut keep = Self::new(b"");
        let mut byte = 0x20;
        while byte <= 0x7e {
            keep.bytes[byte] = true;
            byte += 1;
        }
        let mut i = 0;
        while i < symbols.len() {
            keep.bytes[symbols[i] as usize] = false;
            i += 1;
        }
        keep
    }

    const fn with_escapes(mut self) -> Self {
        self.escapes = true;
        self
    }

    const fn with_plus(mut self) -> Self {
        self.plus = true;
        self
    }

    pub(crate) fn keeps(&self, byte: u8) -> bool {
        self.bytes[usize::from(byte)]
    }

    /// Whether the text can be copied as it is.
    pub(crate) fn all(&self, text: &str) -> bool {
        text.bytes().all(|byte| self.keeps(byte))
    }
}

const PATH_SYMBOLS: &[u8] = b"!$&'()*+,-./:;=@[]^_|~";

/// A path whose escapes are meant as escapes.
pub(crate) const PATH: Keep = Keep::new(PATH_SYMBOLS).with_escapes();
/// A path in which `%` is a letter of the file's name.
pub(crate) const LITERAL_PATH: Keep = Keep::new(PATH_SYMBOLS);
/// One segment of a path: the characters that RFC 3986 allows there without escapes.
#[cfg(feature = "raw")]
pub(crate) const SEGMENT: Keep = Keep::new(b"!$&'()*+,-.:;=@_~");
/// A transformation in the path, or in the query in the readable style.
pub(crate) const VALUE: Keep = Keep::new(b"!$'()*,-./:;=@[]_~").with_escapes();
/// Text of an overlay: the set of JavaScript's `encodeURIComponent`.
pub(crate) const COMPONENT: Keep = Keep::new(b"-_.!~*'()");
/// A query in the encoded style.
pub(crate) const ENCODED_FORM: Keep = Keep::new(b"_.-~").with_plus();
/// A query in the readable style: the `application/x-www-form-urlencoded` set of the WHATWG URL standard.
pub(crate) const READABLE_FORM: Keep = Keep::new(b"*-._").with_plus();

/// Appends `text`, escaped where `keep` asks for it.
pub(crate) fn escape(out: &mut String, text: &str, keep: &Keep) {
    if keep.all(text) {
        out.push_str(text);
    } else {
        escape_bytes(out, text.as_bytes(), keep);
    }
}

/// Appends bytes, which need not be UTF-8, escaped where `keep` asks for it.
pub(crate) fn escape_bytes(out: &mut String, bytes: &[u8], keep: &Keep) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    for (i, &byte) in bytes.iter().enumerate() {
        if keep.keeps(byte) || (keep.escapes && escaped_byte(&bytes[i..]).is_some()) {
            out.push(char::from(byte));
        } else if keep.plus && byte == b' ' {
            out.push('+');
        } else {
            out.push('%');
            out.push(char::from(DIGITS[usize::from(byte >> 4)]));
            out.push(char::from(DIGITS[usize::from(byte & 15)]));
        }
    }
}

/// The byte that an escape at the start of `bytes` stands for.
fn escaped_byte(bytes: &[u8]) -> Option<u8> {
    let [b'%', high, low, ..] = *bytes else {
        return None;
    };
    let digit = |byte: u8| char::from(byte).to_digit(16);
    u8::try_from(digit(high)? * 16 + digit(low)?).ok()
}

/// Resolves escapes; whatever is not a valid escape stays.
pub(crate) fn unescape(text: &str) -> Vec<u8> {
    let mut rest = text.as_bytes();
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

/// Resolves escapes until none is left, however often they were escaped.
pub(crate) fn unescape_fully(text: &str) -> Vec<u8> {
    let mut bytes: Vec<u8> = Vec::with_capacity(text.len());
    for byte in text.bytes() {
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

/// Resolves escapes and `+`, as in a form.
pub(crate) fn unescape_form(text: &str) -> Vec<u8> {
    unescape(&text.replace('+', " "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn escaped(text: &str, keep: &Keep) -> String {
        let mut out = String::new();
        escape(&mut out, text, keep);
        out
    }

    #[test]
    fn every_place_keeps_its_set() {
        let ascii: String = (0..128).map(char::from).collect();
        let kept = |keep: &Keep| -> String {
            ascii
                .chars()
                .filter(|c| escaped(&c.to_string(), keep) == c.to_string())
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
    fn unescaping_keeps_what_is_no_escape() {
        assert_eq!(unescape("a%20b%2%zz%FF+"), b"a b%2%zz\xFF+");
        assert_eq!(unescape_form("a+b%2B"), b"a b+");
        assert_eq!(
            unescape_fully("%2c %252C %2%35252c %32C %zz%"),
            b", , , 2C %zz%"
        );
    }
}
