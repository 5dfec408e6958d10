//! A value that is set once, and that many wait for.

use std::cell::{OnceCell, RefCell};
use std::fmt;
use std::sync::OnceLock;

use super::gate::{Entry, Gate, Gated, change};
use super::mode::{Exclusive, Local, Mode, Once, Shared, SharedCell};
use super::wait_queue::WaitQueue;
use crate::primitives::const_fn;
use crate::task::Waits;
use crate::task::wait::{Answer, Kind, Operation, block_on, future_of_operation, shown_by_name};
use crate::task::waiter::{Asker, Wakes};

/// What a promise holds beside its value.
#[derive(Debug)]
pub struct PromiseState {
    /// Behind the value, which is set before.
    is_kept: bool,
    queue: WaitQueue<(), ()>,
}

impl PromiseState {
    #[track_caller]
    const fn new() -> Self {
        Self { is_kept: false, queue: WaitQueue::new() }
    }
}

impl Gate for PromiseState {
    type Wish = ();
    type Grant = ();

    fn queue(&mut self) -> &mut WaitQueue<(), ()> {
        &mut self.queue
    }

    fn enter(&mut self, (): (), _wakes: &mut Wakes) -> Option<()> {
        self.is_kept.then_some(())
    }
}

/// A value that is set once, and that any number of tasks and threads wait for and read.
///
/// It has no word for failure: a promise that may be broken holds a `Result`. If nobody sets it, those
/// who wait do so for ever, and a closed world reports them.
///
/// [`sync::local::Promise`](super::local::Promise) is the same for parties on one thread.
///
/// # Examples
///
/// ```
/// use coweave::{spawn, sync::Promise};
/// use std::sync::Arc;
///
/// coweave::run(async {
///     let port = Arc::new(Promise::<Result<u16, String>>::new());
///     let client = {
///         let port = port.clone();
///         spawn(async move { port.wait().await.as_ref().map(|port| port + 1).ok() })
///     };
///     port.set(Ok(80)).unwrap();
///     assert_eq!(client.await.unwrap(), Some(81));
///     assert_eq!(port.get(), Some(&Ok(80)));
/// });
/// ```
pub struct Promise<T, M: Mode = Shared> {
    value: M::Once<T>,
    state: M::Cell<PromiseState>,
}

impl<T, M: Mode> Gated for Promise<T, M> {
    type Mode = M;
    type State = PromiseState;

    #[inline(always)]
    fn state(&self) -> &M::Cell<PromiseState> {
        &self.state
    }
}

macro_rules! constructor {
    ($mode:ident, $cell:ident, $once:ident) => {
        impl<T> Promise<T, $mode> {
            const_fn! {
                /// Creates one without a value.
                ///
                /// # Examples
                ///
                /// ```
                /// assert_eq!(coweave::sync::Promise::<u32>::new().get(), None);
                /// ```
                #[must_use]
                #[track_caller]
                pub const fn new() -> Self {
                    Self { value: $once::new(), state: $cell::new(PromiseState::new()) }
                }
            }
        }
    };
}
constructor!(Shared, SharedCell, OnceLock);
constructor!(Local, RefCell, OnceCell);

impl<T, M: Mode> Promise<T, M> {
    /// Sets the value: those who wait go on, in the order in which they came.
    ///
    /// # Errors
    /// The value, if there is one already.
    ///
    /// # Examples
    ///
    /// ```
    /// let promise = coweave::sync::Promise::new();
    /// assert_eq!(promise.set(1), Ok(()));
    /// assert_eq!(promise.set(2), Err(2));
    /// ```
    pub fn set(&self, value: T) -> Result<(), T> {
        self.value.set(value)?;
        change(self, |state, wakes| {
            state.is_kept = true;
            state.queue.grant_all((), wakes);
        });
        Ok(())
    }

    /// Gives the value, once it is set.
    ///
    /// # Examples
    ///
    /// ```
    /// let promise = coweave::sync::Promise::new();
    /// assert_eq!(promise.get(), None);
    /// promise.set(1).unwrap();
    /// assert_eq!(promise.get(), Some(&1));
    /// ```
    pub fn get(&self) -> Option<&T> {
        self.value.get()
    }

    /// Waits until the value is set; not at all if it is set already.
    ///
    /// # Cancellation
    /// Dropping the future leaves no trace.
    ///
    /// # Examples
    ///
    /// ```
    /// coweave::run(async {
    ///     let promise = coweave::sync::Promise::new();
    ///     promise.set(1).unwrap();
    ///     assert_eq!(*promise.wait().await, 1);
    /// });
    /// ```
    #[track_caller]
    #[inline(always)]
    pub fn wait(&self) -> PromiseWait<'_, T, M> {
        PromiseWait::of(AwaitingPromise::new(self))
    }

    /// Gives the value, if it was set.
    ///
    /// # Examples
    ///
    /// ```
    /// let promise = coweave::sync::Promise::new();
    /// promise.set(1).unwrap();
    /// assert_eq!(promise.into_inner(), Some(1));
    /// ```
    pub fn into_inner(self) -> Option<T> {
        self.value.into_inner()
    }
}

impl<T> Promise<T> {
    /// Blocks this thread until the value is set.
    ///
    /// # Panics
    /// In a task, whose worker it would stop.
    ///
    /// # Examples
    ///
    /// ```
    /// let promise = coweave::sync::Promise::new();
    /// std::thread::scope(|scope| {
    ///     scope.spawn(|| promise.set(1).unwrap());
    ///     assert_eq!(*promise.blocking_wait(), 1);
    /// });
    /// ```
    #[track_caller]
    pub fn blocking_wait(&self) -> &T {
        block_on(AwaitingPromise::new(self), "wait()")
    }
}

/// Waiting for the value of a [`Promise`].
pub struct AwaitingPromise<'a, T, M: Mode>(Entry<&'a Promise<T, M>>);

shown_by_name!(AwaitingPromise['a, T, M: Mode]['a, T, M]);

impl<'a, T, M: Mode> AwaitingPromise<'a, T, M> {
    #[inline(always)]
    fn new(promise: &'a Promise<T, M>) -> Self {
        Self(Entry::new(promise, (), Waits::Promise))
    }
}

impl<'a, T, M: Mode> Operation for AwaitingPromise<'a, T, M> {
    type Output = &'a T;

    const ASKS_TWICE: bool = true;

    fn kind(&self) -> Kind {
        self.0.kind()
    }

    #[inline(always)]
    fn ask(&mut self, asker: &mut impl Asker) -> Answer<&'a T> {
        let promise: &'a Promise<T, M> = self.0.primitive();
        if let Some(value) = promise.get() {
            return Answer::Ready(value);
        }
        self.0.ask(asker).map(|()| promise.get().expect("it was set before"))
    }

    #[inline(always)]
    fn ask_simply(&mut self, asker: &mut impl Asker) -> Answer<&'a T> {
        let promise: &'a Promise<T, M> = self.0.primitive();
        if let Some(value) = promise.get() {
            return Answer::Ready(value);
        }
        self.0.ask_simply(asker).map(|()| promise.get().expect("it was set before"))
    }
}

future_of_operation! {
    /// The future of [`Promise::wait`].
    ///
    /// # Examples
    ///
    /// ```
    /// coweave::run(async {
    ///     let promise = coweave::sync::Promise::new();
    ///     let wait: coweave::sync::PromiseWait<'_, u32> = promise.wait();
    ///     promise.set(1).unwrap();
    ///     assert_eq!(*wait.await, 1);
    /// });
    /// ```
    pub struct PromiseWait['a, T, M: Mode = Shared]['a, T, M: Mode]['a, T, M]
        (AwaitingPromise<'a, T, M>);
}

impl<T, M: Mode> Default for Promise<T, M> {
    #[track_caller]
    fn default() -> Self {
        Self { value: M::Once::default(), state: Exclusive::new(PromiseState::new()) }
    }
}

impl<T: fmt::Debug, M: Mode> fmt::Debug for Promise<T, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut all = f.debug_struct("Promise");
        match self.get() {
            Some(value) => all.field("value", value).finish(),
            None => all.field("value", &format_args!("<not set>")).finish(),
        }
    }
}
