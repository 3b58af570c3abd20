//! Lists of assets, page by page and as streams, over real HTTP.

use std::sync::Arc;
use std::time::Duration;

use futures_util::{StreamExt, TryStreamExt};
use imagekitio::api::assets::AssetStream;
use imagekitio::types::Asset;
use imagekitio::types::{File, Folder};
use imagekitio::{ErrorKind, ImageKit, RetryPolicy, UploadSource};
use imagekitio_testing::Server;
use serde_json::json;
use support::calls::{
    answering, assert_attempts, assert_errors, assert_refused, assert_sent, call, client,
};
use support::{FILE, FOLDER, Scripted, Step, but, json, soon, until};
use tokio::sync::Semaphore;

#[tokio::test]
async fn lists_send_what_is_set_and_nothing_else() {
    assert_sent(
        ("200 OK", "[]"),
        |ik| {
            let assets = ik.assets();
            vec![
                call(assets.list()),
                call(assets.list_files()),
                call(assets.list_folders()),
                call(assets.list_file_versions()),
                call(assets.list().kind("all")),
                call(assets.list().search_query("size > 1")),
                call(assets.list_files().search_query("size > 1")),
                call(assets.list_folders().search_query("a OR b")),
                call(assets.list_files().search_query(" ")),
                call(assets.list().name("shoe.jpg")),
                call(assets.list().tags(["red", "summer"])),
                call(assets.list_files().tags(vec!["ü & b'".to_owned()])),
                call(assets.list_folders().name("a) OR (b")),
                call(assets.list().tags(["red"]).search_query("a OR b").name("b").limit(5)),
                call(assets.list_files().search_query(" ").name("b")),
                call(assets.list().name("a").name("b").path("/c")),
                call(
                    assets
                        .list_file_versions()
                        .sort("DESC_NAME")
                        .path("/a b")
                        .file_type("non-image")
                        .limit(10)
                        .skip(20),
                ),
            ]
        },
        &[
            ("GET /v1/files", None),
            ("GET /v1/files?type=file", None),
            ("GET /v1/files?type=folder", None),
            ("GET /v1/files?type=file-version", None),
            ("GET /v1/files?type=all", None),
            ("GET /v1/files?searchQuery=size+%3E+1", None),
            (
                "GET /v1/files?searchQuery=%28size+%3E+1%29+AND+type+%3D+%22file%22&type=file",
                None,
            ),
            (
                "GET /v1/files?searchQuery=%28a+OR+b%29+AND+type+%3D+%22folder%22&type=folder",
                None,
            ),
            ("GET /v1/files?searchQuery=+&type=file", None),
            (
                "GET /v1/files?searchQuery=name+%3D+%22shoe.jpg%22",
                None,
            ),
            (
                "GET /v1/files?searchQuery=tags+IN+%5B%22red%22%2C+%22summer%22%5D",
                None,
            ),
            (
                "GET /v1/files?searchQuery=tags+IN+%5B%22%C3%BC+%26+b%27%22%5D+AND+type+%3D+%22file%22&type=file",
                None,
            ),
            (
                "GET /v1/files?searchQuery=name+%3D+%22a%29+OR+%28b%22+AND+type+%3D+%22folder%22&type=folder",
                None,
            ),
            (
                "GET /v1/files?limit=5&searchQuery=%28a+OR+b%29+AND+name+%3D+%22b%22+AND+tags+IN+%5B%22red%22%5D",
                None,
            ),
            (
                "GET /v1/files?searchQuery=name+%3D+%22b%22+AND+type+%3D+%22file%22&type=file",
                None,
            ),
            (
                "GET /v1/files?path=%2Fc&searchQuery=name+%3D+%22b%22",
                None,
            ),
            (
                "GET /v1/files?fileType=non-image&limit=10&path=%2Fa+b&skip=20&sort=DESC_NAME&type=file-version",
                None,
            ),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_list_of_one_kind_has_one_type() {
    let items = [
        but(
            FILE,
            json!({"size": 9007199254740993u64, "new": {"x": [1.5, null]}}),
        ),
        but(FILE, json!({"type": "file-version", "fileType": "model"})),
        but(FILE, json!({"type": "drawing", "fileId": "2"})),
    ];
    let body = format!("[{}]", items.join(","));
    let (_server, ik) = answering("200 OK", &body).await;
    let files = ik.assets().list_files().await.unwrap();
    assert_eq!(files.request_id(), Some("req-1"));
    assert_eq!(files.body().as_ref(), body.as_bytes());
    assert_eq!(ids(&files), ["f1", "f1", "2"]);
    assert_eq!(files[0].size, 9_007_199_254_740_993u64);
    let expected: serde_json::Value = serde_json::from_str(&body).unwrap();
    assert_eq!(serde_json::to_value(&*files).unwrap(), expected);
    let versions = ik.assets().list_file_versions().await.unwrap();
    assert_eq!(*versions, *files);

    let body = format!("[{},{FOLDER}]", but(FOLDER, json!({"new": 1})));
    let (_server, ik) = answering("200 OK", &body).await;
    let folders = ik.assets().list_folders().await.unwrap();
    assert_eq!(folders[0].folder_id, "d1");
    let expected: serde_json::Value = serde_json::from_str(&body).unwrap();
    assert_eq!(serde_json::to_value(&*folders).unwrap(), expected);
}

#[tokio::test]
async fn a_list_may_be_empty() {
    for (status, body) in [("200 OK", "[]"), ("200 OK", ""), ("204 No Content", "")] {
        let (_server, ik) = answering(status, body).await;
        let assets = ik.assets();
        assert_eq!(assets.list().await.unwrap().len(), 0);
        assert_eq!(assets.list_files().await.unwrap().len(), 0);
        assert_eq!(assets.list_folders().await.unwrap().len(), 0);
        assert!(assets.list().stream().next().await.is_none());
    }
}

#[tokio::test]
async fn an_item_that_is_none_of_its_kind_is_a_decode_error() {
    let body = r#"[{"type":"file","versionInfo":{"id":7}}]"#;
    let (_server, ik) = answering("200 OK", body).await;
    assert!(matches!(
        ik.assets().list().await.unwrap().as_slice(),
        [Asset::Unknown(_)]
    ));
    let page = ik.assets().list_files().await.unwrap_err();
    let item = ik.assets().list_files().stream().next().await;
    for error in [page, item.unwrap().unwrap_err()] {
        assert_eq!(error.kind(), ErrorKind::Decode);
        assert_eq!(error.body(), Some(body.as_bytes()));
        assert!(
            error
                .to_string()
                .contains("versionInfo: id: invalid type: integer `7`"),
            "{error}"
        );
    }
}

#[tokio::test]
async fn a_list_can_be_iterated_as_it_is() {
    let (_server, ik) = answering("200 OK", &format!("[{FILE},{FILE}]")).await;
    let list = ik.assets().list_files().await.unwrap();
    let mut names = Vec::new();
    for file in &list {
        names.push(file.name.clone());
    }
    assert_eq!(list.http_status(), 200);
    for file in list {
        names.push(file.name);
    }
    assert_eq!(names, ["a.jpg"; 4]);
    for asset in ik.assets().list().await.unwrap() {
        assert_eq!(
            (asset.name(), asset.path()),
            (Some("a.jpg"), Some("/a.jpg"))
        );
        assert!(asset.as_file().is_some() && asset.as_folder().is_none());
    }
}

/// A page of files with these ids.
fn page(ids: std::ops::Range<u32>) -> Step {
    let files: Vec<String> = ids
        .map(|id| but(FILE, json!({"fileId": id.to_string()})))
        .collect();
    Step::Reply(json("200 OK", &format!("[{}]", files.join(","))))
}

fn lines(server: &Scripted) -> Vec<String> {
    server.requests().into_iter().map(|r| r.line).collect()
}

fn ids(files: &[File]) -> Vec<&str> {
    files.iter().map(|f| f.file_id.as_str()).collect()
}

#[tokio::test]
async fn a_stream_gives_all_pages_until_one_is_empty() {
    let pages = [page(0..2), page(2..3), page(3..5), page(5..6), page(0..0)];
    let server = Scripted::start(pages).await;
    let stream = client(&server).assets().list_files().limit(2).stream();
    let files: Vec<File> = stream.try_collect().await.unwrap();
    assert_eq!(ids(&files), ["0", "1", "2", "3", "4", "5"]);
    assert_eq!(
        lines(&server),
        [
            "GET /v1/files?limit=2&type=file",
            "GET /v1/files?limit=2&skip=2&type=file",
            "GET /v1/files?limit=2&skip=3&type=file",
            "GET /v1/files?limit=2&skip=5&type=file",
            "GET /v1/files?limit=2&skip=6&type=file",
        ]
    );
}

#[tokio::test]
async fn a_stream_ends_when_the_server_repeats_itself() {
    // Not full: the server gives all that it has, whatever is skipped.
    let cases = [
        (vec![page(0..3)], Some(4), 3, 2),
        (vec![page(0..3)], None, 3, 2),
        (vec![page(0..4), page(4..6)], Some(4), 6, 3),
        (vec![page(0..2), page(2..4), page(0..2)], Some(3), 4, 3),
    ];
    for (pages, limit, items, requests) in cases {
        let server = Scripted::start(pages).await;
        let mut list = client(&server).assets().list_files();
        if let Some(limit) = limit {
            list = list.limit(limit);
        }
        let files: Vec<_> = soon(list.stream().try_collect::<Vec<_>>()).await.unwrap();
        assert_eq!((files.len(), server.requests().len()), (items, requests));
    }
    // Full: there may be more.
    let server = Scripted::start([page(0..2)]).await;
    let mut stream = client(&server).assets().list().limit(2).stream();
    for _ in 0..2 {
        stream.next().await.unwrap().unwrap();
    }
    let error = soon(stream.next()).await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert_eq!(
        error.to_string(),
        "list-and-search-assets: the server sends the same page again, as if it ignored `skip`; the rest of the list can't be reached"
    );
    assert!(stream.next().await.is_none());
    assert_eq!(server.requests().len(), 2);
}

/// The way that the documentation of streams shows.
#[tokio::test]
async fn all_files_of_a_list_can_be_deleted() {
    let server = Server::builder().private_key("key").start().await.unwrap();
    let ik = ImageKit::builder()
        .private_key("key")
        .base_url(server.url())
        .build()
        .unwrap();
    for _ in 0..30 {
        let source = UploadSource::bytes("a.txt", "x");
        ik.upload(source).folder("/drafts").await.unwrap();
    }
    let drafts = ik.assets().list_files().path("/drafts").limit(10).stream();
    let files: Vec<_> = drafts.try_collect().await.unwrap();
    assert_eq!(files.len(), 30);
    for id in files.into_iter().map(|file| file.file_id) {
        ik.files().delete(id).await.unwrap();
    }
    assert_eq!(
        ik.assets()
            .list_files()
            .path("/drafts")
            .await
            .unwrap()
            .len(),
        0
    );
}

#[tokio::test]
async fn a_stream_ends_with_an_empty_page() {
    let server = Scripted::start([page(0..2), page(0..0), page(9..11)]).await;
    let assets = client(&server).assets();
    let mut stream = assets.list().limit(2).skip(7).path("/a").stream();
    for _ in 0..2 {
        assert!(matches!(stream.next().await, Some(Ok(Asset::File(_)))));
    }
    for _ in 0..3 {
        assert!(stream.next().await.is_none());
    }
    assert_eq!(
        lines(&server),
        [
            "GET /v1/files?limit=2&path=%2Fa&skip=7",
            "GET /v1/files?limit=2&path=%2Fa&skip=9",
        ]
    );
}

#[tokio::test]
async fn a_stream_asks_for_a_thousand_at_a_time_unless_a_limit_is_set() {
    let server = Scripted::start([page(0..1000), page(0..1), page(0..0)]).await;
    let stream = client(&server).assets().list().stream();
    assert_eq!(stream.count().await, 1001);
    assert_eq!(
        lines(&server),
        [
            "GET /v1/files?limit=1000",
            "GET /v1/files?limit=1000&skip=1000",
            "GET /v1/files?limit=1000&skip=1001"
        ]
    );
}

#[tokio::test]
async fn a_stream_asks_for_a_page_only_when_the_last_one_is_used_up() {
    let server = Scripted::start([page(0..2), page(2..3), page(0..0)]).await;
    let mut stream = client(&server).assets().list_files().limit(2).stream();
    let a_while = Duration::from_millis(30);
    tokio::time::sleep(a_while).await;
    assert_eq!(server.requests().len(), 0);
    for _ in 0..2 {
        stream.next().await.unwrap().unwrap();
        tokio::time::sleep(a_while).await;
        assert_eq!(server.requests().len(), 1);
    }
    stream.next().await.unwrap().unwrap();
    assert_eq!(server.requests().len(), 2);
    for _ in 0..2 {
        assert!(stream.next().await.is_none());
        assert_eq!(server.requests().len(), 3);
    }
}

#[tokio::test]
async fn a_stream_ends_after_an_error() {
    let refused = Step::Reply(json("400 Bad Request", r#"{"message":"No."}"#));
    let server = Scripted::start([page(0..2), refused, page(2..4)]).await;
    let mut stream = client(&server).assets().list_files().limit(2).stream();
    for _ in 0..2 {
        stream.next().await.unwrap().unwrap();
    }
    let error = stream.next().await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BadRequest);
    assert_eq!(error.operation(), Some("list-and-search-assets"));
    assert!(stream.next().await.is_none());
    assert_eq!(server.requests().len(), 2);

    let (server, ik) = answering("200 OK", "[]").await;
    let mut stream = ik.assets().list().limit(1001).stream();
    let error = stream.next().await.unwrap().unwrap_err();
    assert_eq!(
        error.to_string(),
        "limit: 1001 is out of range; ask for 1 to 1000 results at a time"
    );
    assert!(stream.next().await.is_none());
    assert_eq!(server.requests(), []);
}

#[tokio::test]
async fn a_page_of_a_stream_is_repeated_like_any_read() {
    let down = Step::Reply(json("503 Service Unavailable", ""));
    let server = Scripted::start([page(0..1), Step::HangUp, down, page(1..1)]).await;
    let assets = client(&server).assets();
    let files: Vec<_> = assets
        .list_files()
        .limit(1)
        .stream()
        .try_collect()
        .await
        .unwrap();
    assert_eq!(ids(&files), ["0"]);
    assert_eq!(server.requests().len(), 4);

    let server = Scripted::start([page(0..1), Step::HangUp]).await;
    let assets = client(&server).assets();
    let mut stream = assets
        .list_files()
        .limit(1)
        .retry(RetryPolicy::none())
        .stream();
    stream.next().await.unwrap().unwrap();
    assert_eq!(stream.next().await.unwrap().unwrap_err().attempts(), 1);
}

#[tokio::test]
async fn giving_up_on_an_item_loses_nothing() {
    let files = format!("[{}]", but(FILE, json!({"fileId": "2"})));
    let permits = Arc::new(Semaphore::new(0));
    let held = Step::Held(permits.clone(), json("200 OK", &files));
    let server = Scripted::start([page(0..2), held]).await;
    let mut stream = client(&server).assets().list_files().limit(2).stream();
    stream.next().await.unwrap().unwrap();
    stream.next().await.unwrap().unwrap();
    for _ in 0..2 {
        tokio::select! {
            item = stream.next() => panic!("{item:?}"),
            () = until("a request", || server.requests().len() == 2) => {}
        }
    }
    // The request that was under way goes on.
    permits.add_permits(1);
    let last = stream.next().await.unwrap().unwrap();
    assert_eq!(last.file_id, "2");
    assert_eq!(server.requests().len(), 2);
}

#[test]
fn streams_can_be_sent_to_other_threads() {
    fn is_send<T: Send + Unpin>() {}
    is_send::<AssetStream<Asset>>();
    is_send::<AssetStream<File>>();
    is_send::<AssetStream<Folder>>();
}

#[tokio::test]
async fn a_stream_finds_every_upload_once() {
    let server = Server::builder().private_key("key").start().await.unwrap();
    let ik = ImageKit::builder()
        .private_key("key")
        .base_url(server.url())
        .build()
        .unwrap();
    for name in ["a.txt", "b.txt", "c.txt", "d.txt", "e.txt"] {
        let source = UploadSource::bytes(name, "x");
        ik.upload(source)
            .folder("/f/g")
            .use_unique_file_name(false)
            .await
            .unwrap();
    }
    for limit in [1, 2, 4, 5, 6] {
        let stream = ik.assets().list_files().path("/f/g").limit(limit).stream();
        let files: Vec<_> = stream.try_collect().await.unwrap();
        let names: Vec<_> = files.iter().map(|f| f.name.as_str()).collect();
        assert_eq!(names, ["a.txt", "b.txt", "c.txt", "d.txt", "e.txt"]);
    }
    let folders: Vec<_> = ik
        .assets()
        .list_folders()
        .stream()
        .try_collect()
        .await
        .unwrap();
    let paths: Vec<_> = folders.iter().map(|f| f.folder_path.as_str()).collect();
    assert_eq!(paths, ["/f", "/f/g"]);
}

#[tokio::test]
async fn refusals_of_the_server_have_their_kinds() {
    assert_errors(|ik| {
        let assets = ik.assets();
        vec![
            call(assets.list()),
            call(assets.list_files()),
            call(assets.list_folders()),
            call(assets.list_file_versions()),
        ]
    })
    .await;
}

#[tokio::test]
async fn bad_input_is_refused_before_the_request() {
    assert_refused(
        |ik| {
            let assets = ik.assets();
            vec![
                call(assets.list().limit(0)),
                call(assets.list_files().limit(1001)),
                call(assets.list_folders().limit(u64::MAX)),
                call(assets.list_file_versions().limit(0)),
                call(assets.list().tags([] as [&str; 0])),
                call(assets.list_files().tags(["a", "b\\"])),
                call(assets.list_folders().name("a\" OR private = true")),
                call(assets.list().name("a\n").search_query("a = 1").tags(["\""])),
                call(assets.list().name("a").search_query("(a = 1")),
                call(assets.list().name("a").kind("all")),
            ]
        },
        &[
            "limit: 0 is out of range; ask for 1 to 1000 results at a time",
            "limit: 1001 is out of range; ask for 1 to 1000 results at a time",
            "limit: 18446744073709551615 is out of range; ask for 1 to 1000 results at a time",
            "limit: 0 is out of range; ask for 1 to 1000 results at a time",
            "tags: `[]` is not a valid value of tags: the list is empty; give at least one value",
            "tags: `b\\\\` is not a valid value of tags: ImageKit documents no way to write '\\\\' in a search; search for a \
             part of the value without it",
            "name: `a\\\" OR private = true` is not a valid value of name: ImageKit documents no way to write '\"' in a search; \
             search for a part of the value without it",
            "name: `a\\n` is not a valid value of name: ImageKit documents no way to write '\\n' in a search; search for a part \
             of the value without it",
            "search_query: `(a = 1` is not a valid part of a search: it has a quote or a parenthesis that isn't closed; close \
             it",
            "kind: `all` has no effect on a search, which the server limits to files unless the search has a kind; give the \
             kind to `search_query`: `search::kind().is(..)` or `search::kind().one_of(..)`",
        ],
    )
    .await;
}

#[tokio::test]
async fn lists_are_sent_again() {
    assert_attempts(
        |ik| vec![call(ik.assets().list()), call(ik.assets().list_files())],
        3,
    )
    .await;
}
