//! Calls of every operation and round trips of every type, as the generator writes them.
//!
//! `.ci/replace foreign` compiles a copy of this module for each document.

// The raw client's own error.
#![allow(clippy::result_large_err)]

use std::pin::Pin;

use futures_util::TryStreamExt;
use imagekitio::raw::{ByteStream, Client, Error, ResponseValue, types};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

pub type RoundTrip = fn(Value) -> Result<(Value, String), String>;

/// Reads a value as a type and writes it again. Gives what was written, and the `Debug` form of
/// what was read.
fn round_trip<T>(value: Value) -> Result<(Value, String), String>
where
    T: DeserializeOwned + Serialize + std::fmt::Debug,
{
    // Through text, as a reply comes.
    let read: T = serde_json::from_str(&value.to_string()).map_err(|error| error.to_string())?;
    let written = serde_json::to_value(&read).map_err(|error| error.to_string())?;
    // Where one status has any text and another one a list of values, the text is a value outside
    // the list.
    let debug = format!("{read:?}").replace("Unknown(\"text\")", "\"text\"");
    Ok((written, debug))
}

/// Sends an operation with the arguments of a JSON object.
pub type Call = for<'a> fn(
    &'a Client,
    &'a Map<String, Value>,
) -> Pin<Box<dyn Future<Output = Result<Value, Failure>> + 'a>>;

type Failure = Error<types::ApiErrorBody>;

/// An argument as its type. What a parameter joins or leaves to the caller is its value as one
/// writes it.
fn argument<T: DeserializeOwned>(arguments: &Map<String, Value>, key: &str) -> T {
    let value = &arguments[key];
    serde_json::from_value(value.clone())
        .or_else(|_| serde_json::from_value(plain(value).into()))
        .or_else(|_| {
            serde_json::from_value(value.as_array().into_iter().flatten().map(plain).collect())
        })
        .unwrap_or_else(|error| panic!("{key}: {error} in {value}"))
}

/// A value of a parameter as it stands in a URL or header.
pub fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(","),
        value => value.to_string(),
    }
}

fn value<T: Serialize>(sent: Result<ResponseValue<T>, Failure>) -> Result<Value, Failure> {
    sent.map(|reply| serde_json::to_value(reply.into_inner()).unwrap())
}

#[allow(dead_code)]
async fn bytes(sent: Result<ResponseValue<ByteStream>, Failure>) -> Result<Value, Failure> {
    let chunks: Vec<_> = sent?.into_inner().into_inner().try_collect().await.unwrap();
    Ok(String::from_utf8(chunks.concat()).unwrap().into())
}

/// The schema of a type. Null without the feature that has them.
pub type JsonSchemaOf = fn() -> Value;

#[cfg(feature = "schemars")]
pub fn json_schema<T: schemars::JsonSchema>() -> Value {
    schemars::schema_for!(T).to_value()
}

#[cfg(not(feature = "schemars"))]
fn json_schema<T>() -> Value {
    Value::Null
}

// Not every document has an operation without arguments, or one that gives bytes. The schemas are
// read with their feature alone.
#[allow(unused_imports, unused_variables, dead_code)]
pub mod checks {
    use super::{Call, JsonSchemaOf, RoundTrip, argument, bytes, json_schema, round_trip, value};

    include!(concat!(env!("OUT_DIR"), "/checks.rs"));
}
