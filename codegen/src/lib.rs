//! Generates the raw client of `imagekitio` from an OpenAPI 3.0 or 3.1 document.
//!
//! [`document`] reads YAML or JSON, [`lower`] turns it into the [`model`], and [`emit`] writes
//! Rust. The build script of `imagekitio` calls [`build`]; tests call [`generate`].
//!
//! The lowering is generic: it knows nothing of ImageKit's operations or wording, so that a newer
//! document can take the place of the present one without an edit here.

#![forbid(unsafe_code)]

// Built anew for each checkout: see `.cargo/config.toml`.
const _: Option<&str> = option_env!("IMAGEKITIO_CHECKOUT");

mod diff;
mod document;
mod emit;
mod lower;
mod model;
mod names;
mod overlay;

use std::path::Path;

pub use diff::{Block, Change, Diff, diff};
pub use document::Problem;
pub use emit::Generated;
pub use overlay::Applied;

/// Generates the client for a document, YAML or JSON. [`apply`] an overlay first.
///
/// # Errors
///
/// A [`Problem`] with the JSON pointer of the first construct that can't become Rust.
pub fn generate(document: &str) -> Result<Generated, Problem> {
    on_a_large_stack(|| emit::generated(&lower::lower(document)?))
}

/// Returns [`Generated::operations_surface`] and [`Generated::types_surface`], to compare documents
/// by.
///
/// # Errors
///
/// As [`generate`].
pub fn surfaces(document: serde_json::Value) -> Result<(String, String), Problem> {
    on_a_large_stack(|| Ok(emit::surfaces(&lower::lowered(document)?)))
}

/// Applies an OpenAPI Overlay 1.0, YAML or JSON, to a document. Returns what each action did.
///
/// Beyond the specification, lists take only the items that they lack. An action that finds nothing
/// follows each reference that is the only one to its target, so that it finds a schema that has
/// become a component.
///
/// # Errors
///
/// A [`Problem`] with the JSON pointer of the place in the overlay.
pub fn apply(overlay: &str, document: &mut serde_json::Value) -> Result<Vec<Applied>, Problem> {
    on_a_large_stack(|| overlay::apply(overlay, document))
}

/// Reads a document, YAML or JSON, as it stands.
///
/// # Errors
///
/// A [`Problem`] if it's neither, or not an object.
pub fn read(document: &str) -> Result<serde_json::Value, Problem> {
    on_a_large_stack(|| {
        document::Document::parse(document).map(|document| document.source().clone())
    })
}

/// Reads `imagekit.yaml` and `overlay.yaml` in the folder `spec` and writes the generated files
/// into the folder `out`. Returns warnings for the developer who builds, a line each.
///
/// # Errors
///
/// A message with the file, the place in it, what stands there, and what to change.
pub fn build(spec: &Path, out: &Path) -> Result<Vec<String>, String> {
    let document = source(
        spec,
        "imagekit.yaml",
        "put ImageKit's OpenAPI document there",
    )?;
    let overlay = source(spec, "overlay.yaml", "put the overlay there again")?;
    let refused = |name: &str, what: &str, problem: Problem| {
        format!("{} cannot be {what}\n{problem}", spec.join(name).display())
    };
    let mut root = read(&document).map_err(|problem| refused("imagekit.yaml", "read", problem))?;
    apply(&overlay, &mut root).map_err(|problem| refused("overlay.yaml", "applied", problem))?;
    let generated = on_a_large_stack(|| emit::generated(&lower::lowered(root)?))
        .map_err(|problem| refused("imagekit.yaml", "turned into a client", problem))?;
    // What was generated from, for the guard against a stale client.
    let files = [("imagekit.yaml", &document), ("overlay.yaml", &overlay)];
    files
        .into_iter()
        .try_for_each(|(name, content)| std::fs::write(out.join(name), content))
        .and_then(|()| generated.write(out))
        .map_err(|error| format!("{} cannot be written: {error}", out.display()))?;
    Ok(generated.warnings)
}

/// Bytes of stack: schemas may stand in one another as deep as a document can be read.
pub(crate) const STACK: usize = 256 << 20;

fn on_a_large_stack<T: Send>(
    work: impl FnOnce() -> Result<T, Problem> + Send,
) -> Result<T, Problem> {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK);
        let failed = |found: String| Problem::new("", found, "report it, with the document");
        thread
            .spawn_scoped(scope, work)
            .map_err(|error| failed(format!("no thread to work in: {error}")))?
            .join()
            .unwrap_or_else(|_| Err(failed("a document that the generator panics on".to_owned())))
    })
}

fn source(folder: &Path, name: &str, fix: &str) -> Result<String, String> {
    let path = folder.join(name);
    std::fs::read_to_string(&path).map_err(|error| {
        let path = path.display();
        format!("{path} cannot be read\n  found: {error}\n  fix:   {fix}")
    })
}
