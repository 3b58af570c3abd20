//! Takes connections and requests, and puts on every reply what all replies carry.

use std::convert::Infallible;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Request, StatusCode};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::time;
use uuid::Uuid;

use super::account::Account;
use super::reply::{Refusal, Reply};
use super::routes;

/// The most bytes that a request body may have.
pub(super) const MAX_BODY: usize = 64 * 1024 * 1024;

/// How long the rest of a body that is too large is awaited before the reply.
const DRAIN_TIME: Duration = Duration::from_secs(10);

/// The pause after a connection could not be taken, for example because the process has too many files open.
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
/// What goes wrong with a connection concerns its client only, which sees it for itself.
async fn serve_connection(
    stream: TcpStream,
    account: Arc<Account>,
    mut alive: watch::Receiver<()>,
) {
    // Only saves time, so it may fail.
    let _ = stream.set_nodelay(true);
    let service = service_fn(|request| {
        let account = Arc::clone(&account);
        async move { Ok::<_, Infallible>(respond(&account, request).await) }
    });
    let mut connection =
        pin!(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
    tokio::select! {
        _ = connection.as_mut() => {}
        _ = alive.changed() => {
            connection.as_mut().graceful_shutdown();
            let _ = connection.await;
        }
    }
}

async fn respond(account: &Account, request: Request<Incoming>) -> Reply {
    let is_api = request.uri().path().starts_with("/v1/");
    let mut reply = match read(request).await {
        Ok(request) => routes::answer(account, request).await,
        Err(refusal) => refusal.into_json(),
    };
    if let Ok(id) = HeaderValue::try_from(Uuid::new_v4().to_string()) {
        reply.headers_mut().insert("x-ik-requestid", id);
    }
    if is_api {
        add_rate_limit(reply.headers_mut());
    }
    reply
}

/// Says what a server without a limit can say: so many requests per interval, and no time to wait for the next.
fn add_rate_limit(headers: &mut HeaderMap) {
    const REQUESTS: u64 = 100;
    const INTERVAL_MS: u64 = 1000;
    const WAIT_MS: u64 = 0;
    headers.insert("x-ratelimit-limit", REQUESTS.into());
    headers.insert("x-ratelimit-interval", INTERVAL_MS.into());
    headers.insert("x-ratelimit-reset", WAIT_MS.into());
}

/// Reads the body of a request, whole.
async fn read(request: Request<Incoming>) -> Result<Request<Bytes>, Refusal> {
    let (head, mut body) = request.into_parts();
    match Limited::new(&mut body, MAX_BODY).collect().await {
        Ok(collected) => Ok(Request::from_parts(head, collected.to_bytes())),
        Err(error) if error.is::<LengthLimitError>() => {
            drain(body).await;
            Err(Refusal::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                "The request body has more than 64 MiB, the most that this server takes.",
            ))
        }
        Err(error) => Err(Refusal::bad_request(format!(
            "The request body broke off: {error}."
        ))),
    }
}

/// Takes in the rest of a body, for a client that is still sending when the connection closes may lose the reply.
async fn drain(mut body: Incoming) {
    let rest = async { while let Some(Ok(_)) = body.frame().await {} };
    // A client that is slower than this gets the reply early.
    let _ = time::timeout(DRAIN_TIME, rest).await;
}
