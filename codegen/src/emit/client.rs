//! The operations, which `progenitor` generates from a reduced document.

use std::collections::HashMap;
use std::fmt::Write;

use proc_macro2::{Delimiter, Group, Literal, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use serde_json::{Map, Value, json};

use super::operations::style_of;
use super::{ident, in_generator, prose, untested};
use crate::document::{Problem, child};
use crate::lower::ERROR_TYPE;
use crate::model::{Api, Body, Operation, Parameter, ParameterType, Place, Reply, Style};

/// The Rust source of the client.
pub fn client(api: &Api) -> Result<String, Problem> {
    let mut stubs = Stubs::default();
    let document = document(api, &mut stubs)?;
    let mut settings = progenitor::GenerationSettings::new();
    settings
        .with_interface(progenitor::InterfaceStyle::Builder)
        .with_hooks(progenitor::HooksMode::Expected)
        .with_inner_type("super::Transport".parse().map_err(in_generator)?);
    for (index, name) in stubs.names.iter().enumerate() {
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
    completed(&mut file, api)?;
    Ok(prettyplease::unparse(&file))
}

/// The types that the reduced document refers to. Each is a stub that is replaced by the one from
/// [`super::types`]; the generator spells names its own way, which leaves these as they are.
#[derive(Default)]
struct Stubs {
    names: Vec<String>,
    index: HashMap<String, usize>,
}

impl Stubs {
    fn reference(&mut self, name: &str) -> Value {
        let index = *self.index.entry(name.to_owned()).or_insert_with(|| {
            self.names.push(name.to_owned());
            self.names.len() - 1
        });
        json!({ "$ref": format!("#/components/schemas/{}", stub_name(index)) })
    }
}

fn stub_name(index: usize) -> String {
    format!("Stub{index}")
}

/// OpenAPI 3.0.3: operations with one success and one error type.
fn document(api: &Api, stubs: &mut Stubs) -> Result<Value, Problem> {
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
        // The hooks set the media type and the encoding.
        let sent = match &operation.body {
            Body::None | Body::Multipart(_) => None,
            Body::Json(ty) | Body::Form(ty) => {
                Some(content("application/json", stubs.reference(ty)))
            }
            Body::Text => Some(content("text/plain", json!({ "type": "string" }))),
            Body::Bytes => {
                let bytes = json!({ "type": "string", "format": "binary" });
                Some(content("application/octet-stream", bytes))
            }
        };
        if let Some(content) = sent {
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
        let method = operation.method.to_ascii_lowercase();
        if item.get(&method).is_some() {
            return Err(Problem::new(
                child("/paths", &operation.path),
                "a path that differs from another one only in the spelling of its parameters",
                "put the operations of both under one path",
            ));
        }
        item[method] = lowered;
    }
    let schemas: Map<String, Value> = (0..stubs.names.len())
        .map(|index| (stub_name(index), json!({ "type": "object" })))
        .collect();
    Ok(json!({
        "openapi": "3.0.3",
        "info": { "title": api.title, "version": ascii(&api.version) },
        "paths": paths,
        "components": { "schemas": schemas },
    }))
}

fn parameter_json(parameter: &Parameter, stubs: &mut Stubs) -> Value {
    let place = match parameter.place {
        Place::Path => "path",
        Place::Query => "query",
        Place::Header | Place::Cookie => "header",
    };
    json!({
        // Not the name on the wire, of which the generator would make its own: see [`wired`].
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
        ParameterType::Number => stubs.reference("Number"),
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

/// The generated constructors panic, time out after 15 seconds and know no key, and the generated
/// `Debug` of the client shows all of its address: the module has its own.
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

/// The generator's escaping of paths leaves `\\`, which URL parsers take for `/`: the module has
/// its own.
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

/// What the generator writes in one way only: the builders of operations after the document.
fn completed(file: &mut syn::File, api: &Api) -> Result<(), Problem> {
    let operations: HashMap<&str, &Operation> = api
        .operations
        .iter()
        .map(|operation| (operation.name.as_str(), operation))
        .collect();
    let builders = file.items.iter_mut().filter_map(|item| match item {
        syn::Item::Mod(module) if module.ident == "builder" => module.content.as_mut(),
        _ => None,
    });
    for (_, items) in builders {
        // By the names of the builders whose body is optional.
        let mut optional: HashMap<String, TokenStream> = HashMap::new();
        for item in &mut *items {
            let syn::Item::Impl(item) = item else {
                continue;
            };
            let id = item.items.iter().find_map(|member| match member {
                syn::ImplItem::Fn(function) if function.sig.ident == "send" => {
                    operation_id(&function.block.to_token_stream())
                }
                _ => None,
            });
            let Some(operation) = id.and_then(|id| operations.get(id.as_str())) else {
                continue;
            };
            if let Some(ty) = optional_body(operation) {
                optional.insert(item.self_ty.to_token_stream().to_string(), ty);
            }
            for member in &mut item.items {
                if let syn::ImplItem::Fn(function) = member {
                    complete(function, operation)?;
                }
            }
        }
        for item in items {
            let syn::Item::Struct(builder) = item else {
                continue;
            };
            let name = &builder.ident;
            let Some(ty) = optional.get(&quote! { #name<'a> }.to_string()) else {
                continue;
            };
            for field in &mut builder.fields {
                if field.ident.as_ref().is_some_and(|name| name == "body") {
                    field.ty = syn::parse2(quote! { Result<#ty, String> }).map_err(in_generator)?;
                }
            }
        }
    }
    Ok(())
}

/// The type in which a builder keeps a body that may be left out.
fn optional_body(operation: &Operation) -> Option<TokenStream> {
    match &operation.body {
        _ if !operation.is_body_optional => None,
        Body::None | Body::Multipart(_) => None,
        Body::Json(ty) | Body::Form(ty) => {
            let ty = ident(ty);
            Some(quote! { Option<crate::raw::types::#ty> })
        }
        Body::Text | Body::Bytes => Some(quote! { ::reqwest::Body }),
    }
}

fn complete(function: &mut syn::ImplItemFn, operation: &Operation) -> Result<(), Problem> {
    let name = function.sig.ident.to_string();
    let block = function.block.to_token_stream();
    let is_optional = optional_body(operation).is_some();
    let is_typed = matches!(operation.body, Body::Json(_) | Body::Form(_));
    let block = match name.as_str() {
        "send"
            if operation.parameters.iter().any(Parameter::is_completed)
                || is_unknown(operation) =>
        {
            wired(block, operation)
        }
        "new" if is_optional => {
            let none = quote! { Ok(::std::default::Default::default()) };
            with_field(block, "body", &none)
        }
        "body" if is_optional && is_typed => quote! {{
            self.body = value
                .try_into()
                .map(Some)
                .map_err(|_| "conversion of the value for body failed".to_string());
            self
        }},
        _ => return Ok(()),
    };
    function.block = syn::parse2(block).map_err(in_generator)?;
    Ok(())
}

/// Whether `reqwest` has no function for the method.
fn is_unknown(operation: &Operation) -> bool {
    matches!(operation.method.as_str(), "OPTIONS" | "TRACE")
}

/// The same struct expression with another value for a field.
fn with_field(tokens: TokenStream, field: &str, value: &TokenStream) -> TokenStream {
    let mut out = TokenStream::new();
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Ident(name)
                if name == field
                    && matches!(tokens.peek(), Some(TokenTree::Punct(sign)) if sign.as_char() == ':') =>
            {
                out.extend(quote! { #name: #value });
                // As far as the next field.
                while tokens
                    .next_if(
                        |token| !matches!(token, TokenTree::Punct(sign) if sign.as_char() == ','),
                    )
                    .is_some()
                {}
            }
            TokenTree::Group(group) => {
                let inner = with_field(group.stream(), field, value);
                out.extend([TokenTree::from(Group::new(group.delimiter(), inner))]);
            }
            other => out.extend([other]),
        }
    }
    out
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

/// `QueryParam::new("field", ..)`, `header_map.append("field", ..)` and `encode_path(..)`, with the
/// names on the wire, in the style of the parameter; and methods that `reqwest` has no function
/// for.
fn wired(body: TokenStream, operation: &Operation) -> TokenStream {
    let mut out: Vec<TokenTree> = Vec::new();
    for token in body {
        let TokenTree::Group(group) = token else {
            out.push(token);
            continue;
        };
        let before = match out.last() {
            Some(TokenTree::Ident(name)) => name.to_string(),
            _ => String::new(),
        };
        let inner = match before.as_str() {
            "query" => query(group.stream(), operation),
            "append" => header(group.stream(), operation),
            // It escapes the parts of the value, not the signs between them.
            "encode_path" => match path(group.stream(), operation) {
                Some(styled) => {
                    out.pop();
                    out.extend(quote! { segment(#styled).map_err(Error::InvalidRequest)? });
                    continue;
                }
                None => None,
            },
            method @ ("options" | "trace") if is_unknown(operation) => {
                let constant = ident(&method.to_ascii_uppercase());
                let url = group.stream();
                out.pop();
                out.push(ident("request").into());
                Some(quote! { ::reqwest::Method::#constant, #url })
            }
            _ => None,
        };
        let inner = inner.unwrap_or_else(|| wired(group.stream(), operation));
        out.push(Group::new(group.delimiter(), inner).into());
    }
    out.into_iter().collect()
}

/// The parameter of a place with this Rust name.
fn parameter<'o>(operation: &'o Operation, places: &[Place], field: &str) -> Option<&'o Parameter> {
    let mut parameters = operation.parameters.iter();
    parameters.find(|known| places.contains(&known.place) && known.field == field)
}

/// `& progenitor_client::QueryParam::new("field", &field)`.
fn query(inner: TokenStream, operation: &Operation) -> Option<TokenStream> {
    let arguments = inner.into_iter().find_map(|token| match token {
        TokenTree::Group(group) => Some(group.stream()),
        _ => None,
    })?;
    let (field, value) = arguments_of(arguments)?;
    let parameter = parameter(operation, &[Place::Query], &field)?;
    let wire = &parameter.wire;
    Some(match parameter.style {
        Style::Plain => quote! { &progenitor_client::QueryParam::new(#wire, #value) },
        style => {
            let style = style_of(style);
            quote! { &crate::raw::parameter::Styled::new(#wire, #style, #value) }
        }
    })
}

/// `"field", value.to_string().try_into()?`.
fn header(inner: TokenStream, operation: &Operation) -> Option<TokenStream> {
    let (field, value) = arguments_of(inner)?;
    let parameter = parameter(operation, &[Place::Header, Place::Cookie], &field)?;
    let wire = parameter.sent_name();
    if parameter.place == Place::Header && parameter.style == Style::Plain {
        return Some(quote! { #wire, #value });
    }
    let value = before_text(value)?;
    let style = style_of(parameter.style);
    Some(match parameter.place {
        Place::Cookie => quote! {
            "cookie",
            crate::raw::parameter::cookie(#wire, #style, &#value)
                .map_err(Error::InvalidRequest)?
                .try_into()?
        },
        _ => quote! {
            #wire,
            crate::raw::parameter::text(#style, &#value)
                .map_err(Error::InvalidRequest)?
                .try_into()?
        },
    })
}

/// `& field.to_string()`.
fn path(inner: TokenStream, operation: &Operation) -> Option<TokenStream> {
    let value: TokenStream = inner.into_iter().skip(1).collect();
    let value = before_text(value)?;
    let parameter = parameter(operation, &[Place::Path], &value.to_string())?;
    if parameter.style == Style::Plain {
        return None;
    }
    let (wire, style) = (&parameter.wire, style_of(parameter.style));
    Some(quote! { #wire, #style, &#value })
}

/// The string and the rest of `"..", rest`.
fn arguments_of(tokens: TokenStream) -> Option<(String, TokenStream)> {
    let mut tokens = tokens.into_iter();
    let name = match tokens.next()? {
        TokenTree::Literal(literal) => string(&literal)?,
        _ => return None,
    };
    // The comma.
    tokens.next()?;
    Some((name, tokens.collect()))
}

/// What stands before `.to_string()`.
fn before_text(tokens: TokenStream) -> Option<TokenStream> {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let end = tokens
        .iter()
        .rposition(|token| matches!(token, TokenTree::Ident(name) if name == "to_string"))?;
    Some(tokens[..end.checked_sub(1)?].iter().cloned().collect())
}

fn string(literal: &Literal) -> Option<String> {
    syn::parse_str::<syn::LitStr>(&literal.to_string())
        .ok()
        .map(|literal| literal.value())
}
