//! Public types of numbers.

use std::borrow::Cow;
use std::time::Duration;

use super::expression::Expr;
use super::scalar::Scalar;

macro_rules! number_types {
    ($($(#[$meta:meta])* $name:ident)*) => {
        $(
            $(#[$meta])*
            ///
            /// Converts from every integer type, from `f64`, and from strings. A string that
            /// contains a number is checked like that number.
            #[derive(Clone, Debug, PartialEq)]
            pub struct $name<'a>(pub(crate) Scalar<'a>);

            number_types!(@from $name i8 i16 i32 i64 isize u8 u16 u32 u64 usize f64);

            impl<'a> From<&'a str> for $name<'a> {
                fn from(string: &'a str) -> Self {
                    Self(Scalar::from_string(Cow::Borrowed(string)))
                }
            }

            impl From<String> for $name<'_> {
                fn from(string: String) -> Self {
                    Self(Scalar::from_string(Cow::Owned(string)))
                }
            }
        )*
    };
    (@from $name:ident $($number:ty)*) => {
        $(impl From<$number> for $name<'_> {
            fn from(number: $number) -> Self {
                Self(Scalar::from(number))
            }
        })*
    };
}

number_types! {
    /// A number. A few parameters also accept words, such as `"auto"`.
    ///
    /// Negative numbers are written in ImageKit's syntax: `-40` becomes `N40`.
    Numeric

    /// A length, position or factor: a number, an arithmetic expression ([`Expr`]), or a string
    /// such as `"iw_div_2"` or `"auto"`.
    ///
    /// A length above 1 is in pixels. A length between 0 and 1 is a fraction of the image.
    ///
    /// ```
    /// use imagekitio::Transformation;
    /// use imagekitio::url::Expr;
    ///
    /// let step = Transformation::new()
    ///     .width(300)
    ///     .height(0.5)
    ///     .x(Expr::input_width() / 4)
    ///     .y(-10);
    /// assert_eq!(step.to_string(), "w-300,h-0.5,x-iw_div_4,y-N10");
    /// ```
    Dimension

    /// A time or duration in a video, in seconds: a number, a [`Duration`], an expression
    /// ([`Expr`]), or a string that contains a number or an expression.
    Seconds

    /// The ratio of width to height: a pair such as `(4, 3)`, a number, an expression ([`Expr`]),
    /// or a string such as `"4-3"`.
    AspectRatio

    /// An angle in degrees, clockwise; a negative number is counterclockwise.
    Rotation
}

impl From<(u32, u32)> for AspectRatio<'_> {
    fn from((width, height): (u32, u32)) -> Self {
        if width == 0 || height == 0 {
            let reason = "both numbers must be above 0";
            return Self(Scalar::Invalid(Cow::Borrowed(reason)));
        }
        Self(Scalar::Composed(Cow::Owned(format!("{width}-{height}"))))
    }
}

impl Rotation<'_> {
    /// Rotates an image according to its Exif data.
    pub const fn auto() -> Self {
        Self(Scalar::Composed(Cow::Borrowed("auto")))
    }
}

impl From<Expr> for AspectRatio<'_> {
    fn from(expression: Expr) -> Self {
        Self(expression.into())
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
