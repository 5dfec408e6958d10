//! The clock that a scheduler is given: the system's or a virtual one.
//!
//! Nothing else in the crate reads a clock. "Never early" is meant by this clock: the system's is
//! quanta's, which may drift from the operating system's by parts in a million.

use std::cell::Cell;
use std::sync::OnceLock;
use std::time::Duration;

use super::Instant;

/// The source of time of one worker.
#[derive(Debug)]
pub(crate) enum Clock {
    /// Clamped, so that a worker never sees time go back, whatever the processor's counters do.
    System { clock: quanta::Clock, last: Cell<Instant> },
    /// Stands still while anything is ready.
    Virtual { now: Cell<Instant> },
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

impl Clock {
    /// The system's clock.
    pub(crate) fn system() -> Self {
        Self::System { clock: anchor().0.clone(), last: Cell::new(Instant::START) }
    }

    /// A clock at zero, which only `advance_to` moves.
    pub(crate) fn virtual_time() -> Self {
        Self::Virtual { now: Cell::new(Instant::START) }
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
            Self::Virtual { now } => now.get(),
        }
    }

    /// How long a thread must sleep to reach `deadline`; a virtual clock jumps there instead.
    pub(crate) fn reach(&self, deadline: Instant) -> Option<Duration> {
        match self {
            Self::System { .. } => Some(deadline.duration_since(self.now())),
            Self::Virtual { now } => {
                now.set(now.get().max(deadline));
                None
            }
        }
    }

    /// Whether time passes only when the scheduler says so.
    pub(crate) fn is_virtual(&self) -> bool {
        matches!(self, Self::Virtual { .. })
    }
}
