//! The generated client: every operation of the API document, with its types.
//!
//! This module follows the document in `spec/`: it changes whenever the document does. Use
//! [`ImageKit`](crate::ImageKit) unless you need an operation or property that is newer than the
//! high-level client.
//!
//! ```no_run
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! use imagekitio::raw::{Client, types};
//!
//! let client = Client::new("private_key")?;
//! let page = client
//!     .list_and_search_assets()
//!     .type_(types::AssetType::All)
//!     .limit(10u64)
//!     .send()
//!     .await?;
//! for asset in page.into_inner() {
//!     match asset {
//!         types::Asset::File(file) => println!("{:?}", file.name),
//!         other => println!("{other:?}"),
//!     }
//! }
//! # Ok(())
//! # }
//! ```
//!
//! `Debug` of the types leaves secrets out. An [`Error`] for a response that cannot be decoded
//! quotes the response: keep the errors of origins and webhooks out of logs.
//!
//! Operations that send `multipart/form-data` (uploads) have types here, but no methods: the
//! generator does not support them. [`ImageKit::upload`](crate::ImageKit::upload) does.

#[macro_use]
#[allow(unused_macros)]
mod object;
#[macro_use]
#[allow(unused_macros)]
mod union;
#[macro_use]
#[allow(unused_macros)]
mod string_enum;
mod change;
mod client;
pub(crate) mod fit;
#[cfg(feature = "schemars")]
mod json_schema;
mod number;
pub(crate) mod parameter;
mod timestamp;

mod generated {
    #![allow(
        clippy::all,
        clippy::missing_errors_doc,
        unreachable_pub,
        dead_code,
        missing_docs,
        unreachable_patterns,
        unused_imports,
        rustdoc::all
    )]
    include!(concat!(env!("OUT_DIR"), "/client.rs"));
}

/// The types of all request bodies, responses, webhook events and other schemas of the document.
///
/// - Structs have a `new` that takes the required property, or several by name in a struct of
///   [`required`](types::required). Set the others as fields. Properties that the document doesn't
///   know are in `extra`, and are sent from there too.
/// - Enums keep a value that the document doesn't know in `Unknown`.
/// - Numbers are [`Number`](types::Number), so that they are never rounded or refused. Timestamps
///   are [`Timestamp`](types::Timestamp).
/// - With the feature `schemars`, the types implement `JsonSchema`. The schemas have the
///   descriptions and constraints of the document. An enum with several values accepts any other
///   string too.
pub mod types {
    #![allow(clippy::all, missing_docs, non_camel_case_types, rustdoc::all)]

    #[allow(unused_imports)]
    use std::collections::BTreeMap;

    #[allow(unused_imports)]
    use serde_json::{Map, Value};

    pub use super::change::Change;
    pub use super::number::Number;
    pub use super::timestamp::Timestamp;

    include!(concat!(env!("OUT_DIR"), "/types.rs"));
}

/// The operations of the document as data: identifiers, methods, paths and hosts.
pub mod operations {
    #![allow(rustdoc::all)]

    pub use crate::http::Operation;

    include!(concat!(env!("OUT_DIR"), "/operations.rs"));
}

include!(concat!(env!("OUT_DIR"), "/mocks.rs"));

/// Cargo compares times alone: when it misses a document, the client of another one must not be
/// compiled with newer code.
const _: () = {
    let documents = [
        (
            include_bytes!("../spec/imagekit.yaml").as_slice(),
            include_bytes!(concat!(env!("OUT_DIR"), "/imagekit.yaml")).as_slice(),
        ),
        (
            include_bytes!("../spec/overlay.yaml").as_slice(),
            include_bytes!(concat!(env!("OUT_DIR"), "/overlay.yaml")).as_slice(),
        ),
    ];
    assert!(
        is_same(documents[0].0, documents[0].1) && is_same(documents[1].0, documents[1].1),
        "the client was generated from other files than those in spec: run `touch spec/*.yaml` and build again"
    );
};

const fn is_same(one: &[u8], other: &[u8]) -> bool {
    // Words, because the compiler takes its time for each step.
    let ((words, rest), (other_words, other_rest)) = (one.as_chunks(), other.as_chunks());
    let mut index = 0;
    while index < words.len() && index < other_words.len() {
        if u128::from_ne_bytes(words[index]) != u128::from_ne_bytes(other_words[index]) {
            return false;
        }
        index += 1;
    }
    let mut index = 0;
    while index < rest.len() && index < other_rest.len() {
        if rest[index] != other_rest[index] {
            return false;
        }
        index += 1;
    }
    one.len() == other.len()
}

/// The API document with the overlay applied, in JSON. For tools such as the test server.
#[doc(hidden)]
pub const DOCUMENT: &str = include_str!(concat!(env!("OUT_DIR"), "/document.json"));

#[cfg(feature = "client")]
pub(crate) use client::Received;
pub(crate) use client::encode_path;
pub use client::{ClientBuilder, Transport};
pub use generated::{ByteStream, Client, Error, ResponseValue, builder};
#[allow(unused_imports)]
pub(crate) use parameter::segment;
