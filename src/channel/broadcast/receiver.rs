//! The ends at which the values come out that go to all.

use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;

use super::error::{RecvError, TryRecvError};
use super::sender::{Pointer, Value};
use super::state::State;
use crate::primitives::quietly;
use crate::sync::mode::{Counted, Exclusive, Mode, Shared};
use crate::sync::wait_queue::Key;
use crate::task::Waits;
use crate::task::wait::{
    Answer, Kind, Operation, block_on, future_of_operation, poll_part, shown_by_name,
};
use crate::task::waiter::Asker;

/// Receives every value that is sent after it subscribed, in the order in which they were sent.
///
/// A clone goes on from the same place. A receiver is also a [`Stream`] of `Result<T, RecvError>`, whose
/// only error is [`RecvError::Lagged`]; it ends when no value can come any more.
///
/// # Examples
///
/// ```
/// use futures::TryStreamExt;
///
/// coweave::run(async {
///     let (sender, receiver) = coweave::channel::broadcast(8);
///     sender.send(1).unwrap();
///     let second = receiver.clone();
///     sender.send(2).unwrap();
///     drop(sender);
///     assert_eq!(receiver.try_collect::<Vec<u32>>().await, Ok(vec![1, 2]));
///     assert_eq!(second.try_collect::<Vec<u32>>().await, Ok(vec![1, 2]));
/// });
/// ```
pub struct Receiver<T, M: Mode = Shared> {
    channel: Pointer<T, M>,
    /// The number of its next value.
    next: u64,
    /// Its place among those who wait.
    key: Option<Key>,
}

shown_by_name!(Receiver[T, M: Mode][T, M]);

impl<T, M: Mode> Receiver<T, M> {
    pub(super) fn new(channel: Pointer<T, M>, next: u64) -> Self {
        Self { channel, next, key: None }
    }

    /// How many values are kept that this one has yet to receive.
    ///
    /// # Examples
    ///
    /// ```
    /// let (sender, receiver) = coweave::channel::broadcast(8);
    /// sender.send(1).unwrap();
    /// assert_eq!(receiver.len(), 1);
    /// ```
    #[must_use]
    pub fn len(&self) -> usize {
        self.channel.with(|state| state.unreceived(self.next).0)
    }

    /// Whether this one has received all.
    ///
    /// # Examples
    ///
    /// ```
    /// let (_sender, receiver) = coweave::channel::broadcast::<u32>(8);
    /// assert!(receiver.is_empty());
    /// ```
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether all senders have gone; what is left may still be received.
    ///
    /// # Examples
    ///
    /// ```
    /// let (sender, receiver) = coweave::channel::broadcast::<u32>(8);
    /// drop(sender);
    /// assert!(receiver.is_closed());
    /// ```
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.channel.with(|state| state.is_closed())
    }

    /// One more receiver, of what is sent from now on.
    ///
    /// # Examples
    ///
    /// ```
    /// let (sender, receiver) = coweave::channel::broadcast(8);
    /// sender.send(1).unwrap();
    /// let mut late = receiver.resubscribe();
    /// sender.send(2).unwrap();
    /// assert_eq!(late.try_recv(), Ok(2));
    /// ```
    #[must_use]
    pub fn resubscribe(&self) -> Self {
        let channel = self.channel.clone();
        let next = channel.with(State::subscribe);
        Self::new(channel, next)
    }

    /// Whether both are ends of one channel.
    ///
    /// # Examples
    ///
    /// ```
    /// let (_sender, receiver) = coweave::channel::broadcast::<u32>(8);
    /// assert!(receiver.same_channel(&receiver.clone()));
    /// ```
    #[must_use]
    pub fn same_channel(&self, other: &Self) -> bool {
        std::ptr::eq(&raw const *self.channel, &raw const *other.channel)
    }

    fn leave(&mut self) {
        if let Some(key) = self.key.take() {
            let waiter = self.channel.with(|state| state.leave(key));
            quietly(|| drop(waiter));
        }
    }
}

impl<T: Clone, M: Mode> Receiver<T, M> {
    /// Receives the next value, once there is one. The last to receive a value gets the value itself, the
    /// others clones of it.
    ///
    /// # Errors
    /// If values were missed, or if no value can come any more.
    ///
    /// # Cancellation
    /// Dropping the future leaves no trace: the next receive gets the value.
    ///
    /// # Examples
    ///
    /// ```
    /// coweave::run(async {
    ///     let (sender, mut receiver) = coweave::channel::broadcast(8);
    ///     coweave::spawn(async move { sender.send("hello") });
    ///     assert_eq!(receiver.recv().await, Ok("hello"));
    ///     assert!(receiver.recv().await.is_err());
    /// });
    /// ```
    #[track_caller]
    pub fn recv(&mut self) -> Recv<'_, T, M> {
        Recv::of(Receiving(self))
    }

    /// Receives the next value, if there is one now.
    ///
    /// # Errors
    /// If all were received, if values were missed, or if no value can come any more.
    ///
    /// # Examples
    ///
    /// ```
    /// let (sender, mut receiver) = coweave::channel::broadcast(8);
    /// sender.send(1).unwrap();
    /// assert_eq!(receiver.try_recv(), Ok(1));
    /// assert!(receiver.try_recv().is_err());
    /// ```
    pub fn try_recv(&mut self) -> Result<T, TryRecvError> {
        let Self { channel, next, .. } = self;
        channel.with(|state| state.try_recv(next)).map(own::<T, M>)
    }
}

/// The value, or a clone of it if others hold it as well.
fn own<T: Clone, M: Mode>(value: Value<T, M>) -> T {
    value.try_unwrap().unwrap_or_else(|shared| T::clone(&shared))
}

impl<T: Clone> Receiver<T, Shared> {
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
    /// let (sender, mut receiver) = coweave::channel::broadcast(8);
    /// let producer = std::thread::spawn(move || sender.send(5));
    /// assert_eq!(receiver.blocking_recv(), Ok(5));
    /// # producer.join().unwrap().unwrap();
    /// ```
    #[track_caller]
    pub fn blocking_recv(&mut self) -> Result<T, RecvError> {
        block_on(Receiving(self), "recv()")
    }
}

impl<T, M: Mode> Clone for Receiver<T, M> {
    fn clone(&self) -> Self {
        let next = self.next;
        self.channel.with(|state| state.add_receiver(next));
        Self::new(self.channel.clone(), next)
    }
}

impl<T, M: Mode> Drop for Receiver<T, M> {
    fn drop(&mut self) {
        self.leave();
        let next = self.next;
        let gone = self.channel.with(|state| state.drop_receiver(next));
        drop(gone);
    }
}

impl<T, M: Mode> Unpin for Receiver<T, M> {}

impl<T: Clone, M: Mode> Stream for Receiver<T, M> {
    type Item = Result<T, RecvError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        poll_part(Next(&mut self), cx.waker()).map(|received| match received {
            Err(RecvError::Closed) => None,
            received => Some(received),
        })
    }
}

/// Receiving what is sent to all, with a place that is kept.
struct Next<'a, T, M: Mode>(&'a mut Receiver<T, M>);

impl<T: Clone, M: Mode> Operation for Next<'_, T, M> {
    type Output = Result<T, RecvError>;

    fn kind(&self) -> Kind {
        Kind(Waits::Receive)
    }

    fn ask(&mut self, asker: &mut impl Asker) -> Answer<Self::Output> {
        let Receiver { channel, next, key } = &mut *self.0;
        let answer = channel.with(|state| {
            loop {
                if key.is_none() {
                    match state.try_recv(next) {
                        Ok(value) => return Answer::Ready(Ok(value)),
                        Err(TryRecvError::Lagged(missed)) => {
                            return Answer::Ready(Err(RecvError::Lagged(missed)));
                        }
                        Err(TryRecvError::Closed) => return Answer::Ready(Err(RecvError::Closed)),
                        Err(TryRecvError::Empty) => {}
                    }
                }
                match state.wait(key, asker) {
                    Answer::Ready(()) => {}
                    Answer::Waits => return Answer::Waits,
                    Answer::NeedsWaiter => return Answer::NeedsWaiter,
                }
            }
        });
        answer.map(|received| received.map(own::<T, M>))
    }
}

/// Receiving what is sent to all.
pub struct Receiving<'a, T, M: Mode>(&'a mut Receiver<T, M>);

shown_by_name!(Receiving['a, T, M: Mode]['a, T, M]);

impl<T: Clone, M: Mode> Operation for Receiving<'_, T, M> {
    type Output = Result<T, RecvError>;

    fn kind(&self) -> Kind {
        Kind(Waits::Receive)
    }

    fn ask(&mut self, asker: &mut impl Asker) -> Answer<Self::Output> {
        Next(self.0).ask(asker)
    }
}

impl<T, M: Mode> Drop for Receiving<'_, T, M> {
    fn drop(&mut self) {
        self.0.leave();
    }
}

future_of_operation! {
    /// The future of [`Receiver::recv`].
    ///
    /// # Examples
    ///
    /// ```
    /// coweave::run(async {
    ///     let (sender, mut receiver) = coweave::channel::broadcast(8);
    ///     sender.send(1).unwrap();
    ///     let recv: coweave::channel::broadcast::Recv<'_, u32> = receiver.recv();
    ///     assert_eq!(recv.await, Ok(1));
    /// });
    /// ```
    pub struct Recv['a, T, M: Mode = Shared]['a, T: Clone, M: Mode]['a, T, M](Receiving<'a, T, M>);
}
