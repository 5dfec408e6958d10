//! The primitives of the standard library, and crossbeam's channel.

pub(crate) use std::alloc::{alloc, dealloc};
pub(crate) use std::cell::Cell;
use std::sync::atomic::compiler_fence;
pub(crate) use std::sync::atomic::{
    AtomicBool, AtomicPtr, AtomicU8, AtomicU64, AtomicUsize, Ordering, fence,
};
pub(crate) use std::sync::{Arc, Weak};
pub(crate) use std::thread;
pub(super) use std::thread::yield_now as yield_thread;
use std::time::Duration;

use crossbeam_channel::Select;
pub(crate) use crossbeam_channel::{Receiver, Sender, unbounded};

/// Waits until there is a message, which is not received, or the time is over; returns whether there is.
pub(crate) fn wait_for_mail<T>(receiver: &Receiver<T>, longest: Option<Duration>) -> bool {
    let mut select = Select::new();
    select.recv(receiver);
    match longest {
        None => {
            select.ready();
            true
        }
        Some(longest) => select.ready_timeout(longest).is_ok(),
    }
}

/// What an atomic holds that nobody shares.
#[inline(always)]
pub(crate) fn unshared<T>(atomic: &mut AtomicPtr<T>) -> *mut T {
    *atomic.get_mut()
}

/// A `static`; under loom one of each run of a model.
macro_rules! global {
    (static $name:ident: $type:ty = $value:expr;) => {
        static $name: $type = $value;
    };
}
pub(crate) use global;

/// A `static` of each thread, without destructor.
macro_rules! thread_global {
    ($(#[$attribute:meta])* static $name:ident: $type:ty = $value:expr;) => {
        thread_local! {
            $(#[$attribute])*
            static $name: $type = const { $value };
        }
    };
}
pub(crate) use thread_global;

/// A `const fn`; not `const` under loom, which makes its atomics at run time.
macro_rules! const_fn {
    ($(#[$attribute:meta])* $visibility:vis const fn $($rest:tt)*) => {
        $(#[$attribute])* $visibility const fn $($rest)*
    };
}
pub(crate) use const_fn;

/// In a model, what sees that a value is used by one thread at a time.
#[derive(Debug)]
pub(super) struct Watched;

impl Watched {
    pub(super) const fn new() -> Self {
        Self
    }

    #[inline(always)]
    #[expect(clippy::unused_self, reason = "a model looks at it")]
    pub(super) fn touch(&self) {}
}

/// In a model, what sees whether something is freed.
#[derive(Debug)]
pub(super) struct Tracked;

impl Tracked {
    pub(super) const fn new() -> Self {
        Self
    }
}

/// Keeps the compiler from moving a load before a store; `barrier_everywhere` keeps the processor.
#[inline(always)]
pub(super) fn half_barrier() {
    compiler_fence(Ordering::SeqCst);
}
