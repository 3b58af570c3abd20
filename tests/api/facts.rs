//! What ImageKit's document states beyond types: the words of errors, names, and rules that are
//! checked before a request.

use imagekitio::types::FieldSchema;
use imagekitio::types::{
    AiTask, AiTaskAction, AiTaskYesNo, AiTasks, GcsOrigin, RemoveBg, ResponseField, required,
};
use imagekitio::{ErrorKind, ImageKit};
use serde_json::json;
use support::calls::{answering, assert_refused, assert_sent, call};
use support::uploads::hello;
use support::{FILE, Scripted, json as reply};

#[tokio::test]
async fn an_error_shows_the_details_of_what_was_refused() {
    for (errors, shown) in [
        (
            json!({"customMetadata.price": "must be a number"}),
            "(customMetadata.price: must be a number)",
        ),
        (
            json!({"customMetadata": {"color": "unknown", "price": ["must be a number", "must be above 0"]}}),
            "(customMetadata.color: unknown; customMetadata.price: must be a number; customMetadata.price: must be above 0)",
        ),
        (
            json!([{"error": "Locked.", "fileId": "f1"}, "odd"]),
            "(error: Locked.; fileId: f1; odd)",
        ),
        (json!({"a": true, "b": 7, "c": null}), "(a: true; b: 7)"),
        (json!("all of it"), "(all of it)"),
    ] {
        let body = json!({"message": "Bad.", "help": "Ask.", "type": "INVALID_PARAM_ERROR", "errors": errors});
        let (_server, ik) = answering("400 Bad Request", &body.to_string()).await;
        let error = ik.files().update("f1").tags(["a"]).await.unwrap_err();
        assert_eq!(
            error.to_string(),
            format!(
                "update-file-details: the server answered 400 Bad Request: Bad. Ask. {shown} (request id req-1)"
            )
        );
        assert_eq!(error.errors(), Some(&errors));
        assert_eq!(error.error_type(), Some("INVALID_PARAM_ERROR"));
    }
    let many = json!({"errors": {"a": "x ".repeat(1000)}}).to_string();
    let (_server, ik) = answering("400 Bad Request", &many).await;
    let error = ik.files().get("f1").await.unwrap_err();
    assert!(error.to_string().chars().count() < 300, "{error}");
    assert_eq!((error.message(), error.error_type()), (None, None));

    for body in ["{}", "", "<p>", r#"{"errors":null,"type":null}"#, "[]", "7"] {
        let (_server, ik) = answering("400 Bad Request", body).await;
        let error = ik.files().get("f1").await.unwrap_err();
        assert_eq!((error.errors(), error.error_type()), (None, None), "{body}");
    }
}

#[tokio::test]
async fn response_fields_are_those_of_the_api() {
    let server = Scripted::start(reply("200 OK", FILE)).await;
    let ik = support::calls::client(&server);
    for (given, sent) in [
        (vec!["is_private_file", "tags"], "isPrivateFile,tags"),
        (
            vec!["custom_coordinates", "embedded_metadata"],
            "customCoordinates,embeddedMetadata",
        ),
        (
            vec!["selected_fields_schema", "IS_PUBLISHED", "customMetadata"],
            "selectedFieldsSchema,isPublished,customMetadata",
        ),
        (vec!["metadata"], "metadata"),
    ] {
        ik.upload(hello()).response_fields(given).await.unwrap();
        let body = server.requests().pop().unwrap().body;
        let body = String::from_utf8_lossy(&body).into_owned();
        assert!(
            body.contains(&format!("name=\"responseFields\"\r\n\r\n{sent}\r\n")),
            "{body}"
        );
    }
    let known = "tags, customCoordinates, isPrivateFile, embeddedMetadata, isPublished, customMetadata, metadata, \
                 selectedFieldsSchema";
    for unknown in ["is_private", "newer", "", "isPrivateFile,tags"] {
        for error in [
            ik.upload(hello())
                .response_fields(["tags", unknown])
                .await
                .unwrap_err(),
            ik.upload_v2(hello())
                .response_fields([ResponseField::from(unknown)])
                .await
                .unwrap_err(),
        ] {
            assert_eq!(
                error.to_string(),
                format!(
                    "response_fields: `{unknown}` is not a valid response field: it is not one of {known}; for one that is \
                     newer than this crate, give all names to `set(\"responseFields\", ...)`"
                )
            );
            assert!(!error.may_have_been_sent());
        }
    }
    assert_eq!(server.requests().len(), 4);
    let newer = ik
        .upload(hello())
        .response_fields(["tags"])
        .set("responseFields", "tags,newer");
    newer.await.unwrap();
    let body = server.requests().pop().unwrap().body;
    assert!(String::from_utf8_lossy(&body).contains("\r\n\r\ntags,newer\r\n"));
}

fn ask() -> AiTaskYesNo {
    AiTaskYesNo::new("Is there a shoe?")
}

#[tokio::test]
async fn a_question_needs_an_action() {
    const MESSAGE: &str = "on_yes: is missing, and so are `on_no` and `on_unknown`; set at least one of these actions";
    assert_refused(
        |ik| {
            let tasks = || AiTasks::new(vec![AiTask::from(ask())]);
            let late = AiTasks::new(vec![
                AiTask::from(ask().on_no(AiTaskAction::new().add_tags(["a"]))),
                AiTask::from(ask()),
            ]);
            vec![
                call(ik.files().update("f1").extensions([tasks().into()])),
                call(ik.files().update("f1").extensions([late.into()])),
                call(ik.upload(hello()).extensions([tasks().into()])),
                call(ik.upload_v2(hello()).extensions([tasks().into()])),
                call(ik.saved_extensions().create("a", "b", tasks())),
                call(ik.saved_extensions().update("e1").config(tasks())),
            ]
        },
        &[MESSAGE; 6],
    )
    .await;
    let (server, ik) = answering("200 OK", FILE).await;
    let action = AiTaskAction::new().add_tags(["a"]);
    for task in [
        ask().on_yes(action.clone()),
        ask().on_no(action.clone()),
        ask().on_unknown(action),
    ] {
        let tasks = AiTasks::new(vec![AiTask::from(task)]);
        ik.files()
            .update("f1")
            .extensions([tasks.into()])
            .await
            .unwrap();
    }
    assert_eq!(server.requests().len(), 3);
}

#[tokio::test]
async fn a_background_is_a_color_or_an_image() {
    const MESSAGE: &str = "bg_image_url: can't be combined with `bg_color`; leave one of them out";
    fn both() -> RemoveBg {
        RemoveBg::new()
            .bg_color("fff")
            .bg_image_url("https://a.b/c.png")
    }
    let remove = both();
    let options = remove.options.as_ref().unwrap();
    assert_eq!(options.bg_color.as_ref(), Some(&"fff".to_owned()));
    assert_refused(
        |ik| {
            vec![
                call(ik.files().update("f1").extensions([both().into()])),
                call(ik.upload(hello()).extensions([both().into()])),
                call(ik.upload_v2(hello()).extensions([both().into()])),
                call(ik.saved_extensions().create("a", "b", both())),
                call(ik.saved_extensions().update("e1").config(both())),
            ]
        },
        &[MESSAGE; 5],
    )
    .await;
    let (server, ik) = answering("200 OK", FILE).await;
    for one in [
        RemoveBg::new().bg_color("fff").bg_image_url(""),
        RemoveBg::new().bg_image_url("https://a.b/c.png"),
        RemoveBg::new().add_shadow(true),
    ] {
        ik.files()
            .update("f1")
            .extensions([one.into()])
            .await
            .unwrap();
    }
    assert_eq!(server.requests().len(), 3);
}

#[tokio::test]
async fn a_required_field_needs_a_default() {
    const MESSAGE: &str = "schema: requires a value without a default; give the value of files that have none as `default_value`";
    assert_refused(
        |ik| {
            let fields = ik.custom_metadata_fields();
            vec![
                call(fields.create("a", "A", FieldSchema::text().is_value_required(true))),
                call(fields.create(
                    "a",
                    "A",
                    FieldSchema::number().is_value_required(true).min_value(1),
                )),
                call(
                    fields.create(
                        "a",
                        "A",
                        FieldSchema::date()
                            .set("isValueRequired", true)
                            .set("defaultValue", json!(null)),
                    ),
                ),
                call(
                    fields
                        .update("1")
                        .schema(FieldSchema::boolean().is_value_required(true)),
                ),
            ]
        },
        &[MESSAGE; 4],
    )
    .await;
    assert_sent(
        ("200 OK", r#"{"id":"1","name":"a","label":"A","schema":{"type":"Boolean"}}"#),
        |ik: &ImageKit| {
            let fields = ik.custom_metadata_fields();
            let schema = || FieldSchema::boolean().is_value_required(true).default_value(false);
            vec![
                call(fields.create("a", "A", schema())),
                call(fields.update("1").schema(schema())),
            ]
        },
        &[
            (
                "POST /v1/customMetadataFields",
                Some(json!({"name": "a", "label": "A",
                    "schema": {"type": "Boolean", "isValueRequired": true, "defaultValue": false}})),
            ),
            (
                "PATCH /v1/customMetadataFields/1",
                Some(json!({"schema": {"isValueRequired": true, "defaultValue": false}})),
            ),
        ],
    )
    .await;
}

#[tokio::test]
async fn the_prefix_of_an_endpoint_is_one_plain_segment() {
    let (server, ik) = answering("200 OK", "{}").await;
    let endpoints = ik.accounts().url_endpoints();
    for prefix in [
        "a/b", "a b", "ü", "a_b", ".", "..", "a.b", "a%2fb", "\u{661}",
    ] {
        for error in [
            endpoints.create("d").url_prefix(prefix).await.unwrap_err(),
            endpoints
                .update("u1", "d")
                .url_prefix(prefix)
                .await
                .unwrap_err(),
        ] {
            assert_eq!(error.kind(), ErrorKind::InvalidInput);
            assert_eq!(
                error.to_string(),
                format!(
                    "url_prefix: `{prefix}` is not a valid prefix; use letters from A to Z, digits and hyphens"
                )
            );
        }
    }
    assert_eq!(server.requests(), []);
}

#[tokio::test]
async fn a_service_account_is_an_e_mail_address() {
    let (server, ik) = answering("200 OK", r#"{"type":"GCS","id":"o1"}"#).await;
    let create = |email: &str| {
        ik.accounts()
            .origins()
            .create(GcsOrigin::new(required::GcsOrigin {
                name: "n".to_owned(),
                bucket: "b".to_owned(),
                client_email: email.to_owned(),
                private_key: "key".to_owned(),
            }))
    };
    for email in [
        "a",
        "a@b",
        "@b.com",
        "a@",
        "a b@c.com",
        ".a@b.com",
        "a.@b.com",
        "a..b@c.com",
        "a@-b.com",
        "a@b.c",
        "a@b.c0m",
        "a@b_c.com",
        "a@b@c.com",
        "ü@b.com",
    ] {
        let error = create(email).await.unwrap_err();
        let expected =
            "client_email: is not a valid e-mail address; give that of the service account";
        assert_eq!(error.to_string(), expected, "{email}");
    }
    assert_eq!(server.requests(), []);
    for email in [
        "a@b.com",
        "a-b.c+d'e_f@g-h.i.iam.gserviceaccount.com",
        "A1@b2.CO",
    ] {
        let _ = create(email).await;
    }
    assert_eq!(server.requests().len(), 3);
}
