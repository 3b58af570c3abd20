//! Conditions of conditional transformations.

use super::buffer::Buffer;
use super::documented;
use super::numbers::Numeric;
use super::scalar::BoundedScalar;
use super::write_value::{WriteValue, write_part};

/// A condition for [`Transformation::when`](crate::Transformation::when): a property compared with
/// a value.
///
/// Join conditions with [`and`](Self::and) and [`or`](Self::or). ImageKit evaluates `and` before
/// `or`.
///
/// ```
/// use imagekitio::Transformation;
/// use imagekitio::url::Condition;
///
/// let portrait = Condition::aspect_ratio()
///     .lt(1)
///     .and(Condition::input_width().gte(800));
/// let step = Transformation::when(portrait, Transformation::new().width(300));
/// assert_eq!(step.to_string(), "if-ar_lt_1_and_iw_gte_800,w-300,if-end");
/// ```
#[derive(Clone, Debug, PartialEq)]
#[must_use = "a condition has no effect until it is given to a step"]
pub struct Condition(Buffer);

/// The left side of a [`Condition`].
#[derive(Clone, Copy, Debug)]
#[must_use = "a property has no effect until it is compared"]
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
        /// Returns `w`: the width at this point of the transformation, in pixels.
        width = "w";
        /// Returns `h`: the height at this point of the transformation, in pixels.
        height = "h";
        /// Returns `ar`: the aspect ratio at this point of the transformation.
        aspect_ratio = "ar";
        /// Returns `iw`: the width of the original, in pixels.
        input_width = "iw";
        /// Returns `ih`: the height of the original, in pixels.
        input_height = "ih";
        /// Returns `iar`: the aspect ratio of the original.
        input_aspect_ratio = "iar";
    }

    /// Requires both conditions.
    pub fn and(self, other: Self) -> Self {
        self.join("_and_", other)
    }

    /// Requires at least one of the conditions.
    pub fn or(self, other: Self) -> Self {
        self.join("_or_", other)
    }

    fn join(mut self, operator: &str, other: Self) -> Self {
        self.0.push_safe(operator);
        self.0.append(&other.0);
        self
    }
}

impl WriteValue for Condition {
    fn write(&self, buffer: &mut Buffer) {
        buffer.append(&self.0);
    }
}

macro_rules! comparisons {
    ($($(#[$meta:meta])* $name:ident = $code:literal;)*) => {
        $($(#[$meta])*
        pub fn $name<'a>(self, value: impl Into<Numeric<'a>>) -> Condition {
            self.compare($code, value.into())
        })*
    };
}

impl Property {
    comparisons! {
        /// Requires the property to equal `value`.
        eq = "_eq_";
        /// Requires the property to differ from `value`.
        ne = "_ne_";
        /// Requires the property to be greater than `value`.
        gt = "_gt_";
        /// Requires the property to be greater than or equal to `value`.
        gte = "_gte_";
        /// Requires the property to be less than `value`.
        lt = "_lt_";
        /// Requires the property to be less than or equal to `value`.
        lte = "_lte_";
    }

    fn compare(self, operator: &str, value: Numeric<'_>) -> Condition {
        let mut buffer = Buffer::default();
        buffer.push_safe(self.0);
        buffer.push_safe(operator);
        let value = BoundedScalar {
            argument: "condition",
            scalar: &value.0,
            allowed: documented::COMPARED,
        };
        write_part(&value, &mut buffer);
        Condition(buffer)
    }
}
