//! The model of a document: operations and types with Rust names.

use std::collections::{BTreeMap, BTreeSet};

use crate::names::Scope;

/// A lowered document.
#[derive(Debug)]
pub struct Api {
    pub title: String,
    pub version: String,
    /// Base URL of every operation without another one.
    pub server: String,
    /// [`Operation::security`] of the operations that don't have it.
    pub security: Option<Vec<String>>,
    /// Descriptions of the security schemes, by name.
    pub schemes: BTreeMap<String, String>,
    pub operations: Vec<Operation>,
    /// Rust names by the keys of the components.
    pub components: BTreeMap<String, String>,
    /// Warnings for the developer who builds.
    pub warnings: Vec<String>,
    /// What the document has and the client lacks.
    pub summary: Vec<String>,
    /// By Rust name.
    pub types: BTreeMap<String, Type>,
    /// JSON Schemas of the structs, enums and unions, by Rust name. See `lower::json_schema`.
    pub schemas: BTreeMap<String, serde_json::Value>,
    /// Rust names of the components that are the body of a success status.
    pub replies: BTreeSet<String>,
    /// Names of the structs and unions whose values may hold secrets.
    pub confidential: BTreeSet<String>,
    /// The whole document, as it was read, with the names of null types.
    pub source: serde_json::Value,
}

#[derive(Debug)]
pub struct Operation {
    /// As in the document.
    pub id: String,
    /// Rust name.
    pub name: String,
    /// Upper case.
    pub method: String,
    pub path: String,
    /// Base URL, where the operation has its own.
    pub server: Option<String>,
    pub summary: String,
    pub description: String,
    pub parameters: Vec<Parameter>,
    pub body: Body,
    /// The media type that the body is sent under.
    pub media: String,
    /// Whether it may be sent without its body.
    pub is_body_optional: bool,
    /// Properties of a form that have another style than the usual one.
    pub encodings: Vec<(String, Style)>,
    pub reply: Reply,
    /// The media type of the header `accept`, unless it's `application/json`.
    pub accept: Option<String>,
    /// Whether request or reply may hold a secret.
    pub is_confidential: bool,
    /// Every content type of the request body.
    pub offered: Vec<String>,
    pub statuses: Vec<Status>,
    pub is_deprecated: bool,
    /// Alternatives, each as the security schemes that it needs together.
    pub security: Option<Vec<String>>,
}

/// A documented reply.
#[derive(Debug)]
pub struct Status {
    pub code: String,
    pub description: String,
    /// Content types.
    pub media: Vec<String>,
}

/// The named types of request bodies and replies.
#[derive(Debug, PartialEq)]
pub enum Body {
    None,
    Json(String),
    /// `application/x-www-form-urlencoded`.
    Form(String),
    /// Some other media type, sent as it comes.
    Text,
    Bytes,
    /// `multipart/form-data`: the generated client cannot send it.
    Multipart(String),
}

#[derive(Debug, PartialEq)]
pub enum Reply {
    Empty,
    Json {
        ty: String,
        /// The JSON value that an empty body is read as.
        empty: &'static str,
    },
    /// Some other media type, read as a stream of bytes.
    Bytes,
}

#[derive(Debug)]
pub struct Parameter {
    /// Name on the wire.
    pub wire: String,
    /// Rust name.
    pub field: String,
    pub place: Place,
    pub required: bool,
    pub description: String,
    pub ty: ParameterType,
    pub is_deprecated: bool,
    pub style: Style,
}

impl Parameter {
    /// The name on the wire; that of a header in lower case, as `http` wants it.
    pub fn sent_name(&self) -> String {
        match self.place {
            Place::Path | Place::Query | Place::Cookie => self.wire.clone(),
            Place::Header => self.wire.to_ascii_lowercase(),
        }
    }

    /// Whether `progenitor` would send it under another name or in another style.
    pub fn is_completed(&self) -> bool {
        let is_renamed = self.place != Place::Path && self.sent_name() != self.field;
        is_renamed || self.place == Place::Cookie || self.style != Style::Plain
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    Path,
    Query,
    Header,
    Cookie,
}

/// How a value is written where a parameter, or the property of a form, stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// A value as it is, a list repeated once for each item.
    Plain,
    /// The items of a list, or names and values of an object, with this character between.
    Joined(char),
    /// `a=1,b=2`.
    Assigned,
    /// The properties of an object, each under its own name.
    Pairs,
    /// `name[a]=1`.
    Deep,
    /// `.a,b`, or `.a.b` when it is exploded.
    Label(bool),
    /// `;name=a,b`, or `;name=a;name=b` when it is exploded.
    Matrix(bool),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ParameterType {
    String,
    Boolean,
    /// Of any kind: a later document may make an integer a fraction, or forbid what is below zero.
    Number,
    Named(String),
    /// Repeated once for each item.
    List(Box<ParameterType>),
}

impl ParameterType {
    /// The name of the type inside all lists.
    pub fn named(&self) -> Option<&String> {
        match self {
            Self::Named(name) => Some(name),
            Self::List(item) => item.named(),
            _ => None,
        }
    }
}

/// A named type.
#[derive(Debug)]
pub struct Type {
    pub description: String,
    pub kind: Kind,
}

#[derive(Debug)]
pub enum Kind {
    Struct(Vec<Property>),
    /// Values on the wire with the names of their variants.
    Enum(Vec<(String, String)>),
    Union(Union),
    Alias(Ty),
}

#[derive(Debug)]
pub struct Property {
    pub wire: String,
    /// Rust name.
    pub field: String,
    pub description: String,
    pub ty: Ty,
    pub presence: Presence,
    pub is_deprecated: bool,
}

/// Whether a property may be absent or null.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Presence {
    Required,
    /// Required, and always this variant of its one-value enum.
    Constant(String),
    /// Required, and this variant of its enum unless the caller sets another.
    Default(String),
    /// Required, but may be null.
    Nullable,
    Optional,
    /// Optional in a request, where null means something else than absence.
    Change,
}

impl Presence {
    /// Whether the constructor takes the property.
    pub fn is_argument(&self) -> bool {
        matches!(self, Self::Required | Self::Nullable)
    }

    /// The word for it in the macro `object!`.
    pub fn keyword(&self) -> &'static str {
        match self {
            Self::Required | Self::Constant(_) | Self::Default(_) => "required",
            Self::Nullable => "nullable",
            Self::Optional => "optional",
            Self::Change => "change",
        }
    }
}

#[derive(Debug)]
pub struct Union {
    /// The property that tells the arms apart; without one, their shapes do.
    pub tag: Option<String>,
    pub arms: Vec<Arm>,
}

impl Union {
    /// Adds the arms that it lacks.
    pub fn extend(&mut self, other: Self) {
        for arm in other.arms {
            let is_known = self.arms.iter().any(|known| match (known, &arm) {
                (Arm::Unit { value: known, .. }, Arm::Unit { value, .. }) => known == value,
                (Arm::Typed { ty: known, .. }, Arm::Typed { ty, .. }) => {
                    known == ty || known.is_string() && ty.is_string()
                }
                _ => false,
            });
            if !is_known {
                self.arms.push(arm);
            }
        }
        let mut variants = Scope::with(["Unknown"]);
        for arm in &mut self.arms {
            let (Arm::Unit { variant, .. } | Arm::Typed { variant, .. }) = arm;
            *variant = variants.claim(std::mem::take(variant));
        }
    }
}

#[derive(Debug)]
pub enum Arm {
    /// A fixed JSON value.
    Unit {
        variant: String,
        value: serde_json::Value,
    },
    Typed {
        variant: String,
        ty: Ty,
        /// The tag's value for this arm, in a union with a tag.
        tag: Option<String>,
    },
}

/// A use of a type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ty {
    Any,
    String,
    /// A string of the format `password`.
    Secret,
    /// A string of the format `uri`.
    Uri,
    Boolean,
    Number,
    Timestamp,
    Named(String),
    List(Box<Ty>),
    Map(Box<Ty>),
    /// A value that may be null inside a list or map.
    Nullable(Box<Ty>),
    Boxed(Box<Ty>),
}

impl Ty {
    /// Whether it is a `String` in Rust.
    pub fn is_string(&self) -> bool {
        matches!(self, Self::String | Self::Secret | Self::Uri)
    }

    /// The name of the type inside all lists, maps and boxes.
    pub fn named(&self) -> Option<&String> {
        match self.leaf() {
            Self::Named(name) => Some(name),
            _ => None,
        }
    }

    /// The type inside all lists, maps and boxes.
    pub fn leaf(&self) -> &Self {
        match self {
            Self::List(ty) | Self::Map(ty) | Self::Nullable(ty) | Self::Boxed(ty) => ty.leaf(),
            _ => self,
        }
    }

    /// The type inside all lists, maps and boxes.
    pub fn leaf_mut(&mut self) -> &mut Self {
        match self {
            Self::List(ty) | Self::Map(ty) | Self::Nullable(ty) | Self::Boxed(ty) => ty.leaf_mut(),
            _ => self,
        }
    }
}

/// These types and all that they contain.
pub fn reached<'t>(
    types: &BTreeMap<String, Type>,
    from: impl IntoIterator<Item = &'t String>,
) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut waiting: Vec<String> = from.into_iter().cloned().collect();
    while let Some(name) = waiting.pop() {
        let uses = types.get(&name).map(|ty| ty.kind.uses());
        if uses.is_some() && found.insert(name) {
            let names = uses.into_iter().flatten().filter_map(Ty::named);
            waiting.extend(names.cloned());
        }
    }
    found
}

impl Kind {
    /// The types of all properties, arms and items.
    pub fn uses(&self) -> Vec<&Ty> {
        match self {
            Self::Struct(properties) => properties.iter().map(|property| &property.ty).collect(),
            Self::Union(union) => union
                .arms
                .iter()
                .filter_map(|arm| match arm {
                    Arm::Typed { ty, .. } => Some(ty),
                    Arm::Unit { .. } => None,
                })
                .collect(),
            Self::Alias(ty) => vec![ty],
            Self::Enum(_) => Vec::new(),
        }
    }
}
