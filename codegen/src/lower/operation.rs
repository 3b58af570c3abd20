//! Operations: where they stand, what they are called and where they are sent.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::node::Part;
use super::parameter;
use super::schema::{Types, describe};
use super::{body, facts};
use crate::document::{Document, Problem, child, elements, members, reference, text};
use crate::model::Operation;
use crate::names::{pascal, snake};

pub const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

/// The type that every error body is read into.
pub const ERROR_TYPE: &str = "ApiErrorBody";

/// The union of all webhook events.
pub const EVENT_TYPE: &str = "WebhookEvent";

/// One operation where it stands.
pub struct Found<'d> {
    pub operation: Part<'d>,
    pub method: &'static str,
    pub path: &'d str,
    /// The path item, and the one that it refers to: parameters and servers that all their
    /// operations share, the nearest last.
    pub items: Vec<Part<'d>>,
    pub id: String,
    name: String,
}

pub fn operations<'d>(types: &mut Types<'d>, server: &str) -> Result<Vec<Operation>, Problem> {
    let found = found(types.document)?;
    // Names first: a component cannot push an operation's types aside, nor the other way round.
    body::error_type(types, &found)?;
    body::event_type(types)?;
    found
        .iter()
        .map(|operation| lowered(types, operation, server))
        .collect()
}

/// The first server of a list, with its variables filled in.
pub fn server(owner: &Value) -> Option<String> {
    let server = elements(owner, "servers").first()?;
    let mut url = text(server, "url")?.to_owned();
    for (name, variable) in members(server, "variables") {
        if let Some(default) = text(variable, "default") {
            url = url.replace(&format!("{{{name}}}"), default);
        }
    }
    Some(url.trim_end_matches('/').to_owned())
}

/// A server of an operation may be relative to where the document is, for which the document's own
/// server stands.
fn resolved(server: String, default: &str) -> String {
    let origin = default.find("://").map(|scheme| {
        let rest = &default[scheme + 3..];
        let end = rest.find('/').map_or(default.len(), |end| scheme + 3 + end);
        &default[..end]
    });
    match origin {
        Some(origin) if server.starts_with('/') && !server.starts_with("//") => {
            format!("{origin}{server}")
        }
        _ => server,
    }
}

fn found(document: &Document) -> Result<Vec<Found<'_>>, Problem> {
    let root = document.root();
    if !["paths", "webhooks", "components"]
        .iter()
        .any(|part| root.get(part).is_some_and(Value::is_object))
    {
        return Err(Problem::new(
            "/paths",
            "no paths",
            "put the complete OpenAPI document there",
        ));
    }
    let mut operations: Vec<Found<'_>> = Vec::new();
    let mut names = OperationNames::default();
    let paths = match root.get("paths") {
        Some(paths) => document.follow(paths, "/paths")?.0,
        None => &Value::Null,
    };
    let paths = paths.as_object().into_iter().flatten();
    for (path, item) in paths.filter(|(path, _)| !path.starts_with("x-")) {
        let pointer = child("/paths", path);
        if !is_path(path) {
            return Err(Problem::new(
                pointer,
                format!("`{path}`, which is not a path"),
                "begin it with `/`, and write each parameter as `{name}`",
            ));
        }
        let items = items(document, item, pointer)?;
        for method in METHODS {
            let mut operation: Option<Part<'_>> = None;
            for item in &items {
                let Some(value) = item.schema.get(method) else {
                    continue;
                };
                let (value, pointer) = document.follow(value, &child(&item.pointer, method))?;
                if operation.is_some() {
                    return Err(Problem::new(
                        pointer,
                        format!(
                            "an operation of the method {} here and in the path that is referred to",
                            method.to_ascii_uppercase()
                        ),
                        "take one of them out",
                    ));
                }
                operation = Some(Part::new(value, pointer));
            }
            let Some(operation) = operation else {
                continue;
            };
            let id = match text(operation.schema, "operationId") {
                Some(id) => id.to_owned(),
                None => format!("{method} {path}"),
            };
            let name = names.claim(method_name(&id));
            operations.push(Found {
                operation,
                method,
                path,
                items: items.clone(),
                id,
                name,
            });
        }
    }
    Ok(operations)
}

/// Whether it begins with a slash, and has braces around the names of parameters alone.
fn is_path(path: &str) -> bool {
    let mut parts = path.split('{');
    let is_constant = |part: &str| !part.contains('}');
    path.starts_with('/')
        && !path.contains(char::is_control)
        && parts.next().is_some_and(is_constant)
        && parts.all(|part| {
            let part = part.split_once('}');
            part.is_some_and(|(name, rest)| !name.contains('/') && is_constant(rest))
        })
}

/// A path item, after those that it refers to.
pub fn items<'d>(
    document: &'d Document,
    item: &'d Value,
    pointer: String,
) -> Result<Vec<Part<'d>>, Problem> {
    let mut items = vec![Part::new(item, pointer)];
    while let Some(first) = items.first()
        && let Some(target) = reference(first.schema)
    {
        let (value, pointer) = document.resolve(target, &first.pointer)?;
        let next = Part::new(value, pointer);
        if items.iter().any(|known| known.address() == next.address()) {
            return Err(Problem::new(
                &first.pointer,
                "references that lead back to themselves",
                "replace one of them with the value",
            ));
        }
        items.insert(0, next);
    }
    Ok(items)
}

/// Names of methods, unique also as names of builders and constants.
#[derive(Default)]
struct OperationNames {
    taken: HashSet<String>,
    /// The number that each name had last.
    last: HashMap<String, usize>,
}

impl OperationNames {
    fn claim(&mut self, name: String) -> String {
        if self.taken.insert(pascal(&name)) {
            return name;
        }
        let last = self.last.entry(pascal(&name)).or_insert(1);
        loop {
            *last += 1;
            let numbered = format!("{name}_{last}");
            if self.taken.insert(pascal(&numbered)) {
                return numbered;
            }
        }
    }
}

/// The name of the method for an operation, other than those that the generated client needs for
/// itself or, in upper camel case, for its builders.
fn method_name(id: &str) -> String {
    const RESERVED: [&str; 20] = [
        "all",
        "api_version",
        "builder",
        "byte_stream",
        "client_hooks",
        "client_info",
        "clone",
        "error",
        "exec",
        "new",
        "new_with_client",
        "operation_info",
        "option",
        "post",
        "pre",
        "request_builder_ext",
        "response_value",
        "result",
        "server",
        "string",
    ];
    let name = snake(id);
    if RESERVED.contains(&name.as_str()) {
        format!("{name}_operation")
    } else {
        name
    }
}

fn lowered<'d>(
    types: &mut Types<'d>,
    found: &Found<'d>,
    default_server: &str,
) -> Result<Operation, Problem> {
    let schema = found.operation.schema;
    let mut owners =
        std::iter::once(schema).chain(found.items.iter().rev().map(|item| item.schema));
    let own = owners
        .find_map(server)
        .map(|own| resolved(own, default_server));
    let replies = body::replies(types.document, found)?;
    let parameters = parameter::parameters(types, found)?;
    let request = body::request(types, found)?;
    let (reply, accept) = body::reply(types, found, &replies)?;
    Ok(Operation {
        id: found.id.clone(),
        name: found.name.clone(),
        method: found.method.to_ascii_uppercase(),
        path: found.path.to_owned(),
        server: own.filter(|own| own != default_server),
        summary: text(schema, "summary").unwrap_or_default().to_owned(),
        description: describe(schema),
        parameters,
        body: request.body,
        media: request.media,
        is_body_optional: request.is_optional,
        encodings: request.encodings,
        reply,
        accept,
        is_confidential: false,
        statuses: replies.iter().map(body::Documented::status).collect(),
        offered: request.offered,
        is_deprecated: facts::is_deprecated(schema),
        security: facts::security(schema),
    })
}
