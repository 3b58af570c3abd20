//! Values made of several parts.

use super::number::{Limits, Scalar};
use super::text::{Text, Value};
use crate::problem::Problem;

/// The parts written so far, in the order of the calls.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Composite {
    separator: char,
    text: Text,
    problem: Option<Problem>,
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
            problem: None,
        }
    }

    pub(crate) fn known(text: &'static str) -> Self {
        let mut composite = Self::default();
        composite.text.push_known(text);
        composite
    }

    pub(crate) fn from_text(text: &str) -> Self {
        let mut composite = Self::default();
        composite.text.push(text);
        composite
    }

    pub(crate) fn from_value(value: &impl Value) -> Self {
        Self::default().part("", value)
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
        value.write(&mut self.text);
        if self.problem.is_none() {
            self.problem = value.problem().cloned();
        }
        self
    }

    /// Adds a part that ImageKit limits. `option` names it in the error.
    pub(crate) fn limited(
        mut self,
        option: &'static str,
        prefix: &'static str,
        scalar: &Scalar<'_>,
        limits: Limits,
    ) -> Self {
        if self.problem.is_none() {
            self.problem = limits.check(option, scalar).err();
        }
        self.part(prefix, scalar)
    }
}

impl Value for Composite {
    fn write(&self, text: &mut Text) {
        text.append(&self.text);
    }

    fn problem(&self) -> Option<&Problem> {
        self.problem.as_ref()
    }
}

/// Declares public value types that are a [`Composite`] inside and can be made from a string.
macro_rules! composite_types {
    ($($(#[$meta:meta])* $name:ident)*) => {
        $(
            $(#[$meta])*
            ///
            /// A string stands for itself and is not checked.
            #[derive(Clone, Debug, PartialEq)]
            pub struct $name(pub(super) Composite);

            impl From<&str> for $name {
                fn from(text: &str) -> Self {
                    Self(Composite::from_text(text))
                }
            }

            impl From<String> for $name {
                fn from(text: String) -> Self {
                    Self::from(text.as_str())
                }
            }

            impl Value for $name {
                fn write(&self, text: &mut Text) {
                    self.0.write(text);
                }

                fn problem(&self) -> Option<&Problem> {
                    self.0.problem()
                }
            }
        )*
    };
}
pub(crate) use composite_types;
