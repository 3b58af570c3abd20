//! What tests need: a call of every operation with every argument, and a round trip through every
//! type, with its JSON Schema.

use proc_macro2::TokenStream;
use quote::quote;

use super::ident;
use crate::lower::{ERROR_TYPE, EVENT_TYPE};
use crate::model::{Api, Body, Operation, ParameterType, Place, Reply};

/// Three tables. Who includes them has, in scope, `Call`, `RoundTrip`, `round_trip`,
/// `JsonSchemaOf`, `json_schema`, `argument`, `value` and `bytes`: see the guards. Keys are words
/// of the document, so that a test needs no rule about names.
pub fn checks(api: &Api) -> TokenStream {
    let components = api.components.iter().map(|(key, name)| {
        let place = format!("component {key}");
        (place, name.as_str())
    });
    let bodies = api.operations.iter().flat_map(|operation| {
        let Operation { method, path, .. } = operation;
        let request = match &operation.body {
            Body::None | Body::Text | Body::Bytes => None,
            Body::Json(ty) | Body::Form(ty) | Body::Multipart(ty) => Some(("request", ty)),
        };
        let reply = match &operation.reply {
            Reply::Empty | Reply::Bytes => None,
            Reply::Json { ty, .. } => Some(("reply", ty)),
        };
        let found = [request, reply].into_iter().flatten();
        found.map(move |(what, ty)| (format!("{what} {method} {path}"), ty.as_str()))
    });
    let shared = [("error", ERROR_TYPE), ("event", EVENT_TYPE)]
        .into_iter()
        .filter(|(_, name)| api.types.contains_key(*name))
        .map(|(place, name)| (place.to_owned(), name));
    let places: Vec<_> = components.chain(bodies).chain(shared).collect();
    let table = |function: &str| {
        let function = ident(function);
        let rows = places.iter().map(|(place, name)| {
            let name = ident(name);
            quote! { (#place, #function::<imagekitio::raw::types::#name>), }
        });
        quote! { &[#(#rows)*] }
    };
    let (round_trips, schemas) = (table("round_trip"), table("json_schema"));
    let calls = api.operations.iter().filter_map(call);
    quote! {
        pub const ROUND_TRIPS: &[(&str, RoundTrip)] = #round_trips;
        pub const JSON_SCHEMAS: &[(&str, JsonSchemaOf)] = #schemas;
        pub const CALLS: &[(&str, Call)] = &[#(#calls)*];
    }
}

/// Method and path, and a function that sends the operation with the arguments of a JSON object.
fn call(operation: &Operation) -> Option<TokenStream> {
    let key = format!("{} {}", operation.method, operation.path);
    let parameters = operation.parameters.iter().map(|parameter| {
        let place = match parameter.place {
            Place::Path => "path",
            Place::Query => "query",
            Place::Header => "header",
            Place::Cookie => "cookie",
        };
        let key = format!("{place} {}", parameter.wire);
        let ty = parameter_type(&parameter.ty);
        (parameter.field.as_str(), key, ty, parameter.required)
    });
    let body = match &operation.body {
        Body::None => None,
        Body::Json(name) | Body::Form(name) => {
            let name = ident(name);
            Some(quote! { imagekitio::raw::types::#name })
        }
        Body::Text | Body::Bytes => Some(quote! { String }),
        Body::Multipart(_) => return None,
    };
    let is_required = !operation.is_body_optional;
    let body = body.map(|ty| ("body", "body".to_owned(), ty, is_required));
    let setters = parameters.chain(body).map(|(field, key, ty, required)| {
        let field = ident(field);
        let set = quote! { request.#field(argument::<#ty>(arguments, #key)) };
        if required {
            quote! { let request = #set; }
        } else {
            quote! { let request = if arguments.get(#key).is_some() { #set } else { request }; }
        }
    });
    let outcome = match &operation.reply {
        Reply::Empty | Reply::Json { .. } => quote! { value(sent) },
        Reply::Bytes => quote! { bytes(sent).await },
    };
    let method = ident(&operation.name);
    Some(quote! {
        (#key, |client, arguments| Box::pin(async move {
            let request = client.#method();
            #(#setters)*
            let sent = request.send().await;
            #outcome
        })),
    })
}

fn parameter_type(ty: &ParameterType) -> TokenStream {
    match ty {
        ParameterType::String => quote! { String },
        ParameterType::Boolean => quote! { bool },
        ParameterType::Number => quote! { imagekitio::raw::types::Number },
        ParameterType::Named(name) => {
            let name = ident(name);
            quote! { imagekitio::raw::types::#name }
        }
        ParameterType::List(item) => {
            let item = parameter_type(item);
            quote! { Vec<#item> }
        }
    }
}
