//! Patterns of the strings that ImageKit documents for parameters.

use super::buffer::separator_in;
use super::scalar::Scalar;

/// The pattern of a string, or of a part of one.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Pattern {
    /// `5`, `0.5`, `N5`.
    Number,
    /// Numbers and variables joined by operators: `iw_div_2`.
    Expression,
    /// Hexadecimal digits, or a color name. Both can end in two digits of opacity.
    Color,
    /// One of these words.
    Words(&'static [&'static str]),
    /// A word of letters, digits, `_` and `-`.
    Name,
    /// A prompt for generative AI: `prompt-` and a string without separators, or `prompte-` and
    /// percent-encoded base64.
    Prompt,
    /// Any string without separators.
    Free,
    /// Any of these patterns.
    Either(&'static [Pattern]),
    /// These patterns, one after the other.
    Sequence(&'static [Pattern]),
    /// This pattern, or nothing.
    Optional(&'static Pattern),
    /// A minimum to a maximum number of parts with this pattern, joined by a string.
    List(&'static Pattern, &'static str, usize, usize),
}

const VARIABLES: Pattern = Pattern::Words(&[
    "iw", "ih", "iar", "idu", "idn", "cw", "ch", "car", "bw", "bh", "bar", "bdu", "du",
]);

const OPERATORS: Pattern = Pattern::Words(&["_add_", "_sub_", "_mul_", "_div_", "_mod_", "_pow_"]);

impl Pattern {
    pub(crate) fn matches(&self, value: &str) -> bool {
        let length = match self {
            Self::Number => number_length(value),
            Self::Color => color_length(value),
            Self::Name => name_length(value),
            Self::Words(words) => return words.contains(&value),
            _ => return self.remainders(value).contains(&""),
        };
        length > 0 && length == value.len()
    }

    /// Returns what remains of `value` after this pattern: one remainder for each way to match.
    fn remainders<'v>(&self, value: &'v str) -> Vec<&'v str> {
        let after = |length: usize| Vec::from_iter(value.get(length..).filter(|_| length > 0));
        match self {
            Self::Number => after(number_length(value)),
            Self::Color => after(color_length(value)),
            Self::Name => after(name_length(value)),
            Self::Expression => {
                let operand = Self::Either(&[VARIABLES, Self::Number]);
                let mut remainders = Vec::new();
                let mut last = operand.remainders(value);
                while !last.is_empty() {
                    remainders.extend(&last);
                    let operators = last.iter().flat_map(|rest| OPERATORS.remainders(rest));
                    last = operators
                        .flat_map(|rest| operand.remainders(rest))
                        .collect();
                }
                remainders
            }
            Self::Words(words) => words
                .iter()
                .filter_map(|word| value.strip_prefix(word))
                .collect(),
            Self::Prompt => {
                let plain = value.strip_prefix("prompt-");
                let is_prompt = match value.strip_prefix("prompte-") {
                    Some(base64) => is_escaped_base64(base64),
                    None => plain.is_some_and(|plain| separator_in(plain).is_none()),
                };
                Vec::from_iter(is_prompt.then_some(""))
            }
            Self::Free => Vec::from_iter(separator_in(value).is_none().then_some("")),
            Self::Either(patterns) => patterns
                .iter()
                .flat_map(|pattern| pattern.remainders(value))
                .collect(),
            Self::Sequence(patterns) => patterns.iter().fold(vec![value], |remainders, pattern| {
                remainders
                    .iter()
                    .flat_map(|rest| pattern.remainders(rest))
                    .collect()
            }),
            Self::Optional(pattern) => [value]
                .into_iter()
                .chain(pattern.remainders(value))
                .collect(),
            Self::List(pattern, separator, minimum, maximum) => {
                let mut remainders = Vec::new();
                let mut last = pattern.remainders(value);
                let mut count = 1;
                while !last.is_empty() && count <= *maximum {
                    if count >= *minimum {
                        remainders.extend(&last);
                    }
                    let parts = last.iter().filter_map(|rest| rest.strip_prefix(separator));
                    last = parts.flat_map(|part| pattern.remainders(part)).collect();
                    count += 1;
                }
                remainders
            }
        }
    }

    /// Returns whether the pattern or one of its parts is the wanted one.
    pub(crate) fn has(&self, is_wanted: fn(&Self) -> bool) -> bool {
        match self {
            Self::Either(patterns) | Self::Sequence(patterns) => {
                patterns.iter().any(|pattern| pattern.has(is_wanted))
            }
            Self::Optional(pattern) | Self::List(pattern, ..) => pattern.has(is_wanted),
            pattern => is_wanted(pattern),
        }
    }
}

/// Returns the length of the number at the start of a string, in bytes.
fn number_length(value: &str) -> usize {
    let sign = usize::from(value.starts_with('N'));
    match decimal_length(&value[sign..]) {
        0 => 0,
        length => sign + length,
    }
}

/// Returns the length of the color at the start of a string, in bytes.
fn color_length(value: &str) -> usize {
    let length = run(value, |byte| byte.is_ascii_alphanumeric());
    let color = &value[..length];
    if is_hex_color(color) || is_color_name(color) {
        length
    } else {
        0
    }
}

/// Returns the length of the word at the start of a string, in bytes.
fn name_length(value: &str) -> usize {
    run(value, |byte| {
        byte.is_ascii_alphanumeric() || b"_-".contains(&byte)
    })
}

/// Returns how many bytes at the start of a string are part of something.
fn run(value: &str, is_part: impl Fn(u8) -> bool) -> usize {
    value.bytes().take_while(|byte| is_part(*byte)).count()
}

/// Returns the length of the unsigned decimal number at the start of a string, in bytes.
fn decimal_length(value: &str) -> usize {
    let digits = |at: usize| {
        let rest = value.as_bytes().get(at..).unwrap_or_default();
        rest.iter().take_while(|byte| byte.is_ascii_digit()).count()
    };
    let whole = digits(0);
    match digits(whole + 1) {
        fraction if whole > 0 && fraction > 0 && value[whole..].starts_with('.') => {
            whole + 1 + fraction
        }
        _ => whole,
    }
}

/// Parses a string that is exactly one number, negative with `N` or `-`.
pub(crate) fn parse_number(value: &str) -> Option<Scalar<'static>> {
    let unsigned = value.strip_prefix(['N', '-']);
    let decimal = unsigned.unwrap_or(value);
    if decimal.is_empty() || decimal_length(decimal) < decimal.len() {
        return None;
    }
    let sign = if unsigned.is_some() { "-" } else { "" };
    let written = format!("{sign}{decimal}");
    let integer = written.parse().map(Scalar::Integer);
    integer.or_else(|_| written.parse().map(Scalar::Float)).ok()
}

/// Returns whether letters and digits are the name of a color, or one with two digits of opacity.
fn is_color_name(color: &str) -> bool {
    let name = color.trim_end_matches(|c: char| c.is_ascii_digit());
    !name.is_empty()
        && name.bytes().all(|byte| byte.is_ascii_alphabetic())
        && match color.len() - name.len() {
            0 => true,
            2 => !is_hex_color(name),
            _ => false,
        }
}

/// Returns whether these are the hexadecimal digits of a color, with an opacity or without.
pub(super) fn is_hex_color(digits: &str) -> bool {
    matches!(digits.len(), 3 | 4 | 6 | 8) && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn is_escaped_base64(value: &str) -> bool {
    let escapes = ["%2B", "%2F", "%3D", "%2b", "%2f", "%3d"];
    let base64 = escapes.iter().fold(value.to_owned(), |base64, escape| {
        base64.replace(escape, "+")
    });
    base64
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"+-_=".contains(&byte))
}

/// Removes the `#` that CSS puts before the hexadecimal digits of a color.
pub(crate) fn without_hash(value: &str) -> String {
    let mut parts = value.split('#');
    let mut without = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let digits = part.split(|c: char| !c.is_ascii_alphanumeric()).next();
        if !digits.is_some_and(is_hex_color) {
            without.push('#');
        }
        without.push_str(part);
    }
    without
}
