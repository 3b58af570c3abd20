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
        // Flow collections and quoted scalars that close, or go on, at the indent of their key or
        // before it.
        "a:\n  b: [\n    1,\n    2\n  ]\n  c: {\n    d: e\n  }\n  f: [\n  1,\n  2\n]\ng: 3\n",
        "a:\n  b: \"one\n  two\"\n  c: 'one\n two'\n  d: [{\n    e: f\n  }, {\n    g: h\n  }]\n",
        "a:\n  - b: [\n      \"x\",\n    ]\n    c: []\n",
        "a: [b\n, c]\nd: {\"e\":1, \"f\" : 2, g: [x,], }\n",
        "a: {b: http://x/y?z=1#f, c: d:e}\nf: [a-b, -1]\n",
        "a: \"\tx\"\nb:\t1\nc: 2\t# comment\n",
        "---\na: 1\n...\n",
        "%YAML 1.2\n---\na: 1\n",
        "a: &x one\nb: *x\nc: &y\n  - *x\nd: *y\n",
        "a: >-\n  one\n\n  two\nb: |2\n    three\nc: >+\n  four\n\n",
        "a: \"\\U0001F600 \\x41 \\/ \\\n  b\"\n",
        "a: !!str 1\nb: !!int \"2\"\nc: !!float 3\nd: !!null null\ne: !!bool \"true\"\n",
        "a: -0.0\nb: 0.1\nc: 1e-7\nd: 5e-324\ne: 1.7976931348623157e308\nf: 2.2250738585072011e-308\ng: .5\n",
        "a: 8.9255e-100\nb: 9007199254740993\nc: 123456789.123456789\nd: +1\ne: -1\n",
        "{\"a\": 1, \"b\": [\"\\u00fc\", 0.30000000000000004, 8.9255e-100, 18446744073709551615]}",
        "{\n\t\"a\": {\n\t\t\"b\": 1\n\t}\n}\n",
    ] {
        let expected: Value = serde_yaml_ng::from_str(text).unwrap();
        assert_eq!(read(text).unwrap(), expected, "{text}");
    }
    assert_eq!(read("{}").unwrap(), json!({}));
    assert_eq!(
        read("\u{feff}{\"a\": \"\\ud83d\\ude00\"}").unwrap(),
        json!({ "a": "😀" })
    );
    // What JSON has no number for.
    let read = read("a: .inf\nb: -.INF\nc: .nan\nd: 1e999\ne: '1'\nf: !local 1\n").unwrap();
    let expected =
        json!({ "a": ".inf", "b": "-.INF", "c": ".nan", "d": "1e999", "e": "1", "f": "1" });
    assert_eq!(read, expected);
}

/// The second one would take the place of the first.
#[test]
fn a_key_twice_is_refused() {
    for text in [
        "a: 1\na: 2\n",
        "200: 1\n'200': 2\n",
        "a: {b: 1, \"b\": 2}\n",
        "{\"a\": 1, \"a\": 1}",
        "{\"a\": {\"b\": [{\"c\": 1, \"c\": 2}]}}",
    ] {
        let problem = read(text).unwrap_err();
        assert!(problem.construct.ends_with("twice"), "{text}: {problem}");
    }
    let problem = read("{\"a\": {\"b\": [{\"c\": 1, \"c\": 2}]}}").unwrap_err();
    assert_eq!(problem.pointer, "/a/b/0");
}

/// These end in a message: aliases that grow without end, or contain themselves, and values that
/// stand too deep.
#[test]
fn what_cannot_be_a_tree_is_refused() {
    let mut doubling = "a0: &a0 [x, x]\n".to_owned();
    for level in 1..64 {
        let last = level - 1;
        doubling += &format!("a{level}: &a{level} [*a{last}, *a{last}]\n");
    }
    let mut deepening = "a0: &a0 [x]\n".to_owned();
    for level in 1..10 {
        let (open, close) = ("[".repeat(200), "]".repeat(200));
        deepening += &format!("a{level}: &a{level} {open}*a{}{close}\n", level - 1);
    }
    let deep = format!("a: {}{}", "[".repeat(100_000), "]".repeat(100_000));
    let deep_json = format!("{{\"a\": {}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    for text in [
        &doubling,
        &deepening,
        &deep,
        &deep_json,
        "a: &a [*a]\n",
        "a: &a {b: {c: *a}}\n",
        "a: *b\n",
        "? [a]\n: b\n",
        "? {a: b}\n: c\n",
        "a: &a [1]\n*a : b\n",
        "a: 1\n---\nb: 2\n",
        "a: !!int x\n",
        "a: [1\n",
        "a: 'x\n",
        "- a\n",
        "a\n",
        "",
        "[1]",
        "\u{0}",
    ] {
        let start: String = text.chars().take(60).collect();
        assert!(read(text).is_err(), "{start}");
    }
    // As deep as the parser of JSON does not go.
    let deep = format!("{{\"a\": {}1{}}}", "[".repeat(200), "]".repeat(200));
    assert!(read(&deep).is_ok());
}
