//! The operations, which `progenitor` generates from a reduced document.

use std::collections::HashMap;
use std::fmt::Write;

use proc_macro2::{Delimiter, Group, Literal, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use serde_json::{Map, Value, json};

use super::{in_generator, prose, source, untested};
use crate::document::Problem;
use crate::lower::ERROR_TYPE;
use crate::model::{Api, Body, Operation, Parameter, ParameterType, Place, Reply};

/// The Rust source of the client.
pub fn client(api: &Api) -> Result<String, Problem> {
    let mut stubs = Stubs::default();
    let document = document(api, &mut stubs);
    let mut settings = progenitor::GenerationSettings::new();
    settings
        .with_interface(progenitor::InterfaceStyle::Builder)
        .with_hooks(progenitor::HooksMode::Expected)
        .with_inner_type("super::Transport".parse().map_err(in_generator)?);
    for (index, name) in stubs.0.iter().enumerate() {
        let traits = [progenitor::TypeImpl::Display, progenitor::TypeImpl::FromStr];
        let path = format!("crate::raw::types::{name}");
        settings.with_replacement(stub_name(index), path, traits.into_iter());
    }
    let openapi = serde_json::from_value(document).map_err(in_generator)?;
    let tokens = progenitor::Generator::new(&settings)
        .generate_tokens(&openapi)
        .map_err(in_generator)?;
    let mut file: syn::File = syn::parse2(escaped(untested(tokens))).map_err(in_generator)?;
    without_constructors(&mut file);
    with_wire_names(&mut file, api)?;
    source(file)
}

/// The types that the reduced document refers to. Each is a stub that is replaced by the one from [`super::types`]; the
/// generator spells names its own way, which leaves these as they are.
#[derive(Default)]
struct Stubs(Vec<String>);

impl Stubs {
    fn reference(&mut self, name: &str) -> Value {
        let index = self.0.iter().position(|known| known == name);
        let index = index.unwrap_or_else(|| {
            self.0.push(name.to_owned());
            self.0.len() - 1
        });
        json!({ "$ref": format!("#/components/schemas/{}", stub_name(index)) })
    }
}

fn stub_name(index: usize) -> String {
    format!("Stub{index}")
}

/// OpenAPI 3.0.3: operations with one success and one error type.
fn document(api: &Api, stubs: &mut Stubs) -> Value {
    let mut paths = Map::new();
    for operation in &api.operations {
        if matches!(operation.body, Body::Multipart(_)) {
            continue;
        }
        let parameters: Vec<Value> = operation
            .parameters
            .iter()
            .map(|parameter| parameter_json(parameter, stubs))
            .collect();
        let content = |media: &str, schema: Value| json!({ media: { "schema": schema } });
        let success = match &operation.reply {
            Reply::Empty => json!({ "description": "" }),
            Reply::Json { ty, .. } => {
                let content = content("application/json", stubs.reference(ty));
                json!({ "description": "", "content": content })
            }
            Reply::Bytes => {
                let bytes = json!({ "type": "string", "format": "binary" });
                let content = content("application/octet-stream", bytes);
                json!({ "description": "", "content": content })
            }
        };
        let error = json!({
            "description": "",
            "content": content("application/json", stubs.reference(ERROR_TYPE)),
        });
        let mut lowered = json!({
            "operationId": operation.name,
            "summary": prose(&operation.summary),
            "description": operation_doc(operation),
            "parameters": parameters,
            "responses": { "2XX": success, "default": error },
        });
        if let Body::Json(ty) = &operation.body {
            let content = content("application/json", stubs.reference(ty));
            lowered["requestBody"] = json!({ "required": true, "content": content });
        }
        // Path parameters stand in it under their Rust names, too.
        let mut path = operation.path.clone();
        for parameter in operation
            .parameters
            .iter()
            .filter(|p| p.place == Place::Path)
        {
            path = path.replace(
                &format!("{{{}}}", parameter.wire),
                &format!("{{{}}}", parameter.field),
            );
        }
        let item = paths.entry(path).or_insert_with(|| json!({}));
        item[operation.method.to_ascii_lowercase()] = lowered;
    }
    let schemas: Map<String, Value> = (0..stubs.0.len())
        .map(|index| (stub_name(index), json!({ "type": "object" })))
        .collect();
    json!({
        "openapi": "3.0.3",
        "info": { "title": api.title, "version": ascii(&api.version) },
        "paths": paths,
        "components": { "schemas": schemas },
    })
}

fn parameter_json(parameter: &Parameter, stubs: &mut Stubs) -> Value {
    let place = match parameter.place {
        Place::Path => "path",
        Place::Query => "query",
        Place::Header => "header",
    };
    json!({
        // Not the name on the wire, of which the generator would make its own: see [`with_wire_names`].
        "name": parameter.field,
        "in": place,
        "required": parameter.required,
        "description": prose(&parameter.description),
        "schema": parameter_schema(&parameter.ty, stubs),
    })
}

fn parameter_schema(ty: &ParameterType, stubs: &mut Stubs) -> Value {
    match ty {
        ParameterType::String => json!({ "type": "string" }),
        ParameterType::Boolean => json!({ "type": "boolean" }),
        ParameterType::Integer => json!({ "type": "integer", "format": "int64" }),
        ParameterType::Unsigned => json!({ "type": "integer", "format": "uint64" }),
        ParameterType::Number => json!({ "type": "number", "format": "double" }),
        ParameterType::Named(name) => stubs.reference(name),
        ParameterType::List(item) => {
            json!({ "type": "array", "items": parameter_schema(item, stubs) })
        }
    }
}

fn operation_doc(operation: &Operation) -> String {
    let mut text = prose(&operation.description);
    if !operation.statuses.is_empty() {
        text.push_str("\n\nDocumented replies:\n");
        for status in &operation.statuses {
            let code = &status.code;
            let description = prose(&status.description).replace('\n', "\n  ");
            // Writing to a string cannot fail.
            let _ = write!(text, "\n- {code}: {description}");
        }
    }
    text
}

/// The generator puts the version into a header value, which would panic on anything else.
fn ascii(text: &str) -> String {
    text.chars().filter(char::is_ascii_graphic).collect()
}

/// The generated constructors panic, time out after 15 seconds and know no key, and the generated `Debug` of the client shows
/// all of its address: the module has its own.
fn without_constructors(file: &mut syn::File) {
    for item in &mut file.items {
        if let syn::Item::Struct(client) = item
            && client.ident == "Client"
        {
            let attributes = &mut client.attrs;
            attributes.retain(|attribute| !attribute.path().is_ident("derive"));
            attributes.push(syn::parse_quote!(#[derive(Clone)]));
        }
        if let syn::Item::Impl(item) = item {
            item.items.retain(|member| {
                !matches!(member, syn::ImplItem::Fn(function)
                    if ["new", "new_with_client"].iter().any(|name| function.sig.ident == name))
            });
        }
    }
}

/// The generator's escaping of paths leaves `\\`, which URL parsers take for `/`: the module has its own.
fn escaped(tokens: TokenStream) -> TokenStream {
    let mut tokens = tokens.into_iter().peekable();
    let mut out = TokenStream::new();
    let mut after_fn = false;
    while let Some(token) = tokens.next() {
        // A method for an operation of that name.
        let is_method = std::mem::replace(
            &mut after_fn,
            matches!(&token, TokenTree::Ident(name) if name == "fn"),
        );
        match token {
            TokenTree::Ident(name)
                if name == "encode_path"
                    && !is_method
                    && matches!(tokens.peek(), Some(TokenTree::Group(group))
                        if group.delimiter() == Delimiter::Parenthesis) =>
            {
                out.extend(quote! { crate::raw::encode_path });
            }
            TokenTree::Group(group) => {
                let inner = escaped(group.stream());
                out.extend([TokenTree::from(Group::new(group.delimiter(), inner))]);
            }
            other => out.extend([other]),
        }
    }
    out
}

/// Parameters are sent under their names on the wire, which may be anything: `tags` and `tags[]`, or one name as query
/// parameter and as header.
fn with_wire_names(file: &mut syn::File, api: &Api) -> Result<(), Problem> {
    let operations: HashMap<&str, &Operation> = api
        .operations
        .iter()
        .map(|operation| (operation.name.as_str(), operation))
        .collect();
    let builders = file.items.iter_mut().filter_map(|item| match item {
        syn::Item::Mod(module) if module.ident == "builder" => module.content.as_mut(),
        _ => None,
    });
    for item in builders.flat_map(|(_, items)| items) {
        let syn::Item::Impl(item) = item else {
            continue;
        };
        for member in &mut item.items {
            if let syn::ImplItem::Fn(function) = member
                && function.sig.ident == "send"
            {
                let body = function.block.to_token_stream();
                if let Some(operation) =
                    operation_id(&body).and_then(|id| operations.get(id.as_str()))
                    && operation.parameters.iter().any(Parameter::is_renamed)
                {
                    let body = wired(body, operation);
                    function.block = syn::parse2(body).map_err(in_generator)?;
                }
            }
        }
    }
    Ok(())
}

/// The value of `operation_id: ".."`.
fn operation_id(body: &TokenStream) -> Option<String> {
    let mut after = false;
    for token in body.clone() {
        match token {
            TokenTree::Group(group) => {
                if let Some(found) = operation_id(&group.stream()) {
                    return Some(found);
                }
            }
            TokenTree::Ident(name) => after = name == "operation_id",
            TokenTree::Literal(literal) if after => return string(&literal),
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
    None
}

/// `QueryParam::new("field", ..)` and `header_map.append("field", ..)`, with the names on the wire.
fn wired(body: TokenStream, operation: &Operation) -> TokenStream {
    let mut place = None;
    body.into_iter()
        .map(|token| {
            let before = place.take();
            match token {
                TokenTree::Ident(name) => {
                    place = match name.to_string().as_str() {
                        "new" => Some(Place::Query),
                        "append" => Some(Place::Header),
                        _ => None,
                    };
                    name.into()
                }
                TokenTree::Group(group) => {
                    let mut inner: Vec<TokenTree> =
                        wired(group.stream(), operation).into_iter().collect();
                    if let (Some(place), Some(TokenTree::Literal(literal))) =
                        (before, inner.first())
                        && let Some(field) = string(literal)
                        && let Some(parameter) = operation
                            .parameters
                            .iter()
                            .find(|known| known.place == place && known.field == field)
                    {
                        inner[0] = Literal::string(&parameter.sent_name()).into();
                    }
                    Group::new(group.delimiter(), inner.into_iter().collect()).into()
                }
                other => other,
            }
        })
        .collect()
}

fn string(literal: &Literal) -> Option<String> {
    syn::parse_str::<syn::LitStr>(&literal.to_string())
        .ok()
        .map(|literal| literal.value())
}
