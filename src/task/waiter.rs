//! Who waits at a primitive, as its wait queue keeps it.
//!
//! A task of a coweave worker is named by its worker, slot and id, so nothing is counted; everybody
//! else by a waker: other executors, combinators with wakers of their own, threads that block. The
//! name is good for ever: it may be kept after the task, after its worker, and be used on any thread.
//! Only the worker itself looks at the slot; elsewhere the wake is mail.

use std::task::Waker;

use super::id::TaskId;
use super::join::JoinHandle;
use super::mailbox::{Mail, Mailbox};
use super::task_ref::TaskRef;
use super::this_thread::{self, Running};
use super::wait_place::PlaceNumber;
use super::worker_core::WorkerCore;
use crate::primitives::quietly;

/// See the module.
#[derive(Debug)]
enum Waiter {
    Task(WaitingTask),
    Waker(Waker),
}

/// A task, by names that are never used again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WaitingTask {
    task: TaskRef,
    id: TaskId,
    /// The serial number of its worker.
    worker: u64,
}

impl WaitingTask {
    #[inline(always)]
    pub(super) fn of(running: Running<'_>) -> Self {
        Self { task: running.task, id: running.header().id(), worker: running.core.serial }
    }

    /// The running task, if there is one on this thread.
    #[inline(always)]
    pub(crate) fn running() -> Option<Self> {
        this_thread::with_running(Self::of)
    }

    /// The task of a handle; `None` if it was refused, or its output is taken.
    pub(crate) fn of_handle<T>(handle: &JoinHandle<T>) -> Option<Self> {
        let worker = handle.mailbox()?.serial();
        handle.task().map(|task| Self { task, id: handle.id(), worker })
    }

    /// Has the task cancelled, if it has not ended.
    pub(crate) fn cancel(self) {
        let is_home = |core: &WorkerCore| core.serial == self.worker;
        if !this_thread::with_any_core_if(is_home, |core| core.cancel_if(self.task, self.id))
            && let Some(mailbox) = Mailbox::of_serial(self.worker)
        {
            mailbox.send(Mail::CancelIf(self.task, self.id));
        }
    }

    pub(crate) fn id(self) -> TaskId {
        self.id
    }

    /// The serial number of its worker.
    pub(super) fn worker(self) -> u64 {
        self.worker
    }

    #[inline(always)]
    fn wake(self) {
        let unpark = |core: &WorkerCore| core.unpark_if(self.task, |present| present == self.id);
        if !this_thread::with_core_of(self.worker, unpark) {
            Self::wake_elsewhere(self.task, self.id, self.worker);
        }
    }

    /// Not of a whole name, which would then lie in memory.
    #[cold]
    #[inline(never)]
    fn wake_elsewhere(task: TaskRef, id: TaskId, worker: u64) {
        let told = this_thread::with_any_core(|core| {
            if core.serial == worker {
                core.unpark_if(task, |present| present == id);
                return true;
            }
            // Of the same scheduler: found without the registry of all.
            let mailbox = core.membership().and_then(|beside| beside.mailbox_of_serial(worker));
            mailbox.map(|mailbox| mailbox.send(Mail::Unpark(task, id))).is_some()
        });
        if told != Some(true)
            && let Some(mailbox) = Mailbox::of_serial(worker)
        {
            mailbox.send(Mail::Unpark(task, id));
        }
    }
}

/// Whoever polls, as the primitive is asked on its behalf.
pub trait Asker {
    /// Who is to wait; `None` if the primitive must be asked again, by one who can say.
    #[doc(hidden)]
    fn take(&mut self) -> Option<Wait>;
    /// Puts the asker in the place of a waiter; returns false if the primitive must be asked again.
    #[doc(hidden)]
    fn replace(&mut self, waiting: &mut Wait) -> bool;
    /// Says where the asker, which has been taken or put in a place, now waits.
    #[doc(hidden)]
    fn waits_at(&mut self, place: PlaceNumber);
}

/// A `Waiter` in the signature of a trait that macro output may name.
#[derive(Debug)]
pub struct Wait(Waiter);

/// The running task, polled with the waker that it is lent: there is nothing to clone or to drop.
///
/// Whether it is that is asked only once it has to wait.
#[derive(Debug)]
pub(super) struct LentAsker<'a> {
    waker: &'a Waker,
    running: Option<Running<'a>>,
}

impl<'a> LentAsker<'a> {
    #[inline(always)]
    pub(super) fn new(waker: &'a Waker) -> Self {
        Self { waker, running: None }
    }

    /// The running task, if it had to wait and the waker is the one that it is lent.
    #[inline(always)]
    pub(super) fn running(&self) -> Option<Running<'a>> {
        self.running
    }

    #[inline(always)]
    fn task(&mut self) -> Option<WaitingTask> {
        self.running = this_thread::lent(self.waker);
        self.running.map(WaitingTask::of)
    }
}

impl Asker for LentAsker<'_> {
    #[inline(always)]
    fn take(&mut self) -> Option<Wait> {
        self.task().map(|task| Wait(Waiter::Task(task)))
    }

    #[inline(always)]
    fn replace(&mut self, waiting: &mut Wait) -> bool {
        match (self.task(), &mut waiting.0) {
            (Some(task), Waiter::Task(waiting)) => {
                *waiting = task;
                true
            }
            _ => false,
        }
    }

    #[inline(always)]
    fn waits_at(&mut self, place: PlaceNumber) {
        if let Some(running) = self.running {
            running.header().set_place(place);
        }
    }
}

/// Whoever else polls.
///
/// Cloning a waker, and dropping one, is foreign code, which must not run while the primitive is
/// held: so the waiter is made only once the primitive has said that it needs one.
#[derive(Debug)]
pub(super) struct AnyAsker<'a> {
    waker: &'a Waker,
    /// Who is to wait, if need be.
    waiter: Option<Wait>,
    /// A waiter whose place another has taken.
    replaced: Option<Wait>,
}

impl<'a> AnyAsker<'a> {
    pub(super) fn new(waker: &'a Waker, task: Option<WaitingTask>) -> Self {
        let waiter = task.map(|task| Wait(Waiter::Task(task)));
        Self { waker, waiter, replaced: None }
    }

    /// Makes the waiter, if it is not there yet.
    pub(super) fn prepare(&mut self) {
        if self.waiter.is_none() {
            self.waiter = Some(Wait(Waiter::Waker(self.waker.clone())));
        }
    }
}

impl Asker for AnyAsker<'_> {
    fn take(&mut self) -> Option<Wait> {
        self.waiter.take()
    }

    fn replace(&mut self, waiting: &mut Wait) -> bool {
        let is_same = match (&waiting.0, &self.waiter) {
            (Waiter::Task(waiting), Some(Wait(Waiter::Task(asker)))) => waiting == asker,
            (Waiter::Waker(waiting), None | Some(Wait(Waiter::Waker(_)))) => {
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

    fn waits_at(&mut self, place: PlaceNumber) {
        this_thread::with_running(|running| running.header().set_place(place));
    }
}

impl Drop for AnyAsker<'_> {
    fn drop(&mut self) {
        let unused = (self.replaced.take(), self.waiter.take());
        quietly(|| drop(unused));
    }
}

impl Wait {
    /// The running task, if this is the waker that it is lent.
    #[inline(always)]
    fn of_lent(waker: &Waker) -> Option<Self> {
        this_thread::lent(waker).map(|running| Self(Waiter::Task(WaitingTask::of(running))))
    }

    /// Whoever polls with this waker. Runs foreign code: nothing may be held.
    pub(super) fn of(waker: &Waker) -> Self {
        Self::of_lent(waker).unwrap_or_else(|| Self(Waiter::Waker(waker.clone())))
    }

    /// Makes the task ready, or wakes. Runs foreign code: nothing may be held.
    #[inline(always)]
    pub(crate) fn wake(self) {
        match self.0 {
            Waiter::Task(task) => task.wake(),
            Waiter::Waker(waker) => quietly(|| waker.wake()),
        }
    }

    /// The task that waits, if it is known.
    pub(crate) fn task(&self) -> Option<WaitingTask> {
        match self.0 {
            Waiter::Task(task) => Some(task),
            Waiter::Waker(_) => None,
        }
    }
}

/// Those who have got what they waited for, to be woken once the primitive is no longer held.
#[derive(Debug, Default)]
pub enum Wakes {
    /// Most often.
    #[default]
    Nobody,
    /// Without an allocation.
    One(Wait),
    /// In order.
    Many(Vec<Wait>),
}

impl Wakes {
    #[inline(always)]
    pub(crate) fn add(&mut self, waiter: Option<Wait>) {
        let Some(waiter) = waiter else { return };
        match std::mem::take(self) {
            Self::Nobody => *self = Self::One(waiter),
            Self::One(first) => self.add_to(vec![first], waiter),
            Self::Many(others) => self.add_to(others, waiter),
        }
    }

    #[cold]
    fn add_to(&mut self, mut others: Vec<Wait>, waiter: Wait) {
        others.push(waiter);
        *self = Self::Many(others);
    }

    /// Wakes all, in order.
    #[inline(always)]
    pub(crate) fn wake_all(self) {
        match self {
            Self::Nobody => {}
            Self::One(waiter) => waiter.wake(),
            Self::Many(all) => all.into_iter().for_each(Wait::wake),
        }
    }
}
