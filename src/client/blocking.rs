//! Requests without a runtime in the caller's code.

use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

use tokio::runtime::{Builder, Runtime};
use tokio::task::consume_budget;

use crate::error::{Error, ErrorKind};

/// Runs a request to its end on the current thread. Fails inside an async task, whose thread must
/// not be blocked.
pub(crate) fn send_blocking<T>(
    request: impl IntoFuture<Output = Result<T, Error>>,
) -> Result<T, Error> {
    run_blocking("send_blocking", "`.await`", request)
}

/// Does the same for a method other than `send_blocking`. `instead` is what async code uses.
pub(crate) fn run_blocking<T>(
    method: &'static str,
    instead: &str,
    request: impl IntoFuture<Output = Result<T, Error>>,
) -> Result<T, Error> {
    if is_in_task() {
        return Err(Error::invalid_input(
            method,
            format!(
                "was called inside an async task, whose thread must not be blocked; use {instead} instead, or call it \
                 inside `tokio::task::spawn_blocking`"
            ),
        ));
    }
    let _context = runtime()?.enter();
    block_on(request.into_future())
}

/// Whether this thread runs an async task. Only a task has a budget, of fewer than 256 operations,
/// after which it has to yield. Tokio has no other check that doesn't panic.
fn is_in_task() -> bool {
    let mut context = Context::from_waker(Waker::noop());
    (0..=u8::MAX).any(|_| pin!(consume_budget()).poll(&mut context).is_pending())
}

/// Runs a future on this thread. Unlike tokio's, it doesn't panic on a thread of another runtime
/// that may be blocked.
fn block_on<F: Future>(future: F) -> F::Output {
    struct Unpark {
        thread: Thread,
        /// Callbacks may run another future on the thread, which consumes the thread's token.
        is_woken: AtomicBool,
    }

    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.is_woken.store(true, Ordering::Release);
            self.thread.unpark();
        }
    }

    let unpark = Arc::new(Unpark {
        thread: thread::current(),
        is_woken: AtomicBool::new(false),
    });
    let waker = unpark.clone().into();
    let mut context = Context::from_waker(&waker);
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(output) => return output,
            Poll::Pending => {
                while !unpark.is_woken.swap(false, Ordering::Acquire) {
                    thread::park();
                }
            }
        }
    }
}

/// The runtime of all blocking calls. It lives as long as the process, so that later calls reuse
/// its connections.
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
