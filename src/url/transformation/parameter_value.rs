//! Values of parameters that are set by name.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Error as _, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

/// The value of a parameter in [`UrlOptions`](crate::url::UrlOptions) and in
/// [`Transformation::set`](crate::Transformation::set): any JSON value except objects.
///
/// Converts from booleans, every integer type, `f64`, strings, and `Vec`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum ParameterValue {
    /// Leaves the parameter out.
    Null,
    /// A boolean. For an effect, `true` writes the bare code and `false` leaves it out.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// Any other number.
    Float(f64),
    /// A string. `"-"` writes the bare code.
    String(String),
    /// Several values, joined by `_`.
    List(Vec<ParameterValue>),
}

impl ParameterValue {
    /// Converts the value to a string as JavaScript does, for a query parameter.
    pub(crate) fn to_js_string(&self) -> Cow<'_, str> {
        match self {
            Self::Null => Cow::Borrowed("null"),
            Self::Bool(value) => Cow::Owned(value.to_string()),
            Self::Integer(number) => Cow::Owned(number.to_string()),
            Self::Float(number) => Cow::Owned((number + 0.0).to_string()),
            Self::String(string) => Cow::Borrowed(string),
            Self::List(values) => Cow::Owned(
                values
                    .iter()
                    .map(Self::to_js_string)
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
    f64 => value Self::Float(value);
    &str => value Self::String(value.to_owned());
    String => value Self::String(value);
}

macro_rules! from_integers {
    ($($integer:ty)*) => {
        $(impl From<$integer> for ParameterValue {
            fn from(number: $integer) -> Self {
                i64::try_from(number).map_or(Self::Float(number as f64), Self::Integer)
            }
        })*
    };
}

from_integers!(i8 i16 i32 i64 isize u8 u16 u32 u64 usize);

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
        Ok(value.into())
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<ParameterValue, E> {
        if value.is_finite() {
            Ok(ParameterValue::Float(value))
        } else {
            Err(E::custom("expected a finite number"))
        }
    }

    fn visit_str<E>(self, value: &str) -> Result<ParameterValue, E> {
        Ok(ParameterValue::String(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut values: A) -> Result<ParameterValue, A::Error> {
        let mut list = Vec::new();
        while let Some(value) = values.next_element()? {
            if let ParameterValue::List(_) = value {
                return Err(A::Error::custom("a URL can't contain a list in a list"));
            }
            list.push(value);
        }
        Ok(ParameterValue::List(list))
    }
}
