//! The state of an upload: its progress, whether it stands still, and who has the last word about each attempt.
//!
//! An attempt ends in one of two ways, and the first one wins, under one lock. Either the body
//! [hands over](Meter::hand_over) the end of the form, and the server may store the file from then on. Or somebody
//! [gives up](Meter::give_up) before that, and the end is never sent: without it, no server can read a whole form.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, timeout};

use super::panics;
use crate::error::{Error, ErrorKind};

/// How much of a file is sent. See [`UploadRequest::on_progress`](crate::upload::UploadRequest::on_progress).
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
    /// Wakes [`ended`](Self::ended).
    changed: Notify,
}

struct State {
    progress: Progress,
    phase: Phase,
    /// The last time when bytes moved.
    last: Instant,
    waits_for_source: bool,
    /// Whether the connection took bytes of any attempt.
    was_begun: bool,
    /// Whether any attempt was handed over whole.
    may_be_carried_out: bool,
    failure: Option<Error>,
}

/// How far an attempt is.
#[derive(Clone, Copy, PartialEq)]
enum Phase {
    Sending,
    /// The connection has the end of the form.
    HandedOver,
    /// The connection never gets the end of the form.
    GivenUp,
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
                phase: Phase::GivenUp,
                last: Instant::now(),
                waits_for_source: false,
                was_begun: false,
                may_be_carried_out: false,
                failure: None,
            }),
            changed: Notify::new(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The state, while the attempt of this number is being sent. The connection of an earlier one may still ask.
    fn state_while_sending(&self, attempt: u32) -> Option<MutexGuard<'_, State>> {
        Some(self.state()).filter(|state| state.is_sending(attempt))
    }

    /// Starts another attempt. The one before was given up or handed over.
    pub(super) fn attempt(&self, total: u64, attempt: u32) {
        let mut state = self.state();
        state.progress = Progress {
            sent: 0,
            total,
            attempt,
        };
        state.phase = Phase::Sending;
        state.last = Instant::now();
        state.waits_for_source = false;
        state.failure = None;
    }

    /// Whether the body may send more for the attempt of this number.
    pub(super) fn is_sending(&self, attempt: u32) -> bool {
        self.state().is_sending(attempt)
    }

    /// The connection takes the first bytes.
    pub(super) fn begin(&self) {
        let mut state = self.state();
        state.was_begun = true;
        state.last = Instant::now();
    }

    /// The connection could take more, but the source has nothing yet.
    pub(super) fn wait_for_source(&self, attempt: u32) {
        if let Some(mut state) = self.state_while_sending(attempt) {
            state.waits_for_source = true;
        }
    }

    /// The connection takes bytes of the file. Fails if a callback panics.
    pub(super) fn advance(&self, attempt: u32, bytes: u64) -> Result<(), Error> {
        let progress = {
            let Some(mut state) = self.state_while_sending(attempt) else {
                return Ok(());
            };
            state.progress.sent += bytes;
            state.last = Instant::now();
            state.waits_for_source = false;
            state.progress
        };
        self.on_progress
            .iter()
            .try_for_each(|on_progress| panics::catch(|| on_progress(progress)))
            .map_err(|panic| {
                Error::new(
                    ErrorKind::Canceled,
                    format!("the callback of `on_progress` {panic}"),
                )
            })
    }

    /// Whether the connection may take the end of the form: not if the attempt was given up. The server may carry it out
    /// from here on.
    pub(super) fn hand_over(&self, attempt: u32) -> bool {
        let Some(mut state) = self.state_while_sending(attempt) else {
            return false;
        };
        state.phase = Phase::HandedOver;
        state.may_be_carried_out = true;
        state.last = Instant::now();
        self.changed.notify_one();
        true
    }

    /// Makes sure that the end of the form is never sent, unless the connection has it already. After this,
    /// [`may_be_carried_out`](Self::may_be_carried_out) is final.
    pub(super) fn give_up(&self) {
        self.state().give_up();
    }

    /// Gives up the attempt of this number, because the source or a callback failed.
    pub(super) fn fail(&self, attempt: u32, error: Error) {
        if let Some(mut state) = self.state_while_sending(attempt) {
            state.give_up();
            state.failure = Some(error);
            self.changed.notify_one();
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

    pub(super) fn stall_timeout(&self) -> Duration {
        self.stall_timeout
    }

    /// Waits until the attempt has failed or stood still for too long, and gives it up.
    pub(super) async fn ended(&self) -> Error {
        loop {
            let left = {
                let mut state = self.state();
                if let Some(failure) = state.failure.take() {
                    return failure;
                }
                let limit = match state.phase {
                    Phase::HandedOver => self.reply_timeout,
                    Phase::Sending | Phase::GivenUp => self.stall_timeout,
                };
                let left = limit.saturating_sub(state.last.elapsed());
                if left.is_zero() {
                    state.give_up();
                    return state.stalled(limit);
                }
                left
            };
            let _ = timeout(left, self.changed.notified()).await;
        }
    }
}

impl State {
    fn is_sending(&self, attempt: u32) -> bool {
        self.phase == Phase::Sending && self.progress.attempt == attempt
    }

    fn give_up(&mut self) {
        if self.phase == Phase::Sending {
            self.phase = Phase::GivenUp;
        }
    }

    fn stalled(&self, limit: Duration) -> Error {
        let Progress { sent, total, .. } = self.progress;
        let message = if self.phase == Phase::HandedOver {
            format!("no complete reply within {limit:?} after the file was sent")
        } else if self.waits_for_source {
            format!("the source gave nothing for {limit:?}; {sent} of {total} bytes were sent")
        } else {
            format!("the server took nothing for {limit:?}; {sent} of {total} bytes were sent")
        };
        Error::new(ErrorKind::Timeout, message)
    }
}
