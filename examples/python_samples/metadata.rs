//! Metadata of files, and custom metadata fields.

use imagekitio::UploadSource;
use imagekitio::types::{CustomMetadataFieldType, FieldSchema, FieldValue, Metadata, Upload};
use serde_json::json;

use super::{Account, Outcome, PICTURE};

/// A JPEG segment with EXIF: 72 pixels per inch.
const EXIF: &[u8] = b"\xff\xe1\0\x2aExif\0\0MM\0\x2a\0\0\0\x08\0\x01\
    \x01\x1a\0\x05\0\0\0\x01\0\0\0\x1a\0\0\0\0\0\0\0\x48\0\0\0\x01";

/// Uploads a photo as cameras write it.
async fn upload_photo(account: &Account) -> Result<Upload, imagekitio::Error> {
    let (start, rest) = PICTURE.split_at(2);
    let photo = UploadSource::bytes("photo.jpg", [start, EXIF, rest].concat());
    account.ik.upload(photo).await?.into_file()
}

/// Prints what both pages print of metadata.
fn describe(metadata: &Metadata) -> Outcome {
    let width = metadata.width.ok_or("the width is missing")?;
    let exif = metadata.exif.as_ref().and_then(|exif| exif.image.as_ref());
    let resolution = exif.and_then(|image| image.x_resolution);
    let resolution = resolution.ok_or("the resolution is missing")?;
    assert_eq!(
        (width.as_u64(), resolution.as_u64()),
        (Some(1200), Some(72))
    );
    Ok(format!("{width} pixels wide, {resolution} per inch"))
}

/// `imagekit.get_file_metadata(file_id="file_id")`, `get_metadata` in the guide
pub(super) async fn of_file(account: &Account) -> Outcome {
    let file_id = upload_photo(account).await?.file_id;
    describe(&*account.ik.files().metadata(file_id).await?)
}

/// `imagekit.get_remote_file_url_metadata(remote_file_url="remote_file_url")`,
/// `get_remote_url_metadata` in the guide
pub(super) async fn of_url(account: &Account) -> Outcome {
    let url = upload_photo(account).await?.url;
    describe(&*account.ik.files().metadata_from_url(url).await?)
}

/// `imagekit.create_custom_metadata_fields(options=...)` with `CustomMetaDataTypeEnum.Number`
pub(super) async fn create_number_field(account: &Account) -> Outcome {
    let schema = FieldSchema::number().min_value(100).max_value(200);
    let fields = account.ik.custom_metadata_fields();
    let field = fields.create("test", "test", schema).await?;
    assert_eq!(
        serde_json::to_value(&field.schema)?,
        json!({"type": "Number", "minValue": 100, "maxValue": 200})
    );
    Ok(format!("{}: {}", field.id, field.schema.type_))
}

/// `imagekit.create_custom_metadata_fields(options=...)` with `CustomMetaDataTypeEnum.MultiSelect`
pub(super) async fn create_multi_select_field(account: &Account) -> Outcome {
    let options: [FieldValue; 6] = [
        "small".into(),
        "medium".into(),
        "large".into(),
        30.into(),
        40.into(),
        true.into(),
    ];
    let default: [FieldValue; 3] = ["small".into(), 30.into(), true.into()];
    let schema = FieldSchema::multi_select()
        .is_value_required(true)
        .default_value(default)
        .select_options(options);
    let fields = account.ik.custom_metadata_fields();
    let field = fields
        .create("test-MultiSelect", "test-MultiSelect", schema)
        .await?;
    assert_eq!(field.name, "test-MultiSelect");
    assert_eq!(
        serde_json::to_value(&field.schema)?,
        json!({
            "type": "MultiSelect",
            "isValueRequired": true,
            "defaultValue": ["small", 30, true],
            "selectOptions": ["small", "medium", "large", 30, 40, true],
        })
    );
    Ok(format!("{}: {:?}", field.name, field.schema.select_options))
}

/// `imagekit.create_custom_metadata_fields(options=...)` with `CustomMetaDataTypeEnum.Date`
pub(super) async fn create_date_field(account: &Account) -> Outcome {
    let schema = FieldSchema::date()
        .min_value("2022-11-29T10:11:10+00:00")
        .max_value("2022-11-30T10:11:10+00:00");
    let fields = account.ik.custom_metadata_fields();
    let field = fields.create("test-date", "test-date", schema).await?;
    assert_eq!(field.label, "test-date");
    assert_eq!(
        serde_json::to_value(&field.schema)?,
        json!({
            "type": "Date",
            "minValue": "2022-11-29T10:11:10+00:00",
            "maxValue": "2022-11-30T10:11:10+00:00",
        })
    );
    Ok(format!("{}: {:?}", field.label, field.schema.min_value))
}

/// `imagekit.get_custom_metadata_fields()`
pub(super) async fn list_fields(account: &Account) -> Outcome {
    let fields = account.ik.custom_metadata_fields();
    let created = fields.create("test", "test", FieldSchema::text()).await?;
    let listed = fields.list().await?;
    let first = listed.first().ok_or("no field is listed")?;
    assert_eq!(first.id, created.id);
    assert_eq!(first.schema.type_, CustomMetadataFieldType::Text);
    Ok(format!("{}: {}", first.id, first.schema.type_))
}

/// `imagekit.get_custom_metadata_fields(include_deleted=True)`
pub(super) async fn list_deleted_fields(account: &Account) -> Outcome {
    let fields = account.ik.custom_metadata_fields();
    let schema = FieldSchema::text().default_value("none");
    let field = fields.create("test", "test", schema).await?;
    fields.delete(&field.id).await?;
    assert!(fields.list().await?.is_empty());

    let listed = fields.list().include_deleted(true).await?;
    let first = listed.first().ok_or("no field is listed")?;
    assert_eq!(first.name, "test");
    assert_eq!(first.schema.default_value, Some("none".to_owned().into()));
    Ok(format!("{}: {:?}", first.name, first.schema.default_value))
}

/// `imagekit.update_custom_metadata_fields(field_id=..., options=...)`
pub(super) async fn update_field(account: &Account) -> Outcome {
    let fields = account.ik.custom_metadata_fields();
    let field = fields.create("test", "test", FieldSchema::number()).await?;
    let updated = fields
        .update(&field.id)
        .label("test-update")
        .schema(FieldSchema::number().min_value(100).max_value(200))
        .await?;
    assert_eq!(updated.label, "test-update");
    assert_eq!(
        serde_json::to_value(&updated.schema)?,
        json!({"type": "Number", "minValue": 100, "maxValue": 200})
    );
    Ok(format!("{}: {:?}", updated.label, updated.schema.min_value))
}

/// `imagekit.delete_custom_metadata_field(field_id="id_of_custom_metadata_field")`
pub(super) async fn delete_field(account: &Account) -> Outcome {
    let fields = account.ik.custom_metadata_fields();
    let field = fields.create("test", "test", FieldSchema::text()).await?;
    let response = fields.delete(&field.id).await?;
    assert_eq!(response.http_status(), 204);
    Ok(format!("{} is deleted", field.id))
}
