//! Other systems: nothing is known.

/// There is none.
pub(in crate::primitives) fn has_barrier_everywhere() -> bool {
    false
}

/// Not called where there is none.
pub(in crate::primitives) fn barrier_everywhere() {
    unreachable!("there is no such barrier on this system")
}
