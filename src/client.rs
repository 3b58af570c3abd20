//! Sends requests, with retries, rate limits and time limits.

mod attempts;
#[cfg(feature = "blocking")]
mod blocking;
mod cooldowns;
mod custom;
mod failure;
mod headers;
mod options;
mod request;
mod response;
mod retry;
mod settings;
mod target;
mod throttle;
#[cfg(feature = "tracing")]
mod trace;

pub(crate) use crate::reply::Reply;
pub(crate) use attempts::Attempts;
#[cfg(feature = "blocking")]
pub(crate) use blocking::{run_blocking, send_blocking};
pub use custom::CustomRequest;
pub(crate) use failure::undecodable;
pub(crate) use options::Options;
pub(crate) use request::{Call, Outcome, attempt_options, request_options, sendable};
pub use response::{RateLimit, Response};
pub use retry::RetryPolicy;
pub(crate) use settings::Settings;
pub(crate) use target::Target;
pub(crate) use throttle::Throttle;
#[cfg(feature = "tracing")]
pub(crate) use trace::attempt as traced;

use std::fmt;
use std::sync::{Arc, PoisonError};

use reqwest::Url;
use reqwest::header::HeaderMap;

use crate::error::{Error, ErrorKind};
use crate::http::{self, Transport};
use crate::raw::operations::Operation;
use crate::raw::types::ApiErrorBody;
use crate::raw::{self, Received};
use cooldowns::Cooldowns;
use failure::Attempt;
use options::Limit;

/// Sends requests for the resources. Clones share what they learn of rate limits.
#[derive(Clone)]
pub(crate) struct Http {
    transport: Transport,
    cooldowns: Arc<Cooldowns>,
    reads: Option<Arc<Throttle>>,
    writes: Option<Arc<Throttle>>,
    uploads: Option<Arc<Throttle>>,
    options: Options,
}

impl Http {
    /// The client's options.
    pub(crate) fn options(&self) -> Options {
        self.options.clone()
    }

    /// The client's options for uploads, without its total timeout.
    pub(crate) fn options_for_uploads(&self) -> Options {
        self.options.for_uploads()
    }

    /// The client's options for hosts other than the API's: without its headers, which may hold
    /// secrets for the API.
    pub(crate) fn options_for_others(&self) -> Options {
        self.options.for_others()
    }

    fn transport(&self, target: &Target) -> Result<&Transport, Error> {
        if self.transport.has_key() {
            return Ok(&self.transport);
        }
        Err(Error::invalid_input(
            "private_key",
            "is missing, and requests need it; give it to the builder, or set IMAGEKIT_PRIVATE_KEY and use `from_env`",
        )
        .during(target.name.clone(), false))
    }

    /// Sends an operation of the generated client, with retries.
    pub(crate) async fn call<C: Call>(
        &self,
        call: &C,
        options: &Options,
    ) -> Result<Response<C::Output>, Error> {
        check_runtime(C::OPERATION)?;
        call.check()?;
        let target = Target::from(C::OPERATION);
        let attempt = |transport, limit| attempt(transport, call, limit);
        let already_done = |error: &Error| call.already_done(error);
        self.repeat(
            &target,
            options,
            call.is_repeatable(),
            attempt,
            already_done,
        )
        .await
    }

    /// Makes attempts at a request until one succeeds or the failure is final. `already_done` is
    /// the output if an attempt finds nothing (404) after an earlier one may have been carried out.
    async fn repeat<T, F: Future<Output = Result<Response<T>, Error>>>(
        &self,
        target: &Target,
        options: &Options,
        is_repeatable: bool,
        attempt: impl Fn(Transport, Limit) -> F,
        already_done: impl Fn(&Error) -> Option<T>,
    ) -> Result<Response<T>, Error> {
        let transport = self.transport(target)?.with_extras(options.extras()?);
        let deadline = options.deadline();
        let throttle = match target.is_read {
            true => &self.reads,
            false if target.is_upload() => &self.uploads,
            false => &self.writes,
        };
        let mut attempts = self.attempts(target, options, deadline, throttle.as_deref());
        loop {
            let number = attempts.next().await?;
            let attempt = attempt(transport.clone(), options.attempt_limit(deadline));
            let result = traced(&target.name, number, attempt).await;
            let result = result.map_err(|error| error.after(number));
            let may_be_carried_out = attempts.may_be_carried_out();
            attempts.report(&result);
            let error = match result {
                Ok(response) => return Ok(response),
                Err(error) => error,
            };
            if may_be_carried_out
                && error.kind() == ErrorKind::NotFound
                && let (Some(value), Some(reply)) = (already_done(&error), error.reply())
            {
                return Ok(Response::new(value, reply.clone()));
            }
            attempts.wait(error, is_repeatable).await?;
        }
    }

    /// The throttle of uploads, if the caller set one.
    pub(crate) fn upload_throttle(&self) -> Option<&Throttle> {
        self.uploads.as_deref()
    }

    /// The transport for [`send`](Self::send) and [`read`], with or without the private key.
    pub(crate) fn transport_for(
        &self,
        operation: &'static Operation,
        options: &Options,
        with_key: bool,
    ) -> Result<Transport, Error> {
        let extras = options.extras()?;
        match with_key {
            true => Ok(self.transport(&operation.into())?.with_extras(extras)),
            false => Ok(self.transport.without_key().with_extras(extras)),
        }
    }

    /// Makes one attempt at a request that the generated client cannot send. The caller limits its
    /// time.
    pub(crate) async fn send(
        &self,
        transport: &Transport,
        operation: &'static Operation,
        build: impl FnOnce(reqwest::RequestBuilder) -> reqwest::RequestBuilder,
    ) -> Result<Reply, Error> {
        let target = Target::from(operation);
        let attempt = Attempt::new(&target, transport, None);
        let client = transport.client()?;
        let url = format!("{}{}", transport.url(operation.server), operation.path);
        let mut request = build(client.post(url))
            .build()
            .map_err(|error| attempt.unreachable(error))?;
        transport
            .prepare(&mut request, Some(operation))
            .map_err(|error| error.during(operation.id, false))?;
        match transport.exchange(&client, request).await {
            Ok(reply) if reply.status.is_success() => Ok(reply),
            Ok(reply) => Err(attempt.refused(reply)),
            Err(failure) => Err(attempt.failed(failure)),
        }
    }
}

impl fmt::Debug for Http {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Http")
            .field("transport", &self.transport)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

/// Makes one attempt at reading from a URL that is not the API's. The body of a success is not yet
/// received.
pub(crate) async fn read(
    transport: &Transport,
    operation: &'static Operation,
    url: Url,
    headers: HeaderMap,
) -> Result<Response<reqwest::Response>, Error> {
    let target = Target::from(operation);
    let attempt = Attempt::new(&target, transport, None);
    let client = transport.client()?;
    let mut request = client
        .get(url)
        .headers(headers)
        .build()
        .map_err(|error| attempt.unreachable(error))?;
    transport
        .prepare(&mut request, Some(operation))
        .map_err(|error| error.during(operation.id, false))?;
    let begun = transport.begin(&client, request).await;
    let (response, cause) = begun.map_err(|failure| attempt.failed(failure))?;
    if cause.is_none() && response.status().is_success() {
        let head = transport.head(&response);
        return Ok(Response::new(response, head));
    }
    match transport.finish(response, cause).await {
        Ok(reply) => Err(attempt.refused(reply)),
        Err(failure) => Err(attempt.failed(failure)),
    }
}

/// Refuses to begin an operation without a tokio runtime, in which its waits would panic.
pub(crate) fn check_runtime(target: impl Into<Target>) -> Result<(), Error> {
    http::check_runtime().map_err(|message| {
        Error::new(ErrorKind::InvalidInput, message).during(target.into().name, false)
    })
}

/// Without the feature `tracing`, returns the attempt as it is.
#[cfg(not(feature = "tracing"))]
pub(crate) fn traced<F: Future>(_operation: &str, _number: u32, attempt: F) -> F {
    attempt
}

/// One attempt at an operation of the generated client.
async fn attempt<C: Call>(
    transport: Transport,
    call: &C,
    limit: Limit,
) -> Result<Response<C::Output>, Error> {
    let target = Target::from(C::OPERATION);
    let attempt = Attempt::new(&target, &transport, Some(limit));
    let (client, record) = raw::Client::recorded(transport, limit.left)?;
    let result = call.send(client).await;
    let received = record.lock().unwrap_or_else(PoisonError::into_inner).take();
    outcome(&attempt, C::OPERATION, result, received)
}

/// The result of an attempt.
fn outcome<T>(
    attempt: &Attempt<'_>,
    operation: &'static Operation,
    result: Result<raw::ResponseValue<T>, raw::Error<ApiErrorBody>>,
    received: Option<Received>,
) -> Result<Response<T>, Error> {
    match (result, received) {
        (_, Some(Received::Spoiled(reply, cause))) => Err(attempt.spoiled(reply, cause)),
        (Ok(value), Some(Received::Reply(reply))) => Ok(Response::new(value.into_inner(), reply)),
        (Err(raw::Error::InvalidResponsePayload(_, error)), Some(Received::Reply(reply)))
            if reply.status.is_success() =>
        {
            Err(undecodable(operation, reply, error))
        }
        (_, Some(Received::Refused(error))) => Err(error.during(operation.id, false)),
        (Err(raw::Error::CommunicationError(error)), Some(Received::Redirect)) => {
            Err(attempt.redirected(error))
        }
        (Err(raw::Error::CommunicationError(error)), _) => Err(attempt.unreachable(error)),
        (Err(raw::Error::InvalidRequest(message)), _) => {
            Err(Error::new(ErrorKind::InvalidInput, message).during(operation.id, false))
        }
        (_, Some(Received::Reply(reply))) => Err(attempt.refused(reply)),
        (_, Some(Received::Redirect) | None) => {
            let message = "the request ended without a response";
            Err(Error::new(ErrorKind::Connection, message).during(operation.id, true))
        }
    }
}
