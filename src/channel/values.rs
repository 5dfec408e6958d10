//! Making channels.

use super::buffer::Buffer;
use super::core::Core;
use super::operations::Channel;
use super::{Receiver, Sender};
use crate::sync::mode::{Counted, Mode};

/// A channel with room for `capacity` values, first in first out.
///
/// With a capacity of zero nothing is queued: a sender waits until a receiver takes its value.
///
/// # Examples
///
/// ```
/// coweave::run(async {
///     let (sender, receiver) = coweave::channel::bounded(0);
///     coweave::spawn(async move { sender.send(1).await });
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
/// let (sender, receiver) = coweave::channel::unbounded();
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
/// let (sender, receiver) = coweave::channel::priority();
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
/// let (sender, receiver) = coweave::channel::lifo();
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
///     let (sender, receiver) = coweave::channel::oneshot();
///     coweave::spawn(async move { sender.send("hello") });
///     assert_eq!(receiver.await, Ok("hello"));
/// });
/// ```
pub fn oneshot<T>() -> (super::oneshot::Sender<T>, super::oneshot::Receiver<T>) {
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
/// use coweave::channel::broadcast;
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
pub fn broadcast<T>(
    capacity: usize,
) -> (super::broadcast::Sender<T>, super::broadcast::Receiver<T>) {
    super::broadcast::ends(capacity)
}

/// A channel that keeps one value, the latest, for all to look at.
///
/// # Examples
///
/// ```
/// coweave::run(async {
///     let (sender, mut receiver) = coweave::channel::watch("starting");
///     coweave::spawn(async move { sender.send("ready") });
///     receiver.changed().await.unwrap();
///     assert_eq!(*receiver.borrow(), "ready");
/// });
/// ```
#[must_use]
#[track_caller]
pub fn watch<T>(initial: T) -> (super::watch::Sender<T>, super::watch::Receiver<T>) {
    super::watch::ends(initial)
}

/// The two ends of a channel.
#[track_caller]
pub(super) fn ends<T, M: Mode>(
    queued: Buffer<T>,
    capacity: usize,
) -> (Sender<T, M>, Receiver<T, M>) {
    let channel = M::Counted::new(Channel::new(Core::new(queued, capacity)));
    (Sender::new(channel.clone()), Receiver::new(channel))
}
