//! Setters and checks of extensions: background removal, tagging, descriptions and AI tasks.

use crate::error::Error;
use crate::raw::types::{
    AiTaskSetMetadata, AiTaskUnsetMetadata, AutoTaggingService, RemoveBgOptions, required,
};
use crate::types::{
    AiTask, AiTaskAction, AiTaskSelectMetadata, AiTaskSelectMetadataValue, AiTaskSelectTags,
    AiTaskSetMetadataItem, AiTaskSetMetadataValue, AiTaskYesNo, AutoTagging, Extension,
    ExtensionConfig, Number, RemoveBg,
};
use crate::validate::{check_filled, check_id, check_tags};

/// Settings of background removal. A setting that is not set is not sent, and the service's default
/// applies.
///
/// ```
/// use imagekitio::types::{Extension, RemoveBg};
///
/// let extension = Extension::from(RemoveBg::new().add_shadow(true).bg_color("ffffff"));
/// assert_eq!(
///     serde_json::to_value(&extension)?,
///     serde_json::json!({"name": "remove-bg", "options": {"add_shadow": true, "bg_color": "ffffff"}})
/// );
/// # Ok::<(), serde_json::Error>(())
/// ```
impl RemoveBg {
    /// Sets whether the subject gets an artificial shadow. The server's default is false.
    pub fn add_shadow(mut self, add: bool) -> Self {
        self.set().add_shadow = add.into();
        self
    }

    /// Sets whether transparent parts of the subject, such as glass, may become semi-transparent.
    /// The server's default is true.
    pub fn semitransparency(mut self, allow: bool) -> Self {
        self.set().semitransparency = allow.into();
        self
    }

    /// Sets the background color, such as `ff0000` or `green`. It can't be combined with
    /// [`bg_image_url`](Self::bg_image_url).
    pub fn bg_color(mut self, color: impl Into<String>) -> Self {
        let color: String = color.into();
        self.set().bg_color = color.into();
        self
    }

    /// Sets the URL of the background image. It can't be combined with
    /// [`bg_color`](Self::bg_color).
    pub fn bg_image_url(mut self, url: impl Into<String>) -> Self {
        let url: String = url.into();
        self.set().bg_image_url = url.into();
        self
    }

    fn set(&mut self) -> &mut RemoveBgOptions {
        self.options.get_or_insert_default()
    }
}

/// Tagging by a recognition service.
impl AutoTagging {
    /// Adds at most `max_tags` tags from Google Cloud Vision, those with a confidence of at least
    /// `min_confidence` percent.
    pub fn google(min_confidence: impl Into<Number>, max_tags: impl Into<Number>) -> Self {
        Self::by(
            AutoTaggingService::GoogleAutoTagging,
            min_confidence,
            max_tags,
        )
    }

    /// Adds at most `max_tags` tags from Amazon Rekognition, those with a confidence of at least
    /// `min_confidence` percent.
    pub fn aws(min_confidence: impl Into<Number>, max_tags: impl Into<Number>) -> Self {
        Self::by(AutoTaggingService::AwsAutoTagging, min_confidence, max_tags)
    }

    fn by(
        name: AutoTaggingService,
        min_confidence: impl Into<Number>,
        max_tags: impl Into<Number>,
    ) -> Self {
        Self::new(required::AutoTagging {
            name,
            min_confidence: min_confidence.into(),
            max_tags: max_tags.into(),
        })
    }
}

/// Settings of a task that selects tags.
impl AiTaskSelectTags {
    /// Sets the tags to select from, at least one. Without them, the AI invents tags.
    pub fn vocabulary<T: Into<String>>(mut self, tags: impl IntoIterator<Item = T>) -> Self {
        let tags: Vec<String> = tags.into_iter().map(Into::into).collect();
        self.vocabulary = tags.into();
        self
    }

    /// Sets the minimum number of tags to select.
    pub fn min_selections(mut self, number: u64) -> Self {
        self.min_selections = Number::from(number).into();
        self
    }

    /// Sets the maximum number of tags to select, 1 or more.
    pub fn max_selections(mut self, number: u64) -> Self {
        self.max_selections = Number::from(number).into();
        self
    }
}

/// Settings of a task that selects values of a custom metadata field.
///
/// ```
/// use imagekitio::types::{AiTaskSelectMetadata, AiTaskSelectMetadataValue, required};
///
/// let task = AiTaskSelectMetadata::new(required::AiTaskSelectMetadata {
///     instruction: "Which sizes are shown?".to_owned(),
///     field: "sizes".to_owned(),
/// });
/// let task = task.vocabulary([AiTaskSelectMetadataValue::from("one size"), 38.into(), 39.into()]).max_selections(2);
/// assert_eq!(
///     serde_json::to_value(&task)?,
///     serde_json::json!({
///         "type": "select_metadata",
///         "instruction": "Which sizes are shown?",
///         "field": "sizes",
///         "vocabulary": ["one size", 38, 39],
///         "max_selections": 2,
///     })
/// );
/// # Ok::<(), serde_json::Error>(())
/// ```
impl AiTaskSelectMetadata {
    /// Sets the values to select from, at least one: strings, numbers or booleans, depending on the
    /// type of the field.
    pub fn vocabulary<V: Into<AiTaskSelectMetadataValue>>(
        mut self,
        values: impl IntoIterator<Item = V>,
    ) -> Self {
        let values: Vec<AiTaskSelectMetadataValue> = values.into_iter().map(Into::into).collect();
        self.vocabulary = values.into();
        self
    }

    /// Sets the minimum number of values to select.
    pub fn min_selections(mut self, number: u64) -> Self {
        self.min_selections = Number::from(number).into();
        self
    }

    /// Sets the maximum number of values to select, 1 or more.
    pub fn max_selections(mut self, number: u64) -> Self {
        self.max_selections = Number::from(number).into();
        self
    }
}

/// Actions for the answers to a question. At least one must be set.
impl AiTaskYesNo {
    /// Sets the action for the answer yes.
    pub fn on_yes(mut self, action: AiTaskAction) -> Self {
        self.on_yes = action.into();
        self
    }

    /// Sets the action for the answer no.
    pub fn on_no(mut self, action: AiTaskAction) -> Self {
        self.on_no = action.into();
        self
    }

    /// Sets the action if the AI can't answer.
    pub fn on_unknown(mut self, action: AiTaskAction) -> Self {
        self.on_unknown = action.into();
        self
    }
}

/// Changes to a file that depend on the answer to a question.
///
/// ```
/// use imagekitio::types::{AiTaskAction, AiTaskYesNo};
///
/// let task = AiTaskYesNo::new("Is there a shoe in the picture?")
///     .on_yes(AiTaskAction::new().add_tags(["shoe"]).set_metadata("kind", "footwear"))
///     .on_no(AiTaskAction::new().unset_metadata("kind"));
/// assert_eq!(
///     serde_json::to_value(&task)?,
///     serde_json::json!({
///         "type": "yes_no",
///         "instruction": "Is there a shoe in the picture?",
///         "on_yes": {"add_tags": ["shoe"], "set_metadata": [{"field": "kind", "value": "footwear"}]},
///         "on_no": {"unset_metadata": [{"field": "kind"}]},
///     })
/// );
/// # Ok::<(), serde_json::Error>(())
/// ```
impl AiTaskAction {
    /// Adds tags to the file.
    pub fn add_tags<T: Into<String>>(mut self, tags: impl IntoIterator<Item = T>) -> Self {
        let tags: Vec<String> = tags.into_iter().map(Into::into).collect();
        self.add_tags = tags.into();
        self
    }

    /// Removes tags from the file.
    pub fn remove_tags<T: Into<String>>(mut self, tags: impl IntoIterator<Item = T>) -> Self {
        let tags: Vec<String> = tags.into_iter().map(Into::into).collect();
        self.remove_tags = tags.into();
        self
    }

    /// Sets a custom metadata field to a string, a number, a boolean, or an array of those. Further
    /// calls set further fields.
    pub fn set_metadata(
        mut self,
        field: impl Into<String>,
        value: impl Into<AiTaskSetMetadataValue>,
    ) -> Self {
        let item = AiTaskSetMetadata::new(required::AiTaskSetMetadata {
            field: field.into(),
            value: value.into(),
        });
        self.set_metadata.get_or_insert_default().push(item);
        self
    }

    /// Removes the value of a custom metadata field. Further calls remove further values.
    pub fn unset_metadata(mut self, field: impl Into<String>) -> Self {
        let item = AiTaskUnsetMetadata::new(field);
        self.unset_metadata.get_or_insert_default().push(item);
        self
    }
}

/// Conversions from strings and numbers that are not generated.
macro_rules! from_scalars {
    ($($value:ident)*) => {
        $(from_scalars! { @ $value u8 u16 u32 u64 i8 i16 i32 i64 f32 f64 })*
    };
    (@ $value:ident $($number:ty)*) => {
        impl From<&str> for $value {
            fn from(value: &str) -> Self {
                Self::String(value.to_owned())
            }
        }

        $(
            impl From<$number> for $value {
                fn from(value: $number) -> Self {
                    Self::Number(value.into())
                }
            }
        )*
    };
}

from_scalars! { AiTaskSelectMetadataValue AiTaskSetMetadataValue AiTaskSetMetadataItem }

impl<T: Into<AiTaskSetMetadataItem>, const N: usize> From<[T; N]> for AiTaskSetMetadataValue {
    fn from(values: [T; N]) -> Self {
        values.into_iter().collect()
    }
}

impl<T: Into<AiTaskSetMetadataItem>> FromIterator<T> for AiTaskSetMetadataValue {
    fn from_iter<I: IntoIterator<Item = T>>(values: I) -> Self {
        Self::List(values.into_iter().map(Into::into).collect())
    }
}

/// Refuses extensions that ImageKit would refuse.
pub(crate) fn check_extensions(extensions: &[Extension]) -> Result<(), Error> {
    for extension in extensions {
        match extension {
            Extension::RemoveBg(remove_bg) => check_background(remove_bg)?,
            Extension::AiTasks(ai) => check_tasks(&ai.tasks)?,
            Extension::SavedExtension(saved) => check_id("id", &saved.id)?,
            _ => {}
        }
    }
    Ok(())
}

/// Refuses a configuration that ImageKit would refuse.
pub(crate) fn check_config(config: &ExtensionConfig) -> Result<(), Error> {
    match config {
        ExtensionConfig::RemoveBg(remove_bg) => check_background(remove_bg),
        ExtensionConfig::AiTasks(ai) => check_tasks(&ai.tasks),
        _ => Ok(()),
    }
}

fn check_background(remove_bg: &RemoveBg) -> Result<(), Error> {
    let is_set = |value: Option<&String>| value.is_some_and(|value| !value.is_empty());
    match remove_bg.options.as_ref() {
        Some(options)
            if is_set(options.bg_color.as_ref()) && is_set(options.bg_image_url.as_ref()) =>
        {
            Err(Error::invalid_input(
                "bg_image_url",
                "can't be combined with `bg_color`; leave one of them out",
            ))
        }
        _ => Ok(()),
    }
}

fn check_tasks(tasks: &[AiTask]) -> Result<(), Error> {
    let number = tasks.len();
    if !(1..=10).contains(&number) {
        return Err(Error::invalid_input(
            "tasks",
            format!("has {number} tasks; give 1 to 10"),
        ));
    }
    tasks.iter().try_for_each(check_task)
}

fn check_task(task: &AiTask) -> Result<(), Error> {
    match task {
        AiTask::SelectTags(task) => {
            check_instruction(&task.instruction)?;
            if let Some(vocabulary) = task.vocabulary.as_ref() {
                check_vocabulary(vocabulary.len())?;
                check_tags("vocabulary", vocabulary)?;
            }
            check_selections(task.max_selections.as_ref())
        }
        AiTask::SelectMetadata(task) => {
            check_instruction(&task.instruction)?;
            check_filled("field", &task.field, "name the field that gets the value")?;
            if let Some(values) = task.vocabulary.as_ref() {
                check_vocabulary(values.len())?;
            }
            check_selections(task.max_selections.as_ref())
        }
        AiTask::YesNo(task) => {
            check_instruction(&task.instruction)?;
            if task.on_yes.is_none() && task.on_no.is_none() && task.on_unknown.is_none() {
                return Err(Error::invalid_input(
                    "on_yes",
                    "is missing, and so are `on_no` and `on_unknown`; set at least one of these actions",
                ));
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

fn check_instruction(instruction: &str) -> Result<(), Error> {
    let length = instruction.chars().count();
    if (1..=2000).contains(&length) {
        return Ok(());
    }
    Err(Error::invalid_input(
        "instruction",
        format!("has {length} characters; give 1 to 2000"),
    ))
}

fn check_vocabulary(length: usize) -> Result<(), Error> {
    if length > 0 {
        return Ok(());
    }
    Err(Error::invalid_input(
        "vocabulary",
        "is empty; give at least one value, or don't set it",
    ))
}

fn check_selections(max: Option<&Number>) -> Result<(), Error> {
    if max.is_none_or(|max| *max >= Number::from(1u64)) {
        return Ok(());
    }
    Err(Error::invalid_input(
        "max_selections",
        "is less than 1; give at least 1",
    ))
}
