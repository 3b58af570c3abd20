//! Compares the clients of two documents: what a spec update changes for users.

mod report;

use std::collections::{BTreeMap, BTreeSet};

use crate::document::Problem;
use crate::emit::{self, Generated, field_type, parameter_type, spelled};
use crate::lower;
use crate::model::{
    Api, Arm, Body, Kind, Operation, Parameter, Place, Property, Reply, Status, Type,
};
use crate::overlay::Applied;

/// The differences between the clients of two documents.
#[derive(Debug)]
#[non_exhaustive]
pub struct Diff {
    /// Breaking changes first, each group in the order of operations and types.
    pub changes: Vec<Change>,
    /// Overlay actions that leave the new document as it is.
    pub idle_actions: Vec<Applied>,
    /// What the new document has and its client lacks, beyond what the old one lacks: the new lines
    /// of [`Generated::summary`].
    pub left_out: Vec<String>,
    /// The blocks of the surface snapshots that differ.
    pub snapshots: Vec<Block>,
}

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Change {
    /// The operation, by method and path, or the type.
    pub place: String,
    /// What is different there.
    pub what: String,
    /// Whether code that compiles against the old client may fail against the new one.
    pub is_breaking: bool,
}

/// A block of a surface snapshot that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Block {
    /// The snapshot's file name.
    pub file: &'static str,
    /// The block's first line.
    pub name: String,
    /// The number of lines that are new.
    pub added: usize,
    /// The number of lines that are gone.
    pub removed: usize,
}

/// Compares the clients of two documents, each with the overlay applied.
///
/// # Errors
///
/// A [`Problem`] with the JSON pointer of the construct that can't be read, overlaid or lowered.
pub fn diff(before: &str, after: &str, overlay: &str) -> Result<Diff, Problem> {
    let before = client(before, overlay)?;
    let after = client(after, overlay)?;
    let mut changes = Changes::default();
    operations(&before.api, &after.api, &mut changes);
    types(&before.api, &after.api, &mut changes);
    // A stable sort: each group keeps its order.
    changes.0.sort_by_key(|change| !change.is_breaking);
    let idle_actions = after.applied.into_iter();
    Ok(Diff {
        changes: changes.0,
        idle_actions: idle_actions.filter(|action| !action.changed).collect(),
        left_out: new_lines(&before.generated.summary, &after.generated.summary),
        snapshots: snapshots(&before.generated, &after.generated),
    })
}

struct Client {
    api: Api,
    generated: Generated,
    applied: Vec<Applied>,
}

fn client(document: &str, overlay: &str) -> Result<Client, Problem> {
    let mut document = crate::read(document)?;
    let applied = crate::apply(overlay, &mut document)?;
    crate::on_a_large_stack(|| {
        let api = lower::lowered(document)?;
        let generated = emit::generated(&api)?;
        Ok(Client {
            api,
            generated,
            applied,
        })
    })
}

/// Words of the document as a code span, which ends at as many backticks as it begins with.
fn code_span(words: &str) -> String {
    let words = words.replace(char::is_control, " ");
    let runs = words.split(|c| c != '`').map(str::len);
    match runs.max() {
        None | Some(0) => format!("`{words}`"),
        Some(longest) => {
            let fence = "`".repeat(longest + 1);
            format!("{fence} {words} {fence}")
        }
    }
}

#[derive(Default)]
struct Changes(Vec<Change>);

impl Changes {
    fn breaking(&mut self, place: &str, what: String) {
        self.add(place, what, true);
    }

    fn compatible(&mut self, place: &str, what: String) {
        self.add(place, what, false);
    }

    fn add(&mut self, place: &str, what: String, is_breaking: bool) {
        self.0.push(Change {
            place: place.to_owned(),
            what,
            is_breaking,
        });
    }

    /// A breaking change, if two descriptions differ.
    fn replaced(&mut self, place: &str, what: &str, before: &str, after: &str) {
        if before != after {
            self.breaking(place, format!("{what}: {before} becomes {after}"));
        }
    }
}

/// The items of two lists under their keys: before, after, or both.
fn paired<'i, K: Ord, T>(
    before: impl IntoIterator<Item = &'i T>,
    after: impl IntoIterator<Item = &'i T>,
    key: impl Fn(&'i T) -> K,
) -> BTreeMap<K, (Option<&'i T>, Option<&'i T>)> {
    let mut pairs: BTreeMap<K, (Option<&T>, Option<&T>)> = BTreeMap::new();
    for item in before {
        pairs.entry(key(item)).or_default().0 = Some(item);
    }
    for item in after {
        pairs.entry(key(item)).or_default().1 = Some(item);
    }
    pairs
}

fn operations(before: &Api, after: &Api, changes: &mut Changes) {
    let pairs = paired(&before.operations, &after.operations, |operation| {
        (operation.path.as_str(), operation.method.as_str())
    });
    for ((path, method), pair) in pairs {
        let place = format!("{method} {path}");
        match pair {
            (Some(before), Some(after)) => operation(&place, before, after, changes),
            (Some(before), None) => {
                changes.breaking(&place, format!("operation `{}` is removed", before.name));
            }
            (None, Some(after)) => {
                changes.compatible(&place, format!("operation `{}` is added", after.name));
            }
            (None, None) => {}
        }
    }
    if before.server != after.server {
        let what = format!(
            "base URL: {} becomes {}",
            code_span(&before.server),
            code_span(&after.server)
        );
        changes.compatible("document", what);
    }
}

fn operation(place: &str, before: &Operation, after: &Operation, changes: &mut Changes) {
    changes.replaced(
        place,
        "method",
        &code_span(&before.name),
        &code_span(&after.name),
    );
    if before.server != after.server {
        let server = |operation: &Operation| match &operation.server {
            Some(server) => code_span(server),
            None => "the document's".to_owned(),
        };
        let what = format!("base URL: {} becomes {}", server(before), server(after));
        changes.compatible(place, what);
    }
    let pairs = paired(&before.parameters, &after.parameters, |parameter| {
        (parameter.place, parameter.wire.as_str())
    });
    for ((kind, wire), pair) in pairs {
        let what = format!("{} parameter {}", place_name(kind), code_span(wire));
        match pair {
            (Some(before), Some(after)) => parameter(place, &what, before, after, changes),
            (Some(_), None) => changes.breaking(place, format!("{what} is removed")),
            (None, Some(after)) if after.required => {
                changes.breaking(place, format!("{what} is added and required"));
            }
            (None, Some(_)) => changes.compatible(place, format!("{what} is added")),
            (None, None) => {}
        }
    }
    changes.replaced(place, "request", &body(before), &body(after));
    match (before.is_body_optional, after.is_body_optional) {
        // The call compiles, and sends what the server refuses.
        (true, false) => changes.breaking(place, "the request becomes required".to_owned()),
        (false, true) if before.body != Body::None && after.body != Body::None => {
            changes.compatible(place, "the request becomes optional".to_owned());
        }
        _ => {}
    }
    changes.replaced(place, "reply", &reply(&before.reply), &reply(&after.reply));
    let statuses = paired(&before.statuses, &after.statuses, |status| {
        status.code.as_str()
    });
    for (code, pair) in statuses {
        let status = format!("status {}", code_span(code));
        match pair {
            (Some(before), Some(after)) if before.media != after.media => {
                let media = |status: &Status| code_span(&status.media.join(", "));
                let what = format!("{status}: {} becomes {}", media(before), media(after));
                changes.compatible(place, what);
            }
            (Some(_), None) => {
                changes.compatible(place, format!("{status} is no longer documented"))
            }
            (None, Some(_)) => changes.compatible(place, format!("{status} is documented")),
            _ => {}
        }
    }
    if before.security != after.security {
        let security = |operation: &Operation| match &operation.security {
            Some(alternatives) => code_span(&alternatives.join(" or ")),
            None => "the document's".to_owned(),
        };
        let what = format!("security: {} becomes {}", security(before), security(after));
        changes.compatible(place, what);
    }
    deprecated(
        place,
        "operation",
        before.is_deprecated,
        after.is_deprecated,
        changes,
    );
}

fn deprecated(place: &str, what: &str, before: bool, after: bool, changes: &mut Changes) {
    match (before, after) {
        (false, true) => changes.compatible(place, format!("{what} is deprecated")),
        (true, false) => changes.compatible(place, format!("{what} is no longer deprecated")),
        _ => {}
    }
}

fn parameter(
    place: &str,
    what: &str,
    before: &Parameter,
    after: &Parameter,
    changes: &mut Changes,
) {
    changes.replaced(
        place,
        &format!("setter of the {what}"),
        &code_span(&before.field),
        &code_span(&after.field),
    );
    changes.replaced(
        place,
        what,
        &code_span(&parameter_type(&before.ty)),
        &code_span(&parameter_type(&after.ty)),
    );
    if before.style != after.style {
        changes.compatible(place, format!("{what} is written in another style"));
    }
    deprecated(
        place,
        what,
        before.is_deprecated,
        after.is_deprecated,
        changes,
    );
    match (before.required, after.required) {
        // The call compiles, and fails when it is sent.
        (false, true) => changes.breaking(place, format!("{what} becomes required")),
        (true, false) => changes.compatible(place, format!("{what} becomes optional")),
        _ => {}
    }
}

fn place_name(place: Place) -> &'static str {
    match place {
        Place::Path => "path",
        Place::Query => "query",
        Place::Header => "header",
        Place::Cookie => "cookie",
    }
}

fn body(operation: &Operation) -> String {
    let ty = match &operation.body {
        Body::None => return "no body".to_owned(),
        Body::Json(ty) | Body::Form(ty) | Body::Multipart(ty) => ty,
        Body::Text | Body::Bytes => "Body",
    };
    match operation.media.as_str() {
        "application/json" => code_span(ty),
        media => format!("{} as {}", code_span(ty), code_span(media)),
    }
}

fn reply(reply: &Reply) -> String {
    match reply {
        Reply::Empty => "`()`".to_owned(),
        Reply::Json { ty, .. } => format!("`{ty}`"),
        Reply::Bytes => "`ByteStream`".to_owned(),
    }
}

fn types(before: &Api, after: &Api, changes: &mut Changes) {
    let names: BTreeSet<&String> = before.types.keys().chain(after.types.keys()).collect();
    for name in names {
        match (before.types.get(name), after.types.get(name)) {
            (Some(before), Some(after)) => changed_type(name, before, after, changes),
            (Some(before), None) => {
                changes.breaking(name, format!("{} is removed", kind(before)));
            }
            (None, Some(after)) => changes.compatible(name, format!("{} is added", kind(after))),
            (None, None) => {}
        }
    }
}

fn kind(ty: &Type) -> &'static str {
    match ty.kind {
        Kind::Struct(_) => "struct",
        Kind::Enum(_) => "enum",
        Kind::Union(_) => "union",
        Kind::Alias(_) => "type alias",
    }
}

fn changed_type(name: &str, before: &Type, after: &Type, changes: &mut Changes) {
    match (&before.kind, &after.kind) {
        (Kind::Struct(before), Kind::Struct(after)) => {
            for (wire, pair) in paired(before, after, |property| property.wire.as_str()) {
                changed_property(name, wire, pair, changes);
            }
        }
        (Kind::Enum(before), Kind::Enum(after)) => {
            for (value, pair) in paired(before, after, |(value, _)| value.as_str()) {
                let what = format!("value {}", code_span(value));
                match pair {
                    (Some((_, before)), Some((_, after))) => {
                        changes.replaced(
                            name,
                            &format!("variant of the {what}"),
                            &code_span(before),
                            &code_span(after),
                        );
                    }
                    (Some(_), None) => changes.breaking(name, format!("{what} is removed")),
                    (None, _) => changes.compatible(name, format!("{what} is added")),
                }
            }
        }
        (Kind::Union(before), Kind::Union(after)) => {
            let tag =
                |tag: &Option<String>| tag.as_deref().map_or_else(|| "shape".to_owned(), code_span);
            if before.tag != after.tag {
                let what = format!(
                    "told apart by {} instead of {}",
                    tag(&after.tag),
                    tag(&before.tag)
                );
                changes.compatible(name, what);
            }
            for (variant, pair) in paired(&before.arms, &after.arms, variant) {
                let what = format!("variant {}", code_span(variant));
                match pair {
                    (Some(before), Some(after)) => {
                        changes.replaced(name, &what, &arm(before), &arm(after));
                    }
                    (Some(_), None) => changes.breaking(name, format!("{what} is removed")),
                    (None, _) => changes.compatible(name, format!("{what} is added")),
                }
            }
        }
        (Kind::Alias(before), Kind::Alias(after)) => {
            changes.replaced(
                name,
                "type alias",
                &format!("`{}`", spelled(before)),
                &format!("`{}`", spelled(after)),
            );
        }
        _ => changes.replaced(name, "kind", kind(before), kind(after)),
    }
}

fn changed_property(
    name: &str,
    wire: &str,
    pair: (Option<&Property>, Option<&Property>),
    changes: &mut Changes,
) {
    let what = format!("property {}", code_span(wire));
    match pair {
        (Some(before), Some(after)) => {
            changes.replaced(
                name,
                &format!("field of the {what}"),
                &code_span(&before.field),
                &code_span(&after.field),
            );
            let types = [before, after]
                .map(|property| format!("`{}`", emit::written(field_type(property))));
            changes.replaced(name, &what, &types[0], &types[1]);
            deprecated(
                name,
                &what,
                before.is_deprecated,
                after.is_deprecated,
                changes,
            );
            match (before.presence.is_argument(), after.presence.is_argument()) {
                (false, true) => changes.breaking(
                    name,
                    format!("{what} becomes an argument of the constructor"),
                ),
                (true, false) => changes.breaking(
                    name,
                    format!("{what} is no longer an argument of the constructor"),
                ),
                _ => {}
            }
        }
        (Some(_), None) => changes.breaking(name, format!("{what} is removed")),
        (None, Some(after)) if after.presence.is_argument() => {
            changes.breaking(
                name,
                format!("{what} is added and required: the constructor takes it"),
            );
        }
        (None, Some(_)) => changes.compatible(name, format!("{what} is added")),
        (None, None) => {}
    }
}

fn variant(arm: &Arm) -> &str {
    match arm {
        Arm::Unit { variant, .. } | Arm::Typed { variant, .. } => variant,
    }
}

fn arm(arm: &Arm) -> String {
    match arm {
        Arm::Unit { value, .. } => code_span(&value.to_string()),
        Arm::Typed { ty, .. } => format!("`{}`", spelled(ty)),
    }
}

fn new_lines(before: &str, after: &str) -> Vec<String> {
    let known: BTreeSet<&str> = before.lines().collect();
    let new = after.lines().filter(|line| !known.contains(line));
    new.map(str::to_owned).collect()
}

fn snapshots(before: &Generated, after: &Generated) -> Vec<Block> {
    let operations = differing(
        "operations.snap",
        &before.operations_surface,
        &after.operations_surface,
    );
    let types = differing("types.snap", &before.types_surface, &after.types_surface);
    operations.chain(types).collect()
}

/// The blocks of a surface that differ. Lines are sorted inside a block, so that it's enough to
/// compare them as sets.
fn differing<'s>(
    file: &'static str,
    before: &'s str,
    after: &'s str,
) -> impl Iterator<Item = Block> + use<'s> {
    let [before, after] = [before, after].map(blocks);
    let names: BTreeSet<&str> = before.keys().chain(after.keys()).copied().collect();
    names.into_iter().filter_map(move |name| {
        let none = Vec::new();
        let lines = [&before, &after].map(|blocks| blocks.get(name).unwrap_or(&none));
        let only_in = |one: usize, other: usize| {
            let known: BTreeSet<_> = lines[other].iter().collect();
            lines[one]
                .iter()
                .filter(|line| !known.contains(line))
                .count()
        };
        let (removed, added) = (only_in(0, 1), only_in(1, 0));
        (removed + added > 0).then(|| Block {
            file,
            name: name.to_owned(),
            added,
            removed,
        })
    })
}

/// The lines of each block by its first one.
fn blocks(surface: &str) -> BTreeMap<&str, Vec<&str>> {
    surface
        .split("\n\n")
        .filter_map(|block| {
            let lines: Vec<&str> = block.lines().collect();
            Some((*lines.first()?, lines))
        })
        .collect()
}
