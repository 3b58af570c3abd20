//! The page at `/`, if the builder enables it.

use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, header};
use serde_json::{Value, json};

use super::account::Account;
use super::recorder::Request;
use super::reply::{self, Reply};

/// The header of the page's own requests, which it doesn't show.
const OWN: &str = "x-ik-test-page";

/// The most requests that the page shows.
const MAX: usize = 100;

/// The page, or the requests that it shows. `None` for all other requests.
pub(super) fn answer(account: &Account, head: &Parts) -> Option<Reply> {
    if !account.has_page || head.method != Method::GET || !is_local(&head.headers) {
        return None;
    }
    match head.uri.path() {
        "/" => Some(page(account)),
        "/requests.json" => Some(reply::json(&requests(account))),
        _ => None,
    }
}

/// Whether the client knows the server by an address of this machine. A site of another name that
/// resolves to it can't read the key from the page.
fn is_local(headers: &HeaderMap) -> bool {
    let host = headers
        .get(header::HOST)
        .and_then(|value| value.to_str().ok());
    let name = host.map(|host| host.rsplit_once(':').map_or(host, |(name, _port)| name));
    matches!(name, Some("127.0.0.1" | "localhost"))
}

fn page(account: &Account) -> Reply {
    let config = json!({
        "url": account.origin,
        "urlEndpoint": account.url_endpoint,
        "privateKey": account.private_key,
        "publicKey": account.public_key,
    });
    // So that no key ends the script.
    let config = config.to_string().replace('<', "\\u003c");
    let page = include_str!("page.html").replacen("CONFIG", &config, 1);
    let mut reply = reply::bytes("text/html; charset=utf-8", page.into());
    let headers = reply.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    reply
}

/// The latest requests, the last one first.
fn requests(account: &Account) -> Value {
    // The browser fetches the page's pictures without that header, but says where they are shown.
    let is_own = |request: &Request| {
        let [from, host] = ["referer", "host"].map(|name| request.header(name).unwrap_or_default());
        request.header(OWN).is_some() || from.starts_with(&format!("http://{host}/"))
    };
    let all = account.recorder.all().into_iter().rev();
    all.filter(|request| !is_own(request))
        .take(MAX)
        .map(|request| {
            json!({
                "status": request.status(),
                "method": request.method(),
                "path": request.path(),
                "operation": request.operation(),
            })
        })
        .collect()
}
