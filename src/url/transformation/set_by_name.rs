//! Parameters that are set by name, with values of any type.

use super::Transformation;
use super::allowed::Allowed;
use super::buffer::{Buffer, separator_in};
use super::parameter_value::ParameterValue;
use super::parameters::{self, ValueSyntax};
use super::prompt::Prompt;
use super::similar_name::similar_name;
use super::write_value::{MediaPath, WriteValue};
use crate::problem::Problem;

/// The checks of names and values apart from separators.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct ValueChecks {
    /// Refuses numbers outside ImageKit's documented ranges.
    pub(crate) ranges: bool,
    /// Refuses names and values that ImageKit doesn't document.
    pub(crate) strict: bool,
}

impl Default for ValueChecks {
    fn default() -> Self {
        Self {
            ranges: true,
            strict: false,
        }
    }
}

impl ValueChecks {
    pub(crate) const NONE: Self = Self {
        ranges: false,
        strict: false,
    };

    /// Checks a value that is written into the URL as `written`.
    fn check(self, value: &ParameterValue, written: &str, allowed: Allowed) -> Result<(), Problem> {
        let allowed = match self.ranges {
            true => allowed,
            false => allowed.without_range(),
        };
        check_numbers(value, allowed)?;
        match self.strict {
            true => allowed.check_string(written),
            false => Ok(()),
        }
    }
}

/// Adds a parameter by its name or code.
pub(crate) fn with_parameter(
    mut step: Transformation,
    name: &str,
    value: &ParameterValue,
    checks: ValueChecks,
) -> Transformation {
    let Some(parameter) = parameters::find(name) else {
        return with_unknown(step, name, value, checks);
    };
    let code = parameter.code;
    let blank = is_blank(value);
    match (parameter.syntax, value) {
        (_, ParameterValue::Null) => step,
        (ValueSyntax::Raw, value) => step.raw(&value.to_js_string()),
        (ValueSyntax::Effect, _) if blank => step.with_bare(code),
        (ValueSyntax::Trim, _) if blank => step.with(name, code, &true),
        (_, _) if blank => step,
        (ValueSyntax::Path, ParameterValue::String(path)) => {
            step.with(name, code, &MediaPath::from_url_syntax(path))
        }
        (syntax, value) => {
            let checked = CheckedValue {
                value,
                allowed: parameter.allowed,
                checks,
            };
            if matches!(syntax, ValueSyntax::Flag | ValueSyntax::Effect) {
                step.put_effect(name, code, &checked);
            } else {
                step.put(name, code, &checked);
            }
            match checks.strict && code == "sr" {
                true => step.for_streaming(),
                false => step,
            }
        }
    }
}

/// Adds a parameter that this crate doesn't know.
fn with_unknown(
    mut step: Transformation,
    name: &str,
    value: &ParameterValue,
    checks: ValueChecks,
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
        let fix = match similar_name(name) {
            Some(similar) => format!("give `{similar}`"),
            None => "give a documented name".to_owned(),
        };
        step.refuse(Problem::new(
            name.to_owned(),
            format!("{name:?} is not a known parameter; {fix}, or write the parameter with `raw`"),
        ));
    }
    step.note_code(name);
    match value {
        ParameterValue::Null => step,
        _ if is_blank(value) => step,
        _ => step.with(name, name, &UncheckedValue(value)),
    }
}

fn is_blank(value: &ParameterValue) -> bool {
    matches!(value, ParameterValue::String(string) if string.trim().is_empty())
}

/// The value of a known parameter.
pub(crate) struct CheckedValue<'a> {
    pub(crate) value: &'a ParameterValue,
    pub(crate) allowed: Allowed,
    pub(crate) checks: ValueChecks,
}

impl WriteValue for CheckedValue<'_> {
    fn write(&self, buffer: &mut Buffer) {
        let start = buffer.len();
        write(self.value, buffer, &|value, buffer| {
            let value = self.allowed.normalize(value);
            if self.allowed.matches(&value) {
                buffer.push_verbatim(&value);
            } else if let Some((before, prompt)) = split_prompt(&value, self.allowed) {
                buffer.push_verbatim(before);
                Prompt::from(prompt).write(buffer);
            } else {
                buffer.push_value(&value);
            }
        });
        let written = &buffer.as_str()[start..];
        if let Err(problem) = self.checks.check(self.value, written, self.allowed) {
            buffer.refuse(problem);
        }
    }
}

/// The value of an unknown parameter.
pub(crate) struct UncheckedValue<'a>(pub(crate) &'a ParameterValue);

impl WriteValue for UncheckedValue<'_> {
    fn write(&self, buffer: &mut Buffer) {
        write(self.0, buffer, &|value, buffer| buffer.push_verbatim(value));
        if let Err(problem) = check_numbers(self.0, Allowed::ANY) {
            buffer.refuse(problem);
        }
    }
}

fn write(value: &ParameterValue, buffer: &mut Buffer, push: &impl Fn(&str, &mut Buffer)) {
    match value {
        ParameterValue::Null => {}
        ParameterValue::Bool(value) => value.write(buffer),
        ParameterValue::Integer(number) => buffer.push_integer(*number),
        ParameterValue::Float(number) => buffer.push_float(*number),
        ParameterValue::String(value) => push(value, buffer),
        ParameterValue::List(values) => {
            for (i, value) in values.iter().enumerate() {
                if i > 0 {
                    buffer.push_safe("_");
                }
                write(value, buffer, push);
            }
        }
    }
}

/// Splits a value at the end of `prompt-` if the parameter accepts prompts.
fn split_prompt(value: &str, allowed: Allowed) -> Option<(&str, &str)> {
    const PREFIX: &str = "prompt-";
    let start = value.find(PREFIX)?;
    let end = start + PREFIX.len();
    (allowed.accepts_prompts() && allowed.matches(&value[..end]))
        .then(|| (&value[..start], &value[end..]))
}

fn check_numbers(value: &ParameterValue, allowed: Allowed) -> Result<(), Problem> {
    match value {
        ParameterValue::Integer(number) => allowed.check_number(*number as f64),
        ParameterValue::Float(number) => allowed.check_number(*number),
        ParameterValue::List(values) => values
            .iter()
            .try_for_each(|value| check_numbers(value, allowed)),
        _ => Ok(()),
    }
}
