//! Numbers as they are written in a transformation, and the ranges that ImageKit documents.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use super::expression::Expr;
use super::text::{Text, Value};
use crate::problem::Problem;

/// A number, or text in its place.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Scalar<'a> {
    Integer(i64),
    Float(f64),
    Text(Cow<'a, str>),
    /// Text that can't be right, with the reason.
    Refused(Cow<'static, str>),
}

impl Value for Scalar<'_> {
    fn write(&self, text: &mut Text) {
        match self {
            Self::Integer(number) => text.push_integer(*number),
            Self::Float(number) => text.push_float(*number),
            Self::Text(value) => text.push(value),
            Self::Refused(_) => {}
        }
    }
}

impl From<Expr> for Scalar<'_> {
    fn from(expression: Expr) -> Self {
        match expression.into_text() {
            Ok(text) => Self::Text(text),
            Err(reason) => Self::Refused(reason),
        }
    }
}

/// The numbers that ImageKit documents for a parameter. Text is not limited.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    low: f64,
    high: f64,
}

impl Limits {
    pub(crate) const ANY: Self = Self {
        low: f64::NEG_INFINITY,
        high: f64::INFINITY,
    };
    pub(crate) const NOT_NEGATIVE: Self = Self {
        low: 0.0,
        high: f64::INFINITY,
    };
    pub(crate) const POSITIVE: Self = Self {
        low: f64::MIN_POSITIVE,
        high: f64::INFINITY,
    };
    pub(crate) const FROM_ONE: Self = Self {
        low: 1.0,
        high: f64::INFINITY,
    };

    pub(crate) const fn new(low: f64, high: f64) -> Self {
        Self { low, high }
    }

    /// Whether the number lies within the limits.
    #[inline]
    pub(crate) fn allow(self, number: f64) -> bool {
        number.is_finite() && self.low <= number && number <= self.high
    }

    /// Refuses a number outside the limits, in the name of `option`.
    pub(crate) fn check(self, option: &'static str, scalar: &Scalar<'_>) -> Result<(), Problem> {
        let number = match scalar {
            Scalar::Integer(number) => *number as f64,
            Scalar::Float(number) => *number,
            Scalar::Text(_) => return Ok(()),
            Scalar::Refused(reason) => return Err(Problem::new(option, reason.clone())),
        };
        self.check_number(option, number)
    }

    pub(crate) fn check_number(
        self,
        option: impl Into<Cow<'static, str>>,
        number: f64,
    ) -> Result<(), Problem> {
        if self.allow(number) {
            return Ok(());
        }
        let message = format!(
            "{number} is not allowed; give {self}, or a string to send another value unchecked"
        );
        Err(Problem::new(option, message))
    }
}

impl fmt::Display for Limits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.low == f64::MIN_POSITIVE {
            f.write_str("a number above 0")
        } else if self.high.is_finite() {
            write!(f, "a number from {} to {}", self.low, self.high)
        } else if self.low.is_finite() {
            write!(f, "a number of {} or more", self.low)
        } else {
            f.write_str("a finite number")
        }
    }
}

macro_rules! scalar {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq)]
        pub struct $name<'a>(pub(crate) Scalar<'a>);

        scalar!(@integers $name i8 i16 i32 i64 u8 u16 u32);

        impl From<f64> for $name<'_> {
            fn from(number: f64) -> Self {
                Self(Scalar::Float(number))
            }
        }

        impl<'a> From<&'a str> for $name<'a> {
            /// Text is written as it is, unchecked.
            fn from(text: &'a str) -> Self {
                Self(Scalar::Text(Cow::Borrowed(text)))
            }
        }

        impl From<String> for $name<'_> {
            /// Text is written as it is, unchecked.
            fn from(text: String) -> Self {
                Self(Scalar::Text(Cow::Owned(text)))
            }
        }
    };
    (@integers $name:ident $($integer:ty)*) => {
        $(impl From<$integer> for $name<'_> {
            fn from(number: $integer) -> Self {
                Self(Scalar::Integer(i64::from(number)))
            }
        })*
    };
}

scalar! {
    /// A plain number. A string stands for itself and is not checked.
    ///
    /// Negative numbers are written as ImageKit wants them, `-40` as `N40`.
    Number
}

scalar! {
    /// A length, position or factor: a number, an arithmetic expression ([`Expr`]), or a string such as `"auto"`.
    ///
    /// A length above 1 counts pixels, one between 0 and 1 is a share of the image.
    ///
    /// ```
    /// use imagekitio::{Expr, Transformation};
    ///
    /// let step = Transformation::new().width(300).height(0.5).x(Expr::input_width() / 4).y(-10);
    /// assert_eq!(step.to_string(), "w-300,h-0.5,x-iw_div_4,y-N10");
    /// ```
    Dimension
}

scalar! {
    /// A point in time or a length of time in a video, in seconds: a number, a [`Duration`], an expression, or a string.
    Seconds
}

scalar! {
    /// The ratio of width to height: two numbers, one, an expression, or a string such as `"4-3"`.
    AspectRatio
}

impl From<(u32, u32)> for AspectRatio<'_> {
    fn from((width, height): (u32, u32)) -> Self {
        if width == 0 || height == 0 {
            let reason = "both numbers must be above 0";
            return Self(Scalar::Refused(Cow::Borrowed(reason)));
        }
        Self(Scalar::Text(Cow::Owned(format!("{width}-{height}"))))
    }
}

impl From<Expr> for AspectRatio<'_> {
    fn from(expression: Expr) -> Self {
        Self(expression.into())
    }
}

scalar! {
    /// An angle in degrees, clockwise; negative numbers turn the other way.
    Rotation
}

impl Rotation<'_> {
    /// Turns an image as its Exif data asks for.
    pub const fn auto() -> Self {
        Self(Scalar::Text(Cow::Borrowed("auto")))
    }
}

impl From<Expr> for Dimension<'_> {
    fn from(expression: Expr) -> Self {
        Self(expression.into())
    }
}

impl From<Expr> for Seconds<'_> {
    fn from(expression: Expr) -> Self {
        Self(expression.into())
    }
}

impl From<Duration> for Seconds<'_> {
    fn from(duration: Duration) -> Self {
        Self(Scalar::Float(duration.as_secs_f64()))
    }
}
