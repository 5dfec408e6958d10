//! A place where so many wait for each other.

use std::cell::RefCell;
use std::fmt;

use super::gate::{Entry, Gate, Gated};
use super::mode::{Exclusive, Local, Mode, Shared, SharedCell};
use super::wait_queue::WaitQueue;
use crate::primitives::const_fn;
use crate::task::Waits;
use crate::task::wait::{block_on, future_of_operation};
use crate::task::waiter::Wakes;

/// What a barrier holds.
#[derive(Debug)]
pub struct BarrierState {
    parties: usize,
    /// Those of this round who have arrived.
    queue: WaitQueue<(), BarrierWaitResult>,
}

impl BarrierState {
    #[track_caller]
    const fn new(parties: usize) -> Self {
        Self { parties, queue: WaitQueue::new() }
    }
}

impl Gate for BarrierState {
    type Wish = ();
    type Grant = BarrierWaitResult;

    fn queue(&mut self) -> &mut WaitQueue<(), BarrierWaitResult> {
        &mut self.queue
    }

    fn enter(&mut self, (): (), wakes: &mut Wakes) -> Option<BarrierWaitResult> {
        if self.queue.len() + 1 < self.parties {
            return None;
        }
        self.queue.grant_all(BarrierWaitResult { is_leader: false }, wakes);
        Some(BarrierWaitResult { is_leader: true })
    }
}

/// Where so many tasks and threads wait for each other: when the last arrives, all go on, and the
/// next round begins.
///
/// [`sync::local::Barrier`](super::local::Barrier) is the same for parties on one thread.
///
/// # Examples
///
/// ```
/// use coweave::{spawn, sync::Barrier};
/// use std::sync::Arc;
///
/// coweave::run(async {
///     let barrier = Arc::new(Barrier::new(3));
///     let tasks: Vec<_> = (0..3)
///         .map(|_| {
///             let barrier = barrier.clone();
///             spawn(async move { barrier.wait().await.is_leader() })
///         })
///         .collect();
///     let mut leaders = 0;
///     for task in tasks {
///         leaders += u32::from(task.await.unwrap());
///     }
///     assert_eq!(leaders, 1);
/// });
/// ```
pub struct Barrier<M: Mode = Shared> {
    state: M::Cell<BarrierState>,
}

impl<M: Mode> Gated for Barrier<M> {
    type Mode = M;
    type State = BarrierState;

    #[inline(always)]
    fn state(&self) -> &M::Cell<BarrierState> {
        &self.state
    }
}

macro_rules! constructor {
    ($mode:ident, $cell:ident) => {
        impl Barrier<$mode> {
            const_fn! {
                /// Creates one at which so many wait for each other; none is as good as one.
                ///
                /// # Examples
                ///
                /// ```
                /// let barrier = coweave::sync::Barrier::new(1);
                /// assert!(barrier.blocking_wait().is_leader());
                /// ```
                #[must_use]
                #[track_caller]
                pub const fn new(parties: usize) -> Self {
                    Self { state: $cell::new(BarrierState::new(parties)) }
                }
            }
        }
    };
}
constructor!(Shared, SharedCell);
constructor!(Local, RefCell);

impl<M: Mode> Barrier<M> {
    /// Arrives, and waits until all have. The last to arrive is the leader, and does not wait.
    ///
    /// # Cancellation
    /// Dropping the future before all have arrived takes the arrival back.
    ///
    /// # Examples
    ///
    /// ```
    /// coweave::run(async {
    ///     let barrier = coweave::sync::Barrier::new(2);
    ///     let (one, other) = futures::join!(barrier.wait(), barrier.wait());
    ///     assert!(!one.is_leader() && other.is_leader());
    /// });
    /// ```
    #[track_caller]
    #[inline(always)]
    pub fn wait(&self) -> BarrierWait<'_, M> {
        BarrierWait::of(Entry::new(self, (), Waits::Barrier))
    }
}

impl Barrier {
    /// Arrives, and blocks this thread until all have.
    ///
    /// # Panics
    /// In a task, whose worker it would stop.
    ///
    /// # Examples
    ///
    /// ```
    /// let barrier = coweave::sync::Barrier::new(2);
    /// std::thread::scope(|scope| {
    ///     let other = scope.spawn(|| barrier.blocking_wait().is_leader());
    ///     assert_ne!(barrier.blocking_wait().is_leader(), other.join().unwrap());
    /// });
    /// ```
    #[track_caller]
    pub fn blocking_wait(&self) -> BarrierWaitResult {
        block_on(Entry::new(self, (), Waits::Barrier), "wait()")
    }
}

/// How a wait at a [`Barrier`] ended.
///
/// # Examples
///
/// ```
/// let barrier = coweave::sync::Barrier::new(1);
/// let result: coweave::sync::BarrierWaitResult = barrier.blocking_wait();
/// assert!(result.is_leader());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BarrierWaitResult {
    is_leader: bool,
}

impl BarrierWaitResult {
    /// Whether this was the last to arrive: one in each round.
    ///
    /// # Examples
    ///
    /// ```
    /// assert!(coweave::sync::Barrier::new(1).blocking_wait().is_leader());
    /// ```
    #[must_use]
    pub fn is_leader(&self) -> bool {
        self.is_leader
    }
}

future_of_operation! {
    /// The future of [`Barrier::wait`].
    ///
    /// # Examples
    ///
    /// ```
    /// coweave::run(async {
    ///     let barrier = coweave::sync::Barrier::new(1);
    ///     let wait: coweave::sync::BarrierWait<'_> = barrier.wait();
    ///     assert!(wait.await.is_leader());
    /// });
    /// ```
    pub struct BarrierWait['a, M: Mode = Shared]['a, M: Mode]['a, M](Entry<&'a Barrier<M>>);
}

impl<M: Mode> fmt::Debug for Barrier<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (parties, waiting) = self.state.with(|state| (state.parties, state.queue.len()));
        f.debug_struct("Barrier").field("parties", &parties).field("waiting", &waiting).finish()
    }
}
