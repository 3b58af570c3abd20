//! Files, their versions and tags.

use imagekitio::search;
use imagekitio::types::{
    AssetSort, AutoTagging, Extension, FieldSchema, FileType, RemoveBg, VersionInfo,
};
use serde_json::json;

use super::{Account, Outcome};

/// `imagekit.list_files()`
pub(super) async fn list(account: &Account) -> Outcome {
    account.upload("/one.jpg").await?;
    account.upload("/two.jpg").await?;
    let files = account.ik.assets().list_files().await?;
    let names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
    assert_eq!(names, ["one.jpg", "two.jpg"]);
    Ok(names.join(", "))
}

/// `imagekit.list_files(options=...(type='file', sort='ASC_CREATED', path='/', ...))`
pub(super) async fn list_with_filters(account: &Account) -> Outcome {
    let ik = &account.ik;
    let developer = account.upload("/developer.jpg").await?;
    ik.files()
        .update(&developer.file_id)
        .tags(["Developer"])
        .await?;
    account.upload("/manager.jpg").await?;

    let files = ik
        .assets()
        .list_files()
        .sort(AssetSort::AscCreated)
        .path("/")
        .file_type(FileType::All)
        .limit(5)
        .skip(0)
        .tags(["Software", "Developer", "Engineer"])
        .await?;
    let first = files.first().ok_or("no file is listed")?;
    assert_eq!(first.file_id, developer.file_id);
    assert_eq!(files.len(), 1);
    Ok(first.file_id.clone())
}

/// `imagekit.list_files(options=...(search_query="(size < '1mb' AND width < 500) OR ..."))`
///
/// The strings have single quotes, those of the API reference are double.
pub(super) async fn search_by_size_and_tags(account: &Account) -> Outcome {
    let ik = &account.ik;
    let tagged = account.upload("/tagged.jpg").await?;
    ik.files().update(&tagged.file_id).tags(["tag-2"]).await?;
    account.upload("/wide.jpg").await?;

    let small = search::size().less_than("1mb") & search::width().less_than(500);
    let query = small | search::tags().one_of(["tag-1", "tag-2"]);
    assert_eq!(
        query.build()?,
        r#"(size < "1mb" AND width < 500) OR tags IN ["tag-1", "tag-2"]"#
    );
    let files = ik.assets().list_files().search_query(query).await?;
    let first = files.first().ok_or("no file is found")?;
    assert_eq!(first.file_id, tagged.file_id);
    assert_eq!(files.len(), 1);
    Ok(first.file_id.clone())
}

/// `imagekit.list_files(options=...(search_query="createdAt >= '2d' OR size < '2mb' OR ..."))`
///
/// The guide has `created_at`, which the API reference doesn't know.
pub(super) async fn search_by_age_or_format(account: &Account) -> Outcome {
    let new = account.upload("/new.jpg").await?;
    let query = search::created_at().at_or_after(search::days_ago(2))
        | search::size().less_than("2mb")
        | search::format().is("png");
    assert_eq!(
        query.build()?,
        r#"createdAt >= "2d" OR size < "2mb" OR format = "png""#
    );
    let files = account.ik.assets().list_files().search_query(query).await?;
    let first = files.first().ok_or("no file is found")?;
    assert_eq!(first.file_id, new.file_id);
    Ok(first.file_id.clone())
}

/// `imagekit.get_file_details(file_id=file_id)`
pub(super) async fn details(account: &Account) -> Outcome {
    let file_id = account.upload("/file.jpg").await?.file_id;
    let file = account.ik.files().get(&file_id).await?;
    assert_eq!(file.file_id, file_id);
    Ok(file.file_path.clone())
}

/// Uploads a file twice. Returns its id and its versions, the first one first.
async fn upload_twice(
    account: &Account,
) -> Result<(String, [VersionInfo; 2]), Box<dyn std::error::Error>> {
    let first = account.upload("/file.jpg").await?;
    let second = account.upload("/file.jpg").await?;
    let versions = first.version_info.zip(second.version_info);
    let (old, new) = versions.ok_or("the reply has no version")?;
    Ok((first.file_id, [old, new]))
}

/// `imagekit.get_file_versions(file_id=file_id)`
pub(super) async fn versions(account: &Account) -> Outcome {
    let (file_id, [first, second]) = upload_twice(account).await?;
    let versions = account.ik.files().versions(&file_id).list().await?;
    let ids: Vec<&str> = versions
        .iter()
        .map(|file| file.version_info.id.as_str())
        .collect();
    assert_eq!(ids, [second.id, first.id]);
    Ok(ids.join(", "))
}

/// `imagekit.get_file_version_details(file_id='file_id', version_id='version_id')`
pub(super) async fn version_details(account: &Account) -> Outcome {
    let (file_id, [first, _]) = upload_twice(account).await?;
    let versions = account.ik.files().versions(&file_id);
    let version = versions.get(&first.id).await?;
    assert_eq!(version.file_id, file_id);
    assert_eq!(version.version_info, first);
    Ok(version.version_info.name.clone())
}

/// `imagekit.update_file_details(file_id=..., options=UpdateFileRequestOptions(...))`
///
/// Both pages have `webhook_url='url'`. It must be a URL. The field `test` must exist.
pub(super) async fn update(account: &Account) -> Outcome {
    let ik = &account.ik;
    let file_id = account.upload("/file.jpg").await?.file_id;
    ik.custom_metadata_fields()
        .create("test", "Test", FieldSchema::number())
        .await?;

    let file = ik
        .files()
        .update(&file_id)
        .remove_ai_tags(["remove-ai-tag-1", "remove-ai-tag-2"])
        .webhook_url("https://example.com/imagekit")
        .extensions([
            Extension::from(RemoveBg::new().add_shadow(true).bg_color("red")),
            Extension::from(AutoTagging::google(80, 10)),
        ])
        .tags(["tag-1", "tag-2"])
        .custom_coordinates("10,10,100,100")
        .custom_metadata([("test", 11)])
        .await?;
    assert_eq!(file.file_id, file_id);
    assert_eq!(file.tags.as_deref().unwrap_or_default(), ["tag-1", "tag-2"]);
    assert_eq!(file.custom_coordinates.as_deref(), Some("10,10,100,100"));
    assert_eq!(
        serde_json::to_value(&file.custom_metadata)?,
        json!({"test": 11})
    );
    Ok(file.file_id.clone())
}

/// `imagekit.update_file_details(file_id=..., options=...(publish={"isPublished": True, ...}))`
pub(super) async fn publish(account: &Account) -> Outcome {
    let files = account.ik.files();
    let file_id = account.upload("/file.jpg").await?.file_id;
    files.unpublish(&file_id).await?;

    let file = files.publish(&file_id).include_versions(true).await?;
    assert_eq!(file.file_id, file_id);
    assert_eq!(file.is_published, Some(true));
    Ok(file.file_id.clone())
}

/// Returns the ids of two files that a bulk request changes.
async fn upload_two(account: &Account) -> Result<[String; 2], imagekitio::Error> {
    let one = account.upload("/one.jpg").await?;
    let two = account.upload("/two.jpg").await?;
    Ok([one.file_id, two.file_id])
}

/// `imagekit.add_tags(file_ids=[...], tags=['add-tag-1', 'add-tag-2'])`
pub(super) async fn add_tags(account: &Account) -> Outcome {
    let files = account.ik.files();
    let file_ids = upload_two(account).await?;
    let outcome = files
        .add_tags(&file_ids, ["add-tag-1", "add-tag-2"])
        .await?;
    let updated = outcome.into_result()?;
    assert_eq!(updated, file_ids);
    let file = files.get(&file_ids[0]).await?;
    assert_eq!(
        file.tags.as_deref().unwrap_or_default(),
        ["add-tag-1", "add-tag-2"]
    );
    Ok(updated.join(", "))
}

/// `imagekit.remove_tags(file_ids=[...], tags=['remove-tag-1', 'remove-tag-2'])`
pub(super) async fn remove_tags(account: &Account) -> Outcome {
    let files = account.ik.files();
    let file_ids = upload_two(account).await?;
    let tags = ["remove-tag-1", "remove-tag-2"];
    files.add_tags(&file_ids, tags).await?.into_result()?;

    let updated = files.remove_tags(&file_ids, tags).await?.into_result()?;
    assert_eq!(updated, file_ids);
    assert_eq!(files.get(&file_ids[0]).await?.tags, None);
    Ok(updated.join(", "))
}

/// `imagekit.remove_ai_tags(file_ids=[...], ai_tags=['remove-ai-tag-1', 'remove-ai-tag-2'])`
pub(super) async fn remove_ai_tags(account: &Account) -> Outcome {
    let file_ids = upload_two(account).await?;
    let ai_tags = ["remove-ai-tag-1", "remove-ai-tag-2"];
    let files = account.ik.files();
    let outcome = files.remove_ai_tags(&file_ids, ai_tags).await?;
    let updated = outcome.into_result()?;
    assert_eq!(updated, file_ids);
    Ok(updated.join(", "))
}

/// `imagekit.delete_file(file_id=file_id)`
pub(super) async fn delete(account: &Account) -> Outcome {
    let file_id = account.upload("/file.jpg").await?.file_id;
    let response = account.ik.files().delete(&file_id).await?;
    assert_eq!(response.http_status(), 204);
    Ok(format!("{file_id} is deleted"))
}

/// `imagekit.delete_file_version(file_id="file_id", version_id="version_id")`
pub(super) async fn delete_version(account: &Account) -> Outcome {
    let (file_id, [first, _]) = upload_twice(account).await?;
    let versions = account.ik.files().versions(&file_id);
    versions.delete(&first.id).await?;
    assert_eq!(versions.list().await?.len(), 1);
    Ok(format!("{} is deleted", first.id))
}

/// `imagekit.bulk_file_delete(file_ids=["file_id1", "file_id2"])`, `bulk_delete` in the guide
pub(super) async fn delete_many(account: &Account) -> Outcome {
    let file_ids = upload_two(account).await?;
    let outcome = account.ik.files().delete_many(&file_ids).await?;
    let deleted = outcome.into_result()?;
    assert_eq!(deleted, file_ids);
    Ok(deleted.join(", "))
}

/// `imagekit.copy_file(options=CopyFileRequestOptions(..., include_file_versions=True))`
pub(super) async fn copy(account: &Account) -> Outcome {
    let files = account.ik.files();
    account.upload("/source_file_path.jpg").await?;
    account.upload("/source_file_path.jpg").await?;
    files
        .copy("/source_file_path.jpg", "/destination_path")
        .include_versions(true)
        .await?;
    let copy = files.find("/destination_path/source_file_path.jpg").await?;
    let copy = copy.into_inner().ok_or("the copy is missing")?;
    assert_eq!(files.versions(copy.file_id).list().await?.len(), 2);
    Ok(copy.file_path)
}

/// `imagekit.move_file(options=MoveFileRequestOptions(...))`
pub(super) async fn move_to(account: &Account) -> Outcome {
    let files = account.ik.files();
    let file = account.upload("/source_file_path.jpg").await?;
    files
        .move_to("/source_file_path.jpg", "/destination_path")
        .await?;
    let moved = files.get(file.file_id).await?;
    assert_eq!(moved.file_path, "/destination_path/source_file_path.jpg");
    Ok(moved.file_path.clone())
}

/// `imagekit.rename_file(options=RenameFileRequestOptions(...))`
pub(super) async fn rename(account: &Account) -> Outcome {
    let files = account.ik.files();
    let file = account.upload("/file_path.jpg").await?;
    files.rename("/file_path.jpg", "new_file_name.jpg").await?;
    let renamed = files.get(file.file_id).await?;
    assert_eq!(renamed.file_path, "/new_file_name.jpg");
    Ok(renamed.file_path.clone())
}

/// `imagekit.rename_file(options=RenameFileRequestOptions(..., purge_cache=True))`
pub(super) async fn rename_and_purge(account: &Account) -> Outcome {
    account.upload("/file_path.jpg").await?;
    let renamed = account
        .ik
        .files()
        .rename("/file_path.jpg", "new_file_name.jpg")
        .purge_cache(true)
        .await?;
    let request_id = renamed.purge_request_id.as_deref();
    Ok(request_id.ok_or("nothing is purged")?.to_owned())
}

/// `imagekit.restore_file_version(file_id="file_id", version_id="version_id")`
pub(super) async fn restore_version(account: &Account) -> Outcome {
    let (file_id, [first, _]) = upload_twice(account).await?;
    let versions = account.ik.files().versions(&file_id);
    let restored = versions.restore(&first.id).await?;
    assert_eq!(restored.file_id, file_id);
    Ok(restored.version_info.name.clone())
}
