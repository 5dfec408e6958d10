//! The ends that look at the value.

use std::fmt;
use std::ops::Deref;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;

use super::super::error::RecvError;
use super::sender::{Pointer, Value};
use super::state::State;
use super::waiting::{Changed, Changing, NextChange, Satisfying, WaitFor};
use crate::primitives::quietly;
use crate::sync::mode::{Exclusive, Mode, Shared};
use crate::sync::wait_queue::Key;
use crate::task::wait::{block_on, poll_part, shown_by_name};
use crate::task::waiter::Wakes;

/// Looks at the latest value, and waits for it to change.
///
/// A clone has seen what this one has seen. A receiver is also a [`Stream`] of the values that it has not
/// seen yet; it ends when all senders have gone.
///
/// # Examples
///
/// ```
/// coweave::run(async {
///     let (sender, mut receiver) = coweave::channel::watch(0);
///     let task = coweave::spawn(async move {
///         let mut seen = vec![*receiver.borrow()];
///         while receiver.changed().await.is_ok() {
///             seen.push(*receiver.borrow_and_update());
///         }
///         seen
///     });
///     coweave::yield_now().await;
///     sender.send(1).unwrap(); // missed
///     sender.send(2).unwrap();
///     drop(sender);
///     assert_eq!(task.await.unwrap(), [0, 2]);
/// });
/// ```
pub struct Receiver<T, M: Mode = Shared> {
    channel: Pointer<T, M>,
    /// The version that it has seen.
    seen: u64,
    /// The stream's place among those who wait.
    key: Option<Key>,
}

shown_by_name!(Receiver[T, M: Mode][T, M]);

impl<T, M: Mode> Receiver<T, M> {
    pub(super) fn new(channel: Pointer<T, M>, seen: u64) -> Self {
        Self { channel, seen, key: None }
    }

    pub(super) fn channel(&self) -> &Pointer<T, M> {
        &self.channel
    }

    pub(super) fn seen(&self) -> u64 {
        self.seen
    }

    pub(super) fn see(&mut self, version: u64) {
        self.seen = version;
    }

    /// The value; this receiver has not seen it by that.
    ///
    /// # Examples
    ///
    /// ```
    /// let (sender, receiver) = coweave::channel::watch(1);
    /// sender.send(2).unwrap();
    /// assert_eq!(*receiver.borrow(), 2);
    /// assert_eq!(receiver.has_changed(), Ok(true));
    /// ```
    #[must_use]
    pub fn borrow(&self) -> Ref<T, M> {
        Ref::new(self.channel.with(|state| state.latest()).0)
    }

    /// The value, which this receiver has seen from now on.
    ///
    /// # Examples
    ///
    /// ```
    /// let (sender, mut receiver) = coweave::channel::watch(1);
    /// sender.send(2).unwrap();
    /// assert_eq!(*receiver.borrow_and_update(), 2);
    /// assert_eq!(receiver.has_changed(), Ok(false));
    /// ```
    pub fn borrow_and_update(&mut self) -> Ref<T, M> {
        let (value, version) = self.channel.with(|state| state.latest());
        self.seen = version;
        Ref::new(value)
    }

    /// Whether there is a value that this receiver has not seen.
    ///
    /// # Errors
    /// If there is none, and all senders have gone.
    ///
    /// # Examples
    ///
    /// ```
    /// use coweave::channel::RecvError;
    ///
    /// let (sender, receiver) = coweave::channel::watch(1);
    /// assert_eq!(receiver.has_changed(), Ok(false));
    /// drop(sender);
    /// assert_eq!(receiver.has_changed(), Err(RecvError));
    /// ```
    pub fn has_changed(&self) -> Result<bool, RecvError> {
        self.channel.with(|state| state.has_changed(self.seen))
    }

    /// Waits for a value that this receiver has not seen, and marks it as seen.
    ///
    /// # Errors
    /// If all senders have gone, and the last value was seen.
    ///
    /// # Cancellation
    /// Dropping the future leaves no trace: a value that came is still one that was not seen.
    ///
    /// # Examples
    ///
    /// ```
    /// coweave::run(async {
    ///     let (sender, mut receiver) = coweave::channel::watch(1);
    ///     coweave::spawn(async move { sender.send(2) });
    ///     receiver.changed().await.unwrap();
    ///     assert_eq!(*receiver.borrow(), 2);
    ///     assert!(receiver.changed().await.is_err());
    /// });
    /// ```
    #[track_caller]
    pub fn changed(&mut self) -> Changed<'_, T, M> {
        Changed::of(Changing::new(self))
    }

    /// Waits for a value for which `predicate` holds, and marks it as seen; the one that is there now is
    /// tried first.
    ///
    /// # Errors
    /// If all senders have gone, and it does not hold for the last value.
    ///
    /// # Cancellation
    /// Dropping the future leaves no trace.
    ///
    /// # Examples
    ///
    /// ```
    /// coweave::run(async {
    ///     let (sender, mut receiver) = coweave::channel::watch(1);
    ///     coweave::spawn(async move {
    ///         sender.send(2).unwrap();
    ///         sender.closed().await;
    ///     });
    ///     assert_eq!(*receiver.wait_for(|n| *n > 1).await.unwrap(), 2);
    /// });
    /// ```
    #[track_caller]
    pub fn wait_for<F: FnMut(&T) -> bool>(&mut self, predicate: F) -> WaitFor<'_, T, F, M> {
        WaitFor::of(Satisfying::new(self, predicate))
    }

    /// Whether both are ends of one channel.
    ///
    /// # Examples
    ///
    /// ```
    /// let (_sender, receiver) = coweave::channel::watch(1);
    /// assert!(receiver.same_channel(&receiver.clone()));
    /// ```
    #[must_use]
    pub fn same_channel(&self, other: &Self) -> bool {
        std::ptr::eq(&raw const *self.channel, &raw const *other.channel)
    }
}

impl<T> Receiver<T, Shared> {
    /// Blocks this thread until there is a value that this receiver has not seen, and marks it as seen.
    ///
    /// # Errors
    /// As [`changed`](Self::changed).
    ///
    /// # Panics
    /// In a task, whose worker it would stop.
    ///
    /// # Examples
    ///
    /// ```
    /// let (sender, mut receiver) = coweave::channel::watch(1);
    /// let other = std::thread::spawn(move || sender.send(2));
    /// receiver.blocking_changed().unwrap();
    /// assert_eq!(*receiver.borrow(), 2);
    /// # other.join().unwrap().unwrap();
    /// ```
    #[track_caller]
    pub fn blocking_changed(&mut self) -> Result<(), RecvError> {
        block_on(Changing::new(self), "changed()")
    }

    /// Blocks this thread until there is a value for which `predicate` holds.
    ///
    /// # Errors
    /// As [`wait_for`](Self::wait_for).
    ///
    /// # Panics
    /// In a task, whose worker it would stop.
    ///
    /// # Examples
    ///
    /// ```
    /// let (sender, mut receiver) = coweave::channel::watch(1);
    /// let other = std::thread::spawn(move || sender.send(2));
    /// assert_eq!(*receiver.blocking_wait_for(|n| *n == 2).unwrap(), 2);
    /// # other.join().unwrap().unwrap();
    /// ```
    #[track_caller]
    pub fn blocking_wait_for(
        &mut self,
        predicate: impl FnMut(&T) -> bool,
    ) -> Result<Ref<T>, RecvError> {
        block_on(Satisfying::new(self, predicate), "wait_for(predicate)")
    }
}

impl<T, M: Mode> Clone for Receiver<T, M> {
    fn clone(&self) -> Self {
        self.channel.with(State::add_receiver);
        Self::new(self.channel.clone(), self.seen)
    }
}

impl<T, M: Mode> Drop for Receiver<T, M> {
    fn drop(&mut self) {
        let (key, mut wakes) = (self.key.take(), Wakes::default());
        let waiter = self.channel.with(|state| {
            state.drop_receiver(&mut wakes);
            key.and_then(|key| state.leave_change(key))
        });
        wakes.wake_all();
        quietly(|| drop(waiter));
    }
}

impl<T, M: Mode> Unpin for Receiver<T, M> {}

impl<T, M: Mode> Stream for Receiver<T, M> {
    type Item = Ref<T, M>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Ref<T, M>>> {
        let this = &mut *self;
        let next =
            NextChange::<T, M> { channel: &this.channel, seen: this.seen, key: &mut this.key };
        poll_part(next, cx.waker()).map(|changed| changed.ok().map(|()| this.borrow_and_update()))
    }
}

/// A value as it was when it was looked at. It holds no lock: the channel goes on, and the value stays
/// as long as this does.
///
/// # Examples
///
/// ```
/// use coweave::channel::watch::Ref;
///
/// let (sender, receiver) = coweave::channel::watch(1);
/// let before: Ref<i32> = receiver.borrow();
/// sender.send(2).unwrap();
/// assert_eq!((*before, *receiver.borrow()), (1, 2));
/// ```
pub struct Ref<T, M: Mode = Shared>(Value<T, M>);

impl<T, M: Mode> Ref<T, M> {
    pub(super) fn new(value: Value<T, M>) -> Self {
        Self(value)
    }
}

impl<T, M: Mode> Deref for Ref<T, M> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T, M: Mode> Clone for Ref<T, M> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T: fmt::Debug, M: Mode> fmt::Debug for Ref<T, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl<T: fmt::Display, M: Mode> fmt::Display for Ref<T, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}
