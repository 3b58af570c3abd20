//! Requests without a runtime in the caller's code.

use std::sync::OnceLock;

use tokio::runtime::{Builder, Handle, Runtime};

use crate::error::{Error, ErrorKind};

/// Runs a request to its end on the current thread; feature `blocking`.
///
/// ```no_run
/// use imagekitio::{Blocking, ImageKit};
///
/// # fn main() -> Result<(), imagekitio::Error> {
/// let ik = ImageKit::from_env()?;
/// let page = ik.assets().list().limit(10).send_blocking()?;
/// println!("{} assets", page.len());
/// # Ok(())
/// # }
/// ```
pub trait Blocking<T> {
    /// Sends the request and waits for its result, on a runtime that all blocking calls share.
    ///
    /// # Errors
    ///
    /// Those of the request; and [`InvalidInput`](ErrorKind::InvalidInput) inside an async runtime, whose thread must not be
    /// blocked: use `.await` there.
    fn send_blocking(self) -> Result<T, Error>;
}

impl<R, T> Blocking<T> for R
where
    R: IntoFuture<Output = Result<T, Error>>,
{
    fn send_blocking(self) -> Result<T, Error> {
        if Handle::try_current().is_ok() {
            return Err(Error::invalid_input(
                "send_blocking",
                "was called inside an async runtime, whose thread must not be blocked; use `.await` instead",
            ));
        }
        runtime()?.block_on(self.into_future())
    }
}

/// The runtime lives as long as the process, so that connections are used again by later calls.
fn runtime() -> Result<&'static Runtime, Error> {
    static RUNTIME: OnceLock<Result<Runtime, String>> = OnceLock::new();
    RUNTIME
        .get_or_init(|| {
            Builder::new_multi_thread()
                .worker_threads(1)
                .thread_name("imagekitio")
                .enable_all()
                .build()
                .map_err(|error| error.to_string())
        })
        .as_ref()
        .map_err(|error| {
            let message = format!("the runtime for blocking calls cannot be started: {error}");
            Error::new(ErrorKind::Io, message)
        })
}
