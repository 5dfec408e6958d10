//! A state with two owners, its ends, which lie where they like: on two threads, or both on one.
//!
//! Who of the two uses the state is said by one byte, its turn. So no pointer is counted: an end that
//! leaves says so as it gives up its turn, and then the other has the state to itself, without any
//! turn; the last frees it. What an end does costs one atomic read-modify-write as long as the other
//! is there, and none once it has left.
//!
//! # States
//!
//! ```text
//!   FREE ◄── take, give_back ──► TAKEN ── leave ──► ALONE ── the other leaves ──► freed
//! ```
//!
//! # Invariants
//! * **E1 one at a time** The state is used by who has taken the turn, until it is given up; or, once
//!   one of the ends has left, by who has the other exclusively.
//! * **E2 freed by the last** An end leaves once. The first to leave says so with its turn, and does not
//!   touch the memory again; the second finds that the other has left, and so is the last.
//!
//! Who finds the turn taken waits in a loop, for a few instructions of the other: nothing foreign runs
//! there.
#![expect(
    unsafe_code,
    reason = "the protocol, not the compiler, shows that an access is exclusive"
)]

use std::cell::UnsafeCell;
use std::hint::cold_path;
use std::mem::ManuallyDrop;
use std::ptr::NonNull;
use std::{cell, fmt};

use super::{AtomicU8, Ordering, Tracked, Watched, entered_twice, yield_thread};

/// Whose turn it is of two ends; on different threads, if it is `Sync`.
///
/// # Safety
/// * After a `take` that returned true no other one returns before `give_back` or `leave` is called, and
///   who takes next sees all that was done before.
/// * After `leave`, `take` returns false and `is_alone` true, for ever; they do not before. Who is told
///   so sees all that was done before.
pub unsafe trait Turn {
    /// Of two ends, of which none uses the state.
    fn new() -> Self;
    /// Takes the turn; returns false if the other end has left.
    fn take(&self) -> bool;
    /// Who has taken the turn does not use the state any more.
    fn give_back(&self);
    /// The same, and never will again.
    fn leave(&self);
    /// Whether the other end has left.
    fn is_alone(&self) -> bool;
}

const FREE: u8 = 0;
const TAKEN: u8 = 1;
const ALONE: u8 = 2;

/// Between any threads.
#[derive(Debug)]
pub struct SharedTurn(AtomicU8);

// SAFETY: the turn is taken by a compare-and-swap of FREE with Acquire, and given up with Release by who
// has it; ALONE is never overwritten.
unsafe impl Turn for SharedTurn {
    #[inline(always)]
    fn new() -> Self {
        Self(AtomicU8::new(FREE))
    }

    #[inline(always)]
    fn take(&self) -> bool {
        // Acquire, both: pairs with the Release in `give_back` and `leave`.
        match self.0.compare_exchange(FREE, TAKEN, Ordering::Acquire, Ordering::Acquire) {
            Ok(_) => true,
            Err(ALONE) => false,
            Err(_) => self.take_later(),
        }
    }

    #[inline(always)]
    fn give_back(&self) {
        // Release: pairs with the Acquire in `take`.
        self.0.store(FREE, Ordering::Release);
    }

    #[inline(always)]
    fn leave(&self) {
        // Release: pairs with the Acquire in `take` and `is_alone`.
        self.0.store(ALONE, Ordering::Release);
    }

    #[inline(always)]
    fn is_alone(&self) -> bool {
        // Acquire: pairs with the Release in `leave`.
        self.0.load(Ordering::Acquire) == ALONE
    }
}

impl SharedTurn {
    /// Takes the turn once it is given up.
    #[cold]
    #[inline(never)]
    fn take_later(&self) -> bool {
        while self.0.load(Ordering::Relaxed) == TAKEN {
            yield_thread();
        }
        self.take()
    }
}

/// On one thread.
#[derive(Debug)]
pub struct LocalTurn(cell::Cell<u8>);

// SAFETY: it stays on one thread, so nothing comes between the look and the change.
unsafe impl Turn for LocalTurn {
    #[inline(always)]
    fn new() -> Self {
        Self(cell::Cell::new(FREE))
    }

    #[inline(always)]
    fn take(&self) -> bool {
        match self.0.get() {
            FREE => self.0.set(TAKEN),
            ALONE => return false,
            _ => entered_twice(),
        }
        true
    }

    #[inline(always)]
    fn give_back(&self) {
        self.0.set(FREE);
    }

    #[inline(always)]
    fn leave(&self) {
        self.0.set(ALONE);
    }

    #[inline(always)]
    fn is_alone(&self) -> bool {
        self.0.get() == ALONE
    }
}

/// One of the two ends of a state.
pub(crate) struct End<S, T: Turn> {
    memory: NonNull<Memory<S, T>>,
}

/// What both ends name.
struct Memory<S, T> {
    turn: T,
    watched: Watched,
    _tracked: Tracked,
    state: UnsafeCell<S>,
}

// SAFETY: with a turn that threads may share, the state is used by one thread at a time (E1), and freed
// by one (E2), which may be any.
unsafe impl<S: Send, T: Turn + Sync> Send for End<S, T> {}
// SAFETY: as above; an end that is shared gives access only while it has the turn.
unsafe impl<S: Send, T: Turn + Sync> Sync for End<S, T> {}

impl<S, T: Turn> Memory<S, T> {
    /// Uses the state.
    ///
    /// # Safety
    /// * The caller has taken the turn, and does not give it up before; or it has one end exclusively, and
    ///   the other has left.
    #[inline(always)]
    unsafe fn with<R>(&self, f: impl FnOnce(&mut S) -> R) -> R {
        self.watched.touch();
        // SAFETY: nobody else uses the state (E1), as the caller says.
        let result = f(unsafe { &mut *self.state.get() });
        self.watched.touch();
        result
    }
}

impl<S, T: Turn> End<S, T> {
    /// The two ends of a state, which is made in its place: copied there from the stack it would be loaded
    /// before its parts are stored.
    #[inline(always)]
    pub(crate) fn pair(state: impl FnOnce() -> S) -> (Self, Self) {
        let memory = Box::new_uninit();
        let memory = Box::write(
            memory,
            Memory {
                turn: T::new(),
                watched: Watched::new(),
                _tracked: Tracked::new(),
                state: UnsafeCell::new(state()),
            },
        );
        let memory = NonNull::from(Box::leak(memory));
        (Self { memory }, Self { memory })
    }

    #[inline(always)]
    fn memory(&self) -> &Memory<S, T> {
        // SAFETY: it is freed only when both ends have left (E2), and this one has not.
        unsafe { self.memory.as_ref() }
    }

    /// Uses the state; nothing if the other end has left. `f` calls no foreign code.
    #[inline(always)]
    pub(crate) fn with_other<R>(&self, f: impl FnOnce(&mut S) -> R) -> Option<R> {
        let memory = self.memory();
        if !memory.turn.take() {
            return None;
        }
        let _turn = GivesBack(&memory.turn);
        // SAFETY: the turn is taken, and given back at the end.
        Some(unsafe { memory.with(f) })
    }

    /// Uses the state. `f` calls no foreign code.
    #[inline(always)]
    pub(crate) fn with<R>(&mut self, f: impl FnOnce(&mut S) -> R) -> R {
        let memory = self.memory();
        let _turn = memory.turn.take().then(|| GivesBack(&memory.turn));
        // SAFETY: the turn is taken, and given back at the end; or the other end has left, and this one
        // is borrowed exclusively.
        unsafe { memory.with(f) }
    }

    /// Uses the state for the last time. `f` calls no foreign code; what it leaves in the state is dropped
    /// with the last end.
    #[inline(always)]
    pub(crate) fn leave<R>(self, f: impl FnOnce(&mut S) -> R) -> R {
        let this = ManuallyDrop::new(self);
        let memory = this.memory();
        if memory.turn.take() {
            let _turn = Leaves(&memory.turn);
            // SAFETY: the turn is taken, and given up at the end.
            return unsafe { memory.with(f) };
        }
        // SAFETY: the other end has left, and this one is not used again.
        unsafe { this.free(f) }
    }

    /// The same, if the other end has left; else nothing is changed. `f` may call foreign code: nobody else names
    /// the state any more.
    #[inline(always)]
    pub(crate) fn leave_if_alone<R>(
        place: &mut Option<Self>,
        f: impl FnOnce(&mut S) -> R,
    ) -> Option<R> {
        if !place.as_ref()?.memory().turn.is_alone() {
            cold_path();
            return None;
        }
        let this = ManuallyDrop::new(place.take()?);
        // SAFETY: the other end has left, and this one is not used again.
        Some(unsafe { this.free(f) })
    }

    /// Uses the state for the last time.
    ///
    /// # Safety
    /// * The other end has left, and this one is not used again, nor dropped.
    #[inline(always)]
    unsafe fn free<R>(&self, f: impl FnOnce(&mut S) -> R) -> R {
        // SAFETY: it was a box, and nobody names it any more (E2).
        let memory = unsafe { Box::from_raw(self.memory.as_ptr()) };
        // SAFETY: the other end has left, and the box is this call's.
        unsafe { memory.with(f) }
    }
}

impl<S, T: Turn> Drop for End<S, T> {
    fn drop(&mut self) {
        // In the place of this one, which is not used again, nor dropped twice.
        let this = Self { memory: self.memory };
        this.leave(|_| ());
    }
}

/// Gives the turn back, also when unwinding.
struct GivesBack<'a, T: Turn>(&'a T);

impl<T: Turn> Drop for GivesBack<'_, T> {
    #[inline(always)]
    fn drop(&mut self) {
        self.0.give_back();
    }
}

/// Gives the turn up for ever, also when unwinding.
struct Leaves<'a, T: Turn>(&'a T);

impl<T: Turn> Drop for Leaves<'_, T> {
    #[inline(always)]
    fn drop(&mut self) {
        self.0.leave();
    }
}

impl<S, T: Turn> fmt::Debug for End<S, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("End").finish_non_exhaustive()
    }
}
