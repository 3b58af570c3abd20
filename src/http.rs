//! One HTTP exchange: its operation and host, authorization, redirects, and the response.

#[cfg(feature = "client")]
mod extras;
mod hosts;
mod operation;
mod transport;

#[cfg(feature = "client")]
pub(crate) use extras::Extras;
pub(crate) use hosts::{Hosts, base_url};
pub use operation::Operation;
pub(crate) use operation::Style;
#[cfg(feature = "client")]
pub(crate) use operation::is_one_segment;
#[cfg(feature = "client")]
pub(crate) use transport::Cause;
pub(crate) use transport::{
    CONNECT_TIMEOUT, Failure, MAX_RESPONSE_SIZE, Transport, check_response_size, check_runtime,
};
#[cfg(feature = "client")]
pub(crate) use transport::{causes, redirect_target, root_cause};
