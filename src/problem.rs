//! Invalid input, before it becomes an error.

use std::borrow::Cow;

use crate::error::Error;

/// A problem with input, kept until the URL is built.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Problem {
    pub(crate) argument: Cow<'static, str>,
    pub(crate) message: Cow<'static, str>,
}

impl Problem {
    pub(crate) fn new(
        argument: impl Into<Cow<'static, str>>,
        message: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            argument: argument.into(),
            message: message.into(),
        }
    }

    /// Sets the argument of a problem that has none.
    pub(crate) fn name(&mut self, argument: &str) {
        if self.argument.is_empty() {
            self.argument = argument.to_owned().into();
        }
    }
}

impl From<Problem> for Error {
    fn from(problem: Problem) -> Self {
        Self::invalid_input(problem.argument, problem.message)
    }
}
