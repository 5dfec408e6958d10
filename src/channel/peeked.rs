//! Looking at the next value of a channel before it is received.

use std::ops::Deref;

use super::core::Core;
use super::error::TryRecvError;
use super::operations::Channel;
use crate::sync::mode::{Mode, Shared};
use crate::task::wait::shown_by_name;
use crate::task::waiter::Wakes;

impl<T> Core<T> {
    /// Takes the next value out of the queue, where its room is kept.
    pub(super) fn take_out(&mut self, wakes: &mut Wakes) -> Result<T, TryRecvError> {
        if let Some(value) = self.take_queued() {
            self.peeked += 1;
            return Ok(value);
        }
        let offered = self.try_recv(wakes);
        self.peeked += usize::from(offered.is_ok());
        offered
    }

    /// What was taken out is received: there is room for one more.
    pub(super) fn keep_out(&mut self, wakes: &mut Wakes) {
        self.peeked -= 1;
        self.fill(wakes);
        self.end_if_ended(wakes);
    }

    /// Puts back what was taken out.
    pub(super) fn put_back(&mut self, value: T, wakes: &mut Wakes) {
        self.peeked -= 1;
        self.hand_back(value, wakes);
        self.fill(wakes);
        self.end_if_ended(wakes);
    }
}

/// The next value of a channel, taken out to be looked at; dropping this puts it back.
///
/// # Examples
///
/// ```
/// use coweave::channel::{Peeked, unbounded};
///
/// let (sender, receiver) = unbounded();
/// sender.try_send(1).unwrap();
/// let peeked: Peeked<'_, u32> = receiver.peek().unwrap();
/// assert_eq!(*peeked, 1);
/// drop(peeked);
/// assert_eq!(receiver.try_recv(), Ok(1));
/// ```
pub struct Peeked<'a, T, M: Mode = Shared> {
    channel: &'a Channel<T, M>,
    value: Option<T>,
}

shown_by_name!(Peeked['a, T, M: Mode]['a, T, M]);

impl<'a, T, M: Mode> Peeked<'a, T, M> {
    pub(super) fn new(channel: &'a Channel<T, M>, value: T) -> Self {
        Self { channel, value: Some(value) }
    }

    /// Receives it.
    ///
    /// # Examples
    ///
    /// ```
    /// let (sender, receiver) = coweave::channel::unbounded();
    /// sender.try_send(1).unwrap();
    /// assert_eq!(receiver.peek().unwrap().take(), 1);
    /// assert!(receiver.is_empty());
    /// ```
    #[must_use]
    pub fn take(mut self) -> T {
        let value = self.value.take().expect("taken once");
        // There is room for one more now.
        self.channel.with(|core, wakes| core.keep_out(wakes));
        value
    }
}

impl<T, M: Mode> Deref for Peeked<'_, T, M> {
    type Target = T;

    fn deref(&self) -> &T {
        self.value.as_ref().expect("taken once, at the end")
    }
}

impl<T, M: Mode> Drop for Peeked<'_, T, M> {
    fn drop(&mut self) {
        if let Some(value) = self.value.take() {
            self.channel.with(|core, wakes| core.put_back(value, wakes));
        }
    }
}
