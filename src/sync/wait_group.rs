//! A count of work that is under way; one waits until none is.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::{fmt, thread};

use super::gate::{Entry, Gate, Gated, change};
use super::mode::{Exclusive, Local, Mode, Parts, Shared, SharedCell};
use super::wait_queue::WaitQueue;
use crate::primitives::const_fn;
use crate::task::Waits;
use crate::task::wait::{block_on, future_of_operation, shown_by_name};
use crate::task::waiter::Wakes;

/// What a wait group holds.
#[derive(Debug)]
pub struct WaitGroupState {
    count: usize,
    queue: WaitQueue<(), ()>,
}

impl WaitGroupState {
    #[track_caller]
    const fn new() -> Self {
        Self { count: 0, queue: WaitQueue::new() }
    }

    /// Returns false if there are too many.
    fn add(&mut self, count: usize) -> bool {
        let sum = self.count.checked_add(count);
        self.count = sum.unwrap_or(self.count);
        sum.is_some()
    }

    /// Returns false if none was under way.
    fn done(&mut self, wakes: &mut Wakes) -> bool {
        if self.count == 0 {
            return false;
        }
        self.count -= 1;
        if self.count == 0 {
            self.queue.grant_all((), wakes);
        }
        true
    }
}

impl Gate for WaitGroupState {
    type Wish = ();
    type Grant = ();

    fn queue(&mut self) -> &mut WaitQueue<(), ()> {
        &mut self.queue
    }

    fn enter(&mut self, (): (), _wakes: &mut Wakes) -> Option<()> {
        (self.count == 0).then_some(())
    }
}

/// Counts work that is under way; any number of tasks and threads wait until none is.
///
/// Work is counted before it starts, by who starts it: a task that counted itself might not have run
/// yet when somebody waits. Who waited when the count came to zero goes on, even if new work is
/// counted at once.
///
/// [`sync::local::WaitGroup`](super::local::WaitGroup) is the same for parties on one thread.
///
/// # Examples
///
/// ```
/// use coweave::{spawn, sync::WaitGroup, yield_now};
/// use std::sync::Arc;
///
/// coweave::run(async {
///     let group = Arc::new(WaitGroup::new());
///     for _ in 0..3 {
///         let worker = group.worker_owned();
///         drop(spawn(async move {
///             yield_now().await;
///             drop(worker); // as would a panic, or a cancel
///         }));
///     }
///     assert_eq!(group.count(), 3);
///     group.wait().await;
///     assert_eq!(group.count(), 0);
/// });
/// ```
pub struct WaitGroup<M: Mode = Shared> {
    state: M::Cell<WaitGroupState>,
}

impl<M: Mode> Gated for WaitGroup<M> {
    type Mode = M;
    type State = WaitGroupState;

    #[inline(always)]
    fn state(&self) -> &M::Cell<WaitGroupState> {
        &self.state
    }
}

macro_rules! for_mode {
    ($mode:ident, $cell:ident, $counted:ident) => {
        impl WaitGroup<$mode> {
            const_fn! {
                /// Creates one that counts nothing.
                ///
                /// # Examples
                ///
                /// ```
                /// assert_eq!(coweave::sync::WaitGroup::new().count(), 0);
                /// ```
                #[must_use]
                #[track_caller]
                pub const fn new() -> Self {
                    Self { state: $cell::new(WaitGroupState::new()) }
                }
            }

            /// Counts one more until the guard is dropped, which does not borrow the group.
            ///
            /// # Panics
            /// If more than `usize::MAX` are under way.
            ///
            /// # Examples
            ///
            /// ```
            /// let group = std::sync::Arc::new(coweave::sync::WaitGroup::new());
            /// let worker = group.worker_owned();
            /// std::thread::spawn(move || drop(worker));
            /// group.blocking_wait();
            /// ```
            #[track_caller]
            pub fn worker_owned(self: &$counted<Self>) -> OwnedWorker<$mode> {
                self.add(1);
                OwnedWorker { group: self.clone() }
            }
        }
    };
}
for_mode!(Shared, SharedCell, Arc);
for_mode!(Local, RefCell, Rc);

impl<M: Mode> WaitGroup<M> {
    /// Counts so many more.
    ///
    /// # Panics
    /// If more than `usize::MAX` are under way.
    ///
    /// # Examples
    ///
    /// ```
    /// let group = coweave::sync::WaitGroup::new();
    /// group.add(2);
    /// assert_eq!(group.count(), 2);
    /// ```
    #[track_caller]
    pub fn add(&self, count: usize) {
        let fits = self.state.with(|state| state.add(count));
        assert!(fits, "a wait group cannot count more than {}", usize::MAX);
    }

    /// Counts one less; at zero, those who wait go on, in the order in which they came.
    ///
    /// # Panics
    /// If nothing is under way: it was called more often than was [added](Self::add).
    ///
    /// # Examples
    ///
    /// ```
    /// let group = coweave::sync::WaitGroup::new();
    /// group.add(2);
    /// group.done();
    /// assert_eq!(group.count(), 1);
    /// ```
    #[track_caller]
    pub fn done(&self) {
        let was_counted = change(self, WaitGroupState::done);
        assert!(was_counted, "a wait group's `done` was called more often than work was added");
    }

    /// Counts one more until the guard is dropped.
    ///
    /// # Panics
    /// If more than `usize::MAX` are under way.
    ///
    /// # Examples
    ///
    /// ```
    /// let group = coweave::sync::WaitGroup::new();
    /// let worker = group.worker();
    /// assert_eq!(group.count(), 1);
    /// drop(worker);
    /// assert_eq!(group.count(), 0);
    /// ```
    #[track_caller]
    pub fn worker(&self) -> Worker<'_, M> {
        self.add(1);
        Worker { group: self }
    }

    /// How many are under way.
    ///
    /// # Examples
    ///
    /// ```
    /// assert_eq!(coweave::sync::WaitGroup::new().count(), 0);
    /// ```
    #[must_use]
    pub fn count(&self) -> usize {
        self.state.with(|state| state.count)
    }

    /// Waits until nothing is under way; not at all if that is so already.
    ///
    /// # Cancellation
    /// Dropping the future leaves no trace.
    ///
    /// # Examples
    ///
    /// ```
    /// coweave::run(async {
    ///     let group = coweave::sync::WaitGroup::new();
    ///     let worker = group.worker();
    ///     futures::join!(group.wait(), async { drop(worker) });
    /// });
    /// ```
    #[track_caller]
    #[inline(always)]
    pub fn wait(&self) -> WaitGroupWait<'_, M> {
        WaitGroupWait::of(Entry::new(self, (), Waits::WaitGroup))
    }

    /// As `done`, for a guard: a panic while another unwinds would end the process.
    fn worker_is_done(&self) {
        if thread::panicking() {
            change(self, WaitGroupState::done);
        } else {
            self.done();
        }
    }
}

impl WaitGroup {
    /// Blocks this thread until nothing is under way.
    ///
    /// # Panics
    /// In a task, whose worker it would stop.
    ///
    /// # Examples
    ///
    /// ```
    /// let group = coweave::sync::WaitGroup::new();
    /// std::thread::scope(|scope| {
    ///     let worker = group.worker();
    ///     scope.spawn(|| drop(worker));
    ///     group.blocking_wait();
    /// });
    /// ```
    #[track_caller]
    pub fn blocking_wait(&self) {
        block_on(Entry::new(self, (), Waits::WaitGroup), "wait()");
    }
}

/// Work that a [`WaitGroup`] counts until this is dropped.
///
/// # Examples
///
/// ```
/// use coweave::sync::{WaitGroup, Worker};
///
/// let group = WaitGroup::new();
/// let worker: Worker<'_> = group.worker();
/// drop(worker);
/// assert_eq!(group.count(), 0);
/// ```
#[must_use = "dropping the guard says that the work is done"]
pub struct Worker<'a, M: Mode = Shared> {
    group: &'a WaitGroup<M>,
}

/// Work that a [`WaitGroup`] counts until this is dropped, and that keeps the group alive.
///
/// # Examples
///
/// ```
/// use coweave::sync::{OwnedWorker, WaitGroup};
///
/// let group = std::sync::Arc::new(WaitGroup::new());
/// let worker: OwnedWorker = group.worker_owned();
/// drop(worker);
/// assert_eq!(group.count(), 0);
/// ```
#[must_use = "dropping the guard says that the work is done"]
pub struct OwnedWorker<M: Mode = Shared> {
    group: <M as Parts>::Counted<WaitGroup<M>>,
}

impl<M: Mode> Drop for Worker<'_, M> {
    fn drop(&mut self) {
        self.group.worker_is_done();
    }
}

impl<M: Mode> Drop for OwnedWorker<M> {
    fn drop(&mut self) {
        self.group.worker_is_done();
    }
}

shown_by_name!(Worker['a, M: Mode]['a, M]);
shown_by_name!(OwnedWorker[M: Mode][M]);

future_of_operation! {
    /// The future of [`WaitGroup::wait`].
    ///
    /// # Examples
    ///
    /// ```
    /// coweave::run(async {
    ///     let group = coweave::sync::WaitGroup::new();
    ///     let wait: coweave::sync::WaitGroupWait<'_> = group.wait();
    ///     wait.await;
    /// });
    /// ```
    pub struct WaitGroupWait['a, M: Mode = Shared]['a, M: Mode]['a, M](Entry<&'a WaitGroup<M>>);
}

impl<M: Mode> Default for WaitGroup<M> {
    #[track_caller]
    fn default() -> Self {
        Self { state: Exclusive::new(WaitGroupState::new()) }
    }
}

impl<M: Mode> fmt::Debug for WaitGroup<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (count, waiting) = self.state.with(|state| (state.count, state.queue.len()));
        f.debug_struct("WaitGroup").field("count", &count).field("waiting", &waiting).finish()
    }
}
