use std::collections::BTreeMap;

use reqwest::Request;
use reqwest::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderValue};
use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};

use super::Operation;
use crate::error::Error;
use crate::url::{COMPONENT, escape};

/// What the caller adds to requests: headers, query parameters, and members of the JSON body. The
/// values may be secrets.
#[derive(Clone, Default)]
pub(crate) struct Extras {
    pub(crate) headers: HeaderMap,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) body: Vec<(String, Value)>,
}

impl Extras {
    /// Adds all of it to a request.
    pub(super) fn add_to(
        &self,
        request: &mut Request,
        operation: Option<&Operation>,
    ) -> Result<(), Error> {
        // They replace those of the same name.
        request.headers_mut().extend(self.headers.clone());
        self.add_query(request)?;
        self.add_body(request, operation)
    }

    fn add_query(&self, request: &mut Request) -> Result<(), Error> {
        for (name, value) in &self.query {
            if name.is_empty() {
                return Err(Error::invalid_input(
                    "extra_query",
                    "the name of a parameter is empty; give a name such as `limit`",
                ));
            }
            let url = request.url_mut();
            let mut query = url.query().unwrap_or_default().to_owned();
            if !query.is_empty() {
                query.push('&');
            }
            query.push_str(&escaped(name));
            query.push('=');
            query.push_str(&escaped(value));
            url.set_query(Some(&query));
        }
        Ok(())
    }

    fn add_body(&self, request: &mut Request, operation: Option<&Operation>) -> Result<(), Error> {
        if self.body.is_empty() {
            return Ok(());
        }
        let refused = |message| Err(Error::invalid_input("extra_body", message));
        let mut members: BTreeMap<String, Box<RawValue>> = match request.body() {
            None if operation.is_some_and(|operation| is_json(operation.content_type)) => {
                BTreeMap::new()
            }
            None => {
                return refused(
                    "the request has no body to add a member to; leave `extra_body` out, or use `extra_query`",
                );
            }
            Some(body) => {
                let media = request.headers().get(CONTENT_TYPE);
                let media = media.and_then(|media| media.to_str().ok());
                let json = body.as_bytes().filter(|_| media.is_some_and(is_json));
                match json.map(serde_json::from_slice) {
                    Some(Ok(members)) => members,
                    _ => {
                        return refused(
                            "the body of the request is not a JSON object, so no member can be added; leave `extra_body` out",
                        );
                    }
                }
            }
        };
        for (name, value) in &self.body {
            let Ok(value) = to_raw_value(value) else {
                return refused("a value cannot be written as JSON; give another value");
            };
            members.insert(name.clone(), value);
        }
        let Ok(body) = serde_json::to_vec(&members) else {
            return refused("the body cannot be written as JSON; give other values");
        };
        let headers = request.headers_mut();
        headers.remove(CONTENT_LENGTH);
        headers
            .entry(CONTENT_TYPE)
            .or_insert(HeaderValue::from_static("application/json"));
        *request.body_mut() = Some(body.into());
        Ok(())
    }

    /// Every value that may be a secret, in each form in which a server may repeat it.
    pub(super) fn values(&self) -> Vec<String> {
        let headers = self.headers.values().map(HeaderValue::as_bytes);
        let mut values: Vec<String> = headers
            .map(|value| String::from_utf8_lossy(value).into_owned())
            .collect();
        for (_, value) in &self.query {
            values.extend([value.clone(), escaped(value)]);
            values.extend(value.split_whitespace().map(escaped));
        }
        for (_, value) in &self.body {
            add_scalars(value, &mut values);
        }
        values
    }
}

fn add_scalars(value: &Value, values: &mut Vec<String>) {
    match value {
        Value::Null | Value::Bool(_) => {}
        Value::Number(number) => values.push(number.to_string()),
        Value::String(string) => values.push(string.clone()),
        Value::Array(items) => items.iter().for_each(|item| add_scalars(item, values)),
        Value::Object(members) => members
            .values()
            .for_each(|value| add_scalars(value, values)),
    }
}

fn is_json(media: &str) -> bool {
    let media = media.split(';').next().unwrap_or_default().trim();
    media.eq_ignore_ascii_case("application/json") || media.to_ascii_lowercase().ends_with("+json")
}

fn escaped(part: &str) -> String {
    let mut out = String::new();
    escape(&mut out, part, &COMPONENT);
    out
}
