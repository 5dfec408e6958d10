//! The state of a channel of values: what is queued, who waits to send, who waits to receive.
//!
//! Values and room are handed over: a receiver that waits is given the value, a sender that waits
//! has its value queued, or is given the room that it asked for. So nobody is overtaken, and who is
//! resumed has what it waited for.
//!
//! A receiver that waits is room as well: a value that comes need not be queued.
//!
//! A value that a receiver was given and has not fetched may come back, so it is not the end yet.
//!
//! The invariants, after every call: receivers wait only while nothing is queued; senders wait only
//! while there is no room; once no value can come any more, nobody waits. Both may wait at once only
//! while all room is given to senders that have not sent yet.

use std::hint::cold_path;

use super::buffer::Buffer;
use super::error::{RecvError, SendError, TryRecvError, TrySendError};
use crate::sync::wait_queue::{Key, Left, Polled, WaitQueue};
use crate::task::wait::Answer;
use crate::task::waiter::{Asker, Wait, Wakes};

/// See the module.
#[derive(Debug)]
pub(super) struct Core<T> {
    pub(super) queued: Buffer<T>,
    pub(super) queued_count: usize,
    pub(super) capacity: usize,
    /// Room that was given to senders that have not sent yet.
    pub(super) reserved: usize,
    /// Values that were taken out to be looked at, and may come back.
    pub(super) peeked: usize,
    /// With the value to send, or without one to be given room.
    pub(super) senders: WaitQueue<Option<T>, Sent<T>>,
    /// Given `None` once no value can come any more.
    pub(super) receivers: WaitQueue<(), Option<T>>,
    pub(super) sender_count: usize,
    pub(super) receiver_count: usize,
    /// No value may be sent any more, but into room that was given.
    pub(super) is_closed: bool,
    /// Receivers that waited were told the end: what they have not fetched is no value.
    pub(super) is_end_told: bool,
}

/// What a sender that waited is told; an error gives its value back, if it had one.
type Sent<T> = Result<(), Option<T>>;

/// What is left of a channel, or of an operation, to be dropped where nothing is held.
pub(super) type Leftover<T> = (Option<T>, Option<Wait>);

impl<T> Core<T> {
    #[track_caller]
    pub(super) const fn new(queued: Buffer<T>, capacity: usize) -> Self {
        Self {
            queued,
            queued_count: 0,
            capacity,
            reserved: 0,
            peeked: 0,
            senders: WaitQueue::new(),
            receivers: WaitQueue::new(),
            sender_count: 1,
            receiver_count: 1,
            is_closed: false,
            is_end_told: false,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.queued_count
    }

    pub(super) fn capacity(&self) -> Option<usize> {
        (self.capacity != usize::MAX).then_some(self.capacity)
    }

    pub(super) fn sender_count(&self) -> usize {
        self.sender_count
    }

    pub(super) fn receiver_count(&self) -> usize {
        self.receiver_count
    }

    /// Whether no value may be sent any more.
    #[inline(always)]
    pub(super) fn is_closed(&self) -> bool {
        self.is_closed
    }

    /// Whether no value can come any more.
    #[inline(always)]
    pub(super) fn has_ended(&self) -> bool {
        // Without senders, room that was given is room that was leaked.
        self.is_closed
            && self.peeked == 0
            && (self.reserved == 0 || self.sender_count == 0)
            && (self.is_end_told || !self.receivers.has_granted())
    }

    /// Whether one more may be sent now.
    #[inline(always)]
    fn has_room(&self) -> bool {
        let (used, room) = (self.queued_count + self.reserved, self.room());
        used < room || used - room < self.receivers.len()
    }

    /// Room in the queue, used or not.
    #[inline(always)]
    fn room(&self) -> usize {
        self.capacity.saturating_sub(self.peeked)
    }

    pub(super) fn is_full(&self) -> bool {
        !self.has_room()
    }

    /// Hands a value to the first receiver that waits, or queues it.
    #[inline(always)]
    fn deliver(&mut self, value: T, wakes: &mut Wakes) {
        if self.receivers.is_empty() {
            self.queued_count += 1;
            self.queued.push(value);
        } else {
            wakes.add(self.receivers.grant_first(|()| Some(value)));
        }
    }

    #[inline(always)]
    pub(super) fn try_send(&mut self, value: T, wakes: &mut Wakes) -> Result<(), TrySendError<T>> {
        if self.is_closed() {
            return Err(TrySendError::Disconnected(value));
        }
        if !self.has_room() {
            return Err(TrySendError::Full(value));
        }
        self.deliver(value, wakes);
        Ok(())
    }

    /// Sends the value, or waits for room with it; without one, waits for room alone.
    #[inline(always)]
    pub(super) fn send(
        &mut self,
        key: &mut Option<Key>,
        value: &mut Option<T>,
        asker: &mut impl Asker,
        wakes: &mut Wakes,
    ) -> Answer<Sent<T>> {
        if let Some(waiting) = *key {
            return match self.senders.poll(waiting, asker) {
                Polled::Waits => Answer::Waits,
                Polled::NeedsWaiter => Answer::NeedsWaiter,
                Polled::Granted(sent) => {
                    *key = None;
                    Answer::Ready(sent)
                }
            };
        }
        if self.is_closed() {
            return Answer::Ready(Err(value.take()));
        }
        if self.has_room() {
            match value.take() {
                Some(value) => self.deliver(value, wakes),
                None => self.reserved += 1,
            }
            return Answer::Ready(Ok(()));
        }
        match self.senders.join(asker, value.take()) {
            Ok(joined) => {
                *key = Some(joined);
                Answer::Waits
            }
            Err(unsent) => {
                *value = unsent;
                Answer::NeedsWaiter
            }
        }
    }

    /// Sends into the room that was given.
    pub(super) fn send_reserved(
        &mut self,
        value: T,
        wakes: &mut Wakes,
    ) -> Result<(), SendError<T>> {
        self.reserved -= 1;
        if self.receiver_count == 0 {
            return Err(SendError(value));
        }
        self.deliver(value, wakes);
        self.end_if_ended(wakes);
        Ok(())
    }

    /// Gives up the room that was given.
    pub(super) fn give_up_room(&mut self, wakes: &mut Wakes) {
        self.reserved -= 1;
        self.fill(wakes);
        self.end_if_ended(wakes);
    }

    /// Lets senders that wait use what room there is.
    #[inline(never)]
    pub(super) fn fill(&mut self, wakes: &mut Wakes) {
        while !self.senders.is_empty() && self.has_room() {
            let mut unsent = None;
            wakes.add(self.senders.grant_first(|value| {
                unsent = Some(value);
                Ok(())
            }));
            match unsent.flatten() {
                Some(value) => self.deliver(value, wakes),
                None => self.reserved += 1,
            }
        }
    }

    /// The next value that is queued, or that a sender of a channel without capacity offers.
    #[inline(always)]
    fn take(&mut self, wakes: &mut Wakes) -> Option<T> {
        if let Some(value) = self.take_queued() {
            if !self.senders.is_empty() {
                self.fill(wakes);
            }
            return Some(value);
        }
        if self.has_offer() {
            let mut taken = None;
            wakes.add(self.senders.grant_first(|value| {
                taken = value;
                Ok(())
            }));
            return taken;
        }
        None
    }

    #[inline(always)]
    pub(super) fn take_queued(&mut self) -> Option<T> {
        if self.queued_count == 0 {
            return None;
        }
        let value = self.queued.pop();
        self.queued_count -= 1;
        value
    }

    #[inline(always)]
    pub(super) fn try_recv(&mut self, wakes: &mut Wakes) -> Result<T, TryRecvError> {
        match self.take(wakes) {
            Some(value) => Ok(value),
            None if self.has_ended() => Err(TryRecvError::Disconnected),
            None => Err(TryRecvError::Empty),
        }
    }

    /// Whether a sender offers a value that is not queued, and no receiver came before.
    #[inline(always)]
    fn has_offer(&self) -> bool {
        !self.senders.is_empty()
            && self.receivers.is_empty()
            && matches!(self.senders.first(), Some(Some(_)))
    }

    /// Receives the next value, or waits for one.
    pub(super) fn recv(
        &mut self,
        key: &mut Option<Key>,
        asker: &mut impl Asker,
        wakes: &mut Wakes,
    ) -> Answer<Result<T, RecvError>> {
        if let Some(waiting) = *key {
            return match self.receivers.poll(waiting, asker) {
                Polled::Waits => Answer::Waits,
                Polled::NeedsWaiter => Answer::NeedsWaiter,
                Polled::Granted(value) => {
                    *key = None;
                    if self.is_closed {
                        // It may have been the last: those who wait are told then.
                        self.end_if_ended(wakes);
                    }
                    Answer::Ready(value.ok_or(RecvError))
                }
            };
        }
        match self.try_recv(wakes) {
            Ok(value) => return Answer::Ready(Ok(value)),
            Err(TryRecvError::Disconnected) => return Answer::Ready(Err(RecvError)),
            Err(TryRecvError::Empty) => {}
        }
        let Ok(joined) = self.receivers.join(asker, ()) else { return Answer::NeedsWaiter };
        *key = Some(joined);
        // A receiver that waits is room.
        self.fill(wakes);
        Answer::Waits
    }

    /// Sends the value at once, if that is as simple as it mostly is, and gives who is to be woken;
    /// else gives the value back.
    #[inline(always)]
    pub(super) fn send_now(&mut self, value: T) -> Result<Option<Wait>, T> {
        if self.is_closed {
            cold_path();
            return Err(value);
        }
        if self.receivers.has_one_alone() {
            if self.reserved != 0 {
                cold_path();
                return Err(value);
            }
            return Ok(Some(self.receivers.grant_alone(|()| Some(value))));
        }
        if !self.receivers.is_empty() || self.queued_count + self.reserved >= self.room() {
            return Err(value);
        }
        self.queued_count += 1;
        self.queued.push(value);
        Ok(None)
    }

    /// A receiver gives up; a value that it was given goes to the next, or back.
    pub(super) fn leave_recv(&mut self, key: Key, wakes: &mut Wakes) -> Option<Wait> {
        let (left, waiter) = self.receivers.leave(key);
        if let Left::Granted(Some(value)) = left {
            self.hand_back(value, wakes);
        }
        waiter
    }

    /// A sender gives up; its value, if it was not sent, is given back to be dropped.
    pub(super) fn leave_send(
        &mut self,
        key: Key,
        had_value: bool,
        wakes: &mut Wakes,
    ) -> Leftover<T> {
        let (left, waiter) = self.senders.leave(key);
        let unsent = match left {
            Left::Waiting(value) | Left::Granted(Err(value)) => value,
            Left::Granted(Ok(())) => {
                if !had_value {
                    self.give_up_room(wakes);
                }
                None
            }
        };
        (unsent, waiter)
    }

    /// A value comes back: it is the next, for the first that waits or in the queue.
    pub(super) fn hand_back(&mut self, value: T, wakes: &mut Wakes) {
        if self.receivers.is_empty() {
            self.queued_count += 1;
            self.queued.put_back(value);
        } else {
            wakes.add(self.receivers.grant_first(|()| Some(value)));
        }
    }
}
