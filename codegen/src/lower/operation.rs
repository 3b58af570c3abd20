//! Operations: parameters, one body, one success type and the shared error type.

use std::collections::HashSet;

use serde_json::Value;

use super::facts::{is_deprecated, media, security};
use super::node::{ANY, All, Direction, Name, Node, Part};
use super::schema::{Types, describe};
use crate::document::{Document, Problem, child, elements, members, text};
use crate::model::{Body, Operation, Parameter, ParameterType, Place, Reply, Status, Ty};
use crate::names::{Scope, pascal, snake};

const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

/// The type that every error body is read into.
pub const ERROR_TYPE: &str = "ApiErrorBody";

/// The union of all webhook events.
pub const EVENT_TYPE: &str = "WebhookEvent";

/// One operation where it stands.
struct Found<'d> {
    value: &'d Value,
    pointer: String,
    method: &'static str,
    path: &'d str,
    /// The path item: parameters and servers that all its operations share.
    item: &'d Value,
    item_pointer: String,
    id: String,
    name: String,
}

/// One documented reply.
struct Documented<'d> {
    status: String,
    value: &'d Value,
    pointer: String,
}

impl Documented<'_> {
    fn is_success(&self) -> bool {
        self.status.starts_with('2')
    }

    fn is_error(&self) -> bool {
        self.status.starts_with(['4', '5']) || self.status == "default"
    }
}

pub fn operations<'d>(
    document: &'d Document,
    types: &mut Types<'d>,
    server: &str,
) -> Result<Vec<Operation>, Problem> {
    let found = found(document)?;
    // Names first: a component cannot push an operation's types aside, nor the other way round.
    error_type(document, types, &found)?;
    event_type(document, types)?;
    found
        .iter()
        .map(|operation| lowered(document, types, operation, server))
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

fn found(document: &Document) -> Result<Vec<Found<'_>>, Problem> {
    let root = document.root();
    if !root.get("paths").is_some_and(Value::is_object) {
        return Err(Problem::new(
            "/paths",
            "no paths",
            "put the complete OpenAPI document there",
        ));
    }
    let mut operations: Vec<Found<'_>> = Vec::new();
    let mut names = OperationNames::default();
    let paths = members(root, "paths").filter(|(path, _)| !path.starts_with("x-"));
    for (path, item) in paths {
        let (item, item_pointer) = document.follow(item, &child("/paths", path))?;
        for method in METHODS {
            let Some(value) = item.get(method) else {
                continue;
            };
            let pointer = child(&item_pointer, method);
            if matches!(method, "options" | "trace") {
                return Err(Problem::new(
                    pointer,
                    format!("an operation of the method {}", method.to_ascii_uppercase()),
                    "take it out: the generated client has no call for it",
                ));
            }
            let id = match text(value, "operationId") {
                Some(id) => id.to_owned(),
                None => format!("{method} {path}"),
            };
            let name = names.claim(method_name(&id));
            operations.push(Found {
                value,
                pointer,
                method,
                path,
                item,
                item_pointer: item_pointer.clone(),
                id,
                name,
            });
        }
    }
    Ok(operations)
}

/// Names of methods, unique also as names of builders and constants.
#[derive(Default)]
struct OperationNames(HashSet<String>);

impl OperationNames {
    fn claim(&mut self, name: String) -> String {
        let numbers = std::iter::once(String::new()).chain((2..).map(|n| format!("_{n}")));
        let mut names = numbers.map(|number| format!("{name}{number}"));
        // There are more numbers than operations.
        let free = names.find(|name| self.0.insert(pascal(name)));
        free.unwrap_or(name)
    }
}

/// The name of the method for an operation, other than those that the generated client needs for itself or, in upper camel
/// case, for its builders.
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
    document: &'d Document,
    types: &mut Types<'d>,
    found: &Found<'d>,
    default_server: &str,
) -> Result<Operation, Problem> {
    let own = server(found.value).or_else(|| server(found.item));
    let replies = replies(document, found)?;
    Ok(Operation {
        id: found.id.clone(),
        name: found.name.clone(),
        method: found.method.to_ascii_uppercase(),
        path: found.path.to_owned(),
        server: own.filter(|own| own != default_server),
        summary: text(found.value, "summary").unwrap_or_default().to_owned(),
        description: describe(found.value),
        parameters: parameters(document, types, found)?,
        body: body(document, types, found)?,
        reply: reply(types, found, &replies)?,
        is_confidential: false,
        statuses: replies
            .iter()
            .map(|reply| Status {
                code: reply.status.clone(),
                description: describe(reply.value),
                media: media(reply.value),
            })
            .collect(),
        media: body_media(document, found)?,
        is_deprecated: is_deprecated(found.value),
        security: security(found.value),
    })
}

fn parameters<'d>(
    document: &'d Document,
    types: &mut Types<'d>,
    found: &Found<'d>,
) -> Result<Vec<Parameter>, Problem> {
    let shared = (found.item, &found.item_pointer);
    let own = (found.value, &found.pointer);
    let mut parameters: Vec<Parameter> = Vec::new();
    for (owner, pointer) in [shared, own] {
        for (index, value) in elements(owner, "parameters").iter().enumerate() {
            let pointer = child(&child(pointer, "parameters"), index);
            let (value, pointer) = document.follow(value, &pointer)?;
            if is_ignored(value) {
                continue;
            }
            let parameter = parameter(types, found, value, &pointer)?;
            // An operation's own parameter replaces the one that its path shares.
            parameters.retain(|known| {
                (known.place, known.wire.as_str()) != (parameter.place, parameter.wire.as_str())
            });
            parameters.push(parameter);
        }
    }
    name_parameters(&mut parameters, found.value.get("requestBody").is_some());
    let in_path: HashSet<&str> = found
        .path
        .split('{')
        .skip(1)
        .filter_map(|rest| rest.split('}').next())
        .collect();
    for name in &in_path {
        if !parameters
            .iter()
            .any(|p| p.place == Place::Path && p.wire == *name)
        {
            return Err(Problem::new(
                &found.pointer,
                format!("`{{{name}}}` in the path without a parameter of that name"),
                "declare it under `parameters` with `in: path`",
            ));
        }
    }
    if let Some(stray) = parameters
        .iter()
        .find(|p| p.place == Place::Path && !in_path.contains(p.wire.as_str()))
    {
        return Err(Problem::new(
            &found.pointer,
            format!(
                "a path parameter `{}` that the path does not have",
                stray.wire
            ),
            "correct its name, or the path",
        ));
    }
    Ok(parameters)
}

/// Parameters become methods of a builder, beside its own. One that the path shares has the same name in each operation, and
/// what is added later takes no name away: plain names go first, the others are numbered by place and name on the wire.
fn name_parameters(parameters: &mut [Parameter], has_body: bool) {
    let mut names = Scope::with(["header_map", "new", "send"]);
    if has_body {
        names.claim("body".to_owned());
    }
    let mut order: Vec<&mut Parameter> = parameters.iter_mut().collect();
    order.sort_by_key(|parameter| {
        let name = snake(&parameter.wire);
        (
            name != parameter.wire,
            parameter.place,
            parameter.wire.clone(),
        )
    });
    for parameter in order {
        parameter.field = names.claim(snake(&parameter.wire));
    }
}

/// OpenAPI says that these headers are described elsewhere, and to ignore them here.
fn is_ignored(parameter: &Value) -> bool {
    const ELSEWHERE: [&str; 3] = ["accept", "authorization", "content-type"];
    text(parameter, "in") == Some("header")
        && text(parameter, "name").is_some_and(|name| {
            ELSEWHERE
                .iter()
                .any(|known| name.eq_ignore_ascii_case(known))
        })
}

fn parameter<'d>(
    types: &mut Types<'d>,
    found: &Found<'d>,
    value: &'d Value,
    pointer: &str,
) -> Result<Parameter, Problem> {
    let Some(wire) = text(value, "name") else {
        return Err(Problem::new(
            pointer,
            "a parameter without a name",
            "give it one",
        ));
    };
    let place = match text(value, "in") {
        Some("path") => Place::Path,
        Some("query") => Place::Query,
        Some("header") => Place::Header,
        other => {
            return Err(Problem::new(
                child(pointer, "in"),
                format!("a parameter in `{}`", other.unwrap_or("nothing")),
                "use path, query or header",
            ));
        }
    };
    let schema_pointer = child(pointer, "schema");
    let schema = match value.get("schema") {
        Some(schema) => schema,
        // `content` describes text in some format: the caller writes that text.
        None if value.get("content").is_some() => ANY,
        None => {
            return Err(Problem::new(
                pointer,
                "a parameter without a schema",
                "give it one",
            ));
        }
    };
    let style = text(value, "style");
    match style {
        Some("deepObject") => {
            return Err(Problem::new(
                child(pointer, "style"),
                "an object spread over several query parameters",
                "declare each of them as a parameter",
            ));
        }
        Some(style @ ("matrix" | "label")) => {
            return Err(Problem::new(
                child(pointer, "style"),
                format!("a path parameter in the style `{style}`"),
                "use the style `simple`",
            ));
        }
        _ => {}
    }
    let name = format!("{}{}", pascal(&found.id), pascal(wire));
    let ty = parameter_type(types, vec![Part::new(schema, schema_pointer)], &name)?;
    let ty = match ty {
        ParameterType::List(_) if place != Place::Query => ParameterType::String,
        // Joined by commas or another character, which is the caller's to do.
        ParameterType::List(_) if value.get("explode") == Some(&Value::Bool(false)) => {
            ParameterType::String
        }
        ParameterType::List(_) if !matches!(style, None | Some("form")) => ParameterType::String,
        ty => ty,
    };
    let required = value.get("required") == Some(&Value::Bool(true));
    Ok(Parameter {
        wire: wire.to_owned(),
        field: String::new(),
        place,
        required: required || place == Place::Path,
        description: describe(value),
        ty,
        is_deprecated: is_deprecated(value),
    })
}

fn parameter_type<'d>(
    types: &mut Types<'d>,
    all: All<'d>,
    name: &str,
) -> Result<ParameterType, Problem> {
    let pointer = all
        .last()
        .map(|part| part.pointer.clone())
        .unwrap_or_default();
    let facts = types.facts(&all)?;
    let node = Node::new(all, Name::Wanted(name.to_owned()), Direction::Received);
    let ty = types.ty(&node)?;
    if let Ty::Named(name) = &ty
        && types.is_enum(name)
    {
        return Ok(ParameterType::Named(name.clone()));
    }
    if let Some(arms) = types.arms(&facts)?
        && let [all] = arms.arms.as_slice()
    {
        return parameter_type(types, all.clone(), name);
    }
    Ok(if facts.is_type(&["boolean"]) {
        ParameterType::Boolean
    } else if facts.is_type(&["integer"]) {
        let minimum = facts
            .parts
            .iter()
            .filter_map(|part| part.schema.get("minimum")?.as_f64());
        match minimum.fold(f64::NEG_INFINITY, f64::max) >= 0.0 {
            true => ParameterType::Unsigned,
            false => ParameterType::Integer,
        }
    } else if facts.is_type(&["number"]) {
        ParameterType::Number
    } else if facts.is_type(&["array"]) {
        let items = if facts.items.is_empty() {
            vec![Part::new(ANY, child(&pointer, "items"))]
        } else {
            facts.items
        };
        let pointer = items
            .last()
            .map(|part| part.pointer.clone())
            .unwrap_or_default();
        match parameter_type(types, items, &format!("{name}Item"))? {
            ParameterType::List(_) => {
                return Err(Problem::new(
                    pointer,
                    "a list of lists as a parameter",
                    "use a list of plain values",
                ));
            }
            item => ParameterType::List(Box::new(item)),
        }
    } else if facts.is_object() {
        return Err(Problem::new(
            pointer,
            "an object as a parameter",
            "declare each of its properties as a parameter",
        ));
    } else {
        // Strings, and values of several types: both are text in the URL.
        ParameterType::String
    })
}

fn body<'d>(
    document: &'d Document,
    types: &mut Types<'d>,
    found: &Found<'d>,
) -> Result<Body, Problem> {
    let Some(body) = found.value.get("requestBody") else {
        return Ok(Body::None);
    };
    let (body, pointer) = document.follow(body, &child(&found.pointer, "requestBody"))?;
    let pointer = child(&pointer, "content");
    let json = members(body, "content").find(|(media, _)| is_json(media));
    let multipart =
        members(body, "content").find(|(media, _)| is_media(media, "multipart/form-data"));
    let (media, content) = match json.or(multipart) {
        Some(content) => content,
        None => {
            let media: Vec<&String> = members(body, "content").map(|(media, _)| media).collect();
            return Err(Problem::new(
                pointer,
                format!("a request body of {media:?}"),
                "offer application/json or multipart/form-data",
            ));
        }
    };
    let schema_pointer = child(&child(&pointer, media), "schema");
    let schema = content.get("schema").unwrap_or(ANY);
    let name = format!("{} Request", found.id);
    let name = types.named(&name, Part::new(schema, schema_pointer), Direction::Sent)?;
    Ok(if json.is_some() {
        Body::Json(name)
    } else {
        Body::Multipart(name)
    })
}

fn body_media(document: &Document, found: &Found<'_>) -> Result<Vec<String>, Problem> {
    let Some(body) = found.value.get("requestBody") else {
        return Ok(Vec::new());
    };
    let (body, _) = document.follow(body, &child(&found.pointer, "requestBody"))?;
    Ok(media(body))
}

/// All success bodies become one type that keeps every property, called after the operation even when it is another name
/// for a component: so it keeps its name when a later document adds a status.
fn reply<'d>(
    types: &mut Types<'d>,
    found: &Found<'d>,
    replies: &[Documented<'d>],
) -> Result<Reply, Problem> {
    let mut success: Vec<&Documented<'d>> = replies.iter().filter(|r| r.is_success()).collect();
    if success.is_empty() {
        success.extend(replies.iter().filter(|r| r.status == "default"));
    }
    let mut schemas: Vec<Part<'d>> = Vec::new();
    let mut seen = HashSet::new();
    let mut other_media = false;
    // 204 never has a body, whatever the document says.
    for reply in success.iter().filter(|reply| reply.status != "204") {
        match schema_of(reply) {
            Content::Json(part) => {
                if seen.insert(meaning(types, &part)?) {
                    schemas.push(part);
                }
            }
            Content::Other => other_media = true,
            Content::None => {}
        }
    }
    let description = format!("Reply of `{}`.", found.id);
    let name = format!("{} Response", found.id);
    match schemas.as_slice() {
        [] if other_media => return Ok(Reply::Bytes),
        [] => return Ok(Reply::Empty),
        _ if other_media => {
            return Err(Problem::new(
                child(&found.pointer, "responses"),
                "JSON for one success status and another media type for another",
                "offer JSON for all of them",
            ));
        }
        _ => {}
    }
    let may_be_empty = success
        .iter()
        .any(|reply| reply.status == "204" || matches!(schema_of(reply), Content::None));
    let ty = match schemas.as_slice() {
        [part] if !may_be_empty || !types.requires(part)? => {
            types.named(&name, part.clone(), Direction::Received)?
        }
        several => {
            let ty = types.claim(&name);
            let several: Vec<All<'d>> = several.iter().map(|part| vec![part.clone()]).collect();
            if !types.define_merged(&ty, description.clone(), &several, !may_be_empty)? {
                types.define_union(ty.clone(), description, several)?;
            }
            ty
        }
    };
    if may_be_empty {
        types.allow_nothing(&ty);
    }
    let empty = types.empty_value(&ty);
    Ok(Reply::Json { ty, empty })
}

/// Every error body of the document in one type with nothing required: the server sends subsets of it.
fn error_type<'d>(
    document: &'d Document,
    types: &mut Types<'d>,
    found: &[Found<'d>],
) -> Result<(), Problem> {
    let mut objects = Vec::new();
    let mut seen = HashSet::new();
    let mut walked = HashSet::new();
    for operation in found {
        let replies = replies(document, operation)?;
        let has_success = replies.iter().any(Documented::is_success);
        for reply in replies.iter().filter(|reply| reply.is_error()) {
            // A lone `default` describes the success.
            if reply.status == "default" && !has_success {
                continue;
            }
            if let Content::Json(part) = schema_of(reply)
                && seen.insert(meaning(types, &part)?)
            {
                types.objects(part, &mut walked, &mut objects)?;
            }
        }
    }
    let description = "What the server says about a failure. Every property may be missing.";
    types.define_merged(ERROR_TYPE, description.to_owned(), &objects, false)?;
    Ok(())
}

/// The bodies of all `webhooks` entries.
fn event_type<'d>(document: &'d Document, types: &mut Types<'d>) -> Result<(), Problem> {
    let mut events: Vec<All<'d>> = Vec::new();
    let mut seen = HashSet::new();
    for (key, item) in members(document.root(), "webhooks") {
        let (item, item_pointer) = document.follow(item, &child("/webhooks", key))?;
        for method in METHODS {
            let Some(body) = item.get(method).and_then(|hook| hook.get("requestBody")) else {
                continue;
            };
            let pointer = child(&child(&item_pointer, method), "requestBody");
            let (body, pointer) = document.follow(body, &pointer)?;
            for (media, content) in members(body, "content").filter(|(media, _)| is_json(media)) {
                let pointer = child(&child(&child(&pointer, "content"), media), "schema");
                if let Some(schema) = content.get("schema") {
                    let part = Part::new(schema, pointer);
                    if seen.insert(meaning(types, &part)?) {
                        events.push(vec![part]);
                    }
                }
            }
        }
    }
    if events.is_empty() {
        return Ok(());
    }
    let description = "An event that ImageKit sends to a webhook.".to_owned();
    types.define_union(EVENT_TYPE.to_owned(), description, events)
}

fn replies<'d>(document: &'d Document, found: &Found<'d>) -> Result<Vec<Documented<'d>>, Problem> {
    let pointer = child(&found.pointer, "responses");
    members(found.value, "responses")
        .map(|(status, value)| {
            let (value, pointer) = document.follow(value, &child(&pointer, status))?;
            Ok(Documented {
                status: status.clone(),
                value,
                pointer,
            })
        })
        .collect()
}

enum Content<'d> {
    None,
    Json(Part<'d>),
    Other,
}

/// By which one schema is known again, wherever it is written.
fn meaning<'d>(types: &Types<'d>, part: &Part<'d>) -> Result<String, Problem> {
    let target = types.followed(part)?;
    Ok(target.schema.to_string())
}

fn schema_of<'d>(reply: &Documented<'d>) -> Content<'d> {
    let pointer = child(&reply.pointer, "content");
    let mut media = members(reply.value, "content").peekable();
    if media.peek().is_none() {
        return Content::None;
    }
    match media.find(|(media, _)| is_json(media)) {
        Some((media, content)) => {
            let pointer = child(&child(&pointer, media), "schema");
            let schema = content.get("schema").unwrap_or(ANY);
            Content::Json(Part::new(schema, pointer))
        }
        None => Content::Other,
    }
}

fn is_json(media: &str) -> bool {
    let essence = media.split(';').next().unwrap_or(media).trim();
    essence == "application/json" || essence.ends_with("+json") || essence == "*/*"
}

fn is_media(media: &str, wanted: &str) -> bool {
    media.split(';').next().unwrap_or(media).trim() == wanted
}
