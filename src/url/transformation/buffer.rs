//! The buffer into which a transformation is written.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::allowed::Allowed;
use crate::problem::Problem;
use crate::url::encode::{COMPONENT, ENCODED_FORM, VALUE, escape, unescape_fully};

/// A transformation before it is escaped for its place in a URL.
///
/// The buffer tracks whether escaping would change it, so that the usual URL is a plain copy. It
/// also keeps the first problem with a value.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Buffer {
    contents: String,
    needs_escaping: bool,
    problem: Option<Box<Problem>>,
}

impl Buffer {
    /// Room for a usual step or overlay, so that the buffer is allocated once.
    const USUAL_LENGTH: usize = 128;

    pub(crate) fn as_str(&self) -> &str {
        &self.contents
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.contents.is_empty()
    }

    pub(crate) fn len(&self) -> usize {
        self.contents.len()
    }

    /// Appends a separator unless the buffer is empty.
    #[inline]
    pub(crate) fn separate(&mut self, separator: char) {
        if self.contents.is_empty() {
            self.contents.reserve(Self::USUAL_LENGTH);
        } else {
            self.contents.push(separator);
        }
    }

    /// Shortens the buffer to an earlier length.
    pub(crate) fn truncate(&mut self, length: usize) {
        self.contents.truncate(length);
    }

    /// Appends the contents to a path, or to a query of the readable style.
    pub(crate) fn escape_into(&self, url: &mut String) {
        if self.needs_escaping {
            escape(url, &self.contents, &VALUE);
        } else {
            url.push_str(&self.contents);
        }
    }

    /// Appends the contents to a query of the encoded style.
    pub(crate) fn encode_into(&self, url: &mut String) {
        escape(url, &self.contents, &ENCODED_FORM);
    }

    /// Records whether a string needs escaping.
    pub(crate) fn note_escaping(&mut self, string: &str) {
        self.needs_escaping = self.needs_escaping || !VALUE.keeps_all(string);
    }

    /// Appends a string that needs no escaping, or that [`note_escaping`](Self::note_escaping) has
    /// seen.
    #[inline]
    pub(crate) fn push_safe(&mut self, string: &str) {
        self.contents.push_str(string);
    }

    /// Appends a string from the caller without checks.
    pub(crate) fn push_verbatim(&mut self, string: &str) {
        self.note_escaping(string);
        self.contents.push_str(string);
    }

    /// Appends a value from the caller. Refuses separators, which would add parameters and steps.
    pub(crate) fn push_value(&mut self, value: &str) {
        if let Some(separator) = separator_in(value) {
            self.refuse(Problem::new(
                "",
                format!(
                    "{value:?} holds {separator:?}, escaped or not, which would end the value and begin another \
                     parameter, step or path; give a value without it, or write the parameter with `raw`"
                ),
            ));
        }
        self.push_verbatim(value);
    }

    /// Appends a value from the caller that must match one of the allowed patterns.
    pub(crate) fn push_allowed(&mut self, value: &str, allowed: Allowed) {
        match allowed.check_string(value) {
            Ok(()) => self.push_verbatim(value),
            Err(problem) => {
                self.push_value(value);
                self.refuse(problem);
            }
        }
    }

    /// Appends a path with `@@` in place of `/`.
    pub(crate) fn push_path(&mut self, path: &str) {
        if path.replace('/', "@@").replace("@@", "/") != path {
            self.refuse(Problem::new(
                "",
                format!(
                    "{path:?} contains `@@`, or `@` before `/`, which ImageKit reads as another path; separate folders \
                     by `/` alone, or give the path of an overlay in base64"
                ),
            ));
        }
        for (i, folder) in path.split('/').enumerate() {
            if i > 0 {
                self.push_safe("@@");
            }
            self.push_value(folder);
        }
    }

    /// Appends a string as padded, percent-encoded base64.
    pub(crate) fn push_base64(&mut self, string: &str) {
        escape(&mut self.contents, &STANDARD.encode(string), &COMPONENT);
    }

    /// Appends a percent-encoded string.
    pub(crate) fn push_encoded(&mut self, string: &str) {
        escape(&mut self.contents, string, &COMPONENT);
    }

    #[inline]
    pub(crate) fn push_integer(&mut self, number: i64) {
        if number < 0 {
            self.contents.push('N');
        }
        self.contents
            .push_str(itoa::Buffer::new().format(number.unsigned_abs()));
    }

    /// Appends the shortest decimal digits that identify `number`, without an exponent.
    pub(crate) fn push_float(&mut self, number: f64) {
        if number < 0.0 {
            self.contents.push('N');
        }
        self.contents.push_str(&number.abs().to_string());
    }

    pub(crate) fn append(&mut self, other: &Self) {
        self.contents.push_str(&other.contents);
        self.needs_escaping |= other.needs_escaping;
        if let Some(problem) = &other.problem {
            self.refuse(problem.as_ref().clone());
        }
    }

    /// Records the first problem, which building the URL returns. A problem without an argument
    /// gets the one that [`name_problem`](Self::name_problem) is given.
    #[cold]
    pub(crate) fn refuse(&mut self, problem: Problem) {
        self.problem.get_or_insert_with(|| Box::new(problem));
    }

    /// Sets the argument of a problem that has none.
    #[inline]
    pub(crate) fn name_problem(&mut self, argument: &str) {
        if let Some(problem) = &mut self.problem {
            problem.name(argument);
        }
    }

    pub(crate) fn problem(&self) -> Option<&Problem> {
        self.problem.as_deref()
    }
}

/// Returns the first separator in a value, including one that appears only after a server resolves
/// escapes.
pub(crate) fn separator_in(value: &str) -> Option<char> {
    let find = |bytes: &[u8]| bytes.iter().copied().find(|byte| b",:/".contains(byte));
    let found = match value.contains('%') {
        true => find(&unescape_fully(value)),
        false => find(value.as_bytes()),
    };
    found.map(char::from)
}

/// Removes one slash at each end.
pub(crate) fn trim_slashes(path: &str) -> &str {
    let path = path.strip_prefix('/').unwrap_or(path);
    path.strip_suffix('/').unwrap_or(path)
}
