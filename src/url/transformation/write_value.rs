//! Writing of values into a transformation.

use std::borrow::Cow;

use super::buffer::{Buffer, trim_slashes};
use crate::problem::Problem;

/// A value that can write itself into a transformation.
pub(crate) trait WriteValue {
    /// Appends the value, and records why it is invalid. A value that writes nothing means the bare
    /// code of the parameter.
    fn write(&self, buffer: &mut Buffer);
}

/// Appends a part of a value. Refuses an empty part and `-`, which are allowed only in place of the
/// whole value.
pub(super) fn write_part(value: &impl WriteValue, buffer: &mut Buffer) {
    let start = buffer.len();
    value.write(buffer);
    if matches!(&buffer.as_str()[start..], "" | "-") {
        buffer.refuse(Problem::new(
            "",
            "a part of the value is empty; give it a value, or leave it out",
        ));
    }
}

/// A constant of this crate, which needs no escaping.
impl WriteValue for &'static str {
    fn write(&self, buffer: &mut Buffer) {
        buffer.push_safe(self);
    }
}

impl WriteValue for bool {
    fn write(&self, buffer: &mut Buffer) {
        buffer.push_safe(if *self { "true" } else { "false" });
    }
}

/// A path in the media library. One slash at each end is removed.
pub(super) struct MediaPath<'a>(Cow<'a, str>);

impl<'a> MediaPath<'a> {
    pub(super) fn new(path: &'a str) -> Self {
        Self(Cow::Borrowed(trim_slashes(path)))
    }

    /// Accepts `@@` in place of `/`, as in a URL.
    pub(super) fn from_url_syntax(path: &str) -> Self {
        Self(Cow::Owned(trim_slashes(path).replace("@@", "/")))
    }
}

impl WriteValue for MediaPath<'_> {
    fn write(&self, buffer: &mut Buffer) {
        buffer.push_path(&self.0);
    }
}

/// Values joined by `_`.
pub(super) struct Joined<T>(Vec<T>);

impl<T> Joined<T> {
    pub(super) fn from_values(values: impl IntoIterator<Item = impl Into<T>>) -> Self {
        Self(values.into_iter().map(Into::into).collect())
    }
}

impl<T: WriteValue> WriteValue for Joined<T> {
    fn write(&self, buffer: &mut Buffer) {
        if let [value] = self.0.as_slice() {
            return value.write(buffer);
        }
        for (i, value) in self.0.iter().enumerate() {
            if i > 0 {
                buffer.push_safe("_");
            }
            write_part(value, buffer);
        }
    }
}
