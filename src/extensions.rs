//! What ImageKit's extensions can be asked to do with a file: background removal, tagging, descriptions and AI tasks.
//!
//! The types are the generated ones; here they get setters and checks.

use serde::Deserialize;
use serde_json::Value;

use crate::api::{check_filled, check_id};
use crate::error::Error;
use crate::raw::types::{
    AiTaskSelectMetadataValue, AiTaskSetMetadata, AiTaskSetMetadataValue, AiTaskUnsetMetadata,
    AutoTaggingService, ExtensionConfig, RemoveBgOptions, required,
};
use crate::tags;
use crate::types::{
    AiTask, AiTaskAction, AiTaskSelectMetadata, AiTaskSelectTags, AiTaskYesNo, AutoTagging,
    Extension, Number, RemoveBg,
};

/// Settings of the background removal. What is not set is not sent: the service's defaults apply.
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
    /// Whether the subject gets an artificial shadow. The server's default is false.
    pub fn add_shadow(mut self, add: bool) -> Self {
        self.set().add_shadow = add.into();
        self
    }

    /// Whether parts that can be seen through, such as glass, may become semi-transparent. The server's default is true.
    pub fn semitransparency(mut self, allow: bool) -> Self {
        self.set().semitransparency = allow.into();
        self
    }

    /// A color behind the subject, such as `ff0000` or `green`. It excludes [`bg_image_url`](Self::bg_image_url).
    pub fn bg_color(mut self, color: impl Into<String>) -> Self {
        let color: String = color.into();
        self.set().bg_color = color.into();
        self
    }

    /// The URL of an image behind the subject. It excludes [`bg_color`](Self::bg_color).
    pub fn bg_image_url(mut self, url: impl Into<String>) -> Self {
        let url: String = url.into();
        self.set().bg_image_url = url.into();
        self
    }

    fn set(&mut self) -> &mut RemoveBgOptions {
        self.options.get_or_insert_default()
    }
}

/// Tags by a recognition service: at most `max_tags` of them, those that it is sure of by `min_confidence` percent.
impl AutoTagging {
    /// Tags by Google.
    pub fn google(min_confidence: impl Into<Number>, max_tags: impl Into<Number>) -> Self {
        Self::by(
            AutoTaggingService::GoogleAutoTagging,
            min_confidence,
            max_tags,
        )
    }

    /// Tags by AWS.
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

/// Settings of a task that chooses tags.
impl AiTaskSelectTags {
    /// The tags to choose from, at least one. Without them the AI makes up its own.
    pub fn vocabulary<T: Into<String>>(mut self, tags: impl IntoIterator<Item = T>) -> Self {
        let tags: Vec<String> = tags.into_iter().map(Into::into).collect();
        self.vocabulary = tags.into();
        self
    }

    /// How many tags it chooses at least.
    pub fn min_selections(mut self, number: u64) -> Self {
        self.min_selections = Number::from(number).into();
        self
    }

    /// How many tags it chooses at most, 1 or more.
    pub fn max_selections(mut self, number: u64) -> Self {
        self.max_selections = Number::from(number).into();
        self
    }
}

/// Settings of a task that chooses a value for a custom metadata field.
impl AiTaskSelectMetadata {
    /// The values to choose from, at least one: texts, numbers and booleans, as the field takes them.
    pub fn vocabulary<V: Into<Value>>(mut self, values: impl IntoIterator<Item = V>) -> Self {
        type Item = AiTaskSelectMetadataValue;
        let item = |value: V| {
            let value = value.into();
            Item::deserialize(&value).unwrap_or(Item::Unknown(value))
        };
        let values: Vec<Item> = values.into_iter().map(item).collect();
        self.vocabulary = values.into();
        self
    }

    /// How many values it chooses at least.
    pub fn min_selections(mut self, number: u64) -> Self {
        self.min_selections = Number::from(number).into();
        self
    }

    /// How many values it chooses at most, 1 or more.
    pub fn max_selections(mut self, number: u64) -> Self {
        self.max_selections = Number::from(number).into();
        self
    }
}

/// What follows from the answer to a question. At least one action must be set.
impl AiTaskYesNo {
    /// What is done when the answer is yes.
    pub fn on_yes(mut self, action: AiTaskAction) -> Self {
        self.on_yes = action.into();
        self
    }

    /// What is done when the answer is no.
    pub fn on_no(mut self, action: AiTaskAction) -> Self {
        self.on_no = action.into();
        self
    }

    /// What is done when the AI cannot tell.
    pub fn on_unknown(mut self, action: AiTaskAction) -> Self {
        self.on_unknown = action.into();
        self
    }
}

/// Changes that follow from the answer to a question.
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

    /// Sets a custom metadata field to a text, a number, a boolean, or a list of those. Further calls set further fields.
    pub fn set_metadata(mut self, field: impl Into<String>, value: impl Into<Value>) -> Self {
        type Item = AiTaskSetMetadataValue;
        let value = value.into();
        let value = Item::deserialize(&value).unwrap_or(Item::Unknown(value));
        let item = AiTaskSetMetadata::new(required::AiTaskSetMetadata {
            field: field.into(),
            value,
        });
        self.set_metadata.get_or_insert_default().push(item);
        self
    }

    /// Empties a custom metadata field. Further calls empty further fields.
    pub fn unset_metadata(mut self, field: impl Into<String>) -> Self {
        let item = AiTaskUnsetMetadata::new(field);
        self.unset_metadata.get_or_insert_default().push(item);
        self
    }
}

/// Refuses extensions that ImageKit would refuse.
pub(crate) fn check(extensions: &[Extension]) -> Result<(), Error> {
    for extension in extensions {
        match extension {
            Extension::RemoveBg(remove) => check_background(remove)?,
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
        ExtensionConfig::RemoveBg(remove) => check_background(remove),
        ExtensionConfig::AiTasks(ai) => check_tasks(&ai.tasks),
        _ => Ok(()),
    }
}

fn check_background(remove: &RemoveBg) -> Result<(), Error> {
    let is_set = |text: Option<&String>| text.is_some_and(|text| !text.is_empty());
    let options = remove.options.as_ref();
    if options.is_none_or(|options| {
        !is_set(options.bg_color.as_ref()) || !is_set(options.bg_image_url.as_ref())
    }) {
        return Ok(());
    }
    Err(Error::invalid_input(
        "bg_image_url",
        "goes with no `bg_color`: the background is a color or an image; leave one of them out",
    ))
}

fn check_tasks(tasks: &[AiTask]) -> Result<(), Error> {
    let number = tasks.len();
    if !(1..=10).contains(&number) {
        return Err(Error::invalid_input(
            "tasks",
            format!("{number} tasks; give the AI 1 to 10 of them"),
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
                tags::check("vocabulary", vocabulary)?;
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
        format!("{length} characters; tell the AI what to do in 1 to 2000"),
    ))
}

fn check_vocabulary(length: usize) -> Result<(), Error> {
    if length > 0 {
        return Ok(());
    }
    Err(Error::invalid_input(
        "vocabulary",
        "is empty; give something to choose from, or don't set it",
    ))
}

fn check_selections(most: Option<&Number>) -> Result<(), Error> {
    if most.is_none_or(|most| *most >= Number::from(1u64)) {
        return Ok(());
    }
    Err(Error::invalid_input(
        "max_selections",
        "is below 1; let the AI choose at least one",
    ))
}
