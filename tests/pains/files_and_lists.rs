//! Files, lists and searches.

use futures_util::TryStreamExt;
use imagekitio::types::{File, Folder};
use imagekitio::{ErrorKind, ImageKit, UploadSource, search};
use imagekitio_testing::Server;
use serde_json::json;
use support::calls::{answering, client};
use support::uploads::in_process;
use support::{FILE, FOLDER, Scripted, but, json as reply_json};

fn lines(server: &Scripted) -> Vec<String> {
    server
        .requests()
        .into_iter()
        .map(|request| request.line)
        .collect()
}

/// A server in process with these files, and a client with its endpoint.
async fn stored(paths: &[&str]) -> (Server, ImageKit) {
    let (server, ik) = in_process().await;
    for path in paths {
        let (folder, name) = path.rsplit_once('/').unwrap();
        let upload = ik
            .upload(UploadSource::bytes(name, path.to_string()))
            .folder(format!("{folder}/"));
        upload.use_unique_file_name(false).await.unwrap();
    }
    (server, ik)
}

fn names(files: &[File]) -> Vec<&str> {
    files.iter().map(|file| file.name.as_str()).collect()
}

/// imagekit-nodejs#71, strapi-provider-upload-imagekit#23: A path, an empty string or `undefined`
/// is sent as the id of a file, and the answer is hard to understand.
///
/// What can't be an id is refused before the request, and a path is referred to `find`.
#[tokio::test]
async fn a_path_is_not_sent_as_an_id() {
    let (server, ik) = answering("200 OK", FILE).await;
    for id in [
        "",
        " ",
        "/folder/a.jpg",
        "folder/a.jpg",
        "undefined",
        "null",
        "..",
    ] {
        for error in [
            ik.files().delete(id).await.unwrap_err(),
            ik.files().get(id).await.unwrap_err(),
            ik.files().update(id).tags(["a"]).await.unwrap_err(),
        ] {
            assert_eq!(
                (error.kind(), error.argument()),
                (ErrorKind::InvalidInput, Some("file_id")),
                "{id:?}"
            );
        }
    }
    let error = ik.files().delete("/folder/a.jpg").await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "file_id: `/folder/a.jpg` is not a valid id: it is a path; give the id that ImageKit assigned; to search for the file by its path or URL, use `files().find(\"/folder/name.jpg\")`"
    );
    assert_eq!(server.requests(), []);
}

/// imagekit-nodejs#52, imagekit-nodejs#74: With the path or the URL of a file, without its id,
/// users can't get its details or delete it.
///
/// `find` returns the file at a path or a URL, with one request.
#[tokio::test]
async fn a_file_is_found_by_its_path_or_url() {
    let (server, ik) = stored(&["/shoes/a.jpg", "/a.jpg", "/shoes/a.jpg.bak"]).await;
    let url = ik
        .url("/shoes/a.jpg")
        .transform(imagekitio::Transformation::new().width(5))
        .build()
        .unwrap();
    for place in ["/shoes/a.jpg", "shoes/a.jpg", &url] {
        let before = server.requests().len();
        let found = ik.files().find(place).await.unwrap();
        let file = found.as_ref().unwrap();
        assert_eq!(file.file_path, "/shoes/a.jpg");
        assert_eq!(server.requests().len(), before + 1);
    }
    let file = ik.files().find(url).await.unwrap().into_inner().unwrap();
    ik.files().delete(file.file_id).await.unwrap();
    assert_eq!(*ik.files().find("/shoes/a.jpg").await.unwrap(), None);
    let left = ik.assets().list_files().await.unwrap();
    assert_eq!(names(&left), ["a.jpg", "a.jpg.bak"]);
}

/// imagekit-nodejs#99, imagekit-nodejs#140, imagekit-nodejs#6, imagekit-javascript#75: How a file
/// or a folder is deleted can't be found in the SDK.
///
/// `files().delete(id)` and `folders().delete(path)` delete them, and `delete_many` several files.
#[tokio::test]
async fn files_and_folders_are_deleted() {
    let (_server, ik) = stored(&["/a.txt", "/b.txt", "/c.txt", "/d/e.txt"]).await;
    let files = ik.assets().list_files().await.unwrap();
    let id = |name: &str| {
        let file = files.iter().find(|file| file.name == name);
        file.unwrap().file_id.clone()
    };
    ik.files().delete(id("a.txt")).await.unwrap();
    let deleted = ik
        .files()
        .delete_many([id("b.txt"), id("c.txt")])
        .await
        .unwrap();
    assert_eq!(deleted.succeeded, [id("b.txt"), id("c.txt")]);
    ik.folders().delete("/d").await.unwrap();
    assert_eq!(ik.assets().list().kind("all").await.unwrap().len(), 0);
}

/// altis-cloud@9feb168: A URL with blanks or diacritics is purged in another form than the one that
/// is delivered, so the cache keeps it.
///
/// It is sent as it is given, and `url` writes it as it is delivered.
#[tokio::test]
async fn a_purged_url_is_the_delivered_one() {
    let (server, ik) = answering("201 Created", r#"{"requestId":"p1"}"#).await;
    let url = crate::urls().url("/a b é.jpg").build().unwrap();
    assert_eq!(url, "https://ik.imagekit.io/demo/a%20b%20%C3%A9.jpg");
    ik.cache().purge(&url).await.unwrap();
    assert_eq!(server.request().text(), json!({"url": url}).to_string());
}

/// stormpath-sdk-java#640, stripe-python#671, netbox#3693: Deleting what a list returns while it is
/// read skips items, because the next page starts too late.
///
/// The documentation of `stream` shows the way: the stream is taken to its end first.
#[tokio::test]
async fn all_of_a_list_can_be_deleted() {
    let paths: Vec<String> = (0..30)
        .map(|number| format!("/drafts/{number}.txt"))
        .collect();
    let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
    let (_server, ik) = stored(&paths).await;
    let files = ik.assets().list_files().path("/drafts").limit(10).stream();
    let files: Vec<File> = files.try_collect().await.unwrap();
    let deleted = ik
        .files()
        .delete_many(files.into_iter().map(|file| file.file_id))
        .await
        .unwrap();
    assert_eq!((deleted.succeeded.len(), deleted.failed.len()), (30, 0));
    assert_eq!(ik.assets().list_files().await.unwrap().len(), 0);
}

/// apify-client-js#979: A list ends at a page that is shorter than asked for, although more
/// follows.
///
/// Only an empty page ends it, and the next page starts behind what came.
#[tokio::test]
async fn a_short_page_does_not_end_a_list() {
    let page = |ids: &[&str]| {
        let files: Vec<String> = ids
            .iter()
            .map(|id| but(FILE, json!({"fileId": id})))
            .collect();
        support::Step::Reply(reply_json("200 OK", &format!("[{}]", files.join(","))))
    };
    let server = Scripted::start([
        page(&["1", "2"]),
        page(&["3"]),
        page(&["4", "5"]),
        page(&[]),
    ])
    .await;
    let files = client(&server).assets().list_files().limit(2).stream();
    let files: Vec<File> = files.try_collect().await.unwrap();
    let ids: Vec<_> = files.iter().map(|file| file.file_id.as_str()).collect();
    assert_eq!(ids, ["1", "2", "3", "4", "5"]);
    assert_eq!(
        lines(&server),
        [
            "GET /v1/files?limit=2&type=file",
            "GET /v1/files?limit=2&skip=2&type=file",
            "GET /v1/files?limit=2&skip=3&type=file",
            "GET /v1/files?limit=2&skip=5&type=file",
        ]
    );
}

/// langsmith-sdk#760: A limit above that of the server is accepted, and fewer results come back.
///
/// It is refused with the range.
#[tokio::test]
async fn a_limit_that_the_server_would_cut_is_refused() {
    let (server, ik) = answering("200 OK", "[]").await;
    for limit in [0, 1001, 5000] {
        let error = ik.assets().list_files().limit(limit).await.unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("limit: {limit} is out of range; ask for 1 to 1000 results at a time")
        );
    }
    assert_eq!(server.requests(), []);
}

/// imagekit-python#32, imagekit-nodejs#2: Options of a list are ignored: 1000 files come back,
/// whatever `skip` and `limit` say.
///
/// Each option is sent, in the query.
#[tokio::test]
async fn options_of_lists_are_sent() {
    let (server, ik) = answering("200 OK", "[]").await;
    let assets = ik.assets();
    assets.list_files().skip(1000).limit(10).await.unwrap();
    assets
        .list_files()
        .path("/a b/ü")
        .sort("DESC_CREATED")
        .file_type("image")
        .await
        .unwrap();
    assert_eq!(
        lines(&server),
        [
            "GET /v1/files?limit=10&skip=1000&type=file",
            "GET /v1/files?fileType=image&path=%2Fa+b%2F%C3%BC&sort=DESC_CREATED&type=file",
        ]
    );
    assert!(
        server
            .requests()
            .iter()
            .all(|request| request.body.is_empty())
    );
}

/// imagekit-nodejs#50: Tags given as a list make the list of files fail.
///
/// `tags` takes a list, and writes a condition that the server reads.
#[tokio::test]
async fn a_list_takes_several_tags() {
    let (_server, ik) = in_process().await;
    for (name, tags) in [
        ("a.txt", ["red", "new"]),
        ("b.txt", ["blue", "new"]),
        ("c.txt", ["green", "old"]),
    ] {
        let upload = ik.upload(UploadSource::bytes(name, "x")).tags(tags);
        upload.use_unique_file_name(false).await.unwrap();
    }
    let files = ik
        .assets()
        .list_files()
        .tags(["red", "blue"])
        .await
        .unwrap();
    assert_eq!(names(&files), ["a.txt", "b.txt"]);
    let files = ik
        .assets()
        .list_files()
        .tags(vec!["old".to_owned()])
        .await
        .unwrap();
    assert_eq!(names(&files), ["c.txt"]);
}

/// imagekit-nodejs#114: Files can't be listed by their name any more, and a list of folders returns
/// a union that has to be taken apart.
///
/// `name` is a setter, and a list of one kind returns one type.
#[tokio::test]
async fn a_list_of_one_kind_has_one_type() {
    let (_server, ik) = stored(&["/a.txt", "/d/a.txt", "/d/b.txt"]).await;
    let files: Vec<File> = ik
        .assets()
        .list_files()
        .name("a.txt")
        .await
        .unwrap()
        .into_inner();
    let paths: Vec<_> = files.iter().map(|file| file.file_path.as_str()).collect();
    assert_eq!(paths, ["/a.txt", "/d/a.txt"]);
    let folders: Vec<Folder> = ik.assets().list_folders().await.unwrap().into_inner();
    let paths: Vec<_> = folders
        .iter()
        .map(|folder| folder.folder_path.as_str())
        .collect();
    assert_eq!(paths, ["/d"]);
}

/// imagekit-python#70: There is no way to list the folders in a folder.
///
/// `list_folders` with `path` lists them.
#[tokio::test]
async fn folders_of_a_folder_are_listed() {
    let (_server, ik) = stored(&["/a/b/c.txt", "/a/d/e.txt", "/f/g.txt"]).await;
    let folders = ik.assets().list_folders().path("/a").await.unwrap();
    let paths: Vec<_> = folders
        .iter()
        .map(|folder| folder.folder_path.as_str())
        .collect();
    assert_eq!(paths, ["/a/b", "/a/d"]);
    let (server, ik) = answering("200 OK", &format!("[{FOLDER}]")).await;
    ik.assets().list_folders().path("/a").await.unwrap();
    assert_eq!(lines(&server), ["GET /v1/files?path=%2Fa&type=folder"]);
}

/// imagekit-dotnet#29: Searches are strings that users put together, and a quote in a name changes
/// their meaning.
///
/// The module `search` writes and quotes them. What the language can't quote is refused.
#[tokio::test]
async fn searches_are_quoted() {
    let query = (search::name().starts_with("it's \u{201c}a")
        | search::tags().one_of(["x\", \"y", "z"]))
    .build();
    let error = query.unwrap_err();
    assert_eq!(
        (error.kind(), error.argument()),
        (ErrorKind::InvalidInput, Some("search_query"))
    );
    let query = search::name().starts_with("it's (a) AND") & !search::tags().one_of(["x, y", "z"]);
    assert_eq!(
        query.build().unwrap(),
        r#"name : "it's (a) AND" AND tags NOT IN ["x, y", "z"]"#
    );
}

/// plugin-cloud-storage#32: Code that uses the SDK can't be tested without an account.
///
/// `imagekitio-testing` is a server in the process, which also answers searches of each list.
#[tokio::test]
async fn code_is_tested_without_an_account() {
    let (_server, ik) = stored(&["/a.jpg", "/d/a.jpg", "/b.jpg"]).await;
    for query in [
        search::name().is("a.jpg").into(),
        search::Search::raw(r#"name = "a.jpg""#),
    ] {
        let files = ik
            .assets()
            .list_files()
            .search_query(query.clone())
            .await
            .unwrap();
        assert_eq!(names(&files), ["a.jpg", "a.jpg"]);
        let first = ik
            .assets()
            .list_files()
            .search_query(query)
            .limit(1)
            .await
            .unwrap();
        assert_eq!(first.len(), 1);
    }
    let body = reqwest::get(ik.url("/d/a.jpg").build().unwrap())
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    assert_eq!(body, "/d/a.jpg");
}
