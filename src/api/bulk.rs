use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;
use std::time::Duration;

use futures_util::{StreamExt as _, stream};
use tokio::time::Instant;

use crate::client::{Call, Http, Options, Response};
use crate::error::{Error, ErrorKind};
use crate::raw::operations::Operation;
use crate::secret::RedactedUrl;

/// Defines the builder of a bulk operation.
macro_rules! bulk_operation {
    ($(#[$attribute:meta])* $builder:ident($change:ty) -> $outcome:ty) => {
        $(#[$attribute])*
        ///
        /// Duplicates are sent once. Some items may fail while others succeed: `.await` returns a
        /// [`BulkOutcome`](crate::api::BulkOutcome), which has the result of each.
        ///
        /// # Errors
        ///
        /// Only if nothing was sent: [`InvalidInput`](crate::ErrorKind::InvalidInput) for an empty
        /// list, for arguments that the API would refuse, and for a missing private key.
        #[must_use = "a request is sent by `.await`"]
        #[derive(Clone, Debug)]
        pub struct $builder {
            bulk: $crate::api::bulk::Bulk<$change>,
        }

        impl $builder {
            pub(super) fn new<T: Into<String>>(
                http: $crate::client::Http,
                change: $change,
                items: impl IntoIterator<Item = T>,
            ) -> Self {
                let bulk = $crate::api::bulk::Bulk::new(http, change, items);
                Self { bulk }
            }

            /// Sets how many requests are sent at the same time, 1 or more. The default is 4.
            pub fn concurrency(mut self, requests: usize) -> Self {
                self.bulk.concurrency = requests;
                self
            }

            /// Limits the time of all requests together. The default is no limit.
            ///
            /// Items that are not sent in time count as failed. The
            /// [`total_timeout`](crate::ImageKitBuilder::total_timeout) of the client applies to
            /// each request.
            pub fn total_timeout(mut self, timeout: std::time::Duration) -> Self {
                self.bulk.total_timeout = Some(timeout);
                self
            }

            async fn run(self) -> Result<$outcome, $crate::Error> {
                self.bulk.run().await
            }
        }

        /// Options that all requests share.
        impl $builder {
            $crate::client::attempt_options!(bulk.options);
        }

        $crate::client::sendable!($builder => $outcome);
    };
}
pub(super) use bulk_operation;

/// The same change to any number of items.
#[derive(Clone)]
pub(super) struct Bulk<C> {
    http: Http,
    pub(super) change: C,
    items: Vec<String>,
    pub(super) concurrency: usize,
    pub(super) options: Options,
    /// For all of the requests together.
    pub(super) total_timeout: Option<Duration>,
}

/// What a bulk operation does with its items.
pub(super) trait Change: Clone + fmt::Debug + Send + Sync + 'static {
    /// What the outcome has of each response.
    type Reply: Send + 'static;

    const ITEMS: Items;

    fn operation(&self) -> &'static Operation;

    /// The number of items that one request may name.
    fn limit(&self) -> usize;

    /// Refuses items and other arguments that the API would refuse.
    fn check(&self, items: &[String]) -> Result<(), Error>;

    /// Sends a request with as many items as the limit allows, or several if it has to be sent
    /// again for some of them.
    fn send(
        &self,
        items: Vec<String>,
        requests: &Requests<'_>,
    ) -> impl Future<Output = Vec<Part<Self::Reply>>> + Send;
}

/// The result of one request.
pub(super) enum Part<T> {
    Answered {
        succeeded: Vec<String>,
        /// Items and reasons.
        failed: Vec<(String, String)>,
        reply: Response<T>,
    },
    /// The request failed as a whole.
    Failed(Vec<String>, Error),
}

/// What the items of a bulk operation are.
#[derive(Clone, Copy)]
pub(super) enum Items {
    /// Ids or paths.
    Files,
    Urls,
}

impl Items {
    fn plural(self) -> &'static str {
        match self {
            Self::Files => "files",
            Self::Urls => "URLs",
        }
    }

    /// An item as errors and `Debug` show it.
    fn shown(self, item: &str) -> Cow<'_, str> {
        match self {
            Self::Files => item.into(),
            Self::Urls => RedactedUrl(item).to_string().into(),
        }
    }

    fn all_shown(self, items: &[String]) -> Vec<Cow<'_, str>> {
        items.iter().map(|item| self.shown(item)).collect()
    }
}

/// An operation for one item that is carried out for many.
pub(super) trait Single: Call + Clone + fmt::Debug + 'static {
    const ITEMS: Items;
    /// The argument with the item, and that with all items of the bulk operation.
    const ARGUMENTS: [&'static str; 2];
    /// A valid item, which an error shows.
    const EXAMPLE: &'static str;

    /// The same operation for this item.
    fn with(&self, item: &str) -> Self;
}

impl<S: Single<Output: 'static>> Change for S {
    type Reply = S::Output;
    const ITEMS: Items = S::ITEMS;

    fn operation(&self) -> &'static Operation {
        S::OPERATION
    }

    fn limit(&self) -> usize {
        1
    }

    fn check(&self, items: &[String]) -> Result<(), Error> {
        let [one, all] = S::ARGUMENTS;
        if items.is_empty() {
            let message = format!("is empty; give at least one, such as `{}`", S::EXAMPLE);
            return Err(Error::invalid_input(all, message));
        }
        items.iter().try_for_each(|item| {
            self.with(item)
                .check()
                .map_err(|error| match error.argument() {
                    Some(argument) if argument == one => {
                        Error::invalid_input(all, error.summary().to_owned())
                    }
                    _ => error,
                })
        })
    }

    async fn send(&self, items: Vec<String>, requests: &Requests<'_>) -> Vec<Part<S::Output>> {
        let mut parts = Vec::new();
        for item in items {
            parts.push(match requests.call(&self.with(&item)).await {
                Ok(reply) => Part::Answered {
                    succeeded: vec![item],
                    failed: Vec::new(),
                    reply,
                },
                Err(error) => Part::Failed(vec![item], error),
            });
        }
        parts
    }
}

impl<C: Change> Bulk<C> {
    pub(super) fn new<T: Into<String>>(
        http: Http,
        change: C,
        items: impl IntoIterator<Item = T>,
    ) -> Self {
        Self {
            options: http.options(),
            http,
            change,
            items: items.into_iter().map(Into::into).collect(),
            concurrency: 4,
            total_timeout: None,
        }
    }

    pub(super) async fn run(mut self) -> Result<BulkOutcome<C::Reply>, Error> {
        self.change.check(&self.items)?;
        if self.concurrency == 0 {
            return Err(Error::invalid_input(
                "concurrency",
                "is 0, so that nothing would ever be sent; allow at least 1 request",
            ));
        }
        let mut seen = HashSet::new();
        let mut items = std::mem::take(&mut self.items);
        items.retain(|item| seen.insert(item.clone()));
        let requests = Requests {
            http: &self.http,
            options: &self.options,
            deadline: self
                .total_timeout
                .and_then(|total| Some((Instant::now().checked_add(total)?, total))),
        };
        let chunks: Vec<Vec<String>> = items
            .chunks(self.change.limit())
            .map(<[String]>::to_vec)
            .collect();
        let send = |items| self.change.send(items, &requests);
        let mut parts = stream::iter(chunks).map(send).buffered(self.concurrency);
        let mut outcome = BulkOutcome {
            succeeded: Vec::new(),
            failed: Vec::new(),
            replies: Vec::new(),
            operation: self.change.operation(),
            items: C::ITEMS,
        };
        while let Some(parts) = parts.next().await {
            for part in parts {
                outcome.add(part)?;
            }
        }
        Ok(outcome)
    }
}

impl<C: Change> fmt::Debug for Bulk<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bulk")
            .field("change", &self.change)
            .field("items", &C::ITEMS.all_shown(&self.items))
            .field("concurrency", &self.concurrency)
            .field("options", &self.options)
            .field("total_timeout", &self.total_timeout)
            .finish_non_exhaustive()
    }
}

/// Sends the requests of a bulk operation.
pub(super) struct Requests<'a> {
    http: &'a Http,
    options: &'a Options,
    /// The end of the time for all requests, and its length.
    deadline: Option<(Instant, Duration)>,
}

impl Requests<'_> {
    pub(super) async fn call<C: Call>(&self, call: &C) -> Result<Response<C::Output>, Error> {
        let mut options = self.options.clone();
        if let Some((deadline, total)) = self.deadline {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                let message = format!(
                    "not sent: the time of all requests, {total:?} (`total_timeout`), is over"
                );
                return Err(Error::new(ErrorKind::Timeout, message)
                    .during(C::OPERATION.id, false)
                    .after(0));
            }
            options.shorten_total_timeout(left);
        }
        self.http.call(call, &options).await
    }
}

/// The outcome of a bulk operation for each item, in the order in which the items were given.
#[must_use = "some of the items may have failed"]
#[non_exhaustive]
pub struct BulkOutcome<T = ()> {
    /// The ids, paths or URLs for which the operation succeeded.
    pub succeeded: Vec<String>,
    /// The items for which the operation failed, or may have failed.
    pub failed: Vec<BulkFailure>,
    /// The responses to the requests that didn't fail as a whole. An operation that sends one
    /// request for each item has one response for each of [`succeeded`](Self::succeeded), in the
    /// same order.
    pub replies: Vec<Response<T>>,
    operation: &'static Operation,
    items: Items,
}

/// An item for which a bulk operation failed, or may have failed.
#[derive(Clone)]
#[non_exhaustive]
pub struct BulkFailure {
    /// The id, path or URL that was given.
    pub item: String,
    /// The reason: the server's, or the failure of the request.
    pub reason: String,
    /// The error of the request if it failed as a whole. It is the same for each of its items.
    pub error: Option<Error>,
    items: Items,
}

impl<T> BulkOutcome<T> {
    /// Returns the items, if the operation succeeded for all of them.
    ///
    /// # Errors
    ///
    /// [`PartialSuccess`](ErrorKind::PartialSuccess) if it failed for some, or the kind of one of
    /// the failures if every request failed as a whole. It has the status, headers, request id and
    /// body of one of the failed responses.
    pub fn into_result(self) -> Result<Vec<String>, Error> {
        let Some(first) = self.failed.first() else {
            return Ok(self.succeeded);
        };
        let message = format!(
            "{} of {} {} failed, the first of them {}: {}",
            self.failed.len(),
            self.failed.len() + self.succeeded.len(),
            self.items.plural(),
            self.items.shown(&first.item),
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
                Error::because_of(cause.kind(), message, cause)
            }
            Some(cause) => Error::because_of(ErrorKind::PartialSuccess, message, cause),
            None => {
                let error = Error::new(ErrorKind::PartialSuccess, message);
                let is_partial = |reply: &Response<T>| reply.http_status() == 207;
                match self.replies.into_iter().find(is_partial) {
                    Some(reply) => error.with_reply(self.operation.id, reply.into_parts().1),
                    None => error.during(self.operation.id, true),
                }
            }
        })
    }

    /// Adds the result of a request. Fails if the request was refused as invalid, because all
    /// others then are too.
    fn add(&mut self, part: Part<T>) -> Result<(), Error> {
        let items = self.items;
        match part {
            Part::Answered {
                succeeded,
                failed,
                reply,
            } => {
                self.succeeded.extend(succeeded);
                let failures = failed.into_iter().map(|(item, reason)| BulkFailure {
                    item,
                    reason,
                    error: None,
                    items,
                });
                self.failed.extend(failures);
                self.replies.push(reply);
            }
            Part::Failed(_, error) if error.is_invalid_input() => return Err(error),
            Part::Failed(names, error) => {
                let failures = names.into_iter().map(|item| BulkFailure {
                    item,
                    reason: error.summary().to_owned(),
                    error: Some(error.clone()),
                    items,
                });
                self.failed.extend(failures);
            }
        }
        Ok(())
    }
}

impl<T: fmt::Debug> fmt::Debug for BulkOutcome<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BulkOutcome")
            .field("succeeded", &self.items.all_shown(&self.succeeded))
            .field("failed", &self.failed)
            .field("replies", &self.replies)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for BulkFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BulkFailure")
            .field("item", &self.items.shown(&self.item))
            .field("reason", &self.reason)
            .field("error", &self.error)
            .finish_non_exhaustive()
    }
}
