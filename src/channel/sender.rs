//! The ends of a channel through which values go in.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_sink::Sink;

use super::error::{SendError, TrySendError};
use super::operations::{AskForRoom, Channel, Reserving, Sending};
use super::permit::Reserve;
use crate::primitives::quietly;
use crate::sync::mode::{Mode, Parts, Shared};
use crate::sync::wait_queue::Key;
use crate::task::wait::{block_on, future_of_operation, poll_part};

/// Sends values into a channel; any number of clones may.
///
/// When the last sender has gone, receivers get what is queued, and then the end. A sender is also a
/// [`Sink`], with a place in the queue of its own, for which room may be kept; closing the sink gives
/// up this sender, as dropping it does.
///
/// # Examples
///
/// ```
/// use coweave::channel::{Receiver, Sender, bounded};
///
/// coweave::run(async {
///     let (sender, receiver): (Sender<u32>, Receiver<u32>) = bounded(1);
///     coweave::spawn(async move {
///         for n in 0..3 {
///             sender.send(n).await.unwrap(); // waits while there is no room
///         }
///     });
///     assert_eq!(receiver.recv().await, Ok(0));
///     assert_eq!(receiver.recv().await, Ok(1));
///     assert_eq!(receiver.recv().await, Ok(2));
///     assert!(receiver.recv().await.is_err());
/// });
/// ```
pub struct Sender<T, M: Mode = Shared> {
    channel: <M as Parts>::Counted<Channel<T, M>>,
    sink: Room,
}

/// How far a sink is.
#[derive(Debug, Clone, Copy)]
enum Room {
    None,
    Waits(Key),
    Reserved,
    Closed,
}

impl<T, M: Mode> Sender<T, M> {
    /// The one sender that a new channel counts.
    pub(super) fn new(channel: M::Counted<Channel<T, M>>) -> Self {
        Self { channel, sink: Room::None }
    }

    /// Sends a value, once there is room and those who came before have sent.
    ///
    /// # Errors
    /// If the channel is closed, or all receivers have gone, also while it waits; the value is given
    /// back.
    ///
    /// # Cancellation
    /// Dropping the future either has sent the value, or drops it and gives up its place. Where the
    /// value must not be lost, [`reserve`](Self::reserve) room first.
    ///
    /// # Panics
    /// When the future is polled after it was ready.
    ///
    /// # Examples
    ///
    /// ```
    /// coweave::run(async {
    ///     let (sender, receiver) = coweave::channel::bounded(1);
    ///     sender.send("hello").await.unwrap();
    ///     assert_eq!(receiver.recv().await, Ok("hello"));
    /// });
    /// ```
    #[track_caller]
    #[inline(always)]
    pub fn send(&self, value: T) -> SendFuture<'_, T, M> {
        SendFuture::of(self.sending(value))
    }

    #[inline(always)]
    fn sending(&self, value: T) -> Sending<'_, T, M> {
        Sending { channel: &self.channel, value: Some(value), key: None }
    }

    /// Waits for room, and keeps it for one value.
    ///
    /// A receiver that waits is room as well, the only one where the capacity is zero. If it gives up
    /// before the value comes, the value is queued for the next, beyond the capacity if need be.
    ///
    /// # Errors
    /// If the channel is closed, or all receivers have gone, also while it waits.
    ///
    /// # Cancellation
    /// Dropping the future gives up its place; room that it was given goes to the next.
    ///
    /// # Examples
    ///
    /// ```
    /// coweave::run(async {
    ///     let (sender, receiver) = coweave::channel::bounded(1);
    ///     let permit = sender.reserve().await.unwrap();
    ///     permit.send(1).unwrap();
    ///     assert_eq!(receiver.recv().await, Ok(1));
    /// });
    /// ```
    #[track_caller]
    pub fn reserve(&self) -> Reserve<'_, T, M> {
        Reserve::of(Reserving { channel: &self.channel, key: None })
    }

    /// Sends a value, if there is room now.
    ///
    /// # Errors
    /// If there is no room, the channel is closed, or all receivers have gone; the value is given back.
    ///
    /// # Examples
    ///
    /// ```
    /// let (sender, receiver) = coweave::channel::bounded(1);
    /// sender.try_send(1).unwrap();
    /// assert!(sender.try_send(2).unwrap_err().is_full());
    /// assert_eq!(receiver.try_recv(), Ok(1));
    /// ```
    #[inline]
    pub fn try_send(&self, value: T) -> Result<(), TrySendError<T>> {
        self.channel.with(|core, wakes| core.try_send(value, wakes))
    }

    /// Has nothing more sent: what is queued is still received, and then the end.
    ///
    /// # Examples
    ///
    /// ```
    /// let (sender, receiver) = coweave::channel::unbounded();
    /// sender.try_send(1).unwrap();
    /// sender.close();
    /// assert!(sender.try_send(2).unwrap_err().is_disconnected());
    /// assert_eq!(receiver.try_recv(), Ok(1));
    /// ```
    pub fn close(&self) {
        self.channel.with(|core, wakes| core.close(wakes));
    }

    /// Whether nothing more can be sent: the channel is closed, or all receivers have gone.
    ///
    /// # Examples
    ///
    /// ```
    /// let (sender, receiver) = coweave::channel::unbounded::<u32>();
    /// assert!(!sender.is_closed());
    /// drop(receiver);
    /// assert!(sender.is_closed());
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
    /// let (sender, _receiver) = coweave::channel::unbounded();
    /// sender.try_send(1).unwrap();
    /// assert_eq!(sender.len(), 1);
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
    /// let (sender, _receiver) = coweave::channel::unbounded::<u32>();
    /// assert!(sender.is_empty());
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
    /// let (sender, _receiver) = coweave::channel::bounded(1);
    /// sender.try_send(1).unwrap();
    /// assert!(sender.is_full());
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
    /// let (sender, _receiver) = coweave::channel::bounded::<u32>(3);
    /// assert_eq!(sender.capacity(), Some(3));
    /// ```
    #[must_use]
    pub fn capacity(&self) -> Option<usize> {
        self.channel.with(|core, _| core.capacity())
    }

    /// How many receivers there are.
    ///
    /// # Examples
    ///
    /// ```
    /// let (sender, receiver) = coweave::channel::unbounded::<u32>();
    /// let second = receiver.clone();
    /// assert_eq!(sender.receiver_count(), 2);
    /// # drop(second);
    /// ```
    #[must_use]
    pub fn receiver_count(&self) -> usize {
        self.channel.with(|core, _| core.receiver_count())
    }

    /// Whether both are ends of one channel.
    ///
    /// # Examples
    ///
    /// ```
    /// let (sender, _receiver) = coweave::channel::unbounded::<u32>();
    /// assert!(sender.same_channel(&sender.clone()));
    /// ```
    #[must_use]
    pub fn same_channel(&self, other: &Self) -> bool {
        std::ptr::eq(&raw const *self.channel, &raw const *other.channel)
    }

    fn give_up_sink(&mut self) {
        match std::mem::replace(&mut self.sink, Room::Closed) {
            Room::None | Room::Closed => {}
            Room::Waits(key) => {
                let (_, waiter) = self.channel.leave_send(key, false);
                quietly(|| drop(waiter));
            }
            Room::Reserved => self.channel.with(|core, wakes| core.give_up_room(wakes)),
        }
    }

    /// Gives up this sender, once.
    fn leave(&mut self) {
        if !matches!(self.sink, Room::Closed) {
            self.give_up_sink();
            self.channel.with(|core, wakes| core.drop_sender(wakes));
        }
    }
}

impl<T> Sender<T, Shared> {
    /// Sends a value, and blocks this thread until there is room.
    ///
    /// # Errors
    /// As [`send`](Self::send).
    ///
    /// # Panics
    /// In a task, whose worker it would stop.
    ///
    /// # Examples
    ///
    /// ```
    /// let (sender, receiver) = coweave::channel::bounded(1);
    /// let producer = std::thread::spawn(move || (0..3).for_each(|n| sender.blocking_send(n).unwrap()));
    /// assert_eq!(coweave::run(async { receiver.recv().await }), Ok(0));
    /// # drop(receiver);
    /// # drop(producer.join());
    /// ```
    #[track_caller]
    pub fn blocking_send(&self, value: T) -> Result<(), SendError<T>> {
        block_on(self.sending(value), "send(value)")
    }
}

impl<T, M: Mode> Clone for Sender<T, M> {
    fn clone(&self) -> Self {
        let channel = self.channel.clone();
        // A sender that has closed its sink is not counted, and neither is its clone.
        if matches!(self.sink, Room::Closed) {
            return Self { channel, sink: Room::Closed };
        }
        channel.with(|core, _| core.add_sender());
        Self { channel, sink: Room::None }
    }
}

impl<T, M: Mode> Drop for Sender<T, M> {
    fn drop(&mut self) {
        self.leave();
    }
}

impl<T, M: Mode> fmt::Debug for Sender<T, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sender").field("channel", &*self.channel).finish()
    }
}

impl<T, M: Mode> Unpin for Sender<T, M> {}

impl<T, M: Mode> Sink<T> for Sender<T, M> {
    type Error = SendError<()>;

    fn poll_ready(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Result<(), SendError<()>>> {
        let this = &mut *self;
        let mut key = match this.sink {
            Room::Reserved => return Poll::Ready(Ok(())),
            Room::Closed => return Poll::Ready(Err(SendError(()))),
            Room::None => None,
            Room::Waits(key) => Some(key),
        };
        let room = AskForRoom { channel: &this.channel, key: &mut key };
        let polled = poll_part(room, cx.waker());
        this.sink = match polled {
            Poll::Ready(Ok(())) => Room::Reserved,
            Poll::Ready(Err(_)) | Poll::Pending => key.map_or(Room::None, Room::Waits),
        };
        polled
    }

    fn start_send(mut self: Pin<&mut Self>, value: T) -> Result<(), SendError<()>> {
        assert!(
            matches!(self.sink, Room::Reserved),
            "start_send was called before poll_ready gave Ready(Ok)"
        );
        self.sink = Room::None;
        let sent = self.channel.with(|core, wakes| core.send_reserved(value, wakes));
        sent.map_err(|_| SendError(()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), SendError<()>>> {
        Poll::Ready(Ok(()))
    }

    fn poll_close(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Result<(), SendError<()>>> {
        self.leave();
        Poll::Ready(Ok(()))
    }
}

future_of_operation! {
    /// The future of [`Sender::send`].
    ///
    /// # Examples
    ///
    /// ```
    /// coweave::run(async {
    ///     let (sender, _receiver) = coweave::channel::bounded(1);
    ///     let send: coweave::channel::SendFuture<'_, u32> = sender.send(1);
    ///     send.await.unwrap();
    /// });
    /// ```
    pub struct SendFuture['a, T, M: Mode = Shared]['a, T, M: Mode]['a, T, M](Sending<'a, T, M>);
}
