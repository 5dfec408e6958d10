//! A counted pointer whose count is one of loom's atomics, with the orderings of the system's; loom's
//! own has no `Weak`, and hides that a count is read without acquiring anything.
//!
//! # Invariants
//! * **A1** The value is dropped once, by whoever takes the count from one to zero; the memory,
//!   which a system's `Arc` counts besides, lives as long as any pointer to it.
#![expect(
    unsafe_code,
    reason = "drops the value before its memory, and makes pointers of raw ones"
)]

use std::cell::UnsafeCell;
use std::fmt;
use std::mem::ManuallyDrop;
use std::ops::Deref;
use std::sync::{Mutex as Lock, PoisonError};

use loom::alloc::Track;
use loom::sync::atomic::{AtomicUsize, Ordering, fence};

use super::Fault;

#[repr(C)]
struct Inner<T> {
    /// First, so that a pointer to it is one to the whole.
    value: UnsafeCell<ManuallyDrop<T>>,
    count: AtomicUsize,
    /// Has loom notice a value that is never dropped.
    is_alive: Lock<ManuallyDrop<Option<Track<()>>>>,
}

impl<T> Inner<T> {
    fn value(&self) -> &T {
        // SAFETY: changed only when the last pointer has gone (A1).
        unsafe { &*self.value.get() }
    }
}

type Memory<T> = std::sync::Arc<Inner<T>>;

pub(crate) struct Arc<T>(ManuallyDrop<Memory<T>>);

pub(crate) struct Weak<T>(Memory<T>);

// SAFETY: as for the system's.
unsafe impl<T: Send + Sync> Send for Arc<T> {}
// SAFETY: as for the system's.
unsafe impl<T: Send + Sync> Sync for Arc<T> {}

impl<T> Arc<T> {
    pub(crate) fn new(value: T) -> Self {
        let value = UnsafeCell::new(ManuallyDrop::new(value));
        let is_alive = Lock::new(ManuallyDrop::new(Some(Track::new(()))));
        let inner = Inner { value, count: AtomicUsize::new(1), is_alive };
        Self(ManuallyDrop::new(Memory::new(inner)))
    }

    pub(crate) fn ptr_eq(this: &Self, other: &Self) -> bool {
        Memory::ptr_eq(&this.0, &other.0)
    }

    pub(crate) fn as_ptr(this: &Self) -> *const T {
        std::ptr::from_ref(this.0.value())
    }

    pub(crate) fn strong_count(this: &Self) -> usize {
        this.0.count.load(Ordering::Relaxed)
    }

    pub(crate) fn downgrade(this: &Self) -> Weak<T> {
        Weak(Memory::clone(&this.0))
    }

    pub(crate) fn into_raw(this: Self) -> *const T {
        let pointer = Memory::as_ptr(&this.0).cast();
        std::mem::forget(this);
        pointer
    }

    /// # Safety
    /// As for the system's.
    pub(crate) unsafe fn from_raw(value: *const T) -> Self {
        // SAFETY: the value is the first field of what the memory holds.
        Self(ManuallyDrop::new(unsafe { Memory::from_raw(value.cast()) }))
    }

    /// # Safety
    /// As for the system's.
    pub(crate) unsafe fn increment_strong_count(value: *const T) {
        // SAFETY: passed on to the caller.
        let this = ManuallyDrop::new(unsafe { Self::from_raw(value) });
        std::mem::forget(Self::clone(&this));
    }

    /// # Safety
    /// As for the system's.
    pub(crate) unsafe fn decrement_strong_count(value: *const T) {
        // SAFETY: passed on to the caller.
        drop(unsafe { Self::from_raw(value) });
    }
}

impl<T> Clone for Arc<T> {
    fn clone(&self) -> Self {
        self.0.count.fetch_add(1, Ordering::Relaxed);
        Self(self.0.clone())
    }
}

impl<T> Deref for Arc<T> {
    type Target = T;
    fn deref(&self) -> &T {
        self.0.value()
    }
}

impl<T> Drop for Arc<T> {
    fn drop(&mut self) {
        // SAFETY: dropped once, and not used below.
        let memory = unsafe { ManuallyDrop::take(&mut self.0) };
        if memory.count.fetch_sub(1, Ordering::Release) != 1 || Fault::LastCountKept.is_present() {
            return;
        }
        fence(Ordering::Acquire);
        **memory.is_alive.lock().unwrap_or_else(PoisonError::into_inner) = None;
        // SAFETY: this was the last (A1), so nobody else looks at the value any more.
        unsafe { ManuallyDrop::drop(&mut *memory.value.get()) };
    }
}

impl<T> Weak<T> {
    pub(crate) fn upgrade(&self) -> Option<Arc<T>> {
        let count = &self.0.count;
        let more = |count: usize| (count > 0).then_some(count + 1);
        count.fetch_update(Ordering::Acquire, Ordering::Relaxed, more).ok()?;
        Some(Arc(ManuallyDrop::new(self.0.clone())))
    }
}

impl<T: fmt::Debug> fmt::Debug for Arc<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl<T> fmt::Debug for Weak<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(Weak)")
    }
}
