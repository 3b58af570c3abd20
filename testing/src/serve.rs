//! Serves connections and requests, and adds the common headers to replies.

use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Request, StatusCode};
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::time;
use uuid::Uuid;

use super::account::Account;
use super::fault::{self, Fault, Sent};
use super::limits;
use super::multipart::Form;
use super::page;
use super::recorder;
use super::reply::{Refusal, Reply};
use super::routes::{self, Route};

/// The most bytes that a request body may have.
pub(super) const MAX_BODY: usize = 64 * 1024 * 1024;

/// The most bytes that the head of a request may have.
const MAX_HEAD: usize = 64 * 1024;

/// How long a connection may take for the head of a request, and be idle.
const HEAD_TIME: Duration = Duration::from_secs(60);

/// How long a body may stall.
const STALL_TIME: Duration = Duration::from_secs(60);

/// How long the rest of a body that is too large is read before the reply.
const DRAIN_TIME: Duration = Duration::from_secs(10);

/// The pause after a connection could not be taken, for example because the process has too many
/// files open.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Serves until the sender of `alive` is gone.
pub(super) async fn serve(
    listener: TcpListener,
    account: Arc<Account>,
    mut alive: watch::Receiver<()>,
) {
    loop {
        tokio::select! {
            _ = alive.changed() => return,
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    tokio::spawn(serve_connection(stream, Arc::clone(&account), alive.clone()));
                }
                Err(_) => time::sleep(ACCEPT_PAUSE).await,
            },
        }
    }
}

/// Serves one connection. Once the sender of `alive` is gone, the current request is the last.
///
/// A failure of a connection is ignored: its client sees it.
async fn serve_connection(
    stream: TcpStream,
    account: Arc<Account>,
    mut alive: watch::Receiver<()>,
) {
    // Only saves time, so it may fail.
    let _ = stream.set_nodelay(true);
    let service = service_fn(|request| {
        let account = Arc::clone(&account);
        async move { respond(&account, request).await }
    });
    let mut connection = pin!(
        http1::Builder::new()
            .timer(TokioTimer::new())
            // A request is carried out even if its client goes away meanwhile.
            .half_close(true)
            .header_read_timeout(HEAD_TIME)
            .max_buf_size(MAX_HEAD)
            .serve_connection(TokioIo::new(stream), service)
    );
    tokio::select! {
        _ = connection.as_mut() => {}
        _ = alive.changed() => {
            connection.as_mut().graceful_shutdown();
            let _ = connection.await;
        }
    }
}

/// Answers a request. An error closes the connection.
async fn respond(account: &Account, request: Request<Incoming>) -> io::Result<Sent> {
    let (head, body) = request.into_parts();
    if let Some(reply) = page::answer(account, &head) {
        return Ok(fault::whole(reply));
    }
    let route = Route::find(&head.method, head.uri.path());
    let operation = route.as_ref().ok().map(|route| route.id());
    let body = read(body).await;
    let received = body.as_ref().map_or_else(|_| Bytes::new(), Bytes::clone);
    let limits = limits(account, &route, &head);
    let fault = account.faults.take(operation);
    if let Some(fault) = &fault {
        time::sleep(fault.delay_before()).await;
    }
    let right = match fault.as_ref().is_none_or(Fault::carries_out) {
        true => Some(answer(account, route, &head, body, limits.as_ref()).await),
        false => None,
    };
    if let Some(fault) = &fault {
        time::sleep(fault.delay_after()).await;
    }
    let sequence = right.as_ref().and_then(|reply| {
        reply
            .headers()
            .get(routes::SEQUENCE)?
            .to_str()
            .ok()?
            .parse()
            .ok()
    });
    let mut sent = match fault {
        Some(fault) => fault.apply(right),
        None => right.map(fault::whole),
    };
    if let Some(sent) = &mut sent {
        add_headers(sent.headers_mut(), limits.as_ref());
    }
    account.recorder.add(recorder::Request {
        operation,
        form: Form::read(&head.headers, received.clone()).await.ok(),
        method: head.method,
        uri: head.uri,
        headers: head.headers,
        body: received,
        status: sent.as_ref().map(|sent| sent.status().as_u16()),
        sequence,
    });
    sent.ok_or_else(|| io::ErrorKind::ConnectionAborted.into())
}

async fn answer(
    account: &Account,
    route: Result<Route, Refusal>,
    head: &Parts,
    body: Result<Bytes, Refusal>,
    limits: Option<&limits::Headers>,
) -> Reply {
    match (limits.and_then(limits::Headers::refusal), body, route) {
        (_, Err(refusal), _) | (None, _, Err(refusal)) => refusal.into_json(),
        (Some(limited), ..) => limited,
        (None, Ok(body), Ok(route)) => routes::answer(account, route, head, body).await,
    }
}

/// The rate limit of a request to the API, which counts it. Uploads and delivery have none.
fn limits(
    account: &Account,
    route: &Result<Route, Refusal>,
    head: &Parts,
) -> Option<limits::Headers> {
    let is_api = head.uri.path().starts_with("/v1/");
    match route {
        Ok(Route::Operation(operation)) if is_api => Some(account.limits.count(operation)),
        _ => is_api.then_some(limits::Headers::UNLIMITED),
    }
}

/// Adds the common headers, unless a fault has set them.
fn add_headers(headers: &mut HeaderMap, limits: Option<&limits::Headers>) {
    let own = headers.clone();
    if let Ok(id) = HeaderValue::try_from(Uuid::new_v4().to_string()) {
        headers.insert("x-ik-requestid", id);
    }
    if let Some(limits) = limits {
        limits.add_to(headers);
    }
    headers.extend(own);
}

/// Reads the body of a request, whole.
async fn read(mut body: Incoming) -> Result<Bytes, Refusal> {
    let mut bytes = BytesMut::new();
    loop {
        let frame = match time::timeout(STALL_TIME, body.frame()).await {
            Err(_) => {
                let message = "The request body stalled.";
                return Err(Refusal::new(StatusCode::REQUEST_TIMEOUT, message));
            }
            Ok(None) => return Ok(bytes.freeze()),
            Ok(Some(Err(error))) => {
                let message = format!("The request body broke off: {error}.");
                return Err(Refusal::bad_request(message));
            }
            Ok(Some(Ok(frame))) => frame,
        };
        let Ok(data) = frame.into_data() else {
            continue;
        };
        if bytes.len() + data.len() > MAX_BODY {
            drop(bytes);
            drain(body).await;
            return Err(Refusal::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                "The request body has more than 64 MiB, the most that this server takes.",
            ));
        }
        bytes.extend_from_slice(&data);
    }
}

/// Reads the rest of a body: a client that is still sending when the connection closes may lose the
/// reply.
async fn drain(mut body: Incoming) {
    let rest = async { while let Some(Ok(_)) = body.frame().await {} };
    // A client that is slower than this gets the reply early.
    let _ = time::timeout(DRAIN_TIME, rest).await;
}
