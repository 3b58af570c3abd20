//! Values made of several parts.

use super::allowed::Allowed;
use super::buffer::Buffer;
use super::numbers::{Dimension, Numeric};
use super::scalar::{BoundedScalar, Scalar};
use super::write_value::{WriteValue, write_part};

/// The parts written so far, in the order of the calls.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct CompositeValue {
    separator: char,
    buffer: Buffer,
}

impl Default for CompositeValue {
    fn default() -> Self {
        Self::separated_by('_')
    }
}

impl CompositeValue {
    pub(super) fn separated_by(separator: char) -> Self {
        Self {
            separator,
            buffer: Buffer::default(),
        }
    }

    pub(super) fn constant(part: &'static str) -> Self {
        Self::from_value(&part)
    }

    /// Accepts a string from the caller in place of the parts.
    pub(super) fn from_string(value: &str, allowed: Allowed) -> Self {
        let mut composite = Self::default();
        composite
            .buffer
            .push_allowed(&allowed.normalize(value), allowed);
        composite
    }

    pub(super) fn from_value(value: &impl WriteValue) -> Self {
        Self::default().followed_by(value)
    }

    /// Appends a value without a separator.
    pub(super) fn followed_by(mut self, value: &impl WriteValue) -> Self {
        value.write(&mut self.buffer);
        self
    }

    /// Appends a part: a prefix such as `st-`, and a value.
    pub(super) fn part(mut self, prefix: &'static str, value: &impl WriteValue) -> Self {
        self.buffer.separate(self.separator);
        self.buffer.push_safe(prefix);
        write_part(value, &mut self.buffer);
        self
    }

    /// Appends a number. `argument` names it in an error.
    pub(super) fn number<'a>(
        self,
        argument: &'static str,
        prefix: &'static str,
        number: impl Into<Numeric<'a>>,
        allowed: Allowed,
    ) -> Self {
        self.bounded(argument, prefix, &number.into().0, allowed)
    }

    /// Appends a number or an expression. `argument` names it in an error.
    pub(super) fn dimension<'a>(
        self,
        argument: &'static str,
        prefix: &'static str,
        dimension: impl Into<Dimension<'a>>,
        allowed: Allowed,
    ) -> Self {
        self.bounded(argument, prefix, &dimension.into().0, allowed)
    }

    fn bounded(
        self,
        argument: &'static str,
        prefix: &'static str,
        scalar: &Scalar<'_>,
        allowed: Allowed,
    ) -> Self {
        let value = BoundedScalar {
            argument,
            scalar,
            allowed,
        };
        self.part(prefix, &value)
    }
}

impl WriteValue for CompositeValue {
    fn write(&self, buffer: &mut Buffer) {
        buffer.append(&self.buffer);
    }
}

/// Declares public types that wrap a [`CompositeValue`] and convert from strings.
macro_rules! composite_types {
    ($($(#[$meta:meta])* $name:ident $allowed:path)*) => {
        $(
            $(#[$meta])*
            ///
            /// Converts from strings in the syntax of the URL. Building the URL fails for a string
            /// that can't be valid.
            #[derive(Clone, Debug, PartialEq)]
            #[must_use = "the value has no effect until it is given to a parameter"]
            pub struct $name($crate::url::transformation::composite_value::CompositeValue);

            impl From<&str> for $name {
                fn from(value: &str) -> Self {
                    Self(
                        $crate::url::transformation::composite_value::CompositeValue::from_string(
                            value, $allowed,
                        ),
                    )
                }
            }

            impl From<String> for $name {
                fn from(value: String) -> Self {
                    Self::from(value.as_str())
                }
            }

            impl $crate::url::transformation::write_value::WriteValue for $name {
                fn write(&self, buffer: &mut $crate::url::transformation::buffer::Buffer) {
                    self.0.write(buffer);
                }
            }
        )*
    };
}
pub(super) use composite_types;

/// Converts numbers of every type to types of [`composite_types`].
macro_rules! from_numbers {
    ($($name:ident $argument:literal $allowed:expr;)*) => {
        $($crate::url::transformation::composite_value::from_numbers! {
            @types $name $argument $allowed, i8 i16 i32 i64 isize u8 u16 u32 u64 usize f64
        })*
    };
    (@types $name:ident $argument:literal $allowed:expr, $($number:ty)*) => {
        $(impl From<$number> for $name {
            fn from(number: $number) -> Self {
                Self(
                    $crate::url::transformation::composite_value::CompositeValue::default()
                        .number($argument, "", number, $allowed),
                )
            }
        })*
    };
}
pub(super) use from_numbers;
