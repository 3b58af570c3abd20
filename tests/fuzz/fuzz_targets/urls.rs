//! Run with `cargo fuzz run --fuzz-dir tests/fuzz urls`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| imagekitio_test_support::urls::check(bytes));
