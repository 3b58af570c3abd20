//! Where the lowering is: one or more schemas of the document that describe one value together.

use serde_json::Value;

use crate::document::{child, elements};

/// Any value.
pub const ANY: &Value = &Value::Bool(true);

/// Names the type of a schema, or of the reply of the operation whose `responses` it stands in.
pub const RUST_NAME: &str = "x-rust-name";

/// The value of a required property that the constructor sets. A later document may list more
/// values.
pub const DEFAULT: &str = "x-rust-default";

/// Under `responses`, the statuses whose bodies are the type of the reply.
pub const STATUSES: &str = "x-rust-statuses";

/// Which way a value goes. In a request, null and absence differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    Sent,
    Received,
    Both,
}

impl Direction {
    pub fn is_sent(self) -> bool {
        self != Self::Received
    }

    /// Whether values that go this way may lack a property, though it's required: OpenAPI means
    /// replies where the property is read-only, and requests where it's write-only.
    pub fn may_lack(self, property: &Value) -> bool {
        let is = |keyword| property.get(keyword) == Some(&Value::Bool(true));
        self.is_sent() && is("readOnly") || self != Self::Sent && is("writeOnly")
    }
}

/// How much of a schema counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reading {
    /// With the references and `allOf` that bring more into it.
    Whole,
    /// The other keywords: the references and `allOf` are parts beside it.
    Own,
    /// Without its `oneOf` and `anyOf` either: an arm of these is a part beside it.
    WithoutArms,
}

/// A schema where it stands in the document.
#[derive(Debug, Clone)]
pub struct Part<'d> {
    pub schema: &'d Value,
    pub pointer: String,
    pub reading: Reading,
    /// The type that it belongs to.
    pub owner: Owner,
}

/// The type that a schema belongs to, by its Rust name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Owner {
    /// That of the place where it stands.
    Place,
    /// The component that it was brought in from: types inside are named for that.
    Component(String),
    /// The combination that it is a part of: types inside are its own, for the schema may stand
    /// elsewhere too.
    Combination(String),
}

impl<'d> Part<'d> {
    pub fn new(schema: &'d Value, pointer: impl Into<String>) -> Self {
        Self {
            schema,
            pointer: pointer.into(),
            reading: Reading::Whole,
            owner: Owner::Place,
        }
    }

    /// The schema itself, by which it is known again.
    pub fn address(&self) -> usize {
        std::ptr::from_ref(self.schema) as usize
    }

    pub fn read_as(&self, reading: Reading) -> Self {
        Self {
            reading,
            ..self.clone()
        }
    }

    /// The schema under a keyword.
    pub fn under(&self, keyword: &str) -> Option<Self> {
        let schema = self.schema.get(keyword)?;
        Some(self.inner(schema, child(&self.pointer, keyword)))
    }

    /// The schemas of a list under a keyword.
    pub fn listed(&self, keyword: &str) -> impl Iterator<Item = Self> + use<'d> {
        let place = child(&self.pointer, keyword);
        let owner = self.owner.clone();
        elements(self.schema, keyword)
            .iter()
            .enumerate()
            .map(move |(index, schema)| Self {
                schema,
                pointer: child(&place, index),
                reading: Reading::Whole,
                owner: owner.clone(),
            })
    }

    /// The schemas by their names in a map under a keyword.
    pub fn named(&self, keyword: &str) -> impl Iterator<Item = (&'d str, Self)> + use<'d> {
        let place = child(&self.pointer, keyword);
        let owner = self.owner.clone();
        let members = self.schema.get(keyword).and_then(Value::as_object);
        members.into_iter().flatten().map(move |(name, schema)| {
            let part = Self {
                schema,
                pointer: child(&place, name),
                reading: Reading::Whole,
                owner: owner.clone(),
            };
            (name.as_str(), part)
        })
    }

    fn inner(&self, schema: &'d Value, pointer: String) -> Self {
        Self {
            schema,
            pointer,
            reading: Reading::Whole,
            owner: self.owner.clone(),
        }
    }
}

/// Schemas that hold together.
pub type All<'d> = Vec<Part<'d>>;

/// The name for a schema that needs one.
#[derive(Debug, Clone)]
pub enum Name {
    /// Taken already. Becomes an alias if the schema doesn't need a type.
    Claimed(String),
    /// To be claimed when the schema needs a type.
    Wanted(String),
    /// Given by the document or its overlay.
    Own(String),
}

impl Name {
    pub fn text(&self) -> &str {
        match self {
            Self::Claimed(name) | Self::Wanted(name) | Self::Own(name) => name,
        }
    }
}

/// What is to become a type.
#[derive(Debug, Clone)]
pub struct Node<'d> {
    /// The schemas of each status, mostly of one.
    pub ways: Vec<All<'d>>,
    /// The only one of several types that counts here.
    pub only: Option<String>,
    pub name: Name,
    pub direction: Direction,
}

impl<'d> Node<'d> {
    pub fn new(all: All<'d>, name: Name, direction: Direction) -> Self {
        Self {
            ways: vec![all],
            only: None,
            name,
            direction,
        }
    }

    /// One schema.
    pub fn of(part: Part<'d>, name: Name, direction: Direction) -> Self {
        Self::new(vec![part], name, direction)
    }

    /// Something inside this one.
    pub fn inner(&self, ways: Vec<All<'d>>, name: Name) -> Self {
        Self {
            ways,
            only: None,
            name,
            direction: self.direction,
        }
    }

    /// The only schema, if there is one alone.
    pub fn single(&self) -> Option<&Part<'d>> {
        match self.ways.as_slice() {
            [all] => match all.as_slice() {
                [part] if self.only.is_none() => Some(part),
                _ => None,
            },
            _ => None,
        }
    }

    /// The schema that was written for it; the last one, where others hold as well.
    pub fn last(&self) -> Part<'d> {
        let part = self.ways.first().and_then(|all| all.last());
        part.cloned().unwrap_or_else(|| Part::new(ANY, ""))
    }

    /// Whether several schemas hold together here that stand apart.
    pub fn is_combined(&self) -> bool {
        self.ways.iter().any(|all| all.len() > 1)
    }

    /// For messages.
    pub fn pointer(&self) -> String {
        self.last().pointer
    }

    /// By which it is known again: the pointer, or those of all its schemas.
    pub fn key(&self) -> String {
        self.key_of(key)
    }

    /// The same for all combinations that it's a part of.
    pub fn key_alone(&self) -> String {
        self.key_of(key_alone)
    }

    fn key_of(&self, key: impl Fn(&All<'d>) -> String) -> String {
        let ways: Vec<String> = self.ways.iter().map(key).collect();
        let mut key = ways.join(" or ");
        if let Some(only) = &self.only {
            key.push_str("/type=");
            key.push_str(only);
        }
        key
    }
}

/// By which schemas that hold together are known again.
pub fn key(all: &All<'_>) -> String {
    key_in(all, true)
}

fn key_alone(all: &All<'_>) -> String {
    key_in(all, false)
}

fn key_in(all: &All<'_>, with_combination: bool) -> String {
    let mut key = String::new();
    for part in all {
        if !key.is_empty() {
            key.push_str(" and ");
        }
        if let Owner::Combination(name) = &part.owner
            && with_combination
        {
            key.push_str(name);
            key.push(' ');
        }
        key.push_str(&part.pointer);
        // A lone one is known by its pointer, however it is read.
        if all.len() > 1 && part.reading == Reading::WithoutArms {
            key.push('!');
        }
    }
    key
}
