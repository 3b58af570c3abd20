//! Prompts for generative AI.

use super::buffer::Buffer;
use super::write_value::WriteValue;
use crate::problem::Problem;

/// A prompt for generative AI. It is sent as base64, so it can contain any character.
///
/// Building the URL fails for an empty prompt. See
/// [AI transformations](https://imagekit.io/docs/ai-transformations).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prompt(String);

impl From<&str> for Prompt {
    fn from(prompt: &str) -> Self {
        Self(prompt.to_owned())
    }
}

impl From<String> for Prompt {
    fn from(prompt: String) -> Self {
        Self(prompt)
    }
}

impl WriteValue for Prompt {
    fn write(&self, buffer: &mut Buffer) {
        if self.0.is_empty() {
            buffer.refuse(Problem::new(
                "",
                "the prompt is empty; describe what to make",
            ));
        }
        buffer.push_safe("prompte-");
        buffer.push_base64(&self.0);
    }
}
