//! Paths of files and folders in the media library.
//!
//! A file is `/name` or `/folder/.../name`. A folder is written without a slash at its end, which
//! makes the root the empty path.

/// Brings a folder as callers write it (`/`, `a`, `/a//b/`) into its one form (empty, `/a`,
/// `/a/b`).
///
/// `None` if a part could not be reached by URL: `.` and `..`, which clients resolve, and `tr:`,
/// which begins transformations.
pub(super) fn folder(text: &str) -> Option<String> {
    let mut folder = String::new();
    for part in text.split('/').filter(|part| !part.is_empty()) {
        if is_dots(part) || part.starts_with("tr:") {
            return None;
        }
        folder.push('/');
        folder.push_str(part);
    }
    Some(folder)
}

/// The name of a file or folder as it is stored: with `_` for characters that are neither allowed
/// nor `.`, `-` or `_`. `None` for a step in a path and for an empty name.
pub(super) fn file_name(text: &str, is_allowed: impl Fn(char) -> bool) -> Option<String> {
    if text.is_empty() || is_dots(text) {
        return None;
    }
    let kept = |c: char| is_allowed(c) || matches!(c, '.' | '-' | '_');
    Some(
        text.chars()
            .map(|c| if kept(c) { c } else { '_' })
            .collect(),
    )
}

/// Whether clients take `name` as a step in a path rather than a name.
fn is_dots(name: &str) -> bool {
    matches!(name, "." | "..")
}

/// The folder that holds a file or folder, and its name in there.
pub(super) fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}

/// The folders above a file or folder, outermost first, without the root.
pub(super) fn ancestors(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/')
        .map(|(at, _)| &path[..at])
        .filter(|folder| !folder.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_have_one_form() {
        for (text, expected) in [
            ("", ""),
            ("/", ""),
            ("a", "/a"),
            ("/a/", "/a"),
            ("a//b c", "/a/b c"),
            ("/é/…", "/é/…"),
        ] {
            assert_eq!(folder(text).as_deref(), Some(expected), "{text}");
        }
        for text in [".", "/a/../b", "tr:w-100/a"] {
            assert_eq!(folder(text), None, "{text}");
        }
    }

    #[test]
    fn paths_come_apart() {
        assert_eq!(split("/a.jpg"), ("", "a.jpg"));
        assert_eq!(split("/a/b/c.jpg"), ("/a/b", "c.jpg"));
        assert_eq!(ancestors("/a/b/c.jpg").collect::<Vec<_>>(), ["/a", "/a/b"]);
        assert_eq!(ancestors("/a.jpg").count(), 0);
    }
}
