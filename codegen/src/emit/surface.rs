//! What was generated in short, for snapshots: what a reviewer reads after the document has changed.

use std::fmt::Write;

use super::types::{field_type, spelled};
use super::written;
use crate::lower::ERROR_TYPE;
use crate::model::{Api, Arm, Body, Kind, ParameterType, Place, Presence, Reply, Style};

/// A block for each operation, by name: method and path, arguments, body, reply and error.
pub fn operations(api: &Api) -> String {
    let mut operations: Vec<_> = api.operations.iter().collect();
    operations.sort_by(|a, b| a.name.cmp(&b.name));
    let blocks = operations.into_iter().map(|operation| {
        let server = operation.server.as_deref().unwrap_or_default();
        let mut block = format!(
            "{}\n    {} {server}{}\n",
            operation.name, operation.method, operation.path
        );
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
                    "{}{option}: {ty} in {place}{}",
                    parameter.field,
                    style(parameter.style)
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
        line(
            &mut block,
            &match &operation.reply {
                Reply::Empty => "reply ()".to_owned(),
                Reply::Json { ty, .. } => format!("reply {ty}"),
                Reply::Bytes => "reply ByteStream".to_owned(),
            },
        );
        line(&mut block, &format!("error {ERROR_TYPE}"));
        block
    });
    blocks.collect::<Vec<_>>().join("\n")
}

/// A block for each type: fields, values or arms with their names on the wire, in an order of their own.
pub fn types(api: &Api) -> String {
    let blocks = api.types.iter().map(|(name, ty)| match &ty.kind {
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
                    _ => String::new(),
                };
                let keyword = property.presence.keyword();
                line(
                    &mut block,
                    &format!("{field}: {ty}, {keyword} {wire:?}{constant}"),
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

/// How a parameter is written, where that is not the usual.
fn style(style: Style) -> String {
    match style {
        Style::Plain => String::new(),
        Style::Joined(sign) => format!(" joined by {sign:?}"),
        Style::Assigned => " as assignments".to_owned(),
        Style::Pairs => " as pairs".to_owned(),
        Style::Deep => " as deepObject".to_owned(),
    }
}

/// The Rust type of a parameter.
fn parameter_type(ty: &ParameterType) -> String {
    match ty {
        ParameterType::String => "String".to_owned(),
        ParameterType::Boolean => "bool".to_owned(),
        ParameterType::Integer => "i64".to_owned(),
        ParameterType::Unsigned => "u64".to_owned(),
        ParameterType::Number => "f64".to_owned(),
        ParameterType::Named(name) => name.clone(),
        ParameterType::List(item) => format!("Vec<{}>", parameter_type(item)),
    }
}

fn line(block: &mut String, text: &str) {
    // Writing to a string cannot fail.
    let _ = writeln!(block, "    {text}");
}
