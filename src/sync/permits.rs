//! Permits that are taken and given back: the core of semaphores and locks.
//!
//! The invariant: permits go to those who wait in the order in which they came, as soon as there are
//! enough for the first; nobody overtakes, however few it asks for. So who asks for many is not
//! starved by those who ask for few.

use super::mode::{Exclusive, Mode};
use super::wait_queue::{Key, Left, Polled, WaitQueue};
use crate::task::Waits;
use crate::task::wait::{Answer, Kind, Operation, shown_by_name};
use crate::task::waiter::{Asker, Wakes};

/// See the module.
#[derive(Debug)]
pub struct Permits {
    free: usize,
    is_closed: bool,
    /// Who waits, and for how many.
    queue: WaitQueue<usize, Result<(), Closed>>,
}

/// The permits' owner has closed them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Closed;

impl Permits {
    pub(crate) const fn new(free: usize) -> Self {
        Self { free, is_closed: false, queue: WaitQueue::new() }
    }

    pub(crate) fn free(&self) -> usize {
        self.free
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.is_closed
    }

    pub(crate) fn queue(&self) -> &WaitQueue<usize, Result<(), Closed>> {
        &self.queue
    }

    /// Takes so many at once, if they are free and nobody waits.
    #[inline(always)]
    pub(crate) fn try_take(&mut self, count: usize) -> bool {
        let is_free = self.queue.is_empty() && self.free >= count;
        if is_free {
            self.free -= count;
        }
        is_free
    }

    /// Takes so many, or waits for them.
    #[inline]
    fn take(
        &mut self,
        count: usize,
        key: &mut Option<Key>,
        asker: &mut impl Asker,
    ) -> Answer<Result<(), Closed>> {
        if let Some(waiting) = *key {
            return match self.queue.poll(waiting, asker) {
                Polled::Waits => Answer::Waits,
                Polled::NeedsWaiter => Answer::NeedsWaiter,
                Polled::Granted(given) => {
                    *key = None;
                    Answer::Ready(given)
                }
            };
        }
        if self.is_closed {
            return Answer::Ready(Err(Closed));
        }
        if self.try_take(count) {
            return Answer::Ready(Ok(()));
        }
        match self.queue.join(asker, count) {
            Ok(joined) => {
                *key = Some(joined);
                Answer::Waits
            }
            Err(_) => Answer::NeedsWaiter,
        }
    }

    /// Gives back so many.
    #[inline(always)]
    pub(crate) fn give(&mut self, count: usize, wakes: &mut Wakes) {
        self.free += count;
        if !self.queue.is_empty() {
            self.grant(wakes);
        }
    }

    #[inline]
    fn grant(&mut self, wakes: &mut Wakes) {
        while let Some(&count) = self.queue.first()
            && count <= self.free
        {
            self.free -= count;
            wakes.add(self.queue.grant_first(|_| Ok(())));
        }
    }

    /// Nobody gets any from now on, and those who wait are told.
    pub(crate) fn close(&mut self, wakes: &mut Wakes) {
        self.is_closed = true;
        while !self.queue.is_empty() {
            wakes.add(self.queue.grant_first(|_| Err(Closed)));
        }
    }
}

/// Gives back so many permits, and wakes those who get them.
#[inline(always)]
pub(crate) fn give<M: Mode>(permits: &M::Cell<Permits>, count: usize) {
    let mut wakes = Wakes::default();
    permits.with(|permits| permits.give(count, &mut wakes));
    wakes.wake_all();
}

/// Taking permits.
pub struct Take<'a, M: Mode> {
    permits: &'a M::Cell<Permits>,
    count: usize,
    kind: Kind,
    key: Option<Key>,
}

shown_by_name!(Take['a, M: Mode]['a, M]);

impl<'a, M: Mode> Take<'a, M> {
    #[inline(always)]
    pub(crate) fn new(permits: &'a M::Cell<Permits>, count: usize, waits: Waits) -> Self {
        Self { permits, count, kind: Kind(waits), key: None }
    }
}

impl<M: Mode> Operation for Take<'_, M> {
    type Output = Result<(), Closed>;

    fn kind(&self) -> Kind {
        self.kind
    }

    #[inline(always)]
    fn ask(&mut self, asker: &mut impl Asker) -> Answer<Self::Output> {
        let (count, key) = (self.count, &mut self.key);
        self.permits.with(|permits| permits.take(count, key, asker))
    }
}

impl<M: Mode> Drop for Take<'_, M> {
    #[inline]
    fn drop(&mut self) {
        let Some(key) = self.key.take() else { return };
        let mut wakes = Wakes::default();
        let count = self.count;
        let waiter = self.permits.with(|permits| {
            let (left, waiter) = permits.queue.leave(key);
            match left {
                Left::Granted(Ok(())) => permits.give(count, &mut wakes),
                Left::Granted(Err(Closed)) => {}
                // Who stands behind may ask for fewer.
                Left::Waiting(_) => permits.grant(&mut wakes),
            }
            waiter
        });
        wakes.wake_all();
        crate::primitives::quietly(|| drop(waiter));
    }
}
