//! The primitives under loom, which runs a model in every order of its steps, and with every value
//! that a load may give.
//!
//! They do what the system's do, as weakly as those are allowed to. Each can be told to fail in its
//! duty ([`Fault`]), so that every model can be shown to notice when a step of the protocol is
//! missing, while the code of the protocol itself stays as it is.

mod arc;
mod atomic;
mod barrier;
mod channel;
mod fault;
mod global;
mod lock;
mod watched;

pub(crate) use arc::{Arc, Weak};
pub(crate) use atomic::{
    AtomicBool, AtomicPtr, AtomicU8, AtomicU64, AtomicUsize, Ordering, fence, unshared,
};
pub(crate) use barrier::{barrier_everywhere, half_barrier, has_barrier_everywhere};
pub(crate) use channel::{Receiver, Sender, unbounded, wait_for_mail};
pub use fault::{Fault, with_fault};
pub(crate) use global::{const_fn, global, thread_global};
pub(crate) use lock::{Condvar, Guard as LockGuard, Lock};
pub(crate) use loom::alloc::{alloc, dealloc};
pub(crate) use loom::cell::Cell;
pub(crate) use loom::thread;
pub(crate) use loom::thread::yield_now as yield_thread;
pub(crate) use watched::{Tracked, Watched};
