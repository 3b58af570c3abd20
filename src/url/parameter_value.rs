//! Values of parameters that are known by name only.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Error as _, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

/// The value of a parameter in [`UrlOptions`](crate::url::UrlOptions) and in
/// [`Transformation::set`](crate::Transformation::set): what JSON can hold, without objects.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum ParameterValue {
    /// Leaves the parameter out.
    Null,
    /// `true` or `false`. On an effect, `true` stands for the bare code and `false` leaves it out.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// Any other number.
    Float(f64),
    /// Text. `"-"` stands for the bare code.
    Text(String),
    /// Several values, joined by `_`.
    List(Vec<ParameterValue>),
}

impl ParameterValue {
    /// The value by itself, as in a query parameter: as JavaScript turns it into text.
    pub(super) fn to_text(&self) -> Cow<'_, str> {
        match self {
            Self::Null => Cow::Borrowed("null"),
            Self::Bool(value) => Cow::Owned(value.to_string()),
            Self::Integer(number) => Cow::Owned(number.to_string()),
            Self::Float(number) => Cow::Owned((number + 0.0).to_string()),
            Self::Text(text) => Cow::Borrowed(text),
            Self::List(values) => Cow::Owned(
                values
                    .iter()
                    .map(Self::to_text)
                    .collect::<Vec<_>>()
                    .join(","),
            ),
        }
    }
}

macro_rules! from {
    ($($type:ty => $value:ident $convert:expr;)*) => {
        $(impl From<$type> for ParameterValue {
            fn from($value: $type) -> Self {
                $convert
            }
        })*
    };
}

from! {
    bool => value Self::Bool(value);
    i32 => value Self::Integer(value.into());
    i64 => value Self::Integer(value);
    u32 => value Self::Integer(value.into());
    f64 => value Self::Float(value);
    &str => value Self::Text(value.to_owned());
    String => value Self::Text(value);
}

impl<T: Into<Self>> From<Vec<T>> for ParameterValue {
    fn from(values: Vec<T>) -> Self {
        Self::List(values.into_iter().map(Into::into).collect())
    }
}

impl<'de> Deserialize<'de> for ParameterValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor)
    }
}

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = ParameterValue;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string, a number, a boolean, null, or a list of these")
    }

    fn visit_unit<E>(self) -> Result<ParameterValue, E> {
        Ok(ParameterValue::Null)
    }

    fn visit_none<E>(self) -> Result<ParameterValue, E> {
        Ok(ParameterValue::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<ParameterValue, D::Error> {
        ParameterValue::deserialize(deserializer)
    }

    fn visit_bool<E>(self, value: bool) -> Result<ParameterValue, E> {
        Ok(ParameterValue::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<ParameterValue, E> {
        Ok(ParameterValue::Integer(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<ParameterValue, E> {
        Ok(i64::try_from(value)
            .map_or(ParameterValue::Float(value as f64), ParameterValue::Integer))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<ParameterValue, E> {
        if value.is_finite() {
            Ok(ParameterValue::Float(value))
        } else {
            Err(E::custom("expected a finite number"))
        }
    }

    fn visit_str<E>(self, value: &str) -> Result<ParameterValue, E> {
        Ok(ParameterValue::Text(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut values: A) -> Result<ParameterValue, A::Error> {
        let mut list = Vec::new();
        while let Some(value) = values.next_element()? {
            if let ParameterValue::List(_) = value {
                return Err(A::Error::custom("a list in a list has no meaning in a URL"));
            }
            list.push(value);
        }
        Ok(ParameterValue::List(list))
    }
}
