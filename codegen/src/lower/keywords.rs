//! The rule against silent loss: how the client uses each keyword of OpenAPI.
//!
//! One walk over the document, from what the client is made of, meets each place once. What the
//! tables here don't know, and what they say can't be expressed, goes into the summary.

use std::collections::{BTreeMap, HashSet};

use serde_json::Value;

use super::node::{DEFAULT, RUST_NAME};
use crate::document::{Document, child, reference};

/// A kind of object that OpenAPI knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Kind {
    Document,
    Info,
    Server,
    Variable,
    Components,
    PathItem,
    Operation,
    Parameter,
    Body,
    MediaType,
    Encoding,
    Response,
    Schema,
    Discriminator,
}

/// What a keyword is to the client.
#[derive(Debug, Clone, Copy)]
enum Use {
    /// It makes the client what it is.
    Read,
    /// Nothing that the client could do: the reason stands beside it.
    Ignored,
    /// It could matter, and can't be expressed.
    Listed(&'static str),
    /// An object of this kind, or a list or map of them.
    One(Kind),
    Each(Kind),
}

use Kind::*;
use Use::*;

/// The server answers with an error where a value is out of these.
const CHECKED_BY_THE_SERVER: Use = Ignored;
/// Words and examples for people.
const PROSE: Use = Ignored;
/// It would change what the client is, not what it can do.
const ELSEWHERE: Use = Ignored;

fn known(kind: Kind) -> &'static [(&'static str, Use)] {
    match kind {
        Document => &[
            ("openapi", Read),
            ("info", One(Info)),
            ("servers", Each(Server)),
            ("paths", Each(PathItem)),
            ("webhooks", Each(PathItem)),
            ("components", One(Components)),
            (
                "security",
                Listed("authentication is the client's own: its private key"),
            ),
            ("tags", PROSE),
            ("externalDocs", PROSE),
            (
                "jsonSchemaDialect",
                Listed("schemas are read as OpenAPI says"),
            ),
            ("$schema", PROSE),
            ("$self", PROSE),
        ],
        Info => &[
            ("title", Read),
            ("version", Read),
            ("summary", PROSE),
            ("description", PROSE),
            ("termsOfService", PROSE),
            ("contact", PROSE),
            ("license", PROSE),
        ],
        Server => &[
            ("url", Read),
            ("variables", Each(Variable)),
            ("description", PROSE),
            ("name", PROSE),
        ],
        Variable => &[("default", Read), ("enum", PROSE), ("description", PROSE)],
        Components => &[
            ("schemas", Each(Schema)),
            // These count where they are referred to.
            ("responses", ELSEWHERE),
            ("parameters", ELSEWHERE),
            ("requestBodies", ELSEWHERE),
            ("headers", ELSEWHERE),
            ("pathItems", ELSEWHERE),
            ("mediaTypes", ELSEWHERE),
            ("callbacks", ELSEWHERE),
            ("links", ELSEWHERE),
            ("examples", PROSE),
            (
                "securitySchemes",
                Listed("authentication is the client's own: its private key"),
            ),
        ],
        PathItem => &[
            ("$ref", Read),
            ("get", One(Operation)),
            ("put", One(Operation)),
            ("post", One(Operation)),
            ("delete", One(Operation)),
            ("options", One(Operation)),
            ("head", One(Operation)),
            ("patch", One(Operation)),
            ("trace", One(Operation)),
            ("parameters", Each(Parameter)),
            ("servers", Each(Server)),
            ("summary", PROSE),
            ("description", PROSE),
        ],
        Operation => &[
            ("$ref", Read),
            ("operationId", Read),
            ("summary", Read),
            ("description", Read),
            ("deprecated", Read),
            ("parameters", Each(Parameter)),
            ("requestBody", One(Body)),
            ("responses", Each(Response)),
            ("servers", Each(Server)),
            ("tags", PROSE),
            ("externalDocs", PROSE),
            (
                "callbacks",
                Listed("requests that the server makes have no code here"),
            ),
            (
                "security",
                Listed("authentication is the client's own: its private key"),
            ),
        ],
        Parameter => &[
            ("$ref", Read),
            ("name", Read),
            ("in", Read),
            ("required", Read),
            ("description", Read),
            ("deprecated", Read),
            ("schema", One(Schema)),
            ("style", Read),
            ("explode", Read),
            (
                "content",
                Listed("the caller writes the value in this media type"),
            ),
            // What is empty is sent, and reserved characters are escaped, which servers undo.
            ("allowEmptyValue", Ignored),
            ("allowReserved", Ignored),
            ("example", PROSE),
            ("examples", PROSE),
        ],
        Body => &[
            ("$ref", Read),
            ("content", Each(MediaType)),
            ("required", Read),
            ("description", PROSE),
        ],
        MediaType => &[
            ("$ref", Read),
            ("schema", One(Schema)),
            ("encoding", Each(Encoding)),
            ("itemSchema", Listed("a stream of values is one body")),
            ("example", PROSE),
            ("examples", PROSE),
        ],
        Encoding => &[
            ("style", Read),
            ("explode", Read),
            ("allowReserved", Ignored),
            (
                "contentType",
                Listed("a part of a form has the media type that its sender gives it"),
            ),
            (
                "headers",
                Listed("parts of a form have no headers of their own"),
            ),
        ],
        Response => &[
            ("$ref", Read),
            ("description", Read),
            ("summary", PROSE),
            ("content", Each(MediaType)),
            (
                "headers",
                Listed("all headers of a reply are there, by name"),
            ),
            ("links", Listed("the next request is the caller's to make")),
        ],
        Schema => &[
            ("$ref", Read),
            ("type", Read),
            ("format", Read),
            ("nullable", Read),
            ("enum", Read),
            ("const", Read),
            ("title", Read),
            ("description", Read),
            ("deprecated", Read),
            ("required", Read),
            ("properties", Each(Schema)),
            ("additionalProperties", One(Schema)),
            ("items", One(Schema)),
            ("allOf", Each(Schema)),
            ("oneOf", Each(Schema)),
            ("anyOf", Each(Schema)),
            ("discriminator", One(Discriminator)),
            (RUST_NAME, Read),
            (DEFAULT, Read),
            ("pattern", CHECKED_BY_THE_SERVER),
            ("minimum", CHECKED_BY_THE_SERVER),
            ("maximum", CHECKED_BY_THE_SERVER),
            ("exclusiveMinimum", CHECKED_BY_THE_SERVER),
            ("exclusiveMaximum", CHECKED_BY_THE_SERVER),
            ("multipleOf", CHECKED_BY_THE_SERVER),
            ("minLength", CHECKED_BY_THE_SERVER),
            ("maxLength", CHECKED_BY_THE_SERVER),
            ("minItems", CHECKED_BY_THE_SERVER),
            ("maxItems", CHECKED_BY_THE_SERVER),
            ("uniqueItems", CHECKED_BY_THE_SERVER),
            ("minProperties", CHECKED_BY_THE_SERVER),
            ("maxProperties", CHECKED_BY_THE_SERVER),
            ("dependentRequired", CHECKED_BY_THE_SERVER),
            // The server sets it.
            ("default", Ignored),
            // Both ways have one type, in which the fields are optional.
            ("readOnly", Listed("it is an optional field in requests")),
            ("writeOnly", Listed("it is an optional field in replies")),
            ("example", PROSE),
            ("examples", PROSE),
            ("externalDocs", PROSE),
            ("xml", PROSE),
            ("$comment", PROSE),
            ("$schema", PROSE),
            ("$id", Listed("references go by places in the document")),
            ("$anchor", Listed("references go by places in the document")),
            // Counts where it is referred to.
            ("$defs", ELSEWHERE),
            ("definitions", ELSEWHERE),
            ("contentEncoding", Listed("the string is as it comes")),
            ("contentMediaType", Listed("the string is as it comes")),
            ("contentSchema", Listed("the string is as it comes")),
            ("not", Listed("no type excludes values")),
            ("if", Listed("the type is the same either way")),
            ("then", Listed("the type is the same either way")),
            ("else", Listed("the type is the same either way")),
            ("prefixItems", Listed("the items of a list have one type")),
            ("contains", Listed("the items of a list have one type")),
            (
                "patternProperties",
                Listed("these properties are kept in `extra`"),
            ),
            ("propertyNames", Listed("any name is taken")),
            (
                "dependentSchemas",
                Listed("the type is the same either way"),
            ),
            (
                "unevaluatedProperties",
                Listed("further properties are kept in `extra`"),
            ),
            (
                "unevaluatedItems",
                Listed("the items of a list have one type"),
            ),
            ("$dynamicRef", Listed("it may be any value")),
            ("$recursiveRef", Listed("it may be any value")),
            (
                "$dynamicAnchor",
                Listed("references go by places in the document"),
            ),
            (
                "$recursiveAnchor",
                Listed("references go by places in the document"),
            ),
        ],
        Discriminator => &[
            ("propertyName", Read),
            ("mapping", Read),
            (
                "defaultMapping",
                Listed("a value without the property goes by its shape"),
            ),
        ],
    }
}

/// The places that a line of the summary names.
const PLACES: usize = 3;

/// What the client lacks: a line for each keyword with its number and the first places.
pub fn summary(document: &Document) -> Vec<String> {
    let mut walk = Walk {
        document,
        seen: HashSet::new(),
        found: BTreeMap::new(),
    };
    walk.run();
    let line = |((keyword, kind, why), places): (Key, Places)| {
        let Places { count, first } = places;
        let more = if count > first.len() { ", .." } else { "" };
        let kind = format!("{kind:?}").to_lowercase();
        let article = if kind.starts_with(['i', 'o']) {
            "an"
        } else {
            "a"
        };
        let times = if count == 1 {
            "once".to_owned()
        } else {
            format!("{count} times")
        };
        let places: Vec<String> = first.iter().map(|place| format!("#{place}")).collect();
        format!(
            "`{keyword}` of {article} {kind}, {times}: {why} ({}{more})",
            places.join(", ")
        )
    };
    walk.found.into_iter().map(line).collect()
}

type Key = (String, Kind, &'static str);

#[derive(Default)]
struct Places {
    count: usize,
    first: Vec<String>,
}

struct Walk<'d> {
    document: &'d Document,
    /// Addresses of values as what they were met.
    seen: HashSet<(usize, Kind)>,
    found: BTreeMap<Key, Places>,
}

impl<'d> Walk<'d> {
    /// One value after the other, without recursion: documents may be deep.
    fn run(&mut self) {
        let mut waiting = vec![(Document, self.document.root(), String::new())];
        while let Some((kind, value, pointer)) = waiting.pop() {
            let address = std::ptr::from_ref(value) as usize;
            let Some(object) = value.as_object() else {
                continue;
            };
            if !self.seen.insert((address, kind)) {
                continue;
            }
            if let Some(reference) = reference(value)
                && let Ok((target, pointer)) = self.document.resolve(reference, &pointer)
            {
                waiting.push((kind, target, pointer));
            }
            let known = known(kind);
            for (keyword, value) in object {
                let place = || child(&pointer, keyword);
                match known
                    .iter()
                    .find(|(name, _)| name == keyword)
                    .map(|(_, used)| used)
                {
                    Some(Read | Ignored) => {}
                    Some(One(_)) if value.is_array() => {
                        self.list(keyword, kind, "the items of a list have one type", place());
                    }
                    Some(One(Discriminator))
                        if !["oneOf", "anyOf"]
                            .iter()
                            .any(|arms| object.contains_key(*arms)) =>
                    {
                        let why = "what schemas that extend it add is kept in `extra`";
                        self.list(keyword, kind, why, place());
                    }
                    Some(One(kind)) => waiting.push((*kind, value, place())),
                    Some(Each(kind)) => {
                        let pointer = place();
                        match value {
                            Value::Array(items) => {
                                let items = items.iter().enumerate();
                                waiting
                                    .extend(items.map(|(index, item)| {
                                        (*kind, item, child(&pointer, index))
                                    }));
                            }
                            Value::Object(members) => {
                                let members = members.iter().filter(|(name, _)| {
                                    matches!(kind, Schema) || !name.starts_with("x-")
                                });
                                waiting.extend(
                                    members
                                        .map(|(name, item)| (*kind, item, child(&pointer, name))),
                                );
                            }
                            _ => {}
                        }
                    }
                    Some(Listed(why)) => self.list(keyword, kind, why, place()),
                    // Extensions mean nothing here.
                    None if keyword.starts_with("x-") => {}
                    None => self.list(keyword, kind, "the client doesn't know it", place()),
                }
            }
        }
    }

    fn list(&mut self, keyword: &str, kind: Kind, why: &'static str, place: String) {
        let places = self
            .found
            .entry((keyword.to_owned(), kind, why))
            .or_default();
        places.count += 1;
        if places.first.len() < PLACES {
            places.first.push(place);
        }
    }
}
