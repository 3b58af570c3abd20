//! YAML 1.2 as a tree: keys as they are written, numbers exact, and no key twice.

use std::collections::HashMap;

use granit_parser::{Event, Parser, ScalarStyle, Tag, options};
use serde_json::{Map, Value};

use super::{MAX_DEPTH, Problem, SYNTAX_FIX, child};

/// Values that aliases may add. Documents have far fewer; one in which each alias doubles the last
/// stops here.
const MAX_ALIASED: usize = 1 << 20;

/// Reads the only document of a stream.
pub fn parse(text: &str) -> Result<Value, Problem> {
    let options = options! {
        // As libyaml does.
        bom_inside_document_as_content: true,
        emit_comments: false,
    };
    let mut loader = Loader::default();
    for event in Parser::new_from_str_with_options(text, options) {
        let (event, _) = event.map_err(|error| {
            Problem::new("", format!("text that is not YAML: {error}"), SYNTAX_FIX)
        })?;
        loader.take(event)?;
    }
    match <[Value; 1]>::try_from(loader.documents) {
        Ok([document]) => Ok(document),
        Err(documents) => {
            let found = format!("{} YAML documents instead of one", documents.len());
            Err(Problem::new("", found, SYNTAX_FIX))
        }
    }
}

/// Builds the tree without recursion.
#[derive(Default)]
struct Loader {
    /// The collections around the next value.
    open: Vec<Open>,
    documents: Vec<Value>,
    /// Finished values by the number of their anchor.
    anchors: HashMap<usize, Value>,
    /// The number of values that aliases have added.
    aliased: usize,
}

/// A collection that is still being read, with its anchor (0 for none).
enum Open {
    List(Vec<Value>, usize),
    /// With the key whose value comes next.
    Object(Map<String, Value>, Option<String>, usize),
}

impl Loader {
    fn take(&mut self, event: Event<'_>) -> Result<(), Problem> {
        match event {
            Event::Scalar(text, style, anchor, tag) => match self.open.last_mut() {
                Some(Open::Object(_, key @ None, _)) => {
                    if anchor != 0 {
                        let value = text.as_ref().into();
                        self.anchors.insert(anchor, value);
                    }
                    *key = Some(text.into_owned());
                    Ok(())
                }
                _ => match scalar(&text, style, tag.as_deref()) {
                    Some(value) => self.finish(value, anchor),
                    None => Err(self.problem(format!("`{text}`, which is not of its type"))),
                },
            },
            Event::SequenceStart(_, anchor, _) => self.start(Open::List(Vec::new(), anchor)),
            Event::MappingStart(_, anchor, _) => self.start(Open::Object(Map::new(), None, anchor)),
            Event::SequenceEnd | Event::MappingEnd => match self.open.pop() {
                Some(Open::List(items, anchor)) => self.finish(items.into(), anchor),
                Some(Open::Object(members, _, anchor)) => self.finish(members.into(), anchor),
                None => Ok(()),
            },
            Event::Alias(anchor) => self.alias(anchor),
            _ => Ok(()),
        }
    }

    fn start(&mut self, open: Open) -> Result<(), Problem> {
        if let Some(Open::Object(_, None, _)) = self.open.last() {
            return Err(self.problem("a mapping key that is not a scalar"));
        }
        if self.open.len() >= MAX_DEPTH {
            return Err(self.too_deep());
        }
        self.open.push(open);
        Ok(())
    }

    fn alias(&mut self, anchor: usize) -> Result<(), Problem> {
        let Some(value) = self.anchors.get(&anchor) else {
            return Err(self.problem("an alias of a value that the alias is a part of"));
        };
        let (count, depth) = measure(value);
        let value = value.clone();
        self.aliased += count;
        if self.open.len() + depth > MAX_DEPTH {
            return Err(self.too_deep());
        }
        if self.aliased > MAX_ALIASED {
            return Err(self.problem(format!("aliases that add more than {MAX_ALIASED} values")));
        }
        match (self.open.last_mut(), value) {
            (Some(Open::Object(_, key @ None, _)), Value::String(text)) => {
                *key = Some(text);
                Ok(())
            }
            (Some(Open::Object(_, None, _)), _) => {
                Err(self.problem("a mapping key that is not a scalar"))
            }
            (_, value) => self.finish(value, 0),
        }
    }

    /// Puts a value that is complete where it belongs.
    fn finish(&mut self, value: Value, anchor: usize) -> Result<(), Problem> {
        if anchor != 0 {
            self.anchors.insert(anchor, value.clone());
        }
        match self.open.last_mut() {
            Some(Open::List(items, _)) => items.push(value),
            Some(Open::Object(members, key, _)) => {
                // A value comes after a key.
                let key = key.take().unwrap_or_default();
                if members.contains_key(&key) {
                    return Err(self.problem(format!("the key `{key}` twice")));
                }
                members.insert(key, value);
            }
            None => self.documents.push(value),
        }
        Ok(())
    }

    fn too_deep(&self) -> Problem {
        Problem {
            fix: "make some of its parts components".to_owned(),
            ..self.problem(format!("a value {MAX_DEPTH} levels deep"))
        }
    }

    /// A problem at the place that was reached.
    fn problem(&self, found: impl Into<String>) -> Problem {
        let pointer = self.open.iter().fold(String::new(), |at, open| match open {
            Open::List(items, _) => child(&at, items.len()),
            Open::Object(_, Some(key), _) => child(&at, key),
            Open::Object(_, None, _) => at,
        });
        Problem::new(pointer, found, SYNTAX_FIX)
    }
}

/// The number of values in a value, and how deep they stand.
fn measure(value: &Value) -> (usize, usize) {
    let children: Vec<(usize, usize)> = match value {
        Value::Array(items) => items.iter().map(measure).collect(),
        Value::Object(members) => members.values().map(measure).collect(),
        _ => return (1, 0),
    };
    children
        .into_iter()
        .fold((1, 1), |(count, depth), (more, deep)| {
            (count + more, depth.max(deep + 1))
        })
}

/// A scalar by the core schema. `None` if it isn't of the type that its tag names. What has another
/// tag is a string.
fn scalar(text: &str, style: ScalarStyle, tag: Option<&Tag>) -> Option<Value> {
    let tagged = |name| tag.is_some_and(|tag| tag.is_yaml_core_schema_tag(name));
    if tag.is_none() {
        return Some(match style {
            ScalarStyle::Plain => plain(text),
            _ => text.into(),
        });
    }
    let value = plain(text);
    if tagged("null") {
        value.is_null().then_some(value)
    } else if tagged("bool") {
        value.is_boolean().then_some(value)
    } else if tagged("int") {
        (value.is_i64() || value.is_u64()).then_some(value)
    } else if tagged("float") {
        value.as_f64().map(Value::from)
    } else {
        Some(text.into())
    }
}

/// What JSON has no number for (`.inf`, `.nan`, `1e999`) stays as it is written.
fn plain(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => true.into(),
        "false" | "False" | "FALSE" => false.into(),
        _ => number(text).unwrap_or_else(|| text.into()),
    }
}

fn number(text: &str) -> Option<Value> {
    for (prefix, radix) in [("0x", 16), ("0o", 8)] {
        if let Some(digits) = text.strip_prefix(prefix) {
            let is_digits = digits.chars().all(|digit| digit.is_digit(radix));
            let value = u64::from_str_radix(digits, radix).ok()?;
            return is_digits.then(|| value.into());
        }
    }
    let is_sign_or_digit = |byte: u8| byte.is_ascii_digit() || b"+-".contains(&byte);
    if text.bytes().all(is_sign_or_digit) {
        if let Ok(value) = text.parse::<i64>() {
            return Some(value.into());
        }
        if let Ok(value) = text.parse::<u64>() {
            return Some(value.into());
        }
    }
    // Without the words that Rust reads as numbers.
    if !text
        .bytes()
        .all(|byte| is_sign_or_digit(byte) || b".eE".contains(&byte))
    {
        return None;
    }
    let value: f64 = text.parse().ok()?;
    value.is_finite().then(|| value.into())
}
