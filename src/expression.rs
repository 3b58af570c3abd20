//! Boolean expressions, which searches and upload checks share.

/// Conditions joined by `AND` and `OR`, with parentheses where one of them is inside the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Expression {
    source: String,
    shape: Shape,
}

/// The outermost operator of an expression, which decides on parentheses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    Condition,
    All,
    Any,
    /// Written by the caller.
    Raw,
}

impl Expression {
    /// Returns one condition, which never needs parentheses.
    pub(crate) fn condition(source: String) -> Self {
        Self {
            source,
            shape: Shape::Condition,
        }
    }

    /// Returns an expression that the caller has written. It gets parentheses inside every other
    /// expression.
    pub(crate) fn raw(source: String) -> Self {
        Self {
            source,
            shape: Shape::Raw,
        }
    }

    pub(crate) fn is_raw(&self) -> bool {
        self.shape == Shape::Raw
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.source
    }

    pub(crate) fn and(self, other: Self) -> Self {
        self.join(Shape::All, " AND ", other)
    }

    pub(crate) fn or(self, other: Self) -> Self {
        self.join(Shape::Any, " OR ", other)
    }

    fn join(self, shape: Shape, operator: &str, other: Self) -> Self {
        let mut source = self.inside(shape);
        source.push_str(operator);
        source.push_str(&other.inside(shape));
        Self { source, shape }
    }

    /// Returns the expression as a part of one of this shape.
    fn inside(self, shape: Shape) -> String {
        if self.shape == Shape::Condition || self.shape == shape {
            self.source
        } else {
            format!("({})", self.source)
        }
    }
}
