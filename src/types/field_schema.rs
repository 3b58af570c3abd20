use std::cmp::Ordering;
use std::marker::PhantomData;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::error::Error;
use crate::raw::types::{
    CreateCustomMetadataFieldSchema, Number, Timestamp, UpdateCustomMetadataFieldSchema,
};
use crate::search::SelectValue;
use crate::time::DateTime;

/// The kind of a custom metadata field, and the rules for its values. `V` is the Rust type of the
/// values.
///
/// The same schema serves for the creation and the update of a field. An update changes the rules
/// that are set, and leaves the others. What this type doesn't know yet goes through
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

    /// Whether every file must have a value. A field whose value is required needs a default value
    /// in the same schema.
    pub fn is_value_required(self, required: bool) -> Self {
        self.set("isValueRequired", required)
    }

    /// A rule that this type doesn't know, under its name in the API, such as `isValueRequired`. It
    /// takes the place of one that was set before.
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

/// Texts.
impl FieldSchema<String> {
    /// A text of one line (`Text`).
    pub fn text() -> Self {
        Self::new("Text")
    }

    /// A text of several lines (`Textarea`).
    pub fn textarea() -> Self {
        Self::new("Textarea")
    }

    /// The least number of characters.
    pub fn min_length(self, length: u64) -> Self {
        self.set("minLength", length)
    }

    /// The greatest number of characters.
    pub fn max_length(self, length: u64) -> Self {
        self.set("maxLength", length)
    }

    /// The value of files for which none is set.
    pub fn default_value(self, value: impl Into<String>) -> Self {
        self.set("defaultValue", value.into())
    }
}

/// Numbers.
impl FieldSchema<Number> {
    /// A number (`Number`).
    pub fn number() -> Self {
        Self::new("Number")
    }

    /// The least value.
    pub fn min_value(self, value: impl Into<Number>) -> Self {
        self.set_to("minValue", value.into())
    }

    /// The greatest value.
    pub fn max_value(self, value: impl Into<Number>) -> Self {
        self.set_to("maxValue", value.into())
    }

    /// The value of files for which none is set.
    pub fn default_value(self, value: impl Into<Number>) -> Self {
        self.set_to("defaultValue", value.into())
    }
}

/// Points in time, in ISO 8601 such as `2026-05-04T10:20:30Z`.
impl FieldSchema<Timestamp> {
    /// A point in time (`Date`).
    pub fn date() -> Self {
        Self::new("Date")
    }

    /// The earliest value.
    pub fn min_value(self, value: impl Into<Timestamp>) -> Self {
        self.set_to("minValue", value.into())
    }

    /// The latest value.
    pub fn max_value(self, value: impl Into<Timestamp>) -> Self {
        self.set_to("maxValue", value.into())
    }

    /// The value of files for which none is set.
    pub fn default_value(self, value: impl Into<Timestamp>) -> Self {
        self.set_to("defaultValue", value.into())
    }
}

/// True or false.
impl FieldSchema<bool> {
    /// True or false (`Boolean`).
    pub fn boolean() -> Self {
        Self::new("Boolean")
    }

    /// The value of files for which none is set.
    pub fn default_value(self, value: bool) -> Self {
        self.set("defaultValue", value)
    }
}

/// One of several values.
impl FieldSchema<FieldValue> {
    /// One of the [`select_options`](Self::select_options) (`SingleSelect`).
    pub fn single_select() -> Self {
        Self::new("SingleSelect")
    }

    /// The values to choose from. A new field needs them.
    pub fn select_options<T: Into<FieldValue>>(self, options: impl IntoIterator<Item = T>) -> Self {
        self.set_to("selectOptions", list(options))
    }

    /// The value of files for which none is set.
    pub fn default_value(self, value: impl Into<FieldValue>) -> Self {
        self.set_to("defaultValue", value.into())
    }
}

/// Some of several values.
impl FieldSchema<Vec<FieldValue>> {
    /// Any number of the [`select_options`](Self::select_options) (`MultiSelect`).
    pub fn multi_select() -> Self {
        Self::new("MultiSelect")
    }

    /// The values to choose from. A new field needs them.
    pub fn select_options<T: Into<FieldValue>>(self, options: impl IntoIterator<Item = T>) -> Self {
        self.set_to("selectOptions", list(options))
    }

    /// The values of files for which none are set.
    pub fn default_value<T: Into<FieldValue>>(self, values: impl IntoIterator<Item = T>) -> Self {
        self.set_to("defaultValue", list(values))
    }
}

/// A value of a select field: one list may mix the three kinds.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum FieldValue {
    /// A text.
    Text(String),
    /// A number.
    Number(Number),
    /// True or false.
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
            FieldValue::Number(number) => match (number.as_u64(), number.as_i64()) {
                (Some(number), _) => number.into(),
                (None, Some(number)) => number.into(),
                (None, None) => number.as_f64().into(),
            },
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

/// The rules in a generated type, unless one was `set` to what that type cannot hold.
fn typed<T: DeserializeOwned>(rules: &Map<String, Value>) -> Option<T> {
    serde_json::from_value(Value::Object(rules.clone())).ok()
}

/// Refuses what no new field can have.
pub(crate) fn check_new(schema: &CreateCustomMetadataFieldSchema) -> Result<(), Error> {
    let rules = serde_json::to_value(schema).unwrap_or_default();
    let kind = rules.get("type").and_then(Value::as_str);
    let options = rules.get("selectOptions").and_then(Value::as_array);
    if let Some(kind @ ("SingleSelect" | "MultiSelect")) = kind
        && options.is_none_or(Vec::is_empty)
    {
        return Err(Error::invalid_input(
            "schema",
            format!("a {kind} field needs values to choose from; give them as `select_options`"),
        ));
    }
    check_rules(schema)
}

/// Refuses rules that contradict each other.
pub(crate) fn check_rules(schema: &impl Serialize) -> Result<(), Error> {
    let rules = serde_json::to_value(schema).unwrap_or_default();
    let is_required = rules.get("isValueRequired") == Some(&Value::Bool(true));
    if is_required && rules.get("defaultValue").is_none_or(Value::is_null) {
        return Err(Error::invalid_input(
            "schema",
            "requires a value without a default; give the value of files that have none as `default_value`",
        ));
    }
    for (least, greatest) in [("minLength", "maxLength"), ("minValue", "maxValue")] {
        if let (Some(min), Some(max)) = (rules.get(least), rules.get(greatest))
            && order(min, max) == Some(Ordering::Greater)
        {
            return Err(Error::invalid_input(
                "schema",
                format!("{least} {min} is greater than {greatest} {max}; correct one of them"),
            ));
        }
    }
    Ok(())
}

/// The order of two numbers, or of two timestamps that both have a UTC offset or both lack it.
fn order(a: &Value, b: &Value) -> Option<Ordering> {
    if let (Some(a), Some(b)) = (a.as_f64(), b.as_f64()) {
        return a.partial_cmp(&b);
    }
    let (a, b) = (DateTime::parse(a.as_str()?)?, DateTime::parse(b.as_str()?)?);
    if a.has_offset() != b.has_offset() {
        return None;
    }
    Some(a.system_time()?.cmp(&b.system_time()?))
}
