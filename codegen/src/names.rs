//! Rust names for what the document names.

use std::collections::{HashMap, HashSet};

use heck::{ToSnakeCase, ToUpperCamelCase};

/// A type or variant name. The empty string gets a name too, and a leading digit is moved behind an
/// `N`.
///
/// Only for words of the document: the name of a name may be another one, as that of `AB` for `a-b`
/// is `Ab`.
pub fn pascal(text: &str) -> String {
    let name = spelled(text).to_upper_camel_case();
    match name.chars().next() {
        None => "Empty".to_owned(),
        Some(first) if unicode_ident::is_xid_start(first) => escaped(name),
        Some(_) => format!("N{name}"),
    }
}

/// Whether a type may be called that.
pub fn is_type_name(name: &str) -> bool {
    let mut chars = name.chars();
    chars
        .next()
        .is_some_and(|first| !first.is_lowercase() && unicode_ident::is_xid_start(first))
        && chars.all(|c| c != '_' && unicode_ident::is_xid_continue(c))
        && escaped(name.to_owned()) == name
}

/// A field or function name. The name of a name is that name.
pub fn snake(text: &str) -> String {
    let name = spelled(text).to_snake_case();
    match name.chars().next() {
        None => "empty".to_owned(),
        Some(first) if unicode_ident::is_xid_start(first) => escaped(name),
        Some(_) => format!("n{name}"),
    }
}

/// Names that are taken in one scope.
#[derive(Default)]
pub struct Scope {
    taken: HashSet<String>,
    /// The number that each name had last.
    last: HashMap<String, usize>,
}

impl Scope {
    pub fn with<const N: usize>(reserved: [&str; N]) -> Self {
        Self {
            taken: reserved.into_iter().map(str::to_owned).collect(),
            last: HashMap::new(),
        }
    }

    /// `name`, or `name` with the first number that makes it unique.
    pub fn claim(&mut self, name: String) -> String {
        if self.taken.insert(name.clone()) {
            return name;
        }
        let last = self.last.entry(name.clone()).or_insert(1);
        loop {
            *last += 1;
            let numbered = format!("{name}{last}");
            if self.taken.insert(numbered.clone()) {
                return numbered;
            }
        }
    }
}

/// Operators and signs carry the meaning of some values (`+1`, `<=`); other characters only
/// separate words.
fn spelled(text: &str) -> String {
    // `²` and its like are alphanumeric, but no part of a Rust name; and `_` only separates words.
    let is_part = |c: char| c != '_' && unicode_ident::is_xid_continue(c);
    if text.chars().any(is_part) && !text.starts_with(['+', '-']) {
        let text = text.replace('\'', "");
        return text.replace(|c: char| !is_part(c), " ");
    }
    text.chars()
        .map(|c| match c {
            '+' => " plus ".to_owned(),
            '-' => " minus ".to_owned(),
            '*' => " star ".to_owned(),
            '/' => " slash ".to_owned(),
            '%' => " percent ".to_owned(),
            '=' => " equal ".to_owned(),
            '!' => " not ".to_owned(),
            '<' => " less ".to_owned(),
            '>' => " greater ".to_owned(),
            '~' => " tilde ".to_owned(),
            '.' => " dot ".to_owned(),
            c if is_part(c) => c.to_string(),
            _ => " ".to_owned(),
        })
        .collect()
}

fn escaped(name: String) -> String {
    const KEYWORDS: &[&str] = &[
        "Self", "abstract", "as", "async", "await", "become", "box", "break", "const", "continue",
        "crate", "do", "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if",
        "impl", "in", "let", "loop", "macro", "match", "mod", "move", "mut", "override", "priv",
        "pub", "ref", "return", "self", "static", "struct", "super", "trait", "true", "try",
        "type", "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
    ];
    if KEYWORDS.contains(&name.as_str()) {
        format!("{name}_")
    } else {
        name
    }
}

#[cfg(test)]
mod tests {
    use super::{is_type_name, pascal, snake};

    /// Words of odd letters and signs.
    fn texts() -> impl Iterator<Item = String> {
        const PARTS: [&str; 17] = [
            "list", "a", "B", "v2", "X", "-", "_", " ", "ID", "7", "é", "ﬁ", "Ǆ", "ß", "日本", "+",
            "self",
        ];
        let count = PARTS.len().pow(4);
        (0..count).map(|mut number| {
            let mut text = String::new();
            for _ in 0..4 {
                text.push_str(PARTS[number % PARTS.len()]);
                number /= PARTS.len();
            }
            text
        })
    }

    /// Names of methods are made names once more by the generator underneath; names of types may
    /// stand in an overlay.
    #[test]
    fn names_stay_what_they_are() {
        for text in texts() {
            let name = snake(&text);
            assert_eq!(snake(&name), name, "{text}");
            let name = pascal(&text);
            let is_spelled = !name.contains('_');
            assert_eq!(is_type_name(&name), is_spelled, "{text}: {name}");
        }
    }
}
