//! Values of effects.

use super::allowed::Allowed;
use super::color::Color;
use super::composite_value::{CompositeValue, composite_types, from_numbers};
use super::documented;
use super::numbers::{Dimension, Numeric};

composite_types! {
    /// A shadow under the visible part of an image with transparency (`e-shadow`). See
    /// [shadow](https://imagekit.io/docs/effects-and-enhancements#shadow---e-shadow).
    ///
    /// ```
    /// use imagekitio::Transformation;
    /// use imagekitio::url::Shadow;
    ///
    /// let shadow = Shadow::new().blur(15).saturation(40).x(10).y(-5);
    /// let step = Transformation::new().shadow(shadow);
    /// assert_eq!(step.to_string(), "e-shadow-bl-15_st-40_x-10_y-N5");
    /// ```
    Shadow documented::SHADOW

    /// A gradient over an image (`e-gradient`). See
    /// [gradient](https://imagekit.io/docs/effects-and-enhancements#gradient---e-gradient).
    Gradient documented::GRADIENT

    /// A tint (`e-colorize`). See
    /// [colorize](https://imagekit.io/docs/effects-and-enhancements#colorize---e-colorize).
    Colorize documented::COLORIZE

    /// A drop shadow that AI generates (`e-dropshadow`). See
    /// [AI drop shadow](https://imagekit.io/docs/ai-transformations#ai-drop-shadow-e-dropshadow).
    DropShadow documented::DROP_SHADOW

    /// Sharpening of edges (`e-usm`). See
    /// [unsharp mask](https://imagekit.io/docs/effects-and-enhancements#unsharp-mask---e-usm).
    UnsharpMask documented::UNSHARP_MASK

    /// Sharpening (`e-sharpen`). Converts from a strength above 0. See
    /// [sharpen](https://imagekit.io/docs/effects-and-enhancements#sharpen---e-sharpen).
    Sharpen documented::SHARPEN

    /// A distortion (`e-distort`). See
    /// [distort](https://imagekit.io/docs/effects-and-enhancements#distort---e-distort).
    Distort documented::DISTORT

    /// The replacement of a color (`cr`). See
    /// [color replace](https://imagekit.io/docs/effects-and-enhancements#color-replace---cr).
    ColorReplace documented::COLOR_REPLACE
}

impl Shadow {
    /// Creates a shadow with ImageKit's defaults: blur 10, saturation 30, x 2, y 2.
    pub fn new() -> Self {
        Self(CompositeValue::default())
    }

    /// Sets the blur, 0 to 15.
    pub fn blur<'a>(self, blur: impl Into<Numeric<'a>>) -> Self {
        Self(
            self.0
                .number("shadow blur", "bl-", blur, Allowed::range(0.0, 15.0)),
        )
    }

    /// Sets the saturation in percent, 0 to 100.
    pub fn saturation<'a>(self, percent: impl Into<Numeric<'a>>) -> Self {
        Self(
            self.0
                .number("shadow saturation", "st-", percent, documented::PERCENT),
        )
    }

    /// Sets the offset to the right in percent of the width, -100 to 100.
    pub fn x<'a>(self, percent: impl Into<Numeric<'a>>) -> Self {
        Self(
            self.0
                .number("shadow x", "x-", percent, Allowed::range(-100.0, 100.0)),
        )
    }

    /// Sets the downward offset in percent of the height, -100 to 100.
    pub fn y<'a>(self, percent: impl Into<Numeric<'a>>) -> Self {
        Self(
            self.0
                .number("shadow y", "y-", percent, Allowed::range(-100.0, 100.0)),
        )
    }
}

impl Default for Shadow {
    fn default() -> Self {
        Self::new()
    }
}

impl Gradient {
    /// Creates a gradient with ImageKit's defaults: from white at the top to transparent black at
    /// the bottom.
    pub fn new() -> Self {
        Self(CompositeValue::default())
    }

    /// Sets the direction: an angle from 0 to 359 degrees, or a side such as `"top"` or
    /// `"bottom_left"`.
    pub fn direction<'a>(self, direction: impl Into<Numeric<'a>>) -> Self {
        Self(self.0.number(
            "gradient direction",
            "ld-",
            direction,
            documented::DIRECTION,
        ))
    }

    /// Sets the color at the start.
    pub fn from_color<'a>(self, color: impl Into<Color<'a>>) -> Self {
        Self(self.0.part("from-", &color.into()))
    }

    /// Sets the color at the end.
    pub fn to_color<'a>(self, color: impl Into<Color<'a>>) -> Self {
        Self(self.0.part("to-", &color.into()))
    }

    /// Sets where the gradient ends: a fraction from 0 to 1, pixels, or an expression.
    pub fn stop_point<'a>(self, stop: impl Into<Dimension<'a>>) -> Self {
        Self(
            self.0
                .dimension("gradient stop_point", "sp-", stop, documented::LENGTH),
        )
    }
}

impl Default for Gradient {
    fn default() -> Self {
        Self::new()
    }
}

impl Colorize {
    /// Creates a tint in `color`.
    pub fn new<'a>(color: impl Into<Color<'a>>) -> Self {
        Self(CompositeValue::default().part("co-", &color.into()))
    }

    /// Sets the intensity in percent, 0 to 100.
    pub fn intensity<'a>(self, percent: impl Into<Numeric<'a>>) -> Self {
        let value = match self == Self::default() {
            true => CompositeValue::default(),
            false => self.0,
        };
        Self(value.number("colorize intensity", "in-", percent, documented::PERCENT))
    }
}

impl Default for Colorize {
    /// Creates a tint in ImageKit's default color, gray.
    fn default() -> Self {
        Self(CompositeValue::constant("-"))
    }
}

impl DropShadow {
    /// Creates a drop shadow with ImageKit's defaults: azimuth 215, elevation 45, saturation 60.
    pub fn new() -> Self {
        Self(CompositeValue::default())
    }

    /// Sets the direction of the light, 0 to 360 degrees.
    pub fn azimuth<'a>(self, degrees: impl Into<Numeric<'a>>) -> Self {
        Self(self.0.number(
            "drop_shadow azimuth",
            "az-",
            degrees,
            Allowed::range(0.0, 360.0),
        ))
    }

    /// Sets the elevation of the light, 0 to 90 degrees.
    pub fn elevation<'a>(self, degrees: impl Into<Numeric<'a>>) -> Self {
        Self(self.0.number(
            "drop_shadow elevation",
            "el-",
            degrees,
            Allowed::range(0.0, 90.0),
        ))
    }

    /// Sets the saturation in percent, 0 to 100.
    pub fn saturation<'a>(self, percent: impl Into<Numeric<'a>>) -> Self {
        Self(self.0.number(
            "drop_shadow saturation",
            "st-",
            percent,
            documented::PERCENT,
        ))
    }
}

impl Default for DropShadow {
    fn default() -> Self {
        Self::new()
    }
}

impl UnsharpMask {
    /// Creates a mask with a radius, sigma and amount above 0, and a threshold of 0 or more.
    pub fn new<'a>(
        radius: impl Into<Numeric<'a>>,
        sigma: impl Into<Numeric<'a>>,
        amount: impl Into<Numeric<'a>>,
        threshold: impl Into<Numeric<'a>>,
    ) -> Self {
        Self(
            CompositeValue::separated_by('-')
                .number("unsharp_mask radius", "", radius, Allowed::POSITIVE)
                .number("unsharp_mask sigma", "", sigma, Allowed::POSITIVE)
                .number("unsharp_mask amount", "", amount, Allowed::POSITIVE)
                .number(
                    "unsharp_mask threshold",
                    "",
                    threshold,
                    Allowed::NOT_NEGATIVE,
                ),
        )
    }
}

impl Sharpen {
    /// Uses the strength that ImageKit chooses.
    pub fn auto() -> Self {
        Self(CompositeValue::default())
    }
}

from_numbers! {
    Sharpen "sharpen" documented::SHARPEN;
}

impl Distort {
    /// Changes the perspective: the new positions of the upper left, upper right, lower right and
    /// lower left corner, as `(x, y)` in pixels.
    pub fn perspective(corners: [(i32, i32); 4]) -> Self {
        let numbers = corners
            .into_iter()
            .flat_map(|(x, y)| [x, y])
            .fold(CompositeValue::default(), |value, number| {
                value.number("distort", "", number, Allowed::ANY)
            });
        Self(CompositeValue::constant("p-").followed_by(&numbers))
    }

    /// Bends the image along an arc of -360 to 360 degrees.
    pub fn arc<'a>(degrees: impl Into<Numeric<'a>>) -> Self {
        Self(CompositeValue::default().number(
            "distort arc",
            "a-",
            degrees,
            Allowed::range(-360.0, 360.0),
        ))
    }
}

impl ColorReplace {
    /// Replaces the dominant color with `to`.
    pub fn new<'a>(to: impl Into<Color<'a>>) -> Self {
        Self(CompositeValue::from_value(&to.into()))
    }

    /// Replaces the dominant color, and colors within a tolerance of 0 to 100, with `to`.
    pub fn with_tolerance<'a>(to: impl Into<Color<'a>>, tolerance: impl Into<Numeric<'a>>) -> Self {
        Self(CompositeValue::from_value(&to.into()).number(
            "color_replace tolerance",
            "",
            tolerance,
            documented::PERCENT,
        ))
    }

    /// Replaces `from`, and colors within a tolerance of 0 to 100, with `to`.
    pub fn between<'a>(
        from: impl Into<Color<'a>>,
        to: impl Into<Color<'a>>,
        tolerance: impl Into<Numeric<'a>>,
    ) -> Self {
        Self(Self::with_tolerance(to, tolerance).0.part("", &from.into()))
    }
}
