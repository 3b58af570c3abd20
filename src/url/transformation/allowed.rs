//! The values that are allowed for a parameter.

use std::borrow::Cow;
use std::fmt;

use super::pattern::{Pattern, parse_number, without_hash};
use super::scalar::Scalar;
use crate::problem::Problem;

/// The values that ImageKit documents for a parameter: a range of numbers, and patterns of strings.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Allowed {
    low: f64,
    high: f64,
    patterns: &'static [Pattern],
    /// What an error suggests besides numbers and words.
    hint: &'static str,
}

impl Allowed {
    pub(crate) const ANY: Self = Self::range(f64::NEG_INFINITY, f64::INFINITY);
    pub(crate) const NOT_NEGATIVE: Self = Self::range(0.0, f64::INFINITY);
    pub(crate) const POSITIVE: Self = Self::range(f64::MIN_POSITIVE, f64::INFINITY);
    pub(crate) const FROM_ONE: Self = Self::range(1.0, f64::INFINITY);

    /// Allows numbers from `low` to `high`.
    pub(crate) const fn range(low: f64, high: f64) -> Self {
        Self {
            low,
            high,
            patterns: &[Pattern::Number],
            hint: "",
        }
    }

    /// Keeps the range and replaces the patterns. The range applies to a value that is one number.
    pub(crate) const fn with(self, patterns: &'static [Pattern], hint: &'static str) -> Self {
        Self {
            patterns,
            hint,
            ..self
        }
    }

    /// Allows any of these words.
    pub(crate) const fn words(words: &'static [Pattern]) -> Self {
        Self::ANY.with(words, "")
    }

    /// Keeps the patterns and removes the range.
    pub(crate) const fn without_range(self) -> Self {
        Self::ANY.with(self.patterns, self.hint)
    }

    /// Returns whether the number is within the range.
    #[inline]
    pub(crate) fn contains(self, number: f64) -> bool {
        number.is_finite() && self.low <= number && number <= self.high
    }

    /// Returns whether the string matches a pattern.
    pub(crate) fn matches(self, value: &str) -> bool {
        self.patterns.iter().any(|pattern| pattern.matches(value))
    }

    /// Removes the `#` of CSS from colors, which ImageKit doesn't accept.
    pub(crate) fn normalize(self, value: &str) -> Cow<'_, str> {
        if value.contains('#') && self.has(|pattern| matches!(pattern, Pattern::Color)) {
            Cow::Owned(without_hash(value))
        } else {
            Cow::Borrowed(value)
        }
    }

    pub(crate) fn accepts_prompts(self) -> bool {
        self.has(|pattern| matches!(pattern, Pattern::Prompt))
    }

    fn has(self, is_wanted: fn(&Pattern) -> bool) -> bool {
        self.patterns.iter().any(|pattern| pattern.has(is_wanted))
    }

    /// Refuses a number outside the range. The problem has no argument yet.
    pub(crate) fn check_number(self, number: f64) -> Result<(), Problem> {
        if self.contains(number) {
            return Ok(());
        }
        let message = format!("{number} is not allowed; give {self}; `raw` sends any other value");
        Err(Problem::new("", message))
    }

    /// Refuses a string that matches no pattern, and a number outside the range. An empty string
    /// and `-` leave the value out, which every parameter allows. The problem has no argument yet.
    pub(crate) fn check_string(self, value: &str) -> Result<(), Problem> {
        match parse_number(value) {
            Some(Scalar::Integer(number)) => self.check_number(number as f64)?,
            Some(Scalar::Float(number)) => self.check_number(number)?,
            _ => {}
        }
        if matches!(value, "" | "-") || self.matches(value) {
            return Ok(());
        }
        let message = format!("{value:?} is not allowed; give {self}; `raw` sends any other value");
        Err(Problem::new("", message))
    }
}

/// Lists everything that is allowed.
impl fmt::Display for Allowed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut allowed = Vec::new();
        for pattern in self.patterns {
            match pattern {
                Pattern::Number | Pattern::Expression if self.low == f64::MIN_POSITIVE => {
                    allowed.push("a number above 0".to_owned());
                }
                Pattern::Number | Pattern::Expression if self.high.is_finite() => {
                    allowed.push(format!("a number from {} to {}", self.low, self.high));
                }
                Pattern::Number | Pattern::Expression if self.low.is_finite() => {
                    allowed.push(format!("a number of {} or more", self.low));
                }
                Pattern::Number | Pattern::Expression => allowed.push("a finite number".to_owned()),
                _ => {}
            }
            match pattern {
                Pattern::Expression => allowed.push("an expression such as `iw_div_2`".to_owned()),
                Pattern::Words([word]) => allowed.push(format!("`{word}`")),
                Pattern::Words(words) => allowed.push(format!("one of {}", words.join(", "))),
                Pattern::Color => allowed.push("a color such as `FF0000` or `red`".to_owned()),
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
