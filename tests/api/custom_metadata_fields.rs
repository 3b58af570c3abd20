//! Custom metadata fields, over real HTTP.

use imagekitio::raw::types::{CreateCustomMetadataFieldSchema, UpdateCustomMetadataFieldSchema};
use imagekitio::types::{FieldSchema, FieldValue};
use serde_json::{Value, json};
use support::calls::{
    answering, assert_attempts, assert_errors, assert_refused, assert_sent, call,
};

const FIELD: &str = r#"{"id":"1","name":"a","label":"A","schema":{"type":"Text"}}"#;

#[tokio::test]
async fn lists_send_what_is_set_and_nothing_else() {
    assert_sent(
        ("200 OK", "[]"),
        |ik| {
            let fields = ik.custom_metadata_fields();
            vec![
                call(fields.list()),
                call(fields.list().include_deleted(true)),
                call(fields.list().include_deleted(false)),
                call(fields.list().folder_path("/a b").include_deleted(true)),
            ]
        },
        &[
            ("GET /v1/customMetadataFields", None),
            ("GET /v1/customMetadataFields?includeDeleted=true", None),
            ("GET /v1/customMetadataFields?includeDeleted=false", None),
            (
                "GET /v1/customMetadataFields?folderPath=%2Fa+b&includeDeleted=true",
                None,
            ),
        ],
    )
    .await;
}

#[tokio::test]
async fn requests_hold_what_is_given_and_nothing_else() {
    let create = "POST /v1/customMetadataFields";
    let update = "PATCH /v1/customMetadataFields/f:1";
    let schema = json!({"type": "Text"});
    assert_sent(
        ("200 OK", FIELD),
        |ik| {
            let fields = ik.custom_metadata_fields();
            let description = "é".repeat(500);
            vec![
                call(fields.create("a", "A", FieldSchema::text())),
                call(fields.create("a", "A", FieldSchema::text()).description(description)),
                call(fields.update("f:1").label("B")),
                call(fields.update("f:1").schema(FieldSchema::text().max_length(3))),
                call(fields.update("f:1").description("")),
                call(
                    fields
                        .update("f:1")
                        .label("B")
                        .schema(FieldSchema::boolean().is_value_required(false))
                        .description("d"),
                ),
                call(fields.delete("f:1")),
            ]
        },
        &[
            (
                create,
                Some(json!({"name": "a", "label": "A", "schema": schema})),
            ),
            (
                create,
                Some(json!({"name": "a", "label": "A", "schema": schema, "description": "é".repeat(500)})),
            ),
            (update, Some(json!({"label": "B"}))),
            (update, Some(json!({"schema": {"maxLength": 3}}))),
            (update, Some(json!({"description": ""}))),
            (
                update,
                Some(json!({"label": "B", "schema": {"isValueRequired": false}, "description": "d"})),
            ),
            ("DELETE /v1/customMetadataFields/f:1", None),
        ],
    )
    .await;
}

/// A schema as it is sent when a field is created, and when one is updated.
fn sent<V>(schema: FieldSchema<V>) -> (Value, Value)
where
    FieldSchema<V>: Clone,
{
    let new = CreateCustomMetadataFieldSchema::from(schema.clone());
    let change = UpdateCustomMetadataFieldSchema::from(schema);
    (
        serde_json::to_value(new).unwrap(),
        serde_json::to_value(change).unwrap(),
    )
}

#[test]
fn each_kind_of_schema_has_its_rules() {
    let mixed = || {
        [
            FieldValue::from("small"),
            30.into(),
            1.5.into(),
            true.into(),
        ]
    };
    let cases = [
        (sent(FieldSchema::text()), json!({"type": "Text"})),
        (
            sent(
                FieldSchema::text()
                    .min_length(1)
                    .max_length(80)
                    .default_value("x")
                    .is_value_required(true),
            ),
            json!({"type": "Text", "minLength": 1, "maxLength": 80, "defaultValue": "x", "isValueRequired": true}),
        ),
        (
            sent(
                FieldSchema::textarea()
                    .max_length(u64::MAX)
                    .default_value(""),
            ),
            json!({"type": "Textarea", "maxLength": u64::MAX, "defaultValue": ""}),
        ),
        (
            sent(
                FieldSchema::number()
                    .min_value(-1)
                    .max_value(99.5)
                    .default_value(9_007_199_254_740_993u64),
            ),
            json!({"type": "Number", "minValue": -1, "maxValue": 99.5, "defaultValue": 9_007_199_254_740_993u64}),
        ),
        (
            sent(
                FieldSchema::date()
                    .min_value("2022-11-29T10:11:10+00:00")
                    .max_value("2022-11-30T10:11:10+00:00".to_owned())
                    .default_value("2022-11-30"),
            ),
            json!({
                "type": "Date",
                "minValue": "2022-11-29T10:11:10+00:00",
                "maxValue": "2022-11-30T10:11:10+00:00",
                "defaultValue": "2022-11-30",
            }),
        ),
        (
            sent(FieldSchema::boolean().default_value(false)),
            json!({"type": "Boolean", "defaultValue": false}),
        ),
        (
            sent(
                FieldSchema::single_select()
                    .select_options(mixed())
                    .default_value(30),
            ),
            json!({"type": "SingleSelect", "selectOptions": ["small", 30, 1.5, true], "defaultValue": 30}),
        ),
        (
            sent(FieldSchema::single_select().default_value("a")),
            json!({"type": "SingleSelect", "defaultValue": "a"}),
        ),
        (
            sent(
                FieldSchema::multi_select()
                    .select_options(mixed())
                    .default_value([FieldValue::from("small"), true.into()])
                    .is_value_required(true),
            ),
            json!({
                "type": "MultiSelect",
                "selectOptions": ["small", 30, 1.5, true],
                "defaultValue": ["small", true],
                "isValueRequired": true,
            }),
        ),
        (
            sent(
                FieldSchema::multi_select()
                    .select_options(["a", "b"])
                    .default_value(["a"]),
            ),
            json!({"type": "MultiSelect", "selectOptions": ["a", "b"], "defaultValue": ["a"]}),
        ),
        // What is newer, and what the generated types would not take.
        (
            sent(FieldSchema::text().set("pattern", "^a").set("maxLength", 3)),
            json!({"type": "Text", "pattern": "^a", "maxLength": 3}),
        ),
        (
            sent(FieldSchema::text().min_length(1).set("minLength", "auto")),
            json!({"type": "Text", "minLength": "auto"}),
        ),
        (
            sent(FieldSchema::number().set("minValue", Value::Null)),
            json!({"type": "Number", "minValue": null}),
        ),
    ];
    for ((new, change), mut expected) in cases {
        assert_eq!(new, expected);
        // The kind cannot be changed.
        expected.as_object_mut().unwrap().remove("type");
        assert_eq!(change, expected);
    }
}

#[test]
fn a_schema_becomes_the_generated_type() {
    let mut schema = CreateCustomMetadataFieldSchema::from(
        FieldSchema::multi_select()
            .select_options(["a"])
            .set("new", 1),
    );
    assert_eq!(schema.type_.as_str(), "MultiSelect");
    assert_eq!(schema.select_options.as_ref().map(Vec::len), Some(1));
    assert_eq!(schema.extra.len(), 1);
    schema.select_options = Default::default();
    let sent = serde_json::to_value(&schema).unwrap();
    assert_eq!(sent, json!({"type": "MultiSelect", "new": 1}));
}

#[tokio::test]
async fn the_generated_types_can_be_given_as_they_are() {
    let (server, ik) = answering("200 OK", FIELD).await;
    let fields = ik.custom_metadata_fields();
    let schema = CreateCustomMetadataFieldSchema::new("Rating");
    fields.create("a", "A", schema).await.unwrap();
    let mut schema = UpdateCustomMetadataFieldSchema::new();
    schema.is_value_required = false.into();
    fields.update("1").schema(schema).await.unwrap();
    let bodies: Vec<_> = server
        .requests()
        .iter()
        .map(|r| support::calls::body(r).unwrap())
        .collect();
    assert_eq!(bodies[0]["schema"], json!({"type": "Rating"}));
    assert_eq!(bodies[1], json!({"schema": {"isValueRequired": false}}));
}

#[tokio::test]
async fn replies_are_kept_whole() {
    let full = json!({
        "id": "1", "name": "a", "label": "A", "description": "d", "reserved": true, "new": {"x": 1},
        "schema": {
            "type": "MultiSelect", "selectOptions": ["small", 30, true], "defaultValue": ["small"],
            "isValueRequired": true, "new": [1],
        },
    });
    let minimal = json!({"id": "1", "name": "a", "label": "A", "schema": {"type": "Text"}});
    let unknown = json!({
        "id": "1", "name": "a", "label": "A", "description": null,
        "schema": {"type": "Rating", "minValue": {"stars": 1}, "defaultValue": null, "maxLength": null},
    });
    for field in [full, minimal, unknown] {
        for status in ["200 OK", "201 Created"] {
            let (_server, ik) = answering(status, &field.to_string()).await;
            let fields = ik.custom_metadata_fields();
            for reply in [
                fields.create("a", "A", FieldSchema::text()).await.unwrap(),
                fields.update("1").label("A").await.unwrap(),
            ] {
                assert_eq!(serde_json::to_value(&*reply).unwrap(), field);
            }
            let list = json!([field, field]);
            let (_server, ik) = answering(status, &list.to_string()).await;
            let reply = ik.custom_metadata_fields().list().await.unwrap();
            assert_eq!(reply.len(), 2);
            assert_eq!(serde_json::to_value(&*reply).unwrap(), list);
        }
    }
    for (status, body) in [
        ("204 No Content", ""),
        ("200 OK", "{}"),
        ("202 Accepted", ""),
    ] {
        let (_server, ik) = answering(status, body).await;
        ik.custom_metadata_fields().delete("1").await.unwrap();
    }
}

#[tokio::test]
async fn refusals_of_the_server_have_their_kinds() {
    assert_errors(|ik| {
        let fields = ik.custom_metadata_fields();
        vec![
            call(fields.list()),
            call(fields.create("a", "A", FieldSchema::text())),
            call(fields.update("1").label("A")),
            call(fields.delete("1")),
        ]
    })
    .await;
}

#[tokio::test]
async fn bad_input_is_refused_before_the_request() {
    assert_refused(
        |ik| {
            let fields = ik.custom_metadata_fields();
            let text = FieldSchema::text;
            let long = || "é".repeat(501);
            let (early, late) = ("2022-11-29T10:11:10+00:00", "2022-11-30T10:11:10+00:00");
            let none: [&str; 0] = [];
            vec![
                call(fields.create("", "A", text())),
                call(fields.create("a", "", text())),
                call(fields.create("a", "A", text()).description(long())),
                call(fields.create("a", "A", FieldSchema::single_select())),
                call(fields.create("a", "A", FieldSchema::multi_select().select_options(none))),
                call(fields.create("a", "A", text().min_length(4).max_length(3))),
                call(fields.create("a", "A", FieldSchema::number().min_value(4).max_value(3.5))),
                call(fields.create("a", "A", FieldSchema::date().min_value(late).max_value(early))),
                call(fields.update("")),
                call(fields.update(".").label("A")),
                call(fields.update("1")),
                call(fields.update("1").label("")),
                call(fields.update("1").description(long())),
                call(fields.update("1").schema(text().min_length(4).max_length(3))),
                call(fields.update("1").schema(FieldSchema::date().min_value("2022-02-01").max_value("2022-01-31"))),
                call(fields.delete("")),
            ]
        },
        &[
            "name: is empty; give the key of the field, such as `price`",
            "label: is empty; give what the media library shows, such as `Price`",
            "description: has 501 characters; at most 500 are allowed",
            "schema: a SingleSelect field needs values to choose from; give them as `select_options`",
            "schema: a MultiSelect field needs values to choose from; give them as `select_options`",
            "schema: minLength 4 is greater than maxLength 3; correct one of them",
            "schema: minValue 4 is greater than maxValue 3.5; correct one of them",
            "schema: minValue \"2022-11-30T10:11:10+00:00\" is greater than maxValue \"2022-11-29T10:11:10+00:00\"; correct one of them",
            "id: `` is not a valid id: it is empty; give the id that ImageKit assigned",
            "id: `.` is not a valid id: it is a path; give the id that ImageKit assigned",
            "update: changes nothing; set at least one of `label`, `schema` and `description`",
            "label: is empty; give what the media library shows, such as `Price`",
            "description: has 501 characters; at most 500 are allowed",
            "schema: minLength 4 is greater than maxLength 3; correct one of them",
            "schema: minValue \"2022-02-01\" is greater than maxValue \"2022-01-31\"; correct one of them",
            "id: `` is not a valid id: it is empty; give the id that ImageKit assigned",
        ],
    )
    .await;
}

#[tokio::test]
async fn bounds_that_may_be_in_order_are_sent() {
    let schemas = [
        // The same instant, in two time zones.
        FieldSchema::date()
            .min_value("2022-11-30T11:00:00+01:00")
            .max_value("2022-11-30T10:30:00+00:00"),
        FieldSchema::date()
            .min_value("2022-11-30T10:11:10.5Z")
            .max_value("2022-11-30T10:11:10.75Z"),
        FieldSchema::date()
            .min_value("30 Nov 2022")
            .max_value("01 Dec 2022"),
        FieldSchema::date()
            .min_value("2022-11-30")
            .max_value("2022-11-30"),
    ];
    let (server, ik) = answering("201 Created", FIELD).await;
    for schema in schemas.clone() {
        ik.custom_metadata_fields()
            .create("a", "A", schema)
            .await
            .unwrap();
    }
    let texts = FieldSchema::text().min_length(3).max_length(3);
    ik.custom_metadata_fields()
        .create("a", "A", texts)
        .await
        .unwrap();
    assert_eq!(server.requests().len(), schemas.len() + 1);
}

#[tokio::test]
async fn only_what_may_be_done_twice_is_sent_again() {
    assert_attempts(
        |ik| {
            vec![call(ik.custom_metadata_fields().create(
                "a",
                "A",
                FieldSchema::text(),
            ))]
        },
        1,
    )
    .await;
    assert_attempts(
        |ik| {
            let fields = ik.custom_metadata_fields();
            vec![
                call(fields.list()),
                call(fields.update("1").label("A")),
                call(fields.delete("1")),
            ]
        },
        3,
    )
    .await;
}
