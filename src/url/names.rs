//! The names of transformation parameters, the codes that stand for them in a URL, and the values that they take.

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

const fn parameter(
    code: &'static str,
    names: &'static [&'static str],
    kind: Kind,
    limits: Limits,
) -> Parameter {
    Parameter {
        code,
        names,
        kind,
        limits,
    }
}

use Kind::{Effect, Flag, Path, Raw, Trim, Value};

#[rustfmt::skip]
pub(super) static PARAMETERS: &[Parameter] = &[
    parameter("w", &["width"], Value, limits::SIZE),
    parameter("h", &["height"], Value, limits::SIZE),
    parameter("ar", &["aspectRatio", "aspect_ratio"], Value, limits::ASPECT_RATIO),
    parameter("bg", &["background"], Value, limits::BACKGROUND),
    parameter("b", &["border"], Value, limits::BORDER),
    parameter("c", &["crop"], Value, limits::CROP),
    parameter("cm", &["cropMode", "crop_mode"], Value, limits::CROP_MODE),
    parameter("dpr", &["dpr"], Value, limits::DPR),
    parameter("fo", &["focus"], Value, limits::NAME),
    parameter("q", &["quality"], Value, limits::QUALITY),
    parameter("x", &["x"], Value, limits::POSITION),
    parameter("xc", &["xCenter", "x_center"], Value, limits::POSITION),
    parameter("y", &["y"], Value, limits::POSITION),
    parameter("yc", &["yCenter", "y_center"], Value, limits::POSITION),
    parameter("f", &["format"], Value, limits::FORMAT),
    parameter("vc", &["videoCodec", "video_codec"], Value, limits::VIDEO_CODEC),
    parameter("ac", &["audioCodec", "audio_codec"], Value, limits::AUDIO_CODEC),
    parameter("r", &["radius"], Value, limits::RADIUS),
    parameter("rt", &["rotation"], Value, limits::ROTATION),
    parameter("bl", &["blur"], Value, limits::BLUR),
    parameter("n", &["named"], Value, limits::NAME),
    parameter("di", &["defaultImage", "default_image"], Path, limits::FREE),
    parameter("fl", &["flip"], Value, limits::FLIP),
    parameter("orig", &["original"], Value, limits::SWITCH),
    parameter("so", &["startOffset", "start_offset"], Value, limits::SECONDS),
    parameter("eo", &["endOffset", "end_offset"], Value, limits::SECONDS),
    parameter("du", &["duration"], Value, limits::SECONDS),
    parameter("sr", &["streamingResolutions", "streaming_resolutions"], Value, limits::RESOLUTIONS),
    parameter("e-grayscale", &["grayscale", "effect_gray"], Flag, limits::FLAG),
    parameter("e-upscale", &["aiUpscale", "ai_upscale"], Flag, limits::FLAG),
    parameter("e-retouch", &["aiRetouch", "ai_retouch"], Flag, limits::FLAG),
    parameter("e-genvar", &["aiVariation", "ai_variation"], Flag, limits::FLAG),
    parameter("e-dropshadow", &["aiDropShadow", "ai_drop_shadow"], Effect, limits::DROP_SHADOW),
    parameter("e-changebg", &["aiChangeBackground", "ai_change_background"], Value, limits::PROMPT),
    parameter("e-bgremove", &["aiRemoveBackground", "ai_remove_background"], Flag, limits::FLAG),
    parameter("e-removedotbg", &["aiRemoveBackgroundExternal", "ai_remove_background_external"], Flag, limits::FLAG),
    parameter("e-edit", &["aiEdit", "ai_edit"], Value, limits::PROMPT),
    parameter("e-contrast", &["contrastStretch", "contrast_stretch", "effect_contrast"], Flag, limits::FLAG),
    parameter("e-shadow", &["shadow", "effect_shadow"], Effect, limits::SHADOW),
    parameter("e-sharpen", &["sharpen", "effect_sharpen"], Effect, limits::SHARPEN),
    parameter("e-usm", &["unsharpMask", "unsharp_mask", "effect_usm"], Effect, limits::UNSHARP_MASK),
    parameter("e-gradient", &["gradient", "effect_gradient"], Effect, limits::GRADIENT),
    parameter("cr", &["colorReplace", "color_replace"], Value, limits::COLOR_REPLACE),
    parameter("e-colorize", &["colorize"], Value, limits::COLORIZE),
    parameter("e-distort", &["distort"], Value, limits::DISTORT),
    parameter("pr", &["progressive"], Value, limits::SWITCH),
    parameter("lo", &["lossless"], Value, limits::SWITCH),
    parameter("cp", &["colorProfile", "color_profile"], Value, limits::SWITCH),
    parameter("md", &["metadata"], Value, limits::SWITCH),
    parameter("c2pa", &["contentCredentials", "content_credentials"], Value, limits::SWITCH),
    parameter("o", &["opacity"], Value, limits::OPACITY),
    parameter("t", &["trim"], Trim, limits::TRIM),
    parameter("z", &["zoom"], Value, limits::ZOOM),
    parameter("pg", &["page"], Value, limits::PAGE),
    parameter("fs", &["fontSize", "font_size"], Value, limits::FONT_SIZE),
    parameter("ff", &["fontFamily", "font_family"], Path, limits::FREE),
    parameter("co", &["fontColor", "font_color", "color"], Value, limits::COLOR),
    parameter("ia", &["innerAlignment", "inner_alignment"], Value, limits::INNER_ALIGNMENT),
    parameter("pa", &["padding"], Value, limits::PADDING),
    parameter("al", &["alpha"], Value, limits::ALPHA),
    parameter("tg", &["typography"], Value, limits::TYPOGRAPHY),
    parameter("lh", &["lineHeight", "line_height"], Value, limits::FONT_SIZE),
    parameter("fol", &["fontOutline", "font_outline"], Value, limits::FONT_OUTLINE),
    parameter("fsh", &["fontShadow", "font_shadow"], Value, limits::FONT_SHADOW),
    parameter("dn", &["density"], Value, limits::DENSITY),
    parameter("lang", &["lang"], Value, limits::NAME),
    parameter("raw", &["raw"], Raw, limits::FREE),
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

/// The known name that is closest to another one, if any is close.
pub(super) fn nearest(unknown: &str) -> Option<&'static str> {
    const LONGEST: usize = 64;
    if unknown.len() > LONGEST {
        return None;
    }
    let names = PARAMETERS.iter().flat_map(|parameter| parameter.names);
    let distances = names
        .chain(&["overlay"])
        .map(|name| (distance(name, unknown), *name));
    let (distance, name) = distances.min_by_key(|(distance, _)| *distance)?;
    (distance <= name.len().max(unknown.len()) / 2).then_some(name)
}

/// How many letters must be added, left out, replaced or swapped with the next to make one name of the other, without
/// regard to case.
fn distance(known: &str, unknown: &str) -> usize {
    let unknown: Vec<u8> = unknown
        .bytes()
        .map(|byte| byte.to_ascii_lowercase())
        .collect();
    let known: Vec<u8> = known
        .bytes()
        .map(|byte| byte.to_ascii_lowercase())
        .collect();
    // For the last two letters of the known name: the distance of its start from every start of the unknown one.
    let mut before = Vec::new();
    let mut last: Vec<usize> = (0..=unknown.len()).collect();
    for (i, letter) in known.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, other) in unknown.iter().enumerate() {
            let replaced = last[j] + usize::from(letter != other);
            let mut least = replaced.min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *letter == unknown[j - 1] && known[i - 1] == *other {
                least = least.min(before[j - 1] + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut last, row);
    }
    last[unknown.len()]
}
