//! Named transformations.

use imagekitio::Transformation;

use crate::account::{Account, NO_ID, Stop, unique};

/// The id and the name of a new named transformation, which is deleted at the end.
async fn named(account: &Account) -> Result<(String, String), Stop> {
    let (named, name) = (account.ik.named_transformations(), unique());
    let step = Transformation::new().width(200).height(100);
    let made = account.created(named.create(&name, step).await)?;
    account.later(named.delete(&made.id));
    assert_eq!(
        (&made.name, &made.transformation[..]),
        (&name, "w-200,h-100")
    );
    assert!(made.enabled);
    Ok((made.id.clone(), name))
}

pub async fn create_named_transformation(account: &Account) -> Result<(), Stop> {
    let (_, name) = named(account).await?;
    let taken = account
        .ik
        .named_transformations()
        .create(&name, "w-1")
        .await
        .unwrap_err();
    assert!(matches!(taken.status(), Some(400 | 409)), "{taken}");
    Ok(())
}

pub async fn list_named_transformations(account: &Account) -> Result<(), Stop> {
    let (id, name) = named(account).await?;
    let list = account.ik.named_transformations().list().await?;
    assert!(
        list.iter()
            .any(|named| named.id == id && named.name == name)
    );
    Ok(())
}

pub async fn get_named_transformation(account: &Account) -> Result<(), Stop> {
    let (id, name) = named(account).await?;
    let found = account.ik.named_transformations().get(&id).await?;
    assert_eq!((&found.id, &found.name), (&id, &name));
    let missing = account
        .ik
        .named_transformations()
        .get(NO_ID)
        .await
        .unwrap_err();
    assert!(missing.is_not_found(), "{missing}");
    Ok(())
}

pub async fn update_named_transformation(account: &Account) -> Result<(), Stop> {
    let (id, name) = named(account).await?;
    let named = account.ik.named_transformations();
    let changed = named
        .update(&id)
        .transformation("w-300:rt-90")
        .enabled(false)
        .await?;
    assert_eq!(
        (&changed.name, &changed.transformation[..]),
        (&name, "w-300:rt-90")
    );
    assert!(!changed.enabled);
    let missing = named.update(NO_ID).enabled(false).await.unwrap_err();
    assert!(missing.is_not_found(), "{missing}");
    Ok(())
}

pub async fn delete_named_transformation(account: &Account) -> Result<(), Stop> {
    let (id, _) = named(account).await?;
    account.ik.named_transformations().delete(&id).await?;
    let missing = account
        .ik
        .named_transformations()
        .get(&id)
        .await
        .unwrap_err();
    assert!(missing.is_not_found(), "{missing}");
    let missing = account
        .ik
        .named_transformations()
        .delete(&id)
        .await
        .unwrap_err();
    assert!(missing.is_not_found(), "{missing}");
    Ok(())
}
