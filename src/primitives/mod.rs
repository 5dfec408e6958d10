//! Atomics, locks, cells, memory and the channel, chosen once for the whole crate: the system's, or
//! loom's, under which the models run. And the one way to call foreign code that may panic.

mod biased_lock;
mod foreign_code;
#[cfg(not(coweave_loom))]
mod lock;
#[cfg(not(coweave_loom))]
mod sys;
#[cfg(not(coweave_loom))]
mod system;
mod turnstile;
mod two_ends;
#[cfg(coweave_loom)]
mod modelled;

pub(crate) use biased_lock::entered_twice;
pub use biased_lock::{BiasedLock, Held, Inside};
pub(crate) use foreign_code::{Payload, discard, quietly};
#[cfg(not(coweave_loom))]
pub(crate) use lock::{Condvar, Lock, LockGuard};
#[cfg(coweave_loom)]
pub(crate) use modelled::{
    Arc, AtomicBool, AtomicPtr, AtomicU8, AtomicU64, AtomicUsize, Cell, Condvar, Lock, LockGuard,
    Ordering, Receiver, Sender, Weak, alloc, const_fn, dealloc, fence, global, thread,
    thread_global, unbounded, unshared, wait_for_mail,
};
#[cfg(coweave_loom)]
pub use modelled::{Fault, with_fault};
#[cfg(coweave_loom)]
use modelled::{
    Tracked, Watched, barrier_everywhere, half_barrier, has_barrier_everywhere, yield_thread,
};
#[cfg(not(coweave_loom))]
use sys::{barrier_everywhere, has_barrier_everywhere};
#[cfg(not(coweave_loom))]
pub(crate) use system::{
    Arc, AtomicBool, AtomicPtr, AtomicU8, AtomicU64, AtomicUsize, Cell, Ordering, Receiver, Sender,
    Weak, alloc, const_fn, dealloc, fence, global, thread, thread_global, unbounded, unshared,
    wait_for_mail,
};
#[cfg(not(coweave_loom))]
use system::{Tracked, Watched, half_barrier, yield_thread};
pub use turnstile::{Taken, Turnstile};
pub(crate) use two_ends::End;
pub use two_ends::{LocalTurn, SharedTurn, Turn};

/// A task's name: shared text, about which there is nothing to model.
pub(crate) type Name = std::sync::Arc<str>;
