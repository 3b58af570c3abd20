use std::fmt;
use std::pin::Pin;

use super::{Http, Response};
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
    pub(crate) call: C,
}

/// One operation with its arguments.
///
/// Only this crate implements it.
pub trait Call: fmt::Debug + Send + Sized + 'static {
    /// What the operation gives.
    type Output: Send;

    #[doc(hidden)]
    const OPERATION: &'static Operation;

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
        let http = http.clone();
        Self { http, call }
    }
}

impl<C: Call> IntoFuture for Request<C> {
    type Output = Result<Response<C::Output>, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            self.call.check()?;
            self.http
                .call(C::OPERATION, |client| self.call.send(client))
                .await
        })
    }
}

impl<C: fmt::Debug> fmt::Debug for Request<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Request").field(&self.call).finish()
    }
}
