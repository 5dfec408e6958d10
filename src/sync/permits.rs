//! Permits that are taken and given back: the core of semaphores and locks.
//!
//! The invariant: permits go to those who wait in the order in which they came, as soon as there are
//! enough for the first; nobody overtakes, however few it asks for. So who asks for many is not
//! starved by those who ask for few.

use std::fmt;

use super::gate::Gate;
use super::wait_queue::WaitQueue;
use crate::task::waiter::{Wait, WaitingTask, Wakes};

/// See the module.
#[derive(Debug)]
pub struct Permits {
    free: usize,
    /// How many there are: free, held, or given to those who have not fetched them yet.
    total: usize,
    /// How many there may be.
    limit: usize,
    is_closed: bool,
    /// The task that has taken all there are, if it is known: it has locked a lock.
    holder: Option<WaitingTask>,
    queue: WaitQueue<usize, Result<(), AcquireError>>,
}

/// Why a [`Semaphore`](super::Semaphore) gives no permits.
///
/// # Examples
///
/// ```
/// use coweave::sync::{AcquireError, Semaphore};
///
/// coweave::run(async {
///     let semaphore = Semaphore::bounded(3);
///     assert_eq!(semaphore.acquire_many(4).await.unwrap_err(), AcquireError::OverLimit);
///     semaphore.close();
///     assert_eq!(semaphore.acquire().await.unwrap_err(), AcquireError::Closed);
/// });
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AcquireError {
    /// The semaphore is closed.
    Closed,
    /// More were asked for than the bounded semaphore can ever have.
    OverLimit,
}

impl fmt::Display for AcquireError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Closed => "the semaphore is closed",
            Self::OverLimit => "more permits were asked for than the semaphore can ever have",
        })
    }
}

impl std::error::Error for AcquireError {}

impl Permits {
    #[track_caller]
    pub(crate) const fn new(free: usize) -> Self {
        Self::with_limit(free, usize::MAX)
    }

    #[track_caller]
    pub(crate) const fn with_limit(free: usize, limit: usize) -> Self {
        Self { free, total: free, limit, is_closed: false, holder: None, queue: WaitQueue::new() }
    }

    pub(crate) fn free(&self) -> usize {
        self.free
    }

    pub(crate) fn limit(&self) -> usize {
        self.limit
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.is_closed
    }

    /// How many wait.
    pub(crate) fn waiting(&self) -> usize {
        self.queue.len()
    }

    /// Takes so many at once, if they are free and nobody waits.
    #[inline(always)]
    pub(crate) fn try_take(&mut self, count: usize) -> bool {
        let is_free = self.queue.is_empty() && self.free >= count;
        if is_free {
            self.free -= count;
            self.holder = if count == self.total { WaitingTask::running() } else { None };
        }
        is_free
    }

    /// Tells reports who has locked.
    #[inline(always)]
    fn tell_holder(&self) {
        self.queue.place().set_holder(self.holder);
    }

    /// Whether nobody will ever be given so many, and why.
    #[inline(always)]
    pub(crate) fn refusal(&self, count: usize) -> Option<AcquireError> {
        if self.is_closed {
            return Some(AcquireError::Closed);
        }
        (count > self.limit).then_some(AcquireError::OverLimit)
    }

    /// Gives back so many, which were taken.
    #[inline(always)]
    pub(crate) fn give(&mut self, count: usize, wakes: &mut Wakes) {
        if self.put_back(count) {
            self.grant(wakes);
        }
    }

    /// Puts back so many, which were taken; returns whether somebody waits, who may then be granted
    /// some.
    #[inline(always)]
    pub(crate) fn put_back(&mut self, count: usize) -> bool {
        self.free += count;
        debug_assert!(self.free <= self.total, "what is given back was taken");
        !self.queue.is_empty()
    }

    /// Makes so many more; returns false if there would be more than there may be.
    pub(crate) fn add(&mut self, count: usize, wakes: &mut Wakes) -> bool {
        if self.limit - self.total < count {
            return false;
        }
        self.total += count;
        self.give(count, wakes);
        true
    }

    /// So many, which were taken, are gone for good.
    pub(crate) fn remove(&mut self, count: usize) {
        self.total -= count;
    }

    /// Grants those who wait what is free, in order.
    #[inline]
    pub(crate) fn grant(&mut self, wakes: &mut Wakes) {
        while let Some(&count) = self.queue.first()
            && count <= self.free
        {
            self.free -= count;
            let waiter = self.queue.grant_first(|_| Ok(()));
            let is_lock = count == self.total;
            self.holder = waiter.as_ref().filter(|_| is_lock).and_then(Wait::task);
            self.tell_holder();
            wakes.add(waiter);
        }
    }

    /// Nobody gets any from now on, and those who wait are told.
    pub(crate) fn close(&mut self, wakes: &mut Wakes) {
        self.is_closed = true;
        self.queue.grant_all(Err(AcquireError::Closed), wakes);
    }
}

impl Gate for Permits {
    type Wish = usize;
    type Grant = Result<(), AcquireError>;

    #[inline(always)]
    fn queue(&mut self) -> &mut WaitQueue<usize, Self::Grant> {
        &mut self.queue
    }

    #[inline(always)]
    fn enter(&mut self, count: usize, _wakes: &mut Wakes) -> Option<Self::Grant> {
        if let Some(refusal) = self.refusal(count) {
            return Some(Err(refusal));
        }
        self.try_take(count).then_some(Ok(()))
    }

    fn give_back(&mut self, count: usize, grant: Self::Grant, wakes: &mut Wakes) {
        if grant.is_ok() {
            self.give(count, wakes);
        }
    }

    fn has_joined(&mut self) {
        self.tell_holder();
    }

    fn has_left(&mut self, wakes: &mut Wakes) {
        // Who stands behind may ask for fewer.
        self.grant(wakes);
    }
}
