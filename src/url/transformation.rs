//! One step of a transformation.

use std::borrow::Cow;
use std::fmt;

use super::choices::{AudioCodec, Crop, CropMode, Flip, Focus, Format, Resolution, VideoCodec};
use super::color::{Background, Border, ColorReplace};
use super::dynamic::{self, Checks};
use super::effects::{
    Colorize, Distort, DropShadow, Gradient, Page, Prompt, Radius, Shadow, Sharpen, Trim,
    UnsharpMask,
};
use super::expression::Condition;
use super::limits;
use super::number::{AspectRatio, Dimension, Limited, Limits, Number, Rotation, Scalar, Seconds};
use super::overlay::{Layer, Overlay};
use super::parameter_value::ParameterValue;
use super::text::{Text, Value, trim_slashes};
use crate::problem::Problem;

/// How many layers may lie in one another.
pub(super) const MAX_DEPTH: u8 = 3;

/// One step of a transformation: what ImageKit does to an image or video, in the order of the calls.
///
/// Every parameter of the ImageKit documentation has a method of its name. Most values can also be given as a string, in
/// the form that the URL has: `"300"`, `"iw_div_2"`, `"bl-15_st-40"`. `"-"` stands for the bare code, and an empty string
/// leaves the parameter out.
///
/// Building the URL fails with the option's name, the value and what is allowed
/// - for a number outside the documented range, and a string that can't be right, such as `"300px"`;
/// - for a value with a separator: `,` begins another parameter, `:` another step, and `/` ends a transformation in the
///   path. Escaped separators (`%2C`, `%252C`) count too, because servers resolve them. So a value from a stranger can't
///   add parameters, nor undo those that a signature is there to protect.
///
/// [`set`](Self::set) takes any value without separators, and parameters without a method; [`raw`](Self::raw) takes
/// everything.
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
/// assert_eq!(step.to_string(), "w-400,h-ih_div_2,c-maintain_ratio,fo-face,l-text,i-Hello,fs-20,l-end");
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Transformation {
    text: Text,
    /// Layers in one another.
    depth: u8,
    /// Whether it makes sense in a playlist of adaptive streaming only.
    streaming: bool,
}

impl Transformation {
    /// A step that does nothing yet. Empty steps leave no trace in a URL.
    #[inline]
    pub fn new() -> Self {
        Self::default()
    }

    /// Width (`w`): pixels, a share from 0 to 1 of the original's width (images only), an expression, or `"auto"`.
    ///
    /// Images and videos. See "Resize, crop and other common transformations" in the ImageKit documentation.
    pub fn width<'a>(self, width: impl Into<Dimension<'a>>) -> Self {
        self.limited("width", "w", &width.into().0, limits::SIZE)
    }

    /// Height (`h`): pixels, a share from 0 to 1 of the original's height (images only), an expression, or `"auto"`.
    ///
    /// Images and videos. See "Resize, crop and other common transformations" in the ImageKit documentation.
    pub fn height<'a>(self, height: impl Into<Dimension<'a>>) -> Self {
        self.limited("height", "h", &height.into().0, limits::SIZE)
    }

    /// Aspect ratio (`ar`): `(4, 3)`, `"4-3"`, a number above 0, or an expression. Goes with a width or a height.
    ///
    /// Images and videos. See "Resize, crop and other common transformations" in the ImageKit documentation.
    pub fn aspect_ratio<'a>(self, ratio: impl Into<AspectRatio<'a>>) -> Self {
        self.limited("aspect_ratio", "ar", &ratio.into().0, limits::ASPECT_RATIO)
    }

    /// How the result is fitted into width and height (`c`).
    ///
    /// Images and videos. See "Resize, crop and other common transformations" in the ImageKit documentation.
    pub fn crop(self, crop: impl Into<Crop>) -> Self {
        self.with("crop", "c", &crop.into())
    }

    /// What happens to the part that does not fit (`cm`).
    ///
    /// Images and videos. See "Resize, crop and other common transformations" in the ImageKit documentation.
    pub fn crop_mode(self, mode: impl Into<CropMode>) -> Self {
        self.with("crop_mode", "cm", &mode.into())
    }

    /// The part that cropping keeps (`fo`): a place, faces, or an object such as `"car"` or `"car_dog"`.
    ///
    /// Images; in videos only the nine places. See "Resize, crop and other common transformations" in the ImageKit
    /// documentation.
    pub fn focus(self, focus: impl Into<Focus>) -> Self {
        self.with("focus", "fo", &focus.into())
    }

    /// Zoom (`z`), above 0. Goes with a focus on faces or an object.
    ///
    /// Images. See "Resize, crop and other common transformations" in the ImageKit documentation.
    pub fn zoom<'a>(self, zoom: impl Into<Number<'a>>) -> Self {
        self.limited("zoom", "z", &zoom.into().0, limits::ZOOM)
    }

    /// Left edge of the part to extract (`x`): pixels or an expression. Goes with [`CropMode::Extract`].
    ///
    /// Images. See "Resize, crop and other common transformations" in the ImageKit documentation.
    pub fn x<'a>(self, x: impl Into<Dimension<'a>>) -> Self {
        self.limited("x", "x", &x.into().0, limits::POSITION)
    }

    /// Upper edge of the part to extract (`y`): pixels or an expression. Goes with [`CropMode::Extract`].
    ///
    /// Images. See "Resize, crop and other common transformations" in the ImageKit documentation.
    pub fn y<'a>(self, y: impl Into<Dimension<'a>>) -> Self {
        self.limited("y", "y", &y.into().0, limits::POSITION)
    }

    /// Middle of the part to extract, from the left (`xc`): pixels or an expression. Goes with [`CropMode::Extract`].
    ///
    /// Images. See "Resize, crop and other common transformations" in the ImageKit documentation.
    pub fn x_center<'a>(self, x: impl Into<Dimension<'a>>) -> Self {
        self.limited("x_center", "xc", &x.into().0, limits::POSITION)
    }

    /// Middle of the part to extract, from the top (`yc`): pixels or an expression. Goes with [`CropMode::Extract`].
    ///
    /// Images. See "Resize, crop and other common transformations" in the ImageKit documentation.
    pub fn y_center<'a>(self, y: impl Into<Dimension<'a>>) -> Self {
        self.limited("y_center", "yc", &y.into().0, limits::POSITION)
    }

    /// Device pixel ratio (`dpr`): 0.1 to 5, an expression, or `"auto"`. Goes with a width or a height.
    ///
    /// Images. See "Resize, crop and other common transformations" in the ImageKit documentation.
    pub fn dpr<'a>(self, ratio: impl Into<Dimension<'a>>) -> Self {
        self.limited("dpr", "dpr", &ratio.into().0, limits::DPR)
    }

    /// Quality of lossy formats (`q`), 1 to 100.
    ///
    /// Images and videos. See "Resize, crop and other common transformations" in the ImageKit documentation.
    pub fn quality<'a>(self, percent: impl Into<Number<'a>>) -> Self {
        self.limited("quality", "q", &percent.into().0, limits::QUALITY)
    }

    /// File format of the result (`f`).
    ///
    /// Images and videos. See "Resize, crop and other common transformations" in the ImageKit documentation.
    pub fn format(self, format: impl Into<Format>) -> Self {
        self.with("format", "f", &format.into())
    }

    /// Dots per inch with which a vector image or a document is drawn (`dn`), 1 to 1200, or an expression.
    ///
    /// Images; not in overlays. See "Resize, crop and other common transformations" in the ImageKit documentation.
    pub fn density<'a>(self, dots: impl Into<Dimension<'a>>) -> Self {
        self.limited("density", "dn", &dots.into().0, limits::DENSITY)
    }

    /// Compresses a WebP or PNG without loss (`lo`).
    ///
    /// Images. See "Resize, crop and other common transformations" in the ImageKit documentation.
    #[inline]
    pub fn lossless(self, lossless: bool) -> Self {
        self.with("lossless", "lo", &lossless)
    }

    /// Progressive JPEG (`pr`).
    ///
    /// Images. See "Resize, crop and other common transformations" in the ImageKit documentation.
    #[inline]
    pub fn progressive(self, progressive: bool) -> Self {
        self.with("progressive", "pr", &progressive)
    }

    /// Keeps the file's metadata (`md`).
    ///
    /// Images. See "Resize, crop and other common transformations" in the ImageKit documentation.
    #[inline]
    pub fn metadata(self, keep: bool) -> Self {
        self.with("metadata", "md", &keep)
    }

    /// Keeps the file's color profile (`cp`).
    ///
    /// Images. See "Resize, crop and other common transformations" in the ImageKit documentation.
    #[inline]
    pub fn color_profile(self, keep: bool) -> Self {
        self.with("color_profile", "cp", &keep)
    }

    /// Adds content credentials (`c2pa`). An add-on; without it ImageKit answers 403.
    ///
    /// Images. See "Content credentials (C2PA)" in the ImageKit documentation.
    #[inline]
    pub fn content_credentials(self, keep: bool) -> Self {
        self.with("content_credentials", "c2pa", &keep)
    }

    /// Delivers the file as it was uploaded (`orig`). ImageKit ignores every other parameter then.
    ///
    /// Images and videos. See "Resize, crop and other common transformations" in the ImageKit documentation.
    #[inline]
    pub fn original(self, original: bool) -> Self {
        self.with("original", "orig", &original)
    }

    /// Path of the image to deliver when the requested one does not exist (`di`). Folders are separated by `/`, which
    /// becomes `@@` in the URL.
    ///
    /// Images. See "Resize, crop and other common transformations" in the ImageKit documentation.
    #[inline]
    pub fn default_image(self, path: &str) -> Self {
        self.with("default_image", "di", &Path::new(path))
    }

    /// A named transformation of the account (`n`). Its name has letters, digits and `_`.
    ///
    /// Images and videos. See "Named transformations" in the ImageKit documentation.
    #[inline]
    pub fn named(self, name: &str) -> Self {
        self.limited("named", "n", &Scalar::String(name.into()), limits::FREE)
    }

    /// Rounded corners (`r`): pixels of 0 or more, `"max"`, or one radius per corner. Belongs behind a crop, in a
    /// step of its own.
    ///
    /// Images, videos and overlays. See "Effects and enhancements" in the ImageKit documentation.
    pub fn radius(self, radius: impl Into<Radius>) -> Self {
        self.with("radius", "r", &radius.into())
    }

    /// What lies behind the image (`bg`): a color or a [`Background`].
    ///
    /// Images, videos and overlays. See "Effects and enhancements" in the ImageKit documentation.
    pub fn background(self, background: impl Into<Background>) -> Self {
        self.with("background", "bg", &background.into())
    }

    /// Border (`b`).
    ///
    /// Images, videos, and overlays of these. See "Effects and enhancements" in the ImageKit documentation.
    pub fn border(self, border: impl Into<Border>) -> Self {
        self.with("border", "b", &border.into())
    }

    /// Rotation in degrees clockwise (`rt`); negative numbers turn the other way.
    ///
    /// Images, image and text overlays; videos by multiples of 90. See "Effects and enhancements" in the ImageKit
    /// documentation.
    pub fn rotation<'a>(self, degrees: impl Into<Rotation<'a>>) -> Self {
        self.limited("rotation", "rt", &degrees.into().0, limits::ROTATION)
    }

    /// Mirrors the image (`fl`).
    ///
    /// Images, image and text overlays. See "Effects and enhancements" in the ImageKit documentation.
    pub fn flip(self, direction: impl Into<Flip>) -> Self {
        self.with("flip", "fl", &direction.into())
    }

    /// Gaussian blur (`bl`), 1 to 100.
    ///
    /// Images and image overlays. See "Effects and enhancements" in the ImageKit documentation.
    pub fn blur<'a>(self, blur: impl Into<Number<'a>>) -> Self {
        self.limited("blur", "bl", &blur.into().0, limits::BLUR)
    }

    /// Opacity in percent (`o`), 0 to 100.
    ///
    /// Images and image overlays. See "Effects and enhancements" in the ImageKit documentation.
    pub fn opacity<'a>(self, percent: impl Into<Number<'a>>) -> Self {
        self.limited("opacity", "o", &percent.into().0, limits::OPACITY)
    }

    /// Cuts off edges of one color (`t`): `true`, `false`, or a tolerance of 1 to 99.
    ///
    /// Images and image overlays, which are trimmed by default. See "Effects and enhancements" in the ImageKit
    /// documentation.
    pub fn trim(self, trim: impl Into<Trim>) -> Self {
        self.with("trim", "t", &trim.into())
    }

    /// Page or layer of a document (`pg`), counted from 1. Except in overlays it needs
    /// [`thumbnail`](crate::url::UrlBuilder::thumbnail).
    ///
    /// PDF, PSD, AI, EPS, GIF and the like. See "Vector and animated images" in the ImageKit documentation.
    pub fn page(self, page: impl Into<Page>) -> Self {
        self.with("page", "pg", &page.into())
    }

    /// Replaces a color by another (`cr`).
    ///
    /// Images. See "Effects and enhancements" in the ImageKit documentation.
    pub fn color_replace(self, replacement: impl Into<ColorReplace>) -> Self {
        self.with("color_replace", "cr", &replacement.into())
    }

    /// Shades of gray (`e-grayscale`).
    ///
    /// Images. See "Effects and enhancements" in the ImageKit documentation.
    #[inline]
    pub fn grayscale(self) -> Self {
        self.with_bare("e-grayscale")
    }

    /// Stretches the contrast (`e-contrast`).
    ///
    /// Images. See "Effects and enhancements" in the ImageKit documentation.
    #[inline]
    pub fn contrast_stretch(self) -> Self {
        self.with_bare("e-contrast")
    }

    /// Sharpens (`e-sharpen`): a strength above 0, or [`Sharpen::auto`] for ImageKit's choice.
    ///
    /// Images. See "Effects and enhancements" in the ImageKit documentation.
    pub fn sharpen(self, sharpen: impl Into<Sharpen>) -> Self {
        self.with_effect("sharpen", "e-sharpen", &sharpen.into())
    }

    /// Sharpens edges (`e-usm`).
    ///
    /// Images. See "Effects and enhancements" in the ImageKit documentation.
    pub fn unsharp_mask(self, mask: impl Into<UnsharpMask>) -> Self {
        self.with_effect("unsharp_mask", "e-usm", &mask.into())
    }

    /// Shadow under the visible part (`e-shadow`).
    ///
    /// Images of up to 2 megapixels with transparency. See "Effects and enhancements" in the ImageKit documentation.
    pub fn shadow(self, shadow: impl Into<Shadow>) -> Self {
        self.with_effect("shadow", "e-shadow", &shadow.into())
    }

    /// Gradient over the image (`e-gradient`).
    ///
    /// Images, image overlays and colors. See "Effects and enhancements" in the ImageKit documentation.
    pub fn gradient(self, gradient: impl Into<Gradient>) -> Self {
        self.with_effect("gradient", "e-gradient", &gradient.into())
    }

    /// Tint (`e-colorize`).
    ///
    /// Images. See "Effects and enhancements" in the ImageKit documentation.
    pub fn colorize(self, tint: impl Into<Colorize>) -> Self {
        self.with("colorize", "e-colorize", &tint.into())
    }

    /// Distortion (`e-distort`).
    ///
    /// Images. See "Effects and enhancements" in the ImageKit documentation.
    pub fn distort(self, distortion: impl Into<Distort>) -> Self {
        self.with("distort", "e-distort", &distortion.into())
    }

    /// Removes the background with ImageKit's own model (`e-bgremove`).
    ///
    /// Images. One AI effect per step; the first result may take a while. See "AI transformations" in the ImageKit
    /// documentation.
    #[inline]
    pub fn ai_remove_background(self) -> Self {
        self.with_bare("e-bgremove")
    }

    /// Removes the background with remove.bg (`e-removedotbg`).
    ///
    /// Images. One AI effect per step; the first result may take a while. See "AI transformations" in the ImageKit
    /// documentation.
    #[inline]
    pub fn ai_remove_background_external(self) -> Self {
        self.with_bare("e-removedotbg")
    }

    /// Adds a shadow behind the object (`e-dropshadow`).
    ///
    /// Images with a transparent background. One AI effect per step. See "AI transformations" in the ImageKit
    /// documentation.
    pub fn ai_drop_shadow(self, shadow: impl Into<DropShadow>) -> Self {
        self.with_effect("ai_drop_shadow", "e-dropshadow", &shadow.into())
    }

    /// Replaces the background by what the prompt says (`e-changebg`).
    ///
    /// Images. One AI effect per step; the first result may take a while. See "AI transformations" in the ImageKit
    /// documentation.
    pub fn ai_change_background(self, prompt: impl Into<Prompt>) -> Self {
        self.with("ai_change_background", "e-changebg", &prompt.into())
    }

    /// Edits the image as the prompt says (`e-edit`).
    ///
    /// Images. One AI effect per step; the result is 1024 or 1536 pixels wide. See "AI transformations" in the
    /// ImageKit documentation.
    pub fn ai_edit(self, prompt: impl Into<Prompt>) -> Self {
        self.with("ai_edit", "e-edit", &prompt.into())
    }

    /// Improves the image (`e-retouch`).
    ///
    /// Images below 16 megapixels. One AI effect per step. See "AI transformations" in the ImageKit documentation.
    #[inline]
    pub fn ai_retouch(self) -> Self {
        self.with_bare("e-retouch")
    }

    /// Enlarges the image to 16 megapixels (`e-upscale`).
    ///
    /// Images below 16 megapixels. One AI effect per step. See "AI transformations" in the ImageKit documentation.
    #[inline]
    pub fn ai_upscale(self) -> Self {
        self.with_bare("e-upscale")
    }

    /// Makes a variation of the image (`e-genvar`). Another URL gives another variation.
    ///
    /// Images. One AI effect per step. See "AI transformations" in the ImageKit documentation.
    #[inline]
    pub fn ai_variation(self) -> Self {
        self.with_bare("e-genvar")
    }

    /// Video codec (`vc`).
    ///
    /// Videos. See "Video transformation" in the ImageKit documentation.
    pub fn video_codec(self, codec: impl Into<VideoCodec>) -> Self {
        self.with("video_codec", "vc", &codec.into())
    }

    /// Audio codec (`ac`).
    ///
    /// Videos. See "Video transformation" in the ImageKit documentation.
    pub fn audio_codec(self, codec: impl Into<AudioCodec>) -> Self {
        self.with("audio_codec", "ac", &codec.into())
    }

    /// Where the result starts (`so`): seconds, 0 or more, or an expression.
    ///
    /// Videos and video overlays. See "Trim videos" in the ImageKit documentation.
    pub fn start_offset<'a>(self, start: impl Into<Seconds<'a>>) -> Self {
        self.limited("start_offset", "so", &start.into().0, limits::SECONDS)
    }

    /// Where the result ends (`eo`): seconds, 0 or more, or an expression.
    ///
    /// Videos and video overlays. See "Trim videos" in the ImageKit documentation.
    pub fn end_offset<'a>(self, end: impl Into<Seconds<'a>>) -> Self {
        self.limited("end_offset", "eo", &end.into().0, limits::SECONDS)
    }

    /// How long the result is (`du`): seconds, 0 or more, or an expression.
    ///
    /// Videos and video overlays. See "Trim videos" in the ImageKit documentation.
    pub fn duration<'a>(self, duration: impl Into<Seconds<'a>>) -> Self {
        self.limited("duration", "du", &duration.into().0, limits::SECONDS)
    }

    /// Renditions for adaptive bitrate streaming (`sr`). Needs [`hls`](crate::url::UrlBuilder::hls) or
    /// [`dash`](crate::url::UrlBuilder::dash), or a path that ends in `/ik-master.m3u8` or `/ik-master.mpd`; the URL is refused
    /// otherwise.
    ///
    /// Videos; not together with width, height, aspect ratio, format, codecs or quality. See "Adaptive bitrate
    /// streaming" in the ImageKit documentation.
    pub fn streaming_resolutions(
        self,
        resolutions: impl IntoIterator<Item = impl Into<Resolution>>,
    ) -> Self {
        self.with(
            "streaming_resolutions",
            "sr",
            &List::<Resolution>::of(resolutions),
        )
        .streaming()
    }

    /// Language of generated subtitles, chapters and transcripts (`lang`): a code such as `"fr"`, with letters, digits, `-` and
    /// `_`. Another language than the spoken one is a translation. Goes with
    /// [`generated_subtitles`](crate::url::UrlBuilder::generated_subtitles).
    ///
    /// Videos. See [subtitles and chapters](https://imagekit.io/docs/video-player/subtitles-and-chapters).
    pub fn language(self, code: &str) -> Self {
        self.limited(
            "language",
            "lang",
            &Scalar::String(code.into()),
            limits::NAME,
        )
    }

    /// Lays text, an image, a video, subtitles or a color over the result so far (`l-...,l-end`).
    ///
    /// Images and videos; layers may lie in one another three deep. See "Add overlays" in the ImageKit documentation.
    pub fn overlay<K>(self, overlay: Overlay<'_, K>) -> Self {
        self.with_layer(&overlay.into_layer())
    }

    /// A step that is done only where the condition holds (`if-...,if-end`).
    ///
    /// A conditional step stands alone; give it to the URL as a step of its own. See "Conditional transformations" in
    /// the ImageKit documentation.
    #[inline]
    pub fn when(condition: Condition, then: Self) -> Self {
        Self::new()
            .with("condition", "if", &condition)
            .with_parameters_of(then)
            .with_bare("if-end")
    }

    /// A step that does one thing where the condition holds and another where it does not
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

    /// Puts parameters into the URL as they are, at this place. Only characters that would break the URL are escaped.
    ///
    /// Nothing is checked: `,` begins another parameter and `:` another step. Don't pass input from strangers.
    #[inline]
    pub fn raw(mut self, text: &str) -> Self {
        if !text.is_empty() {
            self.text.separate(',');
            self.text.push_verbatim(text);
        }
        self
    }

    /// A parameter by name: one that this crate has no method for, or one whose name comes from elsewhere.
    ///
    /// Known names, in the spelling of the Node or of the Python SDK, become their code; any other name is used as it
    /// is. The values follow the rules of [`UrlOptions`](crate::url::UrlOptions): `true` for an effect and `"-"` stand for
    /// the bare code, null and `false` for an effect leave the parameter out.
    ///
    /// Building the URL fails for a name with `,`, `:` or `/`, for a value of a known parameter with one of these, and for
    /// a number outside the documented range. The value of an unknown parameter is not checked.
    ///
    /// ```
    /// use imagekitio::Transformation;
    ///
    /// let step = Transformation::new().set("aspectRatio", "4-3").set("effect_sharpen", true).set("brandNew", 7);
    /// assert_eq!(step.to_string(), "ar-4-3,e-sharpen,brandNew-7");
    /// ```
    pub fn set(self, name: &str, value: impl Into<ParameterValue>) -> Self {
        dynamic::with_parameter(self, name, &value.into(), Checks::default())
    }

    /// Says that a code of a parameter to come is not one of ImageKit's and may need escaping.
    pub(super) fn note_code(&mut self, code: &str) {
        self.text.note(code);
    }

    /// Says that the steps need a playlist of adaptive streaming.
    pub(super) fn streaming(mut self) -> Self {
        self.streaming = true;
        self
    }

    /// Adds `code-value`, or nothing for an empty value. `option` names the value if it is refused.
    #[inline]
    pub(super) fn with(mut self, option: &str, code: &str, value: &impl Value) -> Self {
        self.put(option, code, value);
        self
    }

    /// Adds `code-value` or the bare code of an effect, or nothing.
    #[inline]
    pub(super) fn with_effect(mut self, option: &str, code: &str, value: &impl Value) -> Self {
        self.put_effect(option, code, value);
        self
    }

    /// Adds `code`.
    #[inline]
    pub(super) fn with_bare(mut self, code: &str) -> Self {
        self.text.separate(',');
        self.text.push_known(code);
        self
    }

    /// Adds `code-number`, within limits.
    #[inline]
    fn limited(
        mut self,
        option: &'static str,
        code: &str,
        value: &Scalar<'_>,
        limits: Limits,
    ) -> Self {
        self.put_limited(option, code, value, limits);
        self
    }

    /// Adds `code-value`. An empty value leaves nothing, and `-` the bare code.
    #[inline]
    pub(super) fn put(&mut self, option: &str, code: &str, value: &impl Value) {
        let (before, start) = self.write(option, code, value);
        match &self.text.as_str()[start..] {
            "" => self.text.truncate(before),
            "-" => self.text.truncate(start - 1),
            _ => {}
        }
    }

    /// Adds `code-value`, where an empty value and `true` mean the bare code, and `false` leaves nothing.
    #[inline]
    pub(super) fn put_effect(&mut self, option: &str, code: &str, value: &impl Value) {
        let (before, start) = self.write(option, code, value);
        match &self.text.as_str()[start..] {
            "" | "-" | "true" => self.text.truncate(start - 1),
            "false" => self.text.truncate(before),
            _ => {}
        }
    }

    /// Adds `code-number`, within limits. The usual case, a whole number, has a short way of its own.
    #[inline]
    pub(super) fn put_limited(
        &mut self,
        option: &'static str,
        code: &str,
        scalar: &Scalar<'_>,
        limits: Limits,
    ) {
        match *scalar {
            Scalar::Integer(number) if limits.allow(number as f64) => {
                self.start(code);
                self.text.push_integer(number);
            }
            _ => {
                let value = Limited {
                    option,
                    scalar,
                    limits,
                };
                self.put(option, code, &value);
            }
        }
    }

    /// Writes `code-` and returns the length before.
    #[inline]
    fn start(&mut self, code: &str) -> usize {
        let before = self.text.len();
        self.text.separate(',');
        self.text.push_known(code);
        self.text.push_known("-");
        before
    }

    /// Writes `code-value` and returns the length before the code and before the value.
    fn write(&mut self, option: &str, code: &str, value: &impl Value) -> (usize, usize) {
        let before = self.start(code);
        let start = self.text.len();
        value.write(&mut self.text);
        self.text.name_problem(option);
        (before, start)
    }

    pub(super) fn with_layer(mut self, layer: &Layer<'_>) -> Self {
        self.depth = self.depth.max(layer.depth());
        if layer.depth() > MAX_DEPTH {
            self.refuse(Problem::new(
                "overlay",
                format!(
                    "overlays lie in one another more than {MAX_DEPTH} deep; take one of them out"
                ),
            ));
        }
        self.text.separate(',');
        layer.write(&mut self.text);
        self
    }

    /// Adds the parameters of another step to this one.
    fn with_parameters_of(mut self, other: Self) -> Self {
        self.join(',', &other);
        self
    }

    /// Adds another step, or several.
    pub(super) fn then(&mut self, other: &Self) {
        self.join(':', other);
    }

    fn join(&mut self, separator: char, other: &Self) {
        if !other.text.is_empty() {
            self.text.separate(separator);
        }
        self.text.append(&other.text);
        self.depth = self.depth.max(other.depth);
        self.streaming |= other.streaming;
    }

    /// Keeps the first problem for the call that builds a URL.
    #[cold]
    pub(super) fn refuse(&mut self, problem: Problem) {
        self.text.refuse(problem);
    }

    pub(super) fn problem(&self) -> Option<&Problem> {
        self.text.problem()
    }

    pub(super) fn depth(&self) -> u8 {
        self.depth
    }

    pub(super) fn is_streaming(&self) -> bool {
        self.streaming
    }

    pub(super) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    pub(super) fn text(&self) -> &Text {
        &self.text
    }
}

/// Prints the step as it stands in a path, and in a query of the readable style. A value that was refused is reported by
/// the URL, not here.
impl fmt::Display for Transformation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut escaped = String::with_capacity(self.text.len());
        self.text.escape_into(&mut escaped);
        f.write_str(&escaped)
    }
}

impl Value for bool {
    fn write(&self, text: &mut Text) {
        text.push_known(if *self { "true" } else { "false" });
    }
}

/// A path in the media library. One slash at each end is dropped.
pub(super) struct Path<'a>(Cow<'a, str>);

impl<'a> Path<'a> {
    pub(super) fn new(path: &'a str) -> Self {
        Self(Cow::Borrowed(trim_slashes(path)))
    }

    /// A path that may be written as in a URL, with `@@` for `/`.
    pub(super) fn as_in_url(path: &str) -> Self {
        Self(Cow::Owned(trim_slashes(path).replace("@@", "/")))
    }
}

impl Value for Path<'_> {
    fn write(&self, text: &mut Text) {
        text.push_path(&self.0);
    }
}

/// Values joined by `_`.
pub(super) struct List<T>(Vec<T>);

impl<T> List<T> {
    pub(super) fn of(values: impl IntoIterator<Item = impl Into<T>>) -> Self {
        Self(values.into_iter().map(Into::into).collect())
    }
}

impl<T: Value> Value for List<T> {
    fn write(&self, text: &mut Text) {
        for (i, value) in self.0.iter().enumerate() {
            if i > 0 {
                text.push_known("_");
            }
            value.write(text);
        }
    }
}
