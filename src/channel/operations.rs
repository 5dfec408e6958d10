//! What waits at a channel: to send, for room, to receive.

use std::fmt;
use std::hint::cold_path;

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

    const ASKS_TWICE: bool = true;

    fn kind(&self) -> Kind {
        Kind(Waits::Send)
    }

    #[inline(always)]
    fn ask(&mut self, asker: &mut impl Asker) -> Answer<Self::Output> {
        assert!(self.key.is_some() || self.value.is_some(), "a `Send` was polled after its end");
        let answer = self
            .channel
            .with(|core, wakes| core.send(&mut self.key, &mut self.value, asker, wakes));
        answer.map(|sent| sent.map_err(|unsent| SendError(unsent.expect("it was to be sent"))))
    }

    /// `at_once` has tried what is simple.
    #[inline(always)]
    fn ask_simply(&mut self, _: &mut impl Asker) -> Answer<Self::Output> {
        Answer::NeedsWaiter
    }

    #[inline(always)]
    fn at_once(&mut self) -> Option<Self::Output> {
        let value = self.value.take()?;
        let Some(mut core) = self.channel.core.hold_alone() else {
            self.value = Some(value);
            return None;
        };
        let sent = core.send_now(value);
        drop(core);
        match sent {
            Ok(None) => Some(Ok(())),
            Ok(Some(waiter)) => {
                waiter.wake();
                Some(Ok(()))
            }
            Err(value) => {
                self.value = Some(value);
                None
            }
        }
    }

    #[inline(always)]
    fn fetch(&mut self) -> Option<Self::Output> {
        let key = self.key?;
        let is_sent = |sent: &mut Result<(), Option<T>>| sent.is_ok().then_some(());
        self.channel.core.hold_alone()?.senders.fetch(key, is_sent)?;
        self.key = None;
        Some(Ok(()))
    }
}

impl<T, M: Mode> Sending<'_, T, M> {
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

/// Receiving a value.
pub struct Receiving<'a, T, M: Mode> {
    pub(super) channel: &'a Channel<T, M>,
    pub(super) key: Option<Key>,
}

shown_by_name!(Receiving['a, T, M: Mode]['a, T, M]);

impl<T, M: Mode> Operation for Receiving<'_, T, M> {
    type Output = Result<T, RecvError>;

    const ASKS_TWICE: bool = true;

    fn kind(&self) -> Kind {
        Kind(Waits::Receive)
    }

    fn ask(&mut self, asker: &mut impl Asker) -> Answer<Self::Output> {
        ReceiveNext { channel: self.channel, key: &mut self.key }.ask(asker)
    }

    #[inline(always)]
    fn ask_simply(&mut self, asker: &mut impl Asker) -> Answer<Self::Output> {
        ReceiveNext { channel: self.channel, key: &mut self.key }.ask_simply(asker)
    }

    #[inline(always)]
    fn fetch(&mut self) -> Option<Self::Output> {
        let key = self.key?;
        let mut core = self.channel.core.hold_alone()?;
        if core.is_closed() {
            // It may be the last value: who asks for it has the others told the end.
            cold_path();
            return None;
        }
        let value = core.receivers.fetch(key, Option::take)?;
        self.key = None;
        Some(Ok(value))
    }
}

/// Receiving, with a place in the queue that is kept elsewhere.
pub(super) struct ReceiveNext<'a, T, M: Mode> {
    pub(super) channel: &'a Channel<T, M>,
    pub(super) key: &'a mut Option<Key>,
}

impl<T, M: Mode> Operation for ReceiveNext<'_, T, M> {
    type Output = Result<T, RecvError>;

    const ASKS_TWICE: bool = true;

    fn kind(&self) -> Kind {
        Kind(Waits::Receive)
    }

    fn ask(&mut self, asker: &mut impl Asker) -> Answer<Self::Output> {
        self.channel.with(|core, wakes| core.recv(self.key, asker, wakes))
    }

    #[inline(always)]
    fn ask_simply(&mut self, asker: &mut impl Asker) -> Answer<Self::Output> {
        if self.key.is_some() {
            return Answer::NeedsWaiter;
        }
        let Some(mut core) = self.channel.core.hold_alone() else { return Answer::NeedsWaiter };
        if !core.senders.is_empty() {
            cold_path();
            return Answer::NeedsWaiter;
        }
        if let Some(value) = core.take_queued() {
            return Answer::Ready(Ok(value));
        }
        if core.is_closed() {
            cold_path();
            return Answer::NeedsWaiter;
        }
        let Ok(joined) = core.receivers.join(asker, ()) else { return Answer::NeedsWaiter };
        drop(core);
        *self.key = Some(joined);
        Answer::Waits
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
