//! Saved extensions over real HTTP.

use imagekitio::types::{AiTasks, AutoDescription, AutoTagging, ExtensionConfig, RemoveBg};
use serde_json::{Value, json};
use support::calls::{
    answering, assert_all_kept, assert_attempts, assert_errors, assert_refused, assert_sent, call,
    reply,
};

fn full() -> Value {
    json!({
        "id": "e1", "name": "cut", "description": "Cuts products out",
        "config": {"name": "remove-bg", "options": {
            "add_shadow": true, "semitransparency": false, "bg_color": "FFF", "bg_image_url": "https://example.com/b.png",
        }},
        "createdAt": "2026-05-04T10:20:30.456Z", "updatedAt": "2026-05-05T10:20:30.456Z",
    })
}

/// A saved extension with another property.
fn with(name: &str, value: Value) -> Value {
    let mut extension = full();
    extension[name] = value;
    extension
}

fn replies() -> Vec<Value> {
    vec![
        full(),
        with("brandNew", json!({"x": [1, null]})),
        with("config", json!({"name": "brand-new", "x": 1})),
        with(
            "config",
            json!({"name": "google-auto-tagging", "minConfidence": 80.5, "maxTags": 10, "x": 1}),
        ),
        with(
            "config",
            json!({"name": "aws-auto-tagging", "minConfidence": 80, "maxTags": 10}),
        ),
        with("config", json!({"name": "ai-auto-description"})),
        with(
            "config",
            json!({"name": "ai-tasks", "tasks": [
                {"type": "select_tags", "instruction": "Which?", "vocabulary": ["a", "b"]},
                {"type": "brand_new"},
            ]}),
        ),
    ]
}

#[tokio::test]
async fn requests_hold_what_is_set_and_nothing_else() {
    let newer = json!({"name": "brand-new", "x": {"y": null}});
    assert_sent(
        ("200 OK", "[]"),
        |ik| vec![call(ik.saved_extensions().list())],
        &[("GET /v1/saved-extensions", None)],
    )
    .await;
    assert_sent(
        ("200 OK", &full().to_string()),
        |ik| {
            let extensions = ik.saved_extensions();
            let newer = json!({"name": "brand-new", "x": {"y": null}});
            vec![
                call(extensions.create("cut", "Cuts", RemoveBg::new())),
                call(extensions.create("n", "d", ExtensionConfig::Unknown(newer))),
                call(extensions.get("a:b,c;x=1~y")),
                call(extensions.update("e1").name("new")),
                call(extensions.update("e1").description("New")),
                call(extensions.update("e1").config(AutoTagging::aws(80u32, 10u32))),
            ]
        },
        &[
            (
                "POST /v1/saved-extensions",
                Some(json!({"name": "cut", "description": "Cuts", "config": {"name": "remove-bg"}})),
            ),
            (
                "POST /v1/saved-extensions",
                Some(json!({"name": "n", "description": "d", "config": newer})),
            ),
            ("GET /v1/saved-extensions/a:b,c;x=1~y", None),
            ("PATCH /v1/saved-extensions/e1", Some(json!({"name": "new"}))),
            ("PATCH /v1/saved-extensions/e1", Some(json!({"description": "New"}))),
            (
                "PATCH /v1/saved-extensions/e1",
                Some(json!({"config": {"name": "aws-auto-tagging", "minConfidence": 80, "maxTags": 10}})),
            ),
        ],
    )
    .await;
    for reply in [("204 No Content", ""), ("200 OK", "{}"), ("200 OK", "")] {
        assert_sent(
            reply,
            |ik| vec![call(ik.saved_extensions().delete("e1"))],
            &[("DELETE /v1/saved-extensions/e1", None)],
        )
        .await;
    }
}

#[tokio::test]
async fn replies_are_kept_whole() {
    assert_all_kept(
        &replies(),
        |ik| {
            let extensions = ik.saved_extensions();
            vec![
                reply(extensions.create("n", "d", RemoveBg::new())),
                reply(extensions.get("e1")),
                reply(extensions.update("e1").name("n")),
            ]
        },
        |ik| vec![reply(ik.saved_extensions().list())],
    )
    .await;
}

#[tokio::test]
async fn configurations_are_typed() {
    let (_server, ik) = answering("200 OK", &full().to_string()).await;
    let saved = ik.saved_extensions().get("e1").await.unwrap();
    assert_eq!(saved.name, "cut");
    let ExtensionConfig::RemoveBg(config) = &saved.config else {
        panic!("{saved:?}");
    };
    let options = config.options.as_ref().unwrap();
    assert_eq!(options.add_shadow.as_ref(), Some(&true));
    assert_eq!(options.bg_color.as_ref(), Some(&"FFF".to_owned()));
}

#[tokio::test]
async fn failures_say_what_the_server_says() {
    assert_errors(|ik| {
        let extensions = ik.saved_extensions();
        vec![
            call(extensions.list()),
            call(extensions.create("n", "d", AutoDescription::new())),
            call(extensions.get("e1")),
            call(extensions.update("e1").name("n")),
            call(extensions.delete("e1")),
        ]
    })
    .await;
}

#[tokio::test]
async fn only_creation_is_not_repeated() {
    let creation = |ik: &imagekitio::ImageKit| {
        let extensions = ik.saved_extensions();
        vec![call(extensions.create("n", "d", AutoDescription::new()))]
    };
    assert_attempts(creation, 1).await;
    assert_attempts(
        |ik| {
            let extensions = ik.saved_extensions();
            vec![
                call(extensions.list()),
                call(extensions.get("e1")),
                call(extensions.update("e1").name("n")),
                call(extensions.delete("e1")),
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
            let extensions = ik.saved_extensions();
            vec![
                call(extensions.get("")),
                call(extensions.update("..")),
                call(extensions.delete("")),
                call(extensions.create("", "d", RemoveBg::new())),
                call(extensions.create("n", "", RemoveBg::new())),
                call(extensions.create("n", "d", AiTasks::new([]))),
                call(extensions.update("e1").name("")),
                call(extensions.update("e1").description("")),
                call(extensions.update("e1").config(AiTasks::new([]))),
            ]
        },
        &[
            "id: `` is not a valid id: it is empty; give the id that ImageKit assigned",
            "id: `..` is not a valid id: it is a path; give the id that ImageKit assigned",
            "id: `` is not a valid id: it is empty; give the id that ImageKit assigned",
            "name: is empty; give the saved extension a name",
            "description: is empty; say what the saved extension is for",
            "tasks: has 0 tasks; give 1 to 10",
            "name: is empty; give the saved extension a name",
            "description: is empty; say what the saved extension is for",
            "tasks: has 0 tasks; give 1 to 10",
        ],
    )
    .await;
}
