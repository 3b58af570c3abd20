//! What tests of this crate share: a server that follows a script, waits that end, and values to
//! send and to compare.
//!
//! Without the feature `client`, none of it needs more of the crate than URLs.

pub mod bench;
#[cfg(feature = "client")]
pub mod calls;
#[cfg(feature = "client")]
pub mod folder_uploads;
pub mod parity;
mod random;
pub mod samples;
mod server;
#[cfg(feature = "client")]
pub mod uploads;
pub mod urls;
mod waits;

pub use random::Random;
pub use server::{Part, Request, STORED, Script, Scripted, Step, json, nowhere, read_head, reply};
pub use waits::{WATCHDOG, pass, soon, until};

/// A file as uploads, details and lists describe it: the properties that none of them leaves out.
pub const FILE: &str = r#"{"type":"file","fileId":"f1","name":"a.jpg","filePath":"/a.jpg","url":"https://ik.imagekit.io/demo/a.jpg","fileType":"image","size":1,"versionInfo":{"id":"v1","name":"Version 1"},"createdAt":"2026-05-04T10:20:30.456Z","updatedAt":"2026-05-04T10:20:30.456Z"}"#;

/// A folder as lists describe it.
pub const FOLDER: &str = r#"{"type":"folder","folderId":"d1","name":"a","folderPath":"/a","createdAt":"2026-05-04T10:20:30.456Z","updatedAt":"2026-05-04T10:20:30.456Z"}"#;

/// An object with some other properties. Null takes one away.
pub fn but(object: &str, changes: serde_json::Value) -> String {
    let mut object: serde_json::Value = serde_json::from_str(object).unwrap();
    let members = object.as_object_mut().unwrap();
    for (name, value) in changes.as_object().unwrap() {
        match value.is_null() {
            true => members.remove(name),
            false => members.insert(name.clone(), value.clone()),
        };
    }
    object.to_string()
}

/// The name of a test of a module, for a run of the test binary that runs only this one.
///
/// # Panics
///
/// If the module is that of no test: `module_path!()` at the call is right.
pub fn test_name(module: &str, test: &str) -> String {
    let (_, module) = module.split_once("::").expect("a module of a test binary");
    format!("{module}::{test}")
}

/// The examples of the page on URLs.
#[cfg(all(doctest, feature = "client"))]
#[doc = include_str!("../../../docs/urls.md")]
struct Urls;
