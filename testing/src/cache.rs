//! `/v1/files/purge`: purges. The server has no cache, so they have no effect.

use std::time::Duration;

use http::StatusCode;
use serde_json::{Map, json};

use super::account::Account;
use super::clock::Timestamp;
use super::jobs;
use super::reply::{self, Refusal, Reply};
use super::routes::Call;
use super::store::{Change, Kind, Record, State};

/// The purges that an account has each month.
const MAX_PER_MONTH: usize = 1000;

/// The fewest characters of a path that ends in a wildcard, unless it has two levels or a file
/// extension.
const MIN_PATTERN: usize = 15;

/// `POST /v1/files/purge`
pub(super) fn purge(call: &Call<'_>) -> Result<Reply, Refusal> {
    let url = call.text("url");
    check(call.account, url)?;
    let time = call.account.job_time;
    let id = call
        .account
        .store
        .change(|change| request(change, time, url))?;
    Ok(reply::json_with(
        StatusCode::CREATED,
        &json!({ "requestId": id }),
    ))
}

/// `GET /v1/files/purge/{requestId}`
pub(super) fn status(call: &Call<'_>) -> Result<Reply, Refusal> {
    let found = call.account.store.read(|state| {
        let now = Timestamp::now().max(state.last_change());
        let purge = state.record(Kind::Purge, call.id())?;
        Some(jobs::is_due(purge, now))
    });
    let is_due = found.ok_or_else(|| Refusal::bad_request("No purge request has this id."))?;
    let status = if is_due { "Completed" } else { "Pending" };
    Ok(reply::json(&json!({ "status": status })))
}

/// Plans a purge and returns its id.
pub(super) fn request(
    change: &mut Change<'_>,
    time: Duration,
    url: &str,
) -> Result<String, Refusal> {
    if this_month(change.state, change.now) >= MAX_PER_MONTH {
        return Err(Refusal::new(
            StatusCode::FORBIDDEN,
            format!("The account has used its {MAX_PER_MONTH} purges of this month."),
        ));
    }
    let mut purge = Record::new(change.now, Map::new());
    purge.internal.insert("url".to_owned(), json!(url));
    purge
        .internal
        .insert("due".to_owned(), json!(jobs::due(change.now, time)));
    Ok(change.put_record(Kind::Purge, purge).id.clone())
}

fn this_month(state: &State, now: Timestamp) -> usize {
    // The first seven characters are year and month.
    let month = |time: Timestamp| time.to_string().get(..7).map(str::to_owned);
    let purges = state.records(Kind::Purge).into_iter();
    purges
        .filter(|purge| month(purge.created) == month(now))
        .count()
}

/// Checks that a URL is one of this server, with a wildcard only at the end and only after enough.
fn check(account: &Account, url: &str) -> Result<(), Refusal> {
    let path = url
        .strip_prefix(&account.url_endpoint)
        .and_then(|rest| rest.strip_prefix('/'))
        .ok_or_else(|| {
            Refusal::bad_request("The url must be below the URL endpoint of this server.")
        })?;
    let Some((path, after)) = path.split_once('*') else {
        return Ok(());
    };
    if !after.is_empty() {
        return Err(Refusal::bad_request(
            "The url may have a wildcard at its end only.",
        ));
    }
    let last = path.rsplit('/').next().unwrap_or_default();
    let has_levels = path.contains('/') && !last.is_empty();
    let is_file = last
        .split_once('.')
        .is_some_and(|(name, extension)| !name.is_empty() && !extension.is_empty());
    match has_levels || is_file || path.chars().count() >= MIN_PATTERN {
        true => Ok(()),
        false => Err(Refusal::bad_request(
            "The path before the wildcard must have two levels, 15 characters, or a file name with its extension.",
        )),
    }
}
