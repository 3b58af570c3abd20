//! What waits and downloads share: a URL, its options, and the meaning of responses.

use reqwest::header::HeaderMap;
use reqwest::{StatusCode, Url};
use tokio::time::{Instant, timeout};

use crate::client::{Attempts, Http, Options, Reply, Response, check_runtime, read, traced};
use crate::error::{Error, ErrorKind};
use crate::http::{Transport, redirect_target};
use crate::raw::operations::Operation;
use crate::secret::RedactedUrl;
use crate::url::{ImageKitUrl, written_and_decoded};
use crate::validate::http_url;

/// Returns an operation that names a request outside of the API in errors, spans and rate limits.
pub(super) const fn operation(id: &'static str) -> Operation {
    Operation {
        id,
        name: "",
        method: "GET",
        path: "",
        server: None,
        empty: "",
        is_confidential: false,
        content_type: "",
        is_body_optional: false,
        accept: "",
        encodings: &[],
    }
}

/// A URL and the options of its requests.
#[derive(Clone, Debug)]
pub(super) struct Target {
    pub(super) http: Http,
    pub(super) options: Options,
    pub(super) url: RedactedUrl<String>,
}

macro_rules! setters {
    () => {
        /// Sets the longest time until the headers of a response arrive, and the longest pause in a
        /// body. The default is the client's.
        pub fn timeout(mut self, timeout: Duration) -> Self {
            self.target.options.timeout(timeout);
            self
        }

        /// Sets a header of the requests. See
        /// [`ImageKitBuilder::header`](crate::ImageKitBuilder::header) for headers that are
        /// refused.
        pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
            self.target.options.header(name, value);
            self
        }

        /// Sets the retry policy, in place of the client's.
        pub fn retry(mut self, policy: RetryPolicy) -> Self {
            self.target.options.retry(policy);
            self
        }
    };
}

pub(super) use setters;

/// A target after its URL was checked.
pub(super) struct Source {
    pub(super) operation: &'static Operation,
    pub(super) http: Http,
    pub(super) options: Options,
    pub(super) transport: Transport,
    pub(super) url: Url,
}

impl Target {
    pub(super) fn source(self, operation: &'static Operation) -> Result<Source, Error> {
        check_runtime(operation)?;
        let url = http_url(&self.url.0).ok_or_else(|| {
                Error::invalid_input(
                    "url",
                    format!(
                        "{:?} is not an absolute http or https URL; give one such as https://ik.imagekit.io/demo/a.jpg",
                        self.url
                    ),
                )
            })?;
        let transport = self
            .http
            .transport_for(operation, &self.options, false)?
            .with_secrets(secrets(&url));
        Ok(Source {
            operation,
            http: self.http,
            options: self.options,
            transport,
            url,
        })
    }
}

/// Returns the secrets in a URL, which a server may repeat: the user info, and the query except the
/// transformation.
fn secrets(url: &Url) -> Vec<String> {
    let parameters = url.query().unwrap_or_default().split('&');
    let values = parameters
        .filter(|parameter| !parameter.starts_with("tr="))
        .map(|parameter| {
            parameter
                .split_once('=')
                .map_or(parameter, |(_, value)| value)
        });
    let user_info = [url.username(), url.password().unwrap_or_default()];
    let written = user_info.into_iter().chain(values);
    written.flat_map(written_and_decoded).collect()
}

impl Source {
    pub(super) fn host(&self) -> &str {
        self.url.host_str().unwrap_or_default()
    }

    pub(super) fn attempts(&self, deadline: Option<Instant>) -> Attempts<'_> {
        self.http
            .attempts(self.operation, &self.options, deadline, None)
    }

    /// Requests the file without receiving it.
    pub(super) async fn poll(&self) -> Result<Response<()>, Error> {
        let deadline = self.options.deadline();
        let mut attempts = self.attempts(deadline);
        let response = self.open(&mut attempts, deadline, HeaderMap::new()).await?;
        Ok(response.map(drop))
    }

    /// Requests the file, with retries.
    pub(super) async fn open(
        &self,
        attempts: &mut Attempts<'_>,
        deadline: Option<Instant>,
        headers: HeaderMap,
    ) -> Result<Response<reqwest::Response>, Error> {
        loop {
            let number = attempts.next().await?;
            let attempt = self.attempt(deadline, headers.clone());
            let result = traced(self.operation.id, number, attempt).await;
            let result = result.map_err(|error| error.after(number));
            attempts.report(&result);
            let error = match result {
                Ok(response) => return Ok(response),
                Err(error) => error,
            };
            // ImageKit caches these failures.
            let is_final = error
                .reply()
                .is_some_and(|reply| reply.delivery_error().is_some());
            if is_final && error.kind() != ErrorKind::RateLimited {
                return Err(error);
            }
            attempts.wait(error, true).await?;
        }
    }

    /// Requests the file once.
    async fn attempt(
        &self,
        deadline: Option<Instant>,
        headers: HeaderMap,
    ) -> Result<Response<reqwest::Response>, Error> {
        let limit = self.options.attempt_limit(deadline);
        let reading = read(&self.transport, self.operation, self.url.clone(), headers);
        let Ok(result) = timeout(limit.left, reading).await else {
            let message = format!("no response from {} within {limit}", self.host());
            return Err(Error::new(ErrorKind::Timeout, message).during(self.operation.id, true));
        };
        let (response, head) = match result {
            Ok(response) => response.into_parts(),
            Err(error) => {
                let not_delivered = error
                    .reply()
                    .filter(|reply| reply.status.is_redirection())
                    .and_then(|redirect| self.not_delivered(redirect));
                return Err(not_delivered.unwrap_or(error));
            }
        };
        match self.not_delivered(&head) {
            Some(error) => Err(error),
            None => Ok(Response::new(response, head)),
        }
    }

    /// Returns the error of a success or a redirect that is not the requested file.
    fn not_delivered(&self, reply: &Reply) -> Option<Error> {
        let status = reply.status;
        let (kind, message) = if let Some(reason) = reply.delivery_error() {
            let reason = reply.secrets.redact(reason.to_owned());
            let message = format!("the server answered {status} with an error: {reason}");
            (ErrorKind::BadRequest, message)
        } else {
            let what = if self.redirects_to_original(reply) {
                " and redirects to the original"
            } else if status == StatusCode::ACCEPTED || is_intermediate(&reply.headers) {
                ""
            } else {
                return None;
            };
            let message = format!(
                "the server answered {status}{what}: ImageKit is still preparing the file; use \
                 `Delivery::wait_until_ready`"
            );
            (ErrorKind::NotReady, message)
        };
        Some(Error::new(kind, message).with_reply(self.operation.id, reply.clone()))
    }

    /// Whether a redirect leads to the file without the transformation. ImageKit redirects there
    /// while it prepares a video.
    fn redirects_to_original(&self, reply: &Reply) -> bool {
        let target = redirect_target(&self.url, &reply.headers);
        reply.status.is_redirection()
            && target.is_some_and(|target| is_original_of(&target, &self.url))
    }

    /// The error of a success that is not a valid response.
    pub(super) fn unfit(&self, reply: Reply, what: &str) -> Error {
        let message = format!("the server answered {}, but {what}", reply.status);
        Error::new(ErrorKind::Decode, message).with_reply(self.operation.id, reply)
    }
}

fn is_intermediate(headers: &HeaderMap) -> bool {
    let value = headers.get("is-intermediate-response");
    value.is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"true"))
}

/// Whether `target` is the original of the file at `url`.
fn is_original_of(target: &Url, url: &Url) -> bool {
    let (Ok(original), Ok(own)) = (
        ImageKitUrl::parse(target.as_str()),
        ImageKitUrl::parse(url.as_str()),
    ) else {
        return false;
    };
    let file = |url: &ImageKitUrl| format!("{}{}", url.endpoint(), url.path());
    let (original_file, own_file) = (file(&original), file(&own));
    let Some(suffix) = own_file.strip_prefix(&original_file) else {
        return false;
    };
    let is_derived = suffix.starts_with("/ik-");
    let is_transformed = is_derived || own.transformation().is_some();
    match original.transformation().as_deref() {
        None => is_transformed && (is_derived || suffix.is_empty()),
        Some("orig" | "orig-true") => is_derived || suffix.is_empty(),
        Some(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_original_of_a_file_is_known_by_its_url() {
        let endpoint = "https://ik.imagekit.io/demo";
        for (url, target, expected) in [
            ("/a.mp4?tr=w-300", "/a.mp4", true),
            ("/a.mp4?tr=w-300", "/a.mp4?tr=orig-true", true),
            ("/a.mp4?tr=w-300&v=1&ik-s=abc", "/a.mp4?v=1&tr=orig", true),
            ("/tr:w-300/a.mp4", "/a.mp4", true),
            ("/tr:w-300/a.mp4", "/tr:orig-true/a.mp4", true),
            ("/tr:w-300/b/a.mp4", "/b/a.mp4?tr=orig", true),
            ("/a.mp4", "/a.mp4?tr=orig-true", true),
            ("/a.gif/ik-gif-video.mp4", "/a.gif", true),
            ("/a.mp4/ik-master.m3u8?tr=sr-240", "/a.mp4?tr=orig", true),
            ("/a.mp4", "/a.mp4", false),
            ("/a.mp4?tr=w-300", "/a.mp4?tr=w-300", false),
            ("/a.mp4?tr=w-300", "/a.mp4?tr=w-301", false),
            ("/a.mp4?tr=w-300", "/b.mp4", false),
            ("/a.mp4?tr=w-300", "/", false),
            ("/b/a.mp4?tr=w-300", "/b", false),
            ("/tr:w-300/a.mp4", "/login?tr=orig", false),
        ] {
            let url = Url::parse(&format!("{endpoint}{url}")).unwrap();
            let target = url.join(&format!("{endpoint}{target}")).unwrap();
            assert_eq!(is_original_of(&target, &url), expected, "{url} {target}");
        }
        let url = Url::parse("https://ik.imagekit.io/demo/a.mp4?tr=w-300").unwrap();
        for target in [
            "http://ik.imagekit.io/demo/a.mp4",
            "https://ik.imagekit.io:444/demo/a.mp4",
            "https://example.com/demo/a.mp4",
            "data:,demo/a.mp4",
        ] {
            assert!(
                !is_original_of(&Url::parse(target).unwrap(), &url),
                "{target}"
            );
        }
    }
}
