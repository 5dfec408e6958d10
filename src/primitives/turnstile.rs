//! A lock that its owner leaves only while it runs foreign code, and that others may take meanwhile.
//!
//! The owner enters with a plain store and a load, and leaves with a store. Whoever else wants what
//! is behind it says so, has all threads execute a fence (`membarrier`), and then looks whether the
//! owner is inside; where the system has no such barrier, the owner executes the fence itself.
//!
//! # Invariants
//! * **T1 one at a time** The owner is `inside`, or somebody has `Taken` it, or nobody is there.
//! * **T2 seen** The owner stores `inside` before it looks at the gate; who takes stores `WANTED`
//!   before it looks at `inside`; each with a full fence between the two. So one of them sees the
//!   other: the owner steps back and waits, or the taker finds it inside.
//! * **T3 handed on** Who leaves stores with Release what who comes loads with Acquire.

use std::hint::{cold_path, spin_loop};

use super::{
    AtomicBool, AtomicU8, Lock, LockGuard, Ordering, barrier_everywhere, fence, half_barrier,
    has_barrier_everywhere,
};

/// See the module.
#[derive(Debug)]
pub struct Turnstile {
    inside: AtomicBool,
    /// `WANTED`, and `HAS_NO_BARRIER`, which never changes: so the owner asks for both at once.
    gate: AtomicU8,
    taking: Lock<()>,
}

const WANTED: u8 = 1;
/// The owner has to execute the fence itself.
const HAS_NO_BARRIER: u8 = 2;

/// So often a taker looks whether the owner, which is inside, has left.
const PATIENCE: usize = if cfg!(coweave_loom) { 1 } else { 2000 };

impl Turnstile {
    /// With its owner outside.
    #[expect(clippy::new_without_default, reason = "nothing asks for a default one")]
    pub fn new() -> Self {
        let gate = if has_barrier_everywhere() { 0 } else { HAS_NO_BARRIER };
        Self { inside: AtomicBool::new(false), gate: AtomicU8::new(gate), taking: Lock::new(()) }
    }

    /// Called while `taking` is held.
    fn wants(&self, wanted: bool, ordering: Ordering) {
        let gate = self.gate.load(Ordering::Relaxed);
        self.gate.store(if wanted { gate | WANTED } else { gate & !WANTED }, ordering);
    }

    fn has_barrier(&self) -> bool {
        self.gate.load(Ordering::Relaxed) & HAS_NO_BARRIER == 0
    }

    /// The owner comes in; it waits while somebody has taken what is inside.
    #[inline(always)]
    pub fn enter(&self) {
        self.inside.store(true, Ordering::Relaxed);
        half_barrier();
        // Acquire: pairs with the Release of `Taken` (T3).
        if self.gate.load(Ordering::Acquire) != 0 {
            cold_path();
            self.enter_slowly();
        }
    }

    #[cold]
    #[inline(never)]
    fn enter_slowly(&self) {
        loop {
            if !self.has_barrier() {
                fence(Ordering::SeqCst);
            }
            // Acquire: as in `enter`.
            if self.gate.load(Ordering::Acquire) & WANTED == 0 {
                return;
            }
            // Relaxed would do: nothing was done inside.
            self.inside.store(false, Ordering::Release);
            drop(self.taking.lock());
            self.inside.store(true, Ordering::Relaxed);
            half_barrier();
        }
    }

    /// The owner goes out.
    #[inline(always)]
    pub fn leave(&self) {
        // Release: pairs with the Acquire in `try_take` (T3).
        self.inside.store(false, Ordering::Release);
    }

    /// Takes what is behind it, unless the owner stays inside, or somebody else is at it.
    pub fn try_take(&self) -> Option<Taken<'_>> {
        let taking = self.taking.try_lock()?;
        self.wants(true, Ordering::Relaxed);
        if self.has_barrier() {
            barrier_everywhere();
        } else {
            fence(Ordering::SeqCst);
        }
        let taken = Taken { turnstile: self, _taking: taking };
        for _ in 0..PATIENCE {
            // Acquire: pairs with the Release in `leave` and `enter_slowly` (T3).
            if !self.inside.load(Ordering::Acquire) {
                return Some(taken);
            }
            spin_loop();
        }
        None
    }
}

/// What is behind the turnstile is the holder's.
#[derive(Debug)]
pub struct Taken<'a> {
    turnstile: &'a Turnstile,
    _taking: LockGuard<'a, ()>,
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        // Release: pairs with the Acquire in `enter` (T3). Before the lock is given up, so that who
        // waits for that finds it.
        self.turnstile.wants(false, Ordering::Release);
    }
}
