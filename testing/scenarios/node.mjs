// ImageKit's official SDK for Node against `cargo run -p imagekitio-testing --example server 4000`.
//
//     npm install @imagekit/nodejs@7.11.0
//     node testing/scenarios/node.mjs http://127.0.0.1:4000

import assert from "node:assert/strict";
import ImageKit, { toFile } from "@imagekit/nodejs";

const ik = new ImageKit({ privateKey: "private_local", baseURL: process.argv[2], maxRetries: 0 });
let calls = 0;
const call = (reply) => {
  calls += 1;
  return reply;
};

const field = await call(ik.customMetadataFields.create({ name: "color", label: "Color", schema: { type: "Text" } }));
assert.equal((await call(ik.customMetadataFields.list()))[0].id, field.id);
const exact = { folder: "/node", useUniqueFileName: false };
const upload = async (fileName, text, more) =>
  call(ik.files.upload({ file: await toFile(Buffer.from(text), fileName), fileName, ...exact, ...more }));
const a = await upload("a.txt", "one", { tags: ["red"], customMetadata: { color: "r" }, extensions: [{ name: "remove-bg" }] });
assert.deepEqual([a.filePath, a.tags, a.extensionStatus], ["/node/a.txt", ["red"], { "remove-bg": "pending" }]);
const b = await upload("a.txt", "two", {});
assert.deepEqual([b.fileId, b.versionInfo.name], [a.fileId, "Version 2"]);
const base64 = await call(ik.files.upload({ file: Buffer.from("x").toString("base64"), fileName: "b.txt", ...exact }));
assert.equal(base64.size, 1);
const fromUrl = await call(ik.files.upload({ file: a.url, fileName: "c.txt", ...exact }));
assert.equal(fromUrl.size, 3);
assert.equal((await call(ik.files.get(a.fileId))).type, "file");
assert.deepEqual((await call(ik.files.update(a.fileId, { tags: ["x"], description: "d" }))).tags, ["x"]);
assert.equal((await call(ik.files.update(a.fileId, { publish: { isPublished: false } }))).isPublished, false);
await call(ik.files.bulk.addTags({ fileIds: [a.fileId], tags: ["y"] }));
await call(ik.files.bulk.removeTags({ fileIds: [a.fileId], tags: ["x"] }));
await call(ik.files.bulk.removeAITags({ fileIds: [a.fileId], AITags: ["x"] }));
const versions = await call(ik.files.versions.list(a.fileId));
assert.deepEqual(versions.map((version) => version.versionInfo.name), ["Version 2", "Version 1"]);
const old = versions[1].versionInfo.id;
await call(ik.files.versions.get(old, { fileId: a.fileId }));
await call(ik.files.versions.restore(old, { fileId: a.fileId }));
await call(ik.files.versions.delete(versions[0].versionInfo.id, { fileId: a.fileId }));
await call(ik.files.copy({ sourceFilePath: "/node/b.txt", destinationPath: "/node/c" }));
await call(ik.files.move({ sourceFilePath: "/node/c/b.txt", destinationPath: "/node/d" }));
const renamed = await call(ik.files.rename({ filePath: "/node/d/b.txt", newFileName: "e.txt", purgeCache: true }));
assert.equal((await call(ik.cache.invalidation.get(renamed.purgeRequestId))).status, "Completed");
await assert.rejects(call(ik.files.rename({ filePath: "/node/b.txt", newFileName: "c.txt" })), ImageKit.ConflictError);
await assert.rejects(call(ik.files.get("none")), ImageKit.NotFoundError);
const found = await call(ik.assets.list({ searchQuery: 'name HAS "e" AND path : "/node"' }));
assert.deepEqual(found.map((asset) => asset.filePath), ["/node/d/e.txt"]);
await call(ik.folders.create({ folderName: "new", parentFolderPath: "/node" }));
for (const job of [
  await call(ik.folders.copy({ sourceFolderPath: "/node/d", destinationPath: "/node/new" })),
  await call(ik.folders.move({ sourceFolderPath: "/node/new/d", destinationPath: "/node/f" })),
  await call(ik.folders.rename({ folderPath: "/node/f", newFolderName: "g", purgeCache: true })),
]) {
  assert.equal((await call(ik.folders.job.get(job.jobId))).status, "Completed");
}
const purge = await call(ik.cache.invalidation.create({ url: a.url }));
assert.equal((await call(ik.cache.invalidation.get(purge.requestId))).status, "Completed");
assert.equal((await call(ik.files.metadata.get(a.fileId))).format, "txt");
const extension = await call(ik.savedExtensions.create({ name: "n", description: "d", config: { name: "remove-bg" } }));
assert.equal((await call(ik.savedExtensions.update(extension.id, { name: "m" }))).name, "m");
await call(ik.savedExtensions.delete(extension.id));
const named = await call(ik.namedTransformations.create({ name: "small", transformation: "w-1" }));
assert.deepEqual((await call(ik.namedTransformations.list())).map(({ id }) => id), [named.id]);
await call(ik.namedTransformations.delete(named.id));
const origin = await call(ik.accounts.origins.create({ type: "WEB_FOLDER", name: "o", baseUrl: "https://example.com" }));
const endpoint = await call(ik.accounts.urlEndpoints.create({ description: "d", origins: [origin.id] }));
await call(ik.accounts.urlEndpoints.delete(endpoint.id));
await call(ik.accounts.origins.delete(origin.id));
const usage = await call(ik.accounts.usage.get({ startDate: "2026-01-01", endDate: "2026-02-01" }));
assert.ok(usage.mediaLibraryStorageBytes > 0);
const ids = (await call(ik.assets.list({ path: "/node" }))).map((asset) => asset.fileId);
assert.deepEqual((await call(ik.files.bulk.delete({ fileIds: ids }))).successfullyDeletedFileIds, ids);
await call(ik.folders.delete({ folderPath: "/node" }));
await call(ik.customMetadataFields.delete(field.id));
assert.deepEqual(await call(ik.assets.list({ type: "all" })), []);
console.log(`${calls} calls as expected`);
