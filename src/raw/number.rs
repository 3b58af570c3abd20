use std::fmt;

use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A number exactly as it was in the JSON, whole or fractional.
///
/// The API document declares some fractions as integers, and some sizes as fractions. This type
/// refuses neither, and doesn't round sizes beyond 2⁵³.
///
/// ```
/// use imagekitio::raw::types::Number;
///
/// let size: Number = serde_json::from_str("9007199254740993")?;
/// assert_eq!(size.as_u64(), Some(9_007_199_254_740_993));
/// let resolution: Number = serde_json::from_str("72.5")?;
/// assert_eq!((resolution.as_u64(), resolution.as_f64()), (None, 72.5));
/// assert_eq!(resolution, 72.5);
/// assert_eq!(Number::try_from([1, 2].len())?, 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy)]
pub struct Number(Repr);

#[derive(Clone, Copy)]
enum Repr {
    Unsigned(u64),
    Signed(i64),
    Float(f64),
}

impl Number {
    /// Returns the value if it is whole, not negative and fits into a `u64`.
    pub fn as_u64(self) -> Option<u64> {
        match self.0 {
            Repr::Unsigned(value) => Some(value),
            Repr::Signed(value) => u64::try_from(value).ok(),
            // 2⁶⁴ is the first float beyond the range; below it the cast is exact for whole values.
            Repr::Float(value) => (value.fract() == 0.0
                && (0.0..18_446_744_073_709_551_616.0).contains(&value))
            .then_some(value as u64),
        }
    }

    /// Returns the value if it is whole and fits into an `i64`.
    pub fn as_i64(self) -> Option<i64> {
        match self.0 {
            Repr::Unsigned(value) => i64::try_from(value).ok(),
            Repr::Signed(value) => Some(value),
            Repr::Float(value) => (value.fract() == 0.0
                && (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&value))
            .then_some(value as i64),
        }
    }

    /// Returns the value as a float. A whole number beyond 2⁵³ is rounded to the nearest float.
    pub fn as_f64(self) -> f64 {
        match self.0 {
            Repr::Unsigned(value) => value as f64,
            Repr::Signed(value) => value as f64,
            Repr::Float(value) => value,
        }
    }
}

/// Compares values, however they are written: `800` equals `800.0`.
impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        match (self.as_i64(), other.as_i64(), self.as_u64(), other.as_u64()) {
            (Some(a), Some(b), _, _) => a == b,
            (_, _, Some(a), Some(b)) => a == b,
            (None, None, None, None) => self.as_f64() == other.as_f64(),
            _ => false,
        }
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        match (self.as_i64(), other.as_i64(), self.as_u64(), other.as_u64()) {
            (Some(a), Some(b), _, _) => Some(a.cmp(&b)),
            (_, _, Some(a), Some(b)) => Some(a.cmp(&b)),
            _ => self.as_f64().partial_cmp(&other.as_f64()),
        }
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Repr::Unsigned(value) => value.fmt(f),
            Repr::Signed(value) => value.fmt(f),
            Repr::Float(value) => value.fmt(f),
        }
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Fails for a float that is not finite. JSON can't represent it, and serde would write null.
impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Repr::Unsigned(value) => serializer.serialize_u64(value),
            Repr::Signed(value) => serializer.serialize_i64(value),
            Repr::Float(value) if value.is_finite() => serializer.serialize_f64(value),
            Repr::Float(value) => Err(S::Error::custom(format_args!(
                "{value} is not a number in JSON; give a finite one"
            ))),
        }
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Through serde_json's number, which knows the shapes that its own features give to
        // numbers.
        let number = serde_json::Number::deserialize(deserializer)?;
        let repr = if let Some(value) = number.as_u64() {
            Repr::Unsigned(value)
        } else if let Some(value) = number.as_i64() {
            Repr::Signed(value)
        } else {
            Repr::Float(number.as_f64().ok_or_else(|| {
                serde::de::Error::custom(format_args!("number out of range: {number}"))
            })?)
        };
        Ok(Self(repr))
    }
}

macro_rules! from {
    ($($ty:ty => $repr:ident as $wide:ty;)*) => {
        $(
            impl From<$ty> for Number {
                fn from(value: $ty) -> Self {
                    Self(Repr::$repr(<$wide>::from(value)))
                }
            }

            impl PartialEq<$ty> for Number {
                fn eq(&self, other: &$ty) -> bool {
                    *self == Self::from(*other)
                }
            }
        )*
    };
}

macro_rules! try_from {
    ($($ty:ty => $wide:ty;)*) => {
        $(
            impl TryFrom<$ty> for Number {
                type Error = std::num::TryFromIntError;

                fn try_from(value: $ty) -> Result<Self, Self::Error> {
                    <$wide>::try_from(value).map(Self::from)
                }
            }
        )*
    };
}

try_from! {
    usize => u64;
    isize => i64;
    u128 => u64;
    i128 => i64;
}

from! {
    u8 => Unsigned as u64;
    u16 => Unsigned as u64;
    u32 => Unsigned as u64;
    u64 => Unsigned as u64;
    i8 => Signed as i64;
    i16 => Signed as i64;
    i32 => Signed as i64;
    i64 => Signed as i64;
    f32 => Float as f64;
    f64 => Float as f64;
}
