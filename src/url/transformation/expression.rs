//! Arithmetic expressions.

use std::borrow::Cow;
use std::ops::{Add, Div, Mul, Rem, Sub};

use super::allowed::Allowed;
use super::buffer::Buffer;
use super::scalar::{BoundedScalar, Scalar};
use super::write_value::WriteValue;

/// An arithmetic expression that ImageKit evaluates for each image or video.
///
/// Build expressions with Rust's operators, and pass them as [`Dimension`](crate::url::Dimension),
/// [`Seconds`](crate::url::Seconds) or [`AspectRatio`](crate::url::AspectRatio). ImageKit has no
/// parentheses. It evaluates `*` and `/` first, then `+` and `-`, then `%`, then powers, each from
/// left to right. Building the URL fails for an expression that Rust groups differently, because
/// ImageKit would compute another value.
///
/// See
/// [arithmetic expressions](https://imagekit.io/docs/arithmetic-expressions-in-transformations).
///
/// ```
/// use imagekitio::Transformation;
/// use imagekitio::url::Expr;
///
/// let step = Transformation::new().width(Expr::input_width() / 2 - 10);
/// assert_eq!(step.to_string(), "w-iw_div_2_sub_10");
/// ```
#[derive(Clone, Debug, PartialEq)]
#[must_use = "an expression has no effect until it is given to a parameter"]
pub struct Expr {
    code: Cow<'static, str>,
    /// The operator that ImageKit applies last.
    last: Level,
    /// Whether ImageKit would group the operations differently.
    regrouped: bool,
    /// Whether all numbers are finite.
    finite: bool,
}

/// The operators in the order in which ImageKit applies them.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
enum Level {
    Operand,
    Product,
    Sum,
    Modulo,
    Power,
}

macro_rules! variables {
    ($($(#[$meta:meta])* $name:ident = $code:literal;)*) => {
        $($(#[$meta])*
        pub const fn $name() -> Self {
            Self::operand(Cow::Borrowed($code))
        })*
    };
}

impl Expr {
    variables! {
        /// Returns `iw`: the width of the original image or video, in pixels.
        input_width = "iw";
        /// Returns `ih`: the height of the original, in pixels.
        input_height = "ih";
        /// Returns `iar`: the aspect ratio of the original.
        input_aspect_ratio = "iar";
        /// Returns `idu`: the duration of the original video, in seconds.
        input_duration = "idu";
        /// Returns `idn`: the density of the original vector image or document, in dots per inch.
        input_density = "idn";
        /// Returns `cw`: the width at this point of the transformation, in pixels.
        current_width = "cw";
        /// Returns `ch`: the height at this point of the transformation, in pixels.
        current_height = "ch";
        /// Returns `car`: the aspect ratio at this point of the transformation.
        current_aspect_ratio = "car";
        /// Returns `bw`: the width of the image or video under an overlay, in pixels. Only in
        /// overlays.
        base_width = "bw";
        /// Returns `bh`: the height of the image or video under an overlay, in pixels. Only in
        /// overlays.
        base_height = "bh";
        /// Returns `bar`: the aspect ratio of the image or video under an overlay. Only in
        /// overlays.
        base_aspect_ratio = "bar";
        /// Returns `bdu`: the duration of the video under an overlay, in seconds. Only in overlays.
        base_duration = "bdu";
    }

    const fn operand(code: Cow<'static, str>) -> Self {
        Self {
            code,
            last: Level::Operand,
            regrouped: false,
            finite: true,
        }
    }

    /// Creates a variable without a method here from its code.
    ///
    /// Building the URL fails for a code with `,`, `:` or `/`.
    pub fn variable(code: impl Into<String>) -> Self {
        Self::operand(Cow::Owned(code.into()))
    }

    fn number(scalar: &Scalar<'_>) -> Self {
        let number = BoundedScalar {
            argument: "expression",
            scalar,
            allowed: Allowed::ANY,
        };
        let mut buffer = Buffer::default();
        number.write(&mut buffer);
        Self {
            finite: buffer.problem().is_none(),
            ..Self::operand(Cow::Owned(buffer.as_str().to_owned()))
        }
    }

    /// Raises the expression to a power.
    pub fn pow(self, exponent: impl Into<Self>) -> Self {
        self.apply("_pow_", Level::Power, exponent.into())
    }

    fn apply(self, operator: &str, level: Level, right: Self) -> Self {
        Self {
            regrouped: self.regrouped
                || right.regrouped
                || self.last > level
                || right.last >= level,
            finite: self.finite && right.finite,
            last: level,
            code: Cow::Owned(self.code.into_owned() + operator + &right.code),
        }
    }

    /// Returns the code, or why ImageKit would compute another value.
    pub(crate) fn into_string(self) -> Result<Cow<'static, str>, Cow<'static, str>> {
        if !self.finite {
            return Err(Cow::Owned(format!(
                "{} is computed from a number that is not finite; give finite numbers",
                self.code
            )));
        }
        if self.regrouped {
            return Err(Cow::Owned(format!(
                "ImageKit would compute {} in another order than Rust (it has no parentheses; * and / come first, then \
                 + and -, then %, then powers); write the expression so that both agree",
                self.code
            )));
        }
        Ok(self.code)
    }
}

macro_rules! operands {
    ($($number:ty)*) => {
        $(impl From<$number> for Expr {
            fn from(number: $number) -> Self {
                Self::number(&Scalar::from(number))
            }
        })*
    };
}

operands!(i8 i16 i32 i64 isize u8 u16 u32 u64 usize f64);

macro_rules! operators {
    ($($trait:ident $method:ident $code:literal $level:ident)*) => {
        $(impl<T: Into<Expr>> $trait<T> for Expr {
            type Output = Self;

            fn $method(self, right: T) -> Self {
                self.apply($code, Level::$level, right.into())
            }
        })*
    };
}

operators! {
    Add add "_add_" Sum
    Sub sub "_sub_" Sum
    Mul mul "_mul_" Product
    Div div "_div_" Product
    Rem rem "_mod_" Modulo
}
