//! The end through which the one value goes in.

use std::hint::cold_path;

use super::super::error::SendError;
use super::receiver::Receiver;
use super::state::State;
use crate::primitives::{End, quietly};
use crate::sync::mode::{Mode, Parts, Shared};
use crate::task::Waits;
use crate::task::wait::{Answer, Kind, Operation, future_of_operation, shown_by_name};
use crate::task::waiter::Asker;

/// What either end holds.
pub(super) type Pointer<T, M> = End<State<T>, <M as Parts>::Turn>;

/// Makes the two ends.
#[inline]
pub(in super::super) fn ends<T, M: Mode>() -> (Sender<T, M>, Receiver<T, M>) {
    let (sender, receiver) = End::pair(State::new);
    (Sender { channel: Some(sender) }, Receiver::new(receiver))
}

/// Sends one value; dropping it instead tells the receiver that none will come.
///
/// # Examples
///
/// ```
/// use coweave::channel::oneshot::{Receiver, Sender};
///
/// coweave::run(async {
///     let (sender, receiver): (Sender<u32>, Receiver<u32>) = coweave::channel::oneshot();
///     coweave::spawn(async move { sender.send(5) });
///     assert_eq!(receiver.await, Ok(5));
/// });
/// ```
pub struct Sender<T, M: Mode = Shared> {
    /// Until it has sent.
    channel: Option<Pointer<T, M>>,
}

shown_by_name!(Sender[T, M: Mode][T, M]);

impl<T, M: Mode> Sender<T, M> {
    /// Sends the value, without waiting.
    ///
    /// # Errors
    /// If the receiver has gone or has closed the channel; the value is given back.
    ///
    /// # Examples
    ///
    /// ```
    /// let (sender, receiver) = coweave::channel::oneshot();
    /// drop(receiver);
    /// assert_eq!(sender.send(5).unwrap_err().into_inner(), 5);
    /// ```
    #[inline]
    pub fn send(mut self, value: T) -> Result<(), SendError<T>> {
        let channel = self.channel.take().expect("sending takes the sender");
        let waiter = channel.leave(|state| state.send(value))?;
        if let Some(waiter) = waiter {
            waiter.wake();
        }
        Ok(())
    }

    /// Whether the receiver has gone or has closed the channel.
    ///
    /// # Examples
    ///
    /// ```
    /// let (sender, receiver) = coweave::channel::oneshot::<u32>();
    /// assert!(!sender.is_closed());
    /// drop(receiver);
    /// assert!(sender.is_closed());
    /// ```
    #[must_use]
    pub fn is_closed(&self) -> bool {
        let channel = self.channel.as_ref().expect("sending takes the sender");
        channel.with_other(|state| state.is_closed()).unwrap_or(true)
    }

    /// Waits until the receiver has gone or has closed the channel: there is nothing to work for any
    /// more.
    ///
    /// # Cancellation
    /// Dropping the future leaves no trace.
    ///
    /// # Examples
    ///
    /// ```
    /// coweave::run(async {
    ///     let (mut sender, receiver) = coweave::channel::oneshot::<u32>();
    ///     coweave::spawn(async move { drop(receiver) });
    ///     sender.closed().await;
    ///     assert!(sender.send(1).is_err());
    /// });
    /// ```
    #[track_caller]
    pub fn closed(&mut self) -> Closed<'_, T, M> {
        let channel = self.channel.as_mut().expect("sending takes the sender");
        Closed::of(Closing { channel, waits: false })
    }
}

impl<T, M: Mode> Sender<T, M> {
    /// Goes without having sent.
    #[inline(never)]
    fn leave(&mut self) {
        let channel = self.channel.take();
        if let Some(waiter) = channel.and_then(|channel| channel.leave(State::drop_sender)) {
            waiter.wake();
        }
    }
}

impl<T, M: Mode> Drop for Sender<T, M> {
    #[inline(always)]
    fn drop(&mut self) {
        if self.channel.is_some() {
            cold_path();
            self.leave();
        }
    }
}

/// Waiting for the receiver's end.
pub struct Closing<'a, T, M: Mode> {
    channel: &'a mut Pointer<T, M>,
    /// Whether the sender's place may be taken.
    waits: bool,
}

shown_by_name!(Closing['a, T, M: Mode]['a, T, M]);

impl<T, M: Mode> Operation for Closing<'_, T, M> {
    type Output = ();

    fn kind(&self) -> Kind {
        Kind(Waits::Other)
    }

    fn ask(&mut self, asker: &mut impl Asker) -> Answer<()> {
        let answer = self.channel.with(|state| state.wait_for_close(asker));
        self.waits = matches!(answer, Answer::Waits);
        answer
    }
}

impl<T, M: Mode> Drop for Closing<'_, T, M> {
    fn drop(&mut self) {
        if self.waits {
            let waiter = self.channel.with(State::leave_close);
            quietly(|| drop(waiter));
        }
    }
}

future_of_operation! {
    /// The future of [`Sender::closed`].
    ///
    /// # Examples
    ///
    /// ```
    /// coweave::run(async {
    ///     let (mut sender, receiver) = coweave::channel::oneshot::<u32>();
    ///     drop(receiver);
    ///     let closed: coweave::channel::oneshot::Closed<'_, u32> = sender.closed();
    ///     closed.await;
    /// });
    /// ```
    pub struct Closed['a, T, M: Mode = Shared]['a, T, M: Mode]['a, T, M](Closing<'a, T, M>);
}
