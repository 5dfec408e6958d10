//! The ends through which values go to all.

use std::pin::Pin;
use std::task::{Context, Poll};

use futures_sink::Sink;

use super::super::error::SendError;
use super::receiver::Receiver;
use super::state::State;
use crate::sync::mode::{Counted, Exclusive, Mode, Parts, Shared};
use crate::task::wait::shown_by_name;
use crate::task::waiter::Wakes;

/// What each value is kept in.
pub(super) type Value<T, M> = <M as Parts>::Counted<T>;

/// What the ends of a channel share.
pub(super) type Channel<T, M> = <M as Parts>::Cell<State<Value<T, M>>>;

/// What each end holds.
pub(super) type Pointer<T, M> = <M as Parts>::Counted<Channel<T, M>>;

/// Makes the first two ends.
#[track_caller]
pub(in super::super) fn ends<T, M: Mode>(capacity: usize) -> (Sender<T, M>, Receiver<T, M>) {
    assert!(capacity > 0, "a broadcast channel keeps at least one value");
    let channel: Pointer<T, M> = Counted::new(Exclusive::new(State::new(capacity)));
    (Sender { channel: channel.clone() }, Receiver::new(channel, 0))
}

/// Sends each value to all receivers; any number of clones may.
///
/// When the last sender has gone, receivers get what is left, and then the end. A sender is also a
/// [`Sink`], which is always ready. Receivers clone one value at the same time, so an end goes to another
/// thread only if the values are `Send` and `Sync`.
///
/// # Examples
///
/// ```
/// use coweave::channel::broadcast::{Receiver, Sender};
///
/// let (sender, mut one): (Sender<u32>, Receiver<u32>) = coweave::channel::broadcast(8);
/// let mut two = sender.subscribe();
/// assert_eq!(sender.send(5), Ok(2));
/// assert_eq!(one.try_recv(), Ok(5));
/// assert_eq!(two.try_recv(), Ok(5));
/// ```
pub struct Sender<T, M: Mode = Shared> {
    channel: Pointer<T, M>,
}

shown_by_name!(Sender[T, M: Mode][T, M]);

impl<T, M: Mode> Sender<T, M> {
    /// Sends a value to all receivers, without waiting, and says how many there are. The oldest value
    /// goes, if there is no room.
    ///
    /// # Errors
    /// If there is no receiver; the value is given back.
    ///
    /// # Examples
    ///
    /// ```
    /// let (sender, receiver) = coweave::channel::broadcast(8);
    /// assert_eq!(sender.send(5), Ok(1));
    /// drop(receiver);
    /// assert_eq!(sender.send(6).unwrap_err().into_inner(), 6);
    /// ```
    pub fn send(&self, value: T) -> Result<usize, SendError<T>> {
        let value: Value<T, M> = Counted::new(value);
        let mut wakes = Wakes::default();
        let sent = self.channel.with(|state| state.send(value, &mut wakes));
        wakes.wake_all();
        match sent {
            Ok((count, removed)) => {
                drop(removed);
                Ok(count)
            }
            Err(value) => Err(SendError(value.into_inner().expect("it was not queued"))),
        }
    }

    /// One more receiver, of all that is sent from now on.
    ///
    /// # Examples
    ///
    /// ```
    /// let (sender, _receiver) = coweave::channel::broadcast(8);
    /// sender.send(1).unwrap();
    /// let mut late = sender.subscribe();
    /// sender.send(2).unwrap();
    /// assert_eq!(late.try_recv(), Ok(2));
    /// ```
    #[must_use]
    pub fn subscribe(&self) -> Receiver<T, M> {
        let channel = self.channel.clone();
        let next = channel.with(State::subscribe);
        Receiver::new(channel, next)
    }

    /// How many values are kept, which some receiver has yet to receive.
    ///
    /// # Examples
    ///
    /// ```
    /// let (sender, mut receiver) = coweave::channel::broadcast(8);
    /// sender.send(1).unwrap();
    /// assert_eq!(sender.len(), 1);
    /// receiver.try_recv().unwrap();
    /// assert_eq!(sender.len(), 0);
    /// ```
    #[must_use]
    pub fn len(&self) -> usize {
        self.channel.with(|state| state.len())
    }

    /// Whether all receivers have received all.
    ///
    /// # Examples
    ///
    /// ```
    /// let (sender, _receiver) = coweave::channel::broadcast::<u32>(8);
    /// assert!(sender.is_empty());
    /// ```
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many values are kept at most.
    ///
    /// # Examples
    ///
    /// ```
    /// let (sender, _receiver) = coweave::channel::broadcast::<u32>(8);
    /// assert_eq!(sender.capacity(), 8);
    /// ```
    #[must_use]
    pub fn capacity(&self) -> usize {
        self.channel.with(|state| state.capacity())
    }

    /// How many receivers there are.
    ///
    /// # Examples
    ///
    /// ```
    /// let (sender, _receiver) = coweave::channel::broadcast::<u32>(8);
    /// assert_eq!(sender.receiver_count(), 1);
    /// ```
    #[must_use]
    pub fn receiver_count(&self) -> usize {
        self.channel.with(|state| state.receiver_count())
    }

    /// Whether both are ends of one channel.
    ///
    /// # Examples
    ///
    /// ```
    /// let (sender, _receiver) = coweave::channel::broadcast::<u32>(8);
    /// assert!(sender.same_channel(&sender.clone()));
    /// ```
    #[must_use]
    pub fn same_channel(&self, other: &Self) -> bool {
        std::ptr::eq(&raw const *self.channel, &raw const *other.channel)
    }
}

impl<T, M: Mode> Clone for Sender<T, M> {
    fn clone(&self) -> Self {
        self.channel.with(State::add_sender);
        Self { channel: self.channel.clone() }
    }
}

impl<T, M: Mode> Drop for Sender<T, M> {
    fn drop(&mut self) {
        let mut wakes = Wakes::default();
        self.channel.with(|state| state.drop_sender(&mut wakes));
        wakes.wake_all();
    }
}

impl<T, M: Mode> Unpin for Sender<T, M> {}

impl<T, M: Mode> Sink<T> for Sender<T, M> {
    type Error = SendError<()>;

    fn poll_ready(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), SendError<()>>> {
        Poll::Ready(Ok(()))
    }

    fn start_send(self: Pin<&mut Self>, value: T) -> Result<(), SendError<()>> {
        self.send(value).map_or_else(|_| Err(SendError(())), |_| Ok(()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), SendError<()>>> {
        Poll::Ready(Ok(()))
    }

    fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), SendError<()>>> {
        Poll::Ready(Ok(()))
    }
}
