//! The layers of the crate: modules import from those further down only.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// The modules at the root, from the bottom up. A layer doesn't use itself.
const LAYERS: &[&[&str]] = &[
    &["open_enum", "secret", "time"],
    &["reply"],
    &["error"],
    &["problem", "validate"],
    &["env", "platform", "sign"],
    &["url"],
    &["expression"],
    &["client_auth", "phash", "search", "webhook"],
    &["http"],
    &["raw"],
    &["types"],
    &["client"],
    &["imagekit"],
    &["api", "delivery", "upload"],
];

/// Paths that a module may use within its layer.
const ALLOWED: &[(&str, &str)] = &[
    ("upload", "api"),
    ("delivery", "api::check_interval"),
    ("delivery", "api::next_interval"),
];

/// A path in the code that leads to a module of this crate.
#[derive(Debug, PartialEq)]
struct Arrow {
    line: usize,
    /// From the root of the crate.
    path: Vec<String>,
}

/// What a file of code holds, without tests and comments.
#[derive(Default)]
struct Source {
    arrows: Vec<Arrow>,
    /// Modules in files of their own, from the root of the crate.
    modules: Vec<Vec<String>>,
}

impl Source {
    /// Reads the code of a module.
    fn read(code: &str, module: &[String]) -> Self {
        let mut source = Self::default();
        source.scan(TokenStream::from_str(code).expect("Rust"), module);
        source
    }

    fn scan(&mut self, tokens: TokenStream, module: &[String]) {
        let tokens: Vec<_> = tokens.into_iter().collect();
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            at += 1;
            match token {
                TokenTree::Punct(sign) if sign.as_char() == '#' => {
                    let inner = is_sign(tokens.get(at), '!');
                    at += usize::from(inner);
                    let Some(TokenTree::Group(attribute)) = tokens.get(at) else {
                        continue;
                    };
                    at += 1;
                    if is_for_tests(attribute.stream()) {
                        at = end_of_item(&tokens, at);
                    } else {
                        self.scan_attribute(attribute.stream(), module);
                    }
                }
                TokenTree::Ident(word) if word == "mod" => {
                    let Some(TokenTree::Ident(name)) = tokens.get(at) else {
                        continue;
                    };
                    let mut inner = module.to_vec();
                    inner.push(name.to_string());
                    at += 1;
                    match tokens.get(at) {
                        Some(TokenTree::Group(body)) => self.scan(body.stream(), &inner),
                        _ => self.modules.push(inner),
                    }
                    at += 1;
                }
                TokenTree::Ident(word) if word == "crate" && is_path(&tokens, at) => {
                    at = self.follow(&tokens, at + 2, Vec::new());
                }
                TokenTree::Ident(word) if word == "super" && is_path(&tokens, at) => {
                    let mut base = module.to_vec();
                    base.pop();
                    at += 2;
                    while tokens
                        .get(at)
                        .is_some_and(|word| word.to_string() == "super")
                    {
                        base.pop();
                        at += 3;
                    }
                    at = self.follow(&tokens, at, base);
                }
                TokenTree::Group(group) => self.scan(group.stream(), module),
                _ => {}
            }
        }
    }

    /// Attributes name paths in strings, too.
    fn scan_attribute(&mut self, attribute: TokenStream, module: &[String]) {
        if attribute.to_string().starts_with("doc") {
            return;
        }
        for token in attribute.clone() {
            match token {
                TokenTree::Literal(text) => {
                    let line = text.span().start().line;
                    let text = text.to_string();
                    let code = text.trim_matches('"');
                    if code.starts_with("crate::") {
                        let named = Self::read(code, module).arrows;
                        let here = |arrow: Arrow| Arrow { line, ..arrow };
                        self.arrows.extend(named.into_iter().map(here));
                    }
                }
                TokenTree::Group(group) => self.scan_attribute(group.stream(), module),
                _ => {}
            }
        }
        self.scan(attribute, module);
    }

    /// Follows a path, and each branch of it in braces. Returns where it ends.
    fn follow(&mut self, tokens: &[TokenTree], mut at: usize, mut path: Vec<String>) -> usize {
        let line = |token: &TokenTree| token.span().start().line;
        loop {
            match tokens.get(at) {
                Some(token @ TokenTree::Ident(name)) => {
                    path.push(name.to_string());
                    at += 1;
                    if !is_path(tokens, at) {
                        let line = line(token);
                        self.arrows.push(Arrow { line, path });
                        return at;
                    }
                    at += 2;
                }
                Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
                    let branches: Vec<_> = group.stream().into_iter().collect();
                    for branch in branches.split(|token| is_sign(Some(token), ',')) {
                        self.follow(branch, 0, path.clone());
                    }
                    return at + 1;
                }
                // A glob, a variable of a macro, or the type arguments of a call.
                Some(token) => {
                    let line = line(token);
                    self.arrows.push(Arrow { line, path });
                    return at;
                }
                None => return at,
            }
        }
    }
}

fn is_sign(token: Option<&TokenTree>, sign: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == sign)
}

fn is_path(tokens: &[TokenTree], at: usize) -> bool {
    is_sign(tokens.get(at), ':') && is_sign(tokens.get(at + 1), ':')
}

fn is_for_tests(attribute: TokenStream) -> bool {
    let text = attribute.to_string().replace(' ', "");
    text == "test" || text == "cfg(test)" || text.starts_with("cfg(all(test,")
}

/// Where the item ends that begins here.
fn end_of_item(tokens: &[TokenTree], at: usize) -> usize {
    let is_end = |token: &TokenTree| match token {
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        token => is_sign(Some(token), ';'),
    };
    let rest = tokens.get(at..).unwrap_or_default();
    at + rest
        .iter()
        .position(is_end)
        .map_or(rest.len(), |end| end + 1)
}

/// The code of the crate, module by module.
struct Crate {
    /// Of each file under `src` but the root: its path, its module and what it holds.
    files: Vec<(String, String, Source)>,
    /// What the root offers under names of its own, and the modules where it comes from.
    names: BTreeMap<String, String>,
    /// Modules of which the root offers everything.
    globs: Vec<String>,
    modules: BTreeSet<String>,
}

impl Crate {
    fn read() -> Self {
        // When the tests run, not when they were compiled.
        let folder = std::env::var("CARGO_MANIFEST_DIR").expect("cargo runs the tests");
        let folder = Path::new(&folder).join("src");
        let root = std::fs::read_to_string(folder.join("lib.rs")).unwrap();
        let mut left = Source::read(&root, &[]).modules;
        let modules: BTreeSet<String> = left.iter().map(|module| module[0].clone()).collect();
        let (mut names, mut globs) = (BTreeMap::new(), Vec::new());
        // What the root offers, as if it were paths from the root.
        let offers = root.replace("pub use ", "pub use crate::");
        for Arrow { path, .. } in Source::read(&offers, &[]).arrows {
            match path.as_slice() {
                [module] => globs.push(module.clone()),
                [module, .., name] => drop(names.insert(name.clone(), module.clone())),
                [] => {}
            }
        }
        let mut files = Vec::new();
        while let Some(module) = left.pop() {
            let base: PathBuf = folder.join(module.iter().collect::<PathBuf>());
            let file = [base.with_extension("rs"), base.join("mod.rs")]
                .into_iter()
                .find(|file| file.exists())
                .unwrap_or_else(|| panic!("no file of {module:?}"));
            let source = Source::read(&std::fs::read_to_string(&file).unwrap(), &module);
            left.extend(source.modules.iter().cloned());
            let file = file.strip_prefix(&folder).unwrap().display();
            files.push((format!("src/{file}"), module[0].clone(), source));
        }
        Self {
            files,
            names,
            globs,
            modules,
        }
    }

    /// The path with the module that it leads to; the same path where the root only passes on.
    fn resolved(&self, path: &[String]) -> Option<Vec<String>> {
        let first = path.first()?;
        if self.modules.contains(first) {
            return Some(path.to_vec());
        }
        let module = self.names.get(first).or(self.globs.first())?;
        Some([std::slice::from_ref(module), path].concat())
    }
}

fn rank(module: &str) -> Option<usize> {
    LAYERS.iter().position(|layer| layer.contains(&module))
}

/// Whether code of a module may use the path.
fn is_allowed(from: &str, path: &[String]) -> bool {
    let to = &path[0];
    let written = path.join("::");
    let starts = |allowed: &str| written == allowed || written.starts_with(&format!("{allowed}::"));
    from == to
        || rank(from) > rank(to)
        || ALLOWED
            .iter()
            .any(|(module, allowed)| *module == from && starts(allowed))
}

#[test]
fn modules_use_only_those_further_down() {
    let code = Crate::read();
    let mut findings = Vec::new();
    for module in &code.modules {
        if rank(module).is_none() {
            findings.push(format!("src/lib.rs: `{module}` is in no layer"));
        }
    }
    for (file, from, source) in &code.files {
        for Arrow { line, path } in &source.arrows {
            let Some(path) = code.resolved(path) else {
                let path = path.join("::");
                findings.push(format!("{file}:{line}: crate::{path} leads nowhere"));
                continue;
            };
            if !is_allowed(from, &path) {
                findings.push(format!("{file}:{line}: {from} -> {}", path.join("::")));
            }
        }
    }
    assert!(
        findings.is_empty(),
        "arrows that lead up or aside:\n{}",
        findings.join("\n")
    );
}

#[test]
fn arrows_are_found_wherever_they_are_written() {
    let module = ["upload".to_owned(), "folder".to_owned(), "run".to_owned()];
    let found = |code: &str| -> Vec<(usize, String)> {
        let arrows = Source::read(code, &module).arrows;
        arrows
            .into_iter()
            .map(|arrow| (arrow.line, arrow.path.join("::")))
            .collect()
    };
    let one = |path: &str| vec![(1, path.to_owned())];
    for (code, expected) in [
        ("use crate::api;", one("api")),
        ("pub(crate) use crate::api::Wait as W;", one("api::Wait")),
        ("use crate::api::*;", one("api")),
        ("fn f() -> crate::api::Wait { loop {} }", one("api::Wait")),
        ("fn f() { crate::api::list::<u8>() }", one("api::list")),
        (
            "macro_rules! m { () => { $crate::api::Wait } }",
            one("api::Wait"),
        ),
        ("call!(a, crate::api::Wait);", one("api::Wait")),
        (
            "impl super::super::super::api::Wait for X {}",
            one("api::Wait"),
        ),
        ("use super::super::send;", one("upload::send")),
        (
            "mod inner { use super::super::scan; }",
            one("upload::folder::scan"),
        ),
        (
            "#[serde(with = \"crate::raw::timestamp\")] struct X;",
            one("raw::timestamp"),
        ),
        (
            "use crate::{api::{self, files::Copy},\n    Error};",
            vec![
                (1, "api::self".to_owned()),
                (1, "api::files::Copy".to_owned()),
                (2, "Error".to_owned()),
            ],
        ),
        (
            "#[cfg(feature = \"x\")]\nuse crate::api;",
            vec![(2, "api".to_owned())],
        ),
        ("#[cfg(test)]\nmod tests { use crate::api; }", vec![]),
        ("#[cfg(test)] use crate::api;", vec![]),
        (
            "#[cfg(all(test, unix))] #[inline] fn f() { crate::api::x() }",
            vec![],
        ),
        ("#[test] fn f() { crate::api::x() }", vec![]),
        ("/// As [`crate::api::Wait`].\nfn f() {}", vec![]),
        (
            "//! [`api`](crate::api)\n// use crate::api;\n/* crate::api */",
            vec![],
        ),
        ("const TEXT: &str = \"crate::api\";", vec![]),
        ("pub(crate) fn f() {} pub(super) fn g() {}", vec![]),
    ] {
        assert_eq!(found(code), expected, "{code}");
    }
}

#[test]
fn arrows_up_and_aside_are_refused() {
    for (from, to, allowed) in [
        ("url", "client::Response", false),
        ("url", "error::Error", true),
        ("client", "imagekit::ImageKit", false),
        ("api", "upload::Progress", false),
        ("upload", "api::files", true),
        ("upload", "delivery", false),
        ("delivery", "api", false),
        ("delivery", "api::check_interval", true),
        ("delivery", "api::check_interval_of", false),
        ("search", "webhook", false),
        ("error", "reply", true),
        ("reply", "error", false),
        ("raw", "raw::types", true),
    ] {
        let path: Vec<_> = to.split("::").map(str::to_owned).collect();
        assert_eq!(is_allowed(from, &path), allowed, "{from} -> {to}");
    }
}
