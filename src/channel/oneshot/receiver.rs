//! The end at which the one value comes out.

use std::future::Future;
use std::hint::cold_path;
use std::panic::Location;
use std::pin::Pin;
use std::task::{Context, Poll};

use super::super::error::{RecvError, TryRecvError};
use super::sender::Pointer;
use super::state::State;
use crate::primitives::{End, quietly};
use crate::sync::mode::{Mode, Shared};
use crate::task::Waits;
use crate::task::awaiting::Awaited;
use crate::task::wait::{
    Answer, Kind, Operation, OperationLeaf, block_on, poll_awaited, shown_by_name,
};
use crate::task::waiter::Asker;

/// Receives one value: a future of it, or of the error that none will come.
///
/// Awaiting `&mut receiver` may be given up and begun again.
///
/// # Cancellation
/// Dropping the receiver drops the value that it did not receive.
///
/// # Panics
/// When it is polled after it has given its value.
///
/// # Examples
///
/// ```
/// coweave::run(async {
///     let (sender, receiver) = coweave::channel::oneshot::<u32>();
///     drop(sender);
///     assert_eq!(receiver.await, Err(coweave::channel::RecvError));
/// });
/// ```
#[must_use = "futures do nothing unless they are awaited"]
pub struct Receiver<T, M: Mode = Shared> {
    taking: Taking<T, M>,
}

shown_by_name!(Receiver[T, M: Mode][T, M]);

impl<T, M: Mode> Receiver<T, M> {
    pub(super) fn new(channel: Pointer<T, M>) -> Self {
        Self { taking: Taking { channel: Some(channel) } }
    }

    /// Receives the value, if it is there now.
    ///
    /// # Errors
    /// If it is not; [`TryRecvError::Disconnected`] if it cannot come any more, or was received.
    ///
    /// # Examples
    ///
    /// ```
    /// use coweave::channel::TryRecvError;
    ///
    /// let (sender, mut receiver) = coweave::channel::oneshot();
    /// assert_eq!(receiver.try_recv(), Err(TryRecvError::Empty));
    /// sender.send(5).unwrap();
    /// assert_eq!(receiver.try_recv(), Ok(5));
    /// assert_eq!(receiver.try_recv(), Err(TryRecvError::Disconnected));
    /// ```
    pub fn try_recv(&mut self) -> Result<T, TryRecvError> {
        match &mut self.taking.channel {
            Some(channel) => channel.with(State::try_recv),
            None => Err(TryRecvError::Disconnected),
        }
    }

    /// Has nothing sent any more; what was sent may still be received.
    ///
    /// # Examples
    ///
    /// ```
    /// let (sender, mut receiver) = coweave::channel::oneshot();
    /// receiver.close();
    /// assert!(sender.send(5).is_err());
    /// ```
    pub fn close(&mut self) {
        if let Some(channel) = &mut self.taking.channel
            && let Some(waiter) = channel.with(State::close)
        {
            waiter.wake();
        }
    }
}

impl<T> Receiver<T, Shared> {
    /// Receives the value, and blocks this thread until it is there.
    ///
    /// # Errors
    /// If it cannot come any more.
    ///
    /// # Panics
    /// In a task, whose worker it would stop.
    ///
    /// # Examples
    ///
    /// ```
    /// let (sender, receiver) = coweave::channel::oneshot();
    /// std::thread::spawn(move || coweave::run(async { sender.send(5) }));
    /// assert_eq!(receiver.blocking_recv(), Ok(5));
    /// ```
    #[track_caller]
    pub fn blocking_recv(self) -> Result<T, RecvError> {
        block_on(self.taking, "receiver")
    }
}

impl<T, M: Mode> Unpin for Receiver<T, M> {}

impl<T, M: Mode> Future for Receiver<T, M> {
    type Output = Result<T, RecvError>;

    #[track_caller]
    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        poll_awaited(&mut self.taking, Location::caller(), cx.waker())
    }
}

impl<T, M: Mode> Awaited<Receiver<T, M>> {
    #[doc(hidden)]
    #[inline(always)]
    pub fn __coweave_into_leaf(self) -> OperationLeaf<Taking<T, M>> {
        OperationLeaf(self.0.taking)
    }
}

/// Receiving the one value.
pub struct Taking<T, M: Mode> {
    /// Until it is done.
    channel: Option<Pointer<T, M>>,
}

shown_by_name!(Taking[T, M: Mode][T, M]);

impl<T, M: Mode> Operation for Taking<T, M> {
    type Output = Result<T, RecvError>;

    fn kind(&self) -> Kind {
        Kind(Waits::Receive)
    }

    // Once the sender has gone, which is the usual case, nothing needs to be asked.
    #[inline(always)]
    fn at_once(&mut self) -> Option<Self::Output> {
        End::leave_if_alone(&mut self.channel, State::take_value)
    }

    #[inline(always)]
    fn ask(&mut self, asker: &mut impl Asker) -> Answer<Self::Output> {
        let channel = self.channel.as_mut();
        let channel = channel.expect("a oneshot was polled after it gave its value");
        let answer = channel.with(|state| state.recv(asker));
        if matches!(answer, Answer::Ready(_)) {
            cold_path();
            self.leave();
        }
        answer
    }

    #[inline(always)]
    fn fetch(&mut self) -> Option<Self::Output> {
        self.at_once()
    }
}

impl<T, M: Mode> Taking<T, M> {
    #[inline(never)]
    fn leave(&mut self) {
        let Some(channel) = self.channel.take() else { return };
        let (sender, value, own) = channel.leave(State::drop_receiver);
        if let Some(sender) = sender {
            sender.wake();
        }
        quietly(|| drop(own));
        drop(value);
    }
}

impl<T, M: Mode> Drop for Taking<T, M> {
    #[inline(always)]
    fn drop(&mut self) {
        if self.channel.is_some() {
            cold_path();
            self.leave();
        }
    }
}
