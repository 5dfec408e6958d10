//! Linux: `membarrier`, which has every running thread of the process execute a full fence.
//!
//! # Invariants
//! * **M1 orders only** The call changes no memory and takes no pointer; so it is safe, and its failure
//!   is an answer.
#![expect(unsafe_code, reason = "a system call without a wrapper")]

use std::sync::OnceLock;

/// Whether there is such a barrier. The first call registers the process for it.
pub(in crate::primitives) fn has_barrier_everywhere() -> bool {
    static REGISTERED: OnceLock<bool> = OnceLock::new();
    *REGISTERED.get_or_init(|| membarrier(libc::MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED))
}

/// A full fence in every thread of the process, between the calls before this one and those after it.
///
/// # Panics
/// If the system refuses what it granted before.
pub(in crate::primitives) fn barrier_everywhere() {
    assert!(
        has_barrier_everywhere() && membarrier(libc::MEMBARRIER_CMD_PRIVATE_EXPEDITED),
        "membarrier was refused after the process had registered for it"
    );
}

fn membarrier(command: libc::c_int) -> bool {
    // SAFETY: a call without pointers, which changes no memory (M1).
    unsafe { libc::syscall(libc::SYS_membarrier, command, 0) == 0 }
}
