//! Overlays of each kind.

use std::borrow::Cow;
use std::marker::PhantomData;

use serde::{Deserialize, Serialize};

use super::Transformation;
use super::allowed::Allowed;
use super::color::Color;
use super::documented;
use super::edges::{Padding, Radius};
use super::effects::Gradient;
use super::font::{FontOutline, FontShadow};
use super::keywords::{Anchor, Flip, InnerAlignment, LayerMode, Typography};
use super::layer::{Layer, LayerKind, LayerOption};
use super::numbers::{Dimension, Numeric, Rotation, Seconds};
use super::scalar::{BoundedScalar, Scalar};
use super::write_value::{Joined, MediaPath, WriteValue};
use overlay_kind::{ImageKind, SolidColorKind, SubtitleKind, TextKind, VideoKind};

/// Type parameters of [`Overlay`], one for each kind.
pub mod overlay_kind {
    /// A text overlay.
    #[derive(Clone, Copy, Debug)]
    pub enum TextKind {}
    /// An image overlay.
    #[derive(Clone, Copy, Debug)]
    pub enum ImageKind {}
    /// A video overlay.
    #[derive(Clone, Copy, Debug)]
    pub enum VideoKind {}
    /// A subtitle overlay.
    #[derive(Clone, Copy, Debug)]
    pub enum SubtitleKind {}
    /// A solid color overlay.
    #[derive(Clone, Copy, Debug)]
    pub enum SolidColorKind {}
}

/// An overlay on an image or a video: text, an image, a video, subtitles or a solid color.
///
/// Every kind has a position, a timing, and steps that transform it. Text, subtitle and color
/// overlays have additional methods. Without a position, an overlay is centered.
///
/// See [overlays on images](https://imagekit.io/docs/add-overlays-on-images) and
/// [on videos](https://imagekit.io/docs/add-overlays-on-videos).
///
/// # Examples
///
/// ```
/// use imagekitio::url::Anchor;
/// use imagekitio::{Overlay, Transformation};
///
/// let logo = Overlay::image("brand/logo.png")
///     .focus(Anchor::TopRight)
///     .transform(Transformation::new().width(120));
/// let step = Transformation::new().width(800).overlay(logo);
/// assert_eq!(
///     step.to_string(),
///     "w-800,l-image,i-brand@@logo.png,lfo-top_right,w-120,l-end"
/// );
/// ```
#[derive(Clone, Debug)]
#[must_use = "an overlay has no effect until it is given to a step"]
pub struct Overlay<'a, K> {
    layer: Layer<'a>,
    kind: PhantomData<K>,
}

/// How the text or the path of an overlay is encoded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Encoding {
    /// Percent-encoded if it has only letters, digits, spaces, `-`, `.` and `_` (and `/` in a
    /// path), otherwise base64. The default.
    #[default]
    Auto,
    /// Percent-encoded (`i-`).
    Plain,
    /// Base64 (`ie-`).
    Base64,
}

impl<'a> Overlay<'a, TextKind> {
    /// Creates a text overlay. The text must not be empty.
    ///
    /// See [text overlay](https://imagekit.io/docs/add-overlays-on-images#text-overlay).
    pub fn text(text: impl Into<Cow<'a, str>>) -> Self {
        Self::new(LayerKind::Text, text.into())
    }

    /// Sets the font size (`fs`): pixels above 0, or an expression.
    pub fn font_size<'v>(self, size: impl Into<Dimension<'v>>) -> Self {
        self.bounded("font_size", "fs", &size.into().0, documented::FONT_SIZE)
    }

    /// Sets the font (`ff`): the name of a
    /// [supported font](https://imagekit.io/docs/add-overlays-on-images#supported-text-font-list),
    /// or the path of a font file in the media library.
    #[inline]
    pub fn font_family(self, family: &str) -> Self {
        self.with("font_family", "ff", &MediaPath::new(family))
    }

    /// Sets the color of the letters (`co`).
    pub fn font_color<'v>(self, color: impl Into<Color<'v>>) -> Self {
        self.with("font_color", "co", &color.into())
    }

    /// Sets the styles of the letters (`tg`).
    pub fn typography(self, styles: impl IntoIterator<Item = impl Into<Typography>>) -> Self {
        self.with(
            "typography",
            "tg",
            &Joined::<Typography>::from_values(styles),
        )
    }

    /// Sets the width of the text box (`w`): pixels or an expression. Longer lines are wrapped.
    pub fn width<'v>(self, width: impl Into<Dimension<'v>>) -> Self {
        self.bounded("width", "w", &width.into().0, documented::SIZE)
    }

    /// Sets the height of a line (`lh`): pixels above 0, or an expression.
    pub fn line_height<'v>(self, height: impl Into<Dimension<'v>>) -> Self {
        self.bounded("line_height", "lh", &height.into().0, documented::FONT_SIZE)
    }

    /// Sets the alignment of the text in its box (`ia`).
    pub fn inner_alignment(self, alignment: impl Into<InnerAlignment>) -> Self {
        self.with("inner_alignment", "ia", &alignment.into())
    }

    /// Sets the space around the text (`pa`): pixels, an expression, or one number per side.
    pub fn padding(self, padding: impl Into<Padding>) -> Self {
        self.with("padding", "pa", &padding.into())
    }

    /// Sets the transparency level of the text (`al`), 1 to 9.
    pub fn alpha<'v>(self, alpha: impl Into<Numeric<'v>>) -> Self {
        self.bounded("alpha", "al", &alpha.into().0, documented::ALPHA)
    }

    /// Sets the color of the text box (`bg`).
    pub fn background<'v>(self, color: impl Into<Color<'v>>) -> Self {
        self.with("background", "bg", &color.into())
    }

    /// Rounds the corners of the text box (`r`): pixels, or one radius per corner.
    pub fn radius(self, radius: impl Into<Radius>) -> Self {
        self.with("radius", "r", &radius.into())
    }

    /// Rotates the text clockwise by this many degrees (`rt`).
    pub fn rotation<'v>(self, degrees: impl Into<Rotation<'v>>) -> Self {
        self.bounded("rotation", "rt", &degrees.into().0, documented::ROTATION)
    }

    /// Flips the text (`fl`).
    pub fn flip(self, direction: impl Into<Flip>) -> Self {
        self.with("flip", "fl", &direction.into())
    }
}

impl<'a> Overlay<'a, ImageKind> {
    /// Creates an overlay with an image of the media library. The path must not be empty.
    ///
    /// See [overlays on images](https://imagekit.io/docs/add-overlays-on-images).
    pub fn image(path: impl Into<Cow<'a, str>>) -> Self {
        Self::new(LayerKind::Image, path.into())
    }
}

impl<'a> Overlay<'a, VideoKind> {
    /// Creates an overlay with a video of the media library, for videos. The path must not be
    /// empty.
    ///
    /// See [overlays on videos](https://imagekit.io/docs/add-overlays-on-videos).
    pub fn video(path: impl Into<Cow<'a, str>>) -> Self {
        Self::new(LayerKind::Video, path.into())
    }
}

impl<'a> Overlay<'a, SubtitleKind> {
    /// Creates an overlay with a subtitle file of the media library, for videos. The path must not
    /// be empty. ImageKit places subtitles at the bottom.
    ///
    /// See
    /// [subtitles](https://imagekit.io/docs/add-overlays-on-videos#styling-controls-for-subtitles-layer).
    pub fn subtitle(path: impl Into<Cow<'a, str>>) -> Self {
        Self::new(LayerKind::Subtitle, path.into())
    }

    /// Sets the color behind the letters (`bg`).
    pub fn background<'v>(self, color: impl Into<Color<'v>>) -> Self {
        self.with("background", "bg", &color.into())
    }

    /// Sets the font size (`fs`): pixels above 0.
    pub fn font_size<'v>(self, size: impl Into<Dimension<'v>>) -> Self {
        self.bounded("font_size", "fs", &size.into().0, documented::FONT_SIZE)
    }

    /// Sets the font (`ff`): the name of a
    /// [supported font](https://imagekit.io/docs/add-overlays-on-images#supported-text-font-list),
    /// or the path of a font file in the media library.
    #[inline]
    pub fn font_family(self, family: &str) -> Self {
        self.with("font_family", "ff", &MediaPath::new(family))
    }

    /// Sets the color of the letters (`co`).
    pub fn color<'v>(self, color: impl Into<Color<'v>>) -> Self {
        self.with("color", "co", &color.into())
    }

    /// Sets the styles of the letters (`tg`): bold, italic, or both.
    pub fn typography(self, styles: impl IntoIterator<Item = impl Into<Typography>>) -> Self {
        self.with(
            "typography",
            "tg",
            &Joined::<Typography>::from_values(styles),
        )
    }

    /// Sets the outline of the letters (`fol`): a width in pixels, or a [`FontOutline`] with a
    /// color.
    pub fn font_outline(self, outline: impl Into<FontOutline>) -> Self {
        self.with("font_outline", "fol", &outline.into())
    }

    /// Sets the shadow of the letters (`fsh`).
    pub fn font_shadow(self, shadow: impl Into<FontShadow>) -> Self {
        self.with("font_shadow", "fsh", &shadow.into())
    }
}

impl<'a> Overlay<'a, SolidColorKind> {
    /// Creates a block of one color. The color must not be empty.
    ///
    /// See
    /// [solid color overlay](https://imagekit.io/docs/add-overlays-on-images#apply-transformation-on-solid-color-overlay).
    pub fn solid_color(color: impl Into<Color<'a>>) -> Self {
        let mut overlay = Self::new(LayerKind::SolidColor, color.into().into_string());
        overlay.layer.check_color();
        overlay
    }

    /// Creates a block with a gradient and no solid color behind it.
    pub fn gradient_block(gradient: impl Into<Gradient>) -> Self {
        Self::new(LayerKind::Canvas, Cow::Borrowed("")).gradient(gradient)
    }

    /// Sets the width (`w`): pixels or an expression.
    pub fn width<'v>(self, width: impl Into<Dimension<'v>>) -> Self {
        self.bounded("width", "w", &width.into().0, documented::SIZE)
    }

    /// Sets the height (`h`): pixels or an expression.
    pub fn height<'v>(self, height: impl Into<Dimension<'v>>) -> Self {
        self.bounded("height", "h", &height.into().0, documented::SIZE)
    }

    /// Rounds the corners (`r`): pixels, or one radius per corner.
    pub fn radius(self, radius: impl Into<Radius>) -> Self {
        self.with("radius", "r", &radius.into())
    }

    /// Sets the transparency level (`al`), 1 to 9.
    pub fn alpha<'v>(self, alpha: impl Into<Numeric<'v>>) -> Self {
        self.bounded("alpha", "al", &alpha.into().0, documented::ALPHA)
    }

    /// Adds a gradient over the block (`e-gradient`).
    pub fn gradient(mut self, gradient: impl Into<Gradient>) -> Self {
        self.layer
            .steps
            .put_effect("gradient", "e-gradient", &gradient.into());
        self
    }
}

impl<'a, K> Overlay<'a, K> {
    #[inline]
    fn new(kind: LayerKind, content: Cow<'a, str>) -> Self {
        Self {
            layer: Layer::new(kind, content),
            kind: PhantomData,
        }
    }

    /// Sets the distance from the left edge of the base (`lx`): pixels or an expression. A negative
    /// number counts from the right edge.
    ///
    /// See [position of layers](https://imagekit.io/docs/transformations#position-of-layer).
    pub fn x<'v>(self, x: impl Into<Dimension<'v>>) -> Self {
        self.set(LayerOption::X, &x.into().0)
    }

    /// Sets the distance from the upper edge of the base (`ly`): pixels or an expression. A
    /// negative number counts from the lower edge.
    ///
    /// See [position of layers](https://imagekit.io/docs/transformations#position-of-layer).
    pub fn y<'v>(self, y: impl Into<Dimension<'v>>) -> Self {
        self.set(LayerOption::Y, &y.into().0)
    }

    /// Sets the distance of the overlay's center from the left edge of the base (`lxc`): pixels or
    /// an expression. Excludes [`x`](Self::x).
    pub fn x_center<'v>(self, x: impl Into<Dimension<'v>>) -> Self {
        self.set(LayerOption::XCenter, &x.into().0)
    }

    /// Sets the distance of the overlay's center from the upper edge of the base (`lyc`): pixels or
    /// an expression. Excludes [`y`](Self::y).
    pub fn y_center<'v>(self, y: impl Into<Dimension<'v>>) -> Self {
        self.set(LayerOption::YCenter, &y.into().0)
    }

    /// Sets the position on the base (`lfo`). Default: the center. ImageKit ignores it if there are
    /// coordinates.
    pub fn focus(mut self, position: impl Into<Anchor>) -> Self {
        self.layer.set(LayerOption::Focus, &position.into());
        self
    }

    /// Sets the point of the base from which coordinates are measured (`lap`). Default: the upper
    /// left corner.
    ///
    /// It has an effect only with [`x`](Self::x), [`y`](Self::y), [`x_center`](Self::x_center) or
    /// [`y_center`](Self::y_center).
    pub fn anchor_point(mut self, point: impl Into<Anchor>) -> Self {
        self.layer.set(LayerOption::AnchorPoint, &point.into());
        self
    }

    /// Sets when the overlay appears (`lso`): seconds, 0 or more, or an expression. Only for
    /// videos.
    pub fn start<'v>(self, start: impl Into<Seconds<'v>>) -> Self {
        self.set(LayerOption::Start, &start.into().0)
    }

    /// Sets when the overlay disappears (`leo`): seconds, 0 or more, or an expression. Only for
    /// videos.
    pub fn end<'v>(self, end: impl Into<Seconds<'v>>) -> Self {
        self.set(LayerOption::End, &end.into().0)
    }

    /// Sets how long the overlay is shown (`ldu`): seconds, 0 or more, or an expression. Only for
    /// videos. [`end`](Self::end) takes precedence.
    pub fn duration<'v>(self, duration: impl Into<Seconds<'v>>) -> Self {
        self.set(LayerOption::Duration, &duration.into().0)
    }

    /// Sets how the overlay and the base are combined (`lm`). Only for images.
    ///
    /// See [layer modes](https://imagekit.io/docs/add-overlays-on-images#layer-modes).
    pub fn layer_mode(mut self, mode: impl Into<LayerMode>) -> Self {
        self.layer.set(LayerOption::Mode, &mode.into());
        self
    }

    /// Sets how the text or the path is encoded. Default: [`Encoding::Auto`]. Colors are not
    /// encoded.
    #[inline]
    pub fn encoding(mut self, encoding: Encoding) -> Self {
        self.layer.encoding = encoding;
        self
    }

    /// Adds a step that transforms the overlay. The step can contain overlays, nested 3 deep in
    /// total.
    #[inline]
    pub fn transform(mut self, step: Transformation) -> Self {
        self.layer.steps.then(&step);
        self
    }

    fn set(mut self, option: LayerOption, scalar: &Scalar<'_>) -> Self {
        let value = BoundedScalar {
            argument: option.name(),
            scalar,
            allowed: option.allowed(),
        };
        self.layer.set(option, &value);
        self
    }

    #[inline]
    fn with(mut self, argument: &str, code: &str, value: &impl WriteValue) -> Self {
        self.layer.steps.put(argument, code, value);
        self
    }

    #[inline]
    fn bounded(
        mut self,
        argument: &'static str,
        code: &str,
        value: &Scalar<'_>,
        allowed: Allowed,
    ) -> Self {
        self.layer.steps.put_bounded(argument, code, value, allowed);
        self
    }

    pub(super) fn into_layer(self) -> Layer<'a> {
        self.layer
    }
}
