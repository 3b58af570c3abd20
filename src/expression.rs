//! The boolean part of ImageKit's languages for checks and searches.

/// Conditions joined by `AND` and `OR`, with parentheses where one is inside the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Expression {
    text: String,
    shape: Shape,
}

/// What an expression is made of, as far as it decides on parentheses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    Condition,
    All,
    Any,
    /// Text of the caller.
    Raw,
}

impl Expression {
    /// One condition, which never needs parentheses.
    pub(crate) fn condition(text: String) -> Self {
        Self {
            text,
            shape: Shape::Condition,
        }
    }

    /// An expression of the caller, which is always put into parentheses.
    pub(crate) fn raw(text: String) -> Self {
        Self {
            text,
            shape: Shape::Raw,
        }
    }

    pub(crate) fn is_raw(&self) -> bool {
        self.shape == Shape::Raw
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    pub(crate) fn and(self, other: Self) -> Self {
        self.join(Shape::All, " AND ", other)
    }

    pub(crate) fn or(self, other: Self) -> Self {
        self.join(Shape::Any, " OR ", other)
    }

    fn join(self, shape: Shape, word: &str, other: Self) -> Self {
        let mut text = self.inside(shape);
        text.push_str(word);
        text.push_str(&other.inside(shape));
        Self { text, shape }
    }

    /// The text as a part of an expression of this shape.
    fn inside(self, shape: Shape) -> String {
        if self.shape == Shape::Condition || self.shape == shape {
            self.text
        } else {
            format!("({})", self.text)
        }
    }
}
