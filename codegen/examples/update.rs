//! Puts a newer document of the API in the place of `spec/imagekit.yaml`, and says what becomes of it.
//!
//! ```text
//! cargo run -p imagekitio-codegen --example update -- DOCUMENT
//! ```
//!
//! A document that cannot become a client is refused with its place, and the present one stays. The file is written anew, so
//! that cargo notices it whatever its time was. Overlay actions that find nothing to do are listed: the document has caught
//! up with them.

use std::path::Path;
use std::process::ExitCode;

use imagekitio_codegen::{apply, generate, read};

fn main() -> ExitCode {
    let outcome = match std::env::args().skip(1).collect::<Vec<_>>().as_slice() {
        [document] => update(Path::new(document)),
        _ => Err("give the path of one document".to_owned()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn update(path: &Path) -> Result<(), String> {
    let spec = Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec");
    let text = |path: &Path| {
        std::fs::read_to_string(path)
            .map_err(|error| format!("{} cannot be read: {error}", path.display()))
    };
    let document = text(path)?;
    let overlay = text(&spec.join("overlay.yaml"))?;
    let refused = |problem| format!("{} is refused\n{problem}", path.display());

    let mut root = read(&document).map_err(refused)?;
    let actions = apply(&overlay, &mut root).map_err(refused)?;
    let generated = generate(&root.to_string()).map_err(refused)?;
    let place = spec.join("imagekit.yaml");
    std::fs::write(&place, &document)
        .map_err(|error| format!("{} cannot be written: {error}", place.display()))?;

    // With the warnings of the build.
    println!("{}", generated.summary);
    for (number, action) in actions.iter().enumerate() {
        if !action.changed {
            println!(
                "action {number} of the overlay finds nothing to do: {}",
                action.target
            );
        }
    }
    println!("spec/imagekit.yaml is written. Next: cargo insta test --review");
    Ok(())
}
