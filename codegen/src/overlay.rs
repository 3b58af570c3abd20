//! OpenAPI Overlays 1.0: what is known beyond a document, as actions on it.
//!
//! Beyond the specification, a list takes only the items that it lacks, so that an action may meet
//! a document that has caught up. An action that finds nothing is tried again on what was moved:
//! see [`Moved`].

mod moved;

use std::collections::HashSet;

use serde_json::Value;
use serde_json_path::JsonPath;

use crate::document::{Document, Problem, child, elements, text};
use moved::Moved;

/// What each action of an overlay did.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Applied {
    /// The action's target.
    pub target: String,
    /// The number of nodes that it matched.
    pub matches: usize,
    /// Whether it changed anything.
    pub changed: bool,
}

/// Applies the actions of an overlay, YAML or JSON, to a document, one after the other.
pub fn apply(overlay: &str, document: &mut Value) -> Result<Vec<Applied>, Problem> {
    let overlay = Document::parse(overlay)?;
    let overlay = overlay.source();
    match text(overlay, "overlay") {
        Some("1.0.0") => {}
        version => {
            return Err(Problem::new(
                "/overlay",
                format!("version `{}`", version.unwrap_or_default()),
                "write an overlay of version 1.0.0",
            ));
        }
    }
    let actions = elements(overlay, "actions").iter().enumerate();
    actions
        .map(|(index, action)| act(action, &child("/actions", index), document))
        .collect()
}

fn act(action: &Value, pointer: &str, document: &mut Value) -> Result<Applied, Problem> {
    let pointer = child(pointer, "target");
    let Some(target) = text(action, "target") else {
        return Err(Problem::new(
            pointer,
            "an action without a target",
            "give it a JSONPath",
        ));
    };
    let path = JsonPath::parse(target).map_err(|error| {
        Problem::new(
            &pointer,
            format!("`{target}`, which is not a JSONPath: {error}"),
            "write it as RFC 9535 says",
        )
    })?;
    let mut places = located(&path, document);
    let is_removal = action.get("remove") == Some(&Value::Bool(true));
    if places.is_empty() && !is_removal {
        let moved = Moved::back(document);
        let mut seen = HashSet::new();
        let found = located(&path, &moved.document).into_iter();
        let found = found.map(|place| moved.place(&place));
        places = found.filter(|place| seen.insert(place.clone())).collect();
    }
    let mut changed = false;
    if is_removal {
        // From the last to the first, so that the items of a list keep their numbers.
        for place in places.iter().rev() {
            changed |= remove(document, place);
        }
    } else if let Some(update) = action.get("update") {
        for place in &places {
            match document.pointer_mut(place) {
                Some(node @ (Value::Object(_) | Value::Array(_))) => changed |= merge(node, update),
                _ => {
                    return Err(Problem::new(
                        &pointer,
                        format!("`{target}`, which leads to a value, at `#{place}`"),
                        "let it lead to objects or lists",
                    ));
                }
            }
        }
    }
    Ok(Applied {
        target: target.to_owned(),
        matches: places.len(),
        changed,
    })
}

fn located(path: &JsonPath, document: &Value) -> Vec<String> {
    let located = path.query_located(document);
    let locations = located.locations();
    locations
        .map(|location| location.to_json_pointer())
        .collect()
}

fn remove(document: &mut Value, pointer: &str) -> bool {
    let Some((parent, key)) = pointer.rsplit_once('/') else {
        return false;
    };
    let key = key.replace("~1", "/").replace("~0", "~");
    match document.pointer_mut(parent) {
        Some(Value::Object(members)) => members.shift_remove(&key).is_some(),
        Some(Value::Array(items)) => match key.parse() {
            Ok(index) if index < items.len() => {
                items.remove(index);
                true
            }
            _ => false,
        },
        _ => false,
    }
}

/// Whether anything changed.
fn merge(node: &mut Value, update: &Value) -> bool {
    match (node, update) {
        (Value::Object(members), Value::Object(update)) => {
            let mut changed = false;
            for (key, update) in update {
                match members.get_mut(key) {
                    Some(node) => changed |= merge(node, update),
                    None => {
                        members.insert(key.clone(), update.clone());
                        changed = true;
                    }
                }
            }
            changed
        }
        (Value::Array(items), Value::Array(update)) => {
            let before = items.len();
            for item in update {
                if !items.contains(item) {
                    items.push(item.clone());
                }
            }
            items.len() > before
        }
        // An item of a list.
        (Value::Array(items), update) => {
            let is_new = !items.contains(update);
            if is_new {
                items.push(update.clone());
            }
            is_new
        }
        (node, update) => {
            let changed = node != update;
            *node = update.clone();
            changed
        }
    }
}
