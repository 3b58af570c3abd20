//! Parameters of operations.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::facts::is_deprecated;
use super::merge::Facts;
use super::node::{ANY, All, Direction, Name, Node, Part};
use super::operation::Found;
use super::schema::{Types, describe};
use crate::document::{Problem, child, elements, text};
use crate::model::{Parameter, ParameterType, Place, Style, Ty};
use crate::names::{Scope, pascal, snake};

/// The parameters of an operation: its own, and those that its path shares.
pub fn parameters<'d>(types: &mut Types<'d>, found: &Found<'d>) -> Result<Vec<Parameter>, Problem> {
    let mut parameters: Vec<Parameter> = Vec::new();
    let mut known: HashMap<(Place, String), usize> = HashMap::new();
    // An operation's own parameter replaces the one that its path shares.
    for owner in found.items.iter().chain([&found.operation]) {
        let list = child(&owner.pointer, "parameters");
        for (index, value) in elements(owner.schema, "parameters").iter().enumerate() {
            let pointer = child(&list, index);
            let (value, pointer) = types.document.follow(value, &pointer)?;
            if is_ignored(value) {
                continue;
            }
            let parameter = match parameter(types, found, value, &pointer) {
                Ok(parameter) => parameter,
                Err(problem) if is_required(value) => return Err(problem),
                Err(problem) => {
                    types.leave_out(problem);
                    continue;
                }
            };
            match known.get(&(parameter.place, parameter.wire.clone())) {
                Some(index) => parameters[*index] = parameter,
                None => {
                    known.insert((parameter.place, parameter.wire.clone()), parameters.len());
                    parameters.push(parameter);
                }
            }
        }
    }
    let in_path: Vec<&str> = found
        .path
        .split('{')
        .skip(1)
        .filter_map(|rest| rest.split('}').next())
        .collect();
    for name in &in_path {
        if let Entry::Vacant(place) = known.entry((Place::Path, (*name).to_owned())) {
            place.insert(parameters.len());
            types.warn(
                found.operation.pointer.clone(),
                &format!("has `{{{name}}}` in its path and declares no such parameter, so that it is a string"),
            );
            parameters.push(Parameter {
                wire: (*name).to_owned(),
                field: String::new(),
                place: Place::Path,
                required: true,
                description: String::new(),
                ty: ParameterType::String,
                style: Style::Plain,
                is_deprecated: false,
            });
        }
    }
    let in_path: HashSet<&str> = in_path.into_iter().collect();
    let is_stray = |parameter: &&Parameter| {
        parameter.place == Place::Path && !in_path.contains(parameter.wire.as_str())
    };
    if let Some(stray) = parameters.iter().find(is_stray) {
        return Err(Problem::new(
            &found.operation.pointer,
            format!(
                "a path parameter `{}` that the path does not have",
                stray.wire
            ),
            "correct its name, or the path",
        ));
    }
    name_parameters(
        &mut parameters,
        found.operation.schema.get("requestBody").is_some(),
    );
    Ok(parameters)
}

/// Parameters become methods of a builder, which has others of its own. One that the path shares
/// has the same name in each operation, and what is added later takes no name away: plain names go
/// first, the others are numbered by place and name on the wire.
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

fn is_required(parameter: &Value) -> bool {
    parameter.get("required") == Some(&Value::Bool(true)) || text(parameter, "in") == Some("path")
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
    let Some(wire) = text(value, "name").filter(|name| !name.is_empty()) else {
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
        Some("cookie") => Place::Cookie,
        other => {
            return Err(Problem::new(
                child(pointer, "in"),
                format!("a parameter in `{}`", other.unwrap_or("nothing")),
                "use path, query, header or cookie",
            ));
        }
    };
    if matches!(place, Place::Header | Place::Cookie) && !is_token(wire) {
        let what = if place == Place::Header {
            "header"
        } else {
            "cookie"
        };
        return Err(Problem::new(
            child(pointer, "name"),
            format!("`{wire}`, which is not the name of a {what}"),
            "use letters, digits and `-`",
        ));
    }
    // `content` describes text in some format: the caller writes that text.
    let schema = match value.get("schema") {
        Some(schema) => schema,
        None => ANY,
    };
    let part = Part::new(schema, child(pointer, "schema"));
    let name = format!("{}{}", pascal(&found.id), pascal(wire));
    let ty = parameter_type(types, vec![part], &name, false)?;
    let style = style(value, pointer, place, &ty)?;
    Ok(Parameter {
        wire: wire.to_owned(),
        field: String::new(),
        place,
        required: is_required(value),
        description: describe(value),
        ty: ty.into(),
        style,
        is_deprecated: is_deprecated(value),
    })
}

/// Whether a header or cookie may be called that.
fn is_token(name: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    !name.is_empty() && name.chars().all(is_part)
}

/// How a value is written where a parameter stands.
fn style(value: &Value, pointer: &str, place: Place, ty: &Shape) -> Result<Style, Problem> {
    let explode = value.get("explode").and_then(Value::as_bool);
    let named = text(value, "style");
    if matches!(ty, Shape::Object(_)) && value.get("content").is_some() {
        return Ok(Style::Plain);
    }
    let style = match (place, named) {
        (Place::Path | Place::Header, None | Some("simple")) => "simple",
        (Place::Path, Some("label")) => return Ok(Style::Label(explode == Some(true))),
        (Place::Path, Some("matrix")) => return Ok(Style::Matrix(explode == Some(true))),
        (Place::Query | Place::Cookie, None | Some("form")) => "form",
        (Place::Query, Some(style @ ("spaceDelimited" | "pipeDelimited" | "deepObject"))) => style,
        (_, Some(style)) => {
            return Err(Problem::new(
                child(pointer, "style"),
                format!("a parameter in the style `{style}`"),
                "use a style that OpenAPI has for its place",
            ));
        }
    };
    Ok(match (ty, style, explode) {
        (Shape::Scalar(_), ..) => Style::Plain,
        (_, "deepObject", _) => Style::Deep,
        // One cookie has one value.
        (_, "form", None | Some(true)) if place != Place::Cookie => match ty {
            Shape::Object(_) => Style::Pairs,
            _ => Style::Plain,
        },
        (Shape::List(_), "pipeDelimited" | "spaceDelimited", Some(true)) => Style::Plain,
        (_, "pipeDelimited", _) => Style::Joined('|'),
        (_, "spaceDelimited", _) => Style::Joined(' '),
        (Shape::Object(_), "simple", Some(true)) => Style::Assigned,
        _ => Style::Joined(','),
    })
}

/// The type of a parameter, by what it is on the wire.
enum Shape {
    Scalar(ParameterType),
    List(ParameterType),
    /// A named type.
    Object(String),
}

impl From<Shape> for ParameterType {
    fn from(shape: Shape) -> Self {
        match shape {
            Shape::Scalar(ty) => ty,
            Shape::List(item) => Self::List(Box::new(item)),
            Shape::Object(name) => Self::Named(name),
        }
    }
}

/// What may be a value or a list is a list of strings: a list of one item is written as that item.
fn parameter_type<'d>(
    types: &mut Types<'d>,
    all: All<'d>,
    name: &str,
    is_item: bool,
) -> Result<Shape, Problem> {
    let pointer = all
        .last()
        .map(|part| part.pointer.clone())
        .unwrap_or_default();
    let facts = types.facts(&all)?;
    let is_list = |facts: &Facts<'d>| {
        let mut names = facts.types.iter().flatten();
        facts.values.is_none() && names.any(|name| name == "array")
    };
    // A list in a list is not looked into: it may contain itself.
    if is_list(&facts) && (is_item || !facts.is_type(&["array"])) {
        return Ok(Shape::List(ParameterType::String));
    }
    if let Some(arms) = types.arms(&facts)? {
        if let [arm] = arms.arms.as_slice() {
            return parameter_type(types, arm.clone(), name, is_item);
        }
        let alike = arms
            .arms
            .iter()
            .map(|arm| types.facts(arm))
            .collect::<Result<Vec<_>, _>>()?;
        // An object in one of them: the caller has no other way to write it.
        if alike.iter().any(|facts| facts.is_object()) {
            return Err(Problem::new(
                pointer,
                "a parameter that is an object or something else",
                "let it be one of them",
            ));
        }
        if alike.iter().any(is_list) {
            return Ok(Shape::List(ParameterType::String));
        }
    }
    if facts.is_object() {
        let node = Node::new(all, Name::Wanted(name.to_owned()), Direction::Sent);
        return Ok(Shape::Object(types.named_node(node)?));
    }
    if facts.is_type(&["array"]) {
        let items = match facts.items.is_empty() {
            true => vec![Part::new(ANY, child(&pointer, "items"))],
            false => facts.items,
        };
        let pointer = items
            .last()
            .map(|part| part.pointer.clone())
            .unwrap_or_default();
        return match parameter_type(types, items, &format!("{name}Item"), true)? {
            Shape::Scalar(item) => Ok(Shape::List(item)),
            // OpenAPI says nothing of how they are written.
            Shape::List(_) | Shape::Object(_) => {
                types.warn(
                    pointer,
                    "is a list or an object in a list that is a parameter: the caller writes it as text",
                );
                Ok(Shape::List(ParameterType::String))
            }
        };
    }
    let node = Node::new(all, Name::Wanted(name.to_owned()), Direction::Received);
    let ty = types.ty(&node)?;
    if let Ty::Named(name) = &ty
        && types.is_enum(name)
    {
        return Ok(Shape::Scalar(ParameterType::Named(name.clone())));
    }
    Ok(Shape::Scalar(if facts.is_of(&["boolean"]) {
        ParameterType::Boolean
    } else if facts.is_of(&["number", "integer"]) {
        ParameterType::Number
    } else {
        // Strings, and values of several types: both are text in the URL.
        ParameterType::String
    }))
}
