//! Tries documents, YAML or JSON, without building anything: a line for each.
//!
//! ```text
//! cargo run -p imagekitio-codegen --example try -- DOCUMENTS...
//! ```

use std::process::ExitCode;
use std::time::Instant;

fn main() -> ExitCode {
    let mut outcome = ExitCode::SUCCESS;
    for path in std::env::args().skip(1) {
        let start = Instant::now();
        let result = match std::fs::read_to_string(&path) {
            Ok(document) => match imagekitio_codegen::generate(&document) {
                Ok(_) => "taken".to_owned(),
                Err(problem) => format!("refused\n{problem}"),
            },
            Err(error) => format!("cannot be read: {error}"),
        };
        if result != "taken" {
            outcome = ExitCode::FAILURE;
        }
        println!("{path} ({:.1?}): {result}", start.elapsed());
    }
    outcome
}
