//! Linux: transparent huge pages, where they are given to who asks (`madvise`) or to all.
//!
//! # Invariants
//! * **V1 advice** What is asked for here never changes what memory holds or whether it is valid; so
//!   these functions are safe for any piece of memory, and their failure needs no answer.
#![expect(unsafe_code, reason = "a system call about raw memory")]

use std::ptr::NonNull;

/// No page is larger, but for huge ones.
const PAGE: usize = 64 << 10;

/// Asks for huge pages in a piece of memory: one page fault then serves two megabytes.
pub(crate) fn prefer_huge_pages(start: NonNull<u8>, size: usize) {
    // The advice is for whole pages.
    let before = start.addr().get().next_multiple_of(PAGE) - start.addr().get();
    let whole = size.saturating_sub(before) / PAGE * PAGE;
    let start = start.as_ptr().wrapping_add(before);
    // SAFETY: this advice changes neither contents nor validity of memory, whatever the range (V1).
    let _refused = unsafe { libc::madvise(start.cast(), whole, libc::MADV_HUGEPAGE) };
}
