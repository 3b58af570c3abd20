//! What was generated, read back with a Rust parser.

use std::fmt::Write;

use heck::ToUpperCamelCase;
use proc_macro2::TokenTree;
use quote::ToTokens;
use syn::parse::{Parse, ParseStream};

/// The client as `build.rs` wrote it.
pub const CLIENT: &str = include_str!(concat!(env!("OUT_DIR"), "/client.rs"));
/// The types as `build.rs` wrote them.
pub const TYPES: &str = include_str!(concat!(env!("OUT_DIR"), "/types.rs"));
/// The table of operations as `build.rs` wrote it.
pub const OPERATIONS: &str = include_str!(concat!(env!("OUT_DIR"), "/operations.rs"));

/// One method of the client, with its builder.
pub struct Method {
    pub name: String,
    /// The string by which the hooks know the operation.
    pub operation: String,
    pub arguments: Vec<Argument>,
    pub success: String,
    pub error: String,
    /// The body of `send`, as tokens.
    pub send: String,
}

pub struct Argument {
    pub name: String,
    pub ty: String,
    pub required: bool,
    /// `body`, `path`, or `query` and `header` with the name on the wire.
    pub place: String,
}

/// Every method of a generated client, in its order.
pub fn methods(client: &str) -> Vec<Method> {
    let file = syn::parse_file(client).unwrap();
    let builders = file.items.iter().find_map(|item| match item {
        syn::Item::Mod(module) if module.ident == "builder" => module.content.as_ref(),
        _ => None,
    });
    let (_, builders) = builders.expect("a module of builders");
    functions(&file.items, "Client")
        .filter_map(|function| {
            let builder = builder_of(&function.sig.output)?;
            Some(method(function.sig.ident.to_string(), &builder, builders))
        })
        .collect()
}

/// The functions in the inherent implementations of a type.
pub fn functions<'f>(
    items: &'f [syn::Item],
    of: &'f str,
) -> impl Iterator<Item = &'f syn::ImplItemFn> {
    items
        .iter()
        .filter_map(move |item| match item {
            syn::Item::Impl(item) if item.trait_.is_none() => match &*item.self_ty {
                syn::Type::Path(path) if path.path.segments.last()?.ident == of => Some(item),
                _ => None,
            },
            _ => None,
        })
        .flat_map(|item| &item.items)
        .filter_map(|item| match item {
            syn::ImplItem::Fn(function) => Some(function),
            _ => None,
        })
}

/// `AddTags` for `-> builder::AddTags<'_>`.
fn builder_of(output: &syn::ReturnType) -> Option<String> {
    let syn::ReturnType::Type(_, ty) = output else {
        return None;
    };
    let syn::Type::Path(path) = &**ty else {
        return None;
    };
    let mut segments = path.path.segments.iter();
    (segments.next()?.ident == "builder").then(|| segments.next().map(|s| s.ident.to_string()))?
}

fn method(name: String, builder: &str, builders: &[syn::Item]) -> Method {
    let fields = builders.iter().find_map(|item| match item {
        syn::Item::Struct(item) if item.ident == builder => Some(&item.fields),
        _ => None,
    });
    let send = functions(builders, builder).find(|function| function.sig.ident == "send");
    let send = send.expect("a builder can be sent");
    let (success, error) = match &send.sig.output {
        syn::ReturnType::Type(_, ty) => {
            let mut arguments = generics(ty).into_iter();
            let mut inner = || match arguments.next() {
                Some(ty) => generics(&ty).first().map(written).unwrap_or_default(),
                None => String::new(),
            };
            (inner(), inner())
        }
        syn::ReturnType::Default => panic!("{name} returns nothing"),
    };
    let body = send.block.to_token_stream().to_string();
    let arguments = fields
        .into_iter()
        .flatten()
        // The reference to the client is no argument.
        .filter(|field| matches!(field.ty, syn::Type::Path(_)))
        .map(|field| argument(field, &body))
        .collect();
    Method {
        name,
        operation: between(&body, "operation_id : \"", "\"")
            .unwrap_or_default()
            .to_owned(),
        arguments,
        success,
        error,
        send: body,
    }
}

/// A field of a builder: `Result<T, String>` for what is required, `Result<Option<T>, String>` for the rest.
fn argument(field: &syn::Field, send: &str) -> Argument {
    let name = field.ident.as_ref().unwrap().to_string();
    let ty = generics(&field.ty).remove(0);
    let text = ty.to_token_stream().to_string();
    let optional = text.starts_with("Option <");
    let ty = if optional {
        generics(&ty).remove(0)
    } else {
        ty
    };
    let wire = |head: &str| {
        send.match_indices(head).find_map(|(at, _)| {
            let rest = &send[at + head.len()..];
            let (wire, rest) = rest.split_once('"')?;
            let used = rest.trim_start_matches([' ', ',', '&', ')']);
            let used = used.strip_prefix(&name)?;
            (!used.starts_with(|c: char| c.is_alphanumeric() || c == '_')).then_some(wire)
        })
    };
    let place = if name == "body" && send.contains(". json (& body)") {
        "body".to_owned()
    } else if let Some(wire) = wire("QueryParam :: new (\"") {
        format!("query {wire:?}")
    } else if send.contains(&format!("encode_path (& {name} .")) {
        "path".to_owned()
    } else {
        "header".to_owned()
    };
    Argument {
        name,
        ty: written(&ty),
        required: !optional,
        place,
    }
}

fn generics(ty: &syn::Type) -> Vec<syn::Type> {
    let syn::Type::Path(path) = ty else {
        return Vec::new();
    };
    match path.path.segments.last().map(|segment| &segment.arguments) {
        Some(syn::PathArguments::AngleBracketed(arguments)) => arguments
            .args
            .iter()
            .filter_map(|argument| match argument {
                syn::GenericArgument::Type(ty) => Some(ty.clone()),
                _ => None,
            })
            .collect(),
        _ => Vec::new(),
    }
}

/// A type as one writes it.
pub fn written(ty: &syn::Type) -> String {
    ty.to_token_stream()
        .to_string()
        .replace(' ', "")
        .replace(',', ", ")
        .replace("crate::raw::types::", "")
        .replace("::std::string::", "")
        .replace("::std::vec::", "")
}

fn between<'t>(text: &'t str, start: &str, end: &str) -> Option<&'t str> {
    text.split_once(start)?
        .1
        .split_once(end)
        .map(|(found, _)| found)
}

/// The rows of the table of operations: id, name, method, path, server.
pub fn operations(table: &str) -> Vec<[String; 5]> {
    let file = syn::parse_file(table).unwrap();
    let rows = file.items.iter().filter_map(|item| match item {
        syn::Item::Const(item) => match &*item.expr {
            syn::Expr::Struct(row) => Some(row),
            _ => None,
        },
        _ => None,
    });
    rows.map(|row| {
        ["id", "name", "method", "path", "server"].map(|wanted| {
            let field = row
                .fields
                .iter()
                .find(|field| matches!(&field.member, syn::Member::Named(name) if name == wanted));
            let text = field.unwrap().expr.to_token_stream().to_string();
            between(&text, "\"", "\"").unwrap_or_default().to_owned()
        })
    })
    .collect()
}

/// One block for each operation, by name: method and path, arguments, body, reply and error.
pub fn describe_operations(client: &str, table: &str) -> String {
    let methods = methods(client);
    let mut operations = operations(table);
    operations.sort_by(|a, b| a[1].cmp(&b[1]));
    let mut out = String::new();
    for [_, name, method, path, server] in operations {
        let _ = writeln!(out, "{name}\n    {method} {server}{path}");
        let Some(method) = methods.iter().find(|method| method.name == name) else {
            let types = name.to_upper_camel_case();
            let _ = writeln!(
                out,
                "    form {types}Request, without a method\n    reply {types}Response\n"
            );
            continue;
        };
        for argument in &method.arguments {
            let Argument {
                name,
                ty,
                required,
                place,
            } = argument;
            let option = if *required { "" } else { "?" };
            let _ = match place.as_str() {
                "body" => writeln!(out, "    body {ty}"),
                place => writeln!(out, "    {name}{option}: {ty} in {place}"),
            };
        }
        let _ = writeln!(
            out,
            "    reply {}\n    error {}\n",
            method.success, method.error
        );
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

/// A block for each type: fields, values or arms with their names on the wire.
pub fn describe_types(types: &str) -> String {
    let file = syn::parse_file(types).unwrap();
    let mut out = String::new();
    for item in &file.items {
        match item {
            syn::Item::Struct(item) => {
                let _ = writeln!(out, "struct {}", item.ident);
                let block = block(&file.items, &item.ident.to_string());
                let fields = item.fields.iter().map(|field| {
                    (
                        field.ident.as_ref().unwrap().to_string(),
                        written(&field.ty),
                    )
                });
                for (name, ty) in fields.filter(|(name, _)| name != "extra") {
                    let entry = block.entries.iter().find(|entry| entry[1] == name).unwrap();
                    let constant = match entry.get(3) {
                        Some(_) => format!(" always {}", entry[4..].concat()),
                        None => String::new(),
                    };
                    let _ = writeln!(out, "    {name}: {ty}, {} {}{constant}", entry[0], entry[2]);
                }
                out.push('\n');
            }
            syn::Item::Enum(item) => {
                let block = block(&file.items, &item.ident.to_string());
                let kind = if block.is_union { "union" } else { "enum" };
                let tag = block
                    .tag
                    .map(|tag| format!(" by {tag:?}"))
                    .unwrap_or_default();
                let _ = writeln!(out, "{kind} {}{tag}", item.ident);
                for entry in &block.entries {
                    let words = entry
                        .iter()
                        .filter(|word| !["unit", "typed"].contains(&word.as_str()));
                    let words: Vec<&str> = words.map(String::as_str).collect();
                    let _ = writeln!(out, "    {}", words.join(" ").replace(" (", "("));
                }
                out.push('\n');
            }
            syn::Item::Type(item) => {
                let _ = writeln!(out, "type {} = {}\n", item.ident, written(&item.ty));
            }
            _ => {}
        }
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

/// What one of the crate's macros is given: `object! { Name { optional field "wire"; } }` and its like.
struct Block {
    name: String,
    is_union: bool,
    tag: Option<String>,
    entries: Vec<Vec<String>>,
}

impl Parse for Block {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let name = input.parse::<syn::Ident>()?.to_string();
        let tag = input.parse::<Option<syn::LitStr>>()?.map(|tag| tag.value());
        let content;
        syn::braced!(content in input);
        let mut entries = Vec::new();
        while !content.is_empty() {
            let mut words = Vec::new();
            while !content.peek(syn::Token![;]) {
                let word = content.parse::<TokenTree>()?;
                words.push(match word {
                    TokenTree::Literal(word) => word.to_string(),
                    word => word.to_string().replace(" ", ""),
                });
            }
            content.parse::<syn::Token![;]>()?;
            entries.push(words);
        }
        let is_union = false;
        Ok(Self {
            name,
            is_union,
            tag,
            entries,
        })
    }
}

/// The macro call that implements the traits of a type.
fn block(items: &[syn::Item], name: &str) -> Block {
    let blocks = items.iter().filter_map(|item| match item {
        syn::Item::Macro(item) => {
            let mut block: Block = syn::parse2(item.mac.tokens.clone()).unwrap();
            block.is_union =
                item.mac.path.is_ident("union") || item.mac.path.is_ident("tagged_union");
            Some(block)
        }
        _ => None,
    });
    blocks
        .into_iter()
        .find(|block| block.name == name)
        .expect(name)
}
