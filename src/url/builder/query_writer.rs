//! Writing of the query of a URL.

use super::preset::Steps;
use crate::url::encode::{
    ENCODED_FORM, EncodeSet, READABLE_FORM, escape, escape_bytes, unescape_form,
};
use crate::url::placement::UrlStyle;

/// Appends the query to a URL.
///
/// A transformation replaces the first `tr` of an existing query. Further `tr` parameters are
/// removed. In a signed URL, an existing expiry and signature are removed too.
pub(super) struct QueryWriter<'u, 's> {
    url: &'u mut String,
    style: UrlStyle,
    encode_set: &'static EncodeSet,
    separator: char,
    signed: bool,
    transformed: bool,
    /// The transformation until it is written.
    steps: Option<&'s Steps<'s>>,
}

impl<'u, 's> QueryWriter<'u, 's> {
    pub(super) fn new(
        url: &'u mut String,
        style: UrlStyle,
        signed: bool,
        steps: Option<&'s Steps<'s>>,
    ) -> Self {
        let encode_set = match style {
            UrlStyle::Encoded => &ENCODED_FORM,
            UrlStyle::Readable => &READABLE_FORM,
        };
        Self {
            url,
            style,
            encode_set,
            separator: '?',
            signed,
            transformed: steps.is_some(),
            steps,
        }
    }

    /// Adds an existing query as it is.
    pub(super) fn copy(&mut self, query: &str) {
        if query.is_empty() && self.steps.is_none() && !self.signed {
            self.url.push('?');
        }
        for parameter in query.split('&').filter(|_| !query.is_empty()) {
            if self.admits(&name_and_value(parameter).0) {
                self.start();
                self.url.push_str(parameter);
            }
        }
    }

    /// Adds an existing query in the style of this one.
    pub(super) fn rewrite(&mut self, query: &str) {
        for parameter in query.split('&').filter(|parameter| !parameter.is_empty()) {
            let (name, value) = name_and_value(parameter);
            if self.admits(&name) {
                self.start();
                escape_bytes(self.url, &name, self.encode_set);
                self.url.push('=');
                escape_bytes(self.url, &value, self.encode_set);
            }
        }
    }

    /// Adds a parameter.
    pub(super) fn pair(&mut self, name: &str, value: &str) {
        if self.admits(name.as_bytes()) {
            self.start();
            escape(self.url, name, self.encode_set);
            self.url.push('=');
            escape(self.url, value, self.encode_set);
        }
    }

    /// Adds the transformation unless it is written. Returns the separator for another parameter.
    pub(super) fn finish(mut self) -> char {
        self.transform();
        self.separator
    }

    /// Returns whether an existing parameter is kept. Writes the transformation in place of `tr`.
    fn admits(&mut self, name: &[u8]) -> bool {
        match name {
            name if is_signing_name(name) => !self.signed,
            b"tr" if self.transformed => {
                self.transform();
                false
            }
            _ => true,
        }
    }

    fn transform(&mut self) {
        if let Some(steps) = self.steps.take() {
            self.start();
            self.url.push_str("tr=");
            steps.write(self.url, self.style);
        }
    }

    fn start(&mut self) {
        self.url.push(self.separator);
        self.separator = '&';
    }
}

/// Returns the decoded names of the parameters.
pub(crate) fn parameter_names(query: &str) -> impl Iterator<Item = Vec<u8>> {
    query
        .split('&')
        .map(|parameter| name_and_value(parameter).0)
}

/// Returns whether a server could read a parameter with this name as the expiry or the signature.
pub(crate) fn is_signing_name(name: &[u8]) -> bool {
    let name = name.trim_ascii();
    name.eq_ignore_ascii_case(b"ik-s") || name.eq_ignore_ascii_case(b"ik-t")
}

/// Returns the decoded name and value of a parameter.
fn name_and_value(parameter: &str) -> (Vec<u8>, Vec<u8>) {
    let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
    (unescape_form(name), unescape_form(value))
}
