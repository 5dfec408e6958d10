//! Linux: transparent huge pages, where they are given to who asks (`madvise`) or to all.
//!
//! # Invariants
//! * **V1 advice** What is asked for here never changes what memory holds or whether it is valid; so
//!   these functions are safe for any piece of memory, and their failure needs no answer.
#![expect(unsafe_code, reason = "a system call about raw memory")]

use std::ptr::NonNull;

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
