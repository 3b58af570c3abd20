//! Maintainers' tool: compares a newer document with the present one, and puts it in its place.

use std::fmt::Display;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use imagekitio_codegen::{Diff, diff};

const USAGE: &str = "\
Compares a newer OpenAPI document with spec/imagekit.yaml, or puts it in its place.

  cargo run -p imagekitio-codegen -- diff NEW [--markdown]
  cargo run -p imagekitio-codegen -- update NEW [--markdown]

NEW is YAML or JSON, and is taken as published. `diff` writes nothing. `--markdown` is for a
pull request. Run it in the folder of the repository.
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (flags, words): (Vec<&str>, Vec<&str>) = arguments
        .iter()
        .map(String::as_str)
        .partition(|argument| argument.starts_with("--"));
    let is_markdown = match flags.as_slice() {
        [] => false,
        ["--markdown"] => true,
        _ => return usage(),
    };
    let outcome = match words.as_slice() {
        ["diff", new] => compare(Path::new(new)).map(|(diff, _)| print(&diff, is_markdown)),
        ["update", new] => update(Path::new(new), is_markdown),
        _ => return usage(),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn usage() -> ExitCode {
    eprint!("{USAGE}");
    ExitCode::from(2)
}

fn print(diff: &Diff, is_markdown: bool) {
    if is_markdown {
        print!("{}", diff.to_markdown());
    } else {
        print!("{diff}");
    }
}

fn document() -> PathBuf {
    Path::new("spec").join("imagekit.yaml")
}

/// The differences, and the content of the newer document.
fn compare(new: &Path) -> Result<(Diff, String), String> {
    let present = read(&document())?;
    let overlay = read(&Path::new("spec").join("overlay.yaml"))?;
    let content = read(new)?;
    let diff = diff(&present, &content, &overlay).map_err(|problem| {
        let present_is_wrong = diff(&present, &present, &overlay).is_err();
        let wrong = match present_is_wrong {
            true => format!("{} with its overlay", document().display()),
            false => new.display().to_string(),
        };
        format!("{wrong} cannot be compared\n{problem}")
    })?;
    Ok((diff, content))
}

fn update(new: &Path, is_markdown: bool) -> Result<(), String> {
    let (diff, content) = compare(new)?;
    let document = document();
    // Written anew: cargo looks at the time of a file, and a copy may keep that of the original.
    let unfinished = document.with_extension("yaml.new");
    std::fs::write(&unfinished, content)
        .and_then(|()| std::fs::rename(&unfinished, &document))
        .map_err(|error| failed(&document, "written", &error))?;
    print(&diff, is_markdown);
    println!("{} is the new document. Next:", document.display());
    println!("  cargo insta test --review --test guards    the generated surface, as a diff");
    println!("  cargo test --workspace                     the high-level client, and the guards");
    Ok(())
}

fn read(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|error| failed(path, "read", &error))
}

fn failed(path: &Path, what: &str, error: &dyn Display) -> String {
    format!("{} cannot be {what}: {error}", path.display())
}
