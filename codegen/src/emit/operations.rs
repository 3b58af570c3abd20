//! The table of operations.

use proc_macro2::TokenStream;
use quote::quote;

use super::{doc, ident};
use crate::model::{Api, Reply};

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
                };
            }
        });
    quote! {
        #[doc = "Base URL of the operations that have none of their own."]
        pub const SERVER: &str = #server;
        #(#rows)*
        #[doc = "Every operation, in the order of the document."]
        pub const ALL: &[Operation] = &[#(#constants),*];
    }
}
