//! What the tests of each resource do with its calls.

use std::pin::Pin;
use std::time::Duration;

use imagekitio::{Error, ErrorKind, ImageKit, Response, RetryPolicy};
use serde::Serialize;
use serde_json::Value;

use crate::{Request, Scripted, Step, json};

/// A call of any operation, with its reply left out.
pub type Call = Pin<Box<dyn Future<Output = Result<(), Error>> + Send>>;

/// Calls of a resource.
pub type Calls = fn(&ImageKit) -> Vec<Call>;

pub fn call<T>(
    request: impl IntoFuture<Output = Result<Response<T>, Error>, IntoFuture: Send + 'static>,
) -> Call {
    let future = request.into_future();
    Box::pin(async move { future.await.map(|_| ()) })
}

/// A client that repeats what may be repeated, at once. It returns a 429.
pub fn client(server: &Scripted) -> ImageKit {
    ImageKit::builder()
        .private_key("private_key_test")
        .base_url(&server.url)
        .retry(
            RetryPolicy::new()
                .base_delay(Duration::from_millis(1))
                .rate_limit_budget(Duration::ZERO),
        )
        .build()
        .unwrap()
}

/// A server that always answers like this, and a client for it.
pub async fn answering(status: &str, body: &str) -> (Scripted, ImageKit) {
    let server = Scripted::start(json(status, body)).await;
    let ik = client(&server);
    (server, ik)
}

/// The JSON of a body; none without a body.
pub fn body(request: &Request) -> Option<Value> {
    if request.body.is_empty() {
        assert_eq!(request.header("content-type"), None);
        return None;
    }
    assert_eq!(request.header("content-type"), Some("application/json"));
    Some(serde_json::from_slice(&request.body).unwrap())
}

/// Each call sends this line and this body.
pub async fn assert_sent(reply: (&str, &str), calls: Calls, expected: &[(&str, Option<Value>)]) {
    let (server, ik) = answering(reply.0, reply.1).await;
    for call in calls(&ik) {
        call.await.unwrap();
    }
    let requests = server.requests();
    let sent: Vec<_> = requests
        .iter()
        .map(|request| (request.line.as_str(), body(request)))
        .collect();
    assert_eq!(sent, expected);
}

/// The reply of a call, written as JSON again.
pub type Reply = Pin<Box<dyn Future<Output = Result<Value, Error>> + Send>>;

pub fn reply<T: Serialize>(
    request: impl IntoFuture<Output = Result<Response<T>, Error>, IntoFuture: Send + 'static>,
) -> Reply {
    let future = request.into_future();
    Box::pin(async move { Ok(serde_json::to_value(&*future.await?).unwrap()) })
}

/// Each call takes each of the replies, and loses nothing of it.
pub async fn assert_kept(status: &str, replies: &[Value], calls: fn(&ImageKit) -> Vec<Reply>) {
    for expected in replies {
        let (_server, ik) = answering(status, &expected.to_string()).await;
        for call in calls(&ik) {
            let kept = call.await.unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(kept, *expected);
        }
    }
}

/// Calls that give one thing keep it, whether it was there or is new, and the call that lists keeps
/// all.
pub async fn assert_all_kept(
    replies: &[Value],
    one: fn(&ImageKit) -> Vec<Reply>,
    list: fn(&ImageKit) -> Vec<Reply>,
) {
    for status in ["200 OK", "201 Created"] {
        assert_kept(status, replies, one).await;
    }
    let lists = [Value::Array(Vec::new()), Value::Array(replies.to_vec())];
    assert_kept("200 OK", &lists, list).await;
}

/// Each call fails with the kind of each status, and says what the server says, whatever the body
/// is.
pub async fn assert_errors(calls: Calls) {
    let statuses = [
        ("400 Bad Request", ErrorKind::BadRequest),
        ("401 Unauthorized", ErrorKind::Unauthorized),
        ("403 Forbidden", ErrorKind::Forbidden),
        ("404 Not Found", ErrorKind::NotFound),
        ("409 Conflict", ErrorKind::Conflict),
        ("423 Locked", ErrorKind::Locked),
        ("429 Too Many Requests", ErrorKind::RateLimited),
        ("500 Internal Server Error", ErrorKind::Server),
    ];
    let full = r#"{"message":"No.","help":"Ask.","reason":"WHY","new":[1]}"#;
    for (status, kind) in statuses {
        for text in [
            full,
            "{}",
            "",
            "<h1>No</h1>",
            r#"{"message":null,"help":7}"#,
        ] {
            let (_server, ik) = answering(status, text).await;
            for call in calls(&ik) {
                let error = call.await.unwrap_err();
                assert_eq!(error.kind(), kind, "{error}");
                assert_eq!(error.body(), Some(text.as_bytes()));
                assert_eq!(error.request_id(), Some("req-1"));
                if text == full {
                    assert_eq!(error.message(), Some("No."));
                    assert_eq!(error.help(), Some("Ask."));
                    assert_eq!(error.reason(), Some("WHY"));
                }
            }
        }
    }
}

/// Each call is refused with its message, and nothing is sent.
pub async fn assert_refused(calls: Calls, messages: &[&str]) {
    let (server, ik) = answering("200 OK", "{}").await;
    let calls = calls(&ik);
    assert_eq!(calls.len(), messages.len());
    for (call, message) in calls.into_iter().zip(messages) {
        let error = call.await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
        assert_eq!(error.to_string(), *message);
        assert!(!error.may_have_been_sent());
    }
    assert_eq!(server.requests(), []);
}

/// How often each call is sent to a server that hangs up on it.
pub async fn assert_attempts(calls: Calls, attempts: usize) {
    let server = Scripted::start([Step::HangUp]).await;
    let ik = client(&server);
    for call in calls(&ik) {
        let before = server.requests().len();
        let error = call.await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Connection, "{error}");
        assert!(error.may_have_been_sent());
        assert_eq!(server.requests().len() - before, attempts, "{error}");
    }
}
