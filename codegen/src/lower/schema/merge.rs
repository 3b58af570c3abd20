//! One object for what several schemas describe.

use serde_json::{Value, json};

use super::shape::{Shape, object_schema};
use super::{Types, describe, type_names};
use crate::document::{Problem, child, reference, text};

impl Types<'_> {
    /// One object with the properties of all schemas, required where all of them require it. None when one is no object.
    pub fn define_merged(
        &mut self,
        name: &str,
        description: String,
        schemas: &[(&Value, String)],
        required: bool,
    ) -> Result<bool, Problem> {
        let mut merged = Shape::default();
        for (index, (schema, pointer)) in schemas.iter().enumerate() {
            let Some(shape) = self.shape(schema, pointer, 0)? else {
                return Ok(false);
            };
            if !shape.unions.is_empty() {
                return Ok(false);
            }
            if index == 0 && required {
                merged.required.clone_from(&shape.required);
            }
            merged.required.retain(|key| shape.required.contains(key));
            for (wire, schema, pointer) in shape.properties {
                match merged.properties.iter_mut().find(|(key, ..)| *key == wire) {
                    Some((_, known, at)) => {
                        let both = self.either((known, at), (&schema, &pointer))?;
                        // Two meanings of one property: keep whatever comes.
                        let both = both.unwrap_or(Value::Bool(true));
                        if both != *known {
                            // A place of its own: what is at the other one may have a type already.
                            (*known, *at) = (both, child(at, name));
                        }
                    }
                    None => merged.properties.push((wire, schema, pointer)),
                }
            }
        }
        self.object(name, description, merged, false)?;
        Ok(true)
    }

    /// One schema for what two schemas describe, when they are of one kind.
    pub(super) fn either(
        &mut self,
        (one, one_pointer): (&Value, &str),
        (other, other_pointer): (&Value, &str),
    ) -> Result<Option<Value>, Problem> {
        let (one_target, at) = self.document.follow(one, one_pointer)?;
        let (other_target, other_at) = self.document.follow(other, other_pointer)?;
        if without_prose(one_target) == without_prose(other_target) {
            return Ok(Some(one.clone()));
        }
        let arms = [(one_target, &at), (other_target, &other_at)]
            .map(|(target, pointer)| (target.clone(), pointer.clone()));
        let kinds = (
            type_names(one_target, &at)?,
            type_names(other_target, &other_at)?,
        );
        let mut both = if let Some(values) = self.all_strings(&arms)? {
            let formats = [one_target, other_target].map(|target| text(target, "format"));
            match (values, formats) {
                // A secret in one reply is a secret in every other.
                (None, _) if self.is_secret(&arms)? => {
                    json!({ "type": "string", "format": "password" })
                }
                (Some(values), _) => json!({ "type": "string", "enum": values }),
                (None, [Some(format), other]) if Some(format) == other => {
                    json!({ "type": "string", "format": format })
                }
                (None, _) => json!({ "type": "string" }),
            }
        } else {
            match (kinds.0.as_slice(), kinds.1.as_slice()) {
                ([one], [other]) if one == "boolean" && other == "boolean" => {
                    json!({ "type": "boolean" })
                }
                ([one], [other]) if is_number_name(one) && is_number_name(other) => {
                    json!({ "type": "number" })
                }
                ([one], [other]) if one == "array" && other == "array" => {
                    let any = Value::Bool(true);
                    let (at, other_at) = (child(&at, "items"), child(&other_at, "items"));
                    let one_items = one_target.get("items").unwrap_or(&any);
                    let other_items = other_target.get("items").unwrap_or(&any);
                    let items = self.either((one_items, &at), (other_items, &other_at))?;
                    json!({ "type": "array", "items": items.unwrap_or(any) })
                }
                // Two references could lead back to themselves.
                _ if reference(one).is_some() && reference(other).is_some() => return Ok(None),
                _ => match self.either_object((one, one_pointer), (other, other_pointer))? {
                    Some(object) => object,
                    None => return Ok(None),
                },
            }
        };
        if self.is_nullable(one, one_pointer) || self.is_nullable(other, other_pointer) {
            both["nullable"] = true.into();
        }
        let description = describe(one);
        if !description.is_empty() {
            both["description"] = description.into();
        }
        Ok(Some(both))
    }

    /// The properties of two objects, when both have some. What both require is required.
    pub(super) fn either_object(
        &mut self,
        (one, one_pointer): (&Value, &str),
        (other, other_pointer): (&Value, &str),
    ) -> Result<Option<Value>, Problem> {
        let one = self.shape(one, one_pointer, 0)?;
        let other = self.shape(other, other_pointer, 0)?;
        let (Some(mut one), Some(other)) = (one, other) else {
            return Ok(None);
        };
        if [&one, &other]
            .iter()
            .any(|shape| shape.properties.is_empty() || !shape.unions.is_empty())
        {
            return Ok(None);
        }
        one.required.retain(|name| other.required.contains(name));
        for (wire, schema, pointer) in other.properties {
            match one.properties.iter_mut().find(|(key, ..)| *key == wire) {
                Some((_, known, at)) => {
                    let both = self.either((known, at), (&schema, &pointer))?;
                    *known = both.unwrap_or(Value::Bool(true));
                }
                None => one.properties.push((wire, schema, pointer)),
            }
        }
        Ok(Some(object_schema(&one.properties, &one.required)))
    }
}

pub(super) fn without_prose(schema: &Value) -> Value {
    match schema {
        Value::Object(object) => object
            .iter()
            .filter(|(key, value)| match key.as_str() {
                "description" | "title" => !value.is_string(),
                "example" | "examples" => false,
                _ => true,
            })
            .map(|(key, value)| match value {
                // Here the keys are names, which may be the same words.
                Value::Object(named) if key == "properties" => {
                    let properties = named.iter();
                    let properties =
                        properties.map(|(name, schema)| (name.clone(), without_prose(schema)));
                    (key.clone(), properties.collect())
                }
                value => (key.clone(), without_prose(value)),
            })
            .collect(),
        Value::Array(items) => items.iter().map(without_prose).collect(),
        other => other.clone(),
    }
}

pub(super) fn is_number_name(name: &str) -> bool {
    name == "number" || name == "integer"
}
