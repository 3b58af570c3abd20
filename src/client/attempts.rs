use std::time::Instant;

use super::{Http, Options};
use crate::error::{Error, ErrorKind};
use crate::raw::operations::Operation;

/// The attempts at one request: counts them, waits before them, and says when it is enough.
pub(crate) struct Attempts<'a> {
    http: &'a Http,
    operation: &'static Operation,
    options: &'a Options,
    deadline: Option<Instant>,
    made: u32,
}

impl Http {
    pub(crate) fn attempts<'a>(
        &'a self,
        operation: &'static Operation,
        options: &'a Options,
        deadline: Option<Instant>,
    ) -> Attempts<'a> {
        Attempts {
            http: self,
            operation,
            options,
            deadline,
            made: 0,
        }
    }
}

impl Attempts<'_> {
    pub(crate) fn made(&self) -> u32 {
        self.made
    }

    /// Waits until the server has had the peace that it asked any clone for. Gives the number of the attempt that may now
    /// be made, from 1.
    pub(crate) async fn next(&mut self) -> Result<u32, Error> {
        loop {
            let wait = self.http.limits.wait(self.operation.id);
            if wait.is_zero() {
                self.made += 1;
                return Ok(self.made);
            }
            let too_late = self
                .deadline
                .is_some_and(|deadline| Instant::now() + wait >= deadline);
            if too_late || !self.options.retry.waits(wait) {
                let message = format!(
                    "not sent: the server wants no request of this kind for another {} ms",
                    wait.as_millis()
                );
                return Err(Error::new(ErrorKind::RateLimited, message)
                    .during(self.operation.id, false)
                    .after(self.made));
            }
            tokio::time::sleep(wait).await;
        }
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
        if self
            .deadline
            .is_some_and(|deadline| Instant::now() + delay >= deadline)
        {
            return Err(error);
        }
        tokio::time::sleep(delay).await;
        Ok(())
    }
}
