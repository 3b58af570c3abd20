//! Purges of the cache, over real HTTP.

use std::time::Duration;

use imagekitio::ErrorKind;
use serde_json::json;
use support::calls::{
    answering, assert_attempts, assert_errors, assert_refused, assert_sent, call, client,
};
use support::{Scripted, Step, json as reply};

const URL: &str = "https://ik.imagekit.io/demo/shoe.jpg";

#[tokio::test]
async fn requests_hold_what_is_given_and_nothing_else() {
    assert_sent(
        ("200 OK", r#"{"requestId":"p1","status":"Completed"}"#),
        |ik| {
            vec![
                call(
                    ik.cache()
                        .purge("https://ik.imagekit.io/demo/é a.jpg?tr=w-1#x"),
                ),
                call(ik.cache().status("p:1")),
                call(ik.cache().wait("p1")),
            ]
        },
        &[
            (
                "POST /v1/files/purge",
                Some(json!({"url": "https://ik.imagekit.io/demo/é a.jpg?tr=w-1#x"})),
            ),
            ("GET /v1/files/purge/p:1", None),
            ("GET /v1/files/purge/p1", None),
        ],
    )
    .await;
}

#[tokio::test]
async fn replies_are_kept_whole() {
    for status in ["200 OK", "201 Created"] {
        let (_server, ik) = answering(status, r#"{"requestId":"p1","new":1}"#).await;
        let purge = ik.cache().purge(URL).await.unwrap();
        assert_eq!(purge.request_id, "p1");
        assert_eq!(purge.extra["new"], 1);
    }
    for body in ["{}", "", r#"{"requestId":null}"#] {
        let (_server, ik) = answering("201 Created", body).await;
        let error = ik.cache().purge(URL).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode, "{body}");
        assert_eq!(error.body(), Some(body.as_bytes()));
        assert!(error.may_have_been_sent());
    }
    let statuses = [
        (r#"{"status":"Pending"}"#, true, false),
        (r#"{"status":"Completed","new":[1]}"#, false, true),
        (r#"{"status":"Refused"}"#, false, false),
    ];
    for (body, is_pending, is_completed) in statuses {
        let (_server, ik) = answering("200 OK", body).await;
        let status = ik.cache().status("p1").await.unwrap();
        assert_eq!(status.is_pending(), is_pending, "{body}");
        assert_eq!(status.is_completed(), is_completed, "{body}");
    }
}

#[tokio::test]
async fn a_wait_asks_until_the_purge_is_no_longer_pending() {
    let pending = Step::Reply(reply("200 OK", r#"{"status":"Pending"}"#));
    let tick = Duration::from_millis(5);
    for last in ["Completed", "Refused"] {
        let done = Step::Reply(reply("200 OK", &format!(r#"{{"status":"{last}"}}"#)));
        let server = Scripted::start([pending.clone(), pending.clone(), done]).await;
        let status = client(&server).cache().wait("p1").interval(tick).await;
        assert_eq!(status.unwrap().is_completed(), last == "Completed");
        assert_eq!(server.requests().len(), 3);
    }
    let server = Scripted::start([pending]).await;
    let wait = client(&server).cache().wait("p1").interval(tick);
    let error = wait.total_timeout(4 * tick).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert_eq!(
        error.to_string(),
        "purge-status: the purge did not finish within 20ms (`total_timeout`), and continues; wait again, or request its status later"
    );
}

#[tokio::test]
async fn refusals_of_the_server_have_their_kinds() {
    assert_errors(|ik| {
        vec![
            call(ik.cache().purge(URL)),
            call(ik.cache().status("p1")),
            call(ik.cache().wait("p1")),
        ]
    })
    .await;
}

#[tokio::test]
async fn many_purges_tell_the_result_of_each() {
    let purged =
        |id: &str| Step::Reply(reply("201 Created", &format!(r#"{{"requestId":"{id}"}}"#)));
    let refused = Step::Reply(reply("400 Bad Request", r#"{"message":"No."}"#));
    let server = Scripted::start([purged("p1"), refused, purged("p2")]).await;
    let url = |name: &str| format!("https://ik.imagekit.io/demo/{name}.jpg?ik-s=planted");
    let urls = ["a", "b", "a", "c"].map(url);
    let purges = client(&server).cache().purge_many(&urls).concurrency(1);
    assert!(!format!("{purges:?}").contains("planted"), "{purges:?}");
    let outcome = purges.await.unwrap();
    let sent: Vec<_> = server
        .requests()
        .iter()
        .map(|request| (request.line.clone(), support::calls::body(request).unwrap()))
        .collect();
    let expected =
        ["a", "b", "c"].map(|name| ("POST /v1/files/purge".to_owned(), json!({"url": url(name)})));
    assert_eq!(sent, expected);
    assert_eq!(outcome.succeeded, [url("a"), url("c")]);
    let ids: Vec<_> = outcome
        .replies
        .iter()
        .map(|purge| &purge.request_id)
        .collect();
    assert_eq!(ids, ["p1", "p2"]);
    let [failure] = &outcome.failed[..] else {
        panic!("{outcome:?}");
    };
    assert_eq!(failure.item, url("b"));
    assert_eq!(failure.reason, "the server answered 400 Bad Request: No.");
    assert_eq!(
        failure.error.as_ref().unwrap().kind(),
        ErrorKind::BadRequest
    );
    // URLs may be signed.
    assert!(!format!("{outcome:?}").contains("planted"), "{outcome:?}");
    let error = outcome.into_result().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::PartialSuccess);
    // What the server said of the URL that failed.
    assert_eq!(error.status(), Some(400));
    assert_eq!(error.message(), Some("No."));
    assert_eq!(
        error.to_string(),
        "purge-cache: 1 of 3 URLs failed, the first of them \
         https://ik.imagekit.io/demo/b.jpg?[redacted]: the server answered 400 Bad Request: No. \
         (request id req-1)"
    );
}

#[tokio::test]
async fn bad_input_for_many_purges_is_refused_before_any_request() {
    let (server, ik) = answering("201 Created", r#"{"requestId":"p1"}"#).await;
    let none: [&str; 0] = [];
    for (urls, message) in [
        (
            &none[..],
            "urls: is empty; give at least one, such as `https://ik.imagekit.io/demo/shoe.jpg`",
        ),
        (
            &[URL, "/shoe.jpg"],
            "urls: `/shoe.jpg` is not an http or https URL; give the whole one, such as https://ik.imagekit.io/demo/shoe.jpg",
        ),
        (
            &[URL, "https://ik.imagekit.io/demo/a*"],
            "urls: `https://ik.imagekit.io/demo/a*` reaches too far; give two levels, 15 characters or a complete file name before the `*`",
        ),
    ] {
        let error = ik.cache().purge_many(urls.to_vec()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert_eq!(error.to_string(), message);
    }
    assert_eq!(server.requests(), []);
}

#[tokio::test]
async fn urls_that_may_be_valid_are_sent() {
    let urls = [
        URL,
        "http://cdn.example.com/a",
        "HTTPS://cdn.example.com:8443/",
        "https://ik.imagekit.io/demo/",
        // Two levels.
        "https://ik.imagekit.io/demo/images/upload*",
        "https://ik.imagekit.io/demo/a/b*",
        "https://ik.imagekit.io/demo/a/b/*",
        "https://ik.imagekit.io/demo/media/catalog*",
        "https://ik.imagekit.io/demo/media/catalog/shoes/*",
        "https://cdn.example.com/a/b*",
        // Perhaps two levels, or a level under a pattern.
        "https://ik.imagekit.io/demo/images/*",
        "https://ik.imagekit.io/demo/pattern/images*",
        // Fifteen characters.
        "https://ik.imagekit.io/demo/fifteencharacter*",
        "https://ik.imagekit.io/demo/fourteen_chars*",
        "https://ik.imagekit.io/demo/äöüäö*",
        // A complete file name.
        "https://ik.imagekit.io/demo/f.jpg*",
        "https://cdn.example.com/f.jpg*",
        // In a query, an asterisk is no wildcard.
        "https://ik.imagekit.io/demo/a.jpg?x=a*b",
        "https://ik.imagekit.io/demo/a.jpg?x=*",
        "https://cdn.example.com/a?*",
    ];
    let (server, ik) = answering("201 Created", r#"{"requestId":"p1"}"#).await;
    for url in urls {
        ik.cache().purge(url).await.expect(url);
    }
    assert_eq!(server.requests().len(), urls.len());
}

#[tokio::test]
async fn bad_input_is_refused_before_the_request() {
    const NO_URL: &str = "is not an http or https URL; give the whole one, such as https://ik.imagekit.io/demo/shoe.jpg";
    const NOT_LAST: &str = "has a `*` before its end; put one at the very end, or purge each file";
    const TOO_FAR: &str =
        "reaches too far; give two levels, 15 characters or a complete file name before the `*`";
    const NEVER: &str =
        "is a pattern that ImageKit never accepts; give a longer path before the `*`";
    let cases = [
        ("", NO_URL),
        ("/demo/shoe.jpg", NO_URL),
        ("ik.imagekit.io/demo/shoe.jpg", NO_URL),
        ("ftp://ik.imagekit.io/demo/shoe.jpg", NO_URL),
        ("https://ik.imagekit.io/demo/folder/*/shoe.jpg", NOT_LAST),
        ("https://ik.imagekit.io/demo/folder/shoe*?tr=w-1", NOT_LAST),
        ("https://ik.imagekit.io/demo/folder/shoe**", NOT_LAST),
        ("https://ik.imagekit.io/demo/*/folder/shoe*", NOT_LAST),
        ("https://ik.imagekit.io*", TOO_FAR),
        ("https://ik.imagekit.io/*", TOO_FAR),
        ("https://ik.imagekit.io/demo*", TOO_FAR),
        ("https://ik.imagekit.io/demo/*", TOO_FAR),
        ("https://ik.imagekit.io/demo/images*", TOO_FAR),
        ("https://ik.imagekit.io/demo/thirteenchars*", TOO_FAR),
        ("https://cdn.example.com/*", TOO_FAR),
        ("https://cdn.example.com/images*", TOO_FAR),
        ("https://ik.imagekit.io/demo/media/catalog/*", NEVER),
        ("https://ik.imagekit.io/demo/s/files/*", NEVER),
        ("https://cdn.example.com/media/catalog/*", NEVER),
    ];
    let (server, ik) = answering("201 Created", "{}").await;
    for (url, why) in cases {
        let error = ik.cache().purge(url).await.unwrap_err();
        assert_eq!(error.argument(), Some("url"));
        // A query may hold a signature.
        let shown = url.replace("?tr=w-1", "?[redacted]");
        assert_eq!(error.to_string(), format!("url: `{shown}` {why}"));
    }
    assert_eq!(server.requests(), []);
    assert_refused(
        |ik| vec![call(ik.cache().status("")), call(ik.cache().wait("."))],
        &[
            "request_id: `` is not a valid id: it is empty; give the id that ImageKit assigned",
            "request_id: `.` is not a valid id: it is a path; give the id that ImageKit assigned",
        ],
    )
    .await;
}

#[tokio::test]
async fn only_what_may_be_done_twice_is_sent_again() {
    assert_attempts(|ik| vec![call(ik.cache().purge(URL))], 1).await;
    assert_attempts(|ik| vec![call(ik.cache().status("p1"))], 3).await;
}
