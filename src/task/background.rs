//! Tasks that nobody waits for, and what few tasks are spawned with besides.
//!
//! # Invariants
//! * **H3 rare things lie apart** (see `header`) They are reached on the owner's thread alone, and no
//!   reference to them outlives the call.
#![expect(unsafe_code, reason = "touches the rare things of headers")]

use super::extra::Extra;
use super::locals::Local;
use super::task_ref::TaskRef;
use super::worker_core::WorkerCore;

impl WorkerCore {
    /// What a new task was spawned with.
    #[cold]
    pub(super) fn set_extra(&self, task: TaskRef, extra: Box<Extra>) {
        self.header(task).set_extra(extra);
        self.count_background(task, 1);
    }

    /// Counts the task if it is a background task.
    pub(super) fn count_background(&self, task: TaskRef, change: isize) {
        if self.is_background(task) {
            self.add_to_background(change);
        }
    }

    pub(super) fn add_to_background(&self, change: isize) {
        self.background_count.set(self.background_count.get().wrapping_add_signed(change));
    }

    /// Whether nobody waits for this task.
    pub(crate) fn is_background(&self, task: TaskRef) -> bool {
        // SAFETY: the owner's thread; no other reference to the rare things is in use.
        unsafe { self.header(task).extra() }.is_some_and(|extra| extra.traits.is_background)
    }

    /// Whether the task that sets a timer now is a background task.
    pub(super) fn runs_background(&self) -> bool {
        self.background_count.get() > 0
            && self.running().is_some_and(|task| self.is_background(task))
    }

    /// Whether timers are set, and all of them for background tasks. Looks through the timers, up to
    /// the first that is not.
    pub(crate) fn has_only_background_timers(&self) -> bool {
        self.background_count.get() > 0 && !self.has_foreground_timer()
    }

    /// One of the task's own values.
    pub(super) fn local(&self, task: TaskRef, key: usize) -> Option<Local> {
        // SAFETY: the owner's thread; no other reference to the rare things is in use.
        unsafe { self.header(task).extra() }?.traits.locals.get(key)
    }

    /// Gives the task a value of its own.
    pub(super) fn set_local(&self, task: TaskRef, key: usize, value: Local) {
        // SAFETY: the owner's thread; no other reference to the rare things is in use.
        let extra = unsafe { self.header(task).extra_or_new() };
        let before = extra.traits.locals.set(key, value);
        drop(before);
    }

    /// All of the task's own values.
    pub(super) fn locals(&self, task: TaskRef) -> super::locals::Locals {
        // SAFETY: the owner's thread; no other reference to the rare things is in use.
        let extra = unsafe { self.header(task).extra() };
        extra.map(|extra| extra.traits.locals.clone()).unwrap_or_default()
    }
}
