//! `GET /demo/...`: delivery.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::SystemTime;

use http::{HeaderName, HeaderValue, StatusCode, Uri, header};
use imagekitio::url::Verification;
use percent_encoding::{CONTROLS, utf8_percent_encode};

use super::account::{Account, DELIVERY};
use super::paths;
use super::percent;
use super::reply::{self, Refusal, Reply};
use super::store::{File, State, Version};
use super::transformation::Steps;

/// The header with the parsed transformation.
const UNDERSTOOD: &str = "x-ik-test-transformation";

/// Answers with the bytes of a file as they were uploaded. Transformations are read, but not
/// applied.
pub(super) fn deliver(account: &Account, uri: &Uri) -> Result<Reply, Refusal> {
    let target = uri
        .path_and_query()
        .and_then(|target| {
            target
                .as_str()
                .strip_prefix('/')?
                .strip_prefix(DELIVERY)?
                .strip_prefix('/')
        })
        .ok_or_else(not_found)?;
    let (file, version) = find(account, target)?;
    let steps = account
        .store
        .read(|state| steps(target, state))
        .map_err(|problem| {
            Refusal::bad_request(format!("The transformation is invalid: {problem}."))
        })?;
    let bytes = version.content.bytes;
    account.deliveries.fetch_add(1, Ordering::Relaxed);
    account
        .delivered_bytes
        .fetch_add(bytes.len() as u64, Ordering::Relaxed);
    let mut reply = reply::bytes(file.mime(), bytes);
    let mut set = |name: HeaderName, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            reply.headers_mut().insert(name, value);
        }
    };
    if !steps.is_empty() {
        let text = utf8_percent_encode(&steps.to_string(), CONTROLS).to_string();
        set(HeaderName::from_static(UNDERSTOOD), &text);
    }
    if parameter(target, "ik-attachment").as_deref() == Some("true") {
        let name =
            parameter(target, "ik-attachment-filename").unwrap_or_else(|| file.name().to_owned());
        let name = percent::encode_path(&name).replace('/', "_");
        set(
            header::CONTENT_DISPOSITION,
            &format!("attachment; filename*=UTF-8''{name}"),
        );
    }
    Ok(reply)
}

/// The transformations of a target, in the path and in the query.
fn steps(target: &str, state: &State) -> Result<Steps, String> {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut steps = Steps::default();
    let first = path.split_once('/').map(|(first, _)| first);
    let first = first.and_then(percent::decode);
    let pairs = percent::query_pairs(query).unwrap_or_default();
    let in_query = pairs
        .iter()
        .filter(|(name, _)| name == "tr")
        .map(|(_, value)| value.as_str());
    let in_path = first.as_deref().and_then(|first| first.strip_prefix("tr:"));
    for text in in_path
        .into_iter()
        .chain(in_query)
        .filter(|text| !text.is_empty())
    {
        steps.extend(Steps::parse(text, state)?);
    }
    Ok(steps)
}

/// Finds the file and the version that `target`, the part of a URL after the endpoint and its
/// slash, may see.
pub(super) fn find(account: &Account, target: &str) -> Result<(Arc<File>, Version), Refusal> {
    let refuse = |message| Err(Refusal::new(StatusCode::UNAUTHORIZED, message));
    let url = format!("{}/{target}", account.url_endpoint);
    let verification = account.imagekit.verify_at(&url, SystemTime::now());
    let verification = verification.unwrap_or(Verification::Invalid);
    match verification {
        Verification::Unsigned | Verification::Valid { .. } => {}
        Verification::Expired { .. } => return refuse("The URL has expired."),
        _ => return refuse("The signature of the URL is wrong."),
    }
    let path = file_path(target).ok_or_else(not_found)?;
    let (file, version, is_named) = account.store.read(|state| -> Result<_, Refusal> {
        let file = state.file_at(&path).ok_or_else(|| missing(state, &path))?;
        let version = match parameter(target, "ik-obj-version") {
            None => &file.current,
            Some(id) => file.version(&id).ok_or_else(not_found)?,
        };
        let is_named = steps(target, state).is_ok_and(|steps| steps.is_named);
        Ok((Arc::clone(file), version.clone(), is_named))
    })?;
    if version.content.is_private && verification == Verification::Unsigned && !is_named {
        return refuse("The file is private. Its URL must be signed.");
    }
    if !version.content.is_published {
        return Err(Refusal::new(
            StatusCode::NOT_FOUND,
            "The file is not published.",
        ));
    }
    Ok((file, version))
}

fn not_found() -> Refusal {
    Refusal::new(StatusCode::NOT_FOUND, "There is no file at this URL.")
}

/// The refusal for a path without a file.
fn missing(state: &State, path: &str) -> Refusal {
    let (parent, name) = paths::split(path);
    // `/a.mp4/ik-thumbnail.jpg` is made from `/a.mp4`.
    let is_made = name.starts_with("ik-") && state.file_at(parent).is_some();
    if !is_made && !path.starts_with("/ik-genimg-") {
        return not_found();
    }
    Refusal::new(
        StatusCode::NOT_IMPLEMENTED,
        "This server delivers files only as they were uploaded.",
    )
}

/// The decoded value of a query parameter.
fn parameter(target: &str, name: &str) -> Option<String> {
    let (_, query) = target.split_once('?')?;
    let pairs = percent::query_pairs(query)?;
    let pair = pairs.into_iter().find(|(other, _)| other == name);
    pair.map(|(_, value)| value)
}

/// The path of the file in the store, without query and transformations.
fn file_path(target: &str) -> Option<String> {
    let path = target.split_once('?').map_or(target, |(path, _query)| path);
    let path = match path.split_once('/') {
        Some((first, rest)) if percent::decode(first)?.starts_with("tr:") => rest,
        _ => path,
    };
    percent::decode(&format!("/{path}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_path_in_the_target() {
        for (target, path) in [
            ("a.jpg", "/a.jpg"),
            ("a/b%20c.jpg?tr=w-1/2", "/a/b c.jpg"),
            ("tr:w-1,l-text,i-a@@b,l-end:h-2/a.jpg", "/a.jpg"),
            ("tr%3Aw-1/a.jpg", "/a.jpg"),
            ("a/tr:w-1/b.jpg", "/a/tr:w-1/b.jpg"),
            ("tr:w-1", "/tr:w-1"),
            ("", "/"),
        ] {
            assert_eq!(file_path(target).as_deref(), Some(path), "{target}");
        }
        assert_eq!(file_path("%ff"), None);
    }
}
