use std::collections::{HashMap, HashSet};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::{StreamExt as _, stream};
use tokio::time::Instant;

use crate::api::check_id;
use crate::client::{Call, Http, Options, Request, Response, RetryPolicy};
use crate::error::{Error, ErrorKind};
use crate::raw::operations::{self, Operation};
use crate::raw::types::{
    AddTagsBulkRequest, DeleteMultipleFilesRequest, RemoveAiTagsBulkRequest, RemoveTagsBulkRequest,
    required,
};
use crate::validate::{check_no_empty_tag, check_tags};

/// The same change to any number of files, sent by `.await`. See [`Files::delete_many`](crate::api::Files::delete_many) and
/// [`Files::add_tags`](crate::api::Files::add_tags).
///
/// The list is cut into as many requests as ImageKit's limits ask for. Some of the files may fail while others don't, so
/// what comes back is a [`BulkOutcome`]. It is an error only when nothing was sent: for an empty list, bad input or a
/// missing key. An id that is given twice counts once.
#[must_use = "a request is sent by `.await`"]
#[derive(Clone, Debug)]
pub struct BulkRequest {
    http: Http,
    change: Change,
    file_ids: Vec<String>,
    concurrency: usize,
    options: Options,
    /// For all of the requests together.
    total_timeout: Option<Duration>,
}

#[derive(Clone, Debug)]
enum Change {
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

impl BulkRequest {
    pub(super) fn delete<T: Into<String>>(
        http: Http,
        file_ids: impl IntoIterator<Item = T>,
    ) -> Self {
        Self::new(http, Change::Delete, file_ids)
    }

    pub(super) fn add_tags<T: Into<String>, U: Into<String>>(
        http: Http,
        file_ids: impl IntoIterator<Item = T>,
        tags: impl IntoIterator<Item = U>,
    ) -> Self {
        let tags = tags.into_iter().map(Into::into).collect();
        Self::new(http, Change::AddTags(tags), file_ids)
    }

    pub(super) fn remove_tags<T: Into<String>, U: Into<String>>(
        http: Http,
        file_ids: impl IntoIterator<Item = T>,
        tags: impl IntoIterator<Item = U>,
    ) -> Self {
        let tags = tags.into_iter().map(Into::into).collect();
        Self::new(http, Change::RemoveTags(tags), file_ids)
    }

    pub(super) fn remove_ai_tags<T: Into<String>, U: Into<String>>(
        http: Http,
        file_ids: impl IntoIterator<Item = T>,
        ai_tags: impl IntoIterator<Item = U>,
    ) -> Self {
        let ai_tags = ai_tags.into_iter().map(Into::into).collect();
        Self::new(http, Change::RemoveAiTags(ai_tags), file_ids)
    }

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

    /// How many requests are under way at the same time, at least 1. The default is 4.
    pub fn concurrency(mut self, requests: usize) -> Self {
        self.concurrency = requests;
        self
    }

    /// The time that one attempt at one of the requests may take, in place of the client's.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.options.timeout(timeout);
        self
    }

    /// The time that all of it may take, in place of the client's, which is for each request by itself. Files whose turn
    /// doesn't come in time are among those that failed.
    pub fn total_timeout(mut self, timeout: Duration) -> Self {
        self.total_timeout = Some(timeout);
        self
    }

    /// What is repeated, and when, in place of the client's policy.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.options.retry(policy);
        self
    }

    /// A header for each of the requests. It replaces the client's header of that name. See
    /// [`ImageKitBuilder::header`](crate::ImageKitBuilder::header) for those that are refused.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.options.header(name, value);
        self
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

    /// The files of one of the requests. A deletion that was repeated, and found files missing that an earlier attempt had
    /// deleted, did nothing for the others: they are sent again.
    async fn send_all(&self, mut ids: Vec<String>, deadline: Option<Instant>) -> Vec<PartReply> {
        let mut replies = Vec::new();
        loop {
            let reply = self.send(ids.clone(), deadline).await;
            let Ok(part) = &reply else {
                replies.push((ids, reply));
                return replies;
            };
            let missing = part.succeeded.iter().flatten();
            let missing: HashSet<&String> = missing.filter(|_| part.status() == 404).collect();
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
                self.call(Delete(body), deadline).await
            }
            Change::AddTags(tags) => {
                let body = AddTagsBulkRequest::new(required::AddTagsBulkRequest {
                    file_ids: ids,
                    tags,
                });
                self.call(AddTags(body), deadline).await
            }
            Change::RemoveTags(tags) => {
                let body = RemoveTagsBulkRequest::new(required::RemoveTagsBulkRequest {
                    file_ids: ids,
                    tags,
                });
                self.call(RemoveTags(body), deadline).await
            }
            Change::RemoveAiTags(ai_tags) => {
                let body = RemoveAiTagsBulkRequest::new(required::RemoveAiTagsBulkRequest {
                    file_ids: ids,
                    ai_tags,
                });
                self.call(RemoveAiTags(body), deadline).await
            }
        }
    }

    async fn call<C: Call<Output = Part>>(
        &self,
        call: C,
        deadline: Option<Instant>,
    ) -> Result<Response<Part>, Error> {
        let mut request = Request::with_options(&self.http, self.options.clone(), call);
        if let Some(deadline) = deadline {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                let message = "not sent: the time for all of the files was up";
                return Err(Error::new(ErrorKind::Timeout, message)
                    .during(C::OPERATION.id, false)
                    .after(0));
            }
            request = request.total_timeout(left);
        }
        request.await
    }
}

/// The ids that a reply, or a failure, is about.
type PartReply = (Vec<String>, Result<Response<Part>, Error>);

impl IntoFuture for BulkRequest {
    type Output = Result<BulkOutcome, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

/// What became of each file of a [`BulkRequest`], in the order in which the ids were given.
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

/// A file that a [`BulkRequest`] didn't change, or not surely.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct BulkFailure {
    /// The id of the file.
    pub file_id: String,
    /// Why: what the server says, or how the request failed.
    pub reason: String,
    /// The failure of the request, when it failed as a whole: the same for each of its files.
    pub error: Option<Arc<Error>>,
}

impl BulkOutcome {
    /// The ids of the changed files, if all were changed.
    ///
    /// # Errors
    ///
    /// When a file failed: [`PartialSuccess`](ErrorKind::PartialSuccess), or the kind of what went wrong when none of the
    /// requests was carried out.
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
        let all = reply.status() != 207 && reply.succeeded.is_none();
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
        let error = Arc::new(error);
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
struct Delete(DeleteMultipleFilesRequest);

call! {
    Delete: DELETE_MULTIPLE_FILES -> Part, repeatable: true,
    already_done: |error| {
        let missing = error.missing_file_ids();
        (!missing.is_empty()).then(|| Part { succeeded: Some(missing), errors: Vec::new() })
    },
    send: |call, client| client.delete_multiple_files().body(call.0).send().await?.map(|reply| {
        Part::new(reply.successfully_deleted_file_ids, reply.errors, |error| {
            (error.file_id, error.error)
        })
    }),
}

#[derive(Clone, Debug)]
struct AddTags(AddTagsBulkRequest);

call! {
    AddTags: ADD_TAGS_BULK -> Part, repeatable: true,
    send: |call, client| client.add_tags_bulk().body(call.0).send().await?.map(|reply| {
        Part::new(reply.successfully_updated_file_ids, reply.errors, |error| {
            (error.file_id, error.error)
        })
    }),
}

#[derive(Clone, Debug)]
struct RemoveTags(RemoveTagsBulkRequest);

call! {
    RemoveTags: REMOVE_TAGS_BULK -> Part, repeatable: true,
    send: |call, client| client.remove_tags_bulk().body(call.0).send().await?.map(|reply| {
        Part::new(reply.successfully_updated_file_ids, reply.errors, |error| {
            (error.file_id, error.error)
        })
    }),
}

#[derive(Clone, Debug)]
struct RemoveAiTags(RemoveAiTagsBulkRequest);

call! {
    RemoveAiTags: REMOVE_AI_TAGS_BULK -> Part, repeatable: true,
    send: |call, client| client.remove_ai_tags_bulk().body(call.0).send().await?.map(|reply| {
        Part::new(reply.successfully_updated_file_ids, reply.errors, |error| {
            (error.file_id, error.error)
        })
    }),
}
