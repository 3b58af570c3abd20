//! Merges schemas: those that apply together, and those of several statuses.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::arms::Union;
use super::node::{All, Direction, Name, Node, Owner, Part, Reading, key};
use super::schema::{Types, component_key};
use crate::document::{Problem, child, elements, reference, text};
use crate::model::Ty;

/// What schemas that apply together say about a value.
#[derive(Debug, Default)]
pub struct Facts<'d> {
    /// The schemas, and all that references and `allOf` bring into them, each once.
    pub parts: All<'d>,
    /// The types without null. `None` if they aren't restricted.
    pub types: Option<Vec<String>>,
    /// The values of `const` and `enum`, with null.
    pub values: Option<Vec<&'d Value>>,
    /// Whether `const` gives the value.
    pub is_constant: bool,
    /// Wire names with the schemas that hold for the property, in the order of the document.
    pub properties: Vec<(&'d str, All<'d>)>,
    pub required: HashSet<&'d str>,
    /// Schemas of further properties, when they say something.
    pub further: All<'d>,
    pub items: All<'d>,
    pub unions: Vec<Union<'d>>,
    /// Where it says what contradicts the rest.
    pub clash: Option<String>,
    by_name: HashMap<&'d str, usize>,
}

impl<'d> Facts<'d> {
    pub fn property(&self, name: &str) -> Option<&All<'d>> {
        let index = self.by_name.get(name)?;
        self.properties.get(*index).map(|(_, all)| all)
    }

    /// Whether it describes an object: by its type, or by what only objects have.
    pub fn is_object(&self) -> bool {
        if self.values.is_some() {
            return false;
        }
        match self.types.as_deref() {
            Some([one]) => one == "object",
            Some(_) => false,
            None => self.parts.iter().any(|part| {
                ["properties", "additionalProperties"]
                    .iter()
                    .any(|keyword| part.schema.get(keyword).is_some())
            }),
        }
    }

    /// Whether it is of these types, with no values listed.
    pub fn is_type(&self, names: &[&str]) -> bool {
        self.values.is_none() && self.is_of(names)
    }

    /// Whether it is of these types, by its type or by the values that are listed.
    pub fn is_of(&self, names: &[&str]) -> bool {
        let is_one = |name: &str| names.contains(&name);
        match (&self.types, &self.values) {
            (Some(types), _) => types.iter().all(|ty| is_one(ty)),
            (None, Some(values)) => {
                let mut values = values.iter().filter(|value| !value.is_null()).peekable();
                values.peek().is_some() && values.all(|value| is_one(type_of(value)))
            }
            (None, None) => false,
        }
    }

    pub fn format(&self) -> Option<&'d str> {
        let mut formats = self
            .parts
            .iter()
            .filter_map(|part| text(part.schema, "format"));
        let first = formats.next();
        // A secret stays one, whatever else it is.
        formats.find(|format| *format == "password").or(first)
    }

    /// The listed values, if it is a string. Empty if it may be any string.
    pub fn strings(&self) -> Option<Vec<&'d str>> {
        match &self.values {
            Some(values) => {
                let values = values.iter().filter(|value| !value.is_null());
                values.map(|value| value.as_str()).collect()
            }
            None => self.is_type(&["string"]).then(Vec::new),
        }
    }

    /// The nearest non-empty string under a keyword.
    pub fn said(&self, keyword: &str) -> Option<&'d str> {
        let mut parts = self.parts.iter().rev();
        parts.find_map(|part| text(part.schema, keyword).filter(|text| !text.trim().is_empty()))
    }

    fn add(&mut self, part: Part<'d>) -> Result<(), Problem> {
        let schema = part.schema;
        if let Some(types) = type_names(schema, &part.pointer)? {
            self.restrict(types, &part.pointer);
        }
        let fixed = schema.get("const").map(std::slice::from_ref);
        let listed = schema
            .get("enum")
            .and_then(Value::as_array)
            .map(Vec::as_slice);
        if let Some(values) = fixed.or(listed) {
            let both: Vec<&Value> = match &self.values {
                Some(known) => values
                    .iter()
                    .filter(|value| known.contains(value))
                    .collect(),
                None => values.iter().collect(),
            };
            // Values that exclude one another are a mistake. The nearest ones count.
            self.values = Some(if both.is_empty() {
                values.iter().collect()
            } else {
                both
            });
            self.is_constant |= fixed.is_some();
        }
        for (name, property) in part.named("properties") {
            match self.by_name.get(name) {
                Some(index) => self.properties[*index].1.push(property),
                None => {
                    self.by_name.insert(name, self.properties.len());
                    self.properties.push((name, vec![property]));
                }
            }
        }
        self.required.extend(
            elements(schema, "required")
                .iter()
                .filter_map(Value::as_str),
        );
        self.further.extend(
            part.under("additionalProperties")
                .filter(|further| further.schema.is_object()),
        );
        self.items
            .extend(part.under("items").filter(|items| !items.schema.is_array()));
        if part.reading != Reading::WithoutArms {
            self.unions.extend(Union::of(&part));
        }
        self.parts.push(part);
        Ok(())
    }

    /// Only these types are left.
    pub fn restrict(&mut self, types: Vec<String>, pointer: &str) {
        let Some(known) = self.types.take() else {
            self.types = Some(types);
            return;
        };
        let both: Vec<String> = known
            .iter()
            .filter_map(|one| types.iter().find_map(|other| common(one, other)))
            .collect();
        if both.is_empty() && !(known.is_empty() && types.is_empty()) {
            self.clash.get_or_insert_with(|| child(pointer, "type"));
            self.types = None;
        } else {
            self.types = Some(both);
        }
    }
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// The type of the values that are of both.
fn common(one: &str, other: &str) -> Option<String> {
    match (one, other) {
        ("integer", "number") | ("number", "integer") => Some("integer".to_owned()),
        _ => (one == other).then(|| one.to_owned()),
    }
}

impl<'d> Types<'d> {
    /// What schemas say that hold together.
    pub fn facts(&self, all: &All<'d>) -> Result<Facts<'d>, Problem> {
        let mut parts = Vec::new();
        let mut seen = HashSet::new();
        for part in all {
            self.expand(part, &mut seen, &mut parts)?;
        }
        let mut facts = Facts::default();
        parts.into_iter().try_for_each(|part| facts.add(part))?;
        // A child that brings its parent is the arm of the parent's union that it is.
        facts.unions.retain(|union| {
            !union
                .targets(self.document)
                .any(|arm| arm != union.owner.address() && seen.contains(&arm))
        });
        Ok(facts)
    }

    /// The facts of the first way of a node.
    pub fn facts_of(&self, node: &Node<'d>) -> Result<Facts<'d>, Problem> {
        let Some(all) = node.ways.first() else {
            return Ok(Facts::default());
        };
        let mut facts = self.facts(all)?;
        if let Some(only) = &node.only {
            facts.types = Some(vec![only.clone()]);
        }
        Ok(facts)
    }

    /// A schema after everything that references and `allOf` bring into it.
    fn expand(
        &self,
        part: &Part<'d>,
        seen: &mut HashSet<usize>,
        out: &mut All<'d>,
    ) -> Result<(), Problem> {
        match part.schema {
            Value::Bool(_) | Value::Null => return Ok(()),
            Value::Object(_) => {}
            _ => return Err(no_schema(part)),
        }
        // What is in it already, and what contains itself, brings nothing.
        if !seen.insert(part.address()) {
            return Ok(());
        }
        if part.reading != Reading::Whole {
            out.push(part.clone());
            return Ok(());
        }
        if let Some(target) = reference(part.schema) {
            let target = self.target(target, &part.pointer)?;
            self.expand(&target, seen, out)?;
        }
        for inner in part.listed("allOf") {
            self.expand(&inner, seen, out)?;
        }
        out.push(part.read_as(Reading::Own));
        Ok(())
    }

    /// What a reference leads to.
    pub fn target(&self, reference: &str, from: &str) -> Result<Part<'d>, Problem> {
        let (schema, pointer) = self.document.resolve(reference, from)?;
        let owner = match (component_key(&pointer), self.placed.get(&pointer)) {
            (Some(_), Some(Ty::Named(name))) => Owner::Component(name.clone()),
            _ => Owner::Place,
        };
        Ok(Part {
            owner,
            ..Part::new(schema, pointer)
        })
    }

    /// Where references, and `allOf` of one schema, lead.
    pub fn followed(&self, part: &Part<'d>) -> Result<Part<'d>, Problem> {
        let mut at = part.clone();
        let mut seen = HashSet::new();
        while seen.insert(at.address()) {
            if let Some(target) = reference(at.schema) {
                at = self.target(target, &at.pointer)?;
            } else if let Some(inner) = only_part(&at) {
                at = inner;
            } else {
                return Ok(at);
            }
        }
        Err(Problem::new(
            &part.pointer,
            "references that lead back to themselves",
            "replace one of them with the value",
        ))
    }

    /// Whether the keywords beside a reference only repeat what its target says.
    pub fn is_plain_reference(&self, part: &Part<'d>) -> Result<bool, Problem> {
        const STRUCTURE: [&str; 9] = [
            "allOf",
            "const",
            "enum",
            "items",
            "oneOf",
            "anyOf",
            "properties",
            "required",
            "type",
        ];
        let is_said = |keyword: &&str| part.schema.get(*keyword).is_some();
        let said: Vec<&str> = STRUCTURE.into_iter().filter(is_said).collect();
        let is_secret = text(part.schema, "format") == Some("password");
        let Some(target) = reference(part.schema) else {
            return Ok(false);
        };
        if said.is_empty() && !is_secret {
            return Ok(true);
        }
        let target = self.facts(&vec![self.target(target, &part.pointer)?])?;
        Ok(said.iter().all(|keyword| match *keyword {
            // A narrower type matters where the target has none.
            "type" => !target
                .parts
                .iter()
                .all(|part| is_validation_only(part.schema)),
            "required" => elements(part.schema, "required")
                .iter()
                .filter_map(Value::as_str)
                .all(|name| target.required.contains(name) || target.property(name).is_none()),
            _ => false,
        }) && (!is_secret || target.format() == Some("password")))
    }

    /// Whether null is among the values, in any of the ways of 3.0 and 3.1.
    pub fn is_nullable(&self, node: &Node<'d>) -> bool {
        let null = |all: &All<'d>| {
            let mut spoke = false;
            let all = all
                .iter()
                .all(|part| match self.null(part, &mut HashSet::new()) {
                    Some(allowed) => {
                        spoke |= allowed;
                        allowed
                    }
                    None => true,
                });
            spoke && all
        };
        node.only.is_none() && node.ways.iter().any(null)
    }

    /// Whether a schema allows null. `None` if it doesn't restrict the type.
    fn null(&self, part: &Part<'d>, seen: &mut HashSet<usize>) -> Option<bool> {
        let schema = part.schema;
        if !seen.insert(part.address()) {
            return Some(false);
        }
        let by_type = match schema.get("type") {
            Some(Value::Array(names)) => names.iter().any(is_null_name),
            Some(name) => is_null_name(name),
            None => false,
        };
        if schema.get("nullable") == Some(&Value::Bool(true))
            || schema.get("const") == Some(&Value::Null)
            || elements(schema, "enum").contains(&Value::Null)
            || by_type
        {
            return Some(true);
        }
        if let Some(target) = reference(schema) {
            return match self.target(target, &part.pointer) {
                Ok(target) => self.null(&target, seen),
                Err(_) => Some(false),
            };
        }
        if is_validation_only(schema) {
            return None;
        }
        let parts: Vec<bool> = part
            .listed("allOf")
            .filter_map(|part| self.null(&part, seen))
            .collect();
        if !parts.is_empty() && parts.iter().all(|allowed| *allowed) {
            return Some(true);
        }
        let mut arms = part.listed("oneOf").chain(part.listed("anyOf"));
        Some(arms.any(|arm| reference(arm.schema).is_none() && self.null(&arm, seen) == Some(true)))
    }

    /// One type for the schemas of several statuses. Any value if they have nothing in common.
    pub(super) fn either(&mut self, node: &Node<'d>) -> Result<Ty, Problem> {
        let mut ways: Vec<All<'d>> = Vec::new();
        let mut known = HashSet::new();
        for all in &node.ways {
            let meant = match all.as_slice() {
                [part] => vec![self.followed(part)?],
                _ => all.clone(),
            };
            let is_new = known.insert(key(&meant));
            let is_new = is_new
                && match meant.as_slice() {
                    [part] => known.insert(without_prose(part.schema).to_string()),
                    _ => true,
                };
            if is_new {
                ways.push(all.clone());
            }
        }
        if ways.len() < 2 {
            return self.ty(&node.inner(ways, node.name.clone()));
        }
        let facts = ways
            .iter()
            .map(|all| self.facts(all))
            .collect::<Result<Vec<_>, _>>()?;
        let every = |test: &dyn Fn(&Facts<'d>) -> bool| facts.iter().all(test);
        if let Some(strings) = facts.iter().map(Facts::strings).collect::<Option<Vec<_>>>() {
            let values: Vec<&str> = strings.into_iter().flatten().collect();
            if !values.is_empty() {
                return Ok(self.enumeration(&values, String::new(), node));
            }
            let formats: HashSet<Option<&str>> = facts.iter().map(Facts::format).collect();
            let format = match (formats.contains(&Some("password")), formats.len()) {
                // A secret in one reply is a secret in every other.
                (true, _) => Some("password"),
                (false, 1) => formats.into_iter().next().flatten(),
                (false, _) => None,
            };
            return Ok(super::schema::string(format));
        }
        if every(&|facts| facts.is_type(&["boolean"])) {
            return Ok(Ty::Boolean);
        }
        if every(&|facts| facts.is_type(&["number", "integer"])) {
            return Ok(Ty::Number);
        }
        if every(&|facts| facts.is_type(&["array"])) {
            let items = facts.into_iter().map(|facts| facts.items).collect();
            let item = node.inner(items, Name::Wanted(format!("{}Item", node.name.text())));
            let ty = self.ty(&item)?;
            return Ok(Ty::List(Box::new(self.with_null(&item, ty))));
        }
        if every(&|facts| {
            facts.is_object() && facts.unions.is_empty() && !facts.properties.is_empty()
        }) {
            let rust = self.place(node, None);
            let description = facts.iter().find_map(|facts| facts.said("description"));
            let description = description.unwrap_or_default().to_owned();
            self.merged(&rust, description, node, facts, true)?;
            return Ok(Ty::Named(rust));
        }
        Ok(Ty::Any)
    }

    /// One object with the properties of all schemas, required where all of them require it.
    /// Returns false if one isn't an object.
    pub fn define_merged(
        &mut self,
        name: &str,
        description: String,
        ways: &[All<'d>],
        required: bool,
    ) -> Result<bool, Problem> {
        let facts = ways
            .iter()
            .map(|all| self.facts(all))
            .collect::<Result<Vec<_>, _>>()?;
        let are_objects = facts
            .iter()
            .all(|facts| facts.is_object() && facts.unions.is_empty());
        if are_objects {
            let node = Node::new(
                Vec::new(),
                Name::Claimed(name.to_owned()),
                Direction::Received,
            );
            self.merged(name, description, &node, facts, required)?;
        }
        Ok(are_objects)
    }

    /// Whether the schema is an object that cannot be empty.
    pub fn requires(&self, part: &Part<'d>) -> Result<bool, Problem> {
        let facts = self.facts(&vec![part.clone()])?;
        Ok(facts.is_object() && facts.unions.is_empty() && !facts.required.is_empty())
    }

    /// The object that has the properties of all these. Required, where anything is, is what all of
    /// them require.
    pub(super) fn merged(
        &mut self,
        name: &str,
        description: String,
        node: &Node<'d>,
        facts: Vec<Facts<'d>>,
        required: bool,
    ) -> Result<(), Problem> {
        let mut properties: Vec<(&'d str, Vec<All<'d>>)> = Vec::new();
        let mut by_name = HashMap::new();
        for facts in &facts {
            for (wire, all) in &facts.properties {
                let index = *by_name.entry(*wire).or_insert_with(|| {
                    properties.push((wire, Vec::new()));
                    properties.len() - 1
                });
                properties[index].1.push(all.clone());
            }
        }
        let is_required =
            |wire: &str| required && facts.iter().all(|facts| facts.required.contains(wire));
        let properties = properties
            .into_iter()
            .map(|(wire, ways)| (wire, ways, is_required(wire)))
            .collect();
        self.object(name, description, properties, node)
    }
}

/// A schema without prose and in a fixed order, so that schemas with the same meaning are equal.
fn without_prose(schema: &Value) -> Value {
    let mut members: Vec<(&String, Value)> = match schema {
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
                    let mut named: Vec<_> = named.iter().collect();
                    named.sort_by_key(|(name, _)| *name);
                    let named = named.into_iter();
                    let properties =
                        named.map(|(name, schema)| (name.clone(), without_prose(schema)));
                    (key, properties.collect())
                }
                value => (key, without_prose(value)),
            })
            .collect(),
        Value::Array(items) => return items.iter().map(without_prose).collect(),
        other => return other.clone(),
    };
    members.sort_by_key(|(key, _)| *key);
    members
        .into_iter()
        .map(|(key, value)| (key.clone(), value))
        .collect()
}

/// The schema that stands alone under `allOf`, with nothing of structure beside it.
pub fn only_part<'d>(part: &Part<'d>) -> Option<Part<'d>> {
    const BESIDE: [&str; 6] = ["properties", "oneOf", "anyOf", "enum", "const", "required"];
    let is_alone = elements(part.schema, "allOf").len() == 1
        && BESIDE
            .iter()
            .all(|keyword| part.schema.get(keyword).is_none());
    part.listed("allOf").next().filter(|_| is_alone)
}

/// A schema that brings no structure: `{required: [a]}`, or nothing at all.
pub fn is_validation_only(schema: &Value) -> bool {
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

/// Returns the names under `type` except null. `None` if there are none.
pub fn type_names(schema: &Value, pointer: &str) -> Result<Option<Vec<String>>, Problem> {
    const KNOWN: [&str; 6] = ["string", "number", "integer", "boolean", "array", "object"];
    let names = match schema.get("type") {
        None => return Ok(None),
        Some(Value::Array(names)) => names.iter().collect(),
        Some(name) => vec![name],
    };
    let mut known = Vec::new();
    for name in names {
        match name.as_str() {
            // Published documents also write YAML's null where 3.1 wants the string "null".
            _ if is_null_name(name) => {}
            Some(name) if KNOWN.contains(&name) => known.push(name.to_owned()),
            Some(name) => {
                return Err(Problem::new(
                    child(pointer, "type"),
                    format!("the type `{name}`"),
                    "use string, number, integer, boolean, array, object or null",
                ));
            }
            None => {
                return Err(Problem::new(
                    child(pointer, "type"),
                    format!("a type that is not a string: {name}"),
                    "write the name of a type, or a list of names",
                ));
            }
        }
    }
    // Null alone: any value will do beside it.
    Ok((!known.is_empty()).then_some(known))
}

pub fn is_null_name(name: &Value) -> bool {
    name.is_null() || name == "null"
}

/// Whether null is the only value.
pub fn is_null(schema: &Value) -> bool {
    match (schema.get("type"), schema.get("const"), schema.get("enum")) {
        (Some(Value::Array(names)), ..) => names.iter().all(is_null_name),
        (Some(name), ..) => is_null_name(name),
        (None, Some(value), _) => value.is_null(),
        (None, None, Some(Value::Array(values))) => {
            !values.is_empty() && values.iter().all(Value::is_null)
        }
        _ => false,
    }
}

pub fn no_schema(part: &Part<'_>) -> Problem {
    Problem::new(
        &part.pointer,
        format!("a schema that is not an object: {}", part.schema),
        "write a schema, or `{}` for any value",
    )
}
