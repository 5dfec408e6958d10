//! Waiting, with a lock given up meanwhile, until somebody says that something has changed.
//!
//! Who waits joins the queue before the lock is given up; so who changes something under the lock,
//! and notifies then, reaches everybody who saw it unchanged.

use std::cell::RefCell;
use std::fmt;

use super::condvar_wait::{CondvarWait, CondvarWaitWhile, Waiting, WaitingWhile};
use super::gate::{Gate, Gated, change};
use super::mode::{Exclusive, Local, Mode, Shared, SharedCell};
use super::mutex::MutexGuard;
use super::notification::Notification;
use super::wait_queue::WaitQueue;
use crate::primitives::const_fn;
use crate::task::wait::block_on;
use crate::task::waiter::Wakes;

/// What a condition variable holds.
#[derive(Debug)]
pub struct CondvarState {
    queue: WaitQueue<(), Notification>,
}

impl CondvarState {
    #[track_caller]
    const fn new() -> Self {
        Self { queue: WaitQueue::new() }
    }

    /// Notifies the first that waits.
    fn notify_one(&mut self, wakes: &mut Wakes) {
        wakes.add(self.queue.grant_first(|()| Notification::One));
    }
}

impl Gate for CondvarState {
    type Wish = ();
    type Grant = Notification;

    fn queue(&mut self) -> &mut WaitQueue<(), Notification> {
        &mut self.queue
    }

    fn enter(&mut self, (): (), _wakes: &mut Wakes) -> Option<Notification> {
        None
    }

    fn give_back(&mut self, (): (), notification: Notification, wakes: &mut Wakes) {
        if notification == Notification::One {
            self.notify_one(wakes);
        }
    }
}

/// Lets those who hold a [`Mutex`](super::Mutex) wait until others have changed its value, and gives
/// up the lock meanwhile.
///
/// Between a notification and the moment when its receiver has the lock again, others may have had
/// it: so what one waits for is looked at again, as [`wait_while`](Self::wait_while) does. Nobody goes
/// on without a notification.
///
/// [`sync::local::Condvar`](super::local::Condvar) is the same for parties on one thread.
///
/// # Examples
///
/// ```
/// use coweave::{spawn, sync::{Condvar, Mutex}};
/// use std::sync::Arc;
///
/// coweave::run(async {
///     let shelf = Arc::new((Mutex::new(Vec::new()), Condvar::new()));
///     let taker = {
///         let shelf = shelf.clone();
///         spawn(async move {
///             let (items, filled) = &*shelf;
///             let items = items.lock().await;
///             filled.wait_while(items, |items| items.is_empty()).await.pop()
///         })
///     };
///     coweave::yield_now().await; // the taker waits
///     shelf.0.lock().await.push("book");
///     shelf.1.notify_one();
///     assert_eq!(taker.await.unwrap(), Some("book"));
/// });
/// ```
pub struct Condvar<M: Mode = Shared> {
    state: M::Cell<CondvarState>,
}

impl<M: Mode> Gated for Condvar<M> {
    type Mode = M;
    type State = CondvarState;

    #[inline(always)]
    fn state(&self) -> &M::Cell<CondvarState> {
        &self.state
    }
}

macro_rules! constructor {
    ($mode:ident, $cell:ident) => {
        impl Condvar<$mode> {
            const_fn! {
                /// Creates one for which nobody waits.
                ///
                /// # Examples
                ///
                /// ```
                /// static CHANGED: coweave::sync::Condvar = coweave::sync::Condvar::new();
                /// CHANGED.notify_all();
                /// ```
                #[must_use]
                #[track_caller]
                pub const fn new() -> Self {
                    Self { state: $cell::new(CondvarState::new()) }
                }
            }
        }
    };
}
constructor!(Shared, SharedCell);
constructor!(Local, RefCell);

impl<M: Mode> Condvar<M> {
    /// Gives up the lock, waits for a notification, and locks again.
    ///
    /// The lock is given up at the future's first poll.
    ///
    /// # Cancellation
    /// Dropping the future leaves the mutex to the others; a notification that was meant for this one
    /// alone goes to the next.
    ///
    /// # Examples
    ///
    /// ```
    /// use coweave::sync::{Condvar, Mutex};
    ///
    /// coweave::run(async {
    ///     let (mutex, changed) = (Mutex::new(1), Condvar::new());
    ///     let waits = async { *changed.wait(mutex.lock().await).await };
    ///     let changes = async {
    ///         *mutex.lock().await = 2;
    ///         changed.notify_one();
    ///     };
    ///     assert_eq!(futures::join!(waits, changes).0, 2);
    /// });
    /// ```
    #[track_caller]
    #[inline(always)]
    pub fn wait<'a, 'g, T: ?Sized>(
        &'a self,
        guard: MutexGuard<'g, T, M>,
    ) -> CondvarWait<'a, 'g, T, M> {
        CondvarWait::of(Waiting::new(self, guard))
    }

    /// Waits as long as a condition holds of the value. It is asked with the lock held: at the
    /// future's first poll, and after each notification.
    ///
    /// # Cancellation
    /// As [`wait`](Self::wait).
    ///
    /// # Examples
    ///
    /// ```
    /// use coweave::sync::{Condvar, Mutex};
    ///
    /// coweave::run(async {
    ///     let (mutex, changed) = (Mutex::new(1), Condvar::new());
    ///     let waits = async { *changed.wait_while(mutex.lock().await, |n| *n < 3).await };
    ///     let changes = async {
    ///         for _ in 0..5 {
    ///             *mutex.lock().await += 1;
    ///             changed.notify_all();
    ///             coweave::yield_now().await;
    ///         }
    ///     };
    ///     assert_eq!(futures::join!(waits, changes).0, 3);
    /// });
    /// ```
    #[track_caller]
    #[inline(always)]
    pub fn wait_while<'a, 'g, T: ?Sized, F: FnMut(&mut T) -> bool>(
        &'a self,
        guard: MutexGuard<'g, T, M>,
        condition: F,
    ) -> CondvarWaitWhile<'a, 'g, T, F, M> {
        CondvarWaitWhile::of(WaitingWhile::new(self, guard, condition))
    }

    /// Notifies the one that has waited longest, if anybody waits.
    ///
    /// # Examples
    ///
    /// ```
    /// let changed = coweave::sync::Condvar::new();
    /// changed.notify_one(); // nobody waits, so nothing is remembered
    /// ```
    pub fn notify_one(&self) {
        change(self, CondvarState::notify_one);
    }

    /// Notifies all that wait.
    ///
    /// # Examples
    ///
    /// ```
    /// let changed = coweave::sync::Condvar::new();
    /// changed.notify_all();
    /// ```
    pub fn notify_all(&self) {
        change(self, |state, wakes| state.queue.grant_all(Notification::All, wakes));
    }
}

impl Condvar {
    /// Gives up the lock, blocks this thread until there is a notification, and locks again.
    ///
    /// # Panics
    /// In a task, whose worker it would stop.
    ///
    /// # Examples
    ///
    /// ```
    /// use coweave::sync::{Condvar, Mutex};
    ///
    /// let (mutex, changed) = (Mutex::new(1), Condvar::new());
    /// std::thread::scope(|scope| {
    ///     let guard = mutex.blocking_lock();
    ///     scope.spawn(|| {
    ///         *mutex.blocking_lock() = 2;
    ///         changed.notify_one();
    ///     });
    ///     assert_eq!(*changed.blocking_wait(guard), 2);
    /// });
    /// ```
    #[track_caller]
    pub fn blocking_wait<'g, T: ?Sized>(&self, guard: MutexGuard<'g, T>) -> MutexGuard<'g, T> {
        block_on(Waiting::new(self, guard), "wait(guard)")
    }

    /// Blocks this thread as long as a condition holds of the value.
    ///
    /// # Panics
    /// In a task, whose worker it would stop.
    ///
    /// # Examples
    ///
    /// ```
    /// use coweave::sync::{Condvar, Mutex};
    ///
    /// let (mutex, changed) = (Mutex::new(1), Condvar::new());
    /// std::thread::scope(|scope| {
    ///     scope.spawn(|| {
    ///         *mutex.blocking_lock() = 2;
    ///         changed.notify_one();
    ///     });
    ///     let guard = mutex.blocking_lock();
    ///     assert_eq!(*changed.blocking_wait_while(guard, |n| *n < 2), 2);
    /// });
    /// ```
    #[track_caller]
    pub fn blocking_wait_while<'g, T: ?Sized>(
        &self,
        guard: MutexGuard<'g, T>,
        condition: impl FnMut(&mut T) -> bool,
    ) -> MutexGuard<'g, T> {
        block_on(WaitingWhile::new(self, guard, condition), "wait_while(guard, condition)")
    }
}

impl<M: Mode> Default for Condvar<M> {
    #[track_caller]
    fn default() -> Self {
        Self { state: Exclusive::new(CondvarState::new()) }
    }
}

impl<M: Mode> fmt::Debug for Condvar<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let waiting = self.state.with(|state| state.queue.len());
        f.debug_struct("Condvar").field("waiting", &waiting).finish()
    }
}
