//! Numbers as they are written in a transformation, and the values that ImageKit documents.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use super::expression::Expr;
use super::forms::{self, Form};
use super::text::{Text, Value};
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
    /// A value that can't be right, with the reason.
    Refused(Cow<'static, str>),
}

impl<'a> Scalar<'a> {
    /// A string that is a number counts as that number.
    fn from_string(string: Cow<'a, str>) -> Self {
        forms::number(&string).unwrap_or(Self::String(string))
    }
}

impl From<Expr> for Scalar<'_> {
    fn from(expression: Expr) -> Self {
        match expression.into_text() {
            Ok(text) => Self::Composed(text),
            Err(reason) => Self::Refused(reason),
        }
    }
}

/// A scalar, held against what ImageKit documents for an option.
pub(crate) struct Limited<'a> {
    pub(crate) option: &'static str,
    pub(crate) scalar: &'a Scalar<'a>,
    pub(crate) limits: Limits,
}

impl Value for Limited<'_> {
    fn write(&self, text: &mut Text) {
        // An earlier problem may still wait for the name of the whole value.
        let is_first = text.problem().is_none();
        let mut check = |number: f64| {
            if let Err(problem) = self.limits.check_number(number) {
                text.refuse(problem);
            }
        };
        match self.scalar {
            Scalar::Integer(number) => {
                check(*number as f64);
                text.push_integer(*number);
            }
            Scalar::Float(number) => {
                check(*number);
                text.push_float(*number);
            }
            Scalar::String(string) => text.push_limited(string, self.limits),
            Scalar::Composed(string) => text.push(string),
            Scalar::Refused(reason) => text.refuse(Problem::new("", reason.clone())),
        }
        if is_first {
            text.name_problem(self.option);
        }
    }
}

/// The values that ImageKit documents for a parameter: a range of numbers, and forms of strings.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    low: f64,
    high: f64,
    forms: &'static [Form],
    /// What to give besides numbers and words, in an error.
    hint: &'static str,
}

impl Limits {
    pub(crate) const ANY: Self = Self::new(f64::NEG_INFINITY, f64::INFINITY);
    pub(crate) const NOT_NEGATIVE: Self = Self::new(0.0, f64::INFINITY);
    pub(crate) const POSITIVE: Self = Self::new(f64::MIN_POSITIVE, f64::INFINITY);
    pub(crate) const FROM_ONE: Self = Self::new(1.0, f64::INFINITY);

    /// Numbers from `low` to `high`.
    pub(crate) const fn new(low: f64, high: f64) -> Self {
        Self {
            low,
            high,
            forms: &[Form::Number],
            hint: "",
        }
    }

    /// The same range of numbers, with other forms. A range counts for a value that is one number.
    pub(crate) const fn with(self, forms: &'static [Form], hint: &'static str) -> Self {
        Self {
            forms,
            hint,
            ..self
        }
    }

    /// One of these words.
    pub(crate) const fn words(words: &'static [Form]) -> Self {
        Self::ANY.with(words, "")
    }

    /// The same forms without a range.
    pub(crate) const fn without_range(self) -> Self {
        Self::ANY.with(self.forms, self.hint)
    }

    /// Whether the number lies within the limits.
    #[inline]
    pub(crate) fn allow(self, number: f64) -> bool {
        number.is_finite() && self.low <= number && number <= self.high
    }

    /// Whether the string has one of the forms.
    pub(crate) fn match_form(self, value: &str) -> bool {
        self.forms.iter().any(|form| form.matches(value))
    }

    /// The value as ImageKit wants it: colors of CSS lose their `#`.
    pub(crate) fn normal(self, value: &str) -> Cow<'_, str> {
        if value.contains('#') && self.hold(|form| matches!(form, Form::Color)) {
            Cow::Owned(forms::without_hash(value))
        } else {
            Cow::Borrowed(value)
        }
    }

    pub(crate) fn take_prompts(self) -> bool {
        self.hold(|form| matches!(form, Form::Prompt))
    }

    fn hold(self, is_wanted: fn(&Form) -> bool) -> bool {
        self.forms.iter().any(|form| form.holds(is_wanted))
    }

    /// Refuses a number outside the limits. The problem has no option yet.
    pub(crate) fn check_number(self, number: f64) -> Result<(), Problem> {
        if self.allow(number) {
            return Ok(());
        }
        let message = format!("{number} is not allowed; give {self}; `raw` sends any other value");
        Err(Problem::new("", message))
    }

    /// Refuses a string without one of the forms, and a number outside the limits. An empty string and `-` leave the
    /// value out, which every parameter allows. The problem has no option yet.
    pub(crate) fn check_string(self, value: &str) -> Result<(), Problem> {
        match forms::number(value) {
            Some(Scalar::Integer(number)) => self.check_number(number as f64)?,
            Some(Scalar::Float(number)) => self.check_number(number)?,
            _ => {}
        }
        if matches!(value, "" | "-") || self.match_form(value) {
            return Ok(());
        }
        let message = format!("{value:?} is not allowed; give {self}; `raw` sends any other value");
        Err(Problem::new("", message))
    }
}

/// Names everything that is allowed.
impl fmt::Display for Limits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut allowed = Vec::new();
        for form in self.forms {
            match form {
                Form::Number | Form::Expression if self.low == f64::MIN_POSITIVE => {
                    allowed.push("a number above 0".to_owned());
                }
                Form::Number | Form::Expression if self.high.is_finite() => {
                    allowed.push(format!("a number from {} to {}", self.low, self.high));
                }
                Form::Number | Form::Expression if self.low.is_finite() => {
                    allowed.push(format!("a number of {} or more", self.low));
                }
                Form::Number | Form::Expression => allowed.push("a finite number".to_owned()),
                _ => {}
            }
            match form {
                Form::Expression => allowed.push("an expression such as `iw_div_2`".to_owned()),
                Form::Words([word]) => allowed.push(format!("`{word}`")),
                Form::Words(words) => allowed.push(format!("one of {}", words.join(", "))),
                Form::Color => allowed.push("a color such as `FF0000` or `red`".to_owned()),
                _ => {}
            }
        }
        if !self.hint.is_empty() {
            allowed.push(self.hint.to_owned());
        }
        match allowed.split_last() {
            Some((last, [])) => f.write_str(last),
            Some((last, others)) => write!(f, "{} or {last}", others.join(", ")),
            None => Ok(()),
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
            /// A string that is a number counts as that number.
            fn from(string: &'a str) -> Self {
                Self(Scalar::from_string(Cow::Borrowed(string)))
            }
        }

        impl From<String> for $name<'_> {
            /// A string that is a number counts as that number.
            fn from(string: String) -> Self {
                Self(Scalar::from_string(Cow::Owned(string)))
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
    /// A number, or a string that holds one. A few options also document words, such as `"auto"`.
    ///
    /// Negative numbers are written as ImageKit wants them, `-40` as `N40`.
    Number
}

scalar! {
    /// A length, position or factor: a number, an arithmetic expression ([`Expr`]), or a string such as `"iw_div_2"`
    /// or `"auto"`.
    ///
    /// A length above 1 counts pixels, one between 0 and 1 is a share of the image.
    ///
    /// ```
    /// use imagekitio::Transformation;
    /// use imagekitio::url::Expr;
    ///
    /// let step = Transformation::new().width(300).height(0.5).x(Expr::input_width() / 4).y(-10);
    /// assert_eq!(step.to_string(), "w-300,h-0.5,x-iw_div_4,y-N10");
    /// ```
    Dimension
}

scalar! {
    /// A point in time or a length of time in a video, in seconds: a number, a [`Duration`], an expression, or a string
    /// that holds a number or an expression.
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
        Self(Scalar::Composed(Cow::Owned(format!("{width}-{height}"))))
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
        Self(Scalar::Composed(Cow::Borrowed("auto")))
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
