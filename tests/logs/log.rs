//! What is logged, thread by thread.

use std::cell::RefCell;
use std::io::{Result, Write};
use std::sync::Once;

thread_local! {
    static WRITTEN: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

struct ThisThread;

impl Write for ThisThread {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        WRITTEN.with_borrow_mut(|log| log.extend_from_slice(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> Result<()> {
        Ok(())
    }
}

/// Logs everything of this thread from here on, our own and other crates' alike.
///
/// One subscriber serves all threads: `tracing` may switch off a span for good that a thread
/// without a subscriber opens first.
pub fn start() {
    static SUBSCRIBER: Once = Once::new();
    SUBSCRIBER.call_once(|| {
        tracing_subscriber::fmt()
            .with_max_level(tracing::Level::TRACE)
            .with_ansi(false)
            .with_span_events(tracing_subscriber::fmt::format::FmtSpan::FULL)
            .with_writer(|| ThisThread)
            .init();
        // A thread that opened a span in the middle of this may have switched it off.
        tracing::callsite::rebuild_interest_cache();
    });
    WRITTEN.take();
}

/// What was logged since.
pub fn text() -> String {
    String::from_utf8_lossy(&WRITTEN.take()).into_owned()
}
