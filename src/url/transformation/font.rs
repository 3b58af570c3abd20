//! Outline and shadow of subtitles.

use super::allowed::Allowed;
use super::color::Color;
use super::composite_value::{CompositeValue, composite_types, from_numbers};
use super::documented;
use super::numbers::Numeric;

composite_types! {
    /// The outline of letters in subtitles (`fol`). Converts from a width in pixels. See
    /// [subtitles](https://imagekit.io/docs/add-overlays-on-videos#styling-controls-for-subtitles-layer).
    FontOutline documented::FONT_OUTLINE

    /// The shadow of letters in subtitles (`fsh`). See
    /// [subtitles](https://imagekit.io/docs/add-overlays-on-videos#styling-controls-for-subtitles-layer).
    FontShadow documented::FONT_SHADOW
}

impl FontOutline {
    /// Creates an outline of `width` pixels, 0 or more, in `color`.
    pub fn new<'a>(width: impl Into<Numeric<'a>>, color: impl Into<Color<'a>>) -> Self {
        Self(
            CompositeValue::default()
                .number("font_outline width", "", width, Allowed::NOT_NEGATIVE)
                .part("", &color.into()),
        )
    }
}

from_numbers! {
    FontOutline "font_outline" Allowed::NOT_NEGATIVE;
}

impl FontShadow {
    /// Creates a shadow in `color` with an indentation of `indent` pixels, 0 or more.
    pub fn new<'a>(color: impl Into<Color<'a>>, indent: impl Into<Numeric<'a>>) -> Self {
        Self(CompositeValue::from_value(&color.into()).number(
            "font_shadow indent",
            "",
            indent,
            Allowed::NOT_NEGATIVE,
        ))
    }
}
