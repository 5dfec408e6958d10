//! A handle away from its task's worker: it reads whether the task has ended, and otherwise sends
//! mail. And one at a worker that has others beside it, where that must be entered first.
//!
//! # Invariants
//! * **J1**, **J2**, **J3** of `join`.
#![expect(unsafe_code, reason = "reaches slot and mailbox without counting")]

use std::mem::ManuallyDrop;
use std::task::{Poll, Waker};

use super::ending::release_orphan;
use super::join::{JoinHandle, MAILED, REFUSED, join_by_task};
use super::join_error::JoinError;
use super::mailbox::{Mail, Mailbox};
use super::site_ref::SiteRef;
use super::state::{Outcome, Waits};
use super::task_ref::TaskRef;
use super::this_thread::{self, Inside, Running};
use super::unjoined::report;
use super::worker_core::WorkerCore;
use crate::primitives::{Arc, Ordering};

impl<T> JoinHandle<T> {
    /// The mailbox, with a count of its own: what is mailed may have the worker free it at once.
    pub(super) fn mailbox(&self) -> Option<Arc<Mailbox>> {
        let mailbox = self.mailbox.load(Ordering::Relaxed).map_addr(|address| address & !MAILED);
        if mailbox.is_null() || mailbox.addr() == REFUSED {
            return None;
        }
        // SAFETY: it is an `Arc`'s, and lives (J3); the count stays where it was.
        let mailbox = ManuallyDrop::new(unsafe { Arc::from_raw(mailbox.cast_const()) });
        Some(Arc::clone(&mailbox))
    }

    /// Returns false if the worker has gone: then the task has ended (B2).
    pub(super) fn send(&self, mail: impl FnOnce(TaskRef) -> Mail) -> bool {
        let (Some(task), Some(mailbox)) = (self.task(), self.mailbox()) else { return false };
        let mailed = self.mailbox.load(Ordering::Relaxed).map_addr(|address| address | MAILED);
        self.mailbox.store(mailed, Ordering::Relaxed);
        mailbox.send_from_handle(mail(task))
    }

    pub(super) fn poll_elsewhere(
        &mut self,
        task: TaskRef,
        waker: &Waker,
    ) -> Poll<Result<T, JoinError>> {
        loop {
            // SAFETY: the slot is not freed (J1); only the stage is read.
            let outcome = unsafe { task.header() }.state.outcome();
            if let Some(outcome) = outcome {
                // SAFETY: it has ended, and is forgotten below.
                let result = unsafe { Self::take(task, outcome) };
                self.release_elsewhere();
                return Poll::Ready(result);
            }
            let waker = waker.clone();
            // The worker answers for an ended task by waking at once, so the order of its mailbox
            // alone excludes a lost wake. Refused means that it has ended by now.
            if self.send(|task| Mail::Watch(task, waker)) {
                return Poll::Pending;
            }
        }
    }

    /// For the running task, on a worker that has others beside it, or not on the joined task's own.
    #[inline(never)]
    pub(super) fn poll_beside_others(
        &mut self,
        running: Running<'_>,
        waker: &Waker,
        site: impl FnOnce() -> SiteRef,
    ) -> Poll<Result<T, JoinError>> {
        if self.is_home(running.core)
            && let Some(inside) = Inside::of(running.core)
        {
            if let Some(result) = self.try_take(running.core) {
                return Poll::Ready(result);
            }
            join_by_task(running, self.task);
            drop(inside);
            running.suspends_at(site(), Waits::Join);
            return Poll::Pending;
        }
        self.poll_slowly(waker, site)
    }

    /// With a foreign waker, or not on the task's own worker.
    #[cold]
    #[inline(never)]
    pub(super) fn poll_slowly(
        &mut self,
        waker: &Waker,
        site: impl FnOnce() -> SiteRef,
    ) -> Poll<Result<T, JoinError>> {
        let task = self.task().expect("a JoinHandle was polled after it gave its output");
        let is_home = self.is_at_home();
        let polled =
            if is_home { self.poll_at_home(task, waker) } else { self.poll_elsewhere(task, waker) };
        if polled.is_pending() {
            suspends_behind_a_combinator(site(), is_home);
        }
        polled
    }

    fn poll_at_home(&mut self, task: TaskRef, waker: &Waker) -> Poll<Result<T, JoinError>> {
        let polled = this_thread::with_any_core(|core| {
            let taken = self.try_take(core);
            if taken.is_none() {
                core.watch(task, waker.clone());
            }
            taken
        });
        polled.flatten().map_or(Poll::Pending, Poll::Ready)
    }

    /// Gives back the slot, whose outcome this handle has taken.
    pub(super) fn release_elsewhere(&mut self) {
        if !self.send(Mail::Release)
            && let Some(mailbox) = self.mailbox()
        {
            release_orphan(&mailbox);
        }
        self.forget_task();
    }

    #[cold]
    #[inline(never)]
    pub(super) fn drop_elsewhere(mut this: ManuallyDrop<Self>) {
        let Some(task) = this.task() else { return };
        if this.in_any_home(|core| core.detach(task)).is_some() {
            return;
        }
        let at_rest = |core: &WorkerCore| this.is_home(core) && core.detach_at_rest(task);
        if this_thread::with_core_at_rest(at_rest) == Some(true) {
            return;
        }
        // SAFETY: the slot is not freed (J1); only the stage is read.
        let has_ended = || unsafe { task.header() }.state.outcome();
        if has_ended().is_none() && this.send(Mail::Detach) {
            return;
        }
        // Refused means that it has ended by now.
        let Some(outcome) = has_ended() else { unreachable!("a worker ends after its tasks") };
        let mailbox = this.mailbox();
        // SAFETY: the slot is not freed (J1), and the task has ended.
        let header = unsafe { task.header() };
        // SAFETY: the outcome is this handle's.
        let origins = (outcome == Outcome::Panicked).then(|| unsafe { header.origins() });
        // SAFETY: it has ended, and is forgotten below.
        let result = unsafe { Self::take(task, outcome) };
        this.release_elsewhere();
        report(mailbox.as_deref(), origins, result);
    }
}

/// The running task waits, though perhaps the waker that the handle was polled with is not its own.
#[cold]
fn suspends_behind_a_combinator(site: SiteRef, is_home: bool) {
    // At home the joined task knows a waker as its joiner, and not this task.
    let waits_for = if is_home { Waits::Other } else { Waits::Join };
    this_thread::with_running(|running| running.suspends_at(site, waits_for));
}
