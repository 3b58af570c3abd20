//! Values of effects and of other parameters with an inner structure.

use super::color::Color;
use super::composite::{Composite, composite_types};
use super::encode::unescape_fully;
use super::limits;
use super::number::{Dimension, Limits, Number, Scalar};
use super::text::{Text, Value};
use crate::problem::Problem;

composite_types! {
    /// A shadow under the visible part of an image with transparency (`e-shadow`). Without a call it has ImageKit's
    /// defaults.
    ///
    /// ```
    /// use imagekitio::Transformation;
    /// use imagekitio::url::Shadow;
    ///
    /// let step = Transformation::new().shadow(Shadow::new().blur(15).saturation(40).x(10).y(-5));
    /// assert_eq!(step.to_string(), "e-shadow-bl-15_st-40_x-10_y-N5");
    /// ```
    Shadow limits::SHADOW

    /// A gradient over an image (`e-gradient`). Without a call it has ImageKit's defaults.
    Gradient limits::GRADIENT

    /// A tint (`e-colorize`).
    Colorize limits::COLORIZE

    /// A drop shadow made by AI (`e-dropshadow`). Without a call it has ImageKit's defaults.
    DropShadow limits::DROP_SHADOW

    /// Sharpening of edges (`e-usm`).
    UnsharpMask limits::UNSHARP_MASK

    /// Sharpening (`e-sharpen`): a strength above 0.
    Sharpen limits::SHARPEN

    /// Cutting off edges (`t`): yes, no, or a tolerance of 1 to 99.
    Trim limits::TRIM

    /// A distortion (`e-distort`).
    Distort limits::DISTORT

    /// Rounding of corners (`r`).
    Radius limits::RADIUS

    /// Pages or layers of a document (`pg`).
    Page limits::PAGE

    /// Space between text and the edge of its box (`pa`).
    Padding limits::PADDING

    /// Outline of the letters of subtitles (`fol`).
    FontOutline limits::FONT_OUTLINE

    /// Shadow of the letters of subtitles (`fsh`).
    FontShadow limits::FONT_SHADOW
}

impl Shadow {
    /// A shadow with ImageKit's defaults: blur 10, saturation 30, x 2, y 2.
    pub fn new() -> Self {
        Self(Composite::default())
    }

    /// Blur, 0 to 15.
    pub fn blur<'a>(self, blur: impl Into<Number<'a>>) -> Self {
        Self(
            self.0
                .limited("shadow blur", "bl-", &blur.into().0, Limits::new(0.0, 15.0)),
        )
    }

    /// Saturation in percent, 0 to 100.
    pub fn saturation<'a>(self, percent: impl Into<Number<'a>>) -> Self {
        Self(self.0.limited(
            "shadow saturation",
            "st-",
            &percent.into().0,
            limits::PERCENT,
        ))
    }

    /// Shift to the right in percent of the width, -100 to 100.
    pub fn x<'a>(self, percent: impl Into<Number<'a>>) -> Self {
        Self(self.0.limited(
            "shadow x",
            "x-",
            &percent.into().0,
            Limits::new(-100.0, 100.0),
        ))
    }

    /// Shift downwards in percent of the height, -100 to 100.
    pub fn y<'a>(self, percent: impl Into<Number<'a>>) -> Self {
        Self(self.0.limited(
            "shadow y",
            "y-",
            &percent.into().0,
            Limits::new(-100.0, 100.0),
        ))
    }
}

impl Default for Shadow {
    fn default() -> Self {
        Self::new()
    }
}

impl Gradient {
    /// A gradient with ImageKit's defaults: downwards, from white to transparent black.
    pub fn new() -> Self {
        Self(Composite::default())
    }

    /// Direction: an angle from 0 to 359 degrees, or a side such as `"top"` or `"bottom_left"`.
    pub fn direction<'a>(self, direction: impl Into<Number<'a>>) -> Self {
        Self(self.0.limited(
            "gradient direction",
            "ld-",
            &direction.into().0,
            limits::DIRECTION,
        ))
    }

    /// Color at the start.
    pub fn from_color<'a>(self, color: impl Into<Color<'a>>) -> Self {
        Self(self.0.part("from-", &color.into()))
    }

    /// Color at the end.
    pub fn to_color<'a>(self, color: impl Into<Color<'a>>) -> Self {
        Self(self.0.part("to-", &color.into()))
    }

    /// Where the gradient ends: a share from 0 to 1, pixels, or an expression.
    pub fn stop_point<'a>(self, stop: impl Into<Dimension<'a>>) -> Self {
        Self(
            self.0
                .limited("gradient stop_point", "sp-", &stop.into().0, limits::LENGTH),
        )
    }
}

impl Default for Gradient {
    fn default() -> Self {
        Self::new()
    }
}

impl Colorize {
    /// A tint in `color`.
    pub fn new<'a>(color: impl Into<Color<'a>>) -> Self {
        Self(Composite::default().part("co-", &color.into()))
    }

    /// Strength in percent, 0 to 100.
    pub fn intensity<'a>(self, percent: impl Into<Number<'a>>) -> Self {
        let value = match self == Self::default() {
            true => Composite::default(),
            false => self.0,
        };
        Self(value.limited(
            "colorize intensity",
            "in-",
            &percent.into().0,
            limits::PERCENT,
        ))
    }
}

impl Default for Colorize {
    /// A tint in ImageKit's default color, gray.
    fn default() -> Self {
        Self(Composite::known("-"))
    }
}

impl DropShadow {
    /// A drop shadow with ImageKit's defaults: azimuth 215, elevation 45, saturation 60.
    pub fn new() -> Self {
        Self(Composite::default())
    }

    /// Direction of the light, 0 to 360 degrees.
    pub fn azimuth<'a>(self, degrees: impl Into<Number<'a>>) -> Self {
        Self(self.0.limited(
            "drop_shadow azimuth",
            "az-",
            &degrees.into().0,
            Limits::new(0.0, 360.0),
        ))
    }

    /// Height of the light, 0 to 90 degrees.
    pub fn elevation<'a>(self, degrees: impl Into<Number<'a>>) -> Self {
        Self(self.0.limited(
            "drop_shadow elevation",
            "el-",
            &degrees.into().0,
            Limits::new(0.0, 90.0),
        ))
    }

    /// Saturation in percent, 0 to 100.
    pub fn saturation<'a>(self, percent: impl Into<Number<'a>>) -> Self {
        Self(self.0.limited(
            "drop_shadow saturation",
            "st-",
            &percent.into().0,
            limits::PERCENT,
        ))
    }
}

impl Default for DropShadow {
    fn default() -> Self {
        Self::new()
    }
}

impl UnsharpMask {
    /// The mask's radius, sigma, amount and threshold, each above 0 (the threshold may be 0).
    pub fn new(radius: f64, sigma: f64, amount: f64, threshold: f64) -> Self {
        Self(
            Composite::separated_by('-')
                .limited(
                    "unsharp_mask radius",
                    "",
                    &Scalar::Float(radius),
                    Limits::POSITIVE,
                )
                .limited(
                    "unsharp_mask sigma",
                    "",
                    &Scalar::Float(sigma),
                    Limits::POSITIVE,
                )
                .limited(
                    "unsharp_mask amount",
                    "",
                    &Scalar::Float(amount),
                    Limits::POSITIVE,
                )
                .limited(
                    "unsharp_mask threshold",
                    "",
                    &Scalar::Float(threshold),
                    Limits::NOT_NEGATIVE,
                ),
        )
    }
}

impl Distort {
    /// Perspective: the new places of the upper left, upper right, lower right and lower left corner, as `(x, y)` in
    /// pixels.
    pub fn perspective(corners: [(i32, i32); 4]) -> Self {
        let numbers = corners
            .into_iter()
            .flat_map(|(x, y)| [x, y])
            .fold(Composite::default(), |value, number| {
                value.limited("distort", "", &Number::from(number).0, Limits::ANY)
            });
        Self(Composite::known("p-").followed_by(&numbers))
    }

    /// Bends the image along an arc of -360 to 360 degrees.
    pub fn arc<'a>(degrees: impl Into<Number<'a>>) -> Self {
        Self(Composite::default().limited(
            "distort arc",
            "a-",
            &degrees.into().0,
            Limits::new(-360.0, 360.0),
        ))
    }
}

impl Radius {
    /// Rounds as far as possible: a circle or an ellipse.
    pub fn max() -> Self {
        Self(Composite::known("max"))
    }

    /// A radius for each corner, in pixels: upper left, upper right, lower right, lower left.
    pub fn corners<'a>(corners: [impl Into<Number<'a>>; 4]) -> Self {
        let limited = |value: Composite, corner: Number<'_>| {
            value.limited("radius", "", &corner.0, limits::CORNER)
        };
        Self(
            corners
                .into_iter()
                .map(Into::into)
                .fold(Composite::default(), limited),
        )
    }
}

impl Page {
    /// Several pages by their numbers, counted from 1.
    pub fn list(pages: impl IntoIterator<Item = u32>) -> Self {
        let add = |value: Composite, page| {
            value.limited("page", "", &Number::from(page).0, Limits::FROM_ONE)
        };
        Self(pages.into_iter().fold(Composite::default(), add))
    }

    /// Pages from `first` to `last`, counted from 1; without `last`, to the end.
    pub fn range(first: u32, last: Option<u32>) -> Self {
        let value = Composite::separated_by('-').limited(
            "page",
            "",
            &Number::from(first).0,
            Limits::FROM_ONE,
        );
        Self(match last {
            Some(last) => value.limited("page", "", &Number::from(last).0, Limits::FROM_ONE),
            None => value.followed_by(&"-"),
        })
    }
}

impl Page {
    /// Layers of a document by their names (`name-"a"_"b"`), such as those of a PSD file. At least one.
    ///
    /// Building fails for an empty name and for one with `"`, `,`, `:` or `/`, escaped or not.
    pub fn layers<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        let add = |value: Composite, name| value.part("", &LayerName(name));
        let names = names.into_iter().fold(Composite::default(), add);
        Self(Composite::default().part("name-", &names))
    }
}

struct LayerName<'a>(&'a str);

impl Value for LayerName<'_> {
    fn write(&self, text: &mut Text) {
        if self.0.is_empty() || unescape_fully(self.0).contains(&b'"') {
            text.refuse(Problem::new(
                "page",
                format!(
                    "{:?} is not a valid name of a layer: it is empty or has `\"`, escaped or not; give a name without it",
                    self.0
                ),
            ));
        }
        text.push_verbatim("\"");
        text.push(self.0);
        text.push_verbatim("\"");
    }
}

impl Padding {
    /// Space above, to the right, below, and to the left, in pixels.
    pub fn sides(sides: [u32; 4]) -> Self {
        let add = |value: Composite, side| {
            value.limited("padding", "", &Number::from(side).0, Limits::ANY)
        };
        Self(sides.into_iter().fold(Composite::default(), add))
    }
}

impl FontOutline {
    /// An outline of `width` pixels in `color`.
    pub fn new<'a>(width: impl Into<Number<'a>>, color: impl Into<Color<'a>>) -> Self {
        Self(
            Composite::default()
                .limited(
                    "font_outline width",
                    "",
                    &width.into().0,
                    Limits::NOT_NEGATIVE,
                )
                .part("", &color.into()),
        )
    }
}

impl FontShadow {
    /// A shadow in `color` with an indentation of so many pixels.
    pub fn new<'a>(color: impl Into<Color<'a>>, indent: impl Into<Number<'a>>) -> Self {
        Self(Composite::from_value(&color.into()).limited(
            "font_shadow indent",
            "",
            &indent.into().0,
            Limits::NOT_NEGATIVE,
        ))
    }
}

macro_rules! from_number {
    ($($name:ident $option:literal $limits:expr, $($number:ty)*;)*) => {
        $($(impl From<$number> for $name {
            fn from(number: $number) -> Self {
                Self(Composite::default().limited($option, "", &Dimension::from(number).0, $limits))
            }
        })*)*
    };
}

from_number! {
    Radius "radius" limits::RADIUS, i32 u32 f64 super::expression::Expr;
    Page "page" Limits::FROM_ONE, i32 u32;
    Padding "padding" limits::PADDING, i32 u32 f64 super::expression::Expr;
    FontOutline "font_outline" Limits::NOT_NEGATIVE, i32 u32 f64;
    Sharpen "sharpen" limits::SHARPEN, i32 u32 f64;
    Trim "trim" limits::TRIM, i32 u32;
}

impl From<bool> for Trim {
    fn from(trim: bool) -> Self {
        Self(Composite::from_value(&trim))
    }
}

impl Sharpen {
    /// The strength that ImageKit chooses.
    pub fn auto() -> Self {
        Self(Composite::default())
    }
}

/// A prompt for generative AI, from any text. It is sent as base64, so that every character arrives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prompt(String);

impl From<&str> for Prompt {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl From<String> for Prompt {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl Value for Prompt {
    fn write(&self, text: &mut Text) {
        if self.0.is_empty() {
            text.refuse(Problem::new(
                "",
                "the prompt is empty; describe what to make",
            ));
        }
        text.push_known("prompte-");
        text.push_base64(&self.0);
    }
}
