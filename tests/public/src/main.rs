//! Prints the public surface of `imagekitio` from the JSON of rustdoc, a line for each item.
//!
//! Leaves out the module `raw`, whose items `snapshots/types.snap` and `snapshots/operations.snap`
//! pin, and implementations that are derived or come with every type.

use public_api::{Builder, Error};

/// Where the item of a line stands.
fn place(line: &str) -> &str {
    let of_type = line
        .starts_with("impl")
        .then(|| line.split_once(" for "))
        .flatten();
    let item = of_type.map_or(line, |(_, implementor)| implementor);
    item.find("imagekitio::").map_or("", |at| &item[at..])
}

fn main() -> Result<(), Error> {
    let path = std::env::args().nth(1).unwrap_or_default();
    let api = Builder::from_rustdoc_json(path)
        .sorted(true)
        .omit_blanket_impls(true)
        .omit_auto_trait_impls(true)
        .omit_auto_derived_impls(true)
        .build()?;
    for item in api.items() {
        let line = item.to_string();
        if !place(&line).starts_with("imagekitio::raw") {
            println!("{line}");
        }
    }
    Ok(())
}
