//! Finds pictures of a media library that look alike, by their perceptual hashes.
//!
//! With `IMAGEKIT_PRIVATE_KEY` in the environment it reads the library of that account; it changes
//! nothing. Without it, it reads a small library that it serves itself, on this machine. The
//! argument is the number of bits in which near duplicates may differ, 8 by default:
//!
//! ```sh
//! cargo run --example find_duplicates -- 8
//! ```
//!
//! Lists don't have the hashes, so each picture takes a request. A job that runs every night keeps
//! the hashes by file and `updatedAt`, and asks for new ones only.

use std::error::Error;

use axum::extract::Path;
use axum::{Router, routing::get};
use futures_util::TryStreamExt;
use imagekitio::ImageKit;
use imagekitio::phash::{PHash, near_duplicates};
use imagekitio::types::{File, FileType};
use serde_json::json;
use tokio::net::TcpListener;

/// How many requests are under way at once.
const PARALLEL: usize = 8;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let max_distance = match std::env::args().nth(1) {
        Some(argument) => argument.parse()?,
        None => 8,
    };
    let ik = connect().await?;

    let pictures = ik.assets().list_files().file_type(FileType::Image).stream();
    let hashed = pictures
        .map_ok(|file| hash_of(&ik, file))
        .try_buffer_unordered(PARALLEL)
        .try_filter_map(async |hashed| Ok(hashed));
    let mut hashed: Vec<(String, PHash)> = hashed.try_collect().await?;
    hashed.sort();

    let hashes: Vec<PHash> = hashed.iter().map(|(_, hash)| *hash).collect();
    let groups = near_duplicates(&hashes, max_distance);
    println!("{} pictures, {} groups", hashes.len(), groups.len());
    for group in &groups {
        println!();
        let (_, first) = &hashed[group[0]];
        for (path, hash) in group.iter().map(|&position| &hashed[position]) {
            println!("{:5.1} %  {hash}  {path}", hash.similarity(first)? * 100.0);
        }
    }
    Ok(())
}

/// Path and hash of a picture; none for one that has no hash, such as an SVG.
async fn hash_of(ik: &ImageKit, file: File) -> Result<Option<(String, PHash)>, imagekitio::Error> {
    match ik.files().metadata(file.file_id).await {
        Ok(metadata) => match metadata.into_inner().p_hash {
            Some(hash) => Ok(Some((file.file_path, hash.parse()?))),
            None => Ok(None),
        },
        // It was deleted since.
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}

async fn connect() -> Result<ImageKit, Box<dyn Error>> {
    if std::env::var_os("IMAGEKIT_PRIVATE_KEY").is_some() {
        return Ok(ImageKit::from_env()?);
    }
    println!("No IMAGEKIT_PRIVATE_KEY in the environment: reading a library of my own.");
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}", listener.local_addr()?);
    let library = Router::new()
        .route("/v1/files", get(list))
        .route("/v1/files/{id}/metadata", get(metadata));
    tokio::spawn(axum::serve(listener, library).into_future());
    Ok(ImageKit::builder()
        .private_key("private_key_of_this_example")
        .base_url(url)
        .build()?)
}

/// Paths and hashes of the library that takes the place of ImageKit's.
const LIBRARY: [(&str, &str); 6] = [
    ("/beach.jpg", "f06830ca9f1e3e90"),
    ("/beach-small.jpg", "f06830ca9f1e3e91"),
    ("/beach-darker.jpg", "f06930ca9f1e3e81"),
    ("/city.jpg", "2d5ad3936d2e015b"),
    ("/city-other-side.jpg", "2d6ed293db36a4fb"),
    ("/logo.svg", ""),
];

async fn list() -> String {
    let files = LIBRARY.iter().enumerate().map(|(id, (path, _))| {
        json!({
            "type": "file", "fileId": id.to_string(), "name": path.trim_start_matches('/'),
            "filePath": path, "url": format!("https://ik.imagekit.io/demo{path}"),
            "fileType": "image", "size": 1024, "versionInfo": {"id": "v1", "name": "Version 1"},
            "createdAt": "2026-05-04T10:20:30.456Z", "updatedAt": "2026-05-04T10:20:30.456Z",
        })
    });
    serde_json::Value::from_iter(files).to_string()
}

async fn metadata(Path(id): Path<usize>) -> String {
    match LIBRARY.get(id) {
        Some((_, hash)) if !hash.is_empty() => format!(r#"{{"pHash":"{hash}"}}"#),
        _ => "{}".to_owned(),
    }
}
