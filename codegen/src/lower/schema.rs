//! Schemas to types.
//!
//! Every object, string enumeration and union becomes a named type, at whatever depth it stands.
//! Names come from the place in the document alone, so that an addition elsewhere never renames a
//! type.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use serde_json::Value;

use super::cycles;
use super::facts::is_deprecated;
use super::merge::{Facts, no_schema, only_part};
use super::node::{All, DEFAULT, Direction, Name, Node, Owner, Part, RUST_NAME};
use super::operation::{ERROR_TYPE, EVENT_TYPE, METHODS, items};
use super::own_names::{OwnNames, Sort};
use crate::document::{Document, Problem, child, members, reference, text};
use crate::model::{Arm, Kind, Presence, Property, Ty, Type, Union};
use crate::names::{Scope, is_type_name, pascal, snake};

pub const COMPONENTS: &str = "/components/schemas";

/// Far more than documents have, and few enough for [`STACK`](crate::STACK).
const MAX_DEPTH: usize = 256;

/// The key of the component that a pointer leads to; none for a place in one.
pub fn component_key(pointer: &str) -> Option<String> {
    let key = pointer.strip_prefix(COMPONENTS)?.strip_prefix('/')?;
    (!key.contains('/')).then(|| key.replace("~1", "/").replace("~0", "~"))
}

/// Names that the generated module uses for something else than a component.
const RESERVED: [&str; 21] = [
    ERROR_TYPE,
    EVENT_TYPE,
    "Change",
    "Number",
    "Timestamp",
    "Fit",
    "Value",
    "Map",
    "BTreeMap",
    "String",
    "Vec",
    "Option",
    "Box",
    "Result",
    "Some",
    "None",
    "Ok",
    "Err",
    "Default",
    "From",
    "Into",
];

/// Collects types while operations and components are lowered.
pub struct Types<'d> {
    pub(super) document: &'d Document,
    /// Components that a request body may contain: there, null and absence differ.
    sent: HashSet<String>,
    /// Components that a reply or an event may contain.
    received: HashSet<String>,
    names: Scope,
    pub(super) own_names: OwnNames,
    /// Finished and started types by the key of their node.
    pub(super) placed: HashMap<String, Ty>,
    /// Nodes without a type yet that are being looked at, each in the one before: their keys, and
    /// those without the combinations that they are parts of.
    entered: Vec<(String, String)>,
    pub(super) types: BTreeMap<String, Type>,
    /// By Rust name, the nodes that a type was made of.
    pub(super) sources: BTreeMap<String, Vec<Node<'d>>>,
    /// Components that are the body of a success status, by their Rust names.
    pub(super) replies: BTreeSet<String>,
    pub(super) warnings: Vec<String>,
    summary: Vec<String>,
    /// By the addresses of schemas, whether their unions lead to no circle. False while one is
    /// looked at.
    pub(super) open: RefCell<HashMap<usize, bool>>,
}

impl<'d> Types<'d> {
    pub fn new(document: &'d Document) -> Result<Self, Problem> {
        let mut names = Scope::with(RESERVED);
        let mut types = Self {
            document,
            sent: components_in(document, "paths", "requestBody"),
            received: &components_in(document, "paths", "responses")
                | &components_in(document, "webhooks", "requestBody"),
            own_names: OwnNames::of(document, &mut names),
            names,
            placed: HashMap::new(),
            entered: Vec::new(),
            types: BTreeMap::new(),
            sources: BTreeMap::new(),
            replies: BTreeSet::new(),
            warnings: Vec::new(),
            summary: Vec::new(),
            open: RefCell::default(),
        };
        // All components get their names before any is looked at: they may refer to one another.
        let components = document
            .root()
            .pointer(COMPONENTS)
            .and_then(Value::as_object);
        let mut named = Vec::new();
        let own = types.own_names.components.clone();
        for (key, schema) in components.into_iter().flatten() {
            let part = Part::new(schema, child(COMPONENTS, key));
            types.own_name(&part)?;
            let name = match own.get(key) {
                Some(name) => types
                    .own_names
                    .claim_for(schema, name.clone(), &mut types.names),
                None => types.names.claim(pascal(key)),
            };
            types
                .placed
                .insert(part.pointer.clone(), Ty::Named(name.clone()));
            named.push((key, name, part));
        }
        for (key, name, part) in named {
            let direction = match (types.sent.contains(key), types.received.contains(key)) {
                (true, true) => Direction::Both,
                (true, false) => Direction::Sent,
                (false, _) => Direction::Received,
            };
            let description = describe(part.schema);
            let pointer = part.pointer.clone();
            let ty = types.lower(&Node::of(part, Name::Claimed(name.clone()), direction))?;
            if !types.types.contains_key(&name) {
                types.alias(name, description, ty);
            } else if ty != Ty::Named(name.clone()) && types.own_names.is_shared(&name) {
                return Err(Problem::new(
                    pointer,
                    format!("a second schema called `{name}`, of another type"),
                    format!("give it another `{RUST_NAME}`"),
                ));
            }
        }
        // A component with another name has its own as well.
        for key in own.into_keys() {
            let name = pascal(&key);
            if let Some(ty @ Ty::Named(named)) = types.placed.get(&child(COMPONENTS, &key))
                && *named != name
                && types.names.claim(name.clone()) == name
            {
                let ty = ty.clone();
                types.alias(name, String::new(), ty);
            }
        }
        types.break_circles();
        Ok(types)
    }

    /// The Rust names of the components.
    pub fn components(&self) -> BTreeMap<String, String> {
        let named = self.placed.iter().filter_map(|(pointer, ty)| match ty {
            Ty::Named(name) => Some((component_key(pointer)?, name.clone())),
            _ => None,
        });
        named.collect()
    }

    pub fn finish(mut self) -> BTreeMap<String, Type> {
        cycles::box_cycles(&mut self.types);
        self.types
    }

    pub fn is_enum(&self, name: &str) -> bool {
        matches!(self.types.get(name).map(|ty| &ty.kind), Some(Kind::Enum(_)))
    }

    /// Allows null in a type without an empty value.
    pub fn allow_nothing(&mut self, name: &str) {
        if self.empty_value(name) == "null"
            && let Some(Kind::Alias(ty)) = self.types.get_mut(name).map(|ty| &mut ty.kind)
            && *ty != Ty::Any
        {
            *ty = Ty::Nullable(Box::new(ty.clone()));
        }
    }

    /// What an empty body means where this type is expected.
    pub fn empty_value(&self, name: &str) -> &'static str {
        let mut name = name;
        // There are no circles of aliases: see [`cycles::check_aliases`].
        loop {
            match self.types.get(name).map(|ty| &ty.kind) {
                Some(Kind::Struct(_) | Kind::Union(_) | Kind::Alias(Ty::Map(_))) => return "{}",
                Some(Kind::Alias(Ty::List(_))) => return "[]",
                Some(Kind::Alias(Ty::Named(target))) => name = target,
                _ => return "null",
            }
        }
    }

    /// Takes a name for a type that is about to be made.
    pub fn claim(&mut self, name: String) -> String {
        self.own_names.claim(name, None, &mut self.names)
    }

    pub fn alias(&mut self, name: String, description: String, ty: Ty) {
        let kind = Kind::Alias(ty);
        self.types.insert(name, Type { description, kind });
    }

    /// A type for the schema that is called `name`, whatever the schema is. Gives the name that it
    /// got.
    pub fn named(
        &mut self,
        name: &str,
        part: Part<'d>,
        direction: Direction,
    ) -> Result<String, Problem> {
        if let Some(Ty::Named(component)) = self.component(&part)?
            && self.means(&pascal(name), &component)
            && self.is_plain_reference(&part)?
        {
            return Ok(pascal(name));
        }
        self.named_node(Node::of(part, Name::Wanted(pascal(name)), direction))
    }

    /// The type of the component that a schema refers to.
    pub fn component(&self, part: &Part<'d>) -> Result<Option<Ty>, Problem> {
        let target = reference(part.schema).map(|target| self.target(target, &part.pointer));
        let target = target.transpose()?;
        Ok(target.and_then(|target| self.placed.get(&target.pointer).cloned()))
    }

    /// Whether `name` is the type `other`, or another name for it.
    fn means(&self, name: &str, other: &str) -> bool {
        let kind = self.types.get(name).map(|ty| &ty.kind);
        name == other || matches!(kind, Some(Kind::Alias(Ty::Named(target))) if target == other)
    }

    /// As [`Types::named`], for a node that has its name.
    pub fn named_node(&mut self, node: Node<'d>) -> Result<String, Problem> {
        let name = self.claim(node.name.text().to_owned());
        let description = describe(node.last().schema);
        let node = Node {
            name: Name::Claimed(name.clone()),
            ..node
        };
        let ty = self.ty(&node)?;
        if ty != Ty::Named(name.clone()) {
            let ty = self.with_null(&node, ty);
            self.alias(name.clone(), description, ty);
        }
        Ok(name)
    }

    /// The type of a node without null. See [`Types::is_nullable`].
    pub fn ty(&mut self, node: &Node<'d>) -> Result<Ty, Problem> {
        let key = node.key();
        if let Some(ty) = self.placed.get(&key) {
            return Ok(ty.clone());
        }
        let own = self.own_name(&node.last())?;
        let own =
            own.filter(|own| !matches!(&node.name, Name::Claimed(name) if name == own.text()));
        let node = &match own.clone() {
            Some(name) => Node {
                name,
                ..node.clone()
            },
            None => node.clone(),
        };
        if self.entered.len() >= MAX_DEPTH {
            return Err(Problem::new(
                node.pointer(),
                format!("schemas that stand in one another {MAX_DEPTH} times"),
                "make some of them components",
            ));
        }
        let alone = node.key_alone();
        let mut around = self.entered.iter().rev();
        if let Some(ty) = around.find_map(|(key, known)| match *known == alone {
            true => self.placed.get(key),
            false => None,
        }) {
            // A combination that contains itself.
            return Ok(ty.clone());
        }
        if self.entered.iter().any(|(known, _)| *known == key) {
            self.warn(
                node.pointer(),
                "contains nothing but itself, so that it may be any value",
            );
            return Ok(Ty::Any);
        }
        self.entered.push((key, alone));
        let ty = self.lower(node);
        self.entered.pop();
        let ty = ty?;
        match own {
            // Where something else took the place of the schema, its name is another one for that.
            Some(own) if !matches!(&ty, Ty::Named(name) if name == own.text()) => {
                let rust = self.place(node, None);
                self.alias(rust.clone(), describe(node.last().schema), ty);
                Ok(Ty::Named(rust))
            }
            _ => Ok(ty),
        }
    }

    /// The name that the document, or its overlay, gives the type of a schema.
    fn own_name(&self, part: &Part<'d>) -> Result<Option<Name>, Problem> {
        match text(part.schema, RUST_NAME) {
            None => Ok(None),
            Some(name) if is_type_name(name) => Ok(Some(Name::Own(name.to_owned()))),
            Some(name) => Err(Problem::new(
                child(&part.pointer, RUST_NAME),
                format!("`{name}`, which is not the name of a type"),
                format!("write `{}`", pascal(name)),
            )),
        }
    }

    /// The warnings, and the summary of what the client lacks.
    pub fn reports(&mut self) -> (Vec<String>, Vec<String>) {
        (
            std::mem::take(&mut self.warnings),
            std::mem::take(&mut self.summary),
        )
    }

    /// Adds a line to the summary of what the client lacks.
    pub fn mention(&mut self, pointer: &str, what: &str) {
        self.summary.push(format!("#{pointer} {what}"));
    }

    /// Leaves out something optional that can't be expressed.
    pub fn leave_out(&mut self, problem: Problem) {
        let Problem {
            pointer, construct, ..
        } = problem;
        self.warn(pointer, &format!("is {construct}, which is left out"));
    }

    /// Adds a warning about a place for the developer who builds.
    pub fn warn(&mut self, pointer: String, what: &str) {
        self.warnings.push(format!("#{pointer} {what}"));
    }

    fn lower(&mut self, node: &Node<'d>) -> Result<Ty, Problem> {
        if node.ways.len() > 1 {
            return self.either(node);
        }
        if let Some(part) = node.single() {
            match part.schema {
                Value::Bool(_) | Value::Null => return Ok(Ty::Any),
                Value::Object(_) => {}
                _ => return Err(no_schema(part)),
            }
            if self.is_plain_reference(part)? {
                return self.referenced(part, node);
            }
            if let Some(inner) = only_part(part) {
                return self.ty(&node.inner(vec![vec![inner]], node.name.clone()));
            }
        }
        let facts = self.facts_of(node)?;
        self.described(node, facts)
    }

    fn referenced(&mut self, part: &Part<'d>, node: &Node<'d>) -> Result<Ty, Problem> {
        let Some(reference) = reference(part.schema) else {
            return Ok(Ty::Any);
        };
        let target = self.target(reference, &part.pointer)?;
        self.ty(&node.inner(vec![vec![target]], node.name.clone()))
    }

    fn described(&mut self, node: &Node<'d>, facts: Facts<'d>) -> Result<Ty, Problem> {
        let is_dynamic = |part: &&Part<'d>| {
            let mut keywords = ["$dynamicRef", "$recursiveRef"].iter();
            keywords.any(|keyword| part.schema.get(keyword).is_some())
        };
        if let Some(part) = facts.parts.iter().find(is_dynamic) {
            self.warn(
                part.pointer.clone(),
                "is a dynamic reference, so that it may be any value",
            );
            return Ok(Ty::Any);
        }
        let description = describe(node.last().schema);
        if let Some(values) = &facts.values {
            return Ok(self.enumerated(values, description, node));
        }
        if let Some(clash) = &facts.clash {
            self.warn(
                clash.clone(),
                "contradicts other schemas of the value, so that it may be any value",
            );
            return Ok(Ty::Any);
        }
        if let Some(arms) = self.arms(&facts)? {
            if let Some(pointer) = arms.too_many {
                self.warn(
                    pointer,
                    "has too many combinations of alternatives, so that it may be any value",
                );
                return Ok(Ty::Any);
            }
            return self.union(node, description, arms.arms, arms.discriminator);
        }
        if facts.is_object() {
            return self.object_or_map(node, description, facts);
        }
        match facts.types.as_deref() {
            None if !facts.items.is_empty() => self.list(node, facts),
            None if facts.format().is_some() || facts.said("pattern").is_some() => {
                Ok(string(facts.format()))
            }
            None => Ok(Ty::Any),
            Some([one]) => match one.as_str() {
                "string" => Ok(string(facts.format())),
                "boolean" => Ok(Ty::Boolean),
                "integer" | "number" => Ok(Ty::Number),
                "array" => self.list(node, facts),
                // `object` is one above.
                _ => Ok(Ty::Any),
            },
            Some(several) => {
                let arms = several.iter().map(|one| Node {
                    only: Some(one.clone()),
                    ..node.clone()
                });
                self.union_of(node, description, arms.collect(), None)
            }
        }
    }

    fn list(&mut self, node: &Node<'d>, facts: Facts<'d>) -> Result<Ty, Problem> {
        if facts.items.is_empty() {
            return Ok(Ty::List(Box::new(Ty::Any)));
        }
        let name = Name::Wanted(format!("{}Item", node.name.text()));
        let item = node.inner(vec![facts.items], name);
        let ty = self.ty(&item)?;
        Ok(Ty::List(Box::new(self.with_null(&item, ty))))
    }

    /// A type inside a list, map or alias, where null has no property to be the absence of.
    pub(super) fn with_null(&self, node: &Node<'d>, ty: Ty) -> Ty {
        if ty != Ty::Any && self.is_nullable(node) {
            Ty::Nullable(Box::new(ty))
        } else {
            ty
        }
    }

    fn object_or_map(
        &mut self,
        node: &Node<'d>,
        description: String,
        facts: Facts<'d>,
    ) -> Result<Ty, Problem> {
        if facts.properties.is_empty() {
            if facts.further.is_empty() {
                return Ok(Ty::Map(Box::new(Ty::Any)));
            }
            let name = Name::Wanted(format!("{}Value", node.name.text()));
            let value = node.inner(vec![facts.further], name);
            let ty = self.ty(&value)?;
            return Ok(Ty::Map(Box::new(self.with_null(&value, ty))));
        }
        let rust = self.place(node, None);
        let Facts {
            properties,
            required,
            ..
        } = facts;
        let properties = properties
            .into_iter()
            .map(|(wire, all)| (wire, vec![all], required.contains(wire)))
            .collect();
        self.object(&rust, description, properties, node)?;
        Ok(Ty::Named(rust))
    }

    /// A struct: wire names with what the properties are, and whether they are required.
    pub(super) fn object(
        &mut self,
        name: &str,
        description: String,
        properties: Vec<(&'d str, Vec<All<'d>>, bool)>,
        owner: &Node<'d>,
    ) -> Result<(), Problem> {
        let mut fields = Scope::with(["extra"]);
        let mut lowered = Vec::new();
        for (wire, mut ways, required) in properties {
            let field = fields.claim(snake(wire));
            let mut home = name.to_owned();
            if let [all] = ways.as_mut_slice()
                && let [part] = all.as_mut_slice()
            {
                match &part.owner {
                    Owner::Component(name) => home.clone_from(name),
                    _ if owner.is_combined() => part.owner = Owner::Combination(name.to_owned()),
                    _ => {}
                }
            }
            let wanted = Name::Wanted(format!("{home}{}", pascal(wire)));
            let node = owner.inner(ways, wanted);
            let required = required && !self.may_be_lacking(&node)?;
            if required && let Some(clash) = self.clash(&node)? {
                return Err(Problem::new(
                    clash,
                    format!("a type that contradicts other schemas of `{wire}`, which is required"),
                    "let all parts of the schema agree on its type",
                ));
            }
            let ty = self.ty(&node)?;
            let presence = match (required, self.is_nullable(&node)) {
                // Null is one of any values.
                (true, true) if ty != Ty::Any => Presence::Nullable,
                (true, _) => self.constant(&node, &ty)?.unwrap_or(Presence::Required),
                (false, true) if node.direction.is_sent() && ty != Ty::Any => Presence::Change,
                (false, _) => Presence::Optional,
            };
            lowered.push(Property {
                description: self.property_description(&node),
                wire: wire.to_owned(),
                field,
                ty,
                presence,
                is_deprecated: node
                    .ways
                    .iter()
                    .flatten()
                    .any(|part| is_deprecated(part.schema)),
            });
        }
        let kind = Kind::Struct(lowered);
        self.types
            .insert(name.to_owned(), Type { description, kind });
        Ok(())
    }

    /// See [`Direction::may_lack`].
    fn may_be_lacking(&self, node: &Node<'d>) -> Result<bool, Problem> {
        for all in &node.ways {
            let mut parts = self.facts(all)?.parts.into_iter();
            if parts.any(|part| node.direction.may_lack(part.schema)) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Where several schemas contradict one another.
    fn clash(&self, node: &Node<'d>) -> Result<Option<String>, Problem> {
        match node.ways.as_slice() {
            [all] if all.len() > 1 || all.iter().any(|part| part.schema.get("allOf").is_some()) => {
                Ok(self.facts(all)?.clash)
            }
            _ => Ok(None),
        }
    }

    fn property_description(&self, node: &Node<'d>) -> String {
        let said = |part: &Part<'d>| {
            let own = describe(part.schema);
            match self.followed(part) {
                Ok(target) if own.is_empty() && reference(part.schema).is_some() => {
                    describe(target.schema)
                }
                _ => own,
            }
        };
        let first = node.ways.first().into_iter().flatten();
        let mut found = first.rev().map(said).filter(|text| !text.is_empty());
        found.next().unwrap_or_default()
    }

    /// The value of an enum that the constructor sets: the only one, or the one that the overlay
    /// names.
    fn constant(&self, node: &Node<'d>, ty: &Ty) -> Result<Option<Presence>, Problem> {
        let (Ty::Named(_), [all]) = (ty, node.ways.as_slice()) else {
            return Ok(None);
        };
        let facts = self.facts(all)?;
        // Not those of the type, which may be a component that isn't lowered yet.
        let known = variants(&facts.strings().unwrap_or_default());
        let variant = |wanted: &str| {
            let mut known = known.iter();
            known.find_map(|(value, variant)| (value == wanted).then(|| variant.clone()))
        };
        if let (Some([_]), Some([only])) = (facts.values.as_deref(), facts.strings().as_deref()) {
            return Ok(variant(only).map(Presence::Constant));
        }
        let default = facts
            .parts
            .iter()
            .rev()
            .find_map(|part| text(part.schema, DEFAULT));
        Ok(default.and_then(variant).map(Presence::Default))
    }

    fn enumerated(&mut self, values: &[&'d Value], description: String, node: &Node<'d>) -> Ty {
        let mut seen = HashSet::new();
        let values: Vec<&Value> = values
            .iter()
            .copied()
            .filter(|value| !value.is_null() && seen.insert(value.to_string()))
            .collect();
        let strings: Vec<&str> = values.iter().filter_map(|value| value.as_str()).collect();
        if strings.len() == values.len() && !strings.is_empty() {
            return self.enumeration(&strings, description, node);
        }
        match values.as_slice() {
            // Of a boolean, two values say nothing, and one is a constant.
            [Value::Bool(_)] | [Value::Bool(_), Value::Bool(_)] => Ty::Boolean,
            [Value::Number(_)] => Ty::Number,
            [_, _, ..] if values.iter().all(|value| is_scalar(value)) => {
                let rust = self.place(node, Some(Sort::Union));
                let mut variants = Scope::with(["Unknown"]);
                let arms = values.into_iter().map(|value| Arm::Unit {
                    variant: variants.claim(match value {
                        Value::String(value) => pascal(value),
                        value => pascal(&value.to_string()),
                    }),
                    value: value.clone(),
                });
                let kind = Kind::Union(Union {
                    tag: None,
                    arms: arms.collect(),
                });
                self.define(&rust, Type { description, kind });
                Ty::Named(rust)
            }
            _ => Ty::Any,
        }
    }

    pub(super) fn enumeration(
        &mut self,
        values: &[&str],
        description: String,
        node: &Node<'d>,
    ) -> Ty {
        let rust = self.place(node, Some(Sort::Enum));
        let kind = Kind::Enum(variants(values));
        self.define(&rust, Type { description, kind });
        Ty::Named(rust)
    }

    /// Adds a type, or adds its values or arms to the type of the same name.
    pub(super) fn define(&mut self, name: &str, ty: Type) {
        let Some(known) = self.types.get_mut(name) else {
            self.types.insert(name.to_owned(), ty);
            return;
        };
        if known.description != ty.description {
            known.description.clear();
        }
        match (&mut known.kind, ty.kind) {
            (Kind::Enum(known), Kind::Enum(added)) => {
                let all: Vec<String> = known
                    .drain(..)
                    .chain(added)
                    .map(|(value, _)| value)
                    .collect();
                *known = variants(&all.iter().map(String::as_str).collect::<Vec<_>>());
            }
            (Kind::Union(known), Kind::Union(added)) => known.extend(added),
            (known, kind) => *known = kind,
        }
    }

    /// Takes the name of a node, which is a type from now on. Of a sort that schemas may share, it
    /// may be one already.
    pub(super) fn place(&mut self, node: &Node<'d>, sort: Option<Sort>) -> String {
        let rust = match &node.name {
            Name::Claimed(name) => name.clone(),
            Name::Wanted(name) => self.names.claim(name.clone()),
            Name::Own(name) => self.own_names.claim(name.clone(), sort, &mut self.names),
        };
        self.placed.insert(node.key(), Ty::Named(rust.clone()));
        self.sources
            .entry(rust.clone())
            .or_default()
            .push(node.clone());
        rust
    }

    /// Records the schemas of each status or event as those that a type is made of.
    pub(super) fn made_of(&mut self, name: &str, ways: Vec<All<'d>>) {
        let name = name.to_owned();
        let node = Node {
            ways,
            ..Node::new(Vec::new(), Name::Claimed(name.clone()), Direction::Received)
        };
        self.sources.entry(name).or_default().push(node);
    }
}

fn is_scalar(value: &Value) -> bool {
    matches!(value, Value::String(_) | Value::Bool(_) | Value::Number(_))
}

/// The values of an enum with their variants.
fn variants(values: &[&str]) -> Vec<(String, String)> {
    let mut names = Scope::with(["Unknown"]);
    let mut seen = HashSet::new();
    values
        .iter()
        .filter(|value| seen.insert(**value))
        .map(|value| ((*value).to_owned(), names.claim(pascal(value))))
        .collect()
}

/// Components that a part of the operations refers to, however deep.
fn components_in(document: &Document, owner: &str, part: &str) -> HashSet<String> {
    let mut found = HashSet::new();
    let mut waiting = Vec::new();
    for (_, item) in members(document.root(), owner) {
        // A broken reference is reported where it's lowered. In an example it doesn't matter.
        let items = items(document, item, String::new()).unwrap_or_default();
        for operation in items
            .iter()
            .flat_map(|item| METHODS.iter().filter_map(move |method| item.under(method)))
        {
            if let Ok((operation, _)) = document.follow(operation.schema, "") {
                waiting.extend(operation.get(part));
            }
        }
    }
    while let Some(value) = waiting.pop() {
        match value {
            Value::Array(items) => waiting.extend(items),
            Value::Object(object) => {
                waiting.extend(object.values());
                let Some(target) = reference(value) else {
                    continue;
                };
                let Ok((target, pointer)) = document.resolve(target, "") else {
                    continue;
                };
                if found.insert(pointer) {
                    waiting.push(target);
                }
            }
            _ => {}
        }
    }
    found
        .into_iter()
        .filter_map(|pointer| component_key(&pointer))
        .collect()
}

/// The text for a type or member: description, or title, and whether it is deprecated.
pub fn describe(schema: &Value) -> String {
    let own = text(schema, "description").or_else(|| text(schema, "title"));
    let own = own.unwrap_or_default().trim();
    if schema.get("deprecated") == Some(&Value::Bool(true)) {
        format!("Deprecated. {own}").trim_end().to_owned()
    } else {
        own.to_owned()
    }
}

/// The type of a string of this format.
pub fn string(format: Option<&str>) -> Ty {
    match format {
        Some("date-time") => Ty::Timestamp,
        Some("password") => Ty::Secret,
        Some("uri") => Ty::Uri,
        _ => Ty::String,
    }
}

pub fn last_segment(target: &str) -> &str {
    target.rsplit('/').next().unwrap_or(target)
}
