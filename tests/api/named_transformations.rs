//! Named transformations over real HTTP.

use imagekitio::{ErrorKind, Overlay, Transformation};
use serde_json::{Value, json};
use support::calls::{
    answering, assert_all_kept, assert_attempts, assert_errors, assert_refused, assert_sent, call,
    reply,
};

fn full() -> Value {
    json!({
        "id": "t1", "name": "thumb_1", "transformation": "w-200,h-200:rt-90", "enabled": false,
        "createdAt": "2026-05-04T10:20:30.456Z",
    })
}

/// All properties are required.
fn replies() -> Vec<Value> {
    let mut newer = full();
    newer["brandNew"] = json!({"x": [1, null]});
    newer["createdAt"] = json!("yesterday");
    vec![full(), newer]
}

#[tokio::test]
async fn requests_hold_what_is_set_and_nothing_else() {
    assert_sent(
        ("200 OK", "[]"),
        |ik| vec![call(ik.named_transformations().list())],
        &[("GET /v1/named-transformations", None)],
    )
    .await;
    assert_sent(
        ("200 OK", &full().to_string()),
        |ik| {
            let named = ik.named_transformations();
            vec![
                call(named.create("thumb_1", "w-200")),
                call(named.create("thumb_1", "w-200").enabled(true)),
                call(named.create("thumb_1", "w-200").enabled(false)),
                call(named.get("a:b,c;x=1~y")),
                call(named.update("t1").name("New")),
                call(named.update("t1").transformation("w-2")),
                call(named.update("t1").enabled(true)),
                call(named.update("t1").enabled(false)),
            ]
        },
        &[
            (
                "POST /v1/named-transformations",
                Some(json!({"name": "thumb_1", "transformation": "w-200"})),
            ),
            (
                "POST /v1/named-transformations",
                Some(json!({"name": "thumb_1", "transformation": "w-200", "enabled": true})),
            ),
            (
                "POST /v1/named-transformations",
                Some(json!({"name": "thumb_1", "transformation": "w-200", "enabled": false})),
            ),
            ("GET /v1/named-transformations/a:b,c;x=1~y", None),
            (
                "PATCH /v1/named-transformations/t1",
                Some(json!({"name": "New"})),
            ),
            (
                "PATCH /v1/named-transformations/t1",
                Some(json!({"transformation": "w-2"})),
            ),
            (
                "PATCH /v1/named-transformations/t1",
                Some(json!({"enabled": true})),
            ),
            (
                "PATCH /v1/named-transformations/t1",
                Some(json!({"enabled": false})),
            ),
        ],
    )
    .await;
    for reply in [("204 No Content", ""), ("200 OK", "{}"), ("200 OK", "")] {
        assert_sent(
            reply,
            |ik| vec![call(ik.named_transformations().delete("t1"))],
            &[("DELETE /v1/named-transformations/t1", None)],
        )
        .await;
    }
}

#[tokio::test]
async fn a_transformation_is_a_text_a_step_or_several() {
    let (server, ik) = answering("201 Created", &full().to_string()).await;
    let named = ik.named_transformations();
    let step = Transformation::new().width(200).height(200);
    let turned = Transformation::new().rotation(90);
    let greeting = Transformation::new().overlay(Overlay::text("Hello, you"));
    for create in [
        named.create("n", "w-1:h-1"),
        named.create("n", String::from("w-1:h-1")),
        named.create("n", &step),
        named.create("n", step.clone()),
        named.create("n", [step.clone(), Transformation::new(), turned.clone()]),
        named.create("n", vec![step, turned]),
        named.create("n", &greeting),
    ] {
        create.await.unwrap();
    }
    let sent: Vec<Value> = server
        .requests()
        .iter()
        .filter_map(support::calls::body)
        .map(|body| body["transformation"].clone())
        .collect();
    let greeting = greeting.to_string();
    let expected = [
        "w-1:h-1",
        "w-1:h-1",
        "w-200,h-200",
        "w-200,h-200",
        "w-200,h-200:rt-90",
        "w-200,h-200:rt-90",
        &greeting,
    ];
    assert_eq!(sent, expected);
}

#[tokio::test]
async fn replies_are_kept_whole() {
    assert_all_kept(
        &replies(),
        |ik| {
            let named = ik.named_transformations();
            vec![
                reply(named.create("n", "w-1")),
                reply(named.get("t1")),
                reply(named.update("t1").enabled(true)),
            ]
        },
        |ik| vec![reply(ik.named_transformations().list())],
    )
    .await;
}

#[tokio::test]
async fn a_reply_is_typed_and_complete() {
    let (_server, ik) = answering("200 OK", &full().to_string()).await;
    let named = ik.named_transformations().get("t1").await.unwrap();
    assert_eq!(named.name, "thumb_1");
    assert_eq!(named.transformation, "w-200,h-200:rt-90");
    assert!(!named.enabled);

    for (body, message) in [
        (json!({}), "missing field `id`"),
        (json!({"enabled": null}), "enabled: invalid type: null"),
    ] {
        let (_server, ik) = answering("200 OK", &body.to_string()).await;
        let error = ik.named_transformations().get("t1").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode);
        assert!(error.to_string().contains(message), "{error}");
    }
}

#[tokio::test]
async fn failures_say_what_the_server_says() {
    assert_errors(|ik| {
        let named = ik.named_transformations();
        vec![
            call(named.list()),
            call(named.create("n", "w-1")),
            call(named.get("t1")),
            call(named.update("t1").enabled(true)),
            call(named.delete("t1")),
        ]
    })
    .await;
}

#[tokio::test]
async fn only_creation_is_not_repeated() {
    assert_attempts(
        |ik| vec![call(ik.named_transformations().create("n", "w-1"))],
        1,
    )
    .await;
    assert_attempts(
        |ik| {
            let named = ik.named_transformations();
            vec![
                call(named.list()),
                call(named.get("t1")),
                call(named.update("t1").enabled(true)),
                call(named.delete("t1")),
            ]
        },
        3,
    )
    .await;
}

#[tokio::test]
async fn bad_input_is_refused_before_the_request() {
    assert_refused(
        |ik| {
            let named = ik.named_transformations();
            let empty = Transformation::new;
            vec![
                call(named.get("")),
                call(named.update("..")),
                call(named.delete("")),
                call(named.create("", "w-1")),
                call(named.create("my-thumb", "w-1")),
                call(named.update("t1").name("größe")),
                call(named.create("n", "")),
                call(named.create("n", empty())),
                call(named.update("t1").transformation([empty(), empty()])),
                call(named.create("n", empty().width(100).quality(101))),
                call(
                    named
                        .update("t1")
                        .transformation([empty().width(1), empty().quality(0)]),
                ),
            ]
        },
        &[
            "id: `` is not a valid id: it is empty; give the id that ImageKit assigned",
            "id: `..` is not a valid id: it is a path; give the id that ImageKit assigned",
            "id: `` is not a valid id: it is empty; give the id that ImageKit assigned",
            "name: is empty; give letters from A to Z, digits and `_`",
            "name: `my-thumb` is not a valid name; give letters from A to Z, digits and `_`",
            "name: `größe` is not a valid name; give letters from A to Z, digits and `_`",
            "transformation: is empty; give at least one parameter, such as w-300",
            "transformation: is empty; give at least one parameter, such as w-300",
            "transformation: is empty; give at least one parameter, such as w-300",
            "quality: 101 is not allowed; give a number from 1 to 100; `raw` sends any other value",
            "quality: 0 is not allowed; give a number from 1 to 100; `raw` sends any other value",
        ],
    )
    .await;
}
