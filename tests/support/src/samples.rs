//! Sample values for the schemas of a document: every property, every enum value, every arm of a
//! union.
//!
//! This reads the document on its own terms and shares nothing with the lowering, so that the two
//! can be held against each other.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

/// The only key of maps whose keys the document leaves open. No schema has a property of this name.
pub const FREE_KEY: &str = "freeform";

/// A value that a schema allows, and the places in it that may change.
#[derive(Clone)]
pub struct Sample {
    pub value: Value,
    pub places: Vec<(String, Place)>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Place {
    /// An object with described properties.
    Object,
    /// A value of an enumeration.
    Enum,
    /// A value that decides which arm of a union this is.
    Tag,
    /// An optional property.
    Optional,
}

/// A schema and the references that were followed to get to it.
#[derive(Clone)]
struct At<'d> {
    schema: &'d Value,
    open: Vec<&'d str>,
}

/// One way to fill an object.
#[derive(Clone, Default)]
struct Shape<'d> {
    properties: Vec<(&'d str, At<'d>)>,
    required: BTreeSet<&'d str>,
    further: Option<At<'d>>,
}

/// Samples of a schema; none when it only leads back to what is being sampled.
pub fn samples(root: &Value, schema: &Value) -> Vec<Sample> {
    let open = Vec::new();
    sampled(root, &At { schema, open })
}

/// The schema, or what it refers to.
pub fn followed<'d>(root: &'d Value, mut value: &'d Value) -> &'d Value {
    while let Some(target) = value.get("$ref").and_then(Value::as_str) {
        let pointer = target.strip_prefix('#').expect(target);
        value = root.pointer(pointer).expect(target);
    }
    value
}

fn sampled<'d>(root: &'d Value, at: &At<'d>) -> Vec<Sample> {
    let Some(at) = entered(root, at) else {
        return Vec::new();
    };
    let schema = at.schema;
    if let Some(value) = schema.get("const") {
        return vec![scalar(
            value.clone(),
            value.is_string().then_some(Place::Tag),
        )];
    }
    if let Some(values) = schema.get("enum").and_then(Value::as_array) {
        return values
            .iter()
            .filter(|value| !value.is_null())
            .map(|value| scalar(value.clone(), value.is_string().then_some(Place::Enum)))
            .collect();
    }
    let arms = arms(&at);
    let is_tagged = schema.get("discriminator").is_some() && schema.get("properties").is_none();
    if !is_tagged && let Some(shapes) = shapes(root, &at) {
        return shapes
            .iter()
            .flat_map(|shape| filled(root, shape))
            .collect();
    }
    if !arms.is_empty() {
        return arms
            .iter()
            .flat_map(|arm| tagged(schema, arm.schema, sampled(root, arm)))
            .collect();
    }
    if let Some(parts) = schema.get("allOf").and_then(Value::as_array) {
        let parts = parts.iter().map(|part| below(&at, part));
        return parts
            .flat_map(|part| sampled(root, &part))
            .take(1)
            .collect();
    }
    match schema.get("type") {
        Some(Value::Array(names)) => names
            .iter()
            .filter_map(Value::as_str)
            .flat_map(|name| of_type(root, &at, name))
            .collect(),
        Some(Value::String(name)) => of_type(root, &at, name),
        _ => vec![scalar(json!("anything"), None)],
    }
}

fn of_type<'d>(root: &'d Value, at: &At<'d>, name: &str) -> Vec<Sample> {
    match name {
        "null" => Vec::new(),
        "boolean" => vec![scalar(json!(true), None)],
        "integer" => vec![scalar(json!(7), None)],
        "number" => vec![scalar(json!(1.5), None)],
        "string" => vec![scalar(
            match at.schema.get("format").and_then(Value::as_str) {
                Some("date-time") => json!("2026-05-04T10:20:30.456Z"),
                _ => json!("text"),
            },
            None,
        )],
        "array" => {
            let Some(items) = at.schema.get("items") else {
                return vec![scalar(json!(["anything"]), None)];
            };
            let items = sampled(root, &below(at, items));
            if items.is_empty() {
                return vec![scalar(json!([]), None)];
            }
            items
                .into_iter()
                .map(|item| Sample {
                    value: json!([item.value]),
                    places: beneath("0", item.places).collect(),
                })
                .collect()
        }
        "object" => vec![scalar(json!({ FREE_KEY: [{ FREE_KEY: null }] }), None)],
        other => panic!("type {other}"),
    }
}

/// What a reference leads to; none when it is being sampled already.
fn entered<'d>(root: &'d Value, at: &At<'d>) -> Option<At<'d>> {
    let mut at = at.clone();
    while let Some(target) = at.schema.get("$ref").and_then(Value::as_str) {
        if at.open.contains(&target) {
            return None;
        }
        at.open.push(target);
        let pointer = target.strip_prefix('#').expect(target);
        at.schema = root.pointer(pointer).expect(target);
    }
    Some(at)
}

fn below<'d>(at: &At<'d>, schema: &'d Value) -> At<'d> {
    let open = at.open.clone();
    At { schema, open }
}

fn arms<'d>(at: &At<'d>) -> Vec<At<'d>> {
    ["oneOf", "anyOf"]
        .iter()
        .filter_map(|keyword| at.schema.get(keyword)?.as_array())
        .flatten()
        .map(|arm| below(at, arm))
        .collect()
}

/// All ways to fill an object; none when the schema is not one object.
fn shapes<'d>(root: &'d Value, at: &At<'d>) -> Option<Vec<Shape<'d>>> {
    let at = entered(root, at)?;
    let schema = at.schema;
    let only_requires = schema
        .as_object()?
        .keys()
        .all(|key| matches!(key.as_str(), "required" | "title" | "description"));
    let is_object = match schema.get("type") {
        Some(Value::String(name)) => name == "object",
        Some(Value::Array(names)) => names
            .iter()
            .all(|name| name.is_null() || name == "object" || name == "null"),
        _ => ["properties", "additionalProperties", "allOf"]
            .iter()
            .any(|keyword| schema.get(keyword).is_some()),
    };
    if !is_object && !only_requires {
        return None;
    }
    let mut all = vec![Shape::default()];
    for part in schema
        .get("allOf")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
    {
        let part = entered(root, &below(&at, part))?;
        let inner = match shapes(root, &part) {
            Some(inner) => inner,
            None => united(root, &part)?,
        };
        all = combined(&all, &inner);
    }
    let mut own = Shape::default();
    for (name, property) in schema
        .get("properties")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
    {
        own.properties.push((name, below(&at, property)));
    }
    let required = schema.get("required").and_then(Value::as_array);
    own.required = required
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    own.further = schema
        .get("additionalProperties")
        .filter(|further| further.is_object())
        .map(|further| below(&at, further));
    all = combined(&all, &[own]);
    if !arms(&at).is_empty() {
        all = combined(&all, &united(root, &at)?);
    }
    Some(all)
}

/// The arms of a union, when all of them are objects.
fn united<'d>(root: &'d Value, at: &At<'d>) -> Option<Vec<Shape<'d>>> {
    let arms = arms(at);
    if arms.is_empty() {
        return None;
    }
    let shapes: Option<Vec<_>> = arms.iter().map(|arm| shapes(root, arm)).collect();
    Some(shapes?.into_iter().flatten().collect())
}

fn combined<'d>(left: &[Shape<'d>], right: &[Shape<'d>]) -> Vec<Shape<'d>> {
    let mut all = Vec::new();
    for left in left {
        for right in right {
            let mut shape = left.clone();
            for (name, at) in &right.properties {
                match shape.properties.iter_mut().find(|(known, _)| known == name) {
                    // Both descriptions hold; the one with fixed values is the narrower.
                    Some((_, known)) if fixed(at.schema) || !fixed(known.schema) => {
                        *known = at.clone();
                    }
                    Some(_) => {}
                    None => shape.properties.push((name, at.clone())),
                }
            }
            shape.required.extend(&right.required);
            shape.further = right.further.clone().or(shape.further);
            all.push(shape);
        }
    }
    all
}

fn fixed(schema: &Value) -> bool {
    schema.get("const").is_some() || schema.get("enum").is_some()
}

/// An object with the first sample of every property, and for each further sample of a property one
/// more object.
fn filled<'d>(root: &'d Value, shape: &Shape<'d>) -> Vec<Sample> {
    if shape.properties.is_empty() {
        return match &shape.further {
            Some(further) => sampled(root, further)
                .into_iter()
                .map(|inner| Sample {
                    value: json!({ FREE_KEY: inner.value }),
                    places: beneath(FREE_KEY, inner.places).collect(),
                })
                .collect(),
            None => vec![scalar(json!({ FREE_KEY: [{ FREE_KEY: null }] }), None)],
        };
    }
    let mut whole = Map::new();
    let mut places = vec![(String::new(), Place::Object)];
    let mut others = Vec::new();
    for (name, at) in &shape.properties {
        let mut samples = sampled(root, at).into_iter();
        let Some(first) = samples.next() else {
            continue;
        };
        let key = name.replace('~', "~0").replace('/', "~1");
        if !shape.required.contains(name) {
            places.push((format!("/{key}"), Place::Optional));
        }
        places.extend(beneath(&key, first.places));
        whole.insert((*name).to_owned(), first.value);
        others.extend(samples.map(|sample| (*name, key.clone(), sample)));
    }
    let mut all = vec![Sample {
        value: Value::Object(whole.clone()),
        places,
    }];
    for (name, key, sample) in others {
        let mut object = whole.clone();
        object.insert(name.to_owned(), sample.value);
        all.push(Sample {
            value: Value::Object(object),
            // The other places are in the first object.
            places: beneath(&key, sample.places).collect(),
        });
    }
    all
}

/// Samples of one arm, with the values of the discriminator that stand for it.
fn tagged(union: &Value, arm: &Value, samples: Vec<Sample>) -> Vec<Sample> {
    let Some(tag) = union
        .pointer("/discriminator/propertyName")
        .and_then(Value::as_str)
    else {
        return samples;
    };
    let place = format!("/{tag}");
    let mapping = union
        .pointer("/discriminator/mapping")
        .and_then(Value::as_object);
    let last = |target: &str| target.rsplit('/').next().map(str::to_owned);
    let own = arm.get("$ref").and_then(Value::as_str).and_then(last);
    let mapped: Vec<&str> = mapping
        .into_iter()
        .flatten()
        .filter(|(_, target)| target.as_str().and_then(last) == own)
        .map(|(value, _)| value.as_str())
        .collect();
    let mut all = Vec::new();
    for mut sample in samples {
        for (at, kind) in &mut sample.places {
            if *at == place && *kind == Place::Enum {
                *kind = Place::Tag;
            }
        }
        let known = sample.value[tag]
            .as_str()
            .is_some_and(|value| mapped.contains(&value));
        if known || mapped.is_empty() {
            all.push(sample);
            continue;
        }
        for value in &mapped {
            let mut sample = sample.clone();
            sample.value[tag] = (*value).into();
            all.push(sample);
        }
    }
    all
}

fn scalar(value: Value, place: Option<Place>) -> Sample {
    let places = place
        .into_iter()
        .map(|place| (String::new(), place))
        .collect();
    Sample { value, places }
}

fn beneath(key: &str, places: Vec<(String, Place)>) -> impl Iterator<Item = (String, Place)> {
    places
        .into_iter()
        .map(move |(pointer, place)| (format!("/{key}{pointer}"), place))
}
