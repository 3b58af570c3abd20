//! Custom metadata fields.

use imagekitio::types::FieldSchema;

use crate::account::{Account, NO_ID, Stop, unique};

/// The id and the name of a new field, which is deleted at the end.
async fn field(account: &Account) -> Result<(String, String), Stop> {
    let (fields, name) = (account.ik.custom_metadata_fields(), unique());
    let schema = FieldSchema::number().min_value(1).max_value(9);
    let field = fields
        .create(&name, "Rating", schema)
        .description("1 to 9.")
        .await;
    let field = account.created(field)?;
    account.later(fields.delete(&field.id));
    assert_eq!((&field.name, &field.label[..]), (&name, "Rating"));
    assert_eq!(field.schema.type_.to_string(), "Number");
    Ok((field.id.clone(), name))
}

pub async fn create_new_field(account: &Account) -> Result<(), Stop> {
    let (_, name) = field(account).await?;
    let fields = account.ik.custom_metadata_fields();
    let taken = fields
        .create(&name, "Again", FieldSchema::text())
        .await
        .unwrap_err();
    assert_eq!(taken.status(), Some(400), "{taken}");
    Ok(())
}

pub async fn list_all_fields(account: &Account) -> Result<(), Stop> {
    let (id, name) = field(account).await?;
    let fields = account.ik.custom_metadata_fields();
    let has = async |deleted: bool| {
        let list = fields.list().include_deleted(deleted).await?;
        Ok::<_, Stop>(
            list.iter()
                .any(|field| field.id == id && field.name == name),
        )
    };
    assert!(has(false).await?);
    fields.delete(&id).await?;
    assert!(!has(false).await?);
    assert!(has(true).await?);
    Ok(())
}

pub async fn update_existing_field(account: &Account) -> Result<(), Stop> {
    let (id, name) = field(account).await?;
    let fields = account.ik.custom_metadata_fields();
    let changed = fields.update(&id).label("Stars").await?;
    assert_eq!(
        (&changed.id, &changed.name, &changed.label[..]),
        (&id, &name, "Stars")
    );
    let missing = fields.update(NO_ID).label("Stars").await.unwrap_err();
    assert!(missing.is_not_found(), "{missing}");
    Ok(())
}

pub async fn delete_a_field(account: &Account) -> Result<(), Stop> {
    let (id, name) = field(account).await?;
    let fields = account.ik.custom_metadata_fields();
    fields.delete(&id).await?;
    // The name stays taken.
    let taken = fields
        .create(&name, "Again", FieldSchema::number())
        .await
        .unwrap_err();
    assert_eq!(taken.status(), Some(400), "{taken}");
    let missing = fields.delete(NO_ID).await.unwrap_err();
    assert!(missing.is_not_found(), "{missing}");
    Ok(())
}
