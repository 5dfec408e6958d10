//! How a worker waits when nothing is ready, without burning the processor.

use std::time::Duration;

use super::report::Report;
use super::run_loop::World;
use crate::task::WorkerCore;
use crate::time::Instant;

/// What there is to wait for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Left {
    /// Something came while we looked.
    Ready,
    Deadline(Instant),
    /// A guard says that another thread will wake a task.
    Guards,
    /// Something outside may wake a task.
    Outside,
    Nothing,
}

/// Waits for one worker.
#[derive(Debug)]
pub(super) struct Idle<'a> {
    core: &'a WorkerCore,
    /// In a closed world a waker outside decides; elsewhere the look at all tasks is saved.
    is_closed: bool,
    /// Whether background tasks keep nothing going.
    leaves_background: bool,
    /// Where the run ends at the latest: that is waited for as a timer is.
    end: Option<Instant>,
    has_reported: bool,
    /// Before this instant no deadline is worth waking for.
    together_from: Option<Instant>,
}

/// If so many timers were due at a wake, more will be due soon: they are then waited for together, so
/// that sleeping and waking cost each of them little. Few timers are each waited for exactly.
const DENSE: usize = 8;
const TOGETHER: Duration = Duration::from_micros(900);

impl<'a> Idle<'a> {
    pub(super) fn new(core: &'a WorkerCore, world: World) -> Self {
        let is_closed = matches!(world, World::Closed { .. });
        let leaves_background = is_closed || matches!(world, World::Alone | World::UntilIdle);
        let end = if let World::Until(end) = world { Some(end) } else { None };
        Self { core, is_closed, leaves_background, end, has_reported: false, together_from: None }
    }

    /// Looks around. What is outside comes before the mail: who was the last outside has sent what
    /// it had to send before it went.
    pub(super) fn look(&self) -> Left {
        let core = self.core;
        let has_guards = core.mailbox().has_guards();
        let deadline = self.next_deadline();
        let has_outside =
            || core.mailbox().has_outside() || self.is_closed && core.has_wakers_outside();
        let left = match deadline {
            Some(_) if core.clock.is_virtual() && has_guards => Left::Guards,
            // A run until idle does not wait for what is outside either.
            Some(_)
                if !has_guards
                    && self.only_background_sleeps()
                    && !(self.is_closed && has_outside()) =>
            {
                Left::Nothing
            }
            Some(deadline) => Left::Deadline(deadline),
            None if has_guards => Left::Guards,
            None if has_outside() => Left::Outside,
            None => Left::Nothing,
        };
        if core.mail().is_empty() { left } else { Left::Ready }
    }

    /// Whether no timer is worth waiting for by itself.
    fn only_background_sleeps(&self) -> bool {
        self.leaves_background && self.core.has_only_background_timers()
    }

    /// What the clock will reach next, if it may.
    pub(super) fn next_deadline(&self) -> Option<Instant> {
        let timer = self.core.next_deadline();
        match self.end {
            Some(end) => Some(timer.map_or(end, |deadline| deadline.min(end))),
            None => timer.filter(|deadline| self.core.may_advance_to(*deadline)),
        }
    }

    /// Waits for mail until `deadline`, or takes a virtual clock there.
    #[inline(always)]
    pub(super) fn wait_until(&mut self, deadline: Instant) {
        let wake_at = self.together_from.map_or(deadline, |from| deadline.max(from));
        if let Some(duration) = self.core.clock.reach(wake_at) {
            self.sleep(Left::Deadline(deadline), Some(duration));
        }
        self.core.fire_timers();
        let is_dense = self.core.ready_count() >= DENSE && self.core.clock.is_system();
        self.together_from = is_dense.then(|| self.core.last_instant() + TOGETHER);
    }

    /// Waits for mail as long as there is nothing but `left`; if none comes for so long, says so,
    /// once.
    pub(super) fn wait(&mut self, left: Left, stall_report: Option<Duration>) {
        let stall_report = stall_report.filter(|_| !self.has_reported);
        let has_stalled = !self.sleep(left, stall_report) && stall_report.is_some();
        // In an open world a waker elsewhere is all that a task may be waiting for.
        if has_stalled && (self.is_closed || !self.core.has_wakers_outside()) {
            self.has_reported = true;
            Report::write(&Report::stall(&[self.core]).to_string());
        }
    }

    /// Sleeps until mail comes, which it takes in, or the time is over; returns false only then.
    fn sleep(&self, left: Left, duration: Option<Duration>) -> bool {
        let core = self.core;
        core.mailbox().set_asleep(true);
        // After the flag: whatever changes from now on brings mail.
        let mail = if self.look() == left {
            match duration {
                None => core.mail().recv().map_err(drop),
                Some(duration) => core.mail().recv_timeout(duration).map_err(drop),
            }
            .map(Some)
        } else {
            Ok(None)
        };
        core.mailbox().set_asleep(false);
        if let Ok(Some(mail)) = mail {
            core.receive(mail);
            return true;
        }
        mail.is_ok()
    }
}
