//! Which types and operations may hold secrets, that is strings of the format `password`.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::operation::ERROR_TYPE;
use crate::model::{Body, Kind, Operation, Reply, Ty, Type, reached};

type Types = BTreeMap<String, Type>;

/// Marks the operations, and returns the names of the types.
///
/// Where a request or reply has a secret, a server may repeat it: in another property of the reply, in an error, or in the
/// reply of an operation with the same types or the same path. These count as well. Uploads don't: their credentials are good
/// for one use.
pub fn mark(operations: &mut [Operation], types: &Types) -> BTreeSet<String> {
    let has_secret = |name: &String| {
        let uses = types.get(name).map(|ty| ty.kind.uses());
        let mut uses = uses.into_iter().flatten();
        uses.any(|ty| *ty.leaf() == Ty::Secret)
    };
    let holds_secret = |name: &String| reached(types, [name]).iter().any(has_secret);
    let mut confidential: BTreeSet<String> = types
        .keys()
        .filter(|name| holds_secret(name))
        .cloned()
        .collect();
    if confidential.is_empty() {
        return confidential;
    }
    let users = operations
        .iter()
        .filter(|operation| names(operation).any(holds_secret));
    confidential.extend(reached(types, users.flat_map(names)));
    confidential.insert(ERROR_TYPE.to_owned());
    confidential.retain(|name| {
        let kind = types.get(name).map(|ty| &ty.kind);
        matches!(kind, Some(Kind::Struct(_) | Kind::Union(_)))
    });

    let is_marked =
        |operation: &Operation| !reached(types, names(operation)).is_disjoint(&confidential);
    let paths: HashSet<String> = operations
        .iter()
        .filter(|operation| is_marked(operation))
        .map(|operation| operation.path.clone())
        .collect();
    for operation in operations {
        operation.is_confidential = paths.contains(&operation.path);
    }
    confidential
}

/// The types of an operation's bodies.
fn names(operation: &Operation) -> impl Iterator<Item = &String> {
    let body = match &operation.body {
        Body::Json(name) | Body::Form(name) => Some(name),
        Body::None | Body::Text | Body::Bytes | Body::Multipart(_) => None,
    };
    let reply = match &operation.reply {
        Reply::Json { ty, .. } => Some(ty),
        Reply::Empty | Reply::Bytes => None,
    };
    body.into_iter().chain(reply)
}
