//! Loom's atomics.

pub(crate) use loom::sync::atomic::{AtomicPtr as Pointer, AtomicU64, Ordering};

use super::Fault;

/// A task's stage, whether a worker rests, or whose turn it is of two ends.
#[derive(Debug)]
pub(crate) struct AtomicU8(loom::sync::atomic::AtomicU8);

impl AtomicU8 {
    pub(crate) fn new(value: u8) -> Self {
        Self(loom::sync::atomic::AtomicU8::new(value))
    }

    pub(crate) fn load(&self, ordering: Ordering) -> u8 {
        self.0.load(weakened(ordering, Fault::RelaxedStageLoad))
    }

    pub(crate) fn store(&self, value: u8, ordering: Ordering) {
        self.0.store(value, weakened(ordering, Fault::RelaxedStage));
    }

    pub(crate) fn compare_exchange(
        &self,
        current: u8,
        new: u8,
        success: Ordering,
        failure: Ordering,
    ) -> Result<u8, u8> {
        let success = weakened(success, Fault::RelaxedExchange);
        let failure = weakened(failure, Fault::RelaxedExchange);
        if !Fault::ExchangedInTwo.is_present() {
            return self.0.compare_exchange(current, new, success, failure);
        }
        let before = self.0.load(success);
        if before != current {
            return Err(before);
        }
        self.0.store(new, Ordering::Relaxed);
        Ok(before)
    }
}

/// A flag: whether a wake is under way, a worker asleep, or a lock's owner inside it.
#[derive(Debug)]
pub(crate) struct AtomicBool(loom::sync::atomic::AtomicBool);

impl AtomicBool {
    pub(crate) fn new(value: bool) -> Self {
        Self(loom::sync::atomic::AtomicBool::new(value))
    }

    pub(crate) fn load(&self, ordering: Ordering) -> bool {
        self.0.load(weakened(ordering, Fault::RelaxedLeft))
    }

    pub(crate) fn store(&self, value: bool, ordering: Ordering) {
        self.0.store(value, weakened(ordering, Fault::RelaxedLeave));
    }

    pub(crate) fn swap(&self, value: bool, ordering: Ordering) -> bool {
        let fault = if value { Fault::QueuedLoaded } else { Fault::QueuedStored };
        if !fault.is_present() {
            return self.0.swap(value, ordering);
        }
        let before = value && self.0.load(Ordering::Acquire);
        if before != value || !value {
            self.0.store(value, Ordering::Release);
        }
        before
    }
}

/// Counts what is outside, or who sleeps.
#[derive(Debug)]
pub(crate) struct AtomicUsize(loom::sync::atomic::AtomicUsize);

impl AtomicUsize {
    pub(crate) fn new(value: usize) -> Self {
        Self(loom::sync::atomic::AtomicUsize::new(value))
    }

    pub(crate) fn load(&self, ordering: Ordering) -> usize {
        self.0.load(ordering)
    }

    pub(crate) fn store(&self, value: usize, ordering: Ordering) {
        self.0.store(value, ordering);
    }

    pub(crate) fn fetch_add(&self, value: usize, ordering: Ordering) -> usize {
        self.0.fetch_add(value, ordering)
    }

    pub(crate) fn fetch_sub(&self, value: usize, ordering: Ordering) -> usize {
        self.0.fetch_sub(value, weakened(ordering, Fault::RelaxedCount))
    }
}

/// A handle's pointer to its task, with a bit that says that the handle has spoken by mail.
#[derive(Debug)]
pub(crate) struct AtomicPtr<T>(Pointer<T>);

impl<T> AtomicPtr<T> {
    pub(crate) fn new(value: *mut T) -> Self {
        Self(Pointer::new(value))
    }

    pub(crate) fn load(&self, ordering: Ordering) -> *mut T {
        self.0.load(ordering)
    }

    pub(crate) fn store(&self, mut value: *mut T, ordering: Ordering) {
        if Fault::MailForgotten.is_present() {
            value = value.map_addr(|address| address & !1);
        }
        self.0.store(value, ordering);
    }
}

pub(crate) fn unshared<T>(atomic: &mut AtomicPtr<T>) -> *mut T {
    atomic.0.with_mut(|value| *value)
}

pub(crate) fn fence(ordering: Ordering) {
    let fault = if ordering == Ordering::SeqCst { Fault::NoFence } else { Fault::NoAcquireFence };
    if !fault.is_present() {
        loom::sync::atomic::fence(ordering);
    }
}

fn weakened(ordering: Ordering, fault: Fault) -> Ordering {
    if fault.is_present() { Ordering::Relaxed } else { ordering }
}
