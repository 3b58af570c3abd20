use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{sleep, timeout};

use super::target::{Target, operation, setters};
use crate::api::{check_interval, next_interval};
use crate::client::{Response, RetryPolicy};
use crate::error::{Error, ErrorKind};
use crate::raw::operations::Operation;

static WAIT: Operation = operation("delivery-wait");

/// A wait until a file is ready, which `.await` starts.
/// [`Delivery::wait_until_ready`](super::Delivery::wait_until_ready) returns it.
///
/// It returns the status and the headers of the response with the file.
#[must_use = "`.await` starts the wait"]
#[derive(Clone, Debug)]
pub struct WaitUntilReady {
    pub(super) target: Target,
    pub(super) interval: Duration,
    pub(super) total_timeout: Duration,
}

impl WaitUntilReady {
    setters!();

    /// Sets the time between the first two requests. The default is 1 second. 0 is refused.
    ///
    /// It doubles with each request up to 10 seconds. A longer interval stays the same. A longer
    /// `Retry-After` of the server takes precedence.
    pub fn interval(mut self, interval: Duration) -> Self {
        self.interval = interval;
        self
    }

    /// Sets the longest time of the wait. The default is 10 minutes.
    pub fn total_timeout(mut self, timeout: Duration) -> Self {
        self.total_timeout = timeout;
        self
    }

    /// Waits on the current thread; feature `blocking`.
    ///
    /// # Errors
    ///
    /// Those of [`Delivery::wait_until_ready`](super::Delivery::wait_until_ready), and
    /// [`InvalidInput`](ErrorKind::InvalidInput) inside an async task, whose thread must not be
    /// blocked.
    #[cfg(feature = "blocking")]
    pub fn send_blocking(self) -> Result<Response<()>, Error> {
        crate::client::send_blocking(self)
    }

    async fn run(self) -> Result<Response<()>, Error> {
        check_interval(self.interval)?;
        let source = self.target.source(&WAIT)?;
        let limit = self.total_timeout;
        let mut last = None;
        let waiting = until_ready(self.interval, || source.poll(), &mut last);
        let result = timeout(limit, waiting).await;
        match (result, last) {
            (Ok(result), _) => result,
            (Err(_), Some(last)) => Err(Error::because_of(
                ErrorKind::Timeout,
                format!(
                    "the file was not ready within {limit:?} (`total_timeout`): {}",
                    last.summary()
                ),
                Arc::new(last),
            )),
            (Err(_), None) => {
                let message = format!(
                    "no response from {} within {limit:?} (`total_timeout`)",
                    source.host()
                );
                Err(Error::new(ErrorKind::Timeout, message).during(WAIT.id, true))
            }
        }
    }
}

impl IntoFuture for WaitUntilReady {
    type Output = Result<Response<()>, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

/// Polls until the result isn't [`NotReady`](ErrorKind::NotReady). `last` receives the last such
/// error.
async fn until_ready<T, F: Future<Output = Result<T, Error>>>(
    mut interval: Duration,
    mut poll: impl FnMut() -> F,
    last: &mut Option<Error>,
) -> Result<T, Error> {
    loop {
        match poll().await {
            Err(error) if error.kind() == ErrorKind::NotReady => {
                let wait = error.retry_after().unwrap_or_default().max(interval);
                *last = Some(error);
                sleep(wait).await;
                interval = next_interval(interval);
            }
            result => return result,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;

    use reqwest::StatusCode;
    use reqwest::header::HeaderValue;
    use tokio::time::Instant;

    use super::*;
    use crate::client::Reply;

    fn not_ready(headers: &[(&'static str, &'static str)]) -> Error {
        let headers = headers
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_static(value)));
        let reply = Reply::new(StatusCode::ACCEPTED, headers.collect(), Default::default());
        Error::new(ErrorKind::NotReady, "").with_reply(WAIT.id, reply)
    }

    /// Returns the seconds at which requests are made.
    async fn times(interval: u64, answers: Vec<Error>) -> Vec<u64> {
        let start = Instant::now();
        let mut times = Vec::new();
        let mut answers = VecDeque::from(answers);
        let mut last = None;
        let poll = || {
            times.push(start.elapsed().as_secs());
            let answer = answers.pop_front();
            async { answer.map_or(Ok(()), Err) }
        };
        until_ready(Duration::from_secs(interval), poll, &mut last)
            .await
            .unwrap();
        times
    }

    #[tokio::test(start_paused = true)]
    async fn the_time_between_requests_grows() {
        let five = || (0..5).map(|_| not_ready(&[])).collect();
        assert_eq!(times(1, five()).await, [0, 1, 3, 7, 15, 25]);
        assert_eq!(times(4, five()).await, [0, 4, 12, 22, 32, 42]);
        assert_eq!(times(30, five()).await, [0, 30, 60, 90, 120, 150]);
        let asked = vec![
            not_ready(&[("retry-after", "20")]),
            not_ready(&[("retry-after", "1")]),
            not_ready(&[("retry-after", "never")]),
        ];
        assert_eq!(times(2, asked).await, [0, 20, 24, 32]);
    }
}
