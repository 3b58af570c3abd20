//! The clock and the source of randomness, which some targets lack.

use std::time::SystemTime;

use uuid::Uuid;

use crate::problem::Problem;

/// Returns the current time. Call it only where an expiry needs the time, because some targets lack
/// a clock.
pub(crate) fn now() -> Result<SystemTime, Problem> {
    host::now().ok_or_else(|| {
        Problem::new(
            "now",
            "this target has no clock; enable the feature `js` in a browser or an edge worker, or pass the time to a \
             method such as `build_at` or `verify_at`",
        )
    })
}

/// Returns a random UUID (version 4).
pub(crate) fn random_uuid() -> Result<Uuid, Problem> {
    host::random_uuid().ok_or_else(|| {
        Problem::new(
            "token",
            "this target has no source of randomness; enable the feature `js` in a browser or an edge worker, or give \
             a unique token",
        )
    })
}

#[cfg(not(all(target_family = "wasm", target_os = "unknown")))]
mod host {
    use super::*;

    pub(super) fn now() -> Option<SystemTime> {
        #[cfg(test)]
        if super::bare::is_bare() {
            return None;
        }
        Some(SystemTime::now())
    }

    pub(super) fn random_uuid() -> Option<Uuid> {
        #[cfg(test)]
        if super::bare::is_bare() {
            return None;
        }
        Some(Uuid::new_v4())
    }
}

#[cfg(all(target_family = "wasm", target_os = "unknown", feature = "js"))]
mod host {
    use web_time::web::SystemTimeExt as _;

    use super::*;

    pub(super) fn now() -> Option<SystemTime> {
        Some(web_time::SystemTime::now().to_std())
    }

    pub(super) fn random_uuid() -> Option<Uuid> {
        Some(Uuid::new_v4())
    }
}

/// On these targets `SystemTime::now` panics.
#[cfg(all(target_family = "wasm", target_os = "unknown", not(feature = "js")))]
mod host {
    use super::*;

    pub(super) fn now() -> Option<SystemTime> {
        None
    }

    pub(super) fn random_uuid() -> Option<Uuid> {
        None
    }
}

/// Lets tests run as on a target without clock and randomness.
#[cfg(test)]
pub(crate) mod bare {
    use std::cell::Cell;

    thread_local! {
        static BARE: Cell<bool> = const { Cell::new(false) };
    }

    /// Whether this thread plays such a target.
    pub(super) fn is_bare() -> bool {
        BARE.get()
    }

    /// Runs `test` as on such a target.
    pub(crate) fn on_a_bare_target<T>(test: impl FnOnce() -> T) -> T {
        BARE.set(true);
        let result = test();
        BARE.set(false);
        result
    }
}
