//! The loop: resume what is ready, look at mail and timers every so often, wait when nothing is.

use std::convert::Infallible;
use std::ops::ControlFlow;
use std::time::Duration;

use super::beside_others::BesideOthers;
use super::deadlock::Deadlock;
use super::idle::{Idle, Left};
use crate::task::{Turn, WorkerCore};
use crate::time::Instant;

/// Resumes between two looks at mail and timers.
const TURN: usize = 61;

/// What it means that nothing can go on.
#[derive(Debug, Clone, Copy)]
pub(super) enum World {
    /// Other threads may yet do something: wait; if none seems to be able to, report it once.
    Open { stall_report: Option<Duration> },
    /// If nothing outside can do anything, it is a deadlock; else wait, and report it once: what
    /// may do something may as well be a waker that a stuck task holds itself.
    Closed { stall_report: Option<Duration> },
    /// Nothing outside does anything but what a guard announces, so all else is a deadlock at once.
    Alone,
    /// Of a worker that has others beside it and is not the first: it decides nothing.
    Member,
    /// The end of the run.
    UntilIdle,
    /// The run ends when the clock has reached this instant.
    Until(Instant),
}

/// Drives one worker.
#[derive(Debug)]
pub(super) struct RunLoop<'a> {
    core: &'a WorkerCore,
    /// Resumes ready tasks, first in first out or in the order of a seed.
    resume: fn(&WorkerCore, usize) -> Turn,
    idle: Idle<'a>,
    world: World,
    /// How it rests, if it has others beside it.
    beside_others: Option<BesideOthers<'a>>,
    /// Why the others break off.
    deadlock: Option<Deadlock>,
}

impl<'a> RunLoop<'a> {
    pub(super) fn new(core: &'a WorkerCore, world: World) -> Self {
        // What was said between two runs, by the owner as well, counts before anyone is resumed.
        core.receive_all();
        let beside_others = BesideOthers::new(core, world);
        let resume = if beside_others.is_some() {
            WorkerCore::resume_beside_others
        } else if core.is_shuffled() {
            WorkerCore::resume_shuffled
        } else {
            WorkerCore::resume_ready
        };
        let idle = Idle::new(core, world);
        Self { core, resume, idle, world, beside_others, deadlock: None }
    }

    /// Runs until the future that `run` was given has ended, or, in a closed world, nothing can go
    /// on.
    pub(super) fn run_until_ended(mut self) -> Result<(), Deadlock> {
        loop {
            match self.turn() {
                ControlFlow::Continue(()) => {}
                ControlFlow::Break(Turn::RunEnded) => return Ok(()),
                ControlFlow::Break(_) => {
                    return Err(self.deadlock.unwrap_or_else(|| Deadlock::of(&[self.core])));
                }
            }
        }
    }

    /// Runs until no task is ready or asleep, or the clock has reached the end of the run.
    pub(super) fn run_until_idle(mut self) -> Result<(), Infallible> {
        while self.turn().is_continue() {}
        Ok(())
    }

    /// Runs until the scheduler ends.
    pub(super) fn run_until_closed(mut self) {
        let is_closing = || {
            let membership = self.core.membership();
            membership.is_none_or(|membership| membership.team().is_closing())
        };
        while !is_closing() && self.turn().is_continue() {}
    }

    #[inline(always)]
    fn turn(&mut self) -> ControlFlow<Turn> {
        let turn = (self.resume)(self.core, TURN);
        if turn == Turn::RunEnded {
            return ControlFlow::Break(turn);
        }
        self.core.receive_all();
        if !self.core.fire_timers() {
            return ControlFlow::Continue(());
        }
        if self.core.has_ready() {
            if let Some(beside_others) = &mut self.beside_others {
                beside_others.has_worked();
            }
            return self.unless_time_has_run_out();
        }
        if self.core.mail().is_empty() && self.core.resume_idle() {
            return ControlFlow::Continue(());
        }
        if self.has_reached_end() {
            return ControlFlow::Break(Turn::NothingReady);
        }
        if self.beside_others.is_some() {
            return self.rest_beside_others();
        }
        let left = self.idle.look();
        match (left, self.world) {
            (Left::Ready, _) => {}
            (Left::Deadline(deadline), _) => self.idle.wait_until(deadline),
            (Left::Guards, _) | (Left::Outside, World::Open { .. }) => self.idle.wait(left, None),
            (Left::Outside, World::Closed { stall_report })
            | (Left::Nothing, World::Open { stall_report }) => self.idle.wait(left, stall_report),
            (Left::Nothing, World::Closed { .. })
            | (
                Left::Outside | Left::Nothing,
                World::Alone | World::Member | World::UntilIdle | World::Until(_),
            ) => {
                return ControlFlow::Break(Turn::NothingReady);
            }
        }
        ControlFlow::Continue(())
    }

    #[cold]
    #[inline(never)]
    fn rest_beside_others(&mut self) -> ControlFlow<Turn> {
        let deadline = self.idle.next_deadline();
        let Some(beside_others) = &mut self.beside_others else { unreachable!("asked before") };
        match beside_others.rest(deadline) {
            ControlFlow::Continue(()) => ControlFlow::Continue(()),
            ControlFlow::Break(deadlock) => {
                self.deadlock = deadlock;
                ControlFlow::Break(Turn::NothingReady)
            }
        }
    }

    /// Whether all timers have fired that are due at the end of the run.
    fn has_reached_end(&self) -> bool {
        matches!(self.world, World::Until(end) if self.core.instant_of_turn() >= end)
    }

    /// A clock that passes by itself does not wait for the tasks: at the end of the run what is ready
    /// is resumed once more. A virtual one stands still as long as anything is ready.
    fn unless_time_has_run_out(&self) -> ControlFlow<Turn> {
        if self.core.clock.is_virtual() || !self.has_reached_end() {
            return ControlFlow::Continue(());
        }
        (self.resume)(self.core, self.core.ready_count());
        ControlFlow::Break(Turn::Full)
    }
}
