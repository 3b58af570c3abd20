use std::time::{Duration, Instant};

use super::limits::Pace;
use super::{Http, Options};
use crate::error::{Error, ErrorKind};
use crate::raw::operations::Operation;

/// The attempts at one request: counts them, waits before them, and says when it is enough.
pub(crate) struct Attempts<'a> {
    http: &'a Http,
    operation: &'static Operation,
    options: &'a Options,
    deadline: Option<Instant>,
    pace: Option<&'a Pace>,
    made: u32,
}

impl Http {
    pub(crate) fn attempts<'a>(
        &'a self,
        operation: &'static Operation,
        options: &'a Options,
        deadline: Option<Instant>,
        pace: Option<&'a Pace>,
    ) -> Attempts<'a> {
        Attempts {
            http: self,
            operation,
            options,
            deadline,
            pace,
            made: 0,
        }
    }
}

impl Attempts<'_> {
    pub(crate) fn made(&self) -> u32 {
        self.made
    }

    /// Waits until the server has had the peace that it asked any clone for, and it is this request's turn. Gives the number
    /// of the attempt that may now be made, from 1.
    pub(crate) async fn next(&mut self) -> Result<u32, Error> {
        loop {
            self.wait_for_limit().await?;
            self.wait_for_turn().await?;
            // While this one waited for its turn, another may have been told to leave the server alone.
            if self.limit().is_zero() {
                self.made += 1;
                return Ok(self.made);
            }
        }
    }

    fn limit(&self) -> Duration {
        self.http.limits.wait(self.operation.id)
    }

    async fn wait_for_limit(&self) -> Result<(), Error> {
        loop {
            let wait = self.limit();
            if wait.is_zero() {
                return Ok(());
            }
            if self.is_too_late(wait) || !self.options.retry.waits(wait) {
                let message = format!(
                    "not sent: the server wants no request of this kind for another {} ms",
                    wait.as_millis()
                );
                return Err(self.not_sent(ErrorKind::RateLimited, message));
            }
            tokio::time::sleep(wait).await;
        }
    }

    async fn wait_for_turn(&self) -> Result<(), Error> {
        let Some(pace) = self.pace else {
            return Ok(());
        };
        let Some(wait) = pace.turn(self.deadline) else {
            let message = "not sent: at the pace of the client its turn comes after the time limit";
            return Err(self.not_sent(ErrorKind::Timeout, message.to_owned()));
        };
        tokio::time::sleep(wait).await;
        Ok(())
    }

    fn not_sent(&self, kind: ErrorKind, message: String) -> Error {
        Error::new(kind, message)
            .during(self.operation.id, false)
            .after(self.made)
    }

    /// Whether the deadline comes first.
    fn is_too_late(&self, wait: Duration) -> bool {
        self.deadline
            .is_some_and(|deadline| deadline.saturating_duration_since(Instant::now()) <= wait)
    }

    /// Waits as long as there is to wait after a failure, or gives it back when it stands.
    pub(crate) async fn wait(&self, error: Error, repeatable: bool) -> Result<(), Error> {
        if let (ErrorKind::RateLimited, Some(wait)) = (error.kind(), error.retry_after()) {
            self.http.limits.learn(self.operation.id, wait);
        }
        let retries = self.made.saturating_sub(1);
        let Some(delay) = self.options.retry.delay(&error, retries, repeatable) else {
            return Err(error);
        };
        if self.is_too_late(delay) {
            return Err(error);
        }
        tokio::time::sleep(delay).await;
        Ok(())
    }
}
