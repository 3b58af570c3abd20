//! The names of transformation parameters and the codes that stand for them in a URL.

use super::limits;
use super::number::Limits;

/// A parameter that has a name besides its code.
#[derive(Debug)]
pub(super) struct Parameter {
    /// What stands in the URL.
    pub(super) code: &'static str,
    /// Spellings of the Node SDK and of the Python SDKs, in camel case and in snake case.
    pub(super) names: &'static [&'static str],
    pub(super) kind: Kind,
    pub(super) limits: Limits,
}

/// What the values of a parameter look like.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Kind {
    /// `code-value`.
    Value,
    /// The bare code.
    Flag,
    /// The bare code or `code-value`.
    Effect,
    /// `code-value`, where a blank value means `true`.
    Trim,
    /// A path in the media library.
    Path,
    /// Text in place of the parameter.
    Raw,
}

const fn parameter(code: &'static str, names: &'static [&'static str], kind: Kind) -> Parameter {
    Parameter {
        code,
        names,
        kind,
        limits: Limits::ANY,
    }
}

const fn limited(code: &'static str, names: &'static [&'static str], limits: Limits) -> Parameter {
    Parameter {
        code,
        names,
        kind: Kind::Value,
        limits,
    }
}

use Kind::{Effect, Flag, Path, Raw, Trim, Value};

#[rustfmt::skip]
pub(super) static PARAMETERS: &[Parameter] = &[
    limited("w", &["width"], limits::SIZE),
    limited("h", &["height"], limits::SIZE),
    limited("ar", &["aspectRatio", "aspect_ratio"], limits::ASPECT_RATIO),
    parameter("bg", &["background"], Value),
    parameter("b", &["border"], Value),
    parameter("c", &["crop"], Value),
    parameter("cm", &["cropMode", "crop_mode"], Value),
    limited("dpr", &["dpr"], limits::DPR),
    parameter("fo", &["focus"], Value),
    limited("q", &["quality"], limits::QUALITY),
    parameter("x", &["x"], Value),
    parameter("xc", &["xCenter", "x_center"], Value),
    parameter("y", &["y"], Value),
    parameter("yc", &["yCenter", "y_center"], Value),
    parameter("f", &["format"], Value),
    parameter("vc", &["videoCodec", "video_codec"], Value),
    parameter("ac", &["audioCodec", "audio_codec"], Value),
    limited("r", &["radius"], Limits::NOT_NEGATIVE),
    parameter("rt", &["rotation"], Value),
    limited("bl", &["blur"], limits::BLUR),
    parameter("n", &["named"], Value),
    parameter("di", &["defaultImage", "default_image"], Path),
    parameter("fl", &["flip"], Value),
    parameter("orig", &["original"], Value),
    limited("so", &["startOffset", "start_offset"], Limits::NOT_NEGATIVE),
    limited("eo", &["endOffset", "end_offset"], Limits::NOT_NEGATIVE),
    limited("du", &["duration"], Limits::NOT_NEGATIVE),
    parameter("sr", &["streamingResolutions", "streaming_resolutions"], Value),
    parameter("e-grayscale", &["grayscale", "effect_gray"], Flag),
    parameter("e-upscale", &["aiUpscale", "ai_upscale"], Flag),
    parameter("e-retouch", &["aiRetouch", "ai_retouch"], Flag),
    parameter("e-genvar", &["aiVariation", "ai_variation"], Flag),
    parameter("e-dropshadow", &["aiDropShadow", "ai_drop_shadow"], Effect),
    parameter("e-changebg", &["aiChangeBackground", "ai_change_background"], Value),
    parameter("e-bgremove", &["aiRemoveBackground", "ai_remove_background"], Flag),
    parameter("e-removedotbg", &["aiRemoveBackgroundExternal", "ai_remove_background_external"], Flag),
    parameter("e-edit", &["aiEdit", "ai_edit"], Value),
    parameter("e-contrast", &["contrastStretch", "contrast_stretch", "effect_contrast"], Flag),
    parameter("e-shadow", &["shadow", "effect_shadow"], Effect),
    Parameter { code: "e-sharpen", names: &["sharpen", "effect_sharpen"], kind: Effect, limits: Limits::POSITIVE },
    parameter("e-usm", &["unsharpMask", "unsharp_mask", "effect_usm"], Effect),
    parameter("e-gradient", &["gradient", "effect_gradient"], Effect),
    parameter("cr", &["colorReplace", "color_replace"], Value),
    parameter("e-colorize", &["colorize"], Value),
    parameter("e-distort", &["distort"], Value),
    parameter("pr", &["progressive"], Value),
    parameter("lo", &["lossless"], Value),
    parameter("cp", &["colorProfile", "color_profile"], Value),
    parameter("md", &["metadata"], Value),
    limited("o", &["opacity"], limits::OPACITY),
    Parameter { code: "t", names: &["trim"], kind: Trim, limits: limits::TRIM },
    limited("z", &["zoom"], limits::ZOOM),
    limited("pg", &["page"], Limits::FROM_ONE),
    limited("fs", &["fontSize", "font_size"], Limits::POSITIVE),
    parameter("ff", &["fontFamily", "font_family"], Path),
    parameter("co", &["fontColor", "font_color", "color"], Value),
    parameter("ia", &["innerAlignment", "inner_alignment"], Value),
    limited("pa", &["padding"], Limits::NOT_NEGATIVE),
    limited("al", &["alpha"], limits::ALPHA),
    parameter("tg", &["typography"], Value),
    limited("lh", &["lineHeight", "line_height"], Limits::POSITIVE),
    limited("fol", &["fontOutline", "font_outline"], Limits::NOT_NEGATIVE),
    parameter("fsh", &["fontShadow", "font_shadow"], Value),
    limited("dn", &["density"], limits::DENSITY),
    parameter("raw", &["raw"], Raw),
];

/// The parameter of that name or code.
pub(super) fn find(name: &str) -> Option<&'static Parameter> {
    PARAMETERS
        .iter()
        .find(|parameter| parameter.code == name || parameter.names.contains(&name))
}

/// Whether two names mean the same parameter.
pub(super) fn same(one: &str, other: &str) -> bool {
    let code = |name| find(name).map_or(name, |parameter| parameter.code);
    code(one) == code(other)
}

/// The parameter of that code.
pub(super) fn find_code(code: &str) -> Option<&'static Parameter> {
    PARAMETERS.iter().find(|parameter| parameter.code == code)
}
