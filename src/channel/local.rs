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
