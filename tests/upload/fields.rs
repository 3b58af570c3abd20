//! The form fields of an upload, for each type with setters.

/// Calls of setters, with the name of the field and the string that is sent.
macro_rules! fields {
    () => {{
        use imagekitio::client_auth::Check;
        use imagekitio::raw::types::{self, Extension};
        use imagekitio::types::{ResponseField, StreamingProtocol};
        use imagekitio::upload::PostTransformation;
        use serde_json::{Value, json};

        vec![
            (|r| r.folder("/ü/x y"), "folder", "/ü/x y"),
            (
                |r| r.use_unique_file_name(false),
                "useUniqueFileName",
                "false",
            ),
            (
                |r| r.use_unique_file_name(true),
                "useUniqueFileName",
                "true",
            ),
            (|r| r.tags(["x", "y z", "é"]), "tags", "x,y z,é"),
            (|r| r.is_private_file(true), "isPrivateFile", "true"),
            (|r| r.is_published(false), "isPublished", "false"),
            (
                |r| r.custom_coordinates("1,2,3,4"),
                "customCoordinates",
                "1,2,3,4",
            ),
            (
                |r| {
                    let values = json!({"_internal_original_created_datetime": null, "brand": "Ni\"ke", "sizes": [41, 42]});
                    r.custom_metadata(values.as_object().unwrap().clone())
                },
                "customMetadata",
                r#"{"_internal_original_created_datetime":null,"brand":"Ni\"ke","sizes":[41,42]}"#,
            ),
            (
                |r| r.response_fields(["tags", "metadata"]),
                "responseFields",
                "tags,metadata",
            ),
            (
                |r| {
                    r.response_fields([
                        ResponseField::CustomCoordinates,
                        ResponseField::IsPrivateFile,
                        ResponseField::EmbeddedMetadata,
                        ResponseField::IsPublished,
                        ResponseField::CustomMetadata,
                        ResponseField::Metadata,
                        ResponseField::SelectedFieldsSchema,
                    ])
                },
                "responseFields",
                "customCoordinates,isPrivateFile,embeddedMetadata,isPublished,customMetadata,metadata,selectedFieldsSchema",
            ),
            (
                |r| {
                    let extension = |value: Value| {
                        serde_json::from_value::<Extension>(value).unwrap()
                    };
                    r.extensions([
                        extension(json!({"name": "remove-bg", "options": {"add_shadow": true}})),
                        extension(
                            json!({"name": "google-auto-tagging", "minConfidence": 80, "maxTags": 5}),
                        ),
                    ])
                },
                "extensions",
                r#"[{"name":"remove-bg","options":{"add_shadow":true}},{"name":"google-auto-tagging","minConfidence":80,"maxTags":5}]"#,
            ),
            (
                |r| r.pre_transformation("w-300,h-200"),
                "transformation",
                r#"{"pre":"w-300,h-200"}"#,
            ),
            (
                |r| {
                    r.pre_transformation("rt-90")
                        .post_transformation(PostTransformation::transformation("w-100"))
                        .post_transformation(PostTransformation::gif_to_video())
                        .post_transformation(PostTransformation::gif_to_video().value("q-50"))
                        .post_transformation(PostTransformation::thumbnail())
                        .post_transformation(PostTransformation::thumbnail().value("w-150,h-150"))
                        .post_transformation(PostTransformation::adaptive_streaming(
                            StreamingProtocol::Hls,
                            [240, 360],
                        ))
                        .post_transformation(PostTransformation::adaptive_streaming("dash", [720]))
                        .post_transformation(
                            PostTransformation::from(types::PostTransformation::Unknown(
                                json!({"type": "newer"}),
                            ))
                            .value("x"),
                        )
                },
                "transformation",
                concat!(
                    r#"{"pre":"rt-90","post":[{"type":"transformation","value":"w-100"},{"type":"gif-to-video"},"#,
                    r#"{"type":"gif-to-video","value":"q-50"},{"type":"thumbnail"},{"type":"thumbnail","value":"w-150,h-150"},"#,
                    r#"{"type":"abs","value":"240_360","protocol":"hls"},{"type":"abs","value":"720","protocol":"dash"},"#,
                    r#"{"type":"newer","value":"x"}]}"#
                ),
            ),
            (
                |r| r.webhook_url("https://a.b/c?d=e"),
                "webhookUrl",
                "https://a.b/c?d=e",
            ),
            (|r| r.overwrite_file(false), "overwriteFile", "false"),
            (|r| r.overwrite_ai_tags(false), "overwriteAITags", "false"),
            (|r| r.overwrite_tags(true), "overwriteTags", "true"),
            (
                |r| r.overwrite_custom_metadata(false),
                "overwriteCustomMetadata",
                "false",
            ),
            (
                |r| r.checks(Check::folder().starts_with("/x")),
                "checks",
                r#""request.folder" : "/x""#,
            ),
            (
                |r| r.checks("'file.size' < '1mb'"),
                "checks",
                "'file.size' < '1mb'",
            ),
            (
                |r| r.description("two\nlines, \"quoted\""),
                "description",
                "two\nlines, \"quoted\"",
            ),
            (|r| r.set("newField", "1"), "newField", "1"),
            (|r| r.tags(["x"]).set("tags", "y,z"), "tags", "y,z"),
        ]
    }};
}
