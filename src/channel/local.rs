//! Channels for parties on one thread, with the same names and methods, without atomic instructions.
//!
//! Their ends are not `Send`: tasks that hold them are spawned by [`spawn_local`](crate::spawn_local).

use super::buffer::Buffer;
use super::values::ends;
use crate::sync::Local;

/// Sends values on one thread; see [`Sender`](super::Sender).
///
/// # Examples
///
/// ```
/// let (sender, _receiver) = coweave::channel::local::unbounded();
/// let sender: coweave::channel::local::Sender<u32> = sender;
/// sender.try_send(1).unwrap();
/// ```
pub type Sender<T> = super::Sender<T, Local>;

/// Receives values on one thread; see [`Receiver`](super::Receiver).
///
/// # Examples
///
/// ```
/// let (_sender, receiver) = coweave::channel::local::unbounded();
/// let receiver: coweave::channel::local::Receiver<u32> = receiver;
/// assert!(receiver.try_recv().is_err());
/// ```
pub type Receiver<T> = super::Receiver<T, Local>;

/// A channel with room for `capacity` values, first in first out.
///
/// With a capacity of zero nothing is queued: a sender waits until a receiver takes its value.
///
/// # Examples
///
/// ```
/// coweave::run(async {
///     let (sender, receiver) = coweave::channel::local::bounded(0);
///     coweave::spawn_local(async move { sender.send(1).await });
///     assert_eq!(receiver.recv().await, Ok(1));
/// });
/// ```
#[must_use]
#[track_caller]
pub fn bounded<T>(capacity: usize) -> (Sender<T>, Receiver<T>) {
    ends(Buffer::queue(), capacity)
}

/// A channel without a limit, first in first out: sending never waits.
///
/// # Examples
///
/// ```
/// let (sender, receiver) = coweave::channel::local::unbounded();
/// sender.try_send(1).unwrap();
/// assert_eq!(receiver.try_recv(), Ok(1));
/// ```
#[must_use]
#[track_caller]
pub fn unbounded<T>() -> (Sender<T>, Receiver<T>) {
    ends(Buffer::queue(), usize::MAX)
}

/// A channel without a limit from which the greatest value is received first; equal ones first in first
/// out. [`Reverse`](std::cmp::Reverse) has the least first.
///
/// The order of the values must not use this channel: it is held while they are compared.
///
/// # Examples
///
/// ```
/// let (sender, receiver) = coweave::channel::local::priority();
/// [2, 3, 1].into_iter().for_each(|n| sender.try_send(n).unwrap());
/// assert!(receiver.drain().eq([3, 2, 1]));
/// ```
#[must_use]
#[track_caller]
pub fn priority<T: Ord>() -> (Sender<T>, Receiver<T>) {
    ends(Buffer::heap(T::cmp), usize::MAX)
}

/// A channel without a limit from which the last value is received first.
///
/// # Examples
///
/// ```
/// let (sender, receiver) = coweave::channel::local::lifo();
/// [1, 2, 3].into_iter().for_each(|n| sender.try_send(n).unwrap());
/// assert!(receiver.drain().eq([3, 2, 1]));
/// ```
#[must_use]
#[track_caller]
pub fn lifo<T>() -> (Sender<T>, Receiver<T>) {
    ends(Buffer::stack(), usize::MAX)
}

/// A channel for one value, which is sent without waiting, and awaited.
///
/// # Examples
///
/// ```
/// coweave::run(async {
///     let (sender, receiver) = coweave::channel::local::oneshot();
///     coweave::spawn_local(async move { sender.send("hello") });
///     assert_eq!(receiver.await, Ok("hello"));
/// });
/// ```
pub fn oneshot<T>() -> (oneshot::Sender<T>, oneshot::Receiver<T>) {
    super::oneshot::ends()
}

/// A channel of which every receiver gets every value; at most the last `capacity` of them are kept.
///
/// # Panics
/// If the capacity is zero.
///
/// # Examples
///
/// ```
/// use coweave::channel::local::broadcast;
///
/// coweave::run(async {
///     let (sender, mut one) = broadcast(8);
///     let mut two = sender.subscribe();
///     sender.send("hello").unwrap();
///     assert_eq!(one.recv().await, Ok("hello"));
///     assert_eq!(two.recv().await, Ok("hello"));
/// });
/// ```
#[must_use]
#[track_caller]
pub fn broadcast<T>(capacity: usize) -> (broadcast::Sender<T>, broadcast::Receiver<T>) {
    super::broadcast::ends(capacity)
}

/// A channel that keeps one value, the latest, for all to look at.
///
/// # Examples
///
/// ```
/// coweave::run(async {
///     let (sender, mut receiver) = coweave::channel::local::watch("starting");
///     coweave::spawn_local(async move { sender.send("ready") });
///     receiver.changed().await.unwrap();
///     assert_eq!(*receiver.borrow(), "ready");
/// });
/// ```
#[must_use]
#[track_caller]
pub fn watch<T>(initial: T) -> (watch::Sender<T>, watch::Receiver<T>) {
    super::watch::ends(initial)
}

/// The ends of a [`oneshot`](fn@oneshot) on one thread.
pub mod oneshot {
    use crate::sync::Local;

    /// Sends one value on one thread; see [`Sender`](crate::channel::oneshot::Sender).
    ///
    /// # Examples
    ///
    /// ```
    /// let (sender, _receiver) = coweave::channel::local::oneshot();
    /// let sender: coweave::channel::local::oneshot::Sender<u32> = sender;
    /// sender.send(1).unwrap();
    /// ```
    pub type Sender<T> = crate::channel::oneshot::Sender<T, Local>;

    /// Receives one value on one thread; see [`Receiver`](crate::channel::oneshot::Receiver).
    ///
    /// # Examples
    ///
    /// ```
    /// let (_sender, receiver) = coweave::channel::local::oneshot();
    /// let mut receiver: coweave::channel::local::oneshot::Receiver<u32> = receiver;
    /// assert!(receiver.try_recv().is_err());
    /// ```
    pub type Receiver<T> = crate::channel::oneshot::Receiver<T, Local>;
}

/// The ends of a [`broadcast`](fn@broadcast) on one thread.
pub mod broadcast {
    use crate::sync::Local;

    /// Sends to all on one thread; see [`Sender`](crate::channel::broadcast::Sender).
    ///
    /// # Examples
    ///
    /// ```
    /// let (sender, _receiver) = coweave::channel::local::broadcast(1);
    /// let sender: coweave::channel::local::broadcast::Sender<u32> = sender;
    /// sender.send(1).unwrap();
    /// ```
    pub type Sender<T> = crate::channel::broadcast::Sender<T, Local>;

    /// Receives all on one thread; see [`Receiver`](crate::channel::broadcast::Receiver).
    ///
    /// # Examples
    ///
    /// ```
    /// let (_sender, receiver) = coweave::channel::local::broadcast(1);
    /// let mut receiver: coweave::channel::local::broadcast::Receiver<u32> = receiver;
    /// assert!(receiver.try_recv().is_err());
    /// ```
    pub type Receiver<T> = crate::channel::broadcast::Receiver<T, Local>;
}

/// The ends of a [`watch`](fn@watch) on one thread.
pub mod watch {
    use crate::sync::Local;

    /// Sets the value on one thread; see [`Sender`](crate::channel::watch::Sender).
    ///
    /// # Examples
    ///
    /// ```
    /// let (sender, _receiver) = coweave::channel::local::watch(1);
    /// let sender: coweave::channel::local::watch::Sender<u32> = sender;
    /// sender.send(2).unwrap();
    /// ```
    pub type Sender<T> = crate::channel::watch::Sender<T, Local>;

    /// Looks at the value on one thread; see [`Receiver`](crate::channel::watch::Receiver).
    ///
    /// # Examples
    ///
    /// ```
    /// let (_sender, receiver) = coweave::channel::local::watch(1);
    /// let receiver: coweave::channel::local::watch::Receiver<u32> = receiver;
    /// assert_eq!(*receiver.borrow(), 1);
    /// ```
    pub type Receiver<T> = crate::channel::watch::Receiver<T, Local>;
}
