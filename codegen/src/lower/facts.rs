//! What operations, bodies and replies say about themselves that no type shows.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::document::{Document, child, elements, members, text};

/// Whether it carries `deprecated: true`.
pub fn is_deprecated(value: &Value) -> bool {
    value.get("deprecated") == Some(&Value::Bool(true))
}

/// The content types of a body or reply.
pub fn media(owner: &Value) -> Vec<String> {
    let media = members(owner, "content").map(|(media, _)| media.clone());
    let mut media: Vec<String> = media.collect();
    // Their order means nothing.
    media.sort_unstable();
    media
}

/// The alternatives of `security`, each as the schemes that it needs together. `None` if the owner
/// has none.
pub fn security(owner: &Value) -> Option<Vec<String>> {
    owner.get("security")?;
    let alternatives = elements(owner, "security").iter();
    let alternatives = alternatives.map(|needed| {
        let schemes = needed.as_object().into_iter().flatten();
        let schemes = schemes.map(|(scheme, scopes)| match scopes.as_array() {
            Some(scopes) if !scopes.is_empty() => {
                let scopes: Vec<&str> = scopes.iter().filter_map(Value::as_str).collect();
                format!("{scheme}({})", scopes.join(", "))
            }
            _ => scheme.clone(),
        });
        let mut schemes: Vec<String> = schemes.collect();
        schemes.sort_unstable();
        if schemes.is_empty() {
            "none".to_owned()
        } else {
            schemes.join(" + ")
        }
    });
    let mut alternatives: Vec<String> = alternatives.collect();
    if alternatives.is_empty() {
        alternatives.push("none".to_owned());
    }
    // Their order means nothing.
    alternatives.sort_unstable();
    Some(alternatives)
}

/// The security schemes by name: what they are, and where they go.
pub fn schemes(document: &Document) -> BTreeMap<String, String> {
    let pointer = "/components/securitySchemes";
    let found = document.root().pointer(pointer).and_then(Value::as_object);
    let found = found.into_iter().flatten().map(|(name, scheme)| {
        let followed = document.follow(scheme, &child(pointer, name));
        let scheme = followed.map_or(scheme, |(scheme, _)| scheme);
        let words = ["type", "scheme", "in", "name", "openIdConnectUrl"];
        let words: Vec<&str> = words.iter().filter_map(|key| text(scheme, key)).collect();
        (name.clone(), words.join(" "))
    });
    found.collect()
}
