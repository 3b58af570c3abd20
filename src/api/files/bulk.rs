use std::collections::{HashMap, HashSet};

use super::{CopyFile, MoveFile};
use crate::api::bulk::{BulkOutcome, Change, Items, Part, Requests, Single, bulk_operation};
use crate::client::Response;
use crate::error::Error;
use crate::raw::operations::{self, Operation};
use crate::raw::types::{
    AddTagsBulkRequest, DeleteMultipleFilesRequest, RemoveAiTagsBulkRequest, RemoveTagsBulkRequest,
    required,
};
use crate::validate::{check_id, check_no_empty_tag, check_tags};

bulk_operation! {
    /// Deletes files with all their versions, 100 with each request. Copies in the cache of the CDN
    /// stay until they are purged or expire.
    ///
    /// Created by [`ik.files().delete_many(file_ids)`](super::Files::delete_many).
    /// [API reference](https://imagekit.io/docs/api-reference/digital-asset-management-dam/managing-assets/delete-multiple-files)
    DeleteFiles(FileChange) -> BulkOutcome
}

bulk_operation! {
    /// Adds tags to files, 50 files with each request. Tags that a file has stay. A file has at
    /// most 500 characters of tags, without `%`.
    ///
    /// Created by [`ik.files().add_tags(file_ids, tags)`](super::Files::add_tags).
    /// [API reference](https://imagekit.io/docs/api-reference/digital-asset-management-dam/managing-assets/add-tags-bulk)
    AddTags(FileChange) -> BulkOutcome
}

bulk_operation! {
    /// Removes tags from files, 50 files with each request.
    ///
    /// Created by [`ik.files().remove_tags(file_ids, tags)`](super::Files::remove_tags).
    /// [API reference](https://imagekit.io/docs/api-reference/digital-asset-management-dam/managing-assets/remove-tags-bulk)
    RemoveTags(FileChange) -> BulkOutcome
}

bulk_operation! {
    /// Removes tags that extensions added to files, 50 files with each request.
    ///
    /// Created by [`ik.files().remove_ai_tags(file_ids, ai_tags)`](super::Files::remove_ai_tags).
    /// [API reference](https://imagekit.io/docs/api-reference/digital-asset-management-dam/managing-assets/remove-ai-tags-bulk)
    RemoveAiTags(FileChange) -> BulkOutcome
}

bulk_operation! {
    /// Copies files into a folder, one with each request.
    ///
    /// Created by [`ik.files().copy_many(from_paths, to_folder)`](super::Files::copy_many).
    /// [API reference](https://imagekit.io/docs/api-reference/digital-asset-management-dam/managing-assets/copy-file)
    CopyFiles(CopyFile) -> BulkOutcome
}

/// Options of copies of files.
impl CopyFiles {
    /// Copies all versions, not only the current ones. The server's default is false.
    pub fn include_versions(mut self, include: bool) -> Self {
        self.bulk.change = self.bulk.change.include_versions(include);
        self
    }
}

bulk_operation! {
    /// Moves files with all their versions into a folder, one with each request.
    ///
    /// Created by [`ik.files().move_many(from_paths, to_folder)`](super::Files::move_many).
    /// [API reference](https://imagekit.io/docs/api-reference/digital-asset-management-dam/managing-assets/move-file)
    MoveFiles(MoveFile) -> BulkOutcome
}

impl Single for CopyFile {
    const ITEMS: Items = Items::Files;
    const ARGUMENTS: [&'static str; 2] = ["from_path", "from_paths"];
    const EXAMPLE: &'static str = "/products/shoe.jpg";

    fn with(&self, from_path: &str) -> Self {
        let mut copy = self.clone();
        copy.body.source_file_path = from_path.to_owned();
        copy
    }
}

impl Single for MoveFile {
    const ITEMS: Items = Items::Files;
    const ARGUMENTS: [&'static str; 2] = ["from_path", "from_paths"];
    const EXAMPLE: &'static str = "/products/shoe.jpg";

    fn with(&self, from_path: &str) -> Self {
        let mut moved = self.clone();
        moved.body.source_file_path = from_path.to_owned();
        moved
    }
}

/// A change of files by their ids.
#[derive(Clone, Debug)]
pub(super) enum FileChange {
    Delete,
    AddTags(Vec<String>),
    RemoveTags(Vec<String>),
    RemoveAiTags(Vec<String>),
}

impl Change for FileChange {
    type Reply = ();
    const ITEMS: Items = Items::Files;

    fn operation(&self) -> &'static Operation {
        match self {
            Self::Delete => &operations::DELETE_MULTIPLE_FILES,
            Self::AddTags(_) => &operations::ADD_TAGS_BULK,
            Self::RemoveTags(_) => &operations::REMOVE_TAGS_BULK,
            Self::RemoveAiTags(_) => &operations::REMOVE_AI_TAGS_BULK,
        }
    }

    fn limit(&self) -> usize {
        match self {
            Self::Delete => 100,
            Self::AddTags(_) | Self::RemoveTags(_) | Self::RemoveAiTags(_) => 50,
        }
    }

    fn check(&self, file_ids: &[String]) -> Result<(), Error> {
        if file_ids.is_empty() {
            return Err(Error::invalid_input(
                "file_ids",
                "is empty; give the id of at least one file",
            ));
        }
        for id in file_ids {
            check_id("file_ids", id)?;
        }
        match self {
            Self::Delete => Ok(()),
            Self::AddTags(tags) => {
                check_named("tags", tags)?;
                check_tags("tags", tags)
            }
            Self::RemoveTags(tags) => check_named("tags", tags),
            Self::RemoveAiTags(tags) => check_named("ai_tags", tags),
        }
    }

    /// If a deletion was retried and failed because an earlier attempt had deleted some of the
    /// files, the others are sent again.
    async fn send(&self, mut ids: Vec<String>, requests: &Requests<'_>) -> Vec<Part<()>> {
        let mut parts = Vec::new();
        loop {
            let reply = match self.request(ids.clone(), requests).await {
                Ok(reply) => reply,
                Err(error) => {
                    parts.push(Part::Failed(ids, error));
                    return parts;
                }
            };
            let missing = reply.succeeded.iter().flatten();
            let missing: HashSet<&String> =
                missing.filter(|_| reply.http_status() == 404).collect();
            let (done, rest): (Vec<_>, Vec<_>) = ids
                .into_iter()
                .partition(|id| missing.contains(id) || missing.is_empty());
            if done.is_empty() {
                parts.push(answered(rest, reply));
                return parts;
            }
            parts.push(answered(done, reply));
            if rest.is_empty() {
                return parts;
            }
            ids = rest;
        }
    }
}

impl FileChange {
    async fn request(
        &self,
        ids: Vec<String>,
        requests: &Requests<'_>,
    ) -> Result<Response<Reply>, Error> {
        match self.clone() {
            Self::Delete => {
                let body = DeleteMultipleFilesRequest::new(ids);
                requests.call(&DeleteCall(body)).await
            }
            Self::AddTags(tags) => {
                let body = AddTagsBulkRequest::new(required::AddTagsBulkRequest {
                    file_ids: ids,
                    tags,
                });
                requests.call(&AddTagsCall(body)).await
            }
            Self::RemoveTags(tags) => {
                let body = RemoveTagsBulkRequest::new(required::RemoveTagsBulkRequest {
                    file_ids: ids,
                    tags,
                });
                requests.call(&RemoveTagsCall(body)).await
            }
            Self::RemoveAiTags(ai_tags) => {
                let body = RemoveAiTagsBulkRequest::new(required::RemoveAiTagsBulkRequest {
                    file_ids: ids,
                    ai_tags,
                });
                requests.call(&RemoveAiTagsCall(body)).await
            }
        }
    }
}

/// Returns the result of each file, according to a reply.
fn answered(file_ids: Vec<String>, reply: Response<Reply>) -> Part<()> {
    // 200 means all files, even if it doesn't name them.
    let all = reply.http_status() != 207 && reply.succeeded.is_none();
    let named: HashSet<&str> = reply
        .succeeded
        .iter()
        .flatten()
        .map(String::as_str)
        .collect();
    let reasons: HashMap<&str, &str> = reply
        .errors
        .iter()
        .map(|(id, reason)| (id.as_str(), reason.as_str()))
        .collect();
    let mut succeeded = Vec::new();
    let mut failed = Vec::new();
    for id in file_ids {
        match reasons.get(id.as_str()) {
            Some(reason) => failed.push((id, (*reason).to_owned())),
            None if all || named.contains(id.as_str()) => succeeded.push(id),
            None => failed.push((
                id,
                "the response doesn't say whether it succeeded".to_owned(),
            )),
        }
    }
    Part::Answered {
        succeeded,
        failed,
        reply: reply.map(|_| ()),
    }
}

fn check_named(option: &'static str, tags: &[String]) -> Result<(), Error> {
    if tags.is_empty() {
        return Err(Error::invalid_input(
            option,
            "is empty; give at least one tag",
        ));
    }
    check_no_empty_tag(option, tags)
}

/// The reply to one of the requests.
#[derive(Debug)]
struct Reply {
    succeeded: Option<Vec<String>>,
    /// Ids and reasons.
    errors: Vec<(String, String)>,
}

impl Reply {
    fn new<E>(
        succeeded: Option<Vec<String>>,
        errors: Option<Vec<E>>,
        read: impl Fn(E) -> (Option<String>, Option<String>),
    ) -> Self {
        let error = |error| {
            let (id, reason) = read(error);
            let reason = reason.unwrap_or_else(|| "the server gives no reason".to_owned());
            Some((id?, reason))
        };
        Self {
            succeeded,
            errors: errors.into_iter().flatten().filter_map(error).collect(),
        }
    }
}

#[derive(Clone, Debug)]
struct DeleteCall(DeleteMultipleFilesRequest);

call! {
    DeleteCall: DELETE_MULTIPLE_FILES -> Reply, repeatable: true,
    already_done: |error| {
        let missing = error.missing_file_ids().to_vec();
        (!missing.is_empty()).then(|| Reply { succeeded: Some(missing), errors: Vec::new() })
    },
    send: |call, client| client.delete_multiple_files().body(call.0.clone()).send().await?.map(|reply| {
        Reply::new(reply.successfully_deleted_file_ids, reply.errors, |error| {
            (error.file_id, error.error)
        })
    }),
}

#[derive(Clone, Debug)]
struct AddTagsCall(AddTagsBulkRequest);

call! {
    AddTagsCall: ADD_TAGS_BULK -> Reply, repeatable: true,
    send: |call, client| client.add_tags_bulk().body(call.0.clone()).send().await?.map(|reply| {
        Reply::new(reply.successfully_updated_file_ids, reply.errors, |error| {
            (error.file_id, error.error)
        })
    }),
}

#[derive(Clone, Debug)]
struct RemoveTagsCall(RemoveTagsBulkRequest);

call! {
    RemoveTagsCall: REMOVE_TAGS_BULK -> Reply, repeatable: true,
    send: |call, client| client.remove_tags_bulk().body(call.0.clone()).send().await?.map(|reply| {
        Reply::new(reply.successfully_updated_file_ids, reply.errors, |error| {
            (error.file_id, error.error)
        })
    }),
}

#[derive(Clone, Debug)]
struct RemoveAiTagsCall(RemoveAiTagsBulkRequest);

call! {
    RemoveAiTagsCall: REMOVE_AI_TAGS_BULK -> Reply, repeatable: true,
    send: |call, client| client.remove_ai_tags_bulk().body(call.0.clone()).send().await?.map(|reply| {
        Reply::new(reply.successfully_updated_file_ids, reply.errors, |error| {
            (error.file_id, error.error)
        })
    }),
}
