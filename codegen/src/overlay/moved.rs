//! What a later document moves into a component is still found where it was.

use std::collections::HashMap;

use serde_json::Value;

use crate::document::{child, reference};

/// How many references are looked through, one behind the other: behind n of them, something stands
/// n + 1 times.
const DEPTH: usize = 8;

/// A document in which everything that one reference alone leads to stands in the place of that
/// reference, too.
pub struct Moved {
    pub document: Value,
    /// The places of these references, and what they lead to.
    references: HashMap<String, String>,
}

impl Moved {
    pub fn back(document: &Value) -> Self {
        let mut uses = HashMap::new();
        count(document, &mut uses);
        let mut moved = Self {
            document: Value::Null,
            references: HashMap::new(),
        };
        moved.document = moved.with(document, "", &uses, document, &mut Vec::new());
        moved
    }

    fn with<'d>(
        &mut self,
        value: &'d Value,
        place: &str,
        uses: &HashMap<&str, usize>,
        root: &'d Value,
        open: &mut Vec<&'d str>,
    ) -> Value {
        match value {
            Value::Object(members) => {
                let is_open = open.len() < DEPTH;
                let target = reference(value).filter(|target| {
                    is_open && uses.get(target) == Some(&1) && !open.contains(target)
                });
                let found = target.and_then(|target| {
                    let pointer = target.strip_prefix('#')?;
                    Some((target, pointer, root.pointer(pointer)?))
                });
                let mut whole = match found {
                    Some((target, pointer, value)) => {
                        self.references.insert(place.to_owned(), pointer.to_owned());
                        open.push(target);
                        let value = self.with(value, place, uses, root, open);
                        open.pop();
                        value
                    }
                    None => Value::Object(serde_json::Map::new()),
                };
                if let Value::Object(whole) = &mut whole {
                    let members = members.iter();
                    for (key, value) in members.filter(|(key, _)| found.is_none() || *key != "$ref")
                    {
                        let value = self.with(value, &child(place, key), uses, root, open);
                        whole.insert(key.clone(), value);
                    }
                }
                whole
            }
            Value::Array(items) => {
                let items = items.iter().enumerate();
                let items = items
                    .map(|(index, item)| self.with(item, &child(place, index), uses, root, open));
                items.collect()
            }
            value => value.clone(),
        }
    }

    /// Where a place stands in the document as it is.
    pub fn place(&self, place: &str) -> String {
        let ends = place.match_indices('/').map(|(end, _)| end);
        let mut ends: Vec<usize> = ends.chain([place.len()]).collect();
        while let Some(end) = ends.pop() {
            if let Some(target) = self.references.get(&place[..end]) {
                return format!("{target}{}", &place[end..]);
            }
        }
        place.to_owned()
    }
}

fn count<'d>(value: &'d Value, uses: &mut HashMap<&'d str, usize>) {
    if let Some(target) = reference(value) {
        *uses.entry(target).or_default() += 1;
    }
    match value {
        Value::Object(members) => members.values().for_each(|value| count(value, uses)),
        Value::Array(items) => items.iter().for_each(|item| count(item, uses)),
        _ => {}
    }
}
