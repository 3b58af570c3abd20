//! The main job from end to end: upload a picture, find it, deliver it transformed and signed, tag,
//! copy and purge it, delete it.
//!
//! With `IMAGEKIT_PRIVATE_KEY`, `IMAGEKIT_PUBLIC_KEY` and `IMAGEKIT_URL_ENDPOINT` in the
//! environment it talks to ImageKit, and works in the folder `/imagekitio-quickstart` of that
//! account, which it deletes at the end. Without them it talks to a server that it starts itself,
//! on this machine:
//!
//! ```sh
//! cargo run --example quickstart
//! ```

use std::error::Error;
use std::time::{Duration, SystemTime};

use imagekitio::types::Asset;
use imagekitio::url::Crop;
use imagekitio::{ErrorKind, ImageKit, Overlay, Transformation, UploadSource};
use imagekitio_testing::Server;

/// Made by this example, and deleted with everything in it at the end.
const FOLDER: &str = "/imagekitio-quickstart";

const PICTURE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/quickstart.jpg");

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    // The server runs until the end of main.
    let (ik, _server) = connect().await?;

    println!("\n1. Uploading {PICTURE}");
    let uploaded = ik
        .upload(UploadSource::path(PICTURE))
        .folder(FOLDER)
        .tags(["quickstart"])
        // A private file is delivered through signed URLs only.
        .is_private_file(true)
        .await?
        .into_file()?;
    let (id, path) = (uploaded.file_id, uploaded.file_path);
    println!("   stored as {path} with the id {id}");

    // Whatever happens in between, the picture is deleted at the end.
    let seen = match look_at(&ik, &id, &path).await {
        Ok(()) => work_with(&ik, &id, &path).await,
        failed => failed,
    };

    println!("\n10. Deleting the folder with the picture and its copies");
    ik.folders().delete(FOLDER).await?;
    match ik.files().get(&id).await {
        Err(error) if error.kind() == ErrorKind::NotFound => println!("   it is gone: {error}"),
        Err(error) => return Err(error.into()),
        Ok(_) => return Err("the picture is still there".into()),
    }
    seen?;
    println!("\nEverything worked.");
    Ok(())
}

async fn connect() -> Result<(ImageKit, Option<Server>), Box<dyn Error>> {
    if std::env::var_os("IMAGEKIT_PRIVATE_KEY").is_some() {
        let ik = ImageKit::from_env()?;
        println!("Talking to ImageKit, with the account of IMAGEKIT_PRIVATE_KEY.");
        return Ok((ik, None));
    }
    let server = Server::start().await?;
    println!("No IMAGEKIT_PRIVATE_KEY in the environment: talking to a server of its own.");
    println!("   API and uploads: {}", server.url());
    println!("   delivery:        {}", server.url_endpoint());
    let ik = ImageKit::builder()
        .private_key(server.private_key())
        .public_key(server.public_key())
        .url_endpoint(server.url_endpoint())
        .base_url(server.url())
        .build()?;
    Ok((ik, Some(server)))
}

async fn look_at(ik: &ImageKit, id: &str, path: &str) -> Result<(), Box<dyn Error>> {
    println!("\n2. Listing {FOLDER}");
    for asset in ik.assets().list().path(FOLDER).await?.iter() {
        if let Asset::File(file) = asset {
            let mark = if file.file_id == id { "<- ours" } else { "" };
            println!("   {} {mark}", file.file_path);
        }
    }

    println!("\n3. Its details");
    let details = ik.files().get(id).await?;
    println!("   name:   {}", details.name);
    println!("   size:   {} bytes", details.size);
    println!(
        "   tags:   {:?}",
        details.tags.as_deref().unwrap_or_default()
    );
    println!(
        "   reply:  {} with request id {}",
        details.http_status(),
        details.request_id().unwrap_or("?")
    );

    println!("\n4. URLs");
    let transformed = ik
        .url(path)
        .transform(
            Transformation::new()
                .width(400)
                .height(300)
                .crop(Crop::AtMax),
        )
        .transform(
            Transformation::new()
                .rotation(90)
                .overlay(Overlay::text("Hello").font_size(20)),
        )
        .build()?;
    println!("   transformed: {transformed}");
    let original = Transformation::new().original(true);
    let five_minutes = Duration::from_secs(300);
    let signed = ik
        .url(path)
        .transform(original.clone())
        .expires_in(five_minutes)
        .build()?;
    println!("   signed, the original for five minutes: {signed}");

    println!("\n5. Fetching the original through the signed URL");
    let (status, bytes) = fetch(&signed).await?;
    if bytes != std::fs::read(PICTURE)? {
        return Err(format!("status {status}, and not the bytes that were uploaded").into());
    }
    println!(
        "   status {status}: {} bytes, the same as were uploaded",
        bytes.len()
    );

    println!("\n6. URLs that must be refused");
    let tampered = signed.replace("orig-true", "w-9999");
    let expired = ik
        .url(path)
        .transform(original)
        .expires_at(SystemTime::now() - five_minutes)
        .build()?;
    for (what, url) in [("tampered with", tampered), ("expired", expired)] {
        let (status, _) = fetch(&url).await?;
        println!("   {what}: status {status} for {url}");
        if status != 401 {
            return Err(format!("the URL that was {what} should be refused with 401").into());
        }
    }
    Ok(())
}

async fn work_with(ik: &ImageKit, id: &str, path: &str) -> Result<(), Box<dyn Error>> {
    println!("\n7. Tagging and searching");
    let tagged = ik.files().add_tags([id], ["red", "summer"]).await?;
    println!("   tagged {} file", tagged.into_result()?.len());
    let query = format!(r#"tags IN ["summer"] AND path : "{FOLDER}""#);
    let found = ik.assets().list_files().search_query(&query).await?;
    for file in found.iter() {
        println!("   {query} finds {}", file.file_path);
    }

    println!("\n8. Copying, and uploading another version");
    let copies = format!("{FOLDER}/copies");
    ik.files().copy(path, &copies).await?;
    let (_, name) = path.rsplit_once('/').unwrap_or_default();
    let picture = std::fs::read(PICTURE)?;
    ik.upload(UploadSource::bytes(name, picture))
        .folder(&copies)
        .use_unique_file_name(false)
        .await?;
    let copies = ik.assets().list_files().path(&copies).await?;
    let copy = copies.first().ok_or("the copy is not there")?;
    for version in ik.files().versions(&copy.file_id).list().await?.iter() {
        println!("   {}", version.version_info.name);
    }

    println!("\n9. Purging the cache");
    let purge = ik.cache().purge(ik.url(path).build()?).await?;
    println!("   request {}", purge.request_id);
    Ok(())
}

async fn fetch(url: &str) -> Result<(u16, Vec<u8>), reqwest::Error> {
    let response = reqwest::get(url).await?;
    let status = response.status().as_u16();
    Ok((status, response.bytes().await?.to_vec()))
}
