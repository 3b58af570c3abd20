//! Waits that end when the thing has happened, however busy the machine is.

use std::time::{Duration, Instant};

/// No test waits for longer, however busy the machine is.
pub const WATCHDOG: Duration = Duration::from_secs(120);

/// Moves tokio's clock forward at once. For tests with one thread.
pub async fn pass(time: Duration) {
    tokio::time::pause();
    tokio::time::advance(time).await;
    tokio::time::resume();
}

/// Nothing hangs. What is there at the end of the time only because it was looked at once more
/// counts as hanging, too.
pub async fn soon<F: IntoFuture>(run: F) -> F::Output {
    tokio::select! {
        biased;
        () = tokio::time::sleep(WATCHDOG) => panic!("no end"),
        output = run.into_future() => output,
    }
}

/// Nothing hangs, and things happen.
pub async fn until(what: &str, mut happened: impl FnMut() -> bool) {
    let start = Instant::now();
    while !happened() {
        assert!(start.elapsed() < WATCHDOG, "not in time: {what}");
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}
