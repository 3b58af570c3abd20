//! Taking the text of a transformation apart.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::dynamic::{self, Checks, Unchecked};
use super::encode::{VALUE, escape, unescape};
use super::limits;
use super::names::{self, Kind};
use super::options::{
    OverlayOptions, OverlayPosition, OverlayTiming, OverlayType, Step, StepValue,
};
use super::overlay::Encoding;
use super::parameter_value::ParameterValue;
use super::text::{Text, Value};
use super::transformation::MAX_DEPTH;

/// The steps in a transformation. `escaped` says whether escapes of the URL are still in the text.
///
/// Whatever they say in other words than the text does is kept as raw text, so that building the steps gives the same
/// text again.
pub(super) fn steps(text: &str, escaped: bool) -> Vec<Step> {
    Reader { escaped }.steps(text, 0)
}

struct Reader {
    escaped: bool,
}

impl Reader {
    fn steps(&self, text: &str, depth: u8) -> Vec<Step> {
        split(text, ':')
            .into_iter()
            .filter(|step| !step.is_empty())
            .map(|step| self.step(step, depth))
            .collect()
    }

    fn step(&self, text: &str, depth: u8) -> Step {
        Step(
            split(text, ',')
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
            .find(|entry| self.stands_for(entry, token))
            .unwrap_or_else(|| ("raw".to_owned(), StepValue::Parameter(token.into())))
    }

    /// Whether a URL with this entry has that token.
    fn stands_for(&self, entry: &(String, StepValue), token: &str) -> bool {
        let written = dynamic::transformation(&[Step(vec![entry.clone()])], Checks::NONE);
        let same = if self.escaped {
            written.to_string() == token
        } else {
            written.text().as_str() == token
        };
        same && written.problem().is_none()
    }

    /// Ways to say a token by name, the clearest first.
    fn parameters(&self, token: &str) -> Vec<(String, StepValue)> {
        let (code, value) = split_code(token);
        // As data, `overlay` is no parameter.
        if code.is_empty() || matches!(code, "l" | "overlay") {
            return Vec::new();
        }
        let parameter = names::find_code(code);
        let name = parameter.map_or(code, |parameter| parameter.names[0]);
        let kind = parameter.map_or(Kind::Value, |parameter| parameter.kind);
        let values = match value {
            None if matches!(kind, Kind::Flag | Kind::Effect) => vec![ParameterValue::Bool(true)],
            None => vec!["-".into()],
            Some(path) if kind == Kind::Path => {
                vec![self.unescaped(&path.replace("@@", "/")).into(), path.into()]
            }
            Some(value) => vec![self.value(value), value.into()],
        };
        values
            .into_iter()
            .map(|value| (name.to_owned(), StepValue::Parameter(value)))
            .collect()
    }

    /// Ways to say a layer, which comes without its `l-`. The clearest comes first.
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

    /// What follows the content of a layer.
    fn options(&self, text: &str, depth: u8) -> OverlayOptions {
        let mut overlay = OverlayOptions::default();
        let mut position = OverlayPosition::default();
        let mut timing = OverlayTiming::default();
        let mut rest = text;
        while let (token, behind) = next_token(rest)
            && let Some((code, value)) = token.split_once('-')
        {
            let value = Some(self.value(value));
            match code {
                "lm" => overlay.layer_mode = value.map(|value| value.to_text().into_owned()),
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
            rest = behind;
        }
        overlay.position =
            Some(position).filter(|position| *position != OverlayPosition::default());
        overlay.timing = Some(timing).filter(|timing| *timing != OverlayTiming::default());
        overlay.transformation = self.steps(rest, depth);
        overlay
    }

    /// A number or a boolean where the text is exactly that, otherwise text.
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
            let mut text = Text::default();
            Unchecked(value).write(&mut text);
            text.as_str() == written
        };
        let typed = [integer, float, boolean].into_iter().flatten().find(same);
        typed.unwrap_or_else(|| self.unescaped(written).into())
    }

    /// The text without the escapes that a URL adds, unless that loses something.
    fn unescaped(&self, written: &str) -> String {
        let same = |text: &String| {
            let mut escaped = String::new();
            escape(&mut escaped, text, &VALUE);
            escaped == written
        };
        let text = String::from_utf8(unescape(written))
            .ok()
            .filter(|text| self.escaped && same(text));
        text.unwrap_or_else(|| written.to_owned())
    }
}

/// Cuts a token into the code of its parameter and the value.
fn split_code(token: &str) -> (&str, Option<&str>) {
    let known = names::PARAMETERS
        .iter()
        .map(|parameter| parameter.code.len());
    let ends =
        known.filter(|&end| names::find_code(token.get(..end).unwrap_or_default()).is_some());
    let end = ends
        .filter(|&end| matches!(token.as_bytes().get(end), None | Some(b'-')))
        .max();
    let end = end.or_else(|| token.find('-')).unwrap_or(token.len());
    (&token[..end], token.get(end + 1..))
}

/// The text up to the next comma and what follows it. The own steps of a layer are not taken apart.
fn next_token(text: &str) -> (&str, &str) {
    match text.find([',', ':']) {
        Some(end) if text[end..].starts_with(',') => (&text[..end], &text[end + 1..]),
        Some(_) => ("", text),
        None => (text, ""),
    }
}

fn from_base64(escaped: &str) -> Option<String> {
    String::from_utf8(STANDARD.decode(unescape(escaped)).ok()?).ok()
}

/// Cuts a text at a separator, but not inside a layer.
fn split(text: &str, separator: char) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut depth = 0_usize;
    let (mut part, mut token) = (0, 0);
    for (end, found) in text.match_indices([',', ':']) {
        if found == ":" && is_in_ratio(&text[token..end], &text[end + 1..]) {
            continue;
        }
        match &text[token..end] {
            "l-end" => depth = depth.saturating_sub(1),
            layer if layer.starts_with("l-") => depth += 1,
            _ => {}
        }
        token = end + 1;
        if depth == 0 && found.starts_with(separator) {
            parts.push(&text[part..end]);
            part = token;
        }
    }
    parts.push(&text[part..]);
    parts
}

/// Whether a colon between a token and the rest is that of a ratio such as `ar-4:3`.
fn is_in_ratio(token: &str, rest: &str) -> bool {
    let width = token.strip_prefix("ar-");
    let height = rest.split([',', ':']).next().unwrap_or_default();
    width.is_some_and(|width| limits::ASPECT_RATIO.match_form(&format!("{width}:{height}")))
}
