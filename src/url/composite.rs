//! Values made of several parts.

use super::number::{Limited, Limits, Scalar};
use super::text::{Text, Value};
use crate::problem::Problem;

/// The parts written so far, in the order of the calls.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Composite {
    separator: char,
    text: Text,
}

impl Default for Composite {
    fn default() -> Self {
        Self::separated_by('_')
    }
}

impl Composite {
    pub(crate) fn separated_by(separator: char) -> Self {
        Self {
            separator,
            text: Text::default(),
        }
    }

    pub(crate) fn known(text: &'static str) -> Self {
        let mut composite = Self::default();
        composite.text.push_known(text);
        composite
    }

    /// A string from outside in place of the parts.
    pub(crate) fn from_string(value: &str, limits: Limits) -> Self {
        let mut composite = Self::default();
        composite.text.push_limited(&limits.normal(value), limits);
        composite
    }

    pub(crate) fn from_value(value: &impl Value) -> Self {
        Self::default().followed_by(value)
    }

    /// Writes a value right behind what is there.
    pub(crate) fn followed_by(mut self, value: &impl Value) -> Self {
        value.write(&mut self.text);
        self
    }

    /// Adds a part: a prefix such as `st-`, and a value.
    pub(crate) fn part(mut self, prefix: &'static str, value: &impl Value) -> Self {
        self.text.separate(self.separator);
        self.text.push_known(prefix);
        let start = self.text.len();
        value.write(&mut self.text);
        if matches!(&self.text.as_str()[start..], "" | "-") {
            self.text.refuse(Problem::new(
                "",
                "a part of the value is empty; give it a value, or leave out the call",
            ));
        }
        self
    }

    /// Adds a part that ImageKit limits. `option` names it in the error.
    pub(crate) fn limited(
        self,
        option: &'static str,
        prefix: &'static str,
        scalar: &Scalar<'_>,
        limits: Limits,
    ) -> Self {
        let value = Limited {
            option,
            scalar,
            limits,
        };
        self.part(prefix, &value)
    }
}

impl Value for Composite {
    fn write(&self, text: &mut Text) {
        text.append(&self.text);
    }
}

/// Declares public value types that are a [`Composite`] inside and can be made from a string within limits.
macro_rules! composite_types {
    ($($(#[$meta:meta])* $name:ident $limits:path)*) => {
        $(
            $(#[$meta])*
            ///
            /// A string is taken as well, in the form that the URL has. One that can't be right is refused.
            #[derive(Clone, Debug, PartialEq)]
            pub struct $name(pub(super) Composite);

            impl From<&str> for $name {
                fn from(value: &str) -> Self {
                    Self(Composite::from_string(value, $limits))
                }
            }

            impl From<String> for $name {
                fn from(value: String) -> Self {
                    Self::from(value.as_str())
                }
            }

            impl Value for $name {
                fn write(&self, text: &mut Text) {
                    self.0.write(text);
                }
            }
        )*
    };
}
pub(crate) use composite_types;
