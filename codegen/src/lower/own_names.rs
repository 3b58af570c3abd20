//! Names that the document, or its overlay, gives to types.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::node::RUST_NAME;
use super::schema::{COMPONENTS, component_key};
use crate::document::{Document, reference, text};
use crate::names::{Scope, is_type_name};

#[derive(Default)]
pub struct OwnNames {
    /// By the key of a component: its own name, else that of a reference to it, as for a schema that became a component.
    pub components: BTreeMap<String, String>,
    /// Those that no type has yet.
    reserved: BTreeSet<String>,
}

impl OwnNames {
    /// Takes all of them, so that no other type can have them.
    pub fn of(document: &Document, names: &mut Scope) -> Self {
        let mut own = Self::default();
        let mut waiting = vec![document.root()];
        while let Some(value) = waiting.pop() {
            match value {
                Value::Array(items) => waiting.extend(items),
                Value::Object(object) => {
                    waiting.extend(object.values());
                    let Some(name) = text(value, RUST_NAME).filter(|name| is_type_name(name))
                    else {
                        continue;
                    };
                    if !own.reserved.contains(name) && names.claim(name.to_owned()) == name {
                        own.reserved.insert(name.to_owned());
                    }
                    let target =
                        reference(value).and_then(|target| document.resolve(target, "").ok());
                    if let Some(key) = target.and_then(|(_, pointer)| component_key(&pointer)) {
                        let known = own.components.entry(key).or_insert_with(|| name.to_owned());
                        // Whatever the order of the references.
                        if name < known.as_str() {
                            *known = name.to_owned();
                        }
                    }
                }
                _ => {}
            }
        }
        let components = document.root().pointer(COMPONENTS);
        for (key, schema) in components.and_then(Value::as_object).into_iter().flatten() {
            if let Some(name) = text(schema, RUST_NAME) {
                own.components.insert(key.clone(), name.to_owned());
            }
        }
        own
    }

    /// The name for a type: the one that was taken for it, or one with a number if another type has that.
    pub fn claim(&mut self, name: String, names: &mut Scope) -> String {
        match self.reserved.remove(&name) {
            true => name,
            false => names.claim(name),
        }
    }
}
