//! Schemas to types.
//!
//! Every object, string enumeration and union becomes a named type, at whatever depth it stands. Names come from the place
//! in the document alone, so that an addition elsewhere never renames a type.

mod cycles;
mod merge;
mod own_names;
mod shape;
mod union;

use std::collections::{BTreeMap, HashMap, HashSet};

use serde_json::Value;

use super::operation::{ERROR_TYPE, EVENT_TYPE};
use crate::document::{Document, Problem, child, elements, members, reference, text};
use crate::model::{Kind, Presence, Property, Ty, Type};
use crate::names::{Scope, pascal, snake};
use own_names::OwnNames;
use shape::{Shape, several_unions};

const COMPONENTS: &str = "/components/schemas";

/// Far more than documents have, and few enough for [`STACK`](crate::STACK).
const MAX_DEPTH: usize = 256;

/// Names the type of a schema, or of the reply of the operation whose `responses` it stands in.
pub const RUST_NAME: &str = "x-rust-name";

/// Names the component that an arm was before properties beside its union were put into it.
const COMPONENT: &str = "x-component";

/// The key of the component that a pointer leads to; none for a place in one.
fn component_key(pointer: &str) -> Option<String> {
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
    document: &'d Document,
    /// Components that a request body may contain: there, null and absence differ.
    sent: HashSet<String>,
    names: Scope,
    own_names: OwnNames,
    /// Finished and started types by the pointer of their schema.
    placed: HashMap<String, Ty>,
    /// Schemas without a name that references led to and whose types are being made.
    entered: HashSet<String>,
    types: BTreeMap<String, Type>,
    warnings: Vec<String>,
    /// Schemas that are being looked at, each in the one before.
    depth: usize,
}

/// The name for a schema that needs one.
#[derive(Clone)]
pub enum Name {
    /// Taken already: an alias is made when the schema turns out to need no type of its own.
    Claimed(String),
    /// To be claimed when the schema needs a type.
    Wanted(String),
    /// Given by the document or its overlay.
    Own(String),
}

impl Name {
    fn text(&self) -> &str {
        match self {
            Self::Claimed(name) | Self::Wanted(name) | Self::Own(name) => name,
        }
    }
}

impl<'d> Types<'d> {
    pub fn new(document: &'d Document) -> Result<Self, Problem> {
        let mut names = Scope::with(RESERVED);
        let mut types = Self {
            document,
            sent: HashSet::new(),
            own_names: OwnNames::of(document, &mut names),
            names,
            placed: HashMap::new(),
            entered: HashSet::new(),
            types: BTreeMap::new(),
            warnings: Vec::new(),
            depth: 0,
        };
        types.sent = types.components_in_requests();
        // All components get their names before any is looked at: they may refer to one another.
        let components = document.root().pointer(COMPONENTS).unwrap_or(&Value::Null);
        let own = types.own_names.components.clone();
        for (key, schema) in components.as_object().into_iter().flatten() {
            let pointer = child(COMPONENTS, key);
            types.own_name(schema, &pointer)?;
            let name = match own.get(key) {
                Some(name) => types.own_names.claim(name, &mut types.names),
                None => types.names.claim(pascal(key)),
            };
            types.placed.insert(pointer, Ty::Named(name));
        }
        for (key, _) in components.as_object().into_iter().flatten() {
            types.component(key)?;
        }
        // A component with another name has its own as well.
        for key in own.into_keys() {
            let name = pascal(&key);
            if let Some(ty @ Ty::Named(named)) =
                types.placed.get(&child(COMPONENTS, &key)).cloned().as_ref()
                && *named != name
                && types.names.claim(name.clone()) == name
            {
                types.alias(name, String::new(), ty.clone());
            }
        }
        types.check_aliases()?;
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
        self.box_cycles();
        self.types
    }

    fn kind(&self, name: &str) -> Option<&Kind> {
        self.types.get(name).map(|ty| &ty.kind)
    }

    pub fn is_enum(&self, name: &str) -> bool {
        matches!(self.kind(name), Some(Kind::Enum(_)))
    }

    /// Lets a type for which there is no empty value be null instead.
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
        match self.types.get(name).map(|ty| &ty.kind) {
            Some(Kind::Struct(_) | Kind::Union(_)) | Some(Kind::Alias(Ty::Map(_))) => "{}",
            Some(Kind::Alias(Ty::List(_))) => "[]",
            Some(Kind::Alias(Ty::Named(name))) => self.empty_value(name),
            _ => "null",
        }
    }

    /// Takes a name for a type that is about to be made.
    pub fn claim(&mut self, name: &str) -> String {
        self.own_names.claim(&pascal(name), &mut self.names)
    }

    pub fn alias(&mut self, name: String, description: String, ty: Ty) {
        let kind = Kind::Alias(ty);
        self.types.insert(name, Type { description, kind });
    }

    /// A type for the schema that is called `name`, whatever the schema is. Gives the name that it got.
    pub fn named(
        &mut self,
        name: &str,
        schema: &Value,
        pointer: &str,
        sent: bool,
    ) -> Result<String, Problem> {
        if let Some(target) = reference(schema)
            && let Ok((_, target)) = self.document.resolve(target, pointer)
            && let Some(Ty::Named(component)) = self.placed.get(&target)
            && self.means(&pascal(name), component)
        {
            return Ok(pascal(name));
        }
        let name = self.claim(name);
        let ty = self.ty(schema, pointer, &Name::Claimed(name.clone()), sent)?;
        if ty != Ty::Named(name.clone()) {
            let ty = self.nullable(schema, pointer, ty);
            self.alias(name.clone(), describe(schema), ty);
        }
        Ok(name)
    }

    /// Whether `name` is the type `other`, or another name for it.
    fn means(&self, name: &str, other: &str) -> bool {
        let alias =
            matches!(self.kind(name), Some(Kind::Alias(Ty::Named(target))) if target == other);
        name == other || alias
    }

    fn component(&mut self, key: &str) -> Result<(), Problem> {
        let pointer = child(COMPONENTS, key);
        let Some(Ty::Named(name)) = self.placed.get(&pointer).cloned() else {
            return Ok(());
        };
        if self.types.contains_key(&name) {
            return Ok(());
        }
        let document = self.document;
        let Some(schema) = document.root().pointer(&pointer) else {
            return Ok(());
        };
        // Stands for the type while it is being made, so that a circle of references ends here.
        let kind = Kind::Alias(Ty::Any);
        let description = String::new();
        self.types.insert(name.clone(), Type { description, kind });
        let sent = self.sent.contains(key);
        if let Some(target) = reference(schema) {
            let ty = self.referenced(target, &pointer, &Name::Wanted(name.clone()), sent)?;
            self.alias(name, describe(schema), ty);
            return Ok(());
        }
        let ty = self.inline(schema, &pointer, &Name::Claimed(name.clone()), sent)?;
        if ty != Ty::Named(name.clone()) {
            self.alias(name, describe(schema), ty);
        }
        Ok(())
    }

    /// The type of a schema. Whether null is allowed is a question of its own: see [`Types::is_nullable`].
    pub fn ty(
        &mut self,
        schema: &Value,
        pointer: &str,
        name: &Name,
        sent: bool,
    ) -> Result<Ty, Problem> {
        if let Some(ty) = self.placed.get(pointer) {
            return Ok(ty.clone());
        }
        let own = self.own_name(schema, pointer)?;
        let own = own.filter(|own| !matches!(name, Name::Claimed(name) if name == own.text()));
        let name = own.as_ref().unwrap_or(name);
        if self.depth > MAX_DEPTH {
            return Err(Problem::new(
                pointer,
                format!("schemas that stand in one another {MAX_DEPTH} times"),
                "make some of them components",
            ));
        }
        self.depth += 1;
        let ty = match reference(schema) {
            // The format beside the reference says more of a string than the component does.
            Some(_) if string(schema) == Ty::Secret && self.is_string(schema, pointer)? => {
                Ok(Ty::Secret)
            }
            Some(target) => self.referenced(target, pointer, name, sent),
            None => self.inline(schema, pointer, name, sent),
        };
        self.depth -= 1;
        let ty = ty?;
        match own {
            // Where something else took the place of the schema, its name is another one for that.
            Some(own) if !matches!(&ty, Ty::Named(name) if name == own.text()) => {
                let rust = self.place(&own, pointer);
                self.alias(rust.clone(), describe(schema), ty);
                Ok(Ty::Named(rust))
            }
            _ => Ok(ty),
        }
    }

    fn is_string(&self, schema: &Value, pointer: &str) -> Result<bool, Problem> {
        let strings = self.all_strings(&[(schema.clone(), pointer.to_owned())])?;
        Ok(matches!(strings, Some(None)))
    }

    /// The name that the document, or its overlay, gives the type of a schema.
    fn own_name(&self, schema: &Value, pointer: &str) -> Result<Option<Name>, Problem> {
        match text(schema, RUST_NAME) {
            None => Ok(None),
            Some(name) if pascal(name) == name => Ok(Some(Name::Own(name.to_owned()))),
            Some(name) => Err(Problem::new(
                child(pointer, RUST_NAME),
                format!("`{name}`, which is not the name of a type"),
                format!("write `{}`", pascal(name)),
            )),
        }
    }

    pub fn warnings(&mut self) -> Vec<String> {
        std::mem::take(&mut self.warnings)
    }

    fn referenced(
        &mut self,
        target: &str,
        from: &str,
        name: &Name,
        sent: bool,
    ) -> Result<Ty, Problem> {
        let document = self.document;
        let (schema, pointer) = document.resolve(target, from)?;
        match component_key(&pointer) {
            Some(key) => {
                self.component(&key)?;
                match self.placed.get(&pointer) {
                    Some(ty) => Ok(ty.clone()),
                    None => Ok(Ty::Any),
                }
            }
            // A reference into the middle of something.
            _ if self.placed.contains_key(&pointer) => self.ty(schema, &pointer, name, sent),
            _ => {
                if !self.entered.insert(pointer.clone()) {
                    return Err(Problem::new(
                        from,
                        format!("a reference that leads back to itself, `{target}`"),
                        "make what it refers to a component, with an object or a union between",
                    ));
                }
                let ty = self.ty(schema, &pointer, name, sent);
                self.entered.remove(&pointer);
                ty
            }
        }
    }

    fn inline(
        &mut self,
        schema: &Value,
        pointer: &str,
        name: &Name,
        sent: bool,
    ) -> Result<Ty, Problem> {
        match schema {
            Value::Bool(true) | Value::Null => return Ok(Ty::Any),
            Value::Object(_) => {}
            _ => {
                return Err(Problem::new(
                    pointer,
                    format!("a schema that is no object: {schema}"),
                    "write a schema, or `{}` for any value",
                ));
            }
        }
        if schema.get("$dynamicRef").is_some() || schema.get("$recursiveRef").is_some() {
            return Err(Problem::new(
                pointer,
                "a dynamic reference",
                "use `$ref` to a component",
            ));
        }
        if let [part] = elements(schema, "allOf")
            && schema.get("properties").is_none()
            && elements(schema, "oneOf").is_empty()
            && elements(schema, "anyOf").is_empty()
        {
            return self.ty(part, &child(&child(pointer, "allOf"), 0), name, sent);
        }
        if let Some(value) = schema.get("const") {
            return Ok(match value {
                Value::String(value) => {
                    self.enumeration(vec![value.clone()], schema, pointer, name)
                }
                Value::Bool(_) => Ty::Boolean,
                Value::Number(_) => Ty::Number,
                _ => Ty::Any,
            });
        }
        if let Some(values) = schema.get("enum").and_then(Value::as_array) {
            return Ok(self.enumerated(values, schema, pointer, name));
        }
        if let Some(shape) = self.shape(schema, pointer, 0)? {
            return self.shaped(shape, schema, pointer, name, sent);
        }
        for keyword in ["oneOf", "anyOf"] {
            let arms = elements(schema, keyword);
            if !arms.is_empty() {
                let pointer = child(pointer, keyword);
                let arms = arms
                    .iter()
                    .enumerate()
                    .map(|(index, arm)| (arm.clone(), child(&pointer, index)))
                    .collect();
                let discriminator = schema.get("discriminator");
                return self.union(arms, discriminator, &describe(schema), &pointer, name, sent);
            }
        }
        if !elements(schema, "allOf").is_empty() {
            return self.most_specific(schema, pointer, name, sent);
        }
        let types = type_names(schema, pointer)?;
        match types.as_slice() {
            [] if schema.get("items").is_some() => self.list(schema, pointer, name, sent),
            [] if schema.get("format").is_some() || schema.get("pattern").is_some() => {
                Ok(string(schema))
            }
            [] => Ok(Ty::Any),
            [one] => self.primitive(one, schema, pointer, name, sent),
            several => {
                let arms = several
                    .iter()
                    .map(|one| {
                        let mut arm = schema.clone();
                        arm["type"] = one.as_str().into();
                        (arm, format!("{pointer}/type={one}"))
                    })
                    .collect();
                self.union(arms, None, &describe(schema), pointer, name, sent)
            }
        }
    }

    fn primitive(
        &mut self,
        type_name: &str,
        schema: &Value,
        pointer: &str,
        name: &Name,
        sent: bool,
    ) -> Result<Ty, Problem> {
        match type_name {
            "string" => Ok(string(schema)),
            "boolean" => Ok(Ty::Boolean),
            "integer" | "number" => Ok(Ty::Number),
            "array" => self.list(schema, pointer, name, sent),
            "object" => Ok(Ty::Map(Box::new(Ty::Any))),
            other => Err(Problem::new(
                child(pointer, "type"),
                format!("the type `{other}`"),
                "use string, number, integer, boolean, array, object or null",
            )),
        }
    }

    fn list(
        &mut self,
        schema: &Value,
        pointer: &str,
        name: &Name,
        sent: bool,
    ) -> Result<Ty, Problem> {
        let Some(items) = schema.get("items") else {
            return Ok(Ty::List(Box::new(Ty::Any)));
        };
        let item = Name::Wanted(format!("{}Item", name.text()));
        let pointer = child(pointer, "items");
        let ty = self.ty(items, &pointer, &item, sent)?;
        Ok(Ty::List(Box::new(self.nullable(items, &pointer, ty))))
    }

    /// A type inside a list, map or alias, where null has no property to be the absence of.
    fn nullable(&self, schema: &Value, pointer: &str, ty: Ty) -> Ty {
        if ty != Ty::Any && self.is_nullable(schema, pointer) {
            Ty::Nullable(Box::new(ty))
        } else {
            ty
        }
    }

    fn shaped(
        &mut self,
        mut shape: Shape,
        schema: &Value,
        pointer: &str,
        name: &Name,
        sent: bool,
    ) -> Result<Ty, Problem> {
        let unions = std::mem::take(&mut shape.unions);
        if let Some((union, union_pointer)) = unions.first() {
            let arms = self.distributed(&shape, union, union_pointer, pointer)?;
            if !arms.is_empty() {
                if unions.len() > 1 {
                    return Err(several_unions(pointer));
                }
                let discriminator = union.get("discriminator");
                return self.union(arms, discriminator, &describe(schema), pointer, name, sent);
            }
        }
        if shape.properties.is_empty() {
            return Ok(match shape.further {
                Some((further, pointer)) => {
                    let value = Name::Wanted(format!("{}Value", name.text()));
                    let ty = self.ty(&further, &pointer, &value, sent)?;
                    Ty::Map(Box::new(self.nullable(&further, &pointer, ty)))
                }
                None => Ty::Map(Box::new(Ty::Any)),
            });
        }
        let rust = self.place(name, pointer);
        self.object(&rust, describe(schema), shape, sent)?;
        Ok(Ty::Named(rust))
    }

    fn object(
        &mut self,
        name: &str,
        description: String,
        shape: Shape,
        sent: bool,
    ) -> Result<(), Problem> {
        let mut fields = Scope::with(["extra"]);
        let mut properties = Vec::new();
        for (wire, schema, pointer) in shape.properties {
            let field = fields.claim(snake(&wire));
            let wanted = Name::Wanted(format!("{name}{}", pascal(&wire)));
            let ty = self.ty(&schema, &pointer, &wanted, sent)?;
            let nullable = self.is_nullable(&schema, &pointer);
            let presence = match (shape.required.contains(&wire), nullable) {
                // Any value may be null: it says so itself.
                (true, true) if ty != Ty::Any => Presence::Nullable,
                (true, _) => match self.constant(&schema, &pointer, &ty)? {
                    Some(variant) => Presence::Constant(variant),
                    None => Presence::Required,
                },
                (false, true) if sent && ty != Ty::Any => Presence::Change,
                (false, _) => Presence::Optional,
            };
            properties.push(Property {
                description: self.property_description(&schema, &pointer)?,
                wire,
                field,
                ty,
                presence,
            });
        }
        let kind = Kind::Struct(properties);
        self.types
            .insert(name.to_owned(), Type { description, kind });
        Ok(())
    }

    fn property_description(&self, schema: &Value, pointer: &str) -> Result<String, Problem> {
        let own = describe(schema);
        if !own.is_empty() || reference(schema).is_none() {
            return Ok(own);
        }
        let (target, _) = self.document.follow(schema, pointer)?;
        Ok(describe(target))
    }

    /// The variant of a one-value enum.
    fn constant(&self, schema: &Value, pointer: &str, ty: &Ty) -> Result<Option<String>, Problem> {
        let (schema, _) = self.document.follow(schema, pointer)?;
        let fixed = schema.get("const").is_some() || elements(schema, "enum").len() == 1;
        let Ty::Named(name) = ty else {
            return Ok(None);
        };
        Ok(match self.types.get(name).map(|ty| &ty.kind) {
            Some(Kind::Enum(values)) if fixed => values.first().map(|(_, variant)| variant.clone()),
            _ => None,
        })
    }

    fn enumerated(&mut self, values: &[Value], schema: &Value, pointer: &str, name: &Name) -> Ty {
        let values: Vec<&Value> = values.iter().filter(|value| !value.is_null()).collect();
        let strings: Vec<String> = values
            .iter()
            .filter_map(|value| value.as_str().map(str::to_owned))
            .collect();
        if strings.len() == values.len() && !strings.is_empty() {
            self.enumeration(strings, schema, pointer, name)
        } else if !values.is_empty() && values.iter().all(|value| value.is_boolean()) {
            Ty::Boolean
        } else if !values.is_empty() && values.iter().all(|value| value.is_number()) {
            Ty::Number
        } else {
            Ty::Any
        }
    }

    fn enumeration(
        &mut self,
        values: Vec<String>,
        schema: &Value,
        pointer: &str,
        name: &Name,
    ) -> Ty {
        let rust = self.place(name, pointer);
        let mut variants = Scope::with(["Unknown"]);
        let mut seen = HashSet::new();
        let values = values
            .into_iter()
            .filter(|value| seen.insert(value.clone()))
            .map(|value| {
                let variant = variants.claim(pascal(&value));
                (value, variant)
            })
            .collect();
        let description = describe(schema);
        let kind = Kind::Enum(values);
        self.types.insert(rust.clone(), Type { description, kind });
        Ty::Named(rust)
    }

    /// Whether the schema lets null through, in any of the ways of 3.0 and 3.1.
    fn is_nullable(&self, schema: &Value, pointer: &str) -> bool {
        let Ok((schema, pointer)) = self.document.follow(schema, pointer) else {
            return false;
        };
        if schema.get("nullable") == Some(&Value::Bool(true)) {
            return true;
        }
        if schema.get("const") == Some(&Value::Null) {
            return true;
        }
        if elements(schema, "enum").contains(&Value::Null) {
            return true;
        }
        match schema.get("type") {
            Some(Value::Array(names)) if names.iter().any(is_null_name) => return true,
            Some(name) if is_null_name(name) => return true,
            _ => {}
        }
        // What all parts of an allOf let through.
        let parts = elements(schema, "allOf");
        let part_is_nullable =
            |(index, part)| self.is_nullable(part, &child(&child(&pointer, "allOf"), index));
        if !parts.is_empty() && parts.iter().enumerate().all(part_is_nullable) {
            return true;
        }
        ["oneOf", "anyOf"].iter().any(|keyword| {
            elements(schema, keyword)
                .iter()
                .enumerate()
                .any(|(index, arm)| {
                    let pointer = child(&child(&pointer, keyword), index);
                    reference(arm).is_none() && self.is_nullable(arm, &pointer)
                })
        })
    }

    fn place(&mut self, name: &Name, pointer: &str) -> String {
        let rust = match name {
            Name::Claimed(name) => name.clone(),
            Name::Wanted(name) => self.names.claim(name.clone()),
            Name::Own(name) => self.own_names.claim(name, &mut self.names),
        };
        if !pointer.is_empty() {
            self.placed
                .insert(pointer.to_owned(), Ty::Named(rust.clone()));
        }
        rust
    }

    /// Components that request bodies refer to, however deep.
    fn components_in_requests(&self) -> HashSet<String> {
        let mut found = HashSet::new();
        let mut waiting = Vec::new();
        for (path, item) in members(self.document.root(), "paths") {
            // What cannot be followed is a problem where it is lowered; in an example it is none.
            let Ok((item, _)) = self.document.follow(item, &child("/paths", path)) else {
                continue;
            };
            for operation in item.as_object().into_iter().flatten().map(|(_, v)| v) {
                waiting.extend(operation.get("requestBody"));
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
                    let Ok((target, pointer)) = self.document.resolve(target, "") else {
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

fn string(schema: &Value) -> Ty {
    match text(schema, "format") {
        Some("date-time") => Ty::Timestamp,
        Some("password") => Ty::Secret,
        Some("uri") => Ty::Uri,
        _ => Ty::String,
    }
}

/// The names under `type`, without null.
pub fn type_names(schema: &Value, pointer: &str) -> Result<Vec<String>, Problem> {
    match schema.get("type") {
        None => Ok(Vec::new()),
        // Published documents also write YAML's null where 3.1 wants the string "null".
        Some(name) if is_null_name(name) => Ok(Vec::new()),
        Some(Value::String(name)) => Ok(vec![name.clone()]),
        Some(Value::Array(names)) => Ok(names
            .iter()
            .filter(|name| !is_null_name(name))
            .filter_map(|name| name.as_str().map(str::to_owned))
            .collect()),
        Some(other) => Err(Problem::new(
            child(pointer, "type"),
            format!("a type that is no name: {other}"),
            "write the name of a type, or a list of names",
        )),
    }
}

fn is_null_name(name: &Value) -> bool {
    name.is_null() || name == "null"
}

fn last_segment(target: &str) -> &str {
    target.rsplit('/').next().unwrap_or(target)
}
