//! Rules for what is written in the files of the repository.

use std::path::PathBuf;

/// The limit of `rustfmt.toml`, which rustfmt keeps in code alone.
const WIDTH: usize = 100;

/// Every file of the repository, with its path from there.
fn files() -> Vec<(PathBuf, String)> {
    // When the tests run, not when they were compiled.
    let root = std::env::var("CARGO_MANIFEST_DIR").expect("cargo runs the tests");
    let mut found = Vec::new();
    let mut left = vec![PathBuf::from(&root)];
    while let Some(path) = left.pop() {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        // What git, editors and builds leave here.
        let is_hidden = name.starts_with('.') && name != ".ci" && name != ".cargo";
        if is_hidden || matches!(&*name, "target" | "node_modules" | "__pycache__") {
            continue;
        }
        if path.is_dir() {
            let entries = std::fs::read_dir(&path).unwrap();
            left.extend(entries.map(|entry| entry.unwrap().path()));
        } else if let Ok(text) = std::fs::read_to_string(&path) {
            found.push((path.strip_prefix(&root).unwrap().to_owned(), text));
        }
    }
    found.sort();
    found
}

/// The lines of comments that are wider than the limit, from 1. Tables, code and links cannot be
/// wrapped.
fn wide_comments(code: &str) -> Vec<usize> {
    let mut is_code = false;
    let mut wide = Vec::new();
    for (index, line) in code.lines().enumerate() {
        let Some(comment) = line.trim_start().strip_prefix("//") else {
            is_code = false;
            continue;
        };
        let prose = comment.trim_start_matches(['/', '!']).trim_start();
        if prose.starts_with("```") {
            is_code = !is_code;
        }
        let is_whole = is_code || prose.starts_with('|') || prose.contains("://");
        if !is_whole && line.chars().count() > WIDTH {
            wide.push(index + 1);
        }
    }
    wide
}

/// What belongs to one machine, or is left to be done.
fn leftovers(line: &str) -> Option<&'static str> {
    // In pieces, so that this file has none of them.
    const LEFTOVERS: [&str; 7] = [
        concat!("/ro", "ot/"),
        concat!("/ho", "me/"),
        concat!("/Us", "ers/"),
        concat!("/wo", "rk/"),
        concat!("/tm", "p/"),
        concat!("TO", "DO"),
        concat!("FIX", "ME"),
    ];
    // The folder of nobody, in tests of paths.
    let line = line.replace(concat!("/ho", "me/me/"), "");
    // Longer paths may end in such a name.
    let begins = |at| !line[..at].ends_with(char::is_alphanumeric);
    LEFTOVERS
        .into_iter()
        .find(|word| line.match_indices(word).any(|(at, _)| begins(at)))
}

#[test]
fn comments_keep_to_the_width() {
    let mut findings = Vec::new();
    for (path, text) in files() {
        if path.extension() == Some("rs".as_ref()) {
            for line in wide_comments(&text) {
                findings.push(format!("{}:{line}", path.display()));
            }
        }
    }
    assert!(
        findings.is_empty(),
        "comments wider than {WIDTH} columns:\n{}",
        findings.join("\n")
    );
}

#[test]
fn nothing_is_left_over() {
    let mut findings = Vec::new();
    for (path, text) in files() {
        for (index, line) in text.lines().enumerate() {
            if let Some(word) = leftovers(line) {
                findings.push(format!("{}:{}: {word}", path.display(), index + 1));
            }
        }
    }
    assert!(findings.is_empty(), "{}", findings.join("\n"));
}

#[test]
fn wide_comments_are_found_wherever_they_stand() {
    let wide = "long ".repeat(20);
    let code = |comment: &str| wide_comments(&format!("fn f() {{}}\n{comment}\n"));
    for comment in ["// ", "/// ", "//! ", "    // ", "    /// - "] {
        assert_eq!(code(&format!("{comment}{wide}")), [2], "{comment}");
    }
    for comment in ["// https://imagekit.io/ ", "/// | ", "let text = \"// "] {
        assert_eq!(code(&format!("{comment}{wide}")), [0; 0], "{comment}");
    }
    assert_eq!(
        code(&format!("/// ```\n/// {wide}\n/// ```\n/// {wide}")),
        [5]
    );
    assert_eq!(code(&format!("// ```\nfn g() {{}}\n/// {wide}")), [4]);
    let exact = "é".repeat(WIDTH - 3);
    assert_eq!(code(&format!("// {exact}")), [0; 0]);
    assert_eq!(code(&format!("// {exact}é")), [2]);
}

#[test]
fn leftovers_are_found() {
    for line in [
        concat!("// TO", "DO: later"),
        concat!("FIX", "ME"),
        concat!("see /ho", "me/somebody/notes.md"),
        concat!("cd /tm", "p/x"),
    ] {
        assert!(leftovers(line).is_some(), "{line}");
    }
    for line in [
        concat!("/ho", "me/me/a.png"),
        concat!("https://example.com/wo", "rk/a.png"),
        concat!("$TARGET/tm", "p/x"),
    ] {
        assert_eq!(leftovers(line), None, "{line}");
    }
}
