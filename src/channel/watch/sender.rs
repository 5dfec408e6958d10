//! The ends that set the value.

use std::pin::Pin;
use std::task::{Context, Poll};

use futures_sink::Sink;

use super::super::error::SendError;
use super::receiver::{Receiver, Ref};
use super::state::State;
use super::waiting::{Closed, Closing};
use crate::sync::mode::{Counted, Exclusive, Mode, Parts, Shared};
use crate::task::wait::{block_on, shown_by_name};
use crate::task::waiter::Wakes;

/// What each value is kept in.
pub(super) type Value<T, M> = <M as Parts>::Counted<T>;

/// What the ends of a channel share.
pub(super) type Channel<T, M> = <M as Parts>::Cell<State<Value<T, M>>>;

/// What each end holds.
pub(super) type Pointer<T, M> = <M as Parts>::Counted<Channel<T, M>>;

/// Makes the first two ends.
#[track_caller]
pub(in super::super) fn ends<T, M: Mode>(initial: T) -> (Sender<T, M>, Receiver<T, M>) {
    let value: Value<T, M> = Counted::new(initial);
    let channel: Pointer<T, M> = Counted::new(Exclusive::new(State::new(value)));
    (Sender { channel: channel.clone() }, Receiver::new(channel, 0))
}

/// Sets the value that receivers look at; any number of clones may.
///
/// When the last sender has gone, receivers still see the last value. A sender is also a [`Sink`], which
/// is always ready. All look at one value at the same time, so an end goes to another thread only if the
/// values are `Send` and `Sync`.
///
/// # Examples
///
/// ```
/// use coweave::channel::watch::{Receiver, Sender};
///
/// let (sender, receiver): (Sender<u32>, Receiver<u32>) = coweave::channel::watch(1);
/// sender.send(2).unwrap();
/// sender.send(3).unwrap();
/// assert_eq!(*receiver.borrow(), 3);
/// ```
pub struct Sender<T, M: Mode = Shared> {
    channel: Pointer<T, M>,
}

shown_by_name!(Sender[T, M: Mode][T, M]);

impl<T, M: Mode> Sender<T, M> {
    /// Sets the value.
    ///
    /// # Errors
    /// If there is no receiver; the value is given back, and not set.
    /// [`send_replace`](Self::send_replace) sets it also then.
    ///
    /// # Examples
    ///
    /// ```
    /// let (sender, receiver) = coweave::channel::watch(1);
    /// sender.send(2).unwrap();
    /// drop(receiver);
    /// assert_eq!(sender.send(3).unwrap_err().into_inner(), 3);
    /// ```
    pub fn send(&self, value: T) -> Result<(), SendError<T>> {
        let value = Counted::new(value);
        match self.with(|state, wakes| state.send(value, wakes)) {
            Ok(before) => {
                drop(before);
                Ok(())
            }
            Err(value) => Err(SendError(Counted::into_inner(value).expect("it was not set"))),
        }
    }

    /// Sets the value, and gives the one before.
    ///
    /// # Examples
    ///
    /// ```
    /// let (sender, _receiver) = coweave::channel::watch(1);
    /// assert_eq!(*sender.send_replace(2), 1);
    /// assert_eq!(*sender.borrow(), 2);
    /// ```
    pub fn send_replace(&self, value: T) -> Ref<T, M> {
        let value = Counted::new(value);
        Ref::new(self.with(|state, wakes| state.replace(value, wakes)))
    }

    /// Changes a clone of the value, and sets it. If another sender was faster, it begins anew with what
    /// that one set: `modify` may run more than once.
    ///
    /// If `modify` panics, the value stays as it was. It must not itself send to this channel, or it never
    /// ends.
    ///
    /// # Examples
    ///
    /// ```
    /// let (sender, receiver) = coweave::channel::watch(vec![1]);
    /// sender.send_modify(|numbers| numbers.push(2));
    /// assert_eq!(*receiver.borrow(), [1, 2]);
    /// ```
    pub fn send_modify(&self, mut modify: impl FnMut(&mut T))
    where
        T: Clone,
    {
        loop {
            let (value, version) = self.channel.with(|state| state.latest());
            let mut changed = T::clone(&value);
            drop(value);
            modify(&mut changed);
            let changed = Counted::new(changed);
            let set = self.with(|state, wakes| state.replace_version(version, changed, wakes));
            if set.is_ok() {
                return;
            }
        }
    }

    /// The value.
    ///
    /// # Examples
    ///
    /// ```
    /// let (sender, _receiver) = coweave::channel::watch(1);
    /// assert_eq!(*sender.borrow(), 1);
    /// ```
    #[must_use]
    pub fn borrow(&self) -> Ref<T, M> {
        Ref::new(self.channel.with(|state| state.latest()).0)
    }

    /// One more receiver, which has seen the value that is there now.
    ///
    /// # Examples
    ///
    /// ```
    /// let (sender, _) = coweave::channel::watch(1);
    /// let receiver = sender.subscribe();
    /// assert_eq!(receiver.has_changed(), Ok(false));
    /// sender.send(2).unwrap();
    /// assert_eq!(receiver.has_changed(), Ok(true));
    /// ```
    #[must_use]
    pub fn subscribe(&self) -> Receiver<T, M> {
        let channel = self.channel.clone();
        let seen = channel.with(State::add_receiver);
        Receiver::new(channel, seen)
    }

    /// How many receivers there are.
    ///
    /// # Examples
    ///
    /// ```
    /// let (sender, _receiver) = coweave::channel::watch(1);
    /// assert_eq!(sender.receiver_count(), 1);
    /// ```
    #[must_use]
    pub fn receiver_count(&self) -> usize {
        self.channel.with(|state| state.receiver_count())
    }

    /// Whether there is no receiver now.
    ///
    /// # Examples
    ///
    /// ```
    /// let (sender, receiver) = coweave::channel::watch(1);
    /// drop(receiver);
    /// assert!(sender.is_closed());
    /// ```
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.receiver_count() == 0
    }

    /// Waits until there is no receiver.
    ///
    /// # Cancellation
    /// Dropping the future leaves no trace.
    ///
    /// # Examples
    ///
    /// ```
    /// coweave::run(async {
    ///     let (sender, receiver) = coweave::channel::watch(1);
    ///     coweave::spawn(async move { drop(receiver) });
    ///     sender.closed().await;
    ///     assert!(sender.is_closed());
    /// });
    /// ```
    #[track_caller]
    pub fn closed(&self) -> Closed<'_, T, M> {
        Closed::of(Closing::new(&self.channel))
    }

    /// Whether both are ends of one channel.
    ///
    /// # Examples
    ///
    /// ```
    /// let (sender, _receiver) = coweave::channel::watch(1);
    /// assert!(sender.same_channel(&sender.clone()));
    /// ```
    #[must_use]
    pub fn same_channel(&self, other: &Self) -> bool {
        std::ptr::eq(&raw const *self.channel, &raw const *other.channel)
    }

    /// Uses the state, and then wakes those who are to look.
    fn with<R>(&self, f: impl FnOnce(&mut State<Value<T, M>>, &mut Wakes) -> R) -> R {
        let mut wakes = Wakes::default();
        let result = self.channel.with(|state| f(state, &mut wakes));
        wakes.wake_all();
        result
    }
}

impl<T> Sender<T, Shared> {
    /// Blocks this thread until there is no receiver.
    ///
    /// # Panics
    /// In a task, whose worker it would stop.
    ///
    /// # Examples
    ///
    /// ```
    /// let (sender, receiver) = coweave::channel::watch(1);
    /// let other = std::thread::spawn(move || drop(receiver));
    /// sender.blocking_closed();
    /// # other.join().unwrap();
    /// ```
    #[track_caller]
    pub fn blocking_closed(&self) {
        block_on(Closing::<T, Shared>::new(&self.channel), "closed()");
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
        self.with(State::drop_sender);
    }
}

impl<T, M: Mode> Unpin for Sender<T, M> {}

impl<T, M: Mode> Sink<T> for Sender<T, M> {
    type Error = SendError<()>;

    fn poll_ready(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), SendError<()>>> {
        Poll::Ready(Ok(()))
    }

    fn start_send(self: Pin<&mut Self>, value: T) -> Result<(), SendError<()>> {
        self.send(value).map_err(|_| SendError(()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), SendError<()>>> {
        Poll::Ready(Ok(()))
    }

    fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), SendError<()>>> {
        Poll::Ready(Ok(()))
    }
}
