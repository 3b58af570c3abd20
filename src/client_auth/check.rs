use std::fmt;

use serde_json::Value;

use crate::expression::Expression;

/// A condition that ImageKit checks before it stores an upload; if it isn't met, the upload is refused.
///
/// ```
/// use imagekitio::client_auth::Check;
///
/// let check = Check::folder()
///     .starts_with("marketing/")
///     .and(Check::file_size().at_most("5mb"))
///     .and(Check::file_mime().one_of(["image/jpeg", "image/png"]).or(Check::media_metadata("width").less_than(600)));
/// assert_eq!(
///     check.to_string(),
///     "\"request.folder\" : \"marketing/\" AND \"file.size\" <= \"5mb\" AND \
///      (\"file.mime\" IN [\"image/jpeg\",\"image/png\"] OR \"mediaMetadata.width\" < 600)"
/// );
/// ```
///
/// A text is taken as it is, for what the methods don't cover: `Check::from("\"file.size\" < 1024")`. The names of fields
/// and all values that are texts stand in quotes there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check(Expression);

impl Check {
    /// The folder of the upload (`request.folder`).
    pub fn folder() -> CheckField {
        Self::field("request.folder")
    }

    /// The tags of the upload (`request.tags`): compared by [`one_of`](CheckField::one_of) and
    /// [`not_one_of`](CheckField::not_one_of).
    pub fn tags() -> CheckField {
        Self::field("request.tags")
    }

    /// A custom metadata field of the upload (`request.customMetadata.*`), by its name.
    pub fn custom_metadata(name: impl fmt::Display) -> CheckField {
        Self::field(format!("request.customMetadata.{name}"))
    }

    /// The size of the file (`file.size`): bytes as a number, or a text such as `"10kb"` or `"1mb"`.
    pub fn file_size() -> CheckField {
        Self::field("file.size")
    }

    /// The content type of the file (`file.mime`), such as `image/webp`.
    pub fn file_mime() -> CheckField {
        Self::field("file.mime")
    }

    /// A property of the image or video (`mediaMetadata.*`): `width`, `height`, `duration` and others.
    pub fn media_metadata(name: impl fmt::Display) -> CheckField {
        Self::field(format!("mediaMetadata.{name}"))
    }

    /// Any field, by its full name, such as `request.isPublished`.
    pub fn field(name: impl Into<String>) -> CheckField {
        CheckField(name.into())
    }

    /// Both must be met.
    pub fn and(self, other: impl Into<Check>) -> Self {
        Self(self.0.and(other.into().0))
    }

    /// One of them must be met.
    pub fn or(self, other: impl Into<Check>) -> Self {
        Self(self.0.or(other.into().0))
    }
}

/// Prints the check as it is sent.
impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str())
    }
}

impl From<String> for Check {
    fn from(text: String) -> Self {
        Self(Expression::raw(text))
    }
}

impl From<&str> for Check {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

/// A field that is yet to be compared with something. See [`Check`].
///
/// Values are texts, numbers or booleans. Which comparisons a field knows is written in the ImageKit documentation, under
/// "Upload API checks".
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "a field becomes a check by a comparison"]
pub struct CheckField(String);

impl CheckField {
    /// Equal to the value (`=`).
    pub fn is(self, value: impl Into<Value>) -> Check {
        self.compare("=", value)
    }

    /// Not equal to the value (`NOT =`).
    pub fn is_not(self, value: impl Into<Value>) -> Check {
        self.compare("NOT =", value)
    }

    /// Beginning with the text (`:`). A folder with a slash at its end stands for all that is below it, too.
    pub fn starts_with(self, text: impl Into<String>) -> Check {
        self.compare(":", text.into())
    }

    /// Equal to one of the values (`IN`), or, for lists such as the tags, holding one of them.
    pub fn one_of<T: Into<Value>>(self, values: impl IntoIterator<Item = T>) -> Check {
        self.compare("IN", list(values))
    }

    /// Equal to none of the values (`NOT IN`), or, for lists such as the tags, holding none of them.
    pub fn not_one_of<T: Into<Value>>(self, values: impl IntoIterator<Item = T>) -> Check {
        self.compare("NOT IN", list(values))
    }

    /// Less than the value (`<`).
    pub fn less_than(self, value: impl Into<Value>) -> Check {
        self.compare("<", value)
    }

    /// The value or less (`<=`).
    pub fn at_most(self, value: impl Into<Value>) -> Check {
        self.compare("<=", value)
    }

    /// More than the value (`>`).
    pub fn more_than(self, value: impl Into<Value>) -> Check {
        self.compare(">", value)
    }

    /// The value or more (`>=`).
    pub fn at_least(self, value: impl Into<Value>) -> Check {
        self.compare(">=", value)
    }

    fn compare(self, operator: &str, value: impl Into<Value>) -> Check {
        let condition = format!("{} {operator} {}", Value::String(self.0), value.into());
        Check(Expression::condition(condition))
    }
}

fn list<T: Into<Value>>(values: impl IntoIterator<Item = T>) -> Value {
    values
        .into_iter()
        .map(Into::into)
        .collect::<Vec<_>>()
        .into()
}
