//! What waits at a channel: to send, for room, to receive.

use std::fmt;
use std::hint::cold_path;
use std::ops::DerefMut;

use super::core::{Core, Leftover};
use super::error::{RecvError, SendError};
use super::permit::Permit;
use crate::primitives::quietly;
use crate::sync::mode::{Exclusive, Mode};
use crate::sync::wait_queue::Key;
use crate::task::Waits;
use crate::task::wait::{Answer, Kind, Operation, shown_by_name};
use crate::task::waiter::{Asker, Wakes};

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
        // No closure around the closure, which would be called.
        let mut core = self.core.hold();
        let result = f(&mut core, &mut wakes);
        drop(core);
        wakes.wake_all();
        result
    }

    #[cold]
    #[inline(never)]
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
    fn ask(&mut self, asker: &mut impl Asker) -> Answer<Self::Output> {
        let mut core = self.channel.core.hold();
        if self.key.is_none()
            && let Some(waiter) = core.send_now(&mut self.value)
        {
            drop(core);
            if let Some(waiter) = waiter {
                waiter.wake();
            }
            return Answer::Ready(Ok(()));
        }
        drop(core);
        asker.aside(|asker| self.ask_for_more(asker))
    }

    #[inline(always)]
    fn fetch(&mut self) -> Option<Self::Output> {
        let sent = self.channel.core.hold().senders.fetch(self.key?)?;
        self.key = None;
        Some(sent.map_err(|unsent| SendError(unsent.expect("it was to be sent"))))
    }
}

impl<T, M: Mode> Sending<'_, T, M> {
    /// Waits, or fetches what came of it.
    #[inline(never)]
    fn ask_for_more(&mut self, asker: &mut impl Asker) -> Answer<Result<(), SendError<T>>> {
        assert!(self.key.is_some() || self.value.is_some(), "a `Send` was polled after its end");
        let answer = self
            .channel
            .with(|core, wakes| core.send(&mut self.key, &mut self.value, asker, wakes));
        answer.map(|sent| sent.map_err(|unsent| SendError(unsent.expect("it was to be sent"))))
    }

    #[cold]
    #[inline(never)]
    fn give_up(&mut self, key: Key) {
        let (unsent, waiter) = self.channel.leave_send(key, true);
        quietly(|| drop(waiter));
        drop(unsent);
    }
}

impl<T, M: Mode> Drop for Sending<'_, T, M> {
    #[inline(always)]
    fn drop(&mut self) {
        if let Some(key) = self.key {
            cold_path();
            self.give_up(key);
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

    fn ask(&mut self, asker: &mut impl Asker) -> Answer<Self::Output> {
        let mut room = AskForRoom { channel: self.channel, key: &mut self.key };
        room.ask(asker).map(|room| room.map(|()| Permit::new(self.channel)))
    }
}

/// Asking for room, with a place in the queue that is kept elsewhere.
pub(super) struct AskForRoom<'a, T, M: Mode> {
    pub(super) channel: &'a Channel<T, M>,
    pub(super) key: &'a mut Option<Key>,
}

impl<T, M: Mode> Operation for AskForRoom<'_, T, M> {
    type Output = Result<(), SendError<()>>;

    fn kind(&self) -> Kind {
        Kind(Waits::Send)
    }

    fn ask(&mut self, asker: &mut impl Asker) -> Answer<Self::Output> {
        let answer = self.channel.with(|core, wakes| core.send(self.key, &mut None, asker, wakes));
        answer.map(|given| given.map_err(|_| SendError(())))
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

/// What was fetched from a closed channel may have been the last: those who wait are told then.
#[cold]
#[inline(never)]
fn end_if_ended<T>(mut core: impl DerefMut<Target = Core<T>>) {
    let mut wakes = Wakes::default();
    core.end_if_ended(&mut wakes);
    drop(core);
    wakes.wake_all();
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
    fn ask(&mut self, asker: &mut impl Asker) -> Answer<Self::Output> {
        ReceiveNext { channel: self.channel, key: &mut self.key }.ask(asker)
    }

    #[inline(always)]
    fn fetch(&mut self) -> Option<Self::Output> {
        let mut core = self.channel.core.hold();
        if core.is_closed() {
            // It may be the last value: who asks for it has the others told the end.
            cold_path();
            return None;
        }
        let value = core.receivers.fetch(self.key?)?;
        self.key = None;
        Some(value.ok_or(RecvError))
    }
}

/// Receiving, with a place in the queue that is kept elsewhere.
pub(super) struct ReceiveNext<'a, T, M: Mode> {
    pub(super) channel: &'a Channel<T, M>,
    pub(super) key: &'a mut Option<Key>,
}

impl<T, M: Mode> Operation for ReceiveNext<'_, T, M> {
    type Output = Result<T, RecvError>;

    fn kind(&self) -> Kind {
        Kind(Waits::Receive)
    }

    #[inline(always)]
    fn ask(&mut self, asker: &mut impl Asker) -> Answer<Self::Output> {
        if self.key.is_some() {
            return asker.aside(|asker| self.ask_again(asker));
        }
        let mut core = self.channel.core.hold();
        if let Some(value) = core.take_queued() {
            if !core.senders.is_empty() {
                let mut wakes = Wakes::default();
                core.fill(&mut wakes);
                drop(core);
                wakes.wake_all();
            }
            return Answer::Ready(Ok(value));
        }
        if !core.must_wait() {
            cold_path();
            let mut wakes = Wakes::default();
            let taken = core.try_recv(&mut wakes);
            drop(core);
            wakes.wake_all();
            return Answer::Ready(taken.map_err(|_| RecvError));
        }
        let answer = core.wait(self.key, asker);
        if core.may_offer_room() {
            cold_path();
            let mut wakes = Wakes::default();
            core.fill(&mut wakes);
            drop(core);
            wakes.wake_all();
        }
        answer
    }
}

impl<T, M: Mode> ReceiveNext<'_, T, M> {
    /// What became of the wait.
    #[inline(never)]
    fn ask_again(&mut self, asker: &mut impl Asker) -> Answer<Result<T, RecvError>> {
        let mut core = self.channel.core.hold();
        let answer = core.wait(self.key, asker);
        if core.is_closed() {
            end_if_ended(core);
        }
        answer
    }
}

impl<T, M: Mode> Drop for Receiving<'_, T, M> {
    #[inline(always)]
    fn drop(&mut self) {
        if let Some(key) = self.key {
            cold_path();
            self.channel.leave_recv(key);
        }
    }
}
