//! Results that the official SDKs computed, reproduced byte for byte.

use serde_json::Value;

fn reproduces(vectors: &str, count: usize) {
    let mut wrong = Vec::new();
    for line in vectors.lines() {
        let vector: Value = serde_json::from_str(line).unwrap();
        let answer = support::parity::answer(line);
        if answer["id"] != vector["id"] || answer.get("out") != Some(&vector["expect"]) {
            wrong.push(format!(
                "{}\n  expected {}\n  got      {answer}",
                vector["id"], vector["expect"]
            ));
        }
    }
    assert_eq!(vectors.lines().count(), count);
    assert!(
        wrong.is_empty(),
        "{} of {count} differ:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn results_of_node_7_and_6_are_reproduced() {
    reproduces(include_str!("../vectors/modern.jsonl"), 618);
}

#[test]
fn results_of_python_4_are_reproduced() {
    reproduces(include_str!("../vectors/v4.jsonl"), 400);
}
