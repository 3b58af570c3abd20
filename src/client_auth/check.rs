//! Conditions under which ImageKit accepts an upload.

use std::fmt;

use serde_json::Value;

use crate::error::Error;
use crate::expression::{Expression, quoted};
use crate::problem::Problem;

/// A condition under which ImageKit accepts an upload. If it isn't met, the upload fails with
/// [`BadRequest`](crate::ErrorKind::BadRequest).
///
/// ```
/// use imagekitio::client_auth::Check;
///
/// let check = Check::folder()
///     .starts_with("marketing/")
///     .and(Check::file_size().at_most("5mb"))
///     .and(
///         Check::file_mime()
///             .one_of(["image/jpeg", "image/png"])
///             .or(Check::media_metadata("width").less_than(600)),
///     );
/// assert_eq!(
///     check.build()?,
///     "\"request.folder\" : \"marketing/\" AND \"file.size\" <= \"5mb\" AND \
///      (\"file.mime\" IN [\"image/jpeg\",\"image/png\"] OR \"mediaMetadata.width\" < 600)"
/// );
/// # Ok::<(), imagekitio::Error>(())
/// ```
///
/// `Check::from("\"file.size\" < 1024")` takes an expression as it is, for what the methods don't
/// cover. Don't put untrusted values into it.
///
/// # Values
///
/// Strings may be untrusted. The methods put them in double quotes, so that operators and
/// parentheses in them have no meaning. ImageKit documents no way to write a double quote, a
/// backslash or a control character in a string, so a value with one is refused before any request.
///
/// See the [API
/// reference](https://imagekit.io/docs/api-reference/upload-file/upload-file#upload-api-checks) for
/// the comparisons that each field supports.
#[derive(Clone, PartialEq)]
#[must_use = "a check has no effect until it is given to `checks`"]
pub struct Check(Result<Expression, Problem>);

impl Check {
    /// The folder of the upload (`request.folder`).
    pub fn folder() -> CheckField {
        Self::field("request.folder")
    }

    /// The tags of the upload (`request.tags`), for [`one_of`](CheckField::one_of) and
    /// [`not_one_of`](CheckField::not_one_of).
    pub fn tags() -> CheckField {
        Self::field("request.tags")
    }

    /// A custom metadata field of the upload by its name (`request.customMetadata.*`).
    pub fn custom_metadata(name: impl fmt::Display) -> CheckField {
        Self::field(format!("request.customMetadata.{name}"))
    }

    /// The size of the file (`file.size`): a number of bytes, or a string such as `"10kb"` or
    /// `"1mb"`.
    pub fn file_size() -> CheckField {
        Self::field("file.size")
    }

    /// The content type of the file (`file.mime`), such as `image/webp`.
    pub fn file_mime() -> CheckField {
        Self::field("file.mime")
    }

    /// A property of the image or video by its name (`mediaMetadata.*`): `width`, `height`,
    /// `duration` and others.
    pub fn media_metadata(name: impl fmt::Display) -> CheckField {
        Self::field(format!("mediaMetadata.{name}"))
    }

    /// Any field by its full name, such as `request.isPublished`.
    pub fn field(name: impl Into<String>) -> CheckField {
        CheckField(name.into())
    }

    /// Requires both conditions.
    ///
    /// An expression from a string can only be combined if its quotes and parentheses are closed.
    /// Otherwise [`build`](Self::build) and the upload fail.
    pub fn and(self, other: impl Into<Check>) -> Self {
        self.join(other.into(), Expression::and)
    }

    /// Requires one of the conditions, or both. See [`and`](Self::and) for expressions from
    /// strings.
    pub fn or(self, other: impl Into<Check>) -> Self {
        self.join(other.into(), Expression::or)
    }

    /// Returns the expression as it is sent.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) for the first name or value that can't be
    /// part of a check.
    pub fn build(&self) -> Result<String, Error> {
        match &self.0 {
            Ok(expression) => Ok(expression.as_str().to_owned()),
            Err(problem) => Err(problem.clone().into()),
        }
    }

    fn join(self, other: Self, join: fn(Expression, Expression) -> Expression) -> Self {
        Self(self.0.and_then(|first| {
            let second = other.0?;
            for part in [&first, &second] {
                if let Some(why) = part.obstacle() {
                    return Err(refuse(part.as_str(), "part of a check", why));
                }
            }
            Ok(join(first, second))
        }))
    }
}

impl fmt::Debug for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_tuple("Check");
        match &self.0 {
            Ok(expression) => debug.field(&expression.as_str()),
            Err(problem) => debug.field(problem),
        };
        debug.finish()
    }
}

/// Takes an expression as it is.
impl From<String> for Check {
    fn from(expression: String) -> Self {
        Self(Ok(Expression::raw(expression)))
    }
}

/// Takes an expression as it is.
impl From<&str> for Check {
    fn from(expression: &str) -> Self {
        expression.to_owned().into()
    }
}

/// A field of a [`Check`], before its comparison.
///
/// Values are strings, numbers or booleans.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "a field becomes a check by a comparison"]
pub struct CheckField(String);

impl CheckField {
    /// Requires the field to equal the value (`=`).
    pub fn is(self, value: impl Into<Value>) -> Check {
        self.compare("=", literal(&value.into()))
    }

    /// Requires the field to differ from the value (`NOT =`).
    pub fn is_not(self, value: impl Into<Value>) -> Check {
        self.compare("NOT =", literal(&value.into()))
    }

    /// Requires the field to start with the string (`:`). A folder that ends with a slash includes
    /// the folders in it.
    pub fn starts_with(self, prefix: impl Into<String>) -> Check {
        self.compare(":", literal(&prefix.into().into()))
    }

    /// Requires the field to equal one of the values (`IN`). A list such as the tags must contain
    /// one of them.
    pub fn one_of<T: Into<Value>>(self, values: impl IntoIterator<Item = T>) -> Check {
        self.compare("IN", list(values))
    }

    /// Requires the field to equal none of the values (`NOT IN`). A list such as the tags must
    /// contain none of them.
    pub fn not_one_of<T: Into<Value>>(self, values: impl IntoIterator<Item = T>) -> Check {
        self.compare("NOT IN", list(values))
    }

    /// Requires the field to be less than the value (`<`).
    pub fn less_than(self, value: impl Into<Value>) -> Check {
        self.compare("<", literal(&value.into()))
    }

    /// Requires the field to be less than or equal to the value (`<=`).
    pub fn at_most(self, value: impl Into<Value>) -> Check {
        self.compare("<=", literal(&value.into()))
    }

    /// Requires the field to be greater than the value (`>`).
    pub fn more_than(self, value: impl Into<Value>) -> Check {
        self.compare(">", literal(&value.into()))
    }

    /// Requires the field to be greater than or equal to the value (`>=`).
    pub fn at_least(self, value: impl Into<Value>) -> Check {
        self.compare(">=", literal(&value.into()))
    }

    fn compare(self, operator: &str, value: Result<String, Problem>) -> Check {
        let condition = || {
            let name = quote(&self.0, "name of a field")?;
            Ok(format!("{name} {operator} {}", value?))
        };
        Check(condition().map(Expression::condition))
    }
}

fn literal(value: &Value) -> Result<String, Problem> {
    match value {
        Value::String(string) => quote(string, "value of a check"),
        Value::Number(_) | Value::Bool(_) => Ok(value.to_string()),
        _ => Err(refuse(
            &value.to_string(),
            "value of a check",
            "it is not a string, a number or a boolean; give one of these",
        )),
    }
}

fn list<T: Into<Value>>(values: impl IntoIterator<Item = T>) -> Result<String, Problem> {
    let literals = values.into_iter().map(|value| literal(&value.into()));
    let literals = literals.collect::<Result<Vec<_>, _>>()?;
    match literals.is_empty() {
        true => Err(refuse(
            "[]",
            "value of a check",
            "the list is empty; give at least one value",
        )),
        false => Ok(format!("[{}]", literals.join(","))),
    }
}

fn quote(string: &str, role: &str) -> Result<String, Problem> {
    quoted(string).map_err(|c| {
        let why =
            format!("ImageKit documents no way to write {c:?} in a check; leave the character out");
        refuse(string, role, &why)
    })
}

fn refuse(value: &str, role: &str, why: &str) -> Problem {
    let shown: String = value
        .chars()
        .take(100)
        .flat_map(char::escape_debug)
        .collect();
    Problem::new("checks", format!("`{shown}` is not a valid {role}: {why}"))
}
