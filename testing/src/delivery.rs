//! `GET /demo/...`: hands files out.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::SystemTime;

use http::{StatusCode, Uri};
use imagekitio::Verification;

use super::account::{Account, DELIVERY};
use super::percent;
use super::reply::{self, Refusal, Reply};
use super::store::File;

/// Answers with the bytes of a file as they were uploaded. Transformations are not applied.
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
    let file = find(account, target)?;
    let bytes = file.current.content.bytes.clone();
    account.deliveries.fetch_add(1, Ordering::Relaxed);
    account
        .delivered_bytes
        .fetch_add(bytes.len() as u64, Ordering::Relaxed);
    Ok(reply::bytes(file.mime(), bytes))
}

/// Finds the file that `target`, the part of a URL after the endpoint and its slash, may see.
pub(super) fn find(account: &Account, target: &str) -> Result<Arc<File>, Refusal> {
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
    let file = account.store.read(|state| state.file_at(&path).cloned());
    let file = file.ok_or_else(not_found)?;
    if file.current.content.is_private && verification == Verification::Unsigned {
        return refuse("The file is private. Its URL must be signed.");
    }
    if !file.current.content.is_published {
        return Err(Refusal::new(
            StatusCode::NOT_FOUND,
            "The file is not published.",
        ));
    }
    Ok(file)
}

fn not_found() -> Refusal {
    Refusal::new(StatusCode::NOT_FOUND, "There is no file at this URL.")
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
