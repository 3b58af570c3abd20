//! Names that the document or its overlay gives to types with `x-rust-name`.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::node::RUST_NAME;
use super::schema::{COMPONENTS, component_key};
use crate::document::{Document, elements, reference, text};
use crate::names::{Scope, is_type_name};

#[derive(Default)]
pub struct OwnNames {
    /// By the key of a component: its own name, else that of a reference to it, as for a schema
    /// that became a component.
    pub components: BTreeMap<String, String>,
    /// Those that no type has yet.
    reserved: BTreeSet<String>,
    /// Those that several schemas may have, with the sort of the type.
    shared: BTreeMap<String, Sort>,
}

/// A sort of types that schemas share if they have the same `x-rust-name`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// Strings. The type has the values of all schemas.
    Enum,
    /// Strings, numbers, booleans and lists. The type has the arms of all schemas.
    Union,
}

impl Sort {
    /// The sort of a component before it's lowered.
    fn of(schema: &Value) -> Option<Self> {
        let values = elements(schema, "enum");
        if !values.is_empty() {
            let is_enum = values
                .iter()
                .all(|value| value.is_string() || value.is_null());
            return is_enum.then_some(Self::Enum);
        }
        let arms = ["oneOf", "anyOf"].map(|keyword| elements(schema, keyword));
        let types: Vec<&str> = arms
            .into_iter()
            .flatten()
            .map_while(|arm| text(arm, "type"))
            .collect();
        let is_simple = types.len() == arms[0].len() + arms[1].len()
            && !types.contains(&"object")
            && types.iter().any(|one| *one != "string");
        is_simple.then_some(Self::Union)
    }
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

    /// The name for a type: the one that was taken for it, or one with a number if another type has
    /// that. Schemas of the same sort get the same name.
    pub fn claim(&mut self, name: String, sort: Option<Sort>, names: &mut Scope) -> String {
        if sort.is_some() && self.shared.get(&name) == sort.as_ref() {
            return name;
        }
        if !self.reserved.remove(&name) {
            return names.claim(name);
        }
        if let Some(sort) = sort {
            self.shared.insert(name.clone(), sort);
        }
        name
    }

    /// The same for a component, which has its name before it's lowered.
    pub fn claim_for(&mut self, component: &Value, name: String, names: &mut Scope) -> String {
        self.claim(name, Sort::of(component), names)
    }

    /// Whether several schemas have the name.
    pub fn is_shared(&self, name: &str) -> bool {
        self.shared.contains_key(name)
    }
}
