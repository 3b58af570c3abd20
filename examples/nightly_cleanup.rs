//! A nightly clean-up: drafts that nobody has changed for 30 days are tagged, moved to `/archive`, and purged from the CDN's
//! cache. A problem with one draft is reported and doesn't stop the others; the next night tries again.
//!
//! With `IMAGEKIT_PRIVATE_KEY` in the environment it prints what it would do in that account, and does it with `--apply`:
//!
//! ```sh
//! cargo run --example nightly_cleanup -- --apply
//! ```
//!
//! Without the key it talks to the server at the end of this file, which has five drafts and refuses a part of the work. The
//! server of `imagekitio_testing` can't take its place: it implements neither dates in searches nor tags, moves and purges.

use std::collections::HashSet;
use std::error::Error;
use std::process::ExitCode;

use futures_util::TryStreamExt;
use imagekitio::search::{self, Search};
use imagekitio::types::File;
use imagekitio::{ErrorKind, ImageKit};

const ARCHIVE: &str = "/archive";
/// The tag of drafts that are about to move.
const ARCHIVING: &str = "archiving";

#[tokio::main]
async fn main() -> Result<ExitCode, Box<dyn Error>> {
    let has_key = std::env::var_os("IMAGEKIT_PRIVATE_KEY").is_some();
    let ik = match has_key {
        true => ImageKit::from_env()?,
        false => ImageKit::builder()
            .private_key("private_key")
            .base_url(account::start().await?)
            .build()?,
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
    Ok(match problems {
        0 => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    })
}

fn old_drafts() -> Search {
    let old = search::updated_at().before(search::days_ago(30));
    // A tag is a change, so that a draft that was tagged and not moved isn't old any more.
    let left_over = search::tags().one_of([ARCHIVING]);
    let kept = search::tags().one_of(["keep", "legal hold"]);
    search::path().within("/drafts") & (old | left_over) & !kept
}

/// Archives the drafts. Gives the number of those with a problem.
async fn clean_up(ik: &ImageKit, drafts: &[Draft]) -> Result<usize, imagekitio::Error> {
    if drafts.is_empty() {
        return Ok(0);
    }
    let ids = drafts.iter().map(|draft| &draft.id);
    let outcome = ik.files().add_tags(ids, [ARCHIVING]).await?;
    for failure in &outcome.failed {
        println!("not tagged: {}: {}", failure.file_id, failure.reason);
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

/// An account with five drafts. One is deleted before it is tagged, one is gone when it is moved, one has a name that the
/// archive has already, and one can't be purged.
mod account {
    use std::convert::Infallible;

    use http_body_util::{BodyExt, Full};
    use hyper::body::{Bytes, Incoming};
    use hyper::{Method, Request, Response, server::conn::http1, service::service_fn};
    use hyper_util::rt::TokioIo;
    use serde_json::{Value, json};
    use tokio::net::TcpListener;

    /// Starts the server, and gives its URL.
    pub async fn start() -> std::io::Result<String> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}", listener.local_addr()?);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let connection = http1::Builder::new()
                    .serve_connection(TokioIo::new(stream), service_fn(answer));
                tokio::spawn(connection);
            }
        });
        Ok(url)
    }

    async fn answer(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
        let (head, body) = request.into_parts();
        let body = match body.collect().await {
            Ok(body) => serde_json::from_slice(&body.to_bytes()).unwrap_or_default(),
            Err(_) => Value::Null,
        };
        let query = head.uri.query().unwrap_or_default();
        let (status, reply) = match (head.method, head.uri.path()) {
            (Method::GET, "/v1/files") => (200, list(query)),
            (Method::POST, "/v1/files/addTags") => (207, tag(&body["fileIds"])),
            (Method::POST, "/v1/files/move") if body["sourceFilePath"] == "/drafts/b.jpg" => {
                (404, json!({"message": "The file doesn't exist."}))
            }
            (Method::POST, "/v1/files/move") => (204, Value::Null),
            (Method::POST, "/v1/files/purge") if body["url"] == url("d") + "*" => (
                400,
                json!({"message": "The purges of this month are used up."}),
            ),
            (Method::POST, "/v1/files/purge") => (201, json!({"requestId": "purge-1"})),
            _ => (
                501,
                json!({"message": "This server doesn't implement that."}),
            ),
        };
        let reply = match reply {
            Value::Null => Bytes::new(),
            reply => reply.to_string().into(),
        };
        let mut response = Response::new(Full::new(reply));
        *response.status_mut() = hyper::StatusCode::from_u16(status).unwrap_or_default();
        Ok(response)
    }

    /// The drafts, or what is in the archive by the name of a draft.
    fn list(query: &str) -> Value {
        let has = |text: &str| query.contains(text);
        match has("path=%2Farchive") {
            true if has("c.jpg") => json!([file("c", "/archive/c.jpg")]),
            false if !has("skip=") => ["a", "b", "c", "d", "e"]
                .map(|id| file(id, &format!("/drafts/{id}.jpg")))
                .into(),
            _ => json!([]),
        }
    }

    fn file(id: &str, path: &str) -> Value {
        json!({
            "type": "file", "fileId": id, "name": format!("{id}.jpg"), "filePath": path,
            "url": url(id) + "?updatedAt=1", "fileType": "image", "size": 1024,
            "versionInfo": {"id": id, "name": "Version 1"},
            "createdAt": "2026-05-04T10:20:30.456Z", "updatedAt": "2026-05-04T10:20:30.456Z",
        })
    }

    fn url(id: &str) -> String {
        format!("https://ik.imagekit.io/demo/drafts/{id}.jpg")
    }

    /// Tags the files except for the last one.
    fn tag(ids: &Value) -> Value {
        let ids = ids.as_array().map_or(&[][..], Vec::as_slice);
        match ids.split_last() {
            Some((last, tagged)) => json!({
                "successfullyUpdatedFileIds": tagged,
                "errors": [{"fileId": last, "error": "The file doesn't exist."}],
            }),
            None => json!({"successfullyUpdatedFileIds": []}),
        }
    }
}
