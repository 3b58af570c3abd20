//! Searches and unknown operations on the server in process, through the client.

use imagekitio::{Asset, ErrorKind, ImageKit, RetryPolicy, UploadSource};
use imagekitio_testing::Server;

/// A server with files, and a client of it.
async fn library() -> (Server, ImageKit) {
    let server = Server::start().await.unwrap();
    let ik = ImageKit::builder()
        .private_key(server.private_key())
        .base_url(server.url())
        .retry(RetryPolicy::none())
        .build()
        .unwrap();
    for (path, tags, size, is_private) in [
        ("/a.jpg", &["red", "blue"][..], 2 << 20, false),
        ("/b.jpeg", &["red"], 1 << 20, true),
        ("/c/c.png", &["green"], 10, false),
        ("/c/d/red", &[], 20, true),
    ] {
        let (folder, name) = path.rsplit_once('/').unwrap();
        let source = UploadSource::bytes(name, vec![b'x'; size]);
        let upload = ik
            .upload(source)
            .folder(format!("{folder}/"))
            .tags(tags.iter().copied());
        upload
            .use_unique_file_name(false)
            .is_private_file(is_private)
            .await
            .unwrap();
    }
    (server, ik)
}

fn path(asset: &Asset) -> &str {
    match asset {
        Asset::File(file) => file.file_path.as_deref().unwrap(),
        Asset::Folder(folder) => folder.folder_path.as_deref().unwrap(),
        other => panic!("{other:?}"),
    }
}

/// What is between quotes in the recipe of the README.
fn recipe() -> &'static str {
    let readme = include_str!("../../README.md");
    let (_, recipe) = readme.split_once("Find files:").unwrap();
    let (_, query) = recipe.split_once("search_query(r#\"").unwrap();
    query.split_once("\"#)").unwrap().0
}

#[tokio::test]
async fn the_recipe_of_the_readme_finds_files() {
    let (_server, ik) = library().await;
    let query = recipe();
    assert!(query.contains(" AND "), "{query}");
    let page = ik
        .assets()
        .list()
        .search_query(query)
        .limit(50)
        .await
        .unwrap();
    assert_eq!(page.iter().map(path).collect::<Vec<_>>(), ["/a.jpg"]);
    let files = ik.assets().list_files().search_query(query).await.unwrap();
    assert_eq!(files.len(), 1);
    assert_eq!(files[0].size, Some((2u64 << 20).into()));
    let folders = ik
        .assets()
        .list_folders()
        .search_query(query)
        .await
        .unwrap();
    assert_eq!(folders.len(), 0);
}

#[tokio::test]
async fn searches_find_what_their_conditions_say() {
    let (_server, ik) = library().await;
    for (query, expected) in [
        (r#"name = "a.jpg""#, &["/a.jpg"][..]),
        (r#" name="A.jpg" "#, &[]),
        (
            r#"name NOT = "a.jpg""#,
            &["/b.jpeg", "/c/c.png", "/c/d/red"],
        ),
        (
            r#"name IN ["a.jpg","red" , "none"]"#,
            &["/a.jpg", "/c/d/red"],
        ),
        (r#"name NOT IN ["a.jpg","red"]"#, &["/b.jpeg", "/c/c.png"]),
        (r#"tags IN ["blue", "green"]"#, &["/a.jpg", "/c/c.png"]),
        (r#"tags NOT IN ["red"]"#, &["/c/c.png", "/c/d/red"]),
        (r#"path = "/c""#, &["/c/c.png"]),
        (r#"format = "jpg""#, &["/a.jpg", "/b.jpeg"]),
        ("size > 10 AND size < 1048577", &["/b.jpeg", "/c/d/red"]),
        (r#"size >= "1mb""#, &["/a.jpg", "/b.jpeg"]),
        (
            r#"size <= "1KB" OR size = 1048576"#,
            &["/b.jpeg", "/c/c.png", "/c/d/red"],
        ),
        ("private = true", &["/b.jpeg", "/c/d/red"]),
        (
            "private NOT = true AND published = true",
            &["/a.jpg", "/c/c.png"],
        ),
        ("width > 0", &[]),
        // AND binds stronger.
        (
            r#"name = "red" OR name = "a.jpg" AND size = 1"#,
            &["/c/d/red"],
        ),
        (
            r#"(name = "red" OR name = "a.jpg") AND size > 1"#,
            &["/a.jpg", "/c/d/red"],
        ),
        (r#"((name = "red"))"#, &["/c/d/red"]),
        // Files alone, unless it says otherwise.
        (r#"path IN ["/", "/c"]"#, &["/a.jpg", "/b.jpeg", "/c/c.png"]),
        (r#"type = "folder""#, &["/c", "/c/d"]),
        (
            r#"type IN ["file", "folder"] AND path = "/c""#,
            &["/c/c.png", "/c/d"],
        ),
        (r#"type NOT = "file" AND name = "d""#, &["/c/d"]),
    ] {
        let page = ik.assets().list().search_query(query).await;
        let page = page.unwrap_or_else(|error| panic!("{query}: {error}"));
        let mut found: Vec<_> = page.iter().map(path).collect();
        found.sort_unstable();
        assert_eq!(found, expected, "{query}");
    }
}

#[tokio::test]
async fn what_the_server_cannot_search_for_is_quoted() {
    let (_server, ik) = library().await;
    let deep = "(".repeat(10_000);
    for (query, part) in [
        (r#"name : "a""#, r#": "a""#),
        (r#"name = a"#, "a"),
        (r#"name = "a"#, r#""a"#),
        (r#"name = "a\b""#, r#""a\b""#),
        (r#"name < "a""#, r#"< "a""#),
        (r#"names = "a""#, r#"names = "a""#),
        (r#"tags HAS "a""#, r#"HAS "a""#),
        (r#"tags = "a""#, r#"= "a""#),
        ("tags EXISTS", "EXISTS"),
        (r#"createdAt > "7d""#, r#"createdAt > "7d""#),
        (r#""customMetadata.a" = 1"#, r#""customMetadata.a" = 1"#),
        (r#"name = "a" AND"#, "its end"),
        (r#"name = "a" name = "b""#, r#"name = "b""#),
        (r#"(name = "a""#, "its end"),
        (r#"name = "a")"#, ")"),
        (r#"name IN "a""#, r#""a""#),
        (r#"name IN ["a" "b"]"#, r#""b"]"#),
        (r#"size > "1gb""#, r#""1gb""#),
        ("size > -1", "-1"),
        ("size NOT > 1", "> 1"),
        ("size > 99999999999999999999", "99999999999999999999"),
        ("private = 1", "1"),
        ("AND", "AND"),
        (&deep, &deep[32..]),
    ] {
        let error = ik.assets().list().search_query(query).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::BadRequest, "{query}");
        let expected = format!(
            "This server doesn't know this searchQuery from here on: {part}. The documentation of imagekitio_testing says \
             what it knows."
        );
        assert_eq!(error.message(), Some(expected), "{query}");
    }
}

#[tokio::test]
async fn an_operation_that_the_server_does_not_implement_is_not_a_missing_file() {
    let (_server, ik) = library().await;
    let id = ik.assets().list_files().await.unwrap()[0]
        .file_id
        .clone()
        .unwrap();
    let errors = [
        ik.folders().delete("/x").await.map(drop).unwrap_err(),
        ik.folders().create("a", "/").await.map(drop).unwrap_err(),
        ik.folders().job("j1").await.map(drop).unwrap_err(),
        ik.files().copy("/a.jpg", "/c").await.map(drop).unwrap_err(),
        ik.files()
            .update(&id)
            .tags(["a"])
            .await
            .map(drop)
            .unwrap_err(),
        ik.files().versions(&id).list().await.map(drop).unwrap_err(),
        ik.files().metadata(&id).await.map(drop).unwrap_err(),
        ik.cache()
            .purge("https://a.b/c.jpg")
            .await
            .map(drop)
            .unwrap_err(),
        ik.accounts()
            .usage("2026-05-01", "2026-06-01")
            .await
            .map(drop)
            .unwrap_err(),
        ik.accounts().webhooks().list().await.map(drop).unwrap_err(),
        ik.custom_metadata_fields()
            .list()
            .await
            .map(drop)
            .unwrap_err(),
        ik.saved_extensions().get("e1").await.map(drop).unwrap_err(),
        ik.named_transformations()
            .delete("n1")
            .await
            .map(drop)
            .unwrap_err(),
        ik.files()
            .delete_many([&id])
            .await
            .unwrap()
            .into_result()
            .unwrap_err(),
    ];
    for error in errors {
        assert_eq!(error.status(), Some(501), "{error}");
        assert_eq!(error.kind(), ErrorKind::Server, "{error}");
        let message = error.message().unwrap();
        assert!(
            message.starts_with("This server doesn't implement "),
            "{message}"
        );
    }
    // Of operations that it knows, 404 means what it says.
    let unknown = [
        ik.files().get("f0").await.map(drop).unwrap_err(),
        ik.files().delete("f0").await.map(drop).unwrap_err(),
    ];
    for error in unknown {
        assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
    }
    assert_eq!(
        ik.files().get(&id).await.unwrap().tags,
        Some(vec!["red".to_owned(), "blue".to_owned()])
    );
}
