use std::fmt;
use std::marker::PhantomData;

use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderValue};
use reqwest::{Body, Method, Url};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::failure::Attempt;
use super::options::Limit;
use super::target::{Quotes, class, is_read};
use super::{
    Http, Options, Response, Target, check_runtime, request_options, sendable, undecodable,
};
use crate::error::Error;
use crate::http::{Transport, is_one_segment};
use crate::raw::operations::{self, Operation};
use crate::secret::RedactedUrl;
use crate::url::unescape;

/// A request to any path of ImageKit's API. See [`ImageKit::request`](crate::ImageKit::request).
#[must_use = "a request is sent by `.await`"]
pub struct CustomRequest<T = Value> {
    http: Http,
    options: Options,
    method: Result<Method, Error>,
    path: String,
    server: Option<&'static str>,
    body: Option<Result<Vec<u8>, Error>>,
    output: PhantomData<fn() -> T>,
}

impl CustomRequest {
    pub(crate) fn new<M: TryInto<Method>>(http: Http, method: M, path: String) -> Self {
        let method = method.try_into().map_err(|_| {
            let fix = "is not a valid HTTP method; give one such as `GET` or `POST`";
            Error::invalid_input("method", fix)
        });
        Self {
            options: http.options(),
            http,
            method,
            path,
            server: None,
            body: None,
            output: PhantomData,
        }
    }
}

impl<T> CustomRequest<T> {
    /// Adds a parameter to the query string, percent-encoded. A name may be repeated.
    ///
    /// Errors and `Debug` don't show the value.
    pub fn query(mut self, name: impl Into<String>, value: impl ToString) -> Self {
        self.options.extra_query(name, value);
        self
    }

    /// Sets the body, which is sent as JSON.
    ///
    /// A value that cannot be written as JSON is an
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) error of the request.
    pub fn json(mut self, body: &(impl Serialize + ?Sized)) -> Self {
        let json = serde_json::to_vec(body).map_err(|error| {
            let message = format!("the body cannot be written as JSON: {error}");
            Error::invalid_input("json", message).with_source(error)
        });
        self.body = Some(json);
        self
    }

    /// Sends the request to the upload API, `https://upload.imagekit.io` by default, instead of the
    /// management API.
    ///
    /// Upload paths that the client knows are sent there in any case.
    pub fn upload_host(mut self) -> Self {
        self.server = operations::UPLOAD_FILE.server;
        self
    }

    /// Decodes the body of the response as another type than [`Value`].
    ///
    /// An empty body is decoded as `null`: give `Option<U>` if the body may be empty, and `()` if
    /// it always is.
    pub fn decode<U: DeserializeOwned>(self) -> CustomRequest<U> {
        CustomRequest {
            http: self.http,
            options: self.options,
            method: self.method,
            path: self.path,
            server: self.server,
            body: self.body,
            output: PhantomData,
        }
    }

    request_options!(options);
}

impl<T: DeserializeOwned + Send + 'static> CustomRequest<T> {
    async fn run(self) -> Result<Response<T>, Error> {
        let method = self.method?;
        check_path(&self.path)?;
        let name = format!("{method} {}", self.path);
        let known = operations::ALL
            .iter()
            .filter(|operation| {
                operation.method == method.as_str() && operation.matches(&self.path)
            })
            // A fixed segment is a better match than a parameter.
            .min_by_key(|operation| operation.path.matches('{').count());
        let is_read = is_read(method.as_str());
        let server = known.and_then(|operation| operation.server).or(self.server);
        let target = Target {
            class: match known {
                Some(operation) => class(operation),
                None if is_read => "reads",
                None if server.is_some() => operations::UPLOAD_FILE.id,
                None => "writes",
            },
            is_read,
            quotes: match known {
                _ if is_confidential(&self.path) => Quotes::Nothing,
                Some(_) => Quotes::Everything,
                None => Quotes::Message,
            },
            name: name.into(),
        };
        check_runtime(&target)?;
        let during = |error: Error| error.during(target.name.clone(), false);
        let body = self.body.transpose().map_err(during)?;
        let attempt =
            |transport: Transport, limit: Limit| {
                let (target, method, path, body) = (
                    target.clone(),
                    method.clone(),
                    self.path.clone(),
                    body.clone(),
                );
                async move {
                    let attempt = Attempt::new(&target, &transport, Some(limit));
                    let during = |error: Error| error.during(target.name.clone(), false);
                    let url = url(transport.url(server), &path).map_err(during)?;
                    let mut request = reqwest::Request::new(method, url);
                    let json = HeaderValue::from_static("application/json");
                    request.headers_mut().insert(ACCEPT, json.clone());
                    if let Some(body) = body {
                        request.headers_mut().insert(CONTENT_TYPE, json);
                        *request.body_mut() = Some(Body::from(body));
                    }
                    *request.timeout_mut() = Some(limit.left);
                    transport.prepare(&mut request, None).map_err(during)?;
                    let client = transport.client()?;
                    let reply = match transport.exchange(&client, request).await {
                        Ok(reply) if reply.status.is_success() => reply,
                        Ok(reply) => return Err(attempt.refused(reply)),
                        Err(failure) => return Err(attempt.failed(failure)),
                    };
                    let json: &[u8] = match reply.body.is_empty() {
                        true => b"null",
                        false => &reply.body,
                    };
                    match serde_json::from_slice::<T>(json) {
                        Ok(value) => Ok(Response::new(value, reply)
                            .confidential(target.quotes == Quotes::Nothing)),
                        Err(error) => Err(undecodable(&target, reply, error)),
                    }
                }
            };
        self.http
            .repeat(
                &target,
                &self.options,
                method.is_idempotent(),
                attempt,
                |_| None,
            )
            .await
    }
}

sendable!(CustomRequest<T> => Response<T> where [T: DeserializeOwned + Send + 'static]);

impl<T> Clone for CustomRequest<T> {
    fn clone(&self) -> Self {
        Self {
            http: self.http.clone(),
            options: self.options.clone(),
            method: self.method.clone(),
            path: self.path.clone(),
            server: self.server,
            body: self.body.clone(),
            output: PhantomData,
        }
    }
}

/// Neither values of the query nor the body: they may be secrets.
impl<T> fmt::Debug for CustomRequest<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CustomRequest")
            .field("method", &self.method.as_ref().ok())
            .field("path", &RedactedUrl(&self.path))
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

/// Refuses a path that leads elsewhere, or that servers may read in another way.
fn check_path(path: &str) -> Result<(), Error> {
    let (why, fix) = if !path.starts_with('/') || path.starts_with("//") {
        (
            "it does not begin with a single `/`",
            "give the path alone, such as `/v1/files`, and the host to `ImageKitBuilder::base_url`",
        )
    } else if path.contains(['?', '#']) {
        ("it has a query or a fragment", "give parameters to `query`")
    } else if path.contains(|char: char| char == '\\' || char.is_control()) {
        (
            "it has a backslash or a control character",
            "give a path without them",
        )
    } else if !path.split('/').all(is_one_segment) {
        (
            "a segment is `.` or `..`, or contains an escaped separator in front of one",
            "give the path that these resolve to",
        )
    } else {
        return Ok(());
    };
    let path = RedactedUrl(path).to_string();
    let message = format!(
        "`{}` is not a valid path: {why}; {fix}",
        path.escape_debug()
    );
    Err(Error::invalid_input("path", message))
}

/// The address of a path under a base URL.
fn url(base: &str, path: &str) -> Result<Url, Error> {
    let parsed = Url::parse(base).and_then(|base| {
        let url = Url::parse(&format!("{}{path}", base.as_str().trim_end_matches('/')))?;
        Ok((base, url))
    });
    match parsed {
        Ok((base, url)) if url.origin() == base.origin() => Ok(url),
        _ => Err(Error::invalid_input(
            "path",
            "does not lead to the API's host; give the path of an operation, such as `/v1/files`",
        )),
    }
}

/// Whether a path is that of an operation whose requests or responses hold credentials, or lies
/// below one. Servers may ignore case, escapes and empty segments.
fn is_confidential(path: &str) -> bool {
    let path = String::from_utf8_lossy(&unescape(path)).into_owned();
    let segments = |path: &str| -> Vec<String> {
        let segments = path.split('/').filter(|segment| !segment.is_empty());
        segments.map(str::to_ascii_lowercase).collect()
    };
    let given = segments(&path);
    let is_above = |operation: &&Operation| {
        let template = segments(operation.path);
        template.len() <= given.len()
            && template
                .iter()
                .zip(&given)
                .all(|(template, given)| template.contains('{') || template == given)
    };
    let mut confidential = operations::ALL
        .iter()
        .filter(|operation| operation.is_confidential);
    confidential.any(|operation| is_above(&operation))
}
