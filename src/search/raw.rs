//! Searches that callers write.

use super::value::Refused;
use crate::expression::Expression;
use crate::problem::Problem;

/// Refuses a raw search that could end the parentheses around it.
pub(super) fn check(expression: &Expression) -> Result<(), Problem> {
    let query = expression.as_str();
    // How ImageKit reads backslashes and single quotes is not documented.
    let is_closed = || {
        [(false, false), (false, true), (true, false), (true, true)]
            .into_iter()
            .all(|(escapes, single_quotes)| is_closed(query, escapes, single_quotes))
    };
    let why = match expression.is_raw() {
        false => return Ok(()),
        true if query.trim().is_empty() => "it is blank; leave it out",
        true if !is_closed() => "it has a quote or a parenthesis that isn't closed; close it",
        true => return Ok(()),
    };
    Err(Refused::new(query, why).problem("part of a search"))
}

/// Whether each quote and parenthesis is closed.
fn is_closed(query: &str, escapes: bool, single_quotes: bool) -> bool {
    let mut depth = 0_usize;
    let mut open_quote = None;
    let mut characters = query.chars();
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
