//! Searches and unknown operations on the in-process server, through the client.

use imagekitio::types::Asset;

use crate::account::{Account, answer, exact, text};
use imagekitio::{ErrorKind, ImageKit, RetryPolicy, UploadSource};
use imagekitio_testing::Server;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

/// A server with files, and its client.
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
        ("/b.JPEG", &["red"], 1 << 20, true),
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
        Asset::File(file) => &file.file_path,
        Asset::Folder(folder) => &folder.folder_path,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn the_query_of_the_readme_finds_files() {
    let (_server, ik) = library().await;
    let query = r#"tags IN ["red"] AND size > "1mb""#;
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
    assert_eq!(files[0].size, 2u64 << 20);
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
            &["/b.JPEG", "/c/c.png", "/c/d/red"],
        ),
        (
            r#"name IN ["a.jpg","red" , "none"]"#,
            &["/a.jpg", "/c/d/red"],
        ),
        (r#"name NOT IN ["a.jpg","red"]"#, &["/b.JPEG", "/c/c.png"]),
        (r#"tags IN ["blue", "green"]"#, &["/a.jpg", "/c/c.png"]),
        (r#"tags NOT IN ["red"]"#, &["/c/c.png", "/c/d/red"]),
        (r#"path = "/c""#, &["/c/c.png"]),
        (r#"format = "jpg""#, &["/a.jpg", "/b.JPEG"]),
        ("size > 10 AND size < 1048577", &["/b.JPEG", "/c/d/red"]),
        (r#"size >= "1mb""#, &["/a.jpg", "/b.JPEG"]),
        (
            r#"size <= "1KB" OR size = 1048576"#,
            &["/b.JPEG", "/c/c.png", "/c/d/red"],
        ),
        ("private = true", &["/b.JPEG", "/c/d/red"]),
        (
            "private = false AND published = true",
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
        // A query without a type finds files.
        (r#"path IN ["/", "/c"]"#, &["/a.jpg", "/b.JPEG", "/c/c.png"]),
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
async fn what_is_no_search_is_quoted() {
    let (_server, ik) = library().await;
    let deep = "(".repeat(10_000);
    for (query, part) in [
        (r#"name = a"#, "a"),
        (r#"name = "a"#, r#""a"#),
        (r#"name = "a\x""#, r#""a\x""#),
        (r#"name < "a""#, r#"< "a""#),
        (r#"names = "a""#, r#"names = "a""#),
        (r#"tags = "a""#, r#"= "a""#),
        (r#"name EXISTS"#, "EXISTS"),
        (r#"name NOT HAS "a""#, r#"NOT HAS "a""#),
        (r#"type = "image""#, r#""image""#),
        (r#"createdAt > "soon""#, r#""soon""#),
        (r#"createdAt > "1x""#, r#""1x""#),
        (r#"createdAt > "-1d""#, r#""-1d""#),
        (r#""customMetadata.a" = 1"#, r#""customMetadata.a" = 1"#),
        (
            r#""embeddedMetadata.Other" = "a""#,
            r#""embeddedMetadata.Other" = "a""#,
        ),
        (
            r#""embeddedMetadata.LocationTaken" = "1 2km""#,
            r#""1 2km""#,
        ),
        (r#"name = "a" AND"#, "its end"),
        (r#"name = "a" name = "b""#, r#"name = "b""#),
        (r#"(name = "a""#, "its end"),
        (r#"name = "a")"#, ")"),
        (r#"name IN "a""#, r#""a""#),
        (r#"name IN ["a" "b"]"#, r#""b"]"#),
        (r#"name IN []"#, "]"),
        (r#"size > "1tb""#, r#""1tb""#),
        ("size NOT > 1", "NOT > 1"),
        ("private NOT = true", "NOT = true"),
        ("width > ten", "ten"),
        ("width > inf", "inf"),
        ("private = 1", "1"),
        ("AND", "AND"),
        (&deep, &deep[32..]),
    ] {
        let error = ik.assets().list().search_query(query).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::BadRequest, "{query}");
        let expected = format!("The parameter searchQuery is invalid from here on: {part}");
        assert_eq!(error.message(), Some(expected.as_str()), "{query}");
    }
}

/// Files with custom metadata of all types, one of them with an older version.
async fn shop() -> Account {
    let account = Account::start().await;
    account.define("brand", json!({ "type": "Text" })).await;
    account.define("price", json!({ "type": "Number" })).await;
    account.define("made", json!({ "type": "Date" })).await;
    account.define("sale", json!({ "type": "Boolean" })).await;
    account
        .define(
            "size",
            json!({ "type": "MultiSelect", "selectOptions": ["S", "M"] }),
        )
        .await;
    for (folder, name, metadata) in [
        (
            "/shop",
            "red summer-dress.jpg",
            json!({ "brand": "Acme", "price": 9.5, "made": "2026-05-04" }),
        ),
        (
            "/shop/old",
            "Red_Shirt.jpg",
            json!({ "brand": "Ac \"x\"", "price": -1, "sale": true }),
        ),
        (
            "/shopping",
            "hat.png",
            json!({ "size": ["S", "M"], "made": "2026-05-04T10:00:00Z" }),
        ),
    ] {
        let form = exact(folder, name, b"x").text("customMetadata", metadata.to_string());
        assert_eq!(
            account.upload(form.text("tags", "big red,small")).await.0,
            StatusCode::OK
        );
    }
    account.store("/shopping", "hat.png", b"xy").await;
    account
}

#[tokio::test]
async fn the_whole_language_is_understood() {
    let account = shop().await;
    let [dress, shirt, hat] = [
        "/shop/red_summer-dress.jpg",
        "/shop/old/Red_Shirt.jpg",
        "/shopping/hat.png",
    ];
    let (_, list) = account.get("/v1/files").await;
    let id = text(&list[0], "fileId");
    let by_id = format!(r#"id = "{id}""#);
    let by_version = |kind: &str| format!(r#"type = "{kind}" AND name : "hat""#);
    for (query, expected) in [
        (r#"name : "red""#, &[dress][..]),
        (r#"name HAS "RED dre""#, &[dress]),
        (r#"name HAS "red""#, &[dress, shirt]),
        (r#"name HAS "dre red""#, &[]),
        (r#"name HAS "red" AND name HAS "shirt""#, &[shirt]),
        (r#"path : "/shop""#, &[dress, shirt]),
        (r#"path = "/shop""#, &[dress]),
        (r#"path NOT IN ["/shop", "/shopping"]"#, &[shirt]),
        (r#"tags HAS "big""#, &[dress, shirt]),
        (r#"tags HAS "small bi""#, &[dress, shirt]),
        ("tags EXISTS", &[dress, shirt]),
        ("tags NOT EXISTS", &[hat]),
        (
            r#"createdAt > "1h" AND updatedAt >= "2d""#,
            &[dress, shirt, hat],
        ),
        (
            r#"createdAt < "3w" OR createdAt < "4m" OR createdAt < "1y""#,
            &[],
        ),
        (
            r#"createdAt > "2020-01-01" AND createdAt < "2999-12-31T23:59:59Z""#,
            &[dress, shirt, hat],
        ),
        // In UTC without an offset.
        (
            r#""customMetadata.made" <= "2026-05-04T00:00:00""#,
            &[dress],
        ),
        (r#""customMetadata.made" < "2026-05-04T00:00:00""#, &[]),
        (&by_id, &[dress]),
        (r#"createdBy = "a@b.c""#, &[]),
        (r#"format IN ["png", "gif"]"#, &[hat]),
        (r#""customMetadata.brand" = "Acme""#, &[dress]),
        (r#""customMetadata.brand" : "Ac""#, &[dress, shirt]),
        (r#""customMetadata.brand" = "Ac \"x\"""#, &[shirt]),
        (r#""customMetadata.brand" IN ["Acme", "Other"]"#, &[dress]),
        (r#""customMetadata.brand" HAS "ACME""#, &[dress]),
        (r#""customMetadata.price" > 5"#, &[dress]),
        (r#""customMetadata.price" <= -0.5"#, &[shirt]),
        (r#""customMetadata.price" NOT EXISTS"#, &[hat]),
        (r#""customMetadata.made" >= "2026-05-04""#, &[dress]),
        (r#""customMetadata.sale" = true"#, &[shirt]),
        (r#""customMetadata.size" EXISTS"#, &[]),
        (
            r#"type = "file-version" AND "customMetadata.size" IN ["M"]"#,
            &[hat],
        ),
        (&by_version("file"), &[hat]),
        (&by_version("file-version"), &[hat]),
        (r#"type = "folder" AND path : "/shop""#, &["/shop/old"]),
        ("transparency = false", &[]),
        (
            r#""embeddedMetadata.Keywords" NOT EXISTS"#,
            &[dress, shirt, hat],
        ),
        (r#""embeddedMetadata.DateTimeOriginal" > "1y""#, &[]),
        (r#""embeddedMetadata.LocationTaken" : "48.1,11.5 5km""#, &[]),
    ] {
        let request = account
            .api(Method::GET, "/v1/files")
            .query(&[("searchQuery", query)]);
        let (status, list) = answer(request).await;
        assert_eq!(status, 200, "{query}: {list}");
        let path = |asset: &Value| {
            asset
                .get("filePath")
                .or(asset.get("folderPath"))
                .unwrap()
                .clone()
        };
        let found: Vec<_> = list.as_array().unwrap().iter().map(path).collect();
        assert_eq!(json!(found), json!(expected), "{query}");
    }
}

#[tokio::test]
async fn lists_are_sorted_by_all_keys() {
    let account = shop().await;
    let [dress, shirt, hat] = [
        "/shop/red_summer-dress.jpg",
        "/shop/old/Red_Shirt.jpg",
        "/shopping/hat.png",
    ];
    for (sort, expected) in [
        ("ASC_NAME", [shirt, hat, dress]),
        ("DESC_NAME", [dress, hat, shirt]),
        ("DESC_CREATED", [hat, shirt, dress]),
        ("DESC_UPDATED", [hat, shirt, dress]),
        ("DESC_SIZE", [hat, dress, shirt]),
        ("ASC_WIDTH", [dress, shirt, hat]),
        ("DESC_HEIGHT", [dress, shirt, hat]),
        ("DESC_DURATION", [dress, shirt, hat]),
        ("ASC_ORIGINAL_CREATION_DATE", [dress, shirt, hat]),
    ] {
        assert_eq!(
            account.paths(&format!("sort={sort}")).await,
            expected,
            "{sort}"
        );
    }
    // The file with the fewest other words in its name comes first.
    let query = [
        ("searchQuery", r#"name HAS "red""#),
        ("sort", "ASC_RELEVANCE"),
    ];
    let (_, list) = answer(account.api(Method::GET, "/v1/files").query(&query)).await;
    assert_eq!(
        json!([list[0]["filePath"], list[1]["filePath"]]),
        json!([dress, shirt])
    );
    let query = [
        ("searchQuery", r#"name HAS "red""#),
        ("sort", "DESC_RELEVANCE"),
    ];
    let (_, list) = answer(account.api(Method::GET, "/v1/files").query(&query)).await;
    assert_eq!(
        json!([list[0]["filePath"], list[1]["filePath"]]),
        json!([shirt, dress])
    );
}
