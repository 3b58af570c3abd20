//! Parsing of transformations.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::url::encode::{VALUE, escape, unescape};
use crate::url::options::{
    OverlayOptions, OverlayPosition, OverlayTiming, OverlayType, Step, StepValue, to_transformation,
};
use crate::url::transformation::{
    ASPECT_RATIO, Buffer, Encoding, MAX_DEPTH, PARAMETERS, ParameterValue, UncheckedValue,
    ValueChecks, ValueSyntax, WriteValue, find_by_code,
};

/// Parses a transformation. `escaped` states whether it still has the escapes of the URL.
///
/// A parameter that would be written differently becomes a `raw` parameter, so that building the
/// steps gives the same transformation.
pub(super) fn parse_transformation(transformation: &str, escaped: bool) -> Vec<Step> {
    Parser { escaped }.steps(transformation, 0)
}

struct Parser {
    escaped: bool,
}

impl Parser {
    fn steps(&self, steps: &str, depth: u8) -> Vec<Step> {
        split(steps, ':')
            .into_iter()
            .filter(|step| !step.is_empty())
            .map(|step| self.step(step, depth))
            .collect()
    }

    fn step(&self, step: &str, depth: u8) -> Step {
        Step(
            split(step, ',')
                .into_iter()
                .map(|token| self.token(token, depth))
                .collect(),
        )
    }

    fn token(&self, token: &str, depth: u8) -> (String, StepValue) {
        let overlays = token.strip_prefix("l-").filter(|_| depth < MAX_DEPTH);
        let overlays = overlays
            .map(|layer| self.overlays(layer, depth + 1))
            .unwrap_or_default();
        let overlays = overlays
            .into_iter()
            .map(|overlay| ("overlay".to_owned(), StepValue::Overlay(Box::new(overlay))));
        overlays
            .chain(self.parameters(token))
            .find(|entry| self.is_written_as(entry, token))
            .unwrap_or_else(|| ("raw".to_owned(), StepValue::Parameter(token.into())))
    }

    /// Returns whether an entry is written as this token.
    fn is_written_as(&self, entry: &(String, StepValue), token: &str) -> bool {
        let written = to_transformation(&[Step(vec![entry.clone()])], ValueChecks::NONE);
        let same = if self.escaped {
            written.to_string() == token
        } else {
            written.buffer().as_str() == token
        };
        same && written.problem().is_none()
    }

    /// Returns the entries that can mean a token, the clearest first.
    fn parameters(&self, token: &str) -> Vec<(String, StepValue)> {
        let (code, value) = split_code(token);
        // In options, `overlay` isn't a parameter.
        if code.is_empty() || matches!(code, "l" | "overlay") {
            return Vec::new();
        }
        let parameter = find_by_code(code);
        let name = parameter.map_or(code, |parameter| parameter.names[0]);
        let syntax = parameter.map_or(ValueSyntax::Value, |parameter| parameter.syntax);
        let values = match value {
            None if matches!(syntax, ValueSyntax::Flag | ValueSyntax::Effect) => {
                vec![ParameterValue::Bool(true)]
            }
            None => vec!["-".into()],
            Some(path) if syntax == ValueSyntax::Path => {
                vec![self.unescaped(&path.replace("@@", "/")).into(), path.into()]
            }
            Some(value) => vec![self.value(value), value.into()],
        };
        values
            .into_iter()
            .map(|value| (name.to_owned(), StepValue::Parameter(value)))
            .collect()
    }

    /// Returns the overlays that can mean a layer without its `l-`, the clearest first.
    fn overlays(&self, layer: &str, depth: u8) -> Vec<OverlayOptions> {
        let Some((kind, rest)) = layer
            .strip_suffix(",l-end")
            .and_then(|layer| layer.split_once(','))
        else {
            return Vec::new();
        };
        let (content, rest) = next_token(rest);
        let mut overlay = match (kind, next_token(rest)) {
            ("image", (background, rest))
                if content == "i-ik_canvas" && background.starts_with("bg-") =>
            {
                let mut overlay = self.options(rest, depth);
                overlay.r#type = OverlayType::SolidColor;
                overlay.color = Some(self.unescaped(&background["bg-".len()..]));
                return vec![overlay];
            }
            _ => self.options(rest, depth),
        };
        overlay.r#type = match kind {
            "text" => OverlayType::Text,
            "image" => OverlayType::Image,
            "video" => OverlayType::Video,
            "subtitles" => OverlayType::Subtitle,
            _ => return Vec::new(),
        };
        let is_text = overlay.r#type == OverlayType::Text;
        let (encoding, content) = match (content.strip_prefix("ie-"), content.strip_prefix("i-")) {
            (Some(base64), _) => (Encoding::Base64, from_base64(base64)),
            (None, Some(text)) if is_text => {
                (Encoding::Plain, String::from_utf8(unescape(text)).ok())
            }
            (None, Some(path)) => (
                Encoding::Plain,
                Some(self.unescaped(&path.replace("@@", "/"))),
            ),
            (None, None) => return Vec::new(),
        };
        *(if is_text {
            &mut overlay.text
        } else {
            &mut overlay.input
        }) = content;
        let encoded = OverlayOptions {
            encoding: Some(encoding),
            ..overlay.clone()
        };
        vec![overlay, encoded]
    }

    /// Parses what follows the content of a layer.
    fn options(&self, options: &str, depth: u8) -> OverlayOptions {
        let mut overlay = OverlayOptions::default();
        let mut position = OverlayPosition::default();
        let mut timing = OverlayTiming::default();
        let mut rest = options;
        while let (token, following) = next_token(rest)
            && let Some((code, value)) = token.split_once('-')
        {
            let value = Some(self.value(value));
            match code {
                "lm" => overlay.layer_mode = value.map(|value| value.to_js_string().into_owned()),
                "lx" => position.x = value,
                "ly" => position.y = value,
                "lxc" => position.x_center = value,
                "lyc" => position.y_center = value,
                "lfo" => position.focus = value,
                "lap" => position.anchor_point = value,
                "lso" => timing.start = value,
                "leo" => timing.end = value,
                "ldu" => timing.duration = value,
                _ => break,
            }
            rest = following;
        }
        overlay.position =
            Some(position).filter(|position| *position != OverlayPosition::default());
        overlay.timing = Some(timing).filter(|timing| *timing != OverlayTiming::default());
        overlay.transformation = self.steps(rest, depth);
        overlay
    }

    /// Parses a number or a boolean that would be written in the same way. Anything else is a
    /// string.
    fn value(&self, written: &str) -> ParameterValue {
        let number = written.replacen('N', "-", 1);
        let integer = number.parse().ok().map(ParameterValue::Integer);
        let float = number
            .parse()
            .ok()
            .filter(|number: &f64| number.is_finite())
            .map(ParameterValue::Float);
        let boolean = written.parse().ok().map(ParameterValue::Bool);
        let same = |value: &ParameterValue| {
            let mut buffer = Buffer::default();
            UncheckedValue(value).write(&mut buffer);
            buffer.as_str() == written
        };
        let typed = [integer, float, boolean].into_iter().flatten().find(same);
        typed.unwrap_or_else(|| self.unescaped(written).into())
    }

    /// Decodes the escapes of the URL if encoding restores them.
    fn unescaped(&self, written: &str) -> String {
        let same = |decoded: &String| {
            let mut escaped = String::new();
            escape(&mut escaped, decoded, &VALUE);
            escaped == written
        };
        let decoded = String::from_utf8(unescape(written))
            .ok()
            .filter(|decoded| self.escaped && same(decoded));
        decoded.unwrap_or_else(|| written.to_owned())
    }
}

/// Splits a token into the code of its parameter and the value.
fn split_code(token: &str) -> (&str, Option<&str>) {
    let known = PARAMETERS.iter().map(|parameter| parameter.code.len());
    let ends = known.filter(|&end| find_by_code(token.get(..end).unwrap_or_default()).is_some());
    let end = ends
        .filter(|&end| matches!(token.as_bytes().get(end), None | Some(b'-')))
        .max();
    let end = end.or_else(|| token.find('-')).unwrap_or(token.len());
    (&token[..end], token.get(end + 1..))
}

/// Splits at the next comma. The steps of a layer, which contain a colon, are not split.
fn next_token(tokens: &str) -> (&str, &str) {
    match tokens.find([',', ':']) {
        Some(end) if tokens[end..].starts_with(',') => (&tokens[..end], &tokens[end + 1..]),
        Some(_) => ("", tokens),
        None => (tokens, ""),
    }
}

fn from_base64(escaped: &str) -> Option<String> {
    String::from_utf8(STANDARD.decode(unescape(escaped)).ok()?).ok()
}

/// Splits a transformation at a separator, except inside of layers.
fn split(transformation: &str, separator: char) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut depth = 0_usize;
    let (mut part, mut token) = (0, 0);
    for (end, found) in transformation.match_indices([',', ':']) {
        if found == ":" && is_in_ratio(&transformation[token..end], &transformation[end + 1..]) {
            continue;
        }
        match &transformation[token..end] {
            "l-end" => depth = depth.saturating_sub(1),
            layer if layer.starts_with("l-") => depth += 1,
            _ => {}
        }
        token = end + 1;
        if depth == 0 && found.starts_with(separator) {
            parts.push(&transformation[part..end]);
            part = token;
        }
    }
    parts.push(&transformation[part..]);
    parts
}

/// Returns whether a colon between a token and the rest belongs to a ratio such as `ar-4:3`.
fn is_in_ratio(token: &str, rest: &str) -> bool {
    let width = token.strip_prefix("ar-");
    let height = rest.split([',', ':']).next().unwrap_or_default();
    width.is_some_and(|width| ASPECT_RATIO.matches(&format!("{width}:{height}")))
}
