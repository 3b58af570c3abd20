//! Environment variables.

use crate::error::Error;

/// The value of a variable without white space around it; `None` if nothing is left.
pub(crate) fn variable(name: &'static str) -> Result<Option<String>, Error> {
    match std::env::var(name) {
        // A secret that was read from a file often ends in a line break.
        Ok(value) => Ok(Some(value.trim().to_owned()).filter(|value| !value.is_empty())),
        Err(std::env::VarError::NotPresent) => Ok(None),
        // The value is left out of the message: it may be a key.
        Err(std::env::VarError::NotUnicode(_)) => {
            Err(Error::invalid_input(name, "is not valid Unicode"))
        }
    }
}
