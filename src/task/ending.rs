//! How tasks end, are cancelled and let go, and how a worker ends.
//!
//! # Invariants
//! * **E1 once** A task's outcome is taken by its handle or dropped by its worker, once: by the
//!   worker if the task is detached when it ends, or is detached after that.
//! * **E2 last touch** After `State::complete` the worker does not touch a task that has a handle,
//!   which may be on another thread, and take and release it at once.
//! * **E3 no survivor** A worker ends after all its tasks: they are cancelled and resumed for the
//!   last time, on its thread.
#![expect(unsafe_code, reason = "touches the rare things of headers")]

use std::task::Waker;

use super::completion::Side;
use super::extra::{Extra, Joiner, Registration};
use super::id::TaskId;
use super::mailbox::{Mail, Mailbox};
use super::resume::Turn;
use super::state::Outcome;
use super::task_ref::TaskRef;
use super::unjoined::{Origins, report_panic};
use super::worker_core::WorkerCore;
use crate::primitives::{Arc, quietly};

/// What has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ended {
    Task,
    /// The future that `run` was given.
    Run,
}

impl WorkerCore {
    /// A task's resume has ended it, and its outcome is in place.
    #[inline(always)]
    pub(super) fn end(&self, task: TaskRef, outcome: Outcome) -> Ended {
        self.count_live(-1);
        let header = self.header(task);
        // SAFETY: the owner's thread, before `complete`; no other reference is in use.
        let Some(joiner) = (unsafe { header.plain_joiner() }) else {
            return self.end_with_extra(task, outcome);
        };
        self.finish(task, outcome);
        if let Some(joiner) = joiner.as_joiner() {
            self.tell(joiner);
        }
        Ended::Task
    }

    /// Makes a joiner ready. It is not the running task, which has ended.
    #[inline(always)]
    fn tell(&self, joiner: Registration) {
        let header = self.header(joiner.task);
        if joiner.is(header.id()) && header.state.unpark(false) {
            self.ready.push(joiner.task);
        }
    }

    /// The outcome may be taken from now on; if nobody will, it goes.
    #[inline(always)]
    fn finish(&self, task: TaskRef, outcome: Outcome) {
        let is_detached = self.header(task).state.complete(outcome);
        if is_detached {
            // Before foreign code is called, and only then: the next resume sets it anyway.
            self.set_running(None);
            self.drop_outcome(task, outcome);
            self.free(task);
        }
    }

    #[cold]
    #[inline(never)]
    fn end_with_extra(&self, task: TaskRef, outcome: Outcome) -> Ended {
        // SAFETY: the owner's thread, before `complete`; no other reference is in use.
        let extra = unsafe { self.header(task).take_extra_but_payload() };
        let mut extra = extra.expect("asked for because there are rare things");
        if extra.traits.is_background {
            self.add_to_background(-1);
        }
        self.set_running(None);
        self.finish(task, outcome);
        match std::mem::take(&mut extra.joiner) {
            Joiner::Nobody => {}
            Joiner::Task(joiner) => self.tell(joiner),
            Joiner::Waker(waker) => quietly(|| waker.wake()),
            Joiner::Run => self.run_ended.set(true),
            Joiner::Callback(callback) => callback.call(Side::Home),
        }
        drop_extra(Some(extra));
        if self.run_ended.get() { Ended::Run } else { Ended::Task }
    }

    /// Drops what a task has left that nobody waits for.
    fn drop_outcome(&self, task: TaskRef, outcome: Outcome) {
        let header = self.header(task);
        if outcome == Outcome::Completed {
            let drop_output = header.vtable().drop_output;
            // SAFETY: the task has completed, and nobody else takes its output (E1).
            quietly(|| unsafe { drop_output(task) });
        }
        // SAFETY: the owner's thread, and no handle is left.
        let extra = unsafe { header.take_extra() };
        if let Some(extra) = extra {
            self.drop_unjoined(task, extra);
        }
    }

    /// Drops what is left of a task that nobody joins; its panic is told first.
    #[cold]
    fn drop_unjoined(&self, task: TaskRef, mut extra: Box<Extra>) {
        if let Some(payload) = extra.payload.take() {
            let origins = Origins::new(self.header(task), extra.name.take());
            report_panic(Some(self.mailbox()), origins, payload);
        }
        drop_extra(Some(extra));
    }

    /// The handle has taken the outcome.
    #[inline(always)]
    pub(super) fn release(&self, task: TaskRef) {
        self.count_handles(-1);
        self.free(task);
    }

    /// Nobody will ask for the outcome.
    pub(super) fn detach(&self, task: TaskRef) {
        self.count_handles(-1);
        let header = self.header(task);
        header.state.detach();
        match header.state.outcome() {
            // SAFETY: the owner's thread; no other reference to the rare things is in use.
            None => drop_joiner(unsafe { header.set_joiner(Joiner::Nobody) }),
            Some(outcome) => {
                self.drop_outcome(task, outcome);
                self.free(task);
            }
        }
    }

    /// The same between two runs, where that calls no foreign code; else returns false.
    pub(super) fn detach_at_rest(&self, task: TaskRef) -> bool {
        let header = self.header(task);
        // SAFETY: the owner's thread, the task lives; no other reference is in use.
        if !header.state.is_live() || unsafe { header.plain_joiner() }.is_none() {
            return false;
        }
        // SAFETY: as above; a plain joiner is a task or nobody, whose loss is nobody's concern.
        drop_joiner(unsafe { header.set_joiner(Joiner::Nobody) });
        self.count_handles(-1);
        header.state.detach();
        true
    }

    /// Has the task ended at its next suspension point: its next resume drops the frame.
    pub(super) fn cancel(&self, task: TaskRef) {
        let header = self.header(task);
        if header.state.is_live()
            && let Some(cancelled) = header.vtable().cancelled
        {
            header.set_vtable(cancelled);
            self.unpark(task);
        }
    }

    /// The same, if the slot still holds that task.
    pub(super) fn cancel_if(&self, task: TaskRef, id: TaskId) {
        if self.id(task) == id {
            self.cancel(task);
        }
    }

    /// Has `waker` woken when the task has ended.
    pub(super) fn watch(&self, task: TaskRef, waker: Waker) {
        let header = self.header(task);
        if header.state.outcome().is_some() {
            return quietly(|| waker.wake());
        }
        // SAFETY: the owner's thread; no other reference to the rare things is in use.
        drop_joiner(unsafe { header.set_joiner(Joiner::Waker(waker)) });
    }

    /// Acts on one message.
    pub(crate) fn receive(&self, mail: Mail) {
        match mail {
            Mail::Spawn(task) => {
                self.count_live(1);
                self.count_handles(1);
                self.count_background(task, 1);
                self.ready.push(task);
            }
            Mail::Wake(remote) => remote.receive(self),
            Mail::Cancel(task) => self.cancel(task),
            Mail::Watch(task, waker) => self.watch(task, waker),
            Mail::CallAtEnd(task, callback) => self.call_at_end(task, callback),
            Mail::CancelIf(task, id) => self.cancel_if(task, id),
            Mail::Detach(task) => self.detach(task),
            Mail::Release(task) => self.release(task),
            Mail::CancelTimer(key) => self.cancel_timer(key),
            Mail::CancelIdle(place) => self.leave_idle_queue(place),
            Mail::Unpark(task, id) => self.unpark_if(task, |present| present == id),
            Mail::Ask(asked, request) => self.ask(asked, request),
            Mail::Moved(moved) => self.guest_moved(*moved),
            Mail::Ended(task, end) => self.ended_elsewhere(task, end),
            Mail::Nudge => {}
        }
    }

    /// Acts on all messages that are there now; what comes meanwhile waits for the next turn, so
    /// that no flood of it holds off tasks and timers.
    pub(crate) fn receive_all(&self) {
        if self.membership().is_some() {
            self.receive_postponed();
        }
        // `is_empty` is two loads; an empty `try_recv` has a full fence.
        if self.mail().is_empty() {
            return;
        }
        for _ in 0..self.mail().len() {
            let Ok(mail) = self.mail().try_recv() else { return };
            self.receive(mail);
        }
    }

    /// Ends the worker: cancels and drops all tasks, and leaves the slots of those whose handles
    /// are elsewhere to the handles.
    pub(crate) fn shut_down(&self) {
        self.close();
        self.receive_all();
        self.cancel_all();
        self.wait_for_others();
        // From here on no task lives (B2), and none can come.
        self.mailbox().refuse_handles();
        self.receive_all();
        self.clear_timers();
        self.clear_idle_queue();
        let handles = self.handle_count();
        let theirs = Arc::into_raw(self.mailbox().clone());
        if !self.mailbox().bequeath(self.take_slabs(), handles) {
            // SAFETY: there is nobody to whom this count could belong (B3).
            drop(unsafe { Arc::from_raw(theirs) });
        }
    }

    fn cancel_all(&self) {
        while self.live_count() > 0 {
            for task in self.live_tasks() {
                // Who runs it now cancels it.
                if !self.is_away(task) {
                    self.cancel(task);
                }
            }
            while self.resume_all() != Turn::NothingReady {}
            if self.membership().is_some() && self.live_count() > 0 && !self.has_mail() {
                self.wait_outside(None);
            }
            self.receive_all();
        }
    }

    /// Waits until no worker has a live task: what ends elsewhere is told to this one.
    fn wait_for_others(&self) {
        let Some(membership) = self.membership() else { return };
        membership.is_empty_now();
        while !membership.all_are_empty() {
            self.wait_outside(None);
            self.receive_all();
        }
    }

    /// Ends the task of a `run` that gives up, before its borrows end.
    pub(crate) fn cancel_run(&self, task: TaskRef) {
        self.cancel(task);
        while !self.run_ended.get() {
            if self.resume_all() == Turn::NothingReady && !self.run_ended.get() {
                unreachable!("a cancelled task is ready");
            }
        }
    }
}

#[cold]
fn drop_extra(extra: Option<Box<Extra>>) {
    quietly(|| drop(extra));
}

#[inline(always)]
pub(super) fn drop_joiner(joiner: Joiner) {
    if let Joiner::Waker(waker) = joiner {
        quietly(|| drop(waker));
    }
}

/// A handle that outlived its worker has done with its slot.
pub(super) fn release_orphan(mailbox: &Arc<Mailbox>) {
    if mailbox.release_orphan() {
        // SAFETY: this was the last orphan, whose count is given up here (B3); the caller has
        // another.
        unsafe { Arc::decrement_strong_count(Arc::as_ptr(mailbox)) };
    }
}
