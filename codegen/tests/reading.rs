//! Documents are read as another reader of YAML reads them, so that nothing is lost on the way in.

use std::path::{Path, PathBuf};

use imagekitio_codegen::read;
use serde_json::{Value, json};

/// Every YAML file in a folder and below.
fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path
            .extension()
            .is_some_and(|extension| extension == "yaml")
        {
            found.push(path);
        }
    }
}

#[test]
fn every_document_is_read_as_another_reader_reads_it() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    files(&root.join("tests/documents"), &mut found);
    files(&root.join("../spec"), &mut found);
    assert!(found.len() > 50, "{found:?}");
    for path in found {
        let text = std::fs::read_to_string(&path).unwrap();
        let expected: Value = serde_yaml_ng::from_str(&text).unwrap();
        assert_eq!(read(&text).unwrap(), expected, "{}", path.display());
    }
}

/// Ways to write one thing.
#[test]
fn scalars_keys_and_blocks_are_read_as_another_reader_reads_them() {
    for text in [
        "a: 1\nb: -2\nc: 0x1F\nd: 0o17\ne: 1.50\nf: 1e3\ng: 1.0\n",
        "a: yes\nb: no\nc: on\nd: y\ne: true\nf: False\ng: 'true'\n",
        "a: null\nb: ~\nc:\nd: ''\ne: 'null'\nf: Null\n",
        "a: 2026-06-18\nb: 12:30:45\nc: 1_000\nd: 3.1.0\ne: 1.\n",
        "200: a\n'201': b\n4XX: c\n",
        "a: |\n  one\n   two\n\n  three\n\nb: |-\n  x\nc: |+\n  y\n\nd: >\n  one\n  two\n\n  three\n    four\n",
        "a: \"\\u00fc\\n\\t\\\"\\\\\"\nb: 'it''s'\nc: plain # comment\nd: a#b\ne: 'a: b'\n",
        "a: one\n  two\n\n  three\nb: \"one\n  two\"\n",
        "a: [1, two, {b: c}, [d]]\ne: {f: [], g: {}, h: }\n",
        "a: &x {b: [1]}\nc: *x\nd: [*x, *x]\n",
        "a:\n- b: 1\n  c: 2\n-\n  - d\n  - e\n- - f\n",
        "? a\n: b\n",
        "True: 1\n1.50: 2\n0x10: 3\n~: 4\n<<: 5\n'': 6\n",
        "a: 18446744073709551615\nb: 9223372036854775807\nc: -9223372036854775808\n",
    ] {
        let expected: Value = serde_yaml_ng::from_str(text).unwrap();
        assert_eq!(read(text).unwrap(), expected, "{text}");
    }
    assert_eq!(read("{}").unwrap(), json!({}));
}

/// The second one would take the place of the first.
#[test]
fn a_key_twice_is_refused() {
    for text in [
        "a: 1\na: 2\n",
        "200: 1\n'200': 2\n",
        "a: {b: 1, \"b\": 2}\n",
    ] {
        assert!(read(text).is_err(), "{text}");
    }
}
