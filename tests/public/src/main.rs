//! Prints the public surface of a crate from the JSON of rustdoc, a line for each item.
//!
//! Leaves out what `snapshots/types.snap` and `snapshots/operations.snap` pin: the module `raw` and
//! all that is generated into it. Leaves out implementations that come with every type, too.

fn main() -> Result<(), public_api::Error> {
    let path = std::env::args().nth(1).unwrap_or_default();
    let api = public_api::Builder::from_rustdoc_json(path)
        .sorted(true)
        .omit_blanket_impls(true)
        .omit_auto_trait_impls(true)
        .build()?;
    for item in api.items() {
        println!("{item}");
    }
    Ok(())
}
