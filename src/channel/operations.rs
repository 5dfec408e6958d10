//! What waits at a channel: to send, for room, to receive.

use std::fmt;

use super::core::{Core, Leftover};
use super::error::{RecvError, SendError};
use super::permit::Permit;
use crate::primitives::quietly;
use crate::sync::mode::{Exclusive, Mode};
use crate::sync::wait_queue::Key;
use crate::task::Waits;
use crate::task::wait::{Answer, Asked, Asking, Kind, Operation, shown_by_name};
use crate::task::waiter::Wakes;

/// What the ends of a channel share.
pub struct Channel<T, M: Mode> {
    core: M::Cell<Core<T>>,
}

impl<T, M: Mode> Channel<T, M> {
    pub(super) fn new(core: Core<T>) -> Self {
        Self { core: Exclusive::new(core) }
    }

    /// Uses the state, and then wakes those who got something.
    #[inline(always)]
    pub(super) fn with<R>(&self, f: impl FnOnce(&mut Core<T>, &mut Wakes) -> R) -> R {
        let mut wakes = Wakes::default();
        let result = self.core.with(|core| f(core, &mut wakes));
        wakes.wake_all();
        result
    }

    pub(super) fn leave_recv(&self, key: Key) {
        let waiter = self.with(|core, wakes| core.leave_recv(key, wakes));
        quietly(|| drop(waiter));
    }

    pub(super) fn leave_send(&self, key: Key, had_value: bool) -> Leftover<T> {
        self.with(|core, wakes| core.leave_send(key, had_value, wakes))
    }
}

impl<T, M: Mode> fmt::Debug for Channel<T, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (len, capacity) = self.core.with(|core| (core.len(), core.capacity()));
        f.debug_struct("Channel").field("len", &len).field("capacity", &capacity).finish()
    }
}

/// Sending a value.
pub struct Sending<'a, T, M: Mode> {
    pub(super) channel: &'a Channel<T, M>,
    pub(super) value: Option<T>,
    pub(super) key: Option<Key>,
}

shown_by_name!(Sending['a, T, M: Mode]['a, T, M]);

impl<T, M: Mode> Operation for Sending<'_, T, M> {
    type Output = Result<(), SendError<T>>;

    fn kind(&self) -> Kind {
        Kind(Waits::Send)
    }

    #[inline(always)]
    fn ask(&mut self, asking: &mut Asking<'_>) -> Asked<Self::Output> {
        let Self { channel, value, key } = self;
        debug_assert!(key.is_some() || value.is_some(), "polled again after it was sent");
        let answer = channel.with(|core, wakes| core.send(key, value, &mut asking.0, wakes));
        Asked(match answer {
            Answer::Ready(Ok(())) => Answer::Ready(Ok(())),
            Answer::Ready(Err(unsent)) => {
                Answer::Ready(Err(SendError(unsent.expect("it was to be sent"))))
            }
            Answer::Waits => Answer::Waits,
            Answer::NeedsWaiter => Answer::NeedsWaiter,
        })
    }
}

impl<T, M: Mode> Drop for Sending<'_, T, M> {
    #[inline]
    fn drop(&mut self) {
        if let Some(key) = self.key.take() {
            let (unsent, waiter) = self.channel.leave_send(key, true);
            quietly(|| drop(waiter));
            drop(unsent);
        }
    }
}

/// Asking for room.
pub struct Reserving<'a, T, M: Mode> {
    pub(super) channel: &'a Channel<T, M>,
    pub(super) key: Option<Key>,
}

shown_by_name!(Reserving['a, T, M: Mode]['a, T, M]);

impl<'a, T, M: Mode> Operation for Reserving<'a, T, M> {
    type Output = Result<Permit<'a, T, M>, SendError<()>>;

    fn kind(&self) -> Kind {
        Kind(Waits::Send)
    }

    fn ask(&mut self, asking: &mut Asking<'_>) -> Asked<Self::Output> {
        Asked(match ask_for_room(self.channel, &mut self.key, asking) {
            Answer::Ready(true) => Answer::Ready(Ok(Permit::new(self.channel))),
            Answer::Ready(false) => Answer::Ready(Err(SendError(()))),
            Answer::Waits => Answer::Waits,
            Answer::NeedsWaiter => Answer::NeedsWaiter,
        })
    }
}

/// Asks for room, which there will never be if the answer is false.
pub(super) fn ask_for_room<T, M: Mode>(
    channel: &Channel<T, M>,
    key: &mut Option<Key>,
    asking: &mut Asking<'_>,
) -> Answer<bool> {
    match channel.with(|core, wakes| core.send(key, &mut None, &mut asking.0, wakes)) {
        Answer::Ready(given) => Answer::Ready(given.is_ok()),
        Answer::Waits => Answer::Waits,
        Answer::NeedsWaiter => Answer::NeedsWaiter,
    }
}

impl<T, M: Mode> Drop for Reserving<'_, T, M> {
    fn drop(&mut self) {
        if let Some(key) = self.key.take() {
            let (_, waiter) = self.channel.leave_send(key, false);
            quietly(|| drop(waiter));
        }
    }
}

/// Receiving a value.
pub struct Receiving<'a, T, M: Mode> {
    pub(super) channel: &'a Channel<T, M>,
    pub(super) key: Option<Key>,
}

shown_by_name!(Receiving['a, T, M: Mode]['a, T, M]);

impl<T, M: Mode> Operation for Receiving<'_, T, M> {
    type Output = Result<T, RecvError>;

    fn kind(&self) -> Kind {
        Kind(Waits::Receive)
    }

    #[inline(always)]
    fn ask(&mut self, asking: &mut Asking<'_>) -> Asked<Self::Output> {
        let Self { channel, key } = self;
        Asked(channel.with(|core, wakes| core.recv(key, &mut asking.0, wakes)))
    }
}

impl<T, M: Mode> Drop for Receiving<'_, T, M> {
    #[inline]
    fn drop(&mut self) {
        if let Some(key) = self.key.take() {
            self.channel.leave_recv(key);
        }
    }
}
