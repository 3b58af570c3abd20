//! The part of ImageKit's search language that the server knows.

use std::cmp::Ordering;

use super::reply::Refusal;

/// Deeper parentheses are refused.
const MAX_DEPTH: usize = 32;

/// A `searchQuery`.
pub(super) enum Query {
    All(Vec<Query>),
    Any(Vec<Query>),
    Is(Condition),
}

/// A comparison, which holds if one of the values of an asset compares so to one of the given ones.
pub(super) struct Condition {
    field: &'static str,
    negated: bool,
    orderings: &'static [Ordering],
    values: Vec<Value>,
}

/// What fields hold.
#[derive(Clone, PartialEq, PartialOrd)]
pub(super) enum Value {
    Text(String),
    Number(u64),
    Flag(bool),
}

impl Query {
    pub(super) fn parse(text: &str) -> Result<Self, Refusal> {
        let mut parser = Parser { rest: text };
        let query = parser.any(0)?;
        parser.end()?;
        Ok(query)
    }

    /// Whether an asset fits, whose values `values_of` gives by the name of the field.
    pub(super) fn covers(&self, values_of: &impl Fn(&str) -> Vec<Value>) -> bool {
        match self {
            Self::All(queries) => queries.iter().all(|query| query.covers(values_of)),
            Self::Any(queries) => queries.iter().any(|query| query.covers(values_of)),
            Self::Is(condition) => condition.covers(&values_of(condition.field)),
        }
    }

    /// Whether it has a condition on a field.
    pub(super) fn names(&self, field: &str) -> bool {
        match self {
            Self::All(queries) | Self::Any(queries) => {
                queries.iter().any(|query| query.names(field))
            }
            Self::Is(condition) => condition.field == field,
        }
    }
}

impl Condition {
    fn covers(&self, held: &[Value]) -> bool {
        let compares = |held: &Value| {
            self.values.iter().any(|value| {
                held.partial_cmp(value)
                    .is_some_and(|order| self.orderings.contains(&order))
            })
        };
        held.iter().any(compares) != self.negated
    }
}

/// The kind of a field's values.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Text,
    /// Compared only by `IN`.
    Texts,
    Number,
    Flag,
}

const FIELDS: [(&str, Kind); 10] = [
    ("name", Kind::Text),
    ("path", Kind::Text),
    ("tags", Kind::Texts),
    ("type", Kind::Text),
    ("format", Kind::Text),
    ("size", Kind::Number),
    ("width", Kind::Number),
    ("height", Kind::Number),
    ("private", Kind::Flag),
    ("published", Kind::Flag),
];

const COMPARISONS: [(&str, &[Ordering]); 4] = [
    ("<=", &[Ordering::Less, Ordering::Equal]),
    (">=", &[Ordering::Greater, Ordering::Equal]),
    ("<", &[Ordering::Less]),
    (">", &[Ordering::Greater]),
];

struct Parser<'q> {
    /// What is yet to be read.
    rest: &'q str,
}

impl<'q> Parser<'q> {
    fn any(&mut self, depth: usize) -> Result<Query, Refusal> {
        let mut queries = vec![self.all(depth)?];
        while self.take("OR") {
            queries.push(self.all(depth)?);
        }
        Ok(Query::Any(queries))
    }

    fn all(&mut self, depth: usize) -> Result<Query, Refusal> {
        let mut queries = vec![self.one(depth)?];
        while self.take("AND") {
            queries.push(self.one(depth)?);
        }
        Ok(Query::All(queries))
    }

    fn one(&mut self, depth: usize) -> Result<Query, Refusal> {
        if depth < MAX_DEPTH && self.take("(") {
            let query = self.any(depth + 1)?;
            self.expect(")")?;
            return Ok(query);
        }
        self.condition().map(Query::Is)
    }

    fn condition(&mut self) -> Result<Condition, Refusal> {
        let field = FIELDS.iter().find(|(name, _)| self.take(name));
        let (field, kind) = *field.ok_or_else(|| self.unknown())?;
        let negated = self.take("NOT");
        let mut values = Vec::new();
        let mut orderings: &[Ordering] = &[Ordering::Equal];
        if self.take("IN") {
            self.expect("[")?;
            loop {
                values.push(self.value(kind)?);
                if !self.take(",") {
                    break;
                }
            }
            self.expect("]")?;
        } else {
            let order = COMPARISONS
                .iter()
                .find(|(sign, _)| kind == Kind::Number && !negated && self.take(sign));
            match order {
                Some((_, order)) => orderings = order,
                None if kind == Kind::Texts => return Err(self.unknown()),
                None => self.expect("=")?,
            }
            values.push(self.value(kind)?);
        }
        Ok(Condition {
            field,
            negated,
            orderings,
            values,
        })
    }

    fn value(&mut self, kind: Kind) -> Result<Value, Refusal> {
        let start = self.rest;
        let value = match kind {
            Kind::Text | Kind::Texts => self.quoted().map(|text| Value::Text(text.to_owned())),
            Kind::Number => self.quoted().map_or_else(|| number(self.word()), bytes),
            Kind::Flag => match self.word() {
                "true" => Some(Value::Flag(true)),
                "false" => Some(Value::Flag(false)),
                _ => None,
            },
        };
        value.ok_or_else(|| {
            self.rest = start;
            self.unknown()
        })
    }

    /// Text in double quotes. How ImageKit escapes them inside isn't known.
    fn quoted(&mut self) -> Option<&'q str> {
        let (text, rest) = self.rest.trim_start().strip_prefix('"')?.split_once('"')?;
        if text.contains('\\') {
            return None;
        }
        self.rest = rest;
        Some(text)
    }

    fn word(&mut self) -> &'q str {
        let rest = self.rest.trim_start();
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric());
        let (word, rest) = rest.split_at(end.unwrap_or(rest.len()));
        self.rest = rest;
        word
    }

    /// Reads a sign or a whole word, if it is next.
    fn take(&mut self, token: &str) -> bool {
        let Some(rest) = self.rest.trim_start().strip_prefix(token) else {
            return false;
        };
        let is_letter = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.');
        if token.ends_with(is_letter) && rest.starts_with(is_letter) {
            return false;
        }
        self.rest = rest;
        true
    }

    fn expect(&mut self, token: &str) -> Result<(), Refusal> {
        match self.take(token) {
            true => Ok(()),
            false => Err(self.unknown()),
        }
    }

    fn end(&self) -> Result<(), Refusal> {
        match self.rest.trim().is_empty() {
            true => Ok(()),
            false => Err(self.unknown()),
        }
    }

    fn unknown(&self) -> Refusal {
        let part = match self.rest.trim() {
            "" => "its end",
            part => part,
        };
        Refusal::bad_request(format!(
            "This server doesn't know this searchQuery from here on: {part}. The documentation of imagekitio_testing says \
             what it knows."
        ))
    }
}

fn number(text: &str) -> Option<Value> {
    text.parse().ok().map(Value::Number)
}

/// A size such as `10kb`.
fn bytes(text: &str) -> Option<Value> {
    let text = text.to_ascii_lowercase();
    let units = [("kb", 1 << 10), ("mb", 1 << 20), ("", 1)];
    units.into_iter().find_map(|(unit, bytes)| {
        let number: u64 = text.strip_suffix(unit)?.trim().parse().ok()?;
        number.checked_mul(bytes).map(Value::Number)
    })
}
