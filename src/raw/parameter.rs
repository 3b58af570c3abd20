//! Writes parameters, forms and bodies in the styles of OpenAPI, of which the generator supports
//! only one.

use reqwest::header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE, COOKIE, HeaderMap, HeaderValue};
use reqwest::{Request, Url};
use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::http::Operation;
pub(crate) use crate::http::Style;
use crate::url::{COMPONENT, escape};

/// A query parameter in a style.
#[allow(dead_code)]
pub(crate) struct Styled<'a, T> {
    name: &'a str,
    style: Style,
    value: &'a T,
}

#[allow(dead_code)]
impl<'a, T> Styled<'a, T> {
    pub(crate) fn new(name: &'a str, style: Style, value: &'a T) -> Self {
        Self { name, style, value }
    }
}

impl<T: Serialize> Serialize for Styled<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let value = serde_json::to_value(self.value).map_err(serde::ser::Error::custom)?;
        let mut pairs = Vec::new();
        write(&mut pairs, self.name.to_owned(), self.style, value);
        pairs.serialize(serializer)
    }
}

/// Writes a value for a header or cookie, in a style that results in one string.
#[allow(dead_code)]
pub(crate) fn text<T: Serialize>(style: Style, value: &T) -> Result<String, String> {
    let value = serde_json::to_value(value).map_err(|error| error.to_string())?;
    let mut pairs = Vec::new();
    write(&mut pairs, String::new(), style, value);
    Ok(pairs.pop().map(|(_, text)| text).unwrap_or_default())
}

/// Writes a value in a style of a path, percent-encoded: an expression of RFC 6570.
#[allow(dead_code)]
pub(crate) fn segment<T: Serialize>(name: &str, style: Style, value: &T) -> Result<String, String> {
    let value = serde_json::to_value(value).map_err(|error| error.to_string())?;
    let (sign, explode) = match style {
        Style::Label(explode) => (".", explode),
        Style::Matrix(explode) => (";", explode),
        Style::Assigned => ("", true),
        _ => ("", false),
    };
    let is_named = matches!(style, Style::Matrix(_));
    let name = escaped(name);
    let list = |value: String| match (is_named, value.is_empty()) {
        (true, true) => name.clone(),
        (true, false) => format!("{name}={value}"),
        (false, _) => value,
    };
    let parts: Vec<String> = match value {
        Value::Null => return Ok(String::new()),
        Value::Array(items) if items.is_empty() => return Ok(String::new()),
        Value::Array(items) => {
            let items = items.into_iter().map(|item| escaped(&plain(item)));
            if explode {
                items.map(list).collect()
            } else {
                vec![list(items.collect::<Vec<_>>().join(","))]
            }
        }
        Value::Object(members) => {
            let members = members.into_iter().filter(|(_, value)| !value.is_null());
            let pair = |(key, value): (String, Value)| match (escaped(&key), escaped(&plain(value)))
            {
                (key, value) if is_named && explode && value.is_empty() => key,
                (key, value) if explode => format!("{key}={value}"),
                (key, value) => format!("{key},{value}"),
            };
            let pairs: Vec<String> = members.map(pair).collect();
            match (pairs.is_empty(), explode) {
                (true, _) => return Ok(String::new()),
                (false, true) => pairs,
                (false, false) => vec![list(pairs.join(","))],
            }
        }
        scalar => vec![list(escaped(&plain(scalar)))],
    };
    let separator = if sign.is_empty() { "," } else { sign };
    Ok(format!("{sign}{}", parts.join(separator)))
}

fn escaped(part: &str) -> String {
    let mut out = String::new();
    escape(&mut out, part, &COMPONENT);
    out
}

/// Writes a cookie for the header `Cookie`.
#[allow(dead_code)]
pub(crate) fn cookie<T: Serialize>(name: &str, style: Style, value: &T) -> Result<String, String> {
    let value = text(style, value)?;
    let mut cookie = format!("{name}=");
    for byte in value.bytes() {
        match byte {
            // RFC 6265's cookie octets, except `%`, which escapes the others.
            0x21 | 0x23 | 0x24 | 0x26..=0x2B | 0x2D..=0x3A | 0x3C..=0x5B | 0x5D..=0x7E => {
                cookie.push(char::from(byte));
            }
            byte => cookie.push_str(&format!("%{byte:02X}")),
        }
    }
    Ok(cookie)
}

fn write(pairs: &mut Vec<(String, String)>, name: String, style: Style, value: Value) {
    match (value, style) {
        (Value::Null, _) => {}
        (Value::Array(items), Style::Plain | Style::Pairs) => {
            pairs.extend(items.into_iter().map(|item| (name.clone(), plain(item))));
        }
        (Value::Array(items), Style::Deep) => {
            for (index, item) in items.into_iter().enumerate() {
                write(pairs, format!("{name}[{index}]"), style, item);
            }
        }
        (Value::Array(items), style) => {
            let items: Vec<String> = items.into_iter().map(plain).collect();
            pairs.push((name, items.join(&separator(style))));
        }
        (object @ Value::Object(_), Style::Plain) => pairs.push((name, object.to_string())),
        (Value::Object(members), Style::Deep) => {
            for (key, value) in members {
                write(pairs, format!("{name}[{key}]"), style, value);
            }
        }
        (Value::Object(members), Style::Pairs) => {
            for (key, value) in members {
                write(pairs, key, Style::Plain, value);
            }
        }
        (Value::Object(members), style) => {
            let between = match style {
                Style::Assigned => "=".to_owned(),
                style => separator(style),
            };
            let members: Vec<String> = members
                .into_iter()
                .filter(|(_, value)| !value.is_null())
                .map(|(key, value)| format!("{key}{between}{}", plain(value)))
                .collect();
            pairs.push((name, members.join(&separator(style))));
        }
        (scalar, _) => pairs.push((name, plain(scalar))),
    }
}

fn separator(style: Style) -> String {
    match style {
        Style::Joined(sign) => sign.to_string(),
        _ => ",".to_owned(),
    }
}

fn plain(value: Value) -> String {
    match value {
        Value::String(text) => text,
        other => other.to_string(),
    }
}

/// Sets the media types of a request, joins its cookies in one header, and writes its body in the
/// operation's content type.
pub(super) fn finish(request: &mut Request, operation: &Operation) -> Result<(), String> {
    if !operation.accept.is_empty() {
        request
            .headers_mut()
            .insert(ACCEPT, media_type(operation.accept)?);
    }
    join_cookies(request.headers_mut())?;
    let json = request.body().and_then(|body| body.as_bytes());
    let is_json = request
        .headers()
        .get(CONTENT_TYPE)
        .is_some_and(|media| media == "application/json");
    match json {
        // A body that the caller left out.
        Some(b"null") if is_json && operation.is_body_optional => without_body(request),
        Some([]) if !is_json && operation.is_body_optional => without_body(request),
        Some(json) if operation.content_type == FORM => {
            let form = form(json, operation.encodings)?;
            request
                .headers_mut()
                .insert(CONTENT_TYPE, HeaderValue::from_static(FORM));
            request.headers_mut().remove(CONTENT_LENGTH);
            *request.body_mut() = Some(form.into());
        }
        _ if request.body().is_some() && !operation.content_type.is_empty() => {
            let media = media_type(operation.content_type)?;
            request.headers_mut().insert(CONTENT_TYPE, media);
        }
        _ => {}
    }
    Ok(())
}

const FORM: &str = "application/x-www-form-urlencoded";

/// A media type as the document writes it.
fn media_type(media: &str) -> Result<HeaderValue, String> {
    HeaderValue::from_str(media).map_err(|_| format!("`{media}` is not a media type"))
}

fn without_body(request: &mut Request) {
    *request.body_mut() = None;
    request.headers_mut().remove(CONTENT_TYPE);
    request.headers_mut().remove(CONTENT_LENGTH);
}

/// RFC 6265: a request has one such header.
fn join_cookies(headers: &mut HeaderMap) -> Result<(), String> {
    let cookies: Vec<&[u8]> = headers
        .get_all(COOKIE)
        .iter()
        .map(HeaderValue::as_bytes)
        .collect();
    if cookies.len() > 1 {
        let mut joined = HeaderValue::from_bytes(&cookies.join(&b"; "[..]))
            .map_err(|error| error.to_string())?;
        joined.set_sensitive(true);
        headers.insert(COOKIE, joined);
    }
    Ok(())
}

/// A JSON object as `application/x-www-form-urlencoded`. Null is an empty value: it unsets.
fn form(json: &[u8], encodings: &[(&str, Style)]) -> Result<String, String> {
    let object: Value = serde_json::from_slice(json).map_err(|error| error.to_string())?;
    let Value::Object(members) = object else {
        return Err("the body of a form has to be an object".to_owned());
    };
    let mut pairs = Vec::new();
    for (name, value) in members {
        let style = encodings.iter().find(|(known, _)| *known == name);
        match value {
            Value::Null => pairs.push((name, String::new())),
            value => write(
                &mut pairs,
                name,
                style.map_or(Style::Plain, |(_, style)| *style),
                value,
            ),
        }
    }
    // Only a URL gives access to the encoder of pairs.
    let mut url = Url::parse("http://localhost").map_err(|error| error.to_string())?;
    url.query_pairs_mut().extend_pairs(pairs);
    Ok(url.query().unwrap_or_default().to_owned())
}

#[cfg(test)]
mod tests {
    use reqwest::Client;
    use serde_json::json;

    use super::*;

    /// The query of a URL with a value in a style.
    fn query(style: Style, value: Value) -> String {
        let request = Client::new().get("http://localhost/");
        let request = request.query(&Styled::new("q", style, &value)).build();
        let request = request.unwrap_or_else(|error| panic!("{error}"));
        let query = request.url().query().unwrap_or_default();
        query.replace("%5B", "[").replace("%5D", "]")
    }

    #[test]
    fn every_style_is_written_as_openapi_says() {
        let list = json!(["a", 1, "b c"]);
        let object = json!({ "x": 1, "y": null, "z": { "w": ["v", "u"] } });
        for (style, value, expected) in [
            (Style::Plain, &list, "q=a&q=1&q=b+c"),
            (Style::Joined(','), &list, "q=a%2C1%2Cb+c"),
            (Style::Joined('|'), &list, "q=a%7C1%7Cb+c"),
            (Style::Joined(' '), &list, "q=a+1+b+c"),
            (Style::Deep, &list, "q[0]=a&q[1]=1&q[2]=b+c"),
            (Style::Deep, &object, "q[x]=1&q[z][w][0]=v&q[z][w][1]=u"),
            (Style::Deep, &Value::Null, ""),
            (
                Style::Pairs,
                &json!({ "x": 1, "y": null, "z": ["v", "u"] }),
                "x=1&z=v&z=u",
            ),
            (
                Style::Joined(','),
                &json!({ "x": 1, "y": "b" }),
                "q=x%2C1%2Cy%2Cb",
            ),
            (Style::Plain, &json!({ "x": 1 }), "q=%7B%22x%22%3A1%7D"),
        ] {
            assert_eq!(query(style, value.clone()), expected, "{style:?} {value}");
        }
        let object = json!({ "x": 1, "y": true });
        assert_eq!(text(Style::Assigned, &object).as_deref(), Ok("x=1,y=true"));
        assert_eq!(text(Style::Joined(','), &list).as_deref(), Ok("a,1,b c"));
        assert_eq!(
            segment("p", Style::Joined(','), &json!(["a,b", "c/d"])).as_deref(),
            Ok("a%2Cb,c%2Fd")
        );
        assert_eq!(
            cookie("sid", Style::Plain, &"a; b=\"ü\"%").as_deref(),
            Ok("sid=a%3B%20b=%22%C3%BC%22%25")
        );
    }

    /// The values and results of RFC 6570, sections 3.2.5 and 3.2.7.
    #[test]
    fn paths_are_written_as_rfc_6570_says() {
        let list = json!(["red", "green", "blue"]);
        let keys = json!({ "comma": ",", "dot": ".", "semi": ";" });
        let some = json!({ "G": 200, "R": 100 });
        for (style, name, value, expected) in [
            (Style::Label(false), "who", &json!("fred"), ".fred"),
            (Style::Label(false), "half", &json!("50%"), ".50%25"),
            (Style::Label(false), "list", &list, ".red,green,blue"),
            (Style::Label(true), "list", &list, ".red.green.blue"),
            (Style::Label(false), "empty_keys", &json!({}), ""),
            (Style::Label(true), "some", &some, ".G=200.R=100"),
            (Style::Matrix(false), "who", &json!("fred"), ";who=fred"),
            (Style::Matrix(false), "half", &json!("50%"), ";half=50%25"),
            (Style::Matrix(false), "empty", &json!(""), ";empty"),
            (Style::Matrix(false), "list", &list, ";list=red,green,blue"),
            (
                Style::Matrix(true),
                "list",
                &list,
                ";list=red;list=green;list=blue",
            ),
            (Style::Matrix(false), "some", &some, ";some=G,200,R,100"),
            (
                Style::Matrix(true),
                "keys",
                &keys,
                ";comma=%2C;dot=.;semi=%3B",
            ),
            (Style::Joined(','), "some", &some, "G,200,R,100"),
            (Style::Assigned, "some", &some, "G=200,R=100"),
            (Style::Matrix(true), "none", &Value::Null, ""),
        ] {
            let written = segment(name, style, value);
            let written = written.unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(written, expected, "{style:?} {value}");
        }
    }

    const OPERATION: Operation = Operation {
        id: "id",
        name: "name",
        method: "POST",
        path: "/",
        server: None,
        empty: "",
        is_confidential: false,
        content_type: "",
        is_body_optional: false,
        accept: "",
        encodings: &[],
    };

    /// Content type and body of a request with this JSON after [`finish`].
    fn sent(operation: Operation, body: &Value) -> (Option<String>, Option<String>) {
        let request = Client::new().post("http://localhost/").json(body).build();
        let mut request = request.unwrap_or_else(|error| panic!("{error}"));
        finish(&mut request, &operation).unwrap_or_else(|error| panic!("{error}"));
        let media = request.headers().get(CONTENT_TYPE);
        let media = media
            .and_then(|media| media.to_str().ok())
            .map(str::to_owned);
        let body = request.body().and_then(|body| body.as_bytes());
        (
            media,
            body.map(|body| String::from_utf8_lossy(body).into_owned()),
        )
    }

    #[test]
    fn bodies_are_sent_as_what_they_are() {
        let own = |media: &str, body: &str| (Some(media.to_owned()), Some(body.to_owned()));
        let merge = Operation {
            content_type: "application/merge-patch+json",
            ..OPERATION
        };
        let patch = json!({ "a": null });
        assert_eq!(sent(merge, &patch), own(merge.content_type, "{\"a\":null}"));
        let form = Operation {
            content_type: FORM,
            encodings: &[("meta", Style::Deep), ("ids", Style::Joined(','))],
            ..OPERATION
        };
        let body = json!({ "a b": "ü&", "tags": [1, 2], "meta": { "k": "v" }, "ids": [1, 2], "unset": null });
        let expected = "a+b=%C3%BC%26&tags=1&tags=2&meta%5Bk%5D=v&ids=1%2C2&unset=";
        // Whether the order is kept is for a feature of serde_json to decide.
        let sorted = |form: &str| {
            let mut pairs: Vec<String> = form.split('&').map(str::to_owned).collect();
            pairs.sort_unstable();
            pairs
        };
        let (media, body) = sent(form, &body);
        assert_eq!(media.as_deref(), Some(FORM));
        assert_eq!(body.as_deref().map(sorted), Some(sorted(expected)));
        let optional = Operation {
            content_type: "application/json",
            is_body_optional: true,
            ..OPERATION
        };
        assert_eq!(sent(optional, &Value::Null), (None, None));
        let required = Operation {
            is_body_optional: false,
            ..optional
        };
        assert_eq!(
            sent(required, &Value::Null),
            own("application/json", "null")
        );
    }

    #[test]
    fn a_request_has_one_cookie_header() {
        let request = Client::new()
            .get("http://localhost/")
            .header(COOKIE, "a=1")
            .header(COOKIE, "b=2");
        let mut request = request.build().unwrap_or_else(|error| panic!("{error}"));
        let accept = Operation {
            accept: "application/vnd.a+json",
            ..OPERATION
        };
        assert_eq!(finish(&mut request, &accept), Ok(()));
        let values = |name| request.headers().get_all(name).iter().collect::<Vec<_>>();
        assert_eq!(values(COOKIE), ["a=1; b=2"]);
        assert_eq!(values(ACCEPT), ["application/vnd.a+json"]);
    }
}
