//! What was generated in short, for snapshots: what a reviewer reads after the document has
//! changed.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fmt::Write;

use super::types::{field_type, spelled};
use super::written;
use crate::lower::ERROR_TYPE;
use crate::model::{Api, Arm, Body, Kind, ParameterType, Place, Presence, Reply, Style, Ty, Type};
use crate::names::pascal;

/// A block for the whole, and one for each operation, by name: method and path, arguments, body,
/// reply and error, and what each documented status carries.
pub fn operations(api: &Api) -> String {
    let mut all = String::new();
    if !api.server.is_empty() {
        line(&mut all, &format!("server {}", api.server));
    }
    for (name, scheme) in &api.schemes {
        line(&mut all, &format!("security scheme {name}: {scheme}"));
    }
    secured(&mut all, api.security.as_deref());
    let all = (!all.is_empty()).then(|| format!("api\n{all}"));
    let mut operations: Vec<_> = api.operations.iter().collect();
    operations.sort_by(|a, b| a.name.cmp(&b.name));
    let blocks = operations.into_iter().map(|operation| {
        let server = operation.server.as_deref().unwrap_or_default();
        let mut block = format!(
            "{}\n    {} {server}{}\n",
            operation.name, operation.method, operation.path
        );
        if operation.is_deprecated {
            line(&mut block, "deprecated");
        }
        secured(&mut block, operation.security.as_deref());
        let mut parameters: Vec<_> = operation.parameters.iter().collect();
        parameters.sort_by_key(|parameter| match parameter.place {
            // As in the path.
            Place::Path => (
                Place::Path,
                operation.path.find(&format!("{{{}}}", parameter.wire)),
                "",
            ),
            place => (place, None, parameter.field.as_str()),
        });
        for parameter in parameters {
            let wire = &parameter.wire;
            let place = match parameter.place {
                Place::Path => "path".to_owned(),
                Place::Query => format!("query {wire:?}"),
                Place::Header => format!("header {wire:?}"),
                Place::Cookie => format!("cookie {wire:?}"),
            };
            let option = if parameter.required { "" } else { "?" };
            let ty = parameter_type(&parameter.ty);
            line(
                &mut block,
                &format!(
                    "{}{option}: {ty} in {place}{}{}",
                    parameter.field,
                    style(parameter.style),
                    deprecated(parameter.is_deprecated)
                ),
            );
        }
        let option = if operation.is_body_optional { "?" } else { "" };
        let media = &operation.media;
        match &operation.body {
            Body::None => {}
            Body::Json(ty) if media == "application/json" => {
                line(&mut block, &format!("body{option} {ty}"));
            }
            Body::Json(ty) => line(&mut block, &format!("body{option} {ty} as {media}")),
            Body::Form(ty) => line(&mut block, &format!("body{option} {ty} as {media}")),
            Body::Text | Body::Bytes => line(&mut block, &format!("body{option} Body as {media}")),
            Body::Multipart(ty) => line(&mut block, &format!("form {ty}, without a method")),
        }
        if let [_, _, ..] = operation.offered.as_slice() {
            line(
                &mut block,
                &format!("offered as {}", operation.offered.join(", ")),
            );
        }
        line(
            &mut block,
            &match &operation.reply {
                Reply::Empty => "reply ()".to_owned(),
                Reply::Json { ty, .. } => format!("reply {ty}"),
                Reply::Bytes => "reply ByteStream".to_owned(),
            },
        );
        line(&mut block, &format!("error {ERROR_TYPE}"));
        let mut statuses: Vec<_> = operation.statuses.iter().collect();
        statuses.sort_by_key(|status| &status.code);
        for status in statuses {
            // A 204 never has a body.
            let media = if status.code == "204" {
                ""
            } else {
                &status.media.join(", ")
            };
            line(&mut block, format!("{} {media}", status.code).trim_end());
        }
        block
    });
    let blocks: Vec<String> = all.into_iter().chain(blocks).collect();
    blocks.join("\n")
}

/// Adds a line for the security schemes, if there are any.
fn secured(block: &mut String, security: Option<&[String]>) {
    if let Some(alternatives) = security {
        line(block, &format!("security {}", alternatives.join(" or ")));
    }
}

fn deprecated(is_deprecated: bool) -> &'static str {
    if is_deprecated { ", deprecated" } else { "" }
}

/// A block for each type: fields, values or arms with their names on the wire, sorted.
pub fn types(api: &Api) -> String {
    let blocks = in_order(api).into_iter();
    let blocks = blocks.map(|(name, ty)| match &ty.kind {
        Kind::Struct(properties) => {
            let mut block = format!("struct {name}\n");
            let mut properties: Vec<_> = properties.iter().collect();
            properties.sort_by(|a, b| a.field.cmp(&b.field));
            for property in properties {
                let (field, wire) = (&property.field, &property.wire);
                let ty = written(field_type(property));
                let constant = match &property.presence {
                    Presence::Constant(variant) => {
                        format!(" always {}::{variant}", spelled(&property.ty))
                    }
                    Presence::Default(variant) => {
                        format!(" by default {}::{variant}", spelled(&property.ty))
                    }
                    _ => String::new(),
                };
                let keyword = property.presence.keyword();
                line(
                    &mut block,
                    &format!(
                        "{field}: {ty}, {keyword} {wire:?}{constant}{}",
                        deprecated(property.is_deprecated)
                    ),
                );
            }
            block
        }
        Kind::Enum(values) => {
            let mut block = format!("enum {name}\n");
            let mut values: Vec<_> = values.iter().collect();
            values.sort_unstable();
            for (wire, variant) in values {
                line(&mut block, &format!("{variant} {wire:?}"));
            }
            block
        }
        Kind::Union(union) => {
            let by = union.tag.as_ref().map(|tag| format!(" by {tag:?}"));
            let mut block = format!("union {name}{}\n", by.unwrap_or_default());
            let mut arms: Vec<String> = union
                .arms
                .iter()
                .map(|arm| match arm {
                    Arm::Unit { variant, value } => format!("{variant} = {value}"),
                    Arm::Typed { variant, ty, tag } => {
                        let tag = tag.as_ref().map(|tag| format!(" {tag:?}"));
                        format!("{variant}({}){}", spelled(ty), tag.unwrap_or_default())
                    }
                })
                .collect();
            arms.sort_unstable();
            for arm in arms {
                line(&mut block, &arm);
            }
            block
        }
        Kind::Alias(ty) => format!("type {name} = {}\n", spelled(ty)),
    });
    blocks.collect::<Vec<_>>().join("\n")
}

/// What has one user stands after that, or where a type of its operation stands; the others by
/// their names. So a schema that becomes a component stays where it is under another name.
fn in_order(api: &Api) -> Vec<(&str, &Type)> {
    let mut users: BTreeMap<&str, Vec<User<'_>>> = BTreeMap::new();
    for operation in &api.operations {
        let place = pascal(&operation.name);
        let parameters = operation.parameters.iter().filter_map(|parameter| {
            let name = parameter.ty.named()?.as_str();
            Some((name, format!("{place}{}", pascal(&parameter.wire))))
        });
        let body = match &operation.body {
            Body::Json(name) | Body::Form(name) | Body::Multipart(name) => {
                Some((name.as_str(), format!("{place}Request")))
            }
            Body::None | Body::Text | Body::Bytes => None,
        };
        let reply = match &operation.reply {
            Reply::Json { ty, .. } => Some((ty.as_str(), format!("{place}Response"))),
            Reply::Empty | Reply::Bytes => None,
        };
        for (name, place) in parameters.chain(body).chain(reply) {
            users.entry(name).or_default().push(User::Operation(place));
        }
    }
    for (user, ty) in &api.types {
        let used: BTreeSet<&String> = ty.kind.uses().into_iter().filter_map(Ty::named).collect();
        for name in used {
            users.entry(name).or_default().push(User::Type(user));
        }
    }
    let mut after: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut heads: Vec<(&str, &str)> = Vec::new();
    for name in api.types.keys() {
        match users.get(name.as_str()).map(Vec::as_slice) {
            Some([User::Type(user)]) if user != name => after.entry(user).or_default().push(name),
            Some([User::Operation(place)]) => heads.push((place, name)),
            _ => heads.push((name, name)),
        }
    }
    heads.sort_unstable();
    // Types that have but each other as users come last.
    let heads = heads.into_iter().map(|(_, name)| name);
    let mut waiting: Vec<&str> = heads.chain(api.types.keys().map(String::as_str)).collect();
    waiting.reverse();
    let mut seen = HashSet::new();
    let mut ordered = Vec::new();
    while let Some(name) = waiting.pop() {
        let Some(ty) = api.types.get(name).filter(|_| seen.insert(name)) else {
            continue;
        };
        ordered.push((name, ty));
        let mut next = after.remove(name).unwrap_or_default();
        next.sort_by_key(|name| std::cmp::Reverse(place_in(&ty.kind, name)));
        waiting.append(&mut next);
    }
    ordered
}

enum User<'a> {
    /// By the name that an inline schema has there.
    Operation(String),
    Type(&'a str),
}

/// What a type is used for, which does not change with its name.
fn place_in<'a>(kind: &'a Kind, name: &str) -> &'a str {
    let is_used = |ty: &Ty| ty.named().is_some_and(|used| used == name);
    let place = match kind {
        Kind::Struct(properties) => properties
            .iter()
            .filter(|property| is_used(&property.ty))
            .map(|property| property.field.as_str())
            .min(),
        Kind::Union(union) => union.arms.iter().find_map(|arm| match arm {
            Arm::Typed { variant, ty, .. } if is_used(ty) => Some(variant.as_str()),
            _ => None,
        }),
        Kind::Enum(_) | Kind::Alias(_) => None,
    };
    place.unwrap_or_default()
}

/// How a parameter is written, where that is not the usual.
fn style(style: Style) -> String {
    match style {
        Style::Plain => String::new(),
        Style::Joined(sign) => format!(" joined by {sign:?}"),
        Style::Assigned => " as assignments".to_owned(),
        Style::Pairs => " as pairs".to_owned(),
        Style::Deep => " as deepObject".to_owned(),
        Style::Label(explode) => format!(" as label{}", exploded(explode)),
        Style::Matrix(explode) => format!(" as matrix{}", exploded(explode)),
    }
}

fn exploded(explode: bool) -> &'static str {
    if explode { ", exploded" } else { "" }
}

/// The Rust type of a parameter.
pub fn parameter_type(ty: &ParameterType) -> String {
    match ty {
        ParameterType::String => "String".to_owned(),
        ParameterType::Boolean => "bool".to_owned(),
        ParameterType::Number => "Number".to_owned(),
        ParameterType::Named(name) => name.clone(),
        ParameterType::List(item) => format!("Vec<{}>", parameter_type(item)),
    }
}

fn line(block: &mut String, text: &str) {
    // Writing to a string cannot fail.
    let _ = writeln!(block, "    {text}");
}
