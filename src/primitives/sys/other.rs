//! Other systems: nothing is known.

use std::ptr::NonNull;

/// Does nothing.
pub(crate) fn prefer_huge_pages(_start: NonNull<u8>, _size: usize) {}

/// There is no barrier for all threads.
pub(crate) fn has_barrier_everywhere() -> bool {
    false
}

/// Not called where there is none.
pub(crate) fn barrier_everywhere() {
    unreachable!("there is no such barrier on this system")
}
