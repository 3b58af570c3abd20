//! The types of bodies, replies, events and components.

use std::collections::{HashMap, HashSet};

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use serde_json::Value;

use super::{doc, ident, written};
use crate::model::{Api, Arm, Body, Kind, Presence, Property, Reply, Ty, Union, reached};
use crate::names::pascal;

pub fn types(api: &Api) -> TokenStream {
    let items: TokenStream = api
        .types
        .iter()
        .map(|(name, ty)| {
            let doc = doc(&ty.description);
            let item = match &ty.kind {
                Kind::Struct(properties) => structure(api, name, properties),
                Kind::Enum(values) => enumeration(name, values),
                Kind::Union(arms) => union(api, name, arms),
                Kind::Alias(ty) => {
                    let (name, ty) = (ident(name), rust(ty));
                    quote! { pub type #name = #ty; }
                }
            };
            quote! { #doc #item }
        })
        .collect();
    let required = required(api);
    quote! { #items #required }
}

/// Re-exports of the types that requests and replies contain, for users of the high-level client.
/// They need no other names for these types, and none of the bodies that request builders write:
/// those with the name of their operation and, except for enums, what forms alone contain.
pub fn models(api: &Api) -> TokenStream {
    let mut forms = Vec::new();
    let mut roots: Vec<&String> = api.replies.iter().collect();
    let mut bodies: HashSet<&String> = HashSet::new();
    for operation in &api.operations {
        let name = pascal(&operation.name);
        let body = match &operation.body {
            Body::Json(ty) | Body::Form(ty) => {
                roots.push(ty);
                Some(ty)
            }
            Body::Multipart(ty) => {
                forms.push(ty);
                Some(ty)
            }
            Body::None | Body::Text | Body::Bytes => None,
        };
        let reply = match &operation.reply {
            Reply::Json { ty, .. } => {
                roots.push(ty);
                Some(ty)
            }
            Reply::Empty | Reply::Bytes => None,
        };
        bodies.extend(body.filter(|ty| **ty == format!("{name}Request")));
        bodies.extend(reply.filter(|ty| **ty == format!("{name}Response")));
        let parameters = operation.parameters.iter();
        roots.extend(parameters.filter_map(|parameter| parameter.ty.named()));
    }
    let whole: HashSet<&String> = roots.iter().copied().collect();
    let beside_forms = reached(&api.types, roots.iter().copied());
    let all = reached(&api.types, roots.into_iter().chain(forms));
    let kinds = || {
        all.iter()
            .filter_map(|name| Some((name, &api.types.get(name)?.kind)))
    };
    let is_other_name = |kind: &Kind| matches!(kind, Kind::Alias(Ty::Named(_)));
    let contained: HashSet<&String> = kinds()
        .filter(|(_, kind)| !is_other_name(kind))
        .flat_map(|(_, kind)| kind.uses())
        .filter_map(Ty::named)
        .collect();
    let names = kinds().filter(|(name, kind)| match kind {
        _ if bodies.contains(name) => false,
        Kind::Enum(_) => true,
        // A reply that the overlay names keeps that name where its schema becomes a component.
        Kind::Alias(_) if is_other_name(kind) => whole.contains(name),
        Kind::Alias(_) if !contained.contains(name) => false,
        _ => beside_forms.contains(*name),
    });
    let names = names.map(|(name, _)| ident(name));
    quote! {
        #[doc(inline)]
        pub use crate::raw::types::{#(#names),*};
    }
}

/// The types that have a JSON Schema.
pub fn schema_names(api: &Api) -> TokenStream {
    let names = api.schemas.keys().map(|name| {
        let ty = ident(name);
        quote! { #ty #name; }
    });
    quote! { json_schemas! { #(#names)* } }
}

/// The properties that a constructor takes, sorted: their order in the document means nothing.
fn arguments(properties: &[Property]) -> Vec<&Property> {
    let mut arguments: Vec<&Property> = properties
        .iter()
        .filter(|property| property.presence.is_argument())
        .collect();
    arguments.sort_by(|a, b| a.field.cmp(&b.field));
    arguments
}

/// Constructors that need several properties take them by name: by place, a later order of the
/// document would swap two of one type without a word.
fn required(api: &Api) -> TokenStream {
    let structs = api.types.iter().filter_map(|(name, ty)| match &ty.kind {
        Kind::Struct(properties) => {
            let arguments = arguments(properties);
            (arguments.len() > 1).then_some((name, arguments))
        }
        _ => None,
    });
    let structs: Vec<TokenStream> = structs
        .map(|(name, arguments)| {
            let about = doc(&format!("What [`{name}::new`](super::{name}::new) takes."));
            let type_name = name;
            let name = ident(name);
            let fields = arguments.iter().map(|property| {
                let (field, doc) = (ident(&property.field), doc(&property.description));
                let ty = field_type_in(property, &quote! { super:: });
                quote! { #doc pub #field: #ty, }
            });
            let (traits, debug) = traits(api, type_name, || {
                let fields = fields_debug(api, type_name, arguments.iter().copied());
                quote! { #fields.finish() }
            });
            quote! {
                #about
                #traits
                pub struct #name { #(#fields)* }
                #debug
            }
        })
        .collect();
    if structs.is_empty() {
        return TokenStream::new();
    }
    // Under the names that bodies and replies have, too.
    let aliases = api.types.iter().filter_map(|(name, ty)| {
        let Kind::Alias(Ty::Named(target)) = &ty.kind else {
            return None;
        };
        match meaning(api, &Ty::Named(target.clone())) {
            Ty::Named(target) => match &api.types.get(&target)?.kind {
                Kind::Struct(properties) if arguments(properties).len() > 1 => {
                    let (name, target) = (ident(name), ident(&target));
                    Some(quote! { pub type #name = #target; })
                }
                _ => None,
            },
            _ => None,
        }
    });
    quote! {
        #[doc = "The required properties of structs that have several."]
        #[doc = ""]
        #[doc = "A property that a later document requires is a new field here, which the compiler asks for."]
        pub mod required {
            #[allow(unused_imports)]
            use super::{BTreeMap, Change, Map, Number, Timestamp, Value};

            #(#structs)*
            #(#aliases)*
        }
    }
}

fn structure(api: &Api, name: &str, properties: &[Property]) -> TokenStream {
    let (traits, debug) = traits(api, name, || {
        let fields = fields_debug(api, name, properties);
        quote! { #fields.field("extra", &crate::secret::RedactedValues(&self.extra)).finish() }
    });
    let name = ident(name);
    let fields = properties.iter().map(|property| {
        let (doc, field) = (doc(&property.description), ident(&property.field));
        let ty = field_type(property);
        quote! { #doc pub #field: #ty, }
    });
    let arguments = arguments(properties);
    let (signature, source) = match arguments.as_slice() {
        [] => (TokenStream::new(), None),
        [property] => {
            let (field, ty) = (ident(&property.field), field_type(property));
            (quote! { #field: impl Into<#ty> }, None)
        }
        _ => (
            quote! { required: required::#name },
            Some(quote! { required. }),
        ),
    };
    let values = properties.iter().map(|property| {
        let field = ident(&property.field);
        let value = match &property.presence {
            Presence::Required | Presence::Nullable => match &source {
                Some(source) => quote! { #source #field },
                None => quote! { #field.into() },
            },
            Presence::Constant(variant) | Presence::Default(variant) => {
                let (ty, variant) = (rust(&property.ty), ident(variant));
                quote! { #ty::#variant }
            }
            Presence::Optional => quote! { None },
            Presence::Change => quote! { Change::Keep },
        };
        quote! { #field: #value, }
    });
    let default = arguments.is_empty().then(|| {
        quote! { impl Default for #name { fn default() -> Self { Self::new() } } }
    });
    let entries = properties.iter().map(|property| {
        let (field, wire) = (ident(&property.field), &property.wire);
        let kind = ident(property.presence.keyword());
        let constant = match &property.presence {
            Presence::Constant(variant) => {
                let (ty, variant) = (rust(&property.ty), ident(variant));
                quote! { = #ty::#variant }
            }
            _ => TokenStream::new(),
        };
        quote! { #kind #field #wire #constant; }
    });
    quote! {
        #traits
        #[non_exhaustive]
        pub struct #name {
            #(#fields)*
            #[doc = "Properties that the document does not know, and known optional ones that were null."]
            pub extra: Map<String, Value>,
        }
        impl #name {
            #[doc = "With the required properties; the others are left out."]
            pub fn new(#signature) -> Self {
                Self { #(#values)* extra: Map::new() }
            }
        }
        #default
        #debug
        object! { #name { #(#entries)* } }
    }
}

fn enumeration(name: &str, values: &[(String, String)]) -> TokenStream {
    let name = ident(name);
    let variants = values.iter().map(|(wire, variant)| {
        let (doc, variant) = (doc(&format!("`{wire}`")), ident(variant));
        quote! { #doc #variant, }
    });
    let entries = values.iter().map(|(wire, variant)| {
        let variant = ident(variant);
        quote! { #variant #wire; }
    });
    quote! {
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum #name {
            #(#variants)*
            #[doc = "A value that the document does not know."]
            Unknown(String),
        }
        string_enum! { #name { #(#entries)* } }
    }
}

fn union(api: &Api, type_name: &str, union: &Union) -> TokenStream {
    let name = ident(type_name);
    let variants = union.arms.iter().map(|arm| match arm {
        Arm::Unit { variant, value } => {
            let (doc, variant) = (doc(&format!("`{value}`")), ident(variant));
            quote! { #doc #variant, }
        }
        Arm::Typed { variant, ty, tag } => {
            let doc = match (&union.tag, tag) {
                (Some(property), Some(tag)) => doc(&format!("`{property}` is `{tag}`.")),
                _ => TokenStream::new(),
            };
            let (variant, ty) = (ident(variant), rust(ty));
            quote! { #doc #variant(#ty), }
        }
    });
    let units = union.arms.iter().filter_map(|arm| match arm {
        Arm::Unit { variant, value } => {
            let (variant, value) = (ident(variant), unit_value(value));
            Some(quote! { unit #variant = #value; })
        }
        Arm::Typed { .. } => None,
    });
    let typed = union.arms.iter().filter_map(|arm| match arm {
        Arm::Unit { .. } => None,
        Arm::Typed { variant, ty, tag } => {
            let (variant, ty) = (ident(variant), rust(ty));
            Some(match tag {
                Some(tag) => quote! { #variant(#ty) #tag; },
                None => quote! { typed #variant(#ty); },
            })
        }
    });
    let reading = match &union.tag {
        Some(tag) => quote! { tagged_union! { #name #tag { #(#units)* #(#typed)* } } },
        None => quote! { union! { #name { #(#units)* #(#typed)* } } },
    };
    let (derived, debug) = traits(api, type_name, || arms_debug(api, union));
    let conversions = conversions(api, union).map(|(ty, arm)| {
        let ty = rust(ty);
        quote! {
            impl From<#ty> for #name {
                fn from(value: #ty) -> Self { #arm }
            }
        }
    });
    quote! {
        #derived
        #[non_exhaustive]
        pub enum #name {
            #(#variants)*
            #[doc = "A value that the document does not know."]
            Unknown(Value),
        }
        #debug
        #reading
        #(#conversions)*
    }
}

/// What is derived for a struct or union, and its `Debug` where that may not be derived because it
/// may hold secrets.
fn traits(
    api: &Api,
    name: &str,
    shown: impl FnOnce() -> TokenStream,
) -> (TokenStream, TokenStream) {
    if !api.confidential.contains(name) {
        return (
            quote! { #[derive(Clone, Debug, PartialEq)] },
            TokenStream::new(),
        );
    }
    let (name, shown) = (ident(name), shown());
    let debug = quote! {
        impl ::std::fmt::Debug for #name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                #shown
            }
        }
    };
    (quote! { #[derive(Clone, PartialEq)] }, debug)
}

/// The fields that `Debug` shows, without secrets.
fn fields_debug<'p>(
    api: &Api,
    name: &str,
    properties: impl IntoIterator<Item = &'p Property>,
) -> TokenStream {
    let fields = properties.into_iter().map(|property| {
        let field = ident(&property.field);
        let shown = match meaning(api, &property.ty) {
            ty if is_hidden(api, &ty) => quote! { crate::secret::Redacted },
            Ty::Uri if property.presence == Presence::Required => {
                quote! { crate::secret::RedactedUrl(&self.#field) }
            }
            Ty::Uri => quote! { self.#field.as_ref().map(crate::secret::RedactedUrl) },
            ty if *ty.leaf() == Ty::Uri => quote! { crate::secret::Redacted },
            _ => quote! { self.#field },
        };
        let label = &property.field;
        quote! { .field(#label, &#shown) }
    });
    quote! { f.debug_struct(#name)#(#fields)* }
}

/// The arm that `Debug` shows, without secrets.
fn arms_debug(api: &Api, union: &Union) -> TokenStream {
    let arms = union.arms.iter().map(|arm| match arm {
        Arm::Unit { variant, .. } => {
            let name = ident(variant);
            quote! { Self::#name => f.write_str(#variant), }
        }
        Arm::Typed { variant, ty, .. } => {
            let name = ident(variant);
            let (bound, shown) = match meaning(api, ty) {
                ty if is_hidden(api, &ty) => (quote! { _ }, quote! { &crate::secret::Redacted }),
                Ty::Uri => (
                    quote! { value },
                    quote! { &crate::secret::RedactedUrl(value) },
                ),
                ty if *ty.leaf() == Ty::Uri => (quote! { _ }, quote! { &crate::secret::Redacted }),
                _ => (quote! { value }, quote! { value }),
            };
            quote! { Self::#name(#bound) => f.debug_tuple(#variant).field(#shown).finish(), }
        }
    });
    quote! {
        match self {
            #(#arms)*
            Self::Unknown(_) => f.debug_tuple("Unknown").field(&crate::secret::Redacted).finish(),
        }
    }
}

/// Whether a value is a secret, or any value and so perhaps one.
fn is_hidden(api: &Api, ty: &Ty) -> bool {
    matches!(meaning(api, ty).leaf(), Ty::Secret | Ty::Any)
}

/// The types of the arms, by whatever name, each with the expression that makes `value` an arm. Of
/// several arms with one type, the tag in the value decides.
#[expect(clippy::type_complexity, reason = "the list is read where it is made")]
fn conversions<'u>(api: &Api, union: &'u Union) -> impl Iterator<Item = (&'u Ty, TokenStream)> {
    let mut types: Vec<(Ty, &Ty, Vec<(&String, Option<&String>)>)> = Vec::new();
    let mut index: HashMap<String, usize> = HashMap::new();
    for arm in &union.arms {
        let Arm::Typed { variant, ty, tag } = arm else {
            continue;
        };
        let meaning = meaning(api, ty);
        let index = *index.entry(spelled(&meaning)).or_insert(types.len());
        if index == types.len() {
            types.push((meaning, ty, Vec::new()));
        }
        types[index].2.push((variant, tag.as_ref()));
    }
    types.into_iter().filter_map(|(meaning, ty, arms)| {
        let variant = |(name, _): &(&String, _)| ident(name);
        let (first, others) = arms.split_first()?;
        let first = variant(first);
        if others.is_empty() {
            return Some((ty, quote! { Self::#first(value) }));
        }
        let tag = tag_of(api, &meaning, union.tag.as_ref()?)?;
        let arms = others.iter().filter_map(|arm| {
            let (variant, tag) = (variant(arm), arm.1?);
            Some(quote! { Some(#tag) => Self::#variant(value), })
        });
        Some((
            ty,
            quote! { match #tag { #(#arms)* _ => Self::#first(value) } },
        ))
    })
}

/// The tag of a struct called `value`, as an `Option<&str>`.
fn tag_of(api: &Api, ty: &Ty, wire: &str) -> Option<TokenStream> {
    let name = match ty {
        Ty::Named(name) => name,
        Ty::Boxed(ty) => ty.named()?,
        _ => return None,
    };
    let Kind::Struct(properties) = &api.types.get(name)?.kind else {
        return None;
    };
    let property = properties.iter().find(|property| property.wire == wire)?;
    let is_enum = |ty: &Ty| match ty {
        Ty::Named(name) => matches!(api.types.get(name)?.kind, Kind::Enum(_)).then_some(()),
        ty => ty.is_string().then_some(()),
    };
    is_enum(&meaning(api, &property.ty))?;
    let field = ident(&property.field);
    Some(match property.presence {
        Presence::Required | Presence::Constant(_) | Presence::Default(_) => {
            quote! { Some(value.#field.as_str()) }
        }
        Presence::Nullable | Presence::Optional | Presence::Change => {
            quote! { value.#field.as_ref().map(|tag| tag.as_str()) }
        }
    })
}

/// The type behind all aliases.
fn meaning(api: &Api, ty: &Ty) -> Ty {
    let inner = |ty: &Ty| Box::new(meaning(api, ty));
    match ty {
        Ty::Named(name) => match api.types.get(name).map(|ty| &ty.kind) {
            Some(Kind::Alias(ty)) => meaning(api, ty),
            _ => ty.clone(),
        },
        Ty::List(ty) => Ty::List(inner(ty)),
        Ty::Map(ty) => Ty::Map(inner(ty)),
        Ty::Nullable(ty) => Ty::Nullable(inner(ty)),
        Ty::Boxed(ty) => Ty::Boxed(inner(ty)),
        Ty::Any | Ty::String | Ty::Secret | Ty::Uri | Ty::Boolean | Ty::Number | Ty::Timestamp => {
            ty.clone()
        }
    }
}

/// A constant as an expression that compares to a `Value`.
fn unit_value(value: &Value) -> TokenStream {
    match value {
        Value::String(text) => quote! { #text },
        Value::Bool(value) => quote! { #value },
        Value::Number(number) => match (number.as_i64(), number.as_u64(), number.as_f64()) {
            (Some(number), ..) => quote! { #number },
            (None, Some(number), _) => quote! { #number },
            (None, None, number) => {
                let number = Literal::f64_suffixed(number.unwrap_or_default());
                quote! { #number }
            }
        },
        // The lowering makes no unit of anything else.
        _ => quote! { () },
    }
}

/// The type of a field, with its [`Presence`].
pub fn field_type(property: &Property) -> TokenStream {
    field_type_in(property, &TokenStream::new())
}

/// The same, with this path before the names of types.
fn field_type_in(property: &Property, path: &TokenStream) -> TokenStream {
    let ty = rust_in(&property.ty, path);
    match property.presence {
        Presence::Required | Presence::Constant(_) | Presence::Default(_) => ty,
        Presence::Nullable | Presence::Optional => quote! { Option<#ty> },
        Presence::Change => quote! { Change<#ty> },
    }
}

pub fn rust(ty: &Ty) -> TokenStream {
    rust_in(ty, &TokenStream::new())
}

fn rust_in(ty: &Ty, path: &TokenStream) -> TokenStream {
    match ty {
        Ty::Any => quote! { Value },
        Ty::String | Ty::Secret | Ty::Uri => quote! { String },
        Ty::Boolean => quote! { bool },
        Ty::Number => quote! { Number },
        Ty::Timestamp => quote! { Timestamp },
        Ty::Named(name) => {
            let name = ident(name);
            quote! { #path #name }
        }
        Ty::List(ty) => {
            let ty = rust_in(ty, path);
            quote! { Vec<#ty> }
        }
        // The map that keeps any value is serde_json's own, which takes no other.
        Ty::Map(ty) if **ty == Ty::Any => quote! { Map<String, Value> },
        Ty::Map(ty) => {
            let ty = rust_in(ty, path);
            quote! { BTreeMap<String, #ty> }
        }
        Ty::Nullable(ty) => {
            let ty = rust_in(ty, path);
            quote! { Option<#ty> }
        }
        Ty::Boxed(ty) => {
            let ty = rust_in(ty, path);
            quote! { Box<#ty> }
        }
    }
}

/// A type as one writes it.
pub fn spelled(ty: &Ty) -> String {
    written(rust(ty))
}
