//! The text of a transformation while it is being written.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::encode::{COMPONENT, ENCODED_FORM, VALUE, escape, unescape_fully};
use super::number::Limits;
use crate::problem::Problem;

/// Transformation text, not yet escaped for a place in a URL.
///
/// It remembers whether escaping would change anything, so that the usual URL is a copy, and the first value that was
/// refused.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Text {
    buffer: String,
    needs_escaping: bool,
    problem: Option<Box<Problem>>,
}

impl Text {
    pub(crate) fn as_str(&self) -> &str {
        &self.buffer
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.buffer.is_empty()
    }

    pub(crate) fn len(&self) -> usize {
        self.buffer.len()
    }

    /// Room for the text of a usual step or overlay, so that it grows once.
    const USUAL_LENGTH: usize = 128;

    /// Joins what follows to what is there.
    #[inline]
    pub(crate) fn separate(&mut self, separator: char) {
        if self.buffer.is_empty() {
            self.buffer.reserve(Self::USUAL_LENGTH);
        } else {
            self.buffer.push(separator);
        }
    }

    /// Takes back everything behind `length`, which was an earlier length.
    pub(crate) fn truncate(&mut self, length: usize) {
        self.buffer.truncate(length);
    }

    /// Appends the text to a URL, as it stands in a path, and in a query of the readable style.
    pub(crate) fn escape_into(&self, url: &mut String) {
        if self.needs_escaping {
            escape(url, &self.buffer, &VALUE);
        } else {
            url.push_str(&self.buffer);
        }
    }

    /// Appends the text to a query of the encoded style.
    pub(crate) fn encode_into(&self, url: &mut String) {
        escape(url, &self.buffer, &ENCODED_FORM);
    }

    /// Looks at text from outside that is not appended by [`push`](Self::push).
    pub(crate) fn note(&mut self, text: &str) {
        self.needs_escaping = self.needs_escaping || !VALUE.all(text);
    }

    /// Appends text that needs no escaping, or that was given to [`note`](Self::note).
    #[inline]
    pub(crate) fn push_known(&mut self, known: &str) {
        self.buffer.push_str(known);
    }

    /// Appends text from outside as it is.
    pub(crate) fn push_verbatim(&mut self, text: &str) {
        self.note(text);
        self.buffer.push_str(text);
    }

    /// Appends a value from outside. It must not hold separators, which would add parameters and steps.
    pub(crate) fn push(&mut self, value: &str) {
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

    /// Appends a value from outside that must have a form which ImageKit documents.
    pub(crate) fn push_limited(&mut self, value: &str, limits: Limits) {
        match limits.check_string(value) {
            Ok(()) => self.push_verbatim(value),
            Err(problem) => {
                self.push(value);
                self.refuse(problem);
            }
        }
    }

    /// Appends a path, in which `@@` stands for `/`.
    pub(crate) fn push_path(&mut self, path: &str) {
        if path.replace('/', "@@").replace("@@", "/") != path {
            self.refuse(Problem::new(
                "",
                format!(
                    "{path:?} holds `@@`, or `@` in front of `/`, which ImageKit would read as another path; separate \
                     folders by `/` alone, or give the path of an overlay in base64"
                ),
            ));
        }
        for (i, folder) in path.split('/').enumerate() {
            if i > 0 {
                self.push_known("@@");
            }
            self.push(folder);
        }
    }

    /// Appends padded base64, percent-encoded.
    pub(crate) fn push_base64(&mut self, text: &str) {
        escape(&mut self.buffer, &STANDARD.encode(text), &COMPONENT);
    }

    /// Appends percent-encoded text.
    pub(crate) fn push_component(&mut self, text: &str) {
        escape(&mut self.buffer, text, &COMPONENT);
    }

    #[inline]
    pub(crate) fn push_integer(&mut self, number: i64) {
        if number < 0 {
            self.buffer.push('N');
        }
        self.buffer
            .push_str(itoa::Buffer::new().format(number.unsigned_abs()));
    }

    /// Appends the shortest digits that stand for `number`, without an exponent.
    pub(crate) fn push_float(&mut self, number: f64) {
        if number < 0.0 {
            self.buffer.push('N');
        }
        self.buffer.push_str(&number.abs().to_string());
    }

    pub(crate) fn append(&mut self, other: &Self) {
        self.buffer.push_str(&other.buffer);
        self.needs_escaping |= other.needs_escaping;
        if let Some(problem) = &other.problem {
            self.refuse(problem.as_ref().clone());
        }
    }

    /// Keeps the first problem for the call that builds a URL. Without an option it concerns the one that
    /// [`name_problem`](Self::name_problem) is given.
    #[cold]
    pub(crate) fn refuse(&mut self, problem: Problem) {
        self.problem.get_or_insert_with(|| Box::new(problem));
    }

    /// Says which option a problem without one concerns.
    #[inline]
    pub(crate) fn name_problem(&mut self, option: &str) {
        if let Some(problem) = &mut self.problem {
            problem.name(option);
        }
    }

    pub(crate) fn problem(&self) -> Option<&Problem> {
        self.problem.as_deref()
    }
}

/// The first separator in a value, also one that only a server would find that resolves escapes.
pub(crate) fn separator_in(value: &str) -> Option<char> {
    let find = |bytes: &[u8]| bytes.iter().copied().find(|byte| b",:/".contains(byte));
    let found = match value.contains('%') {
        true => find(&unescape_fully(value)),
        false => find(value.as_bytes()),
    };
    found.map(char::from)
}

/// Drops one slash at each end.
pub(crate) fn trim_slashes(path: &str) -> &str {
    let path = path.strip_prefix('/').unwrap_or(path);
    path.strip_suffix('/').unwrap_or(path)
}

/// A value that knows how it is spelt in a transformation.
pub(crate) trait Value {
    /// Appends the value, and what is wrong with it. Nothing at all stands for the bare code of the parameter.
    fn write(&self, text: &mut Text);
}

/// A part that this crate knows.
impl Value for &'static str {
    fn write(&self, text: &mut Text) {
        text.push_known(self);
    }
}
