//! How a worker that has others beside it comes to rest: it looks for tasks that others cannot come
//! to, naps while any other is awake, and sleeps until it is woken once none is.
//!
//! # Invariants
//! * **O1 at most one** Who finds more ready tasks than it runs wakes one sleeper; that takes half of
//!   them, and wakes the next, if there is more than it runs.
//! * **O2 nobody alone** A worker sleeps only if no other runs tasks, and who goes to work while all
//!   others sleep wakes one; so while tasks run there is always somebody who looks whether a worker is
//!   held up.

use std::hint::spin_loop;
use std::ops::ControlFlow;
use std::time::Duration;

use super::deadlock::Deadlock;
use super::report::Report;
use super::run_loop::World;
use crate::task::{Appetite, Membership, Sight, WorkerCore};
use crate::time::{Instant, WorkerClock};

/// So often a worker looks around before it naps: a nap costs as much as some tens of microseconds.
const LOOKS: usize = if cfg!(coweave_loom) { 1 } else { 400 };
/// Naps are at least so long, and each twice as long as the one before, up to the last.
const FIRST_NAP: Duration = Duration::from_micros(50);
const LAST_NAP: Duration = Duration::from_millis(2);

/// After so many turns it reads the clock, to see whether to look at the others.
const TURNS: u32 = 8;

/// What is left when no worker has anything ready.
enum Left {
    /// Somebody has something to do after all.
    Work,
    /// Something may yet come.
    Waiting,
    Nothing,
}

/// One worker at rest.
#[derive(Debug)]
pub(super) struct BesideOthers<'a> {
    core: &'a WorkerCore,
    membership: &'a Membership,
    world: World,
    nap: Duration,
    sights: Vec<Sight>,
    appetite: Appetite,
    turns: u32,
    /// When it last looked at the others though it had work.
    looked_at: Instant,
    has_reported: bool,
}

impl<'a> BesideOthers<'a> {
    pub(super) fn new(core: &'a WorkerCore, world: World) -> Option<Self> {
        let membership = core.membership()?;
        let sights = vec![Sight::default(); membership.team().len()];
        membership.rests();
        Some(Self {
            core,
            membership,
            world,
            nap: FIRST_NAP,
            sights,
            appetite: Appetite::new(),
            turns: 0,
            looked_at: WorkerClock::system_now(),
            has_reported: false,
        })
    }

    /// This worker has been busy for a turn. Every so often it looks all the same whether another is
    /// held up, and has tasks that nobody comes to.
    pub(super) fn has_worked(&mut self) {
        self.nap = FIRST_NAP;
        self.turns += 1;
        if !self.turns.is_multiple_of(TURNS) {
            return;
        }
        let now = WorkerClock::system_now();
        if now.duration_since(self.looked_at) >= LAST_NAP {
            self.looked_at = now;
            self.core.take_from_held_up(&mut self.sights);
        }
    }

    /// Returns when there may be something to do; or breaks, in a closed world with what is left of
    /// it.
    pub(super) fn rest(&mut self, deadline: Option<Instant>) -> ControlFlow<Option<Deadlock>> {
        let core = self.core;
        // The message that says so may have been received on the way here.
        if self.membership.team().is_closing() {
            return ControlFlow::Continue(());
        }
        self.membership.rests();
        let pause = self.appetite.judge();
        for look in 0..LOOKS {
            let has_mail = !core.mail().is_empty();
            if has_mail || core.take_from_others(&mut self.sights, &mut self.appetite, look == 0) {
                return ControlFlow::Continue(());
            }
            spin_loop();
        }
        if self.membership.others_are_awake() {
            let nap = pause.unwrap_or(self.nap);
            self.nap = (self.nap * 2).min(LAST_NAP);
            core.wait_outside(Some(self.until(deadline).map_or(nap, |left| left.min(nap))));
            self.appetite.has_rested();
            return ControlFlow::Continue(());
        }
        self.membership.falls_asleep();
        core.mailbox().set_asleep(true);
        let rested = if !core.mail().is_empty() || self.membership.others_are_awake() {
            ControlFlow::Continue(())
        } else {
            self.sleep(deadline)
        };
        core.mailbox().set_asleep(false);
        self.membership.has_woken();
        self.appetite.has_rested();
        rested
    }

    /// How long it is until `deadline`.
    fn until(&self, deadline: Option<Instant>) -> Option<Duration> {
        deadline.and_then(|deadline| self.core.clock.reach(deadline))
    }

    /// All are asleep.
    fn sleep(&mut self, deadline: Option<Instant>) -> ControlFlow<Option<Deadlock>> {
        let until = self.until(deadline);
        match self.world {
            World::Member | World::Until(_) => {
                self.core.wait_outside(until);
                ControlFlow::Continue(())
            }
            World::Open { stall_report } => {
                self.wait(until, stall_report);
                ControlFlow::Continue(())
            }
            World::Alone => unreachable!("a program is explored on one worker"),
            World::Closed { stall_report } => self.sleep_in_closed_world(until, stall_report),
            World::UntilIdle => self.sleep_in_closed_world(until, None),
        }
    }

    fn sleep_in_closed_world(
        &mut self,
        until: Option<Duration>,
        stall_report: Option<Duration>,
    ) -> ControlFlow<Option<Deadlock>> {
        let core = self.core;
        self.membership.team().watch(true);
        let is_closed = matches!(self.world, World::Closed { .. });
        let left = self.membership.with_all_others(|others| {
            let all = all(core, others);
            match what_is_left(&all, is_closed) {
                Left::Nothing => ControlFlow::Break(is_closed.then(|| Deadlock::of(&all))),
                Left::Waiting => ControlFlow::Continue(true),
                Left::Work => ControlFlow::Continue(false),
            }
        });
        let rested = match left {
            Some(ControlFlow::Break(deadlock)) => ControlFlow::Break(deadlock),
            Some(ControlFlow::Continue(true)) => {
                self.wait(until, stall_report);
                ControlFlow::Continue(())
            }
            // Somebody is waking up, or is looked at by another.
            Some(ControlFlow::Continue(false)) | None => {
                core.wait_outside(Some(FIRST_NAP));
                ControlFlow::Continue(())
            }
        };
        self.membership.team().watch(false);
        rested
    }

    /// Waits for mail, and says what does not go on if there is none for so long.
    fn wait(&mut self, until: Option<Duration>, stall_report: Option<Duration>) {
        let stall_report = stall_report.filter(|_| !self.has_reported && until.is_none());
        let has_mail = self.core.wait_outside(until.or(stall_report));
        if !has_mail && stall_report.is_some() {
            self.report_stall();
        }
    }

    /// Says, once, that nothing has gone on for some time, if nothing can.
    fn report_stall(&mut self) {
        let is_closed = matches!(self.world, World::Closed { .. });
        let core = self.core;
        let report = self.membership.with_all_others(|others| {
            let all = all(core, others);
            let may_wake = |core: &&WorkerCore| core.has_wakers_outside();
            let is_left = matches!(what_is_left(&all, false), Left::Nothing | Left::Waiting);
            let has_timer = all.iter().any(|core| core.next_deadline().is_some());
            let stands = is_left && !has_timer && (is_closed || !all.iter().any(may_wake));
            stands.then(|| Report::stall(&all).to_string())
        });
        if let Some(Some(report)) = report {
            self.has_reported = true;
            Report::write(&report);
        }
    }
}

impl Drop for BesideOthers<'_> {
    fn drop(&mut self) {
        self.membership.is_gone();
    }
}

fn all<'a>(core: &'a WorkerCore, others: &[&'a WorkerCore]) -> Vec<&'a WorkerCore> {
    std::iter::once(core).chain(others.iter().copied()).collect()
}

/// Looks at all workers, none of which is in use. What is outside comes before the mail: who was the
/// last outside has sent what it had to send before it went.
fn what_is_left(all: &[&WorkerCore], is_closed: bool) -> Left {
    let has_guards = all.iter().any(|core| core.mailbox().has_guards());
    let has_outside = is_closed
        && all.iter().any(|core| core.mailbox().has_outside() || core.has_wakers_outside());
    let is_awaited =
        |core: &&WorkerCore| core.next_deadline().is_some() && !core.has_only_background_timers();
    let has_timer = all.iter().any(is_awaited);
    if all.iter().any(|core| core.has_ready() || core.has_mail()) {
        Left::Work
    } else if has_guards || has_outside || has_timer {
        Left::Waiting
    } else {
        Left::Nothing
    }
}
