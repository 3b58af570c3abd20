//! Files: lists, details, tags, copies, deletion and metadata.

use imagekitio::UploadSource;
use imagekitio::types::FieldSchema;

use crate::account::{Account, NO_ID, PICTURE, Stop, unique};

pub async fn list_and_search_assets(account: &Account) -> Result<(), Stop> {
    let ik = &account.ik;
    let folder = account.folder();
    account.store("b.txt", "four").await?;
    account.store("a.txt", "four more").await?;
    account.store("below/c.txt", "c").await?;
    account.upload("d.jpg", PICTURE.to_vec()).await?;
    // Lists see new files after a while.
    account.has_files("", &["a.txt", "b.txt", "d.jpg"]).await?;
    account.has_files("below", &["c.txt"]).await?;

    let sorted = ik
        .assets()
        .list_files()
        .path(&folder)
        .sort("DESC_NAME")
        .await?;
    let names: Vec<_> = sorted.iter().map(|file| file.name.as_str()).collect();
    assert_eq!(names, ["d.jpg", "b.txt", "a.txt"]);
    let page = ik
        .assets()
        .list_files()
        .path(&folder)
        .sort("ASC_NAME")
        .skip(1)
        .limit(1)
        .await?;
    let names: Vec<_> = page.iter().map(|file| file.name.as_str()).collect();
    assert_eq!(names, ["b.txt"]);
    let images = ik
        .assets()
        .list_files()
        .path(&folder)
        .file_type("image")
        .await?;
    let names: Vec<_> = images.iter().map(|file| file.name.as_str()).collect();
    assert_eq!(names, ["d.jpg"]);
    let folders = ik.assets().list_folders().path(&folder).await?;
    let paths: Vec<_> = folders
        .iter()
        .map(|folder| folder.folder_path.as_str())
        .collect();
    assert_eq!(paths, [account.path("below")]);
    assert_eq!(ik.assets().list().kind("all").path(&folder).await?.len(), 4);

    // `=` is the folder alone, and `:` is the folder with all below it.
    for (query, expected) in [
        (format!(r#"path = "{folder}" AND name = "a.txt""#), 1),
        (format!(r#"path : "{folder}""#), 4),
        (format!(r#"path : "{folder}" AND name : "b""#), 1),
        (
            format!(r#"path : "{folder}" AND name IN ["a.txt", "c.txt"]"#),
            2,
        ),
        (
            format!(r#"path : "{folder}" AND name NOT IN ["a.txt", "c.txt"]"#),
            2,
        ),
        (
            format!(r#"path : "{folder}" AND format = "jpg" AND width > 100"#),
            1,
        ),
        (
            format!(r#"path : "{folder}" AND size >= 4 AND size <= 9"#),
            2,
        ),
        (
            format!(r#"path : "{folder}" AND (name = "a.txt" OR name = "b.txt")"#),
            2,
        ),
    ] {
        account
            .eventually(&format!("{query} finds {expected}"), async || {
                let found = ik
                    .assets()
                    .list_files()
                    .search_query(query.as_str())
                    .await?;
                Ok((found.len() == expected).then_some(()))
            })
            .await?;
    }
    let refused = ik
        .assets()
        .list()
        .search_query("name ~ 1")
        .await
        .unwrap_err();
    assert_eq!(refused.status(), Some(400), "{refused}");
    Ok(())
}

pub async fn get_file_details(account: &Account) -> Result<(), Stop> {
    let file = account.upload("d.jpg", PICTURE.to_vec()).await?;
    let details = account.ik.files().get(&file.id).await?;
    assert_eq!(details.file_id, file.id);
    assert_eq!(details.name, "d.jpg");
    assert_eq!(details.file_path, file.path);
    assert_eq!(details.version_info.id, file.version);
    assert_eq!(details.file_type, "image");
    assert_eq!(details.size, PICTURE.len() as u64);
    assert_eq!(details.mime.as_deref(), Some("image/jpeg"));
    assert_eq!(details.width, Some(1200u32.into()));
    assert_eq!(details.height, Some(800u32.into()));
    assert_eq!(
        (details.is_published, details.is_private_file),
        (Some(true), Some(false))
    );
    assert_eq!(account.delivered(&details.url).await?, PICTURE);
    let missing = account.ik.files().get(NO_ID).await.unwrap_err();
    assert!(missing.is_not_found(), "{missing}");
    assert!(missing.message().is_some(), "{missing}");
    Ok(())
}

pub async fn update_file_details(account: &Account) -> Result<(), Stop> {
    let (ik, name) = (&account.ik, unique());
    let field = ik
        .custom_metadata_fields()
        .create(&name, &name, FieldSchema::number());
    let field = account.created(field.await)?;
    account.later(ik.custom_metadata_fields().delete(&field.id));
    let file = account.store("a.txt", "a").await?;

    let changed = ik
        .files()
        .update(&file.id)
        .tags(["red", "round"])
        .description("Changed.")
        .custom_coordinates("1,2,3,4")
        .custom_metadata([(name.as_str(), 7)])
        .await?;
    assert_eq!(changed.file_id, file.id);
    assert_eq!(
        changed.tags,
        Some(vec!["red".to_owned(), "round".to_owned()])
    );
    assert_eq!(changed.description.as_deref(), Some("Changed."));
    assert_eq!(changed.custom_coordinates.as_deref(), Some("1,2,3,4"));
    let value = |metadata: Option<&serde_json::Map<String, serde_json::Value>>| {
        metadata.and_then(|values| values.get(&name).cloned())
    };
    assert_eq!(value(changed.custom_metadata.as_ref()), Some(7.into()));

    // What isn't named stays. Null unsets.
    let changed = ik
        .files()
        .update(&file.id)
        .unset_tags()
        .unset_custom_metadata([name.as_str()])
        .await?;
    assert_eq!(changed.tags, None);
    assert_eq!(value(changed.custom_metadata.as_ref()), None);
    assert_eq!(changed.description.as_deref(), Some("Changed."));
    assert_eq!(changed.custom_coordinates.as_deref(), Some("1,2,3,4"));

    assert_eq!(
        ik.files().unpublish(&file.id).await?.is_published,
        Some(false)
    );
    assert_eq!(ik.files().publish(&file.id).await?.is_published, Some(true));

    let refused = ik
        .files()
        .update(&file.id)
        .custom_metadata([(name.as_str(), "seven")]);
    let refused = refused.await.unwrap_err();
    assert_eq!(refused.status(), Some(400), "{refused}");
    let missing = ik.files().update(NO_ID).tags(["red"]).await.unwrap_err();
    assert!(missing.is_not_found(), "{missing}");
    Ok(())
}

pub async fn delete_file(account: &Account) -> Result<(), Stop> {
    let file = account.store("a.txt", "a").await?;
    account.ik.files().delete(&file.id).await?;
    assert!(
        account
            .ik
            .files()
            .get(&file.id)
            .await
            .unwrap_err()
            .is_not_found()
    );
    let missing = account.ik.files().delete(&file.id).await.unwrap_err();
    assert!(missing.is_not_found(), "{missing}");
    Ok(())
}

pub async fn delete_multiple_files(account: &Account) -> Result<(), Stop> {
    let (one, other) = (
        account.store("a.txt", "a").await?,
        account.store("b.txt", "b").await?,
    );
    let kept = account.store("c.txt", "c").await?;
    // One that is missing keeps the others from being deleted.
    let refused = account
        .ik
        .files()
        .delete_many([&kept.id[..], NO_ID])
        .await?;
    assert!(refused.succeeded.is_empty(), "{refused:?}");
    assert!(refused.into_result().unwrap_err().is_not_found());
    let done = account
        .ik
        .files()
        .delete_many([&one.id, &other.id])
        .await?
        .into_result()?;
    assert_eq!(done, [one.id.clone(), other.id]);
    assert!(
        account
            .ik
            .files()
            .get(&one.id)
            .await
            .unwrap_err()
            .is_not_found()
    );
    assert_eq!(account.ik.files().get(&kept.id).await?.name, "c.txt");
    Ok(())
}

async fn tags(account: &Account, id: &str) -> Result<Vec<String>, Stop> {
    Ok(account
        .ik
        .files()
        .get(id)
        .await?
        .tags
        .clone()
        .unwrap_or_default())
}

pub async fn add_tags_bulk(account: &Account) -> Result<(), Stop> {
    let (one, other) = (
        account.store("a.txt", "a").await?,
        account.store("b.txt", "b").await?,
    );
    account.ik.files().update(&one.id).tags(["old"]).await?;
    let change = account
        .ik
        .files()
        .add_tags([&one.id, &other.id], ["red", "old"]);
    assert_eq!(
        change.await?.into_result()?,
        [one.id.clone(), other.id.clone()]
    );
    for id in [&one.id, &other.id] {
        let mut tags = tags(account, id).await?;
        tags.sort_unstable();
        assert_eq!(tags, ["old", "red"]);
    }
    let missing = account.ik.files().add_tags([NO_ID], ["red"]).await?;
    assert!(missing.into_result().unwrap_err().is_not_found());
    Ok(())
}

pub async fn remove_tags_bulk(account: &Account) -> Result<(), Stop> {
    let file = account.store("a.txt", "a").await?;
    account
        .ik
        .files()
        .update(&file.id)
        .tags(["red", "round"])
        .await?;
    let change = account
        .ik
        .files()
        .remove_tags([&file.id], ["red", "never there"]);
    assert_eq!(change.await?.into_result()?, vec![file.id.clone()]);
    assert_eq!(tags(account, &file.id).await?, ["round"]);
    let missing = account.ik.files().remove_tags([NO_ID], ["red"]).await?;
    assert!(missing.into_result().unwrap_err().is_not_found());
    Ok(())
}

pub async fn remove_ai_tags_bulk(account: &Account) -> Result<(), Stop> {
    let file = account.store("a.txt", "a").await?;
    account.ik.files().update(&file.id).tags(["red"]).await?;
    // AI tags come from extensions, which cost units: the file has none, and its own tags stay.
    let change = account.ik.files().remove_ai_tags([&file.id], ["red"]);
    assert_eq!(change.await?.into_result()?, vec![file.id.clone()]);
    assert_eq!(tags(account, &file.id).await?, ["red"]);
    let missing = account.ik.files().remove_ai_tags([NO_ID], ["red"]).await?;
    assert!(missing.into_result().unwrap_err().is_not_found());
    Ok(())
}

pub async fn copy_file(account: &Account) -> Result<(), Stop> {
    let file = account.store("a.txt", "a").await?;
    account.store("a.txt", "newer").await?;
    account
        .ik
        .files()
        .copy(&file.path, account.path("one"))
        .await?;
    account
        .ik
        .files()
        .copy(&file.path, account.path("all"))
        .include_versions(true)
        .await?;
    let versions = async |below: &str| -> Result<usize, Stop> {
        let id = account.id_at(below).await?;
        assert_ne!(id, file.id);
        Ok(account.ik.files().versions(id).list().await?.len())
    };
    assert_eq!(versions("one/a.txt").await?, 1);
    assert_eq!(versions("all/a.txt").await?, 2);
    account.has_files("", &["a.txt"]).await?;
    let missing = account
        .ik
        .files()
        .copy(account.path("none.txt"), account.path("one"));
    let missing = missing.await.unwrap_err();
    assert!(missing.is_not_found(), "{missing}");
    assert!(missing.reason().is_some(), "{missing}");
    Ok(())
}

pub async fn move_file(account: &Account) -> Result<(), Stop> {
    let file = account.store("a.txt", "a").await?;
    account
        .ik
        .files()
        .move_to(&file.path, account.path("there"))
        .await?;
    assert_eq!(account.id_at("there/a.txt").await?, file.id);
    account.has_files("", &[]).await?;
    assert_eq!(
        account.ik.files().get(&file.id).await?.file_path,
        account.path("there/a.txt")
    );
    let missing = account
        .ik
        .files()
        .move_to(&file.path, account.path("there"));
    let missing = missing.await.unwrap_err();
    assert!(missing.is_not_found(), "{missing}");
    assert!(missing.reason().is_some(), "{missing}");
    Ok(())
}

pub async fn rename_file(account: &Account) -> Result<(), Stop> {
    let file = account.store("a.txt", "a").await?;
    account.store("taken.txt", "taken").await?;
    let renamed = account.ik.files().rename(&file.path, "b.txt").await?;
    assert_eq!(renamed.purge_request_id, None);
    let details = account.ik.files().get(&file.id).await?;
    assert_eq!(
        (&details.name[..], &details.file_path),
        ("b.txt", &account.path("b.txt"))
    );
    let conflict = account
        .ik
        .files()
        .rename(account.path("b.txt"), "taken.txt")
        .await
        .unwrap_err();
    assert!(conflict.is_conflict(), "{conflict}");
    assert!(conflict.reason().is_some(), "{conflict}");
    let missing = account
        .ik
        .files()
        .rename(&file.path, "c.txt")
        .await
        .unwrap_err();
    assert!(missing.is_not_found(), "{missing}");
    Ok(())
}

pub async fn get_uploaded_file_metadata(account: &Account) -> Result<(), Stop> {
    let file = account.upload("d.jpg", PICTURE.to_vec()).await?;
    let metadata = account.ik.files().metadata(&file.id).await?;
    assert_eq!(metadata.format.as_deref(), Some("jpg"));
    assert_eq!(metadata.size, Some((PICTURE.len() as u64).into()));
    assert_eq!(metadata.width, Some(1200u32.into()));
    assert_eq!(metadata.height, Some(800u32.into()));
    assert_eq!(metadata.has_transparency, Some(false));
    // 64 bits.
    let hash = metadata.p_hash.clone().unwrap_or_default();
    assert_eq!(hash.len(), 16, "{hash}");
    let parsed: imagekitio::phash::PHash = hash.parse()?;
    assert_eq!(parsed.to_string(), hash);

    // An upload can ask for the same.
    let again = account
        .ik
        .upload(UploadSource::bytes("e.jpg", PICTURE))
        .folder(account.folder())
        .response_fields(["metadata"])
        .await?
        .into_file()?;
    assert_eq!(
        again.metadata.and_then(|metadata| metadata.p_hash),
        Some(hash)
    );
    let missing = account.ik.files().metadata(NO_ID).await.unwrap_err();
    assert!(missing.is_not_found(), "{missing}");
    Ok(())
}

pub async fn get_metadata_from_url(account: &Account) -> Result<(), Stop> {
    let file = account.upload("d.jpg", PICTURE.to_vec()).await?;
    let metadata = account.ik.files().metadata_from_url(&file.url).await?;
    assert_eq!(metadata.format.as_deref(), Some("jpg"));
    assert_eq!(metadata.width, Some(1200u32.into()));
    assert_eq!(metadata.height, Some(800u32.into()));
    let missing = format!("{}-none.jpg", file.url);
    let missing = account
        .ik
        .files()
        .metadata_from_url(missing)
        .await
        .unwrap_err();
    assert!(matches!(missing.status(), Some(400 | 404)), "{missing}");
    Ok(())
}
