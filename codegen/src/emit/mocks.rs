//! The operations with their types, for the helpers of the test server's crate.

use proc_macro2::TokenStream;
use quote::quote;

use super::ident;
use crate::model::{Api, Body, ParameterType, Place, Reply};

/// A macro that hands the operations to another macro. It's exported, because the types are named
/// in this crate alone, and the helpers are in another one.
///
/// Forms are missing, and so are parameters that are lists or headers.
pub fn mocks(api: &Api) -> TokenStream {
    let operations = api
        .operations
        .iter()
        .filter(|operation| !matches!(operation.body, Body::Multipart(_)))
        .map(|operation| {
            let id = &operation.id;
            let name = ident(&operation.name);
            let in_path = operation
                .parameters
                .iter()
                .filter(|parameter| parameter.place == Place::Path)
                .map(|parameter| {
                    let (field, wire) = (ident(&parameter.field), &parameter.wire);
                    quote! { #field #wire }
                });
            let in_query = operation
                .parameters
                .iter()
                .filter(|parameter| parameter.place == Place::Query)
                .filter_map(|parameter| {
                    let ty = match &parameter.ty {
                        ParameterType::String => quote! { ::std::string::String },
                        ParameterType::Boolean => quote! { bool },
                        ParameterType::Number => path_of("Number"),
                        ParameterType::Named(name) => path_of(name),
                        ParameterType::List(_) => return None,
                    };
                    let (field, wire) = (ident(&parameter.field), &parameter.wire);
                    Some(quote! { #field #wire #ty })
                });
            let body = match &operation.body {
                Body::Json(ty) => path_of(ty),
                _ => TokenStream::new(),
            };
            let reply = match &operation.reply {
                Reply::Json { ty, .. } => path_of(ty),
                Reply::Empty | Reply::Bytes => TokenStream::new(),
            };
            quote! {
                #name #id [#(#in_path),*] [#(#in_query),*] [#body] [#reply];
            }
        });
    quote! {
        #[doc(hidden)]
        #[macro_export]
        macro_rules! __operations {
            ($callback:ident) => {
                $callback! { #(#operations)* }
            };
        }
    }
}

fn path_of(ty: &str) -> TokenStream {
    let ty = ident(ty);
    quote! { $crate::raw::types::#ty }
}
