//! The present, by the clock of the scheduler that runs here.

use std::time::Duration;

use super::this_thread;
use crate::time::{Instant, WorkerClock};

/// The present instant, of the scheduler that runs on this thread, else of the system's clock.
#[inline]
pub(super) fn present() -> Instant {
    this_thread::with_core(|core| core.clock.now())
        .or_else(now_from_outside)
        .unwrap_or_else(WorkerClock::system_now)
}

/// Where the worker must be entered first, if there is one.
#[cold]
#[inline(never)]
pub(super) fn now_from_outside() -> Option<Instant> {
    this_thread::with_core_outside(|core| core.clock.now())
}

impl Instant {
    /// The present instant, of the scheduler that runs on this thread, else of the system's clock.
    ///
    /// # Examples
    ///
    /// ```
    /// let earlier = coweave::Instant::now();
    /// assert!(coweave::Instant::now() >= earlier);
    /// ```
    #[must_use]
    #[inline]
    pub fn now() -> Self {
        present()
    }

    /// The time since this instant.
    ///
    /// # Examples
    ///
    /// ```
    /// let start = coweave::Instant::now();
    /// assert!(start.elapsed() < std::time::Duration::from_secs(60));
    /// ```
    #[must_use]
    pub fn elapsed(self) -> Duration {
        present().duration_since(self)
    }
}
