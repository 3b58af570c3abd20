use std::sync::Arc;
use std::time::Duration;

use reqwest::StatusCode;
use tokio::time::Instant;

use super::cooldowns::{Cooldown, Pass, Patience};
use super::retry::may_have_been_carried_out;
use super::{Http, Options, Response, Target, Throttle};
use crate::error::{Error, ErrorKind};
use crate::reply::stated_interval;

/// Counts the attempts at one request, waits before each, and decides which is the last.
pub(crate) struct Attempts<'a> {
    target: Target,
    options: &'a Options,
    deadline: Option<Instant>,
    cooldown: Arc<Cooldown>,
    throttle: Option<&'a Throttle>,
    made: u32,
    /// Attempts that failed with anything but a 429.
    failures: u32,
    /// The pass of the current attempt.
    pass: Option<Pass>,
    /// When the first 429 came.
    refused_since: Option<Instant>,
    /// The last 429, until the next attempt.
    refused: Option<Error>,
    may_be_carried_out: bool,
}

impl Http {
    pub(crate) fn attempts<'a>(
        &'a self,
        target: impl Into<Target>,
        options: &'a Options,
        deadline: Option<Instant>,
        throttle: Option<&'a Throttle>,
    ) -> Attempts<'a> {
        let target = target.into();
        Attempts {
            cooldown: self.cooldowns.of(target.class),
            target,
            options,
            deadline,
            throttle,
            made: 0,
            failures: 0,
            pass: None,
            refused_since: None,
            refused: None,
            may_be_carried_out: false,
        }
    }
}

impl Attempts<'_> {
    pub(crate) fn made(&self) -> u32 {
        self.made
    }

    /// The attempts that failed with anything but a 429.
    pub(crate) fn failures(&self) -> u32 {
        self.failures
    }

    /// Continues the counts of earlier attempts at the same request.
    pub(crate) fn after(mut self, made: u32, failures: u32) -> Self {
        self.made = made;
        self.failures = failures;
        self
    }

    /// Whether the server may have carried out one of the attempts that failed.
    pub(crate) fn may_be_carried_out(&self) -> bool {
        self.may_be_carried_out
    }

    /// Waits out a rate limit that any clone has learned of, then for the throttle. Returns the
    /// number of the attempt that may now be made, from 1.
    pub(crate) async fn next(&mut self) -> Result<u32, Error> {
        let retry = &self.options.retry;
        let budget = match self.refused_since {
            Some(_) => retry.budget(),
            // A request that got no 429 waits as long as the server may ask any to.
            None => retry.budget().max(retry.longest_wait()),
        };
        let patience = Patience {
            max_wait: retry.longest_wait(),
            budget,
            since: self.refused_since.unwrap_or_else(Instant::now),
            deadline: self.deadline,
        };
        loop {
            let mut pass = match self.cooldown.enter(&patience).await {
                Ok(pass) => pass,
                Err(wait) => return Err(self.held_back(wait)),
            };
            self.wait_for_throttle().await?;
            // During this wait, another request may have got a 429.
            if !self.cooldown.is_paused() {
                pass.sent = Instant::now();
                self.pass = Some(pass);
                self.refused = None;
                self.made += 1;
                return Ok(self.made);
            }
        }
    }

    /// The 429 that this request got, or an error of a request that wasn't sent.
    fn held_back(&mut self, wait: Duration) -> Error {
        if let Some(error) = self.refused.take() {
            return error;
        }
        let message = "not sent: the server's rate limit does not allow a request of this kind yet";
        self.not_sent(ErrorKind::RateLimited, message.to_owned())
            .with_retry_after(wait)
    }

    async fn wait_for_throttle(&self) -> Result<(), Error> {
        let Some(throttle) = self.throttle else {
            return Ok(());
        };
        match throttle.acquire(self.deadline) {
            Ok(wait) => {
                tokio::time::sleep(wait).await;
                Ok(())
            }
            Err(wait) => {
                let limit = self.options.total_timeout.unwrap_or_default();
                let message = format!(
                    "not sent: `{}` delays the request by {wait:.3?}, past the end of `total_timeout` ({limit:?})",
                    throttle.setting
                );
                Err(self.not_sent(ErrorKind::Timeout, message))
            }
        }
    }

    fn not_sent(&self, kind: ErrorKind, message: String) -> Error {
        Error::new(kind, message)
            .during(self.target.name.clone(), self.may_be_carried_out)
            .after(self.made)
    }

    /// Records the result of an attempt, for all requests of its class. Call it after each attempt.
    pub(crate) fn report<T>(&mut self, result: &Result<Response<T>, Error>) {
        let Some(pass) = self.pass.take() else {
            return;
        };
        let Err(error) = result else {
            return self.cooldown.taken(pass);
        };
        self.may_be_carried_out |= may_have_been_carried_out(error);
        match error.status() {
            Some(status) if status == StatusCode::TOO_MANY_REQUESTS => {
                let interval = error.headers().and_then(stated_interval);
                let retry = &self.options.retry;
                self.cooldown
                    .refused(pass, error.retry_after(), interval, retry);
            }
            Some(_) => self.cooldown.taken(pass),
            None => {}
        }
    }

    /// Waits before the next attempt after a failure, or returns the failure if it is final.
    pub(crate) async fn wait(&mut self, error: Error, repeatable: bool) -> Result<(), Error> {
        let retry = &self.options.retry;
        // An earlier attempt counts even if this one was not sent.
        let error = match self.may_be_carried_out {
            true => error.may_be_carried_out(),
            false => error,
        };
        if error.kind() == ErrorKind::RateLimited {
            let is_too_long = error.retry_after().is_some_and(|wait| !retry.waits(wait));
            if retry.budget().is_zero() || is_too_long {
                return Err(error);
            }
            // The cooldown makes it wait.
            self.refused_since.get_or_insert_with(Instant::now);
            self.refused = Some(error);
            return Ok(());
        }
        let Some(delay) = retry.delay(&error, self.failures, repeatable) else {
            return Err(error);
        };
        if self.is_too_late(delay) {
            return Err(error);
        }
        self.failures += 1;
        tokio::time::sleep(delay).await;
        Ok(())
    }

    /// Whether the deadline comes first.
    fn is_too_late(&self, wait: Duration) -> bool {
        self.deadline
            .is_some_and(|deadline| deadline.saturating_duration_since(Instant::now()) <= wait)
    }
}
