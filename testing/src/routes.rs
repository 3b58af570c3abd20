//! Which request goes where.

use bytes::Bytes;
use http::request::Parts;
use http::{Method, Request, StatusCode};

use super::account::{Account, DELIVERY};
use super::auth;
use super::delivery;
use super::files;
use super::reply::{Refusal, Reply};
use super::upload::{self, Version};
use imagekitio::raw::operations;

/// Something that the server does.
#[derive(Clone, Copy)]
enum Route<'a> {
    Upload { version: Version },
    ListAssets,
    FileDetails { id: &'a str },
    DeleteFile { id: &'a str },
    Deliver,
}

impl<'a> Route<'a> {
    /// The one table of what the server knows.
    fn find(method: &Method, path: &'a str) -> Result<Self, Refusal> {
        let segments: Vec<&str> = path.split('/').skip(1).collect();
        let routes = match *segments.as_slice() {
            ["api", "v1", "files", "upload"] => {
                let version = Version::V1;
                vec![(Method::POST, Route::Upload { version })]
            }
            ["api", "v2", "files", "upload"] => {
                let version = Version::V2;
                vec![(Method::POST, Route::Upload { version })]
            }
            ["v1", "files"] => vec![(Method::GET, Route::ListAssets)],
            ["v1", "files", id] => vec![(Method::DELETE, Route::DeleteFile { id })],
            ["v1", "files", id, "details"] => vec![(Method::GET, Route::FileDetails { id })],
            [DELIVERY, ..] => vec![
                (Method::GET, Route::Deliver),
                (Method::HEAD, Route::Deliver),
            ],
            _ => return Err(not_implemented(method, path)),
        };
        match routes.iter().find(|(known, _)| known == method) {
            Some((_, route)) => Ok(*route),
            None if is_of_api(method, path) => Err(not_implemented(method, path)),
            None => {
                let known: Vec<_> = routes.iter().map(|(method, _)| method.as_str()).collect();
                let known = known.join(", ");
                let message = format!("This server answers {known} here, not {method}.");
                Err(Refusal::new(StatusCode::METHOD_NOT_ALLOWED, message).allowing(&known))
            }
        }
    }
}

/// Whether the API has an operation there.
fn is_of_api(method: &Method, path: &str) -> bool {
    operations::ALL.iter().any(|operation| {
        let parts = operation.path.split('/').zip(path.split('/'));
        operation.method == method.as_str()
            && operation.path.split('/').count() == path.split('/').count()
            && parts
                .into_iter()
                .all(|(part, segment)| part.starts_with('{') || part == segment)
    })
}

/// Not 404, which says of an operation that the server knows that there is no such file.
fn not_implemented(method: &Method, path: &str) -> Refusal {
    let message = format!("This server doesn't implement {method} {path}.");
    Refusal::new(StatusCode::NOT_IMPLEMENTED, message)
}

/// Answers a request.
pub(super) async fn answer(account: &Account, request: Request<Bytes>) -> Reply {
    let (head, body) = request.into_parts();
    let route = match Route::find(&head.method, head.uri.path()) {
        Ok(route) => route,
        Err(refusal) => return refusal.into_json(),
    };
    match (route, follow(account, route, &head, body).await) {
        (_, Ok(reply)) => reply,
        (Route::Deliver, Err(refusal)) => refusal.into_text(),
        (_, Err(refusal)) => refusal.into_json(),
    }
}

async fn follow(
    account: &Account,
    route: Route<'_>,
    head: &Parts,
    body: Bytes,
) -> Result<Reply, Refusal> {
    // Delivery checks signatures, and an upload may have its credentials in the form.
    if !matches!(route, Route::Deliver | Route::Upload { .. }) {
        auth::check(&head.headers, &account.private_key)?;
    }
    match route {
        Route::Upload { version } => upload::upload(account, version, &head.headers, body).await,
        Route::ListAssets => files::list(account, head.uri.query().unwrap_or_default()),
        Route::FileDetails { id } => files::details(account, id),
        Route::DeleteFile { id } => files::delete(account, id),
        Route::Deliver => delivery::deliver(account, &head.uri),
    }
}
