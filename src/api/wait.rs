use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use crate::client::{Call, Outcome, Response, check_runtime, sendable};
use crate::error::{Error, ErrorKind};
use crate::raw::operations::Operation;

/// The longest time between two status requests, unless the first interval is longer.
const MAX_INTERVAL: Duration = Duration::from_secs(10);

/// Waits until a background task of ImageKit is finished. `.await` requests its status until it is
/// no longer pending, and returns the last response.
///
/// Each status request has the client's timeouts and retries. Dropping the wait stops the requests,
/// not the task.
#[must_use = "a wait begins with `.await`"]
pub struct Wait<T> {
    status: StatusRequest<T>,
    operation: &'static Operation,
    is_pending: fn(&T) -> bool,
    task: &'static str,
    interval: Duration,
    total_timeout: Duration,
}

/// Sends a status request.
type StatusRequest<T> =
    Arc<dyn Fn() -> Pin<Box<dyn Future<Output = Outcome<T>> + Send>> + Send + Sync>;

impl<T: Send + 'static> Wait<T> {
    /// `task` is the name of the task in errors.
    pub(super) fn new<R>(request: R, task: &'static str, is_pending: fn(&T) -> bool) -> Self
    where
        R: Call<Output = T> + Clone + 'static,
        R: IntoFuture<Output = Outcome<T>>,
        R::IntoFuture: Send + 'static,
    {
        Self {
            status: Arc::new(move || Box::pin(request.clone().into_future())),
            operation: R::OPERATION,
            is_pending,
            task,
            interval: Duration::from_secs(1),
            total_timeout: Duration::from_secs(600),
        }
    }

    /// Sets the time between the first two status requests, more than zero. The default is one
    /// second.
    ///
    /// It doubles from one request to the next, up to 10 seconds. A longer interval stays as it is.
    pub fn interval(mut self, interval: Duration) -> Self {
        self.interval = interval;
        self
    }

    /// Limits the time of the whole wait. The default is 10 minutes.
    ///
    /// A wait that takes longer fails with [`Timeout`](ErrorKind::Timeout). The task continues.
    pub fn total_timeout(mut self, timeout: Duration) -> Self {
        self.total_timeout = timeout;
        self
    }

    async fn run(self) -> Outcome<T> {
        check_runtime(self.operation)?;
        check_interval(self.interval)?;
        let limit = self.total_timeout;
        match tokio::time::timeout(limit, self.finished()).await {
            Ok(result) => result,
            Err(_) => {
                let message = format!(
                    "the {} did not finish within {limit:?} (`total_timeout`), and continues; wait again, or request its status later",
                    self.task
                );
                Err(Error::new(ErrorKind::Timeout, message).during(self.operation.id, true))
            }
        }
    }

    async fn finished(&self) -> Outcome<T> {
        let mut interval = self.interval;
        loop {
            let response = (self.status)().await?;
            if !(self.is_pending)(&response) {
                return Ok(response);
            }
            tokio::time::sleep(interval).await;
            interval = next_interval(interval);
        }
    }
}

sendable!(Wait<T> => Response<T> where [T: Send + 'static]);

pub(crate) fn check_interval(interval: Duration) -> Result<(), Error> {
    if interval.is_zero() {
        return Err(Error::invalid_input(
            "interval",
            "is zero, which would send requests without a pause; give a time such as one second",
        ));
    }
    Ok(())
}

/// Returns the time between the next two status requests.
pub(crate) fn next_interval(interval: Duration) -> Duration {
    interval.max(MAX_INTERVAL.min(interval.saturating_mul(2)))
}

impl<T> Clone for Wait<T> {
    fn clone(&self) -> Self {
        Self {
            status: self.status.clone(),
            ..*self
        }
    }
}

impl<T> fmt::Debug for Wait<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wait")
            .field("task", &self.task)
            .field("interval", &self.interval)
            .field("total_timeout", &self.total_timeout)
            .finish_non_exhaustive()
    }
}
