//! Numbers, and strings that are accepted in their place.

use std::borrow::Cow;

use super::allowed::Allowed;
use super::buffer::Buffer;
use super::expression::Expr;
use super::pattern::parse_number;
use super::write_value::WriteValue;
use crate::problem::Problem;

/// A number, or a string in its place.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Scalar<'a> {
    Integer(i64),
    Float(f64),
    /// A string from the caller.
    String(Cow<'a, str>),
    /// A string that this crate composed.
    Composed(Cow<'static, str>),
    /// An invalid value, with the reason.
    Invalid(Cow<'static, str>),
}

impl<'a> Scalar<'a> {
    /// Converts a string that contains a number to that number.
    pub(super) fn from_string(string: Cow<'a, str>) -> Self {
        parse_number(&string).unwrap_or(Self::String(string))
    }
}

macro_rules! from_integers {
    ($($integer:ty)*) => {
        $(impl From<$integer> for Scalar<'_> {
            fn from(number: $integer) -> Self {
                // Numbers above `i64::MAX` are outside every range that matters, so rounding is
                // harmless.
                i64::try_from(number).map_or(Self::Float(number as f64), Self::Integer)
            }
        })*
    };
}

from_integers!(i8 i16 i32 i64 isize u8 u16 u32 u64 usize);

impl From<f64> for Scalar<'_> {
    fn from(number: f64) -> Self {
        Self::Float(number)
    }
}

impl From<Expr> for Scalar<'_> {
    fn from(expression: Expr) -> Self {
        match expression.into_string() {
            Ok(string) => Self::Composed(string),
            Err(reason) => Self::Invalid(reason),
        }
    }
}

/// A scalar together with the values that ImageKit allows for it.
pub(crate) struct BoundedScalar<'a> {
    pub(crate) argument: &'static str,
    pub(crate) scalar: &'a Scalar<'a>,
    pub(crate) allowed: Allowed,
}

impl WriteValue for BoundedScalar<'_> {
    fn write(&self, buffer: &mut Buffer) {
        // An earlier problem may still need the name of the whole value.
        let is_first = buffer.problem().is_none();
        let mut check = |number: f64| {
            if let Err(problem) = self.allowed.check_number(number) {
                buffer.refuse(problem);
            }
        };
        match self.scalar {
            Scalar::Integer(number) => {
                check(*number as f64);
                buffer.push_integer(*number);
            }
            Scalar::Float(number) => {
                check(*number);
                buffer.push_float(*number);
            }
            Scalar::String(string) => buffer.push_allowed(string, self.allowed),
            Scalar::Composed(string) => buffer.push_value(string),
            Scalar::Invalid(reason) => buffer.refuse(Problem::new("", reason.clone())),
        }
        if is_first {
            buffer.name_problem(self.argument);
        }
    }
}
