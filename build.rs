//! Generates the raw client from the API document in `spec`, with the feature `raw`.

fn main() -> std::process::ExitCode {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=spec");
    // From `.cargo/config.toml`.
    println!("cargo:rerun-if-env-changed=IMAGEKITIO_CHECKOUT");
    #[cfg(feature = "raw")]
    {
        let out = std::env::var_os("OUT_DIR").unwrap_or_default();
        match imagekitio_codegen::build("spec".as_ref(), out.as_ref()) {
            Ok(warnings) => warnings
                .iter()
                .for_each(|warning| println!("cargo:warning={warning}")),
            Err(message) => {
                // Cargo shows what a failed build script wrote to standard error.
                eprintln!("\n{message}\n");
                return std::process::ExitCode::FAILURE;
            }
        }
    }
    std::process::ExitCode::SUCCESS
}
