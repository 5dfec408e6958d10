//! Linux: `membarrier`, which has every running thread of the process execute a full fence.
//!
//! # Invariants
//! * **V1 orders only** `membarrier` changes no memory and takes no pointer; its failure is an answer.
#![expect(unsafe_code, reason = "system calls")]

use std::sync::OnceLock;

/// Whether there is a barrier for all threads. The first call registers the process for it.
pub(crate) fn has_barrier_everywhere() -> bool {
    static REGISTERED: OnceLock<bool> = OnceLock::new();
    *REGISTERED.get_or_init(|| membarrier(libc::MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED))
}

/// A full fence in every thread of the process, between the calls before this one and those after it.
///
/// Ends the process if the system refuses what it granted before, as where system calls were forbidden
/// meanwhile: were this a panic, who catches it could go on without the fence.
pub(crate) fn barrier_everywhere() {
    if !has_barrier_everywhere() || !membarrier(libc::MEMBARRIER_CMD_PRIVATE_EXPEDITED) {
        eprintln!("coweave: membarrier was refused after the process had registered for it");
        std::process::abort();
    }
}

fn membarrier(command: libc::c_int) -> bool {
    // SAFETY: a call without pointers, which changes no memory (V1).
    unsafe { libc::syscall(libc::SYS_membarrier, command, 0) == 0 }
}
