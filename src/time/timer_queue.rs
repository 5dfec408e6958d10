//! Deadlines in order.
//!
//! # Invariants
//! * What is popped is due, and comes in order of (deadline, the order in which it was set).
//! * A key names one entry for ever: sequence numbers are never reused.

use std::collections::BTreeMap;
use std::num::NonZeroU64;

use super::Instant;

/// What waits for deadlines; generic over what waits. Setting and cancelling are O(log n).
#[derive(Debug)]
pub(crate) struct TimerQueue<T> {
    entries: BTreeMap<TimerKey, T>,
    next_sequence: NonZeroU64,
}

/// Names an entry; outlives it harmlessly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct TimerKey {
    pub(crate) deadline: Instant,
    pub(crate) sequence: NonZeroU64,
}

impl<T> TimerQueue<T> {
    pub(crate) const fn new() -> Self {
        Self { entries: BTreeMap::new(), next_sequence: NonZeroU64::MIN }
    }

    /// Sets a timer: `waiting` is popped once a clock has reached `deadline`.
    pub(crate) fn set(&mut self, deadline: Instant, waiting: T) -> TimerKey {
        let key = TimerKey { deadline, sequence: self.next_sequence };
        self.next_sequence = self.next_sequence.checked_add(1).expect("2^64 timers were set");
        self.entries.insert(key, waiting);
        key
    }

    /// What still waits under `key`; `None` if it was popped or cancelled.
    pub(crate) fn get_mut(&mut self, key: TimerKey) -> Option<&mut T> {
        self.entries.get_mut(&key)
    }

    /// Takes back what waits under `key`.
    pub(crate) fn cancel(&mut self, key: TimerKey) -> Option<T> {
        self.entries.remove(&key)
    }

    /// What fires next, due or not.
    pub(crate) fn first(&self) -> Option<(TimerKey, &T)> {
        self.entries.first_key_value().map(|(key, waiting)| (*key, waiting))
    }

    /// The next deadline, due or not.
    pub(crate) fn next_deadline(&self) -> Option<Instant> {
        self.entries.first_key_value().map(|(key, _)| key.deadline)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Pops the first entry whose deadline is not after `now`.
    pub(crate) fn pop_due(&mut self, now: Instant) -> Option<T> {
        let entry = self.entries.first_entry()?;
        (entry.key().deadline <= now).then(|| entry.remove())
    }
}
