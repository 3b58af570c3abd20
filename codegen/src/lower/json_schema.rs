//! The JSON Schemas of the types: what the document says of them, in the words of draft 2020-12.
//!
//! Types take more than the document promises. Where it is certain that a later document differs,
//! the schemas do so too: an enum with several values takes other strings, and what is received may
//! have further properties.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::node::{All, Direction, Node, Part, Reading};
use super::schema::Types;
use crate::document::reference;
use crate::model::{Kind, Ty};

/// How many schemas a part is written with. More than any document needs, and few enough where
/// references double at each step.
const MOST: usize = 10_000;

/// What stands before the name of a type in a reference to its schema.
const TYPE: &str = "type:";

impl<'d> Types<'d> {
    /// The schemas of all types that need one of their own, by their names. Another type in them is
    /// a `$ref` to `type:Name`.
    pub fn json_schemas(&self) -> BTreeMap<String, Value> {
        let types = self.types.iter();
        types
            .filter(|(_, ty)| !matches!(ty.kind, Kind::Alias(_)))
            .map(|(name, ty)| {
                // A union of several statuses or events is placed without schemas.
                let nodes = self.sources.get(name).into_iter().flatten();
                let nodes = nodes.filter(|node| node.ways.iter().any(|all| !all.is_empty()));
                let schemas = nodes.map(|node| self.schema_of_node(node)).collect();
                let schema = match combined("anyOf", schemas) {
                    Value::Bool(_) => json!({ "description": ty.description }),
                    schema => schema,
                };
                (name.clone(), schema)
            })
            .collect()
    }

    fn schema_of_node(&self, node: &Node<'d>) -> Value {
        let ways = node.ways.iter();
        let ways = ways.map(|all| self.schema_of_all(all, node.direction));
        let mut schema = combined("anyOf", ways.collect());
        if let (Some(only), Some(schema)) = (&node.only, schema.as_object_mut()) {
            schema.insert("type".to_owned(), only.as_str().into());
        }
        schema
    }

    fn schema_of_all(&self, all: &All<'d>, direction: Direction) -> Value {
        let parts = all.iter().map(|part| {
            let mut writer = Writer {
                types: self,
                direction,
                is_exact: false,
                open: vec![part.pointer.clone()],
                left: MOST,
            };
            writer.schema(part)
        });
        combined("allOf", parts.collect())
    }

    /// The type that a reference means, if it has a schema of its own.
    fn type_at(&self, pointer: &str) -> Option<&str> {
        let mut ty = self.placed.get(pointer)?;
        // There are no circles of aliases: see [`super::cycles`].
        while let Ty::Named(name) = ty {
            match &self.types.get(name)?.kind {
                Kind::Alias(target) => ty = target,
                _ => return Some(name),
            }
        }
        None
    }
}

/// One schema for several, each once.
fn combined(keyword: &str, mut schemas: Vec<Value>) -> Value {
    let mut seen: Vec<Value> = Vec::new();
    schemas.retain(|schema| {
        let is_new = !seen.contains(schema);
        seen.push(schema.clone());
        is_new
    });
    match schemas.len() {
        0 => Value::Bool(true),
        1 => schemas.remove(0),
        _ => json!({ keyword: schemas }),
    }
}

struct Writer<'t, 'd> {
    types: &'t Types<'d>,
    direction: Direction,
    /// Whether the schema may not take more than the document says, as under `not`.
    is_exact: bool,
    /// The places that are being written, each in the one before.
    open: Vec<String>,
    /// How many schemas may still be written. The others allow anything.
    left: usize,
}

impl<'d> Writer<'_, 'd> {
    fn schema(&mut self, part: &Part<'d>) -> Value {
        let Value::Object(keywords) = part.schema else {
            return Value::Bool(part.schema != &Value::Bool(false));
        };
        self.left = self.left.saturating_sub(1);
        if self.left == 0 {
            return Value::Bool(true);
        }
        let mut written = Map::new();
        // What must hold beside the rest.
        let mut also = Vec::new();
        for (keyword, value) in keywords {
            let is_part_beside = match part.reading {
                Reading::Whole => false,
                Reading::Own => matches!(keyword.as_str(), "$ref" | "allOf"),
                Reading::WithoutArms => {
                    matches!(keyword.as_str(), "$ref" | "allOf" | "oneOf" | "anyOf")
                }
            };
            if !is_part_beside {
                self.keyword(part, keyword, value, &mut written, &mut also);
            }
        }
        if !self.is_exact {
            open_values(&mut written, &mut also);
        }
        if let [one] = also.as_slice()
            && (written.is_empty() || one.get("anyOf").is_some() && !written.contains_key("anyOf"))
            && let Some(Value::Object(one)) = also.pop()
        {
            written.extend(one);
        }
        if let Some(Value::Array(all)) = written.get_mut("allOf") {
            all.append(&mut also);
        } else if !also.is_empty() {
            written.insert("allOf".to_owned(), also.into());
        }
        if keywords.get("nullable") == Some(&Value::Bool(true)) {
            return json!({ "anyOf": [written, { "type": "null" }] });
        }
        written.into()
    }

    fn keyword(
        &mut self,
        part: &Part<'d>,
        keyword: &str,
        value: &'d Value,
        written: &mut Map<String, Value>,
        also: &mut Vec<Value>,
    ) {
        let value = match (keyword, value) {
            ("$ref", _) => {
                also.extend(self.referenced(part));
                return;
            }
            ("allOf" | "anyOf" | "prefixItems", Value::Array(_)) => self.list(part, keyword),
            // Arms that are open may overlap.
            ("oneOf", Value::Array(_)) => {
                also.push(json!({ "anyOf": self.list(part, keyword) }));
                return;
            }
            ("properties" | "patternProperties" | "dependentSchemas", Value::Object(_)) => {
                let named = part.named(keyword);
                let named = named.map(|(name, part)| (name.to_owned(), self.schema(&part)));
                Value::Object(named.collect())
            }
            ("additionalProperties" | "unevaluatedProperties", Value::Bool(false))
                if self.direction == Direction::Received && !self.is_exact =>
            {
                return;
            }
            (
                "items"
                | "additionalProperties"
                | "unevaluatedProperties"
                | "unevaluatedItems"
                | "propertyNames",
                Value::Object(_) | Value::Bool(_),
            ) => match part.under(keyword) {
                Some(inner) => self.schema(&inner),
                None => return,
            },
            ("not" | "contains" | "if" | "then" | "else", Value::Object(_) | Value::Bool(_)) => {
                let Some(inner) = part.under(keyword) else {
                    return;
                };
                let was_exact = std::mem::replace(&mut self.is_exact, true);
                let schema = self.schema(&inner);
                self.is_exact = was_exact;
                schema
            }
            // As in OpenAPI 3.0.
            ("exclusiveMinimum", Value::Bool(_)) | ("exclusiveMaximum", Value::Bool(_)) => return,
            ("minimum", value) if is_excluded(part, "exclusiveMinimum") => {
                written.insert("exclusiveMinimum".to_owned(), value.clone());
                return;
            }
            ("maximum", value) if is_excluded(part, "exclusiveMaximum") => {
                written.insert("exclusiveMaximum".to_owned(), value.clone());
                return;
            }
            ("required", Value::Array(names)) if !self.is_exact => {
                let properties = part.schema.get("properties");
                let may_lack = |name: &&Value| {
                    let property = name.as_str().and_then(|name| properties?.get(name));
                    property.is_some_and(|property| self.direction.may_lack(property))
                };
                names
                    .iter()
                    .filter(|name| !may_lack(name))
                    .cloned()
                    .collect()
            }
            ("example", example) => {
                written.insert("examples".to_owned(), json!([example]));
                return;
            }
            (
                "type" | "enum" | "const" | "required" | "dependentRequired" | "title"
                | "description" | "default" | "examples" | "format" | "deprecated" | "readOnly"
                | "writeOnly" | "multipleOf" | "minimum" | "maximum" | "exclusiveMinimum"
                | "exclusiveMaximum" | "minLength" | "maxLength" | "pattern" | "minItems"
                | "maxItems" | "uniqueItems" | "minContains" | "maxContains" | "minProperties"
                | "maxProperties" | "contentEncoding" | "contentMediaType",
                value,
            ) => value.clone(),
            // Words of OpenAPI, and what no validator knows.
            _ => return,
        };
        written.insert(keyword.to_owned(), value);
    }

    fn list(&mut self, part: &Part<'d>, keyword: &str) -> Value {
        let parts = part.listed(keyword);
        parts.map(|part| self.schema(&part)).collect()
    }

    /// A reference to the type, or the schema itself where it needs no type. A place that leads
    /// back to itself allows anything.
    fn referenced(&mut self, part: &Part<'d>) -> Option<Value> {
        let target = self
            .types
            .target(reference(part.schema)?, &part.pointer)
            .ok()?;
        if let Some(name) = self.types.type_at(&target.pointer) {
            return Some(json!({ "$ref": format!("{TYPE}{name}") }));
        }
        if self.open.contains(&target.pointer) {
            return None;
        }
        self.open.push(target.pointer.clone());
        let schema = self.schema(&target);
        self.open.pop();
        Some(schema)
    }
}

fn is_excluded(part: &Part<'_>, keyword: &str) -> bool {
    part.schema.get(keyword) == Some(&Value::Bool(true))
}

/// Lets an enum of several strings take others, as its type does.
fn open_values(written: &mut Map<String, Value>, also: &mut Vec<Value>) {
    let Some(Value::Array(values)) = written.get("enum") else {
        return;
    };
    let strings = values.iter().filter(|value| value.is_string()).count();
    let is_null = |value: &Value| value.is_null();
    if strings < 2
        || !values
            .iter()
            .all(|value| value.is_string() || is_null(value))
    {
        return;
    }
    let any = match values.iter().any(is_null) {
        true => json!({ "type": ["string", "null"] }),
        false => json!({ "type": "string" }),
    };
    if let Some(values) = written.remove("enum") {
        written.remove("type");
        also.push(json!({ "anyOf": [{ "enum": values }, any] }));
    }
}
