//! ImageKit's search language.

use std::cmp::Ordering;

use jiff::tz::Offset;
use jiff::{Span, Timestamp};

use super::fields;
use super::reply::Refusal;

/// Deeper parentheses are refused.
const MAX_DEPTH: usize = 32;

/// A `searchQuery`.
pub(super) enum Query {
    All(Vec<Query>),
    Any(Vec<Query>),
    Is(Condition),
}

/// A field, an operator and values.
pub(super) struct Condition {
    field: String,
    negated: bool,
    operator: Operator,
    values: Vec<Value>,
}

/// The value of a field.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Text(String),
    Number(f64),
    Flag(bool),
    Time(Timestamp),
    /// Latitude and longitude in degrees.
    Place([f64; 2]),
    /// A place, and the meters around it.
    Around([f64; 2], f64),
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Operator {
    Equal,
    /// `:`, a prefix.
    Begins,
    Less,
    AtMost,
    Greater,
    AtLeast,
    In,
    Has,
    Exists,
}

/// The type of a field's values.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Kind {
    Text,
    Number,
    /// A number that may have a unit.
    Size,
    Flag,
    Time,
    Place,
    /// Text, a number or a flag.
    Any,
}

use Operator::{AtLeast, AtMost, Begins, Equal, Exists, Greater, Has, In, Less};

const ORDERED: &[Operator] = &[Equal, Less, AtMost, Greater, AtLeast, In];

/// The values and operators of a field.
pub(super) struct Field {
    kind: Kind,
    operators: &'static [Operator],
    /// The operators that `NOT` may precede.
    negatable: &'static [Operator],
    /// All values that there are; empty for any.
    options: &'static [&'static str],
}

impl Field {
    fn new(kind: Kind, operators: &'static [Operator], negatable: &'static [Operator]) -> Self {
        Self {
            kind,
            operators,
            negatable,
            options: &[],
        }
    }

    /// A field of assets by its name. `type_of` returns the type of a custom metadata field.
    pub(super) fn of_assets(name: &str, type_of: impl Fn(&str) -> Option<String>) -> Option<Self> {
        let custom = name.strip_prefix("customMetadata.");
        let embedded = name.strip_prefix("embeddedMetadata.");
        Some(match (name, custom, embedded) {
            ("name", ..) => Self::new(Kind::Text, &[Equal, Begins, In, Has], &[Equal, In]),
            ("path", ..) => Self::new(Kind::Text, &[Equal, Begins, In], &[Equal, In]),
            ("tags", ..) => Self::new(Kind::Text, &[In, Has, Exists], &[In, Exists]),
            ("type", ..) => Self {
                options: &["file", "file-version", "folder"],
                ..Self::new(Kind::Text, &[Equal, In], &[Equal, In])
            },
            ("id" | "createdBy", ..) => Self::new(Kind::Text, &[Equal, In], &[Equal, In]),
            ("createdAt" | "updatedAt", ..) => Self::new(Kind::Time, ORDERED, &[Equal, In]),
            ("width" | "height", ..) => Self::new(Kind::Number, ORDERED, &[Equal, In]),
            ("size", ..) => Self::new(Kind::Size, ORDERED, &[Equal, In]),
            ("format", ..) => Self::new(Kind::Text, &[Equal, In], &[]),
            ("private" | "published" | "transparency", ..) => Self::new(Kind::Flag, &[Equal], &[]),
            (_, Some(custom), _) => match type_of(custom)?.as_str() {
                "Number" => Self::new(
                    Kind::Number,
                    &[Less, AtMost, Greater, AtLeast, Exists],
                    &[Exists],
                ),
                "Date" => Self::new(
                    Kind::Time,
                    &[Less, AtMost, Greater, AtLeast, Exists],
                    &[Exists],
                ),
                "Boolean" => Self::new(Kind::Flag, &[Equal, Exists], &[Exists]),
                "SingleSelect" | "MultiSelect" => Self::new(Kind::Text, &[In, Exists], &[Exists]),
                _ => Self::new(Kind::Text, &[Equal, Begins, In, Has, Exists], &[Exists]),
            },
            (_, _, Some("Keywords")) => Self::new(Kind::Text, &[In, Exists], &[Exists]),
            (_, _, Some("DateTimeOriginal")) => Self::new(Kind::Time, ORDERED, &[Equal, In]),
            (_, _, Some("LocationTaken")) => Self::new(Kind::Place, &[Equal, Begins], &[]),
            _ => return None,
        })
    }

    /// A field of the `checks` of an upload by its name.
    pub(super) fn of_uploads(name: &str) -> Option<Self> {
        let kind = match name {
            "file.size" => Kind::Size,
            "request.folder" | "request.tags" | "file.mime" => Kind::Text,
            _ if name.starts_with("request.") || name.starts_with("mediaMetadata.") => Kind::Any,
            _ => return None,
        };
        let operators = &[
            Equal, Begins, Less, AtMost, Greater, AtLeast, In, Has, Exists,
        ];
        Some(Self::new(kind, operators, &[Equal, In, Exists]))
    }
}

impl Query {
    /// Reads the value of `parameter`, which has the fields that `field` knows.
    pub(super) fn parse(
        parameter: &'static str,
        text: &str,
        field: impl Fn(&str) -> Option<Field>,
    ) -> Result<Self, Refusal> {
        let mut parser = Parser {
            parameter,
            rest: text,
            field,
        };
        let query = parser.any(0)?;
        parser.end()?;
        Ok(query)
    }

    /// Whether an asset fits. `values_of` returns its values of a field.
    pub(super) fn covers(&self, values_of: &impl Fn(&str) -> Vec<Value>) -> bool {
        match self {
            Self::All(queries) => queries.iter().all(|query| query.covers(values_of)),
            Self::Any(queries) => queries.iter().any(|query| query.covers(values_of)),
            Self::Is(condition) => condition.covers(&values_of(&condition.field)),
        }
    }

    /// How well an asset fits the conditions with `HAS`: the share of its words that they name,
    /// summed up.
    pub(super) fn relevance(&self, values_of: &impl Fn(&str) -> Vec<Value>) -> f64 {
        match self {
            Self::All(queries) | Self::Any(queries) => {
                queries.iter().map(|query| query.relevance(values_of)).sum()
            }
            Self::Is(condition) if condition.operator == Has => {
                let held = values_of(&condition.field);
                let all = held.iter().flat_map(words).count().max(1) as f64;
                condition.values.iter().flat_map(words).count() as f64 / all
            }
            Self::Is(_) => 0.0,
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
        let fits = match self.operator {
            Exists => !held.is_empty(),
            Has => self.values.iter().all(|wanted| has_words(held, wanted)),
            _ => held
                .iter()
                .any(|held| self.values.iter().any(|wanted| self.compares(held, wanted))),
        };
        fits != self.negated
    }

    fn compares(&self, held: &Value, wanted: &Value) -> bool {
        let order = match (held, wanted) {
            (Value::Text(held), Value::Text(wanted)) if self.operator == Begins => {
                // In a path, whole folders.
                return held.strip_prefix(wanted.as_str()).is_some_and(|rest| {
                    self.field != "path"
                        || wanted.ends_with('/')
                        || rest.is_empty()
                        || rest.starts_with('/')
                });
            }
            (Value::Text(held), Value::Text(wanted)) => Some(held.cmp(wanted)),
            (Value::Number(held), Value::Number(wanted)) => held.partial_cmp(wanted),
            (Value::Time(held), Value::Time(wanted)) => Some(held.cmp(wanted)),
            (Value::Flag(held), Value::Flag(wanted)) => Some(held.cmp(wanted)),
            (Value::Place(held), Value::Around(center, meters)) => {
                return distance(*held, *center) <= *meters;
            }
            _ => None,
        };
        order.is_some_and(|order| match self.operator {
            Less => order == Ordering::Less,
            AtMost => order != Ordering::Greater,
            Greater => order == Ordering::Greater,
            AtLeast => order != Ordering::Less,
            _ => order == Ordering::Equal,
        })
    }
}

/// The words of a string in lower case.
fn words(value: &Value) -> Vec<String> {
    let Value::Text(text) = value else {
        return Vec::new();
    };
    let words = text.split(|c: char| !c.is_alphanumeric());
    words
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}

/// Whether all words of `wanted` are there, the last one as the start of a word.
fn has_words(held: &[Value], wanted: &Value) -> bool {
    let held: Vec<_> = held.iter().flat_map(words).collect();
    let wanted = words(wanted);
    wanted.split_last().is_some_and(|(last, others)| {
        others.iter().all(|word| held.contains(word))
            && held.iter().any(|word| word.starts_with(last))
    })
}

/// Meters between two places on a sphere.
fn distance([lat1, lng1]: [f64; 2], [lat2, lng2]: [f64; 2]) -> f64 {
    const EARTH_RADIUS: f64 = 6_371_000.0;
    let half = |a: f64, b: f64| ((a - b).to_radians() / 2.0).sin().powi(2);
    let chord =
        half(lat1, lat2) + lat1.to_radians().cos() * lat2.to_radians().cos() * half(lng1, lng2);
    2.0 * EARTH_RADIUS * chord.sqrt().min(1.0).asin()
}

struct Parser<'q, F> {
    parameter: &'static str,
    /// The unread rest.
    rest: &'q str,
    field: F,
}

impl<'q, F: Fn(&str) -> Option<Field>> Parser<'q, F> {
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
        let start = self.rest;
        let name = match self.quoted() {
            Some(name) => name,
            None => self.word().to_owned(),
        };
        let Some(field) = (self.field)(&name) else {
            self.rest = start;
            return Err(self.unknown());
        };
        let start = self.rest;
        let negated = self.take("NOT");
        let operator = [
            ("IN", In),
            ("HAS", Has),
            ("EXISTS", Exists),
            ("<=", AtMost),
            (">=", AtLeast),
            ("<", Less),
            (">", Greater),
            ("=", Equal),
            (":", Begins),
        ]
        .into_iter()
        .find_map(|(token, operator)| self.take(token).then_some(operator))
        .filter(|operator| match negated {
            true => field.negatable.contains(operator),
            false => field.operators.contains(operator),
        });
        let Some(operator) = operator else {
            self.rest = start;
            return Err(self.unknown());
        };
        let mut values = Vec::new();
        match operator {
            Exists => {}
            In => {
                self.expect("[")?;
                loop {
                    values.push(self.value(&field)?);
                    if !self.take(",") {
                        break;
                    }
                }
                self.expect("]")?;
            }
            _ => values.push(self.value(&field)?),
        }
        Ok(Condition {
            field: name,
            negated,
            operator,
            values,
        })
    }

    fn value(&mut self, field: &Field) -> Result<Value, Refusal> {
        let start = self.rest;
        let value = match field.kind {
            Kind::Text => self
                .quoted()
                .filter(|text| field.options.is_empty() || field.options.contains(&text.as_str()))
                .map(Value::Text),
            Kind::Number => number(self.word()),
            Kind::Size => match self.quoted() {
                Some(text) => bytes(&text),
                None => number(self.word()),
            },
            Kind::Time => match self.quoted() {
                Some(text) => time(&text),
                None => time(self.word()),
            },
            Kind::Flag => flag(self.word()),
            Kind::Place => self.quoted().and_then(|text| around(&text)),
            Kind::Any => match self.quoted() {
                Some(text) => Some(Value::Text(text)),
                None => {
                    let word = self.word();
                    flag(word).or_else(|| number(word))
                }
            },
        };
        value.ok_or_else(|| {
            self.rest = start;
            self.unknown()
        })
    }

    /// A string in double quotes, with the escapes of JSON.
    fn quoted(&mut self) -> Option<String> {
        let rest = self.rest.trim_start();
        let inside = rest.strip_prefix('"')?;
        let mut is_escaped = false;
        let end = inside.find(|c| {
            let ends = c == '"' && !is_escaped;
            is_escaped = c == '\\' && !is_escaped;
            ends
        })?;
        let (quoted, rest) = rest.split_at(end + 2);
        let text = serde_json::from_str(quoted).ok()?;
        self.rest = rest;
        Some(text)
    }

    fn word(&mut self) -> &'q str {
        let rest = self.rest.trim_start();
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '.' | '-'));
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
            "The parameter {} is invalid from here on: {part}",
            self.parameter
        ))
    }
}

fn flag(text: &str) -> Option<Value> {
    text.parse().ok().map(Value::Flag)
}

fn number(text: &str) -> Option<Value> {
    let starts = text.starts_with(|c: char| c.is_ascii_digit() || c == '-');
    text.parse().ok().filter(|_| starts).map(Value::Number)
}

/// A size such as `10kb`, with 1024 bytes to the kilobyte.
fn bytes(text: &str) -> Option<Value> {
    let text = text.to_ascii_lowercase();
    let units = [("kb", 1 << 10), ("mb", 1 << 20), ("gb", 1 << 30), ("", 1)];
    units.into_iter().find_map(|(unit, bytes)| {
        let number: f64 = text.strip_suffix(unit)?.trim().parse().ok()?;
        (number >= 0.0 && number.is_finite()).then_some(Value::Number(number * f64::from(bytes)))
    })
}

/// A time in ISO 8601, or an age such as `2d`.
fn time(text: &str) -> Option<Value> {
    if let Some(time) = fields::time(text) {
        return Some(Value::Time(time));
    }
    let unit = text.chars().next_back()?;
    let number: i64 = text
        .strip_suffix(unit)?
        .parse()
        .ok()
        .filter(|number| *number >= 0)?;
    let ago = match unit {
        'h' => Span::new().try_hours(number),
        'd' => Span::new().try_days(number),
        'w' => Span::new().try_weeks(number),
        'm' => Span::new().try_months(number),
        'y' => Span::new().try_years(number),
        _ => return None,
    };
    let now = Offset::UTC.to_datetime(Timestamp::now());
    let time = now.checked_sub(ago.ok()?).ok()?;
    Offset::UTC.to_timestamp(time).ok().map(Value::Time)
}

/// A place and a distance such as `48.1,11.5 5km`.
fn around(text: &str) -> Option<Value> {
    let (place, distance) = text.trim().split_once(' ')?;
    let (lat, lng) = place.split_once(',')?;
    let place = [lat.trim().parse().ok()?, lng.trim().parse().ok()?];
    let distance = distance.trim();
    let (number, meters) = match distance.strip_suffix("km") {
        Some(number) => (number, 1000.0),
        None => (distance.strip_suffix('m')?, 1.0),
    };
    let number: f64 = number.trim().parse().ok()?;
    Some(Value::Around(place, number * meters))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn measures_distances() {
        let (munich, berlin) = ([48.137, 11.575], [52.52, 13.405]);
        let meters = distance(munich, berlin);
        assert!((503_000.0..505_000.0).contains(&meters), "{meters}");
        assert_eq!(distance(munich, munich), 0.0);
    }
}
