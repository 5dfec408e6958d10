//! Linux: transparent huge pages, where they are given to who asks (`madvise`) or to all; and
//! `membarrier`, which has every running thread of the process execute a full fence.
//!
//! # Invariants
//! * **V1 advice** What is asked of memory here never changes what it holds or whether it is valid; so
//!   that is safe for any piece of memory, and its failure needs no answer.
//! * **V2 orders only** `membarrier` changes no memory and takes no pointer; its failure is an answer.
#![expect(unsafe_code, reason = "system calls")]

use std::ptr::NonNull;
#[cfg(not(coweave_loom))]
use std::sync::OnceLock;

const HUGE_PAGE: usize = 2 << 20;

/// Asks for huge pages in a piece of memory, as far as there is room for whole ones: one page fault
/// then serves two megabytes.
pub(crate) fn prefer_huge_pages(start: NonNull<u8>, size: usize) {
    let before = start.as_ptr().align_offset(HUGE_PAGE);
    let size = size.saturating_sub(before) & !(HUGE_PAGE - 1);
    if size == 0 {
        return;
    }
    let start = start.as_ptr().wrapping_add(before).cast();
    // SAFETY: this advice changes neither contents nor validity of memory, whatever the range (V1).
    let _refused = unsafe { libc::madvise(start, size, libc::MADV_HUGEPAGE) };
}

/// Whether there is a barrier for all threads. The first call registers the process for it.
#[cfg(not(coweave_loom))]
pub(crate) fn has_barrier_everywhere() -> bool {
    static REGISTERED: OnceLock<bool> = OnceLock::new();
    *REGISTERED.get_or_init(|| membarrier(libc::MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED))
}

/// A full fence in every thread of the process, between the calls before this one and those after it.
///
/// Ends the process if the system refuses what it granted before, as where system calls were forbidden
/// meanwhile: were this a panic, who catches it could go on without the fence.
#[cfg(not(coweave_loom))]
pub(crate) fn barrier_everywhere() {
    if !has_barrier_everywhere() || !membarrier(libc::MEMBARRIER_CMD_PRIVATE_EXPEDITED) {
        eprintln!("coweave: membarrier was refused after the process had registered for it");
        std::process::abort();
    }
}

#[cfg(not(coweave_loom))]
fn membarrier(command: libc::c_int) -> bool {
    // SAFETY: a call without pointers, which changes no memory (V2).
    unsafe { libc::syscall(libc::SYS_membarrier, command, 0) == 0 }
}
