//! The expiry of upload parameters and tokens.

use std::time::{Duration, SystemTime};

use crate::error::Error;
use crate::time::unix_seconds;

/// The lifetime of parameters and tokens that set none.
pub(super) const DEFAULT_LIFETIME: Duration = Duration::from_secs(30 * 60);

/// The time until which an upload may start.
#[derive(Clone, Copy, Debug)]
pub(super) enum Expiry {
    In(Duration),
    At(SystemTime),
}

impl Default for Expiry {
    fn default() -> Self {
        Self::In(DEFAULT_LIFETIME)
    }
}

impl Expiry {
    /// Returns the expiry in seconds since 1970, which is 1 to `max_lifetime` seconds after `now`.
    pub(super) fn after(self, now: u64, max_lifetime: u64) -> Result<u64, Error> {
        let (argument, lifetime) = match self {
            Self::In(lifetime) => ("expires_in", lifetime.as_secs()),
            Self::At(time) => ("expires_at", unix_seconds(time).saturating_sub(now)),
        };
        if !(1..=max_lifetime).contains(&lifetime) {
            return Err(Error::invalid_input(
                argument,
                format!(
                    "{lifetime} seconds from now is not allowed; ImageKit takes 1 to {max_lifetime}"
                ),
            ));
        }
        Ok(now.saturating_add(lifetime))
    }
}
