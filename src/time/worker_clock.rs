//! The clock that a scheduler is given: the system's, a virtual one, or the user's own.
//!
//! Nothing else in the crate reads a clock. "Never early" is meant by this clock: the system's is
//! quanta's, which may drift from the operating system's by parts in a million.
//!
//! The invariant: a worker never sees its clock go back.

use std::cell::Cell;
use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use super::{Clock, Instant};

/// The source of time of one worker.
#[derive(Debug)]
pub(crate) enum WorkerClock {
    /// Clamped, so that a worker never sees time go back, whatever the processor's counters do.
    System { clock: quanta::Clock, last: Cell<Instant> },
    /// Stands still while anything is ready.
    Virtual { now: Cell<Instant>, auto_advance: Cell<bool> },
    /// Clamped as well.
    Given { clock: GivenClock, last: Cell<Instant> },
}

/// A clock that a builder was given.
#[derive(Clone)]
pub(crate) struct GivenClock(Arc<dyn Clock>);

impl GivenClock {
    pub(crate) fn new(clock: impl Clock) -> Self {
        Self(Arc::new(clock))
    }

    /// Out of the way of the system's clock.
    #[cold]
    #[inline(never)]
    fn read(&self, last: &Cell<Instant>) -> Instant {
        let now = (Instant::START + self.0.now()).max(last.get());
        last.set(now);
        now
    }
}

impl fmt::Debug for GivenClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GivenClock").finish_non_exhaustive()
    }
}

/// The start of the system clock's instants: one for the whole process, so that instants travel.
fn anchor() -> &'static (quanta::Clock, quanta::Instant) {
    static ANCHOR: OnceLock<(quanta::Clock, quanta::Instant)> = OnceLock::new();
    ANCHOR.get_or_init(|| {
        let clock = quanta::Clock::new();
        let start = clock.now();
        (clock, start)
    })
}

fn read(clock: &quanta::Clock) -> Instant {
    let since = clock.now().duration_since(anchor().1);
    Instant::START + since
}

impl WorkerClock {
    /// The system's clock.
    pub(crate) fn system() -> Self {
        Self::System { clock: anchor().0.clone(), last: Cell::new(Instant::START) }
    }

    /// A clock at zero, which only `reach` moves.
    pub(crate) fn virtual_time(auto_advance: bool) -> Self {
        Self::Virtual { now: Cell::new(Instant::START), auto_advance: Cell::new(auto_advance) }
    }

    /// The user's clock.
    pub(crate) fn given(clock: GivenClock) -> Self {
        Self::Given { clock, last: Cell::new(Instant::START) }
    }

    /// Reads the system's clock for a thread that runs no scheduler.
    pub(crate) fn system_now() -> Instant {
        read(&anchor().0)
    }

    /// The present instant, freshly read: a cached one would let a sleep end early.
    #[inline]
    pub(crate) fn now(&self) -> Instant {
        match self {
            Self::System { clock, last } => {
                let now = read(clock).max(last.get());
                last.set(now);
                now
            }
            Self::Virtual { now, .. } => now.get(),
            Self::Given { clock, last } => clock.read(last),
        }
    }

    /// How long a thread must sleep to reach `deadline`; a virtual clock jumps there instead.
    pub(crate) fn reach(&self, deadline: Instant) -> Option<Duration> {
        match self {
            Self::System { .. } => Some(deadline.duration_since(self.now())),
            Self::Virtual { now, .. } => {
                now.set(now.get().max(deadline));
                None
            }
            Self::Given { clock, .. } => {
                Some(clock.0.real_time_until(deadline.duration_since(Instant::START)))
            }
        }
    }

    /// Whether it is the user's.
    pub(crate) fn is_given(&self) -> bool {
        matches!(self, Self::Given { .. })
    }

    /// Whether it is the system's.
    pub(crate) fn is_system(&self) -> bool {
        matches!(self, Self::System { .. })
    }

    /// Whether time passes only when the scheduler says so.
    pub(crate) fn is_virtual(&self) -> bool {
        matches!(self, Self::Virtual { .. })
    }

    /// Whether time passes without being told to.
    pub(crate) fn advances_by_itself(&self) -> bool {
        match self {
            Self::System { .. } | Self::Given { .. } => true,
            Self::Virtual { auto_advance, .. } => auto_advance.get(),
        }
    }

    /// Sets whether a virtual clock jumps to the next deadline when nothing is ready; returns false
    /// for any other clock.
    pub(crate) fn set_auto_advance(&self, on: bool) -> bool {
        if let Self::Virtual { auto_advance, .. } = self {
            auto_advance.set(on);
        }
        self.is_virtual()
    }
}
