//! Transformations: the steps that ImageKit applies to an image or a video.

mod allowed;
mod background;
mod buffer;
mod color;
mod composite_value;
mod condition;
mod documented;
mod edges;
mod effects;
mod expression;
mod font;
mod keywords;
mod layer;
mod numbers;
mod overlay;
mod page;
mod parameter_value;
mod parameters;
mod pattern;
mod prompt;
mod scalar;
mod set_by_name;
mod similar_name;
mod write_value;

use std::fmt;

pub use background::Background;
pub use color::Color;
pub use condition::{Condition, Property};
pub use edges::{Border, Padding, Radius, Trim};
pub use effects::{
    ColorReplace, Colorize, Distort, DropShadow, Gradient, Shadow, Sharpen, UnsharpMask,
};
pub use expression::Expr;
pub use font::{FontOutline, FontShadow};
pub use keywords::{
    Anchor, AudioCodec, Crop, CropMode, Flip, Focus, Format, InnerAlignment, LayerMode, Resolution,
    Typography, VideoCodec,
};
pub use numbers::{AspectRatio, Dimension, Numeric, Rotation, Seconds};
pub use overlay::{Encoding, Overlay, overlay_kind};
pub use page::Page;
pub use parameter_value::ParameterValue;
pub use prompt::Prompt;

pub(crate) use buffer::Buffer;
pub(crate) use documented::{ASPECT_RATIO, COLOR};
pub(crate) use layer::{Layer, LayerKind, LayerOption};
#[cfg(feature = "schemars")]
pub(crate) use parameters::Parameter;
pub(crate) use parameters::{PARAMETERS, ValueSyntax, find_by_code, same_parameter};
pub(crate) use set_by_name::{CheckedValue, UncheckedValue, ValueChecks, with_parameter};
pub(crate) use write_value::WriteValue;

use crate::problem::Problem;
use allowed::Allowed;
use scalar::{BoundedScalar, Scalar};
use write_value::{Joined, MediaPath};

/// How many layers can be nested.
pub(crate) const MAX_DEPTH: u8 = 3;

/// One step of a transformation: the parameters that ImageKit applies together to an image or
/// video.
///
/// Every documented parameter has a method. Parameters are written in the order of the calls. Most
/// values can also be a string in the syntax of the URL: `"300"`, `"iw_div_2"`, `"bl-15_st-40"`.
/// `"-"` writes the bare code of the parameter. An empty string leaves the parameter out.
///
/// Building the URL fails with [`InvalidInput`](crate::ErrorKind::InvalidInput) for:
/// - a number outside the documented range, and a string that can't be valid, such as `"300px"`
/// - a value with a separator. `,` starts another parameter, `:` another step, and `/` ends a
///   transformation in the path. Escaped separators (`%2C`, `%252C`) count too, because servers
///   resolve them. Untrusted values therefore can't add parameters, nor undo those that a signature
///   protects.
///
/// [`set`](Self::set) accepts any value without separators, and parameters without a method.
/// [`raw`](Self::raw) accepts everything.
///
/// See [transformations](https://imagekit.io/docs/transformations).
///
/// # Examples
///
/// ```
/// use imagekitio::url::{Crop, Expr, Focus};
/// use imagekitio::{Overlay, Transformation};
///
/// let step = Transformation::new()
///     .width(400)
///     .height(Expr::input_height() / 2)
///     .crop(Crop::MaintainRatio)
///     .focus(Focus::Face)
///     .overlay(Overlay::text("Hello").font_size(20));
/// assert_eq!(
///     step.to_string(),
///     "w-400,h-ih_div_2,c-maintain_ratio,fo-face,l-text,i-Hello,fs-20,l-end"
/// );
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[must_use = "a transformation has no effect until it is given to a URL"]
pub struct Transformation {
    buffer: Buffer,
    /// Depth of the nested layers.
    depth: u8,
    /// Whether the step is valid only for a playlist of adaptive streaming.
    streaming: bool,
}

impl Transformation {
    /// Creates an empty step. Empty steps are left out of the URL.
    #[inline]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the width (`w`): pixels, a fraction from 0 to 1 of the original's width (images only),
    /// an expression, or `"auto"`.
    ///
    /// For images and videos. See
    /// [width](https://imagekit.io/docs/image-resize-and-crop#width---w).
    pub fn width<'a>(self, width: impl Into<Dimension<'a>>) -> Self {
        self.bounded("width", "w", &width.into().0, documented::SIZE)
    }

    /// Sets the height (`h`): pixels, a fraction from 0 to 1 of the original's height (images
    /// only), an expression, or `"auto"`.
    ///
    /// For images and videos. See
    /// [height](https://imagekit.io/docs/image-resize-and-crop#height---h).
    pub fn height<'a>(self, height: impl Into<Dimension<'a>>) -> Self {
        self.bounded("height", "h", &height.into().0, documented::SIZE)
    }

    /// Sets the aspect ratio (`ar`): `(4, 3)`, `"4-3"`, a number above 0, or an expression.
    ///
    /// Needs a width or a height. For images and videos. See
    /// [aspect ratio](https://imagekit.io/docs/image-resize-and-crop#aspect-ratio---ar).
    pub fn aspect_ratio<'a>(self, ratio: impl Into<AspectRatio<'a>>) -> Self {
        self.bounded(
            "aspect_ratio",
            "ar",
            &ratio.into().0,
            documented::ASPECT_RATIO,
        )
    }

    /// Sets how the image is fitted into the requested width and height (`c`).
    ///
    /// For images and videos. See
    /// [crop modes](https://imagekit.io/docs/image-resize-and-crop#crop-crop-modes--focus).
    pub fn crop(self, crop: impl Into<Crop>) -> Self {
        self.with("crop", "c", &crop.into())
    }

    /// Sets whether the image is padded or extracted (`cm`).
    ///
    /// For images and videos. See
    /// [crop modes](https://imagekit.io/docs/image-resize-and-crop#crop-crop-modes--focus).
    pub fn crop_mode(self, mode: impl Into<CropMode>) -> Self {
        self.with("crop_mode", "cm", &mode.into())
    }

    /// Sets the part of the image that cropping keeps (`fo`): a position, faces, or an object such
    /// as `"car"` or `"car_dog"`.
    ///
    /// For images; for videos only the nine positions. See
    /// [focus](https://imagekit.io/docs/image-resize-and-crop#focus---fo).
    pub fn focus(self, focus: impl Into<Focus>) -> Self {
        self.with("focus", "fo", &focus.into())
    }

    /// Sets the zoom factor (`z`), above 0, around the faces or the object in focus.
    ///
    /// For images. See [zoom](https://imagekit.io/docs/image-resize-and-crop#zoom---z).
    pub fn zoom<'a>(self, zoom: impl Into<Numeric<'a>>) -> Self {
        self.bounded("zoom", "z", &zoom.into().0, documented::ZOOM)
    }

    /// Sets the left edge of the area to extract (`x`): pixels or an expression.
    ///
    /// Needs [`CropMode::Extract`]. For images. See
    /// [focus by coordinates](https://imagekit.io/docs/image-resize-and-crop#example---focus-using-cropped-image-coordinates).
    pub fn x<'a>(self, x: impl Into<Dimension<'a>>) -> Self {
        self.bounded("x", "x", &x.into().0, documented::POSITION)
    }

    /// Sets the upper edge of the area to extract (`y`): pixels or an expression.
    ///
    /// Needs [`CropMode::Extract`]. For images. See
    /// [focus by coordinates](https://imagekit.io/docs/image-resize-and-crop#example---focus-using-cropped-image-coordinates).
    pub fn y<'a>(self, y: impl Into<Dimension<'a>>) -> Self {
        self.bounded("y", "y", &y.into().0, documented::POSITION)
    }

    /// Sets the horizontal center of the area to extract (`xc`), from the left edge: pixels or an
    /// expression.
    ///
    /// Needs [`CropMode::Extract`]. For images. See
    /// [focus by coordinates](https://imagekit.io/docs/image-resize-and-crop#example---focus-using-cropped-image-coordinates).
    pub fn x_center<'a>(self, x: impl Into<Dimension<'a>>) -> Self {
        self.bounded("x_center", "xc", &x.into().0, documented::POSITION)
    }

    /// Sets the vertical center of the area to extract (`yc`), from the upper edge: pixels or an
    /// expression.
    ///
    /// Needs [`CropMode::Extract`]. For images. See
    /// [focus by coordinates](https://imagekit.io/docs/image-resize-and-crop#example---focus-using-cropped-image-coordinates).
    pub fn y_center<'a>(self, y: impl Into<Dimension<'a>>) -> Self {
        self.bounded("y_center", "yc", &y.into().0, documented::POSITION)
    }

    /// Sets the device pixel ratio (`dpr`): 0.1 to 5, an expression, or `"auto"`.
    ///
    /// Needs a width or a height. For images. See
    /// [DPR](https://imagekit.io/docs/image-resize-and-crop#dpr---dpr).
    pub fn dpr<'a>(self, ratio: impl Into<Dimension<'a>>) -> Self {
        self.bounded("dpr", "dpr", &ratio.into().0, documented::DPR)
    }

    /// Sets the quality of lossy formats (`q`), 1 to 100.
    ///
    /// For images and videos. See
    /// [quality](https://imagekit.io/docs/image-optimization#quality---q).
    pub fn quality<'a>(self, percent: impl Into<Numeric<'a>>) -> Self {
        self.bounded("quality", "q", &percent.into().0, documented::QUALITY)
    }

    /// Sets the file format of the result (`f`).
    ///
    /// For images and videos. See
    /// [format](https://imagekit.io/docs/image-optimization#format---f).
    pub fn format(self, format: impl Into<Format>) -> Self {
        self.with("format", "f", &format.into())
    }

    /// Sets the resolution at which a vector image or a document is rendered (`dn`): 1 to 1200 dots
    /// per inch, or an expression.
    ///
    /// For images, except in overlays. See
    /// [vector and animated images](https://imagekit.io/docs/vector-and-animated-images).
    pub fn density<'a>(self, dots: impl Into<Dimension<'a>>) -> Self {
        self.bounded("density", "dn", &dots.into().0, documented::DENSITY)
    }

    /// Compresses a WebP or PNG image losslessly (`lo`).
    ///
    /// For images. See
    /// [lossless WebP and PNG](https://imagekit.io/docs/image-optimization#lossless-webp-and-png---lo).
    #[inline]
    pub fn lossless(self, lossless: bool) -> Self {
        self.with("lossless", "lo", &lossless)
    }

    /// Makes a JPEG progressive (`pr`).
    ///
    /// For images. See
    /// [progressive image](https://imagekit.io/docs/image-optimization#progressive-image---pr).
    #[inline]
    pub fn progressive(self, progressive: bool) -> Self {
        self.with("progressive", "pr", &progressive)
    }

    /// Keeps the file's metadata (`md`).
    ///
    /// For images. See
    /// [image metadata](https://imagekit.io/docs/image-optimization#image-metadata---md).
    #[inline]
    pub fn metadata(self, keep: bool) -> Self {
        self.with("metadata", "md", &keep)
    }

    /// Keeps the file's color profile (`cp`).
    ///
    /// For images. See
    /// [color profile](https://imagekit.io/docs/image-optimization#color-profile---cp).
    #[inline]
    pub fn color_profile(self, keep: bool) -> Self {
        self.with("color_profile", "cp", &keep)
    }

    /// Adds C2PA content credentials (`c2pa`).
    ///
    /// For images. Accounts without this add-on get status 403.
    #[inline]
    pub fn content_credentials(self, keep: bool) -> Self {
        self.with("content_credentials", "c2pa", &keep)
    }

    /// Delivers the file as it was uploaded (`orig`). ImageKit then ignores all other parameters.
    ///
    /// For images and videos. See
    /// [original file](https://imagekit.io/docs/core-delivery-features#deliver-original-file-as-is---orig-true).
    #[inline]
    pub fn original(self, original: bool) -> Self {
        self.with("original", "orig", &original)
    }

    /// Sets the path of the image to deliver if the requested one doesn't exist (`di`).
    ///
    /// Separate folders by `/`; the URL has `@@` in its place. For images. See
    /// [default image](https://imagekit.io/docs/image-transformation#default-image---di).
    #[inline]
    pub fn default_image(self, path: &str) -> Self {
        self.with("default_image", "di", &MediaPath::new(path))
    }

    /// Applies a named transformation of the account (`n`). The name has letters, digits and `_`.
    ///
    /// For images and videos. See
    /// [named transformations](https://imagekit.io/docs/transformations#named-transformations).
    #[inline]
    pub fn named(self, name: &str) -> Self {
        self.bounded("named", "n", &Scalar::String(name.into()), documented::FREE)
    }

    /// Rounds the corners (`r`): pixels of 0 or more, `"max"`, or one radius per corner.
    ///
    /// Put it into a step after the one that crops. For images, videos and overlays. See
    /// [radius](https://imagekit.io/docs/effects-and-enhancements#radius---r).
    pub fn radius(self, radius: impl Into<Radius>) -> Self {
        self.with("radius", "r", &radius.into())
    }

    /// Sets what is behind the image (`bg`): a color or a [`Background`].
    ///
    /// For images, videos and overlays. See
    /// [background](https://imagekit.io/docs/effects-and-enhancements#solid-color-background).
    pub fn background(self, background: impl Into<Background>) -> Self {
        self.with("background", "bg", &background.into())
    }

    /// Adds a border (`b`).
    ///
    /// For images, videos, and overlays of these. See
    /// [border](https://imagekit.io/docs/effects-and-enhancements#border---b).
    pub fn border(self, border: impl Into<Border>) -> Self {
        self.with("border", "b", &border.into())
    }

    /// Rotates clockwise by this many degrees (`rt`); a negative number rotates counterclockwise.
    ///
    /// For images, and image and text overlays; for videos only multiples of 90. See
    /// [rotate](https://imagekit.io/docs/effects-and-enhancements#rotate---rt).
    pub fn rotation<'a>(self, degrees: impl Into<Rotation<'a>>) -> Self {
        self.bounded("rotation", "rt", &degrees.into().0, documented::ROTATION)
    }

    /// Flips the image (`fl`).
    ///
    /// For images, and image and text overlays. See
    /// [flip](https://imagekit.io/docs/effects-and-enhancements#flip---fl).
    pub fn flip(self, direction: impl Into<Flip>) -> Self {
        self.with("flip", "fl", &direction.into())
    }

    /// Adds a Gaussian blur (`bl`), 1 to 100.
    ///
    /// For images and image overlays. See
    /// [blur](https://imagekit.io/docs/effects-and-enhancements#blur---bl).
    pub fn blur<'a>(self, blur: impl Into<Numeric<'a>>) -> Self {
        self.bounded("blur", "bl", &blur.into().0, documented::BLUR)
    }

    /// Sets the opacity in percent (`o`), 0 to 100.
    ///
    /// For images and image overlays. See
    /// [opacity](https://imagekit.io/docs/effects-and-enhancements#opacity---o).
    pub fn opacity<'a>(self, percent: impl Into<Numeric<'a>>) -> Self {
        self.bounded("opacity", "o", &percent.into().0, documented::OPACITY)
    }

    /// Removes edges of one color (`t`): `true`, `false`, or a tolerance of 1 to 99.
    ///
    /// For images and image overlays. ImageKit trims overlays by default. See
    /// [trim edges](https://imagekit.io/docs/effects-and-enhancements#trim-edges---t).
    pub fn trim(self, trim: impl Into<Trim>) -> Self {
        self.with("trim", "t", &trim.into())
    }

    /// Selects a page or layer of a document (`pg`), counted from 1.
    ///
    /// Outside of overlays it needs [`thumbnail`](crate::url::UrlBuilder::thumbnail). For PDF, PSD,
    /// AI, EPS, GIF and similar files. See
    /// [thumbnails of documents](https://imagekit.io/docs/vector-and-animated-images#get-thumbnail-from-psd-pdf-ai-eps-and-animated-files).
    pub fn page(self, page: impl Into<Page>) -> Self {
        self.with("page", "pg", &page.into())
    }

    /// Replaces one color with another (`cr`).
    ///
    /// For images. See
    /// [color replace](https://imagekit.io/docs/effects-and-enhancements#color-replace---cr).
    pub fn color_replace(self, replacement: impl Into<ColorReplace>) -> Self {
        self.with("color_replace", "cr", &replacement.into())
    }

    /// Converts the image to grayscale (`e-grayscale`).
    ///
    /// For images. See
    /// [grayscale](https://imagekit.io/docs/effects-and-enhancements#grayscale---e-grayscale).
    #[inline]
    pub fn grayscale(self) -> Self {
        self.with_bare("e-grayscale")
    }

    /// Stretches the contrast (`e-contrast`).
    ///
    /// For images. See
    /// [contrast stretch](https://imagekit.io/docs/effects-and-enhancements#contrast-stretch---e-contrast).
    #[inline]
    pub fn contrast_stretch(self) -> Self {
        self.with_bare("e-contrast")
    }

    /// Stretches the contrast, with a value above 0 (`e-contrast-1`).
    ///
    /// For images. ImageKit documents no values. Other SDKs write `1`. See
    /// [contrast stretch](https://imagekit.io/docs/effects-and-enhancements#contrast-stretch---e-contrast).
    pub fn contrast<'a>(self, value: impl Into<Numeric<'a>>) -> Self {
        self.bounded(
            "contrast",
            "e-contrast",
            &value.into().0,
            documented::CONTRAST,
        )
    }

    /// Sharpens the image (`e-sharpen`): a strength above 0, or [`Sharpen::auto`].
    ///
    /// For images. See
    /// [sharpen](https://imagekit.io/docs/effects-and-enhancements#sharpen---e-sharpen).
    pub fn sharpen(self, sharpen: impl Into<Sharpen>) -> Self {
        self.with_effect("sharpen", "e-sharpen", &sharpen.into())
    }

    /// Sharpens edges with an unsharp mask (`e-usm`).
    ///
    /// For images. See
    /// [unsharp mask](https://imagekit.io/docs/effects-and-enhancements#unsharp-mask---e-usm).
    pub fn unsharp_mask(self, mask: impl Into<UnsharpMask>) -> Self {
        self.with_effect("unsharp_mask", "e-usm", &mask.into())
    }

    /// Adds a shadow under the visible part (`e-shadow`).
    ///
    /// For images of up to 2 megapixels with transparency. See
    /// [shadow](https://imagekit.io/docs/effects-and-enhancements#shadow---e-shadow).
    pub fn shadow(self, shadow: impl Into<Shadow>) -> Self {
        self.with_effect("shadow", "e-shadow", &shadow.into())
    }

    /// Adds a gradient over the image (`e-gradient`).
    ///
    /// For images, image overlays and solid color overlays. See
    /// [gradient](https://imagekit.io/docs/effects-and-enhancements#gradient---e-gradient).
    pub fn gradient(self, gradient: impl Into<Gradient>) -> Self {
        self.with_effect("gradient", "e-gradient", &gradient.into())
    }

    /// Tints the image (`e-colorize`).
    ///
    /// For images. See
    /// [colorize](https://imagekit.io/docs/effects-and-enhancements#colorize---e-colorize).
    pub fn colorize(self, tint: impl Into<Colorize>) -> Self {
        self.with("colorize", "e-colorize", &tint.into())
    }

    /// Distorts the image (`e-distort`).
    ///
    /// For images. See
    /// [distort](https://imagekit.io/docs/effects-and-enhancements#distort---e-distort).
    pub fn distort(self, distortion: impl Into<Distort>) -> Self {
        self.with("distort", "e-distort", &distortion.into())
    }

    /// Removes the background with ImageKit's model (`e-bgremove`).
    ///
    /// For images. A step can have one AI effect. The first request can take long. See
    /// [background removal](https://imagekit.io/docs/ai-transformations#imagekit-background-removal-e-bgremove).
    #[inline]
    pub fn ai_remove_background(self) -> Self {
        self.with_bare("e-bgremove")
    }

    /// Removes the background with remove.bg (`e-removedotbg`).
    ///
    /// For images. A step can have one AI effect. The first request can take long. See
    /// [remove.bg](https://imagekit.io/docs/ai-transformations#background-removal-e-removedotbg).
    #[inline]
    pub fn ai_remove_background_external(self) -> Self {
        self.with_bare("e-removedotbg")
    }

    /// Adds a shadow behind the object (`e-dropshadow`).
    ///
    /// For images with a transparent background. A step can have one AI effect. See
    /// [AI drop shadow](https://imagekit.io/docs/ai-transformations#ai-drop-shadow-e-dropshadow).
    pub fn ai_drop_shadow(self, shadow: impl Into<DropShadow>) -> Self {
        self.with_effect("ai_drop_shadow", "e-dropshadow", &shadow.into())
    }

    /// Replaces the background with what the prompt describes (`e-changebg`).
    ///
    /// For images. A step can have one AI effect. The first request can take long. See
    /// [change background](https://imagekit.io/docs/ai-transformations#change-background-e-changebg).
    pub fn ai_change_background(self, prompt: impl Into<Prompt>) -> Self {
        self.with("ai_change_background", "e-changebg", &prompt.into())
    }

    /// Edits the image as the prompt describes (`e-edit`).
    ///
    /// For images. A step can have one AI effect. The result is 1024 or 1536 pixels wide. See
    /// [edit image](https://imagekit.io/docs/ai-transformations#edit-image-e-edit).
    pub fn ai_edit(self, prompt: impl Into<Prompt>) -> Self {
        self.with("ai_edit", "e-edit", &prompt.into())
    }

    /// Improves the image (`e-retouch`).
    ///
    /// For images below 16 megapixels. A step can have one AI effect. See
    /// [retouch](https://imagekit.io/docs/ai-transformations#retouch-e-retouch).
    #[inline]
    pub fn ai_retouch(self) -> Self {
        self.with_bare("e-retouch")
    }

    /// Enlarges the image to 16 megapixels (`e-upscale`).
    ///
    /// For images below 16 megapixels. A step can have one AI effect. See
    /// [upscale](https://imagekit.io/docs/ai-transformations#upscale-e-upscale).
    #[inline]
    pub fn ai_upscale(self) -> Self {
        self.with_bare("e-upscale")
    }

    /// Generates a variation of the image (`e-genvar`). Another URL gives another variation.
    ///
    /// For images. A step can have one AI effect. See
    /// [variations](https://imagekit.io/docs/ai-transformations#generate-variations-of-an-image-e-genvar).
    #[inline]
    pub fn ai_variation(self) -> Self {
        self.with_bare("e-genvar")
    }

    /// Sets the video codec (`vc`).
    ///
    /// For videos. See
    /// [video codec](https://imagekit.io/docs/video-optimization#video-codec---vc).
    pub fn video_codec(self, codec: impl Into<VideoCodec>) -> Self {
        self.with("video_codec", "vc", &codec.into())
    }

    /// Sets the audio codec (`ac`).
    ///
    /// For videos. See
    /// [audio codec](https://imagekit.io/docs/video-optimization#audio-codec---ac).
    pub fn audio_codec(self, codec: impl Into<AudioCodec>) -> Self {
        self.with("audio_codec", "ac", &codec.into())
    }

    /// Sets where the result starts (`so`): seconds, 0 or more, or an expression.
    ///
    /// For videos and video overlays. See
    /// [start offset](https://imagekit.io/docs/trim-videos#start-offset---so).
    pub fn start_offset<'a>(self, start: impl Into<Seconds<'a>>) -> Self {
        self.bounded("start_offset", "so", &start.into().0, documented::SECONDS)
    }

    /// Sets where the result ends (`eo`): seconds, 0 or more, or an expression.
    ///
    /// For videos and video overlays. See
    /// [end offset](https://imagekit.io/docs/trim-videos#end-offset---eo).
    pub fn end_offset<'a>(self, end: impl Into<Seconds<'a>>) -> Self {
        self.bounded("end_offset", "eo", &end.into().0, documented::SECONDS)
    }

    /// Sets the length of the result (`du`): seconds, 0 or more, or an expression.
    ///
    /// For videos and video overlays. See
    /// [duration](https://imagekit.io/docs/trim-videos#duration---du).
    pub fn duration<'a>(self, duration: impl Into<Seconds<'a>>) -> Self {
        self.bounded("duration", "du", &duration.into().0, documented::SECONDS)
    }

    /// Sets the renditions of adaptive bitrate streaming (`sr`) by their height in pixels: 240,
    /// 360, 480, 720, 1080, 1440 or 2160.
    ///
    /// Needs [`hls`](crate::url::UrlBuilder::hls) or [`dash`](crate::url::UrlBuilder::dash), or a
    /// path that ends in `/ik-master.m3u8` or `/ik-master.mpd`. Building the URL fails otherwise.
    /// ImageKit doesn't combine it with width, height, aspect ratio, format, codecs or quality. For
    /// videos. See
    /// [adaptive bitrate streaming](https://imagekit.io/docs/adaptive-bitrate-streaming).
    ///
    /// ```
    /// use imagekitio::Transformation;
    ///
    /// let step = Transformation::new().streaming_resolutions([240, 360, 720]);
    /// assert_eq!(step.to_string(), "sr-240_360_720");
    /// ```
    pub fn streaming_resolutions(
        self,
        resolutions: impl IntoIterator<Item = impl Into<Resolution>>,
    ) -> Self {
        self.with(
            "streaming_resolutions",
            "sr",
            &Joined::<Resolution>::from_values(resolutions),
        )
        .for_streaming()
    }

    /// Sets the language of generated subtitles, chapters and transcripts (`lang`): a code such as
    /// `"fr"`, with letters, digits, `-` and `_`.
    ///
    /// A language other than the spoken one requests a translation. Use it with
    /// [`generated_subtitles`](crate::url::UrlBuilder::generated_subtitles). For videos. See
    /// [subtitles and chapters](https://imagekit.io/docs/video-player/subtitles-and-chapters).
    pub fn language(self, code: &str) -> Self {
        self.bounded(
            "language",
            "lang",
            &Scalar::String(code.into()),
            documented::NAME,
        )
    }

    /// Lays text, an image, a video, subtitles or a color over the result so far
    /// (`l-...,l-end`). Overlays can be nested 3 deep.
    ///
    /// For images and videos. See
    /// [overlay using layers](https://imagekit.io/docs/transformations#overlay-using-layers).
    pub fn overlay<K>(self, overlay: Overlay<'_, K>) -> Self {
        self.with_layer(&overlay.into_layer())
    }

    /// Creates a step that applies only if the condition holds (`if-...,if-end`).
    ///
    /// Give a conditional step to the URL as a step by itself.
    #[inline]
    pub fn when(condition: Condition, then: Self) -> Self {
        Self::new()
            .with("condition", "if", &condition)
            .with_parameters_of(then)
            .with_bare("if-end")
    }

    /// Creates a step that applies `then` if the condition holds, and `otherwise` if it doesn't
    /// (`if-...,if-else,...,if-end`).
    ///
    /// ```
    /// use imagekitio::Transformation;
    /// use imagekitio::url::Condition;
    ///
    /// let step = Transformation::when_else(
    ///     Condition::aspect_ratio().gt(1),
    ///     Transformation::new().width(300),
    ///     Transformation::new().height(300),
    /// );
    /// assert_eq!(step.to_string(), "if-ar_gt_1,w-300,if-else,h-300,if-end");
    /// ```
    #[inline]
    pub fn when_else(condition: Condition, then: Self, otherwise: Self) -> Self {
        Self::new()
            .with("condition", "if", &condition)
            .with_parameters_of(then)
            .with_bare("if-else")
            .with_parameters_of(otherwise)
            .with_bare("if-end")
    }

    /// Writes parameters into the URL as they are. Only characters that would break the URL are
    /// escaped.
    ///
    /// Nothing is checked: `,` starts another parameter and `:` another step. Don't pass untrusted
    /// input.
    #[inline]
    pub fn raw(mut self, parameters: &str) -> Self {
        if !parameters.is_empty() {
            self.buffer.separate(',');
            self.buffer.push_verbatim(parameters);
        }
        self
    }

    /// Sets a parameter by name: one without a method, or one whose name is known only at run time.
    ///
    /// Names in the spelling of the Node or the Python SDK become their code. Any other name is
    /// written as it is. The values follow the rules of [`UrlOptions`](crate::url::UrlOptions):
    /// `true` for an effect and `"-"` write the bare code; null, and `false` for an effect, leave
    /// the parameter out.
    ///
    /// Building the URL fails for a name with `,`, `:` or `/`, for a value of a known parameter
    /// with one of these, and for a number outside the documented range. The value of an unknown
    /// parameter is not checked.
    ///
    /// ```
    /// use imagekitio::Transformation;
    ///
    /// let step = Transformation::new()
    ///     .set("aspectRatio", "4-3")
    ///     .set("effect_sharpen", true)
    ///     .set("brandNew", 7);
    /// assert_eq!(step.to_string(), "ar-4-3,e-sharpen,brandNew-7");
    /// ```
    pub fn set(self, name: &str, value: impl Into<ParameterValue>) -> Self {
        with_parameter(self, name, &value.into(), ValueChecks::default())
    }

    /// Records whether an unknown code needs escaping.
    fn note_code(&mut self, code: &str) {
        self.buffer.note_escaping(code);
    }

    /// Marks the step as valid only for a playlist of adaptive streaming.
    fn for_streaming(mut self) -> Self {
        self.streaming = true;
        self
    }

    /// Adds `code-value`, or nothing for an empty value. `argument` names the value in an error.
    #[inline]
    fn with(mut self, argument: &str, code: &str, value: &impl WriteValue) -> Self {
        self.put(argument, code, value);
        self
    }

    /// Adds `code-value`, the bare code of an effect, or nothing.
    #[inline]
    fn with_effect(mut self, argument: &str, code: &str, value: &impl WriteValue) -> Self {
        self.put_effect(argument, code, value);
        self
    }

    /// Adds `code`.
    #[inline]
    fn with_bare(mut self, code: &str) -> Self {
        self.buffer.separate(',');
        self.buffer.push_safe(code);
        self
    }

    /// Adds `code-number` within a range.
    #[inline]
    fn bounded(
        mut self,
        argument: &'static str,
        code: &str,
        value: &Scalar<'_>,
        allowed: Allowed,
    ) -> Self {
        self.put_bounded(argument, code, value, allowed);
        self
    }

    /// Adds `code-value`. An empty value adds nothing, and `-` adds the bare code.
    #[inline]
    fn put(&mut self, argument: &str, code: &str, value: &impl WriteValue) {
        let (before, start) = self.write(argument, code, value);
        match &self.buffer.as_str()[start..] {
            "" => self.buffer.truncate(before),
            "-" => self.buffer.truncate(start - 1),
            _ => {}
        }
    }

    /// Adds `code-value`. An empty value and `true` add the bare code, and `false` adds nothing.
    #[inline]
    fn put_effect(&mut self, argument: &str, code: &str, value: &impl WriteValue) {
        let (before, start) = self.write(argument, code, value);
        match &self.buffer.as_str()[start..] {
            "" | "-" | "true" => self.buffer.truncate(start - 1),
            "false" => self.buffer.truncate(before),
            _ => {}
        }
    }

    /// Adds `code-number` within a range. The common case, an integer, takes a shortcut.
    #[inline]
    fn put_bounded(
        &mut self,
        argument: &'static str,
        code: &str,
        scalar: &Scalar<'_>,
        allowed: Allowed,
    ) {
        match *scalar {
            Scalar::Integer(number) if allowed.contains(number as f64) => {
                self.start(code);
                self.buffer.push_integer(number);
            }
            _ => {
                let value = BoundedScalar {
                    argument,
                    scalar,
                    allowed,
                };
                self.put(argument, code, &value);
            }
        }
    }

    /// Writes `code-` and returns the length before it.
    #[inline]
    fn start(&mut self, code: &str) -> usize {
        let before = self.buffer.len();
        self.buffer.separate(',');
        self.buffer.push_safe(code);
        self.buffer.push_safe("-");
        before
    }

    /// Writes `code-value` and returns the lengths before the code and before the value.
    fn write(&mut self, argument: &str, code: &str, value: &impl WriteValue) -> (usize, usize) {
        let before = self.start(code);
        let start = self.buffer.len();
        value.write(&mut self.buffer);
        self.buffer.name_problem(argument);
        (before, start)
    }

    pub(crate) fn with_layer(mut self, layer: &Layer<'_>) -> Self {
        self.depth = self.depth.max(layer.depth());
        if layer.depth() > MAX_DEPTH {
            self.refuse(Problem::new(
                "overlay",
                format!(
                    "overlays lie in one another more than {MAX_DEPTH} deep; take one of them out"
                ),
            ));
        }
        self.buffer.separate(',');
        layer.write(&mut self.buffer);
        self
    }

    /// Adds the parameters of another step to this one.
    fn with_parameters_of(mut self, other: Self) -> Self {
        self.join(',', &other);
        self
    }

    /// Appends one or more steps.
    pub(crate) fn then(&mut self, other: &Self) {
        self.join(':', other);
    }

    fn join(&mut self, separator: char, other: &Self) {
        if !other.buffer.is_empty() {
            self.buffer.separate(separator);
        }
        self.buffer.append(&other.buffer);
        self.depth = self.depth.max(other.depth);
        self.streaming |= other.streaming;
    }

    /// Records the first problem, which building the URL returns.
    #[cold]
    fn refuse(&mut self, problem: Problem) {
        self.buffer.refuse(problem);
    }

    pub(crate) fn problem(&self) -> Option<&Problem> {
        self.buffer.problem()
    }

    pub(crate) fn is_streaming(&self) -> bool {
        self.streaming
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.buffer.is_empty()
    }

    pub(crate) fn buffer(&self) -> &Buffer {
        &self.buffer
    }
}

/// Writes the step as in a path, and as in a query of [`UrlStyle::Readable`]. Invalid values are
/// reported when the URL is built, not here.
///
/// [`UrlStyle::Readable`]: crate::url::UrlStyle::Readable
impl fmt::Display for Transformation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut escaped = String::with_capacity(self.buffer.len());
        self.buffer.escape_into(&mut escaped);
        f.write_str(&escaped)
    }
}
