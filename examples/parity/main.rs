//! Computes what another ImageKit SDK would, so that both can be compared.
//!
//! Reads one JSON object per line from standard input and prints one per line, in order:
//! `{"id", "out"}`, or `{"id", "error"}` for input that was refused. `tests/support/src/parity.rs`
//! describes the input.
//!
//! ```text
//! cargo run --example parity < tests/vectors/modern.jsonl
//! ```

use std::io::{self, BufRead, Write};

use support::parity::answer;

fn main() -> io::Result<()> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    for line in io::stdin().lock().lines() {
        let answer = answer(&line?);
        let (name, result) = match answer.get("out") {
            Some(result) => ("out", result),
            None => ("error", &answer["error"]),
        };
        writeln!(out, r#"{{"id":{},"{name}":{result}}}"#, answer["id"])?;
    }
    out.flush()
}
