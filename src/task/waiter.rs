//! Who waits at a primitive, as its wait queue keeps it.
//!
//! A task of a coweave worker is named by its worker, slot and id, so nothing is counted; everybody
//! else by a waker: other executors, combinators with wakers of their own, threads that block. The
//! name is good for ever: it may be kept after the task, after its worker, and be used on any thread.
//! Only the worker itself looks at the slot; elsewhere the wake is mail.

use std::task::Waker;

use super::id::TaskId;
use super::mailbox::{Mail, Mailbox};
use super::task_ref::TaskRef;
use super::this_thread::{self, Running};
use crate::primitives::quietly;

/// See the module.
#[derive(Debug)]
pub(crate) enum Waiter {
    Task(WaitingTask),
    Waker(Waker),
}

/// A task, by names that are never used again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct WaitingTask {
    task: TaskRef,
    id: TaskId,
    /// The serial number of its worker.
    worker: u64,
}

impl WaitingTask {
    #[inline(always)]
    fn of(running: Running<'_>) -> Self {
        Self { task: running.task, id: running.header().id(), worker: running.core.serial }
    }

    #[expect(dead_code, reason = "for reports that name those who wait")]
    pub(crate) fn id(self) -> TaskId {
        self.id
    }

    #[inline]
    fn wake(self) {
        let is_home = this_thread::with_core(|core| {
            let is_home = core.serial == self.worker;
            if is_home {
                core.unpark_if(self.task, |present| present == self.id);
            }
            is_home
        });
        if is_home != Some(true) {
            self.wake_elsewhere();
        }
    }

    #[cold]
    fn wake_elsewhere(self) {
        if let Some(mailbox) = Mailbox::of_serial(self.worker) {
            mailbox.send(Mail::Unpark(self.task, self.id));
        }
    }
}

impl Waiter {
    /// Makes the task ready, or wakes. Runs foreign code: no lock may be held.
    #[inline]
    pub(crate) fn wake(self) {
        match self {
            Self::Task(task) => task.wake(),
            Self::Waker(waker) => quietly(|| waker.wake()),
        }
    }

    /// The task that waits, if it is known.
    #[expect(dead_code, reason = "for reports that name those who wait")]
    pub(crate) fn task(&self) -> Option<WaitingTask> {
        match self {
            Self::Task(task) => Some(*task),
            Self::Waker(_) => None,
        }
    }
}

/// Whoever polls, as the primitive is asked on its behalf.
///
/// Cloning a waker, and dropping one, is foreign code, which must not run while the primitive is
/// held: so the waiter is made before, or only once the primitive has said that it needs one.
#[derive(Debug)]
pub(crate) struct Asker<'a> {
    waker: &'a Waker,
    /// Who is to wait, if need be.
    waiter: Option<Waiter>,
    /// A waiter whose place another has taken.
    replaced: Option<Waiter>,
}

impl<'a> Asker<'a> {
    #[inline(always)]
    pub(super) fn new(waker: &'a Waker, running: Option<Running<'_>>) -> Self {
        let waiter = running.map(|running| Waiter::Task(WaitingTask::of(running)));
        Self { waker, waiter, replaced: None }
    }

    /// Makes the waiter, if it is not there yet.
    #[inline]
    pub(super) fn prepare(&mut self) {
        if self.waiter.is_none() {
            self.waiter = Some(Waiter::Waker(self.waker.clone()));
        }
    }

    /// Who is to wait; `None` if the primitive must be asked again, once there is one.
    #[inline(always)]
    pub(crate) fn take(&mut self) -> Option<Waiter> {
        self.waiter.take()
    }

    /// Puts the asker in the place of a waiter; returns false if the primitive must be asked again.
    #[inline]
    pub(crate) fn replace(&mut self, waiting: &mut Waiter) -> bool {
        let is_same = match (&*waiting, &self.waiter) {
            (Waiter::Task(waiting), Some(Waiter::Task(asker))) => waiting == asker,
            (Waiter::Waker(waiting), None | Some(Waiter::Waker(_))) => {
                waiting.will_wake(self.waker)
            }
            _ => false,
        };
        if is_same {
            return true;
        }
        let Some(waiter) = self.waiter.take() else { return false };
        self.replaced = Some(std::mem::replace(waiting, waiter));
        true
    }
}

impl Drop for Asker<'_> {
    #[inline]
    fn drop(&mut self) {
        // Destructors of foreign wakers, whose panics are nobody's.
        if let Some(Waiter::Waker(waker)) = self.replaced.take() {
            quietly(|| drop(waker));
        }
        if let Some(Waiter::Waker(waker)) = self.waiter.take() {
            quietly(|| drop(waker));
        }
    }
}

/// Those who have got what they waited for, to be woken once the primitive is no longer held.
#[derive(Debug, Default)]
pub struct Wakes {
    first: Option<Waiter>,
    others: Vec<Waiter>,
}

impl Wakes {
    #[inline(always)]
    pub(crate) fn add(&mut self, waiter: Option<Waiter>) {
        let Some(waiter) = waiter else { return };
        if self.first.is_none() {
            self.first = Some(waiter);
        } else {
            self.others.push(waiter);
        }
    }

    /// Wakes all, in order.
    #[inline(always)]
    pub(crate) fn wake_all(self) {
        let Some(first) = self.first else { return };
        first.wake();
        if !self.others.is_empty() {
            self.others.into_iter().for_each(Waiter::wake);
        }
    }
}
