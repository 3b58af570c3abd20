//! Settings from the environment.

use crate::error::Error;
use crate::validate::trimmed;

/// Reads an environment variable. `None` if it is not set, or blank. White space around the value
/// is dropped.
pub(crate) fn variable(name: &'static str) -> Result<Option<String>, Error> {
    match std::env::var(name) {
        Ok(value) => Ok(Some(trimmed(&value).to_owned()).filter(|value| !value.is_empty())),
        Err(std::env::VarError::NotPresent) => Ok(None),
        // The value stays out of the message: it may be a key.
        Err(std::env::VarError::NotUnicode(_)) => {
            Err(Error::invalid_input(name, "is not valid Unicode"))
        }
    }
}
