//! The ends of a channel at which values come out.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;

use super::error::{RecvError, TryRecvError};
use super::operations::{Channel, ReceiveNext, Receiving};
use super::peeked::Peeked;
use crate::sync::mode::{Mode, Parts, Shared};
use crate::sync::wait_queue::Key;
use crate::task::wait::{block_on, future_of_operation, poll_part};

/// Receives values from a channel; any number of clones may, each value goes to one of them.
///
/// When the last receiver has gone, what is queued is dropped, and senders are told. A receiver is also
/// a [`Stream`], which ends when no value can come any more. The stream has a place in the queue of its
/// own, which it keeps while a `next()` is given up: a value that it is given there waits for the next
/// poll, or goes to the others when this receiver is dropped; until then it is not the end for them.
///
/// # Examples
///
/// ```
/// use futures::StreamExt;
///
/// coweave::run(async {
///     let (sender, receiver) = coweave::channel::unbounded();
///     for n in 0..3 {
///         sender.try_send(n).unwrap();
///     }
///     drop(sender);
///     assert_eq!(receiver.collect::<Vec<u32>>().await, [0, 1, 2]);
/// });
/// ```
pub struct Receiver<T, M: Mode = Shared> {
    channel: <M as Parts>::Counted<Channel<T, M>>,
    /// The stream's place in the queue.
    key: Option<Key>,
}

impl<T, M: Mode> Receiver<T, M> {
    /// The one receiver that a new channel counts.
    pub(super) fn new(channel: M::Counted<Channel<T, M>>) -> Self {
        Self { channel, key: None }
    }

    /// Receives the next value, once there is one and those who came before have received.
    ///
    /// # Errors
    /// If nothing is queued and no value can come any more. A value that was given to a receiver which
    /// has not been polled since may yet come back, so that one is waited for.
    ///
    /// # Cancellation
    /// Dropping the future gives up its place; a value that it was given goes to the next, or back to
    /// the front of the queue. One that is neither polled nor dropped keeps what it was given, and the
    /// others from the end.
    ///
    /// # Examples
    ///
    /// ```
    /// coweave::run(async {
    ///     let (sender, receiver) = coweave::channel::unbounded();
    ///     coweave::spawn(async move { sender.send("hello").await });
    ///     assert_eq!(receiver.recv().await, Ok("hello"));
    ///     assert!(receiver.recv().await.is_err());
    /// });
    /// ```
    #[track_caller]
    #[inline(always)]
    pub fn recv(&self) -> Recv<'_, T, M> {
        Recv::of(self.receiving())
    }

    #[inline(always)]
    fn receiving(&self) -> Receiving<'_, T, M> {
        Receiving { channel: &self.channel, key: None }
    }

    /// Receives the next value, if there is one now.
    ///
    /// # Errors
    /// If nothing is queued; [`TryRecvError::Disconnected`] if no value can come any more either, nor
    /// come back.
    ///
    /// # Examples
    ///
    /// ```
    /// let (sender, receiver) = coweave::channel::unbounded();
    /// sender.try_send(1).unwrap();
    /// assert_eq!(receiver.try_recv(), Ok(1));
    /// assert!(receiver.try_recv().is_err());
    /// ```
    #[inline]
    pub fn try_recv(&self) -> Result<T, TryRecvError> {
        self.channel.with(|core, wakes| core.try_recv(wakes))
    }

    /// Looks at the next value, if there is one now.
    ///
    /// While it is looked at it is out of the queue; other receivers get those behind it.
    ///
    /// # Errors
    /// As [`try_recv`](Self::try_recv).
    ///
    /// # Examples
    ///
    /// ```
    /// let (sender, receiver) = coweave::channel::unbounded();
    /// sender.try_send(1).unwrap();
    /// assert_eq!(*receiver.peek().unwrap(), 1);
    /// assert_eq!(receiver.peek().unwrap().take(), 1);
    /// assert!(receiver.peek().is_err());
    /// ```
    pub fn peek(&self) -> Result<Peeked<'_, T, M>, TryRecvError> {
        let value = self.channel.with(|core, wakes| core.take_out(wakes))?;
        Ok(Peeked::new(&self.channel, value))
    }

    /// Receives all that is queued now, next first. Senders that wait send what there is room for then.
    ///
    /// # Examples
    ///
    /// ```
    /// let (sender, receiver) = coweave::channel::unbounded();
    /// (0..3).for_each(|n| sender.try_send(n).unwrap());
    /// assert!(receiver.drain().eq([0, 1, 2]));
    /// ```
    pub fn drain(&self) -> impl DoubleEndedIterator<Item = T> + ExactSizeIterator + use<T, M> {
        self.channel.with(|core, wakes| core.drain(wakes)).into_values().into_iter()
    }

    /// Has nothing more sent: what is queued is still received, and then the end.
    ///
    /// # Examples
    ///
    /// ```
    /// let (sender, receiver) = coweave::channel::unbounded();
    /// sender.try_send(1).unwrap();
    /// receiver.close();
    /// assert!(sender.try_send(2).unwrap_err().is_disconnected());
    /// assert_eq!(receiver.try_recv(), Ok(1));
    /// ```
    pub fn close(&self) {
        self.channel.with(|core, wakes| core.close(wakes));
    }

    /// Whether nothing more can be sent; what is queued may still be received.
    ///
    /// # Examples
    ///
    /// ```
    /// let (_sender, receiver) = coweave::channel::unbounded::<u32>();
    /// receiver.close();
    /// assert!(receiver.is_closed());
    /// ```
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.channel.with(|core, _| core.is_closed())
    }

    /// How many values are queued.
    ///
    /// # Examples
    ///
    /// ```
    /// let (sender, receiver) = coweave::channel::unbounded();
    /// sender.try_send(1).unwrap();
    /// assert_eq!(receiver.len(), 1);
    /// ```
    #[must_use]
    pub fn len(&self) -> usize {
        self.channel.with(|core, _| core.len())
    }

    /// Whether no value is queued.
    ///
    /// # Examples
    ///
    /// ```
    /// let (_sender, receiver) = coweave::channel::unbounded::<u32>();
    /// assert!(receiver.is_empty());
    /// ```
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether there is no room now. Where the capacity is zero, there is room for receivers that wait.
    ///
    /// # Examples
    ///
    /// ```
    /// let (_sender, receiver) = coweave::channel::bounded::<u32>(0);
    /// assert!(receiver.is_full());
    /// ```
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.channel.with(|core, _| core.is_full())
    }

    /// How many values may be queued; `None`: any number.
    ///
    /// # Examples
    ///
    /// ```
    /// let (_sender, receiver) = coweave::channel::unbounded::<u32>();
    /// assert_eq!(receiver.capacity(), None);
    /// ```
    #[must_use]
    pub fn capacity(&self) -> Option<usize> {
        self.channel.with(|core, _| core.capacity())
    }

    /// How many senders there are.
    ///
    /// # Examples
    ///
    /// ```
    /// let (sender, receiver) = coweave::channel::unbounded::<u32>();
    /// let second = sender.clone();
    /// assert_eq!(receiver.sender_count(), 2);
    /// # drop(second);
    /// ```
    #[must_use]
    pub fn sender_count(&self) -> usize {
        self.channel.with(|core, _| core.sender_count())
    }

    /// Whether both are ends of one channel.
    ///
    /// # Examples
    ///
    /// ```
    /// let (_sender, receiver) = coweave::channel::unbounded::<u32>();
    /// assert!(receiver.same_channel(&receiver.clone()));
    /// ```
    #[must_use]
    pub fn same_channel(&self, other: &Self) -> bool {
        std::ptr::eq(&raw const *self.channel, &raw const *other.channel)
    }
}

impl<T> Receiver<T, Shared> {
    /// Receives the next value, and blocks this thread until there is one.
    ///
    /// # Errors
    /// As [`recv`](Self::recv).
    ///
    /// # Panics
    /// In a task, whose worker it would stop.
    ///
    /// # Examples
    ///
    /// ```
    /// let (sender, receiver) = coweave::channel::bounded(1);
    /// let producer = std::thread::spawn(move || {
    ///     coweave::run(async { sender.send(5).await })
    /// });
    /// assert_eq!(receiver.blocking_recv(), Ok(5));
    /// # producer.join().unwrap().unwrap();
    /// ```
    #[track_caller]
    pub fn blocking_recv(&self) -> Result<T, RecvError> {
        block_on(self.receiving(), "recv()")
    }
}

impl<T, M: Mode> Clone for Receiver<T, M> {
    fn clone(&self) -> Self {
        self.channel.with(|core, _| core.add_receiver());
        Self { channel: self.channel.clone(), key: None }
    }
}

impl<T, M: Mode> Drop for Receiver<T, M> {
    fn drop(&mut self) {
        if let Some(key) = self.key.take() {
            self.channel.leave_recv(key);
        }
        let unreceived = self.channel.with(|core, wakes| core.drop_receiver(wakes));
        drop(unreceived);
    }
}

impl<T, M: Mode> fmt::Debug for Receiver<T, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Receiver").field("channel", &*self.channel).finish()
    }
}

impl<T, M: Mode> Unpin for Receiver<T, M> {}

impl<T, M: Mode> Stream for Receiver<T, M> {
    type Item = T;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<T>> {
        let Self { channel, key } = &mut *self;
        poll_part(ReceiveNext { channel, key }, cx.waker()).map(Result::ok)
    }
}

future_of_operation! {
    /// The future of [`Receiver::recv`].
    ///
    /// # Examples
    ///
    /// ```
    /// coweave::run(async {
    ///     let (sender, receiver) = coweave::channel::bounded(1);
    ///     sender.try_send(1).unwrap();
    ///     let recv: coweave::channel::Recv<'_, u32> = receiver.recv();
    ///     assert_eq!(recv.await, Ok(1));
    /// });
    /// ```
    pub struct Recv['a, T, M: Mode = Shared]['a, T, M: Mode]['a, T, M](Receiving<'a, T, M>);
}
