//! Invalid input, before it becomes an error.

use std::borrow::Cow;

use crate::error::Error;

/// A problem with input, kept until the URL is built.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Problem {
    pub(crate) option: Cow<'static, str>,
    pub(crate) message: Cow<'static, str>,
}

impl Problem {
    pub(crate) fn new(
        option: impl Into<Cow<'static, str>>,
        message: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            option: option.into(),
            message: message.into(),
        }
    }

    /// Sets the argument of a problem that has none.
    pub(crate) fn name(&mut self, option: &str) {
        if self.option.is_empty() {
            self.option = option.to_owned().into();
        }
    }
}

impl From<Problem> for Error {
    fn from(problem: Problem) -> Self {
        Self::invalid_input(problem.option, problem.message)
    }
}
