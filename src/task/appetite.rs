//! What a worker has learnt from taking: how many tasks it takes at a time, and whether at all for now.
//!
//! A task that is run elsewhere costs both workers more than one that is run at home: it is taken, has a
//! guest, and its end is mailed. So one that ends at once is better left where it is; and which tasks do is
//! told by those that were taken before.

use std::time::Duration;

use crate::time::{Instant, WorkerClock};

/// See the module.
#[derive(Debug)]
pub(crate) struct Appetite {
    pub(super) most: usize,
    /// What was taken last, and when, if it is not known yet whether that was worth it.
    meal: Option<(usize, Instant)>,
    pub(super) is_sated: bool,
    /// The last pause after taking that was not worth it.
    pause: Duration,
}

/// So many tasks are taken at a time: meanwhile the other worker cannot go on, for some fifty nanoseconds
/// a task.
pub(super) const MOST_TAKEN: usize = 4096;
const FEWEST_TAKEN: usize = 16;
/// For each task that was taken a worker has to be busy for so long that it takes more the next time. In
/// a model nothing may depend on how long it takes.
const WORTH: Duration = Duration::from_nanos(if cfg!(coweave_loom) { 0 } else { 500 });
const STEP: usize = 8;
const LONGEST_PAUSE: Duration = Duration::from_millis(2);
const SHORTEST_PAUSE: Duration = Duration::from_micros(50);

impl Appetite {
    pub(crate) fn new() -> Self {
        Self { most: MOST_TAKEN, meal: None, is_sated: false, pause: Duration::ZERO }
    }

    pub(super) fn has_taken(&mut self, count: usize) {
        self.meal = Some((count, WorkerClock::system_now()));
    }

    /// The worker has nothing to do again; returns the pause that it makes if what it took last was not
    /// worth it.
    pub(crate) fn judge(&mut self) -> Option<Duration> {
        let (count, at) = self.meal.take()?;
        let busy = WorkerClock::system_now().duration_since(at);
        self.is_sated = busy.as_nanos() < WORTH.as_nanos() * count as u128;
        let (most, pause) = if self.is_sated {
            (self.most / STEP, (self.pause * 2).clamp(SHORTEST_PAUSE, LONGEST_PAUSE))
        } else {
            (self.most * STEP, Duration::ZERO)
        };
        self.most = most.clamp(FEWEST_TAKEN, MOST_TAKEN);
        self.pause = pause;
        self.is_sated.then_some(pause)
    }

    /// Some time has passed: the next tasks may be others.
    pub(crate) fn has_rested(&mut self) {
        self.is_sated = false;
    }
}
