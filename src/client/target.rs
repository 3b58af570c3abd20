use std::borrow::Cow;

use crate::raw::operations::{self, Operation};

/// The facts about a request that errors, traces and rate limits need.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    /// The name in errors and traces.
    pub(super) name: Cow<'static, str>,
    /// Requests of one class share a rate limit.
    pub(super) class: &'static str,
    /// Whether the request changes nothing.
    pub(super) is_read: bool,
    pub(super) quotes: Quotes,
}

/// What errors may quote of a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Quotes {
    Everything,
    /// The server's message alone.
    Message,
    Nothing,
}

impl Target {
    pub(super) fn is_upload(&self) -> bool {
        self.class == operations::UPLOAD_FILE.id
    }
}

impl From<&'static Operation> for Target {
    fn from(operation: &'static Operation) -> Self {
        Self {
            name: operation.id.into(),
            class: class(operation),
            is_read: is_read(operation.method),
            quotes: match operation.is_confidential {
                true => Quotes::Nothing,
                false => Quotes::Everything,
            },
        }
    }
}

impl From<&Self> for Target {
    fn from(target: &Self) -> Self {
        target.clone()
    }
}

/// Each operation has a rate limit; all uploads share one.
pub(super) fn class(operation: &'static Operation) -> &'static str {
    match operation.id {
        id if id == operations::UPLOAD_FILE_V2.id => operations::UPLOAD_FILE.id,
        id => id,
    }
}

pub(super) fn is_read(method: &str) -> bool {
    matches!(method, "GET" | "HEAD" | "OPTIONS")
}
