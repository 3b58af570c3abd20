//! How far an upload is, and when it stands still.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, timeout};

use crate::error::{Error, ErrorKind};

/// How much of a file is sent. See [`UploadRequest::on_progress`](crate::UploadRequest::on_progress).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// Bytes of the file that the connection took so far.
    pub sent: u64,
    /// Length of the file in bytes; of a URL or base64 text, the length of the text.
    pub total: u64,
    /// Which attempt it is, from 1. The next one begins at 0 bytes again.
    pub attempt: u32,
}

pub(super) type OnProgress = Box<dyn Fn(Progress) + Send + Sync>;

/// Watches over the attempts at one upload.
pub(super) struct Meter {
    stall_timeout: Duration,
    reply_timeout: Duration,
    on_progress: Vec<OnProgress>,
    state: Mutex<State>,
    handed_over: Notify,
}

struct State {
    progress: Progress,
    /// When something happened last.
    last: Instant,
    waits_for_source: bool,
    /// Whether the whole request of this attempt was handed over.
    is_handed_over: bool,
    /// Whether the server refused this attempt.
    is_refused: bool,
    /// Whether any attempt was begun to be sent.
    was_begun: bool,
    /// Whether any attempt was handed over whole.
    may_be_carried_out: bool,
    failure: Option<Error>,
}

impl Meter {
    pub(super) fn new(
        stall_timeout: Duration,
        reply_timeout: Duration,
        on_progress: Vec<OnProgress>,
    ) -> Self {
        let progress = Progress {
            sent: 0,
            total: 0,
            attempt: 0,
        };
        Self {
            stall_timeout,
            reply_timeout,
            on_progress,
            state: Mutex::new(State {
                progress,
                last: Instant::now(),
                waits_for_source: false,
                is_handed_over: false,
                is_refused: false,
                was_begun: false,
                may_be_carried_out: false,
                failure: None,
            }),
            handed_over: Notify::new(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The state, while the attempt of this number lasts. The connection of an earlier one may still take bytes.
    fn state_of(&self, attempt: u32) -> Option<MutexGuard<'_, State>> {
        Some(self.state()).filter(|state| state.progress.attempt == attempt)
    }

    /// Another attempt.
    pub(super) fn attempt(&self, total: u64, attempt: u32) {
        let mut state = self.state();
        state.progress = Progress {
            sent: 0,
            total,
            attempt,
        };
        state.last = Instant::now();
        state.waits_for_source = false;
        state.is_handed_over = false;
        state.is_refused = false;
        state.failure = None;
    }

    /// The server answered that it won't have it.
    pub(super) fn refuse(&self) {
        self.state().is_refused = true;
    }

    /// Whether there is no use in sending more for the attempt of this number.
    pub(super) fn is_over(&self, attempt: u32) -> bool {
        self.state_of(attempt).is_none_or(|state| state.is_refused)
    }

    /// The connection takes the first bytes.
    pub(super) fn begin(&self) {
        let mut state = self.state();
        state.was_begun = true;
        state.last = Instant::now();
    }

    /// The connection could take more, but the source has nothing yet.
    pub(super) fn wait_for_source(&self, attempt: u32) {
        if let Some(mut state) = self.state_of(attempt) {
            state.waits_for_source = true;
        }
    }

    /// The connection takes bytes of the file.
    pub(super) fn advance(&self, attempt: u32, bytes: u64) {
        let progress = {
            let Some(mut state) = self.state_of(attempt) else {
                return;
            };
            state.progress.sent += bytes;
            state.last = Instant::now();
            state.waits_for_source = false;
            state.progress
        };
        for on_progress in &self.on_progress {
            on_progress(progress);
        }
    }

    /// The connection takes the end of the request.
    pub(super) fn hand_over(&self, attempt: u32) {
        self.state().may_be_carried_out = true;
        if let Some(mut state) = self.state_of(attempt) {
            state.is_handed_over = true;
            state.last = Instant::now();
            self.handed_over.notify_one();
        }
    }

    /// The source failed, and the attempt with it.
    pub(super) fn fail(&self, attempt: u32, error: Error) {
        if let Some(mut state) = self.state_of(attempt) {
            state.failure = Some(error);
        }
    }

    pub(super) fn take_failure(&self) -> Option<Error> {
        self.state().failure.take()
    }

    pub(super) fn was_begun(&self) -> bool {
        self.state().was_begun
    }

    pub(super) fn may_be_carried_out(&self) -> bool {
        self.state().may_be_carried_out
    }

    pub(super) fn progress(&self) -> Progress {
        self.state().progress
    }

    /// Waits until the attempt has stood still for too long.
    pub(super) async fn stalled(&self) -> Error {
        loop {
            let (limit, idle) = {
                let state = self.state();
                let limit = match state.is_handed_over {
                    true => self.reply_timeout,
                    false => self.stall_timeout,
                };
                (limit, state.last.elapsed())
            };
            let left = limit.saturating_sub(idle);
            if left.is_zero() {
                return self.too_long(limit);
            }
            let _ = timeout(left, self.handed_over.notified()).await;
        }
    }

    fn too_long(&self, limit: Duration) -> Error {
        let state = self.state();
        let Progress { sent, total, .. } = state.progress;
        let message = if state.is_handed_over {
            format!("no complete reply within {limit:?} after the file was sent")
        } else if state.waits_for_source {
            format!("the source gave nothing for {limit:?}; {sent} of {total} bytes were sent")
        } else {
            format!("the server took nothing for {limit:?}; {sent} of {total} bytes were sent")
        };
        Error::new(ErrorKind::Timeout, message)
    }
}
