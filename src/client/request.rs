use std::fmt;
use std::pin::Pin;
use std::time::Duration;

use super::{Http, Options, Response, RetryPolicy};
use crate::error::Error;
use crate::raw::operations::Operation;
use crate::raw::types::ApiErrorBody;
use crate::raw::{self, ResponseValue};

/// A request that is complete: `.await` sends it. Optional settings are methods of the kinds of request that have them.
///
/// ```no_run
/// # async fn run(ik: imagekitio::ImageKit) -> Result<(), imagekitio::Error> {
/// let first = ik.assets().list();        // nothing is sent yet
/// let page = first.limit(10).await?;     // now it is
/// # Ok(())
/// # }
/// ```
#[must_use = "a request is sent by `.await`"]
#[derive(Clone)]
pub struct Request<C> {
    http: Http,
    options: Options,
    pub(crate) call: C,
}

/// One operation with its arguments.
///
/// Only this crate implements it.
pub trait Call: Clone + fmt::Debug + Send + Sync + 'static {
    /// What the operation gives.
    type Output: Send;

    #[doc(hidden)]
    const OPERATION: &'static Operation;

    /// Whether carrying the operation out twice gives the same as carrying it out once.
    #[doc(hidden)]
    fn is_repeatable(&self) -> bool;

    /// The output when the operation finds nothing (404) after an earlier attempt may have been carried out. None when that is
    /// a failure.
    #[doc(hidden)]
    fn already_done(&self, _not_found: &Error) -> Option<Self::Output> {
        None
    }

    #[doc(hidden)]
    fn check(&self) -> Result<(), Error> {
        Ok(())
    }

    #[doc(hidden)]
    fn send(
        self,
        client: raw::Client,
    ) -> impl Future<Output = Result<ResponseValue<Self::Output>, raw::Error<ApiErrorBody>>> + Send;
}

impl<C: Call> Request<C> {
    pub(crate) fn new(http: &Http, call: C) -> Self {
        Self::with_options(http, http.options(), call)
    }

    pub(crate) fn with_options(http: &Http, options: Options, call: C) -> Self {
        Self {
            http: http.clone(),
            options,
            call,
        }
    }

    /// The time that one attempt may take, from its start to the end of the reply, in place of the client's.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.options.timeout(timeout);
        self
    }

    /// The time that all attempts may take together, with the waits between them, in place of the client's.
    pub fn total_timeout(mut self, timeout: Duration) -> Self {
        self.options.total_timeout(timeout);
        self
    }

    /// A header for this request. It replaces the client's header of that name. See
    /// [`ImageKitBuilder::header`](crate::ImageKitBuilder::header) for those that are refused.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.options.header(name, value);
        self
    }

    /// Adds a parameter to the query string, percent-encoded, for one that this crate doesn't know yet.
    ///
    /// A parameter of that name that the request already has stays, and a name may be repeated. Errors and `Debug` don't show the
    /// value.
    pub fn extra_query(mut self, name: impl Into<String>, value: impl ToString) -> Self {
        self.options.extra_query(name, value);
        self
    }

    /// Sets a member of the JSON object that is sent, for one that this crate doesn't know yet. It replaces a member of that name.
    ///
    /// Errors and `Debug` don't show the value. A request without a JSON object as its body fails with
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) before it is sent.
    pub fn extra_body(
        mut self,
        name: impl Into<String>,
        value: impl Into<serde_json::Value>,
    ) -> Self {
        self.options.extra_body(name, value);
        self
    }

    /// What is repeated, and when, in place of the client's policy.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.options.retry(policy);
        self
    }
}

impl<C: Call> IntoFuture for Request<C> {
    type Output = Result<Response<C::Output>, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move { self.http.call(self.call, &self.options).await })
    }
}

impl<C: fmt::Debug> fmt::Debug for Request<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Request").field(&self.call).finish()
    }
}
