//! The timers of a worker: who waits for which deadline.
//!
//! The invariant: the queue is not borrowed while a waker is cloned, woken or dropped.

use std::task::Waker;

use super::id::TaskId;
use super::task_ref::TaskRef;
use super::worker_core::WorkerCore;
use crate::primitives::quietly;
use crate::time::{Instant, TimerKey, TimerQueue};

/// Who waits for a deadline.
#[derive(Debug)]
pub(crate) enum Sleeper {
    Task(TaskRef, TaskId),
    Waker(Waker),
}

impl WorkerCore {
    pub(super) fn set_timer(&self, deadline: Instant, sleeper: Sleeper) -> TimerKey {
        self.timers.borrow_mut().set(deadline, sleeper)
    }

    /// Has `sleeper` woken instead of who was set under `key`.
    pub(super) fn reset_timer(&self, key: TimerKey, mut sleeper: Sleeper) {
        if let Some(set) = self.timers.borrow_mut().get_mut(key) {
            std::mem::swap(set, &mut sleeper);
        }
        quietly(|| drop(sleeper));
    }

    /// Whether what was set under `key` still waits.
    pub(super) fn timer_is_set(&self, key: TimerKey) -> bool {
        self.timers.borrow_mut().get_mut(key).is_some()
    }

    /// The last instant that was read: never ahead of the clock.
    #[inline]
    pub(super) fn last_instant(&self) -> Instant {
        self.now.get()
    }

    /// An instant of this turn, read when it is first asked for.
    #[inline]
    pub(crate) fn instant_of_turn(&self) -> Instant {
        if self.now_is_old.replace(false) {
            self.now.set(self.clock.now());
        }
        self.now.get()
    }

    /// Whether that task is set under `key`.
    pub(super) fn timer_is_of(&self, key: TimerKey, task: TaskRef, id: TaskId) -> bool {
        let mut timers = self.timers.borrow_mut();
        matches!(timers.get_mut(key), Some(Sleeper::Task(t, i)) if *t == task && *i == id)
    }

    pub(super) fn cancel_timer(&self, key: TimerKey) {
        let cancelled = self.timers.borrow_mut().cancel(key);
        quietly(|| drop(cancelled));
    }

    /// When the next timer fires; `None` if none ever will. The timers of ended tasks are forgotten.
    pub(crate) fn next_deadline(&self) -> Option<Instant> {
        loop {
            let mut timers = self.timers.borrow_mut();
            let (key, sleeper) = timers.first()?;
            if self.is_waiting(sleeper) {
                return Some(key.deadline).filter(|deadline| *deadline < Instant::NEVER);
            }
            timers.cancel(key);
        }
    }

    /// Whether firing would wake anybody.
    fn is_waiting(&self, sleeper: &Sleeper) -> bool {
        match sleeper {
            Sleeper::Task(task, id) => self.id(*task) == *id && self.header(*task).state.is_live(),
            Sleeper::Waker(_) => true,
        }
    }

    /// Makes ready all whose deadline has come, in order.
    pub(crate) fn fire_timers(&self) {
        self.now_is_old.set(true);
        // Reading the clock costs as much as three yields.
        if self.timers.borrow().is_empty() {
            return;
        }
        let now = self.instant_of_turn();
        loop {
            let due = self.timers.borrow_mut().pop_due(now);
            match due {
                None => return,
                Some(Sleeper::Task(task, id)) => self.unpark_if(task, |present| present == id),
                Some(Sleeper::Waker(waker)) => quietly(|| waker.wake()),
            }
        }
    }

    /// Drops all timers; a sleep that is left finds its own gone.
    pub(super) fn clear_timers(&self) {
        let timers = self.timers.replace(TimerQueue::new());
        quietly(|| drop(timers));
    }
}
