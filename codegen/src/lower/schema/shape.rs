//! Objects with everything that `allOf`, references and unions bring into them.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::{COMPONENT, Name, RUST_NAME, Types, component_key, last_segment, type_names};
use crate::document::{Problem, child, elements, members, reference, text};
use crate::model::Ty;

/// An object with everything that `allOf` and references bring into it.
#[derive(Clone, Default)]
pub(super) struct Shape {
    /// Wire name, schema, pointer.
    pub(super) properties: Vec<(String, Value, String)>,
    pub(super) required: HashSet<String>,
    /// Schema of further properties, when it says something.
    pub(super) further: Option<(Value, String)>,
    /// `oneOf` and `anyOf` that stand beside the properties.
    pub(super) unions: Vec<(Value, String)>,
}

impl Shape {
    /// Adds another part of an `allOf`. Of two descriptions of one property the one that says more stays.
    pub(super) fn absorb(&mut self, other: Self) {
        for (wire, schema, pointer) in other.properties {
            match self.properties.iter_mut().find(|(key, ..)| *key == wire) {
                Some(known) if specificity(&schema) >= specificity(&known.1) => {
                    let described = schema.get("description").is_some();
                    let description = known.1.get("description").cloned();
                    *known = (wire, schema, pointer);
                    if let (false, Some(description), Value::Object(object)) =
                        (described, description, &mut known.1)
                    {
                        object.insert("description".to_owned(), description);
                    }
                }
                Some(_) => {}
                None => self.properties.push((wire, schema, pointer)),
            }
        }
        self.required.extend(other.required);
        self.further = other.further.or(self.further.take());
        self.unions.extend(other.unions);
    }
}

impl Types<'_> {
    pub fn is_object(&mut self, schema: &Value, pointer: &str) -> Result<bool, Problem> {
        Ok(self.shape(schema, pointer, 0)?.is_some())
    }

    /// The objects that a schema may stand for: itself, or the arms of its unions.
    pub fn objects(
        &mut self,
        schema: &Value,
        pointer: &str,
    ) -> Result<Vec<(Value, String)>, Problem> {
        self.objects_but(schema, pointer, &mut HashSet::new())
    }

    /// Without those of the schemas that were looked at.
    fn objects_but(
        &mut self,
        schema: &Value,
        pointer: &str,
        seen: &mut HashSet<String>,
    ) -> Result<Vec<(Value, String)>, Problem> {
        if !seen.insert(self.document.follow(schema, pointer)?.1) {
            return Ok(Vec::new());
        }
        let (mut found, unions) = match self.shape(schema, pointer, 0)? {
            Some(shape) if shape.unions.is_empty() => {
                return Ok(vec![(schema.clone(), pointer.to_owned())]);
            }
            Some(shape) => {
                let base = object_schema(&shape.properties, &shape.required);
                (vec![(base, pointer.to_owned())], shape.unions)
            }
            None => {
                let (schema, pointer) = self.document.follow(schema, pointer)?;
                (Vec::new(), vec![(schema.clone(), pointer)])
            }
        };
        for (union, pointer) in unions {
            for keyword in ["oneOf", "anyOf"] {
                for (index, arm) in elements(&union, keyword).iter().enumerate() {
                    let pointer = child(&child(&pointer, keyword), index);
                    found.extend(self.objects_but(arm, &pointer, seen)?);
                }
            }
        }
        Ok(found)
    }

    /// Whether the schema is an object that cannot be empty.
    pub fn requires(&mut self, schema: &Value, pointer: &str) -> Result<bool, Problem> {
        let shape = self.shape(schema, pointer, 0)?;
        Ok(shape.is_some_and(|shape| shape.unions.is_empty() && !shape.required.is_empty()))
    }

    /// The arms of a union that stands beside properties, each with those properties. None when the arms only say which
    /// properties are required together. `owner` is the place of the whole: the arms belong to it, for the union may stand
    /// elsewhere and have other arms there.
    pub(super) fn distributed(
        &mut self,
        base: &Shape,
        union: &Value,
        pointer: &str,
        owner: &str,
    ) -> Result<Vec<(Value, String)>, Problem> {
        let keyword = if elements(union, "oneOf").is_empty() {
            "anyOf"
        } else {
            "oneOf"
        };
        let mut arms = Vec::new();
        let mut says_something = false;
        for (index, arm) in elements(union, keyword).iter().enumerate() {
            let pointer = child(&child(pointer, keyword), index);
            if base.properties.is_empty() {
                says_something |= !is_validation_only(arm);
                arms.push((arm.clone(), pointer));
                continue;
            }
            let shape = match self.shape(arm, &pointer, 0)? {
                Some(shape) => shape,
                None if is_validation_only(arm) => Shape {
                    required: required(arm).collect(),
                    ..Shape::default()
                },
                None => {
                    return Err(Problem::new(
                        pointer,
                        "a union with an arm that is no object, beside properties",
                        "let every arm be an object, or move the properties into the arms",
                    ));
                }
            };
            says_something |= !shape.properties.is_empty();
            let owned = child(&child(owner, keyword), index);
            let mut whole = base.clone();
            whole.properties.extend(shape.properties);
            whole.required.extend(shape.required);
            // An arm that is its own parent brings the union that it stands in, which it settles.
            let unions: Vec<_> = shape
                .unions
                .iter()
                .filter(|(inner, _)| inner != union)
                .collect();
            if let [(union, pointer)] = unions.as_slice() {
                let inner = self.distributed(&whole, union, pointer, &owned)?;
                if !inner.is_empty() {
                    says_something = true;
                    arms.extend(inner);
                    continue;
                }
            } else if !unions.is_empty() {
                return Err(several_unions(&pointer));
            }
            let mut whole = object_schema(&whole.properties, &whole.required);
            for keyword in ["description", RUST_NAME] {
                if let Some(text) = text(arm, keyword) {
                    whole[keyword] = text.into();
                }
            }
            if let Some(target) = reference(arm) {
                whole[COMPONENT] = last_segment(target).into();
            }
            arms.push((whole, owned));
        }
        if !says_something {
            arms.clear();
        }
        Ok(arms)
    }

    /// The object that a schema describes, with everything from `allOf` and references; none when it is no object.
    pub(super) fn shape(
        &mut self,
        schema: &Value,
        pointer: &str,
        depth: usize,
    ) -> Result<Option<Shape>, Problem> {
        if depth > 32 {
            return Err(Problem::new(
                pointer,
                "allOf that contains itself",
                "break the circle",
            ));
        }
        if let Some(target) = reference(schema) {
            let document = self.document;
            let (schema, pointer) = document.resolve(target, pointer)?;
            // Types inside the component are named for it, not for where it was first merged into something.
            if let Some(Ty::Named(_)) = self.placed.get(&pointer)
                && let Some(key) = component_key(&pointer)
            {
                self.component(&key)?;
            }
            return self.shape(schema, &pointer, depth + 1);
        }
        let all = elements(schema, "allOf");
        let types = type_names(schema, pointer)?;
        let is_object = match types.as_slice() {
            [] => {
                schema.get("properties").is_some()
                    || schema.get("additionalProperties").is_some()
                    || !all.is_empty()
            }
            [one] => one == "object",
            _ => false,
        };
        if !is_object || schema.get("const").is_some() || schema.get("enum").is_some() {
            return Ok(None);
        }
        let mut shape = Shape::default();
        for (index, part) in all.iter().enumerate() {
            let pointer = child(&child(pointer, "allOf"), index);
            match self.shape(part, &pointer, depth + 1)? {
                Some(part) => shape.absorb(part),
                None => {
                    let (part, pointer) = self.document.follow(part, &pointer)?;
                    if is_union(part) {
                        shape.unions.push((part.clone(), pointer));
                    } else if is_validation_only(part) {
                        shape.required.extend(required(part));
                    } else {
                        return Ok(None);
                    }
                }
            }
        }
        let mut own = Shape {
            required: required(schema).collect(),
            ..Shape::default()
        };
        for (wire, property) in members(schema, "properties") {
            let pointer = child(&child(pointer, "properties"), wire);
            own.properties
                .push((wire.clone(), property.clone(), pointer));
        }
        if let Some(further @ Value::Object(_)) = schema.get("additionalProperties") {
            own.further = Some((further.clone(), child(pointer, "additionalProperties")));
        }
        shape.absorb(own);
        if is_union(schema) {
            shape.unions.push((schema.clone(), pointer.to_owned()));
        }
        Ok(Some(shape))
    }

    /// allOf of something else than objects: the part that says most.
    pub(super) fn most_specific(
        &mut self,
        schema: &Value,
        pointer: &str,
        name: &Name,
        sent: bool,
    ) -> Result<Ty, Problem> {
        let parts = elements(schema, "allOf");
        let best = parts
            .iter()
            .enumerate()
            .max_by_key(|(_, part)| specificity(part));
        match best {
            Some((index, part)) => {
                let pointer = child(&child(pointer, "allOf"), index);
                self.ty(part, &pointer, name, sent)
            }
            None => Ok(Ty::Any),
        }
    }
}

pub(super) fn several_unions(pointer: &str) -> Problem {
    Problem::new(
        pointer,
        "several oneOf or anyOf that bring properties into one object",
        "give each combination a schema of its own under one oneOf",
    )
}

pub(super) fn is_union(schema: &Value) -> bool {
    !elements(schema, "oneOf").is_empty() || !elements(schema, "anyOf").is_empty()
}

/// A schema that brings no structure: `{required: [a]}`, or nothing at all.
pub(super) fn is_validation_only(schema: &Value) -> bool {
    const STRUCTURE: [&str; 11] = [
        "$ref",
        "type",
        "properties",
        "additionalProperties",
        "items",
        "allOf",
        "oneOf",
        "anyOf",
        "enum",
        "const",
        "format",
    ];
    STRUCTURE
        .iter()
        .all(|keyword| schema.get(keyword).is_none())
}

pub(super) fn required(schema: &Value) -> impl Iterator<Item = String> {
    elements(schema, "required")
        .iter()
        .filter_map(|name| name.as_str().map(str::to_owned))
}

/// How much a schema says, to choose between two for one value.
pub(super) fn specificity(schema: &Value) -> u8 {
    if schema.get("const").is_some() {
        4
    } else if schema.get("enum").is_some() || reference(schema).is_some() {
        3
    } else if schema.get("properties").is_some()
        || schema.get("items").is_some()
        || schema.get("allOf").is_some()
        || is_union(schema)
    {
        2
    } else {
        u8::from(schema.get("type").is_some())
    }
}

/// An object written out.
pub(super) fn object_schema(
    properties: &[(String, Value, String)],
    required: &HashSet<String>,
) -> Value {
    let properties: serde_json::Map<String, Value> = properties
        .iter()
        .map(|(wire, schema, _)| (wire.clone(), schema.clone()))
        .collect();
    let required: Vec<&String> = required.iter().collect();
    json!({ "type": "object", "properties": properties, "required": required })
}
