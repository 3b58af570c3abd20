//! Turns the failure of an attempt into an error.

use std::iter;
use std::time::Duration;

use reqwest::StatusCode;
use serde_json::Value;
use tokio::time::Instant;

use super::Target;
use super::options::Limit;
use super::target::Quotes;
use crate::error::{Error, ErrorKind};
use crate::http::{Cause, Failure, Transport, causes, root_cause};
use crate::reply::Reply;

/// One attempt at a request, as far as its errors are concerned.
pub(super) struct Attempt<'a> {
    target: &'a Target,
    connect_timeout: Option<Duration>,
    /// `None` if only the HTTP client limits the time.
    limit: Option<Limit>,
    start: Instant,
}

impl<'a> Attempt<'a> {
    pub(super) fn new(target: &'a Target, transport: &Transport, limit: Option<Limit>) -> Self {
        Self {
            target,
            connect_timeout: transport.connect_timeout(),
            limit,
            start: Instant::now(),
        }
    }

    pub(super) fn failed(&self, failure: Failure) -> Error {
        match failure {
            Failure::Spoiled(reply, cause) => self.spoiled(reply, cause),
            Failure::NoReply(error) => self.unreachable(error),
            Failure::Redirect(error) => self.redirected(error),
        }
    }

    /// A response whose status is not a success.
    pub(super) fn refused(&self, reply: Reply) -> Error {
        refused(self.target, reply)
    }

    /// A response that was redirected, or whose body is not complete.
    pub(super) fn spoiled(&self, reply: Reply, cause: Cause) -> Error {
        let status = reply.status;
        let carried_out =
            format!("the server answered {status}, so the request was probably carried out, but ");
        let (kind, message) = match &cause {
            Cause::Redirect(_) => (
                ErrorKind::Redirect,
                format!("the server answered {status}, {cause}"),
            ),
            Cause::Followed(_) => (
                ErrorKind::Redirect,
                format!("the server answered {status}, but {cause}"),
            ),
            Cause::BrokenOff(_) | Cause::TooLong(_) if !status.is_success() => {
                return self.refused(reply);
            }
            Cause::TooLong(_) => (ErrorKind::Decode, format!("{carried_out}{cause}")),
            Cause::BrokenOff(error) if error.is_timeout() => (
                ErrorKind::Timeout,
                format!(
                    "{carried_out}the body was not complete within {}",
                    self.time_limit()
                ),
            ),
            Cause::BrokenOff(_) => (ErrorKind::Connection, format!("{carried_out}{cause}")),
        };
        let error = Error::new(kind, reply.secrets.redact(message));
        match cause {
            Cause::BrokenOff(source) => error.with_source(source),
            _ => error,
        }
        .with_reply(self.target.name.clone(), reply)
    }

    /// A request without a response.
    pub(super) fn unreachable(&self, error: reqwest::Error) -> Error {
        // The address may hold a signature or an id; the host is what helps.
        let host = error
            .url()
            .and_then(|url| Some((url.host_str()?.to_owned(), url.port())))
            .map_or_else(
                || "the server".to_owned(),
                |(host, port)| match port {
                    Some(port) => format!("{host}:{port}"),
                    None => host,
                },
            );
        let lacks_tls = error.is_connect()
            && error.url().is_some_and(|url| url.scheme() == "https")
            && root_cause(&error).contains("scheme is not http");
        let error = error.without_url();
        let cause = root_cause(&error);
        let (kind, message) = if lacks_tls {
            (
                ErrorKind::InvalidInput,
                "https needs TLS, and no TLS is compiled in; enable the feature `rustls`, `rustls-no-provider`, `native-tls` \
                 or `native-tls-vendored` of imagekitio, or give `http_client` a client with TLS"
                    .to_owned(),
            )
        } else if error.is_timeout() && error.is_connect() {
            let limit = match self.connect_timeout {
                _ if is_of_system(&error) => format!("the system's time limit: {cause}"),
                Some(timeout) => format!("{timeout:?} (`connect_timeout`)"),
                None => CLIENT_LIMIT.to_owned(),
            };
            let message = format!("no connection to {host} within {limit}");
            (ErrorKind::Timeout, message)
        } else if error.is_timeout() {
            let limit = self.time_limit();
            let message = format!("no complete response from {host} within {limit}");
            (ErrorKind::Timeout, message)
        } else if error.is_connect() {
            (
                ErrorKind::Connection,
                format!("no connection to {host}: {cause}"),
            )
        } else if error.is_builder() {
            (
                ErrorKind::InvalidInput,
                format!("the request cannot be made: {cause}"),
            )
        } else {
            (
                ErrorKind::Connection,
                format!("the connection to {host} broke: {cause}"),
            )
        };
        let may_have_been_sent =
            !(error.is_connect() || error.is_builder() || was_turned_away(&error));
        Error::new(kind, message)
            .with_source(error)
            .during(self.target.name.clone(), may_have_been_sent)
    }

    /// A redirect that the caller's HTTP client followed in vain.
    pub(super) fn redirected(&self, error: reqwest::Error) -> Error {
        let error = error.without_url();
        let message = format!(
            "the HTTP client was redirected and failed there: {}; give `http_client` a client with \
             `redirect::Policy::none()`",
            root_cause(&error)
        );
        Error::new(ErrorKind::Redirect, message)
            .with_source(error)
            .during(self.target.name.clone(), true)
    }

    /// The limit that has passed.
    fn time_limit(&self) -> String {
        match self.limit {
            Some(limit) if self.start.elapsed() >= limit.left => limit.to_string(),
            _ => CLIENT_LIMIT.to_owned(),
        }
    }
}

const CLIENT_LIMIT: &str = "the time limit of `http_client`";

fn refused(target: &Target, reply: Reply) -> Error {
    let kind = match reply.status {
        StatusCode::UNAUTHORIZED => ErrorKind::Unauthorized,
        StatusCode::FORBIDDEN => ErrorKind::Forbidden,
        StatusCode::NOT_FOUND => ErrorKind::NotFound,
        StatusCode::CONFLICT => ErrorKind::Conflict,
        StatusCode::LOCKED => ErrorKind::Locked,
        StatusCode::TOO_MANY_REQUESTS => ErrorKind::RateLimited,
        status if status.is_server_error() => ErrorKind::Server,
        status if status.is_client_error() => ErrorKind::BadRequest,
        _ => ErrorKind::Decode,
    };
    let status = reply.status;
    let message = match target.quotes {
        Quotes::Nothing => format!(
            "the server answered {status}; its message is left out, because it may quote credentials: see Error::message"
        ),
        Quotes::Message => match &reply.error().message {
            Some(message) => {
                let message = quoted(&reply, message, SENTENCE_LENGTH);
                format!("the server answered {status}: {message}")
            }
            None => format!("the server answered {status}"),
        },
        Quotes::Everything => match said(&reply) {
            said if said.is_empty() => format!("the server answered {status}{}", excerpt(&reply)),
            said => format!("the server answered {status}: {said}"),
        },
    };
    Error::new(kind, message).with_reply(target.name.clone(), reply)
}

/// The parts of an error response that are meant for people, redacted: `ik-error` of its headers;
/// `message`, `help`, and the details under `errors` of its body.
fn said(reply: &Reply) -> String {
    let body = reply.error();
    let members = [
        reply.delivery_error(),
        body.message.as_deref(),
        body.help.as_deref(),
    ];
    let mut said: Vec<String> = members
        .into_iter()
        .flatten()
        .filter(|member| !member.is_empty())
        .map(|member| quoted(reply, member, SENTENCE_LENGTH))
        .collect();
    let mut details = String::new();
    if let Some(errors) = &body.errors {
        list_details(&mut String::new(), errors, &mut details);
    }
    if !details.is_empty() {
        said.push(format!("({})", quoted(reply, &details, LENGTH)));
    }
    said.join(" ")
}

/// Appends each value with the path to it, such as `customMetadata.price: must be a number`, until
/// there is more than a message quotes.
fn list_details(path: &mut String, value: &Value, details: &mut String) {
    if details.len() > 8 * LENGTH {
        return;
    }
    match value {
        Value::Null => {}
        Value::Object(members) => {
            let length = path.len();
            for (name, value) in members {
                if length > 0 {
                    path.push('.');
                }
                path.push_str(name);
                list_details(path, value, details);
                path.truncate(length);
            }
        }
        Value::Array(items) => {
            for item in items {
                list_details(path, item, details);
            }
        }
        value => {
            if !details.is_empty() {
                details.push_str("; ");
            }
            if !path.is_empty() {
                details.push_str(path);
                details.push_str(": ");
            }
            match value.as_str() {
                Some(value) => details.push_str(value),
                None => details.push_str(&value.to_string()),
            }
        }
    }
}

/// A success whose body cannot be read.
pub(crate) fn undecodable(
    target: impl Into<Target>,
    reply: Reply,
    error: serde_json::Error,
) -> Error {
    let target = target.into();
    let what = if error.is_eof() {
        "the response ends in the middle"
    } else {
        "the response is not what the API document describes"
    };
    let status = reply.status;
    // JSON comes from ImageKit. Another body may come from a proxy.
    let so = match !target.is_read && !error.is_syntax() {
        true => ", so the request was probably carried out",
        false => "",
    };
    // The error quotes values of the response.
    if target.quotes != Quotes::Everything || reply.secrets.are_in(&error.to_string()) {
        let message = format!(
            "the server answered {status}{so}, but {what} ({}line {}, column {}); it is left out, because it may hold \
             credentials: see Error::body",
            property(&error),
            error.line(),
            error.column()
        );
        return Error::new(ErrorKind::Decode, message).with_reply(target.name, reply);
    }
    let message = format!(
        "the server answered {status}{so}, but {what}: {error}{}",
        excerpt(&reply)
    );
    Error::new(ErrorKind::Decode, message)
        .with_source(error)
        .with_reply(target.name, reply)
}

/// The path to the property that an error is about, if the error begins with one. Each of its names
/// is in the document and ends in a colon. What follows may quote a value.
fn property(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let names = text.split(": ").take_while(|name| !name.contains(' '));
    match names.collect::<Vec<_>>().join(".") {
        path if path.is_empty() => path,
        path => format!("{path}, "),
    }
}

/// Whether the operating system gave up the connection.
fn is_of_system(error: &reqwest::Error) -> bool {
    causes(error)
        .filter_map(|cause| cause.downcast_ref::<std::io::Error>())
        .any(|error| error.raw_os_error().is_some())
}

/// Whether the server says by HTTP/2 that it did nothing about the request: it refused the stream,
/// or stopped taking new ones on the connection (RFC 9113, section 8.7).
fn was_turned_away(error: &reqwest::Error) -> bool {
    causes(error)
        .filter_map(|cause| cause.downcast_ref::<h2::Error>())
        .any(|error| {
            let reason = error.reason();
            error.is_remote()
                && (error.is_reset() && reason == Some(h2::Reason::REFUSED_STREAM)
                    || error.is_go_away() && reason == Some(h2::Reason::NO_ERROR))
        })
}

/// The beginning of a body, redacted, to append to a message.
fn excerpt(reply: &Reply) -> String {
    // The whole body is redacted: a secret that is cut would not be found.
    match quoted(reply, &String::from_utf8_lossy(&reply.body), LENGTH) {
        line if line.is_empty() => line,
        line => format!("; body: {line}"),
    }
}

/// The beginning of what the server says, redacted.
fn quoted(reply: &Reply, said: &str, length: usize) -> String {
    shortened(&reply.secrets.redact(said.to_owned()), length)
}

/// The number of characters that a message quotes of a body or of its details.
const LENGTH: usize = 200;

/// The number of characters that a message quotes of a sentence of the server.
const SENTENCE_LENGTH: usize = 1000;

/// The beginning of a string, on one line. Control characters are replaced, because they could
/// change what a terminal or a log shows.
fn shortened(string: &str, length: usize) -> String {
    let words = string.split_whitespace();
    let spaced = words.flat_map(|word| iter::once(' ').chain(word.chars()));
    let mut characters = spaced.skip(1).map(|char| match char.is_control() {
        true => char::REPLACEMENT_CHARACTER,
        false => char,
    });
    let mut line: String = characters.by_ref().take(length).collect();
    if characters.next().is_some() {
        line.push('…');
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn details_end_where_a_message_does() {
        let name = "n".repeat(10_000);
        let values = Value::from(vec![1; 10_000]);
        let errors = Value::from_iter([("a", Value::from_iter([(name, values)]))]);
        let mut details = String::new();
        list_details(&mut String::new(), &errors, &mut details);
        assert!(details.starts_with("a.nnn") && details.ends_with("nnn: 1"));
        assert!(details.len() < 11_000, "{} bytes", details.len());
    }

    #[test]
    fn what_is_quoted_is_on_one_line_and_short() {
        let long = "é".repeat(LENGTH);
        for (string, shown) in [
            (" \n", ""),
            (" a\n b\tc ", "a b c"),
            ("\u{1b}[31ma\0", "\u{fffd}[31ma\u{fffd}"),
            (format!("{long}\n").as_str(), long.as_str()),
            (format!("{long}e").as_str(), format!("{long}…").as_str()),
        ] {
            assert_eq!(shortened(string, LENGTH), shown);
        }
    }
}
