//! The fences of a biased lock: the one that costs nothing is as strong here as the other makes it.

use loom::sync::atomic::{Ordering, fence};

use super::Fault;

pub(crate) fn has_barrier_everywhere() -> bool {
    true
}

pub(crate) fn barrier_everywhere() {
    if !Fault::NoBarrier.is_present() {
        fence(Ordering::SeqCst);
    }
}

/// See `biased_lock`: what `barrier_everywhere` puts between two instructions of other threads.
pub(crate) fn half_barrier() {
    if !Fault::NoHalfBarrier.is_present() {
        fence(Ordering::SeqCst);
    }
}
