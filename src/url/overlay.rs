//! Overlays: what is laid over an image or a video.

use std::borrow::Cow;
use std::marker::PhantomData;

use serde::{Deserialize, Serialize};

use super::choices::{Anchor, Flip, InnerAlignment, LayerMode, Typography};
use super::color::Color;
use super::effects::{FontOutline, FontShadow, Gradient, Padding, Radius};
use super::limits;
use super::number::{Dimension, Limited, Limits, Number, Rotation, Scalar, Seconds};
use super::text::{Text, Value, trim_slashes};
use super::transformation::{List, Path, Transformation};

/// The kinds of [`Overlay`], as types.
pub mod overlay_kind {
    /// Text.
    #[derive(Clone, Copy, Debug)]
    pub enum TextKind {}
    /// An image.
    #[derive(Clone, Copy, Debug)]
    pub enum ImageKind {}
    /// A video.
    #[derive(Clone, Copy, Debug)]
    pub enum VideoKind {}
    /// Subtitles.
    #[derive(Clone, Copy, Debug)]
    pub enum SubtitleKind {}
    /// A block of one color.
    #[derive(Clone, Copy, Debug)]
    pub enum SolidColorKind {}
}
use crate::problem::Problem;
use overlay_kind::{ImageKind, SolidColorKind, SubtitleKind, TextKind, VideoKind};

/// Something that is laid over an image or a video: text, an image, a video, subtitles or a color.
///
/// Every kind can be placed, timed and given steps of its own with [`transform`](Self::transform); text, subtitles and
/// colors have methods for the options that only they take. Without a position an overlay lies in the middle.
/// See "Add overlays" in the ImageKit documentation.
///
/// ```
/// use imagekitio::url::Anchor;
/// use imagekitio::{Overlay, Transformation};
///
/// let logo = Overlay::image("brand/logo.png").focus(Anchor::TopRight).transform(Transformation::new().width(120));
/// let step = Transformation::new().width(800).overlay(logo);
/// assert_eq!(step.to_string(), "w-800,l-image,i-brand@@logo.png,lfo-top_right,w-120,l-end");
/// ```
#[derive(Clone, Debug)]
pub struct Overlay<'a, K> {
    layer: Layer<'a>,
    kind: PhantomData<K>,
}

/// How the text or the path of an overlay is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Encoding {
    /// Plain where every character allows it, otherwise base64.
    #[default]
    Auto,
    /// Percent-encoded text (`i-`).
    Plain,
    /// Base64 (`ie-`).
    Base64,
}

impl<'a> Overlay<'a, TextKind> {
    /// Text. It must not be empty.
    pub fn text(text: impl Into<Cow<'a, str>>) -> Self {
        Self::new(LayerKind::Text, text.into())
    }

    /// Font size in pixels (`fs`), or an expression.
    pub fn font_size<'v>(self, size: impl Into<Dimension<'v>>) -> Self {
        self.limited("font_size", "fs", &size.into().0, limits::FONT_SIZE)
    }

    /// Font: the name of one that ImageKit has, or the path of a font file in the media library (`ff`).
    #[inline]
    pub fn font_family(self, family: &str) -> Self {
        self.with("font_family", "ff", &Path::new(family))
    }

    /// Color of the letters (`co`).
    pub fn font_color<'v>(self, color: impl Into<Color<'v>>) -> Self {
        self.with("font_color", "co", &color.into())
    }

    /// Styles of the letters (`tg`).
    pub fn typography(self, styles: impl IntoIterator<Item = impl Into<Typography>>) -> Self {
        self.with("typography", "tg", &List::<Typography>::of(styles))
    }

    /// Width of the text's box in pixels (`w`), or an expression. Longer lines are broken.
    pub fn width<'v>(self, width: impl Into<Dimension<'v>>) -> Self {
        self.limited("width", "w", &width.into().0, limits::SIZE)
    }

    /// Height of a line in pixels (`lh`), or an expression.
    pub fn line_height<'v>(self, height: impl Into<Dimension<'v>>) -> Self {
        self.limited("line_height", "lh", &height.into().0, limits::FONT_SIZE)
    }

    /// Alignment of the text in its box (`ia`).
    pub fn inner_alignment(self, alignment: impl Into<InnerAlignment>) -> Self {
        self.with("inner_alignment", "ia", &alignment.into())
    }

    /// Space around the text (`pa`): pixels, an expression, or one number per side.
    pub fn padding(self, padding: impl Into<Padding>) -> Self {
        self.with("padding", "pa", &padding.into())
    }

    /// Transparency level of the text (`al`), 1 to 9.
    pub fn alpha<'v>(self, alpha: impl Into<Number<'v>>) -> Self {
        self.limited("alpha", "al", &alpha.into().0, limits::ALPHA)
    }

    /// Color of the text's box (`bg`).
    pub fn background<'v>(self, color: impl Into<Color<'v>>) -> Self {
        self.with("background", "bg", &color.into())
    }

    /// Rounded corners of the text's box (`r`).
    pub fn radius(self, radius: impl Into<Radius>) -> Self {
        self.with("radius", "r", &radius.into())
    }

    /// Rotation in degrees clockwise (`rt`).
    pub fn rotation<'v>(self, degrees: impl Into<Rotation<'v>>) -> Self {
        self.limited("rotation", "rt", &degrees.into().0, limits::ROTATION)
    }

    /// Mirrors the text (`fl`).
    pub fn flip(self, direction: impl Into<Flip>) -> Self {
        self.with("flip", "fl", &direction.into())
    }
}

impl<'a> Overlay<'a, ImageKind> {
    /// An image of the media library, by its path. It must not be empty.
    pub fn image(path: impl Into<Cow<'a, str>>) -> Self {
        Self::new(LayerKind::Image, path.into())
    }
}

impl<'a> Overlay<'a, VideoKind> {
    /// A video of the media library, by its path. It must not be empty. Only over videos.
    pub fn video(path: impl Into<Cow<'a, str>>) -> Self {
        Self::new(LayerKind::Video, path.into())
    }
}

impl<'a> Overlay<'a, SubtitleKind> {
    /// Subtitles from a file of the media library, by its path. It must not be empty. Only over videos; subtitles have
    /// their place at the lower edge.
    pub fn subtitle(path: impl Into<Cow<'a, str>>) -> Self {
        Self::new(LayerKind::Subtitle, path.into())
    }

    /// Color behind the letters (`bg`).
    pub fn background<'v>(self, color: impl Into<Color<'v>>) -> Self {
        self.with("background", "bg", &color.into())
    }

    /// Font size in pixels (`fs`).
    pub fn font_size<'v>(self, size: impl Into<Dimension<'v>>) -> Self {
        self.limited("font_size", "fs", &size.into().0, limits::FONT_SIZE)
    }

    /// Font: the name of one that ImageKit has, or the path of a font file in the media library (`ff`).
    #[inline]
    pub fn font_family(self, family: &str) -> Self {
        self.with("font_family", "ff", &Path::new(family))
    }

    /// Color of the letters (`co`).
    pub fn color<'v>(self, color: impl Into<Color<'v>>) -> Self {
        self.with("color", "co", &color.into())
    }

    /// Styles of the letters (`tg`): bold, italic, or both.
    pub fn typography(self, styles: impl IntoIterator<Item = impl Into<Typography>>) -> Self {
        self.with("typography", "tg", &List::<Typography>::of(styles))
    }

    /// Outline of the letters (`fol`): a width, or a [`FontOutline`] with a color.
    pub fn font_outline(self, outline: impl Into<FontOutline>) -> Self {
        self.with("font_outline", "fol", &outline.into())
    }

    /// Shadow of the letters (`fsh`).
    pub fn font_shadow(self, shadow: impl Into<FontShadow>) -> Self {
        self.with("font_shadow", "fsh", &shadow.into())
    }
}

impl<'a> Overlay<'a, SolidColorKind> {
    /// A block of one color. The color must not be empty.
    pub fn solid_color(color: impl Into<Color<'a>>) -> Self {
        let mut overlay = Self::new(LayerKind::SolidColor, color.into().into_string());
        overlay.layer.check_color();
        overlay
    }

    /// A block with a gradient and without a color behind it.
    pub fn gradient_block(gradient: impl Into<Gradient>) -> Self {
        Self::new(LayerKind::Canvas, Cow::Borrowed("")).gradient(gradient)
    }

    /// Width in pixels (`w`), or an expression.
    pub fn width<'v>(self, width: impl Into<Dimension<'v>>) -> Self {
        self.limited("width", "w", &width.into().0, limits::SIZE)
    }

    /// Height in pixels (`h`), or an expression.
    pub fn height<'v>(self, height: impl Into<Dimension<'v>>) -> Self {
        self.limited("height", "h", &height.into().0, limits::SIZE)
    }

    /// Rounded corners (`r`).
    pub fn radius(self, radius: impl Into<Radius>) -> Self {
        self.with("radius", "r", &radius.into())
    }

    /// Transparency level (`al`), 1 to 9.
    pub fn alpha<'v>(self, alpha: impl Into<Number<'v>>) -> Self {
        self.limited("alpha", "al", &alpha.into().0, limits::ALPHA)
    }

    /// Gradient over the block (`e-gradient`).
    pub fn gradient(mut self, gradient: impl Into<Gradient>) -> Self {
        self.layer
            .own
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

    /// Distance of the left edge from that of the base (`lx`): pixels or an expression. Negative numbers count from
    /// the right.
    pub fn x<'v>(self, x: impl Into<Dimension<'v>>) -> Self {
        self.set(LayerOption::X, &x.into().0)
    }

    /// Distance of the upper edge from that of the base (`ly`): pixels or an expression. Negative numbers count from
    /// below.
    pub fn y<'v>(self, y: impl Into<Dimension<'v>>) -> Self {
        self.set(LayerOption::Y, &y.into().0)
    }

    /// Distance of the overlay's middle from the left edge of the base (`lxc`): pixels or an expression. Not together
    /// with [`x`](Self::x).
    pub fn x_center<'v>(self, x: impl Into<Dimension<'v>>) -> Self {
        self.set(LayerOption::XCenter, &x.into().0)
    }

    /// Distance of the overlay's middle from the upper edge of the base (`lyc`): pixels or an expression. Not together
    /// with [`y`](Self::y).
    pub fn y_center<'v>(self, y: impl Into<Dimension<'v>>) -> Self {
        self.set(LayerOption::YCenter, &y.into().0)
    }

    /// Place on the base (`lfo`); the middle by default. ImageKit ignores it beside coordinates.
    pub fn focus(mut self, place: impl Into<Anchor>) -> Self {
        self.layer.set(LayerOption::Focus, &place.into());
        self
    }

    /// The point of the base from which the coordinates are measured (`lap`); the upper left corner by default. It takes
    /// effect only with [`x`](Self::x), [`y`](Self::y), [`x_center`](Self::x_center) or [`y_center`](Self::y_center).
    pub fn anchor_point(mut self, point: impl Into<Anchor>) -> Self {
        self.layer.set(LayerOption::AnchorPoint, &point.into());
        self
    }

    /// When the overlay appears (`lso`): seconds, 0 or more, or an expression. Only over videos.
    pub fn start<'v>(self, start: impl Into<Seconds<'v>>) -> Self {
        self.set(LayerOption::Start, &start.into().0)
    }

    /// When the overlay disappears (`leo`): seconds, 0 or more, or an expression. Only over videos.
    pub fn end<'v>(self, end: impl Into<Seconds<'v>>) -> Self {
        self.set(LayerOption::End, &end.into().0)
    }

    /// How long the overlay is shown (`ldu`): seconds, 0 or more, or an expression. Only over videos;
    /// [`end`](Self::end) is stronger.
    pub fn duration<'v>(self, duration: impl Into<Seconds<'v>>) -> Self {
        self.set(LayerOption::Duration, &duration.into().0)
    }

    /// How the overlay and the base are combined (`lm`). Only over images.
    pub fn layer_mode(mut self, mode: impl Into<LayerMode>) -> Self {
        self.layer.set(LayerOption::Mode, &mode.into());
        self
    }

    /// How the text or the path is written. [`Encoding::Auto`] suits nearly always. Colors are not encoded.
    #[inline]
    pub fn encoding(mut self, encoding: Encoding) -> Self {
        self.layer.encoding = encoding;
        self
    }

    /// Adds a step that transforms the overlay itself. It may hold overlays, three deep in all.
    #[inline]
    pub fn transform(mut self, step: Transformation) -> Self {
        self.layer.own.then(&step);
        self
    }

    fn set(mut self, option: LayerOption, scalar: &Scalar<'_>) -> Self {
        let value = Limited {
            option: option.name(),
            scalar,
            limits: option.limits(),
        };
        self.layer.set(option, &value);
        self
    }

    #[inline]
    fn with(mut self, option: &str, code: &str, value: &impl Value) -> Self {
        self.layer.own.put(option, code, value);
        self
    }

    #[inline]
    fn limited(
        mut self,
        option: &'static str,
        code: &str,
        value: &Scalar<'_>,
        limits: Limits,
    ) -> Self {
        self.layer.own.put_limited(option, code, value, limits);
        self
    }

    pub(super) fn into_layer(self) -> Layer<'a> {
        self.layer
    }
}

/// An overlay of any kind.
#[derive(Clone, Debug)]
pub(super) struct Layer<'a> {
    kind: LayerKind,
    content: Cow<'a, str>,
    pub(super) encoding: Encoding,
    /// In the order in which they are written.
    options: Vec<(LayerOption, Text)>,
    /// The overlay's own steps.
    pub(super) own: Transformation,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum LayerKind {
    Text,
    Image,
    Video,
    Subtitle,
    SolidColor,
    /// A block without a color.
    Canvas,
}

/// What a layer can be given besides its content and its steps, in the order of the URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum LayerOption {
    Mode,
    X,
    Y,
    XCenter,
    YCenter,
    Focus,
    AnchorPoint,
    Start,
    End,
    Duration,
}

impl LayerOption {
    const fn code(self) -> &'static str {
        match self {
            Self::Mode => "lm",
            Self::X => "lx",
            Self::Y => "ly",
            Self::XCenter => "lxc",
            Self::YCenter => "lyc",
            Self::Focus => "lfo",
            Self::AnchorPoint => "lap",
            Self::Start => "lso",
            Self::End => "leo",
            Self::Duration => "ldu",
        }
    }

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Mode => "layer_mode",
            Self::X => "x",
            Self::Y => "y",
            Self::XCenter => "x_center",
            Self::YCenter => "y_center",
            Self::Focus => "focus",
            Self::AnchorPoint => "anchor_point",
            Self::Start => "start",
            Self::End => "end",
            Self::Duration => "duration",
        }
    }

    pub(super) const fn limits(self) -> Limits {
        match self {
            Self::Mode => limits::LAYER_MODE,
            Self::X | Self::Y | Self::XCenter | Self::YCenter => limits::POSITION,
            Self::Focus | Self::AnchorPoint => limits::ANCHOR,
            Self::Start | Self::End | Self::Duration => limits::SECONDS,
        }
    }
}

impl<'a> Layer<'a> {
    pub(super) fn new(kind: LayerKind, content: Cow<'a, str>) -> Self {
        Self {
            kind,
            content,
            encoding: Encoding::Auto,
            options: Vec::new(),
            own: Transformation::new(),
        }
    }

    /// Refuses content that can't be a color.
    pub(super) fn check_color(&mut self) {
        if let Err(mut problem) = limits::COLOR.check_string(&self.content) {
            problem.name("color");
            self.own.refuse(problem);
        }
    }

    /// Sets an option; an empty value leaves it out.
    pub(super) fn set(&mut self, option: LayerOption, value: &impl Value) {
        let mut text = Text::default();
        value.write(&mut text);
        text.name_problem(option.name());
        match self
            .options
            .binary_search_by_key(&option, |(option, _)| *option)
        {
            Ok(place) => self.options[place].1 = text,
            Err(place) => self.options.insert(place, (option, text)),
        }
    }

    /// Layers in one another, this one included.
    pub(super) fn depth(&self) -> u8 {
        self.own.depth().saturating_add(1)
    }

    /// The name of the content as an option, and what to give where it is empty.
    fn content_option(&self) -> (&'static str, &'static str) {
        match self.kind {
            LayerKind::Text => ("text", "give it text"),
            LayerKind::SolidColor => ("color", "give it a color"),
            _ => ("input", "give it the path of a file"),
        }
    }

    pub(super) fn write(&self, text: &mut Text) {
        let (option, fix) = self.content_option();
        let content = match self.kind {
            LayerKind::Text | LayerKind::SolidColor => &self.content,
            _ => trim_slashes(&self.content),
        };
        if content.is_empty() && self.kind != LayerKind::Canvas {
            text.refuse(Problem::new(
                option,
                format!("an overlay needs content and this one is empty; {fix}"),
            ));
        }
        text.push_known(match self.kind {
            LayerKind::Text => "l-text,",
            LayerKind::Image => "l-image,",
            LayerKind::Video => "l-video,",
            LayerKind::Subtitle => "l-subtitles,",
            LayerKind::SolidColor => "l-image,i-ik_canvas,bg-",
            LayerKind::Canvas => "l-image,i-ik_canvas",
        });
        match self.kind {
            LayerKind::Text => self.write_content(text, content, is_simple, Text::push_component),
            LayerKind::SolidColor => text.push(content),
            LayerKind::Canvas => {}
            _ => {
                let simple = |byte| byte == b'/' || is_simple(byte);
                self.write_content(text, content, simple, Text::push_path);
            }
        }
        text.name_problem(option);
        for (option, value) in self.options.iter().filter(|(_, value)| !value.is_empty()) {
            text.push_known(",");
            text.push_known(option.code());
            if value.as_str() != "-" {
                text.push_known("-");
                text.append(value);
            }
        }
        if !self.own.text().is_empty() {
            text.push_known(",");
        }
        text.append(self.own.text());
        text.push_known(",l-end");
    }

    /// Writes the content in the encoding asked for, which may depend on whether it is simple.
    fn write_content(
        &self,
        text: &mut Text,
        content: &str,
        simple: impl Fn(u8) -> bool,
        push_plain: impl Fn(&mut Text, &str),
    ) {
        let base64 = match self.encoding {
            Encoding::Plain => false,
            Encoding::Base64 => true,
            Encoding::Auto => !content.bytes().all(simple),
        };
        if base64 {
            text.push_known("ie-");
            text.push_base64(content);
        } else {
            text.push_known("i-");
            push_plain(text, content);
        }
    }
}

/// Whether text with this byte needs no base64.
fn is_simple(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b' ')
}
