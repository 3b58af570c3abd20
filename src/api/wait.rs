use std::pin::Pin;
use std::time::Duration;

use crate::client::{Call, Request, Response, check_runtime};
use crate::error::{Error, ErrorKind};

/// The longest time between two questions, unless the first interval is longer.
const MAX_INTERVAL: Duration = Duration::from_secs(10);

/// Waits for something that the server does in the background: `.await` asks again and again until its state is no
/// longer `Pending`, and gives the last reply.
///
/// Each question is a request of its own, with the client's timeouts and retries. Dropping the wait stops the questions,
/// not the work.
#[must_use = "a wait begins with `.await`"]
#[derive(Clone, Debug)]
pub struct Wait<C: Call> {
    request: Request<C>,
    is_pending: fn(&C::Output) -> bool,
    work: &'static str,
    interval: Duration,
    total_timeout: Duration,
}

impl<C: Call> Wait<C> {
    /// `work` is what the server does, as an error names it.
    pub(super) fn new(
        request: Request<C>,
        work: &'static str,
        is_pending: fn(&C::Output) -> bool,
    ) -> Self {
        Self {
            request,
            is_pending,
            work,
            interval: Duration::from_secs(1),
            total_timeout: Duration::from_secs(600),
        }
    }

    /// The time between the first two questions. It doubles from one to the next, up to 10 seconds; a longer one stays as
    /// it is. The default is one second.
    pub fn interval(mut self, interval: Duration) -> Self {
        self.interval = interval;
        self
    }

    /// The longest that the wait may take. When it is over, the error is a [`Timeout`](ErrorKind::Timeout), and the server
    /// goes on with its work. The default is 10 minutes.
    pub fn total_timeout(mut self, timeout: Duration) -> Self {
        self.total_timeout = timeout;
        self
    }

    async fn run(self) -> Result<Response<C::Output>, Error> {
        let mut interval = self.interval;
        loop {
            let response = self.request.clone().await?;
            if !(self.is_pending)(&response) {
                return Ok(response);
            }
            tokio::time::sleep(interval).await;
            interval = next_interval(interval);
        }
    }
}

pub(crate) fn check_interval(interval: Duration) -> Result<(), Error> {
    if interval.is_zero() {
        return Err(Error::invalid_input(
            "interval",
            "is zero, which would ask the server without a pause; give a time such as one second",
        ));
    }
    Ok(())
}

/// The time between the next two questions.
pub(crate) fn next_interval(interval: Duration) -> Duration {
    interval.max(MAX_INTERVAL.min(interval.saturating_mul(2)))
}

impl<C: Call> IntoFuture for Wait<C> {
    type Output = Result<Response<C::Output>, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            check_runtime(C::OPERATION)?;
            check_interval(self.interval)?;
            let (work, limit) = (self.work, self.total_timeout);
            match tokio::time::timeout(limit, self.run()).await {
                Ok(result) => result,
                Err(_) => Err(Error::new(
                    ErrorKind::Timeout,
                    format!("the {work} was not seen to finish within {limit:?}, and goes on; wait again, or ask for its status later"),
                )
                .during(C::OPERATION.id, true)),
            }
        })
    }
}
