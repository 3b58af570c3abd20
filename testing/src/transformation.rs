//! Reads transformations of delivery URLs. Nothing is rendered.

use super::store::{Kind, State};

/// Named transformations may name others up to this depth.
const MAX_DEPTH: usize = 4;

/// The named transformation of the media library's thumbnails, which every account has.
pub(super) const THUMBNAIL: &str = "ik_ml_thumbnail";

/// The codes of options that have a value: in all steps, and only in layers.
const OPTIONS: &[&str] = &[
    "w", "h", "ar", "c", "cm", "fo", "z", "x", "y", "xc", "yc", "dpr", "q", "f", "dn", "lo", "pr",
    "md", "cp", "c2pa", "orig", "di", "n", "r", "bg", "b", "rt", "fl", "bl", "o", "t", "pg", "cr",
    "vc", "ac", "so", "eo", "du", "sr",
];
const LAYER_OPTIONS: &[&str] = &[
    "i", "ie", "lx", "ly", "lxc", "lyc", "lap", "lfo", "lso", "leo", "ldu", "lm", "fs", "ff", "co",
    "ia", "pa", "al", "tg", "lh", "fol", "fsh",
];
const EFFECTS: &[&str] = &[
    "grayscale",
    "contrast",
    "sharpen",
    "usm",
    "shadow",
    "gradient",
    "colorize",
    "distort",
    "bgremove",
    "removedotbg",
    "dropshadow",
    "changebg",
    "edit",
    "retouch",
    "upscale",
    "genvar",
];
const LAYERS: &[&str] = &["text", "image", "video", "subtitles"];

/// Options whose value is a number, which may be negative (`N10`), or an expression.
const NUMBERS: &[&str] = &[
    "w", "h", "x", "y", "xc", "yc", "z", "dpr", "q", "bl", "o", "lx", "ly", "lxc", "lyc",
];

/// Options whose number may also be `auto`.
const AUTO: &[&str] = &["w", "h", "dpr"];

/// A transformation, with named ones replaced by what they name.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Steps {
    /// The options of each step. Those within a layer follow its `l-`.
    steps: Vec<Vec<String>>,
    /// Whether it was a single named transformation.
    pub(super) is_named: bool,
}

impl Steps {
    /// Reads the value of `tr`, percent-decoded. The error says what is wrong.
    pub(super) fn parse(text: &str, state: &State) -> Result<Self, String> {
        let mut steps = Vec::new();
        read(text, state, 0, &mut steps)?;
        let name = text.strip_prefix("n-");
        Ok(Self {
            steps,
            is_named: name.is_some_and(|name| !name.contains([',', ':'])),
        })
    }

    pub(super) fn extend(&mut self, other: Self) {
        self.is_named = self.steps.is_empty() && other.is_named;
        self.steps.extend(other.steps);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }
}

/// As ImageKit writes them.
impl std::fmt::Display for Steps {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let steps: Vec<_> = self.steps.iter().map(|step| step.join(",")).collect();
        f.write_str(&steps.join(":"))
    }
}

fn read(
    text: &str,
    state: &State,
    depth: usize,
    steps: &mut Vec<Vec<String>>,
) -> Result<(), String> {
    /// An open block: a layer by its type, or a condition.
    enum Open<'t> {
        Layer(&'t str),
        Condition { has_else: bool },
    }
    let mut open: Vec<Open<'_>> = Vec::new();
    for (index, step) in text.split(':').enumerate() {
        let number = index + 1;
        let mut options = Vec::new();
        let mut named = None;
        for option in step.split(',') {
            let wrong = |what: &str| Err(format!("{option:?} in step {number} {what}"));
            if option.is_empty() {
                return wrong("is empty");
            }
            let (code, value) = option.split_once('-').unwrap_or((option, ""));
            let is_in_layer = open.iter().any(|open| matches!(open, Open::Layer(_)));
            match code {
                "l" if value == "end" => match open.pop() {
                    Some(Open::Layer(_)) => {}
                    _ => return wrong("ends no layer"),
                },
                "l" if LAYERS.contains(&value) => open.push(Open::Layer(value)),
                "l" => return wrong("is not the type of a layer"),
                "if" if value == "end" => match open.pop() {
                    Some(Open::Condition { .. }) => {}
                    _ => return wrong("ends no condition"),
                },
                "if" if value == "else" => match open.last_mut() {
                    Some(Open::Condition { has_else }) if !*has_else => *has_else = true,
                    _ => return wrong("belongs to no condition"),
                },
                "if" if is_condition(value) => open.push(Open::Condition { has_else: false }),
                "if" => return wrong("is not a condition"),
                "e" => {
                    let effect = value.split('-').next().unwrap_or_default();
                    if !EFFECTS.contains(&effect) {
                        return wrong("is not an effect");
                    }
                }
                _ if LAYER_OPTIONS.contains(&code) && !is_in_layer => {
                    return wrong("is allowed only in a layer");
                }
                _ if !OPTIONS.contains(&code) && !LAYER_OPTIONS.contains(&code) => {
                    return wrong("is unknown");
                }
                _ if value.is_empty() => return wrong("has no value"),
                _ if NUMBERS.contains(&code)
                    && !is_number(value)
                    && !(value == "auto" && AUTO.contains(&code)) =>
                {
                    return wrong("needs a number as its value");
                }
                "n" if value != THUMBNAIL => {
                    named = Some(definition(value, state).ok_or_else(|| {
                        format!(
                            "{option:?} in step {number} is not an enabled named transformation"
                        )
                    })?);
                    continue;
                }
                _ => {}
            }
            options.push(option.to_owned());
        }
        if let Some(named) = named {
            if depth == MAX_DEPTH {
                return Err(format!(
                    "step {number} names transformations that name others, and so on"
                ));
            }
            read(&named, state, depth + 1, steps)?;
        }
        if !options.is_empty() {
            steps.push(options);
        }
    }
    match open.pop() {
        None => Ok(()),
        Some(Open::Layer(kind)) => Err(format!("the layer l-{kind} has no l-end")),
        Some(Open::Condition { .. }) => Err("the condition has no if-end".to_owned()),
    }
}

/// Resolves the name of a transformation.
fn definition(name: &str, state: &State) -> Option<String> {
    let all = state.records(Kind::NamedTransformation);
    let mut enabled = all
        .iter()
        .filter(|named| named.body["enabled"] == serde_json::json!(true));
    let named = enabled.find(|named| named.text("name") == name)?;
    Some(named.text("transformation").to_owned())
}

/// A number, or an expression such as `iw_div_2`.
fn is_number(value: &str) -> bool {
    let is_plain = |text: &str| {
        let digits = text.strip_prefix(['N', '-']).unwrap_or(text);
        !digits.is_empty()
            && digits
                .bytes()
                .all(|byte| byte.is_ascii_digit() || byte == b'.')
    };
    let is_operand = |text: &str| {
        let properties = [
            "iw", "ih", "iar", "cw", "ch", "car", "bw", "bh", "bar", "idu", "bdu", "idn",
        ];
        is_plain(text) || properties.contains(&text)
    };
    let is_operator = |text: &str| ["add", "sub", "mul", "div", "mod", "pow"].contains(&text);
    let mut parts = value.split('_').enumerate();
    value.split('_').count() % 2 == 1
        && parts.all(|(index, part)| {
            if index % 2 == 0 {
                is_operand(part)
            } else {
                is_operator(part)
            }
        })
}

/// A comparison such as `w_gt_300`, or several joined by `and` and `or`.
fn is_condition(value: &str) -> bool {
    let parts: Vec<_> = value.split('_').collect();
    let is_comparison = |parts: &[&str]| match parts {
        [left, operator, right, ..] => {
            ["w", "h", "ar", "iw", "ih", "iar"].contains(left)
                && ["eq", "ne", "gt", "gte", "lt", "lte"].contains(operator)
                && !right.is_empty()
        }
        _ => false,
    };
    let joins = parts.iter().skip(3).step_by(4);
    parts.len() % 4 == 3
        && parts.chunks(4).all(is_comparison)
        && joins.into_iter().all(|join| ["and", "or"].contains(join))
}
