//! Requests to any path, what callers add to known ones, and what responses and errors say.

use std::collections::HashMap;
use std::error::Error as _;
use std::time::Duration;

use imagekitio::{Error, ErrorKind, ImageKit, Response, RetryPolicy, UploadSource};
use serde_json::{Value, json};
use support::calls::{Call, answering, body, call, client};
use support::{FILE, Scripted, Step, json as reply, nowhere, pass, reply as bare, soon, until};

// Requests to any path.

#[tokio::test]
async fn a_custom_request_is_sent_like_a_known_one() {
    let (server, ik) = answering("200 OK", r#"{"found":[1],"next":null}"#).await;
    let body = json!({"query": "red shoes"});
    let found = ik
        .request("POST", "/v1/ai-filter-search")
        .query("a b", "c&d=ü")
        .query("limit", 10)
        .query("limit", "11")
        .header("x-a", "1")
        .json(&body)
        .await
        .unwrap();
    assert_eq!(*found, json!({"found": [1], "next": null}));
    assert_eq!(
        (found.http_status(), found.request_id()),
        (200, Some("req-1"))
    );
    ik.request(reqwest::Method::PATCH, "/v1/a/b%20c/ü d/")
        .await
        .unwrap();
    let requests = server.requests();
    let mut headers: HashMap<&str, &str> = requests[0]
        .headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    headers.remove("host");
    assert_eq!(
        requests[0].line,
        "POST /v1/ai-filter-search?a%20b=c%26d%3D%C3%BC&limit=10&limit=11"
    );
    let user_agent = concat!("imagekitio/", env!("CARGO_PKG_VERSION"), " (Rust)");
    let expected = [
        ("accept", "application/json"),
        ("authorization", "Basic cHJpdmF0ZV9rZXlfdGVzdDo="),
        ("content-length", "21"),
        ("content-type", "application/json"),
        ("user-agent", user_agent),
        ("x-a", "1"),
    ];
    assert_eq!(headers, HashMap::from(expected));
    assert_eq!(requests[0].text(), body.to_string());
    assert_eq!(requests[1].line, "PATCH /v1/a/b%20c/%C3%BC%20d/");
    assert_eq!(requests[1].header("content-type"), None);
}

#[tokio::test]
async fn a_custom_request_goes_to_the_host_of_its_api() {
    let api = Scripted::start(reply("200 OK", "1")).await;
    let uploads = Scripted::start(reply("200 OK", "2")).await;
    let ik = ImageKit::builder()
        .private_key("private_key_test")
        .api_base_url(format!("{}/proxy/", api.url))
        .upload_base_url(&uploads.url)
        .build()
        .unwrap();
    assert_eq!(*ik.request("GET", "/v2/a").await.unwrap(), 1);
    assert_eq!(*ik.request("GET", "/v2/a").upload_host().await.unwrap(), 2);
    // A path whose host is known.
    assert_eq!(
        *ik.request("POST", "/api/v1/files/upload").await.unwrap(),
        2
    );
    assert_eq!(api.request().line, "GET /proxy/v2/a");
    let lines: Vec<String> = uploads.requests().into_iter().map(|r| r.line).collect();
    assert_eq!(lines, ["GET /v2/a", "POST /api/v1/files/upload"]);
}

#[tokio::test]
async fn a_custom_request_is_decoded_as_the_caller_says() {
    let (_server, ik) = answering("200 OK", "[1,2]").await;
    let list: Response<Vec<u8>> = ik.request("GET", "/v9").decode().await.unwrap();
    assert_eq!(*list, [1, 2]);
    let error = ik
        .request("GET", "/v9")
        .decode::<String>()
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert_eq!(error.body(), Some(b"[1,2]".as_slice()));
    for status in ["200 OK", "204 No Content"] {
        let (_server, ik) = answering(status, "").await;
        assert_eq!(*ik.request("DELETE", "/v9/1").await.unwrap(), Value::Null);
        ik.request("DELETE", "/v9/1").decode::<()>().await.unwrap();
        let none = ik.request("DELETE", "/v9/1").decode::<Option<u8>>().await;
        assert_eq!(*none.unwrap(), None);
    }
    let (_server, ik) = answering("200 OK", "<p>").await;
    let error = ik.request("PUT", "/v9").await.unwrap_err();
    assert_eq!(
        (error.kind(), error.operation()),
        (ErrorKind::Decode, Some("PUT /v9"))
    );
}

#[tokio::test]
async fn a_path_that_leads_elsewhere_is_refused_before_the_request() {
    let (server, ik) = answering("200 OK", "{}").await;
    for path in [
        "",
        "v1/files",
        "https://example.com/v1/files",
        "//example.com/v1/files",
        "@example.com/",
        ":80/v1",
        ".example.com",
        "/v1/files?limit=1",
        "/v1/files#a",
        "/v1/../files",
        "/v1/./files",
        "/..",
        "/v1/%2e%2E/files",
        "/v1/a%2F..%2fb",
        "/v1/..;/files",
        "/v1/%2e%2e%3Ba/files",
        "/v1\\files",
        "/v1/%5C..",
        "/v1/fi\tles",
        "/v1/files\n",
        "\t/v1",
        "/v1/\0",
    ] {
        let error = ik.request("GET", path).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.argument()),
            (ErrorKind::InvalidInput, Some("path")),
            "{path}: {error}"
        );
        assert!(error.to_string().contains("; give "), "{error}");
    }
    for method in ["", "GET /", "Ü"] {
        let error = ik.request(method, "/v1/files").await.unwrap_err();
        assert_eq!(error.argument(), Some("method"), "{method}");
    }
    let error = ik
        .request("GET", "https://u:planted@a.b/c?planted")
        .await
        .unwrap_err();
    assert!(!format!("{error:?}").contains("planted"), "{error}");
    assert_eq!(server.requests(), []);
}

#[tokio::test]
async fn a_body_that_cannot_be_written_is_an_error_of_the_request() {
    let (server, ik) = answering("200 OK", "{}").await;
    let body = HashMap::from([((1, 2), 3)]);
    let error = ik.request("POST", "/v9").json(&body).await.unwrap_err();
    assert_eq!(error.argument(), Some("json"));
    assert_eq!(
        error.to_string(),
        "POST /v9: json: the body cannot be written as JSON: key must be a string"
    );
    let keyless = ImageKit::builder().base_url(&server.url).build().unwrap();
    let error = keyless.request("GET", "/v9").await.unwrap_err();
    assert_eq!(error.argument(), Some("private_key"));
    assert_eq!(server.requests(), []);
}

#[tokio::test]
async fn a_custom_request_is_repeated_by_its_method() {
    for (method, attempts) in [
        ("GET", 3),
        ("HEAD", 3),
        ("OPTIONS", 3),
        ("PUT", 3),
        ("DELETE", 3),
        ("POST", 1),
        ("PATCH", 1),
    ] {
        let server = Scripted::start([Step::HangUp]).await;
        let error = client(&server).request(method, "/v9").await.unwrap_err();
        assert_eq!(
            (error.kind(), error.attempts()),
            (ErrorKind::Connection, attempts)
        );
        assert_eq!(error.operation(), Some(format!("{method} /v9").as_str()));
        assert_eq!(server.requests().len(), attempts as usize, "{method}");
    }
}

#[tokio::test]
async fn a_custom_request_shares_the_rate_limit_of_its_path() {
    let refusal = bare(
        "429 Too Many Requests",
        &[("x-ratelimit-reset", "3600000")],
        r#"{"message":"Slow down."}"#,
    );
    let found = Step::Reply(reply("200 OK", FILE));
    let patient = RetryPolicy::none().max_wait(Duration::from_secs(7200));
    let held_back = |result: Result<Value, Error>| {
        let error = result.unwrap_err();
        assert_eq!(
            (error.kind(), error.status()),
            (ErrorKind::RateLimited, None),
            "{error}"
        );
        assert!(error.to_string().contains("(retry after 3"), "{error}");
    };
    // Those of a known operation.
    let server = Scripted::start([Step::Reply(refusal.clone()), found.clone()]).await;
    let ik = client(&server);
    let error = ik
        .request("GET", "/v1/files/f1/details")
        .retry(patient.clone())
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "GET /v1/files/f1/details: the server answered 429 Too Many Requests: Slow down. (retry after 3600s)"
    );
    held_back(ik.files().get("f2").await.map(|_| Value::Null));
    held_back(
        ik.request("GET", "/v1/files/f3/details")
            .await
            .map(Response::into_inner),
    );
    ik.request("GET", "/v1/files/f1/other").await.unwrap();
    ik.request("PATCH", "/v1/files/f1/details").await.unwrap();
    assert_eq!(server.requests().len(), 3);
    // Paths that are not known, by reads and writes.
    let server = Scripted::start([Step::Reply(refusal), found]).await;
    let ik = client(&server);
    ik.request("POST", "/v9/a")
        .retry(patient)
        .await
        .unwrap_err();
    held_back(ik.request("PUT", "/v9/b").await.map(Response::into_inner));
    ik.request("GET", "/v9/a").await.unwrap();
    ik.files().get("f1").await.unwrap();
    assert_eq!(server.requests().len(), 3);
}

const STATUSES: [(&str, ErrorKind); 8] = [
    ("400 Bad Request", ErrorKind::BadRequest),
    ("401 Unauthorized", ErrorKind::Unauthorized),
    ("403 Forbidden", ErrorKind::Forbidden),
    ("404 Not Found", ErrorKind::NotFound),
    ("409 Conflict", ErrorKind::Conflict),
    ("423 Locked", ErrorKind::Locked),
    ("429 Too Many Requests", ErrorKind::RateLimited),
    ("501 Not Implemented", ErrorKind::Server),
];

#[tokio::test]
async fn errors_of_custom_requests_quote_the_message_and_nothing_else() {
    let body =
        json!({"message": "No.", "help": "planted", "errors": {"a": "planted"}, "b": "planted"});
    for (status, kind) in STATUSES {
        for (body, said) in [(body.to_string(), ": No."), ("planted".to_owned(), "")] {
            let (_server, ik) = answering(status, &body).await;
            let error = ik.request("POST", "/v9/a").await.unwrap_err();
            assert_eq!(error.kind(), kind);
            assert_eq!(
                error.to_string(),
                format!("POST /v9/a: the server answered {status}{said} (request id req-1)")
            );
            assert!(!format!("{error:?}").contains("planted"), "{error:?}");
            assert_eq!(error.body(), Some(body.as_bytes()));
        }
    }
    for body in [r#"{"a":"planted"}"#, r#""planted"#, "planted"] {
        let (_server, ik) = answering("200 OK", body).await;
        let error = ik
            .request("GET", "/v9")
            .decode::<Vec<u8>>()
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode);
        assert!(!format!("{error} {error:?}").contains("planted"), "{error}");
    }
}

#[tokio::test]
async fn what_may_hold_credentials_is_not_shown() {
    let body = json!({"message": "planted", "secret": "planted"}).to_string();
    for path in [
        "/v1/accounts/origins",
        "/v1/accounts/origins/",
        "/v1/accounts/origins/o1/test",
        "/v1/Accounts/webhooks/w1",
        "/v1//accounts/%6frigins/o1",
    ] {
        let (_server, ik) = answering("400 Bad Request", &body).await;
        let request = ik.request("POST", path).json(&json!({"secret": "planted"}));
        assert!(!format!("{request:?}").contains("planted"), "{request:?}");
        let error = request.await.unwrap_err();
        assert!(
            !format!("{error} {error:?}").contains("planted"),
            "{path}: {error}"
        );
        assert_eq!(error.message(), Some("planted"));
        let (_server, ik) = answering("200 OK", &body).await;
        let found = ik.request("GET", path).await.unwrap();
        assert!(
            !format!("{found:?}").contains("planted"),
            "{path}: {found:?}"
        );
        assert_eq!(found["secret"], "planted");
    }
    let (_server, ik) = answering("200 OK", &body).await;
    let found = ik.request("GET", "/v1/files/f1/details").await.unwrap();
    assert!(format!("{found:?}").contains("planted"));
    let request = ik
        .request("GET", "/v9")
        .query("token", "planted")
        .header("x-a", "planted");
    let shown = format!("{request:?}");
    assert!(
        shown.contains("token") && shown.contains("x-a") && !shown.contains("planted"),
        "{shown}"
    );
}

#[cfg(feature = "blocking")]
#[test]
fn a_custom_request_runs_without_a_runtime_of_the_caller() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    let server = runtime.block_on(Scripted::start(reply("200 OK", "[1]")));
    let found = client(&server)
        .request("GET", "/v9")
        .send_blocking()
        .unwrap();
    assert_eq!(*found, json!([1]));
}

// What callers add to known requests.

#[tokio::test]
async fn extra_parameters_and_members_are_sent() {
    let (server, ik) = answering("200 OK", FILE).await;
    ik.files()
        .get("f1")
        .extra_query("a", "b c&")
        .extra_query("a", 2)
        .await
        .unwrap();
    ik.files()
        .update("f1")
        .tags(["t"])
        .extra_body("tags", json!(["other"]))
        .extra_body("newOption", json!({"a": [1, null]}))
        .extra_body("description", Value::Null)
        .extra_query("v", "2")
        .await
        .unwrap();
    let (listing, list) = answering("200 OK", "[]").await;
    list.assets()
        .list()
        .limit(1)
        .extra_query("limit", 2)
        .extra_query("ü", "")
        .await
        .unwrap();
    let requests = server.requests();
    assert_eq!(requests[0].line, "GET /v1/files/f1/details?a=b%20c%26&a=2");
    assert_eq!(requests[1].line, "PATCH /v1/files/f1/details?v=2");
    assert_eq!(
        body(&requests[1]).unwrap(),
        json!({"tags": ["other"], "newOption": {"a": [1, null]}, "description": null})
    );
    let length = requests[1].body.len().to_string();
    assert_eq!(requests[1].header("content-length"), Some(length.as_str()));
    assert_eq!(
        listing.request().line,
        "GET /v1/files?limit=1&limit=2&%C3%BC="
    );
}

#[tokio::test]
async fn a_member_that_has_no_place_is_refused_before_the_request() {
    let (server, ik) = answering("200 OK", "{}").await;
    let calls: Vec<Call> = vec![
        call(ik.files().get("f1").extra_body("a", 1)),
        call(ik.files().delete("f1").extra_body("a", 1)),
        call(ik.assets().list().extra_body("a", Value::Null)),
    ];
    for call in calls {
        let error = call.await.unwrap_err();
        assert_eq!(
            (error.kind(), error.argument()),
            (ErrorKind::InvalidInput, Some("extra_body"))
        );
        assert!(error.operation().is_some());
        assert!(
            error.to_string().contains("leave `extra_body` out"),
            "{error}"
        );
        assert!(!error.may_have_been_sent());
    }
    let error = ik.files().get("f1").extra_query("", "a").await.unwrap_err();
    assert_eq!(error.argument(), Some("extra_query"));
    assert_eq!(server.requests(), []);
}

#[tokio::test]
async fn what_callers_add_is_not_shown() {
    let echo = json!({
        "message": "planted-q planted-b 1234567 whole", "help": "planted%2Fq planted-ü",
        "errors": {"a": ["planted-deep"]},
    });
    let (_server, ik) = answering("400 Bad Request", &echo.to_string()).await;
    let request = ik
        .files()
        .update("f1")
        .description("d")
        .header("x-a", "planted-ü")
        .extra_query("q", "planted-q planted/q")
        .extra_body("b", "planted-b")
        .extra_body("c", json!({"d": ["planted-deep"], "e": 1234567}));
    assert!(!format!("{request:?}").contains("planted"), "{request:?}");
    let error = request.await.unwrap_err();
    let shown = format!("{error} {error:?}");
    assert!(
        !shown.contains("planted") && !shown.contains("1234567"),
        "{shown}"
    );
    assert!(shown.contains(" whole"), "{shown}");
    assert_eq!(error.message(), Some("planted-q planted-b 1234567 whole"));
}

#[tokio::test]
async fn urls_that_the_server_quotes_are_shown_without_user_info_and_query() {
    let url = "https://user:planted@a.example.com/b.jpg?ik-t=1&ik-s=planted";
    let message = format!("Cannot read \"{url}\" ({url}): 404.");
    let shown = "Cannot read \"https://[redacted]@a.example.com/b.jpg?[redacted]\" \
                 (https://[redacted]@a.example.com/b.jpg?[redacted]): 404.";
    for body in [
        json!({"message": message, "errors": {"url": url}}).to_string(),
        format!("<p>{message}</p>"),
    ] {
        let (_server, ik) = answering("400 Bad Request", &body).await;
        let error = ik.files().metadata_from_url(url).await.unwrap_err();
        let printed = format!("{error} {error:?}");
        assert!(!printed.contains("planted"), "{printed}");
        assert!(printed.contains(shown), "{printed}");
    }
}

#[tokio::test]
async fn what_the_server_says_is_quoted_on_one_line() {
    let body = json!({"message": "No.\n2026 ERROR \u{1b}[31mforged", "help": "h".repeat(1001)});
    let (_server, ik) = answering("400 Bad Request", &body.to_string()).await;
    let shown = ik.files().get("f1").await.unwrap_err().to_string();
    let said = format!(
        ": No. 2026 ERROR \u{fffd}[31mforged {}… (request id req-1)",
        "h".repeat(1000)
    );
    assert!(shown.ends_with(&said), "{shown}");
    let (_server, ik) = answering("400 Bad Request", &body.to_string()).await;
    let shown = ik.request("GET", "/v9").await.unwrap_err().to_string();
    let said = "GET /v9: the server answered 400 Bad Request: No. 2026 ERROR \u{fffd}[31mforged (request id req-1)";
    assert_eq!(shown, said);
}

#[tokio::test]
async fn a_secret_that_is_longer_than_what_is_quoted_is_not_shown() {
    let token = "planted-".repeat(300);
    let (_server, ik) = answering("400 Bad Request", &format!("<p>Bad {token}</p>")).await;
    let get = ik.files().get("f1").header("x-token", &token);
    let shown = get.await.unwrap_err().to_string();
    assert!(shown.contains("; body: <p>Bad [redacted]</p>"), "{shown}");
}

// Responses.

#[tokio::test]
async fn a_response_gives_its_value_its_items_and_its_json() {
    let list = format!("[{FILE},{FILE}]");
    let (_server, ik) = answering("200 OK", &list).await;
    let page = ik.assets().list().await.unwrap();
    assert_eq!((&page).into_iter().count(), 2);
    let mut count = 0;
    for _ in &page {
        count += 1;
    }
    let whole: Value = serde_json::from_str(&list).unwrap();
    assert_eq!((count, page.json().unwrap()), (2, whole));
    assert_eq!(page.into_iter().count(), 2);
    let (_server, ik) = answering("204 No Content", "").await;
    assert_eq!(
        ik.files().delete("f1").await.unwrap().json().unwrap(),
        Value::Null
    );
}

// Errors.

/// What a chain such as `{:#}` of anyhow prints.
fn chain(error: &Error) -> Vec<String> {
    let mut messages = vec![error.to_string()];
    let mut source = error.source();
    while let Some(error) = source {
        messages.push(error.to_string());
        source = error.source();
    }
    messages
}

#[tokio::test]
async fn no_cause_is_printed_twice() {
    let half = b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"fileId\"".to_vec();
    let broken = Scripted::start(half).await;
    let hanging = Scripted::start([Step::HangUp]).await;
    let html = Scripted::start(bare("200 OK", &[], "<p>")).await;
    let (url, _socket) = nowhere();
    let ik = |url: &str| {
        let builder = ImageKit::builder().private_key("k").base_url(url);
        builder.retry(RetryPolicy::none()).build().unwrap()
    };
    let errors = [
        ik(&url).files().get("f1").await.unwrap_err(),
        ik(&broken.url).files().get("f1").await.unwrap_err(),
        ik(&hanging.url).files().get("f1").await.unwrap_err(),
        ik(&html.url).files().get("f1").await.unwrap_err(),
        ik(&url)
            .upload(UploadSource::path("/nowhere/a.jpg"))
            .await
            .unwrap_err(),
        ik(&url)
            .files()
            .delete_many(["f1", "f2"])
            .await
            .unwrap()
            .into_result()
            .unwrap_err(),
        ImageKit::builder().private_key("").build().unwrap_err(),
    ];
    for error in errors {
        let messages = chain(&error);
        for (index, message) in messages.iter().enumerate() {
            assert!(!message.is_empty());
            for earlier in &messages[..index] {
                assert!(!earlier.contains(message.as_str()), "{messages:?}");
            }
        }
        let debug = format!("{error:?}");
        assert!(debug.starts_with(&error.to_string()), "{debug}");
        assert_eq!(debug, format!("{error:#?}"));
        assert!(!debug.contains('\n') && !debug.contains(" { "), "{debug}");
    }
    let refused = ik(&url).files().get("f1").await.unwrap_err();
    let cause = refused.get_ref().unwrap();
    assert!(cause.downcast_ref::<reqwest::Error>().unwrap().is_connect());
}

#[tokio::test]
async fn debug_is_the_sentence_with_the_kind() {
    let shown = |error: Error| format!("{error:?}");
    let (_server, ik) = answering("404 Not Found", r#"{"message":"No such file."}"#).await;
    assert_eq!(
        shown(ik.files().get("f1").await.unwrap_err()),
        "get-file-details: the server answered 404 Not Found: No such file. (request id req-1) [NotFound, body of 27 bytes]"
    );
    assert_eq!(
        shown(ik.assets().list().limit(0).await.unwrap_err()),
        "limit: 0 is out of range; ask for 1 to 1000 results at a time [InvalidInput]"
    );
    let (url, _socket) = nowhere();
    let ik = ImageKit::builder()
        .private_key("k")
        .base_url(&url)
        .retry(RetryPolicy::none());
    let error = shown(ik.build().unwrap().files().get("f1").await.unwrap_err());
    let host = &url["http://".len()..];
    let start = format!("get-file-details: no connection to {host}: ");
    assert!(
        error.starts_with(&start) && error.ends_with("[Connection, not sent]"),
        "{error}"
    );
}

#[tokio::test]
async fn every_kind_has_a_predicate_and_errors_are_cloned() {
    for (status, kind) in STATUSES {
        let (_server, ik) = answering(status, "{}").await;
        let error = ik.files().get("f1").await.unwrap_err();
        let answers = [
            (error.is_invalid_input(), ErrorKind::InvalidInput),
            (error.is_bad_request(), ErrorKind::BadRequest),
            (error.is_unauthorized(), ErrorKind::Unauthorized),
            (error.is_forbidden(), ErrorKind::Forbidden),
            (error.is_not_found(), ErrorKind::NotFound),
            (error.is_conflict(), ErrorKind::Conflict),
            (error.is_locked(), ErrorKind::Locked),
            (error.is_rate_limited(), ErrorKind::RateLimited),
            (error.is_server(), ErrorKind::Server),
            (error.is_redirect(), ErrorKind::Redirect),
            (error.is_connection(), ErrorKind::Connection),
            (error.is_timeout(), ErrorKind::Timeout),
            (error.is_io(), ErrorKind::Io),
            (error.is_canceled(), ErrorKind::Canceled),
            (error.is_accepted(), ErrorKind::Accepted),
            (error.is_partial_success(), ErrorKind::PartialSuccess),
            (error.is_decode(), ErrorKind::Decode),
        ];
        for (answer, of) in answers {
            assert_eq!(answer, of == kind, "{status} {of:?}");
        }
        let copy = error.clone();
        assert_eq!(
            (copy.to_string(), copy.status(), copy.body()),
            (error.to_string(), error.status(), error.body())
        );
    }
}

#[tokio::test]
async fn an_error_body_is_taken_apart() {
    for (body, expected) in [
        (
            r#"{"message":"m","help":"h","reason":"R","type":"T","errors":{"a":1},"missingFileIds":["x"]}"#,
            (
                Some("m"),
                Some("h"),
                Some("R"),
                Some("T"),
                Some(json!({"a": 1})),
                vec!["x"],
            ),
        ),
        (
            r#"{"message":7,"help":null,"reason":[1],"type":true,"errors":null,"missingFileIds":[1]}"#,
            (Some("7"), None, Some("[1]"), Some("true"), None, vec![]),
        ),
        ("[]", (None, None, None, None, None, vec![])),
        ("<p>", (None, None, None, None, None, vec![])),
        ("", (None, None, None, None, None, vec![])),
    ] {
        let (_server, ik) = answering("400 Bad Request", body).await;
        let error = ik.files().get("f1").await.unwrap_err();
        let (message, help, reason, kind, errors, missing) = expected;
        assert_eq!(
            (error.message(), error.help(), error.reason()),
            (message, help, reason)
        );
        assert_eq!(
            (error.error_type(), error.errors()),
            (kind, errors.as_ref())
        );
        assert_eq!(error.missing_file_ids(), missing);
        assert_eq!(error.body(), Some(body.as_bytes()));
    }
}

#[tokio::test]
async fn a_timeout_names_the_limit_that_passed() {
    let half = b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"fileId\"".to_vec();
    for (timeout, total, said) in [
        (30, None, "30s (`timeout`)"),
        (30, Some(40), "30s (`timeout`)"),
        (50, Some(40), "40s (`total_timeout`)"),
    ] {
        let server = Scripted::start([Step::Silent]).await;
        let ik = client(&server);
        let mut get = ik
            .files()
            .get("f1")
            .timeout(Duration::from_secs(timeout))
            .retry(RetryPolicy::none());
        if let Some(total) = total {
            get = get.total_timeout(Duration::from_secs(total));
        }
        let get = tokio::spawn(get.into_future());
        until("a request", || server.requests().len() == 1).await;
        pass(Duration::from_secs(60)).await;
        let error = soon(get).await.unwrap().unwrap_err();
        assert!(error.is_timeout() && error.may_have_been_sent());
        let host = &server.url["http://".len()..];
        assert_eq!(
            error.to_string(),
            format!("get-file-details: no complete response from {host} within {said}")
        );
    }
    // The limit of the caller's HTTP client.
    let http = reqwest::Client::builder().read_timeout(Duration::from_millis(1));
    let server = Scripted::start([Step::Silent, Step::Reply(half)]).await;
    let ik = ImageKit::builder()
        .private_key("k")
        .base_url(&server.url)
        .http_client(http.build().unwrap())
        .retry(RetryPolicy::none())
        .build()
        .unwrap();
    let error = soon(ik.files().get("f1")).await.unwrap_err();
    assert!(error.is_timeout());
    assert!(
        error
            .to_string()
            .ends_with("within the time limit of `http_client`"),
        "{error}"
    );
}

#[test]
fn a_client_shows_its_addresses_and_limits() {
    let builder = ImageKit::builder()
        .private_key("planted")
        .webhook_secret("whsec_cGxhbnRlZA==")
        .base_url("https://u:planted@proxy.example.com/a")
        .header("x-tenant", "planted")
        .timeout(Duration::from_secs(7));
    for shown in [
        format!("{builder:?}"),
        format!("{:?}", builder.build().unwrap()),
    ] {
        assert!(
            !shown.contains("planted") && !shown.contains("cGxhbnRlZA"),
            "{shown}"
        );
        for part in [
            "https://[redacted]@proxy.example.com/a",
            "timeout: 7s",
            "x-tenant",
        ] {
            assert!(shown.contains(part), "{part} in {shown}");
        }
    }
}

/// The HTTP client of the application may be made without a dependency on `reqwest`.
#[tokio::test]
async fn the_http_client_is_that_of_the_crate() {
    use imagekitio::reqwest::header::{HeaderMap, HeaderValue};
    use imagekitio::reqwest::{Client, Method, StatusCode};

    let (server, ik) = answering("404 Not Found", "").await;
    let headers = HeaderMap::from_iter([(
        imagekitio::reqwest::header::ACCEPT_LANGUAGE,
        HeaderValue::from_static("en"),
    )]);
    let http = Client::builder().default_headers(headers).build().unwrap();
    let other = ImageKit::builder()
        .private_key("k")
        .base_url(&server.url)
        .http_client(http)
        .build()
        .unwrap();
    for ik in [ik, other] {
        let error = ik.request(Method::PUT, "/v9").await.unwrap_err();
        assert_eq!(error.status(), Some(StatusCode::NOT_FOUND.as_u16()));
    }
    let languages = server.requests();
    let languages: Vec<_> = languages
        .iter()
        .map(|r| r.header("accept-language"))
        .collect();
    assert_eq!(languages, [None, Some("en")]);
}

/// The environment of a process of its own.
#[tokio::test]
async fn variables_of_other_sdks_are_read() {
    const CHILD: &str = "IMAGEKITIO_TEST_CHILD";
    if std::env::var_os(CHILD).is_some() {
        let result = match ImageKit::from_env() {
            Ok(ik) => ik.files().get("f1").await.map(|_| ()),
            Err(error) => Err(error),
        };
        if let Err(error) = result {
            println!("error: {error}");
        }
        return;
    }
    let name = support::test_name(module_path!(), "variables_of_other_sdks_are_read");
    let server = Scripted::start(reply("200 OK", FILE)).await;
    let run = |url: String, headers: &'static str| {
        let mut command = tokio::process::Command::new(std::env::current_exe().unwrap());
        command
            .args(["--exact", &name, "--nocapture"])
            .env(CHILD, "1")
            .env("IMAGEKIT_PRIVATE_KEY", "private_key_test")
            .env("IMAGE_KIT_BASE_URL", url)
            .env("IMAGE_KIT_CUSTOM_HEADERS", headers);
        async move { String::from_utf8(command.output().await.unwrap().stdout).unwrap() }
    };
    let output = run(server.url.clone(), "X-A: 1\n\n  x-b :two: 2 \r\nX-C:").await;
    assert!(!output.contains("error: "), "{output}");
    let request = server.request();
    let sent = ["x-a", "x-b", "x-c"].map(|name| request.header(name));
    assert_eq!(sent, [Some("1"), Some("two: 2"), Some("")]);
    for (headers, said) in [
        (
            "planted",
            "error: IMAGE_KIT_CUSTOM_HEADERS: has a line without a colon",
        ),
        (
            "a b: planted",
            "error: header: `a b` is not a valid header name",
        ),
        (
            "Authorization: planted",
            "error: header: `Authorization` cannot be set",
        ),
    ] {
        let output = run(server.url.clone(), headers).await;
        assert!(
            output.contains(said) && !output.contains("planted"),
            "{output}"
        );
    }
    assert_eq!(server.requests().len(), 1);
}
