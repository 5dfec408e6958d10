//! The state of a channel of the latest value.
//!
//! Each value has a number, its version; a receiver remembers the version that it has seen. The
//! invariants: receivers wait only while they have seen the latest, and there is a sender; senders wait
//! only while there is a receiver.

use super::super::error::RecvError;
use crate::sync::wait_queue::{Key, Left, Polled, WaitQueue};
use crate::task::wait::Answer;
use crate::task::waiter::{Asker, Wait, Wakes};

/// See the module.
#[derive(Debug)]
pub(super) struct State<P> {
    /// A pointer to the latest value.
    value: P,
    version: u64,
    sender_count: usize,
    receiver_count: usize,
    receivers: Waiters,
    senders: Waiters,
}

type Waiters = WaitQueue<(), ()>;

impl<P: Clone> State<P> {
    #[track_caller]
    pub(super) fn new(value: P) -> Self {
        Self {
            value,
            version: 0,
            sender_count: 1,
            receiver_count: 1,
            receivers: WaitQueue::new(),
            senders: WaitQueue::new(),
        }
    }

    /// The latest value, and its version.
    pub(super) fn latest(&self) -> (P, u64) {
        (self.value.clone(), self.version)
    }

    pub(super) fn version(&self) -> u64 {
        self.version
    }

    pub(super) fn receiver_count(&self) -> usize {
        self.receiver_count
    }

    pub(super) fn is_closed(&self) -> bool {
        self.sender_count == 0
    }

    /// Puts a value in the place of the latest, which is given back.
    pub(super) fn replace(&mut self, value: P, wakes: &mut Wakes) -> P {
        self.version += 1;
        wake_all(&mut self.receivers, wakes);
        std::mem::replace(&mut self.value, value)
    }

    /// The same if there is a receiver; else it gives the new one back.
    pub(super) fn send(&mut self, value: P, wakes: &mut Wakes) -> Result<P, P> {
        if self.receiver_count == 0 { Err(value) } else { Ok(self.replace(value, wakes)) }
    }

    /// The same if the latest still is the one of `version`; else it gives the new one back.
    pub(super) fn replace_version(
        &mut self,
        version: u64,
        value: P,
        wakes: &mut Wakes,
    ) -> Result<P, P> {
        if self.version == version { Ok(self.replace(value, wakes)) } else { Err(value) }
    }

    /// Whether there is another value than the one that was seen; an error if none can come any more.
    pub(super) fn has_changed(&self, seen: u64) -> Result<bool, RecvError> {
        if self.version != seen {
            return Ok(true);
        }
        if self.is_closed() { Err(RecvError) } else { Ok(false) }
    }

    /// Waits for another value than the one that was seen, or for the end: ready when it is time to look.
    pub(super) fn wait_for_change(
        &mut self,
        seen: u64,
        key: &mut Option<Key>,
        asker: &mut impl Asker,
    ) -> Answer<Result<(), RecvError>> {
        loop {
            if key.is_none() {
                match self.has_changed(seen) {
                    Ok(true) => return Answer::Ready(Ok(())),
                    Ok(false) => {}
                    Err(ended) => return Answer::Ready(Err(ended)),
                }
            }
            match wait(&mut self.receivers, key, asker) {
                Answer::Ready(()) => {}
                Answer::Waits => return Answer::Waits,
                Answer::NeedsWaiter => return Answer::NeedsWaiter,
            }
        }
    }

    /// Waits until there is no receiver.
    pub(super) fn wait_for_close(
        &mut self,
        key: &mut Option<Key>,
        asker: &mut impl Asker,
    ) -> Answer<()> {
        if key.is_none() && self.receiver_count == 0 {
            return Answer::Ready(());
        }
        wait(&mut self.senders, key, asker)
    }

    pub(super) fn leave_change(&mut self, key: Key) -> Option<Wait> {
        leave(&mut self.receivers, key)
    }

    pub(super) fn leave_close(&mut self, key: Key) -> Option<Wait> {
        leave(&mut self.senders, key)
    }

    pub(super) fn add_sender(&mut self) {
        self.sender_count += 1;
    }

    pub(super) fn drop_sender(&mut self, wakes: &mut Wakes) {
        self.sender_count -= 1;
        if self.sender_count == 0 {
            wake_all(&mut self.receivers, wakes);
        }
    }

    /// Gives the version that the new receiver has seen.
    pub(super) fn add_receiver(&mut self) -> u64 {
        self.receiver_count += 1;
        self.version
    }

    pub(super) fn drop_receiver(&mut self, wakes: &mut Wakes) {
        self.receiver_count -= 1;
        if self.receiver_count == 0 {
            wake_all(&mut self.senders, wakes);
        }
    }
}

fn wake_all(waiters: &mut Waiters, wakes: &mut Wakes) {
    while !waiters.is_empty() {
        wakes.add(waiters.grant_first(|()| ()));
    }
}

fn wait(waiters: &mut Waiters, key: &mut Option<Key>, asker: &mut impl Asker) -> Answer<()> {
    let Some(waiting) = *key else {
        let Ok(joined) = waiters.join(asker, ()) else { return Answer::NeedsWaiter };
        *key = Some(joined);
        return Answer::Waits;
    };
    match waiters.poll(waiting, asker) {
        Polled::Waits => Answer::Waits,
        Polled::NeedsWaiter => Answer::NeedsWaiter,
        Polled::Granted(()) => {
            *key = None;
            Answer::Ready(())
        }
    }
}

/// What was granted is no more than a reason to look: there is nothing to pass on.
fn leave(waiters: &mut Waiters, key: Key) -> Option<Wait> {
    let (Left::Waiting(()) | Left::Granted(()), waiter) = waiters.leave(key);
    waiter
}
