//! Requests that the server itself sends, only to loopback: webhooks, and uploads from URLs.

use std::net::IpAddr;
use std::sync::OnceLock;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use reqwest::{Client, Url};

use super::reply::Refusal;

/// How long the server that has a file may take to answer.
const TIMEOUT: Duration = Duration::from_secs(8);

/// A URL, if its host is this machine.
pub(super) fn loopback(url: &str) -> Option<Url> {
    let url = Url::parse(url).ok()?;
    let host = url.host_str()?;
    let address = host
        .trim_start_matches('[')
        .trim_end_matches(']')
        .parse::<IpAddr>();
    let is_here = host == "localhost" || address.is_ok_and(|address| address.is_loopback());
    is_here.then_some(url)
}

/// A client that doesn't leave the machine by redirects or proxies.
pub(super) fn client() -> Option<Client> {
    static CLIENT: OnceLock<Option<Client>> = OnceLock::new();
    let made = CLIENT.get_or_init(|| {
        Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            // A connection belongs to the runtime that opened it, so none is kept.
            .pool_max_idle_per_host(0)
            .build()
            .ok()
    });
    made.clone()
}

/// Fetches a file of at most `limit` bytes.
pub(super) async fn fetch(url: &str, limit: usize) -> Result<Bytes, Refusal> {
    let failed = |what: &str| {
        Refusal::bad_request(format!(
            "The URL in the upload field file can't be read: {what}."
        ))
    };
    let url = loopback(url).ok_or_else(|| {
        failed("this server fetches from this machine only, not from the internet")
    })?;
    let client = client().ok_or_else(|| failed("there is no HTTP client"))?;
    let answer = tokio::time::timeout(TIMEOUT, client.get(url).send()).await;
    let mut response = answer
        .map_err(|_| failed("no answer within 8 seconds"))?
        .map_err(|error| failed(&error.without_url().to_string()))?;
    if !response.status().is_success() {
        return Err(failed(&format!("the answer is {}", response.status())));
    }
    let mut bytes = BytesMut::new();
    let rest = async {
        while let Some(chunk) = response.chunk().await.map_err(|_| failed("it broke off"))? {
            if bytes.len() + chunk.len() > limit {
                return Err(failed("it is too large"));
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(())
    };
    tokio::time::timeout(TIMEOUT, rest)
        .await
        .map_err(|_| failed("it takes too long"))??;
    Ok(bytes.freeze())
}
