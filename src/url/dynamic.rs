//! The rules for parameters that come by name, with values of any type.

use std::borrow::Cow;

use super::effects::Prompt;
use super::limits;
use super::names::{self, Kind};
use super::number::Limits;
use super::options::{OverlayOptions, OverlayType, Step, StepValue};
use super::overlay::{Layer, LayerKind, LayerOption};
use super::parameter_value::ParameterValue;
use super::text::{Text, Value, separator_in};
use super::transformation::{Path, Transformation};
use crate::problem::Problem;

/// What names and values are held against, besides separators.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Checks {
    /// Refuses numbers outside ImageKit's documented ranges.
    pub(super) ranges: bool,
    /// Refuses names and values that ImageKit doesn't document.
    pub(super) strict: bool,
}

impl Default for Checks {
    fn default() -> Self {
        Self {
            ranges: true,
            strict: false,
        }
    }
}

impl Checks {
    pub(super) const NONE: Self = Self {
        ranges: false,
        strict: false,
    };

    /// What is wrong with a value, which is written as `written`.
    fn check(self, value: &ParameterValue, written: &str, limits: Limits) -> Result<(), Problem> {
        let limits = match self.ranges {
            true => limits,
            false => limits.without_range(),
        };
        check_numbers(value, limits)?;
        match self.strict {
            true => limits.check_string(written),
            false => Ok(()),
        }
    }
}

/// The chain of steps that the options describe.
pub(super) fn transformation(steps: &[Step], checks: Checks) -> Transformation {
    let mut chain = Transformation::new();
    for Step(entries) in steps {
        let mut step = Transformation::new();
        for (name, value) in entries {
            step = match value {
                StepValue::Parameter(value) => with_parameter(step, name, value, checks),
                StepValue::Overlay(overlay) => step.with_layer(&layer(overlay, checks)),
            };
        }
        chain.then(&step);
    }
    chain
}

/// Adds a parameter by its name or code.
pub(super) fn with_parameter(
    mut step: Transformation,
    name: &str,
    value: &ParameterValue,
    checks: Checks,
) -> Transformation {
    let Some(parameter) = names::find(name) else {
        return with_unknown(step, name, value, checks);
    };
    let code = parameter.code;
    let blank = matches!(value, ParameterValue::Text(text) if text.trim().is_empty());
    match (parameter.kind, value) {
        (_, ParameterValue::Null) => step,
        (Kind::Raw, value) => step.raw(&value.to_text()),
        (Kind::Effect, _) if blank => step.with_bare(code),
        (Kind::Trim, _) if blank => step.with(name, code, &true),
        (_, _) if blank => step,
        (Kind::Path, ParameterValue::Text(path)) => step.with(name, code, &Path::as_in_url(path)),
        (kind, value) => {
            let checked = Checked {
                value,
                limits: parameter.limits,
                checks,
            };
            if matches!(kind, Kind::Flag | Kind::Effect) {
                step.put_effect(name, code, &checked);
            } else {
                step.put(name, code, &checked);
            }
            match checks.strict && code == "sr" {
                true => step.streaming(),
                false => step,
            }
        }
    }
}

/// Adds a parameter that ImageKit may have got since.
fn with_unknown(
    mut step: Transformation,
    name: &str,
    value: &ParameterValue,
    checks: Checks,
) -> Transformation {
    if name.is_empty() || separator_in(name).is_some() {
        step.refuse(Problem::new(
            "transformation",
            format!(
                "{name:?} is not a valid name of a parameter; give a name without `,`, `:` and `/`, or write the \
                 parameter with `raw`"
            ),
        ));
    } else if checks.strict {
        let fix = match names::nearest(name) {
            Some(nearest) => format!("give `{nearest}`"),
            None => "give a documented name".to_owned(),
        };
        step.refuse(Problem::new(
            name.to_owned(),
            format!("{name:?} is not a known parameter; {fix}, or write the parameter with `raw`"),
        ));
    }
    step.note_code(name);
    let blank = matches!(value, ParameterValue::Text(text) if text.trim().is_empty());
    match value {
        ParameterValue::Null => step,
        _ if blank => step,
        _ => step.with(name, name, &Unchecked(value)),
    }
}

/// The value of a known parameter.
struct Checked<'a> {
    value: &'a ParameterValue,
    limits: Limits,
    checks: Checks,
}

impl Value for Checked<'_> {
    fn write(&self, text: &mut Text) {
        let start = text.len();
        write(self.value, text, &|value, text| {
            let value = self.limits.normal(value);
            if self.limits.match_form(&value) {
                text.push_verbatim(&value);
            } else if let Some((before, prompt)) = split_prompt(&value, self.limits) {
                text.push_verbatim(before);
                Prompt::from(prompt).write(text);
            } else {
                text.push(&value);
            }
        });
        let written = &text.as_str()[start..];
        if let Err(problem) = self.checks.check(self.value, written, self.limits) {
            text.refuse(problem);
        }
    }
}

/// The value of an unknown parameter.
pub(super) struct Unchecked<'a>(pub(super) &'a ParameterValue);

impl Value for Unchecked<'_> {
    fn write(&self, text: &mut Text) {
        write(self.0, text, &|value, text| text.push_verbatim(value));
        if let Err(problem) = check_numbers(self.0, Limits::ANY) {
            text.refuse(problem);
        }
    }
}

fn write(value: &ParameterValue, text: &mut Text, push: &impl Fn(&str, &mut Text)) {
    match value {
        ParameterValue::Null => {}
        ParameterValue::Bool(value) => value.write(text),
        ParameterValue::Integer(number) => text.push_integer(*number),
        ParameterValue::Float(number) => text.push_float(*number),
        ParameterValue::Text(value) => push(value, text),
        ParameterValue::List(values) => {
            for (i, value) in values.iter().enumerate() {
                if i > 0 {
                    text.push_known("_");
                }
                write(value, text, push);
            }
        }
    }
}

/// Cuts a description in plain text from what stands before its `prompt-`, if the value may hold one.
fn split_prompt(value: &str, limits: Limits) -> Option<(&str, &str)> {
    const PREFIX: &str = "prompt-";
    let start = value.find(PREFIX)?;
    let end = start + PREFIX.len();
    (limits.take_prompts() && limits.match_form(&value[..end]))
        .then(|| (&value[..start], &value[end..]))
}

fn check_numbers(value: &ParameterValue, limits: Limits) -> Result<(), Problem> {
    match value {
        ParameterValue::Integer(number) => limits.check_number(*number as f64),
        ParameterValue::Float(number) => limits.check_number(*number),
        ParameterValue::List(values) => values
            .iter()
            .try_for_each(|value| check_numbers(value, limits)),
        _ => Ok(()),
    }
}

fn layer(options: &OverlayOptions, checks: Checks) -> Layer<'_> {
    let (kind, content) = match options.r#type {
        OverlayType::Text => (LayerKind::Text, &options.text),
        OverlayType::Image => (LayerKind::Image, &options.input),
        OverlayType::Video => (LayerKind::Video, &options.input),
        OverlayType::Subtitle => (LayerKind::Subtitle, &options.input),
        OverlayType::SolidColor => (LayerKind::SolidColor, &options.color),
    };
    let content = content.as_deref().unwrap_or_default();
    let content = match kind {
        LayerKind::SolidColor => limits::COLOR.normal(content),
        _ => Cow::Borrowed(content),
    };
    let mut layer = Layer::new(kind, content);
    layer.encoding = options.encoding.unwrap_or_default();
    layer.own = transformation(&options.transformation, checks);
    if checks.strict && kind == LayerKind::SolidColor {
        layer.check_color();
    }
    let mode = options.layer_mode.clone().map(ParameterValue::Text);
    let position = options.position.clone().unwrap_or_default();
    let timing = options.timing.clone().unwrap_or_default();
    for (option, value) in [
        (LayerOption::Mode, mode),
        (LayerOption::X, position.x),
        (LayerOption::Y, position.y),
        (LayerOption::XCenter, position.x_center),
        (LayerOption::YCenter, position.y_center),
        (LayerOption::Focus, position.focus),
        (LayerOption::AnchorPoint, position.anchor_point),
        (LayerOption::Start, timing.start),
        (LayerOption::End, timing.end),
        (LayerOption::Duration, timing.duration),
    ] {
        if let Some(value) = &value {
            let limits = option.limits();
            layer.set(
                option,
                &Checked {
                    value,
                    limits,
                    checks,
                },
            );
        }
    }
    layer
}
