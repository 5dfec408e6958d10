//! Calling foreign code that may panic.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// What a panic carries.
pub(crate) type Payload = Box<dyn Any + Send>;

/// Runs foreign code whose panic is nobody's: a waker, or the destructor of what nobody waits for.
/// The panic hook has reported it; the payload goes the same quiet way.
pub(crate) fn quietly(f: impl FnOnce()) {
    if let Err(payload) = catch_unwind(AssertUnwindSafe(f)) {
        discard(payload);
    }
}

/// Drops a payload, whose destructor may panic as well, with a payload that may do the same. What
/// never comes to an end is leaked.
pub(crate) fn discard(mut payload: Payload) {
    for _ in 0..PANICS_BORNE {
        match catch_unwind(AssertUnwindSafe(|| drop(payload))) {
            Ok(()) => return,
            Err(next) => payload = next,
        }
    }
    std::mem::forget(payload);
}

const PANICS_BORNE: usize = 4;
