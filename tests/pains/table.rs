//! The table of these tests in the documentation.

use std::collections::BTreeSet;

/// The names of all tests of this program, with their modules.
fn tests() -> BTreeSet<String> {
    let modules = [
        ("authentication", include_str!("authentication.rs")),
        ("errors_and_limits", include_str!("errors_and_limits.rs")),
        ("files_and_lists", include_str!("files_and_lists.rs")),
        ("platforms", include_str!("platforms.rs")),
        ("responsive_images", include_str!("responsive_images.rs")),
        ("signatures", include_str!("signatures.rs")),
        ("transformations", include_str!("transformations.rs")),
        ("types", include_str!("types.rs")),
        ("uploads", include_str!("uploads.rs")),
        ("urls", include_str!("urls.rs")),
        ("webhooks", include_str!("webhooks.rs")),
    ];
    let main = include_str!("main.rs");
    let named = main
        .lines()
        .filter_map(|line| line.strip_prefix("mod ")?.strip_suffix(';'));
    let named: BTreeSet<&str> = named.filter(|name| *name != "table").collect();
    assert_eq!(named, modules.iter().map(|(name, _)| *name).collect());
    let mut tests = BTreeSet::new();
    for (module, source) in modules {
        let mut is_test = false;
        for line in source.lines().map(str::trim) {
            is_test |= line.starts_with("#[test]") || line.starts_with("#[tokio::test");
            let function = line
                .strip_prefix("async ")
                .unwrap_or(line)
                .strip_prefix("fn ");
            if let Some((name, _)) = function.and_then(|function| function.split_once('('))
                && std::mem::take(&mut is_test)
            {
                assert!(
                    tests.insert(format!("{module}::{name}")),
                    "{name} is there twice"
                );
            }
        }
    }
    tests
}

#[test]
fn the_table_has_each_test() {
    let rows = include_str!("../../docs/pains.md")
        .lines()
        .filter(|line| line.starts_with("| "));
    let named = rows.filter_map(|row| row.strip_suffix("` |")?.rsplit_once('`'));
    let named: Vec<String> = named.map(|(_, test)| test.to_owned()).collect();
    let set: BTreeSet<String> = named.iter().cloned().collect();
    assert_eq!(named.len(), set.len(), "a test is there twice");
    assert_eq!(set, tests());
}
