//! The steps of a wait for a condition variable: with the lock, in the queue, and back to the lock.
//!
//! # States
//!
//! ```text
//!   HOLDING ── joins the queue, then gives up the lock ──► QUEUED ── notified ──► LOCKING ──► done
//! ```
//! Who is dropped when it is queued, or while it waits for the lock again, passes its notification on.

use super::condvar::Condvar;
use super::gate::{Entry, Gate, change};
use super::mode::{Mode, Shared};
use super::mutex::{Locking, Mutex, MutexGuard};
use super::notification::Notification;
use crate::task::Waits;
use crate::task::wait::{Answer, Kind, Operation, future_of_operation, shown_by_name};
use crate::task::waiter::Asker;

/// Waiting for a [`Condvar`].
pub struct Waiting<'a, 'g, T: ?Sized, M: Mode> {
    queued: Entry<&'a Condvar<M>>,
    mutex: &'g Mutex<T, M>,
    stage: Stage<'a, 'g, T, M>,
}

enum Stage<'a, 'g, T: ?Sized, M: Mode> {
    Holding(MutexGuard<'g, T, M>),
    Queued,
    /// Notified; in this order, so that who is next in the queue finds its place for the lock free.
    Locking(Locking<'g, T, M>, Notified<'a, M>),
    Done,
}

/// A notification that has been received, and is passed on unless it is used.
struct Notified<'a, M: Mode>(&'a Condvar<M>, Notification);

impl<M: Mode> Drop for Notified<'_, M> {
    fn drop(&mut self) {
        change(self.0, |state, wakes| state.give_back((), self.1, wakes));
    }
}

shown_by_name!(Waiting['a, 'g, T: ?Sized, M: Mode]['a, 'g, T, M]);

impl<'a, 'g, T: ?Sized, M: Mode> Waiting<'a, 'g, T, M> {
    #[inline(always)]
    pub(super) fn new(condvar: &'a Condvar<M>, guard: MutexGuard<'g, T, M>) -> Self {
        let queued = Entry::new(condvar, (), Waits::Condvar);
        Self { queued, mutex: guard.mutex(), stage: Stage::Holding(guard) }
    }
}

impl<'g, T: ?Sized, M: Mode> Operation for Waiting<'_, 'g, T, M> {
    type Output = MutexGuard<'g, T, M>;

    fn kind(&self) -> Kind {
        match &self.stage {
            Stage::Locking(locking, _) => locking.kind(),
            Stage::Holding(_) | Stage::Queued | Stage::Done => self.queued.kind(),
        }
    }

    fn ask(&mut self, asker: &mut impl Asker) -> Answer<Self::Output> {
        if let Stage::Holding(_) | Stage::Queued = self.stage {
            match self.queued.ask(asker) {
                Answer::Ready(notification) => {
                    let notified = Notified(self.queued.primitive(), notification);
                    self.stage = Stage::Locking(Locking::new(self.mutex), notified);
                }
                Answer::Waits => {
                    // Gives up the lock, if it is held still.
                    self.stage = Stage::Queued;
                    return Answer::Waits;
                }
                Answer::NeedsWaiter => return Answer::NeedsWaiter,
            }
        }
        let Stage::Locking(locking, _) = &mut self.stage else {
            panic!("a wait for a condition variable was polled after its end");
        };
        let asked = locking.ask(asker);
        if let Answer::Ready(_) = asked
            && let Stage::Locking(_, notified) = std::mem::replace(&mut self.stage, Stage::Done)
        {
            // It is used.
            std::mem::forget(notified);
        }
        asked
    }
}

future_of_operation! {
    /// The future of [`Condvar::wait`].
    ///
    /// # Examples
    ///
    /// ```
    /// use coweave::sync::{Condvar, CondvarWait, Mutex};
    ///
    /// coweave::run(async {
    ///     let (mutex, changed) = (Mutex::new(1), Condvar::new());
    ///     let mut wait: CondvarWait<'_, '_, u32> = changed.wait(mutex.lock().await);
    ///     assert!(futures::poll!(&mut wait).is_pending());
    ///     changed.notify_one();
    ///     assert_eq!(*wait.await, 1);
    /// });
    /// ```
    pub struct CondvarWait
        ['a, 'g, T: ?Sized, M: Mode = Shared]['a, 'g, T: ?Sized, M: Mode]['a, 'g, T, M]
        (Waiting<'a, 'g, T, M>);
}

/// Waiting for a [`Condvar`] as long as a condition holds.
pub struct WaitingWhile<'a, 'g, T: ?Sized, F, M: Mode> {
    waiting: Waiting<'a, 'g, T, M>,
    condition: F,
    /// Whether the condition has been asked since the lock was locked.
    is_asked: bool,
}

shown_by_name!(WaitingWhile['a, 'g, T: ?Sized, F, M: Mode]['a, 'g, T, F, M]);

impl<'a, 'g, T: ?Sized, F, M: Mode> WaitingWhile<'a, 'g, T, F, M> {
    pub(super) fn new(condvar: &'a Condvar<M>, guard: MutexGuard<'g, T, M>, condition: F) -> Self {
        Self { waiting: Waiting::new(condvar, guard), condition, is_asked: false }
    }
}

impl<'g, T: ?Sized, F: FnMut(&mut T) -> bool, M: Mode> Operation for WaitingWhile<'_, 'g, T, F, M> {
    type Output = MutexGuard<'g, T, M>;

    fn kind(&self) -> Kind {
        self.waiting.kind()
    }

    fn ask(&mut self, asker: &mut impl Asker) -> Answer<Self::Output> {
        loop {
            if let Stage::Holding(guard) = &mut self.waiting.stage
                && !self.is_asked
            {
                if !(self.condition)(guard) {
                    let held = std::mem::replace(&mut self.waiting.stage, Stage::Done);
                    let Stage::Holding(guard) = held else { unreachable!("it is held") };
                    return Answer::Ready(guard);
                }
                self.is_asked = true;
            }
            match self.waiting.ask(asker) {
                Answer::Ready(guard) => {
                    self.waiting.stage = Stage::Holding(guard);
                    self.is_asked = false;
                }
                Answer::Waits => return Answer::Waits,
                Answer::NeedsWaiter => return Answer::NeedsWaiter,
            }
        }
    }
}

future_of_operation! {
    /// The future of [`Condvar::wait_while`].
    ///
    /// # Examples
    ///
    /// ```
    /// use coweave::sync::{Condvar, CondvarWaitWhile, Mutex};
    ///
    /// coweave::run(async {
    ///     let (mutex, changed) = (Mutex::new(1), Condvar::new());
    ///     let is_zero: fn(&mut u32) -> bool = |n| *n == 0;
    ///     let wait: CondvarWaitWhile<'_, '_, u32, fn(&mut u32) -> bool> =
    ///         changed.wait_while(mutex.lock().await, is_zero);
    ///     assert_eq!(*wait.await, 1);
    /// });
    /// ```
    pub struct CondvarWaitWhile
        ['a, 'g, T: ?Sized, F, M: Mode = Shared]
        ['a, 'g, T: ?Sized, F: FnMut(&mut T) -> bool, M: Mode]
        ['a, 'g, T, F, M]
        (WaitingWhile<'a, 'g, T, F, M>);
}
