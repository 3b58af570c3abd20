//! Colours and what is painted with them.

use std::borrow::Cow;

use super::composite::{Composite, composite_types};
use super::effects::Prompt;
use super::limits;
use super::number::{Dimension, Limits, Number, Scalar};
use super::text::{Text, Value};

/// A color: red, green and blue, with or without opacity, or a name that ImageKit knows.
///
/// ```
/// use imagekitio::url::Color;
/// use imagekitio::{Overlay, Transformation};
///
/// let red = Color::rgb(255, 0, 0);
/// let step = Transformation::new().overlay(Overlay::text("Sale").font_color(red));
/// assert_eq!(step.to_string(), "l-text,i-Sale,co-FF0000,l-end");
/// ```
///
/// A string is a name such as `"red"`, or hexadecimal digits with or without the `#` of CSS: `"#FF0000"`. ImageKit reads
/// the last two of eight digits as an opacity in percent, 00 to 99, and CSS as a number from 00 to FF; use
/// [`opacity`](Self::opacity) to be exact.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Color<'a>(Cow<'a, str>);

impl<'a> Color<'a> {
    /// A color by its parts, each from 0 to 255.
    pub fn rgb(red: u8, green: u8, blue: u8) -> Self {
        Self(Cow::Owned(format!("{red:02X}{green:02X}{blue:02X}")))
    }

    /// The same color, `percent` opaque. ImageKit takes 0 to 99; what is above becomes 99.
    pub fn opacity(self, percent: u8) -> Self {
        let percent = percent.min(99);
        let is_hex = self.0.bytes().all(|byte| byte.is_ascii_hexdigit());
        // An opacity follows six digits.
        let color = match self.0.len() {
            3 if is_hex => self.0.chars().flat_map(|digit| [digit, digit]).collect(),
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
        Self(limits::COLOR.normal(value))
    }
}

impl From<String> for Color<'_> {
    fn from(value: String) -> Self {
        Self(Cow::Owned(limits::COLOR.normal(&value).into_owned()))
    }
}

impl Value for Color<'_> {
    fn write(&self, text: &mut Text) {
        text.push_limited(&self.0, limits::COLOR);
    }
}

composite_types! {
    /// What lies behind an image (`bg`): a color, colors of the image, a blurred copy, or generated content.
    Background limits::BACKGROUND

    /// A border (`b`): its width and its color.
    Border limits::BORDER

    /// Replacement of a color (`cr`).
    ColorReplace limits::COLOR_REPLACE
}

impl Background {
    /// The dominant color of the image.
    pub fn dominant() -> Self {
        Self(Composite::known("dominant"))
    }

    /// A gradient of the image's dominant colors.
    pub fn gradient_dominant() -> Self {
        Self(Composite::known("gradient_dominant"))
    }

    /// A gradient of the image's dominant colors with a palette of `colors`, 2 or 4.
    pub fn gradient_dominant_of(colors: u8) -> Self {
        Self(Composite::known("gradient_dominant").limited(
            "background colors",
            "",
            &Scalar::Integer(i64::from(colors)),
            Limits::ANY,
        ))
    }

    /// A blurred copy of the image. Needs [`CropMode::PadResize`](crate::url::CropMode::PadResize).
    pub fn blurred() -> Self {
        Self(Composite::known("blurred"))
    }

    /// A blurred copy with an intensity of 0 to 100 (or `"auto"`) and a brightness of -255 to 255.
    pub fn blurred_by<'a>(
        intensity: impl Into<Number<'a>>,
        brightness: impl Into<Number<'a>>,
    ) -> Self {
        Self(
            Composite::known("blurred")
                .limited(
                    "background intensity",
                    "",
                    &intensity.into().0,
                    limits::PERCENT_OR_AUTO,
                )
                .limited(
                    "background brightness",
                    "",
                    &brightness.into().0,
                    Limits::new(-255.0, 255.0),
                ),
        )
    }

    /// Content made by generative AI. Needs width and height and a padding crop mode; not for overlays.
    pub fn generative_fill() -> Self {
        Self(Composite::known("genfill"))
    }

    /// Content made by generative AI after a prompt.
    pub fn generative_fill_with(prompt: &str) -> Self {
        Self(Composite::known("genfill-").followed_by(&Prompt::from(prompt)))
    }
}

impl From<Color<'_>> for Background {
    fn from(color: Color<'_>) -> Self {
        Self(Composite::from_value(&color))
    }
}

impl Border {
    /// A border of `width` pixels, or of a width that ImageKit computes, in `color`.
    pub fn new<'a>(width: impl Into<Dimension<'a>>, color: impl Into<Color<'a>>) -> Self {
        Self(
            Composite::default()
                .limited("border width", "", &width.into().0, limits::LENGTH)
                .part("", &color.into()),
        )
    }
}

impl ColorReplace {
    /// Replaces the dominant color by `to`.
    pub fn new<'a>(to: impl Into<Color<'a>>) -> Self {
        Self(Composite::from_value(&to.into()))
    }

    /// Replaces the dominant color, and colors that differ from it by at most `tolerance`, by `to`. The tolerance is 0 to
    /// 100.
    pub fn with_tolerance<'a>(to: impl Into<Color<'a>>, tolerance: impl Into<Number<'a>>) -> Self {
        Self(Composite::from_value(&to.into()).limited(
            "color_replace tolerance",
            "",
            &tolerance.into().0,
            limits::PERCENT,
        ))
    }

    /// Replaces `from`, and colors that differ from it by at most `tolerance`, by `to`.
    pub fn between<'a>(
        from: impl Into<Color<'a>>,
        to: impl Into<Color<'a>>,
        tolerance: impl Into<Number<'a>>,
    ) -> Self {
        Self(Self::with_tolerance(to, tolerance).0.part("", &from.into()))
    }
}
