//! Reading the document: YAML or JSON text to a tree, references, and problems that name their
//! place.

mod json;
mod yaml;

use std::fmt;

use serde_json::{Map, Value};

/// A construct that the generator cannot take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// JSON pointer of the construct in the document.
    pub pointer: String,
    /// What stands there.
    pub construct: String,
    /// What to change.
    pub fix: String,
}

impl Problem {
    pub fn new(
        pointer: impl Into<String>,
        construct: impl Into<String>,
        fix: impl Into<String>,
    ) -> Self {
        Self {
            pointer: pointer.into(),
            construct: construct.into(),
            fix: fix.into(),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "at #{}\n  found: {}\n  fix:   {}",
            self.pointer, self.construct, self.fix
        )
    }
}

const SYNTAX_FIX: &str = "correct the syntax, or put the published file there again";

/// Far more than documents have, and few enough for [`STACK`](crate::STACK).
const MAX_DEPTH: usize = 512;

/// The whole document.
pub struct Document {
    source: Value,
    /// Without merge keys.
    root: Value,
}

impl Document {
    /// Parses YAML or JSON.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let source = match json::parse(text) {
            Some(source) => source,
            None => yaml::parse(text)?,
        };
        if !source.is_object() {
            return Err(Problem::new(
                "",
                "text that is not an OpenAPI object",
                SYNTAX_FIX,
            ));
        }
        Ok(Self::new(source))
    }

    pub fn new(source: Value) -> Self {
        let root = normal(source.clone());
        Self { source, root }
    }

    /// The document as it was read.
    pub fn source(&self) -> &Value {
        &self.source
    }

    pub fn root(&self) -> &Value {
        &self.root
    }

    /// The node that `reference` points to, with its pointer. `from` is the place of the reference.
    pub fn resolve(&self, reference: &str, from: &str) -> Result<(&Value, String), Problem> {
        let Some(target) = reference.strip_prefix('#') else {
            return Err(Problem::new(
                from,
                format!("a reference to another file, `{reference}`"),
                "put the referenced part under `components` of this document",
            ));
        };
        let pointer = percent_decoded(target);
        match self.root.pointer(&pointer) {
            Some(value) => Ok((value, pointer)),
            None => Err(Problem::new(
                from,
                format!("a reference to nothing, `{reference}`"),
                "add the referenced part, or correct the reference",
            )),
        }
    }

    /// Follows `$ref` until something else stands there.
    pub fn follow<'a>(
        &'a self,
        value: &'a Value,
        pointer: &str,
    ) -> Result<(&'a Value, String), Problem> {
        let mut at = (value, pointer.to_owned());
        // A chain this long is a circle.
        for _ in 0..64 {
            match reference(at.0) {
                Some(reference) => at = self.resolve(reference, &at.1)?,
                None => return Ok(at),
            }
        }
        Err(Problem::new(
            pointer,
            "references that lead back to themselves",
            "replace one of them with the value",
        ))
    }
}

/// The `$ref` of a node.
pub fn reference(value: &Value) -> Option<&str> {
    value.get("$ref").and_then(Value::as_str)
}

/// The pointer of a child.
pub fn child(pointer: &str, key: impl fmt::Display) -> String {
    let key = key.to_string().replace('~', "~0").replace('/', "~1");
    format!("{pointer}/{key}")
}

/// The members of an object under `key`. Empty if it's absent or not an object.
pub fn members<'a>(
    value: &'a Value,
    key: &str,
) -> impl Iterator<Item = (&'a String, &'a Value)> + use<'a> {
    value
        .get(key)
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
}

/// The elements of an array under `key`. Empty if it's absent or not an array.
pub fn elements<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value
        .get(key)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

/// The text under `key`.
pub fn text<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    value.get(key).and_then(Value::as_str)
}

/// The same document without merge keys.
fn normal(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let mut object = Map::new();
            let mut merged = Value::Null;
            for (key, value) in members {
                match key.as_str() {
                    "<<" => merged = normal(value),
                    _ => drop(object.insert(key, normal(value))),
                }
            }
            merge(&mut object, merged);
            Value::Object(object)
        }
        Value::Array(items) => items.into_iter().map(normal).collect(),
        other => other,
    }
}

/// Replaces null under `type` by its name: YAML reads `[string, null]` as a string and a null.
pub fn name_null(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                match (key.as_str(), value) {
                    ("type", name @ Value::Null) => *name = "null".into(),
                    ("type", Value::Array(names)) => {
                        let nulls = names.iter_mut().filter(|name| name.is_null());
                        nulls.for_each(|name| *name = "null".into());
                    }
                    // Data, not schemas.
                    ("example" | "examples" | "default" | "enum" | "const", _) => {}
                    (_, value) => name_null(value),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(name_null),
        _ => {}
    }
}

/// The members of a merge key's mapping, or of several, unless the object has its own.
fn merge(object: &mut Map<String, Value>, merged: Value) {
    match merged {
        Value::Object(members) => {
            for (key, value) in members {
                object.entry(key).or_insert(value);
            }
        }
        Value::Array(mappings) => {
            for mapping in mappings {
                merge(object, mapping);
            }
        }
        _ => {}
    }
}

/// References are URI fragments: `#/paths/~1v1~1files~1%7BfileId%7D` has percent-encoded braces.
fn percent_decoded(fragment: &str) -> String {
    let mut bytes = Vec::with_capacity(fragment.len());
    let mut rest = fragment.as_bytes();
    while let [first, tail @ ..] = rest {
        let hex = (*first == b'%')
            .then(|| tail.get(..2))
            .flatten()
            .and_then(|hex| std::str::from_utf8(hex).ok())
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match hex {
            Some(byte) => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            None => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
