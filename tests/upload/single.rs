//! Uploads over real HTTP: what arrives, read by another parser; what is repeated; and what happens
//! when something breaks.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_util::{FutureExt, StreamExt, stream};
use http_body_util::{BodyExt, Full};
use imagekitio::client_auth::{AuthenticationParameters, Check, UploadToken};
use imagekitio::raw::types::{FileUploadV1, FileUploadV2, required};
use imagekitio::types::AiTasks;
use imagekitio::upload::{
    CancelHandle, PostTransformation, Progress, UploadEvent, UploadEvents, UploadOutcome,
    UploadRequest,
};
use imagekitio::url::Preset;
use imagekitio::{Error, ErrorKind, ImageKit, Response, RetryPolicy, Transformation, UploadSource};
use serde_json::{Map, Value, json};
use support::uploads::{
    KEY, LARGE, MIB, client, content, fed, file, hello, in_process, parts, quick, text,
};
use support::{FILE, Request, STORED, Scripted, Step, nowhere, pass, reply, soon, until};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;

/// A file that is gone with the value.
struct Temporary(PathBuf);

impl Temporary {
    fn new(name: &str, content: &[u8]) -> Self {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let number = NUMBER.fetch_add(1, Ordering::SeqCst);
        let folder =
            std::env::temp_dir().join(format!("imagekitio-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join(name);
        std::fs::write(&path, content).unwrap();
        Self(path)
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(self.0.parent().unwrap());
    }
}

// What arrives.

type Setter = fn(UploadRequest) -> UploadRequest;

/// Every field with a setter, its name, and the text that is sent.
fn fields() -> Vec<(Setter, &'static str, &'static str)> {
    let mut fields: Vec<(Setter, _, _)> = fields!();
    fields.push((|r| r.file_name("b.txt"), "fileName", "b.txt"));
    fields.push((|r| r.set("a\"b\r\nc", "1"), "a%22b%0D%0Ac", "1"));
    fields
}

#[tokio::test]
async fn each_field_arrives_as_the_api_reads_it() {
    for (set, name, value) in fields() {
        for (version, path) in [(1, "/api/v1/files/upload"), (2, "/api/v2/files/upload")] {
            let server = Scripted::start([STORED]).await;
            let ik = server.client();
            let upload = match version {
                1 => ik.upload(hello()),
                _ => ik.upload_v2(hello()),
            };
            let reply = set(upload).await.unwrap();
            assert_eq!(reply.file().unwrap().file_id, "f1");
            let request = server.request();
            assert_eq!(request.line, format!("POST {path}"));
            assert_eq!(
                request.header("authorization"),
                Some("Basic cHJpdmF0ZV9rZXlfdGVzdDo=")
            );
            let sent_name = if name == "fileName" { value } else { "a.txt" };
            let mut expected = parts([
                ("fileName", text(sent_name)),
                ("file", file(sent_name, "text/plain", "hello")),
            ]);
            expected.insert(name.to_owned(), text(value));
            assert_eq!(request.parts().await, expected, "{name}");
        }
    }
}

#[tokio::test]
async fn extra_parameters_are_in_the_query_of_an_upload() {
    let server = Scripted::start([STORED]).await;
    let upload = server.client().upload(hello());
    upload
        .extra_query("a", "b c&")
        .extra_query("a", 2)
        .await
        .unwrap();
    assert_eq!(
        server.request().line,
        "POST /api/v1/files/upload?a=b%20c%26&a=2"
    );
}

#[tokio::test]
async fn what_is_not_set_is_not_sent() {
    let server = Scripted::start([STORED]).await;
    let none: [&str; 0] = [];
    server
        .client()
        .upload(hello())
        .tags(none)
        .response_fields(["tags"])
        .response_fields(none)
        .await
        .unwrap();
    let request = server.request();
    let expected = parts([
        ("fileName", text("a.txt")),
        ("file", file("a.txt", "text/plain", "hello")),
    ]);
    assert_eq!(request.parts().await, expected);
}

/// The names that are sent are those of the API document, and all that this crate knows of are
/// there.
#[tokio::test]
async fn the_fields_are_those_of_the_document() {
    let server = Scripted::start([STORED]).await;
    let parameters = json!({"token": "t", "expire": 1, "signature": "s"});
    let parameters: AuthenticationParameters = serde_json::from_value(parameters).unwrap();
    let mut upload = server
        .client()
        .upload(hello())
        .authentication(parameters, "p");
    for (set, _, _) in fields() {
        upload = set(upload);
    }
    upload.await.unwrap();
    let mut sent = server.request().parts().await;
    for own in ["newField", "a%22b%0D%0Ac"] {
        sent.remove(own).unwrap();
    }
    let mut document = FileUploadV1::new(required::FileUploadV1 {
        file: String::new(),
        file_name: String::new(),
    });
    document.public_key = String::new().into();
    document.signature = String::new().into();
    document.expire = imagekitio::types::Number::from(1).into();
    document.token = String::new().into();
    document.use_unique_file_name = true.into();
    document.tags = Vec::new().into();
    document.folder = String::new().into();
    document.is_private_file = true.into();
    document.is_published = true.into();
    document.custom_coordinates = String::new().into();
    document.response_fields = Vec::new().into();
    document.extensions = Vec::new().into();
    document.webhook_url = String::new().into();
    document.overwrite_file = true.into();
    document.overwrite_ai_tags = true.into();
    document.overwrite_tags = true.into();
    document.overwrite_custom_metadata = true.into();
    document.custom_metadata = serde_json::Map::new().into();
    document.transformation = imagekitio::raw::types::UploadTransformation::new().into();
    document.checks = String::new().into();
    document.description = String::new().into();
    let document = serde_json::to_value(&document).unwrap();
    let mut names: Vec<&String> = document.as_object().unwrap().keys().collect();
    names.sort();
    assert_eq!(sent.keys().collect::<Vec<_>>(), names);
    // Version 2 has the same, with another token and no signature.
    let v2: FileUploadV2 =
        serde_json::from_value(json!({"file": "", "fileName": "", "token": "", "expire": 1}))
            .unwrap();
    assert_eq!(v2.extra.keys().collect::<Vec<_>>(), ["expire"]);
}

#[tokio::test]
async fn each_source_arrives_byte_for_byte() {
    // Below, at and above the size of one read, and of two.
    for length in [
        1,
        5,
        256 * 1024 - 1,
        256 * 1024,
        256 * 1024 + 1,
        512 * 1024,
        MIB + 7,
    ] {
        let bytes = content(length);
        let disk = Temporary::new("p.bin", &bytes);
        let cut = |size: usize| {
            let pieces: Vec<io::Result<Bytes>> = bytes
                .chunks(size)
                .map(|piece| Ok(Bytes::copy_from_slice(piece)))
                .collect();
            stream::iter(pieces)
        };
        let reader = || io::Cursor::new(bytes.clone());
        let size = length as u64;
        let sources = [
            UploadSource::bytes("p.bin", bytes.clone()),
            UploadSource::path(&disk.0),
            UploadSource::reader("p.bin", size, reader()),
            UploadSource::stream("p.bin", size, cut(1000)),
            UploadSource::stream("p.bin", size, cut(700_000)),
            UploadSource::blocking_reader("p.bin", size, reader()),
        ];
        for source in sources {
            let server = Scripted::start([STORED]).await;
            let shown = format!("{source:?}");
            soon(server.client().upload(source)).await.unwrap();
            let expected = parts([
                ("fileName", text("p.bin")),
                (
                    "file",
                    file("p.bin", "application/octet-stream", bytes.clone()),
                ),
            ]);
            assert!(server.request().parts().await == expected, "{shown}");
        }
    }
}

#[tokio::test]
async fn a_source_that_stands_for_a_file_arrives_as_text() {
    let cases = [
        (
            UploadSource::url("https://a.b/c/d.jpg?e=f#g"),
            "d.jpg",
            "https://a.b/c/d.jpg?e=f#g",
        ),
        (UploadSource::url("HTTP://a.b:80/d"), "d", "HTTP://a.b:80/d"),
        (
            UploadSource::url(" https://a.b/d\r\n"),
            "d",
            "https://a.b/d",
        ),
        (
            UploadSource::base64("a.png", "iVBORw0KGgo="),
            "a.png",
            "iVBORw0KGgo=",
        ),
        (
            UploadSource::base64("a.png", "iVBORw0KGgo"),
            "a.png",
            "iVBORw0KGgo",
        ),
        (
            UploadSource::base64("a.png", "iVBO\r\nRw0K\n Ggo=\n"),
            "a.png",
            "iVBORw0KGgo=",
        ),
        (
            UploadSource::data_uri("a.png", "data:image/png;base64,iVBORw0KGgo="),
            "a.png",
            "data:image/png;base64,iVBORw0KGgo=",
        ),
        (
            UploadSource::data_uri("a", "DATA:;BASE64,AA=="),
            "a",
            "DATA:;BASE64,AA==",
        ),
    ];
    for (source, name, sent) in cases {
        let server = Scripted::start([STORED]).await;
        server.client().upload(source).await.unwrap();
        let expected = parts([("fileName", text(name)), ("file", text(sent))]);
        assert_eq!(server.request().parts().await, expected);
    }
}

#[tokio::test]
async fn the_content_type_is_the_given_one_or_that_of_the_name() {
    let cases: [(&str, Option<&str>, &str); 6] = [
        ("a.jpg", None, "image/jpeg"),
        ("A.JPEG", None, "image/jpeg"),
        ("a.mp4", None, "video/mp4"),
        ("a", None, "application/octet-stream"),
        ("a.jpg", Some("image/x-own"), "image/x-own"),
        (
            "a.txt",
            Some("text/plain; charset=utf-8"),
            "text/plain; charset=utf-8",
        ),
    ];
    for (name, given, sent) in cases {
        let server = Scripted::start([STORED]).await;
        let mut upload = server.client().upload(UploadSource::bytes(name, "x"));
        if let Some(given) = given {
            upload = upload.content_type(given);
        }
        upload.await.unwrap();
        assert_eq!(
            server.request().parts().await["file"],
            file(name, sent, "x")
        );
    }
}

/// The parameters of `Content-Disposition` of all parts, read by the letter of the grammar: a
/// backslash in a quoted string makes the next character part of it, and a header is one line.
fn dispositions(request: &Request) -> Vec<BTreeMap<String, String>> {
    let content_type = request.header("content-type").unwrap();
    let (_, boundary) = content_type.split_once("boundary=").unwrap();
    let body = std::str::from_utf8(&request.body).unwrap();
    let delimiter = format!("--{boundary}");
    let parts = body.strip_suffix(&format!("{delimiter}--\r\n")).unwrap();
    let parts = parts.split(delimiter.as_str()).skip(1);
    parts
        .map(|part| {
            let (head, _) = part.split_once("\r\n\r\n").unwrap();
            assert!(!head.replace("\r\n", "").contains(char::is_control));
            let line = head.split("\r\n").nth(1).unwrap();
            let mut rest = line.strip_prefix("Content-Disposition: form-data").unwrap();
            let mut parameters = BTreeMap::new();
            while !rest.is_empty() {
                let (name, quoted) = rest
                    .strip_prefix("; ")
                    .and_then(|rest| rest.split_once("=\""))
                    .unwrap();
                let (mut value, mut chars) = (String::new(), quoted.chars());
                loop {
                    match chars.next().unwrap() {
                        '"' => break,
                        '\\' => value.push(chars.next().unwrap()),
                        c => value.push(c),
                    }
                }
                rest = chars.as_str();
                parameters.insert(name.to_owned(), value);
            }
            parameters
        })
        .collect()
}

#[tokio::test]
async fn a_name_is_sent_as_it_is_save_for_what_would_end_it() {
    for (name, in_part) in [
        ("größe 日本.txt", "größe 日本.txt"),
        ("a\"b.txt", "a%22b.txt"),
        ("\".txt", "%22.txt"),
        ("a\r\nX-Evil: 1.txt", "a%0D%0AX-Evil: 1.txt"),
        ("a\r\n\r\nevil.txt", "a%0D%0A%0D%0Aevil.txt"),
        ("a\n.txt", "a%0A.txt"),
        ("100%.txt", "100%.txt"),
        ("a;b=c.txt", "a;b=c.txt"),
        ("a\\b.txt", "a%5Cb.txt"),
        ("a\\\".txt", "a%5C%22.txt"),
        ("C:\\x\\", "C:%5Cx%5C"),
        ("a\\\\", "a%5C%5C"),
        ("\\", "%5C"),
        ("a\0b.txt", "a%00b.txt"),
        (
            "a\tb\u{b}\u{c}\u{1b}\u{1c}\u{7f}.txt",
            "a%09b%0B%0C%1B%1C%7F.txt",
        ),
        ("a\u{85}\u{9f}.txt", "a%C2%85%C2%9F.txt"),
        ("--a--.txt", "--a--.txt"),
        (" a .txt", " a .txt"),
    ] {
        let server = Scripted::start([STORED]).await;
        server
            .client()
            .upload(UploadSource::bytes(name, "x"))
            .content_type("text/plain")
            .tags(["a\\", "\"\r\n"])
            .await
            .unwrap();
        let request = server.request();
        let parts = request.parts().await;
        assert_eq!(parts["fileName"], text(name));
        assert_eq!(parts["tags"], text("a\\,\"\r\n"));
        assert_eq!(parts["file"], file(in_part, "text/plain", "x"));
        let named = |name: &str| BTreeMap::from([("name".to_owned(), name.to_owned())]);
        let mut file = named("file");
        file.insert("filename".to_owned(), in_part.to_owned());
        assert_eq!(
            dispositions(&request),
            [named("fileName"), named("tags"), file]
        );
    }
}

/// Fields of a token are named by whoever made it.
#[tokio::test]
async fn a_name_of_a_field_cannot_end_its_part() {
    let server = Scripted::start([STORED]).await;
    for name in ["a\"; filename=\"x", "a\\", "a\r\n\r\nx", "\0", "ä"] {
        let signed =
            serde_json::json!({"token": "t", "fields": {"fileName": "a", name: "\r\nv\\"}});
        let signed: UploadToken = serde_json::from_value(signed).unwrap();
        server
            .keyless()
            .upload_v2(hello())
            .signed(signed)
            .await
            .unwrap();
        let request = server.requests().pop().unwrap();
        let parts = request.parts().await;
        let names: Vec<_> = parts.keys().collect();
        let in_form = name
            .replace('"', "%22")
            .replace('\\', "%5C")
            .replace('\r', "%0D")
            .replace('\n', "%0A")
            .replace('\0', "%00");
        assert_eq!(parts[&in_form].bytes, "\r\nv\\", "{names:?}");
        assert_eq!(parts.len(), 4);
        assert_eq!(parts.len(), dispositions(&request).len());
    }
}

#[tokio::test]
async fn a_url_names_its_file() {
    let server = Scripted::start([STORED]).await;
    for (path, name) in [
        ("a.jpg", Some("a.jpg")),
        ("x/my%20photo.jpg?a=/b.jpg#/c.jpg", Some("my photo.jpg")),
        ("Gr%C3%B6%C3%9Fe.jpg", Some("Größe.jpg")),
        ("Größe.jpg", Some("Größe.jpg")),
        ("deals%2FPop%2Fa.jpg", Some("a.jpg")),
        ("a%5Cb%5Cc.jpg", Some("c.jpg")),
        ("a%2F", Some("a")),
        ("a+b.jpg", Some("a+b.jpg")),
        ("100%25.jpg", Some("100%.jpg")),
        ("%252F.jpg", Some("%2F.jpg")),
        ("100%.jpg", Some("100%.jpg")),
        // What isn't text stays as it is.
        ("%FF.jpg", Some("%FF.jpg")),
        ("a%00.jpg", Some("a%00.jpg")),
        ("a%0D%0Ab.jpg", Some("a%0D%0Ab.jpg")),
        ("", None),
        ("x/", None),
        ("x/..", None),
        ("x/%2E%2e", None),
        ("x%2F..", None),
        ("%2F%2F", None),
        ("?x=/a.jpg", None),
    ] {
        let source = UploadSource::url(format!("https://example.com/{path}"));
        let before = server.requests().len();
        let result = server.client().upload(source).await;
        let Some(name) = name else {
            let error = result.unwrap_err();
            let option = error.argument().map(str::to_owned);
            assert_eq!(option.as_deref(), Some("file_name"), "{path}: {error}");
            assert_eq!(server.requests().len(), before);
            continue;
        };
        result.unwrap();
        let parts = server.requests().pop().unwrap().parts().await;
        assert_eq!(parts["fileName"], text(name), "{path}");
    }
}

/// Something that isn't a regular file fails without being waited for, whatever it is.
#[cfg(unix)]
#[tokio::test]
async fn what_is_not_a_regular_file_is_refused() {
    let disk = Temporary::new("a", b"x");
    let folder = disk.0.parent().unwrap();
    let unique = format!("imagekitio-special-{}", std::process::id());
    let (pipe, socket) = (
        folder.join(format!("{unique}-pipe")),
        folder.join(format!("{unique}-socket")),
    );
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.unwrap().success());
    let _listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
    let server = Scripted::start([STORED]).await;
    for path in [
        pipe.as_path(),
        &socket,
        "/dev/null".as_ref(),
        "/dev/zero".as_ref(),
        "/".as_ref(),
    ] {
        let upload = server.client().upload(UploadSource::path(path));
        let error = soon(upload.file_name("a")).await.unwrap_err();
        assert_eq!(error.argument(), Some("file"), "{error}");
    }
    assert_eq!(server.counts(), (0, 0));
    std::fs::remove_file(pipe).unwrap();
    std::fs::remove_file(socket).unwrap();
}

/// A pipe may take the place of a file at any time. To be held by it would hold a thread for good.
#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_pipe_that_is_swapped_in_for_a_file_holds_nobody() {
    let disk = Temporary::new("swapped", b"x");
    let (file, pipe) = (disk.0.with_extension("file"), disk.0.with_extension("pipe"));
    std::fs::write(&file, "x").unwrap();
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.unwrap().success());
    let link = disk.0.with_extension("link");
    let is_over = Arc::new(std::sync::atomic::AtomicBool::new(false));
    let swapper = std::thread::spawn({
        let (is_over, next, link) = (is_over.clone(), disk.0.with_extension("next"), link.clone());
        let targets = [file.clone(), pipe.clone()];
        move || {
            for target in targets.iter().cycle() {
                std::os::unix::fs::symlink(target, &next).unwrap();
                std::fs::rename(&next, &link).unwrap();
                if is_over.load(std::sync::atomic::Ordering::SeqCst) {
                    return;
                }
            }
        }
    });
    until("a link", || link.is_symlink()).await;
    let server = Scripted::start([STORED]).await;
    for _ in 0..300 {
        let upload = server.client().upload(UploadSource::path(&link));
        if let Err(error) = soon(upload.file_name("a")).await {
            assert_eq!(error.argument(), Some("file"), "{error}");
        }
    }
    is_over.store(true, std::sync::atomic::Ordering::SeqCst);
    swapper.join().unwrap();
    for path in [file, pipe, link] {
        std::fs::remove_file(path).unwrap();
    }
}

#[tokio::test]
async fn each_form_has_a_boundary_of_its_own_and_the_file_is_its_last_part() {
    let server = Scripted::start([STORED]).await;
    for _ in 0..2 {
        server
            .client()
            .upload(hello())
            .tags(["z"])
            .description("d")
            .await
            .unwrap();
    }
    let [first, second] = server.requests().try_into().unwrap();
    assert_ne!(first.header("content-type"), second.header("content-type"));
    for request in [first, second] {
        let body = String::from_utf8(request.body.to_vec()).unwrap();
        let last = body.rfind("form-data; name=").unwrap();
        assert!(body[last..].starts_with("form-data; name=\"file\"; filename=\"a.txt\""));
    }
}

#[tokio::test]
async fn an_upload_has_headers_of_its_own() {
    let server = Scripted::start([STORED]).await;
    server
        .client()
        .upload(hello())
        .header("x-trace", "1")
        .await
        .unwrap();
    assert_eq!(server.request().header("x-trace"), Some("1"));
}

#[test]
fn checks_read_as_the_documentation_writes_them() {
    let cases = [
        (Check::folder().is("/a"), r#""request.folder" = "/a""#),
        (
            Check::folder().is_not("a'b"),
            r#""request.folder" NOT = "a'b""#,
        ),
        (
            Check::folder().starts_with("a/"),
            r#""request.folder" : "a/""#,
        ),
        (
            Check::tags().one_of(["a", "b"]),
            r#""request.tags" IN ["a","b"]"#,
        ),
        (
            Check::tags().not_one_of(["a"]),
            r#""request.tags" NOT IN ["a"]"#,
        ),
        (
            Check::custom_metadata("price").more_than(2.5),
            r#""request.customMetadata.price" > 2.5"#,
        ),
        (
            Check::custom_metadata("active").is(true),
            r#""request.customMetadata.active" = true"#,
        ),
        (Check::file_size().less_than(1024), r#""file.size" < 1024"#),
        (
            Check::file_size().at_most("50mb"),
            r#""file.size" <= "50mb""#,
        ),
        (
            Check::file_mime().starts_with("image"),
            r#""file.mime" : "image""#,
        ),
        (
            Check::media_metadata("height").at_least(10),
            r#""mediaMetadata.height" >= 10"#,
        ),
        (
            Check::field("request.isPublished").is(false),
            r#""request.isPublished" = false"#,
        ),
        (
            Check::tags()
                .one_of(["a"])
                .and(Check::folder().is("b"))
                .and(Check::file_size().less_than(1)),
            r#""request.tags" IN ["a"] AND "request.folder" = "b" AND "file.size" < 1"#,
        ),
        (
            Check::folder()
                .is("a")
                .or(Check::folder().is("b"))
                .and(Check::file_size().less_than(1)),
            r#"("request.folder" = "a" OR "request.folder" = "b") AND "file.size" < 1"#,
        ),
        (
            Check::folder()
                .is("a")
                .or(Check::folder().is("b").and(Check::file_size().less_than(1))),
            r#""request.folder" = "a" OR ("request.folder" = "b" AND "file.size" < 1)"#,
        ),
        (Check::from("x OR y").and("z"), "(x OR y) AND (z)"),
        (Check::from("x OR y"), "x OR y"),
    ];
    for (check, text) in cases {
        assert_eq!(check.build().unwrap(), text);
    }
}

/// No value, name or raw part of a check can change the meaning of the rest.
#[tokio::test]
async fn a_check_that_cannot_be_written_is_refused_before_any_request() {
    fn unwritable(value: &str, role: &str, c: char) -> String {
        format!(
            "checks: `{}` is not a valid {role}: ImageKit documents no way to write {c:?} in a check; leave the \
             character out",
            value.escape_debug()
        )
    }
    let quote = r#"a" OR "file.size" > 0 OR "x" = "b"#;
    let mut cases = Vec::new();
    for (value, c) in [
        (quote, '"'),
        ("a\\", '\\'),
        ("a\nb", '\n'),
        ("\u{0}", '\0'),
        ("\u{85}", '\u{85}'),
    ] {
        let message = unwritable(value, "value of a check", c);
        for check in [
            Check::folder().is(value),
            Check::folder().is_not(value),
            Check::folder().starts_with(value),
            Check::tags().one_of(["a", value]),
            Check::tags().not_one_of([value]),
            Check::file_size().at_most(value),
            Check::folder().is("b").and(Check::file_mime().is(value)),
            Check::folder().is(value).or(Check::folder().is("b")),
        ] {
            cases.push((check, message.clone()));
        }
        let name = format!("request.customMetadata.{value}");
        let message = unwritable(&name, "name of a field", c);
        cases.push((Check::custom_metadata(value).is(1), message));
    }
    let other = "it is not a string, a number or a boolean; give one of these";
    for value in [json!(null), json!([1]), json!({"a": 1}), json!(f64::NAN)] {
        let shown = value.to_string();
        let shown = shown.escape_debug();
        let message = format!("checks: `{shown}` is not a valid value of a check: {other}");
        cases.push((Check::file_size().is(value.clone()), message.clone()));
        cases.push((Check::tags().one_of([json!("a"), value]), message));
    }
    let message =
        "checks: `[]` is not a valid value of a check: the list is empty; give at least one value";
    cases.push((Check::tags().one_of([""; 0]), message.to_owned()));
    let open = "it has a quote or a parenthesis that isn't closed; close it";
    for (raw, why) in [
        ("x) OR (y", open),
        ("x = \"", open),
        ("", "it is blank; leave it out"),
    ] {
        let message = format!(
            "checks: `{}` is not a valid part of a check: {why}",
            raw.escape_debug()
        );
        let joined = Check::from(raw).and(Check::file_size().less_than(1));
        cases.push((joined, message.clone()));
        cases.push((Check::file_size().less_than(1).or(raw), message));
    }
    let server = Scripted::start([STORED]).await;
    for (check, message) in cases {
        assert_eq!(check.build().unwrap_err().to_string(), message);
        let error = server
            .client()
            .upload(hello())
            .checks(check)
            .await
            .unwrap_err();
        assert_eq!(error.to_string(), message);
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
    }
    // An expression that isn't joined is sent as it is.
    let sent = server.client().upload(hello()).checks("x) OR (y");
    sent.await.unwrap();
    assert_eq!(server.request().parts().await["checks"], text("x) OR (y"));
}

/// Typed chains, presets and strings, wherever an upload has a transformation.
#[tokio::test]
async fn transformations_are_typed_chains_presets_or_strings() {
    type Set = fn(UploadRequest) -> UploadRequest;
    fn small() -> Transformation {
        Transformation::new().width(300).height(200)
    }
    fn chain() -> [Transformation; 2] {
        [small(), Transformation::new().rotation(90)]
    }
    fn preset() -> Preset {
        Preset::new(chain()).unwrap()
    }
    use PostTransformation as Post;
    let cases: [(Set, &str); 9] = [
        (
            |r| r.pre_transformation("q-50,zz-1"),
            r#"{"pre":"q-50,zz-1"}"#,
        ),
        (
            |r| r.pre_transformation(small()),
            r#"{"pre":"w-300,h-200"}"#,
        ),
        (
            |r| r.pre_transformation(chain()),
            r#"{"pre":"w-300,h-200:rt-90"}"#,
        ),
        (
            |r| r.pre_transformation(&preset()),
            r#"{"pre":"w-300,h-200:rt-90"}"#,
        ),
        (
            |r| r.pre_transformation(Transformation::new().named("thumbnail")),
            r#"{"pre":"n-thumbnail"}"#,
        ),
        (
            |r| {
                r.post_transformation(Post::transformation(&preset()))
                    .post_transformation(Post::transformation("w-1"))
            },
            r#"{"post":[{"type":"transformation","value":"w-300,h-200:rt-90"},{"type":"transformation","value":"w-1"}]}"#,
        ),
        (
            |r| r.post_transformation(Post::thumbnail().value(small())),
            r#"{"post":[{"type":"thumbnail","value":"w-300,h-200"}]}"#,
        ),
        (
            |r| r.pre_transformation("w-0").set("transformation", "{}"),
            "{}",
        ),
        (
            |r| r.set("transformation", "{}").pre_transformation("w-1"),
            r#"{"pre":"w-1"}"#,
        ),
    ];
    for (set, sent) in cases {
        let server = Scripted::start([STORED]).await;
        set(server.client().upload(hello())).await.unwrap();
        assert_eq!(server.request().parts().await["transformation"], text(sent));
    }
    let server = Scripted::start([STORED]).await;
    let up = || server.client().upload(hello());
    let refused = [
        (
            up().pre_transformation(Transformation::new().quality(101)),
            "quality",
        ),
        (
            up().post_transformation(Post::transformation(Transformation::new().quality(101))),
            "quality",
        ),
        (
            up().post_transformation(
                Post::gif_to_video().value(Transformation::new().quality(101)),
            ),
            "quality",
        ),
        (up().pre_transformation(""), "transformation"),
        (up().pre_transformation([]), "transformation"),
        (
            up().post_transformation(Post::transformation(Transformation::new())),
            "transformation",
        ),
        (
            up().post_transformation(Post::adaptive_streaming("hls", [])),
            "adaptive_streaming",
        ),
    ];
    for (upload, argument) in refused {
        let error = upload.await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert_eq!(error.argument(), Some(argument), "{error}");
    }
    assert_eq!(server.counts(), (0, 0));
}

/// A setter replaces what an earlier one set, and custom metadata adds up.
#[tokio::test]
async fn the_last_setter_of_a_field_counts() {
    let server = Scripted::start([STORED]).await;
    let upload = server.client().upload(hello());
    upload
        .tags(["a,b"])
        .tags(["x"])
        .response_fields(["no such field"])
        .set("responseFields", "newer")
        .extensions([AiTasks::new(Vec::new()).into()])
        .extensions([])
        .custom_metadata([("brand", "Nike"), ("size", "s")])
        .custom_metadata([("size", 42)])
        .checks(Check::folder().is("\""))
        .checks("x")
        .await
        .unwrap();
    let expected = parts([
        ("fileName", text("a.txt")),
        ("tags", text("x")),
        ("responseFields", text("newer")),
        ("customMetadata", text(r#"{"brand":"Nike","size":42}"#)),
        ("checks", text("x")),
        ("file", file("a.txt", "text/plain", "hello")),
    ]);
    assert_eq!(server.request().parts().await, expected);
}

// Uploads without the private key.

fn parameters() -> AuthenticationParameters {
    let ik = ImageKit::builder().private_key(KEY).build().unwrap();
    ik.authentication_parameters()
        .token("once")
        .build()
        .unwrap()
}

#[tokio::test]
async fn parameters_and_a_token_take_the_place_of_the_private_key() {
    for with_key in [false, true] {
        let server = Scripted::start([STORED]).await;
        let ik = if with_key {
            server.client()
        } else {
            server.keyless()
        };
        let parameters = parameters();
        ik.upload(hello())
            .authentication(parameters.clone(), "public")
            .await
            .unwrap();
        let request = server.request();
        assert_eq!(request.header("authorization"), None);
        let expected = parts([
            ("fileName", text("a.txt")),
            ("publicKey", text("public")),
            ("token", text("once")),
            ("expire", text(parameters.expire.to_string())),
            ("signature", text(parameters.signature)),
            ("file", file("a.txt", "text/plain", "hello")),
        ]);
        assert_eq!(request.parts().await, expected);

        let server = Scripted::start([STORED]).await;
        let ik = if with_key {
            server.client()
        } else {
            server.keyless()
        };
        ik.upload_v2(hello()).token("a.b.c").await.unwrap();
        let request = server.request();
        assert_eq!(request.line, "POST /api/v2/files/upload");
        assert_eq!(request.header("authorization"), None);
        let expected = parts([
            ("fileName", text("a.txt")),
            ("token", text("a.b.c")),
            ("file", file("a.txt", "text/plain", "hello")),
        ]);
        assert_eq!(request.parts().await, expected);
    }
    let server = Scripted::start([STORED]).await;
    let error = server.keyless().upload(hello()).await.unwrap_err();
    assert_eq!(error.argument(), Some("private_key"));
    assert_eq!(server.counts(), (0, 0));
}

#[tokio::test]
async fn what_the_server_takes_once_is_sent_once() {
    let unsafely = quick().repeat_unsafe(true);
    for step in [
        Step::Answer("429 x", "{}"),
        Step::Answer("503 x", "{}"),
        Step::HangUp,
        Step::Cut(100),
    ] {
        let server = Scripted::start([step, STORED]).await;
        let ik = client(&server.url, unsafely.clone());
        ik.upload(hello())
            .authentication(parameters(), "p")
            .await
            .unwrap_err();
        assert_eq!(server.begun(), 1);
        let server = Scripted::start([Step::Answer("429 x", "{}"), STORED]).await;
        let ik = client(&server.url, unsafely.clone());
        ik.upload_v2(hello()).token("t").await.unwrap_err();
        assert_eq!(server.begun(), 1);
    }
}

#[tokio::test]
async fn keys_tokens_and_signatures_are_not_printed() {
    let ik = ImageKit::builder().private_key(KEY).build().unwrap();
    let parameters = parameters();
    let signature = parameters.signature.clone();
    let shown = [
        format!("{:?}", ik.upload(hello()).authentication(parameters, "p")),
        format!("{:?}", ik.upload_v2(hello()).token("secret_token")),
    ]
    .concat();
    for secret in [KEY, &signature, "secret_token", "hello"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

// What is repeated.

/// The three kinds of file, of this length. The first two can be read again.
fn large(disk: &Temporary, bytes: &Bytes) -> [UploadSource; 3] {
    [
        UploadSource::path(&disk.0),
        UploadSource::bytes("a.bin", bytes.clone()),
        UploadSource::reader("a.bin", bytes.len() as u64, io::Cursor::new(bytes.clone())),
    ]
}

#[tokio::test]
async fn an_upload_that_broke_off_before_its_end_is_repeated_if_it_can_be() {
    let bytes = content(LARGE);
    let disk = Temporary::new("a.bin", &bytes);
    for place in [0, 1000, 5 * MIB] {
        for (number, source) in large(&disk, &bytes).into_iter().enumerate() {
            let server = Scripted::start([Step::Cut(place), STORED]).await;
            let result = soon(server.client().upload(source)).await;
            if number < 2 {
                result.unwrap();
                assert_eq!(server.counts(), (2, 1));
                let parts = server.request().parts().await;
                assert!(parts["file"].bytes == bytes);
            } else {
                let error = result.unwrap_err();
                assert_eq!(error.kind(), ErrorKind::Connection, "{error}");
                assert!(!error.may_have_been_sent());
                assert_eq!(error.attempts(), 1);
                assert_eq!(server.final_counts(1).await, (1, 0));
            }
        }
    }
}

#[tokio::test]
async fn an_upload_that_may_be_stored_is_repeated_on_demand_only() {
    let after_the_end = [
        Step::HangUp,
        Step::Answer("408 x", "{}"),
        Step::Answer("500 x", "{}"),
        Step::Answer("502 x", "{}"),
        Step::Answer("503 x", "<html>"),
        Step::Answer("504 x", "{}"),
    ];
    for step in after_the_end {
        let server = Scripted::start([step.clone(), STORED]).await;
        let error = server.client().upload(hello()).await.unwrap_err();
        assert!(error.may_have_been_sent(), "{step:?}");
        assert_eq!(error.attempts(), 1);
        assert_eq!(server.counts(), (1, 1), "{step:?}");

        let server = Scripted::start([step.clone(), STORED]).await;
        let unsafely = quick().repeat_unsafe(true);
        server
            .client()
            .upload(hello())
            .retry(unsafely.clone())
            .await
            .unwrap();
        assert_eq!(server.counts(), (2, 2), "{step:?}");

        // Not even then, if the source can be read once.
        let server = Scripted::start([step, STORED]).await;
        let source = UploadSource::blocking_reader("a", 1, io::Cursor::new("x"));
        server
            .client()
            .upload(source)
            .retry(unsafely)
            .await
            .unwrap_err();
        assert_eq!(server.counts(), (1, 1));
    }
    // A small form is handed over in one go, so that nobody can say how much of it was read.
    let server = Scripted::start([Step::Cut(10), STORED]).await;
    let error = server.client().upload(hello()).await.unwrap_err();
    assert!(error.may_have_been_sent());
    assert_eq!(server.counts(), (1, 0));
}

/// After a failure, a caller would upload a file again that is stored.
#[tokio::test]
async fn an_upload_is_a_success_though_its_reply_says_little() {
    let absent = [
        "type",
        "fileType",
        "size",
        "versionInfo",
        "createdAt",
        "updatedAt",
    ];
    let mut little: Map<String, Value> = serde_json::from_str(FILE).unwrap();
    little.retain(|name, _| !absent.contains(&name.as_str()));
    let mut nulls = little.clone();
    nulls.extend(absent.map(|name| (name.to_owned(), Value::Null)));
    for object in [little, nulls] {
        let body = Value::from(object).to_string();
        let server = Scripted::start([Step::Reply(reply("200 OK", &[], &body)), STORED]).await;
        let response = server.client().upload(hello()).await.unwrap();
        let file = response.file().unwrap();
        assert_eq!(
            (&*file.file_id, &*file.name, &*file.file_path, &*file.url),
            ("f1", "a.jpg", "/a.jpg", "https://ik.imagekit.io/demo/a.jpg")
        );
        assert_eq!(
            (&file.file_type, file.size, &file.version_info),
            (&None, None, &None)
        );
        assert_eq!(server.counts(), (1, 1));
    }
}

#[tokio::test]
async fn a_failure_that_stands_is_not_repeated() {
    for status in ["400 x", "401 x", "403 x", "404 x", "409 x", "413 x"] {
        let server = Scripted::start([Step::Answer(status, "{}"), STORED]).await;
        let unsafely = quick().repeat_unsafe(true);
        let error = server
            .client()
            .upload(hello())
            .retry(unsafely)
            .await
            .unwrap_err();
        assert_eq!(error.status(), Some(status[..3].parse().unwrap()));
        assert_eq!(server.counts(), (1, 1));
    }
}

#[tokio::test]
async fn an_upload_that_was_turned_away_is_repeated() {
    let server = Scripted::start([
        Step::Answer("429 x", "{}"),
        Step::Answer("429 x", "{}"),
        STORED,
    ])
    .await;
    server.client().upload(hello()).await.unwrap();
    assert_eq!(server.counts(), (3, 3));
    let server = Scripted::start([Step::Answer("429 x", "{}")]).await;
    let upload = server.client().upload(hello()).retry(RetryPolicy::none());
    let error = upload.await.unwrap_err();
    assert_eq!(
        (error.kind(), error.attempts()),
        (ErrorKind::RateLimited, 1)
    );
    // It wasn't carried out, so that an attempt that breaks off later is safe to repeat.
    let steps = [Step::Answer("429 x", "{}"), Step::Cut(MIB), STORED];
    let large = || UploadSource::bytes("a", content(LARGE));
    let server = Scripted::start(steps.clone()).await;
    soon(server.client().upload(large())).await.unwrap();
    assert_eq!(server.counts(), (3, 2));
    let server = Scripted::start(steps).await;
    let upload = server.client().upload(large());
    let error = soon(upload.retry(quick().max_retries(0)))
        .await
        .unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Connection, 2));
    assert!(!error.may_have_been_sent());
    let server = Scripted::start([Step::Answer("429 x", "{}"), STORED]).await;
    let once = UploadSource::reader("a", 1, &b"x"[..]);
    let error = server.client().upload(once).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.attempts()),
        (ErrorKind::RateLimited, 1)
    );
    assert_eq!(server.counts(), (1, 1));
}

/// Whether the early answer arrives, or the connection just breaks, is a race that the network
/// decides.
#[tokio::test]
async fn an_answer_in_the_middle_ends_the_upload() {
    let bytes = content(LARGE);
    for (status, kind, repeated) in [
        ("413 x", ErrorKind::BadRequest, false),
        ("503 x", ErrorKind::Server, false),
        ("429 x", ErrorKind::RateLimited, true),
    ] {
        let server = Scripted::start([Step::Early(MIB, status, "{}"), STORED]).await;
        let result = soon(
            server
                .client()
                .upload(UploadSource::bytes("a", bytes.clone())),
        )
        .await;
        match result {
            Ok(_) => assert_eq!(server.counts(), (2, 1)),
            Err(error) => {
                assert!(!repeated);
                assert_eq!(error.kind(), kind, "{error}");
                assert_eq!(server.final_counts(1).await, (1, 0));
            }
        }
    }
}

#[tokio::test]
async fn an_upload_that_found_no_connection_is_repeated_whatever_it_is() {
    let sources = [
        hello(),
        UploadSource::reader("a.txt", 5, &b"hello"[..]),
        UploadSource::stream("a.txt", 5, stream::iter([Ok(Bytes::from("hello"))])),
        UploadSource::blocking_reader("a.txt", 5, io::Cursor::new("hello")),
    ];
    for source in sources {
        let (url, socket) = nowhere();
        let policy = RetryPolicy::new().base_delay(Duration::from_millis(50));
        let ik = client(&url, policy.max_retries(1000));
        let upload = ik.upload(source).authentication(parameters(), "p");
        let upload = tokio::spawn(upload.into_future());
        tokio::time::sleep(Duration::from_millis(100)).await;
        let server = Scripted::on(socket.listen(8).unwrap(), [STORED]);
        soon(upload).await.unwrap().unwrap();
        assert_eq!(server.counts(), (1, 1));
        let parts = server.request().parts().await;
        assert_eq!(parts["file"], file("a.txt", "text/plain", "hello"));
    }
}

#[tokio::test]
async fn a_source_that_can_be_read_once_is_read_once() {
    let server = Scripted::start([STORED]).await;
    let source = UploadSource::reader("a", 1, &b"x"[..]);
    server.client().upload(source.clone()).await.unwrap();
    let error = server.client().upload(source).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "file: another upload read the reader, which can be read once; give a new source"
    );
    assert_eq!(server.counts(), (1, 1));
}

#[tokio::test]
async fn a_source_that_can_be_read_once_is_read_by_one_of_two_uploads() {
    let server = Scripted::start([STORED]).await;
    let ik = server.client();
    let source = UploadSource::reader("a", 1, &b"x"[..]);
    let (one, two) = tokio::join!(
        ik.upload(source.clone()).into_future(),
        ik.upload(source).into_future()
    );
    let (stored, failed): (Vec<_>, Vec<_>) = [one, two].into_iter().partition(Result::is_ok);
    assert_eq!((stored.len(), failed.len()), (1, 1));
    let error = failed.into_iter().next().unwrap().unwrap_err();
    assert_eq!(
        error.to_string(),
        "upload-file: the reader of `a` cannot be read: another upload reads it"
    );
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_limit_that_the_server_named_is_kept_by_the_next_upload() {
    let limited = Step::Answer("429 x\r\nx-ratelimit-reset: 61000", "{}");
    let server = Scripted::start([limited]).await;
    let ik = server.client();
    let error = ik.upload(hello()).await.unwrap_err();
    assert_eq!(error.attempts(), 1);
    assert_eq!(error.retry_after(), Some(Duration::from_secs(61)));
    let error = ik.upload(hello()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::RateLimited);
    assert_eq!((error.attempts(), error.may_have_been_sent()), (0, false));
    assert_eq!(server.counts(), (1, 1));
}

// Time.

/// So long that nothing reaches it by itself.
const LIMIT: Duration = Duration::from_secs(3600);

/// One turn of the runtime, in which the paused clock moves on a little.
async fn turn() {
    tokio::time::advance(Duration::from_millis(1)).await;
}

/// Runs an upload on a paused clock, which jumps over [`LIMIT`] from when the condition holds until
/// an attempt is given up.
async fn over_the_limit(
    upload: UploadRequest,
    holds: impl Fn(Progress) -> bool,
) -> Result<Response<UploadOutcome>, Error> {
    tokio::time::pause();
    let progress = Arc::new(Mutex::new((0_u64, None::<Progress>)));
    let upload = upload.on_progress({
        let progress = progress.clone();
        move |now| {
            let mut progress = progress.lock().unwrap();
            *progress = (progress.0 + 1, Some(now));
        }
    });
    let upload = tokio::spawn(upload.into_future());
    let calls = || progress.lock().unwrap().0;
    let latest = || progress.lock().unwrap().1;
    while !latest().is_some_and(&holds) {
        turn().await;
    }
    // Bytes that move after a jump take the limit with them.
    let is_given_up = || upload.is_finished() || latest().is_some_and(|now| now.attempt > 1);
    while !is_given_up() {
        let before = calls();
        tokio::time::advance(LIMIT).await;
        while !is_given_up() && calls() == before {
            turn().await;
        }
    }
    while !upload.is_finished() {
        turn().await;
    }
    tokio::time::resume();
    upload.await.unwrap()
}

#[tokio::test]
async fn a_server_that_takes_nothing_is_given_up() {
    let bytes = content(LARGE);
    let disk = Temporary::new("a.bin", &bytes);
    let [path, memory, reader] = large(&disk, &bytes);
    let blocking = UploadSource::blocking_reader("a", LARGE as u64, io::Cursor::new(bytes));
    for source in [path, memory, reader, blocking] {
        let server = Scripted::start([Step::Stop(2 * MIB)]).await;
        let upload = server.client().upload(source).stall_timeout(LIMIT);
        let upload = upload.retry(RetryPolicy::none());
        let error = over_the_limit(upload, |_| server.stopped() == 1)
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Timeout);
        assert!(!error.may_have_been_sent());
        let message = error.to_string();
        // The jump may meet a read on another thread.
        let waits = ["connection", "source"].map(|what| {
            format!("upload-file: the {what} stalled for 3600s (`stall_timeout`) after ")
        });
        assert!(
            waits.iter().any(|wait| message.starts_with(wait)),
            "{message}"
        );
        let end = format!(" of {LARGE} bytes");
        assert!(message.ends_with(&end), "{message}");
        assert_eq!(server.final_counts(1).await, (1, 0));
    }
}

#[tokio::test]
async fn an_upload_that_stood_still_before_its_end_is_repeated() {
    let bytes = content(LARGE);
    let server = Scripted::start([Step::Stop(MIB), STORED]).await;
    let upload = server
        .client()
        .upload(UploadSource::bytes("a", bytes))
        .stall_timeout(LIMIT);
    over_the_limit(upload, |_| server.stopped() == 1)
        .await
        .unwrap();
    assert_eq!(server.final_counts(2).await, (2, 1));
}

#[tokio::test]
async fn an_upload_that_moves_has_all_the_time_that_it_needs() {
    let (feeder, source) = fed("a.txt", 50);
    let server = Scripted::start([STORED]).await;
    let sent = Arc::new(AtomicU64::new(0));
    let upload = server
        .client()
        .upload(source)
        .stall_timeout(LIMIT)
        .on_progress({
            let sent = sent.clone();
            move |progress| sent.store(progress.sent, Ordering::SeqCst)
        });
    tokio::time::pause();
    let upload = tokio::spawn(upload.into_future());
    for piece in 1..=10 {
        feeder.send("hello").unwrap();
        while sent.load(Ordering::SeqCst) < 5 * piece {
            turn().await;
        }
        tokio::time::advance(LIMIT / 2).await;
    }
    drop(feeder);
    while !upload.is_finished() {
        turn().await;
    }
    upload.await.unwrap().unwrap();
    assert_eq!(server.counts(), (1, 1));
}

#[tokio::test]
async fn a_slow_server_has_all_the_time_that_it_needs() {
    let bytes = content(40 * MIB);
    // Much longer than between two pieces, and less than for all of them.
    let limit = Duration::from_secs(5);
    let server = Scripted::start([Step::Slow(Duration::from_millis(150))]).await;
    let start = Instant::now();
    let upload = server
        .client()
        .upload(UploadSource::bytes("a", bytes))
        .stall_timeout(limit);
    soon(upload).await.unwrap();
    assert!(start.elapsed() > limit, "{:?}", start.elapsed());
    assert_eq!(server.counts(), (1, 1));
}

#[tokio::test]
async fn a_source_that_gives_nothing_is_given_up() {
    let (mut sender, receiver) = tokio::io::duplex(64);
    sender.write_all(b"hello").await.unwrap();
    let server = Scripted::start([STORED]).await;
    let source = UploadSource::reader("a", 10, receiver);
    let upload = server.client().upload(source).stall_timeout(LIMIT);
    let error = over_the_limit(upload, |now| now.sent == 5 && server.begun() == 1)
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "upload-file: the source stalled for 3600s (`stall_timeout`) after 5 of 10 bytes"
    );
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(!error.may_have_been_sent());
    assert_eq!(server.final_counts(1).await, (1, 0));

    // Empty chunks, now and then and without a pause.
    let empty = || stream::repeat_with(|| io::Result::Ok(Bytes::new()));
    let rare = empty().then(|chunk| async {
        tokio::time::sleep(Duration::from_millis(5)).await;
        chunk
    });
    for nothing in [rare.boxed(), empty().boxed()] {
        let server = Scripted::start([STORED]).await;
        let source = UploadSource::stream("a", 10, nothing);
        let upload = server.client().upload(source);
        let upload = upload.stall_timeout(Duration::from_millis(500));
        let error = soon(upload.retry(RetryPolicy::none())).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Timeout);
        assert!(!error.may_have_been_sent());
        let end = " stalled for 500ms (`stall_timeout`) after 0 of 10 bytes";
        assert!(error.to_string().ends_with(end), "{error}");
        assert_eq!(server.settled_counts().await.1, 0);
    }
}

/// As on a disk that doesn't answer, because the only thread that reads files is busy.
#[test]
fn a_file_that_does_not_open_is_given_up() {
    let disk = Temporary::new("a.txt", b"hello");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .max_blocking_threads(1)
        .build()
        .unwrap();
    let (end, busy) = std::sync::mpsc::channel::<()>();
    runtime.spawn_blocking(move || busy.recv());
    let error = runtime.block_on(async {
        let server = Scripted::start([STORED]).await;
        let upload = server.client().upload(UploadSource::path(&disk.0));
        let upload = upload.stall_timeout(Duration::from_millis(50));
        let error = soon(upload).await.unwrap_err();
        assert_eq!(server.begun(), 0);
        error
    });
    drop(end);
    let message = format!(
        "{} was not read within 50ms (`stall_timeout`)",
        disk.0.display()
    );
    assert_eq!(error.to_string(), message);
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(!error.may_have_been_sent());
}

#[tokio::test]
async fn a_reply_that_does_not_come_is_given_up() {
    let server = Scripted::start([Step::Silent, STORED]).await;
    // Standing still has a limit of its own.
    let upload = server
        .client()
        .upload(hello())
        .reply_timeout(LIMIT)
        .stall_timeout(Duration::MAX);
    let error = over_the_limit(upload, |_| server.requests().len() == 1)
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "upload-file: no complete response within 3600s (`reply_timeout`) after the file was sent"
    );
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(error.may_have_been_sent());
    assert_eq!(server.final_counts(1).await, (1, 1));
}

/// Stalls and responses have as much time as they need.
fn limited(upload: UploadRequest) -> UploadRequest {
    upload
        .total_timeout(LIMIT)
        .stall_timeout(Duration::MAX)
        .reply_timeout(Duration::MAX)
}

#[tokio::test]
async fn a_total_timeout_ends_an_upload_wherever_it_is() {
    // Before the end of the form, at the connection. There is no time for another attempt.
    let server = Scripted::start([Step::Stop(MIB), STORED]).await;
    let source = UploadSource::bytes("a", content(LARGE));
    let upload = limited(server.client().upload(source));
    let error = over_the_limit(upload, |_| server.stopped() == 1)
        .await
        .unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Timeout, 1));
    assert!(!error.may_have_been_sent());
    let message = error.to_string();
    let start = "upload-file: no complete response within 3600s (`total_timeout`); ";
    let end = format!(" of {LARGE} bytes were sent");
    assert!(
        message.starts_with(start) && message.ends_with(&end),
        "{message}"
    );
    assert_eq!(server.final_counts(1).await, (1, 0));

    // At the source.
    let (mut sender, receiver) = tokio::io::duplex(64);
    sender.write_all(b"hello").await.unwrap();
    let server = Scripted::start([STORED]).await;
    let upload = limited(
        server
            .client()
            .upload(UploadSource::reader("a", 10, receiver)),
    );
    let error = over_the_limit(upload, |now| now.sent == 5 && server.begun() == 1)
        .await
        .unwrap_err();
    assert_eq!(error.to_string(), format!("{start}5 of 10 bytes were sent"));
    assert!(!error.may_have_been_sent());
    assert_eq!(server.final_counts(1).await, (1, 0));

    // At the response.
    let server = Scripted::start([Step::Silent, STORED]).await;
    let upload = limited(server.client().upload(hello()));
    let error = over_the_limit(upload, |_| server.requests().len() == 1)
        .await
        .unwrap_err();
    assert_eq!(error.to_string(), format!("{start}the file was sent"));
    assert!(error.may_have_been_sent());
    assert_eq!(server.final_counts(1).await, (1, 1));

    // Before the form, while the source is read.
    let server = Scripted::start([STORED]).await;
    let (_sender, receiver) = tokio::io::duplex(64);
    let source = UploadSource::spooled_reader("a", receiver);
    let mut upload = limited(server.client().upload(source)).into_future();
    assert!((&mut upload).now_or_never().is_none());
    pass(LIMIT).await;
    let error = soon(upload).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the source was not read within 3600s (`total_timeout`)"
    );
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(!error.may_have_been_sent());
    assert_eq!(server.counts(), (0, 0));
}

#[tokio::test]
async fn a_total_timeout_includes_the_waits_between_attempts() {
    // The wait would end after it, so that there is none.
    let patient = RetryPolicy::new()
        .base_delay(2 * LIMIT)
        .max_delay(2 * LIMIT)
        .max_wait(2 * LIMIT)
        .rate_limit_budget(2 * LIMIT);
    let (url, _socket) = nowhere();
    let upload = client(&url, patient.clone()).upload(hello());
    let error = soon(upload.total_timeout(LIMIT)).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Connection, 1));

    let headers = [("retry-after", "7000")];
    let server = Scripted::start(reply("429 Too Many Requests", &headers, "")).await;
    let upload = server.client().upload(hello()).retry(patient);
    let error = soon(upload.total_timeout(LIMIT)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::RateLimited);
    assert!(
        error.to_string().ends_with("(retry after 7000s)"),
        "{error}"
    );
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_total_timeout_leaves_an_upload_alone_that_ends_in_time() {
    let server = Scripted::start([Step::Cut(MIB), STORED]).await;
    let source = UploadSource::bytes("a", content(LARGE));
    let upload = server.client().upload(source).retry(quick());
    let uploads = [limited(upload)];
    let results = soon(server.client().upload_many(uploads)).await;
    assert_eq!(results[0].as_ref().unwrap().http_status(), 200);
    assert_eq!(server.counts(), (2, 1));
}

#[tokio::test]
async fn the_clients_time_limits_are_not_for_uploads() {
    let server = Scripted::start([Step::Slow(Duration::from_millis(300))]).await;
    let ik = ImageKit::builder()
        .private_key(KEY)
        .base_url(&server.url)
        .timeout(Duration::from_millis(50))
        .total_timeout(Duration::from_millis(50))
        .build()
        .unwrap();
    ik.upload(UploadSource::bytes("a", content(MIB)))
        .await
        .unwrap();
}

// Sources that fail.

#[tokio::test]
async fn a_file_that_changes_its_length_fails_by_name() {
    let bytes = content(LARGE);
    for (length, what) in [(3 * MIB, "ended after "), (LARGE + 1, "has more bytes")] {
        let disk = Temporary::new("a.bin", &bytes);
        let path = disk.0.clone();
        let server = Scripted::start([STORED]).await;
        let upload = server
            .client()
            .upload(UploadSource::path(&disk.0))
            .on_progress(move |_| {
                let file = std::fs::OpenOptions::new().write(true).open(&path).unwrap();
                file.set_len(length as u64).unwrap();
            });
        let error = soon(upload).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Io);
        let message = error.to_string();
        let beginning = format!("upload-file: {} {what}", disk.0.display());
        assert!(message.starts_with(&beginning), "{message}");
        assert!(
            message.ends_with(&format!(
                ", but the length when it was opened is {LARGE} bytes"
            )),
            "{message}"
        );
        assert!(!error.may_have_been_sent());
        assert_eq!(server.final_counts(1).await, (1, 0));
    }
}

#[tokio::test]
async fn a_file_that_vanishes_is_sent_from_what_was_opened() {
    let bytes = content(LARGE);
    let disk = Temporary::new("a.bin", &bytes);
    let server = Scripted::start([STORED]).await;
    let path = disk.0.clone();
    let upload = server
        .client()
        .upload(UploadSource::path(&disk.0))
        .on_progress(move |_| drop(std::fs::remove_file(&path)));
    soon(upload).await.unwrap();
    assert!(server.request().parts().await["file"].bytes == bytes);

    // But it can't be read again.
    let disk = Temporary::new("a.bin", &bytes);
    let server = Scripted::start([Step::Cut(MIB), STORED]).await;
    let path = disk.0.clone();
    let upload = server
        .client()
        .upload(UploadSource::path(&disk.0))
        .on_progress(move |_| drop(std::fs::remove_file(&path)));
    let error = soon(upload).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io);
    let message = error.to_string();
    let beginning = format!("upload-file: {} cannot be read: ", disk.0.display());
    assert!(message.starts_with(&beginning), "{message}");
    assert_eq!(error.attempts(), 1);
    assert_eq!(server.final_counts(1).await, (1, 0));
}

#[tokio::test]
async fn a_reader_that_breaks_its_word_fails_by_name() {
    struct Broken;
    impl io::Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("no tape"))
        }
    }
    struct Interrupted(bool);
    impl io::Read for Interrupted {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.0 = !self.0;
            match self.0 {
                true => Err(io::ErrorKind::Interrupted.into()),
                false => io::Read::read(&mut &b""[..], buffer),
            }
        }
    }
    let pieces = |pieces: &[&'static str]| {
        let pieces: Vec<_> = pieces.iter().map(|piece| Ok(Bytes::from(*piece))).collect();
        stream::iter(pieces)
    };
    let cases = [
        (
            UploadSource::reader("a", 6, &b"hello"[..]),
            "the reader of `a` ended after 5 bytes, but the given length is 6 bytes",
        ),
        (
            UploadSource::reader("a", 4, &b"hello"[..]),
            "the reader of `a` has more bytes, but the given length is 4 bytes",
        ),
        (
            UploadSource::blocking_reader("a", 6, io::Cursor::new("hello")),
            "the reader of `a` ended after 5 bytes, but the given length is 6 bytes",
        ),
        (
            UploadSource::blocking_reader("a", 4, io::Cursor::new("hello")),
            "the reader of `a` has more bytes, but the given length is 4 bytes",
        ),
        (
            UploadSource::blocking_reader("a", 1, Interrupted(false)),
            "the reader of `a` ended after 0 bytes, but the given length is 1 bytes",
        ),
        (
            UploadSource::stream("a", 6, pieces(&["he", "", "llo"])),
            "the stream of `a` ended after 5 bytes, but the given length is 6 bytes",
        ),
        (
            UploadSource::stream("a", 5, pieces(&["he", "llo", "!"])),
            "the stream of `a` has more bytes, but the given length is 5 bytes",
        ),
        (
            UploadSource::blocking_reader("a", 1, Broken),
            "the reader of `a` cannot be read: no tape",
        ),
        (
            UploadSource::stream("a", 1, stream::iter([Err(io::Error::other("no tape"))])),
            "the stream of `a` cannot be read: no tape",
        ),
    ];
    for (source, message) in cases {
        let server = Scripted::start([STORED]).await;
        let error = soon(server.client().upload(source)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Io);
        let beginning = format!("upload-file: {message}");
        assert!(error.to_string().starts_with(&beginning), "{error}");
        assert!(!error.may_have_been_sent());
        assert_eq!(server.settled_counts().await.1, 0);
    }
}

// Progress and cancellation.

#[tokio::test]
async fn progress_counts_the_bytes_of_the_file() {
    let bytes = content(3 * MIB + 1);
    let disk = Temporary::new("a.bin", &bytes);
    let server = Scripted::start([STORED]).await;
    // A stream may return all of it at once.
    let whole = stream::iter([Ok(bytes.clone())]);
    let whole = UploadSource::stream("a.bin", bytes.len() as u64, whole);
    for source in large(&disk, &bytes).into_iter().chain([whole]) {
        let seen: Arc<Mutex<Vec<Progress>>> = Arc::default();
        let told = seen.clone();
        let upload = server.client().upload(source).folder("/not/counted");
        upload
            .on_progress(move |progress| told.lock().unwrap().push(progress))
            .await
            .unwrap();
        let seen = seen.lock().unwrap();
        assert!(seen.len() >= 12, "{seen:?}");
        assert!(
            seen.iter()
                .all(|p| p.total == bytes.len() as u64 && p.attempt == 1)
        );
        assert!(seen.windows(2).all(|pair| pair[0].sent < pair[1].sent));
        assert_eq!(seen.last().unwrap().sent, bytes.len() as u64);
    }
}

#[tokio::test]
async fn progress_begins_again_with_each_attempt() {
    let bytes = content(LARGE);
    let server = Scripted::start([Step::Cut(MIB), STORED]).await;
    let seen: Arc<Mutex<Vec<Progress>>> = Arc::default();
    let told = seen.clone();
    let upload = server.client().upload(UploadSource::bytes("a", bytes));
    soon(upload.on_progress(move |progress| told.lock().unwrap().push(progress)))
        .await
        .unwrap();
    let seen = seen.lock().unwrap();
    let first = seen.iter().find(|p| p.attempt == 2).unwrap();
    assert_eq!(first.sent, 256 * 1024);
    assert!(
        seen.iter()
            .filter(|p| p.attempt == 1)
            .all(|p| p.sent < p.total)
    );
    assert_eq!(seen.last().unwrap().sent, LARGE as u64);
}

/// A server may turn an upload away before it took the file: nothing more is sent to it while the
/// next attempt runs.
#[tokio::test]
async fn progress_is_that_of_one_attempt() {
    let bytes = content(LARGE);
    let server = Scripted::start([Step::Ahead("429 x", "{}"), STORED]).await;
    let seen: Arc<Mutex<Vec<Told>>> = Arc::default();
    let told = seen.clone();
    let upload = server
        .client()
        .upload(UploadSource::bytes("a", bytes))
        .on_progress(move |p| told.lock().unwrap().push((p.attempt, p.sent, p.total)));
    soon(upload).await.unwrap();
    assert_eq!(server.final_counts(2).await, (2, 1));
    let length = LARGE as u64;
    let second: Vec<Told> = seen
        .lock()
        .unwrap()
        .iter()
        .copied()
        .filter(|told| told.0 == 2)
        .collect();
    let steps = (1..=length / (256 * 1024)).map(|step| (2, step * 256 * 1024, length));
    assert_eq!(second, steps.collect::<Vec<_>>());
}

#[tokio::test]
async fn a_handle_ends_uploads_at_any_time() {
    let bytes = content(LARGE);
    // In the middle.
    let server = Scripted::start([STORED]).await;
    let cancel = CancelHandle::new();
    let handle = cancel.clone();
    let upload = server
        .client()
        .upload(UploadSource::bytes("a", bytes))
        .cancel_with(&cancel);
    let upload = upload.on_progress(move |progress| {
        if progress.sent >= 2 * MIB as u64 {
            handle.cancel();
        }
    });
    let error = soon(upload).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Canceled);
    assert!(
        error
            .to_string()
            .starts_with("upload-file: the upload was canceled after "),
        "{error}"
    );
    assert!(!error.may_have_been_sent());
    assert!(cancel.is_canceled());
    assert_eq!(server.final_counts(1).await, (1, 0));

    // Before it begins; and the handle has ended this one, too.
    let error = server
        .client()
        .upload(hello())
        .cancel_with(&cancel)
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "upload-file: the upload was canceled before it started"
    );
    assert_eq!(server.counts(), (1, 0));

    // After the last byte.
    let server = Scripted::start([Step::Silent]).await;
    let cancel = CancelHandle::new();
    let upload = tokio::spawn(
        server
            .client()
            .upload(hello())
            .cancel_with(&cancel)
            .into_future(),
    );
    until("the last byte", || !server.requests().is_empty()).await;
    cancel.cancel();
    let error = soon(upload).await.unwrap().unwrap_err();
    assert_eq!(
        error.to_string(),
        "upload-file: the upload was canceled after 5 of 5 bytes"
    );
    assert!(error.may_have_been_sent());
    assert_eq!(server.final_counts(1).await, (1, 1));

    // In the wait before another attempt.
    let limited = Step::Answer("429 x\r\nx-ratelimit-reset: 30000", "{}");
    let server = Scripted::start([limited]).await;
    let cancel = CancelHandle::new();
    let upload = server.client().upload(hello()).cancel_with(&cancel);
    let upload = tokio::spawn(upload.into_future());
    server.final_counts(1).await;
    tokio::time::sleep(Duration::from_millis(50)).await;
    cancel.cancel();
    let error = soon(upload).await.unwrap().unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Canceled, 1));
    assert!(!error.may_have_been_sent());
    assert_eq!(server.counts(), (1, 1));
}

#[tokio::test]
async fn a_handle_that_is_not_used_changes_nothing() {
    let server = Scripted::start([STORED]).await;
    let cancel = CancelHandle::new();
    server
        .client()
        .upload(hello())
        .cancel_with(&cancel)
        .await
        .unwrap();
    cancel.cancel();
    assert_eq!(server.counts(), (1, 1));
}

/// A drop of the future closes the connection, wherever the upload is, and lets go of the source.
#[tokio::test]
async fn a_dropped_upload_is_over() {
    let bytes = content(LARGE);
    let disk = Temporary::new("a.bin", &bytes);
    for wait in [0, 1, 2, 3, 5, 8, 13, 21] {
        for source in large(&disk, &bytes) {
            let server = Scripted::start([Step::Slow(Duration::from_millis(2))]).await;
            let upload = server.client().upload(source).into_future();
            let result = tokio::time::timeout(Duration::from_millis(wait), upload).await;
            assert!(result.is_err());
            let (begun, whole) = server.settled_counts().await;
            assert!(begun <= 1);
            assert_eq!(whole, 0);
        }
    }
    // The same once the server has its head, for which there may have been no time.
    for source in large(&disk, &bytes) {
        let server = Scripted::start([Step::Slow(Duration::from_millis(2))]).await;
        tokio::select! {
            result = server.client().upload(source).into_future() => panic!("{result:?}"),
            () = until("a head", || server.begun() == 1) => {}
        }
        assert_eq!(server.settled_counts().await, (1, 0));
    }
    // The reader is dropped, though the server never takes a byte.
    let guard = Arc::new(());
    struct Guarded {
        _guard: Arc<()>,
    }
    impl io::Read for Guarded {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            Ok(buffer.len())
        }
    }
    let server = Scripted::start([Step::Stop(0)]).await;
    let source = UploadSource::blocking_reader(
        "a",
        u64::MAX / 2,
        Guarded {
            _guard: guard.clone(),
        },
    );
    let upload = server.client().upload(source).into_future();
    let _ = tokio::time::timeout(Duration::from_millis(200), upload).await;
    until("a drop of the reader", || Arc::strong_count(&guard) == 1).await;
}

// Progress as a stream.

/// Attempt, bytes sent, and length.
type Told = (u32, u64, u64);

/// All that a stream of events tells, and its end.
async fn told(mut events: UploadEvents) -> (Vec<Told>, Result<Response<UploadOutcome>, Error>) {
    let mut told = Vec::new();
    loop {
        let end = match soon(events.next()).await.expect("an end") {
            Ok(UploadEvent::Progress(p)) => {
                told.push((p.attempt, p.sent, p.total));
                continue;
            }
            Ok(UploadEvent::Finished(reply)) => Ok(reply),
            Ok(event) => panic!("{event:?}"),
            Err(error) => Err(error),
        };
        for _ in 0..2 {
            let after = soon(events.next()).await;
            assert!(after.is_none(), "{after:?}");
        }
        return (told, end);
    }
}

/// What the next event tells, which is progress.
async fn next_told(events: &mut UploadEvents) -> Told {
    match soon(events.next()).await {
        Some(Ok(UploadEvent::Progress(p))) => (p.attempt, p.sent, p.total),
        event => panic!("{event:?}"),
    }
}

#[tokio::test]
async fn events_are_those_of_callbacks_and_end_with_the_reply() {
    let bytes = content(3 * MIB + 1);
    let disk = Temporary::new("a.bin", &bytes);
    let length = bytes.len() as u64;
    let server = Scripted::start([STORED]).await;
    for source in large(&disk, &bytes) {
        let callbacks: [Arc<Mutex<Vec<Told>>>; 2] = Default::default();
        let mut upload = server.client().upload(source);
        for callback in &callbacks {
            let callback = callback.clone();
            upload = upload.on_progress(move |p| {
                callback.lock().unwrap().push((p.attempt, p.sent, p.total));
            });
        }
        let (told, end) = told(upload.events()).await;
        assert_eq!(end.unwrap().file().unwrap().file_id, "f1");
        let [one, two] = callbacks.map(|callback| callback.lock().unwrap().clone());
        assert_eq!(one, two);
        assert!(told.iter().all(|event| one.contains(event)), "{told:?}");
        assert!(told.windows(2).all(|pair| pair[0] < pair[1]), "{told:?}");
        assert_eq!(told.last(), Some(&(1, length, length)));
        assert_eq!(one.last(), told.last());
    }
}

#[tokio::test]
async fn a_consumer_that_waits_sees_each_step() {
    let server = Scripted::start([STORED]).await;
    let (feeder, source) = fed("a.txt", 15);
    let mut events = server.client().upload(source).events();
    for sent in [5, 10, 15] {
        let (event, ()) = tokio::join!(next_told(&mut events), async {
            feeder.send("hello").unwrap();
        });
        assert_eq!(event, (1, sent, 15));
    }
    drop(feeder);
    let (told, end) = told(events).await;
    assert_eq!(told, []);
    end.unwrap();
}

#[tokio::test]
async fn a_slow_consumer_sees_the_latest_progress_and_the_end() {
    let server = Scripted::start([STORED]).await;
    let (feeder, source) = fed("a.txt", 25);
    let mut events = server.client().upload(source).events();
    feeder.send("hello").unwrap();
    assert_eq!(next_told(&mut events).await, (1, 5, 25));
    for _ in 0..4 {
        feeder.send("hello").unwrap();
    }
    drop(feeder);
    server.final_counts(1).await;
    assert_eq!(server.counts(), (1, 1));
    let (told, end) = told(events).await;
    assert_eq!(told, [(1, 25, 25)]);
    end.unwrap();
}

#[tokio::test]
async fn events_begin_again_with_each_attempt() {
    let server = Scripted::start([Step::Answer("429 x", "{}"), STORED]).await;
    let (first, end) = told(server.client().upload(hello()).events()).await;
    assert_eq!(first, [(1, 5, 5), (2, 5, 5)]);
    end.unwrap();

    let server = Scripted::start([Step::Cut(MIB), STORED]).await;
    let source = UploadSource::bytes("a", content(LARGE));
    let (told, end) = told(server.client().upload(source).events()).await;
    end.unwrap();
    assert_eq!(server.counts(), (2, 1));
    assert!(told.windows(2).all(|pair| pair[0] < pair[1]), "{told:?}");
    let length = LARGE as u64;
    let (first, second): (Vec<Told>, Vec<Told>) = told.into_iter().partition(|told| told.0 == 1);
    assert!(first.iter().all(|told| told.1 < length), "{first:?}");
    assert!(!first.is_empty());
    assert_eq!(second.last(), Some(&(2, length, length)));
}

#[tokio::test]
async fn events_of_an_upload_that_fails_end_with_the_error() {
    for (step, kind) in [
        (Step::Answer("400 x", "{}"), ErrorKind::BadRequest),
        (Step::Answer("503 x", "{}"), ErrorKind::Server),
        (Step::HangUp, ErrorKind::Connection),
    ] {
        let server = Scripted::start([step]).await;
        let (told, end) = told(server.client().upload(hello()).events()).await;
        assert_eq!(told, [(1, 5, 5)]);
        assert_eq!(end.unwrap_err().kind(), kind);
    }
    let server = Scripted::start([STORED]).await;
    let refused = server.client().upload(hello()).tags([""]);
    let (none, end) = told(refused.events()).await;
    assert_eq!(none, []);
    assert_eq!(
        end.unwrap_err().to_string(),
        "tags: one of the tags is empty; leave it out"
    );
    assert_eq!(server.counts(), (0, 0));

    let (feeder, source) = fed("a.txt", 10);
    feeder.send("hello").unwrap();
    drop(feeder);
    let (told, end) = told(server.client().upload(source).events()).await;
    assert_eq!(told, [(1, 5, 10)]);
    assert_eq!(
        end.unwrap_err().to_string(),
        "upload-file: the stream of `a.txt` ended after 5 bytes, but the given length is 10 bytes"
    );
    assert_eq!(server.final_counts(1).await.1, 0);
}

/// A server may answer before it took the file. What it took is sent to the end then, and what it
/// refused is not.
#[tokio::test]
async fn events_are_over_with_the_answer() {
    for (status, whole) in [("200 x", 1), ("413 x", 0)] {
        let server = Scripted::start([Step::Ahead(status, FILE)]).await;
        let (feeder, source) = fed("a.txt", 10);
        let mut events = server.client().upload(source).events();
        feeder.send("hello").unwrap();
        loop {
            match soon(events.next()).await.unwrap() {
                Ok(UploadEvent::Progress(p)) => assert_eq!(p.sent, 5),
                Ok(event) => {
                    assert!(matches!(event, UploadEvent::Finished(_)));
                    assert_eq!(status, "200 x");
                    break;
                }
                Err(error) => {
                    assert_eq!(error.status(), Some(413));
                    break;
                }
            }
        }
        let _ = feeder.send("hello");
        drop(feeder);
        assert_eq!(server.final_counts(1).await, (1, whole));
        let after = soon(events.next()).await;
        assert!(after.is_none(), "{after:?}");
    }
}

#[tokio::test]
async fn events_that_are_dropped_end_the_upload() {
    let server = Scripted::start([STORED]).await;
    drop(server.client().upload(hello()).events());
    let (feeder, source) = fed("a.txt", 10);
    let mut events = server.client().upload(source).events();
    feeder.send("hello").unwrap();
    assert_eq!(next_told(&mut events).await, (1, 5, 10));
    drop(events);
    // The connection is closed, and the source let go of.
    assert_eq!(server.final_counts(1).await, (1, 0));
    soon(feeder.closed()).await;
}

#[tokio::test]
async fn a_handle_ends_the_events() {
    let server = Scripted::start([STORED]).await;
    let cancel = CancelHandle::new();
    let (feeder, source) = fed("a.txt", 10);
    let mut events = server.client().upload(source).cancel_with(&cancel).events();
    feeder.send("hello").unwrap();
    assert_eq!(next_told(&mut events).await, (1, 5, 10));
    let ((told, end), ()) = tokio::join!(told(events), async { cancel.cancel() });
    assert_eq!(told, []);
    let error = end.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Canceled);
    assert_eq!(
        error.to_string(),
        "upload-file: the upload was canceled after 5 of 10 bytes"
    );
    assert!(!error.may_have_been_sent());
    assert_eq!(server.final_counts(1).await, (1, 0));
}

// Bad input.

#[tokio::test]
async fn bad_input_is_refused_before_any_request() {
    let server = Scripted::start([STORED]).await;
    let ik = server.client();
    let empty = Temporary::new("empty.jpg", b"");
    let folder = empty.0.parent().unwrap().to_owned();
    let long: Vec<String> = (0..51).map(|_| "1234567890".to_owned()).collect();
    let up = |source| ik.upload(source);
    let cases: Vec<(UploadRequest, String)> = vec![
        (up(UploadSource::bytes("a.txt", "")), "file: the bytes are empty; give at least one byte".into()),
        (
            up(UploadSource::bytes("", "x")),
            "file_name: is missing, and the source has no name; give the name of the file".into(),
        ),
        (
            up(hello()).file_name(""),
            "file_name: is missing, and the source has no name; give the name of the file".into(),
        ),
        (up(UploadSource::path("")), "file: the path is empty; give the path of a file".into()),
        (
            up(UploadSource::path(&folder)),
            format!("file: {} is a directory; give the path of a file", folder.display()),
        ),
        (up(UploadSource::path(&empty.0)), format!("file: {} is empty; give a file with at least one byte", empty.0.display())),
        (
            up(UploadSource::path("/dev/null")),
            "file: /dev/null is not a regular file; open it, and use UploadSource::spooled_reader".into(),
        ),
        (
            up(UploadSource::url("/a/b.jpg")),
            "file: `/a/b.jpg` is not a valid http or https URL; for a local file use UploadSource::path".into(),
        ),
        (
            up(UploadSource::url("file:///a/b.jpg")),
            "file: `file:///a/b.jpg` is not a valid http or https URL; for a local file use UploadSource::path".into(),
        ),
        (
            up(UploadSource::url("https://a.b/")),
            "file_name: is missing, and the source has no name; give the name of the file".into(),
        ),
        (up(UploadSource::base64("a", " \n")), "file: the base64 is empty; give at least one byte".into()),
        (
            up(UploadSource::base64("a", "/home/me/a.jpg")),
            "file: `/home/me/a.jpg` is not valid base64: character 11 is not one of A-Z, a-z, 0-9, + and /; for a local file \
             use UploadSource::path, for a data URI UploadSource::data_uri"
                .into(),
        ),
        (
            up(UploadSource::base64("a", "A".repeat(50) + "-")),
            format!(
                "file: `{}…` is not valid base64: character 51 is not one of A-Z, a-z, 0-9, + and /; for a local file \
                 use UploadSource::path, for a data URI UploadSource::data_uri",
                "A".repeat(40)
            ),
        ),
        (
            up(UploadSource::base64("a", "AAAAA")),
            "file: the base64 is incomplete: it has 5 digits and 0 padding characters; give all of it".into(),
        ),
        (
            up(UploadSource::base64("a", "AAA==")),
            "file: the base64 is incomplete: it has 3 digits and 2 padding characters; give all of it".into(),
        ),
        (
            up(UploadSource::base64("a", "====")),
            "file: the base64 is incomplete: it has 0 digits and 4 padding characters; give all of it".into(),
        ),
        (
            up(UploadSource::data_uri("a", "AAAA")),
            "file: `AAAA` is not a valid data URI in base64; give one such as data:image/png;base64,iVBORw0KGgo=".into(),
        ),
        (
            up(UploadSource::data_uri("a", "data:text/plain,hello")),
            "file: `data:text/plain,hello` is not a valid data URI in base64; give one such as \
             data:image/png;base64,iVBORw0KGgo="
                .into(),
        ),
        (
            up(UploadSource::data_uri("a", "data:text/plain;base64,")),
            "file: the base64 is empty; give at least one byte".into(),
        ),
        (up(UploadSource::reader("a", 0, &b""[..])), "file: the length of the reader is 0; if the length is unknown, use UploadSource::spooled_reader".into()),
        (
            up(UploadSource::stream("a", 0, stream::empty())),
            "file: the length of the stream is 0; if the length is unknown, use UploadSource::spooled_stream".into(),
        ),
        (up(hello()).tags(["a,b"]), "tags: `a,b` is not a valid tag of an upload: it contains `,`; leave the character out".into()),
        (up(hello()).tags(["50%"]), "tags: `50%` is not a valid tag: it contains `%`; leave the character out".into()),
        (up(hello()).tags(["a", ""]), "tags: one of the tags is empty; leave it out".into()),
        (
            up(hello()).extensions([AiTasks::new(Vec::new()).into()]),
            "tasks: has 0 tasks; give 1 to 10".into(),
        ),
        (up(hello()).tags(long), "tags: has 510 characters in all; at most 500 are allowed: give fewer or shorter tags".into()),
        (
            up(hello()).content_type("no type"),
            "content_type: `no type` is not a valid content type; give one such as image/jpeg".into(),
        ),
        (
            up(hello()).content_type("a/b\r\nc: d"),
            "content_type: `a/b\\r\\nc: d` is not a valid content type; give one such as image/jpeg".into(),
        ),
        (
            up(UploadSource::url("https://a.b/c")).content_type("image/png"),
            "content_type: a URL, base64 and a data URI are sent as strings, which have no content type; leave it out".into(),
        ),
        (up(hello()).set("", "x"), "set: the name of the field is empty; give the name of a form field".into()),
        (up(hello()).set("token", "x"), "set: `token` is set by authentication, token or signed".into()),
        (up(hello()).set("file", "x"), "set: `file` is set by UploadSource".into()),
        (
            up(hello()).token("a.b.c"),
            "token: a JSON Web Token is only valid for version 2 of the upload API; use ImageKit::upload_v2, or give a \
             signature to `authentication`"
                .into(),
        ),
        (
            ik.upload_v2(hello()).authentication(parameters(), "p"),
            "authentication: a signature is only valid for version 1 of the upload API; use ImageKit::upload, or give a JSON \
             Web Token to `token`"
                .into(),
        ),
        (
            ik.upload_v2(hello()).token(""),
            "token: is empty; give the JSON Web Token from your server".into(),
        ),
        (
            up(hello()).authentication(parameters(), ""),
            "public_key: is empty; give the parameters and the public key from your server"
                .into(),
        ),
        (
            up(hello()).stall_timeout(Duration::ZERO),
            "stall_timeout: is 0; give a time, such as 60 seconds".into(),
        ),
        (
            up(hello()).total_timeout(Duration::ZERO),
            "total_timeout: is 0; give a time, such as 60 seconds".into(),
        ),
        (
            up(hello()).header("a b", "c"),
            "header: `a b` is not a valid header name; use letters, digits and dashes".into(),
        ),
    ];
    for (upload, message) in cases {
        let error = upload.await.unwrap_err();
        assert_eq!(error.to_string(), message);
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(!error.may_have_been_sent());
        assert_eq!(error.attempts(), 0);
    }
    let missing = folder.join("missing.jpg");
    let error = up(UploadSource::path(&missing)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io);
    let beginning = format!("{} cannot be read: ", missing.display());
    assert!(error.to_string().starts_with(&beginning), "{error}");
    assert_eq!(server.counts(), (0, 0));
}

#[tokio::test]
async fn what_is_just_allowed_is_sent() {
    let server = Scripted::start([STORED]).await;
    let tags: Vec<String> = (0..50).map(|_| "é234567890".to_owned()).collect();
    server
        .client()
        .upload(hello())
        .tags(tags.clone())
        .await
        .unwrap();
    assert_eq!(server.request().parts().await["tags"], text(tags.join(",")));
}

// Other servers.

/// HTTP/2, and the state of a server that stores files.
#[tokio::test]
async fn an_upload_over_http_2_arrives_whole_or_not_at_all() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let stored: Arc<Mutex<Vec<Request>>> = Arc::default();
    let kept = stored.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let kept = kept.clone();
            let service = hyper::service::service_fn(
                move |request: hyper::Request<hyper::body::Incoming>| {
                    let kept = kept.clone();
                    async move {
                        let line = format!("{} {}", request.method(), request.uri().path());
                        let text =
                            |value: &hyper::header::HeaderValue| value.to_str().unwrap().to_owned();
                        let headers = request
                            .headers()
                            .iter()
                            .map(|(name, value)| (name.to_string(), text(value)))
                            .collect();
                        let body = request.into_body().collect().await?.to_bytes();
                        kept.lock().unwrap().push(Request {
                            line,
                            headers,
                            body,
                        });
                        Ok::<_, hyper::Error>(hyper::Response::new(Full::new(Bytes::from(FILE))))
                    }
                },
            );
            tokio::spawn(
                hyper::server::conn::http2::Builder::new(hyper_util::rt::TokioExecutor::new())
                    .serve_connection(hyper_util::rt::TokioIo::new(stream), service),
            );
        }
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
    let bytes = content(3 * MIB);
    let disk = Temporary::new("a.bin", &bytes);
    for source in large(&disk, &bytes) {
        soon(ik.upload(source)).await.unwrap();
        let request = stored.lock().unwrap().pop().unwrap();
        assert_eq!(
            request.header("content-length"),
            Some(request.body.len().to_string().as_str())
        );
        let expected = parts([
            ("fileName", text("a.bin")),
            (
                "file",
                file("a.bin", "application/octet-stream", bytes.clone()),
            ),
        ]);
        assert!(request.parts().await == expected);
    }
    let short = UploadSource::reader("a", LARGE as u64, io::Cursor::new(bytes));
    assert_eq!(
        soon(ik.upload(short)).await.unwrap_err().kind(),
        ErrorKind::Io
    );
    // The connection is still good.
    soon(ik.upload(hello())).await.unwrap();
    assert_eq!(stored.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn the_server_in_process_stores_each_upload_once() {
    let (_server, ik) = in_process().await;
    let bytes = content(2 * MIB);
    let disk = Temporary::new("a.bin", &bytes);
    for (number, source) in large(&disk, &bytes).into_iter().enumerate() {
        let outcome = ik.upload(source).tags(["t"]).await.unwrap();
        let UploadOutcome::Stored(stored) = outcome.into_inner() else {
            panic!("no file");
        };
        let delivered = reqwest::get(stored.url)
            .await
            .unwrap()
            .bytes()
            .await
            .unwrap();
        assert!(delivered == bytes);
        assert_eq!(ik.assets().list().await.unwrap().len(), number + 1);
    }
}

/// A file that another process keeps writing to is either sent as it was, or refused.
#[tokio::test]
async fn a_file_that_is_being_written_is_never_sent_in_part() {
    let disk = Temporary::new("a.log", &content(MIB));
    for _ in 0..20 {
        let server = Scripted::start([STORED]).await;
        let path = disk.0.clone();
        let writer = std::thread::spawn(move || {
            let mut file = std::fs::OpenOptions::new().append(true).open(path).unwrap();
            for _ in 0..20 {
                file.write_all(&[0; 1000]).unwrap();
            }
        });
        match soon(server.client().upload(UploadSource::path(&disk.0))).await {
            Ok(_) => assert_eq!(server.counts(), (1, 1)),
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::Io, "{error}");
                assert_eq!(server.counts().1, 0);
            }
        }
        writer.join().unwrap();
    }
}
