//! A document that only adds: everything that was generated is still there, under its name.
//!
//! `.ci/replace additions` builds the whole crate with the document that this makes.

use imagekitio_codegen::{generate, read};
use serde_json::Value;

const DOCUMENT: &str = include_str!("../../spec/imagekit.yaml");
const ADDITIONS: &str = include_str!("documents/additions.yaml");

fn merge(value: &mut Value, addition: &Value) {
    match (value, addition) {
        (Value::Object(members), Value::Object(added)) => {
            for (key, addition) in added {
                match members.get_mut(key) {
                    Some(known) => merge(known, addition),
                    None => {
                        members.insert(key.clone(), addition.clone());
                    }
                }
            }
        }
        (Value::Array(items), Value::Array(added)) => {
            for addition in added {
                let name = addition.get("name");
                let known = items
                    .iter_mut()
                    .find(|item| name.is_some() && item.get("name") == name);
                match known {
                    Some(known) => merge(known, addition),
                    None => items.push(addition.clone()),
                }
            }
        }
        (value, addition) => *value = addition.clone(),
    }
}

/// Every type with its fields, values or arms: the blocks of the short form.
fn blocks(document: &Value) -> Vec<(String, Vec<String>)> {
    generate(&document.to_string())
        .unwrap_or_else(|problem| panic!("{problem}"))
        .types_surface
        .split("\n\n")
        .map(|block| {
            let mut lines = block.lines().map(str::to_owned);
            (lines.next().unwrap(), lines.collect())
        })
        .collect()
}

#[test]
fn additions_take_nothing_away() {
    let before = read(DOCUMENT).unwrap();
    let mut after = before.clone();
    merge(&mut after, &read(ADDITIONS).unwrap());
    let path = concat!(env!("CARGO_TARGET_TMPDIR"), "/additions.json");
    std::fs::write(path, after.to_string()).unwrap();

    let after = blocks(&after);
    let mut added = after.len();
    for (head, lines) in blocks(&before) {
        let Some((_, now)) = after.iter().find(|(known, _)| *known == head) else {
            panic!("`{head}` is gone");
        };
        added -= 1;
        for line in lines {
            assert!(now.contains(&line), "{head}: `{}` is gone", line.trim());
        }
    }
    assert!(
        added > 10,
        "only {added} types were added: the additions are out of date"
    );
}
