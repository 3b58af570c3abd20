//! The in-process ImageKit server, over HTTP.

use std::time::Duration;

use crate::account::{Account, PRIVATE_KEY, exact, file, read, refusal, text};
use imagekitio_testing::Server;
use reqwest::multipart::{Form, Part};
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// The beginning of a PNG, with its size: 300 by 200 pixels.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\x01\x2c\0\0\0\xc8\x08\x06\0\0\0";

/// `PNG` in base64.
const PNG_BASE64: &str = "iVBORw0KGgoAAAANSUhEUgAAASwAAADICAYAAAA=";

impl Account {
    async fn deliver(&self, target: &str) -> Response {
        self.client
            .get(format!("{}/{target}", self.server.url_endpoint()))
            .send()
            .await
            .unwrap()
    }
}

fn header<'a>(response: &'a Response, name: &str) -> Option<&'a str> {
    response
        .headers()
        .get(name)
        .map(|value| value.to_str().unwrap())
}

#[tokio::test]
async fn every_server_has_its_own_address_and_keys() {
    let [a, b] = [
        Server::start().await.unwrap(),
        Server::start().await.unwrap(),
    ];
    assert_ne!(a.url(), b.url());
    assert_ne!(a.private_key(), b.private_key());
    assert_ne!(a.public_key(), b.public_key());
    assert!(a.url().starts_with("http://127.0.0.1:"), "{}", a.url());
    assert_eq!(a.url_endpoint(), format!("{}/demo", a.url()));
    assert!(
        a.private_key().starts_with("private_test_"),
        "{}",
        a.private_key()
    );
    assert!(
        a.public_key().starts_with("public_test_"),
        "{}",
        a.public_key()
    );
}

#[tokio::test]
async fn keys_can_be_chosen_and_are_not_shown() {
    let builder = Server::builder()
        .private_key("private_mine")
        .public_key("public_mine");
    assert_eq!(format!("{builder:?}"), "ServerBuilder { .. }");
    let server = builder.start().await.unwrap();
    assert_eq!(
        (server.private_key(), server.public_key()),
        ("private_mine", "public_mine")
    );
    assert_eq!(
        format!("{server:?}"),
        format!("Server {{ url: {:?}, .. }}", server.url())
    );
}

#[test]
fn starting_outside_a_runtime_is_an_error() {
    let mut start = std::pin::pin!(Server::start());
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    let std::task::Poll::Ready(result) = start.as_mut().poll(&mut context) else {
        panic!("nothing to wait for");
    };
    assert!(result.is_err());
}

#[tokio::test]
async fn replies_carry_their_headers() {
    let account = Account::start().await;
    account.store("/", "a.png", PNG).await;
    let mut ids = std::collections::BTreeSet::new();
    for (method, path, status, is_api) in [
        (Method::GET, "/v1/files", 200, true),
        (Method::GET, "/v1/files/none/details", 404, true),
        (Method::PATCH, "/v1/files", 405, true),
        (Method::GET, "/v1/unknown", 501, true),
        (Method::POST, "/api/v1/files/upload", 400, false),
        (Method::GET, "/demo/a.png", 200, false),
        (Method::HEAD, "/demo/a.png", 200, false),
        (Method::GET, "/demo/none.png", 404, false),
        (Method::GET, "/", 501, false),
    ] {
        let response = account.api(method, path).send().await.unwrap();
        assert_eq!(response.status().as_u16(), status, "{path}");
        let id = header(&response, "x-ik-requestId").unwrap();
        assert_eq!(id.len(), 36, "{path}: {id}");
        assert!(ids.insert(id.to_owned()), "{path}: {id} is there again");
        let limits = [
            "X-RateLimit-Limit",
            "X-RateLimit-Interval",
            "X-RateLimit-Reset",
        ]
        .map(|name| header(&response, name));
        let expected = if is_api {
            [Some("100"), Some("1000"), Some("0")]
        } else {
            [None, None, None]
        };
        assert_eq!(limits, expected, "{path}");
    }
}

#[tokio::test]
async fn api_and_uploads_want_the_private_key() {
    let account = Account::start().await;
    let wrong_key = "The private key is not that of this server.";
    let malformed = "The Authorization header is not well-formed HTTP Basic.";
    for (authorization, message) in [
        (
            None,
            "The request has no Authorization header. Send the private key as the user of HTTP Basic.",
        ),
        (Some("Bearer private_fixed"), malformed),
        (Some("Basic"), malformed),
        (Some("Basic ***"), malformed),
        // private_fixed
        (Some("Basic cHJpdmF0ZV9maXhlZA=="), wrong_key),
        // private_fixed_not:
        (Some("Basic cHJpdmF0ZV9maXhlZF9ub3Q6"), wrong_key),
        // other:
        (Some("Basic b3RoZXI6"), wrong_key),
    ] {
        for (method, path) in [
            (Method::GET, "/v1/files"),
            (Method::GET, "/v1/files/x/details"),
            (Method::DELETE, "/v1/files/x"),
            (Method::POST, "/api/v1/files/upload"),
            (Method::POST, "/api/v2/files/upload"),
        ] {
            // Without the header, uploads may have credentials in the form.
            if authorization.is_none() && method == Method::POST {
                continue;
            }
            let mut request = account
                .client
                .request(method, format!("{}{path}", account.server.url()));
            if let Some(value) = authorization {
                request = request.header("authorization", value);
            }
            let reply = read(request).await;
            let expected = (StatusCode::UNAUTHORIZED, refusal(message));
            assert_eq!(reply, expected, "{authorization:?} {path}");
        }
    }
    // The password doesn't matter: private_fixed: and private_fixed:do_not_set
    for authorization in [
        "basic cHJpdmF0ZV9maXhlZDo=",
        "Basic cHJpdmF0ZV9maXhlZDpkb19ub3Rfc2V0",
    ] {
        let request = account
            .client
            .get(format!("{}/v1/files", account.server.url()))
            .header("authorization", authorization);
        assert_eq!(read(request).await, (StatusCode::OK, json!([])));
    }
}

#[tokio::test]
async fn unknown_routes_and_methods_are_refused() {
    let account = Account::start().await;
    for path in [
        "/",
        "/v1",
        "/v1/files/x/other",
        "/v1/files//details",
        "/api/v3/files/upload",
        "/demo2/a.png",
    ] {
        // This needs no key.
        let reply = read(
            account
                .client
                .get(format!("{}{path}", account.server.url())),
        )
        .await;
        let expected = refusal(&format!("This server doesn't implement GET {path}."));
        assert_eq!(reply, (StatusCode::NOT_IMPLEMENTED, expected));
    }

    for (method, path, allow) in [
        (Method::PUT, "/v1/files", "GET"),
        (Method::GET, "/v1/files/x", "DELETE"),
        (Method::PUT, "/v1/files/x/details", "GET, PATCH"),
        (Method::GET, "/api/v1/files/upload", "POST"),
        (Method::GET, "/api/v2/files/upload", "POST"),
        (Method::POST, "/demo/a.png", "GET, HEAD"),
    ] {
        let response = account.api(method.clone(), path).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED, "{path}");
        assert_eq!(header(&response, "allow"), Some(allow), "{path}");
        let expected = refusal(&format!("This server answers {allow} here, not {method}."));
        assert_eq!(response.json::<Value>().await.unwrap(), expected);
    }
}

#[tokio::test]
async fn an_upload_is_described_in_full() {
    let account = Account::start().await;
    account.define("brand", json!({ "type": "Text" })).await;
    let sizes = json!({ "type": "MultiSelect", "selectOptions": ["S", "M"] });
    account.define("sizes", sizes).await;
    account.define("price", json!({ "type": "Number" })).await;
    let form = exact("products//summer sale/", "t-shirt.png", PNG)
        .text("tags", "red, round-neck,,é")
        .text("isPrivateFile", "true")
        .text("isPublished", "false")
        .text("customCoordinates", "10,20,100,50")
        .text("customMetadata", r#"{"brand":"Acme","sizes":["S","M"],"price":9.5}"#)
        .text("description", "A shirt.")
        .text(
            "responseFields",
            "tags,customCoordinates,isPrivateFile,embeddedMetadata,isPublished,customMetadata,metadata,selectedFieldsSchema",
        )
        .text("overwriteFile", "true")
        .text("overwriteTags", "false")
        .text("overwriteAITags", "false")
        .text("overwriteCustomMetadata", "false")
        .text("extensions", r#"[{"name":"remove-bg"}]"#)
        .text("transformation", r#"{"pre":"w-100"}"#)
        .text("webhookUrl", "https://example.com/hook")
        .text("checks", r#""file.size" < "1mb""#);
    let (status, upload) = account.upload(form).await;
    let endpoint = account.server.url_endpoint();
    let (file_id, version_id) = (
        upload["fileId"].clone(),
        upload["versionInfo"]["id"].clone(),
    );
    assert_eq!(
        (
            file_id.as_str().unwrap().len(),
            version_id.as_str().unwrap().len()
        ),
        (32, 32)
    );
    let expected = json!({
        "fileId": file_id,
        "name": "t-shirt.png",
        "filePath": "/products/summer sale/t-shirt.png",
        "url": format!("{endpoint}/products/summer%20sale/t-shirt.png"),
        "thumbnailUrl": format!("{endpoint}/tr:n-ik_ml_thumbnail/products/summer%20sale/t-shirt.png"),
        "width": 300,
        "height": 200,
        "size": PNG.len(),
        "fileType": "image",
        "versionInfo": { "id": version_id, "name": "Version 1" },
        "tags": ["red", "round-neck", "é"],
        "AITags": null,
        "isPrivateFile": true,
        "isPublished": false,
        "customCoordinates": "10,20,100,50",
        "customMetadata": { "brand": "Acme", "sizes": ["S", "M"], "price": 9.5 },
        "description": "A shirt.",
        "embeddedMetadata": {},
        "metadata": {
            "size": PNG.len(), "format": "png", "width": 300, "height": 200, "hasTransparency": true, "exif": {},
        },
        "selectedFieldsSchema": {
            "brand": { "type": "Text" },
            "sizes": { "type": "MultiSelect", "selectOptions": ["S", "M"] },
            "price": { "type": "Number" },
        },
        "extensionStatus": { "remove-bg": "pending" },
    });
    assert_eq!((status, upload), (StatusCode::OK, expected));

    let path = format!("/v1/files/{}/details", file_id.as_str().unwrap());
    let (status, details) = read(account.api(Method::GET, &path)).await;
    let created = details["createdAt"].clone();
    let form = created
        .as_str()
        .unwrap()
        .bytes()
        .map(|b| if b.is_ascii_digit() { b'0' } else { b });
    assert_eq!(
        form.collect::<Vec<_>>(),
        b"0000-00-00T00:00:00.000Z",
        "{created}"
    );
    let expected = json!({
        "type": "file",
        "fileId": file_id,
        "name": "t-shirt.png",
        "filePath": "/products/summer sale/t-shirt.png",
        "url": format!("{endpoint}/products/summer%20sale/t-shirt.png"),
        "thumbnail": format!("{endpoint}/tr:n-ik_ml_thumbnail/products/summer%20sale/t-shirt.png"),
        "width": 300,
        "height": 200,
        "size": PNG.len(),
        "fileType": "image",
        "hasAlpha": true,
        "mime": "image/png",
        "versionInfo": { "id": version_id, "name": "Version 1" },
        "tags": ["red", "round-neck", "é"],
        "AITags": null,
        "isPrivateFile": true,
        "isPublished": false,
        "customCoordinates": "10,20,100,50",
        "customMetadata": { "brand": "Acme", "sizes": ["S", "M"], "price": 9.5 },
        "description": "A shirt.",
        "createdAt": created,
        "updatedAt": created,
    });
    assert_eq!((status, &details), (StatusCode::OK, &expected));
    let listed = read(account.api(Method::GET, "/v1/files")).await;
    assert_eq!(listed, (StatusCode::OK, json!([expected])));
}

#[tokio::test]
async fn both_versions_of_uploads_do_the_same() {
    let account = Account::start().await;
    let form = || {
        exact("/", "a.png", PNG)
            .text("tags", "red")
            .text("description", "A shirt.")
            .text("responseFields", "isPublished")
    };
    let (status, first) = account.upload(form()).await;
    assert_eq!(status, StatusCode::OK, "{first}");
    let v2 = account.api(Method::POST, "/api/v2/files/upload");
    let (status, second) = read(v2.multipart(form())).await;
    let mut expected = first.clone();
    expected["versionInfo"] = json!({ "id": second["versionInfo"]["id"], "name": "Version 2" });
    assert_eq!((status, second), (StatusCode::OK, expected));

    let refused = account.api(Method::POST, "/api/v2/files/upload");
    let reply = read(refused.multipart(file(PNG))).await;
    let expected = refusal("The upload field fileName is required.");
    assert_eq!(reply, (StatusCode::BAD_REQUEST, expected));
}

#[tokio::test]
async fn an_upload_needs_only_a_file_and_its_name() {
    let account = Account::start().await;
    let form = file(b"hello")
        .text("fileName", "my notes/ü.txt")
        .text("tags", "");
    let (status, upload) = account.upload(form).await;
    let name = upload["name"].as_str().unwrap().to_owned();
    let suffix = name
        .strip_prefix("my_notes___")
        .unwrap()
        .strip_suffix(".txt")
        .unwrap();
    assert!(
        suffix.len() == 12 && suffix.bytes().all(|b| b.is_ascii_hexdigit()),
        "{name}"
    );
    let endpoint = account.server.url_endpoint();
    let expected = json!({
        "fileId": upload["fileId"],
        "name": name,
        "filePath": format!("/{name}"),
        "url": format!("{endpoint}/{name}"),
        "thumbnailUrl": format!("{endpoint}/tr:n-ik_ml_thumbnail/{name}"),
        "size": 5,
        "fileType": "non-image",
        "versionInfo": { "id": upload["versionInfo"]["id"], "name": "Version 1" },
        "tags": null,
        "AITags": null,
    });
    assert_eq!((status, &upload), (StatusCode::OK, &expected));

    let (_, hidden) = account.upload(file(b"").text("fileName", ".env")).await;
    let name = hidden["name"].as_str().unwrap();
    assert!(name.starts_with(".env_") && name.len() == 17, "{name}");

    let (_, again) = account
        .upload(file(b"hello").text("fileName", "my notes/ü.txt"))
        .await;
    assert_ne!(upload["fileId"], again["fileId"]);
    assert_ne!(upload["name"], again["name"]);
}

#[tokio::test]
async fn an_upload_is_an_image_by_its_bytes_too() {
    let account = Account::start().await;
    let upload = account.store("/", "picture", PNG).await;
    assert_eq!(
        json!([upload["fileType"], upload["width"]]),
        json!(["image", 300])
    );
    let jpeg = include_bytes!("../../../examples/quickstart.jpg");
    let upload = account.store("/", "photo", jpeg).await;
    let seen = json!([upload["fileType"], upload["width"], upload["height"]]);
    assert_eq!(seen, json!(["image", 1200, 800]));
    let upload = account.store("/", "drawing.svg", b"<svg/>").await;
    assert_eq!(
        json!([upload["fileType"], upload.get("width")]),
        json!(["image", null])
    );
}

#[tokio::test]
async fn a_file_can_come_as_text() {
    let account = Account::start().await;
    account.store("/", "source.png", PNG).await;
    let endpoint = account.server.url_endpoint();
    let private = exact("docs", "secret.png", PNG).text("isPrivateFile", "true");
    assert_eq!(account.upload(private).await.0, StatusCode::OK);
    for (index, file) in [
        PNG_BASE64.to_owned(),
        format!("data:image/png;base64,{PNG_BASE64}"),
        format!("DATA:;name=a;BASE64,{PNG_BASE64}"),
        format!("{endpoint}/source.png"),
        format!("{endpoint}/tr:w-100/source.png?version=1#fragment"),
        format!("{endpoint}/docs/secret.png?ik-s=4940be9c24bac3d19ce6fd410ef44492e17e6339"),
    ]
    .into_iter()
    .enumerate()
    {
        let name = format!("{index}.png");
        let form = Form::new()
            .text("file", file.clone())
            .text("fileName", name.clone())
            .text("useUniqueFileName", "false");
        let (status, upload) = account.upload(form).await;
        assert_eq!(
            (status, &upload["size"]),
            (StatusCode::OK, &json!(PNG.len())),
            "{file}"
        );
        assert_eq!(
            account.deliver(&name).await.bytes().await.unwrap(),
            PNG,
            "{file}"
        );
    }

    let no_internet = "The URL in the upload field file can't be read: \
                       this server fetches from this machine only, not from the internet.";
    let unreadable = "The upload field file is text, but neither base64, nor a data URI in base64, nor a URL. \
                      Bytes go into a part with a file name.";
    for (file, message) in [
        ("https://example.com/a.png".to_owned(), no_internet),
        ("HTTP://example.com/a.png".to_owned(), no_internet),
        (
            format!("{endpoint}y/source.png"),
            "The URL in the upload field file can't be read: the answer is 501 Not Implemented.",
        ),
        (
            format!("{endpoint}/none.png"),
            "The URL in the upload field file is not delivered: There is no file at this URL.",
        ),
        (
            format!("{endpoint}/docs/secret.png"),
            "The URL in the upload field file is not delivered: The file is private. Its URL must be signed.",
        ),
        ("not base64!".to_owned(), unreadable),
        ("data:text/plain,hello".to_owned(), unreadable),
        ("/home/me/a.png".to_owned(), unreadable),
        (String::new(), "The upload field file is required."),
    ] {
        let form = Form::new()
            .text("file", file.clone())
            .text("fileName", "a.png");
        let reply = account.upload(form).await;
        assert_eq!(reply, (StatusCode::BAD_REQUEST, refusal(message)), "{file}");
    }
}

#[tokio::test]
async fn bad_upload_fields_are_refused() {
    let account = Account::start().await;
    let named = || file(PNG).text("fileName", "a.png");
    let folder = "No part of the upload field folder may be . or .. or begin with tr:";
    let coordinates = "customCoordinates must be x,y,width,height in whole pixels.";
    for (form, message) in [
        (
            Form::new().text("fileName", "a.png"),
            "The upload field file is required.",
        ),
        (file(PNG), "The upload field fileName is required."),
        (
            file(PNG).text("fileName", ""),
            "The upload field fileName is required.",
        ),
        (
            file(PNG).text("fileName", ".."),
            "The upload field fileName must be a name, not a step in a path.",
        ),
        (
            named().text("filename", "a.png"),
            "There is no upload field filename.",
        ),
        (
            named().text("fileName", "b.png"),
            "The field fileName is there more than once.",
        ),
        (
            named().part("tags", Part::bytes(&b"\xff"[..])),
            "The field tags is not UTF-8.",
        ),
        (
            named().part("tags", Part::text("a").file_name("a")),
            "The field tags must be text, so its part must not have a file name.",
        ),
        (named().text("folder", "/a/../b"), folder),
        (named().text("folder", "tr:w-100"), folder),
        (
            named().text("useUniqueFileName", "no"),
            "The upload field useUniqueFileName must be true or false.",
        ),
        (
            named().text("isPrivateFile", "True"),
            "The upload field isPrivateFile must be true or false.",
        ),
        (
            named().text("isPublished", ""),
            "The upload field isPublished must be true or false.",
        ),
        (
            named().text("overwriteFile", "0"),
            "The upload field overwriteFile must be true or false.",
        ),
        (named().text("customCoordinates", "1,2,3"), coordinates),
        (named().text("customCoordinates", "1,2,3,x"), coordinates),
        (
            named().text("customMetadata", "[]"),
            "The upload field customMetadata must be a JSON object.",
        ),
        (
            named().text("responseFields", "tags,size"),
            "The upload field responseFields names size. It may name: tags, customCoordinates, isPrivateFile, \
             embeddedMetadata, isPublished, customMetadata, metadata, selectedFieldsSchema.",
        ),
    ] {
        assert_eq!(
            account.upload(form).await,
            (StatusCode::BAD_REQUEST, refusal(message))
        );
    }
    assert_eq!(account.paths("").await, [""; 0], "nothing was stored");
}

#[tokio::test]
async fn malformed_forms_are_refused() {
    let account = Account::start().await;
    let with_boundary = "multipart/form-data; boundary=X";
    let no_form = "The Content-Type must be multipart/form-data with a boundary.";
    for (content_type, body, message) in [
        (None, "", no_form),
        (Some("application/json"), "{}", no_form),
        (Some("multipart/form-data"), "--X--\r\n", no_form),
        (
            Some(with_boundary),
            "--X--\r\n",
            "The upload field file is required.",
        ),
        (
            Some(with_boundary),
            "--X\r\nContent-Disposition: form-data\r\n\r\nhello\r\n--X--\r\n",
            "A part of the form has no name.",
        ),
        (
            Some(with_boundary),
            "",
            "The body is not well-formed multipart/form-data: incomplete multipart stream.",
        ),
        (
            Some(with_boundary),
            "--X\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nhello",
            "The body is not well-formed multipart/form-data: field \"file\" received with incomplete data.",
        ),
    ] {
        let mut request = account.api(Method::POST, "/api/v1/files/upload").body(body);
        if let Some(content_type) = content_type {
            request = request.header("content-type", content_type);
        }
        let expected = (StatusCode::BAD_REQUEST, refusal(message));
        assert_eq!(read(request).await, expected, "{content_type:?} {body:?}");
    }
}

#[tokio::test]
async fn the_same_path_makes_a_new_version() {
    let account = Account::start().await;
    let first = account.store("/a", "b.txt", b"one").await;
    let refused = account
        .upload(exact("/a", "b.txt", b"no").text("overwriteFile", "false"))
        .await;
    let message = "There is a file at /a/b.txt already, and overwriteFile is false.";
    assert_eq!(refused, (StatusCode::BAD_REQUEST, refusal(message)));
    assert_eq!(
        account.deliver("a/b.txt").await.text().await.unwrap(),
        "one"
    );

    let second = account.store("a/", "b.txt", b"two!").await;
    assert_ne!(first["versionInfo"]["id"], second["versionInfo"]["id"]);
    let mut expected = first.clone();
    expected["size"] = json!(4);
    expected["versionInfo"] = json!({ "id": second["versionInfo"]["id"], "name": "Version 2" });
    assert_eq!(second, expected);
    assert_eq!(
        account.deliver("a/b.txt").await.text().await.unwrap(),
        "two!"
    );
    assert_eq!(account.paths("").await, ["/a/b.txt"]);

    let other = account
        .upload(exact("/a", "c.txt", b"new").text("overwriteFile", "false"))
        .await;
    assert_eq!(other.0, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn concurrent_uploads_to_one_path_all_count() {
    let account = std::sync::Arc::new(Account::start().await);
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..50 {
        let account = account.clone();
        tasks.spawn(async move { account.store("/", "a.png", PNG).await });
    }
    let uploads = tasks.join_all().await;
    let distinct = |of: fn(&Value) -> &Value| {
        let values: std::collections::BTreeSet<_> = uploads
            .iter()
            .map(|upload| of(upload).to_string())
            .collect();
        values.len()
    };
    assert_eq!(distinct(|upload| &upload["fileId"]), 1);
    assert_eq!(distinct(|upload| &upload["versionInfo"]["id"]), 50);
    assert_eq!(distinct(|upload| &upload["versionInfo"]["name"]), 50);
}

#[tokio::test]
async fn bodies_may_have_64_mib() {
    let account = Account::start().await;
    let largest = 64 * 1024 * 1024;
    let message = "The request body has more than 64 MiB, the most that this server takes.";
    for path in ["/api/v1/files/upload", "/v1/files"] {
        let request = account.api(Method::POST, path).body(vec![0; largest + 1]);
        let reply = read(request).await;
        assert_eq!(
            reply,
            (StatusCode::PAYLOAD_TOO_LARGE, refusal(message)),
            "{path}"
        );
    }

    let head = "--X\r\nContent-Disposition: form-data; name=\"fileName\"\r\n\r\nlarge\r\n\
                --X\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n";
    let tail = "\r\n--X--\r\n";
    let size = largest - head.len() - tail.len();
    let request = account
        .api(Method::POST, "/api/v1/files/upload")
        .header("content-type", "multipart/form-data; boundary=X")
        .body([head.as_bytes(), &vec![0; size], tail.as_bytes()].concat());
    let (status, upload) = read(request).await;
    assert_eq!((status, &upload["size"]), (StatusCode::OK, &json!(size)));
}

#[tokio::test]
async fn a_client_that_sends_everything_first_gets_its_refusal() {
    let account = Account::start().await;
    let address = account.server.url().strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).await.unwrap();
    let size = 128 * 1024 * 1024;
    let head =
        format!("POST /v1/files HTTP/1.1\r\nHost: {address}\r\nContent-Length: {size}\r\n\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(&vec![0; size]).await.unwrap();
    let expected = b"HTTP/1.1 413 Payload Too Large\r\n";
    let mut start = [0; 32];
    stream.read_exact(&mut start).await.unwrap();
    assert_eq!(&start, expected);
}

#[tokio::test]
async fn lists_are_filtered_sorted_and_cut() {
    let account = Account::start().await;
    account.store("/", "b.png", PNG).await;
    account.store("/x/y", "a.txt", b"1").await;
    account.store("/x", "c d.txt", b"22").await;
    account.store("/x", "a.txt", b"333").await;
    account.store("/", "b.png", &[PNG, PNG].concat()).await;
    for (query, expected) in [
        ("", &["/b.png", "/x/y/a.txt", "/x/c_d.txt", "/x/a.txt"][..]),
        (
            "type=file&fileType=all&limit=1000&skip=0",
            &["/b.png", "/x/y/a.txt", "/x/c_d.txt", "/x/a.txt"],
        ),
        ("type=folder", &["/x", "/x/y"]),
        ("type=folder&path=/", &["/x"]),
        ("type=all&path=x", &["/x/y", "/x/c_d.txt", "/x/a.txt"]),
        ("type=all&fileType=image", &["/b.png", "/x", "/x/y"]),
        ("path=/", &["/b.png"]),
        ("path=%2Fx%2F", &["/x/c_d.txt", "/x/a.txt"]),
        ("path=/none", &[]),
        ("fileType=image", &["/b.png"]),
        (
            "fileType=non-image",
            &["/x/y/a.txt", "/x/c_d.txt", "/x/a.txt"],
        ),
        (
            "sort=ASC_NAME",
            &["/x/y/a.txt", "/x/a.txt", "/b.png", "/x/c_d.txt"],
        ),
        (
            "sort=DESC_NAME",
            &["/x/c_d.txt", "/b.png", "/x/y/a.txt", "/x/a.txt"],
        ),
        (
            "sort=ASC_CREATED",
            &["/b.png", "/x/y/a.txt", "/x/c_d.txt", "/x/a.txt"],
        ),
        (
            "sort=DESC_CREATED",
            &["/x/a.txt", "/x/c_d.txt", "/x/y/a.txt", "/b.png"],
        ),
        (
            "sort=ASC_UPDATED",
            &["/x/y/a.txt", "/x/c_d.txt", "/x/a.txt", "/b.png"],
        ),
        (
            "sort=DESC_UPDATED",
            &["/b.png", "/x/a.txt", "/x/c_d.txt", "/x/y/a.txt"],
        ),
        (
            "sort=ASC_SIZE",
            &["/x/y/a.txt", "/x/c_d.txt", "/x/a.txt", "/b.png"],
        ),
        (
            "sort=DESC_SIZE",
            &["/b.png", "/x/a.txt", "/x/c_d.txt", "/x/y/a.txt"],
        ),
        ("limit=2", &["/b.png", "/x/y/a.txt"]),
        ("limit=2&skip=3", &["/x/a.txt"]),
        ("skip=4", &[]),
        ("sort=ASC_NAME&limit=1&skip=2", &["/b.png"]),
        (
            "searchQuery=name%20%3D%20%22a.txt%22",
            &["/x/y/a.txt", "/x/a.txt"],
        ),
        ("searchQuery=name=%22a.txt%22&path=/x", &["/x/a.txt"]),
        ("searchQuery=+name+%3D+%22A.txt%22+", &[]),
        // A search query overrides the type.
        ("searchQuery=name=%22b.png%22&type=folder", &["/b.png"]),
    ] {
        assert_eq!(account.paths(query).await, expected, "{query}");
    }
}

#[tokio::test]
async fn folders_are_described_in_full() {
    let account = Account::start().await;
    account.store("/x/y z", "a.txt", b"1").await;
    account.store("/x", "b.txt", b"2").await;
    let (_, files) = read(account.api(Method::GET, "/v1/files")).await;
    let a = &files[0];
    let (status, folders) = read(account.api(Method::GET, "/v1/files?type=folder")).await;
    let expected = json!([
        {
            "type": "folder",
            "folderId": folders[0]["folderId"],
            "name": "x",
            "folderPath": "/x",
            "customMetadata": {},
            "createdAt": a["createdAt"],
            "updatedAt": a["createdAt"],
        },
        {
            "type": "folder",
            "folderId": folders[1]["folderId"],
            "name": "y z",
            "folderPath": "/x/y z",
            "customMetadata": {},
            "createdAt": a["createdAt"],
            "updatedAt": a["updatedAt"],
        },
    ]);
    assert_eq!((status, &folders), (StatusCode::OK, &expected));
    assert_ne!(folders[0]["folderId"], folders[1]["folderId"]);
    let again = read(account.api(Method::GET, "/v1/files?type=folder")).await;
    assert_eq!(again, (StatusCode::OK, expected), "ids stay");
}

#[tokio::test]
async fn bad_list_queries_are_refused() {
    let account = Account::start().await;
    for (query, message) in [
        (
            "limit=0",
            "The query parameter limit is invalid: 0 is less than the minimum of 1.",
        ),
        (
            "limit=1001",
            "The query parameter limit is invalid: 1001 is greater than the maximum of 1000.",
        ),
        (
            "limit=ten",
            "The query parameter limit is invalid: \"ten\" is not of type \"integer\".",
        ),
        (
            "skip=-1",
            "The query parameter skip is invalid: -1 is less than the minimum of 0.",
        ),
        (
            "type=File",
            "The query parameter type is invalid: \"File\" is not one of \"file\", \"file-version\" or 2 other candidates.",
        ),
        (
            "path=/a/..",
            "No part of path may be . or .. or begin with tr:",
        ),
        ("tags=a", "The query parameter tags is unknown."),
        ("skip=1&skip=2", "The query parameter skip is there twice."),
        ("path=%ff", "The query is not UTF-8."),
    ] {
        let reply = read(account.api(Method::GET, &format!("/v1/files?{query}"))).await;
        assert_eq!(
            reply,
            (StatusCode::BAD_REQUEST, refusal(message)),
            "{query}"
        );
    }
}

#[tokio::test]
async fn a_deleted_file_is_gone() {
    let account = Account::start().await;
    let upload = account.store("/x", "a.png", PNG).await;
    account.store("/", "b.png", PNG).await;
    let path = format!("/v1/files/{}", upload["fileId"].as_str().unwrap());

    let response = account.api(Method::DELETE, &path).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::NO_CONTENT);
    assert_eq!(header(&response, "content-type"), None);
    assert_eq!(response.bytes().await.unwrap(), "");

    let gone = (
        StatusCode::NOT_FOUND,
        refusal("The requested file does not exist."),
    );
    assert_eq!(read(account.api(Method::DELETE, &path)).await, gone);
    assert_eq!(
        read(account.api(Method::GET, &format!("{path}/details"))).await,
        gone
    );
    assert_eq!(
        account.deliver("x/a.png").await.status(),
        StatusCode::NOT_FOUND
    );
    assert_eq!(account.paths("type=all").await, ["/x", "/b.png"]);

    let again = account.store("/x", "a.png", PNG).await;
    assert_ne!(again["fileId"], upload["fileId"]);
    assert_eq!(again["versionInfo"]["name"], "Version 1");
}

#[tokio::test]
async fn files_are_delivered_as_they_came() {
    let account = Account::start().await;
    account.store("/café menu", "a.JPG", b"jpeg").await;
    account.store("/", "notes", b"text").await;
    for (target, content_type, body) in [
        ("caf%C3%A9%20menu/a.JPG", "image/jpeg", "jpeg"),
        ("café menu/a.JPG", "image/jpeg", "jpeg"),
        (
            "caf%C3%A9%20menu%2Fa.JPG?updatedAt=1&v=%",
            "image/jpeg",
            "jpeg",
        ),
        (
            "tr:w-100,h-50:rt-90/caf%C3%A9%20menu/a.JPG",
            "image/jpeg",
            "jpeg",
        ),
        (
            "tr:l-image,i-folder@@logo.png,l-end/caf%C3%A9%20menu/a.JPG",
            "image/jpeg",
            "jpeg",
        ),
        (
            "caf%C3%A9%20menu/a.JPG?tr=w-100,h-50:rt-90",
            "image/jpeg",
            "jpeg",
        ),
        ("notes", "application/octet-stream", "text"),
    ] {
        let response = account.deliver(target).await;
        assert_eq!(response.status(), StatusCode::OK, "{target}");
        assert_eq!(
            header(&response, "content-type"),
            Some(content_type),
            "{target}"
        );
        assert_eq!(header(&response, "content-length"), Some("4"), "{target}");
        assert_eq!(response.text().await.unwrap(), body, "{target}");
    }

    let url = format!("{}/notes", account.server.url_endpoint());
    let response = account.client.head(url).send().await.unwrap();
    assert_eq!(header(&response, "content-length"), Some("4"));
    assert_eq!(
        (response.status(), response.text().await.unwrap()),
        (StatusCode::OK, String::new())
    );

    for target in [
        "",
        "none.jpg",
        "caf%C3%A9%20menu",
        "caf%C3%A9%20menu/a.jpg",
        "tr:w-100",
        "%ff",
        "notes/",
    ] {
        let response = account.deliver(target).await;
        assert_eq!(response.status(), StatusCode::NOT_FOUND, "{target}");
        assert_eq!(
            header(&response, "content-type"),
            Some("text/plain; charset=utf-8")
        );
        assert_eq!(
            response.text().await.unwrap(),
            "There is no file at this URL.",
            "{target}"
        );
    }
}

#[tokio::test]
async fn private_files_want_a_signature() {
    let account = Account::start().await;
    let form = exact("docs", "secret.png", PNG).text("isPrivateFile", "true");
    assert_eq!(account.upload(form).await.0, StatusCode::OK);
    account.store("docs", "open.png", PNG).await;
    let wrong = "The signature of the URL is wrong.";
    let expired = "The URL has expired.";
    let private = "The file is private. Its URL must be signed.";
    for (target, expected) in [
        (
            "docs/secret.png?ik-s=4940be9c24bac3d19ce6fd410ef44492e17e6339",
            Ok(()),
        ),
        (
            "docs/secret.png?ik-t=4102444800&ik-s=73e9751d52250fbd1cff0e1c35fd12c186c49251",
            Ok(()),
        ),
        (
            "docs/secret.png?version=2&ik-t=4102444800&ik-s=583ad3df876b0735688feaab408efbc58bfa40b4",
            Ok(()),
        ),
        (
            "tr:w-100,h-50/docs/secret.png?version=2&tr=rt-90&ik-s=1f7da350ebd01c97c7bf74848a56408500407091",
            Ok(()),
        ),
        ("docs/open.png", Ok(())),
        ("docs/secret.png", Err(private)),
        ("tr:n-ik_ml_thumbnail/docs/secret.png", Ok(())),
        ("docs/secret.png?tr=n-ik_ml_thumbnail", Ok(())),
        ("tr:n-none/docs/secret.png", Err(private)),
        ("tr:n-ik_ml_thumbnail,w-1/docs/secret.png", Err(private)),
        ("tr:n-ik_ml_thumbnail/docs/secret.png?tr=w-1", Err(private)),
        ("tr:w-100/docs/secret.png?version=2", Err(private)),
        (
            "docs/secret.png?ik-t=1000000000&ik-s=a61fade4f875f7901ad09b5a75480f34e060f209",
            Err(expired),
        ),
        // Another expiry, transformation, path, spelling, order, letter case; an expiry or a
        // signature alone.
        (
            "docs/secret.png?ik-t=4102444801&ik-s=73e9751d52250fbd1cff0e1c35fd12c186c49251",
            Err(wrong),
        ),
        (
            "tr:w-101,h-50/docs/secret.png?version=2&tr=rt-90&ik-s=1f7da350ebd01c97c7bf74848a56408500407091",
            Err(wrong),
        ),
        (
            "docs/open.png?ik-s=4940be9c24bac3d19ce6fd410ef44492e17e6339",
            Err(wrong),
        ),
        (
            "docs%2Fsecret.png?ik-s=4940be9c24bac3d19ce6fd410ef44492e17e6339",
            Err(wrong),
        ),
        (
            "docs/secret.png?ik-s=73e9751d52250fbd1cff0e1c35fd12c186c49251&ik-t=4102444800",
            Err(wrong),
        ),
        (
            "docs/secret.png?ik-s=4940BE9C24BAC3D19CE6FD410EF44492E17E6339",
            Err(wrong),
        ),
        ("docs/open.png?ik-t=4102444800", Err(wrong)),
        ("docs/open.png?ik-s=", Err(wrong)),
    ] {
        let response = account.deliver(target).await;
        let (status, body) = match expected {
            Ok(()) => (StatusCode::OK, PNG),
            Err(message) => (StatusCode::UNAUTHORIZED, message.as_bytes()),
        };
        assert_eq!(response.status(), status, "{target}");
        assert_eq!(response.bytes().await.unwrap(), body, "{target}");
    }
}

#[tokio::test]
async fn a_signature_covers_the_url_as_it_was_sent() {
    let account = Account::start().await;
    let form = exact("docs/café menu", "secret.png", PNG).text("isPrivateFile", "true");
    assert_eq!(account.upload(form).await.0, StatusCode::OK);
    for (target, status) in [
        (
            "docs/caf%C3%A9%20menu/secret.png?ik-s=8e8b76c81cadbe4f6a0fffa15b89ce04920d2e5c",
            StatusCode::OK,
        ),
        // The same file in another spelling.
        (
            "docs/caf%c3%a9%20menu/secret.png?ik-s=8e8b76c81cadbe4f6a0fffa15b89ce04920d2e5c",
            StatusCode::UNAUTHORIZED,
        ),
        // Signed before it was encoded.
        (
            "docs/caf%C3%A9%20menu/secret.png?ik-s=281ad3c586982645f4080c73e2f5b0cf69872857",
            StatusCode::UNAUTHORIZED,
        ),
    ] {
        assert_eq!(account.deliver(target).await.status(), status, "{target}");
    }
}

#[tokio::test]
async fn transformations_are_read() {
    let account = Account::start().await;
    account.store("", "a.png", PNG).await;
    for (name, transformation) in [
        ("small", "w-100,h-100:n-round"),
        ("round", "r-max"),
        ("loop", "n-loop"),
        ("bad", "w"),
    ] {
        let body = json!({ "name": name, "transformation": transformation });
        assert_eq!(account.post("/v1/named-transformations", body).await.0, 201);
    }
    let understood = async |target: &str| {
        let response = account.deliver(target).await;
        assert_eq!(
            response.status(),
            StatusCode::OK,
            "{target}: {:?}",
            response.text().await
        );
        header(&response, "x-ik-test-transformation").map(str::to_owned)
    };
    assert_eq!(understood("a.png").await, None);
    for (target, expected) in [
        ("tr:w-400,h-300:rt-90/a.png", "w-400,h-300:rt-90"),
        ("a.png?tr=w-400%2Ch-300%3Art-N40", "w-400,h-300:rt-N40"),
        ("tr:w-1/a.png?tr=h-2", "w-1:h-2"),
        ("tr:n-small,q-80/a.png", "w-100,h-100:r-max:q-80"),
        (
            "tr:w-iw_div_2,ar-4-3,h-0.5,dpr-auto/a.png",
            "w-iw_div_2,ar-4-3,h-0.5,dpr-auto",
        ),
        (
            "tr:l-text,ie-SGVsbG8%3D,fs-20,co-FFFFFF,lx-N10,l-end,e-sharpen-10/a.png",
            "l-text,ie-SGVsbG8=,fs-20,co-FFFFFF,lx-N10,l-end,e-sharpen-10",
        ),
        (
            "tr:l-image,i-a@@b.png,l-text,i-x,l-end,l-end/a.png",
            "l-image,i-a@@b.png,l-text,i-x,l-end,l-end",
        ),
        (
            "tr:if-w_gt_300_and_h_lte_50,w-300,if-else,w-20,if-end/a.png",
            "if-w_gt_300_and_h_lte_50,w-300,if-else,w-20,if-end",
        ),
        ("tr:di-%C3%A9.png/a.png", "di-%C3%A9.png"),
    ] {
        assert_eq!(
            understood(target).await.as_deref(),
            Some(expected),
            "{target}"
        );
    }
    for (transformation, problem) in [
        ("w-400,,h-1", "\"\" in step 1 is empty"),
        ("w-400:", "\"\" in step 2 is empty"),
        ("width-400", "\"width-400\" in step 1 is unknown"),
        ("w-400:q-80,zz", "\"zz\" in step 2 is unknown"),
        ("w", "\"w\" in step 1 has no value"),
        ("w-abc", "\"w-abc\" in step 1 needs a number as its value"),
        (
            "h-iw_by_2",
            "\"h-iw_by_2\" in step 1 needs a number as its value",
        ),
        ("e-glow", "\"e-glow\" in step 1 is not an effect"),
        ("l-text,i-a", "the layer l-text has no l-end"),
        ("l-end", "\"l-end\" in step 1 ends no layer"),
        (
            "l-song,i-a,l-end",
            "\"l-song\" in step 1 is not the type of a layer",
        ),
        (
            "i-a.png",
            "\"i-a.png\" in step 1 is allowed only in a layer",
        ),
        ("if-w_gt_3,w-1", "the condition has no if-end"),
        ("if-w_gt", "\"if-w_gt\" in step 1 is not a condition"),
        ("if-else", "\"if-else\" in step 1 belongs to no condition"),
        (
            "n-none",
            "\"n-none\" in step 1 is not an enabled named transformation",
        ),
        ("n-bad", "\"w\" in step 1 has no value"),
        (
            "n-loop",
            "step 1 names transformations that name others, and so on",
        ),
    ] {
        for target in [
            format!("tr:{transformation}/a.png"),
            format!("a.png?tr={transformation}"),
        ] {
            let response = account.deliver(&target).await;
            assert_eq!(response.status(), StatusCode::BAD_REQUEST, "{target}");
            let message = format!("The transformation is invalid: {problem}.");
            assert_eq!(response.text().await.unwrap(), message, "{target}");
        }
    }
}

#[tokio::test]
async fn a_url_can_ask_for_a_download_and_for_a_version() {
    let account = Account::start().await;
    let first = account.store("", "a.txt", b"one").await;
    account.store("", "a.txt", b"two").await;
    for (query, expected) in [
        (
            "ik-attachment=true",
            Some("attachment; filename*=UTF-8''a.txt"),
        ),
        (
            "ik-attachment=true&ik-attachment-filename=%C3%A9%20%22%2F.txt",
            Some("attachment; filename*=UTF-8''%C3%A9%20%22_.txt"),
        ),
        ("ik-attachment=false", None),
    ] {
        let response = account.deliver(&format!("a.txt?{query}")).await;
        assert_eq!(
            header(&response, "content-disposition"),
            expected,
            "{query}"
        );
        assert_eq!(response.text().await.unwrap(), "two");
    }
    let version = text(&first["versionInfo"], "id");
    let response = account
        .deliver(&format!("a.txt?ik-obj-version={version}"))
        .await;
    assert_eq!(response.text().await.unwrap(), "one");
    let response = account.deliver("a.txt?ik-obj-version=none").await;
    assert_eq!(response.status(), StatusCode::NOT_FOUND);

    // An upload from this URL gets that version.
    let url = format!(
        "{}/a.txt?ik-obj-version={version}",
        account.server.url_endpoint()
    );
    let form = Form::new()
        .text("file", url)
        .text("fileName", "b.txt")
        .text("useUniqueFileName", "false");
    assert_eq!(account.upload(form).await.0, StatusCode::OK);
    let copy = account.deliver("b.txt").await.text().await.unwrap();
    assert_eq!(copy, "one");

    // Each version is private or public by itself.
    let form = exact("", "a.txt", b"three").text("isPrivateFile", "true");
    assert_eq!(account.upload(form).await.0, StatusCode::OK);
    let response = account.deliver("a.txt").await;
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    let response = account
        .deliver(&format!("a.txt?ik-obj-version={version}"))
        .await;
    assert_eq!(response.status(), StatusCode::OK);
}

#[tokio::test]
async fn what_imagekit_makes_from_files_is_not_implemented() {
    let account = Account::start().await;
    account.store("", "a.mp4", b"x").await;
    for (target, status) in [
        ("a.mp4/ik-thumbnail.jpg", StatusCode::NOT_IMPLEMENTED),
        (
            "ik-genimg-prompt-a%20cat/x/cat.jpg",
            StatusCode::NOT_IMPLEMENTED,
        ),
        ("b.mp4/ik-thumbnail.jpg", StatusCode::NOT_FOUND),
        ("ik-thumbnail.jpg", StatusCode::NOT_FOUND),
    ] {
        assert_eq!(account.deliver(target).await.status(), status, "{target}");
    }
}

#[tokio::test]
async fn a_page_is_served_on_demand() {
    let account = Account::on(Server::builder().page()).await.unwrap();
    let url = account.server.url();
    account.store("", "a.txt", b"a").await;
    account
        .api(Method::GET, "/v1/files")
        .header("x-ik-test-page", "1")
        .send()
        .await
        .unwrap();
    let picture = account.client.get(format!("{url}/demo/a.txt"));
    picture
        .header("host", "localhost:1")
        .header("referer", "http://localhost:1/?path=/a.txt")
        .send()
        .await
        .unwrap();
    let page = account.client.get(url).send().await.unwrap();
    assert_eq!(
        header(&page, "content-type"),
        Some("text/html; charset=utf-8")
    );
    assert!(
        page.text()
            .await
            .unwrap()
            .contains(&format!("\"urlEndpoint\":\"{url}/demo\""))
    );
    let requests = json!([{ "status": 200, "method": "POST", "path": "/api/v1/files/upload", "operation": "upload-file" }]);
    assert_eq!(account.get("/requests.json").await, (200, requests));
    // The page isn't served under the name of another site, or by default.
    let request = account.client.get(url).header("host", "rebound.example");
    assert_eq!(read(request).await.0, StatusCode::NOT_IMPLEMENTED);
    let plain = Account::start().await;
    assert_eq!(plain.get("/requests.json").await.0, 501);
}

#[tokio::test]
async fn unpublished_files_are_not_delivered() {
    let account = Account::start().await;
    let form = exact("/", "draft.png", PNG).text("isPublished", "false");
    assert_eq!(account.upload(form).await.0, StatusCode::OK);
    let response = account.deliver("draft.png").await;
    let reply = (response.status(), response.text().await.unwrap());
    assert_eq!(
        reply,
        (
            StatusCode::NOT_FOUND,
            "The file is not published.".to_owned()
        )
    );
}

#[tokio::test]
async fn dropping_the_server_completes_what_is_under_way_and_stops() {
    let server = Server::builder()
        .private_key(PRIVATE_KEY)
        .start()
        .await
        .unwrap();
    let address = server.url().strip_prefix("http://").unwrap().to_owned();
    let mut idle = TcpStream::connect(&address).await.unwrap();
    let mut busy = TcpStream::connect(&address).await.unwrap();
    let body = "--X\r\nContent-Disposition: form-data; name=\"fileName\"\r\n\r\na.txt\r\n\
                --X\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nhello\r\n--X--\r\n";
    let head = format!(
        "POST /api/v1/files/upload HTTP/1.1\r\nHost: {address}\r\nAuthorization: Basic cHJpdmF0ZV9maXhlZDo=\r\n\
         Content-Type: multipart/form-data; boundary=X\r\nContent-Length: {}\r\nExpect: 100-continue\r\n\r\n",
        body.len()
    );
    busy.write_all(head.as_bytes()).await.unwrap();
    let mut asked = [0; 25];
    busy.read_exact(&mut asked).await.unwrap();
    assert_eq!(&asked, b"HTTP/1.1 100 Continue\r\n\r\n");

    drop(server);
    // The idle connection ends, and so does the wait for new ones.
    assert_eq!(idle.read(&mut [0; 1]).await.unwrap(), 0);
    let refused = async { while TcpStream::connect(&address).await.is_ok() {} };
    tokio::time::timeout(Duration::from_secs(120), refused)
        .await
        .unwrap();

    busy.write_all(body.as_bytes()).await.unwrap();
    let mut reply = String::new();
    busy.read_to_string(&mut reply).await.unwrap();
    assert!(reply.starts_with("HTTP/1.1 200 OK\r\n"), "{reply}");
    assert!(reply.contains(r#""size":5"#), "{reply}");
}
