//! Patterns of files and folders.

use glob::MatchOptions;
use unicode_normalization::UnicodeNormalization;

use crate::error::Error;

/// A pattern of names or paths.
pub(super) struct Pattern {
    pattern: glob::Pattern,
    /// Whether the pattern matches paths rather than names.
    is_for_paths: bool,
    is_for_folders: bool,
}

impl Pattern {
    pub(super) fn new(argument: &'static str, pattern: &str) -> Result<Self, Error> {
        // Paths are in NFC as well.
        let pattern = pattern.nfc().collect::<String>();
        let is_for_folders = pattern.ends_with('/');
        let is_for_paths = pattern.trim_end_matches('/').contains('/');
        let refuse = |why: &str| {
            let message = format!("`{pattern}` is not a valid pattern: {why}");
            Error::invalid_input(argument, message)
        };
        let trimmed = pattern.trim_matches('/');
        if trimmed.is_empty() {
            return Err(refuse(
                "it matches no file; give a pattern such as *.jpg, or leave it out",
            ));
        }
        let pattern = glob::Pattern::new(trimmed).map_err(|error| {
            refuse(&format!(
                "{}; write [*] for a `*` and [[] for a `[` in a name",
                error.msg
            ))
        })?;
        Ok(Self {
            pattern,
            is_for_paths,
            is_for_folders,
        })
    }

    /// Whether the pattern includes a file.
    pub(super) fn includes(&self, relative_path: &str) -> bool {
        if !self.is_for_folders {
            return self.matches(relative_path);
        }
        let folders = relative_path.match_indices('/').map(|(end, _)| end);
        folders
            .filter_map(|end| relative_path.get(..end))
            .any(|folder| self.matches(folder))
    }

    /// Whether the pattern excludes a file, or a folder with all files in it.
    pub(super) fn excludes(&self, relative_path: &str, is_folder: bool) -> bool {
        (is_folder || !self.is_for_folders) && self.matches(relative_path)
    }

    fn matches(&self, relative_path: &str) -> bool {
        let value = match self.is_for_paths {
            true => relative_path,
            false => relative_path.rsplit('/').next().unwrap_or_default(),
        };
        let options = MatchOptions {
            require_literal_separator: true,
            ..MatchOptions::new()
        };
        self.pattern.matches_with(value, options)
    }
}
