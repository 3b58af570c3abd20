use std::collections::{HashMap, HashSet};
use std::time::Duration;

use futures_util::{StreamExt as _, stream};
use tokio::time::Instant;

use crate::client::{Call, Http, Options, Response, attempt_options, sendable};
use crate::error::{Error, ErrorKind};
use crate::raw::operations::{self, Operation};
use crate::raw::types::{
    AddTagsBulkRequest, DeleteMultipleFilesRequest, RemoveAiTagsBulkRequest, RemoveTagsBulkRequest,
    required,
};
use crate::validate::{check_id, check_no_empty_tag, check_tags};

/// The builder of a bulk operation.
macro_rules! bulk_operation {
    ($(#[$attribute:meta])* $builder:ident) => {
        $(#[$attribute])*
        ///
        /// The list of ids is split into as many requests as ImageKit's limits ask for. An id that
        /// is given twice counts once. Some files may fail while others don't: see [`BulkOutcome`].
        ///
        /// # Errors
        ///
        /// Only if nothing was sent: [`InvalidInput`](ErrorKind::InvalidInput) for an empty list,
        /// for ids and tags that the API would refuse, and for a missing private key.
        #[must_use = "a request is sent by `.await`"]
        #[derive(Clone, Debug)]
        pub struct $builder {
            bulk: Bulk,
        }

        impl $builder {
            pub(super) fn new<T: Into<String>>(
                http: Http,
                change: Change,
                file_ids: impl IntoIterator<Item = T>,
            ) -> Self {
                let bulk = Bulk::new(http, change, file_ids);
                Self { bulk }
            }

            /// Sets how many requests are sent at the same time, 1 or more. The default is 4.
            pub fn concurrency(mut self, requests: usize) -> Self {
                self.bulk.concurrency = requests;
                self
            }

            /// Limits the time of all requests together. The default is no limit.
            ///
            /// Files whose request does not start in time are among those that failed. The
            /// [`total_timeout`](crate::ImageKitBuilder::total_timeout) of the client applies to
            /// each request.
            pub fn total_timeout(mut self, timeout: Duration) -> Self {
                self.bulk.total_timeout = Some(timeout);
                self
            }

            async fn run(self) -> Result<BulkOutcome, Error> {
                self.bulk.run().await
            }
        }

        /// Options that all requests share.
        impl $builder {
            attempt_options!(bulk.options);
        }

        sendable!($builder => BulkOutcome);
    };
}

bulk_operation! {
    /// Deletes files with all their versions, 100 with each request. Copies in the cache of the CDN
    /// stay until they are purged or expire.
    ///
    /// Created by [`ik.files().delete_many(file_ids)`](super::Files::delete_many).
    /// [API reference](https://imagekit.io/docs/api-reference/digital-asset-management-dam/managing-assets/delete-multiple-files)
    DeleteFiles
}

bulk_operation! {
    /// Adds tags to files, 50 files with each request. Tags that a file has stay. A file has at
    /// most 500 characters of tags, without `%`.
    ///
    /// Created by [`ik.files().add_tags(file_ids, tags)`](super::Files::add_tags).
    /// [API reference](https://imagekit.io/docs/api-reference/digital-asset-management-dam/managing-assets/add-tags-bulk)
    AddTags
}

bulk_operation! {
    /// Removes tags from files, 50 files with each request.
    ///
    /// Created by [`ik.files().remove_tags(file_ids, tags)`](super::Files::remove_tags).
    /// [API reference](https://imagekit.io/docs/api-reference/digital-asset-management-dam/managing-assets/remove-tags-bulk)
    RemoveTags
}

bulk_operation! {
    /// Removes tags that extensions added to files, 50 files with each request.
    ///
    /// Created by [`ik.files().remove_ai_tags(file_ids, ai_tags)`](super::Files::remove_ai_tags).
    /// [API reference](https://imagekit.io/docs/api-reference/digital-asset-management-dam/managing-assets/remove-ai-tags-bulk)
    RemoveAiTags
}

/// The same change to any number of files.
#[derive(Clone, Debug)]
struct Bulk {
    http: Http,
    change: Change,
    file_ids: Vec<String>,
    concurrency: usize,
    options: Options,
    /// For all of the requests together.
    total_timeout: Option<Duration>,
}

#[derive(Clone, Debug)]
pub(super) enum Change {
    Delete,
    AddTags(Vec<String>),
    RemoveTags(Vec<String>),
    RemoveAiTags(Vec<String>),
}

impl Change {
    fn operation(&self) -> &'static Operation {
        match self {
            Self::Delete => &operations::DELETE_MULTIPLE_FILES,
            Self::AddTags(_) => &operations::ADD_TAGS_BULK,
            Self::RemoveTags(_) => &operations::REMOVE_TAGS_BULK,
            Self::RemoveAiTags(_) => &operations::REMOVE_AI_TAGS_BULK,
        }
    }

    /// The number of files that one request may name.
    fn limit(&self) -> usize {
        match self {
            Self::Delete => 100,
            Self::AddTags(_) | Self::RemoveTags(_) | Self::RemoveAiTags(_) => 50,
        }
    }

    fn check(&self) -> Result<(), Error> {
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
}

fn check_named(option: &'static str, tags: &[String]) -> Result<(), Error> {
    if tags.is_empty() {
        return Err(Error::invalid_input(option, "is empty; name a tag"));
    }
    check_no_empty_tag(option, tags)
}

impl Bulk {
    fn new<T: Into<String>>(
        http: Http,
        change: Change,
        file_ids: impl IntoIterator<Item = T>,
    ) -> Self {
        Self {
            options: http.options(),
            http,
            change,
            file_ids: file_ids.into_iter().map(Into::into).collect(),
            concurrency: 4,
            total_timeout: None,
        }
    }

    fn check(&self) -> Result<(), Error> {
        if self.file_ids.is_empty() {
            return Err(Error::invalid_input(
                "file_ids",
                "is empty; give the id of at least one file",
            ));
        }
        for id in &self.file_ids {
            check_id("file_ids", id)?;
        }
        if self.concurrency == 0 {
            return Err(Error::invalid_input(
                "concurrency",
                "is 0, so that nothing would ever be sent; allow at least 1 request",
            ));
        }
        self.change.check()
    }

    async fn run(mut self) -> Result<BulkOutcome, Error> {
        self.check()?;
        let mut seen = HashSet::new();
        let mut file_ids = std::mem::take(&mut self.file_ids);
        file_ids.retain(|id| seen.insert(id.clone()));
        let deadline = self
            .total_timeout
            .and_then(|total| Instant::now().checked_add(total));
        let parts: Vec<Vec<String>> = file_ids
            .chunks(self.change.limit())
            .map(<[String]>::to_vec)
            .collect();
        let send = |ids| self.send_all(ids, deadline);
        let mut replies = stream::iter(parts).map(send).buffered(self.concurrency);
        let mut outcome = BulkOutcome {
            succeeded: Vec::new(),
            failed: Vec::new(),
            replies: Vec::new(),
            operation: self.change.operation(),
        };
        while let Some(parts) = replies.next().await {
            for (ids, reply) in parts {
                match reply {
                    Ok(reply) => outcome.add_reply(ids, reply),
                    Err(error) if error.kind() == ErrorKind::InvalidInput => return Err(error),
                    Err(error) => outcome.add_error(ids, error),
                }
            }
        }
        Ok(outcome)
    }

    /// The files of one of the requests. A deletion that was repeated, and found files missing that
    /// an earlier attempt had deleted, did nothing for the others: they are sent again.
    async fn send_all(&self, mut ids: Vec<String>, deadline: Option<Instant>) -> Vec<PartReply> {
        let mut replies = Vec::new();
        loop {
            let reply = self.send(ids.clone(), deadline).await;
            let Ok(part) = &reply else {
                replies.push((ids, reply));
                return replies;
            };
            let missing = part.succeeded.iter().flatten();
            let missing: HashSet<&String> = missing.filter(|_| part.http_status() == 404).collect();
            let (done, rest): (Vec<_>, Vec<_>) = ids
                .into_iter()
                .partition(|id| missing.contains(id) || missing.is_empty());
            if done.is_empty() {
                replies.push((rest, reply));
                return replies;
            }
            replies.push((done, reply));
            if rest.is_empty() {
                return replies;
            }
            ids = rest;
        }
    }

    /// One of the requests.
    async fn send(
        &self,
        ids: Vec<String>,
        deadline: Option<Instant>,
    ) -> Result<Response<Part>, Error> {
        match self.change.clone() {
            Change::Delete => {
                let body = DeleteMultipleFilesRequest::new(ids);
                self.call(DeleteCall(body), deadline).await
            }
            Change::AddTags(tags) => {
                let body = AddTagsBulkRequest::new(required::AddTagsBulkRequest {
                    file_ids: ids,
                    tags,
                });
                self.call(AddTagsCall(body), deadline).await
            }
            Change::RemoveTags(tags) => {
                let body = RemoveTagsBulkRequest::new(required::RemoveTagsBulkRequest {
                    file_ids: ids,
                    tags,
                });
                self.call(RemoveTagsCall(body), deadline).await
            }
            Change::RemoveAiTags(ai_tags) => {
                let body = RemoveAiTagsBulkRequest::new(required::RemoveAiTagsBulkRequest {
                    file_ids: ids,
                    ai_tags,
                });
                self.call(RemoveAiTagsCall(body), deadline).await
            }
        }
    }

    async fn call<C: Call<Output = Part>>(
        &self,
        call: C,
        deadline: Option<Instant>,
    ) -> Result<Response<Part>, Error> {
        let mut options = self.options.clone();
        if let Some(deadline) = deadline {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                let message = "not sent: the time for all of the files was up";
                return Err(Error::new(ErrorKind::Timeout, message)
                    .during(C::OPERATION.id, false)
                    .after(0));
            }
            options.total_timeout(left);
        }
        self.http.call(&call, &options).await
    }
}

/// The ids that a reply, or a failure, is about.
type PartReply = (Vec<String>, Result<Response<Part>, Error>);

/// The outcome of a bulk operation for each file, in the order in which the ids were given.
#[must_use = "some of the files may have failed"]
#[derive(Debug)]
#[non_exhaustive]
pub struct BulkOutcome {
    /// The ids of the files that are changed.
    pub succeeded: Vec<String>,
    /// The files that are not changed, or not surely.
    pub failed: Vec<BulkFailure>,
    /// The replies of the requests that didn't fail as a whole, with everything else that they say.
    pub replies: Vec<Response<()>>,
    operation: &'static Operation,
}

/// A file that a bulk operation did not change, or may not have changed.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct BulkFailure {
    /// The id of the file.
    pub file_id: String,
    /// Why: what the server says, or how the request failed.
    pub reason: String,
    /// The failure of the request, when it failed as a whole: the same for each of its files.
    pub error: Option<Error>,
}

impl BulkOutcome {
    /// The ids of the changed files, if all were changed.
    ///
    /// # Errors
    ///
    /// When a file failed: [`PartialSuccess`](ErrorKind::PartialSuccess), or the kind of what went
    /// wrong when none of the requests was carried out.
    pub fn into_result(self) -> Result<Vec<String>, Error> {
        let Some(first) = self.failed.first() else {
            return Ok(self.succeeded);
        };
        let message = format!(
            "{} of {} files failed, the first of them {}: {}",
            self.failed.len(),
            self.failed.len() + self.succeeded.len(),
            first.file_id,
            first.reason
        );
        let causes = || {
            self.failed
                .iter()
                .filter_map(|failure| failure.error.as_ref())
        };
        let cause = causes()
            .find(|cause| cause.may_have_been_sent())
            .or(causes().next());
        Err(match cause {
            Some(cause) if self.replies.is_empty() => {
                Error::because_of(cause.kind(), message, cause.clone())
            }
            _ => Error::new(ErrorKind::PartialSuccess, message).during(self.operation.id, true),
        })
    }

    fn add_reply(&mut self, file_ids: Vec<String>, reply: Response<Part>) {
        // 200 is for all files, even when it doesn't name them.
        let all = reply.http_status() != 207 && reply.succeeded.is_none();
        let succeeded: HashSet<&str> = reply
            .succeeded
            .iter()
            .flatten()
            .map(String::as_str)
            .collect();
        let failed: HashMap<&str, &str> = reply
            .errors
            .iter()
            .map(|(id, reason)| (id.as_str(), reason.as_str()))
            .collect();
        for id in file_ids {
            let reason = match failed.get(id.as_str()) {
                Some(reason) => reason,
                None if all || succeeded.contains(id.as_str()) => {
                    self.succeeded.push(id);
                    continue;
                }
                None => "the reply doesn't tell what became of it",
            };
            self.failed.push(BulkFailure {
                file_id: id,
                reason: reason.to_owned(),
                error: None,
            });
        }
        self.replies.push(reply.map(|_| ()));
    }

    fn add_error(&mut self, file_ids: Vec<String>, error: Error) {
        let reason = error.summary().to_owned();
        let failures = file_ids.into_iter().map(|file_id| BulkFailure {
            file_id,
            reason: reason.clone(),
            error: Some(error.clone()),
        });
        self.failed.extend(failures);
    }
}

/// What the reply to one of the requests says.
#[derive(Debug)]
struct Part {
    succeeded: Option<Vec<String>>,
    /// Ids and reasons.
    errors: Vec<(String, String)>,
}

impl Part {
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
    DeleteCall: DELETE_MULTIPLE_FILES -> Part, repeatable: true,
    already_done: |error| {
        let missing = error.missing_file_ids().to_vec();
        (!missing.is_empty()).then(|| Part { succeeded: Some(missing), errors: Vec::new() })
    },
    send: |call, client| client.delete_multiple_files().body(call.0.clone()).send().await?.map(|reply| {
        Part::new(reply.successfully_deleted_file_ids, reply.errors, |error| {
            (error.file_id, error.error)
        })
    }),
}

#[derive(Clone, Debug)]
struct AddTagsCall(AddTagsBulkRequest);

call! {
    AddTagsCall: ADD_TAGS_BULK -> Part, repeatable: true,
    send: |call, client| client.add_tags_bulk().body(call.0.clone()).send().await?.map(|reply| {
        Part::new(reply.successfully_updated_file_ids, reply.errors, |error| {
            (error.file_id, error.error)
        })
    }),
}

#[derive(Clone, Debug)]
struct RemoveTagsCall(RemoveTagsBulkRequest);

call! {
    RemoveTagsCall: REMOVE_TAGS_BULK -> Part, repeatable: true,
    send: |call, client| client.remove_tags_bulk().body(call.0.clone()).send().await?.map(|reply| {
        Part::new(reply.successfully_updated_file_ids, reply.errors, |error| {
            (error.file_id, error.error)
        })
    }),
}

#[derive(Clone, Debug)]
struct RemoveAiTagsCall(RemoveAiTagsBulkRequest);

call! {
    RemoveAiTagsCall: REMOVE_AI_TAGS_BULK -> Part, repeatable: true,
    send: |call, client| client.remove_ai_tags_bulk().body(call.0.clone()).send().await?.map(|reply| {
        Part::new(reply.successfully_updated_file_ids, reply.errors, |error| {
            (error.file_id, error.error)
        })
    }),
}
