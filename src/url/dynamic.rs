//! The rules for parameters that come by name, with values of any type.

use std::borrow::Cow;

use super::names::{self, Kind};
use super::number::{Limits, Scalar};
use super::options::{OverlayOptions, OverlayType, Step, StepValue};
use super::overlay::{Layer, LayerKind, LayerOption};
use super::parameter_value::ParameterValue;
use super::text::{Text, Value};
use super::transformation::{Path, Transformation, write_joined};
use crate::problem::Problem;

/// Whether numbers outside ImageKit's documented ranges are refused.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) enum Numbers {
    #[default]
    Checked,
    Unchecked,
}

/// The chain of steps that the options describe.
pub(super) fn transformation(steps: &[Step], numbers: Numbers) -> Transformation {
    let mut chain = Transformation::new();
    for Step(entries) in steps {
        let mut step = Transformation::new();
        for (name, value) in entries {
            step = match value {
                StepValue::Parameter(value) => with_parameter(step, name, value, numbers),
                StepValue::Overlay(overlay) => step.with_layer(&layer(overlay, numbers)),
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
    numbers: Numbers,
) -> Transformation {
    let parameter = names::find(name);
    let code = parameter.map_or(name, |parameter| parameter.code);
    if parameter.is_none() {
        step.note_code(code);
    }
    let kind = parameter.map_or(Kind::Value, |parameter| parameter.kind);
    let blank = matches!(value, ParameterValue::Text(text) if text.trim().is_empty());
    match (kind, value) {
        (_, ParameterValue::Null) => step,
        (Kind::Raw, value) => step.raw(&value.to_text()),
        (Kind::Flag | Kind::Effect, ParameterValue::Bool(on)) => {
            if *on {
                step.with_bare(code)
            } else {
                step
            }
        }
        (Kind::Flag | Kind::Effect, ParameterValue::Text(text)) if text == "true" => {
            step.with_bare(code)
        }
        (Kind::Effect, _) if blank => step.with_bare(code),
        (Kind::Trim, _) if blank => step.with(code, &true),
        (_, _) if blank => step,
        (Kind::Path, ParameterValue::Text(path)) => step.with(code, &Path(path)),
        _ => {
            let limits = parameter.map_or(Limits::ANY, |parameter| parameter.limits);
            if let Some(problem) = out_of_range(name, value, limits, numbers) {
                step.refuse(problem);
            }
            step.with(code, value)
        }
    }
}

fn out_of_range(
    name: &str,
    value: &ParameterValue,
    limits: Limits,
    numbers: Numbers,
) -> Option<Problem> {
    let number = match value {
        ParameterValue::Integer(number) => *number as f64,
        ParameterValue::Float(number) => *number,
        ParameterValue::List(values) => {
            return values
                .iter()
                .find_map(|value| out_of_range(name, value, limits, numbers));
        }
        _ => return None,
    };
    let limits = if numbers == Numbers::Checked {
        limits
    } else {
        Limits::ANY
    };
    limits.check_number(name.to_owned(), number).err()
}

impl Value for ParameterValue {
    fn write(&self, text: &mut Text) {
        match self {
            Self::Null => {}
            Self::Bool(value) => value.write(text),
            Self::Integer(number) => text.push_integer(*number),
            Self::Float(number) => text.push_float(*number),
            Self::Text(value) => text.push(value),
            Self::List(values) => write_joined(values, text),
        }
    }
}

fn layer(options: &OverlayOptions, numbers: Numbers) -> Layer<'_> {
    let (kind, content) = match options.r#type {
        OverlayType::Text => (LayerKind::Text, &options.text),
        OverlayType::Image => (LayerKind::Image, &options.input),
        OverlayType::Video => (LayerKind::Video, &options.input),
        OverlayType::Subtitle => (LayerKind::Subtitle, &options.input),
        OverlayType::SolidColor => (LayerKind::SolidColor, &options.color),
    };
    let mut layer = Layer::new(kind, Cow::Borrowed(content.as_deref().unwrap_or_default()));
    layer.encoding = options.encoding.unwrap_or_default();
    if let Some(mode) = &options.layer_mode {
        layer.set(LayerOption::Mode, &Scalar::Text(Cow::Borrowed(mode)));
    }
    layer.own = transformation(&options.transformation, numbers);
    let position = options.position.clone().unwrap_or_default();
    let timing = options.timing.clone().unwrap_or_default();
    for (name, option, value) in [
        ("x", LayerOption::X, position.x),
        ("y", LayerOption::Y, position.y),
        ("x_center", LayerOption::XCenter, position.x_center),
        ("y_center", LayerOption::YCenter, position.y_center),
        ("focus", LayerOption::Focus, position.focus),
        (
            "anchor_point",
            LayerOption::AnchorPoint,
            position.anchor_point,
        ),
        ("start", LayerOption::Start, timing.start),
        ("end", LayerOption::End, timing.end),
        ("duration", LayerOption::Duration, timing.duration),
    ] {
        let Some(value) = value else {
            continue;
        };
        let limits = match option {
            LayerOption::Start | LayerOption::End | LayerOption::Duration => Limits::NOT_NEGATIVE,
            _ => Limits::ANY,
        };
        if let Some(problem) = out_of_range(name, &value, limits, numbers) {
            layer.own.refuse(problem);
        }
        layer.set(option, &value);
    }
    layer
}
