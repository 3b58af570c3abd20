//! Parameters whose value is one of a list of words.

use super::allowed::Allowed;
use super::buffer::Buffer;
use super::pattern::Pattern;
use super::write_value::WriteValue;

macro_rules! keywords {
    ($($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $word:literal,)* })*) => {
        $(
            $(#[$meta])*
            ///
            /// Converts from strings. A word that this crate doesn't know becomes `Other`.
            #[derive(Clone, Debug, PartialEq, Eq, Hash)]
            #[non_exhaustive]
            pub enum $name {
                $($(#[$doc])* $variant,)*
                /// A word that this crate doesn't know: letters, digits, `_` and `-`.
                Other(String),
            }

            impl $name {
                /// The documented words.
                pub(super) const WORDS: &[&str] = &[$($word),*];

                /// The documented words, and words that ImageKit may add.
                const OPEN: Allowed = Allowed::words(&[Pattern::Words(Self::WORDS), Pattern::Name]);

                /// Returns the word that is written into the URL.
                pub fn as_str(&self) -> &str {
                    match self {
                        $(Self::$variant => $word,)*
                        Self::Other(word) => word,
                    }
                }
            }

            impl From<&str> for $name {
                fn from(word: &str) -> Self {
                    match word {
                        $($word => Self::$variant,)*
                        other => Self::Other(other.to_owned()),
                    }
                }
            }

            impl From<String> for $name {
                fn from(word: String) -> Self {
                    Self::from(word.as_str())
                }
            }

            impl WriteValue for $name {
                fn write(&self, buffer: &mut Buffer) {
                    match self {
                        $(Self::$variant => buffer.push_safe($word),)*
                        Self::Other(word) => buffer.push_allowed(word, Self::OPEN),
                    }
                }
            }
        )*
    };
}

keywords! {
    /// How an image is fitted into the requested width and height (`c`). See
    /// [crop modes](https://imagekit.io/docs/image-resize-and-crop#crop-crop-modes--focus).
    Crop {
        /// Keeps the aspect ratio and crops what doesn't fit. The default.
        MaintainRatio = "maintain_ratio",
        /// Like `MaintainRatio`, but never enlarges.
        MaintainRatioNoEnlarge = "maintain_ratio_no_enlarge",
        /// Stretches to exactly the requested size.
        Force = "force",
        /// Fits inside the requested size and never enlarges.
        AtMax = "at_max",
        /// Fits inside the requested size, enlarging if needed.
        AtMaxEnlarge = "at_max_enlarge",
        /// Covers the requested size without cropping.
        AtLeast = "at_least",
    }

    /// Whether an image is padded or extracted (`cm`). See
    /// [crop modes](https://imagekit.io/docs/image-resize-and-crop#crop-crop-modes--focus).
    CropMode {
        /// Resizes and pads to the requested size.
        PadResize = "pad_resize",
        /// Like `PadResize`, but never enlarges.
        PadResizeNoEnlarge = "pad_resize_no_enlarge",
        /// Extracts the requested size from the original.
        Extract = "extract",
        /// Like `Extract`, and pads where the original is too small.
        PadExtract = "pad_extract",
        /// Like `PadExtract`, but never shrinks.
        PadExtractNoShrink = "pad_extract_no_shrink",
    }

    /// The part of an image that cropping keeps (`fo`). See
    /// [focus](https://imagekit.io/docs/image-resize-and-crop#focus---fo).
    Focus {
        /// The center.
        Center = "center",
        /// The upper edge.
        Top = "top",
        /// The left edge.
        Left = "left",
        /// The lower edge.
        Bottom = "bottom",
        /// The right edge.
        Right = "right",
        /// The upper left corner.
        TopLeft = "top_left",
        /// The upper right corner.
        TopRight = "top_right",
        /// The lower left corner.
        BottomLeft = "bottom_left",
        /// The lower right corner.
        BottomRight = "bottom_right",
        /// The most important part, as ImageKit detects it.
        Auto = "auto",
        /// Faces.
        Face = "face",
        /// The file's custom coordinates.
        Custom = "custom",
        /// The file's custom coordinates if it has any, otherwise like `Auto`.
        AutoCustomOverride = "auto-custom_override",
    }

    /// One of nine positions in an image, for overlays (`lfo`, `lap`). See
    /// [position of layers](https://imagekit.io/docs/transformations#position-of-layer).
    Anchor {
        /// The center.
        Center = "center",
        /// The upper edge.
        Top = "top",
        /// The left edge.
        Left = "left",
        /// The lower edge.
        Bottom = "bottom",
        /// The right edge.
        Right = "right",
        /// The upper left corner.
        TopLeft = "top_left",
        /// The upper right corner.
        TopRight = "top_right",
        /// The lower left corner.
        BottomLeft = "bottom_left",
        /// The lower right corner.
        BottomRight = "bottom_right",
    }

    /// The file format of the result (`f`). See
    /// [format](https://imagekit.io/docs/image-optimization#format---f).
    Format {
        /// The best format that the browser accepts.
        Auto = "auto",
        /// WebP.
        Webp = "webp",
        /// JPEG, as `jpg`.
        Jpg = "jpg",
        /// JPEG, as `jpeg`.
        Jpeg = "jpeg",
        /// PNG.
        Png = "png",
        /// GIF.
        Gif = "gif",
        /// SVG.
        Svg = "svg",
        /// AVIF.
        Avif = "avif",
        /// MP4 video.
        Mp4 = "mp4",
        /// WebM video.
        Webm = "webm",
        /// The format of the original.
        Original = "orig",
    }

    /// A video codec (`vc`). See
    /// [video codec](https://imagekit.io/docs/video-optimization#video-codec---vc).
    VideoCodec {
        /// H.264, for MP4.
        H264 = "h264",
        /// VP9, for WebM.
        Vp9 = "vp9",
        /// AV1, for WebM.
        Av1 = "av1",
        /// No video track.
        None = "none",
    }

    /// An audio codec (`ac`). See
    /// [audio codec](https://imagekit.io/docs/video-optimization#audio-codec---ac).
    AudioCodec {
        /// AAC, for MP4.
        Aac = "aac",
        /// Opus, for WebM.
        Opus = "opus",
        /// No audio track.
        None = "none",
    }

    /// The direction of a flip (`fl`). See
    /// [flip](https://imagekit.io/docs/effects-and-enhancements#flip---fl).
    Flip {
        /// Swaps left and right.
        Horizontal = "h",
        /// Swaps top and bottom.
        Vertical = "v",
        /// Both.
        Both = "h_v",
    }

    /// A rendition of adaptive bitrate streaming (`sr`), by its height in pixels. Converts from
    /// `u32`. See
    /// [adaptive bitrate streaming](https://imagekit.io/docs/adaptive-bitrate-streaming).
    Resolution {
        /// 240p.
        P240 = "240",
        /// 360p.
        P360 = "360",
        /// 480p.
        P480 = "480",
        /// 720p.
        P720 = "720",
        /// 1080p.
        P1080 = "1080",
        /// 1440p.
        P1440 = "1440",
        /// 2160p.
        P2160 = "2160",
    }

    /// How a layer is combined with what is below it (`lm`). See
    /// [layer modes](https://imagekit.io/docs/add-overlays-on-images#layer-modes).
    LayerMode {
        /// Multiplies the colors.
        Multiply = "multiply",
        /// Displaces what is below by the layer's brightness. Needs `x` or `y`.
        Displace = "displace",
        /// Cuts the layer's shape out of what is below.
        Cutout = "cutout",
        /// Keeps only the part of what is below that has the layer's shape.
        Cutter = "cutter",
    }

    /// The alignment of text in its box (`ia`). See
    /// [text overlay](https://imagekit.io/docs/add-overlays-on-images#text-overlay).
    InnerAlignment {
        /// Left-aligned.
        Left = "left",
        /// Centered.
        Center = "center",
        /// Right-aligned.
        Right = "right",
    }

    /// A style of text (`tg`). See
    /// [text overlay](https://imagekit.io/docs/add-overlays-on-images#text-overlay).
    Typography {
        /// Bold.
        Bold = "b",
        /// Italic.
        Italic = "i",
        /// Struck through.
        Strikethrough = "strikethrough",
    }
}

impl From<u32> for Resolution {
    fn from(height: u32) -> Self {
        Self::from(height.to_string())
    }
}
