//! Nothing in the text of a document runs, neither as a test of rustdoc nor as code that leaves its
//! documentation.

use std::path::Path;
use std::process::Command;

use imagekitio_codegen::{Generated, generate};
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use serde_json::{Map, Value, json};

const RUN: &str = "panic!(\"ran\");";

/// Ways to write text that rustdoc may take for a test, or Rust for code.
fn forms() -> Vec<String> {
    let fence = format!("```\n{RUN}\n```");
    let rust = format!("```rust\n{RUN}\n```");
    let indented = |text: &str, by: &str| {
        let lines: Vec<String> = text.lines().map(|line| format!("{by}{line}")).collect();
        lines.join("\n")
    };
    vec![
        fence.clone(),
        rust.clone(),
        format!("~~~\n{RUN}\n~~~"),
        format!("~~~rust\n{RUN}\n~~~"),
        format!("``` rust,should_panic\n{RUN}\n```"),
        format!("````\n```\n{RUN}\n```\n````"),
        format!("Text:\n\n    {RUN}"),
        format!("Text:\n\n\t{RUN}"),
        format!("Text:\n\n \t {RUN}"),
        format!("Text:\r\r    {RUN}"),
        format!("Text:\r\n\r\n    {RUN}\r\n"),
        format!("```\r{RUN}\r```"),
        format!("    {RUN}"),
        indented(&fence, "   "),
        format!("- item\n\n{}", indented(&fence, "  ")),
        format!("- item\n\n{}", indented(RUN, "      ")),
        format!("1. item\n\n{}", indented(&rust, "   ")),
        format!("-     {RUN}"),
        format!("*\t\t{RUN}"),
        format!("1.     {RUN}"),
        format!("- - ```\n    {RUN}\n    ```"),
        indented(&fence, "> "),
        format!(">     {RUN}"),
        indented(&rust, "> > "),
        format!("> - ```\n>   {RUN}\n>   ```"),
        format!("<!-- comment -->\n\n    {RUN}"),
        format!("<!--\n```\n-->\n{RUN}\n```"),
        format!("<details>\n\n```\n{RUN}\n```\n\n</details>"),
        format!("[^1]: note\n\n    ```\n    {RUN}\n    ```"),
        format!("| a |\n|---|\n| b |\n\n    {RUN}"),
        format!("# Title\n    {RUN}"),
        format!("text\n```\n{RUN}"),
        format!("\u{2028}\u{85}\u{b}\u{c}\n\n    {RUN}"),
        format!("*/ {RUN} /*"),
        format!("/** {RUN} */\n/*! {RUN} */\n//! {RUN}\n/// {RUN}"),
        format!("\"] pub fn ran() {{ {RUN} }} #[doc = \""),
        format!("\"#]##\"###] pub fn ran() {{ {RUN} }} #[doc = r\""),
        format!("\\\"] pub fn ran() {{ {RUN} }} //"),
        format!("\")] #[doc = \"\n```\n{RUN}\n```"),
        "#![feature(never)] #![allow(warnings)] #[path = \"/etc/passwd\"] mod ran;".to_owned(),
        "{} {0} {{ }} $crate $x \\u{0} \\".to_owned(),
        "\u{202e}\u{2066}\u{200b}\u{feff}\0".to_owned(),
        "'a '\\'' r#\"raw\"# b\"bytes\" 0x 1e \u{1f600}".to_owned(),
    ]
}

/// A document with this text wherever one may stand.
fn document(texts: &[String]) -> Value {
    let mut paths = Map::new();
    let mut schemas = Map::new();
    for (index, text) in texts.iter().enumerate() {
        let name = format!("Thing{index}");
        let reference = json!({ "$ref": format!("#/components/schemas/{name}") });
        schemas.insert(
            name,
            json!({
                "type": "object", "title": text, "description": text,
                "properties": {
                    "value": { "type": "string", "description": text },
                    "kind": { "type": "string", "enum": ["a", "b"], "description": text },
                    "part": { "type": "object", "description": text, "properties": { "a": { "type": "string" } } },
                    "either": { "description": text, "oneOf": [
                        { "type": "string", "description": text }, { "type": "number", "description": text },
                    ] },
                },
            }),
        );
        let schema = json!({ "type": "integer", "description": text });
        paths.insert(
            format!("/things/{index}/{{id}}"),
            json!({ "summary": text, "description": text, "post": {
                "operationId": format!("post-thing-{index}"), "summary": text, "description": text, "tags": [text],
                "externalDocs": { "url": text, "description": text },
                "parameters": [
                    { "name": "id", "in": "path", "required": true, "description": text, "schema": schema },
                    { "name": "page", "in": "query", "description": text, "schema": schema },
                ],
                "requestBody": { "description": text, "content": { "application/json": { "schema": reference } } },
                "responses": {
                    "200": { "description": text, "content": { "application/json": { "schema": reference } } },
                    "404": { "description": text },
                },
            } }),
        );
    }
    let text = texts.join("\n\n");
    json!({
        "openapi": "3.1.0", "info": { "title": text, "version": text, "description": text },
        "servers": [{ "url": "https://example.com", "description": text }],
        "tags": [{ "name": text, "description": text }],
        "paths": paths, "components": { "schemas": schemas },
    })
}

fn generated(texts: &[String]) -> Generated {
    generate(&document(texts).to_string()).unwrap_or_else(|problem| panic!("{problem}"))
}

/// The Rust files.
fn files(generated: &Generated) -> [&String; 4] {
    let Generated {
        client,
        types,
        operations,
        checks,
        ..
    } = generated;
    [client, types, operations, checks]
}

/// Moves the attributes that document something from these tokens to `found`.
fn without_docs(tokens: TokenStream, found: &mut Vec<TokenStream>) -> TokenStream {
    let mut kept: Vec<TokenTree> = Vec::new();
    for token in tokens {
        let TokenTree::Group(group) = &token else {
            kept.push(token);
            continue;
        };
        let is_attribute = group.delimiter() == Delimiter::Bracket
            && matches!(kept.last(), Some(TokenTree::Punct(sign)) if sign.as_char() == '#');
        let text = group.stream().to_string();
        let is_doc = text.starts_with("doc ") || text.contains("doc = ");
        if is_attribute && is_doc && !text.starts_with("doc (") {
            kept.pop();
            found.push(group.stream());
        } else {
            let inner = without_docs(group.stream(), found);
            kept.push(proc_macro2::Group::new(group.delimiter(), inner).into());
        }
    }
    kept.into_iter().collect()
}

/// The number of tests that rustdoc finds in items with these attributes.
fn tests(name: &str, attributes: &[String]) -> usize {
    let items = attributes.iter().enumerate();
    let items =
        items.map(|(index, attribute)| format!("#[{attribute}]\npub struct Item{index};\n"));
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.rs"));
    std::fs::write(&path, items.collect::<String>()).unwrap();
    // An edition that compiles no test before it is run.
    let output = Command::new("rustdoc")
        .args([
            "--test",
            "--edition=2021",
            "--crate-type=lib",
            "--test-args=--list",
        ])
        .arg(&path)
        .output()
        .unwrap();
    let listed = String::from_utf8_lossy(&output.stdout);
    let count = listed
        .lines()
        .find_map(|line| line.split_once(" test")?.0.parse().ok());
    count.unwrap_or_else(|| panic!("{listed}{}", String::from_utf8_lossy(&output.stderr)))
}

#[test]
fn rustdoc_finds_no_tests() {
    let texts = forms();
    let as_they_are: Vec<String> = texts.iter().map(|text| format!("doc = {text:?}")).collect();
    assert!(tests("as_they_are", &as_they_are) > 20);

    let generated = generated(&texts);
    let mut found = Vec::new();
    for file in files(&generated) {
        without_docs(file.parse().unwrap(), &mut found);
    }
    let attributes: Vec<String> = found.iter().map(ToString::to_string).collect();
    assert!(attributes.len() > 10 * texts.len(), "{}", attributes.len());
    assert_eq!(tests("generated", &attributes), 0);
}

/// The tokens without what strings say.
fn without_strings(tokens: TokenStream) -> String {
    let tokens = tokens.into_iter().map(|token| match token {
        TokenTree::Group(group) => format!(
            "{:?} {}",
            group.delimiter(),
            without_strings(group.stream())
        ),
        TokenTree::Literal(literal) if literal.to_string().ends_with('"') => "string".to_owned(),
        other => other.to_string(),
    });
    tokens.collect::<Vec<_>>().join(" ")
}

/// Whatever the text, the same code stands beside it.
#[test]
fn text_stays_in_its_place() {
    let hostile = generated(&forms());
    let plain = generated(&vec!["Text.".to_owned(); forms().len()]);
    for (hostile, plain) in files(&hostile).into_iter().zip(files(&plain)) {
        let code =
            |file: &str| without_strings(without_docs(file.parse().unwrap(), &mut Vec::new()));
        assert!(code(hostile) == code(plain), "the code differs");
    }
}
