//! Saved extensions.

use imagekitio::types::{AutoTagging, RemoveBg};

use crate::account::{Account, NO_ID, Stop, unique};

/// The id and the name of a new saved extension, which is deleted at the end.
async fn extension(account: &Account) -> Result<(String, String), Stop> {
    let (extensions, name) = (account.ik.saved_extensions(), unique());
    let saved = extensions
        .create(&name, "No background.", RemoveBg::new())
        .await;
    let saved = account.created(saved)?;
    account.later(extensions.delete(&saved.id));
    assert_eq!(
        (&saved.name, &saved.description[..]),
        (&name, "No background.")
    );
    Ok((saved.id.clone(), name))
}

pub async fn create_extension(account: &Account) -> Result<(), Stop> {
    let (id, _) = extension(account).await?;
    assert!(!id.is_empty());
    Ok(())
}

pub async fn list_extensions(account: &Account) -> Result<(), Stop> {
    let (id, name) = extension(account).await?;
    let list = account.ik.saved_extensions().list().await?;
    assert!(
        list.iter()
            .any(|saved| saved.id == id && saved.name == name)
    );
    Ok(())
}

pub async fn get_extension(account: &Account) -> Result<(), Stop> {
    let (id, name) = extension(account).await?;
    let saved = account.ik.saved_extensions().get(&id).await?;
    assert_eq!((&saved.id, &saved.name), (&id, &name));
    let missing = account.ik.saved_extensions().get(NO_ID).await.unwrap_err();
    assert!(missing.is_not_found(), "{missing}");
    Ok(())
}

pub async fn update_extension(account: &Account) -> Result<(), Stop> {
    let (id, name) = extension(account).await?;
    let extensions = account.ik.saved_extensions();
    let tagging = AutoTagging::google(80u32, 10u32);
    let changed = extensions
        .update(&id)
        .description("Tags.")
        .config(tagging)
        .await?;
    assert_eq!((&changed.name, &changed.description[..]), (&name, "Tags."));
    let config = serde_json::to_value(&changed.config).unwrap();
    assert_eq!(config["name"], "google-auto-tagging");
    assert_eq!(config["maxTags"], 10);
    let missing = extensions
        .update(NO_ID)
        .description("Tags.")
        .await
        .unwrap_err();
    assert!(missing.is_not_found(), "{missing}");
    Ok(())
}

pub async fn delete_extension(account: &Account) -> Result<(), Stop> {
    let (id, _) = extension(account).await?;
    account.ik.saved_extensions().delete(&id).await?;
    let missing = account.ik.saved_extensions().get(&id).await.unwrap_err();
    assert!(missing.is_not_found(), "{missing}");
    let missing = account.ik.saved_extensions().delete(&id).await.unwrap_err();
    assert!(missing.is_not_found(), "{missing}");
    Ok(())
}
