//! Panics in the caller's callbacks, streams and readers.
//!
//! These run in tasks of the HTTP client, where a panic ends the task without an error for the
//! upload.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Runs a function of the caller. Returns a panic as the predicate of an error message.
pub(super) fn catch<T>(run: impl FnOnce() -> T) -> Result<T, String> {
    // The upload fails, so a function that panicked isn't called again.
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
