//! The in-process server with its files in a directory.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;
use std::{fs, io};

use crate::account::{Account, exact, refusal, text};
use imagekitio_testing::Server;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

/// Says where a process that runs `a_killed_process_leaves_whole_files` uploads to until it is
/// killed.
const UPLOAD_TO: &str = "IMAGEKITIO_TEST_UPLOAD_TO";

/// A directory for one test, which is deleted at the end.
struct Folder(PathBuf);

impl Folder {
    /// Deletes the directory if it exists.
    fn new(name: &str) -> Self {
        let path =
            std::env::temp_dir().join(format!("imagekitio-server-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        Self(path)
    }

    /// The names of its files, sorted.
    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.0).unwrap();
        let mut names: Vec<_> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    /// The file in which the server stores an upload.
    fn stored(&self, upload: &Value) -> PathBuf {
        self.0
            .join(format!("{}.file", upload["fileId"].as_str().unwrap()))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

impl Account {
    async fn open(directory: &Path) -> io::Result<Self> {
        Self::on(Server::builder().directory(directory)).await
    }

    /// All files and folders, with URLs without the origin.
    async fn list(&self) -> Value {
        let request = self.api(Method::GET, "/v1/files?type=all");
        let listing = request.send().await.unwrap().text().await.unwrap();
        serde_json::from_str(&listing.replace(self.server.url(), "")).unwrap()
    }

    /// All versions of the file `/z.txt`, and what there is besides files, with one of each made
    /// when first called.
    async fn settings(&self) -> Value {
        let (_, fields) = self.get("/v1/customMetadataFields").await;
        if self.get("/v1/saved-extensions").await.1 == json!([]) {
            for (path, body) in [
                (
                    "/v1/saved-extensions",
                    json!({ "name": "a", "description": "b", "config": { "name": "remove-bg" } }),
                ),
                (
                    "/v1/named-transformations",
                    json!({ "name": "a", "transformation": "w-1" }),
                ),
                (
                    "/v1/accounts/origins",
                    json!({ "type": "WEB_PROXY", "name": "a" }),
                ),
                ("/v1/accounts/url-endpoints", json!({ "description": "a" })),
                (
                    "/v1/accounts/webhooks",
                    json!({ "endpoint": "https://a.b", "events": ["file.created"] }),
                ),
            ] {
                assert_eq!(self.post(path, body).await.0, 201, "{path}");
            }
        }
        let mut all = vec![fields];
        for path in [
            "/v1/saved-extensions",
            "/v1/named-transformations",
            "/v1/accounts/origins",
            "/v1/accounts/url-endpoints",
            "/v1/accounts/webhooks",
            "/v1/files?type=file-version",
        ] {
            let (_, mut list) = self.get(path).await;
            for item in list.as_array_mut().unwrap() {
                item.as_object_mut()
                    .unwrap()
                    .retain(|name, _| name != "url" && name != "thumbnail");
            }
            all.push(list);
        }
        json!(all)
    }

    async fn delete(&self, upload: &Value) -> (StatusCode, String) {
        let path = format!("/v1/files/{}", upload["fileId"].as_str().unwrap());
        let reply = self.api(Method::DELETE, &path).send().await.unwrap();
        (reply.status(), reply.text().await.unwrap())
    }

    async fn delivered(&self, path: &str) -> (StatusCode, Vec<u8>) {
        let url = format!("{}{path}", self.server.url_endpoint());
        let reply = self.client.get(url).send().await.unwrap();
        (reply.status(), reply.bytes().await.unwrap().into())
    }
}

#[tokio::test]
async fn a_later_server_has_the_same_files() {
    let folder = Folder::new("same");
    let directory = folder.0.join("is/created");
    let account = Account::open(&directory).await.unwrap();
    account.define("brand", json!({ "type": "Text" })).await;
    account.define("price", json!({ "type": "Number" })).await;
    account.define("weight", json!({ "type": "Number" })).await;
    account
        .define(
            "sizes",
            json!({ "type": "MultiSelect", "selectOptions": [1, "M"] }),
        )
        .await;
    let jpeg = include_bytes!("../../../examples/quickstart.jpg");
    let full = exact("/products/summer sale", "shirt.jpg", jpeg)
        .text("tags", "red,é")
        .text("isPrivateFile", "true")
        .text("customCoordinates", "10,20,100,50")
        .text(
            "customMetadata",
            r#"{"brand":"Acme\n","price":0.1,"weight":123456789.12345679,"sizes":[1,"M"]}"#,
        )
        .text("description", "A shirt.\nTwo lines.");
    assert_eq!(account.upload(full).await.0, StatusCode::OK);
    account.store("", "z.txt", b"\n{\"one\": 1}\n\0\xff").await;
    account.store("", "a.txt", b"").await;
    let draft = exact("", "draft.txt", b"draft").text("isPublished", "false");
    assert_eq!(account.upload(draft).await.0, StatusCode::OK);
    account.store("", "z.txt", b"\n{\"two\": 2}\n\0\xff").await;
    let deleted = account.store("", "deleted.txt", b"deleted").await;
    assert_eq!(account.delete(&deleted).await.0, StatusCode::NO_CONTENT);
    let files = account.list().await;
    assert_eq!(files.as_array().unwrap().len(), 6);
    let settings = account.settings().await;
    drop(account);

    let account = Account::open(&directory).await.unwrap();
    assert_eq!(account.list().await, files);
    assert_eq!(account.settings().await, settings);
    for (path, status, body) in [
        (
            "/products/summer%20sale/shirt.jpg",
            StatusCode::UNAUTHORIZED,
            &b"The file is private. Its URL must be signed."[..],
        ),
        ("/z.txt", StatusCode::OK, b"\n{\"two\": 2}\n\0\xff"),
        ("/a.txt", StatusCode::OK, b""),
        (
            "/draft.txt",
            StatusCode::NOT_FOUND,
            b"The file is not published.",
        ),
        (
            "/deleted.txt",
            StatusCode::NOT_FOUND,
            b"There is no file at this URL.",
        ),
    ] {
        let expected = (status, body.to_vec());
        assert_eq!(account.delivered(path).await, expected, "{path}");
    }

    // Further changes continue from that state.
    let before = &files[3];
    assert_eq!(before["filePath"], "/z.txt");
    let upload = account.store("", "z.txt", b"three").await;
    assert_eq!(
        json!([upload["fileId"], upload["versionInfo"]["name"]]),
        json!([before["fileId"], "Version 3"])
    );
    let latest = account.list().await;
    assert_eq!(latest[3]["createdAt"], before["createdAt"]);
    drop(account);
    let account = Account::open(&directory).await.unwrap();
    assert_eq!(account.list().await, latest);
}

#[tokio::test]
async fn a_directory_holds_one_file_for_each_stored_file() {
    let folder = Folder::new("names");
    let account = Account::open(&folder.0).await.unwrap();
    assert_eq!(folder.names(), [""; 0]);
    let long = "x".repeat(250);
    let folder_path = format!("/CON/a:b|c*?/{long}");
    let file = format!("{long}.txt");
    let first = account.store(&folder_path, &file, b"one").await;
    let entry = format!("{}.file", text(&first, "fileId"));
    let bytes = |upload: &Value| format!("{}.bytes", text(&upload["versionInfo"], "id"));
    // Besides the three folders.
    let names = || {
        let mut names = folder.names();
        names.retain(|name| !name.ends_with(".folder"));
        names
    };
    let sorted = |names: &[String]| {
        let mut names = names.to_vec();
        names.sort();
        names
    };
    assert_eq!(names(), sorted(&[entry.clone(), bytes(&first)]));
    let second = account.store(&folder_path, &file, b"two").await;
    assert_eq!(
        names(),
        sorted(&[entry.clone(), bytes(&first), bytes(&second)])
    );
    let id = text(&first, "fileId");
    let version = text(&first["versionInfo"], "id");
    let deleted = account
        .delete_at(&format!("/v1/files/{id}/versions/{version}"))
        .await;
    assert_eq!(deleted, (204, Value::Null));
    assert_eq!(names(), sorted(&[entry, bytes(&second)]));
    assert_eq!(account.delete(&first).await.0, StatusCode::NO_CONTENT);
    assert_eq!(names(), [""; 0]);
    assert_eq!(folder.names().len(), 3);
}

#[tokio::test]
async fn what_was_being_written_is_removed_at_the_start() {
    let folder = Folder::new("leftovers");
    let account = Account::open(&folder.0).await.unwrap();
    let upload = account.store("", "a.txt", b"one").await;
    let files = account.list().await;
    drop(account);

    let stored = folder.stored(&upload);
    // A new version and a new file, both cut short, and files of other programs.
    let half = &fs::read(&stored).unwrap()[..100];
    fs::write(
        folder.0.join(format!("{}.bytes", "f".repeat(32))),
        "of no file",
    )
    .unwrap();
    fs::write(stored.with_extension("new"), half).unwrap();
    let id = "0123456789abcdef0123456789abcdef";
    fs::write(folder.0.join(format!("{id}.new")), "").unwrap();
    let foreign = ["notes.file", "notes.new", id, ".hidden"];
    for name in foreign {
        fs::write(folder.0.join(name), "mine").unwrap();
    }
    let account = Account::open(&folder.0).await.unwrap();
    assert_eq!(account.list().await, files);
    let stored = stored.file_name().unwrap().to_str().unwrap().to_owned();
    let mut expected = foreign.map(str::to_owned).to_vec();
    expected.extend([
        stored,
        format!("{}.bytes", text(&upload["versionInfo"], "id")),
    ]);
    expected.sort();
    assert_eq!(folder.names(), expected);
}

#[tokio::test]
async fn a_damaged_file_keeps_the_server_from_starting() {
    let folder = Folder::new("damaged");
    let account = Account::open(&folder.0).await.unwrap();
    let upload = account.store("", "a.txt", b"hello").await;
    drop(account);
    let stored = folder.stored(&upload);
    let whole = fs::read(&stored).unwrap();
    let replaced = String::from_utf8(whole.clone())
        .unwrap()
        .replace("created", "made");
    for damaged in [
        b"".to_vec(),
        b"\n".to_vec(),
        whole[..whole.len() - 1].to_vec(),
        [&whole[..], b"!"].concat(),
        whole[1..].to_vec(),
        replaced.into_bytes(),
    ] {
        fs::write(&stored, &damaged).unwrap();
        let error = Account::open(&folder.0).await.err().unwrap();
        let message = format!(
            "{} is damaged. Remove it, and the server starts without it.",
            stored.display()
        );
        assert_eq!(
            (error.kind(), error.to_string()),
            (io::ErrorKind::InvalidData, message),
            "{damaged:?}"
        );
    }

    fs::write(&stored, &whole).unwrap();
    let bytes = stored.with_file_name(format!("{}.bytes", text(&upload["versionInfo"], "id")));
    for damaged in [&b""[..], b"hell", b"hello!"] {
        fs::write(&bytes, damaged).unwrap();
        let error = Account::open(&folder.0).await.err().unwrap();
        assert_eq!(error.kind(), io::ErrorKind::InvalidData, "{damaged:?}");
        assert!(
            error.to_string().starts_with(stored.to_str().unwrap()),
            "{error}"
        );
    }
    fs::write(&bytes, "hello").unwrap();

    let copy = folder.0.join(format!("{}.file", "0".repeat(32)));
    fs::write(&copy, &whole).unwrap();
    let error = Account::open(&folder.0).await.err().unwrap();
    assert_eq!(error.kind(), io::ErrorKind::InvalidData);
    let message = error.to_string();
    for part in [
        copy.to_str().unwrap(),
        stored.to_str().unwrap(),
        " are both the file /a.txt. Remove one of them.",
    ] {
        assert!(message.contains(part), "{message}");
    }

    fs::remove_file(&copy).unwrap();
    let account = Account::open(&folder.0).await.unwrap();
    let expected = (StatusCode::OK, b"hello".to_vec());
    assert_eq!(account.delivered("/a.txt").await, expected);
}

#[tokio::test]
async fn a_directory_must_be_one() {
    let folder = Folder::new("no-directory");
    fs::create_dir(&folder.0).unwrap();
    let path = folder.0.join("file");
    fs::write(&path, "mine").unwrap();
    let expected = fs::create_dir_all(&path).unwrap_err();
    let error = Account::open(&path).await.err().unwrap();
    assert_eq!(error.kind(), expected.kind());
    assert_eq!(error.to_string(), format!("{}: {expected}", path.display()));
}

#[tokio::test]
async fn a_second_server_on_the_port_leaves_the_directory_alone() {
    let folder = Folder::new("second");
    let account = Account::open(&folder.0).await.unwrap();
    let half = folder.0.join(format!("{}.new", "0".repeat(32)));
    fs::write(&half, "being written by the first").unwrap();
    let (_, port) = account.server.url().rsplit_once(':').unwrap();
    let second = Server::builder()
        .port(port.parse().unwrap())
        .directory(&folder.0);
    let error = Account::on(second).await.err().unwrap();
    assert_eq!(error.kind(), io::ErrorKind::AddrInUse);
    assert!(half.exists());
}

#[tokio::test]
async fn a_change_that_cannot_be_written_changes_nothing() {
    let folder = Folder::new("unwritable");
    let account = Account::open(&folder.0).await.unwrap();
    let upload = account.store("", "a.txt", b"one").await;
    let files = account.list().await;
    let failed = |path: &Path, error: io::Error| {
        refusal(&format!(
            "The server could not write to its directory: {}: {error}.",
            path.display()
        ))
    };

    // A directory is in the way of the new version.
    let stored = folder.stored(&upload);
    let obstacle = stored.with_extension("new");
    fs::create_dir(&obstacle).unwrap();
    let reply = account.upload(exact("", "a.txt", b"two")).await;
    let error = fs::File::create(&obstacle).unwrap_err();
    let expected = failed(&obstacle, error);
    assert_eq!(reply, (StatusCode::INTERNAL_SERVER_ERROR, expected));
    assert_eq!(account.list().await, files);
    let expected = (StatusCode::OK, b"one".to_vec());
    assert_eq!(account.delivered("/a.txt").await, expected);
    fs::remove_dir(&obstacle).unwrap();

    // A directory is in the way of the rename, which leaves no temporary file behind.
    let away = folder.0.join("away");
    fs::rename(&stored, &away).unwrap();
    fs::create_dir(&stored).unwrap();
    let reply = account.upload(exact("", "a.txt", b"two")).await;
    assert_eq!(reply.0, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(account.list().await, files);
    assert!(!obstacle.exists());
    fs::remove_dir(&stored).unwrap();

    // There is nothing to delete.
    let (status, body) = account.delete(&upload).await;
    let error = fs::remove_file(&stored).unwrap_err();
    assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(
        serde_json::from_str::<Value>(&body).unwrap(),
        failed(&stored, error)
    );
    assert_eq!(account.list().await, files);

    // Without the obstacles, all of it works.
    fs::rename(&away, &stored).unwrap();
    let second = account.store("", "a.txt", b"two").await;
    assert_eq!(
        json!([second["fileId"], second["versionInfo"]["name"]]),
        json!([upload["fileId"], "Version 2"])
    );
    let deleted = (StatusCode::NO_CONTENT, String::new());
    assert_eq!(account.delete(&upload).await, deleted);
    assert_eq!(folder.names(), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_of_concurrent_uploads_is_what_stays() {
    let folder = Folder::new("concurrent");
    let account = Account::open(&folder.0).await.unwrap();
    let uploads = (0..50).map(|number: u8| {
        let account = &account;
        async move {
            let upload = account.store("", "a.txt", &[number; 100_000]).await;
            (upload["versionInfo"]["name"].clone(), number)
        }
    });
    let uploads = futures_util::future::join_all(uploads).await;
    let is_last = |(version, _): &&(Value, u8)| version == "Version 50";
    let (_, last) = uploads.iter().find(is_last).unwrap();
    let expected = (StatusCode::OK, vec![*last; 100_000]);
    assert_eq!(account.delivered("/a.txt").await, expected);
    let files = account.list().await;
    drop(account);

    let account = Account::open(&folder.0).await.unwrap();
    assert_eq!(account.list().await, files);
    assert_eq!(account.delivered("/a.txt").await, expected);
}

/// Uploads one version after the other, with the byte that it is made of as its description.
async fn upload_forever(directory: &Path) -> ! {
    let account = Account::open(directory).await.unwrap();
    let mut former = None;
    for byte in (0..=u8::MAX).cycle() {
        let content = vec![byte; 3_000_000];
        let form = exact("", "a.bin", &content).text("description", byte.to_string());
        let (status, upload) = account.upload(form).await;
        assert_eq!(status, StatusCode::OK, "{upload}");
        // A file has at most 100 versions.
        let id = text(&upload, "fileId");
        if let Some(version) = former.replace(text(&upload["versionInfo"], "id").to_owned()) {
            let path = format!("/v1/files/{id}/versions/{version}");
            assert_eq!(account.delete_at(&path).await.0, 204);
        }
    }
    unreachable!("bytes go round in circles");
}

#[tokio::test]
async fn a_killed_process_leaves_whole_files() {
    if let Some(directory) = std::env::var_os(UPLOAD_TO) {
        upload_forever(Path::new(&directory)).await;
    }
    let folder = Folder::new("killed");
    let mut last = 0;
    for round in 0..20 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "directory::a_killed_process_leaves_whole_files"])
            .env(UPLOAD_TO, &folder.0)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // A version is there, and another is being written.
        loop {
            let names = if folder.0.exists() {
                folder.names()
            } else {
                Vec::new()
            };
            let has = |extension| names.iter().any(|name| name.ends_with(extension));
            if has(".file") && has(".new") {
                break;
            }
            assert_eq!(child.try_wait().unwrap(), None, "the child uploads forever");
            tokio::task::yield_now().await;
        }
        std::thread::sleep(Duration::from_micros(100) * round);
        child.kill().unwrap();
        child.wait().unwrap();
        let account = Account::open(&folder.0).await.unwrap();
        let files = account.list().await;
        let [file] = files.as_array().unwrap().as_slice() else {
            panic!("{files}");
        };
        let byte = file["description"].as_str().unwrap().parse().unwrap();
        let expected = (StatusCode::OK, vec![byte; 3_000_000]);
        assert!(account.delivered("/a.bin").await == expected, "{file}");
        let version = file["versionInfo"]["name"].as_str().unwrap();
        let number: u32 = version.strip_prefix("Version ").unwrap().parse().unwrap();
        assert!(number >= last, "{number} comes after {last}");
        last = number;
    }
}
