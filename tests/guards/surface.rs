//! The surface that was generated from the API document, as a reviewer reads it after the document
//! has changed.
//!
//! A change is accepted with `cargo insta review`, or by running the tests with
//! `INSTA_UPDATE=always`.

fn check(name: &str, text: &str) {
    // A stale surface would show no change.
    crate::current::assert_current();
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../../snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

/// Every operation with its arguments, body, reply and error.
#[test]
fn operations() {
    check(
        "operations",
        include_str!(concat!(env!("OUT_DIR"), "/operations.txt")),
    );
}

/// Every type with its fields, values or arms.
#[test]
fn types() {
    check(
        "types",
        include_str!(concat!(env!("OUT_DIR"), "/types.txt")),
    );
}
