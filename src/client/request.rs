//! What the request builders of all operations have in common.

use super::Response;
use crate::error::Error;
use crate::raw::operations::Operation;
use crate::raw::types::ApiErrorBody;
use crate::raw::{self, ResponseValue};

/// An operation with its arguments.
pub(crate) trait Call: Send + Sync {
    /// The decoded response.
    type Output: Send;

    const OPERATION: &'static Operation;

    /// Whether sending the request twice has the same effect as sending it once.
    fn is_repeatable(&self) -> bool;

    /// The output when the operation finds nothing (404) after an earlier attempt may have been
    /// carried out. `None` if that is a failure.
    fn already_done(&self, _not_found: &Error) -> Option<Self::Output> {
        None
    }

    /// Refuses arguments that the API would refuse.
    fn check(&self) -> Result<(), Error> {
        Ok(())
    }

    /// One attempt.
    fn send(
        &self,
        client: raw::Client,
    ) -> impl Future<Output = Result<ResponseValue<Self::Output>, raw::Error<ApiErrorBody>>> + Send;
}

/// The result of awaiting a request builder.
pub(crate) type Outcome<T> = Result<Response<T>, Error>;

/// The options that all requests share, as methods of a builder whose [`Options`](super::Options)
/// are in the given field.
macro_rules! request_options {
    ($($options:ident).+) => {
        $crate::client::attempt_options!($($options).+);

        /// Limits the time of all attempts together, with the waits between them. Takes precedence
        /// over [`ImageKitBuilder::total_timeout`](crate::ImageKitBuilder::total_timeout).
        pub fn total_timeout(mut self, timeout: std::time::Duration) -> Self {
            self.$($options).+.total_timeout(timeout);
            self
        }
    };
}
pub(crate) use request_options;

/// The options of [`request_options`] that concern each attempt.
macro_rules! attempt_options {
    ($($options:ident).+) => {
        /// Limits the time of one attempt, from its start to the end of the response. Takes
        /// precedence over [`ImageKitBuilder::timeout`](crate::ImageKitBuilder::timeout).
        ///
        /// An attempt that takes longer fails with [`Timeout`](crate::ErrorKind::Timeout), and is
        /// retried as the [`RetryPolicy`](crate::RetryPolicy) says.
        pub fn timeout(mut self, timeout: std::time::Duration) -> Self {
            self.$($options).+.timeout(timeout);
            self
        }

        /// Sets which failures are retried, and when. Takes precedence over
        /// [`ImageKitBuilder::retry`](crate::ImageKitBuilder::retry).
        pub fn retry(mut self, policy: crate::RetryPolicy) -> Self {
            self.$($options).+.retry(policy);
            self
        }

        /// Adds a header. It replaces the client's header of that name.
        ///
        /// The request fails with [`InvalidInput`](crate::ErrorKind::InvalidInput) for the headers
        /// that [`ImageKitBuilder::header`](crate::ImageKitBuilder::header) refuses.
        pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
            self.$($options).+.header(name, value);
            self
        }

        /// Adds a parameter to the query string, percent-encoded, for one that this crate doesn't
        /// know yet.
        ///
        /// A name may be repeated: a parameter that the request already has stays. Errors and
        /// `Debug` don't show the value.
        pub fn extra_query(mut self, name: impl Into<String>, value: impl ToString) -> Self {
            self.$($options).+.extra_query(name, value);
            self
        }

        /// Sets a member of the JSON object that is sent, for one that this crate doesn't know yet.
        /// It replaces a member of that name.
        ///
        /// Errors and `Debug` don't show the value. A request whose body is not a JSON object fails
        /// with [`InvalidInput`](crate::ErrorKind::InvalidInput) before anything is sent.
        pub fn extra_body(
            mut self,
            name: impl Into<String>,
            value: impl Into<serde_json::Value>,
        ) -> Self {
            self.$($options).+.extra_body(name, value);
            self
        }
    };
}
pub(crate) use attempt_options;

/// `.await` and `send_blocking` of a builder with an `async fn run(self)`.
macro_rules! sendable {
    ($builder:ty => $output:ty $(where [$($generics:tt)+])?) => {
        impl$(<$($generics)+>)? IntoFuture for $builder {
            type Output = Result<$output, crate::Error>;
            type IntoFuture = std::pin::Pin<Box<dyn Future<Output = Self::Output> + Send>>;

            fn into_future(self) -> Self::IntoFuture {
                Box::pin(self.run())
            }
        }

        #[cfg(feature = "blocking")]
        impl$(<$($generics)+>)? $builder {
            /// Sends the request and blocks the thread until the result arrives.
            ///
            /// The connections belong to a runtime that all blocking calls share. Call this where a
            /// thread may be blocked: outside of async code, and inside
            /// [`spawn_blocking`](tokio::task::spawn_blocking) or
            /// [`block_in_place`](tokio::task::block_in_place).
            ///
            /// # Errors
            ///
            /// Those of the request, and [`InvalidInput`](crate::ErrorKind::InvalidInput) inside an
            /// async task of tokio, whose thread must not be blocked.
            pub fn send_blocking(self) -> Result<$output, crate::Error> {
                crate::client::send_blocking(self)
            }
        }
    };
}
pub(crate) use sendable;
