//! The guides for users of other SDKs: `docs/from-python.md` and `docs/from-node.md`.
//!
//! [`examples`] and [`names`] compile the examples of the guides and everything that the guides
//! name, so that a new name fails here. The tests find what a guide has and this file doesn't, and
//! build the URLs that the guides print.

use imagekitio::url::{TransformationPosition, UrlOptions, UrlStyle};
use imagekitio::{ErrorKind, ImageKit, UploadSource};
use serde_json::json;
use support::calls::answering;

const PYTHON: &str = include_str!("../../docs/from-python.md");
const NODE: &str = include_str!("../../docs/from-node.md");

/// A part of a guide other than headings and code in other languages.
enum Part<'a> {
    Line(&'a str),
    /// The header and the cells of a row.
    Row(Vec<&'a str>, Vec<&'a str>),
    Rust(String),
}

fn parts(guide: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut block: Option<(&str, String)> = None;
    let mut header = None;
    for line in guide.lines() {
        if let Some(language) = line.strip_prefix("```") {
            block = match block {
                None => Some((language, String::new())),
                Some((language, code)) => {
                    if language == "rust" {
                        parts.push(Part::Rust(code));
                    }
                    None
                }
            };
        } else if let Some((_, code)) = &mut block {
            code.push_str(line);
            code.push('\n');
        } else if let Some(row) = line.strip_prefix('|') {
            let row = row.strip_suffix('|').expect("a row ends in `|`");
            let cells: Vec<_> = row.split('|').map(str::trim).collect();
            match &header {
                None => header = Some(cells),
                Some(_) if cells[0] == "---" => {}
                Some(header) => {
                    assert_eq!(cells.len(), header.len(), "{line}");
                    parts.push(Part::Row(header.clone(), cells));
                }
            }
        } else {
            header = None;
            if !line.starts_with('#') {
                parts.push(Part::Line(line));
            }
        }
    }
    parts
}

/// The inline code of a cell or line.
fn code(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// Code in one form, however it is wrapped.
fn unwrapped(code: &str) -> String {
    let code: String = code.split_whitespace().collect();
    code.replace(",)", ")").replace(",]", "]")
}

#[test]
fn everything_that_the_guides_name_compiles() {
    let compiled = unwrapped(include_str!("guides.rs"));
    for guide in [PYTHON, NODE] {
        let mut count = 0;
        let mut missing = Vec::new();
        for part in parts(guide) {
            // What the other SDK has is in the first column, and prints in the tables of values.
            let named: Vec<&str> = match &part {
                Part::Rust(example) => vec![example],
                Part::Line(line) => code(line).filter(|code| is_rust(code)).collect(),
                Part::Row(header, cells) if header[1] == "here" => code(cells[1])
                    .chain(code(cells[2]).filter(|code| is_rust(code)))
                    .collect(),
                Part::Row(..) => continue,
            };
            for name in named {
                if !compiled.contains(&unwrapped(name)) {
                    missing.push(name.to_owned());
                }
                count += 1;
            }
        }
        assert!(missing.is_empty(), "not in this file: {missing:#?}");
        assert!(count > 200, "{count} names");
    }
}

/// Whether code in a note or in prose is Rust, unlike the names of the API and of other SDKs.
fn is_rust(code: &str) -> bool {
    let receivers = ["field.", "file.", "folder.", "outcome.", "tag.", "upload."];
    code.contains(['(', '<'])
        || code.contains("::")
        || receivers.iter().any(|receiver| code.starts_with(receiver))
}

#[test]
fn urls_are_as_the_guides_print_them() {
    let endpoint = "https://ik.imagekit.io/demo/";
    let python = ImageKit::builder();
    let node = ImageKit::builder()
        .url_style(UrlStyle::Readable)
        .transformation_position(TransformationPosition::Query);
    for (guide, builder) in [(PYTHON, python), (NODE, node)] {
        let builder = builder.private_key("private_key_test");
        let ik = builder.url_endpoint(endpoint).build().unwrap();
        let mut count = 0;
        for part in parts(guide) {
            let Part::Row(header, cells) = part else {
                continue;
            };
            if header[2] != "here" {
                continue;
            }
            let input = code(cells[0]).next().unwrap();
            let json = match header[0] {
                "options" => input.to_owned(),
                _ => format!(r#"{{"transformation": [{input}]}}"#),
            };
            let options: UrlOptions = serde_json::from_str(&json).unwrap();
            let built = match header[0] {
                "options" => ik
                    .url_from(&options)
                    .build()
                    .map(|url| url.strip_prefix(endpoint).unwrap().to_owned()),
                _ => options.transformation_string(),
            };
            let printed = match cells[2] {
                "error" => None,
                "nothing" => Some(""),
                cell => Some(code(cell).next().unwrap()),
            };
            assert_eq!(built.ok().as_deref(), printed, "{input}");
            count += 1;
        }
        assert!(count > 15, "{count} URLs");
    }
}

#[tokio::test]
async fn results_are_as_the_python_guide_describes_them() {
    let stored = r#"{"fileId":"f1","name":"a.jpg","filePath":"/a.jpg","fileType":"image","size":1,
        "url":"https://ik.imagekit.io/demo/a.jpg","versionInfo":{"id":"v1","name":"Version 1"},
        "AITags":null,"orientation":6,"embeddedMetadata":{"XResolution":72}}"#;
    let (_server, ik) = answering("200 OK", stored).await;
    let upload = ik.upload(UploadSource::bytes("a.jpg", "a"));
    let file = upload.await.unwrap().into_file().unwrap();
    assert!(file.ai_tags.is_none() && file.tags.is_none() && file.is_private_file.is_none());
    assert_eq!(file.extra.get("orientation"), Some(&json!(6)));
    let embedded = file.embedded_metadata.as_ref().unwrap();
    assert_eq!(embedded["XResolution"], json!(72));

    let stored = r#"{"fileId":"f1","name":"a.jpg"}"#;
    let (_server, ik) = answering("200 OK", stored).await;
    let error = ik
        .upload(UploadSource::bytes("a.jpg", "a"))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert_eq!(error.body(), Some(stored.as_bytes()));

    for metadata in [r#"{"exif":null}"#, "{}"] {
        let (_server, ik) = answering("200 OK", metadata).await;
        let metadata = ik.files().metadata("f1").await.unwrap();
        assert!(metadata.exif.is_none() && metadata.width.is_none());
    }
}

#[tokio::test]
async fn errors_are_as_the_python_guide_describes_them() {
    for (status, kind) in [
        ("400 Bad Request", ErrorKind::BadRequest),
        ("401 Unauthorized", ErrorKind::Unauthorized),
        ("403 Forbidden", ErrorKind::Forbidden),
        ("404 Not Found", ErrorKind::NotFound),
        ("409 Conflict", ErrorKind::Conflict),
        ("413 Content Too Large", ErrorKind::BadRequest),
        ("422 Unprocessable Content", ErrorKind::BadRequest),
        ("423 Locked", ErrorKind::Locked),
        ("429 Too Many Requests", ErrorKind::RateLimited),
        ("502 Bad Gateway", ErrorKind::Server),
    ] {
        let (_server, ik) = answering(status, r#"{"message":"m"}"#).await;
        let error = ik.files().get("f1").await.unwrap_err();
        assert_eq!(error.kind(), kind, "{status}");
        assert_eq!(error.status().unwrap().to_string(), status[..3]);
        assert_eq!((error.message(), error.help()), (Some("m"), None));
    }
    for body in ["<html>", "[]", "", "{'message': 'm'}"] {
        let (_server, ik) = answering("404 Not Found", body).await;
        let error = ik.files().get("f1").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound, "{body}");
        assert_eq!(error.body(), Some(body.as_bytes()));
        assert_eq!((error.message(), error.help()), (None, None));
    }
    let (server, ik) = answering("204 No Content", "").await;
    for id in ["", "None", "a/../b", "/products/shoe.jpg"] {
        let error = ik.files().delete(id).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert_eq!(error.argument(), Some("file_id"));
    }
    assert_eq!(server.requests().len(), 0);
}

#[test]
fn a_guide_is_read_as_it_is_written() {
    let guide = "# T `a()`\n`b()` and `c`\n```\n| `d` |\n```\n| x | here | note |\n|---|---|---|\n| `e` | `f`, `g` | |\n```rust\nh(\n    1,\n);\n```\n";
    let read: Vec<Vec<String>> = parts(guide)
        .into_iter()
        .map(|part| match part {
            Part::Line(line) => vec![line.to_owned()],
            Part::Row(header, cells) => [header, cells]
                .concat()
                .into_iter()
                .map(str::to_owned)
                .collect(),
            Part::Rust(code) => vec![unwrapped(&code)],
        })
        .collect();
    let row = vec!["x", "here", "note", "`e`", "`f`, `g`", ""];
    assert_eq!(read, [vec!["`b()` and `c`"], row, vec!["h(1);"]]);
    assert_eq!(code("`f`, `g`").collect::<Vec<_>>(), ["f", "g"]);
    assert_eq!(unwrapped("a\n    .b(\n  1,\n  2,\n)"), "a.b(1,2)");
}

/// The examples of the guides. Those without asserts are compiled and never run.
#[allow(dead_code)]
mod examples {
    use imagekitio::Error;

    async fn python() -> Result<(), Error> {
        use imagekitio::{ImageKit, Transformation, UploadSource};

        let ik = ImageKit::builder()
            .private_key("private_...")
            .public_key("public_...")
            .url_endpoint("https://ik.imagekit.io/demo")
            .build()?;
        let step = Transformation::new().height(300).width(400);
        let url = ik.url("/shoe.jpg").transform(step).signed(true).build()?;
        let upload = ik
            .upload(UploadSource::path("shoe.jpg"))
            .folder("/products")
            .tags(["red"])
            .await?
            .into_file()?;
        let files = ik
            .assets()
            .list_files()
            .path("/products")
            .sort("ASC_CREATED")
            .await?;
        println!(
            "{url} {} {:?}",
            upload.file_id,
            files.iter().map(|file| &file.name).collect::<Vec<_>>()
        );
        Ok(())
    }

    #[test]
    fn perceptual_hashes() -> Result<(), Error> {
        use imagekitio::phash::phash_distance;

        assert_eq!(phash_distance("f06830ca9f1e3e90", "f06830ca9f1e3e90")?, 0);
        assert_eq!(phash_distance("2d5ad3936d2e015b", "2d6ed293db36a4fb")?, 17);
        assert_eq!(phash_distance("a4a65595ac94518b", "7838873e791f8400")?, 37);
        Ok(())
    }

    async fn errors(ik: imagekitio::ImageKit) {
        use imagekitio::ErrorKind;

        if let Err(error) = ik.files().delete("64a7f3b2c1d2e3f4a5b6c7d8").await {
            match error.kind() {
                ErrorKind::NotFound => println!("there is no such file"),
                ErrorKind::RateLimited => println!("try again in {:?}", error.retry_after()),
                _ => println!("{:?}: {:?}", error.message(), error.help()),
            }
        }
    }

    async fn partial_success(ik: imagekitio::ImageKit) -> Result<Vec<String>, Error> {
        let outcome = ik
            .files()
            .add_tags(
                ["64a7f3b2c1d2e3f4a5b6c7d8", "64a7f3b2c1d2e3f4a5b6c7d9"],
                ["red"],
            )
            .await?;
        for failure in &outcome.failed {
            println!("{}: {}", failure.item, failure.reason);
        }
        let changed = outcome.into_result()?;
        Ok(changed)
    }

    async fn node() -> Result<(), Error> {
        use imagekitio::{ImageKit, Transformation, UploadSource};

        let ik = ImageKit::from_env()?; // IMAGEKIT_PRIVATE_KEY, IMAGEKIT_URL_ENDPOINT
        let step = Transformation::new().width(400).height(300);
        let url = ik.url("/shoe.jpg").transform(step).signed(true).build()?;
        let upload = ik
            .upload(UploadSource::path("shoe.jpg"))
            .folder("/products")
            .tags(["red"])
            .await?
            .into_file()?;
        let assets = ik
            .assets()
            .list()
            .path("/products")
            .sort("ASC_CREATED")
            .await?;
        println!(
            "{url} {} {:?}",
            upload.file_id,
            assets
                .iter()
                .filter_map(|asset| asset.name())
                .collect::<Vec<_>>()
        );
        Ok(())
    }

    #[test]
    fn urls_of_node() -> Result<(), Error> {
        use imagekitio::url::{Crop, Format, TransformationPosition, UrlStyle};
        use imagekitio::{ImageKit, Transformation};

        let ik = ImageKit::builder()
            .url_endpoint("https://ik.imagekit.io/demo")
            .transformation_position(TransformationPosition::Query)
            .url_style(UrlStyle::Readable)
            .build()?;
        let step = Transformation::new()
            .width(400)
            .height(300)
            .crop(Crop::MaintainRatio)
            .quality(80)
            .format(Format::Webp);
        assert_eq!(
            ik.url("/path/to/image.jpg").transform(step).build()?,
            "https://ik.imagekit.io/demo/path/to/image.jpg?tr=w-400,h-300,c-maintain_ratio,q-80,f-webp"
        );
        Ok(())
    }
}

/// What the guides name, as code that is compiled and never run.
#[allow(dead_code)]
mod names {
    use std::time::{Duration, SystemTime};

    use bytes::Bytes;
    use imagekitio::api::files::BulkOutcome;
    use imagekitio::client_auth::{AuthenticationParameters, Check, authentication_parameters_at};
    use imagekitio::phash::{PHash, phash_distance};
    use imagekitio::search;
    use imagekitio::types::{
        self, Asset, AssetSort, AutoTagging, Extension, FieldSchema, FieldValue, FileType, Number,
        RemoveBg, ResponseField, StreamingProtocol,
    };
    use imagekitio::upload::{CancelHandle, PostTransformation, UploadOutcome, UploadRequest};
    use imagekitio::url::{
        Anchor, Border, Crop, CropMode, Encoding, Expr, FilePath, Focus, Format, Gradient,
        LayerMode, OverlayOptions, Preset, Shadow, Sharpen, Step, TransformationPosition,
        UrlBuilder, UrlOptions,
    };
    use imagekitio::webhook::{Event, Payload, VerifiedEvent, Verifier};
    use imagekitio::{
        Error, ErrorKind, ImageKit, ImageKitBuilder, Overlay, Response, RetryPolicy,
        Transformation, UploadSource,
    };
    use serde_json::Value;

    type Done = Result<(), Error>;

    fn client(
        builder: ImageKitBuilder,
        (key, endpoint, secret, address): (&str, &str, &str, &str),
        (name, value): (&str, &str),
        (step, policy, limit): (Transformation, RetryPolicy, Duration),
        lifetime: Duration,
        client: reqwest::Client,
    ) -> Done {
        let _ = ImageKit::from_env()?;
        let _ = ImageKit::builder().private_key(key).build()?;
        let _ = builder.clone().private_key(key).public_key(key);
        let _ = builder
            .clone()
            .url_endpoint(endpoint)
            .webhook_secret(secret);
        let _ = builder
            .clone()
            .transformation_position(TransformationPosition::Query)
            .transformation_position(TransformationPosition::Path)
            .signed(true)
            .url_expires_in(lifetime)
            .default_query(name, value)
            .default_transformation(step);
        let _ = builder
            .clone()
            .base_url(address)
            .api_base_url(address)
            .upload_base_url(address)
            .header(name, value)
            .http_client(client);
        let _ = builder
            .timeout(limit)
            .total_timeout(limit)
            .connect_timeout(limit)
            .retry(RetryPolicy::none())
            .retry(RetryPolicy::new().max_retries(5))
            .retry(RetryPolicy::new().repeat_unsafe(true))
            .retry(policy)
            .build()?;
        Ok(())
    }

    async fn requests<T: serde::de::DeserializeOwned + Send + 'static>(
        ik: &ImageKit,
        (name, value, key, address, file_id): (&str, &str, &str, &str, &str),
        (policy, limit): (RetryPolicy, Duration),
        (method, path, body): (&str, &str, Value),
    ) -> Done {
        let request = ik.files().get(file_id).timeout(limit).retry(policy);
        let future = request
            .header(name, value)
            .header("Idempotency-Key", key)
            .extra_query(name, value)
            .extra_query("includeFolder", true)
            .extra_body(name, value)
            .into_future();
        drop(future);
        let _ = ik.request(method, path);
        let new = ik.request("POST", "/v1/new").json(&body);
        let _ = new.query(name, value).decode::<T>();
        let _ = ik.delivery();
        let _ = ik.delivery().fetch(address);
        Ok(())
    }

    #[cfg(feature = "blocking")]
    fn blocking(ik: &ImageKit, file_id: &str) -> Result<Response<types::File>, Error> {
        ik.files().get(file_id).send_blocking()
    }

    fn urls(
        ik: &ImageKit,
        url: UrlBuilder<'_>,
        (path, address, endpoint, key): (&str, &str, &str, &str),
        (name, value): (&str, &str),
        (step, steps, position): (Transformation, [Transformation; 2], TransformationPosition),
        (lifetime, time, now): (Duration, SystemTime, SystemTime),
        options: UrlOptions,
    ) -> Done {
        let _ = ik.url(path).build()?;
        let _ = ik.src(address);
        let _ = ik.url_from(&options);
        let _ = ik.url(FilePath::literal(path));
        let _ = ik.verify(address)?;
        let preset = Preset::new(steps)?;
        let url = url.url_endpoint(endpoint);
        let url = url.private_key(key);
        let url = url.preset(&preset);
        let _ = step.to_string();
        let url = url.transform(step);
        let url = url.transformation_position(position);
        let url = url.query(name, value);
        let url = url.attachment();
        let url = url.attachment_filename(name);
        let url = url.signed(true);
        let url = url.expires_in(lifetime);
        let url = url.expires_at(time);
        let url = url.expires_never();
        let _ = url.prepare()?;
        let _ = url.build_at(now)?;
        let _ = url.responsive();
        let _ = options.transformation_string()?;
        let _: Option<(Step, OverlayOptions)> = None;
        Ok(())
    }

    fn transformations(path: &str, color: &str) {
        let _ = Transformation::new()
            .height(300)
            .width(400)
            .aspect_ratio("4-3");
        let _ = Transformation::new()
            .quality(40)
            .format(Format::Jpeg)
            .dpr(2);
        let _ = Transformation::new()
            .crop(Crop::Force)
            .crop_mode(CropMode::Extract)
            .focus(Focus::Left)
            .x(10)
            .y(10);
        let _ = Transformation::new()
            .radius(50)
            .background("A94D34")
            .border("5_A94D34")
            .border(Border::new(5, "A94D34"))
            .rotation(90)
            .blur(10)
            .trim(5)
            .named("thumbnail")
            .default_image("/folder/file.jpg");
        let _ = Transformation::new()
            .progressive(true)
            .lossless(true)
            .metadata(true)
            .color_profile(true)
            .original(true);
        let _ = Transformation::new()
            .sharpen(10)
            .sharpen(Sharpen::auto())
            .unsharp_mask("2-2-0.8-0.024")
            .contrast_stretch()
            .contrast(1)
            .grayscale()
            .shadow("bl-15_st-40")
            .gradient("from-red_to-white");
        let _: Option<(Shadow, Gradient)> = None;
        let _ = Transformation::new()
            .raw("ar-4-3,q-40")
            .raw("w-400")
            .set("foo_bar", "x")
            .set("new", 1)
            .height(Expr::input_height() / 2)
            .height("ih_div_2");
        let _ = Transformation::new()
            .overlay(Overlay::text("Hello").font_size(20))
            .overlay(Overlay::text("Hello"))
            .overlay(Overlay::image(path))
            .overlay(Overlay::video(path))
            .overlay(Overlay::subtitle(path))
            .overlay(Overlay::solid_color(color));
        let _ = Overlay::text("Hello")
            .x(10)
            .y(10)
            .x_center(10)
            .y_center(10)
            .focus(Anchor::Center)
            .anchor_point(Anchor::Top)
            .start(1)
            .end(5)
            .duration(4)
            .layer_mode(LayerMode::Multiply)
            .encoding(Encoding::Base64);
    }

    fn sources(
        (name, path, address, base64, uri): (&str, &str, &str, &str, &str),
        (bytes, length): (Bytes, u64),
    ) -> [UploadSource; 10] {
        let file = |reader| UploadSource::reader(name, length, reader);
        let pipe = |reader| UploadSource::spooled_reader(name, reader);
        let blocking = |reader| UploadSource::blocking_reader(name, length, reader);
        let download = |stream| UploadSource::stream(name, length, stream);
        let chunked = |stream| UploadSource::spooled_stream(name, stream);
        let stream = futures_util::stream::empty::<std::io::Result<Bytes>>;
        [
            file(tokio::io::empty()),
            pipe(tokio::io::empty()),
            blocking(std::io::empty()),
            download(stream()),
            chunked(stream()),
            UploadSource::path(path),
            UploadSource::bytes(name, bytes),
            UploadSource::url(address),
            UploadSource::base64(name, base64),
            UploadSource::data_uri(name, uri),
        ]
    }

    async fn uploads(
        ik: &ImageKit,
        source: UploadSource,
        (name, value, folder, description, address, key, jwt): (
            &str,
            &str,
            &str,
            &str,
            &str,
            &str,
            &str,
        ),
        tags: [&str; 2],
        (extensions, uploads): (Vec<Extension>, Vec<UploadRequest>),
        (limit, handle, parameters): (Duration, CancelHandle, AuthenticationParameters),
        callback: fn(imagekitio::upload::Progress),
    ) -> Done {
        let _ = {
            let source = source.clone();
            ik.upload_v2(source)
        };
        let upload: UploadRequest = ik.upload(source);
        let upload = upload
            .file_name(name)
            .use_unique_file_name(true)
            .tags(tags)
            .folder(folder)
            .is_private_file(true)
            .is_published(true)
            .custom_coordinates("10,10,100,100")
            .response_fields([ResponseField::Tags, ResponseField::Metadata])
            .response_fields(["tags", "isPrivateFile"])
            .extensions(extensions)
            .webhook_url(address)
            .overwrite_file(true)
            .overwrite_ai_tags(true)
            .overwrite_tags(true)
            .overwrite_custom_metadata(true)
            .custom_metadata([("brand", "Nike")])
            .checks(Check::folder().starts_with("/a"))
            .checks(Check::file_size().at_most("5mb"))
            .description(description)
            .set("embeddedMetadata", value)
            .set(name, value);
        let upload = upload
            .pre_transformation(Transformation::new().width(1600))
            .pre_transformation("w-1600")
            .post_transformation(PostTransformation::thumbnail())
            .post_transformation(PostTransformation::transformation("w-300"))
            .post_transformation(PostTransformation::gif_to_video())
            .post_transformation(PostTransformation::adaptive_streaming(
                StreamingProtocol::Hls,
                [240, 360],
            ));
        let upload = upload
            .content_type("image/jpeg")
            .stall_timeout(limit)
            .reply_timeout(limit)
            .on_progress(callback)
            .cancel_with(&handle)
            .authentication(parameters, key)
            .token(jwt);
        let response = upload.await?;
        assert!(!matches!(*response, UploadOutcome::Processing));
        let _: types::Upload = response.into_file()?;
        let _ = ik.upload_many(uploads);
        let _ = ik.upload_folder(folder);
        let _ = ik.upload_token(name);
        let _: [Extension; 3] = [
            RemoveBg::new().into(),
            AutoTagging::google(80, 10).into(),
            AutoTagging::aws(80, 10).into(),
        ];
        Ok(())
    }

    async fn lists(
        ik: &ImageKit,
        (name, path, query): (&str, &str, &str),
        tags: [&str; 2],
    ) -> Done {
        let assets = ik.assets().list().kind("folder").kind("all");
        let assets = assets.sort("ASC_CREATED").sort(AssetSort::AscCreated);
        let assets = assets.path("/products").search_query(query);
        let assets = assets.search_query(search::created_at().at_or_after("2d"));
        let assets = assets.file_type(FileType::Image).file_type("image");
        let assets = assets.limit(10).skip(10).name(name).tags(tags);
        let _ = assets.tags(["red", "summer"]).stream();
        let _ = ik.assets().list_files();
        let _ = ik.assets().list_folders();
        let _ = ik.files().find(path);
        Ok(())
    }

    async fn files(
        ik: &ImageKit,
        (file_id, version_id, path, folder, name, address): (&str, &str, &str, &str, &str, &str),
        (file_ids, tags): ([&str; 2], [&str; 2]),
        extensions: Vec<Extension>,
    ) -> Done {
        let _ = ik.files().get(file_id);
        let updated: Response<types::UpdatedFile> = ik
            .files()
            .update(file_id)
            .remove_ai_tags(tags)
            .remove_all_ai_tags()
            .webhook_url(address)
            .extensions(extensions)
            .tags(tags)
            .unset_tags()
            .custom_coordinates("10,10,100,100")
            .unset_custom_coordinates()
            .custom_metadata([("brand", "Nike")])
            .unset_custom_metadata(["brand"])
            .await?;
        let _ = &updated.extension_status;
        let _ = ik.files().publish(file_id).include_versions(true);
        let _ = ik.files().unpublish(file_id);
        let _: Response<()> = ik.files().delete(file_id).await?;
        let outcome: BulkOutcome = ik.files().delete_many(file_ids).await?;
        let _ = (&outcome.succeeded, &outcome.failed);
        let _ = outcome.into_result()?;
        let _ = ik.files().add_tags(file_ids, tags);
        let _ = ik.files().remove_tags(file_ids, tags);
        let _ = ik.files().remove_ai_tags(file_ids, tags);
        let _ = ik.files().copy(path, folder).include_versions(true);
        let _ = ik.files().move_to(path, folder);
        let renamed = ik.files().rename(path, name).purge_cache(true).await?;
        let _ = (renamed.purge_failed(), &renamed.purge_request_id);
        let _ = ik.files().versions(file_id).list();
        let _ = ik.files().versions(file_id).get(version_id);
        let _ = ik.files().versions(file_id).delete(version_id);
        let _ = ik.files().versions(file_id).restore(version_id);
        let _ = ik.files().metadata(file_id);
        let _ = ik.files().metadata_from_url(address);
        Ok(())
    }

    async fn folders(
        ik: &ImageKit,
        (name, parent, folder, from, to): (&str, &str, &str, &str, &str),
        (job_id, address, request_id): (&str, &str, &str),
    ) -> Done {
        let _ = ik.folders().create(name, parent);
        let _ = ik.folders().delete(folder);
        let job = ik.folders().copy(from, to).include_versions(true).await?;
        let _ = &job.job_id;
        let _ = ik.folders().move_to(from, to);
        let _ = ik.folders().rename(folder, name);
        let status = ik.folders().job(job_id).await?;
        let _ = (&status.job_id, &status.type_, &status.status);
        let _ = status.is_completed();
        let _ = ik.folders().wait_for_job(job_id);
        let purge = ik.cache().purge(address).await?;
        let _ = &purge.request_id;
        let purge_status = ik.cache().status(request_id).await?;
        let _ = (&purge_status.status, purge_status.is_completed());
        let _ = ik.cache().wait(request_id);
        Ok(())
    }

    async fn settings(
        ik: &ImageKit,
        (id, field_id, name, label, description): (&str, &str, &str, &str, &str),
        (schema, step): (FieldSchema<Number>, Transformation),
    ) -> Done {
        let _ = ik
            .custom_metadata_fields()
            .create(name, label, schema.clone());
        let field = {
            let schema = schema.clone();
            ik.custom_metadata_fields().create(name, label, schema)
        };
        let field: types::CustomMetadataField = field.description(description).await?.into_inner();
        let _ = (&field.id, &field.name, &field.label, &field.schema.type_);
        let _ = &field.schema.min_value;
        let fields = ik.custom_metadata_fields().list().include_deleted(true);
        let fields = fields.folder_path("/products").await?;
        for field in &fields {
            let _ = &field.id;
        }
        let update = ik.custom_metadata_fields().update(field_id);
        let _ = update.label(label).schema(schema);
        let _ = ik.custom_metadata_fields().delete(field_id);
        let _ = ik
            .saved_extensions()
            .create(name, description, RemoveBg::new());
        let _ = ik.saved_extensions().list();
        let _ = ik.saved_extensions().get(id);
        let _ = ik.saved_extensions().update(id);
        let _ = ik.saved_extensions().delete(id);
        let _ = ik.named_transformations().create(name, step);
        let _ = ik.named_transformations().list();
        let _ = ik.named_transformations().get(id);
        let _ = ik.named_transformations().update(id);
        let _ = ik.named_transformations().delete(id);
        let _ = ik.accounts().usage("2026-05-01", "2026-06-01");
        let _ = ik.accounts().usage_analytics("2026-05-01", "2026-05-31");
        let _ = ik.accounts().origins();
        let _ = ik.accounts().url_endpoints();
        let _ = ik.accounts().webhooks();
        Ok(())
    }

    fn schemas() {
        let _ = FieldSchema::text().min_length(1).max_length(80);
        let _ = FieldSchema::textarea();
        let _ = FieldSchema::number().min_value(100).max_value(200);
        let _ = FieldSchema::number().min_value(0).set("minValue", 100);
        let _ = FieldSchema::date().min_value("2022-11-29T10:11:10+00:00");
        let _ = FieldSchema::boolean();
        let _ = FieldSchema::single_select();
        let _ = FieldSchema::multi_select()
            .select_options(["small", "large"])
            .select_options([FieldValue::from("small"), 30.into(), true.into()])
            .default_value(["small"])
            .is_value_required(true);
    }

    fn authentication(
        ik: &ImageKit,
        (key, lifetime, time, now): (&str, Duration, SystemTime, SystemTime),
        (first, second): (&str, &str),
    ) -> Done {
        let parameters = ik.authentication_parameters().build()?;
        let _ = (&parameters.token, parameters.expire, &parameters.signature);
        let _ = ik
            .authentication_parameters()
            .token("your_token")
            .expires_at(time)
            .expires_in(lifetime);
        let _ = authentication_parameters_at(key, Some("your_token"), Some(1582269249), now)?;
        let _: PHash = first.parse()?;
        let _ = phash_distance(first, second)?;
        Ok(())
    }

    fn webhooks(ik: &ImageKit, headers: [(&str, &str); 3], body: &[u8], secret: &str) -> Done {
        let _ = Verifier::new([secret])?;
        if let Ok(verified) = ik.webhooks().verify(headers, body) {
            let verified: VerifiedEvent = verified;
            let _ = verified.event.event_type();
            match verified.event.payload() {
                Payload::FileCreated(event) => drop(event.clone()),
                Payload::Unknown(json) => drop(json.clone()),
                _ => {}
            }
        }
        let _ = Event::parse_unverified(body);
        Ok(())
    }

    fn results(
        response: Response<types::Upload>,
        files: Response<Vec<types::File>>,
        assets: Vec<Asset>,
        metadata: types::Metadata,
        exif: types::MetadataExif,
    ) -> Done {
        let _: Value = response.json()?;
        let _ = (response.body(), response.http_status());
        let _ = (response.headers(), response.request_id());
        let upload = response.into_inner();
        let _ = (
            &upload.file_id,
            &upload.name,
            &upload.url,
            &upload.file_path,
        );
        let _ = (&upload.file_type, &upload.size, &upload.version_info);
        let _ = &upload.thumbnail_url;
        let _ = (&upload.height, &upload.width, &upload.ai_tags, &upload.tags);
        let _ = (&upload.extension_status, &upload.is_private_file);
        let _ = (&upload.custom_coordinates, &upload.custom_metadata);
        let _ = (&upload.embedded_metadata, upload.extra.get("orientation"));
        for tag in upload.ai_tags.as_ref().into_iter().flatten() {
            let _ = (&tag.name, &tag.confidence, &tag.source);
        }
        for file in &files {
            let _ = (&file.file_id, &file.name, &file.url, &file.file_path);
            let _ = (&file.file_type, &file.size, file.size.as_u64(), &file.type_);
            let _ = (&file.created_at, &file.updated_at, &file.version_info.id);
            let _ = (&file.tags, &file.ai_tags, &file.thumbnail, &file.has_alpha);
            let _ = (&file.mime, &file.height, &file.width);
            let _ = (&file.embedded_metadata, &file.custom_metadata);
            let _ = (&file.custom_coordinates, &file.is_private_file);
        }
        for asset in assets {
            let _: Option<&types::File> = asset.as_file();
            let _: Option<&types::Folder> = asset.as_folder();
            let asset: types::Asset = asset;
            match asset {
                Asset::File(file) => drop(file),
                Asset::FileVersion(file) => drop(file),
                Asset::Folder(folder) => drop((folder.folder_id, folder.folder_path)),
                _ => {}
            }
        }
        let _ = (&metadata.height, &metadata.width, &metadata.size);
        let _ = (&metadata.format, &metadata.has_color_profile);
        let _ = (&metadata.quality, &metadata.density);
        let _ = (&metadata.has_transparency, &metadata.p_hash);
        let _ = metadata.perceptual_hash();
        let _ = (&metadata.duration, &metadata.bit_rate);
        let _ = (&metadata.video_codec, &metadata.audio_codec);
        let _ = (&exif.image, &exif.thumbnail, &exif.exif, &exif.gps);
        let _ = (&exif.interoperability, &exif.makernote);
        Ok(())
    }

    fn errors(error: &Error) {
        let _ = (error.kind(), error.argument(), error.status());
        let _ = (error.headers(), error.body(), error.message());
        let _ = (error.help(), error.reason(), error.error_type());
        let _ = (error.missing_file_ids(), error.retry_after());
        let _ = error.may_have_been_sent();
        let _ = [
            ErrorKind::BadRequest,
            ErrorKind::Unauthorized,
            ErrorKind::Forbidden,
            ErrorKind::NotFound,
            ErrorKind::Conflict,
            ErrorKind::Locked,
            ErrorKind::RateLimited,
            ErrorKind::Server,
            ErrorKind::PartialSuccess,
            ErrorKind::Accepted,
            ErrorKind::Redirect,
            ErrorKind::Decode,
            ErrorKind::Connection,
            ErrorKind::Timeout,
            ErrorKind::Canceled,
            ErrorKind::InvalidInput,
            ErrorKind::Io,
        ];
    }
}
