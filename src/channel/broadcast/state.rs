//! The state of a channel to all: the values that somebody has yet to receive, and who waits.
//!
//! Each value has a number, and each receiver the number of its next. Every value counts the receivers
//! whose next it is; so the oldest may go as soon as it counts none, and receiving, sending, subscribing
//! and leaving take the same time with any number of receivers and values.
//!
//! The invariant: the counts of all values and `waiting_count` add up to the number of receivers. Those
//! that lag count where they go on: at the oldest.

use std::collections::VecDeque;

use super::error::TryRecvError;
use crate::sync::wait_queue::{Key, Left, Polled, WaitQueue};
use crate::task::wait::Answer;
use crate::task::waiter::{Asker, Wait, Wakes};

/// See the module.
#[derive(Debug)]
pub(super) struct State<P> {
    /// Pointers to values, oldest first, each with the number of receivers whose next it is.
    values: VecDeque<(P, usize)>,
    /// The number of the oldest.
    first: u64,
    capacity: usize,
    /// How many receivers have received all.
    waiting_count: usize,
    receiver_count: usize,
    sender_count: usize,
    waiters: WaitQueue<(), ()>,
}

impl<P: Clone> State<P> {
    #[track_caller]
    pub(super) fn new(capacity: usize) -> Self {
        Self {
            values: VecDeque::new(),
            first: 0,
            capacity,
            waiting_count: 1,
            receiver_count: 1,
            sender_count: 1,
            waiters: WaitQueue::new(),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.values.len()
    }

    pub(super) fn capacity(&self) -> usize {
        self.capacity
    }

    pub(super) fn receiver_count(&self) -> usize {
        self.receiver_count
    }

    pub(super) fn is_closed(&self) -> bool {
        self.sender_count == 0
    }

    /// The number that the next value will have.
    fn end(&self) -> u64 {
        self.first + self.values.len() as u64
    }

    /// How many values a receiver has yet to receive, and how many it missed.
    pub(super) fn unreceived(&self, next: u64) -> (usize, u64) {
        let missed = self.first.saturating_sub(next);
        let left = self.end() - next.max(self.first);
        (usize::try_from(left).unwrap_or(usize::MAX), missed)
    }

    /// Where receivers count whose next has this number.
    fn count_at(&mut self, next: u64) -> &mut usize {
        let place = usize::try_from(next.saturating_sub(self.first)).unwrap_or(usize::MAX);
        match self.values.get_mut(place) {
            Some((_, count)) => count,
            None => &mut self.waiting_count,
        }
    }

    /// Queues a value for all receivers; if there are none, gives it back. Gives how many there are, and
    /// the value that makes room.
    pub(super) fn send(&mut self, value: P, wakes: &mut Wakes) -> Result<(usize, Option<P>), P> {
        if self.receiver_count == 0 {
            return Err(value);
        }
        let is_full = self.values.len() == self.capacity;
        let removed = if is_full { self.values.pop_front() } else { None };
        let count = std::mem::take(&mut self.waiting_count);
        self.values.push_back((value, count));
        if let Some((_, late)) = &removed {
            self.first += 1;
            self.values[0].1 += late;
        }
        self.wake_all(wakes);
        Ok((self.receiver_count, removed.map(|(value, _)| value)))
    }

    fn wake_all(&mut self, wakes: &mut Wakes) {
        while !self.waiters.is_empty() {
            wakes.add(self.waiters.grant_first(|()| ()));
        }
    }

    /// The next value of a receiver.
    pub(super) fn try_recv(&mut self, next: &mut u64) -> Result<P, TryRecvError> {
        let missed = self.first.saturating_sub(*next);
        if missed > 0 {
            *next = self.first;
            return Err(TryRecvError::Lagged(missed));
        }
        let place = usize::try_from(*next - self.first).unwrap_or(usize::MAX);
        let Some((value, count)) = self.values.get_mut(place) else {
            let is_closed = self.sender_count == 0;
            return Err(if is_closed { TryRecvError::Closed } else { TryRecvError::Empty });
        };
        *count -= 1;
        *next += 1;
        let is_last = place == 0 && *count == 0;
        let value = if is_last { None } else { Some(value.clone()) };
        *self.count_at(*next) += 1;
        Ok(value.unwrap_or_else(|| self.pop().expect("it is the oldest")))
    }

    fn pop(&mut self) -> Option<P> {
        let (value, _) = self.values.pop_front()?;
        self.first += 1;
        Some(value)
    }

    /// Removes what nobody has yet to receive, to be dropped where nothing is held.
    fn free(&mut self, gone: &mut Vec<P>) {
        while let Some((_, 0)) = self.values.front() {
            gone.extend(self.pop());
        }
    }

    /// Waits for the next value, which is not there yet.
    pub(super) fn wait(&mut self, key: &mut Option<Key>, asker: &mut impl Asker) -> Answer<()> {
        let Some(waiting) = *key else {
            let Ok(joined) = self.waiters.join(asker, ()) else { return Answer::NeedsWaiter };
            *key = Some(joined);
            return Answer::Waits;
        };
        match self.waiters.poll(waiting, asker) {
            Polled::Waits => Answer::Waits,
            Polled::NeedsWaiter => Answer::NeedsWaiter,
            Polled::Granted(()) => {
                *key = None;
                Answer::Ready(())
            }
        }
    }

    /// A receiver waits no longer. A value that it was woken for is still its next.
    pub(super) fn leave(&mut self, key: Key) -> Option<Wait> {
        let (left, waiter) = self.waiters.leave(key);
        let (Left::Waiting(()) | Left::Granted(())) = left;
        waiter
    }

    pub(super) fn add_sender(&mut self) {
        self.sender_count += 1;
    }

    pub(super) fn drop_sender(&mut self, wakes: &mut Wakes) {
        self.sender_count -= 1;
        if self.sender_count == 0 {
            self.wake_all(wakes);
        }
    }

    /// One more receiver, of what is sent from now on.
    pub(super) fn subscribe(&mut self) -> u64 {
        self.receiver_count += 1;
        self.waiting_count += 1;
        self.end()
    }

    /// One more receiver, at the place of another.
    pub(super) fn add_receiver(&mut self, next: u64) {
        self.receiver_count += 1;
        *self.count_at(next) += 1;
    }

    pub(super) fn drop_receiver(&mut self, next: u64) -> Vec<P> {
        let mut gone = Vec::new();
        self.receiver_count -= 1;
        *self.count_at(next) -= 1;
        self.free(&mut gone);
        gone
    }
}
