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

    /// Returns why an expression of the caller can't be joined with another one: it could end the
    /// parentheses around it. `None` if it can be joined.
    pub(crate) fn obstacle(&self) -> Option<&'static str> {
        // ImageKit doesn't document whether backslashes and single quotes have a meaning.
        let is_closed = || {
            [(false, false), (false, true), (true, false), (true, true)]
                .into_iter()
                .all(|(escapes, single_quotes)| is_closed(&self.source, escapes, single_quotes))
        };
        match self.shape == Shape::Raw {
            true if self.source.trim().is_empty() => Some("it is blank; leave it out"),
            true if !is_closed() => {
                Some("it has a quote or a parenthesis that isn't closed; close it")
            }
            _ => None,
        }
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

/// Puts a string in double quotes. Fails with the first character that can't be written.
///
/// ImageKit documents no escapes. A backslash before a quote may be an escape or not, so neither
/// character can be written safely. Control characters are refused for the same reason.
pub(crate) fn quoted(value: &str) -> Result<String, char> {
    let is_unquotable = |c: &char| matches!(c, '"' | '\\') || c.is_control();
    match value.chars().find(is_unquotable) {
        None => Ok(format!("\"{value}\"")),
        Some(c) => Err(c),
    }
}

/// Whether each quote and parenthesis has its counterpart.
fn is_closed(text: &str, escapes: bool, single_quotes: bool) -> bool {
    let mut depth = 0_usize;
    let mut open_quote = None;
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match (open_quote, character) {
            (Some(_), '\\') if escapes => {
                characters.next();
            }
            (Some(quote), _) if quote == character => open_quote = None,
            (Some(_), _) => {}
            (None, '"') => open_quote = Some(character),
            (None, '\'') if single_quotes => open_quote = Some(character),
            (None, '(') => depth += 1,
            (None, ')') if depth == 0 => return false,
            (None, ')') => depth -= 1,
            (None, _) => {}
        }
    }
    depth == 0 && open_quote.is_none()
}
