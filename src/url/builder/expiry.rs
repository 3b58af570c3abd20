//! The expiry of a URL.

use std::time::{Duration, SystemTime};

use crate::problem::Problem;
use crate::time::since_1970;

/// The expiry that is signed for a URL without one, in seconds since 1970. It is also the latest
/// valid expiry: one with more digits may have taken them from the end of the path.
pub(crate) const NEVER: u64 = 9_999_999_999;

/// When a URL expires.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum UrlExpiry {
    Never,
    /// After a lifetime. `latest` is in seconds since 1970.
    In {
        lifetime: Duration,
        latest: u64,
    },
    /// At the first multiple of `grid` seconds after a lifetime.
    OnGrid {
        lifetime: Duration,
        grid: u64,
    },
    /// At a time in seconds since 1970.
    At(u64),
}

impl UrlExpiry {
    /// Creates the default expiry of a client's URLs: after a lifetime.
    pub(crate) fn by_default(lifetime: Duration) -> Result<Self, Problem> {
        at_least_a_second("url_expires_in", lifetime)?;
        Ok(Self::In {
            lifetime,
            latest: NEVER,
        })
    }

    /// Creates the expiry after a lifetime, at most `latest` in seconds since 1970.
    pub(super) fn after(lifetime: Duration, latest: u64) -> Result<Self, Problem> {
        at_least_a_second("expires_in", lifetime)?;
        Ok(Self::In { lifetime, latest })
    }

    /// Creates the expiry at the first multiple of `grid` after a lifetime.
    pub(super) fn on_grid(lifetime: Duration, grid: Duration) -> Result<Self, Problem> {
        at_least_a_second("expires_within", lifetime)?;
        if grid.as_secs() == 0 || grid.subsec_nanos() > 0 {
            return Err(Problem::new(
                "expires_within",
                format!("{grid:?} is not a valid grid; give whole seconds, at least 1"),
            ));
        }
        Ok(Self::OnGrid {
            lifetime,
            grid: grid.as_secs(),
        })
    }

    /// Creates an expiry from seconds since 1970.
    pub(super) fn at(seconds: u64) -> Result<Self, Problem> {
        if seconds == 0 {
            return Err(Problem::new(
                "expires_at",
                "the moment is not after the beginning of 1970 (UTC); give a later one",
            ));
        }
        no_later_than(NEVER, "expires_at", seconds).map(Self::At)
    }

    /// Returns the expiry in seconds since 1970. Calls `now` only for a lifetime.
    pub(super) fn unix_seconds(
        self,
        now: impl FnOnce() -> Result<SystemTime, Problem>,
    ) -> Result<u64, Problem> {
        match self {
            Self::Never => Ok(NEVER),
            Self::In { lifetime, latest } => {
                let now = now_since_1970(now()?)?;
                no_later_than(
                    latest,
                    "expires_in",
                    now.as_secs().saturating_add(lifetime.as_secs()),
                )
            }
            Self::OnGrid { lifetime, grid } => {
                let end = now_since_1970(now()?)?.saturating_add(lifetime);
                let seconds = end
                    .as_secs()
                    .saturating_add(u64::from(end.subsec_nanos() > 0));
                let expiry = seconds.div_ceil(grid).saturating_mul(grid);
                no_later_than(NEVER, "expires_within", expiry)
            }
            Self::At(seconds) => Ok(seconds),
        }
    }
}

fn at_least_a_second(argument: &'static str, lifetime: Duration) -> Result<(), Problem> {
    if lifetime.as_secs() == 0 {
        return Err(Problem::new(
            argument,
            format!("{lifetime:?} is too short; expiry counts whole seconds, so give at least 1"),
        ));
    }
    Ok(())
}

fn now_since_1970(now: SystemTime) -> Result<Duration, Problem> {
    since_1970(now).ok_or_else(|| {
        Problem::new(
            "now",
            "the time is before 1970 (UTC); set the clock, or give a later time",
        )
    })
}

fn no_later_than(latest: u64, argument: &'static str, seconds: u64) -> Result<u64, Problem> {
    if seconds > latest {
        return Err(Problem::new(
            argument,
            format!(
                "an expiry of {seconds} seconds since 1970 is too late; give at most {latest} (2286), or sign without \
                 an expiry"
            ),
        ));
    }
    Ok(seconds)
}
