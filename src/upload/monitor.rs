//! The state of an upload: its progress, its time limits, and whether the server may store the
//! file.
//!
//! An attempt ends in one of two ways. The first one wins, under one lock. Either the body [hands
//! over](UploadMonitor::hand_over) the end of the form, and the server may store the file from then
//! on. Or the attempt is [given up](UploadMonitor::give_up) before that, and the end of the form is
//! never sent. Without it, no server can read a complete form.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, timeout, timeout_at};

use super::panics;
use crate::error::{Error, ErrorKind};

/// The progress of an upload. See
/// [`UploadRequest::on_progress`](super::UploadRequest::on_progress).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// The number of bytes of the file that the connection has accepted in this attempt.
    pub sent: u64,
    /// The length of the file in bytes. For a URL or base64, the length of the string.
    pub total: u64,
    /// The number of the attempt, from 1. Each attempt starts at 0 bytes.
    pub attempt: u32,
}

pub(super) type OnProgress = Box<dyn Fn(Progress) + Send + Sync>;

/// Tracks the attempts at one upload.
pub(super) struct UploadMonitor {
    stall_timeout: Duration,
    reply_timeout: Duration,
    /// The end of all attempts, and `total_timeout`.
    total: Option<(Instant, Duration)>,
    on_progress: Vec<OnProgress>,
    state: Mutex<State>,
    /// Wakes [`failure`](Self::failure).
    changed: Notify,
}

struct State {
    progress: Progress,
    phase: Phase,
    /// The time of the last activity.
    last: Instant,
    is_waiting_for_source: bool,
    /// Whether the connection accepted bytes of any attempt.
    was_begun: bool,
    /// Whether any attempt was handed over completely, except refused ones.
    may_be_carried_out: bool,
    /// The same without the current attempt.
    may_be_carried_out_before: bool,
    failure: Option<Error>,
}

/// The phase of an attempt.
#[derive(Clone, Copy, PartialEq)]
enum Phase {
    Sending,
    /// The connection has the end of the form.
    HandedOver,
    /// The connection never gets the end of the form.
    GivenUp,
}

impl UploadMonitor {
    pub(super) fn new(
        stall_timeout: Duration,
        reply_timeout: Duration,
        total: Option<(Instant, Duration)>,
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
            total,
            on_progress,
            state: Mutex::new(State {
                progress,
                phase: Phase::GivenUp,
                last: Instant::now(),
                is_waiting_for_source: false,
                was_begun: false,
                may_be_carried_out: false,
                may_be_carried_out_before: false,
                failure: None,
            }),
            changed: Notify::new(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the state while this attempt is being sent. `None` for another attempt, whose
    /// connection may still be open.
    fn state_while_sending(&self, attempt: u32) -> Option<MutexGuard<'_, State>> {
        Some(self.state()).filter(|state| state.is_sending(attempt))
    }

    /// Starts an attempt. The one before was given up or handed over.
    pub(super) fn attempt(&self, total: u64, attempt: u32) {
        let mut state = self.state();
        state.progress = Progress {
            sent: 0,
            total,
            attempt,
        };
        state.phase = Phase::Sending;
        state.may_be_carried_out_before = state.may_be_carried_out;
        state.last = Instant::now();
        state.is_waiting_for_source = false;
        state.failure = None;
    }

    /// Whether the body of this attempt may send more.
    pub(super) fn is_sending(&self, attempt: u32) -> bool {
        self.state().is_sending(attempt)
    }

    /// Records that the connection accepts the first bytes.
    pub(super) fn begin(&self) {
        let mut state = self.state();
        state.was_begun = true;
        state.last = Instant::now();
    }

    /// Records that the connection is ready and the source is not.
    pub(super) fn wait_for_source(&self, attempt: u32) {
        if let Some(mut state) = self.state_while_sending(attempt) {
            state.is_waiting_for_source = true;
        }
    }

    /// Records that the connection accepts bytes of the file. Fails if a callback panics.
    pub(super) fn advance(&self, attempt: u32, bytes: u64) -> Result<(), Error> {
        let progress = {
            let Some(mut state) = self.state_while_sending(attempt) else {
                return Ok(());
            };
            state.progress.sent += bytes;
            state.last = Instant::now();
            state.is_waiting_for_source = false;
            state.progress
        };
        self.on_progress
            .iter()
            .try_for_each(|on_progress| panics::catch(|| on_progress(progress)))
            .map_err(|panic| {
                Error::new(
                    ErrorKind::Canceled,
                    format!("the callback `on_progress` {panic}"),
                )
            })
    }

    /// Whether the connection may accept the end of the form, which it may not if the attempt was
    /// given up. From then on the server may store the file.
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

    /// Prevents the end of the form from being sent, unless the connection already has it. After
    /// this, [`may_be_carried_out`](Self::may_be_carried_out) doesn't become true.
    pub(super) fn give_up(&self) {
        self.state().give_up();
    }

    /// Records that the server refused this attempt, which ended, and didn't carry it out.
    pub(super) fn refuse(&self) {
        let mut state = self.state();
        state.may_be_carried_out = state.may_be_carried_out_before;
    }

    /// Gives up this attempt because the source or a callback failed.
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

    /// The end of all attempts.
    pub(super) fn deadline(&self) -> Option<Instant> {
        Some(self.total?.0)
    }

    /// Opens the source before the end of all attempts.
    pub(super) async fn open<T>(
        &self,
        opening: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        let Some((deadline, total)) = self.total else {
            return opening.await;
        };
        timeout_at(deadline, opening).await.unwrap_or_else(|_| {
            let message = format!("the source was not read within {total:?} (`total_timeout`)");
            Err(Error::new(ErrorKind::Timeout, message))
        })
    }

    /// Waits until the attempt fails or exceeds a time limit, and gives it up.
    pub(super) async fn failure(&self) -> Error {
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
                match self.total {
                    None => left,
                    Some((deadline, total)) => {
                        let until = deadline.saturating_duration_since(Instant::now());
                        if until.is_zero() {
                            state.give_up();
                            return state.overdue(total);
                        }
                        left.min(until)
                    }
                }
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
            format!(
                "no complete response within {limit:?} (`reply_timeout`) after the file was sent"
            )
        } else {
            let what = match self.is_waiting_for_source {
                true => "source",
                false => "connection",
            };
            format!(
                "the {what} stalled for {limit:?} (`stall_timeout`) after {sent} of {total} bytes"
            )
        };
        Error::new(ErrorKind::Timeout, message)
    }

    fn overdue(&self, limit: Duration) -> Error {
        let Progress { sent, total, .. } = self.progress;
        let so_far = match self.phase {
            Phase::HandedOver => "the file was sent".to_owned(),
            Phase::Sending | Phase::GivenUp => format!("{sent} of {total} bytes were sent"),
        };
        let message = format!("no complete response within {limit:?} (`total_timeout`); {so_far}");
        Error::new(ErrorKind::Timeout, message)
    }
}
