//! Searches: their text, what they refuse, how lists send them, and files by path and URL.

use std::ops::Not;
use std::time::{Duration, UNIX_EPOCH};

use imagekitio::search::{self, AssetKind, Clause, Search};
use imagekitio::types::FieldValue;
use imagekitio::types::Timestamp;
use imagekitio::{ErrorKind, ImageKit, UploadSource};
use proptest::prelude::*;
use serde_json::{Value, json};
use support::calls::{
    answering, assert_attempts, assert_errors, assert_refused, assert_sent, call,
};
use support::uploads::in_process;
use support::{Scripted, json as reply};

// A small reader of the language, with nothing of the crate's in it.

#[derive(Clone, Debug, PartialEq)]
enum Token {
    /// Between double quotes. The language has no escapes.
    Quoted(String),
    Word(String),
    Sign(char),
}

fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if first == ' ' {
            rest = &rest[1..];
        } else if first == '"' {
            let end = rest[1..].find('"').expect("a closed string") + 1;
            tokens.push(Token::Quoted(rest[1..end].to_owned()));
            rest = &rest[end + 1..];
        } else if "()[],:".contains(first) {
            tokens.push(Token::Sign(first));
            rest = &rest[1..];
        } else {
            let end = rest.find([' ', '"', '(', ')', '[', ']', ',', ':']);
            let (word, after) = rest.split_at(end.unwrap_or(rest.len()));
            tokens.push(Token::Word(word.to_owned()));
            rest = after;
        }
    }
    tokens
}

/// What a search means.
#[derive(Clone, Debug, PartialEq)]
enum Meaning {
    Condition {
        field: String,
        operator: String,
        values: Vec<Token>,
    },
    And(Box<Meaning>, Box<Meaning>),
    Or(Box<Meaning>, Box<Meaning>),
}

/// Which of `AND` and `OR` binds stronger.
#[derive(Clone, Copy, Debug)]
enum Precedence {
    And,
    Or,
    /// Neither: from left to right.
    Equal,
}

struct Reader {
    tokens: Vec<Token>,
    precedence: Precedence,
}

fn read(text: &str, precedence: Precedence) -> Meaning {
    let mut tokens = tokens(text);
    tokens.reverse();
    let mut reader = Reader { tokens, precedence };
    let meaning = reader.expression();
    assert_eq!(reader.tokens, [], "{text}");
    meaning
}

impl Reader {
    fn take(&mut self, token: &Token) -> bool {
        let is_next = self.tokens.last() == Some(token);
        if is_next {
            self.tokens.pop();
        }
        is_next
    }

    fn take_word(&mut self, word: &str) -> bool {
        self.take(&Token::Word(word.to_owned()))
    }

    fn expression(&mut self) -> Meaning {
        match self.precedence {
            Precedence::And => self.joined(&["OR"], |reader| reader.joined(&["AND"], Self::one)),
            Precedence::Or => self.joined(&["AND"], |reader| reader.joined(&["OR"], Self::one)),
            Precedence::Equal => self.joined(&["AND", "OR"], Self::one),
        }
    }

    fn joined(&mut self, words: &[&str], part: impl Fn(&mut Self) -> Meaning) -> Meaning {
        let mut meaning = part(self);
        while let Some(word) = words.iter().find(|word| self.take_word(word)) {
            let (first, second) = (Box::new(meaning), Box::new(part(self)));
            meaning = match *word {
                "AND" => Meaning::And(first, second),
                _ => Meaning::Or(first, second),
            };
        }
        meaning
    }

    fn one(&mut self) -> Meaning {
        if self.take(&Token::Sign('(')) {
            let meaning = self.expression();
            assert!(self.take(&Token::Sign(')')));
            return meaning;
        }
        let field = match self.tokens.pop() {
            Some(Token::Quoted(field) | Token::Word(field)) => field,
            other => panic!("{other:?} in place of a field"),
        };
        let not = if self.take_word("NOT") { "NOT " } else { "" };
        let operator = match self.tokens.pop() {
            Some(Token::Word(word)) => word,
            Some(Token::Sign(':')) => ":".to_owned(),
            other => panic!("{other:?} in place of an operator"),
        };
        let mut values = Vec::new();
        if operator == "IN" {
            assert!(self.take(&Token::Sign('[')));
            loop {
                values.push(self.tokens.pop().unwrap());
                if !self.take(&Token::Sign(',')) {
                    break;
                }
            }
            assert!(self.take(&Token::Sign(']')));
        } else if operator != "EXISTS" {
            values.push(self.tokens.pop().unwrap());
        }
        Meaning::Condition {
            field,
            operator: format!("{not}{operator}"),
            values,
        }
    }
}

fn condition(field: &str, operator: &str, values: &[&str]) -> Meaning {
    Meaning::Condition {
        field: field.to_owned(),
        operator: operator.to_owned(),
        values: values
            .iter()
            .map(|value| Token::Quoted((*value).to_owned()))
            .collect(),
    }
}

fn text(search: impl Into<Search>) -> String {
    search.into().build().unwrap()
}

fn refusal(search: impl Into<Search>) -> String {
    let error = search.into().build().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert_eq!(error.argument(), Some("search_query"));
    error.to_string()
}

// Values

/// Strings with what could end a string or be taken for an operator.
fn hostile_string() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[\"'\\\\\n\r\t\0 a()\\[\\]:=<>,%*?-]{0,12}",
        "(AND|OR|NOT|IN|HAS|EXISTS|type|private|true|=|\"|'|\\)|\\(| ){0,10}",
        "[ a-z'()\\[\\]:=,äß中😀\u{301}\u{200b}\u{2028}]{0,12}",
    ]
}

fn is_quotable(value: &str) -> bool {
    !value.contains(['"', '\\']) && !value.contains(char::is_control)
}

proptest! {
    #[test]
    fn a_value_survives_quoting_or_is_refused(value in hostile_string(), other in hostile_string()) {
        let custom = || search::custom_metadata("f");
        let in_list = [value.as_str(), "x"];
        let searches: Vec<(Search, Meaning)> = vec![
            (search::name().is(&value).into(), condition("name", "=", &[&value])),
            ((!search::name().is(&value)).into(), condition("name", "NOT =", &[&value])),
            (search::name().starts_with(&value), condition("name", ":", &[&value])),
            (search::name().has(&value), condition("name", "HAS", &[&value])),
            (search::name().one_of(in_list).into(), condition("name", "IN", &in_list)),
            (search::path().is(&value).into(), condition("path", "=", &[&value])),
            (search::path().within(&value), condition("path", ":", &[&value])),
            ((!search::path().one_of(in_list)).into(), condition("path", "NOT IN", &in_list)),
            ((!search::tags().one_of(in_list)).into(), condition("tags", "NOT IN", &in_list)),
            (search::tags().has(&value), condition("tags", "HAS", &[&value])),
            (search::id().is(&value).into(), condition("id", "=", &[&value])),
            (search::created_by().one_of(in_list).into(), condition("createdBy", "IN", &in_list)),
            (search::format().is(&value), condition("format", "=", &[&value])),
            (search::format().one_of(in_list), condition("format", "IN", &in_list)),
            (
                search::keywords().one_of(in_list),
                condition("embeddedMetadata.Keywords", "IN", &in_list),
            ),
            (custom().text().is(&value), condition("customMetadata.f", "=", &[&value])),
            (custom().text().starts_with(&value), condition("customMetadata.f", ":", &[&value])),
            (custom().text().one_of(in_list), condition("customMetadata.f", "IN", &in_list)),
            (custom().text().has(&value), condition("customMetadata.f", "HAS", &[&value])),
            (custom().single_select().is(&value), condition("customMetadata.f", "=", &[&value])),
            (
                custom().multi_select().one_of(in_list).into(),
                condition("customMetadata.f", "IN", &in_list),
            ),
        ];
        for (search, meaning) in searches {
            if is_quotable(&value) {
                let text = text(search);
                for precedence in [Precedence::And, Precedence::Or, Precedence::Equal] {
                    prop_assert_eq!(&read(&text, precedence), &meaning, "{}", text);
                }
            } else {
                let message = refusal(search);
                prop_assert!(message.contains("ImageKit documents no way to write"), "{message}");
                prop_assert!(!message.contains(char::is_control), "{message:?}");
            }
        }
        // Beside another condition, too.
        let both = search::name().is(&value) & search::tags().has(&other);
        match is_quotable(&value) && is_quotable(&other) {
            true => prop_assert_eq!(
                read(&text(both), Precedence::And),
                Meaning::And(
                    condition("name", "=", &[&value]).into(),
                    condition("tags", "HAS", &[&other]).into()
                )
            ),
            false => drop(refusal(both)),
        }
    }

    #[test]
    fn the_name_of_a_custom_field_survives_quoting_or_is_refused(name in hostile_string()) {
        let fields = || search::custom_metadata(&name);
        for (search, operator, value) in [
            (fields().exists(), "EXISTS", None),
            (fields().text().is("x"), "=", Some(Token::Quoted("x".to_owned()))),
            (fields().number().less_than(1), "<", Some(Token::Word("1".to_owned()))),
        ] {
            if name.is_empty() || !is_quotable(&name) {
                let message = refusal(search);
                prop_assert!(message.contains("is not a valid name of a custom metadata field"), "{message}");
                continue;
            }
            let meaning = Meaning::Condition {
                field: format!("customMetadata.{name}"),
                operator: operator.to_owned(),
                values: value.into_iter().collect(),
            };
            prop_assert_eq!(read(&text(search), Precedence::And), meaning);
        }
    }

    #[test]
    fn raw_text_stays_in_its_parentheses(raw in "[()\"'\\\\ a]{0,10}") {
        let Ok(text) = (Search::raw(&raw) & search::kind().is(AssetKind::File)).build() else {
            return Ok(());
        };
        let inside = text.strip_suffix(r#" AND type = "file""#).unwrap();
        prop_assert_eq!(inside, format!("({raw})"));
        for escapes in [false, true] {
            for quotes in ["\"", "\"'"] {
                prop_assert_eq!(end_of_parentheses(inside, escapes, quotes), Some(inside.len()), "{}", text);
            }
        }
    }

    #[test]
    fn a_search_means_what_its_operators_say(tree in tree(), truths in any::<u16>()) {
        let holds = |leaf: usize| truths >> leaf & 1 == 1;
        let expected = tree.holds(&holds);
        let text = text(tree.search());
        for precedence in [Precedence::And, Precedence::Or, Precedence::Equal] {
            let meaning = read(&text, precedence);
            prop_assert_eq!(meaning.holds(&holds), expected, "{} {:?}", text, precedence);
        }
    }

    #[test]
    fn numbers_are_written_exactly(number in any::<f64>(), integer in any::<u64>()) {
        let custom = search::custom_metadata("f").number().more_than(number);
        match number.is_finite() {
            true => {
                let text = text(custom);
                let written = text.strip_prefix("\"customMetadata.f\" > ").unwrap();
                prop_assert_eq!(written.parse::<f64>().unwrap(), number);
                prop_assert!(!written.contains('e'), "{}", written);
            }
            false => drop(refusal(custom)),
        }
        prop_assert_eq!(text(search::size().at_most(integer)), format!("size <= {integer}"));
    }
}

/// Where the parenthesis at the start is closed.
fn end_of_parentheses(text: &str, escapes: bool, quotes: &str) -> Option<usize> {
    let (mut depth, mut quote, mut escaped) = (0, None, false);
    for (at, character) in text.char_indices() {
        if escaped {
            escaped = false;
        } else if let Some(open) = quote {
            escaped = escapes && character == '\\';
            if character == open {
                quote = None;
            }
        } else if quotes.contains(character) {
            quote = Some(character);
        } else if character == '(' {
            depth += 1;
        } else if character == ')' {
            depth -= 1;
            if depth == 0 {
                return Some(at + 1);
            }
        }
    }
    None
}

/// An expression whose conditions have numbers.
#[derive(Clone, Debug)]
enum Tree {
    /// With an opposite.
    Clause(Clauses),
    /// Without one.
    Prefix(usize),
    And(Box<Tree>, Box<Tree>),
    Or(Box<Tree>, Box<Tree>),
}

#[derive(Clone, Debug)]
enum Clauses {
    Name(usize),
    Not(Box<Clauses>),
    And(Box<Clauses>, Box<Clauses>),
    Or(Box<Clauses>, Box<Clauses>),
}

fn clauses() -> impl Strategy<Value = Clauses> {
    let leaf = (0..16_usize).prop_map(Clauses::Name);
    leaf.prop_recursive(4, 12, 2, |inner| {
        let boxed = inner.prop_map(Box::new).boxed();
        prop_oneof![
            boxed.clone().prop_map(Clauses::Not),
            (boxed.clone(), boxed.clone()).prop_map(|(a, b)| Clauses::And(a, b)),
            (boxed.clone(), boxed).prop_map(|(a, b)| Clauses::Or(a, b)),
        ]
    })
}

fn tree() -> impl Strategy<Value = Tree> {
    let leaf = prop_oneof![
        clauses().prop_map(Tree::Clause),
        (0..16_usize).prop_map(Tree::Prefix)
    ];
    leaf.prop_recursive(4, 12, 2, |inner| {
        let boxed = inner.prop_map(Box::new).boxed();
        prop_oneof![
            (boxed.clone(), boxed.clone()).prop_map(|(a, b)| Tree::And(a, b)),
            (boxed.clone(), boxed).prop_map(|(a, b)| Tree::Or(a, b)),
        ]
    })
}

impl Clauses {
    fn clause(&self) -> Clause {
        match self {
            Self::Name(leaf) => search::name().is(leaf.to_string()),
            Self::Not(a) => !a.clause(),
            Self::And(a, b) => a.clause() & b.clause(),
            Self::Or(a, b) => a.clause() | b.clause(),
        }
    }

    fn holds(&self, leaves: &impl Fn(usize) -> bool) -> bool {
        match self {
            Self::Name(leaf) => leaves(*leaf),
            Self::Not(a) => !a.holds(leaves),
            Self::And(a, b) => a.holds(leaves) && b.holds(leaves),
            Self::Or(a, b) => a.holds(leaves) || b.holds(leaves),
        }
    }
}

impl Tree {
    fn search(&self) -> Search {
        match self {
            Self::Clause(clauses) => clauses.clause().into(),
            Self::Prefix(leaf) => search::name().starts_with(leaf.to_string()),
            // Each way to join two.
            Self::And(a, b) => match (&**a, &**b) {
                (Self::Clause(a), Self::Clause(b)) => (a.clause() & b.clause()).into(),
                (Self::Clause(a), b) => a.clause() & b.search(),
                (a, Self::Clause(b)) => a.search() & b.clause(),
                (a, b) => a.search() & b.search(),
            },
            Self::Or(a, b) => {
                let mut search = a.search();
                match &**b {
                    Self::Clause(b) => search |= b.clause(),
                    b => search |= b.search(),
                }
                search
            }
        }
    }

    fn holds(&self, leaves: &impl Fn(usize) -> bool) -> bool {
        match self {
            Self::Clause(clauses) => clauses.holds(leaves),
            Self::Prefix(leaf) => leaves(*leaf),
            Self::And(a, b) => a.holds(leaves) && b.holds(leaves),
            Self::Or(a, b) => a.holds(leaves) || b.holds(leaves),
        }
    }
}

impl Meaning {
    fn holds(&self, leaves: &impl Fn(usize) -> bool) -> bool {
        match self {
            Self::Condition {
                operator, values, ..
            } => {
                let [Token::Quoted(leaf)] = values.as_slice() else {
                    panic!("{values:?}");
                };
                leaves(leaf.parse().unwrap()) != operator.starts_with("NOT")
            }
            Self::And(a, b) => a.holds(leaves) && b.holds(leaves),
            Self::Or(a, b) => a.holds(leaves) || b.holds(leaves),
        }
    }
}

#[test]
fn ten_thousand_conditions_are_no_burden() {
    let names = (0..10_000).map(|number| search::name().is(number.to_string()));
    let any = names.reduce(|a, b| a | b).unwrap();
    let text = text(!any);
    assert!(text.starts_with(r#"name NOT = "0" AND name NOT = "1" AND "#));
    assert!(!text.contains('('));
}

// Fields

/// That the search can be negated.
fn clause(clause: Clause) -> Vec<Search> {
    vec![clause.clone().into(), (!clause).into()]
}

/// That the search can't be negated: a type other than `Search` doesn't compile.
fn fixed(search: Search) -> Vec<Search> {
    vec![search]
}

/// A condition, with its opposite if it has one, and their texts.
type Row = (Vec<Search>, &'static [&'static str]);

#[test]
fn every_row_of_the_field_table_is_written_as_imagekit_documents_it() {
    let custom = || search::custom_metadata("f");
    let rows: Vec<Row> = vec![
        (
            clause(search::name().is("a.jpg")),
            &[r#"name = "a.jpg""#, r#"name NOT = "a.jpg""#],
        ),
        (
            clause(search::name().one_of(["a", "b"])),
            &[r#"name IN ["a", "b"]"#, r#"name NOT IN ["a", "b"]"#],
        ),
        (fixed(search::name().starts_with("a")), &[r#"name : "a""#]),
        (
            fixed(search::name().has("red dress")),
            &[r#"name HAS "red dress""#],
        ),
        (
            clause(search::tags().one_of(["a"])),
            &[r#"tags IN ["a"]"#, r#"tags NOT IN ["a"]"#],
        ),
        (fixed(search::tags().has("a")), &[r#"tags HAS "a""#]),
        (
            clause(search::tags().exists()),
            &["tags EXISTS", "tags NOT EXISTS"],
        ),
        (
            clause(search::kind().is(AssetKind::File)),
            &[r#"type = "file""#, r#"type NOT = "file""#],
        ),
        (
            clause(search::kind().one_of([AssetKind::FileVersion, AssetKind::Folder])),
            &[
                r#"type IN ["file-version", "folder"]"#,
                r#"type NOT IN ["file-version", "folder"]"#,
            ],
        ),
        (
            clause(search::id().is("1")),
            &[r#"id = "1""#, r#"id NOT = "1""#],
        ),
        (
            clause(search::id().one_of(["1", "2"])),
            &[r#"id IN ["1", "2"]"#, r#"id NOT IN ["1", "2"]"#],
        ),
        (
            clause(search::created_by().is("a@b.c")),
            &[r#"createdBy = "a@b.c""#, r#"createdBy NOT = "a@b.c""#],
        ),
        (
            clause(search::created_by().one_of(["a@b.c"])),
            &[r#"createdBy IN ["a@b.c"]"#, r#"createdBy NOT IN ["a@b.c"]"#],
        ),
        (
            clause(search::created_at().is("2026-05-04")),
            &[
                r#"createdAt = "2026-05-04""#,
                r#"createdAt NOT = "2026-05-04""#,
            ],
        ),
        (
            clause(search::updated_at().one_of(["1d", "1y"])),
            &[
                r#"updatedAt IN ["1d", "1y"]"#,
                r#"updatedAt NOT IN ["1d", "1y"]"#,
            ],
        ),
        (
            fixed(search::created_at().before("1h")),
            &[r#"createdAt < "1h""#],
        ),
        (
            fixed(search::created_at().at_or_before("2d")),
            &[r#"createdAt <= "2d""#],
        ),
        (
            fixed(search::updated_at().after("3w")),
            &[r#"updatedAt > "3w""#],
        ),
        (
            fixed(search::updated_at().at_or_after("4m")),
            &[r#"updatedAt >= "4m""#],
        ),
        (
            clause(search::width().is(1)),
            &["width = 1", "width NOT = 1"],
        ),
        (
            clause(search::height().one_of([1, 2])),
            &["height IN [1, 2]", "height NOT IN [1, 2]"],
        ),
        (fixed(search::width().less_than(1)), &["width < 1"]),
        (fixed(search::width().at_most(1)), &["width <= 1"]),
        (fixed(search::height().more_than(1)), &["height > 1"]),
        (fixed(search::height().at_least(1)), &["height >= 1"]),
        (
            clause(search::size().is(1024)),
            &["size = 1024", "size NOT = 1024"],
        ),
        (
            clause(search::size().one_of(["1mb", "10kb"])),
            &[
                r#"size IN ["1mb", "10kb"]"#,
                r#"size NOT IN ["1mb", "10kb"]"#,
            ],
        ),
        (fixed(search::size().less_than("1mb")), &[r#"size < "1mb""#]),
        (
            fixed(search::size().at_most("10kb")),
            &[r#"size <= "10kb""#],
        ),
        (fixed(search::size().more_than(0)), &["size > 0"]),
        (
            fixed(search::size().at_least(u64::MAX)),
            &["size >= 18446744073709551615"],
        ),
        (
            clause(search::video_duration().is(30)),
            &["videoDuration = 30", "videoDuration NOT = 30"],
        ),
        (
            clause(search::video_duration().one_of(["30sec", "2hr"])),
            &[
                r#"videoDuration IN ["30sec", "2hr"]"#,
                r#"videoDuration NOT IN ["30sec", "2hr"]"#,
            ],
        ),
        (
            fixed(search::video_duration().less_than("1.5min")),
            &[r#"videoDuration < "1.5min""#],
        ),
        (
            fixed(search::video_duration().at_most(1.5)),
            &["videoDuration <= 1.5"],
        ),
        (
            fixed(search::video_duration().more_than(Duration::from_millis(1500))),
            &["videoDuration > 1.5"],
        ),
        (
            fixed(search::video_duration().at_least("2hr")),
            &[r#"videoDuration >= "2hr""#],
        ),
        (fixed(search::format().is("jpg")), &[r#"format = "jpg""#]),
        (
            fixed(search::format().one_of(["jpg", "mp4"])),
            &[r#"format IN ["jpg", "mp4"]"#],
        ),
        (fixed(search::private().is(true)), &["private = true"]),
        (fixed(search::published().is(false)), &["published = false"]),
        (
            fixed(search::transparency().is(true)),
            &["transparency = true"],
        ),
        (
            clause(search::path().is("/a")),
            &[r#"path = "/a""#, r#"path NOT = "/a""#],
        ),
        (
            clause(search::path().one_of(["/a", "/b"])),
            &[r#"path IN ["/a", "/b"]"#, r#"path NOT IN ["/a", "/b"]"#],
        ),
        (fixed(search::path().within("/a/")), &[r#"path : "/a/""#]),
        (fixed(custom().exists()), &[r#""customMetadata.f" EXISTS"#]),
        (
            fixed(custom().text().is("a")),
            &[r#""customMetadata.f" = "a""#],
        ),
        (
            fixed(custom().text().starts_with("a")),
            &[r#""customMetadata.f" : "a""#],
        ),
        (
            fixed(custom().text().one_of(["a", "b"])),
            &[r#""customMetadata.f" IN ["a", "b"]"#],
        ),
        (
            fixed(custom().text().has("a")),
            &[r#""customMetadata.f" HAS "a""#],
        ),
        (
            fixed(custom().text().exists()),
            &[r#""customMetadata.f" EXISTS"#],
        ),
        (
            fixed(custom().number().less_than(-1)),
            &[r#""customMetadata.f" < -1"#],
        ),
        (
            fixed(custom().number().at_most(4.3)),
            &[r#""customMetadata.f" <= 4.3"#],
        ),
        (
            fixed(custom().number().more_than(200)),
            &[r#""customMetadata.f" > 200"#],
        ),
        (
            fixed(custom().number().at_least(200.125)),
            &[r#""customMetadata.f" >= 200.125"#],
        ),
        (
            fixed(custom().number().exists()),
            &[r#""customMetadata.f" EXISTS"#],
        ),
        (
            fixed(custom().date().before("2026-05-04")),
            &[r#""customMetadata.f" < "2026-05-04""#],
        ),
        (
            fixed(custom().date().at_or_before("7d")),
            &[r#""customMetadata.f" <= "7d""#],
        ),
        (
            fixed(custom().date().after("7d")),
            &[r#""customMetadata.f" > "7d""#],
        ),
        (
            fixed(custom().date().at_or_after("7d")),
            &[r#""customMetadata.f" >= "7d""#],
        ),
        (
            fixed(custom().date().exists()),
            &[r#""customMetadata.f" EXISTS"#],
        ),
        (
            fixed(custom().boolean().is(true)),
            &[r#""customMetadata.f" = true"#],
        ),
        (
            fixed(custom().boolean().exists()),
            &[r#""customMetadata.f" EXISTS"#],
        ),
        (
            fixed(custom().single_select().is("a")),
            &[r#""customMetadata.f" = "a""#],
        ),
        (
            fixed(custom().single_select().is(true)),
            &[r#""customMetadata.f" = true"#],
        ),
        (
            fixed(custom().single_select().one_of([1.5, -2.0])),
            &[r#""customMetadata.f" IN [1.5, -2]"#],
        ),
        (
            fixed(custom().single_select().exists()),
            &[r#""customMetadata.f" EXISTS"#],
        ),
        (
            clause(custom().multi_select().one_of([
                FieldValue::from("luxury"),
                500.into(),
                true.into(),
            ])),
            &[
                r#""customMetadata.f" IN ["luxury", 500, true]"#,
                r#""customMetadata.f" NOT IN ["luxury", 500, true]"#,
            ],
        ),
        (
            fixed(custom().multi_select().exists()),
            &[r#""customMetadata.f" EXISTS"#],
        ),
        (
            fixed(search::original_created_at().before("1y")),
            &[r#""customMetadata._internal_original_created_datetime" < "1y""#],
        ),
        (
            fixed(search::original_created_at().at_or_after("2020-01-01")),
            &[r#""customMetadata._internal_original_created_datetime" >= "2020-01-01""#],
        ),
        (
            fixed(search::original_created_at().exists()),
            &[r#""customMetadata._internal_original_created_datetime" EXISTS"#],
        ),
        (
            fixed(search::keywords().one_of(["dress"])),
            &[r#""embeddedMetadata.Keywords" IN ["dress"]"#],
        ),
        (
            fixed(search::keywords().exists()),
            &[r#""embeddedMetadata.Keywords" EXISTS"#],
        ),
        (
            clause(search::date_time_original().is("2020-01-01")),
            &[
                r#""embeddedMetadata.DateTimeOriginal" = "2020-01-01""#,
                r#""embeddedMetadata.DateTimeOriginal" NOT = "2020-01-01""#,
            ],
        ),
        (
            clause(search::date_time_original().one_of(["1y"])),
            &[
                r#""embeddedMetadata.DateTimeOriginal" IN ["1y"]"#,
                r#""embeddedMetadata.DateTimeOriginal" NOT IN ["1y"]"#,
            ],
        ),
        (
            fixed(search::date_time_original().after("1y")),
            &[r#""embeddedMetadata.DateTimeOriginal" > "1y""#],
        ),
        (
            fixed(search::location_taken().near(40, 100.5, 5)),
            &[r#""embeddedMetadata.LocationTaken" = "40,100.5 5km""#],
        ),
    ];
    for (searches, expected) in rows {
        let texts: Vec<String> = searches.into_iter().map(text).collect();
        assert_eq!(texts, expected);
        for text in texts {
            read(&text, Precedence::And);
        }
    }
}

mod illegal_operators {
    use super::*;

    /// What is left of an operator that a field doesn't have. A method of the field itself would be
    /// called in its place, and its result would be of another type.
    struct Missing;

    trait Fallback: Sized {
        fn is<V>(self, _: V) -> Missing {
            Missing
        }
        fn one_of<V>(self, _: V) -> Missing {
            Missing
        }
        fn starts_with<V>(self, _: V) -> Missing {
            Missing
        }
        fn within<V>(self, _: V) -> Missing {
            Missing
        }
        fn has<V>(self, _: V) -> Missing {
            Missing
        }
        fn exists<V>(self, _: V) -> Missing {
            Missing
        }
        fn near<V>(self, _: V) -> Missing {
            Missing
        }
        fn less_than<V>(self, _: V) -> Missing {
            Missing
        }
        fn at_most<V>(self, _: V) -> Missing {
            Missing
        }
        fn more_than<V>(self, _: V) -> Missing {
            Missing
        }
        fn at_least<V>(self, _: V) -> Missing {
            Missing
        }
        fn before<V>(self, _: V) -> Missing {
            Missing
        }
        fn at_or_before<V>(self, _: V) -> Missing {
            Missing
        }
        fn after<V>(self, _: V) -> Missing {
            Missing
        }
        fn at_or_after<V>(self, _: V) -> Missing {
            Missing
        }
    }

    impl<T> Fallback for T {}

    macro_rules! missing {
        ($($field:expr => $($operator:ident)*;)*) => {
            $($(let Missing = $field.$operator(0);)*)*
        };
    }

    /// This test passes by compiling: each of these operators is missing.
    #[test]
    fn fields_have_no_illegal_operators() {
        let custom = || search::custom_metadata("f");
        missing! {
            search::name() => within exists near less_than at_most more_than at_least before at_or_before after at_or_after;
            search::path() => starts_with has exists near less_than at_most more_than at_least before at_or_before after at_or_after;
            search::tags() => is starts_with within near less_than at_most more_than at_least before at_or_before after at_or_after;
            search::kind() => starts_with within has exists near less_than at_most more_than at_least before at_or_before after at_or_after;
            search::id() => starts_with within has exists near less_than at_most more_than at_least before at_or_before after at_or_after;
            search::created_by() => starts_with within has exists near less_than at_most more_than at_least before at_or_before after at_or_after;
            search::created_at() => starts_with within has exists near less_than at_most more_than at_least;
            search::updated_at() => starts_with within has exists near less_than at_most more_than at_least;
            search::date_time_original() => starts_with within has exists near less_than at_most more_than at_least;
            search::width() => starts_with within has exists near before at_or_before after at_or_after;
            search::height() => starts_with within has exists near before at_or_before after at_or_after;
            search::size() => starts_with within has exists near before at_or_before after at_or_after;
            search::video_duration() => starts_with within has exists near before at_or_before after at_or_after;
            search::format() => starts_with within has exists near less_than at_most more_than at_least before at_or_before after at_or_after;
            search::private() => one_of starts_with within has exists near less_than at_most more_than at_least before at_or_before after at_or_after;
            search::published() => one_of starts_with within has exists near less_than at_most more_than at_least before at_or_before after at_or_after;
            search::transparency() => one_of starts_with within has exists near less_than at_most more_than at_least before at_or_before after at_or_after;
            search::keywords() => is starts_with within has near less_than at_most more_than at_least before at_or_before after at_or_after;
            search::location_taken() => is one_of starts_with within has exists less_than at_most more_than at_least before at_or_before after at_or_after;
            custom() => is one_of starts_with within has near less_than at_most more_than at_least before at_or_before after at_or_after;
            custom().text() => within near less_than at_most more_than at_least before at_or_before after at_or_after;
            custom().number() => is one_of starts_with within has near before at_or_before after at_or_after;
            custom().date() => is one_of starts_with within has near less_than at_most more_than at_least;
            custom().boolean() => one_of starts_with within has near less_than at_most more_than at_least before at_or_before after at_or_after;
            custom().single_select() => starts_with within has near less_than at_most more_than at_least before at_or_before after at_or_after;
            custom().multi_select() => is starts_with within has near less_than at_most more_than at_least before at_or_before after at_or_after;
            search::original_created_at() => is one_of starts_with within has near less_than at_most more_than at_least;
        }
        // `Search` has no `!`: with one, both implementations would fit.
        trait NoNot<T> {
            fn check() {}
        }
        struct HasNot;
        impl<T> NoNot<()> for T {}
        impl<T: Not> NoNot<HasNot> for T {}
        <Search as NoNot<_>>::check();
    }
}

#[test]
fn points_in_time_are_absolute_or_relative() {
    let after = |time: search::PointInTime| search::created_at().after(time);
    for time in [
        "2026-05-04",
        "2024-02-29",
        "2026-05-04T10:20",
        "2026-05-04T10:20:30",
        "2026-05-04T10:20:30Z",
        "2026-05-04T10:20:30.456Z",
        "2026-05-04T10:20:30+02:00",
        "2026-05-04T10:20:30.1-11:30",
        "2026-05-04T23:59Z",
        "1h",
        "0d",
        "12w",
        "4m",
        "100y",
        "4294967295d",
    ] {
        let expected = format!("createdAt > \"{time}\"");
        assert_eq!(text(after(time.into())), expected);
        assert_eq!(text(after(time.to_owned().into())), expected);
        assert_eq!(text(after(Timestamp::from(time).into())), expected);
        assert_eq!(text(after((&Timestamp::from(time)).into())), expected);
    }
    for time in [
        "",
        " ",
        "7",
        "d",
        "7 d",
        "-7d",
        "1.5d",
        "7D",
        "7s",
        "7days",
        "+7d",
        "٣d",
        "4294967296d",
        "2026",
        "2026-05",
        "2026-5-4",
        "2026-02-30",
        "2023-02-29",
        "2026-13-01",
        "2026-00-01",
        "2026-05-04 10:20:30",
        "2026-05-04T",
        "2026-05-04T10",
        "2026-05-04T24:00:00Z",
        "2026-05-04T10:60",
        "2026-05-04T10:20:60",
        "2026-05-04T10:20:30.",
        "2026-05-04T10:20:30.Z",
        "2026-05-04T10:20:30+2:00",
        "2026-05-04T10:20:30ZZ",
        "2026-05-04T10:20:é",
        "20260504",
        "12026-05-04",
        "now",
        "7d\" OR private = true",
    ] {
        let message = refusal(after(time.into()));
        assert!(message.ends_with(
            "is not a valid value of createdAt: it is not a point in time; give a date such as \"2026-05-04\" or \
             \"2026-05-04T10:20:30Z\", or an age such as \"1h\", \"2d\", \"3w\", \"4m\" or \"1y\""
        ), "{message}");
    }
    let ages = [
        search::hours_ago(1),
        search::days_ago(2),
        search::weeks_ago(3),
        search::months_ago(4),
        search::years_ago(5),
    ];
    let texts = ages.map(|age| text(search::updated_at().before(age)));
    assert_eq!(
        texts,
        ["1h", "2d", "3w", "4m", "5y"].map(|age| format!("updatedAt < \"{age}\""))
    );
    let time = UNIX_EPOCH + Duration::from_micros(1_700_000_000_123_456);
    assert_eq!(
        text(after(time.into())),
        r#"createdAt > "2023-11-14T22:13:20.123Z""#
    );
    let before_1970 = UNIX_EPOCH - Duration::from_millis(1);
    assert_eq!(
        text(after(before_1970.into())),
        r#"createdAt > "1969-12-31T23:59:59.999Z""#
    );
    let year_10000 = UNIX_EPOCH + Duration::from_secs(253_402_300_800);
    assert!(refusal(after(year_10000.into())).ends_with(
        "is not a valid value of createdAt: it is outside of the years 0 to 9999; give an earlier or a later time"
    ));
}

#[test]
fn sizes_and_durations_have_units() {
    for (size, written) in [
        ("1mb", "\"1mb\""),
        ("10KB", "\"10kb\""),
        ("1.5Mb", "\"1.5mb\""),
        (" 1024 ", "1024"),
        ("0", "0"),
    ] {
        assert_eq!(
            text(search::size().at_least(size)),
            format!("size >= {written}")
        );
    }
    assert_eq!(
        text(search::size().at_least("1mb".to_owned())),
        "size >= \"1mb\""
    );
    for size in [
        "",
        "mb",
        "1gb",
        "1 mb",
        "-1",
        "-1mb",
        "1e3",
        "1,5mb",
        ".5mb",
        "5.mb",
        "1b",
        "inf",
        "1mb OR size > 0",
        "1\"mb",
    ] {
        let message = refusal(search::size().at_least(size));
        assert!(message.ends_with(
            "is not a valid value of size: it is not a size; give bytes as a number, or a string such as \"10kb\" or \"1mb\""
        ), "{message}");
    }
    for (duration, written) in [
        ("30sec", "\"30sec\""),
        ("1.5min", "\"1.5min\""),
        ("2HR", "\"2hr\""),
        ("2.5", "2.5"),
    ] {
        assert_eq!(
            text(search::video_duration().at_least(duration)),
            format!("videoDuration >= {written}")
        );
    }
    for duration in ["", "30s", "30 sec", "1h", "-1", "PT30S", "1:30"] {
        let message = refusal(search::video_duration().at_least(duration));
        assert!(
            message.contains("it is not a duration; give seconds as a number"),
            "{message}"
        );
    }
    for search in [
        search::size().is(-1).into(),
        search::width().more_than(i64::MIN),
        search::height().one_of([1, -1]).into(),
        search::video_duration().less_than(-0.5),
        search::video_duration().less_than(f64::NAN),
        search::video_duration().less_than(f64::INFINITY),
    ] {
        let message = refusal(search);
        assert!(
            message.ends_with("it is not a number of 0 or more; give one"),
            "{message}"
        );
    }
    assert_eq!(
        refusal(search::custom_metadata("price").number().at_most(f64::NAN)),
        "search_query: `NaN` is not a valid value of \"customMetadata.price\": it is not finite; give a number"
    );
    refusal(
        search::custom_metadata("price")
            .single_select()
            .is(f64::INFINITY),
    );
    for (latitude, longitude, kilometers) in [
        (90.5, 0.0, 1.0),
        (f64::NAN, 0.0, 1.0),
        (0.0, -181.0, 1.0),
        (0.0, 0.0, 0.0),
        (0.0, 0.0, f64::INFINITY),
    ] {
        let message = refusal(search::location_taken().near(latitude, longitude, kilometers));
        assert!(message.contains("it is out of range"), "{message}");
    }
}

#[test]
fn what_cannot_be_searched_for_is_refused_with_the_reason() {
    assert_eq!(
        refusal(search::name().is(r#"a"b"#)),
        "search_query: `a\\\"b` is not a valid value of name: ImageKit documents no way to write '\"' in a search; search for a \
         part of the value without it"
    );
    let none: [&str; 0] = [];
    assert_eq!(
        refusal(search::tags().one_of(none)),
        "search_query: `[]` is not a valid value of tags: the list is empty; give at least one value"
    );
    assert!(refusal(!search::kind().one_of([])).contains("the list is empty"));
    assert_eq!(
        refusal(search::custom_metadata("").exists()),
        "search_query: `` is not a valid name of a custom metadata field: it is empty; give the name of the field"
    );
    // The first of several, wherever it is.
    let message = refusal(
        (search::size().is(1) | search::size().is("x"))
            & search::name().is("\n")
            & search::private().is(true),
    );
    assert!(
        message.starts_with("search_query: `x` is not a valid value of size"),
        "{message}"
    );
    let message = refusal(search::id().is("\\".repeat(1_000_000)));
    assert!(message.len() < 500);
    let debug = format!(
        "{:?} {:?}",
        search::name().is("a"),
        search::name().has("\"")
    );
    assert!(
        debug.starts_with(r#"Search("name = \"a\"") Search(Problem"#),
        "{debug}"
    );
}

#[test]
fn raw_text_is_taken_as_it_is_and_closed() {
    for raw in ["size > 1", " ", "", "a) OR (b", "\""] {
        assert_eq!(text(raw), raw);
        assert_eq!(text(raw.to_owned()), raw);
        let owned = raw.to_owned();
        assert_eq!(text(&owned), raw);
        assert_eq!(text(std::borrow::Cow::from(raw)), raw);
        assert_eq!(text(Search::raw(raw)), raw);
    }
    let file = || search::kind().is(AssetKind::File);
    for raw in [
        "a",
        "(a) OR (b)",
        r#"name = "a) OR (b""#,
        r#"name = "it's" AND tags IN ["'"]"#,
        r#"name = 'a b'"#,
    ] {
        assert_eq!(
            text(Search::raw(raw) & file()),
            format!(r#"({raw}) AND type = "file""#)
        );
        assert_eq!(
            text(file() | Search::raw(raw)),
            format!(r#"type = "file" OR ({raw})"#)
        );
    }
    for raw in [
        "a) OR (b",
        ")",
        "(",
        "((a)",
        "\"",
        "\"a\" \"",
        "'",
        r#"name = "a\" ) OR ("b""#,
        r#"name = "a\\" ) OR ("b""#,
        r#"name = ') OR ('"#,
        "",
        "  ",
    ] {
        for search in [
            Search::raw(raw) & file(),
            file() & Search::raw(raw),
            file() | Search::raw(raw),
        ] {
            let message = refusal(search);
            assert!(
                message.contains("is not a valid part of a search"),
                "{message}"
            );
        }
    }
}

// Lists

#[tokio::test]
async fn lists_send_searches() {
    assert_sent(
        ("200 OK", "[]"),
        |ik| {
            let assets = ik.assets();
            let either = search::name().starts_with("a") | search::private().is(true);
            let folder = search::kind().is(AssetKind::Folder);
            vec![
                call(assets.list().search_query(search::name().is("ü & b?"))),
                call(assets.list().search_query(either.clone())),
                call(assets.list().search_query(search::name().has("a") & folder).path("/p").sort("DESC_RELEVANCE")),
                call(assets.list_files().search_query(search::width().more_than(1))),
                call(assets.list_files().search_query(either.clone())),
                call(assets.list_folders().search_query(either.clone() & search::path().within("/p"))),
                call(assets.list_file_versions().search_query(!search::name().is("a")).limit(5)),
                call(assets.list_files().search_query(Search::raw("a OR b")).file_type("image").skip(2)),
                call(assets.list_files().search_query("a OR b".to_owned())),
            ]
        },
        &[
            ("GET /v1/files?searchQuery=name+%3D+%22%C3%BC+%26+b%3F%22", None),
            ("GET /v1/files?searchQuery=name+%3A+%22a%22+OR+private+%3D+true", None),
            (
                "GET /v1/files?path=%2Fp&searchQuery=name+HAS+%22a%22+AND+type+%3D+%22folder%22&sort=DESC_RELEVANCE",
                None,
            ),
            ("GET /v1/files?searchQuery=width+%3E+1+AND+type+%3D+%22file%22&type=file", None),
            (
                "GET /v1/files?searchQuery=%28name+%3A+%22a%22+OR+private+%3D+true%29+AND+type+%3D+%22file%22&type=file",
                None,
            ),
            (
                "GET /v1/files?searchQuery=%28name+%3A+%22a%22+OR+private+%3D+true%29+AND+path+%3A+%22%2Fp%22+AND+type+%3D+%22folder%22&type=folder",
                None,
            ),
            (
                "GET /v1/files?limit=5&searchQuery=name+NOT+%3D+%22a%22+AND+type+%3D+%22file-version%22&type=file-version",
                None,
            ),
            (
                "GET /v1/files?fileType=image&searchQuery=%28a+OR+b%29+AND+type+%3D+%22file%22&skip=2&type=file",
                None,
            ),
            ("GET /v1/files?searchQuery=%28a+OR+b%29+AND+type+%3D+%22file%22&type=file", None),
        ],
    )
    .await;
}

#[tokio::test]
async fn lists_refuse_what_the_server_would_ignore_or_misread() {
    let kind = "kind: `folder` has no effect on a search, which the server limits to files unless the search has a kind; give the \
                kind to `search_query`: `search::kind().is(..)` or `search::kind().one_of(..)`";
    let open = "search_query: `a) OR (b` is not a valid part of a search: it has a quote or a parenthesis that isn't closed; \
                close it";
    let quote = "search_query: `\\\"` is not a valid value of name: ImageKit documents no way to write '\"' in a search; search \
                 for a part of the value without it";
    assert_refused(
        |ik| {
            let assets = ik.assets();
            vec![
                call(assets.list().kind("folder").search_query("size > 1")),
                call(
                    assets
                        .list()
                        .search_query(search::size().more_than(1))
                        .kind("folder"),
                ),
                call(assets.list_files().search_query("a) OR (b")),
                call(assets.list_folders().search_query("a) OR (b")),
                call(assets.list_file_versions().search_query("a) OR (b")),
                call(assets.list().search_query(search::name().is("\""))),
                call(assets.list_files().search_query(search::name().has("\""))),
            ]
        },
        &[kind, kind, open, open, open, quote, quote],
    )
    .await;
}

#[tokio::test]
async fn a_stream_keeps_its_search() {
    let page = |ids: &[&str]| {
        let files: Vec<Value> = ids.iter().map(|id| file("/a.jpg", id)).collect();
        support::Step::Reply(reply("200 OK", &Value::from(files).to_string()))
    };
    let server = Scripted::start([page(&["1"]), page(&[])]).await;
    let mut stream = support::calls::client(&server)
        .assets()
        .list()
        .search_query(search::name().has("a"))
        .limit(1)
        .stream();
    assert!(stream.next().await.unwrap().is_ok());
    assert!(stream.next().await.is_none());
    let lines: Vec<String> = server
        .requests()
        .into_iter()
        .map(|request| request.line)
        .collect();
    assert_eq!(
        lines,
        [
            "GET /v1/files?limit=1&searchQuery=name+HAS+%22a%22",
            "GET /v1/files?limit=1&searchQuery=name+HAS+%22a%22&skip=1"
        ]
    );
    let mut refused = support::calls::client(&server)
        .assets()
        .list()
        .search_query(search::name().is("\0"))
        .stream();
    assert_eq!(
        refused.next().await.unwrap().unwrap_err().kind(),
        ErrorKind::InvalidInput
    );
    assert_eq!(server.requests().len(), 2);
}

// Files by path

fn file(path: &str, id: &str) -> Value {
    let name = path.rsplit('/').next().unwrap();
    json!({
        "type": "file",
        "fileId": id,
        "name": name,
        "filePath": path,
        "url": format!("https://ik.imagekit.io/demo{path}"),
        "fileType": "image",
        "size": 1,
        "versionInfo": {"id": "v1", "name": "Version 1"},
        "createdAt": "2026-05-04T10:20:30.456Z",
        "updatedAt": "2026-05-04T10:20:30.456Z",
    })
}

/// A client with an endpoint, of a server that lists these assets.
async fn listing(assets: &Value) -> (Scripted, ImageKit) {
    let server = Scripted::start(reply("200 OK", &assets.to_string())).await;
    let ik = ImageKit::builder()
        .private_key("private_key_test")
        .url_endpoint("https://ik.imagekit.io/demo")
        .base_url(&server.url)
        .build()
        .unwrap();
    (server, ik)
}

/// The id of what is found.
async fn found(ik: &ImageKit, path: &str) -> Option<String> {
    let file = ik
        .files()
        .find(path)
        .await
        .unwrap_or_else(|error| panic!("{path}: {error}"));
    let file = serde_json::to_value(file.into_inner()).unwrap();
    file["fileId"].as_str().map(str::to_owned)
}

#[tokio::test]
async fn a_file_is_found_by_one_list_of_its_folder() {
    for (path, line) in [
        (
            "/a.jpg",
            "GET /v1/files?path=%2F&searchQuery=name+%3D+%22a.jpg%22+AND+type+%3D+%22file%22",
        ),
        (
            "a.jpg",
            "GET /v1/files?path=%2F&searchQuery=name+%3D+%22a.jpg%22+AND+type+%3D+%22file%22",
        ),
        (
            "/p q/é/it's.jpg",
            "GET /v1/files?path=%2Fp+q%2F%C3%A9&searchQuery=name+%3D+%22it%27s.jpg%22+AND+type+%3D+%22file%22",
        ),
        (
            "//p//a%20b",
            "GET /v1/files?path=%2Fp&searchQuery=name+%3D+%22a%2520b%22+AND+type+%3D+%22file%22",
        ),
        (
            "/p\"q/a.jpg",
            "GET /v1/files?path=%2Fp%22q&searchQuery=name+%3D+%22a.jpg%22+AND+type+%3D+%22file%22",
        ),
        (
            "/p/a\"b.jpg",
            "GET /v1/files?path=%2Fp&searchQuery=name+%3A+%22a%22+AND+type+%3D+%22file%22",
        ),
        (
            "/p/é\\\n",
            "GET /v1/files?path=%2Fp&searchQuery=name+%3A+%22%C3%A9%22+AND+type+%3D+%22file%22",
        ),
        (
            "/p/\"",
            "GET /v1/files?path=%2Fp&searchQuery=type+%3D+%22file%22",
        ),
    ] {
        let (server, ik) = listing(&json!([])).await;
        assert_eq!(found(&ik, path).await, None);
        assert_eq!(server.request().line, line);
    }
}

#[tokio::test]
async fn only_the_file_at_the_path_is_found() {
    let mut version = file("/p/a.jpg", "version");
    version["type"] = json!("file-version");
    let mut drawing = file("/p/a.jpg", "drawing");
    drawing["type"] = json!("drawing");
    let folder =
        json!({"type": "folder", "folderId": "folder", "name": "a.jpg", "folderPath": "/p/a.jpg"});
    let others = vec![
        version,
        drawing,
        folder,
        json!({}),
        json!(null),
        json!("/p/a.jpg"),
        file("/p/A.jpg", "case"),
        file("/p/a.jpg ", "space"),
        file("/p/a.jpg.bak", "prefix"),
        file("/p/ba.jpg", "suffix"),
        file("/P/a.jpg", "folder case"),
        file("/p/q/a.jpg", "below"),
        file("/a.jpg", "above"),
        file("/q/p/a.jpg", "inside"),
        file("p/a.jpg", "relative"),
        file("/p//a.jpg", "slashes"),
        file("/p/./a.jpg", "dots"),
        file("/p/a%2Ejpg", "escaped"),
    ];
    let (_server, ik) = listing(&Value::from(others.clone())).await;
    for path in ["/p/a.jpg", "p/a.jpg", "https://ik.imagekit.io/demo/p/a.jpg"] {
        assert_eq!(found(&ik, path).await, None);
    }
    let mut all = others.clone();
    all.push(file("/p/a.jpg", "right"));
    let (_server, ik) = listing(&Value::from(all)).await;
    for path in ["/p/a.jpg", "p/a.jpg", "https://ik.imagekit.io/demo/p/a.jpg"] {
        assert_eq!(found(&ik, path).await.as_deref(), Some("right"));
    }
}

#[tokio::test]
async fn unicode_forms_and_quotes_make_names_different() {
    let names = [
        "/p/caf\u{e9}.jpg",
        "/p/cafe\u{301}.jpg",
        "/p/a\"b.jpg",
        "/p/a'b.jpg",
        "/p/a\\b.jpg",
        "/p/a\tb.jpg",
        "/p/\"",
        "/p/a b.jpg",
        "/p/a%20b.jpg",
    ];
    let files: Vec<Value> = names.iter().map(|name| file(name, name)).collect();
    let (_server, ik) = listing(&Value::from(files)).await;
    for name in names {
        assert_eq!(found(&ik, name).await.as_deref(), Some(name));
    }
    for (url, name) in [
        ("caf%C3%A9.jpg", names[0]),
        ("café.jpg", names[0]),
        ("cafe%CC%81.jpg", names[1]),
        ("a%22b.jpg", names[2]),
        ("a'b.jpg", names[3]),
        ("a%5Cb.jpg", names[4]),
        ("a%09b.jpg", names[5]),
        ("%22", names[6]),
        ("a%20b.jpg", names[7]),
        ("a b.jpg", names[7]),
        ("a%2520b.jpg", names[8]),
    ] {
        let url = format!("https://ik.imagekit.io/demo/p/{url}");
        assert_eq!(found(&ik, &url).await.as_deref(), Some(name), "{url}");
    }
}

#[tokio::test]
async fn a_url_of_the_endpoint_leads_to_its_file() {
    let (server, ik) = listing(&json!([file("/p/a.jpg", "1")])).await;
    let urls = [
        "https://ik.imagekit.io/demo/p/a.jpg",
        "http://ik.imagekit.io/demo/p/a.jpg",
        "HTTPS://IK.ImageKit.io:443/demo/p/a.jpg",
        " https://ik.imagekit.io/demo//p/a.jpg ",
        "https://ik.imagekit.io/demo/q/../p/%61.jpg#top",
        "https://ik.imagekit.io/demo/p/a.jpg?updatedAt=1&tr=w-300",
        "https://ik.imagekit.io/demo/p/a.jpg?ik-t=1&ik-s=abc",
        "https://ik.imagekit.io/demo/tr:w-300,h-200:rt-90/p/a.jpg",
        "https://ik.imagekit.io/demo/tr%3Aw-300/p/a.jpg?v=1",
        "https://ik.imagekit.io/demo/tr:n-thumb/p/a.jpg/ik-thumbnail.jpg",
        "https://ik.imagekit.io/demo/p/a.jpg/ik-master.m3u8?tr=sr-240_360",
        "https://ik.imagekit.io/demo/p/a.jpg/ik-video.mp4",
        "https://ik.imagekit.io/demo/ik-seo/p/a/red-shoes.jpg?tr=w-300",
        "https://ik.imagekit.io/demo/ik-seo/p/a/v1.2.jpg/ik-thumbnail.jpg",
    ];
    for url in urls {
        assert_eq!(found(&ik, url).await.as_deref(), Some("1"), "{url}");
    }
    let line = "GET /v1/files?path=%2Fp&searchQuery=name+%3D+%22a.jpg%22+AND+type+%3D+%22file%22";
    for request in server.requests() {
        assert_eq!(request.line, line);
    }
    assert_eq!(server.requests().len(), urls.len());
    // What an SDK builds, and what an upload returns.
    let built = ik
        .url("/p/a.jpg")
        .transform(imagekitio::Transformation::new().width(300))
        .signed(true)
        .build()
        .unwrap();
    assert_eq!(found(&ik, &built).await.as_deref(), Some("1"));
}

#[tokio::test]
async fn what_cannot_be_the_path_of_a_file_is_refused() {
    let (server, ik) = listing(&json!([file("/p/a.jpg", "1")])).await;
    let no_name = "it has no name at its end; give a path such as `/products/shoe.jpg`";
    let dots = "it has a dot segment, which no path in the media library has; leave it out";
    let elsewhere = "the URL is not under the URL endpoint \"https://ik.imagekit.io/demo\"; give a URL of that endpoint, or the path";
    for (path, reason) in [
        ("", no_name),
        ("/", no_name),
        ("/p/", no_name),
        ("/p/../a.jpg", dots),
        ("./a.jpg", dots),
        ("/p/..", dots),
        ("https://ik.imagekit.io/demo", elsewhere),
        ("https://ik.imagekit.io/demo/", no_name),
        ("https://ik.imagekit.io/demo/p/?a=b", no_name),
        ("https://ik.imagekit.io/demo/tr:w-300", no_name),
        ("https://ik.imagekit.io/demo2/p/a.jpg", elsewhere),
        ("https://ik.imagekit.io/other/p/a.jpg", elsewhere),
        ("https://ik.imagekit.io.evil.com/demo/p/a.jpg", elsewhere),
        ("https://ik.imagekit.io/demo/../other/p/a.jpg", elsewhere),
        (
            "https://ik.imagekit.io/demo/p%2Fa.jpg",
            "it has an encoded slash, which no name contains; give the path",
        ),
        (
            "https://ik.imagekit.io/demo/p/%FF.jpg",
            "its percent-encoding is not UTF-8; give the path",
        ),
        (
            "https://",
            "it is not an absolute http or https URL; give the path",
        ),
    ] {
        let error = ik.files().find(path).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{path}");
        assert_eq!(error.argument(), Some("path"), "{path}");
        assert!(error.to_string().ends_with(reason), "{error}");
        assert!(!error.may_have_been_sent());
    }
    // Signatures and passwords don't show.
    for url in [
        "https://u:secret@ik.imagekit.io/demo/a.jpg",
        "https://a.b/c.jpg?ik-s=secret",
    ] {
        let request = ik.files().find(url);
        let debug = format!("{request:?}");
        let error = request.await.unwrap_err();
        for shown in [error.to_string(), format!("{error:?}"), debug] {
            assert!(!shown.contains("secret"), "{shown}");
        }
    }
    let without_endpoint = ImageKit::builder()
        .private_key("key")
        .base_url(&server.url)
        .build()
        .unwrap();
    let error = without_endpoint
        .files()
        .find("https://ik.imagekit.io/demo/p/a.jpg")
        .await
        .unwrap_err();
    assert!(
        error.to_string().ends_with(
            "it is a URL, and the client has no URL endpoint; set `url_endpoint`, or give the path"
        ),
        "{error}"
    );
    assert_eq!(server.requests(), []);
}

#[tokio::test]
async fn a_search_that_cannot_be_exact_fails_rather_than_miss_a_file() {
    let files: Vec<Value> = (0..1000)
        .map(|number| file(&format!("/p/a{number}.jpg"), "1"))
        .collect();
    let (_server, ik) = listing(&Value::from(files)).await;
    let error = ik.files().find("/p/a\"b.jpg").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert_eq!(error.status(), Some(200));
    assert!(
        error
            .to_string()
            .contains("list the folder with `assets().list_files()`"),
        "{error}"
    );
    // The file is there, and can't be decoded.
    let mut odd = file("/p/a.jpg", "1");
    odd["versionInfo"] = json!({"id": 7});
    let (_server, ik) = listing(&json!([odd])).await;
    let error = ik.files().find("/p/a.jpg").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert!(error.body().is_some());
    assert_eq!(found(&ik, "/p/b.jpg").await, None);
}

#[tokio::test]
async fn finding_is_a_read() {
    assert_errors(|ik| vec![call(ik.files().find("/p/a.jpg"))]).await;
    assert_attempts(|ik| vec![call(ik.files().find("/p/a.jpg"))], 3).await;
    let (_server, ik) = answering("200 OK", "").await;
    assert!(ik.files().find("/p/a.jpg").await.unwrap().is_none());
}

#[tokio::test]
async fn uploads_are_found_by_path_and_url() {
    let (_server, ik) = in_process().await;
    for path in [
        "/a.txt",
        "/p/a.txt",
        "/p/q/a.txt",
        "/p/a.txt.bak",
        "/a.txt/b.txt",
    ] {
        let (folder, name) = path.rsplit_once('/').unwrap();
        let upload = ik
            .upload(UploadSource::bytes(name, "x"))
            .folder(format!("{folder}/"));
        let stored = upload
            .use_unique_file_name(false)
            .await
            .unwrap()
            .into_file()
            .unwrap();
        let stored = serde_json::to_value(stored).unwrap();
        let id = stored["fileId"].as_str();
        assert_eq!(found(&ik, path).await.as_deref(), id);
        assert_eq!(
            found(&ik, stored["url"].as_str().unwrap()).await.as_deref(),
            id
        );
        let url = ik
            .url(path)
            .transform(imagekitio::Transformation::new().width(10))
            .build()
            .unwrap();
        assert_eq!(found(&ik, &url).await.as_deref(), id);
    }
    assert_eq!(found(&ik, "/p").await, None);
    assert_eq!(found(&ik, "/p/b.txt").await, None);
    assert_eq!(found(&ik, "/A.txt").await, None);
}
