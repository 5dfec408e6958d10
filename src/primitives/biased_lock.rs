//! A lock that costs the first thread that uses it no atomic read-modify-write.
//!
//! It is biased to that thread, which enters with two plain stores and two loads. When another
//! thread comes, the bias is revoked, once and for ever: from then on it is a plain mutex. The fence
//! that the first thread would need between its store and its load is executed by whoever revokes,
//! in all threads at once (`membarrier`); where the system has none, the lock is a mutex from the
//! beginning. `src/sync/README.md` has the races.
//!
//! # States
//!
//! ```text
//!  UNUSED ── claim ──► biased (the number of a thread) ── revoke ──► SHARED
//!     └───────────── claim, where bias does not pay ────────────────►
//! ```
//!
//! # Invariants
//! * **V1 one at a time** The value is used by the thread that is `inside` while the lock is biased to
//!   it, or by the holder of the mutex once it is shared; never by both.
//! * **V2 seen** The owner stores `inside` before it looks at `owner` again; who revokes stores `owner`
//!   before it looks at `inside`; and `barrier_everywhere` stands between the latter two, so that
//!   there is a full fence between the former two as well if they come first. So one of the two sees
//!   the other: either the owner leaves at once, or who revokes waits until it has left.
//! * **V3 once** Only the owner stores `inside`; the mutex is held by who stores `owner`, but for the
//!   claim, which a compare-and-swap makes the first.
//! * **V4 not entered twice** A thread that is inside, or holds the mutex, does not enter again: it
//!   panics. While the lock is biased, `inside` tells its owner; afterwards `holder`, which only the
//!   holder of the mutex stores: the owner's number while it waits for the owner to leave, then its
//!   own, and zero in the end.
#![expect(
    unsafe_code,
    reason = "the protocol, not the compiler, shows that an access is exclusive"
)]

use std::cell::UnsafeCell;
use std::fmt;
use std::hint::cold_path;
use std::mem::ManuallyDrop;
use std::ops::{Deref, DerefMut};

use super::{
    AtomicBool, AtomicU64, Cell, Lock, LockGuard, Ordering, Watched, barrier_everywhere, const_fn,
    global, half_barrier, has_barrier_everywhere, thread_global, yield_thread,
};

/// See the module.
pub struct BiasedLock<T> {
    /// The number of the thread to which it is biased, or one of the two below.
    owner: AtomicU64,
    inside: AtomicBool,
    /// The number of the thread that holds the mutex, with a bit that says so; while a bias is
    /// revoked, of the thread that had it.
    holder: AtomicU64,
    shared: Lock<()>,
    watched: Watched,
    value: UnsafeCell<T>,
}

const UNUSED: u64 = 1;
const SHARED: u64 = 2;
const FIRST_NUMBER: u64 = 3;

/// In `holder`: by the mutex.
const BY_MUTEX: u64 = 1 << 63;

// SAFETY: the value is used by one thread at a time (V1), which may be any.
unsafe impl<T: Send> Sync for BiasedLock<T> {}
// SAFETY: it owns the value, and nothing of any thread.
unsafe impl<T: Send> Send for BiasedLock<T> {}

// This thread's number, never used again; zero until it is asked for.
thread_global! {
    static THREAD: Cell<u64> = Cell::new(0);
}

// How many locks this thread has claimed.
thread_global! {
    static CLAIMS: Cell<u64> = Cell::new(0);
}

global! {
    static THREADS: AtomicU64 = AtomicU64::new(FIRST_NUMBER);
}

// How often a bias was revoked.
global! {
    static REVOKED: AtomicU64 = AtomicU64::new(0);
}

/// So many locks may be revoked before they are biased only where few are: revoking costs as much as
/// thousands of uses.
const REVOKED_AT_MOST: u64 = 64;
const CLAIMS_FOR_EACH: u64 = 64;

impl<T> BiasedLock<T> {
    const_fn! {
        /// A lock that nobody has used.
        pub const fn new(value: T) -> Self {
            Self {
                owner: AtomicU64::new(UNUSED),
                inside: AtomicBool::new(false),
                holder: AtomicU64::new(0),
                shared: Lock::new(()),
                watched: Watched::new(),
                value: UnsafeCell::new(value),
            }
        }
    }

    /// Holds the lock.
    ///
    /// # Panics
    /// If this thread holds it already.
    #[inline(always)]
    pub fn hold(&self) -> Held<'_, T> {
        let thread = THREAD.with(Cell::get);
        if self.owner.load(Ordering::Relaxed) == thread {
            if self.inside.load(Ordering::Relaxed) {
                entered_twice();
            }
            if self.enter(thread) {
                self.watched.touch();
                return Held { lock: self, shared: ManuallyDrop::new(None) };
            }
        }
        cold_path();
        Held { lock: self, shared: ManuallyDrop::new(self.hold_slowly()) }
    }

    /// Holds the lock, if it is biased to this thread, which does not hold it: what is usual can then
    /// be laid out straight, and leave the rest to `hold`.
    #[inline(always)]
    pub fn hold_if_biased(&self) -> Option<Inside<'_, T>> {
        let thread = THREAD.with(Cell::get);
        if self.owner.load(Ordering::Relaxed) == thread
            && !self.inside.load(Ordering::Relaxed)
            && self.enter(thread)
        {
            self.watched.touch();
            return Some(Inside(self));
        }
        cold_path();
        None
    }

    /// Enters, if the lock is still biased to this thread, which is not inside.
    #[inline(always)]
    fn enter(&self, thread: u64) -> bool {
        self.inside.store(true, Ordering::Relaxed);
        half_barrier();
        if self.owner.load(Ordering::Relaxed) == thread {
            return true;
        }
        cold_path();
        // Relaxed: nothing was done inside; what was done before was released when it was left.
        self.inside.store(false, Ordering::Release);
        false
    }

    /// Claims the lock and enters, or holds the mutex.
    #[cold]
    #[inline(never)]
    fn hold_slowly(&self) -> Option<LockGuard<'_, ()>> {
        // Acquire: pairs with the Release in `revoke`, before which `holder` was stored.
        if self.owner.load(Ordering::Acquire) == UNUSED
            && self.claim()
            && self.enter(thread_number())
        {
            self.watched.touch();
            return None;
        }
        let thread = thread_number();
        let holder = self.holder.load(Ordering::Relaxed);
        let is_inside = holder == thread && self.inside.load(Ordering::Relaxed);
        if is_inside || holder == thread | BY_MUTEX {
            entered_twice();
        }
        let shared = self.shared.lock();
        if self.owner.load(Ordering::Relaxed) != SHARED {
            self.revoke();
        }
        self.holder.store(thread | BY_MUTEX, Ordering::Relaxed);
        self.watched.touch();
        Some(shared)
    }

    /// Has the lock biased to this thread, if nobody was first; returns whether it now is.
    fn claim(&self) -> bool {
        let claims = CLAIMS.with(|claims| {
            claims.set(claims.get() + 1);
            claims.get()
        });
        let pays = REVOKED.load(Ordering::Relaxed) <= REVOKED_AT_MOST + claims / CLAIMS_FOR_EACH;
        let owner = if pays && has_barrier_everywhere() { thread_number() } else { SHARED };
        let order = Ordering::Relaxed;
        let is_first = self.owner.compare_exchange(UNUSED, owner, order, order).is_ok();
        is_first && owner != SHARED
    }

    /// Ends the bias. The mutex is held.
    fn revoke(&self) {
        self.holder.store(self.owner.load(Ordering::Relaxed), Ordering::Relaxed);
        // Release: pairs with the Acquire in `hold_slowly`; who had the bias finds its number.
        self.owner.store(SHARED, Ordering::Release);
        barrier_everywhere();
        // Acquire: pairs with the Release with which the owner leaves.
        while self.inside.load(Ordering::Acquire) {
            yield_thread();
        }
        REVOKED.fetch_add(1, Ordering::Relaxed);
    }
}

fn thread_number() -> u64 {
    THREAD.with(|thread| {
        if thread.get() == 0 {
            thread.set(THREADS.fetch_add(1, Ordering::Relaxed));
        }
        thread.get()
    })
}

/// Says that a primitive was used from inside itself.
#[cold]
#[inline(never)]
pub(crate) fn entered_twice() -> ! {
    panic!(
        "a primitive was used while it was being used on this thread; does the order of a priority \
         channel's values use the channel?"
    )
}

/// Access to the value of a `BiasedLock`.
pub struct Held<'a, T> {
    lock: &'a BiasedLock<T>,
    /// `None`: this thread is inside. Dropped by hand, out of line, so that it need not lie in memory.
    shared: ManuallyDrop<Option<LockGuard<'a, ()>>>,
}

#[cold]
#[inline(never)]
fn release(shared: LockGuard<'_, ()>) {
    drop(shared);
}

impl<T> Drop for Held<'_, T> {
    #[inline(always)]
    fn drop(&mut self) {
        self.lock.watched.touch();
        // SAFETY: it is taken once, for this is dropped once.
        match unsafe { ManuallyDrop::take(&mut self.shared) } {
            // Release: pairs with the Acquire in `revoke`.
            None => self.lock.inside.store(false, Ordering::Release),
            Some(shared) => {
                self.lock.holder.store(0, Ordering::Relaxed);
                release(shared);
            }
        }
    }
}

impl<T> Deref for Held<'_, T> {
    type Target = T;

    #[inline(always)]
    fn deref(&self) -> &T {
        // SAFETY: nobody else uses the value while this lives (V1).
        unsafe { &*self.lock.value.get() }
    }
}

impl<T> DerefMut for Held<'_, T> {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: nobody else uses the value while this lives (V1), and it is borrowed exclusively.
        unsafe { &mut *self.lock.value.get() }
    }
}

/// Access to the value of a `BiasedLock` that is biased to this thread.
pub struct Inside<'a, T>(&'a BiasedLock<T>);

impl<T> Drop for Inside<'_, T> {
    #[inline(always)]
    fn drop(&mut self) {
        self.0.watched.touch();
        // Release: pairs with the Acquire in `revoke`.
        self.0.inside.store(false, Ordering::Release);
    }
}

impl<T> Deref for Inside<'_, T> {
    type Target = T;

    #[inline(always)]
    fn deref(&self) -> &T {
        // SAFETY: nobody else uses the value while this lives (V1).
        unsafe { &*self.0.value.get() }
    }
}

impl<T> DerefMut for Inside<'_, T> {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: nobody else uses the value while this lives (V1), and it is borrowed exclusively.
        unsafe { &mut *self.0.value.get() }
    }
}

impl<T> fmt::Debug for BiasedLock<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BiasedLock").finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for Held<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Held").finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for Inside<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inside").finish_non_exhaustive()
    }
}
