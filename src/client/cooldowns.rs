//! Waits for the server's rate limits, shared by all clones of a client.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};

use super::RetryPolicy;

/// The cooldowns of a client, by the class of requests that share a rate limit.
#[derive(Debug, Default)]
pub(super) struct Cooldowns(Mutex<HashMap<&'static str, Arc<Cooldown>>>);

impl Cooldowns {
    pub(super) fn of(&self, class: &'static str) -> Arc<Cooldown> {
        let mut cooldowns = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        cooldowns.entry(class).or_default().clone()
    }
}

/// Lets the requests of one class through: all at once until the server answers 429, and then one by one in the order in which
/// they came.
///
/// The rule resembles TCP's congestion control:
/// - A 429 pauses the class for as long as the server asks. Where it doesn't ask, the pause is a tenth of a second after the
///   first 429 and the time of one request later on, and grows by a quarter with each 429 in a row.
/// - After the pause requests go at the rate that the server states. Where it states none, they go at the rate at which it took
///   requests: those since the last pause, over the time up to the end of this one.
/// - Each further 429 lowers the rate by a tenth to a third, and each request that is taken raises it again: the more in a row,
///   the more, and the less, the longer the last pause was. A rate that the server states is never exceeded.
/// - A 429 of a request that was sent before the last slowdown doesn't slow down again.
/// - Requests are free again when none has come for a while.
///
/// Time lets requests through, not replies: a request that is dropped or hangs holds up no other. A waiter that is not polled
/// when its time has come is overtaken after [`GRACE`].
#[derive(Debug, Default)]
pub(super) struct Cooldown(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    tickets: u64,
    queue: BTreeMap<u64, Arc<Notify>>,
    /// Number of requests that were let through, and when the last one was.
    passes: u64,
    passed: Option<Instant>,
    /// When the server last took a request.
    taken: Option<Instant>,
    /// Requests that it took since then, for the rate.
    since: Option<Instant>,
    count: u32,
    /// `None` while requests are free.
    limit: Option<Limit>,
}

#[derive(Debug)]
struct Limit {
    /// Time between two requests.
    interval: Duration,
    /// The interval that the server states, or zero.
    least: Duration,
    /// The interval that the last 429 was answered to, if there was one.
    before: Option<Duration>,
    /// The time of the next request.
    next: Instant,
    /// The end of the pause that the server asked for, capped, and as asked.
    paused_until: Instant,
    asked_until: Option<Instant>,
    /// The last pause, and the part of it that the server didn't ask for.
    pause: Duration,
    delay: Duration,
    /// The time over which the rate is measured.
    period: Duration,
    /// Passes up to the last slowdown.
    refused_after: u64,
    /// Whether no request has been taken since.
    is_refusing: bool,
    /// Requests that were taken in a row after that.
    row: u32,
    /// The cap of pauses and intervals.
    longest: Duration,
}

/// How long a waiter that is not polled is waited for.
const GRACE: Duration = Duration::from_secs(1);
/// A gap after which requests count as another burst; the shortest time without requests after which they are free, and the
/// longest.
const GAP: Duration = Duration::from_secs(1);
const IDLE: Duration = Duration::from_secs(60);
/// The first pause where the server asks for none, and the shortest.
const FIRST_DELAY: Duration = Duration::from_millis(100);
const LEAST_DELAY: Duration = Duration::from_millis(1);
/// No pause is longer, whatever the policy allows, so that no clock overflows.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);
/// Requests stay this much below a limit: they don't arrive as evenly as they are sent.
const MARGIN: f64 = 1.05;
/// How fast the rate rises. See [`Cooldown`].
const GROWTH: f64 = 0.001;

/// A request that was let through.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pass {
    number: u64,
    pub(super) sent: Instant,
}

/// How long a request waits.
pub(super) struct Patience {
    /// The longest pause that the server may ask for.
    pub(super) max_wait: Duration,
    /// The longest wait while the server takes no request, and since when this one waits.
    pub(super) budget: Duration,
    pub(super) since: Instant,
    pub(super) deadline: Option<Instant>,
}

/// A place in the queue; left when dropped.
struct Place<'a> {
    cooldown: &'a Cooldown,
    ticket: u64,
    notify: Arc<Notify>,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let mut state = self.cooldown.state();
        if state.queue.remove(&self.ticket).is_some() {
            state.wake_first();
        }
    }
}

impl Cooldown {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until a request may be sent. If that would take too long, the error is the time until the next one may be sent.
    pub(super) async fn enter(&self, patience: &Patience) -> Result<Pass, Duration> {
        let place = Place {
            cooldown: self,
            ticket: self.state().new_ticket(),
            notify: Arc::default(),
        };
        loop {
            let wake = match self.state().step(&place, patience, Instant::now()) {
                Step::Pass(pass) => return Ok(pass),
                Step::GiveUp(wait) => return Err(wait),
                Step::Wait(until) => until,
            };
            let _ = timeout_at(wake, place.notify.notified()).await;
        }
    }

    /// Whether a pause that the server asked for is not over.
    pub(super) fn is_paused(&self) -> bool {
        let state = self.state();
        let now = Instant::now();
        state.limit.as_ref().is_some_and(|l| l.paused_until > now)
    }

    /// The server answered with another status than 429.
    pub(super) fn taken(&self, pass: Pass) {
        let mut state = self.state();
        let state = &mut *state;
        state.taken = Some(Instant::now());
        state.count = state.count.saturating_add(1);
        let Some(limit) = &mut state.limit else {
            return;
        };
        if pass.number <= limit.refused_after {
            if limit.is_refusing {
                limit.measure(state.count);
            }
        } else if limit.is_refusing {
            limit.is_refusing = false;
            limit.row = 0;
            let next = state.passed.map(|passed| passed + limit.interval);
            let next = next.map_or(limit.next, |next| next.min(limit.next));
            limit.next = next.max(limit.paused_until);
            (state.since, state.count) = (Some(pass.sent), 1);
            state.wake_first();
        } else {
            limit.speed_up();
        }
    }

    /// The server answered 429, asked for a pause and stated the time per request, or didn't.
    pub(super) fn refused(
        &self,
        pass: Pass,
        wait: Option<Duration>,
        stated: Option<Duration>,
        policy: &RetryPolicy,
    ) {
        let now = Instant::now();
        let mut state = self.state();
        let state = &mut *state;
        let limit = state.limit.get_or_insert_with(|| Limit::new(now));
        let is_new = limit.interval.is_zero() || pass.number > limit.refused_after;
        limit.longest = policy.longest_wait().min(LONGEST);
        if let Some(stated) = stated {
            limit.least = stated.min(LONGEST).mul_f64(MARGIN).min(limit.longest);
        }
        let wait = wait.filter(|wait| !wait.is_zero());
        if is_new {
            limit.slow_down(wait, policy);
            limit.refused_after = state.passes;
            limit.next = limit.next.max(now + limit.delay);
        }
        if let Some(wait) = wait {
            let until = now + wait.min(limit.longest);
            limit.paused_until = limit.paused_until.max(until);
            limit.asked_until = limit.asked_until.max(now.checked_add(wait).or(Some(until)));
            limit.next = limit.next.max(limit.paused_until);
        }
        if is_new {
            // A pause that the server asks for begins when it answers: half of the round trip is no part of it.
            let until = match wait {
                Some(_) => limit
                    .next
                    .checked_sub(now.saturating_duration_since(pass.sent)),
                None => Some(limit.next),
            };
            let since = state.since.unwrap_or(pass.sent);
            limit.period = until.map_or(Duration::ZERO, |until| {
                until.saturating_duration_since(since)
            });
            limit.measure(state.count);
        }
    }
}

enum Step {
    Pass(Pass),
    Wait(Instant),
    GiveUp(Duration),
}

impl State {
    fn new_ticket(&mut self) -> u64 {
        self.tickets += 1;
        self.tickets
    }

    fn wake_first(&self) {
        if let Some(first) = self.queue.values().next() {
            first.notify_one();
        }
    }

    fn step(&mut self, place: &Place<'_>, patience: &Patience, now: Instant) -> Step {
        let is_idle = self.queue.is_empty();
        if self.limit.as_ref().is_some_and(|l| l.is_over(is_idle, now)) {
            self.limit = None;
        }
        let Some(limit) = &self.limit else {
            return Step::Pass(self.pass(place.ticket, now));
        };
        let first = self.queue.keys().next();
        let slot = match first.is_none_or(|first| place.ticket <= *first) {
            true => limit.next,
            false => limit.next + limit.interval.max(GRACE),
        };
        if slot <= now {
            return Step::Pass(self.pass(place.ticket, now));
        }
        let since = self
            .taken
            .map_or(patience.since, |taken| taken.max(patience.since));
        let end = [since.checked_add(patience.budget), patience.deadline];
        let end = end.into_iter().flatten().min();
        let left = limit.next.saturating_duration_since(now);
        let asked = limit
            .asked_until
            .map(|until| until.saturating_duration_since(now));
        let asked = asked
            .filter(|_| limit.paused_until > now)
            .unwrap_or_default();
        if asked > patience.max_wait || end.is_some_and(|end| end <= now || end <= limit.next) {
            return Step::GiveUp(left.max(asked));
        }
        self.queue.insert(place.ticket, place.notify.clone());
        Step::Wait(end.map_or(slot, |end| end.min(slot)))
    }

    fn pass(&mut self, ticket: u64, now: Instant) -> Pass {
        // Waiters before this one have missed their slot. They come back when they are polled.
        for notify in self.queue.range(..ticket).map(|(_, notify)| notify) {
            notify.notify_one();
        }
        self.queue = self.queue.split_off(&(ticket + 1));
        match &mut self.limit {
            Some(limit) => limit.advance(now),
            None => {
                if self
                    .passed
                    .is_none_or(|passed| now.saturating_duration_since(passed) > GAP)
                {
                    (self.since, self.count) = (Some(now), 0);
                }
            }
        }
        self.passed = Some(now);
        self.passes += 1;
        self.wake_first();
        Pass {
            number: self.passes,
            sent: now,
        }
    }
}

impl Limit {
    fn new(now: Instant) -> Self {
        Self {
            interval: Duration::ZERO,
            least: Duration::ZERO,
            before: None,
            next: now,
            paused_until: now,
            asked_until: None,
            pause: Duration::ZERO,
            delay: Duration::ZERO,
            period: Duration::ZERO,
            refused_after: 0,
            is_refusing: false,
            row: 0,
            longest: Duration::ZERO,
        }
    }

    /// Whether the limit is over: no request has come for as long as the server's period may last, or the rate has risen so far
    /// that it limits nothing.
    fn is_over(&self, is_idle: bool, now: Instant) -> bool {
        let is_fast = self.interval < LEAST_DELAY && !self.is_refusing;
        let quiet = self.period.max(self.pause).clamp(GAP, IDLE);
        self.next <= now && is_fast || is_idle && self.next + quiet <= now
    }

    /// A request is let through: the next one comes an interval later. One that was a little late doesn't delay the others.
    fn advance(&mut self, now: Instant) {
        let interval = match self.is_refusing {
            true => self.interval.max(self.delay),
            false => self.interval,
        };
        let late = now.checked_sub(interval / 4).unwrap_or(now);
        self.next = self.next.max(late) + interval;
        self.asked_until = None;
    }

    fn slow_down(&mut self, wait: Option<Duration>, policy: &RetryPolicy) {
        if !self.is_refusing {
            self.before = Some(self.interval).filter(|interval| !interval.is_zero());
        }
        self.delay = match (wait, self.before) {
            (Some(_), _) => Duration::ZERO,
            (None, _) if self.is_refusing && !self.delay.is_zero() => {
                policy.capped(self.delay.mul_f64(1.25))
            }
            (None, None) => policy.first_delay().min(FIRST_DELAY),
            (None, Some(before)) => policy.capped(before.mul_f64(1.1)),
        };
        if wait.is_none() {
            self.delay = self.delay.clamp(LEAST_DELAY, LONGEST);
        }
        self.pause = wait.unwrap_or(self.delay).min(self.longest);
        self.is_refusing = true;
    }

    /// The interval after a slowdown.
    fn measure(&mut self, taken: u32) {
        let measured = self.period.min(LONGEST).mul_f64(MARGIN) / taken.max(1);
        let interval = match self.before {
            None if !self.least.is_zero() => self.least,
            None => measured,
            Some(before) => measured.clamp(before.mul_f64(1.1), before.mul_f64(1.5)),
        };
        self.interval = interval.max(self.least).min(self.longest).max(LEAST_DELAY);
    }

    fn speed_up(&mut self) {
        self.row = self.row.saturating_add(1);
        let lost = self.pause.as_secs_f64() / self.interval.as_secs_f64().max(1e-9);
        let part = (GROWTH * f64::from(self.row) / lost.max(1.0)).min(0.5);
        self.interval = self.interval.mul_f64(1.0 - part).max(self.least);
    }
}
