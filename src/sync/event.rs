//! A flag that one waits for.

use std::cell::RefCell;
use std::fmt;

use super::gate::{Entry, Gate, Gated, change};
use super::mode::{Exclusive, Local, Mode, Shared, SharedCell};
use super::wait_queue::WaitQueue;
use crate::primitives::const_fn;
use crate::task::Waits;
use crate::task::wait::{block_on, future_of_operation};
use crate::task::waiter::Wakes;

/// What an event holds.
#[derive(Debug)]
pub struct EventState {
    is_set: bool,
    queue: WaitQueue<(), ()>,
}

impl EventState {
    #[track_caller]
    const fn new() -> Self {
        Self { is_set: false, queue: WaitQueue::new() }
    }
}

impl Gate for EventState {
    type Wish = ();
    type Grant = ();

    fn queue(&mut self) -> &mut WaitQueue<(), ()> {
        &mut self.queue
    }

    fn enter(&mut self, (): (), _wakes: &mut Wakes) -> Option<()> {
        self.is_set.then_some(())
    }
}

/// A flag that any number of tasks and threads wait for. It is set and cleared any number of times;
/// who waited when it was set goes on, even if it is cleared at once.
///
/// [`sync::local::Event`](super::local::Event) is the same for parties on one thread.
///
/// # Examples
///
/// ```
/// use coweave::{spawn, sync::Event};
/// use std::sync::Arc;
///
/// coweave::run(async {
///     let go = Arc::new(Event::new());
///     let runners: Vec<_> = (0..3)
///         .map(|n| {
///             let go = go.clone();
///             spawn(async move {
///                 go.wait().await;
///                 n
///             })
///         })
///         .collect();
///     go.set();
///     for (n, runner) in runners.into_iter().enumerate() {
///         assert_eq!(runner.await.unwrap(), n);
///     }
/// });
/// ```
pub struct Event<M: Mode = Shared> {
    state: M::Cell<EventState>,
}

impl<M: Mode> Gated for Event<M> {
    type Mode = M;
    type State = EventState;

    #[inline(always)]
    fn state(&self) -> &M::Cell<EventState> {
        &self.state
    }
}

macro_rules! constructor {
    ($mode:ident, $cell:ident) => {
        impl Event<$mode> {
            const_fn! {
                /// Creates one that is not set.
                ///
                /// # Examples
                ///
                /// ```
                /// assert!(!coweave::sync::Event::new().is_set());
                /// ```
                #[must_use]
                #[track_caller]
                pub const fn new() -> Self {
                    Self { state: $cell::new(EventState::new()) }
                }
            }
        }
    };
}
constructor!(Shared, SharedCell);
constructor!(Local, RefCell);

impl<M: Mode> Event<M> {
    /// Sets the event: those who wait go on, in the order in which they came, and who comes while it
    /// is set does not wait.
    ///
    /// # Examples
    ///
    /// ```
    /// let event = coweave::sync::Event::new();
    /// event.set();
    /// assert!(event.is_set());
    /// ```
    pub fn set(&self) {
        change(self, |state, wakes| {
            state.is_set = true;
            state.queue.grant_all((), wakes);
        });
    }

    /// Clears the event: who comes from now on waits.
    ///
    /// # Examples
    ///
    /// ```
    /// let event = coweave::sync::Event::new();
    /// event.set();
    /// event.clear();
    /// assert!(!event.is_set());
    /// ```
    pub fn clear(&self) {
        self.state.with(|state| state.is_set = false);
    }

    /// Whether the event is set.
    ///
    /// # Examples
    ///
    /// ```
    /// assert!(!coweave::sync::Event::new().is_set());
    /// ```
    #[must_use]
    pub fn is_set(&self) -> bool {
        self.state.with(|state| state.is_set)
    }

    /// Waits until the event is set; not at all if it is set already. The wait begins at the
    /// future's first poll.
    ///
    /// # Cancellation
    /// Dropping the future leaves no trace.
    ///
    /// # Examples
    ///
    /// ```
    /// coweave::run(async {
    ///     let event = coweave::sync::Event::new();
    ///     event.set();
    ///     event.wait().await;
    /// });
    /// ```
    #[track_caller]
    #[inline(always)]
    pub fn wait(&self) -> EventWait<'_, M> {
        EventWait::of(Entry::new(self, (), Waits::Event))
    }
}

impl Event {
    /// Blocks this thread until the event is set.
    ///
    /// # Panics
    /// In a task, whose worker it would stop.
    ///
    /// # Examples
    ///
    /// ```
    /// let event = coweave::sync::Event::new();
    /// std::thread::scope(|scope| {
    ///     scope.spawn(|| event.set());
    ///     event.blocking_wait();
    /// });
    /// ```
    #[track_caller]
    pub fn blocking_wait(&self) {
        block_on(Entry::new(self, (), Waits::Event), "wait()");
    }
}

future_of_operation! {
    /// The future of [`Event::wait`].
    ///
    /// # Examples
    ///
    /// ```
    /// coweave::run(async {
    ///     let event = coweave::sync::Event::new();
    ///     let wait: coweave::sync::EventWait<'_> = event.wait();
    ///     event.set();
    ///     wait.await;
    /// });
    /// ```
    pub struct EventWait['a, M: Mode = Shared]['a, M: Mode]['a, M](Entry<&'a Event<M>>);
}

impl<M: Mode> Default for Event<M> {
    #[track_caller]
    fn default() -> Self {
        Self { state: Exclusive::new(EventState::new()) }
    }
}

impl<M: Mode> fmt::Debug for Event<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (is_set, waiting) = self.state.with(|state| (state.is_set, state.queue.len()));
        f.debug_struct("Event").field("is_set", &is_set).field("waiting", &waiting).finish()
    }
}
