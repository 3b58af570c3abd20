use crate::url::unescape;

/// An operation of the API document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Operation {
    /// `operationId` in the document.
    pub id: &'static str,
    /// Name of the method of [`Client`](crate::raw::Client), if it has one.
    pub name: &'static str,
    /// HTTP method in upper case.
    pub method: &'static str,
    /// Path with its parameters in braces.
    pub path: &'static str,
    /// Base URL, if it is not [`SERVER`](crate::raw::operations::SERVER).
    pub server: Option<&'static str>,
    /// The JSON that an empty body of a success means; empty if the operation has no response body.
    pub(crate) empty: &'static str,
    /// Whether request or response may hold a secret, so that errors must not quote the response.
    #[cfg_attr(not(feature = "client"), allow(dead_code))]
    pub(crate) is_confidential: bool,
    /// The media type of the request's body; empty without a body.
    pub(crate) content_type: &'static str,
    /// Whether the request may be sent without its body.
    pub(crate) is_body_optional: bool,
    /// The media type to ask for, if it is not `application/json`.
    pub(crate) accept: &'static str,
    /// How properties of a form are written, if not in the default style.
    pub(crate) encodings: &'static [(&'static str, Style)],
}

impl Operation {
    /// Whether this is the path of the operation, with one segment for each parameter. An empty
    /// parameter would reach another operation, and URL parsers resolve `.` and `..`. Servers and
    /// proxies may resolve more than that, so no parameter may look like several steps of a path to
    /// them.
    pub(crate) fn matches(&self, path: &str) -> bool {
        // Some documents have a query in it.
        let template = self.path.split(['?', '#']).next().unwrap_or_default();
        path.split('/').count() == template.split('/').count()
            && path
                .split('/')
                .zip(template.split('/'))
                .all(|(segment, template)| fits(segment, template))
    }
}

/// Whether a segment is the one of the template, with a value in place of a parameter in braces.
fn fits(segment: &str, template: &str) -> bool {
    let Some((before, after)) = template
        .split_once('{')
        .and_then(|(before, rest)| Some((before, rest.rsplit_once('}')?.1)))
    else {
        return segment == template;
    };
    let value = segment
        .strip_prefix(before)
        .and_then(|rest| rest.strip_suffix(after))
        .unwrap_or_default();
    !value.is_empty() && is_one_segment(value)
}

/// Whether no server can take a segment for several steps of a path, or for a step upwards. Some
/// servers drop a `;` and what follows it from a step.
pub(crate) fn is_one_segment(segment: &str) -> bool {
    let segment = unescape(segment);
    let is_step = |piece: &[u8]| {
        let name = piece.split(|&byte| byte == b';').next();
        matches!(name, Some(b"." | b".."))
    };
    !segment.contains(&b'\\') && !segment.split(|&byte| byte == b'/').any(is_step)
}

/// How a parameter or a property of a form is written.
#[allow(dead_code)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    /// A value as it is, a list repeated once for each item, an object as JSON.
    Plain,
    /// The items of a list, or names and values of an object, with this character between.
    Joined(char),
    /// `a=1,b=2`.
    Assigned,
    /// The properties of an object, each under its own name.
    Pairs,
    /// `name[a]=1`, and `name[0]=1` for a list.
    Deep,
    /// `.a,b`, or `.a.b` when it is exploded.
    Label(bool),
    /// `;name=a,b`, or `;name=a;name=b` when it is exploded.
    Matrix(bool),
}
