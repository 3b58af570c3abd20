//! Uploads: a source, the form fields, and what became of them.

#[macro_use]
mod fields;
#[cfg(feature = "client")]
mod cancel;
mod check;
#[cfg(feature = "client")]
mod chunks;
#[cfg(feature = "client")]
mod events;
#[cfg(feature = "client")]
mod folder;
#[cfg(feature = "client")]
mod form;
#[cfg(feature = "client")]
mod many;
#[cfg(feature = "client")]
mod meter;
#[cfg(feature = "client")]
mod outcome;
#[cfg(feature = "client")]
mod panics;
#[cfg(feature = "client")]
mod regular;
#[cfg(feature = "client")]
mod request;
#[cfg(feature = "client")]
mod send;
#[cfg(feature = "client")]
mod snapshot;
#[cfg(feature = "client")]
mod source;
#[cfg(feature = "client")]
mod spool;
mod token;
#[cfg(feature = "client")]
mod transformation;

#[cfg(feature = "client")]
pub use cancel::CancelHandle;
pub use check::{Check, CheckField};
#[cfg(feature = "client")]
pub use events::{UploadEvent, UploadEvents};
#[cfg(feature = "client")]
pub use folder::{FolderEvent, FolderFile, FolderOutcome, FolderRun, FolderSummary, FolderUpload};
#[cfg(feature = "client")]
pub use many::{AllUploads, UploadMany};
#[cfg(feature = "client")]
pub use meter::Progress;
#[cfg(feature = "client")]
pub use outcome::UploadOutcome;
#[cfg(feature = "client")]
pub use request::UploadRequest;
#[cfg(feature = "client")]
pub use source::UploadSource;
pub use token::{UploadToken, UploadTokenBuilder};
