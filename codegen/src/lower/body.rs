//! What is sent and received: the body of a request, one type for the replies that are a success,
//! one for all errors, and one for all events.

use std::collections::HashSet;

use serde_json::Value;

use super::facts;
use super::node::{ANY, All, Direction, Part, RUST_NAME, STATUSES};
use super::operation::{ERROR_TYPE, EVENT_TYPE, Found, METHODS, items};
use super::schema::{Types, describe};
use crate::document::{Document, Problem, child, elements, members, text};
use crate::model::{Body, Reply, Status, Style, Ty};
use crate::names::pascal;

/// The body of a request.
pub struct Request {
    pub body: Body,
    pub media: String,
    pub is_optional: bool,
    pub encodings: Vec<(String, Style)>,
    /// Every content type.
    pub offered: Vec<String>,
}

const FORM: &str = "application/x-www-form-urlencoded";
const MULTIPART: &str = "multipart/form-data";

pub fn request<'d>(types: &mut Types<'d>, found: &Found<'d>) -> Result<Request, Problem> {
    let mut request = Request {
        body: Body::None,
        media: String::new(),
        is_optional: false,
        encodings: Vec::new(),
        offered: Vec::new(),
    };
    let Some(body) = found.operation.under("requestBody") else {
        return Ok(request);
    };
    let (body, pointer) = types.document.follow(body.schema, &body.pointer)?;
    let body = Part::new(body, pointer);
    request.offered = facts::media(body.schema);
    let offered: Vec<(&str, Part<'d>)> = body.named("content").collect();
    // What can be sent best first: JSON, a form, some other media type; what can't be sent last.
    let rank = |media: &str| match essence(media) {
        "application/json" => 0,
        media if is_json(media) => 1,
        FORM => 2,
        media if media.starts_with("multipart/") => 5,
        media if is_text(media) => 3,
        _ => 4,
    };
    let Some((media, content)) = offered.iter().min_by_key(|(media, _)| rank(media)) else {
        types.mention(&body.pointer, "has no content, and is not sent");
        return Ok(request);
    };
    for (other, content) in offered.iter().filter(|(other, _)| other != media) {
        types.mention(
            &content.pointer,
            &format!("is another media type for a request, `{other}`; `{media}` is sent"),
        );
    }
    let is_required = body.schema.get("required") == Some(&Value::Bool(true));
    request.is_optional = !is_required;
    request.media = sent_media(media);
    let schema = content.under("schema");
    let schema = schema.unwrap_or_else(|| Part::new(ANY, child(&content.pointer, "schema")));
    let name = format!("{} Request", found.id);
    request.body = match rank(media) {
        0 | 1 => Body::Json(types.named(&name, schema, Direction::Sent)?),
        2 => {
            let facts = types.facts(&vec![schema.clone()])?;
            for (property, encoding) in content.named("encoding") {
                request
                    .encodings
                    .extend(encoded(&encoding).map(|style| (property.to_owned(), style)));
            }
            let unknown =
                |(name, _): &(String, Style)| facts.is_object() || facts.property(name).is_some();
            request.encodings.retain(unknown);
            Body::Form(types.named(&name, schema, Direction::Sent)?)
        }
        3 => Body::Text,
        4 => Body::Bytes,
        _ if essence(media) == MULTIPART => {
            Body::Multipart(types.named(&name, schema, Direction::Sent)?)
        }
        _ => Body::Bytes,
    };
    Ok(request)
}

/// The style of a property of a form, if its encoding has one.
fn encoded(encoding: &Part<'_>) -> Option<Style> {
    let explode = encoding.schema.get("explode").and_then(Value::as_bool);
    match (text(encoding.schema, "style"), explode) {
        (Some("deepObject"), _) => Some(Style::Deep),
        (Some("pipeDelimited"), None | Some(false)) => Some(Style::Joined('|')),
        (Some("spaceDelimited"), None | Some(false)) => Some(Style::Joined(' ')),
        (Some("form") | None, Some(false)) => Some(Style::Joined(',')),
        (Some("form"), None | Some(true)) => Some(Style::Pairs),
        _ => None,
    }
}

/// One documented reply.
pub struct Documented<'d> {
    status: String,
    value: &'d Value,
    pointer: String,
}

impl<'d> Documented<'d> {
    /// The media types with what they hold.
    fn offered(&self) -> impl Iterator<Item = (&'d str, Part<'d>)> + use<'d> {
        Part::new(self.value, self.pointer.clone()).named("content")
    }

    pub fn status(&self) -> Status {
        Status {
            code: self.status.clone(),
            description: describe(self.value),
            media: facts::media(self.value),
        }
    }

    fn is_success(&self) -> bool {
        self.status.starts_with('2')
    }

    fn is_error(&self) -> bool {
        self.status.starts_with(['4', '5']) || self.status == "default"
    }
}

/// All success bodies become one type that keeps every property, called after the operation even
/// when it is another name for a component. With [`STATUSES`], these statuses alone make the type,
/// whatever a later document adds. Also returns the media type to ask for.
pub fn reply<'d>(
    types: &mut Types<'d>,
    found: &Found<'d>,
    replies: &[Documented<'d>],
) -> Result<(Reply, Option<String>), Problem> {
    // It never has a body, whatever is documented.
    if found.method == "head" {
        return Ok((Reply::Empty, None));
    }
    let mut success: Vec<&Documented<'d>> = replies.iter().filter(|r| r.is_success()).collect();
    if success.is_empty() {
        success.extend(replies.iter().filter(|r| r.status == "default"));
    }
    let own = found.operation.under("responses");
    let known = own.as_ref().map(|own| elements(own.schema, STATUSES));
    let is_known = |reply: &&Documented<'d>| {
        let mut known = known.into_iter().flatten();
        known.any(|status| status == reply.status.as_str())
    };
    if success.iter().any(is_known) {
        let (deciding, later): (Vec<_>, Vec<_>) = success.into_iter().partition(is_known);
        success = deciding;
        for reply in later {
            types.warn(
                reply.pointer.clone(),
                "is read as the statuses that the overlay knows: `extra` has what they lack, and what can't be read comes as `Error::InvalidResponsePayload`, which has its bytes",
            );
        }
    }
    let mut schemas: Vec<Part<'d>> = Vec::new();
    let mut seen = HashSet::new();
    let mut others: Vec<(&str, Part<'d>)> = Vec::new();
    let mut accept = None;
    // A 204 never has a body.
    for reply in success.iter().filter(|reply| reply.status != "204") {
        match content_of(reply) {
            Content::Json(media, part) => {
                for (other, content) in reply.offered().filter(|(other, _)| *other != media) {
                    types.mention(
                        &content.pointer,
                        &format!(
                            "is another media type for a reply, `{other}`; `{media}` is asked for"
                        ),
                    );
                }
                if essence(media) != "application/json" && essence(media) != "*/*" {
                    accept = accept.or_else(|| Some(media.to_owned()));
                }
                if let Some(Ty::Named(name)) = types.component(&part)? {
                    types.replies.insert(name);
                }
                if seen.insert(meaning(types, &part)?) {
                    schemas.push(part);
                }
            }
            Content::Other(media, part) => others.push((media, part)),
            Content::None => {}
        }
    }
    let description = format!("Reply of `{}`.", found.id);
    let of_operation = format!("{} Response", found.id);
    let own = own.and_then(|responses| text(responses.schema, RUST_NAME));
    let name = own.unwrap_or(&of_operation);
    match (schemas.as_slice(), others.as_slice()) {
        ([], []) => return Ok((Reply::Empty, None)),
        ([], _) => return Ok((Reply::Bytes, None)),
        _ => {}
    }
    for (media, part) in &others {
        types.warn(
            part.pointer.clone(),
            &format!("is `{media}` beside JSON: it comes as `Error::InvalidResponsePayload`, which has its bytes"),
        );
    }
    let may_be_empty = success
        .iter()
        .any(|reply| reply.status == "204" || matches!(content_of(reply), Content::None));
    let ty = match schemas.as_slice() {
        [part] if !may_be_empty || !types.requires(part)? => {
            types.named(name, part.clone(), Direction::Received)?
        }
        several => {
            let ty = types.claim(pascal(name));
            let several: Vec<All<'d>> = several.iter().map(|part| vec![part.clone()]).collect();
            if types.define_merged(&ty, description.clone(), &several, !may_be_empty)? {
                types.made_of(&ty, several);
            } else {
                types.define_union(ty.clone(), description.clone(), several)?;
            }
            ty
        }
    };
    if may_be_empty {
        types.allow_nothing(&ty);
    }
    if own.is_some() {
        let name = types.claim(pascal(&of_operation));
        types.alias(name, description, Ty::Named(ty.clone()));
    }
    let empty = types.empty_value(&ty);
    Ok((Reply::Json { ty, empty }, accept))
}

/// Every error body of the document in one type with nothing required: the server sends subsets of
/// it.
pub fn error_type<'d>(types: &mut Types<'d>, found: &[Found<'d>]) -> Result<(), Problem> {
    let mut objects = Vec::new();
    let mut seen = HashSet::new();
    let mut walked = HashSet::new();
    let mut listed = HashSet::new();
    for operation in found {
        let replies = replies(types.document, operation)?;
        let has_success = replies.iter().any(Documented::is_success);
        for reply in replies.iter().filter(|reply| reply.is_error()) {
            // A lone `default` describes the success.
            if reply.status == "default" && !has_success {
                continue;
            }
            if listed.insert(reply.pointer.clone()) {
                mention_others(types, reply);
            }
            if let Content::Json(_, part) = content_of(reply)
                && !walked.contains(&types.followed(&part)?.address())
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

/// Lists the media types of an error reply that aren't read.
fn mention_others(types: &mut Types<'_>, reply: &Documented<'_>) {
    let json = match content_of(reply) {
        Content::Json(media, _) => Some(media),
        Content::Other(..) | Content::None => None,
    };
    for (other, content) in reply.offered().filter(|(other, _)| json != Some(*other)) {
        let instead = match json {
            Some(json) => format!("`{json}` is read"),
            None => "`Error::InvalidResponsePayload` has its bytes".to_owned(),
        };
        let what = format!("is another media type for an error, `{other}`; {instead}");
        types.mention(&content.pointer, &what);
    }
}

/// The bodies of all `webhooks` entries.
pub fn event_type<'d>(types: &mut Types<'d>) -> Result<(), Problem> {
    let document = types.document;
    let mut events: Vec<All<'d>> = Vec::new();
    let mut seen = HashSet::new();
    for (key, item) in members(document.root(), "webhooks") {
        for item in items(document, item, child("/webhooks", key))? {
            for hook in METHODS.iter().filter_map(|method| item.under(method)) {
                let (hook, pointer) = document.follow(hook.schema, &hook.pointer)?;
                let Some(body) = Part::new(hook, pointer).under("requestBody") else {
                    continue;
                };
                let (body, pointer) = document.follow(body.schema, &body.pointer)?;
                for (_, content) in Part::new(body, pointer)
                    .named("content")
                    .filter(|(media, _)| is_json(media))
                {
                    if let Some(part) = content.under("schema")
                        && seen.insert(meaning(types, &part)?)
                    {
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

pub fn replies<'d>(
    document: &'d Document,
    found: &Found<'d>,
) -> Result<Vec<Documented<'d>>, Problem> {
    let Some(replies) = found.operation.under("responses") else {
        return Ok(Vec::new());
    };
    let (replies, pointer) = document.follow(replies.schema, &replies.pointer)?;
    let members = replies.as_object().into_iter().flatten();
    members
        .filter(|(status, _)| !status.starts_with("x-"))
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
    Json(&'d str, Part<'d>),
    Other(&'d str, Part<'d>),
}

fn content_of<'d>(reply: &Documented<'d>) -> Content<'d> {
    let mut offered = reply.offered().peekable();
    let first = offered.peek().cloned();
    match (offered.find(|(media, _)| is_json(media)), first) {
        (Some((media, content)), _) => {
            let schema = content.under("schema");
            let schema =
                schema.unwrap_or_else(|| Part::new(ANY, child(&content.pointer, "schema")));
            Content::Json(media, schema)
        }
        (None, Some((media, content))) => Content::Other(media, content),
        (None, None) => Content::None,
    }
}

/// A key that equal schemas have in common.
fn meaning<'d>(types: &Types<'d>, part: &Part<'d>) -> Result<String, Problem> {
    Ok(types.followed(part)?.schema.to_string())
}

/// A media type without its parameters.
fn essence(media: &str) -> &str {
    media.split(';').next().unwrap_or(media).trim()
}

fn is_json(media: &str) -> bool {
    let essence = essence(media);
    essence == "application/json" || essence.ends_with("+json") || essence == "*/*"
}

fn is_text(media: &str) -> bool {
    media.starts_with("text/") && media != "text/*"
        || media.ends_with("+xml")
        || matches!(
            media,
            "application/xml"
                | "application/x-ndjson"
                | "application/yaml"
                | "application/x-yaml"
                | "application/jwt"
                | "application/json-seq"
                | "application/graphql"
        )
}

/// The media type that a body is sent under, where the document allows several.
fn sent_media(media: &str) -> String {
    match essence(media) {
        "*/*" => "application/json".to_owned(),
        essence if essence.contains('*') => "application/octet-stream".to_owned(),
        _ => media.to_owned(),
    }
}
