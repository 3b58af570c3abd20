//! Schemas to types.
//!
//! Every object, string enumeration and union becomes a named type, at whatever depth it stands. Names come from the place
//! in the document alone, so that an addition elsewhere never renames a type.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde_json::{Value, json};

use super::document::{Document, Problem, child, elements, members, reference, text};
use super::model::{Arm, Kind, Presence, Property, Ty, Type, Union};
use super::names::{Scope, pascal, snake};
use super::operation::{ERROR_TYPE, EVENT_TYPE};

const COMPONENTS: &str = "/components/schemas";

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
    /// Finished and started types by the pointer of their schema.
    placed: HashMap<String, Ty>,
    /// Schemas without a name that references led to and whose types are being made.
    entered: HashSet<String>,
    types: BTreeMap<String, Type>,
}

/// The name for a schema that needs one.
#[derive(Clone)]
pub enum Name {
    /// Taken already: an alias is made when the schema turns out to need no type of its own.
    Claimed(String),
    /// To be claimed when the schema needs a type.
    Wanted(String),
}

impl Name {
    fn text(&self) -> &str {
        match self {
            Self::Claimed(name) | Self::Wanted(name) => name,
        }
    }
}

/// An object with everything that `allOf` and references bring into it.
#[derive(Clone, Default)]
struct Shape {
    /// Wire name, schema, pointer.
    properties: Vec<(String, Value, String)>,
    required: HashSet<String>,
    /// Schema of further properties, when it says something.
    further: Option<(Value, String)>,
    /// `oneOf` and `anyOf` that stand beside the properties.
    unions: Vec<(Value, String)>,
}

impl<'d> Types<'d> {
    pub fn new(document: &'d Document) -> Result<Self, Problem> {
        let mut types = Self {
            document,
            sent: HashSet::new(),
            names: Scope::with(RESERVED),
            placed: HashMap::new(),
            entered: HashSet::new(),
            types: BTreeMap::new(),
        };
        types.sent = types.components_in_requests();
        // All components get their names before any is looked at: they may refer to one another.
        let components = document.root().pointer(COMPONENTS).unwrap_or(&Value::Null);
        for (key, _) in components.as_object().into_iter().flatten() {
            let name = types.names.claim(pascal(key));
            types.placed.insert(child(COMPONENTS, key), Ty::Named(name));
        }
        for (key, _) in components.as_object().into_iter().flatten() {
            types.component(key)?;
        }
        types.check_aliases()?;
        Ok(types)
    }

    pub fn finish(mut self) -> BTreeMap<String, Type> {
        self.box_cycles();
        self.types
    }

    /// A component that is another name for itself, with at most lists and maps between, has no type in Rust.
    fn check_aliases(&self) -> Result<(), Problem> {
        for name in self.types.keys() {
            let mut waiting = vec![name];
            let mut seen = HashSet::new();
            while let Some(Kind::Alias(ty)) = waiting.pop().and_then(|at| self.kind(at)) {
                let Some(next) = innermost(ty) else {
                    continue;
                };
                if next == name {
                    let ty = Ty::Named(name.clone());
                    let place = self.placed.iter().find(|(_, placed)| **placed == ty);
                    return Err(Problem::new(
                        place
                            .map(|(pointer, _)| pointer.clone())
                            .unwrap_or_default(),
                        "a component that contains nothing but itself",
                        "put an object with properties, or a union, between",
                    ));
                }
                if seen.insert(next) {
                    waiting.push(next);
                }
            }
        }
        Ok(())
    }

    fn kind(&self, name: &str) -> Option<&Kind> {
        self.types.get(name).map(|ty| &ty.kind)
    }

    pub fn is_enum(&self, name: &str) -> bool {
        matches!(self.kind(name), Some(Kind::Enum(_)))
    }

    pub fn is_object(&mut self, schema: &Value, pointer: &str) -> Result<bool, Problem> {
        Ok(self.shape(schema, pointer, 0)?.is_some())
    }

    /// The objects that a schema may stand for: itself, or the arms of its unions.
    pub fn objects(
        &mut self,
        schema: &Value,
        pointer: &str,
    ) -> Result<Vec<(Value, String)>, Problem> {
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
                    found.extend(self.objects(arm, &pointer)?);
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
        self.names.claim(pascal(name))
    }

    fn alias(&mut self, name: String, description: String, ty: Ty) {
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
            && *component == pascal(name)
        {
            return Ok(component.clone());
        }
        let name = self.claim(name);
        let ty = self.ty(schema, pointer, &Name::Claimed(name.clone()), sent)?;
        if ty != Ty::Named(name.clone()) {
            let ty = self.nullable(schema, pointer, ty);
            self.alias(name.clone(), describe(schema), ty);
        }
        Ok(name)
    }

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
    fn either(
        &mut self,
        (one, one_pointer): (&Value, &str),
        (other, other_pointer): (&Value, &str),
    ) -> Result<Option<Value>, Problem> {
        let (one_target, at) = self.document.follow(one, one_pointer)?;
        let (other_target, other_at) = self.document.follow(other, other_pointer)?;
        if without_prose(one_target) == without_prose(other_target) {
            return Ok(Some(one.clone()));
        }
        let arms = [one_target, other_target].map(|target| (target.clone(), at.clone()));
        let kinds = (
            type_names(one_target, &at)?,
            type_names(other_target, &other_at)?,
        );
        let mut both = if let Some(values) = self.all_strings(&arms)? {
            let formats = [one_target, other_target].map(|target| text(target, "format"));
            match (values, formats) {
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
    fn either_object(
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

    /// The union of several schemas.
    pub fn define_union(
        &mut self,
        name: String,
        description: String,
        schemas: Vec<(Value, String)>,
    ) -> Result<(), Problem> {
        let name = Name::Claimed(name);
        let ty = self.union(schemas, None, &description, "", &name, false)?;
        if ty != Ty::Named(name.text().to_owned()) {
            self.alias(name.text().to_owned(), description, ty);
        }
        Ok(())
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
        match reference(schema) {
            Some(target) => self.referenced(target, pointer, name, sent),
            None => self.inline(schema, pointer, name, sent),
        }
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
        let key = pointer
            .strip_prefix(COMPONENTS)
            .and_then(|rest| rest.strip_prefix('/'));
        match key {
            Some(key) if !key.contains('/') => {
                let key = key.replace("~1", "/").replace("~0", "~");
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

    /// The arms of a union that stands beside properties, each with those properties. None when the arms only say which
    /// properties are required together. `owner` is the place of the whole: the arms belong to it, for the union may stand
    /// elsewhere and have other arms there.
    fn distributed(
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
            if let [(union, pointer)] = shape.unions.as_slice() {
                let inner = self.distributed(&whole, union, pointer, &owned)?;
                if !inner.is_empty() {
                    says_something = true;
                    arms.extend(inner);
                    continue;
                }
            } else if !shape.unions.is_empty() {
                return Err(several_unions(&pointer));
            }
            let mut whole = object_schema(&whole.properties, &whole.required);
            for keyword in ["title", "description"] {
                if let Some(text) = text(arm, keyword) {
                    whole[keyword] = text.into();
                }
            }
            if let Some(target) = reference(arm)
                && whole.get("title").is_none()
            {
                whole["title"] = last_segment(target).into();
            }
            arms.push((whole, owned));
        }
        if !says_something {
            arms.clear();
        }
        Ok(arms)
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

    fn union(
        &mut self,
        arms: Vec<(Value, String)>,
        discriminator: Option<&Value>,
        description: &str,
        pointer: &str,
        name: &Name,
        sent: bool,
    ) -> Result<Ty, Problem> {
        let arms = flattened(arms);
        if let [(arm, pointer)] = arms.as_slice() {
            return self.ty(arm, pointer, name, sent);
        }
        if arms.is_empty() {
            return Ok(Ty::Any);
        }
        if let Some(values) = self.all_strings(&arms)? {
            return Ok(match values {
                Some(values) => {
                    let schema = json!({ "description": description });
                    self.enumeration(values, &schema, pointer, name)
                }
                None => Ty::String,
            });
        }
        let rust = self.place(name, pointer);
        let union = match self.tagged(&arms, discriminator)? {
            Some((tag, values)) => self.tagged_union(&rust, &arms, tag, values, sent)?,
            None => self.untagged_union(&rust, &arms, sent)?,
        };
        self.types.insert(
            rust.clone(),
            Type {
                description: description.to_owned(),
                kind: Kind::Union(union),
            },
        );
        Ok(Ty::Named(rust))
    }

    /// When every arm is a string: the listed values (none of them when the list is empty). They make one open enum, whose
    /// other values are the remaining strings.
    fn all_strings(
        &self,
        arms: &[(Value, String)],
    ) -> Result<Option<Option<Vec<String>>>, Problem> {
        let mut listed = Vec::new();
        for (arm, pointer) in arms {
            let (arm, pointer) = self.document.follow(arm, pointer)?;
            if let Some(value) = arm.get("const") {
                match value {
                    Value::String(value) => listed.push(value.clone()),
                    _ => return Ok(None),
                }
            } else if let Some(values) = arm.get("enum").and_then(Value::as_array) {
                for value in values {
                    match value {
                        Value::String(value) => listed.push(value.clone()),
                        Value::Null => {}
                        _ => return Ok(None),
                    }
                }
            } else if type_names(arm, &pointer)? != ["string"] {
                return Ok(None);
            }
        }
        Ok(Some((!listed.is_empty()).then_some(listed)))
    }

    /// The property that tells the arms apart, and for each of its values the number of the arm.
    #[allow(clippy::type_complexity)]
    fn tagged(
        &mut self,
        arms: &[(Value, String)],
        discriminator: Option<&Value>,
    ) -> Result<Option<(String, Vec<(String, usize)>)>, Problem> {
        let mut shapes = Vec::new();
        for (arm, pointer) in arms {
            match self.shape(arm, pointer, 0)? {
                Some(shape) if shape.unions.is_empty() => shapes.push(shape),
                _ => return Ok(None),
            }
        }
        if let Some(tag) = discriminator.and_then(|object| text(object, "propertyName")) {
            let mut values = Vec::new();
            for (index, (arm, _)) in arms.iter().enumerate() {
                let mapped = discriminator
                    .into_iter()
                    .flat_map(|object| members(object, "mapping"))
                    .filter(|(_, target)| {
                        let target = target.as_str().map(last_segment);
                        target.is_some() && target == reference(arm).map(last_segment)
                    })
                    .map(|(value, _)| value.clone())
                    .collect::<Vec<_>>();
                let listed = self.listed(&shapes[index], tag)?;
                let mut own = mapped;
                for value in listed {
                    if !own.contains(&value) {
                        own.push(value);
                    }
                }
                let has_tag = shapes[index].properties.iter().any(|(key, ..)| key == tag);
                if own.is_empty() && has_tag {
                    own.extend(reference(arm).map(|target| last_segment(target).to_owned()));
                }
                // Without a value for each arm, or with one value for two of them, the shapes decide.
                let is_taken = |value| values.iter().any(|(known, _)| known == value);
                if own.is_empty() || own.iter().any(is_taken) {
                    return Ok(None);
                }
                values.extend(own.into_iter().map(|value| (value, index)));
            }
            return Ok(Some((tag.to_owned(), values)));
        }
        // Without a discriminator: a property that has other fixed values in every arm.
        let Some(first) = shapes.first() else {
            return Ok(None);
        };
        'candidate: for (tag, ..) in &first.properties {
            let mut values: Vec<(String, usize)> = Vec::new();
            for (index, shape) in shapes.iter().enumerate() {
                let listed = self.listed(shape, tag)?;
                let distinct = listed
                    .iter()
                    .all(|value| values.iter().all(|(known, _)| known != value));
                if listed.is_empty() || !distinct {
                    continue 'candidate;
                }
                values.extend(listed.into_iter().map(|value| (value, index)));
            }
            return Ok(Some((tag.clone(), values)));
        }
        Ok(None)
    }

    /// The fixed string values of a property.
    fn listed(&self, shape: &Shape, property: &str) -> Result<Vec<String>, Problem> {
        let Some((_, schema, pointer)) = shape.properties.iter().find(|(key, ..)| key == property)
        else {
            return Ok(Vec::new());
        };
        let (schema, _) = self.document.follow(schema, pointer)?;
        let values = match schema.get("const") {
            Some(value) => std::slice::from_ref(value),
            None => elements(schema, "enum"),
        };
        Ok(values
            .iter()
            .filter_map(|value| value.as_str().map(str::to_owned))
            .collect())
    }

    fn tagged_union(
        &mut self,
        rust: &str,
        arms: &[(Value, String)],
        tag: String,
        values: Vec<(String, usize)>,
        sent: bool,
    ) -> Result<Union, Problem> {
        let mut variants = Scope::with(["Unknown"]);
        let mut lowered = Vec::new();
        for (value, index) in values {
            let (arm, pointer) = &arms[index];
            let variant = variants.claim(pascal(&value));
            let wanted = Name::Wanted(format!("{rust}{variant}"));
            let ty = self.ty(arm, pointer, &wanted, sent)?;
            lowered.push(Arm::Typed {
                variant,
                ty,
                tag: Some(value),
            });
        }
        Ok(Union {
            tag: Some(tag),
            arms: lowered,
        })
    }

    fn untagged_union(
        &mut self,
        rust: &str,
        arms: &[(Value, String)],
        sent: bool,
    ) -> Result<Union, Problem> {
        let mut variants = Scope::with(["Unknown"]);
        let mut lowered: Vec<Arm> = Vec::new();
        for (index, (arm, pointer)) in arms.iter().enumerate() {
            if let Some(value @ (Value::String(_) | Value::Bool(_) | Value::Number(_))) =
                arm.get("const")
            {
                let label = match value {
                    Value::String(value) => pascal(value),
                    value => pascal(&value.to_string()),
                };
                lowered.push(Arm::Unit {
                    variant: variants.claim(label),
                    value: value.clone(),
                });
                continue;
            }
            let label = match (reference(arm), text(arm, "title")) {
                (Some(target), _) => Some(pascal(last_segment(target))),
                (None, Some(title)) if arm.get("properties").is_some() => Some(pascal(title)),
                _ => None,
            };
            let numbered = format!("Variant{}", index + 1);
            let wanted = format!("{rust}{}", label.as_deref().unwrap_or(&numbered));
            let wanted = match type_names(arm, pointer)?.as_slice() {
                // The item of a list is named for the union, not for its list arm.
                [one] if one == "array" => rust.to_owned(),
                _ => wanted,
            };
            let ty = self.ty(arm, pointer, &Name::Wanted(wanted), sent)?;
            let known = lowered
                .iter()
                .any(|arm| matches!(arm, Arm::Typed { ty: known, .. } if *known == ty));
            if known {
                continue;
            }
            let label = label.unwrap_or_else(|| match &ty {
                Ty::String | Ty::Timestamp => "String".to_owned(),
                Ty::Boolean => "Boolean".to_owned(),
                Ty::Number => "Number".to_owned(),
                Ty::List(_) => "List".to_owned(),
                Ty::Map(_) => "Object".to_owned(),
                Ty::Any => "Any".to_owned(),
                _ => numbered,
            });
            lowered.push(Arm::Typed {
                variant: variants.claim(label),
                ty,
                tag: None,
            });
        }
        Ok(Union {
            tag: None,
            arms: lowered,
        })
    }

    /// The object that a schema describes, with everything from `allOf` and references; none when it is no object.
    fn shape(
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
                && let Some(key) = pointer.strip_prefix(COMPONENTS)
            {
                let key = key[1..].replace("~1", "/").replace("~0", "~");
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
    fn most_specific(
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
            .filter_map(|pointer| {
                let key = pointer.strip_prefix(COMPONENTS)?.strip_prefix('/')?;
                Some(key.replace("~1", "/").replace("~0", "~"))
            })
            .collect()
    }

    /// Types that contain themselves without a list or map between need a box.
    fn box_cycles(&mut self) {
        let edges: HashMap<String, Vec<String>> = self
            .types
            .iter()
            .map(|(name, ty)| (name.clone(), held_by_value(&ty.kind)))
            .collect();
        let reaches = |from: &str, to: &str| {
            let mut seen = HashSet::new();
            let mut waiting = vec![from];
            while let Some(name) = waiting.pop() {
                if name == to {
                    return true;
                }
                if seen.insert(name) {
                    waiting.extend(edges.get(name).into_iter().flatten().map(String::as_str));
                }
            }
            false
        };
        for (name, ty) in &mut self.types {
            let held: Vec<&mut Ty> = match &mut ty.kind {
                Kind::Struct(properties) => properties.iter_mut().map(|p| &mut p.ty).collect(),
                Kind::Union(union) => union
                    .arms
                    .iter_mut()
                    .filter_map(|arm| match arm {
                        Arm::Typed { ty, .. } => Some(ty),
                        Arm::Unit { .. } => None,
                    })
                    .collect(),
                Kind::Enum(_) | Kind::Alias(_) => Vec::new(),
            };
            for ty in held {
                if let Ty::Named(target) = ty
                    && reaches(target, name)
                {
                    *ty = Ty::Boxed(Box::new(ty.clone()));
                }
            }
        }
    }
}

impl Shape {
    /// Adds another part of an `allOf`. Of two descriptions of one property the one that says more stays.
    fn absorb(&mut self, other: Self) {
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

fn several_unions(pointer: &str) -> Problem {
    Problem::new(
        pointer,
        "several oneOf or anyOf that bring properties into one object",
        "give each combination a schema of its own under one oneOf",
    )
}

fn is_number_name(name: &str) -> bool {
    name == "number" || name == "integer"
}

fn is_null(schema: &Value) -> bool {
    match schema.get("type") {
        Some(Value::Array(names)) => names.iter().all(is_null_name),
        Some(name) => is_null_name(name),
        None => schema.get("const") == Some(&Value::Null),
    }
}

fn is_union(schema: &Value) -> bool {
    !elements(schema, "oneOf").is_empty() || !elements(schema, "anyOf").is_empty()
}

/// A schema that brings no structure: `{required: [a]}`, or nothing at all.
fn is_validation_only(schema: &Value) -> bool {
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

fn required(schema: &Value) -> impl Iterator<Item = String> {
    elements(schema, "required")
        .iter()
        .filter_map(|name| name.as_str().map(str::to_owned))
}

/// How much a schema says, to choose between two for one value.
fn specificity(schema: &Value) -> u8 {
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
fn object_schema(properties: &[(String, Value, String)], required: &HashSet<String>) -> Value {
    let properties: serde_json::Map<String, Value> = properties
        .iter()
        .map(|(wire, schema, _)| (wire.clone(), schema.clone()))
        .collect();
    let required: Vec<&String> = required.iter().collect();
    json!({ "type": "object", "properties": properties, "required": required })
}

/// Arms without nulls, and with the arms of inner unions in place of those.
fn flattened(arms: Vec<(Value, String)>) -> Vec<(Value, String)> {
    let mut flat = Vec::new();
    for (arm, pointer) in arms {
        if is_null(&arm) {
            continue;
        }
        let keyword = ["oneOf", "anyOf"]
            .into_iter()
            .find(|keyword| !elements(&arm, keyword).is_empty());
        match keyword {
            Some(keyword)
                if ["properties", "allOf", "discriminator"]
                    .iter()
                    .all(|keyword| arm.get(keyword).is_none()) =>
            {
                let inner = elements(&arm, keyword)
                    .iter()
                    .enumerate()
                    .map(|(index, inner)| (inner.clone(), child(&child(&pointer, keyword), index)))
                    .collect();
                flat.extend(flattened(inner));
            }
            _ => flat.push((arm, pointer)),
        }
    }
    flat
}

/// The named type that lists and maps lead to.
fn innermost(ty: &Ty) -> Option<&String> {
    match ty {
        Ty::Named(name) => Some(name),
        Ty::List(ty) | Ty::Map(ty) | Ty::Nullable(ty) | Ty::Boxed(ty) => innermost(ty),
        Ty::Any | Ty::String | Ty::Boolean | Ty::Number | Ty::Timestamp => None,
    }
}

fn last_segment(target: &str) -> &str {
    target.rsplit('/').next().unwrap_or(target)
}

fn without_prose(schema: &Value) -> Value {
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

/// The types that a value of this kind contains directly.
fn held_by_value(kind: &Kind) -> Vec<String> {
    fn named(ty: &Ty) -> Option<String> {
        match ty {
            Ty::Named(name) => Some(name.clone()),
            Ty::Nullable(ty) => named(ty),
            _ => None,
        }
    }
    match kind {
        Kind::Struct(properties) => properties.iter().filter_map(|p| named(&p.ty)).collect(),
        Kind::Union(union) => union
            .arms
            .iter()
            .filter_map(|arm| match arm {
                Arm::Typed { ty, .. } => named(ty),
                Arm::Unit { .. } => None,
            })
            .collect(),
        Kind::Alias(ty) => named(ty).into_iter().collect(),
        Kind::Enum(_) => Vec::new(),
    }
}
