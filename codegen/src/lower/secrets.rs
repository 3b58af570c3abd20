//! Which types and operations may hold secrets, that is strings of the format `password`.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::operation::ERROR_TYPE;
use crate::model::{Body, Kind, Operation, Reply, Ty, Type, reached};

type Types = BTreeMap<String, Type>;

/// Marks the operations, and returns the names of the types.
///
/// Where a request or reply has a secret, a server may repeat it: in another property of the reply,
/// in an error, or in the reply of an operation with the same types or the same path. These count
/// as well. Uploads don't: their credentials are good for one use.
pub fn mark(operations: &mut [Operation], types: &Types) -> BTreeSet<String> {
    let has_secret =
        |(_, ty): &(&String, &Type)| ty.kind.uses().iter().any(|ty| *ty.leaf() == Ty::Secret);
    let secretive = types.iter().filter(has_secret).map(|(name, _)| name);
    let mut confidential = holders(types, secretive);
    if confidential.is_empty() {
        return confidential;
    }
    let users: Vec<&Operation> = operations
        .iter()
        .filter(|operation| names(operation).any(|name| confidential.contains(name)))
        .collect();
    let users = users.into_iter();
    confidential.extend(reached(types, users.flat_map(names)));
    confidential.insert(ERROR_TYPE.to_owned());
    confidential.retain(|name| {
        let kind = types.get(name).map(|ty| &ty.kind);
        matches!(kind, Some(Kind::Struct(_) | Kind::Union(_)))
    });

    let holders = holders(types, &confidential);
    let is_marked = |operation: &Operation| names(operation).any(|name| holders.contains(name));
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

/// These types and all that contain them.
fn holders<'t>(types: &Types, of: impl IntoIterator<Item = &'t String>) -> BTreeSet<String> {
    let mut users: HashMap<&String, Vec<&String>> = HashMap::new();
    for (user, ty) in types {
        for name in ty.kind.uses().into_iter().filter_map(Ty::named) {
            users.entry(name).or_default().push(user);
        }
    }
    let mut found = BTreeSet::new();
    let mut waiting: Vec<String> = of.into_iter().cloned().collect();
    while let Some(name) = waiting.pop() {
        let users = users.get(&name);
        if found.insert(name) {
            waiting.extend(users.into_iter().flatten().copied().cloned());
        }
    }
    found
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
