//! Runs each operation of the API once against the server at `IMAGEKIT_BASE_URL`, with the key in
//! `IMAGEKIT_PRIVATE_KEY` or a made-up one, and prints a line for each: its id, the status of the
//! reply, and what came of it. It ends with an error if one of them failed.
//!
//! The server is one that answers every well-formed request, such as a mock server that was made
//! from the API document: the ids and paths are made up, and much is deleted.
//!
//! ```sh
//! IMAGEKIT_BASE_URL=http://127.0.0.1:4010 cargo run --example every_operation
//! ```

use std::fmt::Debug;
use std::future::IntoFuture;
use std::pin::Pin;
use std::process::ExitCode;

use imagekitio::api::files::BulkOutcome;
use imagekitio::raw::operations;
use imagekitio::types::FieldSchema;
use imagekitio::types::{AutoTagging, Extension, RemoveBg, S3Origin, WebhookEventType, required};
use imagekitio::{Error, ImageKit, Response, RetryPolicy, Transformation, UploadSource};

const ID: &str = "64a7f3b2c1d2e3f4a5b6c7d8";
const URL: &str = "https://ik.imagekit.io/demo/products/shoe.jpg";

#[tokio::main]
async fn main() -> Result<ExitCode, Error> {
    let Ok(base_url) = std::env::var("IMAGEKIT_BASE_URL") else {
        eprintln!(
            "IMAGEKIT_BASE_URL is not set; give the address of a server that may lose its content"
        );
        return Ok(ExitCode::FAILURE);
    };
    let key = std::env::var("IMAGEKIT_PRIVATE_KEY");
    let ik = ImageKit::builder()
        .private_key(key.unwrap_or_else(|_| "private_every_operation".to_owned()))
        .base_url(base_url)
        .retry(RetryPolicy::none())
        .build()?;

    let (mut done, mut failed) = (Vec::new(), 0);
    for (operation, run) in operations(&ik) {
        let (status, outcome) = match run.await {
            Ok((status, value)) => (status.to_string(), format!("ok {value}")),
            Err(error) => {
                failed += 1;
                let status = error.status().map(|status| status.to_string());
                (
                    status.unwrap_or_else(|| "-".to_owned()),
                    format!("FAILED {error}"),
                )
            }
        };
        println!("{operation:28} {status:3} {outcome}");
        done.push(operation);
    }
    for operation in operations::ALL
        .iter()
        .filter(|known| !done.contains(&known.id))
    {
        println!("{:28} -   not part of this example", operation.id);
    }
    println!("{} operations, {failed} failed", done.len());
    Ok(ExitCode::from(u8::from(failed > 0)))
}

/// The status of the reply and the beginning of its value, or why there is none.
type Run = Pin<Box<dyn Future<Output = Result<(u16, String), Error>>>>;

/// Every operation by its id, in the order of the resources.
fn operations(ik: &ImageKit) -> Vec<(&'static str, Run)> {
    let (files, versions, folders) = (ik.files(), ik.files().versions(ID), ik.folders());
    let (fields, named) = (ik.custom_metadata_fields(), ik.named_transformations());
    let (extensions, accounts) = (ik.saved_extensions(), ik.accounts());
    let (origins, endpoints) = (accounts.origins(), accounts.url_endpoints());
    let webhooks = accounts.webhooks();

    let picture = || UploadSource::bytes("shoe.jpg", &include_bytes!("quickstart.jpg")[..]);
    let bucket = || {
        let mut origin = S3Origin::new(required::S3Origin {
            name: "Archive".to_owned(),
            bucket: "my-bucket".to_owned(),
            access_key: "AKIAIOSFODNN7EXAMPLE".to_owned(),
            secret_key: "secret".to_owned(),
        });
        origin.prefix = "images".to_owned().into();
        origin
    };
    let thumbnail = Transformation::new().width(200).height(200);
    let events = [WebhookEventType::FileCreated, WebhookEventType::FileDeleted];

    vec![
        (
            "upload-file",
            one(ik.upload(picture()).folder("/products").tags(["shoe"])),
        ),
        (
            "upload-file-v2",
            one(ik.upload_v2(picture()).folder("/products").tags(["shoe"])),
        ),
        (
            "list-and-search-assets",
            one(ik.assets().list().path("/products").limit(10)),
        ),
        ("get-file-details", one(files.get(ID))),
        (
            "update-file-details",
            one(files
                .update(ID)
                .tags(["red"])
                .extensions([Extension::from(RemoveBg::new())])),
        ),
        (
            "copy-file",
            one(files.copy("/products/shoe.jpg", "/archive")),
        ),
        (
            "move-file",
            one(files.move_to("/products/shoe.jpg", "/archive")),
        ),
        (
            "rename-file",
            one(files
                .rename("/archive/shoe.jpg", "boot.jpg")
                .purge_cache(true)),
        ),
        ("delete-file", one(files.delete(ID))),
        ("list-file-versions", one(versions.list())),
        ("get-file-version-details", one(versions.get(ID))),
        ("restore-file-version", one(versions.restore(ID))),
        ("delete-file-version", one(versions.delete(ID))),
        ("get-uploaded-file-metadata", one(files.metadata(ID))),
        ("get-metadata-from-url", one(files.metadata_from_url(URL))),
        ("add-tags-bulk", many(files.add_tags([ID], ["red"]))),
        ("remove-tags-bulk", many(files.remove_tags([ID], ["red"]))),
        (
            "remove-ai-tags-bulk",
            many(files.remove_ai_tags([ID], ["red"])),
        ),
        ("delete-multiple-files", many(files.delete_many([ID]))),
        ("create-folder", one(folders.create("summer", "/products"))),
        (
            "copy-folder",
            one(folders
                .copy("/products/summer", "/archive")
                .include_versions(true)),
        ),
        (
            "move-folder",
            one(folders.move_to("/products/summer", "/archive")),
        ),
        (
            "rename-folder",
            one(folders.rename("/archive/summer", "winter")),
        ),
        ("bulk-job-status", one(folders.job(ID))),
        ("delete-folder", one(folders.delete("/archive/winter"))),
        ("purge-cache", one(ik.cache().purge(URL))),
        ("purge-status", one(ik.cache().status(ID))),
        (
            "create-new-field",
            one(fields.create("price", "Price", FieldSchema::number().min_value(0))),
        ),
        ("list-all-fields", one(fields.list().include_deleted(true))),
        (
            "update-existing-field",
            one(fields.update(ID).label("Price in euros")),
        ),
        ("delete-a-field", one(fields.delete(ID))),
        ("list-extensions", one(extensions.list())),
        (
            "create-extension",
            one(extensions.create("tags", "Tags products", AutoTagging::google(80u32, 10u32))),
        ),
        ("get-extension", one(extensions.get(ID))),
        (
            "update-extension",
            one(extensions.update(ID).config(RemoveBg::new())),
        ),
        ("delete-extension", one(extensions.delete(ID))),
        ("list-named-transformations", one(named.list())),
        (
            "create-named-transformation",
            one(named.create("thumbnail", thumbnail)),
        ),
        ("get-named-transformation", one(named.get(ID))),
        (
            "update-named-transformation",
            one(named.update(ID).transformation("w-100,h-100")),
        ),
        ("delete-named-transformation", one(named.delete(ID))),
        ("get-usage", one(accounts.usage("2026-05-01", "2026-06-01"))),
        (
            "get-usage-analytics",
            one(accounts.usage_analytics("2026-05-01", "2026-05-31")),
        ),
        ("list-origins", one(origins.list())),
        ("create-origin", one(origins.create(bucket()))),
        ("get-origin", one(origins.get(ID))),
        ("update-origin", one(origins.update(ID, bucket()))),
        ("delete-origin", one(origins.delete(ID))),
        ("list-url-endpoints", one(endpoints.list())),
        (
            "create-url-endpoint",
            one(endpoints.create("Shop").url_prefix("shop").origins([ID])),
        ),
        ("get-url-endpoint", one(endpoints.get(ID))),
        (
            "update-url-endpoint",
            one(endpoints.update(ID, "Shop").origins([ID])),
        ),
        ("delete-url-endpoint", one(endpoints.delete(ID))),
        ("list-webhooks", one(webhooks.list())),
        (
            "create-webhook",
            one(webhooks.create("https://example.com/imagekit", events)),
        ),
        ("get-webhook", one(webhooks.get(ID))),
        ("update-webhook", one(webhooks.update(ID).enabled(false))),
        ("delete-webhook", one(webhooks.delete(ID))),
    ]
}

/// A request with one reply.
fn one<T: Debug>(
    request: impl IntoFuture<Output = Result<Response<T>, Error>, IntoFuture: 'static>,
) -> Run {
    let request = request.into_future();
    Box::pin(async move {
        let response = request.await?;
        Ok((response.http_status(), excerpt(&*response)))
    })
}

/// A change to many files. Files that the server refuses are part of a success.
fn many(request: impl IntoFuture<Output = Result<BulkOutcome, Error>, IntoFuture: 'static>) -> Run {
    let request = request.into_future();
    Box::pin(async move {
        let outcome = request.await?;
        let files = excerpt(&(&outcome.succeeded, &outcome.failed));
        match outcome.replies.first().map(Response::http_status) {
            Some(status) => Ok((status, files)),
            None => outcome.into_result().map(|_| (0, files)),
        }
    })
}

fn excerpt(value: &impl Debug) -> String {
    format!("{value:?}").chars().take(60).collect()
}
