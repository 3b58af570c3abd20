//! Writing the query of a URL.

use super::UrlStyle;
use super::encode::{ENCODED_FORM, Keep, READABLE_FORM, escape, escape_bytes, unescape_form};
use super::preset::Steps;

/// Appends the query to a URL.
///
/// A transformation takes the place of the first `tr`, further ones vanish. In a signed URL, so do an expiry and a
/// signature from elsewhere.
pub(super) struct Query<'u, 's> {
    url: &'u mut String,
    style: UrlStyle,
    form: &'static Keep,
    separator: char,
    signed: bool,
    transformed: bool,
    /// The transformation, until it is written.
    steps: Option<&'s Steps<'s>>,
}

impl<'u, 's> Query<'u, 's> {
    pub(super) fn new(
        url: &'u mut String,
        style: UrlStyle,
        signed: bool,
        steps: Option<&'s Steps<'s>>,
    ) -> Self {
        let form = match style {
            UrlStyle::Encoded => &ENCODED_FORM,
            UrlStyle::Readable => &READABLE_FORM,
        };
        Self {
            url,
            style,
            form,
            separator: '?',
            signed,
            transformed: steps.is_some(),
            steps,
        }
    }

    /// Adds the query of another URL as it is.
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

    /// Adds the query of another URL in the style of this one.
    pub(super) fn rewrite(&mut self, query: &str) {
        for parameter in query.split('&').filter(|parameter| !parameter.is_empty()) {
            let (name, value) = name_and_value(parameter);
            if self.admits(&name) {
                self.start();
                escape_bytes(self.url, &name, self.form);
                self.url.push('=');
                escape_bytes(self.url, &value, self.form);
            }
        }
    }

    /// Adds a parameter.
    pub(super) fn pair(&mut self, name: &str, value: &str) {
        if self.admits(name.as_bytes()) {
            self.start();
            escape(self.url, name, self.form);
            self.url.push('=');
            escape(self.url, value, self.form);
        }
    }

    /// Adds the transformation if it is not there yet, and returns what joins another parameter to the URL.
    pub(super) fn finish(mut self) -> char {
        self.transform();
        self.separator
    }

    /// Whether a parameter of that name is written.
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

/// The names of the parameters, without escapes.
pub(super) fn parameter_names(query: &str) -> impl Iterator<Item = Vec<u8>> {
    query
        .split('&')
        .map(|parameter| name_and_value(parameter).0)
}

/// Whether a server could read a parameter of that name as the expiry or the signature.
pub(super) fn is_signing_name(name: &[u8]) -> bool {
    let name = name.trim_ascii();
    name.eq_ignore_ascii_case(b"ik-s") || name.eq_ignore_ascii_case(b"ik-t")
}

/// The parts of a parameter without escapes.
fn name_and_value(parameter: &str) -> (Vec<u8>, Vec<u8>) {
    let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
    (unescape_form(name), unescape_form(value))
}
