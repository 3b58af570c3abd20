//! Patterns that choose files of a folder.

use glob::MatchOptions;
use unicode_normalization::UnicodeNormalization;

use crate::error::Error;

/// A pattern of names or of paths.
pub(super) struct Pattern {
    pattern: glob::Pattern,
    /// Whether it is meant for whole paths, not for names.
    is_for_paths: bool,
    is_for_folders: bool,
}

impl Pattern {
    pub(super) fn new(option: &'static str, text: &str) -> Result<Self, Error> {
        // As the paths are that it is compared with.
        let text = &text.nfc().collect::<String>();
        if text.trim_matches('/').is_empty() {
            let message =
                format!("`{text}` selects nothing; give a pattern such as *.jpg, or leave it out");
            return Err(Error::invalid_input(option, message));
        }
        let pattern = glob::Pattern::new(text.trim_matches('/')).map_err(|error| {
            let message = format!(
                "`{text}` is no pattern: {}; write [*] for a `*` and [[] for a `[` of a name",
                error.msg
            );
            Error::invalid_input(option, message)
        })?;
        Ok(Self {
            pattern,
            is_for_paths: text.trim_end_matches('/').contains('/'),
            is_for_folders: text.ends_with('/'),
        })
    }

    /// Whether it chooses a file.
    pub(super) fn includes(&self, relative_path: &str) -> bool {
        if !self.is_for_folders {
            return self.matches(relative_path);
        }
        let folders = relative_path.match_indices('/').map(|(end, _)| end);
        folders
            .filter_map(|end| relative_path.get(..end))
            .any(|folder| self.matches(folder))
    }

    /// Whether it leaves out a file, or a folder with all that is in it.
    pub(super) fn excludes(&self, relative_path: &str, is_folder: bool) -> bool {
        (is_folder || !self.is_for_folders) && self.matches(relative_path)
    }

    fn matches(&self, relative_path: &str) -> bool {
        let text = match self.is_for_paths {
            true => relative_path,
            false => relative_path.rsplit('/').next().unwrap_or_default(),
        };
        let options = MatchOptions {
            require_literal_separator: true,
            ..MatchOptions::new()
        };
        self.pattern.matches_with(text, options)
    }
}
