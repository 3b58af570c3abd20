//! Uploads.

use imagekitio::client_auth::Check;
use imagekitio::types::{AutoTagging, Extension, FieldSchema, RemoveBg, ResponseField};
use imagekitio::upload::PostTransformation;
use imagekitio::{Overlay, Transformation, UploadSource};
use imagekitio_testing::Fault;
use serde_json::json;

use super::{Account, Outcome, PICTURE};

/// `imagekit.upload_file(file=url, file_name="test-url.jpg", options=...)`
pub(super) async fn from_url(account: &Account) -> Outcome {
    let source = account.upload("/file_example_JPG_100kB.jpg").await?;
    let upload = account
        .ik
        .upload(UploadSource::url(source.url))
        .file_name("test-url.jpg")
        .response_fields([ResponseField::IsPrivateFile, ResponseField::Tags])
        .tags(["tag1", "tag2"])
        .await?
        .into_file()?;
    assert!(upload.name.starts_with("test-url_") && upload.name.ends_with(".jpg"));
    assert_eq!(upload.file_path, format!("/{}", upload.name));
    assert_eq!(upload.tags.unwrap_or_default(), ["tag1", "tag2"]);
    assert_eq!(upload.is_private_file, Some(false));
    let version = upload.version_info.ok_or("the reply has no version")?;
    assert_eq!(version.name, "Version 1");
    Ok(upload.file_path)
}

/// `print(result)` and `print(result.response_metadata.raw)`, with the reply that the guide prints
///
/// The URL is that of a picture of 100 kB. The reply has 1222 bytes and `non-image`, so ImageKit
/// received something else from there.
pub(super) async fn print_result(account: &Account) -> Outcome {
    let printed = json!({
        "fileId": "file_id",
        "name": "test-url_uszVMbcXH.jpg",
        "size": 1222,
        "versionInfo": {"id": "version_id", "name": "Version 1"},
        "filePath": "/test-url_uszVMbcXH.jpg",
        "url": "https://ik.imagekit.io/your_imagekit_id/test-url_uszVMbcXH.jpg",
        "fileType": "non-image",
        "tags": ["tag1", "tag2"],
        "AITags": null,
        "isPrivateFile": false,
    });
    account
        .server
        .fail_next(Fault::status(200).body(printed.to_string()));
    let response = account
        .ik
        .upload(UploadSource::bytes("test-url.jpg", PICTURE))
        .await?;
    assert_eq!(response.json()?, printed);
    let upload = response.into_file()?;
    assert_eq!(upload.file_id, "file_id");
    let version = upload.version_info.as_ref();
    assert_eq!(
        version.map(|version| version.id.as_str()),
        Some("version_id")
    );
    assert_eq!(upload.size, Some(1222u64.into()));
    assert_eq!(upload.file_type.as_deref(), Some("non-image"));
    assert_eq!(upload.ai_tags, None);
    assert_eq!(upload.is_private_file, Some(false));
    Ok(format!("{upload:?}"))
}

/// `imagekit.upload_file(file=open("sample.jpg", "rb"), file_name="my_file_name.jpg")`
pub(super) async fn from_path(account: &Account) -> Outcome {
    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/quickstart.jpg");
    let upload = account
        .ik
        .upload(UploadSource::path(sample))
        .file_name("my_file_name.jpg")
        .await?
        .into_file()?;
    assert!(upload.name.starts_with("my_file_name_"));
    assert_eq!(upload.size, Some((PICTURE.len() as u64).into()));
    Ok(upload.file_id)
}

/// `imagekit.upload_file(file='<base_64>', file_name=...)`
pub(super) async fn from_base64(account: &Account) -> Outcome {
    let gif = "R0lGODlhAQABAIAAAP///wAAACwAAAAAAQABAAACAkQBADs=";
    let upload = account
        .ik
        .upload(UploadSource::base64("my_file_name.gif", gif))
        .await?
        .into_file()?;
    assert_eq!(upload.file_type.as_deref(), Some("image"));
    Ok(upload.file_id)
}

/// `imagekit.upload_file(file=..., file_name=..., options=UploadFileRequestOptions(...))`
///
/// The guide's sample lacks a comma, so Python can't parse it. The page's `checks` has single
/// quotes, those of the API reference are double. The field `testss` must exist.
pub(super) async fn all_options(account: &Account) -> Outcome {
    let ik = &account.ik;
    ik.custom_metadata_fields()
        .create("testss", "Test", FieldSchema::number())
        .await?;

    let text = Overlay::text("Imagekit").font_size(50);
    let small = Transformation::new().width(100);
    let upload = ik
        .upload(UploadSource::bytes("my_file_name.jpg", PICTURE))
        .use_unique_file_name(false)
        .tags(["abc", "def"])
        .folder("/testing-python-folder/")
        .is_private_file(false)
        .custom_coordinates("10,10,20,20")
        .response_fields([
            ResponseField::Tags,
            ResponseField::CustomCoordinates,
            ResponseField::IsPrivateFile,
            ResponseField::EmbeddedMetadata,
            ResponseField::CustomMetadata,
        ])
        .extensions([
            Extension::from(RemoveBg::new().add_shadow(true).bg_color("pink")),
            Extension::from(AutoTagging::google(80, 10)),
        ])
        .webhook_url("https://webhook.site/c78d617f-33bc-40d9-9e61-608999721e2e")
        .overwrite_file(true)
        .overwrite_ai_tags(false)
        .overwrite_tags(false)
        .overwrite_custom_metadata(true)
        .custom_metadata([("testss", 12)])
        .pre_transformation(Transformation::new().overlay(text))
        .post_transformation(PostTransformation::transformation(small))
        .checks(Check::folder().starts_with("/testing-python-folder"))
        .is_published(true)
        .await?
        .into_file()?;
    assert_eq!(upload.file_path, "/testing-python-folder/my_file_name.jpg");
    assert_eq!(upload.tags.unwrap_or_default(), ["abc", "def"]);
    assert_eq!(upload.custom_coordinates.as_deref(), Some("10,10,20,20"));
    assert_eq!(upload.is_private_file, Some(false));
    assert_eq!(
        serde_json::to_value(&upload.custom_metadata)?,
        json!({"testss": 12})
    );
    Ok(upload.file_id)
}

/// `e.message`, `e.response_help` and `e.response_metadata` of an upload that fails
pub(super) async fn refused(account: &Account) -> Outcome {
    let refused = account
        .ik
        .upload(UploadSource::bytes("my_file_name.jpg", PICTURE))
        .folder("/another-folder")
        .checks(Check::folder().starts_with("/testing-python-folder"))
        .await;
    let Err(error) = refused else {
        return Err("the server stored a file that doesn't meet its checks".into());
    };
    assert_eq!(error.message(), Some("The upload doesn't meet its checks."));
    assert_eq!(error.status(), Some(400));
    assert!(error.help().is_some() && error.headers().is_some() && error.body().is_some());
    Ok(error.to_string())
}
