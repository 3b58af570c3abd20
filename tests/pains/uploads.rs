//! Uploads of files and folders.

use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use http_body_util::{BodyExt, Full};
use imagekitio::client_auth::Check;
use imagekitio::upload::{CancelHandle, PostTransformation, Progress, UploadRequest};
use imagekitio::{ErrorKind, ImageKit, Transformation, UploadSource};
use serde_json::{Value, json};
use support::folder_uploads::{Account, Library, Tree, failures, outcomes, stored};
use support::uploads::{KEY, MIB, content, file, hello, in_process, parts, text};
use support::{FILE, Request, STORED, Scripted, Step, soon, until};
use tokio::net::TcpListener;

/// The request of an upload that is stored.
async fn sent(upload: impl FnOnce(ImageKit) -> UploadRequest) -> Request {
    let server = Scripted::start([STORED]).await;
    soon(upload(server.client())).await.unwrap();
    server.request()
}

/// imagekit-python#36, imagekit-python#60, imagekit-python#61, imagekit-nodejs#43: The path of a
/// file is uploaded as its content, because a string may be base64 as well.
///
/// Each kind of source has its own constructor. A missing file is an error before a request.
#[tokio::test]
async fn a_path_is_not_taken_for_content() {
    let tree = Tree::of(&["some image.png"]);
    let path = tree.file("some image.png");
    let request = sent(|ik| ik.upload(UploadSource::path(&path))).await;
    let expected = parts([
        ("fileName", text("some image.png")),
        (
            "file",
            file("some image.png", "image/png", "some image.png"),
        ),
    ]);
    assert_eq!(request.parts().await, expected);
    let server = Scripted::start([STORED]).await;
    let missing = UploadSource::path(tree.file("gone.png"));
    let error = server.client().upload(missing).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io);
    let not_base64 = UploadSource::base64("a.png", "some path/some image.png");
    let error = server.client().upload(not_base64).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert_eq!(server.begun(), 0);
}

/// imagekit-python#37, imagekit-python#39, imagekit-php#29, imagekit-adapter#1: A picture arrives
/// damaged, or as base64 that isn't recognized as a picture.
///
/// Bytes are sent as they are, with the content type of the name.
#[tokio::test]
async fn bytes_arrive_as_they_are() {
    let bytes: Vec<u8> = (0..=255).cycle().take(311 * 1024).collect();
    let request = sent(|ik| {
        ik.upload(UploadSource::bytes("test.jpg", bytes.clone()))
            .tags(["test"])
    })
    .await;
    let expected = parts([
        ("fileName", text("test.jpg")),
        ("tags", text("test")),
        ("file", file("test.jpg", "image/jpeg", bytes)),
    ]);
    assert!(request.parts().await == expected);
}

/// imagekit-nodejs#66, imagekit-nodejs#67: Files above 10 MB can't be uploaded.
///
/// The crate has no limit of its own. Those of ImageKit depend on the plan.
#[tokio::test]
async fn large_buffers_are_uploaded() {
    let bytes = content(13 * MIB);
    let request = sent(|ik| ik.upload(UploadSource::bytes("a.mp4", bytes.clone()))).await;
    assert!(request.parts().await["file"] == file("a.mp4", "video/mp4", bytes));
}

/// imagekit-dotnet#33, imagekit-nodejs#33, imagekit-nodejs#69, cloudinary_java#55,
/// cloudinary_java#57, cloudinary_java#62, cloudinary_java#236: A file is read into memory before
/// it is sent, and large ones end the process.
///
/// Paths, readers and streams are read while they are sent: no more is read than the connection
/// takes.
#[tokio::test]
async fn a_stream_is_read_as_fast_as_it_is_sent() {
    const TOTAL: usize = 4096;
    let server = Scripted::start([Step::Stop(3 * MIB)]).await;
    let read = Arc::new(AtomicUsize::new(0));
    let (count, chunk) = (read.clone(), content(MIB));
    let chunks = stream::iter(0..TOTAL).map(move |_| {
        count.fetch_add(1, Ordering::SeqCst);
        Ok(chunk.clone())
    });
    let handle = CancelHandle::new();
    let source = UploadSource::stream("v.mp4", (TOTAL * MIB) as u64, chunks);
    let upload = tokio::spawn(
        server
            .client()
            .upload(source)
            .cancel_with(&handle)
            .into_future(),
    );
    until("a server that takes nothing more", || server.stopped() == 1).await;
    handle.cancel();
    let error = soon(upload).await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Canceled);
    let read = read.load(Ordering::SeqCst);
    assert!((3..=64).contains(&read), "{read} MiB are in buffers");
}

/// kraken-node#13, vimeo.js#139, imagekit-nodejs#69: A stream whose length isn't known, such as a
/// field of a form or a download, can't be uploaded.
///
/// The constructors that begin with `spooled` find the length first, in memory or in a temporary
/// file.
#[tokio::test]
async fn a_stream_of_unknown_length_is_uploaded() {
    for length in [1, 5 * MIB + 3] {
        let bytes = content(length);
        let chunks: Vec<io::Result<Bytes>> = bytes
            .chunks(70_001)
            .map(|chunk| Ok(Bytes::copy_from_slice(chunk)))
            .collect();
        for source in [
            UploadSource::spooled_stream("a.png", stream::iter(chunks)),
            UploadSource::spooled_reader("a.png", io::Cursor::new(bytes.clone())),
            UploadSource::spooled_blocking_reader("a.png", io::Cursor::new(bytes.clone())),
        ] {
            let request = sent(|ik| ik.upload(source)).await;
            assert_eq!(request.header("transfer-encoding"), None);
            assert!(request.parts().await["file"] == file("a.png", "image/png", bytes.clone()));
        }
    }
}

/// imagekit-javascript#25, imagekit-react#131, imagekit-angular#57, imagekit-angular#58,
/// cloudinary_java#40, cloudinary_java#41, cloudinary_java#49, cloudinary_android#6,
/// cloudinary_js#35: An upload shows no progress and can't be aborted.
///
/// `on_progress` and `events` report the bytes that were sent, and a `CancelHandle` ends the
/// upload.
#[tokio::test]
async fn an_upload_has_progress_and_an_end() {
    let server = Scripted::start([STORED]).await;
    let seen: Arc<Mutex<Vec<Progress>>> = Arc::default();
    let kept = seen.clone();
    let bytes = content(3 * MIB);
    let upload = server
        .client()
        .upload(UploadSource::bytes("a.png", bytes.clone()));
    let upload = upload.on_progress(move |progress| kept.lock().unwrap().push(progress));
    soon(upload).await.unwrap();
    let seen = seen.lock().unwrap().clone();
    assert!(seen.is_sorted_by_key(|progress| progress.sent), "{seen:?}");
    assert!(
        seen.iter()
            .all(|progress| (progress.total, progress.attempt) == (bytes.len() as u64, 1))
    );
    assert_eq!(seen.last().unwrap().sent, bytes.len() as u64);

    let server = Scripted::start([Step::Silent]).await;
    let handle = CancelHandle::new();
    let upload = server.client().upload(hello()).cancel_with(&handle);
    let upload = tokio::spawn(upload.into_future());
    until("a request", || server.requests().len() == 1).await;
    handle.cancel();
    let error = soon(upload).await.unwrap().unwrap_err();
    assert_eq!(
        (error.kind(), error.may_have_been_sent()),
        (ErrorKind::Canceled, true)
    );
    assert_eq!(
        error.to_string(),
        "upload-file: the upload was canceled after 5 of 5 bytes"
    );
}

/// imagekit-java#28: Uploads over HTTP/2 fail with `FLOW_CONTROL_ERROR` after the first ones, about
/// every second one.
///
/// Uploads over one HTTP/2 connection with small windows arrive whole, one after the other and at
/// the same time.
#[tokio::test]
async fn uploads_keep_to_the_windows_of_http_2() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let lengths: Arc<Mutex<Vec<usize>>> = Arc::default();
    let kept = lengths.clone();
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        stream.set_nodelay(true).unwrap();
        let service =
            hyper::service::service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
                let kept = kept.clone();
                async move {
                    let body = request.into_body().collect().await?.to_bytes();
                    kept.lock().unwrap().push(body.len());
                    Ok::<_, hyper::Error>(hyper::Response::new(Full::new(Bytes::from(FILE))))
                }
            });
        hyper::server::conn::http2::Builder::new(hyper_util::rt::TokioExecutor::new())
            .initial_stream_window_size(16 * 1024)
            .initial_connection_window_size(64 * 1024)
            .serve_connection(hyper_util::rt::TokioIo::new(stream), service)
            .await
    });
    let http = reqwest::Client::builder()
        .http2_prior_knowledge()
        .build()
        .unwrap();
    let ik = ImageKit::builder()
        .private_key(KEY)
        .base_url(url)
        .http_client(http)
        .build()
        .unwrap();
    let upload = || ik.upload(UploadSource::bytes("a.jpg", content(450 * 1024)));
    for _ in 0..10 {
        soon(upload()).await.unwrap();
    }
    let results = soon(ik.upload_many((0..20).map(|_| upload())).concurrency(10)).await;
    assert!(results.iter().all(Result::is_ok), "{results:?}");
    let lengths = lengths.lock().unwrap().clone();
    assert_eq!(lengths, [lengths[0]; 30]);
}

/// imagekit-dotnet#27: Uploads at the same time fail in the SDK, because they share state.
///
/// Clones upload at the same time without an effect on each other.
#[tokio::test]
async fn clones_upload_at_the_same_time() {
    let (server, ik) = in_process().await;
    let uploads = (0..50).map(|number| {
        let ik = ik.clone();
        tokio::spawn(async move {
            let source = UploadSource::bytes(format!("{number}.txt"), format!("number {number}"));
            ik.upload(source)
                .tags([format!("tag{number}")])
                .use_unique_file_name(false)
                .await
        })
    });
    for (number, upload) in uploads.collect::<Vec<_>>().into_iter().enumerate() {
        let file = soon(upload).await.unwrap().unwrap().into_file().unwrap();
        assert_eq!(file.file_path, format!("/{number}.txt"));
        assert_eq!(file.tags, Some(vec![format!("tag{number}")]));
    }
    assert_eq!(server.requests().len(), 50);
}

/// reqwest#419, httpx#164, requests#4652: The name of a file outside of ASCII is written as
/// `filename*`, or escaped, and servers store another name.
///
/// It is written as UTF-8 into `filename`, as browsers do.
#[tokio::test]
async fn names_of_files_are_written_as_browsers_do() {
    for name in ["отчёт.png", "写真.png", "🐈.png", "a b'c.png"] {
        let request = sent(|ik| ik.upload(UploadSource::bytes(name, "x"))).await;
        let body = request.text();
        assert!(
            body.contains(&format!("name=\"file\"; filename=\"{name}\"\r\n")),
            "{body}"
        );
        assert!(!body.contains("filename*"), "{body}");
    }
}

/// cloudinary_npm#306: A data URI of an SVG isn't recognized as one and is taken for a path.
///
/// A data URI in base64 is accepted with any media type and parameters. Another one is refused
/// before the request.
#[tokio::test]
async fn data_uris_of_any_type_are_accepted() {
    for uri in [
        "data:image/svg+xml;base64,PHN2Zy8+",
        "data:image/svg+xml;charset=utf-8;base64,PHN2Zy8+",
    ] {
        let request = sent(|ik| ik.upload(UploadSource::data_uri("a.svg", uri))).await;
        assert_eq!(request.parts().await["file"], text(uri));
    }
    let server = Scripted::start([STORED]).await;
    let plain = UploadSource::data_uri("a.svg", "data:image/svg+xml,<svg/>");
    let error = server.client().upload(plain).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert_eq!(server.begun(), 0);
}

/// fossology#425, carrierwave#344: A file that is fetched from a URL is stored with the escapes of
/// the URL in its name.
///
/// The name is the last segment of the path, percent-decoded.
#[tokio::test]
async fn a_file_from_a_url_has_its_own_name() {
    for (url, name) in [
        ("https://x.com/my%20photo.jpg", "my photo.jpg"),
        ("https://x.com/a/Gr%C3%B6%C3%9Fe.jpg?v=/b.jpg", "Größe.jpg"),
        ("https://x.com/v0/o/deals%2FPop%2Fa.jpg", "a.jpg"),
    ] {
        let request = sent(|ik| ik.upload(UploadSource::url(url))).await;
        let expected = parts([("fileName", text(name)), ("file", text(url))]);
        assert_eq!(request.parts().await, expected);
    }
}

/// imagekit-nodejs#104: A condition of an upload is given in a form that the server doesn't know
/// (`"file.size": "<10MB"`), and the error doesn't mention it.
///
/// `Check` writes conditions. A string has to be in the server's form.
#[tokio::test]
async fn conditions_of_uploads_are_written() {
    let check = Check::file_size()
        .less_than("10mb")
        .and(Check::file_mime().starts_with("image/"));
    let request = sent(|ik| ik.upload(hello()).checks(check)).await;
    let written = request.parts().await["checks"].clone();
    assert_eq!(
        written,
        text(r#""file.size" < "10mb" AND "file.mime" : "image/""#)
    );
}

/// imagekit-python#59: Transformations before and after an upload can't be given.
///
/// Both are typed, and sent in the form of the API.
#[tokio::test]
async fn transformations_of_uploads_are_sent() {
    let request = sent(|ik| {
        ik.upload(UploadSource::bytes("a.mp4", "x"))
            .pre_transformation(Transformation::new().duration(10))
            .post_transformation(PostTransformation::transformation(
                Transformation::new().width(512).height(512),
            ))
    })
    .await;
    let transformation = request.parts().await["transformation"].bytes.clone();
    let value: Value = serde_json::from_slice(&transformation).unwrap();
    assert_eq!(
        value,
        json!({"pre": "du-10", "post": [{"type": "transformation", "value": "w-512,h-512"}]})
    );
}

/// CloudinaryDotNet#318, pycloudinary#358: Custom metadata is given in one form for an upload and
/// in another one for an update.
///
/// Both take pairs of a name and a value.
#[tokio::test]
async fn custom_metadata_has_one_form() {
    let metadata = || {
        [
            ("price", Value::from(7.5)),
            ("colors", json!(["red", "blue"])),
            ("sale", true.into()),
        ]
    };
    let server = Scripted::start([STORED]).await;
    let ik = server.client();
    ik.upload(hello())
        .custom_metadata(metadata())
        .await
        .unwrap();
    ik.files()
        .update("f1")
        .custom_metadata(metadata())
        .await
        .unwrap();
    let [upload, update] = server.requests().try_into().unwrap();
    let expected = json!({"price": 7.5, "colors": ["red", "blue"], "sale": true});
    let uploaded: Value =
        serde_json::from_slice(&upload.parts().await["customMetadata"].bytes).unwrap();
    assert_eq!(uploaded, expected);
    let updated: Value = serde_json::from_slice(&update.body).unwrap();
    assert_eq!(updated, json!({"customMetadata": expected}));
}

/// box-windows-sdk-v2#362, box-windows-sdk-v2#276: An upload from a reader that gets a 429 is sent
/// again with the rest of the reader, or fails without the wait.
///
/// It isn't sent again, and the error has the wait.
#[tokio::test]
async fn a_reader_is_not_sent_again_half_read() {
    let refused = support::reply(
        "429 Too Many Requests",
        &[("connection", "close"), ("x-ratelimit-reset", "200")],
        r#"{"message":"Slow down."}"#,
    );
    let server = Scripted::start([Step::Reply(refused), STORED]).await;
    let source = UploadSource::reader("a.txt", 5, io::Cursor::new("hello"));
    let error = soon(server.client().upload(source)).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "upload-file: the server answered 429 Too Many Requests: Slow down. (retry after 200ms)"
    );
    assert_eq!(
        (error.kind(), error.attempts()),
        (ErrorKind::RateLimited, 1)
    );
    assert_eq!(server.begun(), 1);
}

/// openinary#85, oss-browser#164, Dropbox-Uploader#77, filen-cli#244: A folder is uploaded with
/// `.DS_Store` and `Thumbs.db`, and an empty file stops it or is dropped silently.
///
/// Files of operating systems are left out. An empty file, which ImageKit refuses, is listed as
/// failed, and the others go on; a filter leaves it out.
#[tokio::test]
async fn a_folder_is_uploaded_without_the_files_of_the_system() {
    let tree = Tree::of(&[".DS_Store", "Thumbs.db", "a.txt", "x/._a.txt", "x/b.txt"]);
    tree.write("x/.gitkeep", "");
    let account = Account::start().await;
    let ik = account.ik();
    let summary = soon(ik.upload_folder(tree.path())).await.unwrap();
    assert_eq!(
        outcomes(&summary),
        [
            ("a.txt", "uploaded"),
            ("x/.gitkeep", "failed"),
            ("x/b.txt", "uploaded")
        ]
    );
    assert_eq!(summary.to_string(), "2 uploaded, 0 unchanged, 1 failed");
    let [(_, message)] = failures(&summary).try_into().unwrap();
    assert!(message.contains("empty"), "{message}");
    let upload = ik.upload_folder(tree.path()).filter(|file| file.size() > 0);
    let summary = soon(upload).await.unwrap();
    assert_eq!(
        outcomes(&summary),
        [("a.txt", "uploaded"), ("x/b.txt", "uploaded")]
    );
}

/// aws-cli#1639, rclone#1472, rclone#7071: A name in two Unicode forms is stored as two files, and
/// each run uploads it again.
///
/// Names are sent in one form. Of two files whose names differ in the form only, the second fails
/// with the reason.
#[tokio::test]
async fn a_name_has_one_unicode_form() {
    let account = Account::start().await;
    let decomposed = Tree::of(&["cafe\u{301}/a.txt"]);
    soon(account.ik().upload_folder(decomposed.path()))
        .await
        .unwrap();
    let composed = Tree::of(&["caf\u{e9}/a.txt"]);
    soon(account.ik().upload_folder(composed.path()))
        .await
        .unwrap();
    let library = account.library().await;
    let places: Vec<_> = library.keys().collect();
    assert_eq!(places, ["/caf\u{e9}/a.txt"]);
    let both = Tree::of(&["caf\u{e9}.txt", "cafe\u{301}.txt"]);
    let summary = soon(account.ik().upload_folder(both.path())).await.unwrap();
    let [(_, message)] = failures(&summary).try_into().unwrap();
    assert!(
        message.contains("differs only in its Unicode normalization"),
        "{message}"
    );
}

/// filen-cli#212: Uploading a folder deleted all files of the account that weren't in the folder.
///
/// An upload deletes nothing, with and without a manifest.
#[tokio::test]
async fn uploading_a_folder_deletes_nothing() {
    let account = Account::start().await;
    let ik = account.ik();
    let other = UploadSource::bytes("other.txt", "other");
    ik.upload(other).use_unique_file_name(false).await.unwrap();
    let tree = Tree::of(&["a.txt", "b.txt"]);
    let upload = || ik.upload_folder(tree.path()).manifest(tree.manifest());
    soon(upload()).await.unwrap();
    tree.remove("a.txt");
    let summary = soon(upload()).await.unwrap();
    assert_eq!(outcomes(&summary), [("b.txt", "unchanged")]);
    let expected = Library::from([
        stored("/a.txt", "a.txt"),
        stored("/b.txt", "b.txt"),
        stored("/other.txt", "other"),
    ]);
    assert_eq!(account.library().await, expected);
}
