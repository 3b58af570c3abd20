//! Generates the raw client from `spec/imagekit.yaml`, when the feature `raw` asks for it.

#[cfg(feature = "raw")]
#[path = "spec/generate.rs"]
mod generate;
#[cfg(feature = "raw")]
#[path = "spec/lower.rs"]
mod lower;

fn main() -> std::process::ExitCode {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=spec");
    #[cfg(feature = "raw")]
    if let Err(message) = raw_client("spec/imagekit.yaml") {
        // Cargo shows what a failed build script wrote to standard error.
        eprintln!("\nspec/imagekit.yaml cannot be turned into a client\n{message}\n");
        return std::process::ExitCode::FAILURE;
    }
    std::process::ExitCode::SUCCESS
}

#[cfg(feature = "raw")]
fn raw_client(path: &str) -> Result<(), String> {
    use std::path::PathBuf;

    let source = std::fs::read_to_string(path).map_err(|error| {
        format!("  found: {error}\n  fix:   put ImageKit's OpenAPI document at {path}")
    })?;
    let api = lower::lower(&source).map_err(|problem| problem.to_string())?;
    let document = generate::document(&api);

    let mut settings = progenitor::GenerationSettings::new();
    settings
        .with_interface(progenitor::InterfaceStyle::Builder)
        .with_hooks(progenitor::HooksMode::Expected)
        .with_inner_type("super::Transport".parse().map_err(in_generator)?);
    for name in generate::replaced(&document) {
        let traits = [progenitor::TypeImpl::Display, progenitor::TypeImpl::FromStr];
        let path = format!("crate::raw::types::{name}");
        settings.with_replacement(name, path, traits.into_iter());
    }
    let openapi = serde_json::from_value(document).map_err(in_generator)?;
    let tokens = progenitor::Generator::new(&settings)
        .generate_tokens(&openapi)
        .map_err(in_generator)?;
    let client = without_constructors(tokens).map_err(in_generator)?;
    // Its examples lack the values that would make them run.
    let client = client.replace("```ignore", "```text");
    // Its escaping leaves `\`, which URL parsers take for `/`.
    let client = client.replace("encode_path(& ", "crate::raw::encode_path(& ");

    let out = PathBuf::from(std::env::var_os("OUT_DIR").ok_or("OUT_DIR is not set")?);
    for (name, text) in [
        ("client.rs", client),
        ("types.rs", generate::types(&api)),
        ("operations.rs", generate::operations(&api)),
        ("round_trips.rs", generate::round_trips(&api)),
    ] {
        std::fs::write(out.join(name), text).map_err(|error| format!("  found: {error}"))?;
    }
    Ok(())
}

/// The generated constructors panic, time out after 15 seconds and know no key, and the generated `Debug` of the client shows
/// all of its address: the module has its own.
#[cfg(feature = "raw")]
fn without_constructors(tokens: impl ToString) -> Result<String, syn::Error> {
    let mut file: syn::File = syn::parse_str(&tokens.to_string())?;
    for item in &mut file.items {
        if let syn::Item::Struct(client) = item
            && client.ident == "Client"
        {
            client
                .attrs
                .retain(|attribute| !attribute.path().is_ident("derive"));
            client.attrs.push(syn::parse_quote!(#[derive(Clone)]));
        }
        if let syn::Item::Impl(item) = item {
            item.items.retain(|member| {
                !matches!(member, syn::ImplItem::Fn(function)
                    if ["new", "new_with_client"].iter().any(|name| function.sig.ident == name))
            });
        }
    }
    Ok(prettyplease::unparse(&file))
}

#[cfg(feature = "raw")]
fn in_generator(error: impl std::fmt::Display) -> String {
    format!("  found: the generator refuses the lowered document: {error}")
}
