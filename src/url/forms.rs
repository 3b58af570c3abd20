//! What the strings that ImageKit documents for a parameter look like.

use super::number::Scalar;
use super::text::separator_in;

/// The form of a string, or of a part of one.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Form {
    /// `5`, `0.5`, `N5`.
    Number,
    /// Numbers and variables joined by operators: `iw_div_2`.
    Expression,
    /// Hexadecimal digits, or a name of letters. Both can end in two digits of opacity.
    Color,
    /// One of these words.
    Words(&'static [&'static str]),
    /// A word of letters, digits, `_` and `-`.
    Name,
    /// A description for generative AI: `prompt-` and plain text, or `prompte-` and percent-encoded base64.
    Prompt,
    /// Anything without separators.
    Free,
    /// One of these forms.
    Either(&'static [Form]),
    /// These forms, one behind the other.
    Sequence(&'static [Form]),
    /// This form, or nothing.
    Optional(&'static Form),
    /// From so many to so many parts of a form, joined by a string.
    List(&'static Form, &'static str, usize, usize),
}

const VARIABLES: Form = Form::Words(&[
    "iw", "ih", "iar", "idu", "idn", "cw", "ch", "car", "bw", "bh", "bar", "bdu", "du",
]);

const OPERATORS: Form = Form::Words(&["_add_", "_sub_", "_mul_", "_div_", "_mod_", "_pow_"]);

impl Form {
    pub(crate) fn matches(&self, value: &str) -> bool {
        self.rests(value).iter().any(|rest| rest.is_empty())
    }

    /// What can follow a string of this form in `value`: one rest for every way to read it.
    fn rests<'v>(&self, value: &'v str) -> Vec<&'v str> {
        let behind = |length: usize| Vec::from_iter(value.get(length..).filter(|_| length > 0));
        let run = |is_part: fn(u8) -> bool| value.bytes().take_while(|byte| is_part(*byte)).count();
        match self {
            Self::Number => {
                let sign = usize::from(value.starts_with('N'));
                match decimal_length(&value[sign..]) {
                    0 => Vec::new(),
                    length => behind(sign + length),
                }
            }
            Self::Expression => {
                let operand = Self::Either(&[VARIABLES, Self::Number]);
                let mut rests = Vec::new();
                let mut last = operand.rests(value);
                while !last.is_empty() {
                    rests.extend(&last);
                    let operators = last.iter().flat_map(|rest| OPERATORS.rests(rest));
                    last = operators.flat_map(|rest| operand.rests(rest)).collect();
                }
                rests
            }
            Self::Color => {
                let color = &value[..run(|byte| byte.is_ascii_alphanumeric())];
                let name = color.trim_end_matches(|c: char| c.is_ascii_digit());
                let is_name = !name.is_empty()
                    && name.bytes().all(|byte| byte.is_ascii_alphabetic())
                    && match color.len() - name.len() {
                        0 => true,
                        2 => !is_hex_color(name),
                        _ => false,
                    };
                behind(if is_name || is_hex_color(color) {
                    color.len()
                } else {
                    0
                })
            }
            Self::Words(words) => words
                .iter()
                .filter_map(|word| value.strip_prefix(word))
                .collect(),
            Self::Name => behind(run(|byte| {
                byte.is_ascii_alphanumeric() || b"_-".contains(&byte)
            })),
            Self::Prompt => {
                let plain = value.strip_prefix("prompt-");
                let is_prompt = match value.strip_prefix("prompte-") {
                    Some(base64) => is_escaped_base64(base64),
                    None => plain.is_some_and(|plain| separator_in(plain).is_none()),
                };
                Vec::from_iter(is_prompt.then_some(""))
            }
            Self::Free => Vec::from_iter(separator_in(value).is_none().then_some("")),
            Self::Either(forms) => forms.iter().flat_map(|form| form.rests(value)).collect(),
            Self::Sequence(forms) => forms.iter().fold(vec![value], |rests, form| {
                rests.iter().flat_map(|rest| form.rests(rest)).collect()
            }),
            Self::Optional(form) => [value].into_iter().chain(form.rests(value)).collect(),
            Self::List(form, separator, least, most) => {
                let mut rests = Vec::new();
                let mut last = form.rests(value);
                let mut count = 1;
                while !last.is_empty() && count <= *most {
                    if count >= *least {
                        rests.extend(&last);
                    }
                    let parts = last.iter().filter_map(|rest| rest.strip_prefix(separator));
                    last = parts.flat_map(|part| form.rests(part)).collect();
                    count += 1;
                }
                rests
            }
        }
    }

    /// Whether the form has a part of that kind.
    pub(crate) fn holds(&self, is_wanted: fn(&Self) -> bool) -> bool {
        match self {
            Self::Either(forms) | Self::Sequence(forms) => {
                forms.iter().any(|form| form.holds(is_wanted))
            }
            Self::Optional(form) | Self::List(form, ..) => form.holds(is_wanted),
            form => is_wanted(form),
        }
    }
}

/// How many bytes at the start of a string are a decimal number without a sign.
fn decimal_length(value: &str) -> usize {
    let digits = |at: usize| {
        let behind = value.as_bytes().get(at..).unwrap_or_default();
        behind
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count()
    };
    let whole = digits(0);
    match digits(whole + 1) {
        fraction if whole > 0 && fraction > 0 && value[whole..].starts_with('.') => {
            whole + 1 + fraction
        }
        _ => whole,
    }
}

/// The number that a string is, negative with `N` or `-`.
pub(crate) fn number(value: &str) -> Option<Scalar<'static>> {
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

fn is_hex_color(digits: &str) -> bool {
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

/// The value without the `#` that CSS writes in front of the hexadecimal digits of a color.
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
