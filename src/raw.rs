//! The generated client: every operation of the API document, with its types.
//!
//! This module follows the document in `spec/`: it changes whenever the document does. It is exact rather than pleasant; use
//! [`ImageKit`](crate::ImageKit) unless you need an operation or property that is newer than the friendly layer.
//!
//! ```no_run
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! use imagekitio::raw::{Client, types};
//!
//! let client = Client::new("private_key")?;
//! let page = client
//!     .list_and_search_assets()
//!     .type_(types::ListAndSearchAssetsType::All)
//!     .limit(10u64)
//!     .send()
//!     .await?;
//! for asset in page.into_inner() {
//!     match asset {
//!         types::ListAndSearchAssetsResponseItem::File(file) => println!("{:?}", file.name),
//!         other => println!("{other:?}"),
//!     }
//! }
//! # Ok(())
//! # }
//! ```
//!
//! `Debug` of the types leaves secrets out. An [`Error`] that says that a reply could not be read quotes that reply: keep those
//! of origins and webhooks out of logs.
//!
//! Operations that send `multipart/form-data` (uploads) have types here, but no method: the generator cannot send them.
//! [`ImageKit::upload`](crate::ImageKit::upload) does.

#[macro_use]
#[allow(unused_macros)]
mod object;
#[macro_use]
#[allow(unused_macros)]
mod open_enum;
#[macro_use]
#[allow(unused_macros)]
mod union;
mod change;
mod fit;
mod number;
mod timestamp;
mod transport;

mod generated {
    #![allow(
        clippy::all,
        dead_code,
        missing_docs,
        unreachable_patterns,
        unused_imports,
        rustdoc::bare_urls,
        rustdoc::broken_intra_doc_links,
        rustdoc::invalid_html_tags
    )]
    include!(concat!(env!("OUT_DIR"), "/client.rs"));
}

/// The types of all request bodies, replies, webhook events and other schemas of the document.
///
/// - Structs have a `new` that takes the required property, or several by name in a struct of
///   [`required`](types::required). Set the others as fields. What the document doesn't know is in `extra`, and is sent
///   from there too.
/// - Enums keep a value that the document doesn't know in `Unknown`.
/// - Numbers are [`Number`](types::Number), so that none is rounded or refused; points in time are
///   [`Timestamp`](types::Timestamp).
pub mod types {
    #![allow(
        clippy::all,
        missing_docs,
        rustdoc::bare_urls,
        rustdoc::broken_intra_doc_links,
        rustdoc::invalid_html_tags
    )]

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
    #![allow(
        rustdoc::bare_urls,
        rustdoc::broken_intra_doc_links,
        rustdoc::invalid_html_tags
    )]

    pub use super::transport::Operation;

    include!(concat!(env!("OUT_DIR"), "/operations.rs"));
}

/// The API document with the overlay applied, in JSON. For tools such as the test server.
#[doc(hidden)]
pub const DOCUMENT: &str = include_str!(concat!(env!("OUT_DIR"), "/document.json"));

pub use generated::{ByteStream, Client, Error, ResponseValue, builder};
pub(crate) use transport::encode_path;
#[cfg(feature = "client")]
pub(crate) use transport::{
    CONNECT_TIMEOUT, Cause, Failure, Hosts, MAX_RESPONSE_SIZE, Received, Reply, base_url, causes,
    check_response_size, in_runtime, root_cause,
};
pub use transport::{ClientBuilder, Transport};
