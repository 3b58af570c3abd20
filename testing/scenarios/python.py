"""ImageKit's official SDK for Python against `cargo run -p imagekitio-testing --example server 4000`.

    pip install imagekitio==5.11.0
    python testing/scenarios/python.py http://127.0.0.1:4000
"""

import sys

from imagekitio import ConflictError, ImageKit, NotFoundError

base = sys.argv[1]
ik = ImageKit(private_key="private_local", base_url=base, max_retries=0)
calls = 0


def call(function, *arguments, **named):
    global calls
    calls += 1
    return function(*arguments, **named)


def fails(error, function, *arguments, **named):
    try:
        call(function, *arguments, **named)
    except error:
        return
    raise AssertionError(f"{function} should fail with {error}")


field = call(ik.custom_metadata_fields.create, name="brand", label="Brand", schema={"type": "Text"})
assert call(ik.custom_metadata_fields.list)[0].id == field.id
assert call(ik.custom_metadata_fields.update, field.id, label="Brands").label == "Brands"
a = call(ik.files.upload, file=b"one", file_name="a.txt", folder="/py", use_unique_file_name=False,
         tags=["red"], custom_metadata={"brand": "Acme"}, response_fields=["customMetadata"])
assert (a.file_path, a.tags, a.custom_metadata) == ("/py/a.txt", ["red"], {"brand": "Acme"})
b = call(ik.files.upload, file=b"two", file_name="a.txt", folder="/py", use_unique_file_name=False)
assert (b.file_id, b.version_info.name) == (a.file_id, "Version 2")
assert call(ik.beta.v2.files.upload, file=b"x", file_name="b.txt", folder="/py", use_unique_file_name=False).size == 1
details = call(ik.files.get, a.file_id)
assert (details.type, details.size, details.is_published) == ("file", 3, True)
updated = call(ik.files.update, a.file_id, tags=["x"], description="d", custom_coordinates="1,2,3,4")
assert (updated.tags, updated.description) == (["x"], "d")
assert call(ik.files.update, a.file_id, publish={"is_published": True}).is_published
assert call(ik.files.bulk.add_tags, file_ids=[a.file_id], tags=["y"]).successfully_updated_file_ids == [a.file_id]
call(ik.files.bulk.remove_tags, file_ids=[a.file_id], tags=["x"])
call(ik.files.bulk.remove_ai_tags, file_ids=[a.file_id], ai_tags=["x"])
assert call(ik.files.get, a.file_id).tags == ["y"]
versions = call(ik.files.versions.list, a.file_id)
assert [version.version_info.name for version in versions] == ["Version 2", "Version 1"]
old = versions[1].version_info.id
assert call(ik.files.versions.get, old, file_id=a.file_id).type == "file-version"
assert call(ik.files.versions.restore, old, file_id=a.file_id).version_info.id == old
call(ik.files.versions.delete, versions[0].version_info.id, file_id=a.file_id)
call(ik.files.copy, source_file_path="/py/a.txt", destination_path="/py/c")
call(ik.files.move, source_file_path="/py/c/a.txt", destination_path="/py/d")
renamed = call(ik.files.rename, file_path="/py/d/a.txt", new_file_name="e.txt", purge_cache=True)
assert call(ik.cache.invalidation.get, renamed.purge_request_id).status == "Completed"
fails(ConflictError, ik.files.rename, file_path="/py/a.txt", new_file_name="b.txt")
fails(NotFoundError, ik.files.get, "none")
found = call(ik.assets.list, search_query='name : "e" AND path : "/py"')
assert [asset.file_path for asset in found] == ["/py/d/e.txt"]
assert {asset.type for asset in call(ik.assets.list, type="all", sort="DESC_NAME", limit=100)} == {"file", "folder"}
call(ik.folders.create, folder_name="new", parent_folder_path="/py")
for job in [
    call(ik.folders.copy, source_folder_path="/py/d", destination_path="/py/new", include_versions=True),
    call(ik.folders.move, source_folder_path="/py/new/d", destination_path="/py/f"),
    call(ik.folders.rename, folder_path="/py/f", new_folder_name="g"),
]:
    assert call(ik.folders.job.get, job.job_id).status == "Completed"
purge = call(ik.cache.invalidation.create, url=a.url)
assert call(ik.cache.invalidation.get, purge.request_id).status == "Completed"
assert call(ik.files.metadata.get, a.file_id).size == 3
assert call(ik.files.metadata.get_from_url, url=a.url).format == "txt"
extension = call(ik.saved_extensions.create, name="n", description="d", config={"name": "remove-bg"})
assert call(ik.saved_extensions.update, extension.id, name="m").name == "m"
assert call(ik.saved_extensions.get, extension.id).config.name == "remove-bg"
call(ik.saved_extensions.delete, extension.id)
assert call(ik.saved_extensions.list) == []
named = call(ik.named_transformations.create, name="small", transformation="w-1")
assert call(ik.named_transformations.update, named.id, enabled=False).enabled is False
call(ik.named_transformations.delete, named.id)
origin = call(ik.accounts.origins.create, type="S3", name="o", bucket="b", access_key="k", secret_key="s")
endpoint = call(ik.accounts.url_endpoints.create, description="d", origins=[origin.id])
assert call(ik.accounts.url_endpoints.get, endpoint.id).origins == [origin.id]
call(ik.accounts.url_endpoints.delete, endpoint.id)
call(ik.accounts.origins.delete, origin.id)
webhook = call(ik.accounts.webhooks.create, endpoint="https://example.com/hook", events=["file.created"])
assert call(ik.accounts.webhooks.update, webhook.id, enabled=False).secret == webhook.secret
call(ik.accounts.webhooks.delete, webhook.id)
assert call(ik.accounts.usage.get, start_date="2026-01-01", end_date="2026-02-01").media_library_storage_bytes > 0
assert call(ik.accounts.usage_analytics.get, start_date="2026-01-01", end_date="2026-02-01").request_count >= 0
ids = [asset.file_id for asset in call(ik.assets.list, path="/py")]
assert call(ik.files.bulk.delete, file_ids=ids).successfully_deleted_file_ids == ids
call(ik.folders.delete, folder_path="/py")
call(ik.custom_metadata_fields.delete, field.id)
assert call(ik.assets.list, type="all") == []
print(f"{calls} calls as expected")
