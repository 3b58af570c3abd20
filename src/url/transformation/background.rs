//! Backgrounds.

use super::allowed::Allowed;
use super::color::Color;
use super::composite_value::{CompositeValue, composite_types};
use super::documented;
use super::numbers::Numeric;
use super::prompt::Prompt;
use super::scalar::Scalar;

composite_types! {
    /// The background of an image (`bg`): a color, colors of the image, a blurred copy, or
    /// generated content. See
    /// [background](https://imagekit.io/docs/effects-and-enhancements#solid-color-background).
    Background documented::BACKGROUND
}

impl Background {
    /// Uses the dominant color of the image.
    pub fn dominant() -> Self {
        Self(CompositeValue::constant("dominant"))
    }

    /// Uses a gradient of the image's dominant colors.
    pub fn gradient_dominant() -> Self {
        Self(CompositeValue::constant("gradient_dominant"))
    }

    /// Uses a gradient of the image's dominant colors with a palette of 2 or 4 colors.
    pub fn gradient_dominant_of(colors: u8) -> Self {
        Self(CompositeValue::constant("gradient_dominant").number(
            "background colors",
            "",
            Numeric(Scalar::String(colors.to_string().into())),
            documented::PALETTE,
        ))
    }

    /// Uses a blurred copy of the image. Needs
    /// [`CropMode::PadResize`](crate::url::CropMode::PadResize).
    pub fn blurred() -> Self {
        Self(CompositeValue::constant("blurred"))
    }

    /// Uses a blurred copy with an intensity of 0 to 100 (or `"auto"`) and a brightness of -255 to
    /// 255.
    pub fn blurred_by<'a>(
        intensity: impl Into<Numeric<'a>>,
        brightness: impl Into<Numeric<'a>>,
    ) -> Self {
        Self(
            CompositeValue::constant("blurred")
                .number(
                    "background intensity",
                    "",
                    intensity,
                    documented::PERCENT_OR_AUTO,
                )
                .number(
                    "background brightness",
                    "",
                    brightness,
                    Allowed::range(-255.0, 255.0),
                ),
        )
    }

    /// Generates content with AI. Needs a width, a height and a padding crop mode. Not for
    /// overlays.
    pub fn generative_fill() -> Self {
        Self(CompositeValue::constant("genfill"))
    }

    /// Generates content with AI as the prompt describes. Needs a width, a height and a padding
    /// crop mode. Not for overlays.
    pub fn generative_fill_with(prompt: &str) -> Self {
        Self(CompositeValue::constant("genfill-").followed_by(&Prompt::from(prompt)))
    }
}

impl From<Color<'_>> for Background {
    fn from(color: Color<'_>) -> Self {
        Self(CompositeValue::from_value(&color))
    }
}
