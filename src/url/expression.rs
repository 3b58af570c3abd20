//! Arithmetic expressions and conditions.

use std::borrow::Cow;
use std::ops::{Add, Div, Mul, Rem, Sub};

use super::limits;
use super::number::{Limited, Limits, Number};
use super::text::{Text, Value};

/// An arithmetic expression, which ImageKit computes for every image or video.
///
/// Expressions are built with Rust's operators and go wherever a [`Dimension`](crate::url::Dimension) or
/// [`Seconds`](crate::url::Seconds) is taken. ImageKit has no parentheses and computes `*` and `/` first, then `+` and `-`,
/// then `%`, then powers, each from left to right. An expression that Rust groups in another way is refused when the
/// URL is built, because ImageKit would compute something else.
///
/// See "Arithmetic expressions in transformations" in the ImageKit documentation.
///
/// ```
/// use imagekitio::Transformation;
/// use imagekitio::url::Expr;
///
/// let step = Transformation::new().width(Expr::input_width() / 2 - 10);
/// assert_eq!(step.to_string(), "w-iw_div_2_sub_10");
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    text: Cow<'static, str>,
    /// The operator that ImageKit applies last.
    last: Level,
    regrouped: bool,
    /// Whether every number in it is one that can be written.
    finite: bool,
}

/// Operators in the order in which ImageKit applies them.
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
        /// `iw`: width of the original image or video, in pixels.
        input_width = "iw";
        /// `ih`: height of the original, in pixels.
        input_height = "ih";
        /// `iar`: aspect ratio of the original.
        input_aspect_ratio = "iar";
        /// `idu`: length of the original video, in seconds.
        input_duration = "idu";
        /// `idn`: density of the original vector image or document.
        input_density = "idn";
        /// `cw`: width at this point of the transformation, in pixels.
        current_width = "cw";
        /// `ch`: height at this point of the transformation, in pixels.
        current_height = "ch";
        /// `car`: aspect ratio at this point of the transformation.
        current_aspect_ratio = "car";
        /// `bw`: width of the image or video that an overlay lies on. Only in overlays.
        base_width = "bw";
        /// `bh`: height of the image or video that an overlay lies on. Only in overlays.
        base_height = "bh";
        /// `bar`: aspect ratio of the image or video that an overlay lies on. Only in overlays.
        base_aspect_ratio = "bar";
        /// `bdu`: length of the video that an overlay lies on, in seconds. Only in overlays.
        base_duration = "bdu";
    }

    const fn operand(text: Cow<'static, str>) -> Self {
        Self {
            text,
            last: Level::Operand,
            regrouped: false,
            finite: true,
        }
    }

    /// A variable that this crate has no function for, by its code. A code with `,`, `:` or `/` is refused when the URL is
    /// built.
    pub fn variable(code: impl Into<String>) -> Self {
        Self::operand(Cow::Owned(code.into()))
    }

    /// The expression to the power of another.
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
            text: Cow::Owned(self.text.into_owned() + operator + &right.text),
        }
    }

    /// The text, or why ImageKit would compute something else.
    pub(crate) fn into_text(self) -> Result<Cow<'static, str>, Cow<'static, str>> {
        if !self.finite {
            return Err(Cow::Owned(format!(
                "{} is computed from a number that is not finite; give finite numbers",
                self.text
            )));
        }
        if self.regrouped {
            return Err(Cow::Owned(format!(
                "ImageKit would compute {} in another order than Rust (it has no parentheses; * and / come first, then \
                 + and -, then %, then powers); write the expression so that both agree",
                self.text
            )));
        }
        Ok(self.text)
    }
}

macro_rules! operand {
    ($($number:ty)*) => {
        $(impl From<$number> for Expr {
            fn from(number: $number) -> Self {
                let number = Limited {
                    option: "expression",
                    scalar: &Number::from(number).0,
                    limits: Limits::ANY,
                };
                let mut text = Text::default();
                number.write(&mut text);
                Self {
                    finite: text.problem().is_none(),
                    ..Self::operand(Cow::Owned(text.as_str().to_owned()))
                }
            }
        })*
    };
}

operand!(i32 i64 u32 f64);

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

/// A question about an image, on which a step can depend. See
/// [`Transformation::when`](crate::Transformation::when).
///
/// Conditions are joined with [`and`](Self::and) and [`or`](Self::or); ImageKit evaluates `and` before `or`. See
/// "Conditional transformations" in the ImageKit documentation.
///
/// ```
/// use imagekitio::Transformation;
/// use imagekitio::url::Condition;
///
/// let portrait = Condition::aspect_ratio().lt(1).and(Condition::input_width().gte(800));
/// let step = Transformation::when(portrait, Transformation::new().width(300));
/// assert_eq!(step.to_string(), "if-ar_lt_1_and_iw_gte_800,w-300,if-end");
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Condition(Text);

/// The left side of a [`Condition`].
#[derive(Clone, Copy, Debug)]
pub struct Property(&'static str);

macro_rules! properties {
    ($($(#[$meta:meta])* $name:ident = $code:literal;)*) => {
        $($(#[$meta])*
        pub const fn $name() -> Property {
            Property($code)
        })*
    };
}

impl Condition {
    properties! {
        /// `w`: width at this point of the transformation, in pixels.
        width = "w";
        /// `h`: height at this point of the transformation, in pixels.
        height = "h";
        /// `ar`: aspect ratio at this point of the transformation.
        aspect_ratio = "ar";
        /// `iw`: width of the original, in pixels.
        input_width = "iw";
        /// `ih`: height of the original, in pixels.
        input_height = "ih";
        /// `iar`: aspect ratio of the original.
        input_aspect_ratio = "iar";
    }

    /// Both conditions hold.
    pub fn and(self, other: Self) -> Self {
        self.join("_and_", other)
    }

    /// One of the conditions holds, or both do.
    pub fn or(self, other: Self) -> Self {
        self.join("_or_", other)
    }

    fn join(mut self, operator: &str, other: Self) -> Self {
        self.0.push_known(operator);
        self.0.append(&other.0);
        self
    }
}

impl Value for Condition {
    fn write(&self, text: &mut Text) {
        text.append(&self.0);
    }
}

macro_rules! comparisons {
    ($($(#[$meta:meta])* $name:ident = $code:literal;)*) => {
        $($(#[$meta])*
        pub fn $name<'a>(self, value: impl Into<Number<'a>>) -> Condition {
            self.compare($code, value.into())
        })*
    };
}

impl Property {
    comparisons! {
        /// Equal to `value`.
        eq = "_eq_";
        /// Other than `value`.
        ne = "_ne_";
        /// Greater than `value`.
        gt = "_gt_";
        /// Greater than `value` or equal to it.
        gte = "_gte_";
        /// Less than `value`.
        lt = "_lt_";
        /// Less than `value` or equal to it.
        lte = "_lte_";
    }

    fn compare(self, operator: &str, value: Number<'_>) -> Condition {
        let mut text = Text::default();
        text.push_known(self.0);
        text.push_known(operator);
        let value = Limited {
            option: "condition",
            scalar: &value.0,
            limits: limits::COMPARED,
        };
        value.write(&mut text);
        Condition(text)
    }
}
