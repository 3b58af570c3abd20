//! Parameters that take one word out of a list.

use super::forms::Form;
use super::number::Limits;
use super::text::{Text, Value};

macro_rules! choices {
    ($($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $word:literal,)* })*) => {
        $(
            $(#[$meta])*
            ///
            /// A string is taken as well, also a word that this crate has no name for: letters, digits, `_` and `-`.
            #[derive(Clone, Debug, PartialEq, Eq, Hash)]
            #[non_exhaustive]
            pub enum $name {
                $($(#[$doc])* $variant,)*
                /// A word that this crate has no name for: letters, digits, `_` and `-`.
                Other(String),
            }

            impl $name {
                /// Every word that ImageKit documents.
                pub(super) const WORDS: &[&str] = &[$($word),*];

                /// Those words, and those to come.
                const OPEN: Limits = Limits::words(&[Form::Words(Self::WORDS), Form::Name]);

                /// The word that stands for the value in a URL.
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

            impl Value for $name {
                fn write(&self, text: &mut Text) {
                    match self {
                        $(Self::$variant => text.push_known($word),)*
                        Self::Other(word) => text.push_limited(word, Self::OPEN),
                    }
                }
            }
        )*
    };
}

choices! {
    /// How an image is fitted into the requested width and height (`c`).
    Crop {
        /// Keeps the aspect ratio and crops what does not fit. The default.
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

    /// What happens to the part that does not fit (`cm`).
    CropMode {
        /// Resizes and pads to the requested size.
        PadResize = "pad_resize",
        /// Like `PadResize`, but never enlarges.
        PadResizeNoEnlarge = "pad_resize_no_enlarge",
        /// Cuts the requested size out of the original.
        Extract = "extract",
        /// Like `Extract`, and pads where the original is too small.
        PadExtract = "pad_extract",
        /// Like `PadExtract`, but never shrinks.
        PadExtractNoShrink = "pad_extract_no_shrink",
    }

    /// The part of an image that cropping keeps (`fo`).
    Focus {
        /// The middle.
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
        /// The part that ImageKit finds most interesting.
        Auto = "auto",
        /// Faces.
        Face = "face",
        /// The file's custom coordinates.
        Custom = "custom",
        /// The file's custom coordinates if it has any, otherwise like `Auto`.
        AutoCustomOverride = "auto-custom_override",
    }

    /// One of nine places in an image, for the position of an overlay (`lfo`, `lap`).
    Anchor {
        /// The middle.
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

    /// File format of the result (`f`).
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

    /// Video codec (`vc`).
    VideoCodec {
        /// H.264, for MP4.
        H264 = "h264",
        /// VP9, for WebM.
        Vp9 = "vp9",
        /// AV1, for WebM.
        Av1 = "av1",
        /// No picture.
        None = "none",
    }

    /// Audio codec (`ac`).
    AudioCodec {
        /// AAC, for MP4.
        Aac = "aac",
        /// Opus, for WebM.
        Opus = "opus",
        /// No sound.
        None = "none",
    }

    /// Direction of mirroring (`fl`).
    Flip {
        /// Left becomes right.
        Horizontal = "h",
        /// Top becomes bottom.
        Vertical = "v",
        /// Both.
        Both = "h_v",
    }

    /// A rendition of adaptive bitrate streaming (`sr`), by its height in pixels.
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

    /// How a layer and what lies under it are combined (`lm`).
    LayerMode {
        /// Multiplies the colors.
        Multiply = "multiply",
        /// Moves what lies below by the layer's brightness; needs `x` or `y`.
        Displace = "displace",
        /// Cuts the layer's shape out of what lies below.
        Cutout = "cutout",
        /// Keeps of what lies below only the layer's shape.
        Cutter = "cutter",
    }

    /// Alignment of text in its box (`ia`).
    InnerAlignment {
        /// To the left.
        Left = "left",
        /// In the middle.
        Center = "center",
        /// To the right.
        Right = "right",
    }

    /// A style of text (`tg`).
    Typography {
        /// Bold.
        Bold = "b",
        /// Italic.
        Italic = "i",
        /// Struck through.
        Strikethrough = "strikethrough",
    }
}
