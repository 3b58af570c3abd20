//! Conversion of options to a transformation.

use std::borrow::Cow;

use super::overlay_options::{OverlayOptions, OverlayType};
use super::step::{Step, StepValue};
use crate::url::transformation::{
    COLOR, CheckedValue, Layer, LayerKind, LayerOption, ParameterValue, Transformation,
    ValueChecks, with_parameter,
};

/// Converts steps to a transformation.
pub(crate) fn to_transformation(steps: &[Step], checks: ValueChecks) -> Transformation {
    let mut transformation = Transformation::new();
    for Step(entries) in steps {
        let mut step = Transformation::new();
        for (name, value) in entries {
            step = match value {
                StepValue::Parameter(value) => with_parameter(step, name, value, checks),
                StepValue::Overlay(overlay) => step.with_layer(&to_layer(overlay, checks)),
            };
        }
        transformation.then(&step);
    }
    transformation
}

fn to_layer(options: &OverlayOptions, checks: ValueChecks) -> Layer<'_> {
    let (kind, content) = match options.r#type {
        OverlayType::Text => (LayerKind::Text, &options.text),
        OverlayType::Image => (LayerKind::Image, &options.input),
        OverlayType::Video => (LayerKind::Video, &options.input),
        OverlayType::Subtitle => (LayerKind::Subtitle, &options.input),
        OverlayType::SolidColor => (LayerKind::SolidColor, &options.color),
    };
    let content = content.as_deref().unwrap_or_default();
    let content = match kind {
        LayerKind::SolidColor => COLOR.normalize(content),
        _ => Cow::Borrowed(content),
    };
    let mut layer = Layer::new(kind, content);
    layer.encoding = options.encoding.unwrap_or_default();
    layer.steps = to_transformation(&options.transformation, checks);
    if checks.strict && kind == LayerKind::SolidColor {
        layer.check_color();
    }
    let mode = options.layer_mode.clone().map(ParameterValue::String);
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
            let value = CheckedValue {
                value,
                allowed: option.allowed(),
                checks,
            };
            layer.set(option, &value);
        }
    }
    layer
}
