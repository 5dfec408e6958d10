//! A worker's tasks that have not ended, as reports tell of them.
//!
//! # Invariants
//! * **H3 rare things lie apart** (see `header`) They are looked at where the worker's core may be used,
//!   and no reference to them outlives the call.
#![expect(unsafe_code, reason = "looks at the rare things of headers")]

use super::extra::Joiner;
use super::id::TaskId;
use super::slab::Slab;
use super::state::Waits;
use super::task_ref::TaskRef;
use super::waker;
use super::worker_core::WorkerCore;
use crate::primitives::Name;

impl WorkerCore {
    /// Calls `f` with all tasks that have not ended.
    fn for_each_live(&self, mut f: impl FnMut(TaskRef)) {
        let mut visit = |slab: &Slab| {
            slab.for_each_slot(|task| {
                if self.header(task).state.is_live() {
                    f(task);
                }
            });
        };
        visit(&self.slab);
        self.outside_slab.borrow().as_ref().map(&mut visit);
        self.mailbox().with_slab(visit);
    }

    /// All tasks that have not ended, in order of their ids.
    pub(crate) fn live_tasks(&self) -> Vec<TaskRef> {
        let mut tasks = Vec::with_capacity(self.live_count());
        self.for_each_live(|task| tasks.push(task));
        tasks.sort_by_key(|task| self.header(*task).id());
        tasks
    }

    /// Whether a real waker of a live task is somewhere, other than a background task's.
    pub(crate) fn has_wakers_outside(&self) -> bool {
        let mut found = false;
        self.for_each_live(|task| {
            // SAFETY: the owner's thread; no other reference to the rare things is in use.
            let extra = unsafe { self.header(task).extra() };
            let extra = extra.filter(|extra| !extra.traits.is_background);
            let kept = extra.and_then(|extra| extra.remote.as_ref());
            found |= kept.is_some_and(|kept| !kept.is_only_kept());
        });
        found
    }

    /// Who joins a task, if that is a live task of this worker, or one with a real waker.
    pub(crate) fn joiner_of(&self, task: TaskRef) -> Option<TaskId> {
        // SAFETY: the owner's thread; no other reference to the rare things is in use.
        let Some(joiner) = (unsafe { self.header(task).joiner_task() }) else {
            // SAFETY: as above.
            return match &unsafe { self.header(task).extra() }?.joiner {
                Joiner::Waker(waker) => waker::task_of(waker),
                Joiner::Nobody | Joiner::Task(_) | Joiner::Run | Joiner::Callback(_) => None,
            };
        };
        let is_there = joiner.is(self.id(joiner.task)) && self.header(joiner.task).state.is_live();
        is_there.then(|| self.id(joiner.task))
    }

    /// What a suspended task waits for.
    pub(crate) fn waits_for(&self, task: TaskRef) -> Waits {
        self.header(task).state.waiting_for()
    }

    pub(crate) fn name(&self, task: TaskRef) -> Option<Name> {
        // SAFETY: the owner's thread; no other reference to the rare things is in use.
        unsafe { self.header(task).extra() }?.name.clone()
    }
}
