//! A nightly clean-up: drafts that nobody has changed for 30 days are tagged, moved to `/archive`,
//! and purged from the CDN's cache. A problem with one draft is reported and doesn't stop the
//! others; the next run tries again.
//!
//! With `IMAGEKIT_PRIVATE_KEY` in the environment it prints what it would do in that account, and
//! does it with `--apply`:
//!
//! ```sh
//! cargo run --example nightly_cleanup -- --apply
//! ```
//!
//! Without the key it talks to a server in process that has five drafts, and that refuses a part of
//! the work.

use std::collections::HashSet;
use std::error::Error;
use std::process::ExitCode;

use futures_util::TryStreamExt;
use imagekitio::search::{self, Search};
use imagekitio::types::File;
use imagekitio::{ErrorKind, ImageKit, UploadSource};
use imagekitio_testing::{Fault, Server};
use serde_json::json;

const ARCHIVE: &str = "/archive";
/// What the server in process refuses: see [`account`].
const PREPARED_PROBLEMS: usize = 4;
/// The tag of drafts that are about to move.
const ARCHIVING: &str = "archiving";

#[tokio::main]
async fn main() -> Result<ExitCode, Box<dyn Error>> {
    let has_key = std::env::var_os("IMAGEKIT_PRIVATE_KEY").is_some();
    // With a key, nothing is sent there.
    let server = Server::start().await?;
    let ik = match has_key {
        true => ImageKit::from_env()?,
        false => account(&server).await?,
    };

    let query = old_drafts();
    println!("Searching for {}", query.build()?);
    // All pages come first: a move during the search would make the next page skip files.
    let found = ik.assets().list_files().search_query(query).stream();
    let found: Vec<File> = found.try_collect().await?;
    let drafts: Vec<Draft> = found.into_iter().map(Draft::of).collect();
    println!("{} old drafts", drafts.len());

    let is_dry_run = has_key && !std::env::args().any(|argument| argument == "--apply");
    if is_dry_run {
        for draft in &drafts {
            println!("would archive {}", draft.path);
        }
        println!("Nothing is changed without --apply.");
        return Ok(ExitCode::SUCCESS);
    }

    let problems = clean_up(&ik, &drafts).await?;
    println!("{problems} problems");
    let expected = if has_key { 0 } else { PREPARED_PROBLEMS };
    Ok(match problems == expected {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}

fn old_drafts() -> Search {
    let old = search::updated_at().before(search::days_ago(30));
    // A tag is a change, so that a draft that was tagged and not moved isn't old any more.
    let left_over = search::tags().one_of([ARCHIVING]);
    let kept = search::tags().one_of(["keep", "legal hold"]);
    search::path().within("/drafts") & (old | left_over) & !kept
}

/// Archives the drafts. Returns the number of those with a problem.
async fn clean_up(ik: &ImageKit, drafts: &[Draft]) -> Result<usize, imagekitio::Error> {
    if drafts.is_empty() {
        return Ok(0);
    }
    let ids = drafts.iter().map(|draft| &draft.id);
    let outcome = ik.files().add_tags(ids, [ARCHIVING]).await?;
    for failure in &outcome.failed {
        println!("not tagged: {}: {}", failure.item, failure.reason);
    }
    let mut problems = outcome.failed.len();

    let tagged: HashSet<&String> = outcome.succeeded.iter().collect();
    for draft in drafts.iter().filter(|draft| tagged.contains(&draft.id)) {
        match archive(ik, draft).await {
            Ok(Archived::Purged) => println!("archived: {}", draft.path),
            Ok(Archived::Cached(error)) => {
                println!("archived, but still in the cache: {}: {error}", draft.path);
                problems += 1;
            }
            Ok(Archived::NameTaken) => {
                println!(
                    "not archived: {}: {ARCHIVE} has a file of that name",
                    draft.path
                );
                problems += 1;
            }
            // The others would fail as well.
            Err(error)
                if matches!(error.kind(), ErrorKind::Unauthorized | ErrorKind::Forbidden) =>
            {
                return Err(error);
            }
            Err(error) => {
                println!("not archived: {}: {error}", draft.path);
                problems += 1;
            }
        }
    }
    Ok(problems)
}

enum Archived {
    Purged,
    Cached(imagekitio::Error),
    /// A move would have added the draft to the versions of another file.
    NameTaken,
}

async fn archive(ik: &ImageKit, draft: &Draft) -> Result<Archived, imagekitio::Error> {
    let name = draft.path.rsplit('/').next().unwrap_or_default();
    let destination = format!("{ARCHIVE}/{name}");
    if ik.files().find(&destination).await?.is_some() {
        return Ok(Archived::NameTaken);
    }
    if let Err(error) = ik.files().move_to(&draft.path, ARCHIVE).await {
        // Without a reply, the move may have been carried out.
        let is_moved = error.status().is_none() && ik.files().find(&destination).await?.is_some();
        if !is_moved {
            return Err(error);
        }
    }
    // The star covers transformations in the query.
    let url = draft.url.split('?').next().unwrap_or_default();
    Ok(match ik.cache().purge(format!("{url}*")).await {
        Ok(_) => Archived::Purged,
        Err(error) => Archived::Cached(error),
    })
}

struct Draft {
    id: String,
    path: String,
    url: String,
}

impl Draft {
    fn of(file: File) -> Self {
        Self {
            id: file.file_id,
            path: file.file_path,
            url: file.url,
        }
    }
}

/// An account with five drafts from a night that broke off. One is deleted before it is tagged, one
/// is gone when it is moved, one has a name that the archive has already, and one can't be purged.
async fn account(server: &Server) -> Result<ImageKit, Box<dyn Error>> {
    let ik = ImageKit::builder()
        .private_key(server.private_key())
        .base_url(server.url())
        .build()?;
    let upload = |name: &str, folder: &str| {
        ik.upload(UploadSource::bytes(name, "a picture"))
            .folder(folder)
            .use_unique_file_name(false)
    };
    upload("c.jpg", ARCHIVE).await?;
    let mut ids = Vec::new();
    for name in ["a.jpg", "b.jpg", "c.jpg", "d.jpg", "e.jpg"] {
        let draft = upload(name, "/drafts").tags([ARCHIVING]).await?;
        ids.extend(draft.into_file().map(|file| file.file_id));
    }
    let tagged = json!({
        "successfullyUpdatedFileIds": ids[..4],
        "errors": [{"fileId": ids[4], "error": "The file doesn't exist."}],
    });
    server.fail_next(
        Fault::status(207)
            .body(tagged.to_string())
            .on("add-tags-bulk"),
    );
    server.fail_next(
        Fault::status(404)
            .body(r#"{"message": "The file doesn't exist."}"#)
            .on("move-file"),
    );
    server.fail_next(
        Fault::status(400)
            .body(r#"{"message": "The purges of this month are used up."}"#)
            .on("purge-cache"),
    );
    Ok(ik)
}
