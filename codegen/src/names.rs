//! Rust names for what the document names.

use std::collections::HashSet;

use heck::{ToSnakeCase, ToUpperCamelCase};

/// A type or variant name. The empty string gets a name too, and a leading digit is moved behind an `N`.
pub fn pascal(text: &str) -> String {
    let name = spelled(text).to_upper_camel_case();
    match name.chars().next() {
        None => "Empty".to_owned(),
        Some(first) if unicode_ident::is_xid_start(first) => escaped(name),
        Some(_) => format!("N{name}"),
    }
}

/// A field or function name.
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
pub struct Scope(HashSet<String>);

impl Scope {
    pub fn with<const N: usize>(reserved: [&str; N]) -> Self {
        Self(reserved.into_iter().map(str::to_owned).collect())
    }

    /// `name`, or `name` with the first number that makes it unique.
    pub fn claim(&mut self, name: String) -> String {
        if self.0.insert(name.clone()) {
            return name;
        }
        let mut number = 2;
        loop {
            let numbered = format!("{name}{number}");
            if self.0.insert(numbered.clone()) {
                return numbered;
            }
            number += 1;
        }
    }
}

/// Operators and signs carry the meaning of some values (`+1`, `<=`); other characters only separate words.
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
