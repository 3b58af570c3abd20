//! Panics of the caller's code: callbacks, streams, readers.
//!
//! They run in tasks of the HTTP client, where a panic ends the task without an error for the upload.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Runs code of the caller. For a panic, returns the end of a message about it.
pub(super) fn catch<T>(run: impl FnOnce() -> T) -> Result<T, String> {
    // What panicked isn't called again: the upload is over.
    catch_unwind(AssertUnwindSafe(run)).map_err(|panic| match message(&*panic) {
        Some(message) => format!("panicked: {message}"),
        None => "panicked".to_owned(),
    })
}

fn message(panic: &(dyn Any + Send)) -> Option<&str> {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
}
