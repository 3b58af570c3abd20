use std::fmt;
use std::marker::PhantomData;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::error::Error;
use crate::raw::types::{
    CreateCustomMetadataFieldSchema, CustomMetadataFieldBound as Bound, Number, Timestamp,
    UpdateCustomMetadataFieldSchema,
};
use crate::search::SelectValue;
use crate::time::DateTime;

/// The kind of a custom metadata field, and the rules for its values. `V` is the Rust type of the
/// values.
///
/// The same type serves for the creation and the update of a field. An update changes the rules
/// that are set, and leaves the others. For a rule that this type doesn't know, use
/// [`set`](Self::set).
///
/// ```
/// use imagekitio::types::{FieldSchema, FieldValue};
///
/// let name = FieldSchema::text().min_length(1).max_length(80);
/// let price = FieldSchema::number().min_value(0).max_value(99.5).default_value(10);
/// let shot = FieldSchema::date().min_value("2020-01-01T00:00:00Z");
/// let on_sale = FieldSchema::boolean().default_value(false);
/// let season = FieldSchema::single_select().select_options(["summer", "winter"]);
/// let sizes = FieldSchema::multi_select()
///     .select_options([FieldValue::from("small"), 30.into(), true.into()])
///     .default_value(["small"])
///     .is_value_required(true);
/// ```
#[derive(Clone, Debug, PartialEq)]
#[must_use]
pub struct FieldSchema<V> {
    kind: &'static str,
    rules: Map<String, Value>,
    values: PhantomData<fn() -> V>,
}

impl<V> FieldSchema<V> {
    fn new(kind: &'static str) -> Self {
        Self {
            kind,
            rules: Map::new(),
            values: PhantomData,
        }
    }

    /// Sets whether every file must have a value. A required value needs a default value in the
    /// same schema.
    pub fn is_value_required(self, required: bool) -> Self {
        self.set("isValueRequired", required)
    }

    /// Sets a rule by its name in the API, such as `isValueRequired`. It replaces a rule of that
    /// name.
    pub fn set(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.rules.insert(name.into(), value.into());
        self
    }

    fn set_to(self, name: &str, value: impl Serialize) -> Self {
        // Strings, numbers, booleans and lists of them are always JSON.
        let value = serde_json::to_value(value).unwrap_or_default();
        self.set(name, value)
    }
}

/// Strings.
impl FieldSchema<String> {
    /// Returns the schema of a string of one line (`Text`).
    pub fn text() -> Self {
        Self::new("Text")
    }

    /// Returns the schema of a string of several lines (`Textarea`).
    pub fn textarea() -> Self {
        Self::new("Textarea")
    }

    /// Sets the minimum number of characters.
    pub fn min_length(self, length: u64) -> Self {
        self.set("minLength", length)
    }

    /// Sets the maximum number of characters.
    pub fn max_length(self, length: u64) -> Self {
        self.set("maxLength", length)
    }

    /// Sets the value of files that have none.
    pub fn default_value(self, value: impl Into<String>) -> Self {
        self.set("defaultValue", value.into())
    }
}

/// Numbers.
impl FieldSchema<Number> {
    /// Returns the schema of a number (`Number`).
    pub fn number() -> Self {
        Self::new("Number")
    }

    /// Sets the minimum value.
    pub fn min_value(self, value: impl Into<Number>) -> Self {
        self.set_to("minValue", value.into())
    }

    /// Sets the maximum value.
    pub fn max_value(self, value: impl Into<Number>) -> Self {
        self.set_to("maxValue", value.into())
    }

    /// Sets the value of files that have none.
    pub fn default_value(self, value: impl Into<Number>) -> Self {
        self.set_to("defaultValue", value.into())
    }
}

/// Points in time, in ISO 8601, such as `2026-05-04T10:20:30Z`.
impl FieldSchema<Timestamp> {
    /// Returns the schema of a point in time (`Date`).
    pub fn date() -> Self {
        Self::new("Date")
    }

    /// Sets the earliest value.
    pub fn min_value(self, value: impl Into<Timestamp>) -> Self {
        self.set_to("minValue", value.into())
    }

    /// Sets the latest value.
    pub fn max_value(self, value: impl Into<Timestamp>) -> Self {
        self.set_to("maxValue", value.into())
    }

    /// Sets the value of files that have none.
    pub fn default_value(self, value: impl Into<Timestamp>) -> Self {
        self.set_to("defaultValue", value.into())
    }
}

/// Booleans.
impl FieldSchema<bool> {
    /// Returns the schema of a boolean (`Boolean`).
    pub fn boolean() -> Self {
        Self::new("Boolean")
    }

    /// Sets the value of files that have none.
    pub fn default_value(self, value: bool) -> Self {
        self.set("defaultValue", value)
    }
}

/// One of several values.
impl FieldSchema<FieldValue> {
    /// Returns the schema of one of the [`select_options`](Self::select_options) (`SingleSelect`).
    pub fn single_select() -> Self {
        Self::new("SingleSelect")
    }

    /// Sets the values to choose from. A new field needs at least one.
    pub fn select_options<T: Into<FieldValue>>(self, options: impl IntoIterator<Item = T>) -> Self {
        self.set_to("selectOptions", list(options))
    }

    /// Sets the value of files that have none.
    pub fn default_value(self, value: impl Into<FieldValue>) -> Self {
        self.set_to("defaultValue", value.into())
    }
}

/// Some of several values.
impl FieldSchema<Vec<FieldValue>> {
    /// Returns the schema of any number of the [`select_options`](Self::select_options)
    /// (`MultiSelect`).
    pub fn multi_select() -> Self {
        Self::new("MultiSelect")
    }

    /// Sets the values to choose from. A new field needs at least one.
    pub fn select_options<T: Into<FieldValue>>(self, options: impl IntoIterator<Item = T>) -> Self {
        self.set_to("selectOptions", list(options))
    }

    /// Sets the values of files that have none.
    pub fn default_value<T: Into<FieldValue>>(self, values: impl IntoIterator<Item = T>) -> Self {
        self.set_to("defaultValue", list(values))
    }
}

/// A value of a select field. A list may mix the three kinds.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum FieldValue {
    /// A string.
    Text(String),
    /// A number.
    Number(Number),
    /// A boolean.
    Boolean(bool),
}

impl From<&str> for FieldValue {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for FieldValue {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<bool> for FieldValue {
    fn from(value: bool) -> Self {
        Self::Boolean(value)
    }
}

impl From<FieldValue> for SelectValue {
    fn from(value: FieldValue) -> Self {
        match value {
            FieldValue::Text(text) => text.into(),
            FieldValue::Boolean(value) => value.into(),
            FieldValue::Number(number) => number.into(),
        }
    }
}

macro_rules! from_numbers {
    ($($ty:ty)*) => {
        $(impl From<$ty> for FieldValue {
            fn from(number: $ty) -> Self {
                Self::Number(number.into())
            }
        })*
    };
}

from_numbers! { Number u8 u16 u32 u64 i8 i16 i32 i64 f32 f64 }

fn list<T: Into<FieldValue>>(values: impl IntoIterator<Item = T>) -> Vec<FieldValue> {
    values.into_iter().map(Into::into).collect()
}

impl<V> From<FieldSchema<V>> for CreateCustomMetadataFieldSchema {
    fn from(schema: FieldSchema<V>) -> Self {
        let mut rules = schema.rules;
        rules.insert("type".to_owned(), schema.kind.into());
        typed(&rules).unwrap_or_else(|| {
            let mut open = Self::new(schema.kind);
            open.extra = rules;
            open
        })
    }
}

impl<V> From<FieldSchema<V>> for UpdateCustomMetadataFieldSchema {
    fn from(schema: FieldSchema<V>) -> Self {
        typed(&schema.rules).unwrap_or_else(|| {
            let mut open = Self::new();
            open.extra = schema.rules;
            open
        })
    }
}

/// Converts the rules into a generated type. `None` if a rule was `set` to a value that the type
/// cannot hold.
fn typed<T: DeserializeOwned>(rules: &Map<String, Value>) -> Option<T> {
    serde_json::from_value(Value::Object(rules.clone())).ok()
}

/// Refuses rules that no new field can have.
pub(crate) fn check_new(schema: &CreateCustomMetadataFieldSchema) -> Result<(), Error> {
    if let kind @ ("SingleSelect" | "MultiSelect") = schema.type_.as_str()
        && schema.select_options.as_ref().is_none_or(Vec::is_empty)
    {
        return Err(Error::invalid_input(
            "schema",
            format!("a {kind} field needs values to choose from; give them as `select_options`"),
        ));
    }
    check_rules(schema)
}

/// Refuses rules that contradict each other.
pub(crate) fn check_rules<'a>(schema: impl Into<Rules<'a>>) -> Result<(), Error> {
    let rules = schema.into();
    if rules.is_value_required && !rules.has_default_value {
        return Err(Error::invalid_input(
            "schema",
            "requires a value without a default; give the value of files that have none as `default_value`",
        ));
    }
    if let [Some(min), Some(max)] = rules.lengths
        && min > max
    {
        return Err(contradiction("Length", min, max));
    }
    match rules.values {
        [Some(Bound::Number(min)), Some(Bound::Number(max))] if min > max => {
            Err(contradiction("Value", min, max))
        }
        [Some(Bound::String(min)), Some(Bound::String(max))] if is_later(min, max) => {
            let [min, max] = [min, max].map(|time| format!("{time:?}"));
            Err(contradiction("Value", min, max))
        }
        _ => Ok(()),
    }
}

/// The rules of a schema that can contradict each other.
pub(crate) struct Rules<'a> {
    is_value_required: bool,
    has_default_value: bool,
    /// The minimum and the maximum.
    lengths: [Option<&'a Number>; 2],
    values: [Option<&'a Bound>; 2],
}

macro_rules! rules_of {
    ($($schema:ty),*) => {
        $(impl<'a> From<&'a $schema> for Rules<'a> {
            fn from(schema: &'a $schema) -> Self {
                Self {
                    is_value_required: schema.is_value_required.as_ref() == Some(&true),
                    has_default_value: schema.default_value.as_ref().is_some(),
                    lengths: [schema.min_length.as_ref(), schema.max_length.as_ref()],
                    values: [schema.min_value.as_ref(), schema.max_value.as_ref()],
                }
            }
        })*
    };
}

rules_of!(
    CreateCustomMetadataFieldSchema,
    UpdateCustomMetadataFieldSchema
);

fn contradiction(of: &str, min: impl fmt::Display, max: impl fmt::Display) -> Error {
    Error::invalid_input(
        "schema",
        format!("min{of} {min} is greater than max{of} {max}; correct one of them"),
    )
}

/// Whether a timestamp is later than another one, if both have a UTC offset or both lack it.
fn is_later(a: &str, b: &str) -> bool {
    let (Some(a), Some(b)) = (DateTime::parse(a), DateTime::parse(b)) else {
        return false;
    };
    a.has_offset() == b.has_offset()
        && a.system_time()
            .zip(b.system_time())
            .is_some_and(|(a, b)| a > b)
}
