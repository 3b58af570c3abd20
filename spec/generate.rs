//! Writes what `progenitor` and the Rust compiler read: the reduced document with the operations, and the types.
//!
//! `progenitor` generates the operations. The types are written here, because the generator's own reject unknown enum
//! values, drop unknown properties, lose null, and name every reply of an operation alike.

use std::fmt::Write;

use serde_json::{Map, Value, json};

use super::lower::ERROR_TYPE;
use super::lower::model::{
    Api, Arm, Body, Kind, Operation, Parameter, ParameterType, Place, Presence, Property, Reply,
    Ty, Union,
};

/// The document for `progenitor`, OpenAPI 3.0.3: operations with one success and one error type, every type a stub that is
/// replaced by the one from [`types`].
pub fn document(api: &Api) -> Value {
    let mut paths = Map::new();
    let mut stubs = Map::new();
    stub(&mut stubs, ERROR_TYPE);
    for operation in &api.operations {
        if matches!(operation.body, Body::Multipart(_)) {
            continue;
        }
        let parameters: Vec<Value> = operation
            .parameters
            .iter()
            .map(|parameter| parameter_json(parameter, &mut stubs))
            .collect();
        let success = match &operation.reply {
            Reply::Empty => json!({ "description": "" }),
            Reply::Json { ty, .. } => {
                let schema = stub(&mut stubs, ty);
                json!({ "description": "", "content": { "application/json": { "schema": schema } } })
            }
            Reply::Bytes => json!({
                "description": "",
                "content": { "application/octet-stream": {
                    "schema": { "type": "string", "format": "binary" }
                } },
            }),
        };
        let error = json!({
            "description": "",
            "content": { "application/json": { "schema": stub(&mut stubs, ERROR_TYPE) } },
        });
        let mut lowered = json!({
            "operationId": operation.name,
            "summary": prose(&operation.summary),
            "description": operation_doc(operation),
            "parameters": parameters,
            "responses": { "2XX": success, "default": error },
        });
        if let Body::Json(ty) = &operation.body {
            let schema = stub(&mut stubs, ty);
            lowered["requestBody"] = json!({
                "required": true,
                "content": { "application/json": { "schema": schema } },
            });
        }
        let item = paths
            .entry(operation.path.clone())
            .or_insert_with(|| json!({}));
        item[operation.method.to_ascii_lowercase()] = lowered;
    }
    json!({
        "openapi": "3.0.3",
        "info": { "title": api.title, "version": ascii(&api.version) },
        "paths": paths,
        "components": { "schemas": stubs },
    })
}

/// The names that `progenitor` refers to, each to be replaced by the type of that name.
pub fn replaced(document: &Value) -> impl Iterator<Item = &String> {
    document["components"]["schemas"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, _)| name)
}

/// The Rust source of all types.
pub fn types(api: &Api) -> String {
    let mut out = String::new();
    for (name, ty) in &api.types {
        doc(&mut out, "", &ty.description);
        match &ty.kind {
            Kind::Struct(properties) => structure(&mut out, api, name, properties),
            Kind::Enum(values) => enumeration(&mut out, name, values),
            Kind::Union(arms) => union(&mut out, api, name, arms),
            Kind::Alias(ty) => line(&mut out, format_args!("pub type {name} = {};", rust(ty))),
        }
    }
    out
}

/// The Rust source of the table of operations.
pub fn operations(api: &Api) -> String {
    let mut out = String::new();
    doc(
        &mut out,
        "",
        "Base URL of the operations that have none of their own.",
    );
    line(
        &mut out,
        format_args!("pub const SERVER: &str = {:?};", api.server),
    );
    for operation in &api.operations {
        let constant = operation.name.to_ascii_uppercase();
        doc(
            &mut out,
            "",
            &format!(
                "`{} {}`. {}",
                operation.method, operation.path, operation.summary
            ),
        );
        let empty = match &operation.reply {
            Reply::Json { empty, .. } => empty,
            Reply::Empty | Reply::Bytes => "",
        };
        line(
            &mut out,
            format_args!(
                "pub const {constant}: Operation = Operation {{ id: {:?}, name: {:?}, method: {:?}, path: {:?}, server: {:?}, \
                 empty: {empty:?}, is_confidential: {} }};",
                operation.id,
                operation.name,
                operation.method,
                operation.path,
                operation.server,
                operation.is_confidential,
            ),
        );
    }
    doc(
        &mut out,
        "",
        "Every operation, in the order of the document.",
    );
    line(&mut out, format_args!("pub const ALL: &[Operation] = &["));
    for operation in &api.operations {
        line(
            &mut out,
            format_args!("    {},", operation.name.to_ascii_uppercase()),
        );
    }
    line(&mut out, format_args!("];"));
    out
}

/// A table for tests: for each type, a function that reads a value and gives it back, with its `Debug` form.
pub fn round_trips(api: &Api) -> String {
    let mut out = String::new();
    line(
        &mut out,
        format_args!("pub const ROUND_TRIPS: &[(&str, RoundTrip)] = &["),
    );
    for name in api.types.keys() {
        line(
            &mut out,
            format_args!("    ({name:?}, round_trip::<imagekitio::raw::types::{name}>),"),
        );
    }
    line(&mut out, format_args!("];"));
    out
}

fn structure(out: &mut String, api: &Api, name: &str, properties: &[Property]) {
    line(out, format_args!("#[derive({})]", traits(api, name)));
    line(out, format_args!("#[non_exhaustive]"));
    line(out, format_args!("pub struct {name} {{"));
    for property in properties {
        doc(out, "    ", &property.description);
        line(
            out,
            format_args!("    pub {}: {},", property.field, field_type(property)),
        );
    }
    doc(
        out,
        "    ",
        "Properties that the document does not know, and known optional ones that were null.",
    );
    line(out, format_args!("    pub extra: Map<String, Value>,"));
    line(out, format_args!("}}"));

    let arguments: Vec<&Property> = properties
        .iter()
        .filter(|property| matches!(property.presence, Presence::Required | Presence::Nullable))
        .collect();
    let signature = arguments
        .iter()
        .map(|property| format!("{}: impl Into<{}>", property.field, field_type(property)))
        .collect::<Vec<_>>()
        .join(", ");
    line(out, format_args!("impl {name} {{"));
    doc(
        out,
        "    ",
        "With the required properties; the others are left out.",
    );
    line(out, format_args!("    pub fn new({signature}) -> Self {{"));
    line(out, format_args!("        Self {{"));
    for property in properties {
        let field = &property.field;
        let value = match &property.presence {
            Presence::Required | Presence::Nullable => format!("{field}.into()"),
            Presence::Constant(variant) => format!("{}::{variant}", rust(&property.ty)),
            Presence::Optional => "None".to_owned(),
            Presence::Change => "Change::Keep".to_owned(),
        };
        line(out, format_args!("            {field}: {value},"));
    }
    line(out, format_args!("            extra: Map::new(),"));
    line(out, format_args!("        }}"));
    line(out, format_args!("    }}"));
    line(out, format_args!("}}"));
    if arguments.is_empty() {
        line(
            out,
            format_args!("impl Default for {name} {{ fn default() -> Self {{ Self::new() }} }}"),
        );
    }
    if api.confidential.contains(name) {
        let fields = properties.iter().map(|property| {
            let field = &property.field;
            let shown = match (&property.ty, &property.presence) {
                (ty, _) if is_hidden(api, ty) => "Redacted".to_owned(),
                (Ty::Uri, Presence::Required) => format!("RedactedUrl(&self.{field})"),
                (Ty::Uri, Presence::Optional | Presence::Nullable) => {
                    format!("self.{field}.as_ref().map(RedactedUrl)")
                }
                _ => format!("self.{field}"),
            };
            format!(".field({field:?}, &{shown})")
        });
        let fields: String = fields.collect();
        debug(
            out,
            name,
            &format!(
                "f.debug_struct({name:?}){fields}.field(\"extra\", &RedactedValues(&self.extra)).finish()"
            ),
        );
    }
    line(out, format_args!("object! {{ {name} {{"));
    for property in properties {
        let (kind, constant) = match &property.presence {
            Presence::Required => ("required", String::new()),
            Presence::Constant(variant) => {
                ("required", format!(" = {}::{variant}", rust(&property.ty)))
            }
            Presence::Nullable => ("nullable", String::new()),
            Presence::Optional => ("optional", String::new()),
            Presence::Change => ("change", String::new()),
        };
        line(
            out,
            format_args!(
                "    {kind} {} {:?}{constant};",
                property.field, property.wire
            ),
        );
    }
    line(out, format_args!("}} }}"));
}

fn enumeration(out: &mut String, name: &str, values: &[(String, String)]) {
    line(
        out,
        format_args!("#[derive(Clone, Debug, PartialEq, Eq, Hash)]"),
    );
    line(out, format_args!("#[non_exhaustive]"));
    line(out, format_args!("pub enum {name} {{"));
    for (wire, variant) in values {
        doc(out, "    ", &format!("`{wire}`"));
        line(out, format_args!("    {variant},"));
    }
    doc(out, "    ", "A value that the document does not know.");
    line(out, format_args!("    Unknown(String),"));
    line(out, format_args!("}}"));
    line(out, format_args!("open_enum! {{ {name} {{"));
    for (wire, variant) in values {
        line(out, format_args!("    {variant} {wire:?};"));
    }
    line(out, format_args!("}} }}"));
}

fn union(out: &mut String, api: &Api, name: &str, union: &Union) {
    line(out, format_args!("#[derive({})]", traits(api, name)));
    line(out, format_args!("#[non_exhaustive]"));
    line(out, format_args!("pub enum {name} {{"));
    for arm in &union.arms {
        match arm {
            Arm::Unit { variant, value } => {
                doc(out, "    ", &format!("`{value}`"));
                line(out, format_args!("    {variant},"));
            }
            Arm::Typed { variant, ty, tag } => {
                let text = match (&union.tag, tag) {
                    (Some(property), Some(tag)) => format!("`{property}` is `{tag}`."),
                    _ => String::new(),
                };
                doc(out, "    ", &text);
                line(out, format_args!("    {variant}({}),", rust(ty)));
            }
        }
    }
    doc(out, "    ", "A value that the document does not know.");
    line(out, format_args!("    Unknown(Value),"));
    line(out, format_args!("}}"));

    if api.confidential.contains(name) {
        let arms = union.arms.iter().map(|arm| match arm {
            Arm::Unit { variant, .. } => format!("Self::{variant} => f.write_str({variant:?}),"),
            Arm::Typed { variant, ty, .. } => {
                let value = if is_hidden(api, ty) {
                    "&Redacted"
                } else {
                    "value"
                };
                format!(
                    "Self::{variant}(value) => f.debug_tuple({variant:?}).field({value}).finish(),"
                )
            }
        });
        let arms: String = arms.collect();
        debug(
            out,
            name,
            &format!(
                "match self {{ {arms} Self::Unknown(_) => f.debug_tuple(\"Unknown\").field(&Redacted).finish() }}"
            ),
        );
    }

    let head = match &union.tag {
        Some(tag) => format!("tagged_union! {{ {name} {tag:?} {{"),
        None => format!("union! {{ {name} {{"),
    };
    line(out, format_args!("{head}"));
    for arm in &union.arms {
        if let Arm::Unit { variant, value } = arm {
            line(
                out,
                format_args!("    unit {variant} = {};", unit_value(value)),
            );
        }
    }
    for arm in &union.arms {
        match arm {
            Arm::Unit { .. } => {}
            Arm::Typed {
                variant,
                ty,
                tag: Some(tag),
            } => {
                line(out, format_args!("    {variant}({}) {tag:?};", rust(ty)));
            }
            Arm::Typed {
                variant,
                ty,
                tag: None,
            } => {
                line(out, format_args!("    typed {variant}({});", rust(ty)));
            }
        }
    }
    line(out, format_args!("}} }}"));
    for (variant, ty) in unambiguous(api, union) {
        line(
            out,
            format_args!(
                "impl From<{ty}> for {name} {{ fn from(value: {ty}) -> Self {{ Self::{variant}(value) }} }}"
            ),
        );
    }
}

/// What is derived for a struct or union. The `Debug` of one that may hold secrets is written by [`debug`].
fn traits(api: &Api, name: &str) -> &'static str {
    match api.confidential.contains(name) {
        true => "Clone, PartialEq",
        false => "Clone, Debug, PartialEq",
    }
}

fn debug(out: &mut String, name: &str, body: &str) {
    line(
        out,
        format_args!("#[allow(unused_imports, unused_variables)]"),
    );
    line(
        out,
        format_args!(
            "impl ::std::fmt::Debug for {name} {{ fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {{ \
             use crate::redact::{{Redacted, RedactedUrl, RedactedValues}}; {body} }} }}"
        ),
    );
}

/// Whether a value is a secret, or may be one for all that the document says.
fn is_hidden(api: &Api, ty: &Ty) -> bool {
    matches!(meaning(api, ty).leaf(), Ty::Secret | Ty::Any)
}

/// The arms whose type is in no other arm, by whatever name, with that type.
fn unambiguous<'u>(api: &Api, union: &'u Union) -> impl Iterator<Item = (&'u String, String)> {
    let types: Vec<(&String, &Ty, String)> = union
        .arms
        .iter()
        .filter_map(|arm| match arm {
            Arm::Typed { variant, ty, .. } => Some((variant, ty, rust(&meaning(api, ty)))),
            Arm::Unit { .. } => None,
        })
        .collect();
    let meanings: Vec<String> = types.iter().map(|(.., meaning)| meaning.clone()).collect();
    types.into_iter().filter_map(move |(variant, ty, meaning)| {
        let count = meanings.iter().filter(|other| **other == meaning).count();
        (count == 1).then(|| (variant, rust(ty)))
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
fn unit_value(value: &Value) -> String {
    match value {
        Value::String(text) => format!("{text:?}"),
        Value::Number(number) if number.is_f64() => format!("{number}_f64"),
        Value::Number(number) => format!("{number}_i64"),
        other => other.to_string(),
    }
}

/// The type of a field, with what [`Presence`] makes of it.
pub fn field_type(property: &Property) -> String {
    let ty = rust(&property.ty);
    match property.presence {
        Presence::Required | Presence::Constant(_) => ty,
        Presence::Nullable | Presence::Optional => format!("Option<{ty}>"),
        Presence::Change => format!("Change<{ty}>"),
    }
}

pub fn rust(ty: &Ty) -> String {
    match ty {
        Ty::Any => "Value".to_owned(),
        Ty::String | Ty::Secret | Ty::Uri => "String".to_owned(),
        Ty::Boolean => "bool".to_owned(),
        Ty::Number => "Number".to_owned(),
        Ty::Timestamp => "Timestamp".to_owned(),
        Ty::Named(name) => name.clone(),
        Ty::List(ty) => format!("Vec<{}>", rust(ty)),
        // The map that keeps any value is serde_json's own, which takes no other.
        Ty::Map(ty) if **ty == Ty::Any => "Map<String, Value>".to_owned(),
        Ty::Map(ty) => format!("BTreeMap<String, {}>", rust(ty)),
        Ty::Nullable(ty) => format!("Option<{}>", rust(ty)),
        Ty::Boxed(ty) => format!("Box<{}>", rust(ty)),
    }
}

fn parameter_json(parameter: &Parameter, stubs: &mut Map<String, Value>) -> Value {
    let (name, place) = match parameter.place {
        Place::Path => (parameter.wire.clone(), "path"),
        Place::Query => (parameter.wire.clone(), "query"),
        Place::Header => (parameter.wire.to_ascii_lowercase(), "header"),
    };
    json!({
        "name": name,
        "in": place,
        "required": parameter.required,
        "description": prose(&parameter.description),
        "schema": parameter_schema(&parameter.ty, stubs),
    })
}

fn parameter_schema(ty: &ParameterType, stubs: &mut Map<String, Value>) -> Value {
    match ty {
        ParameterType::String => json!({ "type": "string" }),
        ParameterType::Boolean => json!({ "type": "boolean" }),
        ParameterType::Integer => json!({ "type": "integer", "format": "int64" }),
        ParameterType::Unsigned => json!({ "type": "integer", "format": "uint64" }),
        ParameterType::Number => json!({ "type": "number", "format": "double" }),
        ParameterType::Named(name) => stub(stubs, name),
        ParameterType::List(item) => {
            json!({ "type": "array", "items": parameter_schema(item, stubs) })
        }
    }
}

fn stub(stubs: &mut Map<String, Value>, name: &str) -> Value {
    stubs.insert(name.to_owned(), json!({ "type": "object" }));
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

fn operation_doc(operation: &Operation) -> String {
    let mut text = prose(&operation.description);
    if !operation.statuses.is_empty() {
        text.push_str("\n\nDocumented replies:\n");
        for (status, description) in &operation.statuses {
            let _ = write!(
                text,
                "\n- {status}: {}",
                prose(description).replace('\n', "\n  ")
            );
        }
    }
    text
}

/// A description that rustdoc shows as text: code fences would be run as tests.
fn prose(text: &str) -> String {
    let mut fenced = false;
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines() {
        let trimmed = line.trim_start();
        let indent = line.len() - trimmed.len();
        if trimmed.starts_with("```") || trimmed.starts_with("~~~") {
            fenced = !fenced;
            lines.push(if fenced { "```text" } else { "```" }.to_owned());
        } else if fenced || indent < 4 {
            lines.push(line.trim_end().to_owned());
        } else {
            // Four spaces make a code block as well.
            lines.push(format!("  {}", trimmed.trim_end()));
        }
    }
    if fenced {
        lines.push("```".to_owned());
    }
    lines.join("\n")
}

fn doc(out: &mut String, indent: &str, text: &str) {
    let text = prose(text);
    if !text.is_empty() {
        line(out, format_args!("{indent}#[doc = {text:?}]"));
    }
}

fn line(out: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _ = out.write_fmt(text);
    out.push('\n');
}

/// The generator puts the version into a header value, which would panic on anything else.
fn ascii(text: &str) -> String {
    text.chars().filter(char::is_ascii_graphic).collect()
}
