//! Colors.

use std::borrow::Cow;

use super::buffer::Buffer;
use super::documented;
use super::pattern::is_hex_color;
use super::write_value::WriteValue;

/// A color: red, green and blue with optional opacity, or a color name.
///
/// Converts from strings: a name such as `"red"`, or hexadecimal digits with or without the `#` of
/// CSS, such as `"#FF0000"`. ImageKit reads the last two of eight digits as an opacity in percent
/// (00 to 99), while CSS reads 00 to FF. Use [`opacity`](Self::opacity) to avoid the difference.
///
/// ```
/// use imagekitio::url::Color;
/// use imagekitio::{Overlay, Transformation};
///
/// let red = Color::rgb(255, 0, 0);
/// let step = Transformation::new().overlay(Overlay::text("Sale").font_color(red));
/// assert_eq!(step.to_string(), "l-text,i-Sale,co-FF0000,l-end");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[must_use = "a color has no effect until it is given to a parameter"]
pub struct Color<'a>(Cow<'a, str>);

impl<'a> Color<'a> {
    /// Creates a color from its red, green and blue parts, each 0 to 255.
    pub fn rgb(red: u8, green: u8, blue: u8) -> Self {
        Self(Cow::Owned(format!("{red:02X}{green:02X}{blue:02X}")))
    }

    /// Sets the opacity in percent, 0 to 99. A higher number becomes 99.
    pub fn opacity(self, percent: u8) -> Self {
        let percent = percent.min(99);
        let is_hex = self.0.bytes().all(|byte| byte.is_ascii_hexdigit());
        // ImageKit expects the opacity after six digits.
        let color = match self.0.len() {
            3 | 4 if is_hex => {
                let digits = self.0.chars().take(3);
                digits.flat_map(|digit| [digit, digit]).collect()
            }
            8 if is_hex => self.0[..6].to_owned(),
            _ => self.0.into_owned(),
        };
        Self(Cow::Owned(format!("{color}{percent:02}")))
    }

    pub(super) fn into_string(self) -> Cow<'a, str> {
        self.0
    }
}

impl<'a> From<&'a str> for Color<'a> {
    fn from(value: &'a str) -> Self {
        Self(documented::COLOR.normalize(value))
    }
}

impl From<String> for Color<'_> {
    fn from(value: String) -> Self {
        Self(Cow::Owned(documented::COLOR.normalize(&value).into_owned()))
    }
}

impl WriteValue for Color<'_> {
    fn write(&self, buffer: &mut Buffer) {
        if is_hex_color(&self.0) {
            buffer.push_safe(&self.0);
        } else {
            buffer.push_allowed(&self.0, documented::COLOR);
        }
    }
}
