//! What tags a file can have.

use crate::error::Error;

/// The most characters that the tags of a file may have together.
const LIMIT: usize = 500;

/// Refuses tags that no file can have.
pub(crate) fn check(option: &'static str, tags: &[String]) -> Result<(), Error> {
    let refuse = |message| Err(Error::invalid_input(option, message));
    if let Some(tag) = tags.iter().find(|tag| tag.contains('%')) {
        return refuse(format!(
            "`{tag}` contains `%`, which tags may not; leave it out"
        ));
    }
    let length: usize = tags.iter().map(|tag| tag.chars().count()).sum();
    if length > LIMIT {
        return refuse(format!(
            "{length} characters in all; a file may have {LIMIT}: give fewer or shorter tags"
        ));
    }
    Ok(())
}
