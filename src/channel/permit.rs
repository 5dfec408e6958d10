//! Room in a channel that was given to a sender.

use super::error::SendError;
use super::operations::{Channel, Reserving};
use crate::sync::mode::{Mode, Shared};
use crate::task::wait::{future_of_operation, shown_by_name};

/// Room for one value, which nobody else can take: sending into it never waits.
///
/// Dropping it gives the room to the next.
///
/// # Examples
///
/// ```
/// coweave::run(async {
///     let (sender, receiver) = coweave::channel::bounded(1);
///     let permit = sender.reserve().await.unwrap();
///     assert!(sender.try_send(1).unwrap_err().is_full());
///     permit.send(2).unwrap();
///     assert_eq!(receiver.recv().await, Ok(2));
/// });
/// ```
#[must_use = "dropping the permit gives up the room"]
pub struct Permit<'a, T, M: Mode = Shared> {
    channel: &'a Channel<T, M>,
}

shown_by_name!(Permit['a, T, M: Mode]['a, T, M]);

impl<'a, T, M: Mode> Permit<'a, T, M> {
    pub(super) fn new(channel: &'a Channel<T, M>) -> Self {
        Self { channel }
    }

    /// Sends the value, without waiting; also if the channel was closed meanwhile.
    ///
    /// # Errors
    /// If all receivers have gone; the value is given back.
    ///
    /// # Examples
    ///
    /// ```
    /// coweave::run(async {
    ///     let (sender, receiver) = coweave::channel::bounded(1);
    ///     let permit = sender.reserve().await.unwrap();
    ///     drop(receiver);
    ///     assert_eq!(permit.send(2).unwrap_err().into_inner(), 2);
    /// });
    /// ```
    pub fn send(self, value: T) -> Result<(), SendError<T>> {
        let channel = self.channel;
        std::mem::forget(self);
        channel.with(|core, wakes| core.send_reserved(value, wakes))
    }
}

impl<T, M: Mode> Drop for Permit<'_, T, M> {
    fn drop(&mut self) {
        self.channel.with(|core, wakes| core.give_up_room(wakes));
    }
}

future_of_operation! {
    /// The future of [`Sender::reserve`](super::Sender::reserve).
    ///
    /// # Examples
    ///
    /// ```
    /// coweave::run(async {
    ///     let (sender, _receiver) = coweave::channel::bounded::<u32>(1);
    ///     let reserve: coweave::channel::Reserve<'_, u32> = sender.reserve();
    ///     drop(reserve.await);
    /// });
    /// ```
    pub struct Reserve['a, T, M: Mode = Shared]['a, T, M: Mode]['a, T, M](Reserving<'a, T, M>);
}
