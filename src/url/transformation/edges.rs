//! Values for edges and corners.

use super::allowed::Allowed;
use super::color::Color;
use super::composite_value::{CompositeValue, composite_types, from_numbers};
use super::documented;
use super::expression::Expr;
use super::numbers::{Dimension, Numeric};

composite_types! {
    /// Rounded corners (`r`). Converts from pixels and from an expression. See
    /// [radius](https://imagekit.io/docs/effects-and-enhancements#radius---r).
    Radius documented::RADIUS

    /// A border (`b`): its width and its color. See
    /// [border](https://imagekit.io/docs/effects-and-enhancements#border---b).
    Border documented::BORDER

    /// Removal of edges (`t`): `true`, `false`, or a tolerance of 1 to 99. See
    /// [trim edges](https://imagekit.io/docs/effects-and-enhancements#trim-edges---t).
    Trim documented::TRIM

    /// The space between text and the edge of its box (`pa`). Converts from pixels and from an
    /// expression. See
    /// [text overlay](https://imagekit.io/docs/add-overlays-on-images#text-overlay).
    Padding documented::PADDING
}

impl Radius {
    /// Rounds as far as possible: a circle or an ellipse.
    pub fn max() -> Self {
        Self(CompositeValue::constant("max"))
    }

    /// Sets a radius for each corner, in pixels: upper left, upper right, lower right, lower left.
    pub fn corners<'a>(corners: [impl Into<Numeric<'a>>; 4]) -> Self {
        Self(
            corners
                .into_iter()
                .fold(CompositeValue::default(), |value, corner| {
                    value.number("radius", "", corner, documented::CORNER)
                }),
        )
    }
}

impl Border {
    /// Creates a border of `width` pixels, or of a width that ImageKit computes, in `color`.
    pub fn new<'a>(width: impl Into<Dimension<'a>>, color: impl Into<Color<'a>>) -> Self {
        Self(
            CompositeValue::default()
                .dimension("border width", "", width, documented::LENGTH)
                .part("", &color.into()),
        )
    }
}

impl Padding {
    /// Sets the space on each side in pixels, 0 or more: top, right, bottom, left.
    pub fn sides<'a>(sides: [impl Into<Numeric<'a>>; 4]) -> Self {
        Self(
            sides
                .into_iter()
                .fold(CompositeValue::default(), |value, side| {
                    value.number("padding", "", side, Allowed::NOT_NEGATIVE)
                }),
        )
    }
}

impl From<bool> for Trim {
    fn from(trim: bool) -> Self {
        Self(CompositeValue::from_value(&trim))
    }
}

from_numbers! {
    Radius "radius" documented::RADIUS;
    Trim "trim" documented::TRIM;
    Padding "padding" documented::PADDING;
}

impl From<Expr> for Radius {
    fn from(expression: Expr) -> Self {
        Self(CompositeValue::default().dimension("radius", "", expression, documented::RADIUS))
    }
}

impl From<Expr> for Padding {
    fn from(expression: Expr) -> Self {
        Self(CompositeValue::default().dimension("padding", "", expression, documented::PADDING))
    }
}
