//! HTTP responses as received, and what their headers and error bodies say.

#[cfg(feature = "client")]
use std::sync::OnceLock;
#[cfg(feature = "client")]
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use reqwest::StatusCode;
use reqwest::header::HeaderMap;
#[cfg(feature = "client")]
use reqwest::header::{HeaderValue, RETRY_AFTER};
#[cfg(feature = "client")]
use serde_json::{Map, Value};

#[cfg(feature = "client")]
use crate::secret::Secrets;
#[cfg(feature = "client")]
use crate::time::{after_1970, parse_http_date};

/// A response as received.
#[derive(Clone)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// What errors must not quote of it.
    #[cfg(feature = "client")]
    pub(crate) secrets: Secrets,
    #[cfg(feature = "client")]
    error: OnceLock<Box<ErrorBody>>,
}

impl Reply {
    /// A response whose body is still to come.
    pub(crate) fn new(
        status: StatusCode,
        headers: HeaderMap,
        #[cfg(feature = "client")] secrets: Secrets,
    ) -> Self {
        Self {
            status,
            headers,
            body: Bytes::new(),
            #[cfg(feature = "client")]
            secrets,
            #[cfg(feature = "client")]
            error: OnceLock::new(),
        }
    }
}

#[cfg(feature = "client")]
impl Reply {
    pub(crate) fn request_id(&self) -> Option<&str> {
        self.header("x-ik-requestid")
    }

    /// Why a file is not delivered as its URL asks: the header `ik-error`.
    pub(crate) fn delivery_error(&self) -> Option<&str> {
        self.header("ik-error")
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(HeaderValue::to_str)?.ok()
    }

    /// The body as an error of ImageKit, parsed once.
    pub(crate) fn error(&self) -> &ErrorBody {
        self.error
            .get_or_init(|| Box::new(ErrorBody::parse(&self.body)))
    }

    /// The wait that the server asks for: ImageKit's milliseconds on 429, or HTTP's seconds or
    /// date.
    pub(crate) fn retry_after(&self) -> Option<Duration> {
        let reset = match self.status {
            StatusCode::TOO_MANY_REQUESTS => wait(&self.headers, "x-ratelimit-reset", 1e-3),
            _ => None,
        };
        reset.or_else(|| wait(&self.headers, RETRY_AFTER.as_str(), 1.0))
    }
}

/// What ImageKit's error bodies have in common. Every member may be missing.
#[cfg(feature = "client")]
#[derive(Clone, Debug, Default)]
pub(crate) struct ErrorBody {
    pub(crate) message: Option<String>,
    pub(crate) help: Option<String>,
    pub(crate) reason: Option<String>,
    pub(crate) error_type: Option<String>,
    pub(crate) errors: Option<Value>,
    pub(crate) missing_file_ids: Vec<String>,
}

#[cfg(feature = "client")]
impl ErrorBody {
    /// Members of other types are kept as JSON. A body that is not an object has no members.
    fn parse(body: &[u8]) -> Self {
        let Ok(mut members) = serde_json::from_slice::<Map<String, Value>>(body) else {
            return Self::default();
        };
        let mut take = |name| members.remove(name).filter(|value| !value.is_null());
        let string = |value| match value {
            Value::String(value) => value,
            other => other.to_string(),
        };
        Self {
            message: take("message").map(string),
            help: take("help").map(string),
            reason: take("reason").map(string),
            error_type: take("type").map(string),
            errors: take("errors"),
            missing_file_ids: take("missingFileIds")
                .and_then(|ids| serde_json::from_value(ids).ok())
                .unwrap_or_default(),
        }
    }
}

/// The time per request that a response states.
#[cfg(feature = "client")]
pub(crate) fn stated_interval(headers: &HeaderMap) -> Option<Duration> {
    let limit = numbers(headers, "x-ratelimit-limit").find(|limit| *limit > 0.0)?;
    let interval = milliseconds(headers, "x-ratelimit-interval")?;
    Duration::try_from_secs_f64(interval.as_secs_f64() / limit).ok()
}

#[cfg(feature = "client")]
pub(crate) fn milliseconds(headers: &HeaderMap, name: &str) -> Option<Duration> {
    let number = numbers(headers, name).next()?;
    Duration::try_from_secs_f64(number / 1e3).ok()
}

/// The longest wait in the values of a header, whose unit is this many seconds. Values that cannot
/// be a wait are ignored.
#[cfg(feature = "client")]
pub(crate) fn wait(headers: &HeaderMap, name: &str, unit: f64) -> Option<Duration> {
    // As waits these would be eleven days, or decades; as timestamps they are near the present.
    const SECONDS: std::ops::Range<f64> = 1e9..1e12;
    const MILLISECONDS: std::ops::Range<f64> = 1e12..1e15;
    let since_1970 = |seconds| {
        let time = after_1970(Duration::try_from_secs_f64(seconds).ok()?)?;
        Some(left_until(time))
    };
    let waits = numbers(headers, name).filter_map(|number| match number {
        _ if SECONDS.contains(&number) => since_1970(number),
        _ if MILLISECONDS.contains(&number) => since_1970(number / 1e3),
        _ if number < SECONDS.start => Duration::try_from_secs_f64(number * unit).ok(),
        _ => None,
    });
    let dates = values(headers, name)
        .filter_map(parse_http_date)
        .map(left_until);
    waits.chain(dates).max()
}

#[cfg(feature = "client")]
fn left_until(time: SystemTime) -> Duration {
    time.duration_since(SystemTime::now()).unwrap_or_default()
}

#[cfg(feature = "client")]
fn values<'a>(headers: &'a HeaderMap, name: &str) -> impl Iterator<Item = &'a str> + use<'a> {
    let values = headers.get_all(name).into_iter();
    values.filter_map(|value| value.to_str().ok().map(str::trim))
}

/// Decimal numbers without a sign. A proxy may have joined several with commas.
#[cfg(feature = "client")]
pub(crate) fn numbers<'a>(
    headers: &'a HeaderMap,
    name: &str,
) -> impl Iterator<Item = f64> + use<'a> {
    values(headers, name)
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .filter(|value| {
            value
                .bytes()
                .all(|byte| byte.is_ascii_digit() || byte == b'.')
        })
        .filter_map(|value| value.parse().ok())
}
