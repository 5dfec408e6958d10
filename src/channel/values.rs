//! Making channels of values.

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

/// The two ends of a channel.
#[track_caller]
pub(super) fn ends<T, M: Mode>(
    queued: Buffer<T>,
    capacity: usize,
) -> (Sender<T, M>, Receiver<T, M>) {
    let channel = M::Counted::new(Channel::new(Core::new(queued, capacity)));
    (Sender::new(channel.clone()), Receiver::new(channel))
}
