//! The parameters that ImageKit documents: names, codes and allowed values.

use super::allowed::Allowed;
use super::documented;

/// A documented parameter.
#[derive(Debug)]
pub(crate) struct Parameter {
    /// The code in the URL.
    pub(crate) code: &'static str,
    /// The names in the Node SDK (camel case) and the Python SDK (snake case).
    pub(crate) names: &'static [&'static str],
    pub(crate) syntax: ValueSyntax,
    pub(super) allowed: Allowed,
}

/// How the value of a parameter is written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum ValueSyntax {
    /// `code-value`.
    Value,
    /// The bare code.
    Flag,
    /// The bare code or `code-value`.
    Effect,
    /// `code-value`. A blank value means `true`.
    Trim,
    /// A path in the media library.
    Path,
    /// The value replaces the parameter.
    Raw,
}

const fn parameter(
    code: &'static str,
    names: &'static [&'static str],
    syntax: ValueSyntax,
    allowed: Allowed,
) -> Parameter {
    Parameter {
        code,
        names,
        syntax,
        allowed,
    }
}

use ValueSyntax::{Effect, Flag, Path, Raw, Trim, Value};

#[rustfmt::skip]
pub(crate) static PARAMETERS: &[Parameter] = &[
    parameter("w", &["width"], Value, documented::SIZE),
    parameter("h", &["height"], Value, documented::SIZE),
    parameter("ar", &["aspectRatio", "aspect_ratio"], Value, documented::ASPECT_RATIO),
    parameter("bg", &["background"], Value, documented::BACKGROUND),
    parameter("b", &["border"], Value, documented::BORDER),
    parameter("c", &["crop"], Value, documented::CROP),
    parameter("cm", &["cropMode", "crop_mode"], Value, documented::CROP_MODE),
    parameter("dpr", &["dpr"], Value, documented::DPR),
    parameter("fo", &["focus"], Value, documented::NAME),
    parameter("q", &["quality"], Value, documented::QUALITY),
    parameter("x", &["x"], Value, documented::POSITION),
    parameter("xc", &["xCenter", "x_center"], Value, documented::POSITION),
    parameter("y", &["y"], Value, documented::POSITION),
    parameter("yc", &["yCenter", "y_center"], Value, documented::POSITION),
    parameter("f", &["format"], Value, documented::FORMAT),
    parameter("vc", &["videoCodec", "video_codec"], Value, documented::VIDEO_CODEC),
    parameter("ac", &["audioCodec", "audio_codec"], Value, documented::AUDIO_CODEC),
    parameter("r", &["radius"], Value, documented::RADIUS),
    parameter("rt", &["rotation"], Value, documented::ROTATION),
    parameter("bl", &["blur"], Value, documented::BLUR),
    parameter("n", &["named"], Value, documented::NAME),
    parameter("di", &["defaultImage", "default_image"], Path, documented::FREE),
    parameter("fl", &["flip"], Value, documented::FLIP),
    parameter("orig", &["original"], Value, documented::SWITCH),
    parameter("so", &["startOffset", "start_offset"], Value, documented::SECONDS),
    parameter("eo", &["endOffset", "end_offset"], Value, documented::SECONDS),
    parameter("du", &["duration"], Value, documented::SECONDS),
    parameter("sr", &["streamingResolutions", "streaming_resolutions"], Value, documented::RESOLUTIONS),
    parameter("e-grayscale", &["grayscale", "effect_gray"], Flag, documented::FLAG),
    parameter("e-upscale", &["aiUpscale", "ai_upscale"], Flag, documented::FLAG),
    parameter("e-retouch", &["aiRetouch", "ai_retouch"], Flag, documented::FLAG),
    parameter("e-genvar", &["aiVariation", "ai_variation"], Flag, documented::FLAG),
    parameter("e-dropshadow", &["aiDropShadow", "ai_drop_shadow"], Effect, documented::DROP_SHADOW),
    parameter("e-changebg", &["aiChangeBackground", "ai_change_background"], Value, documented::PROMPT),
    parameter("e-bgremove", &["aiRemoveBackground", "ai_remove_background"], Flag, documented::FLAG),
    parameter("e-removedotbg", &["aiRemoveBackgroundExternal", "ai_remove_background_external"], Flag, documented::FLAG),
    parameter("e-edit", &["aiEdit", "ai_edit"], Value, documented::PROMPT),
    parameter("e-contrast", &["contrastStretch", "contrast_stretch", "effect_contrast"], Flag, documented::FLAG),
    parameter("e-shadow", &["shadow", "effect_shadow"], Effect, documented::SHADOW),
    parameter("e-sharpen", &["sharpen", "effect_sharpen"], Effect, documented::SHARPEN),
    parameter("e-usm", &["unsharpMask", "unsharp_mask", "effect_usm"], Effect, documented::UNSHARP_MASK),
    parameter("e-gradient", &["gradient", "effect_gradient"], Effect, documented::GRADIENT),
    parameter("cr", &["colorReplace", "color_replace"], Value, documented::COLOR_REPLACE),
    parameter("e-colorize", &["colorize"], Value, documented::COLORIZE),
    parameter("e-distort", &["distort"], Value, documented::DISTORT),
    parameter("pr", &["progressive"], Value, documented::SWITCH),
    parameter("lo", &["lossless"], Value, documented::SWITCH),
    parameter("cp", &["colorProfile", "color_profile"], Value, documented::SWITCH),
    parameter("md", &["metadata"], Value, documented::SWITCH),
    parameter("c2pa", &["contentCredentials", "content_credentials"], Value, documented::SWITCH),
    parameter("o", &["opacity"], Value, documented::OPACITY),
    parameter("t", &["trim"], Trim, documented::TRIM),
    parameter("z", &["zoom"], Value, documented::ZOOM),
    parameter("pg", &["page"], Value, documented::PAGE),
    parameter("fs", &["fontSize", "font_size"], Value, documented::FONT_SIZE),
    parameter("ff", &["fontFamily", "font_family"], Path, documented::FREE),
    parameter("co", &["fontColor", "font_color", "color"], Value, documented::COLOR),
    parameter("ia", &["innerAlignment", "inner_alignment"], Value, documented::INNER_ALIGNMENT),
    parameter("pa", &["padding"], Value, documented::PADDING),
    parameter("al", &["alpha"], Value, documented::ALPHA),
    parameter("tg", &["typography"], Value, documented::TYPOGRAPHY),
    parameter("lh", &["lineHeight", "line_height"], Value, documented::FONT_SIZE),
    parameter("fol", &["fontOutline", "font_outline"], Value, documented::FONT_OUTLINE),
    parameter("fsh", &["fontShadow", "font_shadow"], Value, documented::FONT_SHADOW),
    parameter("dn", &["density"], Value, documented::DENSITY),
    parameter("lang", &["lang"], Value, documented::NAME),
    parameter("raw", &["raw"], Raw, documented::FREE),
];

/// Returns the parameter with this name or code.
pub(super) fn find(name: &str) -> Option<&'static Parameter> {
    PARAMETERS
        .iter()
        .find(|parameter| parameter.code == name || parameter.names.contains(&name))
}

/// Returns whether two names mean the same parameter.
pub(crate) fn same_parameter(one: &str, other: &str) -> bool {
    let code = |name| find(name).map_or(name, |parameter| parameter.code);
    code(one) == code(other)
}

/// Returns the parameter with this code.
pub(crate) fn find_by_code(code: &str) -> Option<&'static Parameter> {
    PARAMETERS.iter().find(|parameter| parameter.code == code)
}
