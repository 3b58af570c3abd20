//! Whether the client was generated from the document in `spec`.

/// Cargo compares times alone: it misses a document that is written over the last one with an older
/// time (`cp -p`).
pub fn assert_current() {
    // When the tests run, not when they were compiled.
    let folder = std::env::var("CARGO_MANIFEST_DIR").expect("cargo runs the tests");
    for (name, used) in [
        (
            "imagekit.yaml",
            include_str!(concat!(env!("OUT_DIR"), "/imagekit.yaml")),
        ),
        (
            "overlay.yaml",
            include_str!(concat!(env!("OUT_DIR"), "/overlay.yaml")),
        ),
    ] {
        let found = std::fs::read_to_string(format!("{folder}/spec/{name}")).unwrap();
        assert!(
            found == used,
            "the client was generated from another {name} than the one in {folder}/spec: run `touch spec/*.yaml` and build again"
        );
    }
}
