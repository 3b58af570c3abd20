//! Rules for arguments that several operations share.

// Most of the arguments are those of requests.
#![cfg_attr(not(feature = "client"), allow(dead_code))]

use crate::error::Error;

/// The number of characters that an error shows of a value.
const EXCERPT: usize = 100;

/// The number of characters that the tags of a file may have in all.
const TAG_CHARACTERS: usize = 500;

/// Returns the start of a value as an error shows it.
pub(crate) fn excerpt(value: &str) -> String {
    let characters = value.chars().take(EXCERPT);
    characters.flat_map(char::escape_debug).collect()
}

/// Returns a value without the white space around it, and without the byte order mark with which
/// some editors begin a file.
pub(crate) fn trimmed(value: &str) -> &str {
    value.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}')
}

/// Refuses an empty value. `fix` says what to give.
pub(crate) fn check_filled(argument: &'static str, value: &str, fix: &str) -> Result<(), Error> {
    match value.is_empty() {
        true => Err(Error::invalid_input(argument, format!("is empty; {fix}"))),
        false => Ok(()),
    }
}

/// Refuses a value of more characters.
pub(crate) fn check_length(argument: &'static str, value: &str, max: usize) -> Result<(), Error> {
    let length = value.chars().count();
    if length > max {
        return Err(Error::invalid_input(
            argument,
            format!("has {length} characters; at most {max} are allowed"),
        ));
    }
    Ok(())
}

/// Refuses an update that changes nothing. `setters` are those that change something.
pub(crate) fn check_changes(is_set: bool, setters: &str) -> Result<(), Error> {
    match is_set {
        true => Ok(()),
        false => Err(Error::invalid_input(
            "update",
            format!("changes nothing; set at least one of {setters}"),
        )),
    }
}

/// Refuses what can't be an id of ImageKit: an empty string, a word that replaces a missing value,
/// a path, and characters that would have to be escaped in the path of a URL (RFC 3986).
pub(crate) fn check_id(argument: &'static str, id: &str) -> Result<(), Error> {
    const PLACEHOLDERS: [&str; 6] = ["null", "undefined", "none", "nil", "nan", "(null)"];
    let is_allowed =
        |char: char| char.is_ascii_alphanumeric() || "-._~!$&'()*+,;=:@".contains(char);
    let why = if id.trim().is_empty() {
        "it is empty".to_owned()
    } else if PLACEHOLDERS
        .iter()
        .any(|word| id.eq_ignore_ascii_case(word))
    {
        "it replaces a missing value".to_owned()
    } else if has_dot_step(id) || id.contains(['/', '\\']) {
        "it is a path".to_owned()
    } else if let Some(char) = id.chars().find(|char| !is_allowed(*char)) {
        format!("ids do not contain {char:?}")
    } else {
        return Ok(());
    };
    let fix = match argument {
        "file_id" | "file_ids" => {
            "give the id that ImageKit assigned; to search for the file by its path or URL, use \
             `files().find(\"/folder/name.jpg\")`"
        }
        _ => "give the id that ImageKit assigned",
    };
    Err(Error::invalid_input(
        argument,
        format!("`{}` is not a valid id: {why}; {fix}", excerpt(id)),
    ))
}

/// Whether a path has a step `.` or `..`, which ImageKit doesn't resolve. Some servers drop a `;`
/// and what follows it from a step.
pub(crate) fn has_dot_step(path: &str) -> bool {
    path.split(['/', '\\'])
        .filter_map(|step| step.split(';').next())
        .any(|name| matches!(name.trim(), "." | ".."))
}

/// Refuses the new name of a file or folder that is empty or has a path. `example` is a name.
pub(crate) fn check_new_name(
    argument: &'static str,
    name: &str,
    example: &str,
) -> Result<(), Error> {
    check_filled(
        argument,
        name,
        &format!("give a name without a path, such as `{example}`"),
    )?;
    match name.contains('/') {
        true => Err(Error::invalid_input(
            argument,
            format!(
                "`{}` is not a valid name: it has a path; give a name such as `{example}`, and use `move_to` to change the \
                 folder",
                excerpt(name)
            ),
        )),
        false => Ok(()),
    }
}

/// Parses an `http` or `https` URL. `None` for anything else.
#[cfg(feature = "raw")]
pub(crate) fn http_url(url: &str) -> Option<reqwest::Url> {
    let url = reqwest::Url::parse(url).ok()?;
    matches!(url.scheme(), "http" | "https").then_some(url)
}

/// Refuses tags that a file can't have.
pub(crate) fn check_tags(argument: &'static str, tags: &[String]) -> Result<(), Error> {
    check_no_empty_tag(argument, tags)?;
    if let Some(tag) = tags.iter().find(|tag| tag.contains('%')) {
        return Err(Error::invalid_input(
            argument,
            format!(
                "`{}` is not a valid tag: it contains `%`; leave the character out",
                excerpt(tag)
            ),
        ));
    }
    let length: usize = tags.iter().map(|tag| tag.chars().count()).sum();
    if length > TAG_CHARACTERS {
        return Err(Error::invalid_input(
            argument,
            format!(
                "has {length} characters in all; at most {TAG_CHARACTERS} are allowed: give fewer or shorter tags"
            ),
        ));
    }
    Ok(())
}

/// Refuses an empty tag, which no file has.
pub(crate) fn check_no_empty_tag(argument: &'static str, tags: &[String]) -> Result<(), Error> {
    match tags.iter().any(String::is_empty) {
        true => Err(Error::invalid_input(
            argument,
            "one of the tags is empty; leave it out",
        )),
        false => Ok(()),
    }
}
