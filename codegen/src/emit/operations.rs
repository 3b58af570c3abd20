//! The table of operations.

use proc_macro2::TokenStream;
use quote::quote;

use super::{doc, ident};
use crate::model::{Api, Body, Reply, Style};

pub fn operations(api: &Api) -> TokenStream {
    let server = &api.server;
    let constants: Vec<_> = api
        .operations
        .iter()
        .map(|operation| ident(&operation.name.to_ascii_uppercase()))
        .collect();
    let rows = api
        .operations
        .iter()
        .zip(&constants)
        .map(|(operation, constant)| {
            let doc = doc(&format!(
                "`{} {}`. {}",
                operation.method, operation.path, operation.summary
            ));
            let empty = match &operation.reply {
                Reply::Json { empty, .. } => empty,
                Reply::Empty | Reply::Bytes => "",
            };
            let server = match &operation.server {
                Some(server) => quote! { Some(#server) },
                None => quote! { None },
            };
            let (id, name) = (&operation.id, &operation.name);
            let (method, path) = (&operation.method, &operation.path);
            let is_confidential = operation.is_confidential;
            let content_type = match operation.body {
                Body::None | Body::Multipart(_) => "",
                _ => &operation.media,
            };
            let is_body_optional = operation.is_body_optional;
            let accept = operation.accept.as_deref().unwrap_or_default();
            let encodings = operation.encodings.iter().map(|(property, style)| {
                let style = style_of(*style);
                quote! { (#property, #style) }
            });
            quote! {
                #doc
                pub const #constant: Operation = Operation {
                    id: #id,
                    name: #name,
                    method: #method,
                    path: #path,
                    server: #server,
                    empty: #empty,
                    is_confidential: #is_confidential,
                    content_type: #content_type,
                    is_body_optional: #is_body_optional,
                    accept: #accept,
                    encodings: &[#(#encodings),*],
                };
            }
        });
    quote! {
        #[doc = "Base URL of operations without another one."]
        pub const SERVER: &str = #server;
        #(#rows)*
        #[doc = "Every operation, in the order of the document."]
        pub const ALL: &[Operation] = &[#(#constants),*];
    }
}

/// The style as the crate knows it.
pub fn style_of(style: Style) -> TokenStream {
    let style = match style {
        Style::Plain => quote! { Plain },
        Style::Joined(sign) => quote! { Joined(#sign) },
        Style::Assigned => quote! { Assigned },
        Style::Pairs => quote! { Pairs },
        Style::Deep => quote! { Deep },
        Style::Label(explode) => quote! { Label(#explode) },
        Style::Matrix(explode) => quote! { Matrix(#explode) },
    };
    quote! { crate::raw::parameter::Style::#style }
}
