//! Writes the model as Rust: the client, the types, and what tests need.
//!
//! `progenitor` generates the operations. The types are written here, because the generator's own
//! reject unknown enum values, drop unknown properties, lose null, and name every reply of an
//! operation alike.

mod checks;
mod client;
mod mocks;
mod operations;
mod surface;
mod types;

use std::path::Path;

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};

use crate::document::Problem;
use crate::model::Api;

pub use surface::parameter_type;
pub use types::{field_type, spelled};

/// The generated files, by their content.
#[derive(Debug)]
#[non_exhaustive]
pub struct Generated {
    /// `client.rs`: a method for each operation that isn't a form.
    pub client: String,
    /// `types.rs`: the types of bodies, replies, events and components.
    pub types: String,
    /// `models.rs`: re-exports of the types that requests and replies of operations contain.
    pub models: String,
    /// `operations.rs`: the operations as data.
    pub operations: String,
    /// `mocks.rs`: for the test server's crate, the operations with their types.
    pub mocks: String,
    /// `checks.rs`: for tests, a call of every operation with every argument, and a round trip
    /// through every type.
    pub checks: String,
    /// `schemas.json`: the JSON Schemas of the types, by their names.
    pub schemas: String,
    /// `schemas.rs`: the types that have one.
    pub schema_names: String,
    /// `document.json`: for tests, the document that was generated from.
    pub document: String,
    /// What the developer who builds should know.
    pub warnings: Vec<String>,
    /// `operations.txt`: for reviewers, each operation with its arguments and results.
    pub operations_surface: String,
    /// `types.txt`: for reviewers, each type with its fields, values or arms.
    pub types_surface: String,
    /// `summary.txt`: what the document has and the client lacks.
    pub summary: String,
}

impl Generated {
    /// Writes the files into a folder.
    ///
    /// # Errors
    ///
    /// What the file system answers.
    pub fn write(&self, folder: &Path) -> std::io::Result<()> {
        for (name, content) in [
            ("client.rs", &self.client),
            ("types.rs", &self.types),
            ("models.rs", &self.models),
            ("operations.rs", &self.operations),
            ("mocks.rs", &self.mocks),
            ("checks.rs", &self.checks),
            ("schemas.json", &self.schemas),
            ("schemas.rs", &self.schema_names),
            ("document.json", &self.document),
            ("operations.txt", &self.operations_surface),
            ("types.txt", &self.types_surface),
            ("summary.txt", &self.summary),
        ] {
            std::fs::write(folder.join(name), content)?;
        }
        Ok(())
    }
}

pub fn surfaces(api: &Api) -> (String, String) {
    (surface::operations(api), surface::types(api))
}

pub fn generated(api: &Api) -> Result<Generated, Problem> {
    let (operations_surface, types_surface) = surfaces(api);
    Ok(Generated {
        client: client::client(api)?,
        types: printed(types::types(api))?,
        models: printed(types::models(api))?,
        operations: printed(operations::operations(api))?,
        mocks: printed(mocks::mocks(api))?,
        checks: printed(checks::checks(api))?,
        schemas: serde_json::to_string(&api.schemas).map_err(in_generator)?,
        schema_names: printed(types::schema_names(api))?,
        document: api.source.to_string(),
        warnings: api.warnings.clone(),
        operations_surface,
        types_surface,
        summary: lines(api.warnings.iter().chain(&api.summary)),
    })
}

fn lines<'l>(lines: impl Iterator<Item = &'l String>) -> String {
    lines.map(|line| format!("{line}\n")).collect()
}

/// Rust source, formatted, and without documentation when rustdoc looks for tests: nothing in the
/// document can be run.
fn printed(tokens: TokenStream) -> Result<String, Problem> {
    let file = syn::parse2(untested(tokens)).map_err(in_generator)?;
    Ok(prettyplease::unparse(&file))
}

/// The same tokens with `#[cfg_attr(not(doctest), doc = ..)]` in place of each `#[doc = ..]`.
fn untested(tokens: TokenStream) -> TokenStream {
    tokens
        .into_iter()
        .map(|token| match token {
            TokenTree::Group(group) => {
                let inner = group.stream();
                let is_doc = group.delimiter() == Delimiter::Bracket && is_doc(&inner);
                let inner = if is_doc {
                    quote! { cfg_attr(not(doctest), #inner) }
                } else {
                    untested(inner)
                };
                Group::new(group.delimiter(), inner).into()
            }
            other => other,
        })
        .collect()
}

/// Whether this is the inside of `#[doc = ..]`.
fn is_doc(attribute: &TokenStream) -> bool {
    let mut tokens = attribute.clone().into_iter();
    matches!(tokens.next(), Some(TokenTree::Ident(name)) if name == "doc")
        && matches!(tokens.next(), Some(TokenTree::Punct(sign)) if sign.as_char() == '=')
}

fn in_generator(error: impl std::fmt::Display) -> Problem {
    Problem::new(
        "",
        format!("a document that the generator refuses once it is lowered: {error}"),
        "report it, with the document",
    )
}

/// A name that the lowering made, which is an identifier.
fn ident(name: &str) -> Ident {
    Ident::new(name, Span::call_site())
}

/// A documentation attribute, or nothing.
fn doc(text: &str) -> TokenStream {
    let text = prose(text);
    if text.is_empty() {
        TokenStream::new()
    } else {
        quote! { #[doc = #text] }
    }
}

/// A description in the form that rustdoc shows best. [`printed`] keeps it out of doctests.
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

/// Rust source in one line, as one writes it.
pub fn written(tokens: impl ToTokens) -> String {
    tokens
        .to_token_stream()
        .to_string()
        .replace(' ', "")
        .replace(',', ", ")
}
